use super::*;
use crate::simulator::item::samples;
use proptest::prelude::*;

fn number(text: &str) -> Number {
    text.parse()
        .unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn refused(text: &str) -> NumberError {
    text.parse::<Number>().expect_err(text)
}

#[test]
fn every_accepted_form_has_one_canonical_text() {
    for (written, canonical) in [
        ("0", "0"),
        ("-0", "0"),
        ("0.000", "0"),
        ("+5", "5"),
        ("5.", "5"),
        (".5", "0.5"),
        ("-.5", "-0.5"),
        ("00042", "42"),
        ("1.50", "1.5"),
        ("1.200", "1.2"),
        ("1E+2", "100"),
        ("1e5", "100000"),
        ("1.5E+3", "1500"),
        ("123e-5", "0.00123"),
        ("-12.5", "-12.5"),
        ("3.14159", "3.14159"),
        (
            "99999999999999999999999999999999999999",
            "99999999999999999999999999999999999999",
        ),
        (
            "0.000000000000000000000000000000000000000000001",
            "0.000000000000000000000000000000000000000000001",
        ),
    ] {
        assert_eq!(number(written).to_string(), canonical, "{written}");
    }
    assert_eq!(
        number("1E-130").to_string(),
        format!("0.{}1", "0".repeat(129))
    );
    assert_eq!(number("9E125").to_string(), format!("9{}", "0".repeat(125)));
}

#[test]
fn what_is_not_a_number_is_refused_with_its_text() {
    for text in [
        "",
        " 5",
        "5 ",
        "abc",
        "1_000",
        "NaN",
        "Infinity",
        "++5",
        "1.2.3",
        ".",
        "1e",
        "e5",
        "1e+",
        "1+2",
        "0x10",
        "१",
        "1e99999999999999999999",
    ] {
        assert_eq!(
            refused(text).to_string(),
            format!("The parameter cannot be converted to a numeric value: {text}")
        );
    }
}

#[test]
fn the_limits_are_those_of_dynamodb() {
    let nines = "9".repeat(38);
    assert!(number(&format!("{nines}E88")) > number("9.9E125"));
    assert_eq!(refused(&format!("{nines}9")), NumberError::TooManyDigits);
    assert_eq!(
        refused(&format!("1{}1", "0".repeat(37))),
        NumberError::TooManyDigits
    );
    assert_eq!(number(&format!("000{nines}000.000")).digit_count(), 38);
    assert_eq!(refused("1E126"), NumberError::Overflow);
    assert_eq!(refused("-1E126"), NumberError::Overflow);
    assert_eq!(refused("9.99E-131"), NumberError::Underflow);
    assert_eq!(refused("1E9223372036854775807"), NumberError::Overflow);
    assert_eq!(refused("1E-9223372036854775808"), NumberError::Underflow);
    assert_eq!(refused("0e126"), NumberError::Overflow);
    assert_eq!(number("0e125"), Number::ZERO);
    assert_eq!(refused("0.0e-130"), NumberError::Underflow);
    assert_eq!(number(&"0".repeat(100_000)), Number::ZERO);
    assert_eq!(refused(&"7".repeat(100_000)), NumberError::TooManyDigits);
}

#[test]
fn sizes_are_those_measured_against_aws() {
    for (text, size) in [
        ("0", 1),
        ("-0", 1),
        ("3.14159", 5),
        ("123456", 4),
        ("1E125", 2),
        ("42", 2),
        ("-42", 3),
        ("1", 2),
        ("0.001", 2),
        ("100", 2),
    ] {
        assert_eq!(number(text).size(), size, "{text}");
    }
    assert_eq!(number(&"9".repeat(38)).size(), 20);
}

#[test]
fn the_whole_part_is_cut_not_rounded() {
    for (text, places, whole) in [
        ("0", 3, Some(0)),
        ("1767225600", 3, Some(1_767_225_600_000)),
        ("17672256e2", 3, Some(1_767_225_600_000)),
        ("1767225600.1239", 3, Some(1_767_225_600_123)),
        ("0.9", 0, Some(0)),
        ("1e-130", 3, Some(0)),
        ("-1", 3, None),
        ("18446744073709551615", 0, Some(u64::MAX)),
        ("18446744073709551616", 0, None),
        ("1e125", 3, None),
    ] {
        assert_eq!(number(text).whole_part(places), whole, "{text}");
    }
}

#[test]
fn addition_is_exact() {
    let sum = |a: &str, b: &str| number(a).checked_add(number(b)).map(|sum| sum.to_string());
    assert_eq!(sum("0.1", "0.2").unwrap(), "0.3");
    assert_eq!(sum("1", "-1").unwrap(), "0");
    assert_eq!(sum("99", "1").unwrap(), "100");
    assert_eq!(sum("1E38", &format!("-{}", "9".repeat(38))).unwrap(), "1");
    assert_eq!(
        sum("1E-130", "1E-130").unwrap(),
        format!("0.{}2", "0".repeat(129))
    );
    assert_eq!(
        sum(&"9".repeat(38), "1").unwrap(),
        format!("1{}", "0".repeat(38))
    );
    assert_eq!(sum(&"9".repeat(38), "2"), Err(NumberError::TooManyDigits));
    assert_eq!(sum("1E125", "1"), Err(NumberError::TooManyDigits));
    assert_eq!(sum("9E125", "1E125"), Err(NumberError::Overflow));
    assert_eq!(sum("1.1E-130", "-1E-130"), Err(NumberError::Underflow));
    assert_eq!(
        number("5").checked_sub(number("7")).unwrap().to_string(),
        "-2"
    );
}

/// A number written out in columns: digits at powers of ten from -170, added and compared as at school.
mod columns {
    const COLUMNS: usize = 300;
    const LOWEST: i64 = -170;

    #[derive(Clone, PartialEq, Debug)]
    pub struct Columns(pub bool, pub Vec<u8>);

    pub fn of(text: &str) -> Columns {
        let (negative, text) = text
            .strip_prefix('-')
            .map_or((false, text), |rest| (true, rest));
        let (integer, fraction) = text.split_once('.').unwrap_or((text, ""));
        let mut columns = vec![0; COLUMNS];
        for (place, digit) in integer.bytes().rev().enumerate() {
            columns[usize::try_from(-LOWEST).unwrap() + place] = digit - b'0';
        }
        for (place, digit) in fraction.bytes().enumerate() {
            columns[usize::try_from(-LOWEST).unwrap() - 1 - place] = digit - b'0';
        }
        Columns(negative, columns)
    }

    pub fn add(a: &Columns, b: &Columns) -> Columns {
        let larger = |a: &Columns, b: &Columns| a.1.iter().rev().cmp(b.1.iter().rev()).is_ge();
        let (a, b) = if larger(a, b) { (a, b) } else { (b, a) };
        let mut carry = 0_i8;
        let digits = a.1.iter().zip(&b.1).map(|(x, y)| {
            let (x, y) = (i8::try_from(*x).unwrap(), i8::try_from(*y).unwrap());
            let sum = if a.0 == b.0 {
                x + y + carry
            } else {
                x - y + carry
            };
            carry = sum.div_euclid(10);
            u8::try_from(sum.rem_euclid(10)).unwrap()
        });
        let digits: Vec<u8> = digits.collect();
        let negative = a.0 && digits.iter().any(|digit| *digit != 0);
        Columns(negative, digits)
    }

    pub fn significant(a: &Columns) -> usize {
        let first = a.1.iter().position(|digit| *digit != 0);
        let last = a.1.iter().rposition(|digit| *digit != 0);
        first.zip(last).map_or(0, |(first, last)| last - first + 1)
    }
}

proptest! {
    #[test]
    fn a_number_comes_back_from_its_text(number in samples::number()) {
        prop_assert_eq!(number.to_string().parse(), Ok(number));
    }

    #[test]
    fn the_same_number_in_scientific_form_is_the_same(number in samples::number(), shift in 0_u32..20) {
        let shifted = format!("{}{}E-{shift}", number.digits(), "0".repeat(shift as usize));
        let exponent = number.exponent;
        let Ok(unscaled) = shifted.parse::<Number>() else { return Ok(()) };
        prop_assert_eq!(unscaled, Number::from_parts(number.digits(), 0).unwrap());
        let written = format!("{}E{exponent}", number.digits());
        prop_assert_eq!(written.parse::<Number>(), Ok(number));
    }

    #[test]
    fn a_number_is_written_one_way(number in samples::number(), other in "-?0{0,2}[0-9]{1,3}(\\.0)?", whole in any::<i64>()) {
        let text = number.to_string();
        prop_assert!(!number.is_written_as(&text) || number.text().as_str() == text);
        let read: Number = other.parse().expect("a number");
        prop_assert_eq!(read.is_written_as(&other), read.to_string() == other);
        prop_assert!(whole.to_string().parse::<Number>().expect("a number").is_written_as(&whole.to_string()));
    }

    #[test]
    fn addition_agrees_with_addition_in_columns(a in samples::number(), b in samples::number()) {
        let expected = columns::add(&columns::of(&a.to_string()), &columns::of(&b.to_string()));
        match a.checked_add(b) {
            Ok(sum) => prop_assert_eq!(columns::of(&sum.to_string()), expected),
            Err(NumberError::TooManyDigits) => prop_assert!(columns::significant(&expected) > 38),
            Err(_) => prop_assert!(columns::significant(&expected) <= 38),
        }
        prop_assert_eq!(a.checked_add(b), b.checked_add(a));
    }

    #[test]
    fn order_is_the_sign_of_the_difference(a in samples::number(), b in samples::number()) {
        let difference = columns::add(&columns::of(&a.to_string()), &columns::of(&b.negated().to_string()));
        let expected = if columns::significant(&difference) == 0 { Ordering::Equal } else if difference.0 { Ordering::Less } else { Ordering::Greater };
        prop_assert_eq!(a.cmp(&b), expected);
        prop_assert_eq!(Number::of_order(&a.order_bytes()), a);
        prop_assert_eq!(a.order_bytes().cmp(&b.order_bytes()), expected);
    }
}
