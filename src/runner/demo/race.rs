//! Query or scan: a table as large as the dial says, and one question asked both ways, to the last page.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::Mutex;

use super::{Watch, bytes, create_table, scratch};
use crate::app::effect::{Answer, RaceReport, RaceRun, RequestId};
use crate::lesson::model::RaceDemo;
use crate::runner::{Outside, RunError, Runner, blocking};
use crate::simulator::item::{Item, Name, Value as ItemValue};
use crate::target::Target;
use crate::target::exchange::{Exchange, Outcome};

/// Items a demonstration's table may have.
pub const MOST_ITEMS: u64 = 1_000_000;
/// How many items go in between two looks at whether to stop.
const CHUNK: u64 = 2_000;

/// The table of the last race, for the next question to it.
#[derive(Default)]
pub struct Scratch(Mutex<Option<Built>>);

struct Built {
    /// What it was built from.
    demo: RaceDemo,
    target: Target,
}

impl Built {
    /// Whether a race with this data can be run on it.
    fn serves(&self, demo: &RaceDemo) -> bool {
        let shape = |demo: &RaceDemo| RaceDemo {
            id: String::new(),
            question: String::new(),
            place: crate::lesson::model::Place::default(),
            ..demo.clone()
        };
        shape(&self.demo) == shape(demo)
    }
}

impl Runner {
    /// See [`run_race`].
    pub(in crate::runner) async fn race(
        &self,
        id: RequestId,
        run: &RaceRun,
        report: &(dyn Fn(Answer) + Send + Sync),
    ) -> Result<Answer, RunError> {
        let stop = || self.is_cancelled(id);
        let watch = Watch {
            report,
            stop: &stop,
        };
        let done = run_race(run, &self.scratch, &self.outside, watch).await?;
        Ok(Answer::Race(Box::new(done)))
    }
}

/// Builds the table unless it is there already, and asks the question both ways, to the last page.
///
/// # Errors
/// [`RunError::Stopped`] when it was cancelled; a table that can't be built as the demonstration says.
pub async fn run_race(
    run: &RaceRun,
    scratch: &Scratch,
    outside: &Outside,
    watch: Watch<'_>,
) -> Result<RaceReport, RunError> {
    let mut built = scratch.0.lock().await;
    let target = match built.take().filter(|built| built.serves(&run.demo)) {
        Some(there) => there.target,
        None => build(&run.demo, outside, watch).await?,
    };
    *built = Some(Built {
        demo: run.demo.clone(),
        target: target.clone(),
    });
    drop(built);
    let query = pages(&target, "Query", &query(run), run.demo.items, watch).await?;
    let scan = pages(&target, "Scan", &scan(run), run.demo.items, watch).await?;
    Ok(RaceReport { query, scan })
}

async fn build(demo: &RaceDemo, outside: &Outside, watch: Watch<'_>) -> Result<Target, RunError> {
    if !(1..=MOST_ITEMS).contains(&demo.items) {
        return Err(RunError::Items {
            asked: demo.items,
            most: MOST_ITEMS,
        });
    }
    let (simulator, target) = scratch(demo.partitions, outside)?;
    let string = "S".to_owned();
    let mut keys = vec![(&demo.partition_key, &string)];
    keys.extend(demo.sort_key.as_ref().map(|sort| (sort, &string)));
    let created = target
        .send("CreateTable", &bytes(&create_table(&demo.table, &keys)))
        .await;
    if let Outcome::ServiceError { message, .. } = created.outcome {
        return Err(RunError::Seed {
            table: demo.table.clone(),
            why: message,
        });
    }
    let table = &demo.table;
    let now = (outside.clock)();
    let mut put = 0;
    while put < demo.items {
        watch.at(put, demo.items, "items put")?;
        let chunk = put..demo.items.min(put + CHUNK);
        put = chunk.end;
        let (simulator, demo) = (Arc::clone(&simulator), demo.clone());
        let loaded = blocking(move || {
            let items = chunk.map(|number| item(&demo, number));
            simulator
                .load(&demo.table, items, now)
                .map_err(|error| error.to_string())
        })
        .await?;
        loaded.map_err(|why| RunError::Seed {
            table: table.clone(),
            why,
        })?;
    }
    watch.at(demo.items, demo.items, "items put")?;
    Ok(target)
}

/// Sends a read again and again until there is no further page.
async fn pages(
    target: &Target,
    operation: &str,
    request: &Value,
    items: u64,
    watch: Watch<'_>,
) -> Result<Vec<Exchange>, RunError> {
    let mut request = request.clone();
    let mut pages: Vec<Exchange> = Vec::new();
    let mut examined = 0;
    loop {
        let page = target.send(operation, &bytes(&request)).await;
        examined += page
            .trace
            .as_ref()
            .map_or(0, crate::simulator::trace::Trace::examined);
        let next = page
            .response_json()
            .and_then(|body| body.get("LastEvaluatedKey").cloned());
        pages.push(page);
        let Some(next) = next else {
            return Ok(pages);
        };
        request["ExclusiveStartKey"] = next;
        watch.at(examined, items, "items read")?;
    }
}

fn query(run: &RaceRun) -> Value {
    json!({
        "TableName": run.demo.table,
        "KeyConditionExpression": "#key = :key",
        "ExpressionAttributeNames": { "#key": run.demo.partition_key },
        "ExpressionAttributeValues": { ":key": { "S": run.key } },
        "ReturnConsumedCapacity": "TOTAL",
    })
}

fn scan(run: &RaceRun) -> Value {
    json!({
        "TableName": run.demo.table,
        "FilterExpression": "#key = :key",
        "ExpressionAttributeNames": { "#key": run.demo.partition_key },
        "ExpressionAttributeValues": { ":key": { "S": run.key } },
        "ReturnConsumedCapacity": "TOTAL",
    })
}

const PEOPLE: [&str; 32] = [
    "Ada", "Ben", "Chloe", "Dmitri", "Esra", "Fatou", "Goran", "Hana", "Ivan", "Jamal", "Keiko",
    "Lars", "Mei", "Noor", "Omar", "Priya", "Quentin", "Rosa", "Sven", "Tala", "Uma", "Viktor",
    "Wanda", "Xavier", "Yara", "Zoltan", "Aiko", "Bruno", "Carmen", "Dayo", "Elif", "Femi",
];
const PETS: [&str; 24] = [
    "Beeba", "Kitten", "Rex", "Milo", "Luna", "Simba", "Oscar", "Bella", "Coco", "Daisy", "Felix",
    "Ginger", "Honey", "Jasper", "Lola", "Max", "Nala", "Otis", "Pepper", "Rusty", "Shadow",
    "Tiger", "Willow", "Ziggy",
];
const KINDS: [&str; 6] = ["cat", "dog", "rabbit", "parrot", "hamster", "tortoise"];
const ABOUT: [&str; 4] = [
    "sleeps on the windowsill most of the day and comes running when the fridge door opens",
    "was found behind the bakery, is afraid of umbrellas and likes the sound of the piano",
    "has a red collar with a small bell and is fed twice a day, at seven and at half past six",
    "knows three tricks, forgets two of them when visitors come, and travels well by train",
];

fn pick<'a>(names: &[&'a str], number: u64) -> &'a str {
    let index = usize::try_from(number % names.len() as u64).expect("smaller than the list");
    names[index]
}

/// Item `number` of a race's table: the first `per_key` items have the key that is asked for, then come as many with
/// another one, and so on. About 140 bytes each, as an item of a small application may have.
fn item(demo: &RaceDemo, number: u64) -> Item {
    let per_key = if demo.sort_key.is_some() {
        demo.per_key.max(1)
    } else {
        1
    };
    let (group, member) = (number / per_key, number % per_key);
    let people = PEOPLE.len() as u64;
    let name = format!("{} {}", pick(&PEOPLE, group), group / people + 1);
    let partition_key = if group == 0 {
        demo.key.clone()
    } else if name == demo.key {
        // The key that is asked for belongs to the first group alone.
        format!("{name}, too")
    } else {
        name
    };
    let pets = PETS.len() as u64;
    let pet = match member / pets {
        0 => pick(&PETS, member).to_owned(),
        round => format!("{} {}", pick(&PETS, member), round + 1),
    };
    let text = |text: &str| ItemValue::S(text.into());
    let born = ItemValue::S(format!("{}", 2009 + number % 15).as_str().into());
    let mut attributes = vec![
        (Name::new("born"), born),
        (Name::new("kind"), text(pick(&KINDS, group + member))),
        (Name::new("about"), text(pick(&ABOUT, number))),
    ];
    match &demo.sort_key {
        Some(sort_key) => attributes.push((Name::new(sort_key), text(&pet))),
        None => attributes.push((Name::new("pet"), text(&pet))),
    }
    // The keys come last: where a lesson calls its key as one of the others, the key stays.
    attributes.push((Name::new(&demo.partition_key), text(&partition_key)));
    attributes.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::super::tests::{outside, run_now, traces};
    use super::*;
    use crate::lesson::model::Place;
    use crate::scene;
    use crate::simulator::trace::Trace;

    fn race_run(items: u64, key: &str) -> RaceRun {
        RaceRun {
            demo: RaceDemo {
                id: "race".to_owned(),
                question: "Which pets live with Rachel?".to_owned(),
                table: "pets_by_person".to_owned(),
                partition_key: "person".to_owned(),
                sort_key: Some("pet".to_owned()),
                partitions: 4,
                items,
                per_key: 3,
                key: "Rachel".to_owned(),
                place: Place::default(),
            },
            key: key.to_owned(),
        }
    }

    const QUIET: Watch<'static> = Watch {
        report: &|_| {},
        stop: &|| false,
    };

    #[test]
    fn both_ways_find_the_same_items() {
        let scratch = Scratch::default();
        let done = run_now(run_race(
            &race_run(10_000, "Rachel"),
            &scratch,
            &outside(),
            QUIET,
        ))
        .unwrap();
        let (query, scan) = (traces(&done.query), traces(&done.scan));
        let sum = |pages: &[Trace], what: fn(&Trace) -> u64| pages.iter().map(what).sum::<u64>();
        assert_eq!(sum(&query, Trace::returned), 3);
        assert_eq!(sum(&query, Trace::examined), 3);
        assert_eq!(sum(&scan, Trace::returned), 3);
        assert_eq!(sum(&scan, Trace::examined), 10_000);
        assert!(scan.len() > 1, "a megabyte does not hold them all");
        let script = scene::race::Script::new(&query, &scan).unwrap();
        let end = script.frame(scene::Position::stop(script.timeline().moments()));
        for lane in &end.scan.lanes {
            let lit: u64 = lane
                .examined
                .iter()
                .map(|stretch| stretch.to - stretch.from)
                .sum();
            assert_eq!(
                lit, lane.items,
                "a scan leaves nothing out and reads nothing twice"
            );
        }
    }

    #[test]
    fn another_question_is_asked_to_the_same_table() {
        let (scratch, built) = (Scratch::default(), AtomicU64::new(0));
        let report = |answer: Answer| {
            if matches!(answer, Answer::Working { done: 0, .. }) {
                built.fetch_add(1, Ordering::Relaxed);
            }
        };
        let watch = Watch {
            report: &report,
            stop: &|| false,
        };
        run_now(async {
            for key in ["Rachel", "Nobody"] {
                let done = run_race(&race_run(100, key), &scratch, &outside(), watch)
                    .await
                    .unwrap();
                let returned: u64 = traces(&done.query).iter().map(Trace::returned).sum();
                assert_eq!(returned, if key == "Rachel" { 3 } else { 0 });
                assert!(done.query[0].succeeded());
            }
        });
        assert_eq!(built.into_inner(), 1);
    }

    #[test]
    fn work_that_was_stopped_leaves_no_table() {
        let scratch = Scratch::default();
        let calls = AtomicU64::new(0);
        let stop = || calls.fetch_add(1, Ordering::Relaxed) >= 2;
        let watch = Watch {
            report: &|_| {},
            stop: &stop,
        };
        let stopped = run_now(run_race(
            &race_run(50_000, "Rachel"),
            &scratch,
            &outside(),
            watch,
        ));
        assert!(matches!(stopped, Err(RunError::Stopped)));
        assert!(scratch.0.into_inner().is_none());
    }

    #[test]
    fn no_two_items_share_a_key() {
        let mut demo = race_run(1, "").demo;
        demo.per_key = 60;
        demo.key = "Ada 2".to_owned();
        let mut keys: Vec<String> = (0..5_000)
            .map(|number| {
                let item = item(&demo, number);
                format!("{:?} {:?}", item.get("person"), item.get("pet"))
            })
            .collect();
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), 5_000);
    }

    #[test]
    fn an_item_has_about_140_bytes() {
        let demo = race_run(1, "").demo;
        for number in 0..100 {
            let size = item(&demo, number).size();
            assert!((110..=170).contains(&size), "{size}");
        }
    }
}
