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

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::demo::{Guess, choices};
use crate::app::paper::{Line, Role, cut, width, wrap_text};
use crate::app::race::{RATIOS, Race, RaceScreen, Work};
use crate::app::{Shared, layout};
use crate::scene::race::{Frame, Lane, SideFrame, Way, times_text};
use crate::scene::{bytes, count, percent, plural};
use crate::target::exchange::Picodollars;
use crate::ui::theme::{Theme, glyph};
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
    draw_lanes(&frame, &panes, &rows, &mut canvas);
    draw_figures(
        race,
        &frame,
        screen.position().done(),
        &panes,
        &rows,
        &mut canvas,
    );
    let words = Rect {
        y: body.bottom().saturating_sub(WORDS),
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
            ((each - 1).min(4), (each - 1).min(4) + 1)
        } else {
            (1, 1)
        };
        let after = first + shown * pitch;
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

/// How many items one cell of a strip stands for, and how many columns a cell takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Scale {
    per_cell: u64,
    columns: u16,
}

impl Scale {
    /// The same for all strips of a picture: the longest partition just fits.
    fn new(lanes: &[Lane], strip: u16, rows: u16) -> Self {
        let longest = lanes
            .iter()
            .map(|lane| lane.items)
            .max()
            .unwrap_or(0)
            .max(1);
        let cells = u64::from(strip) * u64::from(rows);
        // Few items stand apart, so that each can be counted.
        let apart = u64::from(strip / 2) * u64::from(rows);
        if longest <= apart {
            Self {
                per_cell: 1,
                columns: 2,
            }
        } else {
            Self {
                per_cell: longest.div_ceil(cells.max(1)),
                columns: 1,
            }
        }
    }
}

fn draw_lanes(frame: &Frame, panes: &Panes, rows: &Rows, canvas: &mut Canvas<'_>) {
    let lanes = &frame.scan.lanes;
    let scale = Scale::new(lanes, panes.strip(), rows.strip);
    let first = first_lane(&frame.scan, rows.shown);
    for (slot, (query, scan)) in frame
        .query
        .lanes
        .iter()
        .zip(lanes)
        .skip(first)
        .take(rows.shown)
        .enumerate()
    {
        let y = rows.lanes + u16::try_from(slot).unwrap_or(u16::MAX) * rows.pitch;
        let id = scan.partition;
        let name = Line::of(Role::Partition(id.0), format!("{} ", glyph(id)))
            .push(Role::Text, format!("P{}", id.0));
        canvas.line(&name, panes.labels, y, LABELS);
        draw_strip(
            query,
            Role::Query,
            scale,
            panes.query,
            y,
            panes.strip(),
            rows.strip,
            canvas,
        );
        draw_strip(
            scan,
            Role::Scan,
            scale,
            panes.scan,
            y,
            panes.strip(),
            rows.strip,
            canvas,
        );
    }
    if let Some(y) = rows.legend {
        let hidden = lanes.len() - rows.shown.min(lanes.len());
        let line = if hidden > 0 {
            Line::of(
                Role::Dim,
                format!("and {} more", plural(hidden as u64, "partition")),
            )
        } else {
            legend(scale)
        };
        // Below the strips where it fits, else from the left edge on.
        let end = panes.scan + panes.width;
        let x = if panes.query + line.width() <= end {
            panes.query
        } else {
            panes.labels
        };
        canvas.line(&line, x, y, end - x);
    }
}

fn legend(scale: Scale) -> Line {
    let line = Line::of(Role::Strong, RETURNED)
        .push(Role::Dim, " returned   ")
        .push(Role::Scan, READ)
        .push(Role::Dim, " paid for, not returned   ")
        .push(Role::Dim, UNREAD)
        .push(Role::Dim, " not read");
    if scale.per_cell > 1 {
        line.push(
            Role::Dim,
            format!("   a cell is {}", plural(scale.per_cell, "item")),
        )
    } else {
        line
    }
}

/// The first partition shown, where not all of them fit: the scan's present place stays in sight.
fn first_lane(scan: &SideFrame, shown: usize) -> usize {
    let present = scan
        .lanes
        .iter()
        .rposition(|lane| !lane.examined.is_empty())
        .unwrap_or(0);
    (present + 1)
        .saturating_sub(shown)
        .min(scan.lanes.len().saturating_sub(shown))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cell {
    Unread,
    Read,
    Returned,
}

/// What became of the items of one cell.
fn cell(lane: &Lane, scale: Scale, index: u64) -> Cell {
    let (from, to) = (index * scale.per_cell, (index + 1) * scale.per_cell);
    if lane.hits.iter().any(|rank| (from..to).contains(rank)) {
        Cell::Returned
    } else if lane
        .examined
        .iter()
        .any(|stretch| stretch.from < to && from < stretch.to)
    {
        Cell::Read
    } else {
        Cell::Unread
    }
}

#[expect(
    clippy::too_many_arguments,
    reason = "a strip is placed by its corner and its size"
)]
fn draw_strip(
    lane: &Lane,
    role: Role,
    scale: Scale,
    x: u16,
    y: u16,
    columns: u16,
    rows: u16,
    canvas: &mut Canvas<'_>,
) {
    let cells = lane.items.div_ceil(scale.per_cell);
    let per_row = u64::from(columns / scale.columns).max(1);
    let blank = if scale.columns == 2 { " " } else { "" };
    for row in 0..rows {
        let from = u64::from(row) * per_row;
        let mut cells_here = Line::new();
        for index in from..cells.min(from + per_row) {
            let (symbol, role) = match cell(lane, scale, index) {
                Cell::Unread => (UNREAD, Role::Dim),
                Cell::Read => (READ, role),
                Cell::Returned => (RETURNED, Role::Strong),
            };
            cells_here = cells_here.push(role, symbol).push(Role::Text, blank);
        }
        canvas.line(&cells_here, x, y + row, columns);
    }
    if lane.returned > 0 {
        let tail = Line::of(Role::Strong, count(lane.returned));
        canvas.line(
            &tail,
            (x + columns + TAIL - 1).saturating_sub(tail.width()),
            y,
            TAIL,
        );
    }
}

/// A value with its number apart from the rest, so that numbers line up at the point.
fn aligned(value: &str, column: u16) -> Line {
    let whole = value
        .char_indices()
        .find(|(_, character)| !character.is_ascii_digit() && !matches!(character, ',' | '$'))
        .map_or(value.len(), |(index, _)| index);
    let (number, rest) = value.split_at(whole);
    let blanks = column.saturating_sub(width(number));
    let line = Line::of(Role::Text, " ".repeat(usize::from(blanks))).push(Role::Strong, number);
    // Digits after the point belong to the number, the unit does not.
    let fraction = rest.find(' ').unwrap_or(rest.len());
    line.push(Role::Strong, &rest[..fraction])
        .push(Role::Dim, &rest[fraction..])
}

fn draw_figures(
    race: &Race,
    frame: &Frame,
    stop: usize,
    panes: &Panes,
    rows: &Rows,
    canvas: &mut Canvas<'_>,
) {
    let partitions = race_partitions(race);
    let values = |way: Way, side: &SideFrame| -> [String; 7] {
        let figures = side.figures;
        let trips = if side.finished {
            count(figures.pages)
        } else {
            format!("{} of {}", count(figures.pages), count(side.pages))
        };
        [
            count(figures.examined),
            format!(
                "{}{}",
                count(figures.returned),
                if side.finished { "" } else { " so far" }
            ),
            bytes(figures.bytes),
            format!("{} RCU", figures.read),
            dollars_for_a_million(race.price(way, stop)),
            trips,
            format!("{} of {partitions}", count(figures.partitions)),
        ]
    };
    let labels = [
        "examined",
        "returned",
        "read",
        "cost",
        "a million",
        "pages",
        "partitions",
    ];
    let query = values(Way::Query, &frame.query);
    let scan = values(Way::Scan, &frame.scan);
    // Where the units digit stands, with room for a million items.
    let column = 9.min(panes.width / 2);
    for (index, y) in (0..labels.len()).zip(rows.figures..rows.figures + rows.most_figures) {
        canvas.line(&Line::of(Role::Dim, labels[index]), panes.labels, y, LABELS);
        canvas.line(&aligned(&query[index], column), panes.query, y, panes.width);
        canvas.line(&aligned(&scan[index], column), panes.scan, y, panes.width);
    }
}

/// What a million of these requests cost: `$12.69`, with more digits below a cent.
fn dollars_for_a_million(price: Picodollars) -> String {
    // A picodollar a million times is a microdollar.
    let micros = price.0;
    if micros == 0 {
        return "$0".to_owned();
    }
    if micros < 10_000 {
        return format!("${}.{:06}", micros / 1_000_000, micros % 1_000_000);
    }
    let cents = (micros + 5_000) / 10_000;
    format!("${}.{:02}", count(cents / 100), cents % 100)
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
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::app::State;
    use crate::app::effect::{Answer, RaceReport};
    use crate::app::key::Action;
    use crate::app::screen::{Component, Screen};
    use crate::app::state::Background;
    use crate::lesson::model::{Place, RaceDemo};
    use crate::scene::race::tests::pages;
    use crate::simulator::trace::Trace;
    use crate::target::exchange::Exchange;
    use crate::target::price;
    use crate::ui::draw_buffer;
    use crate::ui::snapshot::{self, exchange, state};
    use crate::ui::theme::Depth;

    fn demo(items: u64, partitions: u32) -> RaceDemo {
        RaceDemo {
            id: "one-question-two-ways".to_owned(),
            question: "Which pets live with Rachel?".to_owned(),
            table: "pets_by_person".to_owned(),
            partition_key: "person".to_owned(),
            sort_key: Some("pet".to_owned()),
            partitions,
            items,
            per_key: 3,
            key: "Rachel".to_owned(),
            place: Place::default(),
        }
    }

    fn priced(traces: Vec<Trace>) -> Vec<Exchange> {
        traces
            .into_iter()
            .map(|trace| {
                let price = price::read_units(trace.read);
                Exchange {
                    price,
                    ..exchange(trace)
                }
            })
            .collect()
    }

    /// 10,000 items in four partitions, of which the scan reads the first two pages and then the rest.
    fn report() -> RaceReport {
        let held = [2410, 2644, 2533, 2413];
        let query = pages("Query", &held, &[&[(1, 402, 3, &[402, 403, 404])]]);
        let scan = pages(
            "Scan",
            &held,
            &[
                &[(0, 0, 2410, &[]), (1, 0, 1717, &[402, 403, 404])],
                &[(1, 1717, 927, &[]), (2, 0, 2533, &[]), (3, 0, 667, &[])],
                &[(3, 667, 1746, &[])],
            ],
        );
        RaceReport {
            query: priced(query),
            scan: priced(scan),
        }
    }

    fn shown(columns: u16, rows: u16, demo: RaceDemo, report: RaceReport) -> (State, RaceScreen) {
        let mut state = state(columns, rows);
        let mut screen = RaceScreen::new(demo);
        screen.shown(&mut state.shared);
        let ids = state.shared.take_effects();
        assert!(screen.answer(
            ids[0].id,
            &Answer::Race(Box::new(report)),
            &mut state.shared
        ));
        (state, screen)
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

    fn at(columns: u16, rows: u16, stop: usize) -> Buffer {
        let (mut state, mut screen) = shown(columns, rows, demo(10_000, 4), report());
        screen.guess = Some(Guess::Choice(1));
        let script = screen.race.as_ref().unwrap().script.clone();
        screen.clock.playhead.seek(script.timeline(), stop, None);
        state.screens.push(Screen::Race(Box::new(screen)));
        drawn(&state, Depth::TwoFiftySix)
    }

    #[test]
    fn at_the_start() {
        insta::assert_snapshot!(snapshot::styled(&at(80, 24, 0)));
    }

    #[test]
    fn after_the_first_page() {
        insta::assert_snapshot!(snapshot::styled(&at(80, 24, 1)));
    }

    #[test]
    fn after_the_second_page() {
        insta::assert_snapshot!(snapshot::styled(&at(80, 24, 2)));
    }

    #[test]
    fn at_the_end() {
        insta::assert_snapshot!(snapshot::styled(&at(80, 24, 3)));
    }

    #[test]
    fn at_the_end_at_120_by_40() {
        insta::assert_snapshot!(snapshot::styled(&at(120, 40, 3)));
    }

    #[test]
    fn ten_items_can_be_counted() {
        let held = [3, 4, 1, 2];
        let query = pages("Query", &held, &[&[(1, 0, 3, &[0, 1, 2])]]);
        let scan = pages(
            "Scan",
            &held,
            &[&[
                (0, 0, 3, &[]),
                (1, 0, 4, &[0, 1, 2]),
                (2, 0, 1, &[]),
                (3, 0, 2, &[]),
            ]],
        );
        let report = RaceReport {
            query: priced(query),
            scan: priced(scan),
        };
        let (mut state, mut screen) = shown(80, 24, demo(10, 4), report);
        screen.act(Action::Choose(1), &mut state.shared);
        screen.act(Action::LastFrame, &mut state.shared);
        state.screens.push(Screen::Race(Box::new(screen)));
        insta::assert_snapshot!(snapshot::text(&drawn(&state, Depth::None)));
    }

    #[test]
    fn the_prediction_comes_first() {
        let (mut state, mut screen) = shown(80, 24, demo(10_000, 4), report());
        screen.act(Action::StepForward, &mut state.shared);
        screen.act(Action::Play, &mut state.shared);
        screen.act(Action::LastFrame, &mut state.shared);
        assert_eq!(screen.position().done(), 0);
        assert!(!screen.moving());
        state.screens.push(Screen::Race(Box::new(screen)));
        let text = snapshot::text(&drawn(&state, Depth::None));
        assert!(
            text.contains("How many times as much as the query will the scan cost?"),
            "{text}"
        );
        assert!(
            !text.contains("4,127"),
            "the result is not on the screen yet"
        );
    }

    #[test]
    fn a_larger_table_is_built_while_the_old_picture_stays() {
        let (mut state, mut screen) = shown(80, 24, demo(10_000, 4), report());
        screen.act(Action::DontKnow, &mut state.shared);
        screen.act(Action::LastFrame, &mut state.shared);
        state.shared.take_effects();
        screen.act(Action::Larger, &mut state.shared);
        let ids = state.shared.take_effects();
        let working = Answer::Working {
            done: 12_500,
            total: 20_000,
            what: "items put".to_owned(),
        };
        assert!(screen.answer(ids[0].id, &working, &mut state.shared));
        assert!(screen.at_end());
        // An answer to the table before is nobody's any more.
        let old = crate::app::effect::RequestId(1);
        assert!(!screen.answer(old, &Answer::Race(Box::new(report())), &mut state.shared));
        state.screens.push(Screen::Race(Box::new(screen)));
        let text = snapshot::text(&drawn(&state, Depth::None));
        assert!(text.contains("12,500 of 20,000 items put"), "{text}");
        assert!(text.contains("62.5 %   Esc stops"), "{text}");
    }

    #[test]
    fn a_million_requests_are_priced_in_dollars() {
        assert_eq!(dollars_for_a_million(Picodollars(62_500)), "$0.06");
        assert_eq!(dollars_for_a_million(Picodollars(12_687_500)), "$12.69");
        assert_eq!(dollars_for_a_million(Picodollars(9_999)), "$0.009999");
        assert_eq!(
            dollars_for_a_million(Picodollars(1_234_567_890_000)),
            "$1,234,567.89"
        );
        assert_eq!(dollars_for_a_million(Picodollars(0)), "$0");
    }

    #[test]
    fn numbers_line_up_at_the_point() {
        for value in ["3", "4,127", "101.5 RCU", "$12.69", "1 of 2"] {
            let text = aligned(value, 6).plain();
            let number = text.trim_start();
            let end = number.find(['.', ' ']).unwrap_or(number.len());
            assert_eq!(text.len() - number.len() + end, 6, "{text}");
        }
    }

    #[test]
    fn whole_at_any_size() {
        for partitions in [1u32, 4, 16, 40] {
            let held = vec![250u64; partitions as usize];
            let all: Vec<(u32, u64, u64, &[u64])> = (0..partitions)
                .map(|id| (id, 0, 250, &[] as &[u64]))
                .collect();
            for (columns, rows) in [
                (60, 18),
                (61, 19),
                (80, 24),
                (100, 30),
                (120, 40),
                (200, 60),
                (300, 20),
            ] {
                let query = pages("Query", &held, &[&[(0, 0, 1, &[0])]]);
                let scan = pages("Scan", &held, &[&all]);
                let report = RaceReport {
                    query: priced(query),
                    scan: priced(scan),
                };
                let mut odd = demo(1_000_000, partitions);
                odd.key = "\u{1b}[2J👩‍👩‍👧".repeat(100);
                odd.question = "why? ".repeat(60);
                let (mut state, mut screen) = shown(columns, rows, odd, report);
                screen.act(Action::Choose(4), &mut state.shared);
                screen.tick(&mut state.shared);
                state.shared.now.running += Duration::from_millis(200);
                screen.tick(&mut state.shared);
                assert!(screen.position().progress().is_some());
                state.screens.push(Screen::Race(Box::new(screen)));
                let text = snapshot::text(&drawn(&state, Depth::True));
                assert!(!text.contains('\u{1b}'));
                assert!(text.contains("examined"), "{text}");
            }
        }
    }
}
