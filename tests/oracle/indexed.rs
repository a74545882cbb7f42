//! Writes that reach secondary indexes, and reads through them, put together by chance.

use serde_json::{Value, json};

use super::both::Both;
use super::dice::Dice;
use super::indexed;

const BLOB: &[&str] = &["AAEC", "/w==", "AA=="];
const TEXTS: &[&str] = &["x", "y", "é"];

fn number(dice: &mut Dice, below: usize) -> Value {
    json!({"N": dice.roll(below).to_string()})
}

/// An item with some of the indexes' attributes; seldom one that an index refuses.
pub(crate) fn item(dice: &mut Dice, key: &Value) -> Value {
    let mut item = key.clone();
    if dice.roll(3) > 0 {
        item["g"] = json!({"S": *dice.of(TEXTS)});
    }
    if dice.roll(3) > 0 {
        item["l"] = number(dice, 4);
    }
    if dice.roll(3) > 0 {
        item["h"] = json!({"B": *dice.of(BLOB)});
    }
    if dice.roll(2) == 0 {
        item["a"] = json!({"S": "a".repeat(*dice.of(&[1, 1_000, 3_000]))});
    }
    if dice.roll(2) == 0 {
        item["b"] = number(dice, 9);
    }
    if dice.roll(2) == 0 {
        item["c"] = json!({"M": {"x": {"L": [number(dice, 3)]}}});
    }
    if dice.roll(20) == 0 {
        let name = *dice.of(&["g", "l", "h"]);
        item[name] = dice
            .of(&[
                json!({"S": ""}),
                json!({"B": ""}),
                json!({"NULL": true}),
                json!({"BOOL": true}),
                json!({"L": []}),
                json!({"S": "text"}),
                json!({"N": "12"}),
            ])
            .clone();
    }
    item
}

pub(crate) fn key(dice: &mut Dice) -> Value {
    json!({"p": {"S": *dice.of(TEXTS)}, "s": number(dice, 5)})
}

pub(crate) fn values(text: &str, dice: &mut Dice) -> Value {
    let all = [
        (":x", json!({"S": *dice.of(TEXTS)})),
        (":n", number(dice, 5)),
        (":m", json!({"N": (5 + dice.roll(4)).to_string()})),
        (":b", json!({"B": *dice.of(BLOB)})),
        (":e", json!({"S": ""})),
        (":t", json!({"BOOL": false})),
    ];
    let used: serde_json::Map<String, Value> = all
        .into_iter()
        .filter(|(name, _)| text.contains(name))
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    used.into()
}

fn add(request: &mut Value, member: &str, text: &str) {
    if !text.is_empty() {
        request[member] = json!(text);
    }
}

fn written(both: &mut Both, dice: &mut Dice) {
    let key = key(dice);
    let mut request = json!({"TableName": "indexed", "ReturnConsumedCapacity": *dice.of(&["INDEXES", "INDEXES", "TOTAL", "NONE"])});
    if dice.roll(2) == 0 {
        request["ReturnItemCollectionMetrics"] = json!(*dice.of(&["SIZE", "SIZE", "NONE"]));
    }
    let operation = *dice.of(&["PutItem", "UpdateItem", "UpdateItem", "DeleteItem"]);
    match operation {
        "PutItem" => request["Item"] = item(dice, &key),
        "DeleteItem" => request["Key"] = key,
        _ => {
            request["Key"] = key;
            let update = *dice.of(&[
                "SET g = :x",
                "SET l = :n",
                "SET h = :b",
                "REMOVE g, l",
                "REMOVE h",
                "SET a = :x",
                "SET b = :n",
                "SET c = :x",
                "ADD l :n",
                "SET g = :x, h = :b, l = :n, a = :x",
                "SET g = :n",
                "SET l = :e",
                "SET g = :e",
                "SET h = :t",
                "SET c.x[0] = :n",
                "REMOVE a, b, c",
                "ADD g :n",
            ]);
            request["UpdateExpression"] = json!(update);
            request["ExpressionAttributeValues"] = values(update, dice);
            request["ReturnValues"] = json!(*dice.of(&["NONE", "ALL_NEW", "UPDATED_OLD"]));
        }
    }
    if request["ExpressionAttributeValues"] == json!({}) {
        let members = request.as_object_mut().expect("a request");
        members.remove("ExpressionAttributeValues");
    }
    both.call(operation, &request);
}

#[expect(
    clippy::too_many_lines,
    reason = "a request, one member after the other"
)]
fn read(both: &mut Both, dice: &mut Dice) {
    let index = *dice.of(&[
        "global", "local", "hash", "global", "local", "hash", "hash", "missing", "",
    ]);
    let mut request = json!({"TableName": "indexed", "ReturnConsumedCapacity": *dice.of(&["INDEXES", "TOTAL", "NONE"])});
    if dice.roll(12) > 0 {
        request["IndexName"] = json!(index);
    }
    let scan = dice.roll(4) == 0;
    let mut text = String::new();
    if !scan {
        let conditions: &[&str] = match index {
            "global" => &[
                "g = :x",
                "g = :x",
                "g = :x AND s > :n",
                "g = :x AND s BETWEEN :n AND :m",
                "g = :x AND l = :n",
                "g > :x",
                "g = :n",
                "p = :x",
                "g = :e",
                "s = :n",
            ],
            "local" => &[
                "p = :x",
                "p = :x",
                "p = :x AND l <= :n",
                "p = :x AND l = :n",
                "p = :x AND s = :n",
                "p = :x AND l = :x",
                "l = :n",
                "p = :x AND begins_with(l, :n)",
                "p = :x AND l IN (:n)",
            ],
            _ => &[
                "h = :b",
                "h = :b",
                "h = :b AND s = :n",
                "h = :b AND p = :x",
                "h = :x",
                "h < :b",
                "p = :x",
            ],
        };
        let condition = *dice.of(conditions);
        add(&mut request, "KeyConditionExpression", condition);
        text.push_str(condition);
    }
    if dice.roll(3) == 0 {
        let filter = *dice.of(&[
            "a = :x",
            "b > :m",
            "attribute_exists(c)",
            "g = :x",
            "attribute_not_exists(l)",
            "p = :x",
            "s < :n",
            "h = :b",
            "size(a) > :m",
            "c.x[0] = :n",
            "g.x = :n",
            "#u = :x",
        ]);
        add(&mut request, "FilterExpression", filter);
        text.push_str(filter);
    }
    if dice.roll(3) == 0 {
        let projection = *dice.of(&[
            "a", "b, p", "c.x", "g, l, h", "p, s", "a, b, c", "s.x", "g[0]", "l",
        ]);
        add(&mut request, "ProjectionExpression", projection);
    }
    if dice.roll(3) == 0 {
        let select = *dice.of(&[
            "ALL_ATTRIBUTES",
            "ALL_PROJECTED_ATTRIBUTES",
            "COUNT",
            "SPECIFIC_ATTRIBUTES",
        ]);
        add(&mut request, "Select", select);
    }
    if dice.roll(4) == 0 {
        request["ConsistentRead"] = json!(dice.roll(2) == 0);
    }
    if dice.roll(4) == 0 {
        request["Limit"] = json!(1 + dice.roll(3));
    }
    if !scan && dice.roll(4) == 0 {
        request["ScanIndexForward"] = json!(false);
    }
    if dice.roll(5) == 0 {
        let mut start = key(dice);
        let of_index: &[&str] = match index {
            "global" => &["g"],
            "local" => &["l"],
            _ => &["h"],
        };
        for name in of_index.iter().chain((dice.roll(6) == 0).then_some(&"a")) {
            start[*name] = match *name {
                "l" => number(dice, 5),
                "h" => json!({"B": *dice.of(BLOB)}),
                _ => json!({"S": *dice.of(TEXTS)}),
            };
        }
        if dice.roll(6) == 0 {
            let name = *dice.of(&["p", "s", "g", "l", "h"]);
            start.as_object_mut().expect("a key").remove(name);
        }
        if dice.roll(6) == 0 {
            start[*dice.of(&["p", "s", "g", "l", "h"])] = dice
                .of(&[
                    json!({"S": ""}),
                    json!({"S": "x"}),
                    json!({"N": "3"}),
                    json!({"NULL": true}),
                ])
                .clone();
        }
        request["ExclusiveStartKey"] = start;
    }
    let values = values(&text, dice);
    if values != json!({}) {
        request["ExpressionAttributeValues"] = values;
    }
    if text.contains("#u") {
        request["ExpressionAttributeNames"] = json!({"#u": "c"});
    }
    both.call(if scan { "Scan" } else { "Query" }, &request);
}

#[test]
fn writes_of_indexed_items_and_reads_through_indexes_answer_alike() {
    let mut both = Both::new();
    both.call("CreateTable", &indexed("indexed"));
    let mut dice = Dice::new(7);
    for _ in 0..600 {
        written(&mut both, &mut dice);
    }
    for _ in 0..2_000 {
        if dice.roll(4) == 0 {
            written(&mut both, &mut dice);
        }
        read(&mut both, &mut dice);
    }
    both.finish(2_600);
}

/// Why answers about indexes may differ.
pub(crate) fn explained(
    operation: &str,
    request: &str,
    (ours, ours_full): (&str, &Value),
    (theirs, theirs_full): (&str, &Value),
) -> Option<&'static str> {
    let theirs_failed = theirs_full.get("__type").is_some();
    let of_index_key = |text: &str| text.contains("IndexName: ") || text.contains("IndexKey: ");
    if operation == "Query" && ours.contains(" does not project one or more filter attributes: [") {
        return Some("AWS refuses filters on what an index lacks (met by users of AWS AppSync)");
    }
    if ours.starts_with(
        "One or more parameter values were invalid: Global secondary index hash does not project [",
    ) && !theirs_failed
    {
        return Some(
            "the oracle looks only at some of the projected attributes, and only where items match",
        );
    }
    if ours.starts_with("Key attributes must be scalars; ")
        && (!theirs_failed
            || theirs
                .starts_with("Filter Expression can only contain non-primary key attributes: "))
    {
        return Some(
            "paths into any key, of the table or an index, are refused whichever is read (observed by dynalite's suite)",
        );
    }
    if operation == "Query"
        && ours.starts_with("One or more parameter values are not valid. A value specified for a secondary index key is not supported. ")
        && !of_index_key(theirs)
    {
        return Some("an empty value is refused in conditions as in items (observed by dynalite's suite)");
    }
    if ours.starts_with("The table does not have the specified index: ")
        && theirs == "Consistent reads are not supported on global secondary indexes"
    {
        return Some("an index that isn't there isn't a global one");
    }
    if operation == "UpdateItem"
        && ours.contains("Type mismatch for Index Key ")
        && theirs == "An operand in the update expression has an incorrect data type"
    {
        return Some("what an update gives is held against the schema before the item is read");
    }
    let of_empty_key = ours.ends_with(" cannot contain an empty string value. Key: p")
        || ours.ends_with(" cannot contain an empty string value. IndexName: global, IndexKey: g");
    if operation == "Scan" && of_empty_key && !theirs_failed {
        return Some("a scan's starting key is held to the schema before it is looked for");
    }
    if request.contains(r#""IndexName":"local""#)
        && !theirs_failed
        && ours_full.get("__type").is_none()
    {
        let fetches = request.contains("ProjectionExpression")
            || request.contains(r#""Select":"ALL_ATTRIBUTES""#);
        let (ours, theirs) = (ours_full, theirs_full);
        let alike = |member: &str| ours[member] == theirs[member];
        if fetches
            && alike("ScannedCount")
            && (alike("Count") || request.contains("FilterExpression"))
        {
            return Some(
                "what a local index lacks is fetched from the table, each item paid for on its own (the developer guide); the oracle fetches only for queries of all attributes",
            );
        }
        if operation == "Scan"
            && ["Items", "Count", "ScannedCount", "LastEvaluatedKey"]
                .into_iter()
                .all(alike)
        {
            return Some("what a scan of a local index reads is the index's, as a query's is");
        }
    }
    None
}
