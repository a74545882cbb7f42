//! Help, made from the key table: what works on this screen first, then everything.
//!
//! Invariant: nothing is written here that is not in the table.

use crate::app::key::{self, Action, Binding, Group, KEYS, Key, SCROLLING};
use crate::app::layout::{self, Pane, Scroll, View};
use crate::app::paper::{Line, Paper, Role, Span, wrap};
use crate::app::screen::{Component, Title};
use crate::app::state::{Mouse, Shared};

/// Columns of the keys before their words.
const KEY_COLUMNS: u16 = 18;
/// The same where keys are spelt out.
const SPELT_COLUMNS: u16 = 26;

#[derive(Debug)]
pub struct HelpScreen {
    /// What works on the screen below.
    here: Vec<Action>,
    scroll: Scroll,
}

impl HelpScreen {
    #[must_use]
    pub fn new(here: Vec<Action>) -> Self {
        Self {
            here,
            scroll: Scroll(0),
        }
    }

    fn pane(&self, shared: &Shared) -> (Pane, layout::Area) {
        let frame = layout::popup(
            shared.columns,
            shared.rows,
            74,
            shared.rows.saturating_sub(6),
        );
        let area = layout::inside(frame);
        (
            Pane {
                area,
                paper: self.paper(area.width, shared),
                scroll: self.scroll.0,
            },
            frame,
        )
    }

    fn paper(&self, columns: u16, shared: &Shared) -> Paper {
        let (ascii, globals) = (shared.glyphs.ascii(), shared.globals());
        let mut paper = Paper::new();
        // What an earlier action has taken does something else here.
        let mut taken = Vec::new();
        if !self.here.is_empty() {
            paper.add(Line::of(Role::Title, "On this screen"));
            let here = self.here.iter().filter(|&&action| action != Action::Help);
            let rows = rows(here.map(|&action| key::binding(action)), &mut taken);
            add_all(&rows, columns, ascii, &mut paper);
        }
        paper.gap();
        paper.add(Line::of(Role::Title, "On every screen"));
        let everywhere = globals.iter().map(|&action| key::binding(action));
        let everywhere = everywhere.filter(|binding| {
            !self.here.contains(&binding.action) || binding.action == Action::Help
        });
        let everywhere = rows(everywhere, &mut taken);
        add_all(&everywhere, columns, ascii, &mut paper);
        for group in [
            Group::Moving,
            Group::Step,
            Group::Picture,
            Group::Serving,
            Group::Workshop,
            Group::Account,
            Group::Writing,
            Group::Program,
        ] {
            let rest: Vec<&Binding> = KEYS
                .iter()
                .filter(|binding| binding.group == group)
                .filter(|binding| {
                    !self.here.contains(&binding.action) && !globals.contains(&binding.action)
                })
                .collect();
            if rest.is_empty() {
                continue;
            }
            paper.gap();
            paper.add(Line::of(
                Role::Title,
                format!("Elsewhere: {}", group.title().to_lowercase()),
            ));
            // Elsewhere nothing of this screen is in the way.
            let mut rows: Vec<Row> = Vec::new();
            for binding in rest {
                join(binding, binding.keys.to_vec(), &mut rows);
            }
            add_all(&rows, columns, ascii, &mut paper);
        }
        paper
    }
}

/// Keys with their words.
struct Row {
    keys: Vec<Key>,
    words: &'static str,
}

/// The lines of bindings with the keys that are still free, which are taken then.
fn rows<'a>(bindings: impl Iterator<Item = &'a Binding>, taken: &mut Vec<Key>) -> Vec<Row> {
    let mut rows = Vec::new();
    for binding in bindings {
        let keys = key::free(binding.action, taken);
        taken.extend(&keys);
        join(binding, keys, &mut rows);
    }
    rows
}

/// Neighbours that say the same share a line.
fn join(binding: &Binding, keys: Vec<Key>, rows: &mut Vec<Row>) {
    match rows.last_mut() {
        _ if keys.is_empty() => {}
        Some(last) if last.words == binding.help => last.keys.extend(keys),
        _ => rows.push(Row {
            keys,
            words: binding.help,
        }),
    }
}

/// The keys of a line: each of them, or of many digits the first and the last.
fn names(keys: &[Key], ascii: bool) -> String {
    let digit = |key: &Key| matches!(key, Key::Char('0'..='9'));
    match keys {
        [first, _, .., last] if keys.iter().all(digit) => {
            format!("{}–{}", first.name_in(ascii), last.name_in(ascii))
        }
        _ => {
            let names: Vec<String> = keys.iter().map(|key| key.name_in(ascii)).collect();
            names.join("  ")
        }
    }
}

fn add_all(rows: &[Row], columns: u16, ascii: bool, paper: &mut Paper) {
    for row in rows {
        add(row, columns, ascii, paper);
    }
}

fn add(row: &Row, columns: u16, ascii: bool, paper: &mut Paper) {
    let start = if ascii { SPELT_COLUMNS } else { KEY_COLUMNS };
    let head = Line::of(Role::Text, "  ")
        .push(Role::Accent, names(&row.keys, ascii))
        .to_column(start);
    let words = [Span {
        text: row.words.to_owned(),
        role: Role::Text,
    }];
    let mut lines = wrap(&words, columns.saturating_sub(start), 0).into_iter();
    paper.extend(lines.next().map(|first| head.append(first)));
    let indent = Line::of(Role::Text, " ".repeat(usize::from(start)));
    paper.extend(lines.map(|line| indent.clone().append(line)));
}

impl Component for HelpScreen {
    fn title(&self, _shared: &Shared) -> Title {
        Title {
            text: "Help".to_owned(),
            ..Title::default()
        }
    }

    fn actions(&self, _shared: &Shared) -> Vec<Action> {
        let mut actions = SCROLLING.to_vec();
        actions.extend([Action::Close, Action::Back]);
        actions
    }

    fn act(&mut self, action: Action, shared: &mut Shared) {
        let (pane, _) = self.pane(shared);
        let limit = pane.paper.scroll_limit(pane.area.height);
        let screenful = i32::from(pane.area.height.saturating_sub(2).max(1));
        match action {
            Action::Down => self.scroll.by(1, limit),
            Action::Up => self.scroll.by(-1, limit),
            Action::PageDown => self.scroll.by(screenful, limit),
            Action::PageUp => self.scroll.by(-screenful, limit),
            Action::Top => self.scroll = Scroll(0),
            Action::Bottom => self.scroll = Scroll(limit),
            _ => shared.pop(),
        }
    }

    fn mouse(&mut self, mouse: Mouse, shared: &mut Shared) {
        let (pane, frame) = self.pane(shared);
        match mouse {
            Mouse::Wheel { down, .. } => {
                self.scroll.by(
                    if down { 3 } else { -3 },
                    pane.paper.scroll_limit(pane.area.height),
                );
            }
            Mouse::Click { column, row } if !frame.contains(column, row) => shared.pop(),
            _ => {}
        }
    }

    fn shown(&mut self, shared: &mut Shared) {
        let (pane, _) = self.pane(shared);
        self.scroll.clamp(pane.paper.scroll_limit(pane.area.height));
    }

    fn popup(&self) -> bool {
        true
    }

    fn view(&self, shared: &Shared) -> Option<View> {
        let (pane, frame) = self.pane(shared);
        Some(View {
            fixed: None,
            main: pane,
            side: None,
            frame: Some((frame, "Help".to_owned())),
        })
    }
}
