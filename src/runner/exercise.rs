//! Runs what a learner wrote, and looks at what it left behind.
//!
//! Invariant: the looks afterwards are only taken when the request itself did what was asked, so that a
//! learner is told one thing at a time.

use super::RunError;
use super::expectations::check_expectations;
use super::requests::{goes_on, send, send_watched};
use super::simulation::prepare;
use crate::app::effect::{ExerciseReport, Failure};
use crate::lesson::model::{Exercise, Seed};
use crate::target::Target;
use crate::target::guard::Watch;

/// `body` is what stands in the editor, as it stands there.
pub async fn run_exercise(
    target: &Target,
    seeds: &[Seed],
    exercise: &Exercise,
    body: &str,
    watch: Watch<'_>,
) -> Result<ExerciseReport, RunError> {
    prepare(target, seeds, &exercise.simulation, watch).await?;
    goes_on(watch)?;
    let operation = &exercise.start.operation;
    let mut exchange = send_watched(target, operation, body.as_bytes(), watch).await;
    let mut failures = if exchange.already_done {
        Vec::new()
    } else {
        check_expectations(&exercise.expect, &exchange)
    };
    if failures.is_empty() {
        for (look, expect) in &exercise.verify {
            if (watch.left)() {
                failures.push(Failure {
                    because: "You left before it was looked at what the request did.".to_owned(),
                    saw: "nothing".to_owned(),
                });
                break;
            }
            let found = send(target, look, watch).await;
            failures.extend(check_expectations(expect, &found));
            if let Some(remark) = &found.remark {
                exchange.remark(&format!("The look at what it left behind: {remark}"));
            }
        }
    }
    Ok(ExerciseReport { exchange, failures })
}
