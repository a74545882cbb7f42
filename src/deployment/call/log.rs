//! The invocation of a request, in its function's log.
//!
//! Nothing in an answer names its invocation, so it is the one of that time that no other request can have caused.
//! Invariant: an invocation is one request's, or none's.

use std::collections::BTreeSet;
use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::Caller;
use crate::account::door::Entered;
use crate::account::service::{Call, Reply as Answered};
use crate::deployment::logs::{self, Candidates, Invocation, Window};
use crate::deployment::progress::Progress;
use crate::target::exchange::Happening;
use crate::target::guard::Watch;

/// How long lines of a log are waited for; most are there after a few seconds.
const WAITS: [Duration; 12] = {
    let mut waits = [Duration::from_secs(2); 12];
    waits[0] = Duration::from_millis(500);
    waits[1] = Duration::from_secs(1);
    waits
};
/// How many of these where it is doubtful that there is a log.
const FEW: usize = 4;
/// Pages of a log that are read each time.
const PAGES: usize = 5;

/// Whose log is wanted.
pub(super) struct Wanted {
    pub(super) group: String,
    pub(super) window: Window,
    pub(super) latency: Duration,
    /// Whether there may be none.
    pub(super) is_doubtful: bool,
}

impl Caller {
    /// The invocation of a request.
    ///
    /// # Errors
    /// Why it can't be told, in words.
    pub(super) async fn log(
        &self,
        entered: &Entered,
        wanted: &Wanted,
        watch: Watch<'_>,
        tell: &(dyn Fn(Progress) + Send + Sync),
    ) -> Result<Invocation, String> {
        let waits = if wanted.is_doubtful {
            &WAITS[..FEW]
        } else {
            &WAITS
        };
        let mut so_far = Duration::ZERO;
        for wait in waits.iter().copied() {
            let found = self.look(entered, wanted, watch, tell).await?;
            match self.among(&found, wanted) {
                Candidates::One(one) if one.report.is_some() => {
                    self.known().insert(one.request_id.clone());
                    return Ok(one.clone());
                }
                Candidates::Several(number) => {
                    return Err(format!(
                        "{number} requests came at the same time, and nothing tells which log is this one's"
                    ));
                }
                Candidates::One(_) | Candidates::None => {}
            }
            (watch.tell)(Happening::Waiting {
                table: wanted.group.clone(),
                status: "its log is not there yet".to_owned(),
                for_: so_far,
            });
            if !entered.services.wait(wait, watch).await {
                return Err("you left before its log was there".to_owned());
            }
            so_far += wait;
        }
        let found = self.look(entered, wanted, watch, tell).await?;
        // Some servers write no REPORT.
        if let Candidates::One(one) = self.among(&found, wanted) {
            self.known().insert(one.request_id.clone());
            return Ok(one.clone());
        }
        self.impatient.store(true, Ordering::Relaxed);
        Err(format!(
            "no log of it was there after {} seconds; one may come later, in {}",
            so_far.as_secs(),
            wanted.group
        ))
    }

    fn among<'i>(&self, found: &'i [Invocation], wanted: &Wanted) -> Candidates<'i> {
        let known = self.known();
        logs::caused(found, wanted.window, wanted.latency, &|id| {
            known.contains(id)
        })
    }

    async fn look(
        &self,
        entered: &Entered,
        wanted: &Wanted,
        watch: Watch<'_>,
        tell: &(dyn Fn(Progress) + Send + Sync),
    ) -> Result<Vec<Invocation>, String> {
        let mut events = Vec::new();
        let mut next = None;
        for _ in 0..PAGES {
            let call = Call::FilterLogEvents {
                group: wanted.group.clone(),
                // A cold start is written before its invocation begins, which may last.
                from: wanted.window.from - 15_000,
                to: wanted.window.to + 15_000,
                next,
            };
            let answer = entered.services.send(&call, watch).await;
            let trouble = answer.trouble();
            tell(Progress::Called(Box::new(answer.called)));
            let Some(Answered::Events(page)) = answer.reply else {
                return Err(trouble.trim_end_matches('.').to_owned());
            };
            events.extend(page.items);
            next = page.next;
            if next.is_none() {
                break;
            }
        }
        Ok(logs::invocations(&events))
    }

    fn known(&self) -> std::sync::MutexGuard<'_, BTreeSet<String>> {
        // An id is added as a whole, so the set is whole even if a holder died.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
