//! Which deployment of the workshop a thing belongs to, read from its name.
//!
//! ```text
//!   /aws/lambda/dynatour-1a2b3c4d-get-pets
//!               └── deployment ──┘└ what it is for
//! ```
//!
//! Invariant: this orders lists and says what belongs together; whose a thing is, it never says.

use crate::account::ledger::Kind;

/// What Lambda's log groups begin with.
pub const LOGS: &str = "/aws/lambda/";
/// What names of ours begin with.
pub const OURS: &str = "dynatour-";
/// Hexadecimal digits of the run that began a deployment.
const DIGITS: usize = 8;

/// The deployment's name; `None` for what belongs to none.
#[must_use]
pub fn deployment(kind: Kind, name: &str) -> Option<&str> {
    let name = match kind {
        Kind::LogGroup => name.strip_prefix(LOGS)?,
        _ => name,
    };
    let rest = name.strip_prefix(OURS)?;
    let digits = rest.get(..DIGITS)?;
    let is_hexadecimal = digits
        .bytes()
        .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    let ends = match kind {
        Kind::Api => rest.len() == DIGITS,
        _ => rest[DIGITS..].starts_with('-'),
    };
    (is_hexadecimal && ends).then(|| &name[..OURS.len() + DIGITS])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_one_deployment_belong_together() {
        let one = Some("dynatour-1a2b3c4d");
        for (kind, name) in [
            (Kind::Table, "dynatour-1a2b3c4d-pets"),
            (Kind::LogGroup, "/aws/lambda/dynatour-1a2b3c4d-get-pets"),
            (Kind::Role, "dynatour-1a2b3c4d-get-pets"),
            (Kind::Function, "dynatour-1a2b3c4d-post-pet"),
            (Kind::Api, "dynatour-1a2b3c4d"),
        ] {
            assert_eq!(deployment(kind, name), one, "{kind} {name}");
        }
        for (kind, name) in [
            (Kind::Table, "pets"),
            (Kind::Table, "dynatour-pets"),
            (Kind::Table, "dynatour-1a2b3c4d"),
            (Kind::Table, "dynatour-1A2B3C4D-pets"),
            (Kind::Table, "dynatour-1a2b3c4dé"),
            (Kind::Table, "dynatour-1a2b3cé-pets"),
            (Kind::Api, "dynatour-1a2b3c4d-x"),
            (Kind::LogGroup, "dynatour-1a2b3c4d-get-pets"),
            (Kind::Function, "mine-1a2b3c4d-x"),
            (Kind::Role, ""),
        ] {
            assert_eq!(deployment(kind, name), None, "{kind} {name}");
        }
    }
}
