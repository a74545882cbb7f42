//! One request: who sends it, what DynamoDB's front door says of it, the simulated table's answer, and the report.
//!
//! ```text
//!   Host, Origin ─→ method, path, content type ─→ (class: join code, requests a second) ─→ body
//!       403                   404                      400                                  413, 408, 503
//!     ─→ JSON? known operation? signed? ─→ Simulator::call ─→ durable? ─→ packed? ─→ report, answer
//! ```
//!
//! Invariant: every request gets exactly one answer, and whoever watches exactly one report of it.

use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::{
    ACCEPT_ENCODING, AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, DATE, EXPECT, HOST, HeaderMap,
    HeaderName, HeaderValue, ORIGIN,
};
use hyper::http::request::Parts;
use hyper::http::uri::Authority;
use hyper::{Method, Request, Response};

use super::access::{Access, Admission, is_local_origin};
use super::answer::{Answer, Form, allow_origin};
use super::body::{self, Body, NoBody, Reserved};
use super::clients::Clients;
use super::coding::{Coding, PACKED_FROM};
use super::line::Phase;
use super::report::Why;
use super::shared::{Asked, Peer, Shared, beginning};
use super::signature::{Signed, Unsigned};
use crate::simulator::wire::error::ServiceError;
use crate::simulator::{Simulator, Timestamp};

const TARGET: HeaderName = HeaderName::from_static("x-amz-target");
const AMZ_DATE: HeaderName = HeaderName::from_static("x-amz-date");
/// What stands before the operation's name in `X-Amz-Target`.
const TARGET_PREFIX: &str = "DynamoDB_20120810.";

/// What a request came to.
enum Outcome {
    Answered(Answer, Asked, Option<Reserved>),
    /// Turned away, with an answer where one can be given.
    Refused(Answer, Why),
}

/// Serves one request of a connection.
pub(super) async fn serve(
    shared: Arc<Shared>,
    peer: Arc<Peer>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    peer.line.enter(Phase::Body, &shared.ticks);
    let origin = request.headers().get(ORIGIN).cloned();
    // A page that may send is told so in the answer's head; other clients don't need it.
    let asked = origin.as_ref().map(|_| request.headers().clone());
    let (answer, room, is_allowed) = match shared.outcome(&peer, request).await {
        Outcome::Answered(answer, asked, room) => {
            shared.report(&peer, &answer, asked);
            (answer, room, true)
        }
        Outcome::Refused(answer, why) => {
            let is_allowed = !matches!(why, Why::Host(_) | Why::Origin(_));
            shared.refuse(&peer.name, why);
            (answer, None, is_allowed)
        }
    };
    let mut response = answer.into_response(room);
    if let (true, Some(origin), Some(asked)) = (is_allowed, origin, asked) {
        allow_origin(&asked, origin, &mut response);
    }
    peer.line.enter(Phase::Idle, &shared.ticks);
    Ok(response)
}

impl Shared {
    async fn outcome(self: &Arc<Self>, peer: &Peer, request: Request<Incoming>) -> Outcome {
        let (head, incoming) = request.into_parts();
        let content_type = text(&head.headers, &CONTENT_TYPE);
        let known_form = content_type.and_then(Form::of);
        let form = known_form.unwrap_or(Form::Json);
        if let Some((answer, why)) = self.turned_away(peer, &head, form) {
            return Outcome::Refused(answer, why);
        }
        let asked = Asked {
            at: (self.clock)(),
            began: self.ticks.now(),
            name: None,
            operation: "".into(),
            request_bytes: 0,
            request: Bytes::new(),
            reply: None,
            was_called: false,
        };
        let has_body = !hyper::body::Body::is_end_stream(&incoming);
        let has_form = known_form.is_some() || (!has_body && content_type.is_none());
        if head.method == Method::POST && head.uri.path() == "/" && has_form {
            self.operation(peer, &head, incoming, form, asked).await
        } else {
            self.elsewhere(&head, asked)
        }
    }

    /// Who is not served at all, before anything else of a request is looked at.
    fn turned_away(&self, peer: &Peer, head: &Parts, form: Form) -> Option<(Answer, Why)> {
        let id = || self.simulator.request_id();
        if let Some(why) = self.foreign(head, peer.local) {
            let message = match &why {
                Why::Origin(_) => {
                    "Requests from web pages are answered only for pages of this machine (http://localhost, http://127.0.0.1)."
                }
                _ => {
                    "The Host of this request is not this server. Use the address that it printed when it started."
                }
            };
            return Some((Answer::forbidden(form, id(), message), why));
        }
        if !self.clients.may_ask(&peer.client, self.ticks.now()) {
            let message = format!(
                "Rate exceeded: this server takes {} requests a second from one address.",
                self.limits.requests_each.unwrap_or_default()
            );
            return Some((Answer::throttled(form, id(), &message), Why::Requests));
        }
        None
    }

    /// What is no operation: whether the server is well, a browser's question, and everything that is not found.
    fn elsewhere(&self, head: &Parts, mut asked: Asked) -> Outcome {
        if self.watcher.is_some() {
            asked.operation = format!("{} {}", head.method, head.uri.path()).into();
        }
        let id = self.simulator.request_id();
        let answer = match head.method {
            Method::GET if head.uri.path() == "/" => {
                Answer::healthy(&self.simulator.settings().region, id)
            }
            Method::OPTIONS if head.headers.contains_key(ORIGIN) => Answer::preflight(id),
            _ => Answer::not_found(id),
        };
        Outcome::Answered(answer, asked, None)
    }

    async fn operation(
        self: &Arc<Self>,
        peer: &Peer,
        head: &Parts,
        incoming: Incoming,
        form: Form,
        mut asked: Asked,
    ) -> Outcome {
        let headers = &head.headers;
        let signed = Signed {
            authorization: text(headers, &AUTHORIZATION),
            query: head.uri.query().unwrap_or_default(),
            dated: headers.contains_key(AMZ_DATE) || headers.contains_key(DATE),
        };
        let unsigned = signed.check().err();
        match self.admit(peer, signed.access_key()) {
            Ok(name) => asked.name = name,
            Err((why, wait)) => {
                let answer = self.not_admitted(form, unsigned, wait);
                return Outcome::Refused(answer, why);
            }
        }
        let body = match self.body(peer, headers, incoming).await {
            Ok(body) => body,
            Err(no_body) => return self.no_body(no_body, form),
        };
        peer.line.enter(Phase::Busy, &self.ticks);
        asked.began = self.ticks.now();
        asked.request_bytes = body.sent;
        if let Some(watcher) = &self.watcher
            && body.bytes.len() <= watcher.keeps()
        {
            asked.request = body.bytes.clone();
        }
        let target = text(headers, &TARGET).unwrap_or_default();
        let operation = target.strip_prefix(TARGET_PREFIX).unwrap_or_default();
        if self.watcher.is_some() {
            asked.operation = match (operation, target) {
                ("", "") => "(no X-Amz-Target)".into(),
                ("", other) => other.into(),
                (operation, _) => operation.into(),
            };
        }
        if let Some(unsigned) = unsigned {
            let answer = self.not_signed(form, &unsigned, operation, &body, asked.at);
            return Outcome::Answered(answer, asked, None);
        }
        if self.is_full.load(Ordering::Relaxed) && may_grow(operation) {
            let message = "The machine of this server has hardly any memory left. Delete items or tables first.";
            let answer = Answer::limit(form, self.simulator.request_id(), message);
            return Outcome::Answered(answer, asked, None);
        }
        let Some((reply, room)) = self.call(operation, body, asked.at).await else {
            let message = "Too many large answers are on their way to other clients. Try again.";
            let id = self.simulator.request_id();
            return Outcome::Refused(Answer::unavailable(form, id, message), Why::Memory);
        };
        asked.was_called = true;
        let mut answer = Answer::of(reply, form);
        if answer.status.is_success()
            && answer.body.len() >= PACKED_FROM
            && let Some(accepted) = headers.get_all(ACCEPT_ENCODING).iter().next_back()
            && let Some(coding) = accepted.to_str().ok().and_then(Coding::accepted)
        {
            if let Some(watcher) = &self.watcher {
                asked.reply = Some(beginning(&answer.body, watcher.keeps()));
            }
            answer = packed(answer, coding).await;
        }
        Outcome::Answered(answer, asked, room)
    }

    /// The answer to who did not give the join code: what is wrong with the credentials, where it is that, or else that nobody has them.
    fn not_admitted(&self, form: Form, unsigned: Option<Unsigned>, wait: Duration) -> Answer {
        let id = self.simulator.request_id();
        if !wait.is_zero() {
            let seconds = wait.as_secs() + 1;
            let message = format!("Too many wrong join codes. Try again in {seconds} seconds.");
            return Answer::throttled(form, id, &message);
        }
        let Unsigned { error, message } = unsigned.unwrap_or_else(|| Unsigned {
            error: "UnrecognizedClientException",
            message: "The security token included in the request is invalid.".to_owned(),
        });
        Answer::error(form, id, error, &message)
    }

    /// The answer to a request without proper credentials. DynamoDB reads the body and looks for the operation before it asks who sends it.
    fn not_signed(
        &self,
        form: Form,
        unsigned: &Unsigned,
        operation: &str,
        body: &Body,
        at: Timestamp,
    ) -> Answer {
        // Of no operation, so that nothing is done.
        let first = self.simulator.call("", &body.bytes, at);
        let is_readable =
            body.bytes.is_empty() || first.body == ServiceError::unknown_operation().body();
        if is_readable && Simulator::offers(operation) {
            Answer::error(form, first.request_id, unsigned.error, &unsigned.message)
        } else {
            Answer::of(first, form)
        }
    }

    /// Why a request is none of ours, where it is not.
    fn foreign(&self, head: &Parts, local: IpAddr) -> Option<Why> {
        let headers = &head.headers;
        let mut hosts = headers.get_all(HOST).iter();
        let host = hosts.next().and_then(|host| host.to_str().ok());
        // A target with a host of its own counts more than the header.
        let named = head.uri.authority().map(Authority::as_str);
        let foreign = [host, named.or(host)]
            .into_iter()
            .find(|host| !host.is_some_and(|host| self.access.is_ours(host, local)));
        if let Some(foreign) = foreign {
            return Some(Why::Host(foreign.unwrap_or("(none)").to_owned()));
        }
        if hosts.next().is_some() {
            return Some(Why::Host("(several)".to_owned()));
        }
        let mut origins = headers.get_all(ORIGIN).iter();
        let foreign = origins.find(|origin| !origin.to_str().is_ok_and(is_local_origin))?;
        Some(Why::Origin(
            String::from_utf8_lossy(foreign.as_bytes()).into_owned(),
        ))
    }

    /// The name of who sends, where the access key brings one; why it is refused and for how long, otherwise.
    fn admit(&self, peer: &Peer, key: Option<&str>) -> Result<Option<Arc<str>>, (Why, Duration)> {
        if self.access == Access::Loopback {
            return Ok(None);
        }
        let now = self.ticks.now();
        if let Some(wait) = self.clients.must_wait(&peer.client, now) {
            return Err((Why::Guessing, wait));
        }
        match self.access.admit(key) {
            Admission::Local => Ok(None),
            Admission::Member(name) => {
                Clients::welcome(&peer.client);
                Ok(name)
            }
            Admission::WrongCode => {
                self.clients.missed(&peer.client, now);
                Err((Why::JoinCode, Duration::ZERO))
            }
        }
    }

    async fn body(
        &self,
        peer: &Peer,
        headers: &HeaderMap,
        incoming: Incoming,
    ) -> Result<Body, NoBody> {
        let coding = headers.get(CONTENT_ENCODING).map(HeaderValue::as_bytes);
        let coding = coding.unwrap_or_default().to_ascii_lowercase();
        let is_gzip = match coding.as_slice() {
            b"" | b"identity" => false,
            b"gzip" => true,
            _ => return Err(NoBody::UnknownEncoding),
        };
        let announces_too_much = hyper::body::Body::size_hint(&incoming)
            .exact()
            .is_some_and(|bytes| bytes > self.limits.body_bytes as u64);
        // It waits for leave to send, and is not given it.
        if announces_too_much && headers.contains_key(EXPECT) {
            return Err(NoBody::TooLarge);
        }
        let rooms = [&peer.client.bodies, &self.bodies];
        let line = (&*peer.line, &*self.ticks);
        body::read(incoming, is_gzip, &self.limits, rooms, line).await
    }

    fn no_body(&self, why: NoBody, form: Form) -> Outcome {
        let id = self.simulator.request_id();
        match why {
            NoBody::TooLarge => {
                let answer = Answer::too_large(form, id, self.limits.body_bytes);
                Outcome::Refused(answer, Why::TooLarge)
            }
            NoBody::TooSlow => {
                let message = "The body of the request did not come in time.";
                Outcome::Refused(Answer::too_slow(form, id, message), Why::TooSlow)
            }
            NoBody::NoRoom => {
                let message = "Too many large requests are under way. Try again.";
                Outcome::Refused(Answer::unavailable(form, id, message), Why::Memory)
            }
            NoBody::Broken => {
                let message = "The body could not be read.";
                let answer = Answer::error(form, id, "SerializationException", message);
                Outcome::Refused(answer, Why::NoHttp)
            }
            NoBody::NoGzip | NoBody::UnknownEncoding => {
                let message = match why {
                    NoBody::NoGzip => "The body is not in gzip, as its Content-Encoding says.",
                    _ => "Content-Encoding has to be gzip, or left out.",
                };
                // Of what can't be unpacked AWS says no more than that it failed (observed by ScyllaDB's Alternator).
                Outcome::Refused(Answer::of(self.internal(message), form), Why::NoHttp)
            }
        }
    }
}

/// Whether an operation may need more memory for tables than there was.
fn may_grow(operation: &str) -> bool {
    matches!(
        operation,
        "PutItem"
            | "UpdateItem"
            | "BatchWriteItem"
            | "TransactWriteItems"
            | "CreateTable"
            | "UpdateTable"
    )
}

async fn packed(answer: Answer, coding: Coding) -> Answer {
    let twin = Answer {
        request_id: answer.request_id,
        body: answer.body.clone(),
        ..answer
    };
    // Where no thread is to be had, it goes as it is.
    tokio::task::spawn_blocking(move || twin.packed(coding))
        .await
        .unwrap_or(answer)
}

fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name).map(HeaderValue::to_str)?.ok()
}
