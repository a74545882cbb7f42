//! `--class`: who gives the join code as access key is let in, and nobody else.
//!
//! The server listens on the machine's network, but everything here goes over loopback.

use serde_json::json;

use super::clients::{passes, script};
use super::connection::{Answer, head_of};
use super::process::Server;
use super::table;
use crate::installed::is_there;

/// A server for a class, and its join code; nothing where the machine has no network to listen on.
fn class() -> Option<(Server, String)> {
    let server = match Server::try_start(&["--port", "0", "--class"]) {
        Ok(server) => server,
        Err(said) => {
            assert!(said.err.contains("needs a network"), "{}", said.err);
            return None;
        }
    };
    let line = server
        .opening
        .lines()
        .find_map(|line| line.strip_prefix("Join code: "));
    let code = line.expect("it is told").to_owned();
    Some((server, code))
}

/// What somebody with this access key is answered.
fn ask(server: &Server, access_key: &str, operation: &str, body: &str) -> Answer {
    let mut connection = server.connect();
    let head = head_of(access_key, server.address, operation);
    let request = format!("{head}Content-Length: {}\r\n\r\n{body}", body.len());
    assert!(connection.write(request.as_bytes()));
    connection.answer().expect("everybody is answered")
}

#[test]
fn the_join_code_lets_a_class_in_and_nobody_else() {
    let Some((server, code)) = class() else {
        println!("skipped: this machine has no network");
        return;
    };
    let create = table("class").to_string();
    // Not even what a stranger's body is looked at for.
    let stranger = ask(&server, "AKIDLOCAL", "CreateTable", &create);
    assert_eq!(
        (stranger.status, stranger.error()),
        (400, "UnrecognizedClientException".to_owned())
    );
    ask(&server, &code, "CreateTable", &create).success();
    for (id, student) in [
        format!("{code}-ana"),
        code.to_lowercase() + "-Bo",
        code.clone(),
    ]
    .iter()
    .enumerate()
    {
        let put = json!({"TableName": "class", "Item": {"id": {"N": id.to_string()}}});
        ask(&server, student, "PutItem", &put.to_string()).success();
    }
    let one_off = &code[..5];
    for wrong in [
        "",
        one_off,
        &format!("{code}X"),
        &format!("-{code}"),
        &format!(" {code}"),
    ] {
        let answer = ask(&server, wrong, "Scan", r#"{"TableName": "class"}"#);
        assert_eq!(answer.status, 400, "{wrong:?}");
        assert!(!String::from_utf8_lossy(&answer.body).contains(&code));
    }
    let scan = ask(&server, &code, "Scan", r#"{"TableName": "class"}"#).success();
    assert_eq!(scan["Count"], 3);
    // Who tries one code after the other is made to wait, also with the right one; a class whose code is right never is.
    let told = (0..30).map(|guess| ask(&server, &format!("WRONG{guess}"), "ListTables", "{}"));
    let errors: Vec<_> = told.map(|answer| answer.error()).collect();
    assert_eq!(errors.last().unwrap(), "ThrottlingException", "{errors:?}");
    let said = server.end();
    // The log tells who did what, and not what to say to be let in.
    assert!(said.out.contains("ana"), "{}", said.out);
    assert!(!said.out.contains(&code), "{}", said.out);
}

#[test]
fn boto3_joins_a_class_with_its_code() {
    if !is_there("python3", &["-c", "import boto3"]) {
        println!("skipped: python3 with boto3 is not installed");
        return;
    }
    let Some((server, code)) = class() else {
        println!("skipped: this machine has no network");
        return;
    };
    let right = format!("{code}-ana,{code}-bo");
    let arguments = [right.as_str(), "AKIDLOCAL,ABCDEF-ana"];
    passes(&server, "python3", &script("join.py"), &arguments);
}
