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
//! A condition on an API's tags would narrow that, but what AWS documents of one is for REST APIs, and says nothing of what lies below an
//! API (<https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-tagging-iam-policy.html>).
//! The first API of an account makes API Gateway make a role of its own, `AWSServiceRoleForAPIGateway`, which stays and costs nothing
//! (<https://docs.aws.amazon.com/apigateway/latest/developerguide/using-service-linked-roles.html>).
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
                "lambda:UpdateFunctionConfiguration",
            ],
            "Resource": arn("lambda", "function:dynatour-*"),
        }),
        // The first API of an account makes API Gateway make a role of its own, which stays.
        json!({
            "Sid": "RoleOfApiGateway",
            "Effect": "Allow",
            "Action": "iam:CreateServiceLinkedRole",
            "Resource": role("aws-service-role/ops.apigateway.amazonaws.com/AWSServiceRoleForAPIGateway"),
            "Condition": { "StringEquals": { "iam:AWSServiceName": "ops.apigateway.amazonaws.com" } },
        }),
        json!({
            "Sid": "ApisOfTheWorkshop",
            "Effect": "Allow",
            "Action": ["apigateway:DELETE", "apigateway:GET", "apigateway:PATCH", "apigateway:POST", "apigateway:TagResource"],
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::service::{Call, Effect, NewFunction};

    /// What IAM has to allow for a call, by the service authorization reference.
    fn needed(call: &Call) -> &'static [&'static str] {
        match call {
            Call::CreateRole { .. } => &["iam:CreateRole", "iam:TagRole"],
            Call::GetRole { .. } => &["iam:GetRole"],
            Call::ListRoles { .. } => &["iam:ListRoles"],
            Call::ListRoleTags { .. } => &["iam:ListRoleTags"],
            Call::PutRolePolicy { .. } => &["iam:PutRolePolicy"],
            Call::GetRolePolicy { .. } => &["iam:GetRolePolicy"],
            Call::ListRolePolicies { .. } => &["iam:ListRolePolicies"],
            Call::DeleteRolePolicy { .. } => &["iam:DeleteRolePolicy"],
            Call::DeleteRole { .. } => &["iam:DeleteRole"],
            Call::CreateFunction(_) => &[
                "lambda:CreateFunction",
                "lambda:TagResource",
                "iam:PassRole",
            ],
            // Its tags are only told to those who may list them.
            Call::GetFunction { .. } => &["lambda:GetFunction", "lambda:ListTags"],
            Call::ListFunctions { .. } => &["lambda:ListFunctions"],
            Call::UpdateFunctionCode { .. } => &["lambda:UpdateFunctionCode"],
            Call::UpdateFunctionConfiguration { .. } => &["lambda:UpdateFunctionConfiguration"],
            Call::AddPermission { .. } => &["lambda:AddPermission"],
            Call::GetPolicy { .. } => &["lambda:GetPolicy"],
            Call::DeleteFunction { .. } => &["lambda:DeleteFunction"],
            Call::CreateApi { .. } => &[
                "apigateway:POST",
                "apigateway:TagResource",
                "iam:CreateServiceLinkedRole",
            ],
            Call::CreateStage { .. } => &["apigateway:POST", "apigateway:TagResource"],
            Call::CreateIntegration { .. } | Call::CreateRoute { .. } => &["apigateway:POST"],
            Call::GetApi { .. }
            | Call::GetApis { .. }
            | Call::GetIntegrations { .. }
            | Call::GetRoutes { .. }
            | Call::GetStage { .. } => &["apigateway:GET"],
            Call::UpdateStage { .. } => &["apigateway:PATCH"],
            Call::DeleteApi { .. } => &["apigateway:DELETE"],
            Call::CreateLogGroup { .. } => &["logs:CreateLogGroup", "logs:TagResource"],
            Call::PutRetentionPolicy { .. } => &["logs:PutRetentionPolicy"],
            Call::DescribeLogGroups { .. } => &["logs:DescribeLogGroups"],
            Call::ListTagsForResource { .. } => &["logs:ListTagsForResource"],
            Call::DeleteLogGroup { .. } => &["logs:DeleteLogGroup"],
            Call::FilterLogEvents { .. } => &["logs:FilterLogEvents"],
        }
    }

    fn every_call() -> Vec<Call> {
        let some = || "dynatour-1a2b3c4d".to_owned();
        vec![
            Call::CreateRole {
                name: some(),
                trust: some(),
            },
            Call::GetRole { name: some() },
            Call::ListRoles { next: None },
            Call::ListRoleTags {
                name: some(),
                next: None,
            },
            Call::PutRolePolicy {
                role: some(),
                policy: some(),
                document: some(),
            },
            Call::GetRolePolicy {
                role: some(),
                policy: some(),
            },
            Call::ListRolePolicies {
                role: some(),
                next: None,
            },
            Call::DeleteRolePolicy {
                role: some(),
                policy: some(),
            },
            Call::DeleteRole { name: some() },
            Call::CreateFunction(Box::new(NewFunction {
                name: some(),
                role: some(),
                runtime: some(),
                handler: some(),
                zip: Vec::new(),
                memory: 256,
                timeout: 3,
                variables: Vec::new(),
            })),
            Call::GetFunction { name: some() },
            Call::ListFunctions { next: None },
            Call::UpdateFunctionCode {
                name: some(),
                zip: Vec::new(),
            },
            Call::UpdateFunctionConfiguration {
                name: some(),
                memory: 256,
                timeout: 3,
            },
            Call::AddPermission {
                function: some(),
                statement: some(),
                source_arn: some(),
            },
            Call::GetPolicy { function: some() },
            Call::DeleteFunction { name: some() },
            Call::CreateApi { name: some() },
            Call::GetApi { id: some() },
            Call::GetApis { next: None },
            Call::DeleteApi { id: some() },
            Call::CreateIntegration {
                api: some(),
                function: some(),
            },
            Call::GetIntegrations {
                api: some(),
                next: None,
            },
            Call::CreateRoute {
                api: some(),
                key: some(),
                integration: some(),
            },
            Call::GetRoutes {
                api: some(),
                next: None,
            },
            Call::CreateStage { api: some() },
            Call::GetStage { api: some() },
            Call::UpdateStage { api: some() },
            Call::CreateLogGroup { name: some() },
            Call::PutRetentionPolicy { group: some() },
            Call::DescribeLogGroups {
                prefix: some(),
                next: None,
            },
            Call::ListTagsForResource { arn: some() },
            Call::DeleteLogGroup { name: some() },
            Call::FilterLogEvents {
                group: some(),
                from: 0,
                to: 0,
                next: None,
            },
        ]
    }

    #[test]
    fn each_call_is_allowed_and_no_action_is_for_nothing() {
        let calls = every_call();
        let needed: BTreeSet<String> = calls
            .iter()
            .flat_map(needed)
            .map(|action| (*action).to_owned())
            .collect();
        assert_eq!(actions(), needed);
    }

    /// What can change something reaches only our names, or, where ARNs have none, one kind of things.
    #[test]
    fn nothing_is_changed_under_other_names() {
        for statement in statements("us-east-1", Partition::Standard) {
            let resources = match &statement["Resource"] {
                Value::Array(all) => all.clone(),
                one => vec![one.clone()],
            };
            for resource in resources {
                let resource = resource.as_str().unwrap();
                let is_named = resource.contains("dynatour-*");
                let is_of_api = resource.starts_with("arn:aws:apigateway:us-east-1::/")
                    || resource.ends_with("/AWSServiceRoleForAPIGateway");
                let reads = statement["Sid"] == "NamesToFindOurs";
                assert!(
                    is_named || is_of_api || (reads && resource == "*"),
                    "{resource}"
                );
            }
        }
        for call in every_call() {
            let reads = call.effect() == Effect::Reads;
            let of_lists = [
                "iam:ListRoles",
                "lambda:ListFunctions",
                "logs:DescribeLogGroups",
            ];
            let listed = needed(&call).iter().any(|action| of_lists.contains(action));
            assert!(reads || !listed, "{}", call.operation());
        }
    }
}
