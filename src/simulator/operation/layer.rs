//! Which of DynamoDB's two validation layers words what is wrong with a request.
//!
//! ```text
//!   PutItem, UpdateItem, DeleteItem ─ newer layer ─ carried out
//!                                        └ refused ─ did the newer layer read it at all? ─ yes: its words, in the envelope
//!                                                                                        └ no:  the older layer's, without
//! ```
//!
//! AWS reads a request in a newer layer first, and leaves what that can't read to the older one: values nested very deep, a
//! boolean that was sent as a string, a value of several types, an update without its key (all observed). Nothing but the words of
//! the refusal tells which one it was, so it is looked for only after a refusal.
//!
//! Invariant: a request that is right costs nothing here.

use crate::simulator::expression::legacy;
use crate::simulator::json::Json;
use crate::simulator::wire::body::Members;
use crate::simulator::wire::error::Answer;
use crate::simulator::wire::member::object;

use super::expressions::{self, Style};
use super::{Call, Response};

/// From so many levels on the older layer reads a value (observed); one of 62 in a key is still the newer one's. The two look alike
/// where a body was cut, which leaves text for a boolean there, or for a value.
const DEEP: usize = 63;

/// Carry a write out, and word its refusal as the layer does that read it.
pub(super) fn worded(
    call: &mut Call<'_>,
    members: &Members,
    run: fn(&mut Call<'_>, &Members, Style) -> Answer<Response>,
) -> Answer<Response> {
    match run(call, members, Style::Write) {
        Err(refusal) if refusal.is_validation() && is_older(members) => {
            run(call, members, Style::Older)
        }
        answer => answer,
    }
}

/// Whether the older layer reads a request.
pub(super) fn is_older(members: &Members) -> bool {
    let maps = [
        "Item",
        "Key",
        "ExpressionAttributeValues",
        "ExclusiveStartKey",
    ];
    let in_maps = maps
        .iter()
        .filter_map(|name| object(members, name))
        .any(|map| map.values().any(|value| is_older_value(value, 0)));
    let mut entries = expressions::LEGACY
        .iter()
        .filter_map(|name| object(members, name))
        .flat_map(Members::values);
    in_maps
        || entries.any(|entry| {
            entry.get("Exists").is_some_and(Json::is_string)
                || legacy::values(entry).any(|value| is_older_value(value, 0))
        })
}

/// Follows a value down; a body is never deeper than the reader keeps it.
fn is_older_value(value: &Json<'_>, levels: usize) -> bool {
    if levels >= DEEP {
        return true;
    }
    let Json::Object(types) = value else {
        return levels + 1 >= DEEP;
    };
    let of_type = |name: &str| types.get(name).filter(|content| !content.is_null());
    let as_text = |name| of_type(name).is_some_and(Json::is_string);
    let inner = |value| is_older_value(value, levels + 1);
    as_text("BOOL")
        || as_text("NULL")
        || TYPES.iter().filter_map(|name| of_type(name)).count() > 1
        || of_type("M")
            .and_then(Json::as_object)
            .is_some_and(|map| map.values().any(inner))
        || of_type("L")
            .and_then(Json::as_array)
            .is_some_and(|list| list.iter().any(inner))
}

const TYPES: [&str; 10] = ["S", "N", "B", "SS", "NS", "BS", "M", "L", "BOOL", "NULL"];

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn older(request: &Value) -> bool {
        is_older(&request.as_object().expect("an object was written").into())
    }

    #[test]
    fn what_the_newer_layer_cannot_read_is_left_to_the_older() {
        let item =
            |value: Value| json!({"TableName": "pets", "Item": {"a": {"S": "x"}, "b": value}});
        assert!(!older(&item(
            json!({"M": {"S": {"S": "x"}, "N": {"N": "1"}}})
        )));
        assert!(!older(&item(json!({"BOOL": true}))));
        assert!(!older(&item(json!({"S": "x", "N": null}))));
        assert!(older(&item(json!({"BOOL": "yes"}))));
        assert!(older(&item(json!({"L": [{"NULL": "true"}]}))));
        assert!(older(&item(json!({"S": "x", "N": "1"}))));
        let deep =
            |levels| (0..levels).fold(json!({"S": "x"}), |inner, _| json!({"M": {"n": inner}}));
        assert!(!older(&item(deep(40))));
        assert!(!older(&item(deep(DEEP - 1))));
        assert!(older(&item(deep(DEEP))));
        assert!(older(&json!({"Expected": {"a": {"Value": deep(DEEP)}}})));
    }
}
