//! Roles, with their inline and attached policies and tags (API reference of IAM, version 2010-05-08).

use serde_json::{Value, json};

use super::call::Call;
use super::message::{Answer, Request};
use super::{Refused, Reply, Services, Thing, object, page};

/// The request's parameters, in order.
struct Form(Vec<(String, String)>);

impl Form {
    fn of(request: &Request) -> Self {
        Self(form_urlencoded::parse(&request.body).into_owned().collect())
    }

    fn get(&self, wanted: &str) -> Option<&str> {
        let found = self.0.iter().find(|(name, _)| name == wanted);
        found.map(|(_, value)| value.as_str())
    }

    /// What stands in `TagKeys.member.1` and on.
    fn list(&self, name: &str) -> Vec<String> {
        let each = (1..).map(|number| self.get(&format!("{name}.member.{number}")));
        each.map_while(|value| value.map(str::to_owned)).collect()
    }

    /// `Tags.member.1.Key` and `Tags.member.1.Value`.
    fn tags(&self) -> Value {
        let each = (1..).map_while(|number| {
            let key = self.get(&format!("Tags.member.{number}.Key"))?;
            let value = self.get(&format!("Tags.member.{number}.Value"))?;
            Some((key.to_owned(), json!(value)))
        });
        Value::Object(each.collect())
    }
}

fn answered(operation: &str, result: &str) -> Answer {
    let body = format!(
        "<{operation}Response xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><{operation}Result>{result}</{operation}Result>\
         <ResponseMetadata><RequestId>11111111-2222-3333-4444-555555555555</RequestId></ResponseMetadata></{operation}Response>"
    );
    Answer::new(200, "text/xml", body)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

fn tags(of: &Value) -> String {
    let members = members(object(of).into_iter().map(|(key, value)| {
        let value = escaped(value.as_str().unwrap_or_default());
        format!("<Key>{key}</Key><Value>{value}</Value>")
    }));
    format!("<Tags>{members}</Tags>")
}

/// A role's element, with its tags only where IAM gives them: `ListRoles` does not.
fn role(value: &Value, with_tags: bool) -> String {
    let of = |name: &str| value[name].as_str().unwrap_or_default();
    let trust = form_urlencoded::byte_serialize(of("trust").as_bytes()).collect::<String>();
    let trust = trust.replace('+', "%20");
    format!(
        "<Path>{}</Path><RoleName>{}</RoleName><RoleId>{}</RoleId><Arn>{}</Arn><CreateDate>2026-01-01T00:00:00Z</CreateDate>\
         <AssumeRolePolicyDocument>{trust}</AssumeRolePolicyDocument><MaxSessionDuration>3600</MaxSessionDuration>{}",
        of("path"),
        of("name"),
        of("id"),
        of("arn"),
        if with_tags {
            tags(&value["tags"])
        } else {
            String::new()
        }
    )
}

fn names(list: &Value) -> String {
    members(object(list).into_iter().map(|(name, _)| name))
}

fn attached(policies: &Value) -> String {
    let members = members(object(policies).keys().map(|arn| {
        let name = arn.rsplit('/').next().unwrap_or_default();
        format!("<PolicyName>{name}</PolicyName><PolicyArn>{arn}</PolicyArn>")
    }));
    format!("<IsTruncated>false</IsTruncated><AttachedPolicies>{members}</AttachedPolicies>")
}

/// Elements of a list.
fn members(elements: impl Iterator<Item = String>) -> String {
    elements.fold(String::new(), |all, element| {
        all + "<member>" + &element + "</member>"
    })
}

impl Services {
    fn role_of(&mut self, call: &Call, name: &str) -> Result<&mut Thing, Refused> {
        let missing = || {
            let words = format!("The role with name {name} cannot be found.");
            Refused(404, "NoSuchEntity", words)
        };
        let thing = self.roles.get_mut(name).ok_or_else(missing)?;
        let what = format!("the role {name}");
        Self::watch(&mut self.trespasses, call, &thing.maker, &what);
        Ok(thing)
    }

    pub(super) fn iam(&mut self, call: &Call, request: &Request) -> Reply {
        let form = Form::of(request);
        let operation = call.operation.as_str();
        let name = form.get("RoleName").unwrap_or_default().to_owned();
        let policy = form.get("PolicyName").unwrap_or_default().to_owned();
        let no_policy = || {
            let words = format!("The role policy with name {policy} cannot be found.");
            Refused(404, "NoSuchEntity", words)
        };
        let result = match operation {
            "CreateRole" => self.create_role(call, &form, &name)?,
            "GetRole" => format!(
                "<Role>{}</Role>",
                role(&self.role_of(call, &name)?.value, true)
            ),
            "ListRoles" => self.list_roles(&form),
            "ListRoleTags" => {
                let tags = tags(&self.role_of(call, &name)?.value["tags"]);
                format!("<IsTruncated>false</IsTruncated>{tags}")
            }
            "UpdateAssumeRolePolicy" => {
                let document = form.get("PolicyDocument").unwrap_or_default();
                self.role_of(call, &name)?.value["trust"] = json!(document);
                String::new()
            }
            "TagRole" => {
                let role = self.role_of(call, &name)?;
                let mut all = object(&role.value["tags"]);
                all.extend(object(&form.tags()));
                role.value["tags"] = json!(all);
                String::new()
            }
            "UntagRole" => {
                let role = self.role_of(call, &name)?;
                role.value["tags"] =
                    super::without_keys(&role.value["tags"], &form.list("TagKeys"));
                String::new()
            }
            "PutRolePolicy" => {
                let document = form.get("PolicyDocument").unwrap_or_default();
                if serde_json::from_str::<Value>(document).is_err() {
                    let words = "Syntax errors in policy.".to_owned();
                    return Err(Refused(400, "MalformedPolicyDocument", words));
                }
                self.role_of(call, &name)?.value["policies"][&policy] = json!(document);
                String::new()
            }
            "GetRolePolicy" => {
                let role = self.role_of(call, &name)?;
                let document = role.value["policies"][&policy]
                    .as_str()
                    .ok_or_else(no_policy)?;
                let document = form_urlencoded::byte_serialize(document.as_bytes());
                let document = document.collect::<String>().replace('+', "%20");
                format!(
                    "<RoleName>{name}</RoleName><PolicyName>{policy}</PolicyName><PolicyDocument>{document}</PolicyDocument>"
                )
            }
            "ListRolePolicies" => {
                let names = names(&self.role_of(call, &name)?.value["policies"]);
                format!("<IsTruncated>false</IsTruncated><PolicyNames>{names}</PolicyNames>")
            }
            "DeleteRolePolicy" => {
                let role = self.role_of(call, &name)?;
                let policies = role.value["policies"].as_object_mut().expect("policies");
                policies.remove(&policy).ok_or_else(no_policy)?;
                String::new()
            }
            "AttachRolePolicy" => {
                let arn = form.get("PolicyArn").unwrap_or_default().to_owned();
                self.role_of(call, &name)?.value["attached"][arn] = json!(true);
                String::new()
            }
            "ListAttachedRolePolicies" => attached(&self.role_of(call, &name)?.value["attached"]),
            "ListInstanceProfilesForRole" => {
                self.role_of(call, &name)?;
                "<IsTruncated>false</IsTruncated><InstanceProfiles/>".to_owned()
            }
            "DeleteRole" => {
                let role = &self.role_of(call, &name)?.value;
                for list in ["policies", "attached"] {
                    if !object(&role[list]).is_empty() {
                        let words = "Cannot delete entity, must delete policies first.".to_owned();
                        return Err(Refused(409, "DeleteConflict", words));
                    }
                }
                self.roles.remove(&name);
                String::new()
            }
            other => {
                let words = format!("Could not find operation {other} for version 2010-05-08");
                return Err(Refused(400, "InvalidAction", words));
            }
        };
        Ok(answered(operation, &result))
    }

    fn create_role(&mut self, call: &Call, form: &Form, name: &str) -> Result<String, Refused> {
        if self.roles.contains_key(name) {
            let words = format!("Role with name {name} already exists.");
            return Err(Refused(409, "EntityAlreadyExists", words));
        }
        let trust = form.get("AssumeRolePolicyDocument").unwrap_or_default();
        if serde_json::from_str::<Value>(trust).is_err() || name.is_empty() || name.len() > 64 {
            let words = "a role needs a name of 1 to 64 characters and a trust policy".to_owned();
            return Err(Refused(400, "ValidationError", words));
        }
        let path = form.get("Path").unwrap_or("/");
        let value = json!({
            "name": name,
            "path": path,
            "id": format!("AROA{:016}", self.number()),
            "arn": format!("arn:aws:iam::{}:role{path}{name}", self.account),
            "trust": trust,
            "tags": form.tags(),
            "policies": {},
            "attached": {},
        });
        let element = role(&value, true);
        let thing = Self::thing(call, value, self.lag.role);
        self.roles.insert(name.to_owned(), thing);
        Ok(format!("<Role>{element}</Role>"))
    }

    fn list_roles(&self, form: &Form) -> String {
        let prefix = form.get("PathPrefix").unwrap_or("/");
        let of_path = |thing: &&Thing| {
            let path = thing.value["path"].as_str().unwrap_or_default();
            path.starts_with(prefix)
        };
        let all: Vec<Value> = self
            .roles
            .values()
            .filter(of_path)
            .map(|thing| thing.value.clone())
            .collect();
        let (roles, next) = page(&all, form.get("Marker"));
        let members = members(roles.iter().map(|value| role(value, false)));
        let marker = next.map_or_else(
            || "<IsTruncated>false</IsTruncated>".to_owned(),
            |next| format!("<IsTruncated>true</IsTruncated><Marker>{next}</Marker>"),
        );
        format!("{marker}<Roles>{members}</Roles>")
    }
}
