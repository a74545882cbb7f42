//! The parking lot: a question noted at any moment, kept at once, listed, changed, exported.
//!
//! Invariant: a note is on its way to the store before its pop-up closes.

use crate::app::editor::Editor;
use crate::app::effect::{Effect, Export};
use crate::app::key::{Action, Key};
use crate::app::layout::{self, Pane, Scroll, View};
use crate::app::paper::{Hit, Line, Paper, Role, Span, cut, wrap};
use crate::app::screen::{Component, Screen, Title};
use crate::app::state::{Mouse, Shared};
use crate::learner::progress::{Change, Note};

/// A pop-up with a field for one note.
#[derive(Debug)]
pub struct NoteEntry {
    pub field: Editor,
    /// The note that is changed; `None` for a new one.
    changes: Option<Note>,
}

/// Rows of a note that are seen while it is written.
const MOST_ROWS: usize = 4;

impl Screen {
    /// A field for a new note, with what was left in it before.
    #[must_use]
    pub fn note(shared: &Shared) -> Self {
        Self::NoteEntry(NoteEntry {
            field: Editor::field(&shared.note_draft),
            changes: None,
        })
    }

    #[must_use]
    pub fn notes(_shared: &Shared) -> Self {
        Self::Notes(NotesScreen {
            cursor: 0,
            scroll: Scroll(0),
        })
    }
}

impl NoteEntry {
    fn keep(&mut self, shared: &mut Shared) {
        if self.field.is_empty() {
            return;
        }
        let text = self.field.text().trim().to_owned();
        let note = match self.changes.take() {
            Some(note) => Note { text, ..note },
            None => Note {
                id: shared.progress().next_note(),
                text,
                place: shared.progress().place.clone(),
                written: shared.now.wall,
            },
        };
        self.field = Editor::field("");
        shared.save(Change::Note(note));
        shared.say("Kept in the parking lot; N shows it.");
    }
}

impl Component for NoteEntry {
    fn title(&self, _shared: &Shared) -> Title {
        Title {
            text: "A note".to_owned(),
            ..Title::default()
        }
    }

    fn actions(&self, _shared: &Shared) -> Vec<Action> {
        vec![Action::SubmitLine, Action::StopEditing]
    }

    fn act(&mut self, action: Action, shared: &mut Shared) {
        let new = self.changes.is_none();
        if new {
            shared.note_draft.clear();
        }
        if action == Action::SubmitLine {
            self.keep(shared);
        } else if new && !self.field.is_empty() {
            shared.note_draft = self.field.text();
            shared.say("Not in the parking lot yet: n goes on with it.");
        }
        self.field = Editor::field("");
        shared.pop();
    }

    fn writing(&self) -> bool {
        true
    }

    fn key(&mut self, key: Key, _shared: &mut Shared) -> bool {
        self.field.key(key)
    }

    fn paste(&mut self, text: &str, _shared: &mut Shared) {
        self.field.paste(text);
    }

    /// The program ends while something stands in the field: better kept than lost.
    fn leave(&mut self, shared: &mut Shared) {
        self.keep(shared);
    }

    fn popup(&self) -> bool {
        true
    }

    fn view(&self, shared: &Shared) -> Option<View> {
        let popup = |rows| layout::popup(shared.columns, shared.rows, 64, rows);
        let width = layout::inside(popup(3)).width;
        // A long question is seen while it is written.
        let field = self.field.view(MOST_ROWS, width, true);
        let rows = u16::try_from(field.len()).unwrap_or(1);
        let frame = popup(2 + rows);
        let area = layout::inside(frame);
        let mut paper = Paper::new();
        paper.add(Line::of(Role::Dim, "What would you like to ask later?"));
        paper.add(Line::new());
        paper.extend(field);
        let title = if self.changes.is_some() {
            "Change a note"
        } else {
            "For the parking lot"
        };
        Some(View {
            fixed: None,
            main: Pane {
                area,
                paper,
                scroll: 0,
            },
            side: None,
            frame: Some((frame, title.to_owned())),
        })
    }
}

/// All notes.
#[derive(Debug)]
pub struct NotesScreen {
    pub cursor: usize,
    scroll: Scroll,
}

impl NotesScreen {
    fn current<'a>(&self, shared: &'a Shared) -> Option<&'a Note> {
        shared.progress().notes.values().nth(self.cursor)
    }

    fn paper(&self, shared: &Shared, columns: u16) -> Paper {
        let mut paper = Paper::new();
        let notes = &shared.progress().notes;
        paper.add(Line::of(Role::Title, "The parking lot"));
        paper.gap();
        if notes.is_empty() {
            paper.add(
                Line::of(Role::Dim, "No questions yet. ")
                    .push(Role::Accent, "n")
                    .push(Role::Dim, " notes one, from any screen."),
            );
        }
        for (index, note) in notes.values().enumerate() {
            let here = index == self.cursor;
            let spans = [
                Span {
                    text: if here { "▸ " } else { "  " }.to_owned(),
                    role: Role::Accent,
                },
                Span {
                    text: note.text.clone(),
                    role: Role::Text,
                },
            ];
            for line in wrap(&spans, columns, 2) {
                paper.add(line.hit(Hit::Entry(index)).select(here));
            }
            if let Some(place) = place_of(note, shared) {
                paper.add(Line::of(
                    Role::Dim,
                    format!("  {}", cut(&place, columns.saturating_sub(2))),
                ));
            }
            paper.gap();
        }
        paper
    }

    fn pane(&self, shared: &Shared) -> Pane {
        let (area, _) = layout::columns(shared.columns, shared.rows);
        let area = layout::Area {
            width: area.width.min(layout::PROSE),
            ..area
        };
        Pane {
            area,
            paper: self.paper(shared, area.width),
            scroll: self.scroll.0,
        }
    }

    fn settle(&mut self, shared: &Shared) {
        self.cursor = self
            .cursor
            .min(shared.progress().notes.len().saturating_sub(1));
        let pane = self.pane(shared);
        self.scroll.clamp(pane.paper.scroll_limit(pane.area.height));
        if let Some(line) = pane.paper.lines.iter().rposition(|line| line.selected) {
            self.scroll
                .show(u16::try_from(line).unwrap_or(u16::MAX), pane.area.height);
        }
    }
}

/// Section and page title where a note was written.
fn place_of(note: &Note, shared: &Shared) -> Option<String> {
    let place = note.place.as_ref()?;
    let section = shared
        .lesson()
        .sections
        .iter()
        .find(|section| section.id == place.section)?;
    let page = section.pages.get(place.page)?;
    Some(format!("{} · {}", section.title, page.title))
}

/// The notes as a page of the lesson shows them.
#[must_use]
pub fn summary(shared: &Shared, columns: u16) -> Paper {
    let mut paper = Paper::new();
    let notes = &shared.progress().notes;
    if notes.is_empty() {
        paper.add(
            Line::of(Role::Dim, "The parking lot is empty. ")
                .push(Role::Accent, "n")
                .push(Role::Dim, " notes a question."),
        );
        return paper;
    }
    for note in notes.values() {
        let spans = [
            Span {
                text: "• ".to_owned(),
                role: Role::Accent,
            },
            Span {
                text: note.text.clone(),
                role: Role::Text,
            },
        ];
        paper.extend(wrap(&spans, columns, 2));
    }
    paper.gap();
    let keys = Line::of(Role::Accent, "N")
        .push(Role::Dim, " change   ")
        .push(Role::Accent, "w")
        .push(Role::Dim, " write a file");
    paper.add(keys.hit(Hit::Do(Action::Notes)));
    paper
}

impl Component for NotesScreen {
    fn title(&self, shared: &Shared) -> Title {
        Title {
            text: "Parking lot".to_owned(),
            note: Some(crate::app::figures::plural(
                shared.progress().notes.len() as u64,
                "note",
            )),
            ..Title::default()
        }
    }

    fn actions(&self, shared: &Shared) -> Vec<Action> {
        let mut actions = vec![Action::Note];
        if self.current(shared).is_some() {
            actions.extend([Action::Edit, Action::Remove, Action::Export]);
        }
        actions.extend([Action::Back, Action::Down, Action::Up]);
        actions
    }

    fn idle(&self, shared: &Shared) -> Vec<Action> {
        let move_on = shared.progress().notes.len() > 1;
        if move_on {
            Vec::new()
        } else {
            vec![Action::Down]
        }
    }

    fn act(&mut self, action: Action, shared: &mut Shared) {
        match action {
            Action::Note => shared.push(Screen::note(shared)),
            Action::Edit => {
                if let Some(note) = self.current(shared).cloned() {
                    let entry = NoteEntry {
                        field: Editor::field(&note.text),
                        changes: Some(note),
                    };
                    shared.push(Screen::NoteEntry(entry));
                }
            }
            Action::Remove => {
                if let Some(id) = self.current(shared).map(|note| note.id) {
                    shared.save(Change::NoteRemoved(id));
                }
            }
            Action::Export => {
                let lesson = shared.lesson().id.clone();
                shared.request(Effect::Export(Export::Notes { lesson }));
            }
            Action::Back => shared.pop(),
            Action::Down => self.cursor += 1,
            Action::Up => self.cursor = self.cursor.saturating_sub(1),
            _ => {}
        }
        self.settle(shared);
    }

    fn mouse(&mut self, mouse: Mouse, shared: &mut Shared) {
        match mouse {
            Mouse::Wheel { down, .. } => {
                let pane = self.pane(shared);
                let limit = pane.paper.scroll_limit(pane.area.height);
                self.scroll.by(if down { 3 } else { -3 }, limit);
            }
            Mouse::Click { column, row } => {
                if let Some(Hit::Entry(index)) = self.pane(shared).hit(column, row) {
                    self.cursor = index;
                    self.settle(shared);
                }
            }
            Mouse::Drag { .. } => {}
        }
    }

    fn shown(&mut self, shared: &mut Shared) {
        self.settle(shared);
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
