//! A server's clients, for a wall: how to join, where the newest item went, and how many items each partition has.
//!
//! ```text
//!   join code                                  http://192.168.1.20:8000
//!   ▛▘▟▖▙  K7QX                                export AWS_ENDPOINT_URL_DYNAMODB=…
//!                                              export AWS_ACCESS_KEY_ID=K7QX-yourname …
//!   pets · ana put                                        partition ■
//!   ▛▘▟▖▙ Beeba                                              ▙▖ P2
//!   ├─────────┼━━━━━▼━━━┼─────────┼─────────┤
//!     ● P0      ▲ P1      ■ P2      ◆ P3
//!     ▛▘        ▟▖        ▙▖        ▛▘           items
//!   ben  Query pets  0.5 RCU  ▲ P1  3 items read
//! ```
//!
//! Invariant: the join code and the lines to paste are there as long as this layout is, so that somebody who comes late can join.

use ratatui::layout::Rect;

use super::figures::{Figure, Size};
use super::{Canvas, ruler};
use crate::app::Shared;
use crate::app::paper::{Line, Role, cut, width, wrap_text};
use crate::app::serve::ServeScreen;
use crate::scene::hash::fraction;
use crate::scene::serve::{Entry, Frame, Outcome, Partition, Table, Touch, words};
use crate::scene::{count, plural};
use crate::ui::serve::place;
use crate::ui::theme::glyph;

/// Rows of the newest requests, and of the whole from which on there are so many.
const NEWEST: u16 = 3;
const ROOMY: u16 = 16;
/// With fewer rows the figures of the join code would leave no room for anything else.
const FIGURES: u16 = 20;
/// From so many rows on the figures are twice as large, …
const TALL: u16 = 44;
/// … and from so many below the join code those of the items, too.
const LARGE: u16 = 38;
/// Between the join code and the lines to paste.
const GAP: u16 = 4;

pub fn draw(screen: &ServeScreen, shared: &Shared, area: Rect, canvas: &mut Canvas<'_>) {
    let frame = screen.frame(shared);
    let waiting = screen.live.is_empty();
    let y = draw_join(screen, waiting, area, canvas);
    let below = Rect {
        y,
        height: area.bottom().saturating_sub(y),
        ..area
    };
    if waiting {
        let words = "Nobody has come yet. Each item that is put falls into the partition that owns its key, here.";
        return canvas.words(&wrap_text(Role::Text, words, area.width), below);
    }
    draw_clients(&frame, below, canvas);
}

/// The join code, or the address where there is none, as large as there is room; the row below is returned.
fn draw_join(screen: &ServeScreen, waiting: bool, area: Rect, canvas: &mut Canvas<'_>) -> u16 {
    let invitation = &screen.invitation;
    let (label, text) = match &invitation.code {
        Some(code) => ("join code", code.as_str()),
        None => ("address", invitation.address.as_str()),
    };
    let most = if waiting && area.height >= TALL {
        Size::Times(2)
    } else if waiting || area.height >= TALL {
        Size::Times(1)
    } else if area.height >= FIGURES {
        Size::Half
    } else {
        Size::Words
    };
    let figure = Figure::fitting(text, most, area.width, most.cells(), canvas.ascii);
    canvas.line(&Line::of(Role::Text, label), area.x, area.y, area.width);
    canvas.figure(&figure, Role::Strong, area.x, area.y + 1);
    let beside = area.x + figure.width() + GAP;
    let room = area.right().saturating_sub(beside);
    // Beside the figure only where all lines have room there.
    let lines = invitation.pasted(room);
    let fits = |line: &String| width(line) <= room;
    let besides = lines.iter().all(fits) && lines.len() <= usize::from(figure.height());
    let (x, mut y, lines) = if besides {
        (beside, area.y + 1, lines)
    } else {
        let lines = invitation.pasted(area.width);
        (area.x, area.y + 2 + figure.height(), lines)
    };
    for line in lines {
        for line in wrap_text(Role::Strong, &line, area.right() - x) {
            canvas.line(&line, x, y, area.right() - x);
            y += 1;
        }
    }
    (y + 1).max(area.y + 2 + figure.height())
}

fn draw_clients(frame: &Frame<'_>, area: Rect, canvas: &mut Canvas<'_>) {
    let rows = if area.height >= ROOMY {
        NEWEST
    } else {
        NEWEST - 1
    };
    let newest = newest(frame, rows.min(area.height), area.width);
    let kept = u16::try_from(newest.len()).unwrap_or(rows);
    let log = Rect {
        y: area.bottom() - kept,
        height: kept,
        ..area
    };
    canvas.words(&newest, log);
    let area = Rect {
        height: area.height.saturating_sub(rows + 1),
        ..area
    };
    let Some(table) = frame.table else {
        let words = "There is no table yet: CreateTable makes one.";
        return canvas.words(&wrap_text(Role::Text, words, area.width), area);
    };
    // The ruler, and a row for the items of each partition; above them the newest item with its label, where there is room.
    let fixed = ruler::ROWS + 1;
    let most = match area.height {
        LARGE.. => Size::Times(2),
        30.. => Size::Times(1),
        _ => Size::Half,
    };
    let size = most
        .down(canvas.ascii)
        .find(|size| fixed + 1 + size.cells() <= area.height);
    if area.height < fixed {
        return;
    }
    let landed = landed(frame, table);
    let above = size.map_or(0, |size| 1 + size.cells());
    if let Some(size) = size {
        draw_item(landed, table, size, area, canvas);
    }
    let ruler_area = Rect {
        y: area.y + above,
        height: ruler::ROWS,
        ..area
    };
    let partitions = table.partitions.iter();
    let partitions = partitions.map(|one| (&one.state, frame.touches(one.state.id)));
    ruler::draw(partitions, place_of(frame, landed), ruler_area, canvas);
    let below = Rect {
        y: ruler_area.bottom(),
        height: area.bottom().saturating_sub(ruler_area.bottom()),
        ..area
    };
    draw_counts(table, below, canvas);
}

/// The last item that was put into the table that is shown, as far as it is kept.
fn landed<'a>(frame: &Frame<'a>, table: &Table) -> Option<(&'a Entry, &'a Touch)> {
    let upto = frame.chosen.map_or(frame.entries.len(), |at| at + 1);
    let entries = frame.entries.iter().take(upto).rev();
    entries.map(AsRef::as_ref).find_map(|entry: &Entry| {
        let mut touches = entry.arrival.touches.iter().rev();
        let touch = touches.find(|touch| touch.lands() && touch.table == table.name)?;
        Some((entry, touch))
    })
}

/// The newest item at the left, the number of its partition at the right.
fn draw_item(
    landed: Option<(&Entry, &Touch)>,
    table: &Table,
    size: Size,
    area: Rect,
    canvas: &mut Canvas<'_>,
) {
    let items = plural(table.items(), "item");
    let Some((entry, touch)) = landed else {
        let label = Line::of(Role::Text, "table");
        canvas.line(&label, area.x, area.y, area.width);
        let name = Figure::fitting(&table.name, size, area.width, size.cells(), canvas.ascii);
        return canvas.figure(&name, Role::Strong, area.x, area.y + 1);
    };
    let id = touch.partition;
    let name = Figure::fitting(
        &format!("P{}", id.0),
        size,
        area.width / 3,
        size.cells(),
        canvas.ascii,
    );
    let key = touch.key.as_ref().map_or("", |(key, _)| key.as_ref());
    let room = area.width.saturating_sub(name.width() + GAP);
    let key = Figure::fitting(key, size, room, size.cells(), canvas.ascii);
    let label = Line::of(Role::Strong, cut(&table.name, 24))
        .push(Role::Text, format!(" · {items} · newest from "))
        .push(Role::Strong, cut(&entry.arrival.client, 20));
    let partition =
        Line::of(Role::Text, "partition ").push(Role::Partition(id.0), glyph(id).to_string());
    let at = area.right().saturating_sub(partition.width());
    canvas.line(
        &label,
        area.x,
        area.y,
        area.width.saturating_sub(partition.width() + 1),
    );
    canvas.line(&partition, at, area.y, partition.width());
    canvas.figure(&key, Role::Strong, area.x, area.y + 1);
    let right = area.right().saturating_sub(name.width());
    canvas.figure(&name, Role::Partition(id.0), right, area.y + 1);
}

/// Where the newest item's key falls; while the item is on its way, the pointer is, too.
fn place_of(frame: &Frame<'_>, landed: Option<(&Entry, &Touch)>) -> Option<f64> {
    let (entry, touch) = landed?;
    let (_, hash) = touch.key.as_ref()?;
    let mut flights = frame.flights.iter();
    let flight = flights.rfind(|flight| flight.order == entry.order && flight.touch == touch);
    let part = flight.map_or(1.0, |flight| flight.progress);
    Some(fraction(*hash) * part)
}

/// How many items each partition has, below its part of the ruler.
fn draw_counts(table: &Table, area: Rect, canvas: &mut Canvas<'_>) {
    let room = |one: &Partition| {
        let (from, to) = ruler::range(&one.state, area);
        (from, (to + 1).saturating_sub(from).saturating_sub(2))
    };
    let size = |one: &Partition| {
        let items = count(one.state.items);
        let (_, columns) = room(one);
        Figure::fitting(&items, Size::Times(2), columns, area.height, canvas.ascii).size()
    };
    // One size for all, so that they can be compared.
    let partitions = table.partitions.iter();
    let size = partitions.map(size).min().unwrap_or(Size::Words);
    for partition in &table.partitions {
        let (from, columns) = room(partition);
        let items = count(partition.state.items);
        let figure = Figure::fitting(&items, size, columns, area.height, canvas.ascii);
        let x = from + 1 + columns.saturating_sub(figure.width()) / 2;
        if figure.width() <= columns && figure.height() <= area.height {
            canvas.figure(&figure, Role::Partition(partition.state.id.0), x, area.y);
        }
    }
}

/// The newest requests, the last one at the bottom.
fn newest(frame: &Frame<'_>, rows: u16, columns: u16) -> Vec<Line> {
    let upto = frame.chosen.map_or(frame.entries.len(), |at| at + 1);
    let from = upto.saturating_sub(usize::from(rows));
    let entries = frame.entries.iter().take(upto).skip(from);
    entries.map(|entry| row(entry, columns)).collect()
}

fn row(entry: &Entry, columns: u16) -> Line {
    let arrival = &entry.arrival;
    let who = Line::of(Role::Strong, cut(&arrival.client, 16)).to_column(18);
    let line = match &arrival.outcome {
        Outcome::TurnedAway { .. } => who.push(Role::Error, "✗ turned away  "),
        Outcome::Throttled { .. } => who.push(Role::Warning, "× throttled  "),
        Outcome::Refused { .. } => who.push(Role::Error, "✗ refused  "),
        Outcome::Served => who,
    };
    let line = if arrival.operation.is_empty() {
        line
    } else {
        line.push(Role::Text, format!("{}  ", cut(&arrival.operation, 20)))
    };
    let line = line.append(place(arrival));
    let left = columns.saturating_sub(line.width() + 2);
    line.push(
        Role::Text,
        format!("  {}", cut(&words::short(arrival), left)),
    )
}
