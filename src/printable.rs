//! Text from items, lessons and servers, made safe to print.
//!
//! A terminal obeys control characters, so a value such as `"\u{1b}[2J"` could clear a learner's
//! screen, and a bidirectional override could make a request read backwards. Every room that
//! prints passes foreign text through here first.
//!
//! Invariant: the result holds no C0 or C1 control character, no bidirectional control and no
//! line or paragraph separator; what was there stays visible as a symbol (`␛`) or as `⟨U+202E⟩`.

use std::borrow::Cow;
use std::fmt::Write as _;

/// One line of foreign text with every character that could steer a terminal made visible.
#[must_use]
pub fn line(text: &str) -> Cow<'_, str> {
    // Nearly all text is of these bytes, and many are looked at in one step.
    let is_plain = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    if is_plain || !text.chars().any(steers) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        push_visible(&mut safe, character);
    }
    Cow::Owned(safe)
}

/// Foreign text of several lines: as [`line()`], but line feeds stay and tabs become two spaces.
#[must_use]
pub fn block(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' => safe.push('\n'),
            '\t' => safe.push_str("  "),
            other => push_visible(&mut safe, other),
        }
    }
    safe
}

fn push_visible(safe: &mut String, character: char) {
    if !steers(character) {
        safe.push(character);
        return;
    }
    match u32::from(character) {
        // Unicode has a picture for each C0 control and for DEL.
        code @ 0..=0x1f => safe.push(char::from_u32(0x2400 + code).unwrap_or('\u{fffd}')),
        0x7f => safe.push('␡'),
        code => {
            // Writing to a String cannot fail.
            let _ = write!(safe, "⟨U+{code:04X}⟩");
        }
    }
}

/// Whether a character can move the cursor, start an escape sequence or reorder the text around it.
fn steers(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
            | '\u{2028}' | '\u{2029}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_become_visible() {
        assert_eq!(line("a\u{1b}[2Jb"), "a␛[2Jb");
        assert_eq!(line("\u{9b}31m"), "⟨U+009B⟩31m");
        assert_eq!(line("\u{202e}abc"), "⟨U+202E⟩abc");
        assert_eq!(line("two\nlines"), "two␊lines");
    }

    #[test]
    fn ordinary_text_is_borrowed() {
        assert!(matches!(line("Beeba 😺 ñ"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_block_keeps_its_lines() {
        assert_eq!(block("a\n\tb\r"), "a\n  b␍");
    }
}
