//! What `dynatour deploy` says: the plan, its parts, and what came of a request.
//!
//! Invariant: what a server said goes through `printable`.

use std::fmt::Write as _;
use std::time::Duration;

use crate::deployment::{AGAIN, Called, Part, Plan};
use crate::printable;
use crate::scene::workshop::{Gateway, Outcome, Run, Start};
use crate::target::exchange::Picodollars;

/// Lines of a log that are shown.
const LINES: usize = 40;

/// Everything that will be made, where, and for how much.
pub(super) fn plan(plan: &Plan, ceiling: Picodollars) -> String {
    let begins = if plan.goes_on {
        "goes on with, or brings up to date,"
    } else {
        "makes"
    };
    let mut text = format!("\n  {} {begins} on {}\n\n", plan.name, plan.place);
    for part in plan.parts() {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "    {:<16} {}", part.what, part.name);
        let _ = writeln!(text, "    {:<16} {}", "", part.detail);
    }
    let cost = &plan.cost;
    let _ = writeln!(
        text,
        "\n  costs    at most {} to make it, and {} for the three requests that follow, a GET sent up to {} times, since what is new is not to be seen everywhere at once; the session stops before {ceiling}",
        cost.making.rounded_up(),
        cost.following().rounded_up(),
        AGAIN + 1
    );
    let _ = writeln!(text, "  URL      {}", plan.risk());
    let _ = writeln!(text, "  stays    {}", plan.standing());
    if let Some(besides) = plan.besides() {
        let _ = writeln!(text, "  besides  {besides}");
    }
    text.push('\n');
    text
}

/// What a part is, and its name.
pub(super) fn part(plan: &Plan, part: Part) -> (&'static str, String) {
    let name = &plan.name;
    match part {
        Part::Table => ("table", name.table()),
        Part::Pets => ("pets", "Beeba, Rex and Milo".to_owned()),
        Part::LogGroup(goal) => ("log group", name.log_group(goal)),
        Part::Role(goal) => ("role", name.function(goal)),
        Part::Function(goal) => ("function", name.function(goal)),
        Part::Api => ("API", name.to_string()),
        Part::Integration(goal) => ("integration", name.function(goal)),
        Part::Route(goal) => ("route", goal.route_key().to_owned()),
        Part::Permission(goal) => ("permission", name.function(goal)),
        Part::Stage => ("stage", "$default".to_owned()),
    }
}

/// What came of a request, with its way and its log.
pub(super) fn called(called: &Called) -> String {
    let way = &called.way;
    let mut text = String::new();
    let mut line = |words: &str| {
        let _ = writeln!(text, "{words}");
    };
    line(&format!("\n{} {}", way.sent.method, way.sent.target));
    let gateway = match &way.gateway {
        Gateway::Routed { route, .. } => format!("route {route}"),
        Gateway::NoRoute => "no route".to_owned(),
        Gateway::Preflight => "a browser's question".to_owned(),
        Gateway::TooLate { route } => {
            format!("route {route}, and no answer of its function in time")
        }
        Gateway::TooLarge { route } => format!("route {route}, and too large an event"),
        Gateway::Replaced { route } => format!("route {route}, and its function was replaced"),
        Gateway::Refused { why } => format!("refused: {why}"),
    };
    line(&format!("  API Gateway  {gateway}"));
    if let Some(run) = &way.run {
        line(&format!("  Lambda       {}", ran(run)));
        for printed in run.log.iter().flat_map(|log| log.lines.iter()).take(LINES) {
            line(&format!("    | {printed}"));
        }
        if let Outcome::Failed(failed) = &run.result {
            line(&format!(
                "  Lambda       failed: {}: {}",
                failed.error.name, failed.error.message
            ));
        }
    }
    if let Some(remark) = &called.remark {
        line(&format!("  Lambda       {}", printable::line(remark)));
    }
    match &way.reply {
        Ok(reply) => {
            let took = way.latency.map_or_else(String::new, |latency| {
                format!(" after {}", milliseconds(latency))
            });
            line(&format!(
                "  answered     {}{took}, {} bytes: {}",
                reply.status,
                reply.body.bytes,
                beginning(&reply.body.text)
            ));
        }
        Err(why) => line(&format!("  answered     nothing: {why}")),
    }
    let cost = if called.price_is_most {
        format!("at most {}", called.price.rounded_up())
    } else {
        called.price.to_string()
    };
    line(&format!("  cost         {cost}"));
    text
}

/// `cold start 312.5 ms, ran 41.2 ms (354 ms billed), 78 of 256 MB`
fn ran(run: &Run) -> String {
    let mut words = Vec::new();
    match (run.start, run.init) {
        (Some(Start::Cold), Some(init)) => words.push(format!("cold start {}", milliseconds(init))),
        (Some(Start::Cold), None) => words.push("cold".to_owned()),
        (Some(Start::Warm), _) => words.push("warm".to_owned()),
        (None, _) => {}
    }
    if let Some(duration) = run.duration {
        let billed = run
            .billed
            .map_or_else(String::new, |billed| format!(" ({billed} ms billed)"));
        words.push(format!("ran {}{billed}", milliseconds(duration)));
    }
    if let (Some(used), Some(memory)) = (run.used, run.memory) {
        words.push(format!("{used} of {memory} MB"));
    }
    if words.is_empty() {
        words.push("ran; its log has no REPORT".to_owned());
    }
    words.join(", ")
}

fn beginning(text: &str) -> String {
    const SOME: usize = 120;
    let mut some: String = text.chars().take(SOME).collect();
    if text.chars().count() > SOME {
        some.push('…');
    }
    some.replace('\n', " ")
}

pub(super) fn milliseconds(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1_000.0)
}
