//! A lesson's prose as lines: paragraphs with air, lists, quotes, code, callouts, tables.
//!
//! Invariant: prose is at most [`PROSE`](crate::app::layout::PROSE) columns wide, or narrower when asked; nothing of code
//! is cut, a line that is too wide goes on further in below; and a drawing is whole or not there.

use crate::app::paper::{Line, Paper, Role, Span, width, wrap, wrap_text};
use crate::app::reader::folded;
use crate::lesson::model::{Block, Inline};

/// Blocks one below the other, an empty line between them.
#[must_use]
pub fn blocks(blocks: &[Block], columns: u16) -> Paper {
    let mut paper = Paper::new();
    for block in blocks {
        paper.gap();
        add_block(block, columns, &mut paper);
    }
    paper
}

fn add_block(block: &Block, columns: u16, paper: &mut Paper) {
    match block {
        Block::Heading(inlines) => paper.extend(wrap(&spans(inlines, Role::Strong), columns, 0)),
        Block::Paragraph(inlines) => paper.extend(wrap(&spans(inlines, Role::Text), columns, 0)),
        Block::List { start, items } => add_list(*start, items, columns, paper),
        Block::Quote(inner) => {
            let mark = Line::of(Role::Rule, "│ ");
            paper.extend(behind(
                &mark,
                &mark,
                &blocks(inner, columns.saturating_sub(2)),
            ));
        }
        Block::Note(inner) => {
            let mark = Line::of(Role::Accent, "▎ ");
            paper.extend(behind(
                &mark,
                &mark,
                &blocks(inner, columns.saturating_sub(2)),
            ));
        }
        Block::Code { language, text } => add_code(language, text, columns, paper),
        Block::Table { header, rows } => add_table(header, rows, columns, paper),
        Block::Rule => paper.add(Line::of(Role::Rule, "─".repeat(usize::from(columns)))),
    }
    // Below its text an address can be read, and selected, in one piece.
    let own: Vec<&[Inline]> = match block {
        Block::Heading(inlines) | Block::Paragraph(inlines) => vec![inlines],
        Block::Table { header, rows } => header
            .iter()
            .chain(rows.iter().flatten())
            .map(Vec::as_slice)
            .collect(),
        _ => Vec::new(),
    };
    for text in own.into_iter().flat_map(addresses) {
        let role = Role::Dim;
        paper.extend(wrap(&[Span { text, role }], columns, 0));
    }
}

/// A paper's lines with a mark before the first one and another before the others.
fn behind(first: &Line, other: &Line, paper: &Paper) -> Vec<Line> {
    let marks = std::iter::once(first).chain(std::iter::repeat(other));
    paper
        .lines
        .iter()
        .zip(marks)
        .map(|(line, mark)| mark.clone().append(line.clone()))
        .collect()
}

fn add_list(start: Option<u64>, items: &[Vec<Block>], columns: u16, paper: &mut Paper) {
    let loose = items.iter().any(|item| item.len() > 1);
    for (index, item) in items.iter().enumerate() {
        let mark = match start {
            Some(first) => format!("{}. ", first + index as u64),
            None => "• ".to_owned(),
        };
        let first = Line::of(Role::Accent, &mark);
        let other = Line::of(Role::Text, " ".repeat(usize::from(first.width())));
        let room = columns.saturating_sub(first.width());
        if loose && index > 0 {
            paper.gap();
        }
        paper.extend(behind(&first, &other, &blocks(item, room)));
    }
}

fn add_code(language: &str, text: &str, columns: u16, paper: &mut Paper) {
    let drawn = matches!(language, "" | "text");
    let room = columns.saturating_sub(2);
    let needed = drawing_width(text);
    if drawn && needed > room {
        let words = format!(
            "(Here is a drawing of {needed} columns. This terminal has room for {room}: a wider one shows it.)"
        );
        return paper.extend(wrap_text(Role::Dim, &words, columns));
    }
    for line in crate::printable::block(text).trim_end_matches('\n').lines() {
        let line = if drawn {
            drawing(line)
        } else {
            Line::of(Role::Code, line)
        };
        for piece in folded(&line, room) {
            paper.add(Line::of(Role::Text, "  ").append(piece));
        }
    }
}

/// Columns of a drawing that hangs together; 0 for text that has no boxes in it.
fn drawing_width(text: &str) -> u16 {
    if text.contains(is_of_boxes) {
        text.lines().map(width).max().unwrap_or(0)
    } else {
        0
    }
}

fn is_of_boxes(character: char) -> bool {
    matches!(character, '\u{2500}'..='\u{257f}')
}

/// A drawing's lines recede behind its words.
fn drawing(text: &str) -> Line {
    let mut line = Line::new();
    for character in text.chars() {
        let role = if is_of_boxes(character) {
            Role::Rule
        } else {
            Role::Text
        };
        line.add(role, character.encode_utf8(&mut [0; 4]));
    }
    line
}

fn add_table(header: &[Vec<Inline>], rows: &[Vec<Vec<Inline>>], columns: u16, paper: &mut Paper) {
    const GAP: u16 = 2;
    let count = header
        .len()
        .max(rows.iter().map(Vec::len).max().unwrap_or(0));
    if count == 0 {
        return;
    }
    let natural: Vec<u16> = (0..count)
        .map(|column| {
            std::iter::once(header)
                .chain(rows.iter().map(Vec::as_slice))
                .filter_map(|row| row.get(column))
                .map(|cell| one_line(cell, Role::Text).width())
                .max()
                .unwrap_or(0)
        })
        .collect();
    let widths = shrink(
        natural,
        columns.saturating_sub(GAP * (u16::try_from(count).unwrap_or(u16::MAX) - 1)),
    );
    if header.iter().any(|cell| !cell.is_empty()) {
        paper.extend(table_row(header, &widths, GAP, Role::Dim));
        let total: u16 = widths.iter().sum::<u16>() + GAP * (u16::try_from(count).unwrap_or(1) - 1);
        paper.add(Line::of(
            Role::Rule,
            "─".repeat(usize::from(total.min(columns))),
        ));
    }
    for row in rows {
        paper.extend(table_row(row, &widths, GAP, Role::Text));
    }
}

/// Takes from the widest column until all fit.
fn shrink(mut widths: Vec<u16>, room: u16) -> Vec<u16> {
    while widths.iter().copied().map(u32::from).sum::<u32>() > u32::from(room) {
        let Some(widest) = widths.iter_mut().max() else {
            break;
        };
        if *widest <= 4 {
            break;
        }
        *widest -= 1;
    }
    widths
}

fn table_row(row: &[Vec<Inline>], widths: &[u16], gap: u16, role: Role) -> Vec<Line> {
    let cells: Vec<Vec<Line>> = widths
        .iter()
        .enumerate()
        .map(|(column, &room)| {
            row.get(column)
                .map_or_else(Vec::new, |cell| wrap(&spans(cell, role), room.max(1), 0))
        })
        .collect();
    let height = cells.iter().map(Vec::len).max().unwrap_or(1);
    (0..height)
        .map(|index| {
            let mut line = Line::new();
            let mut column = 0;
            for (cell, &room) in cells.iter().zip(widths) {
                line = line.to_column(column);
                if let Some(text) = cell.get(index) {
                    line = line.append(text.clone());
                }
                column += room + gap;
            }
            line
        })
        .collect()
}

/// Inlines on one line, unwrapped.
#[must_use]
pub fn one_line(inlines: &[Inline], role: Role) -> Line {
    let mut line = Line::new();
    for span in spans(inlines, role) {
        line.add(span.role, span.text);
    }
    line
}

/// Inlines as spans; `role` is what plain text among them is.
#[must_use]
pub fn spans(inlines: &[Inline], role: Role) -> Vec<Span> {
    let mut all = Vec::new();
    add_spans(inlines, role, &mut all);
    all
}

fn add_spans(inlines: &[Inline], role: Role, all: &mut Vec<Span>) {
    for inline in inlines {
        match inline {
            Inline::Text(text) => all.push(Span {
                text: text.clone(),
                role,
            }),
            Inline::Strong(inner) => add_spans(inner, Role::Strong, all),
            Inline::Emphasis(inner) => add_spans(inner, Role::Emphasis, all),
            Inline::Code(text) => all.push(Span {
                text: text.clone(),
                role: Role::Code,
            }),
            Inline::Link { text, .. } => add_spans(text, Role::Link, all),
            Inline::Term { text, .. } => add_spans(text, Role::Term, all),
            Inline::Break => all.push(Span {
                text: "\n".to_owned(),
                role,
            }),
        }
    }
}

/// The addresses that inlines lead to, where their text doesn't say them.
fn addresses(inlines: &[Inline]) -> Vec<String> {
    let mut found = Vec::new();
    for inline in inlines {
        match inline {
            Inline::Link { text, address } if one_line(text, Role::Link).plain() != *address => {
                found.push(address.clone());
            }
            Inline::Strong(inner) | Inline::Emphasis(inner) => found.extend(addresses(inner)),
            _ => {}
        }
    }
    found
}

/// All addresses that blocks lead to, in their order, each once.
#[must_use]
pub fn links(blocks: &[Block]) -> Vec<String> {
    let mut found = Vec::new();
    for block in blocks {
        match block {
            Block::Heading(inlines) | Block::Paragraph(inlines) => found.extend(addresses(inlines)),
            Block::List { items, .. } => items.iter().for_each(|item| found.extend(links(item))),
            Block::Quote(inner) | Block::Note(inner) => found.extend(links(inner)),
            Block::Table { header, rows } => header
                .iter()
                .chain(rows.iter().flatten())
                .for_each(|cell| found.extend(addresses(cell))),
            Block::Code { .. } | Block::Rule => {}
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    found.retain(|address| seen.insert(address.clone()));
    found
}

/// The glossary terms that blocks name, in their order, each once.
#[must_use]
pub fn terms(blocks: &[Block]) -> Vec<String> {
    let mut found = Vec::new();
    for block in blocks {
        match block {
            Block::Heading(inlines) | Block::Paragraph(inlines) => {
                inline_terms(inlines, &mut found);
            }
            Block::List { items, .. } => items.iter().for_each(|item| found.extend(terms(item))),
            Block::Quote(inner) | Block::Note(inner) => found.extend(terms(inner)),
            Block::Table { header, rows } => {
                header
                    .iter()
                    .chain(rows.iter().flatten())
                    .for_each(|cell| inline_terms(cell, &mut found));
            }
            Block::Code { .. } | Block::Rule => {}
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    found.retain(|term| seen.insert(term.clone()));
    found
}

fn inline_terms(inlines: &[Inline], found: &mut Vec<String>) {
    for inline in inlines {
        match inline {
            Inline::Term { text, term } => {
                found.push(term.clone());
                inline_terms(text, found);
            }
            Inline::Strong(inner) | Inline::Emphasis(inner) | Inline::Link { text: inner, .. } => {
                inline_terms(inner, found);
            }
            Inline::Text(_) | Inline::Code(_) | Inline::Break => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(of: &str) -> Inline {
        Inline::Text(of.to_owned())
    }

    fn shown(of: &[Block], columns: u16) -> String {
        blocks(of, columns)
            .lines
            .iter()
            .map(Line::plain)
            .collect::<Vec<_>>()
            .join("\n")
    }

    #[test]
    fn paragraphs_have_air_and_lists_hang() {
        let page = [
            Block::Paragraph(vec![text("One two three four.")]),
            Block::List {
                start: None,
                items: vec![
                    vec![Block::Paragraph(vec![text("a long first entry")])],
                    vec![Block::Paragraph(vec![text("second")])],
                ],
            },
        ];
        insta::assert_snapshot!(shown(&page, 12), @r"
        One two
        three four.

        • a long
          first
          entry
        • second
        ");
    }

    #[test]
    fn code_that_is_too_wide_goes_on_below() {
        let code = [Block::Code {
            language: "js".to_owned(),
            text: "  const { Item } = await db.send(command);\n".to_owned(),
        }];
        assert_eq!(
            shown(&code, 26),
            "    const { Item } = await\n        db.send(command);"
        );
    }

    #[test]
    fn a_drawing_is_whole_or_said_to_be_missing() {
        let drawing = [Block::Code {
            language: "text".to_owned(),
            text: "┌──────┐\n│ pets │\n└──────┘\n".to_owned(),
        }];
        assert_eq!(shown(&drawing, 10), "  ┌──────┐\n  │ pets │\n  └──────┘");
        let missing = shown(&drawing, 9).replace('\n', " ");
        assert!(missing.starts_with("(Here is a drawing of 8"), "{missing}");
        assert!(!missing.contains('┌'));
    }

    #[test]
    fn tables_shrink_their_widest_column() {
        let cell = |of: &str| vec![text(of)];
        let table = Block::Table {
            header: vec![cell("unit"), cell("pays for")],
            rows: vec![vec![cell("RCU"), cell("one strong read of up to 4 KB")]],
        };
        insta::assert_snapshot!(shown(&[table], 24), @r"
        unit  pays for
        ────────────────────────
        RCU   one strong read of
              up to 4 KB
        ");
    }

    #[test]
    fn terms_are_found_once_in_their_order() {
        let term = |name: &str| Inline::Term {
            text: vec![text(name)],
            term: name.to_owned(),
        };
        let page = [
            Block::Paragraph(vec![term("item"), Inline::Strong(vec![term("table")])]),
            Block::Note(vec![Block::Paragraph(vec![term("item")])]),
        ];
        assert_eq!(terms(&page), ["item", "table"]);
    }
}
