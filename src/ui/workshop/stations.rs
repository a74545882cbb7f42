//! The four stations side by side, and what goes between them.
//!
//! Invariant: what a station has not been told is not in its box; where the way ended, its box says so with a mark, and nothing
//! stands in those after it.

use ratatui::layout::Rect;
use ratatui::style::Modifier;

use crate::app::paper::{Line, Role, cut};
use crate::app::workshop::parts::status_role;
use crate::scene::bytes;
use crate::scene::workshop::{
    Exchange, Frame, Gateway, Moment, Moving, Outcome, Place, Station, status, time, units,
};
use crate::simulator::trace::PartitionId;
use crate::ui::partitions::{Canvas, between};
use crate::ui::theme::glyph;

/// Lines inside a box.
const LINES: u16 = 5;
/// Columns of its whole name, with blanks around it.
const GATEWAY: u16 = 13;
/// Columns between two boxes.
const GAP: u16 = 4;
/// Of a box; beyond that its lines look lost.
const WIDEST_BOX: u16 = 30;
/// Lines of a box, from its top border on, that the request and its answer go along.
const THERE: u16 = 2;
const BACK: u16 = 4;

/// Draws them; the row below is returned.
pub fn draw(frame: &Frame<'_>, area: Rect, roomy: bool, canvas: &mut Canvas<'_>) -> u16 {
    let gap = if area.width < 100 { GAP } else { 2 * GAP };
    let width = (area.width.saturating_sub(3 * gap) / 4).min(WIDEST_BOX);
    let height = LINES + u16::from(roomy) + 1;
    let cell = |station: Station| {
        let index = u16::try_from(station.index()).unwrap_or(0);
        Rect {
            x: area.x + index * (width + gap),
            y: area.y,
            width,
            height,
        }
    };
    for station in Station::ALL {
        let lines = inside(frame, station, width.saturating_sub(4), height - 2);
        draw_box(frame, station, &lines, cell(station), canvas);
    }
    for pair in Station::ALL.windows(2) {
        let (left, right) = (pair[0], pair[1]);
        let x = cell(left).right();
        let room = cell(right).x.saturating_sub(x);
        let there = Rect::new(x, area.y + THERE, room, 1);
        let back = Rect::new(x, area.y + BACK, room, 1);
        rail(frame, left, right, there, canvas);
        rail(frame, right, left, back, canvas);
    }
    area.y + height
}

/// The line from one station to its neighbour: where something has gone along it, and as far as something goes now.
fn rail(frame: &Frame<'_>, from: Station, to: Station, area: Rect, canvas: &mut Canvas<'_>) {
    if area.width < 3 {
        return;
    }
    let forward = from < to;
    let moving = frame
        .moving
        .filter(|moving| (moving.from, moving.to) == (from, to));
    let (first, last) = (area.x, area.right() - 1);
    if let Some(Moving { progress, .. }) = moving {
        let (start, end) = if forward {
            (first, last)
        } else {
            (last, first)
        };
        let at = between(start, end, progress);
        let trail = if forward { first..at } else { at + 1..last + 1 };
        for x in trail {
            canvas.cell(Role::Accent, "─", x, area.y);
        }
        canvas.cell(Role::Accent, "●", at, area.y);
    } else if frame.gone(from, to) {
        let newest = frame.moment.and_then(Moment::leg) == Some((from, to));
        let role = if newest { Role::Accent } else { Role::Dim };
        for x in first..=last {
            canvas.cell(role, "─", x, area.y);
        }
        let (x, head) = if forward {
            (last, "▸")
        } else {
            (first, "◂")
        };
        canvas.cell(role, head, x, area.y);
    }
}

fn draw_box(
    frame: &Frame<'_>,
    station: Station,
    lines: &[Line],
    cell: Rect,
    canvas: &mut Canvas<'_>,
) {
    let failed = frame
        .failed
        .is_some_and(|failure| failure.station() == station);
    let spoken_of = frame.at == station && frame.moment.is_some();
    let reached = frame.reached(station);
    let role = match (failed, spoken_of, reached) {
        (true, ..) => Role::Error,
        (_, true, _) => Role::Accent,
        (_, _, true) => Role::Dim,
        _ => Role::Rule,
    };
    canvas.border(role, spoken_of || failed, cell);
    let inner = cell.width.saturating_sub(2);
    let bottom = cell.bottom() - 1;
    let mut title = Line::new();
    if failed {
        title = title.push(Role::Error, " ✗");
    }
    let role = if reached { Role::Strong } else { Role::Dim };
    let name = match station {
        // A name that is cut says less than a short one.
        Station::Gateway if title.width() + GATEWAY > inner => "Gateway",
        _ => station.name(),
    };
    let title = title.push(role, format!(" {name} "));
    canvas.line(&title, cell.x + 1, cell.y, inner);
    let figure = below(frame, station);
    let x = (cell.right() - 1).saturating_sub(figure.width());
    if x > cell.x {
        canvas.line(&figure, x, bottom, inner);
    }
    if spoken_of || failed {
        let edge = Rect { height: 1, ..cell };
        canvas.add_modifier(edge, Modifier::BOLD);
    }
    for (line, y) in lines.iter().zip(cell.y + 1..bottom) {
        canvas.line(line, cell.x + 2, y, cell.width.saturating_sub(4));
    }
}

/// The figure in a box's lower border: what it took, or consumed.
fn below(frame: &Frame<'_>, station: Station) -> Line {
    let words = match station {
        Station::Client if frame.passed(Moment::Reply) => frame.way.latency.map(time),
        Station::Lambda if frame.passed(Moment::Returned) => {
            let billed = frame.way.run.as_ref().and_then(|run| run.billed);
            billed.map(|billed| format!("billed {billed} ms"))
        }
        Station::Table if frame.is_answered() => {
            frame.exchange().and_then(|(_, exchange)| units(exchange))
        }
        _ => None,
    };
    words.map_or_else(Line::new, |words| {
        Line::of(Role::Text, format!(" {words} "))
    })
}

/// What a station knows by now.
fn inside(frame: &Frame<'_>, station: Station, room: u16, rows: u16) -> Vec<Line> {
    if !frame.reached(station) {
        let untold = station == Station::Table
            && frame.way.exchanges.is_none()
            && frame.passed(Moment::Returned);
        let words = if untold { "not told" } else { "" };
        return vec![Line::of(Role::Dim, cut(words, room))];
    }
    match station {
        Station::Client => client(frame, room),
        Station::Gateway => gateway(frame, room),
        Station::Lambda => lambda(frame, room),
        Station::Table => table(frame, room, usize::from(rows)),
    }
}

fn client(frame: &Frame<'_>, room: u16) -> Vec<Line> {
    let sent = &frame.way.sent;
    let mut lines = vec![
        Line::of(Role::Strong, cut(&sent.method, room)),
        Line::of(Role::Text, cut(&sent.target, room)),
    ];
    lines.push(match sent.body.bytes {
        0 => Line::new(),
        size => Line::of(Role::Dim, format!("body {}", bytes(size))),
    });
    if let (true, Ok(reply)) = (frame.passed(Moment::Reply), &frame.way.reply) {
        lines.extend(answer(reply.status, room));
    }
    if frame.failed == Some(crate::scene::workshop::Failure::Lost) {
        lines.push(Line::of(Role::Error, cut("no answer", room)));
    }
    lines
}

/// A status: the number, and its words beside or below it where they fit whole.
fn answer(code: u16, room: u16) -> Vec<Line> {
    let whole = status(code);
    let (number, words) = whole.split_once(' ').unwrap_or((&whole, ""));
    let number = Line::of(status_role(code), number);
    if crate::app::paper::width(&whole) <= room {
        return vec![number.push(Role::Text, format!(" {words}"))];
    }
    let mut lines = vec![number];
    if crate::app::paper::width(words) <= room {
        lines.push(Line::of(Role::Text, words));
    }
    lines
}

fn gateway(frame: &Frame<'_>, room: u16) -> Vec<Line> {
    let route = match &frame.way.gateway {
        Gateway::Routed { route, .. }
        | Gateway::TooLate { route }
        | Gateway::TooLarge { route }
        | Gateway::Replaced { route } => Some(route),
        _ => None,
    };
    let mut lines = Vec::new();
    if !frame.passed(Moment::Routed) {
        lines.push(Line::of(Role::Dim, "which route?"));
        return lines;
    }
    match (route, &frame.way.gateway) {
        (Some(route), gateway) => {
            let (method, path) = route.split_once(' ').unwrap_or(("", route));
            lines.push(Line::of(Role::Strong, cut(method, room)));
            lines.push(Line::of(Role::Text, cut(path, room)));
            lines.push(match gateway {
                Gateway::Routed {
                    event: Some(event), ..
                } => whole(room, &[&format!("event {}", bytes(event.bytes)), "event"]),
                Gateway::TooLate { .. } => Line::of(Role::Error, cut("too late", room)),
                Gateway::TooLarge { .. } => Line::of(Role::Error, cut("too large", room)),
                Gateway::Replaced { .. } => Line::of(Role::Error, cut("replaced", room)),
                _ => Line::new(),
            });
        }
        (None, Gateway::Preflight) => lines.push(Line::of(Role::Text, cut("CORS", room))),
        (None, Gateway::NoRoute) => lines.push(Line::of(Role::Error, cut("no route", room))),
        (None, _) => lines.push(Line::of(Role::Error, cut("refused", room))),
    }
    if frame.passed(Moment::Payload) {
        match (&frame.way.malformed, &frame.way.reply) {
            (Some(_), _) => lines.push(Line::of(Role::Error, cut("no answer", room))),
            (None, Ok(reply)) => lines.extend(answer(reply.status, room)),
            (None, Err(_)) => {}
        }
    }
    lines
}

fn lambda(frame: &Frame<'_>, room: u16) -> Vec<Line> {
    let Some(run) = &frame.way.run else {
        let (role, words) = match (frame.way.place, &frame.way.unlogged) {
            (_, Some(_)) => (Role::Warning, "! no log"),
            (Place::Account, None) => (Role::Dim, "no log yet"),
            (Place::Machine, None) => (Role::Dim, ""),
        };
        return vec![Line::of(role, cut(words, room))];
    };
    let mut lines = vec![Line::of(Role::Strong, cut(run.name(), room))];
    lines.push(match (run.init, run.start) {
        (Some(init), _) => pair("cold", &time(init), "cold", room),
        (None, Some(crate::scene::workshop::Start::Cold)) => Line::of(Role::Text, "cold"),
        (None, Some(crate::scene::workshop::Start::Warm)) => Line::of(Role::Text, "warm"),
        (None, None) => Line::new(),
    });
    if !frame.passed(Moment::Returned) {
        return lines;
    }
    lines.push(match run.duration {
        Some(duration) => pair("ran", &time(duration), &time(duration), room),
        None => Line::new(),
    });
    match (&run.result, run.used, run.memory) {
        (Outcome::Failed(_), ..) => lines.push(Line::of(Role::Error, cut("failed", room))),
        (_, Some(used), Some(memory)) => {
            let both = format!("{used} of {memory} MB");
            lines.push(whole(room, &[&both, &format!("{used} MB")]));
        }
        (_, None, Some(memory)) => {
            lines.push(Line::of(Role::Dim, cut(&format!("{memory} MB"), room)));
        }
        _ => {}
    }
    lines
}

/// A figure with its name; the short form where that does not fit, since a figure that is cut is another one.
fn pair(name: &str, figure: &str, short: &str, room: u16) -> Line {
    let line = Line::of(Role::Dim, format!("{name} ")).push(Role::Text, figure);
    if line.width() <= room {
        line
    } else {
        Line::of(Role::Text, short)
    }
}

/// The first of these that fits, and nothing where none does.
fn whole(room: u16, texts: &[&str]) -> Line {
    let mut texts = texts.iter();
    let fits = texts.find(|text| crate::app::paper::width(text) <= room);
    fits.map_or_else(Line::new, |text| Line::of(Role::Dim, *text))
}

/// The table's partitions, those that the exchange touched marked.
fn table(frame: &Frame<'_>, room: u16, rows: usize) -> Vec<Line> {
    let Some((_, exchange)) = frame.exchange() else {
        return Vec::new();
    };
    let table = exchange.arrival.table.as_deref().unwrap_or_default();
    let answered = frame.is_answered();
    if !exchange.arrival.served() && answered {
        let mut lines = vec![
            Line::of(Role::Strong, cut(&exchange.arrival.operation, room)),
            Line::of(Role::Text, cut(table, room)),
        ];
        lines.push(Line::of(Role::Error, cut("refused", room)));
        return lines;
    }
    let touched = |id: u32| {
        let mut touches = exchange.arrival.touches.iter();
        answered && touches.any(|touch| touch.partition.0 == id)
    };
    let mut lines = vec![Line::of(
        Role::Strong,
        cut(&exchange.arrival.operation, room),
    )];
    // Of more partitions than there is room for, those that were touched.
    let few = exchange.partitions.len() < rows;
    let shown = exchange
        .partitions
        .iter()
        .filter(|(id, _)| few || touched(*id))
        .take(rows.saturating_sub(1));
    for (id, items) in shown {
        lines.push(partition(*id, *items, touched(*id), exchange, room));
    }
    lines
}

fn partition(id: u32, items: u64, touched: bool, exchange: &Exchange, room: u16) -> Line {
    let role = if touched {
        Role::Partition(id)
    } else {
        Role::Dim
    };
    let name = Line::of(role, format!("{} P{id}", glyph(PartitionId(id))));
    let mut here = exchange.arrival.touches.iter();
    let touch = here.find(|touch| touch.partition.0 == id);
    let key = touch
        .filter(|_| touched && room >= 16)
        .and_then(|touch| touch.key.as_ref())
        .map_or(String::new(), |(key, _)| format!("  {key}"));
    let mark = if touched { " ◂" } else { "  " };
    let tail = Line::of(
        if touched { Role::Text } else { Role::Dim },
        items.to_string(),
    )
    .push(Role::Accent, mark);
    let left = room.saturating_sub(name.width() + tail.width() + 1);
    name.push(Role::Text, cut(&key, left)).right(room, tail)
}
