//! The race in words: what happens at each moment, and what it comes to.
//!
//! Invariant: a sentence says only what stands in the traces of its moment.

use super::super::words::{count, plural};
use super::{Rounds, Script, Side};
use crate::simulator::trace::{CapacityUnits, Trace};

/// What a side's pages are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Get,
    Query,
    IndexQuery,
    Scan,
    ParallelScan,
}

impl Kind {
    fn of(rounds: &[Vec<Trace>]) -> Self {
        let first = rounds.iter().flatten().next();
        match first.map(|page| (page.operation.as_str(), &page.index)) {
            Some(("GetItem", _)) => Self::Get,
            Some(("Query", None)) => Self::Query,
            Some(("Query", Some(_))) => Self::IndexQuery,
            _ if rounds.iter().any(|round| round.len() > 1) => Self::ParallelScan,
            _ => Self::Scan,
        }
    }

    const fn noun(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Query => "query",
            Self::IndexQuery => "index query",
            Self::Scan => "scan",
            Self::ParallelScan => "parallel scan",
        }
    }
}

impl Script {
    fn kind(&self, side: Side) -> Kind {
        Kind::of(self.rounds(side))
    }

    /// What a side is called in a sentence: by what it does, or by its place where both do the same.
    fn subject(&self, side: Side) -> &'static str {
        let (kind, other) = (self.kind(Side::Left), self.kind(Side::Right));
        match side {
            _ if kind != other => self.kind(side).noun(),
            Side::Left => "left side",
            Side::Right => "right side",
        }
    }

    /// What happens in moment `current`, from 1; 0 is before the first.
    pub(super) fn sentence(&self, current: usize) -> String {
        let Some(round) = current.checked_sub(1) else {
            return "The same question, asked in two ways. Nothing has been read yet.".to_owned();
        };
        let mut sentences = Vec::new();
        for side in Side::BOTH {
            if let Some(pages) = self.rounds(side).get(round) {
                let subject = self.subject(side);
                sentences.push(round_sentence(subject, self.kind(side), round, pages));
            }
        }
        sentences.join(" ")
    }

    /// How much the right side cost beside the left one, in words; and whether they answered the same.
    #[must_use]
    pub fn verdict(&self, stop: usize) -> String {
        let subject = self.subject(Side::Right);
        let mut verdict = match self.times(stop) {
            Some(times) => format!("The {subject} cost {}.", times_text(times)),
            None => "Neither cost anything.".to_owned(),
        };
        if stop >= self.timeline().moments()
            && let Some(difference) = self.difference()
        {
            verdict.push(' ');
            verdict.push_str(&difference);
        }
        verdict
    }

    /// That the two sides answered different questions, where they did.
    #[must_use]
    pub fn difference(&self) -> Option<String> {
        let returned = |side| self.pages(side).map(Trace::returned).sum::<u64>();
        let (left, right) = (returned(Side::Left), returned(Side::Right));
        (left != right).then(|| {
            format!(
                "They are not the same question: {} and {} came back.",
                plural(left, "item"),
                count(right)
            )
        })
    }
}

/// A ratio as `203 times as much`, with one digit after the point below ten.
#[must_use]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a rounded positive ratio of capacities"
)]
pub fn times_text(times: f64) -> String {
    let tenths = (times * 10.0).round() as u64;
    match tenths {
        10 => "just as much".to_owned(),
        20 => "twice as much".to_owned(),
        // Below a twentieth the other way round says more.
        0 if times > 0.0 => format!("a {}th as much", count((1.0 / times).round() as u64)),
        0..100 if !tenths.is_multiple_of(10) => {
            format!("{}.{} times as much", tenths / 10, tenths % 10)
        }
        _ => format!("{} times as much", count(times.round() as u64)),
    }
}

fn round_sentence(subject: &str, kind: Kind, round: usize, pages: &[Trace]) -> String {
    let mut visited: Vec<u32> = pages
        .iter()
        .flat_map(|page| &page.visits)
        .filter(|visit| visit.examined > 0)
        .map(|visit| visit.partition.0)
        .collect();
    visited.sort_unstable();
    visited.dedup();
    let sum = |what: fn(&Trace) -> u64| pages.iter().map(what).sum::<u64>();
    let examined = plural(sum(Trace::examined), "item");
    let returned = count(sum(Trace::returned));
    let units: CapacityUnits = pages.iter().map(|page| page.read).sum();
    let place = listed(&visited);
    let index = pages.first().and_then(|page| page.index.as_deref());
    let of_index = index.map_or_else(String::new, |index| format!(" of {index}"));
    let capital = capitalised(subject);
    match kind {
        Kind::Get | Kind::Query | Kind::IndexQuery if visited.is_empty() => {
            format!("The {subject} finds no item with this key: {units} RCU.")
        }
        Kind::Get => {
            format!("The {subject} goes straight to {place} and takes one item: {units} RCU.")
        }
        Kind::Query | Kind::IndexQuery if round == 0 => format!(
            "The {subject} goes straight to {place}{of_index}: {examined} read, {returned} returned, {units} RCU."
        ),
        Kind::Query | Kind::IndexQuery => format!(
            "The {subject} reads on in {place}{of_index}: {examined} read, {returned} returned, {units} RCU."
        ),
        Kind::Scan => {
            let places = places(&visited, &place);
            let number = count(round as u64 + 1);
            format!(
                "{capital} page {number}: {examined} read{places}, {returned} returned, {units} RCU."
            )
        }
        Kind::ParallelScan => {
            let places = places(&visited, &place);
            let together = plural(pages.len() as u64, "page");
            format!(
                "{capital}, {together} at once: {examined} read{places}, {returned} returned, {units} RCU."
            )
        }
    }
}

fn places(visited: &[u32], place: &str) -> String {
    if visited.is_empty() {
        String::new()
    } else {
        format!(" in {place}")
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// `P0`, `P0 and P1`, `P0 to P3` where they are neighbours, `P0, P2 and P3` where they are not.
fn listed(partitions: &[u32]) -> String {
    let names: Vec<String> = partitions.iter().map(|id| format!("P{id}")).collect();
    let neighbours = partitions.windows(2).all(|pair| pair[1] == pair[0] + 1);
    match names.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [first, second] => format!("{first} and {second}"),
        [first, .., last] if neighbours => format!("{first} to {last}"),
        [before @ .., last] => format!("{} and {last}", before.join(", ")),
    }
}

/// The whole race in words, one line a moment; what is read without a screen.
#[must_use]
pub fn narrate(left: &Rounds, right: &Rounds) -> Vec<String> {
    let Some(script) = Script::new(left.clone(), right.clone()) else {
        return Vec::new();
    };
    let end = script.timeline().moments();
    (0..=end)
        .map(|stop| script.sentence(stop))
        .chain(std::iter::once(script.verdict(end)))
        .collect()
}
