//! `ProjectionExpression`: the part of an item that is returned.
//!
//! ```text
//!   {a: 1, pets: [x, y, {name: z, age: 3}]}   a, pets[2].name, pets[0]   →   {a: 1, pets: [x, {name: z}]}
//! ```
//!
//! Invariant: paths are sorted and don't overlap. Elements of a list come back in their order and without gaps, and two paths
//! into the same element come back as one element.

use super::path::{Written, check_clashes};
use super::token::Tokens;
use super::{ExpressionError, Kind, Path, Placeholders, Reason, Step, check_length};
use crate::simulator::item::{Attributes, Name, Stored, Value, write_attribute};

/// Some document paths, sorted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Projection {
    paths: Vec<Path>,
}

/// # Errors
/// AWS's own, in the order AWS checks.
pub fn parse(text: &str, placeholders: &mut Placeholders) -> Result<Projection, ExpressionError> {
    parse_paths(text, placeholders)
        .map(Projection::of)
        .map_err(ExpressionError::because(Kind::Projection))
}

fn parse_paths(text: &str, placeholders: &mut Placeholders) -> Result<Vec<Path>, Reason> {
    check_length(text)?;
    let mut tokens = Tokens::read(text)?;
    let mut written = Vec::with_capacity(8);
    written.push(Written::read(&mut tokens, &[])?);
    while tokens.take_sign(",") {
        written.push(Written::read(&mut tokens, &[])?);
    }
    if tokens.peek().is_some() {
        return Err(tokens.syntax_error());
    }
    written.iter().try_for_each(Written::check_reserved)?;
    let mut paths = Vec::with_capacity(written.len());
    for path in &written {
        paths.push(path.resolve(placeholders)?);
    }
    check_clashes(&paths)?;
    Ok(paths)
}

impl Projection {
    /// A projection of paths that don't overlap.
    #[must_use]
    pub fn of(mut paths: Vec<Path>) -> Self {
        paths.sort();
        Self { paths }
    }

    #[must_use]
    pub fn paths(&self) -> &[Path] {
        &self.paths
    }

    /// The part of the item that the paths lead to, as JSON; what it doesn't have is left out.
    #[must_use]
    pub fn of_stored(&self, item: &Stored) -> Vec<u8> {
        let mut text = Vec::with_capacity(item.text().len());
        text.push(b'{');
        for group in self.paths.chunk_by(|one, two| one.name() == two.name()) {
            let name = group[0].name();
            let before = text.len();
            if before > 1 {
                text.push(b',');
            }
            let found = if group[0].steps().is_empty() {
                // All of an attribute is copied as it lies there.
                item.attribute_text(name)
                    .map(|whole| text.extend_from_slice(whole))
            } else {
                let steps: Vec<_> = group.iter().map(Path::steps).collect();
                item.attribute(name)
                    .and_then(|value| part(&value, &steps))
                    .map(|value| write_attribute(name, &value, &mut text))
            };
            if found.is_none() {
                text.truncate(before);
            }
        }
        text.push(b'}');
        text
    }
}

/// The part of a value that some paths lead to; `paths` are sorted, so that those with the same first step are neighbours. A path has at most 32 steps.
fn part(value: &Value, paths: &[&[Step]]) -> Option<Value> {
    let mut elements = Vec::new();
    let mut attributes: Vec<(Name, Value)> = Vec::new();
    for group in paths.chunk_by(|one, two| one.first() == two.first()) {
        let Some((first, _)) = group[0].split_first() else {
            return Some(value.clone());
        };
        let below: Vec<_> = group.iter().map(|path| &path[1..]).collect();
        match (first, value) {
            (Step::Field(name), Value::M(map)) => attributes.extend(
                map.get_name(name)
                    .and_then(|value| part(value, &below))
                    .map(|value| (name.clone(), value)),
            ),
            (Step::Index(index), Value::L(list)) => {
                elements.extend(list.get(*index).and_then(|value| part(value, &below)));
            }
            _ => {}
        }
    }
    if !attributes.is_empty() {
        return Some(Value::M(attributes.into_iter().collect()));
    }
    (!elements.is_empty()).then(|| Value::L(elements.into_boxed_slice()))
}

#[cfg(test)]
#[path = "projection/tests.rs"]
mod tests;
