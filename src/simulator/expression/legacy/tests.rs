use super::super::key_condition::KeyAttribute;
use super::super::{ExpressionError, Join, SortCondition};
use super::*;
use crate::simulator::item::{Item, KeyType, Stored};
use serde_json::{Value as SerdeJson, json};

fn map(json: SerdeJson) -> Object<'static> {
    match json.into() {
        Json::Object(map) => map,
        other => unreachable!("{other:?} is no object"),
    }
}

fn item(json: SerdeJson) -> Item {
    Item::read(&map(json)).expect("an item")
}

fn said<T>(result: Result<T, LegacyError>) -> String {
    result
        .err()
        .map(|error| error.to_string())
        .unwrap_or_default()
}

fn flag(json: &Json<'_>) -> Option<bool> {
    json.as_bool()
}

#[test]
fn each_operator_asks_its_question() {
    let pet = item(json!({
        "name": {"S": "Beeba"}, "age": {"N": "3"}, "tags": {"SS": ["calm", "old"]},
        "a.b": {"S": "dotted"}
    }));
    let cases = [
        (
            "age",
            json!({"ComparisonOperator": "EQ", "AttributeValueList": [{"N": "3.0"}]}),
            true,
        ),
        (
            "age",
            json!({"ComparisonOperator": "NE", "AttributeValueList": [{"N": "3"}]}),
            false,
        ),
        (
            "age",
            json!({"ComparisonOperator": "LT", "AttributeValueList": [{"N": "10"}]}),
            true,
        ),
        (
            "age",
            json!({"ComparisonOperator": "GE", "AttributeValueList": [{"S": "1"}]}),
            false,
        ),
        (
            "age",
            json!({"ComparisonOperator": "BETWEEN", "AttributeValueList": [{"N": "1"}, {"N": "3"}]}),
            true,
        ),
        (
            "age",
            json!({"ComparisonOperator": "IN", "AttributeValueList": [{"N": "1"}, {"N": "3"}]}),
            true,
        ),
        (
            "name",
            json!({"ComparisonOperator": "BEGINS_WITH", "AttributeValueList": [{"S": "Be"}]}),
            true,
        ),
        (
            "tags",
            json!({"ComparisonOperator": "CONTAINS", "AttributeValueList": [{"S": "old"}]}),
            true,
        ),
        (
            "tags",
            json!({"ComparisonOperator": "NOT_CONTAINS", "AttributeValueList": [{"S": "old"}]}),
            false,
        ),
        (
            "none",
            json!({"ComparisonOperator": "NOT_CONTAINS", "AttributeValueList": [{"S": "old"}]}),
            false,
        ),
        (
            "age",
            json!({"ComparisonOperator": "NOT_CONTAINS", "AttributeValueList": [{"S": "old"}]}),
            true,
        ),
        ("none", json!({"ComparisonOperator": "NULL"}), true),
        ("name", json!({"ComparisonOperator": "NOT_NULL"}), true),
        // A name is a name here, never a path.
        (
            "a.b",
            json!({"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "dotted"}]}),
            true,
        ),
    ];
    for (name, entry, holds) in cases {
        let filter = map(json!({name: entry}));
        let condition = conditions(&filter, Join::And).expect("a filter");
        assert_eq!(condition.holds(&pet), holds, "{filter:?}");
        let condition = expected(&filter, Join::And, flag).expect("an expectation");
        assert_eq!(condition.holds(&pet), holds, "{filter:?}");
    }
}

#[test]
fn entries_are_joined() {
    let pet = item(json!({"a": {"N": "1"}}));
    let both = map(json!({
        "a": {"ComparisonOperator": "NOT_NULL"}, "b": {"ComparisonOperator": "NOT_NULL"}
    }));
    assert!(!conditions(&both, Join::And).expect("a filter").holds(&pet));
    assert!(conditions(&both, Join::Or).expect("a filter").holds(&pet));
    assert!(
        conditions(&Object::default(), Join::And)
            .expect("a filter")
            .holds(&pet)
    );
}

#[test]
fn what_does_not_fit_an_operator_is_named() {
    let cases = [
        (
            json!({"ComparisonOperator": "eq"}),
            "Invalid comparison operator",
        ),
        (
            json!({"ComparisonOperator": "NULL", "AttributeValueList": [{"N": "1"}]}),
            "Invalid number of argument(s) for the NULL ComparisonOperator",
        ),
        (
            json!({"ComparisonOperator": "LT", "AttributeValueList": [{"BOOL": true}]}),
            "ComparisonOperator LT is not valid for BOOL AttributeValue type",
        ),
        (
            json!({"ComparisonOperator": "BETWEEN", "AttributeValueList": [{"N": "1"}, {"S": "1"}]}),
            "AttributeValues inside AttributeValueList must be of same type",
        ),
        (
            json!({"ComparisonOperator": "IN", "AttributeValueList": [{"N": "1"}, {"SS": ["1"]}]}),
            "ComparisonOperator IN is not valid for SS AttributeValue type",
        ),
        (
            json!({"ComparisonOperator": "EQ", "AttributeValueList": [{"SS": []}]}),
            "An string set  may not be empty",
        ),
    ];
    for (entry, why) in cases {
        assert_eq!(
            said(conditions(&map(json!({"a": entry})), Join::And)),
            format!("One or more parameter values were invalid: {why}")
        );
    }
    let reversed =
        json!({"ComparisonOperator": "BETWEEN", "AttributeValueList": [{"N": "10"}, {"N": "9"}]});
    assert!(
        said(conditions(&map(json!({"a": reversed})), Join::And))
            .starts_with("The BETWEEN condition was provided")
    );
    let missing = map(
        json!({"b": {}, "a": {"ComparisonOperator": "NULL"}, "c": {"ComparisonOperator": null}}),
    );
    assert_eq!(missing_operators(&missing).count(), 2);
}

#[test]
fn exists_and_value_must_agree() {
    let pet = item(json!({"a": {"N": "1"}}));
    let holds = |entry: SerdeJson| {
        expected(&map(json!({"a": entry})), Join::And, flag).map(|condition| condition.holds(&pet))
    };
    assert_eq!(holds(json!({"Value": {"N": "1"}})), Ok(true));
    assert_eq!(
        holds(json!({"Exists": true, "Value": {"N": "2"}})),
        Ok(false)
    );
    assert_eq!(holds(json!({"Exists": false})), Ok(false));
    for (entry, why) in [
        (
            json!({}),
            "Value must be provided when Exists is null for Attribute: a",
        ),
        (
            json!({"Exists": true}),
            "Value must be provided when Exists is true for Attribute: a",
        ),
        (
            json!({"Exists": false, "Value": {"N": "1"}}),
            "Value cannot be used when Exists is false for Attribute: a",
        ),
        (
            json!({"ComparisonOperator": "EQ"}),
            "Value or AttributeValueList must be used with ComparisonOperator: EQ for Attribute: a",
        ),
        (
            json!({"AttributeValueList": []}),
            "AttributeValueList can only be used with a ComparisonOperator for Attribute: a",
        ),
    ] {
        assert_eq!(
            said(holds(entry)),
            format!("One or more parameter values were invalid: {why}")
        );
    }
}

#[test]
fn key_conditions_bind_like_expressions() {
    let key = |name, key_type| KeyAttribute { name, key_type };
    let bind = |conditions: SerdeJson| {
        key_conditions(&map(conditions))
            .expect("readable")
            .bind(&[key("p", KeyType::S)], &[key("s", KeyType::N)])
    };
    let p = json!({"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "x"}]});
    let bound = bind(
        json!({"p": p, "s": {"ComparisonOperator": "GT", "AttributeValueList": [{"N": "1"}]}}),
    )
    .expect("it fits the key");
    assert!(matches!(bound.range, Some(SortCondition::Greater(_))));
    assert_eq!(
        bind(json!({"p": p, "s": {"ComparisonOperator": "NULL"}})),
        Err(ExpressionError::NotIndexable)
    );
    assert_eq!(
        bind(json!({"s": {"ComparisonOperator": "NULL"}})),
        Err(ExpressionError::MissedKey("p".to_owned()))
    );
    assert_eq!(
        bind(json!({"p": {"ComparisonOperator": "LT", "AttributeValueList": [{"S": "x"}]}})),
        Err(ExpressionError::KeyConditionNotSupported)
    );
}

#[test]
fn updates_put_add_and_delete() {
    let pet = item(json!({
        "a": {"N": "1"}, "t": {"SS": ["x", "y"]}, "l": {"L": [{"N": "1"}]}, "gone": {"S": "z"}
    }));
    let updates = map(json!({
        "a": {"Action": "ADD", "Value": {"N": "2"}},
        "t": {"Action": "DELETE", "Value": {"SS": ["x"]}},
        "l": {"Action": "ADD", "Value": {"L": [{"N": "2"}]}},
        "gone": {"Action": "DELETE"},
        "a.b": {"Value": {"BOOL": true}},
    }));
    let new = attribute_updates(&updates)
        .expect("an update")
        .apply(&pet)
        .expect("it fits");
    assert_eq!(
        new,
        item(json!({
            "a": {"N": "3"}, "t": {"SS": ["y"]}, "l": {"L": [{"N": "1"}, {"N": "2"}]},
            "a.b": {"BOOL": true}
        }))
    );
    let mismatch = attribute_updates(&map(
        json!({"a": {"Action": "ADD", "Value": {"SS": ["x"]}}}),
    ))
    .expect("an update")
    .apply(&pet);
    assert_eq!(
        mismatch.expect_err("a number is no set").to_string(),
        "Type mismatch for attribute to update"
    );
    assert_eq!(
        said(attribute_updates(&map(json!({"a": {"Action": "put"}})))),
        "Member must satisfy enum value set: [ADD, DELETE, PUT]' for Action"
    );
}

#[test]
fn attributes_are_got_once() {
    let pet = Stored::new(&item(json!({"a": {"N": "1"}, "b": {"N": "2"}})));
    let projection =
        attributes_to_get(&[json!("b").into(), json!("none").into()]).expect("a projection");
    assert_eq!(projection.of_stored(&pet), br#"{"b":{"N":"2"}}"#);
    assert_eq!(
        said(attributes_to_get(&[
            json!("a").into(),
            json!("b").into(),
            json!("a").into()
        ])),
        "One or more parameter values were invalid: Duplicate value in attribute name: a"
    );
}
