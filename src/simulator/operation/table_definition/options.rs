//! The rest of a table's definition: encryption, streams.

use serde_json::Value;

use crate::simulator::Settings;
use crate::simulator::wire::body::Members;
use crate::simulator::wire::error::{Answer, ServiceError};
use crate::simulator::wire::member::{flag, given, object, string};
use crate::simulator::wire::text;

/// Members of the API that the simulated table does not have; given, they are refused.
const NOT_OFFERED: [(&str, &str); 7] = [
    ("VectorIndexes", "a VectorIndex"),
    ("VectorIndexUpdates", "a VectorIndex"),
    ("ResourcePolicy", "ResourcePolicy"),
    ("ReplicaUpdates", "a replica"),
    ("MultiRegionConsistency", "a replica"),
    ("GlobalTableWitnessUpdates", "a replica"),
    ("GlobalTableSettingsReplicationMode", "a replica"),
];

/// # Errors
/// In words that say so, for what the simulated table does not have.
pub fn refuse_what_is_not_offered(members: &Members) -> Answer<()> {
    if let Some((_, what)) = NOT_OFFERED
        .iter()
        .find(|(member, _)| given(members, member))
    {
        return Err(ServiceError::validation(text::not_offered(what)));
    }
    let Some(stream) = object(members, "StreamSpecification") else {
        return Ok(());
    };
    if flag(stream, "StreamEnabled") == Some(true) {
        return Err(ServiceError::validation(text::not_offered("a stream")));
    }
    if given(stream, "StreamViewType") {
        return Err(ServiceError::validation(text::STREAM_DISABLED_WITH_VIEW));
    }
    Ok(())
}

/// `SSEDescription`: encryption at rest is always on; with `Enabled` it uses a KMS key, AWS's own unless one is named.
#[must_use]
pub fn encryption(members: &Members, settings: &Settings) -> Option<Value> {
    let specification = object(members, "SSESpecification")?;
    if flag(specification, "Enabled") != Some(true) {
        return None;
    }
    let key = string(specification, "KMSMasterKeyId").unwrap_or("alias/aws/dynamodb");
    let arn = if key.starts_with("arn:") {
        key.to_owned()
    } else {
        let resource = if key.starts_with("alias/") {
            key.to_owned()
        } else {
            format!("key/{key}")
        };
        format!(
            "arn:aws:kms:{}:{}:{resource}",
            settings.region, settings.account
        )
    };
    Some(serde_json::json!({
        "Status": "ENABLED",
        "SSEType": string(specification, "SSEType").unwrap_or("KMS"),
        "KMSMasterKeyArn": arn,
    }))
}
