//! The first screen when steps shall go to an account: what is found out there, one thing after the other, what the lesson
//! will do, and the most that can cost.
//!
//! ```text
//!   looking ──finding, finding, …──→ looked ──Enter──→ entering ──→ the lesson, on the account
//!      └──────────────S─────────────────┴──S──────────────────────→ the lesson, on the simulated table
//! ```
//!
//! Invariant: nothing is made or changed on an account before Enter, and with a finding that stops there is no Enter.

use crate::account::preflight::{Check, Finding, Preflight, Verdict};
use crate::app::account::most::{self, Plan};
use crate::app::effect::deployment::Order;
use crate::app::effect::{Answer, Effect, RequestId};
use crate::app::figures::{money, plural};
use crate::app::key::{Action, SCROLLING};
use crate::app::layout::{self, Pane, Scroll, View};
use crate::app::paper::{Hit, Line, Paper, Role, Span, wrap};
use crate::app::screen::{Component, Screen, Title};
use crate::app::sections;
use crate::app::state::{Mouse, Shared};
use crate::app::workshop::deploy::DeployScreen;
use crate::target::exchange::Picodollars;

/// Columns before the words of a finding.
const NAMES: u16 = 15;
/// Columns before what a key does.
const KEYS: u16 = 8;

/// How far it is.
#[derive(Debug, Clone, PartialEq)]
enum Stage {
    Looking(RequestId),
    /// Looked to the end, or as far as it could.
    Looked(Box<Preflight>),
    /// The target is being changed.
    Entering(RequestId, Box<Preflight>),
}

/// What comes after it.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Purpose {
    /// The lesson, at the section with this id or at home.
    Lesson { section: Option<String> },
    /// The handlers of the workshop that this request opened, to be deployed. The steps of a lesson stay where they are.
    Deployment { workshop: RequestId },
}

#[derive(Debug)]
pub struct PreflightScreen {
    stage: Option<Stage>,
    findings: Vec<Finding>,
    ceiling: Picodollars,
    purpose: Purpose,
    failed: Option<String>,
    scroll: Scroll,
}

impl PreflightScreen {
    /// `section` is opened when it is over; without one it is home.
    #[must_use]
    pub fn new(ceiling: Picodollars, section: Option<String>) -> Self {
        Self {
            stage: None,
            findings: Vec::new(),
            ceiling,
            purpose: Purpose::Lesson { section },
            failed: None,
            scroll: Scroll(0),
        }
    }

    /// Before handlers are taken to an account.
    #[must_use]
    pub fn before_deployment(workshop: RequestId) -> Self {
        Self {
            purpose: Purpose::Deployment { workshop },
            ..Self::new(Picodollars(0), None)
        }
    }

    fn look(&mut self, shared: &mut Shared) {
        self.findings.clear();
        self.failed = None;
        self.scroll = Scroll(0);
        let effect = match self.purpose {
            Purpose::Lesson { .. } => Effect::Preflight,
            Purpose::Deployment { workshop } => Effect::OnAccount {
                workshop,
                order: Order::LookBefore,
            },
        };
        self.stage = Some(Stage::Looking(shared.request(effect)));
    }

    /// Whether Enter goes on to the account.
    fn may_enter(&self) -> bool {
        matches!(&self.stage, Some(Stage::Looked(preflight)) if preflight.may_start() && preflight.place.is_some())
    }

    fn stops(&self) -> bool {
        let stop = |finding: &Finding| finding.verdict == Verdict::Stop;
        self.failed.is_some() || self.findings.iter().any(stop)
    }

    /// Goes on to home, or to the section that was asked for.
    fn go_on(&self, shared: &mut Shared) {
        shared.begin(Screen::home(shared));
        let Purpose::Lesson { section } = &self.purpose else {
            return;
        };
        let section = section.as_ref().and_then(|id| {
            let sections = &shared.lesson().sections;
            sections.iter().position(|section| section.id == *id)
        });
        if let Some(section) = section {
            sections::open(section, shared);
        }
    }

    fn enter(&mut self, shared: &mut Shared) {
        if let Some(Stage::Looked(preflight)) = &self.stage
            && preflight.may_start()
        {
            let preflight = preflight.clone();
            let effect = match self.purpose {
                Purpose::Lesson { .. } => Effect::EnterAccount(preflight.clone()),
                Purpose::Deployment { workshop } => Effect::OnAccount {
                    workshop,
                    order: Order::Enter(preflight.clone()),
                },
            };
            let id = shared.request(effect);
            self.failed = None;
            self.stage = Some(Stage::Entering(id, preflight));
        }
    }

    fn stay_away(&mut self, shared: &mut Shared) {
        if let Some(Stage::Looking(id) | Stage::Entering(id, _)) = &self.stage {
            shared.request(Effect::Cancel(*id));
        }
        self.stage = None;
        if let Purpose::Deployment { .. } = self.purpose {
            shared.say("Nothing was changed on the account.");
            return shared.pop();
        }
        shared.leave_account();
        shared.say("Nothing was changed on the account. From here on everything is simulated.");
        self.go_on(shared);
    }

    fn paper(&self, shared: &Shared, columns: u16) -> Paper {
        let columns = columns.min(layout::PROSE);
        let mut paper = Paper::new();
        if !matches!(self.stage, Some(Stage::Looked(_) | Stage::Entering(..))) {
            let words = "Before the first step: where it will run, as whom, and what is there. Looking makes nothing and changes nothing.";
            paper.extend(wrap(&[text(Role::Text, words)], columns, 0));
            paper.gap();
        }
        for finding in &self.findings {
            paper.extend(finding_lines(finding, columns));
        }
        match &self.stage {
            None | Some(Stage::Looking(_)) if self.failed.is_none() => {
                let next = next_check(&self.findings).map_or("…", Check::name);
                paper.add(Line::of(Role::Dim, format!("… {next}")));
            }
            _ => {}
        }
        if let Some(why) = &self.failed {
            paper.extend(wrap(
                &[text(Role::Error, "! "), text(Role::Text, why)],
                columns,
                2,
            ));
        }
        if self.may_enter() || matches!(self.stage, Some(Stage::Entering(..))) {
            paper.gap();
            self.add_plan(shared, columns, &mut paper);
        }
        paper
    }

    /// What the lesson will do there, and the most it can cost.
    fn add_plan(&self, shared: &Shared, columns: u16, paper: &mut Paper) {
        let Some(place) = self
            .preflight()
            .and_then(|preflight| preflight.place.as_ref())
        else {
            return;
        };
        if let Purpose::Deployment { .. } = self.purpose {
            let words = "Going on makes nothing yet. Next you see everything that will be made, and the most it can cost.";
            return paper.extend(wrap(&[text(Role::Text, words)], columns, 0));
        }
        let plan = most::plan(shared.lesson(), &place.region);
        let Plan {
            tables,
            deleted,
            writes,
            reads,
            ..
        } = &plan;
        let kept = tables
            .iter()
            .filter(|table| !deleted.contains(table))
            .count();
        let deletes = if kept == 0 {
            "deletes all of them again".to_owned()
        } else {
            format!("leaves {} for you to delete", plural(kept as u64, "table"))
        };
        let spans = [
            text(
                Role::Text,
                &format!(
                    "The whole lesson makes {}, writes {} and reads {}, and {deletes}: at most ",
                    plural(tables.len() as u64, "table"),
                    plural(*writes as u64, "time"),
                    plural(*reads as u64, "time"),
                ),
            ),
            text(Role::Warning, &money(plan.price)),
            text(
                Role::Text,
                ". Each step shows its cost and waits for Enter. Nothing is sent that could take this session over ",
            ),
            text(Role::Warning, &money(self.ceiling)),
            text(Role::Text, "."),
        ];
        paper.extend(wrap(&spans, columns, 0));
    }

    fn preflight(&self) -> Option<&Preflight> {
        match &self.stage {
            Some(Stage::Looked(preflight) | Stage::Entering(_, preflight)) => Some(preflight),
            _ => None,
        }
    }

    /// What can be done now; it stays in sight.
    fn choices(&self, shared: &Shared, columns: u16) -> Paper {
        let mut paper = Paper::new();
        paper.add(Line::of(Role::Rule, "─".repeat(usize::from(columns))));
        self.add_choices(shared, columns.min(layout::PROSE), &mut paper);
        paper
    }

    fn add_choices(&self, shared: &Shared, columns: u16, paper: &mut Paper) {
        let place = self
            .preflight()
            .and_then(|preflight| preflight.place.as_ref());
        match (&self.stage, place) {
            (Some(Stage::Entering(..)), _) => paper.add(Line::of(Role::Dim, "going there …")),
            (Some(Stage::Looked(_)), Some(place)) if self.may_enter() => {
                let most = match self.purpose {
                    Purpose::Lesson { .. } => {
                        let plan = most::plan(shared.lesson(), &place.region);
                        format!("at most {}", money(plan.price))
                    }
                    Purpose::Deployment { .. } => "nothing is made yet".to_owned(),
                };
                let go = choice("Enter", Role::Warning, &place.to_string(), &most, columns);
                let lines = go.into_iter();
                paper.extend(lines.map(|line| line.hit(Hit::Do(Action::EnterAccount))));
            }
            (Some(Stage::Looked(_)), _) => paper.add(
                Line::of(Role::Accent, "r")
                    .to_column(KEYS)
                    .push(Role::Text, "look again, when that is done")
                    .hit(Hit::Do(Action::LookAgain)),
            ),
            _ => {}
        }
        let stay = match self.purpose {
            Purpose::Lesson { .. } => "the simulated table",
            Purpose::Deployment { .. } => "back to the workshop",
        };
        let stay = choice("S", Role::Text, stay, "no account, no cost", columns);
        let lines = stay.into_iter();
        paper.extend(lines.map(|line| line.hit(Hit::Do(Action::GoOnSimulated))));
    }

    /// What was found, which scrolls, and what can be done.
    fn panes(&self, shared: &Shared) -> (Pane, Pane) {
        let (area, _) = layout::columns(shared.columns, shared.rows);
        let (area, choices) = layout::divided(area, self.choices(shared, area.width), true);
        let found = Pane {
            area,
            paper: self.paper(shared, area.width),
            scroll: self.scroll.0,
        };
        (found, choices)
    }

    fn pane(&self, shared: &Shared) -> Pane {
        self.panes(shared).0
    }

    /// The last line can be seen: there stands what will be done there.
    fn show_end(&mut self, shared: &Shared) {
        let pane = self.pane(shared);
        self.scroll.0 = pane.paper.scroll_limit(pane.area.height);
    }

    fn scroll_by(&mut self, lines: i32, shared: &Shared) {
        let pane = self.pane(shared);
        self.scroll
            .by(lines, pane.paper.scroll_limit(pane.area.height));
    }
}

/// `Enter   AWS 123456789012 us-east-1      at most $0.0106`: the key, where it leads, and how much that costs; below each other where
/// there is no room, for neither is ever cut.
fn choice(key: &str, role: Role, place: &str, cost: &str, columns: u16) -> Vec<Line> {
    let cost = Line::of(role, cost);
    let key = Line::of(Role::Accent, key).to_column(KEYS);
    let indent = Line::new().to_column(KEYS);
    let line = key.clone().push(role, place);
    if line.width() + cost.width() + 2 <= columns {
        return vec![line.right(columns, cost)];
    }
    let places = wrap(&[text(role, place)], columns.saturating_sub(KEYS), 0);
    let starts = std::iter::once(key).chain(std::iter::repeat(indent.clone()));
    let mut lines: Vec<Line> = starts
        .zip(places)
        .map(|(start, line)| start.append(line))
        .collect();
    lines.push(indent.append(cost));
    lines
}

fn text(role: Role, text: &str) -> Span {
    Span {
        text: text.to_owned(),
        role,
    }
}

/// What is looked at next.
fn next_check(findings: &[Finding]) -> Option<Check> {
    let last = findings.iter().map(|finding| finding.what).max();
    Check::ALL
        .into_iter()
        .find(|check| last.is_none_or(|last| *check > last))
}

fn finding_lines(finding: &Finding, columns: u16) -> Vec<Line> {
    let (role, mark) = match finding.verdict {
        Verdict::Good => (Role::Good, "✓"),
        Verdict::Warning => (Role::Warning, "!"),
        Verdict::Stop => (Role::Error, "✗"),
    };
    let name = finding.what.name();
    let blanks = " ".repeat(usize::from(NAMES).saturating_sub(name.len() + 2));
    let words = if finding.verdict == Verdict::Good {
        Role::Text
    } else {
        Role::Strong
    };
    let spans = [
        text(role, &format!("{mark} ")),
        text(Role::Dim, &format!("{name}{blanks}")),
        text(words, &finding.words),
    ];
    let mut lines = wrap(&spans, columns, NAMES);
    if let Some(next) = &finding.next {
        let indent = Line::of(Role::Text, " ".repeat(usize::from(NAMES)));
        let spans = [text(Role::Dim, "→ "), text(Role::Accent, next)];
        let wrapped = wrap(&spans, columns.saturating_sub(NAMES), 2);
        lines.extend(wrapped.into_iter().map(|line| indent.clone().append(line)));
    }
    lines
}

impl Component for PreflightScreen {
    fn title(&self, _shared: &Shared) -> Title {
        Title {
            text: "Before anything happens on your account".to_owned(),
            ..Title::default()
        }
    }

    fn actions(&self, _shared: &Shared) -> Vec<Action> {
        let mut actions = Vec::new();
        match &self.stage {
            Some(Stage::Entering(..)) => {}
            _ if self.may_enter() => actions.extend([
                Action::EnterAccount,
                Action::GoOnSimulated,
                Action::LookAgain,
            ]),
            Some(Stage::Looked(_)) => actions.extend([Action::LookAgain, Action::GoOnSimulated]),
            _ => actions.push(Action::GoOnSimulated),
        }
        actions.extend(SCROLLING);
        actions
    }

    fn act(&mut self, action: Action, shared: &mut Shared) {
        match action {
            Action::EnterAccount => {
                let pane = self.pane(shared);
                if self.scroll.0 < pane.paper.scroll_limit(pane.area.height) {
                    shared.say("This is all of it. Enter once more goes on.");
                    return self.show_end(shared);
                }
                self.enter(shared);
            }
            Action::LookAgain => self.look(shared),
            Action::GoOnSimulated => self.stay_away(shared),
            Action::Down => self.scroll_by(1, shared),
            Action::Up => self.scroll_by(-1, shared),
            Action::PageDown => self.scroll_by(i32::from(shared.body().1), shared),
            Action::PageUp => self.scroll_by(-i32::from(shared.body().1), shared),
            Action::Top => self.scroll = Scroll(0),
            Action::Bottom => self.show_end(shared),
            _ => {}
        }
    }

    fn mouse(&mut self, mouse: Mouse, shared: &mut Shared) {
        match mouse {
            Mouse::Wheel { down, .. } => self.scroll_by(if down { 3 } else { -3 }, shared),
            Mouse::Click { column, row } => {
                let (found, choices) = self.panes(shared);
                let hit = found.hit(column, row).or_else(|| choices.hit(column, row));
                if let Some(Hit::Do(action)) = hit
                    && self.actions(shared).contains(&action)
                {
                    self.act(action, shared);
                }
            }
            Mouse::Drag { .. } => {}
        }
    }

    fn answer(&mut self, id: RequestId, answer: &Answer, shared: &mut Shared) -> bool {
        match (&self.stage, answer) {
            (Some(Stage::Looking(asked)), _) if *asked == id => match answer {
                Answer::Finding(finding) => {
                    self.findings.push(finding.clone());
                    self.show_end(shared);
                }
                Answer::Preflight(preflight) => {
                    self.findings.clone_from(&preflight.findings);
                    self.stage = Some(Stage::Looked(preflight.clone()));
                    // What was found is read from its beginning, except where it ends with what stops it.
                    self.scroll = Scroll(0);
                    if self.stops() {
                        self.show_end(shared);
                    }
                }
                Answer::Failed { why } => {
                    self.failed = Some(why.clone());
                    let findings = self.findings.clone();
                    self.stage = Some(Stage::Looked(Box::new(Preflight {
                        findings,
                        ..Preflight::default()
                    })));
                }
                _ => {}
            },
            (Some(Stage::Entering(asked, preflight)), _) if *asked == id => match answer {
                Answer::Entered {
                    place,
                    books,
                    reckoner,
                } => {
                    let names = preflight.names.clone();
                    shared.account.books = books.clone();
                    if let Purpose::Deployment { workshop } = self.purpose {
                        shared.account.place = Some(place.clone());
                        let next = DeployScreen::new(workshop, place.clone());
                        shared.replace(Screen::Deploy(Box::new(next)));
                        return true;
                    }
                    shared.enter_account(place.clone(), reckoner.clone(), &names);
                    self.go_on(shared);
                }
                Answer::Failed { why } => {
                    self.failed = Some(why.clone());
                    self.stage = Some(Stage::Looked(preflight.clone()));
                    self.show_end(shared);
                }
                _ => {}
            },
            _ => return false,
        }
        true
    }

    fn shown(&mut self, shared: &mut Shared) {
        if self.stage.is_none() {
            self.look(shared);
        }
        let pane = self.pane(shared);
        self.scroll.clamp(pane.paper.scroll_limit(pane.area.height));
    }

    fn view(&self, shared: &Shared) -> Option<View> {
        let (main, choices) = self.panes(shared);
        Some(View {
            main,
            side: None,
            fixed: Some(choices),
            frame: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Neither where something leads nor what it costs is ever cut.
    #[test]
    fn a_choice_is_whole_at_any_width() {
        let place = "AWS 123456789012 us-east-1 at https://dynamodb.example.com:8443";
        for columns in 40..100 {
            let lines = choice(
                "Enter",
                Role::Warning,
                place,
                "at most $0.01059475",
                columns,
            );
            let words: Vec<String> = lines.iter().map(Line::plain).collect();
            assert!(
                lines.iter().all(|line| line.width() <= columns),
                "{words:?}"
            );
            let letters = |text: &str| text.split_whitespace().collect::<String>();
            let all = format!("Enter{place}at most $0.01059475");
            assert_eq!(letters(&words.concat()), letters(&all), "{words:?}");
        }
        assert_eq!(choice("S", Role::Text, "here", "no cost", 40).len(), 1);
    }
}
