//! What a request did, in a few words for a line and in sentences for somebody who asks.
//!
//! Invariant: no word without something in the arrival behind it; all text is printable.

use std::time::Duration;

use super::arrival::{Arrival, Outcome, Touch};
use crate::scene::hash::share_of_range;
use crate::scene::{bytes, count, plural};
use crate::simulator::trace::{CapacityUnits, Effect, SplitCause};

/// `0.4 ms`, `12 ms`, `1.2 s`.
#[must_use]
pub fn time(elapsed: Duration) -> String {
    let micros = elapsed.as_micros();
    match micros {
        0..=9_949 => {
            let tenths = (micros + 50) / 100;
            format!("{}.{} ms", tenths / 10, tenths % 10)
        }
        9_950..=999_499 => format!("{} ms", (micros + 500) / 1000),
        _ => {
            let tenths = (micros + 50_000) / 100_000;
            format!("{}.{} s", tenths / 10, tenths % 10)
        }
    }
}

/// `1,234.5`: units as a person reads them.
#[must_use]
pub fn amount(units: CapacityUnits) -> String {
    let whole = count(units.halves() / 2);
    if units.halves().is_multiple_of(2) {
        whole
    } else {
        format!("{whole}.5")
    }
}

/// `1 WCU`, `128.5 RCU`, both for what reads and writes; nothing where nothing was consumed.
#[must_use]
pub fn units(arrival: &Arrival) -> String {
    consumed(arrival.read, arrival.written)
}

/// The same of any sum.
#[must_use]
pub fn consumed(read: CapacityUnits, written: CapacityUnits) -> String {
    let named = |units: CapacityUnits, name: &str| {
        (units > CapacityUnits::ZERO).then(|| format!("{} {name}", amount(units)))
    };
    let both = [named(written, "WCU"), named(read, "RCU")];
    both.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// What became of one item.
const fn became(touch: &Touch) -> &'static str {
    match touch.effect {
        Effect::Created => "created",
        Effect::Replaced => "replaced",
        Effect::Updated => "updated",
        Effect::Deleted => "deleted",
        _ => "",
    }
}

/// What it did, for the end of a line.
#[must_use]
pub fn short(arrival: &Arrival) -> String {
    match &arrival.outcome {
        Outcome::Throttled { error, .. } | Outcome::Refused { error, .. } => error.to_string(),
        Outcome::TurnedAway { why } => why.to_string(),
        Outcome::Served => done(arrival),
    }
}

fn done(arrival: &Arrival) -> String {
    match arrival.effect {
        Effect::TableCreated => return "table created".to_owned(),
        Effect::TableUpdated => return "table updated".to_owned(),
        Effect::TableDeleted => return "table deleted".to_owned(),
        _ => {}
    }
    let touches = arrival.touches.as_slice();
    match touches {
        [] => String::new(),
        [one] if one.key.is_some() && arrival.operation.as_ref() != "Query" => {
            let key = one.key.as_ref().map_or("", |(key, _)| key.as_ref());
            match became(one) {
                "" if arrival.written.halves() > 0 => format!("{key} not there"),
                "" if one.examined == 0 => format!("{key} not there"),
                "" => format!("{key} read"),
                became => format!("{key} {became}"),
            }
        }
        _ if touches.iter().any(|touch| !became(touch).is_empty()) => {
            let items = touches.len() as u64 + arrival.untold;
            format!("{} written", plural(items, "item"))
        }
        _ => {
            let more = if arrival.more { ", more follow" } else { "" };
            if arrival.examined == arrival.returned {
                format!("{} read{more}", plural(arrival.examined, "item"))
            } else {
                format!(
                    "{} of {} returned{more}",
                    count(arrival.returned),
                    plural(arrival.examined, "item")
                )
            }
        }
    }
}

/// Everything that is known of it, in sentences.
#[must_use]
pub fn told(arrival: &Arrival) -> Vec<String> {
    let mut sentences = Vec::new();
    match &arrival.outcome {
        Outcome::TurnedAway { why } => {
            return vec![format!("{} was turned away: {why}.", arrival.client)];
        }
        Outcome::Throttled { error, message } => {
            sentences.push(ended(&format!(
                "Throttled, not carried out: {error}. {message}"
            )));
        }
        Outcome::Refused {
            status,
            error,
            message,
        } => {
            let what = if *status >= 500 { "Failed" } else { "Refused" };
            sentences.push(ended(&format!(
                "{what} with status {status}: {error}. {message}"
            )));
        }
        Outcome::Served => {}
    }
    let places = places(arrival);
    if !places.is_empty() {
        sentences.push(places);
    }
    for split in &arrival.splits {
        let why = match split.cause {
            SplitCause::Size => "it held more than a partition holds",
            SplitCause::Heat => "it stayed at its limit",
            SplitCause::Growth => "the table is to serve more",
        };
        sentences.push(format!(
            "P{} was split, P{} has its upper part: {why}.",
            split.partition.0, split.upper.0
        ));
    }
    let units = units(arrival);
    let cost = if units.is_empty() {
        String::new()
    } else {
        format!("{units}, ")
    };
    sentences.push(format!(
        "{cost}{}; {} came and {} went back.",
        time(arrival.elapsed),
        bytes(arrival.request_bytes),
        bytes(arrival.reply_bytes)
    ));
    sentences
}

/// A sentence that the service wrote, with its full stop.
fn ended(sentence: &str) -> String {
    let sentence = sentence.trim_end();
    if sentence.ends_with('.') {
        sentence.to_owned()
    } else {
        format!("{sentence}.")
    }
}

/// Where it was, and what it did there.
fn places(arrival: &Arrival) -> String {
    let of_index = match &arrival.index {
        Some(index) => format!(" of the index {index}"),
        None => String::new(),
    };
    match arrival.effect {
        Effect::TableCreated => {
            let partitions = arrival.layouts.first().map_or(0, |one| one.states.len());
            return format!(
                "The table begins with {}, each with an equal part of the hash range.",
                plural(partitions as u64, "partition")
            );
        }
        Effect::TableDeleted => return "The table and its items are gone.".to_owned(),
        Effect::TableUpdated => return "The table was changed.".to_owned(),
        _ => {}
    }
    match arrival.touches.as_slice() {
        [] => String::new(),
        [one] => {
            let partition = one.partition.0;
            let Some((key, hash)) = &one.key else {
                return format!(
                    "Read {} in P{partition}{of_index} and returned {}.",
                    plural(one.examined, "item"),
                    count(arrival.returned)
                );
            };
            let place = share_of_range(*hash);
            let way = format!("at {place} of the hash range, in P{partition}{of_index}");
            if one.throttled {
                return format!("{key} lies {way}, which could not serve it now.");
            }
            if arrival.operation.as_ref() == "Query" {
                return format!(
                    "The items of {key} lie {way}: {} read, {} returned.",
                    plural(one.examined, "item"),
                    count(arrival.returned)
                );
            }
            match became(one) {
                "" if one.examined == 0 => format!("{key} would lie {way}. Nothing is there."),
                "" => format!("{key} lies {way}."),
                became => format!("{key} was {became} {way}."),
            }
        }
        touches => {
            let mut partitions: Vec<(&str, u32)> = touches
                .iter()
                .map(|touch| (touch.table.as_ref(), touch.partition.0))
                .collect();
            partitions.sort_unstable();
            partitions.dedup();
            let within = plural(partitions.len() as u64, "partition");
            let written = touches.iter().filter(|touch| !became(touch).is_empty());
            let written = written.count() as u64 + arrival.untold;
            if touches.iter().any(|touch| !became(touch).is_empty()) {
                return format!("Wrote {} in {within}.", plural(written, "item"));
            }
            let more = if arrival.more {
                " More pages follow."
            } else {
                ""
            };
            format!(
                "Read {} in {within}{of_index} and returned {}.{more}",
                plural(arrival.examined, "item"),
                count(arrival.returned)
            )
        }
    }
}
