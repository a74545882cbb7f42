//! Everything that can be wrong, in the order in which it is looked for: what hides other mistakes comes first, and what is only a wrong
//! answer last.

mod answer;
mod body_not_parsed;
mod does_not_load;
mod ends_early;
mod first_page;
mod key_type;
mod marshalling;
mod no_such_id;
mod not_whole;
mod not_written;
mod reserved_word;
mod scan_for_get;
mod status_code;
mod taken;
mod uncaught;

use super::Check;

pub(super) const ALL: [&Check; 15] = [
    &does_not_load::CHECK,
    &ends_early::CHECK,
    &not_written::CHECK,
    &marshalling::CHECK,
    &body_not_parsed::CHECK,
    &key_type::CHECK,
    &reserved_word::CHECK,
    &scan_for_get::CHECK,
    &status_code::CHECK,
    &no_such_id::CHECK,
    &not_whole::CHECK,
    &taken::CHECK,
    &first_page::CHECK,
    &uncaught::CHECK,
    &answer::CHECK,
];

/// What the tests of the checks share: a solution with one mistake, and what is said of it.
#[cfg(test)]
mod wrong {
    use crate::workshop::goal::Goal;
    use crate::workshop::language::Language;
    use crate::workshop::samples::check;

    /// The reason that a handler gets, as `name: words`; nothing where it can't be run on this machine.
    pub async fn reason_of(language: Language, goal: Goal, code: &str) -> Option<String> {
        let verdict = check(language, goal, code).await?;
        let reason = verdict.reason.unwrap_or_else(|| panic!("passes:\n{code}"));
        Some(format!("{}: {}", reason.check.name, reason.words))
    }

    /// The same of a solution in which something is replaced.
    pub async fn reason(
        language: Language,
        goal: Goal,
        replaced: &[(&str, &str)],
    ) -> Option<String> {
        let mut code = goal.solution(language).to_owned();
        for (right, wrong) in replaced {
            assert!(code.contains(right), "{right} is not in\n{code}");
            code = code.replace(right, wrong);
        }
        reason_of(language, goal, &code).await
    }

    /// Asserts what a solution with something replaced is told: how it begins, and what is in it.
    pub async fn is_told(language: Language, goal: Goal, replaced: &[(&str, &str)], told: &[&str]) {
        if let Some(reason) = reason(language, goal, replaced).await {
            assert!(reason.starts_with(told[0]), "{reason}");
            for words in told {
                assert!(reason.contains(words), "{words} is not in\n{reason}");
            }
        }
    }
}
