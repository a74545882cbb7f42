//! One answered request, folded small: who asked for what, what became of it, and which partitions it touched.
//!
//! ```text
//!   Trace of PutItem          ──→ one touch: P2, Beeba, created, 1 WCU
//!   Trace of BatchWriteItem   ──→ a touch for each of its items, in several tables perhaps
//!   Trace of Scan             ──→ a touch for each partition it read, with its share of the units
//! ```
//!
//! Invariant: texts are printable and cut, touches are at most [`MOST_TOUCHES`]; what a touch says is from the trace, and only the
//! units of a page that was read from several partitions are shared out, by the bytes examined.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use crate::simulator::trace::{
    CapacityUnits, Effect, KeyTrace, PartitionId, PartitionState, Split, Trace,
};

/// More places of one request are counted, not kept: a transaction has a hundred.
pub const MOST_TOUCHES: usize = 128;
/// Characters of a name that are kept.
const NAME: usize = 64;
/// Characters of an error's message that are kept.
const MESSAGE: usize = 400;
/// Partitions of a table that a request may tell of all at once.
const MOST_PARTITIONS: usize = 256;
/// Splits of one request that are kept.
const MOST_SPLITS: usize = 8;

/// What a server says of a request; the texts are the client's.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    pub number: u64,
    /// Milliseconds since the epoch.
    pub at: u64,
    pub client: &'a str,
    pub operation: &'a str,
    pub status: u16,
    /// The error's name and its message.
    pub error: Option<(&'a str, &'a str)>,
    pub elapsed: Duration,
    pub request_bytes: u64,
    pub reply_bytes: u64,
}

/// What became of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Served,
    /// It came too fast.
    Throttled {
        error: Arc<str>,
        message: Arc<str>,
    },
    Refused {
        status: u16,
        error: Arc<str>,
        message: Arc<str>,
    },
    /// It never became a request: a wrong join code, a foreign page, too many connections.
    TurnedAway {
        why: Arc<str>,
    },
}

/// What a request did in one partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touch {
    pub table: Arc<str>,
    /// The index that was read; its partitions are its own.
    pub index: Option<Arc<str>>,
    pub partition: PartitionId,
    /// The item's key as a person would write it, and its hash.
    pub key: Option<(Arc<str>, u64)>,
    pub effect: Effect,
    pub examined: u64,
    pub read: CapacityUnits,
    pub written: CapacityUnits,
    /// The partition could not serve it now.
    pub throttled: bool,
}

impl Touch {
    /// Whether an item came to lie in the partition.
    #[must_use]
    pub fn lands(&self) -> bool {
        let written = matches!(
            self.effect,
            Effect::Created | Effect::Replaced | Effect::Updated
        );
        written && self.key.is_some() && self.index.is_none()
    }
}

/// A table's partitions after a request: all of them, or those that it touched where nothing else changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) table: Arc<str>,
    pub(super) states: Vec<PartitionState>,
    pub(super) whole: bool,
}

/// One request, or what tried to be one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// In the server's order of answers; 0 for what was turned away.
    pub number: u64,
    /// Milliseconds since the epoch.
    pub at: u64,
    pub client: Arc<str>,
    /// Empty for what was turned away.
    pub operation: Arc<str>,
    /// The first one, of a request to several.
    pub table: Option<Arc<str>>,
    pub index: Option<Arc<str>>,
    /// The name of the partition key, where one was given.
    pub attribute: Option<Arc<str>>,
    pub outcome: Outcome,
    /// What became of a table as a whole.
    pub effect: Effect,
    pub read: CapacityUnits,
    pub written: CapacityUnits,
    pub examined: u64,
    pub returned: u64,
    /// Of a page: more follow.
    pub more: bool,
    pub elapsed: Duration,
    pub request_bytes: u64,
    pub reply_bytes: u64,
    pub touches: Vec<Touch>,
    /// Touches that are not kept.
    pub untold: u64,
    pub splits: Vec<Split>,
    pub(super) layouts: Vec<Layout>,
}

impl Arrival {
    #[must_use]
    pub fn new(request: Request<'_>, trace: Option<Trace>) -> Self {
        let throttled = trace
            .as_ref()
            .is_some_and(|trace| !trace.throttles.is_empty() && request.status >= 400);
        let mut arrival = Self {
            number: request.number,
            at: request.at,
            client: clean(request.client, NAME),
            operation: clean(request.operation, NAME),
            table: None,
            index: None,
            attribute: None,
            outcome: outcome(&request, throttled),
            effect: Effect::None,
            read: CapacityUnits::ZERO,
            written: CapacityUnits::ZERO,
            examined: 0,
            returned: 0,
            more: false,
            elapsed: request.elapsed,
            request_bytes: request.request_bytes,
            reply_bytes: request.reply_bytes,
            touches: Vec::new(),
            untold: 0,
            splits: Vec::new(),
            layouts: Vec::new(),
        };
        if let Some(trace) = trace {
            arrival.take(trace);
        }
        arrival
    }

    /// Somebody who did not get as far as a request.
    #[must_use]
    pub fn turned_away(at: u64, client: &str, why: &str) -> Self {
        let nothing = Request {
            number: 0,
            at,
            client,
            operation: "",
            status: 0,
            error: None,
            elapsed: Duration::ZERO,
            request_bytes: 0,
            reply_bytes: 0,
        };
        Self {
            outcome: Outcome::TurnedAway {
                why: clean(why, MESSAGE),
            },
            ..Self::new(nothing, None)
        }
    }

    /// Read and written units together.
    #[must_use]
    pub fn units(&self) -> CapacityUnits {
        self.read + self.written
    }

    /// Whether it was answered as it was asked.
    #[must_use]
    pub fn served(&self) -> bool {
        self.outcome == Outcome::Served
    }

    #[must_use]
    pub fn throttled(&self) -> bool {
        matches!(self.outcome, Outcome::Throttled { .. })
    }

    fn take(&mut self, trace: Trace) {
        self.examined = trace.examined();
        self.returned = trace.returned();
        (self.read, self.written) = (trace.read, trace.written);
        self.more = trace.more;
        self.effect = trace.effect;
        self.index = trace.index.as_ref().map(|index| clean(index, NAME));
        self.attribute = trace
            .key
            .as_ref()
            .map(|key| clean(key.attribute.as_str(), NAME));
        let splits = trace.splits.iter().take(MOST_SPLITS);
        self.splits = splits.cloned().collect();
        // The parts of one request mostly have one table.
        let mut names: BTreeMap<String, Arc<str>> = BTreeMap::new();
        let Trace { parts, .. } = &trace;
        let tables: Vec<&str> = std::iter::once(&trace)
            .chain(parts)
            .map(|trace| trace.table.as_str())
            .filter(|name| !name.is_empty())
            .collect();
        for name in tables {
            if self.table.is_none() {
                self.table = Some(clean(name, NAME));
            }
            if !names.contains_key(name) {
                names.insert(name.to_owned(), clean(name, TABLE_NAME));
            }
        }
        self.touch(&trace, &names);
        for part in &trace.parts {
            self.touch(part, &names);
        }
        let Trace {
            table,
            index,
            partitions,
            parts,
            ..
        } = trace;
        self.settle(table.as_str(), index.as_ref(), partitions, &names);
        for part in parts {
            self.settle(
                part.table.as_str(),
                part.index.as_ref(),
                part.partitions,
                &names,
            );
        }
    }

    /// What one trace, or one part of it, did where.
    fn touch(&mut self, trace: &Trace, names: &BTreeMap<String, Arc<str>>) {
        let Some(table) = names.get(trace.table.as_str()) else {
            return;
        };
        let global = trace.index_writes.iter().filter(|write| write.global);
        let of_indexes: u64 = global.map(|write| write.written.halves()).sum();
        let blank = Touch {
            table: Arc::clone(table),
            index: trace.index.as_ref().map(|index| clean(index, NAME)),
            partition: PartitionId(0),
            key: None,
            effect: trace.effect,
            examined: 0,
            read: CapacityUnits::ZERO,
            written: CapacityUnits::from_halves(trace.written.halves().saturating_sub(of_indexes)),
            throttled: false,
        };
        for throttle in trace.throttles.iter().filter(|one| one.index.is_none()) {
            self.add(Touch {
                partition: throttle.partition,
                key: trace.key.as_ref().map(name),
                effect: Effect::None,
                written: CapacityUnits::ZERO,
                throttled: true,
                ..blank.clone()
            });
        }
        if !trace.throttles.is_empty() {
            return;
        }
        let mut places: Vec<(PartitionId, u64, u64)> = Vec::new();
        for visit in &trace.visits {
            match places.iter_mut().find(|(id, ..)| *id == visit.partition) {
                Some((_, examined, bytes)) => {
                    *examined += visit.examined;
                    *bytes += visit.bytes;
                }
                None => places.push((visit.partition, visit.examined, visit.bytes)),
            }
        }
        match (&trace.key, places.as_slice()) {
            // A write of one item, a look at one, or a page of one collection.
            (Some(key), [] | [_]) => self.add(Touch {
                partition: places.first().map_or(key.partition, |(id, ..)| *id),
                key: Some(name(key)),
                examined: places.first().map_or(0, |(_, examined, _)| *examined),
                read: trace.read,
                ..blank
            }),
            (_, places) => {
                let shares = shares(trace.read, places.iter().map(|(.., bytes)| *bytes));
                for ((partition, examined, _), read) in places.iter().zip(shares) {
                    self.add(Touch {
                        partition: *partition,
                        examined: *examined,
                        read,
                        ..blank.clone()
                    });
                }
            }
        }
    }

    fn add(&mut self, touch: Touch) {
        if self.touches.len() < MOST_TOUCHES {
            self.touches.push(touch);
        } else {
            self.untold += 1;
        }
    }

    /// The last word on a table's partitions counts.
    fn settle(
        &mut self,
        table: &str,
        index: Option<&String>,
        mut states: Vec<PartitionState>,
        names: &BTreeMap<String, Arc<str>>,
    ) {
        let Some(table) = names
            .get(table)
            .filter(|_| index.is_none() && !states.is_empty())
        else {
            return;
        };
        // Of very many partitions only those are kept that it touched; the others are known from a look at the table.
        let whole = states.len() <= MOST_PARTITIONS;
        if !whole {
            let touches = self.touches.iter().filter(|touch| touch.table == *table);
            let kept: BTreeSet<PartitionId> = touches.map(|touch| touch.partition).collect();
            states.retain(|state| kept.contains(&state.id));
            states.shrink_to_fit();
        }
        match self.layouts.iter_mut().find(|one| one.table == *table) {
            Some(layout) => layout.states = states,
            None => self.layouts.push(Layout {
                table: Arc::clone(table),
                states,
                whole,
            }),
        }
    }
}

/// Characters that a table's name has at most; longer ones never name a table.
const TABLE_NAME: usize = 255;

fn outcome(request: &Request<'_>, throttled: bool) -> Outcome {
    /// What the service and this server call it.
    const THROTTLED: [&str; 3] = [
        "ProvisionedThroughputExceededException",
        "ThrottlingException",
        "RequestLimitExceeded",
    ];
    if request.status < 400 {
        return Outcome::Served;
    }
    let (error, message) = request.error.unwrap_or(("", ""));
    let throttled = throttled || THROTTLED.contains(&error);
    let (error, message) = (clean(error, NAME), clean(message, MESSAGE));
    if throttled {
        Outcome::Throttled { error, message }
    } else {
        Outcome::Refused {
            status: request.status,
            error,
            message,
        }
    }
}

/// The start of a foreign text, printable.
fn clean(text: &str, most: usize) -> Arc<str> {
    let end = text.char_indices().nth(most).map(|(end, _)| end);
    let start = crate::printable::line(end.map_or(text, |end| &text[..end]));
    match end {
        None => Arc::from(start.as_ref()),
        Some(_) => Arc::from(format!("{start}…")),
    }
}

/// The key as one line, with its sort key where it has one, and its hash.
fn name(key: &KeyTrace) -> (Arc<str>, u64) {
    let text = match key.sort_text() {
        // Both are cut before they are put together, as both may be long.
        Some(sort) => format!("{} / {}", clean(&key.text, NAME), clean(&sort, NAME)),
        None => clean(&key.text, NAME).to_string(),
    };
    (Arc::from(text), key.hash)
}

/// Units shared out by bytes; together they are the whole, and the first one has what can't be divided.
fn shares(
    whole: CapacityUnits,
    bytes: impl ExactSizeIterator<Item = u64> + Clone,
) -> Vec<CapacityUnits> {
    let all: u128 = bytes.clone().map(u128::from).sum();
    let mut shares: Vec<u64> = bytes
        .map(|bytes| {
            let share = u128::from(whole.halves()) * u128::from(bytes) / all.max(1);
            u64::try_from(share).unwrap_or(u64::MAX)
        })
        .collect();
    let given: u64 = shares.iter().sum();
    if let Some(first) = shares.first_mut() {
        *first += whole.halves().saturating_sub(given);
    }
    shares.into_iter().map(CapacityUnits::from_halves).collect()
}
