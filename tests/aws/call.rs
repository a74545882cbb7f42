//! What a request asks for: service, operation, region and things, read from where SDKs write it.
//!
//! ```text
//!   DynamoDB, Logs     X-Amz-Target: Logs_20140328.CreateLogGroup      a body of JSON
//!   IAM, STS           Action=CreateRole&RoleName=…                    the query protocol
//!   Lambda             POST /2015-03-31/functions                      method and path
//!   API Gateway        POST /v2/apis/{id}/routes                       method and path
//! ```

use serde_json::Value;

use super::message::Request;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Service {
    DynamoDb,
    /// Who somebody is (STS, the query protocol).
    Sts,
    Iam,
    Lambda,
    ApiGateway,
    Logs,
    /// A request to an API that was made there: not signed, by whoever knows its URL.
    Url,
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
    /// What else it names: a role, a function, an API's id, a log group, or an ARN.
    pub thing: Option<String>,
    pub body: Value,
    /// What was answered; nothing where the connection ended instead.
    pub status: Option<u16>,
}

impl Call {
    pub fn of(request: &Request) -> Self {
        let (access_key, region, service) = scope(request);
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let target = || {
            let target = request.header("x-amz-target").unwrap_or_default();
            target.rsplit('.').next().unwrap_or_default().to_owned()
        };
        let (service, operation, thing) = match service.as_str() {
            "sts" => (
                Service::Sts,
                parameter(request, "Action").unwrap_or_default(),
                None,
            ),
            "iam" => {
                let action = parameter(request, "Action").unwrap_or_default();
                (Service::Iam, action, parameter(request, "RoleName"))
            }
            "dynamodb" => (Service::DynamoDb, target(), None),
            "logs" => {
                let named = ["logGroupName", "resourceArn", "logGroupIdentifier"];
                let named = named.iter().find_map(|name| body[name].as_str());
                (Service::Logs, target(), named.map(str::to_owned))
            }
            "lambda" => {
                let (operation, thing) = lambda(request, &body);
                (Service::Lambda, operation.to_owned(), thing)
            }
            "apigateway" => {
                let (operation, thing) = api_gateway(request);
                (Service::ApiGateway, operation.to_owned(), thing)
            }
            _ => match api_of_url(request) {
                Some(api) => {
                    let path = request.path.split('?').next().unwrap_or_default();
                    let asked = format!("{} {path}", request.method);
                    (Service::Url, asked, Some(api))
                }
                None => (Service::Credentials, request.path.clone(), None),
            },
        };
        Self {
            tables: tables(&body),
            service,
            operation,
            region,
            access_key,
            thing,
            body,
            status: None,
        }
    }

    /// Whether it asks, of something that does not exist, whether it would be allowed.
    pub fn probes(&self) -> bool {
        let probe = |name: &String| name.contains("dynatour-probe-");
        let named = !self.tables.is_empty() || self.thing.is_some();
        named && self.tables.iter().chain(&self.thing).all(probe)
    }

    /// Whether it makes something that was not there.
    pub fn makes(&self) -> bool {
        self.operation.starts_with("Create")
    }

    /// Whether it can change something, or what is in it, other than making it.
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
        const VERBS: [&str; 9] = [
            "Put", "Update", "Delete", "Add", "Remove", "Tag", "Untag", "Attach", "Detach",
        ];
        match self.service {
            Service::DynamoDb => CHANGES.contains(&self.operation.as_str()),
            Service::Sts | Service::Credentials | Service::Url => false,
            // An integration, a route or a stage is made in an API, which is changed by it.
            Service::ApiGateway if self.makes() => self.operation != "CreateApi",
            Service::Iam | Service::Lambda | Service::ApiGateway | Service::Logs => {
                VERBS.iter().any(|verb| self.operation.starts_with(verb))
            }
        }
    }
}

/// What a body or a query in the query protocol says of a name.
pub fn parameter(request: &Request, wanted: &str) -> Option<String> {
    let mut pairs = form_urlencoded::parse(&request.body);
    let found = pairs.find(|(name, _)| name == wanted);
    found.map(|(_, value)| value.into_owned())
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

/// The API whose URL it is: `http://{id}.execute-api.…`.
fn api_of_url(request: &Request) -> Option<String> {
    let host = request.header("host")?;
    let (id, _) = host.split_once(".execute-api.")?;
    Some(id.to_owned())
}

/// Lambda's operation (API reference, each operation's request syntax), and the function or ARN.
fn lambda(request: &Request, body: &Value) -> (&'static str, Option<String>) {
    let parts = request.parts();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let named = |name: &&str| Some((*name).to_owned());
    match (request.method.as_str(), parts.get(1..).unwrap_or_default()) {
        ("POST", ["functions"]) => {
            let name = body["FunctionName"].as_str().map(str::to_owned);
            ("CreateFunction", name)
        }
        ("GET", ["functions"]) => ("ListFunctions", None),
        ("GET", ["functions", name]) => ("GetFunction", named(name)),
        ("DELETE", ["functions", name]) => ("DeleteFunction", named(name)),
        ("PUT", ["functions", name, "code"]) => ("UpdateFunctionCode", named(name)),
        ("GET", ["functions", name, "configuration"]) => ("GetFunctionConfiguration", named(name)),
        ("PUT", ["functions", name, "configuration"]) => {
            ("UpdateFunctionConfiguration", named(name))
        }
        ("POST", ["functions", name, "policy"]) => ("AddPermission", named(name)),
        ("GET", ["functions", name, "policy"]) => ("GetPolicy", named(name)),
        ("DELETE", ["functions", name, "policy", _]) => ("RemovePermission", named(name)),
        ("POST", ["functions", name, "invocations"]) => ("Invoke", named(name)),
        ("GET", ["tags", arn]) => ("ListTags", named(arn)),
        ("POST", ["tags", arn]) => ("TagResource", named(arn)),
        ("DELETE", ["tags", arn]) => ("UntagResource", named(arn)),
        _ => ("Unknown", None),
    }
}

/// API Gateway's operation (API reference of version 2), and the API or ARN.
fn api_gateway(request: &Request) -> (&'static str, Option<String>) {
    let parts = request.parts();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let named = |name: &&str| Some((*name).to_owned());
    match (request.method.as_str(), parts.get(1..).unwrap_or_default()) {
        ("POST", ["apis"]) => ("CreateApi", None),
        ("GET", ["apis"]) => ("GetApis", None),
        ("GET", ["apis", id]) => ("GetApi", named(id)),
        ("PATCH", ["apis", id]) => ("UpdateApi", named(id)),
        ("DELETE", ["apis", id]) => ("DeleteApi", named(id)),
        ("POST", ["apis", id, "integrations"]) => ("CreateIntegration", named(id)),
        ("GET", ["apis", id, "integrations"]) => ("GetIntegrations", named(id)),
        ("PATCH", ["apis", id, "integrations", _]) => ("UpdateIntegration", named(id)),
        ("DELETE", ["apis", id, "integrations", _]) => ("DeleteIntegration", named(id)),
        ("POST", ["apis", id, "routes"]) => ("CreateRoute", named(id)),
        ("GET", ["apis", id, "routes"]) => ("GetRoutes", named(id)),
        ("PATCH", ["apis", id, "routes", _]) => ("UpdateRoute", named(id)),
        ("DELETE", ["apis", id, "routes", _]) => ("DeleteRoute", named(id)),
        ("POST", ["apis", id, "stages"]) => ("CreateStage", named(id)),
        ("GET", ["apis", id, "stages"]) => ("GetStages", named(id)),
        ("GET", ["apis", id, "stages", _]) => ("GetStage", named(id)),
        ("PATCH", ["apis", id, "stages", _]) => ("UpdateStage", named(id)),
        ("DELETE", ["apis", id, "stages", _]) => ("DeleteStage", named(id)),
        ("GET", ["tags", ..]) => ("GetTags", named(&parts[parts.len() - 1])),
        ("POST", ["tags", ..]) => ("TagResource", named(&parts[parts.len() - 1])),
        ("DELETE", ["tags", ..]) => ("UntagResource", named(&parts[parts.len() - 1])),
        _ => ("Unknown", None),
    }
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
