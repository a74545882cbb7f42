//! A plan for tests of whatever shows or carries out one.

use std::collections::BTreeSet;

use super::handler::Handler;
use super::name::Name;
use super::plan::Plan;
use crate::account::tag::RunId;
use crate::target::exchange::{Picodollars, Place};
use crate::workshop::goal::Goal;
use crate::workshop::lambda::Allowance;
use crate::workshop::language::Language;

/// The solutions of Node's track, with the rights that they need.
pub(crate) fn plan(place: Place, goes_on: bool) -> Plan {
    let handler = |goal: Goal| {
        let operation = match goal {
            Goal::GetAll => "Scan",
            Goal::GetOne => "GetItem",
            Goal::Post => "PutItem",
        };
        Handler {
            goal,
            source: goal.solution(Language::Node).as_bytes().to_vec(),
            operations: BTreeSet::from([operation.to_owned()]),
            most: Picodollars(1_250_000),
        }
    };
    let name = Name::of_run(RunId::from_number(0x0f3c_21d4_0000_0001));
    let handlers = Goal::ALL.map(handler);
    Plan::named(
        place,
        name,
        goes_on,
        Language::Node,
        handlers,
        Allowance::default(),
    )
    .expect("three small files")
}
