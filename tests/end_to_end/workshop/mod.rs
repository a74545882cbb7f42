//! `dynatour workshop` from outside: the built program, a folder, the real interpreters with AWS's SDK, a client of the HTTP API.
//!
//! Node's SDK is found by `DYNATOUR_NODE_MODULES`, as in the other tests of clients. Ruby's is a gem; a thin client with the same calls
//! (`tests/ruby/`) stands in for it, so what these tests say of Ruby is said of the handlers and their runtime, not of the gem.

mod process;
mod screen;

use std::fs;
use std::net::TcpListener;
use std::path::Path;

#[cfg(target_os = "linux")]
use rustix::process::Signal;

use crate::installed::{is_there, node_modules};
use crate::program::{Said, run};
use process::{Workshop, left_in, nothing_is_left_in, program};

const FILES: [&str; 3] = ["get-pets.mjs", "get-pet.mjs", "post-pet.mjs"];
const RUBY_FILES: [&str; 3] = ["get_pets.rb", "get_pet.rb", "post_pet.rb"];

/// A handler that is right, or one with something replaced.
fn solution(language: &str, file: &str, replaced: &[(&str, &str)]) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("assets/workshop")
        .join(language)
        .join("solution")
        .join(file);
    let mut code = fs::read_to_string(path).unwrap();
    for (right, wrong) in replaced {
        assert!(code.contains(right), "{right} is not in\n{code}");
        code = code.replace(right, wrong);
    }
    code
}

fn save(folder: &Path, file: &str, code: &str) {
    // As editors do it.
    let aside = folder.join("aside");
    fs::write(&aside, code).unwrap();
    fs::rename(aside, folder.join(file)).unwrap();
}

fn once(home: &Path, arguments: &[&str]) -> Said {
    let mut command = program(home);
    run(command
        .args([&["workshop"], arguments].concat())
        .arg("--once"))
}

/// A folder with what a workshop writes, and the SDK beside it; nothing where Node or its SDK is missing.
fn node_folder(home: &Path) -> Option<std::path::PathBuf> {
    if !is_there("node", &["--version"]) {
        return None;
    }
    std::os::unix::fs::symlink(node_modules()?, home.join("node_modules")).unwrap();
    Some(home.join("pets"))
}

#[test]
fn a_folder_is_made_and_what_is_missing_is_said() {
    let home = tempfile::tempdir().unwrap();
    let pets = home.path().join("pets");
    let mut command = program(home.path());
    command.env("PATH", "/no/such/directory");
    let said = run(command.args(["workshop", "node"]).arg(&pets).arg("--once"));
    assert_eq!(said.code, 2, "{}", said.err);
    assert!(
        said.err.contains("Node.js is not installed"),
        "{}",
        said.err
    );
    assert!(said.err.contains("https://nodejs.org"), "{}", said.err);
    for file in FILES {
        assert!(pets.join(file).is_file(), "{file}");
    }
    if is_there("node", &["--version"]) {
        let said = once(home.path(), &["node", pets.to_str().unwrap()]);
        assert_eq!(said.code, 2, "{}", said.err);
        assert!(
            said.err
                .contains("AWS's SDK is missing: @aws-sdk/client-dynamodb"),
            "{}",
            said.err
        );
        assert!(said.err.contains("\n  npm install"), "{}", said.err);
    }
}

#[test]
fn a_folder_that_holds_something_else_is_refused_untouched() {
    let home = tempfile::tempdir().unwrap();
    let mine = home.path().join("index.mjs");
    fs::write(&mine, "mine").unwrap();
    let said = once(home.path(), &["node", home.path().to_str().unwrap()]);
    assert_eq!(said.code, 2);
    assert!(
        said.err.contains("is not empty (index.mjs)"),
        "{}",
        said.err
    );
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1);
    assert_eq!(fs::read_to_string(&mine).unwrap(), "mine");
}

#[test]
fn a_port_that_is_taken_is_said() {
    let home = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let mut command = program(home.path());
    let said = run(command.args(["workshop", "node", "pets", "--port", &port]));
    assert_eq!(said.code, 2);
    assert!(
        said.err.contains(&format!("port {port} is taken")),
        "{}",
        said.err
    );
}

#[test]
fn node_from_an_empty_folder_to_three_goals() {
    let home = tempfile::tempdir().unwrap();
    let Some(pets) = node_folder(home.path()) else {
        println!("skipped: node is not installed, or DYNATOUR_NODE_MODULES is not set");
        return;
    };
    let mut workshop = Workshop::start(home.path(), &["node", pets.to_str().unwrap()]);
    workshop.wait_for("0 of 3 goals are reached");

    let wrong = [(
        "id: event.pathParameters.id",
        "id: Number(event.pathParameters.id)",
    )];
    save(
        &pets,
        "get-pet.mjs",
        &solution("node", "get-pet.mjs", &wrong),
    );
    let told = workshop.wait_for("Open: get-pets.mjs");
    assert!(told.contains("wrong key type\n"), "{told}");
    assert!(told.contains("GetItem  400  ValidationException"), "{told}");
    for hint in ["Hint 1 of 3", "Hint 2 of 3"] {
        workshop.enter("h");
        workshop.wait_for(hint);
    }
    // The same mistake, saved again.
    save(
        &pets,
        "get-pet.mjs",
        &format!("{}\n", solution("node", "get-pet.mjs", &wrong)),
    );
    workshop.wait_for("Open: get-pets.mjs");
    for hint in ["Hint 3 of 3", "A solution of get-pet.mjs"] {
        workshop.enter("h");
        workshop.wait_for(hint);
    }
    for (file, standing) in FILES
        .into_iter()
        .zip(["1 of 3", "2 of 3", "All 3 goals are reached"])
    {
        save(&pets, file, &solution("node", file, &[]));
        workshop.wait_for(standing);
    }

    let luna = r#"{"id":"4","name":"Luna","kind":"hamster"}"#;
    let json = "content-type: application/json\r\n";
    assert_eq!(
        workshop.ask("POST /pets", json, luna),
        (201, luna.to_owned())
    );
    assert_eq!(workshop.ask("POST /pets", json, luna).0, 409);
    let (status, body) = workshop.ask("GET /pets/4", "", "");
    let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    assert_eq!((status, read(&body)), (200, read(luna)));
    assert_eq!(workshop.ask("GET /pets/5", "", "").0, 404);
    let told = workshop.wait_for("API Gateway  answered 404");
    assert!(
        told.contains("\nPOST /pets\n  API Gateway  route POST /pets"),
        "{told}"
    );
    assert!(told.contains("DynamoDB     PutItem  200  1 WCU"), "{told}");
    // What is posted without its type is no text to API Gateway, and so no JSON to the handler.
    assert_eq!(workshop.ask("POST /pets", "", luna).0, 400);

    #[cfg(target_os = "linux")]
    assert!(!left_in(&pets).is_empty(), "warm functions");
    let said = workshop.interrupt();
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    assert!(said.out.contains("Stopped."), "{}", said.out);
    nothing_is_left_in(&pets);
}

#[test]
fn ruby_once_wrong_and_right() {
    if !is_there("ruby", &["--version"]) {
        println!("skipped: ruby is not installed");
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let pets = home.path().join("pets");
    let arguments = ["ruby", pets.to_str().unwrap()];
    let said = once(home.path(), &arguments);
    if said.code == 2 {
        assert!(
            said.err
                .contains("gem install --user-install aws-sdk-dynamodb"),
            "{}",
            said.err
        );
        let client = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ruby/aws-sdk-dynamodb.rb");
        fs::copy(client, pets.join("aws-sdk-dynamodb.rb")).unwrap();
        assert_eq!(once(home.path(), &arguments).code, 1);
    } else {
        assert_eq!(said.code, 1, "{}", said.err);
    }
    let scan = [(
        "DB.get_item(table_name: TABLE, key: { \"id\" => id }).item",
        "DB.scan(table_name: TABLE).items.find { |one| one[\"id\"] == id }",
    )];
    for file in RUBY_FILES {
        save(&pets, file, &solution("ruby", file, &[]));
    }
    save(&pets, "get_pet.rb", &solution("ruby", "get_pet.rb", &scan));
    let said = once(home.path(), &arguments);
    assert_eq!(said.code, 1, "{}", said.out);
    assert!(
        said.out.contains("a Scan where a Get belongs"),
        "{}",
        said.out
    );
    assert!(
        said.out
            .contains("2 of 3 goals are reached. Open: get_pet.rb"),
        "{}",
        said.out
    );

    save(&pets, "get_pet.rb", &solution("ruby", "get_pet.rb", &[]));
    let said = once(home.path(), &arguments);
    assert_eq!(said.code, 0, "{}", said.out);
    assert!(
        said.out.ends_with("All 3 goals are reached.\n"),
        "{}",
        said.out
    );
    nothing_is_left_in(&pets);
}

#[cfg(target_os = "linux")]
#[test]
fn a_handler_that_loops_with_children_goes_with_a_workshop_however_that_is_ended() {
    for signal in [Signal::KILL, Signal::INT, Signal::TERM, Signal::HUP] {
        let home = tempfile::tempdir().unwrap();
        let Some(pets) = node_folder(home.path()) else {
            println!("skipped: node is not installed, or DYNATOUR_NODE_MODULES is not set");
            return;
        };
        let mut workshop = Workshop::start(home.path(), &["node", pets.to_str().unwrap()]);
        workshop.wait_for("0 of 3 goals are reached");
        // The third one leaves its group and forgets where it comes from: only a namespace holds it.
        let hidden = format!("3{:09}", std::process::id());
        let hides = if has_namespaces() {
            format!("spawn('sh', ['-c', 'setsid env -i sleep {hidden} &']);")
        } else {
            println!("without what hides: this machine has no namespaces");
            String::new()
        };
        let loops = format!(
            "import {{ spawn }} from 'node:child_process';\nexport const handler = async () => {{ spawn('sleep', ['100000']); spawn('sleep', ['200000'], {{ detached: true }}); {hides} for (;;) {{}} }};\n"
        );
        save(&pets, "post-pet.mjs", &loops);
        // While it is tried, it runs, and its children with it: one in its group, and one that left it.
        process::wait_until(|| {
            let left = left_in(&pets);
            ["100000", "200000"]
                .iter()
                .all(|time| left.iter().any(|command| command.contains(time)))
                && (hides.is_empty() || is_started_with(&hidden))
        });
        workshop.signal(signal);
        process::wait_until(|| left_in(&pets).is_empty() && !is_started_with(&hidden));
    }
}

/// Whether the workshop can have what it prefers here.
#[cfg(target_os = "linux")]
fn has_namespaces() -> bool {
    let look = dynatour::workshop::lambda::Enclosure::look();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(look) == dynatour::workshop::lambda::Enclosure::Namespace
}

/// Whether a process has this among its arguments.
#[cfg(target_os = "linux")]
fn is_started_with(argument: &str) -> bool {
    let mut entries = fs::read_dir("/proc").unwrap().flatten();
    entries.any(|entry| {
        let line = fs::read(entry.path().join("cmdline")).unwrap_or_default();
        line.split(|byte| *byte == 0)
            .any(|one| one == argument.as_bytes())
    })
}
