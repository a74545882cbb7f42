//! What is known of one trial: what was asked, what the handler did at the table, what it gave back, and what came of it.

use serde_json::Value;

use super::trial::Trial;
use crate::server::Served;
use crate::workshop::gateway::Passage;
use crate::workshop::goal::Goal;
use crate::workshop::lambda::FunctionError;
use crate::workshop::language::Language;

/// Of one trial.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'a> {
    pub trial: Trial,
    pub passage: &'a Passage,
    /// The item that the trial is about, as the table has it afterwards, in typed JSON.
    pub stored: Option<&'a Value>,
}

/// One request to DynamoDB, read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Asked<'a> {
    pub(super) served: &'a Served,
    /// Null where it can't be read.
    pub(super) request: Value,
}

impl Asked<'_> {
    pub(super) fn operation(&self) -> &str {
        &self.served.operation
    }

    /// The error's name, without its prefix.
    pub(super) fn error(&self) -> Option<&str> {
        self.served.error.as_ref().map(|error| error.name.as_str())
    }

    pub(super) fn message(&self) -> &str {
        let error = self.served.error.as_ref();
        error.map_or("", |error| error.message.as_str())
    }
}

impl<'a> Evidence<'a> {
    pub(super) const fn goal(&self) -> Goal {
        self.trial.goal()
    }

    /// The status that the client got.
    pub(super) const fn status(&self) -> u16 {
        self.passage.answer.status
    }

    /// Whether the client got the status that it should.
    pub(super) const fn is_expected(&self) -> bool {
        self.status() == self.trial.status()
    }

    /// How the invocation failed, if it did.
    pub(super) fn error(&self) -> Option<&'a FunctionError> {
        self.passage.invoked.as_ref()?.result.as_ref().err()
    }

    /// The first line of an error's trace that is of the handler's own file, in brackets behind a space.
    pub(super) fn place(&self, error: &FunctionError) -> Option<String> {
        let files = Language::ALL.map(|language| self.goal().file(language));
        let trace = error.trace();
        let mut lines = trace.iter().map(|line| line.trim());
        let message = error.message().lines().next().unwrap_or_default();
        let is_of = |line: &&str| {
            if !message.is_empty() && line.ends_with(message) {
                return false;
            }
            let of = |file: &&str| {
                line.match_indices(*file)
                    .any(|(at, _)| line[..at].ends_with('/'))
            };
            files.iter().any(of) && !line.contains("node_modules")
        };
        let line = lines.find(is_of)?;
        Some(format!(" ({})", first_line(line)))
    }

    /// What the handler returned.
    pub(super) fn payload(&self) -> Option<Value> {
        let payload = self.passage.invoked.as_ref()?.result.as_ref().ok()?;
        serde_json::from_slice(payload).ok()
    }

    /// The body that the client got, if it is JSON.
    pub(super) fn body(&self) -> Option<Value> {
        serde_json::from_slice(&self.passage.answer.body).ok()
    }

    /// What was asked of DynamoDB, in the order of the answers.
    pub(super) fn asked(&self) -> Vec<Asked<'a>> {
        let served = self.passage.exchanges.served.iter();
        served
            .map(|served| Asked {
                served,
                request: serde_json::from_slice(&served.request).unwrap_or_default(),
            })
            .collect()
    }

    /// The first request that DynamoDB refused with such an error.
    pub(super) fn refused(&self, is_it: impl Fn(&Asked<'_>) -> bool) -> Option<Asked<'a>> {
        let mut asked = self.asked().into_iter();
        asked.find(|asked| asked.error().is_some() && is_it(asked))
    }

    /// What became of it, for a sentence: `answered 500, because the handler failed: TypeError: …`.
    pub(super) fn outcome(&self) -> String {
        match self.error() {
            None => format!("answered {}", self.status()),
            Some(error) => format!(
                "answered {}, because the handler failed: {}: {}",
                self.status(),
                error.kind(),
                first_line(error.message())
            ),
        }
    }
}

/// The beginning of a foreign text, for a sentence.
pub(super) fn first_line(text: &str) -> String {
    const MOST: usize = 300;
    let line = text.lines().next().unwrap_or_default();
    let mut short: String = line.chars().take(MOST).collect();
    if short.len() < line.len() {
        short.push('…');
    }
    short
}

/// A JSON value, for a sentence.
pub(super) fn quoted(value: &Value) -> String {
    first_line(&value.to_string())
}

/// Whether this is an attribute value in typed JSON: one member, which is a type's name.
pub(super) fn is_typed(value: &Value) -> bool {
    const TYPES: [&str; 10] = ["S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS", "BS"];
    let members = value.as_object().filter(|members| members.len() == 1);
    let name = members.and_then(|members| members.keys().next());
    name.is_some_and(|name| TYPES.contains(&name.as_str()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn typed_json_is_told_from_plain() {
        for typed in [json!({"S": "a"}), json!({"N": "1"}), json!({"M": {}})] {
            assert!(is_typed(&typed), "{typed}");
        }
        for plain in [
            json!("S"),
            json!({"s": "a"}),
            json!({"S": "a", "N": "1"}),
            json!({}),
            json!(null),
        ] {
            assert!(!is_typed(&plain), "{plain}");
        }
    }

    #[test]
    fn quotations_are_short() {
        assert_eq!(first_line("one\ntwo"), "one");
        assert_eq!(first_line(&"é".repeat(400)).chars().count(), 301);
        assert_eq!(quoted(&json!({"a": 1})), r#"{"a":1}"#);
    }
}
