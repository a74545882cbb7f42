//! A screen and how it plugs in.
//!
//! Each screen is a [`Component`]: it says which actions work now, reacts to them, and takes the answers it
//! asked for. It never draws; `ui` draws it from its public fields. To add a screen: a module here with its
//! component, a variant of [`Screen`], a line in [`Screen::component`] and its twin, and a drawing in `ui`.
//! Invariant: a component changes nothing outside itself except through [`Shared`].

use std::time::Duration;

use crate::app::account::cleanup::CleanupScreen;
use crate::app::account::preflight::PreflightScreen;
use crate::app::code::CodeScreen;
use crate::app::confirm::ConfirmScreen;
use crate::app::demo::Guess;
use crate::app::effect::{Answer, RequestId};
use crate::app::exchange::ExchangeScreen;
use crate::app::glossary::GlossaryScreen;
use crate::app::hash::HashScreen;
use crate::app::help::HelpScreen;
use crate::app::home::Home;
use crate::app::key::{Action, Key};
use crate::app::layout::View;
use crate::app::lesson::LessonScreen;
use crate::app::notes::{NoteEntry, NotesScreen};
use crate::app::race::RaceScreen;
use crate::app::search::SearchScreen;
use crate::app::sections::SectionsScreen;
use crate::app::serve::ServeScreen;
use crate::app::state::{Mouse, Shared};
use crate::app::tables::TablesScreen;
use crate::app::traffic::{self, TrafficScreen};
use crate::app::workshop::WorkshopScreen;
use crate::app::workshop::deploy::DeployScreen;
use crate::app::workshop::reading::ReadingScreen;
use crate::app::workshop::sending::SendingScreen;
use crate::app::workshop::way::WayScreen;
use crate::scene::Position;
use crate::target::exchange::{Place, TargetName};

/// What the header says about a screen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Title {
    /// `6 · Structure`.
    pub text: String,
    /// Page and pages, from 1.
    pub progress: Option<(usize, usize)>,
    /// More words on the rule, before the target: a table's name.
    pub note: Option<String>,
    /// Planned minutes, for the right end of the footer.
    pub minutes: Option<u32>,
}

/// A question before the program ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parting {
    pub title: String,
    pub words: String,
    /// What can be typed afterwards.
    pub command: Option<String>,
}

pub trait Component {
    fn title(&self, shared: &Shared) -> Title;

    /// What works now, the most important first; the footer shows as many as fit. The actions of
    /// [`crate::app::key::GLOBAL`] work besides, without being listed.
    fn actions(&self, shared: &Shared) -> Vec<Action>;

    /// Which of those do nothing just now, or only say what comes first: no room of the footer is for them.
    fn idle(&self, _shared: &Shared) -> Vec<Action> {
        Vec::new()
    }

    /// Does one of the actions it listed.
    fn act(&mut self, action: Action, shared: &mut Shared);

    /// Whether a text field has the focus: then every printable key goes to [`Component::key`] first, and only
    /// listed actions, Ctrl-C and Ctrl-Z work.
    fn writing(&self) -> bool {
        false
    }

    /// A key for the text field; false if the field has no use for it.
    fn key(&mut self, _key: Key, _shared: &mut Shared) -> bool {
        false
    }

    /// Whether pasted text means something here; it always does in a text field.
    fn takes_paste(&self) -> bool {
        self.writing()
    }

    /// Pasted text, control characters already harmless; line feeds are kept.
    fn paste(&mut self, _text: &str, _shared: &mut Shared) {}

    /// A click or the wheel, wherever it was outside header and footer.
    fn mouse(&mut self, _mouse: Mouse, _shared: &mut Shared) {}

    /// An answer; true if this screen asked for it. A screen that has asked anew since returns false for the old one.
    fn answer(&mut self, _id: RequestId, _answer: &Answer, _shared: &mut Shared) -> bool {
        false
    }

    /// Whether something moves by itself; only then is [`Component::tick`] called.
    fn moving(&self) -> bool {
        false
    }

    /// How long until it looks different although nothing moves and nothing comes; `None` where it never does.
    fn rests_for(&self, _shared: &Shared) -> Option<Duration> {
        None
    }

    /// What is asked before the program ends, where something would be lost that is nowhere else.
    fn parting(&self, _shared: &Shared) -> Option<Parting> {
        None
    }

    /// Time passed; `shared.now` says how late it is.
    fn tick(&mut self, _shared: &mut Shared) {}

    /// The screen came on top: for the first time, or because the one above it was closed, or the terminal changed its size.
    fn shown(&mut self, _shared: &mut Shared) {}

    /// While it was on top, [`Books`](crate::app::account::Books) came.
    fn booked(&mut self, _shared: &mut Shared) {}

    /// The screen goes away, or the program ends: the last moment to hand over what was written.
    fn leave(&mut self, _shared: &mut Shared) {}

    /// The screen as papers; `None` for a screen that `ui` draws from its fields.
    fn view(&self, _shared: &Shared) -> Option<View> {
        None
    }

    /// Whether it is drawn above the screen below instead of in its place.
    fn popup(&self) -> bool {
        false
    }
}

/// Every screen there is.
#[derive(Debug)]
pub enum Screen {
    Preflight(Box<PreflightScreen>),
    Cleanup(Box<CleanupScreen>),
    Home(Home),
    Lesson(Box<LessonScreen>),
    Hash(Box<HashScreen>),
    Race(Box<RaceScreen>),
    Traffic(Box<TrafficScreen>),
    Serve(Box<ServeScreen>),
    Workshop(Box<WorkshopScreen>),
    Way(Box<WayScreen>),
    Sending(Box<SendingScreen>),
    Deploy(Box<DeployScreen>),
    Reading(Box<ReadingScreen>),
    Tables(Box<TablesScreen>),
    Exchange(Box<ExchangeScreen>),
    Code(CodeScreen),
    Notes(NotesScreen),
    NoteEntry(NoteEntry),
    Glossary(GlossaryScreen),
    Search(SearchScreen),
    Sections(SectionsScreen),
    Help(HelpScreen),
    Confirm(ConfirmScreen),
}

impl Screen {
    #[must_use]
    pub fn home(shared: &Shared) -> Self {
        Self::Home(Home::new(shared))
    }

    /// A page of the lesson in hand.
    #[must_use]
    pub fn lesson(section: usize, page: usize, shared: &Shared) -> Self {
        Self::Lesson(Box::new(LessonScreen::new(section, page, shared)))
    }

    /// Traffic on a table of its own.
    #[must_use]
    pub fn traffic(table: &str) -> Self {
        Self::Traffic(Box::new(TrafficScreen::new(traffic::demo(table))))
    }

    /// Whether it shows what a scratch table of this program does.
    #[must_use]
    pub fn is_demonstration(&self) -> bool {
        matches!(self, Self::Hash(_) | Self::Race(_) | Self::Traffic(_))
    }

    /// The account that a screen is about, also while the steps of the lesson go elsewhere.
    #[must_use]
    pub fn account(&self) -> Option<&Place> {
        match self {
            Self::Deploy(screen) => Some(&screen.place),
            Self::Way(screen) => screen.account.as_ref(),
            Self::Reading(screen) => screen.account.as_ref(),
            Self::Exchange(screen) => match &screen.exchange.target {
                TargetName::Account(place) => Some(place),
                TargetName::Simulated | TargetName::Endpoint(_) => None,
            },
            _ => None,
        }
    }

    /// How far a demonstration, or a request on its way, is.
    #[must_use]
    pub fn position(&self) -> Option<Position> {
        match self {
            Self::Hash(screen) => Some(screen.position()),
            Self::Race(screen) => Some(screen.position()),
            Self::Traffic(screen) => Some(screen.position()),
            Self::Way(screen) => Some(screen.position()),
            _ => None,
        }
    }

    /// Whether a demonstration stands before its first moment.
    #[must_use]
    pub fn at_start(&self) -> bool {
        self.position() == Some(Position::default())
    }

    /// Moments of a demonstration; `None` where there is no picture yet, or never is one.
    #[must_use]
    pub fn moments(&self) -> Option<usize> {
        match self {
            Self::Hash(screen) => Some(screen.script()?.timeline().moments()),
            Self::Race(screen) => Some(screen.race.as_ref()?.script.timeline().moments()),
            Self::Traffic(screen) => Some(screen.shown.as_ref()?.script.timeline().moments()),
            Self::Way(screen) => Some(screen.script.moments().len()),
            _ => None,
        }
    }

    /// Why a demonstration does not show what it was asked to.
    #[must_use]
    pub fn problem(&self) -> Option<&str> {
        match self {
            Self::Hash(screen) => screen.problem.as_deref(),
            Self::Race(screen) => screen.problem.as_deref(),
            Self::Traffic(screen) => screen.problem.as_deref(),
            _ => None,
        }
    }

    /// Puts a demonstration where so many moments have happened, whatever was predicted: for a picture that nobody answers.
    pub fn seek(&mut self, stop: usize) {
        match self {
            Self::Hash(screen) => {
                if let Some(picture) = &screen.picture {
                    let timeline = picture.script.timeline();
                    screen.clock.playhead.seek(timeline, stop, None);
                }
            }
            Self::Race(screen) => {
                if let Some(race) = &screen.race {
                    screen
                        .clock
                        .playhead
                        .seek(race.script.timeline(), stop, None);
                    screen.guess.get_or_insert(Guess::DontKnow);
                }
            }
            Self::Way(screen) => screen.seek(stop),
            Self::Traffic(screen) => {
                if let Some(shown) = &screen.shown {
                    screen
                        .clock
                        .playhead
                        .seek(shown.script.timeline(), stop, None);
                    screen.guess.get_or_insert(Guess::DontKnow);
                }
            }
            _ => {}
        }
    }

    #[must_use]
    pub fn component(&self) -> &dyn Component {
        match self {
            Self::Preflight(screen) => screen.as_ref(),
            Self::Cleanup(screen) => screen.as_ref(),
            Self::Home(screen) => screen,
            Self::Lesson(screen) => screen.as_ref(),
            Self::Hash(screen) => screen.as_ref(),
            Self::Race(screen) => screen.as_ref(),
            Self::Traffic(screen) => screen.as_ref(),
            Self::Serve(screen) => screen.as_ref(),
            Self::Workshop(screen) => screen.as_ref(),
            Self::Way(screen) => screen.as_ref(),
            Self::Sending(screen) => screen.as_ref(),
            Self::Deploy(screen) => screen.as_ref(),
            Self::Reading(screen) => screen.as_ref(),
            Self::Tables(screen) => screen.as_ref(),
            Self::Exchange(screen) => screen.as_ref(),
            Self::Code(screen) => screen,
            Self::Notes(screen) => screen,
            Self::NoteEntry(screen) => screen,
            Self::Glossary(screen) => screen,
            Self::Search(screen) => screen,
            Self::Sections(screen) => screen,
            Self::Help(screen) => screen,
            Self::Confirm(screen) => screen,
        }
    }

    pub fn component_mut(&mut self) -> &mut dyn Component {
        match self {
            Self::Preflight(screen) => screen.as_mut(),
            Self::Cleanup(screen) => screen.as_mut(),
            Self::Home(screen) => screen,
            Self::Lesson(screen) => screen.as_mut(),
            Self::Hash(screen) => screen.as_mut(),
            Self::Race(screen) => screen.as_mut(),
            Self::Traffic(screen) => screen.as_mut(),
            Self::Serve(screen) => screen.as_mut(),
            Self::Workshop(screen) => screen.as_mut(),
            Self::Way(screen) => screen.as_mut(),
            Self::Sending(screen) => screen.as_mut(),
            Self::Deploy(screen) => screen.as_mut(),
            Self::Reading(screen) => screen.as_mut(),
            Self::Tables(screen) => screen.as_mut(),
            Self::Exchange(screen) => screen.as_mut(),
            Self::Code(screen) => screen,
            Self::Notes(screen) => screen,
            Self::NoteEntry(screen) => screen,
            Self::Glossary(screen) => screen,
            Self::Search(screen) => screen,
            Self::Sections(screen) => screen,
            Self::Help(screen) => screen,
            Self::Confirm(screen) => screen,
        }
    }
}
