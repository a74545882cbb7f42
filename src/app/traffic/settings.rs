//! What a learner types for a rate or a capacity, read once.
//!
//! Invariant: what comes out is in the range that a scratch table can serve; what does not is answered with words that name it.

use crate::lesson::traffic::{Access, Design, Load};
use crate::printable;
use crate::scene::count;

/// A number of requests or units a second; thousands may be set apart.
pub fn figure(text: &str, access: Access) -> Result<u64, String> {
    let digits: String = text
        .trim()
        .chars()
        .filter(|letter| !matches!(letter, ',' | '_' | ' ' | '\''))
        .collect();
    let range = access.range();
    let asked = digits.parse::<u64>().ok();
    asked.filter(|asked| range.contains(asked)).ok_or_else(|| {
        let shown: String = printable::line(text.trim()).chars().take(24).collect();
        format!(
            "“{shown}” {} a second can't be simulated here. Give a whole number from {} to {}.",
            access.word(),
            count(*range.start()),
            count(*range.end())
        )
    })
}

/// Provisioned units a second; an empty text is an on-demand table.
pub fn capacity(text: &str, access: Access) -> Result<Option<u64>, String> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    figure(text, access).map(Some)
}

/// The value after this one, round and round.
pub fn next<T: Copy + PartialEq, const N: usize>(all: [T; N], this: T) -> T {
    let at = all.iter().position(|one| *one == this).unwrap_or(0);
    all[(at + 1) % N]
}

/// The same load of the other kind: a partition serves three reads for each write, and so is asked for three times as many.
#[must_use]
pub fn other_access(load: Load) -> Load {
    let access = next(Access::ALL, load.access);
    let as_many = |figure: u64| figure * access.scale() / load.access.scale();
    Load {
        access,
        rate: as_many(load.rate),
        provisioned: load.provisioned.map(as_many),
        ..load
    }
}

/// `status / order`: partition key and sort key of a design.
#[must_use]
pub fn keys(design: Design) -> String {
    design.keys().join(" / ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::traffic::Spread;

    #[test]
    fn figures_are_numbers_in_range() {
        assert_eq!(figure(" 2,000 ", Access::Writes), Ok(2_000));
        assert_eq!(figure("24'000", Access::Reads), Ok(24_000));
        for wrong in [
            "",
            "0",
            "19",
            "8001",
            "a million",
            "1000000",
            "-5",
            "2.5",
            "\u{1b}[2J",
        ] {
            let words = figure(wrong, Access::Writes).unwrap_err();
            assert!(words.ends_with("from 20 to 8,000."), "{words}");
            assert!(!words.contains('\u{1b}'), "{words}");
        }
        assert_eq!(capacity("  ", Access::Writes), Ok(None));
        assert_eq!(capacity("1000", Access::Writes), Ok(Some(1_000)));
        assert!(capacity("none", Access::Writes).is_err());
    }

    #[test]
    fn the_other_kind_stays_in_range_and_comes_back() {
        for rate in [20, 2_000, 8_000] {
            let load = Load::new(Access::Writes, rate, Spread::Even, Some(rate)).unwrap();
            let other = other_access(load);
            assert!(Load::new(other.access, other.rate, other.spread, other.provisioned).is_some());
            assert_eq!(other_access(other), load);
        }
    }
}
