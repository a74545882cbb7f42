//! The first line: where am I, how far, and which DynamoDB this is. Below it, where an account is concerned, what is left
//! there and what was spent.

use ratatui::buffer::Buffer;

use crate::app::Shared;
use crate::app::account::strip;
use crate::app::paper::{Line, Role, cut};
use crate::app::screen::Screen;
use crate::app::state::Standing;
use crate::target::exchange::TargetName;
use crate::ui::paint;
use crate::ui::theme::Theme;

/// Columns of a title that is cut.
const SHORTEST_TITLE: u16 = 12;

/// ` 6 · Structure ──────────── 4/12 ── SIMULATED · us-east-1 `
pub fn draw(screen: &Screen, shared: &Shared, theme: Theme, buffer: &mut Buffer) {
    let line = line(screen, shared, buffer.area.width);
    paint::line(&line, 0, 0, buffer.area.width, theme, buffer);
}

/// What is left on an account and what was spent there, in the row that is free below the header.
pub fn draw_strip(screen: &Screen, shared: &Shared, theme: Theme, buffer: &mut Buffer) {
    if let Some(line) = strip::line(screen, shared) {
        paint::line(&line, 0, 1, buffer.area.width, theme, buffer);
    }
}

fn line(screen: &Screen, shared: &Shared, columns: u16) -> Line {
    let title = screen.component().title(shared);
    let target = target(screen, shared);
    // A long target leaves no room for everything: then the title goes before the page's number.
    let spare = columns.saturating_sub(target.width() + SHORTEST_TITLE);
    let mut tail = Line::new();
    if let Some((page, pages)) = title.progress.filter(|_| spare >= 10) {
        tail = tail
            .push(Role::Dim, format!(" {page}/{pages} "))
            .push(Role::Rule, "──");
    }
    if let Some(note) = title.note.as_ref().filter(|_| spare >= 24) {
        tail = tail
            .push(Role::Text, format!(" {} ", cut(note, 24)))
            .push(Role::Rule, "──");
    }
    let tail = tail.append(target);
    let room = columns.saturating_sub(tail.width() + 5);
    let head = Line::of(Role::Title, format!(" {} ", cut(&title.text, room)));
    let rule = columns.saturating_sub(head.width() + tail.width());
    head.push(Role::Rule, "─".repeat(usize::from(rule)))
        .append(tail)
}

/// Which DynamoDB, in words and colour, and whether anything is kept.
fn target(screen: &Screen, shared: &Shared) -> Line {
    if shared.account.undecided || matches!(screen, Screen::Preflight(_)) {
        return Line::of(Role::Warning, " AWS · only looking ");
    }
    let of_screen = match screen {
        Screen::Cleanup(_) => shared.account.place.as_ref(),
        _ => screen.account(),
    };
    if let Some(place) = of_screen.filter(|_| shared.place().is_none()) {
        return Line::of(Role::Warning, format!(" {place} "));
    }
    let region = format!(" · {} ", shared.lesson().region);
    let line = match (&shared.target, &shared.standing) {
        (_, Standing::Serving(address)) => Line::of(Role::Good, " SERVING ")
            .push(Role::Strong, cut(address, 32))
            .push(Role::Dim, region),
        (TargetName::Simulated, _) => Line::of(Role::Good, " SIMULATED").push(Role::Dim, region),
        (TargetName::Endpoint(_), _) => {
            let address = shared.target.to_string();
            Line::of(Role::Warning, format!(" {}", cut(&address, 32))).push(Role::Dim, region)
        }
        // What a demonstration shows is computed here, whatever the steps do.
        (TargetName::Account(place), _) if screen.is_demonstration() => {
            Line::of(Role::Good, " MODELLED")
                .push(Role::Dim, " · ")
                .push(Role::Warning, format!("{place} "))
        }
        // The region is the account's own. Where the money goes is never cut.
        (TargetName::Account(place), _) => Line::of(Role::Warning, format!(" {place} ")),
    };
    let mark = match &shared.standing {
        Standing::Kept | Standing::Serving(_) => return line,
        Standing::ReadOnly(_) => Line::of(Role::Warning, " READ-ONLY "),
        Standing::Scratch => Line::of(Role::Text, " SCRATCH "),
    };
    line.push(Role::Rule, "──").append(mark)
}
