//! Which of the lesson's table names are free, ours, or somebody's.
//!
//! ```text
//!   pets ─┬─ not there                       free
//!         ├─ its id is the ledger's          ours: used as it is
//!         └─ anything else                   somebody's: dynatour-pets, dynatour-pets-2, … whichever is free or ours
//! ```
//!
//! Invariant: a name is proposed only when it was seen to be free or ours.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::super::cleanup::find::arn;
use super::super::ledger::{Entry, Kind};
use super::super::tag;
use super::{Check, Finding};
use crate::lesson::model::Lesson;
use crate::lesson::uses;
use crate::target::Target;
use crate::target::exchange::{Exchange, Outcome, TargetName};

/// How many other names are tried for one table.
const NAMES: u32 = 9;

pub(super) struct Looked {
    pub findings: Vec<Finding>,
    /// Lesson's name → proposed name.
    pub names: BTreeMap<String, String>,
    pub ours: BTreeSet<String>,
}

enum Whose {
    Nobodys,
    Ours,
    Somebodys,
    /// Why it could not be found out.
    Unknown(String),
}

/// Looks at each name. `left` is what the ledger has of ours in this place.
pub(super) async fn look(target: &Target, lessons: &[Lesson], left: &[Entry]) -> Looked {
    let names: BTreeSet<String> = lessons.iter().flat_map(uses::tables).collect();
    let asked = join_all(names.iter().map(|name| whose(target, name, left))).await;
    let mut looked = Looked {
        findings: Vec::new(),
        names: BTreeMap::new(),
        ours: BTreeSet::new(),
    };
    let mut free = Vec::new();
    let mut taken = Vec::new();
    let mut unknown = Vec::new();
    for (name, whose) in names.iter().zip(asked) {
        match whose {
            Whose::Nobodys => free.push(name.clone()),
            Whose::Ours => {
                looked.ours.insert(name.clone());
            }
            Whose::Somebodys => taken.push(name.clone()),
            Whose::Unknown(why) => unknown.push((name.clone(), why)),
        }
    }
    for name in taken {
        match other_name(target, &name, &names, left).await {
            Some((other, ours)) => {
                if ours {
                    looked.ours.insert(other.clone());
                }
                looked.findings.push(
                    Finding::warning(
                        Check::Tables,
                        format!(
                            "{name} is there and not ours, so it is never touched. The lesson's table will be called {other} instead"
                        ),
                    ),
                );
                looked.names.insert(name, other);
            }
            None => looked.findings.push(
                Finding::stop(
                    Check::Tables,
                    format!("{name} is there and not ours, and no other name could be found for the lesson's table"),
                )
                .then("use another region or account, or the simulated table"),
            ),
        }
    }
    if let Some((name, why)) = unknown.first() {
        let more = match unknown.len() {
            1 => String::new(),
            many => format!(" (and {} more)", many - 1),
        };
        looked.findings.push(
            Finding::stop(
                Check::Tables,
                format!("whether there is a table {name}{more} can't be found out: {why}"),
            )
            .then("dynatour policy   prints what is needed, for whoever looks after the account"),
        );
    }
    if !looked.ours.is_empty() {
        let ours: Vec<&str> = looked.ours.iter().map(String::as_str).collect();
        looked.findings.push(Finding::warning(
            Check::Tables,
            format!(
                "there already, made by an earlier run of yours, and used as it is: {}",
                ours.join(", ")
            ),
        ));
    }
    if !free.is_empty() {
        looked.findings.push(Finding::good(
            Check::Tables,
            format!("free names: {}", free.join(", ")),
        ));
    }
    looked
}

/// The first name that is free or ours; whether it is ours.
async fn other_name(
    target: &Target,
    name: &str,
    lesson: &BTreeSet<String>,
    left: &[Entry],
) -> Option<(String, bool)> {
    for number in 1..=NAMES {
        let other = match number {
            1 => format!("dynatour-{name}"),
            number => format!("dynatour-{name}-{number}"),
        };
        if lesson.contains(&other) {
            continue;
        }
        match whose(target, &other, left).await {
            Whose::Nobodys => return Some((other, false)),
            Whose::Ours => return Some((other, true)),
            Whose::Somebodys | Whose::Unknown(_) => {}
        }
    }
    None
}

async fn whose(target: &Target, name: &str, left: &[Entry]) -> Whose {
    let question = json!({ "TableName": name }).to_string();
    let answer = target.send("DescribeTable", question.as_bytes()).await;
    match &answer.outcome {
        Outcome::Success => {}
        Outcome::ServiceError { code, .. }
            if matches!(
                code.as_str(),
                "ResourceNotFoundException" | "ResourceNotFound"
            ) =>
        {
            return Whose::Nobodys;
        }
        _ => return Whose::Unknown(why(&answer)),
    }
    let Some(body) = answer.response_json() else {
        return Whose::Unknown("the answer can't be read".to_owned());
    };
    let id = body.pointer("/Table/TableId").and_then(Value::as_str);
    let entries: Vec<&Entry> = left
        .iter()
        .filter(|entry| entry.kind == Kind::Table && entry.name == name)
        .collect();
    let known = entries.iter().any(|entry| entry.is(id));
    // One that was going to be made when a program ended has no id in the ledger, and some servers have none at all: the tag tells.
    if known || (!entries.is_empty() && is_tagged(target, name, &entries).await) {
        Whose::Ours
    } else {
        Whose::Somebodys
    }
}

/// Whether a table carries the tag of a run that the ledger has something of under this name.
async fn is_tagged(target: &Target, name: &str, entries: &[&Entry]) -> bool {
    let TargetName::Account(place) = target.name() else {
        return false;
    };
    let question = json!({ "ResourceArn": arn(place, name) }).to_string();
    let answer = target.send("ListTagsOfResource", question.as_bytes()).await;
    let body = answer.response_json().unwrap_or_default();
    let tags = body.get("Tags").and_then(Value::as_array);
    let origin = tag::origin(tags.map_or(&[], Vec::as_slice));
    entries.iter().any(|entry| Some(entry.run) == origin.run)
}

fn why(answer: &Exchange) -> String {
    match &answer.outcome {
        Outcome::ServiceError { code, message } => format!("{code}: {message}"),
        Outcome::Unanswered { why } | Outcome::NotSent { why } => why.clone(),
        Outcome::Success => String::new(),
    }
}
