//! Requests put together by chance, the same ones every time.

use serde_json::json;

use super::both::Both;
use super::dice::Dice;
use super::pets;

#[test]
#[expect(clippy::too_many_lines, reason = "a list of requests")]
fn generated_requests_answer_alike() {
    let mut both = Both::new();
    both.call("CreateTable", &pets("pets"));
    let mut dice = Dice::new(42);
    let owners = ["Rachel", "Beeba", "Carlos", "é"];
    let conditions = [
        "attribute_exists(a)",
        "attribute_not_exists(#o)",
        "a = :v",
        "a < :v",
        "a BETWEEN :v AND :v",
        "a IN (:v, :s)",
        "contains(t, :s)",
        "begins_with(s, :s)",
        "size(s) > :v",
        "attribute_type(a, :s)",
        "NOT a = :v AND s <> :s",
        "(a = :v",
        "a == :v",
        "name = :v",
        "foo(a)",
        "a = :missing",
        "#missing = :v",
        "((a = :v))",
        "a.b[0] = :v",
        "",
        "a AND",
        "size(a)",
        "begins_with(a, :v)",
    ];
    let updates = [
        "SET a = :v",
        "SET a = a + :v",
        "SET a = if_not_exists(a, :v) + :v, s = :s",
        "REMOVE a",
        "ADD a :v",
        "ADD t :t",
        "DELETE t :t",
        "SET l = list_append(l, :l)",
        "SET m.x = :v",
        "SET #o = :v",
        "REMOVE n",
        "SET a = :v SET b = :v",
        "SET a = b",
        "SET a",
        "",
        "SET a = :v, a.b = :v",
        "ADD a :s",
        "SET l[3] = :v",
        "REMOVE l[0], a",
        "SET a = :v - :v",
        "SET name = :v",
        "SET a = list_append(a, :v)",
    ];
    let key_conditions = [
        "#o = :s",
        "#o = :s AND n = :v",
        "#o = :s AND n > :v",
        "n <= :v AND #o = :s",
        "#o = :s AND n BETWEEN :v AND :v",
        "#o = :s AND begins_with(n, :v)",
        "#o > :s",
        "n = :v",
        "#o = :s OR n = :v",
        "#o = :s AND a = :v",
        "#o = :v",
        "#o = :s AND n = :s",
        "owner = :s",
        "#o = :s AND n <> :v",
        ":s = #o",
        "#o = :s AND #o = :s",
    ];
    for _ in 0..2_500 {
        let owner = *dice.of(&owners);
        let n = dice.roll(12).to_string();
        let key = json!({"owner": {"S": owner}, "n": {"N": n}});
        let v = json!({"N": (dice.roll(12)).to_string()});
        let all = json!({":v": v, ":s": {"S": *dice.of(&owners)}, ":t": {"SS": ["x", "y"]}, ":l": {"L": [v]}});
        let mut request = json!({"TableName": "pets", "ReturnConsumedCapacity": "TOTAL"});
        let operation = *dice.of(&[
            "PutItem",
            "PutItem",
            "UpdateItem",
            "UpdateItem",
            "DeleteItem",
            "GetItem",
            "Query",
            "Query",
            "Scan",
        ]);
        let mut text = String::new();
        match operation {
            "PutItem" => {
                let mut item = key.clone();
                item["a"] = v.clone();
                item["s"] = json!({"S": *dice.of(&["Ra", "Be", "x".repeat(3000).as_str()])});
                if dice.roll(2) == 0 {
                    item["t"] = json!({"SS": ["x", "z"]});
                }
                if dice.roll(2) == 0 {
                    item["l"] = json!({"L": [{"N": "1"}]});
                }
                if dice.roll(2) == 0 {
                    item["m"] = json!({"M": {"x": {"S": "y"}}});
                }
                request["Item"] = item;
                request["ReturnValues"] = json!(dice.of(&["NONE", "ALL_OLD"]));
            }
            "Query" => {
                let condition = *dice.of(&key_conditions);
                request["KeyConditionExpression"] = json!(condition);
                text.push_str(condition);
                request["ScanIndexForward"] = json!(dice.roll(2) == 0);
            }
            "Scan" => {}
            _ => request["Key"] = key.clone(),
        }
        if operation == "UpdateItem" {
            let update = *dice.of(&updates);
            request["UpdateExpression"] = json!(update);
            text.push_str(update);
            request["ReturnValues"] =
                json!(dice.of(&["NONE", "ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"]));
        }
        if dice.roll(3) == 0 && operation != "GetItem" {
            let condition = *dice.of(&conditions);
            let member = if matches!(operation, "Query" | "Scan") {
                "FilterExpression"
            } else {
                "ConditionExpression"
            };
            request[member] = json!(condition);
            text.push_str(condition);
            if member == "ConditionExpression" {
                request["ReturnValuesOnConditionCheckFailure"] =
                    json!(dice.of(&["ALL_OLD", "NONE"]));
            }
        }
        if dice.roll(3) == 0 && matches!(operation, "GetItem" | "Query" | "Scan") {
            let projection = *dice.of(&[
                "a, s",
                "#o",
                "m.x, l[0]",
                "a, a",
                "name",
                "a.b, a",
                "n",
                "missing",
                "",
                "a,",
            ]);
            request["ProjectionExpression"] = json!(projection);
            text.push_str(projection);
        }
        if operation == "Query" && dice.roll(3) == 0 {
            request["Limit"] = json!(1 + dice.roll(4));
        }
        if operation == "Query" && dice.roll(4) == 0 {
            request["ExclusiveStartKey"] = key;
        }
        // Mostly what the text uses; now and then one too many.
        let mut values = serde_json::Map::new();
        for (name, value) in all.as_object().expect("an object") {
            if text.contains(name.as_str()) || dice.roll(60) == 0 {
                values.insert(name.clone(), value.clone());
            }
        }
        if !values.is_empty() {
            request["ExpressionAttributeValues"] = values.into();
        }
        if text.contains("#o") || dice.roll(60) == 0 {
            request["ExpressionAttributeNames"] = json!({"#o": "owner"});
        }
        both.call(operation, &request);
    }
    both.finish(2_500);
}
