//! What was found, in words, with what it has cost.
//!
//! ```text
//!   pets                                    ACTIVE, 5 items, …          what the lessons made, by name
//!   dynatour-1a2b3c4d, of the workshop                                  a deployment, its things in the order in which they are deleted
//!     API dynatour-1a2b3c4d                 https://…
//!     function dynatour-1a2b3c4d-get-pets   …
//! ```
//!
//! Invariant: each thing and each entry of the ledger is told of in a line of its own, and says why it is ours or stays.

use std::collections::{BTreeMap, BTreeSet};

use super::find::{Detail, Thing, Unseen};
use super::group::deployment;
use super::plan::{Elsewhere, Missing, Others, Ours, Proof};
use super::region::Looked;
use crate::account::ledger::{Entry, Kind};
use crate::account::region::times_the_price;
use crate::target::exchange::{Picodollars, Place};
use crate::target::price;

/// Writes a time (milliseconds since the epoch) for whoever reads it.
pub type Date = fn(u64) -> String;

/// A line about one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub kind: Kind,
    pub name: String,
    /// By what requests name it: an API by its id.
    pub key: String,
    /// The deployment of the workshop that it belongs to.
    pub deployment: Option<String>,
    pub words: String,
    /// Whether it is going to be deleted.
    pub ours: bool,
}

impl Told {
    /// `pets`, `function dynatour-1a2b3c4d-get-pets`
    #[must_use]
    pub fn title(&self) -> String {
        title(self.kind, &self.name)
    }
}

/// A thing's name with what it is; a table of the lessons goes by its name alone.
#[must_use]
pub fn title(kind: Kind, name: &str) -> String {
    if kind == Kind::Table && deployment(kind, name).is_none() {
        name.to_owned()
    } else {
        format!("{kind} {name}")
    }
}

/// Everything about a region: what belongs to no deployment first, and what is ours first in each group.
#[must_use]
pub fn lines(looked: &Looked, date: Date) -> Vec<Told> {
    let Looked { plan, .. } = looked;
    let mut lines: Vec<Told> = Vec::new();
    for one in &plan.ours {
        let words = ours(one, cost(one, &looked.place, looked.at), date);
        lines.push(told(&one.thing, words, true));
    }
    lines.extend(plan.missing.iter().map(|one| missing(one, date)));
    for Others { thing, run } in &plan.others {
        let by = thing.origin.by.as_deref().unwrap_or("somebody");
        let words = if thing.kind == Kind::Table || deployment(thing.kind, &thing.name).is_some() {
            format!(
                "stays: made by {by} with dynatour, in a run that this computer does not know. If it is yours all the same: dynatour cleanup --run {run}"
            )
        } else {
            "stays: it has tags of dynatour's, and a name that dynatour gives to nothing".to_owned()
        };
        lines.push(told(thing, words, false));
    }
    for Elsewhere { thing, region } in &plan.elsewhere {
        let words = format!(
            "stays: it belongs to what was made in {region}. To delete that: dynatour cleanup --region {region}"
        );
        lines.push(told(thing, words, false));
    }
    lines.extend(looked.busy.iter().map(|name| Told {
        kind: Kind::Table,
        name: name.clone(),
        key: name.clone(),
        deployment: deployment(Kind::Table, name).map(str::to_owned),
        words: "is just being made or deleted, so its tags can't be read yet: not touched. The ledger doesn't know it; to be sure, look again later".to_owned(),
        ours: false,
    }));
    // Deployments with something that is ours stand before those that stay.
    let ours: BTreeSet<Option<String>> = lines
        .iter()
        .filter(|told| told.ours)
        .map(|told| told.deployment.clone())
        .collect();
    lines.sort_by_cached_key(|told| {
        let deployment = &told.deployment;
        let stays = !ours.contains(deployment);
        (deployment.is_some(), stays, deployment.clone())
    });
    without_repeating(&mut lines);
    lines
}

/// In a deployment, long words that stand right above are not said again.
fn without_repeating(lines: &mut [Told]) {
    /// Characters that are rather repeated than looked up.
    const SHORT: usize = 60;
    let mut above: Option<(String, String)> = None;
    for told in lines {
        let Some(deployment) = &told.deployment else {
            continue;
        };
        let this = (deployment.clone(), told.words.clone());
        if above.as_ref() == Some(&this) && told.words.chars().count() > SHORT {
            "the same".clone_into(&mut told.words);
        }
        above = Some(this);
    }
}

fn told(thing: &Thing, words: String, ours: bool) -> Told {
    Told {
        kind: thing.kind,
        name: thing.name.clone(),
        key: thing.key().to_owned(),
        deployment: deployment(thing.kind, &thing.name).map(str::to_owned),
        words,
        ours,
    }
}

fn ours(ours: &Ours, cost: Picodollars, date: Date) -> String {
    let Ours { thing, proof, .. } = ours;
    let made = ours.made.map(|at| format!("made {}", date(at)));
    let cost = cost.rounded_up();
    // What others have sent to a public URL nobody here has counted.
    let requests = (cost > Picodollars(0)).then(|| format!("our requests at most {cost}"));
    let about: Vec<String> = match &thing.detail {
        Detail::Table { status, items, .. } => {
            let items = counted_of(usize::try_from(*items).unwrap_or(usize::MAX), "item");
            let cost = format!("cost so far at most {cost}");
            [Some(status.clone()), Some(items), made, Some(cost)]
                .into_iter()
                .flatten()
                .collect()
        }
        Detail::Api { url } => [url.clone(), made, requests]
            .into_iter()
            .flatten()
            .collect(),
        Detail::Function { runtime } => [runtime.clone(), requests].into_iter().flatten().collect(),
        Detail::Role | Detail::LogGroup => requests.into_iter().collect(),
    };
    let proof = match proof {
        Proof::Id => "its id is in the ledger".to_owned(),
        Proof::Tag(run) => format!("its tags say that you made it, in run {run}"),
        Proof::Maker(run) => format!(
            "its tags say that it was made with these credentials, in run {run}, which this computer does not know: on another one, or by somebody who shares them"
        ),
        Proof::Named(run) => format!("of run {run}, which you named"),
    };
    if about.is_empty() {
        return proof;
    }
    format!("{}; {proof}", about.join(", "))
}

/// What became of an entry of the ledger that nothing was found for.
fn missing(missing: &Missing, date: Date) -> Told {
    let (entry, words) = match missing {
        Missing::Gone(entry) => (entry, "is gone already, or was never made".to_owned()),
        Missing::MayArrive { entry, until } => (
            entry,
            format!(
                "was asked for a moment ago and is not there. It may still turn up until {}: run dynatour cleanup again then to be sure",
                date(*until)
            ),
        ),
        Missing::Unknown(entry) => (
            entry,
            format!(
                "may be ours: its tags would say so, and these credentials may not read them ({}). Not touched; {} prints what is needed",
                reads_tags(entry.kind),
                policy(entry.kind),
            ),
        ),
        Missing::Untagged(entry) => (
            entry,
            format!(
                "may be ours: one of its name is there without our tags, and nothing else tells functions apart. Not touched. If it is yours: aws lambda delete-function --function-name {} --region {}",
                entry.name, entry.place.region
            ),
        ),
        Missing::Unseen(entry) => (
            entry,
            format!(
                "may still be there: {}s could not be looked for. Not touched; run dynatour cleanup again when they can be",
                entry.kind
            ),
        ),
        Missing::Replaced(entry) => (
            entry,
            format!(
                "ours is gone; another {} has its name now and is not touched",
                entry.kind
            ),
        ),
    };
    let Entry { kind, name, .. } = entry;
    let id = entry.identity().and_then(|known| known.id.clone());
    Told {
        kind: *kind,
        name: name.clone(),
        key: match kind {
            Kind::Api => id.unwrap_or_else(|| name.clone()),
            _ => name.clone(),
        },
        deployment: deployment(*kind, name).map(str::to_owned),
        words,
        ours: false,
    }
}

/// The action that reads the tags of a kind.
const fn reads_tags(kind: Kind) -> &'static str {
    match kind {
        Kind::Table => "dynamodb:ListTagsOfResource",
        Kind::LogGroup => "logs:ListTagsForResource",
        Kind::Role => "iam:GetRole",
        Kind::Function => "lambda:GetFunction and lambda:ListTags",
        Kind::Api => "apigateway:GET",
    }
}

/// What prints the rights that a kind needs.
const fn policy(kind: Kind) -> &'static str {
    match kind {
        Kind::Table => "dynatour policy",
        Kind::LogGroup | Kind::Role | Kind::Function | Kind::Api => "dynatour policy --workshop",
    }
}

/// What could not be looked for, and what could not be looked at closely: a sentence each.
#[must_use]
pub fn unlooked(looked: &Looked) -> Vec<String> {
    let mut sentences = Vec::new();
    let mut unreadable: BTreeMap<Kind, usize> = BTreeMap::new();
    for (kind, name) in &looked.unreadable {
        // One whose id is proof enough is told of as ours.
        let mut ours = looked.plan.ours.iter().map(|ours| &ours.thing);
        if !ours.any(|thing| (thing.kind, &thing.name) == (*kind, name)) {
            *unreadable.entry(*kind).or_default() += 1;
        }
    }
    for (kind, count) in unreadable {
        sentences.push(format!(
            "{} whose tags these credentials may not read: not touched",
            counted_of(count, kind.name())
        ));
    }
    let (denied, failed): (Vec<&Unseen>, Vec<&Unseen>) =
        looked.unseen.iter().partition(|unseen| unseen.denied);
    if !denied.is_empty() {
        let kinds = kinds(denied.iter().map(|unseen| unseen.kind));
        let known = known(looked, &denied);
        sentences.push(format!(
            "Not looked for: {kinds}. These credentials may not list them. {known}; dynatour policy --workshop prints what is needed"
        ));
    }
    if let [first, ..] = failed.as_slice() {
        let kinds = kinds(failed.iter().map(|unseen| unseen.kind));
        let known = known(looked, &failed);
        sentences.push(format!(
            "Could not be looked for: {kinds}. {known}. {}",
            first.why.trim_end_matches('.')
        ));
    }
    sentences
}

/// Whether the ledger has something of what could not be looked for.
fn known(looked: &Looked, unseen: &[&Unseen]) -> &'static str {
    let has = looked.plan.missing.iter().any(|missing| {
        matches!(missing, Missing::Unseen(entry) if unseen.iter().any(|one| one.kind == entry.kind))
    });
    if has {
        "The list on this computer has some of them here"
    } else {
        "The list on this computer has none of them here"
    }
}

fn kinds(kinds: impl Iterator<Item = Kind>) -> String {
    let mut names: Vec<String> = Vec::new();
    for kind in kinds {
        let name = format!("{kind}s");
        if !names.contains(&name) {
            names.push(name);
        }
    }
    in_a_row(&names)
}

/// How much was looked at: `5 tables, 3 functions and 1 API`. Tables are always told.
#[must_use]
pub fn counted(counts: &BTreeMap<Kind, usize>) -> String {
    let of = |kind: Kind| counts.get(&kind).copied().unwrap_or_default();
    let words: Vec<String> = Kind::DELETED
        .into_iter()
        .rev()
        .filter(|kind| *kind == Kind::Table || of(*kind) > 0)
        .map(|kind| counted_of(of(kind), kind.name()))
        .collect();
    in_a_row(&words)
}

/// How many there are of each kind, in the order in which they are deleted: `1 API, 3 functions and 1 table`.
#[must_use]
pub fn of_each(kinds: impl Iterator<Item = Kind>) -> String {
    let mut counts: BTreeMap<Kind, usize> = BTreeMap::new();
    for kind in kinds {
        *counts.entry(kind).or_default() += 1;
    }
    let words: Vec<String> = Kind::DELETED
        .into_iter()
        .filter_map(|kind| Some(counted_of(*counts.get(&kind)?, kind.name())))
        .collect();
    in_a_row(&words)
}

/// The things that a yes deletes: `this table with everything in it`, `these 12 things with everything in them: 1 API, …`.
#[must_use]
pub fn these(kinds: impl Iterator<Item = Kind>) -> String {
    let kinds: Vec<Kind> = kinds.collect();
    match kinds.as_slice() {
        [kind] => format!("this {kind} with everything in it"),
        [kind, more @ ..] if more.iter().all(|one| one == kind) => {
            format!("these {} {kind}s with everything in them", kinds.len())
        }
        _ => format!(
            "these {} things with everything in them ({})",
            kinds.len(),
            of_each(kinds.iter().copied())
        ),
    }
}

fn counted_of(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

/// `APIs, functions and roles`
#[must_use]
pub fn in_a_row(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// What a thing has cost at most: its requests, as the ledger has them, and a table's storage.
fn cost(ours: &Ours, place: &Place, now: u64) -> Picodollars {
    let age = ours.made.map_or(0, |made| now.saturating_sub(made));
    let storage = match ours.thing.detail {
        Detail::Table { items, bytes, .. } => price::storage(items, bytes, age),
        _ => Picodollars(0),
    };
    ours.spent.unwrap_or_default() + storage * times_the_price(&place.region)
}

/// What everything of ours in a region has cost at most.
#[must_use]
pub fn cost_of_all(looked: &Looked) -> Picodollars {
    let ours = looked.plan.ours.iter();
    ours.map(|one| cost(one, &looked.place, looked.at)).sum()
}

/// Whether others may have caused costs that nobody here knows of: an API's URL is public.
#[must_use]
pub fn may_have_cost_more(looked: &Looked) -> bool {
    let mut ours = looked.plan.ours.iter();
    ours.any(|ours| matches!(ours.thing.kind, Kind::Api | Kind::Function))
}

/// What is said then.
pub const STRANGERS: &str = "What others who know an API's URL have sent to it is not counted";
