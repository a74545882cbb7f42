//! `calculator id=…`: the capacity calculator with its first values.

use super::super::error::Problems;
use super::super::markdown::Fence;
use super::super::model::{Activity, Calculator};
use super::Opening;

/// DynamoDB's limit for an item, 400 KB.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html>
const MOST_ITEM_BYTES: u64 = 400 * 1024;

/// Far beyond any table of a course, and small enough that no product overflows.
const MOST_PER_SECOND: u64 = 1_000_000_000;

pub(super) fn read(
    opening: &mut Opening,
    fence: &Fence,
    problems: &mut Problems,
) -> Option<Activity> {
    let id = opening.id(problems);
    let mut fields = super::fields(fence, "a calculator", problems)?;
    let item_bytes = fields.count("item_bytes", 1..=MOST_ITEM_BYTES, problems);
    let reads = fields.count("reads_per_second", 0..=MOST_PER_SECOND, problems);
    let writes = fields.count("writes_per_second", 0..=MOST_PER_SECOND, problems);
    let strongly_consistent = fields
        .flag("strongly_consistent", problems)
        .unwrap_or(false);
    fields.finish(problems);
    Some(Activity::Calculator(Calculator {
        id: id?,
        item_bytes: item_bytes?,
        reads_per_second: reads?,
        writes_per_second: writes?,
        strongly_consistent,
        place: opening.place.clone(),
    }))
}
