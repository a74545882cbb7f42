//! From a drawn screen to the bytes that a terminal needs to show it: the cells that changed, in one write.
//!
//! ```text
//!   shown ─┐
//!          ├─ difference ─→ bytes ─→ one write, or none at all
//!   next  ─┘
//! ```
//!
//! Invariant: a screen that looks as before writes nothing.

use std::io::{self, Write};

use ratatui::backend::{Backend, CrosstermBackend};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// What a terminal shows, and where it is written.
#[derive(Debug)]
pub struct Painter<W: Write> {
    out: W,
    /// As the terminal has it; `None` when nothing is known of it, and all of it has to be written.
    shown: Option<Buffer>,
    /// Kept from frame to frame, as it has the same size nearly always.
    next: Buffer,
    bytes: Vec<u8>,
}

impl<W: Write> Painter<W> {
    #[must_use]
    pub fn new(out: W) -> Self {
        Self {
            out,
            shown: None,
            next: Buffer::default(),
            bytes: Vec::new(),
        }
    }

    /// Draws a frame of this size and brings the terminal there; how many bytes that took.
    ///
    /// # Errors
    /// When the terminal can't be written.
    pub fn draw(
        &mut self,
        (columns, rows): (u16, u16),
        paint: impl FnOnce(&mut Buffer),
    ) -> io::Result<usize> {
        let area = Rect::new(0, 0, columns, rows);
        if self.next.area == area {
            self.next.reset();
        } else {
            self.next = Buffer::empty(area);
        }
        paint(&mut self.next);
        self.bytes.clear();
        let mut backend = CrosstermBackend::new(&mut self.bytes);
        if let Some(shown) = self.shown.as_ref().filter(|shown| shown.area == area) {
            let changed = shown.diff(&self.next);
            if !changed.is_empty() {
                backend.draw(changed.into_iter())?;
            }
        } else {
            // What stood there before, of another size or another program, goes first.
            backend.clear()?;
            let blank = Buffer::empty(area);
            backend.draw(blank.diff(&self.next).into_iter())?;
        }
        let shown = self.shown.get_or_insert_default();
        std::mem::swap(shown, &mut self.next);
        if !self.bytes.is_empty() {
            self.out.write_all(&self.bytes)?;
            self.out.flush()?;
        }
        Ok(self.bytes.len())
    }

    /// Nothing is known any more of what the terminal shows: the next frame is written whole.
    pub fn forget(&mut self) {
        self.shown = None;
    }
}

#[cfg(test)]
mod tests {
    use ratatui::style::Style;

    use super::*;

    fn text(text: &'static str) -> impl FnOnce(&mut Buffer) {
        move |buffer| {
            buffer.set_string(0, 0, text, Style::new());
        }
    }

    /// What a person would see after these bytes.
    fn seen(bytes: &[u8]) -> String {
        let mut screen = vt100::Parser::new(
            2.try_into().expect("rows"),
            20.try_into().expect("columns"),
            0,
        );
        screen.process(bytes);
        screen.screen().contents()
    }

    #[test]
    fn only_what_changed_is_written_and_nothing_where_nothing_did() {
        let mut written = Vec::new();
        let mut painter = Painter::new(&mut written);
        let first = painter.draw((20, 2), text("one two")).expect("a write");
        assert!(first > 7);
        let same = painter.draw((20, 2), text("one two")).expect("a write");
        assert_eq!(same, 0);
        let less = painter.draw((20, 2), text("one twp")).expect("a write");
        assert!(less > 0 && less < first);
        assert_eq!(seen(&written).trim_end(), "one twp");
    }

    #[test]
    fn after_a_resize_or_a_stay_in_the_shell_everything_is_written_again() {
        let mut written = Vec::new();
        let mut painter = Painter::new(&mut written);
        painter.draw((20, 2), text("a long line")).expect("a write");
        painter.draw((19, 2), text("short")).expect("a write");
        painter.forget();
        let whole = painter.draw((19, 2), text("short")).expect("a write");
        assert!(whole > 5);
        assert_eq!(seen(&written).trim_end(), "short");
    }
}
