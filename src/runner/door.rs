//! The door to a real account as the runner takes it, and the session behind it as the screens reckon with it.

use std::sync::Arc;

use super::account::{Entered, Session, Way};
use crate::account::door::Door;
use crate::account::ledger::Entry;
use crate::account::preflight::{Finding, Preflight};
use crate::account::{self};
use crate::app::account::{Purse, Reckoning};
use crate::lesson::model::Lesson;
use crate::target::exchange::Picodollars;
use crate::target::guard::Later;

impl Way for Door {
    fn preflight<'a>(
        &'a self,
        lessons: &'a [Lesson],
        report: &'a (dyn Fn(Finding) + Send + Sync),
    ) -> Later<'a, Preflight> {
        Box::pin(Self::preflight(self, lessons, report))
    }

    fn enter<'a>(&'a self, preflight: &'a Preflight) -> Later<'a, Result<Entered, String>> {
        Box::pin(async move {
            let entered = Self::enter(self, preflight).await?;
            Ok(Entered {
                place: entered.place,
                target: entered.target,
                session: entered.session as Arc<dyn Session>,
            })
        })
    }
}

impl Reckoning for account::Session {
    fn most(&self, operation: &str, body: &[u8]) -> Picodollars {
        Self::most(self, operation, body)
    }

    fn as_sent(&self, operation: &str, body: &[u8]) -> Result<Vec<u8>, String> {
        Self::as_sent(self, operation, body)
    }
}

impl Session for account::Session {
    fn purse(&self) -> Purse {
        let spending = self.spending();
        Purse {
            spent: spending.spent,
            ceiling: spending.ceiling,
        }
    }

    fn left(&self) -> Result<Vec<Entry>, String> {
        Self::left(self).map_err(|error| error.to_string())
    }
}
