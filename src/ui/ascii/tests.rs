//! No screen has a glyph outside of ASCII, and none of the program's sources writes one that has no stand-in.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::*;
use crate::app::key::Key;
use crate::app::paper::GLYPHS;
use crate::app::screen::Screen;
use crate::app::state::Glyphs;
use crate::app::tests::state;
use crate::app::{Message, Moment, State, update};
use crate::ui::draw_buffer;
use crate::ui::snapshot::text;
use crate::ui::theme::{Depth, Theme};

fn line(text: &str) -> String {
    let mut buffer = Buffer::empty(Rect::new(0, 0, 40, 1));
    buffer.set_string(0, 0, text, Style::new());
    rewrite(&mut buffer);
    let cells = buffer.content.iter().map(ratatui::buffer::Cell::symbol);
    cells.collect::<String>().trim_end().to_owned()
}

#[test]
fn pictures_keep_what_they_say() {
    assert_eq!(line("├──●──┼━━▲━━┤ 2⁶⁴"), "|--o--+==^==| 2^64");
    assert_eq!(
        line("from 0 to 2⁶⁴, that is all"),
        "from 0 to 2^64,that is all"
    );
    assert_eq!(line("███▒▒░░ ✓ ✗ “a”"), "###::.. Y N \"a\"");
    assert_eq!(line("╔ ■ P2 ═╗"), "# % P2 =#");
}

#[test]
fn data_of_others_is_left_alone() {
    assert_eq!(line("猫 é 👩‍👩‍👧"), "猫  é 👩‍👩‍👧");
}

#[test]
fn partitions_and_shades_stay_apart() {
    let apart = |glyphs: &[char]| {
        let twins: BTreeSet<char> = glyphs.iter().filter_map(|glyph| stand_in(*glyph)).collect();
        assert_eq!(twins.len(), glyphs.len(), "{glyphs:?}");
    };
    apart(&GLYPHS);
    // A ruler: its line, its ends and boundaries, the owner's range, and the items on it.
    let mut ruler = vec!['─', '━', '┼', '├'];
    ruler.extend(GLYPHS);
    apart(&ruler);
    apart(&['█', '▒', '░']);
    apart(&['░', '▒', '▓', '█']);
    // A strip of traffic: eighths, what was refused, idle, and the birth of a partition.
    apart(&['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█', '×', '·', '╰']);
    apart(&['✓', '✗', '·', '◐']);
    apart(&['┌', '│', '─', '═', '║']);
}

fn sources(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(directory).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Glyphs in the string and character literals of what draws, narrates and answers: nobody has to remember this table.
#[test]
fn every_glyph_that_a_source_can_draw_has_a_stand_in() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    for room in ["app", "ui", "scene", "runner", "learner", "code"] {
        sources(&root.join(room), &mut files);
    }
    let mut missing = BTreeSet::new();
    for file in files {
        // Pictures for a browser have all glyphs there are, and tests draw foreign ones.
        let name = file.to_string_lossy().replace('\\', "/");
        if name.contains("/tests") || name.contains("/picture/") || name.ends_with("ascii.rs") {
            continue;
        }
        let source = std::fs::read_to_string(&file).expect("a source is text");
        let code = source
            .split("#[cfg(test)]\nmod tests {")
            .next()
            .unwrap_or_default();
        for line in code.lines() {
            let line = line.trim_start();
            if line.starts_with("//") {
                continue;
            }
            let line = line.split(" // ").next().unwrap_or_default();
            for glyph in line.chars().filter(|glyph| !glyph.is_ascii()) {
                if stand_in(glyph).is_none() {
                    missing.insert(format!("{glyph} in {name}"));
                }
            }
        }
    }
    assert!(
        missing.is_empty(),
        "give each a stand-in in src/ui/ascii.rs, another one than its neighbours on a picture have: {missing:#?}"
    );
}

fn assert_ascii(state: &State, what: &str) {
    let mut buffer = Buffer::empty(Rect::new(0, 0, state.shared.columns, state.shared.rows));
    let theme = Theme {
        depth: Depth::None,
        background: state.shared.background,
    };
    draw_buffer(state, theme, &mut buffer);
    let shown = text(&buffer);
    for cell in &buffer.content {
        assert!(
            cell.symbol().is_ascii(),
            "{:?} on {what}:\n{shown}",
            cell.symbol()
        );
    }
}

/// Every page of the lesson inside, before and after it was answered and run, and every screen that a key opens there.
#[test]
fn no_screen_of_the_lesson_has_a_glyph_outside_of_ascii() {
    for (columns, rows, projector) in [(80, 24, false), (120, 40, true), (200, 60, false)] {
        let mut state = state(columns, rows);
        state.shared.glyphs = Glyphs::Ascii;
        state.shared.wall.projector = projector;
        assert_ascii(&state, "home");
        for section in 0..state.shared.lesson().sections.len() {
            for page in 0..state.shared.lesson().sections[section].pages.len() {
                let screen = Screen::lesson(section, page, &state.shared);
                state.shared.restart(screen);
                update(&mut state, Message::Now(Moment::default()));
                let what = format!("page {page} of section {section}");
                assert_ascii(&state, &what);
                update(&mut state, Message::Key(Key::Char('0')));
                assert_ascii(&state, &format!("{what}, answered"));
            }
        }
        for opens in ['?', '/', 'g', 'N', 'n', ':', 'b'] {
            update(&mut state, Message::Key(Key::Char(opens)));
            assert_ascii(&state, &format!("what {opens} opens"));
            update(&mut state, Message::Key(Key::Esc));
            update(&mut state, Message::Key(Key::Esc));
        }
    }
}
