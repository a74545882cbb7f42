//! A workshop's handlers on AWS: what will be made, what happens while it is made, what stands, and requests to it.
//!
//! ```text
//!   Order::Plan ──→ planned ──Enter──→ Order::Deploy ──Deploying, …──→ stands ──e──→ Order::Call ──→ its way
//!                      ↑                                    │ stopped        │ u: planned once more
//!                      └────────────────u───────────────────┴───────────────┘ C: what is yours there
//! ```
//!
//! Invariant: nothing is made, changed or called from here but by Enter on a page that shows the place and the most it can cost.

mod list;
mod page;
mod panes;
mod told;

use crate::account::ledger::Kind;
use crate::app::effect::deployment::Order;
use crate::app::effect::{Answer, Effect, RequestId};
use crate::app::exchange::ExchangeScreen;
use crate::app::key::{Action, SCROLLING};
use crate::app::layout::{Scroll, View};
use crate::app::paper::Hit;
use crate::app::screen::{Component, Screen, Title};
use crate::app::state::{Mouse, Shared};
use crate::app::workshop::sending::{SendingScreen, To};
use crate::app::workshop::way::WayScreen;
use crate::deployment::{self, Deployed, Part, Plan, Stopped};
use crate::scene::workshop::Place as Where;
use crate::target::exchange::{Happening, Place};
use crate::workshop::goal::Goal;
use list::{Chosen, List};
pub(super) use told::in_words;
use told::left_here;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Begun,
    Planning(RequestId),
    Planned,
    Deploying(RequestId),
    Stands,
    Stopped,
}

#[derive(Debug)]
pub struct DeployScreen {
    /// The request that opened the workshop.
    workshop: RequestId,
    pub place: Place,
    stage: Stage,
    plan: Option<Box<Plan>>,
    deployed: Option<Box<Deployed>>,
    stopped: Option<Box<Stopped>>,
    /// What was told of each part, the newest last.
    parts: Vec<(Part, deployment::Stage)>,
    happening: Option<Happening>,
    list: List,
    /// Handlers that were saved since, and whether each is right.
    saved: Vec<(Goal, bool)>,
    failed: Option<String>,
    scroll: Scroll,
    /// What stands, while another plan is on the page.
    standing: Option<Standing>,
    /// What was left here when this page was made. Where some of it is gone, by the cleanup screen above, it is looked at anew.
    left: Vec<(Kind, String)>,
}

/// What `saved` and `plan` were when it was made, and what was saved since.
#[derive(Debug, Clone)]
struct Standing {
    plan: Box<Plan>,
    saved: Vec<(Goal, bool)>,
}

impl DeployScreen {
    /// What is to be made is asked for when it is shown.
    #[must_use]
    pub fn new(workshop: RequestId, place: Place) -> Self {
        Self {
            workshop,
            place,
            stage: Stage::Begun,
            plan: None,
            deployed: None,
            stopped: None,
            parts: Vec::new(),
            happening: None,
            list: List::default(),
            saved: Vec::new(),
            failed: None,
            scroll: Scroll(0),
            standing: None,
            left: Vec::new(),
        }
    }

    fn order(&self, order: Order, shared: &mut Shared) -> RequestId {
        shared.request(Effect::OnAccount {
            workshop: self.workshop,
            order,
        })
    }

    /// Asks what is to be made now; nothing is made.
    fn look(&mut self, shared: &mut Shared) {
        self.failed = None;
        self.stopped = None;
        // What is saved while the handlers are being read may not be in the plan.
        self.saved.clear();
        self.scroll = Scroll(0);
        self.stage = Stage::Planning(self.order(Order::Plan, shared));
    }

    /// Whether there is more to read below.
    fn is_read(&self, shared: &Shared) -> bool {
        let pane = self.main(shared);
        self.scroll.0 >= pane.paper.scroll_limit(pane.area.height)
    }

    fn make(&mut self, shared: &mut Shared) {
        let Some(plan) = &self.plan else { return };
        let order = Order::Deploy(plan.clone());
        self.parts.clear();
        self.list.begin();
        self.happening = None;
        self.failed = None;
        self.scroll = Scroll(0);
        self.stage = Stage::Deploying(self.order(order, shared));
    }

    /// From a plan that is not carried out back to what stands as it is, if something does.
    fn leave_plan(&mut self, shared: &mut Shared) {
        match (&self.deployed, self.standing.clone()) {
            (Some(_), Some(standing)) => {
                self.plan = Some(standing.plan);
                self.saved = standing.saved;
                self.scroll = Scroll(0);
                self.stage = Stage::Stands;
            }
            _ => shared.pop(),
        }
    }

    fn send(&self, shared: &mut Shared) {
        if let (Some(plan), Some(deployed)) = (&self.plan, &self.deployed) {
            let to = To::Account {
                workshop: self.workshop,
                plan: plan.clone(),
                deployed: deployed.clone(),
            };
            shared.push(Screen::Sending(Box::new(SendingScreen::new(
                to,
                Goal::GetAll,
            ))));
        }
    }

    fn open(&self, shared: &mut Shared) {
        match self.list.chosen() {
            Some(Chosen::Request(way)) => {
                let way = WayScreen::on_account(way.clone(), self.place.clone(), None);
                shared.push(Screen::Way(Box::new(way)));
            }
            Some(Chosen::Call(exchange)) => {
                let screen = ExchangeScreen::new(exchange.clone());
                shared.push(Screen::Exchange(Box::new(screen)));
            }
            None => {}
        }
    }
}

impl Component for DeployScreen {
    fn title(&self, _shared: &Shared) -> Title {
        let text = match self.stage {
            Stage::Begun | Stage::Planning(_) | Stage::Planned => "The pets API, to AWS",
            // There is a number beside it.
            Stage::Deploying(_) => "Going to AWS",
            Stage::Stands | Stage::Stopped => "The pets API on AWS",
        };
        Title {
            text: text.to_owned(),
            progress: matches!(self.stage, Stage::Deploying(_)).then(|| self.made()),
            ..Title::default()
        }
    }

    fn actions(&self, shared: &Shared) -> Vec<Action> {
        let mut actions = Vec::new();
        match self.stage {
            Stage::Planned => {
                let enter = if self.is_read(shared) {
                    Action::MakeThere
                } else {
                    Action::ReadOn
                };
                actions.extend([enter, Action::Back, Action::LookAgain]);
            }
            Stage::Begun | Stage::Planning(_) | Stage::Deploying(_) => {
                actions.push(Action::StopWaiting);
            }
            Stage::Stands => actions.extend([Action::SendRequest, Action::Update, Action::Cleanup]),
            Stage::Stopped => actions.extend([Action::Update, Action::Cleanup]),
        }
        if self.failed.is_some() {
            actions.push(Action::LookAgain);
        }
        if !matches!(self.stage, Stage::Planned) && !self.list.is_empty() {
            actions.insert(0, Action::Open);
        }
        if self.stage == Stage::Planned {
            actions.push(Action::Cleanup);
        }
        actions.extend(SCROLLING);
        actions
    }

    fn act(&mut self, action: Action, shared: &mut Shared) {
        match action {
            Action::MakeThere => self.make(shared),
            Action::ReadOn | Action::PageDown => self.page(true, shared),
            Action::LookAgain | Action::Update => self.look(shared),
            Action::SendRequest => self.send(shared),
            Action::Open => self.open(shared),
            Action::Cleanup => {
                shared.push(Screen::Cleanup(Box::default()));
            }
            Action::StopWaiting => {
                if let Stage::Deploying(_) = self.stage {
                    shared.say("Not waiting any more. What was sent goes on on the account; D goes on from there.");
                }
                shared.pop();
            }
            Action::Down => self.select(true, shared),
            Action::Up => self.select(false, shared),
            Action::PageUp => self.page(false, shared),
            Action::Top => self.scroll = Scroll(0),
            Action::Bottom => self.scroll_by(i32::from(u16::MAX), shared),
            Action::Back => self.leave_plan(shared),
            _ => {}
        }
    }

    fn mouse(&mut self, mouse: Mouse, shared: &mut Shared) {
        match mouse {
            Mouse::Wheel { down, .. } => self.scroll_by(if down { 3 } else { -3 }, shared),
            Mouse::Click { column, row } => match self.main(shared).hit(column, row) {
                Some(Hit::Do(action)) if self.actions(shared).contains(&action) => {
                    self.act(action, shared);
                }
                None | Some(Hit::Do(_)) => {}
                Some(Hit::Entry(entry)) if entry == self.list.selected => self.open(shared),
                Some(Hit::Entry(entry)) => self.list.selected = entry,
            },
            Mouse::Drag { .. } => {}
        }
    }

    fn answer(&mut self, id: RequestId, answer: &Answer, shared: &mut Shared) -> bool {
        match answer {
            Answer::WaySoFar(way) if way.place == Where::Account => {
                self.list.keep_way(way, true);
                return true;
            }
            Answer::Way(way) if way.place == Where::Account => {
                self.list.keep_way(way, false);
                return true;
            }
            // A request's log is read while its picture is shown already.
            Answer::Deploying(progress) if self.stage == Stage::Stands => {
                self.take(progress);
                return true;
            }
            Answer::Workshop(told) if id == self.workshop => {
                self.hear(told);
                return false;
            }
            _ => {}
        }
        match self.stage {
            Stage::Planning(asked) | Stage::Deploying(asked) if asked == id => {
                self.settle(answer, shared);
                true
            }
            _ => false,
        }
    }

    fn booked(&mut self, shared: &mut Shared) {
        self.shown(shared);
    }

    fn shown(&mut self, shared: &mut Shared) {
        let left = left_here(shared);
        let is_settled = matches!(self.stage, Stage::Planned | Stage::Stands | Stage::Stopped);
        if is_settled && self.left.iter().any(|one| !left.contains(one)) {
            self.deployed = None;
            self.standing = None;
            self.list = List::default();
            self.parts.clear();
            self.stage = Stage::Begun;
        }
        if self.stage == Stage::Begun {
            self.look(shared);
        }
        let pane = self.main(shared);
        self.scroll.clamp(pane.paper.scroll_limit(pane.area.height));
    }

    fn leave(&mut self, shared: &mut Shared) {
        if let Stage::Planning(id) | Stage::Deploying(id) = self.stage {
            shared.request(Effect::Cancel(id));
        }
    }

    fn view(&self, shared: &Shared) -> Option<View> {
        let (main, fixed) = self.panes(shared);
        Some(View {
            main,
            side: self.side(shared),
            fixed,
            frame: None,
        })
    }
}

#[cfg(test)]
mod tests;
