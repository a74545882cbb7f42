//! Query or scan, on cells.
//!
//! ```text
//!   Which pets live with Rachel?                    10,000 items · 4 partitions
//!
//!               QUERY  person = "Rachel"      SCAN  filter person = "Rachel"
//!   ● P0        ░░░░░░░░░░░░░░░░░░░░░░        ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒
//!   ▲ P1        ░░░░█░░░░░░░░░░░░░░░░░   3    ▒▒▒▒█▒▒░░░░░░░░░░░░░░░   3
//!               █ returned   ▒ read and paid for, not returned   ░ not read
//!
//!   examined        3                             4,127
//!   cost            0.5 RCU                       101.5 RCU
//! ```
//!
//! A strip is one partition in stored order; all strips have the same scale.
//! Invariant: it is drawn inside the body only, at any size from 60×18 on.

mod figures;
mod strips;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::demo::{Guess, choices};
use crate::app::paper::{Line, Role, cut, width, wrap_text};
use crate::app::race::{RATIOS, Race, RaceScreen, Work};
use crate::app::{Shared, layout};
use crate::scene::race::{Frame, Way, times_text};
use crate::scene::{count, percent, plural};
use crate::ui::theme::Theme;
use crate::ui::{paint, rect};

/// Wider than this, the two sides no longer look like one picture.
const WIDEST: u16 = 168;
/// Where the two sides begin: behind the labels.
const LABELS: u16 = 12;
/// Between the two sides.
const GUTTER: u16 = 4;
/// For the number of items returned, behind a strip.
const TAIL: u16 = 6;
/// Rows for words at the bottom.
const WORDS: u16 = 3;
/// Rows of one strip, at most: taller ones look like boxes.
const TALLEST: u16 = 8;
/// Rows of figures.
const FIGURES: u16 = 7;
const RETURNED: &str = "█";
const READ: &str = "▒";
const UNREAD: &str = "░";

pub fn draw(screen: &RaceScreen, shared: &Shared, theme: Theme, buffer: &mut Buffer) {
    let body = rect(layout::body(shared.columns, shared.rows), buffer);
    let spare = body.width.saturating_sub(WIDEST);
    let body = Rect {
        x: body.x + spare / 2,
        width: body.width - spare,
        ..body
    };
    let mut canvas = Canvas { theme, buffer };
    let Some(race) = &screen.race else {
        draw_first(screen, body, &mut canvas);
        return;
    };
    let frame = race.script.frame(screen.position());
    let panes = Panes::new(body);
    draw_question(race, body, &mut canvas);
    let rows = Rows::new(body, frame.scan.lanes.len());
    draw_heads(race, &panes, rows.heads, &mut canvas);
    strips::draw(&frame, &panes, &rows, &mut canvas);
    figures::draw(
        race,
        &frame,
        screen.position().done(),
        &panes,
        &rows,
        &mut canvas,
    );
    let words = Rect {
        // Where the picture needs less than there is, its words stay near it.
        y: body
            .bottom()
            .saturating_sub(WORDS)
            .min(rows.figures + rows.most_figures + 1),
        height: WORDS,
        ..body
    };
    draw_words(screen, race, &frame, words, &mut canvas);
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
}

/// The columns of both sides.
struct Panes {
    labels: u16,
    query: u16,
    scan: u16,
    width: u16,
}

impl Panes {
    fn new(body: Rect) -> Self {
        let width = body.width.saturating_sub(LABELS + GUTTER) / 2;
        let query = body.x + LABELS;
        Self {
            labels: body.x,
            query,
            scan: query + width + GUTTER,
            width,
        }
    }

    /// Columns of a strip, without its tail.
    fn strip(&self) -> u16 {
        self.width.saturating_sub(TAIL).max(1)
    }
}

/// The rows of everything between question and words.
struct Rows {
    heads: u16,
    lanes: u16,
    /// How many partitions are shown at once.
    shown: usize,
    /// Rows of one strip.
    strip: u16,
    /// Rows from one strip to the next.
    pitch: u16,
    legend: Option<u16>,
    figures: u16,
    /// How many rows of figures there is room for.
    most_figures: u16,
}

impl Rows {
    fn new(body: Rect, lanes: usize) -> Self {
        let lanes = u16::try_from(lanes).unwrap_or(u16::MAX).max(1);
        // The question and a blank, heads, …, a blank, figures, a blank, words.
        let airy = body.height >= 20;
        let heads = body.y + if airy { 2 } else { 1 };
        let first = heads + 1;
        let most_figures = if airy { FIGURES } else { 5 };
        let figures = body
            .bottom()
            .saturating_sub(WORDS + u16::from(airy) + most_figures);
        let room = figures.saturating_sub(first + 1 + u16::from(airy)).max(1);
        let shown = lanes.min(room);
        let each = room / shown;
        let (strip, pitch) = if each >= 2 {
            let tall = (each - 1).min(TALLEST);
            (tall, tall + 1)
        } else {
            (1, 1)
        };
        let after = first + shown * pitch;
        // On a tall terminal the figures stay near the strips they belong to.
        let figures = figures.min(after + 2);
        Self {
            heads,
            lanes: first,
            shown: usize::from(shown),
            strip,
            pitch,
            legend: (after < figures).then_some(after),
            figures,
            most_figures,
        }
    }
}

fn draw_question(race: &Race, body: Rect, canvas: &mut Canvas<'_>) {
    let demo = &race.run.demo;
    let size = format!(
        "{} · {}",
        plural(demo.items, "item"),
        plural(race_partitions(race), "partition")
    );
    let size = Line::of(Role::Dim, size);
    let question = if race.run.key == demo.key {
        demo.question.clone()
    } else {
        format!("The same question for {}", race.run.key)
    };
    let question = cut(
        &crate::printable::line(&question),
        body.width.saturating_sub(size.width() + 2),
    );
    let line = Line::of(Role::Title, question).right(body.width, size);
    canvas.line(&line, body.x, body.y, body.width);
}

fn race_partitions(race: &Race) -> u64 {
    race.script
        .pages(Way::Scan)
        .first()
        .map_or(0, |page| page.partitions.len() as u64)
}

fn draw_heads(race: &Race, panes: &Panes, y: u16, canvas: &mut Canvas<'_>) {
    let condition = format!("{} = \"{}\"", race.run.demo.partition_key, race.run.key);
    let condition = crate::printable::line(&condition).into_owned();
    let query = Line::of(Role::Query, "QUERY  ")
        .push(Role::Text, cut(&condition, panes.width.saturating_sub(7)));
    let scan = Line::of(Role::Scan, "SCAN  ")
        .push(Role::Dim, "filter ")
        .push(Role::Text, cut(&condition, panes.width.saturating_sub(13)));
    canvas.line(&query, panes.query, y, panes.width);
    canvas.line(&scan, panes.scan, y, panes.width);
}

fn draw_words(
    screen: &RaceScreen,
    race: &Race,
    frame: &Frame,
    area: Rect,
    canvas: &mut Canvas<'_>,
) {
    let mut lines: Vec<Line> = Vec::new();
    if let Some(field) = &screen.field {
        let label = Line::of(
            Role::Accent,
            format!(
                "{} = ",
                crate::printable::line(&race.run.demo.partition_key)
            ),
        );
        let room = area.width.saturating_sub(label.width());
        lines.push(label.append(field.line(room)));
        lines.push(Line::of(Role::Dim, "Enter asks both ways for this key."));
    } else if let Some(why) = &screen.problem {
        lines = wrap_text(Role::Error, why, area.width.min(layout::PROSE + 4));
    } else if screen.asking() {
        lines.push(Line::of(
            Role::Strong,
            "How many times as much as the query will the scan cost?",
        ));
        let words: Vec<Line> = RATIOS
            .iter()
            .map(|ratio| Line::of(Role::Text, ratio_text(*ratio)))
            .collect();
        lines.extend(choices(&words, area.width));
    } else {
        lines = wrap_text(Role::Text, &frame.narration, area.width.min(100));
        lines.truncate(2);
        if screen.work.is_none() && lines.len() < 2 {
            lines.push(Line::new());
        }
        if screen.work.is_none() {
            lines.push(verdict(screen, race));
        }
    }
    if let Some(work) = &screen.work {
        lines.truncate(usize::from(area.height) - 1);
        lines.resize(usize::from(area.height) - 1, Line::new());
        lines.push(progress(work, area.width));
    }
    for (line, y) in lines.iter().zip(area.y..area.bottom()) {
        canvas.line(line, area.x, y, area.width);
    }
}

fn ratio_text(ratio: u64) -> String {
    if ratio == 1 {
        "about as much".to_owned()
    } else {
        format!("{} times", count(ratio))
    }
}

/// What was predicted, beside what it is.
fn verdict(screen: &RaceScreen, race: &Race) -> Line {
    let said = match screen.guess {
        None => return Line::new(),
        Some(Guess::DontKnow) => "“I don't know”".to_owned(),
        Some(Guess::Choice(choice)) => RATIOS
            .get(choice)
            .map_or_else(String::new, |ratio| ratio_text(*ratio)),
    };
    let line = Line::of(Role::Dim, "You said ")
        .push(Role::Text, said)
        .push(Role::Dim, ".  ");
    let Some(times) = race.script.times(screen.position().done()) else {
        return line;
    };
    let so_far = if screen.at_end() {
        "It is "
    } else {
        "So far: "
    };
    line.push(Role::Dim, so_far)
        .push(Role::Strong, times_text(times))
        .push(Role::Dim, ".")
}

/// `Building 100,000 items ▓▓▓▓▓▓░░░░ 62 %   Esc stops`.
fn progress(work: &Work, columns: u16) -> Line {
    let head = format!(
        "{} of {} {} ",
        count(work.done),
        count(work.total),
        work.what
    );
    let share = percent(work.done.min(work.total), work.total);
    let tail = format!(" {share}   Esc stops");
    let room = columns.saturating_sub(width(&head) + width(&tail)).min(40);
    let full = u16::try_from(u64::from(room) * work.done.min(work.total) / work.total.max(1))
        .unwrap_or(room);
    Line::of(Role::Text, head)
        .push(Role::Accent, RETURNED.repeat(usize::from(full)))
        .push(Role::Dim, UNREAD.repeat(usize::from(room - full)))
        .push(Role::Dim, tail)
}

/// Before there is a first picture.
fn draw_first(screen: &RaceScreen, body: Rect, canvas: &mut Canvas<'_>) {
    let question = cut(&crate::printable::line(&screen.demo.question), body.width);
    canvas.line(&Line::of(Role::Title, question), body.x, body.y, body.width);
    let lines = match (&screen.problem, &screen.work) {
        (Some(why), _) => wrap_text(Role::Error, why, body.width),
        (None, Some(work)) => vec![
            Line::of(
                Role::Text,
                "A table is really being built, so that both ways have something to read.",
            ),
            Line::new(),
            progress(work, body.width),
        ],
        (None, None) => Vec::new(),
    };
    for (line, y) in lines.iter().zip(body.y + 2..body.bottom()) {
        canvas.line(line, body.x, y, body.width);
    }
}

#[cfg(test)]
mod tests;
