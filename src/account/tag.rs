//! The tags that everything made on an account carries.
//!
//! | key | value |
//! |---|---|
//! | `dynatour:run` | the run that made it, 16 hexadecimal digits |
//! | `dynatour:made-by` | `dynatour` |
//! | `dynatour:by` | who that was: the caller's ARN, as far as a tag can hold it |
//! | `dynatour:region` | of a role, which is in no region: where its function is |
//!
//! A name is no proof that a table is ours; the ledger's `TableId` or these tags are.
//! Invariant: a value made here is one that AWS takes as a tag.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub const RUN: &str = "dynatour:run";
pub const MADE_BY: &str = "dynatour:made-by";
pub const BY: &str = "dynatour:by";
pub const REGION: &str = "dynatour:region";
/// What all keys of ours begin with.
pub const PREFIX: &str = "dynatour:";
/// The value of [`MADE_BY`].
pub const DYNATOUR: &str = "dynatour";

/// The most characters of a tag's value
/// (<https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Tagging.html>).
const LONGEST: usize = 256;

/// One run of the program on an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RunId(u64);

/// What is no run's id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no run: a run is 16 digits from 0 to f, as in the tag dynatour:run")]
pub struct NoRunId(String);

impl RunId {
    /// One that nobody has had.
    ///
    /// # Errors
    /// Where the system gives no randomness.
    pub fn random() -> Result<Self, getrandom::Error> {
        getrandom::u64().map(Self)
    }

    #[must_use]
    pub const fn from_number(number: u64) -> Self {
        Self(number)
    }

    /// What else follows from it: the jitter of waits.
    #[must_use]
    pub const fn seed(self) -> u64 {
        self.0
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl FromStr for RunId {
    type Err = NoRunId;

    fn from_str(text: &str) -> Result<Self, NoRunId> {
        let digits = text.len() == 16
            && text
                .bytes()
                .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
        digits
            .then(|| u64::from_str_radix(text, 16).ok().map(Self))
            .flatten()
            .ok_or_else(|| NoRunId(text.to_owned()))
    }
}

impl TryFrom<String> for RunId {
    type Error = NoRunId;

    fn try_from(text: String) -> Result<Self, NoRunId> {
        text.parse()
    }
}

impl From<RunId> for String {
    fn from(run: RunId) -> Self {
        run.to_string()
    }
}

/// A caller's ARN as a tag can hold it.
#[must_use]
pub fn caller(arn: &str) -> String {
    arn.chars()
        .take(LONGEST)
        .map(|one| {
            if one.is_alphanumeric() || " +-=._:/@".contains(one) {
                one
            } else {
                '_'
            }
        })
        .collect()
}

/// The tags of what a run makes, as a request has them. `by` is a [`caller`].
#[must_use]
pub fn of_run(run: RunId, by: &str) -> [Value; 3] {
    pairs(run, by).map(|(key, value)| json!({ "Key": key, "Value": value }))
}

/// The same as pairs.
#[must_use]
pub fn pairs(run: RunId, by: &str) -> [(&'static str, String); 3] {
    [
        (RUN, run.to_string()),
        (MADE_BY, DYNATOUR.to_owned()),
        (BY, by.to_owned()),
    ]
}

/// What a thing's tags say of where it comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    pub run: Option<RunId>,
    /// As [`caller`] writes it.
    pub by: Option<String>,
    /// Of a role: what it belongs to is there.
    pub region: Option<String>,
}

/// Reads the `Tags` of an answer. Only what also says that dynatour made it has a run.
#[must_use]
pub fn origin(tags: &[Value]) -> Origin {
    let pairs: Vec<(&str, &str)> = tags
        .iter()
        .filter_map(|tag| {
            let member = |name: &str| tag.get(name)?.as_str();
            Some((member("Key")?, member("Value")?))
        })
        .collect();
    origin_of(&pairs)
}

/// Reads tags that are pairs.
#[must_use]
pub fn origin_of(tags: &[(&str, &str)]) -> Origin {
    let value = |key: &str| {
        tags.iter()
            .find_map(|(one, value)| (*one == key).then_some(*value))
    };
    let ours = value(MADE_BY) == Some(DYNATOUR);
    Origin {
        run: value(RUN).filter(|_| ours).and_then(|run| run.parse().ok()),
        by: value(BY).filter(|_| ours).map(str::to_owned),
        region: value(REGION).filter(|_| ours).map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_read_as_it_is_written_and_nothing_else_is_one() {
        for number in [0, 1, 0xdead_beef, u64::MAX] {
            let run = RunId::from_number(number);
            assert_eq!(run.to_string().len(), 16);
            assert_eq!(run.to_string().parse(), Ok(run));
        }
        for text in [
            "",
            "1",
            "00000000DEADBEEF",
            "+000000000000001",
            "0000000000000000 ",
            "00000000000000001",
            "pets",
        ] {
            assert!(text.parse::<RunId>().is_err(), "{text:?}");
        }
        assert_ne!(RunId::random().unwrap(), RunId::random().unwrap());
    }

    #[test]
    fn a_caller_fits_into_a_tag() {
        let arn = "arn:aws:sts::123456789012:assumed-role/student/rachel@example.com";
        assert_eq!(caller(arn), arn);
        assert_eq!(caller("a,b;c\n\"<"), "a_b_c___");
        assert_eq!(caller(&"ä".repeat(1000)).chars().count(), 256);
    }

    #[test]
    fn where_something_comes_from_is_only_believed_with_all_tags() {
        let run = RunId::from_number(7);
        let all = of_run(run, "arn");
        let found = origin(&all);
        assert_eq!((found.run, found.by.as_deref()), (Some(run), Some("arn")));
        assert_eq!(origin(&[all[0].clone(), all[2].clone()]), Origin::default());
        assert_eq!(origin(&all[1..]).run, None);
        let odd = [
            json!({ "Key": RUN, "Value": 23 }),
            json!("x"),
            json!({ "Key": MADE_BY, "Value": DYNATOUR }),
        ];
        assert_eq!(origin(&odd), Origin::default());
    }
}
