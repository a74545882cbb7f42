//! Home: go on where you left off, all sections with their marks and minutes, the goals reached.
//!
//! Invariant: every number here is counted from the progress that is kept.

use crate::app::account::left::{self, Left};
use crate::app::effect::{Effect, Export};
use crate::app::figures::plural;
use crate::app::key::Action;
use crate::app::layout::{self, Pane, Scroll, View};
use crate::app::lesson::ticks;
use crate::app::paper::{Hit, Line, Paper, Role, Span, cut, width, wrap, wrap_text};
use crate::app::screen::{Component, Screen, Title};
use crate::app::sections::{self, Typed};
use crate::app::state::{Mouse, Shared, Standing};
use crate::lesson::model::Section;

/// Cells of a section's progress bar.
const BAR: usize = 10;

/// The first screen.
#[derive(Debug)]
pub struct Home {
    /// Index of the section under the cursor.
    pub selected: usize,
    scroll: Scroll,
    typed: Typed,
}

impl Home {
    #[must_use]
    pub fn new(shared: &Shared) -> Self {
        Self {
            selected: place(shared).0,
            scroll: Scroll(0),
            typed: Typed::default(),
        }
    }

    fn pane(&self, shared: &Shared) -> Pane {
        let (area, side) = layout::columns(shared.columns, shared.rows);
        Pane {
            area,
            paper: self.paper(shared, area.width, side.is_some()),
            scroll: self.scroll.0,
        }
    }

    fn paper(&self, shared: &Shared, columns: u16, wide: bool) -> Paper {
        let lesson = shared.lesson();
        let mut paper = Paper::new();
        let minutes: u32 = lesson.sections.iter().map(|section| section.minutes).sum();
        let about = Line::of(
            Role::Dim,
            format!("{} · session {}", lesson.course, lesson.session),
        );
        let length = Line::of(
            Role::Dim,
            format!("{} h {:02} min", minutes / 60, minutes % 60),
        );
        paper.add(about.right(columns, length));
        let (here, flags) = (shared.account.place.as_ref(), &shared.account.flags);
        // What is made on the account in hand stands below the header.
        let elsewhere = |one: &&Left| shared.place() != Some(&one.place);
        let left = shared.account.books.left.iter().filter(elsewhere);
        for said in left::said(left, here, flags) {
            paper.gap();
            let mark = Span {
                text: "! ".to_owned(),
                role: Role::Warning,
            };
            let words = Span {
                text: said.words,
                role: Role::Text,
            };
            paper.extend(wrap(&[mark, words], columns, 2));
            let command = Span {
                text: said.command,
                role: Role::Code,
            };
            let hint = Span {
                text: said.hint.to_owned(),
                role: Role::Dim,
            };
            let indent = Line::of(Role::Text, "  ");
            let lines = wrap(&[command, hint], columns.saturating_sub(2), 0).into_iter();
            paper.extend(lines.map(|line| indent.clone().append(line)));
        }
        if wide {
            paper.gap();
            paper.extend(wrap_text(
                Role::Text,
                &lesson.summary,
                columns.min(layout::PROSE),
            ));
        }
        paper.gap();
        paper.add(resume(shared, columns));
        paper.gap();
        for (index, section) in lesson.sections.iter().enumerate() {
            paper.add(self.section(index, section, shared, columns));
        }
        if !wide && !lesson.goals.is_empty() {
            paper.gap();
            paper.add(goals_line(shared));
        }
        paper
    }

    fn section(&self, index: usize, section: &Section, shared: &Shared, columns: u16) -> Line {
        let here = index == self.selected;
        let (role, mark) = sections::mark(section, shared);
        let (seen, pages) = sections::seen(section, shared);
        let filled = if pages == 0 {
            0
        } else {
            (seen * BAR).div_ceil(pages).min(BAR)
        };
        let tail = Line::of(role, "━".repeat(filled))
            .push(Role::Rule, "─".repeat(BAR - filled))
            .push(
                Role::Dim,
                format!("  {seen:>2}/{pages:<2}  {:>3} min", section.minutes),
            );
        let room = columns.saturating_sub(tail.width() + 11);
        Line::of(Role::Accent, if here { "▸ " } else { "  " })
            .push(role, format!("{mark}  "))
            .push(Role::Dim, format!("{:>2}  ", section.number))
            .push(
                if here { Role::Strong } else { Role::Text },
                cut(&section.title, room),
            )
            .right(columns, tail)
            .hit(Hit::Entry(index))
            .select(here)
    }

    fn side(shared: &Shared, columns: u16) -> Paper {
        let mut paper = Paper::new();
        let progress = shared.progress();
        let goals = &shared.lesson().goals;
        if !goals.is_empty() {
            paper.add(Line::of(Role::Dim, "Goals"));
            paper.gap();
        }
        for goal in goals {
            let on = ticks::reached(goal, progress);
            let (role, mark) = if on {
                (Role::Good, "✓")
            } else {
                (Role::Dim, "·")
            };
            let lambda = goal.lambda && progress.from_lambda.contains(&goal.id);
            let text = if lambda {
                format!("{} (and from Lambda)", goal.text)
            } else {
                goal.text.clone()
            };
            for (row, line) in wrap_text(Role::Text, &text, columns.saturating_sub(3))
                .into_iter()
                .enumerate()
            {
                let head = if row == 0 {
                    Line::of(role, format!("{mark}  "))
                } else {
                    Line::of(Role::Text, "   ")
                };
                paper.add(head.append(line));
            }
        }
        paper.gap();
        paper.add(Line::of(Role::Dim, "Parking lot"));
        paper.gap();
        paper.add(
            Line::of(Role::Text, plural(progress.notes.len() as u64, "note"))
                .push(Role::Dim, "   ")
                .push(Role::Accent, "N"),
        );
        if let Standing::ReadOnly(why) = &shared.standing {
            paper.gap();
            paper.extend(wrap_text(Role::Warning, why, columns));
        }
        paper
    }

    fn move_to(&mut self, selected: usize, shared: &Shared) {
        self.selected = selected.min(shared.lesson().sections.len().saturating_sub(1));
        let pane = self.pane(shared);
        self.scroll.clamp(pane.paper.scroll_limit(pane.area.height));
        if let Some(line) = pane.paper.lines.iter().position(|line| line.selected) {
            self.scroll
                .show(u16::try_from(line).unwrap_or(u16::MAX), pane.area.height);
        }
        if self.selected == 0 {
            self.scroll = Scroll(0);
        }
    }
}

/// Section and page (indices) where the learner was last; the beginning for a new one.
fn place(shared: &Shared) -> (usize, usize) {
    let sections = &shared.lesson().sections;
    let place = shared.progress().place.as_ref();
    place
        .and_then(|place| {
            Some((
                sections
                    .iter()
                    .position(|section| section.id == place.section)?,
                place.page,
            ))
        })
        .unwrap_or((0, 0))
}

/// `▸ Go on: 5 · Structure, page 4 of 21      space`
fn resume(shared: &Shared, columns: u16) -> Line {
    let (section, page) = place(shared);
    let sections = &shared.lesson().sections;
    let words = match (shared.progress().place.is_some(), sections.get(section)) {
        (_, None) => return Line::of(Role::Dim, "This lesson has no sections yet."),
        (true, Some(section)) => {
            format!(
                "Go on: {} · {}, page {} of {}",
                section.number,
                section.title,
                page + 1,
                section.pages.len()
            )
        }
        (false, Some(section)) => format!("Begin: {} · {}", section.number, section.title),
    };
    let words = cut(&words, columns.saturating_sub(10));
    let space = columns.saturating_sub(width(&words) + 8);
    Line::of(Role::Accent, words)
        .push(
            Role::Rule,
            format!(" {} ", "╌".repeat(usize::from(space.min(3)))),
        )
        .push(Role::Accent, "space")
        .hit(Hit::Do(Action::Resume))
}

fn goals_line(shared: &Shared) -> Line {
    let goals = &shared.lesson().goals;
    let reached = goals
        .iter()
        .filter(|goal| ticks::reached(goal, shared.progress()))
        .count();
    let mut line = Line::of(Role::Dim, "goals  ");
    for goal in goals {
        let on = ticks::reached(goal, shared.progress());
        line.add(
            if on { Role::Good } else { Role::Dim },
            if on { "✓ " } else { "· " },
        );
    }
    let notes = plural(shared.progress().notes.len() as u64, "note");
    line.push(
        Role::Dim,
        format!(" {reached} of {}     parking lot  {notes}", goals.len()),
    )
}

impl Component for Home {
    fn title(&self, shared: &Shared) -> Title {
        Title {
            text: shared.lesson().title.clone(),
            ..Title::default()
        }
    }

    fn actions(&self, shared: &Shared) -> Vec<Action> {
        let mut actions = vec![
            Action::Resume,
            Action::Open,
            Action::Down,
            Action::Up,
            Action::Search,
            Action::Notes,
            Action::Quit,
            Action::Export,
            Action::Top,
            Action::Bottom,
        ];
        actions.extend((0..=9).map(Action::Number));
        if shared.account.place.is_some() {
            actions.push(Action::Cleanup);
        }
        // Starting over puts simulated tables in the place of others; an account has none to archive.
        if shared.place().is_none() {
            actions.push(Action::ResetAll);
        }
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
            Action::Resume => {
                let (section, page) = place(shared);
                let screen = Screen::lesson(section, page, shared);
                shared.push(screen);
            }
            Action::Open => sections::open(self.selected, shared),
            Action::Up => self.move_to(self.selected.saturating_sub(1), shared),
            Action::Down => self.move_to(self.selected + 1, shared),
            Action::Top => self.move_to(0, shared),
            Action::Bottom => self.move_to(usize::MAX, shared),
            Action::Notes => shared.push(Screen::notes(shared)),
            Action::Search => shared.push(Screen::Search(crate::app::search::SearchScreen::new())),
            Action::Export => {
                let lesson = shared.lesson().id.clone();
                shared.request(Effect::Export(Export::Progress { lesson }));
            }
            Action::Cleanup => shared.push(Screen::Cleanup(Box::default())),
            Action::ResetAll => shared.push(Screen::confirm_reset_all()),
            _ => {}
        }
    }

    fn mouse(&mut self, mouse: Mouse, shared: &mut Shared) {
        match mouse {
            Mouse::Wheel { down: true, .. } => self.move_to(self.selected + 1, shared),
            Mouse::Wheel { down: false, .. } => {
                self.move_to(self.selected.saturating_sub(1), shared);
            }
            Mouse::Click { column, row } => match self.pane(shared).hit(column, row) {
                Some(Hit::Entry(index)) if index == self.selected => self.act(Action::Open, shared),
                Some(Hit::Entry(index)) => self.move_to(index, shared),
                Some(Hit::Do(action)) => self.act(action, shared),
                None => {}
            },
            Mouse::Drag { .. } => {}
        }
    }

    fn shown(&mut self, shared: &mut Shared) {
        let here = if shared.progress().place.is_some() {
            place(shared).0
        } else {
            self.selected
        };
        self.move_to(here, shared);
    }

    fn view(&self, shared: &Shared) -> Option<View> {
        let (_, side) = layout::columns(shared.columns, shared.rows);
        let side = side.map(|area| Pane {
            area,
            paper: Self::side(shared, area.width),
            scroll: 0,
        });
        Some(View {
            fixed: None,
            main: self.pane(shared),
            side,
            frame: None,
        })
    }
}
