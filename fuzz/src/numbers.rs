//! Two numbers, read, printed, measured, ordered and added, against decimals written out place by place.
//!
//! ```text
//!   "12.50\n-3e2"      two texts, one a line
//!   80 …               anything from byte 80 on: digits, points and exponents are chosen from the bytes that follow
//! ```
//!
//! The decimals here are maps from a power of ten to a digit: slow, and too simple to be wrong in the way a number of 18 bytes can be.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use arbitrary::{Result, Unstructured};

use crate::simulator::item::{Number, NumberError};

/// # Panics
/// When a number differs from the decimal of the same text.
pub fn check(data: &[u8]) {
    let (one, two) = if let Some(0x80..) = data.first() {
        let mut choices = Unstructured::new(&data[1..]);
        let (Ok(one), Ok(two)) = (text(&mut choices), text(&mut choices)) else {
            return;
        };
        (one, two)
    } else {
        let text = String::from_utf8_lossy(data);
        let (one, two) = text.split_once('\n').unwrap_or((&text, ""));
        (one.to_owned(), two.to_owned())
    };
    let (Some(one), Some(two)) = (read(&one), read(&two)) else {
        return;
    };
    both(&one, &two);
    both(&two, &one);
}

/// A text that is nearly always a number: zeros and digits in runs, a point anywhere, an exponent around the limits.
fn text(choices: &mut Unstructured<'_>) -> Result<String> {
    let mut text = String::from(*choices.choose(&["", "", "-", "+"])?);
    let point = choices.int_in_range(0..=4)?;
    for part in 0..4 {
        if part == point {
            text.push('.');
        }
        let digits = choices.int_in_range(0..=40)?;
        match choices.int_in_range(0..=3)? {
            0 => text.extend(std::iter::repeat_n('0', digits)),
            1 => text.extend(std::iter::repeat_n('9', digits)),
            _ => {
                for _ in 0..digits.min(12) {
                    text.push(char::from(b'0' + choices.int_in_range(0..=9)?));
                }
            }
        }
    }
    if choices.arbitrary()? {
        text.push(*choices.choose(&['e', 'E'])?);
        text.push_str(choices.choose(&["", "-", "+"])?);
        match choices.int_in_range(0..=5)? {
            0 => text.push_str(&choices.arbitrary::<i64>()?.to_string()),
            _ => text.push_str(&choices.int_in_range(0..=170)?.to_string()),
        }
    }
    Ok(text)
}

/// A number as a map from powers of ten to digits that aren't zero.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Decimal {
    negative: bool,
    digits: BTreeMap<i128, u8>,
}

/// What a text is: whether it is a number at all, and the power of ten of its last written digit.
fn written(text: &str) -> Option<(Decimal, i128)> {
    let (negative, unsigned) = match text.chars().next() {
        Some('-') => (true, &text[1..]),
        Some('+') => (false, &text[1..]),
        _ => (false, text),
    };
    let (coefficient, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => (
            &unsigned[..at],
            i128::from(unsigned[at + 1..].parse::<i64>().ok()?),
        ),
        None => (unsigned, 0),
    };
    let (integer, fraction) = coefficient.split_once('.').unwrap_or((coefficient, ""));
    let all: Vec<char> = integer.chars().chain(fraction.chars()).collect();
    if all.is_empty() || !all.iter().all(char::is_ascii_digit) {
        return None;
    }
    let last = exponent - fraction.len() as i128;
    let digits = (0_i128..)
        .zip(all.iter().rev())
        .filter(|(_, digit)| **digit != '0')
        .map(|(place, digit)| (last + place, *digit as u8 - b'0'))
        .collect();
    Some((Decimal { negative, digits }, last))
}

impl Decimal {
    fn lowest(&self) -> Option<i128> {
        self.digits.keys().next().copied()
    }

    fn highest(&self) -> Option<i128> {
        self.digits.keys().next_back().copied()
    }

    /// What DynamoDB says about a number of these digits.
    fn judged(&self) -> Option<NumberError> {
        let (lowest, highest) = (self.lowest()?, self.highest()?);
        if highest - lowest >= 38 {
            return Some(NumberError::TooManyDigits);
        }
        judged(highest)
    }

    fn text(&self) -> String {
        let (Some(lowest), Some(highest)) = (self.lowest(), self.highest()) else {
            return "0".to_owned();
        };
        let digits = |places: &mut dyn Iterator<Item = i128>| -> String {
            places
                .map(|place| char::from(b'0' + self.digits.get(&place).copied().unwrap_or(0)))
                .collect()
        };
        let sign = if self.negative { "-" } else { "" };
        let integer = digits(&mut (0..=highest.max(0)).rev());
        let fraction = digits(&mut (lowest.min(0)..0).rev());
        let point = if fraction.is_empty() { "" } else { "." };
        format!("{sign}{integer}{point}{fraction}")
    }

    /// 1, one for each two significant digits on each side of the point, 1 for a minus.
    fn size(&self) -> u64 {
        let (Some(lowest), Some(highest)) = (self.lowest(), self.highest()) else {
            return 1;
        };
        let places = (lowest..=highest).map(|place| place >= 0);
        let integer = places.clone().filter(|integer| *integer).count();
        let fraction = places.count() - integer;
        1 + (integer.div_ceil(2) + fraction.div_ceil(2)) as u64 + u64::from(self.negative)
    }

    fn magnitude_order(&self, other: &Self) -> Ordering {
        self.digits.iter().rev().cmp(other.digits.iter().rev())
    }

    /// As at school, from the lowest place up.
    fn plus(&self, other: &Self) -> Self {
        let (large, small) = match self.magnitude_order(other) {
            Ordering::Less => (other, self),
            _ => (self, other),
        };
        let same = large.negative == small.negative;
        let lowest = large.lowest().into_iter().chain(small.lowest()).min();
        let mut sum = Self {
            negative: large.negative,
            digits: BTreeMap::new(),
        };
        let mut carry = 0;
        for place in lowest.unwrap_or(0)..=large.highest().unwrap_or(0) + 1 {
            let digit = |of: &Self| i32::from(of.digits.get(&place).copied().unwrap_or(0));
            let total = if same {
                digit(large) + digit(small) + carry
            } else {
                digit(large) - digit(small) + carry
            };
            carry = total.div_euclid(10);
            let digit = u8::try_from(total.rem_euclid(10)).expect("below ten");
            if digit != 0 {
                sum.digits.insert(place, digit);
            }
        }
        sum.negative &= !sum.digits.is_empty();
        sum
    }

    fn negated(&self) -> Self {
        Self {
            negative: !self.negative && !self.digits.is_empty(),
            digits: self.digits.clone(),
        }
    }

    fn order(&self, other: &Self) -> Ordering {
        let difference = self.plus(&other.negated());
        match (difference.digits.is_empty(), difference.negative) {
            (true, _) => Ordering::Equal,
            (false, true) => Ordering::Less,
            (false, false) => Ordering::Greater,
        }
    }
}

fn judged(magnitude: i128) -> Option<NumberError> {
    match magnitude {
        126.. => Some(NumberError::Overflow),
        -130.. => None,
        _ => Some(NumberError::Underflow),
    }
}

/// The number of a text and its decimal, once they were found to agree; nothing for what is no number.
fn read(text: &str) -> Option<(Number, Decimal)> {
    let number = text.parse::<Number>();
    let Some((mut decimal, last)) = written(text) else {
        assert_eq!(number, Err(NumberError::NotNumeric(text.to_owned())));
        return None;
    };
    // A zero is judged as if its last digit were a one.
    let refused = if decimal.digits.is_empty() {
        decimal.negative = false;
        judged(last)
    } else {
        decimal.judged()
    };
    if let Some(error) = refused {
        assert_eq!(number, Err(error), "{text:?}");
        return None;
    }
    let number = number.unwrap_or_else(|error| panic!("{text:?}: {error}"));
    alike(number, &decimal);
    assert_eq!(number.to_string().parse(), Ok(number), "{text:?}");
    Some((number, decimal))
}

fn alike(number: Number, decimal: &Decimal) {
    assert_eq!(number.to_string(), decimal.text());
    assert_eq!(number.size(), decimal.size(), "{number}");
    assert_eq!(number.is_negative(), decimal.negative, "{number}");
    assert_eq!(number.is_zero(), decimal.digits.is_empty(), "{number}");
}

fn both((one, first): &(Number, Decimal), (two, second): &(Number, Decimal)) {
    let order = first.order(second);
    assert_eq!(one.cmp(two), order, "{one} and {two}");
    assert_eq!(
        one.order_bytes().cmp(&two.order_bytes()),
        order,
        "the bytes of {one} and {two}"
    );
    assert_eq!(one == two, order == Ordering::Equal, "{one} and {two}");
    let sums = [
        (one.checked_add(*two), first.plus(second)),
        (one.checked_sub(*two), first.plus(&second.negated())),
    ];
    for (sum, expected) in sums {
        match expected.judged() {
            Some(error) => assert_eq!(sum, Err(error), "{one} and {two}"),
            None => alike(
                sum.unwrap_or_else(|error| panic!("{one} and {two}: {error}")),
                &expected,
            ),
        }
    }
}
