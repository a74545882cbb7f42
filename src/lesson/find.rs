//! A lesson or a section by what a learner would type for it.
//!
//! ```text
//!   lesson   06 · 6 · 06-dynamodb · dynamodb · its title
//!   section  structure · 05-structure · 5 · its title
//! ```
//!
//! Invariant: an exact id wins over a number, and a number over a title.

use super::model::{Lesson, Section};
use super::nearest::nearest;

/// Nothing goes by that name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no {what} `{}`; {}", crate::printable::line(wanted), self.offer())]
pub struct NotFound {
    /// `lesson` or `section`.
    pub what: &'static str,
    pub wanted: String,
    pub nearest: Option<String>,
    /// The ids of all there are, in their order.
    pub all: Vec<String>,
}

impl NotFound {
    fn offer(&self) -> String {
        let all = self.all.join(", ");
        match &self.nearest {
            Some(name) => format!("did you mean `{name}`? There are: {all}"),
            None if self.all.is_empty() => "there are none".to_owned(),
            None => format!("there are: {all}"),
        }
    }
}

/// Finds a lesson by id, number, id without its number, or title.
pub fn lesson<'a>(lessons: &'a [Lesson], wanted: &str) -> Result<&'a Lesson, NotFound> {
    let names = |lesson: &Lesson| {
        [
            lesson.id.clone(),
            lesson.session.clone(),
            without_number(&lesson.id).to_owned(),
            lesson.title.clone(),
        ]
    };
    let number = |lesson: &Lesson| lesson.session.parse().ok();
    pick("lesson", lessons, wanted, names, number)
}

/// Finds a section by id, number, file name or title.
pub fn section<'a>(lesson: &'a Lesson, wanted: &str) -> Result<&'a Section, NotFound> {
    let names = |section: &Section| {
        [
            section.id.clone(),
            section.number.to_string(),
            format!("{:02}-{}", section.number, section.id),
            section.title.clone(),
        ]
    };
    let number = |section: &Section| u64::try_from(section.number).ok();
    pick("section", &lesson.sections, wanted, names, number)
}

/// The first entry that has the name, best kind of name first; `names` begins with the id.
fn pick<'a, T>(
    what: &'static str,
    entries: &'a [T],
    wanted: &str,
    names: impl Fn(&T) -> [String; 4],
    number: impl Fn(&T) -> Option<u64>,
) -> Result<&'a T, NotFound> {
    let wanted = wanted.trim();
    let index: Vec<(&T, [String; 4])> = entries.iter().map(|it| (it, names(it))).collect();
    for kind in 0..4 {
        let lower = wanted.to_lowercase();
        if let Some((found, _)) = index
            .iter()
            .find(|(_, names)| names[kind].to_lowercase() == lower)
        {
            return Ok(found);
        }
    }
    let as_number: Option<u64> = wanted.parse().ok();
    if as_number.is_some()
        && let Some(found) = entries.iter().find(|it| number(it) == as_number)
    {
        return Ok(found);
    }
    let candidates = index.iter().flat_map(|(_, names)| names);
    let near = nearest(wanted, candidates.map(String::as_str));
    let nearest = near.and_then(|near| {
        let (_, names) = index
            .iter()
            .find(|(_, names)| names.iter().any(|name| name == near))?;
        Some(names[0].clone())
    });
    Err(NotFound {
        what,
        wanted: wanted.to_owned(),
        nearest,
        all: index.into_iter().map(|(_, [id, ..])| id).collect(),
    })
}

/// `dynamodb` of `06-dynamodb`.
fn without_number(id: &str) -> &str {
    id.trim_start_matches(|it: char| it.is_ascii_digit())
        .trim_start_matches('-')
}

#[cfg(test)]
mod tests {
    use super::super::model::{Place, Simulation};
    use super::*;

    fn sample() -> Lesson {
        let section = |number, id: &str, title: &str| Section {
            id: id.to_owned(),
            number,
            title: title.to_owned(),
            minutes: 5,
            simulation: Simulation::default(),
            pages: Vec::new(),
            place: Place::default(),
        };
        Lesson {
            id: "06-dynamodb".to_owned(),
            session: "06".to_owned(),
            title: "DynamoDB".to_owned(),
            summary: String::new(),
            course: String::new(),
            region: String::new(),
            links: std::collections::BTreeMap::new(),
            goals: Vec::new(),
            sections: vec![
                section(1, "setup", "Before you begin"),
                section(2, "structure", "Tables, items, keys"),
            ],
        }
    }

    #[test]
    fn a_lesson_by_each_of_its_names() {
        let lessons = [sample()];
        for name in [
            "06",
            "6",
            "006",
            "06-dynamodb",
            "dynamodb",
            "DynamoDB",
            " 06 ",
        ] {
            assert!(lesson(&lessons, name).is_ok(), "{name}");
        }
    }

    #[test]
    fn a_section_by_each_of_its_names() {
        let lesson = sample();
        for name in [
            "structure",
            "2",
            "02",
            "02-structure",
            "tables, items, keys",
        ] {
            assert_eq!(section(&lesson, name).map(|it| it.number), Ok(2), "{name}");
        }
    }

    #[test]
    fn what_is_not_there_offers_what_is() {
        let found = section(&sample(), "struktur\u{1b}").unwrap_err();
        assert_eq!(
            found.to_string(),
            "there is no section `struktur␛`; did you mean `structure`? There are: setup, structure"
        );
        let found = lesson(&[sample()], "7").unwrap_err();
        assert_eq!(
            found.to_string(),
            "there is no lesson `7`; there are: 06-dynamodb"
        );
        let found = section(&sample(), "before you began").unwrap_err();
        assert_eq!(found.nearest.as_deref(), Some("setup"));
    }
}
