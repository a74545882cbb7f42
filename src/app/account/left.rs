//! What is left of ours on an account, in words, with the command that deletes it.
//!
//! Invariant: the words name account and region, and the command reaches just that account.

use crate::app::figures::{money, plural};
use crate::app::screen::Parting;
use crate::app::state::Shared;
use crate::target::exchange::{Picodollars, Place};

/// One thing of ours that is on an account, or may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    pub place: Place,
    /// `table`
    pub kind: &'static str,
    pub name: String,
    pub spent: Picodollars,
    /// Whether it is known to have been made; its creation may have been under way when the program ended.
    pub certain: bool,
}

/// `the table pets`, `the tables pets and visits`, `5 tables`.
#[must_use]
pub fn things<'l>(left: impl IntoIterator<Item = &'l Left>) -> String {
    let left: Vec<&Left> = left.into_iter().collect();
    let kind = left.first().map_or("table", |one| one.kind);
    let names: Vec<&str> = left.iter().map(|one| one.name.as_str()).collect();
    match names.as_slice() {
        _ if left.iter().any(|one| one.kind != kind) => plural(left.len() as u64, "thing"),
        [] => format!("no {kind}"),
        [name] => format!("the {kind} {name}"),
        [first, second] => format!("the {kind}s {first} and {second}"),
        [first, second, third] => format!("the {kind}s {first}, {second} and {third}"),
        more => plural(more.len() as u64, kind),
    }
}

/// The places where something is left, each once, in their order.
#[must_use]
pub fn places<'l>(left: &[&'l Left]) -> Vec<&'l Place> {
    let mut places: Vec<&Place> = Vec::new();
    for one in left {
        if !places.contains(&&one.place) {
            places.push(&one.place);
        }
    }
    places
}

/// Flags with which a shell reaches what this program made, each with a blank before it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Flags {
    /// The same ledger: ` --state DIR`, or nothing.
    pub ledger: String,
    /// The same credentials: ` --profile class`, or nothing.
    pub credentials: String,
}

impl std::fmt::Display for Flags {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", self.credentials, self.ledger)
    }
}

/// `dynatour cleanup --profile class --region us-east-1`; `flags` are those before the region.
#[must_use]
pub fn command(place: &Place, flags: &str) -> String {
    let endpoint = place
        .endpoint
        .as_ref()
        .map_or_else(String::new, |url| format!(" --endpoint-url {url}"));
    format!(
        "dynatour cleanup{flags} --region {}{endpoint}",
        place.region
    )
}

/// What is left at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub words: String,
    /// What deletes it.
    pub command: String,
    /// What else is needed for that.
    pub hint: &'static str,
}

impl std::fmt::Display for Said {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}{}", self.words, self.command, self.hint)
    }
}

/// What is said of each place where something is left. `here` is the account in hand, whose credentials `flags` choose.
#[must_use]
pub fn said<'l>(
    left: impl IntoIterator<Item = &'l Left>,
    here: Option<&Place>,
    flags: &Flags,
) -> Vec<Said> {
    let left: Vec<&Left> = left.into_iter().collect();
    let of = |place: &Place| {
        let there = || left.iter().copied().filter(|one| one.place == *place);
        let them = if there().count() == 1 { "it" } else { "them" };
        let spent = there().fold(Picodollars(0), |sum, one| sum + one.spent);
        let still = if there().all(|one| one.certain) {
            "Still"
        } else {
            "Still, or perhaps,"
        };
        let (flags, hint) = match here {
            Some(here) if here == place => (flags.to_string(), ""),
            _ => (flags.ledger.clone(), " (with --profile, if you used one)"),
        };
        Said {
            words: format!(
                "{still} on {place}: {}, cost so far {}. To delete {them}:",
                things(there()),
                money(spent)
            ),
            command: command(place, &flags),
            hint,
        }
    };
    places(&left).into_iter().map(of).collect()
}

/// What is asked before the program ends while something that it made is left on the account.
#[must_use]
pub fn parting(shared: &Shared) -> Option<Parting> {
    let here = shared.account.place.as_ref()?;
    let flags = &shared.account.flags;
    let said = said(shared.left_here(), Some(here), flags)
        .into_iter()
        .next();
    if let Some(Said { words, command, .. }) = said {
        return Some(Parting {
            title: "Leave, with something left on the account?".to_owned(),
            words,
            command: Some(command),
        });
    }
    if shared.place().is_none() || shared.runs.under_way().is_empty() {
        return None;
    }
    Some(Parting {
        title: "Leave, with a request under way?".to_owned(),
        words: format!("What it makes on {here} stays there. To find and delete it:"),
        command: Some(command(here, &flags.to_string())),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(region: &str) -> Place {
        Place {
            account: "123456789012".to_owned(),
            region: region.to_owned(),
            endpoint: None,
        }
    }

    fn table(name: &str, place: &Place) -> Left {
        Left {
            place: place.clone(),
            kind: "table",
            name: name.to_owned(),
            spent: Picodollars(625_000),
            certain: true,
        }
    }

    #[test]
    fn many_things_are_counted_and_few_are_named() {
        let here = place("us-east-1");
        let all: Vec<Left> = ["a", "b", "c", "d"].map(|name| table(name, &here)).to_vec();
        assert_eq!(things(&all[..1]), "the table a");
        assert_eq!(things(&all[..2]), "the tables a and b");
        assert_eq!(things(&all[..3]), "the tables a, b and c");
        assert_eq!(things(&all), "4 tables");
        assert_eq!(things(&[]), "no table");
    }

    #[test]
    fn each_place_has_its_sentence_and_its_command() {
        let (here, there) = (place("us-east-1"), place("eu-central-1"));
        let left = [
            table("pets", &here),
            table("old", &there),
            table("people", &here),
        ];
        let flags = Flags {
            ledger: " --state class".to_owned(),
            credentials: " --profile teacher".to_owned(),
        };
        let said = said(&left, Some(&here), &flags);
        let lines: Vec<String> = said.iter().map(ToString::to_string).collect();
        insta::assert_snapshot!(lines.join("\n"), @r"
        Still on AWS 123456789012 us-east-1: the tables pets and people, cost so far $0.00000125. To delete them: dynatour cleanup --profile teacher --state class --region us-east-1
        Still on AWS 123456789012 eu-central-1: the table old, cost so far $0.000000625. To delete it: dynatour cleanup --state class --region eu-central-1 (with --profile, if you used one)
        ");
    }
}
