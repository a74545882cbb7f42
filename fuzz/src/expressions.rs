//! Any expression with any names, values and item.
//!
//! ```text
//!   condition             the kind: condition, filter, key, projection or update
//!   a = :s AND #b > :n    the expression
//!   {"#b": "b"}           its names; an empty line for none. This line and those after it may be left out
//!   {":s": {"S": "x"}}    its values
//!   {"a": {"S": "x"}}     the item it is asked of
//!   80 …                  anything from byte 80 on: all of that is chosen from the bytes that follow
//! ```
//!
//! Besides that there is an answer: a condition is the opposite of its NOT and says the same twice; what a projection leaves is in the item;
//! an update touches only what it names.

use arbitrary::{Result, Unstructured};
use serde_json::{Value as Json, json};

use crate::grammar::{self, Expression};
use crate::simulator::expression::{
    Kind, Path, Placeholders, Projection, condition, key_condition, projection, update,
};
use crate::simulator::item::{Item, Stored, Value};

struct Case {
    kind: Expression,
    text: String,
    names: Json,
    values: Json,
    item: Json,
}

/// # Panics
/// When something holds of the expression that must not.
pub fn check(data: &[u8]) {
    let case = match data.first() {
        Some(0x80..) => chosen(&mut Unstructured::new(&data[1..])).ok(),
        _ => written(data),
    };
    let Some(case) = case else { return };
    let item = match &case.item {
        Json::Object(members) => Item::from_json(members).unwrap_or_default(),
        _ => Item::new(),
    };
    match case.kind {
        Expression::Condition => case.condition(Kind::Condition, &item),
        Expression::Filter => case.condition(Kind::Filter, &item),
        Expression::KeyCondition => case.key_condition(),
        Expression::Projection => case.projection(&item),
        Expression::Update => case.update(&item),
    }
}

fn written(data: &[u8]) -> Option<Case> {
    let text = String::from_utf8_lossy(data);
    let mut lines = text.split('\n');
    let kind = match lines.next()? {
        "condition" => Expression::Condition,
        "filter" => Expression::Filter,
        "key" => Expression::KeyCondition,
        "projection" => Expression::Projection,
        "update" => Expression::Update,
        _ => return None,
    };
    let text = lines.next()?.to_owned();
    let mut json = |otherwise: Json| match lines.next() {
        Some("") => Json::Null,
        Some(line) => serde_json::from_str(line).unwrap_or(Json::Null),
        None => otherwise,
    };
    Some(Case {
        kind,
        text,
        names: json(json!({"#a": "a", "#b": "b", "#id": "id", "#n": "n"})),
        values: json(json!({
            ":s": {"S": "a"}, ":s2": {"S": "N"}, ":n": {"N": "1"}, ":n2": {"N": "-2.5"}, ":b": {"B": "AQ=="}, ":t": {"BOOL": true},
            ":null": {"NULL": true}, ":ss": {"SS": ["a", "b"]}, ":ns": {"NS": ["1", "2"]}, ":bs": {"BS": ["AQ=="]},
            ":l": {"L": [{"S": "a"}, {"N": "1"}]}, ":m": {"M": {"a": {"S": "a"}}},
        })),
        item: json(json!({
            "id": {"S": "a"}, "n": {"N": "1"}, "a": {"S": "abc"}, "b": {"B": "AQI="}, "kind": {"SS": ["a", "b"]},
            "list": {"L": [{"N": "1"}, {"M": {"a": {"S": "x"}}}, {"L": [{"S": "a"}]}]}, "map": {"M": {"a": {"M": {"b": {"NS": ["1"]}}}}},
        })),
    })
}

fn chosen(choices: &mut Unstructured<'_>) -> Result<Case> {
    let kind = choices.choose_iter([
        Expression::Condition,
        Expression::Filter,
        Expression::KeyCondition,
        Expression::Projection,
        Expression::Update,
    ])?;
    let text = grammar::expression(choices, kind)?;
    let (mut names, mut values) = grammar::placeholders(choices, &[&text])?;
    if choices.ratio(1, 8)? {
        grammar::spoil(choices, &mut names)?;
        grammar::spoil(choices, &mut values)?;
    }
    let mut item = grammar::attributes(choices, 3)?;
    item.insert("id".to_owned(), json!({"S": "a"}));
    Ok(Case {
        kind,
        text,
        names,
        values,
        item: Json::Object(item),
    })
}

impl Case {
    fn placeholders(&self) -> Option<Placeholders> {
        Placeholders::of(&self.names, &self.values)
            .map_err(|error| assert!(!error.to_string().is_empty()))
            .ok()
    }

    /// What a parser makes of the text; an error has words.
    fn parsed<T, E: std::fmt::Display>(
        &self,
        text: &str,
        parse: impl Fn(&str, &mut Placeholders) -> std::result::Result<T, E>,
    ) -> Option<T> {
        let mut placeholders = self.placeholders()?;
        let parsed = parse(text, &mut placeholders);
        let _ = placeholders
            .check_all_used()
            .map_err(|error| assert!(!error.to_string().is_empty()));
        parsed
            .map_err(|error| assert!(!error.to_string().is_empty()))
            .ok()
    }

    fn condition(&self, kind: Kind, item: &Item) {
        let parse = |text: &str, placeholders: &mut Placeholders| {
            condition::parse(kind, text, placeholders)
        };
        let Some(condition) = self.parsed(&self.text, parse) else {
            return;
        };
        let holds = condition.holds(item);
        assert_eq!(holds, condition.holds(item));
        assert_eq!(holds, condition.holds(&Stored::new(item)));
        let _ = condition.holds(&Item::new());
        assert!(condition.paths().len() <= self.text.len());
        if let Some(opposite) = self.parsed(&format!("NOT ({})", self.text), parse) {
            assert_ne!(holds, opposite.holds(item), "NOT ({})", self.text);
        }
    }

    fn key_condition(&self) {
        let _ = self.parsed(&self.text, key_condition::parse);
    }

    fn projection(&self, item: &Item) {
        let Some(projection) = self.parsed(&self.text, projection::parse) else {
            return;
        };
        let kept = kept(&projection, item);
        assert!(kept.size() <= item.size());
        for (name, value) in kept.iter() {
            let whole = item.get_name(name).expect("a projection invents nothing");
            assert!(is_part(value, whole), "{value:?} is no part of {whole:?}");
        }
    }

    fn update(&self, item: &Item) {
        let Some(update) = self.parsed(&self.text, update::parse) else {
            return;
        };
        let Ok(new) = update.apply(item) else { return };
        assert_eq!(update.apply(item), Ok(new.clone()));
        let stored = Stored::new(item);
        let before = stored.some(update.paths().into_iter().map(Path::name));
        let after = update.apply(&before).expect("what it names is there");
        assert_eq!(stored.with(&before, &after), Stored::new(&new));
        let named =
            |name: &crate::simulator::item::Name| update.targets().any(|path| path.name() == name);
        for (name, value) in item.iter().filter(|(name, _)| !named(name)) {
            assert_eq!(new.get_name(name), Some(value), "{name} was not named");
        }
        for (name, _) in new.iter() {
            assert!(
                named(name) || item.get_name(name).is_some(),
                "{name} came from nowhere"
            );
        }
        let touched = update.touched();
        assert!(kept(&touched, &new).size() <= new.size());
        let again = Item::from_json(new.to_json().as_object().expect("an item is an object"));
        assert_eq!(again, Ok(new), "what an update makes could have been put");
    }
}

/// What a projection leaves of an item.
fn kept(projection: &Projection, item: &Item) -> Item {
    let text = projection.of_stored(&Stored::new(item));
    let json: Json = serde_json::from_slice(&text).expect("what is left is JSON");
    Item::from_json(json.as_object().expect("an item is an object")).expect("of an item's values")
}

/// Whether a value is another one with some elements and attributes left out.
fn is_part(value: &Value, whole: &Value) -> bool {
    match (value, whole) {
        (Value::M(part), Value::M(whole)) => part.iter().all(|(name, value)| {
            whole
                .get_name(name)
                .is_some_and(|whole| is_part(value, whole))
        }),
        (Value::L(part), Value::L(whole)) => {
            let mut rest = whole.iter();
            part.iter()
                .all(|value| rest.any(|whole| is_part(value, whole)))
        }
        _ => value == whole,
    }
}
