//! Sorts what was found into what is ours and what is not. Pure.
//!
//! | what says so | whose it is |
//! |---|---|
//! | its `TableId` stands in the ledger | ours |
//! | its tag names a run that the ledger knows | ours |
//! | its tag names a run that the ledger does not know, and says that I made it | ours |
//! | its tag names another run | somebody else's, until that run is named with `--run` |
//! | only its name | theirs: a name is no proof |
//!
//! Invariant: what is not in [`Plan::ours`] is never deleted, and every entry of the ledger that is not gone is told of.

use std::collections::{BTreeMap, BTreeSet};

use super::find::Table;
use crate::account::ledger::{Entry, State};
use crate::account::tag::RunId;
use crate::target::exchange::Picodollars;

/// A signed request is accepted for at most fifteen minutes (Signature Version 4: clock skew), so one that was lost on its way can't
/// be carried out later than that.
pub const LOST: u64 = 15 * 60 * 1000;

/// `DescribeTable` may not yet know a table that was made "a few seconds" ago (API reference), so its absence means something
/// only later.
const UNSEEN: u64 = 60 * 1000;

/// Why a table is ours.
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

/// A table that may be deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ours {
    pub table: Table,
    pub proof: Proof,
    /// Its entry of the ledger, where it has one.
    pub entry: Option<u64>,
    /// What requests to it have cost, as far as the ledger knows.
    pub spent: Option<Picodollars>,
    /// Milliseconds since the epoch, as far as the ledger knows.
    pub made: Option<u64>,
}

/// A table that carries a tag of ours, but of a run nobody here knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Others {
    pub table: Table,
    pub run: RunId,
}

/// Something of the ledger that is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// It was deleted elsewhere, or never made.
    Gone(Entry),
    /// It was asked for so recently that it may still turn up, until then (milliseconds since the epoch).
    MayArrive { entry: Entry, until: u64 },
    /// Another table has its name now, so ours is gone; that one is not touched.
    Replaced(Entry),
    /// A table has its name, and nobody may read by which tags it could be told from ours.
    Unknown(Entry),
}

impl Missing {
    /// Whether something of ours may be there all the same.
    #[must_use]
    pub const fn may_be_there(&self) -> bool {
        matches!(self, Self::MayArrive { .. } | Self::Unknown(_))
    }
}

/// What is to be done in a region.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    pub ours: Vec<Ours>,
    pub others: Vec<Others>,
    pub missing: Vec<Missing>,
}

/// What is known beside the tables themselves.
#[derive(Debug, Clone, Copy)]
pub struct Known<'k> {
    /// Of this region, those that are gone left out.
    pub entries: &'k [Entry],
    /// Every run that the ledger knows.
    pub runs: &'k BTreeSet<RunId>,
    /// Names of tables whose tags could not be read.
    pub unreadable: &'k BTreeSet<String>,
    /// Runs that the learner named.
    pub named: &'k BTreeSet<RunId>,
    /// Who asks, as a tag has it.
    pub me: &'k str,
    /// Milliseconds since the epoch.
    pub now: u64,
}

impl Plan {
    /// Sorts what was found.
    #[must_use]
    pub fn of(tables: &[Table], known: Known<'_>) -> Self {
        let mut plan = Self::default();
        let mut ids: BTreeMap<&str, &Entry> = BTreeMap::new();
        for entry in known.entries {
            if let Some(id) = entry.identity().and_then(|known| known.id.as_deref()) {
                ids.insert(id, entry);
            }
        }
        let mut accounted: BTreeSet<u64> = BTreeSet::new();
        for table in tables {
            let by_id = table.id.as_deref().and_then(|id| ids.get(id).copied());
            let proof = match (by_id, table.origin.run) {
                (Some(_), _) => Proof::Id,
                (None, Some(run)) if known.runs.contains(&run) => Proof::Tag(run),
                (None, Some(run)) if known.named.contains(&run) => Proof::Named(run),
                (None, Some(run)) if table.origin.by.as_deref() == Some(known.me) => {
                    Proof::Maker(run)
                }
                (None, Some(run)) => {
                    plan.others.push(Others {
                        table: table.clone(),
                        run,
                    });
                    continue;
                }
                // It has the name only.
                (None, None) => continue,
            };
            let entry = by_id.or_else(|| {
                known
                    .entries
                    .iter()
                    .find(|entry| entry.name == table.name && Some(entry.run) == table.origin.run)
            });
            accounted.extend(entry.map(|entry| entry.id));
            plan.ours.push(Ours {
                table: table.clone(),
                proof,
                entry: entry.map(|entry| entry.id),
                spent: entry.map(|entry| entry.spent),
                made: entry.map(|entry| entry.intended_at),
            });
        }
        let left = known
            .entries
            .iter()
            .filter(|entry| !accounted.contains(&entry.id));
        for entry in left {
            let until = match entry.state {
                State::Intended => entry.intended_at.saturating_add(LOST),
                State::Made(_) => entry.at.saturating_add(UNSEEN),
                State::Deleting(_) | State::Gone => 0,
            };
            let taken = tables.iter().any(|table| table.name == entry.name);
            let id = entry.identity().and_then(|known| known.id.as_deref());
            // A new table's tags may be seen later than the table itself, so a name that is taken settles nothing yet.
            plan.missing
                .push(if known.unreadable.contains(&entry.name) && id.is_none() {
                    Missing::Unknown(entry.clone())
                } else if known.now < until {
                    Missing::MayArrive {
                        entry: entry.clone(),
                        until,
                    }
                } else if taken {
                    Missing::Replaced(entry.clone())
                } else {
                    Missing::Gone(entry.clone())
                });
        }
        plan
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::ledger::{Identity, Indexes, Kind};
    use crate::account::tag::Origin;
    use crate::target::exchange::Place;

    const MINE: RunId = RunId::from_number(1);
    const LOST_RUN: RunId = RunId::from_number(2);
    const ANA: RunId = RunId::from_number(3);
    const NOW: u64 = 1_800_000_000_000;
    const ME: &str = "arn:aws:iam::123456789012:user/rachel";

    fn table(name: &str, id: Option<&str>, origin: Option<(RunId, &str)>) -> Table {
        Table {
            name: name.to_owned(),
            id: id.map(str::to_owned),
            status: "ACTIVE".to_owned(),
            items: 3,
            bytes: 100,
            protected: false,
            origin: Origin {
                run: origin.map(|(run, _)| run),
                by: origin.map(|(_, by)| by.to_owned()),
            },
        }
    }

    fn entry(id: u64, name: &str, state: State, ago: u64) -> Entry {
        Entry {
            id,
            run: MINE,
            place: Place {
                account: "123456789012".to_owned(),
                region: "us-east-1".to_owned(),
                endpoint: None,
            },
            kind: Kind::Table,
            name: name.to_owned(),
            state,
            last: None,
            intended_at: NOW - ago,
            at: NOW - ago,
            spent: Picodollars(5),
            indexes: Indexes::default(),
        }
    }

    fn made(id: &str) -> State {
        State::Made(Identity {
            id: Some(id.to_owned()),
            arn: String::new(),
        })
    }

    fn plan(tables: &[Table], entries: &[Entry], named: &[RunId]) -> Plan {
        let runs = BTreeSet::from([MINE]);
        let unreadable = BTreeSet::from(["secret".to_owned()]);
        let named = named.iter().copied().collect();
        Plan::of(
            tables,
            Known {
                entries,
                runs: &runs,
                unreadable: &unreadable,
                named: &named,
                me: ME,
                now: NOW,
            },
        )
    }

    #[test]
    fn each_proof_counts_and_a_name_does_not() {
        let tables = [
            table("by-id", Some("id-1"), None),
            table("by-maker", Some("id-2"), Some((LOST_RUN, ME))),
            table("by-name", Some("id-3"), None),
            table("by-tag", None, Some((MINE, "anybody"))),
            table("of-ana", Some("id-4"), Some((ANA, "ana"))),
        ];
        let entries = [
            entry(1, "by-id", made("id-1"), 0),
            entry(2, "by-name", made("another"), UNSEEN),
        ];
        let found = plan(&tables, &entries, &[]);
        let proofs: Vec<(&str, Proof)> = found
            .ours
            .iter()
            .map(|ours| (ours.table.name.as_str(), ours.proof))
            .collect();
        assert_eq!(
            proofs,
            [
                ("by-id", Proof::Id),
                ("by-maker", Proof::Maker(LOST_RUN)),
                ("by-tag", Proof::Tag(MINE)),
            ]
        );
        assert_eq!(found.ours[0].spent, Some(Picodollars(5)));
        assert_eq!(found.ours[1].spent, None);
        assert_eq!(found.others.len(), 1);
        assert_eq!(found.missing, [Missing::Replaced(entries[1].clone())]);

        let named = plan(&tables, &entries, &[ANA]);
        assert!(named.others.is_empty());
        assert_eq!(named.ours[3].proof, Proof::Named(ANA));
    }

    #[test]
    fn a_table_whose_tags_nobody_may_read_is_not_said_to_be_another_one() {
        let tables = [table("secret", Some("x"), None)];
        let intended = entry(1, "secret", State::Intended, LOST);
        let without_id = State::Made(Identity {
            id: None,
            arn: String::new(),
        });
        let nameless = entry(2, "secret", without_id, UNSEEN);
        // An id is proof without tags, also that it is another table.
        let replaced = entry(3, "secret", made("y"), UNSEEN);
        let entries = [intended, nameless, replaced];
        let found = plan(&tables, &entries, &[]);
        let [intended, nameless, replaced] = entries;
        assert!(found.ours.is_empty());
        assert_eq!(
            found.missing,
            [
                Missing::Unknown(intended),
                Missing::Unknown(nameless),
                Missing::Replaced(replaced)
            ]
        );
        let may_be_there: Vec<bool> = found.missing.iter().map(Missing::may_be_there).collect();
        assert_eq!(may_be_there, [true, true, false]);
        let ours = [entry(4, "secret", made("x"), UNSEEN)];
        assert_eq!(plan(&tables, &ours, &[]).ours[0].proof, Proof::Id);
    }

    #[test]
    fn what_was_asked_for_just_now_is_not_given_up_even_where_its_name_is_taken() {
        let young = entry(1, "young", State::Intended, LOST - 1);
        let old = entry(2, "old", State::Intended, LOST);
        let taken = entry(3, "taken", State::Intended, LOST);
        let late = entry(4, "late", State::Intended, 0);
        let gone = entry(5, "gone", made("id"), UNSEEN);
        let unseen = entry(6, "unseen", made("id-6"), 0);
        let tables = [
            table("taken", Some("x"), None),
            table("late", Some("y"), None),
        ];
        let entries = [young, old, taken, late, gone, unseen];
        let found = plan(&tables, &entries, &[]);
        let [young, old, taken, late, gone, unseen] = entries;
        assert!(found.ours.is_empty());
        assert_eq!(
            found.missing,
            [
                Missing::MayArrive {
                    until: young.intended_at + LOST,
                    entry: young,
                },
                Missing::Gone(old),
                Missing::Replaced(taken),
                Missing::MayArrive {
                    until: late.intended_at + LOST,
                    entry: late,
                },
                Missing::Gone(gone),
                Missing::MayArrive {
                    until: unseen.at + UNSEEN,
                    entry: unseen,
                },
            ]
        );
    }
}
