//! What is ours on the account in hand: looked for, and deleted as far as it was shown.
//!
//! Invariant: only what the last look found is deleted.

use std::collections::BTreeSet;
use std::sync::PoisonError;

use super::export::date_and_time;
use super::{RunError, Runner};
use crate::account::cleanup::region::{Looked, Region};
use crate::account::cleanup::words::{cost_of_all, lines};
use crate::app::account::cleanup::Found;
use crate::app::effect::Answer;
use crate::target::guard::Watch;

/// The region that is cleaned up, and what was found there.
#[derive(Debug, Default)]
pub(super) struct Cleaning {
    region: Option<Region>,
    looked: Option<Looked>,
}

impl Runner {
    /// From here on that region is looked through.
    pub(super) fn clean_in(&self, region: Region) {
        *self.cleaning() = Cleaning {
            region: Some(region),
            looked: None,
        };
    }

    pub(super) async fn look_for_ours(
        &self,
        report: &(dyn Fn(Answer) + Send + Sync),
    ) -> Result<Answer, RunError> {
        let region = self.cleaning().region.clone();
        let region = region.ok_or(RunError::NoAccount)?;
        let working = |done: usize, of: usize| {
            report(Answer::Working {
                done: done as u64,
                total: of as u64,
                what: String::new(),
            });
        };
        let looked = region
            .look(&BTreeSet::new(), &working)
            .await
            .map_err(|error| RunError::Account(error.to_string()))?;
        region
            .settle(&looked.plan)
            .await
            .map_err(RunError::Account)?;
        let found = Found {
            place: looked.place.clone(),
            told: lines(&looked, date_and_time),
            tables: looked.tables,
            unreadable: looked.unreadable.len(),
            cost: cost_of_all(&looked),
        };
        self.cleaning().looked = Some(looked);
        Ok(Answer::Ours(Box::new(found)))
    }

    /// Deletes these tables one after the other, then looks once more.
    pub(super) async fn delete_ours(
        &self,
        tables: &[String],
        watch: Watch<'_>,
        report: &(dyn Fn(Answer) + Send + Sync),
    ) -> Result<Answer, RunError> {
        let (region, looked) = {
            let mut cleaning = self.cleaning();
            (cleaning.region.clone(), cleaning.looked.take())
        };
        let (Some(region), Some(looked)) = (region, looked) else {
            return Err(RunError::NoAccount);
        };
        let shown = looked.plan.ours.iter();
        for ours in shown.filter(|ours| tables.contains(&ours.table.name)) {
            if (watch.left)() {
                return Err(RunError::Stopped);
            }
            let deleted = region.delete(ours, watch).await;
            report(Answer::Deleted {
                table: ours.table.name.clone(),
                why: deleted.err().map(|why| why.to_string()),
            });
        }
        self.look_for_ours(report).await
    }

    fn cleaning(&self) -> std::sync::MutexGuard<'_, Cleaning> {
        // Its parts are replaced as wholes, so it is whole even if a holder died.
        self.cleaning.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
