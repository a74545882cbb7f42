//! The screen as a picture: a ratatui buffer as a self-contained SVG.
//!
//! The README and the lesson's pages show the program's own screens, so the program draws them:
//! the same buffer that a terminal gets becomes one SVG file with no font, script or image of
//! its own.
//!
//! ```text
//!   buffer ──┬─ backgrounds   runs of one colour, one rectangle each
//!            ├─ shapes        boxes and blocks, drawn (see glyph)
//!            └─ text          runs of one style, as wide as their cells whatever the font
//! ```
//!
//! Invariant: every cell is at its column whatever font a viewer has, and the whole text of the
//! screen is in the picture's description, row by row, for those who read rather than look.

mod glyph;

use std::fmt::Write as _;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr as _;

/// A cell in SVG units. The advance of common monospaced fonts is 0.6 of their size.
const CELL_WIDTH: f32 = 9.0;
const CELL_HEIGHT: f32 = 19.0;
const FONT_SIZE: f32 = 15.0;
/// From a cell's top to the line that letters stand on.
const BASELINE: f32 = 14.0;
/// Space around the screen.
const MARGIN: f32 = 14.0;

/// What a terminal's own colours are in the picture, as red, green and blue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Palette {
    pub foreground: [u8; 3],
    pub background: [u8; 3],
    /// Black, red, green, yellow, blue, magenta, cyan, grey, and the same again, lighter.
    pub ansi: [[u8; 3]; 16],
}

impl Palette {
    /// A terminal with a dark background.
    pub const DARK: Self = Self {
        foreground: [0xd8, 0xde, 0xe9],
        background: [0x16, 0x1a, 0x21],
        ansi: [
            [0x16, 0x1a, 0x21],
            [0xe0, 0x6c, 0x75],
            [0x8f, 0xc9, 0x7a],
            [0xe5, 0xb5, 0x67],
            [0x61, 0xaf, 0xef],
            [0xc6, 0x78, 0xdd],
            [0x56, 0xb6, 0xc2],
            [0xc5, 0xcb, 0xd6],
            [0x6b, 0x73, 0x82],
            [0xff, 0x86, 0x8e],
            [0xa9, 0xe0, 0x95],
            [0xff, 0xd0, 0x80],
            [0x82, 0xc5, 0xff],
            [0xdc, 0x97, 0xf0],
            [0x76, 0xd6, 0xe2],
            [0xff, 0xff, 0xff],
        ],
    };

    /// A terminal with a light background.
    pub const LIGHT: Self = Self {
        foreground: [0x24, 0x29, 0x33],
        background: [0xfb, 0xfa, 0xf7],
        ansi: [
            [0x24, 0x29, 0x33],
            [0xb4, 0x23, 0x2f],
            [0x2f, 0x7a, 0x2b],
            [0x8f, 0x5f, 0x00],
            [0x1f, 0x5f, 0xb0],
            [0x8a, 0x34, 0xa6],
            [0x0c, 0x72, 0x80],
            [0x6b, 0x72, 0x80],
            [0x8b, 0x92, 0x9e],
            [0xcf, 0x33, 0x40],
            [0x3c, 0x93, 0x37],
            [0xa8, 0x73, 0x08],
            [0x2f, 0x78, 0xd0],
            [0xa2, 0x48, 0xc0],
            [0x17, 0x8c, 0x9c],
            [0x0d, 0x10, 0x15],
        ],
    };

    /// A cell's colour; `own` is what the terminal's default stands for at that place.
    fn rgb(&self, colour: Color, own: [u8; 3]) -> [u8; 3] {
        match colour {
            Color::Reset => own,
            Color::Black => self.ansi[0],
            Color::Red => self.ansi[1],
            Color::Green => self.ansi[2],
            Color::Yellow => self.ansi[3],
            Color::Blue => self.ansi[4],
            Color::Magenta => self.ansi[5],
            Color::Cyan => self.ansi[6],
            Color::Gray => self.ansi[7],
            Color::DarkGray => self.ansi[8],
            Color::LightRed => self.ansi[9],
            Color::LightGreen => self.ansi[10],
            Color::LightYellow => self.ansi[11],
            Color::LightBlue => self.ansi[12],
            Color::LightMagenta => self.ansi[13],
            Color::LightCyan => self.ansi[14],
            Color::White => self.ansi[15],
            Color::Rgb(red, green, blue) => [red, green, blue],
            Color::Indexed(index) => self.indexed(index),
        }
    }

    /// A colour of the 256: the sixteen, a cube of 6 × 6 × 6, and 24 greys (as in xterm).
    fn indexed(&self, index: u8) -> [u8; 3] {
        const LEVELS: [u8; 6] = [0, 95, 135, 175, 215, 255];
        match index {
            0..=15 => self.ansi[usize::from(index)],
            16..=231 => {
                let place = usize::from(index - 16);
                [LEVELS[place / 36], LEVELS[place / 6 % 6], LEVELS[place % 6]]
            }
            232..=255 => [8 + 10 * (index - 232); 3],
        }
    }
}

/// How a cell is painted, after reversing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Paint {
    foreground: [u8; 3],
    background: [u8; 3],
    modifier: Modifier,
}

impl Paint {
    fn of(cell: &Cell, palette: &Palette) -> Self {
        let foreground = palette.rgb(cell.fg, palette.foreground);
        let background = palette.rgb(cell.bg, palette.background);
        let reversed = cell.modifier.contains(Modifier::REVERSED);
        let (foreground, background) = if reversed {
            (background, foreground)
        } else {
            (foreground, background)
        };
        // Dim is a colour nearer to what is behind it, so that shapes can be dim as well.
        let foreground = if cell.modifier.contains(Modifier::DIM) {
            std::array::from_fn(|part| {
                let mixed = u16::from(foreground[part]) * 3 + u16::from(background[part]) * 2;
                u8::try_from(mixed / 5).unwrap_or(u8::MAX)
            })
        } else {
            foreground
        };
        let visible = Modifier::BOLD
            | Modifier::ITALIC
            | Modifier::UNDERLINED
            | Modifier::CROSSED_OUT
            | Modifier::HIDDEN;
        Self {
            foreground,
            background,
            modifier: cell.modifier & visible,
        }
    }
}

/// One cell of a row: the columns it takes, what is in it and how it is painted.
struct Placed<'a> {
    column: u16,
    columns: u16,
    symbol: &'a str,
    paint: Paint,
}

/// The screen as an SVG file. `title` says what it shows, for those who don't see it.
#[must_use]
pub fn svg(buffer: &Buffer, palette: &Palette, title: &str) -> String {
    let area = buffer.area;
    let width = f32::from(area.width) * CELL_WIDTH + 2.0 * MARGIN;
    let height = f32::from(area.height) * CELL_HEIGHT + 2.0 * MARGIN;
    let (width, height) = (glyph::tenth(width), glyph::tenth(height));
    let mut backgrounds = String::new();
    let mut shapes = String::new();
    let mut texts = String::new();
    let mut description = String::new();
    for row in 0..area.height {
        let cells = cells_of(buffer, row, palette);
        let content: String = cells.iter().map(|cell| cell.symbol).collect();
        description.push_str(&escaped(content.trim_end()));
        description.push('\n');
        write_backgrounds(&mut backgrounds, &cells, row, palette);
        write_foregrounds(&mut shapes, &mut texts, &cells, row);
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         width=\"{width}\" height=\"{height}\" role=\"img\" aria-labelledby=\"title\">\n\
         <title id=\"title\">{title}</title>\n<desc>{description}</desc>\n\
         <style>text{{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,\
         \"DejaVu Sans Mono\",\"Liberation Mono\",monospace;font-size:{FONT_SIZE}px;\
         white-space:pre}}</style>\n\
         <rect width=\"{width}\" height=\"{height}\" rx=\"8\" fill=\"{background}\"/>\n\
         <g>\n{backgrounds}</g>\n<g shape-rendering=\"crispEdges\">\n{shapes}</g>\n<g>\n{texts}</g>\n</svg>\n",
        title = escaped(title),
        background = hex(palette.background),
    )
}

/// The cells of a row; a wide character takes the place of the cell behind it.
fn cells_of<'a>(buffer: &'a Buffer, row: u16, palette: &Palette) -> Vec<Placed<'a>> {
    let area = buffer.area;
    let mut cells = Vec::new();
    let mut column = 0;
    while column < area.width {
        let cell = &buffer[(area.x + column, area.y + row)];
        let symbol = if cell.symbol().is_empty() {
            " "
        } else {
            cell.symbol()
        };
        let columns = u16::try_from(symbol.width()).unwrap_or(1).max(1);
        cells.push(Placed {
            column,
            columns,
            symbol,
            paint: Paint::of(cell, palette),
        });
        column += columns;
    }
    cells
}

fn write_backgrounds(svg: &mut String, cells: &[Placed], row: u16, palette: &Palette) {
    for run in cells.chunk_by(|a, b| a.paint.background == b.paint.background) {
        let colour = run[0].paint.background;
        if colour == palette.background {
            continue;
        }
        let columns: u16 = run.iter().map(|cell| cell.columns).sum();
        svg.push_str(&glyph::rectangle(
            left(run[0].column),
            top(row),
            f32::from(columns) * CELL_WIDTH,
            CELL_HEIGHT,
            &hex(colour),
        ));
        svg.push('\n');
    }
}

fn write_foregrounds(shapes: &mut String, texts: &mut String, cells: &[Placed], row: u16) {
    for run in cells.chunk_by(go_together) {
        let first = &run[0];
        if first.paint.modifier.contains(Modifier::HIDDEN) {
            continue;
        }
        let colour = hex(first.paint.foreground);
        if let Some(shape) = shape_of(first) {
            let columns = run.iter().map(|cell| cell.columns).sum();
            let svg = glyph::shape(shape, (left(first.column), top(row)), columns, &colour);
            shapes.push_str(&svg.unwrap_or_default());
            shapes.push('\n');
            continue;
        }
        write_text(texts, run, row, &colour);
    }
}

/// Whether two neighbours are one run: of text, or of a shape that goes on. Fonts agree on the
/// width of ASCII at most, so any other character is placed by itself.
fn go_together(a: &Placed, b: &Placed) -> bool {
    a.paint.foreground == b.paint.foreground
        && a.paint.modifier == b.paint.modifier
        && (a.symbol.is_ascii() && b.symbol.is_ascii()
            || a.symbol == b.symbol && shape_of(a).is_some_and(glyph::repeats))
}

/// The character of a cell that is drawn as a shape.
fn shape_of(cell: &Placed) -> Option<char> {
    let mut characters = cell.symbol.chars();
    let first = characters.next()?;
    if characters.next().is_some() {
        return None;
    }
    glyph::shape(first, (0.0, 0.0), 1, "").map(|_| first)
}

fn write_text(svg: &mut String, run: &[Placed], row: u16, colour: &str) {
    let modifier = run[0].paint.modifier;
    let decorated = modifier.intersects(Modifier::UNDERLINED | Modifier::CROSSED_OUT);
    let blank = |cell: &Placed| cell.symbol == " " && !decorated;
    // Spaces at the ends need no ink; those between words keep a run in one piece.
    let Some(start) = run.iter().position(|cell| !blank(cell)) else {
        return;
    };
    let end = run.iter().rposition(|cell| !blank(cell)).unwrap_or(start);
    let run = &run[start..=end];
    let columns: u16 = run.iter().map(|cell| cell.columns).sum();
    let content: String = run.iter().map(|cell| cell.symbol).collect();
    let mut attributes = format!(
        "x=\"{}\" y=\"{}\" textLength=\"{}\" lengthAdjust=\"spacingAndGlyphs\" fill=\"{colour}\"",
        glyph::tenth(left(run[0].column)),
        glyph::tenth(top(row) + BASELINE),
        glyph::tenth(f32::from(columns) * CELL_WIDTH),
    );
    if modifier.contains(Modifier::BOLD) {
        attributes.push_str(" font-weight=\"bold\"");
    }
    if modifier.contains(Modifier::ITALIC) {
        attributes.push_str(" font-style=\"italic\"");
    }
    let decoration = match (
        modifier.contains(Modifier::UNDERLINED),
        modifier.contains(Modifier::CROSSED_OUT),
    ) {
        (true, true) => " text-decoration=\"underline line-through\"",
        (true, false) => " text-decoration=\"underline\"",
        (false, true) => " text-decoration=\"line-through\"",
        (false, false) => "",
    };
    writeln!(
        svg,
        "<text xml:space=\"preserve\" {attributes}{decoration}>{}</text>",
        escaped(&content)
    )
    .expect("writing to a String never fails");
}

fn left(column: u16) -> f32 {
    MARGIN + f32::from(column) * CELL_WIDTH
}

fn top(row: u16) -> f32 {
    MARGIN + f32::from(row) * CELL_HEIGHT
}

fn hex([red, green, blue]: [u8; 3]) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

/// Text for XML: its own characters escaped, and what XML 1.0 can't hold replaced.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => safe.push('\u{fffd}'),
            control if control.is_control() => safe.push('\u{fffd}'),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;

    fn screen(lines: &[&str]) -> Buffer {
        Buffer::with_lines(lines.iter().copied())
    }

    #[test]
    fn golden_picture() {
        let mut buffer = screen(&["┌ a<b ┐", "│ █▌░ │", "└─────┘"]);
        buffer.set_style(
            Rect::new(2, 0, 3, 1),
            Style::new().fg(Color::Cyan).add_modifier(Modifier::BOLD),
        );
        buffer.set_style(
            Rect::new(2, 1, 2, 1),
            Style::new().fg(Color::Indexed(208)).bg(Color::Rgb(1, 2, 3)),
        );
        insta::with_settings!({omit_expression => true, prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!("box", svg(&buffer, &Palette::DARK, "A \"box\""));
        });
    }

    /// The rows of the description, as a reader of the file gets them.
    fn description(svg: &str) -> Vec<String> {
        let (_, after) = svg.split_once("<desc>").expect("a description");
        let (text, _) = after.split_once("</desc>").expect("its end");
        text.replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&amp;", "&")
            .lines()
            .map(str::to_owned)
            .collect()
    }

    /// Column, row and content of every text element.
    fn placed_texts(svg: &str) -> Vec<(f32, f32, String)> {
        let number = |element: &str, name: &str| -> f32 {
            let (_, after) = element.split_once(&format!(" {name}=\"")).expect(name);
            after
                .split('"')
                .next()
                .expect("a value")
                .parse()
                .expect("a number")
        };
        svg.lines()
            .filter(|line| line.starts_with("<text"))
            .map(|line| {
                let column = (number(line, "x") - MARGIN) / CELL_WIDTH;
                let row = (number(line, "y") - MARGIN - BASELINE) / CELL_HEIGHT;
                let (_, content) = line.split_once('>').expect("a tag's end");
                (column, row, content.trim_end_matches("</text>").to_owned())
            })
            .collect()
    }

    #[test]
    fn the_picture_says_what_the_screen_says() {
        let lines = ["  Tiger & <Ada>  ", "猫 \"id\"   ▸ é  x", "", "╔══╗ ▓ done"];
        let buffer = screen(&lines);
        let picture = svg(&buffer, &Palette::LIGHT, "t");
        let expected: Vec<_> = lines
            .iter()
            .map(|line| line.trim_end().to_owned())
            .collect();
        assert_eq!(description(&picture), expected);
        let mut texts = placed_texts(&picture);
        texts.retain(|(_, row, _)| (*row - 1.0).abs() < 0.01);
        let texts: Vec<_> = texts
            .iter()
            .map(|(column, _, text)| (*column, text.as_str()))
            .collect();
        assert_eq!(
            texts,
            [
                (0.0, "猫"),
                (3.0, "&quot;id&quot;"),
                (10.0, "▸"),
                (12.0, "é"),
                (15.0, "x")
            ]
        );
    }

    #[test]
    fn a_reversed_cell_swaps_its_colours_and_a_hidden_one_has_no_ink() {
        let mut buffer = screen(&["ab"]);
        buffer.set_style(
            Rect::new(0, 0, 1, 1),
            Style::new().add_modifier(Modifier::REVERSED),
        );
        buffer.set_style(
            Rect::new(1, 0, 1, 1),
            Style::new().add_modifier(Modifier::HIDDEN),
        );
        let picture = svg(&buffer, &Palette::DARK, "t");
        let texts: Vec<_> = picture
            .lines()
            .filter(|line| line.starts_with("<text"))
            .collect();
        assert_eq!(texts.len(), 1);
        assert!(texts[0].contains("fill=\"#161a21\""), "{}", texts[0]);
        assert!(
            picture.contains("height=\"19\" fill=\"#d8dee9\""),
            "{picture}"
        );
    }

    #[test]
    fn the_256_colours_are_those_of_xterm() {
        let palette = Palette::DARK;
        assert_eq!(palette.indexed(16), [0, 0, 0]);
        assert_eq!(palette.indexed(208), [255, 135, 0]);
        assert_eq!(palette.indexed(231), [255, 255, 255]);
        assert_eq!(palette.indexed(232), [8, 8, 8]);
        assert_eq!(palette.indexed(255), [238, 238, 238]);
    }

    #[test]
    fn what_xml_cannot_hold_is_replaced() {
        assert_eq!(escaped("a\u{0}<\u{1b}&"), "a\u{fffd}&lt;\u{fffd}&amp;");
    }
}
