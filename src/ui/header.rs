//! The first line: where am I, how far, and which DynamoDB this is.

use ratatui::buffer::Buffer;

use crate::app::Shared;
use crate::app::paper::{Line, Role, cut};
use crate::app::screen::Screen;
use crate::app::state::Standing;
use crate::target::exchange::TargetName;
use crate::ui::paint;
use crate::ui::theme::Theme;

/// ` 6 · Structure ──────────── 4/12 ── SIMULATED · us-east-1 `
pub fn draw(screen: &Screen, shared: &Shared, theme: Theme, buffer: &mut Buffer) {
    let line = line(screen, shared, buffer.area.width);
    paint::line(&line, 0, 0, buffer.area.width, theme, buffer);
}

fn line(screen: &Screen, shared: &Shared, columns: u16) -> Line {
    let title = screen.component().title(shared);
    let mut tail = Line::new();
    if let Some((page, pages)) = title.progress {
        tail = tail
            .push(Role::Dim, format!(" {page}/{pages} "))
            .push(Role::Rule, "──");
    }
    if let Some(note) = &title.note {
        tail = tail
            .push(Role::Text, format!(" {} ", cut(note, 24)))
            .push(Role::Rule, "──");
    }
    let tail = tail.append(target(shared));
    let room = columns.saturating_sub(tail.width() + 5);
    let head = Line::of(Role::Title, format!(" {} ", cut(&title.text, room)));
    let rule = columns.saturating_sub(head.width() + tail.width());
    head.push(Role::Rule, "─".repeat(usize::from(rule)))
        .append(tail)
}

/// Which DynamoDB, in words and colour, and whether anything is kept.
fn target(shared: &Shared) -> Line {
    let line = match (&shared.target, &shared.standing) {
        (_, Standing::Serving(address)) => {
            Line::of(Role::Good, " SERVING ").push(Role::Strong, cut(address, 32))
        }
        (TargetName::Simulated, _) => Line::of(Role::Good, " SIMULATED"),
        (TargetName::Endpoint(_) | TargetName::Account(_), _) => Line::of(
            Role::Warning,
            format!(" {}", cut(&shared.target.to_string(), 32)),
        ),
    };
    let line = line.push(Role::Dim, format!(" · {} ", shared.lesson().region));
    let mark = match &shared.standing {
        Standing::Kept | Standing::Serving(_) => return line,
        Standing::ReadOnly(_) => Line::of(Role::Warning, " READ-ONLY "),
        Standing::Scratch => Line::of(Role::Text, " SCRATCH "),
    };
    line.push(Role::Rule, "──").append(mark)
}
