//! The live screen in a real terminal: a client's item lands on it, and the end gives everything back.

use std::net::SocketAddr;

use serde_json::json;

use super::connection::Connection;
use super::{key, table};
use crate::pty::Terminal;

/// Where the server says that it is.
fn address(screen: &Terminal) -> SocketAddr {
    let text = screen.text();
    let start = text.split("DYNAMODB=http://").nth(1);
    let address = start.and_then(|rest| rest.split_whitespace().next());
    let address = address.unwrap_or_else(|| panic!("no address in\n{text}"));
    address.parse().expect("an address")
}

fn started(home: &std::path::Path, arguments: &[&str]) -> Terminal {
    let all = [&["serve", "--port", "0"], arguments].concat();
    let mut screen = Terminal::start(100, 30, home, &all);
    screen.until("Nobody has come yet");
    screen
}

#[test]
fn an_item_lands_on_the_screen_and_quitting_asks_first() {
    let home = tempfile::tempdir().unwrap();
    let mut screen = started(home.path(), &[]);
    let address = address(&screen);
    let mut client = Connection::open(address);
    client.ask("CreateTable", &table("Pets"));
    screen.until("table created").until("● P0");
    client.ask("PutItem", &json!({"TableName": "Pets", "Item": key(1234)}));
    screen.until("1234 created").until("1 WCU");
    // What a client sends is shown, and steers nothing.
    client.ask(
        "CreateTable",
        &json!({
            "TableName": "Names", "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "name", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "name", "KeyType": "HASH"}]
        }),
    );
    let name = json!({"name": {"S": "\u{1b}[2J"}});
    client.ask("PutItem", &json!({"TableName": "Names", "Item": name}));
    screen.until("␛[2J created").until("1234 created");
    client.call("GetItem", &json!({"TableName": "Nowhere", "Key": key(1)}));
    screen.until("✗").until("refused");
    screen.press(" ").until("PAUSED  nothing came since");
    client.ask("PutItem", &json!({"TableName": "Pets", "Item": key(77)}));
    screen.until("1 more came").press(" ").until("77 created");
    screen.press("b").until("Your tables").press("\u{1b}");
    screen
        .until("WHERE, WHAT")
        .press("q")
        .until("Stop serving?");
    screen.press("n").until("WHERE, WHAT").press("q");
    screen.until("Stop serving?").press("y");
    assert!(screen.end().success());
    assert!(screen.is_as_before());
    assert!(
        screen.text().contains("in memory and are gone"),
        "{}",
        screen.text()
    );
    assert!(
        std::net::TcpStream::connect(address).is_err(),
        "nobody listens"
    );
}

#[test]
fn with_a_directory_nothing_is_lost_and_nothing_is_asked() {
    let home = tempfile::tempdir().unwrap();
    let data = home.path().join("data");
    let data = data.to_str().unwrap();
    let mut screen = started(home.path(), &["--data", data]);
    let mut client = Connection::open(address(&screen));
    client.ask("CreateTable", &table("Pets"));
    client.ask("PutItem", &json!({"TableName": "Pets", "Item": key(5)}));
    screen.until("5 created").press("q");
    assert!(screen.end().success());
    let mut screen = started(home.path(), &["--data", data]);
    screen
        .until("1 table is there, Pets with 1 item")
        .press("q");
    assert!(screen.end().success());
    assert!(screen.is_as_before());
}
