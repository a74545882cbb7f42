//! A workshop's handlers on an account, as their screens ask for it.
//!
//! ```text
//!   LookBefore ──→ the door looks: nothing there is changed         Enter ──→ a session behind it
//!   Plan ──→ handlers tried once more, as they stand ─→ deployment::Plan
//!   Deploy(plan) ──→ deployment::deploy ──Progress, …──→ what stands, or why not
//!   Call ──→ the public URL ─→ answer ─→ its log
//! ```
//!
//! Steps of a lesson stay where they are: what is entered here is the deployment's own way.
//!
//! Invariant: nothing is made or called but by its own order, and what goes to the account is the very file that was tried.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use super::work::Asked;
use super::{Report, in_url};
use crate::account::cleanup::region::Region;
use crate::account::door::{Aim, Entered};
use crate::account::preflight::Preflight;
use crate::app::account::Reckoner;
use crate::app::effect::deployment::Order;
use crate::app::effect::workshop::Outgoing;
use crate::app::effect::{Answer, RequestId};
use crate::deployment::{self, Caller, Deployed, Handler, Plan, Progress};
use crate::runner::{RunError, Runner, account};

/// What was entered, and who calls what stands there.
#[derive(Default)]
pub(in crate::runner) struct There(Mutex<Been>);

#[derive(Default)]
struct Been {
    entered: Option<Arc<Entered>>,
    /// Knows which lines of the log were a request's already.
    caller: Option<Arc<Caller>>,
}

impl There {
    fn been(&self) -> MutexGuard<'_, Been> {
        // Each part is replaced as a whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From here on this is where deployments are.
    fn go_in(&self, entered: Arc<Entered>) {
        *self.been() = Been {
            entered: Some(entered),
            caller: None,
        };
    }

    fn entered(&self) -> Result<Arc<Entered>, RunError> {
        self.been().entered.clone().ok_or(RunError::NoAccount)
    }

    /// Who calls a deployment; the same one as long as it is the same.
    fn caller(&self, plan: Plan, deployed: Deployed) -> Arc<Caller> {
        let mut been = self.been();
        let same = been
            .caller
            .as_ref()
            .filter(|caller| *caller.deployed() == deployed && *caller.plan() == plan);
        if let Some(caller) = same {
            return Arc::clone(caller);
        }
        Arc::clone(been.caller.insert(Arc::new(Caller::new(plan, deployed))))
    }
}

impl Runner {
    pub(super) async fn ordered_on_account(
        &self,
        id: RequestId,
        workshop: RequestId,
        order: Order,
        report: Report<'_>,
    ) -> Result<Answer, RunError> {
        match order {
            Order::LookBefore => {
                let aim = Aim {
                    lessons: &[],
                    deployment: true,
                };
                self.preflight(aim, report).await
            }
            Order::Enter(preflight) => self.enter_to_deploy(&preflight).await,
            Order::Plan => self.plan(workshop).await,
            Order::Deploy(plan) => self.deploy(id, &plan, report).await,
            Order::Call {
                plan,
                deployed,
                outgoing,
            } => {
                let caller = self.there.caller(*plan, *deployed);
                self.call(id, &caller, outgoing, report).await
            }
        }
    }

    /// Goes in, with one session for each account and region: all that is sent there, by a lesson and its workshop, is held against one
    /// ceiling.
    pub(in crate::runner) async fn go_in(
        &self,
        preflight: &Preflight,
    ) -> Result<Arc<Entered>, RunError> {
        let been = self.there.entered().ok();
        let been = been
            .filter(|been| preflight.may_start() && preflight.place.as_ref() == Some(&been.place));
        if let Some(entered) = been {
            return Ok(entered);
        }
        let door = self.door()?;
        let entered = Arc::new(door.enter(preflight).await.map_err(RunError::Account)?);
        self.there.go_in(Arc::clone(&entered));
        Ok(entered)
    }

    async fn enter_to_deploy(&self, preflight: &Preflight) -> Result<Answer, RunError> {
        let entered = self.go_in(preflight).await?;
        let session = Arc::clone(&entered.session);
        // What is cleaned up, and what is said at the end, is what this session knows of.
        self.clean_in(Region::new(
            entered.target.clone(),
            entered.services.clone(),
            Arc::clone(&session),
        ));
        *self.session() = Some(Arc::clone(&session));
        Ok(Answer::Entered {
            place: session.place().clone(),
            books: account::books(Arc::clone(&session)).await?,
            reckoner: Reckoner(session),
        })
    }

    /// Tries the handlers as they stand, and plans.
    async fn plan(&self, workshop: RequestId) -> Result<Answer, RunError> {
        let entered = self.there.entered()?;
        let orders = self.workshops.orders(workshop);
        let orders = orders.ok_or(RunError::NoWorkshop)?;
        let (answer, handlers) = oneshot::channel();
        let asked = orders.send(Asked::Handlers(answer)).await;
        asked.map_err(|_| RunError::NoWorkshop)?;
        let handlers = handlers.await.map_err(|_| RunError::NotTried)??;
        let (language, allowance) = (handlers.language, handlers.allowance);
        let checked = handlers.tried.into_iter().map(|(goal, source, verdict)| {
            Handler::checked(goal.file(language), source, &verdict)
                .map_err(|error| RunError::Refused(error.to_string()))
        });
        let checked = checked.collect::<Result<Vec<_>, _>>()?;
        // They are all goals, in their order.
        let checked: [Handler; 3] = checked.try_into().map_err(|_| RunError::NotTried)?;
        let plan = Plan::new(&entered, language, checked, allowance).await;
        Ok(Answer::Planned(Box::new(plan.map_err(RunError::Account)?)))
    }

    /// Makes what the learner has agreed to.
    async fn deploy(
        &self,
        id: RequestId,
        plan: &Plan,
        report: Report<'_>,
    ) -> Result<Answer, RunError> {
        let entered = self.there.entered()?;
        let tell = |progress: Progress| report(Answer::Deploying(Box::new(progress)));
        let left = || self.is_cancelled(id);
        // One that was left in the middle of a call is waited for until that call has ended.
        let _turn = self.changing.lock().await;
        let made = Box::pin(deployment::deploy(&entered, plan, &left, &tell)).await;
        Ok(match made {
            Ok(deployed) => Answer::Deployed(Box::new(deployed)),
            Err(stopped) => Answer::Stopped(Box::new(stopped)),
        })
    }

    /// Sends a request to what stands.
    async fn call(
        &self,
        id: RequestId,
        caller: &Caller,
        outgoing: Outgoing,
        report: Report<'_>,
    ) -> Result<Answer, RunError> {
        let entered = self.there.entered()?;
        let Outgoing { method, path, body } = outgoing;
        let request = deployment::Request {
            method,
            path: in_url(&path),
            body: body.into_bytes(),
        };
        let tell = |progress: Progress| {
            report(match progress {
                Progress::Answered(way) => Answer::WaySoFar(way),
                progress => Answer::Deploying(Box::new(progress)),
            });
        };
        let left = || self.is_cancelled(id);
        let sent = Box::pin(caller.call(&entered, &request, &left, &tell)).await;
        let way = sent.map_err(RunError::Account)?.way;
        Ok(Answer::Way(Box::new(way)))
    }
}
