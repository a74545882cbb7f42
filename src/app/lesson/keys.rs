//! Which attributes of a request's table are its key: they come first wherever its items are shown.
//!
//! A table that was looked at tells. Before that, and after a section was built by replaying others, the lesson does, with the
//! step that makes the table.
//! Invariant: nothing is guessed; where neither tells, no attribute counts as a key.

use serde_json::{Map, Value};

use crate::app::lesson::step;
use crate::app::state::Shared;
use crate::lesson::model::{Activity, Request};

/// Partition key, then sort key where the table has one.
#[must_use]
pub fn of(request: &Request, shared: &Shared) -> Vec<String> {
    let Some(table) = step::table(request) else {
        return Vec::new();
    };
    if let Some(grid) = shared.runs.grids.get(table) {
        return grid.keys.clone();
    }
    let sections = &shared.lesson().sections;
    sections
        .iter()
        .flat_map(|section| &section.pages)
        .filter_map(|page| match &page.activity {
            Some(Activity::Step(step)) => Some(&step.request),
            _ => None,
        })
        .find(|made| made.operation == "CreateTable" && step::table(made) == Some(table))
        .map_or_else(Vec::new, declared)
}

/// The key that a `CreateTable` declares; the partition key stands first there.
fn declared(request: &Request) -> Vec<String> {
    let schema = request.body.get("KeySchema").and_then(Value::as_array);
    schema
        .into_iter()
        .flatten()
        .filter_map(|one| Some(one.get("AttributeName")?.as_str()?.to_owned()))
        .collect()
}

/// An item with these attributes before the others.
#[must_use]
pub fn first(item: &Value, keys: &[String]) -> Value {
    let Value::Object(attributes) = item else {
        return item.clone();
    };
    let known = keys.iter().filter_map(|key| attributes.get_key_value(key));
    let others = attributes.iter().filter(|(name, _)| !keys.contains(name));
    let all = known.chain(others);
    all.map(|(name, value)| (name.clone(), value.clone()))
        .collect::<Map<_, _>>()
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn keys_come_first_and_the_others_stay_in_their_order() {
        let item = json!({ "grams": 38, "pet": "Luna", "reason": "x", "seen_on": "2026" });
        let keys = ["pet", "seen_on", "missing"].map(str::to_owned);
        let names = |item: &Value| -> Vec<String> {
            item.as_object()
                .into_iter()
                .flat_map(Map::keys)
                .cloned()
                .collect()
        };
        assert_eq!(
            names(&first(&item, &keys)),
            ["pet", "seen_on", "grams", "reason"]
        );
        assert_eq!(first(&json!("no item"), &keys), json!("no item"));
    }
}
