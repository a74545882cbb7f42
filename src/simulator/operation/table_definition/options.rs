//! The rest of a table's definition: encryption, streams.

use serde_json::{Value, json};

use crate::simulator::Settings;
use crate::simulator::wire::body::Members;
use crate::simulator::wire::error::{Answer, ServiceError};
use crate::simulator::wire::member::{flag, given, object, string};
use crate::simulator::wire::text::{self, table as words};

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

fn refuse<T>(why: impl Into<String>) -> Answer<T> {
    Err(ServiceError::validation(why))
}

/// # Errors
/// In words that say so, for what the simulated table does not have: replicas, streams and the like.
pub fn refuse_what_is_not_offered(members: &Members) -> Answer<()> {
    if let Some((_, what)) = NOT_OFFERED
        .iter()
        .find(|(member, _)| given(members, member))
    {
        return refuse(text::not_offered(what));
    }
    let stream = object(members, "StreamSpecification");
    if stream.and_then(|stream| flag(stream, "StreamEnabled")) == Some(true) {
        return refuse(text::not_offered("a stream"));
    }
    Ok(())
}

/// A stream that is enabled has a view type, and one that isn't has none. The texts are those of `CreateTable` or of
/// `UpdateTable`.
///
/// # Errors
/// Where the two don't go together.
pub fn check_stream(members: &Members, enabled_without: &str, disabled_with: &str) -> Answer<()> {
    let Some(stream) = object(members, "StreamSpecification") else {
        return Ok(());
    };
    match (
        flag(stream, "StreamEnabled") == Some(true),
        given(stream, "StreamViewType"),
    ) {
        (true, false) => refuse(enabled_without),
        (false, true) => refuse(disabled_with),
        _ => Ok(()),
    }
}

/// `TableClass`, where it is given.
///
/// # Errors
/// For a class that there isn't.
pub fn class<'m>(members: &'m Members<'_>) -> Answer<Option<&'m str>> {
    match string(members, "TableClass") {
        Some(other) if !matches!(other, "STANDARD" | "STANDARD_INFREQUENT_ACCESS") => {
            refuse(words::TABLE_CLASS_UNKNOWN)
        }
        class => Ok(class),
    }
}

/// What `SSESpecification` asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encryption<'a> {
    /// AWS's own key, which every table has and no description shows.
    ByDefault,
    /// A KMS key, AWS's managed one unless another is named.
    Kms(Option<&'a str>),
}

/// `SSESpecification`, where it is given. Naming the type is as good as enabling it (observed).
///
/// # Errors
/// Where its members don't go together.
pub fn encryption<'m>(members: &'m Members<'_>) -> Answer<Option<Encryption<'m>>> {
    let Some(specification) = object(members, "SSESpecification") else {
        return Ok(None);
    };
    let enabled = flag(specification, "Enabled");
    let kind = string(specification, "SSEType");
    let key = string(specification, "KMSMasterKeyId");
    if enabled == Some(false) {
        for (member, is_given) in [
            ("SSEType", kind.is_some()),
            ("KMSMasterKeyId", key.is_some()),
        ] {
            if is_given {
                return refuse(words::encryption_member_while_disabled(member));
            }
        }
    }
    if kind == Some("AES256") {
        return refuse(words::ENCRYPTION_TYPE_AES256);
    }
    if key.is_some() && kind.is_none() {
        return refuse(words::ENCRYPTION_KEY_WITHOUT_TYPE);
    }
    Ok(Some(if enabled == Some(true) || kind.is_some() {
        Encryption::Kms(key)
    } else {
        Encryption::ByDefault
    }))
}

/// The ARN of a KMS key: a name for one is resolved to a key of its own, the same every time.
#[must_use]
pub fn key_arn(key: Option<&str>, settings: &Settings) -> String {
    let key = key.unwrap_or("alias/aws/dynamodb");
    if key.starts_with("arn:") {
        return key.to_owned();
    }
    let (region, account) = (&settings.region, &settings.account);
    let id = if key.starts_with("alias/") {
        uuid_of(&format!("{region}/{account}/{key}"))
    } else {
        key.to_owned()
    };
    format!("arn:aws:kms:{region}:{account}:key/{id}")
}

/// A UUID that follows from a name, by the FNV-1a hash of 128 bits.
fn uuid_of(name: &str) -> String {
    let hash = name.bytes().fold(
        0x6c62_272e_07bb_0142_62b8_2175_6295_c58d_u128,
        |hash, byte| (hash ^ u128::from(byte)).wrapping_mul(0x0100_0000_0000_0000_0000_013b),
    );
    let digits = format!("{hash:032x}");
    format!(
        "{}-{}-4{}-8{}-{}",
        &digits[..8],
        &digits[8..12],
        &digits[13..16],
        &digits[17..20],
        &digits[20..]
    )
}

/// `SSEDescription`; the status is `ENABLED`, or `UPDATING` in the answer that changes it.
#[must_use]
pub fn described(key_arn: &str, status: &str) -> Value {
    json!({"Status": status, "SSEType": "KMS", "KMSMasterKeyArn": key_arn})
}
