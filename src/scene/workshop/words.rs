//! The same in words: one or two sentences for a moment, and a few words for a station.
//!
//! Invariant: nothing is said that is not in the way, and what is not known is said to be unknown or left out.

use std::time::Duration;

use super::script::Moment;
use super::way::{Exchange, Gateway, Outcome, Place, Reply, Run, Start, Way};
use crate::scene::serve;
use crate::scene::{bytes, plural};
use crate::simulator::trace::{CapacityUnits, Effect};

/// What happens at a moment.
pub(super) fn narrate(way: &Way, moment: Option<Moment>) -> String {
    let Some(moment) = moment else {
        return opening(way);
    };
    match moment {
        Moment::Sent => sent(way),
        Moment::Routed => routed(way),
        Moment::Event => event(way),
        Moment::Asked(index) => exchange(way, index).map_or_else(String::new, asked),
        Moment::Answered(index) => exchange(way, index).map_or_else(String::new, answered),
        Moment::Returned => returned(way),
        Moment::Payload => payload(way),
        Moment::Reply => reply(way),
    }
}

fn exchange(way: &Way, index: usize) -> Option<&Exchange> {
    way.exchanges.as_ref()?.exchanges.get(index)
}

/// `GET /pets/2`
#[must_use]
pub fn request(way: &Way) -> String {
    format!("{} {}", way.sent.method, way.sent.target)
}

fn opening(way: &Way) -> String {
    match way.place {
        Place::Machine => format!(
            "{} on its way through your handler, on this machine and the simulated table.",
            request(way)
        ),
        Place::Account => format!("{} on its way through your handler, on AWS.", request(way)),
    }
}

fn sent(way: &Way) -> String {
    if let Err(why) = &way.reply {
        return format!(
            "The client sends {}, and gets no answer: {why}",
            request(way)
        );
    }
    let body = match way.sent.body.bytes {
        0 => "without a body".to_owned(),
        size => format!("with a body of {}", bytes(size)),
    };
    format!("The client sends {} {body}.", request(way))
}

fn routed(way: &Way) -> String {
    match &way.gateway {
        Gateway::Routed { route, .. } => {
            format!("API Gateway finds the route {route}, and the function behind it.")
        }
        Gateway::NoRoute => format!(
            "There is no route for {}, so API Gateway answers 404 itself. No function hears of it.",
            request(way)
        ),
        Gateway::Preflight => {
            "A browser asks whether a page may send this. API Gateway answers that itself."
                .to_owned()
        }
        Gateway::TooLate { route } => format!(
            "The function behind {route} did not answer in the 30 seconds that an integration has, so API Gateway answers 503."
        ),
        Gateway::TooLarge { route } => format!(
            "API Gateway finds the route {route}, but the event for its function is larger than the 6 MB that Lambda takes, so it answers 413. The function does not hear of it."
        ),
        Gateway::Replaced { route } => format!(
            "The function behind {route} was at work when its file was saved, which ends it here, so the answer is 503. On AWS it would come to its end with the old code."
        ),
        Gateway::Refused { why } => format!("API Gateway refuses the request itself: {why}"),
    }
}

fn event(way: &Way) -> String {
    let Gateway::Routed { event, .. } = &way.gateway else {
        return String::new();
    };
    let event = match event {
        Some(event) => format!("an event of {}", bytes(event.bytes)),
        None => "an event".to_owned(),
    };
    let Some(run) = &way.run else {
        let why = match &way.unlogged {
            Some(why) => format!("No more is known of it: {}.", why.trim_end_matches('.')),
            None => "Its log is not there yet, so no more is known of it.".to_owned(),
        };
        return format!("The function gets {event}. {why}");
    };
    let start = match (run.start, run.init) {
        (Some(Start::Cold), Some(init)) => format!(
            " It starts cold: an environment and your file are loaded first, in {}.",
            time(init)
        ),
        (Some(Start::Cold), None) => " It starts cold: an environment is made first.".to_owned(),
        (Some(Start::Warm), _) => {
            " It is warm: the environment of an earlier request is there.".to_owned()
        }
        (None, _) => String::new(),
    };
    format!("{} gets {event}.{start}", run.name())
}

fn asked(exchange: &Exchange) -> String {
    let arrival = &exchange.arrival;
    let table = arrival.table.as_ref();
    let table = table.map_or_else(String::new, |table| format!(" on {table}"));
    format!(
        "The handler sends {}{table}, {}.",
        arrival.operation,
        bytes(exchange.request.bytes)
    )
}

fn answered(exchange: &Exchange) -> String {
    let arrival = &exchange.arrival;
    match &arrival.outcome {
        serve::Outcome::Served => {}
        serve::Outcome::Throttled { error, message }
        | serve::Outcome::Refused { error, message, .. } => {
            return format!("DynamoDB refuses it: {error}. {message}");
        }
        serve::Outcome::TurnedAway { why } => return format!("It was turned away: {why}"),
    }
    let units = units(exchange).map_or_else(String::new, |units| format!(", for {units}"));
    let mut partitions: Vec<u32> = arrival.touches.iter().map(|one| one.partition.0).collect();
    partitions.sort_unstable();
    partitions.dedup();
    let place = match partitions.as_slice() {
        [] => String::new(),
        [one] => format!(" in P{one}"),
        several => format!(" in {}", plural(several.len() as u64, "partition")),
    };
    let written = match arrival.effect {
        Effect::Created => Some("puts a new item"),
        Effect::Replaced => Some("replaces the item"),
        Effect::Updated => Some("updates the item"),
        Effect::Deleted => Some("deletes the item"),
        _ => None,
    };
    if let Some(written) = written {
        return format!("DynamoDB {written}{place}{units}.");
    }
    let more = if arrival.more {
        " There is more to read."
    } else {
        ""
    };
    if arrival.examined == 0 {
        format!("DynamoDB finds nothing{place}{units}.{more}")
    } else {
        format!(
            "DynamoDB reads {}{place} and returns {}{units}.{more}",
            plural(arrival.examined, "item"),
            arrival.returned
        )
    }
}

fn returned(way: &Way) -> String {
    let Some(run) = &way.run else {
        return "The function has ended.".to_owned();
    };
    let took = run
        .duration
        .map_or_else(String::new, |took| format!(" after {}", time(took)));
    match &run.result {
        Outcome::Failed(failed) => format!(
            "{} fails{took}: {}. {}",
            run.name(),
            failed.error.name,
            failed.error.message
        ),
        Outcome::Untold => format!(
            "{} has ended{took}. Its log does not say whether it failed.",
            run.name()
        ),
        Outcome::Returned(_) => {
            let billed = run
                .billed
                .map_or_else(String::new, |billed| format!(" {billed} ms are billed."));
            format!("{} returns{took}.{billed}", run.name())
        }
    }
}

fn payload(way: &Way) -> String {
    if let Some(malformed) = &way.malformed {
        return format!(
            "API Gateway can make no answer of the payload: {malformed}. The client gets 500, and nothing of this."
        );
    }
    let inferred = match &way.reply {
        Ok(Reply {
            inferred: Some(true),
            ..
        }) => " It says no statusCode, so API Gateway takes it as the body of a 200.",
        Ok(Reply {
            inferred: Some(false),
            ..
        }) => " Its statusCode, headers and body become the answer.",
        _ => "",
    };
    let size = match way.run.as_ref().map(|run| &run.result) {
        Some(Outcome::Returned(Some(payload))) => format!("A payload of {}", bytes(payload.bytes)),
        Some(Outcome::Returned(None)) => "What the function returned".to_owned(),
        _ => "What came of it".to_owned(),
    };
    format!("{size} goes to API Gateway.{inferred}")
}

fn reply(way: &Way) -> String {
    let Ok(reply) = &way.reply else {
        return String::new();
    };
    let latency = way.latency.map_or_else(String::new, |latency| {
        format!(", {} after it asked", time(latency))
    });
    format!(
        "The client gets {} with {}{latency}.",
        status(reply.status),
        bytes(reply.body.bytes)
    )
}

/// What an exchange consumed: `0.5 RCU`; `None` where nothing was.
#[must_use]
pub fn units(exchange: &Exchange) -> Option<String> {
    let (read, written) = (exchange.arrival.read, exchange.arrival.written);
    let named = |units: CapacityUnits, name: &str| {
        (units > CapacityUnits::ZERO).then(|| format!("{units} {name}"))
    };
    let named: Vec<String> = [named(written, "WCU"), named(read, "RCU")]
        .into_iter()
        .flatten()
        .collect();
    (!named.is_empty()).then(|| named.join(" + "))
}

/// A status as a person reads it: `404 Not Found`.
#[must_use]
pub fn status(code: u16) -> String {
    let words = match code {
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        204 => "No Content",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        409 => "Conflict",
        413 => "Payload Too Large",
        415 => "Unsupported Media Type",
        422 => "Unprocessable Content",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => return code.to_string(),
    };
    format!("{code} {words}")
}

/// A time as a person reads it: `3.1 ms`, `312 ms`, `1.2 s`.
#[must_use]
pub fn time(time: Duration) -> String {
    let micros = time.as_micros();
    match micros {
        0..10_000 => format!("{}.{} ms", micros / 1000, micros % 1000 / 100),
        10_000..1_000_000 => format!("{} ms", micros / 1000),
        _ => format!("{}.{} s", micros / 1_000_000, micros % 1_000_000 / 100_000),
    }
}

/// How a function started, ran and what it used, each where it is known.
#[must_use]
pub fn figures(run: &Run) -> Vec<(&'static str, String)> {
    let mut figures = Vec::new();
    match (run.start, run.init) {
        (_, Some(init)) => figures.push(("cold", time(init))),
        (Some(Start::Cold), None) => figures.push(("start", "cold".to_owned())),
        (Some(Start::Warm), None) => figures.push(("start", "warm".to_owned())),
        (None, None) => {}
    }
    if let Some(duration) = run.duration {
        figures.push(("ran", time(duration)));
    }
    if let Some(billed) = run.billed {
        figures.push(("billed", format!("{billed} ms")));
    }
    match (run.used, run.memory) {
        (Some(used), Some(memory)) => figures.push(("memory", format!("{used} of {memory} MB"))),
        (None, Some(memory)) => figures.push(("memory", format!("{memory} MB at most"))),
        _ => {}
    }
    figures
}
