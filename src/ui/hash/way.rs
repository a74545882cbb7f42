//! The key, its bytes, its hash, and its place among the items with the same partition key.
//!
//! Invariant: what a stage has not reached is not shown.

use ratatui::layout::Rect;

use super::Canvas;
use crate::app::hash::{HashScreen, Picture, Question};
use crate::app::paper::{Line, Role, cut};
use crate::lesson::key::HashFunction;
use crate::scene::hash::{Frame, Journey, Stage, quoted};
use crate::scene::{count, hex, plural};

/// Where the values of the way stand.
const VALUES: u16 = 8;

/// Rows of the way, and air where there is room.
pub(super) fn height(frame: &Frame<'_>, rows: u16) -> u16 {
    let lines = if frame.sorted { 4 } else { 3 };
    lines + u16::from(rows >= 20 && !(frame.sorted && rows < 24))
}

pub(super) fn draw(
    screen: &HashScreen,
    picture: &Picture,
    frame: &Frame<'_>,
    area: Rect,
    canvas: &mut Canvas<'_>,
) {
    let labels = ["key", "bytes", "hash", "order"];
    let shown = if frame.sorted { 4 } else { 3 };
    for (label, y) in labels.iter().take(shown).zip(area.y..) {
        canvas.text(Role::Dim, label, area.x, y);
    }
    let Some(journey) = &frame.journey else {
        return;
    };
    let asked = matches!(screen.question(), Some(Question::Owner(_)));
    let room = area.width.saturating_sub(VALUES);
    let x = area.x + VALUES;
    let lines = [
        key(journey, room),
        bytes(journey, room, asked),
        hash(journey, picture.run.table.function, room, asked),
        order(journey),
    ];
    for (line, y) in lines.iter().take(shown).zip(area.y..) {
        canvas.line(line, x, y, room);
    }
}

fn key(journey: &Journey<'_>, room: u16) -> Line {
    let key = journey.key;
    let facts = format!(
        "{} · {} · {}",
        key.attribute,
        key.key_type,
        plural(key.bytes.len() as u64, "byte")
    );
    let facts = Line::of(Role::Dim, cut(&crate::printable::line(&facts), room / 2));
    let left = room.saturating_sub(facts.width() + 2);
    let text = cut(&quoted(key), left);
    let text = revealed(&text, journey.part(Stage::Key));
    let mut line = Line::of(Role::Title, text);
    if let Some(sort) = key.sort_text() {
        let start: String = sort.chars().take(200).collect();
        let words = format!("  / {}", crate::printable::line(&start));
        let words = cut(&words, left.saturating_sub(line.width()));
        line = line.push(Role::Text, revealed(&words, journey.part(Stage::Key)));
    }
    line.right(room, facts)
}

fn bytes(journey: &Journey<'_>, room: u16, asked: bool) -> Line {
    if journey.reached(Stage::Bytes) {
        let fit = usize::from(room.saturating_sub(2) / 3);
        let text = revealed(&hex(&journey.key.bytes, fit), journey.part(Stage::Bytes));
        Line::of(Role::Text, text)
    } else if asked {
        Line::of(Role::Dim, "…")
    } else {
        Line::new()
    }
}

fn hash(journey: &Journey<'_>, function: HashFunction, room: u16, asked: bool) -> Line {
    let (long, short) = match function {
        HashFunction::SipHash => (
            "SipHash-2-4 · AWS does not publish its function",
            "SipHash-2-4, not AWS's own",
        ),
        HashFunction::Md5 => (
            "MD5(\"Outliers\" + key) · observed, AWS publishes none",
            "MD5, observed on real tables",
        ),
    };
    let source = if room >= 72 || (room >= 68 && function == HashFunction::SipHash) {
        long
    } else {
        short
    };
    let mut line = Line::new();
    if journey.reached(Stage::Hash) {
        let digits = grouped(journey.key.hash);
        line = line.push(Role::Strong, revealed(&digits, journey.part(Stage::Hash)));
    } else if asked {
        line = line.push(Role::Dim, "…");
    }
    line.right(room, Line::of(Role::Dim, source))
}

fn order(journey: &Journey<'_>) -> Line {
    let (true, Some((at, all))) = (journey.reached(Stage::Order), journey.key.place) else {
        return Line::new();
    };
    let words = format!("number {} of {}", count(at + 1), count(all));
    Line::of(Role::Strong, revealed(&words, journey.part(Stage::Order))).push(
        Role::Dim,
        if journey.passed(Stage::Order) {
            "  by sort key, among the items of this key"
        } else {
            ""
        },
    )
}

/// `9f3c 21d4 77ab 0e15`.
pub(super) fn grouped(hash: u64) -> String {
    let digits = format!("{hash:016x}");
    let groups: Vec<&str> = [0, 4, 8, 12]
        .iter()
        .map(|start| &digits[*start..start + 4])
        .collect();
    groups.join(" ")
}

/// The first part of a text that is being written.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a share of a line's letters"
)]
fn revealed(text: &str, part: f64) -> String {
    let letters = text.chars().count();
    text.chars()
        .take((letters as f64 * part).ceil() as usize)
        .collect()
}
