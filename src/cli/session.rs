//! What every command that touches DynamoDB or the state sets up first.

use std::collections::BTreeSet;
use std::future::Future;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use super::arguments::Common;
use super::clock;
use super::failure::Failure;
use super::memory;
use crate::learner::directory::state_directory;
use crate::learner::store::{Keeping, Store};
use crate::lesson::model::Lesson;
use crate::printable;
use crate::runner::requests::table_names;
use crate::runner::{Outside, Runner};
use crate::target::Target;
use crate::target::choice::{Choice, choose};
use crate::target::exchange::TargetName;

/// Runs async work to its end.
pub fn block_on<T>(work: impl Future<Output = T>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::Words(format!("no threads could be started: {error}")))?;
    let value = runtime.block_on(work);
    // A call into the simulated table that nobody waits for must not hold up the end.
    runtime.shutdown_background();
    Ok(value)
}

/// Which DynamoDB the flags and the environment ask for.
pub async fn choice(common: &Common) -> Result<Choice, Failure> {
    let choice = choose(&common.wish(), |name| std::env::var(name).ok()).await?;
    if let Choice::Simulated {
        remark: Some(remark),
    } = &choice
    {
        say(remark);
    }
    if let (Choice::Simulated { .. }, Some(unused)) = (&choice, common.account.unused()) {
        say(&format!(
            "{unused} is not used: this runs on the simulated table. For an account: --target aws"
        ));
    }
    Ok(choice)
}

/// The same for a demonstration, which is never run on an account: what it shows is modelled there, on simulated scratch tables.
pub async fn demonstration_choice(common: &Common) -> Result<Choice, Failure> {
    Ok(match choice(common).await? {
        Choice::Account(_) => {
            say(
                "demonstrations fill and read tables of their own, which an account would be charged for: this one is modelled on the simulated table, and nothing is sent to AWS",
            );
            Choice::Simulated { remark: None }
        }
        other => other,
    })
}

/// The state, opened as the flags ask; remarks go to standard error.
pub fn store(common: &Common) -> Result<Arc<Store>, Failure> {
    let directory = state_directory(common.state.as_deref())?;
    let store = if common.fresh {
        let (store, words) = Store::open_fresh(&directory, clock::now().millis())?;
        if let Some(words) = words {
            say(&words);
        }
        store
    } else {
        Store::open(&directory)?
    };
    if store.keeping() == Keeping::NothingBecauseInUse {
        say(&format!(
            "{} is in use by another dynatour: this one works on a copy, and nothing is kept.",
            store.path().display()
        ));
    }
    Ok(Arc::new(store))
}

/// The state of a class: a directory of its own in the learner's, begun anew, so that questions that were answered last time are
/// open again. What was there is archived; notes stay.
pub fn class_store(common: &Common) -> Result<Arc<Store>, Failure> {
    let directory = state_directory(common.state.as_deref())?.join("presentation");
    let (store, words) = Store::open_fresh(&directory, clock::now().millis())?;
    if let Some(words) = words {
        say(&words);
    }
    Ok(Arc::new(store))
}

/// On a server, tables with the lessons' names may be somebody's: nothing begins before that is settled.
pub async fn refuse_foreign_tables(
    target: &Target,
    ours: &BTreeSet<String>,
) -> Result<(), Failure> {
    let TargetName::Endpoint(server) = target.name() else {
        return Ok(());
    };
    let mut there = table_names(target).await?;
    there.retain(|table| ours.contains(table));
    if there.is_empty() {
        return Ok(());
    }
    let delete = |table: &String| {
        format!("\n  aws dynamodb delete-table --table-name {table} --endpoint-url http://{server}")
    };
    let commands: String = there.iter().map(delete).collect();
    Err(Failure::Words(format!(
        "{server} already has tables with the lesson's names: {}. This run did not create them, so they are not touched, and nothing was sent that could change them. Use an empty server; or if they are left over from an earlier run and you don't need them, delete them:{commands}",
        there.join(", ")
    )))
}

/// The program's clocks, and where it writes exports.
pub fn outside(exports: PathBuf) -> Outside {
    Outside {
        clock: clock::clock(),
        stopwatch: Some(clock::stopwatch()),
        memory: memory::gauge(),
        chance: Arc::new(|| {
            let mut bits = [0; 16];
            getrandom::fill(&mut bits).map_err(std::io::Error::other)?;
            Ok(bits)
        }),
        exports,
    }
}

/// A runner on the chosen target, with the learner's state.
pub fn runner(
    lessons: Vec<Lesson>,
    choice: &Choice,
    store: Option<Arc<Store>>,
    exports: PathBuf,
) -> Result<Runner, Failure> {
    let outside = outside(exports);
    let lessons: Arc<[Lesson]> = lessons.into();
    Ok(match choice {
        // An account is entered later, once it is known whose it is.
        Choice::Simulated { .. } | Choice::Account(_) => {
            Runner::simulated(lessons, store, outside)?
        }
        Choice::Endpoint(endpoint) => {
            Runner::on(lessons, Target::endpoint(endpoint), store, outside)
        }
    })
}

/// One line beside the results.
pub fn say(words: &str) {
    // Standard error may be closed; a remark is not worth ending for.
    let _ = writeln!(std::io::stderr(), "note: {}", printable::line(words));
}
