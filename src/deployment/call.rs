//! Requests to what was deployed, and the way each took, as far as it is told.
//!
//! ```text
//!   counted: the most ─→ the public URL ─→ answer, bounded in time and size ─→ the function's log, until REPORT is in it
//!                                                                                   │ one invocation can have been it
//!                                                       corrected to what REPORT says, if it does ─→ scene::workshop::Way
//! ```
//!
//! The request itself is not signed and not sent again: API Gateway answers whoever asks. What the handler did at the table nobody
//! tells; what its log says does.
//! Invariant: a request goes out only if the ceiling holds the most that it can cost, and after that is in the ledger: whoever leaves
//! before the answer has paid no less.

mod log;
mod told;

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;

use super::answer::{Got, innermost, is_its_own, is_of_api_gateway, read, reply, window};
use super::cost;
use super::plan::Plan;
use super::progress::{Deployed, Progress};
use crate::account::door::Entered;
use crate::account::ledger::Kind;
use crate::printable;
use crate::scene::workshop::{Gateway, Text, Way};
use crate::target::exchange::{Happening, Picodollars};
use crate::target::guard::Watch;
use crate::target::recorder::timed;
use crate::workshop::check::Trial;
use crate::workshop::gateway::route::route;
use crate::workshop::goal::Goal;
use log::Wanted;

/// How long an answer may take: API Gateway gives up after 30 seconds.
const PATIENCE: Duration = Duration::from_secs(35);
/// The pauses after which a question is asked again that may have come too early.
const PAUSE: Duration = Duration::from_secs(4);

/// A request to the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub method: String,
    /// With its query.
    pub path: String,
    pub body: Vec<u8>,
}

impl Request {
    /// The first one that a goal's handler is tried with.
    #[must_use]
    pub fn of(goal: Goal) -> Self {
        let made = Trial::of(goal)[0].request();
        Self {
            method: made.method,
            path: made.path,
            body: made.body.to_vec(),
        }
    }

    fn goal(&self) -> Option<Goal> {
        let path = self.path.split('?').next().unwrap_or_default();
        Some(route(&self.method, path)?.goal)
    }
}

/// What came of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Called {
    pub way: Way,
    pub price: Picodollars,
    /// Whether some of the price is the most that it can be.
    pub price_is_most: bool,
    /// Why there is no log, where there should be one; printable.
    pub remark: Option<String>,
}

/// Calls one deployment.
pub struct Caller {
    plan: Plan,
    deployed: Deployed,
    /// Invocations that were a request's already.
    known: Mutex<BTreeSet<String>>,
    /// Whether a log was waited for in vain.
    impatient: AtomicBool,
}

impl Caller {
    #[must_use]
    pub fn new(plan: Plan, deployed: Deployed) -> Self {
        Self {
            plan,
            deployed,
            known: Mutex::default(),
            impatient: AtomicBool::new(false),
        }
    }

    #[must_use]
    pub fn deployed(&self) -> &Deployed {
        &self.deployed
    }

    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The most that a request can cost.
    #[must_use]
    pub fn most(&self, request: &Request) -> Picodollars {
        match request.goal() {
            Some(goal) => self.plan.cost.requests[goal.index()],
            // No function is asked.
            None => cost::of_invocation(&self.plan.place.region, self.plan.allowance),
        }
    }

    /// Sends a request and waits for what its function's log says of it.
    ///
    /// # Errors
    /// Why it is not sent, in words.
    pub async fn call(
        &self,
        entered: &Entered,
        request: &Request,
        left: &(dyn Fn() -> bool + Send + Sync),
        tell: &(dyn Fn(Progress) + Send + Sync),
    ) -> Result<Called, String> {
        let session = &entered.session;
        let most = self.most(request);
        let counted = session
            .count(Kind::Api, self.plan.name.to_string(), most)
            .await
            .map_err(|why| format!("{why}. Nothing was sent"))?;
        let sent_at = session.now();
        let (got, latency) = timed(self.send(entered, request)).await;
        let got = match got {
            Ok(got) => got,
            Err(why) => {
                // Nobody tells what became of it: the most stays counted.
                let way = self.way(request, Err(Text::label(&why)), None, latency, true);
                return Ok(Called {
                    way,
                    price: most,
                    price_is_most: most > Picodollars(0),
                    remark: None,
                });
            }
        };
        let window = window(&got, sent_at, session.now());
        let is_told = is_of_api_gateway(&got);
        let so_far = self.way(request, Ok(reply(&got)), None, latency, is_told);
        tell(Progress::Answered(Box::new(so_far)));
        let happening = |happening: Happening| tell(Progress::Happening(happening));
        let watch = Watch {
            tell: &happening,
            left,
        };
        let (invocation, unlogged) = match request.goal().filter(|_| is_of_api_gateway(&got)) {
            Some(goal) => {
                let log = Wanted {
                    group: self.plan.name.log_group(goal),
                    window,
                    latency,
                    // What looks like API Gateway's own answer may be a handler's; and where one log did not come, others may not.
                    is_doubtful: is_its_own(&got) || self.impatient.load(Ordering::Relaxed),
                };
                match self.log(entered, &log, watch, tell).await {
                    Ok(invocation) => (Some(invocation), None),
                    Err(why) => (None, Some(why)),
                }
            }
            None => (None, None),
        };
        let (price, price_is_most) = self.price(request, &got, invocation.as_ref());
        let remark = match session.correct(counted, price).await {
            Ok(()) => unlogged.clone(),
            Err(why) => Some(why),
        };
        let run = invocation.map(|invocation| self.run(request, &got, invocation));
        let mut way = self.way(request, Ok(reply(&got)), run, latency, is_told);
        way.unlogged = unlogged.as_deref().map(Text::label);
        Ok(Called {
            way,
            price,
            price_is_most,
            remark,
        })
    }

    /// The same after something was made or changed, which takes AWS up to a minute to be seen everywhere: a question that is answered
    /// as if something were missing is asked again, a few times.
    ///
    /// # Errors
    /// The same.
    pub async fn call_when_seen(
        &self,
        entered: &Entered,
        request: &Request,
        left: &(dyn Fn() -> bool + Send + Sync),
        tell: &(dyn Fn(Progress) + Send + Sync),
    ) -> Result<Called, String> {
        let mut called = self.call(entered, request, left, tell).await?;
        if self.deployed.changed.is_empty() || request.method != "GET" {
            return Ok(called);
        }
        let mut so_far = Duration::ZERO;
        for _ in 0..cost::AGAIN {
            let status = called.way.reply.as_ref().map_or(0, |reply| reply.status);
            let is_told = !matches!(called.way.gateway, Gateway::Refused { .. });
            // What its function answered, it answers again.
            let was_invoked = called.way.run.is_some();
            if !is_told || was_invoked || !matches!(status, 403 | 404 | 500) {
                break;
            }
            let happening = |happening: Happening| tell(Progress::Happening(happening));
            let watch = Watch {
                tell: &happening,
                left,
            };
            happening(Happening::Waiting {
                table: self.plan.name.to_string(),
                status: format!("answered {status}, as if not all of it were to be seen yet"),
                for_: so_far,
            });
            if !entered.services.wait(PAUSE, watch).await {
                break;
            }
            so_far += PAUSE;
            let before = (called.price, called.price_is_most);
            called = self.call(entered, request, left, tell).await?;
            called.price = called.price + before.0;
            called.price_is_most |= before.1;
        }
        Ok(called)
    }

    async fn send(&self, entered: &Entered, request: &Request) -> Result<Got, String> {
        let address = &self.deployed.address;
        let uri = format!("{}{}", address.url, request.path);
        let mut http = HttpRequest::new(SdkBody::from(request.body.clone()));
        http.set_uri(uri.as_str())
            .map_err(|error| format!("{} is no address: {error}", printable::line(&uri)))?;
        http.set_method(&request.method)
            .map_err(|error| format!("{} is no method: {error}", request.method))?;
        let sent = http.headers_mut();
        sent.insert("user-agent", "dynatour");
        if let Some(host) = &address.host {
            sent.insert("host", host.clone());
        }
        if !request.body.is_empty() {
            sent.insert("content-type", "application/json");
        }
        let answer = async {
            let answer = entered.web.send(http).await.map_err(|error| {
                format!("no answer came from {}: {}", address.url, innermost(&error))
            })?;
            read(answer).await
        };
        tokio::time::timeout(PATIENCE, answer)
            .await
            .unwrap_or_else(|_| {
                Err(format!(
                    "{} gave no answer within {} seconds",
                    address.url,
                    PATIENCE.as_secs()
                ))
            })
    }
}

#[cfg(test)]
mod tests;
