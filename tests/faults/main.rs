//! Every request of a whole lesson on an account × everything that can go wrong with it.
//!
//! ```text
//!   for each step and exercise of session 6, at the moment before it
//!     for each request that it sends (seeds, looks at whose a table is, polls, the request itself)
//!       for each fault, once and for as long as the step runs
//!         run it struck ─ said what and what to do? ─ is the ledger true? ─ is somebody's table as it was?
//!         run it again  ─ done, or explained?       ─ is the ledger true?
//!         delete all    ─ is nothing left, on the account and in the ledger?
//! ```
//!
//! The same of a deployment's calls stands in `deployment`.
//!
//! Nothing waits and nothing leaves this process. `cargo test --test faults -- --nocapture` prints the tables.

#![expect(
    clippy::unwrap_used,
    reason = "what fails here fails the test, in functions of tests as well"
)]

mod account;
#[expect(dead_code, reason = "the built program's tests use more of it")]
#[path = "../aws/mod.rs"]
mod aws;
mod deployment;
#[expect(dead_code, reason = "the built program's tests use more of it")]
#[path = "../end_to_end/aws/http.rs"]
mod http;
#[path = "../pets/mod.rs"]
mod pets;
mod transport;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use account::{Account, Moment};
use aws as services;
use aws::call::Service;
use dynatour::lesson::library;
use dynatour::lesson::model::{Activity, Exercise, Lesson, Page, Seed, Step};
use dynatour::runner::exercise::run_exercise;
use dynatour::runner::step::run_step;
use dynatour::target::Target;
use dynatour::target::exchange::{Exchange, Outcome};
use dynatour::target::guard::Watch;
use tokio::task::JoinSet;
use transport::{Fault, Strike};

/// Something of the lesson that sends requests.
#[derive(Clone)]
enum Work {
    Step(Vec<Seed>, Box<Step>),
    Exercise(Vec<Seed>, Box<Exercise>),
}

/// How it ended.
struct Ended {
    done: bool,
    /// Everything that a learner reads about it.
    words: String,
    /// Whether we said something beside the service's answer.
    explained: bool,
}

impl Work {
    fn of(page: &Page) -> Option<Self> {
        match page.activity.as_ref()? {
            Activity::Step(step) => Some(Self::Step(page.seeds.clone(), Box::new(step.clone()))),
            Activity::Exercise(exercise) => {
                let exercise = Box::new(exercise.clone());
                Some(Self::Exercise(page.seeds.clone(), exercise))
            }
            _ => None,
        }
    }

    fn id(&self) -> &str {
        match self {
            Self::Step(_, step) => &step.id,
            Self::Exercise(_, exercise) => &exercise.id,
        }
    }

    async fn run(&self, target: &Target) -> Ended {
        let done = match self {
            Self::Step(seeds, step) => run_step(target, seeds, step, Watch::nobody())
                .await
                .map(|report| (report.exchange, report.failures)),
            Self::Exercise(seeds, exercise) => {
                let solution = exercise.solution.body.to_string();
                run_exercise(target, seeds, exercise, &solution, Watch::nobody())
                    .await
                    .map(|report| (report.exchange, report.failures))
            }
        };
        match done {
            Ok((exchange, failures)) => {
                let saw: Vec<&str> = failures.iter().map(|one| one.saw.as_str()).collect();
                Ended {
                    done: failures.is_empty(),
                    words: format!("{} {}", words(&exchange), saw.join(" ")),
                    explained: exchange.remark.is_some(),
                }
            }
            Err(error) => Ended {
                done: false,
                words: error.to_string(),
                explained: true,
            },
        }
    }
}

fn words(exchange: &Exchange) -> String {
    let outcome = match &exchange.outcome {
        Outcome::Success => String::new(),
        Outcome::ServiceError { code, message } => format!("{code}: {message}"),
        Outcome::Unanswered { why } | Outcome::NotSent { why } => why.clone(),
    };
    let remark = exchange.remark.as_deref().unwrap_or_default();
    format!("{outcome} {remark}")
}

/// What became of all cases of a fault.
#[derive(Debug, Default)]
struct Row {
    cases: usize,
    /// The step was done all the same: it was tried again, or the fault struck something that it does not need.
    absorbed: usize,
    /// It was told, and running the step again did it.
    again: usize,
    /// It was told, and running the step again was answered otherwise because the first try had been carried out, which was said.
    explained: usize,
    faults: Vec<String>,
}

impl Row {
    fn add(&mut self, other: Self) {
        self.cases += other.cases;
        self.absorbed += other.absorbed;
        self.again += other.again;
        self.explained += other.explained;
        self.faults.extend(other.faults);
    }

    async fn case(&mut self, work: &Work, moment: &Moment, strike: Strike) {
        self.cases += 1;
        let account = Account::at(moment);
        account.transport.strike(Some(strike));
        let first = work.run(&account.target).await;
        let struck = account.transport.struck();
        account.transport.strike(None);
        let mut wrong = Vec::new();
        if struck.is_empty() {
            wrong.push("nothing was struck".to_owned());
        }
        let says = strike.fault.says(Service::DynamoDb);
        let told = first.words.contains(says);
        // A write that was tried again though it had been carried out is no failure any more; that is said.
        let twice = first.words.contains("may have been carried out as well");
        if !first.done && !told && !twice {
            wrong.push(format!("it says only: {}", first.words));
        }
        wrong.extend(account.untrue());
        if first.done {
            self.absorbed += 1;
        } else {
            let second = work.run(&account.target).await;
            if second.done {
                self.again += 1;
            } else if second.explained {
                self.explained += 1;
            } else {
                wrong.push(format!(
                    "after {:?} the second time: {}",
                    first.words, second.words
                ));
            }
            wrong.extend(account.untrue());
        }
        if !account.theirs_is_as_it_was() {
            wrong.push("somebody's table was touched".to_owned());
        }
        let left = account.delete_all().await;
        if !left.is_empty() {
            wrong.push(format!("left: {}", left.join(", ")));
        }
        let place = |wrong: String| {
            let operation = struck.first().map_or("nothing", |(_, operation)| operation);
            format!(
                "{}, call {} ({operation}), stays {}: {wrong}",
                work.id(),
                strike.at,
                strike.stays
            )
        };
        self.faults.extend(wrong.into_iter().map(place));
    }
}

fn lesson() -> Lesson {
    let lessons = library::read(&library::built_in()).expect("the lessons can be read");
    let mut lessons = lessons.into_iter();
    lessons
        .find(|lesson| lesson.id == "06-dynamodb")
        .expect("session 6")
}

/// Which of a fault's cases differ: what is tried again is struck once, so that the second try goes through, and then always.
fn strikes(fault: Fault) -> &'static [bool] {
    match fault {
        Fault::Denied
        | Fault::Expired
        | Fault::ClockWrong
        | Fault::MalformedAfter
        | Fault::Stranger => &[true],
        _ => &[false, true],
    }
}

type Rows = BTreeMap<(Fault, bool), Row>;

/// All faults with all requests of one step.
async fn all_cases(work: Work, moment: Moment, calls: usize) -> Rows {
    let mut rows = Rows::new();
    for at in 0..calls {
        for fault in Fault::ALL {
            for &stays in strikes(fault) {
                let strike = Strike { fault, at, stays };
                let row = rows.entry((fault, stays)).or_default();
                row.case(&work, &moment, strike).await;
            }
        }
    }
    rows
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_goes_wrong_with_any_request_of_the_lesson_it_can_go_on_and_be_cleaned_up() {
    let lesson = lesson();
    let pages = lesson.sections.iter().flat_map(|section| &section.pages);
    let mut account = Account::new();
    let mut under_way = JoinSet::new();
    let (mut works, mut calls) = (0, 0);
    for work in pages.filter_map(Work::of) {
        let moment = account.moment();
        account = Account::at(&moment);
        let done = work.run(&account.target).await;
        assert!(done.done, "{}: {}", work.id(), done.words);
        assert_eq!(account.untrue(), None);
        let of_work = account.transport.calls();
        under_way.spawn(all_cases(work, moment, of_work));
        works += 1;
        calls += of_work;
    }
    let mut rows = Rows::new();
    for of_work in under_way.join_all().await {
        for (key, row) in of_work {
            rows.entry(key).or_default().add(row);
        }
    }
    println!(
        "{calls} requests of {works} steps and exercises\n{}",
        table(&rows)
    );
    let faults: Vec<&String> = rows.values().flat_map(|row| &row.faults).collect();
    assert!(works > 20 && calls > 100, "{works} steps, {calls} requests");
    assert!(
        faults.is_empty(),
        "{} faults, the first of them: {:#?}",
        faults.len(),
        &faults[..faults.len().min(200)]
    );
}

fn table(rows: &Rows) -> String {
    let mut table = format!(
        "{:<24} {:<6} {:>6} {:>9} {:>11} {:>10} {:>6}\n",
        "fault", "struck", "cases", "absorbed", "done again", "explained", "wrong"
    );
    for ((fault, stays), row) in rows {
        let Row {
            cases,
            absorbed,
            again,
            explained,
            faults,
        } = row;
        writeln!(
            table,
            "{:<24} {:<6} {cases:>6} {absorbed:>9} {again:>11} {explained:>10} {:>6}",
            fault.name(),
            if *stays { "always" } else { "once" },
            faults.len()
        )
        .expect("a text can be written to");
    }
    table
}
