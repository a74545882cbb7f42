//! All sections in a pop-up, to jump to one; what a section needs and is not there is built first.
//!
//! Invariant: opening a section never sends anything without a question before it.

use crate::app::account::trouble::maker;
use crate::app::key::Action;
use crate::app::layout::{self, Area, Pane, Scroll, View};
use crate::app::paper::{Hit, Line, Paper, Role, cut};
use crate::app::screen::{Component, Screen, Title};
use crate::app::state::{Mouse, Shared, page_ref};
use crate::lesson::model::{Activity, Section};
use crate::target::exchange::TargetName;

#[derive(Debug)]
pub struct SectionsScreen {
    pub cursor: usize,
    scroll: Scroll,
    typed: Typed,
}

/// The number of a section, typed digit by digit: 1 and then 2 are section 12 where there is one, else section 2.
#[derive(Debug, Default)]
pub struct Typed(usize);

impl Typed {
    /// The index of the section that the digits mean by now.
    pub fn digit(&mut self, digit: u8, sections: &[Section]) -> Option<usize> {
        let digit = usize::from(digit);
        let both = self.0 * 10 + digit;
        let find = |number| {
            let found = sections.iter().position(|one| one.number == number)?;
            Some((number, found))
        };
        let (number, index) = find(both).or_else(|| find(digit)).unzip();
        self.0 = number.unwrap_or(0);
        index
    }
}

/// How much of a section was seen, as pages and all pages.
#[must_use]
pub fn seen(section: &Section, shared: &Shared) -> (usize, usize) {
    let seen = &shared.progress().seen;
    let pages = section.pages.len();
    (
        (0..pages)
            .filter(|&page| seen.contains(&page_ref(&section.id, page)))
            .count(),
        pages,
    )
}

/// A section's mark: done, begun, or still to come.
#[must_use]
pub fn mark(section: &Section, shared: &Shared) -> (Role, &'static str) {
    match seen(section, shared) {
        (seen, pages) if seen == pages => (Role::Good, "✓"),
        (0, _) => (Role::Dim, "·"),
        _ => (Role::Accent, "◐"),
    }
}

/// Opens a section where it was left: at once when everything it needs is there, else after a question.
pub fn open(section: usize, shared: &mut Shared) {
    let Some(here) = shared.lesson().sections.get(section) else {
        return;
    };
    let done = &shared.progress().done;
    let before = shared.lesson().sections.get(..section).unwrap_or_default();
    let steps: Vec<&str> = before.iter().flat_map(steps).collect();
    let missing = steps.iter().any(|step| !done.contains(*step));
    // What was built, or was used already, would only be thrown away by building it anew.
    let there = shared.runs.built.contains(&here.id) || sending(here).any(|id| done.contains(id));
    let needs = sending(here).next().is_some();
    let screen = if missing && needs && !there && shared.target == TargetName::Simulated {
        return shared.push(Screen::confirm_build(section, steps.len(), shared));
    } else {
        Screen::lesson(section, left_at(section, shared), shared)
    };
    if let Some(words) = not_there(section, shared) {
        shared.say(words);
    }
    shared.restart(screen);
}

/// On an account nothing is built: which tables a section uses that earlier steps make and that are not there, and where the
/// lesson makes the first of them.
fn not_there(section: usize, shared: &Shared) -> Option<String> {
    shared.place()?;
    let sections = &shared.lesson().sections;
    let there: Vec<&str> = shared.left_here().map(|one| one.name.as_str()).collect();
    let mut made: Vec<&str> = Vec::new();
    let mut missing: Vec<&str> = Vec::new();
    let pages = sections.get(section)?.pages.iter();
    for request in pages.filter_map(|page| match &page.activity {
        Some(Activity::Step(step)) => Some(&step.request),
        Some(Activity::Exercise(exercise)) => Some(&exercise.solution),
        _ => None,
    }) {
        for table in request.tables() {
            let known = there.contains(&table) || made.contains(&table) || missing.contains(&table);
            match request.operation.as_str() {
                "CreateTable" => made.push(table),
                _ if !known => missing.push(table),
                _ => {}
            }
        }
    }
    let first = missing.first()?;
    let (made_in, page) = maker(first, shared)?;
    Some(format!(
        "Not on the account yet: {}. {first} is made in {made_in}, page {page}.",
        missing.join(", ")
    ))
}

/// Ids of a section's steps.
fn steps(section: &Section) -> impl Iterator<Item = &str> {
    section
        .pages
        .iter()
        .filter_map(|page| match &page.activity {
            Some(Activity::Step(step)) => Some(step.id.as_str()),
            _ => None,
        })
}

/// Ids of what in a section sends requests to the lesson's tables.
fn sending(section: &Section) -> impl Iterator<Item = &str> {
    section
        .pages
        .iter()
        .filter_map(|page| match &page.activity {
            Some(Activity::Step(step)) => Some(step.id.as_str()),
            Some(Activity::Exercise(exercise)) => Some(exercise.id.as_str()),
            _ => None,
        })
}

/// The page at which a section was left: the last one that was open, or the first one not read yet.
#[must_use]
pub fn left_at(section: usize, shared: &Shared) -> usize {
    let Some(section) = shared.lesson().sections.get(section) else {
        return 0;
    };
    let progress = shared.progress();
    if let Some(place) = &progress.place
        && place.section == section.id
    {
        return place.page;
    }
    (0..section.pages.len())
        .find(|&page| !progress.seen.contains(&page_ref(&section.id, page)))
        .unwrap_or(0)
}

impl SectionsScreen {
    #[must_use]
    pub fn new(shared: &Shared) -> Self {
        let place = shared.progress().place.as_ref();
        let cursor = place
            .and_then(|place| {
                shared
                    .lesson()
                    .sections
                    .iter()
                    .position(|section| section.id == place.section)
            })
            .unwrap_or(0);
        Self {
            cursor,
            scroll: Scroll(0),
            typed: Typed::default(),
        }
    }

    fn pane(&self, shared: &Shared) -> (Pane, Area) {
        let sections = &shared.lesson().sections;
        let height = u16::try_from(sections.len()).unwrap_or(u16::MAX);
        let frame = layout::popup(shared.columns, shared.rows, 62, height);
        let area = layout::inside(frame);
        let mut paper = Paper::new();
        for (index, section) in sections.iter().enumerate() {
            let here = index == self.cursor;
            let (role, mark) = mark(section, shared);
            let title = cut(&section.title, area.width.saturating_sub(18));
            let line = Line::of(Role::Accent, if here { "▸ " } else { "  " })
                .push(role, format!("{mark} "))
                .push(Role::Dim, format!("{:>2}  ", section.number))
                .push(if here { Role::Strong } else { Role::Text }, title)
                .right(
                    area.width,
                    Line::of(Role::Dim, format!("{} min", section.minutes)),
                );
            paper.add(line.hit(Hit::Entry(index)).select(here));
        }
        (
            Pane {
                area,
                paper,
                scroll: self.scroll.0,
            },
            frame,
        )
    }

    fn move_to(&mut self, cursor: usize, shared: &Shared) {
        self.cursor = cursor.min(shared.lesson().sections.len().saturating_sub(1));
        let (pane, _) = self.pane(shared);
        self.scroll.clamp(pane.paper.scroll_limit(pane.area.height));
        self.scroll.show(
            u16::try_from(self.cursor).unwrap_or(u16::MAX),
            pane.area.height,
        );
    }
}

impl Component for SectionsScreen {
    fn title(&self, _shared: &Shared) -> Title {
        Title {
            text: "Sections".to_owned(),
            ..Title::default()
        }
    }

    fn actions(&self, _shared: &Shared) -> Vec<Action> {
        let mut actions = vec![
            Action::Open,
            Action::Down,
            Action::Up,
            Action::Top,
            Action::Bottom,
        ];
        actions.extend((0..=9).map(Action::Number));
        actions.push(Action::Back);
        actions
    }

    fn act(&mut self, action: Action, shared: &mut Shared) {
        if let Action::Number(digit) = action {
            if let Some(index) = self.typed.digit(digit, &shared.lesson().sections) {
                self.move_to(index, shared);
            }
            return;
        }
        self.typed = Typed::default();
        match action {
            Action::Open => {
                shared.pop();
                open(self.cursor, shared);
            }
            Action::Down => self.move_to(self.cursor + 1, shared),
            Action::Up => self.move_to(self.cursor.saturating_sub(1), shared),
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
                let (pane, frame) = self.pane(shared);
                if let Some(Hit::Entry(index)) = pane.hit(column, row) {
                    self.cursor = index;
                    self.act(Action::Open, shared);
                } else if !frame.contains(column, row) {
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
        let (pane, frame) = self.pane(shared);
        Some(View {
            fixed: None,
            main: pane,
            side: None,
            frame: Some((frame, "Sections".to_owned())),
        })
    }
}
