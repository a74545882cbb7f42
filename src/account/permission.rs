//! What the policy lets us do, found out by calls that can do nothing: about a table that does not exist.
//!
//! ```text
//!   AccessDeniedException       refused
//!   ResourceNotFoundException   allowed: AWS decides who may before it looks whether there is such a table
//!   anything else               unknown
//! ```
//!
//! Some can't be found out so. `CreateTable` would make something. Tags of a missing table are refused in the words of a missing
//! permission. And what holds for the asked name may not hold for another one, which the words say.
//!
//! For a deployment, the other services are asked in the same way: for a role, a function, an API and a log group that nobody has.
//! Invariant: every request here names a thing that nobody has, or lists names; nothing can come into being or go away.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::guard::words::DENIED;
use super::policy::workshop;
use super::service::{Answer, Call, Services};
use super::tag::RunId;
use crate::target::Target;
use crate::target::exchange::{Exchange, Outcome, Picodollars};
use crate::target::guard::{Cleared, Guard, Later, Watch, Wire};

/// What is known of one action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Permission {
    Allowed,
    /// In the service's own words.
    Refused(String),
    /// Why it can't be told.
    Unknown(String),
}

/// A table's name that nobody has.
#[must_use]
pub fn probe_table(run: RunId) -> String {
    format!("dynatour-probe-{run}")
}

/// Lets through only what asks, and what is about the table that nobody has.
pub struct OnlyProbes {
    run: RunId,
}

impl OnlyProbes {
    #[must_use]
    pub fn new(run: RunId) -> Self {
        Self { run }
    }
}

/// What changes nothing, whatever it names.
const QUESTIONS: [&str; 3] = ["DescribeTable", "ListTables", "ListTagsOfResource"];

impl Guard for OnlyProbes {
    fn seed(&self) -> u64 {
        self.run.seed()
    }

    fn before<'a>(
        &'a self,
        _wire: &'a Wire<'a>,
        operation: &'a str,
        body: &'a [u8],
    ) -> Later<'a, Result<Cleared, String>> {
        let probe = probe(operation, &probe_table(self.run));
        let is_probe = probe.is_some_and(|probe| probe.to_string().as_bytes() == body);
        let cleared = if is_probe || QUESTIONS.contains(&operation) {
            Ok(Cleared {
                body: body.to_vec(),
                tables: Vec::new(),
                most: Picodollars(0),
                held: Picodollars(0),
                earlier: false,
            })
        } else {
            Err("nothing is changed before it is known whose account this is".to_owned())
        };
        Box::pin(std::future::ready(cleared))
    }

    fn again(&self, _cleared: &mut Cleared) -> Result<(), String> {
        Ok(())
    }

    fn after<'a>(
        &'a self,
        _wire: &'a Wire<'a>,
        _cleared: Cleared,
        _exchange: &'a mut Exchange,
    ) -> Later<'a, ()> {
        Box::pin(std::future::ready(()))
    }
}

/// Asks for each action, all at once; in the order of the actions.
pub async fn ask(
    target: &Target,
    run: RunId,
    actions: &BTreeSet<String>,
) -> Vec<(String, Permission)> {
    let table = probe_table(run);
    let asked = actions.iter().map(|action| {
        let probe = operation_of(action).map(|operation| (operation, probe(operation, &table)));
        async move {
            let permission = match probe {
                Some((operation, Some(body))) => {
                    let answer = target.send(operation, body.to_string().as_bytes()).await;
                    read(action, &answer)
                }
                _ => Permission::Unknown("only doing it would tell".to_owned()),
            };
            (action.clone(), permission)
        }
    });
    join_all(asked).await
}

/// What asks the services of a deployment, with the action that it asks for. Nothing of these names is there.
fn questions(run: RunId) -> [(&'static str, Call); 6] {
    let name = probe_table(run);
    let group = format!("/aws/lambda/{name}");
    [
        ("iam:GetRole", Call::GetRole { name: name.clone() }),
        ("iam:ListRoles", Call::ListRoles { next: None }),
        ("lambda:GetFunction", Call::GetFunction { name }),
        ("lambda:ListFunctions", Call::ListFunctions { next: None }),
        ("apigateway:GET", Call::GetApis { next: None }),
        (
            "logs:DescribeLogGroups",
            Call::DescribeLogGroups {
                prefix: group,
                next: None,
            },
        ),
    ]
}

/// Whether an action is among those that the services are asked for.
#[must_use]
pub fn is_asked(action: &str) -> bool {
    let questions = questions(RunId::from_number(0));
    questions.iter().any(|(asked, _)| *asked == action)
}

/// Asks whether a deployment may be looked for, and so be found again; what else it needs can't be told without doing it.
pub async fn ask_services(services: &Services, run: RunId) -> Vec<(String, Permission)> {
    let mut asked: Vec<(String, Permission)> = Vec::new();
    for (action, call) in questions(run) {
        let answer = services.send(&call, Watch::nobody()).await;
        asked.push((action.to_owned(), read_service(&answer)));
    }
    let untold = workshop::actions()
        .into_iter()
        .filter(|action| !asked.iter().any(|(one, _)| one == action))
        .map(|action| {
            let why = "only doing it would tell".to_owned();
            (action, Permission::Unknown(why))
        });
    let untold: Vec<(String, Permission)> = untold.collect();
    asked.extend(untold);
    asked
}

fn read_service(answer: &Answer) -> Permission {
    if answer.reply.is_some() || answer.is_missing() {
        return Permission::Allowed;
    }
    match &answer.exchange().outcome {
        Outcome::ServiceError { code, message } if DENIED.contains(&code.as_str()) => {
            Permission::Refused(message.clone())
        }
        _ => Permission::Unknown(answer.trouble()),
    }
}

/// The operation that asks for an action.
fn operation_of(action: &str) -> Option<&'static str> {
    const SAME: [&str; 14] = [
        "BatchGetItem",
        "BatchWriteItem",
        "DeleteItem",
        "DeleteTable",
        "DescribeTable",
        "DescribeTimeToLive",
        "GetItem",
        "ListTables",
        "PutItem",
        "Query",
        "Scan",
        "UpdateItem",
        "UpdateTable",
        "UpdateTimeToLive",
    ];
    match action {
        "ConditionCheckItem" => Some("TransactWriteItems"),
        _ => SAME.into_iter().find(|one| *one == action),
    }
}

/// A valid request about a table that does not exist; `None` where there is no harmless one.
fn probe(operation: &str, table: &str) -> Option<Value> {
    let key = json!({ "dynatour": { "S": "probe" } });
    Some(match operation {
        "ListTables" => json!({ "Limit": 1 }),
        "DescribeTable" | "DeleteTable" | "DescribeTimeToLive" => json!({ "TableName": table }),
        "PutItem" => json!({ "TableName": table, "Item": key }),
        "GetItem" | "DeleteItem" | "UpdateItem" => json!({ "TableName": table, "Key": key }),
        "Query" => json!({
            "TableName": table,
            "KeyConditionExpression": "dynatour = :probe",
            "ExpressionAttributeValues": { ":probe": { "S": "probe" } },
        }),
        "Scan" => json!({ "TableName": table, "Limit": 1 }),
        "BatchGetItem" => json!({ "RequestItems": { table: { "Keys": [key] } } }),
        "BatchWriteItem" => {
            json!({ "RequestItems": { table: [{ "DeleteRequest": { "Key": key } }] } })
        }
        "TransactWriteItems" => json!({ "TransactItems": [{ "ConditionCheck": {
            "TableName": table,
            "Key": key,
            "ConditionExpression": "attribute_exists(dynatour)",
        } }] }),
        "UpdateTable" => json!({ "TableName": table, "BillingMode": "PAY_PER_REQUEST" }),
        "UpdateTimeToLive" => json!({
            "TableName": table,
            "TimeToLiveSpecification": { "AttributeName": "dynatour", "Enabled": false },
        }),
        _ => return None,
    })
}

/// What an answer says of an action.
fn read(action: &str, answer: &Exchange) -> Permission {
    match &answer.outcome {
        Outcome::ServiceError { code, message } => match code.as_str() {
            // Some servers leave the ending away.
            "ResourceNotFoundException" | "ResourceNotFound" => Permission::Allowed,
            "AccessDeniedException" | "AccessDenied" => Permission::Refused(message.clone()),
            _ => Permission::Unknown(format!("{code}: {message}")),
        },
        Outcome::Success if action == "ListTables" => Permission::Allowed,
        Outcome::Success => {
            Permission::Unknown("the server does not care whether there is such a table".to_owned())
        }
        Outcome::Unanswered { why } | Outcome::NotSent { why } => Permission::Unknown(why.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::played::World;
    use crate::account::policy;
    use crate::lesson::library;

    #[test]
    fn every_action_of_the_lessons_is_asked_for_or_known_to_be_unknown() {
        let lessons = library::read(&library::built_in()).expect("the lessons can be read");
        let unknown: Vec<String> = policy::actions(&lessons)
            .into_iter()
            .filter(|action| {
                operation_of(action).is_none_or(|operation| probe(operation, "t").is_none())
            })
            .collect();
        assert_eq!(
            unknown,
            ["CreateTable", "ListTagsOfResource", "TagResource"]
        );
    }

    #[test]
    fn each_probe_names_only_the_table_that_nobody_has() {
        let table = probe_table(RunId::from_number(7));
        assert_eq!(table, "dynatour-probe-0000000000000007");
        for operation in crate::lesson::model::OPERATIONS {
            let Some(body) = probe(operation, &table) else {
                continue;
            };
            let request = crate::lesson::model::Request {
                operation: operation.to_owned(),
                body,
            };
            let named = request.tables();
            assert!(
                operation == "ListTables" || named == [table.as_str()],
                "{operation}: {named:?}"
            );
        }
    }

    #[tokio::test]
    async fn services_are_asked_for_what_nobody_has_and_nothing_is_changed() {
        let world = World::new();
        world.deployed();
        let before = world.there();
        let run = RunId::from_number(7);
        let of = |asked: &[(String, Permission)], is: fn(&Permission) -> bool| -> Vec<String> {
            let of = asked.iter().filter(|(_, one)| is(one));
            of.map(|(action, _)| action.clone()).collect()
        };
        let asked = ask_services(&world.services(), run).await;
        let questions: Vec<String> = questions(run).map(|(action, _)| action.to_owned()).to_vec();
        assert_eq!(of(&asked, |one| *one == Permission::Allowed), questions);
        // Every action of the policy is told of once.
        let mut told: Vec<String> = asked.iter().map(|(action, _)| action.clone()).collect();
        told.sort();
        assert_eq!(told, workshop::actions().into_iter().collect::<Vec<_>>());
        world.played.state().denied.extend(["GetRole", "GetApis"]);
        let asked = ask_services(&world.services(), run).await;
        assert_eq!(
            of(&asked, |one| matches!(one, Permission::Refused(_))),
            ["iam:GetRole", "apigateway:GET"]
        );
        assert_eq!(world.there(), before);
        assert_eq!(world.changes(), [] as [String; 0]);
        // A server that has none of these services.
        world.played.state().absent = true;
        let asked = ask_services(&world.services(), run).await;
        assert!(
            asked
                .iter()
                .all(|(_, one)| matches!(one, Permission::Unknown(_)))
        );
    }
}
