//! Whole requests: any operation with any body.
//!
//! ```text
//!   PutItem {"TableName":…}   requests as golden scripts have them, one a line; other lines are skipped
//!   80 …                      anything from byte 80 on: a table or three, then requests chosen from the bytes that follow
//! ```
//!
//! Whatever was sent, the status is 200 or 400, the reply is JSON with the right checksum, a second simulator (one run in four has one) says
//! the same to the byte, and what a reply counts is what it holds. At the end the tables come back from a snapshot as they were, and every index has an entry for
//! each item that has its key.

use std::sync::OnceLock;
use std::time::Duration;

use arbitrary::{Result, Unstructured};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value as Json, json};

use crate::grammar::{self, Choices, Expression};
use crate::simulator::journal::Change;
use crate::simulator::{Settings, Simulator, Timestamp};

const START: Timestamp = Timestamp::from_millis(1_767_225_600_000);
/// Calls of one run.
const MOST: usize = 8;

/// # Panics
/// When an answer is none that the service could give, or the twin gives another.
pub fn check(data: &[u8]) {
    match data.first() {
        Some(0x80..) => {
            let mut choices = Unstructured::new(&data[1..]);
            // The bytes run out sooner or later; what was sent until then was checked.
            let _ = chosen(&mut choices);
        }
        _ => written(data),
    }
}

fn written(data: &[u8]) {
    let twins = Twins::new(Settings::default(), true);
    for line in data.split(|byte| *byte == b'\n').take(MOST * 8) {
        let at = line.iter().position(|byte| *byte == b' ');
        let (operation, body) = line.split_at(at.unwrap_or(line.len()));
        // Answers and traces of a golden script, and its comments.
        if operation
            .first()
            .is_none_or(|first| first.is_ascii_digit() || b"#|".contains(first))
        {
            continue;
        }
        let operation = String::from_utf8_lossy(operation);
        twins.call(&operation, body.get(1..).unwrap_or_default(), START);
    }
    twins.finish(START);
}

/// A simulator, and often a second one with the same past.
struct Twins(Simulator, Option<Simulator>);

impl Twins {
    fn new(settings: Settings, twin: bool) -> Self {
        let second = twin.then(|| Simulator::new(settings.clone()));
        Self(Simulator::new(settings), second)
    }

    fn restore(&self, changes: &[Change]) {
        for simulator in std::iter::once(&self.0).chain(&self.1) {
            simulator
                .restore(changes.to_vec())
                .expect("what a simulator gave away, another one takes");
        }
    }

    /// The answer, once it was found to be one.
    fn call(&self, operation: &str, body: &[u8], now: Timestamp) -> Option<Json> {
        let reply = self.0.call(operation, body, now);
        assert!(
            [200, 400].contains(&reply.status),
            "{operation}: {}",
            String::from_utf8_lossy(&reply.body)
        );
        assert_eq!(reply.crc32, crc32fast::hash(&reply.body));
        assert_eq!(reply.request_id.len(), 52);
        let trace = self
            .0
            .trace(&reply.request_id)
            .expect("a trace for each call");
        if let Some(twin) = &self.1 {
            assert_eq!(reply, twin.call(operation, body, now), "{operation}");
            let same = twin.trace(&reply.request_id);
            assert_eq!(Some(trace), same, "{operation}");
        }
        // Tagging has no answer but its status.
        if reply.body.is_empty() && matches!(operation, "TagResource" | "UntagResource") {
            assert_eq!(reply.status, 200);
            return None;
        }
        let answer: Json = serde_json::from_slice(&reply.body).expect("an answer is JSON");
        let members = answer.as_object().expect("an answer is an object");
        if reply.status == 400 {
            let kind = members.get("__type").and_then(Json::as_str);
            assert!(
                kind.is_some_and(|kind| kind.starts_with("com.amazon")),
                "{answer}"
            );
            return None;
        }
        assert!(!members.contains_key("__type"), "{answer}");
        if let Some(count) = members.get("Count").and_then(Json::as_u64) {
            let scanned = members.get("ScannedCount").and_then(Json::as_u64);
            assert!(scanned.is_some_and(|scanned| scanned >= count), "{answer}");
            if let Some(items) = members.get("Items").and_then(Json::as_array) {
                assert_eq!(items.len() as u64, count, "{answer}");
            }
        }
        Some(answer)
    }

    /// What must hold of the tables whatever was sent.
    fn finish(&self, now: Timestamp) {
        let snapshot = self.0.snapshot();
        if let Some(twin) = &self.1 {
            assert_eq!(snapshot, twin.snapshot());
        }
        let again = Simulator::new(self.0.settings().clone());
        again
            .restore(snapshot.clone())
            .expect("what a simulator gave away, another one takes");
        assert_eq!(again.snapshot(), snapshot);
        for table in self.0.tables(now) {
            if table.status == "ACTIVE" {
                self.check_indexes(&table.name, now);
            }
        }
    }

    fn check_indexes(&self, table: &str, now: Timestamp) {
        let Some(described) = self.send("DescribeTable", &json!({ "TableName": table }), now)
        else {
            return;
        };
        let described = &described["Table"];
        let of = |member: &str| described[member].as_array().cloned().unwrap_or_default();
        let indexes = [of("GlobalSecondaryIndexes"), of("LocalSecondaryIndexes")].concat();
        if indexes.is_empty() {
            return;
        }
        let types = of("AttributeDefinitions");
        let has_key = |index: &Json, item: &Json| {
            index["KeySchema"]
                .as_array()
                .into_iter()
                .flatten()
                .all(|key| {
                    let name = key["AttributeName"].as_str().unwrap_or_default();
                    let defined = types.iter().find(|one| one["AttributeName"] == name);
                    defined.is_some_and(|one| {
                        let kind = one["AttributeType"].as_str().unwrap_or_default();
                        let value = item[name].get(kind).and_then(Json::as_str);
                        // A value from before the index may be longer than a key; it has no entry then.
                        let most = if key["KeyType"] == "RANGE" {
                            1024
                        } else {
                            2048
                        };
                        value.is_some_and(|value| {
                            let bytes = match kind {
                                "B" => STANDARD.decode(value).expect("stored bytes").len(),
                                _ => value.len(),
                            };
                            (1..=most).contains(&bytes)
                        })
                    })
                })
        };
        let items = self.all(table, None, now);
        for index in &indexes {
            if index
                .get("IndexStatus")
                .is_some_and(|status| status != "ACTIVE")
            {
                continue;
            }
            let name = index["IndexName"].as_str().unwrap_or_default();
            let expected = items.iter().filter(|item| has_key(index, item)).count();
            let entries = self.all(table, Some(name), now);
            assert_eq!(
                entries.len(),
                expected,
                "{table} {index}: {items:?} {entries:?}"
            );
            if index["Projection"]["ProjectionType"] == "ALL" {
                assert!(
                    entries.iter().all(|entry| items.contains(entry)),
                    "{table} {index}"
                );
            }
        }
    }

    fn send(&self, operation: &str, request: &Json, now: Timestamp) -> Option<Json> {
        self.call(operation, request.to_string().as_bytes(), now)
    }

    /// All items of a table or an index, three at a time.
    fn all(&self, table: &str, index: Option<&str>, now: Timestamp) -> Vec<Json> {
        let mut items = Vec::new();
        let mut request = json!({"TableName": table, "Limit": 3});
        if let Some(index) = index {
            request["IndexName"] = index.into();
        }
        loop {
            let mut answer = self
                .send("Scan", &request, now)
                .unwrap_or_else(|| panic!("{table} {index:?} can't be scanned"));
            items.append(answer["Items"].as_array_mut().expect("items"));
            match answer["LastEvaluatedKey"].take() {
                Json::Null => return items,
                last => request["ExclusiveStartKey"] = last,
            }
        }
    }
}

/// Three tables with some items: two keys, one key, a binary key.
fn tables() -> &'static [Vec<Change>; 3] {
    static TABLES: OnceLock<[Vec<Change>; 3]> = OnceLock::new();
    TABLES.get_or_init(|| ["two", "one", "bin"].map(one_table))
}

fn one_table(name: &str) -> Vec<Change> {
    let simulator = Simulator::new(Settings::default());
    let send = |operation: &str, request: Json| {
        let reply = simulator.call(operation, request.to_string().as_bytes(), START);
        assert_eq!(
            reply.status,
            200,
            "{}",
            String::from_utf8_lossy(&reply.body)
        );
    };
    send("CreateTable", table(name));
    for n in 0..if name == "two" { 2 } else { 1 } {
        let item = json!({
            "id": if name == "bin" { json!({"B": "AA=="}) } else { json!({"S": "a"}) }, "n": {"N": n.to_string()}, "kind": {"S": "cat"},
            "a": {"S": "b"}, "list": {"L": [{"N": "1"}, {"M": {"a": {"S": "x"}}}]}, "expires": {"N": "1767225601"},
        });
        send("PutItem", json!({"TableName": name, "Item": item}));
    }
    simulator.snapshot()
}

fn table(name: &str) -> Json {
    let key = |name: &str, kind: &str| json!({"AttributeName": name, "KeyType": kind});
    let typed = |name: &str, kind: &str| json!({"AttributeName": name, "AttributeType": kind});
    let mut request = json!({
        "TableName": name, "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [typed("id", if name == "bin" { "B" } else { "S" })],
        "KeySchema": [key("id", "HASH")],
    });
    if name == "two" {
        request["AttributeDefinitions"] = json!([typed("id", "S"), typed("n", "N")]);
        request["KeySchema"] = json!([key("id", "HASH"), key("n", "RANGE")]);
        // Every kind of index and of projection, one with a key of three attributes.
        request["AttributeDefinitions"] = json!([
            typed("id", "S"),
            typed("n", "N"),
            typed("kind", "S"),
            typed("a", "S")
        ]);
        request["GlobalSecondaryIndexes"] = json!([
            {"IndexName": "byKind", "KeySchema": [key("kind", "HASH"), key("n", "RANGE")], "Projection": {"ProjectionType": "ALL"}},
            {"IndexName": "wide", "KeySchema": [key("kind", "HASH"), key("a", "HASH"), key("n", "RANGE")], "Projection": {"ProjectionType": "KEYS_ONLY"}},
        ]);
        request["LocalSecondaryIndexes"] = json!([
            {"IndexName": "byA", "KeySchema": [key("id", "HASH"), key("a", "RANGE")], "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["list"]}},
        ]);
    }
    request
}

fn chosen(choices: Choices<'_, '_>) -> Result<()> {
    let delay = if choices.ratio(1, 8)? { 700 } else { 0 };
    let settings = Settings {
        partitions_on_demand: choices.int_in_range(1..=5)?,
        table_delay: Duration::from_millis(delay),
        ..Settings::default()
    };
    let twins = Twins::new(settings, choices.ratio(1, 4)?);
    let [two, others @ ..] = tables();
    twins.restore(two);
    for other in others {
        if choices.ratio(1, 4)? {
            twins.restore(other);
        }
    }
    let mut now = START;
    for _ in 0..MOST {
        if choices.is_empty() {
            break;
        }
        let (operation, body) = request(choices)?;
        twins.call(operation, &body, now);
        if choices.ratio(1, 8)? {
            now = now.later(Duration::from_millis(choices.int_in_range(0..=2000)?));
        }
    }
    if choices.ratio(1, 16)? {
        twins.finish(now);
    }
    Ok(())
}

const OPERATIONS: [&str; 20] = [
    "PutItem",
    "PutItem",
    "UpdateItem",
    "UpdateItem",
    "DeleteItem",
    "GetItem",
    "Query",
    "Query",
    "Scan",
    "BatchGetItem",
    "BatchWriteItem",
    "TransactWriteItems",
    "TransactGetItems",
    "UpdateTable",
    "CreateTable",
    "DeleteTable",
    "DescribeTable",
    "ListTables",
    "UpdateTimeToLive",
    "TagResource",
];

/// An operation with a body: nearly right, spoiled in one place, or with its text cut and pasted.
fn request(choices: Choices<'_, '_>) -> Result<(&'static str, Vec<u8>)> {
    let operation = match choices.int_in_range(0..=31)? {
        0 => "DescribeTimeToLive",
        1 => "ListTagsOfResource",
        2 => "UntagResource",
        3 => choices.choose(&["", "NoSuchOperation", "putitem"])?,
        _ => choices.choose(&OPERATIONS)?,
    };
    let mut body = members(choices, operation)?;
    match choices.int_in_range(0..=9)? {
        0 | 1 => grammar::spoil(choices, &mut body)?,
        2 => {
            let mut text = body.to_string().into_bytes();
            let from = choices.choose_index(text.len())?;
            let to = choices.int_in_range(from..=text.len().min(from + 8))?;
            let paste = choices.bytes(choices.len().min(4))?;
            text.splice(from..to, paste.iter().copied());
            return Ok((operation, text));
        }
        _ => {}
    }
    Ok((operation, body.to_string().into_bytes()))
}

fn name(choices: Choices<'_, '_>) -> Result<&'static str> {
    Ok(match choices.int_in_range(0..=15)? {
        0 => choices.choose(&["new", "none", "x", ""])?,
        1..=3 => "one",
        4 => "bin",
        _ => "two",
    })
}

fn index(choices: Choices<'_, '_>) -> Result<&'static str> {
    choices.choose_iter(["byKind", "byKind", "byA", "keys", "wide", "none"])
}

fn key(choices: Choices<'_, '_>, table: &str) -> Result<Map<String, Json>> {
    let mut key = Map::new();
    let id = match table {
        "bin" => json!({"B": choices.choose(&["AA==", "AQ=="])?}),
        _ => json!({"S": choices.choose(&["a", "a", "b", "c"])?}),
    };
    key.insert("id".to_owned(), id);
    if table == "two" {
        let n = choices.int_in_range(0..=4)?;
        key.insert("n".to_owned(), json!({"N": n.to_string()}));
    }
    Ok(key)
}

fn item(choices: Choices<'_, '_>, table: &str) -> Result<Json> {
    let mut item = key(choices, table)?;
    item.extend(grammar::attributes(choices, 2)?);
    if choices.arbitrary()? {
        item.insert(
            "kind".to_owned(),
            json!({"S": choices.choose(&["cat", "dog"])?}),
        );
    }
    if choices.ratio(1, 64)? {
        let length = choices.int_in_range(1000..=410_000)?;
        item.insert("big".to_owned(), json!({"S": "x".repeat(length)}));
    }
    Ok(Json::Object(item))
}

/// Fills in the expressions of some kinds with their placeholders, each half of the time.
fn expressions(
    choices: Choices<'_, '_>,
    request: &mut Json,
    wanted: &[(&str, Expression)],
) -> Result<()> {
    let mut texts = Vec::new();
    for (member, kind) in wanted {
        if choices.arbitrary()? {
            let text = grammar::expression(choices, *kind)?;
            request[*member] = text.clone().into();
            texts.push(text);
        }
    }
    with_placeholders(choices, request, texts)
}

fn with_placeholders(
    choices: Choices<'_, '_>,
    request: &mut Json,
    mut texts: Vec<String>,
) -> Result<()> {
    if let Some(Json::String(text)) = request.get("KeyConditionExpression") {
        texts.push(text.clone());
    }
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let (names, values) = grammar::placeholders(choices, &texts)?;
    if names.is_object() {
        request["ExpressionAttributeNames"] = names;
    }
    if values.is_object() {
        let mine = request.get("ExpressionAttributeValues").cloned();
        request["ExpressionAttributeValues"] = values;
        if let Some(Json::Object(mine)) = mine {
            for (name, value) in mine {
                request["ExpressionAttributeValues"][name] = value;
            }
        }
    }
    Ok(())
}

/// Members with few values, each given now and then.
fn options(
    choices: Choices<'_, '_>,
    request: &mut Json,
    members: &[(&str, &[&str])],
) -> Result<()> {
    for (member, values) in members {
        if choices.ratio(1, 3)? {
            request[*member] = (*choices.choose(values)?).into();
        }
    }
    Ok(())
}

const CAPACITY: (&str, &[&str]) = ("ReturnConsumedCapacity", &["TOTAL", "INDEXES", "NONE"]);
const METRICS: (&str, &[&str]) = ("ReturnItemCollectionMetrics", &["SIZE", "NONE"]);
const VALUES: (&str, &[&str]) = (
    "ReturnValues",
    &["NONE", "ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"],
);
const ON_FAILURE: (&str, &[&str]) = ("ReturnValuesOnConditionCheckFailure", &["ALL_OLD", "NONE"]);

fn members(choices: Choices<'_, '_>, operation: &str) -> Result<Json> {
    let table = name(choices)?;
    let mut request = json!({ "TableName": table });
    match operation {
        "PutItem" | "DeleteItem" | "UpdateItem" => {
            write(choices, operation, &mut request)?;
            options(choices, &mut request, &[VALUES, CAPACITY, METRICS])?;
        }
        "GetItem" => {
            request["Key"] = Json::Object(key(choices, table)?);
            expressions(
                choices,
                &mut request,
                &[("ProjectionExpression", Expression::Projection)],
            )?;
            options(choices, &mut request, &[CAPACITY])?;
        }
        "Query" | "Scan" => read(choices, operation, &mut request)?,
        "BatchGetItem" => return batch_get(choices),
        "BatchWriteItem" => return batch_write(choices),
        "TransactWriteItems" => return transact_write(choices),
        "TransactGetItems" => return transact_get(choices),
        "CreateTable" => return create_table(choices),
        "UpdateTable" => update_table(choices, &mut request)?,
        "ListTables" => {
            request = json!({"Limit": choices.int_in_range(0..=101)?});
            options(
                choices,
                &mut request,
                &[("ExclusiveStartTableName", &["bin", "one", "a"])],
            )?;
        }
        "UpdateTimeToLive" => {
            request["TimeToLiveSpecification"] = json!({
                "AttributeName": choices.choose(&["expires", "n", ""])?, "Enabled": choices.arbitrary::<bool>()?,
            });
        }
        "TagResource" | "UntagResource" | "ListTagsOfResource" => {
            request = json!({"ResourceArn": format!("arn:aws:dynamodb:us-east-1:123456789012:table/{table}")});
            if operation == "TagResource" {
                request["Tags"] =
                    json!([{"Key": grammar::text(choices)?, "Value": grammar::text(choices)?}]);
            } else if operation == "UntagResource" {
                request["TagKeys"] = json!([grammar::text(choices)?, grammar::text(choices)?]);
            }
        }
        _ => {}
    }
    Ok(request)
}

/// The members that a write has by itself and inside a transaction.
fn write(choices: Choices<'_, '_>, operation: &str, request: &mut Json) -> Result<()> {
    let table = request["TableName"].as_str().unwrap_or_default().to_owned();
    if operation == "PutItem" {
        request["Item"] = item(choices, &table)?;
    } else {
        request["Key"] = Json::Object(key(choices, &table)?);
    }
    let mut wanted = vec![("ConditionExpression", Expression::Condition)];
    if operation == "UpdateItem" {
        wanted.push(("UpdateExpression", Expression::Update));
    }
    if choices.ratio(7, 8)? {
        expressions(choices, request, &wanted)?;
    } else {
        let value = grammar::value(choices, 1)?;
        let (member, operators): (_, &[&str]) = match operation {
            "UpdateItem" => ("AttributeUpdates", &["PUT", "ADD", "DELETE"]),
            _ => (
                "Expected",
                &["EQ", "NE", "LT", "CONTAINS", "NULL", "BETWEEN"],
            ),
        };
        let operator = choices.choose(operators)?;
        request[member] = match member {
            "AttributeUpdates" => json!({"a": {"Action": operator, "Value": value}}),
            _ => json!({"a": {"ComparisonOperator": operator, "AttributeValueList": [value]}}),
        };
    }
    options(choices, request, &[ON_FAILURE])
}

fn read(choices: Choices<'_, '_>, operation: &str, request: &mut Json) -> Result<()> {
    let table = request["TableName"].as_str().unwrap_or_default().to_owned();
    if choices.ratio(1, 3)? {
        request["IndexName"] = index(choices)?.into();
    }
    if operation == "Query" {
        let condition = match choices.int_in_range(0..=7)? {
            0 => grammar::expression(choices, Expression::KeyCondition)?,
            1..=3 => "id = :id".to_owned(),
            4 => "id = :id AND n >= :n".to_owned(),
            5 => "id = :id AND n BETWEEN :n AND :n2".to_owned(),
            6 => "kind = :s".to_owned(),
            _ => "kind = :s AND begins_with(a, :s2)".to_owned(),
        };
        if condition.contains(":id") {
            request["ExpressionAttributeValues"] = json!({":id": key(choices, &table)?["id"]});
        }
        request["KeyConditionExpression"] = condition.into();
        if choices.arbitrary()? {
            request["ScanIndexForward"] = choices.arbitrary::<bool>()?.into();
        }
    } else if choices.ratio(1, 3)? {
        let total = choices.int_in_range(1..=6)?;
        request["TotalSegments"] = total.into();
        request["Segment"] = choices.int_in_range(0..=total)?.into();
    }
    if choices.arbitrary()? {
        request["Limit"] = choices.int_in_range(1..=4)?.into();
    }
    if choices.ratio(1, 4)? {
        request["ConsistentRead"] = choices.arbitrary::<bool>()?.into();
    }
    if choices.ratio(1, 4)? {
        let mut start = key(choices, &table)?;
        if request.get("IndexName").is_some() {
            start.insert("kind".to_owned(), json!({"S": "cat"}));
        }
        request["ExclusiveStartKey"] = Json::Object(start);
    }
    let wanted = [
        ("FilterExpression", Expression::Filter),
        ("ProjectionExpression", Expression::Projection),
    ];
    if choices.arbitrary()? {
        expressions(choices, request, &wanted)?;
    } else {
        with_placeholders(choices, request, Vec::new())?;
    }
    let select: &[&str] = &[
        "COUNT",
        "ALL_ATTRIBUTES",
        "ALL_PROJECTED_ATTRIBUTES",
        "SPECIFIC_ATTRIBUTES",
    ];
    options(choices, request, &[("Select", select), CAPACITY])
}

fn batch_get(choices: Choices<'_, '_>) -> Result<Json> {
    let mut tables = Map::new();
    for _ in 0..choices.int_in_range(0..=2)? {
        let table = name(choices)?;
        let mut keys = Vec::new();
        for _ in 0..choices.int_in_range(0..=4)? {
            keys.push(Json::Object(key(choices, table)?));
        }
        let mut one = json!({ "Keys": keys });
        expressions(
            choices,
            &mut one,
            &[("ProjectionExpression", Expression::Projection)],
        )?;
        tables.insert(table.to_owned(), one);
    }
    let mut request = json!({ "RequestItems": tables });
    options(choices, &mut request, &[CAPACITY])?;
    Ok(request)
}

fn batch_write(choices: Choices<'_, '_>) -> Result<Json> {
    let mut tables = Map::new();
    for _ in 0..choices.int_in_range(0..=2)? {
        let table = name(choices)?;
        let mut writes = Vec::new();
        for _ in 0..choices.int_in_range(0..=4)? {
            writes.push(if choices.arbitrary()? {
                json!({"PutRequest": {"Item": item(choices, table)?}})
            } else {
                json!({"DeleteRequest": {"Key": key(choices, table)?}})
            });
        }
        tables.insert(table.to_owned(), Json::Array(writes));
    }
    let mut request = json!({ "RequestItems": tables });
    options(choices, &mut request, &[CAPACITY, METRICS])?;
    Ok(request)
}

fn transact_write(choices: Choices<'_, '_>) -> Result<Json> {
    let mut writes = Vec::new();
    for _ in 0..choices.int_in_range(0..=4)? {
        let (member, operation) = choices.choose_iter([
            ("Put", "PutItem"),
            ("Update", "UpdateItem"),
            ("Delete", "DeleteItem"),
            ("ConditionCheck", "DeleteItem"),
        ])?;
        let mut one = json!({"TableName": name(choices)?});
        write(choices, operation, &mut one)?;
        writes.push(json!({ member: one }));
    }
    let mut request = json!({ "TransactItems": writes });
    let tokens: &[&str] = &[
        "token",
        "another",
        "0123456789012345678901234567890123456789",
    ];
    options(
        choices,
        &mut request,
        &[("ClientRequestToken", tokens), CAPACITY, METRICS],
    )?;
    Ok(request)
}

fn transact_get(choices: Choices<'_, '_>) -> Result<Json> {
    let mut gets = Vec::new();
    for _ in 0..choices.int_in_range(0..=4)? {
        let table = name(choices)?;
        let mut one = json!({"TableName": table, "Key": key(choices, table)?});
        expressions(
            choices,
            &mut one,
            &[("ProjectionExpression", Expression::Projection)],
        )?;
        gets.push(json!({ "Get": one }));
    }
    let mut request = json!({ "TransactItems": gets });
    options(choices, &mut request, &[CAPACITY])?;
    Ok(request)
}

/// The definition of an index of a table.
fn definition(choices: Choices<'_, '_>) -> Result<Json> {
    let name = index(choices)?;
    let hash = *choices.choose(&["kind", "a", "id"])?;
    let mut key = vec![json!({"AttributeName": hash, "KeyType": "HASH"})];
    if choices.arbitrary()? {
        let range = *choices.choose(&["n", "a", "kind"])?;
        key.push(json!({"AttributeName": range, "KeyType": "RANGE"}));
    }
    let projection = choices.choose_iter([
        json!({"ProjectionType": "ALL"}),
        json!({"ProjectionType": "KEYS_ONLY"}),
        json!({"ProjectionType": "INCLUDE", "NonKeyAttributes": ["a"]}),
    ])?;
    Ok(json!({"IndexName": name, "KeySchema": key, "Projection": projection}))
}

/// Definitions of exactly the attributes that a request's keys name.
fn definitions(request: &Json) -> Json {
    fn names<'j>(json: &'j Json, found: &mut Vec<&'j str>) {
        match json {
            Json::Array(elements) => elements.iter().for_each(|element| names(element, found)),
            Json::Object(members) => {
                if members.contains_key("KeyType") {
                    found.extend(members.get("AttributeName").and_then(Json::as_str));
                }
                members.values().for_each(|value| names(value, found));
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    names(request, &mut found);
    found.sort_unstable();
    found.dedup();
    found
        .into_iter()
        .map(|name| json!({"AttributeName": name, "AttributeType": if name == "n" { "N" } else { "S" }}))
        .collect()
}

fn create_table(choices: Choices<'_, '_>) -> Result<Json> {
    let mut request = table(choices.choose(&["two", "one"])?);
    request["TableName"] = (*choices.choose(&["new", "new", "two", "x"])?).into();
    for member in ["GlobalSecondaryIndexes", "LocalSecondaryIndexes"] {
        if choices.arbitrary()? {
            let mut indexes = Vec::new();
            for _ in 0..choices.int_in_range(0..=3)? {
                indexes.push(definition(choices)?);
            }
            request[member] = indexes.into();
        }
    }
    if choices.ratio(1, 4)? {
        request["BillingMode"] = "PROVISIONED".into();
        request["ProvisionedThroughput"] =
            json!({"ReadCapacityUnits": choices.int_in_range(0..=9)?, "WriteCapacityUnits": 5});
    }
    request["AttributeDefinitions"] = definitions(&request);
    options(
        choices,
        &mut request,
        &[("TableClass", &["STANDARD", "NONE"])],
    )?;
    Ok(request)
}

fn update_table(choices: Choices<'_, '_>, request: &mut Json) -> Result<()> {
    match choices.int_in_range(0..=7)? {
        0 => request["BillingMode"] = "PAY_PER_REQUEST".into(),
        1 => {
            request["BillingMode"] = "PROVISIONED".into();
            request["ProvisionedThroughput"] =
                json!({"ReadCapacityUnits": choices.int_in_range(1..=9)?, "WriteCapacityUnits": 5});
        }
        2 => request["DeletionProtectionEnabled"] = choices.arbitrary::<bool>()?.into(),
        3 => {
            let name = index(choices)?;
            request["GlobalSecondaryIndexUpdates"] = json!([{"Delete": {"IndexName": name}}]);
        }
        _ => {
            let create = definition(choices)?;
            request["GlobalSecondaryIndexUpdates"] = json!([{ "Create": create }]);
            request["AttributeDefinitions"] = definitions(request);
        }
    }
    options(
        choices,
        request,
        &[("TableClass", &["STANDARD", "STANDARD_INFREQUENT_ACCESS"])],
    )
}
