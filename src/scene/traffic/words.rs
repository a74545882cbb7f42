//! What traffic did, in words: one or two sentences for each moment, and a line for the whole.
//!
//! A moment that changes something (a first refusal, a split, an empty reserve) says so; all others say how things stand.
//! Invariant: a sentence follows from the slices up to its moment alone.

use super::record::{Lane, Record, Slice, SplitAt};
use super::{Script, Side, Totals};
use crate::printable;
use crate::scene::words::{count, percent, plural};
use crate::simulator::trace::{CapacityUnits, SplitCause};

/// A slice counts as throttled from this share of its requests on, in thousandths: below it nobody would notice.
const NOTICEABLE: u64 = 20;
/// Throttling has ended when so many slices in a row were without.
const QUIET: usize = 6;

/// Minutes and seconds: `5:05`.
#[must_use]
pub fn clock(seconds: u64) -> String {
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// What a moment is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    Split,
    Spent,
    Throttled,
    Relieved,
    First,
    Nothing,
}

fn noticeable(slice: &Slice) -> bool {
    slice.throttled() * 1000 >= slice.asked.max(1) * NOTICEABLE
}

/// Whether requests are being refused after so many slices.
fn throttling(record: &Record, stop: usize) -> bool {
    record.slices[stop.saturating_sub(QUIET)..stop]
        .iter()
        .any(noticeable)
}

/// Whether a reserve that was there has been used up in the last slice, for the first time.
fn spent(record: &Record, stop: usize) -> bool {
    let empty = |slice: &Slice| {
        slice
            .table
            .is_some_and(|rate| rate.left < rate.limit && rate.limit > CapacityUnits::ZERO)
    };
    let (before, now) = record.slices[..stop].split_at(stop - 1);
    now.iter().any(empty) && !before.iter().any(empty)
}

fn turn(record: &Record, stop: usize) -> Turn {
    let slice = &record.slices[stop - 1];
    if !slice.splits.is_empty() {
        Turn::Split
    } else if spent(record, stop) {
        Turn::Spent
    } else if throttling(record, stop) && !throttling(record, stop - 1) {
        Turn::Throttled
    } else if !throttling(record, stop) && throttling(record, stop - 1) {
        Turn::Relieved
    } else if stop == 1 {
        Turn::First
    } else {
        Turn::Nothing
    }
}

/// What happens when `stop` slices have passed.
pub(super) fn sentence(record: &Record, stop: usize) -> String {
    let Some(slice) = stop.checked_sub(1).and_then(|last| record.slices.get(last)) else {
        return opening(record);
    };
    match turn(record, stop) {
        Turn::Split => slice
            .splits
            .first()
            .map_or_else(String::new, |at| split(record, slice, at)),
        Turn::Spent => format!(
            "What was saved for bursts is used up. From now on the table serves what is provisioned, {} a second.",
            units(
                record,
                slice.table.map_or(CapacityUnits::ZERO, |rate| rate.limit)
            )
        ),
        Turn::Throttled => format!("Requests are refused. {}", standing(record, slice)),
        Turn::Relieved if slice.throttled() == 0 => {
            format!("Nothing is refused any more. {}", serving(record, slice))
        }
        Turn::Relieved => format!(
            "Hardly anything is refused any more. {}",
            standing(record, slice)
        ),
        Turn::First | Turn::Nothing => standing(record, slice),
    }
}

/// Real units with their name.
fn units(record: &Record, units: CapacityUnits) -> String {
    format!(
        "{} {}",
        whole(record.real(units)),
        record.setup.units.name()
    )
}

/// Units as a person reads them: grouped, and with a half where there is one.
fn whole(units: CapacityUnits) -> String {
    let half = if units.halves().is_multiple_of(2) {
        ""
    } else {
        ".5"
    };
    format!("{}{half}", count(units.halves() / 2))
}

fn opening(record: &Record) -> String {
    let table = match record.start.len() {
        1 => "One partition waits".to_owned(),
        some => format!("{} partitions wait", count(some as u64)),
    };
    let each = units(record, record.limit);
    match record.saved {
        None => format!("{table} for the first request. Each may serve {each} a second."),
        Some(saved) => format!(
            "{table} for the first request. Each may serve {each} a second, the table {}, and {} were saved for bursts.",
            units(record, saved.limit),
            units(record, saved.left)
        ),
    }
}

/// The lane that is at its limit the most: refused first, then consumed.
fn busiest(slice: &Slice) -> Option<&Lane> {
    // Of equal ones the first is named.
    slice
        .lanes
        .iter()
        .rev()
        .max_by_key(|lane| (lane.throttled, lane.consumed))
}

/// How things stand in a slice.
fn standing(record: &Record, slice: &Slice) -> String {
    let Some(lane) = busiest(slice) else {
        return String::new();
    };
    let name = record.setup.units.name();
    let id = lane.state.id.0;
    let serves = record.a_second(lane.consumed);
    let asked = record.requests_a_second(slice.asked);
    let refused = record.requests_a_second(slice.throttled());
    let key = key(record, lane);
    if slice.throttled() == 0 {
        return format!("{} Nothing is refused.", serving(record, slice));
    }
    let by_table = slice
        .refused
        .iter()
        .max_by_key(|(_, times)| **times)
        .is_some_and(|(reason, _)| !reason.ends_with("KeyRangeThroughputExceeded"));
    if by_table {
        let provisioned = slice.table.map_or(CapacityUnits::ZERO, |rate| rate.limit);
        return format!(
            "Of {} requests a second {} are refused: no more than {} a second are provisioned, and nothing is saved.",
            count(asked),
            count(refused),
            units(record, provisioned)
        );
    }
    let elsewhere = if all_full(record, slice) {
        ""
    } else {
        ", though others have room"
    };
    format!(
        "P{id} serves {} {name} a second{key}. Of {} requests a second {} are refused{elsewhere}.",
        count(serves),
        count(asked),
        count(refused)
    )
}

/// What the busiest partition does while it refuses nothing.
fn serving(record: &Record, slice: &Slice) -> String {
    let Some(lane) = busiest(slice) else {
        return String::new();
    };
    let serves = record.a_second(lane.consumed);
    let all = record.a_second(slice.consumed());
    let lent = match provisioned(record, slice) {
        Some(given) if all > given => format!(
            " The table serves {} a second and is given {}: the reserve drains.",
            count(all),
            count(given)
        ),
        Some(given) if serves > given / slice.lanes.len() as u64 => format!(
            " That is more than its even share of {}: adaptive capacity lends it what the others leave.",
            count(given / slice.lanes.len() as u64)
        ),
        _ => String::new(),
    };
    format!(
        "The busiest partition, P{}, serves {} of the {} a second that it may.{lent}",
        lane.state.id.0,
        count(serves),
        units(record, record.limit)
    )
}

/// Whether no partition could have served more than a tenth besides.
fn all_full(record: &Record, slice: &Slice) -> bool {
    let full = record.limit.halves() * record.setup.seconds;
    slice
        .lanes
        .iter()
        .all(|lane| lane.consumed.halves() * 10 >= full * 9)
}

/// `, 100 % of it for status "OPEN"`, where one key makes up half of a lane or more.
fn key(record: &Record, lane: &Lane) -> String {
    match &lane.busiest {
        Some((key, spent)) if spent.halves() * 2 >= lane.consumed.halves() => format!(
            ", {} of it for {} \"{}\"",
            percent(spent.halves(), lane.consumed.halves()),
            printable::line(&record.attribute),
            printable::line(key)
        ),
        _ => String::new(),
    }
}

/// What the table is given by its owner, in real units a second.
fn provisioned(record: &Record, slice: &Slice) -> Option<u64> {
    Some(record.real(slice.table?.limit).halves() / 2)
}

fn split(record: &Record, slice: &Slice, at: &SplitAt) -> String {
    let split = &at.split;
    let (id, upper) = (split.partition.0, split.upper.0);
    let why = match split.cause {
        SplitCause::Heat => "stayed at its limit, so it is split for heat",
        SplitCause::Size => "holds more than a partition may, so it is split for size",
        SplitCause::Growth => "is split, because the table is to serve more",
    };
    let how = if split.inside {
        ", inside one item collection, by sort key"
    } else {
        ""
    };
    let more = match slice.splits.len() {
        0 | 1 => String::new(),
        some => format!(
            " {} more at the same time.",
            plural(some as u64 - 1, "split")
        ),
    };
    let after = match (split.cause, split.inside) {
        (SplitCause::Heat, _) => format!(
            " P{upper} takes the upper part, and each may serve {} a second.",
            units(record, record.limit)
        ),
        (SplitCause::Size, true) => format!(
            " P{upper} takes the upper part of the sort keys; whatever comes there next is served by P{upper} alone."
        ),
        _ => format!(" P{upper} takes the upper part of its hash range."),
    };
    format!("P{id} {why}{how}.{after}{more}")
}

/// Requests that were refused, as a share of all.
#[must_use]
pub fn share(totals: &Totals) -> String {
    let share = percent(totals.throttled, totals.asked);
    if totals.throttled > 0 && share == "0 %" {
        return "under 0.1 %".to_owned();
    }
    share
}

/// What came of the whole: `Of 1,200,000 writes 600,000 (50 %) were refused. …`.
#[must_use]
pub fn outcome(side: &Side<'_>) -> String {
    let Totals {
        asked,
        throttled,
        partitions,
        splits,
        ..
    } = side.totals;
    let requests = side.record.setup.units.requests();
    let refused = if throttled == 0 {
        format!("None of {} {requests} were refused", count(asked))
    } else {
        format!(
            "Of {} {requests} {} ({}) were refused",
            count(asked),
            count(throttled),
            share(&side.totals)
        )
    };
    let table = match splits {
        0 => format!(
            "the table has {} as before",
            plural(partitions as u64, "partition")
        ),
        some => format!(
            "after {} the table has {}",
            plural(some as u64, "split"),
            plural(partitions as u64, "partition")
        ),
    };
    format!("{refused}; {table}.")
}

/// The run in words, a line for each moment that changes something, with its time; what is read without a screen.
#[must_use]
pub fn narrate(record: &Record) -> Vec<String> {
    let line = |stop: usize| {
        format!(
            "{:>5}  {}",
            clock(stop as u64 * record.setup.seconds),
            sentence(record, stop)
        )
    };
    let slices = record.slices.len();
    let turns = (1..=slices).filter(|stop| turn(record, *stop) != Turn::Nothing);
    let mut stops: Vec<usize> = std::iter::once(0).chain(turns).collect();
    if stops.last() != Some(&slices) {
        stops.push(slices);
    }
    let script = Script::new(None, record.clone());
    let end = script.picture(super::Position::stop(slices));
    stops
        .into_iter()
        .map(line)
        .chain(std::iter::once(outcome(&end.after)))
        .collect()
}
