//! A text to read: scrolled, in tabs where it has several parts, wide where the terminal is.
//!
//! ```text
//!     Request   ▸ Response     Storage       the tabs, where there are some
//!
//!   200 OK                                   the text
//!   content-type: application/x-amz-json-1.0
//! ```
//!
//! Exchanges, ways through the workshop and programs are read with the same keys.
//! Invariant: turning to another tab begins at its top, and no line of a program is cut.

use unicode_segmentation::UnicodeSegmentation;

use crate::app::key::{Action, SCROLLING};
use crate::app::layout::{self, Area, Pane, Scroll};
use crate::app::paper::{Hit, Line, Paper, Role, width};
use crate::app::state::{Mouse, Shared};

/// Columns of a text that is no prose.
const WIDEST: u16 = 110;
/// Columns that the rest of a long line of a program stands further in.
const HANG: usize = 4;

/// Where the reader is.
#[derive(Debug)]
pub struct Reader {
    /// Index of the tab.
    pub tab: usize,
    /// Of how many; 1 where there are none.
    tabs: usize,
    pub scroll: Scroll,
}

impl Reader {
    #[must_use]
    pub const fn new(tabs: usize, tab: usize) -> Self {
        Self {
            tab,
            tabs,
            scroll: Scroll(0),
        }
    }

    /// Where a text that is no prose stands.
    #[must_use]
    pub fn area(shared: &Shared) -> Area {
        let (area, _) = layout::columns(shared.columns, shared.rows);
        let body = layout::body(shared.columns, shared.rows);
        Area {
            width: body.width.saturating_sub(area.x - body.x).min(WIDEST),
            ..area
        }
    }

    #[must_use]
    pub const fn pane(&self, area: Area, paper: Paper) -> Pane {
        Pane {
            area,
            paper,
            scroll: self.scroll.0,
        }
    }

    /// What can be done, the screen's own first.
    #[must_use]
    pub fn actions(&self, first: &[Action]) -> Vec<Action> {
        let mut actions = first.to_vec();
        if self.tabs > 1 {
            actions.extend([Action::NextTab, Action::PreviousTab]);
        }
        actions.extend([Action::Back, Action::Copy]);
        actions.extend(SCROLLING);
        actions
    }

    /// Turns and scrolls; what else there is to do is the screen's.
    pub fn act(&mut self, action: Action, pane: &Pane) {
        let limit = pane.paper.scroll_limit(pane.area.height);
        let screenful = i32::from(pane.area.height.saturating_sub(2).max(1));
        match action {
            Action::NextTab => self.turn(1),
            Action::PreviousTab => self.turn(self.tabs.saturating_sub(1)),
            Action::Down => self.scroll.by(1, limit),
            Action::Up => self.scroll.by(-1, limit),
            Action::PageDown => self.scroll.by(screenful, limit),
            Action::PageUp => self.scroll.by(-screenful, limit),
            Action::Top => self.scroll = Scroll(0),
            Action::Bottom => self.scroll = Scroll(limit),
            _ => {}
        }
    }

    pub fn mouse(&mut self, mouse: Mouse, pane: &Pane) {
        match mouse {
            Mouse::Wheel { down, .. } => {
                let limit = pane.paper.scroll_limit(pane.area.height);
                self.scroll.by(if down { 3 } else { -3 }, limit);
            }
            Mouse::Click { column, row } => {
                if pane.hit(column, row).is_some() {
                    self.turn(1);
                }
            }
            Mouse::Drag { .. } => {}
        }
    }

    /// After the terminal became larger or the text shorter.
    pub fn clamp(&mut self, pane: &Pane) {
        self.scroll.clamp(pane.paper.scroll_limit(pane.area.height));
    }

    fn turn(&mut self, by: usize) {
        self.tab = (self.tab + by) % self.tabs.max(1);
        self.scroll = Scroll(0);
    }
}

/// Names of tabs on one line, closer together where there is little room; a click on the line turns to the next one.
#[must_use]
pub fn tabs(names: &[&str], current: usize, columns: u16) -> Line {
    const AIR: usize = 3;
    let letters: u16 = names.iter().map(|name| width(name) + 2).sum();
    let gaps = names.len().saturating_sub(1);
    let fits = usize::from(columns) >= usize::from(letters) + AIR * gaps;
    let between = " ".repeat(if fits { AIR } else { 1 });
    let mut line = Line::new();
    for (index, name) in names.iter().enumerate() {
        if index > 0 {
            line.add(Role::Text, &between);
        }
        if index == current {
            line.add(Role::Accent, format!("▸ {name}"));
        } else {
            line.add(Role::Dim, format!("  {name}"));
        }
    }
    line.hit(Hit::Do(Action::NextTab))
}

/// A line of a program on as many lines as it takes: broken at blanks where it can be, and what goes on stands further in.
#[must_use]
pub fn folded(line: &Line, columns: u16) -> Vec<Line> {
    let columns = usize::from(columns.max(1));
    let pieces: Vec<(Role, &str)> = line
        .spans
        .iter()
        .flat_map(|span| span.text.graphemes(true).map(|piece| (span.role, piece)))
        .collect();
    let blanks = pieces.iter().take_while(|(_, piece)| *piece == " ").count();
    let hang = (blanks + HANG).min(columns / 2);
    let mut lines = Vec::new();
    let (mut rest, mut margin) = (pieces.as_slice(), 0);
    loop {
        let fits = fitting(rest, columns - margin);
        let (now, later) = if fits == rest.len() {
            (rest, &[][..])
        } else {
            // The indentation of the first line is no place to break at.
            let first = if margin == 0 { blanks } else { 0 };
            let blank = rest[..=fits].iter().rposition(|(_, piece)| *piece == " ");
            match blank.filter(|at| *at > first) {
                Some(at) => (&rest[..at], &rest[at + 1..]),
                None => rest.split_at(fits.max(1)),
            }
        };
        let mut folded = Line::of(Role::Text, " ".repeat(margin));
        for (role, piece) in now {
            folded.add(*role, piece);
        }
        lines.push(folded);
        if later.is_empty() {
            return lines;
        }
        (rest, margin) = (later, hang);
    }
}

/// How many of them fit.
fn fitting(pieces: &[(Role, &str)], columns: usize) -> usize {
    let mut used = 0;
    let over = pieces.iter().position(|(_, piece)| {
        used += usize::from(width(piece));
        used > columns
    });
    over.unwrap_or(pieces.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn texts(text: &str, columns: u16) -> Vec<String> {
        let lines = folded(&Line::of(Role::Text, text), columns);
        lines.iter().map(Line::plain).collect()
    }

    #[test]
    fn a_long_line_goes_on_further_in() {
        assert_eq!(texts("  return 1;", 20), ["  return 1;"]);
        assert_eq!(
            texts("  const pet = await read(event, table);", 24),
            ["  const pet = await", "      read(event,", "      table);"]
        );
        assert_eq!(texts("", 20), [""]);
        assert_eq!(texts("abcdefgh", 4), ["abcd", "  ef", "  gh"]);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_nothing_is_too_wide(text in "[a-z犬 {}\"]{0,60}", columns in 4u16..40) {
            let lines = texts(&text, columns);
            let solid = |text: &str| text.replace(' ', "");
            prop_assert_eq!(solid(&lines.concat()), solid(&text));
            for line in &lines {
                prop_assert!(width(line) <= columns, "{line:?}");
            }
        }
    }
}
