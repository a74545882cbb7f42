//! What goes wrong, and at which call.

use std::collections::BTreeSet;

use crate::services::call::{Call, Service};
use crate::services::message::Answer;
use crate::services::refusal::{Common, common, error};

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
    /// The call is carried out, and its answer ends in the middle of a word.
    Malformed,
    /// The call is carried out, and its answer says that all is well, and nothing more.
    Empty,
    /// What was just made is not to be seen yet: a role, so far.
    Unseen,
}

#[derive(Debug, Clone)]
pub enum When {
    /// The first call is 1; those for credentials don't count.
    Call(usize),
    /// That one, and all after it.
    From(usize),
    /// Those that are about something there may be: not a probe of what is allowed.
    Operation(&'static str),
    /// Those that make or change something, by other operations than these, and are no probe.
    NewChange(BTreeSet<String>),
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
            && match &self.when {
                When::Call(wanted) => *wanted == number,
                When::From(first) => *first <= number,
                When::Operation(wanted) => *wanted == call.operation && !call.probes(),
                When::NewChange(known) => {
                    (call.changes() || call.makes())
                        && !call.probes()
                        && !known.contains(&call.operation)
                }
            }
    }
}

impl Fault {
    /// Whether the call is carried out all the same.
    pub fn carries_out(self) -> bool {
        matches!(
            self,
            Self::KillAfter | Self::DropAfter | Self::Malformed | Self::Empty
        )
    }

    /// The answer in the service's words, for a fault that is one.
    pub fn answer(self, call: &Call, account: &str, caller: &str) -> Option<Answer> {
        let what = match self {
            Self::Unseen => {
                let role = call.thing.as_deref().unwrap_or_default();
                let words = format!("The role with name {role} cannot be found.");
                return Some(error(call.service, 404, "NoSuchEntity", &words));
            }
            Self::Throttle => Common::Throttled,
            Self::InternalError => Common::Failed,
            Self::AccessDenied => Common::Denied,
            Self::ExpiredToken => Common::Expired,
            Self::WrongClock => Common::WrongClock,
            Self::KillBefore
            | Self::KillAfter
            | Self::DropBefore
            | Self::DropAfter
            | Self::Hang
            | Self::Malformed
            | Self::Empty => return None,
        };
        Some(common(call.service, what, &denied(call, account, caller)))
    }
}

/// What is left of an answer that breaks off.
pub fn broken_off(mut answer: Answer) -> Answer {
    answer.body.truncate(answer.body.len() / 2);
    answer.headers.retain(|(name, _)| name != "x-amz-crc32");
    answer
}

/// What is left of an answer that says nothing.
pub fn emptied(mut answer: Answer) -> Answer {
    answer.body.clear();
    answer.headers.retain(|(name, _)| name != "x-amz-crc32");
    answer
}

fn denied(call: &Call, account: &str, caller: &str) -> String {
    let Call {
        operation, region, ..
    } = call;
    let (action, resource) = match call.service {
        Service::Sts => {
            return format!(
                "User: {caller} is not authorized to perform: sts:{operation} with an explicit deny in a service control policy"
            );
        }
        Service::Iam => {
            let role = call.thing.as_deref().unwrap_or_default();
            (
                format!("iam:{operation}"),
                format!("arn:aws:iam::{account}:role/{role}"),
            )
        }
        Service::Lambda => {
            let name = call.thing.as_deref().unwrap_or("*");
            let arn = format!("arn:aws:lambda:{region}:{account}:function:{name}");
            (format!("lambda:{operation}"), arn)
        }
        Service::ApiGateway => {
            let id = call.thing.as_deref().unwrap_or_default();
            let verb = if operation.starts_with("Get") {
                "GET"
            } else {
                "POST"
            };
            let arn = format!("arn:aws:apigateway:{region}::/apis/{id}");
            (format!("apigateway:{verb}"), arn)
        }
        Service::Logs => {
            let name = call.thing.as_deref().unwrap_or_default();
            let arn = format!("arn:aws:logs:{region}:{account}:log-group:{name}:log-stream:");
            (format!("logs:{operation}"), arn)
        }
        Service::DynamoDb | Service::Url | Service::Credentials => {
            let table = call.tables.first().map_or("*", String::as_str);
            let arn = format!("arn:aws:dynamodb:{region}:{account}:table/{table}");
            (format!("dynamodb:{operation}"), arn)
        }
    };
    format!(
        "User: {caller} is not authorized to perform: {action} on resource: {resource} because no identity-based policy allows the {action} action"
    )
}
