//! A request's way, for a wall: what matters at this moment as large as there is room, the four stations, and one sentence.
//!
//! ```text
//!   DynamoDB
//!   ▛▘▟▖▙▖▟▖ 0.5 RCU
//!   ┌ client ──────┐    ┌ API Gateway ─┐    ╔ Lambda ══════╗    ┌ DynamoDB ────┐
//!   │ GET          │───▸│ GET          │───▸║ get-pet      ║───▸│ ● P0     1   │
//!   └──────────────┘    └──────────────┘    ╚══════════════╝    └──────────────┘
//!   DynamoDB reads 1 item in P3 and returns 1, for 0.5 RCU.
//! ```
//!
//! Invariant: the figure is one of those that the usual layout has at this moment.

use ratatui::layout::Rect;

use super::figures::{Figure, Size};
use super::{Canvas, sentence};
use crate::app::paper::{Line, Role};
use crate::app::workshop::parts::status_role;
use crate::app::workshop::way::WayScreen;
use crate::scene::workshop::{
    Frame, Gateway, Moment, Outcome, Start, Station, request, time, units,
};
use crate::ui::partitions;
use crate::ui::workshop::stations;

/// From so many rows on the figure is twice as large.
const TALL: u16 = 40;
/// From so many rows on there is a figure at all.
const FIGURES: u16 = 18;

pub fn draw(screen: &WayScreen, area: Rect, canvas: &mut Canvas<'_>) {
    let frame = screen.frame();
    let (role, words) = figure(&frame);
    let size = match area.height {
        TALL.. => Size::Times(1),
        FIGURES.. => Size::Half,
        _ => Size::Words,
    };
    let figure = Figure::fitting(&words, size, area.width, size.cells(), canvas.ascii);
    let station = match frame.moment {
        Some(Moment::Answered(_)) => Station::Table,
        _ => frame.at,
    };
    canvas.line(
        &Line::of(Role::Text, station.name()),
        area.x,
        area.y,
        area.width,
    );
    canvas.figure(&figure, role, area.x, area.y + 1);
    let below = area.y + 2 + figure.height();
    let boxes = Rect {
        y: below,
        height: area.bottom().saturating_sub(below),
        ..area
    };
    let mut inner = partitions::Canvas {
        theme: canvas.theme,
        buffer: &mut *canvas.buffer,
    };
    let y = stations::draw(&frame, boxes, true, &mut inner) + 1;
    let role = if frame.failed.is_some() {
        Role::Error
    } else {
        Role::Text
    };
    let mut lines = sentence(role, &frame.narration(), area.width);
    if let Some(remark) = screen.remark.as_ref().filter(|_| screen.at_end()) {
        let words = format!("{} {}", remark.verdict(), remark.words);
        lines.extend(sentence(Role::Warning, &words, area.width));
    }
    let rest = Rect {
        y,
        height: area.bottom().saturating_sub(y),
        ..area
    };
    canvas.words(&lines, rest);
}

/// What matters at this moment.
fn figure(frame: &Frame<'_>) -> (Role, String) {
    let way = frame.way;
    let run = way.run.as_ref();
    let whole = || (Role::Strong, request(way));
    match frame.moment {
        None | Some(Moment::Sent) => whole(),
        Some(Moment::Routed) => match &way.gateway {
            Gateway::Routed { route, .. } => (Role::Strong, route.to_string()),
            Gateway::NoRoute => (Role::Error, "no route".to_owned()),
            Gateway::TooLate { .. } => (Role::Error, "too late".to_owned()),
            Gateway::TooLarge { .. } => (Role::Error, "too large".to_owned()),
            Gateway::Replaced { .. } => (Role::Error, "replaced".to_owned()),
            Gateway::Refused { .. } => (Role::Error, "refused".to_owned()),
            Gateway::Preflight => (Role::Strong, "CORS".to_owned()),
        },
        Some(Moment::Event) => match run.map(|run| (run.init, run.start)) {
            Some((Some(init), _)) => (Role::Strong, format!("cold {}", time(init))),
            Some((None, Some(Start::Warm))) => (Role::Strong, "warm".to_owned()),
            _ => (Role::Strong, "event".to_owned()),
        },
        Some(Moment::Asked(_)) => match frame.exchange() {
            Some((_, exchange)) => (Role::Strong, exchange.arrival.operation.to_string()),
            None => whole(),
        },
        Some(Moment::Answered(_)) => match frame.exchange() {
            Some((_, exchange)) if !exchange.arrival.served() => {
                (Role::Error, "refused".to_owned())
            }
            Some((_, exchange)) => {
                let units = units(exchange);
                (
                    Role::Strong,
                    units.unwrap_or_else(|| exchange.arrival.operation.to_string()),
                )
            }
            None => whole(),
        },
        Some(Moment::Returned) => match run.map(|run| (&run.result, run.duration)) {
            Some((Outcome::Failed(failed), _)) => (Role::Error, failed.error.name.to_string()),
            Some((_, Some(duration))) => (Role::Strong, time(duration)),
            _ => whole(),
        },
        Some(Moment::Payload | Moment::Reply) => match &way.reply {
            Ok(reply) => (status_role(reply.status), reply.status.to_string()),
            Err(_) => (Role::Error, "no answer".to_owned()),
        },
    }
}
