//! The same story in words: one line a moment, for the screen and for who reads without one.
//!
//! Invariant: nothing is said that is not in the traces, and no key can bring control characters along.

use super::super::playhead::Position;
use super::super::words::{self, count, plural};
use super::record::{Arrival, Record};
use super::shares::share_of_range;
use super::{Moment, Script, Stage};
use crate::printable;
use crate::simulator::trace::{Effect, KeyTrace, Provenance};

impl Script {
    /// What happens at a position, in words.
    pub(super) fn sentence(&self, position: Position) -> String {
        let Some(moment) = self.moment(position) else {
            return self.opening();
        };
        let (arrival, stage) = match *moment {
            Moment::Way { arrival, stage } => (arrival, stage),
            Moment::Flock { from, to } => return self.flock(from, to),
        };
        let put = &self.record.arrivals()[arrival];
        let key = &put.key;
        match stage {
            Stage::Key => {
                let sort = key.sort_text().map_or(String::new(), |sort| {
                    format!(
                        " Its sort key is {}.",
                        shortened(&printable::line(&sort), 40)
                    )
                });
                format!(
                    "An item is put. Its partition key {} is {}, of type {}.{sort}",
                    printable::line(&key.attribute),
                    quoted(key),
                    printable::line(key.key_type)
                )
            }
            Stage::Bytes => {
                let as_what = match key.key_type {
                    "N" => ", a number in its one plain form",
                    "B" => ", decoded from base64",
                    _ => "",
                };
                let only = if key.sort.is_some() {
                    "Only the partition key counts"
                } else {
                    "Only the key counts"
                };
                format!(
                    "{only}, as {}: {}{as_what}.",
                    plural(key.bytes.len() as u64, "byte"),
                    words::hex(&key.bytes, 16)
                )
            }
            Stage::Hash => {
                format!(
                    "The hash function turns type and bytes into one number, {:016x}. Always the same one.",
                    key.hash
                )
            }
            Stage::Place => {
                format!(
                    "Of the whole range from 0 to 2⁶⁴, that is {} of the way.",
                    share_of_range(key.hash)
                )
            }
            Stage::Owner => self.owner(key),
            Stage::Order => order(put),
            Stage::Lands => landing(put),
        }
    }

    fn opening(&self) -> String {
        let partitions = self.record.empty();
        let modelled = match self.provenance() {
            Provenance::Modelled => "Modelled, since no API shows a real table's partitions: ",
            Provenance::Measured => "",
        };
        match partitions.len() {
            1 => format!(
                "{modelled}{} partition owns the whole range of the hash. It is empty.",
                if modelled.is_empty() { "One" } else { "one" }
            ),
            some => format!(
                "{modelled}{} partitions share the whole range of the hash, in order. They are empty.",
                count(some as u64)
            ),
        }
    }

    fn owner(&self, key: &KeyTrace) -> String {
        let range = self
            .record
            .empty()
            .iter()
            .find(|state| state.id == key.partition)
            .map_or(String::new(), |state| {
                format!(
                    " from {} to {}",
                    share_of_range(state.first_hash),
                    share_of_range(state.last_hash)
                )
            });
        format!(
            "P{} owns the range{range}, so it owns the item.",
            key.partition.0
        )
    }

    fn flock(&self, from: usize, to: usize) -> String {
        let many = match to - from {
            1 => "One more item goes".to_owned(),
            many => format!("{} more items go", count(many as u64)),
        };
        let before: u64 = self.states(from).map(|state| state.items).sum();
        let after: u64 = self.states(to).map(|state| state.items).sum();
        let stored = after - before;
        let replaced = (to - from) as u64 - stored;
        let replaced = match replaced {
            0 => String::new(),
            some => format!(
                " {} had a key that was there already: replaced.",
                count(some)
            ),
        };
        let largest = self.states(to).rev().max_by_key(|state| state.items);
        let largest = largest.map_or(String::new(), |state| {
            format!(
                " P{} holds most of them: {} of {}.",
                state.id.0,
                count(state.items),
                count(after)
            )
        });
        format!("{many} the same way, each where its own hash says.{replaced}{largest}")
    }
}

/// Where the item comes among those with its partition key.
fn order(put: &Arrival) -> String {
    let key = &put.key;
    let whose = quoted(key);
    match key.place {
        Some((_, 1)) => format!("It is the first item with the partition key {whose}."),
        Some((at, all)) => format!(
            "{} have the partition key {whose}. In the order of their sort keys, this one is number {}.",
            plural(all, "item"),
            count(at + 1)
        ),
        None => format!("It joins the items with the partition key {whose}."),
    }
}

fn landing(put: &Arrival) -> String {
    let how = match put.effect {
        Effect::Replaced => "had an item with this very key: it is replaced. It holds",
        _ => "stores the item. It now holds",
    };
    format!(
        "P{} {how} {}, {}.",
        put.key.partition.0,
        plural(put.items, "item"),
        words::bytes(put.bytes)
    )
}

/// The key as the API tells its type: text in quotes, numbers bare.
#[must_use]
pub fn quoted(key: &KeyTrace) -> String {
    // Long keys are cut before every character of them is looked at.
    let start: String = key.text.chars().take(200).collect();
    let text = shortened(&printable::line(&start), 40);
    if key.key_type == "S" {
        format!("\"{text}\"")
    } else {
        text
    }
}

/// At most `limit` characters, the last of them `…` when something was cut.
fn shortened(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    text.chars()
        .take(limit - 1)
        .chain(std::iter::once('…'))
        .collect()
}

/// The whole demonstration in words, one line a moment; what is read without a screen.
#[must_use]
pub fn narrate(record: &Record) -> Vec<String> {
    let script = Script::new(record.clone(), &std::collections::BTreeSet::new());
    let stops = 0..=script.timeline.moments();
    let mut lines: Vec<String> = stops
        .map(|stop| script.sentence(Position::stop(stop)))
        .collect();
    if !record.arrivals().is_empty() {
        let items: u64 = script.partitions().iter().map(|state| state.items).sum();
        lines.push(format!(
            "In all {}: {}.",
            plural(items, "item"),
            script.summary()
        ));
    }
    lines
}
