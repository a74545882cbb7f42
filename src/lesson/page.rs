//! Elements between two pauses become a page.
//!
//! ```text
//!   heading, prose, seed, predict │ the activity │ prose
//!              before             │              │ after
//! ```
//!
//! Invariant: a page has at most one activity, and a question only together with one.

use std::collections::BTreeMap;

use super::directive::{self, Directive};
use super::error::Problems;
use super::markdown::{self, Comment, Element, Fence, plain};
use super::model::{Activity, Block, Expect, Link, Page, Predict, Seed};
use super::source::{Excerpt, Span};

/// What a section's pages name and define, to be compared over the whole lesson.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// Ids of activities and questions.
    pub(crate) defined: Vec<(String, Span)>,
    /// Steps that checklists name.
    pub(crate) used: Vec<(String, Span)>,
}

/// Reads the body of a section's file.
pub(crate) fn read(
    body: &Excerpt,
    section_title: &str,
    links: &BTreeMap<String, Link>,
    names: &mut Names,
    problems: &mut Problems,
) -> Vec<Page> {
    let mut pages = Vec::new();
    let mut draft = Draft::default();
    for (element, span) in markdown::read(body, links, problems) {
        let right_after_request = std::mem::take(&mut draft.right_after_request);
        match element {
            Element::Comment(Comment::Pause) => {
                let done = std::mem::take(&mut draft);
                match done.finish(section_title, problems) {
                    Some(page) => pages.push(page),
                    None => problems.report(
                        &span,
                        "a page without anything on it",
                        "remove this pause, or write something before it",
                    ),
                }
            }
            Element::Comment(Comment::Note(note)) => {
                draft.right_after_request = right_after_request;
                draft.begin(&span);
                draft.notes.push(note);
            }
            Element::Block(block) => {
                draft.begin(&span);
                draft.block(block);
            }
            Element::Fence(fence) => {
                draft.begin(&fence.opening);
                draft.fence(&fence, right_after_request, links, names, problems);
            }
        }
    }
    let empty = draft.start.is_none();
    match draft.finish(section_title, problems) {
        Some(page) => pages.push(page),
        // A pause may also close the last page.
        None if empty && pages.is_empty() => problems.report(
            &(0..3),
            "this section has no pages",
            "write its text after the front matter",
        ),
        None => {}
    }
    pages
}

/// A page so far.
#[derive(Debug, Default)]
struct Draft {
    start: Option<Span>,
    title: Option<String>,
    before: Vec<Block>,
    after: Vec<Block>,
    predict: Option<Predict>,
    predict_at: Option<Span>,
    activity: Option<Activity>,
    activity_at: Option<Span>,
    notes: Vec<String>,
    seeds: Vec<Seed>,
    right_after_request: bool,
}

impl Draft {
    fn begin(&mut self, span: &Span) {
        self.start.get_or_insert_with(|| span.clone());
    }

    fn block(&mut self, block: Block) {
        if self.title.is_none()
            && let Block::Heading(words) = &block
        {
            self.title = Some(plain(words));
            return;
        }
        if self.activity_at.is_some() {
            self.after.push(block);
        } else {
            self.before.push(block);
        }
    }

    fn fence(
        &mut self,
        fence: &Fence,
        right_after_request: bool,
        links: &BTreeMap<String, Link>,
        names: &mut Names,
        problems: &mut Problems,
    ) {
        names.defined.extend(directive::id_of(fence));
        // What can't be read still counts as there, or one error would make others.
        let kind = fence.words.first().map_or("", |word| word.text.as_str());
        match kind {
            "note" => {}
            "expect" => {
                if !right_after_request {
                    problems.report(
                        &fence.opening,
                        "an expect block without its request",
                        "put it right after the request it belongs to",
                    );
                }
            }
            "seed" => self.refuse_late(&fence.opening, "a seed", problems),
            "predict" => {
                self.refuse_late(&fence.opening, "a predict question", problems);
                if self.predict_at.is_some() {
                    problems.report(
                        &fence.opening,
                        "a second predict question on one page",
                        "keep one, or begin a new page with <!-- pause -->",
                    );
                }
                self.predict_at.get_or_insert_with(|| fence.opening.clone());
            }
            _ => {
                if let Some(first) = &self.activity_at {
                    let line = problems.place(first).line;
                    problems.report(
                        &fence.opening,
                        format!("a second activity on one page; the first is in line {line}"),
                        "begin a new page before it with <!-- pause -->",
                    );
                }
                self.activity_at
                    .get_or_insert_with(|| fence.opening.clone());
                self.right_after_request = kind == "request";
            }
        }
        let Some(directive) = directive::read(fence, links, problems) else {
            return;
        };
        match directive {
            Directive::Note(block) => self.block(block),
            Directive::Expect(expect) => self.expect(expect),
            Directive::Seed(seed) => self.seeds.push(seed),
            Directive::Predict(predict) => self.predict = Some(predict),
            Directive::Step(step) => self.activity = Some(Activity::Step(step)),
            Directive::Checklist(list, used) => {
                names.used.extend(used);
                self.activity = Some(Activity::Checklist(list));
            }
            Directive::Activity(activity) => {
                if let Activity::Quiz(quiz) = &activity {
                    for question in &quiz.questions {
                        // A question's place is its table's; the id stands a line or two below.
                        let at = fence.opening.clone();
                        names.defined.push((question.id.clone(), at));
                    }
                }
                self.activity = Some(activity);
            }
        }
    }

    fn expect(&mut self, expect: Expect) {
        if let Some(Activity::Step(step)) = &mut self.activity {
            step.expect = expect;
        }
    }

    fn refuse_late(&self, span: &Span, what: &str, problems: &mut Problems) {
        if self.activity_at.is_some() {
            problems.report(
                span,
                format!("{what} after the page's activity comes too late"),
                "move it before the activity",
            );
        }
    }

    fn finish(self, section_title: &str, problems: &mut Problems) -> Option<Page> {
        let start = self.start?;
        if let (Some(span), None) = (&self.predict_at, &self.activity_at) {
            problems.report(
                span,
                "a predict question without anything whose result could be predicted",
                "put a request or a demonstration after it, or ask it in a quiz",
            );
        }
        if self.title.is_none()
            && self.before.is_empty()
            && self.after.is_empty()
            && self.activity_at.is_none()
        {
            problems.report(
                &start,
                "a page without text",
                "write something a learner can read, or remove the pause around it",
            );
        }
        Some(Page {
            title: self.title.unwrap_or_else(|| section_title.to_owned()),
            before: self.before,
            predict: self.predict,
            activity: self.activity,
            after: self.after,
            notes: self.notes,
            seeds: self.seeds,
            place: problems.place(&start),
        })
    }
}
