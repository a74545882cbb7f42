//! What a workshop says: of handlers that were tried, and of requests that came by.
//!
//! ```text
//!   get-pet.mjs  GET /pets/{id}
//!     right    GET /pets/2: Rex
//!     not yet  GET /pets/999: nobody
//!
//!     an id that does not exist
//!     GET /pets/999 was answered 200. There is no such pet, …
//! ```
//!
//! Invariant: what handlers and clients said goes through `printable`.

use std::fmt::Write as _;
use std::time::Duration;

use crate::printable;
use crate::server::Served;
use crate::simulator::trace::CapacityUnits;
use crate::workshop::check::Verdict;
use crate::workshop::gateway::{Passage, Request, Unanswered};
use crate::workshop::goal::Goal;
use crate::workshop::lambda::Invoked;
use crate::workshop::language::Language;
use crate::workshop::machine::Missing;
use crate::workshop::table::Exchanges;

/// Columns that sentences are wrapped at.
const WIDTH: usize = 96;
/// Characters of a line of a log that are shown.
const COLUMNS: usize = 240;
/// Lines of a log that are shown; the rest is counted.
const LINES: usize = 40;

/// What is missing, and what installs it.
pub(in crate::cli) fn missing(missing: &Missing) -> String {
    let mut text = format!("{missing}");
    let commands = missing.commands();
    if !commands.is_empty() {
        text.push(':');
        for command in commands {
            // Writing to a String cannot fail.
            let _ = write!(text, "\n  {command}");
        }
    }
    printable::block(&text)
}

/// A handler that was tried.
pub(in crate::cli) fn verdict(verdict: &Verdict, language: Language) -> String {
    let goal = verdict.goal;
    let mut text = format!("{}  {}\n", goal.file(language), goal.route_key());
    let last = verdict.tried.len().saturating_sub(1);
    for (number, (trial, _)) in verdict.tried.iter().enumerate() {
        let is_wrong = verdict.reason.is_some() && number == last;
        let how = if is_wrong { "not yet" } else { "right  " };
        push(&mut text, 2, &format!("{how}  {}", trial.title()));
    }
    let Some(reason) = &verdict.reason else {
        push(&mut text, 2, "This goal is reached.");
        return printable::block(&text);
    };
    text.push('\n');
    push(&mut text, 2, reason.check.name);
    wrapped(
        &mut text,
        2,
        &format!("{}.", reason.words.trim_end_matches('.')),
    );
    if let Some((_, passage)) = verdict.tried.last() {
        text.push('\n');
        way(&mut text, passage);
    }
    printable::block(&text)
}

/// How to get on from there, where something can be typed.
pub(super) const HINT: &str = "  For a hint, type h and Enter.\n";

/// A request that a client sent, and its way.
pub(super) fn passage(request: &Request, passage: &Passage) -> String {
    let query = if request.query.is_empty() {
        String::new()
    } else {
        format!("?{}", request.query)
    };
    let mut text = format!("{} {}{query}\n", request.method, request.path);
    way(&mut text, passage);
    printable::block(&text)
}

/// The way of a request: API Gateway, Lambda with its log, DynamoDB, and back. Where it failed it ends.
fn way(text: &mut String, passage: &Passage) {
    let gateway = match passage.goal {
        Some(goal) => format!(
            "route {}, an event of {} bytes",
            goal.route_key(),
            passage.event.len()
        ),
        None => "no route".to_owned(),
    };
    push(text, 2, &format!("API Gateway  {gateway}"));
    if let Some(why) = passage.unanswered {
        let told = match why {
            Unanswered::TooLarge => "not asked: Lambda takes an event of 6 MB at most",
            Unanswered::TooLate => "no answer in the 30 seconds that API Gateway waits",
            Unanswered::Replaced => "ended, because its file was saved meanwhile",
        };
        push(text, 2, &format!("Lambda       {told}"));
    }
    if let Some(invoked) = &passage.invoked {
        push(text, 2, &format!("Lambda       {}", ran(invoked)));
        log(text, invoked);
        exchanges(text, &passage.exchanges);
        if let Err(error) = &invoked.result {
            let message = error.words().lines().next().unwrap_or_default();
            push(
                text,
                2,
                &format!("Lambda       failed: {}: {message}", error.kind()),
            );
        }
    }
    if let Some(malformed) = &passage.malformed {
        push(text, 2, &format!("API Gateway  no answer: {malformed}"));
    }
    let answer = &passage.answer;
    let inferred = if answer.is_inferred {
        ", because nothing else was said"
    } else {
        ""
    };
    let kind = answer.header("content-type").unwrap_or("no content-type");
    push(
        text,
        2,
        &format!(
            "API Gateway  answered {}{inferred}, {} bytes, {kind}",
            answer.status,
            answer.body.len()
        ),
    );
}

/// `cold start 312.5 ms, ran 41.2 ms (354 ms billed), 78 of 256 MB`
fn ran(invoked: &Invoked) -> String {
    let report = &invoked.report;
    let start = match report.init {
        Some(init) => format!("cold start {}, ", milliseconds(init)),
        None => "warm, ".to_owned(),
    };
    let memory = match report.used {
        Some(used) => format!("{used} of {} MB", report.memory),
        None => format!("{} MB at most", report.memory),
    };
    format!(
        "{start}ran {} ({} ms billed), {memory}",
        milliseconds(report.duration),
        report.billed()
    )
}

/// What the handler printed, without what Lambda adds to every log.
fn log(text: &mut String, invoked: &Invoked) {
    let log = invoked.log.text();
    let printed: Vec<&str> = log
        .lines()
        .filter(|line| {
            let of_lambda = ["START RequestId: ", "END RequestId: ", "REPORT RequestId: "];
            !of_lambda.iter().any(|prefix| line.starts_with(prefix))
        })
        .collect();
    for line in printed.iter().take(LINES) {
        let shown: String = line.trim_end().chars().take(COLUMNS).collect();
        let more = if shown.len() < line.trim_end().len() {
            "…"
        } else {
            ""
        };
        push(text, 4, &format!("| {shown}{more}"));
    }
    if printed.len() > LINES {
        push(
            text,
            4,
            &format!("| ({} lines more)", printed.len() - LINES),
        );
    }
}

fn exchanges(text: &mut String, exchanges: &Exchanges) {
    for served in &exchanges.served {
        push(text, 2, &format!("DynamoDB     {}", exchange(served)));
    }
    if exchanges.missed > 0 {
        push(
            text,
            2,
            &format!("DynamoDB     ({} requests more)", exchanges.missed),
        );
    }
    if exchanges.refused > 0 {
        push(
            text,
            2,
            &format!("DynamoDB     ({} turned away)", exchanges.refused),
        );
    }
}

/// `GetItem  pets  200  0.5 RCU, 1 item read in 1 partition`
fn exchange(served: &Served) -> String {
    let mut line = format!("{}  {}", served.operation, served.status);
    if let Some(trace) = &served.trace {
        let named = |units: CapacityUnits, name: &str| {
            (units > CapacityUnits::ZERO).then(|| format!("{units} {name}"))
        };
        let units = [named(trace.read, "RCU"), named(trace.written, "WCU")];
        for units in units.into_iter().flatten() {
            let _ = write!(line, "  {units}");
        }
        let (examined, partitions) = (trace.examined(), trace.partitions_visited());
        if examined > 0 {
            let _ = write!(
                line,
                "  {} read in {}",
                plural(examined, "item"),
                plural(partitions as u64, "partition")
            );
        }
    }
    if let Some(error) = &served.error {
        let message: String = error.message.chars().take(200).collect();
        let _ = write!(line, "  {}: {message}", error.name);
    }
    line
}

/// How far all goals are.
pub(super) fn standing(reached: [bool; 3], language: Language, address: Option<&str>) -> String {
    let count = reached.iter().filter(|reached| **reached).count();
    if count < Goal::ALL.len() {
        let open = Goal::ALL.into_iter().zip(reached);
        let open: Vec<&str> = open
            .filter(|(_, reached)| !reached)
            .map(|(goal, _)| goal.file(language))
            .collect();
        return format!("{count} of 3 goals are reached. Open: {}", open.join(", "));
    }
    let try_it = address.map_or_else(String::new, |address| {
        format!(" Try the API yourself: curl {address}/pets")
    });
    format!("All 3 goals are reached.{try_it}")
}

/// A hint with its number, or the solution when there is none left.
pub(super) fn hint(verdict: &Verdict, number: usize, language: Language) -> String {
    let goal = verdict.goal;
    let Some(reason) = &verdict.reason else {
        return String::new();
    };
    let mut text = String::new();
    if let Some(hint) = (reason.check.hints)(goal, language).get(number) {
        let file = goal.file(language);
        let which = format!("Hint {} of 3, {file}: {}", number + 1, reason.check.name);
        push(&mut text, 0, &which);
        wrapped(&mut text, 2, hint);
        let next = if number < 2 {
            "For another one, type h and Enter."
        } else {
            "For the solution, type h and Enter."
        };
        push(&mut text, 2, next);
    } else {
        push(
            &mut text,
            0,
            &format!("A solution of {}:", goal.file(language)),
        );
        text.push('\n');
        for line in goal.solution(language).lines() {
            push(&mut text, 4, line);
        }
    }
    printable::block(&text)
}

fn push(text: &mut String, indent: usize, line: &str) {
    let line = format!("{:indent$}{line}", "");
    text.push_str(line.trim_end());
    text.push('\n');
}

/// Sentences in lines of at most [`WIDTH`] columns, but for what has no space.
fn wrapped(text: &mut String, indent: usize, words: &str) {
    let mut line = String::new();
    for word in words.split_whitespace() {
        let length = line.chars().count() + 1 + word.chars().count();
        if !line.is_empty() && length + indent > WIDTH {
            push(text, indent, &line);
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    push(text, indent, &line);
}

fn milliseconds(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1_000.0)
}

fn plural(number: u64, thing: &str) -> String {
    match number {
        1 => format!("1 {thing}"),
        _ => format!("{number} {thing}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workshop::gateway::answer::Answer;

    fn passed(answer: Answer) -> Passage {
        Passage {
            goal: None,
            event: bytes::Bytes::new(),
            invoked: None,
            unanswered: None,
            exchanges: Exchanges::default(),
            malformed: None,
            answer,
            took: Duration::ZERO,
        }
    }

    #[test]
    fn a_request_without_a_route_ends_at_the_gateway() {
        let request = Request {
            method: "GET".to_owned(),
            path: "/\u{1b}[2J".to_owned(),
            query: "a=b".to_owned(),
            headers: Vec::new(),
            body: bytes::Bytes::new(),
            source: [127, 0, 0, 1].into(),
        };
        let words = passage(&request, &passed(Answer::message(404, "Not Found")));
        assert_eq!(
            words,
            "GET /␛[2J?a=b\n  API Gateway  no route\n  API Gateway  answered 404, 23 bytes, application/json\n"
        );
    }

    #[test]
    fn sentences_are_wrapped() {
        let mut text = String::new();
        wrapped(&mut text, 2, &"word ".repeat(40));
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH));
        assert_eq!(text.lines().count(), 3);
        let mut text = String::new();
        wrapped(&mut text, 0, &"x".repeat(200));
        assert_eq!(text.lines().count(), 1);
    }

    #[test]
    fn the_standing_names_what_is_open() {
        assert_eq!(
            standing([true, false, false], Language::Ruby, None),
            "1 of 3 goals are reached. Open: get_pet.rb, post_pet.rb"
        );
        assert_eq!(
            standing([true; 3], Language::Node, Some("http://127.0.0.1:3000")),
            "All 3 goals are reached. Try the API yourself: curl http://127.0.0.1:3000/pets"
        );
    }
}
