//! The data of a request's way, part by part: what was sent, the event, the log, the exchanges, the payload, the answer.
//!
//! Invariant: what is not known is said to be unknown; JSON is only broken into lines, never changed.

use serde_json::Value;

use crate::app::figures::{money, time};
use crate::app::json;
use crate::app::paper::{Line, Paper, Role, cut, span, width, wrap, wrap_text};
use crate::scene::workshop::{
    Exchange, Gateway, Header, Moment, Outcome, Place, Text, Way, figures, request, status, units,
};
use crate::scene::{bytes, serve};
use crate::target::exchange::Picodollars;

/// One part of a way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Request,
    Event,
    Log,
    Exchanges,
    Payload,
    Answer,
}

impl Part {
    pub const ALL: [Self; 6] = [
        Self::Request,
        Self::Event,
        Self::Log,
        Self::Exchanges,
        Self::Payload,
        Self::Answer,
    ];

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Request => "Request",
            Self::Event => "Event",
            Self::Log => "Log",
            Self::Exchanges => "DynamoDB",
            Self::Payload => "Payload",
            Self::Answer => "Answer",
        }
    }

    /// What belongs to a moment of the picture.
    #[must_use]
    pub const fn of(moment: Option<Moment>) -> Self {
        match moment {
            None | Some(Moment::Sent | Moment::Routed) => Self::Request,
            Some(Moment::Event) => Self::Event,
            Some(Moment::Asked(_) | Moment::Answered(_)) => Self::Exchanges,
            Some(Moment::Returned) => Self::Log,
            Some(Moment::Payload) => Self::Payload,
            Some(Moment::Reply) => Self::Answer,
        }
    }
}

/// A whole part.
#[must_use]
pub fn part(way: &Way, part: Part, columns: u16) -> Paper {
    match part {
        Part::Request => sent(way, columns),
        Part::Event => event(way, columns),
        Part::Log => log(way, columns),
        Part::Exchanges => exchanges(way, columns),
        Part::Payload => payload(way, columns),
        Part::Answer => answer(way, columns),
    }
}

fn unknown(words: &str, columns: u16) -> Paper {
    let mut paper = Paper::new();
    paper.extend(wrap_text(Role::Dim, words, columns));
    paper
}

/// A body, an event, a payload: JSON where it is JSON, and how much was left out.
#[must_use]
pub fn text(text: &Text, columns: u16) -> Paper {
    let mut paper = Paper::new();
    if text.bytes == 0 {
        paper.add(Line::of(Role::Dim, "nothing"));
        return paper;
    }
    match serde_json::from_str::<Value>(&text.text) {
        Ok(value) => paper.extend(json::lines(&value, columns)),
        Err(_) => {
            for line in text.text.lines() {
                paper.extend(wrap_text(Role::Text, line, columns));
            }
        }
    }
    if text.cut {
        let words = format!("… of {} in all", bytes(text.bytes));
        paper.add(Line::of(Role::Dim, words));
    }
    paper
}

fn headers(headers: &[Header], columns: u16) -> Paper {
    let mut paper = Paper::new();
    for (name, value) in headers {
        let room = columns.saturating_sub(width(name) + 2);
        paper.add(Line::of(Role::Dim, format!("{name}: ")).push(Role::Text, cut(value, room)));
    }
    paper
}

fn sent(way: &Way, columns: u16) -> Paper {
    let mut paper = Paper::new();
    paper.add(Line::of(Role::Strong, cut(&request(way), columns)));
    paper.extend(headers(&way.sent.headers, columns).lines);
    paper.gap();
    if way.sent.body.bytes == 0 {
        paper.add(Line::of(Role::Dim, "no body"));
    } else {
        paper.extend(text(&way.sent.body, columns).lines);
    }
    paper
}

fn event(way: &Way, columns: u16) -> Paper {
    match &way.gateway {
        Gateway::Routed {
            event: Some(event), ..
        } => text(event, columns),
        Gateway::Routed { event: None, .. } => unknown(
            "AWS tells the event to the function alone. It has the same members as on this machine; let the handler print it, and it is in the log.",
            columns,
        ),
        Gateway::TooLate { .. } => unknown(
            "The function did not end in time, and its event is gone.",
            columns,
        ),
        Gateway::Replaced { .. } => unknown(
            "The function was ended when its file was saved, and its event is gone.",
            columns,
        ),
        Gateway::NoRoute
        | Gateway::Preflight
        | Gateway::TooLarge { .. }
        | Gateway::Refused { .. } => {
            unknown("No function was asked, so there was no event.", columns)
        }
    }
}

/// Why there is no log where one should be.
fn unlogged(why: &str, columns: u16) -> Paper {
    let mut paper = Paper::new();
    paper.add(Line::of(Role::Warning, "! ").push(Role::Strong, "There is no log."));
    let why = sentence(&sentence_case(why));
    paper.extend(wrap_text(Role::Text, &why, columns));
    paper
}

/// With a full stop at its end, where it has none.
#[must_use]
pub fn sentence(text: &str) -> String {
    let text = text.trim_end();
    let ends = text.is_empty() || text.ends_with(['.', '!', '?', ':', '"', '}']);
    if ends {
        text.to_owned()
    } else {
        format!("{text}.")
    }
}

pub(super) fn sentence_case(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// Figures of the run, what failed, and what was printed.
#[must_use]
pub fn log(way: &Way, columns: u16) -> Paper {
    let Some(run) = &way.run else {
        return match (&way.unlogged, way.place, &way.gateway) {
            (Some(why), ..) => unlogged(why, columns),
            (None, Place::Account, Gateway::Routed { .. }) => unknown(
                "CloudWatch does not have the function's lines yet.",
                columns,
            ),
            _ => unknown("No function ran.", columns),
        };
    };
    let mut paper = Paper::new();
    let mut spans = vec![span(Role::Strong, run.name())];
    for (name, figure) in figures(run) {
        spans.push(span(Role::Dim, format!("   {name} ")));
        spans.push(span(Role::Text, figure));
    }
    paper.extend(wrap(&spans, columns, 0));
    if let Outcome::Failed(failed) = &run.result {
        paper.gap();
        let words = format!("{}: {}", failed.error.name, failed.error.message);
        paper.extend(wrap_text(Role::Error, &words, columns));
        // The first line of a stack often is the message once more.
        let trace = failed.trace.iter();
        for line in trace.skip_while(|line| line.contains(&*failed.error.message)) {
            paper.add(Line::of(Role::Dim, cut(line, columns)));
        }
    }
    paper.gap();
    let Some(log) = &run.log else {
        paper.add(Line::of(Role::Dim, "Its log is not told."));
        return paper;
    };
    for line in &log.lines {
        let of_lambda = !log
            .printed()
            .any(|printed| std::sync::Arc::ptr_eq(printed, line));
        let role = if of_lambda { Role::Dim } else { Role::Text };
        paper.extend(wrap_text(role, line, columns));
    }
    if log.more > 0 {
        paper.add(Line::of(Role::Dim, format!("… {} lines more", log.more)));
    }
    if log.dropped > 0 {
        let words = format!("… {} more were printed and not kept", bytes(log.dropped));
        paper.add(Line::of(Role::Dim, words));
    }
    paper
}

fn exchanges(way: &Way, columns: u16) -> Paper {
    let Some(known) = &way.exchanges else {
        return unknown(
            "AWS does not tell what a function asked of DynamoDB: that is between the two. On this machine every exchange can be seen.",
            columns,
        );
    };
    let mut paper = Paper::new();
    if known.exchanges.is_empty() {
        paper.add(Line::of(Role::Dim, "DynamoDB was not asked."));
    }
    for (index, one) in known.exchanges.iter().enumerate() {
        if index > 0 {
            paper.gap();
        }
        paper.extend(exchange(one, columns).lines);
    }
    if known.more > 0 {
        paper.add(Line::of(
            Role::Dim,
            format!("… {} exchanges more", known.more),
        ));
    }
    if known.refused > 0 {
        let words = format!("{} connections or requests were turned away", known.refused);
        paper.add(Line::of(Role::Warning, words));
    }
    paper
}

/// Where an exchange begins in the paper of all of them.
#[must_use]
pub fn line_of_exchange(way: &Way, index: usize, columns: u16) -> u16 {
    let Some(known) = &way.exchanges else {
        return 0;
    };
    let before = known.exchanges.iter().take(index);
    before.fold(0, |line, one| line + exchange(one, columns).height() + 1)
}

/// One exchange: what it was and cost, its request, its answer.
#[must_use]
pub fn exchange(exchange: &Exchange, columns: u16) -> Paper {
    let mut paper = Paper::new();
    paper.add(headline(exchange));
    if let serve::Outcome::Refused { error, message, .. }
    | serve::Outcome::Throttled { error, message } = &exchange.arrival.outcome
    {
        paper.extend(wrap_text(
            Role::Error,
            &format!("{error}: {message}"),
            columns,
        ));
    }
    for line in touched(exchange) {
        paper.add(line);
    }
    paper.add(Line::of(Role::Dim, "request"));
    paper.extend(text(&exchange.request, columns).lines);
    if let Some(answer) = &exchange.answer {
        paper.add(Line::of(Role::Dim, "answer"));
        paper.extend(text(answer, columns).lines);
    }
    paper
}

/// An exchange that has no answer yet.
#[must_use]
pub fn asked(exchange: &Exchange, columns: u16) -> Paper {
    let arrival = &exchange.arrival;
    let mut line = Line::of(Role::Strong, &arrival.operation);
    if let Some(table) = &arrival.table {
        line = line.push(Role::Text, format!("   {table}"));
    }
    let mut paper = Paper::new();
    paper.add(line);
    paper.add(Line::of(Role::Dim, "request"));
    paper.extend(text(&exchange.request, columns).lines);
    paper
}

/// `GetItem   pets   0.5 RCU   $0.000000063   0.4 ms`
#[must_use]
pub fn headline(exchange: &Exchange) -> Line {
    let arrival = &exchange.arrival;
    let mut line = Line::of(Role::Strong, &arrival.operation);
    if let Some(table) = &arrival.table {
        line = line.push(Role::Text, format!("   {table}"));
    }
    if let Some(units) = units(exchange) {
        line = line.push(Role::Strong, format!("   {units}"));
    }
    if let Some(price) = exchange.picodollars.filter(|price| *price > 0) {
        line = line.push(Role::Text, format!("   {}", money(Picodollars(price))));
    }
    line.push(Role::Dim, format!("   {}", time(arrival.elapsed)))
}

/// Which partitions it touched, with what.
fn touched(exchange: &Exchange) -> Vec<Line> {
    const MOST: usize = 6;
    let touches = &exchange.arrival.touches;
    let mut lines: Vec<Line> = touches.iter().take(MOST).map(touch).collect();
    let more = touches.len().saturating_sub(MOST) as u64 + exchange.arrival.untold;
    if more > 0 {
        lines.push(Line::of(Role::Dim, format!("  … {more} places more")));
    }
    lines
}

fn touch(touch: &serve::Touch) -> Line {
    use crate::simulator::trace::Effect;
    let id = touch.partition.0;
    let glyph = crate::app::paper::GLYPHS[id as usize % crate::app::paper::GLYPHS.len()];
    let what = match touch.effect {
        Effect::Created => " created".to_owned(),
        Effect::Replaced => " replaced".to_owned(),
        Effect::Updated => " updated".to_owned(),
        Effect::Deleted => " deleted".to_owned(),
        _ => match touch.examined {
            0 => " nothing there".to_owned(),
            1 => " 1 item read".to_owned(),
            items => format!(" {items} items read"),
        },
    };
    let mut line = Line::of(Role::Partition(id), format!("  {glyph} P{id}"));
    if let Some((key, _)) = &touch.key {
        line = line.push(Role::Text, format!("  {}", cut(key, 40)));
    }
    line.push(Role::Dim, format!(" {what}"))
}

fn payload(way: &Way, columns: u16) -> Paper {
    let mut paper = Paper::new();
    match way.run.as_ref().map(|run| &run.result) {
        Some(Outcome::Returned(Some(payload))) => paper.extend(text(payload, columns).lines),
        Some(Outcome::Failed(_)) => {
            return unknown("The function failed, so there is no payload.", columns);
        }
        Some(Outcome::Returned(None) | Outcome::Untold) => {
            return unknown(
                "AWS tells the payload to API Gateway alone; what became of it is the answer.",
                columns,
            );
        }
        None => return unknown("No function ran, so there is no payload.", columns),
    }
    if let Some(malformed) = &way.malformed {
        paper.gap();
        paper.extend(wrap_text(Role::Error, malformed, columns));
    }
    paper
}

fn answer(way: &Way, columns: u16) -> Paper {
    let mut paper = Paper::new();
    match &way.reply {
        Err(why) => paper.extend(wrap_text(Role::Error, why, columns)),
        Ok(reply) => {
            let mut line = Line::of(status_role(reply.status), status(reply.status));
            if let Some(latency) = way.latency {
                line = line.push(Role::Dim, format!("   {}", time(latency)));
            }
            paper.add(line);
            paper.extend(headers(&reply.headers, columns).lines);
            paper.gap();
            paper.extend(text(&reply.body, columns).lines);
        }
    }
    paper
}

/// How a status looks.
#[must_use]
pub const fn status_role(status: u16) -> Role {
    match status {
        200..=399 => Role::Good,
        400..=499 => Role::Warning,
        _ => Role::Error,
    }
}
