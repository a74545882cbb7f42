//! `note`: a callout whose body is Markdown.

use std::collections::BTreeMap;

use super::super::error::Problems;
use super::super::markdown::{self, Element, Fence};
use super::super::model::{Block, Link};

pub(super) fn read(
    fence: &Fence,
    links: &BTreeMap<String, Link>,
    problems: &mut Problems,
) -> Option<Block> {
    let mut blocks = Vec::new();
    for (element, span) in markdown::read(&fence.body, links, problems) {
        match element {
            Element::Block(block) => blocks.push(block),
            Element::Fence(_) | Element::Comment(_) => problems.report(
                &span,
                "a note holds only text",
                "end the note before this, with a line of backticks",
            ),
        }
    }
    if blocks.is_empty() {
        problems.report(
            &fence.opening,
            "an empty note",
            "write its text, or remove it",
        );
        return None;
    }
    Some(Block::Note(blocks))
}
