//! Transactions put together by chance, of items in tables with indexes and without.

use serde_json::{Value, json};

use super::both::Both;
use super::dice::Dice;
use super::indexed::{item, key, values};
use super::{indexed, simple};

const CONDITIONS: &[&str] = &[
    "attribute_exists(p)",
    "attribute_not_exists(p)",
    "attribute_exists(a) OR b < :n",
    "g = :x",
    "NOT l = :n",
    "size(a) > :m",
    "begins_with(g, :x)",
    "l BETWEEN :n AND :m",
    "attribute_type(c, :x)",
    "b IN (:n, :m)",
    "c.x[0] >= :n",
];
const UPDATES: &[&str] = &[
    "SET g = :x",
    "SET l = if_not_exists(l, :n)",
    "SET h = :b, a = :x",
    "SET b = b + :n",
    "SET c.x[1] = :n REMOVE a",
    "SET c.y = :n",
    "SET c = :x",
    "REMOVE g, l, h",
    "ADD l :n",
    "ADD b :n, l :m",
    "ADD g :n",
    "SET g = :n",
    "SET l = :e",
    "SET c.x = list_append(c.x, c.x)",
];

/// The members that every action may have; a value that nothing uses is refused, so there are only those that are used.
fn finished(mut action: Value, text: &str, dice: &mut Dice) -> Value {
    let values = values(text, dice);
    if values != json!({}) {
        action["ExpressionAttributeValues"] = values;
    }
    if dice.roll(2) == 0 {
        action["ReturnValuesOnConditionCheckFailure"] = json!(*dice.of(&["ALL_OLD", "NONE"]));
    }
    action
}

fn action(dice: &mut Dice) -> Value {
    let of_simple = dice.roll(5) == 0;
    let name = if of_simple { "simple" } else { "indexed" };
    let key = if of_simple {
        json!({"id": {"S": *dice.of(&["1", "2", "3"])}})
    } else {
        key(dice)
    };
    let mut action = json!({"TableName": name});
    let kind = *dice.of(&["Put", "Put", "Update", "Update", "Delete", "ConditionCheck"]);
    let mut text = String::new();
    match kind {
        "Put" => action["Item"] = item(dice, &key),
        "Update" => {
            let update = *dice.of(UPDATES);
            action["UpdateExpression"] = json!(update);
            text.push_str(update);
        }
        _ => {}
    }
    if kind != "Put" {
        action["Key"] = key;
    }
    if kind == "ConditionCheck" || dice.roll(4) == 0 {
        let condition = *dice.of(CONDITIONS);
        action["ConditionExpression"] = json!(condition);
        text.push_str(condition);
    }
    json!({kind: finished(action, &text, dice)})
}

fn get(dice: &mut Dice) -> Value {
    let mut get = json!({"TableName": "indexed", "Key": key(dice)});
    if dice.roll(5) == 0 {
        get = json!({"TableName": "simple", "Key": {"id": {"S": *dice.of(&["1", "2", "9"])}}});
    }
    if dice.roll(2) == 0 {
        // With the keys, which the oracle adds.
        let paths = *dice.of(&["a", "b, c", "c.x[0]", "g, c.y, l"]);
        get["ProjectionExpression"] = json!(format!("p, s, id, {paths}"));
    }
    json!({"Get": get})
}

#[test]
fn transactions_of_all_kinds_answer_alike() {
    let mut both = Both::new();
    both.prepare("CreateTable", &indexed("indexed"));
    both.prepare("CreateTable", &simple("simple", "S"));
    let mut dice = Dice::new(12);
    for _ in 0..1_500 {
        let many = 1 + dice.roll(4);
        let actions: Vec<Value> = (0..many).map(|_| action(&mut dice)).collect();
        let mut request = json!({"TransactItems": actions});
        request["ReturnConsumedCapacity"] = json!(*dice.of(&["INDEXES", "TOTAL", "NONE"]));
        if dice.roll(2) == 0 {
            request["ReturnItemCollectionMetrics"] = json!(*dice.of(&["SIZE", "NONE"]));
        }
        both.call("TransactWriteItems", &request);
        if dice.roll(3) == 0 {
            let many = 1 + dice.roll(4);
            let gets: Vec<Value> = (0..many).map(|_| get(&mut dice)).collect();
            let report = *dice.of(&["INDEXES", "TOTAL", "NONE"]);
            both.call(
                "TransactGetItems",
                &json!({"TransactItems": gets, "ReturnConsumedCapacity": report}),
            );
        }
    }
    for table in ["indexed", "simple"] {
        both.call("Scan", &json!({"TableName": table}));
    }
    both.finish(1_900);
}
