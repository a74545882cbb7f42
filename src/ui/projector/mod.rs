//! The layout for a room that looks at a wall: a few large figures, at most seven lines of words, strong contrast.
//!
//! ```text
//!    Where an item lives ───────────────── 3/8 ── pets ── SIMULATED     1
//!    name · S · 5 bytes                            partition ▲          2
//!    ██   █                                        ██   █                  the key and the partition's number,
//!    █ █ ███   as large as there is room           ███ ██                  twice as large where there is room
//!    hash                                                               3
//!    ▛▘▟▖ 21d4                                                             its first eight digits
//!    ├─────────┼━━━━━▼━━━┼─────────┼─────────┤
//!       ● P0      ▲ P1      ■ P2      ◆ P3                              4
//!    P1 owns the range from 25 % to 50 %, so it owns the item.          5
//!    ? help                                    7 of 22 · 41 of 180 min  6
//! ```
//!
//! The same state is drawn as in the usual layout, so the key that switches changes nothing else.
//! Invariant: everything is whole at 80×24, and a figure that does not fit is written in words rather than cut.

pub mod figures;
mod hash;
mod race;
mod ruler;
mod serve;
mod traffic;
mod workshop;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};

use crate::app::paper::{Line, Role, cut, wrap_text};
use crate::app::present::pace::minutes;
use crate::app::screen::Screen;
use crate::app::state::Background;
use crate::app::{Shared, layout};
use crate::ui::theme::{Depth, Theme};
use crate::ui::{paint, rect};

/// Draws a demonstration below its header; false for a screen that has no other layout for a wall.
pub fn draw(screen: &Screen, shared: &Shared, theme: Theme, buffer: &mut Buffer) -> bool {
    // Header and footer have a row each; there is no row to spare between.
    let body = layout::body(shared.columns, shared.rows);
    let area = layout::Area {
        y: 1,
        height: shared.rows.saturating_sub(2),
        ..body
    };
    let area = rect(area, buffer);
    let mut canvas = Canvas {
        theme,
        ascii: shared.glyphs.ascii(),
        buffer,
    };
    match screen {
        // What is chosen or written at the keyboard is in the usual layout.
        Screen::Hash(screen) if screen.picker.is_none() => hash::draw(screen, area, &mut canvas),
        Screen::Race(screen)
            if screen.form.is_none() && !screen.growing.shown && !screen.offered =>
        {
            race::draw(screen, area, &mut canvas);
        }
        Screen::Traffic(screen) if screen.field.is_none() && screen.choosing.is_none() => {
            traffic::draw(screen, area, &mut canvas);
        }
        Screen::Serve(screen) => serve::draw(screen, shared, area, &mut canvas),
        Screen::Way(screen) => workshop::draw(screen, area, &mut canvas),
        _ => return false,
    }
    true
}

/// Where to paint, and how things look.
struct Canvas<'a> {
    theme: Theme,
    ascii: bool,
    buffer: &'a mut Buffer,
}

impl Canvas<'_> {
    fn line(&mut self, line: &Line, x: u16, y: u16, columns: u16) {
        paint::line(line, x, y, columns, self.theme, self.buffer);
    }

    /// A line a row.
    fn words(&mut self, lines: &[Line], area: Rect) {
        for (line, y) in lines.iter().zip(area.top()..area.bottom()) {
            self.line(line, area.x, y, area.width);
        }
    }

    fn figure(&mut self, figure: &figures::Figure, role: Role, x: u16, y: u16) {
        let style = self.theme.style(role).add_modifier(Modifier::BOLD);
        figures::draw(figure, style, x, y, self.buffer);
    }
}

/// A text on two lines at most.
fn sentence(role: Role, text: &str, columns: u16) -> Vec<Line> {
    let mut lines = wrap_text(role, text, columns);
    if lines.len() > 2 {
        let rest: Vec<String> = lines.drain(1..).map(|line| line.plain()).collect();
        lines.push(Line::of(role, cut(&rest.join(" "), columns)));
    }
    lines
}

/// `section 7 of 22 min · class 41 of 180 min`; outside of a lesson only how long it has been.
#[must_use]
pub fn times(shared: &Shared) -> String {
    let now = shared.now;
    let all = shared.pace.elapsed(now);
    let sections = &shared.lesson().sections;
    let planned: u32 = sections.iter().map(|section| section.minutes).sum();
    let here = shared.pace.section();
    match here.and_then(|index| Some((index, sections.get(index)?))) {
        Some((index, section)) => format!(
            "section {} · class {}",
            minutes(shared.pace.in_section(index, now), Some(section.minutes)),
            minutes(all, Some(planned))
        ),
        None => format!("{} so far", minutes(all, None)),
    }
}

/// Nothing at all, on the ground of this layout.
pub fn blank(theme: Theme, buffer: &mut Buffer) {
    buffer.reset();
    contrast(theme, buffer);
}

/// Black and white where a terminal's own colours might be weak on a wall, and no words that are dim.
pub fn contrast(theme: Theme, buffer: &mut Buffer) {
    let (ink, ground) = match (theme.depth, theme.background) {
        // Without colour there is no telling what black would be written on.
        (Depth::None, _) => {
            for cell in &mut buffer.content {
                cell.modifier.remove(Modifier::DIM);
            }
            return;
        }
        (Depth::True, Background::Dark) => (Color::Rgb(255, 255, 255), Color::Rgb(0, 0, 0)),
        (Depth::True, Background::Light) => (Color::Rgb(0, 0, 0), Color::Rgb(255, 255, 255)),
        (Depth::TwoFiftySix, Background::Dark) => (Color::Indexed(231), Color::Indexed(16)),
        (Depth::TwoFiftySix, Background::Light) => (Color::Indexed(16), Color::Indexed(231)),
        (Depth::Sixteen, Background::Dark) => (Color::White, Color::Black),
        (Depth::Sixteen, Background::Light) => (Color::Black, Color::White),
    };
    let weak = [
        theme.style(Role::Dim).fg.unwrap_or(Color::Reset),
        theme.style(Role::Rule).fg.unwrap_or(Color::Reset),
    ];
    for cell in &mut buffer.content {
        if cell.bg == Color::Reset {
            cell.set_style(Style::new().bg(ground));
        }
        if cell.fg == Color::Reset || weak.contains(&cell.fg) {
            cell.set_style(Style::new().fg(ink));
        }
    }
}

#[cfg(test)]
mod tests;
