//! Expressions, values and requests chosen from bytes.
//!
//! Everything drawn here looks like what a client sends; [`spoil`] then makes some of it wrong. Names and values come from few, so
//! that what is written is found again, conditions hold, and index keys collide.

use arbitrary::{Result, Unstructured};
use serde_json::{Map, Value as Json, json};

/// The bytes that decide everything.
pub type Choices<'a, 'b> = &'a mut Unstructured<'b>;

const NAMES: [&str; 12] = [
    "a", "b", "c", "id", "n", "kind", "#a", "#b", "#id", "#n", "list", "map",
];
const VALUES: [&str; 12] = [
    ":s", ":n", ":b", ":t", ":null", ":ss", ":ns", ":bs", ":l", ":m", ":s2", ":n2",
];
/// Words, signs and oddities, for expressions that are no expressions.
const TOKENS: [&str; 44] = [
    "AND",
    "OR",
    "NOT",
    "BETWEEN",
    "IN",
    "SET",
    "REMOVE",
    "ADD",
    "DELETE",
    "(",
    ")",
    ",",
    "=",
    "<>",
    "<",
    "<=",
    ">",
    ">=",
    "+",
    "-",
    ".",
    "[",
    "]",
    "[0]",
    "[1]",
    "[99999999999]",
    "attribute_exists",
    "attribute_not_exists",
    "attribute_type",
    "begins_with",
    "contains",
    "size",
    "if_not_exists",
    "list_append",
    "a",
    "b",
    ":s",
    ":n",
    "#a",
    "#missing",
    ":missing",
    "size(",
    "\u{e9}",
    "\"",
];

/// What an expression is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expression {
    Condition,
    Filter,
    KeyCondition,
    Projection,
    Update,
}

/// An expression of a kind, or now and then a soup of its tokens.
pub fn expression(choices: Choices<'_, '_>, kind: Expression) -> Result<String> {
    if choices.ratio(1, 8)? {
        return soup(choices);
    }
    match kind {
        Expression::Condition | Expression::Filter => condition(choices, 4),
        Expression::KeyCondition => key_condition(choices),
        Expression::Projection => joined(choices, 6, ", ", path),
        Expression::Update => update(choices),
    }
}

fn soup(choices: Choices<'_, '_>) -> Result<String> {
    joined(choices, 24, " ", |choices| {
        Ok((*choices.choose(&TOKENS)?).to_owned())
    })
}

/// Up to `most` texts, at least one.
fn joined(
    choices: Choices<'_, '_>,
    most: usize,
    between: &str,
    mut one: impl FnMut(Choices<'_, '_>) -> Result<String>,
) -> Result<String> {
    let count = choices.int_in_range(1..=most)?;
    let mut texts = Vec::with_capacity(count);
    for _ in 0..count {
        texts.push(one(choices)?);
    }
    Ok(texts.join(between))
}

fn path(choices: Choices<'_, '_>) -> Result<String> {
    let mut path = (*choices.choose(&NAMES)?).to_owned();
    while choices.ratio(1, 3)? {
        if choices.arbitrary()? {
            path.push('.');
            path.push_str(choices.choose(&NAMES)?);
        } else {
            path.push_str(choices.choose(&["[0]", "[1]", "[2]", "[3]"])?);
        }
        if path.len() > 200 {
            break;
        }
    }
    Ok(path)
}

fn operand(choices: Choices<'_, '_>) -> Result<String> {
    Ok(match choices.int_in_range(0..=7)? {
        0..=2 => path(choices)?,
        3 => format!("size({})", path(choices)?),
        _ => (*choices.choose(&VALUES)?).to_owned(),
    })
}

fn condition(choices: Choices<'_, '_>, depth: u8) -> Result<String> {
    let kind = choices.int_in_range(0..=if depth == 0 { 7 } else { 11 })?;
    Ok(match kind {
        0 | 1 => format!(
            "{} {} {}",
            operand(choices)?,
            choices.choose(&["=", "<>", "<", "<=", ">", ">="])?,
            operand(choices)?
        ),
        2 => format!(
            "{} BETWEEN {} AND {}",
            operand(choices)?,
            operand(choices)?,
            operand(choices)?
        ),
        3 => format!(
            "{} IN ({})",
            operand(choices)?,
            joined(choices, 4, ", ", operand)?
        ),
        4 => format!("attribute_exists({})", path(choices)?),
        5 => format!("attribute_not_exists({})", path(choices)?),
        6 => format!("attribute_type({}, {})", path(choices)?, operand(choices)?),
        7 => format!(
            "{}({}, {})",
            choices.choose(&["begins_with", "contains"])?,
            path(choices)?,
            operand(choices)?
        ),
        8 => format!(
            "{} AND {}",
            condition(choices, depth - 1)?,
            condition(choices, depth - 1)?
        ),
        9 => format!(
            "{} OR {}",
            condition(choices, depth - 1)?,
            condition(choices, depth - 1)?
        ),
        10 => format!("NOT {}", condition(choices, depth - 1)?),
        _ => format!("({})", condition(choices, depth - 1)?),
    })
}

fn key_condition(choices: Choices<'_, '_>) -> Result<String> {
    joined(choices, 3, " AND ", |choices| {
        let name = *choices.choose(&NAMES)?;
        Ok(match choices.int_in_range(0..=5)? {
            0..=2 => format!("{name} = {}", choices.choose(&VALUES)?),
            3 => format!(
                "{name} {} {}",
                choices.choose(&["<", "<=", ">", ">="])?,
                choices.choose(&VALUES)?
            ),
            4 => format!(
                "{name} BETWEEN {} AND {}",
                choices.choose(&VALUES)?,
                choices.choose(&VALUES)?
            ),
            _ => format!("begins_with({name}, {})", choices.choose(&VALUES)?),
        })
    })
}

fn update(choices: Choices<'_, '_>) -> Result<String> {
    let mut sections = Vec::new();
    for keyword in ["SET", "REMOVE", "ADD", "DELETE"] {
        if !choices.ratio(1, 2)? {
            continue;
        }
        let actions = joined(choices, 3, ", ", |choices| {
            let path = path(choices)?;
            Ok(match keyword {
                "SET" => format!("{path} = {}", set_value(choices, 3)?),
                "REMOVE" => path,
                _ => format!("{path} {}", choices.choose(&VALUES)?),
            })
        })?;
        sections.push(format!("{keyword} {actions}"));
    }
    if choices.ratio(1, 4)? {
        sections.reverse();
    }
    Ok(sections.join(" "))
}

fn set_value(choices: Choices<'_, '_>, depth: u8) -> Result<String> {
    let kind = choices.int_in_range(0..=if depth == 0 { 3 } else { 8 })?;
    Ok(match kind {
        0 | 1 => (*choices.choose(&VALUES)?).to_owned(),
        2 | 3 => path(choices)?,
        4 => format!(
            "{} + {}",
            set_value(choices, depth - 1)?,
            set_value(choices, depth - 1)?
        ),
        5 => format!(
            "{} - {}",
            set_value(choices, depth - 1)?,
            set_value(choices, depth - 1)?
        ),
        6 => format!(
            "if_not_exists({}, {})",
            path(choices)?,
            set_value(choices, depth - 1)?
        ),
        7 => format!(
            "list_append({}, {})",
            set_value(choices, depth - 1)?,
            set_value(choices, depth - 1)?
        ),
        _ => format!("({})", set_value(choices, depth - 1)?),
    })
}

/// The names and the values that some expressions mention, so that nothing is unused or undefined.
pub fn placeholders(choices: Choices<'_, '_>, expressions: &[&str]) -> Result<(Json, Json)> {
    let mentioned = |word: &str| {
        expressions.iter().any(|text| {
            text.match_indices(word).any(|(at, _)| {
                !text[at + word.len()..].starts_with(|next: char| next.is_ascii_alphanumeric())
            })
        })
    };
    let (mut names, mut values) = (Map::new(), Map::new());
    for (word, name) in [("#a", "a"), ("#b", "b"), ("#id", "id"), ("#n", "n")] {
        if mentioned(word) {
            names.insert(word.to_owned(), name.into());
        }
    }
    for word in VALUES {
        if mentioned(word) {
            let value = match word {
                ":s" | ":s2" => json!({"S": text(choices)?}),
                ":n" | ":n2" => json!({"N": number(choices)?}),
                ":b" => json!({"B": binary(choices)?}),
                ":t" => json!({"BOOL": choices.arbitrary::<bool>()?}),
                ":null" => json!({"NULL": true}),
                ":ss" => json!({"SS": ["a", "b"]}),
                ":ns" => json!({"NS": ["1", "2.5"]}),
                ":bs" => json!({"BS": ["AA==", "AQ=="]}),
                ":l" => json!({"L": [value(choices, 1)?]}),
                _ => json!({"M": {"a": value(choices, 1)?}}),
            };
            values.insert(word.to_owned(), value);
        }
    }
    let given = |members: Map<String, Json>| {
        if members.is_empty() {
            Json::Null
        } else {
            Json::Object(members)
        }
    };
    Ok((given(names), given(values)))
}

pub fn text(choices: Choices<'_, '_>) -> Result<&'static str> {
    choices.choose_iter([
        "a",
        "b",
        "cat",
        "dog",
        "S",
        "N",
        "SS",
        "L",
        "\u{1f408}",
        "",
        "ab",
    ])
}

pub fn number(choices: Choices<'_, '_>) -> Result<String> {
    Ok(match choices.int_in_range(0..=11)? {
        0 => "1E125".to_owned(),
        1 => "-1e-130".to_owned(),
        2 => "9".repeat(38),
        3 => "0.5".to_owned(),
        4 => "1e999".to_owned(),
        5 => choices.arbitrary::<i64>()?.to_string(),
        _ => choices.int_in_range(-3..=6)?.to_string(),
    })
}

fn binary(choices: Choices<'_, '_>) -> Result<&'static str> {
    choices.choose_iter(["AA==", "AQ==", "AQI=", "", "//8="])
}

/// A value in the wire's form.
pub fn value(choices: Choices<'_, '_>, depth: u8) -> Result<Json> {
    let kind = choices.int_in_range(0..=if depth == 0 { 7 } else { 9 })?;
    Ok(match kind {
        0 | 1 => json!({"S": text(choices)?}),
        2 => json!({"N": number(choices)?}),
        3 => json!({"B": binary(choices)?}),
        4 => json!({"BOOL": choices.arbitrary::<bool>()?}),
        5 => json!({"NULL": true}),
        6 => json!({"SS": choices.choose(&[vec!["a"], vec!["b", "a"], vec!["a", "a"], vec![]])?}),
        7 => json!({"NS": choices.choose(&[vec!["1"], vec!["2", "1e0"], vec!["1", "1.0"]])?}),
        8 => {
            let mut list = Vec::new();
            for _ in 0..choices.int_in_range(0..=3)? {
                list.push(value(choices, depth - 1)?);
            }
            json!({ "L": list })
        }
        _ => json!({"M": attributes(choices, depth - 1)?}),
    })
}

/// Some named values.
pub fn attributes(choices: Choices<'_, '_>, depth: u8) -> Result<Map<String, Json>> {
    let mut attributes = Map::new();
    for _ in 0..choices.int_in_range(0..=4)? {
        let name = choices.choose(&["a", "b", "c", "kind", "list", "map", "expires", ""])?;
        attributes.insert((*name).to_owned(), value(choices, depth)?);
    }
    Ok(attributes)
}

/// What no client would send, put in the place of any one thing inside.
pub fn spoil(choices: Choices<'_, '_>, json: &mut Json) -> Result<()> {
    let inside = match json {
        Json::Object(members) => members.len(),
        Json::Array(elements) => elements.len(),
        _ => 0,
    };
    if inside > 0 && choices.ratio(3, 4)? {
        let at = choices.choose_index(inside)?;
        let one = match json {
            Json::Object(members) => members.values_mut().nth(at),
            Json::Array(elements) => elements.get_mut(at),
            _ => None,
        };
        if let Some(one) = one {
            return spoil(choices, one);
        }
    }
    let whole: bool = choices.arbitrary()?;
    match json {
        Json::Object(members) if !whole => {
            if inside > 0 && choices.arbitrary()? {
                let at = choices.choose_index(inside)?;
                let name = members.keys().nth(at).cloned().unwrap_or_default();
                members.shift_remove(&name);
            } else {
                members.insert(soup(choices)?, odd(choices)?);
            }
        }
        Json::Array(elements) if !whole => {
            let odd = match elements.first() {
                Some(first) if choices.arbitrary()? => first.clone(),
                _ => odd(choices)?,
            };
            elements.resize(choices.int_in_range(0..=40)?, odd);
        }
        _ => *json = odd(choices)?,
    }
    Ok(())
}

fn odd(choices: Choices<'_, '_>) -> Result<Json> {
    Ok(match choices.int_in_range(0..=13)? {
        0 => Json::Null,
        1 => json!([]),
        2 => json!({}),
        3 => json!(""),
        4 => json!(23),
        5 => json!(-1.5),
        6 => json!(u64::MAX),
        7 => json!(i64::MIN),
        8 => json!("x".repeat(choices.int_in_range(200..=5000)?)),
        9 => json!(choices.arbitrary::<bool>()?),
        10 => json!(soup(choices)?),
        11 => json!([[{"S": "a"}]]),
        12 => json!(1e300),
        _ => (0..choices.int_in_range(1..=60)?).fold(json!({"S": "deep"}), |inner, level| {
            if level % 2 == 0 {
                json!({ "L": [inner] })
            } else {
                json!({"M": {"a": inner}})
            }
        }),
    })
}
