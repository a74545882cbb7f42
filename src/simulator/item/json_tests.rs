use super::super::ErrorClass;
use super::*;
use proptest::prelude::*;

fn refusal(json: &SerdeJson) -> (ErrorClass, String) {
    let error = Value::from_json(json).unwrap_err();
    (error.class(), error.to_string())
}

#[test]
fn refusals_have_the_texts_of_aws() {
    use ErrorClass::{RequestValidation, Serialization, Validation};
    let duplicates = "One or more parameter values were invalid: Input collection";
    let table = [
        (json!({}), Validation, "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes".to_owned()),
        (json!({"S": null}), Validation, "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes".into()),
        (json!({"Q": "a"}), Validation, "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes".into()),
        (
            json!({"S": "a", "N": "1"}),
            Validation,
            "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes".into(),
        ),
        (json!({"S": "a", "N": "x"}), RequestValidation, "The parameter cannot be converted to a numeric value: x".into()),
        (json!({"S": 23}), Serialization, "NUMBER_VALUE cannot be converted to String".into()),
        (json!({"S": 2.5}), Serialization, "DECIMAL_VALUE cannot be converted to String".into()),
        (json!({"N": 1}), Serialization, "NUMBER_VALUE cannot be converted to String".into()),
        (json!({"N": true}), Serialization, "TRUE_VALUE cannot be converted to String".into()),
        (json!({"S": []}), Serialization, "Unrecognized collection type class java.lang.String".into()),
        (json!({"S": {}}), Serialization, "Start of structure or map found where not expected".into()),
        (json!("text"), Serialization, "Unexpected value type in payload".into()),
        (json!({"SS": "a"}), Serialization, "Unexpected field type".into()),
        (json!({"L": {}}), Serialization, "Start of structure or map found where not expected".into()),
        (json!({"M": "a"}), Serialization, "Unexpected field type".into()),
        (json!({"BOOL": "maybe"}), Serialization, "Unexpected token received from parser".into()),
        (json!({"B": "abc"}), Serialization, "Base64 encoded length is expected a multiple of 4 bytes but found: 3".into()),
        (json!({"B": "a!cd"}), Serialization, "Invalid Base64 character: '!'".into()),
        (json!({"B": "aaa="}), Serialization, "Invalid last non-pad Base64 character dectected".into()),
        (
            json!({"NULL": false}),
            RequestValidation,
            "One or more parameter values were invalid: Null attribute value types must have the value of true".into(),
        ),
        (json!({"SS": []}), RequestValidation, "One or more parameter values were invalid: An string set  may not be empty".into()),
        (json!({"NS": []}), RequestValidation, "One or more parameter values were invalid: An number set  may not be empty".into()),
        (json!({"BS": []}), RequestValidation, "One or more parameter values were invalid: Binary sets should not be empty".into()),
        (
            json!({"SS": ["a", null]}),
            RequestValidation,
            "One or more parameter values were invalid: An string set may not have a null string as a member".into(),
        ),
        (json!({"NS": ["1", null]}), Validation, "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes".into()),
        (json!({"BS": ["QQ==", null]}), Validation, "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes".into()),
        (json!({"SS": ["b", "a", "b", "C"]}), RequestValidation, format!(r#"{duplicates} ["a", "b", "b", "C"] contains duplicates."#)),
        (json!({"NS": ["1", "1.0"]}), RequestValidation, format!("{duplicates} contains duplicates.")),
        (json!({"BS": ["Yg==", "YQ==", "Yg=="]}), RequestValidation, format!(r#"{duplicates} ["YQ==","Yg==","Yg=="]of type BS contains duplicates."#)),
    ];
    for (json, class, text) in table {
        assert_eq!(refusal(&json), (class, text), "{json}");
    }
}

#[test]
fn a_wrong_shape_anywhere_comes_before_a_wrong_value() {
    let json = json!({"a": {"N": "x"}, "b": {"S": 1}});
    let error = Item::from_json(json.as_object().unwrap()).unwrap_err();
    assert_eq!(error.class(), ErrorClass::Serialization);
}

fn nested(levels: usize, arena: &Arena) -> Json<'_> {
    let object = |name, content| {
        let members: &[(&str, Json<'_>)] = arena.alloc([(name, content)]);
        Json::Object(Object::new(members))
    };
    (1..levels).fold(object("S", Json::String("leaf")), |inner, level| {
        match level % 2 {
            0 => object("L", Json::Array(arena.alloc([inner]))),
            _ => object("M", object("a", inner)),
        }
    })
}

#[test]
fn thirty_two_levels_are_read_and_more_are_refused() {
    let arena = Arena::new();
    let read = |levels| Value::read(&nested(levels, &arena));
    assert!(!read(32).unwrap().nests_too_deep());
    assert_eq!(read(33), Err(ItemError::TooDeep));
    assert_eq!(read(200_000), Err(ItemError::TooDeep));
}

#[test]
fn sets_are_read_sorted_and_equal_in_any_order() {
    let read = |json: SerdeJson| Value::from_json(&json).unwrap();
    assert_eq!(
        read(json!({"SS": ["b", "a"]})),
        read(json!({"SS": ["a", "b"]}))
    );
    assert_eq!(
        read(json!({"NS": ["10", "2"]})),
        read(json!({"NS": ["2.0", "1E1"]}))
    );
    assert_eq!(
        read(json!({"NS": ["10", "-2", "2"]})).to_json(),
        json!({"NS": ["-2", "2", "10"]})
    );
}

#[test]
fn sizes_are_those_of_the_guide_and_of_measurements() {
    let size = |json: SerdeJson| Value::from_json(&json).unwrap().size();
    assert_eq!(size(json!({"S": "größe"})), 7);
    assert_eq!(size(json!({"B": "AAEC"})), 3);
    assert_eq!(size(json!({"BOOL": false})), 1);
    assert_eq!(size(json!({"NULL": true})), 1);
    assert_eq!(size(json!({"L": []})), 3);
    assert_eq!(size(json!({"M": {}})), 3);
    assert_eq!(size(json!({"L": [{"S": "ab"}, {"N": "1"}]})), 3 + 2 + 2 + 2);
    assert_eq!(size(json!({"M": {"key": {"S": "ab"}}})), 3 + 1 + 3 + 2);
    assert_eq!(size(json!({"SS": ["ab", "c"]})), 3);
    assert_eq!(size(json!({"NS": ["1", "-42"]})), 2 + 3);
    let item = json!({"id": {"S": "Rachel"}, "age": {"N": "100"}});
    assert_eq!(
        Item::from_json(item.as_object().unwrap()).unwrap().size(),
        2 + 6 + 3 + 2
    );
}

proptest! {
    #[test]
    fn a_value_comes_back_from_its_json(value in super::super::samples::value()) {
        prop_assert_eq!(Value::from_json(&value.to_json()), Ok(value));
    }
}
