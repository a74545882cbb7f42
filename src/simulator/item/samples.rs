//! Random values for the tests of this room and of expressions.

use super::{Item, Name, Number, Value};
use proptest::prelude::*;
use std::collections::BTreeSet;

/// Any number: a few digits mostly, sometimes 38, anywhere in the range.
pub(crate) fn number() -> impl Strategy<Value = Number> {
    let small = (-999_i64..999).prop_map(Number::from);
    let any = ("-?[1-9][0-9]{0,37}", -130_i32..=88)
        .prop_map(|(digits, exponent)| format!("{digits}E{exponent}").parse().unwrap());
    prop_oneof![small, any]
}

/// Any value up to four levels deep, with few different names and texts so that values meet.
pub(crate) fn value() -> impl Strategy<Value = Value> {
    let text = || prop_oneof!["[ab]{0,3}", "\\PC{0,20}"].prop_map(String::into_boxed_str);
    let bytes = || prop::collection::vec(any::<u8>(), 0..5).prop_map(Vec::into_boxed_slice);
    let leaf = prop_oneof![
        text().prop_map(|text| Value::S(text.into())),
        number().prop_map(Value::N),
        bytes().prop_map(Value::B),
        any::<bool>().prop_map(Value::Bool),
        Just(Value::Null),
        prop::collection::btree_set(text(), 1..4)
            .prop_map(|set: BTreeSet<_>| Value::Ss(set.into_iter().collect())),
        prop::collection::btree_set(number(), 1..4)
            .prop_map(|set: BTreeSet<_>| Value::Ns(set.into_iter().collect())),
        prop::collection::btree_set(bytes(), 1..4)
            .prop_map(|set: BTreeSet<_>| Value::Bs(set.into_iter().collect())),
    ];
    leaf.prop_recursive(3, 20, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4)
                .prop_map(|list| Value::L(list.into_boxed_slice())),
            attributes(inner).prop_map(Value::M),
        ]
    })
}

/// Any item of up to five attributes named `a` to `e`.
pub(crate) fn item() -> impl Strategy<Value = Item> {
    attributes(value())
}

fn attributes(value: impl Strategy<Value = Value>) -> impl Strategy<Value = Item> {
    prop::collection::vec(("[a-e]", value), 0..5).prop_map(|attributes| {
        attributes
            .into_iter()
            .map(|(name, value)| (Name::new(&name), value))
            .collect()
    })
}
