//! HTTP APIs, with their integrations, routes and stages, and what asks their URL (API reference of API Gateway, version 2).
//!
//! A name is not unique, so one that is made twice is there twice.

use serde_json::{Value, json};

use super::call::Call;
use super::message::{Answer, Request};
use super::{Refused, Reply, Services, Thing, json_answer, object, page};

fn missing(what: &str) -> Refused {
    Refused(
        404,
        "NotFoundException",
        format!("Invalid {what} identifier specified"),
    )
}

fn conflict(words: String) -> Refused {
    Refused(409, "ConflictException", words)
}

fn gone() -> Answer {
    Answer::new(204, "application/json", "")
}

impl Services {
    fn api(&mut self, call: &Call) -> Result<&mut Thing, Refused> {
        let named = call.thing.as_deref().unwrap_or_default();
        // Tags are asked for by an ARN, which ends with the id.
        let id = named.rsplit('/').next().unwrap_or_default();
        let key = (call.region.clone(), id.to_owned());
        let none = || missing(&format!("API {}:{id}", self.account));
        let thing = self.apis.get_mut(&key).ok_or_else(none)?;
        let what = format!("the API {id}");
        Self::watch(&mut self.trespasses, call, &thing.maker, &what);
        Ok(thing)
    }

    pub(super) fn gateway(&mut self, call: &Call, request: &Request) -> Reply {
        let body = &call.body;
        let parts = request.parts();
        let last = parts.last().cloned().unwrap_or_default();
        let token = request.asked("nextToken");
        let listed = |things: &Value| {
            let all: Vec<Value> = object(things).into_iter().map(|(_, one)| one).collect();
            let (items, next) = page(&all, token.as_deref());
            json_answer(200, &json!({ "items": items, "nextToken": next }))
        };
        Ok(match call.operation.as_str() {
            "CreateApi" => self.create_api(call),
            "GetApis" => {
                let here = self
                    .apis
                    .iter()
                    .filter(|((region, _), _)| *region == call.region);
                let all: Vec<Value> = here.map(|(_, api)| api.value["api"].clone()).collect();
                let (items, next) = page(&all, token.as_deref());
                json_answer(200, &json!({ "items": items, "nextToken": next }))
            }
            "GetApi" => json_answer(200, &self.api(call)?.value["api"]),
            "UpdateApi" => {
                let api = self.api(call)?;
                for (name, value) in object(body) {
                    api.value["api"][name] = value;
                }
                json_answer(200, &api.value["api"])
            }
            "DeleteApi" => {
                self.api(call)?;
                self.apis.remove(&(call.region.clone(), last));
                gone()
            }
            "CreateIntegration" => self.put(call, "integrations", "integrationId", None)?,
            "CreateRoute" => self.put(call, "routes", "routeId", Some("routeKey"))?,
            "CreateStage" => self.put(call, "stages", "stageName", Some("stageName"))?,
            "GetIntegrations" => listed(&self.api(call)?.value["integrations"]),
            "GetRoutes" => listed(&self.api(call)?.value["routes"]),
            "GetStages" => listed(&self.api(call)?.value["stages"]),
            "GetStage" => match &self.api(call)?.value["stages"][&last] {
                Value::Null => return Err(missing("stage")),
                stage => json_answer(200, stage),
            },
            operation @ ("UpdateIntegration" | "UpdateRoute" | "UpdateStage") => {
                let (kind, name) = kind(operation);
                let thing = &mut self.api(call)?.value[kind][&last];
                if thing.is_null() {
                    return Err(missing(name));
                }
                for (name, value) in object(body) {
                    thing[name] = value;
                }
                json_answer(200, thing)
            }
            operation @ ("DeleteIntegration" | "DeleteRoute" | "DeleteStage") => {
                let (kind, name) = kind(operation);
                let things = self.api(call)?.value[kind].as_object_mut().expect("a map");
                things.remove(&last).ok_or_else(|| missing(name))?;
                gone()
            }
            "GetTags" => json_answer(
                200,
                &json!({ "tags": self.api(call)?.value["api"]["tags"] }),
            ),
            "TagResource" => {
                let api = self.api(call)?;
                let mut tags = object(&api.value["api"]["tags"]);
                tags.extend(object(&body["tags"]));
                api.value["api"]["tags"] = json!(tags);
                json_answer(201, &json!({}))
            }
            other => {
                let words = format!(
                    "there is no operation {other}: {} {}",
                    request.method, request.path
                );
                return Err(Refused(404, "NotFoundException", words));
            }
        })
    }

    fn create_api(&mut self, call: &Call) -> Answer {
        let id = format!("a{:09}", self.number());
        let mut api = Value::Object(object(&call.body));
        api["apiId"] = json!(id);
        api["apiEndpoint"] = json!(format!("{}://{id}.{}", self.served.0, self.served.1));
        api["createdDate"] = json!("2026-01-01T00:00:00Z");
        api["routeSelectionExpression"] = json!("$request.method $request.path");
        let answer = json_answer(201, &api);
        let value = json!({ "api": api, "integrations": {}, "routes": {}, "stages": {} });
        self.apis
            .insert((call.region.clone(), id), Self::thing(call, value, 0));
        answer
    }

    /// Makes something in an API; `unique` is a member of which there can't be two the same.
    fn put(&mut self, call: &Call, kind: &str, id: &str, unique: Option<&str>) -> Reply {
        let number = self.number();
        let things = &mut self.api(call)?.value[kind];
        let mut thing = Value::Object(object(&call.body));
        if let Some(unique) = unique
            && object(things)
                .values()
                .any(|other| other[unique] == thing[unique])
        {
            let words = format!(
                "{} already exists",
                thing[unique].as_str().unwrap_or_default()
            );
            return Err(conflict(words));
        }
        let name = match thing[id].as_str() {
            Some(name) => name.to_owned(),
            None => format!("i{number:06}"),
        };
        thing[id] = json!(name);
        things[&name] = thing.clone();
        Ok(json_answer(201, &thing))
    }

    /// A request to an API's URL: the route, its integration, whether the API may invoke the function, and what Lambda logs.
    pub(super) fn url(&mut self, call: &Call, request: &Request) -> Reply {
        let id = call.thing.as_deref().unwrap_or_default();
        let not_found = || Refused(404, "NotFoundException", "Not Found".to_owned());
        let broken = || {
            Refused(
                500,
                "InternalServerError",
                "Internal Server Error".to_owned(),
            )
        };
        let found = self.apis.iter().find(|((_, other), _)| other == id);
        let ((region, _), api) = found.ok_or_else(not_found)?;
        let region = region.clone();
        let stages = object(&api.value["stages"]);
        stages.get("$default").ok_or_else(not_found)?;
        let routes = object(&api.value["routes"]);
        let route = routes
            .values()
            .find(|route| matches(route["routeKey"].as_str().unwrap_or_default(), request))
            .ok_or_else(not_found)?;
        let key = route["routeKey"].as_str().unwrap_or_default().to_owned();
        let target = route["target"].as_str().unwrap_or_default();
        let integration = target.trim_start_matches("integrations/");
        let uri = api.value["integrations"][integration]["integrationUri"].as_str();
        let uri = uri.ok_or_else(broken)?;
        let function = uri
            .trim_end_matches("/invocations")
            .rsplit(":function:")
            .next();
        let function = function.unwrap_or_default().to_owned();
        let one = self.functions.get(&(region.clone(), function.clone()));
        let one = one.ok_or_else(broken)?;
        let source = format!("arn:aws:execute-api:{region}:{}:{id}/", self.account);
        let allowed = object(&one.value["permissions"]).values().any(|statement| {
            let from = statement["Condition"]["ArnLike"]["AWS:SourceArn"].as_str();
            from.is_some_and(|from| from.starts_with(&source))
        });
        if !allowed {
            return Err(broken());
        }
        let run = format!("{:08}-2222-3333-4444-555555555555", self.number());
        let lines = [
            format!("START RequestId: {run} Version: $LATEST"),
            format!("2026-11-26T00:00:00.000Z\t{run}\tINFO\t{key}"),
            format!("END RequestId: {run}"),
            format!(
                "REPORT RequestId: {run}\tDuration: 0.06 ms\tBilled Duration: 1 ms\tMemory Size: 256 MB\tMax Memory Used: 88 MB"
            ),
        ];
        self.write_log(&region, &function, &lines);
        let body = json!({ "route": key });
        Ok(json_answer(200, &body).with("apigw-requestid", run))
    }
}

fn kind(operation: &str) -> (&'static str, &'static str) {
    if operation.ends_with("Integration") {
        ("integrations", "integration")
    } else if operation.ends_with("Route") {
        ("routes", "route")
    } else {
        ("stages", "stage")
    }
}

/// Whether a route (`GET /pets/{id}`) takes a request.
fn matches(route: &str, request: &Request) -> bool {
    let Some((method, path)) = route.split_once(' ') else {
        return route == "$default";
    };
    let wanted: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let parts = request.parts();
    let fits = |(wanted, part): (&&str, &String)| wanted.starts_with('{') || *wanted == part;
    (method == "ANY" || method == request.method)
        && wanted.len() == parts.len()
        && wanted.iter().zip(&parts).all(fits)
}
