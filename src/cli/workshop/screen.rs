//! A workshop on the screen, on a terminal of its own: no state is opened, so nothing is kept but the folder.

use std::path::PathBuf;
use std::sync::Arc;

use super::arguments::Workshop;
use super::prepare;
use crate::app::effect::workshop::Begin;
use crate::app::state::Standing;
use crate::cli::arguments::Common;
use crate::cli::failure::Failure;
use crate::cli::{DONE, account, clock, left, library, run, session};
use crate::lesson::glossary;
use crate::runner::workshop::work::bind;
use crate::target::choice::Choice;
use crate::target::exchange::TargetName;
use crate::terminal::{self, Opening};

/// Shows it until somebody has enough of it.
pub(super) async fn show(arguments: &Workshop, common: &Common) -> Result<u8, Failure> {
    let lessons = library::lessons(common)?;
    // What stands in the way is said by the shell, before there is a screen. The port is free again when the screen asks for it.
    drop(bind(arguments.port).await?);
    let folder = prepare(arguments)?;
    let simulated = Choice::Simulated { remark: None };
    let runner = session::runner(lessons.clone(), &simulated, None, PathBuf::new())?;
    let runner = Arc::new(runner.with_account_later(account::later(common)));
    let ended = terminal::run(terminal::Arguments {
        lessons,
        glossary: glossary::built_in(),
        runner: Arc::clone(&runner),
        target: TargetName::Simulated,
        account: None,
        flags: left::flags(common),
        left: left::left(common),
        standing: Standing::Scratch,
        opening: Opening::Workshop(Box::new(Begin {
            folder: folder.path,
            language: Some(folder.language),
            port: arguments.port,
            allowance: arguments.allowed.allowance(),
        })),
        reduced_motion: run::reduced_motion(common),
        ascii: run::ascii(common),
        presents: None,
        projector: false,
        reports: None,
        stopwatch: clock::stopwatch(),
    })
    .await;
    left::say(common, runner.place().as_ref());
    ended?;
    Ok(DONE)
}
