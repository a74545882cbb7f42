//! The SDK's own call for each operation a lesson may use, with the body as the learner wrote it.
//!
//! The typed builders are not filled in: the body is replaced before signing, so that the bytes arrive
//! as given and whatever is wrong in them gets the service's own error. Only the table's name
//! is set, because the SDK's endpoint rules ask for it.
//! Invariant: the operations here are exactly `lesson::model::OPERATIONS`, which a test holds.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;

use super::recorder::Recorder;

/// Why a call gave no success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failed {
    /// The service answered with an error that names itself.
    Service {
        code: String,
        message: String,
    },
    /// An answer came that is none of DynamoDB's.
    NotDynamoDb,
    /// Nothing listens there.
    Refused,
    /// No connection could be made, in the system's words; nothing was sent.
    NoConnection(String),
    /// There are no credentials to sign it with, or they could not be renewed; nothing was sent.
    NoCredentials,
    TimedOut,
    /// The connection broke, in the system's words.
    Connection(String),
    /// The SDK refused to send it.
    NotSent(String),
    /// The SDK has no such call, or a lesson may not use it.
    UnknownOperation,
}

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

/// `signed` is whether it came as far as being signed.
fn failed<E>(error: &SdkError<E, HttpResponse>, signed: bool) -> Failed
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    match error {
        SdkError::ServiceError(service) => match service.err().code() {
            Some(code) => Failed::Service {
                code: code.to_owned(),
                message: service.err().message().unwrap_or_default().to_owned(),
            },
            None => Failed::NotDynamoDb,
        },
        SdkError::ResponseError(_) => Failed::NotDynamoDb,
        // What fails before it is signed are the credentials. Their errors can quote what a program of the learner's printed,
        // so nothing of them is handed on.
        SdkError::TimeoutError(_) | SdkError::DispatchFailure(_) if !signed => {
            Failed::NoCredentials
        }
        SdkError::TimeoutError(_) => Failed::TimedOut,
        SdkError::DispatchFailure(failure) => dispatch_failed(error, failure.is_timeout()),
        error => Failed::NotSent(DisplayErrorContext(error).to_string()),
    }
}

/// Looks for the system's own error below the layers of the client, and for the layer that makes connections.
fn dispatch_failed(error: &(dyn std::error::Error + 'static), timed_out: bool) -> Failed {
    let mut innermost = error.to_string();
    let mut connecting = false;
    let mut next = error.source();
    while let Some(source) = next {
        if let Some(io) = source.downcast_ref::<std::io::Error>()
            && io.kind() == std::io::ErrorKind::ConnectionRefused
        {
            return Failed::Refused;
        }
        connecting |= source
            .downcast_ref::<hyper_util::client::legacy::Error>()
            .is_some_and(hyper_util::client::legacy::Error::is_connect);
        innermost = source.to_string();
        next = source.source();
    }
    if connecting {
        Failed::NoConnection(innermost)
    } else if timed_out {
        Failed::TimedOut
    } else {
        Failed::Connection(innermost)
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
