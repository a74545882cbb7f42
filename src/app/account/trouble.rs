//! After a request that did not do what its page says, on an account: what happened there, what may have happened, and
//! what the next Enter does.
//!
//! Invariant: nothing is said to be unchanged there unless the service said so, or the request never left.

use crate::account::ledger::Kind;
use crate::app::effect::StepReport;
use crate::app::key::Action;
use crate::app::paper::{Hit, Paper, Role, Span, wrap};
use crate::app::state::Shared;
use crate::lesson::model::{Activity, Request};
use crate::target::exchange::{Exchange, Outcome};

/// What kind of failure it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// Our own rules kept it back.
    KeptBack,
    /// It left, and no answer says whether it was carried out.
    Unsettled,
    /// It never arrived.
    Unreached,
    /// The credentials are not good any more.
    Credentials,
    Denied,
    Throttled,
    /// The service's own failure.
    Service,
    /// What it is about is not there.
    NotThere,
    /// What it would make is there.
    AlreadyThere,
    /// Something else than the page says.
    Otherwise,
}

impl Trouble {
    /// Of the last run of a step; `None` when it did what the page says.
    #[must_use]
    pub fn of(report: &StepReport) -> Option<Self> {
        let exchange = &report.exchange;
        if report.failures.is_empty() && exchange.response.is_some() || exchange.already_done {
            return None;
        }
        Some(Self::of_exchange(exchange))
    }

    /// Of an exchange that did not do what it should.
    #[must_use]
    pub fn of_exchange(exchange: &Exchange) -> Self {
        let last = Self::of_last_try(exchange);
        // That the last try did nothing says nothing of those before it.
        let earlier = exchange.attempts.iter().any(|one| one.unsettled);
        if earlier && last.changed_nothing() {
            Self::Unsettled
        } else {
            last
        }
    }

    /// Whether it is known that the request did nothing.
    const fn changed_nothing(self) -> bool {
        matches!(
            self,
            Self::KeptBack | Self::Unreached | Self::Credentials | Self::Denied | Self::Throttled
        )
    }

    fn of_last_try(exchange: &Exchange) -> Self {
        if exchange.unsettled {
            return Self::Unsettled;
        }
        match &exchange.outcome {
            Outcome::NotSent { .. } => Self::KeptBack,
            Outcome::Unanswered { .. } => Self::Unreached,
            outcome if outcome.is_throttled() => Self::Throttled,
            Outcome::ServiceError { code, .. } => match code.as_str() {
                "ExpiredTokenException"
                | "ExpiredToken"
                | "RequestExpired"
                | "UnrecognizedClientException"
                | "InvalidClientTokenId"
                | "InvalidSignatureException"
                | "MissingAuthenticationTokenException"
                | "IncompleteSignatureException" => Self::Credentials,
                "AccessDeniedException" | "AccessDenied" | "OptInRequired" => Self::Denied,
                "InternalServerError" | "InternalFailure" | "ServiceUnavailable" => Self::Service,
                "ResourceNotFoundException" | "TableNotFoundException" => Self::NotThere,
                "ResourceInUseException" if exchange.operation == "CreateTable" => {
                    Self::AlreadyThere
                }
                _ => Self::Otherwise,
            },
            Outcome::Success => Self::Otherwise,
        }
    }

    /// Whether the same request is worth sending again, so that Enter does that instead of going on.
    #[must_use]
    pub const fn again(self) -> bool {
        !matches!(self, Self::NotThere | Self::AlreadyThere | Self::Otherwise)
    }

    /// What the next key does, where the guard of an account looks before it makes or deletes a table once more.
    fn does(self, operation: &str) -> &'static str {
        let looked_up = matches!(operation, "CreateTable" | "DeleteTable");
        if looked_up && matches!(self, Self::Unsettled | Self::Service) {
            " sends it once more, and finds out first what became of it"
        } else {
            self.words().does
        }
    }

    fn words(self) -> Words {
        const MORE: &str = " sends it once more";
        let enter = |happened, before, does| Words {
            happened,
            before,
            key: "Enter",
            does,
        };
        let again = |happened| Words {
            happened,
            before: "",
            key: "r",
            does: MORE,
        };
        match self {
            Self::KeptBack => enter(
                "It was not sent, so it changed nothing on the account.",
                "",
                " tries once more",
            ),
            Self::Unsettled => enter(
                "It may have been carried out on the account, or not: the answer that would say so never came.",
                "",
                MORE,
            ),
            Self::Unreached => enter(
                "It did not arrive, so it changed nothing on the account.",
                "When the network is there again, ",
                MORE,
            ),
            Self::Credentials => enter(
                "It was refused, so it changed nothing on the account: the credentials are not good any more.",
                "Renew them in another terminal; then ",
                MORE,
            ),
            Self::Denied => enter(
                "It was refused, so it changed nothing on the account: your policy does not allow it. `dynatour policy` prints one that does.",
                "When you may, ",
                MORE,
            ),
            Self::Throttled => enter(
                "It was refused again and again because it came too fast; it changed nothing on the account.",
                "",
                MORE,
            ),
            Self::Service => enter(
                "The service failed. Whether it did anything before is not known.",
                "",
                MORE,
            ),
            Self::NotThere => again("What it is about is not on the account."),
            Self::AlreadyThere => again("It is there already, so nothing changed on the account."),
            Self::Otherwise => again("It did something else than this page says."),
        }
    }
}

/// What happened on the account, and what the next key does: `before`, the key, `does`.
#[derive(Debug, Clone, Copy)]
struct Words {
    happened: &'static str,
    before: &'static str,
    key: &'static str,
    does: &'static str,
}

/// The lines below the service's answer.
#[must_use]
pub fn paper(trouble: Trouble, exchange: &Exchange, shared: &Shared, columns: u16) -> Paper {
    let words = trouble.words();
    let mut paper = Paper::new();
    let span = |role, text: &str| Span {
        text: text.to_owned(),
        role,
    };
    let origin = match trouble {
        Trouble::NotThere => origin(exchange, shared),
        Trouble::AlreadyThere => whose(exchange, shared),
        _ => None,
    };
    let happened = match origin {
        Some(origin) => format!("{} {origin}", words.happened),
        None => words.happened.to_owned(),
    };
    paper.extend(wrap(&[span(Role::Text, &happened)], columns, 0));
    let spans = [
        span(Role::Dim, words.before),
        span(Role::Accent, words.key),
        span(Role::Dim, trouble.does(&exchange.operation)),
        span(Role::Dim, "; "),
        span(Role::Accent, "S"),
        span(Role::Dim, " goes on here with the simulated table."),
    ];
    let lines = wrap(&spans, columns, 0).into_iter();
    paper.extend(lines.map(|line| line.hit(Hit::Do(Action::GoOnSimulated))));
    paper
}

/// The first table that a request is about.
fn table(exchange: &Exchange) -> Option<String> {
    let request = Request {
        operation: exchange.operation.clone(),
        body: serde_json::from_slice(&exchange.request.body).ok()?,
    };
    request.tables().first().map(|table| (*table).to_owned())
}

/// Whose a table is that is there already.
fn whose(exchange: &Exchange, shared: &Shared) -> Option<String> {
    let table = table(exchange)?;
    Some(
        if shared
            .left_here()
            .any(|one| one.kind == Kind::Table && one.name == table)
        {
            format!("An earlier run of this program made {table}: go on to the next page.")
        } else {
            format!("This program did not make {table}, so it does not touch it.")
        },
    )
}

/// `The table pets is made in 8 · Hands-on: the pets table, page 2.`
fn origin(exchange: &Exchange, shared: &Shared) -> Option<String> {
    let table = table(exchange)?;
    let (section, page) = maker(&table, shared)?;
    Some(format!(
        "The table {table} is made in {section}, page {page}."
    ))
}

/// The section and the page (from 1) where the lesson makes a table.
#[must_use]
pub fn maker(table: &str, shared: &Shared) -> Option<(String, usize)> {
    for section in &shared.lesson().sections {
        for (index, page) in section.pages.iter().enumerate() {
            if let Some(Activity::Step(step)) = &page.activity
                && step.request.operation == "CreateTable"
                && step.request.tables().contains(&table)
            {
                let title = format!("{} · {}", section.number, section.title);
                return Some((title, index + 1));
            }
        }
    }
    None
}
