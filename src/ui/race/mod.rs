//! Query or scan, on cells.
//!
//! ```text
//!   Which pets live with Rachel?                    10,000 items · 4 partitions
//!               QUERY  person = "Rachel"      SCAN  filter person = "Rachel"
//!   ● P0        ░░░░░░░░░░░░░░░░░░░░░░        ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒
//!   ▲ P1        ░░░░█░░░░░░░░░░░░░░░░░   3    ▒▒▒▒▓▒▒░░░░░░░░░░░░░░░   3
//!               █ returned  ▓ some  ▒ paid for, not returned  ░ not read
//!   examined        3                             4,127
//!   cost            0.5 RCU                       101.5 RCU
//! ```
//!
//! A strip is one partition in stored order; all strips have the same scale. 80×24 has the figures in nine rows; 120×40
//! has room for all of them and for the pages one by one; 200×60 shows what is sent as well.
//! Invariant: it is drawn inside the body only, at any size from 60×18 on.

mod figures;
mod form;
mod growth;
mod strips;

pub(super) use figures::dollars_for_a_million;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::Shared;
use crate::app::demo::{Guess, choices};
use crate::app::figures::money;
use crate::app::paper::{Line, Role, cut, whole_sentences, width, wrap_text};
use crate::app::race::{RATIOS, Race, RaceScreen, Work};
use crate::lesson::ask::{Ask, Way};
use crate::scene::race::growth::grouped;
use crate::scene::race::{Frame, Side, times_text};
use crate::scene::{bytes, count, percent, plural};
use crate::ui::middle;
use crate::ui::partitions::Canvas;
use crate::ui::theme::Theme;

/// Wider than this, the two sides no longer look like one picture.
const WIDEST: u16 = 168;
/// Where the two sides begin: behind the labels.
const LABELS: u16 = 12;
/// Between the two sides.
const GUTTER: u16 = 4;
/// For the number of items returned, behind a strip.
const TAIL: u16 = 8;
/// Rows for words at the bottom.
const WORDS: u16 = 3;
/// Rows of one strip, at most: taller ones look like boxes.
const TALLEST: u16 = 8;
/// From this height on, the pages are listed one by one.
const LEDGER_FROM: u16 = 34;
/// From this height on, the requests stand below the heads.
const REQUESTS_FROM: u16 = 50;
const RETURNED: &str = "█";
const MIXED: &str = "▓";
const READ: &str = "▒";
const UNREAD: &str = "░";

pub fn draw(screen: &RaceScreen, shared: &Shared, theme: Theme, buffer: &mut Buffer) {
    let body = middle(shared, WIDEST, buffer);
    let mut canvas = Canvas { theme, buffer };
    let Some(race) = &screen.race else {
        draw_first(screen, body, &mut canvas);
        return;
    };
    draw_question(race, body, &mut canvas);
    if screen.growing.shown && screen.form.is_none() {
        growth::draw(screen, race, body, &mut canvas);
        return;
    }
    let frame = race.script.frame(screen.position());
    let panes = Panes::new(body);
    let rows = Rows::new(body, strips::most_lanes(&frame), race.measured.is_some());
    draw_heads(race, &panes, &rows, &mut canvas);
    let roles = Side::BOTH.map(|side| role(race.run.ask(side)));
    strips::draw(&frame, roles, &panes, &rows, &mut canvas);
    if let Some(form) = &screen.form {
        let area = Rect {
            y: rows.figures,
            height: body.bottom().saturating_sub(rows.figures),
            ..body
        };
        form::draw(form, &panes, area, &mut canvas);
        return;
    }
    let stop = screen.position().done();
    figures::draw(
        race,
        &frame,
        stop,
        screen.round_trip,
        &panes,
        &rows,
        &mut canvas,
    );
    if rows.ledger > 0 {
        let y = rows.figures + rows.most_figures + 1;
        figures::draw_ledger(race, stop, &panes, y, rows.ledger, &mut canvas);
    }
    let words = Rect {
        // Where the picture needs less than there is, its words stay near it.
        y: body.bottom().saturating_sub(WORDS).min(rows.end() + 1),
        height: WORDS,
        ..body
    };
    draw_words(screen, shared, race, &frame, words, &mut canvas);
}

/// The columns of both sides.
struct Panes {
    labels: u16,
    left: u16,
    right: u16,
    width: u16,
}

impl Panes {
    fn new(body: Rect) -> Self {
        let width = body.width.saturating_sub(LABELS + GUTTER) / 2;
        let left = body.x + LABELS;
        Self {
            labels: body.x,
            left,
            right: left + width + GUTTER,
            width,
        }
    }

    /// Columns of a strip, without its tail.
    fn strip(&self) -> u16 {
        self.width.saturating_sub(TAIL).max(1)
    }

    fn of(&self, side: Side) -> u16 {
        match side {
            Side::Left => self.left,
            Side::Right => self.right,
        }
    }
}

/// The rows of everything between question and words.
struct Rows {
    heads: u16,
    /// What is sent, below the heads.
    requests: Option<u16>,
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
    /// Rows of the list of pages, with its head; 0 where there is none.
    ledger: u16,
}

impl Rows {
    fn new(body: Rect, lanes: usize, measured: bool) -> Self {
        let lanes = u16::try_from(lanes).unwrap_or(u16::MAX).max(1);
        let roomy = body.height >= LEDGER_FROM;
        let heads = body.y + 1 + u16::from(roomy);
        let requests = (body.height >= REQUESTS_FROM).then_some(heads + 1);
        let first = heads + 1 + 2 * u16::from(requests.is_some());
        let wanted = if roomy {
            figures::ALL
        } else {
            figures::COMPACT
        } + u16::from(measured);
        // Below the strips: legend, figures, the list of pages, a blank before each of the last two, words.
        let below = first..body.bottom().saturating_sub(WORDS + 1);
        let room = u16::try_from(below.len()).unwrap_or(0);
        let ledger = if roomy { (body.height / 7).min(14) } else { 0 };
        let fixed = wanted + 1 + if roomy { ledger + 3 } else { 0 };
        // Figures give way before the strips of four partitions do.
        let least = lanes.min(4).min(room.saturating_sub(5)).max(1);
        let for_lanes = room.saturating_sub(fixed).max(least);
        let shown = lanes.min(for_lanes);
        let each = for_lanes / shown;
        let (strip, pitch) = if each >= 2 {
            let tall = (each - 1).min(TALLEST);
            (tall, tall + 1)
        } else {
            (1, 1)
        };
        let after = first + shown * pitch;
        let left = below.end.saturating_sub(after);
        let legend = (left > 5).then_some(after);
        let figures = after + u16::from(legend.is_some());
        // A blank before them, where that costs no figure.
        let figures = figures + u16::from(roomy || figures + wanted < below.end);
        let most_figures = wanted.min(below.end.saturating_sub(figures));
        Self {
            heads,
            requests,
            lanes: first,
            shown: usize::from(shown),
            strip,
            pitch,
            legend,
            figures,
            most_figures,
            ledger,
        }
    }

    /// The first row below everything.
    fn end(&self) -> u16 {
        let ledger = if self.ledger > 0 { self.ledger + 1 } else { 0 };
        self.figures + self.most_figures + ledger
    }
}

fn draw_question(race: &Race, body: Rect, canvas: &mut Canvas<'_>) {
    let demo = &race.run.demo;
    let size = format!(
        "{} · {}",
        plural(demo.items, "item"),
        plural(demo.partitions.into(), "partition")
    );
    let size = Line::of(Role::Dim, size);
    let question = race.run.question().unwrap_or("A question of your own");
    let question = cut(
        &crate::printable::line(question),
        body.width.saturating_sub(size.width() + 2),
    );
    let line = Line::of(Role::Title, question).right(body.width, size);
    canvas.line(&line, body.x, body.y, body.width);
}

/// The colour of a side: it is told where to look, or it reads everything.
pub(super) fn role(ask: &Ask) -> Role {
    if ask.way.has_key() {
        Role::Query
    } else {
        Role::Scan
    }
}

/// What a side does, in one line.
pub(super) fn head(ask: &Ask) -> Line {
    let name = match ask.way {
        Way::Get => "GET".to_owned(),
        Way::Query | Way::Range => "QUERY".to_owned(),
        Way::Index => format!("QUERY {}", ask.index.name()),
        Way::Scan | Way::Projection => "SCAN".to_owned(),
        Way::Parallel => format!("SCAN ×{}", ask.segments),
    };
    let mut line = Line::of(role(ask), name);
    if ask.consistent {
        line.add(Role::Warning, " strong");
    }
    line.add(Role::Text, "  ");
    if ask.way.has_key() {
        line.add(Role::Text, &ask.key);
    }
    if ask.way.has_filter() && !ask.filter.trim().is_empty() {
        let before = if ask.way.has_key() {
            " filter "
        } else {
            "filter "
        };
        line.add(Role::Dim, before);
        line.add(Role::Text, &ask.filter);
    } else if !ask.way.has_key() {
        line.add(Role::Dim, "everything");
    }
    if ask.way == Way::Projection {
        line.add(Role::Dim, " only ");
        line.add(Role::Text, &ask.projection);
    }
    line
}

fn draw_heads(race: &Race, panes: &Panes, rows: &Rows, canvas: &mut Canvas<'_>) {
    for side in Side::BOTH {
        let x = panes.of(side);
        let line = fitted(head(race.run.ask(side)), panes.width);
        canvas.line(&line, x, rows.heads, panes.width);
        if let Some(y) = rows.requests {
            let sent = wrap_text(Role::Dim, race.request(side), panes.width);
            for (line, y) in sent.iter().zip(y..y + 2) {
                canvas.line(line, x, y, panes.width);
            }
        }
    }
}

/// A line cut to its columns with `…`.
pub(super) fn fitted(line: Line, columns: u16) -> Line {
    if line.width() <= columns {
        return line;
    }
    let mut short = Line::new();
    for span in line.spans {
        let room = columns.saturating_sub(short.width());
        if width(&span.text) > room {
            return short.push(span.role, cut(&span.text, room));
        }
        short.add(span.role, span.text);
    }
    short
}

/// What the sides are called where one is spoken of beside the other.
pub(super) fn nouns(race: &Race) -> [&'static str; 2] {
    let nouns = Side::BOTH.map(|side| race.run.ask(side).way.noun());
    if nouns[0] == nouns[1] {
        ["left side", "right side"]
    } else {
        nouns
    }
}

fn draw_words(
    screen: &RaceScreen,
    shared: &Shared,
    race: &Race,
    frame: &Frame,
    area: Rect,
    canvas: &mut Canvas<'_>,
) {
    let mut lines: Vec<Line> = Vec::new();
    if let Some(most) = screen.offer() {
        lines.push(Line::of(
            Role::Strong,
            format!(
                "Make a table on {}, ask both ways, and delete it?",
                shared.target
            ),
        ));
        let words = format!(
            "At most {} WCU and {} RCU: {} on AWS. y runs it, n leaves it.",
            grouped(most.written),
            grouped(most.read),
            money(most.price)
        );
        lines.extend(wrap_text(Role::Warning, &words, area.width));
    } else if let Some(why) = &screen.problem {
        lines = wrap_text(Role::Error, why, area.width);
    } else if screen.asking() {
        let [left, right] = nouns(race);
        lines.push(Line::of(
            Role::Strong,
            format!("How many times as much as the {left} will the {right} cost?"),
        ));
        let words: Vec<Line> = RATIOS
            .iter()
            .map(|ratio| Line::of(Role::Text, ratio_text(*ratio)))
            .collect();
        lines.extend(choices(&words, area.width));
    } else {
        lines = whole_sentences(Role::Text, &frame.narration, area.width.min(100), 2);
        let difference = race.script.difference().filter(|_| screen.at_end());
        if let Some(difference) = difference {
            // That they can't be compared matters more than the end of what happened last.
            lines = vec![
                Line::of(Role::Text, cut(&frame.narration, area.width)),
                Line::of(Role::Warning, cut(&difference, area.width)),
            ];
        }
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

pub(super) fn ratio_text(ratio: u64) -> String {
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

/// `62,000 of 100,000 items put ▓▓▓▓▓▓░░░░ 62 %   Esc stops`.
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
    let run = screen.run();
    let question = run.question().unwrap_or("One question, asked in two ways");
    let question = cut(&crate::printable::line(question), body.width);
    canvas.line(&Line::of(Role::Title, question), body.x, body.y, body.width);
    let lines = match (&screen.problem, &screen.work) {
        (Some(why), _) => wrap_text(Role::Error, why, body.width),
        (None, Some(work)) => vec![
            Line::of(
                Role::Text,
                "A table is really being built, so that both ways have something to read.",
            ),
            Line::of(
                Role::Dim,
                format!("It takes about {} of memory.", bytes(run.memory())),
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
