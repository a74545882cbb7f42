//! A request's members as the service's Java prints them.
//!
//! Where a list or map of a request is too long, DynamoDB shows all of it in its message, in the words of Java's `toString`: every
//! field of every structure by name, `null` where it is absent, every attribute value with the sixteen fields its class has,
//! maps in the order of a Java hash map (observed in most regions; some show no list at all).
//!
//! ```text
//!   {pk=AttributeValue(s=k, n=null, b=null, iNT=null, …, bOOL=null)}
//! ```
//!
//! Invariant: a text never gets longer than `LIMIT` and a few bytes, however large the request is.

use crate::simulator::json::Json;

use super::body::Members;

/// Longer messages are cut here; how long DynamoDB lets them become is not known.
const LIMIT: usize = 1 << 20;

/// The fields of an attribute value, each with the type it stands for; those without one are never set by a request.
const FIELDS: [(&str, &str); 16] = [
    ("s", "S"),
    ("n", "N"),
    ("b", "B"),
    ("iNT", ""),
    ("dECIMAL", ""),
    ("dOUBLE", ""),
    ("sS", "SS"),
    ("nS", "NS"),
    ("bS", "BS"),
    ("iNTSET", ""),
    ("dECIMALSET", ""),
    ("dOUBLESET", ""),
    ("m", "M"),
    ("l", "L"),
    ("nULL", "NULL"),
    ("bOOL", "BOOL"),
];

/// How a member is printed.
#[derive(Debug, Clone, Copy)]
pub enum Shown {
    Text,
    /// A map of attribute values.
    Attributes,
    /// A map of texts.
    Texts,
    Structure(&'static Structure),
}

/// A class, and its fields in the order they are printed: the name in the text, the name in a request, the shape. One without a name in
/// a request is never set by one.
#[derive(Debug)]
pub struct Structure {
    pub class: &'static str,
    pub fields: &'static [(&'static str, &'static str, Shown)],
}

/// A list of structures.
#[must_use]
pub fn list(elements: &[Json<'_>], structure: &Structure) -> String {
    let mut text = Text(String::new());
    text.list(elements, |text, element| text.structure(element, structure));
    text.finish()
}

/// A map of lists of structures, in the order of its keys (DynamoDB's own differs from region to region).
#[must_use]
pub fn map_of_lists(map: &Members, structure: &Structure) -> String {
    let mut lists: Vec<(&str, &Json<'_>)> = map.iter().collect();
    lists.sort_unstable_by_key(|(name, _)| *name);
    let mut text = Text(String::new());
    text.put("{");
    for (at, (name, list)) in lists.into_iter().enumerate() {
        if at > 0 {
            text.put(", ");
        }
        text.put(name);
        text.put("=");
        match list {
            Json::Array(elements) => {
                text.list(elements, |text, element| text.structure(element, structure));
            }
            _ => text.put("null"),
        }
    }
    text.put("}");
    text.finish()
}

/// The beginning of a text that is too long.
#[must_use]
pub fn bounded(text: String) -> String {
    Text(text).finish()
}

struct Text(String);

impl Text {
    fn finish(mut self) -> String {
        if self.0.len() > LIMIT {
            let mut end = LIMIT;
            while !self.0.is_char_boundary(end) {
                end -= 1;
            }
            self.0.truncate(end);
            self.0.push_str("...");
        }
        self.0
    }

    fn put(&mut self, text: &str) {
        if self.0.len() <= LIMIT {
            let mut end = text.len().min(LIMIT + 4);
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            self.0.push_str(&text[..end]);
        }
    }

    fn list(&mut self, elements: &[Json<'_>], mut show: impl FnMut(&mut Self, &Json<'_>)) {
        self.put("[");
        for (at, element) in elements.iter().enumerate() {
            if at > 0 {
                self.put(", ");
            }
            show(self, element);
        }
        self.put("]");
    }

    fn structure(&mut self, value: &Json<'_>, structure: &Structure) {
        self.put(structure.class);
        self.put("(");
        for (at, (field, member, shown)) in structure.fields.iter().enumerate() {
            if at > 0 {
                self.put(", ");
            }
            self.put(field);
            self.put("=");
            match (value.get(member), shown) {
                (None | Some(Json::Null), _) => self.put("null"),
                (Some(member), Shown::Text) => self.put(member.as_str().unwrap_or("null")),
                (Some(Json::Object(map)), Shown::Attributes) => {
                    self.map(map, Self::attribute_value);
                }
                (Some(Json::Object(map)), Shown::Texts) => self.map(map, |text, value| {
                    text.put(value.as_str().unwrap_or("null"));
                }),
                (Some(member), Shown::Structure(structure)) => self.structure(member, structure),
                (Some(_), Shown::Attributes | Shown::Texts) => self.put("null"),
            }
        }
        self.put(")");
    }

    fn map(&mut self, map: &Members, mut show: impl FnMut(&mut Self, &Json<'_>)) {
        self.put("{");
        for (at, name) in hash_map_order(map).into_iter().enumerate() {
            if at > 0 {
                self.put(", ");
            }
            self.put(name);
            self.put("=");
            show(self, &map[name]);
        }
        self.put("}");
    }

    /// Follows typed JSON down; a body is never deeper than the reader keeps it.
    fn attribute_value(&mut self, value: &Json<'_>) {
        self.put("AttributeValue(");
        for (at, (field, kind)) in FIELDS.iter().enumerate() {
            if at > 0 {
                self.put(", ");
            }
            self.put(field);
            self.put("=");
            match value.get(kind).filter(|content| !content.is_null()) {
                None => self.put("null"),
                Some(content) => self.content(kind, content),
            }
        }
        self.put(")");
    }

    fn content(&mut self, kind: &str, content: &Json<'_>) {
        match content {
            Json::String(text) if kind == "B" => self.bytes(text),
            Json::String(text) => self.put(text),
            Json::Array(elements) => self.list(elements, |text, element| match element {
                Json::String(bytes) if kind == "BS" => text.bytes(bytes),
                Json::String(one) => text.put(one),
                nested => text.attribute_value(nested),
            }),
            Json::Object(map) => self.map(map, Self::attribute_value),
            other => self.put(&other.to_string()),
        }
    }

    /// A byte buffer is printed without its content.
    fn bytes(&mut self, base64: &str) {
        let padding = base64
            .bytes()
            .rev()
            .take_while(|byte| *byte == b'=')
            .count();
        let length = (base64.len() / 4 * 3).saturating_sub(padding);
        self.put(&format!(
            "java.nio.HeapByteBuffer[pos=0 lim={length} cap={length}]"
        ));
    }
}

/// The order in which a Java hash map made for as many entries gives its keys back: by bucket, and within one as they were put.
fn hash_map_order<'m>(map: &'m Members<'_>) -> Vec<&'m str> {
    let mut buckets = map.len().max(1).next_power_of_two();
    while map.len() * 4 > buckets * 3 {
        buckets *= 2;
    }
    let mut names: Vec<&str> = map.keys().collect();
    names.sort_by_key(|name| {
        let hash = name.encode_utf16().fold(0u32, |hash, unit| {
            hash.wrapping_mul(31).wrapping_add(u32::from(unit))
        });
        let spread = hash ^ (hash >> 16);
        usize::try_from(spread).unwrap_or(usize::MAX) & (buckets - 1)
    });
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const GET: Structure = Structure {
        class: "Get",
        fields: &[
            ("key", "Key", Shown::Attributes),
            ("tableName", "TableName", Shown::Text),
            (
                "expressionAttributeNames",
                "ExpressionAttributeNames",
                Shown::Texts,
            ),
            ("workloadProfileName", "", Shown::Text),
        ],
    };

    #[test]
    fn structures_show_all_their_fields() {
        let shown = list(
            &[
                json!({"Key": {"pk": {"B": "YWI="}}, "ExpressionAttributeNames": {"#n": "a"}})
                    .into(),
            ],
            &GET,
        );
        assert_eq!(
            shown,
            "[Get(key={pk=AttributeValue(s=null, n=null, b=java.nio.HeapByteBuffer[pos=0 lim=2 cap=2], iNT=null, dECIMAL=null, \
             dOUBLE=null, sS=null, nS=null, bS=null, iNTSET=null, dECIMALSET=null, dOUBLESET=null, m=null, l=null, nULL=null, \
             bOOL=null)}, tableName=null, expressionAttributeNames={#n=a}, workloadProfileName=null)]"
        );
    }

    #[test]
    fn maps_are_in_the_order_of_a_java_hash_map() {
        // Orders observed in AWS's messages.
        let order = |names: &[&str]| {
            let members: Vec<_> = names.iter().map(|name| (*name, Json::Null)).collect();
            hash_map_order(&Members::new(&members)).join(" ")
        };
        assert_eq!(
            order(&["pk", "b", "l", "m", "ss", "nul", "bin"]),
            "ss b nul bin pk l m"
        );
        assert_eq!(order(&["PK", "h", "a", "unused"]), "h a unused PK");
    }

    #[test]
    fn no_text_gets_longer_than_the_limit() {
        let large = "ä".repeat(LIMIT);
        let shown = list(
            &[
                json!({"TableName": large}).into(),
                json!({"TableName": large}).into(),
            ],
            &GET,
        );
        assert!(shown.len() <= LIMIT + 3 && shown.ends_with("ä..."));
    }
}
