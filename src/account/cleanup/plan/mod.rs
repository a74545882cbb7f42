//! Sorts what was found into what is ours and what is not. Pure.
//!
//! | what says so | whose it is |
//! |---|---|
//! | its id (a table's `TableId`, a role's `RoleId`, …) stands in the ledger | ours |
//! | its tag names a run that the ledger knows, and, but for a table, its name is one that a deployment gives | ours |
//! | its tag names a run that the ledger does not know, and says that I made it | ours |
//! | its tag names another run | somebody else's, until that run is named with `--run` |
//! | only its name | theirs: a name is no proof |
//!
//! Roles are the account's and in no region. One that is ours belongs to the region where its function is, and stays when another region
//! is cleaned up.
//!
//! Invariant: what is not in [`Plan::ours`] is never deleted, and every entry of the ledger that is not gone is told of.

use std::collections::{BTreeMap, BTreeSet};

use super::find::Thing;
use super::group::deployment;
use crate::account::ledger::{Entry, Kind, State};
use crate::account::tag::RunId;
use crate::target::exchange::Picodollars;

/// A signed request is accepted for at most fifteen minutes (Signature Version 4: clock skew), so one that was lost on its way can't
/// be carried out later than that.
pub const LOST: u64 = 15 * 60 * 1000;

/// `DescribeTable` may not yet know a table that was made "a few seconds" ago (API reference), and IAM is slow to be seen, too, so
/// that an absence means something only later.
pub const UNSEEN: u64 = 60 * 1000;

/// Why something is ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// Its id is the one in the ledger.
    Id,
    /// It carries the tag of a run that the ledger knows.
    Tag(RunId),
    /// It carries the tag of a run that the ledger does not know, but I am who made it.
    Maker(RunId),
    /// The learner named its run.
    Named(RunId),
}

/// A thing that may be deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ours {
    pub thing: Thing,
    pub proof: Proof,
    /// Its entry of the ledger, where it has one.
    pub entry: Option<u64>,
    /// What it has cost beside its storage, as far as the ledger knows.
    pub spent: Option<Picodollars>,
    /// Milliseconds since the epoch, as far as the ledger knows.
    pub made: Option<u64>,
}

/// A thing that carries a tag of ours, but of a run nobody here knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Others {
    pub thing: Thing,
    pub run: RunId,
}

/// A role of ours that belongs to another region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elsewhere {
    pub thing: Thing,
    pub region: String,
}

/// Something of the ledger that is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// It was deleted elsewhere, or never made.
    Gone(Entry),
    /// It was asked for so recently that it may still turn up, until then (milliseconds since the epoch).
    MayArrive { entry: Entry, until: u64 },
    /// Another thing has its name now, so ours is gone; that one is not touched.
    Replaced(Entry),
    /// A thing has its name, and nobody may read by which tags it could be told from ours.
    Unknown(Entry),
    /// A function has its name and its ARN, and no tags of ours: ours, which lost them, or another one.
    Untagged(Entry),
    /// Things of its kind could not be looked for.
    Unseen(Entry),
}

impl Missing {
    /// Whether something of ours may be there all the same.
    #[must_use]
    pub const fn may_be_there(&self) -> bool {
        matches!(
            self,
            Self::MayArrive { .. } | Self::Unknown(_) | Self::Untagged(_) | Self::Unseen(_)
        )
    }
}

/// What is to be done in a region.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// In the order in which they are deleted.
    pub ours: Vec<Ours>,
    pub others: Vec<Others>,
    pub missing: Vec<Missing>,
    pub elsewhere: Vec<Elsewhere>,
}

/// What is known beside the things themselves.
#[derive(Debug, Clone, Copy)]
pub struct Known<'k> {
    /// Of this region, those that are gone left out.
    pub entries: &'k [Entry],
    /// Of the account's roles that belong to other regions, those that are gone left out.
    pub elsewhere: &'k [Entry],
    /// Every run that the ledger knows.
    pub runs: &'k BTreeSet<RunId>,
    /// Names of things whose tags could not be read.
    pub unreadable: &'k BTreeSet<(Kind, String)>,
    /// What could not be looked for.
    pub unseen: &'k BTreeSet<Kind>,
    /// Runs that the learner named.
    pub named: &'k BTreeSet<RunId>,
    /// Who asks, as a tag has it.
    pub me: &'k str,
    pub region: &'k str,
    /// Milliseconds since the epoch.
    pub now: u64,
}

impl Known<'_> {
    /// Why a thing is ours, if it is.
    fn proof(&self, thing: &Thing, by_id: Option<&Entry>) -> Option<Proof> {
        // Tags can be copied on to something of somebody else's, which has a name of its own.
        let is_named = thing.kind == Kind::Table || deployment(thing.kind, &thing.name).is_some();
        match (by_id, thing.origin.run) {
            (Some(_), _) => Some(Proof::Id),
            (None, _) if !is_named => None,
            (None, Some(run)) if self.runs.contains(&run) => Some(Proof::Tag(run)),
            (None, Some(run)) if self.named.contains(&run) => Some(Proof::Named(run)),
            (None, Some(run)) if thing.origin.by.as_deref() == Some(self.me) => {
                Some(Proof::Maker(run))
            }
            // It has somebody else's tags, or the name only.
            (None, _) => None,
        }
    }

    /// The region that a role belongs to, where it is another one. What the ledger says of it goes before what its tags say.
    fn other_region(&self, thing: &Thing, by_id: Option<&Entry>) -> Option<String> {
        if thing.kind != Kind::Role {
            return None;
        }
        let region = match by_id {
            Some(entry) => &entry.place.region,
            None => thing.origin.region.as_ref()?,
        };
        (region != self.region).then(|| region.clone())
    }
}

impl Plan {
    /// Sorts what was found.
    #[must_use]
    pub fn of(things: &[Thing], known: Known<'_>) -> Self {
        let mut plan = Self::default();
        let mut ids: BTreeMap<(Kind, &str), &Entry> = BTreeMap::new();
        for entry in known.entries.iter().chain(known.elsewhere) {
            if let Some(id) = entry.identity().and_then(|known| known.id.as_deref()) {
                ids.insert((entry.kind, id), entry);
            }
        }
        let mut accounted: BTreeSet<u64> = BTreeSet::new();
        for thing in things {
            let by_id = thing
                .id
                .as_deref()
                .and_then(|id| ids.get(&(thing.kind, id)).copied());
            let proof = known.proof(thing, by_id);
            if let Some(region) = known.other_region(thing, by_id) {
                // Somebody else's is told of where it belongs.
                if proof.is_some() {
                    let thing = thing.clone();
                    plan.elsewhere.push(Elsewhere { thing, region });
                }
                continue;
            }
            let Some(proof) = proof else {
                if let Some(run) = thing.origin.run {
                    let thing = thing.clone();
                    plan.others.push(Others { thing, run });
                }
                continue;
            };
            let entry = by_id.or_else(|| {
                known.entries.iter().find(|entry| {
                    entry.kind == thing.kind
                        && entry.name == thing.name
                        && Some(entry.run) == thing.origin.run
                        && !accounted.contains(&entry.id)
                })
            });
            accounted.extend(entry.map(|entry| entry.id));
            plan.ours.push(Ours {
                thing: thing.clone(),
                proof,
                entry: entry.map(|entry| entry.id),
                spent: entry.map(|entry| entry.spent),
                made: entry.map(|entry| entry.intended_at),
            });
        }
        let turn = |kind| Kind::DELETED.iter().position(|one| *one == kind);
        plan.ours.sort_by_key(|ours| turn(ours.thing.kind));
        let left = known
            .entries
            .iter()
            .filter(|entry| !accounted.contains(&entry.id));
        plan.missing = left.map(|entry| missing(entry, things, &known)).collect();
        plan
    }
}

/// What became of an entry that nothing was found for.
fn missing(entry: &Entry, things: &[Thing], known: &Known<'_>) -> Missing {
    if known.unseen.contains(&entry.kind) {
        return Missing::Unseen(entry.clone());
    }
    let until = match entry.state {
        State::Intended => entry.intended_at.saturating_add(LOST),
        State::Made(_) => entry.at.saturating_add(UNSEEN),
        State::Deleting(_) | State::Gone => 0,
    };
    // Any number of APIs may have one name.
    let taken = entry.kind != Kind::Api
        && things
            .iter()
            .any(|thing| thing.kind == entry.kind && thing.name == entry.name);
    let id = entry.identity().and_then(|known| known.id.as_deref());
    let unreadable = known.unreadable.contains(&(entry.kind, entry.name.clone()));
    let entry = entry.clone();
    // A new thing's tags may be seen later than the thing itself, so a name that is taken settles nothing yet.
    if unreadable && id.is_none() {
        Missing::Unknown(entry)
    } else if known.now < until {
        Missing::MayArrive { entry, until }
    } else if taken && entry.kind == Kind::Function && entry.state != State::Intended {
        Missing::Untagged(entry)
    } else if taken {
        Missing::Replaced(entry)
    } else {
        Missing::Gone(entry)
    }
}

#[cfg(test)]
mod tests;
