//! What is left of ours on an account, in words, with the command that deletes it.
//!
//! Invariant: the words name account and region, and the command reaches just that account.

use std::collections::BTreeMap;

use crate::account::cleanup::words::{in_a_row, of_each};
use crate::account::ledger::Kind;
use crate::app::figures::{money, plural};
use crate::app::screen::Parting;
use crate::app::state::Shared;
use crate::target::exchange::{Picodollars, Place};

/// One thing of ours that is on an account, or may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    pub place: Place,
    pub kind: Kind,
    /// The deployment of the workshop that it belongs to.
    pub deployment: Option<String>,
    pub name: String,
    pub spent: Picodollars,
    /// Whether it is known to have been made; its creation may have been under way when the program ended.
    pub certain: bool,
}

/// `the table pets`, `the tables pets and visits`, `5 tables`, `the workshop dynatour-1a2b3c4d (1 API and 3 functions)`.
#[must_use]
pub fn things<'l>(left: impl IntoIterator<Item = &'l Left>) -> String {
    let mut alone: Vec<&Left> = Vec::new();
    let mut deployments: BTreeMap<&str, Vec<Kind>> = BTreeMap::new();
    for one in left {
        match &one.deployment {
            Some(name) => deployments.entry(name).or_default().push(one.kind),
            None => alone.push(one),
        }
    }
    let mut words: Vec<String> = Vec::new();
    if !alone.is_empty() || deployments.is_empty() {
        words.push(those(&alone));
    }
    words.extend(
        deployments
            .into_iter()
            .map(|(name, kinds)| format!("the workshop {name} ({})", of_each(kinds.into_iter()))),
    );
    in_a_row(&words)
}

/// The same of what belongs to no deployment.
fn those(left: &[&Left]) -> String {
    let kind = left.first().map_or(Kind::Table, |one| one.kind);
    let names: Vec<&str> = left.iter().map(|one| one.name.as_str()).collect();
    match names.as_slice() {
        _ if left.iter().any(|one| one.kind != kind) => plural(left.len() as u64, "thing"),
        [] => format!("no {kind}"),
        [name] => format!("the {kind} {name}"),
        [first, second] => format!("the {kind}s {first} and {second}"),
        [first, second, third] => format!("the {kind}s {first}, {second} and {third}"),
        more => plural(more.len() as u64, kind.name()),
    }
}

/// What stands in a short list: a table by its name, a deployment with all of its things by its own, once.
#[must_use]
pub fn names<'l>(left: impl IntoIterator<Item = &'l Left>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for one in left {
        let name = match &one.deployment {
            Some(deployment) => format!("the workshop {deployment}"),
            None => one.name.clone(),
        };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
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
                money(spent.rounded_up())
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
            kind: Kind::Table,
            deployment: None,
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
        let mut deployed: Vec<Left> = Kind::DELETED
            .into_iter()
            .chain([Kind::Function, Kind::Function])
            .map(|kind| Left {
                kind,
                deployment: Some("dynatour-1a2b3c4d".to_owned()),
                ..table("dynatour-1a2b3c4d-pets", &here)
            })
            .collect();
        assert_eq!(
            things(&deployed),
            "the workshop dynatour-1a2b3c4d (1 API, 3 functions, 1 role, 1 log group and 1 table)"
        );
        deployed.push(table("pets", &here));
        assert_eq!(names(&deployed), ["the workshop dynatour-1a2b3c4d", "pets"]);
        deployed.truncate(1);
        deployed.push(table("pets", &here));
        assert_eq!(
            things(&deployed),
            "the table pets and the workshop dynatour-1a2b3c4d (1 API)"
        );
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
