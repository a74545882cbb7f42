//! Carries out what the screen, `--plain` and `check` ask for; the one place where steps are run.
//!
//! ```text
//!   Effect ─→ carry_out ─┬ account     looks at an account, goes there and back
//!                        ├ cleanup     what is ours on an account, found and deleted
//!                        ├ step        seeds, the request, waiting for tables, expectations
//!                        ├ exercise    the learner's request, expectations, looks afterwards
//!                        ├ section     builds what a section needs by replaying the steps before it
//!                        ├ reset       archives, then clears
//!                        ├ browse      tables, partitions, items
//!                        ├ demo        the demonstrations, on scratch tables
//!                        ├ workshop    handlers, their checks, requests to them
//!                        ├ workshop    handlers of a learner's own: watched, tried, and behind an HTTP API
//!                        └ export      files for the learner
//! ```
//!
//! A [`Runner`] holds the target and the store. Simulated tables are swapped as a whole: what is built
//! for a section is built aside and takes the place of the old tables in one transaction.
//! Invariant: a change is durable before it is acknowledged, wherever there is a store.

pub mod account;
pub mod browse;
mod carry_out;
mod cleanup;
pub mod demo;
pub mod exercise;
pub mod expectations;
pub mod export;
pub mod requests;
pub mod reset;
pub mod section;
pub mod simulation;
pub mod step;
pub mod workshop;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{RwLock, RwLockReadGuard};

use crate::account::door::Door;
use crate::account::session::Session;
use crate::app::effect::RequestId;
use crate::learner::error::StoreError;
use crate::learner::store::{Keeping, Store};
use crate::lesson::ask::AskError;
use crate::lesson::model::Lesson;
use crate::simulator::journal::{Change, Journal, JournalError};
use crate::simulator::{Settings, Simulator, Stopwatch};
use crate::target::Target;
use crate::transport::in_process::Clock;
use crate::workshop::folder::FolderError;

/// Tells how many bytes of memory are free.
pub type MemoryGauge = Arc<dyn Fn() -> Option<u64> + Send + Sync>;

/// Gives bits that nobody can foresee, other ones each time.
pub type Chance = Arc<dyn Fn() -> std::io::Result<[u8; 16]> + Send + Sync>;

/// Makes the way to an account.
pub type MakeDoor = Box<dyn Fn() -> Result<Door, String> + Send + Sync>;

/// What a runner takes from outside.
#[derive(Clone)]
pub struct Outside {
    /// Wall-clock time.
    pub clock: Clock,
    /// Measures the simulated table's own work.
    pub stopwatch: Option<Stopwatch>,
    /// Bytes of memory that are free now; `None` where that can't be known.
    pub memory: MemoryGauge,
    /// Bits that nobody can foresee.
    pub chance: Chance,
    /// Where exports are written.
    pub exports: PathBuf,
}

/// Why something could not be done; each text says what to do.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(
        "the saved tables can't be used: {0}. Start with --fresh: they are then archived, not deleted"
    )]
    Restore(#[from] JournalError),
    #[error("there is no lesson {0:?}")]
    NoLesson(String),
    #[error("the lesson has no section {0:?}")]
    NoSection(String),
    #[error("the items this page needs could not be put into {table}: {why}")]
    Seed { table: String, why: String },
    #[error("the step {step} before this section did not do what it says: {why}")]
    Replay { step: String, why: String },
    #[error(
        "the section needs what is not on the server: {}. Sections are only built on the simulated table; on a server, go through the lesson from its beginning", .missing.join(", ")
    )]
    NotOnServer { missing: Vec<String> },
    #[error(
        "the section needs tables that are not on {place}: {}. On an account nothing is made but by a step that shows its cost first, so go through the lesson from the section that makes them; or leave --target aws out, and what is needed is built on the simulated table", .missing.join(", ")
    )]
    NotOnAccount { missing: Vec<String>, place: String },
    #[error("{0} can be done only on the simulated table")]
    SimulatedOnly(&'static str),
    #[error("the server could not be asked: {0}")]
    Unanswered(String),
    #[error("{path} could not be written: {source}")]
    Export {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("a table here has from 1 to {} partitions, not {}", crate::scene::count(demo::MOST_PARTITIONS.into()), crate::scene::count((*asked).into()))]
    Partitions { asked: u32 },
    #[error("a picture here holds {} keys at most, not {}", crate::scene::count(demo::hash::MOST_KEYS as u64), crate::scene::count(*asked as u64))]
    Keys { asked: usize },
    #[error("a table here has from 1 to {} items, not {}", crate::scene::count(*most), crate::scene::count(*asked))]
    Items { asked: u64, most: u64 },
    #[error("{} {what} a second can't be simulated: give a whole number from {} to {}", crate::scene::count(*asked), crate::scene::count(*least), crate::scene::count(*most))]
    Rate {
        asked: u64,
        what: &'static str,
        least: u64,
        most: u64,
    },
    #[error(
        "{} items take about {} of memory, and this machine has {} free: choose a smaller table, or close other programs", crate::scene::count(*items), crate::scene::bytes(*needed), crate::scene::bytes(*free)
    )]
    Memory { items: u64, needed: u64, free: u64 },
    #[error("the index {index} could not be built: {why}")]
    Index { index: String, why: String },
    #[error("a server gets from 1 to {} items, each in a request that is paid for, not {}", crate::scene::count(*most), crate::scene::count(*asked))]
    ItemsElsewhere { asked: u64, most: u64 },
    #[error("there is no server to measure on: start with --endpoint-url")]
    NoServer,
    #[error(
        "{table} is already on {server} and was not made by this race, so it is not touched: use an empty server, or delete it there yourself"
    )]
    Foreign { table: String, server: String },
    #[error("there is no account to go to: start with --target aws")]
    NoAccount,
    #[error("{0}")]
    Account(String),
    #[error("{0}")]
    Refused(String),
    #[error("{0}")]
    Ask(#[from] AskError),
    #[error(transparent)]
    Folder(#[from] FolderError),
    #[error("port {port} {}, so the HTTP API can't listen there. Choose another one with --port N; --port 0 takes any that is free", if .error.kind() == std::io::ErrorKind::AddrInUse { "is taken".to_owned() } else { format!("can't be used ({error})") })]
    Port { port: u16, error: std::io::Error },
    #[error("no port of this machine can be used: {0}")]
    NoPort(std::io::Error),
    #[error("the system gives no random numbers: {0}")]
    NoChance(std::io::Error),
    #[error("the workshop is closed")]
    NoWorkshop,
    #[error("{path} can't be read: {source}")]
    Unread {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("{0} was saved while it was tried, so nothing was planned. Try again")]
    SavedMeanwhile(&'static str),
    #[error("the handlers can't be tried now, so nothing was planned. Try again in a moment")]
    NotTried,
    #[error(
        "it was not sent: the API takes no requests until what is missing is installed, and a few at a time then"
    )]
    NotSent,
    #[error("stopped")]
    Stopped,
    #[error("the work was ended from outside: {0}")]
    Ended(String),
}

/// Holds the target and the store, and does the work. Shared between tasks.
pub struct Runner {
    lessons: Arc<[Lesson]>,
    /// Requests share it; swapping the simulated tables takes it alone.
    target: RwLock<Target>,
    store: Option<Arc<Store>>,
    outside: Outside,
    /// To an account, where one was asked for.
    door: Option<Arc<Door>>,
    /// Made when somebody goes to an account from a workshop without having asked for one before.
    later: Mutex<Option<Arc<Door>>>,
    make_door: Option<MakeDoor>,
    /// What is deployed there.
    there: workshop::on_account::There,
    /// Held by whoever makes or deletes a deployment's things there: one after the other.
    changing: tokio::sync::Mutex<()>,
    /// The session on the account the target is, or was.
    session: Mutex<Option<Arc<Session>>>,
    /// What is cleaned up on that account.
    cleaning: Mutex<cleanup::Cleaning>,
    cancelled: Mutex<BTreeSet<RequestId>>,
    /// Those that are open.
    workshops: workshop::Workshops,
    /// The table of the last race.
    scratch: demo::race::Scratch,
}

impl Runner {
    /// On the simulated table, with the tables that the store kept. Without a store, everything starts empty and nothing is kept.
    pub fn simulated(
        lessons: Arc<[Lesson]>,
        store: Option<Arc<Store>>,
        outside: Outside,
    ) -> Result<Self, RunError> {
        let tables = match &store {
            Some(store) => store.contents()?.tables,
            None => Vec::new(),
        };
        let target = simulated_target(&outside, store.as_ref(), tables)?;
        Ok(Self::new(lessons, target, store, outside))
    }

    /// On a server.
    #[must_use]
    pub fn on(
        lessons: Arc<[Lesson]>,
        target: Target,
        store: Option<Arc<Store>>,
        outside: Outside,
    ) -> Self {
        Self::new(lessons, target, store, outside)
    }

    /// On an account, without a store and without a way back.
    #[must_use]
    pub fn on_account(
        lessons: Arc<[Lesson]>,
        target: Target,
        session: Arc<Session>,
        outside: Outside,
    ) -> Self {
        let runner = Self::new(lessons, target, None, outside);
        *runner.session() = Some(session);
        runner
    }

    fn new(
        lessons: Arc<[Lesson]>,
        target: Target,
        store: Option<Arc<Store>>,
        outside: Outside,
    ) -> Self {
        Self {
            lessons,
            target: RwLock::new(target),
            store,
            outside,
            door: None,
            later: Mutex::default(),
            make_door: None,
            there: workshop::on_account::There::default(),
            changing: tokio::sync::Mutex::default(),
            session: Mutex::default(),
            cleaning: Mutex::default(),
            cancelled: Mutex::default(),
            workshops: workshop::Workshops::default(),
            scratch: demo::race::Scratch::default(),
        }
    }

    /// The same, with a way to an account that may be taken while the program runs.
    #[must_use]
    pub fn with_account(self, door: Arc<Door>) -> Self {
        Self {
            door: Some(door),
            ..self
        }
    }

    /// The same, with a way that is only made when it is taken: until then nothing of an account is looked at.
    #[must_use]
    pub fn with_account_later(self, make: MakeDoor) -> Self {
        Self {
            make_door: Some(make),
            ..self
        }
    }

    fn door(&self) -> Result<Arc<Door>, RunError> {
        if let Some(door) = &self.door {
            return Ok(Arc::clone(door));
        }
        let make = self.make_door.as_ref().ok_or(RunError::NoAccount)?;
        // It is put there as a whole.
        let mut later = self.later.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(door) = &*later {
            return Ok(Arc::clone(door));
        }
        let door = Arc::new(make().map_err(RunError::Account)?);
        Ok(Arc::clone(later.insert(door)))
    }

    fn session(&self) -> MutexGuard<'_, Option<Arc<Session>>> {
        // It is replaced as a whole, so it is whole even if a holder died.
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The target as it is now; a section that is opened may put another simulated table in its place.
    pub async fn target(&self) -> Target {
        self.target.read().await.clone()
    }

    /// The target for a request, and what keeps simulated tables from being swapped meanwhile. On an account nothing does: a
    /// wait there must not hold up whoever goes on with the simulated table.
    async fn to_send(&self) -> (Target, Option<RwLockReadGuard<'_, Target>>) {
        let held = self.target.read().await;
        let target = held.clone();
        let held = target.simulator().is_some().then_some(held);
        (target, held)
    }

    /// Whether what is done here is kept.
    #[must_use]
    pub fn keeping(&self) -> Option<Keeping> {
        self.store.as_ref().map(|store| store.keeping())
    }

    #[must_use]
    pub fn store(&self) -> Option<&Arc<Store>> {
        self.store.as_ref()
    }

    #[must_use]
    pub fn outside(&self) -> &Outside {
        &self.outside
    }

    fn lessons(&self) -> &[Lesson] {
        &self.lessons
    }

    fn lesson(&self, id: &str) -> Result<&Lesson, RunError> {
        self.lessons
            .iter()
            .find(|lesson| lesson.id == id)
            .ok_or_else(|| RunError::NoLesson(id.to_owned()))
    }

    /// Notes that nobody waits for a request's answer any more; long work looks between its pages.
    pub fn cancel(&self, id: RequestId) {
        self.cancelled
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(id);
        self.workshops.leave(id);
    }

    /// Whether a request was cancelled.
    #[must_use]
    pub fn is_cancelled(&self, id: RequestId) -> bool {
        self.cancelled
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .contains(&id)
    }

    /// Store calls wait for the disk, so they run on a blocking thread.
    async fn with_store<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<Option<T>, RunError> {
        let Some(store) = self.store.clone() else {
            return Ok(None);
        };
        blocking(move || work(&store))
            .await?
            .map(Some)
            .map_err(RunError::Store)
    }
}

/// Runs synchronous work beside the event loop.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, RunError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| RunError::Ended(error.to_string()))
}

/// A simulated table with these contents that journals into the store, behind the SDK.
fn simulated_target(
    outside: &Outside,
    store: Option<&Arc<Store>>,
    tables: Vec<Change>,
) -> Result<Target, RunError> {
    let journal = store.map(|store| Arc::clone(store) as Arc<dyn Journal>);
    let simulator = Simulator::new(settings(outside, journal));
    simulator.restore(tables)?;
    Ok(Target::simulated(
        Arc::new(simulator),
        Arc::clone(&outside.clock),
    ))
}

fn settings(outside: &Outside, journal: Option<Arc<dyn Journal>>) -> Settings {
    Settings {
        journal,
        // Ids differ from run to run as they do on AWS.
        seed: (outside.clock)().millis(),
        stopwatch: outside.stopwatch.clone(),
        ..Settings::default()
    }
}
