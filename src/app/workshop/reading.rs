//! All parts of a way to read in full, one beside the other as tabs; and any other text of the workshop.
//!
//! Invariant: what is copied is the part as it is shown, also where it is scrolled.

use crate::app::effect::Effect;
use crate::app::exchange::tabs;
use crate::app::key::Action;
use crate::app::layout::{self, Pane, Scroll, View};
use crate::app::paper::{Line, Paper, Role, cut};
use crate::app::screen::{Component, Title};
use crate::app::state::{Mouse, Shared};
use crate::app::workshop::parts::{self, Part};
use crate::scene::workshop::{Way, request};
use crate::target::exchange::Place;

/// What is read.
#[derive(Debug)]
enum Text {
    Way {
        way: Box<Way>,
        part: usize,
    },
    /// A program: a handler as it is given, or done.
    Code {
        file: String,
        code: String,
    },
}

#[derive(Debug)]
pub struct ReadingScreen {
    title: String,
    text: Text,
    scroll: Scroll,
    /// The account that it is of.
    pub account: Option<Place>,
    /// The exchange to begin with, until it is shown.
    exchange: Option<usize>,
}

impl ReadingScreen {
    /// A way, from one of its parts on; of the exchanges from this one on.
    #[must_use]
    pub fn way(way: Way, part: Part, exchange: Option<usize>) -> Self {
        let index = Part::ALL.iter().position(|one| *one == part).unwrap_or(0);
        Self {
            title: request(&way),
            text: Text::Way {
                way: Box::new(way),
                part: index,
            },
            scroll: Scroll(0),
            account: None,
            exchange,
        }
    }

    #[must_use]
    pub fn on_account(mut self, account: Option<Place>) -> Self {
        self.account = account;
        self
    }

    #[must_use]
    pub fn code(title: &str, file: &str, code: &str) -> Self {
        Self {
            title: title.to_owned(),
            text: Text::Code {
                file: file.to_owned(),
                code: code.to_owned(),
            },
            scroll: Scroll(0),
            account: None,
            exchange: None,
        }
    }

    fn paper(&self, columns: u16) -> Paper {
        let mut paper = Paper::new();
        match &self.text {
            Text::Way { way, part } => {
                paper.add(tabs(&Part::ALL.map(Part::name), *part));
                paper.gap();
                paper.extend(parts::part(way, Part::ALL[*part], columns).lines);
            }
            Text::Code { code, .. } => {
                for line in crate::printable::block(code).lines() {
                    let comment = line.trim_start().starts_with(['/', '#']);
                    let role = if comment { Role::Dim } else { Role::Text };
                    paper.add(Line::of(role, cut(line, columns)));
                }
            }
        }
        paper
    }

    fn pane(&self, shared: &Shared) -> Pane {
        let (area, _) = layout::columns(shared.columns, shared.rows);
        let body = layout::body(shared.columns, shared.rows);
        let area = layout::Area {
            width: body.width.saturating_sub(area.x - body.x).min(110),
            ..area
        };
        Pane {
            area,
            paper: self.paper(area.width),
            scroll: self.scroll.0,
        }
    }

    fn turn(&mut self, by: usize) {
        if let Text::Way { part, .. } = &mut self.text {
            *part = (*part + by) % Part::ALL.len();
            self.scroll = Scroll(0);
        }
    }

    fn copy(&self, shared: &mut Shared) {
        let (name, text) = match &self.text {
            Text::Code { file, code } => (file.clone(), code.clone()),
            Text::Way { way, part } => {
                let part = Part::ALL[*part];
                let lines = parts::part(way, part, 100).lines;
                let lines: Vec<String> = lines.iter().map(Line::plain).collect();
                (
                    format!("{}.txt", part.name().to_lowercase()),
                    lines.join("\n"),
                )
            }
        };
        shared.request(Effect::Copy { name, text });
    }
}

impl Component for ReadingScreen {
    fn title(&self, _shared: &Shared) -> Title {
        Title {
            text: self.title.clone(),
            ..Title::default()
        }
    }

    fn actions(&self, _shared: &Shared) -> Vec<Action> {
        let mut actions = Vec::new();
        if matches!(self.text, Text::Way { .. }) {
            actions.extend([Action::NextTab, Action::PreviousTab]);
        }
        actions.extend([
            Action::Back,
            Action::Copy,
            Action::Down,
            Action::Up,
            Action::PageDown,
            Action::PageUp,
            Action::Top,
            Action::Bottom,
        ]);
        actions
    }

    fn act(&mut self, action: Action, shared: &mut Shared) {
        let pane = self.pane(shared);
        let limit = pane.paper.scroll_limit(pane.area.height);
        let screenful = i32::from(pane.area.height.saturating_sub(2).max(1));
        match action {
            Action::NextTab => self.turn(1),
            Action::PreviousTab => self.turn(Part::ALL.len() - 1),
            Action::Back => shared.pop(),
            Action::Copy => self.copy(shared),
            Action::Down => self.scroll.by(1, limit),
            Action::Up => self.scroll.by(-1, limit),
            Action::PageDown => self.scroll.by(screenful, limit),
            Action::PageUp => self.scroll.by(-screenful, limit),
            Action::Top => self.scroll = Scroll(0),
            Action::Bottom => self.scroll = Scroll(limit),
            _ => {}
        }
    }

    fn mouse(&mut self, mouse: Mouse, shared: &mut Shared) {
        let pane = self.pane(shared);
        match mouse {
            Mouse::Wheel { down, .. } => {
                let limit = pane.paper.scroll_limit(pane.area.height);
                self.scroll.by(if down { 3 } else { -3 }, limit);
            }
            Mouse::Click { column, row } => {
                if pane.hit(column, row).is_some() {
                    self.turn(1);
                }
            }
            Mouse::Drag { .. } => {}
        }
    }

    fn shown(&mut self, shared: &mut Shared) {
        let pane = self.pane(shared);
        if let (Some(index), Text::Way { way, .. }) = (self.exchange.take(), &self.text) {
            // The names of the tabs and the row below them stand before.
            self.scroll.0 = match index {
                0 => 0,
                _ => parts::line_of_exchange(way, index, pane.area.width) + 2,
            };
        }
        self.scroll.clamp(pane.paper.scroll_limit(pane.area.height));
    }

    fn view(&self, shared: &Shared) -> Option<View> {
        Some(View {
            main: self.pane(shared),
            side: None,
            frame: None,
        })
    }
}
