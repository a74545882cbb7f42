//! The requests that a handler is tried with, and what each must be answered with.

use bytes::Bytes;
use serde_json::Value;

use crate::simulator::item::Item;
use crate::simulator::item::Value as Attribute;
use crate::workshop::gateway::Request;
use crate::workshop::goal::Goal;
use crate::workshop::table::{Pet, STREET, Tables, plain};

/// One request that a handler is tried with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trial {
    /// All pets of the street.
    All,
    /// More pets than one answer of a scan holds.
    AllOfManyPages,
    /// A pet that is there.
    One,
    /// A pet that is not.
    Nobody,
    /// A new pet.
    New,
    /// A pet without an id.
    NoId,
    /// A body that is no JSON.
    NoJson,
    /// A pet whose id another one has.
    Taken,
}

/// Who is posted.
const LUNA: Pet = ["4", "Luna", "hamster"];
const GOLDFISH: Pet = ["1", "Bubbles", "goldfish"];

/// Pets that are put beside those of the street: so many that a scan needs a second answer, or that what a scan reads is worth counting.
pub(super) const LARGE: usize = 30;
const LARGE_BYTES: usize = 45_000;
pub(super) const MORE: usize = 500;

impl Trial {
    /// Of a goal, in their order: later ones ask for more.
    #[must_use]
    pub const fn of(goal: Goal) -> &'static [Self] {
        match goal {
            Goal::GetAll => &[Self::All, Self::AllOfManyPages],
            Goal::GetOne => &[Self::One, Self::Nobody],
            Goal::Post => &[Self::New, Self::NoId, Self::NoJson, Self::Taken],
        }
    }

    #[must_use]
    pub const fn goal(self) -> Goal {
        match self {
            Self::All | Self::AllOfManyPages => Goal::GetAll,
            Self::One | Self::Nobody => Goal::GetOne,
            Self::New | Self::NoId | Self::NoJson | Self::Taken => Goal::Post,
        }
    }

    /// As a line of a list: what is asked, and what of.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::All => "GET /pets: the pets of the street",
            Self::AllOfManyPages => "GET /pets: more pets than one page of a scan",
            Self::One => "GET /pets/2: Rex",
            Self::Nobody => "GET /pets/999: nobody",
            Self::New => "POST /pets: Luna, a new pet",
            Self::NoId => "POST /pets: a pet without an id",
            Self::NoJson => "POST /pets: a body that is no JSON",
            Self::Taken => "POST /pets: a pet with an id that Beeba has",
        }
    }

    /// The status that it must be answered with.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::All | Self::AllOfManyPages | Self::One => 200,
            Self::Nobody => 404,
            Self::New => 201,
            Self::NoId | Self::NoJson => 400,
            Self::Taken => 409,
        }
    }

    /// The id of the item that it is about, if it is about one.
    pub(super) const fn id(self) -> Option<&'static str> {
        match self {
            Self::One => Some("2"),
            Self::New => Some(LUNA[0]),
            Self::Taken => Some(GOLDFISH[0]),
            _ => None,
        }
    }

    /// The pet that it must find or leave in the table.
    pub(super) const fn pet(self) -> Option<Pet> {
        match self {
            Self::One => Some(STREET[1]),
            Self::New => Some(LUNA),
            Self::Taken => Some(STREET[0]),
            _ => None,
        }
    }

    /// Puts into the table what it needs.
    pub(super) fn prepare(self, tables: &Tables) {
        let (pets, note) = match self {
            Self::AllOfManyPages => (LARGE, LARGE_BYTES),
            Self::One => (MORE, 0),
            _ => return,
        };
        let note = "x".repeat(note);
        let pet = |number: usize| -> Item {
            let text = |text: &str| Attribute::S(text.into());
            let id = text(&format!("more-{number}"));
            let mut attributes = vec![("id", id), ("name", text("Spot")), ("kind", text("dog"))];
            if !note.is_empty() {
                attributes.push(("note", text(&note)));
            }
            let attributes = attributes.into_iter();
            attributes
                .map(|(name, value)| (name.into(), value))
                .collect()
        };
        // They are well formed, and the table is there.
        let _ = tables.load((0..pets).map(pet));
    }

    /// As API Gateway would get it.
    #[must_use]
    pub fn request(self) -> Request {
        let body = match self {
            Self::New => plain(LUNA).to_string(),
            Self::NoId => r#"{"name":"Nobody","kind":"ghost"}"#.to_owned(),
            Self::NoJson => "id=4&name=Luna".to_owned(),
            Self::Taken => plain(GOLDFISH).to_string(),
            _ => String::new(),
        };
        let path = match self {
            Self::One => "/pets/2",
            Self::Nobody => "/pets/999",
            _ => "/pets",
        };
        let method = match self.goal() {
            Goal::Post => "POST",
            _ => "GET",
        };
        let mut headers = vec![
            ("host".to_owned(), "127.0.0.1".to_owned()),
            ("user-agent".to_owned(), "dynatour".to_owned()),
        ];
        if !body.is_empty() {
            headers.push(("content-type".to_owned(), "application/json".to_owned()));
        }
        Request {
            method: method.to_owned(),
            path: path.to_owned(),
            query: String::new(),
            headers,
            body: Bytes::from(body),
            source: [127, 0, 0, 1].into(),
        }
    }

    /// The ids that an answer with all pets must have.
    pub(super) fn ids(self) -> Vec<String> {
        let street = STREET.iter().map(|pet| pet[0].to_owned());
        let more = match self {
            Self::AllOfManyPages => LARGE,
            _ => 0,
        };
        street
            .chain((0..more).map(|number| format!("more-{number}")))
            .collect()
    }

    /// Whether an item of an answer is this pet, whatever else it has.
    pub(super) fn is_pet(found: &Value, pet: Pet) -> bool {
        let expected = plain(pet);
        let mut members = expected.as_object().into_iter().flatten();
        members.all(|(name, value)| found.get(name) == Some(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workshop::gateway::route::route;

    #[test]
    fn each_trial_takes_the_route_of_its_goal() {
        for goal in Goal::ALL {
            for trial in Trial::of(goal) {
                let request = trial.request();
                assert_eq!(trial.goal(), goal);
                assert_eq!(route(&request.method, &request.path).unwrap().goal, goal);
                assert!(
                    trial
                        .title()
                        .starts_with(&format!("{} {}", request.method, request.path))
                );
            }
        }
    }

    #[test]
    fn the_large_pets_need_more_than_one_answer() {
        const { assert!(LARGE * LARGE_BYTES > 1024 * 1024) }
        assert_eq!(Trial::AllOfManyPages.ids().len(), 33);
    }
}
