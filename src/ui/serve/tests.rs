//! The screen held by snapshots at every size and in every look, and whole whatever clients send.

use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::app::effect::{Answer, Effect, TableView};
use crate::app::key::Key;
use crate::app::screen::Screen;
use crate::app::serve::Invitation;
use crate::app::state::{Background, Glyphs, Standing};
use crate::app::{Message, Moment, State, update};
use crate::scene::serve::Arrival;
use crate::scene::serve::tests::Server;
use crate::simulator::trace::Effect as Change;
use crate::ui::draw_buffer;
use crate::ui::snapshot::{self, state};
use crate::ui::theme::Depth;

/// The screen of a server at its beginning.
pub(crate) fn begun(columns: u16, rows: u16, code: Option<&str>) -> State {
    let mut state = state(columns, rows);
    let address = "127.0.0.1:8000";
    let key = match code {
        Some(code) => format!("{code}-yourname"),
        None => "any".to_owned(),
    };
    let invitation = Invitation {
        address: address.to_owned(),
        code: code.map(str::to_owned),
        lines: vec![
            format!("export AWS_ENDPOINT_URL_DYNAMODB=http://{address}"),
            format!(
                "export AWS_ACCESS_KEY_ID={key} AWS_SECRET_ACCESS_KEY=any AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1"
            ),
        ],
        also: Vec::new(),
        kept: None,
    };
    state.shared.standing = Standing::Serving(address.to_owned());
    state.begin_at(Screen::Serve(Box::new(ServeScreen::new(invitation))));
    update(&mut state, Message::Resize { columns, rows });
    state
}

fn serve(state: &mut State) -> (&mut ServeScreen, &mut Shared) {
    match state.screens.last_mut() {
        Some(Screen::Serve(screen)) => (screen, &mut state.shared),
        _ => unreachable!("the server's screen is on top"),
    }
}

/// Sends what came, at so many milliseconds.
pub(crate) fn send(state: &mut State, arrivals: Vec<Arrival>, millis: u64) {
    let running = Duration::from_millis(millis);
    update(state, Message::Now(Moment { running, wall: 0 }));
    update(
        state,
        Message::Served {
            arrivals,
            missed: 0,
        },
    );
}

pub(crate) fn pass(state: &mut State, millis: u64) {
    let running = Duration::from_millis(millis);
    update(state, Message::Tick(Moment { running, wall: 0 }));
}

/// Pets put by a class of four, read by one of them, and what went wrong.
pub(crate) fn class() -> Vec<Arrival> {
    let mut server = Server::new();
    let mut all = vec![server.arrival("ana", "CreateTable", r#"{"TableName":"pets","BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}]}"#)];
    let put = |server: &mut Server, who: &str, table: &str, key: &str| {
        let body = format!(
            r#"{{"TableName":"{table}","Item":{{"id":{{"S":"{key}"}},"kind":{{"S":"cat"}}}}}}"#
        );
        server.arrival(who, "PutItem", &body)
    };
    for (who, key) in [
        ("ana", "Beeba"),
        ("ben", "Rex"),
        ("Zoë", "Milo"),
        ("ana", "Luna"),
        ("ben", "Simba"),
        ("dan", "Oscar"),
        ("dan", "猫"),
        (
            "ana",
            "a-very-long-name-that-does-not-fit-into-any-box-or-line-of-a-terminal",
        ),
        ("dan", "Ada"),
    ] {
        all.push(put(&mut server, who, "pets", key));
    }
    all.push(put(&mut server, "ben", "dogs", "Rex"));
    all.push(server.arrival("Zoë", "Scan", r#"{"TableName":"pets"}"#));
    all.push(server.arrival(
        "ana",
        "GetItem",
        r#"{"TableName":"pets","Key":{"id":{"S":"Rex"}}}"#,
    ));
    all.push(Arrival::turned_away(0, "192.168.1.77", "wrong join code"));
    all.push(throttled(&put(&mut server, "ben", "pets", "Rex")));
    all.push(put(&mut server, "dan", "pets", "Tom"));
    all
}

/// As if its partition could not have served it.
fn throttled(arrival: &Arrival) -> Arrival {
    let mut refused = arrival.clone();
    refused.outcome = crate::scene::serve::Outcome::Throttled {
        error: "ProvisionedThroughputExceededException".into(),
        message: "The level of configured provisioned throughput for the table was exceeded."
            .into(),
    };
    for touch in &mut refused.touches {
        touch.throttled = true;
        touch.effect = Change::None;
        touch.written = crate::simulator::trace::CapacityUnits::ZERO;
    }
    refused.written = crate::simulator::trace::CapacityUnits::ZERO;
    refused
}

fn drawn(state: &State, depth: Depth) -> Buffer {
    let mut buffer = Buffer::empty(Rect::new(0, 0, state.shared.columns, state.shared.rows));
    let theme = Theme {
        depth,
        background: Background::Dark,
    };
    draw_buffer(state, theme, &mut buffer);
    buffer
}

fn styled(state: &State) -> String {
    snapshot::styled(&drawn(state, Depth::TwoFiftySix))
}

fn plain(state: &State) -> String {
    snapshot::text(&drawn(state, Depth::None))
}

/// A class at work, everything landed.
fn at_work(columns: u16, rows: u16) -> State {
    let mut state = begun(columns, rows, None);
    send(&mut state, class(), 10_000);
    pass(&mut state, 10_500);
    state
}

const SIZES: [(u16, u16); 4] = [(60, 18), (80, 24), (120, 40), (200, 60)];

#[test]
fn before_anybody_has_come() {
    for (columns, rows) in SIZES {
        let name = format!("empty_{columns}x{rows}");
        insta::assert_snapshot!(name, styled(&begun(columns, rows, None)));
    }
    insta::assert_snapshot!("empty_class_80x24", styled(&begun(80, 24, Some("K7QX"))));
}

#[test]
fn a_class_at_work() {
    for (columns, rows) in SIZES {
        let name = format!("work_{columns}x{rows}");
        insta::assert_snapshot!(name, styled(&at_work(columns, rows)));
    }
}

#[test]
fn an_item_on_its_way() {
    let mut state = begun(80, 24, None);
    let mut all = class();
    let last = all.pop().expect("a last one");
    send(&mut state, all, 10_000);
    send(&mut state, vec![last], 11_000);
    pass(&mut state, 11_150);
    insta::assert_snapshot!("on_its_way_80x24", styled(&state));
    assert!(state.moving());
    pass(&mut state, 11_400);
    assert!(!state.moving());
    state.shared.reduced_motion = true;
    let still = plain(&state);
    pass(&mut state, 11_150);
    assert_eq!(
        plain(&state),
        still,
        "with reduced motion it is there at once"
    );
}

#[test]
fn paused_and_back() {
    for (columns, rows) in [(80, 24), (120, 40)] {
        let mut state = at_work(columns, rows);
        update(&mut state, Message::Key(Key::Char(' ')));
        for _ in 0..4 {
            update(&mut state, Message::Key(Key::Left));
        }
        send(&mut state, class().split_off(8), 12_000);
        pass(&mut state, 12_500);
        let name = format!("paused_{columns}x{rows}");
        insta::assert_snapshot!(name, styled(&state));
    }
}

#[test]
fn how_to_join_can_be_read_again() {
    let mut state = at_work(80, 24);
    update(&mut state, Message::Key(Key::Char('i')));
    insta::assert_snapshot!("joining_80x24", styled(&state));
    update(&mut state, Message::Key(Key::Esc));
    assert!(!plain(&state).contains("How clients join"));
}

#[test]
fn in_ascii_and_on_light_ground() {
    let mut state = at_work(80, 24);
    state.shared.background = Background::Light;
    insta::assert_snapshot!("light_80x24", styled(&state));
    state.shared.glyphs = Glyphs::Ascii;
    let text = plain(&state).replace('猫', "?").replace('ë', "e");
    assert!(text.is_ascii(), "{text}");
    insta::assert_snapshot!("ascii_80x24", text);
}

#[test]
fn many_partitions_are_lines_and_what_does_not_fit_is_counted() {
    let mut state = begun(80, 24, None);
    let mut server = Server::with_table("pets", false);
    server.put("ana", "pets", "Rex");
    let mut known = server.known();
    let one = known[0].partitions[0].clone();
    let width = u64::MAX / 64;
    known[0].partitions = (0..64)
        .map(|id| {
            let mut state = one.clone();
            state.id = crate::simulator::trace::PartitionId(id);
            state.first_hash = u64::from(id) * width;
            state.last_hash = if id == 63 {
                u64::MAX
            } else {
                u64::from(id + 1) * width - 1
            };
            state
        })
        .collect();
    send(&mut state, class(), 10_000);
    let (screen, _) = serve(&mut state);
    screen.live.know(&known, 1_000);
    pass(&mut state, 10_500);
    let text = plain(&state);
    assert!(text.contains("P12") && text.contains(" more"), "{text}");
}

#[test]
fn a_table_is_pinned_and_followed_again() {
    let mut state = at_work(120, 40);
    let mut server = Server::with_table("people", false);
    server.put("ana", "people", "Ada");
    let put = server.arrival(
        "ana",
        "PutItem",
        r#"{"TableName":"people","Item":{"id":{"S":"Bob"}}}"#,
    );
    send(&mut state, vec![put], 11_000);
    let shown = |state: &mut State| {
        let (screen, shared) = serve(state);
        let frame = screen.frame(shared);
        frame.table.map(|table| table.name.to_string())
    };
    assert_eq!(shown(&mut state).as_deref(), Some("pets"), "the busiest");
    update(&mut state, Message::Key(Key::Tab));
    assert_eq!(shown(&mut state).as_deref(), Some("people"), "pinned");
    update(&mut state, Message::Key(Key::Tab));
    assert_eq!(shown(&mut state).as_deref(), Some("pets"));
    assert!(plain(&state).contains("pinned"));
    update(&mut state, Message::Key(Key::Char('f')));
    update(&mut state, Message::Key(Key::Char('f')));
    assert_eq!(shown(&mut state).as_deref(), Some("people"), "the newest");
}

#[test]
fn tables_from_before_are_shown_before_anybody_comes() {
    let mut state = state(120, 40);
    state.begin_at(Screen::Serve(Box::new(ServeScreen::new(Invitation {
        address: "127.0.0.1:8000".to_owned(),
        kept: Some("/srv/class".to_owned()),
        ..Invitation::default()
    }))));
    let asked = update(
        &mut state,
        Message::Resize {
            columns: 120,
            rows: 40,
        },
    );
    assert!(matches!(asked[0].effect, Effect::BrowseTables));
    let mut server = Server::with_table("pets", false);
    server.put("ana", "pets", "Rex");
    let view = |known: crate::scene::serve::Known| TableView {
        name: known.name.to_string(),
        partition_key: ("id".to_owned(), "S".to_owned()),
        sort_key: None,
        items: 1,
        bytes: 5,
        partitions: known.partitions,
    };
    let tables = Answer::Tables(server.known().into_iter().map(view).collect());
    update(&mut state, Message::Answer(asked[0].id, tables));
    let text = plain(&state);
    assert!(
        text.contains("1 table is there, pets with 1 item"),
        "{text}"
    );
    assert!(
        text.contains("Tables are kept in /srv/class") && text.contains("● P0"),
        "{text}"
    );
    let ended = update(&mut state, Message::Key(Key::Char('q')));
    assert!(
        matches!(ended[0].effect, Effect::Quit),
        "nothing would be lost"
    );
}

#[test]
fn the_end_is_asked_about_where_something_would_be_lost() {
    let mut state = at_work(80, 24);
    assert!(update(&mut state, Message::Key(Key::Char('q'))).is_empty());
    insta::assert_snapshot!("parting_80x24", plain(&state));
    update(&mut state, Message::Key(Key::Char('n')));
    assert_eq!(state.screens.len(), 1);
    update(&mut state, Message::Key(Key::Char('q')));
    let ended = update(&mut state, Message::Key(Key::Char('y')));
    assert!(matches!(ended[0].effect, Effect::Quit));
    let mut state = begun(80, 24, Some("K7QX"));
    serve(&mut state).0.invitation.kept = Some("/srv/class".to_owned());
    send(&mut state, class(), 10_000);
    assert!(update(&mut state, Message::Key(Key::Char('q'))).is_empty());
    assert!(
        plain(&state).contains("The class gets no answer"),
        "a class is not left by mistake"
    );
    let mut state = at_work(80, 24);
    let ended = update(&mut state, Message::Hangup);
    assert!(
        matches!(ended[0].effect, Effect::Quit),
        "a signal is not asked"
    );
}

#[test]
fn when_it_becomes_quiet_the_tables_are_looked_at_once() {
    let mut state = begun(80, 24, None);
    let first = serve(&mut state).1.take_effects();
    assert!(first.is_empty(), "the first look was handed out already");
    let now = |millis| Moment {
        running: Duration::from_millis(millis),
        wall: 0,
    };
    let mut looks = 0;
    let mut count = |asked: Vec<crate::app::effect::EffectRequest>, state: &mut State| {
        for request in asked {
            assert!(matches!(request.effect, Effect::BrowseTables));
            looks += 1;
            update(
                state,
                Message::Answer(request.id, Answer::Tables(Vec::new())),
            );
        }
        looks
    };
    // The answer to the first look never came; then there is no second one.
    update(&mut state, Message::Now(now(1_000)));
    let asked = update(
        &mut state,
        Message::Served {
            arrivals: class(),
            missed: 0,
        },
    );
    assert_eq!(count(asked, &mut state), 0);
    let id = crate::app::effect::RequestId(1);
    update(&mut state, Message::Answer(id, Answer::Tables(Vec::new())));
    for millis in (1_033..1_600).step_by(33) {
        let asked = update(&mut state, Message::Tick(now(millis)));
        count(asked, &mut state);
    }
    assert_eq!(count(Vec::new(), &mut state), 1);
    assert!(!state.moving());
}

#[test]
fn an_idle_screen_asks_for_nothing_and_a_warm_one_cools_second_by_second() {
    let mut state = at_work(80, 24);
    assert_eq!(state.rests_for(), Some(Duration::from_millis(500)));
    pass(&mut state, 14_900);
    assert_eq!(state.rests_for(), Some(Duration::from_millis(100)));
    pass(&mut state, 15_000);
    assert_eq!(state.rests_for(), None);
    assert!(!state.moving());
}

#[test]
fn nothing_leads_from_a_server_to_a_lesson() {
    let mut state = at_work(80, 24);
    for key in [':', 'H', 'n', 'N', '/'] {
        update(&mut state, Message::Key(Key::Char(key)));
        assert!(matches!(state.top(), Screen::Serve(_)), "{key}");
    }
    update(&mut state, Message::Key(Key::Char('?')));
    let help = plain(&state);
    assert!(help.contains("How clients join"), "{help}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever is sent and however large the terminal is, the screen is drawn, in every state.
    #[test]
    fn it_is_drawn_at_any_size_whatever_is_sent(
        columns in 60u16..220, rows in 18u16..70,
        texts in prop::collection::vec("\\PC{0,80}|[\u{1b}\u{202e}\u{200f}a猫]{0,400}", 1..8),
        keys in "[ fi]{0,4}", projector: bool, ascii: bool,
    ) {
        let mut state = begun(columns, rows, projector.then_some("K7QX"));
        state.shared.wall.projector = projector;
        state.shared.glyphs = Glyphs::new(ascii);
        let mut server = Server::with_table("pets", false);
        let mut arrivals = class();
        for text in &texts {
            let key = serde_json::Value::from(format!("k{text}"));
            arrivals.push(server.arrival(text, "PutItem", &format!(r#"{{"TableName":"pets","Item":{{"id":{{"S":{key}}}}}}}"#)));
            arrivals.push(server.arrival(text, text, text));
            arrivals.push(Arrival::turned_away(0, text, text));
        }
        send(&mut state, arrivals, 10_000);
        for key in keys.chars() {
            update(&mut state, Message::Key(Key::Char(key)));
            update(&mut state, Message::Key(Key::Left));
        }
        for millis in [10_100, 10_900] {
            pass(&mut state, millis);
            let text = plain(&state);
            prop_assert!(!text.chars().any(|one| one.is_control() && one != '\n'));
            let turns = ['\u{202e}', '\u{200f}'];
            prop_assert!(!text.contains(turns));
            prop_assert!(text.lines().count() == usize::from(rows));
        }
    }
}
