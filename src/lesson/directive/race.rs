//! `race id=…`: a query and a scan that answer one question.

use super::super::error::Problems;
use super::super::markdown::Fence;
use super::super::model::{Activity, RaceDemo};
use super::{MOST_PARTITIONS, Opening};

/// What a laptop holds in memory without a thought.
const MOST_ITEMS: u64 = 1_000_000;

pub(super) fn read(
    opening: &mut Opening,
    fence: &Fence,
    problems: &mut Problems,
) -> Option<Activity> {
    let id = opening.id(problems);
    let mut fields = super::fields(fence, "a race", problems)?;
    let question = fields.text("question", problems);
    let table = fields.text("table", problems);
    let partition_key = fields.text("partition_key", problems);
    let sort_key = fields.optional_text("sort_key", problems);
    let partitions = fields.count("partitions", 1..=MOST_PARTITIONS, problems);
    let items = fields.count("items", 1..=MOST_ITEMS, problems);
    let per_key = fields.count("per_key", 1..=MOST_ITEMS, problems);
    let key = fields.text("key", problems);
    let span = fields.span.clone();
    fields.finish(problems);
    let sort_key = sort_key.map(|(name, _)| name);
    let (items, per_key) = (items?, per_key?);
    if per_key > items {
        problems.report(
            &span,
            format!("{per_key} items share a key, but there are only {items}"),
            "make `items` larger or `per_key` smaller",
        );
        return None;
    }
    if per_key > 1 && sort_key.is_none() {
        problems.report(
            &span,
            "items can share a partition key only where a sort key tells them apart",
            "add `sort_key`, or set `per_key = 1`",
        );
        return None;
    }
    Some(Activity::Race(RaceDemo {
        id: id?,
        question: question?,
        table: table?,
        partition_key: partition_key?,
        sort_key,
        partitions: u32::try_from(partitions?).ok()?,
        items,
        per_key,
        key: key?,
        place: opening.place.clone(),
    }))
}
