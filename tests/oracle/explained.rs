//! The differences that stay, each with its reason.

use serde_json::{Value, json};

#[expect(
    clippy::too_many_lines,
    reason = "a list, one difference after the other"
)]
/// Why two answers may differ, or nothing where they may not.
pub(crate) fn explained(
    operation: &str,
    request: &str,
    ours: &Value,
    theirs: &Value,
) -> Option<&'static str> {
    let (ours_full, theirs_full) = (ours, theirs);
    let failed = |answer: &Value| answer.get("__type").is_some();
    let said = |answer: &Value| {
        ["message", "Message"]
            .iter()
            .find_map(|name| answer[name].as_str())
            .unwrap_or_default()
            .to_owned()
    };
    let (ours, theirs) = (said(ours), said(theirs));
    if ours.contains("is not offered by the simulated table") {
        return Some("streams, replicas and the like are not offered, and say so");
    }
    if let Some(reason) = super::batches::explained(operation, request, ours_full, theirs_full) {
        return Some(reason);
    }
    if let Some(reason) = super::expressions::explained(
        operation,
        request,
        (&ours, ours_full),
        (&theirs, theirs_full),
    ) {
        return Some(reason);
    }
    if let Some(reason) = super::indexes::explained(operation, request, ours_full, theirs_full) {
        return Some(reason);
    }
    if let Some(reason) =
        super::transactions::explained(operation, request, &theirs, ours_full, theirs_full)
    {
        return Some(reason);
    }
    if let Some(reason) = super::indexed::explained(
        operation,
        request,
        (&ours, ours_full),
        (&theirs, theirs_full),
    ) {
        return Some(reason);
    }
    if ours == format!("1 validation error detected: {theirs}")
        && theirs.contains(" contains invalid key: Syntax error")
    {
        return Some(
            "the envelope that AWS was observed to put around such a key outside ASCII is put around every such key",
        );
    }
    let wrapped = theirs.replace("ExpressionAttributeValues contains invalid value: ", "");
    if wrapped
        .strip_prefix(&ours)
        .is_some_and(|rest| rest.starts_with(" for key :"))
        && (ours.ends_with("set  may not be empty") || ours.ends_with("should not be empty"))
    {
        return Some(
            "the newer layer doesn't name an expression's empty set (a test of moto's that was verified on AWS)",
        );
    }
    if operation == "UpdateItem"
        && theirs.contains("Value at 'TableName' failed")
        && ours
            .ends_with("Value null at 'key' failed to satisfy constraint: Member must not be null")
    {
        return Some(
            "without a key the older layer reads an update, an empty name too (captured after the oracle's release)",
        );
    }
    if let Some(reason) = super::pairs::explained(
        operation,
        (ours.as_str(), ours_full),
        (theirs.as_str(), theirs_full),
    ) {
        return Some(reason);
    }
    if let Some(reason) = explained_order(operation, &ours, &theirs, theirs_full) {
        return Some(reason);
    }
    if let Some(reason) = explained_legacy(request, &ours, &theirs, ours_full, theirs_full) {
        return Some(reason);
    }
    if theirs.starts_with("invalid base64")
        || (theirs.starts_with("TRUE_VALUE") && ours.starts_with("NUMBER_VALUE"))
    {
        return Some(
            "the oracle passes its parser's words on, or guesses the token; ours are the Java reader's",
        );
    }
    if ours
        .strip_prefix("ExpressionAttributeValues contains invalid value: ")
        .is_some_and(|rest| rest.starts_with(&format!("{theirs} for key :")))
    {
        return Some(
            "a value without exactly one type is named by its key on every operation, as AWS was observed to by several emulators' suites",
        );
    }
    if theirs.starts_with("expected string in ") && request.contains("null") {
        return Some(
            "a null in a set fits the shape (ExtendDB's tests against AWS); the oracle's parser stops at it",
        );
    }
    if is_the_parsers(&theirs) && (is_the_readers(ours_full) || is_about_members(&ours)) {
        return Some("the oracle passes its parser's words on; ours are the Java reader's");
    }
    if is_the_readers(ours_full)
        && theirs.starts_with("Supplied AttributeValue is empty, must contain")
    {
        return Some(
            "the Java reader stops at a value that is no structure, before anybody counts its types; the oracle reads it as one without a type",
        );
    }
    if ours.starts_with("TimeToLive is active on a different AttributeName: ")
        && theirs.starts_with("TimeToLive is already enabled with a different")
    {
        return Some(
            "the oracle's own words for what AWS says of another attribute's time to live",
        );
    }
    if ours.contains("ARNs must start with 'arn:'") && theirs.starts_with("Invalid TableArn: ") {
        return Some("what AWS says since 2025 (observed by ScyllaDB's suite), and said before");
    }
    if matches!(operation, "TagResource" | "UntagResource")
        && (ours.starts_with("The Tag ") || ours.starts_with("Duplicate Tag Keys"))
    {
        return Some("the oracle takes tags of any characters, and one key twice");
    }
    if theirs.starts_with("Atleast one Tag") && ours.contains("Member must not be null") {
        return Some("a list that is absent is told from an empty one");
    }
    if operation == "UpdateTimeToLive"
        && (ours == "TimeToLive is already enabled"
            || ours.contains("at 'tableName' failed to satisfy constraint")
            || ours.starts_with("The parameter 'TableName' is required"))
    {
        return Some("observed by ScyllaDB's suite and by dynalite's");
    }
    if theirs.starts_with("TableName must be at least 3 characters")
        && ours.contains("at 'tableName' failed to satisfy constraint: Member must have length")
    {
        return Some("AWS's words for such a name since (ack-api-quirks, October 2026)");
    }
    if matches!(operation, "CreateTable" | "UpdateTable")
        && in_any_order(&ours).is_some_and(|told| in_any_order(&theirs) == Some(told))
    {
        return Some("AWS tells a name's length first, and an attribute's type (ack-api-quirks)");
    }
    if operation.starts_with("Transact")
        && (ours.contains(" contains invalid key: Syntax error")
            || ours == "ExpressionAttributeNames must not be empty")
    {
        return Some(
            "placeholders are checked before what uses them, as on the single-item operations",
        );
    }
    if is_the_readers(ours_full)
        && theirs.contains(".member.get' failed to satisfy constraint: Member must not be null")
    {
        return Some(
            "the Java reader stops at a list where a structure belongs; the oracle reads it as an empty one",
        );
    }
    if !failed(ours_full) && theirs.starts_with("invalid type: floating point") {
        return Some(
            "fractions are cut off, as observed on Query and Scan; the oracle's parser stumbles over them here",
        );
    }
    if operation == "TransactGetItems"
        && request.contains("\"ProjectionExpression\"")
        && without_keys(ours_full) == without_keys(theirs_full)
    {
        return Some("a projection returns what it names; the oracle adds the key");
    }
    if operation == "ListTables" && request.contains("\"Limit\":5000000000") {
        return Some(
            "numbers of 32 bits saturate, as observed on Query and Scan; the oracle shows this one as sent",
        );
    }
    if theirs.starts_with("invalid type: null, expected ") {
        return Some(
            "null is absence, wherever it stands; the oracle's parser stumbles over it in lists",
        );
    }
    if theirs.starts_with("expected array for")
        || theirs.starts_with("expected object for")
        || (theirs.starts_with("TRUE_VALUE") && ours.starts_with("Unrecognized collection"))
    {
        return Some("the oracle passes its parser's words on; ours are the Java reader's");
    }
    if !failed(ours_full)
        && theirs_full["__type"] == "com.amazon.coral.service#SerializationException"
        && names_a_member_of_another_operation(operation, request)
    {
        return Some(
            "a member that the operation doesn't have is ignored whatever its type; the oracle reads the members of all operations",
        );
    }
    if ours.contains("Invalid attribute type name found") {
        return Some(
            "attribute_type with a word that is no type is refused before the item is looked at, as the developer guide says",
        );
    }
    if ours.starts_with("Invalid KeyConditionExpression: ")
        && theirs.contains("KeyConditionExpression")
        && (theirs.starts_with("Unexpected"))
    {
        return Some("the oracle's own words for an operator that key conditions don't have");
    }
    if ours == format!("Invalid KeyConditionExpression: {theirs}") {
        return Some(
            "every complaint about the expression itself begins with which expression it is",
        );
    }
    if operation == "Query"
        && failed(theirs_full)
        && (ours.starts_with("Invalid ProjectionExpression: ")
            || ours.starts_with("Invalid FilterExpression: "))
    {
        return Some(
            "two things wrong at once: expressions are judged whole before the table is looked up",
        );
    }
    if ours.starts_with("Invalid ProjectionExpression: Syntax error")
        && theirs.contains("Expected attribute name")
    {
        return Some("the oracle's own words for a syntax error");
    }
    if ours.contains("not allowed to be used this way in an expression; function: size") {
        return Some("size alone is no condition; the oracle calls it a syntax error");
    }
    if request.contains("\"BillingMode\":null")
        || (operation == "DeleteTable" && ours.contains("Table: other not found"))
    {
        return Some("the table that only the oracle made without a throughput");
    }
    if operation == "UpdateItem"
        && ["ALL_OLD", "ALL_NEW"]
            .iter()
            .any(|shown| request.contains(&format!("\"ReturnValues\":\"{shown}\"")))
        && ours_full.get("Attributes").is_none()
        && is_only_the_key(request, theirs_full)
    {
        return Some(
            "an item that the update made had no attributes before, and one that only takes away makes none; the oracle returns the key it was given",
        );
    }
    if operation == "UpdateItem"
        && !failed(ours_full)
        && theirs.ends_with("is invalid for update")
        && serde_json::from_str::<Value>(request).is_ok_and(|request| {
            request["UpdateExpression"]
                .as_str()
                .is_some_and(only_takes_away)
        })
    {
        return Some(
            "an update that only takes away does nothing where there is no item, whatever its paths (observed by ScyllaDB's suite)",
        );
    }
    if ours.contains("The function is not allowed to be used this way in an expression; function: ")
        && (theirs.contains("Invalid function name; function: ") || !failed(theirs_full))
    {
        return Some("list_append doesn't take a list_append (observed by ScyllaDB's suite)");
    }
    if ours.contains("The function is not allowed in a condition expression; function: ")
        || ours.contains("The function is not allowed in an update expression; function: ")
    {
        return Some(
            "functions of the other kind of expression are known and out of place (tests made from AWS's answers, aux-storage's)",
        );
    }
    if ours.ends_with("ReturnItemCollectionMetrics can only be SIZE or NONE") {
        return Some("words of its own where it is the only fault (the same tests)");
    }
    if operation == "UpdateItem"
        && ours.contains(": Invalid ConditionExpression: ")
        && theirs.contains(": Invalid UpdateExpression: ")
    {
        return Some(
            "the newer layer reads the condition first: observed of empty ones, and of functions by the same tests",
        );
    }
    if ours.ends_with("This attribute is part of the key")
        && theirs == "The conditional request failed"
    {
        return Some(
            "two things wrong at once: what the request alone tells comes before the condition, as in dynalite, which was checked against AWS",
        );
    }
    if ours.contains("too many operators; operator count: 301") {
        return Some("the oracle counts only what PartiQL has");
    }
    if ours.contains("Syntax error; token: \"_\"") {
        return Some("no name in an expression begins with an underscore (observed by several)");
    }
    if operation == "Query" && ours.contains("cannot contain an empty string value. Key: ") {
        return Some(
            "AWS refuses an empty key in a key condition with these words (quoted from it in moto's issues); the oracle finds nothing",
        );
    }
    if operation == "Scan" && ours.starts_with("Invalid FilterExpression: ") && failed(theirs_full)
    {
        return Some(
            "a value that is not defined is a fault of the filter, found before the projection and named with it",
        );
    }
    let beside_the_list = |answer: &Value| {
        let mut answer = answer.clone();
        if let Some(attributes) = answer["Attributes"].as_object_mut() {
            attributes.remove("l");
        }
        if answer["Attributes"] == json!({}) {
            answer["Attributes"] = Value::Null;
        }
        answer["Attributes"].take()
    };
    if request.contains("\"UPDATED_")
        && (request.contains("SET l[3] = :v") || request.contains("REMOVE l[0], a"))
        && theirs_full["Attributes"].get("l").is_some()
        && beside_the_list(ours_full) == beside_the_list(theirs_full)
    {
        return Some(
            "of a list the updated attributes are the elements that were there; the oracle shows the list around them",
        );
    }
    if let Some(reason) =
        super::definitions::explained(operation, request, &ours, &theirs, (ours_full, theirs_full))
    {
        return Some(reason);
    }
    if operation == "NoSuchOperation" {
        return Some("a body that is no JSON object is refused before the target is looked at");
    }
    None
}

/// The same for the parameters that expressions replaced.
/// What one of the two says first where several things are wrong, or says at all.
fn explained_order(
    operation: &str,
    ours: &str,
    theirs: &str,
    theirs_full: &Value,
) -> Option<&'static str> {
    let undefined = ours.contains(
        "An expression attribute value used in expression is not defined; attribute value: ",
    );
    if undefined && matches!(operation, "Query" | "Scan") && theirs_full.get("__type").is_none() {
        return Some("the oracle looks for a filter's values only where there is an item to judge");
    }
    if undefined
        && operation == "TransactWriteItems"
        && theirs.ends_with("[None, ValidationError, None]")
    {
        return Some(
            "an undefined value is a fault of the request, as an undefined name is; the oracle cancels over it",
        );
    }
    if operation == "UpdateItem"
        && ours.contains("Invalid ConditionExpression: Incorrect operand type for ")
        && theirs.contains(" unused in expressions: keys: ")
    {
        return Some(
            "the oracle looks for what is unused before operands' types in an update, and after them in the other writes",
        );
    }
    if operation == "CreateTable"
        && theirs.starts_with("1 validation error detected: Value '' at 'localSecondaryIndexes.")
        && ours.starts_with("2 validation errors detected: Value '' at 'localSecondaryIndexes.")
    {
        return Some("an empty name breaks the pattern as well as the length, as a table's does");
    }
    if operation == "CreateTable"
        && ours.contains("ProvisionedThroughput is not specified for index: ")
        && theirs_full.get("__type").is_none()
    {
        return Some("each index of a provisioned table needs its throughput (API reference)");
    }
    None
}

fn explained_legacy(
    request: &str,
    ours: &str,
    theirs: &str,
    ours_full: &Value,
    theirs_full: &Value,
) -> Option<&'static str> {
    const PREFIX: &str = "1 validation error detected: ";
    if ours.contains("'attributesToGet' failed to satisfy constraint: Member must have length") {
        return Some(
            "AttributesToGet names an attribute on Query and Scan too (observed by ScyllaDB's suite), as on GetItem",
        );
    }
    if request.contains("\"Expected\"")
        && ours.contains("One or more parameter values were invalid: ComparisonOperator ")
        && ours.contains(" is not valid for ")
    {
        return Some(
            "operators are as strict with operands in Expected as in filters (observed by ScyllaDB's suite)",
        );
    }
    if request.contains("NOT_CONTAINS")
        && (ours == "The conditional request failed"
            || ours_full["Count"].as_u64() < theirs_full["Count"].as_u64())
    {
        return Some(
            "what is not there contains nothing and doesn't lack it either (observed by ScyllaDB's suite)",
        );
    }
    if request.contains("\"KeyConditions\"")
        && (ours == "Attempted conditional constraint is not an indexable operation"
            || ours == "Query condition missed key schema element: n")
        && (theirs.starts_with("Unsupported KeyConditions ComparisonOperator")
            || theirs.ends_with("Condition parameter type does not match schema type"))
    {
        return Some(
            "dynalite's suite observed these words for operators without an order, after a missing key and before the type of the value",
        );
    }
    let writes = ["\"Expected\"", "\"AttributeUpdates\""];
    if writes.iter().any(|member| request.contains(member))
        && ours_full["__type"] == "com.amazon.coral.service#SerializationException"
        && theirs_full["__type"] == "com.amazon.coral.validate#ValidationException"
    {
        return Some(
            "AWS reads the whole request before it judges a value; the oracle reads these parameters late",
        );
    }
    if request.contains("\"AttributeUpdates\"")
        && ours.starts_with(PREFIX)
        && ours.contains(" set  may not be empty")
    {
        return Some(
            "an empty set is refused as any other value of a write; the oracle stores the item first",
        );
    }
    if ours.strip_prefix(PREFIX) == Some(theirs) && request.contains("\"Exists\":\"true\"") {
        return Some("a boolean that came as a string takes the envelope off in the oracle");
    }
    if theirs.contains("Value or AttributeValueList must be used with ComparisonOperator")
        && (ours.contains("Invalid number of argument(s)")
            || request.contains("\"ComparisonOperator\":\"IN\""))
    {
        return Some(
            "as for EQ, where it was observed: a list that is there but empty is a wrong count, and a single Value is a list of one",
        );
    }
    None
}

/// Whether the request has a member that belongs to other operations only.
fn names_a_member_of_another_operation(operation: &str, request: &str) -> bool {
    let writes = ["PutItem", "UpdateItem", "DeleteItem"];
    let pages = ["Query", "Scan"];
    let members: [(&str, &[&str]); 18] = [
        ("Item", &["PutItem"]),
        ("Key", &["GetItem", "UpdateItem", "DeleteItem"]),
        ("ReturnValues", &writes),
        ("ReturnItemCollectionMetrics", &writes),
        ("ReturnValuesOnConditionCheckFailure", &writes),
        ("ConditionExpression", &writes),
        ("UpdateExpression", &["UpdateItem"]),
        ("KeyConditionExpression", &["Query"]),
        ("FilterExpression", &pages),
        ("ProjectionExpression", &["GetItem", "Query", "Scan"]),
        ("Select", &pages),
        ("Limit", &pages),
        ("IndexName", &pages),
        ("ExclusiveStartKey", &pages),
        ("ConsistentRead", &["GetItem", "Query", "Scan"]),
        ("ScanIndexForward", &["Query"]),
        ("Segment", &["Scan"]),
        ("TotalSegments", &["Scan"]),
    ];
    let other = |(member, operations): &(&str, &[&str])| {
        !operations.contains(&operation) && request.contains(&format!("\"{member}\":"))
    };
    members.iter().any(other)
        || (operation == "GetItem" && request.contains("\"ExpressionAttributeValues\":"))
}

/// Items of a transaction without their tables' keys.
fn without_keys(answer: &Value) -> Value {
    let mut answer = answer.clone();
    let responses = answer["Responses"].as_array_mut();
    for item in responses
        .into_iter()
        .flatten()
        .filter_map(|one| one["Item"].as_object_mut())
    {
        item.retain(|name, _| !["owner", "n", "id"].contains(&name.as_str()));
    }
    answer
}

/// Whether a refusal is in the words of the oracle's JSON parser, or is its guess of a token.
fn is_the_parsers(theirs: &str) -> bool {
    theirs.is_empty()
        || [
            "invalid type: ",
            "missing field `",
            "unknown variant `",
            "expected string",
            "expected a ",
            "TRUE_VALUE cannot be converted",
            "The provided starting key is invalid: expected ",
            "NUMBER_VALUE cannot be converted to String",
        ]
        .iter()
        .any(|words| theirs.starts_with(words))
}

/// Whether an answer is that of the Java reader.
fn is_the_readers(answer: &Value) -> bool {
    answer["__type"] == "com.amazon.coral.service#SerializationException"
}

/// Whether a refusal is a list of member errors.
fn is_about_members(ours: &str) -> bool {
    ours.contains(" detected: Value ")
}

/// Whether a request's update has no SET and no ADD.
pub(crate) fn only_takes_away(update: &str) -> bool {
    !update.contains("SET ") && !update.contains("ADD ")
}

/// Whether the attributes of an answer are the request's key and no more.
fn is_only_the_key(request: &str, answer: &Value) -> bool {
    serde_json::from_str::<Value>(request)
        .is_ok_and(|request| request["Key"] == answer["Attributes"])
}

/// The violations that a message lists.
fn in_any_order(message: &str) -> Option<Vec<&str>> {
    let (_, listed) = message.split_once(" validation errors detected: ")?;
    let mut violations: Vec<&str> = listed.split("; ").collect();
    violations.sort_unstable();
    Some(violations)
}
