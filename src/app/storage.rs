//! What the storage did for one exchange, told from its trace.
//!
//! ```text
//!   pets   measured in the simulated table
//!   key         owner = Rachel   S, 6 bytes
//!   sort key    3
//!   lives in    ◆ P3
//!
//!   index       by-kind   entry put   ◆ P1   1 WCU
//!
//!   1 pets     Rachel / 3   created            ◆ P3   33 bytes   1 WCU       the parts of a batch or transaction
//!   2 homes    9            nothing changed    ▲ P1
//! ```
//!
//! Invariant: everything here stands in the trace; lists that can be as long as a request are cut, and say so.

use crate::app::figures::{bytes, plural};
use crate::app::paper::{GLYPHS, Line, Paper, Role, cut, width, wrap_text};
use crate::scene::count;
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
        add_key(&mut paper, key, columns);
    }
    if trace.examined() > 0 {
        paper.gap();
        paper.add(label("examined").push(Role::Strong, count(trace.examined())));
        paper.add(label("returned").push(Role::Strong, count(trace.returned())));
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
    if paper.height() == 1 {
        paper.gap();
        paper.add(Line::of(Role::Dim, "No item was read or written."));
    }
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
        let more = format!("… and {} more", count(more as u64));
        paper.add(Line::of(Role::Dim, more));
    }
}

fn add_key(paper: &mut Paper, key: &KeyTrace, columns: u16) {
    let size = format!("   {}, {}", key.key_type, bytes(key.bytes.len() as u64));
    let room = columns.saturating_sub(12 + width(&size));
    let shown = cut(&format!("{} = {}", key.attribute, key.text), room);
    paper.add(label("key").push(Role::Strong, shown).push(Role::Dim, size));
    if let Some(sort) = key.sort_text() {
        let shown = cut(&sort, columns.saturating_sub(12));
        paper.add(label("sort key").push(Role::Strong, shown));
    }
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

/// An item's key as a person would write it, `partition` or `partition / sort`; where there is no room for both, each has a part.
fn key_words(key: &KeyTrace, columns: u16) -> String {
    let Some(sort) = key.sort_text() else {
        return cut(&key.text, columns);
    };
    let between = " / ";
    let both = columns.saturating_sub(width(between));
    let sort = cut(&sort, both.saturating_sub(width(&key.text)).max(both / 2));
    let partition = cut(&key.text, both.saturating_sub(width(&sort)));
    format!("{partition}{between}{sort}")
}

/// One item of a batch or transaction: its table, its key, what became of it, where, and what that cost.
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
    // A wide terminal has more room for keys, and then for names.
    let extra = columns.saturating_sub(80);
    let table = 9 + (extra / 3).min(20);
    let key = 17 + (extra / 2).min(30);
    let key_at = 4 + table + 1;
    let effect_at = key_at + key + 1;
    let place_at = effect_at + 16;
    let words = part.key.as_ref().map(|of| key_words(of, key));
    let mut line = Line::of(Role::Dim, format!("{number:>3} "))
        .push(Role::Dim, cut(&part.table, table))
        .to_column(key_at)
        .push(Role::Strong, words.unwrap_or_default())
        .to_column(effect_at)
        .push(Role::Text, effect)
        .to_column(place_at);
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
        figures.push(match part.index_writes.len() {
            1 => "1 index".to_owned(),
            several => format!("{several} indexes"),
        });
    }
    let figures_at = place_at + 7;
    let room = columns.saturating_sub(figures_at);
    line.to_column(figures_at)
        .push(Role::Dim, cut(&figures.join("  "), room))
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
                count(visit.examined),
                count(visit.partition_items)
            ),
        )
        .push(Role::Dim, format!("  {}", bytes(visit.bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulator::capacity::Limits;
    use crate::simulator::{Realism, Settings, Simulator, Timestamp};

    /// A table with an index and a sort key, and a second one with a long name.
    fn tables() -> Simulator {
        let simulator = Simulator::new(Settings::default());
        for body in [
            r#"{"TableName":"pets","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"owner","AttributeType":"S"},{"AttributeName":"n","AttributeType":"N"},{"AttributeName":"kind","AttributeType":"S"}],"KeySchema":[{"AttributeName":"owner","KeyType":"HASH"},{"AttributeName":"n","KeyType":"RANGE"}],"GlobalSecondaryIndexes":[{"IndexName":"by-kind","KeySchema":[{"AttributeName":"kind","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}}]}"#,
            r#"{"TableName":"homes-of-animals","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}]}"#,
        ] {
            told(&simulator, "CreateTable", body);
        }
        simulator
    }

    fn told(simulator: &Simulator, operation: &str, body: &str) -> Trace {
        let now = Timestamp::from_millis(1_767_225_600_000);
        let reply = simulator.call(operation, body.as_bytes(), now);
        simulator
            .trace(&reply.request_id)
            .expect("every call leaves a trace")
    }

    /// The lines, each with the roles of its words.
    fn drawn(trace: Option<&Trace>, columns: u16) -> String {
        let paper = paper(trace, columns);
        let lines = (0..paper.height()).filter_map(|row| paper.at(row, 0));
        lines
            .map(|line| {
                assert!(line.width() <= columns, "{}", line.plain());
                let roles: Vec<String> = line
                    .spans
                    .iter()
                    .filter(|span| !span.text.trim().is_empty())
                    .map(|span| format!("{:?}", span.role))
                    .collect();
                let width = usize::from(columns);
                format!("{}\n{:>width$}", line.plain(), roles.join(" "))
            })
            .chain(std::iter::once(String::new()))
            .collect::<Vec<_>>()
            .join("\n")
    }

    const PUT: &str =
        r#"{"TableName":"pets","Item":{"owner":{"S":"Rachel"},"n":{"N":"3"},"kind":{"S":"cat"}}}"#;
    const TRANSACTION: &str = r#"{"TransactItems":[
        {"Put":{"TableName":"pets","Item":{"owner":{"S":"Rachel with a very long name indeed"},"n":{"N":"7"},"kind":{"S":"dog"}}}},
        {"Update":{"TableName":"pets","Key":{"owner":{"S":"Rachel"},"n":{"N":"3"}},"UpdateExpression":"SET kind = :k","ExpressionAttributeValues":{":k":{"S":"dog"}}}},
        {"Delete":{"TableName":"homes-of-animals","Key":{"id":{"S":"9"}}}},
        {"ConditionCheck":{"TableName":"homes-of-animals","Key":{"id":{"S":"8"}},"ConditionExpression":"attribute_not_exists(id)"}}]}"#;

    #[test]
    fn a_write_its_key_and_its_index() {
        insta::assert_snapshot!(drawn(Some(&told(&tables(), "PutItem", PUT)), 80));
    }

    #[test]
    fn each_item_of_a_transaction_by_its_key() {
        let simulator = tables();
        told(&simulator, "PutItem", PUT);
        insta::assert_snapshot!(drawn(
            Some(&told(&simulator, "TransactWriteItems", TRANSACTION)),
            80
        ));
    }

    #[test]
    fn a_wide_terminal_has_room_for_keys() {
        let simulator = tables();
        told(&simulator, "PutItem", PUT);
        insta::assert_snapshot!(drawn(
            Some(&told(&simulator, "TransactWriteItems", TRANSACTION)),
            120
        ));
    }

    #[test]
    fn a_cancelled_transaction_shows_what_was_looked_at() {
        let body = TRANSACTION.replace("attribute_not_exists", "attribute_exists");
        insta::assert_snapshot!(drawn(
            Some(&told(&tables(), "TransactWriteItems", &body)),
            80
        ));
    }

    #[test]
    fn a_query_of_an_index() {
        let simulator = tables();
        told(&simulator, "PutItem", PUT);
        let body = r#"{"TableName":"pets","IndexName":"by-kind","KeyConditionExpression":"kind = :k","ExpressionAttributeValues":{":k":{"S":"cat"}}}"#;
        insta::assert_snapshot!(drawn(Some(&told(&simulator, "Query", body)), 80));
    }

    #[test]
    fn a_throttled_write() {
        let simulator = tables();
        simulator.set_realism(Realism {
            capacity: Some(Limits {
                partition_write: 1,
                burst: std::time::Duration::ZERO,
                ..Limits::scaled(1_000)
            }),
            ..Realism::default()
        });
        let trace = (0..5)
            .map(|_| told(&simulator, "PutItem", PUT))
            .find(|trace| !trace.throttles.is_empty());
        insta::assert_snapshot!(drawn(trace.as_ref(), 80));
        assert!(
            trace.is_some(),
            "a partition that takes one write a second is throttled"
        );
    }

    #[test]
    fn another_target_has_no_trace() {
        insta::assert_snapshot!(drawn(None, 80));
    }
}
