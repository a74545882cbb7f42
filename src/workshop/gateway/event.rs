//! The event that API Gateway makes of a request: payload format 2.0.
//!
//! Sources: <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>; which bodies are
//! base64-encoded AWS does not say: as seen on AWS, all but `text/*` and JSON, XML and JavaScript, a form and a body without a type
//! included. Nor that an HTTP API decodes the path, in `rawPath`, too, and leaves the query as it came: <https://github.com/aws/aws-lambda-dotnet/pull/1901>,
//! <https://github.com/middleapi/standard-server/pull/93>.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

use super::Request;
use super::route::Found;
use crate::simulator::Timestamp;
use crate::workshop::Outside;
use crate::workshop::lambda::ACCOUNT;

/// The event of a request that takes this route, as JSON.
#[must_use]
pub fn event(
    request: &Request,
    found: &Found,
    api_id: &str,
    request_id: &str,
    outside: &Outside,
) -> Bytes {
    let path = percent_decode_str(&request.path).decode_utf8_lossy();
    let now = (outside.clock)();
    let domain = format!("{api_id}.execute-api.us-east-1.amazonaws.com");
    let mut event = Map::new();
    let mut put = |name: &str, value: Value| event.insert(name.to_owned(), value);
    put("version", "2.0".into());
    put("routeKey", found.goal.route_key().into());
    put("rawPath", path.as_ref().into());
    put("rawQueryString", request.query.as_str().into());
    let cookies: Vec<&str> = request
        .header("cookie")
        .flat_map(|line| line.split(';'))
        .map(str::trim)
        .filter(|cookie| !cookie.is_empty())
        .collect();
    if !cookies.is_empty() {
        put("cookies", cookies.into());
    }
    let mut headers = joined(
        request
            .headers
            .iter()
            .filter(|(name, _)| name != "cookie")
            .map(|(name, value)| (name.as_str(), value.as_str())),
    );
    let more = [
        ("x-amzn-trace-id", outside.ids.root(now.millis() / 1_000)),
        ("x-forwarded-for", request.source.to_string()),
        ("x-forwarded-port", "443".to_owned()),
        ("x-forwarded-proto", "https".to_owned()),
    ];
    for (name, value) in more {
        headers.insert(name.to_owned(), value.into());
    }
    put("headers", headers.into());
    let queries: Vec<_> = form_urlencoded::parse(request.query.as_bytes()).collect();
    if !queries.is_empty() {
        let queries = queries
            .iter()
            .map(|(name, value)| (name.as_ref(), value.as_ref()));
        put("queryStringParameters", joined(queries).into());
    }
    if let Some(id) = &found.id {
        put("pathParameters", json!({ "id": id }));
    }
    let agent = request.header("user-agent").next().unwrap_or_default();
    put(
        "requestContext",
        json!({
            "accountId": ACCOUNT,
            "apiId": api_id,
            "domainName": domain,
            "domainPrefix": api_id,
            "http": {
                "method": request.method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": request.source.to_string(),
                "userAgent": agent,
            },
            "requestId": request_id,
            "routeKey": found.goal.route_key(),
            "stage": "$default",
            "time": common_log_time(now),
            "timeEpoch": now.millis(),
        }),
    );
    let mut is_encoded = false;
    if !request.body.is_empty() {
        let kind = request.header("content-type").next().unwrap_or_default();
        let text = std::str::from_utf8(&request.body)
            .ok()
            .filter(|_| is_text(kind));
        is_encoded = text.is_none();
        let body = text.map_or_else(|| STANDARD.encode(&request.body), str::to_owned);
        put("body", body.into());
    }
    put("isBase64Encoded", is_encoded.into());
    Value::Object(event).to_string().into()
}

/// Several values of one name become one, with commas.
fn joined<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Map<String, Value> {
    let mut map = Map::new();
    for (name, value) in pairs {
        match map.get_mut(name) {
            Some(Value::String(before)) => {
                before.push(',');
                before.push_str(value);
            }
            _ => {
                map.insert(name.to_owned(), value.into());
            }
        }
    }
    map
}

/// Whether a body of this type comes as it is.
fn is_text(content_type: &str) -> bool {
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    let kind = kind.to_ascii_lowercase();
    kind.starts_with("text/")
        || matches!(
            kind.as_str(),
            "application/json" | "application/xml" | "application/javascript"
        )
}

/// `12/Mar/2020:19:03:58 +0000`
fn common_log_time(now: Timestamp) -> String {
    i64::try_from(now.millis())
        .ok()
        .and_then(|millis| jiff::Timestamp::from_millisecond(millis).ok())
        .map(|time| time.strftime("%d/%b/%Y:%H:%M:%S +0000").to_string())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use super::*;
    use crate::workshop::Ids;
    use crate::workshop::gateway::route::route;

    fn outside() -> Outside {
        Outside {
            clock: Arc::new(|| Timestamp::from_millis(1_583_348_638_390)),
            stopwatch: Arc::new(|| Duration::ZERO),
            ids: Arc::new(Ids::new([3; 16])),
        }
    }

    fn made(method: &str, path: &str, query: &str, headers: &[(&str, &str)], body: &[u8]) -> Value {
        let request = Request {
            method: method.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            headers: headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            body: Bytes::copy_from_slice(body),
            source: [127, 0, 0, 1].into(),
        };
        let found = route(method, path).unwrap();
        serde_json::from_slice(&event(
            &request,
            &found,
            "abcdefghij",
            "JKJaXmPLvHcESHA=",
            &outside(),
        ))
        .unwrap()
    }

    #[test]
    fn an_event_has_the_members_of_format_2_0() {
        let event = made(
            "GET",
            "/pets/a%20b",
            "a=1&a=2&b=x%20y&c",
            &[
                ("host", "127.0.0.1:3000"),
                ("cookie", "one=1; two=2"),
                ("accept", "text/html"),
                ("accept", "*/*"),
                ("user-agent", "curl/8.0"),
            ],
            b"",
        );
        insta::assert_snapshot!(serde_json::to_string_pretty(&event).unwrap());
    }

    #[test]
    fn a_body_comes_as_text_only_where_its_type_says_so() {
        let body = |kind: Option<&str>, body: &[u8]| {
            let headers: Vec<_> = kind
                .map(|kind| ("content-type", kind))
                .into_iter()
                .collect();
            let event = made("POST", "/pets", "", &headers, body);
            let text = event.get("body").and_then(Value::as_str).map(str::to_owned);
            (text, event["isBase64Encoded"].as_bool().unwrap())
        };
        let text = |text: &str| Some(text.to_owned());
        for kind in [
            "application/json",
            "Application/JSON; charset=utf-8",
            "text/plain",
            "application/xml",
        ] {
            assert_eq!(body(Some(kind), b"{}"), (text("{}"), false), "{kind}");
        }
        for kind in [
            None,
            Some("application/x-www-form-urlencoded"),
            Some("application/octet-stream"),
            Some("application/vnd.api+json"),
        ] {
            assert_eq!(body(kind, b"{}"), (text("e30="), true), "{kind:?}");
        }
        assert_eq!(body(Some("text/plain"), &[0xff]), (text("/w=="), true));
        assert_eq!(body(Some("application/json"), b""), (None, false));
    }
}
