//! Typed JSON where plain values belong, or the other way round.
//!
//! The low-level client speaks `{"S": "Rex"}`; the document client, and Ruby's, plain values. What is mixed up is seen in the requests
//! themselves and in the body of the answer.

use serde_json::Value;

use super::super::evidence::{Asked, is_typed, quoted};
use super::super::{Check, Evidence, Trial};
use crate::workshop::goal::Goal;
use crate::workshop::language::Language;

pub(super) static CHECK: Check = Check {
    name: "marshalling",
    find,
    hints,
};

fn find(evidence: &Evidence<'_>) -> Option<String> {
    // What is not whole is sent in odd forms, too; later trials are about that.
    if !matches!(evidence.trial, Trial::All | Trial::One | Trial::New) {
        return None;
    }
    let asked = evidence.asked();
    let sent = asked.iter().find_map(sent);
    sent.or_else(|| answered(evidence))
}

/// What is wrong with the attribute values of a request.
fn sent(asked: &Asked<'_>) -> Option<String> {
    let members = ["Key", "Item", "ExpressionAttributeValues"];
    let values = members
        .iter()
        .filter_map(|member| asked.request.get(member)?.as_object())
        .flatten();
    for (name, value) in values {
        let sent = quoted(value);
        if !value.is_object() {
            return Some(format!(
                "{} was sent {name} as {sent}. DynamoDB itself takes typed JSON only, such as {{\"S\":\"2\"}}; the low-level client sends what it is given",
                asked.operation()
            ));
        }
        if value.get("M").is_some_and(is_typed) {
            return Some(format!(
                "{} was sent {name} as {sent}: a map with one member, which is a type's name. The document client makes typed JSON by itself, so it was done twice",
                asked.operation()
            ));
        }
    }
    None
}

/// What is wrong with the answer's body: values with their types.
fn answered(evidence: &Evidence<'_>) -> Option<String> {
    let body = evidence.body()?;
    let item = match &body {
        Value::Array(items) => items.first()?,
        item => item,
    };
    let item = item.as_object().filter(|item| item.contains_key("id"))?;
    item.values().all(is_typed).then(|| {
        format!(
            "The answer has typed JSON in it: {}. That is how DynamoDB speaks; a browser expects plain values, such as {{\"id\":\"2\"}}",
            quoted(&body)
        )
    })
}

fn hints(goal: Goal, language: Language) -> [&'static str; 3] {
    let first = "There are two forms: typed JSON, which DynamoDB speaks, and plain values, which your code and the browser want.";
    let (second, third) = match (language, goal) {
        (Language::Node, Goal::GetAll) => (
            "Commands of @aws-sdk/lib-dynamodb, sent by the document client, take and return plain values. Those of @aws-sdk/client-dynamodb don't.",
            "Send a ScanCommand from @aws-sdk/lib-dynamodb with db, which DynamoDBDocumentClient.from made: Items are plain objects then.",
        ),
        (Language::Node, Goal::GetOne) => (
            "Commands of @aws-sdk/lib-dynamodb, sent by the document client, take and return plain values. Those of @aws-sdk/client-dynamodb don't.",
            "Use GetCommand (not GetItemCommand) with db, and Key: { id: event.pathParameters.id }, without a type.",
        ),
        (Language::Node, Goal::Post) => (
            "Commands of @aws-sdk/lib-dynamodb, sent by the document client, take and return plain values. Those of @aws-sdk/client-dynamodb don't.",
            "Use PutCommand (not PutItemCommand) with db, and the pet as it came out of JSON.parse, without types.",
        ),
        (Language::Ruby, _) => (
            "Ruby's client takes and returns plain values: strings, numbers, arrays, hashes. It adds the types itself.",
            "Give it \"2\" and not { s: \"2\" } or { \"S\" => \"2\" }.",
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
    async fn typed_json_for_the_document_client_is_told() {
        let key = [(
            "{ id: event.pathParameters.id }",
            "{ id: { S: event.pathParameters.id } }",
        )];
        is_told(
            Language::Node,
            Goal::GetOne,
            &key,
            &["marshalling: GetItem was sent id as {\"M\"", "twice"],
        )
        .await;
        let item = [("? { id, name, kind }", "? { id: { S: id }, name, kind }")];
        is_told(
            Language::Node,
            Goal::Post,
            &item,
            &["marshalling: PutItem was sent id as {\"M\""],
        )
        .await;
        // Only in an attribute that is no key, DynamoDB takes it.
        let item = [("? { id, name, kind }", "? { id, name: { S: name }, kind }")];
        is_told(
            Language::Node,
            Goal::Post,
            &item,
            &["marshalling: PutItem was sent name as {\"M\""],
        )
        .await;
        let key = [("{ \"id\" => id }", "{ \"id\" => { \"S\" => id } }")];
        is_told(
            Language::Ruby,
            Goal::GetOne,
            &key,
            &["marshalling: GetItem was sent id as {\"M\""],
        )
        .await;
    }

    #[tokio::test]
    async fn plain_values_for_the_low_level_client_are_told() {
        let low = [
            (
                "DynamoDBDocumentClient, GetCommand } from \"@aws-sdk/lib-dynamodb\"",
                "GetItemCommand } from \"@aws-sdk/client-dynamodb\"",
            ),
            (
                "DynamoDBDocumentClient.from(new DynamoDBClient({}))",
                "new DynamoDBClient({})",
            ),
            ("new GetCommand", "new GetItemCommand"),
        ];
        is_told(
            Language::Node,
            Goal::GetOne,
            &low,
            &["marshalling: GetItem was sent id as \"2\""],
        )
        .await;
    }

    #[tokio::test]
    async fn types_in_the_answer_are_told() {
        let low = [
            (
                "DynamoDBDocumentClient, ScanCommand } from \"@aws-sdk/lib-dynamodb\"",
                "ScanCommand } from \"@aws-sdk/client-dynamodb\"",
            ),
            (
                "DynamoDBDocumentClient.from(new DynamoDBClient({}))",
                "new DynamoDBClient({})",
            ),
        ];
        is_told(
            Language::Node,
            Goal::GetAll,
            &low,
            &["marshalling: The answer has typed JSON in it: [{\"id\":{\"S\""],
        )
        .await;
    }
}
