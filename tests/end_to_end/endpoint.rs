//! Servers on this machine, and addresses that are refused.

use std::net::{SocketAddr, TcpListener};

use dynatour::target::Target;
use dynatour::transport::endpoint::Loopback;

use crate::program::{Said, dynatour, program, run};
use crate::pty::Terminal;

/// The oracle on a port of its own, for as long as the runtime lives.
struct Oracle {
    address: SocketAddr,
    runtime: tokio::runtime::Runtime,
}

impl Oracle {
    fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let listener = runtime
            .block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))
            .unwrap();
        let address = listener.local_addr().unwrap();
        let database = dynoxide::Database::memory().unwrap();
        runtime.spawn(dynoxide::server::serve_on(listener, database));
        Self { address, runtime }
    }

    fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

#[test]
fn the_whole_lesson_runs_against_the_oracle() {
    let oracle = Oracle::start();
    let said = dynatour(&["run", "06", "--plain", "--endpoint-url", &oracle.url()]);
    let failed: Vec<&str> = said
        .out
        .lines()
        .filter(|line| line.starts_with("FAILED"))
        .collect();
    assert_eq!((said.code, failed), (0, vec![]), "{}", said.err);
    assert!(
        said.out
            .contains(&format!("Target: ENDPOINT {}", oracle.address))
    );
}

#[test]
fn tables_that_were_there_before_are_never_touched() {
    let oracle = Oracle::start();
    let target = Target::endpoint(&Loopback::parse(&oracle.url()).unwrap());
    let create = br#"{"TableName": "pets", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}"#;
    let put = br#"{"TableName": "pets", "Item": {"id": {"S": "precious"}}}"#;
    oracle.runtime.block_on(async {
        assert!(target.send("CreateTable", create).await.succeeded());
        assert!(target.send("PutItem", put).await.succeeded());
    });

    let said = dynatour(&["run", "06", "--plain", "--endpoint-url", &oracle.url()]);
    assert_eq!((said.code, said.out.as_str()), (2, ""));
    let way_on = format!(
        "aws dynamodb delete-table --table-name pets --endpoint-url {}",
        oracle.url()
    );
    assert!(said.err.contains(&way_on), "{}", said.err);
    // The screen says the same before it opens.
    let home = tempfile::tempdir().unwrap();
    let arguments = ["--fresh", "--endpoint-url", &oracle.url()];
    let mut screen = Terminal::start(200, 30, home.path(), &arguments);
    screen.until("already has tables").until("delete-table");
    assert_eq!(screen.end().exit_code(), 2);
    assert!(!home.path().join("state.redb").exists());

    // Another run of the program is another owner, down at the target itself.
    let other = Target::endpoint(&Loopback::parse(&oracle.url()).unwrap());
    oracle.runtime.block_on(async {
        let delete = br#"{"TableName": "pets"}"#;
        assert!(!other.send("PutItem", put).await.succeeded());
        assert!(!other.send("DeleteTable", delete).await.succeeded());
        let scan = target.send("Scan", delete).await.response_json().unwrap();
        assert_eq!(scan["Count"], 1);
    });
}

/// The picture is modelled; what the server says is measured, on a table that is gone afterwards.
#[test]
fn where_items_live_is_modelled_and_what_can_be_is_measured() {
    let oracle = Oracle::start();
    let keys = [
        "Beeba", "Rex", "Milo", "Luna", "Luno", "Simba", "Oscar", "Ada",
    ];
    let mut arguments = vec!["hash", "--json", "--endpoint-url"];
    let url = oracle.url();
    arguments.push(&url);
    arguments.extend(keys);
    let said = dynatour(&arguments);
    assert_eq!(said.code, 0, "{}", said.err);
    let last = said.out.lines().last().unwrap();
    let last: serde_json::Value = serde_json::from_str(last).unwrap();
    assert_eq!(last["provenance"], "modelled");
    let measured = &last["measured"];
    assert_eq!(measured["server"], oracle.address.to_string());
    assert_eq!(
        (&measured["puts"], &measured["write_units"]),
        (&8.into(), &8.0.into())
    );
    assert_eq!(
        (&measured["scanned"], &measured["read_units"]),
        (&8.into(), &0.5.into())
    );
    let mut order: Vec<&str> = measured["order"]
        .as_array()
        .unwrap()
        .iter()
        .map(|key| key.as_str().unwrap())
        .collect();
    order.sort_unstable();
    let mut wanted = keys;
    wanted.sort_unstable();
    assert_eq!(order, wanted);
    let target = Target::endpoint(&Loopback::parse(&url).unwrap());
    let left = oracle.runtime.block_on(target.send("ListTables", b"{}"));
    let left = left.response_json().unwrap();
    assert_eq!(left["TableNames"], serde_json::json!([]));

    // A refused key is in the words of the service, and the others are measured.
    let said = dynatour(&[
        "hash",
        "--plain",
        "--type",
        "N",
        "7",
        "seven",
        "--endpoint-url",
        &url,
    ]);
    assert_eq!(said.code, 1);
    assert!(said.out.contains("Modelled: no API shows"), "{}", said.out);
    assert!(
        said.out
            .contains("cannot be converted to a numeric value: seven"),
        "{}",
        said.out
    );
    assert!(said.out.contains("1 put, 1 WCU"), "{}", said.out);
}

#[test]
fn a_server_that_is_not_there_is_said_before_the_first_step() {
    let port = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let url = format!("http://127.0.0.1:{port}");
    let said = dynatour(&["run", "06", "--plain", "--endpoint-url", &url]);
    assert_eq!((said.code, said.out.as_str()), (2, ""));
    assert!(said.err.contains("nothing listens at"), "{}", said.err);
}

/// The race is modelled, its cost is said, and only with a yes it is run there; afterwards the server is as it was.
#[test]
fn a_race_is_measured_on_a_table_of_its_own() {
    let oracle = Oracle::start();
    let url = oracle.url();
    let race = [
        "race",
        "--items",
        "600",
        "--left",
        "index",
        "--json",
        "--endpoint-url",
        &url,
    ];
    let parsed = |said: &Said| -> serde_json::Value {
        assert_eq!(said.code, 0, "{}", said.err);
        serde_json::from_str(&said.out).unwrap()
    };
    let target = Target::endpoint(&Loopback::parse(&url).unwrap());
    let tables = || {
        let listed = oracle.runtime.block_on(target.send("ListTables", b"{}"));
        listed.response_json().unwrap()["TableNames"].clone()
    };

    let offered = parsed(&dynatour(&race));
    assert_eq!(offered["modelled"], true);
    assert_eq!(offered["most"]["write_units"], 1200.0);
    assert!(offered["measured"].is_null());
    assert_eq!(tables(), serde_json::json!([]), "nothing was sent");

    let run = parsed(&dynatour(&[&race[..], &["--yes"]].concat()));
    for side in ["left", "right"] {
        for figure in ["examined", "returned", "read_units"] {
            let (modelled, measured) = (&run[side][figure], &run["measured"][side][figure]);
            assert_eq!(modelled.as_f64(), measured.as_f64(), "{side} {figure}");
        }
    }
    assert_eq!(
        tables(),
        serde_json::json!([]),
        "the table is deleted again"
    );

    // A table of somebody else under that name is not touched.
    let create = br#"{"TableName": "pets_by_person", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}"#;
    assert!(
        oracle
            .runtime
            .block_on(target.send("CreateTable", create))
            .succeeded()
    );
    let said = dynatour(&[&race[..], &["--yes"]].concat());
    assert_eq!((said.code, said.out.as_str()), (2, ""));
    assert!(
        said.err.contains("was not made by this race"),
        "{}",
        said.err
    );
    assert_eq!(tables(), serde_json::json!(["pets_by_person"]));
}

/// Any endpoint elsewhere is treated like an account, however it is given: without credentials nothing is sent there.
#[test]
fn elsewhere_needs_what_an_account_needs_by_flag_environment_and_profile() {
    let refused = |said: Said, how: &str| {
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{how}");
        assert!(said.err.contains("Nothing was sent"), "{how}: {}", said.err);
    };
    let elsewhere = "https://192.0.2.1:8000";
    refused(
        dynatour(&["run", "06", "--plain", "--endpoint-url", elsewhere]),
        "flag",
    );
    let arguments = ["run", "06", "--plain", "--target", "endpoint"];
    let home = tempfile::tempdir().unwrap();
    for variable in ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_DYNAMODB"] {
        let mut command = program(home.path());
        command.args(arguments).env(variable, elsewhere);
        refused(run(&mut command), variable);
    }
    for config in [
        "[default]\nendpoint_url = http://192.0.2.1:8000\n",
        "[default]\nservices = mine\n[services mine]\ndynamodb =\n  endpoint_url = http://192.0.2.1:8000\n",
    ] {
        let file = home.path().join("config");
        std::fs::write(&file, config).unwrap();
        let mut command = program(home.path());
        command.args(arguments).env("AWS_CONFIG_FILE", &file);
        refused(run(&mut command), config);
    }
}

#[test]
fn an_endpoint_of_the_environment_is_used_when_asked_for() {
    let oracle = Oracle::start();
    let home = tempfile::tempdir().unwrap();
    let arguments = ["run", "06", "--json", "--target", "endpoint"];
    let mut command = program(home.path());
    command
        .args(arguments)
        .env("AWS_ENDPOINT_URL", "http://192.0.2.1:8000")
        .env("AWS_ENDPOINT_URL_DYNAMODB", oracle.url())
        .env("HTTP_PROXY", "http://127.0.0.1:1")
        .env("http_proxy", "http://127.0.0.1:1");
    let said = run(&mut command);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.out.contains(&format!("ENDPOINT {}", oracle.address)));

    // Both variables are to be ignored, so there is none.
    command.env("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true");
    let said = run(&mut command);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("names an endpoint"), "{}", said.err);
}
