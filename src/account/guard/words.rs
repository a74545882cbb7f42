//! What is said beside the service's own words: what it means here, and what to type next.

use super::super::session::Session;
use crate::printable;
use crate::target::NO_CREDENTIALS;
use crate::target::exchange::{Exchange, Outcome};

/// Codes that mean that the credentials are no longer good.
pub(in crate::account) const EXPIRED: [&str; 6] = [
    "ExpiredTokenException",
    "ExpiredToken",
    "RequestExpired",
    "UnrecognizedClientException",
    "InvalidClientTokenId",
    "InvalidToken",
];

/// Codes that mean that the policy does not allow it.
pub(in crate::account) const DENIED: [&str; 4] = [
    "AccessDeniedException",
    "AccessDenied",
    "UnauthorizedOperation",
    "UnauthorizedException",
];

/// Codes of a signature that is not accepted.
pub(in crate::account) const UNSIGNED: [&str; 5] = [
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    "IncompleteSignatureException",
    "IncompleteSignature",
    "MissingAuthenticationTokenException",
];

/// What an answer that is no success means for somebody on an account, if there is more to say than the service does. Credentials
/// that are said to be no longer good are forgotten.
pub(super) fn advice(session: &Session, exchange: &Exchange) -> Option<String> {
    match &exchange.outcome {
        Outcome::ServiceError { code, message } => of_code(session, code, message),
        Outcome::NotSent { why } if why == NO_CREDENTIALS => Some(format!(
            "To get new ones: {}. Then run the step again: nothing of the lesson is lost.",
            session.renewal
        )),
        Outcome::NotSent { .. } | Outcome::Unanswered { .. } | Outcome::Success => None,
    }
}

/// Whether an error says that this machine's time is not AWS's.
pub(in crate::account) fn is_about_the_clock(code: &str, message: &str) -> bool {
    code == "RequestTimeTooSkewed"
        || message.contains("Signature expired")
        || message.contains("Signature not yet current")
}

fn of_code(session: &Session, code: &str, message: &str) -> Option<String> {
    if is_about_the_clock(code, message) {
        return Some(
            "This machine's clock is wrong: AWS takes a signature for fifteen minutes around its own time. Set the clock (timedatectl set-ntp true, or the system's settings), then run the step again.".to_owned(),
        );
    }
    if EXPIRED.contains(&code) {
        (session.forget)();
        return Some(format!(
            "The credentials are no longer good. To get new ones: {}. Then run the step again: nothing of the lesson is lost.",
            session.renewal
        ));
    }
    if DENIED.contains(&code) {
        return Some(
            "These credentials may not do that here. `dynatour policy` prints what the lessons need; whoever looks after the account adds it to your user or role. Then run the step again.".to_owned(),
        );
    }
    if UNSIGNED.contains(&code) {
        return Some(format!(
            "The key and its secret don't belong together, or something between here and AWS changed the request. To set them anew: {}. Then run the step again.",
            session.renewal
        ));
    }
    if code == "LimitExceededException" {
        return Some(
            "The account has too many tables, or too many that are just being made or deleted. Wait a little and run the step again.".to_owned(),
        );
    }
    None
}

/// Why something could not be found out, in one sentence and with what to do.
pub(super) fn trouble(session: &Session, exchange: &Exchange) -> String {
    let said = match &exchange.outcome {
        Outcome::Success => "the answer has nothing of a table in it".to_owned(),
        Outcome::ServiceError { code, message } if message.is_empty() => code.clone(),
        Outcome::ServiceError { code, message } => format!("{code}: {message}"),
        Outcome::Unanswered { why } | Outcome::NotSent { why } => why.clone(),
    };
    let said = printable::line(&said);
    let said = said.trim_end_matches('.');
    match advice(session, exchange) {
        Some(advice) => format!("{said}. {advice}"),
        None => format!("{said}. Run the step again in a moment."),
    }
}
