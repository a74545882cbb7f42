//! A key of another type or name than the table's.

use super::super::evidence::{Asked, quoted};
use super::super::{Check, Evidence};
use crate::workshop::goal::Goal;
use crate::workshop::language::Language;

pub(super) static CHECK: Check = Check {
    name: "wrong key type",
    find,
    hints,
};

fn find(evidence: &Evidence<'_>) -> Option<String> {
    if evidence.is_expected() {
        return None;
    }
    let refused = evidence.refused(is_about_the_key)?;
    let key = refused.request.get("Key");
    let sent = key.or_else(|| refused.request.get("Item"));
    let sent = sent.map_or_else(|| "nothing".to_owned(), quoted);
    let what = match key_in(&refused) {
        Some("N") => "a number (N)",
        Some("BOOL") => "a boolean",
        Some("NULL") => "null",
        Some(_) => "of another type",
        None => "no id at all",
    };
    Some(format!(
        "{} was refused, because the key doesn't fit: the table's key is id, a string (S), and what was sent has {what}: {sent}. DynamoDB says: {}",
        refused.operation(),
        refused.message()
    ))
}

fn is_about_the_key(asked: &Asked<'_>) -> bool {
    let message = asked.message();
    message.contains("does not match the schema") || message.contains("Type mismatch for key")
}

/// The type of the key that was sent.
fn key_in<'a>(asked: &'a Asked<'_>) -> Option<&'a str> {
    let members = asked
        .request
        .get("Key")
        .or_else(|| asked.request.get("Item"))?;
    let value = members.get("id")?.as_object()?;
    value.keys().next().map(String::as_str)
}

fn hints(goal: Goal, language: Language) -> [&'static str; 3] {
    let first = "To DynamoDB \"2\" and 2 are different keys, and a key has the type that the table was made with.";
    let (second, third) = match (goal, language) {
        (Goal::Post, Language::Node) => (
            "The pet comes with its id as a string, and may be put as it came.",
            "Item: { id: pet.id, name: pet.name, kind: pet.kind }, without Number(…) or parseInt(…).",
        ),
        (Goal::Post, Language::Ruby) => (
            "The pet comes with its id as a string, and may be put as it came.",
            "item: { \"id\" => pet[\"id\"], … }, without to_i (a number would be another type).",
        ),
        (_, Language::Node) => (
            "What is in a path is always a string, and the table's id is one as well: nothing is to be converted.",
            "Key: { id: event.pathParameters.id }, without Number(…) or parseInt(…).",
        ),
        (_, Language::Ruby) => (
            "What is in a path is always a string, and the table's id is one as well: nothing is to be converted.",
            "key: { \"id\" => event[\"pathParameters\"][\"id\"] }, without to_i (a number would be another type).",
        ),
    };
    [first, second, third]
}

#[cfg(test)]
mod tests {
    use super::super::wrong::is_told;
    use crate::workshop::goal::Goal;
    use crate::workshop::language::Language;

    #[tokio::test]
    async fn a_number_for_a_string_is_told() {
        let key = [(
            "id: event.pathParameters.id",
            "id: Number(event.pathParameters.id)",
        )];
        let told = [
            "wrong key type: GetItem was refused",
            "a number (N): {\"id\":{\"N\":\"2\"}}",
            "does not match the schema",
        ];
        is_told(Language::Node, Goal::GetOne, &key, &told).await;
        let key = [("\"id\" => id", "\"id\" => id.to_i")];
        is_told(Language::Ruby, Goal::GetOne, &key, &told[..2]).await;
        let item = [("Item: pet,", "Item: { ...pet, id: Number(pet.id) },")];
        is_told(
            Language::Node,
            Goal::Post,
            &item,
            &[
                "wrong key type: PutItem was refused",
                "a number (N)",
                "Type mismatch",
            ],
        )
        .await;
    }

    #[tokio::test]
    async fn another_name_is_told() {
        let key = [("{ id: event", "{ petId: event")];
        is_told(
            Language::Node,
            Goal::GetOne,
            &key,
            &[
                "wrong key type: GetItem was refused",
                "no id at all: {\"petId\"",
            ],
        )
        .await;
    }
}
