//! Run on the real simulated table.

use std::sync::atomic::{AtomicU64, Ordering};

use super::super::tests::{outside, run_now};
use super::*;
use crate::lesson::key::KeyType;
use crate::lesson::preset::Preset;
use crate::scene::hash::{Script, Shares, Spread};
use crate::simulator::capacity::Limits;
use crate::simulator::trace::Effect;
use crate::simulator::{Realism, Settings};
use crate::target::Target;

const QUIET: Watch<'static> = Watch {
    report: &|_| {},
    stop: &|| false,
};

fn table(partitions: u32, key_type: KeyType) -> HashTable {
    HashTable {
        name: "neighbors".to_owned(),
        attribute: "pet".to_owned(),
        key_type,
        sort_key: None,
        partitions,
        function: HashFunction::default(),
    }
}

fn hash_run(table: HashTable, keys: &[&str]) -> HashRun {
    let sorted = table.sort_key.is_some();
    HashRun {
        table,
        other: None,
        keys: keys.iter().map(|key| KeyText::read(key, sorted)).collect(),
    }
}

fn done(run: &HashRun) -> HashReport {
    run_now(run_hash(run, &outside(), QUIET)).unwrap()
}

fn script(report: &HashReport) -> Script {
    Script::new(report.record.clone(), &std::collections::BTreeSet::new())
}

#[test]
fn keys_go_where_their_hash_says() {
    for function in HashFunction::ALL {
        let table = HashTable {
            function,
            ..table(4, KeyType::S)
        };
        let report = done(&hash_run(table, &["Beeba", "Rex", "Beeba"]));
        assert!(report.refused.is_empty());
        let script = script(&report);
        assert_eq!(script.keys().len(), 3);
        for key in script.keys() {
            let mut states = script.partitions().iter();
            let owner = states.find(|state| state.id == key.partition).unwrap();
            assert!((owner.first_hash..=owner.last_hash).contains(&key.hash));
            assert_eq!(key.hash, choice(function).hash(b'S', &key.bytes));
        }
        let items: u64 = script.partitions().iter().map(|state| state.items).sum();
        assert_eq!(items, 2, "the same key again replaces the item");
    }
}

#[test]
fn two_tables_have_partitions_of_their_own() {
    let mut run = hash_run(table(4, KeyType::S), &["Beeba", "Rex"]);
    run.other = Some(HashTable {
        name: "owners".to_owned(),
        ..table(3, KeyType::S)
    });
    let report = done(&run);
    let other = report.other.unwrap();
    assert_eq!((report.record.empty().len(), other.empty().len()), (4, 3));
    for (one, two) in report.record.arrivals().iter().zip(other.arrivals()) {
        assert_eq!(one.key.hash, two.key.hash);
    }
}

#[test]
fn a_collection_is_in_the_order_of_its_sort_keys() {
    let sorted = HashTable {
        sort_key: Some("name".to_owned()),
        ..table(4, KeyType::S)
    };
    let keys = [
        "Rachel / kitten",
        "Rachel / Beeba",
        "Rachel / kitten",
        "Mike / Rex",
    ];
    let report = done(&hash_run(sorted, &keys));
    let places: Vec<_> = report
        .record
        .arrivals()
        .iter()
        .map(|put| (put.key.place, put.effect))
        .collect();
    assert_eq!(
        places,
        [
            (Some((0, 1)), Effect::Created),
            (Some((0, 2)), Effect::Created),
            (Some((1, 2)), Effect::Replaced),
            (Some((0, 1)), Effect::Created),
        ]
    );
}

#[test]
fn a_refused_key_has_the_services_own_words() {
    let long = "k".repeat(2049);
    let most = "k".repeat(2048);
    let refused = |table: HashTable, keys: &[&str]| -> Vec<(usize, String)> {
        let report = done(&hash_run(table, keys));
        let refused = report.refused.into_iter();
        refused
            .map(|refused| (refused.index, refused.why))
            .collect()
    };
    let strings = refused(table(4, KeyType::S), &["", &long, "Rex", &most]);
    let numbers = refused(table(4, KeyType::N), &["seven", "7", "1e200", ""]);
    let binary = refused(table(4, KeyType::B), &["no base64!", "QmVlYmE=", ""]);
    let sorted = HashTable {
        sort_key: Some("name".to_owned()),
        ..table(4, KeyType::S)
    };
    let sorted = refused(sorted, &["Rachel", "/ Beeba", "Rachel / "]);
    let words: Vec<String> = [strings, numbers, binary, sorted]
        .concat()
        .into_iter()
        .map(|(index, why)| format!("{index} {why}"))
        .collect();
    insta::assert_snapshot!(words.join("\n"));
}

#[test]
fn an_item_without_its_key_is_refused() {
    let run = HashRun {
        table: Preset::NoKey.table(4),
        other: None,
        keys: Preset::NoKey.keys(1, "2026-11-25"),
    };
    let report = done(&run);
    assert!(report.record.arrivals().is_empty());
    assert_eq!(
        report.refused[0].why,
        "ValidationException: One or more parameter values were invalid: Missing the key name in the item"
    );
}

/// What each preset's sentence says, measured.
#[test]
fn presets_spread_as_they_say() {
    let spread = |preset: Preset| {
        let run = HashRun {
            table: preset.table(4),
            other: None,
            keys: preset.keys(1_000, "2026-11-25"),
        };
        let report = done(&run);
        assert!(report.refused.is_empty(), "{preset:?}");
        let script = script(&report);
        let shares = Shares::of(script.partitions()).unwrap();
        (shares.spread(), shares.items)
    };
    for preset in [
        Preset::UserId,
        Preset::Uuid,
        Preset::DeviceDay,
        Preset::Binary,
    ] {
        assert_eq!(spread(preset), (Spread::Even, 1_000), "{preset:?}");
    }
    for preset in [Preset::Today, Preset::Status] {
        assert_eq!(
            spread(preset),
            (Spread::OneHasNearlyAll, 1_000),
            "{preset:?}"
        );
    }
    assert_eq!(spread(Preset::Country).0, Spread::Uneven);
    assert_ne!(spread(Preset::Sharded).0, Spread::OneHasNearlyAll);
    assert_eq!(spread(Preset::Number), (Spread::Even, 950));
}

#[test]
fn partitions_and_keys_have_limits() {
    for partitions in [0, 1_000_000] {
        let run = hash_run(table(partitions, KeyType::S), &["Rex"]);
        let refused = run_now(run_hash(&run, &outside(), QUIET)).unwrap_err();
        assert!(refused.to_string().contains("1 to 1,024"), "{refused}");
    }
    let run = HashRun {
        keys: vec![KeyText::of("Rex"); MOST_KEYS + 1],
        ..hash_run(table(4, KeyType::S), &[])
    };
    let refused = run_now(run_hash(&run, &outside(), QUIET)).unwrap_err();
    assert!(refused.to_string().contains("10,000 keys"), "{refused}");
}

#[test]
fn long_work_can_be_stopped() {
    let calls = AtomicU64::new(0);
    let stop = || calls.fetch_add(1, Ordering::Relaxed) >= 2;
    let watch = Watch {
        report: &|_| {},
        stop: &stop,
    };
    let run = HashRun {
        table: Preset::UserId.table(4),
        other: None,
        keys: Preset::UserId.keys(1_000, ""),
    };
    let stopped = run_now(run_hash(&run, &outside(), watch));
    assert!(matches!(stopped, Err(RunError::Stopped)));
}

#[test]
fn puts_that_come_too_fast_are_counted() {
    let outside = outside();
    let realism = Realism {
        capacity: Some(Limits {
            partition_write: 5,
            ..Limits::default()
        }),
        ..Realism::default()
    };
    // The clock of these tests stands still, so all puts come within a second.
    let simulator = Arc::new(Simulator::new(Settings {
        partitions_on_demand: 1,
        realism,
        ..Settings::default()
    }));
    let target = Target::simulated(simulator, Arc::clone(&outside.clock));
    let keys: Vec<String> = (0..20).map(|number| format!("pet {number}")).collect();
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    let run = hash_run(table(1, KeyType::S), &keys);
    let measuring = measure::measure(&run, &[], "a server", &target, &outside, QUIET);
    let measured = run_now(measuring).unwrap();
    assert_eq!(measured.trouble, None);
    assert!(measured.throttled > 0, "{measured:?}");
    assert_eq!(measured.puts + measured.throttled, 20);
    assert_eq!(measured.scanned, measured.puts);
}
