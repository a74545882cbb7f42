//! Calls to the services beside DynamoDB: IAM, Lambda, API Gateway and `CloudWatch` Logs, under all rules of the account.
//!
//! ```text
//!   Services::send(call) ─ rules::before ─ refused ───────────────────────→ Outcome::NotSent, in our words
//!                               │ whose is it? written down
//!                               ↓
//!                          client, the SDK's own ─ recorded ─ target::retry: another try where it does no harm
//!                               ↓
//!                          rules::after: what became of it is written down; a lost answer is looked for ──→ Answer: exchange, reply
//! ```
//!
//! What a call is, [`Call`] says; what came of it, [`Reply`] and the exchange as it was on the wire. All of these calls cost nothing
//! (<https://aws.amazon.com/api-gateway/pricing/>, <https://aws.amazon.com/cloudwatch/pricing/>, <https://aws.amazon.com/iam/faqs/>);
//! what things that they make cost is counted where those are used.
//!
//! Invariant: nothing is made that is not in the ledger before and tagged, and nothing changed or deleted that was not seen to be ours
//! right before.

mod call;
mod client;
mod code;
mod look;
mod reply;
mod rules;
mod secret;
mod seen;
mod shape;
mod whose;
mod words;

use std::sync::Arc;
use std::time::Duration;

use aws_config::SdkConfig;
use aws_smithy_runtime_api::client::http::SharedHttpClient;

pub use call::{
    BURST, Call, Effect, NewFunction, PAYLOAD_FORMAT, RATE, RETENTION_DAYS, ROLE_PATH, STAGE,
    Service,
};
pub use code::{is_missing, is_there};
pub use reply::{Detail, Event, FunctionDetail, Integration, Page, Reply, Route, Tags, Thing};
pub use seen::has_statement;

use super::session::Session;
use crate::simulator::trace::CapacityUnits;
use crate::target::exchange::{Exchange, Picodollars, Place, TargetName};
use crate::target::failure::{Answered, Failed, request_id};
use crate::target::guard::Watch;
use crate::target::recorder::{Recorder, Recording, timed};
use crate::target::retry::{self, Ended, Waits};
use client::{Clients, Maker};
use rules::Before;

/// A call and what came back, as a screen shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Called {
    pub service: Service,
    pub exchange: Exchange,
}

/// What came of a call. Where there is a reply, what was asked for is done: by this call, or by an earlier one whose answer was lost
/// (`exchange.already_done`).
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    pub called: Called,
    pub reply: Option<Reply>,
}

impl Answer {
    #[must_use]
    pub fn exchange(&self) -> &Exchange {
        &self.called.exchange
    }

    /// Whether the service says that there is no such thing.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        self.exchange().error_code().is_some_and(is_missing)
    }

    /// Why it is none of what was asked for, in one sentence, printable.
    #[must_use]
    pub fn trouble(&self) -> String {
        words::trouble(&self.called)
    }
}

/// The services of one place. Cheap to clone.
#[derive(Clone)]
pub struct Services {
    line: Arc<Line>,
}

struct Line {
    name: TargetName,
    clients: Clients,
    session: Arc<Session>,
    waits: Waits,
}

impl std::fmt::Debug for Services {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Services({})", self.line.name)
    }
}

impl Services {
    /// Region, credentials and clock are `config`'s; the address is `place`'s, whatever `config` says.
    #[must_use]
    pub fn new(
        place: &Place,
        config: &SdkConfig,
        http: &SharedHttpClient,
        session: Arc<Session>,
    ) -> Self {
        Self {
            line: Arc::new(Line {
                name: TargetName::Account(place.clone()),
                clients: Clients::new(place, config, http),
                session,
                waits: retry::real_waits(),
            }),
        }
    }

    /// The same, with other waits.
    #[must_use]
    pub fn with_waits(self, waits: Waits) -> Self {
        let place = self.session().place().clone();
        match Arc::try_unwrap(self.line) {
            Ok(line) => Self {
                line: Arc::new(Line { waits, ..line }),
            },
            Err(line) => Self {
                line: Arc::new(Line {
                    name: TargetName::Account(place),
                    clients: line.clients.clone(),
                    session: Arc::clone(&line.session),
                    waits,
                }),
            },
        }
    }

    #[must_use]
    pub fn session(&self) -> &Session {
        &self.line.session
    }

    /// Waits between two questions; returns early, and `false`, when nobody waits any more.
    pub async fn wait(&self, duration: Duration, watch: Watch<'_>) -> bool {
        retry::wait(&self.line.waits, duration, watch).await
    }

    /// Sends a call, past the rules. `watch` is told of other tries, and can leave between them.
    pub async fn send(&self, call: &Call, watch: Watch<'_>) -> Answer {
        let cleared = match self.before(call, watch).await {
            Ok(Before::Send(cleared)) => cleared,
            Ok(Before::AlreadyGone(why)) => {
                let mut answer = self.not_sent(call, why);
                answer.called.exchange.already_done = true;
                answer.reply = Some(Reply::Done);
                return answer;
            }
            Err(why) => return self.not_sent(call, why),
        };
        let answer = self.tried(call, watch).await;
        self.after(call, cleared, answer, watch).await
    }

    /// Sends a call with other tries where they are worth it.
    async fn tried(&self, call: &Call, watch: Watch<'_>) -> Answer {
        let line = self.line.as_ref();
        let reply = std::sync::Mutex::new(None);
        let one = || async {
            let (exchange, ended, answered) = line.once(call).await;
            *reply
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner) = answered;
            (exchange, ended)
        };
        let seed = line.session.run().seed();
        let exchange = retry::tries(call.twice(), &line.waits, seed, watch, || Ok(()), one).await;
        Answer {
            called: Called {
                service: call.service(),
                exchange,
            },
            reply: reply
                .into_inner()
                .unwrap_or_else(std::sync::PoisonError::into_inner),
        }
    }

    /// Why an answer is none of what was asked for, and what to do next; printable.
    #[must_use]
    pub fn why(&self, answer: &Answer) -> String {
        let mut words = answer.trouble();
        if let Some(advice) = words::advice(self.session(), &answer.called) {
            words.push(' ');
            words.push_str(&advice);
        }
        words
    }

    /// What is refused on our side.
    fn not_sent(&self, call: &Call, why: String) -> Answer {
        let (exchange, ..) = self.line.exchange(
            call,
            Err(Failed::NotSent(why)),
            Recording::default(),
            Duration::ZERO,
        );
        Answer {
            called: Called {
                service: call.service(),
                exchange,
            },
            reply: None,
        }
    }
}

impl Line {
    /// One try of one call.
    async fn once(&self, call: &Call) -> (Exchange, Ended, Option<Reply>) {
        let recorder = Recorder::default();
        let maker = Maker {
            run: self.session.run(),
            by: self.session.by(),
        };
        let (result, elapsed) = timed(self.clients.once(call, maker, recorder.clone())).await;
        let mut recording = recorder.take();
        if let (Call::GetFunction { .. }, Some(response)) = (call, &mut recording.response) {
            secret::strike_out(response);
        }
        let says_nothing = recording
            .response
            .as_ref()
            .is_some_and(|response| response.body.is_empty());
        // A list that is not there is no list that is empty: what is ours would be made a second time.
        let result = match result {
            Ok(_) if says_nothing && call.effect() == Effect::Reads => Err(Failed::Stranger),
            result => result,
        };
        self.exchange(call, result, recording, elapsed)
    }

    fn exchange(
        &self,
        call: &Call,
        result: Result<Reply, Failed>,
        recording: Recording,
        elapsed: Duration,
    ) -> (Exchange, Ended, Option<Reply>) {
        let Recording {
            request,
            response,
            status,
        } = recording;
        let (reply, result) = match result {
            Ok(reply) => (Some(reply), Ok(())),
            Err(failed) => (None, Err(failed)),
        };
        let (outcome, ended) = Answered {
            from: &self.name,
            service: call.service().name(),
            response: response.as_ref(),
            status,
            speaks: true,
        }
        .outcome(result);
        let exchange = Exchange {
            target: self.name.clone(),
            operation: call.operation().to_owned(),
            request: request.unwrap_or_default(),
            request_id: response.as_ref().and_then(request_id),
            response,
            outcome,
            read: CapacityUnits::ZERO,
            written: CapacityUnits::ZERO,
            price: Picodollars(0),
            price_is_most: false,
            elapsed,
            trace: None,
            attempts: Vec::new(),
            unsettled: ended.unsettled(),
            remark: None,
            already_done: false,
        };
        (exchange, ended, reply)
    }
}
