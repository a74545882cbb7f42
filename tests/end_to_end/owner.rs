//! Whoever owns an account, past the program: asks for everything there, and has things of their own.
//!
//! Requests are written by hand, so that nothing of what is tested is used to look at what it did. The signature is none: servers
//! that play AWS read whose key it is and where it asks.
//! Invariant: a dump is the same twice, unless something was changed between.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use serde_json::{Value, json};

use crate::aws::http;
use crate::services::message::Request;

/// A function's code: a zip with one handler that answers "not yours".
const CODE: &str = "UEsDBBQAAAAAAAAAIVzLRUCZMAAAADAAAAAJAAAAaW5kZXgubWpzZXhwb3J0IGNvbnN0IGhhbmRsZXIgPSBhc3luYyAoKSA9PiAibm90IHlvdXJzIjsKUEsBAhQDFAAAAAAAAAAhXMtFQJkwAAAAMAAAAAkAAAAAAAAAAAAAAIABAAAAAGluZGV4Lm1qc1BLBQYAAAAAAQABADcAAABXAAAAAAA=";

/// Members that tell of the request or of now, and not of the thing.
const PASSING: [&str; 5] = [
    "RequestId",
    "ResponseMetadata",
    "Location",
    "RoleLastUsed",
    "storedBytes",
];

/// A thing's kind, its name, and what tells it from another one of that name, where it has such.
pub type Thing = (&'static str, String, Option<String>);

#[derive(Debug, Clone)]
pub struct Owner {
    address: SocketAddr,
    access_key: String,
}

impl Owner {
    pub fn new(address: SocketAddr, access_key: &str) -> Self {
        Self {
            address,
            access_key: access_key.to_owned(),
        }
    }

    fn send(
        &self,
        service: &str,
        region: &str,
        asked: (&str, &str),
        headers: &[(&str, &str)],
        body: &str,
    ) -> (u16, String) {
        let (method, path) = asked;
        let scope = format!(
            "{}/20260101/{region}/{service}/aws4_request",
            self.access_key
        );
        let signature = format!(
            "AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host;x-amz-date, Signature={:064}",
            0
        );
        let host = format!("{service}.{region}.amazonaws.com");
        let usual = [
            ("host", host.as_str()),
            ("x-amz-date", "20260101T000000Z"),
            ("authorization", &signature),
        ];
        let all = usual.iter().chain(headers);
        let request = Request {
            method: method.to_owned(),
            path: path.to_owned(),
            headers: all
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            body: body.as_bytes().to_vec(),
        };
        let answer = http::ask(self.address, &request).unwrap();
        (answer.status, String::from_utf8(answer.body).unwrap())
    }

    fn target(
        &self,
        region: &str,
        service: (&str, &str, &str),
        operation: &str,
        body: &Value,
    ) -> Value {
        let (service, prefix, version) = service;
        let target = format!("{prefix}.{operation}");
        let kind = format!("application/x-amz-json-{version}");
        let headers = [("content-type", kind.as_str()), ("x-amz-target", &target)];
        let (status, answer) =
            self.send(service, region, ("POST", "/"), &headers, &body.to_string());
        assert_eq!(status, 200, "{operation}: {answer}");
        serde_json::from_str(&answer).unwrap_or_default()
    }

    pub fn dynamodb(&self, region: &str, operation: &str, body: &Value) -> Value {
        let service = ("dynamodb", "DynamoDB_20120810", "1.0");
        self.target(region, service, operation, body)
    }

    pub fn logs(&self, region: &str, operation: &str, body: &Value) -> Value {
        self.target(region, ("logs", "Logs_20140328", "1.1"), operation, body)
    }

    /// An answer's XML.
    pub fn iam(&self, action: &str, parameters: &[(&str, &str)]) -> String {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.append_pair("Action", action)
            .append_pair("Version", "2010-05-08");
        body.extend_pairs(parameters);
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        let (status, answer) =
            self.send("iam", "us-east-1", ("POST", "/"), &headers, &body.finish());
        assert_eq!(status, 200, "{action}: {answer}");
        answer
    }

    /// Status and body of an answer of Lambda or API Gateway.
    pub fn rest(
        &self,
        service: &str,
        region: &str,
        asked: (&str, &str),
        body: &Value,
    ) -> (u16, Value) {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let headers = [("content-type", "application/json")];
        let (status, answer) = self.send(service, region, asked, &headers, &body);
        (status, serde_json::from_str(&answer).unwrap_or_default())
    }

    fn made(&self, service: &str, region: &str, path: &str, body: &Value) -> Value {
        let (status, answer) = self.rest(service, region, ("POST", path), body);
        // moto says 200 of a permission.
        assert!(matches!(status, 200 | 201), "{path}: {answer}");
        answer
    }

    /// All that a list has, page by page.
    fn all(
        &self,
        service: &str,
        region: &str,
        path: &str,
        names: (&str, &str, &str),
    ) -> Vec<Value> {
        let (list, told, asked) = names;
        let mut all = Vec::new();
        let mut page = path.to_owned();
        loop {
            let (status, answer) = self.rest(service, region, ("GET", &page), &Value::Null);
            assert_eq!(status, 200, "{page}: {answer}");
            all.extend(answer[list].as_array().cloned().unwrap_or_default());
            match answer[told].as_str() {
                Some(next) if !next.is_empty() => page = format!("{path}?{asked}={next}"),
                _ => return all,
            }
        }
    }

    /// Makes a user with this policy, in the user where it fits there, or attached: its access key and secret.
    pub fn user(&self, policy: &str) -> (String, String) {
        /// What all policies in a user may have in characters, white space not counted (IAM's quotas).
        const MOST: usize = 2_048;
        let student = ("UserName", "student");
        let (name, document) = (("PolicyName", "lesson"), ("PolicyDocument", policy));
        self.iam("CreateUser", &[student]);
        if policy.split_whitespace().map(str::len).sum::<usize>() <= MOST {
            self.iam("PutUserPolicy", &[student, name, document]);
        } else {
            let made = self.iam("CreatePolicy", &[name, document]);
            let arn = elements(&made, "Arn").next().unwrap();
            self.iam("AttachUserPolicy", &[student, ("PolicyArn", arn)]);
        }
        let key = self.iam("CreateAccessKey", &[student]);
        let of = |name| elements(&key, name).next().unwrap().to_owned();
        (of("AccessKeyId"), of("SecretAccessKey"))
    }

    /// A table with tags and an item.
    pub fn plant_table(&self, region: &str, name: &str) {
        let create = json!({
            "TableName": name, "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "Tags": [{"Key": "team", "Value": "payroll"}],
        });
        self.dynamodb(region, "CreateTable", &create);
        let named = json!({ "TableName": name });
        while self.dynamodb(region, "DescribeTable", &named)["Table"]["TableStatus"] != "ACTIVE" {}
        let put =
            json!({"TableName": name, "Item": {"id": {"S": "1"}, "precious": {"S": "not yours"}}});
        self.dynamodb(region, "PutItem", &put);
    }

    /// A role with an inline policy.
    pub fn plant_role(&self, path: &str, name: &str) -> String {
        let trust = json!({"Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"
        }]});
        let made = self.iam(
            "CreateRole",
            &[
                ("RoleName", name),
                ("Path", path),
                ("AssumeRolePolicyDocument", &trust.to_string()),
                ("Tags.member.1.Key", "team"),
                ("Tags.member.1.Value", "payroll"),
            ],
        );
        let policy = json!({"Version": "2012-10-17", "Statement": [{
            "Effect": "Deny", "Action": "*", "Resource": "*"
        }]});
        self.iam(
            "PutRolePolicy",
            &[
                ("RoleName", name),
                ("PolicyName", "theirs"),
                ("PolicyDocument", &policy.to_string()),
            ],
        );
        elements(&made, "Arn").next().unwrap().to_owned()
    }

    pub fn plant_group(&self, region: &str, name: &str) {
        let create = json!({ "logGroupName": name, "tags": { "team": "payroll" } });
        self.logs(region, "CreateLogGroup", &create);
        let keep = json!({ "logGroupName": name, "retentionInDays": 7 });
        self.logs(region, "PutRetentionPolicy", &keep);
    }

    /// A function with a role that is there.
    pub fn plant_function(&self, region: &str, name: &str, role: &str) {
        let create = json!({
            "FunctionName": name, "Role": role, "Runtime": "nodejs22.x", "Handler": "index.handler",
            "Code": { "ZipFile": CODE }, "Tags": { "team": "payroll" },
        });
        // A new role is not known to Lambda yet.
        let tries = (0..50)
            .map(|_| self.rest("lambda", region, ("POST", "/2015-03-31/functions"), &create));
        let made = tries
            .map(|(status, _)| status)
            .find(|status| *status != 400);
        assert_eq!(made, Some(201), "{name}");
        let look = format!("/2015-03-31/functions/{name}");
        while self.rest("lambda", region, ("GET", &look), &Value::Null).1["Configuration"]["State"]
            == "Pending"
        {}
        let permit = json!({
            "StatementId": "theirs", "Action": "lambda:InvokeFunction", "Principal": "apigateway.amazonaws.com",
            "SourceArn": format!("arn:aws:execute-api:{region}:111122223333:theirs/*"),
        });
        self.made("lambda", region, &format!("{look}/policy"), &permit);
    }

    /// An API with an integration, a route and a stage; its id.
    pub fn plant_api(&self, region: &str, name: &str) -> String {
        let create = json!({ "name": name, "protocolType": "HTTP", "tags": { "team": "payroll" } });
        let api = self.made("apigateway", region, "/v2/apis", &create);
        let id = api["apiId"].as_str().unwrap();
        let integration = json!({
            "integrationType": "HTTP_PROXY", "integrationMethod": "GET",
            "integrationUri": "http://127.0.0.1:1/", "payloadFormatVersion": "1.0",
        });
        let made = self.made(
            "apigateway",
            region,
            &format!("/v2/apis/{id}/integrations"),
            &integration,
        );
        let target = format!("integrations/{}", made["integrationId"].as_str().unwrap());
        let route = json!({ "routeKey": "GET /theirs", "target": target });
        self.made(
            "apigateway",
            region,
            &format!("/v2/apis/{id}/routes"),
            &route,
        );
        let stage = json!({ "stageName": "theirs", "tags": { "team": "payroll" } });
        self.made(
            "apigateway",
            region,
            &format!("/v2/apis/{id}/stages"),
            &stage,
        );
        id.to_owned()
    }

    /// One of each, of the same name.
    pub fn plant(&self, region: &str, name: &str) {
        self.plant_table(region, name);
        self.plant_group(region, &format!("/aws/lambda/{name}"));
        let role_arn = self.plant_role("/", name);
        self.plant_function(region, name, &role_arn);
        self.plant_api(region, name);
    }

    /// The names of a region's tables.
    pub fn tables(&self, region: &str) -> Vec<String> {
        let listed = self.dynamodb(region, "ListTables", &json!({}));
        let names = listed["TableNames"].as_array().unwrap();
        let mut names: Vec<_> = names
            .iter()
            .map(|name| name.as_str().unwrap().to_owned())
            .collect();
        names.sort();
        names
    }

    /// Makes moto's server forget everything.
    pub fn forget_all(&self) {
        let (status, answer) = self.send("moto", "us-east-1", ("POST", "/moto-api/reset"), &[], "");
        assert_eq!(status, 200, "{answer}");
    }

    /// Everything in a region, without what it is like.
    pub fn things(&self, region: &str) -> BTreeSet<Thing> {
        let mut things = BTreeSet::new();
        for table in self.tables(region) {
            let described = self.dynamodb(region, "DescribeTable", &json!({ "TableName": table }));
            let id = described["Table"]["TableId"].as_str().map(str::to_owned);
            things.insert(("table", table, id));
        }
        let roles = self.iam("ListRoles", &[]);
        let names = elements(&roles, "RoleName").zip(elements(&roles, "RoleId"));
        things.extend(names.map(|(name, id)| ("role", name.to_owned(), Some(id.to_owned()))));
        let names = ("Functions", "NextMarker", "Marker");
        for function in self.all("lambda", region, "/2015-03-31/functions", names) {
            let name = function["FunctionName"].as_str().unwrap().to_owned();
            things.insert(("function", name, None));
        }
        let names = ("items", "nextToken", "nextToken");
        for api in self.all("apigateway", region, "/v2/apis", names) {
            let text = |name: &str| api[name].as_str().unwrap().to_owned();
            things.insert(("API", text("name"), Some(text("apiId"))));
        }
        let groups = self.logs(region, "DescribeLogGroups", &json!({}));
        for group in groups["logGroups"].as_array().into_iter().flatten() {
            let name = group["logGroupName"].as_str().unwrap().to_owned();
            things.insert(("log group", name, Some(group["creationTime"].to_string())));
        }
        things
    }

    /// All tables of these regions, in the server's own words.
    pub fn dump_of_tables(&self, regions: &[&str]) -> Vec<String> {
        let mut dump = Vec::new();
        for region in regions {
            for table in self.tables(region) {
                let named = json!({ "TableName": table });
                let described = self.dynamodb(region, "DescribeTable", &named);
                let arn = json!({ "ResourceArn": described["Table"]["TableArn"] });
                dump.push(format!("{region} {table} {described}"));
                for (operation, question) in [("ListTagsOfResource", &arn), ("Scan", &named)] {
                    let answer = self.dynamodb(region, operation, question);
                    dump.push(format!("{region} {table} {operation} {answer}"));
                }
            }
        }
        dump
    }

    /// Everything in these regions, in the server's own words.
    pub fn dump(&self, regions: &[&str]) -> Vec<String> {
        let mut dump = self.dump_of_tables(regions);
        dump.extend(self.dump_of_roles());
        for region in regions {
            dump.extend(self.dump_of_functions(region));
            dump.extend(self.dump_of_apis(region));
            dump.extend(self.dump_of_groups(region));
        }
        dump
    }

    fn dump_of_roles(&self) -> Vec<String> {
        let mut roles = Vec::new();
        let mut marker: Option<String> = None;
        loop {
            let more: Vec<_> = marker
                .iter()
                .map(|marker| ("Marker", marker.as_str()))
                .collect();
            let listed = self.iam("ListRoles", &more);
            roles.extend(elements(&listed, "RoleName").map(str::to_owned));
            marker = elements(&listed, "Marker").next().map(str::to_owned);
            if marker.is_none() {
                break;
            }
        }
        roles.sort();
        let mut dump = Vec::new();
        for name in roles {
            let named = ("RoleName", name.as_str());
            for action in ["GetRole", "ListRolePolicies", "ListAttachedRolePolicies"] {
                dump.push(format!(
                    "role {name} {action} {}",
                    lasting_xml(self.iam(action, &[named]))
                ));
            }
            let policies = self.iam("ListRolePolicies", &[named]);
            for policy in elements(&policies, "member") {
                let document = self.iam("GetRolePolicy", &[named, ("PolicyName", policy)]);
                dump.push(format!("role {name} {policy} {}", lasting_xml(document)));
            }
        }
        dump
    }

    fn dump_of_functions(&self, region: &str) -> Vec<String> {
        let names = ("Functions", "NextMarker", "Marker");
        let functions = self.all("lambda", region, "/2015-03-31/functions", names);
        let mut dump = Vec::new();
        for function in functions {
            let name = function["FunctionName"].as_str().unwrap();
            for more in ["", "/policy"] {
                let path = format!("/2015-03-31/functions/{name}{more}");
                let (_, told) = self.rest("lambda", region, ("GET", &path), &Value::Null);
                dump.push(format!("{region} function {name}{more} {}", lasting(told)));
            }
        }
        dump.sort();
        dump
    }

    fn dump_of_apis(&self, region: &str) -> Vec<String> {
        let names = ("items", "nextToken", "nextToken");
        let mut dump = Vec::new();
        for api in self.all("apigateway", region, "/v2/apis", names) {
            let id = api["apiId"].as_str().unwrap().to_owned();
            dump.push(format!("{region} api {id} {}", lasting(api)));
            for kind in ["integrations", "routes", "stages"] {
                let path = format!("/v2/apis/{id}/{kind}");
                let things = self.all("apigateway", region, &path, names).into_iter();
                dump.extend(
                    things.map(|thing| format!("{region} api {id} {kind} {}", lasting(thing))),
                );
            }
        }
        dump.sort();
        dump
    }

    fn dump_of_groups(&self, region: &str) -> Vec<String> {
        let mut dump = Vec::new();
        let mut token = Value::Null;
        loop {
            let question = if token.is_null() {
                json!({})
            } else {
                json!({ "nextToken": token })
            };
            let told = self.logs(region, "DescribeLogGroups", &question);
            for group in told["logGroups"].as_array().into_iter().flatten() {
                let name = group["logGroupName"].as_str().unwrap();
                let tags = self.logs(region, "ListTagsLogGroup", &json!({ "logGroupName": name }));
                dump.push(format!(
                    "{region} log group {name} {} {tags}",
                    lasting(group.clone())
                ));
            }
            token = told["nextToken"].clone();
            if token.is_null() {
                dump.sort();
                return dump;
            }
        }
    }
}

/// Texts of an XML element of this name.
pub fn elements<'x>(xml: &'x str, name: &str) -> impl Iterator<Item = &'x str> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let mut rest = xml;
    std::iter::from_fn(move || {
        let (_, after) = rest.split_once(&open)?;
        let (text, after) = after.split_once(&close)?;
        rest = after;
        Some(text)
    })
}

/// Without what tells of the request or of now.
fn lasting(mut value: Value) -> Value {
    match &mut value {
        Value::Object(members) => {
            members.retain(|name, _| !PASSING.contains(&name.as_str()));
            for (_, member) in members.iter_mut() {
                *member = lasting(member.take());
            }
        }
        Value::Array(elements) => {
            for element in elements.iter_mut() {
                *element = lasting(element.take());
            }
        }
        _ => {}
    }
    value
}

fn lasting_xml(mut xml: String) -> String {
    for name in PASSING {
        let (open, close) = (format!("<{name}>"), format!("</{name}>"));
        while let (Some(start), Some(end)) = (xml.find(&open), xml.find(&close)) {
            xml.replace_range(start..end + close.len(), "");
        }
    }
    xml
}
