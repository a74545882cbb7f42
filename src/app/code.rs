//! A request as code to take home, in five languages.
//!
//! Invariant: what is copied is the program as it is, also where a long line takes several on the screen.

use crate::app::effect::Effect;
use crate::app::key::Action;
use crate::app::layout::{Pane, View};
use crate::app::paper::{Line, Paper, Role};
use crate::app::reader::{Reader, folded, tabs};
use crate::app::screen::{Component, Title};
use crate::app::state::{Mouse, Shared};
use crate::code::{Language, generate};
use crate::lesson::model::Request;

#[derive(Debug)]
pub struct CodeScreen {
    pub request: Request,
    /// Its tabs are [`Language::ALL`].
    reader: Reader,
}

impl CodeScreen {
    #[must_use]
    pub fn new(request: Request) -> Self {
        Self {
            request,
            reader: Reader::new(Language::ALL.len(), 0),
        }
    }

    fn language(&self) -> Language {
        Language::ALL[self.reader.tab]
    }

    fn text(&self) -> String {
        generate(self.language(), &self.request.operation, &self.request.body)
    }

    fn pane(&self, shared: &Shared) -> Pane {
        let area = Reader::area(shared);
        let mut paper = Paper::new();
        let names: Vec<&str> = Language::ALL
            .iter()
            .map(|language| language.name())
            .collect();
        paper.add(tabs(&names, self.reader.tab, area.width));
        paper.gap();
        for line in crate::printable::block(&self.text()).lines() {
            paper.extend(folded(&highlighted(line, self.language()), area.width));
        }
        self.reader.pane(area, paper)
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
        self.reader.actions(&[Action::Copy])
    }

    fn act(&mut self, action: Action, shared: &mut Shared) {
        match action {
            Action::Back => shared.pop(),
            Action::Copy => {
                let name = format!("{}.{}", self.request.operation, self.language().extension());
                shared.request(Effect::Copy {
                    name,
                    text: self.text(),
                });
            }
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
