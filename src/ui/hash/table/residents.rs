//! What a box shows of its items: names in stored order, item collections under their partition key.
//!
//! ```text
//!   Ada            5e00…        Rachel
//!   Beeba          9f3c… ◂       Beeba
//!   + 12 more                    kitten ◂
//!
//!   Ada                   ◂    with room for all that will be there: each with its whole hash, in whose order they stand
//!   41b6 f973 d6d8 aba5
//! ```
//!
//! Invariant: the newest item is among those that are shown, wherever it lies.

use crate::app::paper::{Line, Role, cut};
use crate::scene::count;
use crate::scene::hash::{Frame, PartitionFrame, Resident, Stage};
use crate::simulator::trace::{Effect, KeyTrace};
use crate::ui::hash::way::grouped;
use crate::ui::partitions::resident_line;

/// Columns of a whole hash.
const WHOLE_HASH: u16 = 19;
/// Lines of an item with its hash, and with air behind it.
const WITH_HASH: usize = 2;
const WITH_AIR: usize = 3;

/// One line, and how many items it stands for.
struct Entry {
    line: Line,
    items: u64,
    newest: bool,
}

impl Entry {
    /// Room for an item on its way.
    fn gap() -> Self {
        Self {
            line: Line::new(),
            items: 0,
            newest: false,
        }
    }
}

/// As many lines as there are rows, with the newest item among them.
pub(super) fn lines(
    frame: &Frame<'_>,
    partition: &PartitionFrame<'_>,
    pitch: usize,
    rows: usize,
    room: u16,
) -> Vec<Line> {
    let newest = frame
        .journey
        .as_ref()
        .filter(|journey| journey.passed(Stage::Lands))
        .map(|journey| journey.arrival);
    let opening = opening(frame, partition, pitch, rows);
    if pitch > 1 {
        return with_hashes(&partition.residents, newest, pitch, opening, room);
    }
    let mut entries = entries(frame, &partition.residents, newest, room);
    if let Some(at) = opening {
        entries.insert(at.min(entries.len()), Entry::gap());
    }
    let complete = partition.before == 0 && partition.after == 0 && entries.len() <= rows;
    let shown = if complete {
        entries.len()
    } else {
        rows.saturating_sub(1).min(entries.len())
    };
    let at = entries.iter().position(|entry| entry.newest);
    if rows == 1 && !complete {
        return vec![only_line(frame, partition, newest, room)];
    }
    let first = at
        .map_or(0, |at| at.saturating_sub(shown / 2))
        .min(entries.len() - shown);
    let mut items = 0;
    let mut lines: Vec<Line> = entries
        .into_iter()
        .skip(first)
        .take(shown)
        .map(|entry| {
            items += entry.items;
            entry.line
        })
        .collect();
    let hidden = partition.state.items.saturating_sub(items);
    if hidden > 0 && rows > 0 {
        lines.push(Line::of(Role::Dim, format!("+ {} more", count(hidden))));
    }
    lines
}

/// The only line there is: the newest item, or else the first, and how many more there are.
fn only_line(
    frame: &Frame<'_>,
    partition: &PartitionFrame<'_>,
    newest: Option<usize>,
    room: u16,
) -> Line {
    const SHORTEST: u16 = 6;
    let others = partition.state.items.saturating_sub(1);
    let more = Line::of(Role::Dim, format!("+ {} more", count(others)));
    let left = room.saturating_sub(more.width() + 2);
    let mut shown = entries(frame, &partition.residents, newest, left);
    shown.retain(|entry| entry.items > 0);
    let at = shown.iter().position(|entry| entry.newest).unwrap_or(0);
    match shown.into_iter().nth(at) {
        Some(entry) if left >= SHORTEST => entry.line.right(room, more),
        _ => Line::of(Role::Dim, format!("+ {} more", count(others + 1))),
    }
}

/// Lines from one item to the next: more than one where all that there will be has room with its whole hash, in every box.
pub(super) fn pitch(frame: &Frame<'_>, (rows, room): (u16, u16)) -> usize {
    let rows = usize::from(rows);
    let fullest = usize::try_from(frame.fullest).unwrap_or(usize::MAX);
    if frame.sorted || super::is_dense(frame) || room < WHOLE_HASH {
        1
    } else if fullest.saturating_mul(WITH_AIR) <= rows + 1 {
        WITH_AIR
    } else if fullest.saturating_mul(WITH_HASH) <= rows {
        WITH_HASH
    } else {
        1
    }
}

fn with_hashes(
    residents: &[Resident<'_>],
    newest: Option<usize>,
    pitch: usize,
    opening: Option<usize>,
    room: u16,
) -> Vec<Line> {
    let mut lines = Vec::new();
    for (index, resident) in residents.iter().enumerate() {
        if opening == Some(index) {
            lines.resize(lines.len() + pitch, Line::new());
        }
        let here = newest == Some(resident.arrival);
        lines.push(resident_line(&name(resident.key), None, here, room));
        lines.push(Line::of(Role::Dim, grouped(resident.key.hash)));
        lines.resize(lines.len().next_multiple_of(pitch), Line::new());
    }
    lines
}

/// Before which resident a gap opens for the item that falls into this box, in whose order it will stand; `None` where nothing falls, or
/// there is no room for a gap.
fn opening(
    frame: &Frame<'_>,
    partition: &PartitionFrame<'_>,
    pitch: usize,
    rows: usize,
) -> Option<usize> {
    let journey = frame.journey.as_ref().filter(|journey| journey.falls())?;
    let key = journey.key;
    let residents = &partition.residents;
    let whole = partition.before == 0 && partition.after == 0;
    let fits = whole && (residents.len() + 1) * pitch < rows + pitch;
    let comes = key.partition == partition.state.id && journey.effect != Effect::Replaced;
    (fits && comes && !frame.sorted)
        .then(|| residents.partition_point(|resident| resident.key.hash < key.hash))
}

/// The line of its box to which an item falls: its own, or the first that is free.
pub(super) fn landing(
    frame: &Frame<'_>,
    partition: &PartitionFrame<'_>,
    pitch: usize,
    rows: usize,
) -> usize {
    let at = opening(frame, partition, pitch, rows);
    at.unwrap_or(partition.residents.len()) * pitch
}

fn entries(
    frame: &Frame<'_>,
    residents: &[Resident<'_>],
    newest: Option<usize>,
    room: u16,
) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut before: Option<&KeyTrace> = None;
    let gap = gap(frame, residents);
    for (index, resident) in residents.iter().enumerate() {
        let key = resident.key;
        let here = newest == Some(resident.arrival);
        if !frame.sorted {
            entries.push(Entry {
                line: resident_line(&name(key), Some(key.hash), here, room),
                items: 1,
                newest: here,
            });
            continue;
        }
        let same = before
            .is_some_and(|before| before.key_type == key.key_type && before.bytes == key.bytes);
        if !same {
            let line = Line::of(Role::Strong, cut(&printable(&key.text), room));
            entries.push(Entry {
                line,
                items: 0,
                newest: false,
            });
        }
        before = Some(key);
        if gap.as_ref().is_some_and(|(at, _)| *at == index) {
            entries.extend(gap.as_ref().map(|(_, key)| coming(key, room)));
        }
        let sort = key.sort_text().unwrap_or_default();
        entries.push(Entry {
            line: resident_line(&format!(" {}", printable(&sort)), None, here, room),
            items: 1,
            newest: here,
        });
    }
    if let Some((at, key)) = &gap
        && *at == residents.len()
    {
        entries.push(coming(key, room));
    }
    entries
}

/// Before which resident the item that is on its way will stand, while its place in its collection is looked for.
fn gap<'a>(frame: &Frame<'a>, residents: &[Resident<'_>]) -> Option<(usize, &'a KeyTrace)> {
    let journey = frame.journey.as_ref()?;
    if journey.stage != Stage::Order || journey.effect == Effect::Replaced {
        return None;
    }
    let key = journey.key;
    let same = |resident: &Resident<'_>| {
        resident.key.key_type == key.key_type && resident.key.bytes == key.bytes
    };
    let first = residents.iter().position(same)?;
    let (place, all) = key.place?;
    // Of a collection that is not shown whole, nobody can see the place.
    let shown = residents.iter().filter(|resident| same(resident)).count() as u64;
    let at = usize::try_from(place).ok()?;
    (shown + 1 == all).then_some((first + at, key))
}

/// The place of an item that is not there yet.
fn coming(key: &KeyTrace, room: u16) -> Entry {
    let sort = printable(&key.sort_text().unwrap_or_default());
    Entry {
        line: Line::of(Role::Accent, cut(&format!("▸{sort}"), room)),
        items: 0,
        newest: true,
    }
}

/// The key as one line, with its sort key where it has one.
pub(super) fn name(key: &KeyTrace) -> String {
    let text = match key.sort_text() {
        Some(sort) => format!("{} / {sort}", key.text),
        None => key.text.to_string(),
    };
    printable(&text)
}

/// Long keys are cut before every character of them is looked at.
fn printable(text: &str) -> String {
    let start: String = text.chars().take(200).collect();
    crate::printable::line(&start).into_owned()
}
