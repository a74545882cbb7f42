//! What `DynamoDB` says about definitions of tables and indexes, and about their lives.
//!
//! Most of it was measured on AWS in October 2026 (the published findings of ack-api-quirks about `DynamoDB`), the rest seen in
//! emulators and test suites that were checked against AWS.

use crate::simulator::Timestamp;
use crate::simulator::wire::date::in_full;

use super::invalid;

pub const SAME_KEY_TWICE: &str =
    "Both the Hash Key and the Range Key element in the KeySchema have the same name";
pub const KEY_ATTRIBUTE_TWICE: &str =
    "The KeySchema contains multiple key attributes with the same name";
pub const HASH_AFTER_RANGE: &str = "One or more parameter values were invalid: All HASH key attributes must precede RANGE key attributes in the KeySchema";
pub const LOCAL_INDEX_WITHOUT_SORT_KEY: &str = "One or more parameter values were invalid: Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex";
pub const TOO_MANY_LOCAL_INDEXES: &str = "One or more parameter values were invalid: Number of LocalSecondaryIndexes exceeds per-table limit of 5";
pub const TOO_MANY_GLOBAL_INDEXES: &str = "One or more parameter values were invalid: GlobalSecondaryIndex count exceeds the per-table limit of 20";
pub const UNKNOWN_PROJECTION: &str =
    "One or more parameter values were invalid: Unknown ProjectionType: null";
pub const INCLUDE_WITHOUT_ATTRIBUTES: &str = "One or more parameter values were invalid: ProjectionType is INCLUDE, but NonKeyAttributes is not specified";

/// `role` is `HASH` or `RANGE`.
#[must_use]
pub fn too_many_key_attributes(role: &str) -> String {
    invalid(&format!(
        "The KeySchema exceeds the maximum allowed number of {role} key attributes"
    ))
}

/// `list` is `LocalSecondaryIndexes` or `GlobalSecondaryIndexes`.
#[must_use]
pub fn empty_index_list(list: &str) -> String {
    invalid(&format!("List of {list} is empty"))
}

#[must_use]
pub fn index_without_range_key(index: &str) -> String {
    invalid(&format!(
        "Index KeySchema does not have a range key for index: {index}"
    ))
}

#[must_use]
pub fn other_hash_key(index: &str, own: &str, table: &str) -> String {
    invalid(&format!(
        "Index KeySchema does not have the same leading hash key as table KeySchema for index: {index}. index hash key: {own}, table hash key: {table}"
    ))
}

/// `kind` is `ALL` or `KEYS_ONLY`.
#[must_use]
pub fn projection_with_attributes(kind: &str) -> String {
    invalid(&format!(
        "ProjectionType is {kind}, but NonKeyAttributes is specified"
    ))
}

#[must_use]
pub fn duplicate_index(name: &str) -> String {
    invalid(&format!("Duplicate index name: {name}"))
}

#[must_use]
pub fn definitions_not_used(defined: &str, used: &str) -> String {
    invalid(&format!(
        "Some AttributeDefinitions are not used. AttributeDefinitions: [{defined}], keys used: [{used}]"
    ))
}

#[must_use]
pub fn index_throughput_on_demand(index: &str) -> String {
    invalid(&format!(
        "ProvisionedThroughput should not be specified for index: {index} when BillingMode is PAY_PER_REQUEST"
    ))
}

#[must_use]
pub fn index_throughput_missing(index: &str) -> String {
    invalid(&format!(
        "ProvisionedThroughput is not specified for index: {index}"
    ))
}

/// `member` is `MaxReadRequestUnits` or `MaxWriteRequestUnits`.
#[must_use]
pub fn new_on_demand_limit_while_provisioned(member: &str) -> String {
    invalid(&format!(
        "{member} for OnDemandThroughput cannot be specified when table BillingMode is PROVISIONED."
    ))
}

#[must_use]
pub fn on_demand_limit_out_of_range(member: &str) -> String {
    invalid(&format!(
        "Requested {member} for OnDemandThroughput for table is outside of valid range"
    ))
}

#[must_use]
pub fn attribute_defined_twice(name: &str) -> String {
    format!("Attribute Name is duplicated: {name}")
}

#[must_use]
pub fn projected_twice(name: &str) -> String {
    invalid(&format!("Duplicate element in NonKeyAttributes: {name}"))
}

/// The limit is AWS's, over all indexes of a table; its words for it are not known.
#[must_use]
pub fn too_many_included(most: usize) -> String {
    invalid(&format!(
        "Number of NonKeyAttributes over all secondary indexes exceeds per-table limit of {most}"
    ))
}

// Streams and options.

pub const STREAM_ENABLED_WITHOUT_VIEW: &str = "One or more parameter values were invalid: Table is being created with a stream enabled, UpdateViewType is required";
pub const STREAM_UPDATED_WITHOUT_VIEW: &str = "One or more parameter values were invalid: If stream is being enabled then UpdateViewType is required";
pub const STREAM_DISABLED_NOW_WITH_VIEW: &str = "One or more parameter values were invalid: If stream is being disabled, then UpdateViewType must not be specified";
pub const TABLE_CLASS_UNKNOWN: &str = "Invalid table-class parameter provided. Please try again with a valid table-class value: [STANDARD, STANDARD_INFREQUENT_ACCESS].";
pub const ENCRYPTION_KEY_WITHOUT_TYPE: &str = "One or more parameter values were invalid: SSEType KMS is required if KMSMasterKeyId is specified";
pub const ENCRYPTION_TYPE_AES256: &str =
    "One or more parameter values were invalid: SSEType AES256 is not supported";
pub const ENCRYPTED_BY_DEFAULT: &str =
    "One or more parameter values were invalid: Table is already encrypted by default";
pub const ENCRYPTED_WITH_THIS_KEY: &str = "One or more parameter values were invalid: Table is already encrypted with given KMSMasterKeyId. Use KMSMasterKeyId parameter if you want to change Master Key";
pub const TOO_MANY_CLASS_CHANGES: &str =
    "Subscriber limit exceeded: Updates to TableClass are limited to 2 times in 30 day(s).";

#[must_use]
pub fn no_stream_to_disable(table: &str) -> String {
    format!("Table has no stream to disable: TableName: {table}")
}

/// `member` is `SSEType` or `KMSMasterKeyId`.
#[must_use]
pub fn encryption_member_while_disabled(member: &str) -> String {
    invalid(&format!(
        "{member} can not be specified if Enabled is false"
    ))
}

// Capacity. `whose` is `table` or `index` and a name, as the texts spell it.

/// `member` is `ReadCapacityUnits` or `WriteCapacityUnits`.
#[must_use]
pub fn above_table_maximum(member: &str, units: u64, region: &str, most: u64) -> String {
    format!(
        "The requested {member}, {units}, is above the per table maximum for the account in {region}. Per table maximum: {most}. Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits."
    )
}

#[must_use]
pub fn above_index_maximum(
    member: &str,
    index: &str,
    units: u64,
    region: &str,
    most: u64,
) -> String {
    format!(
        "The requested {member} for index {index}, {units}, is above the per index maximum for the account in {region}. Per table maximum: {most}. Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits."
    )
}

#[must_use]
pub fn index_out_of_bounds(value: i64, member: &str, index: &str) -> String {
    format!("Given value {value} for {member} is out of bounds for index {index}")
}

#[must_use]
pub fn new_index_limit_while_provisioned(member: &str, index: &str) -> String {
    invalid(&format!(
        "{member} for OnDemandThroughput for index: {index} cannot be specified when table BillingMode is PROVISIONED."
    ))
}

/// `member` is `MaxReadRequestUnits` or `MaxWriteRequestUnits`.
#[must_use]
pub fn limit_while_provisioned(member: &str) -> String {
    invalid(&format!(
        "{member} for OnDemandThroughput cannot be specified when the table BillingMode is PROVISIONED"
    ))
}

#[must_use]
pub fn index_limit_while_provisioned(member: &str, index: &str) -> String {
    invalid(&format!(
        "{member} for OnDemandThroughput for index : {index} cannot be specified when the table BillingMode is PROVISIONED"
    ))
}

#[must_use]
pub fn index_limit_out_of_range(member: &str, index: &str) -> String {
    invalid(&format!(
        "Requested {member} for OnDemandThroughput for index : {index} is outside of valid range"
    ))
}

/// `quota` is `TableMaxReadCapacityUnits` or `TableMaxWriteCapacityUnits`; `what` the throughput with whose it is.
#[must_use]
pub fn above_quota(member: &str, what: &str, quota: &str, region: &str) -> String {
    format!(
        "Subscriber limit exceeded: Requested {member} for {what} exceeds {quota} of the account in region {region}"
    )
}

/// `member` is `ReadUnitsPerSecond` or `WriteUnitsPerSecond`.
#[must_use]
pub fn warm_below_on_demand(member: &str, whose: &str) -> String {
    invalid(&format!(
        "Requested {member} for WarmThroughput for {whose} is lower than initial throughput for OnDemand. See: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html#on-demand-capacity-mode-initial"
    ))
}

/// `units` is `ReadCapacityUnits` or `WriteCapacityUnits`.
#[must_use]
pub fn warm_below_provisioned(member: &str, whose: &str, units: &str) -> String {
    invalid(&format!(
        "Requested {member} for WarmThroughput for {whose} is lower than {units} of ProvisionedThroughput"
    ))
}

#[must_use]
pub fn warm_decreased(member: &str, whose: &str) -> String {
    invalid(&format!(
        "Requested {member} for WarmThroughput for {whose} is lower than current WarmThroughput, decreasing WarmThroughput is not supported"
    ))
}

/// `decreases` on the day, the last of them, and when another one is allowed.
#[must_use]
pub fn too_many_decreases(decreases: u64, last: Timestamp, next: Timestamp) -> String {
    format!(
        "Subscriber limit exceeded: Provisioned throughput decreases are limited within a given UTC day. After the first 4 decreases, each subsequent decrease in the same UTC day can be performed at most once every 3600 seconds. Number of decreases today: {decreases}. Last decrease at {}. Next decrease can be made at {}",
        in_full(last),
        in_full(next)
    )
}

// UpdateTable.

pub const NOTHING_TO_UPDATE: &str = "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates, SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, ReplicaTransitRoleArn, MultiRegionConsistency, DeletionProtectionEnabled, OnDemandThroughput, WarmThroughput or TableClass is required";
pub const ENCRYPTION_NOT_ALONE: &str = "One or more parameter values were invalid: Server-Side Encryption modification must be the only operation in the request";
pub const CLASS_NOT_ALONE: &str = "One or more parameter values were invalid: TableClass modification must be the only operation in the request";
pub const PROTECTION_NOT_ALONE: &str = "One or more parameter values were invalid: DeletionProtection modification must be the only operation in the request";
pub const WARM_NOT_ALONE: &str = "One or more parameter values were invalid: WarmThroughput must be the only operation in the request";
pub const WARM_WITH_NEW_INDEX: &str = "One or more parameter values were invalid: Create global secondary index cannot be specified when updating WarmThroughput";
pub const LIMIT_NOT_ALONE: &str = "One or more parameter values were invalid: OnDemandThroughput can only be combined with BillingMode in an UpdateTable request";
pub const STREAM_WITH_THROUGHPUT: &str = "One or more parameter values were invalid: You cannot modify stream status while updating table IOPS";
pub const INDEX_WITH_THROUGHPUT: &str = "One or more parameter values were invalid: You cannot create or delete index while updating table IOPS";
pub const INDEX_WITH_STREAM: &str = "One or more parameter values were invalid: You cannot create or delete index while changing stream status";
pub const THROUGHPUT_REQUIRED: &str = "One or more parameter values were invalid: ProvisionedThroughput must be specified when BillingMode is PROVISIONED";
pub const NO_INDEX_ACTION: &str = "One or more parameter values were invalid: One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete must not be null";
pub const TWO_INDEX_ACTIONS: &str = "One or more parameter values were invalid: Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate object";
pub const ONE_ONLINE_INDEX: &str = "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table";
pub const TOO_MANY_INDEXES: &str =
    "Subscriber limit exceeded: Number of global secondary indexes exceeds per-table limit of 20";
pub const INDEX_EXISTS: &str = "Attempting to create an index which already exists";
pub const INDEX_UPDATE_BLOCKED: &str = "This operation cannot be performed with given input values. Please contact DynamoDB service team for more info: Action Blocked: IndexUpdate";

#[must_use]
pub fn index_updated_twice(index: &str) -> String {
    invalid(&format!(
        "Only one global secondary index update per index is allowed simultaneously. Index: {index}"
    ))
}

#[must_use]
pub fn index_warm_without_units(index: &str) -> String {
    invalid(&format!(
        "WarmThroughput must have at least one of ReadUnitsPerSecond or WriteUnitsPerSecond specified for index: {index}"
    ))
}

/// `read` and `write` are the requested units, which are the current ones.
#[must_use]
pub fn throughput_unchanged(read: u64, write: u64) -> String {
    format!(
        "The provisioned throughput for the table will not change. The requested value equals the current value. Current ReadCapacityUnits provisioned for the table: {read}. Requested ReadCapacityUnits: {read}. Current WriteCapacityUnits provisioned for the table: {write}. Requested WriteCapacityUnits: {write}. Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits."
    )
}

#[must_use]
pub fn index_throughput_unchanged(index: &str, read: u64, write: u64) -> String {
    format!(
        "The provisioned throughput for the index {index} will not change. The requested value equals the current value. Current ReadCapacityUnits provisioned for index {index}: {read}. Requested ReadCapacityUnits: {read}. Current WriteCapacityUnits provisioned for index {index}: {write}. Requested WriteCapacityUnits: {write}. Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits."
    )
}

/// A table that becomes provisioned needs throughput for each of its indexes; all that have none are listed.
#[must_use]
pub fn index_throughput_required(indexes: &[&str]) -> String {
    let indexes = indexes.join(",");
    invalid(&format!(
        "ProvisionedThroughput must be specified for index: {indexes}"
    ))
}

#[must_use]
pub fn index_units_required(index: &str) -> String {
    invalid(&format!(
        "Both ReadCapacityUnits and WriteCapacityUnits must be specified for index: {index}"
    ))
}

#[must_use]
pub fn index_units_on_demand(index: &str) -> String {
    invalid(&format!(
        "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: {index} when BillingMode is PAY_PER_REQUEST"
    ))
}

#[must_use]
pub fn index_update_on_demand(index: &str) -> String {
    invalid(&format!(
        "The only Updates for index: {index} when TableThroughputMode is PAY_PER_REQUEST can be to OnDemandThroughput, WarmThroughput"
    ))
}

#[must_use]
pub fn definitions_missing_for(index: &str) -> String {
    invalid(&format!(
        "AttributeDefinitions is not specified for index: {index}"
    ))
}

/// Schemas as `name:type:role`, joined by commas.
#[must_use]
pub fn attribute_redefined(existing: &str, new: &str) -> String {
    invalid(&format!(
        "Attributes cannot be redefined. Please check that your attribute has the same type as previously defined. Existing schema: Schema:[{existing}] New schema: Schema:[{new}]"
    ))
}

#[must_use]
pub fn no_index_of_table(index: &str, table: &str) -> String {
    format!("Requested resource not found: Index {index} for table {table}")
}

/// `doing` is `delete` or `update`.
#[must_use]
pub fn index_is_local(doing: &str, index: &str) -> String {
    format!("Cannot {doing} an index that is not a GlobalSecondaryIndex: {index}")
}

// What is in progress, and what can't be done meanwhile.

fn in_use(what: &str) -> String {
    format!("Attempt to change a resource which is still in use: {what}")
}

#[must_use]
pub fn table_updating(table: &str) -> String {
    in_use(&format!(
        "Table: {table} is in the process of being updated."
    ))
}

#[must_use]
pub fn indexes_changing() -> String {
    in_use("Cannot delete table while indexes are being created, updated, or deleted.")
}

#[must_use]
pub fn throughput_updating(table: &str) -> String {
    in_use(&format!(
        "Table IOPS are currently being updated. Table: {table}"
    ))
}

/// `doing` is `created` or `deleted`.
#[must_use]
pub fn throughput_while_index(table: &str, doing: &str, index: &str) -> String {
    in_use(&format!(
        "Can't change table IOPS when an index is being {doing}. Table: {table} Indexes: [{index}]"
    ))
}

#[must_use]
pub fn index_while_throughput(table: &str) -> String {
    in_use(&format!(
        "Can't create or delete indexes while table IOPS are being updated. Table: {table}"
    ))
}

#[must_use]
pub fn index_while_class() -> String {
    in_use("Can't create or delete an index when a table class update is in progress.")
}

#[must_use]
pub fn class_while_class(table: &str, class: &str) -> String {
    in_use(&format!(
        "Can't update table class when a table class update is in progress. Table: {table} TableClassUpdateInProgress: {class}"
    ))
}

#[must_use]
pub fn limit_while_billing() -> String {
    in_use("OnDemandThroughput cannot be updated while BillingMode update is in progress")
}

#[must_use]
pub fn limit_while_class(class: &str) -> String {
    in_use(&format!(
        "OnDemandThroughput cannot be updated while TableClass update is in progress. TableClassUpdateInProgress: {class}"
    ))
}

/// `doing` is `creation` or `deletion`.
#[must_use]
pub fn limit_while_index(doing: &str, index: &str) -> String {
    in_use(&format!(
        "OnDemandThroughput cannot be updated while index {doing} is in progress for indexes: [{index}]"
    ))
}

#[must_use]
pub fn index_allocating(table: &str, index: &str) -> String {
    in_use(&format!(
        "Index creation is in resource allocation phase. Retry deletion during backfilling phase or when the index is active. Table: {table} Index: {index}"
    ))
}

#[must_use]
pub fn index_not_backfilling_yet(table: &str, index: &str) -> String {
    in_use(&format!(
        "Index is being created but is not backfilling yet.  Table: {table} Index: {index}"
    ))
}

/// `doing` is `updated` or `deleted`; two spaces are DynamoDB's own.
#[must_use]
pub fn index_being(doing: &str, table: &str, index: &str) -> String {
    in_use(&format!(
        "Index is being {doing}.  Table: {table} Index: {index}"
    ))
}
