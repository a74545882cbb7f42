//! A request to write and send: one of the three routes, with its id or its body.
//!
//! Invariant: what is sent is what stands in the fields, valid or not.

use crate::app::demo::Field;
use crate::app::effect::workshop::{Order, Outgoing};
use crate::app::effect::{Answer, Effect, RequestId, deployment};
use crate::app::figures::money;
use crate::app::key::{Action, Key};
use crate::app::layout::{self, Area, Pane, View};
use crate::app::paper::{Hit, Line, Paper, Role, span, wrap, wrap_text};
use crate::app::screen::{Component, Screen, Title};
use crate::app::state::{Mouse, Shared};
use crate::app::workshop::deploy::in_words;
use crate::app::workshop::way::WayScreen;
use crate::deployment::{Deployed, Plan, Progress};
use crate::scene::workshop::Way;
use crate::workshop::goal::Goal;

/// Columns of the form.
const WIDTH: u16 = 64;

/// Where it goes.
#[derive(Debug, Clone)]
pub enum To {
    /// The API on this machine, of the workshop that this request opened.
    Machine(RequestId),
    /// The public URL of what stands on an account.
    Account {
        workshop: RequestId,
        plan: Box<Plan>,
        deployed: Box<Deployed>,
    },
}

#[derive(Debug)]
pub struct SendingScreen {
    to: To,
    goal: Goal,
    id: Field,
    body: Field,
    sent: Option<RequestId>,
    /// What is waited for.
    waits: Option<String>,
    failed: Option<String>,
}

impl SendingScreen {
    #[must_use]
    pub fn new(to: To, goal: Goal) -> Self {
        Self {
            to,
            goal,
            id: Field::new("2"),
            body: Field::new(r#"{"id": "4", "name": "Luna", "kind": "hamster"}"#),
            sent: None,
            waits: None,
            failed: None,
        }
    }

    fn outgoing(&self) -> Outgoing {
        let (method, path, body) = match self.goal {
            Goal::GetAll => ("GET", "/pets".to_owned(), String::new()),
            Goal::GetOne => ("GET", format!("/pets/{}", self.id.text()), String::new()),
            Goal::Post => ("POST", "/pets".to_owned(), self.body.text().to_owned()),
        };
        Outgoing {
            method: method.to_owned(),
            path,
            body,
        }
    }

    fn effect(&self) -> Effect {
        let outgoing = self.outgoing();
        match &self.to {
            To::Machine(workshop) => Effect::InWorkshop {
                workshop: *workshop,
                order: Order::Send(outgoing),
            },
            To::Account {
                workshop,
                plan,
                deployed,
            } => Effect::OnAccount {
                workshop: *workshop,
                order: deployment::Order::Call {
                    plan: plan.clone(),
                    deployed: deployed.clone(),
                    outgoing,
                },
            },
        }
    }

    /// What sends it: an account has its own, which only Enter means.
    const fn sends(&self) -> Action {
        match self.to {
            To::Machine(_) => Action::SendIt,
            To::Account { .. } => Action::SendThere,
        }
    }

    /// What Enter does.
    fn offer(&self) -> Vec<Line> {
        let To::Account { plan, .. } = &self.to else {
            let line =
                Line::of(Role::Accent, "Enter").push(Role::Text, " sends it, and its way opens");
            return vec![line.hit(Hit::Do(Action::SendIt))];
        };
        let spans = [
            span(Role::Accent, "Enter"),
            span(Role::Dim, " sends it to "),
            span(Role::Warning, plan.place.to_string()),
            span(
                Role::Warning,
                format!(
                    ", at most {}",
                    money(plan.cost.requests[self.goal.index()].rounded_up())
                ),
            ),
        ];
        wrap(&spans, WIDTH, 0)
    }

    fn field(&mut self) -> Option<&mut Field> {
        match self.goal {
            Goal::GetAll => None,
            Goal::GetOne => Some(&mut self.id),
            Goal::Post => Some(&mut self.body),
        }
    }

    fn choose(&mut self, forward: bool) {
        let step = if forward { 1 } else { 2 };
        self.goal = Goal::ALL[(self.goal.index() + step) % 3];
    }

    fn paper(&self) -> Paper {
        let mut paper = Paper::new();
        for goal in Goal::ALL {
            let chosen = goal == self.goal;
            let role = if chosen { Role::Strong } else { Role::Text };
            let mut line = Line::of(Role::Accent, if chosen { "▸ " } else { "  " });
            line = match goal {
                Goal::GetOne => {
                    let line = line.push(role, "GET /pets/");
                    if chosen {
                        line.append(self.id.line(WIDTH - 14))
                    } else {
                        line.push(
                            Role::Text,
                            crate::app::paper::cut(self.id.text(), WIDTH - 14),
                        )
                    }
                }
                _ => line.push(role, goal.route_key()),
            };
            paper.add(line.hit(Hit::Entry(goal.index())));
            if goal == Goal::Post {
                let mut body = Line::of(Role::Text, "    ");
                body = if chosen {
                    body.append(self.body.line(WIDTH - 6))
                } else {
                    body.push(
                        Role::Dim,
                        crate::app::paper::cut(self.body.text(), WIDTH - 6),
                    )
                };
                paper.add(body.hit(Hit::Entry(goal.index())));
            }
        }
        paper.gap();
        match (&self.failed, self.sent) {
            (Some(why), _) => paper.extend(wrap_text(Role::Error, why, WIDTH)),
            (None, Some(_)) => {
                let words = self.waits.as_deref().unwrap_or("on its way …");
                paper.extend(wrap_text(Role::Dim, words, WIDTH));
            }
            (None, None) => paper.extend(self.offer()),
        }
        paper
    }

    fn view_at(&self, shared: &Shared) -> (Area, Pane) {
        let paper = self.paper();
        let area = layout::popup(shared.columns, shared.rows, WIDTH, paper.height());
        let pane = Pane {
            area: layout::inside(area),
            paper,
            scroll: 0,
        };
        (area, pane)
    }
}

impl Component for SendingScreen {
    fn title(&self, _shared: &Shared) -> Title {
        Title {
            text: "Send a request".to_owned(),
            ..Title::default()
        }
    }

    fn actions(&self, _shared: &Shared) -> Vec<Action> {
        let mut actions = Vec::new();
        if self.sent.is_none() {
            actions.push(self.sends());
        }
        actions.extend([
            Action::NextField,
            Action::PreviousField,
            Action::StopEditing,
        ]);
        actions
    }

    fn act(&mut self, action: Action, shared: &mut Shared) {
        match action {
            Action::SendIt | Action::SendThere => {
                self.failed = None;
                self.sent = Some(shared.request(self.effect()));
            }
            Action::NextField => self.choose(true),
            Action::PreviousField => self.choose(false),
            Action::StopEditing => shared.pop(),
            _ => {}
        }
    }

    fn writing(&self) -> bool {
        true
    }

    fn key(&mut self, key: Key, _shared: &mut Shared) -> bool {
        if self.sent.is_some() {
            return false;
        }
        self.field().is_some_and(|field| field.key(key))
    }

    fn paste(&mut self, text: &str, _shared: &mut Shared) {
        if self.sent.is_some() {
            return;
        }
        if let Some(field) = self.field() {
            field.insert(text.replace('\n', " ").trim());
        }
    }

    fn mouse(&mut self, mouse: Mouse, shared: &mut Shared) {
        let Mouse::Click { column, row } = mouse else {
            return;
        };
        let (_, pane) = self.view_at(shared);
        match pane.hit(column, row) {
            Some(Hit::Entry(index)) => self.goal = Goal::ALL[index % 3],
            Some(Hit::Do(Action::SendIt)) if self.sent.is_none() => {
                self.act(Action::SendIt, shared);
            }
            _ => {}
        }
    }

    fn answer(&mut self, id: RequestId, answer: &Answer, shared: &mut Shared) -> bool {
        if self.sent != Some(id) {
            return false;
        }
        match answer {
            // The list of requests takes it, too.
            Answer::Way(way) | Answer::WaySoFar(way) => {
                let more = matches!(answer, Answer::WaySoFar(_)).then_some(id);
                let way = Way::clone(way);
                let screen = match &self.to {
                    To::Machine(_) => WayScreen::new(way, None),
                    To::Account { plan, .. } => {
                        WayScreen::on_account(way, plan.place.clone(), more)
                    }
                };
                shared.replace(Screen::Way(Box::new(screen)));
                return false;
            }
            Answer::Happening(happening) => self.waits = Some(in_words(happening)),
            Answer::Deploying(progress) => match progress.as_ref() {
                Progress::Happening(happening) => self.waits = Some(in_words(happening)),
                // The list of calls takes it.
                _ => return false,
            },
            Answer::Failed { why } => {
                self.waits = None;
                self.sent = None;
                self.failed = Some(why.clone());
            }
            _ => {}
        }
        true
    }

    fn view(&self, shared: &Shared) -> Option<View> {
        let (area, pane) = self.view_at(shared);
        Some(View {
            fixed: None,
            main: pane,
            side: None,
            frame: Some((area, "Send a request".to_owned())),
        })
    }

    fn popup(&self) -> bool {
        true
    }
}
