//! An expression with values written into it: its words told apart, values and names turned into placeholders.
//!
//! Invariant: text that is neither a value nor one of the table's own names comes out as it went in, letter for letter.

use serde_json::{Map, Value, json};

use super::AskError;

/// Words of the expression language that are no names.
const WORDS: [&str; 12] = [
    "and",
    "or",
    "not",
    "between",
    "in",
    "attribute_exists",
    "attribute_not_exists",
    "attribute_type",
    "begins_with",
    "contains",
    "size",
    "null",
];

/// A piece of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    /// A text in quotes, without them.
    Text(String),
    /// A number as it stands.
    Number(String),
    /// A name or a word.
    Word(String),
    /// Everything else: blanks, marks, placeholders.
    Other(String),
}

fn pieces(expression: &str) -> Result<Vec<Piece>, AskError> {
    let letters: Vec<char> = expression.chars().collect();
    let mut pieces = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        let first = letters[at];
        let digit = |place: usize| letters.get(place).is_some_and(char::is_ascii_digit);
        if first == '"' || first == '\'' {
            let (text, next) = text(&letters, at)?;
            pieces.push(Piece::Text(text));
            at = next;
        } else if digit(at) || (first == '-' && digit(at + 1)) {
            let end = run(&letters, at + 1, |letter| {
                letter.is_ascii_alphanumeric() || ".+".contains(letter)
            });
            let number: String = letters[at..end].iter().collect();
            // In `pets[0]` it is no value.
            let place =
                matches!(pieces.last(), Some(Piece::Other(before)) if before.ends_with('['));
            pieces.push(if place {
                Piece::Other(number)
            } else {
                Piece::Number(number)
            });
            at = end;
        } else if first.is_alphabetic() || first == '_' {
            let end = run(&letters, at, |letter| {
                letter.is_alphanumeric() || letter == '_'
            });
            pieces.push(Piece::Word(letters[at..end].iter().collect()));
            at = end;
        } else if first == ':' || first == '#' {
            // A placeholder of the learner's own is the service's to judge.
            let end = run(&letters, at + 1, |letter| {
                letter.is_alphanumeric() || letter == '_'
            });
            pieces.push(Piece::Other(letters[at..end].iter().collect()));
            at = end;
        } else {
            pieces.push(Piece::Other(first.to_string()));
            at += 1;
        }
    }
    Ok(pieces)
}

/// Where a run of letters ends.
fn run(letters: &[char], from: usize, belongs: impl Fn(char) -> bool) -> usize {
    (from..letters.len())
        .find(|&place| !belongs(letters[place]))
        .unwrap_or(letters.len())
}

/// The text in quotes that begins here, and where it ends; a backslash takes the next letter as it is.
fn text(letters: &[char], start: usize) -> Result<(String, usize), AskError> {
    let quote = letters[start];
    let mut text = String::new();
    let mut at = start + 1;
    while let Some(&letter) = letters.get(at) {
        match (letter, letters.get(at + 1)) {
            ('\\', Some(&next)) => {
                text.push(next);
                at += 2;
            }
            _ if letter == quote => return Ok((text, at + 1)),
            _ => {
                text.push(letter);
                at += 1;
            }
        }
    }
    Err(AskError::OpenQuote {
        at: start + 1,
        quote,
    })
}

/// The placeholders of one request.
#[derive(Debug)]
pub(super) struct Placeholders<'a> {
    attributes: &'a [String],
    names: Map<String, Value>,
    values: Map<String, Value>,
}

impl<'a> Placeholders<'a> {
    pub(super) fn new(attributes: &'a [String]) -> Self {
        Self {
            attributes,
            names: Map::new(),
            values: Map::new(),
        }
    }

    pub(super) fn translate(&mut self, expression: &str) -> Result<String, AskError> {
        let mut sent = String::new();
        for piece in self.whole_names(expression)? {
            match piece {
                Piece::Text(text) => sent.push_str(&self.value(json!({ "S": text }))),
                Piece::Number(number) => sent.push_str(&self.value(json!({ "N": number }))),
                Piece::Word(name) if self.attributes.contains(&name) => {
                    sent.push_str(&self.name(&name));
                }
                Piece::Word(text) | Piece::Other(text) => sent.push_str(&text),
            }
        }
        Ok(sent)
    }

    /// The pieces, with an attribute's name in one piece even where it has letters that end a word (`seen-on`).
    fn whole_names(&self, expression: &str) -> Result<Vec<Piece>, AskError> {
        let odd = self
            .attributes
            .iter()
            .find(|name| {
                !name.is_empty() && pieces(name).ok() != Some(vec![Piece::Word((*name).clone())])
            })
            .filter(|name| expression.contains(name.as_str()));
        let Some(odd) = odd else {
            return pieces(expression);
        };
        let (before, after) = expression
            .split_once(odd.as_str())
            .expect("the expression contains it");
        // Inside a value it is no name.
        let Ok(mut whole) = pieces(before) else {
            return pieces(expression);
        };
        whole.push(Piece::Word(odd.clone()));
        whole.extend(self.whole_names(after)?);
        Ok(whole)
    }

    fn name(&mut self, name: &str) -> String {
        let known = self.names.iter().find(|(_, known)| *known == name);
        if let Some((placeholder, _)) = known {
            return placeholder.clone();
        }
        let placeholder = format!("#n{}", self.names.len() + 1);
        self.names.insert(placeholder.clone(), json!(name));
        placeholder
    }

    fn value(&mut self, value: Value) -> String {
        let placeholder = format!(":v{}", self.values.len() + 1);
        self.values.insert(placeholder.clone(), value);
        placeholder
    }

    pub(super) fn put_into(self, body: &mut Map<String, Value>) {
        for (member, map) in [
            ("ExpressionAttributeNames", self.names),
            ("ExpressionAttributeValues", self.values),
        ] {
            if !map.is_empty() {
                body.insert(member.to_owned(), Value::Object(map));
            }
        }
    }
}

/// `NAME = VALUE AND …` as attributes; `None` for anything else.
pub(super) fn pairs(expression: &str) -> Result<Option<Vec<(String, Value)>>, AskError> {
    let solid: Vec<Piece> = pieces(expression)?
        .into_iter()
        .filter(|piece| !matches!(piece, Piece::Other(blank) if blank.trim().is_empty()))
        .collect();
    let mut pairs = Vec::new();
    for (index, group) in solid.chunks(4).enumerate() {
        let [Piece::Word(name), Piece::Other(equal), value, rest @ ..] = group else {
            return Ok(None);
        };
        let value = match value {
            Piece::Text(text) => json!({ "S": text }),
            Piece::Number(number) => json!({ "N": number }),
            Piece::Word(_) | Piece::Other(_) => return Ok(None),
        };
        let last = (index + 1) * 4 > solid.len();
        let joined = match rest {
            [] => last,
            [Piece::Word(word)] => {
                word.eq_ignore_ascii_case("and") && (index + 1) * 4 < solid.len()
            }
            _ => false,
        };
        if equal != "=" || !joined {
            return Ok(None);
        }
        pairs.push((name.clone(), value));
    }
    Ok((!pairs.is_empty()).then_some(pairs))
}

/// See [`super::names`].
pub(super) fn names(condition: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for piece in pieces(condition).unwrap_or_default() {
        if let Piece::Word(word) = piece
            && !WORDS.contains(&word.to_ascii_lowercase().as_str())
            && !names.contains(&word)
        {
            names.push(word);
        }
    }
    names
}
