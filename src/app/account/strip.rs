//! The line under the header: what is left on an account, and what this session has spent there.
//!
//! ```text
//!    6 · Structure ──────────────────── 4/12 ── AWS 123456789012 us-east-1
//!    made there: people, visits                   spent $0.000004 of $0.10
//! ```
//!
//! Without an account and with nothing left anywhere there is none.
//! Invariant: while steps go to an account, what was spent and the ceiling stand here whole at every size.

use crate::account::ledger::Kind;
use crate::app::account::left::{self, Left};
use crate::app::figures::{money, plural};
use crate::app::paper::{Line, Role, cut, width};
use crate::app::screen::Screen;
use crate::app::state::{Shared, Standing};

/// Columns at both sides.
const EDGE: u16 = 2;

/// The line as wide as the terminal; `None` where there is nothing to say.
#[must_use]
pub fn line(screen: &Screen, shared: &Shared) -> Option<Line> {
    let concerns_account = screen.account().is_some();
    if !concerns_account && matches!(shared.standing, Standing::Serving(_) | Standing::Scratch) {
        return None;
    }
    let columns = shared.columns.saturating_sub(2 * EDGE);
    let indent = Line::of(Role::Text, " ".repeat(usize::from(EDGE)));
    let of_screen = || concerns_account.then(|| purse(shared));
    let Some(spent) = spent(shared).or_else(of_screen) else {
        return afterwards(screen, shared, columns).map(|line| indent.append(line));
    };
    let room = columns.saturating_sub(spent.width() + 2);
    let words = if screen.is_demonstration() {
        Line::of(
            Role::Good,
            cut("modelled on this machine: nothing is sent", room),
        )
    } else {
        there(shared, room)
    };
    Some(indent.append(words.right(columns, spent)))
}

/// `spent $0.000004 of $0.10`; `None` where nothing is sent to an account.
#[must_use]
pub fn spent(shared: &Shared) -> Option<Line> {
    shared.place()?;
    Some(purse(shared))
}

fn purse(shared: &Shared) -> Line {
    let purse = shared.account.books.purse.unwrap_or_default();
    Line::of(Role::Dim, "spent ")
        .push(Role::Warning, money(purse.spent.rounded_up()))
        .push(Role::Dim, format!(" of {}", money(purse.ceiling)))
}

/// `made there: people, visits`
fn there(shared: &Shared, room: u16) -> Line {
    let names = left::names(shared.left_here());
    let names = if names.is_empty() {
        "nothing yet".to_owned()
    } else {
        names.join(", ")
    };
    let label = "made there: ";
    let room = room.saturating_sub(width(label));
    Line::of(Role::Dim, label).push(Role::Text, cut(&names, room))
}

/// What is left of earlier, while nothing is sent to an account. Home and the preflight say it at length.
fn afterwards(screen: &Screen, shared: &Shared, columns: u16) -> Option<Line> {
    let left: Vec<&Left> = shared.account.books.left.iter().collect();
    let first = left::places(&left).into_iter().next()?;
    if matches!(screen, Screen::Home(_) | Screen::Preflight(_)) {
        return None;
    }
    let there = || left.iter().copied().filter(|one| one.place == *first);
    let elsewhere = match left.len() - there().count() {
        0 => String::new(),
        more => format!(" and {more} elsewhere"),
    };
    let command = " · dynatour cleanup";
    let room = columns.saturating_sub(width(command));
    let words = |what: &str| format!("! left on {first}: {what}{elsewhere}");
    let by_name = words(&left::names(there()).join(", "));
    let words = if width(&by_name) <= room {
        by_name
    } else {
        let are_tables = there().all(|one| one.kind == Kind::Table);
        let noun = if are_tables { "table" } else { "thing" };
        words(&plural(there().count() as u64, noun))
    };
    Some(Line::of(Role::Warning, cut(&words, room)).push(Role::Dim, command))
}
