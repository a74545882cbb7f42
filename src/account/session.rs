//! One run of the program on one account and region: its rules, its money, its books.
//!
//! Invariant: a session is the only way to an account's target, and everything it lets through is in its ledger and its budget.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::body;
use super::bound::{self, Known};
use super::budget::{Budget, Spending};
use super::claim::Claim;
use super::guard::outgoing;
use super::ledger::{Entry, Indexes, Kind, Ledger, LedgerError};
use super::name;
use super::tag::{self, RunId};
use crate::target::exchange::{Picodollars, Place};
use crate::transport::in_process::Clock;

/// What a session is opened with.
pub struct Opening {
    pub place: Place,
    pub run: RunId,
    /// The caller's ARN.
    pub caller: String,
    pub ledger: Ledger,
    pub ceiling: Picodollars,
    pub clock: Clock,
    /// What gives new credentials: a command, or what to do.
    pub renewal: String,
    /// Called when a service says that credentials are no longer good, so that the next request looks for new ones.
    pub forget: Arc<dyn Fn() + Send + Sync>,
}

/// What was counted before it was known.
#[derive(Debug)]
#[must_use = "it is corrected as soon as it is known"]
pub struct Counted {
    most: Picodollars,
    /// What stands here and has cost it, where the ledger has it.
    entry: Option<u64>,
}

/// How many requests without an answer are remembered, so that a second try of one can say so.
const REMEMBERED: usize = 64;

/// A session on an account. Shared between everything that asks about it.
pub struct Session {
    pub(super) place: Place,
    pub(super) run: RunId,
    /// As it is in a tag.
    pub(super) by: String,
    pub(super) ledger: Ledger,
    pub(super) budget: Budget,
    pub(super) clock: Clock,
    pub(super) renewal: String,
    pub(super) forget: Arc<dyn Fn() + Send + Sync>,
    books: Mutex<Books>,
    /// Nobody else with this ledger works here for as long as this session goes on.
    _claim: Option<Arc<Claim>>,
}

#[derive(Default)]
struct Books {
    /// Runs that count as ours besides this one and those of the ledger.
    also: BTreeSet<RunId>,
    /// What is known of the tables, by name.
    known: BTreeMap<String, Known>,
    /// Requests whose outcome nobody knows.
    unsettled: VecDeque<(String, Vec<u8>)>,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Session({} on {})", self.run, self.place)
    }
}

impl Session {
    /// Begins a session. Reads the ledger, so it may block for a moment.
    ///
    /// # Errors
    /// A ledger that can't be read.
    pub fn new(opening: Opening) -> Result<Self, LedgerError> {
        let Opening {
            place,
            run,
            caller,
            ledger,
            ceiling,
            clock,
            renewal,
            forget,
        } = opening;
        let mut books = Books::default();
        let left = ledger.left_in(&place)?;
        for entry in left.into_iter().filter(|entry| entry.kind == Kind::Table) {
            let known = Known {
                indexes: entry.indexes,
                spent: entry.spent,
            };
            books.known.insert(entry.name, known);
        }
        Ok(Self {
            place,
            run,
            by: tag::caller(&caller),
            ledger,
            budget: Budget::new(ceiling),
            clock,
            renewal,
            forget,
            books: Mutex::new(books),
            _claim: None,
        })
    }

    /// The same, which holds its place until it ends.
    #[must_use]
    pub fn keeping(self, claim: Option<Arc<Claim>>) -> Self {
        Self {
            _claim: claim,
            ..self
        }
    }

    #[must_use]
    pub fn place(&self) -> &Place {
        &self.place
    }

    #[must_use]
    pub fn run(&self) -> RunId {
        self.run
    }

    /// The caller as the tag [`tag::BY`] has it.
    #[must_use]
    pub fn by(&self) -> &str {
        &self.by
    }

    #[must_use]
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    #[must_use]
    pub fn spending(&self) -> Spending {
        self.budget.spending()
    }

    /// What gives new credentials: a command, or what to do.
    pub(super) fn renewal(&self) -> &str {
        &self.renewal
    }

    /// The next request looks for new credentials.
    pub(super) fn forget_credentials(&self) {
        (self.forget)();
    }

    /// Counts the most that something can cost which is no request to DynamoDB, in this session and for the thing that it is asked of,
    /// before it is sent: whoever waits for its answer may end before it comes.
    ///
    /// # Errors
    /// In words, and then nothing may be sent: where the ceiling could be passed, or where it is not on the disk.
    pub async fn count(
        &self,
        kind: Kind,
        name: String,
        most: Picodollars,
    ) -> Result<Counted, String> {
        self.budget.hold(most)?;
        let place = self.place.clone();
        let written = self
            .book(move |ledger| {
                let entries = ledger.left_in(&place)?;
                let mut of_name = entries
                    .iter()
                    .rev()
                    .filter(|entry| entry.kind == kind && entry.name == name);
                let entry = of_name.next().map(|entry| entry.id);
                entry.map_or(Ok(()), |id| ledger.spend(id, most))?;
                Ok(entry)
            })
            .await;
        let spent = if written.is_ok() {
            most
        } else {
            Picodollars(0)
        };
        self.budget.settle(most, spent);
        Ok(Counted {
            most,
            entry: written?,
        })
    }

    /// What was counted turned out to cost this.
    ///
    /// # Errors
    /// Where that is not on the disk, in words; the most stands there then.
    pub async fn correct(&self, counted: Counted, spent: Picodollars) -> Result<(), String> {
        let Counted { most, entry } = counted;
        self.budget.correct(most, spent);
        match entry {
            Some(id) => {
                self.book(move |ledger| ledger.correct(id, most, spent))
                    .await
            }
            None => Ok(()),
        }
    }

    /// Everything of ours that may still be there, in every account and region. Reads the disk.
    ///
    /// # Errors
    /// A ledger that can't be read.
    pub fn left(&self) -> Result<Vec<Entry>, LedgerError> {
        self.ledger.left()
    }

    /// From now on, what carries the tag of that run counts as ours.
    pub fn count_as_ours(&self, run: RunId) {
        self.books().also.insert(run);
    }

    /// The most that one try of a request can cost here.
    #[must_use]
    pub fn most(&self, operation: &str, body: &[u8]) -> Picodollars {
        let books = self.books();
        let known = |text: &str| {
            let name = text.rsplit('/').next().unwrap_or(text);
            books.known.get(name).copied().unwrap_or_default()
        };
        bound::most_in(&self.place.region, operation, body, known)
    }

    /// A request as it goes out: tags, on-demand billing and limits are added to a `CreateTable`.
    ///
    /// # Errors
    /// Why it is not sent, whatever there is on the account.
    pub fn as_sent(&self, operation: &str, body: &[u8]) -> Result<Vec<u8>, String> {
        let members = body::read(body)?;
        name::tables(&members, &self.place)?;
        outgoing::rewrite(operation, body, members, self.run, &self.by)
    }

    /// Milliseconds since 1970.
    #[must_use]
    pub fn now(&self) -> u64 {
        (self.clock)().millis()
    }

    pub(super) fn counts_as_ours(&self, run: RunId) -> bool {
        run == self.run || self.books().also.contains(&run)
    }

    pub(super) fn learn(&self, name: &str, indexes: Indexes) {
        let mut books = self.books();
        books.known.entry(name.to_owned()).or_default().indexes = indexes;
    }

    pub(super) fn spent_on(&self, name: &str, amount: Picodollars) {
        let mut books = self.books();
        let known = books.known.entry(name.to_owned()).or_default();
        known.spent = known.spent + amount;
    }

    /// Remembers a request that may have been carried out.
    pub(super) fn remember(&self, operation: &str, body: &[u8]) {
        let mut books = self.books();
        if books.unsettled.len() >= REMEMBERED {
            books.unsettled.pop_front();
        }
        books
            .unsettled
            .push_back((operation.to_owned(), body.to_vec()));
    }

    /// Whether a request is one of those that may have been carried out; it is told once.
    pub(super) fn recall(&self, operation: &str, body: &[u8]) -> bool {
        let mut books = self.books();
        let before = books.unsettled.len();
        books
            .unsettled
            .retain(|(one, sent)| one != operation || sent != body);
        books.unsettled.len() < before
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        // Each entry is replaced as a whole, so they are whole even if a holder died.
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
