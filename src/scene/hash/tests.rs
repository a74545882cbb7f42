//! Held against the traces: what is counted, where it lies, in which order, and that a place has one picture.

use proptest::prelude::*;

use super::*;
use crate::scene::Playhead;
use crate::simulator::item::KeyValue;
use crate::simulator::trace::{CapacityUnits, Effect};

/// Traces as a table with `partitions` equal ranges leaves them, for keys with given hashes.
pub(crate) fn traces(partitions: u32, keys: &[(&str, u64)]) -> Vec<Trace> {
    let keys: Vec<_> = keys.iter().map(|&(key, hash)| (key, hash, None)).collect();
    sorted_traces(partitions, &keys)
}

/// The same for partition key, hash and sort key.
pub(crate) fn sorted_traces(partitions: u32, keys: &[(&str, u64, Option<&str>)]) -> Vec<Trace> {
    let width = u64::MAX / u64::from(partitions)
        + u64::from(partitions.is_power_of_two() && partitions > 1);
    let mut states: Vec<PartitionState> = (0..partitions)
        .map(|id| PartitionState {
            id: PartitionId(id),
            first_hash: u64::from(id) * width,
            last_hash: if id + 1 == partitions {
                u64::MAX
            } else {
                u64::from(id + 1) * width - 1
            },
            items: 0,
            bytes: 0,
            begins_inside: false,
            ends_inside: false,
            heat: None,
        })
        .collect();
    let blank = Trace {
        table: "pets".into(),
        partitions: states.clone(),
        effect: Effect::TableCreated,
        ..Trace::new("CreateTable")
    };
    let mut all = vec![blank.clone()];
    let mut seen: BTreeSet<(&str, Option<&str>)> = BTreeSet::new();
    for (text, hash, sort) in keys {
        let state = states
            .iter_mut()
            .find(|state| state.last_hash >= *hash)
            .unwrap();
        let replaced = !seen.insert((text, *sort));
        let collection = seen.range((*text, None)..);
        let collection = collection.take_while(|(key, _)| key == text);
        let place = collection.clone().position(|(_, other)| other == sort);
        if !replaced {
            state.items += 1;
            state.bytes += text.len() as u64 + 50;
        }
        let partition = state.id;
        all.push(Trace {
            operation: "PutItem".into(),
            partitions: states.clone(),
            key: Some(KeyTrace {
                attribute: "id".into(),
                key_type: "S",
                text: (*text).into(),
                bytes: text.as_bytes().into(),
                hash: *hash,
                partition,
                sort: sort.map(|sort| KeyValue::S(sort.into())),
                place: Some((place.unwrap() as u64, collection.count() as u64)),
            }),
            effect: if replaced {
                Effect::Replaced
            } else {
                Effect::Created
            },
            written: CapacityUnits::whole(1),
            ..blank.clone()
        });
    }
    all
}

#[test]
fn the_narration_tells_the_whole_way() {
    let traces = traces(
        4,
        &[
            ("Beeba", 0x9f3c_21d4_77ab_0e15),
            ("Beeba", 0x9f3c_21d4_77ab_0e15),
        ],
    );
    insta::assert_snapshot!(narrate(&Record::of(&traces).unwrap()).join("\n"), @r#"
    4 partitions share the whole range of the hash, in order. They are empty.
    An item is put. Its partition key id is "Beeba", of type S.
    Only the key counts, as 5 bytes: 42 65 65 62 61.
    The hash function turns type and bytes into one number, 9f3c21d477ab0e15. Always the same one.
    Of the whole range from 0 to 2⁶⁴, that is 62.2 % of the way.
    P2 owns the range from 50 % to 75 %, so it owns the item.
    P2 stores the item. It now holds 1 item, 55 B.
    An item is put. Its partition key id is "Beeba", of type S.
    Only the key counts, as 5 bytes: 42 65 65 62 61.
    The hash function turns type and bytes into one number, 9f3c21d477ab0e15. Always the same one.
    Of the whole range from 0 to 2⁶⁴, that is 62.2 % of the way.
    P2 owns the range from 50 % to 75 %, so it owns the item.
    P2 had an item with this very key: it is replaced. It holds 1 item, 55 B.
    In all 1 item: largest share P2 100 %, even would be 25 %: 4.0 times.
    "#);
}

#[test]
fn with_a_sort_key_the_order_is_told() {
    let hash = 0x9f3c_21d4_77ab_0e15;
    let keys = [
        ("Rachel", hash, Some("kitten")),
        ("Rachel", hash, Some("Beeba")),
        ("Rachel", hash, Some("kitten")),
    ];
    let traces = sorted_traces(4, &keys);
    let lines = narrate(&Record::of(&traces).unwrap());
    let order: Vec<&str> = lines
        .iter()
        .filter(|line| line.contains("partition key \"Rachel\""))
        .map(String::as_str)
        .collect();
    insta::assert_snapshot!(order.join("\n"), @r#"
    It is the first item with the partition key "Rachel".
    2 items have the partition key "Rachel". In the order of their sort keys, this one is number 1.
    2 items have the partition key "Rachel". In the order of their sort keys, this one is number 2.
    "#);
    assert!(
        lines
            .iter()
            .any(|line| line.contains("Its sort key is kitten."))
    );
    assert!(lines.iter().any(|line| line.contains("it is replaced")));
}

#[test]
fn a_script_needs_its_empty_partitions_first() {
    let traces = traces(4, &[("Beeba", 1)]);
    assert!(Script::of(&[]).is_none());
    assert!(Script::of(&traces[1..]).is_none());
}

#[test]
fn control_characters_never_reach_the_narration() {
    let traces = traces(2, &[("a\u{1b}[2J\u{202e}b", 5)]);
    let text = narrate(&Record::of(&traces).unwrap()).concat();
    assert!(!text.contains(char::is_control));
    assert!(text.contains('␛'));
}

#[test]
fn items_stay_where_they_fell() {
    let traces = traces(2, &[("b", 9), ("a", 3), ("c", u64::MAX)]);
    let script = Script::of(&traces).unwrap();
    let frame = script.frame(Position::stop(script.timeline().moments()));
    let stored: Vec<Vec<&str>> = frame
        .partitions
        .iter()
        .map(|partition| {
            partition
                .residents
                .iter()
                .map(|resident| resident.key.text.as_str())
                .collect()
        })
        .collect();
    assert_eq!(stored, [vec!["a", "b"], vec!["c"]]);
}

#[test]
fn a_collection_lies_in_the_order_of_its_sort_keys() {
    let keys = [
        ("Rachel", 9, Some("kitten")),
        ("Mike", 3, Some("Rex")),
        ("Rachel", 9, Some("Beeba")),
        ("Rachel", 9, Some("kitten")),
    ];
    let traces = sorted_traces(1, &keys);
    let script = Script::of(&traces).unwrap();
    let frame = script.frame(Position::stop(script.timeline().moments()));
    let shown: Vec<(String, usize)> = frame.partitions[0]
        .residents
        .iter()
        .map(|resident| {
            (
                resident.key.sort_text().unwrap().to_string(),
                resident.arrival,
            )
        })
        .collect();
    assert_eq!(
        shown,
        [("Rex", 1), ("Beeba", 2), ("kitten", 3)].map(|(sort, at)| (sort.to_owned(), at))
    );
    assert!(frame.sorted);
    assert_eq!(script.stop(0, Stage::Lands), Some(WITH_SORT_KEY.len()));
}

/// Of a few puts all are told, of many those around the one that is on its way, with the next one.
#[test]
fn the_puts_around_the_one_on_its_way() {
    let keys: Vec<(&str, u64)> = ["a", "b", "c", "d", "e"].into_iter().zip(1..).collect();
    let record = Record::of(&traces(4, &keys)).unwrap();
    let script = Script::new(record, &(0..5).collect());
    let shown = |stop, most| -> Vec<usize> {
        let frame = script.frame(Position::stop(stop));
        frame.around(most).map(|(index, _)| index).collect()
    };
    let middle = script.stop(2, Stage::Hash).unwrap();
    let end = script.timeline().moments();
    assert_eq!(shown(0, 9), [0, 1, 2, 3, 4]);
    assert_eq!(shown(0, 3), [0, 1, 2]);
    assert_eq!(shown(middle, 3), [1, 2, 3]);
    assert_eq!(shown(end, 3), [2, 3, 4]);
    assert!(shown(end, 0).is_empty());
    let frame = script.frame(Position::stop(middle));
    let landed: Vec<bool> = (0..5).map(|put| frame.has_landed(put)).collect();
    assert_eq!(landed, [true, true, false, false, false]);
}

/// Ten thousand items are counted, and shown as a sample with the newest in it.
#[test]
fn of_many_items_there_is_a_sample() {
    let names: Vec<String> = (0..10_000).map(|number| format!("{number:05}")).collect();
    let keys: Vec<(&str, u64)> = names
        .iter()
        .zip(1u64..)
        .map(|(name, number)| (name.as_str(), number.wrapping_mul(0x9e37_79b9_7f4a_7c15)))
        .collect();
    let record = Record::of(&traces(4, &keys)).unwrap();
    let script = Script::new(record, &BTreeSet::from([9_999]));
    assert!(script.timeline().moments() < 40);
    let frame = script.frame(Position::stop(script.timeline().moments()));
    assert_eq!(frame.items(), 10_000);
    let mut newest = 0;
    for partition in &frame.partitions {
        assert_eq!(partition.residents.len(), SAMPLE);
        let all = partition.residents.len() as u64 + partition.before + partition.after;
        assert_eq!(all, partition.state.items);
        newest += partition
            .residents
            .iter()
            .filter(|resident| resident.arrival == 9_999)
            .count();
    }
    assert_eq!(newest, 1);
    let parts = frame.density(70);
    assert_eq!(
        parts.iter().flatten().map(|(items, _)| items).sum::<u64>(),
        10_000
    );
}

#[test]
fn a_spread_has_its_figures() {
    let mut keys: Vec<(&str, u64)> = vec![("a", 1), ("b", 2), ("c", 3)];
    let spread = |keys: &[(&str, u64)]| {
        let script = Script::of(&traces(4, keys)).unwrap();
        let shares = Shares::of(script.partitions()).unwrap();
        (shares.spread(), shares.times_even(), script.summary())
    };
    let words = "largest share P0 100 %, even would be 25 %: 4.0 times".to_owned();
    assert_eq!(
        spread(&keys),
        (Spread::OneHasNearlyAll, "4.0".to_owned(), words)
    );
    keys.extend([("d", 1 << 62), ("e", 2 << 62)]);
    assert_eq!(spread(&keys).0, Spread::Uneven);
    keys.extend([
        ("f", 1 << 62),
        ("g", 2 << 62),
        ("h", 3 << 62),
        ("i", 3 << 62),
    ]);
    assert_eq!(spread(&keys).0, Spread::Even);
    let empty = Script::of(&traces(4, &[])).unwrap();
    assert!(Shares::of(empty.partitions()).is_none());
    assert_eq!(empty.summary(), "no items yet");
    assert_eq!(
        idle(empty.partitions()).as_deref(),
        Some("4 partitions are empty")
    );
}

#[test]
fn both_ends_of_the_range_have_a_share() {
    assert_eq!(share_of_range(0), "0 %");
    assert_eq!(share_of_range(u64::MAX), "100 %");
    assert_eq!(share_of_range(1 << 63), "50 %");
    assert_eq!(share_of_range(0x9f3c_21d4_77ab_0e15), "62.2 %");
}

/// Keys with and without sort keys, each partition key with one hash.
fn any_keys() -> impl Strategy<Value = Vec<(String, u64, Option<String>)>> {
    let key = ("[a-f]{1,2}", prop::option::of("[a-c]"));
    (
        prop::collection::vec(key, 0..60),
        any::<u64>(),
        any::<bool>(),
    )
        .prop_map(|(keys, seed, sorted)| {
            keys.into_iter()
                .map(|(key, sort)| {
                    let hash = key.bytes().fold(seed, |hash, byte| {
                        (hash ^ u64::from(byte)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
                    });
                    let sort = sorted.then(|| sort.unwrap_or_default());
                    (key, hash, sort)
                })
                .collect()
        })
}

fn traces_of(partitions: u32, keys: &[(String, u64, Option<String>)]) -> Vec<Trace> {
    let keys: Vec<(&str, u64, Option<&str>)> = keys
        .iter()
        .map(|(key, hash, sort)| (key.as_str(), *hash, sort.as_deref()))
        .collect();
    sorted_traces(partitions, &keys)
}

proptest! {
    /// At each moment what is counted is what the trace counted, and what is shown lies in the partition that owns its hash.
    #[test]
    fn the_picture_never_disagrees_with_the_traces(
        partitions in 1u32..9,
        keys in any_keys(),
        watched in prop::collection::btree_set(0usize..60, 0..4),
        permille in 0u16..1000,
    ) {
        let traces = traces_of(partitions, &keys);
        let script = Script::new(Record::of(&traces).unwrap(), &watched);
        for stop in 0..=script.timeline().moments() {
            let position = Position::within(stop, permille);
            let frame = script.frame(position);
            let landed = script.landed(position);
            for (partition, state) in frame.partitions.iter().zip(&traces[landed].partitions) {
                prop_assert_eq!(&partition.state, state);
                let shown = partition.residents.len() as u64;
                prop_assert_eq!(shown + partition.before + partition.after, state.items);
                for resident in &partition.residents {
                    let hash = resident.key.hash;
                    prop_assert!(state.first_hash <= hash && hash <= state.last_hash);
                    prop_assert!(resident.arrival < landed);
                }
                let order: Vec<_> = partition.residents.iter()
                    .map(|resident| (resident.key.hash, &*resident.key.bytes, &resident.key.sort))
                    .collect();
                prop_assert!(order.is_sorted());
            }
            let dense: u64 = frame.density(50).iter().flatten().map(|(items, _)| items).sum();
            prop_assert_eq!(dense, frame.items());
        }
        let end = Position::stop(script.timeline().moments());
        prop_assert_eq!(script.landed(end), keys.len());
    }

    /// A place has one picture, however one comes there: by seeking, by steps forward or by steps back.
    #[test]
    fn seeking_is_stepping_both_ways(
        keys in any_keys(),
        stop in 0usize..80,
        watched in prop::collection::btree_set(0usize..60, 0..4),
        reduced: bool,
    ) {
        let script = Script::new(Record::of(&traces_of(4, &keys)).unwrap(), &watched);
        let timeline = script.timeline();
        let moments = timeline.moments();
        let stop = stop.min(moments);
        let settle = |playhead: &mut Playhead| {
            while playhead.moves() {
                playhead.advance(timeline, 33_000, None);
            }
        };
        let mut sought = Playhead::new(reduced);
        sought.seek(timeline, stop, None);
        let goal = script.frame(sought.position(timeline));
        let mut stepped = Playhead::new(reduced);
        for _ in 0..stop {
            stepped.step_forward(timeline, None);
            settle(&mut stepped);
        }
        prop_assert_eq!(&script.frame(stepped.position(timeline)), &goal);
        let mut back = Playhead::new(reduced);
        back.seek(timeline, moments, None);
        for _ in stop..moments {
            back.step_back(timeline);
            settle(&mut back);
        }
        prop_assert_eq!(&script.frame(back.position(timeline)), &goal);
    }
}
