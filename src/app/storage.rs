//! What the storage did for one exchange, told from its trace.
//!
//! ```text
//!   pets   measured in the simulated table
//!   key         owner = Rachel   S, 6 bytes
//!   lives in    ◆ P3
//!
//!   index       by-kind   entry put   ◆ P1   1 WCU
//!
//!   1 pets      created    ◆ P3   33 bytes    1 WCU       the parts of a batch or transaction
//!   2 homes     nothing changed
//! ```
//!
//! Invariant: everything here stands in the trace; lists that can be as long as a request are cut, and say so.

use crate::app::figures::{bytes, plural, thousands};
use crate::app::paper::{GLYPHS, Line, Paper, Role, cut, wrap_text};
use crate::simulator::trace::{
    CapacityUnits, Effect, IndexWrite, KeyTrace, PartitionId, Provenance, Split, SplitCause,
    Throttle, Trace, Visit,
};

/// Entries of one list that are shown.
const MOST: usize = 64;

/// The tab of the exchange screen.
#[must_use]
pub fn paper(trace: Option<&Trace>, columns: u16) -> Paper {
    let mut paper = Paper::new();
    let Some(trace) = trace else {
        paper.extend(wrap_text(
            Role::Dim,
            "What the storage did can be seen on the simulated table only.",
            columns,
        ));
        return paper;
    };
    paper.add(head(trace));
    if let Some(key) = &trace.key {
        paper.gap();
        add_key(&mut paper, key);
    }
    if trace.examined() > 0 {
        paper.gap();
        paper.add(label("examined").push(Role::Strong, thousands(trace.examined())));
        paper.add(label("returned").push(Role::Strong, thousands(trace.returned())));
    }
    section(&mut paper, &trace.visits, |visit| {
        (visit.examined > 0).then(|| visit_line(visit, columns))
    });
    section(&mut paper, &trace.index_writes, |write| {
        Some(index_line(write))
    });
    let mut number = 0;
    section(&mut paper, &trace.parts, |part| {
        number += 1;
        Some(part_line(number, part, columns))
    });
    section(&mut paper, &trace.throttles, |throttle| {
        Some(throttle_line(throttle, columns))
    });
    section(&mut paper, &trace.splits, |split| Some(split_line(split)));
    section(&mut paper, &trace.partitions, |partition| {
        Some(
            on(partition.id)
                .right(22, Line::of(Role::Text, plural(partition.items, "item")))
                .right(36, Line::of(Role::Dim, bytes(partition.bytes))),
        )
    });
    paper
}

/// Which table and index, and how it is known.
fn head(trace: &Trace) -> Line {
    let source = match trace.provenance {
        Provenance::Measured => "measured in the simulated table",
        Provenance::Modelled => "worked out from the response",
    };
    let mut head = Line::new();
    if !trace.table.is_empty() {
        head.add(Role::Strong, trace.table.as_str());
        if let Some(index) = &trace.index {
            head.add(Role::Dim, "   index ");
            head.add(Role::Strong, index);
        }
        head.add(Role::Dim, "   ");
    }
    head.push(Role::Dim, source)
}

/// A gap and a line for each entry that has one, if any has.
fn section<T>(paper: &mut Paper, entries: &[T], line: impl FnMut(&T) -> Option<Line>) {
    let lines: Vec<Line> = entries.iter().take(MOST).filter_map(line).collect();
    if lines.is_empty() {
        return;
    }
    paper.gap();
    paper.extend(lines);
    if let Some(more @ 1..) = entries.len().checked_sub(MOST) {
        let more = format!("… and {} more", thousands(more as u64));
        paper.add(Line::of(Role::Dim, more));
    }
}

fn add_key(paper: &mut Paper, key: &KeyTrace) {
    paper.add(
        label("key")
            .push(Role::Strong, format!("{} = {}", key.attribute, key.text))
            .push(
                Role::Dim,
                format!("   {}, {}", key.key_type, bytes(key.bytes.len() as u64)),
            ),
    );
    let hash = format!("{:016x}", key.hash);
    let groups: Vec<&str> = (0..4)
        .map(|group| &hash[group * 4..group * 4 + 4])
        .collect();
    paper.add(label("hash").push(Role::Text, groups.join(" ")));
    paper.add(label("lives in").append(on(key.partition)));
}

fn label(name: &str) -> Line {
    Line::of(Role::Dim, name).to_column(12)
}

/// A partition's glyph and name in its colour.
fn on(partition: PartitionId) -> Line {
    let number = partition.0;
    let glyph = GLYPHS[number as usize % GLYPHS.len()];
    Line::of(Role::Partition(number), format!("{glyph} P{number}"))
}

/// `1 WCU + 0.5 RCU`, or nothing.
fn units(read: CapacityUnits, written: CapacityUnits) -> String {
    let mut parts = Vec::new();
    if written > CapacityUnits::ZERO {
        parts.push(format!("{written} WCU"));
    }
    if read > CapacityUnits::ZERO {
        parts.push(format!("{read} RCU"));
    }
    parts.join(" + ")
}

/// What became of an item's entry in one index.
fn index_line(write: &IndexWrite) -> Line {
    let entry = match (write.old, write.new) {
        (None, Some(_)) => "entry put      ",
        (Some(_), None) => "entry removed  ",
        // A changed key takes a write away and one back, wherever the entry lands.
        _ if write.written > CapacityUnits::whole(1) => "entry moved    ",
        _ => "entry changed  ",
    };
    let mut line = label("index")
        .push(Role::Strong, format!("{:<16} ", write.index))
        .push(Role::Text, entry);
    let mut shown: Vec<PartitionId> = Vec::new();
    for (partition, _) in write.old.into_iter().chain(write.new) {
        if !shown.contains(&partition) {
            let arrow = if shown.is_empty() { "" } else { " → " };
            line = line.push(Role::Dim, arrow).append(on(partition));
            shown.push(partition);
        }
    }
    let owner = if write.global { "" } else { ", the table's" };
    line.push(Role::Dim, format!("   {} WCU{owner}", write.written))
}

/// One item of a batch or transaction.
fn part_line(number: usize, part: &Trace, columns: u16) -> Line {
    let effect = match part.effect {
        Effect::Created => "created",
        Effect::Replaced => "replaced",
        Effect::Updated => "updated",
        Effect::Deleted => "deleted",
        Effect::None if part.returned() > 0 => "found",
        Effect::None => "nothing changed",
        Effect::TableCreated | Effect::TableUpdated | Effect::TableDeleted => "done",
    };
    let mut line = Line::of(Role::Dim, format!("{number:>3} "))
        .push(Role::Text, cut(&part.table, 16))
        .to_column(22)
        .push(Role::Strong, effect)
        .to_column(39);
    let place = part.key.as_ref().map(|key| key.partition);
    let place = place.or_else(|| part.visits.first().map(|visit| visit.partition));
    if let Some(partition) = place {
        line = line.append(on(partition));
    }
    let mut figures = Vec::new();
    if part.bytes_moved() > 0 {
        figures.push(bytes(part.bytes_moved()));
    }
    let cost = units(part.read, part.written);
    if !cost.is_empty() {
        figures.push(cost);
    }
    if !part.index_writes.is_empty() {
        figures.push(format!("indexes {}", part.index_writes.len()));
    }
    let room = columns.saturating_sub(47);
    line.to_column(46)
        .push(Role::Dim, cut(&figures.join("   "), room))
}

fn throttle_line(throttle: &Throttle, columns: u16) -> Line {
    let index = throttle.index.as_deref();
    let index = index.map_or_else(String::new, |index| format!(" of {index}"));
    let words = format!(
        "{}{index}: {} of {} a second",
        throttle.reason, throttle.rate.consumed, throttle.rate.limit
    );
    let words = cut(&words, columns.saturating_sub(20));
    label("throttled")
        .append(on(throttle.partition))
        .push(Role::Warning, format!("  {words}"))
}

fn split_line(split: &Split) -> Line {
    let cause = match split.cause {
        SplitCause::Size => "for its size",
        SplitCause::Heat => "for its heat",
        SplitCause::Growth => "to serve more",
    };
    let place = if split.inside {
        "inside a collection, by sort key"
    } else {
        "by hash"
    };
    let index = split.index.as_deref();
    let index = index.map_or_else(String::new, |index| format!(" of {index}"));
    label("split")
        .append(on(split.partition))
        .push(Role::Dim, " → ")
        .append(on(split.upper))
        .push(Role::Dim, format!("{index}   {cause}, {place}"))
}

/// A partition as a bar, with the stretch that was read; `█` returned, `▒` examined and thrown away.
fn visit_line(visit: &Visit, columns: u16) -> Line {
    let number = visit.partition.0;
    let cells = u64::from(columns.saturating_sub(40).clamp(8, 28));
    let of = visit.partition_items.max(1);
    let place = |rank: u64| (rank * cells).div_ceil(of).min(cells);
    let start = visit.first_rank * cells / of;
    let end = place(visit.first_rank + visit.examined).max(start + u64::from(visit.examined > 0));
    let kept = (end - start) * visit.returned / visit.examined.max(1);
    let kept = if visit.returned > 0 { kept.max(1) } else { 0 };
    let bar = |count: u64, mark: &str| mark.repeat(usize::try_from(count).unwrap_or(0));
    on(visit.partition)
        .to_column(7)
        .push(Role::Rule, bar(start, "░"))
        .push(Role::Partition(number), bar(kept, "█"))
        .push(Role::Dim, bar(end - start - kept, "▒"))
        .push(Role::Rule, bar(cells.saturating_sub(end), "░"))
        .push(
            Role::Text,
            format!(
                "  {} of {}",
                thousands(visit.examined),
                thousands(visit.partition_items)
            ),
        )
        .push(Role::Dim, format!("  {}", bytes(visit.bytes)))
}
