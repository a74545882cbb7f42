//! JSON text into the tree.
//!
//! Every call reads a request, and requests are small: what counts is the work for each member. So structure and plain texts are read
//! here, straight into the tree; what is rare or subtle, escapes and numbers, is left to `serde_json`, whose grammar this is.
//!
//! ```text
//!   {"TableName":"pets","Limit":10,"Note":"a \"b\""}
//!    └── here ─────────┘        └┘       └───────┘
//!                          serde_json    serde_json
//! ```
//!
//! Invariant: it reads what `serde_json` reads, as the same tree, and refuses the rest; it never recurses deeper than 127 levels.

use super::plain::first_special;
use super::{Arena, ArenaVec, Json, Object, keep_last};

/// Members, or elements where there is more than one, that there is room for at first.
const ROOM: usize = 4;
/// Levels that are followed; what nests deeper is refused.
const DEPTH: usize = 127;

/// The value that a text is, or nothing where it is no JSON or too deep.
#[must_use]
pub fn read<'a>(text: &'a str, arena: &'a Arena) -> Option<Json<'a>> {
    let mut reader = Reader { text, at: 0, arena };
    let value = reader.value(DEPTH)?;
    reader.next();
    (reader.at == text.len()).then_some(value)
}

struct Reader<'a> {
    text: &'a str,
    /// Of the byte that is read next.
    at: usize,
    arena: &'a Arena,
}

impl<'a> Reader<'a> {
    /// The next byte that is no white space, which is not yet taken.
    fn next(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while let Some(&byte) = bytes.get(self.at) {
            if !matches!(byte, b' ' | b'\n' | b'\t' | b'\r') {
                return Some(byte);
            }
            self.at += 1;
        }
        None
    }

    /// Take the next byte if it is this one.
    #[inline]
    fn take(&mut self, byte: u8) -> Option<()> {
        // Most requests have no white space.
        if self.text.as_bytes().get(self.at) == Some(&byte) || self.next()? == byte {
            self.at += 1;
            return Some(());
        }
        None
    }

    fn value(&mut self, levels: usize) -> Option<Json<'a>> {
        Some(match self.next()? {
            b'"' => Json::String(self.string()?),
            b'{' => Json::Object(self.object(levels)?),
            b'[' => self.array(levels.checked_sub(1)?)?,
            b't' => self.word("true", Json::Bool(true))?,
            b'f' => self.word("false", Json::Bool(false))?,
            b'n' => self.word("null", Json::Null)?,
            _ => self.number()?,
        })
    }

    fn word(&mut self, word: &str, value: Json<'a>) -> Option<Json<'a>> {
        let rest = self.text.as_bytes().get(self.at..)?;
        rest.starts_with(word.as_bytes()).then(|| {
            self.at += word.len();
            value
        })
    }

    fn number(&mut self) -> Option<Json<'a>> {
        let rest = self.text.get(self.at..)?;
        let of_number = |byte: &u8| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
        let length = rest.bytes().take_while(of_number).count();
        self.at += length;
        serde_json::from_str(&rest[..length]).ok().map(Json::Number)
    }

    /// A string whose quotation mark is next.
    #[inline]
    fn string(&mut self) -> Option<&'a str> {
        let bytes = self.text.as_bytes();
        let start = self.at + 1;
        let end = start + first_special(bytes.get(start..)?)?;
        if bytes[end] == b'"' {
            self.at = end + 1;
            return Some(&self.text[start..end]);
        }
        self.escaped(start, end)
    }

    /// The string that begins at `start`, with something special at `end` that does not end it.
    #[cold]
    fn escaped(&mut self, start: usize, mut end: usize) -> Option<&'a str> {
        let bytes = self.text.as_bytes();
        while bytes[end] != b'"' {
            // A control character; or an escape, of which the byte that could be taken for an end is passed over.
            if bytes[end] != b'\\' {
                return None;
            }
            end += 2;
            end += first_special(bytes.get(end..)?)?;
        }
        self.at = end + 1;
        let text: String = serde_json::from_str(self.text.get(start - 1..=end)?).ok()?;
        Some(self.arena.alloc_str(&text))
    }

    fn array(&mut self, levels: usize) -> Option<Json<'a>> {
        self.at += 1;
        if self.take(b']').is_some() {
            return Some(Json::Array(&[]));
        }
        let first = self.value(levels)?;
        if self.take(b']').is_some() {
            return Some(Json::Array(self.arena.alloc([first])));
        }
        let mut elements = ArenaVec::with_capacity_in(ROOM, self.arena);
        elements.push(first);
        while self.take(b',').is_some() {
            elements.push(self.value(levels)?);
        }
        self.take(b']')?;
        Some(Json::Array(elements.into_bump_slice()))
    }

    /// An object whose brace is next, one of so many levels that may follow each other.
    fn object(&mut self, levels: usize) -> Option<Object<'a>> {
        let levels = levels.checked_sub(1)?;
        if let Some(scalar) = self.scalar() {
            return Some(scalar);
        }
        self.at += 1;
        if self.take(b'}').is_some() {
            return Some(Object::default());
        }
        let mut members = ArenaVec::with_capacity_in(ROOM, self.arena);
        self.member(levels, &mut members)?;
        while self.take(b',').is_some() {
            self.member(levels, &mut members)?;
        }
        self.take(b'}')?;
        keep_last(&mut members);
        Some(Object::new(members.into_bump_slice()))
    }

    /// `{"S":"…"}`, as most objects are, without white space and escapes; any other is left where it is.
    #[inline]
    fn scalar(&mut self) -> Option<Object<'a>> {
        let rest = self.text.as_bytes().get(self.at..)?;
        let [b'{', b'"', b'A'..=b'Z', b'"', b':', b'"', content @ ..] = rest else {
            return None;
        };
        let length = first_special(content)?;
        let [b'"', b'}', ..] = content[length..] else {
            return None;
        };
        let (name, start) = (self.at + 2, self.at + 6);
        let end = start + length;
        let content = Json::String(&self.text[start..end]);
        self.at = end + 2;
        let member = (&self.text[name..=name], content);
        Some(Object::new(self.arena.alloc([member])))
    }

    /// Filled in where it stays: to move what was just written piece by piece costs as much as to read it.
    #[inline]
    fn member(
        &mut self,
        levels: usize,
        members: &mut ArenaVec<'a, (&'a str, Json<'a>)>,
    ) -> Option<()> {
        (self.next()? == b'"').then_some(())?;
        let name = self.string()?;
        self.take(b':')?;
        let place = members.len();
        members.push(("", Json::Null));
        members[place].0 = name;
        members[place].1 = match self.text.as_bytes().get(self.at) {
            Some(b'"') => Json::String(self.string()?),
            Some(b'{') => Json::Object(self.object(levels)?),
            _ => self.value(levels)?,
        };
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    /// Reads a text here and there, and expects the same.
    fn both(text: &str) -> Result<(), TestCaseError> {
        let theirs: Option<Value> = serde_json::from_str(text).ok();
        let arena = Arena::new();
        let theirs = theirs.as_ref().map(|value| Json::of(value, &arena));
        prop_assert_eq!(read(text, &arena), theirs, "{}", text);
        Ok(())
    }

    #[test]
    fn texts_are_borrowed_unless_they_have_escapes() {
        let text = r#"{"a":"plain","b":"tab\t"}"#;
        let arena = Arena::new();
        let json = read(text, &arena).expect("JSON");
        let of_text = |name| {
            let read = json.get(name).and_then(Json::as_str).expect("a string");
            text.as_bytes().as_ptr_range().contains(&read.as_ptr())
        };
        assert!(of_text("a"));
        assert!(!of_text("b"));
        assert_eq!(json.get("b"), Some(&Json::String("tab\t")));
    }

    #[test]
    fn the_grammar_is_serde_json_s() {
        for text in [
            "",
            " ",
            "null",
            " null \n",
            "nul",
            "nulll",
            "true false",
            "tru",
            "+1",
            "-",
            "01",
            "-0",
            "1.",
            ".5",
            "1e5",
            "1E+400",
            "1e-400",
            "18446744073709551615",
            "18446744073709551616",
            "-9223372036854775808",
            "123456789012345678901234567890.5",
            "1-2",
            "\"",
            "\"\\",
            "\"\\\"",
            "\"a\\\"b\"",
            "\"\\u00e9\\n\"",
            "\"\\ud83d\\ude00\"",
            "\"\\ud83d\"",
            "\"\\x\"",
            "\"tab\there\"",
            "\"\u{7f}é\u{1f600}\"",
            "\"ends in a backslash\\\\\"",
            "[]",
            "[1,]",
            "[,1]",
            "[1 2]",
            "[1",
            "{}",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{a:1}",
            "{\"a\":1 \"b\":2}",
            "{\"a\":1}}",
            "{\"a\\tb\":[{\"c\":null}]}",
            "\u{feff}{}",
            "{\"a\":1\u{a0}}",
            "/**/{}",
        ] {
            both(text).unwrap_or_else(|error| panic!("{error}"));
        }
    }

    #[test]
    fn what_is_too_deep_is_refused_where_serde_json_refuses_it() {
        for depth in [1, 126, 127, 128, 129, 100_000] {
            both(&format!("{}{}", "[".repeat(depth), "]".repeat(depth))).expect("the same");
            both(&format!(
                "{}1{}",
                r#"{"a":"#.repeat(depth),
                "}".repeat(depth)
            ))
            .expect("the same");
        }
    }

    proptest! {
        #[test]
        fn anything_is_read_as_serde_json_reads_it(
            parts in prop::collection::vec(
                prop::sample::select(vec![
                    "{", "}", "[", "]", ",", ":", "\"", "\\", "\"a\":", "\"b\"", "1", "-2.5e3", "0", "true", "null", " ", "\n", "é", "\\u00e9",
                    "\u{1}", "{\"a\":", "\"long enough for two rounds\"", "[1,",
                ]),
                0..20,
            )
        ) {
            both(&parts.concat())?;
        }

        /// Names from a small set come twice and oftener; some objects are large.
        #[test]
        fn objects_keep_what_serde_json_keeps(names in prop::collection::vec(0..30_u8, 0..60)) {
            let members: Vec<String> =
                names.iter().enumerate().map(|(at, name)| format!(r#""n{name}":{at}"#)).collect();
            both(&format!("{{{}}}", members.join(",")))?;
        }
    }
}
