//! DynamoDB in memory.
//!
//! ```text
//!   call(operation, body, now)
//!     │  wire        JSON in, members of the right type            ──→ SerializationException, …
//!     │  operation   one file for each: parse, validate, run, reply ──→ ValidationException, …
//!     │  expression  conditions, key conditions, updates, projections
//!     │  table       partitions by hash range; pages; what was really done
//!     │  item        values, numbers, sizes, order
//!     ↓
//!   Reply (status, body, request id, crc32)          Trace, fetched by request id
//! ```
//!
//! Bottom up: [`item`], [`expression`], [`table`], [`operation`], [`wire`]. Beside them: [`capacity`] (what may be served, and which
//! partitions split), `expiry` (time to live), `tokens` (transactions sent twice), `realism` (what lessons switch on), [`json`]
//! (requests as a tree that borrows its texts). All of it is synchronous; the time, the hash's key and
//! the seed of ids are arguments or settings. A room above never reaches into a table: it calls operations, and
//! reads traces and the browser's views ([`Simulator::tables`], [`Simulator::items_in`]).
//!
//! Invariant: [`Simulator::call`] answers any bytes with a reply and never panics; what it acknowledged is in the journal,
//! if one is attached, before anybody can read it.

pub mod capacity;
mod catalogue;
mod expiry;
pub mod expression;
mod ids;
pub mod item;
pub mod journal;
pub mod json;
mod load;
pub mod operation;
mod realism;
pub mod table;
mod tokens;
pub mod trace;
pub mod wire;

use std::cell::Cell;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use journal::Journal;
use json::Arena;
use serde::{Deserialize, Serialize};

pub use catalogue::{Browsed, BrowsedItem, TableSummary};
pub use ids::RequestId;
pub use load::LoadError;
pub use realism::Realism;
pub use table::hash::HashChoice;

use catalogue::Catalogue;
use ids::Ids;
use tokens::Tokens;
use trace::{Recording, Trace};
use wire::error::{Answer, ServiceError};

/// Milliseconds since 1970, UTC.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub struct Timestamp(u64);

impl Timestamp {
    #[must_use]
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis)
    }

    #[must_use]
    pub const fn millis(self) -> u64 {
        self.0
    }

    /// Seconds with three decimals, as the wire has times.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        reason = "milliseconds stay below 2^53 for 285,000 years"
    )]
    pub fn seconds(self) -> f64 {
        self.0 as f64 / 1000.0
    }

    /// 1970 at the earliest.
    #[must_use]
    pub fn earlier(self, by: Duration) -> Self {
        Self(
            self.0
                .saturating_sub(u64::try_from(by.as_millis()).unwrap_or(u64::MAX)),
        )
    }

    #[must_use]
    pub fn later(self, by: Duration) -> Self {
        Self(
            self.0
                .saturating_add(u64::try_from(by.as_millis()).unwrap_or(u64::MAX)),
        )
    }
}

/// Tells how much time has passed since some fixed moment.
pub type Stopwatch = Arc<dyn Fn() -> Duration + Send + Sync>;

/// How a simulator behaves. Everything that would otherwise come from the outside is here.
#[derive(Clone)]
pub struct Settings {
    /// The function that places partition keys.
    pub hash: HashChoice,
    /// Partitions of a new on-demand table, 1 to 1024; AWS's have four (12,000 RCU and 4,000 WCU at once).
    pub partitions_on_demand: u32,
    pub region: String,
    /// Twelve digits.
    pub account: String,
    /// Takes every change before it is applied; without one, tables live as long as the simulator.
    pub journal: Option<Arc<dyn Journal>>,
    /// Request ids and table ids follow from it.
    pub seed: u64,
    /// How long tables are CREATING and DELETING; zero makes both instant.
    pub table_delay: Duration,
    /// How long time to live is ENABLING and DISABLING; meanwhile it can't be changed again. AWS names an hour; zero makes it instant.
    pub time_to_live_delay: Duration,
    /// How long an expired item is still read before it is removed. AWS removes it within days, which nobody can wait for, so the
    /// default is zero: gone at the first touch after its time. A lesson about reading expired items gives a delay.
    pub expiry_delay: Duration,
    /// Capacity, and readers that lag behind; nothing of it by default. [`Simulator::set_realism`] changes it.
    pub realism: Realism,
    /// Fills the `elapsed` of traces; without one they have none.
    pub stopwatch: Option<Stopwatch>,
    /// How many traces wait to be fetched before the oldest is dropped.
    pub traces_kept: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            hash: HashChoice::default(),
            partitions_on_demand: 4,
            region: "us-east-1".to_owned(),
            account: "123456789012".to_owned(),
            journal: None,
            seed: 0,
            table_delay: Duration::ZERO,
            time_to_live_delay: Duration::ZERO,
            expiry_delay: Duration::ZERO,
            realism: Realism::default(),
            stopwatch: None,
            traces_kept: 64,
        }
    }
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings")
            .field("hash", &self.hash)
            .field("partitions_on_demand", &self.partitions_on_demand)
            .field("region", &self.region)
            .field("journal", &self.journal.is_some())
            .field("seed", &self.seed)
            .finish_non_exhaustive()
    }
}

/// Bytes of a thread's first arena: the trees of most requests.
const FIRST_ARENA: usize = 4_000;
/// The largest arena that is kept for the next request: what a large request took is given back.
const KEPT_ARENA: usize = 64 * 1024;

// What a call on this thread leaves to the next one: the memory, and nothing of what was in it. Asking the allocator anew would take
// longer than what is done with it.
thread_local! {
    /// An empty one.
    static ARENA: Cell<Option<Arena>> = const { Cell::new(None) };
    /// One that nobody fetched.
    static TRACE: Cell<Option<Box<Recording>>> = const { Cell::new(None) };
}

/// What comes back over the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// 200, 400 or 500.
    pub status: u16,
    /// JSON.
    pub body: Vec<u8>,
    /// 52 capital letters and digits; the key to the call's trace.
    pub request_id: RequestId,
    /// Of the body, for `x-amz-crc32`.
    pub crc32: u32,
}

/// `DynamoDB` in memory. Shared as an `Arc`; calls may come from any thread.
#[derive(Debug)]
pub struct Simulator {
    settings: Settings,
    catalogue: Catalogue,
    realism: RwLock<Realism>,
    /// Whether capacity is simulated, so that calls need not look into `realism`.
    metered: AtomicBool,
    ids: Ids,
    tokens: Tokens,
    traces: Mutex<VecDeque<(RequestId, Box<Recording>)>>,
}

impl Simulator {
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            catalogue: Catalogue::default(),
            realism: RwLock::new(settings.realism),
            metered: AtomicBool::new(settings.realism.capacity.is_some()),
            ids: Ids::new(settings.seed),
            tokens: Tokens::default(),
            traces: Mutex::default(),
            settings,
        }
    }

    #[must_use]
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// One API call: the operation's name as in `X-Amz-Target` without its prefix, the body as it was sent.
    pub fn call(&self, operation: &str, body: &[u8], now: Timestamp) -> Reply {
        let started = self.settings.stopwatch.as_ref().map(|watch| watch());
        let mut trace = TRACE.take().unwrap_or_default();
        trace.begin(operation);
        let (status, body) = match self.answer(operation, body, now, &mut trace) {
            Ok(body) => (200, body),
            Err(error) => (error.status(), error.body()),
        };
        let called = trace.table.as_str();
        if let Some(arn) = wire::arn::of_table(called) {
            trace.table = arn.name.into();
        }
        if self.metered.load(Ordering::Relaxed) {
            self.tend(&mut trace, now);
        }
        if let (Some(watch), Some(started)) = (&self.settings.stopwatch, started) {
            trace.elapsed = Some(watch().saturating_sub(started));
        }
        let request_id = self.ids.request();
        self.keep(request_id, trace);
        Reply {
            status,
            crc32: crc32fast::hash(&body),
            body,
            request_id,
        }
    }

    fn answer(
        &self,
        operation: &str,
        body: &[u8],
        now: Timestamp,
        trace: &mut Recording,
    ) -> Answer<Vec<u8>> {
        let mut arena = ARENA
            .take()
            .unwrap_or_else(|| Arena::with_capacity(FIRST_ARENA));
        let answer = self.answer_in(operation, body, now, trace, &arena);
        arena.reset();
        if arena.allocated_bytes() <= KEPT_ARENA {
            ARENA.set(Some(arena));
        }
        answer
    }

    /// The same, with the tree of the request in an arena.
    fn answer_in(
        &self,
        operation: &str,
        body: &[u8],
        now: Timestamp,
        trace: &mut Recording,
        arena: &Arena,
    ) -> Answer<Vec<u8>> {
        // DynamoDB reads a body before it looks at the target, but misses an absent one only after.
        let members = if body.is_empty() {
            None
        } else {
            Some(wire::body::read(body, arena)?)
        };
        let run = operation::named(operation).ok_or_else(ServiceError::unknown_operation)?;
        let members = members.ok_or_else(ServiceError::unreadable)?;
        let mut call = operation::Call {
            simulator: self,
            now,
            sent: body,
            trace,
        };
        run(&mut call, &members).map(operation::Response::into_body)
    }

    fn keep(&self, request_id: RequestId, trace: Box<Recording>) {
        let mut traces = self.traces.lock().unwrap_or_else(PoisonError::into_inner);
        let mut oldest = None;
        while traces.len() >= self.settings.traces_kept.max(1) {
            oldest = traces.pop_front();
        }
        traces.push_back((request_id, trace));
        drop(traces);
        TRACE.set(oldest.map(|(_, trace)| trace));
    }

    /// An id for an answer that is not this simulator's, such as one that refuses a request before it is read.
    #[must_use]
    pub fn request_id(&self) -> RequestId {
        self.ids.request()
    }

    /// Whether there is an operation of this name.
    #[must_use]
    pub fn offers(operation: &str) -> bool {
        operation::named(operation).is_some()
    }

    /// The trace of a call, once: the caller owns it from then on. The oldest are dropped when nobody fetches them.
    #[must_use]
    pub fn trace(&self, request_id: &str) -> Option<Trace> {
        let mut traces = self.traces.lock().unwrap_or_else(PoisonError::into_inner);
        // The one that is asked for is nearly always the youngest.
        let at = traces.iter().rposition(|(id, _)| **id == *request_id)?;
        let (_, trace) = traces.remove(at)?;
        drop(traces);
        Some(trace.told())
    }
}

#[expect(
    clippy::doc_markdown,
    reason = "a page for people, with file names and names of AWS's pages"
)]
#[doc = include_str!("DIFFERENCES.md")]
pub mod differences {}
#[doc = include_str!("LIMITS.md")]
pub mod limits {}

#[cfg(test)]
mod hostile_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod waiting_tests;
