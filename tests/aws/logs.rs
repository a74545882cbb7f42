//! Log groups, with their retention, tags and events (API reference of `CloudWatch` Logs, version 2014-03-28).

use serde_json::{Value, json};

use super::call::Call;
use super::message::Answer;
use super::{Refused, Reply, Services, Thing, object, page};

impl Services {
    fn group(&mut self, call: &Call, name: &str) -> Result<&mut Thing, Refused> {
        // An ARN ends with the name, and in descriptions with `:*` behind it.
        let name = name.rsplit(":log-group:").next().unwrap_or_default();
        let name = name.trim_end_matches(":*");
        let key = (call.region.clone(), name.to_owned());
        let missing = || {
            let words = "The specified log group does not exist.".to_owned();
            Refused(400, "ResourceNotFoundException", words)
        };
        let thing = self.groups.get_mut(&key).ok_or_else(missing)?;
        let what = format!("the log group {name}");
        Self::watch(&mut self.trespasses, call, &thing.maker, &what);
        Ok(thing)
    }

    pub(super) fn logs(&mut self, call: &Call) -> Reply {
        let body = &call.body;
        let name = call.thing.clone().unwrap_or_default();
        let reply = match call.operation.as_str() {
            "CreateLogGroup" => self.create_group(call, &name)?,
            "DescribeLogGroups" => self.describe_groups(call),
            "PutRetentionPolicy" => {
                let days = body["retentionInDays"].clone();
                self.group(call, &name)?.value["retentionInDays"] = days;
                json!({})
            }
            "ListTagsForResource" | "ListTagsLogGroup" => {
                json!({ "tags": self.group(call, &name)?.value["tags"] })
            }
            "TagResource" | "TagLogGroup" => {
                let group = self.group(call, &name)?;
                let mut tags = object(&group.value["tags"]);
                tags.extend(object(&body["tags"]));
                group.value["tags"] = json!(tags);
                json!({})
            }
            "DeleteLogGroup" => {
                self.group(call, &name)?;
                self.groups.remove(&(call.region.clone(), name));
                json!({})
            }
            "DescribeLogStreams" => {
                let events = self.group(call, &name)?.value["events"].as_array().cloned();
                let any = events.is_some_and(|events| !events.is_empty());
                let stream =
                    json!({ "logStreamName": STREAM, "creationTime": 1_790_000_000_000_u64 });
                json!({ "logStreams": if any { vec![stream] } else { vec![] } })
            }
            "FilterLogEvents" | "GetLogEvents" => self.events(call, &name)?,
            other => {
                let words = format!("there is no operation {other}");
                return Err(Refused(400, "UnknownOperationException", words));
            }
        };
        Ok(Answer::new(
            200,
            "application/x-amz-json-1.1",
            reply.to_string(),
        ))
    }

    fn create_group(&mut self, call: &Call, name: &str) -> Result<Value, Refused> {
        let key = (call.region.clone(), name.to_owned());
        if self.groups.contains_key(&key) {
            let words = "The specified log group already exists".to_owned();
            return Err(Refused(400, "ResourceAlreadyExistsException", words));
        }
        let value = json!({
            "logGroupName": name,
            // What tells it from another one of the same name.
            "creationTime": 1_790_000_000_000_u64 + self.number(),
            "arn": format!("arn:aws:logs:{}:{}:log-group:{name}:*", call.region, self.account),
            "logGroupArn": format!("arn:aws:logs:{}:{}:log-group:{name}", call.region, self.account),
            "storedBytes": 0,
            "metricFilterCount": 0,
            "tags": object(&call.body["tags"]),
            "events": [],
        });
        self.groups.insert(key, Self::thing(call, value, 0));
        Ok(json!({}))
    }

    fn describe_groups(&self, call: &Call) -> Value {
        let prefix = call.body["logGroupNamePrefix"].as_str().unwrap_or_default();
        let here = self
            .groups
            .iter()
            .filter(|((region, name), _)| *region == call.region && name.starts_with(prefix));
        let all: Vec<Value> = here
            .map(|(_, thing)| {
                let mut told = object(&thing.value);
                told.retain(|name, _| name != "tags" && name != "events");
                json!(told)
            })
            .collect();
        let (groups, next) = page(&all, call.body["nextToken"].as_str());
        json!({ "logGroups": groups, "nextToken": next })
    }

    fn events(&mut self, call: &Call, name: &str) -> Result<Value, Refused> {
        let from = call.body["startTime"].as_u64().unwrap_or_default();
        let to = call.body["endTime"].as_u64().unwrap_or(u64::MAX);
        let events = self.group(call, name)?.value["events"].as_array().cloned();
        let events: Vec<Value> = events.unwrap_or_default();
        let events = events.into_iter();
        let since = events
            .filter(|event| (from..=to).contains(&event["timestamp"].as_u64().unwrap_or_default()));
        Ok(json!({ "events": since.collect::<Vec<_>>() }))
    }

    /// What Lambda writes about a run, where there is a group to write to.
    pub(super) fn write_log(&mut self, region: &str, function: &str, lines: &[String]) {
        let at = self.now;
        let name = format!("/aws/lambda/{function}");
        let Some(group) = self.groups.get_mut(&(region.to_owned(), name)) else {
            return;
        };
        let events = group.value["events"].as_array_mut().expect("events");
        for line in lines {
            let number = events.len();
            events.push(json!({
                "logStreamName": STREAM, "timestamp": at, "ingestionTime": at,
                "message": format!("{line}\n"), "eventId": format!("{number:056}"),
            }));
        }
    }
}

const STREAM: &str = "2026/11/26/[$LATEST]0123456789abcdef0123456789abcdef";
