//! The inside of a paragraph: text, emphasis, code, links and glossary terms.
//!
//! Invariant: a link's address is one that a learner can open: `link:name` was looked up, and
//! anything that is neither that, nor a term, nor on the web was refused.

use pulldown_cmark::{Event, Tag};

use super::super::model::Inline;
use super::super::nearest::offer;
use super::super::source::Span;
use super::{MOST_DEPTH, Reader, push_text, starts_block};

impl Reader<'_, '_, '_> {
    /// The inlines up to the end of their container, which is left to the caller, or up to a block.
    pub(super) fn inlines(&mut self) -> Vec<Inline> {
        let mut inlines = Vec::new();
        let mut bare_links = BareLinks::default();
        while let Some(event) = self.peek() {
            if matches!(event, Event::End(_)) || starts_block(event) {
                break;
            }
            let Some((event, span, range)) = self.next() else {
                break;
            };
            match event {
                Event::Text(text) => {
                    bare_links.text(&range);
                    push_text(&mut inlines, &text);
                }
                Event::SoftBreak => push_text(&mut inlines, " "),
                Event::HardBreak => inlines.push(Inline::Break),
                Event::Code(code) => inlines.push(Inline::Code(code.into_string())),
                Event::Start(tag) => inlines.extend(self.span_of_text(tag, &span)),
                Event::InlineHtml(html) | Event::Html(html) => self.inline_html(&html, &span),
                Event::FootnoteReference(_) => self.problems.report(
                    &span,
                    "footnotes are not shown in a lesson",
                    "say it in the text, or in a ```note block",
                ),
                Event::TaskListMarker(_) => self.problems.report(
                    &span,
                    "a box to tick in a list does nothing here",
                    "use a ```checklist block, whose marks are kept",
                ),
                Event::End(_) | Event::Rule | Event::InlineMath(_) | Event::DisplayMath(_) => {}
            }
        }
        for range in bare_links.found(self.excerpt.text()) {
            let span = self.excerpt.span(range);
            self.problems.report(
                &span,
                "an address with spaces is no link in Markdown, and is shown as it stands",
                "put it between angle brackets: [text](<term:partition key>)",
            );
        }
        inlines
    }

    fn span_of_text(&mut self, tag: Tag, span: &Span) -> Option<Inline> {
        if self.depth == MOST_DEPTH {
            self.skip_to_end();
            self.too_deep(span);
            return None;
        }
        self.depth += 1;
        let inner = self.inlines();
        self.depth -= 1;
        self.at += 1;
        match tag {
            Tag::Strong => Some(Inline::Strong(inner)),
            Tag::Link { dest_url, .. } => self.link(&dest_url, inner, span),
            Tag::Image { .. } => {
                self.problems.report(
                    span,
                    "pictures from files are not shown in a terminal",
                    "draw it with characters in a ```text block, or link to it",
                );
                None
            }
            _ => Some(Inline::Emphasis(inner)),
        }
    }

    fn link(&mut self, address: &str, text: Vec<Inline>, span: &Span) -> Option<Inline> {
        if let Some(name) = address.strip_prefix("link:") {
            let Some(link) = self.links.get(name) else {
                let names: Vec<&str> = self.links.keys().map(String::as_str).collect();
                self.problems.report(
                    span,
                    format!("no link is called `{name}`"),
                    format!(
                        "{} (links are defined in lesson.md, as [links.NAME])",
                        offer(name, &names)
                    ),
                );
                return None;
            };
            let address = link.address.clone();
            return Some(Inline::Link { text, address });
        }
        if let Some(term) = address.strip_prefix("term:") {
            let term = term.replace("%20", " ").trim().to_owned();
            if term.is_empty() {
                self.problems.report(
                    span,
                    "a term without a name",
                    "write the term after `term:`",
                );
                return None;
            }
            return Some(Inline::Term { text, term });
        }
        if address.starts_with("https://") || address.starts_with("http://") {
            let address = address.to_owned();
            return Some(Inline::Link { text, address });
        }
        self.problems.report(
            span,
            format!("a learner can't follow a link to `{address}`"),
            "link to link:NAME, term:NAME or an address that begins with https://",
        );
        None
    }

    fn inline_html(&mut self, html: &str, span: &Span) {
        let comment = html
            .strip_prefix("<!--")
            .and_then(|html| html.strip_suffix("-->"));
        let Some(comment) = comment else {
            self.raw_html(span);
            return;
        };
        if self.comment(comment, span).is_some() {
            self.problems.report(
                span,
                "a pause or a presenter's note inside a paragraph",
                "put it on a line of its own, at the left margin",
            );
        }
    }
}

/// Runs of text, to find links that Markdown did not take for links.
#[derive(Default)]
struct BareLinks {
    runs: Vec<std::ops::Range<usize>>,
}

impl BareLinks {
    /// The parser cuts text at brackets; stretches that touch are one run.
    fn text(&mut self, range: &std::ops::Range<usize>) {
        match self.runs.last_mut() {
            Some(run) if run.end == range.start => run.end = range.end,
            _ => self.runs.push(range.clone()),
        }
    }

    fn found(self, source: &str) -> Vec<std::ops::Range<usize>> {
        let mut found = Vec::new();
        for run in self.runs {
            let text = source.get(run.clone()).unwrap_or("");
            for opening in ["](term:", "](link:"] {
                for (at, _) in text.match_indices(opening) {
                    let start = run.start + at + 1;
                    let length = source[start..].find(')').map_or(1, |end| end + 1);
                    found.push(start..start + length);
                }
            }
        }
        found
    }
}

/// The words of inlines without their marks.
pub(crate) fn plain(inlines: &[Inline]) -> String {
    let mut text = String::new();
    for inline in inlines {
        match inline {
            Inline::Text(part) | Inline::Code(part) => text.push_str(part),
            Inline::Strong(inner)
            | Inline::Emphasis(inner)
            | Inline::Link { text: inner, .. }
            | Inline::Term { text: inner, .. } => text.push_str(&plain(inner)),
            Inline::Break => text.push(' '),
        }
    }
    text
}
