//! The answer that API Gateway makes of a function's payload.
//!
//! ```text
//!   {"statusCode": 201, "headers": …, "cookies": […], "body": "…", "isBase64Encoded": …}   ──→ as it says
//!   anything else that is JSON                                                             ──→ 200, application/json, the payload
//!   a statusCode that is no status, a body that is no text, …                              ──→ 500 Internal Server Error
//! ```
//!
//! Source: <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use hyper::header::{HeaderName, HeaderValue};
use serde_json::{Value, json};

/// What goes back to the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Bytes,
    /// The payload had no `statusCode`, so all of this was inferred.
    pub is_inferred: bool,
}

/// Why a payload with a `statusCode` is no answer. The client gets a 500, and nothing of this.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Malformed {
    /// `statusCode` is no number from 200 to 599; its JSON.
    Status(String),
    /// `body` is no text; its kind.
    Body(&'static str),
    /// `headers` is no object of texts, or one of them can't be sent.
    Headers,
    /// `isBase64Encoded` is true and the body is none.
    Base64,
    /// It is no JSON at all.
    NoJson,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(found) => write!(f, "statusCode is {found}, which is no HTTP status"),
            Self::Body(kind) => write!(f, "body is {kind}, and must be text"),
            Self::Headers => f.write_str("headers is no object of texts that can be sent"),
            Self::Base64 => f.write_str("isBase64Encoded is true, and body is no base64"),
            Self::NoJson => f.write_str("the payload is no JSON"),
        }
    }
}

impl Answer {
    /// One of API Gateway's own.
    #[must_use]
    pub fn message(status: u16, message: &str) -> Self {
        Self {
            status,
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: json!({ "message": message }).to_string().into(),
            is_inferred: false,
        }
    }

    #[must_use]
    pub fn internal_error() -> Self {
        Self::message(500, "Internal Server Error")
    }

    /// The value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// From what the handler returned.
    ///
    /// # Errors
    /// When it says a status, and something with it is wrong.
    pub fn infer(payload: &Bytes) -> Result<Self, Malformed> {
        let value: Value = serde_json::from_slice(payload).map_err(|_| Malformed::NoJson)?;
        let Some(status) = value.get("statusCode") else {
            let body = match value {
                Value::String(text) => text.into(),
                _ => payload.clone(),
            };
            return Ok(Self {
                status: 200,
                headers: vec![("content-type".to_owned(), "application/json".to_owned())],
                body,
                is_inferred: true,
            });
        };
        let mut headers = headers(value.get("headers"))?;
        for cookie in cookies(value.get("cookies"))? {
            headers.push(("set-cookie".to_owned(), cookie));
        }
        if headers.iter().all(|(name, _)| name != "content-type") {
            headers.push((
                "content-type".to_owned(),
                "text/plain;charset=UTF-8".to_owned(),
            ));
        }
        let body = match value.get("body") {
            None | Some(Value::Null) => Bytes::new(),
            Some(Value::String(text)) => {
                if value.get("isBase64Encoded") == Some(&Value::Bool(true)) {
                    STANDARD.decode(text).map_err(|_| Malformed::Base64)?.into()
                } else {
                    text.clone().into()
                }
            }
            Some(other) => return Err(Malformed::Body(kind(other))),
        };
        Ok(Self {
            status: status_code(status)?,
            headers,
            body,
            is_inferred: false,
        })
    }
}

/// A number, or a text of digits, which API Gateway takes as well.
fn status_code(value: &Value) -> Result<u16, Malformed> {
    let number = match value {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    };
    number
        .and_then(|number| u16::try_from(number).ok())
        .filter(|number| (200..600).contains(number))
        .ok_or_else(|| Malformed::Status(value.to_string()))
}

fn headers(value: Option<&Value>) -> Result<Vec<(String, String)>, Malformed> {
    let members = match value {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Object(members)) => members,
        Some(_) => return Err(Malformed::Headers),
    };
    let header = |(name, value): (&String, &Value)| {
        let value = match value {
            Value::String(text) => text.clone(),
            Value::Number(_) | Value::Bool(_) => value.to_string(),
            _ => return Err(Malformed::Headers),
        };
        let name = name.to_ascii_lowercase();
        let can_be_sent =
            HeaderName::try_from(name.as_str()).is_ok() && HeaderValue::try_from(&value).is_ok();
        if can_be_sent {
            Ok((name, value))
        } else {
            Err(Malformed::Headers)
        }
    };
    members.iter().map(header).collect()
}

fn cookies(value: Option<&Value>) -> Result<Vec<String>, Malformed> {
    let cookie = |value: &Value| {
        let text = value.as_str().ok_or(Malformed::Headers)?;
        let can_be_sent = HeaderValue::try_from(text).is_ok();
        can_be_sent
            .then(|| text.to_owned())
            .ok_or(Malformed::Headers)
    };
    match value {
        Some(Value::Array(cookies)) => cookies.iter().map(cookie).collect(),
        _ => Ok(Vec::new()),
    }
}

/// A JSON value's kind, in words.
#[must_use]
pub const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inferred(payload: &str) -> Result<(u16, String, String), Malformed> {
        let answer = Answer::infer(&Bytes::copy_from_slice(payload.as_bytes()))?;
        let kind = answer.header("content-type").unwrap().to_owned();
        Ok((
            answer.status,
            kind,
            String::from_utf8(answer.body.to_vec()).unwrap(),
        ))
    }

    #[test]
    fn a_payload_without_a_status_is_the_body() {
        let whole = |payload: &str, body: &str| {
            let expected = (200, "application/json".to_owned(), body.to_owned());
            assert_eq!(inferred(payload), Ok(expected));
        };
        whole(r#"{"message": "Hello"}"#, r#"{"message": "Hello"}"#);
        whole(r#""Hello from Lambda!""#, "Hello from Lambda!");
        whole("[1,2]", "[1,2]");
        whole("null", "null");
        whole(r#"{"body": "text"}"#, r#"{"body": "text"}"#);
    }

    #[test]
    fn a_payload_with_a_status_says_everything() {
        let payload = json!({
            "statusCode": 201, "headers": {"Content-Type": "text/x", "X-N": 7}, "cookies": ["a=1", "b=2"], "body": "aGk=", "isBase64Encoded": true,
        });
        let answer = Answer::infer(&payload.to_string().into()).unwrap();
        assert_eq!((answer.status, &answer.body[..]), (201, &b"hi"[..]));
        assert!(!answer.is_inferred);
        assert_eq!(answer.header("content-type"), Some("text/x"));
        assert_eq!(answer.header("x-n"), Some("7"));
        let cookies = answer
            .headers
            .iter()
            .filter(|(name, _)| name == "set-cookie");
        assert_eq!(cookies.count(), 2);
        assert_eq!(
            inferred(r#"{"statusCode":"404"}"#),
            Ok((404, "text/plain;charset=UTF-8".to_owned(), String::new()))
        );
    }

    #[test]
    fn what_is_wrong_with_an_answer_is_told() {
        for (payload, malformed) in [
            (
                r#"{"statusCode":"ok"}"#,
                Malformed::Status("\"ok\"".to_owned()),
            ),
            (r#"{"statusCode":700}"#, Malformed::Status("700".to_owned())),
            (
                r#"{"statusCode":null}"#,
                Malformed::Status("null".to_owned()),
            ),
            (
                r#"{"statusCode":200,"body":{}}"#,
                Malformed::Body("an object"),
            ),
            (r#"{"statusCode":200,"headers":[]}"#, Malformed::Headers),
            (
                r#"{"statusCode":200,"headers":{"a":"b\nc"}}"#,
                Malformed::Headers,
            ),
            (
                r#"{"statusCode":200,"headers":{"a b":"c"}}"#,
                Malformed::Headers,
            ),
            (
                r#"{"statusCode":200,"cookies":["a\n"]}"#,
                Malformed::Headers,
            ),
            (
                r#"{"statusCode":200,"body":"?","isBase64Encoded":true}"#,
                Malformed::Base64,
            ),
            ("", Malformed::NoJson),
        ] {
            assert_eq!(inferred(payload), Err(malformed), "{payload}");
        }
    }
}
