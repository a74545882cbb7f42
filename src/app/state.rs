//! The state of the program and the messages that move it.
//!
//! Invariant: the stack of screens is never empty; its first screen is home or whatever the command
//! line opened.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::app::account::Account;
use crate::app::account::preflight::PreflightScreen;
use crate::app::effect::{Answer, Effect, EffectRequest, RequestId};
use crate::app::key::{self, Action, Key};
use crate::app::present::Pace;
use crate::app::runs::Runs;
use crate::app::screen::Screen;
use crate::learner::forget;
use crate::learner::progress::{Change, PageRef, Progress};
use crate::lesson::glossary::Term;
use crate::lesson::model::Lesson;
use crate::scene::serve::Arrival;
use crate::target::exchange::{Picodollars, TargetName};

/// Below this size the program says so and waits.
pub const SMALLEST: (u16, u16) = (60, 18);

/// A point in time, told by the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Moment {
    /// Since the program started; never goes back. What moves on the screen follows this.
    pub running: Duration,
    /// Milliseconds since the epoch, for what is written down.
    pub wall: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mouse {
    /// The left button went down; columns and rows count from 0 at the top left of the terminal.
    Click {
        column: u16,
        row: u16,
    },
    Drag {
        column: u16,
        row: u16,
    },
    Wheel {
        down: bool,
        column: u16,
        row: u16,
    },
}

#[derive(Debug, Clone, PartialEq)]
pub enum Message {
    /// What time it is; sent before every input.
    Now(Moment),
    /// Time passed while something moves.
    Tick(Moment),
    Key(Key),
    Mouse(Mouse),
    Paste(String),
    Resize {
        columns: u16,
        rows: u16,
    },
    Answer(RequestId, Answer),
    /// The store has changed a lesson's progress by itself (a reset, a jump): this is how it stands now.
    Progress {
        lesson: String,
        progress: Box<Progress>,
    },
    /// What a server was asked since the last such message, and how many reports had no room on their way.
    Served {
        arrivals: Vec<Arrival>,
        missed: u64,
    },
    /// The terminal is gone; save and end.
    Hangup,
}

/// Colours for which background.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Background {
    #[default]
    Dark,
    Light,
}

/// What the terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Glyphs {
    #[default]
    All,
    /// None outside of ASCII.
    Ascii,
}

impl Glyphs {
    #[must_use]
    pub const fn new(ascii: bool) -> Self {
        if ascii { Self::Ascii } else { Self::All }
    }

    #[must_use]
    pub fn ascii(self) -> bool {
        self == Self::Ascii
    }
}

/// What becomes of what is done here.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Standing {
    /// It is kept.
    #[default]
    Kept,
    /// Nothing is kept, and why (another instance, a read-only disk).
    ReadOnly(String),
    /// A demonstration on its own, on tables that are thrown away.
    Scratch,
    /// Clients of this address do it.
    Serving(String),
}

/// The screen as a room sees it on its wall.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wall {
    /// Large figures and few words.
    pub projector: bool,
    /// A class is being held with this program: `dynatour present`.
    pub presents: bool,
    /// Nothing is shown until the next key.
    pub blank: bool,
}

/// One line above the footer that goes away with the next key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub text: String,
    pub bad: bool,
}

/// How a screen leaves the stack or puts another one on it; carried out when the screen has returned.
#[derive(Debug)]
pub enum Navigation {
    Push(Box<Screen>),
    /// Takes the top screen away.
    Pop,
    /// Takes the top screen away and puts another one there.
    Replace(Box<Screen>),
    /// Everything but the first screen goes, then this one comes on top.
    Restart(Box<Screen>),
    /// Every screen goes, and this one is the first.
    Begin(Box<Screen>),
    Home,
    /// Ends the program.
    Quit,
}

/// What all screens share.
#[derive(Debug)]
pub struct Shared {
    pub lessons: Vec<Lesson>,
    /// Index of the lesson in hand.
    pub lesson: usize,
    /// By lesson id; a lesson that was never opened may be missing.
    progress: BTreeMap<String, Progress>,
    /// In alphabetical order.
    pub glossary: Vec<Term>,
    pub target: TargetName,
    /// What is known of accounts.
    pub account: Account,
    pub standing: Standing,
    pub background: Background,
    /// End states only, for learners whom motion disturbs.
    pub reduced_motion: bool,
    pub glyphs: Glyphs,
    pub wall: Wall,
    /// How long the class has been in which section.
    pub pace: Pace,
    pub columns: u16,
    pub rows: u16,
    pub now: Moment,
    pub notice: Option<Notice>,
    /// A new note that was left before it was taken.
    pub note_draft: String,
    pub mouse_captured: bool,
    pub quitting: bool,
    /// What the pages have sent, and what came of it.
    pub runs: Runs,
    next_request: u64,
    outbox: Vec<EffectRequest>,
    navigation: Vec<Navigation>,
    /// Saves without an answer yet.
    saving: BTreeSet<RequestId>,
    /// Copies and exports without an answer yet.
    writing: BTreeSet<RequestId>,
}

/// What the program starts with.
#[derive(Debug)]
pub struct Start {
    /// At least one.
    pub lessons: Vec<Lesson>,
    /// Index of the lesson to begin with.
    pub lesson: usize,
    pub progress: BTreeMap<String, Progress>,
    pub glossary: Vec<Term>,
    pub target: TargetName,
    pub standing: Standing,
    pub background: Background,
    pub reduced_motion: bool,
    pub columns: u16,
    pub rows: u16,
}

impl Shared {
    #[must_use]
    pub fn new(start: Start) -> Self {
        Self {
            lessons: start.lessons,
            lesson: start.lesson,
            progress: start.progress,
            glossary: start.glossary,
            target: start.target,
            account: Account::default(),
            standing: start.standing,
            background: start.background,
            reduced_motion: start.reduced_motion,
            glyphs: Glyphs::default(),
            wall: Wall::default(),
            pace: Pace::default(),
            columns: start.columns,
            rows: start.rows,
            now: Moment::default(),
            notice: None,
            note_draft: String::new(),
            mouse_captured: true,
            quitting: false,
            runs: Runs::default(),
            next_request: 1,
            outbox: Vec::new(),
            navigation: Vec::new(),
            saving: BTreeSet::new(),
            writing: BTreeSet::new(),
        }
    }

    /// The lesson in hand.
    #[must_use]
    pub fn lesson(&self) -> &Lesson {
        &self.lessons[self.lesson]
    }

    /// The progress in the lesson in hand.
    #[must_use]
    pub fn progress(&self) -> &Progress {
        static NOTHING: Progress = Progress::new();
        self.progress.get(&self.lesson().id).unwrap_or(&NOTHING)
    }

    /// Asks the world for something; keep the id to know the answer.
    pub fn request(&mut self, effect: Effect) -> RequestId {
        let id = RequestId(self.next_request);
        self.next_request += 1;
        match effect {
            Effect::Save { .. } => {
                self.saving.insert(id);
            }
            Effect::Copy { .. } | Effect::Export(_) | Effect::Picture { .. } => {
                self.writing.insert(id);
            }
            _ => {}
        }
        self.outbox.push(EffectRequest { id, effect });
        id
    }

    /// Applies a change to the progress in hand and asks for it to be kept.
    pub fn save(&mut self, change: Change) {
        let lesson = self.lesson().id.clone();
        self.save_in(&lesson, change);
    }

    /// The same for a lesson that may have been left since.
    pub(crate) fn save_in(&mut self, lesson: &str, change: Change) {
        let lesson = lesson.to_owned();
        let progress = self.progress.entry(lesson.clone()).or_default();
        let before = progress.clone();
        progress.apply(&change);
        if *progress != before {
            self.request(Effect::Save { lesson, change });
        }
    }

    /// The meaning of a term, by its name or another one of its names.
    #[must_use]
    pub fn meaning(&self, term: &str) -> Option<&Term> {
        let is = |name: &String| name.eq_ignore_ascii_case(term);
        self.glossary
            .iter()
            .find(|meaning| is(&meaning.name) || meaning.also.iter().any(is))
    }

    /// Takes the progress as the store has it, after it cleared something.
    pub fn replace_progress(&mut self, lesson: String, progress: Progress) {
        self.progress.insert(lesson, progress);
        self.runs = Runs::default();
    }

    /// Clears the marks of one section (by its index) of the lesson in hand, or with `None` of everything, as a reset in
    /// the store does: also where there is no store that would say so.
    pub(crate) fn forget(&mut self, section: Option<usize>) {
        let Some(section) = section else {
            self.progress = forget::everything(&self.progress);
            self.runs = Runs::default();
            return;
        };
        let lesson = &self.lessons[self.lesson];
        let section = lesson.sections.get(section);
        if let (Some(progress), Some(section)) = (self.progress.get_mut(&lesson.id), section) {
            forget::section(progress, section);
        }
        self.runs = Runs::default();
    }

    pub fn push(&mut self, screen: Screen) {
        self.navigation.push(Navigation::Push(Box::new(screen)));
    }

    pub fn pop(&mut self) {
        self.navigation.push(Navigation::Pop);
    }

    pub fn replace(&mut self, screen: Screen) {
        self.navigation.push(Navigation::Replace(Box::new(screen)));
    }

    /// Leaves everything but home and opens a screen there.
    pub fn restart(&mut self, screen: Screen) {
        self.navigation.push(Navigation::Restart(Box::new(screen)));
    }

    /// Leaves everything and begins anew with a screen.
    pub fn begin(&mut self, screen: Screen) {
        self.navigation.push(Navigation::Begin(Box::new(screen)));
    }

    pub fn quit(&mut self) {
        self.navigation.push(Navigation::Quit);
    }

    pub fn go_home(&mut self) {
        self.navigation.push(Navigation::Home);
    }

    /// Says one line at the bottom until the next key.
    pub fn say(&mut self, text: impl Into<String>) {
        self.notice = Some(Notice {
            text: text.into(),
            bad: false,
        });
    }

    pub fn complain(&mut self, text: impl Into<String>) {
        self.notice = Some(Notice {
            text: text.into(),
            bad: true,
        });
    }

    /// What works on every screen: beside a server there is no lesson to go to, and before it is decided where steps go none yet.
    #[must_use]
    pub fn globals(&self) -> &'static [Action] {
        match self.standing {
            Standing::Serving(_) => key::SERVING,
            _ if self.account.undecided => key::UNDECIDED,
            _ => key::GLOBAL,
        }
    }

    /// Rows and columns of the body: what is left between header and footer.
    #[must_use]
    pub fn body(&self) -> (u16, u16) {
        (self.columns.saturating_sub(4), self.rows.saturating_sub(4))
    }

    #[must_use]
    pub fn too_small(&self) -> bool {
        self.columns < SMALLEST.0 || self.rows < SMALLEST.1
    }

    pub(crate) fn take_effects(&mut self) -> Vec<EffectRequest> {
        std::mem::take(&mut self.outbox)
    }

    pub(crate) fn take_navigation(&mut self) -> Vec<Navigation> {
        std::mem::take(&mut self.navigation)
    }

    /// Whether an answer was to a save or a copy, which no screen waits for; says what there is to say.
    pub(crate) fn settle(&mut self, id: RequestId, answer: &Answer) -> bool {
        if self.saving.remove(&id) {
            if let Answer::Failed { why } = answer {
                self.complain(format!("Not saved: {why}"));
            }
            return true;
        }
        if self.writing.remove(&id) {
            match answer {
                Answer::Exported { path } => self.say(format!("Written to {path}")),
                Answer::Failed { why } => self.complain(why.clone()),
                _ => {}
            }
            return true;
        }
        false
    }
}

/// Everything.
#[derive(Debug)]
pub struct State {
    pub shared: Shared,
    /// The last one is on top; never empty.
    pub screens: Vec<Screen>,
}

impl State {
    /// The program at its first screen.
    #[must_use]
    pub fn new(start: Start) -> Self {
        let shared = Shared::new(start);
        let home = Screen::home(&shared);
        Self {
            shared,
            screens: vec![home],
        }
    }

    /// Puts a section on top of home, or the question whether what it needs shall be built first. A section that the
    /// lesson doesn't have is left alone.
    pub fn open_section(&mut self, id: &str) {
        let section = self
            .shared
            .lesson()
            .sections
            .iter()
            .position(|section| section.id == id);
        if let Some(section) = section {
            crate::app::sections::open(section, &mut self.shared);
        }
    }

    /// Begins with what is found out about an account; `section` (its id) or home comes afterwards.
    pub fn begin_on_account(&mut self, ceiling: Picodollars, section: Option<String>) {
        self.shared.account.undecided = true;
        let preflight = PreflightScreen::new(ceiling, section);
        self.screens = vec![Screen::Preflight(Box::new(preflight))];
    }

    /// Begins at a demonstration instead of home: leaving it ends the program.
    pub fn begin_at(&mut self, demonstration: Screen) {
        self.screens = vec![demonstration];
    }

    /// The screen that has the focus.
    #[must_use]
    pub fn top(&self) -> &Screen {
        self.screens
            .last()
            .expect("the stack of screens is never empty")
    }

    /// The lowest screen that can be seen: everything above it is a pop-up.
    #[must_use]
    pub fn visible(&self) -> &[Screen] {
        let first = self
            .screens
            .iter()
            .rposition(|screen| !screen.component().popup())
            .unwrap_or(0);
        &self.screens[first..]
    }

    /// How long until the minutes on the screen change; `None` where none are shown.
    fn until_next_minute(&self) -> Option<Duration> {
        let shared = &self.shared;
        (shared.wall.projector && !shared.wall.blank && !shared.too_small())
            .then(|| shared.pace.until_next_minute(shared.now))
    }

    /// How long until something on the screen looks different although nothing moves: a figure of the last seconds, the minutes
    /// of a class; `None` where that never happens.
    #[must_use]
    pub fn rests_for(&self) -> Option<Duration> {
        if self.shared.too_small() || self.shared.wall.blank {
            return None;
        }
        let screens = self.visible().iter();
        let rests = screens.filter_map(|screen| screen.component().rests_for(&self.shared));
        rests.chain(self.until_next_minute()).min()
    }

    /// Whether anything on the screen moves by itself, so that ticks are needed.
    #[must_use]
    pub fn moving(&self) -> bool {
        !self.shared.too_small()
            && self
                .visible()
                .iter()
                .any(|screen| screen.component().moving())
    }
}

/// A page, as progress knows it.
#[must_use]
pub fn page_ref(section: &str, page: usize) -> PageRef {
    PageRef {
        section: section.to_owned(),
        page,
    }
}
