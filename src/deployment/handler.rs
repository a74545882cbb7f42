//! A handler that was seen to be right, as it goes to an account.
//!
//! What its role lets it do follows from what it did when it was tried, and so does what a request of it costs at the table.
//! Invariant: no right is given that was not seen to be needed.

use std::collections::BTreeSet;

use crate::account::bound::{self, Known};
use crate::target::exchange::Picodollars;
use crate::workshop::check::Verdict;
use crate::workshop::goal::Goal;

/// Bytes of a handler's file that are taken. One of a workshop has some two thousand; a larger one would rather be a package.
pub const MOST_BYTES: usize = 256 * 1024;

/// Of one goal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handler {
    pub goal: Goal,
    /// The file, as it is sent.
    pub source: Vec<u8>,
    /// Operations of DynamoDB that it used.
    pub operations: BTreeSet<String>,
    /// The most that what it did for one request can cost at a table, at the prices of the course's region.
    pub most: Picodollars,
}

/// Why a handler does not go to an account.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HandlerError {
    #[error(
        "{0} is not right yet: {1}. What goes to an account has to be right on this machine first"
    )]
    NotRight(&'static str, String),
    #[error("{0} has {1} bytes, and only files of at most {MOST_BYTES} are taken")]
    TooLarge(&'static str, usize),
    #[error(
        "{0} loads {1}, and only the handler's own file goes to AWS. Put what it needs into {0}"
    )]
    Beside(&'static str, String),
    #[error(
        "{0} used {1}, which a handler of this workshop needs no right for. Read, query, scan, put, update and delete items of the table alone"
    )]
    NoItems(&'static str, String),
}

/// What a handler may be given the right to.
const ON_ITEMS: [&str; 9] = [
    "BatchGetItem",
    "BatchWriteItem",
    "ConditionCheckItem",
    "DeleteItem",
    "GetItem",
    "PutItem",
    "Query",
    "Scan",
    "UpdateItem",
];

impl Handler {
    /// The handler of a file with this source, which was tried with this verdict.
    ///
    /// # Errors
    /// One that is not right, too large, or that did more than work with items.
    pub fn checked(
        file: &'static str,
        source: Vec<u8>,
        verdict: &Verdict,
    ) -> Result<Self, HandlerError> {
        if let Some(reason) = &verdict.reason {
            let words = reason.words.trim_end_matches('.').to_owned();
            return Err(HandlerError::NotRight(file, words));
        }
        if source.len() > MOST_BYTES {
            return Err(HandlerError::TooLarge(file, source.len()));
        }
        if let Some(beside) = beside(&source) {
            return Err(HandlerError::Beside(file, beside));
        }
        let mut operations = BTreeSet::new();
        let mut most = Picodollars(0);
        for (_, passage) in &verdict.tried {
            let mut of_request = Picodollars(0);
            for served in &passage.exchanges.served {
                for action in actions(&served.operation, &served.request) {
                    if !ON_ITEMS.contains(&action.as_str()) {
                        return Err(HandlerError::NoItems(file, action));
                    }
                    operations.insert(action);
                }
                let one = bound::most(&served.operation, &served.request, |_| Known::default());
                of_request = of_request + one;
            }
            most = most.max(of_request);
        }
        Ok(Self {
            goal: verdict.goal,
            source,
            operations,
            most,
        })
    }
}

/// A file of the folder that a source loads, in either language.
fn beside(source: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(source);
    text.lines().find_map(|line| {
        let line = line.trim_start();
        if line.starts_with("//") || line.starts_with('#') || line.starts_with('*') {
            return None;
        }
        let quoted = |rest: &str| {
            let rest = rest.trim_start_matches([' ', '(']);
            let quote = rest
                .chars()
                .next()
                .filter(|one| matches!(one, '"' | '\'' | '`'))?;
            rest[1..].split(quote).next().map(str::to_owned)
        };
        if let Some(rest) = line.strip_prefix("require_relative") {
            return Some(quoted(rest).unwrap_or_else(|| "a file of the folder".to_owned()));
        }
        ["from", "import", "require"].into_iter().find_map(|word| {
            let mut found = line.match_indices(word);
            found.find_map(|(at, _)| {
                quoted(&line[at + word.len()..])
                    .filter(|path| path.starts_with("./") || path.starts_with("../"))
            })
        })
    })
}

/// What IAM asks for where an operation is used: a transaction needs the actions of its parts
/// (<https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html>).
fn actions(operation: &str, request: &[u8]) -> Vec<String> {
    if !matches!(operation, "TransactGetItems" | "TransactWriteItems") {
        return vec![operation.to_owned()];
    }
    let body: serde_json::Value = serde_json::from_slice(request).unwrap_or_default();
    let items = body
        .get("TransactItems")
        .and_then(serde_json::Value::as_array);
    let parts = items
        .into_iter()
        .flatten()
        .filter_map(|item| item.as_object());
    parts
        .flat_map(serde_json::Map::keys)
        .map(|part| match part.as_str() {
            "ConditionCheck" => "ConditionCheckItem".to_owned(),
            part => format!("{part}Item"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workshop::language::Language;

    #[test]
    fn what_is_loaded_from_the_folder_is_seen_in_both_languages() {
        for (source, found) in [
            ("import { a } from \"./answers.mjs\";", "./answers.mjs"),
            ("import { fromEnv } from \"./x.mjs\"", "./x.mjs"),
            ("  import './a.mjs'", "./a.mjs"),
            ("const a = await import('../a.mjs');", "../a.mjs"),
            ("const a = require(\"./a\")", "./a"),
            ("require_relative 'answers'", "answers"),
            ("require_relative(\"answers\")", "answers"),
        ] {
            assert_eq!(
                beside(source.as_bytes()).as_deref(),
                Some(found),
                "{source}"
            );
        }
        for source in [
            "import { DynamoDBClient } from \"@aws-sdk/client-dynamodb\";",
            "// import a from \"./a.mjs\"",
            "# require_relative 'a'",
            "require 'json'",
            "const from = './x'",
            "",
        ] {
            assert_eq!(beside(source.as_bytes()), None, "{source}");
        }
        for language in Language::ALL {
            for goal in Goal::ALL {
                assert_eq!(beside(goal.solution(language).as_bytes()), None);
            }
        }
    }

    #[test]
    fn a_transaction_needs_the_actions_of_its_parts() {
        let request = br#"{"TransactItems":[{"Put":{}},{"ConditionCheck":{}}]}"#;
        assert_eq!(
            actions("TransactWriteItems", request),
            ["PutItem", "ConditionCheckItem"]
        );
        assert_eq!(actions("GetItem", b"{}"), ["GetItem"]);
    }
}
