//! What a request asks for: service, operation, region and tables, read from where SDKs write it.

use serde_json::Value;

use super::http::Request;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    DynamoDb,
    /// Who somebody is (STS, the query protocol).
    Sts,
    /// Where credentials come from: the portal of IAM Identity Center, and what a container asks. Not counted as calls.
    Credentials,
}

/// A call, and what became of it.
#[derive(Debug, Clone)]
pub struct Call {
    pub service: Service,
    pub operation: String,
    pub region: String,
    /// Whose; the rest of the signature is not kept.
    pub access_key: String,
    /// Every table it names.
    pub tables: Vec<String>,
    pub body: Value,
    /// What was answered; nothing where the connection ended instead.
    pub status: Option<u16>,
}

impl Call {
    pub fn of(request: &Request) -> Self {
        let (access_key, region, service) = scope(request);
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let (service, operation) = match service.as_str() {
            "sts" => {
                let text = String::from_utf8_lossy(&request.body);
                let action = text
                    .split('&')
                    .find_map(|pair| pair.strip_prefix("Action="));
                (Service::Sts, action.unwrap_or_default().to_owned())
            }
            "dynamodb" => {
                let target = request.header("x-amz-target").unwrap_or_default();
                let operation = target.rsplit('.').next().unwrap_or_default();
                (Service::DynamoDb, operation.to_owned())
            }
            _ => (Service::Credentials, request.path.clone()),
        };
        Self {
            tables: tables(&body),
            service,
            operation,
            region,
            access_key,
            body,
            status: None,
        }
    }

    /// Whether it asks, of a table that does not exist, whether it would be allowed.
    pub fn probes(&self) -> bool {
        !self.tables.is_empty()
            && self
                .tables
                .iter()
                .all(|table| table.starts_with("dynatour-probe-"))
    }

    /// Whether it can change a table or what is in it, other than making one.
    pub fn changes(&self) -> bool {
        const CHANGES: [&str; 10] = [
            "PutItem",
            "UpdateItem",
            "DeleteItem",
            "BatchWriteItem",
            "TransactWriteItems",
            "UpdateTable",
            "DeleteTable",
            "UpdateTimeToLive",
            "TagResource",
            "UntagResource",
        ];
        CHANGES.contains(&self.operation.as_str())
    }
}

/// Access key, region and service, as the signature's scope has them:
/// `Credential=AKID/20260101/us-east-1/dynamodb/aws4_request`.
fn scope(request: &Request) -> (String, String, String) {
    let authorization = request.header("authorization").unwrap_or_default();
    let scope = authorization
        .split_once("Credential=")
        .map(|(_, scope)| scope);
    let mut parts = scope
        .unwrap_or_default()
        .split(['/', ','])
        .map(str::to_owned);
    let access_key = parts.next().unwrap_or_default();
    let region = parts.nth(1).unwrap_or_default();
    (access_key, region, parts.next().unwrap_or_default())
}

/// Every table a body names, whatever the operation; of an ARN, the name at its end.
fn tables(body: &Value) -> Vec<String> {
    let of = |request: &Value| request["TableName"].as_str().map(str::to_owned);
    let mut names: Vec<String> = of(body).into_iter().collect();
    names.extend(body["ResourceArn"].as_str().map(str::to_owned));
    if let Some(tables) = body["RequestItems"].as_object() {
        names.extend(tables.keys().cloned());
    }
    let actions = body["TransactItems"].as_array().into_iter().flatten();
    let actions = actions
        .filter_map(Value::as_object)
        .flat_map(|one| one.values());
    names.extend(actions.filter_map(of));
    for name in &mut names {
        if let Some(at) = name.rfind('/') {
            name.drain(..=at);
        }
    }
    names
}
