//! Whether a request showed what its author said it would.
//!
//! ```text
//!   Expect ─┬─ error, message      always
//!           ├─ wire: JSON pointers always; on any target
//!           └─ trace: measures     only where the storage can be seen, else counted as skipped
//! ```
//!
//! Invariant: nothing is taken as held that was not looked at: a skipped expectation is counted,
//! and when the outcome itself is wrong only that is reported.

use std::fmt;

use serde_json::Value;

use super::model::{Expect, Measure, Must, TraceExpect, WireExpect};

/// What came back, as plain data.
#[derive(Debug, Clone, Copy, Default)]
pub struct Observed<'a> {
    /// The response body; the error's body where there was an error.
    pub body: Option<&'a Value>,
    /// Code and message, where the service answered with an error.
    pub error: Option<(&'a str, &'a str)>,
    /// What the storage did, where that can be seen.
    pub trace: Option<TraceMeasures>,
}

/// The measures of a trace that a lesson may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TraceMeasures {
    pub examined: u64,
    pub returned: u64,
    /// Of all items examined.
    pub bytes: u64,
    /// Partitions visited.
    pub partitions: u64,
}

/// One expectation that did not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The JSON pointer, `outcome`, `message`, or `trace: examined`.
    pub path: String,
    pub wanted: String,
    pub found: String,
    /// The author's reason.
    pub because: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: expected {}, found {}. {}",
            self.path, self.wanted, self.found, self.because
        )
    }
}

/// What became of all expectations of one request.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[must_use]
pub struct Checked {
    pub failures: Vec<Failure>,
    /// Trace expectations that could not be looked at, because there was no trace.
    pub skipped: usize,
}

impl Checked {
    #[must_use]
    pub fn held(&self) -> bool {
        self.failures.is_empty()
    }
}

/// Compares what came back with what was said.
pub fn check(expect: &Expect, observed: &Observed) -> Checked {
    if let Some(failure) = outcome(expect, observed) {
        return Checked {
            failures: vec![failure],
            skipped: 0,
        };
    }
    let mut checked = Checked::default();
    checked.failures.extend(message(expect, observed));
    for one in &expect.wire {
        checked.failures.extend(wire(one, observed.body));
    }
    for one in &expect.trace {
        match observed.trace {
            Some(measures) => checked.failures.extend(trace(one, measures)),
            None => checked.skipped += 1,
        }
    }
    checked
}

fn outcome(expect: &Expect, observed: &Observed) -> Option<Failure> {
    let found = match observed.error {
        Some((code, message)) => format!("{}: {message}", short(code)),
        None => "success".to_owned(),
    };
    let (wanted, because) = match (&expect.error, observed.error) {
        (None, None) => return None,
        (None, Some(_)) => (
            "success".to_owned(),
            "This request is meant to be accepted.",
        ),
        (Some(code), Some((found, _))) if short(found) == short(code) => return None,
        (Some(code), _) => (code.clone(), "This request is meant to be refused."),
    };
    Some(Failure {
        path: "outcome".to_owned(),
        wanted,
        found,
        because: because.to_owned(),
    })
}

/// An error code without the service's namespace, `com.amazonaws.dynamodb.v20120810#`.
fn short(code: &str) -> &str {
    code.rsplit('#').next().unwrap_or(code)
}

fn message(expect: &Expect, observed: &Observed) -> Option<Failure> {
    let part = expect.message.as_ref()?;
    let (_, found) = observed.error?;
    (!found.contains(part.as_str())).then(|| Failure {
        path: "message".to_owned(),
        wanted: format!("a message with “{part}”"),
        found: format!("“{found}”"),
        because: "The service's own words are part of what is taught.".to_owned(),
    })
}

fn wire(expect: &WireExpect, body: Option<&Value>) -> Option<Failure> {
    let found = body.and_then(|body| body.pointer(&expect.path));
    let held = match (&expect.must, found) {
        (Must::BeAbsent, found) => found.is_none(),
        (Must::Exist, found) => found.is_some(),
        (_, None) => false,
        (Must::Be(wanted), Some(found)) => same(wanted, found),
        (Must::BeSet(wanted), Some(found)) => found
            .as_array()
            .is_some_and(|found| same_set(wanted, found)),
        (Must::BeAtLeast(least), Some(found)) => found.as_f64().is_some_and(|it| it >= *least),
        (Must::BeAtMost(most), Some(found)) => found.as_f64().is_some_and(|it| it <= *most),
        (Must::HaveLength(wanted), Some(found)) => length(found) == Some(*wanted),
    };
    (!held).then(|| Failure {
        path: expect.path.clone(),
        wanted: wanted(&expect.must),
        found: found.map_or_else(|| "nothing".to_owned(), brief),
        because: expect.because.clone(),
    })
}

fn wanted(must: &Must) -> String {
    match must {
        Must::Be(value) => brief(value),
        Must::BeSet(values) => format!("{}, in any order", brief(&Value::from(values.clone()))),
        Must::Exist => "something".to_owned(),
        Must::BeAbsent => "nothing".to_owned(),
        Must::BeAtLeast(least) => format!("at least {least}"),
        Must::BeAtMost(limit) => format!("at most {limit}"),
        Must::HaveLength(length) => format!("{length} entries or characters"),
    }
}

/// Equal as JSON, where `1` and `1.0` are one number and the order of keys means nothing.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            one == other || one.as_f64() == other.as_f64()
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .all(|(key, one)| other.get(key).is_some_and(|other| same(one, other)))
        }
        _ => one == other,
    }
}

/// Equal without regard to order, and with as many of each.
fn same_set(wanted: &[Value], found: &[Value]) -> bool {
    let mut left: Vec<&Value> = found.iter().collect();
    for one in wanted {
        let Some(at) = left.iter().position(|other| same(one, other)) else {
            return false;
        };
        left.swap_remove(at);
    }
    left.is_empty()
}

fn length(value: &Value) -> Option<usize> {
    match value {
        Value::Array(list) => Some(list.len()),
        Value::Object(map) => Some(map.len()),
        Value::String(text) => Some(text.chars().count()),
        _ => None,
    }
}

fn trace(expect: &TraceExpect, measures: TraceMeasures) -> Option<Failure> {
    let (name, found) = match expect.what {
        Measure::Examined => ("items examined", measures.examined),
        Measure::Returned => ("items returned", measures.returned),
        Measure::Bytes => ("bytes read", measures.bytes),
        Measure::Partitions => ("partitions visited", measures.partitions),
    };
    (found != expect.is).then(|| Failure {
        path: format!("trace: {name}"),
        wanted: expect.is.to_string(),
        found: found.to_string(),
        because: expect.because.clone(),
    })
}

/// At most this many characters of a found value are said.
const BRIEF: usize = 160;

fn brief(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(BRIEF) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn wire_expect(path: &str, must: Must) -> Expect {
        Expect {
            wire: vec![WireExpect {
                path: path.to_owned(),
                must,
                because: "So it is.".to_owned(),
            }],
            ..Expect::default()
        }
    }

    fn held(path: &str, must: Must) -> bool {
        let body = json!({ "Count": 2, "Items": [{ "id": "a" }, { "id": "b" }], "Name": "zwölf" });
        let observed = Observed {
            body: Some(&body),
            ..Observed::default()
        };
        check(&wire_expect(path, must), &observed).held()
    }

    #[test]
    fn each_kind_of_wire_expectation_holds_and_fails() {
        assert!(held("/Count", Must::Be(json!(2.0))));
        assert!(!held("/Count", Must::Be(json!("2"))));
        let turned = vec![json!({ "id": "b" }), json!({ "id": "a" })];
        assert!(held("/Items", Must::BeSet(turned.clone())));
        assert!(!held("/Items", Must::Be(json!(turned))));
        assert!(!held(
            "/Items",
            Must::BeSet(vec![json!({ "id": "a" }), json!({ "id": "a" })])
        ));
        assert!(!held("/Items", Must::BeSet(vec![json!({ "id": "a" })])));
        assert!(held("/Items/1/id", Must::Exist));
        assert!(!held("/Items/2", Must::Exist));
        assert!(held("/LastEvaluatedKey", Must::BeAbsent));
        assert!(!held("/Count", Must::BeAbsent));
        assert!(held("/Count", Must::BeAtLeast(2.0)) && !held("/Count", Must::BeAtLeast(2.5)));
        assert!(held("/Count", Must::BeAtMost(2.0)) && !held("/Count", Must::BeAtMost(1.0)));
        assert!(!held("/Name", Must::BeAtLeast(0.0)));
        assert!(held("/Name", Must::HaveLength(5)) && held("/Items", Must::HaveLength(2)));
        assert!(!held("/Count", Must::HaveLength(2)));
    }

    #[test]
    fn a_failure_says_where_what_and_why() {
        let body = json!({ "Count": 3 });
        let observed = Observed {
            body: Some(&body),
            ..Observed::default()
        };
        let checked = check(&wire_expect("/Count", Must::Be(json!(2))), &observed);
        assert_eq!(
            checked.failures[0].to_string(),
            "/Count: expected 2, found 3. So it is."
        );
    }

    #[test]
    fn a_wrong_outcome_is_the_only_failure() {
        let refused = Observed {
            error: Some(("com.amazonaws#ValidationException", "no key")),
            ..Observed::default()
        };
        let checked = check(&wire_expect("/Count", Must::Exist), &refused);
        assert_eq!(checked.failures.len(), 1);
        assert_eq!(checked.failures[0].found, "ValidationException: no key");

        let mut expect = Expect {
            error: Some("ValidationException".to_owned()),
            ..Expect::default()
        };
        assert!(check(&expect, &refused).held());
        assert!(!check(&expect, &Observed::default()).held());
        expect.message = Some("key".to_owned());
        assert!(check(&expect, &refused).held());
        expect.message = Some("table".to_owned());
        assert!(!check(&expect, &refused).held());
    }

    #[test]
    fn trace_expectations_are_skipped_and_counted_without_a_trace() {
        let expect = Expect {
            trace: vec![TraceExpect {
                what: Measure::Examined,
                is: 3,
                because: "All three share the key.".to_owned(),
            }],
            ..Expect::default()
        };
        assert_eq!(check(&expect, &Observed::default()).skipped, 1);
        let seen = |examined| Observed {
            trace: Some(TraceMeasures {
                examined,
                ..TraceMeasures::default()
            }),
            ..Observed::default()
        };
        assert!(check(&expect, &seen(3)).held());
        assert!(!check(&expect, &seen(4)).held());
    }
}
