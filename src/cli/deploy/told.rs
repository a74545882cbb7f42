//! What is told while it goes on: a line for each part, or one JSON object for each call, part and request.
//!
//! Invariant: a reader that closed the pipe is noticed, and ends the command after the work is done, not in its middle.

use std::io::{IsTerminal as _, Write as _};
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

use super::super::failure::Failure;
use super::super::json::escaped;
use super::words;
use crate::deployment::{Called, Deployed, Plan, Progress, Stage};
use crate::printable;
use crate::target::exchange::{Exchange, Happening, Outcome};

/// Tells it.
pub(super) struct Told {
    is_json: bool,
    /// What went wrong with the first line that could not be written.
    failed: Mutex<Option<std::io::Error>>,
    /// Whether somebody watches on a terminal, who is told of waits.
    watched: bool,
}

impl Told {
    pub(super) fn new(is_json: bool) -> Self {
        Self {
            is_json,
            failed: Mutex::default(),
            watched: std::io::stderr().is_terminal(),
        }
    }

    /// What could not be written.
    pub(super) fn end(&self) -> Result<(), Failure> {
        match self.lock().take() {
            Some(error) => Err(error.into()),
            None => Ok(()),
        }
    }

    pub(super) fn progress(&self, plan: &Plan, progress: &Progress) {
        match progress {
            Progress::Part(part, stage) => {
                let Some(how) = how(*stage) else {
                    return;
                };
                let (what, name) = words::part(plan, *part);
                if self.is_json {
                    self.object(&json!({
                        "kind": "part",
                        "part": what,
                        "name": name,
                        "stage": how,
                    }));
                } else {
                    self.line(&format!("  {how:<8} {what:<12} {name}"));
                }
            }
            Progress::Called(called) => {
                self.call(called.service.name(), &called.exchange);
            }
            Progress::Exchange(exchange) => self.call("DynamoDB", exchange),
            Progress::Happening(happening) if self.watched => {
                let words = match happening {
                    Happening::Retrying {
                        attempt, of, why, ..
                    } => format!("try {attempt} of {of}: {why}"),
                    Happening::Waiting {
                        table,
                        status,
                        for_,
                    } => format!("{table}: {status}, {} s", for_.as_secs()),
                };
                // Standard error may be closed.
                let _ = writeln!(std::io::stderr(), "           {}", printable::line(&words));
            }
            Progress::Happening(_) | Progress::Answered(_) => {}
        }
    }

    fn call(&self, service: &str, exchange: &Exchange) {
        if !self.is_json {
            return;
        }
        let error = match &exchange.outcome {
            Outcome::Success => Value::Null,
            Outcome::ServiceError { code, message } => json!({ "code": code, "message": message }),
            Outcome::Unanswered { why } => json!({ "unanswered": why }),
            Outcome::NotSent { why } => json!({ "notSent": why }),
        };
        self.object(&json!({
            "kind": "call",
            "service": service,
            "operation": exchange.operation,
            "ok": exchange.succeeded() || exchange.already_done,
            "status": exchange.response.as_ref().map(|response| response.start.as_str()),
            "error": error,
            "milliseconds": u64::try_from(exchange.elapsed.as_millis()).unwrap_or(u64::MAX),
            "tries": exchange.attempts.len() + 1,
            "remark": exchange.remark,
        }));
    }

    /// Where it is served.
    pub(super) fn deployed(&self, deployed: &Deployed) -> Result<(), Failure> {
        let address = &deployed.address;
        if self.is_json {
            self.object(&json!({
                "kind": "deployed",
                "name": deployed.name.as_str(),
                "url": address.url,
                "host": address.host,
                "changed": deployed.changed.len(),
            }));
        } else {
            let news = match deployed.changed.len() {
                0 => "All of it was there and as it should be.".to_owned(),
                _ => "It stands.".to_owned(),
            };
            self.line(&format!(
                "\n{news} Try it yourself: {}",
                address.curl("/pets")
            ));
        }
        self.end()
    }

    /// What came of a request.
    pub(super) fn called(&self, called: &Called) -> Result<(), Failure> {
        if self.is_json {
            let way = &called.way;
            let reply = way.reply.as_ref();
            let run = way.run.as_ref();
            self.object(&json!({
                "kind": "request",
                "method": &*way.sent.method,
                "path": &*way.sent.target,
                "status": reply.map(|reply| reply.status).ok(),
                "body": reply.map(|reply| reply.body.text.to_string()).ok(),
                "error": reply.err().map(ToString::to_string),
                "milliseconds": way.latency.map(|latency| u64::try_from(latency.as_millis()).unwrap_or(u64::MAX)),
                "requestId": run.and_then(|run| run.request_id.as_deref()),
                "billedMilliseconds": run.and_then(|run| run.billed),
                "log": run.and_then(|run| run.log.as_ref()).map(|log| log.lines.iter().map(ToString::to_string).collect::<Vec<_>>()),
                "remark": called.remark,
                "price": called.price.to_string(),
                "priceIsMost": called.price_is_most,
            }));
        } else {
            self.line(words::called(called).trim_end());
        }
        self.end()
    }

    fn object(&self, object: &Value) {
        self.line(&escaped(&object.to_string()));
    }

    fn line(&self, line: &str) {
        let mut failed = self.lock();
        if failed.is_some() {
            return;
        }
        let mut out = std::io::stdout().lock();
        let written = writeln!(out, "{line}").and_then(|()| out.flush());
        *failed = written.err();
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<std::io::Error>> {
        // It is replaced as a whole, so it is whole even if a holder died.
        self.failed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A word for how far a part is; nothing where it only begins.
fn how(stage: Stage) -> Option<&'static str> {
    match stage {
        Stage::Begun => None,
        Stage::Kept => Some("kept"),
        Stage::Made => Some("made"),
        Stage::Changed => Some("changed"),
    }
}
