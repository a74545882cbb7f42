//! Below the picture, where there is room: where each item went, and beside it the table with what can be changed.
//!
//! ```text
//!   PUT   KEY            HASH                   PLACE   PARTITION      TABLE pets
//!     1   "Beeba"        9f3c 21d4 77ab 0e15   62.2 %   ■ P2           partition key   name · S      K
//!     …                                                                …
//! ```
//!
//! Of a picture that is modelled, what a server said stands in the place of where each item went.
//! Invariant: the table is there whole, or there is no foot.

use ratatui::layout::Rect;

use super::table::is_dense;
use super::{Canvas, GUTTER, log, words};
use crate::app::hash::{HashScreen, Picture};
use crate::app::paper::{Line, Role, cut, wrap_text};
use crate::scene::hash::Frame;
use crate::scene::{count, plural};
use crate::simulator::trace::Provenance;

/// From so many columns on there is room for both parts, …
const LEAST_COLUMNS: u16 = log::LEAST_COLUMNS + GUTTER + TABLE;
/// … and so many rows are left for the table, beside what the picture needs at least.
const LEAST_ROWS: u16 = 6;
/// The list of puts has room for so many; of a dense picture it has the rows that are left over.
const PUTS: usize = 12;
/// Columns of the table.
const TABLE: u16 = 36;

/// What stands below the picture.
pub(super) struct Foot {
    /// What a server said.
    measured: Vec<Line>,
    table: Vec<Line>,
    /// What the preset teaches.
    taught: Vec<Line>,
    /// Rows that it has at least.
    pub(super) rows: u16,
}

impl Foot {
    /// Below a picture in so large a body, of which so many rows are for the picture at least, and for what stands around it.
    pub(super) fn new(
        screen: &HashScreen,
        picture: &Picture,
        frame: &Frame<'_>,
        body: Rect,
        taken: u16,
    ) -> Option<Self> {
        let room = body.height.saturating_sub(taken);
        if body.width < LEAST_COLUMNS || room < LEAST_ROWS {
            return None;
        }
        let table = table(picture, TABLE);
        let mut taught = Vec::new();
        if let Some(preset) = picture.preset {
            taught.push(Line::new());
            taught.push(Line::of(Role::Dim, preset.title().to_uppercase()));
            taught.extend(wrap_text(Role::Text, preset.teaches(), TABLE));
        }
        let right = table.len() + taught.len();
        // It would give the answer away; its room is kept, so that the picture stays as it is.
        if screen.question().is_some() {
            taught.clear();
        }
        let measured = match frame.provenance {
            Provenance::Modelled => measured(picture, log_width(body)),
            Provenance::Measured => Vec::new(),
        };
        let left = match measured.len() {
            0 if !is_dense(frame) => frame.puts().min(PUTS) + 1,
            lines => lines,
        };
        let wanted = u16::try_from(left.max(right)).unwrap_or(u16::MAX);
        Some(Self {
            measured,
            table,
            taught,
            rows: wanted.min(room),
        })
    }

    pub(super) fn draw(&self, frame: &Frame<'_>, area: Rect, canvas: &mut Canvas<'_>) {
        let left = Rect {
            width: log_width(area),
            ..area
        };
        if self.measured.is_empty() {
            log::draw(frame, left, canvas);
        }
        for (line, y) in self.measured.iter().zip(area.top()..area.bottom()) {
            canvas.line(line, area.x, y, left.width);
        }
        let right = self.table.iter().chain(&self.taught);
        for (line, y) in right.zip(area.top()..area.bottom()) {
            canvas.line(line, area.right().saturating_sub(TABLE), y, TABLE);
        }
    }
}

/// Columns beside the table.
const fn log_width(area: Rect) -> u16 {
    area.width.saturating_sub(TABLE + GUTTER)
}

/// What the table is; every line but the first is an input, and ends in its key.
fn table(picture: &Picture, width: u16) -> Vec<Line> {
    let table = &picture.run.table;
    let input = |name: &str, value: &str, key: &str| {
        let value = cut(&crate::printable::line(value), width.saturating_sub(20));
        Line::of(Role::Dim, name)
            .to_column(15)
            .push(Role::Text, value)
            .right(width, Line::of(Role::Accent, key))
    };
    vec![
        Line::of(Role::Dim, "TABLE ").push(Role::Strong, cut(&table.name, width.saturating_sub(7))),
        input(
            "partition key",
            &format!("{} · {}", table.attribute, table.key_type.name()),
            "K",
        ),
        input("sort key", table.sort_key.as_deref().unwrap_or("none"), "s"),
        input("partitions", &count(table.partitions.into()), "+ −"),
        input("function", table.function.title(), "f"),
        input("puts", &count(picture.script.keys().len() as u64), "e d"),
    ]
}

/// What a server said; the rest of the picture is modelled.
fn measured(picture: &Picture, width: u16) -> Vec<Line> {
    let mut lines = vec![Line::of(Role::Warning, "MODELLED")];
    lines.extend(wrap_text(
        Role::Dim,
        "No API shows where a server keeps an item. The partitions are those of a simulated table.",
        width,
    ));
    let Some(measured) = &picture.measured else {
        return lines;
    };
    lines.push(Line::new());
    lines.push(Line::of(Role::Dim, "MEASURED ").push(Role::Strong, &measured.server));
    if let Some(why) = &measured.trouble {
        lines.extend(wrap_text(Role::Warning, why, width));
    }
    if measured.puts > 0 {
        lines.push(Line::of(
            Role::Text,
            format!("{}, {} WCU", plural(measured.puts, "put"), measured.written),
        ));
    }
    if measured.pages > 0 {
        lines.push(Line::of(
            Role::Text,
            format!(
                "Scan: {}, {} RCU",
                plural(measured.scanned, "item"),
                measured.read
            ),
        ));
        lines.extend(wrap_text(
            Role::Text,
            &format!("They came {}:", words::followed(measured)),
            width,
        ));
        let order: Vec<String> = measured
            .order
            .iter()
            .take(12)
            .map(|key| cut(&crate::printable::line(&key.to_string()), 20))
            .collect();
        lines.extend(wrap_text(Role::Dim, &order.join(", "), width));
    }
    if measured.throttled > 0 {
        lines.push(Line::of(
            Role::Warning,
            format!("× {} throttled", plural(measured.throttled, "put")),
        ));
    }
    if measured.left_out > 0 {
        lines.push(Line::of(
            Role::Dim,
            format!("{} were not put there", plural(measured.left_out, "key")),
        ));
    }
    lines
}
