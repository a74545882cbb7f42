//! The table browser: which tables there are, their partitions, and what lies in them.
//!
//! ```text
//!   tables ──open──→ partitions of one table ──open──→ items of one partition, in stored order
//!          ←─back──                           ←─back──  the item under the cursor, whole
//! ```
//!
//! Everything is asked for when it is looked at, so that what is shown is what is stored now.
//! Invariant: the items shown belong to the table and partition that the cursors stand on.

use crate::app::effect::{Answer, Effect, ItemsView, RequestId, TableView};
use crate::app::json;
use crate::app::key::Action;
use crate::app::layout::{self, Area, Pane, Scroll, View};
use crate::app::paper::{GLYPHS, Hit, Line, Paper, Role, cut, width};
use crate::app::screen::{Component, Title};
use crate::app::state::{Mouse, Shared, Standing};
use crate::scene::hash::share_of_range;
use crate::scene::{bytes, count, percent, plural};
use crate::simulator::trace::{PartitionId, PartitionState};

/// Items that are fetched at a time.
const STRETCH: usize = 200;

/// How deep the learner has gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Depth {
    Tables,
    Partitions,
    Items,
}

/// The browser.
#[derive(Debug)]
pub struct TablesScreen {
    /// `None` until they have come.
    tables: Option<Vec<TableView>>,
    depth: Depth,
    table: usize,
    partition: usize,
    /// Rank of the item under the cursor.
    rank: u64,
    items: Option<ItemsView>,
    /// Whether the item is shown as typed JSON.
    typed: bool,
    problem: Option<String>,
    asked: Option<RequestId>,
    asked_items: Option<RequestId>,
    scroll: Scroll,
}

impl Default for TablesScreen {
    fn default() -> Self {
        Self {
            tables: None,
            depth: Depth::Tables,
            table: 0,
            partition: 0,
            rank: 0,
            items: None,
            typed: true,
            problem: None,
            asked: None,
            asked_items: None,
            scroll: Scroll(0),
        }
    }
}

impl TablesScreen {
    fn table(&self) -> Option<&TableView> {
        self.tables.as_ref()?.get(self.table)
    }

    fn partition(&self) -> Option<&PartitionState> {
        self.table()?.partitions.get(self.partition)
    }

    /// Asks for the stretch that the cursor is in, unless it is there.
    fn fetch(&mut self, shared: &mut Shared) {
        let (Some(table), Some(partition)) = (self.table(), self.partition()) else {
            return;
        };
        let first_rank = self.rank - self.rank % STRETCH as u64;
        let there = self.items.as_ref().is_some_and(|items| {
            items.table == table.name
                && items.partition == partition.id.0
                && items.first_rank == first_rank
        });
        if there {
            return;
        }
        let effect = Effect::BrowseItems {
            table: table.name.clone(),
            partition: partition.id.0,
            first_rank,
            count: STRETCH,
        };
        self.items = None;
        self.asked_items = Some(shared.request(effect));
    }

    /// The cursor of this depth and how many entries it has.
    fn cursor(&self) -> (u64, u64) {
        match self.depth {
            Depth::Tables => (
                self.table as u64,
                self.tables.as_ref().map_or(0, |tables| tables.len() as u64),
            ),
            Depth::Partitions => (
                self.partition as u64,
                self.table()
                    .map_or(0, |table| table.partitions.len() as u64),
            ),
            Depth::Items => (self.rank, self.partition().map_or(0, |state| state.items)),
        }
    }

    fn go_to(&mut self, entry: u64, shared: &mut Shared) {
        let (_, entries) = self.cursor();
        let entry = entry.min(entries.saturating_sub(1));
        let index = usize::try_from(entry).unwrap_or(usize::MAX);
        match self.depth {
            Depth::Tables => self.table = index,
            Depth::Partitions => self.partition = index,
            Depth::Items => {
                self.rank = entry;
                self.fetch(shared);
            }
        }
        self.settle(shared);
    }

    fn open(&mut self, shared: &mut Shared) {
        let (_, entries) = self.cursor();
        match self.depth {
            Depth::Tables if entries > 0 => {
                self.depth = Depth::Partitions;
                // The first one that has something to see.
                let full = |table: &TableView| {
                    let mut partitions = table.partitions.iter();
                    partitions.position(|state| state.items > 0)
                };
                self.partition = self.table().and_then(full).unwrap_or(0);
            }
            Depth::Partitions if entries > 0 => {
                self.depth = Depth::Items;
                self.rank = 0;
                self.fetch(shared);
            }
            _ => {}
        }
        self.scroll = Scroll(0);
        self.settle(shared);
    }

    fn back(&mut self, shared: &mut Shared) {
        self.depth = match self.depth {
            Depth::Tables => return shared.pop(),
            Depth::Partitions => Depth::Tables,
            Depth::Items => Depth::Partitions,
        };
        self.scroll = Scroll(0);
        self.settle(shared);
    }

    /// Keeps the cursor in sight.
    fn settle(&mut self, shared: &Shared) {
        let pane = self.pane(shared);
        self.scroll.clamp(pane.paper.scroll_limit(pane.area.height));
        if let Some(line) = pane.paper.lines.iter().rposition(|line| line.selected) {
            let line = u16::try_from(line).unwrap_or(u16::MAX);
            self.scroll.show(line, pane.area.height);
        }
    }

    /// Where the list stands, and beside or below it the item, where there is one.
    fn areas(&self, shared: &Shared) -> (Area, Option<Area>) {
        let (main, side) = layout::columns(shared.columns, shared.rows);
        if self.depth != Depth::Items {
            return (main, None);
        }
        if side.is_some() {
            return (main, side);
        }
        let height = main.height * 3 / 5;
        let below = Area {
            y: main.y + height + 1,
            height: main.height.saturating_sub(height + 1),
            ..main
        };
        (Area { height, ..main }, Some(below))
    }

    fn pane(&self, shared: &Shared) -> Pane {
        let (area, _) = self.areas(shared);
        let paper = match self.depth {
            Depth::Tables => self.tables_paper(area.width, shared),
            Depth::Partitions => self.partitions_paper(area.width),
            Depth::Items => self.items_paper(area.width),
        };
        Pane {
            area,
            paper,
            scroll: self.scroll.0,
        }
    }

    fn tables_paper(&self, columns: u16, shared: &Shared) -> Paper {
        let mut paper = Paper::new();
        if let Some(why) = &self.problem {
            paper.add(Line::of(Role::Error, why));
            return paper;
        }
        let Some(tables) = &self.tables else {
            paper.add(Line::of(Role::Dim, "Looking …"));
            return paper;
        };
        paper.add(Line::of(Role::Title, "Your tables"));
        paper.add(Line::new());
        if tables.is_empty() {
            let words = match shared.standing {
                Standing::Scratch => "No tables here: what a demonstration fills is its own.",
                _ => "There are no tables yet. The lesson creates the first one.",
            };
            paper.add(Line::of(Role::Dim, words));
        }
        for (index, table) in tables.iter().enumerate() {
            let here = index == self.table;
            let size = format!("{} · {}", plural(table.items, "item"), bytes(table.bytes));
            let line = mark(here)
                .push(Role::Strong, cut(&table.name, 32))
                .push(Role::Dim, format!("   {}", cut(&keys(table), 28)))
                .right(columns, Line::of(Role::Text, size));
            paper.add(line.hit(Hit::Entry(index)).select(here));
            paper.add(bar(table, columns));
            paper.add(Line::new());
        }
        paper
    }

    fn partitions_paper(&self, columns: u16) -> Paper {
        let mut paper = Paper::new();
        let Some(table) = self.table() else {
            return paper;
        };
        let size = format!("{} · {}", plural(table.items, "item"), bytes(table.bytes));
        let head = Line::of(Role::Title, cut(&table.name, 32))
            .push(Role::Dim, format!("   {}", cut(&keys(table), 28)))
            .right(columns, Line::of(Role::Text, size));
        paper.add(head);
        paper.add(Line::new());
        if table.partitions.is_empty() {
            let why = "The partitions of this table can't be seen: a server does not show them.";
            paper.add(Line::of(Role::Dim, why));
            return paper;
        }
        paper.add(ruler(table, columns));
        paper.add(Line::new());
        for (index, state) in table.partitions.iter().enumerate() {
            let here = index == self.partition;
            let range = format!(
                "{} to {}",
                share_of_range(state.first_hash),
                share_of_range(state.last_hash)
            );
            let line = mark(here)
                .append(name(state.id))
                .to_column(10)
                .push(Role::Dim, range)
                .to_column(32)
                .right(46, Line::of(Role::Text, plural(state.items, "item")))
                .right(58, Line::of(Role::Text, bytes(state.bytes)))
                .right(68, Line::of(Role::Dim, percent(state.items, table.items)));
            paper.add(line.hit(Hit::Entry(index)).select(here));
        }
        paper
    }

    fn items_paper(&self, columns: u16) -> Paper {
        let mut paper = Paper::new();
        let (Some(table), Some(state)) = (self.table(), self.partition()) else {
            return paper;
        };
        let head = Line::of(Role::Title, cut(&table.name, 32))
            .push(Role::Text, "   ")
            .append(name(state.id))
            .push(Role::Dim, "   in stored order")
            .right(
                columns,
                Line::of(
                    Role::Text,
                    format!("{} · {}", plural(state.items, "item"), bytes(state.bytes)),
                ),
            );
        paper.add(head);
        paper.add(Line::new());
        if let Some(why) = &self.problem {
            paper.add(Line::of(Role::Error, why));
            return paper;
        }
        if state.items == 0 {
            paper.add(Line::of(Role::Dim, "No item's hash falls into this range."));
            return paper;
        }
        let Some(items) = &self.items else {
            paper.add(Line::of(Role::Dim, "Looking …"));
            return paper;
        };
        if items.first_rank > 0 {
            paper.add(Line::of(
                Role::Dim,
                format!("  {} before these", count(items.first_rank)),
            ));
        }
        for (index, stored) in items.items.iter().enumerate() {
            let here = items.first_rank + index as u64 == self.rank;
            let hash = format!("{:016x}", stored.hash);
            let line = mark(here)
                .push(Role::Dim, format!("{}…  ", &hash[..4]))
                .append(json::one_line(&json::plain_item(&stored.item)))
                .cut(columns);
            paper.add(line.hit(Hit::Entry(index)).select(here));
        }
        let shown = items.first_rank + items.items.len() as u64;
        if shown < state.items {
            let more = format!("  {} after these", count(state.items - shown));
            paper.add(Line::of(Role::Dim, more));
        }
        paper
    }

    /// The item under the cursor, whole.
    fn item_paper(&self, columns: u16) -> Paper {
        let mut paper = Paper::new();
        let Some(items) = &self.items else {
            return paper;
        };
        let index = self
            .rank
            .checked_sub(items.first_rank)
            .and_then(|index| usize::try_from(index).ok());
        let Some(stored) = index.and_then(|index| items.items.get(index)) else {
            return paper;
        };
        let form = if self.typed {
            "typed, as it is sent"
        } else {
            "plain, for reading"
        };
        let head = Line::of(
            Role::Dim,
            format!(
                "hash {:016x} · {} · {form}",
                stored.hash,
                plural(stored.bytes, "byte")
            ),
        );
        paper.add(head);
        let shown = if self.typed {
            stored.item.clone()
        } else {
            json::plain_item(&stored.item)
        };
        paper.extend(json::lines(&shown, columns));
        paper
    }
}

fn glyph(id: PartitionId) -> char {
    GLYPHS[id.0 as usize % GLYPHS.len()]
}

fn mark(here: bool) -> Line {
    Line::of(Role::Accent, if here { "▸ " } else { "  " })
}

/// `▲ P1` in its own hue.
fn name(id: PartitionId) -> Line {
    Line::of(Role::Partition(id.0), glyph(id).to_string()).push(Role::Text, format!(" P{}", id.0))
}

/// `partition key id (S)`, with the sort key where there is one.
fn keys(table: &TableView) -> String {
    let (key, kind) = &table.partition_key;
    let first = format!("{key} ({kind})");
    match &table.sort_key {
        Some((sort, kind)) => format!("{first} + {sort} ({kind})"),
        None => first,
    }
}

/// `● 2   ▲ 0   ■ 1   ◆ 0`: the items of each partition, as far as they fit.
fn bar(table: &TableView, columns: u16) -> Line {
    let mut line = Line::of(Role::Text, "  ");
    for state in &table.partitions {
        let next = Line::of(Role::Partition(state.id.0), glyph(state.id).to_string())
            .push(Role::Dim, format!(" {}   ", count(state.items)));
        if line.width() + next.width() + 1 > columns {
            return line.push(Role::Dim, "…");
        }
        line = line.append(next);
    }
    let words = "items in each partition";
    if line.width() + width(words) <= columns {
        line = line.push(Role::Dim, words);
    }
    line
}

/// The whole hash range with its partitions, each as wide as its share of it.
fn ruler(table: &TableView, columns: u16) -> Line {
    let room = u64::from(columns.saturating_sub(8));
    let mut line = Line::of(Role::Dim, "0 ├");
    let last = table.partitions.len().saturating_sub(1);
    let column =
        |hash: u64| usize::try_from((u128::from(hash) * u128::from(room)) >> 64).unwrap_or(0);
    for (index, state) in table.partitions.iter().enumerate() {
        let role = Role::Partition(state.id.0);
        let to = if index == last {
            usize::try_from(room).unwrap_or(0)
        } else {
            column(state.last_hash)
        };
        let cells = to
            .saturating_sub(column(state.first_hash))
            .saturating_sub(1);
        if cells >= 3 {
            let left = (cells - 3) / 2;
            line = line
                .push(role, "─".repeat(left))
                .push(role, format!(" {} ", glyph(state.id)))
                .push(role, "─".repeat(cells - 3 - left));
        } else {
            line = line.push(role, "─".repeat(cells));
        }
        line = line.push(Role::Dim, if index == last { "┤ 2⁶⁴" } else { "┼" });
    }
    line
}

impl Component for TablesScreen {
    fn title(&self, _shared: &Shared) -> Title {
        Title {
            text: "Tables".to_owned(),
            note: self
                .table()
                .filter(|_| self.depth > Depth::Tables)
                .map(|table| table.name.clone()),
            ..Title::default()
        }
    }

    fn actions(&self, _shared: &Shared) -> Vec<Action> {
        let mut actions = vec![Action::Up, Action::Down];
        match self.depth {
            Depth::Tables | Depth::Partitions => actions.insert(0, Action::Open),
            Depth::Items => actions.push(Action::ToggleTyped),
        }
        actions.push(Action::Back);
        actions.extend([
            Action::PageUp,
            Action::PageDown,
            Action::Top,
            Action::Bottom,
            Action::Previous,
        ]);
        actions
    }

    fn idle(&self, _shared: &Shared) -> Vec<Action> {
        match self.cursor() {
            (_, 0) => vec![Action::Open, Action::Down, Action::ToggleTyped],
            _ => Vec::new(),
        }
    }

    fn act(&mut self, action: Action, shared: &mut Shared) {
        let (here, entries) = self.cursor();
        let page = u64::from(self.areas(shared).0.height.saturating_sub(4)).max(1);
        match action {
            Action::Up => self.go_to(here.saturating_sub(1), shared),
            Action::Down => self.go_to(here + 1, shared),
            Action::PageUp => self.go_to(here.saturating_sub(page), shared),
            Action::PageDown => self.go_to(here.saturating_add(page), shared),
            Action::Top => self.go_to(0, shared),
            Action::Bottom => self.go_to(entries, shared),
            Action::Open => self.open(shared),
            Action::ToggleTyped => self.typed = !self.typed,
            Action::Back | Action::Previous => self.back(shared),
            _ => {}
        }
    }

    fn mouse(&mut self, mouse: Mouse, shared: &mut Shared) {
        match mouse {
            Mouse::Wheel { down, .. } => {
                let (here, _) = self.cursor();
                self.go_to(
                    if down {
                        here + 3
                    } else {
                        here.saturating_sub(3)
                    },
                    shared,
                );
            }
            Mouse::Click { column, row } => {
                let Some(Hit::Entry(index)) = self.pane(shared).hit(column, row) else {
                    return;
                };
                let first = match (self.depth, &self.items) {
                    (Depth::Items, Some(items)) => items.first_rank,
                    _ => 0,
                };
                let entry = first + index as u64;
                if self.cursor().0 == entry {
                    self.open(shared);
                } else {
                    self.go_to(entry, shared);
                }
            }
            Mouse::Drag { .. } => {}
        }
    }

    fn answer(&mut self, id: RequestId, answer: &Answer, shared: &mut Shared) -> bool {
        if self.asked.take_if(|asked| *asked == id).is_some() {
            match answer {
                Answer::Tables(tables) => self.tables = Some(tables.clone()),
                Answer::Failed { why } => self.problem = Some(why.clone()),
                _ => {}
            }
        } else if self.asked_items.take_if(|asked| *asked == id).is_some() {
            match answer {
                Answer::Items(items) => self.items = Some(items.clone()),
                Answer::Failed { why } => self.problem = Some(why.clone()),
                _ => {}
            }
        } else {
            return false;
        }
        self.settle(shared);
        true
    }

    fn shown(&mut self, shared: &mut Shared) {
        if self.tables.is_none() && self.asked.is_none() {
            self.asked = Some(shared.request(Effect::BrowseTables));
        }
        self.settle(shared);
    }

    fn view(&self, shared: &Shared) -> Option<View> {
        let (_, below) = self.areas(shared);
        Some(View {
            fixed: None,
            main: self.pane(shared),
            side: below.map(|area| Pane {
                area,
                paper: self.item_paper(area.width),
                scroll: 0,
            }),
            frame: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::app::effect::StoredItem;
    use crate::app::screen::Screen;
    use crate::scene::hash::tests::traces;
    use crate::ui::snapshot::{draw_plain, state};

    fn browser(columns: u16, rows: u16) -> (crate::app::State, TablesScreen) {
        let mut state = state(columns, rows);
        let mut screen = TablesScreen::default();
        screen.shown(&mut state.shared);
        let table = |name: &str, keys: &[(&str, u64)]| {
            let partitions = traces(4, keys).pop().unwrap().partitions;
            TableView {
                name: name.to_owned(),
                partition_key: ("id".to_owned(), "S".to_owned()),
                sort_key: None,
                items: keys.len() as u64,
                bytes: partitions.iter().map(|state| state.bytes).sum(),
                partitions,
            }
        };
        let tables = vec![
            table("pets", &[("1", 7), ("2", 1 << 62), ("3", 9)]),
            table("visits", &[]),
        ];
        let id = state.shared.take_effects()[0].id;
        assert!(screen.answer(id, &Answer::Tables(tables), &mut state.shared));
        (state, screen)
    }

    fn drawn(mut state: crate::app::State, screen: TablesScreen) -> String {
        state.screens.push(Screen::Tables(Box::new(screen)));
        draw_plain(&state)
    }

    #[test]
    fn tables_with_their_partitions() {
        let (state, screen) = browser(80, 24);
        insta::assert_snapshot!(drawn(state, screen));
    }

    #[test]
    fn a_table_s_partitions() {
        let (mut state, mut screen) = browser(80, 24);
        screen.act(Action::Open, &mut state.shared);
        screen.act(Action::Down, &mut state.shared);
        insta::assert_snapshot!(drawn(state, screen));
    }

    #[test]
    fn a_partition_s_items_in_stored_order() {
        let (mut state, mut screen) = browser(80, 24);
        screen.act(Action::Open, &mut state.shared);
        screen.act(Action::Open, &mut state.shared);
        let asked = state.shared.take_effects();
        assert!(
            matches!(&asked[0].effect, Effect::BrowseItems { table, partition: 0, first_rank: 0, .. } if table == "pets")
        );
        let stored = |hash, item| StoredItem {
            hash,
            bytes: 12,
            item,
        };
        let items = ItemsView {
            table: "pets".to_owned(),
            partition: 0,
            first_rank: 0,
            items: vec![
                stored(
                    7,
                    json!({ "id": { "S": "1" }, "name": { "S": "Ra\u{1b}[2Jchel" } }),
                ),
                stored(9, json!({ "id": { "S": "3" }, "grams": { "N": "2100" } })),
            ],
        };
        assert!(screen.answer(asked[0].id, &Answer::Items(items), &mut state.shared));
        screen.act(Action::Down, &mut state.shared);
        screen.act(Action::Up, &mut state.shared);
        assert!(
            state.shared.take_effects().is_empty(),
            "what is there is not asked for again"
        );
        insta::assert_snapshot!(drawn(state, screen));
    }

    #[test]
    fn whole_at_any_size() {
        for (columns, rows) in [(60, 18), (80, 24), (120, 40), (200, 60)] {
            for opened in 0..3 {
                let (mut state, mut screen) = browser(columns, rows);
                for _ in 0..opened {
                    screen.act(Action::Open, &mut state.shared);
                    screen.act(Action::Bottom, &mut state.shared);
                }
                assert!(drawn(state, screen).contains("pets"));
            }
        }
    }
}
