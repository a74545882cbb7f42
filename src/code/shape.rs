//! What the parameters of each operation are made of.
//!
//! A request is JSON, and JSON does not say whether `"S"` is a type tag, a name a learner chose or a
//! member of the API. The languages need to know: in Rust a key type is an enum, in Ruby `KeySchema`
//! becomes `key_schema` but an attribute called `KeySchema` stays as it is. These tables are the
//! API's own model, cut down to the ten operations (source: the DynamoDB API reference and the
//! service model that ships with botocore).
//!
//! Invariant: a table lists only what the service has; what is not listed is reported as unknown
//! and each language has an answer to it.

use serde_json::Value as Json;

/// What stands at one place of a request.
#[derive(Debug)]
pub(super) enum Shape {
    Text,
    /// A whole number of 32 bits, such as `Limit`.
    Integer,
    /// A whole number of 64 bits, such as capacity units.
    Long,
    Flag,
    /// The Rust type, and the values that its SDK knows.
    Enumeration(&'static str, &'static [&'static str]),
    /// One attribute value, `{"S": "…"}`.
    Value,
    List(&'static Shape),
    /// Keys are the learner's own words: attribute names, `#n`, `:v`.
    Map(&'static Shape),
    Structure(&'static Structure),
}

/// A structure of the API.
#[derive(Debug)]
pub(super) struct Structure {
    /// The name of its Rust type.
    pub name: &'static str,
    /// Whether its Rust builder can refuse to build, because a member is required.
    pub fallible: bool,
    pub members: &'static [(&'static str, Shape)],
}

/// The shape of the member `name`, where the API has one.
pub(super) fn member(
    members: &'static [(&'static str, Shape)],
    name: &str,
) -> Option<&'static Shape> {
    members
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, shape)| shape)
}

/// The parameters of an operation; `None` for one that is not among the ten.
pub(super) fn parameters(operation: &str) -> Option<&'static [(&'static str, Shape)]> {
    Some(match operation {
        "CreateTable" => CREATE_TABLE,
        "DescribeTable" | "DeleteTable" => NAMED_TABLE,
        "ListTables" => LIST_TABLES,
        "PutItem" => PUT_ITEM,
        "GetItem" => GET_ITEM,
        "UpdateItem" => UPDATE_ITEM,
        "DeleteItem" => DELETE_ITEM,
        "Query" => QUERY,
        "Scan" => SCAN,
        _ => return None,
    })
}

/// Whether a request says only what its operation knows, in the kinds of JSON it knows it in.
pub(super) fn fits_request(operation: &str, request: &Json) -> bool {
    match (parameters(operation), request) {
        (Some(members), Json::Object(request)) => request
            .iter()
            .all(|(name, json)| member(members, name).is_some_and(|shape| fits(shape, json))),
        _ => false,
    }
}

/// Whether `json` is of the kind that `shape` asks for, all the way down.
pub(super) fn fits(shape: &Shape, json: &Json) -> bool {
    match (shape, json) {
        (Shape::Text | Shape::Enumeration(..), Json::String(_)) | (Shape::Flag, Json::Bool(_)) => {
            true
        }
        (Shape::Integer, Json::Number(number)) => {
            number.as_i64().is_some_and(|n| i32::try_from(n).is_ok())
        }
        (Shape::Long, Json::Number(number)) => number.is_i64(),
        (Shape::Value, json) => super::value::Value::parse(json).is_some(),
        (Shape::List(element), Json::Array(list)) => list.iter().all(|json| fits(element, json)),
        (Shape::Map(element), Json::Object(map)) => map.values().all(|json| fits(element, json)),
        (Shape::Structure(structure), Json::Object(map)) => map.iter().all(|(name, json)| {
            member(structure.members, name).is_some_and(|shape| fits(shape, json))
        }),
        _ => false,
    }
}

const TEXTS: Shape = Shape::List(&Shape::Text);
const NAMES: Shape = Shape::Map(&Shape::Text);
const VALUES: Shape = Shape::Map(&Shape::Value);
const VALUE_LIST: Shape = Shape::List(&Shape::Value);
const CONDITIONS: Shape = Shape::Map(&Shape::Structure(&CONDITION));
const EXPECTED: Shape = Shape::Map(&Shape::Structure(&EXPECTED_ATTRIBUTE_VALUE));
const KEY_SCHEMA: Shape = Shape::List(&Shape::Structure(&KEY_SCHEMA_ELEMENT));

const CONSUMED_CAPACITY: Shape =
    Shape::Enumeration("ReturnConsumedCapacity", &["INDEXES", "TOTAL", "NONE"]);
const COLLECTION_METRICS: Shape =
    Shape::Enumeration("ReturnItemCollectionMetrics", &["SIZE", "NONE"]);
const RETURN_VALUES: Shape = Shape::Enumeration(
    "ReturnValue",
    &["NONE", "ALL_OLD", "UPDATED_OLD", "ALL_NEW", "UPDATED_NEW"],
);
const RETURN_ON_FAILURE: Shape =
    Shape::Enumeration("ReturnValuesOnConditionCheckFailure", &["ALL_OLD", "NONE"]);
const CONDITIONAL_OPERATOR: Shape = Shape::Enumeration("ConditionalOperator", &["AND", "OR"]);
const COMPARISON_OPERATOR: Shape = Shape::Enumeration(
    "ComparisonOperator",
    &[
        "EQ",
        "NE",
        "IN",
        "LE",
        "LT",
        "GE",
        "GT",
        "BETWEEN",
        "NOT_NULL",
        "NULL",
        "CONTAINS",
        "NOT_CONTAINS",
        "BEGINS_WITH",
    ],
);
const SELECT: Shape = Shape::Enumeration(
    "Select",
    &[
        "ALL_ATTRIBUTES",
        "ALL_PROJECTED_ATTRIBUTES",
        "SPECIFIC_ATTRIBUTES",
        "COUNT",
    ],
);

const NAMED_TABLE: &[(&str, Shape)] = &[("TableName", Shape::Text)];

const LIST_TABLES: &[(&str, Shape)] = &[
    ("ExclusiveStartTableName", Shape::Text),
    ("Limit", Shape::Integer),
];

const CREATE_TABLE: &[(&str, Shape)] = &[
    (
        "AttributeDefinitions",
        Shape::List(&Shape::Structure(&ATTRIBUTE_DEFINITION)),
    ),
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
    (
        "BillingMode",
        Shape::Enumeration("BillingMode", &["PROVISIONED", "PAY_PER_REQUEST"]),
    ),
    (
        "ProvisionedThroughput",
        Shape::Structure(&PROVISIONED_THROUGHPUT),
    ),
    (
        "StreamSpecification",
        Shape::Structure(&STREAM_SPECIFICATION),
    ),
    ("SSESpecification", Shape::Structure(&SSE_SPECIFICATION)),
    ("Tags", Shape::List(&Shape::Structure(&TAG))),
    (
        "TableClass",
        Shape::Enumeration("TableClass", &["STANDARD", "STANDARD_INFREQUENT_ACCESS"]),
    ),
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

static ATTRIBUTE_DEFINITION: Structure = Structure {
    name: "AttributeDefinition",
    fallible: true,
    members: &[
        ("AttributeName", Shape::Text),
        (
            "AttributeType",
            Shape::Enumeration("ScalarAttributeType", &["S", "N", "B"]),
        ),
    ],
};

static KEY_SCHEMA_ELEMENT: Structure = Structure {
    name: "KeySchemaElement",
    fallible: true,
    members: &[
        ("AttributeName", Shape::Text),
        ("KeyType", Shape::Enumeration("KeyType", &["HASH", "RANGE"])),
    ],
};

static PROJECTION: Structure = Structure {
    name: "Projection",
    fallible: false,
    members: &[
        (
            "ProjectionType",
            Shape::Enumeration("ProjectionType", &["ALL", "KEYS_ONLY", "INCLUDE"]),
        ),
        ("NonKeyAttributes", TEXTS),
    ],
};

static LOCAL_SECONDARY_INDEX: Structure = Structure {
    name: "LocalSecondaryIndex",
    fallible: true,
    members: &[
        ("IndexName", Shape::Text),
        ("KeySchema", KEY_SCHEMA),
        ("Projection", Shape::Structure(&PROJECTION)),
    ],
};

static GLOBAL_SECONDARY_INDEX: Structure = Structure {
    name: "GlobalSecondaryIndex",
    fallible: true,
    members: &[
        ("IndexName", Shape::Text),
        ("KeySchema", KEY_SCHEMA),
        ("Projection", Shape::Structure(&PROJECTION)),
        (
            "ProvisionedThroughput",
            Shape::Structure(&PROVISIONED_THROUGHPUT),
        ),
        (
            "OnDemandThroughput",
            Shape::Structure(&ON_DEMAND_THROUGHPUT),
        ),
        ("WarmThroughput", Shape::Structure(&WARM_THROUGHPUT)),
    ],
};

static PROVISIONED_THROUGHPUT: Structure = Structure {
    name: "ProvisionedThroughput",
    fallible: true,
    members: &[
        ("ReadCapacityUnits", Shape::Long),
        ("WriteCapacityUnits", Shape::Long),
    ],
};

static ON_DEMAND_THROUGHPUT: Structure = Structure {
    name: "OnDemandThroughput",
    fallible: false,
    members: &[
        ("MaxReadRequestUnits", Shape::Long),
        ("MaxWriteRequestUnits", Shape::Long),
    ],
};

static WARM_THROUGHPUT: Structure = Structure {
    name: "WarmThroughput",
    fallible: false,
    members: &[
        ("ReadUnitsPerSecond", Shape::Long),
        ("WriteUnitsPerSecond", Shape::Long),
    ],
};

static STREAM_SPECIFICATION: Structure = Structure {
    name: "StreamSpecification",
    fallible: true,
    members: &[
        ("StreamEnabled", Shape::Flag),
        (
            "StreamViewType",
            Shape::Enumeration(
                "StreamViewType",
                &["NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES", "KEYS_ONLY"],
            ),
        ),
    ],
};

static SSE_SPECIFICATION: Structure = Structure {
    name: "SseSpecification",
    fallible: false,
    members: &[
        ("Enabled", Shape::Flag),
        ("SSEType", Shape::Enumeration("SseType", &["AES256", "KMS"])),
        ("KMSMasterKeyId", Shape::Text),
    ],
};

static TAG: Structure = Structure {
    name: "Tag",
    fallible: true,
    members: &[("Key", Shape::Text), ("Value", Shape::Text)],
};

static CONDITION: Structure = Structure {
    name: "Condition",
    fallible: true,
    members: &[
        ("AttributeValueList", VALUE_LIST),
        ("ComparisonOperator", COMPARISON_OPERATOR),
    ],
};

static EXPECTED_ATTRIBUTE_VALUE: Structure = Structure {
    name: "ExpectedAttributeValue",
    fallible: false,
    members: &[
        ("Value", Shape::Value),
        ("Exists", Shape::Flag),
        ("ComparisonOperator", COMPARISON_OPERATOR),
        ("AttributeValueList", VALUE_LIST),
    ],
};

static ATTRIBUTE_VALUE_UPDATE: Structure = Structure {
    name: "AttributeValueUpdate",
    fallible: false,
    members: &[
        ("Value", Shape::Value),
        (
            "Action",
            Shape::Enumeration("AttributeAction", &["ADD", "PUT", "DELETE"]),
        ),
    ],
};
