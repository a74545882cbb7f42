//! What a request cost and which way it took, from what is told of it: the answer, its latency, and the log where there is one.

use std::sync::Arc;
use std::time::Duration;

use super::{Caller, Request};
use crate::account::region::times_the_price;
use crate::deployment::answer::{Got, is_of_api_gateway, result};
use crate::deployment::cost;
use crate::deployment::logs::Invocation;
use crate::scene::workshop::{Gateway, Log, Place, Reply, Run, Sent, Start, Text, Way, headers};
use crate::target::exchange::Picodollars;
use crate::target::price;

/// What each event of a log is billed besides its text
/// (<https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html>).
const BYTES_OF_A_LINE: u64 = 26;

impl Caller {
    /// What a request cost: what its report says, and at the table what its handler did when it was tried, or could do in its time.
    pub(super) fn price(
        &self,
        request: &Request,
        got: &Got,
        invocation: Option<&Invocation>,
    ) -> (Picodollars, bool) {
        let (sent, answer) = (request.body.len() as u64, got.body.len() as u64);
        let region = times_the_price(&self.plan.place.region);
        if !is_of_api_gateway(got) {
            // Who answered, and what was done for it, is not known.
            return (self.most(request), true);
        }
        let Some(goal) = request.goal() else {
            let free_of_lambda = price::Invocation {
                request: sent,
                answer,
                milliseconds: 0,
                memory: 0,
                log: 0,
            };
            return (free_of_lambda.price() * region, false);
        };
        let report = invocation.and_then(|invocation| invocation.report.as_ref());
        let billed = report.and_then(|report| report.billed);
        let (Some(invocation), Some(billed)) = (invocation, billed) else {
            return (self.plan.cost.requests[goal.index()], true);
        };
        let told = price::Invocation {
            request: sent,
            answer,
            milliseconds: billed,
            memory: u64::from(self.plan.allowance.memory),
            log: invocation
                .lines
                .iter()
                .map(|line| line.len() as u64 + BYTES_OF_A_LINE)
                .sum(),
        };
        let at_table = cost::at_table(self.plan.handler(goal), billed);
        let price = (told.price() + at_table) * region;
        (price, at_table > Picodollars(0))
    }

    pub(super) fn run(&self, request: &Request, got: &Got, invocation: Invocation) -> Run {
        let function = request
            .goal()
            .map_or_else(String::new, |goal| self.plan.name.function(goal));
        let result = result(&invocation, got);
        let report = invocation.report.unwrap_or_default();
        Run {
            function: Text::label(&function),
            request_id: Some(Text::label(&invocation.request_id)),
            start: report.duration.map(|_| match report.init {
                Some(_) => Start::Cold,
                None => Start::Warm,
            }),
            init: report.init,
            duration: report.duration,
            billed: report.billed,
            memory: report.memory,
            used: report.used,
            log: Some(Log::new(&invocation.lines.join("\n"), 0)),
            result,
        }
    }

    /// `is_told` says whether an answer is API Gateway's own.
    pub(super) fn way(
        &self,
        request: &Request,
        reply: Result<Reply, Arc<str>>,
        run: Option<Run>,
        latency: Duration,
        is_told: bool,
    ) -> Way {
        let sent = headers([("host", self.host()), ("user-agent", "dynatour")]);
        let status = reply.as_ref().map_or(0, |reply| reply.status);
        let gateway = match (request.goal(), status) {
            _ if !is_told => Gateway::Refused {
                why: Text::label(
                    "the answer is none of API Gateway's: the header apigw-requestid is missing",
                ),
            },
            (_, 429) => Gateway::Refused {
                why: Text::label("too many requests at once: the stage lets few through"),
            },
            (None, _) => Gateway::NoRoute,
            (Some(goal), 503 | 504) => Gateway::TooLate {
                route: Text::label(goal.route_key()),
            },
            (Some(goal), _) => Gateway::Routed {
                route: Text::label(goal.route_key()),
                event: None,
            },
        };
        Way {
            place: Place::Account,
            sent: Sent::new(&request.method, &request.path, sent, &request.body),
            gateway,
            run,
            unlogged: None,
            exchanges: None,
            malformed: None,
            reply,
            latency: Some(latency),
        }
    }

    fn host(&self) -> &str {
        let address = &self.deployed.address;
        let of_url = address.url.split_once("://").map_or("", |(_, host)| host);
        address.host.as_deref().unwrap_or(of_url)
    }
}
