//! A handler that was seen to be right, as it goes to an account.
//!
//! What its role lets it do follows from what it did when it was tried, and so does what a request of it costs at the table.
//! Invariant: no right is given that was not seen to be needed.

use std::collections::BTreeSet;
use std::io::Read as _;
use std::iter::Peekable;
use std::path::Path;
use std::str::Chars;

use crate::account::bound::{self, Known};
use crate::target::exchange::Picodollars;
use crate::workshop::check::Verdict;
use crate::workshop::goal::Goal;
use crate::workshop::language::Language;

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
    #[error("{0} has more than {MOST_BYTES} bytes, and only files of at most so many are taken")]
    TooLarge(&'static str),
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

/// What only reads of the table is for.
const READING: [&str; 4] = ["BatchGetItem", "GetItem", "Query", "Scan"];

impl Handler {
    /// A handler's file, no more of it than tells that it is too large.
    ///
    /// # Errors
    /// What the system says.
    pub fn read(path: &Path) -> std::io::Result<Vec<u8>> {
        let mut source = Vec::new();
        let most = MOST_BYTES as u64 + 1;
        std::fs::File::open(path)?
            .take(most)
            .read_to_end(&mut source)?;
        Ok(source)
    }

    /// Whether what it did consumes read capacity. A condition of a transaction may consume either.
    pub(super) fn reads(&self) -> bool {
        let reads = |one: &String| READING.contains(&one.as_str()) || one == "ConditionCheckItem";
        self.operations.iter().any(reads)
    }

    /// Whether what it did consumes write capacity.
    pub(super) fn writes(&self) -> bool {
        let reads = |one: &String| READING.contains(&one.as_str());
        !self.operations.iter().all(reads)
    }

    /// The handler of a file with this source, which was tried with this verdict.
    ///
    /// # Errors
    /// One that is not right, too large, or that did more than work with items.
    pub fn checked(
        file: &'static str,
        source: Vec<u8>,
        verdict: &Verdict,
    ) -> Result<Self, HandlerError> {
        if source.len() > MOST_BYTES {
            return Err(HandlerError::TooLarge(file));
        }
        if let Some(reason) = &verdict.reason {
            let words = reason.words.trim_end_matches('.').to_owned();
            return Err(HandlerError::NotRight(file, words));
        }
        let mut languages = Language::ALL.into_iter();
        let language = languages.find(|language| verdict.goal.file(*language) == file);
        let language = language.unwrap_or(Language::Node);
        if let Some(beside) = beside(&source, language) {
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

/// Words that load the file whose name stands behind them, in either language.
const LOADING: [&str; 5] = ["from", "import", "require", "require_relative", "load"];

/// A file of this machine that a source loads.
///
/// The source is read as far as that takes: comments, texts, and which word stands right before a text.
fn beside(source: &[u8], language: Language) -> Option<String> {
    let text = String::from_utf8_lossy(source);
    let mut characters = text.chars().peekable();
    // Of the code that was just passed; a bracket between it and a text changes nothing.
    let mut word = String::new();
    let mut is_ended = false;
    while let Some(one) = characters.next() {
        let next = characters.peek().copied();
        match (one, next, language) {
            ('/', Some('/'), Language::Node) | ('#', _, Language::Ruby) => {
                while characters.next_if(|one| *one != '\n').is_some() {}
            }
            ('/', Some('*'), Language::Node) => {
                let mut before = ' ';
                for one in characters.by_ref().skip(1) {
                    if (before, one) == ('*', '/') {
                        break;
                    }
                    before = one;
                }
            }
            ('"' | '\'' | '`', ..) => {
                let path = quoted(&mut characters, one);
                if LOADING.contains(&word.as_str()) && is_of_machine(&path, &word) {
                    return Some(path);
                }
                word.clear();
            }
            _ if one.is_alphanumeric() || matches!(one, '_' | '$') => {
                if std::mem::take(&mut is_ended) {
                    word.clear();
                }
                word.push(one);
            }
            _ if one.is_whitespace() || one == '(' => is_ended = true,
            _ => word.clear(),
        }
    }
    None
}

/// The rest of a text that began with this mark. One that is no template ends with its line.
fn quoted(characters: &mut Peekable<Chars<'_>>, mark: char) -> String {
    let mut path = String::new();
    while let Some(one) = characters.next() {
        match one {
            '\\' => path.extend(characters.next()),
            '\n' if mark != '`' => break,
            one if one == mark => break,
            one => path.push(one),
        }
    }
    path
}

/// Whether what is loaded lies on this machine, and is no library.
fn is_of_machine(path: &str, word: &str) -> bool {
    word == "require_relative"
        || ["./", "../", "/", "file:"]
            .iter()
            .any(|begins| path.starts_with(begins))
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

    #[test]
    fn what_is_loaded_from_this_machine_is_seen_in_both_languages() {
        let node = [
            ("import { a } from \"./answers.mjs\";", "./answers.mjs"),
            ("import { fromEnv } from \"./x.mjs\"", "./x.mjs"),
            ("import{\n  a,\n  b\n}from'./x.mjs'", "./x.mjs"),
            ("import fromIni, * as all from \"../x.mjs\"", "../x.mjs"),
            ("  import './a.mjs'", "./a.mjs"),
            ("export { a } from \"./a.mjs\"", "./a.mjs"),
            ("export * from './a.mjs'", "./a.mjs"),
            ("const a = await import('../a.mjs');", "../a.mjs"),
            ("const a = await import(\n  `./a.mjs`\n);", "./a.mjs"),
            ("const a = require(\"./a\")", "./a"),
            ("import a /* mine */ from /* here */ './a.mjs'", "./a.mjs"),
            ("const b = 'it\\'s'; import './a.mjs'", "./a.mjs"),
            ("import a from '/home/rachel/a.mjs'", "/home/rachel/a.mjs"),
            ("import a from 'file:///a.mjs'", "file:///a.mjs"),
        ];
        let ruby = [
            ("require_relative 'answers'", "answers"),
            ("require_relative(\"answers\")", "answers"),
            ("a = 1; require_relative 'answers'", "answers"),
            ("require './answers'", "./answers"),
            ("load \"./answers.rb\"", "./answers.rb"),
        ];
        let all = [(Language::Node, &node[..]), (Language::Ruby, &ruby[..])];
        for (language, sources) in all {
            for (source, found) in sources {
                let beside = beside(source.as_bytes(), language);
                assert_eq!(beside.as_deref(), Some(*found), "{source}");
            }
        }
    }

    #[test]
    fn what_loads_no_file_of_this_machine_is_taken() {
        for (language, source) in [
            (
                Language::Node,
                "import { DynamoDBClient } from \"@aws-sdk/client-dynamodb\";",
            ),
            (Language::Node, "// import a from \"./a.mjs\""),
            (Language::Node, "/* import a from './a.mjs' */"),
            (Language::Node, "const from = './x'"),
            (Language::Node, "const words = \"import './a.mjs'\";"),
            (Language::Node, "console.log('./x')"),
            (Language::Node, "const fromIni = { from: './x' }"),
            (Language::Ruby, "# require_relative 'a'"),
            (Language::Ruby, "require 'json'"),
            (Language::Ruby, "puts \"#{1} require './a'\""),
            (Language::Node, ""),
        ] {
            assert_eq!(beside(source.as_bytes(), language), None, "{source}");
        }
        for language in Language::ALL {
            for goal in Goal::ALL {
                let solution = goal.solution(language).as_bytes();
                assert_eq!(beside(solution, language), None);
            }
        }
    }

    #[test]
    fn no_more_of_a_file_is_read_than_tells_that_it_is_too_large() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("get-pets.mjs");
        std::fs::write(&path, vec![b' '; 2 * MOST_BYTES]).unwrap();
        assert_eq!(Handler::read(&path).unwrap().len(), MOST_BYTES + 1);
        std::fs::write(&path, "export const handler = 1;").unwrap();
        assert_eq!(Handler::read(&path).unwrap(), b"export const handler = 1;");
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
