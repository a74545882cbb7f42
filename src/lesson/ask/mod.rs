//! One way to ask a question of a table, as an author or a learner writes it, and the request it becomes.
//!
//! ```text
//!   way        what is written                         what is sent
//!   get        person = "Rachel" AND pet = "Rex"       GetItem, with these as its Key
//!   query      person = "Rachel"                       Query, KeyConditionExpression
//!   range      person = "Rachel" AND pet >= "K"        Query, with a condition on the sort key
//!   index      chip = "985"                            Query with an IndexName
//!   scan       person = "Rachel"                       Scan, FilterExpression
//!   projection the same, and the names to return       Scan, ProjectionExpression as well
//!   parallel   the same, and how many segments         a Scan for each segment
//! ```
//!
//! Values stand where they belong, in quotes or as numbers; they are sent as placeholders, and so are the names of
//! the table's own attributes, which may be reserved words. Everything else goes out as it was written, so that what is
//! wrong with it is said by the service. Pure.
//! Invariant: no value ever becomes part of an expression; each is sent apart from it.

mod expression;

use serde_json::{Map, Value, json};

use super::model::RaceDemo;
use expression::Placeholders;

/// Segments a parallel scan here may have.
pub const MOST_SEGMENTS: u64 = 16;

/// The ways to ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Way {
    Get,
    Query,
    Range,
    Index,
    Scan,
    Projection,
    Parallel,
}

impl Way {
    pub const ALL: [Self; 7] = [
        Self::Get,
        Self::Query,
        Self::Range,
        Self::Index,
        Self::Scan,
        Self::Projection,
        Self::Parallel,
    ];

    /// As lessons and the command line write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Query => "query",
            Self::Range => "range",
            Self::Index => "index",
            Self::Scan => "scan",
            Self::Projection => "projection",
            Self::Parallel => "parallel",
        }
    }

    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.name() == name)
    }

    /// As a choice of the learner.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Get => "get one item",
            Self::Query => "query by key",
            Self::Range => "query a range",
            Self::Index => "query an index",
            Self::Scan => "scan with filter",
            Self::Projection => "scan, projected",
            Self::Parallel => "parallel scan",
        }
    }

    /// In a sentence, with `the` before it.
    #[must_use]
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Query | Self::Range => "query",
            Self::Index => "index query",
            Self::Scan | Self::Projection => "scan",
            Self::Parallel => "parallel scan",
        }
    }

    /// The API's operation.
    #[must_use]
    pub const fn operation(self) -> &'static str {
        match self {
            Self::Get => "GetItem",
            Self::Query | Self::Range | Self::Index => "Query",
            Self::Scan | Self::Projection | Self::Parallel => "Scan",
        }
    }

    /// Whether it is told where to look.
    #[must_use]
    pub const fn has_key(self) -> bool {
        matches!(self, Self::Get | Self::Query | Self::Range | Self::Index)
    }

    /// Whether it can throw items away after it has read them.
    #[must_use]
    pub const fn has_filter(self) -> bool {
        !matches!(self, Self::Get)
    }
}

/// The key of a global index.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct IndexKey {
    pub partition: String,
    pub sort: Option<String>,
}

impl IndexKey {
    /// `by_kind`, `by_kind_and_born`: what the index is called.
    #[must_use]
    pub fn name(&self) -> String {
        let mut name = format!("by_{}", self.partition);
        if let Some(sort) = &self.sort {
            name.push_str("_and_");
            name.push_str(sort);
        }
        let allowed = |letter: char| letter.is_ascii_alphanumeric() || "_-.".contains(letter);
        name.chars()
            .map(|letter| if allowed(letter) { letter } else { '_' })
            .take(255)
            .collect()
    }

    /// `kind`, `kind, born`.
    #[must_use]
    pub fn words(&self) -> String {
        match &self.sort {
            Some(sort) => format!("{}, {sort}", self.partition),
            None => self.partition.clone(),
        }
    }
}

/// One side's way to ask, with all it needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    pub way: Way,
    /// The primary key of a get, the key condition of a query.
    pub key: String,
    /// The filter of a query or scan; blank for none.
    pub filter: String,
    /// Names to return, for a projection.
    pub projection: String,
    /// The index that is queried; kept when another way is chosen.
    pub index: IndexKey,
    pub consistent: bool,
    /// Of a parallel scan.
    pub segments: u64,
}

/// What can't be sent at all; everything else is the service's to judge.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AskError {
    #[error("the quote at character {at} is not closed: end the value with another {quote}")]
    OpenQuote { at: usize, quote: char },
    #[error(
        "a get needs its whole primary key, as NAME = \"VALUE\" with AND between two of them, not {0:?}"
    )]
    NoKey(String),
}

/// What is sent for a side, before its pages: the operation and a body for each segment.
#[derive(Debug, Clone, PartialEq)]
pub struct Requests {
    pub operation: &'static str,
    /// One, or one for each segment of a parallel scan.
    pub bodies: Vec<Value>,
}

impl Ask {
    /// A way to ask for the items under `key`, with what it needs besides filled in.
    #[must_use]
    pub fn about(way: Way, demo: &RaceDemo, key: &str) -> Self {
        let equal = format!("{} = {}", demo.partition_key, quoted(key));
        let sort = |comparison: &str, value: &str| match &demo.sort_key {
            Some(sort) => format!("{equal} AND {sort} {comparison} {}", quoted(value)),
            None => equal.clone(),
        };
        let index = IndexKey {
            partition: RaceDemo::CHIP.to_owned(),
            sort: None,
        };
        Self {
            way,
            key: match way {
                Way::Get => sort("=", RaceDemo::FIRST_PET),
                Way::Range => sort(">=", "K"),
                Way::Index => format!("{} = {}", RaceDemo::CHIP, quoted(RaceDemo::FIRST_CHIP)),
                Way::Query => equal.clone(),
                Way::Scan | Way::Projection | Way::Parallel => String::new(),
            },
            filter: if way.has_key() { String::new() } else { equal },
            projection: match &demo.sort_key {
                Some(sort) => format!("{}, {sort}", demo.partition_key),
                None => demo.partition_key.clone(),
            },
            index,
            consistent: false,
            segments: 4,
        }
    }

    /// The whole condition, however it is divided between key and filter.
    #[must_use]
    pub fn whole(&self) -> String {
        let (key, filter) = (self.key.trim(), self.filter.trim());
        match (self.way.has_key(), key.is_empty(), filter.is_empty()) {
            (true, false, false) => format!("{key} AND {filter}"),
            (true, false, true) => key.to_owned(),
            _ => filter.to_owned(),
        }
    }

    /// The same question asked in another way: `whole` becomes the key or the filter, as the way needs it.
    #[must_use]
    pub fn turned(&self, way: Way, whole: &str, demo: &RaceDemo) -> Self {
        let mut turned = Self {
            way,
            ..self.clone()
        };
        if !way.has_key() {
            turned.key = String::new();
            whole.clone_into(&mut turned.filter);
            return turned;
        }
        turned.filter = String::new();
        let add = |comparison: &str, value: &str| match &demo.sort_key {
            Some(sort) if !names(whole).contains(sort) => {
                format!("{whole} AND {sort} {comparison} {}", quoted(value))
            }
            _ => whole.to_owned(),
        };
        turned.key = match way {
            Way::Get => add("=", RaceDemo::FIRST_PET),
            Way::Range => add(">=", "K"),
            _ => whole.to_owned(),
        };
        turned
    }

    /// What is sent to a table with these attributes; `LastEvaluatedKey`s are the sender's to carry on.
    ///
    /// # Errors
    /// Text that can't be sent as anything.
    pub fn requests(&self, table: &str, attributes: &[String]) -> Result<Requests, AskError> {
        let mut placeholders = Placeholders::new(attributes);
        let mut body = Map::new();
        body.insert("TableName".to_owned(), json!(table));
        if self.way == Way::Get {
            body.insert("Key".to_owned(), self.primary_key()?);
        }
        if self.way == Way::Index {
            body.insert("IndexName".to_owned(), json!(self.index.name()));
        }
        let mut expression = |name: &str, text: &str| -> Result<(), AskError> {
            let translated = placeholders.translate(text)?;
            body.insert(name.to_owned(), json!(translated));
            Ok(())
        };
        if self.way.has_key() && self.way != Way::Get {
            expression("KeyConditionExpression", &self.key)?;
        }
        if self.way.has_filter() && !self.filter.trim().is_empty() {
            expression("FilterExpression", &self.filter)?;
        }
        if self.way == Way::Projection {
            expression("ProjectionExpression", &self.projection)?;
        }
        placeholders.put_into(&mut body);
        if self.consistent {
            body.insert("ConsistentRead".to_owned(), json!(true));
        }
        body.insert("ReturnConsumedCapacity".to_owned(), json!("TOTAL"));
        let bodies = if self.way == Way::Parallel {
            let segments = self.segments.clamp(1, MOST_SEGMENTS);
            (0..segments)
                .map(|segment| {
                    let mut body = body.clone();
                    body.insert("Segment".to_owned(), json!(segment));
                    body.insert("TotalSegments".to_owned(), json!(segments));
                    Value::Object(body)
                })
                .collect()
        } else {
            vec![Value::Object(body)]
        };
        Ok(Requests {
            operation: self.way.operation(),
            bodies,
        })
    }

    fn primary_key(&self) -> Result<Value, AskError> {
        let pairs = expression::pairs(&self.key)?;
        let pairs = pairs.ok_or_else(|| AskError::NoKey(self.key.clone()))?;
        Ok(Value::Object(pairs.into_iter().collect()))
    }
}

/// A text as a value of an expression.
#[must_use]
pub fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The names a condition speaks of, in their order, without the words of the language.
#[must_use]
pub fn names(condition: &str) -> Vec<String> {
    expression::names(condition)
}

#[cfg(test)]
mod tests;
