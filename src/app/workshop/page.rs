//! The page of a workshop: goals, the one worked on with why it is not reached, hints, its trials, and requests that came by.
//!
//! ```text
//!   ✓ GET /pets          get-pets.mjs   reached
//!   ✗ GET /pets/{id}     get-pet.mjs    an id that does not exist
//!   ○ POST /pets         post-pet.mjs   not tried yet
//!
//!   An id that does not exist
//!   GET /pets/999 was answered 200. …
//!
//!   ✓ GET /pets/2: Rex                 200   0.5 RCU   12 ms      trials, then requests: each opens as a picture
//! ```
//!
//! Invariant: the entries stand in the order in which [`super::WorkshopScreen`] counts them.

use crate::app::figures::time;
use crate::app::key::Action;
use crate::app::layout::PROSE;
use crate::app::paper::{Hit, Line, Paper, Role, cut, span, wrap, wrap_text};
use crate::app::workshop::WorkshopScreen;
use crate::app::workshop::bench::Machine;
use crate::app::workshop::parts::{sentence, sentence_case, status_role};
use crate::scene::workshop::{Way, request};
use crate::simulator::trace::CapacityUnits;
use crate::workshop::goal::Goal;

/// Columns where a goal's file and its state begin.
const FILE: u16 = 20;
const STATE: u16 = 37;

/// Everything in one column; with a side, requests stand there.
pub(super) fn main(screen: &WorkshopScreen, columns: u16, with_side: bool) -> Paper {
    let mut paper = Paper::new();
    if let Some(why) = &screen.failed {
        paper.extend(wrap_text(Role::Error, why, columns.min(PROSE)));
        return paper;
    }
    goals(screen, columns, &mut paper);
    if let Some(path) = screen.bench.path.as_ref().filter(|_| !with_side) {
        let label = Line::of(Role::Dim, "    open in your editor: ");
        let room = columns.saturating_sub(label.width());
        let line = label.push(Role::Text, cut(path, room));
        paper.add(line);
    }
    paper.gap();
    if let Machine::Missing {
        why,
        commands,
        still,
    } = &screen.bench.machine
    {
        missing(why, commands, *still, columns, &mut paper);
    } else {
        worked_on(screen, columns, &mut paper);
    }
    if !with_side {
        paper.gap();
        requests(screen, columns, &mut paper);
    }
    paper
}

/// Where it is, what runs it, who asked.
pub(super) fn side(screen: &WorkshopScreen, columns: u16) -> Paper {
    let mut paper = Paper::new();
    let bench = &screen.bench;
    if let Some(path) = &bench.path {
        paper.add(Line::of(Role::Dim, "the folder"));
        paper.extend(wrap_text(Role::Text, path, columns));
        paper.gap();
    }
    if let Machine::Ready { version, sdk } = &bench.machine {
        paper.add(
            Line::of(Role::Dim, "runs on ")
                .push(Role::Text, format!("{} {version}", bench.language.title())),
        );
        paper.add(Line::of(Role::Dim, "AWS SDK ").push(Role::Text, cut(sdk, columns)));
        paper.gap();
    }
    requests(screen, columns, &mut paper);
    paper
}

fn goals(screen: &WorkshopScreen, columns: u16, paper: &mut Paper) {
    for goal in Goal::ALL {
        let worked = screen.bench.goal(goal);
        let (mark, role, state) = match (worked.trying, worked.reason(), worked.is_reached()) {
            (true, ..) => ("◐", Role::Accent, "is being tried …"),
            (_, Some(reason), _) => ("✗", Role::Warning, reason.name),
            (_, _, true) => ("✓", Role::Good, "reached"),
            _ => ("○", Role::Dim, "not tried yet"),
        };
        let shown = goal == screen.goal;
        let name = if shown { Role::Strong } else { Role::Text };
        let line = Line::of(Role::Accent, if shown { "▸ " } else { "  " })
            .push(role, format!("{mark} "))
            .push(name, goal.route_key())
            .to_column(FILE + 2)
            .push(Role::Text, goal.file(screen.bench.language))
            .to_column(STATE + 2);
        let room = columns.saturating_sub(line.width());
        let line = line.push(role, cut(state, room));
        paper.add(line.hit(Hit::Entry(GOALS + goal.index())));
    }
}

/// Hits from here on are goals.
pub(super) const GOALS: usize = 1_000;

fn missing(why: &str, commands: &[String], still: bool, columns: u16, paper: &mut Paper) {
    let columns = columns.min(PROSE);
    paper.extend(wrap_text(Role::Warning, why, columns));
    if !commands.is_empty() {
        paper.gap();
        for command in commands {
            paper.extend(wrap_text(Role::Code, &format!("  {command}"), columns));
        }
    }
    paper.gap();
    if still {
        paper.add(Line::of(
            Role::Warning,
            "It was looked for again, and is not there yet.",
        ));
    }
    paper.add(
        Line::of(Role::Accent, "r")
            .push(
                Role::Text,
                " looks at once; it goes on by itself as soon as it is there.",
            )
            .hit(Hit::Do(Action::LookAgain)),
    );
    paper.gap();
    let reading = "Until then everything can be read: the files in the folder, and with s how each one can be done. The same operations, Scan, GetItem and PutItem, run as steps of the lesson without any of this: dynatour run 06 --section workshop";
    paper.extend(wrap_text(Role::Text, reading, columns));
}

fn worked_on(screen: &WorkshopScreen, columns: u16, paper: &mut Paper) {
    let prose = columns.min(PROSE);
    let bench = &screen.bench;
    let goal = screen.goal;
    let file = goal.file(bench.language);
    let worked = bench.goal(goal);
    match (worked.reason(), worked.is_reached()) {
        (Some(reason), _) => {
            paper.add(Line::of(Role::Title, sentence_case(reason.name)));
            paper.extend(paragraphs(Role::Text, &sentence(&reason.words), prose));
            for (index, hint) in reason.hints.iter().take(worked.hints).enumerate() {
                paper.gap();
                let number = format!("Hint {} of 3", index + 1);
                paper.add(Line::of(Role::Accent, number));
                paper.extend(paragraphs(Role::Text, hint, prose));
            }
            paper.gap();
            let (key, action, what) = match worked.hints {
                0 => ("i", Action::Hint, " gives a hint."),
                1 | 2 => ("i", Action::Hint, " gives one more hint."),
                _ => ("s", Action::Solution, " shows a solution."),
            };
            let spans = [
                span(Role::Dim, format!("Save {file}, and it is tried again. ")),
                span(Role::Accent, key),
                span(Role::Dim, what),
            ];
            let lines = wrap(&spans, prose, 0).into_iter();
            paper.extend(lines.map(|line| line.hit(Hit::Do(action))));
        }
        (None, true) => {
            paper.add(Line::of(
                Role::Good,
                format!("{} is reached.", goal.route_key()),
            ));
            if let Some(next) = bench.open().next() {
                let (route, file) = (next.route_key(), next.file(bench.language));
                let line = Line::of(Role::Text, format!("Next: {route} in {file}. "))
                    .push(Role::Accent, "Tab")
                    .push(Role::Text, " goes there.");
                paper.add(line.hit(Hit::Do(Action::NextGoal)));
            } else {
                all_reached(screen, prose, paper);
            }
        }
        (None, false) => {
            let path = bench.path.as_deref().unwrap_or("the folder");
            let words = if worked.trying || bench.path.is_none() {
                "The handlers as they stand are being tried.".to_owned()
            } else {
                format!(
                    "Open {file} in your editor, in {path}. Save it, and it runs and is checked here."
                )
            };
            paper.extend(wrap_text(Role::Text, &words, prose));
        }
    }
    let Some(tried) = &worked.tried else {
        return;
    };
    paper.gap();
    let last = tried.trials.len().saturating_sub(1);
    for (index, trial) in tried.trials.iter().enumerate() {
        let is_wrong = tried.reason.is_some() && index == last;
        let (role, mark) = if is_wrong {
            (Role::Warning, "✗ ")
        } else {
            (Role::Good, "✓ ")
        };
        let head = Line::of(role, mark).push(Role::Text, trial.title);
        paper.add(entry(screen, index, &head, &trial.way, columns));
    }
}

fn all_reached(screen: &WorkshopScreen, prose: u16, paper: &mut Paper) {
    let try_it = match &screen.bench.address {
        Some(address) => format!(
            "All three goals are reached. Ask the API yourself, with e or in another terminal: curl {address}/pets"
        ),
        None => "All three goals are reached.".to_owned(),
    };
    paper.extend(wrap_text(Role::Text, &try_it, prose));
    paper.gap();
    let spans = [
        span(Role::Accent, "D"),
        span(
            Role::Text,
            " takes the same three files to AWS. First you see what that makes, and the most it can cost.",
        ),
    ];
    let lines = wrap(&spans, prose, 0).into_iter();
    paper.extend(lines.map(|line| line.hit(Hit::Do(Action::Deploy))));
}

/// Requests of clients and of the screen, the newest first.
fn requests(screen: &WorkshopScreen, columns: u16, paper: &mut Paper) {
    let bench = &screen.bench;
    let Some(address) = &bench.address else {
        return;
    };
    paper.add(
        Line::of(Role::Dim, "requests to ")
            .push(Role::Strong, cut(address, columns.saturating_sub(12))),
    );
    if bench.came.is_empty() {
        paper.add(
            Line::of(Role::Dim, "none yet; ")
                .push(Role::Accent, "e")
                .push(Role::Dim, " sends one, or curl")
                .hit(Hit::Do(Action::SendRequest)),
        );
    }
    let first = screen.trials();
    for (index, way) in bench.came.iter().enumerate() {
        let head = Line::of(Role::Text, request(way));
        paper.add(entry(screen, first + index, &head, way, columns));
    }
    if bench.missed > 0 {
        let words = format!("{} more came too fast to be kept", bench.missed);
        paper.add(Line::of(Role::Dim, words));
    }
}

/// `GET /pets/2: Rex               200   0.5 RCU   12 ms`
fn entry(screen: &WorkshopScreen, index: usize, head: &Line, way: &Way, columns: u16) -> Line {
    let selected = screen.selected == index;
    let mut tail = Line::new();
    match &way.reply {
        Ok(reply) => tail = tail.push(status_role(reply.status), format!(" {}", reply.status)),
        Err(_) => tail = tail.push(Role::Error, " none"),
    }
    if columns >= 60 {
        tail = tail.push(Role::Dim, format!("{:>11}", consumed(way)));
    }
    if let Some(latency) = way.latency {
        tail = tail.push(Role::Dim, format!("{:>9}", time(latency)));
    }
    let room = columns.saturating_sub(tail.width() + 3);
    let mut line = Line::of(Role::Accent, if selected { "▸ " } else { "  " });
    let mut left = room;
    for span in &head.spans {
        let text = cut(&span.text, left);
        left = left.saturating_sub(crate::app::paper::width(&text));
        line.add(span.role, text);
    }
    line.right(columns, tail)
        .select(selected)
        .hit(Hit::Entry(index))
}

/// What all its exchanges consumed: `0.5 RCU`, `1 WCU + 0.5 RCU`.
fn consumed(way: &Way) -> String {
    let exchanges = way
        .exchanges
        .as_ref()
        .map_or(&[][..], |known| &known.exchanges);
    let read: CapacityUnits = exchanges.iter().map(|one| one.arrival.read).sum();
    let written: CapacityUnits = exchanges.iter().map(|one| one.arrival.written).sum();
    match (written > CapacityUnits::ZERO, read > CapacityUnits::ZERO) {
        (true, true) => format!("{written} WCU + {read} RCU"),
        (true, false) => format!("{written} WCU"),
        (false, true) => format!("{read} RCU"),
        (false, false) => String::new(),
    }
}

fn paragraphs(role: Role, text: &str, columns: u16) -> Vec<Line> {
    let lines = text.lines();
    lines
        .flat_map(|line| wrap_text(role, line, columns))
        .collect()
}
