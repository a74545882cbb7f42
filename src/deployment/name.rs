//! What a deployment and all its parts are called.
//!
//! ```text
//!   dynatour-0f3c21d4                 its API; eight digits of the run that began it
//!   dynatour-0f3c21d4-pets            its table
//!   dynatour-0f3c21d4-get-pets        a function, and its role
//!   /aws/lambda/dynatour-0f3c21d4-get-pets
//! ```
//!
//! Invariant: a name says only where to look; whose a thing is, its identity or its tags say.

use std::fmt;

use crate::account::ledger::{Entry, Kind};
use crate::account::tag::RunId;
use crate::workshop::goal::Goal;

const PREFIX: &str = "dynatour-";
const DIGITS: usize = 8;
/// Where Lambda writes a function's log.
const LOGS: &str = "/aws/lambda/";

/// Of a deployment.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name(String);

impl Name {
    /// That of a deployment that this run begins.
    #[must_use]
    pub fn of_run(run: RunId) -> Self {
        Self(format!("{PREFIX}{}", &run.to_string()[..DIGITS]))
    }

    /// That of the deployment of which a thing is a part; nothing where its name is no such part's.
    #[must_use]
    pub fn of_part(kind: Kind, name: &str) -> Option<Self> {
        let name = match kind {
            Kind::LogGroup => name.strip_prefix(LOGS)?,
            Kind::Table | Kind::Role | Kind::Function | Kind::Api => name,
        };
        let digits = name.strip_prefix(PREFIX)?;
        let end = digits.find('-').unwrap_or(digits.len());
        let (digits, part) = digits.split_at(end);
        let is_run = digits.len() == DIGITS
            && digits
                .bytes()
                .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
        let this = Self(format!("{PREFIX}{digits}"));
        let is_part = match kind {
            Kind::Api => part.is_empty(),
            Kind::Table => name == this.table(),
            Kind::LogGroup | Kind::Role | Kind::Function => {
                Goal::ALL.iter().any(|goal| name == this.function(*goal))
            }
        };
        (is_run && is_part).then_some(this)
    }

    /// The deployment that was begun last of those that entries are left of.
    #[must_use]
    pub fn left(entries: &[Entry]) -> Option<Self> {
        entries
            .iter()
            .rev()
            .filter(|entry| entry.is_left())
            .find_map(|entry| Self::of_part(entry.kind, &entry.name))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    #[must_use]
    pub fn table(&self) -> String {
        format!("{}-pets", self.0)
    }

    /// A function's, and its role's.
    #[must_use]
    pub fn function(&self, goal: Goal) -> String {
        format!("{}-{}", self.0, goal.function_name())
    }

    #[must_use]
    pub fn log_group(&self, goal: Goal) -> String {
        format!("{LOGS}{}", self.function(goal))
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_is_known_by_its_name_and_nothing_else_is_one() {
        let name = Name::of_run(RunId::from_number(0x0f3c_21d4_0000_0001));
        assert_eq!(name.as_str(), "dynatour-0f3c21d4");
        for goal in Goal::ALL {
            let function = name.function(goal);
            for kind in [Kind::Function, Kind::Role] {
                assert_eq!(Name::of_part(kind, &function).as_ref(), Some(&name));
            }
            let group = name.log_group(goal);
            assert_eq!(Name::of_part(Kind::LogGroup, &group).as_ref(), Some(&name));
            assert_eq!(Name::of_part(Kind::Function, &group), None);
            assert!(function.len() <= 64, "IAM and Lambda take 64 characters");
        }
        assert_eq!(
            Name::of_part(Kind::Api, "dynatour-0f3c21d4").as_ref(),
            Some(&name)
        );
        assert_eq!(
            Name::of_part(Kind::Table, &name.table()).as_ref(),
            Some(&name)
        );
        for other in [
            "dynatour-0f3c21d4",
            "dynatour-0f3c21d4-pet",
            "dynatour-0f3c21d-pets",
            "dynatour-0F3C21D4-pets",
            "dynatour-0f3c21d4e-pets",
            "dynatour-race-0f3c21d4",
            "pets",
            "",
        ] {
            assert_eq!(Name::of_part(Kind::Table, other), None, "{other}");
        }
    }
}
