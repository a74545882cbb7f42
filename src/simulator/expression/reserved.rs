//! The 573 words that can't stand for an attribute in an expression (developer guide: reserved words in DynamoDB).
//!
//! Invariant: the list is in the order of its bytes, in capitals, a word a line.

use std::sync::LazyLock;

const TEXT: &str = include_str!("../../../assets/reserved-words.txt");
static WORDS: LazyLock<Vec<&str>> = LazyLock::new(|| TEXT.lines().collect());

/// Whether a name is reserved, in whatever case it is written.
pub(super) fn is_reserved(name: &str) -> bool {
    let capitals = name.bytes().map(|byte| byte.to_ascii_uppercase());
    WORDS
        .binary_search_by(|word| word.bytes().cmp(capitals.clone()))
        .is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_the_guides() {
        let words = &*WORDS;
        assert_eq!(words.len(), 573);
        assert!(words.is_sorted());
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
