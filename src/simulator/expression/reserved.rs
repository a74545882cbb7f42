//! The 573 words that can't stand for an attribute in an expression (developer guide: reserved words in DynamoDB).
//!
//! Invariant: the list has a word a line, in capitals.

use std::collections::HashSet;
use std::sync::LazyLock;

const TEXT: &str = include_str!("../../../assets/reserved-words.txt");
static WORDS: LazyLock<HashSet<&[u8]>> =
    LazyLock::new(|| TEXT.lines().map(str::as_bytes).collect());
/// Bytes of the longest word.
const LONGEST: usize = 14;

/// Whether a name is reserved, in whatever case it is written.
pub(super) fn is_reserved(name: &str) -> bool {
    let mut capitals = [0; LONGEST];
    let Some(capitals) = capitals.get_mut(..name.len()) else {
        return false;
    };
    capitals.copy_from_slice(name.as_bytes());
    capitals.make_ascii_uppercase();
    WORDS.contains(&*capitals)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_the_guides() {
        let words: Vec<&str> = TEXT.lines().collect();
        assert_eq!((words.len(), WORDS.len()), (573, 573));
        assert_eq!(words.iter().map(|word| word.len()).max(), Some(LONGEST));
        assert_eq!((words[0], words[572]), ("ABORT", "ZONE"));
    }

    #[test]
    fn any_case_is_reserved_and_parts_are_not() {
        for name in ["name", "Status", "YEAR", "ttl", "language"] {
            assert!(is_reserved(name), "{name}");
        }
        for name in ["pet", "names_", "statuses", ""] {
            assert!(!is_reserved(name), "{name}");
        }
    }
}
