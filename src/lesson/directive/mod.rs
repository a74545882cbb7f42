//! The fenced directives of a lesson: one file for each, all read the same way.
//!
//! ~~~text
//!   ```request PutItem id=put-rachel     Opening: the directive, words, key=value attributes
//!   { "TableName": … }                   body: JSON, TOML, Markdown or nothing
//!   ```
//! ~~~
//!
//! Invariant: a directive is returned only when every part of it was understood; attributes and
//! keys nobody asked for are errors.

mod calculator;
mod checklist;
mod exercise;
mod expect;
mod goals;
mod hash;
mod note;
mod parking_lot;
mod predict;
mod quiz;
mod race;
mod request;
mod seed;
mod traffic;
mod workshop;

use std::collections::BTreeMap;

use super::error::Problems;
use super::fields::{self, Fields};
use super::markdown::Fence;
use super::model::{Activity, Block, Checklist, Expect, Link, Place, Predict, Seed, Step};
use super::nearest::offer;
use super::source::Span;

/// All directives, as they stand after the backticks.
pub(crate) const NAMES: [&str; 15] = [
    "request",
    "expect",
    "seed",
    "predict",
    "hash",
    "race",
    "traffic",
    "exercise",
    "quiz",
    "checklist",
    "calculator",
    "goals",
    "parking-lot",
    "workshop",
    "note",
];

/// A hue and a glyph can be told apart for so many partitions.
const MOST_PARTITIONS: u64 = 16;

/// A directive that was read.
#[derive(Debug)]
pub(crate) enum Directive {
    Step(Step),
    /// Belongs to the step right before it.
    Expect(Expect),
    Seed(Seed),
    Predict(Predict),
    Activity(Activity),
    /// With the steps it names.
    Checklist(Checklist, Vec<(String, Span)>),
    Note(Block),
}

/// Reads a fence whose first word is one of [`NAMES`].
pub(crate) fn read(
    fence: &Fence,
    links: &BTreeMap<String, Link>,
    problems: &mut Problems,
) -> Option<Directive> {
    let mut opening = Opening::new(fence, problems);
    let directive = match opening.directive.as_str() {
        "request" => request::read(&mut opening, fence, problems).map(Directive::Step),
        "expect" => expect::read(&mut opening, fence, problems).map(Directive::Expect),
        "seed" => seed::read(&mut opening, fence, problems).map(Directive::Seed),
        "predict" => predict::read(&mut opening, fence, problems).map(Directive::Predict),
        "hash" => hash::read(&mut opening, fence, problems).map(Directive::Activity),
        "race" => race::read(&mut opening, fence, problems).map(Directive::Activity),
        "traffic" => traffic::read(&mut opening, fence, problems).map(Directive::Activity),
        "exercise" => exercise::read(&mut opening, fence, problems).map(Directive::Activity),
        "quiz" => quiz::read(&mut opening, fence, problems).map(Directive::Activity),
        "checklist" => checklist::read(&mut opening, fence, problems)
            .map(|(list, references)| Directive::Checklist(list, references)),
        "calculator" => calculator::read(&mut opening, fence, problems).map(Directive::Activity),
        "goals" => goals::read(&mut opening, fence, problems).map(Directive::Activity),
        "parking-lot" => parking_lot::read(&mut opening, fence, problems).map(Directive::Activity),
        "workshop" => workshop::read(&mut opening, fence, problems).map(Directive::Activity),
        // The caller looked the name up in NAMES; what is left of them is `note`.
        _ => note::read(fence, links, problems).map(Directive::Note),
    };
    opening.finish(problems);
    directive
}

/// A fence's first line, on its way to being read.
struct Opening {
    directive: String,
    span: Span,
    place: Place,
    /// Words that are no attributes.
    words: Vec<(String, Span)>,
    attributes: Vec<(String, String, Span)>,
    known: Vec<&'static str>,
}

impl Opening {
    fn new(fence: &Fence, problems: &Problems) -> Self {
        let mut words = Vec::new();
        let mut attributes = Vec::new();
        for word in fence.words.iter().skip(1) {
            match word.text.split_once('=') {
                Some((key, value)) => {
                    attributes.push((key.to_owned(), value.to_owned(), word.span.clone()));
                }
                None => words.push((word.text.clone(), word.span.clone())),
            }
        }
        words.reverse();
        Self {
            directive: fence
                .words
                .first()
                .map(|word| word.text.clone())
                .unwrap_or_default(),
            span: fence.opening.clone(),
            place: problems.place(&fence.opening),
            words,
            attributes,
            known: Vec::new(),
        }
    }

    fn attribute(&mut self, key: &'static str, problems: &mut Problems) -> Option<(String, Span)> {
        self.known.push(key);
        let Some(at) = self.attributes.iter().position(|(it, ..)| it == key) else {
            problems.report(
                &self.span,
                format!("`{}` has no {key}", self.directive),
                format!("write {key}=… after it, without spaces"),
            );
            return None;
        };
        let (_, value, span) = self.attributes.remove(at);
        if value.is_empty() {
            problems.report(
                &span,
                format!("{key}= is empty"),
                "write its value right after the =, without spaces",
            );
            return None;
        }
        Some((value, span))
    }

    fn id(&mut self, problems: &mut Problems) -> Option<String> {
        let (id, span) = self.attribute("id", problems)?;
        if is_id(&id) {
            return Some(id);
        }
        refuse_id(&id, &span, problems);
        None
    }

    /// The next word that is no attribute.
    fn word(&mut self) -> Option<(String, Span)> {
        self.words.pop()
    }

    fn finish(self, problems: &mut Problems) {
        for (key, _, span) in &self.attributes {
            let message = if self.known.contains(&key.as_str()) {
                format!("{key} is given twice")
            } else {
                format!("`{}` takes no {key}", self.directive)
            };
            problems.report(span, message, offer(key, &self.known));
        }
        for (word, span) in &self.words {
            problems.report(
                span,
                format!("`{word}` means nothing here"),
                "attributes are written key=value, without spaces around the =",
            );
        }
    }
}

/// The `id=` of a fence, whether or not the rest of it can be read.
pub(crate) fn id_of(fence: &Fence) -> Option<(String, Span)> {
    fence.words.iter().skip(1).find_map(|word| {
        let id = word.text.strip_prefix("id=")?;
        is_id(id).then(|| (id.to_owned(), word.span.clone()))
    })
}

/// Ids are small letters, digits and hyphens: they stand in commands, addresses and the store.
pub(crate) fn is_id(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

pub(crate) fn refuse_id(id: &str, span: &Span, problems: &mut Problems) {
    problems.report(
        span,
        format!("`{id}` can't be an id"),
        "use small letters, digits and hyphens, as in put-rachel",
    );
}

/// The body of a directive as TOML.
fn fields(fence: &Fence, what: &str, problems: &mut Problems) -> Option<Fields> {
    fields::read(&fence.body, what, fence.opening.clone(), problems)
}

fn must_be_empty(fence: &Fence, problems: &mut Problems) {
    let text = fence.body.text();
    let start = text.len() - text.trim_start().len();
    let end = text.trim_end().len();
    if start < end {
        problems.report(
            &fence.body.span(start..end),
            "this directive has nothing between its fences",
            "remove these lines",
        );
    }
}
