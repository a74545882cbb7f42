//! CORS as an HTTP API does it that allows pages of this machine, `GET` and `POST`, and the header `content-type`.
//!
//! Preflights are answered by the API itself, and what a handler says of CORS is replaced. Pages of other sites are turned away before
//! ([`super::listen`]), so an origin that comes here is one of this machine.
//!
//! Source: <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html>.

use super::Request;
use super::answer::Answer;

const METHODS: &str = "GET,POST";
const HEADERS: &str = "content-type";

/// The answer to a preflight, if this is one.
pub(super) fn preflight(request: &Request) -> Option<Answer> {
    let origin = request.header("origin").next()?;
    request.header("access-control-request-method").next()?;
    if request.method != "OPTIONS" {
        return None;
    }
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    Some(Answer {
        status: 204,
        headers: vec![
            header("access-control-allow-origin", origin),
            header("access-control-allow-methods", METHODS),
            header("access-control-allow-headers", HEADERS),
            header("access-control-max-age", "0"),
            header("vary", "origin"),
        ],
        body: bytes::Bytes::new(),
        is_inferred: false,
    })
}

/// What a page needs in order to read the answer.
pub(super) fn add_headers(request: &Request, answer: &mut Answer) {
    answer
        .headers
        .retain(|(name, _)| !name.starts_with("access-control-"));
    if let Some(origin) = request.header("origin").next() {
        answer
            .headers
            .push(("access-control-allow-origin".to_owned(), origin.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(method: &str, headers: &[(&str, &str)]) -> Request {
        Request {
            method: method.to_owned(),
            path: "/pets".to_owned(),
            query: String::new(),
            headers: headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            body: bytes::Bytes::new(),
            source: [127, 0, 0, 1].into(),
        }
    }

    #[test]
    fn a_preflight_is_answered_and_an_ordinary_options_is_not() {
        let origin = ("origin", "http://localhost:8080");
        let asks = ("access-control-request-method", "POST");
        let answer = preflight(&request("OPTIONS", &[origin, asks])).unwrap();
        assert_eq!(answer.status, 204);
        assert_eq!(answer.header("access-control-allow-origin"), Some(origin.1));
        assert_eq!(
            answer.header("access-control-allow-methods"),
            Some("GET,POST")
        );
        assert_eq!(preflight(&request("OPTIONS", &[origin])), None);
        assert_eq!(preflight(&request("OPTIONS", &[asks])), None);
        assert_eq!(preflight(&request("POST", &[origin, asks])), None);
    }

    #[test]
    fn a_handlers_own_headers_are_replaced() {
        let mut answer = Answer::message(200, "x");
        answer
            .headers
            .push(("access-control-allow-origin".to_owned(), "*".to_owned()));
        let mut other = answer.clone();
        add_headers(&request("GET", &[]), &mut answer);
        assert_eq!(answer.header("access-control-allow-origin"), None);
        add_headers(&request("GET", &[("origin", "http://[::1]")]), &mut other);
        assert_eq!(
            other.header("access-control-allow-origin"),
            Some("http://[::1]")
        );
    }
}
