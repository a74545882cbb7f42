//! How clients join: the whole screen before anybody has, and whenever somebody asks.
//!
//! Invariant: what is to be pasted stands on lines of its own, whole where the terminal is as wide as the line.

use ratatui::layout::Rect;

use super::{Canvas, table};
use crate::app::layout;
use crate::app::paper::{Line, Role, Span, wrap, wrap_text};
use crate::app::serve::{Invitation, ServeScreen};
use crate::scene::plural;
use crate::scene::serve::Frame;

/// Commands to try: a table, and an item into it.
const TRY: [&str; 4] = [
    "aws dynamodb create-table --table-name pets --billing-mode PAY_PER_REQUEST \\",
    "  --attribute-definitions AttributeName=id,AttributeType=S \\",
    "  --key-schema AttributeName=id,KeyType=HASH",
    "aws dynamodb put-item --table-name pets --item '{\"id\": {\"S\": \"Rex\"}}'",
];

/// What to paste, and what becomes of the tables.
fn invitation(invitation: &Invitation, columns: u16) -> Vec<Line> {
    let span = |role: Role, text: &str| Span {
        text: text.to_owned(),
        role,
    };
    let mut lines = match &invitation.code {
        Some(code) => wrap(
            &[
                span(Role::Text, "The join code is "),
                span(Role::Strong, code),
                span(
                    Role::Text,
                    ". Clients give it as their access key, with a dash and their name behind it. In a shell, paste:",
                ),
            ],
            columns.min(layout::PROSE),
            0,
        ),
        None => vec![Line::of(Role::Text, "In a shell of a client, paste:")],
    };
    lines.push(Line::new());
    let pasted = invitation.pasted(columns);
    lines.extend(
        pasted
            .iter()
            .flat_map(|line| wrap_text(Role::Code, line, columns)),
    );
    lines.push(Line::new());
    if !invitation.also.is_empty() {
        let words = format!("The same server is also {}.", invitation.also.join(", "));
        lines.extend(wrap_text(Role::Dim, &words, columns));
    }
    let kept = match &invitation.kept {
        Some(directory) => format!("Tables are kept in {directory}."),
        None => "Tables are in memory only, and gone when this ends.".to_owned(),
    };
    lines.extend(wrap_text(Role::Dim, &kept, columns));
    lines
}

pub(super) fn draw(screen: &ServeScreen, frame: &Frame<'_>, body: Rect, canvas: &mut Canvas<'_>) {
    let nobody = screen.live.is_empty();
    let title = if nobody {
        "Nobody has come yet"
    } else {
        "How clients join"
    };
    let mut lines = vec![Line::of(Role::Title, title), Line::new()];
    lines.extend(invitation(&screen.invitation, body.width));
    lines.push(Line::new());
    let there = frame.table.filter(|_| nobody);
    if let Some(table) = there {
        let tables = match frame.world.tables().len() as u64 {
            1 => "1 table is".to_owned(),
            more => format!("{} are", plural(more, "table")),
        };
        let items = plural(table.items(), "item");
        let words = format!("{tables} there, {} with {items}:", table.name);
        lines.extend(wrap_text(Role::Text, &words, body.width));
    } else {
        lines.push(Line::of(Role::Text, "Then, for example:"));
        lines.push(Line::new());
        lines.extend(
            TRY.iter()
                .flat_map(|line| wrap_text(Role::Code, line, body.width)),
        );
        lines.push(Line::new());
        let words = "Each request is a line here; each item falls from its hash into its partition. The hash is MD5, as observed: AWS publishes none.";
        lines.extend(wrap_text(Role::Text, words, body.width.min(layout::PROSE)));
    }
    for (line, y) in lines.iter().zip(body.top()..body.bottom()) {
        canvas.line(line, body.x, y, body.width);
    }
    let rows = u16::try_from(lines.len()).unwrap_or(u16::MAX);
    let below = Rect {
        y: body.y + rows,
        height: body.height.saturating_sub(rows),
        ..body
    };
    if there.is_some() && below.height >= table::LEAST_ROWS {
        table::draw(screen, frame, below, canvas);
    }
}
