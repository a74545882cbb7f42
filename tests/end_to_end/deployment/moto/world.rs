//! An account at moto's server, behind a server of this process that counts and lets go wrong; and what its owner sees there.
//!
//! Invariant: the owner asks past that server and past the program, so nothing of what is tested is used to look.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Work;
use super::program::{NAME, State, code};
use crate::account::learner::REGION;
use crate::aws::Aws;
use crate::others::Server;
use crate::owner::{Owner, Thing};

pub struct World {
    pub aws: Aws,
    owner: Owner,
    /// All that was there before, byte for byte.
    before: Vec<String>,
    theirs: BTreeSet<Thing>,
    _server: Server,
}

/// What is somebody else's: names like ours, one that is ours, and the tags of another's run.
fn plant(owner: &Owner) {
    owner.plant_table(REGION, "dynatour-payroll");
    let role = owner.plant_role("/dynatour/", "dynatour-payroll");
    owner.plant_function(REGION, "dynatour-payroll", &role);
    owner.plant_group(REGION, "/aws/lambda/dynatour-payroll");
    owner.plant_api(REGION, NAME);
    let tags = json!({
        "dynatour:made-by": "dynatour", "dynatour:run": "0000000900000009",
        "dynatour:by": "arn:aws:iam::123456789012:user/paul",
    });
    let group = "/aws/lambda/dynatour-00000009-get-pet";
    owner.logs(
        REGION,
        "CreateLogGroup",
        &json!({ "logGroupName": group, "tags": tags }),
    );
    let api = json!({ "name": "dynatour-00000009", "protocolType": "HTTP", "tags": tags });
    let (status, answer) = owner.rest("apigateway", REGION, ("POST", "/v2/apis"), &api);
    // moto says 200.
    assert!(matches!(status, 200 | 201), "{answer}");
}

impl World {
    pub fn new(server: Server) -> Self {
        let aws = Aws::start();
        aws.stands_before(server.address());
        let mut world = Self {
            aws,
            before: Vec::new(),
            theirs: BTreeSet::new(),
            owner: server.owner(),
            _server: server,
        };
        world.renew();
        world
    }

    /// As if nobody had been there.
    pub fn renew(&mut self) {
        self.owner.forget_all();
        plant(&self.owner);
        self.before = self.owner.dump(&[REGION]);
        self.theirs = self.owner.things(REGION);
    }

    /// What is there that was not planted.
    pub fn ours(&self) -> Vec<Thing> {
        let there = self.owner.things(REGION).into_iter();
        there.filter(|thing| !self.theirs.contains(thing)).collect()
    }

    fn asked(&self, service: &str, path: &str) -> Value {
        let (status, answer) = self
            .owner
            .rest(service, REGION, ("GET", path), &Value::Null);
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    /// Why it is not one of each that work together, if it is not.
    pub fn is_not_whole(&self, work: Work) -> Vec<String> {
        let ours = self.ours();
        let mut wrong = Vec::new();
        let mut expect = |what: &str, found: usize, wanted: usize| {
            if found != wanted {
                wrong.push(format!("{found} of {what}, and not {wanted}: {ours:?}"));
            }
        };
        let kinds = [
            ("table", 1),
            ("role", 3),
            ("log group", 3),
            ("function", 3),
            ("API", 1),
        ];
        for (kind, wanted) in kinds {
            expect(
                kind,
                ours.iter().filter(|(found, ..)| *found == kind).count(),
                wanted,
            );
        }
        for (kind, name, id) in &ours {
            match *kind {
                "API" => {
                    let id = id.as_ref().expect("an API has an id");
                    let parts = |kind: &str| {
                        let found = self.asked("apigateway", &format!("/v2/apis/{id}/{kind}"));
                        found["items"].as_array().cloned().unwrap_or_default()
                    };
                    // moto takes a second route of the same key, which API Gateway refuses.
                    let keys = parts("routes").into_iter();
                    let keys: BTreeSet<_> =
                        keys.map(|route| route["routeKey"].to_string()).collect();
                    expect("routes", keys.len(), 3);
                    expect("integrations", parts("integrations").len(), 3);
                    expect("stages", parts("stages").len(), 1);
                }
                "function" => {
                    let policy = format!("/2015-03-31/functions/{name}/policy");
                    let policy = self.asked("lambda", &policy);
                    let policy: Value =
                        serde_json::from_str(policy["Policy"].as_str().unwrap()).unwrap();
                    // moto takes a second one of the same id, which Lambda refuses.
                    let permissions = policy["Statement"].as_array().unwrap().iter();
                    let permissions: BTreeSet<_> =
                        permissions.map(|one| one["Sid"].to_string()).collect();
                    expect("permissions", permissions.len(), 1);
                    if name.ends_with("-get-pet") {
                        let function =
                            self.asked("lambda", &format!("/2015-03-31/functions/{name}"));
                        let is_code = function["Configuration"]["CodeSha256"] == code(work);
                        expect("the code of get-pet", usize::from(is_code), 1);
                    }
                }
                "role" => {
                    let listed = self.owner.iam("ListRolePolicies", &[("RoleName", name)]);
                    expect("policies", listed.matches("<member>").count(), 1);
                }
                "log group" => {
                    let question = json!({ "logGroupNamePrefix": name });
                    let group = self.owner.logs(REGION, "DescribeLogGroups", &question);
                    let kept = group["logGroups"][0]["retentionInDays"] == 1;
                    expect("groups that are kept for a day", usize::from(kept), 1);
                }
                _ => {
                    let scanned =
                        self.owner
                            .dynamodb(REGION, "Scan", &json!({ "TableName": name }));
                    expect("pets", scanned["Items"].as_array().map_or(0, Vec::len), 3);
                }
            }
        }
        wrong
    }

    /// How many tables, roles, functions, log groups and APIs of ours there are.
    pub fn counts(&self) -> [usize; 5] {
        let ours = self.ours();
        ["table", "role", "function", "log group", "API"]
            .map(|kind| ours.iter().filter(|(found, ..)| *found == kind).count())
    }

    /// What is left, there or in the ledger, or not as it was.
    pub fn is_left(&self, state: &State) -> Vec<String> {
        let entries = state.entries();
        let mut wrong = self.is_otherwise();
        if !entries.is_empty() {
            wrong.push(format!("left in the ledger: {entries:?}"));
        }
        wrong
    }

    /// What is not as it was before.
    pub fn is_otherwise(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        let now = self.owner.dump(&[REGION]);
        let more = now.iter().filter(|line| !self.before.contains(line));
        wrong.extend(more.map(|line| format!("there now: {line}")));
        let less = self.before.iter().filter(|line| !now.contains(line));
        wrong.extend(less.map(|line| format!("there before: {line}")));
        wrong
    }
}
