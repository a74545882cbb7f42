//! What is ours on the account in hand: looked for, and deleted as far as it was shown.
//!
//! Invariant: only what the last look found is deleted.

use std::collections::BTreeSet;
use std::sync::PoisonError;

use super::export::date_and_time;
use super::{RunError, Runner};
use crate::account::cleanup::region::{Looked, Region};
use crate::account::cleanup::words::{cost_of_all, counted, lines, may_have_cost_more, unlooked};
use crate::account::ledger::Kind;
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
        let working = |kind: Kind, done: usize, of: usize| {
            report(Answer::Working {
                done: done as u64,
                total: of as u64,
                what: kind.name().to_owned(),
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
            counted: counted(&looked.counted),
            unlooked: unlooked(&looked),
            cost: cost_of_all(&looked),
            may_be_more: may_have_cost_more(&looked),
        };
        self.cleaning().looked = Some(looked);
        Ok(Answer::Ours(Box::new(found)))
    }

    /// Deletes these things, by kind and key, one after the other, then looks once more.
    pub(super) async fn delete_ours(
        &self,
        things: &[(Kind, String)],
        watch: Watch<'_>,
        report: &(dyn Fn(Answer) + Send + Sync),
    ) -> Result<Answer, RunError> {
        // What is being made there by a deployment that was left is there to the end of its call.
        let _turn = self.changing.lock().await;
        let (region, looked) = {
            let mut cleaning = self.cleaning();
            (cleaning.region.clone(), cleaning.looked.take())
        };
        let (Some(region), Some(looked)) = (region, looked) else {
            return Err(RunError::NoAccount);
        };
        let shown = looked.plan.ours.iter();
        let is_asked = |kind: Kind, key: &str| {
            things
                .iter()
                .any(|(one, asked)| (*one, asked.as_str()) == (kind, key))
        };
        for ours in shown.filter(|ours| is_asked(ours.thing.kind, ours.thing.key())) {
            if (watch.left)() {
                return Err(RunError::Stopped);
            }
            let deleted = region.delete(ours, watch).await;
            report(Answer::Deleted {
                kind: ours.thing.kind,
                name: ours.thing.name.clone(),
                key: ours.thing.key().to_owned(),
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
