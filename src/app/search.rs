//! Search over the lesson's text, its steps and the glossary.
//!
//! All words must be found, in any order and case; a hit in a title comes before one in the text.
//! Invariant: what is shown is what stands in the lesson, with its place.

use std::fmt::Write as _;

use crate::app::editor::Editor;
use crate::app::glossary::GlossaryScreen;
use crate::app::key::{Action, Key};
use crate::app::layout::{self, Area, Pane, Scroll, View};
use crate::app::paper::{Hit, Line, Paper, Role, cut};
use crate::app::screen::{Component, Screen, Title};
use crate::app::state::{Mouse, Shared};
use crate::lesson::model::{Activity, Page};

/// More hits than this help nobody.
const MOST_HITS: usize = 50;

/// Where a hit leads.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Goal {
    Page { section: usize, page: usize },
    Term(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Found {
    goal: Goal,
    title: String,
    /// Where it stands, or the start of what it means.
    about: String,
}

#[derive(Debug)]
pub struct SearchScreen {
    pub field: Editor,
    pub cursor: usize,
    found: Vec<Found>,
    scroll: Scroll,
}

impl Default for SearchScreen {
    fn default() -> Self {
        Self::new()
    }
}

impl SearchScreen {
    #[must_use]
    pub fn new() -> Self {
        Self {
            field: Editor::field(""),
            cursor: 0,
            found: Vec::new(),
            scroll: Scroll(0),
        }
    }

    fn search(&mut self, shared: &Shared) {
        self.found = search(&self.field.text(), shared);
        self.cursor = 0;
        self.scroll = Scroll(0);
    }

    fn frame(shared: &Shared) -> Area {
        layout::popup(
            shared.columns,
            shared.rows,
            74,
            shared.rows.saturating_sub(8),
        )
    }

    /// The field and the hits below it.
    fn panes(&self, shared: &Shared) -> (Pane, Pane) {
        let inside = layout::inside(Self::frame(shared));
        let head = Area {
            height: 2.min(inside.height),
            ..inside
        };
        let mut paper = Paper::new();
        let field = self
            .field
            .view(1, inside.width.saturating_sub(3), true)
            .into_iter()
            .next()
            .unwrap_or_default();
        paper.add(Line::of(Role::Accent, "/ ").append(field));
        let below = Area {
            y: inside.y + head.height,
            height: inside.height - head.height,
            ..inside
        };
        (
            Pane {
                area: head,
                paper,
                scroll: 0,
            },
            Pane {
                area: below,
                paper: self.hits(below.width),
                scroll: self.scroll.0,
            },
        )
    }

    fn hits(&self, columns: u16) -> Paper {
        let mut paper = Paper::new();
        if self.found.is_empty() {
            let words = if self.field.is_empty() {
                "Type a word or two: lesson, steps and glossary are searched."
            } else {
                "Nothing found. Fewer or other words may help."
            };
            paper.add(Line::of(Role::Dim, words));
        }
        for (index, found) in self.found.iter().enumerate() {
            let here = index == self.cursor;
            let about = cut(&found.about, columns / 2);
            let room = columns.saturating_sub(crate::app::paper::width(&about) + 4);
            let line = Line::of(Role::Accent, if here { "▸ " } else { "  " })
                .push(
                    if here { Role::Strong } else { Role::Text },
                    cut(&found.title, room),
                )
                .right(columns, Line::of(Role::Dim, about));
            paper.add(line.hit(Hit::Entry(index)).select(here));
        }
        paper
    }

    fn move_to(&mut self, cursor: usize, shared: &Shared) {
        self.cursor = cursor.min(self.found.len().saturating_sub(1));
        let (_, below) = self.panes(shared);
        self.scroll
            .clamp(below.paper.scroll_limit(below.area.height));
        self.scroll.show(
            u16::try_from(self.cursor).unwrap_or(u16::MAX),
            below.area.height,
        );
    }

    fn open(&mut self, shared: &mut Shared) {
        match self.found.get(self.cursor).map(|found| found.goal.clone()) {
            Some(Goal::Page { section, page }) => {
                let screen = Screen::lesson(section, page, shared);
                shared.restart(screen);
            }
            Some(Goal::Term(term)) => {
                let glossary = GlossaryScreen::on(&term, shared);
                shared.replace(Screen::Glossary(glossary));
            }
            None => {}
        }
    }
}

fn search(wanted: &str, shared: &Shared) -> Vec<Found> {
    let words: Vec<String> = wanted.split_whitespace().map(str::to_lowercase).collect();
    if words.is_empty() {
        return Vec::new();
    }
    let has = |text: &str| words.iter().all(|word| text.contains(word));
    let (mut titles, mut texts) = (Vec::new(), Vec::new());
    for meaning in &shared.glossary {
        let found = Found {
            goal: Goal::Term(meaning.name.clone()),
            title: meaning.name.clone(),
            about: "glossary".to_owned(),
        };
        let names = format!("{} {}", meaning.name, meaning.also.join(" ")).to_lowercase();
        if has(&names) {
            titles.push(found);
        } else if has(&meaning.text.to_lowercase()) {
            texts.push(found);
        }
    }
    for (section_index, section) in shared.lesson().sections.iter().enumerate() {
        for (page_index, page) in section.pages.iter().enumerate() {
            let found = Found {
                goal: Goal::Page {
                    section: section_index,
                    page: page_index,
                },
                title: page.title.clone(),
                about: format!("{} · {}", section.number, section.title),
            };
            if has(&format!("{} {}", page.title, section.title).to_lowercase()) {
                titles.push(found);
            } else if has(&text_of(page).to_lowercase()) {
                texts.push(found);
            }
        }
    }
    titles.extend(texts);
    titles.truncate(MOST_HITS);
    titles
}

/// Everything a page says, answers to questions left out.
fn text_of(page: &Page) -> String {
    let mut text = page.title.clone();
    for blocks in [&page.before, &page.after] {
        text.push(' ');
        text.push_str(&crate::lesson::plain::render(blocks, usize::from(u16::MAX)));
    }
    if let Some(predict) = &page.predict {
        text.push_str(&predict.question);
    }
    match &page.activity {
        Some(Activity::Step(step)) => {
            let _ = write!(
                text,
                " {} {} {}",
                step.id, step.request.operation, step.request.body
            );
        }
        Some(Activity::Exercise(exercise)) => {
            let _ = write!(
                text,
                " {} {} {}",
                exercise.id, exercise.goal, exercise.start.operation
            );
        }
        Some(Activity::Quiz(quiz)) => {
            quiz.questions
                .iter()
                .for_each(|question| text.push_str(&question.question));
        }
        Some(Activity::Checklist(list)) => {
            list.items.iter().for_each(|item| text.push_str(&item.text));
        }
        _ => {}
    }
    text
}

impl Component for SearchScreen {
    fn title(&self, _shared: &Shared) -> Title {
        Title {
            text: "Search".to_owned(),
            ..Title::default()
        }
    }

    fn actions(&self, _shared: &Shared) -> Vec<Action> {
        vec![
            Action::SubmitLine,
            Action::Down,
            Action::Up,
            Action::StopEditing,
        ]
    }

    fn act(&mut self, action: Action, shared: &mut Shared) {
        match action {
            Action::SubmitLine => self.open(shared),
            Action::Down => self.move_to(self.cursor + 1, shared),
            Action::Up => self.move_to(self.cursor.saturating_sub(1), shared),
            _ => shared.pop(),
        }
    }

    fn writing(&self) -> bool {
        true
    }

    fn key(&mut self, key: Key, shared: &mut Shared) -> bool {
        let before = self.field.text();
        let used = self.field.key(key);
        if self.field.text() != before {
            self.search(shared);
        }
        used
    }

    fn paste(&mut self, text: &str, shared: &mut Shared) {
        self.field.paste(text);
        self.search(shared);
    }

    fn mouse(&mut self, mouse: Mouse, shared: &mut Shared) {
        match mouse {
            Mouse::Wheel { down: true, .. } => self.move_to(self.cursor + 1, shared),
            Mouse::Wheel { down: false, .. } => self.move_to(self.cursor.saturating_sub(1), shared),
            Mouse::Click { column, row } => {
                let (_, below) = self.panes(shared);
                if let Some(Hit::Entry(index)) = below.hit(column, row) {
                    self.cursor = index;
                    self.open(shared);
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
        let (head, below) = self.panes(shared);
        Some(View {
            main: below,
            side: None,
            fixed: Some(head),
            frame: Some((Self::frame(shared), "Search".to_owned())),
        })
    }
}
