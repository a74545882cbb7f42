//! The SDK's own call for each operation a lesson may use, with the body as the learner wrote it.
//!
//! The typed builders are not filled in: the body is replaced before signing, so that the bytes arrive
//! as given and whatever is wrong in them gets the service's own error. Only the table's name
//! is set, because the SDK's endpoint rules ask for it.
//! Invariant: the operations here are exactly `lesson::model::OPERATIONS`, which a test holds.

use aws_sdk_dynamodb::Client;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;

use super::failure::{Failed, failed};
use super::recorder::Recorder;

/// Sends `body` as `operation`.
pub async fn call(
    client: &Client,
    operation: &str,
    body: &[u8],
    recorder: Recorder,
) -> Result<(), Failed> {
    let table = table_name(body);
    let recording = recorder.clone();
    /// The part that is the same for each operation but has another type every time.
    macro_rules! send {
        ($call:expr) => {
            $call
                .customize()
                .mutate_request(replace(body))
                .interceptor(recorder)
                .send()
                .await
                .map(drop)
                .map_err(|error| failed(&error, recording.signed()))
        };
    }
    match operation {
        "CreateTable" => send!(client.create_table().table_name(table)),
        "DescribeTable" => send!(client.describe_table().table_name(table)),
        "ListTables" => send!(client.list_tables()),
        "DeleteTable" => send!(client.delete_table().table_name(table)),
        "PutItem" => send!(client.put_item().table_name(table)),
        "GetItem" => send!(client.get_item().table_name(table)),
        "UpdateItem" => send!(client.update_item().table_name(table)),
        "DeleteItem" => send!(client.delete_item().table_name(table)),
        "Query" => send!(client.query().table_name(table)),
        "Scan" => send!(client.scan().table_name(table)),
        "UpdateTable" => send!(client.update_table().table_name(table)),
        "UpdateTimeToLive" => send!(client.update_time_to_live().table_name(table)),
        "DescribeTimeToLive" => send!(client.describe_time_to_live().table_name(table)),
        // These name their tables further inside, where the endpoint rules ask for nothing.
        "BatchGetItem" => send!(client.batch_get_item()),
        "BatchWriteItem" => send!(client.batch_write_item()),
        "TransactGetItems" => send!(client.transact_get_items()),
        "TransactWriteItems" => send!(client.transact_write_items()),
        "TagResource" => send!(client.tag_resource().resource_arn(table)),
        "UntagResource" => send!(client.untag_resource().resource_arn(table)),
        "ListTagsOfResource" => send!(client.list_tags_of_resource().resource_arn(table)),
        _ => Err(Failed::UnknownOperation),
    }
}

/// The table a body names. Where it names none, any word serves: the service sees the body, not this.
fn table_name(body: &[u8]) -> String {
    serde_json::from_slice::<serde_json::Value>(body)
        .ok()
        .and_then(|body| Some(body.get("TableName")?.as_str()?.to_owned()))
        // The endpoint rules read a name that looks like an ARN; addresses are fixed here, so it must not.
        .filter(|name| !name.is_empty() && !name.contains(':'))
        .unwrap_or_else(|| "unnamed".to_owned())
}

fn replace(body: &[u8]) -> impl Fn(&mut HttpRequest) + Send + Sync + 'static {
    let body = body.to_vec();
    move |request| {
        request
            .headers_mut()
            .insert("content-length", body.len().to_string());
        *request.body_mut() = SdkBody::from(body.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_without_a_table_name_still_has_one_for_the_rules() {
        for body in [
            "",
            "[]",
            r#"{"TableName": 23}"#,
            r#"{"TableName": "arn:aws:x"}"#,
        ] {
            assert_eq!(table_name(body.as_bytes()), "unnamed");
        }
        assert_eq!(table_name(br#"{"TableName": "pets"}"#), "pets");
    }
}
