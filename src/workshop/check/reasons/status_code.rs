//! An answer without a status, or one that API Gateway can't make an answer of.

use super::super::evidence::quoted;
use super::super::{Check, Evidence, Trial};
use crate::workshop::gateway::answer::{Malformed, kind};
use crate::workshop::goal::Goal;
use crate::workshop::language::Language;

pub(super) static CHECK: Check = Check {
    name: "missing status code",
    find,
    hints,
};

fn find(evidence: &Evidence<'_>) -> Option<String> {
    if let Some(malformed) = &evidence.passage.malformed {
        let what = match malformed {
            Malformed::Body(_) => ". What is no text yet, JSON makes one of",
            _ => "",
        };
        return Some(format!(
            "API Gateway could make no answer of what the handler returned, so the client got 500 Internal Server Error: {malformed}{what}"
        ));
    }
    let payload = evidence.payload()?;
    if !evidence.passage.answer.is_inferred {
        return None;
    }
    // The item that is not there is nothing, too: that it should be 404 is said by another check.
    if payload.is_null() && evidence.trial == Trial::Nobody {
        return None;
    }
    if payload.is_null() {
        return Some(
            "The handler returned nothing (null), so API Gateway answers 200, with null for a body. A return may be missing".to_owned(),
        );
    }
    let is_meant_as_answer = payload.get("body").is_some() || payload.get("headers").is_some();
    if !is_meant_as_answer && evidence.is_expected() {
        // Anything else is taken for a body with 200, which may be what was meant.
        return None;
    }
    let instead = match evidence.trial.status() {
        200 => "so the client gets this object, and not what is in its body".to_owned(),
        status => format!("and answers 200; it should have been {status}"),
    };
    Some(format!(
        "The handler returned {} without a statusCode: {}. API Gateway then takes all of it for the body, {instead}",
        kind(&payload),
        quoted(&payload)
    ))
}

fn hints(_: Goal, language: Language) -> [&'static str; 3] {
    let third = match language {
        Language::Node => {
            "return { statusCode: 200, headers: { \"content-type\": \"application/json\" }, body: JSON.stringify(pet) }; is what answer(200, pet) gives. Don't forget return;"
        }
        Language::Ruby => {
            "{ statusCode: 200, headers: { \"content-type\" => \"application/json\" }, body: JSON.generate(pet) } is what answer(200, pet) gives. It must be the last line, or be returned."
        }
    };
    [
        "API Gateway makes the HTTP answer of what the handler returns: it looks for statusCode, headers and body.",
        "statusCode is a number, spelled just so, and body a text. The function answer at the top of the file makes such an object.",
        third,
    ]
}

#[cfg(test)]
mod tests {
    use super::super::wrong::is_told;
    use crate::workshop::goal::Goal;
    use crate::workshop::language::Language;

    #[tokio::test]
    async fn an_answer_without_a_status_is_told() {
        let node = [("  statusCode,\n", "")];
        let told = [
            "missing status code: The handler returned an object without a statusCode: {\"headers\"",
            "the client gets this object",
        ];
        is_told(Language::Node, Goal::GetAll, &node, &told).await;
        let misspelled = [("  statusCode,\n", "  status: statusCode,\n")];
        is_told(
            Language::Node,
            Goal::Post,
            &misspelled,
            &["missing status code: ", "it should have been 201"],
        )
        .await;
        let ruby = [("{ statusCode: status, ", "{ ")];
        is_told(
            Language::Ruby,
            Goal::GetAll,
            &ruby,
            &["missing status code: The handler returned an object"],
        )
        .await;
    }

    #[tokio::test]
    async fn nothing_returned_is_told() {
        let node = [("return answer(201, pet)", "answer(201, pet)")];
        let told = [
            "missing status code: The handler returned nothing (null)",
            "A return may be missing",
        ];
        is_told(Language::Node, Goal::Post, &node, &told).await;
        let plain = [(
            "return Item ? answer(200, Item) : answer(404, { message: \"no such pet\" });",
            "return Item;",
        )];
        is_told(
            Language::Node,
            Goal::GetOne,
            &plain,
            &[
                "an id that does not exist: ",
                "GET /pets/999 was answered 200",
            ],
        )
        .await;
    }

    #[tokio::test]
    async fn what_is_no_answer_is_told() {
        let object = [("body: JSON.stringify(body)", "body")];
        let told = [
            "missing status code: API Gateway could make no answer",
            "body is an object",
        ];
        is_told(Language::Node, Goal::GetOne, &object, &told).await;
        let list = [("body: JSON.generate(body)", "body: body")];
        is_told(
            Language::Ruby,
            Goal::GetAll,
            &list,
            &["missing status code: API Gateway could", "body is a list"],
        )
        .await;
        let text = [("  statusCode,\n", "  statusCode: \"fine\",\n")];
        is_told(
            Language::Node,
            Goal::GetAll,
            &text,
            &["missing status code: ", "statusCode is \"fine\""],
        )
        .await;
    }
}
