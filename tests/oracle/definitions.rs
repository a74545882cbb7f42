//! Differences of table definitions that stay, each with its reason.

use serde_json::{Value, json};

/// Why two answers about a table may differ, or nothing where they may not.
pub(crate) fn explained(
    operation: &str,
    request: &str,
    ours: &str,
    theirs: &str,
    (ours_full, theirs_full): (&Value, &Value),
) -> Option<&'static str> {
    if ours.contains("Member must have length ")
        && (ours.contains("ttributeName' failed") || ours.contains("nonKeyAttributes."))
    {
        return Some(
            "names of key attributes and of projected ones have 1 to 255 characters, says the API reference, and ScyllaDB's suite observed it; the oracle doesn't count them",
        );
    }
    let operations = ["CreateTable", "UpdateTable", "DescribeTable", "DeleteTable"];
    if !operations.contains(&operation) {
        return None;
    }
    if ours.is_empty() && theirs.is_empty() {
        return (described(ours_full) == described(theirs_full)).then_some(
            "observed on AWS in 2026: definitions are sorted by name, protection is told from the start, and a table that is deleted no longer tells its keys",
        );
    }
    if ours.contains("must both be specified when BillingMode is PROVISIONED")
        && !request.contains("BillingMode")
    {
        return Some(
            "the API reference: the billing mode is PROVISIONED unless stated, and then the throughput is required",
        );
    }
    if ours.contains("Value '' at 'globalSecondaryIndexes.") && ours.contains("indexName' failed") {
        return Some("an empty index name breaks its pattern and its length, as dynalite observed");
    }
    if ours.starts_with("Both the Hash Key and the Range Key element in the KeySchema") {
        return Some(
            "what is told of the schema alone comes before the definitions (observed by ScyllaDB's suite)",
        );
    }
    if ours.starts_with("Attribute Name is duplicated: ")
        || ours.contains("Duplicate element in NonKeyAttributes: ")
    {
        return Some("what is there twice is named, as observed on AWS; the oracle counts names");
    }
    if ours.starts_with("Invalid table-class parameter provided. ") && theirs.contains("tableClass")
    {
        return Some("what AWS says of the table class (observed in 2026)");
    }
    if ours.contains(" is above the per ") && ours_full["__type"] != theirs_full["__type"] {
        return Some("the quota of 40,000 units; the oracle has none");
    }
    None
}

/// What both sides tell of a table.
fn described(answer: &Value) -> Value {
    let mut answer = answer.clone();
    for name in ["TableDescription", "Table"] {
        let Some(table) = answer.get_mut(name).and_then(Value::as_object_mut) else {
            continue;
        };
        if table.get("DeletionProtectionEnabled") == Some(&json!(false)) {
            table.remove("DeletionProtectionEnabled");
        }
        if let Some(mode) = table
            .get_mut("TableThroughputModeSummary")
            .and_then(Value::as_object_mut)
        {
            mode.remove("LastUpdateToPayPerRequestDateTime");
        }
        if table["TableStatus"] == "DELETING" {
            let only_before = [
                "KeySchema",
                "LocalSecondaryIndexes",
                "GlobalSecondaryIndexes",
            ];
            for member in only_before {
                table.remove(member);
            }
            table.insert("AttributeDefinitions".to_owned(), json!([]));
        }
        if let Some(definitions) = table
            .get_mut("AttributeDefinitions")
            .and_then(Value::as_array_mut)
        {
            definitions.sort_by_key(Value::to_string);
        }
        for indexes in ["LocalSecondaryIndexes", "GlobalSecondaryIndexes"] {
            let indexes = table.get_mut(indexes).and_then(Value::as_array_mut);
            for index in indexes.into_iter().flatten() {
                if let Some(names) = index["Projection"]
                    .get_mut("NonKeyAttributes")
                    .and_then(Value::as_array_mut)
                {
                    names.sort_by_key(Value::to_string);
                }
            }
        }
    }
    answer
}
