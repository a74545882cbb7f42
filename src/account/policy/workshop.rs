//! What a deployment of the workshop's functions and its cleanup need.
//!
//! | what | its name | so the rights are on |
//! |---|---|---|
//! | roles | `dynatour-…` under the path `/dynatour/` | roles of that path, and of that name: IAM asks about a role that is not there by its name alone |
//! | functions | `dynatour-…` | functions of that name |
//! | log groups | `/aws/lambda/dynatour-…` | log groups of that name |
//! | APIs | known by an id that AWS gives | all HTTP APIs of the region: their ARNs have no name |
//! | lists of them | | everything: there is no narrower right |
//!
//! A role is passed to Lambda and to nothing else. A tag given with `CreateApi` is a request of its own to `/tags/…`.
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html>
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html>
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonapigatewaymanagementv2.html>
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html>
//! Invariant: nothing on a role, a function or a log group with another name.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::account::region::Partition;

/// What stands under the policy: it lets its holder do more than its lines say.
pub const RISK: &str = "whoever may make roles can give a function any right in this account, so give this policy only to people whom you trust with the whole account, or in an account of their own";

/// All actions, each once, in their order.
#[must_use]
pub fn actions() -> BTreeSet<String> {
    let statements = statements("us-east-1", Partition::Standard);
    let actions = statements.iter().flat_map(|one| match &one["Action"] {
        Value::Array(actions) => actions.clone(),
        action => vec![action.clone()],
    });
    actions
        .filter_map(|action| action.as_str().map(str::to_owned))
        .collect()
}

/// The statements, for one region and any account.
#[must_use]
pub fn statements(region: &str, partition: Partition) -> Vec<Value> {
    let partition = partition.id();
    let arn = |service: &str, what: &str| format!("arn:{partition}:{service}:{region}:*:{what}");
    let role = |name: &str| format!("arn:{partition}:iam::*:role/{name}");
    let api = |path: &str| format!("arn:{partition}:apigateway:{region}::/{path}");
    vec![
        json!({
            "Sid": "RolesOfTheWorkshop",
            "Effect": "Allow",
            "Action": [
                "iam:CreateRole",
                "iam:DeleteRole",
                "iam:DeleteRolePolicy",
                "iam:GetRole",
                "iam:GetRolePolicy",
                "iam:ListRolePolicies",
                "iam:ListRoleTags",
                "iam:PutRolePolicy",
                "iam:TagRole",
            ],
            "Resource": [role("dynatour-*"), role("dynatour/dynatour-*")],
        }),
        json!({
            "Sid": "RolesForLambdaAlone",
            "Effect": "Allow",
            "Action": "iam:PassRole",
            "Resource": role("dynatour/dynatour-*"),
            "Condition": { "StringEquals": { "iam:PassedToService": "lambda.amazonaws.com" } },
        }),
        json!({
            "Sid": "FunctionsOfTheWorkshop",
            "Effect": "Allow",
            "Action": [
                "lambda:AddPermission",
                "lambda:CreateFunction",
                "lambda:DeleteFunction",
                "lambda:GetFunction",
                "lambda:GetPolicy",
                "lambda:ListTags",
                "lambda:TagResource",
                "lambda:UpdateFunctionCode",
            ],
            "Resource": arn("lambda", "function:dynatour-*"),
        }),
        json!({
            "Sid": "ApisOfTheWorkshop",
            "Effect": "Allow",
            "Action": ["apigateway:DELETE", "apigateway:GET", "apigateway:POST", "apigateway:TagResource"],
            "Resource": [api("apis"), api("apis/*")],
        }),
        json!({
            "Sid": "TagsOfApis",
            "Effect": "Allow",
            "Action": ["apigateway:POST", "apigateway:TagResource"],
            "Resource": api("tags/*"),
        }),
        json!({
            "Sid": "LogsOfTheWorkshop",
            "Effect": "Allow",
            "Action": [
                "logs:CreateLogGroup",
                "logs:DeleteLogGroup",
                "logs:FilterLogEvents",
                "logs:ListTagsForResource",
                "logs:PutRetentionPolicy",
                "logs:TagResource",
            ],
            "Resource": arn("logs", "log-group:/aws/lambda/dynatour-*"),
        }),
        json!({
            "Sid": "NamesToFindOurs",
            "Effect": "Allow",
            "Action": ["iam:ListRoles", "lambda:ListFunctions", "logs:DescribeLogGroups"],
            "Resource": "*",
        }),
    ]
}
