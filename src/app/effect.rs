//! What the app asks the world to do, and what comes back.
//!
//! ```text
//!   update ──EffectRequest{id, effect}──→ runner (or the terminal) ──(id, Answer)──→ Message::Answer
//! ```
//!
//! The app itself does no I/O. Every request carries an id; an answer whose id nobody waits for any
//! more is dropped. Long work may answer with [`Answer::Working`] any number of times before its last answer.
//! Invariant: each effect names its last answer in its documentation, and any of them may be [`Answer::Failed`] instead.

pub mod deployment;
pub mod workshop;

use serde_json::Value;

use crate::account::ledger::Kind;
use crate::account::preflight::{Finding, Preflight};
use crate::app::account::cleanup::Found;
use crate::app::account::{Books, Reckoner};
use crate::app::race::run::{self, RaceReport, RaceRun};
use crate::deployment::{Deployed, Plan, Progress, Stopped};
use crate::learner::progress::Change;
use crate::lesson::key::{HashFunction, HashTable, KeyText};
use crate::lesson::model::{Exercise, HashDemo, Seed, Step, TrafficDemo};
use crate::lesson::traffic::{Design, Load};
use crate::scene::race::growth::Point;
use crate::scene::workshop::Way;
use crate::scene::{hash, traffic};
use crate::simulator::trace::{CapacityUnits, PartitionState};
use crate::target::exchange::{Exchange, Happening, Place};

/// Ties an answer to its question; never used twice in one run of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub u64);

#[derive(Debug, Clone, PartialEq)]
pub struct EffectRequest {
    pub id: RequestId,
    pub effect: Effect,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Puts the page's seeds, then sends the step's request, then holds the answer against what the step must show.
    /// Last answer: [`Answer::Step`].
    RunStep {
        lesson: String,
        seeds: Vec<Seed>,
        step: Box<Step>,
    },
    /// Sends what stands in the editor (as it stands there, valid or not), then the exercise's own checks.
    /// Last answer: [`Answer::Exercise`].
    RunExercise {
        lesson: String,
        seeds: Vec<Seed>,
        exercise: Box<Exercise>,
        body: String,
    },
    /// Builds what a section needs by replaying the steps before it; what the lesson's tables hold is archived first.
    /// Simulated table only. Last answer: [`Answer::SectionReady`].
    OpenSection { lesson: String, section: String },
    /// Looks at the account before anything happens there; each finding is an [`Answer::Finding`] as soon as it is known.
    /// Last answer: [`Answer::Preflight`].
    Preflight,
    /// Steps go to the account that was looked at from here on. Last answer: [`Answer::Entered`].
    EnterAccount(Box<Preflight>),
    /// Steps go to the simulated table from here on; what a page of a section needs is built there, as for
    /// [`Effect::OpenSection`]. Last answer: [`Answer::SectionReady`].
    GoOnSimulated {
        lesson: String,
        section: String,
        /// Index of the page.
        page: usize,
    },
    /// Looks through the account's region for what is ours, also when steps have gone on with the simulated table since.
    /// Last answer: [`Answer::Ours`].
    LookForOurs,
    /// Deletes what the last look found to be ours, by kind and key; each is an [`Answer::Deleted`] as soon as it is known. Last
    /// answer: [`Answer::Ours`], what is there then.
    DeleteOurs { things: Vec<(Kind, String)> },
    /// Archives and then clears the progress and tables of one section, or with `None` of everything.
    /// Last answer: [`Answer::Reset`].
    Reset {
        lesson: String,
        section: Option<String>,
    },
    /// Creates scratch tables with the demonstration's partitions and puts an item for each key into each of them; on a server
    /// also into a table of ours there. Last answer: [`Answer::Hash`].
    RunHash(Box<HashRun>),
    /// Fills a scratch table (or takes the one that is as large already), builds the indexes that are asked for, and reads
    /// it in both ways, page by page. Last answer: [`Answer::Race`].
    RunRace(Box<RaceRun>),
    /// Sends minutes of traffic to a scratch table with limits, and folds what happened. Last answer: [`Answer::Traffic`].
    RunTraffic(Box<TrafficRun>),
    /// The same at several sizes, each on a table of its own. Last answer: [`Answer::Growth`].
    RunGrowth(Box<RaceRun>),
    /// The same on the server the program talks to, on a table that is made for it and deleted afterwards.
    /// Last answer: [`Answer::MeasuredRace`].
    MeasureRace(Box<RaceRun>),
    /// All tables with their partitions. Last answer: [`Answer::Tables`].
    BrowseTables,
    /// A stretch of one partition's items in stored order. Last answer: [`Answer::Items`].
    BrowseItems {
        table: String,
        partition: u32,
        first_rank: u64,
        count: usize,
    },
    /// The items of one table in stored order, at most `count`, for the small grid under a step. Last answer: [`Answer::Grid`].
    Grid { table: String, count: usize },
    /// Keeps one change; durable when answered. Last answer: [`Answer::Saved`].
    Save { lesson: String, change: Change },
    /// Writes a file for the learner. Last answer: [`Answer::Exported`].
    Export(Export),
    /// Copies by OSC 52 (the terminal does that) and writes the same text to a file. Last answer: [`Answer::Exported`].
    Copy { name: String, text: String },
    /// Writes the screen as it stands as a picture under a name; the terminal draws it and hands it on as an
    /// [`Effect::Export`]. Last answer: [`Answer::Exported`].
    Picture { name: String },
    /// Opens a workshop, and stays there until it is cancelled: what happens is an [`Answer::Workshop`] each. No last answer, unless
    /// it can't be opened.
    OpenWorkshop(Box<workshop::Begin>),
    /// Something to do in a workshop, which is known by the request that opened it. Last answer: its order's.
    InWorkshop {
        workshop: RequestId,
        order: workshop::Order,
    },
    /// Something to do on an account with the handlers of a workshop, which is known by the request that opened it. Last answer:
    /// its order's.
    OnAccount {
        workshop: RequestId,
        order: deployment::Order,
    },
    /// Stops the work of an earlier request between two of its pages; no answer.
    Cancel(RequestId),
    /// The terminal takes or releases the mouse; no answer.
    CaptureMouse(bool),
    /// Leaves the screen to the shell until the program is continued; no answer.
    Suspend,
    /// Ends the program when everything asked before is done; no answer.
    Quit,
}

/// One run of the hash demonstration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HashRun {
    pub table: HashTable,
    /// Another one that gets the same keys.
    pub other: Option<HashTable>,
    /// The keys as they stand on the screen, the learner's own included.
    pub keys: Vec<KeyText>,
}

impl HashRun {
    /// What the author wrote, without a second table; `today` as `2026-11-25`.
    #[must_use]
    pub fn of(demo: &HashDemo, today: &str) -> Self {
        Self {
            table: demo.table.clone(),
            other: None,
            keys: demo.keys.listed(today),
        }
    }
}

/// One run of traffic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrafficRun {
    pub table: String,
    pub design: Design,
    pub load: Load,
}

impl From<&TrafficDemo> for TrafficRun {
    fn from(demo: &TrafficDemo) -> Self {
        Self {
            table: demo.table.clone(),
            design: demo.design,
            load: demo.load,
        }
    }
}

/// What a learner takes along; the runner writes it as a file and answers with its path.
#[derive(Debug, Clone, PartialEq)]
pub enum Export {
    /// The parking lot, as Markdown.
    Notes { lesson: String },
    /// Progress, answers and goals, as Markdown.
    Progress { lesson: String },
    /// Any text under a name, such as a picture.
    File { name: String, text: String },
}

#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// How far a long work is.
    Working {
        done: u64,
        total: u64,
        what: String,
    },
    /// What goes on while an account is waited for; as often as there is something.
    Happening(Happening),
    /// How an account stands after something was sent there; besides the last answer.
    Books(Books),
    Finding(Finding),
    Preflight(Box<Preflight>),
    Entered {
        place: Place,
        books: Books,
        reckoner: Reckoner,
    },
    Ours(Box<Found>),
    /// A thing that was to be deleted is gone, or why it is not.
    Deleted {
        kind: Kind,
        name: String,
        /// By what requests name it.
        key: String,
        why: Option<String>,
    },
    Step(Box<StepReport>),
    Exercise(Box<ExerciseReport>),
    SectionReady(SectionReport),
    Reset(ResetReport),
    Hash(Box<HashReport>),
    Race(Box<RaceReport>),
    Traffic(Box<traffic::Record>),
    /// Measured points, in the order of their sizes.
    Growth(Vec<Point>),
    /// What a server said of both sides of a race.
    MeasuredRace(run::Measured),
    Tables(Vec<TableView>),
    Items(ItemsView),
    Grid(GridView),
    Workshop(Box<workshop::Told>),
    /// The way of a request that was sent from a workshop's screen.
    Way(Box<Way>),
    /// The same while more of it may become known.
    WaySoFar(Box<Way>),
    /// What taking a workshop's handlers to an account makes.
    Planned(Box<Plan>),
    /// Something that happened while it was made.
    Deploying(Box<Progress>),
    Deployed(Box<Deployed>),
    /// It does not stand as planned: why, and what to do.
    Stopped(Box<Stopped>),
    Saved,
    Exported {
        path: String,
    },
    /// It did not work: why, and what to do, in words for the learner.
    Failed {
        why: String,
    },
}

/// An expectation that did not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The lesson's own words for it.
    pub because: String,
    /// What was there instead: `/Count was 3`.
    pub saw: String,
}

#[derive(Debug, Clone, PartialEq)]
pub struct StepReport {
    pub exchange: Exchange,
    /// Empty when the step did what it says.
    pub failures: Vec<Failure>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct ExerciseReport {
    /// The learner's own request.
    pub exchange: Exchange,
    /// Of the request and of the looks afterwards; empty when the exercise is solved.
    pub failures: Vec<Failure>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SectionReport {
    pub section: String,
    /// Steps replayed.
    pub replayed: usize,
    /// Where what was there is kept; `None` when there was nothing.
    pub archive: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResetReport {
    pub archive: Option<String>,
}

/// Where the items went.
#[derive(Debug, Clone, PartialEq)]
pub struct HashReport {
    /// One arrival for each key that was not refused, in their order.
    pub record: hash::Record,
    /// The second table's.
    pub other: Option<hash::Record>,
    /// In the order of the keys.
    pub refused: Vec<Refused>,
    /// Where the steps talk to a server.
    pub measured: Option<Measured>,
}

/// A key that is not in the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Of the key.
    pub index: usize,
    /// In the service's own words.
    pub why: String,
}

/// What a server said about a table of ours with the same keys.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Measured {
    pub server: String,
    pub puts: u64,
    /// Puts that were refused because they came too fast.
    pub throttled: u64,
    pub written: CapacityUnits,
    /// Items and pages of one Scan.
    pub scanned: u64,
    pub pages: u64,
    pub read: CapacityUnits,
    /// In the order of the Scan.
    pub order: Vec<KeyText>,
    /// The function in whose order they came, if it is one of those we know.
    pub follows: Option<HashFunction>,
    /// Keys that were not put there, because they are too many.
    pub left_out: u64,
    /// Why there is no more than that.
    pub trouble: Option<String>,
}

/// A table as the browser shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableView {
    pub name: String,
    /// Name and type (`S`, `N`, `B`) of the partition key.
    pub partition_key: (String, String),
    pub sort_key: Option<(String, String)>,
    pub items: u64,
    pub bytes: u64,
    /// In order of their hash range.
    pub partitions: Vec<PartitionState>,
}

/// A stretch of a partition.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemsView {
    pub table: String,
    pub partition: u32,
    pub first_rank: u64,
    /// In stored order.
    pub items: Vec<StoredItem>,
}

/// An item where it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredItem {
    /// Hash of its partition key.
    pub hash: u64,
    /// Its size as `DynamoDB` counts it.
    pub bytes: u64,
    /// In typed JSON.
    pub item: Value,
}

/// A table's items for a small grid.
#[derive(Debug, Clone, PartialEq)]
pub struct GridView {
    pub table: String,
    /// Key attributes, which come first in the grid.
    pub keys: Vec<String>,
    /// In typed JSON.
    pub items: Vec<Value>,
    /// How many the table has in all.
    pub total: u64,
}
