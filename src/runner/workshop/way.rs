//! What happened to a request on this machine, as a picture has it: from bytes and traces to printable, bounded data.
//!
//! Invariant: everything that is known is told, in the order in which it happened, and nothing else.

use std::time::Duration;

use crate::scene::serve::{Arrival, Request as Arrived};
use crate::scene::workshop::{
    Error, Exchange, Exchanges, Failed, Gateway, Log, Outcome, Place, Reply, Run, Sent, Start,
    Text, Way, headers,
};
use crate::server::Served;
use crate::target::price;
use crate::workshop::gateway::{Passage, Request, Unanswered};
use crate::workshop::goal::Goal;
use crate::workshop::lambda::Invoked;
use crate::workshop::table;

/// Partitions of a table that a picture may have; a handler can make a table of its own with more.
const PARTITIONS: usize = 64;

/// The way of a request; `latency` is what its client waited.
#[must_use]
pub fn way(request: &Request, passage: Passage, latency: Option<Duration>) -> Way {
    let reply = &passage.answer;
    let got = headers(pairs(&reply.headers));
    let reply = Reply::new(reply.status, got, &reply.body, Some(reply.is_inferred));
    let run = passage
        .goal
        .zip(passage.invoked.as_ref())
        .map(|(goal, invoked)| run(goal, invoked));
    Way {
        place: Place::Machine,
        sent: sent(request),
        gateway: gateway(request, &passage),
        run,
        unlogged: None,
        malformed: passage
            .malformed
            .as_ref()
            .map(|malformed| Text::label(&malformed.to_string())),
        exchanges: Some(exchanges(passage.exchanges)),
        reply: Ok(reply),
        latency,
    }
}

fn pairs(headers: &[(String, String)]) -> impl Iterator<Item = (&str, &str)> {
    headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
}

fn sent(request: &Request) -> Sent {
    let target = if request.query.is_empty() {
        request.path.clone()
    } else {
        format!("{}?{}", request.path, request.query)
    };
    let sent = headers(pairs(&request.headers));
    Sent::new(&request.method, &target, sent, &request.body)
}

fn gateway(request: &Request, passage: &Passage) -> Gateway {
    let Some(goal) = passage.goal else {
        return if request.method == "OPTIONS" && passage.answer.status < 400 {
            Gateway::Preflight
        } else {
            Gateway::NoRoute
        };
    };
    let route = Text::label(goal.route_key());
    match passage.unanswered {
        Some(Unanswered::TooLarge) => Gateway::TooLarge { route },
        Some(Unanswered::TooLate) => Gateway::TooLate { route },
        Some(Unanswered::Replaced) => Gateway::Replaced { route },
        None => Gateway::Routed {
            route,
            event: Some(Text::new(&passage.event, None)),
        },
    }
}

fn run(goal: Goal, invoked: &Invoked) -> Run {
    let report = &invoked.report;
    let result = match &invoked.result {
        Ok(payload) => Outcome::Returned(Some(Text::new(payload, None))),
        Err(error) => Outcome::Failed(Failed::new(
            Error::new(error.kind(), error.words()),
            error.trace(),
        )),
    };
    Run {
        function: Text::label(goal.function_name()),
        request_id: Some(Text::label(&invoked.request_id)),
        start: Some(match report.init {
            Some(_) => Start::Cold,
            None => Start::Warm,
        }),
        init: report.init,
        duration: Some(report.duration),
        billed: Some(report.billed()),
        memory: Some(report.memory),
        used: report.used,
        log: Some(Log::new(&invoked.log.text(), invoked.log.dropped)),
        result,
    }
}

fn exchanges(exchanges: table::Exchanges) -> Exchanges {
    let served = exchanges.served.into_iter().map(exchange).collect();
    Exchanges::new(served, exchanges.missed, exchanges.refused)
}

fn exchange(served: Served) -> Exchange {
    let asked = Text::new(&served.request, Some(served.request_bytes as u64));
    let answer = Text::new(&served.reply, Some(served.reply_bytes as u64));
    let error = served.error.as_ref();
    let told = Arrived {
        number: served.number,
        at: served.at.millis(),
        client: &served.client,
        operation: &served.operation,
        status: served.status,
        error: error.map(|error| (error.name.as_str(), error.message.as_str())),
        elapsed: served.elapsed,
        request_bytes: served.request_bytes as u64,
        reply_bytes: served.reply_bytes as u64,
    };
    let (mut partitions, mut picodollars) = (Vec::new(), None);
    if let Some(trace) = &served.trace {
        let states = trace.partitions.iter();
        partitions = states
            .take(PARTITIONS)
            .map(|state| (state.id.0, state.items))
            .collect();
        let price = price::read_units(trace.read).0 + price::write_units(trace.written).0;
        picodollars = Some(price);
    }
    Exchange {
        arrival: Arrival::new(told, served.trace),
        request: asked,
        answer: Some(answer),
        picodollars,
        partitions,
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use proptest::prelude::*;

    use super::*;
    use crate::workshop::gateway::answer::Answer;
    use crate::workshop::lambda::{Cause, FunctionError, Log as Printed, Report};

    fn request(method: &str, path: &str, body: &[u8]) -> Request {
        Request {
            method: method.to_owned(),
            path: path.to_owned(),
            query: String::new(),
            headers: Vec::new(),
            body: Bytes::copy_from_slice(body),
            source: [127, 0, 0, 1].into(),
        }
    }

    fn invoked(result: Result<Bytes, FunctionError>, init: Option<Duration>) -> Invoked {
        Invoked {
            request_id: "1-2-3".to_owned(),
            result,
            log: Printed::default(),
            report: Report {
                duration: Duration::from_micros(2_001),
                init,
                memory: 128,
                used: Some(70),
                cause: None,
            },
        }
    }

    fn passage(goal: Option<Goal>, invoked: Option<Invoked>, status: u16) -> Passage {
        Passage {
            goal,
            event: Bytes::from_static(b"{}"),
            invoked,
            unanswered: None,
            exchanges: table::Exchanges::default(),
            malformed: None,
            answer: Answer {
                status,
                headers: Vec::new(),
                body: Bytes::from_static(b"done"),
                is_inferred: false,
            },
            took: Duration::from_millis(3),
        }
    }

    fn done() -> Invoked {
        invoked(Ok(Bytes::from_static(b"{}")), None)
    }

    #[test]
    fn the_gateway_tells_how_far_a_request_came() {
        let route: std::sync::Arc<str> = "GET /pets/{id}".into();
        let routed = Gateway::Routed {
            route: route.clone(),
            event: Some(Text::new(b"{}", None)),
        };
        let one = Some(Goal::GetOne);
        let without = |why, status| Passage {
            unanswered: Some(why),
            ..passage(one, None, status)
        };
        let (large, late, replaced) = (route.clone(), route.clone(), route);
        for (method, passage, wanted) in [
            ("GET", passage(one, Some(done()), 200), routed),
            (
                "GET",
                without(Unanswered::TooLarge, 413),
                Gateway::TooLarge { route: large },
            ),
            (
                "GET",
                without(Unanswered::TooLate, 503),
                Gateway::TooLate { route: late },
            ),
            (
                "GET",
                without(Unanswered::Replaced, 503),
                Gateway::Replaced { route: replaced },
            ),
            ("GET", passage(None, None, 404), Gateway::NoRoute),
            ("OPTIONS", passage(None, None, 204), Gateway::Preflight),
            // A browser that may not ask is told so by an answer that is none of the three.
            ("OPTIONS", passage(None, None, 404), Gateway::NoRoute),
        ] {
            let way = way(&request(method, "/pets/2", b""), passage, None);
            assert_eq!(way.gateway, wanted, "{method}");
            assert_eq!(way.run.is_some(), matches!(wanted, Gateway::Routed { .. }));
        }
    }

    #[test]
    fn a_run_tells_what_lambda_would() {
        let cold = invoked(
            Ok(Bytes::from_static(b"{}")),
            Some(Duration::from_millis(80)),
        );
        let cold = run(Goal::Post, &cold);
        assert_eq!(
            (cold.start, cold.memory, cold.used),
            (Some(Start::Cold), Some(128), Some(70))
        );
        // Each millisecond that began is billed.
        assert!(cold.billed >= Some(3), "{:?}", cold.billed);
        assert_eq!(&*cold.function, Goal::Post.function_name());
        let failed = FunctionError {
            cause: Cause::Thrown,
            payload: serde_json::json!({
                "errorType": "TypeError", "errorMessage": "x is not a function", "trace": ["at a", "at b"],
            }),
        };
        let warm = run(Goal::Post, &invoked(Err(failed), None));
        assert_eq!((warm.start, warm.init), (Some(Start::Warm), None));
        let Outcome::Failed(failed) = warm.result else {
            panic!("{:?}", warm.result);
        };
        assert_eq!(failed.error, Error::new("TypeError", "x is not a function"));
        assert_eq!(failed.trace.len(), 2);
    }

    proptest! {
        /// What a client or a handler says can hold what moves a terminal's cursor; nothing of it comes out.
        #[test]
        fn whatever_was_said_is_printable(
            path in "[\\x00-\\x7f\u{9b}é]{0,20}",
            body in proptest::collection::vec(any::<u8>(), 0..200),
            status in 100_u16..600,
        ) {
            let mut asked = request("GET", &path, &body);
            asked.headers = vec![("x".to_owned(), path.clone())];
            let mut passed = passage(Some(Goal::GetAll), Some(done()), status);
            passed.event = Bytes::copy_from_slice(&body);
            passed.answer.body = Bytes::copy_from_slice(&body);
            passed.answer.headers = vec![("y".to_owned(), path)];
            let way = way(&asked, passed, None);
            let reply = way.reply.clone().unwrap();
            let mut said = vec![way.sent.target.clone(), way.sent.body.text.clone(), reply.body.text.clone()];
            let both = way.sent.headers.iter().chain(&reply.headers);
            said.extend(both.flat_map(|(name, value)| [name.clone(), value.clone()]));
            if let Gateway::Routed { event: Some(event), .. } = &way.gateway {
                said.push(event.text.clone());
            }
            for text in said {
                let odd = text.chars().find(|one| one.is_control() && *one != '\n');
                prop_assert_eq!(odd, None, "{:?}", text);
            }
            prop_assert_eq!(way.sent.body.bytes, body.len() as u64);
        }
    }
}
