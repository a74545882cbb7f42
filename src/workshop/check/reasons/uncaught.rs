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
    let file = |line: &&str| {
        let is_ours = line.contains("get") || line.contains("post");
        is_ours && !line.contains("node_modules")
    };
    let trace = error.trace();
    let place = trace.iter().skip(1).find(|line| file(line));
    let place = place.map_or_else(String::new, |place| {
        format!(" ({})", first_line(place.trim()))
    });
    let refused = evidence.refused(|_| true);
    let dynamodb = refused.map_or_else(String::new, |asked| {
        format!(" DynamoDB had refused {}", asked.operation())
    });
    Some(format!(
        "The handler failed, so the client got 500 Internal Server Error: {}: {}{place}.{dynamodb}",
        error.kind(),
        first_line(error.message()),
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
