//! One region of an account: what is ours there, and deleting it.
//!
//! ```text
//!   look ──→ Looked { plan, … } ── shown, and agreed to ──→ delete, one by one ──→ settle
//! ```
//!
//! Invariant: only what a look found to be ours is deleted, and the ledger says gone only of what the service does not know.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::delete::{NotDeleted, delete};
use super::find::{FindError, Report, Unseen, find};
use super::plan::{Known, Missing, Ours, Plan, Proof, UNSEEN};
use crate::account::ledger::{Entry, Kind, Ledger};
use crate::account::service::Services;
use crate::account::session::Session;
use crate::account::tag::RunId;
use crate::target::Target;
use crate::target::exchange::Place;
use crate::target::guard::Watch;

/// A region, with a session on it.
#[derive(Debug, Clone)]
pub struct Region {
    target: Target,
    services: Services,
    session: Arc<Session>,
}

/// What a look found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looked {
    pub place: Place,
    pub plan: Plan,
    /// All things of the region, whoever's they are.
    pub counted: BTreeMap<Kind, usize>,
    /// Those whose tags these credentials may not read.
    pub unreadable: BTreeSet<(Kind, String)>,
    /// Tables that are being made or deleted, so that it is not known yet whose they are; the ledger knows none of them.
    pub busy: Vec<String>,
    /// What could not be looked for.
    pub unseen: Vec<Unseen>,
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
    pub fn new(target: Target, services: Services, session: Arc<Session>) -> Self {
        Self {
            target,
            services,
            session,
        }
    }

    #[must_use]
    pub fn place(&self) -> &Place {
        self.session.place()
    }

    /// Looks for what is ours. `named` are runs that count as ours, too.
    ///
    /// # Errors
    /// A region that could not be looked through.
    pub async fn look(
        &self,
        named: &BTreeSet<RunId>,
        report: Report<'_>,
    ) -> Result<Looked, FindError> {
        let place = self.place().clone();
        let all = self
            .session
            .book(Ledger::entries)
            .await
            .map_err(FindError::Unanswered)?;
        let runs: BTreeSet<RunId> = all.iter().map(|entry| entry.run).collect();
        let left = || all.iter().filter(|entry| entry.is_left());
        let entries: Vec<Entry> = left()
            .filter(|entry| entry.place == place)
            .cloned()
            .collect();
        // Roles are the account's, so those of other regions are seen from here, too.
        let elsewhere: Vec<Entry> = left()
            .filter(|entry| entry.kind == Kind::Role && entry.place != place)
            .filter(|entry| is_in_the_account(&entry.place, &place))
            .cloned()
            .collect();
        let found = find(&self.target, &self.services, &place, &entries, report).await?;
        let unseen = found.unseen.iter().map(|unseen| unseen.kind).collect();
        let at = self.session.now();
        let known = Known {
            entries: &entries,
            elsewhere: &elsewhere,
            runs: &runs,
            unreadable: &found.unreadable,
            unseen: &unseen,
            named,
            me: self.session.by(),
            region: &place.region,
            now: at,
        };
        Ok(Looked {
            plan: Plan::of(&found.things, known),
            counted: found.counted,
            unreadable: found.unreadable,
            busy: found.busy,
            unseen: found.unseen,
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
        let thing = ours.thing.clone();
        let now = self.session.now();
        let is_new = ours
            .made
            .is_some_and(|made| now.saturating_sub(made) <= UNSEEN);
        delete(&self.target, &self.services, &thing, is_new, watch).await?;
        // The service does not know it any more, so every such entry of the ledger is gone; what may still turn up stays.
        let place = self.place().clone();
        let now = self.session.now();
        let write_down = move |ledger: &Ledger| {
            for entry in ledger.left_in(&place)? {
                let is_it = entry.kind == thing.kind
                    && match thing.kind {
                        Kind::Api => entry.is(thing.id.as_deref()),
                        _ => entry.name == thing.name,
                    };
                if is_it && entry.identity().is_some() {
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
                Missing::MayArrive { .. }
                | Missing::Unknown(_)
                | Missing::Untagged(_)
                | Missing::Unseen(_) => None,
            })
            .collect();
        let write_down =
            move |ledger: &Ledger| gone.iter().try_for_each(|id| ledger.gone(*id, now));
        self.session.book(write_down).await
    }
}

/// Whether both are of one account, in whatever regions.
fn is_in_the_account(one: &Place, other: &Place) -> bool {
    (&one.account, &one.endpoint) == (&other.account, &other.endpoint)
}
