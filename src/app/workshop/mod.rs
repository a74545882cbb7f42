//! The workshop on the screen: goals, the verdict of the handler that was saved, hints, and requests to send and to look at.
//!
//! ```text
//!   Effect::OpenWorkshop ──Told, Told, …──→ bench: what is known ──→ page: goals, why not yet, hints, trials, requests
//!   Enter: a trial or a request ──→ way: the picture, step by step ──Enter──→ reading: event, log, exchanges in full
//!   e ──→ sending ──Order::Send──→ its way
//!   D ──→ preflight ──→ deploy: the same handlers on AWS
//! ```
//!
//! Invariant: nothing is run and nothing is sent but by an effect; what is told of a workshop that was left changes nothing.

pub mod bench;
pub mod deploy;
mod page;
pub mod parts;
pub mod reading;
pub mod sending;
pub mod way;

use crate::app::account::preflight::PreflightScreen;
use crate::app::effect::workshop::{Begin, Order};
use crate::app::effect::{Answer, Effect, RequestId};
use crate::app::key::{Action, SCROLLING};
use crate::app::layout::{self, Pane, Scroll, View};
use crate::app::paper::Hit;
use crate::app::screen::{Component, Screen, Title};
use crate::app::state::{Mouse, Shared};
use crate::scene::workshop::{Place, Way};
use crate::workshop::goal::Goal;
use crate::workshop::language::Language;
use bench::{Bench, Machine};
use deploy::DeployScreen;
use reading::ReadingScreen;
use sending::{SendingScreen, To};
use way::{Remark, WayScreen};

#[derive(Debug)]
pub struct WorkshopScreen {
    begin: Begin,
    /// The request that opened it; everything that is told has its id.
    stay: Option<RequestId>,
    pub bench: Bench,
    /// The goal that is shown.
    pub goal: Goal,
    /// Counts the trials of that goal, then the requests.
    pub selected: usize,
    /// Why there is no workshop.
    pub failed: Option<String>,
    scroll: Scroll,
}

impl WorkshopScreen {
    /// It is opened when it is shown.
    #[must_use]
    pub fn new(begin: Begin) -> Self {
        let language = begin.language.unwrap_or(Language::Node);
        Self {
            begin,
            stay: None,
            bench: Bench::new(language),
            goal: Goal::GetAll,
            selected: 0,
            failed: None,
            scroll: Scroll(0),
        }
    }

    /// Trials of the goal that is shown.
    fn trials(&self) -> usize {
        let worked = self.bench.goal(self.goal);
        // While something is missing, they are not on the page.
        let shown = !matches!(self.bench.machine, Machine::Missing { .. });
        let tried = worked.tried.as_ref().filter(|_| shown);
        tried.map_or(0, |tried| tried.trials.len())
    }

    fn entries(&self) -> usize {
        self.trials() + self.bench.came.len()
    }

    /// The way under the cursor, with what the check says of it.
    fn chosen(&self) -> Option<(Way, Option<Remark>)> {
        let trials = self.trials();
        if self.selected >= trials {
            let way = self.bench.came.get(self.selected - trials)?;
            return Some((way.clone(), None));
        }
        let tried = self.bench.goal(self.goal).tried.as_ref()?;
        let way = tried.trials.get(self.selected)?.way.clone();
        let is_last = self.selected + 1 == tried.trials.len();
        let reason = tried.reason.as_ref().filter(|_| is_last);
        let remark = reason.map(|reason| Remark {
            name: reason.name.to_owned(),
            words: reason.words.clone(),
        });
        Some((way, remark))
    }

    /// Shows a goal, the cursor on the trial that failed.
    fn show(&mut self, goal: Goal) {
        self.goal = goal;
        self.selected = self.trials().saturating_sub(1);
        self.scroll = Scroll(0);
    }

    fn turn(&mut self, by: usize) {
        self.show(Goal::ALL[(self.goal.index() + by) % Goal::ALL.len()]);
    }

    fn order(&self, order: Order, shared: &mut Shared) {
        if let Some(workshop) = self.stay {
            shared.request(Effect::InWorkshop { workshop, order });
        }
    }

    fn hint(&mut self, shared: &mut Shared) {
        let worked = self.bench.goal_mut(self.goal);
        match (worked.reason().is_some(), worked.hints) {
            (false, _) => shared.say("There is nothing to hint at: nothing was found wrong here."),
            (true, 3..) => shared.say("These were all the hints. s shows a solution."),
            (true, _) => {
                worked.hints += 1;
                self.follow(shared);
            }
        }
    }

    fn solution(&self, shared: &mut Shared) {
        let worked = self.bench.goal(self.goal);
        let may_look = worked.hints >= 3 || worked.is_reached() || !self.bench.is_ready();
        if !may_look {
            shared.say("First the hints: i gives one, and after three of them s shows a solution.");
            return;
        }
        let file = self.goal.file(self.bench.language);
        let code = self.goal.solution(self.bench.language);
        let reading = ReadingScreen::code(&format!("A solution of {file}"), file, code);
        shared.push(Screen::Reading(Box::new(reading)));
    }

    fn send(&self, shared: &mut Shared) {
        match (self.stay, &self.bench.address) {
            (Some(workshop), Some(_)) => {
                let sending = SendingScreen::new(To::Machine(workshop), self.goal);
                shared.push(Screen::Sending(Box::new(sending)));
            }
            _ => shared.say("Nothing takes requests yet."),
        }
    }

    fn open(&self, shared: &mut Shared) {
        if let Some((way, remark)) = self.chosen() {
            shared.push(Screen::Way(Box::new(WayScreen::new(way, remark))));
        }
    }

    fn select(&mut self, down: bool, shared: &Shared) {
        let last = self.entries().saturating_sub(1);
        if self.entries() == 0 {
            return self.scroll_by(if down { 1 } else { -1 }, shared);
        }
        self.selected = if down {
            (self.selected + 1).min(last)
        } else {
            self.selected.saturating_sub(1)
        };
        self.follow(shared);
    }

    /// The selected entry can be seen.
    fn follow(&mut self, shared: &Shared) {
        let pane = self.main(shared);
        self.scroll.follow(&pane, self.selected);
    }

    fn scroll_by(&mut self, lines: i32, shared: &Shared) {
        let pane = self.main(shared);
        let limit = pane.paper.scroll_limit(pane.area.height);
        self.scroll.by(lines, limit);
    }

    fn main(&self, shared: &Shared) -> Pane {
        let (area, side) = layout::columns(shared.columns, shared.rows);
        Pane {
            area,
            paper: page::main(self, area.width, side.is_some()),
            scroll: self.scroll.0,
        }
    }

    fn side(&self, shared: &Shared) -> Option<Pane> {
        let (_, side) = layout::columns(shared.columns, shared.rows);
        side.filter(|_| self.failed.is_none()).map(|area| Pane {
            area,
            paper: page::side(self, area.width),
            scroll: 0,
        })
    }

    fn hit(&mut self, hit: Hit, shared: &mut Shared) {
        match hit {
            Hit::Do(action) if self.actions(shared).contains(&action) => self.act(action, shared),
            Hit::Do(_) => {}
            Hit::Entry(entry) if entry >= page::GOALS => {
                self.show(Goal::ALL[(entry - page::GOALS) % Goal::ALL.len()]);
            }
            Hit::Entry(entry) if entry == self.selected => self.open(shared),
            Hit::Entry(entry) => self.selected = entry,
        }
    }
}

impl Component for WorkshopScreen {
    fn title(&self, _shared: &Shared) -> Title {
        let bench = &self.bench;
        let text = match &bench.machine {
            Machine::Ready { version, .. } => {
                format!("Workshop · {} {version}", bench.language.title())
            }
            _ => format!("Workshop · {}", bench.language.title()),
        };
        Title {
            text,
            note: Some(format!("{} of 3 goals", bench.reached())),
            ..Title::default()
        }
    }

    fn actions(&self, _shared: &Shared) -> Vec<Action> {
        let mut actions = Vec::new();
        if self.failed.is_some() {
            return vec![Action::Back];
        }
        let missing = matches!(self.bench.machine, Machine::Missing { .. });
        if missing {
            actions.extend([Action::LookAgain, Action::Solution, Action::NextGoal]);
        } else {
            if self.entries() > 0 {
                actions.push(Action::Open);
            }
            let worked = self.bench.goal(self.goal);
            if worked.reason().is_some() {
                actions.push(Action::Hint);
            }
            if worked.hints >= 3 || worked.is_reached() {
                actions.push(Action::Solution);
            }
            actions.extend([Action::SendRequest, Action::NextGoal]);
            if self.bench.reached() == Goal::ALL.len() {
                actions.push(Action::Deploy);
            }
            actions.push(Action::TryAgain);
            // It says what comes first.
            if worked.reason().is_some() && !actions.contains(&Action::Solution) {
                actions.push(Action::Solution);
            }
        }
        actions.push(Action::PreviousGoal);
        actions.extend(SCROLLING);
        // As long as a goal is open, it only says so.
        if !missing && !actions.contains(&Action::Deploy) {
            actions.push(Action::Deploy);
        }
        actions
    }

    fn idle(&self, _shared: &Shared) -> Vec<Action> {
        let mut idle = Vec::new();
        if self.bench.is_ready() {
            let worked = self.bench.goal(self.goal);
            if worked.hints >= 3 {
                idle.push(Action::Hint);
            } else if !worked.is_reached() {
                idle.push(Action::Solution);
            }
            if self.bench.reached() < Goal::ALL.len() {
                idle.push(Action::Deploy);
            }
        }
        idle
    }

    fn act(&mut self, action: Action, shared: &mut Shared) {
        match action {
            Action::Open => self.open(shared),
            Action::Hint => self.hint(shared),
            Action::Solution => self.solution(shared),
            Action::SendRequest => self.send(shared),
            Action::NextGoal => self.turn(1),
            Action::PreviousGoal => self.turn(Goal::ALL.len() - 1),
            Action::TryAgain => self.order(Order::Try(self.goal), shared),
            Action::LookAgain => self.order(Order::LookAgain, shared),
            Action::Deploy => self.deploy(shared),
            Action::Down => self.select(true, shared),
            Action::Up => self.select(false, shared),
            Action::PageDown => self.scroll_by(i32::from(shared.body().1), shared),
            Action::PageUp => self.scroll_by(-i32::from(shared.body().1), shared),
            Action::Top => self.scroll = Scroll(0),
            Action::Bottom => self.scroll_by(i32::from(u16::MAX), shared),
            Action::Back => shared.pop(),
            _ => {}
        }
    }

    fn mouse(&mut self, mouse: Mouse, shared: &mut Shared) {
        match mouse {
            Mouse::Wheel { down, .. } => self.scroll_by(if down { 3 } else { -3 }, shared),
            Mouse::Click { column, row } => {
                let hit = self.main(shared).hit(column, row);
                let hit = hit.or_else(|| self.side(shared)?.hit(column, row));
                if let Some(hit) = hit {
                    self.hit(hit, shared);
                }
            }
            Mouse::Drag { .. } => {}
        }
    }

    fn answer(&mut self, id: RequestId, answer: &Answer, shared: &mut Shared) -> bool {
        match answer {
            // Sent from the screen: whoever sent it shows it, and it stands in the list.
            Answer::Way(way) => {
                if way.place == Place::Machine {
                    self.bench.keep(Way::clone(way));
                }
                return true;
            }
            _ if self.stay != Some(id) => return false,
            Answer::Workshop(told) => {
                let trials = self.trials();
                let on_request = self.selected >= trials && self.entries() > 0;
                let from_end = self.entries().saturating_sub(self.selected);
                if let Some(goal) = self.bench.take(told) {
                    // What was found stands at the top, however many hints are below it.
                    self.show(goal);
                    // A remark on what was there before is over.
                    shared.notice = None;
                } else if on_request {
                    // The cursor stays on its request when newer ones come.
                    self.selected = self.entries().saturating_sub(from_end);
                }
            }
            Answer::Failed { why } => {
                self.stay = None;
                self.failed = Some(why.clone());
            }
            _ => {}
        }
        true
    }

    fn shown(&mut self, shared: &mut Shared) {
        if self.stay.is_none() && self.failed.is_none() {
            let begin = Box::new(self.begin.clone());
            self.stay = Some(shared.request(Effect::OpenWorkshop(begin)));
        }
        let pane = self.main(shared);
        self.scroll.clamp(pane.paper.scroll_limit(pane.area.height));
    }

    fn leave(&mut self, shared: &mut Shared) {
        if let Some(stay) = self.stay.take() {
            shared.request(Effect::Cancel(stay));
        }
    }

    fn view(&self, shared: &Shared) -> Option<View> {
        Some(View {
            fixed: None,
            main: self.main(shared),
            side: self.side(shared),
            frame: None,
        })
    }
}

impl WorkshopScreen {
    /// To AWS, once all goals are reached.
    fn deploy(&self, shared: &mut Shared) {
        let open: Vec<&str> = self
            .bench
            .open()
            .map(|goal| goal.file(self.bench.language))
            .collect();
        if !open.is_empty() {
            shared.complain(format!(
                "Only what is right goes to AWS. Still open: {}",
                open.join(", ")
            ));
            return;
        }
        let Some(workshop) = self.stay else { return };
        let next = match shared.account.place.clone() {
            // It was looked at already in this run of the program.
            Some(place) => Screen::Deploy(Box::new(DeployScreen::new(workshop, place))),
            None => Screen::Preflight(Box::new(PreflightScreen::before_deployment(workshop))),
        };
        shared.push(next);
    }
}

#[cfg(test)]
mod tests;
