//! What goes wrong, and at which call.

use super::call::{Call, Service};
use super::http::Answer;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The client is killed, and the call is never carried out.
    KillBefore,
    /// The call is carried out, the client is killed, and nothing is answered.
    KillAfter,
    /// The connection ends, and the call is never carried out.
    DropBefore,
    /// The call is carried out, and then the connection ends.
    DropAfter,
    Throttle,
    InternalError,
    AccessDenied,
    ExpiredToken,
    /// The client's clock is wrong by more than a signature may be old.
    WrongClock,
    /// No answer, until the server ends.
    Hang,
}

#[derive(Debug, Clone)]
pub enum When {
    /// The first call is 1; those for credentials don't count.
    Call(usize),
    /// Those that are about a table there may be: not a probe of what is allowed.
    Operation(&'static str),
}

/// Which calls go wrong, how, and how often.
#[derive(Debug, Clone)]
pub struct Rule {
    pub when: When,
    pub fault: Fault,
    pub times: usize,
}

impl Rule {
    pub fn applies(&self, number: usize, call: &Call) -> bool {
        self.times > 0
            && match self.when {
                When::Call(wanted) => wanted == number,
                When::Operation(wanted) => wanted == call.operation && !call.probes(),
            }
    }
}

impl Fault {
    /// The answer in the service's words, for a fault that is one.
    pub fn answer(self, call: &Call, account: &str, caller: &str) -> Option<Answer> {
        let (status, code, words) = match self {
            Self::Throttle => (
                400,
                "ThrottlingException",
                "Rate of requests exceeds the allowed throughput.".to_owned(),
            ),
            Self::InternalError => (
                500,
                "InternalServerError",
                "The request processing has failed because of an unknown error.".to_owned(),
            ),
            Self::AccessDenied => (400, "AccessDeniedException", denied(call, account, caller)),
            Self::ExpiredToken => (
                400,
                "ExpiredTokenException",
                "The security token included in the request is expired".to_owned(),
            ),
            Self::WrongClock => (
                400,
                "InvalidSignatureException",
                "Signature expired: 20200101T000000Z is now earlier than 20261126T030000Z (20261126T031500Z - 15 min.)"
                    .to_owned(),
            ),
            Self::KillBefore | Self::KillAfter | Self::DropBefore | Self::DropAfter | Self::Hang => {
                return None;
            }
        };
        Some(match call.service {
            Service::Sts => super::sts::error(status, code, &words),
            _ => super::tables::error(status, code, &words),
        })
    }
}

fn denied(call: &Call, account: &str, caller: &str) -> String {
    let Call {
        operation, region, ..
    } = call;
    if call.service == Service::Sts {
        return format!(
            "User: {caller} is not authorized to perform: sts:{operation} with an explicit deny in a service control policy"
        );
    }
    let table = call.tables.first().map_or("*", String::as_str);
    format!(
        "User: {caller} is not authorized to perform: dynamodb:{operation} on resource: arn:aws:dynamodb:{region}:{account}:table/{table} because no identity-based policy allows the dynamodb:{operation} action"
    )
}
