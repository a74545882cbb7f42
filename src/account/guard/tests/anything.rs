//! Whatever is done in whatever order.

use std::collections::BTreeMap;

use proptest::prelude::*;
use std::sync::atomic::Ordering;

use serde_json::json;

use super::super::*;
use super::world::*;

#[derive(Debug, Clone, Copy)]
enum Act {
    WeCreate(bool),
    WePut,
    WeDelete(bool),
    WeLook,
    /// A new process with the same ledger.
    WeStartAnew,
    TheyCreate,
    TheyPut,
    TheyDelete,
    TimePasses,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        any::<bool>().prop_map(Act::WeCreate),
        Just(Act::WePut),
        any::<bool>().prop_map(Act::WeDelete),
        Just(Act::WeLook),
        Just(Act::WeStartAnew),
        Just(Act::TheyCreate),
        Just(Act::TheyPut),
        Just(Act::TheyDelete),
        Just(Act::TimePasses),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    /// Whatever we and somebody else do with a name, in whatever order, and whichever answers are lost: their tables stay as they
    /// left them, and every table of ours is in the ledger.
    #[test]
    fn theirs_stays_theirs_and_ours_is_in_the_ledger(acts in proptest::collection::vec(act(), 1..14)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let world = World::new();
            let mut run = 1;
            // The TableIds of their tables, with what they have in them; those of ours are all others.
            let mut theirs: BTreeMap<String, Value> = BTreeMap::new();
            let scan = || world.somebody("Scan", &json!({ "TableName": "pets" }))["Items"].clone();
            for act in acts {
                let lose = |lost| if lost { Turn::LostAfter } else { Turn::Through };
                let session = world.session(run, 100_000_000_000);
                match act {
                    Act::WeCreate(lost) => {
                        let target = world.target(&session, once("CreateTable", lose(lost)));
                        send(&target, "CreateTable", &create("pets")).await;
                    }
                    Act::WePut => { send(&world.target(&session, through()), "PutItem", &put("pets", "we")).await; }
                    Act::WeDelete(lost) => {
                        let target = world.target(&session, once("DeleteTable", lose(lost)));
                        send(&target, "DeleteTable", &json!({ "TableName": "pets" })).await;
                    }
                    Act::WeLook => {
                        let request = json!({ "TableName": "pets" });
                        send(&world.target(&session, through()), "DescribeTable", &request).await;
                    }
                    Act::WeStartAnew => run += 1,
                    Act::TheyCreate => {
                        if world.table_id("pets").is_none() {
                            world.somebody("CreateTable", &create("pets"));
                            theirs.insert(world.table_id("pets").unwrap(), json!([]));
                        }
                    }
                    Act::TheyPut => {
                        if let Some(id) = world.table_id("pets") && theirs.contains_key(&id) {
                            world.somebody("PutItem", &put("pets", "they"));
                            theirs.insert(id, scan());
                        }
                    }
                    Act::TheyDelete => {
                        if let Some(id) = world.table_id("pets") {
                            theirs.remove(&id);
                            world.somebody("DeleteTable", &json!({ "TableName": "pets" }));
                        }
                    }
                    Act::TimePasses => { world.now.fetch_add(16 * 60 * 1000, Ordering::SeqCst); }
                }
                let live = world.table_id("pets");
                for (id, items) in &theirs {
                    assert_eq!(live.as_ref(), Some(id), "{act:?} deleted theirs");
                    assert_eq!(&scan(), items, "{act:?} changed theirs");
                }
                let left = world.ledger().left().unwrap();
                if let Some(id) = live && !theirs.contains_key(&id) {
                    let known = left.iter().any(|entry| entry.is(Some(&id)) || entry.state == State::Intended);
                    assert!(known, "{act:?}: {left:?}");
                }
                for id in theirs.keys() {
                    assert!(!left.iter().any(|entry| entry.is(Some(id))), "{act:?}: {left:?}");
                }
            }
        });
    }
}
