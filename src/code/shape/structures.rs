//! What stands inside a request, and the shapes that several parameters share.

use super::{Shape, Structure};

pub(super) const TEXTS: Shape = Shape::List(&Shape::Text);
pub(super) const NAMES: Shape = Shape::Map(&Shape::Text);
pub(super) const VALUES: Shape = Shape::Map(&Shape::Value);
pub(super) const VALUE_LIST: Shape = Shape::List(&Shape::Value);
pub(super) const CONDITIONS: Shape = Shape::Map(&Shape::Structure(&CONDITION));
pub(super) const EXPECTED: Shape = Shape::Map(&Shape::Structure(&EXPECTED_ATTRIBUTE_VALUE));
pub(super) const KEY_SCHEMA: Shape = Shape::List(&Shape::Structure(&KEY_SCHEMA_ELEMENT));

pub(super) const CONSUMED_CAPACITY: Shape =
    Shape::Enumeration("ReturnConsumedCapacity", &["INDEXES", "TOTAL", "NONE"]);
pub(super) const COLLECTION_METRICS: Shape =
    Shape::Enumeration("ReturnItemCollectionMetrics", &["SIZE", "NONE"]);
pub(super) const RETURN_VALUES: Shape = Shape::Enumeration(
    "ReturnValue",
    &["NONE", "ALL_OLD", "UPDATED_OLD", "ALL_NEW", "UPDATED_NEW"],
);
pub(super) const RETURN_ON_FAILURE: Shape =
    Shape::Enumeration("ReturnValuesOnConditionCheckFailure", &["ALL_OLD", "NONE"]);
pub(super) const CONDITIONAL_OPERATOR: Shape =
    Shape::Enumeration("ConditionalOperator", &["AND", "OR"]);
pub(super) const COMPARISON_OPERATOR: Shape = Shape::Enumeration(
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
pub(super) const SELECT: Shape = Shape::Enumeration(
    "Select",
    &[
        "ALL_ATTRIBUTES",
        "ALL_PROJECTED_ATTRIBUTES",
        "SPECIFIC_ATTRIBUTES",
        "COUNT",
    ],
);

pub(super) static ATTRIBUTE_DEFINITION: Structure = Structure {
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

pub(super) static KEY_SCHEMA_ELEMENT: Structure = Structure {
    name: "KeySchemaElement",
    fallible: true,
    members: &[
        ("AttributeName", Shape::Text),
        ("KeyType", Shape::Enumeration("KeyType", &["HASH", "RANGE"])),
    ],
};

pub(super) static PROJECTION: Structure = Structure {
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

pub(super) static LOCAL_SECONDARY_INDEX: Structure = Structure {
    name: "LocalSecondaryIndex",
    fallible: true,
    members: &[
        ("IndexName", Shape::Text),
        ("KeySchema", KEY_SCHEMA),
        ("Projection", Shape::Structure(&PROJECTION)),
    ],
};

pub(super) static GLOBAL_SECONDARY_INDEX: Structure = Structure {
    name: "GlobalSecondaryIndex",
    fallible: true,
    members: INDEX_MEMBERS,
};

/// What a global secondary index has, created with its table or later.
const INDEX_MEMBERS: &[(&str, Shape)] = &[
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
];

pub(super) static PROVISIONED_THROUGHPUT: Structure = Structure {
    name: "ProvisionedThroughput",
    fallible: true,
    members: &[
        ("ReadCapacityUnits", Shape::Long),
        ("WriteCapacityUnits", Shape::Long),
    ],
};

pub(super) static ON_DEMAND_THROUGHPUT: Structure = Structure {
    name: "OnDemandThroughput",
    fallible: false,
    members: &[
        ("MaxReadRequestUnits", Shape::Long),
        ("MaxWriteRequestUnits", Shape::Long),
    ],
};

pub(super) static WARM_THROUGHPUT: Structure = Structure {
    name: "WarmThroughput",
    fallible: false,
    members: &[
        ("ReadUnitsPerSecond", Shape::Long),
        ("WriteUnitsPerSecond", Shape::Long),
    ],
};

pub(super) static STREAM_SPECIFICATION: Structure = Structure {
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

pub(super) static SSE_SPECIFICATION: Structure = Structure {
    name: "SseSpecification",
    fallible: false,
    members: &[
        ("Enabled", Shape::Flag),
        ("SSEType", Shape::Enumeration("SseType", &["AES256", "KMS"])),
        ("KMSMasterKeyId", Shape::Text),
    ],
};

pub(super) static TAG: Structure = Structure {
    name: "Tag",
    fallible: true,
    members: &[("Key", Shape::Text), ("Value", Shape::Text)],
};

pub(super) static CONDITION: Structure = Structure {
    name: "Condition",
    fallible: true,
    members: &[
        ("AttributeValueList", VALUE_LIST),
        ("ComparisonOperator", COMPARISON_OPERATOR),
    ],
};

pub(super) static EXPECTED_ATTRIBUTE_VALUE: Structure = Structure {
    name: "ExpectedAttributeValue",
    fallible: false,
    members: &[
        ("Value", Shape::Value),
        ("Exists", Shape::Flag),
        ("ComparisonOperator", COMPARISON_OPERATOR),
        ("AttributeValueList", VALUE_LIST),
    ],
};

pub(super) static ATTRIBUTE_VALUE_UPDATE: Structure = Structure {
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

pub(super) static KEYS_AND_ATTRIBUTES: Structure = Structure {
    name: "KeysAndAttributes",
    fallible: true,
    members: &[
        ("Keys", Shape::List(&VALUES)),
        ("AttributesToGet", TEXTS),
        ("ConsistentRead", Shape::Flag),
        ("ProjectionExpression", Shape::Text),
        ("ExpressionAttributeNames", NAMES),
    ],
};

pub(super) static WRITE_REQUEST: Structure = Structure {
    name: "WriteRequest",
    fallible: false,
    members: &[
        ("PutRequest", Shape::Structure(&PUT_REQUEST)),
        ("DeleteRequest", Shape::Structure(&DELETE_REQUEST)),
    ],
};

static PUT_REQUEST: Structure = Structure {
    name: "PutRequest",
    fallible: true,
    members: &[("Item", VALUES)],
};

static DELETE_REQUEST: Structure = Structure {
    name: "DeleteRequest",
    fallible: true,
    members: &[("Key", VALUES)],
};

pub(super) static TRANSACT_WRITE_ITEM: Structure = Structure {
    name: "TransactWriteItem",
    fallible: false,
    members: &[
        ("ConditionCheck", Shape::Structure(&CONDITION_CHECK)),
        ("Put", Shape::Structure(&PUT)),
        ("Delete", Shape::Structure(&DELETE)),
        ("Update", Shape::Structure(&UPDATE)),
    ],
};

/// What a condition check and a deletion inside a transaction have.
const ON_A_KEY: &[(&str, Shape)] = &[
    ("Key", VALUES),
    ("TableName", Shape::Text),
    ("ConditionExpression", Shape::Text),
    ("ExpressionAttributeNames", NAMES),
    ("ExpressionAttributeValues", VALUES),
    ("ReturnValuesOnConditionCheckFailure", RETURN_ON_FAILURE),
];

static CONDITION_CHECK: Structure = Structure {
    name: "ConditionCheck",
    fallible: true,
    members: ON_A_KEY,
};

static PUT: Structure = Structure {
    name: "Put",
    fallible: true,
    members: &[
        ("Item", VALUES),
        ("TableName", Shape::Text),
        ("ConditionExpression", Shape::Text),
        ("ExpressionAttributeNames", NAMES),
        ("ExpressionAttributeValues", VALUES),
        ("ReturnValuesOnConditionCheckFailure", RETURN_ON_FAILURE),
    ],
};

static DELETE: Structure = Structure {
    name: "Delete",
    fallible: true,
    members: ON_A_KEY,
};

static UPDATE: Structure = Structure {
    name: "Update",
    fallible: true,
    members: &[
        ("Key", VALUES),
        ("UpdateExpression", Shape::Text),
        ("TableName", Shape::Text),
        ("ConditionExpression", Shape::Text),
        ("ExpressionAttributeNames", NAMES),
        ("ExpressionAttributeValues", VALUES),
        ("ReturnValuesOnConditionCheckFailure", RETURN_ON_FAILURE),
    ],
};

pub(super) static TRANSACT_GET_ITEM: Structure = Structure {
    name: "TransactGetItem",
    fallible: false,
    members: &[("Get", Shape::Structure(&GET))],
};

static GET: Structure = Structure {
    name: "Get",
    fallible: true,
    members: &[
        ("Key", VALUES),
        ("TableName", Shape::Text),
        ("ProjectionExpression", Shape::Text),
        ("ExpressionAttributeNames", NAMES),
    ],
};

pub(super) static GLOBAL_SECONDARY_INDEX_UPDATE: Structure = Structure {
    name: "GlobalSecondaryIndexUpdate",
    fallible: false,
    members: &[
        (
            "Update",
            Shape::Structure(&UPDATE_GLOBAL_SECONDARY_INDEX_ACTION),
        ),
        (
            "Create",
            Shape::Structure(&CREATE_GLOBAL_SECONDARY_INDEX_ACTION),
        ),
        (
            "Delete",
            Shape::Structure(&DELETE_GLOBAL_SECONDARY_INDEX_ACTION),
        ),
    ],
};

static UPDATE_GLOBAL_SECONDARY_INDEX_ACTION: Structure = Structure {
    name: "UpdateGlobalSecondaryIndexAction",
    fallible: true,
    members: &[
        ("IndexName", Shape::Text),
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

static CREATE_GLOBAL_SECONDARY_INDEX_ACTION: Structure = Structure {
    name: "CreateGlobalSecondaryIndexAction",
    fallible: true,
    members: INDEX_MEMBERS,
};

static DELETE_GLOBAL_SECONDARY_INDEX_ACTION: Structure = Structure {
    name: "DeleteGlobalSecondaryIndexAction",
    fallible: true,
    members: &[("IndexName", Shape::Text)],
};

pub(super) static TIME_TO_LIVE_SPECIFICATION: Structure = Structure {
    name: "TimeToLiveSpecification",
    fallible: true,
    members: &[("Enabled", Shape::Flag), ("AttributeName", Shape::Text)],
};
