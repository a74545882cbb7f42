//! What a deployment's screen says: what will be made and the most it can cost; what happens while it is made; what stands.
//!
//! ```text
//!   Enter makes all of this on AWS 123456789012 us-east-1, at most $0.00000375     planned
//!   ✓ role of get-pets   IAM CreateRole   214 ms                                  being made: each call opens
//!   https://a1b2c3.execute-api.us-east-1.amazonaws.com                            stands: requests and calls open
//! ```
//!
//! Invariant: where Enter makes or sends something, the place and the most it can cost stand on the page.

use super::list::Entry;
use super::{DeployScreen, Stage, in_words};
use crate::account::service::is_missing;
use crate::app::figures::{money, time};
use crate::app::key::Action;
use crate::app::layout::PROSE;
use crate::app::paper::{Hit, Line, Paper, Role, Span, cut, span, wrap, wrap_text};
use crate::app::workshop::parts::status_role;
use crate::deployment::{self, Part, Plan};
use crate::scene::workshop::{Start, Way, request};
use crate::target::exchange::{Outcome, Picodollars};
use crate::workshop::goal::Goal;

/// Columns before a part's name, and before a sum.
const NAMES: u16 = 17;
const SUMS: u16 = 25;

/// With a side, the sums stand there.
pub(super) fn main(screen: &DeployScreen, columns: u16, with_side: bool) -> Paper {
    let mut paper = Paper::new();
    let prose = columns.min(PROSE);
    match &screen.stage {
        Stage::Begun | Stage::Planning(_) => {
            paper.add(Line::of(
                Role::Dim,
                "what is there and what is to be made is looked at …",
            ));
        }
        Stage::Planned => planned(screen, prose, with_side, &mut paper),
        Stage::Deploying(_) => calls(screen, columns, &mut paper),
        Stage::Stands => stands(screen, columns, &mut paper),
        Stage::Stopped => stopped(screen, columns, &mut paper),
    }
    if let Some(why) = &screen.failed {
        paper.gap();
        let spans = [span(Role::Error, "! "), span(Role::Text, why)];
        paper.extend(wrap(&spans, prose, 2));
        paper.add(
            Line::of(Role::Accent, "r")
                .push(Role::Text, " looks again")
                .hit(Hit::Do(Action::LookAgain)),
        );
    }
    paper
}

/// Everything that Enter makes, what that costs, and what has to be known of a public URL.
fn planned(screen: &DeployScreen, columns: u16, with_side: bool, paper: &mut Paper) {
    let Some(plan) = &screen.plan else { return };
    let intro = if plan.goes_on {
        "There is a deployment of yours already. What is missing is made, what differs is brought up to date, and the rest is kept."
    } else {
        "This is what will be made. All of it carries your tags, and C deletes all of it again."
    };
    paper.extend(wrap_text(Role::Text, intro, columns));
    if let Some(besides) = plan.besides() {
        paper.extend(wrap_text(Role::Warning, &besides, columns));
    }
    paper.gap();
    let mut before = "";
    let parts = plan.parts();
    for (index, part) in parts.iter().enumerate() {
        let what = if part.what == before { "" } else { part.what };
        before = part.what;
        let line = Line::of(Role::Dim, what)
            .to_column(NAMES)
            .push(Role::Strong, cut(&part.name, columns.saturating_sub(NAMES)));
        paper.add(line);
        // What several have in common stands below the last of them.
        let next = parts.get(index + 1);
        if next.is_some_and(|next| next.what == part.what && next.detail == part.detail) {
            continue;
        }
        let indent = Line::of(Role::Text, " ".repeat(usize::from(NAMES)));
        let words = wrap_text(Role::Dim, &part.detail, columns.saturating_sub(NAMES));
        paper.extend(words.into_iter().map(|line| indent.clone().append(line)));
    }
    if !with_side {
        paper.gap();
        costs(plan, columns, paper);
    }
}

/// Everything that it can cost, and why.
fn costs(plan: &Plan, columns: u16, paper: &mut Paper) {
    sums(plan, paper);
    paper.gap();
    paper.extend(wrap_text(Role::Warning, &plan.risk(), columns));
    paper.gap();
    paper.extend(wrap_text(Role::Text, plan.standing(), columns));
}

/// What Enter does, where, and the most that it can cost: while there is more to read, and at the end. Both are as high, so that
/// nothing moves. Another key than Enter reads on, so that who holds that one makes nothing.
pub(super) fn offer(screen: &DeployScreen, columns: u16) -> [Paper; 2] {
    let Some(plan) = &screen.plan else {
        return [Paper::new(), Paper::new()];
    };
    let prose = columns.min(PROSE);
    let mut head = Paper::new();
    head.add(Line::of(Role::Rule, "─".repeat(usize::from(columns))));
    for (goal, _) in &screen.saved {
        let file = goal.file(plan.language);
        let words = format!("{file} was saved since, and is not in this plan: r plans anew.");
        head.extend(wrap_text(Role::Warning, &words, prose));
    }
    let [reads, makes] = if plan.goes_on {
        [
            " reads on. At the end Enter brings all of it up to date on ",
            " brings it up to date on ",
        ]
    } else {
        [
            " reads on. At the end Enter makes all of this on ",
            " makes all of this on ",
        ]
    };
    let mut both = [
        offered("Space", reads, plan, "."),
        offered("Enter", makes, plan, ". Esc leaves everything as it is."),
    ]
    .map(|spans| {
        let mut paper = head.clone();
        paper.extend(wrap(&spans, prose, 0));
        paper
    });
    let height = both.iter().map(|paper| paper.lines.len()).max();
    for paper in &mut both {
        paper.lines.resize(height.unwrap_or_default(), Line::new());
    }
    both
}

fn offered(key: &str, does: &str, plan: &Plan, end: &str) -> [Span; 6] {
    [
        span(Role::Accent, key),
        span(Role::Text, does),
        span(Role::Warning, plan.place.to_string()),
        span(Role::Text, ", at most "),
        span(Role::Warning, money(plan.cost.making.rounded_up())),
        span(Role::Text, end),
    ]
}

fn sums(plan: &Plan, paper: &mut Paper) {
    let cost = &plan.cost;
    let sum = |name: &str, sum: String| {
        Line::of(Role::Text, format!("  {name}"))
            .to_column(SUMS)
            .push(Role::Warning, sum)
    };
    let most = |price: Picodollars| money(price.rounded_up());
    paper.add(Line::of(Role::Dim, "at most"));
    paper.add(sum("making it", most(cost.making)));
    for goal in Goal::ALL {
        let name = format!("a {}", goal.route_key());
        paper.add(sum(&name, most(cost.requests[goal.index()])));
    }
    // AWS calls what limits them a target.
    paper.add(Line::of(Role::Dim, "about"));
    paper.add(sum(
        "an hour of strangers",
        cost.hour_of_strangers.to_string(),
    ));
}

/// A part in a few words.
fn words(part: Part) -> String {
    let of = |what: &str, goal: Goal| format!("{what} of {}", goal.function_name());
    match part {
        Part::Table => "table".to_owned(),
        Part::Pets => "the three pets".to_owned(),
        Part::LogGroup(goal) => of("log group", goal),
        Part::Role(goal) => of("role", goal),
        Part::Function(goal) => of("function", goal),
        Part::Api => "HTTP API".to_owned(),
        Part::Integration(goal) => of("integration", goal),
        Part::Route(goal) => format!("route {}", goal.route_key()),
        Part::Permission(goal) => of("permission", goal),
        Part::Stage => "stage: the URL answers".to_owned(),
    }
}

const fn done(stage: deployment::Stage) -> (Role, &'static str, &'static str) {
    match stage {
        deployment::Stage::Begun => (Role::Accent, "◐", ""),
        deployment::Stage::Kept => (Role::Dim, "✓", "was there"),
        deployment::Stage::Made => (Role::Good, "✓", "made"),
        deployment::Stage::Changed => (Role::Good, "✓", "updated"),
    }
}

/// What the plan can cost; then all parts with how far each is.
pub(super) fn side(screen: &DeployScreen, columns: u16) -> Paper {
    let mut paper = Paper::new();
    match (&screen.plan, screen.stage) {
        (None, _) | (_, Stage::Begun | Stage::Planning(_)) => return paper,
        (Some(plan), Stage::Planned) => {
            costs(plan, columns, &mut paper);
            return paper;
        }
        _ => {}
    }
    for part in Part::all() {
        let (role, mark, after) = match screen.part(part) {
            Some(stage) => done(stage),
            None => (Role::Rule, "○", ""),
        };
        let line = Line::of(role, format!("{mark} "))
            .push(Role::Text, cut(&words(part), columns.saturating_sub(12)));
        paper.add(line.right(columns, Line::of(Role::Dim, after)));
    }
    paper
}

/// How far it is, and what is waited for.
pub(super) fn progress(screen: &DeployScreen, columns: u16) -> Paper {
    let mut paper = Paper::new();
    let (made, all) = screen.made();
    let mut line = Line::of(Role::Strong, format!("{made} of {all}"));
    if let Some(part) = screen.under_way() {
        line = line.push(Role::Text, format!("   {} …", words(part)));
    }
    paper.add(line);
    let happening = screen.happening.as_ref().map(in_words).unwrap_or_default();
    paper.add(Line::of(Role::Warning, cut(&happening, columns)));
    paper
}

fn stopped(screen: &DeployScreen, columns: u16, paper: &mut Paper) {
    let prose = columns.min(PROSE);
    if let Some(stopped) = &screen.stopped {
        let (made, all) = screen.made();
        paper.add(
            Line::of(Role::Error, "✗ ")
                .push(
                    Role::Strong,
                    format!("Stopped at the {}", words(stopped.part)),
                )
                .push(Role::Dim, format!("   {made} of {all} are there")),
        );
        paper.extend(wrap_text(Role::Text, &stopped.why, prose));
        paper.gap();
        let next = [
            span(Role::Accent, "u"),
            span(
                Role::Text,
                " goes on where it stopped, after showing it once more. ",
            ),
            span(Role::Accent, "C"),
            span(Role::Text, " deletes what was made."),
        ];
        paper.extend(wrap(&next, prose, 0));
        paper.gap();
    }
    calls(screen, columns, paper);
}

fn stands(screen: &DeployScreen, columns: u16, paper: &mut Paper) {
    let prose = columns.min(PROSE);
    let (Some(deployed), Some(plan)) = (&screen.deployed, &screen.plan) else {
        return;
    };
    paper.add(Line::of(Role::Good, "✓ ").push(
        Role::Text,
        "It stands, and anybody who knows the URL can ask it:",
    ));
    paper.extend(wrap_text(Role::Strong, &deployed.address.url, columns));
    paper.extend(wrap_text(
        Role::Code,
        &deployed.address.curl("/pets"),
        columns,
    ));
    paper.gap();
    let dearest = plan.cost.requests.iter().copied().max().unwrap_or_default();
    let spans = [
        span(Role::Accent, "e"),
        span(Role::Text, " writes a request, at most "),
        span(Role::Warning, money(dearest.rounded_up())),
        span(Role::Text, " each.  "),
        span(Role::Accent, "u"),
        span(Role::Text, " brings saved handlers up to date.  "),
        span(Role::Accent, "C"),
        span(Role::Text, " deletes all of it."),
    ];
    paper.extend(wrap(&spans, prose, 0));
    let is_answered = |way: &Way| way.reply.as_ref().is_ok_and(|reply| reply.status < 400);
    if !deployed.changed.is_empty() && !screen.list.came.iter().any(is_answered) {
        let words = "What is new is not to be seen everywhere at once: if the first answers are 403, 404 or 500, ask again within a minute.";
        paper.extend(wrap_text(Role::Dim, words, prose));
    }
    for (goal, right) in &screen.saved {
        let file = goal.file(plan.language);
        let words = if *right {
            format!("{file} was saved and is right on this machine: u takes it there.")
        } else {
            format!("{file} was saved and is not right: what is there stays as it is.")
        };
        paper.extend(wrap_text(Role::Warning, &words, prose));
    }
    paper.gap();
    if !screen.list.came.is_empty() {
        paper.add(Line::of(Role::Dim, "requests"));
        for (index, way) in screen.list.came.iter().enumerate() {
            paper.add(request_line(screen, index, way, columns));
        }
        paper.gap();
    }
    calls(screen, columns, paper);
}

/// `GET /pets/2   200   cold   812 ms`
fn request_line(screen: &DeployScreen, index: usize, way: &Way, columns: u16) -> Line {
    let selected = screen.list.selected == index;
    let mut tail = Line::new();
    match &way.reply {
        Ok(reply) => tail.add(status_role(reply.status), format!("{} ", reply.status)),
        Err(_) => tail.add(Role::Error, "no answer "),
    }
    let start = match way.run.as_ref().map(|run| run.start) {
        Some(Some(Start::Cold)) => "cold",
        Some(Some(Start::Warm)) => "warm",
        Some(None) => "",
        None if way.unlogged.is_some() => "no log",
        None => "no log yet",
    };
    tail.add(Role::Dim, format!("{start:>12}"));
    if let Some(latency) = way.latency {
        tail.add(Role::Dim, format!("{:>9}", time(latency)));
    }
    let room = columns.saturating_sub(tail.width() + 3);
    Line::of(Role::Accent, if selected { "▸ " } else { "  " })
        .push(Role::Text, cut(&request(way), room))
        .right(columns, tail)
        .select(selected)
        .hit(Hit::Entry(index))
}

/// What was sent to make it, in its order.
fn calls(screen: &DeployScreen, columns: u16, paper: &mut Paper) {
    if screen.list.log.is_empty() {
        return;
    }
    if screen.stage == Stage::Stands {
        paper.add(Line::of(Role::Dim, "what was sent for it"));
    }
    let first = screen.list.came.len();
    for (index, entry) in screen.list.log.iter().enumerate() {
        paper.add(call(screen, first + index, entry, columns));
    }
}

fn call(screen: &DeployScreen, index: usize, entry: &Entry, columns: u16) -> Line {
    let selected = screen.list.selected == index;
    let exchange = &entry.exchange;
    let missing = exchange.error_code().is_some_and(is_missing);
    let (role, mark) = match &exchange.outcome {
        // A look that finds nothing is what comes before making it.
        Outcome::ServiceError { .. } if missing => (Role::Dim, "· "),
        Outcome::Success => (Role::Good, "✓ "),
        Outcome::ServiceError { .. } if exchange.already_done => (Role::Good, "✓ "),
        Outcome::ServiceError { .. } => (Role::Warning, "! "),
        Outcome::Unanswered { .. } | Outcome::NotSent { .. } => (Role::Error, "✗ "),
    };
    let code = match &exchange.outcome {
        Outcome::ServiceError { .. } if missing => "not there".to_owned(),
        Outcome::ServiceError { code, .. } => code.clone(),
        Outcome::Unanswered { .. } => "no answer".to_owned(),
        Outcome::NotSent { .. } => "not sent".to_owned(),
        Outcome::Success => String::new(),
    };
    let tail =
        Line::of(role, cut(&code, 30)).push(Role::Dim, format!("{:>9}", time(exchange.elapsed)));
    let room = columns.saturating_sub(tail.width() + 3);
    let name = Line::of(Role::Accent, if selected { "▸ " } else { "  " })
        .push(role, mark)
        .push(Role::Dim, format!("{:<16}", entry.service));
    let left = room.saturating_sub(name.width());
    name.push(Role::Text, cut(&exchange.operation, left))
        .right(columns, tail)
        .select(selected)
        .hit(Hit::Entry(index))
}
