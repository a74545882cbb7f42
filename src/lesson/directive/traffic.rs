//! `traffic id=…`: minutes of a shop's orders against the limits of a table's partitions.

use super::super::error::Problems;
use super::super::fields::Fields;
use super::super::markdown::Fence;
use super::super::model::{Activity, TrafficDemo};
use super::super::nearest::offer;
use super::super::traffic::{Access, Design, Load, Spread};
use super::Opening;

pub(super) fn read(
    opening: &mut Opening,
    fence: &Fence,
    problems: &mut Problems,
) -> Option<Activity> {
    let id = opening.id(problems);
    let mut fields = super::fields(fence, "traffic", problems)?;
    let table = fields.text("table", problems);
    let design = one_of(&mut fields, "key", &Design::ALL, Design::word, problems);
    let access = one_of(&mut fields, "access", &Access::ALL, Access::word, problems);
    let spread = one_of(&mut fields, "spread", &Spread::ALL, Spread::word, problems);
    // What is wrong besides is told also where nobody knows which range holds.
    let range = access.unwrap_or(Access::Writes).range();
    let rate = fields.count("rate", range.clone(), problems);
    let provisioned = fields.optional_count("provisioned", range, problems);
    fields.finish(problems);
    let load = Load::new(access?, rate?, spread?, provisioned.map(|(units, _)| units))?;
    Some(Activity::Traffic(TrafficDemo {
        id: id?,
        table: table?,
        design: design?,
        load,
        place: opening.place.clone(),
    }))
}

/// One of a few words, or an error that offers them.
fn one_of<T: Copy>(
    fields: &mut Fields,
    key: &'static str,
    all: &[T],
    word: fn(T) -> &'static str,
    problems: &mut Problems,
) -> Option<T> {
    let (text, span) = fields.spanned_text(key, problems)?;
    let found = all.iter().copied().find(|one| word(*one) == text);
    if found.is_none() {
        let words: Vec<&str> = all.iter().map(|one| word(*one)).collect();
        problems.report(
            &span,
            format!("`{key}` can't be `{text}`"),
            offer(&text, &words),
        );
    }
    found
}
