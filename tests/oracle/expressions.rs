//! Expressions put together by their grammar, about items with every type of value inside each other.

use serde_json::{Map, Value, json};

use super::both::Both;
use super::dice::Dice;
use super::simple;

/// Numbers that look different and are equal, that differ in the last digit, and that are as large and small as they go.
const NUMBERS: &[&str] = &[
    "0",
    "-0",
    "1",
    "1.0",
    "0.1",
    "-1",
    "2",
    "10",
    "1E1",
    "1e-1",
    "12345678901234567890123456789012345678",
    "12345678901234567890123456789012345679",
    "0.0000000001",
    "9.9999999999999999999999999999999999999E125",
    "-9.9999999999999999999999999999999999999E+125",
    "1E-130",
    "-1E-130",
    "1E125",
];
const TEXTS: &[&str] = &["", "a", "ab", "b", "é", "𝄞", "a\u{0}", "10"];
const BYTES: &[&str] = &["", "YQ==", "YWI=", "/w==", "AA=="];
/// Top-level attributes of the items, and one that none has.
const NAMES: &[&str] = &["a", "b", "l", "m", "s", "t", "u", "z", "id"];

fn set(dice: &mut Dice, choices: &[&str]) -> Value {
    let first = dice.roll(choices.len());
    let many = 1 + dice.roll(2);
    (0..many)
        .map(|n| json!(choices[(first + n) % choices.len()]))
        .collect()
}

/// A value of any type; of a map or list only while `depth` is left.
fn value(dice: &mut Dice, depth: usize) -> Value {
    match dice.roll(if depth == 0 { 9 } else { 13 }) {
        0 | 1 => json!({"N": *dice.of(NUMBERS)}),
        2 | 3 => json!({"S": *dice.of(TEXTS)}),
        4 => json!({"B": *dice.of(BYTES)}),
        5 => json!({"BOOL": dice.roll(2) == 0}),
        6 => json!({"NULL": true}),
        7 => json!({"SS": set(dice, TEXTS)}),
        8 => match dice.roll(2) {
            0 => json!({"NS": set(dice, &["1", "2", "3.5", "-7"])}),
            _ => json!({"BS": set(dice, BYTES)}),
        },
        9 | 10 => {
            let many = dice.roll(4);
            json!({"L": (0..many).map(|_| value(dice, depth - 1)).collect::<Vec<_>>()})
        }
        _ => {
            let names = ["a", "b", "x"];
            let many = dice.roll(3);
            let members: Map<String, Value> = names[..many]
                .iter()
                .map(|name| ((*name).to_owned(), value(dice, depth - 1)))
                .collect();
            json!({"M": members})
        }
    }
}

fn item(dice: &mut Dice, id: usize) -> Value {
    let mut item = json!({"id": {"S": id.to_string()}});
    for name in ["a", "b", "s", "u"] {
        if dice.roll(4) > 0 {
            item[name] = value(dice, 2);
        }
    }
    item["l"] = json!({"L": [value(dice, 1), value(dice, 1), value(dice, 0)]});
    item["m"] = json!({"M": {"a": value(dice, 1), "b": {"L": [value(dice, 0)]}, "x": {"N": "1"}}});
    item["t"] = match dice.roll(3) {
        0 => json!({"SS": set(dice, TEXTS)}),
        1 => json!({"NS": ["1", "2"]}),
        _ => json!({"BS": set(dice, BYTES)}),
    };
    item
}

/// An expression as it grows, with the values it needs.
struct Written<'a> {
    dice: &'a mut Dice,
    values: Map<String, Value>,
}

impl Written<'_> {
    fn path(&mut self) -> String {
        let name = match self.dice.roll(12) {
            0 => "#n",
            1 if self.dice.roll(8) == 0 => "name",
            _ => *self.dice.of(NAMES),
        };
        self.path_from(name)
    }

    fn path_from(&mut self, name: &str) -> String {
        let mut path = name.to_owned();
        // A key has nothing inside, and who asks for it is told so.
        while name != "id" && self.dice.roll(3) == 0 {
            let steps = match self.dice.roll(2) {
                0 => ["[0]", "[1]", "[2]", "[7]"],
                _ => [".a", ".b", ".x", ".#n"],
            };
            path.push_str(steps[self.dice.roll(steps.len())]);
        }
        path
    }

    fn value_of(&mut self, value: Value) -> String {
        let name = format!(":v{}", self.values.len());
        self.values.insert(name.clone(), value);
        name
    }

    fn any_value(&mut self) -> String {
        let value = value(self.dice, 1);
        self.value_of(value)
    }

    fn operand(&mut self) -> String {
        match self.dice.roll(8) {
            0..3 => self.path(),
            3 => format!("size({})", self.path()),
            _ => self.any_value(),
        }
    }

    /// A condition with at most so many levels of AND, OR, NOT and parentheses.
    fn condition(&mut self, levels: usize) -> String {
        if levels > 0 && self.dice.roll(2) == 0 {
            return match self.dice.roll(4) {
                0 => format!("NOT {}", self.condition(levels - 1)),
                1 => format!("({})", self.condition(levels - 1)),
                2 => {
                    let first = self.condition(levels - 1);
                    format!("{first} AND {}", self.condition(levels - 1))
                }
                _ => {
                    let first = self.condition(levels - 1);
                    format!("{first} OR {}", self.condition(levels - 1))
                }
            };
        }
        match self.dice.roll(12) {
            0 => format!("attribute_exists({})", self.path()),
            1 => format!("attribute_not_exists({})", self.path()),
            2 => {
                let path = self.path();
                let kind = *self.dice.of(&["S", "N", "M", "L", "SS", "NULL", "BOOL"]);
                let kind = self.value_of(json!({"S": kind}));
                format!("attribute_type({path}, {kind})")
            }
            3 => {
                let (path, prefix) = (self.path(), self.operand());
                format!("begins_with({path}, {prefix})")
            }
            4 | 5 => {
                let (whole, part) = match self.dice.roll(4) {
                    0 => (self.any_value(), self.operand()),
                    _ => (self.path(), self.operand()),
                };
                format!("contains({whole}, {part})")
            }
            6 => {
                let (what, low, high) = (self.operand(), self.operand(), self.operand());
                format!("{what} BETWEEN {low} AND {high}")
            }
            7 => {
                let what = self.operand();
                let many = 1 + self.dice.roll(3);
                let among: Vec<String> = (0..many).map(|_| self.operand()).collect();
                format!("{what} IN ({})", among.join(", "))
            }
            _ => {
                let (left, right) = (self.operand(), self.operand());
                let comparator = *self.dice.of(&["=", "=", "<>", "<", "<=", ">", ">="]);
                format!("{left} {comparator} {right}")
            }
        }
    }

    /// What SET may set something to.
    fn assigned(&mut self) -> String {
        match self.dice.roll(8) {
            0 => self.path(),
            1 => {
                let (path, other) = (self.path(), self.any_value());
                format!("if_not_exists({path}, {other})")
            }
            2 | 3 => {
                let number = json!({"N": *self.dice.of(NUMBERS)});
                let number = self.value_of(number);
                let sign = *self.dice.of(&["+", "-"]);
                match self.dice.roll(3) {
                    0 => format!("{number} {sign} {}", self.path()),
                    1 => format!("{} {sign} {number}", self.path()),
                    _ => {
                        let other = json!({"N": *self.dice.of(NUMBERS)});
                        format!("{number} {sign} {}", self.value_of(other))
                    }
                }
            }
            4 => {
                let list = json!({"L": [value(self.dice, 0)]});
                let list = self.value_of(list);
                match self.dice.roll(2) {
                    0 => format!("list_append({list}, {})", self.path()),
                    _ => format!("list_append({}, {list})", self.path()),
                }
            }
            _ => self.any_value(),
        }
    }

    fn update(&mut self) -> String {
        let mut sections = Vec::new();
        let mut left = vec!["SET", "SET", "REMOVE", "ADD", "DELETE"];
        let mut names = NAMES.to_vec();
        for _ in 0..=self.dice.roll(2) {
            let section = left.remove(self.dice.roll(left.len()));
            left.retain(|other| *other != section);
            let many = 1 + self.dice.roll(3);
            let actions: Vec<String> = (0..many)
                .map(|_| {
                    // Mostly each another one: paths that clash are told before anything else is looked at.
                    let path = if names.is_empty() || self.dice.roll(16) == 0 {
                        self.path()
                    } else {
                        let name = names.remove(self.dice.roll(names.len()));
                        self.path_from(name)
                    };
                    match section {
                        "SET" => format!("{path} = {}", self.assigned()),
                        "REMOVE" => path,
                        _ if self.dice.roll(6) == 0 => format!("{path} {}", self.any_value()),
                        _ => {
                            let change = match self.dice.roll(if section == "ADD" { 4 } else { 3 })
                            {
                                0 => json!({"SS": set(self.dice, TEXTS)}),
                                1 => json!({"NS": ["2", "3.5"]}),
                                2 => json!({"BS": set(self.dice, BYTES)}),
                                _ => json!({"N": *self.dice.of(NUMBERS)}),
                            };
                            format!("{path} {}", self.value_of(change))
                        }
                    }
                })
                .collect();
            sections.push(format!("{section} {}", actions.join(", ")));
        }
        sections.join(" ")
    }

    /// Puts an expression into a request, with what it mentions.
    fn into_request(self, request: &mut Value, member: &str, text: &str) {
        request[member] = json!(text);
        if text.contains("#n") {
            request["ExpressionAttributeNames"] =
                json!({"#n": *self.dice.of(&["a", "b", "x", "name", "a.b"])});
        }
        if !self.values.is_empty() {
            request["ExpressionAttributeValues"] = self.values.into();
        }
    }
}

fn written(dice: &mut Dice) -> Written<'_> {
    Written {
        dice,
        values: Map::new(),
    }
}

#[test]
fn conditions_by_their_grammar_answer_alike() {
    let mut both = Both::new();
    let mut dice = Dice::new(6);
    both.prepare("CreateTable", &simple("docs", "S"));
    for _ in 0..25 {
        let items: Vec<Value> = (0..8).map(|id| item(&mut dice, id)).collect();
        for item in &items {
            both.prepare("PutItem", &json!({"TableName": "docs", "Item": item}));
        }
        for _ in 0..30 {
            let mut request = json!({"TableName": "docs"});
            let mut condition = written(&mut dice);
            let text = condition.condition(2);
            condition.into_request(&mut request, "FilterExpression", &text);
            both.call("Scan", &request);
        }
        for _ in 0..30 {
            // What is there already, so that the items stay.
            let item = dice.of(&items).clone();
            let mut request = json!({"TableName": "docs", "Item": item});
            let mut condition = written(&mut dice);
            let text = condition.condition(2);
            condition.into_request(&mut request, "ConditionExpression", &text);
            both.call("PutItem", &request);
        }
    }
    both.finish(1_500);
}

#[test]
fn updates_by_their_grammar_answer_alike() {
    let mut both = Both::new();
    let mut dice = Dice::new(7);
    both.prepare("CreateTable", &simple("docs", "S"));
    for _ in 0..1_500 {
        let item = item(&mut dice, 0);
        both.prepare("PutItem", &json!({"TableName": "docs", "Item": item}));
        let mut request = json!({"TableName": "docs", "Key": {"id": {"S": "0"}}});
        request["ReturnValues"] =
            json!(*dice.of(&["NONE", "ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"]));
        let mut update = written(&mut dice);
        let text = update.update();
        update.into_request(&mut request, "UpdateExpression", &text);
        both.call("UpdateItem", &request);
        both.call(
            "GetItem",
            &json!({"TableName": "docs", "Key": {"id": {"S": "0"}}}),
        );
    }
    both.finish(3_000);
}

#[test]
fn projections_by_their_grammar_answer_alike() {
    let mut both = Both::new();
    let mut dice = Dice::new(8);
    both.prepare("CreateTable", &simple("docs", "S"));
    for _ in 0..100 {
        let item = item(&mut dice, 0);
        both.prepare("PutItem", &json!({"TableName": "docs", "Item": item}));
        for _ in 0..10 {
            let mut request = json!({"TableName": "docs", "Key": {"id": {"S": "0"}}});
            let mut projection = written(&mut dice);
            let many = 1 + projection.dice.roll(3);
            let paths: Vec<String> = (0..many).map(|_| projection.path()).collect();
            projection.into_request(&mut request, "ProjectionExpression", &paths.join(", "));
            both.call("GetItem", &request);
        }
    }
    both.finish(1_000);
}

/// Why the two may differ about such an expression.
pub(crate) fn explained(
    operation: &str,
    request: &str,
    (ours, ours_full): (&str, &Value),
    (theirs, theirs_full): (&str, &Value),
) -> Option<&'static str> {
    if ours.contains("The BETWEEN operator requires ")
        && theirs.contains("The BETWEEN operator requires ")
    {
        return Some("a number in a message is the number that was read, not its text");
    }
    if !request.contains("\"docs\"") {
        return None;
    }
    let failed = theirs_full.get("__type").is_some();
    if ours.contains("Invalid ConditionExpression: Incorrect operand type for ")
        || ours.contains("Invalid ConditionExpression: The first operand must be distinct")
        || ours.contains("Invalid FilterExpression: ") && !failed
    {
        return Some(
            "what no item can change is told of an expression before it is asked about any (dynalite's and ScyllaDB's suites); the oracle looks at fewer operands",
        );
    }
    if operation == "GetItem" && ours.contains("Two document paths conflict") && !failed {
        return Some("paths that conflict are told of projections too (dynalite's suite)");
    }
    if operation != "UpdateItem" {
        return None;
    }
    if ours.contains("Two document paths ") && failed {
        return Some(
            "paths are judged before operands, and in the order of the text (dynalite's suite); the oracle reads SET first",
        );
    }
    if ours.contains("typeSet: ALLOWED_FOR_ADD_OPERAND")
        && theirs.contains("typeSet: ALLOWED_FOR_ADD_OPERAND")
    {
        return Some(
            "of two such operands the first in the text is told; the oracle reads ADD first",
        );
    }
    if ours.contains("Number overflow.") && theirs.contains("more than 38 significant digits") {
        return Some("a sum of too many digits is an overflow (ScyllaDB's suite)");
    }
    let of_the_item = |said: &str| {
        [
            "Number overflow.",
            "The document path provided in the update expression is invalid for update",
            "An operand in the update expression has an incorrect data type",
            "The provided expression refers to an attribute that does not exist in the item",
            "more than 38 significant digits",
            "This attribute is part of the key",
        ]
        .iter()
        .any(|words| said.contains(words))
    };
    if of_the_item(ours) && of_the_item(theirs) {
        return Some(
            "two actions can't be done, and nobody wrote down which is told: the first in the text, or the oracle's SET",
        );
    }
    let attributes = |answer: &Value, name: &str| answer["Attributes"].get(name).cloned();
    let shown = [ours_full, theirs_full]
        .iter()
        .any(|answer| answer.get("Attributes").is_some());
    // Every attribute that differs has an element in the update, under its name or the placeholder.
    let of_elements = shown
        && NAMES.iter().all(|name| {
            attributes(ours_full, name) == attributes(theirs_full, name)
                || request.split([' ', ',', '"']).any(|path| {
                    path.contains('[') && (path.starts_with(name) || path.starts_with("#n"))
                })
        });
    (of_elements && request.contains("\"UPDATED_")).then_some(
        "of an element UPDATED_OLD shows what it was and UPDATED_NEW what is in its place, if anything; the oracle shows the list around it",
    )
}
