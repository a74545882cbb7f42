//! Every text of the table's own errors, in DynamoDB's words.
//!
//! One place, because AWS changes its wording region by region: this file, and [`table`] for what concerns definitions of
//! tables; what the expressions and the values say is beside their own parsers. Each was seen in AWS's documentation, or in emulators and test suites that were
//! checked against AWS; where regions differ, most regions win.

pub mod table;

/// DynamoDB's envelope around request-validation errors: their number, then all of them.
#[must_use]
pub fn envelope(errors: &[&str]) -> String {
    let plural = if errors.len() == 1 { "" } else { "s" };
    format!(
        "{} validation error{plural} detected: {}",
        errors.len(),
        errors.join("; ")
    )
}

/// `Value … at … failed to satisfy constraint: …`, the form of nearly all member errors.
#[must_use]
pub fn constraint(value: &str, path: &str, constraint: &str) -> String {
    format!("Value '{value}' at '{path}' failed to satisfy constraint: {constraint}")
}

#[must_use]
pub fn must_not_be_null(path: &str) -> String {
    format!("Value null at '{path}' failed to satisfy constraint: Member must not be null")
}

/// The newer wording: the member capitalised, its value not echoed.
#[must_use]
pub fn constraint_unechoed(member: &str, constraint: &str) -> String {
    format!("Value at '{member}' failed to satisfy constraint: {constraint}")
}

#[must_use]
pub fn one_of(values: &str) -> String {
    format!("Member must satisfy enum value set: [{values}]")
}

#[must_use]
pub fn length_at_least(n: usize) -> String {
    format!("Member must have length greater than or equal to {n}")
}

#[must_use]
pub fn length_at_most(n: usize) -> String {
    format!("Member must have length less than or equal to {n}")
}

#[must_use]
pub fn value_at_least(n: i64) -> String {
    format!("Member must have value greater than or equal to {n}")
}

#[must_use]
pub fn value_at_most(n: i64) -> String {
    format!("Member must have value less than or equal to {n}")
}

pub const NAME_PATTERN: &str = "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+";

/// Put before most complaints about a parameter's value.
#[must_use]
pub fn invalid(what: &str) -> String {
    format!("One or more parameter values were invalid: {what}")
}

// Tables.

pub const TABLE_NAME_REQUIRED: &str =
    "The parameter 'TableName' is required but was not present in the request";
/// What item operations say about a table that is not there.
pub const NOT_FOUND: &str = "Requested resource not found";

/// What table operations say about a table that is not there.
#[must_use]
pub fn table_not_found(name: &str) -> String {
    format!("Requested resource not found: Table: {name} not found")
}

#[must_use]
pub fn table_exists(name: &str) -> String {
    format!("Table already exists: {name}")
}

#[must_use]
pub fn table_being(name: &str, doing: &str) -> String {
    format!("Attempt to change a resource which is still in use: Table is being {doing}: {name}")
}

pub const DELETION_PROTECTED: &str = "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.";
pub const THROUGHPUT_WITH_ON_DEMAND: &str = "One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST";
pub const THROUGHPUT_MISSING: &str = "One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED";
pub const KEY_WITHOUT_DEFINITION: &str =
    "Invalid KeySchema: Some index key attribute have no definition";
pub const FIRST_KEY_NOT_HASH: &str =
    "Invalid KeySchema: The first KeySchemaElement is not a HASH key type";
pub const SECOND_KEY_NOT_RANGE: &str =
    "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type";
pub const DEFINITIONS_DO_NOT_MATCH: &str = "One or more parameter values were invalid: Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions";
pub const STREAM_DISABLED_WITH_VIEW: &str = "One or more parameter values were invalid: Table is being created with a stream disabled, UpdateViewType should not be specified";

#[must_use]
pub fn key_not_defined(keys: &str, definitions: &str) -> String {
    invalid(&format!(
        "Some index key attributes are not defined in AttributeDefinitions. Keys: [{keys}], AttributeDefinitions: [{definitions}]"
    ))
}

#[must_use]
pub fn out_of_bounds(value: i64, member: &str) -> String {
    format!("Given value {value} for {member} is out of bounds")
}

/// The simulated table's own words for something DynamoDB has and it has not; it never pretends.
#[must_use]
pub fn not_offered(what: &str) -> String {
    invalid(&format!("{what} is not offered by the simulated table"))
}

// Items and keys.

// Throttling. The words are those of the API's `TransactionCanceledException`, which lists them, and of
// `throttling-diagnosing-workflow` for the maximum; which one a read of an index gets is not documented.
pub const PROVISIONED_EXCEEDED: &str = "The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.";
pub const PROVISIONED_INDEX_EXCEEDED: &str = "The level of configured provisioned throughput for one or more global secondary indexes of the table was exceeded. Consider increasing your provisioning level for the under-provisioned global secondary indexes with the UpdateTable API.";
pub const ON_DEMAND_EXCEEDED: &str = "Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling your table or index so please try again shortly. If exceptions persist, check if you have a hot key: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html";
pub const ON_DEMAND_INDEX_EXCEEDED: &str = "Throughput exceeds the current capacity for one or more global secondary indexes. DynamoDB is automatically scaling your index so please try again shortly.";
pub const MAX_ON_DEMAND_EXCEEDED: &str =
    "Throughput exceeds the maximum OnDemandThroughput configured on table or index";

/// The guide's words (Programming.Errors, where every message has a period that the service's have not).
pub const COLLECTION_TOO_LARGE: &str = "Collection size exceeded";
pub const CONDITION_FAILED: &str = "The conditional request failed";
pub const KEY_MISMATCH: &str = "The provided key element does not match the schema";
pub const PARTITION_KEY_TOO_LARGE: &str = "One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes";
pub const SORT_KEY_TOO_LARGE: &str = "One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of 1024 bytes";
pub const ITEM_TOO_LARGE: &str = "Item size has exceeded the maximum allowed size";
pub const UPDATED_ITEM_TOO_LARGE: &str =
    "Item size to update has exceeded the maximum allowed size";
pub const RETURN_VALUES_NOT_HONOURED: &str = "ReturnValues can only be ALL_OLD or NONE";
pub const METRICS_UNKNOWN: &str = "ReturnItemCollectionMetrics can only be SIZE or NONE";
pub const RETURN_VALUES_ENUM: &str = "Failed to satisfy constraint: Member must satisfy enum value set: [ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATE_NEW, NONE]";
pub const EMPTY_NAME: &str = "Empty attribute name";
pub const NAME_TOO_LONG: &str = "Attribute name is too large, must be less than 65536 bytes";
pub const TOO_DEEP: &str = "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit";
pub const UPDATED_TOO_DEEP: &str = "Nesting Levels have exceeded supported limits";

#[must_use]
pub fn missing_key(name: &str) -> String {
    invalid(&format!("Missing the key {name} in the item"))
}

#[must_use]
pub fn key_type_mismatch(name: &str, expected: &str, actual: &str) -> String {
    invalid(&format!(
        "Type mismatch for key {name} expected: {expected} actual: {actual}"
    ))
}

/// `kind` is `string` or `binary`.
#[must_use]
pub fn empty_key(name: &str, kind: &str) -> String {
    format!(
        "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty {kind} value. Key: {name}"
    )
}

#[must_use]
pub fn index_key_type_mismatch(name: &str, expected: &str, actual: &str, index: &str) -> String {
    invalid(&format!(
        "Type mismatch for Index Key {name} Expected: {expected} Actual: {actual} IndexName: {index}"
    ))
}

/// `kind` is `string` or `binary`.
#[must_use]
pub fn empty_index_key(kind: &str, index: &str, name: &str) -> String {
    format!(
        "One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty {kind} value. IndexName: {index}, IndexKey: {name}"
    )
}

#[must_use]
pub fn empty_index_key_updated(kind: &str) -> String {
    format!(
        "One or more parameter values are not valid. The update expression attempted to update a secondary index key to a value that is not supported. The AttributeValue for a key attribute cannot contain an empty {kind} value."
    )
}

pub const INDEX_KEY_UPDATED_TYPE: &str =
    "The update expression attempted to update the secondary index key to unsupported type";
pub const INDEX_KEY_UPDATED_SIZE: &str =
    "The update expression attempted to update the secondary index key beyond allowed size limits";

#[must_use]
pub fn key_attribute_updated(name: &str) -> String {
    invalid(&format!(
        "Cannot update attribute {name}. This attribute is part of the key"
    ))
}

// Transactions.

#[must_use]
pub fn cancelled(codes: &[&str]) -> String {
    format!(
        "Transaction cancelled, please refer cancellation reasons for specific reasons [{}]",
        codes.join(", ")
    )
}

pub const SAME_ITEM: &str = "Transaction request cannot include multiple operations on one item";
pub const NO_ACTION: &str =
    "Invalid Request: TransactWriteRequest should contain Delete or Put or Update request";
pub const SEVERAL_ACTIONS: &str =
    "TransactItems can only contain one of Check, Put, Update or Delete";
/// That it is refused was observed, and that the payload's size "cannot exceed" the limit; the other words are not known.
pub const TRANSACTION_TOO_LARGE: &str = "Transaction payload size cannot exceed 4MB";
/// That it is refused is documented, the words are an emulator's.
pub const TRANSACTION_READ_TOO_LARGE: &str = "Collection size of items exceeded, which can also be caused by the aggregate size of the items in the transaction exceeding the 4MB limit";
pub const TRANSACTION_IN_PROGRESS: &str = "Transaction from previous request is still in progress";
/// That it is refused was observed, the words are an emulator's.
pub const TOKEN_MISMATCH: &str = "An error occurred (IdempotentParameterMismatchException)";

// Expressions and their parameters.

#[must_use]
pub fn mixed_parameters(legacy: &str, expressions: &str) -> String {
    format!(
        "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {{{legacy}}} Expression parameters: {{{expressions}}}"
    )
}

pub const OPERATOR_WITHOUT_CONDITIONS: &str =
    "ConditionalOperator cannot be used without Filter or Expected";
pub const OPERATOR_WITH_ONE_CONDITION: &str =
    "ConditionalOperator can only be used when Filter or Expected has two or more elements";
/// `ALL` is AWS's own.
pub const CONDITIONAL_OPERATOR_ENUM: &str =
    "Failed to satisfy constraint: Member must satisfy enum value set: [ALL, OR]";
pub const NAMES_WITHOUT_EXPRESSION: &str =
    "ExpressionAttributeNames can only be specified when using expressions";
pub const VALUES_WITHOUT_EXPRESSION: &str =
    "ExpressionAttributeValues can only be specified when using expressions";
pub const NAMES_EMPTY: &str = "ExpressionAttributeNames must not be empty";
pub const VALUES_EMPTY: &str = "ExpressionAttributeValues must not be empty";

/// `map` is `ExpressionAttributeNames` or `ExpressionAttributeValues`.
#[must_use]
pub fn bad_placeholder(map: &str, key: &str) -> String {
    format!("{map} contains invalid key: Syntax error; key: \"{key}\"")
}

#[must_use]
pub fn bad_placeholder_value(map: &str, why: &str, key: &str) -> String {
    format!("{map} contains invalid value: {why} for key {key}")
}

#[must_use]
pub fn expression_empty(member: &str) -> String {
    format!("Invalid {member}: The expression can not be empty;")
}

// Reads.

pub const NO_KEY_CONDITION: &str = "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.";
pub const CONDITION_TYPE: &str = "One or more parameter values were invalid: Condition parameter type does not match schema type";
pub const START_KEY_INVALID: &str = "The provided starting key is invalid";
pub const START_KEY_OUTSIDE: &str =
    "The provided starting key is outside query boundaries based on provided conditions";
pub const START_KEY_NO_RANGE_MATCH: &str =
    "The provided starting key does not match the range key predicate";
pub const START_KEY_ONE_ROW: &str = "The query can return at most one row and cannot be restarted";
pub const START_KEY_EXCLUSIVE_INVALID: &str = "The provided exclusive start key is invalid";
pub const SEGMENT_TOO_LARGE: &str =
    "The Segment parameter is zero-based and must be less than parameter TotalSegments";
pub const TOTAL_SEGMENTS_REQUIRED: &str = "The TotalSegments parameter is required but was not present in the request when Segment parameter is present";
pub const SEGMENT_REQUIRED: &str = "The Segment parameter is required but was not present in the request when parameter TotalSegments is present";
pub const SPECIFIC_WITHOUT_PROJECTION: &str = "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES";
pub const PROJECTED_WITHOUT_INDEX: &str =
    "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName";

#[must_use]
pub fn start_key_in_other_segment(total: u64, segment: u64) -> String {
    format!(
        "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. TotalSegments: {total} Segment: {segment}"
    )
}

#[must_use]
pub fn no_such_index(name: &str) -> String {
    format!("The table does not have the specified index: {name}")
}

pub const GLOBAL_INDEX_CONSISTENT: &str =
    "Consistent reads are not supported on global secondary indexes";

/// Of an index that `UpdateTable` added and that has not all items yet.
#[must_use]
pub fn index_backfilling(name: &str) -> String {
    format!("Cannot read from backfilling global secondary index: {name}")
}

#[must_use]
pub fn all_attributes_not_projected(index: &str) -> String {
    invalid(&format!(
        "Select type ALL_ATTRIBUTES is not supported for global secondary index {index} because its projection type is not ALL"
    ))
}

#[must_use]
pub fn projection_not_projected(index: &str, names: &str) -> String {
    invalid(&format!(
        "Global secondary index {index} does not project [{names}]"
    ))
}

/// The same words for local and global indexes.
#[must_use]
pub fn filter_not_projected(index: &str, names: &str) -> String {
    invalid(&format!(
        "Secondary index {index} does not project one or more filter attributes: [{names}]"
    ))
}

/// `QueryFilter` on the key; a `FilterExpression` has words of its own.
#[must_use]
pub fn query_filter_on_key(name: &str) -> String {
    format!(
        "QueryFilter can only contain non-primary key attributes: Primary key attribute: {name}"
    )
}

/// `member` is `ProjectionExpression` or `AttributesToGet`.
#[must_use]
pub fn projection_with_select(member: &str, select: &str) -> String {
    let target = if select == "COUNT" {
        "only the Count"
    } else {
        select
    };
    format!("Cannot specify the {member} when choosing to get {target}")
}

#[must_use]
pub fn filter_on_key(name: &str) -> String {
    format!(
        "Filter Expression can only contain non-primary key attributes: Primary key attribute: {name}"
    )
}

#[must_use]
pub fn key_not_scalar(name: &str) -> String {
    format!(
        "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: Key: {name}"
    )
}

#[must_use]
pub fn index_key_not_scalar(name: &str) -> String {
    format!(
        "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: IndexKey: {name}"
    )
}

// Tags.

pub const ARN_MISSING: &str = "Invalid TableArn";
pub const TAGS_EMPTY: &str = "Atleast one Tag needs to be provided as Input.";
pub const TAG_KEYS_EMPTY: &str = "Atleast one Tag Key needs to be provided as Input.";
pub const TOO_MANY_TAGS: &str =
    "Number of Tags exceed the current limit for the provided ResourceArn";

#[must_use]
pub fn arn_of_no_table(arn: &str) -> String {
    format!("Invalid TableArn: Invalid ResourceArn provided as input {arn}")
}

/// What is amiss with the form of an ARN, in the words of AWS's parser.
#[must_use]
pub fn arn_malformed(why: &str, arn: &str) -> String {
    invalid(&format!("{why}: {arn}"))
}

#[must_use]
pub fn arn_of_other_resource(arn: &str) -> String {
    invalid(&format!(
        "Invalid resource arn provided, only table or stream is accepted. Provided resource arn: {arn}"
    ))
}

#[must_use]
pub fn arn_not_found(arn: &str) -> String {
    format!("Requested resource not found: ResourceArn: {arn} not found")
}

#[must_use]
pub fn not_authorized(account: &str, operation: &str, arn: &str) -> String {
    format!(
        "User: arn:aws:iam::{account}:root is not authorized to perform: dynamodb:{operation} on resource: {arn}"
    )
}

#[must_use]
pub fn tag_key_invalid(key: &str) -> String {
    format!("The Tag Key provided is invalid, Key: {key}")
}

#[must_use]
pub fn tag_value_invalid(value: &str) -> String {
    format!("The Tag Value provided is invalid, Value: {value}")
}

#[must_use]
pub fn tag_key_reserved(key: &str) -> String {
    format!("Tag Key cannot be prefixed with aws:, Key: {key}")
}

#[must_use]
pub fn tag_key_twice(key: &str) -> String {
    format!("Duplicate Tag Keys provided as input: Duplicate Tag Key found {key}")
}

// Time to live.

pub const TIME_TO_LIVE_ENABLED: &str = "TimeToLive is already enabled";
pub const TIME_TO_LIVE_DISABLED: &str = "TimeToLive is already disabled";
pub const TIME_TO_LIVE_CHANGED: &str =
    "Time to live has been modified multiple times within a fixed interval";

#[must_use]
pub fn time_to_live_elsewhere(attribute: &str) -> String {
    format!(
        "TimeToLive is active on a different AttributeName: current AttributeName is {attribute}"
    )
}

/// `state` is `CREATING` or `DELETING`.
#[must_use]
pub fn time_to_live_in_state(state: &str) -> String {
    format!(
        "Cannot describe time to live while table is in {state} state: Current table state is {state}"
    )
}

/// Other words than those of `DeleteTable` for the same.
#[must_use]
pub fn time_to_live_while_created(table: &str) -> String {
    format!("Attempt to change a resource which is still in use: Table {table} is being created")
}

// Batches.

pub const DUPLICATE_KEYS: &str = "Provided list of item keys contains duplicates";
pub const TOO_MANY_KEYS: &str = "Too many items requested for the BatchGetItem call";
pub const REQUEST_ITEMS_REQUIRED: &str =
    "The requestItems parameter is required for BatchWriteItem";
/// Of the names of tables, which are the keys of `RequestItems`.
pub const MAP_KEYS: &str = "Map keys must satisfy constraint: [Member must have length less than or equal to 255, Member must have length greater than or equal to 3, Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+]";
/// Of the lists of `BatchWriteItem`.
pub const MAP_VALUES: &str = "Map value must satisfy constraint: [Member must have length less than or equal to 25, Member must have length greater than or equal to 1]";
/// What a write request says that is neither a put nor a delete, or both.
pub const NOT_ONE_REQUEST: &str = "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes";
