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
use crate::workshop::gateway::{Passage, Request};
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
    if passage.invoked.is_none() {
        return Gateway::TooLate { route };
    }
    Gateway::Routed {
        route,
        event: Some(Text::new(&passage.event, None)),
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
