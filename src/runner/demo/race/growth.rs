//! The same race on one table after the other, each ten times as large: what is measured for the growth plot.
//!
//! Invariant: each point was read from a table of that size; a table is gone before the next is built.

use super::{Scratch, run_race};
use crate::app::effect::{Answer, RequestId};
use crate::app::race::run::RaceRun;
use crate::runner::demo::Watch;
use crate::runner::{Outside, RunError, Runner};
use crate::scene::race::growth::{Cost, Point};
use crate::scene::race::{Script, Side};

/// Sizes that are built at once; larger ones come with the dial.
pub const SIZES: [u64; 5] = [10, 100, 1_000, 10_000, 100_000];

impl Runner {
    /// See [`run_growth`].
    pub(in crate::runner) async fn growth(
        &self,
        id: RequestId,
        run: &RaceRun,
        report: &(dyn Fn(Answer) + Send + Sync),
    ) -> Result<Answer, RunError> {
        let stop = || self.is_cancelled(id);
        let watch = Watch {
            report,
            stop: &stop,
        };
        run_growth(run, &SIZES, &self.outside, watch)
            .await
            .map(Answer::Growth)
    }
}

/// Runs the race at several sizes, smallest first.
///
/// # Errors
/// As [`run_race`]; and a refusal, which is the same at each size.
pub async fn run_growth(
    run: &RaceRun,
    sizes: &[u64],
    outside: &Outside,
    watch: Watch<'_>,
) -> Result<Vec<Point>, RunError> {
    let mut points = Vec::new();
    // A smaller table could not hold what is asked for.
    for items in sizes
        .iter()
        .copied()
        .filter(|size| *size >= run.demo.per_key)
    {
        let mut larger = run.clone();
        larger.demo.items = items;
        let report = run_race(&larger, &Scratch::default(), outside, watch).await?;
        if let Some(why) = report.refusal() {
            return Err(RunError::Refused(why.to_owned()));
        }
        let Some(script) = Script::new(report.left.traces(), report.right.traces()) else {
            continue;
        };
        let end = script.timeline().moments();
        let cost = |side| Cost::from(script.figures(side, end));
        points.push(Point {
            items,
            left: cost(Side::Left),
            right: cost(Side::Right),
            measured: true,
        });
    }
    Ok(points)
}
