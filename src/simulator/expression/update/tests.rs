use super::super::{Placeholders, UpdateError};
use super::*;
use crate::simulator::item::{Item, Name, Stored, samples};
use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};

fn read(text: &str) -> Result<Update, String> {
    let names = json!({"#n": "name"});
    let values = json!({
        ":s": {"S": "x"}, ":n": {"N": "5"}, ":l": {"L": [{"S": "new"}]}, ":ss": {"SS": ["b", "c"]}, ":ns": {"NS": ["5"]}, ":m": {"M": {}}, ":t": {"BOOL": true},
    });
    let mut placeholders = Placeholders::of(&names, &values).unwrap();
    parse(text, &mut placeholders).map_err(|error| error.to_string())
}

fn stored() -> Item {
    let json = json!({
        "a": {"N": "1"}, "b": {"N": "2"}, "name": {"S": "Rachel"}, "l": {"L": [{"S": "0"}, {"S": "1"}, {"S": "2"}]},
        "m": {"M": {"k": {"N": "1"}, "l": {"L": []}}}, "ss": {"SS": ["a", "b"]},
    });
    Item::from_json(json.as_object().unwrap()).unwrap()
}

/// The attributes that differ after the update; a removed one is null.
fn changes(text: &str) -> Result<Json, UpdateError> {
    let old = stored();
    let new = read(text)
        .unwrap_or_else(|error| panic!("{text}: {error}"))
        .apply(&old)?;
    let mut changes = Map::new();
    for (name, _) in old.iter().filter(|(name, _)| !new.contains(name.as_str())) {
        changes.insert(name.to_string(), Json::Null);
    }
    for (name, value) in new
        .iter()
        .filter(|(name, value)| old.get_name(name) != Some(value))
    {
        changes.insert(name.to_string(), value.to_json());
    }
    Ok(Json::Object(changes))
}

#[test]
fn updates_change_what_they_name() {
    for (text, expected) in [
        ("SET c = :s", json!({"c": {"S": "x"}})),
        (
            "set #n = :s, a = b",
            json!({"name": {"S": "x"}, "a": {"N": "2"}}),
        ),
        (
            "SET a = b, b = a",
            json!({"a": {"N": "2"}, "b": {"N": "1"}}),
        ),
        ("SET a = a + :n", json!({"a": {"N": "6"}})),
        ("SET a = :n - (a + b)", json!({"a": {"N": "2"}})),
        (
            "SET c = if_not_exists(c, :n) + :n",
            json!({"c": {"N": "10"}}),
        ),
        ("SET a = if_not_exists(a, :n)", json!({})),
        (
            "SET l = list_append(l, :l)",
            json!({"l": {"L": [{"S": "0"}, {"S": "1"}, {"S": "2"}, {"S": "new"}]}}),
        ),
        (
            "SET l = list_append(:l, l)",
            json!({"l": {"L": [{"S": "new"}, {"S": "0"}, {"S": "1"}, {"S": "2"}]}}),
        ),
        (
            "SET q = list_append(if_not_exists(q, :l), :l)",
            json!({"q": {"L": [{"S": "new"}, {"S": "new"}]}}),
        ),
        (
            "SET l[1] = :n",
            json!({"l": {"L": [{"S": "0"}, {"N": "5"}, {"S": "2"}]}}),
        ),
        (
            "SET l[99] = :n, l[50] = :s",
            json!({"l": {"L": [{"S": "0"}, {"S": "1"}, {"S": "2"}, {"S": "x"}, {"N": "5"}]}}),
        ),
        (
            "SET m.fresh = :s",
            json!({"m": {"M": {"k": {"N": "1"}, "l": {"L": []}, "fresh": {"S": "x"}}}}),
        ),
        (
            "SET m.l[0] = :s",
            json!({"m": {"M": {"k": {"N": "1"}, "l": {"L": [{"S": "x"}]}}}}),
        ),
        ("REMOVE a, absent", json!({"a": null})),
        ("REMOVE l[0], l[1]", json!({"l": {"L": [{"S": "2"}]}})),
        (
            "REMOVE l[0] SET l[2] = :n",
            json!({"l": {"L": [{"S": "1"}, {"N": "5"}]}}),
        ),
        ("REMOVE l[7], m.absent", json!({})),
        ("ADD a :n, c :n", json!({"a": {"N": "6"}, "c": {"N": "5"}})),
        (
            "ADD ss :ss, m.ns :ns",
            json!({"ss": {"SS": ["a", "b", "c"]}, "m": {"M": {"k": {"N": "1"}, "l": {"L": []}, "ns": {"NS": ["5"]}}}}),
        ),
        ("DELETE ss :ss", json!({"ss": {"SS": ["a"]}})),
        ("DELETE absent :ss", json!({})),
        (
            "DELETE ss :ss ADD a :n REMOVE b SET c = a",
            json!({"ss": {"SS": ["a"]}, "a": {"N": "6"}, "b": null, "c": {"N": "1"}}),
        ),
    ] {
        assert_eq!(changes(text), Ok(expected), "{text}");
    }
}

#[test]
fn a_set_that_loses_every_member_goes() {
    let values = json!({":all": {"SS": ["a", "b", "z"]}});
    let update = parse(
        "DELETE ss :all",
        &mut Placeholders::of(&Json::Null, &values).unwrap(),
    )
    .unwrap();
    assert!(!update.apply(&stored()).unwrap().contains("ss"));
}

#[test]
fn what_does_not_fit_the_item_is_refused() {
    for (text, error) in [
        ("SET absent.x = :s", UpdateError::InvalidPath),
        ("SET a.x = :s", UpdateError::InvalidPath),
        ("SET a[0] = :s", UpdateError::InvalidPath),
        ("SET l[9].x = :s", UpdateError::InvalidPath),
        ("REMOVE absent.x", UpdateError::InvalidPath),
        ("REMOVE a[0]", UpdateError::InvalidPath),
        ("DELETE absent.x :ss", UpdateError::InvalidPath),
        ("ADD absent.x :n", UpdateError::InvalidPath),
        ("SET c = absent", UpdateError::MissingAttribute),
        ("SET c = absent + :n", UpdateError::MissingAttribute),
        ("SET c = #n + :n", UpdateError::OperandType),
        ("SET c = list_append(a, :l)", UpdateError::OperandType),
        ("ADD #n :n", UpdateError::OperandType),
        ("ADD ss :ns", UpdateError::OperandType),
        ("DELETE a :ss", UpdateError::OperandType),
        ("SET absent.x = :s ADD #n :n", UpdateError::OperandType),
    ] {
        assert_eq!(changes(text), Err(error), "{text}");
    }
}

#[test]
fn an_update_can_not_nest_deeper_than_32_levels() {
    let deep = |levels: usize| {
        let value = (1..levels).fold(json!({"N": "1"}), |inner, _| json!({"M": {"d": inner}}));
        let values = json!({ ":deep": value });
        let mut placeholders = Placeholders::of(&Json::Null, &values).unwrap();
        parse("SET m.k = :deep", &mut placeholders)
            .unwrap()
            .apply(&stored())
    };
    assert!(deep(31).is_ok());
    assert_eq!(deep(32), Err(UpdateError::TooDeep));
}

#[test]
fn refusals_have_the_texts_of_aws() {
    let wrong_type = "Incorrect operand type for operator or function; operator or function:";
    let overlap = "Two document paths overlap with each other; must remove or rewrite one of these paths; path one:";
    for (text, error) in [
        ("", "The expression can not be empty;".to_owned()),
        (" ", r#"Syntax error; token: "<EOF>", near: " ""#.into()),
        ("a = :s", r#"Syntax error; token: "a", near: "a =""#.into()),
        ("SET a :s", r#"Syntax error; token: ":s", near: "a :s""#.into()),
        ("SET a = :s,", r#"Syntax error; token: "<EOF>", near: ",""#.into()),
        ("SET a = 5", r#"Syntax error; token: "5", near: "= 5""#.into()),
        ("SET a = b + :n + :n", r#"Syntax error; token: "+", near: ":n + :n""#.into()),
        ("ADD a b", r#"Syntax error; token: "b", near: "a b""#.into()),
        ("SET a = if_not_exists()", r#"Syntax error; token: ")", near: "()""#.into()),
        ("SET name = :undefined", "Attribute name is a reserved keyword; reserved keyword: name".into()),
        ("SET a = Year + :n", "Attribute name is a reserved keyword; reserved keyword: Year".into()),
        ("SET a = foo(b)", "Invalid function name; function: foo".into()),
        // What conditions have is known, and said to be out of place (seen in tests that were made from AWS's answers).
        ("SET a = size(b)", "The function is not allowed in an update expression; function: size".into()),
        ("SET a = contains(b, :s)", "The function is not allowed in an update expression; function: contains".into()),
        ("SET a = :s SET b = :s", r#"The "SET" section can only be used once in an update expression;"#.into()),
        ("REMOVE a ADD b :n REMOVE c", r#"The "REMOVE" section can only be used once in an update expression;"#.into()),
        ("SET #x = :s", "An expression attribute name used in the document path is not defined; attribute name: #x".into()),
        ("SET a = :x", "An expression attribute value used in expression is not defined; attribute value: :x".into()),
        ("SET a = :s, a = :n", format!("{overlap} [a], path two: [a]")),
        ("SET a.b = :s REMOVE a", format!("{overlap} [a, b], path two: [a]")),
        ("SET l[0] = :s, l.x = :s", "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [l, [0]], path two: [l, x]".into()),
        ("SET a = :x, #x = :s", "An expression attribute name used in the document path is not defined; attribute name: #x".into()),
        ("SET a = if_not_exists(a), a = :s", format!("{overlap} [a], path two: [a]")),
        ("SET a = list_append(l, :s), b = if_not_exists(a) ADD c :s", "Incorrect operand type for operator or function; operator: ADD, operand type: STRING, typeSet: ALLOWED_FOR_ADD_OPERAND".into()),
        ("SET a = :s + if_not_exists(:s, :n)", "Operator or function requires a document path; operator or function: if_not_exists".into()),
        (
            "SET a = if_not_exists(a)",
            "Incorrect number of operands for operator or function; operator or function: if_not_exists, number of operands: 1".into(),
        ),
        ("SET a = if_not_exists(b, b)", "The first operand must be distinct from the remaining operands for this operator or function; operator: if_not_exists, first operand: [b]".into()),
        ("SET a = if_not_exists(:s, :n)", "Operator or function requires a document path; operator or function: if_not_exists".into()),
        ("SET a = list_append(l, :s)", format!("{wrong_type} list_append, operand type: S")),
        ("SET a = a + :s", format!("{wrong_type} +, operand type: S")),
        ("SET a = :t - a", format!("{wrong_type} -, operand type: BOOL")),
        ("ADD a :s", "Incorrect operand type for operator or function; operator: ADD, operand type: STRING, typeSet: ALLOWED_FOR_ADD_OPERAND".into()),
        ("DELETE a :n", "Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER, typeSet: ALLOWED_FOR_ADD_OPERAND".into()),
    ] {
        assert_eq!(read(text).err(), Some(format!("Invalid UpdateExpression: {error}")), "{text}");
    }
}

#[test]
fn hostile_depth_is_an_answer_and_never_an_overflow() {
    let deep = || {
        let nested = |open: &str, depth: usize| {
            format!("SET a = {}:n{}", open.repeat(depth), ")".repeat(depth))
        };
        assert!(
            read(&nested("(", 2000))
                .unwrap_err()
                .contains("too many operators")
        );
        assert!(
            read(&nested("((a + ", 500))
                .unwrap_err()
                .contains("too many operators")
        );
        assert!(read(&format!("SET a = {}", "(".repeat(4000))).is_err());
        assert!(
            read(&nested("f(", 1200))
                .unwrap_err()
                .contains("too many operators")
        );
        let chain = format!(
            "SET a = {}:n{}",
            "if_not_exists(c,".repeat(230),
            ")".repeat(230)
        );
        assert_eq!(
            read(&chain).unwrap().apply(&stored()).unwrap().get("a"),
            Some(&Value::N(5_i64.into()))
        );
    };
    std::thread::Builder::new()
        .stack_size(1024 * 1024)
        .spawn(deep)
        .unwrap()
        .join()
        .unwrap();
}

#[test]
fn what_was_touched_is_a_projection() {
    let update = read("SET m.k = :s REMOVE a, l[1]").unwrap();
    let touched = update.touched().of_stored(&Stored::new(&stored()));
    assert_eq!(
        serde_json::from_slice::<Json>(&touched).unwrap(),
        json!({"a": {"N": "1"}, "l": {"L": [{"S": "1"}]}, "m": {"M": {"k": {"N": "1"}}}})
    );
}

proptest! {
    #[test]
    fn an_item_is_what_was_set_and_nothing_once_removed(attributes in prop::collection::btree_map("[f-i]", samples::value(), 1..4), item in samples::item()) {
        let values: Map<_, _> = attributes.iter().map(|(name, value)| (format!(":{name}"), value.to_json())).collect();
        let actions: Vec<_> = attributes.keys().map(|name| format!("{name} = :{name}")).collect();
        let update = parse(&format!("SET {}", actions.join(", ")), &mut Placeholders::of(&Json::Null, &Json::Object(values)).unwrap()).unwrap();
        let new = update.apply(&item).unwrap();
        let expected: Item = item.clone().into_iter().chain(attributes.iter().map(|(name, value)| (Name::new(name), value.clone()))).collect();
        prop_assert_eq!(&new, &expected);
        let names: Vec<_> = attributes.keys().map(String::as_str).collect();
        let remove = parse(&format!("REMOVE {}", names.join(", ")), &mut Placeholders::default()).unwrap();
        prop_assert_eq!(remove.apply(&new).unwrap(), item);
    }
}

/// With this many bytes of padding, the largest request that AWS took: 400 KB by its own count.
#[test]
fn requests_are_charged_as_they_were_measured() {
    for (text, padding) in [
        ("SET b = :pad", 409_577),
        ("SET b = :pad, n = n + :n", 409_505),
        ("SET b = :pad, n = (n + :n)", 409_505),
        ("SET b = :pad, n = n - :n", 409_502),
        ("SET b = :pad, n = :n + :n", 409_519),
        ("SET b = :pad, n = n + n", 409_491),
        ("SET b = :pad, c = abcdefghij", 409_532),
        ("SET b = :pad, c = m.z", 409_526),
        ("SET b = :pad, c = m.a.z", 409_511),
        ("SET b = :pad, c = l[10]", 409_525),
        ("SET b = :pad REMOVE abcdefghij", 409_566),
        ("SET b = :pad REMOVE l[10]", 409_569),
        ("SET b = :pad REMOVE m.a.y", 409_565),
        ("SET b = :pad DELETE ss :ss", 409_574),
        ("SET b = :pad ADD n :n", 409_555),
        ("SET b = :pad ADD m.n :n", 409_550),
        ("SET b = :pad, c = if_not_exists(c, :t)", 409_501),
        ("SET b = :pad, l = list_append(l, :l)", 409_490),
        (
            "SET b = :pad, l = list_append(if_not_exists(l, :e), :l)",
            409_448,
        ),
        ("SET b = :pad, #e = :s", 409_546),
    ] {
        let names = json!({"#e": "é"});
        let values = json!({
            ":pad": {"S": "x".repeat(padding)}, ":n": {"N": "1"}, ":t": {"BOOL": true}, ":ss": {"SS": ["b"]},
            ":l": {"L": [{"S": "nnnnnnnnnn"}]}, ":e": {"L": []}, ":s": {"S": "vvvvvvvvvv"},
        });
        let mut placeholders = Placeholders::of(&names, &values).unwrap();
        let update = parse(text, &mut placeholders).unwrap();
        assert_eq!(update.charge(), 409_600, "{text}");
    }
}
