//! Traffic, on cells.
//!
//! ```text
//!   2,000 writes a second, all customers alike                        on demand
//!   Scale 1:20: one request stands for 20, a partition holds 3.0 MB, not 10 GB.
//!
//!           key status / order                                          WCU/s
//!   ● P0    ××××××××××××××××××××××××××××××××▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆     784
//!   ★ P4                                   ╰▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇     816
//!   ■ P2    ▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂     200
//!   refused ▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃                               0
//!           0:00                        5:00                        10:00
//! ```
//!
//! The same traffic on two keys has two such panes with the same scale.
//! Invariant: it is drawn inside the body only, at any size from 60×18 on, and nothing is said by colour alone.

mod figures;
mod strip;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::demo::{Guess, choices};
use crate::app::paper::{Line, Role, cut, whole_sentences, width, wrap_text};
use crate::app::traffic::settings::keys;
use crate::app::traffic::{CHOICES, Choosing, Setting, Shown, TrafficScreen, Work, outcome};
use crate::app::{Shared, layout};
use crate::lesson::traffic::{Design, Load};
use crate::scene::traffic::{Picture, Record, Side, clock, share};
use crate::scene::{bytes, count, percent};
use crate::ui::middle;
use crate::ui::partitions::Canvas;
use crate::ui::theme::Theme;

/// Wider than this, a strip has no more cells to fill it.
const WIDEST: u16 = 170;
/// Columns of a lane's name.
const LABELS: u16 = 10;
/// Between two sides.
const GUTTER: u16 = 3;
/// Rows between the parts: below the scale, above the figures and above the words.
const AIR: u16 = 3;
/// Rows for words at the bottom, at least.
const WORDS: u16 = 3;
/// Rows of one lane, at most.
const TALLEST: u16 = 7;

pub fn draw(screen: &TrafficScreen, shared: &Shared, theme: Theme, buffer: &mut Buffer) {
    let body = middle(shared, WIDEST, buffer);
    let mut canvas = Canvas { theme, buffer };
    let Some(shown) = &screen.shown else {
        draw_first(screen, body, &mut canvas);
        return;
    };
    let picture = shown.script.picture(screen.position());
    draw_load(shown.run.load, body, &mut canvas);
    draw_scale(&picture.after, body, &mut canvas);
    let rows = Rows::new(body, &picture).asking(screen, &picture);
    for (pane, side, head) in panes(shown, &picture, body) {
        canvas.line(&head, pane.x, rows.heads, pane.width);
        strip::draw(side, &pane, &rows, &mut canvas);
        figures::draw(side, shown.run.load, &pane, &rows, &mut canvas);
    }
    if let Some(y) = rows.legend {
        canvas.line(&strip::legend(&picture.after), body.x, y, body.width);
    }
    let words = Rect {
        y: rows.words,
        height: body.bottom().saturating_sub(rows.words).min(WORDS + 1),
        ..body
    };
    draw_words(screen, shown, &picture, words, &mut canvas);
}

/// The columns of one side.
struct Pane {
    x: u16,
    width: u16,
    /// Behind the strip: what is consumed now.
    tail: u16,
}

impl Pane {
    fn new(x: u16, width: u16) -> Self {
        let tail = match width {
            0..=49 => 8,
            50..=99 => 10,
            _ => 40,
        };
        Self { x, width, tail }
    }

    const fn strip(&self) -> u16 {
        self.x + LABELS
    }

    /// Columns of the strip.
    fn cells(&self) -> u16 {
        self.width.saturating_sub(LABELS + self.tail).max(1)
    }
}

/// Each side with its place and its head, the one that is spoken of last.
fn panes<'p, 'a>(
    shown: &Shown,
    picture: &'p Picture<'a>,
    body: Rect,
) -> Vec<(Pane, &'p Side<'a>, Line)> {
    let head = |name: &str, design: Design, columns: u16| {
        let room = columns.saturating_sub(width(name));
        Line::of(Role::Dim, name).push(Role::Strong, cut(&keys(design), room))
    };
    let after = shown.run.design;
    match (&picture.before, shown.before) {
        (Some(before), Some(design)) => {
            let wide = body.width.saturating_sub(GUTTER) / 2;
            let right = Pane::new(body.x + body.width - wide, wide);
            vec![
                (
                    Pane::new(body.x, wide),
                    before,
                    head("before  ", design, wide),
                ),
                (right, &picture.after, head("after  ", after, wide)),
            ]
        }
        _ => vec![(
            Pane::new(body.x, body.width),
            &picture.after,
            head("key  ", after, body.width),
        )],
    }
}

/// The rows of everything.
struct Rows {
    heads: u16,
    lanes: u16,
    /// How many partitions are shown at once.
    shown: usize,
    /// Rows of one lane.
    tall: u16,
    /// Rows from one lane to the next.
    pitch: u16,
    refused: u16,
    /// Where capacity is provisioned: what is saved for bursts.
    saved: Option<u16>,
    axis: u16,
    legend: Option<u16>,
    figures: u16,
    /// How many rows of figures there are.
    numbers: u16,
    words: u16,
}

/// Rows of figures; a small terminal has room for what was refused alone.
const FIGURES: u16 = 4;
/// Rows of the same figures, two on a row, …
const PAIRED: u16 = 2;
/// … which takes so many columns.
const PAIRED_COLUMNS: u16 = 76;
/// From so many rows on there is room for all figures and for a legend.
const ROOMY: u16 = 18;

impl Rows {
    fn new(body: Rect, picture: &Picture<'_>) -> Self {
        let sides = || picture.before.iter().chain([&picture.after]);
        let lanes = sides()
            .map(|side| side.record.partitions().len())
            .max()
            .unwrap_or(1);
        let lanes = u16::try_from(lanes).unwrap_or(u16::MAX).max(1);
        let provisioned = sides().any(|side| side.record.saved.is_some());
        let reserve = u16::from(provisioned);
        let roomy = body.height >= ROOMY;
        let legend = u16::from(roomy);
        // Load, scale, heads, …, refused, saved, axis, legend, figures, words.
        let fixed = |numbers| 3 + 1 + reserve + 1 + legend + numbers + WORDS;
        let wide = picture.before.is_none() && body.width >= PAIRED_COLUMNS;
        let numbers = match roomy {
            false => 1,
            // Figures side by side, rather than parts without air between them.
            true if wide && fixed(FIGURES) + lanes + AIR > body.height => PAIRED,
            true => FIGURES,
        };
        let fixed = fixed(numbers);
        let spare = body.height.saturating_sub(fixed + lanes);
        let airy = u16::from(spare >= 1);
        let gaps = airy * 2 + u16::from(spare >= AIR);
        let room = body.height.saturating_sub(fixed + gaps).max(1);
        let shown = lanes.min(room);
        let each = (room / shown).max(1);
        let tall = each.saturating_sub(1).clamp(1, TALLEST);
        let pitch = each.min(tall + 1);
        // What the lanes leave over goes between the parts, so that none stands alone at the top.
        let left = body.height.saturating_sub(fixed + gaps + shown * pitch) / 4;
        let left = left.min(2);
        let heads = body.y + 2 + airy + left;
        let first = heads + 1;
        // The lanes of splits to come are room between the strips and the figures, so that they tell nothing before.
        let now = sides().map(|side| side.lanes(usize::from(shown)).len());
        let now = u16::try_from(now.max().unwrap_or(1)).unwrap_or(shown);
        let refused = first + now * pitch;
        let saved = provisioned.then_some(refused + 1);
        let axis = refused + 1 + reserve;
        let to_come = (shown - now.min(shown)) * pitch;
        let figures = axis + 1 + legend + to_come + airy + left;
        let words = figures + numbers + u16::from(spare >= AIR) + left;
        Self {
            heads,
            lanes: first,
            shown: usize::from(shown),
            tall,
            pitch,
            refused,
            saved,
            axis,
            legend: roomy.then_some(axis + 1),
            figures,
            numbers,
            words,
        }
    }
}

impl Rows {
    /// On a small terminal the figures make room for a question: they are gone while there is nothing to count, and but
    /// for what was refused while another key is chosen.
    fn asking(self, screen: &TrafficScreen, picture: &Picture<'_>) -> Self {
        let is_asked = screen.choosing.is_some() || screen.asking();
        if !is_asked || self.words > self.figures + self.numbers {
            return self;
        }
        let mut sides = picture.before.iter().chain([&picture.after]);
        let numbers = u16::from(sides.any(|side| side.totals.asked > 0)).min(self.numbers);
        Self {
            numbers,
            words: self.words.min(self.figures + numbers + 1),
            ..self
        }
    }
}

/// `2,000 writes a second, all customers alike … on demand`.
fn draw_load(load: Load, body: Rect, canvas: &mut Canvas<'_>) {
    let line = load_line(load, body.width);
    canvas.line(&line, body.x, body.y, body.width);
}

/// The traffic in words, and what the table may serve.
pub(super) fn load_line(load: Load, columns: u16) -> Line {
    let unit = match load.access {
        crate::lesson::traffic::Access::Reads => "RCU",
        crate::lesson::traffic::Access::Writes => "WCU",
    };
    let capacity = match load.provisioned {
        None => "on demand".to_owned(),
        Some(units) => format!("{} {unit} provisioned", count(units)),
    };
    let text = format!(
        "{} {} a second, {}",
        count(load.rate),
        load.access.word(),
        load.spread.label()
    );
    let capacity = Line::of(Role::Dim, capacity);
    let text = cut(&text, columns.saturating_sub(capacity.width() + 2));
    Line::of(Role::Title, text).right(columns, capacity)
}

/// What is smaller here than at AWS.
fn draw_scale(side: &Side<'_>, body: Rect, canvas: &mut Canvas<'_>) {
    let setup = side.record.setup;
    let text = format!(
        "Scale 1:{}: one request stands for {}, a partition holds {}, not 10 GB.",
        setup.scale,
        setup.scale,
        bytes(setup.holds)
    );
    let text = if width(&text) <= body.width {
        text
    } else {
        format!(
            "Scale 1:{}: one request stands for {}.",
            setup.scale, setup.scale
        )
    };
    canvas.line(
        &Line::of(Role::Dim, cut(&text, body.width)),
        body.x,
        body.y + 1,
        body.width,
    );
}

fn draw_words(
    screen: &TrafficScreen,
    shown: &Shown,
    picture: &Picture<'_>,
    area: Rect,
    canvas: &mut Canvas<'_>,
) {
    let mut lines = words(screen, shown, picture, area);
    if let Some(work) = &screen.work {
        let room = usize::from(area.height).saturating_sub(1);
        lines.truncate(room);
        lines.resize(room, Line::new());
        lines.push(progress(work, area.width));
    }
    for (line, y) in lines.iter().zip(area.y..area.bottom()) {
        canvas.line(line, area.x, y, area.width);
    }
}

fn words(screen: &TrafficScreen, shown: &Shown, picture: &Picture<'_>, area: Rect) -> Vec<Line> {
    let (columns, rows) = (area.width, usize::from(area.height));
    if let Some((setting, field)) = &screen.field {
        let (label, help) = match setting {
            Setting::Rate => (
                format!("{} a second: ", shown.run.load.access.word()),
                "Enter sends the traffic anew.",
            ),
            Setting::Capacity => (
                "provisioned units a second: ".to_owned(),
                "Enter sends the traffic anew; an empty field is an on-demand table.",
            ),
        };
        let label = Line::of(Role::Accent, label);
        let room = columns.saturating_sub(label.width());
        return vec![label.append(field.line(room)), Line::of(Role::Dim, help)];
    }
    if let Some(choosing) = screen.choosing {
        let question = match choosing {
            Choosing::Instead => "Which partition key should the orders have?",
            Choosing::Beside => "Which partition key would serve this traffic better?",
        };
        let mut lines = vec![Line::of(Role::Strong, question)];
        lines.extend(designs(columns));
        return lines;
    }
    if let Some(why) = &screen.problem {
        return wrap_text(Role::Error, why, columns.min(layout::PROSE + 4));
    }
    if screen.asking() {
        let mut lines = vec![Line::of(
            Role::Strong,
            if shown.before.is_some() {
                "The same traffic: how many will be refused on this key?"
            } else {
                "How many of the requests of ten minutes will be refused?"
            },
        )];
        let words: Vec<Line> = CHOICES
            .iter()
            .map(|choice| Line::of(Role::Text, choice))
            .collect();
        lines.extend(choices(&words, columns));
        return lines;
    }
    let time = Line::of(Role::Dim, format!("{}  ", clock(picture.seconds)));
    let room = columns.min(110).saturating_sub(time.width());
    // Where there is no room for both, what was guessed gives way to what happens, but not at the end.
    let both = rows > usize::from(WORDS) || screen.at_end() || screen.work.is_some();
    let room_for_told = rows.saturating_sub(usize::from(both));
    let told = whole_sentences(Role::Text, &picture.narration, room, room_for_told);
    let blank = " ".repeat(usize::from(time.width()));
    let mut lines: Vec<Line> = told
        .into_iter()
        .enumerate()
        .map(|(index, line)| match index {
            0 => time.clone().append(line),
            _ => Line::of(Role::Text, &blank).append(line),
        })
        .collect();
    if lines.len() < rows {
        let verdict = verdict(screen, picture, columns);
        if verdict.spans.is_empty() {
            // The room of what was guessed stands above what happens.
            lines.insert(0, Line::new());
        } else {
            lines.resize(lines.len().max(usize::from(WORDS) - 1), Line::new());
            lines.push(verdict);
        }
    }
    lines
}

/// The designs, each with its key; as many on a line as fit.
fn designs(columns: u16) -> Vec<Line> {
    let mut lines = vec![Line::new()];
    for (design, number) in Design::ALL.iter().zip(1..) {
        let entry = Line::of(Role::Accent, format!("{number} ")).push(Role::Text, design.label());
        let Some(line) = lines.last_mut() else { break };
        if line.spans.is_empty() {
            *line = entry;
        } else if line.width() + 3 + entry.width() <= columns {
            *line = std::mem::take(line).push(Role::Text, "   ").append(entry);
        } else {
            lines.push(entry);
        }
    }
    lines
}

/// What was predicted, beside what it is; and what a fix has changed.
fn verdict(screen: &TrafficScreen, picture: &Picture<'_>, columns: u16) -> Line {
    let said = match screen.guess {
        None => return Line::new(),
        Some(Guess::DontKnow) => "I don't know",
        Some(Guess::Choice(choice)) => CHOICES.get(choice).copied().unwrap_or_default(),
    };
    let totals = &picture.after.totals;
    let line = Line::of(Role::Dim, "You said ")
        .push(Role::Text, format!("“{said}”"))
        .push(Role::Dim, ".  ");
    if totals.asked == 0 {
        return line;
    }
    let so_far = if screen.at_end() {
        "Refused: "
    } else {
        "Refused so far: "
    };
    let is = match &picture.before {
        Some(before) => Line::of(Role::Text, share(&before.totals))
            .push(Role::Dim, " before, ")
            .push(Role::Strong, share(totals))
            .push(Role::Dim, " after."),
        None => Line::of(Role::Strong, share(totals)).push(Role::Dim, "."),
    };
    let right = match screen.guess {
        Some(Guess::Choice(choice)) if screen.at_end() && choice == outcome(totals) => {
            Line::of(Role::Good, "  ✓ right")
        }
        _ => Line::new(),
    };
    let long = line
        .clone()
        .push(Role::Dim, so_far)
        .append(is.clone())
        .append(right.clone());
    if long.width() <= columns {
        return long;
    }
    let mark = if right.spans.is_empty() { "" } else { " ✓" };
    line.append(is).push(Role::Good, mark)
}

/// `6:05 of 10:00 sent ▓▓▓▓▓▓░░░░ 60.8 %   Esc stops`.
fn progress(work: &Work, columns: u16) -> Line {
    let share = percent(work.done.min(work.total), work.total);
    let head = format!("Ten minutes of traffic on {} ", keys(work.run.design));
    let tail = format!(" {share}   Esc stops");
    let room = columns.saturating_sub(width(&head) + width(&tail)).min(40);
    let full = u16::try_from(u64::from(room) * work.done.min(work.total) / work.total.max(1))
        .unwrap_or(room);
    Line::of(Role::Text, head)
        .push(Role::Accent, "█".repeat(usize::from(full)))
        .push(Role::Dim, "░".repeat(usize::from(room - full)))
        .push(Role::Dim, tail)
}

/// Before there is a first picture.
fn draw_first(screen: &TrafficScreen, body: Rect, canvas: &mut Canvas<'_>) {
    draw_load(screen.run().load, body, canvas);
    let lines = match (&screen.problem, &screen.work) {
        (Some(why), _) => wrap_text(Role::Error, why, body.width),
        (None, Some(work)) => {
            let words = "The requests are really sent, to a table with a partition's real limits.";
            let mut lines = wrap_text(Role::Text, words, body.width);
            lines.extend([Line::new(), progress(work, body.width)]);
            lines
        }
        (None, None) => Vec::new(),
    };
    for (line, y) in lines.iter().zip(body.y + 2..body.bottom()) {
        canvas.line(line, body.x, y, body.width);
    }
}

/// The name of a record's unit, a second.
fn unit(record: &Record) -> String {
    format!("{}/s", record.setup.units.name())
}

#[cfg(test)]
mod tests;
