//! Whose a thing is, and what the ledger has of it.
//!
//! ```text
//!   its id is in the ledger ───────────────────────────→ ours
//!   its tags could not be read ────────────────────────→ unread: neither changed nor taken for somebody's
//!   its tag names a run of ours ─→ put into the ledger ─→ ours
//!   anything else ─────────────────────────────────────→ foreign, in words
//! ```
//!
//! A function has no id: what its tags say is all there is to go by.
//! Invariant: a name alone never makes a thing ours.

use super::super::ledger::{Entry, Intention, Kind, State};
use super::Services;
use super::reply::Thing;
use crate::printable;

/// Whose a thing is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Whose {
    Ours {
        entry: u64,
    },
    /// In words.
    Foreign(String),
    /// It may be ours: its tags could not be read. In words.
    Unread(String),
}

impl Services {
    /// Whether a thing that was looked at is ours; it is put into the ledger if it is not there.
    ///
    /// # Errors
    /// It is not, or that could not be found out: in words for the learner.
    pub async fn owned(&self, thing: &Thing) -> Result<(), String> {
        match self.whose(thing).await? {
            Whose::Ours { .. } => Ok(()),
            Whose::Foreign(words) | Whose::Unread(words) => Err(format!("{words}.")),
        }
    }

    /// Finds out whose a thing is, and puts what is seen into the ledger.
    pub(super) async fn whose(&self, thing: &Thing) -> Result<Whose, String> {
        let session = self.session();
        let entries = self.entries(thing.kind, &thing.name).await?;
        let id = thing.identity.id.as_deref();
        if let Some(entry) = entries.iter().find(|entry| entry.is(id)) {
            return Ok(Whose::Ours { entry: entry.id });
        }
        if thing.tags.is_none() {
            return Ok(Whose::Unread(format!(
                "Whose the {} {} is can't be told: its tags could not be read. `dynatour policy --workshop` prints what is needed",
                thing.kind,
                printable::line(&thing.name)
            )));
        }
        let origin = thing.origin();
        let of_ours = match origin.run {
            Some(run) => session.is_of_ours(run).await?,
            None => false,
        };
        let (Some(run), true) = (origin.run, of_ours) else {
            return Ok(Whose::Foreign(self.foreign(thing)));
        };
        // A function's ARN is the same for whoever has its name; that it is ours, its tag has said.
        let known = entries
            .iter()
            .find(|entry| entry.identity() == Some(&thing.identity));
        if let Some(entry) = known {
            return Ok(Whose::Ours { entry: entry.id });
        }
        let now = session.now();
        let identity = thing.identity.clone();
        let waiting = entries
            .iter()
            .find(|entry| entry.state == State::Intended && entry.run == run)
            .map(|entry| entry.id);
        let entry = if let Some(id) = waiting {
            session
                .book(move |ledger| ledger.made(id, identity, now))
                .await?;
            id
        } else {
            let intention = Intention {
                run,
                ..self.intention(thing.kind, &thing.name)
            };
            session
                .book(move |ledger| ledger.adopt(&intention, identity, now))
                .await?
        };
        Ok(Whose::Ours { entry })
    }

    /// A thing of ours is there. Another one of its name can't be, but for an API.
    pub(super) async fn made(&self, id: u64, thing: &Thing) -> Result<(), String> {
        let session = self.session();
        let now = session.now();
        let identity = thing.identity.clone();
        let others = match thing.kind {
            Kind::Api => Vec::new(),
            kind => self.entries(kind, &thing.name).await?,
        };
        session
            .book(move |ledger| {
                ledger.made(id, identity, now)?;
                others
                    .iter()
                    .filter(|other| other.id != id && other.identity().is_some())
                    .try_for_each(|other| ledger.gone(other.id, now))
            })
            .await
    }

    pub(super) async fn not_made(&self, id: u64) -> Result<(), String> {
        let session = self.session();
        let now = session.now();
        session.book(move |ledger| ledger.not_made(id, now)).await
    }

    pub(super) fn intention(&self, kind: Kind, name: &str) -> Intention {
        let session = self.session();
        Intention {
            run: session.run(),
            place: session.place().clone(),
            kind,
            name: name.to_owned(),
        }
    }

    /// What may be left of a name here, the newest first.
    pub(super) async fn entries(&self, kind: Kind, name: &str) -> Result<Vec<Entry>, String> {
        let mut entries = self.left(kind).await?;
        entries.retain(|entry| entry.name == name);
        Ok(entries)
    }

    /// The newest entry of a thing that calls name so.
    pub(super) async fn entry_of(&self, kind: Kind, key: &str) -> Result<Option<Entry>, String> {
        let entries = self.left(kind).await?;
        Ok(entries.into_iter().find(|entry| match kind {
            Kind::Api => entry.is(Some(key)),
            _ => entry.name == key,
        }))
    }

    async fn left(&self, kind: Kind) -> Result<Vec<Entry>, String> {
        let session = self.session();
        let place = session.place().clone();
        let mut entries = session.book(move |ledger| ledger.left_in(&place)).await?;
        entries.retain(|entry| entry.kind == kind);
        entries.reverse();
        Ok(entries)
    }

    fn foreign(&self, thing: &Thing) -> String {
        let name = printable::line(&thing.name);
        let (kind, place) = (thing.kind, self.session().place());
        match thing.origin().run {
            Some(run) => format!(
                "The {kind} {name} in {place} was made by another run of dynatour ({run}) that this state directory knows nothing of, so it is not changed. `dynatour cleanup` lists it and can delete it"
            ),
            None => format!(
                "The {kind} {name} in {place} was not made by dynatour: it is yours or somebody else's, and is not changed"
            ),
        }
    }
}
