//! What is going to be made, before anything is.
//!
//! Pure: from handlers, a place and what the ledger has follows everything that a learner is shown and asked about.
//! Invariant: `deploy` makes the parts of its plan and nothing else.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::archive::Archive;
use super::before::Unknown;
use super::cost::Cost;
use super::handler::Handler;
use super::name::Name;
use super::part::Part;
use super::rights;
use crate::account::bound::{self, Known};
use crate::account::region::{self, Partition};
use crate::account::service::{RATE, RETENTION_DAYS, ROLE_PATH};
use crate::target::exchange::{Picodollars, Place};
use crate::workshop::gateway;
use crate::workshop::goal::Goal;
use crate::workshop::lambda::Allowance;
use crate::workshop::language::Language;
use crate::workshop::table::STREET;

/// Everything that follows before a deployment is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub place: Place,
    pub name: Name,
    /// Whether parts of it are there already.
    pub goes_on: bool,
    pub language: Language,
    /// In the order of the goals.
    pub handlers: [Handler; 3],
    /// What is sent of each.
    pub archives: [Archive; 3],
    /// What each function may take.
    pub allowance: Allowance,
    /// What functions that are there may take now, in the order of the goals.
    pub now: [Option<Allowance>; 3],
    pub cost: Cost,
    /// Deployments that stand there and that the ledger does not know.
    pub unknown: Vec<Unknown>,
}

/// A part in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    pub part: Part,
    /// `Lambda function`
    pub what: &'static str,
    /// `dynatour-0f3c21d4-get-pets`
    pub name: String,
    /// What is worth knowing of it.
    pub detail: String,
}

impl Plan {
    pub(super) fn named(
        place: Place,
        name: Name,
        goes_on: bool,
        language: Language,
        handlers: [Handler; 3],
        allowance: Allowance,
    ) -> Result<Self, String> {
        let archive = |handler: &Handler| Archive::of(handler.goal.file(language), &handler.source);
        let [all, one, post] = &handlers;
        let archives = [archive(all)?, archive(one)?, archive(post)?];
        let puts = STREET
            .map(|pet| put(&name.table(), pet))
            .map(|body| {
                let body = body.to_string();
                bound::most_in(&place.region, "PutItem", body.as_bytes(), |_| {
                    Known::default()
                })
            })
            .into_iter()
            .fold(Picodollars(0), |sum, one| sum + one);
        let cost = Cost::new(&place.region, puts, [all, one, post], allowance);
        Ok(Self {
            place,
            name,
            goes_on,
            language,
            handlers,
            archives,
            allowance,
            now: [None; 3],
            cost,
            unknown: Vec::new(),
        })
    }

    #[must_use]
    pub fn handler(&self, goal: Goal) -> &Handler {
        &self.handlers[goal.index()]
    }

    /// As the template for AWS SAM has it.
    #[must_use]
    pub const fn runtime(&self) -> &'static str {
        match self.language {
            Language::Node => "nodejs22.x",
            Language::Ruby => "ruby3.4",
        }
    }

    fn partition(&self) -> Partition {
        region::region(&self.place.region).map_or(Partition::Standard, |region| region.partition)
    }

    fn arn(&self, service: &str, rest: &str) -> String {
        let (
            partition,
            Place {
                account, region, ..
            },
        ) = (self.partition().id(), &self.place);
        format!("arn:{partition}:{service}:{region}:{account}:{rest}")
    }

    /// What a handler's role lets it do.
    #[must_use]
    pub fn rights(&self, goal: Goal) -> Value {
        rights::rights(
            &self.handler(goal).operations,
            &self.arn("dynamodb", &format!("table/{}", self.name.table())),
            &self.arn("logs", &format!("log-group:{}", self.name.log_group(goal))),
        )
    }

    /// Who may take a role.
    #[must_use]
    pub fn trust(&self) -> Value {
        rights::trust()
    }

    /// For requests of which route an API may invoke a function, on any stage of it: it has one.
    #[must_use]
    pub fn source_arn(&self, api: &str, goal: Goal) -> String {
        // Whatever the parameter is, and whether it or its name stands there.
        let route = goal.route_key().replacen(' ', "", 1).replace("{id}", "*");
        self.arn("execute-api", &format!("{api}/*/{route}"))
    }

    /// The request that makes the table.
    #[must_use]
    pub fn create_table(&self) -> Value {
        json!({
            "TableName": self.name.table(),
            "AttributeDefinitions": [{ "AttributeName": "id", "AttributeType": "S" }],
            "KeySchema": [{ "AttributeName": "id", "KeyType": "HASH" }],
            "BillingMode": "PAY_PER_REQUEST",
        })
    }

    /// The requests that put the pets into it, unless they are there.
    #[must_use]
    pub fn puts(&self) -> [Value; 3] {
        STREET.map(|pet| put(&self.name.table(), pet))
    }

    /// The requests that look for them, in the same order.
    #[must_use]
    pub fn keys(&self) -> [Value; 3] {
        STREET.map(|[id, ..]| {
            json!({
                "TableName": self.name.table(),
                "Key": { "id": { "S": id } },
                "ReturnConsumedCapacity": "TOTAL",
            })
        })
    }

    /// All parts in words, in their order; those that go together as one.
    #[must_use]
    pub fn parts(&self) -> Vec<Planned> {
        let name = &self.name;
        let mut parts = vec![Planned {
            part: Part::Table,
            what: "DynamoDB table",
            name: name.table(),
            detail: "on demand, with the three pets of the street".to_owned(),
        }];
        for goal in Goal::ALL {
            parts.push(Planned {
                part: Part::LogGroup(goal),
                what: "log group",
                name: name.log_group(goal),
                detail: format!("lines are kept {RETENTION_DAYS} day, and gone within days after"),
            });
        }
        for goal in Goal::ALL {
            let operations: Vec<&str> = self
                .handler(goal)
                .operations
                .iter()
                .map(String::as_str)
                .collect();
            let mut may = String::from("write its own log");
            if !operations.is_empty() {
                may.insert_str(0, &format!("{} on this table, and ", operations.join(", ")));
            }
            parts.push(Planned {
                part: Part::Role(goal),
                what: "IAM role",
                name: format!(
                    "{}{}",
                    ROLE_PATH.trim_start_matches('/'),
                    name.function(goal)
                ),
                detail: format!("may {may}"),
            });
        }
        let waits = gateway::TIME.as_secs();
        let remark = if u64::from(self.allowance.timeout) > waits {
            format!(
                "; API Gateway waits for {waits} s, and what a handler takes longer is billed and answers nobody"
            )
        } else {
            String::new()
        };
        for goal in Goal::ALL {
            let mut allowed = in_words(self.allowance);
            let now = self.now[goal.index()].filter(|now| *now != self.allowance);
            if let Some(now) = now {
                // Writing to a String cannot fail.
                let _ = write!(allowed, " instead of {}", in_words(now));
            }
            parts.push(Planned {
                part: Part::Function(goal),
                what: "Lambda function",
                name: name.function(goal),
                detail: format!(
                    "{}, {}, {allowed}{remark}",
                    goal.file(self.language),
                    self.runtime()
                ),
            });
        }
        let routes = Goal::ALL.map(Goal::route_key).join(", ");
        parts.push(Planned {
            part: Part::Api,
            what: "HTTP API",
            name: name.to_string(),
            detail: format!("{routes}; about {RATE} request a second each"),
        });
        parts
    }

    /// What has to be known of the URL before it is there.
    #[must_use]
    pub fn risk(&self) -> String {
        format!(
            "The URL is public: anybody who knows it can read and add pets. Each route lets {RATE} request a second through, as far as AWS keeps to that; if strangers send as many as they can, that is about {} an hour. `dynatour cleanup` deletes all of it.",
            self.cost.hour_of_strangers
        )
    }

    /// What costs as long as it stands, and what the sums are reckoned with.
    #[must_use]
    pub fn standing(&self) -> &'static str {
        "While it stands, the table and the logs are stored, for some dollar cents a gigabyte and month: a few kilobytes, and what strangers add. A request is reckoned with a log of 1 MB, which nothing limits, and with all that the table serves while its handler may run, as far as DynamoDB keeps to the table's limits. AWS itself makes the role AWSServiceRoleForAPIGateway with an account's first API: it stays, and costs nothing."
    }
}

/// `256 MB, 3 s`
fn in_words(Allowance { timeout, memory }: Allowance) -> String {
    format!("{memory} MB, {timeout} s")
}

/// A pet that is put into the table unless it is there.
fn put(table: &str, [id, name, kind]: [&str; 3]) -> Value {
    json!({
        "TableName": table,
        "Item": { "id": { "S": id }, "name": { "S": name }, "kind": { "S": kind } },
        "ConditionExpression": "attribute_not_exists(id)",
        "ReturnConsumedCapacity": "TOTAL",
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::account::service::BURST;
    use crate::account::tag::RunId;

    fn handler(goal: Goal, operation: &str) -> Handler {
        Handler {
            goal,
            source: b"export const handler = 1;".to_vec(),
            operations: BTreeSet::from([operation.to_owned()]),
            most: Picodollars(1_000_000),
        }
    }

    fn plan(region: &str, language: Language) -> Plan {
        named(region, language, Allowance::default())
    }

    fn named(region: &str, language: Language, allowance: Allowance) -> Plan {
        let place = Place {
            account: "123456789012".to_owned(),
            region: region.to_owned(),
            endpoint: None,
        };
        let name = Name::of_run(RunId::from_number(0x0f3c_21d4_0000_0001));
        let handlers = [
            handler(Goal::GetAll, "Scan"),
            handler(Goal::GetOne, "GetItem"),
            handler(Goal::Post, "PutItem"),
        ];
        Plan::named(place, name, false, language, handlers, allowance).unwrap()
    }

    #[test]
    fn a_handler_may_do_what_it_did_and_write_its_log() {
        let rights = plan("cn-north-1", Language::Node).rights(Goal::GetOne);
        assert_eq!(
            rights,
            json!({
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Sid": "WhatItWasSeenToDo",
                        "Effect": "Allow",
                        "Action": ["dynamodb:GetItem"],
                        "Resource": "arn:aws-cn:dynamodb:cn-north-1:123456789012:table/dynatour-0f3c21d4-pets",
                    },
                    {
                        "Sid": "ItsOwnLog",
                        "Effect": "Allow",
                        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                        "Resource": "arn:aws-cn:logs:cn-north-1:123456789012:log-group:/aws/lambda/dynatour-0f3c21d4-get-pet:*",
                    },
                ],
            })
        );
    }

    #[test]
    fn a_permission_is_for_one_route_of_one_api() {
        let plan = plan("us-east-1", Language::Node);
        let arns = Goal::ALL.map(|goal| plan.source_arn("a1", goal));
        assert_eq!(
            arns,
            [
                "arn:aws:execute-api:us-east-1:123456789012:a1/*/GET/pets",
                "arn:aws:execute-api:us-east-1:123456789012:a1/*/GET/pets/*",
                "arn:aws:execute-api:us-east-1:123456789012:a1/*/POST/pets",
            ]
        );
    }

    #[test]
    fn everything_that_has_to_be_deleted_is_shown_and_runs_as_in_the_template() {
        for (language, template) in [
            (
                Language::Node,
                include_str!("../../assets/workshop/node/template.yaml"),
            ),
            (
                Language::Ruby,
                include_str!("../../assets/workshop/ruby/template.yaml"),
            ),
        ] {
            let plan = plan("us-east-1", language);
            let shown: Vec<Part> = plan.parts().iter().map(|planned| planned.part).collect();
            let things: Vec<Part> = Part::all()
                .into_iter()
                .filter(|part| part.is_thing())
                .collect();
            assert_eq!(shown, things);
            assert!(template.contains(&format!("Runtime: {}\n", plan.runtime())));
            let Allowance { timeout, memory } = plan.allowance;
            // And is no more public, and keeps nothing for longer.
            for (member, value) in [
                ("Timeout", u32::from(timeout)),
                ("MemorySize", memory),
                ("ThrottlingRateLimit", RATE),
                ("ThrottlingBurstLimit", BURST),
                ("RetentionInDays", RETENTION_DAYS.cast_unsigned()),
            ] {
                let lines = template.lines().map(str::trim);
                let values: Vec<&str> = lines
                    .filter_map(|line| line.strip_prefix(&format!("{member}: ")))
                    .collect();
                assert_eq!(values, [value.to_string()], "{member}");
            }
        }
    }

    #[test]
    fn a_dearer_region_costs_more_and_the_ceiling_that_is_proposed_holds_it() {
        let (near, far) = (
            plan("us-east-1", Language::Node).cost,
            plan("eu-central-1", Language::Node).cost,
        );
        assert_eq!(near.all() * 2, far.all());
        // A tenth of a dollar, as `--max-cost` has it where nothing is said.
        assert!(far.all() < Picodollars(100_000_000_000), "{far:?}");
        // What strangers make it cost, the table's own limits hold back.
        let dearest = near.requests.into_iter().max().unwrap();
        assert!(near.hour_of_strangers < dearest * (3 * 3600), "{near:?}");
        assert!(near.hour_of_strangers > dearest * 3600, "{near:?}");
    }

    #[test]
    fn the_sum_that_is_shown_holds_every_request_that_may_follow() {
        let cost = plan("us-east-1", Language::Node).cost;
        let [all, one, post] = cost.requests;
        let sent = u64::from(super::super::cost::AGAIN) + 1;
        assert_eq!(cost.following(), all * sent + one * sent + post);
        assert_eq!(cost.all(), cost.making + cost.following());
    }

    #[test]
    fn what_a_function_may_take_is_shown_and_reckoned_with() {
        let of = |timeout, memory| {
            let allowance = Allowance { timeout, memory };
            named("us-east-1", Language::Node, allowance)
        };
        let details = |plan: &Plan| -> Vec<String> {
            let parts = plan.parts().into_iter();
            let functions = parts.filter(|part| matches!(part.part, Part::Function(_)));
            functions.map(|part| part.detail).collect()
        };
        let (short, long) = (of(30, 256), of(31, 512));
        for detail in details(&short) {
            assert!(detail.ends_with("256 MB, 30 s"), "{detail}");
        }
        for detail in details(&long) {
            assert!(
                detail.contains("512 MB, 31 s; API Gateway waits for 30 s"),
                "{detail}"
            );
        }
        let mut lowered = of(3, 256);
        let (more, same) = (long.allowance, lowered.allowance);
        lowered.now = [Some(more), Some(same), None];
        let said = details(&lowered);
        assert!(
            said[0].ends_with("256 MB, 3 s instead of 512 MB, 31 s"),
            "{said:?}"
        );
        assert!(
            said[1..].iter().all(|one| one.ends_with("256 MB, 3 s")),
            "{said:?}"
        );
        assert!(long.cost.requests[0] > short.cost.requests[0]);
        assert!(short.cost.requests[0] > of(3, 256).cost.requests[0]);
    }
}
