//! A request's bytes, read as one JSON object without trusting them.
//!
//! The JSON parser follows 127 levels and no more, so it can't run out of stack. DynamoDB reads further and
//! then complains about the nesting of the *value*, so a deeper body is cut first: whatever lies below
//! `KEPT` levels is replaced by `{"NULL":"true"}`, which leaves a value that is still far deeper than
//! DynamoDB allows, and the operation's own check gives the answer with the right words. Text for a boolean
//! is what only AWS's older layer reads, and that reads all bodies as deep as this.
//!
//! ```text
//!   depth 1 {"TableName":…,"Item":{"a":{"M":{"x":{"M":{ … 126 levels … {"NULL":"true"} }}}}}}
//!                                                        everything deeper is gone ↑
//! ```
//!
//! Invariant: no input makes this recurse with the input's own depth.

use crate::simulator::json::{self, Arena, Json, Object};

use super::error::{Answer, ServiceError};

/// Levels of JSON that are kept of a body that is too deep for the parser.
const KEPT: usize = 126;
/// Beyond this DynamoDB's own parser gives up, with no message.
const UNREADABLE: usize = 4_032;
const STAND_IN: &str = r#"{"NULL":"true"}"#;

/// The members of a request.
pub type Members<'a> = Object<'a>;

/// Read the body of a request.
///
/// # Errors
/// `SerializationException` without a message for anything that is not one JSON object.
pub fn read<'a>(body: &'a [u8], arena: &'a Arena) -> Answer<Members<'a>> {
    let text = simdutf8::basic::from_utf8(body).map_err(|_| ServiceError::unreadable())?;
    match json::read(text, arena).or_else(|| read_deep(text, arena)) {
        Some(Json::Object(members)) => Ok(members),
        _ => Err(ServiceError::unreadable()),
    }
}

/// What the parser gave up, cut to what it can follow; still nothing where the depth was not why.
fn read_deep<'a>(text: &str, arena: &'a Arena) -> Option<Json<'a>> {
    let depth = depth_of(text)?;
    if !(KEPT..=UNREADABLE).contains(&depth) {
        return None;
    }
    json::read(arena.alloc_str(&cut(text)), arena)
}

/// Walks JSON text by its brackets, skipping strings: `(position, byte)` of each bracket.
fn brackets(text: &str) -> impl Iterator<Item = (usize, u8)> + '_ {
    let mut in_string = false;
    let mut escaped = false;
    text.bytes().enumerate().filter(move |&(_, byte)| {
        if in_string {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
            return false;
        }
        if byte == b'"' {
            in_string = true;
        }
        matches!(byte, b'{' | b'[' | b'}' | b']')
    })
}

/// How deep the text nests, or `None` where its brackets don't match.
fn depth_of(text: &str) -> Option<usize> {
    let mut depth = 0usize;
    let mut deepest = 0;
    for (_, byte) in brackets(text) {
        if matches!(byte, b'{' | b'[') {
            depth += 1;
            deepest = deepest.max(depth);
        } else {
            depth = depth.checked_sub(1)?;
        }
    }
    (depth == 0).then_some(deepest)
}

/// The text with every value that starts below [`KEPT`] levels replaced.
fn cut(text: &str) -> String {
    let mut kept = String::with_capacity(text.len().min(1 << 16));
    let mut copied = 0;
    let mut depth = 0usize;
    for (position, byte) in brackets(text) {
        if matches!(byte, b'{' | b'[') {
            depth += 1;
            if depth == KEPT + 1 {
                kept.push_str(&text[copied..position]);
                kept.push_str(STAND_IN);
            }
        } else {
            if depth == KEPT + 1 {
                copied = position + 1;
            }
            depth = depth.saturating_sub(1);
        }
    }
    kept.push_str(&text[copied..]);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nested(levels: usize) -> String {
        format!(
            r#"{{"Item":{{"a":{}{{"S":"leaf"}}{}}}}}"#,
            r#"{"M":{"n":"#.repeat(levels),
            "}}".repeat(levels)
        )
    }

    #[test]
    fn what_is_no_object_is_unreadable() {
        for body in [
            "",
            "x",
            "[]",
            "3",
            "null",
            "{",
            r#"{"a":}"#,
            "{}{}",
            "\u{feff}{}",
        ] {
            assert_eq!(
                read(body.as_bytes(), &Arena::new()),
                Err(ServiceError::unreadable()),
                "{body:?}"
            );
        }
        assert_eq!(
            read(&[b'{', 0xff, b'}'], &Arena::new()),
            Err(ServiceError::unreadable())
        );
    }

    #[test]
    fn deep_bodies_are_cut_and_deeper_ones_refused() {
        let arena = Arena::new();
        assert!(read(nested(20).as_bytes(), &arena).is_ok());
        let deep = nested(500);
        let cut = read(deep.as_bytes(), &arena).expect("cut to what can be parsed");
        assert!(format!("{cut:?}").contains(r#""NULL", String("true")"#));
        assert!(read(nested(5_000).as_bytes(), &arena).is_err());
        assert!(read("[".repeat(3_000_000).as_bytes(), &arena).is_err());
        assert!(
            read(
                format!("{}{}", "[".repeat(300_000), "]".repeat(300_000)).as_bytes(),
                &arena
            )
            .is_err()
        );
    }

    #[test]
    fn brackets_in_strings_are_text() {
        assert_eq!(depth_of(r#"{"a":"[[[\"[["}"#), Some(1));
        assert_eq!(depth_of("{]]"), None);
    }
}
