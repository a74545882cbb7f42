//! The presenter's own terminal: the notes of the page that the room sees, what comes next, and the time.
//!
//! ```text
//!    06 · DynamoDB ───────────────────────────────── 14:05
//!
//!     5 · Structure   page 3 of 21
//!     Typed JSON                              a question: ask the room
//!
//!     2 minutes. Let two students guess first …
//!
//!     PgDn   shows the answer
//!     next   What is missing is null
//!
//!     section   7:12 of 22 min     ━━━━━━━───────────
//!     class    41:30 of 180 min    ━━━━──────────────
//! ```
//!
//! Invariant: it shows what it was told and the time, and nothing it does reaches the presentation.

use crate::app::key::Key;
use crate::app::layout::{self, Pane, Scroll};
use crate::app::paper::{Line, Paper, Role, width, wrap_text};
use crate::app::present::slide::{Slide, VERSION};

/// What came from the presentation last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// No presentation runs.
    Nobody,
    Slide(Box<Slide>),
    /// Something that is no slide of this version.
    Unreadable,
}

impl Heard {
    /// One line as it came; only this version's form is taken.
    #[must_use]
    pub fn line(line: &str) -> Self {
        match serde_json::from_str::<Slide>(line) {
            Ok(slide) if slide.version == VERSION => Self::Slide(Box::new(slide)),
            _ => Self::Unreadable,
        }
    }
}

/// Cells of a bar of time.
const BAR: u64 = 24;

/// The presenter's screen.
#[derive(Debug, Clone)]
pub struct Follower {
    pub heard: Heard,
    /// Number or name of the lesson, as it was typed, for the words while nobody presents.
    pub wanted: String,
    pub columns: u16,
    pub rows: u16,
    /// Milliseconds since the epoch.
    pub now: u64,
    scroll: Scroll,
}

impl Follower {
    #[must_use]
    pub fn new(wanted: String, columns: u16, rows: u16, now: u64) -> Self {
        Self {
            heard: Heard::Nobody,
            wanted,
            columns,
            rows,
            now,
            scroll: Scroll(0),
        }
    }

    /// Takes what came; the notes of another page are shown from their top.
    pub fn hear(&mut self, heard: Heard) {
        let page = |heard: &Heard| match heard {
            Heard::Slide(slide) => Some((slide.section.clone(), slide.page)),
            _ => None,
        };
        if page(&heard) != page(&self.heard) {
            self.scroll = Scroll(0);
        }
        self.heard = heard;
    }

    pub fn resize(&mut self, columns: u16, rows: u16) {
        (self.columns, self.rows) = (columns, rows);
        self.scroll_by(0);
    }

    /// Does what a key means; true for the end.
    pub fn key(&mut self, key: Key) -> bool {
        let screenful = i32::from(self.rows.saturating_sub(6).max(1));
        match key {
            Key::Char('q') | Key::Ctrl('c') => return true,
            Key::Down | Key::Char('j') => self.scroll_by(1),
            Key::Up | Key::Char('k') => self.scroll_by(-1),
            Key::PageDown | Key::Char(' ') => self.scroll_by(screenful),
            Key::PageUp => self.scroll_by(-screenful),
            _ => {}
        }
        false
    }

    fn scroll_by(&mut self, lines: i32) {
        let pane = self.pane(&|_| String::new());
        self.scroll
            .by(lines, pane.paper.scroll_limit(pane.area.height));
    }

    /// `06 · DynamoDB`, for the header.
    #[must_use]
    pub fn title(&self) -> &str {
        match &self.heard {
            Heard::Slide(slide) => &slide.lesson,
            _ => "Notes",
        }
    }

    /// The body; `time_of_day` says a moment as `14:05`.
    #[must_use]
    pub fn pane(&self, time_of_day: &dyn Fn(u64) -> String) -> Pane {
        let body = layout::body(self.columns, self.rows);
        // Read from a lectern, at a glance: short lines.
        let area = layout::Area {
            width: body.width.min(layout::PROSE),
            ..body
        };
        let paper = match &self.heard {
            Heard::Nobody => self.nobody(area.width),
            Heard::Unreadable => Paper {
                lines: wrap_text(
                    Role::Warning,
                    "A presentation runs, but what it says can't be read here: it is another version of this program. Start both from the same one.",
                    area.width,
                ),
            },
            Heard::Slide(slide) => self.slide(slide, area.width, time_of_day),
        };
        Pane {
            area,
            paper,
            scroll: self.scroll.0,
        }
    }

    fn nobody(&self, columns: u16) -> Paper {
        let mut paper = Paper::new();
        paper.add(Line::of(Role::Strong, "No presentation runs."));
        paper.gap();
        paper.extend(wrap_text(
            Role::Text,
            &format!(
                "Start it in another terminal, with the same --state if you use one: dynatour present {}",
                self.wanted
            ),
            columns,
        ));
        paper.gap();
        paper.add(Line::of(
            Role::Dim,
            "As soon as it runs, its notes are shown here.",
        ));
        paper
    }

    fn slide(&self, slide: &Slide, columns: u16, time_of_day: &dyn Fn(u64) -> String) -> Paper {
        let mut paper = Paper::new();
        if !slide.section.is_empty() {
            let pages = format!("page {} of {}", slide.page, slide.pages);
            paper.add(
                Line::of(Role::Dim, &slide.section).right(columns, Line::of(Role::Dim, pages)),
            );
        }
        paper.extend(wrap_text(Role::Title, &slide.title, columns));
        if !slide.showing.is_empty() {
            paper.extend(wrap_text(Role::Accent, &slide.showing, columns));
        }
        paper.gap();
        for note in &slide.notes {
            paper.extend(wrap_text(Role::Text, note, columns));
            paper.gap();
        }
        if slide.notes.is_empty() {
            paper.add(Line::of(Role::Dim, "This page has no notes."));
            paper.gap();
        }
        for (label, words) in [("PgDn", &slide.onward), ("next", &slide.next)] {
            if words.is_empty() {
                continue;
            }
            let mut lines = wrap_text(Role::Text, words, columns.saturating_sub(9)).into_iter();
            let head = Line::of(Role::Accent, label).to_column(9);
            paper.extend(lines.next().map(|first| head.append(first)));
            let indent = Line::new().to_column(9);
            paper.extend(lines.map(|line| indent.clone().append(line)));
        }
        paper.gap();
        let since = |begun: u64| self.now.saturating_sub(begun) / 1000;
        if let (Some(begun), Some(planned)) = (slide.section_begun_at, slide.section_minutes) {
            paper.add(time("section", since(begun), planned));
        }
        if slide.begun_at > 0 {
            let line = time("class", since(slide.begun_at), slide.minutes);
            let began = time_of_day(slide.begun_at);
            paper.add(line.push(Role::Dim, format!("  since {began}")));
        }
        paper
    }
}

/// `section   7:12 of 22 min  ━━━━━━━─────`.
fn time(label: &str, seconds: u64, planned: u32) -> Line {
    let spent = format!("{}:{:02}", seconds / 60, seconds % 60);
    let whole = u64::from(planned) * 60;
    let late = whole > 0 && seconds > whole;
    let full = (seconds.min(whole) * BAR).checked_div(whole).unwrap_or(0);
    let bar = |cells: u64, glyph: &str| glyph.repeat(usize::try_from(cells).unwrap_or(0));
    let role = if late { Role::Warning } else { Role::Text };
    let line = Line::of(Role::Dim, label).to_column(9);
    let blanks = 6_u16.saturating_sub(width(&spent));
    line.push(Role::Text, " ".repeat(usize::from(blanks)))
        .push(role, spent)
        .push(Role::Dim, format!(" of {planned} min"))
        .to_column(28)
        .push(
            if late { Role::Warning } else { Role::Good },
            bar(full, "━"),
        )
        .push(Role::Rule, bar(BAR - full, "─"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told() -> Slide {
        Slide {
            version: VERSION,
            lesson: "06 · DynamoDB".into(),
            section: "5 · Structure".into(),
            page: 3,
            pages: 21,
            title: "Typed JSON".into(),
            showing: "a question: ask the room".into(),
            notes: vec!["2 minutes. Let two students guess first.".into()],
            onward: "shows the answer".into(),
            next: "What is missing".into(),
            begun_at: 1_000_000,
            section_begun_at: Some(1_060_000),
            minutes: 180,
            section_minutes: Some(22),
        }
    }

    fn text(follower: &Follower) -> String {
        let pane = follower.pane(&|at| format!("at {at}"));
        let lines: Vec<String> = pane.paper.lines.iter().map(Line::plain).collect();
        lines.join("\n")
    }

    #[test]
    fn what_was_told_is_shown_with_the_time_that_has_passed() {
        let mut follower = Follower::new("06".into(), 80, 24, 1_492_000);
        assert!(text(&follower).contains("dynatour present 06"));
        let line = serde_json::to_string(&told()).expect("a slide is JSON");
        follower.hear(Heard::line(&line));
        let shown = text(&follower);
        for part in [
            "page 3 of 21",
            "Let two students guess first.",
            "PgDn     shows the answer",
            "section    7:12 of 22 min",
            "class      8:12 of 180 min",
            "since at 1000000",
        ] {
            assert!(shown.contains(part), "{part}\n{shown}");
        }
    }

    #[test]
    fn another_version_or_nonsense_is_said_to_be_unreadable() {
        for line in ["", "{}", "null", "\u{1b}[2J", "{\"version\":1}"] {
            assert_eq!(Heard::line(line), Heard::Unreadable, "{line}");
        }
        let newer = Slide {
            version: VERSION + 1,
            ..told()
        };
        let line = serde_json::to_string(&newer).expect("a slide is JSON");
        assert_eq!(Heard::line(&line), Heard::Unreadable);
    }

    #[test]
    fn control_characters_of_a_lesson_are_harmless() {
        let mut follower = Follower::new("06".into(), 80, 24, 0);
        let slide = Slide {
            title: "a\u{1b}[2Jb".into(),
            notes: vec!["c\u{7}d".into()],
            ..told()
        };
        follower.hear(Heard::Slide(Box::new(slide)));
        let shown = text(&follower);
        assert!(shown.contains("a␛[2Jb") && shown.contains("c␇d"), "{shown}");
    }

    #[test]
    fn long_notes_scroll_and_another_page_begins_at_its_top() {
        let mut follower = Follower::new("06".into(), 60, 18, 0);
        let long = Slide {
            notes: vec!["word ".repeat(400)],
            ..told()
        };
        follower.hear(Heard::Slide(Box::new(long.clone())));
        assert!(!follower.key(Key::PageDown));
        assert!(follower.scroll.0 > 0);
        let stepped = Slide {
            showing: String::new(),
            ..long.clone()
        };
        follower.hear(Heard::Slide(Box::new(stepped)));
        assert!(follower.scroll.0 > 0, "the same page stays where it is");
        follower.hear(Heard::Slide(Box::new(Slide { page: 4, ..long })));
        assert_eq!(follower.scroll.0, 0);
        assert!(follower.key(Key::Char('q')));
    }

    #[test]
    fn a_late_class_is_told_so_and_nothing_is_divided_by_no_minutes() {
        let late = time("class", 3_700, 60);
        let role = |text: &str| late.spans.iter().find(|span| span.text == text);
        assert_eq!(role("61:40").map(|span| span.role), Some(Role::Warning));
        assert!(late.plain().ends_with(&"━".repeat(24)));
        assert!(time("class", 10, 0).plain().contains("0:10 of 0 min"));
    }
}
