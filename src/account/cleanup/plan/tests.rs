//! What is whose, and what becomes of the ledger's entries.

use proptest::prelude::*;

use super::*;
use crate::account::cleanup::find::Detail;
use crate::account::ledger::{Identity, Indexes};
use crate::account::tag::Origin;
use crate::target::exchange::Place;

const MINE: RunId = RunId::from_number(1);
const LOST_RUN: RunId = RunId::from_number(2);
const ANA: RunId = RunId::from_number(3);
const NOW: u64 = 1_800_000_000_000;
const ME: &str = "arn:aws:iam::123456789012:user/rachel";

fn table(name: &str, id: Option<&str>, origin: Option<(RunId, &str)>) -> Thing {
    Thing {
        kind: Kind::Table,
        name: name.to_owned(),
        id: id.map(str::to_owned),
        origin: Origin {
            run: origin.map(|(run, _)| run),
            by: origin.map(|(_, by)| by.to_owned()),
            region: None,
        },
        detail: Detail::Table {
            status: "ACTIVE".to_owned(),
            items: 3,
            bytes: 100,
        },
    }
}

fn thing(kind: Kind, name: &str, id: Option<&str>, origin: Option<(RunId, &str)>) -> Thing {
    let detail = match kind {
        Kind::Api => Detail::Api { url: None },
        Kind::Function => Detail::Function { runtime: None },
        Kind::LogGroup => Detail::LogGroup,
        Kind::Role | Kind::Table => Detail::Role,
    };
    Thing {
        kind,
        detail,
        ..table(name, id, origin)
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

fn plan(things: &[Thing], entries: &[Entry], named: &[RunId]) -> Plan {
    plan_with(things, entries, named, &[], &[])
}

fn plan_with(
    things: &[Thing],
    entries: &[Entry],
    named: &[RunId],
    elsewhere: &[Entry],
    unseen: &[Kind],
) -> Plan {
    let runs = BTreeSet::from([MINE]);
    let unreadable = Kind::DELETED
        .map(|kind| (kind, "secret".to_owned()))
        .into_iter()
        .collect();
    let named = named.iter().copied().collect();
    let unseen = unseen.iter().copied().collect();
    Plan::of(
        things,
        Known {
            entries,
            elsewhere,
            runs: &runs,
            unreadable: &unreadable,
            unseen: &unseen,
            named: &named,
            me: ME,
            region: "us-east-1",
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
        .map(|ours| (ours.thing.name.as_str(), ours.proof))
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

#[test]
fn each_kind_is_deleted_in_its_turn_and_a_function_goes_by_its_tag() {
    let name = "dynatour-1a2b3c4d-get";
    let mine = Some((MINE, ME));
    let things = [
        table(name, Some("t"), None),
        thing(Kind::LogGroup, name, Some("1800000000000"), mine),
        thing(Kind::Role, name, Some("AROA"), None),
        thing(Kind::Function, name, None, mine),
        thing(Kind::Api, name, Some("a1"), mine),
        // The same ids and names, and something else all the same.
        thing(Kind::Function, "dynatour-1a2b3c4d-post", None, None),
        thing(Kind::Role, "dynatour-1a2b3c4d-post", Some("t"), None),
        thing(Kind::Api, name, Some("a2"), None),
    ];
    let of = |id, kind, state| Entry {
        kind,
        ..entry(id, name, state, UNSEEN)
    };
    let without_id = State::Made(Identity {
        id: None,
        arn: "arn".to_owned(),
    });
    let entries = [
        of(1, Kind::Table, made("t")),
        of(2, Kind::LogGroup, made("1800000000000")),
        of(3, Kind::Role, made("AROA")),
        of(4, Kind::Function, without_id.clone()),
        of(5, Kind::Api, made("a1")),
        // Another one that has its name and no tag is not it.
        Entry {
            name: "dynatour-1a2b3c4d-post".to_owned(),
            ..of(6, Kind::Function, without_id)
        },
        // An API's name is anybody's: that one is there says nothing of another one's.
        of(7, Kind::Api, made("a3")),
    ];
    let found = plan(&things, &entries, &[]);
    let order: Vec<(Kind, Option<u64>)> = found
        .ours
        .iter()
        .map(|ours| (ours.thing.kind, ours.entry))
        .collect();
    assert_eq!(
        order,
        [
            (Kind::Api, Some(5)),
            (Kind::Function, Some(4)),
            (Kind::Role, Some(3)),
            (Kind::LogGroup, Some(2)),
            (Kind::Table, Some(1)),
        ]
    );
    assert!(found.others.is_empty() && found.elsewhere.is_empty());
    assert_eq!(
        found.missing,
        [
            Missing::Untagged(entries[5].clone()),
            Missing::Gone(entries[6].clone()),
        ]
    );
}

#[test]
fn a_role_stays_with_its_region() {
    let there = Place {
        account: "123456789012".to_owned(),
        region: "eu-central-1".to_owned(),
        endpoint: None,
    };
    let role = |name: &str, id: &str, run, region: Option<&str>| {
        let name = format!("dynatour-1a2b3c4d-{name}");
        let mut role = thing(Kind::Role, &name, Some(id), Some((run, "ana")));
        role.origin.region = region.map(str::to_owned);
        role
    };
    let things = [
        role("here", "A", MINE, Some("us-east-1")),
        role("unmarked", "B", MINE, None),
        role("tagged", "C", MINE, Some("eu-central-1")),
        role("listed", "D", MINE, Some("us-east-1")),
        // Somebody else's elsewhere is told of there.
        role("foreign", "E", ANA, Some("eu-central-1")),
        role("stranger", "F", ANA, Some("us-east-1")),
    ];
    let elsewhere = [Entry {
        kind: Kind::Role,
        place: there,
        ..entry(9, "dynatour-1a2b3c4d-listed", made("D"), UNSEEN)
    }];
    let found = plan_with(&things, &[], &[], &elsewhere, &[]);
    let ours: Vec<&str> = found
        .ours
        .iter()
        .map(|one| one.thing.name.as_str())
        .collect();
    assert_eq!(
        ours,
        ["dynatour-1a2b3c4d-here", "dynatour-1a2b3c4d-unmarked"]
    );
    let stay: Vec<(&str, &str)> = found
        .elsewhere
        .iter()
        .map(|one| (one.thing.name.as_str(), one.region.as_str()))
        .collect();
    assert_eq!(
        stay,
        [
            ("dynatour-1a2b3c4d-tagged", "eu-central-1"),
            ("dynatour-1a2b3c4d-listed", "eu-central-1")
        ]
    );
    let others: Vec<&str> = found
        .others
        .iter()
        .map(|one| one.thing.name.as_str())
        .collect();
    assert_eq!(others, ["dynatour-1a2b3c4d-stranger"]);
    // Only roles are the account's: a table's tag says nothing of a region.
    let mut pets = table("pets", Some("p"), Some((MINE, ME)));
    pets.origin.region = Some("eu-central-1".to_owned());
    assert_eq!(plan(&[pets], &[], &[]).ours.len(), 1);
}

/// Tags can be copied; a name of somebody's production API is not one that we give.
#[test]
fn tags_on_a_name_that_we_do_not_give_are_no_proof() {
    let mine = Some((MINE, ME));
    let things = [
        thing(Kind::Api, "shop", Some("a1"), mine),
        thing(Kind::Function, "shop", None, mine),
        thing(Kind::Role, "shop", Some("AROA"), mine),
        thing(Kind::LogGroup, "/aws/lambda/shop", Some("1"), mine),
    ];
    let found = plan(&things, &[], &[MINE]);
    assert!(found.ours.is_empty());
    assert_eq!(found.others.len(), 4);
    // The ledger's id is.
    let known = [Entry {
        kind: Kind::Api,
        ..entry(1, "shop", made("a1"), 0)
    }];
    assert_eq!(plan(&things, &known, &[]).ours.len(), 1);
}

#[test]
fn what_could_not_be_looked_for_is_not_said_to_be_gone() {
    let old = |id, kind| Entry {
        kind,
        ..entry(id, "dynatour-1a2b3c4d-get", made("x"), UNSEEN)
    };
    let entries = [old(1, Kind::Function), old(2, Kind::Role)];
    let found = plan_with(&[], &entries, &[], &[], &[Kind::Function]);
    let [function, role] = entries;
    assert_eq!(
        found.missing,
        [Missing::Unseen(function), Missing::Gone(role)]
    );
    assert!(found.missing[0].may_be_there());
}

const NAMES: [&str; 3] = ["dynatour-1a2b3c4d-get", "pets", "secret"];
const IDS: [&str; 3] = ["x", "y", "z"];

fn any_kind() -> impl Strategy<Value = Kind> {
    proptest::sample::select(Kind::DELETED.to_vec())
}

fn any_id() -> impl Strategy<Value = Option<String>> {
    proptest::option::of(proptest::sample::select(IDS.to_vec()))
        .prop_map(|id| id.map(str::to_owned))
}

fn any_thing() -> impl Strategy<Value = Thing> {
    let runs = proptest::option::of(proptest::sample::select(vec![MINE, LOST_RUN, ANA]));
    let makers = proptest::sample::select(vec![ME, "ana"]);
    let regions = proptest::option::of(proptest::sample::select(vec!["us-east-1", "eu-central-1"]));
    let name = proptest::sample::select(NAMES.to_vec());
    (any_kind(), name, any_id(), runs, makers, regions).prop_map(
        |(kind, name, id, run, by, region)| {
            let mut thing = thing(kind, name, id.as_deref(), run.map(|run| (run, by)));
            thing.origin.region = region.map(str::to_owned);
            thing
        },
    )
}

fn any_entry() -> impl Strategy<Value = Entry> {
    let name = proptest::sample::select(NAMES.to_vec());
    let runs = proptest::sample::select(vec![MINE, ANA]);
    (any_kind(), name, any_id(), runs, 0_u8..3, 0_u64..2).prop_map(
        |(kind, name, id, run, state, age)| {
            let identity = Identity {
                id,
                arn: String::new(),
            };
            let state = match state {
                0 => State::Intended,
                1 => State::Made(identity),
                _ => State::Deleting(identity),
            };
            Entry {
                run,
                kind,
                ..entry(0, name, state, age * 2 * LOST)
            }
        },
    )
}

proptest! {
    /// Whatever is there and whatever is written down.
    #[test]
    fn nothing_is_deleted_without_proof_and_no_entry_is_passed_over(
        things in proptest::collection::vec(any_thing(), 0..8),
        entries in proptest::collection::vec(any_entry(), 0..8),
        named in proptest::option::of(Just(ANA)),
        unseen in proptest::option::of(any_kind()),
    ) {
        let mut entries = entries;
        for (entry, id) in entries.iter_mut().zip(1..) {
            entry.id = id;
        }
        let named: Vec<RunId> = named.into_iter().collect();
        let unseen: Vec<Kind> = unseen.into_iter().collect();
        let found = plan_with(&things, &entries, &named, &[], &unseen);
        for ours in &found.ours {
            let Thing { kind, id, origin, .. } = &ours.thing;
            let by_id = entries.iter().any(|entry| entry.kind == *kind && entry.is(id.as_deref()));
            let is_named = *kind == Kind::Table || deployment(*kind, &ours.thing.name).is_some();
            let by_tag = is_named && origin.run.is_some_and(|run| {
                run == MINE || named.contains(&run) || origin.by.as_deref() == Some(ME)
            });
            prop_assert!(by_id || by_tag, "{ours:?}");
            let here = *kind != Kind::Role || by_id || origin.region.as_deref() != Some("eu-central-1");
            prop_assert!(here, "{ours:?}");
        }
        let turn = |kind: Kind| Kind::DELETED.iter().position(|one| *one == kind);
        prop_assert!(found.ours.is_sorted_by_key(|ours| turn(ours.thing.kind)));
        // Each thing is in one list at most, and what carries a run of ours in one exactly.
        let told = found.ours.len() + found.others.len() + found.elsewhere.len();
        prop_assert!(told <= things.len());
        // Each entry is told of exactly once, with what it was found to be or with what became of it.
        let missing = found.missing.iter().map(|missing| match missing {
            Missing::Gone(entry)
            | Missing::MayArrive { entry, .. }
            | Missing::Replaced(entry)
            | Missing::Unknown(entry)
            | Missing::Untagged(entry)
            | Missing::Unseen(entry) => entry.id,
        });
        let ours: BTreeSet<u64> = found.ours.iter().filter_map(|ours| ours.entry).collect();
        let mut all: Vec<u64> = ours.iter().copied().chain(missing.clone()).collect();
        all.sort_unstable();
        let ids: Vec<u64> = entries.iter().map(|entry| entry.id).collect();
        prop_assert_eq!(all, ids);
        for missing in &found.missing {
            if let Missing::Gone(entry) | Missing::Replaced(entry) = missing {
                prop_assert!(!unseen.contains(&entry.kind));
                // What is gone is nothing that is there with its id.
                let there = found.ours.iter().any(|ours| {
                    ours.thing.kind == entry.kind && ours.thing.id.is_some()
                        && entry.is(ours.thing.id.as_deref()) && ours.entry == Some(entry.id)
                });
                prop_assert!(!there);
            }
        }
    }
}
