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
