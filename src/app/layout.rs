//! Where things stand on the screen, for `update` (what was clicked, how far may one scroll) and `ui` alike.
//!
//! ```text
//!   80 columns                        120 columns and more
//!   ┌ header ─────────────┐           ┌ header ──────────────────────────────┐
//!   │  main  (≤ 76)       │           │  main  (76)            side  (≤ 90)  │
//!   └ footer ─────────────┘           └ footer ──────────────────────────────┘
//! ```
//!
//! Invariant: an area never reaches beyond the terminal it was computed for.

use crate::app::paper::{Hit, Paper};

/// Columns of prose.
pub const PROSE: u16 = 72;
/// Columns of the main part at the design size.
pub const MAIN: u16 = 76;
/// Rows of the body at the design size of 80×24.
pub const DESIGN_ROWS: u16 = 20;
/// Between main part and side.
const GUTTER: u16 = 4;
const SMALLEST_SIDE: u16 = 30;
const LARGEST_SIDE: u16 = 90;
/// Of the rows beyond the design size, one in so many stands between header and text, so that a page of a few lines is not
/// under the upper edge of a large screen; …
const ROWS_FOR_AIR: u16 = 5;
/// … at most so many, and the same for every page, so that titles stay where they are.
const MOST_AIR: u16 = 6;

/// A rectangle of cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Area {
    pub x: u16,
    pub y: u16,
    pub width: u16,
    pub height: u16,
}

impl Area {
    #[must_use]
    pub const fn contains(self, column: u16, row: u16) -> bool {
        column >= self.x
            && column < self.x + self.width
            && row >= self.y
            && row < self.y + self.height
    }
}

/// Everything between header and footer.
#[must_use]
pub const fn body(columns: u16, rows: u16) -> Area {
    Area {
        x: 2,
        y: 2,
        width: columns.saturating_sub(4),
        height: rows.saturating_sub(4),
    }
}

/// The main part and, where there is room, a part at its side.
#[must_use]
pub fn columns(columns: u16, rows: u16) -> (Area, Option<Area>) {
    let body = body(columns, rows);
    let beyond = body.height.saturating_sub(DESIGN_ROWS);
    let air = (beyond / ROWS_FOR_AIR).min(MOST_AIR);
    let body = Area {
        y: body.y + air,
        height: body.height - air,
        ..body
    };
    let left = body.width.saturating_sub(MAIN + GUTTER);
    if left < SMALLEST_SIDE {
        // Prose stays at its measure; on a wide terminal it moves towards the middle.
        let spare = body.width.saturating_sub(MAIN);
        return (
            Area {
                x: body.x + spare / 2,
                width: body.width.min(MAIN),
                ..body
            },
            None,
        );
    }
    let side = left.min(LARGEST_SIDE);
    let spare = left - side;
    let x = body.x + spare / 2;
    let main = Area {
        x,
        width: MAIN,
        ..body
    };
    let side = Area {
        x: x + MAIN + GUTTER,
        width: side,
        ..body
    };
    (main, Some(side))
}

/// Rows that what is scrolled keeps beside what stays in sight.
const SCROLLED: u16 = 4;

/// An area whose last rows, or first ones, are for a paper that stays in sight: first what is left of it, then that.
#[must_use]
pub fn divided(area: Area, fixed: Paper, below: bool) -> (Area, Pane) {
    let rows = fixed.height().min(area.height.saturating_sub(SCROLLED));
    let rest = area.height - rows;
    let (above, under) = if below { (0, rest) } else { (rows, 0) };
    let left = Area {
        y: area.y + above,
        height: rest,
        ..area
    };
    let area = Area {
        y: area.y + under,
        height: rows,
        ..area
    };
    let pane = Pane {
        area,
        paper: fixed,
        scroll: 0,
    };
    (left, pane)
}

/// A box in the middle for so many lines of text, its border not counted in.
#[must_use]
pub fn popup(columns: u16, rows: u16, wanted_width: u16, wanted_height: u16) -> Area {
    let width = wanted_width
        .saturating_add(4)
        .min(columns.saturating_sub(4));
    // The row below the header stays free: there stands what an account has cost.
    let height = wanted_height.saturating_add(2).min(rows.saturating_sub(4));
    Area {
        x: (columns - width) / 2,
        y: 2 + (rows.saturating_sub(4) - height) / 2,
        width,
        height,
    }
}

/// What stands inside a box's border, with a blank column at each side.
#[must_use]
pub const fn inside(area: Area) -> Area {
    Area {
        x: area.x + 2,
        y: area.y + 1,
        width: area.width.saturating_sub(4),
        height: area.height.saturating_sub(2),
    }
}

/// A paper in its place.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pane {
    pub area: Area,
    pub paper: Paper,
    /// Lines scrolled out at the top.
    pub scroll: u16,
}

impl Pane {
    /// What a click there means.
    #[must_use]
    pub fn hit(&self, column: u16, row: u16) -> Option<Hit> {
        if !self.area.contains(column, row) {
            return None;
        }
        self.paper.at(row - self.area.y, self.scroll)?.hit
    }
}

/// A whole screen made of papers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct View {
    pub main: Pane,
    pub side: Option<Pane>,
    /// What stays in sight above or below the main part, however far that is scrolled.
    pub fixed: Option<Pane>,
    /// The box and its title, when the screen is a pop-up; the main pane lies inside.
    pub frame: Option<(Area, String)>,
}

/// How far a paper is scrolled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Scroll(pub u16);

impl Scroll {
    /// By so many lines, within what the paper allows.
    pub fn by(&mut self, lines: i32, limit: u16) {
        let wanted = i32::from(self.0)
            .saturating_add(lines)
            .clamp(0, i32::from(limit));
        self.0 = u16::try_from(wanted).unwrap_or(limit);
    }

    /// Never beyond the limit, after the terminal became larger or the paper shorter.
    pub fn clamp(&mut self, limit: u16) {
        self.0 = self.0.min(limit);
    }

    /// Just as far as needed to see an entry of a list; with the first one, also what stands above the list where it fits.
    pub fn follow(&mut self, pane: &Pane, entry: usize) {
        let mut lines = pane.paper.lines.iter();
        let Some(line) = lines.position(|line| line.hit == Some(Hit::Entry(entry))) else {
            return;
        };
        let line = u16::try_from(line).unwrap_or(u16::MAX);
        if entry == 0 && line < pane.area.height {
            self.0 = 0;
        }
        self.show(line, pane.area.height);
    }

    /// Just as far as needed to see a line.
    pub fn show(&mut self, line: u16, window: u16) {
        if line < self.0 {
            self.0 = line;
        } else if window > 0 && line >= self.0 + window {
            self.0 = line + 1 - window;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_design_size_has_twenty_rows_and_76_columns() {
        let (main, side) = columns(80, 24);
        assert_eq!(
            main,
            Area {
                x: 2,
                y: 2,
                width: MAIN,
                height: DESIGN_ROWS
            }
        );
        assert_eq!(side, None);
    }

    #[test]
    fn a_wide_terminal_has_a_side() {
        let (main, side) = columns(120, 40);
        assert_eq!((main.x, main.width), (2, 76));
        assert_eq!(side.map(|side| (side.x, side.width)), Some((82, 36)));
    }

    proptest::proptest! {
        #[test]
        fn areas_stay_on_the_terminal(wide in 0u16..300, high in 0u16..120, width in 0u16..400, height in 0u16..200) {
            let (main, side) = columns(wide, high);
            for area in [Some(main), side, Some(body(wide, high))].into_iter().flatten() {
                if area.width > 0 && area.height > 0 {
                    proptest::prop_assert!(area.x + area.width <= wide && area.y + area.height <= high);
                }
            }
            let area = popup(wide, high, width, height);
            proptest::prop_assert!(area.x + area.width <= wide.max(4));
            proptest::prop_assert!(area.height == 0 || area.y + area.height <= high);
        }
    }
}
