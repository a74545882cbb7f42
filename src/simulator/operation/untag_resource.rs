//! `UntagResource`: tags that a table has no more; it is no error if it never had them.

use crate::simulator::json::Json;

use crate::simulator::wire::body::Members;
use crate::simulator::wire::error::{Answer, ServiceError};
use crate::simulator::wire::member::list;
use crate::simulator::wire::shape::{self, Shape};
use crate::simulator::wire::text;

use super::{Call, Response, tags};

const SHAPES: &[(&str, Shape)] = &[("TagKeys", Shape::List(&Shape::String)), tags::RESOURCE_ARN];

pub(super) fn run(call: &mut Call<'_>, members: &Members) -> Answer<Response> {
    shape::check(members, SHAPES)?;
    let resource = tags::resource(call, members, Some(("TagKeys", "tagKeys")))?;
    let given = list(members, "TagKeys").unwrap_or_default();
    if given.is_empty() {
        return Err(ServiceError::validation(text::TAG_KEYS_EMPTY));
    }
    // Also of removals there may only be so many (observed).
    if given.len() > tags::MOST {
        return Err(ServiceError::validation(text::TOO_MANY_TAGS));
    }
    let keys = given
        .iter()
        .map(|key| tags::check_key(Json::as_str(key)))
        .collect::<Answer<Vec<&str>>>()?;
    tags::change(call, resource, |tags| {
        tags.retain(|(key, _)| !keys.contains(&key.as_str()));
    })?;
    Ok(Response::empty())
}
