//! An answer that is not what was asked for, where no other check knows why.

use serde_json::Value;

use super::super::evidence::{first_line, quoted};
use super::super::{Check, Evidence, Trial};
use crate::workshop::goal::Goal;
use crate::workshop::language::Language;
use crate::workshop::table::{plain, typed};

pub(super) static CHECK: Check = Check {
    name: "another answer was expected",
    find,
    hints,
};

/// What is sent without being waited for has not gone out when the handler returns.
const NOT_ASKED: &str = "The handler answered before any request had reached the table. If it sends one, it does not wait for it: in Node.js, an await before db.send may be missing";

fn find(evidence: &Evidence<'_>) -> Option<String> {
    let trial = evidence.trial;
    if !evidence.is_expected() {
        return Some(format!(
            "{} was {}; it should be {}",
            trial.title(),
            evidence.outcome(),
            trial.status()
        ));
    }
    let asked = !evidence.asked().is_empty() || evidence.passage.exchanges.missed > 0;
    match trial {
        Trial::Nobody | Trial::NoId | Trial::NoJson | Trial::Taken => None,
        _ if !asked => Some(NOT_ASKED.to_owned()),
        Trial::New => stored(evidence),
        Trial::One => {
            let pet = trial.pet()?;
            let body = match body(evidence) {
                Ok(body) => body,
                Err(words) => return Some(words),
            };
            (!Trial::is_pet(&body, pet)).then(|| {
                format!(
                    "{} was answered with {}; it should be {}",
                    trial.title(),
                    quoted(&body),
                    plain(pet)
                )
            })
        }
        Trial::All | Trial::AllOfManyPages => match body(evidence) {
            Err(words) => Some(words),
            Ok(Value::Array(items)) => missing(trial, &items),
            Ok(other) => Some(format!(
                "The answer's body is {}; it should be a list of pets, [{{\"id\": …}}, …]",
                quoted(&other)
            )),
        },
    }
}

/// The body as JSON.
fn body(evidence: &Evidence<'_>) -> Result<Value, String> {
    evidence.body().ok_or_else(|| {
        let text = String::from_utf8_lossy(&evidence.passage.answer.body);
        format!("The answer's body is no JSON: \"{}\"", first_line(&text))
    })
}

/// Whether all pets are in the answer, each once.
fn missing(trial: Trial, items: &[Value]) -> Option<String> {
    let count = |id: &str| {
        let is_it = |item: &&Value| item.get("id").and_then(Value::as_str) == Some(id);
        items.iter().filter(is_it).count()
    };
    let wrong = trial.ids().into_iter().find(|id| count(id) != 1)?;
    let how = match count(&wrong) {
        0 => "is not in it".to_owned(),
        times => format!("is in it {times} times"),
    };
    Some(format!(
        "The answer is a list of {}, but the pet with the id {wrong} {how}: {}",
        items.len(),
        quoted(&Value::from(items))
    ))
}

/// Whether the new pet is in the table as it was posted.
fn stored(evidence: &Evidence<'_>) -> Option<String> {
    let pet = evidence.trial.pet()?;
    let Some(stored) = evidence.stored else {
        return Some("The client was told 201, but the table has no such pet".to_owned());
    };
    let expected = typed(pet);
    let mut members = expected.as_object().into_iter().flatten();
    let wrong = members.any(|(name, value)| stored.get(name) != Some(value));
    wrong.then(|| {
        format!(
            "The table has {}; it should have {expected}",
            quoted(stored)
        )
    })
}

fn hints(goal: Goal, _: Language) -> [&'static str; 3] {
    match goal {
        Goal::GetAll => [
            "What should GET /pets give? A list of all pets, and nothing around it.",
            "Each pet is an object as it is in the table: id, name, kind. The body is the list as JSON.",
            "answer(200, pets), where pets is the list of the items of all pages.",
        ],
        Goal::GetOne => [
            "What should GET /pets/2 give? The pet itself: an object, not a list, and not what DynamoDB wraps around it.",
            "Of DynamoDB's answer only the Item is the pet.",
            "answer(200, Item) where the Item is there, answer(404, …) where it is not.",
        ],
        Goal::Post => [
            "201 says that the pet is there now: with its id, its name and its kind, as they were sent.",
            "The put has to be waited for before the answer, and to store just the three attributes, as strings.",
            "Put { id, name, kind } of the parsed body, then answer(201, pet).",
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::super::wrong::is_told;
    use crate::workshop::goal::Goal;
    use crate::workshop::language::Language;

    #[tokio::test]
    async fn another_answer_is_told() {
        let node = |goal, right, wrong, told: &'static str| async move {
            let all = ["another answer was expected: ", told];
            is_told(Language::Node, goal, &[(right, wrong)], &all).await;
        };
        node(
            Goal::GetAll,
            "answer(200, pets)",
            "answer(200, { pets })",
            "should be a list of pets",
        )
        .await;
        node(
            Goal::GetAll,
            "answer(200, pets)",
            "answer(200, pets.slice(1))",
            "is not in it",
        )
        .await;
        node(
            Goal::GetAll,
            "answer(200, pets)",
            "answer(200, [...pets, ...pets])",
            "is in it 2 times",
        )
        .await;
        node(
            Goal::GetAll,
            "answer(200, pets)",
            "answer(201, pets)",
            "was answered 201; it should be 200",
        )
        .await;
        node(
            Goal::GetAll,
            "JSON.stringify(body)",
            "String(body)",
            "no JSON",
        )
        .await;
        node(
            Goal::GetOne,
            "answer(200, Item)",
            "answer(200, { Item })",
            "was answered with {\"Item\"",
        )
        .await;
        node(
            Goal::Post,
            "Item: pet,",
            "Item: { ...pet, name: \"?\" },",
            "The table has {",
        )
        .await;
        node(
            Goal::Post,
            "await db.send(",
            "false && (",
            "before any request had reached the table",
        )
        .await;
        let ruby = [("answer(200, pets)", "answer(200, pets.first)")];
        is_told(
            Language::Ruby,
            Goal::GetAll,
            &ruby,
            &["another answer was expected: The answer's body is {"],
        )
        .await;
    }
}
