//! `dynatour policy [LESSON]`: the IAM policy that the lessons need, and with --workshop the workshop's functions on AWS, as JSON.
//!
//! Invariant: standard output is the policy and nothing else, so that it can be given to `aws iam create-policy`.

use std::io::Write as _;

use super::DONE;
use super::arguments::{Common, Policy};
use super::failure::Failure;
use super::{library, session};
use crate::account::{policy, region};
use crate::lesson::find;
use crate::lesson::model::Lesson;

pub fn policy(arguments: &Policy, common: &Common) -> Result<u8, Failure> {
    let all = library::lessons(common)?;
    let lessons: Vec<Lesson> = match &arguments.lesson {
        Some(wanted) => vec![find::lesson(&all, wanted)?.clone()],
        None => all,
    };
    let first = lessons
        .first()
        .ok_or_else(|| Failure::Words("there are no lessons".to_owned()))?;
    let name = common.account.region.as_ref().unwrap_or(&first.region);
    let region = region::region(name).map_err(|unknown| Failure::Words(unknown.to_string()))?;
    let policy = if arguments.workshop {
        session::say(policy::workshop::RISK);
        policy::with_workshop(&lessons, region.name, region.partition)
    } else {
        policy::policy(&lessons, region.name, region.partition)
    };
    let mut out = std::io::stdout().lock();
    writeln!(out, "{policy:#}")?;
    out.flush()?;
    Ok(DONE)
}
