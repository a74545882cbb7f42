//! A pop-up of presets: ways to key a table, each with what it teaches.
//!
//! Invariant: nothing is put before a preset is chosen, and closing it changes nothing.

use super::HashScreen;
use crate::app::key::Action;
use crate::app::layout::{self, Area, Pane, View};
use crate::app::paper::{Hit, Line, Paper, Role, wrap_text};
use crate::app::state::{Mouse, Shared};
use crate::lesson::preset::{Preset, USUAL_ITEMS};
use crate::scene::plural;

/// How many items can be put.
const ITEMS: [u64; 4] = [10, 100, USUAL_ITEMS, 10_000];
/// Rows for what a preset teaches.
const WORDS: u16 = 3;
const COLUMNS: u16 = 66;

/// Where the cursor is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Picker {
    /// Index in [`Preset::ALL`].
    pub cursor: usize,
    /// Index in [`ITEMS`].
    size: usize,
}

impl Picker {
    pub(super) fn new(screen: &HashScreen) -> Self {
        let shown = screen.picture.as_ref().and_then(|picture| picture.preset);
        let at = Preset::ALL.iter().position(|preset| Some(*preset) == shown);
        Self {
            cursor: at.unwrap_or(0),
            size: ITEMS
                .iter()
                .position(|items| *items == USUAL_ITEMS)
                .unwrap_or(0),
        }
    }

    pub(super) fn actions() -> Vec<Action> {
        vec![
            Action::Open,
            Action::Down,
            Action::Up,
            Action::Larger,
            Action::Smaller,
            Action::Top,
            Action::Bottom,
            Action::Back,
        ]
    }

    #[must_use]
    pub fn preset(self) -> Preset {
        Preset::ALL[self.cursor.min(Preset::ALL.len() - 1)]
    }

    #[must_use]
    pub fn items(self) -> u64 {
        ITEMS[self.size.min(ITEMS.len() - 1)]
    }

    /// As the screen paints it, on a body of this size.
    #[must_use]
    pub fn view(self, columns: u16, rows: u16) -> View {
        let (pane, frame) = self.pane(columns, rows);
        View {
            fixed: None,
            main: pane,
            side: None,
            frame: Some((frame, "Key design".to_owned())),
        }
    }

    fn pane(self, columns: u16, rows: u16) -> (Pane, Area) {
        let presets = u16::try_from(Preset::ALL.len()).unwrap_or(u16::MAX);
        let frame = layout::popup(columns, rows, COLUMNS, presets + WORDS + 2);
        let area = layout::inside(frame);
        let mut paper = Paper::new();
        for (index, preset) in Preset::ALL.into_iter().enumerate() {
            let here = index == self.cursor;
            let table = preset.table(1);
            let mut key = format!("{} · {}", table.attribute, table.key_type.name());
            if let Some(sort) = &table.sort_key {
                key = format!("{key}   sort key {sort}");
            }
            let line = Line::of(Role::Accent, if here { "▸ " } else { "  " })
                .push(if here { Role::Strong } else { Role::Text }, preset.title())
                .to_column(20)
                .push(Role::Dim, key);
            paper.add(line.hit(Hit::Entry(index)).select(here));
        }
        paper.add(Line::new());
        let words = wrap_text(Role::Text, self.preset().teaches(), area.width);
        paper.extend(words);
        while paper.height() < presets + WORDS + 1 {
            paper.add(Line::new());
        }
        let items = if self.preset() == Preset::NoKey {
            Line::of(Role::Dim, "1 item")
        } else {
            Line::of(Role::Accent, "− +")
                .push(Role::Text, format!("  {}", plural(self.items(), "item")))
        };
        paper.add(items);
        let pane = Pane {
            area,
            paper,
            scroll: 0,
        };
        (pane, frame)
    }
}

impl HashScreen {
    /// Moves in the pop-up, takes what the cursor is on, or closes it.
    pub(super) fn pick(&mut self, action: Action, shared: &mut Shared) {
        let Some(picker) = &mut self.picker else {
            return;
        };
        let last = Preset::ALL.len() - 1;
        match action {
            Action::Down => picker.cursor = (picker.cursor + 1).min(last),
            Action::Up => picker.cursor = picker.cursor.saturating_sub(1),
            Action::Top => picker.cursor = 0,
            Action::Bottom => picker.cursor = last,
            Action::Larger => picker.size = (picker.size + 1).min(ITEMS.len() - 1),
            Action::Smaller => picker.size = picker.size.saturating_sub(1),
            Action::Open => {
                let chosen = *picker;
                self.picker = None;
                self.take_preset(chosen.preset(), chosen.items(), shared);
            }
            _ => self.picker = None,
        }
    }

    pub(super) fn pick_by_mouse(&mut self, mouse: Mouse, shared: &mut Shared) {
        let Some(picker) = &mut self.picker else {
            return;
        };
        match mouse {
            Mouse::Wheel { down: true, .. } => self.pick(Action::Down, shared),
            Mouse::Wheel { down: false, .. } => self.pick(Action::Up, shared),
            Mouse::Click { column, row } => {
                let (pane, frame) = picker.pane(shared.columns, shared.rows);
                if let Some(Hit::Entry(index)) = pane.hit(column, row) {
                    picker.cursor = index;
                    self.pick(Action::Open, shared);
                } else if !frame.contains(column, row) {
                    self.picker = None;
                }
            }
            Mouse::Drag { .. } => {}
        }
    }
}
