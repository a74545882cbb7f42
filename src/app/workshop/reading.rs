//! All parts of a way to read in full, one beside the other as tabs; and any other text of the workshop.
//!
//! Invariant: what is copied is the part as it is shown, also where it is scrolled.

use crate::app::effect::Effect;
use crate::app::key::Action;
use crate::app::layout::{Pane, View};
use crate::app::paper::{Line, Paper, Role};
use crate::app::reader::{Reader, folded, tabs};
use crate::app::screen::{Component, Title};
use crate::app::state::{Mouse, Shared};
use crate::app::workshop::parts::{self, Part};
use crate::scene::workshop::{Way, request};
use crate::target::exchange::Place;

/// What is read.
#[derive(Debug)]
enum Text {
    /// Its tabs are [`Part::ALL`].
    Way(Box<Way>),
    /// A program: a handler as it is given, or done.
    Code { file: String, code: String },
}

#[derive(Debug)]
pub struct ReadingScreen {
    title: String,
    text: Text,
    reader: Reader,
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
            text: Text::Way(Box::new(way)),
            reader: Reader::new(Part::ALL.len(), index),
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
            reader: Reader::new(1, 0),
            account: None,
            exchange: None,
        }
    }

    fn paper(&self, columns: u16) -> Paper {
        let mut paper = Paper::new();
        match &self.text {
            Text::Way(way) => {
                paper.add(tabs(&Part::ALL.map(Part::name), self.reader.tab, columns));
                paper.gap();
                paper.extend(parts::part(way, self.part(), columns).lines);
            }
            Text::Code { code, .. } => {
                for line in crate::printable::block(code).lines() {
                    let comment = line.trim_start().starts_with(['/', '#']);
                    let role = if comment { Role::Dim } else { Role::Text };
                    paper.extend(folded(&Line::of(role, line), columns));
                }
            }
        }
        paper
    }

    fn part(&self) -> Part {
        Part::ALL[self.reader.tab]
    }

    fn pane(&self, shared: &Shared) -> Pane {
        let area = Reader::area(shared);
        self.reader.pane(area, self.paper(area.width))
    }

    fn copy(&self, shared: &mut Shared) {
        let (name, text) = match &self.text {
            Text::Code { file, code } => (file.clone(), code.clone()),
            Text::Way(way) => {
                let part = self.part();
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
        self.reader.actions(&[])
    }

    fn act(&mut self, action: Action, shared: &mut Shared) {
        match action {
            Action::Back => shared.pop(),
            Action::Copy => self.copy(shared),
            _ => {
                let pane = self.pane(shared);
                self.reader.act(action, &pane);
            }
        }
    }

    fn mouse(&mut self, mouse: Mouse, shared: &mut Shared) {
        let pane = self.pane(shared);
        self.reader.mouse(mouse, &pane);
    }

    fn shown(&mut self, shared: &mut Shared) {
        let pane = self.pane(shared);
        if let (Some(index), Text::Way(way)) = (self.exchange.take(), &self.text) {
            // The names of the tabs and the row below them stand before.
            self.reader.scroll.0 = match index {
                0 => 0,
                _ => parts::line_of_exchange(way, index, pane.area.width) + 2,
            };
        }
        self.reader.clamp(&pane);
    }

    fn view(&self, shared: &Shared) -> Option<View> {
        Some(View {
            fixed: None,
            main: self.pane(shared),
            side: None,
            frame: None,
        })
    }
}
