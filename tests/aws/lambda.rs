//! Functions, with their code's digest, tags and permissions (API reference of Lambda, version 2015-03-31).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::call::Call;
use super::message::{Answer, Request};
use super::{Refused, Reply, Services, Thing, json_answer, object, page};

/// The code of a request, and its digest as Lambda tells it.
fn code(encoded: &Value) -> Result<(usize, String), Refused> {
    let zip = STANDARD
        .decode(encoded.as_str().unwrap_or_default())
        .unwrap_or_default();
    if !zip.starts_with(b"PK") {
        let words =
            "Could not unzip uploaded file. Please check your file, then try to upload again.";
        return Err(Refused(
            400,
            "InvalidParameterValueException",
            words.to_owned(),
        ));
    }
    Ok((zip.len(), STANDARD.encode(Sha256::digest(&zip))))
}

/// As an account has it that is new.
const MOST_MEMORY: u64 = 3_008;

fn memory(body: &Value) -> Result<(), Refused> {
    if body["MemorySize"].as_u64() <= Some(MOST_MEMORY) {
        return Ok(());
    }
    let words = format!(
        "'MemorySize' value failed to satisfy constraint: Member must have value less than or equal to {MOST_MEMORY}"
    );
    Err(Refused(400, "ValidationException", words))
}

fn empty(status: u16) -> Answer {
    Answer::new(status, "application/json", "")
}

impl Services {
    fn function(&mut self, call: &Call) -> Result<&mut Thing, Refused> {
        let asked = call.thing.as_deref().unwrap_or_default();
        let name = asked.rsplit(":function:").next().unwrap_or_default();
        let arn = format!(
            "arn:aws:lambda:{}:{}:function:{name}",
            call.region, self.account
        );
        let key = (call.region.clone(), name.to_owned());
        let missing = || {
            Refused(
                404,
                "ResourceNotFoundException",
                format!("Function not found: {arn}"),
            )
        };
        let thing = self.functions.get_mut(&key).ok_or_else(missing)?;
        let what = format!("the function {name}");
        Self::watch(&mut self.trespasses, call, &thing.maker, &what);
        Ok(thing)
    }

    pub(super) fn lambda(&mut self, call: &Call, request: &Request) -> Reply {
        let body = &call.body;
        match call.operation.as_str() {
            "CreateFunction" => self.create_function(call),
            "ListFunctions" => Ok(self.list_functions(call, request)),
            "GetFunction" => {
                let told = self.look_at(call)?;
                let tags = self.function(call)?.value["tags"].clone();
                let code =
                    json!({ "RepositoryType": "S3", "Location": "https://127.0.0.1:1/code.zip" });
                let mut answer = json!({ "Configuration": told, "Code": code });
                if !object(&tags).is_empty() {
                    answer["Tags"] = tags;
                }
                Ok(json_answer(200, &answer))
            }
            "GetFunctionConfiguration" => Ok(json_answer(200, &self.look_at(call)?)),
            "UpdateFunctionCode" => {
                let (size, digest) = code(&body["ZipFile"])?;
                let late = self.lag.function;
                let function = self.changeable(call)?;
                function.value["configuration"]["CodeSize"] = json!(size);
                function.value["configuration"]["CodeSha256"] = json!(digest);
                function.late = late;
                Ok(json_answer(200, &told(function)))
            }
            "UpdateFunctionConfiguration" => {
                memory(body)?;
                let late = self.lag.function;
                let function = self.changeable(call)?;
                for (name, value) in object(body) {
                    function.value["configuration"][name] = value;
                }
                function.late = late;
                Ok(json_answer(200, &told(function)))
            }
            "DeleteFunction" => {
                let name = self.function(call)?.value["configuration"]["FunctionName"].clone();
                let name = name.as_str().unwrap_or_default().to_owned();
                self.functions.remove(&(call.region.clone(), name));
                Ok(empty(204))
            }
            "AddPermission" => self.add_permission(call),
            "GetPolicy" => self.permissions(call),
            "RemovePermission" => {
                let parts = request.parts();
                let id = parts.last().cloned().unwrap_or_default();
                let function = self.function(call)?;
                let statements = function.value["permissions"]
                    .as_object_mut()
                    .expect("permissions");
                match statements.remove(&id) {
                    Some(_) => Ok(empty(204)),
                    None => Err(no_policy()),
                }
            }
            "ListTags" => Ok(json_answer(
                200,
                &json!({ "Tags": self.function(call)?.value["tags"] }),
            )),
            "TagResource" => {
                let function = self.function(call)?;
                let mut tags = object(&function.value["tags"]);
                tags.extend(object(&body["Tags"]));
                function.value["tags"] = json!(tags);
                Ok(empty(204))
            }
            other => {
                let words = format!(
                    "there is no operation {other}: {} {}",
                    request.method, request.path
                );
                Err(Refused(404, "UnknownOperationException", words))
            }
        }
    }

    fn create_function(&mut self, call: &Call) -> Reply {
        let body = &call.body;
        let name = body["FunctionName"].as_str().unwrap_or_default().to_owned();
        let key = (call.region.clone(), name.clone());
        if self.functions.contains_key(&key) {
            let words = format!("Function already exist: {name}");
            return Err(Refused(409, "ResourceConflictException", words));
        }
        memory(body)?;
        let (size, digest) = code(&body["Code"]["ZipFile"])?;
        let arn = body["Role"].as_str().unwrap_or_default();
        let role = self
            .roles
            .values_mut()
            .find(|role| role.value["arn"] == arn);
        let assumable = role.is_some_and(|role| {
            let now = role.late == 0;
            role.late = role.late.saturating_sub(1);
            now && role.value["trust"]
                .as_str()
                .is_some_and(|trust| trust.contains("lambda.amazonaws.com"))
        });
        if !assumable {
            let words = "The role defined for the function cannot be assumed by Lambda.".to_owned();
            return Err(Refused(400, "InvalidParameterValueException", words));
        }
        let mut configuration = object(body);
        configuration.remove("Code");
        let tags = configuration.remove("Tags").unwrap_or_else(|| json!({}));
        let mut configuration = Value::Object(configuration);
        configuration["FunctionArn"] = json!(format!(
            "arn:aws:lambda:{}:{}:function:{name}",
            call.region, self.account
        ));
        configuration["CodeSize"] = json!(size);
        configuration["CodeSha256"] = json!(digest);
        configuration["Version"] = json!("$LATEST");
        configuration["LastModified"] = json!("2026-01-01T00:00:00.000+0000");
        let value =
            json!({ "configuration": configuration, "tags": tags, "permissions": {}, "new": true });
        let thing = Self::thing(call, value, self.lag.function);
        let answer = json_answer(201, &told(&thing));
        self.functions.insert(key, thing);
        Ok(answer)
    }

    /// What a look tells; each one brings it nearer to what it will be.
    fn look_at(&mut self, call: &Call) -> Result<Value, Refused> {
        let function = self.function(call)?;
        let now = told(function);
        if function.late > 0 {
            function.late -= 1;
        } else {
            function.value["new"] = json!(false);
        }
        Ok(now)
    }

    /// Nothing can be changed while a change is under way.
    fn changeable(&mut self, call: &Call) -> Result<&mut Thing, Refused> {
        let function = self.function(call)?;
        if function.late > 0 {
            let arn = function.value["configuration"]["FunctionArn"].clone();
            let words = format!(
                "The operation cannot be performed at this time. An update is in progress for resource: {}",
                arn.as_str().unwrap_or_default()
            );
            return Err(Refused(409, "ResourceConflictException", words));
        }
        Ok(function)
    }

    fn list_functions(&self, call: &Call, request: &Request) -> Answer {
        let here = self
            .functions
            .iter()
            .filter(|((region, _), _)| *region == call.region);
        let all: Vec<Value> = here.map(|(_, function)| told(function)).collect();
        let (functions, next) = page(&all, request.asked("Marker").as_deref());
        json_answer(200, &json!({ "Functions": functions, "NextMarker": next }))
    }

    fn add_permission(&mut self, call: &Call) -> Reply {
        let body = &call.body;
        let function = self.function(call)?;
        let id = body["StatementId"].as_str().unwrap_or_default();
        if !function.value["permissions"][id].is_null() {
            let words = format!(
                "The statement id ({id}) provided already exists. Please provide a new statement id, or remove the existing statement."
            );
            return Err(Refused(409, "ResourceConflictException", words));
        }
        let statement = json!({
            "Sid": id,
            "Effect": "Allow",
            "Principal": { "Service": body["Principal"] },
            "Action": body["Action"],
            "Resource": function.value["configuration"]["FunctionArn"],
            "Condition": { "ArnLike": { "AWS:SourceArn": body["SourceArn"] } },
        });
        function.value["permissions"][id] = statement.clone();
        Ok(json_answer(
            201,
            &json!({ "Statement": statement.to_string() }),
        ))
    }

    fn permissions(&mut self, call: &Call) -> Reply {
        let permissions = object(&self.function(call)?.value["permissions"]);
        if permissions.is_empty() {
            return Err(no_policy());
        }
        let statements: Vec<Value> = permissions.into_iter().map(|(_, one)| one).collect();
        let policy = json!({ "Version": "2012-10-17", "Id": "default", "Statement": statements });
        let answer = json!({ "Policy": policy.to_string(), "RevisionId": "01234567" });
        Ok(json_answer(200, &answer))
    }
}

fn no_policy() -> Refused {
    let words = "The resource you requested does not exist.".to_owned();
    Refused(404, "ResourceNotFoundException", words)
}

/// A function's configuration, with its state.
fn told(function: &Thing) -> Value {
    let mut told = function.value["configuration"].clone();
    let ready = function.late == 0;
    let new = function.value["new"] == json!(true);
    told["State"] = json!(if ready || !new { "Active" } else { "Pending" });
    told["LastUpdateStatus"] = json!(if ready || new {
        "Successful"
    } else {
        "InProgress"
    });
    told
}
