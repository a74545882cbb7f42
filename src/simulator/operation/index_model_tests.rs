//! Tables with random indexes against a naive model: a list of items, from which every index is worked out anew for each question.
//!
//! ```text
//!   random writes ──→ simulator, model      each write's capacity: the change of each index's view of the item
//!   random reads  ──→ the same entries, in the same order, page by page, at the same price
//! ```

use std::cmp::Ordering;
use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::simulator::{HashChoice, Settings, Simulator, Timestamp};

const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

type Attributes = Map<String, Value>;

fn call(simulator: &Simulator, operation: &str, request: &Value) -> Value {
    let reply = simulator.call(operation, request.to_string().as_bytes(), NOW);
    let body: Value = serde_json::from_slice(&reply.body).expect("every answer is JSON");
    assert_eq!(reply.status, 200, "{operation} {request}: {body}");
    body
}

/// Name, whether it is local, and the attributes of its key. `p` and `s` are the table's own key.
const SHAPES: [(&str, bool, &[&str], &[&str]); 9] = [
    ("local-x", true, &["p"], &["x"]),
    ("local-y", true, &["p"], &["y"]),
    ("by-x", false, &["x"], &[]),
    ("by-x-y", false, &["x"], &["y"]),
    ("by-z-s", false, &["z"], &["s"]),
    ("by-s-p", false, &["s"], &["p"]),
    ("by-xz-y", false, &["x", "z"], &["y"]),
    ("by-y-xz", false, &["y"], &["x", "z"]),
    ("by-px-zys", false, &["p", "x"], &["z", "y", "s"]),
];

#[derive(Debug, Clone)]
struct Index {
    name: &'static str,
    local: bool,
    partition: &'static [&'static str],
    sort: &'static [&'static str],
    /// Attributes beside the keys; nothing for all.
    included: Option<Vec<&'static str>>,
}

impl Index {
    fn key(&self) -> impl Iterator<Item = &'static str> {
        self.partition.iter().chain(self.sort).copied()
    }

    /// The item as the index has it.
    fn view(&self, item: &Attributes) -> Option<Attributes> {
        if !self.key().all(|name| item.contains_key(name)) {
            return None;
        }
        let has = |name: &str| match &self.included {
            None => true,
            Some(included) => {
                included.contains(&name)
                    || ["p", "s"].contains(&name)
                    || self.key().any(|key| key == name)
            }
        };
        let seen = item.iter().filter(|(name, _)| has(name));
        Some(
            seen.map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
        )
    }

    fn json(&self) -> Value {
        let role = |names: &[&str], role: &str| -> Vec<Value> {
            let element = |name| json!({"AttributeName": name, "KeyType": role});
            names.iter().map(element).collect()
        };
        let key = [role(self.partition, "HASH"), role(self.sort, "RANGE")].concat();
        let projection = match &self.included {
            None => json!({"ProjectionType": "ALL"}),
            Some(included) if included.is_empty() => json!({"ProjectionType": "KEYS_ONLY"}),
            Some(included) => json!({"ProjectionType": "INCLUDE", "NonKeyAttributes": included}),
        };
        json!({"IndexName": self.name, "KeySchema": key, "Projection": projection})
    }
}

fn indexes() -> impl Strategy<Value = Vec<Index>> {
    let chosen = proptest::collection::vec((any::<bool>(), 0usize..4), SHAPES.len());
    chosen.prop_map(|chosen| {
        SHAPES
            .iter()
            .zip(chosen)
            .filter(|(_, (there, _))| *there)
            .map(|((name, local, partition, sort), (_, projected))| Index {
                name,
                local: *local,
                partition,
                sort,
                included: [None, Some(vec![]), Some(vec!["w"]), Some(vec!["v"])][projected].clone(),
            })
            .collect()
    })
}

fn table(indexes: &[Index], partitions: u32) -> Simulator {
    let simulator = Simulator::new(Settings {
        partitions_on_demand: partitions,
        ..Settings::default()
    });
    let used = |name: &str| {
        ["p", "s"].contains(&name)
            || indexes
                .iter()
                .any(|index| index.key().any(|key| key == name))
    };
    let definitions: Vec<Value> = [("p", "S"), ("s", "N"), ("x", "S"), ("y", "N"), ("z", "S")]
        .into_iter()
        .filter(|(name, _)| used(name))
        .map(|(name, kind)| json!({"AttributeName": name, "AttributeType": kind}))
        .collect();
    let mut request = json!({
        "TableName": "items", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": definitions,
        "KeySchema": [{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "s", "KeyType": "RANGE"}],
    });
    for (member, local) in [
        ("LocalSecondaryIndexes", true),
        ("GlobalSecondaryIndexes", false),
    ] {
        let these: Vec<Value> = indexes
            .iter()
            .filter(|one| one.local == local)
            .map(Index::json)
            .collect();
        if !these.is_empty() {
            request[member] = these.into();
        }
    }
    call(&simulator, "CreateTable", &request);
    simulator
}

/// Strings with a NUL in them try how keys are put together.
const STRINGS: [&str; 5] = ["a", "a\0", "a\0b", "ab", "b"];

fn value_of(name: &str, pick: usize) -> Value {
    match name {
        "p" => json!({"S": format!("p{}", pick % 3)}),
        "s" | "y" => json!({"N": (i64::try_from(pick % 9).expect("small") - 4).to_string()}),
        "x" | "z" => json!({"S": STRINGS[pick % STRINGS.len()]}),
        _ => json!({"S": "w".repeat(pick * 37 % 1_600)}),
    }
}

#[derive(Debug, Clone)]
struct Change {
    key: (usize, usize),
    /// A put of these, or an update that sets these and removes the others of `touched`.
    values: [Option<usize>; 5],
    kind: u8,
}

const ATTRIBUTES: [&str; 5] = ["x", "y", "z", "v", "w"];

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let value = proptest::option::weighted(0.7, 0usize..40);
    let values = [
        value.clone(),
        value.clone(),
        value.clone(),
        value.clone(),
        value,
    ];
    let change = ((0usize..3, 0usize..9), values, 0u8..6);
    proptest::collection::vec(
        change.prop_map(|(key, values, kind)| Change { key, values, kind }),
        1..70,
    )
}

/// Of the small numbers used here; the rule for others has tests of its own.
fn size(item: &Attributes) -> u64 {
    let value = |value: &Value| match (value["S"].as_str(), value["N"].as_str()) {
        (Some(text), _) => text.len(),
        (_, Some("0")) => 1,
        (_, Some(number)) => 2 + usize::from(number.starts_with('-')),
        _ => unreachable!("strings and numbers only"),
    };
    item.iter()
        .map(|(name, of)| (name.len() + value(of)) as u64)
        .sum()
}

fn units(bytes: u64, unit: u64) -> u64 {
    bytes.div_ceil(unit).max(1)
}

/// What a write costs each index that it changes.
fn index_units(
    indexes: &[Index],
    local: bool,
    old: Option<&Attributes>,
    new: Option<&Attributes>,
) -> BTreeMap<String, u64> {
    let mut all = BTreeMap::new();
    for index in indexes.iter().filter(|index| index.local == local) {
        let before = old.and_then(|item| index.view(item));
        let after = new.and_then(|item| index.view(item));
        let same_key =
            |one: &Attributes, two: &Attributes| index.key().all(|name| one[name] == two[name]);
        let written = match (&before, &after) {
            (one, two) if one == two => continue,
            (Some(one), Some(two)) if !same_key(one, two) => {
                units(size(one), 1024) + units(size(two), 1024)
            }
            (one, two) => units(one.iter().chain(two).map(size).max().unwrap_or(0), 1024),
        };
        all.insert(index.name.to_owned(), written);
    }
    all
}

fn shares(consumed: &Value, member: &str) -> BTreeMap<String, f64> {
    let units = |share: &Value| share["CapacityUnits"].as_f64().expect("a number");
    let shares = consumed[member].as_object().into_iter().flatten();
    shares
        .map(|(name, share)| (name.clone(), units(share)))
        .collect()
}

fn as_floats(units: BTreeMap<String, u64>) -> BTreeMap<String, f64> {
    let float = |units| f64::from(u32::try_from(units).expect("few"));
    units
        .into_iter()
        .map(|(name, one)| (name, float(one)))
        .collect()
}

fn order(one: &Value, two: &Value) -> Ordering {
    if let (Some(one), Some(two)) = (one["S"].as_str(), two["S"].as_str()) {
        one.as_bytes().cmp(two.as_bytes())
    } else {
        let number = |value: &Value| {
            value["N"]
                .as_str()
                .and_then(|text| text.parse::<i64>().ok())
        };
        number(one).cmp(&number(two))
    }
}

/// By these attributes, one after the other.
fn by(names: &[&str], one: &Attributes, two: &Attributes) -> Ordering {
    let mut each = names.iter().map(|name| order(&one[*name], &two[*name]));
    each.find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

/// Where the item lies among those with the same key of a global index.
fn scattered(item: &Attributes) -> u64 {
    let text = |name: &str, member: &str| item[name][member].as_str().expect("a key");
    let key = text("p", "S").to_owned() + text("s", "N");
    HashChoice::default().hash(b'K', key.as_bytes())
}

/// Picks that follow from a seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % sides
    }
}

/// A key condition of a query, and what it means.
struct Condition {
    text: String,
    names: Attributes,
    values: Attributes,
    tests: Vec<(String, &'static str, Vec<Value>)>,
}

impl Condition {
    fn roll(dice: &mut Dice, index: &Index) -> Self {
        let mut condition = Self {
            text: String::new(),
            names: Map::new(),
            values: Map::new(),
            tests: Vec::new(),
        };
        for name in index.partition {
            condition.add(name, "=", vec![value_of(name, dice.roll(40))]);
        }
        let equal = dice.roll(index.sort.len() + 1);
        for name in &index.sort[..equal] {
            condition.add(name, "=", vec![value_of(name, dice.roll(40))]);
        }
        let Some(name) = index.sort.get(equal) else {
            return condition;
        };
        let mut two = [value_of(name, dice.roll(40)), value_of(name, dice.roll(40))];
        two.sort_by(order);
        let [low, high] = two;
        match dice.roll(7) {
            0 => condition.add(name, "BETWEEN", vec![low, high]),
            1 if low.get("S").is_some() => condition.add(name, "begins_with", vec![low]),
            roll @ 2..=5 => condition.add(name, ["<", "<=", ">", ">="][roll - 2], vec![low]),
            _ => {}
        }
        condition
    }

    fn add(&mut self, name: &str, operator: &'static str, operands: Vec<Value>) {
        let at = self.tests.len();
        let joint = if at == 0 { "" } else { " AND " };
        let condition = match operator {
            "BETWEEN" => format!("#{at} BETWEEN :{at}a AND :{at}b"),
            "begins_with" => format!("begins_with(#{at}, :{at}a)"),
            _ => format!("#{at} {operator} :{at}a"),
        };
        self.text.push_str(joint);
        self.text.push_str(&condition);
        self.names.insert(format!("#{at}"), name.into());
        for (value, letter) in operands.iter().zip(["a", "b"]) {
            self.values.insert(format!(":{at}{letter}"), value.clone());
        }
        self.tests.push((name.to_owned(), operator, operands));
    }

    fn holds(&self, item: &Attributes) -> bool {
        self.tests.iter().all(|(name, operator, operands)| {
            let value = &item[name];
            let ordering = order(value, &operands[0]);
            match *operator {
                "=" => ordering.is_eq(),
                "<" => ordering.is_lt(),
                "<=" => ordering.is_le(),
                ">" => ordering.is_gt(),
                ">=" => ordering.is_ge(),
                "BETWEEN" => ordering.is_ge() && order(value, &operands[1]).is_le(),
                _ => {
                    let text = |value: &Value| value["S"].as_str().expect("a string").to_owned();
                    text(value).starts_with(&text(&operands[0]))
                }
            }
        })
    }
}

/// All pages of a read, with what each consumed of `member`'s index and of the table.
fn pages(simulator: &Simulator, operation: &str, request: &Value) -> Vec<(Vec<Attributes>, Value)> {
    let mut request = request.clone();
    request["ReturnConsumedCapacity"] = "INDEXES".into();
    let mut pages = Vec::new();
    loop {
        let mut answer = call(simulator, operation, &request);
        let items = answer["Items"].as_array().expect("items").iter();
        pages.push((
            items
                .map(|item| item.as_object().expect("an item").clone())
                .collect(),
            answer["ConsumedCapacity"].take(),
        ));
        match answer["LastEvaluatedKey"].take() {
            Value::Null => return pages,
            last => request["ExclusiveStartKey"] = last,
        }
    }
}

/// Read units of an eventually consistent read, in halves.
fn check_price(index: &Index, entries: &[Attributes], fetched: &[Attributes], consumed: &Value) {
    let half = |units: u64| f64::from(u32::try_from(units).expect("few")) / 2.0;
    let entry_bytes = entries.iter().map(size).sum();
    let of_index = half(units(entry_bytes, 4096));
    let of_table: f64 = fetched
        .iter()
        .map(|item| half(units(size(item), 4096)))
        .sum();
    let (own, other) = if index.local {
        ("LocalSecondaryIndexes", "GlobalSecondaryIndexes")
    } else {
        ("GlobalSecondaryIndexes", "LocalSecondaryIndexes")
    };
    assert_eq!(
        shares(consumed, own),
        BTreeMap::from([(index.name.to_owned(), of_index)])
    );
    assert_eq!(consumed.get(other), None);
    assert_eq!(consumed["Table"]["CapacityUnits"], of_table);
    assert_eq!(consumed["CapacityUnits"], of_index + of_table);
}

/// As texts, with the attributes by name, in an order that doesn't depend on where they came from.
fn sorted(items: Vec<Attributes>) -> Vec<String> {
    let by_name = |item: Attributes| json!(item.into_iter().collect::<BTreeMap<_, _>>());
    let mut texts: Vec<String> = items
        .into_iter()
        .map(|item| by_name(item).to_string())
        .collect();
    texts.sort();
    texts
}

/// The key in an item.
fn key_of(item: &Attributes) -> Value {
    json!({"p": item["p"], "s": item["s"]})
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn indexes_have_what_the_model_says(indexes in indexes(), changes in changes(), partitions in 1u32..6, seed: u64) {
        let simulator = table(&indexes, partitions);
        let mut model: Vec<Attributes> = Vec::new();
        for change in changes {
            let key: Attributes = [("p", change.key.0), ("s", change.key.1)]
                .map(|(name, pick)| (name.to_owned(), value_of(name, pick)))
                .into_iter()
                .collect();
            let at = model.iter().position(|item| item["p"] == key["p"] && item["s"] == key["s"]);
            let old = at.map(|at| model.swap_remove(at));
            let given = ATTRIBUTES.iter().zip(change.values);
            let (operation, mut request, new) = match change.kind {
                0 => ("DeleteItem", json!({"Key": key}), None),
                1 | 2 => {
                    let mut new = old.clone().unwrap_or_else(|| key.clone());
                    let (mut sets, mut removals, mut values) = (Vec::new(), Vec::new(), Map::new());
                    for (name, pick) in given {
                        match pick {
                            Some(pick) if pick % 4 == 0 => {
                                new.remove(*name);
                                removals.push((*name).to_owned());
                            }
                            Some(pick) => {
                                new.insert((*name).to_owned(), value_of(name, pick));
                                values.insert(format!(":{name}"), value_of(name, pick));
                                sets.push(format!("{name} = :{name}"));
                            }
                            None => {}
                        }
                    }
                    let part = |word: &str, parts: &[String]| if parts.is_empty() { String::new() } else { format!("{word} {} ", parts.join(", ")) };
                    let text = part("SET", &sets) + &part("REMOVE", &removals);
                    let mut request = json!({"Key": key});
                    if !text.is_empty() { request["UpdateExpression"] = text.into(); }
                    if !values.is_empty() { request["ExpressionAttributeValues"] = values.into(); }
                    // An update that only takes away makes no item.
                    let made = old.is_some() || removals.is_empty() || !sets.is_empty();
                    ("UpdateItem", request, made.then_some(new))
                }
                _ => {
                    let mut new = key.clone();
                    for (name, pick) in given {
                        if let Some(pick) = pick { new.insert((*name).to_owned(), value_of(name, pick)); }
                    }
                    ("PutItem", json!({"Item": new}), Some(new))
                }
            };
            request["TableName"] = "items".into();
            request["ReturnConsumedCapacity"] = "INDEXES".into();
            let consumed = call(&simulator, operation, &request)["ConsumedCapacity"].take();
            for (member, local) in [("LocalSecondaryIndexes", true), ("GlobalSecondaryIndexes", false)] {
                let expected = as_floats(index_units(&indexes, local, old.as_ref(), new.as_ref()));
                prop_assert_eq!(shares(&consumed, member), expected, "{} {} after {:?}", operation, &request, &old);
            }
            let larger = old.iter().chain(&new).map(size).max().unwrap_or(0);
            prop_assert_eq!(&consumed["Table"]["CapacityUnits"], &json!(f64::from(u32::try_from(units(larger, 1024)).expect("few"))));
            model.extend(new);
        }

        let mut dice = Dice(seed);
        for index in &indexes {
            let mut entries: Vec<Attributes> = model.iter().filter_map(|item| index.view(item)).collect();
            entries.sort_by(|one, two| {
                let ties = || if index.local { Ordering::Equal } else { scattered(one).cmp(&scattered(two)) };
                by(index.sort, one, two).then_with(ties).then_with(|| by(&["p", "s"], one, two))
            });
            for _ in 0..6 {
                let condition = Condition::roll(&mut dice, index);
                let forward = dice.roll(2) == 0;
                let mut expected: Vec<Attributes> = entries.iter().filter(|entry| condition.holds(entry)).cloned().collect();
                if !forward { expected.reverse(); }
                let limit = dice.roll(5) + 1;
                let request = json!({
                    "TableName": "items", "IndexName": index.name, "KeyConditionExpression": condition.text, "ExpressionAttributeNames": condition.names,
                    "ExpressionAttributeValues": condition.values, "ScanIndexForward": forward, "Limit": limit,
                });
                let mut left = expected.as_slice();
                for (page, consumed) in pages(&simulator, "Query", &request) {
                    let here = &left[..limit.min(left.len())];
                    prop_assert_eq!(page.as_slice(), here, "{}", &request);
                    check_price(index, here, &[], &consumed);
                    left = &left[here.len()..];
                }
                prop_assert!(left.is_empty());
                if !index.local { continue; }
                // All attributes are fetched from the table, if the index hasn't them.
                let mut request = request;
                request["Select"] = "ALL_ATTRIBUTES".into();
                let full = |entry: &Attributes| {
                    let key = key_of(entry);
                    model.iter().find(|item| key_of(item) == key).expect("an entry's item").clone()
                };
                let mut left = expected.as_slice();
                for (page, consumed) in pages(&simulator, "Query", &request) {
                    let here = &left[..limit.min(left.len())];
                    let items: Vec<Attributes> = here.iter().map(full).collect();
                    prop_assert_eq!(&page, &items);
                    check_price(index, here, if index.included.is_some() { &items } else { &[] }, &consumed);
                    left = &left[here.len()..];
                }
            }
            let segments = dice.roll(4) + 1;
            let limit = dice.roll(9) + 1;
            let mut scanned = Vec::new();
            for segment in 0..segments {
                let request = json!({"TableName": "items", "IndexName": index.name, "Segment": segment, "TotalSegments": segments, "Limit": limit});
                for (page, consumed) in pages(&simulator, "Scan", &request) {
                    check_price(index, &page, &[], &consumed);
                    scanned.extend(page);
                }
            }
            prop_assert_eq!(sorted(scanned), sorted(entries));
        }
        let scanned = pages(&simulator, "Scan", &json!({"TableName": "items"})).remove(0).0;
        prop_assert_eq!(sorted(scanned), sorted(model));
        // A snapshot restores the indexes as well.
        let again = Simulator::new(Settings::default());
        again.restore(simulator.snapshot()).expect("a snapshot restores");
        for index in &indexes {
            let request = json!({"TableName": "items", "IndexName": index.name});
            prop_assert_eq!(call(&again, "Scan", &request), call(&simulator, "Scan", &request));
        }
    }
}
