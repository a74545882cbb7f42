//! The terminal's modes, and the promise to give them back.
//!
//! ```text
//!   enter: raw mode, alternate screen, mouse, bracketed paste, no cursor
//!   leave: all of it undone, in the reverse order
//! ```
//!
//! Invariant: [`leave`] may be called at any time, any number of times; it never fails, because where it is called
//! there is nobody left to tell.

use std::io::{self, Write as _};

use crossterm::cursor::{Hide, Show};
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::style::Print;
use crossterm::terminal::{
    EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use crossterm::{execute, queue};

/// Clicks, drags and the wheel, in SGR form. Not the reports of every motion: nothing here follows the
/// pointer, and they would wake the program for nothing.
const MOUSE_ON: &str = "\u{1b}[?1000h\u{1b}[?1002h\u{1b}[?1006h";
const MOUSE_OFF: &str = "\u{1b}[?1006l\u{1b}[?1002l\u{1b}[?1000l";

/// Takes the terminal.
pub fn enter(mouse: bool) -> io::Result<()> {
    enable_raw_mode()?;
    let mut out = io::stdout();
    queue!(out, EnterAlternateScreen, EnableBracketedPaste, Hide)?;
    if mouse {
        queue!(out, Print(MOUSE_ON))?;
    }
    out.flush()
}

/// Takes or releases the mouse.
pub fn capture_mouse(on: bool) -> io::Result<()> {
    execute!(io::stdout(), Print(if on { MOUSE_ON } else { MOUSE_OFF }))
}

/// Gives the terminal back.
pub fn leave() {
    let mut out = io::stdout();
    // The terminal may be gone already; then there is nothing to give back.
    let _ = execute!(
        out,
        Print(MOUSE_OFF),
        DisableBracketedPaste,
        Show,
        LeaveAlternateScreen
    );
    let _ = disable_raw_mode();
}

/// Gives the terminal back when it is dropped, and before a panic's words are printed.
#[derive(Debug)]
pub struct Guard(());

impl Guard {
    pub fn new() -> io::Result<Self> {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            leave();
            before(panic);
        }));
        let guard = Self(());
        enter(true)?;
        Ok(guard)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        leave();
    }
}
