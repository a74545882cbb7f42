//! Where an item lives, on cells.
//!
//! ```text
//!   key     "Beeba"                                        pet · S · 5 bytes
//!   bytes   42 65 65 62 61
//!   hash    9f3c 21d4 77ab 0e15                                  SipHash-2-4
//!                                            ▼
//!   0 ├───────●───────┼────────▲──────┼━━━━━━━━━━━━━━━┼───────◆───────┤ 2⁶⁴
//!                    25 %            50 %    ╰ 62.2 %
//!   ┌ ● P0 ─────────┐ ┌ ▲ P1 ─────────┐ ╔ ■ P2 ═════════╗ ┌ ◆ P3 ────────┐
//!   │ Ada           │ │ Milo          │ ║ Beeba       ◂ ║ │ Rex          │
//!   └ 1 · 55 B ─────┘ └ 1 · 56 B ─────┘ ╚ 1 · 57 B ═════╝ └ 1 · 55 B ────┘
//!
//!   what happens, in words
//!   what was predicted                                     the largest share
//! ```
//!
//! Invariant: it is drawn inside the body only, at any size from 60×18 on.

mod table;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

use crate::app::demo::{Guess, choices};
use crate::app::hash::HashScreen;
use crate::app::paper::{Line, Role, cut, wrap_text};
use crate::app::{Shared, layout};
use crate::scene::hash::{Frame, Script, Stage, shares};
use crate::scene::{hex, plural};
use crate::simulator::trace::PartitionId;
use crate::ui::theme::{Theme, glyph};
use crate::ui::{paint, rect};

/// Wider than this, the eye loses the way from the ruler to the boxes.
const WIDEST: u16 = 168;
/// Rows of key, bytes and hash, and air.
const WAY: u16 = 4;
/// Where the values of the way stand.
const VALUES: u16 = 8;
/// From this height of the body on, the second table is shown below the first.
const BOTH_TABLES: u16 = 32;
/// Rows for words at the bottom.
const WORDS: u16 = 4;

pub fn draw(screen: &HashScreen, shared: &Shared, theme: Theme, buffer: &mut Buffer) {
    let body = rect(layout::body(shared.columns, shared.rows), buffer);
    let spare = body.width.saturating_sub(WIDEST);
    let body = Rect {
        x: body.x + spare / 2,
        width: body.width - spare,
        ..body
    };
    let words = Rect {
        y: body.bottom().saturating_sub(WORDS - 1),
        height: WORDS - 1,
        ..body
    };
    let Some(script) = screen.picture() else {
        let text = match &screen.problem {
            Some(why) => Line::of(Role::Error, why),
            None => Line::of(Role::Dim, "The items are on their way …"),
        };
        paint::line(&text, body.x, body.y, body.width, theme, buffer);
        return;
    };
    let frame = script.frame(screen.position());
    let above = Rect {
        height: body.height.saturating_sub(WORDS),
        ..body
    };
    let second = screen
        .other
        .as_ref()
        .filter(|_| !screen.elsewhere && body.height >= BOTH_TABLES);
    let (first, below) = match second {
        None => (above, None),
        Some(other) => {
            // The second table stands near the first, unless that needs all the room there is.
            let height = (above.height * 3 / 5).min(WAY + table::height(&frame));
            let below = Rect {
                y: above.y + height + 1,
                height: above.height - height - 1,
                ..above
            };
            (Rect { height, ..above }, Some((other, below)))
        }
    };
    let asked = screen.question().is_some();
    let canvas = &mut Canvas { theme, buffer };
    let way = if first.height >= 14 { WAY } else { 3 };
    draw_way(&frame, first, asked, canvas);
    let mut bottom = table::draw(
        &frame,
        Rect {
            y: first.y + way,
            height: first.height - way,
            ..first
        },
        canvas,
    );
    if let Some((other, below)) = below {
        let title = Line::of(Role::Text, "The same keys in another table, ")
            .push(Role::Strong, other.table())
            .push(Role::Text, ": the same hash, but partitions of its own.");
        canvas.line(&title, below.x, below.y, below.width);
        let frame = other.frame(screen.position());
        bottom = table::draw(
            &frame,
            Rect {
                y: below.y + 2,
                height: below.height - 2,
                ..below
            },
            canvas,
        );
    }
    // Where the picture needs less than there is, its words stay near it.
    let words = Rect {
        y: words.y.min(bottom + 1),
        ..words
    };
    draw_words(screen, script, &frame, words, canvas);
}

/// Where to paint, and how things look.
struct Canvas<'a> {
    theme: Theme,
    buffer: &'a mut Buffer,
}

impl Canvas<'_> {
    fn line(&mut self, line: &Line, x: u16, y: u16, columns: u16) {
        paint::line(line, x, y, columns, self.theme, self.buffer);
    }

    fn text(&mut self, role: Role, text: &str, x: u16, y: u16) {
        let line = Line::of(role, text);
        self.line(&line, x, y, line.width());
    }

    fn add_modifier(&mut self, area: Rect, modifier: Modifier) {
        let area = area.intersection(self.buffer.area);
        for y in area.top()..area.bottom() {
            for x in area.left()..area.right() {
                self.buffer[(x, y)].modifier.insert(modifier);
            }
        }
    }
}

/// The key, its bytes and its hash.
fn draw_way(frame: &Frame<'_>, area: Rect, asked: bool, canvas: &mut Canvas<'_>) {
    let labels = ["key", "bytes", "hash"];
    for (label, y) in labels.iter().zip(area.y..) {
        canvas.text(Role::Dim, label, area.x, y);
    }
    let Some(journey) = &frame.journey else {
        return;
    };
    let key = journey.key;
    let room = area.width.saturating_sub(VALUES);
    let facts = format!(
        "{} · {} · {}",
        key.attribute,
        key.key_type,
        plural(key.bytes.len() as u64, "byte")
    );
    let facts = Line::of(Role::Dim, cut(&crate::printable::line(&facts), room / 2));
    let text = cut(
        &crate::scene::hash::quoted(key),
        room.saturating_sub(facts.width() + 2),
    );
    let text = revealed(&text, journey.part(Stage::Key));
    let line = Line::of(Role::Title, text).right(room, facts);
    canvas.line(&line, area.x + VALUES, area.y, room);

    if journey.reached(Stage::Bytes) {
        let fit = usize::from(room.saturating_sub(2) / 3);
        let text = revealed(&hex(&key.bytes, fit), journey.part(Stage::Bytes));
        canvas.line(
            &Line::of(Role::Text, text),
            area.x + VALUES,
            area.y + 1,
            room,
        );
    } else if asked {
        canvas.text(Role::Dim, "…", area.x + VALUES, area.y + 1);
    }
    let source = if room >= 68 {
        "SipHash-2-4 · AWS does not publish its function"
    } else {
        "SipHash-2-4, not AWS's own"
    };
    let mut line = Line::new();
    if journey.reached(Stage::Hash) {
        line = line.push(
            Role::Strong,
            revealed(&grouped(key.hash), journey.part(Stage::Hash)),
        );
    } else if asked {
        line = line.push(Role::Dim, "…");
    }
    let line = line.right(room, Line::of(Role::Dim, source));
    canvas.line(&line, area.x + VALUES, area.y + 2, room);
}

/// `9f3c 21d4 77ab 0e15`.
fn grouped(hash: u64) -> String {
    let digits = format!("{hash:016x}");
    let groups: Vec<&str> = [0, 4, 8, 12]
        .iter()
        .map(|start| &digits[*start..start + 4])
        .collect();
    groups.join(" ")
}

/// The first part of a text that is being written.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a share of a line's letters"
)]
fn revealed(text: &str, part: f64) -> String {
    let letters = text.chars().count();
    text.chars()
        .take((letters as f64 * part).ceil() as usize)
        .collect()
}

/// What happens, what was predicted, and the shares.
fn draw_words(
    screen: &HashScreen,
    script: &Script,
    frame: &Frame<'_>,
    area: Rect,
    canvas: &mut Canvas<'_>,
) {
    let mut lines: Vec<Line> = Vec::new();
    let columns = area.width.min(layout::PROSE + 4);
    if let Some(field) = &screen.field {
        let label = Line::of(Role::Accent, "New key  ");
        let room = area.width.saturating_sub(label.width());
        lines.push(label.append(field.line(room)));
        lines.push(Line::of(
            Role::Dim,
            "Enter puts an item with this key. Pasted lines are one key each.",
        ));
    } else if let Some(why) = &screen.problem {
        lines = wrap_text(Role::Error, why, columns);
    } else if screen.working() {
        lines.push(Line::of(Role::Dim, "The items are on their way …"));
    } else if let Some(journey) = frame
        .journey
        .as_ref()
        .filter(|_| screen.question().is_some())
    {
        let key = crate::scene::hash::quoted(journey.key);
        lines.push(Line::of(
            Role::Strong,
            format!("Which partition will the item with the key {key} live in?"),
        ));
        let words: Vec<Line> = script
            .partitions()
            .iter()
            .map(|state| partition_name(state.id))
            .collect();
        lines.extend(choices(&words, area.width));
    } else {
        lines = wrap_text(Role::Text, &frame.narration, columns);
        lines.truncate(2);
    }
    lines.truncate(usize::from(area.height));
    for (line, y) in lines.iter().zip(area.y..) {
        canvas.line(line, area.x, y, area.width);
    }
    if lines.len() >= usize::from(area.height) {
        return;
    }
    let shares = if frame.items() == 0 {
        Line::new()
    } else {
        let states: Vec<_> = frame
            .partitions
            .iter()
            .map(|partition| partition.state.clone())
            .collect();
        Line::of(Role::Dim, shares(&states))
    };
    let said = if screen.elsewhere {
        Line::new()
    } else {
        prediction(screen, frame)
    };
    let line = said.right(area.width, shares);
    canvas.line(&line, area.x, area.bottom() - 1, area.width);
}

/// `▲ P1` in its own hue.
fn partition_name(id: PartitionId) -> Line {
    Line::of(Role::Partition(id.0), glyph(id).to_string()).push(Role::Text, format!(" P{}", id.0))
}

/// What was predicted for the key on its way, beside the result once it is known.
fn prediction(screen: &HashScreen, frame: &Frame<'_>) -> Line {
    let Some(journey) = &frame.journey else {
        return Line::new();
    };
    let Some(guess) = screen.guesses.get(&journey.arrival) else {
        return Line::new();
    };
    let chosen = match guess {
        Guess::Choice(choice) => frame
            .partitions
            .get(*choice)
            .map(|partition| partition.state.id),
        Guess::DontKnow => None,
    };
    let mut line = Line::of(Role::Dim, "You said ");
    line = match chosen {
        Some(id) => line.append(partition_name(id)),
        None => line.push(Role::Text, "“I don't know”"),
    };
    if journey.passed(Stage::Owner) {
        line = line
            .push(Role::Dim, ", it is ")
            .append(partition_name(journey.key.partition));
        if chosen == Some(journey.key.partition) {
            line = line.push(Role::Good, " ✓");
        }
    }
    line
}

#[cfg(test)]
mod tests;
