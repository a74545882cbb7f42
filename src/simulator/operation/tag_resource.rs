//! `TagResource`: tags that a table did not have, or new values for those it had.

use crate::simulator::wire::body::Members;
use crate::simulator::wire::error::{Answer, ServiceError};
use crate::simulator::wire::member::list;
use crate::simulator::wire::shape;
use crate::simulator::wire::text;

use super::table_definition::shapes;
use super::{Call, Response, tags};

pub(super) fn run(call: &mut Call<'_>, members: &Members) -> Answer<Response> {
    shape::check(members, &[("Tags", shapes::TAGS), tags::RESOURCE_ARN])?;
    let resource = tags::resource(call, members, Some(("Tags", "tags")))?;
    let given = list(members, "Tags").unwrap_or_default();
    if given.is_empty() {
        return Err(ServiceError::validation(text::TAGS_EMPTY));
    }
    let given = tags::read(given)?;
    tags::change(call, resource, |tags| {
        for (key, value) in given {
            match tags.iter_mut().find(|(known, _)| *known == key) {
                Some((_, old)) => *old = value,
                None => tags.push((key, value)),
            }
        }
    })?;
    Ok(Response::empty())
}
