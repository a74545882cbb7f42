//! To an account and back to the simulated table, while the program runs.
//!
//! ```text
//!   simulated ──preflight──→ looked ──enter──→ on the account ──go on simulated──→ simulated, built up to the page
//! ```
//!
//! Invariant: the target changes only here and in `section`, and never while a step is under way on a simulated table.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::section::{find_section, items, replay_until, table_set, with_own_tables};
use super::{RunError, Runner, blocking, settings, simulated_target};
use crate::account::budget::Spending;
use crate::account::cleanup::group::deployment;
use crate::account::cleanup::region::Region;
use crate::account::door::Aim;
use crate::account::ledger::{Entry, State};
use crate::account::preflight::Preflight;
use crate::account::session::Session;
use crate::app::account::left::Left;
use crate::app::account::{Books, Purse, Reckoner, Reckoning};
use crate::app::effect::{Answer, SectionReport};
use crate::lesson::model::{Lesson, Section};
use crate::lesson::uses;
use crate::simulator::Simulator;
use crate::simulator::journal::Change;
use crate::target::Target;
use crate::target::exchange::{Picodollars, Place};

impl Reckoning for Session {
    fn most(&self, operation: &str, body: &[u8]) -> Picodollars {
        Self::most(self, operation, body)
    }

    fn as_sent(&self, operation: &str, body: &[u8]) -> Result<Vec<u8>, String> {
        Self::as_sent(self, operation, body)
    }
}

/// What the screens know of an entry of the ledger.
#[must_use]
pub fn left(entry: &Entry) -> Left {
    Left {
        place: entry.place.clone(),
        kind: entry.kind,
        deployment: deployment(entry.kind, &entry.name).map(str::to_owned),
        name: entry.name.clone(),
        spent: entry.spent,
        certain: entry.state != State::Intended,
    }
}

impl Runner {
    pub(super) async fn preflight(
        &self,
        aim: Aim<'_>,
        report: &(dyn Fn(Answer) + Send + Sync),
    ) -> Result<Answer, RunError> {
        let door = self.door()?;
        let found = |finding| report(Answer::Finding(finding));
        let preflight = door.preflight(aim, &found).await;
        Ok(Answer::Preflight(Box::new(preflight)))
    }

    /// Steps go to the account from here on.
    pub(super) async fn enter(&self, preflight: &Preflight) -> Result<Answer, RunError> {
        // A workshop's handlers go there by the same session.
        let entered = self.go_in(preflight).await?;
        let session = Arc::clone(&entered.session);
        self.clean_in(Region::new(
            entered.target.clone(),
            entered.services.clone(),
            Arc::clone(&session),
        ));
        *self.target.write().await = entered.target.clone();
        *self.session() = Some(Arc::clone(&session));
        Ok(Answer::Entered {
            place: session.place().clone(),
            books: books(Arc::clone(&session)).await?,
            reckoner: Reckoner(session),
        })
    }

    /// The account of this run, also when steps have gone on with the simulated table since.
    #[must_use]
    pub fn place(&self) -> Option<Place> {
        self.session()
            .as_ref()
            .map(|session| session.place().clone())
    }

    /// What the session on an account may spend and has spent; `None` where there is none.
    #[must_use]
    pub fn purse(&self) -> Option<Purse> {
        let spending = self.session().as_ref()?.spending();
        Some(purse(spending))
    }

    /// How the account in hand stands; `None` where there is none.
    pub(super) async fn books(&self) -> Option<Books> {
        let session = self.session().clone()?;
        // What can't be read now is read after the next step; the ledger itself has lost nothing.
        books(session).await.ok()
    }

    /// Steps go to the simulated table from here on. What a page needs is built there unless it is there already.
    pub(super) async fn go_on_simulated(
        &self,
        lesson: &str,
        section: &str,
        page: usize,
    ) -> Result<SectionReport, RunError> {
        let lesson = self.lesson(lesson)?;
        let section = find_section(lesson, section)?;
        let (needed, replayed) = self.needed_until(lesson, section, page).await?;
        let mut target = self.target.write().await;
        let kept = match &self.store {
            Some(store) => {
                let store = Arc::clone(store);
                blocking(move || store.contents()).await??.tables
            }
            None => Vec::new(),
        };
        let next = with_own_tables(lesson, needed, &kept);
        let why = format!("{} went on here from an account", section.title);
        let archive = if serves(lesson, &next, &kept) {
            *target = simulated_target(&self.outside, self.store.as_ref(), kept)?;
            None
        } else {
            self.swap(&mut target, next, &why, Clone::clone).await?
        };
        Ok(SectionReport {
            section: section.id.clone(),
            replayed,
            archive,
        })
    }

    /// What a page of a section needs, as changes that build it from nothing, and how many steps made it.
    async fn needed_until(
        &self,
        lesson: &Lesson,
        section: &Section,
        page: usize,
    ) -> Result<(Vec<Change>, usize), RunError> {
        let simulator = Arc::new(Simulator::new(settings(&self.outside, None)));
        let target = Target::simulated(Arc::clone(&simulator), Arc::clone(&self.outside.clock));
        let replayed = replay_until(&target, lesson, section, page).await?;
        Ok((simulator.snapshot(), replayed))
    }
}

/// Whether the lesson can go on with what is there: just the tables that it has made so far, each with the items it has put.
fn serves(lesson: &Lesson, needed: &[Change], there: &[Change]) -> bool {
    let of_the_lesson = uses::tables(lesson);
    let of = |changes| -> BTreeSet<&str> {
        let tables = table_set(changes).into_iter();
        tables
            .filter(|table| of_the_lesson.contains(*table))
            .collect()
    };
    let items_there = items(there);
    let mut wanted = items(needed).into_iter();
    of(needed) == of(there) && wanted.all(|(key, item)| items_there.get(&key) == Some(&item))
}

const fn purse(Spending { spent, ceiling }: Spending) -> Purse {
    Purse { spent, ceiling }
}

/// Reads the ledger, which is on the disk.
pub(super) async fn books(session: Arc<Session>) -> Result<Books, RunError> {
    let (spending, entries) = blocking(move || (session.spending(), session.left())).await?;
    let entries = entries.map_err(|error| RunError::Account(error.to_string()))?;
    Ok(Books {
        purse: Some(purse(spending)),
        left: entries.iter().map(left).collect(),
    })
}
