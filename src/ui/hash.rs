//! Where an item lives, on cells.
//!
//! ```text
//!   key     "Beeba"                                        pet · S · 5 bytes
//!   bytes   42 65 65 62 61
//!   hash    9f3c 21d4 77ab 0e15                                  SipHash-2-4
//!                 ╷         ╷                ▼                ╷
//!   0 ├───────●───────┼───────▲───────┼━━━━━━━■━━━━━━━┼───────◆───────┤ 2⁶⁴
//!                                            ╰ 62.2 %
//!   ┌ ● P0 ─────────┐ ┌ ▲ P1 ─────────┐ ╔ ■ P2 ═════════╗ ┌ ◆ P3 ────────┐
//!   │ Ada           │ │ Milo          │ ║ Beeba       ◂ ║ │ Rex          │
//!   └ 1 · 55 B ─────┘ └ 1 · 56 B ─────┘ ╚ 1 · 57 B ═════╝ └ 1 · 55 B ────┘
//!
//!   what happens, in words
//!   what was predicted                                     the largest share
//! ```
//!
//! Invariant: it is drawn inside the body only, at any size from 60×18 on.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

use crate::app::demo::{Guess, choices};
use crate::app::hash::HashScreen;
use crate::app::paper::{Line, Role, cut, width, wrap_text};
use crate::app::{Shared, layout};
use crate::scene::hash::{
    Frame, Journey, PartitionFrame, Script, Stage, fraction, share_of_range, shares,
};
use crate::scene::{bytes, count, hex, percent, plural};
use crate::simulator::trace::{KeyTrace, PartitionId};
use crate::ui::theme::{Theme, glyph};
use crate::ui::{paint, rect};

/// Wider than this, the eye loses the way from the ruler to the boxes.
const WIDEST: u16 = 168;
/// Where the values of the way stand.
const VALUES: u16 = 8;
/// A box that holds a name of ten letters.
const NARROWEST_BOX: u16 = 14;
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
            let height = above.height * 3 / 5;
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
    let way = if first.height >= 14 { 4 } else { 3 };
    draw_way(&frame, first, asked, canvas);
    draw_table(
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
        draw_table(
            &frame,
            Rect {
                y: below.y + 2,
                height: below.height - 2,
                ..below
            },
            canvas,
        );
    }
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

/// A place between two columns.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a column between two columns"
)]
fn between(from: u16, to: u16, part: f64) -> u16 {
    (f64::from(from) + (f64::from(to) - f64::from(from)) * part)
        .round()
        .max(0.0) as u16
}

/// The ruler and the boxes below it.
fn draw_table(frame: &Frame<'_>, area: Rect, canvas: &mut Canvas<'_>) {
    let ruler = Ruler::new(area);
    draw_ruler(frame, &ruler, area, canvas);
    let boxes = Rect {
        y: area.y + 3,
        height: area.height.saturating_sub(3),
        ..area
    };
    let Some(grid) = Grid::new(frame.partitions.len(), boxes) else {
        draw_list(frame, boxes, canvas);
        return;
    };
    for (index, partition) in frame.partitions.iter().enumerate() {
        draw_box(frame, partition, grid.cell(index), canvas);
    }
    draw_fall(frame, &ruler, &grid, area.y + 2, canvas);
}

/// The columns of the whole hash range.
struct Ruler {
    x: u16,
    width: u16,
}

impl Ruler {
    fn new(area: Rect) -> Self {
        // `0 ` before it and ` 2⁶⁴` behind it.
        Self {
            x: area.x + 2,
            width: area.width.saturating_sub(6).max(2),
        }
    }

    /// Inside the two ends.
    fn column(&self, hash: u64) -> u16 {
        between(self.x + 1, self.x + self.width - 2, fraction(hash))
    }

    /// The column of the boundary before a partition.
    fn edge(&self, first_hash: u64) -> u16 {
        between(self.x, self.x + self.width - 1, fraction(first_hash))
    }
}

fn draw_ruler(frame: &Frame<'_>, ruler: &Ruler, area: Rect, canvas: &mut Canvas<'_>) {
    let (marks, line, label) = (area.y, area.y + 1, area.y + 2);
    let end = ruler.x + ruler.width - 1;
    canvas.text(Role::Dim, "0", area.x, line);
    canvas.text(Role::Dim, "2⁶⁴", end + 2, line);
    for partition in &frame.partitions {
        let role = Role::Partition(partition.state.id.0);
        let from = ruler.edge(partition.state.first_hash);
        let to = ruler.edge(partition.state.last_hash);
        let dash = if partition.owner { "━" } else { "─" };
        let dashes = dash.repeat(usize::from((to + 1).saturating_sub(from)));
        canvas.text(role, &dashes, from, line);
        if to - from >= 4 {
            let middle = from + (to - from) / 2;
            canvas.text(
                role,
                &format!(" {} ", glyph(partition.state.id)),
                middle - 1,
                line,
            );
        }
        if partition.owner {
            canvas.add_modifier(Rect::new(from, line, to - from, 1), Modifier::BOLD);
        }
        for resident in &partition.residents {
            canvas.text(role, "╷", ruler.column(resident.key.hash), marks);
        }
    }
    for partition in frame.partitions.iter().skip(1) {
        canvas.text(Role::Dim, "┼", ruler.edge(partition.state.first_hash), line);
    }
    canvas.text(Role::Dim, "├", ruler.x, line);
    canvas.text(Role::Dim, "┤", end, line);
    let Some(journey) = frame
        .journey
        .as_ref()
        .filter(|journey| journey.reached(Stage::Place))
    else {
        return;
    };
    let goal = ruler.column(journey.key.hash);
    let at = between(ruler.x + 1, goal, journey.part(Stage::Place));
    canvas.text(Role::Accent, "▼", at, marks);
    if journey.passed(Stage::Place) {
        let share = share_of_range(journey.key.hash);
        let right = format!("╰ {share}");
        if at + width(&right) <= area.right() {
            canvas.text(Role::Accent, &right, at, label);
        } else {
            let left = format!("{share} ╯");
            canvas.text(
                Role::Accent,
                &left,
                (at + 1).saturating_sub(width(&left)),
                label,
            );
        }
    }
}

/// Boxes side by side, in as few rows as they fit.
struct Grid {
    area: Rect,
    columns: u16,
    height: u16,
}

impl Grid {
    /// `None` when there is no room for a box with one item each.
    fn new(boxes: usize, area: Rect) -> Option<Self> {
        let boxes = u16::try_from(boxes).ok().filter(|boxes| *boxes > 0)?;
        let most = ((area.width + 1) / (NARROWEST_BOX + 1)).max(1);
        let rows = boxes.div_ceil(most);
        let height = area.height / rows;
        (height >= 3).then(|| Self {
            area,
            columns: boxes.div_ceil(rows),
            height,
        })
    }

    fn cell(&self, index: usize) -> Rect {
        let index = u16::try_from(index).unwrap_or(u16::MAX);
        let (row, column) = (index / self.columns, index % self.columns);
        // The whole width is shared out, so that the last box ends where the ruler's legend does.
        let edge = |column: u16| {
            let total =
                u32::from(self.area.width + 1) * u32::from(column) / u32::from(self.columns);
            self.area.x + u16::try_from(total).unwrap_or(u16::MAX)
        };
        Rect {
            x: edge(column),
            y: self.area.y + row * self.height,
            width: edge(column + 1) - edge(column) - 1,
            height: self.height,
        }
    }
}

const SINGLE: [&str; 6] = ["┌", "─", "┐", "│", "└", "┘"];
const DOUBLE: [&str; 6] = ["╔", "═", "╗", "║", "╚", "╝"];

fn draw_box(
    frame: &Frame<'_>,
    partition: &PartitionFrame<'_>,
    cell: Rect,
    canvas: &mut Canvas<'_>,
) {
    let id = partition.state.id;
    let role = Role::Partition(id.0);
    let [top_left, flat, top_right, side, low_left, low_right] =
        if partition.owner { DOUBLE } else { SINGLE };
    let inner = cell.width.saturating_sub(2);
    let border = flat.repeat(usize::from(inner));
    let bottom = cell.bottom() - 1;
    canvas.text(
        role,
        &format!("{top_left}{border}{top_right}"),
        cell.x,
        cell.y,
    );
    canvas.text(
        role,
        &format!("{low_left}{border}{low_right}"),
        cell.x,
        bottom,
    );
    for y in cell.y + 1..bottom {
        canvas.text(role, side, cell.x, y);
        canvas.text(role, side, cell.right() - 1, y);
    }
    let title =
        Line::of(role, format!(" {} ", glyph(id))).push(Role::Strong, format!("P{} ", id.0));
    canvas.line(&title, cell.x + 1, cell.y, inner);
    let figures = figures(partition, frame.items(), inner.saturating_sub(2));
    canvas.line(&figures, cell.x + 1, bottom, inner);
    if partition.owner {
        // The border only: inside, weight is the newest item's.
        for edge in [
            Rect { height: 1, ..cell },
            Rect {
                y: bottom,
                height: 1,
                ..cell
            },
            Rect { width: 1, ..cell },
            Rect {
                x: cell.right() - 1,
                width: 1,
                ..cell
            },
        ] {
            canvas.add_modifier(edge, Modifier::BOLD);
        }
    }

    let rows = usize::from(cell.height - 2);
    for (y, line) in (cell.y + 1..bottom).zip(resident_lines(
        frame,
        partition,
        rows,
        inner.saturating_sub(2),
    )) {
        canvas.line(&line, cell.x + 2, y, inner.saturating_sub(1));
    }
}

/// `3 · 171 B · 37.5 %`, with as much of it as fits.
fn figures(partition: &PartitionFrame<'_>, total: u64, room: u16) -> Line {
    let state = partition.state;
    let items = format!(" {}", count(state.items));
    let bytes = format!(" · {}", bytes(state.bytes));
    let share = format!(" · {}", percent(state.items, total));
    let mut text = items;
    for more in [bytes, share] {
        if state.items > 0 && width(&text) + width(&more) < room {
            text.push_str(&more);
        }
    }
    text.push(' ');
    let role = if state.items == 0 {
        Role::Dim
    } else {
        Role::Text
    };
    Line::of(role, text)
}

/// The residents that fit, with the newest among them.
fn resident_lines(
    frame: &Frame<'_>,
    partition: &PartitionFrame<'_>,
    rows: usize,
    room: u16,
) -> Vec<Line> {
    let residents = &partition.residents;
    let newest = frame
        .journey
        .as_ref()
        .filter(|journey| journey.passed(Stage::Lands))
        .and_then(|journey| {
            residents
                .iter()
                .position(|resident| resident.arrival == journey.arrival)
        });
    let shown = if residents.len() > rows {
        rows.saturating_sub(1)
    } else {
        residents.len()
    };
    let first = newest
        .map_or(0, |newest| newest.saturating_sub(shown / 2))
        .min(residents.len() - shown);
    let mut lines: Vec<Line> = residents
        .iter()
        .enumerate()
        .skip(first)
        .take(shown)
        .map(|(index, resident)| resident_line(resident.key, newest == Some(index), room))
        .collect();
    if shown < residents.len() && rows > 0 {
        let hidden = (residents.len() - shown) as u64;
        lines.push(Line::of(Role::Dim, format!("+ {} more", count(hidden))));
    }
    lines
}

/// A name, its hash where there is room for it, and an arrow on the newest.
fn resident_line(key: &KeyTrace, newest: bool, room: u16) -> Line {
    let role = if newest { Role::Strong } else { Role::Text };
    let arrow = if newest { "◂" } else { " " };
    let name = name(key);
    if room >= 24 {
        let tail = Line::of(
            Role::Dim,
            format!("{:016x}", key.hash)
                .get(..4)
                .unwrap_or("")
                .to_owned()
                + "…",
        )
        .push(Role::Accent, format!(" {arrow}"));
        return Line::of(role, cut(&name, room - tail.width() - 1)).right(room, tail);
    }
    Line::of(role, cut(&name, room.saturating_sub(2))).right(room, Line::of(Role::Accent, arrow))
}

/// The key as a box shows it, with its sort key where it has one.
fn name(key: &KeyTrace) -> String {
    let text = match &key.sort_text {
        Some(sort) => format!("{} / {sort}", key.text),
        None => key.text.clone(),
    };
    // Long keys are cut before every character of them is looked at.
    let start: String = text.chars().take(200).collect();
    crate::printable::line(&start).into_owned()
}

/// The item on its way from the ruler into its box.
fn draw_fall(frame: &Frame<'_>, ruler: &Ruler, grid: &Grid, from: u16, canvas: &mut Canvas<'_>) {
    let Some(journey) = frame.journey.as_ref().filter(|journey| falls(journey)) else {
        return;
    };
    let Some(index) = frame
        .partitions
        .iter()
        .position(|partition| partition.state.id == journey.key.partition)
    else {
        return;
    };
    let cell = grid.cell(index);
    let rows = cell.height.saturating_sub(2).max(1);
    let landed = u16::try_from(frame.partitions[index].residents.len())
        .unwrap_or(u16::MAX)
        .min(rows - 1);
    let room = cell.width.saturating_sub(4);
    let part = journey.part(Stage::Lands);
    let x = between(
        ruler
            .column(journey.key.hash)
            .min(cell.right().saturating_sub(room + 2))
            .max(cell.x + 2),
        cell.x + 2,
        part,
    );
    let y = between(from, cell.y + 1 + landed, part);
    let text = Line::of(Role::Accent, cut(&name(journey.key), room));
    canvas.line(&text, x, y, room);
}

/// Whether the item is between ruler and box.
fn falls(journey: &Journey<'_>) -> bool {
    journey.stage == Stage::Lands && journey.progress < 1.0
}

/// Partitions as lines in columns, where there are too many for boxes.
fn draw_list(frame: &Frame<'_>, area: Rect, canvas: &mut Canvas<'_>) {
    const COLUMN: u16 = 27;
    let columns = (area.width / COLUMN).max(1);
    let capacity = usize::from(columns) * usize::from(area.height);
    let shown = if frame.partitions.len() > capacity {
        capacity.saturating_sub(1)
    } else {
        frame.partitions.len()
    };
    let place = |index: usize| {
        let index = u16::try_from(index).unwrap_or(u16::MAX);
        (area.x + index % columns * COLUMN, area.y + index / columns)
    };
    for (index, partition) in frame.partitions.iter().take(shown).enumerate() {
        let (x, y) = place(index);
        let id = partition.state.id;
        let mark = if partition.owner { "▸" } else { " " };
        let line = Line::of(Role::Accent, mark)
            .push(Role::Partition(id.0), format!("{} ", glyph(id)))
            .push(
                if partition.owner {
                    Role::Strong
                } else {
                    Role::Text
                },
                format!("P{}", id.0),
            )
            .to_column(8)
            .append(figures(partition, frame.items(), COLUMN - 9));
        canvas.line(&line, x, y, COLUMN - 1);
    }
    if shown < frame.partitions.len() && area.height > 0 {
        let (x, y) = place(shown);
        let hidden = (frame.partitions.len() - shown) as u64;
        canvas.line(
            &Line::of(Role::Dim, format!("  and {} more", count(hidden))),
            x,
            y,
            COLUMN - 1,
        );
    }
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
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::app::effect::Answer;
    use crate::app::key::Action;
    use crate::app::screen::{Component, Screen};
    use crate::app::state::Background;
    use crate::app::{State, update};
    use crate::lesson::model::{HashDemo, Place};
    use crate::scene::hash::tests::traces;
    use crate::target::exchange::{Exchange, Outcome};
    use crate::ui::draw_buffer;
    use crate::ui::snapshot::{self, exchange, state};
    use crate::ui::theme::Depth;

    const KEYS: [(&str, u64); 8] = [
        ("Beeba", 0x9f3c_21d4_77ab_0e15),
        ("Rex", 0xe100_0000_0000_0001),
        ("Milo", 0x4c00_1234_0000_0002),
        ("Luna", 0x8700_0000_0000_0003),
        ("Luno", 0x1300_0000_0000_0004),
        ("Simba", 0x5e00_0000_0000_0005),
        ("Oscar", 0x7aa0_0000_0000_0006),
        ("Ada", 0x0c00_0000_0000_0007),
    ];

    /// The demonstration at `stop`, with the first prediction made.
    fn shown(
        columns: u16,
        rows: u16,
        partitions: u32,
        keys: &[(&str, u64)],
    ) -> (State, HashScreen) {
        let mut state = state(columns, rows);
        let mut screen = HashScreen::new(HashDemo {
            id: "together".to_owned(),
            table: "neighbors".to_owned(),
            attribute: "pet".to_owned(),
            key_type: "S".to_owned(),
            partitions,
            keys: keys.iter().map(|(key, _)| (*key).to_owned()).collect(),
            place: Place::default(),
        });
        screen.shown(&mut state.shared);
        for partitions in [partitions, 2] {
            let ids = state.shared.take_effects();
            let exchanges = traces(partitions, keys).into_iter().map(exchange).collect();
            assert!(screen.answer(ids[0].id, &Answer::Hash(exchanges), &mut state.shared));
        }
        (state, screen)
    }

    fn at(columns: u16, rows: u16, stop: usize) -> Buffer {
        let (mut state, mut screen) = shown(columns, rows, 4, &KEYS);
        screen.guesses.insert(0, Guess::Choice(1));
        let script = screen.script.clone().unwrap();
        screen.clock.playhead.seek(script.timeline(), stop, None);
        state.screens.push(Screen::Hash(Box::new(screen)));
        drawn(&state, Depth::TwoFiftySix)
    }

    fn drawn(state: &State, depth: Depth) -> Buffer {
        let mut buffer = Buffer::empty(Rect::new(0, 0, state.shared.columns, state.shared.rows));
        let theme = Theme {
            depth,
            background: Background::Dark,
        };
        draw_buffer(state, theme, &mut buffer);
        buffer
    }

    #[test]
    fn at_the_start() {
        insta::assert_snapshot!(snapshot::styled(&at(80, 24, 0)));
    }

    #[test]
    fn after_a_quarter() {
        insta::assert_snapshot!(snapshot::styled(&at(80, 24, 12)));
    }

    #[test]
    fn half_way() {
        insta::assert_snapshot!(snapshot::styled(&at(80, 24, 28)));
    }

    #[test]
    fn at_the_end() {
        insta::assert_snapshot!(snapshot::styled(&at(80, 24, 48)));
    }

    #[test]
    fn at_the_end_at_120_by_40() {
        insta::assert_snapshot!(snapshot::styled(&at(120, 40, 48)));
    }

    #[test]
    fn the_prediction_comes_first() {
        let (mut state, mut screen) = shown(80, 24, 4, &KEYS);
        screen.act(Action::StepForward, &mut state.shared);
        for _ in 0..20 {
            state.shared.now.running += Duration::from_millis(50);
            screen.tick(&mut state.shared);
        }
        assert_eq!(screen.question(), Some(0));
        screen.act(Action::StepForward, &mut state.shared);
        assert_eq!(
            screen.position().done(),
            1,
            "nothing goes on before the answer"
        );
        state.screens.push(Screen::Hash(Box::new(screen)));
        insta::assert_snapshot!(snapshot::text(&drawn(&state, Depth::None)));
    }

    #[test]
    fn a_refused_key_leaves_the_picture() {
        let (mut state, screen) = shown(80, 24, 4, &KEYS);
        let before = screen.script.clone();
        state.screens.push(Screen::Hash(Box::new(screen)));
        for key in [crate::app::key::Key::Char('e'), crate::app::key::Key::Enter] {
            update(&mut state, crate::app::Message::Key(key));
        }
        let Some(Screen::Hash(screen)) = state.screens.last_mut() else {
            panic!("the demonstration stays");
        };
        let mut exchanges: Vec<Exchange> = traces(4, &KEYS).into_iter().map(exchange).collect();
        let mut refused = exchanges[1].clone();
        refused.outcome = Outcome::ServiceError {
            code: "ValidationException".to_owned(),
            message: "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: pet".to_owned(),
        };
        exchanges.push(refused);
        let id = crate::app::effect::RequestId(3);
        assert!(screen.answer(id, &Answer::Hash(exchanges), &mut state.shared));
        assert_eq!(screen.script, before);
        assert_eq!(screen.keys.len(), KEYS.len());
        let text = snapshot::text(&drawn(&state, Depth::None));
        assert!(
            text.contains("ValidationException: One or more parameter values"),
            "{text}"
        );
    }

    /// Every cell that is drawn was there for the asking: no panic and nothing torn at any size, with any key.
    #[test]
    fn whole_at_any_size_with_any_key() {
        let long = "k".repeat(2048);
        let odd = [
            ("👩‍👩‍👧 family", 5),
            ("e\u{301}\u{301}tude", 1 << 62),
            ("\u{1b}[2J\u{7}", 1 << 63),
            (long.as_str(), u64::MAX),
        ];
        for partitions in [1, 2, 3, 7, 16, 64] {
            for (columns, rows) in [
                (60, 18),
                (61, 19),
                (80, 24),
                (100, 30),
                (120, 40),
                (200, 60),
                (300, 20),
            ] {
                let (mut state, mut screen) = shown(columns, rows, partitions, &odd);
                screen.guesses.insert(0, Guess::DontKnow);
                let script = screen.script.clone().unwrap();
                let mut positions = Vec::new();
                for stop in 0..=script.timeline().moments() {
                    screen.clock.playhead.seek(script.timeline(), stop, None);
                    positions.push(screen.clock);
                }
                for clock in positions {
                    screen.clock = clock;
                    state.screens.push(Screen::Hash(Box::new(std::mem::replace(
                        &mut screen,
                        HashScreen::new(HashDemo {
                            id: String::new(),
                            table: String::new(),
                            attribute: String::new(),
                            key_type: String::new(),
                            partitions,
                            keys: Vec::new(),
                            place: Place::default(),
                        }),
                    ))));
                    let text = snapshot::text(&drawn(&state, Depth::True));
                    assert!(!text.contains('\u{1b}'));
                    let Some(Screen::Hash(back)) = state.screens.pop() else {
                        unreachable!()
                    };
                    screen = *back;
                }
            }
        }
    }
}
