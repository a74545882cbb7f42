//! What is said beside a service's own words: what it means here, and what to do next.

use super::super::guard::words::{DENIED, EXPIRED, UNSIGNED, is_about_the_clock};
use super::super::session::Session;
use super::Called;
use crate::printable;
use crate::target::NO_CREDENTIALS;
use crate::target::exchange::Outcome;

/// What an answer that is no success means for somebody on an account, if there is more to say than the service does. Credentials
/// that are said to be no longer good are forgotten.
pub(super) fn advice(session: &Session, called: &Called) -> Option<String> {
    let renewal = session.renewal();
    let again = "Then do it again: it goes on with what is there";
    let (code, message) = match &called.exchange.outcome {
        Outcome::ServiceError { code, message } => (code.as_str(), message.as_str()),
        Outcome::NotSent { why } if why == NO_CREDENTIALS => {
            return Some(format!("To get new ones: {renewal}. {again}."));
        }
        Outcome::NotSent { .. } | Outcome::Unanswered { .. } | Outcome::Success => return None,
    };
    if is_about_the_clock(code, message) {
        return Some(format!(
            "This machine's clock is wrong: AWS takes a signature for fifteen minutes around its own time. Set the clock (timedatectl set-ntp true, or the system's settings). {again}."
        ));
    }
    if EXPIRED.contains(&code) {
        session.forget_credentials();
        return Some(format!(
            "The credentials are no longer good. To get new ones: {renewal}. {again}."
        ));
    }
    if DENIED.contains(&code) {
        return Some(format!(
            "These credentials may not do that here. `dynatour policy --workshop` prints what is needed; whoever looks after the account adds it to your user or role. {again}."
        ));
    }
    if UNSIGNED.contains(&code) {
        return Some(format!(
            "The key and its secret don't belong together, or something between here and AWS changed the request. To set them anew: {renewal}. {again}."
        ));
    }
    // What stands in the service's words is the most that this account may have
    // (<https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>: new accounts have reduced memory quotas).
    if message.contains("'MemorySize'") {
        return Some(format!(
            "An account that is new may give a function less memory than others. Ask for no more than that with --memory, or have AWS raise it (Service Quotas, Lambda). {again}."
        ));
    }
    if matches!(
        code,
        "LimitExceeded" | "LimitExceededException" | "CodeStorageExceededException"
    ) {
        return Some(format!(
            "The account has as many of these as it may have. Delete what is no longer needed (dynatour cleanup shows what is ours), or ask AWS for more. {again}."
        ));
    }
    None
}

/// Why an answer is none of what was asked for, in one sentence, printable.
pub(super) fn trouble(called: &Called) -> String {
    let (service, operation) = (called.service, &called.exchange.operation);
    let said = match &called.exchange.outcome {
        Outcome::Success => format!("{service} answered {operation} with something else"),
        Outcome::ServiceError { code, message } if message.is_empty() => {
            format!("{service} answered {operation} with {code}")
        }
        Outcome::ServiceError { code, message } => {
            format!("{service} answered {operation} with {code}: {message}")
        }
        Outcome::Unanswered { why } => format!("{operation}: {why}"),
        Outcome::NotSent { why } => format!("{operation} was not sent: {why}"),
    };
    let mut said = printable::line(said.trim_end_matches('.')).to_string();
    said.push('.');
    if let Some(remark) = &called.exchange.remark {
        said.push(' ');
        said.push_str(&printable::line(remark));
    }
    said
}
