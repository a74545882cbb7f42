//! Prose as plain text, for readers without a screen: pipes, logs, braille and speech.
//!
//! ```text
//!   Inline ─ words ─ wrapped at display width ─┐
//!   Block  ─ its own indent: "- ", "> ", …     ┴─ lines
//! ```
//!
//! Words are kept and marks are dropped, except the backticks around code, which say where a name
//! begins and ends. A link is followed by its address. Code and addresses are never broken.
//!
//! Invariant: the text holds no control character but line feeds, whatever the lesson holds.

use unicode_width::UnicodeWidthStr;

use super::model::{Block, Inline};
use crate::printable;

/// Narrower than this, words are not wrapped any more.
const LEAST_WIDTH: usize = 12;

/// Blocks as text of at most `width` cells where words allow it; ends with a line feed unless empty.
#[must_use]
pub fn render(blocks: &[Block], width: usize) -> String {
    let mut text = String::new();
    for line in lines(blocks, width) {
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// One paragraph as lines.
#[must_use]
pub fn wrap(inlines: &[Inline], width: usize) -> Vec<String> {
    wrap_text(&words_of(inlines), width)
}

fn lines(blocks: &[Block], width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for block in blocks {
        let own = block_lines(block, width);
        if !lines.is_empty() && !own.is_empty() {
            lines.push(String::new());
        }
        lines.extend(own);
    }
    lines
}

fn block_lines(block: &Block, width: usize) -> Vec<String> {
    match block {
        Block::Heading(words) => {
            let mut lines = wrap(words, width);
            let longest = lines.iter().map(|line| line.width()).max().unwrap_or(0);
            lines.push("-".repeat(longest));
            lines
        }
        Block::Paragraph(words) => wrap(words, width),
        Block::List { start, items } => list(*start, items, width),
        Block::Quote(blocks) => indented(blocks, width, "> ", "> "),
        Block::Code { text, .. } => printable::block(text)
            .lines()
            .map(|line| format!("    {line}"))
            .collect(),
        Block::Note(blocks) => indented(blocks, width, "Note: ", "      "),
        Block::Table { header, rows } => table(header, rows, width),
        Block::Rule => vec!["* * *".to_owned()],
    }
}

fn indented(blocks: &[Block], width: usize, first: &str, rest: &str) -> Vec<String> {
    let inner = width.saturating_sub(rest.width()).max(LEAST_WIDTH);
    lines(blocks, inner)
        .into_iter()
        .enumerate()
        .map(|(at, line)| format!("{}{line}", if at == 0 { first } else { rest }))
        .collect()
}

fn list(start: Option<u64>, items: &[Vec<Block>], width: usize) -> Vec<String> {
    let last = start.map(|first| first.saturating_add(items.len() as u64).saturating_sub(1));
    let marker_width = last.map_or(2, |last| last.to_string().len() + 2);
    let rest = " ".repeat(marker_width);
    let airy = items.iter().any(|item| {
        let paragraphs = item.iter().filter(|it| !matches!(it, Block::List { .. }));
        paragraphs.count() > 1
    });
    let mut all = Vec::new();
    let mut number = start;
    for item in items {
        let marker = match number {
            Some(number) => format!("{:<marker_width$}", format!("{number}.")),
            None => "- ".to_owned(),
        };
        number = number.map(|number| number.saturating_add(1));
        if airy && !all.is_empty() {
            all.push(String::new());
        }
        let mut own = Vec::new();
        for block in item {
            let inner = width.saturating_sub(marker_width).max(LEAST_WIDTH);
            let more = block_lines(block, inner);
            if airy && !own.is_empty() {
                own.push(String::new());
            }
            own.extend(more);
        }
        if own.is_empty() {
            own.push(String::new());
        }
        for (at, line) in own.into_iter().enumerate() {
            let indent = if at == 0 { &marker } else { &rest };
            all.push(format!("{indent}{line}"));
        }
    }
    all
}

/// Between two columns of a table.
const GAP: &str = "  ";

fn table(header: &[Vec<Inline>], rows: &[Vec<Vec<Inline>>], width: usize) -> Vec<String> {
    let texts = |row: &[Vec<Inline>]| row.iter().map(|cell| words_of(cell)).collect::<Vec<_>>();
    let header = texts(header);
    let rows: Vec<Vec<String>> = rows.iter().map(|row| texts(row)).collect();
    let mut widths: Vec<usize> = header.iter().map(|cell| cell.width()).collect();
    for row in &rows {
        for (column, cell) in row.iter().enumerate() {
            if let Some(widest) = widths.get_mut(column) {
                *widest = (*widest).max(cell.width());
            }
        }
    }
    narrow(&mut widths, width);
    let mut lines = row_lines(&header, &widths);
    let rules: Vec<String> = widths.iter().map(|&cells| "-".repeat(cells)).collect();
    lines.push(rules.join(GAP));
    for row in &rows {
        lines.extend(row_lines(row, &widths));
    }
    lines
}

/// Takes cells from the widest column until the table fits, or every column is as narrow as it gets.
fn narrow(widths: &mut [usize], width: usize) {
    loop {
        let gaps = GAP.len() * widths.len().saturating_sub(1);
        if widths.iter().sum::<usize>() + gaps <= width {
            return;
        }
        match widths.iter_mut().max() {
            Some(widest) if *widest > LEAST_WIDTH => *widest -= 1,
            _ => return,
        }
    }
}

fn row_lines(row: &[String], widths: &[usize]) -> Vec<String> {
    let cells: Vec<Vec<String>> = row
        .iter()
        .zip(widths)
        .map(|(cell, &width)| wrap_text(cell, width))
        .collect();
    let height = cells.iter().map(Vec::len).max().unwrap_or(0);
    (0..height)
        .map(|at| {
            let mut line = String::new();
            for (column, (cell, &width)) in cells.iter().zip(widths).enumerate() {
                if column > 0 {
                    line.push_str(GAP);
                }
                let text = cell.get(at).map_or("", String::as_str);
                line.push_str(text);
                line.push_str(&" ".repeat(width.saturating_sub(text.width())));
            }
            line.trim_end().to_owned()
        })
        .collect()
}

/// A hard break on its way through the words.
const BREAK: char = '\n';

/// The words with links' addresses; hard breaks are line feeds.
fn words_of(inlines: &[Inline]) -> String {
    let mut text = String::new();
    for inline in inlines {
        match inline {
            Inline::Text(part) => text.push_str(&printable::line(part)),
            Inline::Code(code) => {
                text.push('`');
                text.push_str(&printable::line(code));
                text.push('`');
            }
            Inline::Strong(inner) | Inline::Emphasis(inner) | Inline::Term { text: inner, .. } => {
                text.push_str(&words_of(inner));
            }
            Inline::Link {
                text: inner,
                address,
            } => {
                let words = words_of(inner);
                let address = printable::line(address);
                text.push_str(&words);
                if words != address {
                    text.push_str(" (");
                    text.push_str(&address);
                    text.push(')');
                }
            }
            Inline::Break => text.push(BREAK),
        }
    }
    text
}

/// Words in lines of at most `width` cells; a longer word stands alone on its line.
fn wrap_text(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for part in text.split(BREAK) {
        let mut line = String::new();
        let mut cells = 0;
        for word in part.split(' ').filter(|word| !word.is_empty()) {
            let wide = word.width();
            if cells > 0 && cells + 1 + wide > width {
                lines.push(std::mem::take(&mut line));
                cells = 0;
            }
            if cells > 0 {
                line.push(' ');
                cells += 1;
            }
            line.push_str(word);
            cells += wide;
        }
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::super::error::Problems;
    use super::super::markdown::{self, Element};
    use super::super::source::{Excerpt, SourceFile};
    use super::*;

    fn rendered(markdown: &str, width: usize) -> String {
        let file = SourceFile::new("a.md", markdown);
        let mut problems = Problems::new(&file);
        let links = std::collections::BTreeMap::new();
        let blocks: Vec<Block> =
            markdown::read(&Excerpt::copied(markdown, 0), &links, &mut problems)
                .into_iter()
                .filter_map(|(element, _)| match element {
                    Element::Block(block) => Some(block),
                    _ => None,
                })
                .collect();
        render(&blocks, width)
    }

    #[test]
    fn prose_wraps_at_display_width() {
        insta::assert_snapshot!(rendered("Every **table** has its *own* partitions; `pk` is [hashed](https://example.com/a/long/address/that/stays/whole) first.  \n宽宽宽宽宽 宽宽宽宽宽 宽宽", 24), @r#"
Every table has its own
partitions; `pk` is
hashed
(https://example.com/a/long/address/that/stays/whole)
first.
宽宽宽宽宽 宽宽宽宽宽
宽宽
"#);
    }

    #[test]
    fn lists_quotes_code_and_rules() {
        insta::assert_snapshot!(rendered("## Words\n\n1. one and more words than fit\n2. two\n   - inside\n   - again\n\n> said\n> so\n\n---\n\n```json\n{ \"a\":\n\t1 }\n```\n", 24), @r#"
Words
-----

1. one and more words
   than fit
2. two
   - inside
   - again

> said so

* * *

    { "a":
      1 }
"#);
    }

    #[test]
    fn airy_lists_keep_their_air() {
        insta::assert_snapshot!(rendered("- one\n\n  more\n\n- two\n", 40), @r#"
- one

  more

- two
"#);
    }

    #[test]
    fn tables_line_up_and_wrap_in_their_cells() {
        insta::assert_snapshot!(rendered("| operation | what it does |\n|---|---|\n| `GetItem` | reads one item by its whole primary key |\n| `Scan` | reads all |\n", 36), @r#"
operation  what it does
---------  -------------------------
`GetItem`  reads one item by its
           whole primary key
`Scan`     reads all
"#);
    }

    #[test]
    fn nothing_steers_the_terminal() {
        let text = rendered("a\u{1b}[2J `\u{9b}31m`\n\n```\n\u{1b}[H\n```\n", 40);
        assert!(!text.chars().any(|it| it.is_control() && it != '\n'));
        assert!(text.contains("a␛[2J"));
    }
}
