//! Markdown into elements: prose as [`Block`]s, fences, and the comments that mean something.
//!
//! What a terminal can't show (pictures, HTML, footnotes) is an error with what to write instead,
//! rather than something that silently looks different from what its author saw.
//!
//! ```text
//!   file ─ pulldown-cmark: events with offsets ─ Reader ─ Element::Block      prose
//!                                                       ├ Element::Fence      a directive, still unread
//!                                                       └ Element::Comment    pause, presenter's note
//! ```
//!
//! Invariant: fences and comments with a meaning come out at the top level only; inside a list or
//! a quotation they are errors.

mod fence;
mod inline;

use std::collections::BTreeMap;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

pub(crate) use fence::Fence;
pub(crate) use inline::plain;

use super::directive;
use super::error::Problems;
use super::model::{Block, Inline, Link};
use super::nearest::nearest;
use super::source::{Excerpt, Span};

/// Something at the top level of a Markdown text.
#[derive(Debug)]
pub(crate) enum Element {
    Block(Block),
    Fence(Fence),
    Comment(Comment),
}

/// A comment that means something.
#[derive(Debug)]
pub(crate) enum Comment {
    Pause,
    Note(String),
}

/// Reads a Markdown text; `links` are what `link:name` may name.
pub(crate) fn read(
    excerpt: &Excerpt,
    links: &BTreeMap<String, Link>,
    problems: &mut Problems,
) -> Vec<(Element, Span)> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_TASKLISTS;
    let events = Parser::new_ext(excerpt.text(), options)
        .into_offset_iter()
        .map(|(event, range)| (event, excerpt.span(range.clone()), range))
        .collect();
    let mut reader = Reader {
        events,
        at: 0,
        excerpt,
        links,
        problems,
        depth: 0,
    };
    reader.top()
}

type Located<'a> = (Event<'a>, Span, std::ops::Range<usize>);

struct Reader<'a, 'p, 'f> {
    /// Each event with its span in the file and its range in the excerpt.
    events: Vec<Located<'a>>,
    at: usize,
    excerpt: &'a Excerpt,
    links: &'a BTreeMap<String, Link>,
    problems: &'p mut Problems<'f>,
    /// How many containers are open.
    depth: usize,
}

/// No reader follows a list in a list in a list any further, and neither does the stack.
const MOST_DEPTH: usize = 16;

impl<'a> Reader<'a, '_, '_> {
    fn next(&mut self) -> Option<Located<'a>> {
        let event = self.events.get(self.at).cloned();
        self.at += 1;
        event
    }

    fn peek(&self) -> Option<&Event<'a>> {
        self.events.get(self.at).map(|(event, _, _)| event)
    }

    fn top(&mut self) -> Vec<(Element, Span)> {
        let mut elements = Vec::new();
        while let Some((event, span, range)) = self.next() {
            match event {
                Event::Start(Tag::CodeBlock(kind)) => {
                    let element = self.code_block(&kind, &span, &range);
                    elements.push((element, span));
                }
                Event::Start(Tag::HtmlBlock) => {
                    self.skip_to_end();
                    for (comment, span) in self.comments(&range) {
                        elements.push((Element::Comment(comment), span));
                    }
                }
                Event::Rule => elements.push((Element::Block(Block::Rule), span)),
                Event::Start(tag) => {
                    if let Some(block) = self.block(&tag, &span) {
                        elements.push((Element::Block(block), span));
                    }
                }
                // At the top level everything else is inside one of the above.
                _ => {}
            }
        }
        elements
    }

    /// The blocks up to the end of the container that was just entered.
    fn blocks(&mut self) -> Vec<Block> {
        let mut blocks = Vec::new();
        while let Some(event) = self.peek() {
            if matches!(event, Event::End(_)) {
                self.at += 1;
                break;
            }
            if !starts_block(event) {
                // A tight list item holds its text without a paragraph.
                let inlines = self.inlines();
                if !inlines.is_empty() {
                    blocks.push(Block::Paragraph(inlines));
                }
                continue;
            }
            let Some((event, span, range)) = self.next() else {
                break;
            };
            match event {
                Event::Rule => blocks.push(Block::Rule),
                Event::Start(Tag::HtmlBlock) => {
                    self.skip_to_end();
                    for (_, span) in self.comments(&range) {
                        self.not_at_top(&span, "a pause or a presenter's note");
                    }
                }
                Event::Start(Tag::CodeBlock(kind)) => match self.code_block(&kind, &span, &range) {
                    Element::Block(block) => blocks.push(block),
                    Element::Fence(fence) => self.not_at_top(&fence.opening, "a directive"),
                    Element::Comment(_) => {}
                },
                Event::Start(tag) => blocks.extend(self.block(&tag, &span)),
                _ => {}
            }
        }
        blocks
    }

    fn not_at_top(&mut self, span: &Span, what: &str) {
        self.problems.report(
            span,
            format!("{what} can't stand inside a list, a quotation or a note"),
            "move it out, to the left margin, with an empty line before it",
        );
    }

    fn block(&mut self, tag: &Tag, span: &Span) -> Option<Block> {
        match tag {
            Tag::Paragraph => {
                let inlines = self.inlines();
                self.at += 1;
                (!inlines.is_empty()).then_some(Block::Paragraph(inlines))
            }
            Tag::Heading { .. } => {
                let inlines = self.inlines();
                self.at += 1;
                if inlines.is_empty() {
                    self.problems
                        .report(span, "an empty heading", "write its words, or remove it");
                }
                Some(Block::Heading(inlines))
            }
            Tag::BlockQuote(_) | Tag::List(_) if self.depth == MOST_DEPTH => {
                self.skip_to_end();
                self.too_deep(span);
                None
            }
            Tag::BlockQuote(_) => {
                self.depth += 1;
                let blocks = self.blocks();
                self.depth -= 1;
                Some(Block::Quote(blocks))
            }
            Tag::List(start) => {
                self.depth += 1;
                let list = self.list(*start);
                self.depth -= 1;
                Some(list)
            }
            Tag::Table(_) => Some(self.table()),
            Tag::FootnoteDefinition(_) => {
                self.skip_to_end();
                self.problems.report(
                    span,
                    "footnotes are not shown in a lesson",
                    "say it in the text, or in a ```note block",
                );
                None
            }
            _ => {
                self.skip_to_end();
                self.problems.report(
                    span,
                    "this Markdown is not shown in a lesson",
                    "use headings, paragraphs, lists, quotations, tables and fenced blocks",
                );
                None
            }
        }
    }

    fn too_deep(&mut self, span: &Span) {
        self.problems.report(
            span,
            format!("more than {MOST_DEPTH} lists, quotations or marks inside each other"),
            "say it with fewer",
        );
    }

    fn list(&mut self, start: Option<u64>) -> Block {
        let mut items = Vec::new();
        while let Some((event, _, _)) = self.next() {
            match event {
                Event::Start(Tag::Item) => items.push(self.blocks()),
                _ => break,
            }
        }
        Block::List { start, items }
    }

    fn table(&mut self) -> Block {
        let mut header = Vec::new();
        let mut rows = Vec::new();
        let mut row = Vec::new();
        while let Some((event, _, _)) = self.next() {
            match event {
                Event::Start(Tag::TableCell) => {
                    row.push(self.inlines());
                    self.at += 1;
                }
                Event::End(TagEnd::TableHead) => header = std::mem::take(&mut row),
                Event::End(TagEnd::TableRow) => rows.push(std::mem::take(&mut row)),
                Event::End(TagEnd::Table) => break,
                _ => {}
            }
        }
        Block::Table { header, rows }
    }

    /// Passes over everything up to the end of the container that was just entered.
    fn skip_to_end(&mut self) {
        let mut depth = 1;
        while depth > 0 {
            match self.next() {
                Some((Event::Start(_), ..)) => depth += 1,
                Some((Event::End(_), ..)) => depth -= 1,
                Some(_) => {}
                None => return,
            }
        }
    }

    /// A code block: code to show, or a directive.
    fn code_block(
        &mut self,
        kind: &CodeBlockKind,
        span: &Span,
        range: &std::ops::Range<usize>,
    ) -> Element {
        let mut body = Excerpt::empty();
        while let Some((event, span, _)) = self.next() {
            match event {
                Event::Text(text) => body.push(&text, span.start),
                _ => break,
            }
        }
        let code = |language: &str, body: &Excerpt| {
            Element::Block(Block::Code {
                language: language.to_owned(),
                text: body.text().trim_end_matches('\n').to_owned(),
            })
        };
        if matches!(kind, CodeBlockKind::Indented) {
            return code("", &body);
        }
        let fence = Fence::new(self.excerpt, range, span, body);
        if !fence.closed {
            self.problems.report(
                &fence.opening,
                "this fenced block is never closed",
                "end it with a line of as many backticks as it begins with",
            );
        }
        let Some(name) = fence.words.first() else {
            return code("", &fence.body);
        };
        if directive::NAMES.contains(&name.text.as_str()) {
            return Element::Fence(fence);
        }
        if fence::LANGUAGES.contains(&name.text.as_str()) {
            if let Some(word) = fence.words.get(1) {
                self.problems.report(
                    &word.span,
                    format!("a code block in {} takes no `{}`", name.text, word.text),
                    "leave only the language after the backticks",
                );
            }
        } else {
            let all = directive::NAMES.into_iter().chain(fence::LANGUAGES);
            let help = nearest(&name.text, all).map_or_else(
                || {
                    format!(
                        "directives are {}; code may be in {}",
                        directive::NAMES.join(", "),
                        fence::LANGUAGES.join(", ")
                    )
                },
                |near| format!("did you mean `{near}`?"),
            );
            self.problems.report(
                &name.span,
                format!("unknown directive or language `{}`", name.text),
                help,
            );
        }
        code(&name.text, &fence.body)
    }

    /// The comments that mean something in a block of HTML; anything but comments is an error.
    fn comments(&mut self, range: &std::ops::Range<usize>) -> Vec<(Comment, Span)> {
        let mut found = Vec::new();
        let mut at = range.start;
        loop {
            let rest = &self.excerpt.text()[at..range.end];
            at += rest.len() - rest.trim_start().len();
            let rest = rest.trim();
            if rest.is_empty() {
                return found;
            }
            let Some(body) = rest.strip_prefix("<!--") else {
                let span = self.excerpt.span(at..at + rest.len());
                self.raw_html(&span);
                return found;
            };
            let Some(length) = body.find("-->") else {
                let span = self.excerpt.span(at..at + 4);
                self.problems.report(
                    &span,
                    "this comment is never closed",
                    "end it with -->; until then nothing after it is read",
                );
                return found;
            };
            let end = at + 4 + length + 3;
            let span = self.excerpt.span(at..end);
            found.extend(self.comment(&body[..length], &span).map(|it| (it, span)));
            at = end;
        }
    }

    fn comment(&mut self, text: &str, span: &Span) -> Option<Comment> {
        let text = text.trim();
        if text == "pause" {
            return Some(Comment::Pause);
        }
        if let Some(note) = text.strip_prefix("note:") {
            return Some(Comment::Note(super::fields::prose(note)));
        }
        let (word, keyword) = match text.split_once(':') {
            Some((word, _)) => (word.trim(), "note"),
            None => (text, "pause"),
        };
        if nearest(word, [keyword]).is_some() {
            let wanted = if keyword == "note" { "note:" } else { keyword };
            self.problems.report(
                span,
                format!("the comment begins with `{word}`, which means nothing"),
                format!("did you mean `<!-- {wanted} -->`?"),
            );
        }
        None
    }

    fn raw_html(&mut self, span: &Span) {
        self.problems.report(
            span,
            "HTML is not shown in a lesson",
            "write Markdown; in the text, put angle brackets between backticks",
        );
    }
}

fn starts_block(event: &Event) -> bool {
    match event {
        Event::Rule => true,
        Event::Start(tag) => !matches!(
            tag,
            Tag::Emphasis
                | Tag::Strong
                | Tag::Strikethrough
                | Tag::Superscript
                | Tag::Subscript
                | Tag::Link { .. }
                | Tag::Image { .. }
        ),
        _ => false,
    }
}

/// A run of text merged into the inlines so far.
fn push_text(inlines: &mut Vec<Inline>, text: &str) {
    if let Some(Inline::Text(last)) = inlines.last_mut() {
        last.push_str(text);
    } else {
        inlines.push(Inline::Text(text.to_owned()));
    }
}
