//! How long a frame of a demonstration takes at 200×60 with 10,000 items behind the picture, and of the screen of a server that is
//! asked a thousand times a second: `cargo bench --bench frames`.
//!
//! ```text
//!   tick ─→ update ─→ frame of the script ─→ cells ─→ difference ─→ bytes written
//!   ╰───────────────────────── what is timed ──────────────────────────────╯
//! ```
//!
//! The demonstrations are run for real, on the simulated table, and played as on the screen: a tick every 33 ms, from the first
//! moment to the last and again. The bytes go into a counter instead of a terminal, so that only the program's own part is timed.
//! Every frame is drawn whole for two terminals, one after the other, and counts with the faster of both: what the machine does besides
//! seldom meets both.
//! Without `--bench`, as `cargo test --all-targets` runs it, there are few items and few frames, and nothing but that it works is learned.
//!
//! Invariant: a target that was missed is printed as missed.

#![expect(clippy::print_stdout, reason = "the table it prints is what it is for")]
#![expect(
    clippy::cast_precision_loss,
    reason = "figures for people, of few digits"
)]

#[path = "../measure/mod.rs"]
mod measure;

use std::collections::{BTreeMap, VecDeque};
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use dynatour::app::effect::EffectRequest;
use dynatour::app::hash::HashScreen;
use dynatour::app::key::Key;
use dynatour::app::race::RaceScreen;
use dynatour::app::race::run::RaceRun;
use dynatour::app::screen::Screen;
use dynatour::app::serve::{Invitation, ServeScreen};
use dynatour::app::state::{Background, Standing, Start};
use dynatour::app::traffic::{TrafficScreen, demo as traffic_demo};
use dynatour::app::{Message, Moment, State, update};
use dynatour::lesson::key::{HashFunction, HashTable, KeyText, KeyType};
use dynatour::lesson::library;
use dynatour::lesson::model::{DemoKeys, HashDemo, Place, RaceDemo};
use dynatour::runner::{Outside, Runner};
use dynatour::scene::serve::{Arrival, KEPT, Request};
use dynatour::simulator::{Settings, Simulator, Timestamp};
use dynatour::target::exchange::TargetName;
use dynatour::terminal::painter::Painter;
use dynatour::ui::draw_buffer;
use dynatour::ui::theme::{Depth, Theme};
use measure::{Table, Target, median, resident, shown, time};

/// The largest terminal that the screens are designed for.
const SIZE: (u16, u16) = (200, 60);
/// What a frame may take.
const BUDGET: Duration = Duration::from_millis(4);
/// Between two ticks of the program.
const TICK: Duration = Duration::from_millis(33);

/// How much is done.
#[derive(Debug, Clone, Copy)]
struct Sizes {
    /// Items behind the picture.
    items: usize,
    frames: usize,
}

/// A terminal that only counts.
#[derive(Debug, Default)]
struct Counter;

impl Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn main() {
    let measured = std::env::args().any(|argument| argument == "--bench");
    let sizes = if measured {
        Sizes {
            items: 10_000,
            frames: 2_000,
        }
    } else {
        Sizes {
            items: 200,
            frames: 20,
        }
    };
    let mut table = Table::new();
    let race = |projector| show(Screen::Race(Box::new(race(sizes))), projector);
    let hash = |projector| show(Screen::Hash(Box::new(hash(sizes))), projector);
    let traffic = |projector| {
        let screen = TrafficScreen::new(traffic_demo("orders"));
        show(Screen::Traffic(Box::new(screen)), projector)
    };
    let before = resident("self");
    play("where an item lives", hash(false), sizes, &mut table, again);
    play("  for a projector", hash(true), sizes, &mut table, again);
    play("query or scan", race(false), sizes, &mut table, again);
    play("  for a projector", race(true), sizes, &mut table, again);
    play(
        "traffic, ten minutes",
        traffic(false),
        sizes,
        &mut table,
        again,
    );
    for (what, projector) in [("a server's clients", false), ("  for a projector", true)] {
        let mut clients = Clients::new(sizes);
        let state = clients.screen(projector);
        play(what, state, sizes, &mut table, |state, running| {
            clients.ask(state, running)
        });
    }
    if let (Some(before), Some(after)) = (before, resident("self")) {
        let held = after.saturating_sub(before) as f64 / 1e6;
        println!("memory held by all of them: {held:.0} MB");
    }
    table.finish();
}

/// So many keys, each an item of its own.
fn hash(sizes: Sizes) -> HashScreen {
    let keys = (0..sizes.items).map(|number| KeyText::of(format!("user-{number:05}")));
    HashScreen::new(HashDemo {
        id: String::new(),
        table: HashTable {
            name: "users".to_owned(),
            attribute: "id".to_owned(),
            key_type: KeyType::S,
            sort_key: None,
            partitions: 8,
            function: HashFunction::default(),
        },
        keys: DemoKeys::Listed(keys.collect()),
        place: Place::default(),
    })
}

/// The question of the lesson, asked of a table with so many items.
fn race(sizes: Sizes) -> RaceScreen {
    let mut demo = RaceDemo {
        id: String::new(),
        questions: Vec::new(),
        table: "pets_by_person".to_owned(),
        partition_key: "person".to_owned(),
        sort_key: Some("pet".to_owned()),
        partitions: 8,
        items: sizes.items as u64,
        per_key: 3,
        key: "Rachel".to_owned(),
        round_trip: 5,
        place: Place::default(),
    };
    demo.questions = vec![demo.question("Which pets live with Rachel?")];
    RaceScreen::new(RaceRun::of(demo, 0))
}

/// A demonstration with everything it asked for, its question answered, so that it plays.
fn show(screen: Screen, projector: bool) -> State {
    let lessons = library::read(&library::built_in()).expect("the lessons inside can be read");
    let outside = Outside {
        clock: Arc::new(|| Timestamp::from_millis(1_700_000_000_000)),
        stopwatch: None,
        memory: Arc::new(|| None),
        chance: Arc::new(|| Ok([7; 16])),
        exports: PathBuf::new(),
    };
    let runner = Runner::simulated(lessons.into(), None, outside).expect("a runner");
    let (columns, rows) = SIZE;
    let mut state = start(projector);
    state.begin_at(screen);
    let asked = update(&mut state, Message::Resize { columns, rows });
    tokio::runtime::Runtime::new()
        .expect("a runtime")
        .block_on(settle(&mut state, asked, &runner));
    assert!(
        state.top().moments().is_some(),
        "{:?}",
        state.top().problem()
    );
    update(&mut state, Message::Key(Key::Char('0')));
    state
}

/// The program in the largest terminal.
fn start(projector: bool) -> State {
    let lessons = library::read(&library::built_in()).expect("the lessons inside can be read");
    let (columns, rows) = SIZE;
    let mut state = State::new(Start {
        lessons,
        lesson: 0,
        progress: BTreeMap::new(),
        glossary: Vec::new(),
        target: TargetName::Simulated,
        standing: Standing::default(),
        background: Background::Dark,
        reduced_motion: false,
        columns,
        rows,
    });
    state.shared.wall.projector = projector;
    state
}

/// Carries out what the screen asks for until it asks for nothing more.
async fn settle(state: &mut State, asked: Vec<EffectRequest>, runner: &Runner) {
    let mut queue = VecDeque::from(asked);
    while let Some(request) = queue.pop_front() {
        let id = request.id;
        if let Some(answer) = runner.carry_out(request, &|_| {}).await {
            queue.extend(update(state, Message::Answer(id, answer)));
        }
    }
}

/// Lets time go on in a demonstration, again from the first moment when it has ended; how long that took.
fn again(state: &mut State, running: Duration) -> Duration {
    if !state.moving() {
        update(state, Message::Key(Key::Home));
        update(state, Message::Key(Key::Char(' ')));
    }
    let tick = Message::Tick(Moment { running, wall: 0 });
    time(|| update(state, tick)).0
}

/// Clients that put items into a simulated table.
struct Clients {
    simulator: Simulator,
    sizes: Sizes,
    asked: u64,
}

impl Clients {
    /// With a table that has a full log of requests behind it already.
    fn new(sizes: Sizes) -> Self {
        let simulator = Simulator::new(Settings::default());
        Self {
            simulator,
            sizes,
            asked: 0,
        }
    }

    fn one(&mut self, operation: &str, body: &str) -> Arrival {
        self.asked += 1;
        let now = Timestamp::from_millis(1_700_000_000_000);
        let reply = self.simulator.call(operation, body.as_bytes(), now);
        let request = Request {
            number: self.asked,
            at: now.millis(),
            client: &format!("student-{}", self.asked % 40),
            operation,
            status: reply.status,
            error: None,
            elapsed: Duration::from_micros(120),
            request_bytes: body.len() as u64,
            reply_bytes: reply.body.len() as u64,
        };
        Arrival::new(request, self.simulator.trace(&reply.request_id))
    }

    /// Puts, and every tenth request a page of a scan.
    fn some(&mut self, requests: usize) -> Vec<Arrival> {
        (0..requests)
            .map(|_| {
                let number = self.asked % self.sizes.items as u64;
                if self.asked.is_multiple_of(10) {
                    return self.one("Scan", r#"{"TableName":"users","Limit":100}"#);
                }
                let item = format!(r#"{{"id":{{"S":"user-{number:05}"}}}}"#);
                self.one(
                    "PutItem",
                    &format!(r#"{{"TableName":"users","Item":{item}}}"#),
                )
            })
            .collect()
    }

    fn screen(&mut self, projector: bool) -> State {
        let invitation = Invitation {
            address: "127.0.0.1:8000".to_owned(),
            code: Some("K7QX2M".to_owned()),
            ..Invitation::default()
        };
        let mut state = start(projector);
        state.begin_at(Screen::Serve(Box::new(ServeScreen::new(invitation))));
        let create = r#"{"TableName":"users","BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}]}"#;
        let mut arrivals = vec![self.one("CreateTable", create)];
        arrivals.extend(self.some(KEPT + 100));
        update(
            &mut state,
            Message::Served {
                arrivals,
                missed: 0,
            },
        );
        state
    }

    /// A frame's share of a thousand requests a second; how long the screen took to take them.
    fn ask(&mut self, state: &mut State, running: Duration) -> Duration {
        let arrivals = self.some(33);
        let now = Message::Tick(Moment { running, wall: 0 });
        let (taken, ()) = time(|| {
            update(state, now);
            update(
                state,
                Message::Served {
                    arrivals,
                    missed: 0,
                },
            );
        });
        taken
    }
}

/// Plays it and prints what its frames took; `advance` lets time go on and says how long that took.
fn play(
    what: &str,
    mut state: State,
    sizes: Sizes,
    table: &mut Table,
    mut advance: impl FnMut(&mut State, Duration) -> Duration,
) {
    let theme = Theme {
        depth: Depth::True,
        background: Background::Dark,
    };
    let (mut painter, mut second) = (Painter::new(Counter), Painter::new(Counter));
    let draw = |painter: &mut Painter<Counter>, state: &State| {
        let paint = |buffer: &mut _| draw_buffer(state, theme, buffer);
        painter.draw(SIZE, paint).expect("a counter takes all")
    };
    let (whole, all_bytes) = time(|| draw(&mut painter, &state));
    draw(&mut second, &state);
    let mut running = Duration::ZERO;
    let (mut times, mut bytes) = (Vec::new(), Vec::new());
    for _ in 0..sizes.frames {
        running += TICK;
        let moved = advance(&mut state, running);
        let (one, written) = time(|| draw(&mut painter, &state));
        let (other, again) = time(|| draw(&mut second, &state));
        assert_eq!(written, again, "a frame is a function of its moment");
        times.push(moved + one.min(other));
        bytes.push(written);
    }
    times.sort_unstable();
    bytes.sort_unstable();
    let of_hundred = |percent: usize| (sizes.frames * percent / 100).min(sizes.frames - 1);
    let slow = times[of_hundred(99)];
    table.row(
        &format!("{what}: 99 of 100 frames within"),
        &shown(slow),
        &shown(BUDGET),
        slow.as_secs_f64() / BUDGET.as_secs_f64(),
        Some(&Target::AtMost(1.0)),
    );
    // Nothing happened since: nothing may be written.
    let unchanged = draw(&mut painter, &state);
    table.row(
        &format!("{what}: bytes of an unchanged frame"),
        &unchanged.to_string(),
        "0",
        unchanged as f64,
        Some(&Target::AtMost(0.0)),
    );
    table.row(
        &format!("{what}: bytes of a moving frame, of 100 the 50th / all cells"),
        &bytes[of_hundred(50)].to_string(),
        &all_bytes.to_string(),
        bytes[of_hundred(50)] as f64 / all_bytes.max(1) as f64,
        Some(&Target::AtMost(1.0)),
    );
    table.faster(
        &format!("{what}: the median frame, beside the first one"),
        median(times),
        whole,
        Some(&Target::AtLeast(1.0)),
    );
}
