//! Runs one step: its seeds, its request, its expectations.

use super::RunError;
use super::expectations::check_expectations;
use super::requests::{goes_on, send};
use super::simulation::prepare;
use crate::app::effect::StepReport;
use crate::lesson::model::{Seed, Step};
use crate::target::Target;
use crate::target::guard::Watch;

/// Puts the page's seeds, sends the request, and holds the answer against what the step must show.
pub async fn run_step(
    target: &Target,
    seeds: &[Seed],
    step: &Step,
    watch: Watch<'_>,
) -> Result<StepReport, RunError> {
    prepare(target, seeds, &step.simulation, watch).await?;
    goes_on(watch)?;
    let exchange = send(target, &step.request, watch).await;
    // What an earlier try has done already can't be answered as the step says; the exchange says why.
    let failures = if exchange.already_done {
        Vec::new()
    } else {
        check_expectations(&step.expect, &exchange)
    };
    Ok(StepReport { exchange, failures })
}
