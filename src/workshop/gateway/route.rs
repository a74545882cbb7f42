//! Which route a request takes.
//!
//! API Gateway compares the path as it was sent, part by part, and a variable takes one whole part; it is decoded for the event. A method
//! or a path without a route is not found, both alike.

use percent_encoding::percent_decode_str;

use crate::workshop::goal::Goal;

/// A route and its path parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub goal: Goal,
    /// The decoded value of `{id}`.
    pub id: Option<String>,
}

/// The route of a request.
#[must_use]
pub fn route(method: &str, path: &str) -> Option<Found> {
    Goal::ALL.into_iter().find_map(|goal| {
        let (known, template) = goal.route_key().split_once(' ')?;
        if known != method {
            return None;
        }
        let mut id = None;
        let (mut parts, mut names) = (path.split('/'), template.split('/'));
        loop {
            match (parts.next(), names.next()) {
                (None, None) => return Some(Found { goal, id }),
                (Some(part), Some("{id}")) if !part.is_empty() => {
                    id = Some(percent_decode_str(part).decode_utf8_lossy().into_owned());
                }
                (Some(part), Some(name)) if part == name => {}
                _ => return None,
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_route_is_found_and_nothing_else() {
        let id = |method, path| route(method, path).map(|found| (found.goal, found.id));
        assert_eq!(id("GET", "/pets"), Some((Goal::GetAll, None)));
        assert_eq!(id("POST", "/pets"), Some((Goal::Post, None)));
        assert_eq!(
            id("GET", "/pets/2"),
            Some((Goal::GetOne, Some("2".to_owned())))
        );
        assert_eq!(
            id("GET", "/pets/a%20b%2Fc%C3%A9"),
            Some((Goal::GetOne, Some("a b/cé".to_owned())))
        );
        for (method, path) in [
            ("DELETE", "/pets"),
            ("get", "/pets"),
            ("GET", "/"),
            ("GET", "/pets/"),
            ("GET", "/pets/2/"),
            ("GET", "/pets/2/name"),
            ("GET", "pets"),
            ("GET", "//pets"),
            ("POST", "/pets/2"),
        ] {
            assert_eq!(route(method, path), None, "{method} {path}");
        }
    }
}
