//! A lesson as JSON: one object on one line for each step, exercise and demonstration.
//!
//! Invariant: a line holds no character that could steer a terminal; such characters are escaped, as JSON can.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{Result, Write};

use serde_json::{Value, json};

use super::hash::{measured_json, partitions_json};
use super::traffic::figures;
use super::walk::{Asked, At, Reader, Tally};
use crate::app::account::Purse;
use crate::app::effect::{ExerciseReport, Failure, HashReport, StepReport};
use crate::app::race::run::SideReport;
use crate::lesson::model::{
    Activity, Exercise, HashDemo, Lesson, Page, Predict, Section, Step, TrafficDemo,
};
use crate::printable;
use crate::scene;
use crate::scene::traffic::Record;
use crate::simulator::trace::Trace;
use crate::target::exchange::{Attempt, Exchange, Outcome, TargetName};

pub struct Json<'o> {
    out: &'o mut dyn Write,
    target: String,
}

impl<'o> Json<'o> {
    pub fn new(out: &'o mut dyn Write) -> Self {
        Self {
            out,
            target: String::new(),
        }
    }

    fn line(&mut self, at: &At, ok: bool, more: Value) -> Result<()> {
        let mut object = json!({
            "lesson": at.lesson.id,
            "section": at.section.id,
            "page": at.page,
            "kind": at.kind,
            "id": at.id,
            "target": self.target,
            "ok": ok,
        });
        if let Some(Purse { spent, ceiling }) = at.purse {
            object["spent"] = spent.to_string().into();
            object["ceiling"] = ceiling.to_string().into();
        }
        if let (Value::Object(object), Value::Object(more)) = (&mut object, more) {
            object.extend(more);
        }
        writeln!(self.out, "{}", escaped(&object.to_string()))?;
        self.out.flush()
    }
}

/// JSON text with every character that [`printable`] would change written as an escape. They stand in strings only,
/// where an escape means the same.
pub(super) fn escaped(json: &str) -> String {
    let mut safe = String::with_capacity(json.len());
    for character in json.chars() {
        let mut bytes = [0; 4];
        let text: &str = character.encode_utf8(&mut bytes);
        if printable::line(text) == text {
            safe.push(character);
        } else {
            // All of them are in the basic plane, so one escape holds each.
            let _ = write!(safe, "\\u{:04x}", u32::from(character));
        }
    }
    safe
}

fn exchange(exchange: &Exchange) -> Value {
    let (outcome, code, message) = match &exchange.outcome {
        Outcome::Success => ("success", None, None),
        Outcome::ServiceError { code, message } => ("service_error", Some(code), Some(message)),
        Outcome::Unanswered { why } => ("unanswered", None, Some(why)),
        Outcome::NotSent { why } => ("not_sent", None, Some(why)),
    };
    let mut told = json!({
        "operation": exchange.operation,
        "outcome": outcome,
        "code": code,
        "message": message,
        "request": body(&exchange.request.body),
        "response": exchange.response.as_ref().map(|response| body(&response.body)),
        "request_id": exchange.request_id,
        "read_units": exchange.read.as_f64(),
        "write_units": exchange.written.as_f64(),
        "price": exchange.price.to_string(),
        "milliseconds": exchange.elapsed.as_secs_f64() * 1000.0,
        "trace": exchange.trace.as_ref().map(trace),
    });
    // Only where there is something to say of tries, of an outcome that nobody knows, and by us.
    if exchange.price_is_most {
        told["price_is_most"] = true.into();
    }
    if exchange.unsettled {
        told["unsettled"] = true.into();
    }
    if !exchange.attempts.is_empty() {
        told["attempts"] = exchange.attempts.iter().map(attempt).collect();
    }
    if let Some(remark) = &exchange.remark {
        told["remark"] = remark.as_str().into();
    }
    told
}

/// A try that was followed by another.
fn attempt(attempt: &Attempt) -> Value {
    json!({
        "why": attempt.why,
        "waited_milliseconds": attempt.waited.as_secs_f64() * 1000.0,
    })
}

/// The body as JSON; as text where it is none.
fn body(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes)
        .unwrap_or_else(|_| Value::from(String::from_utf8_lossy(bytes).into_owned()))
}

fn trace(done: &Trace) -> Value {
    let partitions: BTreeSet<u32> = done.visits.iter().map(|visit| visit.partition.0).collect();
    let mut shown = json!({
        "examined": done.examined(),
        "returned": done.returned(),
        "bytes": done.bytes(),
        "partitions": partitions,
    });
    // Only where there is something to say of indexes and of the parts of a batch or transaction.
    if let Some(index) = &done.index {
        shown["index"] = index.as_str().into();
    }
    if !done.index_writes.is_empty() {
        shown["index_writes"] = done
            .index_writes
            .iter()
            .map(|write| json!({"index": write.index, "write_units": write.written.as_f64()}))
            .collect();
    }
    if !done.parts.is_empty() {
        let of_table = |part: &Trace| {
            let mut shown = trace(part);
            shown["table"] = part.table.as_str().into();
            shown
        };
        shown["parts"] = done.parts.iter().map(of_table).collect();
    }
    shown
}

fn failures(failures: &[Failure]) -> Value {
    failures
        .iter()
        .map(|failure| json!({ "saw": failure.saw, "because": failure.because }))
        .collect()
}

fn with_failures(exchange: Value, failed: &[Failure]) -> Value {
    let mut object = exchange;
    object["failures"] = failures(failed);
    object
}

impl Reader for Json<'_> {
    fn lesson(&mut self, _lesson: &Lesson, target: &TargetName) -> Result<()> {
        self.target = target.to_string();
        Ok(())
    }

    fn section(&mut self, _section: &Section) -> Result<()> {
        Ok(())
    }

    fn page(&mut self, _section: &Section, _page: &Page) -> Result<()> {
        Ok(())
    }

    fn question(&mut self, _predict: &Predict) -> Result<()> {
        Ok(())
    }

    fn step(&mut self, at: &At, _step: &Step, done: &StepReport) -> Result<()> {
        let more = with_failures(exchange(&done.exchange), &done.failures);
        self.line(at, done.failures.is_empty(), more)
    }

    fn exercise(&mut self, at: &At, _exercise: &Exercise, done: &ExerciseReport) -> Result<()> {
        let more = with_failures(exchange(&done.exchange), &done.failures);
        self.line(at, done.failures.is_empty(), more)
    }

    fn hash(&mut self, at: &At, demo: &HashDemo, done: &HashReport) -> Result<()> {
        let refused: Vec<&str> = done.refused.iter().map(|one| one.why.as_str()).collect();
        self.line(
            at,
            done.refused.is_empty(),
            json!({
                "narration": scene::hash::narrate(&done.record),
                "partitions": partitions_json(&done.record),
                "function": demo.table.function.name(),
                "refused": refused,
                "measured": done.measured.as_ref().map(measured_json),
            }),
        )
    }

    fn race(&mut self, at: &At, done: &[Asked]) -> Result<()> {
        // Pages of a megabyte are told by their figures; their items are nobody's lesson.
        let figures = |side: &SideReport| -> Vec<Value> {
            side.rounds
                .iter()
                .flatten()
                .map(|page| {
                    json!({
                        "read_units": page.read.as_f64(),
                        "price": page.price.to_string(),
                        "trace": trace(&page.trace),
                    })
                })
                .collect()
        };
        let asked = |Asked { question, done }: &Asked| {
            let (left, right) = (done.left.traces(), done.right.traces());
            json!({
                "question": question.text,
                "refusal": done.refusal(),
                "narration": scene::race::narrate(&left, &right),
                "left": figures(&done.left),
                "right": figures(&done.right),
            })
        };
        let ok = done.iter().all(|one| one.done.refusal().is_none());
        let questions: Vec<Value> = done.iter().map(asked).collect();
        self.line(at, ok, json!({ "questions": questions }))
    }

    fn traffic(&mut self, at: &At, demo: &TrafficDemo, done: &Record) -> Result<()> {
        let narration = scene::traffic::narrate(done);
        let traffic = figures(demo.design, demo.load, done);
        self.line(
            at,
            true,
            json!({ "narration": narration, "traffic": traffic }),
        )
    }

    fn other(
        &mut self,
        _lesson: &Lesson,
        _activity: &Activity,
        _done: &BTreeSet<String>,
    ) -> Result<()> {
        Ok(())
    }

    fn trouble(&mut self, at: &At, why: &str) -> Result<()> {
        self.line(at, false, json!({ "outcome": "not_run", "message": why }))
    }

    fn answer(&mut self, _predict: &Predict) -> Result<()> {
        Ok(())
    }

    fn after(&mut self, _page: &Page) -> Result<()> {
        Ok(())
    }

    fn end(&mut self, _tally: Tally) -> Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_steer_a_terminal_is_escaped_and_means_the_same() {
        let value = json!({ "name": "a\u{1b}[2J\u{9b}31m\u{202e}é" });
        let line = escaped(&value.to_string());
        assert_eq!(line, r#"{"name":"a\u001b[2J\u009b31m\u202eé"}"#);
        assert_eq!(serde_json::from_str::<Value>(&line).unwrap(), value);
    }
}
