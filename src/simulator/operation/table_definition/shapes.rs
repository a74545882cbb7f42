//! The JSON shapes of table definitions.

use crate::simulator::wire::shape::Shape;

pub const KEY_SCHEMA: Shape = Shape::List(&Shape::Structure {
    class: "KeySchemaElement",
    members: &[("KeyType", Shape::String), ("AttributeName", Shape::String)],
});
pub const DEFINITIONS: Shape = Shape::List(&Shape::Structure {
    class: "AttributeDefinition",
    members: &[
        ("AttributeName", Shape::String),
        ("AttributeType", Shape::String),
    ],
});
pub const THROUGHPUT: Shape = Shape::Structure {
    class: "ProvisionedThroughput",
    members: &[
        ("WriteCapacityUnits", Shape::Long),
        ("ReadCapacityUnits", Shape::Long),
    ],
};
pub const ON_DEMAND: Shape = Shape::Structure {
    class: "OnDemandThroughput",
    members: &[
        ("MaxReadRequestUnits", Shape::Long),
        ("MaxWriteRequestUnits", Shape::Long),
    ],
};
pub const WARM: Shape = Shape::Structure {
    class: "WarmThroughput",
    members: &[
        ("ReadUnitsPerSecond", Shape::Long),
        ("WriteUnitsPerSecond", Shape::Long),
    ],
};
pub const PROJECTION: Shape = Shape::Structure {
    class: "Projection",
    members: &[
        ("ProjectionType", Shape::String),
        ("NonKeyAttributes", Shape::List(&Shape::String)),
    ],
};
pub const LOCAL_INDEXES: Shape = Shape::List(&Shape::Structure {
    class: "LocalSecondaryIndex",
    members: &[
        ("Projection", PROJECTION),
        ("IndexName", Shape::String),
        ("KeySchema", KEY_SCHEMA),
    ],
});
pub const GLOBAL_INDEXES: Shape = Shape::List(&Shape::Structure {
    class: "GlobalSecondaryIndex",
    members: GLOBAL_INDEX,
});
/// Also what `UpdateTable` creates one from.
pub const GLOBAL_INDEX: &[(&str, Shape)] = &[
    ("Projection", PROJECTION),
    ("IndexName", Shape::String),
    ("ProvisionedThroughput", THROUGHPUT),
    ("KeySchema", KEY_SCHEMA),
    ("OnDemandThroughput", ON_DEMAND),
    ("WarmThroughput", WARM),
];
pub const STREAM: Shape = Shape::Structure {
    class: "StreamSpecification",
    members: &[
        ("StreamEnabled", Shape::Boolean),
        ("StreamViewType", Shape::String),
    ],
};
pub const ENCRYPTION: Shape = Shape::Structure {
    class: "SSESpecification",
    members: &[
        ("Enabled", Shape::Boolean),
        ("SSEType", Shape::String),
        ("KMSMasterKeyId", Shape::String),
    ],
};
pub const TAGS: Shape = Shape::List(&Shape::Structure {
    class: "Tag",
    members: &[("Key", Shape::String), ("Value", Shape::String)],
});
