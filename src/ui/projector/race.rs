//! Query or scan, for a wall: what both cost, one below the other, and how far each has read.
//!
//! ```text
//!   Which pets live with Rachel?
//!   QUERY   3 examined · 3 returned · $0.06 a million
//!   ▛▘ ▟▖▙  RCU                        the units in large figures; the points stand below each other
//!   ─────────────█──────────────────   the whole table: read, returned, not read
//!   SCAN    10,000 examined · 3 returned · $62.50 a million
//!   …
//! ```
//!
//! Invariant: each bar is the whole table or index that its side asks, and the figures do not move while they grow.

use ratatui::layout::Rect;

use super::figures::{Figure, Size};
use super::{Canvas, sentence};
use crate::app::demo::{Guess, choices};
use crate::app::paper::{Line, Role, cut};
use crate::app::race::{RATIOS, Race, RaceScreen, Work};
use crate::scene::race::{Frame, Side, SideFrame, times_text};
use crate::scene::{count, percent};
use crate::ui::race::{dollars_for_a_million, fitted, head, nouns, ratio_text, role};

/// Behind a cost.
const UNIT: &str = " RCU";
/// Rows of a side besides its figure: its label and its bar.
const AROUND: u16 = 2;

pub fn draw(screen: &RaceScreen, area: Rect, canvas: &mut Canvas<'_>) {
    let Some(race) = &screen.race else {
        return draw_first(screen, area, canvas);
    };
    let frame = race.script.frame(screen.position());
    let words = words(screen, race, &frame, area.width);
    let rows = u16::try_from(words.len()).unwrap_or(1).max(1);
    // Both sides, below the question and above the words.
    let room = area.height.saturating_sub(1 + rows + 2 * AROUND) / 2;
    let costs = Costs::new(race, &frame, area.width, room, canvas.ascii);
    let height = AROUND + costs.figures[0].height();
    let air = area.height.saturating_sub(1 + rows + 2 * height);
    let gap = (air / 3).min(3);

    let question = race.run.question().unwrap_or("A question of your own");
    let question = cut(&crate::printable::line(question), area.width);
    canvas.line(&Line::of(Role::Title, question), area.x, area.y, area.width);
    let stop = screen.position().done();
    let mut y = area.y + 1 + gap;
    for (side, figure) in Side::BOTH.into_iter().zip(&costs.figures) {
        let look = role(race.run.ask(side));
        let label = label(race, &frame, side, stop, costs.with_unit, area.width);
        canvas.line(&label, area.x, y, area.width);
        canvas.figure(figure, look, area.x, y + 1);
        let bar = bar(frame.side(side), look, area.width);
        canvas.line(&bar, area.x, y + height - 1, area.width);
        y += height + gap;
    }
    let room = Rect {
        y: y.saturating_sub(gap.saturating_sub(1))
            .min(area.bottom().saturating_sub(rows)),
        height: rows,
        ..area
    };
    canvas.words(&words, room);
}

/// Before there is a first picture.
fn draw_first(screen: &RaceScreen, area: Rect, canvas: &mut Canvas<'_>) {
    let question = screen.run().question();
    let question = question.unwrap_or("One question, asked in two ways");
    let question = crate::printable::line(question);
    let mut lines = sentence(Role::Title, &question, area.width);
    lines.push(Line::new());
    match (&screen.problem, &screen.work) {
        (Some(why), _) => lines.extend(sentence(Role::Error, why, area.width)),
        (None, Some(work)) => lines.push(Line::of(Role::Text, progress(work))),
        (None, None) => {}
    }
    canvas.words(&lines, area);
}

/// What both have cost, as figures of one size.
struct Costs {
    figures: [Figure; 2],
    /// Whether `RCU` stands behind the number.
    with_unit: bool,
}

impl Costs {
    /// As large as both have room at the end; the unit is part of the figure unless that would make it smaller.
    fn new(race: &Race, frame: &Frame, columns: u16, rows: u16, ascii: bool) -> Self {
        let last = Side::BOTH.map(|side| race.script.figures(side, usize::MAX).read.to_string());
        let whole = |cost: &String| cost.find('.').unwrap_or(cost.len());
        let digits = last.iter().map(whole).max().unwrap_or(0);
        let aligned = |cost: &String| {
            let blanks = digits.saturating_sub(whole(cost));
            format!("{}{cost}", " ".repeat(blanks))
        };
        let size = |unit: &str| {
            let sizes = last.each_ref().map(|cost| {
                let text = format!("{}{unit}", aligned(cost));
                Figure::fitting(&text, Size::Times(3), columns, rows, ascii).size()
            });
            sizes[0].min(sizes[1])
        };
        let with_unit = size(UNIT) >= size("");
        let unit = if with_unit { UNIT } else { "" };
        let figures = Side::BOTH.map(|side| {
            let cost = frame.side(side).figures.read.to_string();
            let text = format!("{}{unit}", aligned(&cost));
            Figure::fitting(&text, size(unit), columns, rows, ascii)
        });
        Self { figures, with_unit }
    }
}

/// `SCAN   4,127 examined · 2 returned · $12.69 a million`, and what it asks where there is room.
fn label(
    race: &Race,
    frame: &Frame,
    side: Side,
    stop: usize,
    with_unit: bool,
    columns: u16,
) -> Line {
    let figures = frame.side(side).figures;
    let unit = if with_unit { "" } else { "RCU · " };
    let words = format!(
        "{unit}{} examined · {} returned · {} a million",
        count(figures.examined),
        count(figures.returned),
        dollars_for_a_million(race.price(side, stop))
    );
    let words = Line::of(Role::Text, words);
    let room = columns.saturating_sub(words.width() + 2);
    fitted(head(race.run.ask(side)), room).right(columns, words)
}

/// The whole table from its first partition to its last: returned, read, and not read.
fn bar(side: &SideFrame, role: Role, columns: u16) -> Line {
    let items: u64 = side.lanes.iter().map(|lane| lane.items).sum();
    let mut line = Line::new();
    if items == 0 {
        return line.push(Role::Text, "an empty table");
    }
    let cells = u64::from(columns);
    for cell in 0..cells {
        let from = cell * items / cells;
        let to = ((cell + 1) * items / cells).max(from + 1);
        match fate(side, from, to) {
            Fate::Returned => line.add(Role::Strong, "█"),
            Fate::Read => line.add(role, "▒"),
            Fate::Unread => line.add(Role::Rule, "░"),
        }
    }
    line
}

enum Fate {
    Returned,
    Read,
    Unread,
}

/// What became of the items from `from` up to but without `to`, counted through all partitions.
fn fate(side: &SideFrame, from: u64, to: u64) -> Fate {
    let mut next = 0;
    let mut fate = Fate::Unread;
    for lane in &side.lanes {
        let first = next;
        next += lane.items;
        if next <= from || to <= first {
            continue;
        }
        let (from, to) = (from.saturating_sub(first), to - first);
        // Stretches stand in the order of the work, which is stored order.
        let meets = |stretches: &[crate::scene::race::Stretch]| {
            stretches
                .iter()
                .any(|stretch| stretch.from < to && from < stretch.to)
        };
        if meets(&lane.hits) {
            return Fate::Returned;
        }
        if meets(&lane.examined) {
            fate = Fate::Read;
        }
    }
    fate
}

fn words(screen: &RaceScreen, race: &Race, frame: &Frame, columns: u16) -> Vec<Line> {
    if let Some(work) = &screen.work {
        return vec![Line::of(Role::Strong, progress(work))];
    }
    if let Some(why) = &screen.problem {
        return sentence(Role::Error, why, columns);
    }
    if screen.asking() {
        let ratios: Vec<Line> = RATIOS
            .iter()
            .map(|ratio| Line::of(Role::Text, ratio_text(*ratio)))
            .collect();
        let [left, right] = nouns(race);
        let question = format!("How many times as much as the {left} will the {right} cost?");
        let mut lines = vec![Line::of(Role::Strong, question)];
        lines.extend(choices(&ratios, columns));
        return lines;
    }
    let Some(times) = race.script.times(screen.position().done()) else {
        return sentence(Role::Strong, &frame.narration, columns);
    };
    let so_far = if screen.at_end() { "It is " } else { "So far " };
    let line = Line::of(Role::Strong, format!("{so_far}{}.", times_text(times)));
    let said = match screen.guess {
        Some(Guess::Choice(choice)) => RATIOS.get(choice).map_or_else(Line::new, |ratio| {
            Line::of(Role::Text, format!("you said {}", ratio_text(*ratio)))
        }),
        _ => Line::new(),
    };
    if line.width() + said.width() + 2 <= columns {
        return vec![line.right(columns, said)];
    }
    vec![line]
}

/// `62 % of 100,000 items`.
fn progress(work: &Work) -> String {
    let share = percent(work.done.min(work.total), work.total);
    format!("{share} of {} {}", count(work.total), work.what)
}
