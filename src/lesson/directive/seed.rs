//! `seed table=…`: items that are in place before the page's activity, in typed JSON.

use serde_json::Value;

use super::super::error::Problems;
use super::super::json;
use super::super::markdown::Fence;
use super::super::model::Seed;
use super::Opening;

pub(super) fn read(opening: &mut Opening, fence: &Fence, problems: &mut Problems) -> Option<Seed> {
    let table = opening.attribute("table", problems);
    let items = match json::read(&fence.body, "the seed", problems)? {
        Value::Array(items) => items,
        item => vec![item],
    };
    if items.is_empty() || !items.iter().all(typed) {
        problems.report(
            &fence.opening,
            "a seed holds items in typed JSON, at least one",
            r#"write them as in [{ "id": { "S": "1" }, "name": { "S": "Rachel" } }]"#,
        );
        return None;
    }
    Some(Seed {
        table: table?.0,
        items,
        place: opening.place.clone(),
    })
}

/// An object whose values are objects with one key: a type and a value.
fn typed(item: &Value) -> bool {
    item.as_object().is_some_and(|attributes| {
        !attributes.is_empty()
            && attributes
                .values()
                .all(|value| value.as_object().is_some_and(|value| value.len() == 1))
    })
}
