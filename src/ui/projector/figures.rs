//! Large figures from an 8 by 8 font, as large as there is room.
//!
//! ```text
//!   Half      4×4 cells a letter, four pixels a cell: ▛ ▄ ▘
//!   Times(n)  8n×8n cells a letter, n×n cells a pixel: █
//! ```
//!
//! Invariant: a figure never takes more room than [`Figure::width`] and [`Figure::height`] say.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;
use ratatui::widgets::Widget;
use tui_big_text::{BigText, PixelSize};

use crate::app::paper::{cut, width};

/// How large.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Size {
    /// As any text.
    Words,
    Half,
    Times(u16),
}

/// The sizes there are, the largest first.
const SIZES: [Size; 5] = [
    Size::Times(3),
    Size::Times(2),
    Size::Times(1),
    Size::Half,
    Size::Words,
];

impl Size {
    /// Columns of a letter, which are its rows, too, at the most.
    #[must_use]
    pub const fn cells(self) -> u16 {
        match self {
            Self::Words => 1,
            Self::Half => 4,
            Self::Times(n) => 8 * n,
        }
    }

    /// Rows of a text: one pixel less where nothing hangs below the line.
    #[must_use]
    pub fn rows(self, text: &str) -> u16 {
        let stands = |letter: char| matches!(letter, '0'..='9' | 'A'..='P' | 'R'..='Z' | 'a'..='f' | ' ' | '.' | '?' | '$' | '%');
        match self {
            Self::Times(n) if text.chars().all(stands) => 7 * n,
            size => size.cells(),
        }
    }

    /// The sizes up to this one, the largest first; without quadrants of cells there is no half.
    pub fn down(self, ascii: bool) -> impl Iterator<Item = Self> {
        SIZES
            .into_iter()
            .filter(move |size| *size <= self && !(ascii && *size == Self::Half))
    }
}

/// A text and how large it is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    text: String,
    size: Size,
}

impl Figure {
    /// The text at the largest size up to `most` that has room; in words, cut, where there is none or the font lacks a letter.
    #[must_use]
    pub fn fitting(text: &str, most: Size, columns: u16, rows: u16, ascii: bool) -> Self {
        let text = crate::printable::line(text).into_owned();
        let letters = u16::try_from(text.chars().count()).unwrap_or(u16::MAX);
        let fits = |size: &Size| {
            *size != Size::Words
                && letters.saturating_mul(size.cells()) <= columns
                && size.rows(&text) <= rows
        };
        match most.down(ascii).find(fits) {
            Some(size) if text.chars().all(has_font) => Self { text, size },
            _ => Self {
                text: cut(&text, columns),
                size: Size::Words,
            },
        }
    }

    #[must_use]
    pub fn size(&self) -> Size {
        self.size
    }

    #[must_use]
    pub fn width(&self) -> u16 {
        match self.size {
            Size::Words => width(&self.text),
            size => {
                let letters = u16::try_from(self.text.chars().count()).unwrap_or(u16::MAX);
                letters.saturating_mul(size.cells())
            }
        }
    }

    #[must_use]
    pub fn height(&self) -> u16 {
        self.size.rows(&self.text)
    }
}

/// Whether the font has the letter: ASCII, and the letters of western Europe.
fn has_font(letter: char) -> bool {
    matches!(letter, ' '..='~' | '\u{a1}'..='\u{ff}') && letter != '\u{ad}'
}

/// Draws a figure with its top left corner there; what lies outside the buffer is left out.
pub fn draw(figure: &Figure, style: Style, x: u16, y: u16, buffer: &mut Buffer) {
    let area = Rect::new(x, y, figure.width(), figure.height()).intersection(buffer.area);
    if area.is_empty() {
        return;
    }
    let (pixel, scale) = match figure.size {
        Size::Words => {
            buffer.set_stringn(x, y, &figure.text, usize::from(area.width), style);
            return;
        }
        Size::Half => (PixelSize::Quadrant, 1),
        Size::Times(n) => (PixelSize::Full, n),
    };
    let text = BigText::builder()
        .pixel_size(pixel)
        .lines(vec![Line::from(figure.text.as_str())])
        .build();
    let small = Rect::new(0, 0, figure.width() / scale, figure.height() / scale);
    let mut small = Buffer::empty(small);
    text.render(small.area, &mut small);
    for row in area.top()..area.bottom() {
        for column in area.left()..area.right() {
            let symbol = small[((column - x) / scale, (row - y) / scale)].symbol();
            if symbol != " " {
                buffer[(column, row)].set_symbol(symbol).set_style(style);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_figure_is_as_large_as_there_is_room() {
        let size =
            |columns, rows| Figure::fitting("Beeba", Size::Times(3), columns, rows, false).size();
        assert_eq!(size(120, 21), Size::Times(3));
        assert_eq!(size(120, 20), Size::Times(2));
        assert_eq!(size(119, 24), Size::Times(2));
        assert_eq!(size(76, 15), Size::Times(1));
        assert_eq!(size(39, 20), Size::Half);
        assert_eq!(size(76, 3), Size::Words);
        let ascii = Figure::fitting("Beeba", Size::Times(3), 39, 20, true);
        assert_eq!(ascii.size(), Size::Words);
    }

    #[test]
    fn what_the_font_lacks_is_written_in_words() {
        let figure = Figure::fitting("猫\u{1b}", Size::Times(1), 76, 20, false);
        assert_eq!((figure.size(), figure.text.as_str()), (Size::Words, "猫␛"));
        let named = Figure::fitting("Zoë", Size::Times(1), 76, 20, false);
        assert_eq!(named.size(), Size::Times(1));
    }

    #[test]
    fn a_large_letter_is_its_small_one_scaled() {
        let rows = |n: u16| -> Vec<String> {
            let figure = Figure::fitting("P", Size::Times(n), 100, 100, false);
            let mut buffer = Buffer::empty(Rect::new(0, 0, 8 * n, 7 * n));
            draw(&figure, Style::new(), 0, 0, &mut buffer);
            let text = crate::ui::snapshot::text(&buffer);
            text.lines().map(str::to_owned).collect()
        };
        let (one, two) = (rows(1), rows(2));
        assert_eq!(one[0], "██████");
        assert_eq!(two[0], "████████████");
        assert_eq!(two[1], two[0]);
        assert_eq!((one.len(), two.len()), (7, 14));
    }

    #[test]
    fn nothing_hangs_below_the_line_of_a_text_that_is_said_to_stand_on_it() {
        let text = "0123456789ABCDEFGHIJKLMNOPRSTUVWXYZabcdef .?$%";
        let figure = Figure {
            text: text.to_owned(),
            size: Size::Times(1),
        };
        assert_eq!(figure.height(), 7);
        let big = BigText::builder().lines(vec![Line::from(text)]).build();
        let mut buffer = Buffer::empty(Rect::new(0, 0, figure.width(), 8));
        big.render(buffer.area, &mut buffer);
        let below: Vec<&str> = (0..figure.width())
            .map(|x| buffer[(x, 7)].symbol())
            .filter(|symbol| *symbol != " ")
            .collect();
        assert!(below.is_empty(), "{}", crate::ui::snapshot::text(&buffer));
    }

    proptest! {
        #[test]
        fn nothing_is_drawn_outside_of_its_own_room(text in "\\PC{0,12}", columns in 0u16..120, rows in 1u16..30, ascii: bool) {
            let figure = Figure::fitting(&text, Size::Times(3), columns, rows, ascii);
            prop_assert!(figure.width() <= columns);
            prop_assert!(figure.height() <= rows);
            let mut buffer = Buffer::empty(Rect::new(0, 0, columns + 2, rows + 2));
            draw(&figure, Style::new(), 1, 1, &mut buffer);
            for y in 0..buffer.area.height {
                prop_assert_eq!(buffer[(0, y)].symbol(), " ");
                prop_assert_eq!(buffer[(columns + 1, y)].symbol(), " ");
            }
            // Far outside it does no harm.
            draw(&figure, Style::new(), 500, 500, &mut buffer);
        }
    }
}
