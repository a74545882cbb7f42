//! Papers onto cells: the only place where a [`Role`] becomes a colour.
//!
//! Invariant: a grapheme that does not fit whole is not drawn at all.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Style};
use ratatui::widgets::{Block, BorderType, Clear, Widget};
use unicode_segmentation::UnicodeSegmentation;

use crate::app::layout::{Pane, View};
use crate::app::paper::{Line, Role, Span, width};
use crate::ui::projector::figures::{self, Figure, Size};
use crate::ui::rect;
use crate::ui::theme::Theme;

/// A screen made of papers.
pub fn view(view: &View, theme: Theme, buffer: &mut Buffer) {
    if let Some((area, title)) = &view.frame {
        frame(rect(*area, buffer), title, theme, buffer);
    }
    pane(&view.main, theme, buffer);
    if let Some(side) = &view.side {
        pane(side, theme, buffer);
    }
    if let Some(fixed) = &view.fixed {
        pane(fixed, theme, buffer);
    }
}

/// A box with its title on the rule, on ground that is cleared a column beyond it, so that no letter below touches it.
pub fn frame(area: Rect, title: &str, theme: Theme, buffer: &mut Buffer) {
    let ground = Rect {
        x: area.x.saturating_sub(1),
        width: area.width.saturating_add(2),
        ..area
    };
    Clear.render(ground.intersection(buffer.area), buffer);
    Block::bordered()
        .border_type(BorderType::Rounded)
        .border_style(theme.style(Role::Dim))
        .render(area, buffer);
    if area.width > 6 && area.height > 0 && !title.is_empty() {
        let text = Line::of(Role::Title, format!(" {title} "));
        line(&text, area.x + 2, area.y, area.width - 4, theme, buffer);
    }
}

/// A paper in its place, with `▲` and `▼` at the right edge where there is more.
pub fn pane(pane: &Pane, theme: Theme, buffer: &mut Buffer) {
    let area = rect(pane.area, buffer);
    for row in 0..area.height {
        let Some(text) = pane.paper.at(row, pane.scroll) else {
            continue;
        };
        match text.spans.as_slice() {
            [span] if span.role == Role::Large => {
                let rows = area.height - row;
                let figure = Figure::fitting(&span.text, Size::Half, area.width, rows, false);
                let style = theme.style(Role::Large);
                figures::draw(&figure, style, area.x, area.y + row, buffer);
            }
            _ => line(text, area.x, area.y + row, area.width, theme, buffer),
        }
    }
    // One column to the right of the text, which every area leaves free.
    let edge = area.right();
    if area.height == 0 || edge >= buffer.area.right() {
        return;
    }
    let more = Style::new().patch(theme.style(Role::Accent));
    if pane.scroll > 0 {
        buffer.set_string(edge, area.y, "▴", more);
    }
    if pane.paper.height() > pane.scroll.saturating_add(area.height) {
        buffer.set_string(edge, area.bottom() - 1, "▾", more);
    }
}

/// One line, cut at `columns`. A line that is selected is painted over its whole width.
pub fn line(line: &Line, x: u16, y: u16, columns: u16, theme: Theme, buffer: &mut Buffer) {
    if y >= buffer.area.bottom() || x >= buffer.area.right() {
        return;
    }
    let end = x.saturating_add(columns).min(buffer.area.right());
    let mut at = x;
    for span in &line.spans {
        at = draw_span(span, at, y, end, theme, buffer);
        if at >= end {
            break;
        }
    }
    if line.selected {
        let row = Rect::new(x, y, end - x, 1);
        buffer.set_style(row, theme.style(Role::Selected));
        if let Some(ink) = theme.ink() {
            // The terminal's own ink is made for the terminal's own ground, which nobody told us for certain.
            for place in row.positions() {
                let cell = &mut buffer[place];
                if cell.fg == Color::Reset {
                    cell.set_fg(ink);
                }
            }
        }
    }
}

fn draw_span(span: &Span, x: u16, y: u16, end: u16, theme: Theme, buffer: &mut Buffer) -> u16 {
    let style = theme.style(span.role);
    let mut at = x;
    for grapheme in span.text.graphemes(true) {
        let cells = width(grapheme);
        if at.saturating_add(cells) > end {
            return end;
        }
        if cells > 0 {
            buffer.set_string(at, y, grapheme, style);
        }
        at += cells;
    }
    at
}
