//! Policies: who may take a role, and what a handler may do with it.
//!
//! Invariant: a handler may do what it was seen to do, on this table, and write its own log; nothing else.

use std::collections::BTreeSet;

use serde_json::{Value, json};

/// Lets Lambda take a role. Who may give it to a function is for `iam:PassRole` to say.
pub(super) fn trust() -> Value {
    json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": { "Service": "lambda.amazonaws.com" },
            "Action": "sts:AssumeRole",
        }],
    })
}

/// Whether a policy says what is planned. IAM gives back what it was given; in a policy one thing and a list of one are the same
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>).
pub(super) fn is_same(found: &str, planned: &Value) -> bool {
    serde_json::from_str::<Value>(found).is_ok_and(|found| plain(&found) == plain(planned))
}

fn plain(value: &Value) -> Value {
    match value {
        Value::Array(all) if all.len() == 1 => plain(&all[0]),
        Value::Array(all) => all.iter().map(plain).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (name.clone(), plain(value)))
            .collect(),
        other => other.clone(),
    }
}

/// What a handler may do.
pub(super) fn rights(operations: &BTreeSet<String>, table: &str, log_group: &str) -> Value {
    let mut statements = Vec::new();
    if !operations.is_empty() {
        let actions: Vec<String> = operations
            .iter()
            .map(|operation| format!("dynamodb:{operation}"))
            .collect();
        statements.push(json!({
            "Sid": "WhatItWasSeenToDo",
            "Effect": "Allow",
            "Action": actions,
            "Resource": table,
        }));
    }
    statements.push(json!({
        "Sid": "ItsOwnLog",
        "Effect": "Allow",
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": format!("{log_group}:*"),
    }));
    json!({ "Version": "2012-10-17", "Statement": statements })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_the_same_however_one_thing_is_written() {
        let written = r#"{"Statement":{"Action":["sts:AssumeRole"],"Effect":"Allow","Principal":{"Service":["lambda.amazonaws.com"]}},"Version":"2012-10-17"}"#;
        assert!(is_same(written, &trust()));
        let anybody = written.replace(r#"{"Service":["lambda.amazonaws.com"]}"#, r#""*""#);
        assert!(!is_same(&anybody, &trust()));
        let both = written.replace(
            r#"amazonaws.com"]"#,
            r#"amazonaws.com","ec2.amazonaws.com"]"#,
        );
        assert!(!is_same(&both, &trust()));
        assert!(!is_same("no JSON", &trust()));
    }
}
