//! The presenter's own terminal, on cells: a header with the time of day, the notes, the keys.
//!
//! Invariant: nothing is drawn outside the frame, at any size.

use ratatui::buffer::Buffer;

use crate::app::paper::{Line, Role, cut};
use crate::app::present::follow::Follower;
use crate::ui::theme::Theme;
use crate::ui::{ascii, paint};

/// Draws all of it; `time_of_day` says a moment as `14:05`.
pub fn draw(
    follower: &Follower,
    time_of_day: &dyn Fn(u64) -> String,
    theme: Theme,
    in_ascii: bool,
    buffer: &mut Buffer,
) {
    let columns = buffer.area.width;
    let now = Line::of(Role::Strong, format!(" {} ", time_of_day(follower.now)));
    let room = columns.saturating_sub(now.width() + 5);
    let head = Line::of(Role::Title, format!(" {} ", cut(follower.title(), room)));
    let rule = columns.saturating_sub(head.width() + now.width());
    let header = head
        .push(Role::Rule, "─".repeat(usize::from(rule)))
        .append(now);
    paint::line(&header, 0, 0, columns, theme, buffer);
    paint::pane(&follower.pane(time_of_day), theme, buffer);
    let keys = Line::of(Role::Accent, " q")
        .push(Role::Dim, " quit   ")
        .push(Role::Accent, if in_ascii { "Up/Down" } else { "↑↓" })
        .push(Role::Dim, " scroll");
    let last = buffer.area.height.saturating_sub(1);
    paint::line(&keys, 0, last, columns, theme, buffer);
    if in_ascii {
        ascii::rewrite(buffer);
    }
}
