//! Glyphs that are shapes rather than letters, drawn so that they meet from cell to cell.
//!
//! A font draws `│` as tall as its letters, and a line of text is taller than that, so boxes would
//! fall apart. Here a box-drawing character is four arms from the middle of its cell, and a block
//! element is a rectangle:
//!
//! ```text
//!        up
//!   ┌────┼────┐        arms of ┝: up 1, down 1, right 2, left 0
//!   │    │    │        0 none, 1 light, 2 heavy, 3 double
//! left ──┼── right
//!   │    │    │
//!   └────┼────┘
//!       down
//! ```
//!
//! Invariant: a shape stays inside its cell and reaches the cell's edge where the character does.

use std::fmt::Write as _;

use super::{CELL_HEIGHT, CELL_WIDTH};

/// Arms of each box-drawing character: left, right, up, down.
const ARMS: &str = "\
    ─1100 ━2200 │0011 ┃0022 ┌0101 ┍0201 ┎0102 ┏0202 ┐1001 ┑2001 ┒1002 ┓2002 └0110 \
    ┕0210 ┖0120 ┗0220 ┘1010 ┙2010 ┚1020 ┛2020 ├0111 ┝0211 ┞0121 ┟0112 ┠0122 ┡0221 \
    ┢0212 ┣0222 ┤1011 ┥2011 ┦1021 ┧1012 ┨1022 ┩2021 ┪2012 ┫2022 ┬1101 ┭2101 ┮1201 \
    ┯2201 ┰1102 ┱2102 ┲1202 ┳2202 ┴1110 ┵2110 ┶1210 ┷2210 ┸1120 ┹2120 ┺1220 ┻2220 \
    ┼1111 ┽2111 ┾1211 ┿2211 ╀1121 ╁1112 ╂1122 ╃2121 ╄1221 ╅2112 ╆1212 ╇2221 ╈2212 \
    ╉2122 ╊1222 ╋2222 ═3300 ║0033 ╒0301 ╓0103 ╔0303 ╕3001 ╖1003 ╗3003 ╘0310 ╙0130 \
    ╚0330 ╛3010 ╜1030 ╝3030 ╞0311 ╟0133 ╠0333 ╡3011 ╢1033 ╣3033 ╤3301 ╥1103 ╦3303 \
    ╧3310 ╨1130 ╩3330 ╪3311 ╫1133 ╬3333 ╴1000 ╵0010 ╶0100 ╷0001 ╸2000 ╹0020 ╺0200 \
    ╻0002 ╼1200 ╽0012 ╾2100 ╿0021";

/// Distance of the two lines of a double line from their middle.
const DOUBLE: f32 = 1.5;

/// The shape of a character in the cell whose corner is (`x`, `y`), as SVG elements in `colour`,
/// stretched over `columns` cells for one that [`repeats`]; `None` for a letter of a font.
pub(super) fn shape(
    character: char,
    (x, y): (f32, f32),
    columns: u16,
    colour: &str,
) -> Option<String> {
    let stretched = f32::from(columns) * CELL_WIDTH;
    if let Some([weight, _, 0, 0]) = arms(character).filter(|arms| arms[0] == arms[1]) {
        let middle = y + CELL_HEIGHT / 2.0;
        let across = |(offset, thickness): (f32, f32)| {
            let top = middle + offset - thickness / 2.0;
            rectangle(x, top, stretched, thickness, colour)
        };
        return Some(strokes(weight).into_iter().map(across).collect());
    }
    if let Some(arms) = arms(character) {
        return Some(lines(arms, x, y, colour));
    }
    if let Some(path) = arc(character, x, y) {
        return Some(format!(
            "<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.2\"/>"
        ));
    }
    let (parts, opacity) = block(character)?;
    let mut svg = String::new();
    for [left, top, width, height] in parts {
        let (left, top) = (x + left * CELL_WIDTH, y + top * CELL_HEIGHT);
        let (width, height) = (width * stretched, height * CELL_HEIGHT);
        svg.push_str(&rectangle(left, top, width, height, colour));
        if opacity < 1.0 {
            svg.truncate(svg.len() - 2);
            write!(svg, " opacity=\"{opacity}\"/>").expect("writing to a String never fails");
        }
    }
    Some(svg)
}

/// Whether several of the character side by side are one longer shape.
pub(super) fn repeats(character: char) -> bool {
    if let Some([left, right, up, down]) = arms(character) {
        return left == right && up == 0 && down == 0;
    }
    block(character).is_some_and(|(parts, _)| {
        matches!(parts.as_slice(), [[left, _, width, _]] if *left <= 0.0 && *width >= 1.0)
    })
}

/// A filled rectangle; coordinates to a tenth, which is as exact as a screen shows.
pub(super) fn rectangle(x: f32, y: f32, width: f32, height: f32, colour: &str) -> String {
    format!(
        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{colour}\"/>",
        tenth(x),
        tenth(y),
        tenth(width),
        tenth(height)
    )
}

/// A coordinate without needless digits.
pub(super) fn tenth(value: f32) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn arms(character: char) -> Option<[u8; 4]> {
    if character.is_ascii() {
        return None;
    }
    let (_, after) = ARMS.split_once(character)?;
    let mut weights = after.bytes().map(|digit| digit - b'0');
    Some(std::array::from_fn(|_| weights.next().unwrap_or_default()))
}

fn lines([left, right, up, down]: [u8; 4], x: f32, y: f32, colour: &str) -> String {
    let (middle_x, middle_y) = (x + CELL_WIDTH / 2.0, y + CELL_HEIGHT / 2.0);
    let mut svg = String::new();
    // A horizontal arm ends where the vertical line it meets has its far side, so that corners
    // are closed; the lines of a double arm end at the near or the far line.
    let mut horizontal = |weight: u8, rightwards: bool| {
        for (offset, thickness) in strokes(weight) {
            let reach = reach(offset, up, down);
            let edge = if rightwards { x + CELL_WIDTH } else { x };
            let start = if rightwards {
                middle_x - reach
            } else {
                middle_x + reach
            };
            let top = middle_y + offset - thickness / 2.0;
            svg.push_str(&rectangle(
                start.min(edge),
                top,
                (edge - start).abs(),
                thickness,
                colour,
            ));
        }
    };
    horizontal(left, false);
    horizontal(right, true);
    let mut vertical = |weight: u8, downwards: bool| {
        for (offset, thickness) in strokes(weight) {
            let reach = reach(offset, left, right);
            let edge = if downwards { y + CELL_HEIGHT } else { y };
            let start = if downwards {
                middle_y - reach
            } else {
                middle_y + reach
            };
            let side = middle_x + offset - thickness / 2.0;
            svg.push_str(&rectangle(
                side,
                start.min(edge),
                thickness,
                (edge - start).abs(),
                colour,
            ));
        }
    };
    vertical(up, false);
    vertical(down, true);
    svg
}

/// Offset and thickness of each line of an arm.
fn strokes(weight: u8) -> Vec<(f32, f32)> {
    match weight {
        1 => vec![(0.0, 1.2)],
        2 => vec![(0.0, 2.6)],
        3 => vec![(-DOUBLE, 1.2), (DOUBLE, 1.2)],
        _ => vec![],
    }
}

/// How far beyond the middle an arm reaches, where `before` and `after` are the weights of the
/// arms across it, on the side of negative and of positive offsets.
fn reach(offset: f32, before: u8, after: u8) -> f32 {
    let near = if offset < 0.0 { before } else { after };
    match (before, after) {
        (3, _) | (_, 3) if offset == 0.0 => {
            DOUBLE.copysign(if before == after { -1.0 } else { 1.0 })
        }
        // The line on the inside of a corner or junction stops at the near line.
        (3, _) | (_, 3) if near == 3 => -DOUBLE + 0.6,
        (3, _) | (_, 3) => DOUBLE + 0.6,
        (2, _) | (_, 2) => 1.3,
        _ => 0.6,
    }
}

/// A rounded corner as the data of an SVG path.
fn arc(character: char, x: f32, y: f32) -> Option<String> {
    let (right, down) = match character {
        '╭' => (true, true),
        '╮' => (false, true),
        '╰' => (true, false),
        '╯' => (false, false),
        _ => return None,
    };
    let (middle_x, middle_y) = (x + CELL_WIDTH / 2.0, y + CELL_HEIGHT / 2.0);
    let radius = CELL_WIDTH / 2.0;
    let side = if right { x + CELL_WIDTH } else { x };
    let (end, bend) = if down {
        (y + CELL_HEIGHT, middle_y + radius)
    } else {
        (y, middle_y - radius)
    };
    Some(format!(
        "M{} {}Q{} {} {} {}V{}",
        tenth(side),
        tenth(middle_y),
        tenth(middle_x),
        tenth(middle_y),
        tenth(middle_x),
        tenth(bend),
        tenth(end)
    ))
}

/// A block element as rectangles in parts of the cell (left, top, width, height), and its opacity.
fn block(character: char) -> Option<(Vec<[f32; 4]>, f32)> {
    let eighths = |count: u32| f32::from(u8::try_from(count).unwrap_or(8)) / 8.0;
    let code = u32::from(character);
    let one = |part: [f32; 4]| Some((vec![part], 1.0));
    match character {
        '▀' => one([0.0, 0.0, 1.0, 0.5]),
        '▁'..='█' => {
            let height = eighths(code - 0x2580);
            one([0.0, 1.0 - height, 1.0, height])
        }
        '▉'..='▏' => one([0.0, 0.0, eighths(0x2590 - code), 1.0]),
        '▐' => one([0.5, 0.0, 0.5, 1.0]),
        '░' => Some((vec![[0.0, 0.0, 1.0, 1.0]], 0.25)),
        '▒' => Some((vec![[0.0, 0.0, 1.0, 1.0]], 0.5)),
        '▓' => Some((vec![[0.0, 0.0, 1.0, 1.0]], 0.75)),
        '▔' => one([0.0, 0.0, 1.0, 0.125]),
        '▕' => one([0.875, 0.0, 0.125, 1.0]),
        '▖'..='▟' => {
            // Quadrants as bits: upper left 8, upper right 4, lower left 2, lower right 1.
            const QUADRANTS: [u8; 10] = [2, 1, 8, 11, 9, 14, 13, 4, 6, 7];
            let bits = QUADRANTS[usize::try_from(code - 0x2596).ok()?];
            let corners = [(8, 0.0, 0.0), (4, 0.5, 0.0), (2, 0.0, 0.5), (1, 0.5, 0.5)];
            let parts = corners
                .into_iter()
                .filter(|(bit, _, _)| bits & bit != 0)
                .map(|(_, left, top)| [left, top, 0.5, 0.5])
                .collect();
            Some((parts, 1.0))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arms_are_found() {
        assert_eq!(arms('─'), Some([1, 1, 0, 0]));
        assert_eq!(arms('┝'), Some([0, 2, 1, 1]));
        assert_eq!(arms('╔'), Some([0, 3, 0, 3]));
        assert_eq!(arms('╿'), Some([0, 0, 2, 1]));
        assert_eq!(arms('0'), None);
        assert_eq!(arms('a'), None);
        assert_eq!(arms('é'), None);
    }

    #[test]
    fn a_block_is_the_part_of_the_cell_that_it_shows() {
        assert_eq!(block('█'), Some((vec![[0.0, 0.0, 1.0, 1.0]], 1.0)));
        assert_eq!(block('▌'), Some((vec![[0.0, 0.0, 0.5, 1.0]], 1.0)));
        assert_eq!(block('▂'), Some((vec![[0.0, 0.75, 1.0, 0.25]], 1.0)));
        let (parts, _) = block('▚').expect("a block");
        assert_eq!(parts, [[0.0, 0.0, 0.5, 0.5], [0.5, 0.5, 0.5, 0.5]]);
        assert_eq!(block('x'), None);
    }

    #[test]
    fn a_line_reaches_the_edges_of_its_cell() {
        let svg = shape('│', (0.0, 0.0), 1, "red").expect("a shape");
        assert!(svg.contains("y=\"0\""), "{svg}");
        let svg = shape('─', (9.0, 0.0), 3, "red").expect("a shape");
        assert!(
            svg.contains("x=\"9\"") && svg.contains("width=\"27\""),
            "{svg}"
        );
    }
}
