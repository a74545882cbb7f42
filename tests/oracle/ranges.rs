//! Queries of sort keys of every type, page after page, forwards and backwards.

use serde_json::{Value, json};

use super::both::Both;
use super::dice::Dice;

/// Keys that sort by value and not by their text, and others that sort by bytes and not by letters.
fn sort_values(kind: &str) -> Vec<Value> {
    let texts: &[&str] = match kind {
        "N" => &[
            "-1E125", "-20", "-3", "-1.5", "-0.001", "-1E-130", "0", "1E-130", "0.001", "1.5", "3",
            "20", "100", "1E125",
        ],
        "S" => &[
            "A", "B", "a", "aa", "ab", "b", "é", "ﬀ", "𝄞", "a\u{0}", "10", "9", " ", "~",
        ],
        // In base64 they sort in another order than their bytes.
        _ => &[
            "AA==", "AAA=", "AQ==", "YQ==", "YWE=", "fw==", "gA==", "+w==", "/w==", "//8=", "TQ==",
        ],
    };
    texts.iter().map(|text| json!({kind: text})).collect()
}

fn table(name: &str, kind: &str) -> Value {
    let key = |range: &str| json!([{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": range, "KeyType": "RANGE"}]);
    json!({
        "TableName": name, "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": "p", "AttributeType": "S"},
            {"AttributeName": "s", "AttributeType": kind},
            {"AttributeName": "l", "AttributeType": kind}
        ],
        "KeySchema": key("s"),
        "LocalSecondaryIndexes": [{"IndexName": "local", "KeySchema": key("l"), "Projection": {"ProjectionType": "KEYS_ONLY"}}]
    })
}

/// All pages of a query; each page is compared.
fn pages(both: &mut Both, mut request: Value) {
    for _ in 0..40 {
        let page = both.call("Query", &request);
        match page.get("LastEvaluatedKey") {
            Some(key) => request["ExclusiveStartKey"] = key.clone(),
            None => return,
        }
    }
    panic!("no end of {request}");
}

#[test]
fn ranges_of_sort_keys_answer_alike() {
    for (seed, kind) in [(9, "N"), (10, "S"), (11, "B")] {
        let mut both = Both::new();
        let mut dice = Dice::new(seed);
        let values = sort_values(kind);
        both.prepare("CreateTable", &table("ranges", kind));
        for (n, value) in values.iter().enumerate() {
            let mut item = json!({"p": {"S": "x"}, "s": value, "a": {"N": n.to_string()}});
            // Several items have the same key in the index, and some none.
            if dice.roll(4) > 0 {
                item["l"] = values[n / 3].clone();
            }
            both.prepare("PutItem", &json!({"TableName": "ranges", "Item": item}));
        }
        for _ in 0..150 {
            let (index, key) = *dice.of(&[(None, "s"), (Some("local"), "l")]);
            let condition = *dice.of(&[
                "K = :a",
                "K < :a",
                "K <= :a",
                "K > :a",
                "K >= :a",
                "K BETWEEN :a AND :b",
                "begins_with(K, :a)",
                "",
            ]);
            let text = match condition {
                "" => "p = :p".to_owned(),
                some => format!("p = :p AND {}", some.replace('K', key)),
            };
            let mut request = json!({"TableName": "ranges", "KeyConditionExpression": text});
            request["ExpressionAttributeValues"] = json!({":p": {"S": "x"}});
            for name in [":a", ":b"] {
                if text.contains(name) {
                    request["ExpressionAttributeValues"][name] = dice.of(&values).clone();
                }
            }
            if let Some(index) = index {
                request["IndexName"] = json!(index);
            }
            if dice.roll(2) == 0 {
                request["ScanIndexForward"] = json!(dice.roll(2) == 0);
            }
            if dice.roll(3) > 0 {
                request["Limit"] = json!(1 + dice.roll(5));
            }
            if dice.roll(3) == 0 {
                request["FilterExpression"] = json!("a > :f");
                request["ExpressionAttributeValues"][":f"] =
                    json!({"N": dice.roll(12).to_string()});
            }
            if dice.roll(3) == 0 {
                request["Select"] = json!(*dice.of(&["COUNT", "ALL_ATTRIBUTES"]));
            }
            request["ReturnConsumedCapacity"] = json!(*dice.of(&["INDEXES", "TOTAL", "NONE"]));
            pages(&mut both, request);
        }
        both.finish(150);
    }
}
