//! What IAM has to allow: the least with which the lessons can be gone through and cleaned up after, and the workshop's functions
//! taken to an account.
//!
//! ```text
//!   operations of the lessons  +  what the guard asks  →  actions  →  one statement for tables, one for ListTables
//!   calls of a deployment and its cleanup ─────────────────────────→  statements for roles, functions, APIs and logs   (workshop)
//! ```
//!
//! The lessons' alone fits into an inline policy of a user (2,048 characters, white space not counted); with the workshop's it fits into
//! a managed policy (6,144). <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
//!
//! An action is not always an operation: a transaction needs the actions of its parts.
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html>
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html>
//! Invariant: every request that a lesson sends is allowed by its policy, and nothing on a table with another name.

pub mod workshop;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::region::Partition;
use crate::lesson::model::{Lesson, Request};
use crate::lesson::uses;

/// What is needed besides the lessons' own requests: to prove what is ours, to mark it, and to delete it again.
const OURS: [&str; 6] = [
    "CreateTable",
    "DeleteTable",
    "DescribeTable",
    "ListTables",
    "ListTagsOfResource",
    "TagResource",
];

/// What a deployment of the workshop does with its table besides.
pub const OF_DEPLOYMENT: [&str; 1] = ["PutItem"];

/// The one action that is not about a table.
const ACCOUNT_WIDE: &str = "ListTables";

/// The names that tables get where a lesson's are taken, and those that permissions are asked about.
const OUR_NAMES: &str = "dynatour-*";

/// The actions of `dynamodb:` that the lessons need, in their order.
#[must_use]
pub fn actions(lessons: &[Lesson]) -> BTreeSet<String> {
    let mut actions: BTreeSet<String> = OURS.iter().map(|&one| one.to_owned()).collect();
    for lesson in lessons {
        actions.extend(uses::operations(lesson));
        for request in uses::requests(lesson) {
            actions.extend(parts(request).map(str::to_owned));
        }
    }
    actions.remove("TransactGetItems");
    actions.remove("TransactWriteItems");
    actions
}

/// The actions of a transaction's parts.
fn parts(request: &Request) -> impl Iterator<Item = &'static str> {
    let items = request.body.get("TransactItems").and_then(Value::as_array);
    let parts = items.into_iter().flatten().filter_map(Value::as_object);
    parts
        .flat_map(serde_json::Map::keys)
        .filter_map(|part| match part.as_str() {
            "Get" => Some("GetItem"),
            "Put" => Some("PutItem"),
            "Update" => Some("UpdateItem"),
            "Delete" => Some("DeleteItem"),
            "ConditionCheck" => Some("ConditionCheckItem"),
            _ => None,
        })
}

/// The policy, for one region and any account it is attached in.
#[must_use]
pub fn policy(lessons: &[Lesson], region: &str, partition: Partition) -> Value {
    let (wide, of_tables): (Vec<String>, Vec<String>) = actions(lessons)
        .into_iter()
        .partition(|action| action == ACCOUNT_WIDE);
    let named = |actions: Vec<String>| -> Vec<String> {
        let named = actions.iter().map(|action| format!("dynamodb:{action}"));
        named.collect()
    };
    let mut tables: BTreeSet<String> = lessons.iter().flat_map(uses::tables).collect();
    tables.insert(OUR_NAMES.to_owned());
    let partition = partition.id();
    let arn = |what: &str| format!("arn:{partition}:dynamodb:{region}:*:table/{what}");
    let mut resources: Vec<String> = tables.iter().map(|table| arn(table)).collect();
    let mut requests = lessons.iter().flat_map(uses::requests);
    if requests.any(|request| request.body.get("IndexName").is_some()) {
        resources.extend(tables.iter().map(|table| arn(&format!("{table}/index/*"))));
    }
    json!({
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "TablesOfTheLessons",
                "Effect": "Allow",
                "Action": named(of_tables),
                "Resource": resources,
            },
            {
                "Sid": "NamesOfAllTables",
                "Effect": "Allow",
                "Action": named(wide),
                "Resource": "*",
            },
        ],
    })
}

/// The same, and what a deployment of the workshop's functions needs, from the first call of it to the last of its cleanup.
#[must_use]
pub fn with_workshop(lessons: &[Lesson], region: &str, partition: Partition) -> Value {
    let mut policy = policy(lessons, region, partition);
    if let Some(Value::Array(statements)) = policy.get_mut("Statement") {
        statements.extend(workshop::statements(region, partition));
    }
    policy
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::library;

    /// What IAM counts: white space is not (IAM and STS quotas).
    fn size(policy: &Value) -> usize {
        policy.to_string().split_whitespace().map(str::len).sum()
    }

    #[test]
    fn the_policy_of_the_lessons_inside() {
        let lessons = library::read(&library::built_in()).expect("the lessons can be read");
        let policy = policy(&lessons, "us-east-1", Partition::Standard);
        insta::assert_snapshot!(serde_json::to_string_pretty(&policy).unwrap());
    }

    #[test]
    fn the_policy_with_the_workshop() {
        let lessons = library::read(&library::built_in()).expect("the lessons can be read");
        let policy = with_workshop(&lessons, "us-east-1", Partition::Standard);
        insta::assert_snapshot!(serde_json::to_string_pretty(&policy).unwrap());
    }

    #[test]
    fn each_fits_where_the_readme_puts_it() {
        let lessons = library::read(&library::built_in()).expect("the lessons can be read");
        // The longest names that a region and a partition have.
        let region = "ap-southeast-1";
        let alone = size(&policy(&lessons, region, Partition::China));
        assert!(alone <= 2_048, "an inline policy of a user: {alone}");
        let all = size(&with_workshop(&lessons, region, Partition::China));
        assert!(all <= 6_144, "a managed policy: {all}");
        assert!(all > 2_048, "then it would fit into an inline policy, too");
    }

    #[test]
    fn a_transaction_needs_the_actions_of_its_parts() {
        let request = Request {
            operation: "TransactWriteItems".to_owned(),
            body: json!({"TransactItems": [{"Put": {}}, {"ConditionCheck": {}}, {"Update": {}}, {"Delete": {}}]}),
        };
        let found: Vec<&str> = parts(&request).collect();
        assert_eq!(
            found,
            ["PutItem", "ConditionCheckItem", "UpdateItem", "DeleteItem"]
        );
    }
}
