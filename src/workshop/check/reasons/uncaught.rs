//! An error that nobody caught, where no other check knows it.

use super::super::evidence::first_line;
use super::super::{Check, Evidence};
use crate::workshop::goal::Goal;
use crate::workshop::lambda::Cause;
use crate::workshop::language::Language;

pub(super) static CHECK: Check = Check {
    name: "an error that nobody caught",
    find,
    hints,
};

fn find(evidence: &Evidence<'_>) -> Option<String> {
    let error = evidence
        .error()
        .filter(|error| error.cause == Cause::Thrown)?;
    let place = evidence.place(error).unwrap_or_default();
    let refused = evidence.refused(|_| true);
    let dynamodb = refused.map_or_else(String::new, |asked| {
        format!(" DynamoDB had refused {}", asked.operation())
    });
    Some(format!(
        "The handler failed, so the client got 500 Internal Server Error: {}: {}{place}.{dynamodb}",
        error.kind(),
        first_line(error.message()).trim_end_matches('.'),
    ))
}

fn hints(_: Goal, language: Language) -> [&'static str; 3] {
    let second = match language {
        Language::Node => {
            "undefined in the message? Print what the line works with: console.log(JSON.stringify(event)), console.log(pet)."
        }
        Language::Ruby => {
            "nil in the message? Print what the line works with: puts JSON.generate(event), p pet."
        }
    };
    [
        "The log has the whole error with the line of your file where it happened. The client only ever sees a 500.",
        second,
        "A ValidationException or ResourceNotFoundException is DynamoDB's: the request is not what it takes. Compare its names with the README (TABLE_NAME, id, name, kind).",
    ]
}

#[cfg(test)]
mod tests {
    use super::super::wrong::is_told;
    use crate::workshop::goal::Goal;
    use crate::workshop::language::Language;

    #[tokio::test]
    async fn an_error_is_told_with_its_place() {
        let node = [("event.pathParameters.id", "event.params.id")];
        let told = [
            "an error that nobody caught: The handler failed",
            "TypeError: Cannot read properties of undefined (reading 'id')",
            "get-pet.mjs:1",
        ];
        is_told(Language::Node, Goal::GetOne, &node, &told).await;
        // Also before the first request: the body is not what is wrong.
        let misspelt = [("await db.send(", "await db.sned(")];
        let told = [
            "an error that nobody caught: ",
            "TypeError: db.sned is not a function",
            "post-pet.mjs:",
        ];
        is_told(Language::Node, Goal::Post, &misspelt, &told).await;
        let ruby = [(
            "event[\"pathParameters\"][\"id\"]",
            "event[\"params\"][\"id\"]",
        )];
        is_told(
            Language::Ruby,
            Goal::GetOne,
            &ruby,
            &["an error that nobody caught: ", "NoMethodError"],
        )
        .await;
    }

    #[tokio::test]
    async fn an_error_of_dynamodbs_is_told() {
        let node = [("{ TableName,", "{ TableName: \"dogs\",")];
        let told = [
            "an error that nobody caught: ",
            "ResourceNotFoundException",
            "DynamoDB had refused Scan",
        ];
        is_told(Language::Node, Goal::GetAll, &node, &told).await;
    }
}
