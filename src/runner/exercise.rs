//! Runs what a learner wrote, and looks at what it left behind.
//!
//! Invariant: the looks afterwards are only taken when the request itself did what was asked, so that a
//! learner is told one thing at a time.

use super::RunError;
use super::expectations::check_expectations;
use super::requests::{send, send_bytes};
use super::simulation::prepare;
use crate::app::effect::ExerciseReport;
use crate::lesson::model::{Exercise, Seed};
use crate::target::Target;

/// `body` is what stands in the editor, as it stands there.
pub async fn run_exercise(
    target: &Target,
    seeds: &[Seed],
    exercise: &Exercise,
    body: &str,
) -> Result<ExerciseReport, RunError> {
    prepare(target, seeds, &exercise.simulation).await?;
    let exchange = send_bytes(target, &exercise.start.operation, body.as_bytes()).await;
    let mut failures = check_expectations(&exercise.expect, &exchange);
    if failures.is_empty() {
        for (look, expect) in &exercise.verify {
            let found = send(target, look).await;
            failures.extend(check_expectations(expect, &found));
        }
    }
    Ok(ExerciseReport { exchange, failures })
}
