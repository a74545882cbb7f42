//! `expect`, right after its request: what the response and the trace must show.

use super::super::error::Problems;
use super::super::fields::{Fields, Node};
use super::super::markdown::Fence;
use super::super::model::{Expect, Measure, Must, TraceExpect, WireExpect};
use super::super::nearest::offer;
use super::Opening;

pub(super) fn read(
    _opening: &mut Opening,
    fence: &Fence,
    problems: &mut Problems,
) -> Option<Expect> {
    let fields = super::fields(fence, "an expect block", problems)?;
    from_fields(fields, problems)
}

pub(super) fn from_fields(mut fields: Fields, problems: &mut Problems) -> Option<Expect> {
    let error = fields.optional_text("error", problems);
    let message = fields.optional_text("message", problems);
    if let (None, Some((_, span))) = (&error, &message) {
        problems.report(
            span,
            "a message is expected, but no error",
            "add error = \"…Exception\": only errors have a message",
        );
    }
    let wire: Vec<_> = fields
        .tables("wire", "a [[wire]] expectation", problems)
        .into_iter()
        .map(|entry| wire(entry, problems))
        .collect();
    let trace: Vec<_> = fields
        .tables("trace", "a [[trace]] expectation", problems)
        .into_iter()
        .map(|entry| trace(entry, problems))
        .collect();
    fields.finish(problems);
    Some(Expect {
        error: error.map(|(code, _)| code),
        message: message.map(|(part, _)| part),
        wire: wire.into_iter().collect::<Option<_>>()?,
        trace: trace.into_iter().collect::<Option<_>>()?,
    })
}

fn wire(mut fields: Fields, problems: &mut Problems) -> Option<WireExpect> {
    let path = fields.spanned_text("path", problems);
    if let Some((path, span)) = &path
        && !path.starts_with('/')
    {
        problems.report(
            span,
            format!("`{path}` is no JSON pointer"),
            "begin it with a slash and put one between names, as in /Item/name/S or /Items/0/id",
        );
    }
    let must = must(&mut fields, problems);
    let because = fields.text("because", problems);
    fields.finish(problems);
    Some(WireExpect {
        path: path?.0,
        must: must?,
        because: because?,
    })
}

/// Exactly one of the keys that say what must hold.
fn must(fields: &mut Fields, problems: &mut Problems) -> Option<Must> {
    const KEYS: [&str; 7] = [
        "is", "set", "exists", "absent", "at_least", "at_most", "length",
    ];
    let mut found: Vec<_> = KEYS
        .into_iter()
        .filter_map(|key| fields.any(key).map(|value| (key, value)))
        .collect();
    if found.len() != 1 {
        let what = if found.is_empty() {
            "nothing"
        } else {
            "more than one thing"
        };
        problems.report(
            &fields.span,
            format!("this expectation asks for {what}"),
            format!("give exactly one of {}", KEYS.join(", ")),
        );
        return None;
    }
    let (key, value) = found.remove(0);
    let (must, wanted) = match key {
        "is" => (
            value.to_json().map(Must::Be),
            "text, a number, true or false, an array or a table",
        ),
        "set" => (
            value
                .as_list()
                .and_then(|list| list.iter().map(Node::to_json).collect::<Option<_>>())
                .map(Must::BeSet),
            "an array",
        ),
        "exists" => (only_true(&value, Must::Exist), "true"),
        "absent" => (only_true(&value, Must::BeAbsent), "true"),
        "at_least" => (value.as_number().map(Must::BeAtLeast), "a number"),
        "at_most" => (value.as_number().map(Must::BeAtMost), "a number"),
        _ => (
            value
                .as_count()
                .and_then(|count| usize::try_from(count).ok())
                .map(Must::HaveLength),
            "a whole number that is not negative",
        ),
    };
    if must.is_none() {
        problems.report(
            &value.span,
            format!("`{key}` must be {wanted}"),
            format!("write {key} = {wanted}"),
        );
    }
    must
}

fn only_true(value: &Node, must: Must) -> Option<Must> {
    (value.to_json() == Some(serde_json::Value::Bool(true))).then_some(must)
}

fn trace(mut fields: Fields, problems: &mut Problems) -> Option<TraceExpect> {
    let what = fields.spanned_text("what", problems);
    let is = fields.count("is", 0..=u64::MAX, problems);
    let because = fields.text("because", problems);
    fields.finish(problems);
    let (what, span) = what?;
    let measure = match what.as_str() {
        "examined" => Measure::Examined,
        "returned" => Measure::Returned,
        "bytes" => Measure::Bytes,
        "partitions" => Measure::Partitions,
        _ => {
            problems.report(
                &span,
                format!("a trace has no `{what}`"),
                offer(&what, &["examined", "returned", "bytes", "partitions"]),
            );
            return None;
        }
    };
    Some(TraceExpect {
        what: measure,
        is: is?,
        because: because?,
    })
}
