//! An answer of the public URL: read within bounds, and what it tells of who gave it and how it ended.
//!
//! Invariant: an answer is taken for API Gateway's only if it has what each of those has.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use http_body_util::{BodyExt as _, Limited};
use serde_json::Value;

use super::logs::{Invocation, Window};
use crate::scene::workshop::{Error, Failed, Outcome, Reply, headers};

/// Bytes of an answer; Lambda's can have six million, API Gateway's ten.
const MOST: usize = 10 * 1024 * 1024;
/// How far apart two clocks of the service may be, and what `Date` leaves out of a second, in milliseconds.
const APART: i64 = 1_500;
/// The same where only this machine's clock tells the time.
const FAR_APART: i64 = 10_000;

/// What API Gateway answered.
pub(super) struct Got {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// Reads an answer, as far as it may go.
pub(super) async fn read(answer: HttpResponse) -> Result<Got, String> {
    let status = answer.status().as_u16();
    let headers = answer
        .headers()
        .iter_bytes()
        .map(|(name, value)| {
            let value = String::from_utf8_lossy(value).into_owned();
            (name.to_ascii_lowercase(), value)
        })
        .collect();
    let body = Limited::new(answer.into_body(), MOST).collect().await;
    let body = body.map_err(|error| format!("its answer could not be read to the end: {error}"))?;
    Ok(Got {
        status,
        headers,
        body: body.to_bytes().to_vec(),
    })
}

/// An answer, as a picture has it.
pub(super) fn reply(got: &Got) -> Reply {
    let pairs = got
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    Reply::new(got.status, headers(pairs), &got.body, None)
}

/// What every answer of an HTTP API has.
const MARK: &str = "apigw-requestid";

/// Whether it was API Gateway that answered.
pub(super) fn is_of_api_gateway(got: &Got) -> bool {
    got.headers.iter().any(|(name, _)| name == MARK)
}

/// Whether an answer reads as those that API Gateway gives by itself, without asking a function.
pub(super) fn is_its_own(got: &Got) -> bool {
    let by_itself = [
        (403, "Forbidden"),
        (404, "Not Found"),
        (429, "Too Many Requests"),
        (500, "Internal Server Error"),
        (503, "Service Unavailable"),
    ];
    let said = message(got);
    by_itself
        .iter()
        .any(|(status, words)| got.status == *status && said.as_deref() == Some(*words))
}

/// API Gateway's own word.
fn message(got: &Got) -> Option<String> {
    let body: Value = serde_json::from_slice(&got.body).ok()?;
    Some(body.get("message")?.as_str()?.to_owned())
}

/// When the request can have been carried out, by the service's clock: its answer says what that shows.
pub(super) fn window(got: &Got, sent_at: u64, answered_at: u64) -> Window {
    let sent_at = i64::try_from(sent_at).unwrap_or(i64::MAX / 2);
    let answered_at = i64::try_from(answered_at).unwrap_or(i64::MAX / 2);
    let date = got.headers.iter().find(|(name, _)| name == "date");
    let told = date.and_then(|(_, value)| {
        use aws_smithy_types::date_time::{DateTime, Format};
        let told = DateTime::from_str(value, Format::HttpDate).ok()?;
        told.to_millis().ok()
    });
    let (shift, apart) = match told {
        Some(told) => (told - answered_at, APART),
        None => (0, FAR_APART),
    };
    Window {
        from: sent_at + shift - apart,
        to: answered_at + shift + apart,
    }
}

/// What the log and the answer tell of an invocation's end.
pub(super) fn result(invocation: &Invocation, got: &Got) -> Outcome {
    let report = invocation.report.as_ref();
    let status = report.and_then(|report| report.status.as_deref());
    if status == Some("timeout") {
        let message = "the function was ended because it took longer than it may";
        let error = Error::new("Sandbox.Timedout", message);
        return Outcome::Failed(Failed::new(error, []));
    }
    if let Some(thrown) = invocation.lines.iter().rev().find_map(|line| thrown(line)) {
        return Outcome::Failed(thrown);
    }
    if status == Some("error") {
        let kind = report.and_then(|report| report.error.as_deref());
        let error = Error::new(kind.unwrap_or("error"), "the log above says more");
        return Outcome::Failed(Failed::new(error, []));
    }
    if got.status >= 500 {
        return Outcome::Untold;
    }
    Outcome::Returned(None)
}

/// An uncaught error, as Node and Ruby write it into the log: JSON behind some words.
fn thrown(line: &str) -> Option<Failed> {
    let json = &line[line.find('{')?..];
    let json: Value = serde_json::from_str(json.trim_end()).ok()?;
    let text = |name: &str| json.get(name).and_then(Value::as_str);
    let error = Error::new(text("errorType")?, text("errorMessage").unwrap_or_default());
    let stack = json.get("stack").or_else(|| json.get("stackTrace"));
    let stack = stack.and_then(Value::as_array);
    let lines = stack.into_iter().flatten().filter_map(Value::as_str);
    Some(Failed::new(error, lines))
}

/// The cause at the bottom, which says what happened.
pub(super) fn innermost(error: &(dyn std::error::Error + 'static)) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn got(status: u16, body: &str, date: Option<&str>) -> Got {
        Got {
            status,
            headers: date
                .map(|date| ("date".to_owned(), date.to_owned()))
                .into_iter()
                .chain([(MARK.to_owned(), "abc=".to_owned())])
                .collect(),
            body: body.as_bytes().to_vec(),
        }
    }

    #[test]
    fn the_window_follows_the_services_clock() {
        // This machine is an hour slow.
        let answer = got(200, "[]", Some("Thu, 26 Nov 2026 07:00:01 GMT"));
        let told: i64 = 1_795_676_401_000;
        let here = u64::try_from(told).unwrap() - 3_600_000;
        let found = window(&answer, here - 400, here);
        assert_eq!(found.to, told + APART);
        assert_eq!(found.from, told - 400 - APART);
        let untold = window(&got(200, "[]", Some("yesterday")), 50_000, 50_400);
        assert_eq!((untold.from, untold.to), (40_000, 60_400));
    }

    #[test]
    fn what_api_gateway_answers_by_itself_is_known_and_what_another_server_answers() {
        let own = |status, body| is_its_own(&got(status, body, None));
        assert!(!own(200, "[]"));
        assert!(!own(404, r#"{"message":"no such pet"}"#));
        assert!(own(500, r#"{"message":"Internal Server Error"}"#));
        assert!(own(404, r#"{"message":"Not Found"}"#));
        assert!(own(429, r#"{"message":"Too Many Requests"}"#));
        let mut answer = got(404, "<Error/>", None);
        assert!(is_of_api_gateway(&answer));
        answer.headers.clear();
        assert!(!is_of_api_gateway(&answer));
    }

    #[test]
    fn an_uncaught_error_is_read_out_of_the_log() {
        let line = "2026-11-26T07:00:00Z\tid\tERROR\tInvoke Error \t{\"errorType\":\"TypeError\",\"errorMessage\":\"x is undefined\",\"stack\":[\"TypeError: x\",\"    at handler\"]}";
        let failed = thrown(line).unwrap();
        assert_eq!(&*failed.error.name, "TypeError");
        assert_eq!(failed.trace.len(), 2);
        assert_eq!(thrown("hello {\"a\":1}"), None);
        assert_eq!(thrown("hello"), None);
    }
}
