//! The SDK's answers in our own types.
//!
//! Invariant: an answer that lacks what identifies its thing gives nothing.

use std::collections::HashMap;

use aws_sdk_apigatewayv2::types as apigateway;
use aws_sdk_cloudwatchlogs::types as logs;
use aws_sdk_iam::types as iam;
use aws_smithy_types::DateTime;

use super::super::ledger::{Identity, Kind};
use super::super::region;
use super::call::{BURST, RATE};
use super::reply::{Detail, Event, FunctionDetail, Integration, Reply, Route, Tags, Thing};

fn one(thing: Thing) -> Reply {
    Reply::Thing(Box::new(thing))
}

/// Tags that an answer has as a map.
pub(super) fn pairs(tags: Option<&HashMap<String, String>>) -> Tags {
    let mut tags: Tags = tags.cloned().unwrap_or_default().into_iter().collect();
    tags.sort();
    tags
}

pub(super) fn tags_of_role(tags: &[iam::Tag]) -> Tags {
    tags.iter()
        .map(|tag| (tag.key().to_owned(), tag.value().to_owned()))
        .collect()
}

/// With its tags, as answers about one role have them.
pub(super) fn role(role: &iam::Role) -> Reply {
    one(Thing {
        tags: Some(tags_of_role(role.tags())),
        ..role_of_list(role)
    })
}

pub(super) fn role_of_list(role: &iam::Role) -> Thing {
    Thing {
        kind: Kind::Role,
        name: role.role_name().to_owned(),
        identity: Identity {
            id: Some(role.role_id().to_owned()),
            arn: role.arn().to_owned(),
        },
        tags: None,
        detail: Detail::Role {
            trust: role.assume_role_policy_document().map(document),
        },
    }
}

/// IAM answers with documents that are percent-encoded (RFC 3986); other servers may not.
pub(super) fn document(text: &str) -> String {
    if text.trim_start().starts_with('{') {
        return text.to_owned();
    }
    percent_encoding::percent_decode_str(text)
        .decode_utf8_lossy()
        .into_owned()
}

/// What is used of a function's configuration.
pub(super) struct Configuration<'a> {
    pub name: Option<&'a str>,
    pub arn: Option<&'a str>,
    pub sha256: Option<&'a str>,
    pub runtime: Option<&'a str>,
    pub handler: Option<&'a str>,
    pub role: Option<&'a str>,
    pub state: Option<&'a str>,
    pub reason: Option<&'a str>,
    pub update: Option<&'a str>,
    pub update_reason: Option<&'a str>,
    pub timeout: Option<i32>,
    pub memory: Option<i32>,
    pub table: Option<&'a str>,
}

pub(super) fn function(from: &Configuration<'_>, tags: Option<Tags>) -> Option<Reply> {
    let thing = function_of_list(from)?;
    Some(one(Thing { tags, ..thing }))
}

pub(super) fn function_of_list(from: &Configuration<'_>) -> Option<Thing> {
    let text = |value: Option<&str>| value.map(str::to_owned);
    Some(Thing {
        kind: Kind::Function,
        name: from.name?.to_owned(),
        identity: Identity {
            id: None,
            arn: from.arn?.to_owned(),
        },
        tags: None,
        detail: Detail::Function(Box::new(FunctionDetail {
            code_sha256: text(from.sha256),
            runtime: text(from.runtime),
            handler: text(from.handler),
            role: text(from.role),
            state: text(from.state),
            reason: text(from.reason),
            update: text(from.update),
            update_reason: text(from.update_reason),
            timeout: from.timeout,
            memory: from.memory,
            table: text(from.table),
        })),
    })
}

/// What is used of an API.
pub(super) struct Api<'a> {
    pub id: Option<&'a str>,
    pub name: Option<&'a str>,
    pub endpoint: Option<&'a str>,
    pub made: Option<&'a DateTime>,
    pub tags: Option<&'a HashMap<String, String>>,
}

pub(super) fn api(from: &Api<'_>, region: &str) -> Option<Reply> {
    api_of_list(from, region).map(one)
}

pub(super) fn api_of_list(from: &Api<'_>, region: &str) -> Option<Thing> {
    let id = from.id?;
    let partition = region::region(region).map_or("aws", |region| region.partition.id());
    Some(Thing {
        kind: Kind::Api,
        name: from.name.unwrap_or_default().to_owned(),
        identity: Identity {
            id: Some(id.to_owned()),
            arn: format!("arn:{partition}:apigateway:{region}::/apis/{id}"),
        },
        tags: Some(pairs(from.tags)),
        detail: Detail::Api {
            endpoint: from.endpoint.map(str::to_owned),
            made: from
                .made
                .and_then(|made| u64::try_from(made.to_millis().ok()?).ok()),
        },
    })
}

pub(super) fn integration(from: &apigateway::Integration) -> Option<Integration> {
    Some(Integration {
        id: from.integration_id()?.to_owned(),
        uri: from.integration_uri().map(str::to_owned),
        payload_format: from.payload_format_version().map(str::to_owned),
        timeout: from.timeout_in_millis(),
    })
}

pub(super) fn route(from: &apigateway::Route) -> Option<Route> {
    Some(Route {
        key: from.route_key()?.to_owned(),
        target: from.target().map(str::to_owned),
    })
}

/// Whether no more is let through than a stage of ours lets.
pub(super) fn is_limited(limits: &apigateway::RouteSettings) -> bool {
    let rate = limits.throttling_rate_limit();
    let burst = limits.throttling_burst_limit();
    rate.is_some_and(|rate| rate <= f64::from(RATE))
        && burst.is_some_and(|burst| burst <= BURST.cast_signed())
}

pub(super) fn log_group(from: &logs::LogGroup) -> Option<Thing> {
    let arn = from.log_group_arn().or(from.arn())?;
    Some(Thing {
        kind: Kind::LogGroup,
        name: from.log_group_name()?.to_owned(),
        identity: Identity {
            id: from.creation_time().map(|at| at.to_string()),
            // What `arn` has at its end is of its streams.
            arn: arn.strip_suffix(":*").unwrap_or(arn).to_owned(),
        },
        tags: None,
        detail: Detail::LogGroup {
            retention: from.retention_in_days(),
        },
    })
}

pub(super) fn event(from: &logs::FilteredLogEvent) -> Option<Event> {
    Some(Event {
        id: from.event_id().map(str::to_owned),
        stream: from.log_stream_name().unwrap_or_default().to_owned(),
        at: from.timestamp()?,
        message: from.message()?.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_read_encoded_or_not() {
        assert_eq!(document("%7B%22a%22%3A1%7D"), r#"{"a":1}"#);
        assert_eq!(document(r#"{"a":"100%25"}"#), r#"{"a":"100%25"}"#);
    }

    #[test]
    fn a_log_group_is_named_without_its_streams_and_told_by_when_it_was_made() {
        let group = logs::LogGroup::builder()
            .log_group_name("/aws/lambda/x")
            .arn("arn:aws:logs:us-east-1:1:log-group:/aws/lambda/x:*")
            .creation_time(7)
            .build();
        let thing = log_group(&group).unwrap();
        assert_eq!(
            thing.identity.arn,
            "arn:aws:logs:us-east-1:1:log-group:/aws/lambda/x"
        );
        assert_eq!(thing.identity.id.as_deref(), Some("7"));
        assert_eq!(log_group(&logs::LogGroup::builder().build()), None);
    }

    #[test]
    fn what_has_no_id_is_no_api() {
        let mut api = Api {
            id: Some("a1"),
            name: Some("pets"),
            endpoint: None,
            made: None,
            tags: None,
        };
        let thing = api_of_list(&api, "cn-north-1").unwrap();
        assert_eq!(
            thing.identity.arn,
            "arn:aws-cn:apigateway:cn-north-1::/apis/a1"
        );
        assert_eq!(thing.key(), "a1");
        api.id = None;
        assert_eq!(api_of_list(&api, "us-east-1"), None);
    }
}
