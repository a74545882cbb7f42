//! The lesson on the simulated table, without a screen.

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::TcpListener;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::program::{dynatour, program, run};

#[test]
fn the_whole_lesson_does_what_it_says() {
    let said = dynatour(&["run", "06", "--plain"]);
    let failed: Vec<&str> = said
        .out
        .lines()
        .filter(|line| line.starts_with("FAILED"))
        .collect();
    assert_eq!((said.code, failed), (0, vec![]), "{}", said.err);
    assert!(said.out.contains("Target: SIMULATED · us-east-1"));
    assert!(said.out.contains("do what they say") || said.out.contains("did what they say"));
    let steers = |character: char| character.is_control() && character != '\n';
    assert!(!said.out.contains(steers), "only text and line feeds");
    assert_eq!(said.err, "");
}

#[test]
fn without_a_terminal_it_is_plain_by_itself() {
    let asked = dynatour(&["run", "6", "--plain"]);
    let by_itself = dynatour(&["run", "dynamodb"]);
    let alone = dynatour(&[]);
    let titles = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| line.contains(" min)"));
        lines.map(str::to_owned).collect()
    };
    assert!(titles(&asked.out).len() > 10);
    assert_eq!(titles(&asked.out), titles(&by_itself.out));
    assert_eq!(titles(&asked.out), titles(&alone.out));
    assert_eq!(asked.err, "");
    for said in [by_itself, alone] {
        assert!(said.err.contains("as with `run --plain`"), "{}", said.err);
    }
}

#[test]
fn json_is_one_object_for_each_step() {
    let said = dynatour(&["run", "06", "--json"]);
    let mut ids = std::collections::BTreeSet::new();
    for line in said.out.lines() {
        let step: Value = serde_json::from_str(line).unwrap();
        assert_eq!(step["ok"], true, "{line}");
        assert_eq!(step["target"], "SIMULATED");
        assert!(
            ids.insert(step["id"].as_str().unwrap().to_owned()),
            "{line}"
        );
        if step["kind"] == "step" {
            assert!(step["request"].is_object(), "{line}");
            assert!(step["response"].is_object(), "{line}");
            assert!(step["read_units"].is_number(), "{line}");
        }
    }
    assert!(ids.len() > 20, "{ids:?}");
    assert_eq!(said.code, 0);
}

#[test]
fn any_section_opens_directly() {
    let lessons = dynatour(&["lessons"]);
    let sections: Vec<&str> = lessons
        .out
        .lines()
        .filter(|line| line.contains(" min)"))
        .filter_map(|line| line.split_whitespace().nth(1))
        .collect();
    assert!(sections.len() > 10);
    for section in [
        "create-table",
        "scan-query",
        "workshop",
        "cleanup",
        "self-study",
    ] {
        assert!(sections.contains(&section), "{sections:?}");
        let said = dynatour(&["run", "06", "--plain", "--section", section]);
        assert_eq!(said.code, 0, "{section}: {}{}", said.out, said.err);
    }
}

#[test]
fn without_a_lesson_it_says_which_there_are() {
    for command in ["run", "present"] {
        let said = dynatour(&[command]);
        assert_eq!((said.code, said.out.as_str()), (2, ""));
        assert!(
            said.err.contains("06  API Gateway, Lambda, and DynamoDB"),
            "{}",
            said.err
        );
        let typed = format!("`dynatour {command} 06`");
        assert!(said.err.contains(&typed), "{}", said.err);
    }
}

#[test]
fn what_is_not_there_offers_what_is_near() {
    let said = dynatour(&["run", "structure", "--plain"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("no lesson `structure`"), "{}", said.err);
    let said = dynatour(&["run", "06", "--plain", "--section", "strcture"]);
    assert_eq!(said.code, 2);
    assert!(
        said.err.contains("did you mean `structure`"),
        "{}",
        said.err
    );
}

#[test]
fn a_broken_lesson_is_shown_at_its_place() {
    let lessons = tempfile::tempdir().unwrap();
    let lesson = lessons.path().join("99-broken");
    std::fs::create_dir(&lesson).unwrap();
    let front = "+++\ntitle = \"Broken\"\nsession = \"99\"\nsummary = \"s\"\ncourse = \"c\"\nregion = \"us-east-1\"\n+++\n";
    std::fs::write(lesson.join("lesson.md"), front).unwrap();
    let section = "+++\ntitle = \"One\"\nminutes = 1\n+++\n\n```requst PutItem id=a\n{}\n```\n";
    std::fs::write(lesson.join("01-one.md"), section).unwrap();
    let directory = lessons.path().to_str().unwrap();
    let said = dynatour(&["run", "99", "--plain", "--lessons", directory]);
    assert_eq!((said.code, said.out.as_str()), (2, ""));
    assert!(said.err.contains("99-broken/01-one.md:6:"), "{}", said.err);
    let said = dynatour(&["lessons", "--lessons", "/nowhere"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("/nowhere"), "{}", said.err);
}

#[test]
fn a_closed_pipe_ends_it_quietly() {
    let home = tempfile::tempdir().unwrap();
    let mut child = program(home.path())
        .args(["run", "06", "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.next().unwrap().unwrap().starts_with('{'));
    drop(lines);
    let mut errors = String::new();
    let mut stderr = child.stderr.take().unwrap();
    stderr.read_to_string(&mut errors).unwrap();
    assert_eq!(errors, "");
    // It may have been done before the pipe was closed.
    let code = child.wait().unwrap().code();
    assert!(code == Some(141) || code == Some(0), "{code:?}");
}

/// SIMULATED reads no AWS file, asks no metadata service, uses no proxy and opens no socket: everything that would
/// be asked is a listener here that nobody must call, or a named pipe that blocks whoever opens it.
#[test]
fn simulated_loads_no_credentials_and_opens_no_socket() {
    let home = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let pipe = home.path().join("config");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    let mut child = program(home.path())
        .args(["run", "06", "--json"])
        .env("AWS_CONFIG_FILE", &pipe)
        .env("AWS_SHARED_CREDENTIALS_FILE", &pipe)
        .env("AWS_PROFILE", "somebody")
        .env("AWS_EC2_METADATA_SERVICE_ENDPOINT", &url)
        .env("AWS_CONTAINER_CREDENTIALS_FULL_URI", &url)
        .env("AWS_ENDPOINT_URL", &url)
        .env("AWS_ENDPOINT_URL_DYNAMODB", &url)
        .env("HTTP_PROXY", &url)
        .env("http_proxy", &url)
        .env("ALL_PROXY", &url)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut looked = 0;
    for line in lines {
        assert_eq!(
            serde_json::from_str::<Value>(&line.unwrap()).unwrap()["target"],
            "SIMULATED"
        );
        #[cfg(target_os = "linux")]
        assert_eq!(network_sockets(child.id()), Vec::<String>::new());
        looked += 1;
    }
    assert!(looked > 20);
    let mut errors = String::new();
    let mut stderr = child.stderr.take().unwrap();
    stderr.read_to_string(&mut errors).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0), "{errors}");
    assert!(
        errors.contains("AWS_ENDPOINT_URL_DYNAMODB is set but not used"),
        "{errors}"
    );
    let called = listener.accept();
    assert!(called.is_err(), "somebody was asked: {called:?}");
}

/// Open descriptors of a process that are internet sockets, by inode. The runtime's own pair of unix sockets is none.
#[cfg(target_os = "linux")]
fn network_sockets(process: u32) -> Vec<String> {
    let mut known = std::collections::BTreeSet::new();
    for table in ["tcp", "tcp6", "udp", "udp6", "raw", "raw6"] {
        let text = std::fs::read_to_string(format!("/proc/{process}/net/{table}"));
        for line in text.unwrap_or_default().lines().skip(1) {
            known.extend(line.split_whitespace().nth(9).map(str::to_owned));
        }
    }
    let Ok(descriptors) = std::fs::read_dir(format!("/proc/{process}/fd")) else {
        return Vec::new();
    };
    descriptors
        .filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok())
        .filter_map(|link| {
            let link = link.to_str()?.to_owned();
            let inode = link.strip_prefix("socket:[")?.strip_suffix(']')?;
            known.contains(inode).then(|| inode.to_owned())
        })
        .collect()
}

#[test]
fn a_plain_run_leaves_the_learners_state_alone() {
    let home = tempfile::tempdir().unwrap();
    let said = run(program(home.path()).args(["run", "06", "--json"]));
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(!home.path().join("state").exists());
}

#[test]
fn where_items_live_is_printed_key_by_key() {
    let said = dynatour(&[
        "hash",
        "--plain",
        "--hash",
        "md5",
        "--sort-key",
        "pet",
        "Rachel / Beeba",
        "Rachel",
    ]);
    assert_eq!(said.code, 1, "one key is not whole");
    for part in [
        "\"Rachel\" / \"Beeba\"",
        "52 61 63 68 65 6c (6 bytes)",
        "92229a53a3a72b7e",
        "P2, which owns the range from 50 % to 75 %",
        "number 1 of 1 with this partition key",
        "Missing the key pet in the item",
    ] {
        assert!(said.out.contains(part), "{part}: {}", said.out);
    }
    let said = dynatour(&["hash", "--json", "--preset", "date", "--items", "500"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert_eq!(said.out.lines().count(), 501);
    let last: Value = serde_json::from_str(said.out.lines().last().unwrap()).unwrap();
    assert_eq!(last["largest"]["share"], "100 %");
    assert_eq!(last["largest"]["times_even"], "4.0");
}

#[test]
fn what_is_wrong_with_a_demonstration_is_said() {
    for (arguments, words) in [
        (
            vec!["--partitions", "0"],
            "from 1 to 1,024 partitions, not 0",
        ),
        (vec!["--partitions", "1000000"], "not 1,000,000"),
        (vec!["--preset", "stats"], "did you mean status?"),
        (
            vec!["--preset", "status", "--items", "20000"],
            "from 1 to 10,000 items",
        ),
        (vec!["--sort-key", "pet"], "Rachel / Beeba"),
    ] {
        let said = dynatour(&[&["hash", "--plain"], &arguments[..]].concat());
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{arguments:?}");
        assert!(said.err.contains(words), "{arguments:?}: {}", said.err);
    }
    let long = "k".repeat(2049);
    let said = dynatour(&["hash", "--plain", "", &long, "Rex"]);
    assert_eq!(said.code, 1);
    assert!(
        said.out.contains("cannot contain an empty string value"),
        "{}",
        said.out
    );
    assert!(
        said.out.contains("maximum size limit of2048 bytes"),
        "{}",
        said.out
    );
}

#[test]
fn a_race_has_its_figures_in_text_and_json() {
    let said = dynatour(&[
        "race",
        "--plain",
        "--items",
        "3000",
        "--left",
        "index",
        "--index",
        "kind,born",
        "--right-filter",
        "kind = 'cat' AND born = '2015'",
    ]);
    assert_eq!(said.code, 0, "{}", said.err);
    for words in [
        "query an index (by_kind_and_born)",
        "round trips",
        "a million",
        "at 5 ms",
    ] {
        assert!(said.out.contains(words), "{}", said.out);
    }
    let said = dynatour(&["race", "--json", "--items", "3000", "--right", "parallel"]);
    let race: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(race["left"]["examined"], 3);
    assert_eq!(race["right"]["examined"], 3000);
    assert_eq!(race["right"]["pages"].as_array().unwrap().len(), 4);
    assert_eq!(race["right"]["round_trips"], 1);
}

#[test]
fn what_is_wrong_with_a_race_is_said_and_nothing_else() {
    for (arguments, code, words) in [
        (&["--items", "0"][..], 2, "from 1 to 1,000,000 items"),
        (&["--items", "5000000"], 2, "from 1 to 1,000,000 items"),
        (&["--partitions", "0"], 2, "from 1 to 1,024 partitions"),
        (
            &["--partitions", "1000000"],
            2,
            "from 1 to 1,024 partitions",
        ),
        (&["--right-filter", "person = \"x"], 2, "is not closed"),
        (
            &["--right-filter", "person = = 'x'"],
            1,
            "Invalid FilterExpression",
        ),
        (
            &["--left-key", "kind = 'cat'"],
            1,
            "missed key schema element: person",
        ),
        (
            &["--left", "index", "--left-consistent"],
            1,
            "Consistent read",
        ),
        (&["--left", "guess"], 2, "possible values"),
    ] {
        let said = dynatour(&[&["race", "--plain"][..], arguments].concat());
        let words_of = format!("{}{}", said.out, said.err);
        assert_eq!(said.code, code, "{arguments:?}: {words_of}");
        assert!(words_of.contains(words), "{arguments:?}: {words_of}");
    }
}
