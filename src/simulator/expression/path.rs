//! Document paths: `pets[0].#n.age`.
//!
//! Invariant: a path begins with an attribute name and has at most 32 levels; placeholders in it are already names.

use super::reserved::is_reserved;
use super::token::{Token, Tokens};
use super::{MAX_PATH_LEVELS, Placeholders, Reason};
use crate::simulator::item::{Attributes, Item, Name, Value};
use std::borrow::{Borrow, Cow};
use std::cmp::Ordering;
use std::fmt;

/// The way to a value inside an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    name: Name,
    steps: Box<[Step]>,
}

/// One step below an attribute. Names sort before indexes, indexes as numbers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    Field(Name),
    Index(usize),
}

impl Path {
    #[must_use]
    pub const fn new(name: Name, steps: Box<[Step]>) -> Self {
        Self { name, steps }
    }

    /// The top-level attribute.
    #[must_use]
    pub const fn name(&self) -> &Name {
        &self.name
    }

    /// What follows the top-level attribute.
    #[must_use]
    pub const fn steps(&self) -> &[Step] {
        &self.steps
    }

    #[must_use]
    pub const fn is_nested(&self) -> bool {
        !self.steps.is_empty()
    }

    /// The value the path leads to, without copying it.
    #[must_use]
    pub fn find<'i>(&self, item: &'i Item) -> Option<&'i Value> {
        self.below(item.get_name(&self.name)?)
    }

    /// The value the path leads to in whatever has attributes, copied only where those aren't there as values.
    #[must_use]
    pub fn find_in<'i>(&self, item: &'i impl Attributes) -> Option<Cow<'i, Value>> {
        match item.attribute(&self.name)? {
            Cow::Borrowed(value) => self.below(value).map(Cow::Borrowed),
            value if self.steps.is_empty() => Some(value),
            Cow::Owned(value) => self.below(&value).cloned().map(Cow::Owned),
        }
    }

    /// The value that the steps lead to from the attribute's.
    fn below<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        self.steps
            .iter()
            .try_fold(value, |value, step| match (step, value) {
                (Step::Field(name), Value::M(map)) => map.get_name(name),
                (Step::Index(index), Value::L(list)) => list.get(*index),
                _ => None,
            })
    }

    /// How two paths that are used together get in each other's way, if they do: `self` was written first.
    pub(super) fn clash(&self, other: &Self) -> Option<Reason> {
        if self.name != other.name {
            return None;
        }
        let (one, two) = (self.to_string(), other.to_string());
        for (here, there) in self.steps.iter().zip(&other.steps) {
            match (here, there) {
                (Step::Field(_), Step::Index(_)) | (Step::Index(_), Step::Field(_)) => {
                    return Some(Reason::PathsConflict { one, two });
                }
                _ if here != there => return None,
                _ => {}
            }
        }
        Some(Reason::PathsOverlap { one, two })
    }
}

/// The first two of some paths that get in each other's way.
pub(super) fn check_clashes(paths: &[impl Borrow<Path>]) -> Result<(), Reason> {
    // AWS names an overlap before a conflict, wherever they are.
    let mut conflict = None;
    for (index, later) in paths.iter().enumerate() {
        for earlier in &paths[..index] {
            match earlier.borrow().clash(later.borrow()) {
                Some(overlap @ Reason::PathsOverlap { .. }) => return Err(overlap),
                Some(other) => conflict = conflict.or(Some(other)),
                None => {}
            }
        }
    }
    conflict.map_or(Ok(()), Err)
}

impl PartialOrd for Path {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Path {
    fn cmp(&self, other: &Self) -> Ordering {
        self.name
            .cmp(&other.name)
            .then_with(|| self.steps.cmp(&other.steps))
    }
}

impl fmt::Display for Path {
    /// As AWS shows a path in an error: `[pets, [0], age]`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}", self.name)?;
        for step in &self.steps {
            match step {
                Step::Field(name) => write!(f, ", {name}")?,
                Step::Index(index) => write!(f, ", [{index}]")?,
            }
        }
        f.write_str("]")
    }
}

/// A path as it was written: its placeholders aren't looked up yet.
#[derive(Debug, Clone)]
pub(super) struct Written<'t> {
    name: Token<'t>,
    steps: Vec<WrittenStep<'t>>,
}

#[derive(Debug, Clone)]
enum WrittenStep<'t> {
    Field(Token<'t>),
    Index(&'t str),
}

impl<'t> Written<'t> {
    /// Reads a path at the cursor; `keywords` are the words that can't be names there.
    pub(super) fn read(tokens: &mut Tokens<'t>, keywords: &[&str]) -> Result<Self, Reason> {
        let mut path = Self {
            name: read_name(tokens, keywords)?,
            steps: Vec::new(),
        };
        path.read_steps(tokens, keywords)?;
        Ok(path)
    }

    /// Reads the steps at the cursor, of which there may be none.
    pub(super) fn read_steps(
        &mut self,
        tokens: &mut Tokens<'t>,
        keywords: &[&str],
    ) -> Result<(), Reason> {
        loop {
            if tokens.take_sign(".") {
                let name = read_name(tokens, keywords)?;
                self.steps.push(WrittenStep::Field(name));
            } else if tokens.take_sign("[") {
                let Some(Token::Digits(digits)) = tokens.peek() else {
                    return Err(tokens.syntax_error());
                };
                tokens.advance();
                tokens.expect_sign("]")?;
                self.steps.push(WrittenStep::Index(digits));
            } else {
                return Ok(());
            }
        }
    }

    fn names(&self) -> impl Iterator<Item = Token<'t>> {
        let below = self.steps.iter().filter_map(|step| match step {
            WrittenStep::Field(name) => Some(*name),
            WrittenStep::Index(_) => None,
        });
        std::iter::once(self.name).chain(below)
    }

    /// The first reserved word among the names that aren't placeholders.
    pub(super) fn check_reserved(&self) -> Result<(), Reason> {
        let reserved = self.names().find_map(|name| match name {
            Token::Word(word) if is_reserved(word) => Some(word),
            _ => None,
        });
        reserved.map_or(Ok(()), |word| Err(Reason::Reserved(word.to_owned())))
    }

    /// Whether every placeholder in it has a name.
    pub(super) fn check_names(&self, placeholders: &Placeholders) -> Result<(), Reason> {
        self.names().try_for_each(|name| match name {
            Token::Name(name) => placeholders.check_name(name),
            _ => Ok(()),
        })
    }

    pub(super) fn resolve(&self, placeholders: &mut Placeholders) -> Result<Path, Reason> {
        let name = resolve_name(self.name, placeholders)?;
        let levels = self.steps.len() + 1;
        if levels > MAX_PATH_LEVELS {
            return Err(Reason::PathTooDeep(levels));
        }
        let step = |step: &WrittenStep<'_>| match step {
            WrittenStep::Field(name) => resolve_name(*name, placeholders).map(Step::Field),
            // An index is an int for AWS.
            WrittenStep::Index(digits) => match digits
                .parse::<i32>()
                .ok()
                .and_then(|index| usize::try_from(index).ok())
            {
                Some(index) => Ok(Step::Index(index)),
                None => Err(Reason::ListIndex((*digits).to_owned())),
            },
        };
        let steps = self.steps.iter().map(step).collect::<Result<_, _>>()?;
        Ok(Path { name, steps })
    }
}

fn read_name<'t>(tokens: &mut Tokens<'t>, keywords: &[&str]) -> Result<Token<'t>, Reason> {
    match tokens.peek() {
        Some(Token::Word(word))
            if keywords
                .iter()
                .any(|keyword| keyword.eq_ignore_ascii_case(word)) =>
        {
            Err(tokens.syntax_error())
        }
        Some(name @ (Token::Word(_) | Token::Name(_))) => {
            tokens.advance();
            Ok(name)
        }
        _ => Err(tokens.syntax_error()),
    }
}

fn resolve_name(token: Token<'_>, placeholders: &mut Placeholders) -> Result<Name, Reason> {
    match token {
        Token::Name(name) => placeholders.name(name),
        Token::Word(word) => Ok(Name::new(word)),
        _ => unreachable!("`read_name` takes words and names only"),
    }
}
