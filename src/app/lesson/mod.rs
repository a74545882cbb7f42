//! A page of the lesson: prose, a question to commit to, one activity, and what came of it.
//!
//! ```text
//!   asking ──choice──→ ready ──run──→ running ──answer──→ done ──next──→ the next page
//!     (a predict question)   (an activity)
//! ```
//!
//! Invariant: where a page has a question, its step can't be run before the question was answered.

mod answering;
mod bench;
mod beside;
pub mod calculator;
pub mod exercise;
pub mod keys;
mod marking;
pub mod page;
pub mod question;
pub mod quiz;
pub mod step;
#[cfg(test)]
mod tests;
pub mod ticks;
mod trying;
mod turning;
mod view;

use crate::app::account::trouble::Trouble;
use crate::app::confirm::ConfirmScreen;
use crate::app::effect::{Answer, Effect, RequestId, StepReport};
use crate::app::exchange::ExchangeScreen;
use crate::app::key::{Action, Key};
use crate::app::layout::{self, Scroll, View};
use crate::app::paper::Hit;
use crate::app::screen::{Component, Screen, Title};
use crate::app::state::{Mouse, Shared};
use crate::learner::progress::Given;
use crate::lesson::model::{Activity, Page, Section};
use calculator::CalculatorWork;
use exercise::ExerciseWork;
use quiz::QuizWork;

/// What is being done on the page.
#[derive(Debug, Clone, PartialEq)]
pub enum Work {
    /// Nothing to do but read.
    Reading,
    Step,
    /// A demonstration that opens on its own screen.
    Demo,
    Exercise(Box<ExerciseWork>),
    Quiz(QuizWork),
    /// A list with a cursor: checklist, goals, notes.
    List {
        cursor: usize,
    },
    Calculator(Box<CalculatorWork>),
}

/// How far the page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The question waits for its answer.
    Asking,
    /// The activity waits.
    Ready,
    Running,
    Done,
}

#[derive(Debug)]
pub struct LessonScreen {
    /// Index of the section.
    pub section: usize,
    /// Index of the page.
    pub page: usize,
    /// Typed JSON instead of plain.
    pub typed: bool,
    /// The request whole, also where a result leaves room for one line of it only.
    unfolded: bool,
    /// On an account: the request is about to be sent once more, and shows its cost before.
    again: bool,
    /// Choice under the cursor.
    pub cursor: Option<usize>,
    pub work: Work,
    scroll: Scroll,
}

impl LessonScreen {
    /// A page of the lesson in hand; a page that doesn't exist becomes the nearest one that does.
    #[must_use]
    pub fn new(section: usize, page: usize, shared: &Shared) -> Self {
        let sections = &shared.lesson().sections;
        let section = section.min(sections.len().saturating_sub(1));
        let page = page.min(
            sections
                .get(section)
                .map_or(0, |section| section.pages.len().saturating_sub(1)),
        );
        let mut screen = Self {
            section,
            page,
            typed: false,
            unfolded: false,
            again: false,
            cursor: None,
            work: Work::Reading,
            scroll: Scroll(0),
        };
        screen.begin(shared);
        screen
    }

    /// The section; `None` in a lesson without any.
    #[must_use]
    pub fn section<'a>(&self, shared: &'a Shared) -> Option<&'a Section> {
        shared.lesson().sections.get(self.section)
    }

    #[must_use]
    pub fn page<'a>(&self, shared: &'a Shared) -> Option<&'a Page> {
        self.section(shared)?.pages.get(self.page)
    }

    fn activity<'a>(&self, shared: &'a Shared) -> Option<&'a Activity> {
        self.page(shared)?.activity.as_ref()
    }

    /// Sets the work of a page that has just come up.
    fn begin(&mut self, shared: &Shared) {
        self.cursor = None;
        self.unfolded = false;
        self.again = false;
        self.scroll = Scroll(0);
        self.work = match self.activity(shared) {
            None => Work::Reading,
            Some(Activity::Step(_)) => Work::Step,
            Some(Activity::Hash(_) | Activity::Race(_) | Activity::Traffic(_)) => Work::Demo,
            Some(Activity::Exercise(exercise)) => {
                Work::Exercise(Box::new(ExerciseWork::new(exercise, shared.progress())))
            }
            Some(Activity::Quiz(quiz)) => Work::Quiz(QuizWork::new(quiz, shared.progress())),
            Some(
                Activity::Checklist(_) | Activity::Workshop { .. } | Activity::ParkingLot { .. },
            ) => Work::List { cursor: 0 },
            // On the first goal that has a mark for the learner to set.
            Some(Activity::Goals { .. }) => {
                let goals = &shared.lesson().goals;
                let cursor = goals.iter().position(|goal| goal.lambda).unwrap_or(0);
                Work::List { cursor }
            }
            Some(Activity::Calculator(calculator)) => {
                Work::Calculator(Box::new(CalculatorWork::new(calculator)))
            }
        };
    }

    #[must_use]
    pub fn stage(&self, shared: &Shared) -> Stage {
        if self.open_question(shared).is_some() {
            return Stage::Asking;
        }
        match (&self.work, self.activity(shared)) {
            (_, Some(activity)) if shared.runs.running(activity.id()) => Stage::Running,
            (Work::Step, Some(activity)) if shared.place().is_some() => {
                // What was done elsewhere, or in another run, says nothing of what is on the account now.
                let report = shared.runs.reports.get(activity.id());
                let settled = |report: &StepReport| {
                    Trouble::of(report).is_none_or(|trouble| !trouble.again())
                };
                if report.is_some_and(settled) && !self.again {
                    Stage::Done
                } else {
                    Stage::Ready
                }
            }
            (Work::Step, Some(activity)) => {
                let report = shared.runs.reports.get(activity.id());
                let answered = report.is_some_and(|report| report.exchange.response.is_some());
                if answered || shared.progress().done.contains(activity.id()) {
                    Stage::Done
                } else {
                    Stage::Ready
                }
            }
            (Work::Demo | Work::Exercise(_), Some(activity)) => {
                if shared.progress().done.contains(activity.id()) {
                    Stage::Done
                } else {
                    Stage::Ready
                }
            }
            _ => Stage::Done,
        }
    }

    fn move_cursor(&mut self, down: bool, shared: &mut Shared) {
        if let Some(question) = self.open_question(shared) {
            let last = question.choices.len();
            self.cursor = Some(match (self.cursor, down) {
                (None, true) => 0,
                (None, false) => last,
                (Some(at), true) => (at + 1).min(last),
                (Some(at), false) => at.saturating_sub(1),
            });
            if let Work::Quiz(work) = &mut self.work {
                work.cursor = self.cursor;
            }
            return;
        }
        let entries = self.entries(shared);
        if let Work::List { cursor } = &mut self.work {
            *cursor = if down {
                (*cursor + 1).min(entries.saturating_sub(1))
            } else {
                cursor.saturating_sub(1)
            };
            return self.show_cursor(shared);
        }
        self.scroll_by(if down { 1 } else { -1 }, shared);
    }

    fn writing_actions(&self) -> Option<Vec<Action>> {
        match &self.work {
            Work::Exercise(work) if work.editing => Some(vec![Action::Submit, Action::StopEditing]),
            Work::Calculator(work) if work.focus.is_some() => Some(vec![
                Action::NextField,
                Action::PreviousField,
                Action::StopEditing,
            ]),
            _ => None,
        }
    }
}

/// Whether a goal has a mark that the learner sets.
fn can_be_marked(goal: usize, shared: &Shared) -> bool {
    let goal = shared.lesson().goals.get(goal);
    goal.is_some_and(|goal| goal.lambda)
}

impl Component for LessonScreen {
    fn title(&self, shared: &Shared) -> Title {
        let Some(section) = self.section(shared) else {
            return Title::default();
        };
        Title {
            text: format!("{} · {}", section.number, section.title),
            progress: Some((self.page + 1, section.pages.len())),
            note: None,
            minutes: Some(section.minutes),
        }
    }

    fn actions(&self, shared: &Shared) -> Vec<Action> {
        if let Some(actions) = self.writing_actions() {
            return actions;
        }
        let mut actions = Vec::new();
        let stage = self.stage(shared);
        if let Some(question) = self.open_question(shared) {
            let count = u8::try_from(question.choices.len())
                .unwrap_or(u8::MAX)
                .min(4);
            actions.extend((1..=count).map(Action::Choose));
            actions.extend([Action::DontKnow, Action::Answer]);
        }
        let on_account = shared.place().is_some();
        if on_account && stage == Stage::Running {
            actions.push(Action::StopWaiting);
        }
        match &self.work {
            Work::Step if stage == Stage::Ready && on_account => {
                actions.push(Action::SendThere);
            }
            Work::Step | Work::Demo if stage == Stage::Ready => actions.push(Action::Run),
            Work::Exercise(_) => {
                // What is solved is behind; what isn't can be left for later.
                let onward = [Action::Next, Action::Previous];
                let trying = [Action::Edit, Action::Submit, Action::Hint, Action::Solution];
                if stage == Stage::Done {
                    actions.extend(onward.into_iter().chain(trying));
                } else {
                    actions.extend(trying.into_iter().chain(onward));
                }
                actions.push(Action::StartOver);
            }
            Work::Calculator(_) => actions.extend([Action::Edit, Action::NextField]),
            Work::List { .. } => match self.activity(shared) {
                Some(Activity::ParkingLot { .. }) => {
                    actions.extend([Action::Note, Action::Notes, Action::Export]);
                }
                Some(Activity::Goals { .. }) => actions.push(Action::ToggleLambda),
                Some(Activity::Workshop { .. }) => actions.push(Action::OpenWorkshop),
                _ => actions.push(Action::Toggle),
            },
            _ => {}
        }
        if !matches!(self.work, Work::Exercise(_)) {
            actions.extend([Action::Next, Action::Previous]);
        }
        match &self.work {
            Work::Step | Work::Demo if stage == Stage::Done => actions.push(Action::RunAgain),
            _ => {}
        }
        if self.report(shared).is_some() {
            actions.push(Action::Exchange);
        }
        if on_account {
            actions.push(Action::GoOnSimulated);
        }
        if shared.account.place.is_some() {
            // In front where the page is about what is left.
            let at = match self.activity(shared) {
                Some(Activity::Checklist(_)) => 0,
                _ => actions.len(),
            };
            actions.insert(at, Action::Cleanup);
        }
        if matches!(self.work, Work::Step | Work::Exercise(_)) {
            actions.push(Action::Code);
        }
        if matches!(self.work, Work::Step) {
            actions.push(Action::ToggleTyped);
        }
        if !self.links(shared).is_empty() {
            actions.push(Action::Copy);
        }
        if self.can_scroll(shared)
            || stage == Stage::Asking
            || matches!(self.work, Work::List { .. })
        {
            actions.push(Action::Down);
        }
        actions.extend([
            Action::Up,
            Action::PageUp,
            Action::PageDown,
            Action::Top,
            Action::Bottom,
        ]);
        if !on_account {
            actions.push(Action::ResetSection);
        }
        actions
    }

    fn idle(&self, shared: &Shared) -> Vec<Action> {
        // With no choice under the cursor it only says that a guess comes first.
        if self.cursor.is_none() && self.open_question(shared).is_some() {
            return vec![Action::Answer];
        }
        match self.activity(shared) {
            Some(Activity::Exercise(exercise)) if !exercise::tried(exercise, shared) => {
                vec![Action::Solution]
            }
            Some(Activity::ParkingLot { .. }) if shared.progress().notes.is_empty() => {
                vec![Action::Notes, Action::Export, Action::Down]
            }
            Some(Activity::Goals { .. }) => match &self.work {
                Work::List { cursor } if !can_be_marked(*cursor, shared) => {
                    vec![Action::ToggleLambda]
                }
                _ => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    fn act(&mut self, action: Action, shared: &mut Shared) {
        match action {
            Action::Choose(number) => {
                self.commit(Given::Choice(usize::from(number).saturating_sub(1)), shared);
            }
            Action::DontKnow => self.commit(Given::DontKnow, shared),
            Action::Answer => self.answer_cursor(shared),
            Action::RunAgain if shared.place().is_some() && matches!(self.work, Work::Step) => {
                self.again = true;
                self.show_sending(shared);
            }
            Action::Run | Action::SendThere | Action::RunAgain | Action::Submit => {
                self.run(shared);
            }
            Action::StopWaiting => Self::stop_waiting(shared),
            Action::Cleanup => shared.push(Screen::Cleanup(Box::default())),
            Action::GoOnSimulated => {
                let screen = ConfirmScreen::go_on_simulated(
                    self.section,
                    self.page,
                    self.troubled(shared),
                    shared,
                );
                shared.push(Screen::Confirm(screen));
            }
            Action::Next => self.next(shared),
            Action::Previous => self.previous(shared),
            Action::ToggleTyped => {
                if !self.folded(shared) {
                    self.typed = !self.typed;
                }
                // Who wants to see a form wants to see all of it.
                self.unfolded = true;
                self.settle(shared);
            }
            Action::Exchange => {
                if let Some(exchange) = self.report(shared).cloned() {
                    shared.push(Screen::Exchange(Box::new(ExchangeScreen::new(exchange))));
                }
            }
            Action::Code => self.open_code(shared),
            Action::Copy => self.copy_links(shared),
            Action::OpenWorkshop => {
                if let Work::List { cursor } = self.work {
                    bench::open(cursor, shared);
                }
            }
            Action::Toggle => self.toggle(shared),
            Action::ToggleLambda => self.toggle_lambda(shared),
            Action::Edit => match &mut self.work {
                Work::Exercise(work) => {
                    work.editing = true;
                    self.show_cursor(shared);
                }
                Work::Calculator(work) => work.enter(work.focus.unwrap_or(0)),
                _ => {}
            },
            Action::NextField | Action::PreviousField => {
                if let Work::Calculator(work) = &mut self.work {
                    if action == Action::NextField {
                        work.next();
                    } else {
                        work.previous();
                    }
                }
            }
            Action::StopEditing => {
                match &mut self.work {
                    Work::Exercise(work) => work.editing = false,
                    Work::Calculator(work) => work.focus = None,
                    _ => {}
                }
                self.keep_draft(shared);
            }
            Action::Hint => self.hint(shared),
            Action::Solution => self.solution(shared),
            Action::StartOver => self.start_over(shared),
            Action::Note => shared.push(Screen::note(shared)),
            Action::Notes => shared.push(Screen::notes(shared)),
            Action::Export => {
                let lesson = shared.lesson().id.clone();
                shared.request(Effect::Export(crate::app::effect::Export::Notes { lesson }));
            }
            Action::ResetSection => shared.push(Screen::confirm_reset(self.section, shared)),
            Action::Up => self.move_cursor(false, shared),
            Action::Down => self.move_cursor(true, shared),
            Action::PageUp => self.scroll_by(-Self::screenful(shared), shared),
            Action::PageDown => self.scroll_by(Self::screenful(shared), shared),
            Action::Top => self.scroll_by(i32::MIN / 2, shared),
            Action::Bottom => self.scroll_by(i32::MAX / 2, shared),
            _ => {}
        }
    }

    fn writing(&self) -> bool {
        self.writing_actions().is_some()
    }

    fn key(&mut self, key: Key, shared: &mut Shared) -> bool {
        let used = match &mut self.work {
            Work::Exercise(work) if work.editing => work.editor.key(key),
            Work::Calculator(work) => work.key(key),
            _ => false,
        };
        if used {
            // A word's end is a good moment to keep what was written.
            if matches!(key, Key::Char(' ' | '"' | '}') | Key::Enter) {
                self.keep_draft(shared);
            }
            self.show_cursor(shared);
        }
        used
    }

    fn paste(&mut self, text: &str, shared: &mut Shared) {
        match &mut self.work {
            Work::Exercise(work) if work.editing => work.editor.paste(text),
            Work::Calculator(work) => work.paste(text),
            _ => {}
        }
        self.keep_draft(shared);
        self.show_cursor(shared);
    }

    fn mouse(&mut self, mouse: Mouse, shared: &mut Shared) {
        match mouse {
            Mouse::Wheel { down, .. } => self.scroll_by(if down { 3 } else { -3 }, shared),
            Mouse::Drag { .. } => {}
            Mouse::Click { column, row } => {
                let Some(hit) = self.pane(shared).hit(column, row) else {
                    return;
                };
                match hit {
                    Hit::Do(action) => {
                        if self.actions(shared).contains(&action) {
                            self.act(action, shared);
                        }
                    }
                    Hit::Entry(index) => match &mut self.work {
                        Work::List { cursor } => {
                            *cursor = index;
                            self.toggle(shared);
                        }
                        Work::Calculator(work) => work.enter(index),
                        _ => {}
                    },
                }
            }
        }
    }

    fn answer(&mut self, id: RequestId, answer: &Answer, shared: &mut Shared) -> bool {
        let Some(activity) = shared.runs.activity(id) else {
            return false;
        };
        let here = self.activity(shared).map(Activity::id) == Some(activity);
        if here && !matches!(answer, Answer::Working { .. }) {
            self.reveal(shared);
        }
        here
    }

    fn shown(&mut self, shared: &mut Shared) {
        self.arrive(shared);
    }

    fn leave(&mut self, shared: &mut Shared) {
        self.keep_draft(shared);
    }

    fn view(&self, shared: &Shared) -> Option<View> {
        let (_, side) = layout::columns(shared.columns, shared.rows);
        Some(View {
            fixed: None,
            main: self.pane(shared),
            side: side.map(|area| layout::Pane {
                area,
                paper: self.side(shared, area.width, area.height),
                scroll: 0,
            }),
            frame: None,
        })
    }
}
