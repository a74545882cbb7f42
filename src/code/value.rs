//! One attribute value of a request, read so that it can be said in another language.
//!
//! Invariant: a [`Value`] is well formed (one type tag, the right kind of JSON under it, Base64
//! that decodes). What is not well formed has no `Value`, and the languages then fall back to the
//! form on the wire, so that the service gives its own answer.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value as Json;

/// An attribute value; numbers stay the text they are on the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value<'a> {
    S(&'a str),
    N(&'a str),
    B(Binary<'a>),
    Bool(bool),
    Null(bool),
    Ss(Vec<&'a str>),
    Ns(Vec<&'a str>),
    Bs(Vec<Binary<'a>>),
    L(Vec<Value<'a>>),
    M(Vec<(&'a str, Value<'a>)>),
}

/// Bytes, as Base64 on the wire and decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Binary<'a> {
    pub base64: &'a str,
    pub bytes: Vec<u8>,
}

impl<'a> Value<'a> {
    pub(super) fn parse(json: &'a Json) -> Option<Self> {
        let mut tags = json.as_object()?.iter();
        let (tag, inner) = tags.next()?;
        if tags.next().is_some() {
            return None;
        }
        Some(match tag.as_str() {
            "S" => Self::S(inner.as_str()?),
            "N" => Self::N(inner.as_str()?),
            "B" => Self::B(Binary::parse(inner)?),
            "BOOL" => Self::Bool(inner.as_bool()?),
            "NULL" => Self::Null(inner.as_bool()?),
            "SS" => Self::Ss(all(inner, Json::as_str)?),
            "NS" => Self::Ns(all(inner, Json::as_str)?),
            "BS" => Self::Bs(all(inner, Binary::parse)?),
            "L" => Self::L(all(inner, Self::parse)?),
            "M" => Self::M(
                inner
                    .as_object()?
                    .iter()
                    .map(|(name, json)| Some((name.as_str(), Self::parse(json)?)))
                    .collect::<Option<_>>()?,
            ),
            _ => return None,
        })
    }

    /// Whether plain values of a programming language say the same: its numbers are numbers, and
    /// its sets hold something, and nothing twice.
    pub(super) fn is_plain(&self) -> bool {
        match self {
            Self::N(number) => is_number(number),
            Self::Null(null) => *null,
            Self::Ss(set) => distinct(set),
            Self::Ns(set) => distinct(set) && set.iter().all(|number| is_number(number)),
            Self::Bs(set) => distinct(&set.iter().map(|b| b.bytes.as_slice()).collect::<Vec<_>>()),
            Self::L(list) => list.iter().all(Self::is_plain),
            Self::M(map) => map.iter().all(|(_, value)| value.is_plain()),
            Self::S(_) | Self::B(_) | Self::Bool(_) => true,
        }
    }
}

impl<'a> Binary<'a> {
    fn parse(json: &'a Json) -> Option<Self> {
        let base64 = json.as_str()?;
        let bytes = STANDARD.decode(base64).ok()?;
        Some(Self { base64, bytes })
    }
}

fn all<'a, T>(json: &'a Json, parse: impl Fn(&'a Json) -> Option<T>) -> Option<Vec<T>> {
    json.as_array()?.iter().map(parse).collect()
}

fn distinct<T: Ord>(set: &[T]) -> bool {
    let seen: std::collections::BTreeSet<_> = set.iter().collect();
    !set.is_empty() && seen.len() == set.len()
}

/// Whether the text is a decimal number as programming languages write them: `-12`, `0.5`, `1e9`.
fn is_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let text = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let exponent_is_right = exponent.is_none_or(|exponent| {
        digits(exponent.strip_prefix(['-', '+']).unwrap_or(exponent)) && exponent.len() <= 4
    });
    let mantissa_is_right = match mantissa.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(mantissa),
    };
    exponent_is_right && mantissa_is_right
}

/// Whether the text is a whole number exactly as every language would print it: `-12`, `0`.
pub(super) fn is_whole(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let leading_zero = digits.starts_with('0');
    !digits.is_empty()
        && digits.bytes().all(|b| b.is_ascii_digit())
        && (!leading_zero || text == "0")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_type_is_read() {
        assert_eq!(Value::parse(&json!({"S": "a"})), Some(Value::S("a")));
        let nested = json!({"M": {"l": {"L": [{"NULL": true}, {"NS": ["1"]}]}}});
        assert_eq!(
            Value::parse(&nested),
            Some(Value::M(vec![(
                "l",
                Value::L(vec![Value::Null(true), Value::Ns(vec!["1"])])
            )]))
        );
        let binary = json!({"B": "AAE="});
        let Some(Value::B(binary)) = Value::parse(&binary) else {
            panic!("a binary value");
        };
        assert_eq!(binary.bytes, [0, 1]);
    }

    #[test]
    fn what_is_malformed_has_no_value() {
        for malformed in [
            json!({}),
            json!("a"),
            json!({"S": 1}),
            json!({"N": 1}),
            json!({"B": "%"}),
            json!({"S": "a", "N": "1"}),
            json!({"X": "a"}),
            json!({"L": [{"S": 1}]}),
        ] {
            assert_eq!(Value::parse(&malformed), None, "{malformed}");
        }
    }

    #[test]
    fn a_value_that_plain_values_cannot_say_is_not_plain() {
        for (json, plain) in [
            (json!({"N": "12.5e-3"}), true),
            (json!({"N": "abc"}), false),
            (json!({"N": "1.e"}), false),
            (json!({"NULL": false}), false),
            (json!({"SS": ["a", "a"]}), false),
            (json!({"SS": []}), false),
            (json!({"NS": ["1", "x"]}), false),
            (json!({"M": {"a": {"L": [{"NULL": true}]}}}), true),
        ] {
            let value = Value::parse(&json).expect("well formed");
            assert_eq!(value.is_plain(), plain, "{json}");
        }
    }

    #[test]
    fn whole_numbers_are_canonical() {
        for (text, whole) in [
            ("0", true),
            ("-1", true),
            ("340282366920938463463374607431768211455", true),
            ("-0", false),
            ("007", false),
            ("1.0", false),
            ("", false),
        ] {
            assert_eq!(is_whole(text), whole, "{text}");
        }
    }
}
