use super::*;
use serde_json::json;

fn bind(text: &str, sort: Option<&str>) -> Result<KeyCondition, String> {
    let names = json!({"#n": "name"});
    let values = json!({
        ":s": {"S": "x"}, ":t": {"S": "y"}, ":n": {"N": "5"}, ":ten": {"N": "10"}, ":true": {"BOOL": true},
    });
    let mut placeholders = Placeholders::of(&names, &values).unwrap();
    let unbound = parse(text, &mut placeholders).map_err(|error| error.to_string())?;
    let key = |name| KeyAttribute {
        name,
        key_type: KeyType::S,
    };
    unbound
        .bind(&[key("id")], sort.map(key).as_slice())
        .map_err(|error| error.to_string())
}

/// Two partition key attributes and three of the sort key, the last a number.
fn bind_several(text: &str) -> Result<KeyCondition, String> {
    let values = json!({":s": {"S": "x"}, ":t": {"S": "y"}, ":n": {"N": "5"}});
    let mut placeholders = Placeholders::of(&json!(null), &values).unwrap();
    let unbound = parse(text, &mut placeholders).map_err(|error| error.to_string())?;
    let key = |name, key_type| KeyAttribute { name, key_type };
    let strings = |names: [&'static str; 2]| names.map(|name| key(name, KeyType::S));
    let sort = [strings(["a", "b"]).as_slice(), &[key("c", KeyType::N)]].concat();
    unbound
        .bind(&strings(["p", "q"]), &sort)
        .map_err(|error| error.to_string())
}

fn text(text: &str) -> KeyValue {
    KeyValue::S(text.into())
}

#[test]
fn every_sort_condition_is_read() {
    use SortCondition::{BeginsWith, Between, Greater, GreaterOrEqual, Less, LessOrEqual};
    for (written, sort) in [
        ("id = :s", None),
        (":s = id", None),
        ("(id = :s)", None),
        ("sk < :t AND id = :s", Some(Less(text("y")))),
        ("id = :s and (sk <= :t)", Some(LessOrEqual(text("y")))),
        ("(id = :s) AND (sk > :t)", Some(Greater(text("y")))),
        ("(id = :s AND sk >= :t)", Some(GreaterOrEqual(text("y")))),
        ("id = :s AND :t >= sk", Some(LessOrEqual(text("y")))),
        (
            "id = :s AND sk BETWEEN :s AND :t",
            Some(Between(text("x"), text("y"))),
        ),
        (
            "id = :s AND begins_with(sk, :t)",
            Some(BeginsWith(text("y"))),
        ),
    ] {
        assert_eq!(
            bind(written, Some("sk")),
            Ok(KeyCondition {
                partition: vec![text("x")],
                equal: Vec::new(),
                range: sort
            }),
            "{written}"
        );
    }
    let equal = bind("id = :s AND sk = :t", Some("sk")).unwrap();
    assert_eq!((equal.equal, equal.range), (vec![text("y")], None));
}

#[test]
fn several_attributes_are_compared_from_the_left() {
    use SortCondition::{Between, Less};
    for (written, equal, range) in [
        ("p = :s AND q = :t", vec![], None),
        ("a = :t AND q = :t AND p = :s", vec!["y"], None),
        (
            "p = :s AND q = :t AND a < :t",
            vec![],
            Some(Less(text("y"))),
        ),
        (
            "b BETWEEN :s AND :t AND p = :s AND q = :t AND a = :s",
            vec!["x"],
            Some(Between(text("x"), text("y"))),
        ),
    ] {
        assert_eq!(
            bind_several(written),
            Ok(KeyCondition {
                partition: vec![text("x"), text("y")],
                equal: equal.into_iter().map(text).collect(),
                range
            }),
            "{written}"
        );
    }
    for (written, error) in [
        (
            "p = :s",
            "HASH key attributes q must have equality conditions specified in the query",
        ),
        (
            "a = :s",
            "HASH key attributes p, q must have equality conditions specified in the query",
        ),
        (
            "p = :s AND q > :s",
            "HASH key attributes q must have equality conditions specified in the query",
        ),
        (
            "p = :s AND q = :s AND b = :s",
            "RANGE key attributes a must have equality conditions specified in the query because a condition is present on key attribute b",
        ),
        (
            "p = :s AND q = :s AND a > :s AND c = :n",
            "RANGE key attributes a, b must have equality conditions specified in the query because a condition is present on key attribute c",
        ),
        (
            "p = :s AND q = :s AND z = :s",
            "Query condition missed key schema element: a",
        ),
        (
            "p = :s AND q = :s AND a = :n",
            "One or more parameter values were invalid: Condition parameter type does not match schema type",
        ),
        (
            "p = :s AND q = :s AND a = :s AND b = :s AND c = :n AND z = :s",
            "The number of query conditions (6) exceeds the number of key attributes defined in the schema (5)",
        ),
    ] {
        assert_eq!(bind_several(written), Err(error.to_owned()), "{written}");
    }
}

#[test]
fn refusals_have_the_texts_of_aws() {
    let invalid = "Invalid KeyConditionExpression:";
    for (written, error) in [
        ("sk = :s", "Query condition missed key schema element: id".to_owned()),
        ("id = :s AND elsewhere = :t", "Query condition missed key schema element: sk".into()),
        ("id > :s", "Query key condition not supported".into()),
        ("id = :n", "One or more parameter values were invalid: Condition parameter type does not match schema type".into()),
        ("id = :s AND sk = :true", "One or more parameter values were invalid: Condition parameter type does not match schema type".into()),
        ("id = :s AND sk > :s AND a = :t", "The number of query conditions (3) exceeds the number of key attributes defined in the schema (2)".into()),
        ("id = :s OR sk = :t", format!("{invalid} Invalid operator used in KeyConditionExpression: OR")),
        ("NOT id = :s", format!("{invalid} Invalid operator used in KeyConditionExpression: NOT")),
        ("id <> :s", format!("{invalid} Invalid operator used in KeyConditionExpression: <>")),
        ("id IN (:s)", format!("{invalid} Invalid operator used in KeyConditionExpression: IN")),
        ("id = :s AND contains(sk, :t)", format!("{invalid} Invalid operator used in KeyConditionExpression: contains")),
        ("attribute_exists(id)", format!("{invalid} Invalid operator used in KeyConditionExpression: attribute_exists")),
        ("size(id) = :n", format!("{invalid} KeyConditionExpressions cannot contain nested operations")),
        ("id.a = :s", format!("{invalid} KeyConditionExpressions cannot have conditions on nested attributes")),
        ("id = :s AND sk > :s AND sk < :t", format!("{invalid} KeyConditionExpressions must only contain one condition per key")),
        ("id.a = sk", format!("{invalid} KeyConditionExpressions cannot have conditions on nested attributes")),
        ("id = sk", format!("{invalid} Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition")),
        (":s = :t", format!("{invalid} Invalid condition in KeyConditionExpression: No key attribute specified")),
        (
            "begins_with(:s, sk)",
            format!("{invalid} Invalid condition in KeyConditionExpression: begins_with operator must have the key attribute as its first operand"),
        ),
        ("id = :s AND begins_with(sk, :n)", format!("{invalid} Incorrect operand type for operator or function; operator or function: begins_with, operand type: N")),
        (
            "id = :s AND sk BETWEEN :t AND :s",
            format!("{invalid} The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {{S:y}}, upper bound operand: AttributeValue: {{S:x}}"),
        ),
        ("name = :s", format!("{invalid} Attribute name is a reserved keyword; reserved keyword: name")),
        ("id = :s AND", format!(r#"{invalid} Syntax error; token: "<EOF>", near: "AND""#)),
        ("((id = :s))", format!("{invalid} The expression has redundant parentheses;")),
        ("", format!("{invalid} The expression can not be empty;")),
    ] {
        assert_eq!(bind(written, Some("sk")), Err(error), "{written}");
    }
    assert_eq!(
        bind("id = :s AND sk = :t", None).unwrap_err(),
        "The number of query conditions (2) exceeds the number of key attributes defined in the schema (1)"
    );
}

#[test]
fn the_range_to_read_holds_every_key_that_fits() {
    let keys: Vec<_> = ["", "w", "x", "xa", "xz", "y", "ya"].map(text).into();
    for condition in [
        SortCondition::Less(text("x")),
        SortCondition::LessOrEqual(text("x")),
        SortCondition::Greater(text("x")),
        SortCondition::GreaterOrEqual(text("x")),
        SortCondition::Between(text("x"), text("y")),
        SortCondition::BeginsWith(text("x")),
    ] {
        let map: std::collections::BTreeSet<_> = keys.iter().cloned().collect();
        let read: Vec<_> = map
            .range::<KeyValue, _>(condition.range())
            .take_while(|key| condition.holds(key))
            .collect();
        let fit: Vec<_> = keys.iter().filter(|key| condition.holds(key)).collect();
        assert_eq!(read, fit, "{condition:?}");
    }
}
