//! A table: the ruler of the whole hash range, and the partitions below it.
//!
//! ```text
//!                       ▼
//!   0 ├─●───────────┼───▲─────────┼──■──────────┼─────────────┤ 2⁶⁴
//!                 25 %  ╰ 31.2 % 50 %          75 %
//! ```
//!
//! Invariant: every item stands on the ruler where its hash is, with its partition's hue and glyph.

use std::ops::Range;

use ratatui::layout::Rect;
use ratatui::style::Modifier;

use super::Canvas;
use crate::app::paper::{Line, Role, cut, width};
use crate::scene::hash::{Frame, Journey, PartitionFrame, Stage, fraction, share_of_range};
use crate::scene::{bytes, count, percent};
use crate::simulator::trace::KeyTrace;
use crate::ui::theme::glyph;

/// Rows of the ruler: pointer, line and shares.
const RULER: u16 = 3;
/// A box that holds a name of ten letters.
const NARROWEST_BOX: u16 = 14;

/// A place between two columns.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a column between two columns"
)]
fn between(from: u16, to: u16, part: f64) -> u16 {
    (f64::from(from) + (f64::from(to) - f64::from(from)) * part)
        .round()
        .max(0.0) as u16
}

/// The ruler and the boxes below it; the row below them is returned.
pub fn draw(frame: &Frame<'_>, area: Rect, canvas: &mut Canvas<'_>) -> u16 {
    let ruler = Ruler::new(area);
    draw_ruler(frame, &ruler, area, canvas);
    let boxes = Rect {
        y: area.y + RULER,
        height: area.height.saturating_sub(RULER),
        ..area
    };
    let Some(grid) = Grid::new(frame, boxes) else {
        draw_list(frame, boxes, canvas);
        return boxes.bottom();
    };
    for (index, partition) in frame.partitions.iter().enumerate() {
        draw_box(frame, partition, grid.cell(index), canvas);
    }
    draw_fall(frame, &ruler, &grid, area.y + 2, canvas);
    grid.bottom()
}

/// The columns of the whole hash range.
struct Ruler {
    x: u16,
    width: u16,
}

impl Ruler {
    fn new(area: Rect) -> Self {
        // `0 ` before it and ` 2⁶⁴` behind it.
        Self {
            x: area.x + 2,
            width: area.width.saturating_sub(6).max(2),
        }
    }

    /// Inside the two ends.
    fn column(&self, hash: u64) -> u16 {
        between(self.x + 1, self.x + self.width - 2, fraction(hash))
    }

    /// The column of the boundary before a partition.
    fn edge(&self, first_hash: u64) -> u16 {
        between(self.x, self.x + self.width - 1, fraction(first_hash))
    }
}

fn draw_ruler(frame: &Frame<'_>, ruler: &Ruler, area: Rect, canvas: &mut Canvas<'_>) {
    let (line, label) = (area.y + 1, area.y + 2);
    let end = ruler.x + ruler.width - 1;
    canvas.text(Role::Dim, "0", area.x, line);
    canvas.text(Role::Dim, "2⁶⁴", end + 2, line);
    for partition in &frame.partitions {
        let role = Role::Partition(partition.state.id.0);
        let from = ruler.edge(partition.state.first_hash);
        let to = ruler.edge(partition.state.last_hash);
        let dash = if partition.owner { "━" } else { "─" };
        let dashes = dash.repeat(usize::from((to + 1).saturating_sub(from)));
        canvas.text(role, &dashes, from, line);
        if partition.owner {
            canvas.add_modifier(Rect::new(from, line, to - from, 1), Modifier::BOLD);
        }
    }
    for partition in frame.partitions.iter().skip(1) {
        canvas.text(Role::Dim, "┼", ruler.edge(partition.state.first_hash), line);
    }
    canvas.text(Role::Dim, "├", ruler.x, line);
    canvas.text(Role::Dim, "┤", end, line);
    // Above the lines and the boundaries: an item is never hidden.
    for partition in &frame.partitions {
        let id = partition.state.id;
        let mut last = None;
        for resident in &partition.residents {
            let x = ruler.column(resident.key.hash);
            // They stand in the order of their hashes: of thousands in one column, one is drawn.
            if last.replace(x) == Some(x) {
                continue;
            }
            canvas.text(Role::Partition(id.0), &glyph(id).to_string(), x, line);
            canvas.add_modifier(Rect::new(x, line, 1, 1), Modifier::BOLD);
        }
    }
    let taken = draw_pointer(frame, ruler, area, canvas);
    draw_boundaries(frame, ruler, label, &taken, canvas);
}

/// The key on its way along the ruler, and how far that is; the columns of the words are returned.
fn draw_pointer(
    frame: &Frame<'_>,
    ruler: &Ruler,
    area: Rect,
    canvas: &mut Canvas<'_>,
) -> Range<u16> {
    let (marks, label) = (area.y, area.y + 2);
    let Some(journey) = frame
        .journey
        .as_ref()
        .filter(|journey| journey.reached(Stage::Place))
    else {
        return 0..0;
    };
    let goal = ruler.column(journey.key.hash);
    let at = between(ruler.x + 1, goal, journey.part(Stage::Place));
    canvas.text(Role::Accent, "▼", at, marks);
    if !journey.passed(Stage::Place) {
        return 0..0;
    }
    let share = share_of_range(journey.key.hash);
    let right = format!("╰ {share}");
    let (words, x) = if at + width(&right) <= area.right() {
        (right, at)
    } else {
        let left = format!("{share} ╯");
        let x = (at + 1).saturating_sub(width(&left));
        (left, x)
    };
    canvas.text(Role::Accent, &words, x, label);
    x..x + width(&words)
}

/// Where one partition ends and the next begins, unless the pointer's words stand there or there is no room for all.
fn draw_boundaries(
    frame: &Frame<'_>,
    ruler: &Ruler,
    y: u16,
    taken: &Range<u16>,
    canvas: &mut Canvas<'_>,
) {
    const ROOM: usize = 9;
    if frame.partitions.len() * ROOM > usize::from(ruler.width) {
        return;
    }
    for partition in frame.partitions.iter().skip(1) {
        let share = share_of_range(partition.state.first_hash);
        let columns = width(&share);
        let x = ruler
            .edge(partition.state.first_hash)
            .saturating_sub(columns / 2);
        if taken.is_empty() || x > taken.end || x + columns < taken.start {
            canvas.text(Role::Dim, &share, x, y);
        }
    }
}

/// Rows of a box that holds what it will hold, and doesn't look like a corridor.
fn box_height(frame: &Frame<'_>) -> u16 {
    const LEAST: u16 = 10;
    // The borders, and room for what the learner may add.
    let wanted = u16::try_from(frame.fullest).unwrap_or(u16::MAX);
    wanted.saturating_add(4).max(LEAST)
}

/// Rows of a ruler and one row of boxes, where there is no need to save room.
pub fn height(frame: &Frame<'_>) -> u16 {
    box_height(frame).saturating_add(RULER)
}

/// Boxes side by side, in as few rows as they fit.
struct Grid {
    area: Rect,
    columns: u16,
    rows: u16,
    height: u16,
}

impl Grid {
    /// `None` when there is no room for a box with one item each.
    fn new(frame: &Frame<'_>, area: Rect) -> Option<Self> {
        let boxes = u16::try_from(frame.partitions.len())
            .ok()
            .filter(|boxes| *boxes > 0)?;
        let most = ((area.width + 1) / (NARROWEST_BOX + 1)).max(1);
        let rows = boxes.div_ceil(most);
        let height = (area.height / rows).min(box_height(frame));
        (height >= 3).then(|| Self {
            area,
            columns: boxes.div_ceil(rows),
            rows,
            height,
        })
    }

    /// The row below the last box.
    fn bottom(&self) -> u16 {
        self.area.y + self.rows * self.height
    }

    fn cell(&self, index: usize) -> Rect {
        let index = u16::try_from(index).unwrap_or(u16::MAX);
        let (row, column) = (index / self.columns, index % self.columns);
        // The whole width is shared out, so that the last box ends where the ruler's legend does.
        let edge = |column: u16| {
            let total =
                u32::from(self.area.width + 1) * u32::from(column) / u32::from(self.columns);
            self.area.x + u16::try_from(total).unwrap_or(u16::MAX)
        };
        Rect {
            x: edge(column),
            y: self.area.y + row * self.height,
            width: edge(column + 1) - edge(column) - 1,
            height: self.height,
        }
    }
}

const SINGLE: [&str; 6] = ["┌", "─", "┐", "│", "└", "┘"];
const DOUBLE: [&str; 6] = ["╔", "═", "╗", "║", "╚", "╝"];

fn draw_box(
    frame: &Frame<'_>,
    partition: &PartitionFrame<'_>,
    cell: Rect,
    canvas: &mut Canvas<'_>,
) {
    let id = partition.state.id;
    let role = Role::Partition(id.0);
    let [top_left, flat, top_right, side, low_left, low_right] =
        if partition.owner { DOUBLE } else { SINGLE };
    let inner = cell.width.saturating_sub(2);
    let border = flat.repeat(usize::from(inner));
    let bottom = cell.bottom() - 1;
    canvas.text(
        role,
        &format!("{top_left}{border}{top_right}"),
        cell.x,
        cell.y,
    );
    canvas.text(
        role,
        &format!("{low_left}{border}{low_right}"),
        cell.x,
        bottom,
    );
    for y in cell.y + 1..bottom {
        canvas.text(role, side, cell.x, y);
        canvas.text(role, side, cell.right() - 1, y);
    }
    let title =
        Line::of(role, format!(" {} ", glyph(id))).push(Role::Strong, format!("P{} ", id.0));
    canvas.line(&title, cell.x + 1, cell.y, inner);
    let figures = figures(partition, frame.items(), inner.saturating_sub(2));
    canvas.line(&figures, cell.x + 1, bottom, inner);
    if partition.owner {
        // The border only: inside, weight is the newest item's.
        for edge in [
            Rect { height: 1, ..cell },
            Rect {
                y: bottom,
                height: 1,
                ..cell
            },
            Rect { width: 1, ..cell },
            Rect {
                x: cell.right() - 1,
                width: 1,
                ..cell
            },
        ] {
            canvas.add_modifier(edge, Modifier::BOLD);
        }
    }

    let rows = usize::from(cell.height - 2);
    for (y, line) in (cell.y + 1..bottom).zip(resident_lines(
        frame,
        partition,
        rows,
        inner.saturating_sub(2),
    )) {
        canvas.line(&line, cell.x + 2, y, inner.saturating_sub(1));
    }
}

/// `3 · 171 B · 37.5 %`, with as much of it as fits.
fn figures(partition: &PartitionFrame<'_>, total: u64, room: u16) -> Line {
    let state = partition.state;
    let items = format!(" {}", count(state.items));
    let bytes = format!(" · {}", bytes(state.bytes));
    let share = format!(" · {}", percent(state.items, total));
    let mut text = items;
    for more in [bytes, share] {
        if state.items > 0 && width(&text) + width(&more) < room {
            text.push_str(&more);
        }
    }
    text.push(' ');
    let role = if state.items == 0 {
        Role::Dim
    } else {
        Role::Text
    };
    Line::of(role, text)
}

/// The residents that fit, with the newest among them.
fn resident_lines(
    frame: &Frame<'_>,
    partition: &PartitionFrame<'_>,
    rows: usize,
    room: u16,
) -> Vec<Line> {
    let residents = &partition.residents;
    let newest = frame
        .journey
        .as_ref()
        .filter(|journey| journey.passed(Stage::Lands))
        .and_then(|journey| {
            residents
                .iter()
                .position(|resident| resident.arrival == journey.arrival)
        });
    let shown = if residents.len() > rows {
        rows.saturating_sub(1)
    } else {
        residents.len()
    };
    let first = newest
        .map_or(0, |newest| newest.saturating_sub(shown / 2))
        .min(residents.len() - shown);
    let mut lines: Vec<Line> = residents
        .iter()
        .enumerate()
        .skip(first)
        .take(shown)
        .map(|(index, resident)| resident_line(resident.key, newest == Some(index), room))
        .collect();
    if shown < residents.len() && rows > 0 {
        let hidden = (residents.len() - shown) as u64;
        lines.push(Line::of(Role::Dim, format!("+ {} more", count(hidden))));
    }
    lines
}

/// A name, its hash where there is room for it, and an arrow on the newest.
fn resident_line(key: &KeyTrace, newest: bool, room: u16) -> Line {
    let role = if newest { Role::Strong } else { Role::Text };
    let arrow = if newest { "◂" } else { " " };
    let name = name(key);
    if room >= 24 {
        let tail = Line::of(
            Role::Dim,
            format!("{:016x}", key.hash)
                .get(..4)
                .unwrap_or("")
                .to_owned()
                + "…",
        )
        .push(Role::Accent, format!(" {arrow}"));
        return Line::of(role, cut(&name, room - tail.width() - 1)).right(room, tail);
    }
    Line::of(role, cut(&name, room.saturating_sub(2))).right(room, Line::of(Role::Accent, arrow))
}

/// The key as a box shows it, with its sort key where it has one.
fn name(key: &KeyTrace) -> String {
    let text = match &key.sort_text {
        Some(sort) => format!("{} / {sort}", key.text),
        None => key.text.to_string(),
    };
    // Long keys are cut before every character of them is looked at.
    let start: String = text.chars().take(200).collect();
    crate::printable::line(&start).into_owned()
}

/// The item on its way from the ruler into its box.
fn draw_fall(frame: &Frame<'_>, ruler: &Ruler, grid: &Grid, from: u16, canvas: &mut Canvas<'_>) {
    let Some(journey) = frame.journey.as_ref().filter(|journey| falls(journey)) else {
        return;
    };
    let Some(index) = frame
        .partitions
        .iter()
        .position(|partition| partition.state.id == journey.key.partition)
    else {
        return;
    };
    let cell = grid.cell(index);
    let rows = cell.height.saturating_sub(2).max(1);
    let landed = u16::try_from(frame.partitions[index].residents.len())
        .unwrap_or(u16::MAX)
        .min(rows - 1);
    let room = cell.width.saturating_sub(4);
    let part = journey.part(Stage::Lands);
    let x = between(
        ruler
            .column(journey.key.hash)
            .min(cell.right().saturating_sub(room + 2))
            .max(cell.x + 2),
        cell.x + 2,
        part,
    );
    let y = between(from, cell.y + 1 + landed, part);
    let text = Line::of(Role::Accent, cut(&name(journey.key), room));
    canvas.line(&text, x, y, room);
}

/// Whether the item is between ruler and box.
fn falls(journey: &Journey<'_>) -> bool {
    journey.stage == Stage::Lands && journey.progress < 1.0
}

/// Partitions as lines in columns, where there are too many for boxes.
fn draw_list(frame: &Frame<'_>, area: Rect, canvas: &mut Canvas<'_>) {
    const COLUMN: u16 = 28;
    let columns = (area.width / COLUMN).max(1);
    let capacity = usize::from(columns) * usize::from(area.height);
    let shown = if frame.partitions.len() > capacity {
        capacity.saturating_sub(1)
    } else {
        frame.partitions.len()
    };
    let place = |index: usize| {
        let index = u16::try_from(index).unwrap_or(u16::MAX);
        (area.x + index % columns * COLUMN, area.y + index / columns)
    };
    for (index, partition) in frame.partitions.iter().take(shown).enumerate() {
        let (x, y) = place(index);
        let id = partition.state.id;
        let mark = if partition.owner { "▸" } else { " " };
        let line = Line::of(Role::Accent, mark)
            .push(Role::Partition(id.0), format!("{} ", glyph(id)))
            .push(
                if partition.owner {
                    Role::Strong
                } else {
                    Role::Text
                },
                format!("P{}", id.0),
            )
            .to_column(8)
            .append(figures(partition, frame.items(), COLUMN - 9));
        canvas.line(&line, x, y, COLUMN - 1);
    }
    if shown < frame.partitions.len() && area.height > 0 {
        let (x, y) = place(shown);
        let hidden = (frame.partitions.len() - shown) as u64;
        canvas.line(
            &Line::of(Role::Dim, format!("  and {} more", count(hidden))),
            x,
            y,
            COLUMN - 1,
        );
    }
}
