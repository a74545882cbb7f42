//! The question in place: both sides' ways to ask, their conditions, and the table they are asked of.
//!
//! ```text
//!   the table      items · partitions · items a key
//!   each side      way · key · filter · names · index · reads · segments      only those that its way has
//! ```
//!
//! Texts are kept as they are typed; whether they are right is said by the service when they are sent.
//! Invariant: the focus is always on a field that the sides have as they are.

use crate::app::demo::Field;
use crate::app::key::Key;
use crate::app::race::run::RaceRun;
use crate::lesson::ask::{Ask, IndexKey, MOST_SEGMENTS, Way, names};
use crate::lesson::model::RaceDemo;
use crate::scene::race::Side;

/// Digits of a number field.
const DIGITS: usize = 7;

/// A field of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Slot {
    Items,
    Partitions,
    PerKey,
    Way(Side),
    Key(Side),
    Filter(Side),
    Projection(Side),
    /// The partition key of the index, and its sort key.
    IndexPartition(Side),
    IndexSort(Side),
    Consistent(Side),
    Segments(Side),
}

impl Slot {
    /// What stands beside it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Items => "items",
            Self::Partitions => "partitions",
            Self::PerKey => "items a key",
            Self::Way(_) => "way",
            Self::Key(_) => "key",
            Self::Filter(_) => "filter",
            Self::Projection(_) => "names",
            Self::IndexPartition(_) => "index key",
            Self::IndexSort(_) => "sort key",
            Self::Consistent(_) => "reads",
            Self::Segments(_) => "segments",
        }
    }

    /// The side it belongs to; the table's belong to none.
    #[must_use]
    pub const fn side(self) -> Option<Side> {
        match self {
            Self::Items | Self::Partitions | Self::PerKey => None,
            Self::Way(side)
            | Self::Key(side)
            | Self::Filter(side)
            | Self::Projection(side)
            | Self::IndexPartition(side)
            | Self::IndexSort(side)
            | Self::Consistent(side)
            | Self::Segments(side) => Some(side),
        }
    }

    /// Whether it is written in, and not chosen.
    const fn is_text(self) -> bool {
        matches!(
            self,
            Self::Items
                | Self::Partitions
                | Self::PerKey
                | Self::Key(_)
                | Self::Filter(_)
                | Self::Projection(_)
        )
    }

    const fn is_number(self) -> bool {
        matches!(self, Self::Items | Self::Partitions | Self::PerKey)
    }
}

/// The question while it is changed.
#[derive(Debug, Clone)]
pub struct Form {
    run: RaceRun,
    /// The whole condition of each side, as it was when its text was last changed.
    wholes: [String; 2],
    pub focus: Slot,
    /// The text under the focus, where it has one.
    field: Option<Field>,
    /// Why the last question was refused.
    pub refusal: Option<String>,
}

const fn place(side: Side) -> usize {
    match side {
        Side::Left => 0,
        Side::Right => 1,
    }
}

impl Form {
    /// With what is asked now, the focus on a field.
    #[must_use]
    pub fn new(run: RaceRun, focus: Slot) -> Self {
        let mut form = Self {
            wholes: [run.left.whole(), run.right.whole()],
            run,
            focus,
            field: None,
            refusal: None,
        };
        form.enter(focus);
        form
    }

    /// Which index would make it a query? The left side becomes a query on one, for what the right side asks.
    #[must_use]
    pub fn for_index(mut run: RaceRun) -> Self {
        let whole = run.right.whole();
        let attributes = run.demo.attributes();
        let asked = names(&whole)
            .into_iter()
            .find(|name| attributes.contains(name));
        run.left = run.left.turned(Way::Index, &whole, &run.demo);
        run.left.consistent = false;
        if let Some(partition) = asked {
            run.left.index = IndexKey {
                partition,
                sort: None,
            };
        }
        Self::new(run, Slot::IndexPartition(Side::Left))
    }

    #[must_use]
    pub fn ask(&self, side: Side) -> &Ask {
        self.run.ask(side)
    }

    fn ask_mut(&mut self, side: Side) -> &mut Ask {
        match side {
            Side::Left => &mut self.run.left,
            Side::Right => &mut self.run.right,
        }
    }

    #[must_use]
    pub fn demo(&self) -> &RaceDemo {
        &self.run.demo
    }

    /// The fields of one side.
    #[must_use]
    pub fn slots(&self, side: Side) -> Vec<Slot> {
        let way = self.ask(side).way;
        let all = [
            (Slot::Way(side), true),
            (Slot::IndexPartition(side), way == Way::Index),
            (Slot::IndexSort(side), way == Way::Index),
            (Slot::Key(side), way.has_key()),
            (Slot::Filter(side), way.has_filter()),
            (Slot::Projection(side), way == Way::Projection),
            (Slot::Segments(side), way == Way::Parallel),
            (Slot::Consistent(side), true),
        ];
        all.into_iter()
            .filter_map(|(slot, there)| there.then_some(slot))
            .collect()
    }

    /// The fields of the table.
    #[must_use]
    pub fn table_slots(&self) -> Vec<Slot> {
        let mut slots = vec![Slot::Items, Slot::Partitions];
        if self.run.demo.sort_key.is_some() {
            slots.push(Slot::PerKey);
        }
        slots
    }

    /// All fields, in the order in which the focus goes through them.
    #[must_use]
    pub fn all(&self) -> Vec<Slot> {
        let mut slots = self.slots(Side::Left);
        slots.extend(self.slots(Side::Right));
        slots.extend(self.table_slots());
        slots
    }

    /// The field under the focus, while text is written.
    #[must_use]
    pub fn field(&self) -> Option<&Field> {
        self.field.as_ref()
    }

    /// What stands in a field that has not the focus, or is chosen.
    #[must_use]
    pub fn value(&self, slot: Slot) -> String {
        let demo = &self.run.demo;
        match slot {
            Slot::Items => demo.items.to_string(),
            Slot::Partitions => demo.partitions.to_string(),
            Slot::PerKey => demo.per_key.to_string(),
            Slot::Way(side) => self.ask(side).way.words().to_owned(),
            Slot::Key(side) => self.ask(side).key.clone(),
            Slot::Filter(side) => self.ask(side).filter.clone(),
            Slot::Projection(side) => self.ask(side).projection.clone(),
            Slot::IndexPartition(side) => self.ask(side).index.partition.clone(),
            Slot::IndexSort(side) => match &self.ask(side).index.sort {
                Some(sort) => sort.clone(),
                None => "none".to_owned(),
            },
            Slot::Consistent(side) => {
                let strong = self.ask(side).consistent;
                if strong {
                    "strongly consistent"
                } else {
                    "eventually"
                }
                .to_owned()
            }
            Slot::Segments(side) => self.ask(side).segments.to_string(),
        }
    }

    /// Whether a choice, and not a text, has the focus.
    #[must_use]
    pub fn choosing(&self) -> bool {
        !self.focus.is_text()
    }

    fn enter(&mut self, slot: Slot) {
        self.focus = slot;
        self.field = slot.is_text().then(|| Field::new(&self.value(slot)));
    }

    pub fn next(&mut self) {
        self.step(1);
    }

    pub fn previous(&mut self) {
        self.step(self.all().len() - 1);
    }

    fn step(&mut self, by: usize) {
        let all = self.all();
        let at = all.iter().position(|slot| *slot == self.focus).unwrap_or(0);
        self.enter(all[(at + by) % all.len()]);
    }

    /// Takes a key into the text under the focus.
    pub fn key(&mut self, key: Key) -> bool {
        if self.choosing() {
            let goes_on = key == Key::Char(' ');
            if goes_on {
                self.change(true);
            }
            return goes_on;
        }
        if let Key::Char(letter) = key
            && self.focus.is_number()
            && !letter.is_ascii_digit()
        {
            // Taken, and of no use: a number has digits.
            return self.field.is_some();
        }
        let used = self.field.as_mut().is_some_and(|field| field.key(key));
        if used {
            self.written();
        }
        used
    }

    pub fn paste(&mut self, text: &str) {
        let line = text.lines().next().unwrap_or_default();
        if let Some(field) = &mut self.field {
            if self.focus.is_number() {
                let digits: String = line.chars().filter(char::is_ascii_digit).collect();
                field.insert(&digits);
            } else {
                field.insert(line);
            }
            self.written();
        }
    }

    /// Takes what stands in the field over into the question.
    fn written(&mut self) {
        let Some(field) = &mut self.field else {
            return;
        };
        if self.focus.is_number() && field.text().len() > DIGITS {
            *field = Field::new(&field.text()[..DIGITS]);
        }
        let text = field.text().to_owned();
        let number = text.parse::<u64>().unwrap_or(0);
        match self.focus {
            Slot::Items => self.run.demo.items = number,
            Slot::Partitions => {
                self.run.demo.partitions = u32::try_from(number).unwrap_or(u32::MAX);
            }
            Slot::PerKey => self.run.demo.per_key = number,
            Slot::Key(side) => self.ask_mut(side).key = text,
            Slot::Filter(side) => self.ask_mut(side).filter = text,
            Slot::Projection(side) => self.ask_mut(side).projection = text,
            _ => {}
        }
        if let Some(side) = self.focus.side() {
            self.wholes[place(side)] = self.ask(side).whole();
        }
    }

    /// The next value of the choice under the focus, or the one before.
    pub fn change(&mut self, forward: bool) {
        match self.focus {
            Slot::Way(side) => {
                let ways: Vec<Way> = Way::ALL
                    .into_iter()
                    .filter(|way| *way != Way::Range || self.run.demo.sort_key.is_some())
                    .collect();
                let way = turned(&ways, &self.ask(side).way, forward);
                let whole = self.wholes[place(side)].clone();
                let next = self.ask(side).turned(way, &whole, &self.run.demo);
                *self.ask_mut(side) = next;
            }
            Slot::IndexPartition(side) => {
                let names = self.run.demo.attributes();
                let index = &self.ask(side).index;
                let name = turned(&names, &index.partition, forward);
                let sort = index.sort.clone().filter(|sort| *sort != name);
                self.ask_mut(side).index = IndexKey {
                    partition: name,
                    sort,
                };
            }
            Slot::IndexSort(side) => {
                let index = self.ask(side).index.clone();
                let mut names = vec![None];
                let others = self.run.demo.attributes().into_iter();
                names.extend(others.filter(|name| *name != index.partition).map(Some));
                self.ask_mut(side).index.sort = turned(&names, &index.sort, forward);
            }
            Slot::Consistent(side) => {
                let ask = self.ask_mut(side);
                ask.consistent = !ask.consistent;
            }
            Slot::Segments(side) => {
                let ask = self.ask_mut(side);
                ask.segments = match (forward, ask.segments) {
                    (true, MOST_SEGMENTS..) => 2,
                    (true, segments) => segments * 2,
                    (false, ..=2) => MOST_SEGMENTS,
                    (false, segments) => segments / 2,
                };
            }
            _ => {}
        }
    }

    /// What is asked now; what can't be a table at all is said instead.
    ///
    /// # Errors
    /// Words for the learner.
    pub fn submit(&self) -> Result<RaceRun, String> {
        let demo = &self.run.demo;
        if demo.per_key == 0 || demo.per_key > demo.items {
            return Err(format!(
                "From 1 to {} items can share a key in a table of {}.",
                demo.items.max(1),
                demo.items
            ));
        }
        for side in Side::BOTH {
            self.ask(side)
                .requests(&demo.table, &demo.attributes())
                .map_err(|error| error.to_string())?;
        }
        Ok(self.run.clone())
    }
}

/// The value after (or before) this one in a list, around its end; the first where it is not in it.
fn turned<T: Clone + PartialEq>(values: &[T], now: &T, forward: bool) -> T {
    let count = values.len();
    let next = match values.iter().position(|value| value == now) {
        None => 0,
        Some(at) if forward => (at + 1) % count,
        Some(at) => (at + count - 1) % count,
    };
    values[next].clone()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::lesson::model::Place;

    fn run(sort_key: Option<&str>) -> RaceRun {
        let demo = RaceDemo {
            id: String::new(),
            questions: Vec::new(),
            table: "pets".to_owned(),
            partition_key: "person".to_owned(),
            sort_key: sort_key.map(str::to_owned),
            partitions: 4,
            items: 100,
            per_key: 1,
            key: "Rachel".to_owned(),
            round_trip: 5,
            place: Place::default(),
        };
        RaceRun::of(demo, 0)
    }

    #[test]
    fn going_through_all_ways_keeps_the_question() {
        let mut form = Form::new(run(Some("pet")), Slot::Way(Side::Right));
        let before = form.submit().unwrap();
        for _ in Way::ALL {
            form.change(true);
        }
        assert_eq!(form.submit().unwrap(), before);
        form.change(false);
        assert_eq!(form.ask(Side::Right).way, Way::Index);
        assert_eq!(form.ask(Side::Right).key, "person = \"Rachel\"");
    }

    #[test]
    fn the_index_that_is_offered_has_what_is_asked_for() {
        let mut asked = run(Some("pet"));
        asked.right.filter = "kind = \"cat\" AND born > \"2015\"".to_owned();
        let form = Form::for_index(asked);
        let left = form.ask(Side::Left);
        assert_eq!(left.way, Way::Index);
        assert_eq!(left.index.partition, "kind");
        assert_eq!(left.key, "kind = \"cat\" AND born > \"2015\"");
        assert!(form.choosing());
    }

    #[test]
    fn numbers_have_digits_only_and_an_empty_table_is_refused() {
        let mut form = Form::new(run(None), Slot::Items);
        form.paste("12a,3\nrest");
        assert_eq!(form.value(Slot::Items), "100123");
        assert!(form.key(Key::Char('x')));
        form.key(Key::Ctrl('u'));
        assert!(form.submit().unwrap_err().contains("can share a key"));
        form.paste("99999999999");
        assert_eq!(form.value(Slot::Items), "9999999");
        assert!(
            !form.all().contains(&Slot::PerKey),
            "nothing tells them apart"
        );
    }

    #[test]
    fn a_quote_that_stays_open_is_said_before_anything_is_sent() {
        let mut form = Form::new(run(None), Slot::Key(Side::Left));
        form.key(Key::Backspace);
        assert!(form.submit().unwrap_err().contains("quote"));
    }

    proptest! {
        #[test]
        fn the_focus_stays_on_a_field_that_is_there(keys in prop::collection::vec(0u8..6, 0..60), sorted: bool) {
            let mut form = Form::new(run(sorted.then_some("pet")), Slot::Way(Side::Left));
            for key in keys {
                match key {
                    0 | 1 => form.next(),
                    2 => form.previous(),
                    3 => form.change(true),
                    4 => form.change(false),
                    _ => { form.key(Key::Char('7')); }
                }
                prop_assert!(form.all().contains(&form.focus));
                prop_assert_eq!(form.field().is_some(), !form.choosing());
            }
            let _ = form.submit();
        }
    }
}
