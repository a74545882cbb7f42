//! The services of an AWS account beside its tables, played: IAM, Lambda, API Gateway, `CloudWatch` Logs.
//!
//! ```text
//!   Request ──▶ call::Call::of ──▶ Services::call ──▶ Answer
//!                                    iam       roles, their policies and tags, one account
//!                                    lambda    functions, who may invoke them       ╮
//!                                    gateway   APIs with integrations, routes, stages│ a region each
//!                                    logs      groups, retention, events            ╯
//! ```
//!
//! They do what the API references say of the calls that a deployment makes, in the services' own forms and words, also where that
//! is in the way: an API's name is not unique, a role with policies can't be deleted, a new role can't be assumed for a while, a new
//! function is Pending. A function runs no code: its URL tells which route was taken, and writes the log that Lambda would.
//! Pure: no clock, no socket. Whoever keeps a copy can go back to it.
//! Invariant: whoever changes what another access key made is written down.

pub mod call;
mod gateway;
mod iam;
mod lambda;
mod logs;
pub mod message;
pub mod refusal;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use call::{Call, Service};
use message::{Answer, Request};

/// How long it takes until a thing that was made is what it will be, in calls.
#[derive(Debug, Clone, Copy)]
pub struct Lag {
    /// How often Lambda says that it can't assume a new role.
    pub role: usize,
    /// How many looks at a new or changed function still say that it is not ready.
    pub function: usize,
}

/// A thing of the account: who made it, and what it is.
#[derive(Debug, Clone)]
struct Thing {
    maker: String,
    value: Value,
    /// How many looks, or uses, it is still not ready for.
    late: usize,
}

/// Region and name, or id.
type Key = (String, String);

/// All services. A copy is the account at that moment.
#[derive(Debug, Clone)]
pub struct Services {
    account: String,
    /// What an API's id stands before in its URL, and the scheme: `https`, `execute-api.us-east-1.amazonaws.com`.
    served: (&'static str, String),
    lag: Lag,
    /// Milliseconds since 1970, for what is logged.
    pub now: u64,
    roles: BTreeMap<String, Thing>,
    functions: BTreeMap<Key, Thing>,
    apis: BTreeMap<Key, Thing>,
    groups: BTreeMap<Key, Thing>,
    /// Everything that is made gets another number.
    next: u64,
    trespasses: Vec<String>,
}

/// What went wrong in a service's words: status, code, message.
struct Refused(u16, &'static str, String);

type Reply = Result<Answer, Refused>;

impl Services {
    pub fn new(account: &str, served: (&'static str, &str), lag: Lag) -> Self {
        Self {
            account: account.to_owned(),
            served: (served.0, served.1.to_owned()),
            lag,
            now: 0,
            roles: BTreeMap::new(),
            functions: BTreeMap::new(),
            apis: BTreeMap::new(),
            groups: BTreeMap::new(),
            next: 0,
            trespasses: Vec::new(),
        }
    }

    /// Carries a call out.
    pub fn call(&mut self, call: &Call, request: &Request) -> Answer {
        let reply = match call.service {
            Service::Iam => self.iam(call, request),
            Service::Lambda => self.lambda(call, request),
            Service::ApiGateway => self.gateway(call, request),
            Service::Logs => self.logs(call),
            Service::Url => self.url(call, request),
            Service::DynamoDb | Service::Sts | Service::Credentials => {
                unreachable!("{:?} is played elsewhere", call.service)
            }
        };
        reply.unwrap_or_else(|Refused(status, code, words)| {
            refusal::error(call.service, status, code, &words)
        })
    }

    /// Calls that changed what was not the caller's.
    pub fn trespasses(&self) -> &[String] {
        &self.trespasses
    }

    /// Everything, in lines: whose, where, what.
    fn lines(&self) -> impl Iterator<Item = (&str, String)> {
        let roles = self
            .roles
            .iter()
            .map(|(name, thing)| (thing, format!("role {name}")));
        let regional = [
            ("function", &self.functions),
            ("api", &self.apis),
            ("log group", &self.groups),
        ];
        let regional = regional.into_iter().flat_map(|(kind, things)| {
            things
                .iter()
                .map(move |((region, name), thing)| (thing, format!("{kind} {region} {name}")))
        });
        roles
            .chain(regional)
            .map(|(thing, what)| (thing.maker.as_str(), format!("{what} {}", thing.value)))
    }

    /// What somebody made and is still there, as `kind region name …`.
    pub fn made_by(&self, access_key: &str) -> Vec<String> {
        let theirs = self.lines().filter(|(maker, _)| *maker == access_key);
        theirs.map(|(_, line)| line).collect()
    }

    /// Everything that this person did not make, byte for byte.
    pub fn dump_of_others(&self, access_key: &str) -> Vec<String> {
        let others = self.lines().filter(|(maker, _)| *maker != access_key);
        others.map(|(_, line)| line).collect()
    }

    /// Kind, name and what tells it from another one of that name, of all that somebody made. A function has nothing of the kind.
    pub fn things_of(&self, access_key: &str) -> Vec<(&'static str, String, Option<String>)> {
        let of = |value: &Value| match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let theirs = |thing: &&Thing| thing.maker == access_key;
        let roles = self.roles.values().filter(theirs).map(|role| {
            let id = Some(of(&role.value["id"]));
            ("role", of(&role.value["name"]), id)
        });
        let functions = self.functions.values().filter(theirs).map(|function| {
            let name = of(&function.value["configuration"]["FunctionName"]);
            ("function", name, None)
        });
        let apis = self.apis.values().filter(theirs).map(|api| {
            let api = &api.value["api"];
            ("API", of(&api["name"]), Some(of(&api["apiId"])))
        });
        let groups = self.groups.values().filter(theirs).map(|group| {
            let id = Some(of(&group.value["creationTime"]));
            ("log group", of(&group.value["logGroupName"]), id)
        });
        roles.chain(functions).chain(apis).chain(groups).collect()
    }

    fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    /// A new thing of the caller's.
    fn thing(call: &Call, value: Value, late: usize) -> Thing {
        Thing {
            maker: call.access_key.clone(),
            value: sorted(value),
            late,
        }
    }

    /// Writes down a call that changes what somebody else made.
    fn watch(trespasses: &mut Vec<String>, call: &Call, maker: &str, what: &str) {
        if call.changes() && maker != call.access_key {
            trespasses.push(format!(
                "{} of {} on {what}, which {maker} made",
                call.operation, call.access_key
            ));
        }
    }
}

/// With all members in order: clients send tags in any.
fn sorted(mut value: Value) -> Value {
    value.sort_all_objects();
    value
}

/// An object, or an empty one.
fn object(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

fn json_answer(status: u16, body: &Value) -> Answer {
    Answer::new(status, "application/json", body.to_string())
}

/// One page of a list, whose token is the place where the next one begins. Pages are small, so that whoever forgets to ask for the
/// next one is seen.
fn page(all: &[Value], token: Option<&str>) -> (Vec<Value>, Option<String>) {
    const PAGE: usize = 2;
    let from = token.and_then(|token| token.parse().ok()).unwrap_or(0);
    let end = all.len().min(from + PAGE);
    let next = (end < all.len()).then(|| end.to_string());
    (all.get(from..end).unwrap_or_default().to_vec(), next)
}

/// Takes these keys out of an object of tags.
fn without_keys(tags: &Value, keys: &[String]) -> Value {
    let mut tags = object(tags);
    tags.retain(|key, _| !keys.contains(key));
    json!(tags)
}
