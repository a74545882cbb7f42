//! The parameters of each operation, at the top of its request.

use super::Shape;
use super::structures::{
    ATTRIBUTE_DEFINITION, ATTRIBUTE_VALUE_UPDATE, COLLECTION_METRICS, CONDITIONAL_OPERATOR,
    CONDITIONS, CONSUMED_CAPACITY, EXPECTED, GLOBAL_SECONDARY_INDEX, GLOBAL_SECONDARY_INDEX_UPDATE,
    KEY_SCHEMA, KEYS_AND_ATTRIBUTES, LOCAL_SECONDARY_INDEX, NAMES, ON_DEMAND_THROUGHPUT,
    PROVISIONED_THROUGHPUT, RETURN_ON_FAILURE, RETURN_VALUES, SELECT, SSE_SPECIFICATION,
    STREAM_SPECIFICATION, TAG, TEXTS, TIME_TO_LIVE_SPECIFICATION, TRANSACT_GET_ITEM,
    TRANSACT_WRITE_ITEM, VALUES, WARM_THROUGHPUT, WRITE_REQUEST,
};

/// The parameters of an operation; `None` for one that a lesson can't use.
pub(in crate::code) fn parameters(operation: &str) -> Option<&'static [(&'static str, Shape)]> {
    Some(match operation {
        "BatchGetItem" => BATCH_GET_ITEM,
        "BatchWriteItem" => BATCH_WRITE_ITEM,
        "CreateTable" => CREATE_TABLE,
        "DescribeTable" | "DeleteTable" | "DescribeTimeToLive" => NAMED_TABLE,
        "ListTables" => LIST_TABLES,
        "ListTagsOfResource" => LIST_TAGS_OF_RESOURCE,
        "PutItem" => PUT_ITEM,
        "GetItem" => GET_ITEM,
        "UpdateItem" => UPDATE_ITEM,
        "DeleteItem" => DELETE_ITEM,
        "Query" => QUERY,
        "Scan" => SCAN,
        "TagResource" => TAG_RESOURCE,
        "TransactGetItems" => TRANSACT_GET_ITEMS,
        "TransactWriteItems" => TRANSACT_WRITE_ITEMS,
        "UntagResource" => UNTAG_RESOURCE,
        "UpdateTable" => UPDATE_TABLE,
        "UpdateTimeToLive" => UPDATE_TIME_TO_LIVE,
        _ => return None,
    })
}

const DEFINITIONS: Shape = Shape::List(&Shape::Structure(&ATTRIBUTE_DEFINITION));
const BILLING_MODE: Shape = Shape::Enumeration("BillingMode", &["PROVISIONED", "PAY_PER_REQUEST"]);
const TABLE_CLASS: Shape =
    Shape::Enumeration("TableClass", &["STANDARD", "STANDARD_INFREQUENT_ACCESS"]);
const TAGS: Shape = Shape::List(&Shape::Structure(&TAG));

const NAMED_TABLE: &[(&str, Shape)] = &[("TableName", Shape::Text)];

const LIST_TABLES: &[(&str, Shape)] = &[
    ("ExclusiveStartTableName", Shape::Text),
    ("Limit", Shape::Integer),
];

const CREATE_TABLE: &[(&str, Shape)] = &[
    ("AttributeDefinitions", DEFINITIONS),
    ("TableName", Shape::Text),
    ("KeySchema", KEY_SCHEMA),
    (
        "LocalSecondaryIndexes",
        Shape::List(&Shape::Structure(&LOCAL_SECONDARY_INDEX)),
    ),
    (
        "GlobalSecondaryIndexes",
        Shape::List(&Shape::Structure(&GLOBAL_SECONDARY_INDEX)),
    ),
    ("BillingMode", BILLING_MODE),
    (
        "ProvisionedThroughput",
        Shape::Structure(&PROVISIONED_THROUGHPUT),
    ),
    (
        "StreamSpecification",
        Shape::Structure(&STREAM_SPECIFICATION),
    ),
    ("SSESpecification", Shape::Structure(&SSE_SPECIFICATION)),
    ("Tags", TAGS),
    ("TableClass", TABLE_CLASS),
    ("DeletionProtectionEnabled", Shape::Flag),
    ("WarmThroughput", Shape::Structure(&WARM_THROUGHPUT)),
    ("ResourcePolicy", Shape::Text),
    (
        "OnDemandThroughput",
        Shape::Structure(&ON_DEMAND_THROUGHPUT),
    ),
];

const PUT_ITEM: &[(&str, Shape)] = &[
    ("TableName", Shape::Text),
    ("Item", VALUES),
    ("Expected", EXPECTED),
    ("ReturnValues", RETURN_VALUES),
    ("ReturnConsumedCapacity", CONSUMED_CAPACITY),
    ("ReturnItemCollectionMetrics", COLLECTION_METRICS),
    ("ConditionalOperator", CONDITIONAL_OPERATOR),
    ("ConditionExpression", Shape::Text),
    ("ExpressionAttributeNames", NAMES),
    ("ExpressionAttributeValues", VALUES),
    ("ReturnValuesOnConditionCheckFailure", RETURN_ON_FAILURE),
];

const GET_ITEM: &[(&str, Shape)] = &[
    ("TableName", Shape::Text),
    ("Key", VALUES),
    ("AttributesToGet", TEXTS),
    ("ConsistentRead", Shape::Flag),
    ("ReturnConsumedCapacity", CONSUMED_CAPACITY),
    ("ProjectionExpression", Shape::Text),
    ("ExpressionAttributeNames", NAMES),
];

const UPDATE_ITEM: &[(&str, Shape)] = &[
    ("TableName", Shape::Text),
    ("Key", VALUES),
    (
        "AttributeUpdates",
        Shape::Map(&Shape::Structure(&ATTRIBUTE_VALUE_UPDATE)),
    ),
    ("Expected", EXPECTED),
    ("ConditionalOperator", CONDITIONAL_OPERATOR),
    ("ReturnValues", RETURN_VALUES),
    ("ReturnConsumedCapacity", CONSUMED_CAPACITY),
    ("ReturnItemCollectionMetrics", COLLECTION_METRICS),
    ("UpdateExpression", Shape::Text),
    ("ConditionExpression", Shape::Text),
    ("ExpressionAttributeNames", NAMES),
    ("ExpressionAttributeValues", VALUES),
    ("ReturnValuesOnConditionCheckFailure", RETURN_ON_FAILURE),
];

const DELETE_ITEM: &[(&str, Shape)] = &[
    ("TableName", Shape::Text),
    ("Key", VALUES),
    ("Expected", EXPECTED),
    ("ConditionalOperator", CONDITIONAL_OPERATOR),
    ("ReturnValues", RETURN_VALUES),
    ("ReturnConsumedCapacity", CONSUMED_CAPACITY),
    ("ReturnItemCollectionMetrics", COLLECTION_METRICS),
    ("ConditionExpression", Shape::Text),
    ("ExpressionAttributeNames", NAMES),
    ("ExpressionAttributeValues", VALUES),
    ("ReturnValuesOnConditionCheckFailure", RETURN_ON_FAILURE),
];

const QUERY: &[(&str, Shape)] = &[
    ("TableName", Shape::Text),
    ("IndexName", Shape::Text),
    ("Select", SELECT),
    ("AttributesToGet", TEXTS),
    ("Limit", Shape::Integer),
    ("ConsistentRead", Shape::Flag),
    ("KeyConditions", CONDITIONS),
    ("QueryFilter", CONDITIONS),
    ("ConditionalOperator", CONDITIONAL_OPERATOR),
    ("ScanIndexForward", Shape::Flag),
    ("ExclusiveStartKey", VALUES),
    ("ReturnConsumedCapacity", CONSUMED_CAPACITY),
    ("ProjectionExpression", Shape::Text),
    ("FilterExpression", Shape::Text),
    ("KeyConditionExpression", Shape::Text),
    ("ExpressionAttributeNames", NAMES),
    ("ExpressionAttributeValues", VALUES),
];

const SCAN: &[(&str, Shape)] = &[
    ("TableName", Shape::Text),
    ("IndexName", Shape::Text),
    ("AttributesToGet", TEXTS),
    ("Limit", Shape::Integer),
    ("Select", SELECT),
    ("ScanFilter", CONDITIONS),
    ("ConditionalOperator", CONDITIONAL_OPERATOR),
    ("ExclusiveStartKey", VALUES),
    ("ReturnConsumedCapacity", CONSUMED_CAPACITY),
    ("TotalSegments", Shape::Integer),
    ("Segment", Shape::Integer),
    ("ProjectionExpression", Shape::Text),
    ("FilterExpression", Shape::Text),
    ("ExpressionAttributeNames", NAMES),
    ("ExpressionAttributeValues", VALUES),
    ("ConsistentRead", Shape::Flag),
];

const UPDATE_TABLE: &[(&str, Shape)] = &[
    ("AttributeDefinitions", DEFINITIONS),
    ("TableName", Shape::Text),
    ("BillingMode", BILLING_MODE),
    (
        "ProvisionedThroughput",
        Shape::Structure(&PROVISIONED_THROUGHPUT),
    ),
    (
        "GlobalSecondaryIndexUpdates",
        Shape::List(&Shape::Structure(&GLOBAL_SECONDARY_INDEX_UPDATE)),
    ),
    (
        "StreamSpecification",
        Shape::Structure(&STREAM_SPECIFICATION),
    ),
    ("SSESpecification", Shape::Structure(&SSE_SPECIFICATION)),
    ("TableClass", TABLE_CLASS),
    ("DeletionProtectionEnabled", Shape::Flag),
    (
        "OnDemandThroughput",
        Shape::Structure(&ON_DEMAND_THROUGHPUT),
    ),
    ("WarmThroughput", Shape::Structure(&WARM_THROUGHPUT)),
];

const BATCH_GET_ITEM: &[(&str, Shape)] = &[
    (
        "RequestItems",
        Shape::Map(&Shape::Structure(&KEYS_AND_ATTRIBUTES)),
    ),
    ("ReturnConsumedCapacity", CONSUMED_CAPACITY),
];

const BATCH_WRITE_ITEM: &[(&str, Shape)] = &[
    (
        "RequestItems",
        Shape::Map(&Shape::List(&Shape::Structure(&WRITE_REQUEST))),
    ),
    ("ReturnConsumedCapacity", CONSUMED_CAPACITY),
    ("ReturnItemCollectionMetrics", COLLECTION_METRICS),
];

const TRANSACT_WRITE_ITEMS: &[(&str, Shape)] = &[
    (
        "TransactItems",
        Shape::List(&Shape::Structure(&TRANSACT_WRITE_ITEM)),
    ),
    ("ReturnConsumedCapacity", CONSUMED_CAPACITY),
    ("ReturnItemCollectionMetrics", COLLECTION_METRICS),
    ("ClientRequestToken", Shape::Text),
];

const TRANSACT_GET_ITEMS: &[(&str, Shape)] = &[
    (
        "TransactItems",
        Shape::List(&Shape::Structure(&TRANSACT_GET_ITEM)),
    ),
    ("ReturnConsumedCapacity", CONSUMED_CAPACITY),
];

const UPDATE_TIME_TO_LIVE: &[(&str, Shape)] = &[
    ("TableName", Shape::Text),
    (
        "TimeToLiveSpecification",
        Shape::Structure(&TIME_TO_LIVE_SPECIFICATION),
    ),
];

const TAG_RESOURCE: &[(&str, Shape)] = &[("ResourceArn", Shape::Text), ("Tags", TAGS)];

const UNTAG_RESOURCE: &[(&str, Shape)] = &[("ResourceArn", Shape::Text), ("TagKeys", TEXTS)];

const LIST_TAGS_OF_RESOURCE: &[(&str, Shape)] =
    &[("ResourceArn", Shape::Text), ("NextToken", Shape::Text)];
