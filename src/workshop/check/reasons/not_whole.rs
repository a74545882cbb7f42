//! A post that is not whole must be refused by the handler: without an id, or no JSON at all.

use super::super::evidence::quoted;
use super::super::{Check, Evidence, Trial};
use crate::workshop::goal::Goal;
use crate::workshop::language::Language;

pub(super) static CHECK: Check = Check {
    name: "a post that is not whole",
    find,
    hints,
};

fn find(evidence: &Evidence<'_>) -> Option<String> {
    let what = match evidence.trial {
        Trial::NoId => "a pet without an id",
        Trial::NoJson => "a body that is no JSON",
        _ => return None,
    };
    if evidence.is_expected() {
        return None;
    }
    let put = evidence
        .asked()
        .into_iter()
        .find(|asked| asked.operation() == "PutItem");
    let item = put.and_then(|put| put.request.get("Item").map(quoted));
    let sent = item.map_or_else(String::new, |item| {
        format!(" The table was even sent {item}.")
    });
    Some(format!(
        "POST /pets with {what} was {}.{sent} It is the client's mistake, so it must be told 400, before anything is stored",
        evidence.outcome()
    ))
}

fn hints(_: Goal, language: Language) -> [&'static str; 3] {
    let (second, third) = match language {
        Language::Node => (
            "Before the put: is there an id, a name, a kind, and is each a string that is not empty? And JSON.parse throws at what is no JSON.",
            "let pet; try { pet = JSON.parse(event.body); } catch { return answer(400, { message: \"JSON, please\" }); } then if (typeof pet?.id !== \"string\") return answer(400, …);",
        ),
        Language::Ruby => (
            "Before the put: is there an id, a name, a kind, and is each a string that is not empty? And JSON.parse raises at what is no JSON.",
            "rescue JSON::ParserError, and: return answer(400, { message: \"id, please\" }) unless pet[\"id\"].is_a?(String).",
        ),
    };
    [
        "400 says: you sent something wrong. 500 says: we did something wrong. Whose mistake is a missing id?",
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
    async fn a_pet_without_an_id_must_be_400() {
        let told = [
            "a post that is not whole: POST /pets with a pet without an id was answered 500, because the handler failed: ValidationException",
            "The table was even sent {\"name\"",
        ];
        let node = [
            (
                "return [id, name, kind].every(good) ? { id, name, kind } : null;",
                "return { id, name, kind };",
            ),
            (
                "DynamoDBDocumentClient.from(new DynamoDBClient({}))",
                "DynamoDBDocumentClient.from(new DynamoDBClient({}), { marshallOptions: { removeUndefinedValues: true } })",
            ),
        ];
        is_told(Language::Node, Goal::Post, &node, &told).await;
        let ruby = [("pet if good && pet.size == 3", "pet")];
        let told =
            ["a post that is not whole: POST /pets with a pet without an id was answered 500"];
        is_told(Language::Ruby, Goal::Post, &ruby, &told).await;
        let made_up = [(
            "const { id, name, kind } = pet ?? {};",
            "const { id = \"none\", name, kind } = pet ?? {};",
        )];
        is_told(
            Language::Node,
            Goal::Post,
            &made_up,
            &[
                "a post that is not whole: ",
                "was answered 201",
                "sent {\"id\":{\"S\":\"none\"}",
            ],
        )
        .await;
    }

    #[tokio::test]
    async fn a_body_that_is_no_json_must_be_400() {
        let node = [(
            "try { pet = JSON.parse(text); } catch { return null; }",
            "pet = JSON.parse(text);",
        )];
        let told = [
            "a post that is not whole: POST /pets with a body that is no JSON was answered 500",
            "SyntaxError",
        ];
        is_told(Language::Node, Goal::Post, &node, &told).await;
        let ruby = [("rescue JSON::ParserError\n  nil\n", "")];
        let told = [
            "a post that is not whole: POST /pets with a body that is no JSON was answered 500",
            "ParserError",
        ];
        is_told(Language::Ruby, Goal::Post, &ruby, &told).await;
    }
}
