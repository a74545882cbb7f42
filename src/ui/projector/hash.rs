//! Where an item lives, for a wall: the key, its hash, and the number of the partition that owns it.
//!
//! Invariant: a figure appears when its moment has happened, never before.

use ratatui::layout::Rect;

use super::figures::{Figure, Size};
use super::ruler::{self, BAND, ROWS as RULER};
use super::{Canvas, sentence};
use crate::app::demo::choices;
use crate::app::hash::{HashScreen, Picture, Question};
use crate::app::paper::{Line, Role, cut};
use crate::scene::hash::{Frame, Stage, fraction, shares_in_short};
use crate::scene::plural;
use crate::ui::hash::{partition_name, said, waiting};
use crate::ui::theme::glyph;

/// Hexadecimal digits of the hash: enough to see that keys lie far apart.
const DIGITS: usize = 8;
/// A hash as it is shown.
const EXAMPLE: &str = "9f3c 21d4";
/// Letters of a partition's name.
const NUMBER: u16 = 2;
/// Letters of a key that the sizes are chosen for; a longer one is written smaller.
const LETTERS: usize = 8;
/// Between the key and the partition's number.
const GAP: u16 = 4;

/// How large the figures are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Sizes {
    key: Size,
    hash: Size,
    /// Rows that are left over.
    air: u16,
}

impl Sizes {
    /// The largest that fit, the upper figures first, for keys of so many letters. Half figures leave room to breathe; where there
    /// are none, the rows are used to the last one.
    fn new(area: Rect, letters: u16, words: u16, ascii: bool) -> Self {
        let breath = if ascii { 0 } else { 2 };
        // The labels of both, the ruler and the words.
        let fixed = 2 + RULER + words;
        for key in Size::Times(3).down(ascii) {
            let wide = (letters + NUMBER) * key.cells() + GAP;
            for hash in key.down(ascii).filter(|_| wide <= area.width) {
                let digits = u16::try_from(EXAMPLE.len()).unwrap_or(u16::MAX);
                let rows = fixed + key.cells() + hash.rows(EXAMPLE);
                if digits * hash.cells() <= area.width && rows + breath <= area.height {
                    let air = area.height - rows;
                    return Self { key, hash, air };
                }
            }
        }
        Self {
            key: Size::Words,
            hash: Size::Words,
            air: area.height.saturating_sub(fixed + 2),
        }
    }
}

pub fn draw(screen: &HashScreen, area: Rect, canvas: &mut Canvas<'_>) {
    let Some(picture) = &screen.picture else {
        let text = match &screen.problem {
            Some(why) => sentence(Role::Error, why, area.width),
            None => vec![Line::of(Role::Text, waiting(screen))],
        };
        return canvas.words(&text, area);
    };
    let script = &picture.script;
    let frame = script.frame(screen.position());
    let words = words(screen, picture, &frame, area.width);
    let rows = u16::try_from(words.len()).unwrap_or(1);
    // Room for two lines of words is kept, so that the figures stay where they are when a sentence is short.
    let kept = rows.max(2);
    let letters = script
        .keys()
        .map(|key| key.text.chars().take(LETTERS).count())
        .max();
    let letters = u16::try_from(letters.unwrap_or(LETTERS)).unwrap_or(u16::MAX);
    let sizes = Sizes::new(area, letters, kept, canvas.ascii);
    // What is left over makes the ruler a band first, and then the figures stand apart.
    let band = if sizes.air > BAND + 1 { BAND } else { 0 };
    let ruler_rows = RULER + band;
    let air = (sizes.air - band) / 3;
    let hash = area.y + 1 + sizes.key.cells() + air;
    let ruler = hash + 1 + sizes.hash.rows(EXAMPLE) + air;
    draw_key(screen, &frame, sizes.key, area, canvas);
    draw_hash(
        picture,
        &frame,
        sizes.hash,
        Rect { y: hash, ..area },
        canvas,
    );
    let range = Rect {
        y: ruler,
        height: ruler_rows,
        ..area
    };
    draw_ruler(&frame, range, canvas);
    let room = Rect {
        y: (ruler + ruler_rows + air.min(1)).min(area.bottom().saturating_sub(rows)),
        height: rows,
        ..area
    };
    canvas.words(&words, room);
}

/// The key at the left, the number of its partition at the right.
fn draw_key(
    screen: &HashScreen,
    frame: &Frame<'_>,
    size: Size,
    area: Rect,
    canvas: &mut Canvas<'_>,
) {
    let Some(journey) = &frame.journey else {
        let table = Figure::fitting(frame.table, size, area.width, size.cells(), canvas.ascii);
        canvas.line(&Line::of(Role::Text, "table"), area.x, area.y, area.width);
        return canvas.figure(&table, Role::Strong, area.x, area.y + 1);
    };
    let key = journey.key;
    let id = key.partition;
    let (name, role, label) = if journey.reached(Stage::Owner) {
        let label =
            Line::of(Role::Text, "partition ").push(Role::Partition(id.0), glyph(id).to_string());
        (format!("P{}", id.0), Role::Partition(id.0), label)
    } else if matches!(screen.question(), Some(Question::Owner(_))) {
        let label = Line::of(Role::Text, "partition");
        ("?".to_owned(), Role::Accent, label)
    } else {
        (String::new(), Role::Text, Line::new())
    };
    let name = Figure::fitting(&name, size, area.width / 2, size.cells(), canvas.ascii);
    // Room for the number is kept from the beginning, so that the key stays where it is.
    let kept = (size.cells() * NUMBER).max(name.width());
    let room = area.width.saturating_sub(kept + GAP);
    let text = Figure::fitting(&key.text, size, room, size.cells(), canvas.ascii);
    let mut facts = format!(
        "{} · {} · {}",
        key.attribute,
        key.key_type,
        plural(key.bytes.len() as u64, "byte")
    );
    if let Some(sort) = key.sort_text() {
        facts = format!("{facts} · sort key {sort}");
    }
    let label_at = area.right().saturating_sub(name.width().max(label.width()));
    let room = label_at.saturating_sub(area.x + 1);
    let facts = cut(&crate::printable::line(&facts), room);
    canvas.line(&Line::of(Role::Text, facts), area.x, area.y, room);
    canvas.line(&label, label_at, area.y, area.right() - label_at);
    // What is smaller than its room stands on the same line as the larger figure.
    let foot = |figure: &Figure| area.y + 1 + size.cells().saturating_sub(figure.size().cells());
    canvas.figure(&text, Role::Strong, area.x, foot(&text));
    let right = area.right().saturating_sub(name.width());
    canvas.figure(&name, role, right, foot(&name));
}

fn draw_hash(
    picture: &Picture,
    frame: &Frame<'_>,
    size: Size,
    area: Rect,
    canvas: &mut Canvas<'_>,
) {
    let Some(journey) = frame
        .journey
        .as_ref()
        .filter(|journey| journey.reached(Stage::Hash))
    else {
        return;
    };
    let digits = format!("{:016x}", journey.key.hash);
    let (first, second) = digits[..DIGITS].split_at(DIGITS / 2);
    let function = picture.run.table.function.title();
    let source = Line::of(Role::Text, format!("{function}, not AWS's own"));
    let label = Line::of(Role::Text, "hash, its first digits").right(area.width, source);
    canvas.line(&label, area.x, area.y, area.width);
    let text = format!("{first} {second}");
    let figure = Figure::fitting(&text, size, area.width, size.cells(), canvas.ascii);
    canvas.figure(&figure, Role::Strong, area.x, area.y + 1);
}

/// The whole range of the hash, and where the key falls.
fn draw_ruler(frame: &Frame<'_>, area: Rect, canvas: &mut Canvas<'_>) {
    let partitions = frame.partitions.iter();
    let partitions = partitions.map(|partition| (&partition.state, partition.owner));
    let journey = frame.journey.as_ref();
    let place = journey
        .filter(|journey| journey.reached(Stage::Place))
        .map(|journey| fraction(journey.key.hash) * journey.part(Stage::Place));
    ruler::draw(partitions, place, area, canvas);
}

/// The question with its choices, what went wrong, or what happens and what was said before.
fn words(screen: &HashScreen, picture: &Picture, frame: &Frame<'_>, columns: u16) -> Vec<Line> {
    if let Some(field) = &screen.field {
        let label = Line::of(Role::Accent, "New key  ");
        let room = columns.saturating_sub(label.width());
        return vec![label.append(field.line(room))];
    }
    if let Some(why) = &screen.problem {
        return sentence(Role::Error, why, columns);
    }
    if screen.work.is_some() {
        return vec![Line::of(Role::Text, waiting(screen))];
    }
    let (question, answers): (&str, Vec<Line>) = match screen.question() {
        Some(Question::Owner(_)) => {
            let partitions = frame.partitions.iter();
            let names = partitions.map(|partition| partition_name(partition.state.id));
            ("Which partition will this item live in?", names.collect())
        }
        Some(Question::Spread) => {
            let words = screen.choices().into_iter();
            let words = words.map(|words| Line::of(Role::Text, words));
            ("How much will the fullest partition hold?", words.collect())
        }
        None => return happening(screen, picture, frame, columns),
    };
    let mut lines = vec![Line::of(Role::Strong, question)];
    lines.extend(choices(&answers, columns));
    lines
}

/// What happens, and what was predicted; of a preset's many keys, how even they lie.
fn happening(screen: &HashScreen, picture: &Picture, frame: &Frame<'_>, columns: u16) -> Vec<Line> {
    let mut lines = sentence(Role::Strong, &frame.narration, columns);
    let said = said(screen, picture, frame);
    if picture.preset.is_some() && frame.items() > 0 {
        lines = vec![Line::of(Role::Strong, shares_in_short(&frame.states()))];
    }
    match lines.last_mut() {
        Some(last) if said.width() > 0 && last.width() + said.width() + 2 <= columns => {
            *last = std::mem::take(last).right(columns, said);
        }
        _ => {}
    }
    lines
}
