//! Where an item lives: a table of its own, and a `PutItem` for each key.

use serde_json::json;

use super::{bytes, create_table, object, scratch};
use crate::app::effect::{Answer, HashRun};
use crate::lesson::model::HashDemo;
use crate::runner::{Outside, RunError, Runner};
use crate::target::exchange::Exchange;

impl Runner {
    /// See [`run_hash`].
    pub(in crate::runner) async fn hash(&self, run: &HashRun) -> Result<Answer, RunError> {
        run_hash(run, &self.outside).await.map(Answer::Hash)
    }
}

/// Creates the demonstration's table and puts one item for each key; a refused put is in its exchange.
///
/// # Errors
/// A number of partitions that no table here can have.
pub async fn run_hash(run: &HashRun, outside: &Outside) -> Result<Vec<Exchange>, RunError> {
    let HashDemo {
        table,
        attribute,
        key_type,
        partitions,
        ..
    } = &run.demo;
    let (_, target) = scratch(*partitions, outside)?;
    let create = create_table(table, &[(attribute, key_type)]);
    let mut exchanges = vec![target.send("CreateTable", &bytes(&create)).await];
    for key in &run.keys {
        let item = object([(
            attribute.as_str(),
            object([(key_type.as_str(), json!(key))]),
        )]);
        let put = json!({ "TableName": table, "Item": item, "ReturnConsumedCapacity": "TOTAL" });
        exchanges.push(target.send("PutItem", &bytes(&put)).await);
    }
    Ok(exchanges)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{outside, run_now, traces};
    use super::*;
    use crate::lesson::model::Place;
    use crate::scene;
    use crate::target::exchange::Outcome;

    fn hash_run(partitions: u32, keys: &[&str]) -> HashRun {
        HashRun {
            demo: HashDemo {
                id: "together".to_owned(),
                table: "neighbors".to_owned(),
                attribute: "pet".to_owned(),
                key_type: "S".to_owned(),
                partitions,
                keys: Vec::new(),
                place: Place::default(),
            },
            keys: keys.iter().map(|key| (*key).to_owned()).collect(),
        }
    }

    #[test]
    fn keys_go_where_their_hash_says() {
        let exchanges = run_now(run_hash(
            &hash_run(4, &["Beeba", "Rex", "Beeba"]),
            &outside(),
        ))
        .unwrap();
        assert!(exchanges.iter().all(Exchange::succeeded));
        let traces = traces(&exchanges);
        let script = scene::hash::Script::new(&traces).unwrap();
        assert_eq!(script.keys().len(), 3);
        for key in script.keys() {
            let owner = script
                .partitions()
                .iter()
                .find(|state| state.id == key.partition)
                .unwrap();
            assert!((owner.first_hash..=owner.last_hash).contains(&key.hash));
        }
        let items: u64 = script.partitions().iter().map(|state| state.items).sum();
        assert_eq!(items, 2, "the same key again replaces the item");
    }

    #[test]
    fn a_refused_key_has_the_services_own_words() {
        let long = "k".repeat(2049);
        let exchanges = run_now(run_hash(&hash_run(4, &["", &long, "Rex"]), &outside())).unwrap();
        let words = |exchange: &Exchange| match &exchange.outcome {
            Outcome::ServiceError { code, message } => format!("{code}: {message}"),
            other => panic!("{other:?}"),
        };
        assert!(
            words(&exchanges[1]).starts_with("ValidationException: "),
            "{}",
            words(&exchanges[1])
        );
        assert!(
            words(&exchanges[2]).contains("2048"),
            "{}",
            words(&exchanges[2])
        );
        assert!(exchanges[3].succeeded());
    }

    #[test]
    fn partitions_have_limits() {
        for partitions in [0, 1_000_000] {
            let refused =
                run_now(run_hash(&hash_run(partitions, &["Rex"]), &outside())).unwrap_err();
            assert!(refused.to_string().contains("1 to 1,024"), "{refused}");
        }
    }
}
