//! What stands beside a page where the terminal is wide enough.
//!
//! Invariant: nothing stands only here; at 80 columns each of it is a key away.

use crate::app::json;
use crate::app::lesson::page::measure;
use crate::app::lesson::{LessonScreen, Work};
use crate::app::paper::{Line, Paper, Role, cut, wrap_text};
use crate::app::sections;
use crate::app::state::{Shared, page_ref};
use crate::lesson::model::{Activity, Page};
use crate::simulator::trace::Trace;

/// Columns at the side from which on a table is better there than below the text.
const TABLE_BESIDE: u16 = 56;

/// Whether what a page is there for was passed by: a later page may need what it does.
fn left_out(page: &Page, shared: &Shared) -> bool {
    let Some(activity) = &page.activity else {
        return false;
    };
    let acts = matches!(
        activity,
        Activity::Step(_)
            | Activity::Exercise(_)
            | Activity::Hash(_)
            | Activity::Race(_)
            | Activity::Traffic(_)
    );
    acts && !shared.progress().done.contains(activity.id())
}

impl LessonScreen {
    /// Beside the page, where there is room: the section's pages, what the step left behind, the terms, what was on the
    /// wire, and beside a page to read the session. What has no room whole is left out, the least important first.
    pub(super) fn side(&self, shared: &Shared, columns: u16, rows: u16) -> Paper {
        let blocks = [
            (1, self.pages(shared, columns)),
            (0, self.table_beside(shared, columns)),
            (0, self.partitions_beside(shared, columns)),
            (2, self.terms_beside(shared, columns)),
            (3, self.wire(shared, columns)),
            (4, self.session(shared, columns)),
        ];
        let whole = |least: u8| {
            let mut paper = Paper::new();
            for (rank, block) in &blocks {
                if *rank <= least && block.height() > 0 {
                    if paper.height() > 0 {
                        paper.gap();
                        paper.gap();
                    }
                    paper.extend(block.lines.iter().cloned());
                }
            }
            paper
        };
        (0..=4)
            .rev()
            .map(whole)
            .find(|paper| paper.height() <= rows)
            .unwrap_or_else(|| whole(0))
    }

    /// The section's pages, and which of them were read.
    fn pages(&self, shared: &Shared, columns: u16) -> Paper {
        let mut paper = Paper::new();
        let Some(section) = self.section(shared) else {
            return paper;
        };
        paper.add(Line::of(Role::Dim, cut(&section.title, columns)));
        paper.gap();
        for (index, page) in section.pages.iter().enumerate() {
            let here = index == self.page;
            let seen = shared
                .progress()
                .seen
                .contains(&page_ref(&section.id, index));
            let (role, mark) = match (here, seen) {
                (true, _) => (Role::Accent, "▸ "),
                (false, true) if left_out(page, shared) => (Role::Accent, "◐ "),
                (false, true) => (Role::Good, "✓ "),
                (false, false) => (Role::Dim, "· "),
            };
            let title = cut(&page.title, columns.saturating_sub(2));
            paper
                .add(Line::of(role, mark).push(if here { Role::Strong } else { Role::Dim }, title));
        }
        paper
    }

    /// The whole session and where in it this page is, beside what sends nothing: a request and its answer are looked at alone.
    fn session(&self, shared: &Shared, columns: u16) -> Paper {
        let mut paper = Paper::new();
        if matches!(self.work, Work::Step | Work::Exercise(_)) {
            return paper;
        }
        paper.add(Line::of(Role::Dim, "The session").right(columns, Line::of(Role::Dim, "min")));
        paper.gap();
        for (index, section) in shared.lesson().sections.iter().enumerate() {
            let (role, mark, title) = if index == self.section {
                (Role::Accent, "▸", Role::Strong)
            } else {
                let (role, mark) = sections::mark(section, shared);
                (role, mark, Role::Dim)
            };
            let minutes = Line::of(Role::Dim, section.minutes.to_string());
            let room = columns.saturating_sub(7 + minutes.width());
            let line = Line::of(role, format!("{mark} "))
                .push(Role::Dim, format!("{:>2}  ", section.number))
                .push(title, cut(&section.title, room));
            paper.add(line.right(columns, minutes));
        }
        paper
    }

    /// The table after a write, where the side is wide enough for it.
    fn table_beside(&self, shared: &Shared, columns: u16) -> Paper {
        match (self.page(shared), Self::table_is_beside(Some(columns))) {
            (Some(page), true) => Self::table(page, shared, 12, columns).unwrap_or_default(),
            _ => Paper::new(),
        }
    }

    /// Whether the table after a write stands beside the page instead of below its text.
    pub(super) fn table_is_beside(side: Option<u16>) -> bool {
        side.is_some_and(|columns| columns >= TABLE_BESIDE)
    }

    fn partitions_beside(&self, shared: &Shared, columns: u16) -> Paper {
        let trace = self
            .report(shared)
            .and_then(|exchange| exchange.trace.as_ref());
        match trace {
            Some(trace) if !trace.partitions.is_empty() => partitions(trace, columns),
            _ => Paper::new(),
        }
    }

    fn terms_beside(&self, shared: &Shared, columns: u16) -> Paper {
        let mut paper = Paper::new();
        let terms = self.terms(shared);
        let meanings = terms.iter().filter_map(|term| shared.meaning(term));
        for meaning in meanings.take(3) {
            paper.gap();
            paper.add(Line::of(Role::Term, &meaning.name));
            paper.extend(wrap_text(
                Role::Dim,
                &meaning.text,
                columns.min(measure(columns)),
            ));
        }
        paper
    }

    /// Both bodies as they were on the wire.
    fn wire(&self, shared: &Shared, columns: u16) -> Paper {
        let mut paper = Paper::new();
        let Some(exchange) = self.report(shared) else {
            return paper;
        };
        let messages = [
            ("sent", Some(&exchange.request)),
            ("came back", exchange.response.as_ref()),
        ];
        for (label, message) in messages {
            let body = message.and_then(|message| {
                serde_json::from_slice::<serde_json::Value>(&message.body).ok()
            });
            if let Some(body) = body {
                paper.gap();
                paper.add(Line::of(Role::Dim, label));
                paper.extend(json::lines(&body, columns));
            }
        }
        paper
    }
}

/// Each partition with its glyph, what it holds and what was read there.
fn partitions(trace: &Trace, columns: u16) -> Paper {
    const GLYPHS: [char; 8] = crate::app::paper::GLYPHS;
    let mut paper = Paper::new();
    let title = format!("{} in its partitions", trace.table);
    paper.add(Line::of(Role::Dim, cut(&title, columns)));
    for partition in trace.partitions.iter().take(8) {
        let number = partition.id.0;
        let glyph = GLYPHS[number as usize % GLYPHS.len()];
        let visited = trace
            .visits
            .iter()
            .any(|visit| visit.partition == partition.id)
            || trace
                .key
                .as_ref()
                .is_some_and(|key| key.partition == partition.id);
        let role = if visited {
            Role::Partition(number)
        } else {
            Role::Dim
        };
        let line = Line::of(role, format!("{glyph} P{number}"))
            .right(
                14,
                Line::of(
                    Role::Text,
                    crate::app::figures::plural(partition.items, "item"),
                ),
            )
            .right(
                26,
                Line::of(Role::Dim, crate::app::figures::bytes(partition.bytes)),
            );
        paper.add(if visited {
            line.push(Role::Accent, "  ◂")
        } else {
            line
        });
    }
    paper
}
