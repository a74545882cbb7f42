//! A request to write and send: one of the three routes, with its id or its body.
//!
//! Invariant: what is sent is what stands in the fields, valid or not.

use crate::app::demo::Field;
use crate::app::effect::workshop::{Order, Outgoing};
use crate::app::effect::{Answer, Effect, RequestId};
use crate::app::key::{Action, Key};
use crate::app::layout::{self, Area, Pane, View};
use crate::app::paper::{Hit, Line, Paper, Role, wrap_text};
use crate::app::screen::{Component, Screen, Title};
use crate::app::state::{Mouse, Shared};
use crate::app::workshop::way::WayScreen;
use crate::scene::workshop::Way;
use crate::workshop::goal::Goal;

/// Columns of the form.
const WIDTH: u16 = 64;

#[derive(Debug)]
pub struct SendingScreen {
    workshop: RequestId,
    goal: Goal,
    id: Field,
    body: Field,
    sent: Option<RequestId>,
    failed: Option<String>,
}

impl SendingScreen {
    #[must_use]
    pub fn new(workshop: RequestId, goal: Goal) -> Self {
        Self {
            workshop,
            goal,
            id: Field::new("2"),
            body: Field::new(r#"{"id": "4", "name": "Luna", "kind": "hamster"}"#),
            sent: None,
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
            (None, Some(_)) => paper.add(Line::of(Role::Dim, "on its way …")),
            (None, None) => paper.add(
                Line::of(Role::Accent, "Enter")
                    .push(Role::Text, " sends it, and its way opens")
                    .hit(Hit::Do(Action::SendIt)),
            ),
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
            actions.push(Action::SendIt);
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
            Action::SendIt => {
                self.failed = None;
                self.sent = Some(shared.request(Effect::InWorkshop {
                    workshop: self.workshop,
                    order: Order::Send(self.outgoing()),
                }));
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
        if let Some(field) = self.field().filter(|_| true) {
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
            Answer::Way(way) => {
                let way = WayScreen::new(Way::clone(way), None);
                shared.replace(Screen::Way(Box::new(way)));
                // The list of requests takes it, too.
                return false;
            }
            Answer::Failed { why } => {
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
            main: pane,
            side: None,
            frame: Some((area, "Send a request".to_owned())),
        })
    }

    fn popup(&self) -> bool {
        true
    }
}
