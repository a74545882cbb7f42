//! The terms of the course and what they mean, as the pop-ups show them.
//!
//! Invariant: terms are in alphabetical order, without regard to case.

use serde::Deserialize;

/// A term and what it means.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    pub name: String,
    /// Other names for it.
    #[serde(default)]
    pub also: Vec<String>,
    /// At most three short sentences.
    pub text: String,
    /// Related terms, by name.
    #[serde(default)]
    pub see: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Glossary {
    terms: Vec<Term>,
}

/// Reads a glossary.
///
/// # Errors
/// What is wrong with the file, with its line.
pub fn parse(text: &str) -> Result<Vec<Term>, toml::de::Error> {
    let Glossary { mut terms } = toml::from_str(text)?;
    terms.sort_by_key(|term| term.name.to_lowercase());
    Ok(terms)
}

/// The glossary inside the binary.
#[must_use]
pub fn built_in() -> Vec<Term> {
    parse(include_str!("../../assets/glossary.toml"))
        .expect("the built-in glossary is read by a test")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_glossary_can_be_read_and_its_references_lead_somewhere() {
        let terms = built_in();
        let known = |name: &String| {
            terms.iter().any(|term| {
                term.name.eq_ignore_ascii_case(name)
                    || term.also.iter().any(|also| also.eq_ignore_ascii_case(name))
            })
        };
        for term in &terms {
            for name in &term.see {
                assert!(
                    known(name),
                    "{} sends to {name}, which is no term",
                    term.name
                );
            }
        }
    }

    #[test]
    fn terms_are_in_order() {
        let terms = parse("[[terms]]\nname='b'\ntext='x'\n[[terms]]\nname='A'\ntext='y'").unwrap();
        assert_eq!(terms[0].name, "A");
        assert!(parse("[[terms]]\nname='b'").is_err());
    }
}
