//! A lesson with other names for its tables, for a place where theirs are taken.
//!
//! ```text
//!   requests, seeds    TableName · keys of RequestItems · TransactItems · ResourceArn
//!   exercises          start, solution, looks afterwards
//!   expectations       what compares with a name: /Table/TableName, /Responses/pets/0, “Table: pets not found”
//! ```
//!
//! The lesson itself is rewritten, so that the screen shows just what is sent and nothing maps names under the hood. Prose stays as
//! it was written: `pets` in it may be an attribute. Demonstrations have tables of their own, which are nobody's.
//! Invariant: a renamed lesson does on the new tables what the old one does on the old ones, which a test holds for session 6.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::model::{Activity, Expect, Lesson, Must, Request, Seed};

/// New names by old ones. A name that is not there stays.
pub type Names = BTreeMap<String, String>;

/// The lesson with these names.
#[must_use]
pub fn rename(lesson: &Lesson, names: &Names) -> Lesson {
    let mut lesson = lesson.clone();
    if names.is_empty() {
        return lesson;
    }
    let pages = lesson
        .sections
        .iter_mut()
        .flat_map(|section| &mut section.pages);
    for page in pages {
        for Seed { table, .. } in &mut page.seeds {
            rename_in(table, names);
        }
        match &mut page.activity {
            Some(Activity::Step(step)) => {
                request(&mut step.request, names);
                expect(&mut step.expect, names);
            }
            Some(Activity::Exercise(exercise)) => {
                request(&mut exercise.start, names);
                request(&mut exercise.solution, names);
                expect(&mut exercise.expect, names);
                for (look, shown) in &mut exercise.verify {
                    request(look, names);
                    expect(shown, names);
                }
            }
            _ => {}
        }
    }
    lesson
}

fn request(request: &mut Request, names: &Names) {
    members(&mut request.body, names);
}

/// A name, or an ARN of a table.
fn rename_in(name: &mut String, names: &Names) {
    if let Some(new) = names.get(name.as_str()) {
        name.clone_from(new);
    } else if let Some((before, rest)) = name.split_once(":table/") {
        let (table, after) = match rest.find('/') {
            Some(at) => rest.split_at(at),
            None => (rest, ""),
        };
        if let Some(new) = names.get(table) {
            *name = format!("{before}:table/{new}{after}");
        }
    }
}

/// Members of the API whose value names a table.
const NAMING: [&str; 6] = [
    "TableName",
    "ExclusiveStartTableName",
    "LastEvaluatedTableName",
    "TableArn",
    "IndexArn",
    "ResourceArn",
];
/// Members that are maps by table.
const BY_TABLE: [&str; 4] = [
    "RequestItems",
    "Responses",
    "UnprocessedItems",
    "UnprocessedKeys",
];
/// Members that hold what a learner stores, where a name is only a text.
const STORED: [&str; 6] = [
    "Item",
    "Items",
    "Key",
    "Attributes",
    "ExpressionAttributeNames",
    "ExpressionAttributeValues",
];

/// Every name inside a request or a part of an answer.
fn members(value: &mut Value, names: &Names) {
    match value {
        Value::Object(object) => {
            for (member, value) in object.iter_mut() {
                member_of(member, value, names);
            }
        }
        Value::Array(all) => {
            for one in all {
                members(one, names);
            }
        }
        _ => {}
    }
}

fn member_of(member: &str, value: &mut Value, names: &Names) {
    if STORED.contains(&member) {
        return;
    }
    match value {
        Value::String(name) if NAMING.contains(&member) => rename_in(name, names),
        Value::Array(all) if member == "TableNames" => {
            for name in all {
                if let Value::String(name) = name {
                    rename_in(name, names);
                }
            }
        }
        Value::Object(tables) if BY_TABLE.contains(&member) => {
            // Rebuilt, because the order in which a learner reads them stays.
            let old = std::mem::take(tables);
            *tables = old
                .into_iter()
                .map(|(mut table, value)| {
                    rename_in(&mut table, names);
                    (table, value)
                })
                .collect::<Map<_, _>>();
        }
        other => members(other, names),
    }
}

fn expect(expect: &mut Expect, names: &Names) {
    if let Some(message) = &mut expect.message {
        *message = message_with(message, names);
    }
    for one in &mut expect.wire {
        let old = one.path.clone();
        let segments: Vec<&str> = old.split('/').collect();
        let renamed = segments.iter().enumerate().map(|(at, segment)| {
            let by_table = at > 0 && BY_TABLE.contains(&segments[at - 1]);
            match names.get(*segment) {
                Some(new) if by_table => new.as_str(),
                _ => segment,
            }
        });
        one.path = renamed.collect::<Vec<_>>().join("/");
        // What is looked at: the last member by name, or the list it stands in.
        let is_index = |segment: &str| segment.bytes().all(|byte| byte.is_ascii_digit());
        let member = match segments.as_slice() {
            [.., list, index] if is_index(index) => *list,
            [.., last] => *last,
            [] => "",
        };
        if segments.iter().any(|segment| STORED.contains(segment)) {
            continue;
        }
        match &mut one.must {
            Must::Be(Value::String(name)) if member == "TableNames" => rename_in(name, names),
            Must::Be(value) => member_of(member, value, names),
            Must::BeSet(all) if member == "TableNames" => {
                for name in all {
                    if let Value::String(name) = name {
                        rename_in(name, names);
                    }
                }
            }
            Must::BeSet(all) => {
                for value in all {
                    members(value, names);
                }
            }
            Must::Exist
            | Must::BeAbsent
            | Must::BeAtLeast(_)
            | Must::BeAtMost(_)
            | Must::HaveLength(_) => {}
        }
    }
}

/// The service's words with other names where it names a table: after a colon, or inside an ARN.
fn message_with(message: &str, names: &Names) -> String {
    let mut rest = message;
    let mut renamed = String::with_capacity(message.len());
    while let Some(at) = rest.find([' ', '/']) {
        let (before, after) = rest.split_at(at + 1);
        renamed.push_str(before);
        rest = after;
        let after_a_sign = renamed.ends_with(": ") || renamed.ends_with(":table/");
        let end = rest
            .find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-' | '.'))
            .unwrap_or(rest.len());
        if let (true, Some(new)) = (after_a_sign, names.get(&rest[..end])) {
            renamed.push_str(new);
            rest = &rest[end..];
        }
    }
    renamed.push_str(rest);
    renamed
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::lesson::model::WireExpect;

    fn names() -> Names {
        let pairs = [("pets", "dynatour-pets"), ("people", "pets")];
        pairs
            .into_iter()
            .map(|(old, new)| (old.to_owned(), new.to_owned()))
            .collect()
    }

    fn renamed(mut body: Value) -> Value {
        members(&mut body, &names());
        body
    }

    #[test]
    fn a_request_names_its_tables_in_many_ways_and_its_items_are_left_alone() {
        for (body, wanted) in [
            (
                json!({"TableName": "pets", "Item": {"TableName": {"S": "pets"}, "pets": {"S": "pets"}}}),
                json!({"TableName": "dynatour-pets", "Item": {"TableName": {"S": "pets"}, "pets": {"S": "pets"}}}),
            ),
            (
                json!({"RequestItems": {"people": [], "pets": {"Keys": [{"id": {"S": "pets"}}]}, "x": []}}),
                json!({"RequestItems": {"pets": [], "dynatour-pets": {"Keys": [{"id": {"S": "pets"}}]}, "x": []}}),
            ),
            (
                json!({"TransactItems": [{"Put": {"TableName": "people", "Item": {"id": {"S": "people"}}}}]}),
                json!({"TransactItems": [{"Put": {"TableName": "pets", "Item": {"id": {"S": "people"}}}}]}),
            ),
            (
                json!({"ResourceArn": "arn:aws:dynamodb:us-east-1:1:table/pets/index/pets"}),
                json!({"ResourceArn": "arn:aws:dynamodb:us-east-1:1:table/dynatour-pets/index/pets"}),
            ),
            (
                json!({"TableName": "petshop", "IndexName": "pets"}),
                json!({"TableName": "petshop", "IndexName": "pets"}),
            ),
            (
                json!({"ExclusiveStartTableName": "pets", "Limit": 1}),
                json!({"ExclusiveStartTableName": "dynatour-pets", "Limit": 1}),
            ),
        ] {
            let done = renamed(body);
            assert_eq!(done, wanted);
            assert_eq!(done.to_string(), wanted.to_string(), "in the same order");
        }
    }

    #[test]
    fn expectations_that_compare_with_a_name_go_along() {
        let wire = |path: &str, must: Must| WireExpect {
            path: path.to_owned(),
            must,
            because: String::new(),
        };
        let be = |value: Value| Must::Be(value);
        let mut shown = Expect {
            error: None,
            message: Some("Requested resource not found: Table: pets not found".to_owned()),
            wire: vec![
                wire("/TableDescription/TableName", be(json!("pets"))),
                wire("/Responses/pets/0/name/S", be(json!("pets"))),
                wire("/Item/TableName/S", be(json!("pets"))),
                wire("/Item/pets", be(json!({"TableName": "pets"}))),
                wire(
                    "/TableNames",
                    Must::BeSet(vec![json!("people"), json!("pets")]),
                ),
                wire("/TableNames/0", be(json!("people"))),
                wire(
                    "/ConsumedCapacity",
                    be(json!({"TableName": "pets", "CapacityUnits": 1})),
                ),
                wire("/TableNames", Must::HaveLength(2)),
            ],
            trace: Vec::new(),
        };
        expect(&mut shown, &names());
        assert_eq!(
            shown.message.as_deref(),
            Some("Requested resource not found: Table: dynatour-pets not found")
        );
        let found: Vec<(&str, &Must)> = shown
            .wire
            .iter()
            .map(|one| (one.path.as_str(), &one.must))
            .collect();
        assert_eq!(
            found,
            [
                ("/TableDescription/TableName", &be(json!("dynatour-pets"))),
                ("/Responses/dynatour-pets/0/name/S", &be(json!("pets"))),
                ("/Item/TableName/S", &be(json!("pets"))),
                ("/Item/pets", &be(json!({"TableName": "pets"}))),
                (
                    "/TableNames",
                    &Must::BeSet(vec![json!("pets"), json!("dynatour-pets")])
                ),
                ("/TableNames/0", &be(json!("pets"))),
                (
                    "/ConsumedCapacity",
                    &be(json!({"TableName": "dynatour-pets", "CapacityUnits": 1}))
                ),
                ("/TableNames", &Must::HaveLength(2)),
            ]
        );
    }

    #[test]
    fn messages_name_tables_after_a_colon_or_in_an_arn() {
        for (message, wanted) in [
            ("Table: pets not found", "Table: dynatour-pets not found"),
            (
                "Table already exists: pets",
                "Table already exists: dynatour-pets",
            ),
            (
                "resource: arn:aws:dynamodb:r:1:table/pets because",
                "resource: arn:aws:dynamodb:r:1:table/dynatour-pets because",
            ),
            ("your pets: petshop", "your pets: petshop"),
            ("", ""),
        ] {
            assert_eq!(message_with(message, &names()), wanted);
        }
    }
}
