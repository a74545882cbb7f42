//! `hash id=…`: the demonstration of where an item lives.
//!
//! Either `table`, `attribute`, `type` and `keys` (and `sort_key`), or a `preset` that brings all of these.

use super::super::error::Problems;
use super::super::fields::Fields;
use super::super::key::{HashFunction, HashTable, KeyText, KeyType};
use super::super::markdown::Fence;
use super::super::model::{Activity, DemoKeys, HashDemo};
use super::super::nearest::offer;
use super::super::preset::{Preset, USUAL_ITEMS};
use super::super::source::Span;
use super::{MOST_PARTITIONS, Opening};

/// What a picture holds.
const MOST_ITEMS: u64 = 10_000;

pub(super) fn read(
    opening: &mut Opening,
    fence: &Fence,
    problems: &mut Problems,
) -> Option<Activity> {
    let id = opening.id(problems);
    let mut fields = super::fields(fence, "a hash demonstration", problems)?;
    let partitions = fields.count("partitions", 1..=MOST_PARTITIONS, problems);
    let function = fields.optional_text("hash", problems);
    let function = match function {
        None => Some(HashFunction::default()),
        Some(named) => function_named(named, problems),
    };
    let data = match fields.optional_text("preset", problems) {
        Some(named) => preset(named, &mut fields, problems),
        None => listed(&mut fields, problems),
    };
    fields.finish(problems);
    let (table, keys) = data?;
    Some(Activity::Hash(HashDemo {
        id: id?,
        table: HashTable {
            partitions: u32::try_from(partitions?).ok()?,
            function: function?,
            ..table
        },
        keys,
        place: opening.place.clone(),
    }))
}

/// The keys that stand in the lesson.
fn listed(fields: &mut Fields, problems: &mut Problems) -> Option<(HashTable, DemoKeys)> {
    let name = fields.text("table", problems);
    let attribute = fields.text("attribute", problems);
    let key_type = fields.spanned_text("type", problems);
    let sort_key = fields.optional_text("sort_key", problems);
    let keys = fields.texts("keys", problems);
    let span = fields.span.clone();
    let key_type = type_named(key_type?, problems)?;
    let keys = keys?;
    if keys.is_empty() {
        problems.report(
            &span,
            "no keys are on their way",
            "give at least one in `keys`",
        );
        return None;
    }
    let sorted = sort_key.is_some();
    let keys = keys
        .into_iter()
        .map(|(key, _)| KeyText::read(&key, sorted))
        .collect();
    let table = HashTable {
        name: name?,
        attribute: attribute?,
        key_type,
        sort_key: sort_key.map(|(name, _)| name),
        partitions: 1,
        function: HashFunction::default(),
    };
    Some((table, DemoKeys::Listed(keys)))
}

fn preset(
    (name, span): (String, Span),
    fields: &mut Fields,
    problems: &mut Problems,
) -> Option<(HashTable, DemoKeys)> {
    let items = fields.optional_count("items", 1..=MOST_ITEMS, problems);
    for key in ["table", "attribute", "type", "sort_key", "keys"] {
        if let Some(value) = fields.any(key) {
            problems.report(
                &value.span,
                format!("a preset brings its own `{key}`"),
                format!("leave `{key}` out, or `preset`"),
            );
        }
    }
    let Some(preset) = Preset::named(&name) else {
        problems.report(
            &span,
            format!("there is no preset `{name}`"),
            offer(&name, &Preset::ALL.map(Preset::name)),
        );
        return None;
    };
    let items = items.map_or(USUAL_ITEMS, |(items, _)| items);
    Some((preset.table(1), DemoKeys::Preset { preset, items }))
}

fn type_named((name, span): (String, Span), problems: &mut Problems) -> Option<KeyType> {
    let found = KeyType::ALL.into_iter().find(|kind| kind.name() == name);
    if found.is_none() {
        problems.report(
            &span,
            format!("a key can't be of type `{name}`"),
            offer(&name, &KeyType::ALL.map(KeyType::name)),
        );
    }
    found
}

fn function_named((name, span): (String, Span), problems: &mut Problems) -> Option<HashFunction> {
    let found = HashFunction::ALL
        .into_iter()
        .find(|function| function.name() == name);
    if found.is_none() {
        problems.report(
            &span,
            format!("there is no hash function `{name}`"),
            offer(&name, &HashFunction::ALL.map(HashFunction::name)),
        );
    }
    found
}
