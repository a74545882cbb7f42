//! A request as a literal of a language that writes maps and lists down: JSON, JavaScript, Python, Ruby.
//!
//! The four differ in spelling only, so a [`Syntax`] holds the spelling and one walk does the rest,
//! guided by the [`Shape`]s: it knows where a word is the API's (`TableName`, `table_name:`) and
//! where it is the learner's own, which must arrive as it is.

use serde_json::{Map, Value as Json};

use super::layout::{Brackets, Doc};
use super::shape::{self, Shape};
use super::value::Value;

/// How a language spells literals.
pub(super) struct Syntax {
    pub text: fn(&str) -> String,
    /// A word of the API as a key, with what separates it from its value.
    pub member: fn(&str) -> String,
    /// Any other word as a key, with what separates it from its value.
    pub key: fn(&str) -> String,
    /// False and true.
    pub flags: [&'static str; 2],
    pub null: &'static str,
    /// Bytes, given as Base64.
    pub binary: fn(&str) -> String,
    /// What of attribute values in the language's own values is spelt otherwise; `None` writes the form on the wire.
    pub plain: Option<Plain>,
    pub padded_braces: bool,
    pub trailing_commas: bool,
}

/// How a language spells values that its client types by itself.
#[derive(Clone, Copy)]
pub(super) struct Plain {
    pub number: fn(&str) -> String,
    /// What opens and closes a set.
    pub set: (&'static str, &'static str),
}

impl Syntax {
    /// A literal of the given shape; `None` and anything that does not fit its shape is written
    /// as the JSON it is.
    pub(super) fn literal(&self, json: &Json, shape: Option<&'static Shape>) -> Doc {
        match (json, shape) {
            (json, Some(Shape::Value)) => self.attribute(json),
            (Json::Array(list), Some(Shape::List(element))) => self.list(
                list.iter()
                    .map(|json| self.literal(json, Some(element)))
                    .collect(),
            ),
            (Json::Object(map), Some(Shape::Map(element))) => {
                self.map(map, self.key, |_| Some(element))
            }
            (Json::Object(map), Some(Shape::Structure(structure))) => {
                self.map(map, self.member, |name| {
                    shape::member(structure.members, name)
                })
            }
            (Json::Object(map), _) => self.map(map, self.key, |_| None),
            (Json::Array(list), _) => {
                self.list(list.iter().map(|json| self.literal(json, None)).collect())
            }
            (Json::String(text), _) => Doc::token((self.text)(text)),
            (Json::Number(number), _) => Doc::token(number.to_string()),
            (Json::Bool(flag), _) => Doc::token(self.flags[usize::from(*flag)]),
            (Json::Null, _) => Doc::token(self.null),
        }
    }

    /// The parameters of an operation as labelled literals, one for each parameter.
    pub(super) fn parameters(&self, operation: &str, request: &Map<String, Json>) -> Vec<Doc> {
        let members = shape::parameters(operation).unwrap_or_default();
        request
            .iter()
            .map(|(name, json)| match shape::member(members, name) {
                Some(shape) => Doc::labelled((self.member)(name), self.literal(json, Some(shape))),
                None => Doc::labelled((self.key)(name), self.literal(json, None)),
            })
            .collect()
    }

    fn attribute(&self, json: &Json) -> Doc {
        match (Value::parse(json), self.plain) {
            (Some(value), Some(plain)) => self.plainly(plain, &value),
            (Some(value), None) => self.typed(&value),
            (None, _) => self.literal(json, None),
        }
    }

    /// An attribute value as the language's own.
    fn plainly(&self, plain: Plain, value: &Value) -> Doc {
        let set = |items: &[&str], spelt: fn(&str) -> String| {
            let items = items.iter().map(|one| Doc::token(spelt(one))).collect();
            self.brackets(plain.set.0, items, plain.set.1, false)
        };
        match value {
            Value::S(text) => Doc::token((self.text)(text)),
            Value::N(number) => Doc::token((plain.number)(number)),
            Value::B(binary) => Doc::token((self.binary)(binary.base64)),
            Value::Bool(flag) => Doc::token(self.flags[usize::from(*flag)]),
            Value::Null(_) => Doc::token(self.null),
            Value::Ss(texts) => set(texts, self.text),
            Value::Ns(numbers) => set(numbers, plain.number),
            Value::Bs(all) => {
                let all: Vec<&str> = all.iter().map(|one| one.base64).collect();
                set(&all, self.binary)
            }
            Value::L(list) => self.list(list.iter().map(|one| self.plainly(plain, one)).collect()),
            Value::M(map) => self.braces(
                map.iter()
                    .map(|(name, one)| Doc::labelled((self.key)(name), self.plainly(plain, one)))
                    .collect(),
            ),
        }
    }

    /// An attribute value under its type tag, as on the wire but for binary ones.
    fn typed(&self, value: &Value) -> Doc {
        let texts = |texts: &[&str]| {
            self.list(
                texts
                    .iter()
                    .map(|text| Doc::token((self.text)(text)))
                    .collect(),
            )
        };
        let (tag, inner) = match value {
            Value::S(text) => ("S", Doc::token((self.text)(text))),
            Value::N(number) => ("N", Doc::token((self.text)(number))),
            Value::B(binary) => ("B", Doc::token((self.binary)(binary.base64))),
            Value::Bool(flag) => ("BOOL", Doc::token(self.flags[usize::from(*flag)])),
            Value::Null(flag) => ("NULL", Doc::token(self.flags[usize::from(*flag)])),
            Value::Ss(set) => ("SS", texts(set)),
            Value::Ns(set) => ("NS", texts(set)),
            Value::Bs(set) => (
                "BS",
                self.list(
                    set.iter()
                        .map(|binary| Doc::token((self.binary)(binary.base64)))
                        .collect(),
                ),
            ),
            Value::L(list) => (
                "L",
                self.list(list.iter().map(|value| self.typed(value)).collect()),
            ),
            Value::M(map) => (
                "M",
                self.braces(
                    map.iter()
                        .map(|(name, value)| Doc::labelled((self.key)(name), self.typed(value)))
                        .collect(),
                ),
            ),
        };
        self.braces(vec![Doc::labelled((self.member)(tag), inner)])
    }

    fn map(
        &self,
        map: &Map<String, Json>,
        key: fn(&str) -> String,
        shape: impl Fn(&str) -> Option<&'static Shape>,
    ) -> Doc {
        self.braces(
            map.iter()
                .map(|(name, json)| Doc::labelled(key(name), self.literal(json, shape(name))))
                .collect(),
        )
    }

    pub(super) fn list(&self, items: Vec<Doc>) -> Doc {
        self.brackets("[", items, "]", false)
    }

    pub(super) fn braces(&self, items: Vec<Doc>) -> Doc {
        self.brackets("{", items, "}", self.padded_braces)
    }

    pub(super) fn brackets(
        &self,
        open: &str,
        items: Vec<Doc>,
        close: &'static str,
        padded: bool,
    ) -> Doc {
        Doc::Brackets(Brackets {
            open: open.to_owned(),
            items,
            close,
            padded,
            trailing_comma: self.trailing_commas,
        })
    }
}
