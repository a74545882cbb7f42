//! Tags of tables: what they may be, and which table an ARN means.
//!
//! ```text
//!   arn:aws:dynamodb:us-east-1:123456789012:table/pets
//!       └ partition, service, region, account ┘ └─ the table, not an index, a backup or a stream
//! ```
//!
//! The words are those that AWS was seen to use in October 2026 (ack-api-quirks, findings 101 to 110 and 372 about tables); where
//! it does not tell an order of checks, the order is that of the request. AWS also holds tags back for a second or two and
//! refuses the next change meanwhile; here they are there at once.
//!
//! Invariant: a table has at most [`MOST`] tags, no key twice, and none that AWS would refuse.

use std::sync::Arc;

use crate::simulator::json::Json;

use crate::simulator::catalogue::Handle;
use crate::simulator::table::definition::Status;
use crate::simulator::wire::body::Members;
use crate::simulator::wire::error::{Answer, ServiceError};
use crate::simulator::wire::member::{has_name_pattern, list, string};
use crate::simulator::wire::shape::Shape;
use crate::simulator::wire::text;

use super::Call;

/// Key and value.
pub(super) type Tag = (String, String);

/// Tags of one table (tagging restrictions).
pub(super) const MOST: usize = 50;
const KEY_CHARACTERS: usize = 128;
const VALUE_CHARACTERS: usize = 256;

pub(super) const RESOURCE_ARN: (&str, Shape) = ("ResourceArn", Shape::String);

/// `Tags` of `CreateTable`: there may be none.
pub(super) fn of_new_table(members: &Members) -> Answer<Vec<Tag>> {
    read(list(members, "Tags").unwrap_or_default())
}

/// Tags as a request lists them, each one checked, no key twice, not too many.
pub(super) fn read(tags: &[Json<'_>]) -> Answer<Vec<Tag>> {
    if tags.len() > MOST {
        return Err(ServiceError::validation(text::TOO_MANY_TAGS));
    }
    let mut read: Vec<Tag> = Vec::with_capacity(tags.len());
    for tag in tags {
        let of = |member: &str| tag.get(member).and_then(Json::as_str);
        let key = check_key(of("Key"))?;
        let value = of("Value")
            .filter(|value| is_well_formed(value, VALUE_CHARACTERS))
            .ok_or_else(|| {
                let shown = of("Value").unwrap_or("null");
                ServiceError::validation(text::tag_value_invalid(shown))
            })?;
        if read.iter().any(|(known, _)| known == key) {
            return Err(ServiceError::validation(text::tag_key_twice(key)));
        }
        read.push((key.to_owned(), value.to_owned()));
    }
    Ok(read)
}

/// A key that may be set or removed; JSON null and absence are shown as `null`.
pub(super) fn check_key(key: Option<&str>) -> Answer<&str> {
    const RESERVED: &str = "aws:";
    let invalid = |shown| ServiceError::validation(text::tag_key_invalid(shown));
    let key = key.ok_or_else(|| invalid("null"))?;
    if key.is_empty() || !is_well_formed(key, KEY_CHARACTERS) {
        return Err(invalid(key));
    }
    if key
        .get(..RESERVED.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(RESERVED))
    {
        return Err(ServiceError::validation(text::tag_key_reserved(key)));
    }
    Ok(key)
}

/// Letters, digits and spaces of any script and a little punctuation, as many characters as there may be.
fn is_well_formed(text: &str, most: usize) -> bool {
    let allowed = |character: char| {
        character.is_alphanumeric()
            || (character.is_whitespace() && !character.is_control())
            || "+-=._:/@".contains(character)
    };
    text.chars().count() <= most && text.chars().all(allowed)
}

/// What a request is about: the ARN as it was given, and the name of the table in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Resource<'a> {
    arn: &'a str,
    name: &'a str,
}

/// Read `ResourceArn`. `required` is the member that has to be there besides; its absence is noticed after that of the
/// ARN and before what is wrong with the ARN (observed by dynalite's suite).
pub(super) fn resource<'a>(
    call: &mut Call<'_>,
    members: &'a Members,
    required: Option<(&str, &str)>,
) -> Answer<Resource<'a>> {
    let arn = string(members, "ResourceArn")
        .filter(|arn| !arn.is_empty())
        .ok_or_else(|| ServiceError::validation(text::ARN_MISSING))?;
    if let Some((member, path)) = required
        && list(members, member).is_none()
    {
        return Err(ServiceError::enveloped(text::must_not_be_null(path)));
    }
    let name = table_in(call, arn)?;
    call.trace.table = name.into();
    Ok(Resource { arn, name })
}

/// The table that an ARN names.
fn table_in<'a>(call: &Call<'_>, arn: &'a str) -> Answer<&'a str> {
    // What Java's parser of ARNs says when one ends too early.
    const MISSING: [&str; 4] = [
        "Second colon partition not found",
        "Third colon vendor not found",
        "Fourth colon (region/namespace delimiter) not found",
        "Fifth colon (namespace/relative-id delimiter) not found",
    ];
    let malformed = |why| Err(ServiceError::validation(text::arn_malformed(why, arn)));
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    if parts[0] != "arn" || parts.len() == 1 {
        return malformed("ARNs must start with 'arn:'");
    }
    let &[_, partition, service, region, account, resource] = parts.as_slice() else {
        return malformed(MISSING[parts.len() - 2]);
    };
    let settings = call.settings();
    let denied = || {
        let who = &settings.account;
        let message = text::not_authorized(who, &call.trace.operation, arn);
        Err(ServiceError::access_denied(message))
    };
    if service != "dynamodb" {
        return denied();
    }
    let mut path = resource.split('/');
    if path.next() != Some("table") {
        return malformed("Provided Arn is not a DynamoDB resource arn");
    }
    let name = path.next().unwrap_or_default();
    match path.next() {
        Some("index") => {
            return Err(ServiceError::validation(text::arn_of_other_resource(arn)));
        }
        Some("backup") => return malformed("Provided Arn is not a DynamoDB resource arn"),
        _ => {}
    }
    let is_name = (3..=255).contains(&name.len()) && has_name_pattern(name);
    let is_whole = resource.len() == "table/".len() + name.len();
    // Before the region, which another account's ARN is not told of (as of another service's: observed by ExtendDB, July 2026).
    if account != settings.account {
        return denied();
    }
    if partition != "aws" || region != settings.region || !is_name || !is_whole {
        return Err(ServiceError::validation(text::arn_of_no_table(arn)));
    }
    Ok(name)
}

/// The table, unless it is being made or deleted: then its tags are not known (observed).
pub(super) fn find(call: &Call<'_>, resource: Resource<'_>) -> Answer<Arc<Handle>> {
    call.simulator
        .find(resource.name, call.now)
        .filter(|handle| {
            let table = handle.read();
            let status = table.definition().status(call.now);
            !table.gone && matches!(status, Status::Active | Status::Updating)
        })
        .ok_or_else(|| ServiceError::not_found(text::arn_not_found(resource.arn)))
}

/// Give a table the tags that `change` makes of those it has.
pub(super) fn change(
    call: &Call<'_>,
    resource: Resource<'_>,
    change: impl FnOnce(&mut Vec<Tag>),
) -> Answer<()> {
    let handle = find(call, resource)?;
    let mut table = handle.write();
    if table.gone {
        return Err(ServiceError::not_found(text::arn_not_found(resource.arn)));
    }
    let mut tags = table.definition().tags.clone();
    change(&mut tags);
    if tags.len() > MOST {
        return Err(ServiceError::validation(text::TOO_MANY_TAGS));
    }
    if tags == table.definition().tags {
        return Ok(());
    }
    let mut definition = table.definition().clone();
    definition.tags = tags;
    call.simulator.redefine(&mut table, definition)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn said(tags: &Value) -> Option<String> {
        read(Json::from(tags).as_array().expect("a list"))
            .err()
            .and_then(|error| error.message().map(str::to_owned))
    }

    #[test]
    fn tags_have_letters_of_any_script_and_little_punctuation() {
        for text in [
            "ключ",
            "café",
            "表",
            "a\u{a0}b",
            "a\u{3000}b",
            " a",
            "a+b-c=d.e_f:g/h@i",
            "Ⅷ½",
        ] {
            assert_eq!(said(&json!([{"Key": text, "Value": text}])), None, "{text}");
        }
        for text in [
            "🔑", "100%", "a,b", "it's", "(x)", "a&b", "a*b", "a;b", "a?b", "a|b", "a\\b", "<a>",
            "~a", "#", "a\tb", "a\nb",
        ] {
            assert_eq!(
                said(&json!([{"Key": text, "Value": "v"}])),
                Some(format!("The Tag Key provided is invalid, Key: {text}"))
            );
            assert_eq!(
                said(&json!([{"Key": "k", "Value": text}])),
                Some(format!("The Tag Value provided is invalid, Value: {text}"))
            );
        }
    }

    #[test]
    fn lengths_are_counted_in_characters() {
        let tag = |key: usize, value: usize| json!([{"Key": "ж".repeat(key), "Value": "ж".repeat(value)}]);
        assert_eq!(said(&tag(128, 256)), None);
        assert_eq!(said(&tag(1, 0)), None);
        let refused = |key, value| said(&tag(key, value)).expect("refused");
        assert!(refused(129, 1).starts_with("The Tag Key provided is invalid, Key: жж"));
        assert!(refused(1, 257).starts_with("The Tag Value provided is invalid, Value: жж"));
        assert_eq!(refused(0, 1), "The Tag Key provided is invalid, Key: ");
    }

    #[test]
    fn what_is_missing_reserved_repeated_or_too_much_is_refused() {
        for (tags, expected) in [
            (json!([{}]), "The Tag Key provided is invalid, Key: null"),
            (
                json!([{"Value": "v"}]),
                "The Tag Key provided is invalid, Key: null",
            ),
            (
                json!([{"Key": "k"}]),
                "The Tag Value provided is invalid, Value: null",
            ),
            (
                json!([{"Key": "k", "Value": "v"}, {"Key": "aws:zzz", "Value": "v"}]),
                "Tag Key cannot be prefixed with aws:, Key: aws:zzz",
            ),
            (
                json!([{"Key": "AWS:foo", "Value": "v"}]),
                "Tag Key cannot be prefixed with aws:, Key: AWS:foo",
            ),
            (
                json!([{"Key": "dup", "Value": "1"}, {"Key": "dup", "Value": "1"}]),
                "Duplicate Tag Keys provided as input: Duplicate Tag Key found dup",
            ),
            (
                (0..51)
                    .map(|n| json!({"Key": format!("k{n}"), "Value": "v"}))
                    .collect(),
                "Number of Tags exceed the current limit for the provided ResourceArn",
            ),
        ] {
            assert_eq!(said(&tags).as_deref(), Some(expected));
        }
        // Keys tell capitals apart, and only the start is reserved.
        assert_eq!(
            said(
                &json!([{"Key": "Env", "Value": ""}, {"Key": "env", "Value": "x"}, {"Key": "myaws:foo", "Value": "v"}])
            ),
            None
        );
    }
}
