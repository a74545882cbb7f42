//! The words of AWS's older validation layer, in which the batches and the transactions still refuse values.
//!
//! ```text
//!                   the newer layer                                          the older
//!   sets            Input collection ["a", "b", "b"] contains duplicates.    … [b, a, b] contains duplicates.
//!   number sets     One or more …: Input collection contains duplicates.     Input collection contains duplicates
//!   numbers         … to a numeric value:                                    … to a numeric value
//!   exponents       any 64-bit one                                           what Java's BigDecimal takes
//! ```
//!
//! Observed in most regions; some have moved the transactions to the newer words.
//! Invariant: what is refused here is refused by the newer layer too; only the words differ.

use crate::simulator::json::Json;

use super::{ItemError, Number, NumberError};

/// What the older layer says of a refusal, which came from reading `json`: an attribute value, or a map of them.
#[must_use]
pub fn older_words(error: &ItemError, json: &Json<'_>) -> String {
    let refused = || first_refused(json, error);
    match error {
        ItemError::DuplicateStrings(_) => ItemError::DuplicateStrings(as_sent(refused())),
        ItemError::DuplicateBinaries(_) => ItemError::DuplicateBinaries(as_sent(refused())),
        ItemError::DuplicateNumbers => return "Input collection contains duplicates".to_owned(),
        ItemError::Number(NumberError::NotNumeric(text)) if text.is_empty() => {
            return "The parameter cannot be converted to a numeric value".to_owned();
        }
        ItemError::Number(number @ (NumberError::Overflow | NumberError::Underflow)) => {
            let read = refused().and_then(Json::as_str).map(big_decimal);
            ItemError::Number(read.flatten().unwrap_or_else(|| number.clone()))
        }
        other => other.clone(),
    }
    .to_string()
}

/// The members of a set, as they were sent.
fn as_sent(set: Option<&Json<'_>>) -> String {
    let members: Vec<&str> = set
        .and_then(Json::as_array)
        .into_iter()
        .flatten()
        .filter_map(Json::as_str)
        .collect();
    members.join(", ")
}

/// The set or the number that was refused. A body is never deeper than the reader keeps it, so this recursion is bounded.
fn first_refused<'j, 'a>(json: &'j Json<'a>, error: &ItemError) -> Option<&'j Json<'a>> {
    let is_refused = |kind: &str, content: &Json<'_>| match error {
        ItemError::DuplicateStrings(_) => kind == "SS" && repeats(content),
        ItemError::DuplicateBinaries(_) => kind == "BS" && repeats(content),
        ItemError::Number(number) => {
            kind == "N"
                && content
                    .as_str()
                    .is_some_and(|text| text.parse::<Number>().as_ref() == Err(number))
        }
        _ => false,
    };
    match json {
        Json::Object(members) => members.iter().find_map(|(kind, content)| {
            if is_refused(kind, content) {
                return Some(content);
            }
            if let (ItemError::Number(_), "NS", Json::Array(numbers)) = (error, kind, content) {
                return numbers.iter().find(|number| is_refused("N", number));
            }
            first_refused(content, error)
        }),
        Json::Array(elements) => elements
            .iter()
            .find_map(|element| first_refused(element, error)),
        _ => None,
    }
}

fn repeats(set: &Json) -> bool {
    let members: Vec<&str> = set
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Json::as_str)
        .collect();
    let mut sorted = members.clone();
    sorted.sort_unstable();
    sorted.dedup();
    sorted.len() < members.len()
}

/// What Java's `BigDecimal` makes of a number that is out of range: its exponent and its scale are 32 bits wide.
fn big_decimal(text: &str) -> Option<NumberError> {
    let unsigned = text.trim_start_matches(['+', '-']);
    let (coefficient, exponent) = unsigned.split_once(['e', 'E'])?;
    let unreadable = || Some(NumberError::NotNumeric(text.to_owned()));
    let Ok(exponent) = exponent.parse::<i32>() else {
        return unreadable();
    };
    let fraction = coefficient
        .split_once('.')
        .map_or(0, |(_, fraction)| fraction.len());
    let scale = i64::try_from(fraction).ok()? - i64::from(exponent);
    if i32::try_from(scale).is_err() {
        return unreadable();
    }
    let digits = coefficient.bytes().filter(u8::is_ascii_digit);
    let significant = digits.skip_while(|digit| *digit == b'0').count().max(1);
    (i64::try_from(significant).ok()? - scale >= i64::from(i32::MAX))
        .then_some(NumberError::Underflow)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulator::item::Value;
    use serde_json::json;

    #[test]
    fn refusals_in_the_older_words() {
        const INVALID: &str = "One or more parameter values were invalid: Input collection";
        let overflow = NumberError::Overflow.to_string();
        let underflow = NumberError::Underflow.to_string();
        for (value, words) in [
            (
                json!({"SS": ["b", "a", "b"]}),
                format!("{INVALID} [b, a, b] contains duplicates."),
            ),
            (
                json!({"M": {"x": {"L": [{"SS": ["c"]}, {"SS": ["a", "a"]}]}}}),
                format!("{INVALID} [a, a] contains duplicates."),
            ),
            (
                json!({"BS": ["AA==", "/w==", "AA=="]}),
                format!("{INVALID} [AA==, /w==, AA==]of type BS contains duplicates."),
            ),
            (
                json!({"NS": ["2", "1", "2.0"]}),
                "Input collection contains duplicates".to_owned(),
            ),
            (
                json!({"N": ""}),
                "The parameter cannot be converted to a numeric value".to_owned(),
            ),
            (
                json!({"N": "x"}),
                "The parameter cannot be converted to a numeric value: x".to_owned(),
            ),
            (json!({"N": "1e126"}), overflow.clone()),
            (json!({"NS": ["1", "1e2147483647"]}), underflow.clone()),
            (json!({"N": "1e-131"}), underflow),
            (
                json!({"N": "1e2147483648"}),
                "The parameter cannot be converted to a numeric value: 1e2147483648".to_owned(),
            ),
            (
                json!({"SS": []}),
                "One or more parameter values were invalid: An string set  may not be empty"
                    .to_owned(),
            ),
        ] {
            let error = Value::from_json(&value).unwrap_err();
            assert_eq!(older_words(&error, &Json::from(&value)), words, "{value}");
        }
    }
}
