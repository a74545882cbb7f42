//! A page of the lesson: prose, a question to commit to, one activity, and what came of it.
//!
//! ```text
//!   asking ──choice──→ ready ──run──→ running ──answer──→ done ──next──→ the next page
//!     (a predict question)   (an activity)
//! ```
//!
//! Invariant: where a page has a question, its step can't be run before the question was answered.

pub mod calculator;
pub mod exercise;
pub mod page;
pub mod question;
pub mod quiz;
pub mod step;
pub mod ticks;
mod view;

use crate::app::effect::{Answer, Effect, RequestId};
use crate::app::exchange::ExchangeScreen;
use crate::app::hash::HashScreen;
use crate::app::key::{Action, Key};
use crate::app::layout::{self, Scroll, View};
use crate::app::paper::Hit;
use crate::app::race::RaceScreen;
use crate::app::screen::{Component, Screen, Title};
use crate::app::state::{Mouse, Shared, page_ref};
use crate::learner::progress::{Change, Given};
use crate::lesson::model::{Activity, Page, Predict, Section};
use calculator::CalculatorWork;
use exercise::ExerciseWork;
use quiz::QuizWork;

/// How many items of a table are fetched for the grid under a step.
const GRID_ITEMS: usize = 20;

/// What is being done on the page.
#[derive(Debug, Clone, PartialEq)]
pub enum Work {
    /// Nothing to do but read.
    Reading,
    Step(StepWork),
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

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StepWork {
    pub running: Option<RequestId>,
    pub grid: Option<RequestId>,
    /// Why it could not even be tried.
    pub failed: Option<String>,
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
        self.scroll = Scroll(0);
        self.work = match self.activity(shared) {
            None => Work::Reading,
            Some(Activity::Step(_)) => Work::Step(StepWork::default()),
            Some(Activity::Hash(_) | Activity::Race(_)) => Work::Demo,
            Some(Activity::Exercise(exercise)) => {
                Work::Exercise(Box::new(ExerciseWork::new(exercise, shared.progress())))
            }
            Some(Activity::Quiz(quiz)) => Work::Quiz(QuizWork::new(quiz, shared.progress())),
            Some(Activity::Checklist(_) | Activity::Goals { .. } | Activity::ParkingLot { .. }) => {
                Work::List { cursor: 0 }
            }
            Some(Activity::Calculator(calculator)) => {
                Work::Calculator(Box::new(CalculatorWork::new(calculator)))
            }
        };
    }

    /// The page's question, while it has no answer.
    fn open_question<'a>(&self, shared: &'a Shared) -> Option<&'a Predict> {
        let answers = &shared.progress().answers;
        if let (Work::Quiz(work), Some(Activity::Quiz(quiz))) = (&self.work, self.activity(shared))
        {
            return quiz
                .questions
                .get(work.at)
                .filter(|question| !answers.contains_key(&question.id));
        }
        let predict = self.page(shared)?.predict.as_ref()?;
        (!answers.contains_key(&predict.id)).then_some(predict)
    }

    #[must_use]
    pub fn stage(&self, shared: &Shared) -> Stage {
        if self.open_question(shared).is_some() {
            return Stage::Asking;
        }
        match (&self.work, self.activity(shared)) {
            (Work::Step(work), _) if work.running.is_some() => Stage::Running,
            (Work::Exercise(work), _) if work.running.is_some() => Stage::Running,
            (Work::Step(_), Some(activity)) => {
                let report = shared.reports.get(activity.id());
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

    fn commit(&mut self, given: Given, shared: &mut Shared) {
        let Some(question) = self.open_question(shared) else {
            return;
        };
        let valid = match given {
            Given::Choice(index) => index < question.choices.len(),
            Given::DontKnow => true,
        };
        if !valid {
            return;
        }
        let question = question.id.clone();
        shared.save(Change::Answered { question, given });
        self.cursor = None;
        if let (Work::Quiz(_), Some(Activity::Quiz(quiz))) = (&self.work, self.activity(shared))
            && quiz::finished(quiz, shared.progress())
        {
            let id = quiz.id.clone();
            shared.save(Change::Done(id));
        }
        self.settle(shared);
    }

    fn answer_cursor(&mut self, shared: &mut Shared) {
        let Some(question) = self.open_question(shared) else {
            return;
        };
        let choices = question.choices.len();
        match self.cursor {
            Some(index) if index < choices => self.commit(Given::Choice(index), shared),
            Some(_) => self.commit(Given::DontKnow, shared),
            None => shared.say(format!("Your guess first: 1–{choices}, or 0 if you don't know. Any guess helps to remember.")),
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

    /// Entries of the page's list.
    fn entries(&self, shared: &Shared) -> usize {
        match self.activity(shared) {
            Some(Activity::Checklist(list)) => list.items.len(),
            Some(Activity::Goals { .. }) => shared.lesson().goals.len(),
            _ => 0,
        }
    }

    fn toggle(&mut self, shared: &mut Shared) {
        let Work::List { cursor } = self.work else {
            return;
        };
        let change = match self.activity(shared) {
            Some(Activity::Checklist(list)) => {
                let change = ticks::toggle(list, cursor, shared.progress());
                if change.is_none() {
                    shared.say("A step has ticked this; it stays.");
                }
                change
            }
            Some(Activity::Goals { .. }) => return self.toggle_lambda(shared),
            _ => None,
        };
        if let Some(change) = change {
            shared.save(change);
        }
        if let Some(Activity::Checklist(list)) = self.activity(shared)
            && ticks::finished(list, shared.progress())
        {
            let id = list.id.clone();
            shared.save(Change::Done(id));
        }
    }

    fn toggle_lambda(&mut self, shared: &mut Shared) {
        let Work::List { cursor } = self.work else {
            return;
        };
        let Some(goal) = shared.lesson().goals.get(cursor) else {
            return;
        };
        if !goal.lambda {
            return shared.say("Only goals with a second mark are done from Lambda, too.");
        }
        let goal = goal.id.clone();
        let on = !shared.progress().from_lambda.contains(&goal);
        shared.save(Change::FromLambda { goal, on });
    }

    fn run(&mut self, shared: &mut Shared) {
        if matches!(self.stage(shared), Stage::Asking | Stage::Running) {
            return;
        }
        let lesson = shared.lesson().id.clone();
        let Some(page) = self.page(shared) else {
            return;
        };
        let seeds = page.seeds.clone();
        match page.activity.clone() {
            Some(Activity::Step(step)) => {
                let id = shared.request(Effect::RunStep {
                    lesson,
                    seeds,
                    step: Box::new(step),
                });
                if let Work::Step(work) = &mut self.work {
                    *work = StepWork {
                        running: Some(id),
                        ..StepWork::default()
                    };
                }
            }
            Some(Activity::Exercise(exercise)) => {
                self.keep_draft(shared);
                if let Work::Exercise(work) = &mut self.work {
                    let body = work.editor.text();
                    work.failed = None;
                    work.running = Some(shared.request(Effect::RunExercise {
                        lesson,
                        seeds,
                        exercise: Box::new(exercise),
                        body,
                    }));
                    work.editing = false;
                }
            }
            Some(activity @ (Activity::Hash(_) | Activity::Race(_))) => {
                open_demo(&activity, shared);
            }
            _ => {}
        }
        self.settle(shared);
    }

    /// Hands over what stands in the exercise's editor to be kept.
    fn keep_draft(&self, shared: &mut Shared) {
        if let (Work::Exercise(work), Some(Activity::Exercise(exercise))) =
            (&self.work, self.activity(shared))
        {
            let text = work.editor.text();
            let known = shared.progress().drafts.get(&exercise.id);
            if known.map_or_else(
                || text != exercise::first_text(exercise),
                |known| *known != text,
            ) {
                let exercise = exercise.id.clone();
                shared.save(Change::Draft { exercise, text });
            }
        }
    }

    fn hint(&mut self, shared: &mut Shared) {
        let Some(Activity::Exercise(exercise)) = self.activity(shared) else {
            return;
        };
        let shown = shared
            .progress()
            .hints
            .get(&exercise.id)
            .copied()
            .unwrap_or(0);
        if shown >= exercise.hints.len() {
            return shared.say("That was the last hint. After a try, s shows a solution.");
        }
        let exercise = exercise.id.clone();
        shared.save(Change::Hints {
            exercise,
            shown: shown + 1,
        });
    }

    fn solution(&mut self, shared: &mut Shared) {
        let (Work::Exercise(work), Some(Activity::Exercise(exercise))) =
            (&self.work, self.activity(shared))
        else {
            return;
        };
        if work.tried(exercise, shared.progress()) {
            let id = exercise.id.clone();
            shared.save(Change::SolutionShown(id));
            self.act(Action::Bottom, shared);
        } else {
            shared.say("Try it first: send your own request with Ctrl-R, then s shows a solution.");
        }
    }

    fn start_over(&mut self, shared: &mut Shared) {
        let activity = self.page_activity(shared);
        if let (Work::Exercise(work), Some(Activity::Exercise(exercise))) =
            (&mut self.work, activity)
        {
            work.editor = crate::app::editor::Editor::new(&exercise::first_text(&exercise));
        }
        self.keep_draft(shared);
    }

    fn page_activity(&self, shared: &Shared) -> Option<Activity> {
        self.activity(shared).cloned()
    }

    /// One page on; at the end of a section the next section; at the end of all home.
    fn next(&mut self, shared: &mut Shared) {
        if let (Work::Quiz(work), Some(Activity::Quiz(quiz))) = (
            &mut self.work,
            shared_activity(self.section, self.page, shared),
        ) && work.at + 1 < quiz.questions.len()
            && shared
                .progress()
                .answers
                .contains_key(&quiz.questions[work.at].id)
        {
            *work = QuizWork {
                at: work.at + 1,
                cursor: None,
            };
            self.cursor = None;
            return self.settle(shared);
        }
        self.leave(shared);
        let Some(section) = self.section(shared) else {
            return;
        };
        let seen = page_ref(&section.id, self.page);
        let last_page = self.page + 1 >= section.pages.len();
        shared.save(Change::Seen(seen));
        if !last_page {
            self.go_to(self.section, self.page + 1, shared);
        } else if self.section + 1 < shared.lesson().sections.len() {
            self.go_to(self.section + 1, 0, shared);
        } else {
            shared.go_home();
            shared.say("That was the last page. Well done!");
        }
    }

    fn previous(&mut self, shared: &mut Shared) {
        if let Work::Quiz(work) = &mut self.work
            && work.at > 0
        {
            *work = QuizWork {
                at: work.at - 1,
                cursor: None,
            };
            return self.settle(shared);
        }
        self.leave(shared);
        if self.page > 0 {
            self.go_to(self.section, self.page - 1, shared);
        } else if self.section > 0 {
            let before = shared
                .lesson()
                .sections
                .get(self.section - 1)
                .map_or(0, |section| section.pages.len());
            self.go_to(self.section - 1, before.saturating_sub(1), shared);
        } else {
            shared.go_home();
        }
    }

    /// Opens a page of the lesson in hand.
    pub fn go_to(&mut self, section: usize, page: usize, shared: &mut Shared) {
        self.section = section;
        self.page = page;
        self.begin(shared);
        self.arrive(shared);
    }

    fn arrive(&mut self, shared: &mut Shared) {
        if let Some(section) = self.section(shared) {
            let here = page_ref(&section.id, self.page);
            shared.save(Change::Opened(here));
        }
        self.settle(shared);
    }

    fn step_answer(&mut self, id: RequestId, answer: &Answer, shared: &mut Shared) -> bool {
        let Work::Step(work) = &mut self.work else {
            return false;
        };
        if work.grid == Some(id) {
            work.grid = None;
            if let Answer::Grid(view) = answer {
                shared.grids.insert(view.table.clone(), view.clone());
                self.reveal(shared);
            }
            return true;
        }
        if work.running != Some(id) {
            return false;
        }
        match answer {
            Answer::Step(report) => {
                work.running = None;
                let Some(Activity::Step(step)) = self.page_activity(shared) else {
                    return true;
                };
                if report.exchange.response.is_some() && report.failures.is_empty() {
                    shared.save(Change::Done(step.id.clone()));
                }
                if let Some(table) =
                    step::table(&step.request).filter(|_| step::writes(&step.request.operation))
                {
                    let effect = Effect::Grid {
                        table: table.to_owned(),
                        count: GRID_ITEMS,
                    };
                    if let Work::Step(work) = &mut self.work {
                        work.grid = Some(shared.request(effect));
                    }
                }
                shared.reports.insert(step.id, (**report).clone());
                self.reveal(shared);
            }
            Answer::Failed { why } => {
                work.running = None;
                work.failed = Some(why.clone());
                self.settle(shared);
            }
            _ => {}
        }
        true
    }

    fn exercise_answer(&mut self, id: RequestId, answer: &Answer, shared: &mut Shared) -> bool {
        let done = match self.activity(shared) {
            Some(Activity::Exercise(exercise)) => Change::Done(exercise.id.clone()),
            _ => return false,
        };
        let Work::Exercise(work) = &mut self.work else {
            return false;
        };
        if work.running != Some(id) {
            return false;
        }
        match answer {
            Answer::Exercise(report) => {
                work.running = None;
                if report.failures.is_empty() {
                    shared.save(done);
                }
                work.report = Some((**report).clone());
                self.reveal(shared);
            }
            Answer::Failed { why } => {
                work.running = None;
                work.failed = Some(why.clone());
                self.reveal(shared);
            }
            _ => {}
        }
        true
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

/// The activity of a page, borrowed from the lesson alone so that the screen's own work can change meanwhile.
fn shared_activity(section: usize, page: usize, shared: &Shared) -> Option<&Activity> {
    shared
        .lesson()
        .sections
        .get(section)?
        .pages
        .get(page)?
        .activity
        .as_ref()
}

/// Puts a demonstration's own screen on top.
fn open_demo(activity: &Activity, shared: &mut Shared) {
    match activity {
        Activity::Hash(demo) => shared.push(Screen::Hash(Box::new(HashScreen::new(demo.clone())))),
        Activity::Race(demo) => shared.push(Screen::Race(Box::new(RaceScreen::new(demo.clone())))),
        _ => {}
    }
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
        match &self.work {
            Work::Step(_) | Work::Demo if stage == Stage::Ready => actions.push(Action::Run),
            Work::Exercise(_) => {
                actions.extend([
                    Action::Edit,
                    Action::Submit,
                    Action::Hint,
                    Action::Solution,
                    Action::StartOver,
                ]);
            }
            Work::Calculator(_) => actions.extend([Action::Edit, Action::NextField]),
            Work::List { .. } => match self.activity(shared) {
                Some(Activity::ParkingLot { .. }) => {
                    actions.extend([Action::Note, Action::Notes, Action::Export]);
                }
                Some(Activity::Goals { .. }) => actions.push(Action::ToggleLambda),
                _ => actions.push(Action::Toggle),
            },
            _ => {}
        }
        actions.extend([Action::Next, Action::Previous]);
        match &self.work {
            Work::Step(_) | Work::Demo if stage == Stage::Done => actions.push(Action::RunAgain),
            _ => {}
        }
        if self.report(shared).is_some() {
            actions.push(Action::Exchange);
        }
        if matches!(self.work, Work::Step(_) | Work::Exercise(_)) {
            actions.push(Action::Code);
        }
        if matches!(self.work, Work::Step(_)) {
            actions.push(Action::ToggleTyped);
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
            Action::ResetSection,
        ]);
        actions
    }

    fn act(&mut self, action: Action, shared: &mut Shared) {
        match action {
            Action::Choose(number) => {
                self.commit(Given::Choice(usize::from(number).saturating_sub(1)), shared);
            }
            Action::DontKnow => self.commit(Given::DontKnow, shared),
            Action::Answer => self.answer_cursor(shared),
            Action::Run | Action::RunAgain | Action::Submit => self.run(shared),
            Action::Next => self.next(shared),
            Action::Previous => self.previous(shared),
            Action::ToggleTyped => {
                self.typed = !self.typed;
                self.settle(shared);
            }
            Action::Exchange => {
                if let Some(exchange) = self.report(shared).cloned() {
                    shared.push(Screen::Exchange(Box::new(ExchangeScreen::new(exchange))));
                }
            }
            Action::Code => self.open_code(shared),
            Action::Toggle => self.toggle(shared),
            Action::ToggleLambda => self.toggle_lambda(shared),
            Action::Edit => match &mut self.work {
                Work::Exercise(work) => {
                    work.editing = true;
                    self.show_cursor(shared);
                }
                Work::Calculator(work) => work.focus = Some(work.focus.unwrap_or(0)),
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
                        Work::Calculator(work) => work.focus = Some(index),
                        _ => {}
                    },
                }
            }
        }
    }

    fn answer(&mut self, id: RequestId, answer: &Answer, shared: &mut Shared) -> bool {
        self.step_answer(id, answer, shared) || self.exercise_answer(id, answer, shared)
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
            main: self.pane(shared),
            side: side.map(|area| layout::Pane {
                area,
                paper: self.side(shared, area.width),
                scroll: 0,
            }),
            frame: None,
        })
    }
}
