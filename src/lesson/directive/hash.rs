//! `hash id=…`: the demonstration of where an item lives.

use super::super::error::Problems;
use super::super::markdown::Fence;
use super::super::model::{Activity, HashDemo};
use super::super::nearest::offer;
use super::{MOST_PARTITIONS, Opening};

/// The types a key can have.
const KEY_TYPES: [&str; 3] = ["S", "N", "B"];

pub(super) fn read(
    opening: &mut Opening,
    fence: &Fence,
    problems: &mut Problems,
) -> Option<Activity> {
    let id = opening.id(problems);
    let mut fields = super::fields(fence, "a hash demonstration", problems)?;
    let table = fields.text("table", problems);
    let attribute = fields.text("attribute", problems);
    let key_type = fields.spanned_text("type", problems);
    let partitions = fields.count("partitions", 1..=MOST_PARTITIONS, problems);
    let keys = fields.texts("keys", problems);
    let span = fields.span.clone();
    fields.finish(problems);
    let (key_type, type_span) = key_type?;
    if !KEY_TYPES.contains(&key_type.as_str()) {
        problems.report(
            &type_span,
            format!("a key can't be of type `{key_type}`"),
            offer(&key_type, &KEY_TYPES),
        );
        return None;
    }
    let keys = keys?;
    if keys.is_empty() {
        problems.report(
            &span,
            "no keys are on their way",
            "give at least one in `keys`",
        );
        return None;
    }
    Some(Activity::Hash(HashDemo {
        id: id?,
        table: table?,
        attribute: attribute?,
        key_type,
        partitions: u32::try_from(partitions?).ok()?,
        keys: keys.into_iter().map(|(key, _)| key).collect(),
        place: opening.place.clone(),
    }))
}
