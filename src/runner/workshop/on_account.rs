//! A workshop's handlers on an account: looked at, planned, made, called.
//!
//! Invariant: nothing is made or called but by its own order.

use super::super::{RunError, Runner};
use crate::app::effect::deployment::Order;
use crate::app::effect::{Answer, RequestId};
use crate::target::guard::Watch;

impl Runner {
    pub(crate) async fn deployment(
        &self,
        _workshop: RequestId,
        order: Order,
        _watch: Watch<'_>,
        report: &(dyn Fn(Answer) + Send + Sync),
    ) -> Result<Answer, RunError> {
        match order {
            Order::LookBefore => self.preflight(report).await,
            Order::Enter(_) | Order::Plan | Order::Deploy(_) | Order::Call { .. } => {
                Err(RunError::NoAccount)
            }
        }
    }
}
