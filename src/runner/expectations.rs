//! Holds what came back against what a step must show.
//!
//! Invariant: a request that got no answer never passes, whatever its step expects.

use crate::app::effect::Failure;
use crate::lesson::expect::{Observed, TraceMeasures, check};
use crate::lesson::model::Expect;
use crate::simulator::trace::Trace;
use crate::target::exchange::{Exchange, Outcome};

/// The expectations that did not hold; empty when all did.
#[must_use]
pub fn check_expectations(expect: &Expect, exchange: &Exchange) -> Vec<Failure> {
    let error = match &exchange.outcome {
        Outcome::Success => None,
        Outcome::ServiceError { code, message } => Some((code.as_str(), message.as_str())),
        Outcome::Unanswered { why } | Outcome::NotSent { why } => {
            return vec![Failure {
                because: "There is no answer to look at.".to_owned(),
                saw: why.clone(),
            }];
        }
    };
    let body = exchange.response_json();
    let observed = Observed {
        body: body.as_ref(),
        error,
        trace: exchange.trace.as_ref().map(measures),
    };
    check(expect, &observed)
        .failures
        .into_iter()
        .map(|failure| Failure {
            saw: format!(
                "{}: expected {}, found {}",
                failure.path, failure.wanted, failure.found
            ),
            because: failure.because,
        })
        .collect()
}

fn measures(trace: &Trace) -> TraceMeasures {
    TraceMeasures {
        examined: trace.examined(),
        returned: trace.returned(),
        bytes: trace.bytes(),
        partitions: trace.partitions_visited() as u64,
    }
}
