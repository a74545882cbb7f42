//! One region of an account: what is ours there, and deleting it.
//!
//! ```text
//!   look ──→ Looked { plan, … } ── shown, and agreed to ──→ delete, one by one ──→ settle
//! ```
//!
//! Invariant: only what a look found to be ours is deleted, and the ledger says gone only of what the service does not know.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::delete::{NotDeleted, delete};
use super::find::{FindError, find};
use super::plan::{Known, Missing, Ours, Plan, Proof};
use crate::account::ledger::{Kind, Ledger};
use crate::account::session::Session;
use crate::account::tag::RunId;
use crate::target::Target;
use crate::target::exchange::Place;
use crate::target::guard::Watch;

/// A region, with a session on it.
#[derive(Debug, Clone)]
pub struct Region {
    target: Target,
    session: Arc<Session>,
}

/// What a look found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looked {
    pub place: Place,
    pub plan: Plan,
    /// All of the region's tables, whoever's they are.
    pub tables: usize,
    /// Those whose tags these credentials may not read.
    pub unreadable: BTreeSet<String>,
    /// Those that are being made or deleted, so that it is not known yet whose they are; the ledger knows none of them.
    pub busy: Vec<String>,
    /// When it was, in milliseconds since the epoch.
    pub at: u64,
}

impl Looked {
    /// Whether everything of ours is known, and there is none that may still turn up.
    #[must_use]
    pub fn is_certain(&self) -> bool {
        self.busy.is_empty() && !self.plan.missing.iter().any(Missing::may_be_there)
    }
}

impl Region {
    #[must_use]
    pub fn new(target: Target, session: Arc<Session>) -> Self {
        Self { target, session }
    }

    #[must_use]
    pub fn place(&self) -> &Place {
        self.session.place()
    }

    /// Looks for what is ours. `named` are runs that count as ours, too; `report` is told how many tables were looked at, of how many.
    ///
    /// # Errors
    /// A region that could not be looked through.
    pub async fn look(
        &self,
        named: &BTreeSet<RunId>,
        report: &(dyn Fn(usize, usize) + Send + Sync),
    ) -> Result<Looked, FindError> {
        let place = self.place().clone();
        let here = place.clone();
        let read = move |ledger: &Ledger| {
            let mut left = ledger.left_in(&here)?;
            left.retain(|entry| entry.kind == Kind::Table);
            Ok((left, ledger.entries()?))
        };
        let (entries, all) = self
            .session
            .book(read)
            .await
            .map_err(FindError::Unanswered)?;
        let runs: BTreeSet<RunId> = all.iter().map(|entry| entry.run).collect();
        let known_names = entries.iter().map(|entry| entry.name.clone()).collect();
        let found = find(&self.target, &place, &known_names, report).await?;
        let at = self.session.now();
        let known = Known {
            entries: &entries,
            runs: &runs,
            unreadable: &found.unreadable,
            named,
            me: self.session.by(),
            now: at,
        };
        Ok(Looked {
            plan: Plan::of(&found.tables, known),
            tables: found.looked_at,
            unreadable: found.unreadable,
            busy: found.busy,
            place,
            at,
        })
    }

    /// Deletes one, sees that it is gone, and writes that down.
    ///
    /// # Errors
    /// Why it is still there, or may be.
    pub async fn delete(&self, ours: &Ours, watch: Watch<'_>) -> Result<(), NotDeleted> {
        // The guard lets nothing through that it can't prove to be ours itself.
        if let Proof::Maker(run) | Proof::Named(run) = ours.proof {
            self.session.count_as_ours(run);
        }
        let name = &ours.table.name;
        delete(&self.target, name, watch).await?;
        // The service knows no table of that name any more, so every one of the ledger is gone; what may still turn up stays.
        let (place, name) = (self.place().clone(), name.clone());
        let now = self.session.now();
        let write_down = move |ledger: &Ledger| {
            for entry in ledger.left_in(&place)? {
                if entry.kind == Kind::Table && entry.name == name && entry.identity().is_some() {
                    ledger.gone(entry.id, now)?;
                }
            }
            Ok(())
        };
        self.session
            .book(write_down)
            .await
            .map_err(NotDeleted::NotWrittenDown)
    }

    /// Writes down what a look knew to be gone without our doing.
    ///
    /// # Errors
    /// A ledger that can't be written.
    pub async fn settle(&self, plan: &Plan) -> Result<(), String> {
        let now = self.session.now();
        let gone: Vec<u64> = plan
            .missing
            .iter()
            .filter_map(|missing| match missing {
                Missing::Gone(entry) | Missing::Replaced(entry) => Some(entry.id),
                Missing::MayArrive { .. } | Missing::Unknown(_) => None,
            })
            .collect();
        let write_down =
            move |ledger: &Ledger| gone.iter().try_for_each(|id| ledger.gone(*id, now));
        self.session.book(write_down).await
    }
}
