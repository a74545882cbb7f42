//! The screen without a glyph outside of ASCII: each has a stand-in of its own, so that nothing is lost.
//!
//! ```text
//!   ╔ ■ P2 ══════╗        # % P2 =====#        box of the owner, and of the others
//!   ║ Beeba    ◂ ║   →    # Beeba   < #
//!   ╚════════════╝        #===========#
//!   ├──●──┼──▲──┤ 2⁶⁴     |--o--+--^--| 2^64   the ruler and its items
//!   ███▒▒▒░░░             ###:::...            returned, read, not read
//! ```
//!
//! It works on the finished cells, so no screen can forget it; only what needs more cells than its glyph has
//! (names of keys) is written differently from the start, by `app`.
//! Invariant: within one kind of picture no two glyphs have the same stand-in. Characters that are not the program's own are
//! left alone: they are somebody's data.

use ratatui::buffer::Buffer;

use crate::app::paper::width;

/// The program's glyphs by their stand-in, one kind of picture after the other.
const STAND_INS: [(&str, char); 49] = [
    // Partitions, each another letter or sign.
    ("●", 'o'),
    ("▲", '^'),
    ("■", '%'),
    ("◆", '&'),
    ("★", '*'),
    ("✚", 'x'),
    ("▼▾↓", 'v'),
    ("◉", '@'),
    // Lines and boxes.
    ("─╌┄┈╴╶–—−·", '-'),
    ("│┆┊╷╵├┤┝┥", '|'),
    ("┌┐└┘╭╮╰╯┬┴┼╋╿", '+'),
    ("━═▬", '='),
    ("║┃╔╗╚╝╬", '#'),
    // Shades, and eighths of a cell.
    ("░", '.'),
    ("▒", ':'),
    ("▓", '$'),
    ("█▐▋▊▉", '#'),
    ("▁", '1'),
    ("▂", '2'),
    ("▃", '3'),
    ("▄", '4'),
    ("▅", '5'),
    ("▆", '6'),
    ("▇", '7'),
    ("▀", '"'),
    ("▌▍▎▏", '|'),
    // Pointers and marks.
    ("▸▶→›⟩≥", '>'),
    ("◂◀←‹⟨≤", '<'),
    ("▴↑", '^'),
    ("✓", 'Y'),
    ("✗", 'N'),
    ("◐⇄↔", '/'),
    ("•▪◦", '*'),
    ("○", 'O'),
    ("▽", 'V'),
    ("△", 'A'),
    ("□", 'D'),
    ("◇", 'Q'),
    ("…≈", '~'),
    ("×", 'x'),
    // Keys are spelt out by `app`; this is for a foreign text that names one.
    ("⏎⇧⌫", '!'),
    ("“”", '"'),
    ("‘’", '\''),
    ("⁰", '0'),
    ("²", '2'),
    ("⁴", '4'),
    ("⁶", '6'),
    ("µ", 'u'),
    // Pictures of control characters in foreign text.
    ("␀␁␂␃␄␅␆␇␈␉␊␋␌␍␎␏␐␑␒␓␔␕␖␗␘␙␚␛␜␝␞␟␡", '?'),
];

/// What stands in for a glyph of the program; `None` for what is ASCII already, or not the program's.
#[must_use]
pub fn stand_in(glyph: char) -> Option<char> {
    if let '\u{2800}'..='\u{28ff}' = glyph {
        return Some(dots(glyph));
    }
    STAND_INS
        .iter()
        .find(|(glyphs, _)| glyphs.contains(glyph))
        .map(|(_, twin)| *twin)
}

/// A cell of braille dots, as of a plotted line, by its upper and its lower half.
const fn dots(glyph: char) -> char {
    let dots = glyph as u32 - 0x2800;
    // Dots 1, 2, 4 and 5 are the upper half, 3, 6, 7 and 8 the lower one.
    match (dots & 0x1b != 0, dots & 0xe4 != 0) {
        (true, true) => ':',
        (true, false) => '\'',
        (false, true) => '.',
        (false, false) => ' ',
    }
}

/// Writes over every glyph of the program with its stand-in.
pub fn rewrite(buffer: &mut Buffer) {
    let area = buffer.area;
    for y in area.top()..area.bottom() {
        powers(y, buffer);
        for x in area.left()..area.right() {
            let symbol = buffer[(x, y)].symbol();
            let mut characters = symbol.chars();
            let (Some(glyph), None) = (characters.next(), characters.next()) else {
                continue;
            };
            if glyph.is_ascii() || width(symbol) != 1 {
                continue;
            }
            if let Some(twin) = stand_in(glyph) {
                buffer[(x, y)].set_char(twin);
            }
        }
    }
}

/// `2⁶⁴` becomes `2^64`: what follows moves by a cell, into the next blank.
fn powers(y: u16, buffer: &mut Buffer) {
    let (left, right) = (buffer.area.left(), buffer.area.right());
    let mut x = left + 1;
    while x < right {
        let raised = matches!(buffer[(x, y)].symbol(), "⁰" | "²" | "⁴" | "⁶");
        let digit = |symbol: &str| symbol.bytes().all(|byte| byte.is_ascii_digit());
        if raised && digit(buffer[(x - 1, y)].symbol()) {
            let blank = (x..right).find(|&at| buffer[(at, y)].symbol() == " ");
            if let Some(blank) = blank {
                for at in (x + 1..=blank).rev() {
                    buffer[(at, y)] = buffer[(at - 1, y)].clone();
                }
                buffer[(x, y)].set_char('^');
                x += 1;
            }
            // The rest of the exponent belongs to it.
            while x < right && matches!(buffer[(x, y)].symbol(), "⁰" | "²" | "⁴" | "⁶") {
                x += 1;
            }
        }
        x += 1;
    }
}

#[cfg(test)]
mod tests;
