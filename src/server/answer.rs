//! Answers as DynamoDB's endpoint sends them.
//!
//! ```text
//!   HTTP/1.1 200 OK
//!   server: Server                                      as AWS's
//!   content-type: application/x-amz-json-1.0            as the request's
//!   x-amzn-requestid: 52 capital letters and digits
//!   x-amz-crc32: of the bytes that follow, so of the packed ones where they are packed
//! ```
//!
//! Invariant: every answer has a request id and the checksum of its body.

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD, CONNECTION, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap,
    HeaderName, HeaderValue, SERVER, VARY,
};
use hyper::{Response, StatusCode};
use serde_json::json;

use super::body::Reserved;
use super::coding::Coding;
use crate::simulator::{Reply, RequestId};

pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
pub(super) const CRC32: HeaderName = HeaderName::from_static("x-amz-crc32");

/// Where AWS has its names of errors from.
const SERVICE: &str = "com.amazon.coral.service#";
const AVAILABILITY: &str = "com.amazon.coral.availability#";
const DYNAMODB: &str = "com.amazonaws.dynamodb.v20120810#";

/// What AWS says of a path, a method or a content type it does not know.
const NOT_FOUND: &[u8] = b"<UnknownOperationException/>\n";

/// How the body of an answer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    AmzJson,
    Json,
    Text,
}

impl Form {
    /// As a request's own `Content-Type` has it; nothing where DynamoDB does not know it.
    pub(super) fn of(content_type: &str) -> Option<Self> {
        let media = content_type.split(';').next().unwrap_or_default().trim();
        if media.eq_ignore_ascii_case("application/x-amz-json-1.0") {
            Some(Self::AmzJson)
        } else if media.eq_ignore_ascii_case("application/json") {
            Some(Self::Json)
        } else {
            None
        }
    }

    const fn header(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::AmzJson => "application/x-amz-json-1.0",
            Self::Json => "application/json",
            Self::Text => "text/plain; charset=utf-8",
        })
    }
}

/// An answer on its way.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) form: Option<Form>,
    pub(super) request_id: RequestId,
    pub(super) body: Bytes,
    /// Of the body.
    pub(super) crc32: u32,
    /// How the body is packed, if it is.
    pub(super) coding: Option<Coding>,
    /// The connection ends with it.
    pub(super) closes: bool,
}

impl Answer {
    fn new(status: StatusCode, form: Option<Form>, request_id: RequestId, body: Bytes) -> Self {
        Self {
            status,
            form,
            request_id,
            crc32: crc32fast::hash(&body),
            body,
            coding: None,
            closes: false,
        }
    }

    /// What the simulated table says.
    pub(super) fn of(reply: Reply, form: Form) -> Self {
        Self {
            status: StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            form: Some(form),
            request_id: reply.request_id,
            body: reply.body.into(),
            crc32: reply.crc32,
            coding: None,
            closes: false,
        }
    }

    pub(super) fn healthy(region: &str, request_id: RequestId) -> Self {
        let body = format!("healthy: dynamodb.{region}.amazonaws.com ");
        Self::new(StatusCode::OK, Some(Form::Text), request_id, body.into())
    }

    pub(super) fn not_found(request_id: RequestId) -> Self {
        let body = Bytes::from_static(NOT_FOUND);
        Self::new(StatusCode::NOT_FOUND, None, request_id, body)
    }

    /// The answer to a browser that asks before it asks.
    pub(super) fn preflight(request_id: RequestId) -> Self {
        Self::new(StatusCode::OK, None, request_id, Bytes::new())
    }

    /// An error of the service's front door.
    pub(super) fn error(form: Form, request_id: RequestId, error: &str, message: &str) -> Self {
        Self::refusal(
            StatusCode::BAD_REQUEST,
            SERVICE,
            form,
            request_id,
            error,
            message,
        )
    }

    fn refusal(
        status: StatusCode,
        prefix: &str,
        form: Form,
        request_id: RequestId,
        error: &str,
        message: &str,
    ) -> Self {
        let body = json!({"__type": format!("{prefix}{error}"), "message": message});
        let body = body.to_string().into();
        Self::new(status, Some(form), request_id, body)
    }

    /// For who is not meant: not AWS's, because AWS has no such case.
    pub(super) fn forbidden(form: Form, request_id: RequestId, message: &str) -> Self {
        let forbidden = StatusCode::FORBIDDEN;
        let error = "AccessDeniedException";
        Self::refusal(forbidden, SERVICE, form, request_id, error, message).closing()
    }

    /// There is too much altogether.
    pub(super) fn limit(form: Form, request_id: RequestId, message: &str) -> Self {
        let bad = StatusCode::BAD_REQUEST;
        let error = "LimitExceededException";
        Self::refusal(bad, DYNAMODB, form, request_id, error, message)
    }

    /// SDKs wait and send it again.
    pub(super) fn throttled(form: Form, request_id: RequestId, message: &str) -> Self {
        let bad = StatusCode::BAD_REQUEST;
        Self::refusal(
            bad,
            AVAILABILITY,
            form,
            request_id,
            "ThrottlingException",
            message,
        )
    }

    /// SDKs wait and send it again.
    pub(super) fn unavailable(form: Form, request_id: RequestId, message: &str) -> Self {
        let status = StatusCode::SERVICE_UNAVAILABLE;
        let error = "ServiceUnavailableException";
        Self::refusal(status, AVAILABILITY, form, request_id, error, message)
    }

    pub(super) fn too_large(form: Form, request_id: RequestId, most: usize) -> Self {
        let status = StatusCode::PAYLOAD_TOO_LARGE;
        let message = format!("Request body is larger than {most} bytes.");
        let error = "RequestEntityTooLargeException";
        Self::refusal(status, SERVICE, form, request_id, error, &message).closing()
    }

    pub(super) fn too_slow(form: Form, request_id: RequestId, message: &str) -> Self {
        let status = StatusCode::REQUEST_TIMEOUT;
        let error = "RequestTimeoutException";
        Self::refusal(status, SERVICE, form, request_id, error, message).closing()
    }

    fn closing(mut self) -> Self {
        self.closes = true;
        self
    }

    /// The same packed.
    pub(super) fn packed(mut self, coding: Coding) -> Self {
        // Where it can't be packed it goes as it is.
        if let Ok(packed) = coding.pack(&self.body) {
            self.crc32 = crc32fast::hash(&packed);
            self.body = packed.into();
            self.coding = Some(coding);
        }
        self
    }

    /// As it goes out; the room of its body is free again when the last byte was written.
    pub(super) fn into_response(self, room: Option<Reserved>) -> Response<Full<Bytes>> {
        let body = match room {
            None => self.body,
            Some(room) => Bytes::from_owner(Held {
                body: self.body,
                _room: room,
            }),
        };
        let mut response = Response::new(Full::new(body));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.reserve(8);
        headers.insert(SERVER, HeaderValue::from_static("Server"));
        if let Some(form) = self.form {
            headers.insert(CONTENT_TYPE, form.header());
        }
        if let Some(coding) = self.coding {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static(coding.name()));
        }
        if self.closes {
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }
        if let Ok(request_id) = HeaderValue::from_str(&self.request_id) {
            headers.insert(REQUEST_ID, request_id);
        }
        headers.insert(CRC32, self.crc32.into());
        response
    }
}

/// A body with the room that is reserved for it.
struct Held {
    body: Bytes,
    _room: Reserved,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.body
    }
}

/// What a browser wants to see before it gives an answer to the page that asked; the page's origin was found to be of this machine.
pub(super) fn allow_origin(
    asked: &HeaderMap,
    origin: HeaderValue,
    response: &mut Response<Full<Bytes>>,
) {
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(VARY, HeaderValue::from_static("origin"));
    headers.insert(
        ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static("x-amzn-requestid,x-amz-crc32"),
    );
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("172800"));
    if let Some(names) = asked.get(ACCESS_CONTROL_REQUEST_HEADERS) {
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, names.clone());
    }
    if let Some(method) = asked.get(ACCESS_CONTROL_REQUEST_METHOD) {
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, method.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulator::{Settings, Simulator};

    #[test]
    fn content_types_are_those_that_dynamodb_knows() {
        let forms = [
            ("application/x-amz-json-1.0", Some(Form::AmzJson)),
            ("  application/json  ;   asfd", Some(Form::Json)),
            ("application/json;charset=utf-8", Some(Form::Json)),
            ("APPLICATION/JSON", Some(Form::Json)),
            ("application/x-amz-json-1.1", None),
            ("application/jsonasdf", None),
            ("", None),
        ];
        for (content_type, form) in forms {
            assert_eq!(Form::of(content_type), form, "{content_type}");
        }
    }

    fn id() -> RequestId {
        Simulator::new(Settings::default()).request_id()
    }

    #[test]
    fn the_bodies_have_the_checksums_that_aws_was_observed_to_send() {
        assert_eq!(Answer::not_found(id()).crc32, 3_552_371_480);
        let missing = Answer::error(
            Form::Json,
            id(),
            "MissingAuthenticationTokenException",
            "Request is missing Authentication Token",
        );
        assert_eq!(missing.crc32, 2_088_342_776);
        let healthy = Answer::healthy("us-east-1", id());
        assert_eq!(
            &healthy.body[..],
            b"healthy: dynamodb.us-east-1.amazonaws.com "
        );
    }

    #[test]
    fn a_packed_answer_has_the_checksum_of_what_is_sent() {
        let plain = Answer::healthy("us-east-1", id());
        let (before, crc32) = (plain.body.clone(), plain.crc32);
        let packed = plain.packed(Coding::Gzip);
        assert_ne!(packed.crc32, crc32);
        assert_eq!(packed.crc32, crc32fast::hash(&packed.body));
        let mut unpacked = Vec::new();
        let mut reader = flate2::read::GzDecoder::new(&packed.body[..]);
        std::io::Read::read_to_end(&mut reader, &mut unpacked).unwrap();
        assert_eq!(unpacked, before);
        let response = packed.into_response(None);
        assert_eq!(response.headers()[CONTENT_ENCODING], "gzip");
    }
}
