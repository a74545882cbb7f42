//! What every picture of partitions shares: boxes side by side, the ruler of the hash range above them, and where to paint.
//!
//! ```text
//!   0 ├───────●───────┼────────▲──────┼━━━━━━━━━━━━━━━┼───────◆───────┤ 2⁶⁴      Ruler
//!   ┌ ● P0 ─────────┐ ┌ ▲ P1 ─────────┐ ╔ ■ P2 ═════════╗ ┌ ◆ P3 ────────┐      Grid
//! ```
//!
//! Invariant: a partition looks the same on every picture: its hue, its glyph, its box.

mod grid;
mod ruler;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

use crate::app::paper::{Line, Role};
use crate::ui::paint;
use crate::ui::theme::Theme;
pub(super) use grid::{Grid, draw_box, resident_line};
pub(super) use ruler::{Range, Ruler};

/// Corners and sides of a box, and of one that is spoken of.
const SINGLE: [&str; 6] = ["┌", "─", "┐", "│", "└", "┘"];
const DOUBLE: [&str; 6] = ["╔", "═", "╗", "║", "╚", "╝"];

/// Where to paint, and how things look.
pub(super) struct Canvas<'a> {
    pub(super) theme: Theme,
    pub(super) buffer: &'a mut Buffer,
}

impl Canvas<'_> {
    pub(super) fn line(&mut self, line: &Line, x: u16, y: u16, columns: u16) {
        paint::line(line, x, y, columns, self.theme, self.buffer);
    }

    pub(super) fn text(&mut self, role: Role, text: &str, x: u16, y: u16) {
        let line = Line::of(role, text);
        self.line(&line, x, y, line.width());
    }

    /// One cell's glyph, for the many that stand alone: borders, marks, heaps.
    pub(super) fn cell(&mut self, role: Role, glyph: &str, x: u16, y: u16) {
        let style = self.theme.style(role);
        if let Some(cell) = self.buffer.cell_mut((x, y)) {
            cell.set_symbol(glyph).set_style(style);
        }
    }

    /// The border of a box that fills an area of two rows at least.
    pub(super) fn border(&mut self, role: Role, is_double: bool, area: Rect) {
        let [top_left, flat, top_right, side, low_left, low_right] =
            if is_double { DOUBLE } else { SINGLE };
        let flat = flat.repeat(usize::from(area.width.saturating_sub(2)));
        let bottom = area.bottom() - 1;
        let top = format!("{top_left}{flat}{top_right}");
        self.text(role, &top, area.x, area.y);
        let low = format!("{low_left}{flat}{low_right}");
        self.text(role, &low, area.x, bottom);
        for y in area.y + 1..bottom {
            self.cell(role, side, area.x, y);
            self.cell(role, side, area.right() - 1, y);
        }
    }

    pub(super) fn add_modifier(&mut self, area: Rect, modifier: Modifier) {
        let area = area.intersection(self.buffer.area);
        for y in area.top()..area.bottom() {
            for x in area.left()..area.right() {
                self.buffer[(x, y)].modifier.insert(modifier);
            }
        }
    }
}

/// A place between two columns.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a column between two columns"
)]
pub(super) fn between(from: u16, to: u16, part: f64) -> u16 {
    (f64::from(from) + (f64::from(to) - f64::from(from)) * part)
        .round()
        .max(0.0) as u16
}

/// A bar of eighths of cells.
pub(super) fn bar(part: u64, whole: u64, columns: u16) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    if whole == 0 {
        return String::new();
    }
    let eighths = u128::from(part) * u128::from(columns) * 8 / u128::from(whole);
    // What is there at all is seen.
    let eighths = usize::try_from(eighths)
        .unwrap_or(usize::MAX)
        .max(usize::from(part > 0));
    format!("{}{}", "█".repeat(eighths / 8), EIGHTHS[eighths % 8])
}
