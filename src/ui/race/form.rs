//! The question while it is changed: the fields of both sides, below the picture that stays.
//!
//! ```text
//!   way          ‹ query by key ›              ‹ scan with filter ›
//!   …            person = "Rachel"             person = "Rachel"
//!   the table    items 10000   partitions 4   items a key 3
//!
//!   key  person = "Rachel"▮                    the field under the focus, at full width
//!   ValidationException: …                     why the last question was refused
//! ```
//!
//! Invariant: the field with the focus is always in sight.

use ratatui::layout::Rect;

use super::{Canvas, LABELS, Panes, fitted};
use crate::app::paper::{Line, Role, cut, wrap_text};
use crate::app::race::form::{Form, Slot};
use crate::scene::race::Side;

/// Columns of a label in front of its value.
const LABEL: u16 = 10;
/// The written field, the line of the table, and the refusal below.
const BELOW: u16 = 5;
/// Rows for the fields of a side: one more than any way has.
const MOST: u16 = 7;

pub fn draw(form: &Form, panes: &Panes, area: Rect, canvas: &mut Canvas<'_>) {
    let room = area.height.saturating_sub(BELOW).clamp(1, MOST);
    for side in Side::BOTH {
        let slots = form.slots(side);
        let focus = slots.iter().position(|slot| *slot == form.focus);
        // Where not all fields fit, the one with the focus is the last that is seen.
        let hidden = (focus.unwrap_or(0) + 1).saturating_sub(usize::from(room));
        let x = panes.of(side);
        for (slot, y) in slots.iter().skip(hidden).zip(area.y..area.y + room) {
            let line = entry(form, *slot, panes.width);
            canvas.line(&line, x, y, panes.width);
        }
    }
    canvas.line(
        &Line::of(Role::Dim, "question"),
        panes.labels,
        area.y,
        LABELS,
    );
    let y = (area.y + room).min(area.bottom().saturating_sub(1));
    canvas.line(&Line::of(Role::Dim, "table"), panes.labels, y, LABELS);
    let mut line = Line::new();
    for slot in form.table_slots() {
        let focus = slot == form.focus;
        let role = if focus { Role::Accent } else { Role::Dim };
        line.add(role, format!("{} ", slot.label()));
        let value = if focus { Role::Strong } else { Role::Text };
        line.add(value, form.value(slot));
        line.add(Role::Text, "   ");
    }
    canvas.line(
        &line,
        panes.left,
        y,
        area.right().saturating_sub(panes.left),
    );
    let below = [written(form, area.width)]
        .into_iter()
        .chain(remarks(form, area.width));
    for (line, y) in below.zip(y + 2..area.bottom()) {
        canvas.line(&line, area.x, y, area.width);
    }
}

fn entry(form: &Form, slot: Slot, columns: u16) -> Line {
    let focus = slot == form.focus;
    let role = if focus { Role::Accent } else { Role::Dim };
    let label = Line::of(role, slot.label()).to_column(LABEL);
    let value = form.value(slot);
    let value = if value.trim().is_empty() {
        "none".to_owned()
    } else {
        value
    };
    let chosen = matches!(
        slot,
        Slot::Way(_)
            | Slot::IndexPartition(_)
            | Slot::IndexSort(_)
            | Slot::Consistent(_)
            | Slot::Segments(_)
    );
    let room = columns.saturating_sub(LABEL);
    let value = if focus && chosen {
        Line::of(Role::Accent, "‹ ")
            .push(Role::Strong, cut(&value, room.saturating_sub(4)))
            .push(Role::Accent, " ›")
    } else {
        let role = if focus { Role::Strong } else { Role::Text };
        Line::of(role, value)
    };
    fitted(label.append(value), columns)
}

/// The field under the focus at full width, or how a choice is changed.
fn written(form: &Form, columns: u16) -> Line {
    let Some(field) = form.field() else {
        let what = match form.focus {
            Slot::IndexPartition(_) | Slot::IndexSort(_) => {
                "Which key would make this a query? ← → choose it, ⏎ builds the index."
            }
            _ => "← → change it, Tab goes on, ⏎ asks both ways.",
        };
        return Line::of(Role::Dim, what);
    };
    let side = match form.focus.side() {
        Some(Side::Left) => "left ",
        Some(Side::Right) => "right ",
        None => "",
    };
    let label = Line::of(Role::Accent, format!("{side}{} ", form.focus.label()));
    let room = columns.saturating_sub(label.width());
    label.append(field.line(room))
}

fn remarks(form: &Form, columns: u16) -> Vec<Line> {
    form.refusal
        .as_ref()
        .map(|why| wrap_text(Role::Error, why, columns))
        .unwrap_or_default()
}
