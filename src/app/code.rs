//! A request as code to take home, in five languages.
//!
//! Invariant: what is copied is the whole program, also where the screen cuts a long line.

use crate::app::effect::Effect;
use crate::app::exchange::tabs;
use crate::app::key::Action;
use crate::app::layout::{self, Pane, Scroll, View};
use crate::app::paper::{Line, Paper, Role, cut};
use crate::app::screen::{Component, Title};
use crate::app::state::{Mouse, Shared};
use crate::code::{Language, generate};
use crate::lesson::model::Request;

#[derive(Debug)]
pub struct CodeScreen {
    pub request: Request,
    /// Index into [`Language::ALL`].
    pub language: usize,
    scroll: Scroll,
}

impl CodeScreen {
    #[must_use]
    pub fn new(request: Request) -> Self {
        Self {
            request,
            language: 0,
            scroll: Scroll(0),
        }
    }

    fn language(&self) -> Language {
        Language::ALL[self.language % Language::ALL.len()]
    }

    fn text(&self) -> String {
        generate(self.language(), &self.request.operation, &self.request.body)
    }

    fn turn(&mut self, language: usize) {
        self.language = language % Language::ALL.len();
        self.scroll = Scroll(0);
    }

    fn pane(&self, shared: &Shared) -> Pane {
        let body = layout::body(shared.columns, shared.rows);
        let (area, _) = layout::columns(shared.columns, shared.rows);
        let area = layout::Area {
            width: body.width.saturating_sub(area.x - body.x).min(110),
            ..area
        };
        let mut paper = Paper::new();
        let names: Vec<&str> = Language::ALL
            .iter()
            .map(|language| language.name())
            .collect();
        paper.add(tabs(&names, self.language));
        paper.gap();
        for line in crate::printable::block(&self.text()).lines() {
            paper.add(highlighted(&cut(line, area.width), self.language()));
        }
        Pane {
            area,
            paper,
            scroll: self.scroll.0,
        }
    }
}

/// Strings and comments stand out lightly; nothing more, so that one rule serves five languages.
fn highlighted(text: &str, language: Language) -> Line {
    let comment = if language == Language::Node || language == Language::Rust {
        "//"
    } else {
        "#"
    };
    if text.trim_start().starts_with(comment) {
        return Line::of(Role::Dim, text);
    }
    let mut line = Line::new();
    let mut quote: Option<char> = None;
    let mut escaped = false;
    for character in text.chars() {
        let role = if quote.is_some() {
            Role::JsonString
        } else {
            Role::Text
        };
        let opens = quote.is_none() && matches!(character, '"' | '\'' | '`');
        // A Rust lifetime or an apostrophe is no string; those languages that matter here quote with ".
        let opens = opens && (character == '"' || language != Language::Rust);
        line.add(
            if opens { Role::JsonString } else { role },
            character.encode_utf8(&mut [0; 4]),
        );
        if opens {
            quote = Some(character);
        } else if quote == Some(character) && !escaped {
            quote = None;
        }
        escaped = character == '\\' && !escaped;
    }
    line
}

impl Component for CodeScreen {
    fn title(&self, _shared: &Shared) -> Title {
        Title {
            text: format!("{} as code", self.request.operation),
            ..Title::default()
        }
    }

    fn actions(&self, _shared: &Shared) -> Vec<Action> {
        vec![
            Action::Copy,
            Action::NextTab,
            Action::PreviousTab,
            Action::Back,
            Action::Down,
            Action::Up,
            Action::PageDown,
            Action::PageUp,
            Action::Top,
            Action::Bottom,
        ]
    }

    fn act(&mut self, action: Action, shared: &mut Shared) {
        let pane = self.pane(shared);
        let limit = pane.paper.scroll_limit(pane.area.height);
        let screenful = i32::from(pane.area.height.saturating_sub(2).max(1));
        match action {
            Action::NextTab => self.turn(self.language + 1),
            Action::PreviousTab => self.turn(self.language + Language::ALL.len() - 1),
            Action::Back => shared.pop(),
            Action::Copy => {
                let name = format!("{}.{}", self.request.operation, self.language().extension());
                shared.request(Effect::Copy {
                    name,
                    text: self.text(),
                });
            }
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
                    self.turn(self.language + 1);
                }
            }
            Mouse::Drag { .. } => {}
        }
    }

    fn shown(&mut self, shared: &mut Shared) {
        let pane = self.pane(shared);
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
