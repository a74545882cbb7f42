use super::*;
use crate::simulator::item::Item;
use serde_json::{Value as Json, json};

fn apply(text: &str) -> Result<Json, String> {
    let names = json!({"#n": "name", "#a": "a"});
    let mut placeholders = Placeholders::of(&names, &Json::Null).unwrap();
    let projection = parse(text, &mut placeholders).map_err(|error| error.to_string())?;
    let item = json!({
        "a": {"S": "1"}, "name": {"S": "Rachel"}, "m": {"M": {"x": {"N": "1"}, "y": {"N": "2"}, "deep": {"M": {}}}},
        "l": {"L": [{"S": "0"}, {"M": {"p": {"S": "p"}, "q": {"S": "q"}}}, {"S": "2"}, {"L": [{"S": "3a"}, {"S": "3b"}]}]},
    });
    let item = Item::from_json(item.as_object().unwrap()).unwrap();
    let part = projection.of_stored(&Stored::new(&item));
    Ok(serde_json::from_slice(&part).unwrap())
}

#[test]
fn parts_come_back_in_order_and_without_gaps() {
    for (text, part) in [
        ("a", json!({"a": {"S": "1"}})),
        ("#n , absent", json!({"name": {"S": "Rachel"}})),
        (
            "m.y, m.x",
            json!({"m": {"M": {"x": {"N": "1"}, "y": {"N": "2"}}}}),
        ),
        ("m.absent", json!({})),
        ("a.b, m[0], l.x", json!({})),
        ("m.deep", json!({"m": {"M": {"deep": {"M": {}}}}})),
        (
            "l[2], l[0], l[10]",
            json!({"l": {"L": [{"S": "0"}, {"S": "2"}]}}),
        ),
        (
            "l[1].q, l[3][1], l[1].p",
            json!({"l": {"L": [{"M": {"p": {"S": "p"}, "q": {"S": "q"}}}, {"L": [{"S": "3b"}]}]}}),
        ),
    ] {
        assert_eq!(apply(text), Ok(part), "{text}");
    }
}

#[test]
fn refusals_have_the_texts_of_aws() {
    let overlap = "Two document paths overlap with each other; must remove or rewrite one of these paths; path one:";
    for (text, error) in [
        ("", "The expression can not be empty;".to_owned()),
        (" ", r#"Syntax error; token: "<EOF>", near: " ""#.into()),
        ("a,", r#"Syntax error; token: "<EOF>", near: ",""#.into()),
        ("a b", r#"Syntax error; token: "b", near: "a b""#.into()),
        ("a[", r#"Syntax error; token: "<EOF>", near: "[""#.into()),
        ("a.name", "Attribute name is a reserved keyword; reserved keyword: name".into()),
        ("#x", "An expression attribute name used in the document path is not defined; attribute name: #x".into()),
        ("a, a", format!("{overlap} [a], path two: [a]")),
        ("a, #a.b", format!("{overlap} [a], path two: [a, b]")),
        ("l[1].p, l[1]", format!("{overlap} [l, [1], p], path two: [l, [1]]")),
        ("m.x, m[0]", "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [m, x], path two: [m, [0]]".into()),
    ] {
        assert_eq!(apply(text), Err(format!("Invalid ProjectionExpression: {error}")), "{text}");
    }
}
