//! The glossary as a pop-up: the terms of the page first, then all of them.
//!
//! Invariant: every term is listed once.

use crate::app::key::{Action, SCROLLING};
use crate::app::layout::{self, Area, Pane, Scroll, View};
use crate::app::paper::{Hit, Line, Paper, Role, cut, wrap_text};
use crate::app::screen::{Component, Title};
use crate::app::state::{Mouse, Shared};
use crate::lesson::glossary::Term;

/// Columns of the list of terms.
const LIST: u16 = 26;

#[derive(Debug)]
pub struct GlossaryScreen {
    /// Indices into the glossary, in the order of the list.
    order: Vec<usize>,
    /// How many of them are on the page.
    here: usize,
    pub cursor: usize,
    scroll: Scroll,
}

impl GlossaryScreen {
    /// With the page's terms first.
    #[must_use]
    pub fn new(terms: &[String], shared: &Shared) -> Self {
        let find = |term: &String| {
            let meaning = shared.meaning(term)?;
            shared
                .glossary
                .iter()
                .position(|entry| entry.name == meaning.name)
        };
        let mut order: Vec<usize> = Vec::new();
        for index in terms.iter().filter_map(find) {
            if !order.contains(&index) {
                order.push(index);
            }
        }
        let here = order.len();
        order.extend(
            (0..shared.glossary.len())
                .filter(|index| !order[..here].contains(index))
                .collect::<Vec<_>>(),
        );
        Self {
            order,
            here,
            cursor: 0,
            scroll: Scroll(0),
        }
    }

    /// With the cursor on a term.
    #[must_use]
    pub fn on(term: &str, shared: &Shared) -> Self {
        let mut screen = Self::new(&[], shared);
        let wanted = shared.glossary.iter().position(|entry| entry.name == term);
        screen.cursor = screen
            .order
            .iter()
            .position(|index| Some(*index) == wanted)
            .unwrap_or(0);
        screen
    }

    fn current<'a>(&self, shared: &'a Shared) -> Option<&'a Term> {
        shared.glossary.get(*self.order.get(self.cursor)?)
    }

    fn frame(shared: &Shared) -> Area {
        layout::popup(
            shared.columns,
            shared.rows,
            78,
            shared.rows.saturating_sub(8),
        )
    }

    fn list(&self, shared: &Shared) -> Pane {
        let inside = layout::inside(Self::frame(shared));
        let area = Area {
            width: LIST.min(inside.width),
            ..inside
        };
        let mut paper = Paper::new();
        for (row, index) in self.order.iter().enumerate() {
            let Some(meaning) = shared.glossary.get(*index) else {
                continue;
            };
            let here = row == self.cursor;
            let mark = if here { "▸ " } else { "  " };
            let role = if row < self.here {
                Role::Strong
            } else {
                Role::Text
            };
            let name = cut(&meaning.name, area.width.saturating_sub(3));
            paper.add(
                Line::of(Role::Accent, mark)
                    .push(role, name)
                    .hit(Hit::Entry(row))
                    .select(here),
            );
        }
        Pane {
            area,
            paper,
            scroll: self.scroll.0,
        }
    }

    fn meaning(&self, shared: &Shared) -> Pane {
        let inside = layout::inside(Self::frame(shared));
        let x = inside.x + LIST + 2;
        let area = Area {
            x,
            width: (inside.x + inside.width).saturating_sub(x),
            ..inside
        };
        let mut paper = Paper::new();
        if let Some(meaning) = self.current(shared) {
            paper.add(Line::of(Role::Title, &meaning.name));
            if !meaning.also.is_empty() {
                paper.extend(wrap_text(
                    Role::Dim,
                    &format!("also: {}", meaning.also.join(", ")),
                    area.width,
                ));
            }
            paper.gap();
            paper.extend(wrap_text(Role::Text, &meaning.text, area.width));
            if !meaning.see.is_empty() {
                paper.gap();
                paper.extend(wrap_text(
                    Role::Dim,
                    &format!("see {}", meaning.see.join(", ")),
                    area.width,
                ));
            }
        } else {
            paper.add(Line::of(Role::Dim, "The glossary is empty."));
        }
        Pane {
            area,
            paper,
            scroll: 0,
        }
    }

    fn move_to(&mut self, cursor: usize, shared: &Shared) {
        self.cursor = cursor.min(self.order.len().saturating_sub(1));
        let pane = self.list(shared);
        self.scroll.clamp(pane.paper.scroll_limit(pane.area.height));
        self.scroll.show(
            u16::try_from(self.cursor).unwrap_or(u16::MAX),
            pane.area.height,
        );
    }
}

impl Component for GlossaryScreen {
    fn title(&self, _shared: &Shared) -> Title {
        Title {
            text: "Glossary".to_owned(),
            ..Title::default()
        }
    }

    fn actions(&self, _shared: &Shared) -> Vec<Action> {
        let mut actions = SCROLLING.to_vec();
        actions.extend([Action::Close, Action::Back]);
        actions
    }

    fn act(&mut self, action: Action, shared: &mut Shared) {
        let page = usize::from(self.list(shared).area.height.max(2)) - 1;
        match action {
            Action::Down => self.move_to(self.cursor + 1, shared),
            Action::Up => self.move_to(self.cursor.saturating_sub(1), shared),
            Action::PageDown => self.move_to(self.cursor + page, shared),
            Action::PageUp => self.move_to(self.cursor.saturating_sub(page), shared),
            Action::Top => self.move_to(0, shared),
            Action::Bottom => self.move_to(usize::MAX, shared),
            _ => shared.pop(),
        }
    }

    fn mouse(&mut self, mouse: Mouse, shared: &mut Shared) {
        match mouse {
            Mouse::Wheel { down: true, .. } => self.move_to(self.cursor + 1, shared),
            Mouse::Wheel { down: false, .. } => self.move_to(self.cursor.saturating_sub(1), shared),
            Mouse::Click { column, row } => {
                if let Some(Hit::Entry(index)) = self.list(shared).hit(column, row) {
                    self.move_to(index, shared);
                } else if !Self::frame(shared).contains(column, row) {
                    shared.pop();
                }
            }
            Mouse::Drag { .. } => {}
        }
    }

    fn shown(&mut self, shared: &mut Shared) {
        self.move_to(self.cursor, shared);
    }

    fn popup(&self) -> bool {
        true
    }

    fn view(&self, shared: &Shared) -> Option<View> {
        let title = if self.here > 0 {
            "Glossary · bold: on this page"
        } else {
            "Glossary"
        };
        Some(View {
            fixed: None,
            main: self.list(shared),
            side: Some(self.meaning(shared)),
            frame: Some((Self::frame(shared), title.to_owned())),
        })
    }
}
