//! TOML as a tree that knows where each value stands in the file, and the reading of its keys.
//!
//! Readers ask [`Fields`] for the keys they know; whatever is left at [`Fields::finish`] is an
//! unknown key, so the list of known keys can't drift from the code that reads them.
//!
//! Invariant: nothing is dropped silently; a value of the wrong kind and an unknown key are errors.

use serde_json::{Number, Value};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::Problems;
use super::nearest::offer;
use super::source::{Excerpt, Span};

/// A TOML value and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) span: Span,
    kind: Kind,
}

#[derive(Debug, Clone)]
enum Kind {
    Text(Excerpt),
    Whole(i64),
    Fraction(f64),
    Flag(bool),
    List(Vec<Node>),
    Table(Vec<Entry>),
    /// A date, or a number beyond what a lesson can use.
    Other(&'static str),
}

#[derive(Debug, Clone)]
struct Entry {
    key: String,
    key_span: Span,
    value: Node,
}

impl Node {
    fn name(&self) -> &'static str {
        match self.kind {
            Kind::Text(_) => "a string",
            Kind::Whole(_) => "a whole number",
            Kind::Fraction(_) => "a number with a fraction",
            Kind::Flag(_) => "true or false",
            Kind::List(_) => "an array",
            Kind::Table(_) => "a table",
            Kind::Other(name) => name,
        }
    }

    /// As JSON; `None` for dates and numbers that JSON can't hold.
    pub(crate) fn to_json(&self) -> Option<Value> {
        Some(match &self.kind {
            Kind::Text(text) => Value::from(text.text()),
            Kind::Whole(number) => Value::from(*number),
            Kind::Fraction(number) => Value::Number(Number::from_f64(*number)?),
            Kind::Flag(flag) => Value::Bool(*flag),
            Kind::List(list) => {
                Value::Array(list.iter().map(Self::to_json).collect::<Option<_>>()?)
            }
            Kind::Table(entries) => Value::Object(
                entries
                    .iter()
                    .map(|entry| Some((entry.key.clone(), entry.value.to_json()?)))
                    .collect::<Option<_>>()?,
            ),
            Kind::Other(_) => return None,
        })
    }

    pub(crate) fn as_list(&self) -> Option<&[Self]> {
        match &self.kind {
            Kind::List(list) => Some(list),
            _ => None,
        }
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "expectations on numbers beyond 2^53 are written with `is`"
    )]
    pub(crate) fn as_number(&self) -> Option<f64> {
        match self.kind {
            Kind::Whole(number) => Some(number as f64),
            Kind::Fraction(number) => Some(number),
            _ => None,
        }
    }

    pub(crate) fn as_count(&self) -> Option<u64> {
        match self.kind {
            Kind::Whole(number) => u64::try_from(number).ok(),
            _ => None,
        }
    }
}

/// The keys of one table, on their way to being read.
#[derive(Debug)]
pub(crate) struct Fields {
    /// Whose keys these are, for errors: `a predict question`.
    what: String,
    /// Where to point when a key is missing.
    pub(crate) span: Span,
    entries: Vec<Entry>,
    known: Vec<&'static str>,
}

/// Parses TOML; what is broken goes to `problems` and the rest is still read.
pub(crate) fn read(
    excerpt: &Excerpt,
    what: &str,
    span: Span,
    problems: &mut Problems,
) -> Option<Fields> {
    let (table, errors) = DeTable::parse_recoverable(excerpt.text());
    let mut last_line = None;
    for error in &errors {
        let range = error.span().unwrap_or(0..0);
        let before = excerpt.text().get(..range.start).unwrap_or("");
        let line = before.matches('\n').count();
        // Right below one syntax error, others are mostly guesses of a reader that lost its way.
        if last_line.replace(line).is_some_and(|last| line <= last + 1) {
            continue;
        }
        problems.report(
            &excerpt.span(range),
            format!(
                "{what} is not valid TOML: {}",
                error.message().replace('\n', ", ")
            ),
            "write `key = \"text\"`, `key = 3` or `key = [\"a\", \"b\"]`, one on each line",
        );
    }
    if !errors.is_empty() {
        // Keys that a syntax error swallowed would only be reported as missing.
        return None;
    }
    Some(Fields {
        what: what.to_owned(),
        span,
        entries: entries(excerpt, table.get_ref()),
        known: Vec::new(),
    })
}

fn entries(excerpt: &Excerpt, table: &DeTable) -> Vec<Entry> {
    table
        .iter()
        .map(|(key, value)| Entry {
            key: key.get_ref().to_string(),
            key_span: excerpt.span(key.span()),
            value: node(excerpt, value),
        })
        .collect()
}

fn node(excerpt: &Excerpt, value: &Spanned<DeValue>) -> Node {
    let range = value.span();
    let span = excerpt.span(range.clone());
    let kind = match value.get_ref() {
        DeValue::String(text) => Kind::Text(contents(excerpt, range, text)),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map_or(Kind::Other("a number beyond 64 bits"), Kind::Whole),
        DeValue::Float(number) => number
            .as_str()
            .parse()
            .ok()
            .filter(|number: &f64| number.is_finite())
            .map_or(Kind::Other("a number that is not finite"), Kind::Fraction),
        DeValue::Boolean(flag) => Kind::Flag(*flag),
        DeValue::Datetime(_) => Kind::Other("a date"),
        DeValue::Array(list) => Kind::List(list.iter().map(|value| node(excerpt, value)).collect()),
        DeValue::Table(table) => Kind::Table(entries(excerpt, table)),
    };
    Node { span, kind }
}

/// The text of a string with its way back: letter by letter where nothing was unescaped.
fn contents(excerpt: &Excerpt, range: std::ops::Range<usize>, text: &str) -> Excerpt {
    let raw = excerpt.text().get(range.clone()).unwrap_or("");
    let several_lines = ["'''", "\"\"\""]
        .into_iter()
        .find_map(|quotes| raw.strip_prefix(quotes));
    let quotes = match several_lines {
        Some(after) if after.starts_with("\r\n") => 5,
        Some(after) if after.starts_with('\n') => 4,
        Some(_) => 3,
        None => 1,
    };
    let start = range.start + quotes;
    let end = start + text.len();
    if excerpt.text().get(start..end) == Some(text) {
        return excerpt.part(start..end);
    }
    Excerpt::pinned(text, excerpt.span(range))
}

impl Fields {
    fn take(&mut self, key: &'static str) -> Option<(Span, Node)> {
        self.known.push(key);
        let at = self.entries.iter().position(|entry| entry.key == key)?;
        let entry = self.entries.swap_remove(at);
        Some((entry.key_span, entry.value))
    }

    fn take_required(&mut self, key: &'static str, problems: &mut Problems) -> Option<Node> {
        let taken = self.take(key);
        if taken.is_none() {
            problems.report(
                &self.span,
                format!("{} has no `{key}`", self.what),
                format!("add a line `{key} = …`"),
            );
        }
        taken.map(|(_, value)| value)
    }

    fn wrong_kind(&self, key: &str, wanted: &str, value: &Node, problems: &mut Problems) {
        problems.report(
            &value.span,
            format!(
                "`{key}` of {} must be {wanted}, not {}",
                self.what,
                value.name()
            ),
            format!("write `{key}` as {wanted}"),
        );
    }

    /// A value of any kind, with its span and its key's.
    pub(crate) fn any(&mut self, key: &'static str) -> Option<Node> {
        self.take(key).map(|(_, value)| value)
    }

    /// A string that must be there and not be blank, exactly as written.
    pub(crate) fn excerpt(
        &mut self,
        key: &'static str,
        problems: &mut Problems,
    ) -> Option<Excerpt> {
        let value = self.take_required(key, problems)?;
        self.as_excerpt(key, value, problems)
    }

    fn as_excerpt(&self, key: &str, value: Node, problems: &mut Problems) -> Option<Excerpt> {
        let Kind::Text(text) = value.kind else {
            self.wrong_kind(key, "a string", &value, problems);
            return None;
        };
        if text.text().trim().is_empty() {
            problems.report(
                &value.span,
                format!("`{key}` of {} is empty", self.what),
                "write what it says, or leave the key out if it is optional",
            );
            return None;
        }
        Some(text)
    }

    /// A string that must be there; line ends and runs of spaces become one space, as in prose.
    pub(crate) fn text(&mut self, key: &'static str, problems: &mut Problems) -> Option<String> {
        self.excerpt(key, problems).map(|text| prose(text.text()))
    }

    /// As [`Fields::text`], with its span.
    pub(crate) fn spanned_text(
        &mut self,
        key: &'static str,
        problems: &mut Problems,
    ) -> Option<(String, Span)> {
        let value = self.take_required(key, problems)?;
        let span = value.span.clone();
        let text = self.as_excerpt(key, value, problems)?;
        Some((prose(text.text()), span))
    }

    /// A string that may be missing.
    pub(crate) fn optional_text(
        &mut self,
        key: &'static str,
        problems: &mut Problems,
    ) -> Option<(String, Span)> {
        let (_, value) = self.take(key)?;
        let span = value.span.clone();
        let text = self.as_excerpt(key, value, problems)?;
        Some((prose(text.text()), span))
    }

    /// A whole number within a range, both ends included.
    pub(crate) fn count(
        &mut self,
        key: &'static str,
        within: std::ops::RangeInclusive<u64>,
        problems: &mut Problems,
    ) -> Option<u64> {
        let value = self.take_required(key, problems)?;
        self.as_count(key, &value, within, problems)
    }

    fn as_count(
        &self,
        key: &str,
        value: &Node,
        within: std::ops::RangeInclusive<u64>,
        problems: &mut Problems,
    ) -> Option<u64> {
        let wanted = if *within.end() == u64::MAX {
            "a whole number that is not negative".to_owned()
        } else {
            format!("a whole number from {} to {}", within.start(), within.end())
        };
        match value.as_count() {
            Some(count) if within.contains(&count) => Some(count),
            None if !matches!(value.kind, Kind::Whole(_)) => {
                self.wrong_kind(key, &wanted, value, problems);
                None
            }
            _ => {
                problems.report(
                    &value.span,
                    format!("`{key}` of {} must be {wanted}", self.what),
                    "change the number",
                );
                None
            }
        }
    }

    /// As [`Fields::count`], with its span; `None` when missing.
    pub(crate) fn optional_count(
        &mut self,
        key: &'static str,
        within: std::ops::RangeInclusive<u64>,
        problems: &mut Problems,
    ) -> Option<(u64, Span)> {
        let (_, value) = self.take(key)?;
        let span = value.span.clone();
        let count = self.as_count(key, &value, within, problems)?;
        Some((count, span))
    }

    /// `true` or `false`; `None` when missing.
    pub(crate) fn flag(&mut self, key: &'static str, problems: &mut Problems) -> Option<bool> {
        let (_, value) = self.take(key)?;
        if let Kind::Flag(flag) = value.kind {
            return Some(flag);
        }
        self.wrong_kind(key, "true or false", &value, problems);
        None
    }

    /// An array of strings that must be there, each with its span.
    pub(crate) fn texts(
        &mut self,
        key: &'static str,
        problems: &mut Problems,
    ) -> Option<Vec<(String, Span)>> {
        let value = self.take_required(key, problems)?;
        let Kind::List(list) = value.kind else {
            self.wrong_kind(key, "an array of strings", &value, problems);
            return None;
        };
        list.into_iter()
            .map(|value| {
                let span = value.span.clone();
                let text = self.as_excerpt(key, value, problems)?;
                Some((prose(text.text()), span))
            })
            .collect()
    }

    /// One table, which may be missing.
    pub(crate) fn table(
        &mut self,
        key: &'static str,
        what: &str,
        problems: &mut Problems,
    ) -> Option<Self> {
        let (key_span, value) = self.take(key)?;
        let Kind::Table(entries) = value.kind else {
            self.wrong_kind(key, "a table", &value, problems);
            return None;
        };
        Some(Self {
            what: what.to_owned(),
            span: key_span,
            entries,
            known: Vec::new(),
        })
    }

    /// An array of tables, empty when missing.
    pub(crate) fn tables(
        &mut self,
        key: &'static str,
        what: &str,
        problems: &mut Problems,
    ) -> Vec<Self> {
        let Some((_, value)) = self.take(key) else {
            return Vec::new();
        };
        let wanted = format!("an array of tables, each under [[{key}]]");
        let Kind::List(list) = value.kind else {
            self.wrong_kind(key, &wanted, &value, problems);
            return Vec::new();
        };
        let mut tables = Vec::new();
        for value in list {
            let Kind::Table(entries) = value.kind else {
                self.wrong_kind(key, &wanted, &value, problems);
                continue;
            };
            tables.push(Self {
                what: what.to_owned(),
                span: value.span,
                entries,
                known: Vec::new(),
            });
        }
        tables
    }

    /// Every key of this table with the table under it, for names that the author chooses.
    pub(crate) fn named_tables(
        mut self,
        what: &str,
        problems: &mut Problems,
    ) -> Vec<(String, Self)> {
        let mut tables = Vec::new();
        for entry in std::mem::take(&mut self.entries) {
            let Kind::Table(entries) = entry.value.kind else {
                self.wrong_kind(&entry.key, "a table", &entry.value, problems);
                continue;
            };
            let fields = Self {
                what: format!("{what} `{}`", entry.key),
                span: entry.key_span,
                entries,
                known: Vec::new(),
            };
            tables.push((entry.key, fields));
        }
        tables
    }

    /// Reports every key that nobody asked for.
    pub(crate) fn finish(self, problems: &mut Problems) {
        for entry in &self.entries {
            problems.report(
                &entry.key_span,
                format!("unknown key `{}` in {}", entry.key, self.what),
                offer(&entry.key, &self.known),
            );
        }
    }
}

/// Line ends and runs of spaces become one space.
pub(crate) fn prose(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
