//! `race id=…`: questions asked in two ways each, on one scratch table.

use super::super::ask::{Ask, IndexKey, MOST_SEGMENTS, Way};
use super::super::error::Problems;
use super::super::fields::Fields;
use super::super::markdown::Fence;
use super::super::model::{Activity, RaceDemo, RaceQuestion};
use super::super::nearest::offer;
use super::{MOST_PARTITIONS, Opening};

/// What a laptop holds in memory without a thought.
const MOST_ITEMS: u64 = 1_000_000;
/// Milliseconds; further away is no place on earth.
const LONGEST_TRIP: u64 = 1_000;
/// A request within a region, there and back.
const ROUND_TRIP: u64 = 5;

pub(super) fn read(
    opening: &mut Opening,
    fence: &Fence,
    problems: &mut Problems,
) -> Option<Activity> {
    let id = opening.id(problems);
    let mut fields = super::fields(fence, "a race", problems)?;
    let question = fields.text("question", problems);
    let table = fields.text("table", problems);
    let partition_key = fields.text("partition_key", problems);
    let sort_key = fields.optional_text("sort_key", problems);
    let partitions = fields.count("partitions", 1..=MOST_PARTITIONS, problems);
    let items = fields.count("items", 1..=MOST_ITEMS, problems);
    let per_key = fields.count("per_key", 1..=MOST_ITEMS, problems);
    let key = fields.text("key", problems);
    let round_trip = fields.optional_count("round_trip", 1..=LONGEST_TRIP, problems);
    let sides = Sides::take(&mut fields, problems);
    let more = fields.tables("more", "a question of a race", problems);
    let span = fields.span.clone();
    fields.finish(problems);
    let sort_key = sort_key.map(|(name, _)| name);
    let (items, per_key) = (items?, per_key?);
    if per_key > items {
        problems.report(
            &span,
            format!("{per_key} items share a key, but there are only {items}"),
            "make `items` larger or `per_key` smaller",
        );
        return None;
    }
    if per_key > 1 && sort_key.is_none() {
        problems.report(
            &span,
            "items can share a partition key only where a sort key tells them apart",
            "add `sort_key`, or set `per_key = 1`",
        );
        return None;
    }
    let mut demo = RaceDemo {
        id: id?,
        questions: Vec::new(),
        table: table?,
        partition_key: partition_key?,
        sort_key,
        partitions: u32::try_from(partitions?).ok()?,
        items,
        per_key,
        key: key?,
        round_trip: round_trip.map_or(ROUND_TRIP, |(milliseconds, _)| milliseconds),
        place: opening.place.clone(),
    };
    let mut questions = vec![sides.question(question?, &demo, problems)];
    for mut entry in more {
        let text = entry.text("question", problems);
        let sides = Sides::take(&mut entry, problems);
        entry.finish(problems);
        questions.push(text.and_then(|text| sides.question(text, &demo, problems)));
    }
    demo.questions = questions.into_iter().collect::<Option<_>>()?;
    Some(Activity::Race(demo))
}

/// The two ways of a question as they stand in the file.
struct Sides {
    left: Option<Fields>,
    right: Option<Fields>,
}

impl Sides {
    fn take(fields: &mut Fields, problems: &mut Problems) -> Self {
        Self {
            left: fields.table("left", "the left side of a race", problems),
            right: fields.table("right", "the right side of a race", problems),
        }
    }

    fn question(
        self,
        text: String,
        demo: &RaceDemo,
        problems: &mut Problems,
    ) -> Option<RaceQuestion> {
        let left = ask(self.left, Way::Query, demo, problems);
        let right = ask(self.right, Way::Scan, demo, problems);
        Some(RaceQuestion {
            text,
            left: left?,
            right: right?,
        })
    }
}

/// One way to ask; what the author leaves out is as the way has it by itself.
fn ask(
    fields: Option<Fields>,
    usual: Way,
    demo: &RaceDemo,
    problems: &mut Problems,
) -> Option<Ask> {
    let Some(mut fields) = fields else {
        return Some(Ask::about(usual, demo, &demo.key));
    };
    let way = match fields.optional_text("way", problems) {
        None => usual,
        Some((name, span)) => {
            let Some(way) = Way::named(&name) else {
                let names = Way::ALL.map(Way::name);
                let message = format!("`{name}` is no way to ask");
                problems.report(&span, message, offer(&name, &names));
                return None;
            };
            if way == Way::Range && demo.sort_key.is_none() {
                problems.report(
                    &span,
                    "a range is one of the sort key, and this table has none",
                    "add `sort_key`, or ask in another way",
                );
                return None;
            }
            way
        }
    };
    let mut ask = Ask::about(way, demo, &demo.key);
    for (name, text, wanted) in [
        ("key", &mut ask.key, way.has_key()),
        ("filter", &mut ask.filter, way.has_filter()),
        ("projection", &mut ask.projection, way == Way::Projection),
    ] {
        let Some((given, span)) = fields.optional_text(name, problems) else {
            continue;
        };
        if !wanted {
            let message = format!("`{}` has no {name}", way.name());
            problems.report(&span, message, "leave the line out, or ask in another way");
            return None;
        }
        *text = given;
    }
    if let Some((given, _)) = fields.optional_text("index", problems) {
        let mut names = given.split(',').map(|name| name.trim().to_owned());
        ask.index = IndexKey {
            partition: names.next().unwrap_or_default(),
            sort: names.next(),
        };
    }
    if let Some(consistent) = fields.flag("consistent", problems) {
        ask.consistent = consistent;
    }
    if let Some((segments, _)) = fields.optional_count("segments", 1..=MOST_SEGMENTS, problems) {
        ask.segments = segments;
    }
    let span = fields.span.clone();
    fields.finish(problems);
    if let Err(error) = ask.requests(&demo.table, &demo.attributes()) {
        problems.report(
            &span,
            error.to_string(),
            "write values in quotes: person = \"Rachel\"",
        );
        return None;
    }
    Some(ask)
}
