//! Home: where the learner is, all sections with their marks and minutes, the goals reached.

use crate::app::key::Action;
use crate::app::screen::{Component, Title};
use crate::app::state::Shared;

/// The first screen.
#[derive(Debug)]
pub struct Home {
    /// Index of the section under the cursor.
    pub selected: usize,
}

impl Home {
    #[must_use]
    pub fn new(shared: &Shared) -> Self {
        let place = shared.progress().place.as_ref();
        let selected = place
            .and_then(|place| {
                shared
                    .lesson()
                    .sections
                    .iter()
                    .position(|section| section.id == place.section)
            })
            .unwrap_or(0);
        Self { selected }
    }
}

impl Component for Home {
    fn title(&self, shared: &Shared) -> Title {
        Title {
            text: shared.lesson().title.clone(),
            ..Title::default()
        }
    }

    fn actions(&self, _shared: &Shared) -> Vec<Action> {
        vec![Action::Up, Action::Down]
    }

    fn act(&mut self, action: Action, shared: &mut Shared) {
        let last = shared.lesson().sections.len().saturating_sub(1);
        match action {
            Action::Up => self.selected = self.selected.saturating_sub(1),
            Action::Down => self.selected = (self.selected + 1).min(last),
            _ => {}
        }
    }
}
