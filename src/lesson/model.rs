//! What a lesson is once it has been read: plain data that every other room shares.
//!
//! ```text
//!   Lesson ─ sections ─ pages ─ before   prose shown at once
//!                             ├ predict  a question to commit to before the result
//!                             ├ activity at most one: step, hash, race, exercise, …
//!                             └ after    prose shown when the activity is done
//! ```
//!
//! Invariant: ids are unique within a lesson, and every page has at most one activity.

use std::collections::BTreeMap;

use serde_json::Value;

use super::ask::{Ask, Way};
use super::key::{HashTable, KeyText};
use super::preset::Preset;
use super::traffic::{Design, Load};

/// Where something stands in a lesson's files; lines and columns count from 1.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// The file's path below the lessons directory.
    pub file: String,
    pub line: usize,
    pub column: usize,
}

/// A whole lesson.
#[derive(Debug, Clone, PartialEq)]
pub struct Lesson {
    /// The directory's name, `06-dynamodb`; what progress is kept under.
    pub id: String,
    /// The course session's number, as a learner types it: `06`.
    pub session: String,
    pub title: String,
    /// One sentence for the home screen and `dynatour lessons`.
    pub summary: String,
    pub course: String,
    /// The region the lesson is written for.
    pub region: String,
    /// Named addresses that prose links to as `link:name`, and that screens show whole.
    pub links: BTreeMap<String, Link>,
    pub goals: Vec<Goal>,
    pub sections: Vec<Section>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub title: String,
    pub address: String,
}

/// A goal of the session with its marks; done when the named steps are done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Goal {
    pub id: String,
    pub text: String,
    /// Steps, exercises or demonstrations (their ids) that tick this goal.
    pub steps: Vec<String>,
    /// Whether the goal has a second mark, "done from Lambda", which the learner sets.
    pub lambda: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// The file's name without its number: `structure`.
    pub id: String,
    /// From 1, in the order of the files.
    pub number: usize,
    pub title: String,
    /// Planned minutes in class.
    pub minutes: u32,
    pub simulation: Simulation,
    pub pages: Vec<Page>,
    pub place: Place,
}

/// What the simulated table makes visible while a section's requests are sent; nothing unless the section says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Simulation {
    /// Limits of capacity, and splits of partitions.
    pub throttling: Option<Throttling>,
    /// How old the state is that eventually consistent reads see, in seconds.
    pub stale_reads: u64,
    /// How long global indexes follow their table later, in seconds.
    pub index_delay: u64,
    /// How long tables are being created, changed and deleted, in seconds.
    pub table_delay: u64,
    /// How long expired items are still read, in seconds.
    pub expiry_delay: u64,
}

/// How much a partition serves and holds, so that a few items show what takes many on AWS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Throttling {
    /// Divides what a partition serves (3,000 read and 1,000 write units a second) and holds (10 GB).
    pub scale: u64,
    /// What a partition holds, where the scale's part of 10 GB is not what the section wants.
    pub partition_bytes: Option<u64>,
    /// After how many seconds a hot partition is split.
    pub heat: Option<u64>,
    /// After how many seconds an on-demand table has grown for a new peak.
    pub growth: Option<u64>,
}

/// What is on the screen between two pauses.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// The page's heading, or the section's title.
    pub title: String,
    pub before: Vec<Block>,
    pub predict: Option<Predict>,
    pub activity: Option<Activity>,
    pub after: Vec<Block>,
    /// For the presenter only.
    pub notes: Vec<String>,
    /// Items that must be in place before the activity; put with ordinary requests when the page opens.
    pub seeds: Vec<Seed>,
    pub place: Place,
}

/// Prose, as blocks.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    Heading(Vec<Inline>),
    Paragraph(Vec<Inline>),
    List {
        /// The first number of an ordered list.
        start: Option<u64>,
        items: Vec<Vec<Block>>,
    },
    Quote(Vec<Block>),
    /// A fenced block that is no directive; `language` may be empty.
    Code {
        language: String,
        text: String,
    },
    /// A callout from a `note` directive.
    Note(Vec<Block>),
    Table {
        header: Vec<Vec<Inline>>,
        rows: Vec<Vec<Vec<Inline>>>,
    },
    Rule,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inline {
    Text(String),
    Strong(Vec<Inline>),
    Emphasis(Vec<Inline>),
    Code(String),
    /// `address` is already resolved when it was `link:name`.
    Link {
        text: Vec<Inline>,
        address: String,
    },
    /// A glossary term, written `[text](term:name)`.
    Term {
        text: Vec<Inline>,
        term: String,
    },
    Break,
}

/// A question that is answered before the result is shown; "I don't know" is always one more choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Predict {
    pub id: String,
    pub question: String,
    pub choices: Vec<String>,
    /// Index into `choices`.
    pub answer: usize,
    /// Why, in one or two sentences; shown with the result whatever was answered.
    pub because: String,
    pub place: Place,
}

/// The one thing to do on a page.
#[derive(Debug, Clone, PartialEq)]
pub enum Activity {
    Step(Step),
    Hash(HashDemo),
    Race(RaceDemo),
    Traffic(TrafficDemo),
    Exercise(Exercise),
    Quiz(Quiz),
    Checklist(Checklist),
    Calculator(Calculator),
    /// The lesson's goals with their marks.
    Goals {
        id: String,
        place: Place,
    },
    /// The learner's own handlers, in a folder.
    Workshop {
        id: String,
        place: Place,
    },
    /// The notes so far, to review and export.
    ParkingLot {
        id: String,
        place: Place,
    },
}

/// One DynamoDB request and what it must show.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    pub id: String,
    pub request: Request,
    pub expect: Expect,
    /// The section's.
    pub simulation: Simulation,
    pub place: Place,
}

/// A request in the API's own form.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// `PutItem`, …: one of [`OPERATIONS`].
    pub operation: String,
    /// The body; an object.
    pub body: Value,
}

impl Request {
    /// The tables it names, in its order and each once: by `TableName`, as keys of `RequestItems`, inside `TransactItems`, or by the
    /// ARN of a tagged resource.
    #[must_use]
    pub fn tables(&self) -> Vec<&str> {
        fn named(request: &Value) -> Option<&str> {
            request.get("TableName")?.as_str()
        }
        let tagged = self.body.get("ResourceArn").and_then(Value::as_str);
        let tagged = tagged.and_then(|arn| arn.split_once(":table/"));
        let batch = self.body.get("RequestItems").and_then(Value::as_object);
        let actions = self.body.get("TransactItems").and_then(Value::as_array);
        let inside = actions
            .into_iter()
            .flatten()
            .filter_map(Value::as_object)
            .flat_map(|action| action.values().filter_map(named));
        let mut tables: Vec<&str> = Vec::new();
        let all = named(&self.body)
            .into_iter()
            .chain(tagged.map(|(_, name)| name))
            .chain(
                batch
                    .into_iter()
                    .flat_map(|tables| tables.keys().map(String::as_str)),
            )
            .chain(inside);
        for table in all {
            if !tables.contains(&table) {
                tables.push(table);
            }
        }
        tables
    }
}

/// The operations a lesson may use.
pub const OPERATIONS: [&str; 20] = [
    "CreateTable",
    "DescribeTable",
    "ListTables",
    "UpdateTable",
    "DeleteTable",
    "PutItem",
    "GetItem",
    "UpdateItem",
    "DeleteItem",
    "Query",
    "Scan",
    "BatchGetItem",
    "BatchWriteItem",
    "TransactGetItems",
    "TransactWriteItems",
    "UpdateTimeToLive",
    "DescribeTimeToLive",
    "TagResource",
    "UntagResource",
    "ListTagsOfResource",
];

/// What a request must show. Wire expectations hold for every target, trace expectations only where there is a trace.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Expect {
    /// The error code that must come back (`ConditionalCheckFailedException`); `None` for success.
    pub error: Option<String>,
    /// A part of the error's message.
    pub message: Option<String>,
    pub wire: Vec<WireExpect>,
    pub trace: Vec<TraceExpect>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct WireExpect {
    /// A JSON pointer into the response body: `/Item/name/S`.
    pub path: String,
    pub must: Must,
    /// Shown when it does not hold.
    pub because: String,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Must {
    Be(Value),
    /// An array, taken without regard to order.
    BeSet(Vec<Value>),
    Exist,
    BeAbsent,
    /// Numbers only.
    BeAtLeast(f64),
    BeAtMost(f64),
    /// The length of an array, object or string.
    HaveLength(usize),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceExpect {
    pub what: Measure,
    pub is: u64,
    pub because: String,
}

/// What a trace can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    Examined,
    Returned,
    Bytes,
    /// Partitions visited.
    Partitions,
}

/// Items that are in place before the activity.
#[derive(Debug, Clone, PartialEq)]
pub struct Seed {
    pub table: String,
    /// In typed JSON.
    pub items: Vec<Value>,
    pub place: Place,
}

/// Where an item lives.
#[derive(Debug, Clone, PartialEq)]
pub struct HashDemo {
    pub id: String,
    pub table: HashTable,
    /// On their way at first; the learner can add to them.
    pub keys: DemoKeys,
    pub place: Place,
}

/// A demonstration's keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DemoKeys {
    /// One after the other.
    Listed(Vec<KeyText>),
    /// Made up for a way to key a table.
    Preset { preset: Preset, items: u64 },
}

impl DemoKeys {
    /// The keys themselves; `today` as `2026-11-25`.
    #[must_use]
    pub fn listed(&self, today: &str) -> Vec<KeyText> {
        match self {
            Self::Listed(keys) => keys.clone(),
            Self::Preset { preset, items } => preset.keys(*items, today),
        }
    }
}

/// A question asked in two ways on one scratch table.
#[derive(Debug, Clone, PartialEq)]
pub struct RaceDemo {
    pub id: String,
    /// What is asked; never empty, the first one is asked first.
    pub questions: Vec<RaceQuestion>,
    pub table: String,
    /// Partition key and sort key of the scratch table.
    pub partition_key: String,
    pub sort_key: Option<String>,
    pub partitions: u32,
    /// How many items the scratch table has at first.
    pub items: u64,
    /// How many of them share one partition key value.
    pub per_key: u64,
    /// The partition key value of the first items.
    pub key: String,
    /// Milliseconds of the round trip that times are modelled with at first.
    pub round_trip: u64,
    pub place: Place,
}

/// Minutes of traffic against a table's limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrafficDemo {
    pub id: String,
    pub table: String,
    pub design: Design,
    pub load: Load,
    pub place: Place,
}

/// One question and its two ways.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RaceQuestion {
    pub text: String,
    pub left: Ask,
    pub right: Ask,
}

impl RaceDemo {
    /// The attribute that is different for each item.
    pub const CHIP: &'static str = "chip";
    /// The sort key of the first item, and its chip.
    pub const FIRST_PET: &'static str = "Beeba";
    pub const FIRST_CHIP: &'static str = "985387420489";

    /// What an item of the scratch table has, its keys first.
    #[must_use]
    pub fn attributes(&self) -> Vec<String> {
        let second = self.sort_key.as_deref().unwrap_or("pet");
        let mut names: Vec<String> = Vec::new();
        for name in [
            &self.partition_key,
            second,
            "kind",
            "born",
            Self::CHIP,
            "about",
        ] {
            if !names.iter().any(|known| known == name) {
                names.push(name.to_owned());
            }
        }
        names
    }

    /// A question for the items under the key, asked by query and by scan.
    #[must_use]
    pub fn question(&self, text: &str) -> RaceQuestion {
        RaceQuestion {
            text: text.to_owned(),
            left: Ask::about(Way::Query, self, &self.key),
            right: Ask::about(Way::Scan, self, &self.key),
        }
    }
}

/// Something the learner writes.
#[derive(Debug, Clone, PartialEq)]
pub struct Exercise {
    pub id: String,
    pub goal: String,
    /// What the editor holds at first.
    pub start: Request,
    pub hints: Vec<String>,
    pub solution: Request,
    pub expect: Expect,
    /// Requests sent after the learner's one, to look at what it left behind.
    pub verify: Vec<(Request, Expect)>,
    /// The section's.
    pub simulation: Simulation,
    pub place: Place,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quiz {
    pub id: String,
    pub questions: Vec<Predict>,
    pub place: Place,
}

/// Things done outside the program, ticked by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checklist {
    pub id: String,
    pub items: Vec<CheckItem>,
    pub place: Place,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckItem {
    pub id: String,
    pub text: String,
    /// Ticked by itself when this step is done.
    pub step: Option<String>,
}

/// The capacity calculator's first values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calculator {
    pub id: String,
    pub item_bytes: u64,
    pub reads_per_second: u64,
    pub writes_per_second: u64,
    pub strongly_consistent: bool,
    pub place: Place,
}

impl Activity {
    /// What progress is kept under.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Step(step) => &step.id,
            Self::Hash(demo) => &demo.id,
            Self::Race(demo) => &demo.id,
            Self::Traffic(demo) => &demo.id,
            Self::Exercise(exercise) => &exercise.id,
            Self::Quiz(quiz) => &quiz.id,
            Self::Checklist(list) => &list.id,
            Self::Calculator(calculator) => &calculator.id,
            Self::Goals { id, .. } | Self::ParkingLot { id, .. } | Self::Workshop { id, .. } => id,
        }
    }

    #[must_use]
    pub fn place(&self) -> &Place {
        match self {
            Self::Step(step) => &step.place,
            Self::Hash(demo) => &demo.place,
            Self::Race(demo) => &demo.place,
            Self::Traffic(demo) => &demo.place,
            Self::Exercise(exercise) => &exercise.place,
            Self::Quiz(quiz) => &quiz.place,
            Self::Checklist(list) => &list.place,
            Self::Calculator(calculator) => &calculator.place,
            Self::Goals { place, .. }
            | Self::ParkingLot { place, .. }
            | Self::Workshop { place, .. } => place,
        }
    }
}
