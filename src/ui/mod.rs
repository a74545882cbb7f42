//! Drawing: [`draw_buffer`] paints what the state says and changes nothing.
//!
//! ```text
//!    6 · Structure ─────────────── 4/12 ── SIMULATED · us-east-1     header
//!
//!     …                                                             body: 4 columns and 4 rows less
//!                                                                   than the terminal
//!   space next   ← back   x exchange   ? help              6 min     footer
//! ```
//!
//! Most screens are papers that [`paint`] paints; moving pictures have a drawing of their own.
//! Invariant: nothing is drawn outside the frame, at any size.

pub mod ascii;
pub mod follow;
pub mod footer;
pub mod hash;
pub mod header;
pub mod paint;
mod partitions;
pub mod picture;
pub mod projector;
pub mod race;
pub mod serve;
#[cfg(test)]
pub mod snapshot;
pub mod theme;
pub mod traffic;
pub mod workshop;

#[cfg(test)]
mod tests;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::paper::{Line, Role};
use crate::app::screen::Screen;
use crate::app::state::SMALLEST;
use crate::app::{Shared, State, layout};
use theme::Theme;

/// Draws the whole screen into a buffer of the size that the state knows.
pub fn draw_buffer(state: &State, theme: Theme, buffer: &mut Buffer) {
    let theme = theme.on(state.shared.background);
    let area = buffer.area;
    if state.shared.wall.blank {
        return projector::blank(theme, buffer);
    }
    if area.width < SMALLEST.0 || area.height < SMALLEST.1 || state.shared.too_small() {
        draw_too_small(theme, buffer);
    } else {
        draw_screens(state, theme, buffer);
    }
    if state.shared.glyphs.ascii() {
        ascii::rewrite(buffer);
    }
}

fn draw_screens(state: &State, theme: Theme, buffer: &mut Buffer) {
    let screens = state.visible();
    let Some((base, popups)) = screens.split_first() else {
        return;
    };
    header::draw(base, &state.shared, theme, buffer);
    let on_wall =
        state.shared.wall.projector && projector::draw(base, &state.shared, theme, buffer);
    if !on_wall {
        header::draw_strip(base, &state.shared, theme, buffer);
        draw_screen(base, state, theme, buffer);
    }
    for popup in popups {
        draw_screen(popup, state, theme, buffer);
    }
    footer::draw(state, theme, buffer);
    if state.shared.wall.projector {
        projector::contrast(theme, buffer);
    }
}

fn draw_screen(screen: &Screen, state: &State, theme: Theme, buffer: &mut Buffer) {
    match screen {
        Screen::Hash(screen) => hash::draw(screen, &state.shared, theme, buffer),
        Screen::Race(screen) => race::draw(screen, &state.shared, theme, buffer),
        Screen::Traffic(screen) => traffic::draw(screen, &state.shared, theme, buffer),
        Screen::Serve(screen) => serve::draw(screen, &state.shared, theme, buffer),
        Screen::Way(screen) => workshop::draw(screen, &state.shared, theme, buffer),
        _ => {
            if let Some(view) = screen.component().view(&state.shared) {
                paint::view(&view, theme, buffer);
            }
        }
    }
}

/// The part of a buffer that an area of the app means, cut at the buffer's edges.
#[must_use]
pub fn rect(area: layout::Area, buffer: &Buffer) -> Rect {
    Rect::new(area.x, area.y, area.width, area.height).intersection(buffer.area)
}

/// The body of the screen; what is left of more columns than `widest` stands at both its sides.
fn middle(shared: &Shared, widest: u16, buffer: &Buffer) -> Rect {
    let body = rect(layout::body(shared.columns, shared.rows), buffer);
    let spare = body.width.saturating_sub(widest);
    Rect {
        x: body.x + spare / 2,
        width: body.width - spare,
        ..body
    }
}

fn draw_too_small(theme: Theme, buffer: &mut Buffer) {
    let area = buffer.area;
    let (columns, rows) = SMALLEST;
    let lines = [
        Line::of(
            Role::Strong,
            format!("{} × {} is too small.", area.width, area.height),
        ),
        Line::of(Role::Text, format!("Enlarge to {columns} × {rows}")),
        Line::of(Role::Dim, "and it goes on. q quits."),
    ];
    let top = area.height.saturating_sub(3) / 2;
    for (row, line) in (top..area.height).zip(&lines) {
        let x = area.width.saturating_sub(line.width()) / 2;
        paint::line(line, x, row, area.width.saturating_sub(x), theme, buffer);
    }
}
