//! The way from a page to the workshop: in which language, and in which folder.
//!
//! Invariant: the folder is named on the page before anything is written into it.

use std::path::PathBuf;

use crate::app::effect::workshop::Begin;
use crate::app::key::Action;
use crate::app::paper::{Hit, Line, Paper, Role};
use crate::app::screen::Screen;
use crate::app::state::Shared;
use crate::app::workshop::WorkshopScreen;
use crate::workshop::lambda::Allowance;
use crate::workshop::language::Language;

/// Lines on the page.
pub(super) const ROWS: u16 = 2;

/// Languages to choose from.
pub(super) const CHOICES: usize = Language::ALL.len();

/// Each language with its folder, the chosen one marked.
pub(super) fn paper(cursor: usize, columns: u16) -> Paper {
    let mut paper = Paper::new();
    for (index, language) in Language::ALL.into_iter().enumerate() {
        let is_chosen = index == cursor;
        let (mark, role) = if is_chosen {
            ("▸ ", Role::Title)
        } else {
            ("  ", Role::Text)
        };
        let line = Line::of(Role::Accent, mark)
            .push(role, format!("{:<9}", language.title()))
            .push(Role::Dim, "in the folder ")
            .push(role, folder(language));
        let key = Line::of(Role::Accent, if is_chosen { "Enter" } else { "" });
        let hit = if is_chosen {
            Hit::Do(Action::OpenWorkshop)
        } else {
            Hit::Entry(index)
        };
        paper.add(line.right(columns, key).hit(hit).select(is_chosen));
    }
    paper
}

/// From where the program was started.
fn folder(language: Language) -> String {
    format!("./{}", language.folder())
}

/// Opens it above the page, which is there again when it is left.
pub(super) fn open(cursor: usize, shared: &mut Shared) {
    let language = Language::ALL[cursor.min(CHOICES - 1)];
    let begin = Begin {
        folder: PathBuf::from(folder(language)),
        language: Some(language),
        port: None,
        allowance: Allowance::default(),
    };
    shared.push(Screen::Workshop(Box::new(WorkshopScreen::new(begin))));
}
