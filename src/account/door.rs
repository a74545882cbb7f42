//! The way into an account: looked at first, entered when the learner says so.
//!
//! ```text
//!   Door ── preflight ──→ findings, one by one ──→ Preflight        nothing there is changed
//!    └───── enter ──────→ Session (guard, ledger, budget) and the target behind it
//! ```
//!
//! Invariant: an account is entered only after a preflight that found nothing against it.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_runtime_api::client::http::SharedHttpClient;

use super::claim::Claim;
use super::ledger::Ledger;
use super::preflight::{self, Check, Finding, Opened, Preflight, Wanted};
use super::service::Services;
use super::session::{Opening, Session};
use super::tag::RunId;
use crate::lesson::model::Lesson;
use crate::target::Target;
use crate::target::choice::AccountWish;
use crate::target::exchange::{Picodollars, Place};
use crate::target::guard::Guard;
use crate::transport::https::{self, Web};
use crate::transport::in_process::Clock;

/// Reads the environment.
pub type Variable = Arc<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// What a door is made of.
#[derive(Clone)]
pub struct Frame {
    pub wish: AccountWish,
    /// Options that choose the same account and ledger in a shell, for commands that are proposed: ` --profile class`.
    pub flags: String,
    pub allow_root: bool,
    /// The most a session may cost.
    pub ceiling: Picodollars,
    /// Where the ledger is.
    pub state: PathBuf,
    pub run: RunId,
    pub variable: Variable,
    pub clock: Clock,
}

/// What is going to be done behind a door; nothing is made where both are left out.
#[derive(Debug, Clone, Copy, Default)]
pub struct Aim<'a> {
    /// Whose steps go there.
    pub lessons: &'a [Lesson],
    /// Whether the workshop's functions are taken there.
    pub deployment: bool,
}

impl<'a> Aim<'a> {
    /// Steps of these lessons.
    #[must_use]
    pub const fn steps(lessons: &'a [Lesson]) -> Self {
        Self {
            lessons,
            deployment: false,
        }
    }
}

/// A door to one account and region.
pub struct Door {
    frame: Frame,
    http: SharedHttpClient,
    web: Arc<Web>,
    found: Mutex<Option<Found>>,
    /// Places that this door keeps for itself; its sessions keep them with it.
    claimed: Mutex<Vec<Arc<Claim>>>,
}

/// What the last preflight left open.
struct Found {
    preflight: Preflight,
    opened: Arc<Opened>,
    ledger: Ledger,
}

/// What is behind the door.
pub struct Entered {
    pub place: Place,
    /// Behind the session's guard.
    pub target: Target,
    /// The other services, behind the same.
    pub services: Services,
    /// For requests to what was made there.
    pub web: Arc<Web>,
    pub session: Arc<Session>,
}

impl std::fmt::Debug for Door {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Door")
    }
}

impl Door {
    #[must_use]
    pub fn new(frame: Frame) -> Self {
        Self {
            http: https::client(frame.variable.as_ref()),
            web: Arc::new(Web::new(frame.variable.as_ref())),
            frame,
            found: Mutex::new(None),
            claimed: Mutex::default(),
        }
    }

    /// The most a session behind it may cost.
    #[must_use]
    pub fn ceiling(&self) -> Picodollars {
        self.frame.ceiling
    }

    /// Looks at everything before anything happens; each finding is reported as soon as it is known.
    pub async fn preflight(
        &self,
        aim: Aim<'_>,
        report: &(dyn Fn(Finding) + Send + Sync),
    ) -> Preflight {
        *self.found() = None;
        let (state, now) = (self.frame.state.clone(), (self.frame.clock)().millis());
        let opened = tokio::task::spawn_blocking(move || Ledger::open(&state, now)).await;
        let problem = match opened {
            Ok(Ok((ledger, words))) => {
                let aside = words.map(|words| Finding::warning(Check::Leftovers, words));
                return self.look(aim, ledger, aside, report).await;
            }
            Ok(Err(error)) => error.to_string(),
            Err(error) => error.to_string(),
        };
        let finding = Finding::stop(
            Check::Leftovers,
            format!(
                "what is made on an account can't be written down, so nothing is made: {problem}"
            ),
        );
        report(finding.clone());
        Preflight {
            findings: vec![finding],
            ..Preflight::default()
        }
    }

    async fn look(
        &self,
        aim: Aim<'_>,
        ledger: Ledger,
        aside: Option<Finding>,
        report: &(dyn Fn(Finding) + Send + Sync),
    ) -> Preflight {
        let frame = &self.frame;
        let wanted = Wanted {
            wish: &frame.wish,
            flags: &frame.flags,
            allow_root: frame.allow_root,
            lessons: aim.lessons,
            deployment: aim.deployment,
            variable: frame.variable.as_ref(),
            clock: &frame.clock,
            http: &self.http,
            ledger: &ledger,
            run: frame.run,
        };
        if let Some(aside) = &aside {
            report(aside.clone());
        }
        let (mut preflight, opened) = preflight::look(&wanted, report).await;
        preflight.findings.splice(0..0, aside);
        if let Some(opened) = opened {
            *self.found() = Some(Found {
                preflight: preflight.clone(),
                opened: Arc::new(opened),
                ledger,
            });
        }
        preflight
    }

    /// The ledger, once the account was looked at.
    #[must_use]
    pub fn ledger(&self) -> Option<Ledger> {
        self.found().as_ref().map(|found| found.ledger.clone())
    }

    /// Goes in.
    ///
    /// # Errors
    /// A preflight that is not this door's last one or that found something against it, and a ledger that can't be read.
    pub async fn enter(&self, preflight: &Preflight) -> Result<Entered, String> {
        let place = preflight.place.as_ref();
        if let Some(place) = place {
            self.claim(place)?;
        }
        let region = place.map(|place| place.region.clone());
        self.enter_in(preflight, &region.unwrap_or_default()).await
    }

    /// Makes sure that nobody else with this state directory works on a place.
    ///
    /// # Errors
    /// Somebody does: in words for the learner.
    pub fn claim(&self, place: &Place) -> Result<(), String> {
        let mut claimed = self.claimed();
        if !claimed.iter().any(|claim| claim.is_of(place)) {
            claimed.push(Arc::new(Claim::of(place, &self.frame.state)?));
        }
        Ok(())
    }

    fn claimed(&self) -> std::sync::MutexGuard<'_, Vec<Arc<Claim>>> {
        // A claim is added as a whole, so the list is whole even if a holder died.
        self.claimed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Goes into another region of the same account.
    ///
    /// # Errors
    /// The same.
    pub async fn enter_in(&self, preflight: &Preflight, region: &str) -> Result<Entered, String> {
        let (opened, ledger) = {
            let found = self.found();
            let found = found
                .as_ref()
                .filter(|found| found.preflight == *preflight && preflight.may_start())
                .ok_or("this account was not looked at, or something stands against going on")?;
            (Arc::clone(&found.opened), found.ledger.clone())
        };
        let place = Place {
            region: region.to_owned(),
            ..opened.place.clone()
        };
        let claim = self
            .claimed()
            .iter()
            .find(|claim| claim.is_of(&place))
            .cloned();
        let opening = Opening {
            place: place.clone(),
            run: self.frame.run,
            caller: opened
                .identity
                .as_ref()
                .map_or_else(String::new, |identity| identity.arn.clone()),
            ledger,
            ceiling: self.frame.ceiling,
            clock: Arc::clone(&self.frame.clock),
            // So that a step can be run again as soon as its learner has signed in again.
            forget: {
                let keeper = opened.keeper.clone();
                Arc::new(move || keeper.forget())
            },
            renewal: opened.way.renew(),
        };
        let session = tokio::task::spawn_blocking(move || Session::new(opening))
            .await
            .map_err(|error| error.to_string())?
            .map_err(|error| error.to_string())?;
        let session = Arc::new(session.keeping(claim));
        let target = Target::account(
            place.clone(),
            &opened.config,
            self.http.clone(),
            Arc::clone(&session) as Arc<dyn Guard>,
        );
        let services = Services::new(&place, &opened.config, &self.http, Arc::clone(&session));
        Ok(Entered {
            place,
            target,
            services,
            web: Arc::clone(&self.web),
            session,
        })
    }

    fn found(&self) -> std::sync::MutexGuard<'_, Option<Found>> {
        // It is replaced as a whole, so it is whole even if a holder died.
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
