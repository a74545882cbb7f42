//! The last line: the keys that work now, and the planned minutes; above it, when there is one, a notice.

use ratatui::buffer::Buffer;

use crate::app::State;
use crate::app::account::strip;
use crate::app::paper::{Line, Role, cut, width};
use crate::app::update;
use crate::ui::theme::Theme;
use crate::ui::{paint, projector};

pub fn draw(state: &State, theme: Theme, buffer: &mut Buffer) {
    let shared = &state.shared;
    let screen = state.top();
    let columns = buffer.area.width;
    let row = buffer.area.height.saturating_sub(1);
    for entry in update::footer(screen, shared) {
        let text = Line::of(Role::Accent, &entry.key).push(Role::Dim, format!(" {}", entry.label));
        paint::line(&text, entry.column, row, entry.width, theme, buffer);
    }
    let planned = screen.component().title(shared).minutes;
    let time = if shared.wall.projector {
        let times = projector::times(shared);
        Some(match strip::spent(shared) {
            // A demonstration on a wall has no row for it elsewhere.
            Some(spent) => format!("{} · {times}", spent.plain()),
            None => times,
        })
    } else {
        planned.map(|minutes| format!("{minutes} min"))
    };
    if let Some(text) = time {
        let text = format!("{text} ");
        let x = columns.saturating_sub(width(&text));
        paint::line(
            &Line::of(Role::Dim, text),
            x,
            row,
            columns - x,
            theme,
            buffer,
        );
    }
    if let Some(notice) = &shared.notice {
        let role = if notice.bad {
            Role::Warning
        } else {
            Role::Emphasis
        };
        let mark = if notice.bad { "! " } else { "· " };
        let text =
            Line::of(Role::Accent, mark).push(role, cut(&notice.text, columns.saturating_sub(6)));
        let row = row.saturating_sub(1);
        buffer.set_style(
            ratatui::layout::Rect::new(0, row, columns, 1),
            ratatui::style::Style::reset(),
        );
        for column in 0..columns {
            buffer[(column, row)].set_symbol(" ");
        }
        paint::line(&text, 2, row, columns.saturating_sub(2), theme, buffer);
    }
}
