//! An id that does not exist is no 404 by itself.

use super::super::{Check, Evidence, Trial};
use crate::workshop::goal::Goal;
use crate::workshop::language::Language;

pub(super) static CHECK: Check = Check {
    name: "an id that does not exist",
    find,
    hints,
};

fn find(evidence: &Evidence<'_>) -> Option<String> {
    if evidence.trial != Trial::Nobody || evidence.is_expected() {
        return None;
    }
    Some(format!(
        "GET /pets/999 was {}. There is no such pet, which is 404 on the web. DynamoDB does not say so by an error: it answers with success, and without an Item",
        evidence.outcome()
    ))
}

fn hints(_: Goal, language: Language) -> [&'static str; 3] {
    let (second, third) = match language {
        Language::Node => (
            "Without an Item in the answer, Item is undefined. That is to be looked at before anything is made of it.",
            "return Item ? answer(200, Item) : answer(404, { message: \"no such pet\" });",
        ),
        Language::Ruby => (
            "Without an item in the answer, item is nil. That is to be looked at before anything is made of it.",
            "pet ? answer(200, pet) : answer(404, { message: \"no such pet\" }), as the last line.",
        ),
    };
    [
        "Which status should a client get for a pet that is not there? Only your handler knows that there is none.",
        second,
        third,
    ]
}

#[cfg(test)]
mod tests {
    use super::super::wrong::is_told;
    use crate::workshop::goal::Goal;
    use crate::workshop::language::Language;

    #[tokio::test]
    async fn a_pet_that_is_not_there_must_be_404() {
        let told = ["an id that does not exist: GET /pets/999 was answered 200."];
        let always = [(
            "Item ? answer(200, Item) : answer(404, { message: \"no such pet\" })",
            "answer(200, Item)",
        )];
        is_told(Language::Node, Goal::GetOne, &always, &told).await;
        let other = [("answer(404,", "answer(500,")];
        is_told(
            Language::Node,
            Goal::GetOne,
            &other,
            &["an id that does not exist: GET /pets/999 was answered 500."],
        )
        .await;
        let ruby = [(
            "pet ? answer(200, pet) : answer(404, { message: \"no such pet\" })",
            "answer(200, pet)",
        )];
        is_told(Language::Ruby, Goal::GetOne, &ruby, &told).await;
    }

    #[tokio::test]
    async fn a_failure_at_what_is_not_there_is_told() {
        let member = [(
            "Item ? answer(200, Item) : answer(404, { message: \"no such pet\" })",
            "answer(200, { ...Item, name: Item.name })",
        )];
        let told = [
            "an id that does not exist: GET /pets/999 was answered 500, because the handler failed: TypeError",
        ];
        is_told(Language::Node, Goal::GetOne, &member, &told).await;
    }
}
