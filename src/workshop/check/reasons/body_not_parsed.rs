//! A body that is taken for an object, and is text.

use super::super::evidence::quoted;
use super::super::{Check, Evidence, Trial};
use crate::workshop::goal::Goal;
use crate::workshop::language::Language;

pub(super) static CHECK: Check = Check {
    name: "body not parsed",
    find,
    hints,
};

fn find(evidence: &Evidence<'_>) -> Option<String> {
    if evidence.trial != Trial::New || evidence.is_expected() {
        return None;
    }
    let asked = evidence.asked();
    let puts: Vec<_> = asked
        .iter()
        .filter(|asked| asked.operation() == "PutItem")
        .collect();
    let seen = match puts.first() {
        // Nothing was sent, and the handler says that the pet is not whole, or failed at it.
        None if evidence.status() == 400 => {
            "the handler answered 400, as if something were missing, and sent nothing to the table"
                .to_owned()
        }
        None if asked.is_empty() && is_about_members(evidence) => {
            format!("the request was {}", evidence.outcome())
        }
        None => return None,
        Some(put) => {
            let item = put.request.get("Item");
            if item.is_some_and(|item| item.get("id").is_some()) {
                return None;
            }
            match item {
                None => "PutItem was sent without an Item".to_owned(),
                Some(item) => format!("PutItem was sent an Item without an id: {}", quoted(item)),
            }
        }
    };
    Some(format!(
        "The pet that was posted is whole, but {seen}. The body of an event is text: it has no id before it is parsed"
    ))
}

/// Whether the handler failed at a member of something that has none. A function that is misspelt fails alike, and is not meant.
fn is_about_members(evidence: &Evidence<'_>) -> bool {
    evidence.error().is_some_and(|error| {
        let message = error.message();
        let of_nothing = ["of undefined", "of null", "for nil"];
        // As Ruby says it of a text: up to 3.3, and since.
        let of_text = ["\":String", "an instance of String"];
        let is = |words: &[&str]| words.iter().any(|words| message.contains(words));
        let is_type_error = error.kind() == "TypeError"
            && !message.ends_with("is not a function")
            && !message.ends_with("is not a constructor");
        is(&of_nothing) || is(&of_text) || is_type_error || error.kind() == "Function<TypeError>"
    })
}

fn hints(_: Goal, language: Language) -> [&'static str; 3] {
    match language {
        Language::Node => [
            "Print typeof event.body, and look into the log.",
            "API Gateway hands the body on as it came: as text. JSON.parse makes an object of it.",
            "const pet = JSON.parse(event.body); and from then on pet.id, pet.name and pet.kind.",
        ],
        Language::Ruby => [
            "Print event[\"body\"].class, and look into the log.",
            "API Gateway hands the body on as it came: as text. JSON.parse makes a hash of it, with strings as keys.",
            "pet = JSON.parse(event[\"body\"]), and from then on pet[\"id\"], pet[\"name\"] and pet[\"kind\"].",
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::super::wrong::is_told;
    use crate::workshop::goal::Goal;
    use crate::workshop::language::Language;

    #[tokio::test]
    async fn a_body_that_is_taken_for_an_object_is_told() {
        let text = [("JSON.parse(text)", "text")];
        let told = [
            "body not parsed: The pet that was posted is whole",
            "answered 400",
        ];
        is_told(Language::Node, Goal::Post, &text, &told).await;
        let sent = [("const pet = petIn(event.body);", "const pet = event.body;")];
        let told = [
            "body not parsed: ",
            "PutItem was sent an Item without an id: {\"0\"",
        ];
        is_told(Language::Node, Goal::Post, &sent, &told).await;
        let members = [(
            "const pet = petIn(event.body);",
            "const pet = event.body.pet.id;",
        )];
        is_told(
            Language::Node,
            Goal::Post,
            &members,
            &["body not parsed: ", "TypeError"],
        )
        .await;
        let text = [("JSON.parse(text.to_s)", "text")];
        is_told(
            Language::Ruby,
            Goal::Post,
            &text,
            &["body not parsed: ", "answered 400"],
        )
        .await;
        let members = [(
            "pet = pet_in(event[\"body\"])",
            "pet = event[\"body\"].slice(\"id\").merge(1)",
        )];
        is_told(
            Language::Ruby,
            Goal::Post,
            &members,
            &["body not parsed: ", "NoMethodError"],
        )
        .await;
    }
}
