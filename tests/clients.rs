//! Generated code in the hands of those it is written for: the AWS CLI, Node, Python, Ruby and
//! the Rust compiler.
//!
//! A recorder on loopback stands where DynamoDB would: each program runs with the real SDK, and
//! what arrives must be the request that the program was made from, whatever texts are in it.
//!
//! ```text
//! request ── code::generate ──→ program ── real SDK ──→ recorder ──→ the same request?
//! ```
//!
//! A client that is not installed is skipped, and the test says so; with
//! `DYNATOUR_REQUIRE_CLIENTS=1` that is a failure. `DYNATOUR_NODE_MODULES` names a directory with
//! the JavaScript SDK, without which JavaScript is only parsed.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex, OnceLock};

use dynatour::code::{Language, Style, generate, generate_styled};
use serde_json::{Value as Json, json};

mod installed;

use installed::{client, clients_are_required, is_there, node_modules};

/// A server that keeps what it is sent, by operation, and answers everything with `{}`.
struct Recorder {
    address: SocketAddr,
    received: Arc<Mutex<Vec<(String, Json)>>>,
}

impl Recorder {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port on loopback");
        let address = listener.local_addr().expect("bound");
        let received = Arc::new(Mutex::new(Vec::new()));
        let keep = Arc::clone(&received);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // A client that hangs up early has sent no request.
                let mut reader = BufReader::new(stream);
                if let Some(request) = receive(&mut reader) {
                    // Kept before it is answered, so that whoever has the answer finds it.
                    keep.lock()
                        .expect("no test panics while it holds this")
                        .push(request);
                    // A client that has gone needs no answer.
                    let _ = reader.get_mut().write_all(ANSWER.as_bytes());
                }
            }
        });
        Self { address, received }
    }

    fn take(&self) -> Vec<(String, Json)> {
        std::mem::take(
            &mut *self
                .received
                .lock()
                .expect("no thread panics while it holds this"),
        )
    }
}

const ANSWER: &str = "HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\n\
                      x-amzn-RequestId: R\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";

fn receive(reader: &mut BufReader<TcpStream>) -> Option<(String, Json)> {
    let (mut operation, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        if line.trim().is_empty() {
            break;
        }
        let (name, value) = line.split_once(':').unwrap_or_default();
        match name.to_ascii_lowercase().as_str() {
            "x-amz-target" => value.rsplit('.').next()?.trim().clone_into(&mut operation),
            "content-length" => length = value.trim().parse().ok()?,
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let request = serde_json::from_slice(&body).ok()?;
    Some((operation, request))
}

/// Every operation with every kind of value, and texts that would do something if they could.
fn requests() -> Vec<(String, Json)> {
    let mut requests: Vec<(String, Json)> =
        serde_json::from_str(include_str!("../src/code/requests.json")).expect("JSON");
    let hostile = "'; touch pwned #\"; touch pwned `touch pwned` $(touch pwned) \
                   #{`touch pwned`} ${x} \\' \\\" \\\\ %s \u{1b}[2J \u{202e} \r\n\t \u{0} !! 猫";
    requests.push((
        "PutItem".to_owned(),
        json!({"TableName": "pets", "Item": {"id": {"S": hostile}, hostile: {"SS": [hostile]}}}),
    ));
    requests.push((
        "PutItem".to_owned(),
        json!({"TableName": "pets", "Item": {
            "id": {"S": "1"}, "__proto__": {"M": {"__proto__": {"S": "constructor"}}}
        }}),
    ));
    requests.push((
        "GetItem".to_owned(),
        json!({"TableName": "it's", "Key": {"id": {"S": "1"}}, "ProjectionExpression": "--help"}),
    ));
    requests
}

/// The requests of the lessons, read from their Markdown.
fn lesson_requests() -> Vec<(String, Json)> {
    let mut requests = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("lessons")];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else {
            continue;
        };
        for path in entries.flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                let text = std::fs::read_to_string(&path).expect("a lesson is text");
                requests.extend(text.split("```request ").skip(1).map(|block| {
                    let (info, body) = block.split_once('\n').expect("a block has a body");
                    let body = body.split("```").next().expect("a block ends");
                    let operation = info.split_whitespace().next().expect("an operation");
                    let request = serde_json::from_str(body).expect("a request is JSON");
                    (operation.to_owned(), request)
                }));
            }
        }
    }
    requests
}

/// Runs a program in `folder`, to send to the recorder.
fn run(program: &str, arguments: &[&str], folder: &Path, recorder: &Recorder) {
    let endpoint = format!("http://{}", recorder.address);
    let output = client(program, folder, &endpoint)
        .args(arguments)
        .output()
        .expect("the program was there a moment ago");
    let errors = String::from_utf8_lossy(&output.stderr);
    let code = arguments
        .last()
        .and_then(|file| std::fs::read_to_string(folder.join(file)).ok())
        .unwrap_or_default();
    assert!(
        output.status.success(),
        "{program} says:\n{errors}\nof\n{code}"
    );
}

/// Writes, runs and checks a program for each request.
fn check(
    requests: &[(String, Json)],
    language: Language,
    style: Style,
    (program, arguments): (&str, &[&str]),
    prepare: impl Fn(&Path, String) -> String,
) {
    let recorder = Recorder::start();
    let folder = tempfile::tempdir().expect("a scratch directory");
    for (operation, request) in requests {
        let code = generate_styled(language, style, operation, request);
        let file = format!("program.{}", language.extension());
        let prepared = prepare(folder.path(), code.clone());
        std::fs::write(folder.path().join(&file), prepared).expect("a scratch file");
        let mut arguments = arguments.to_vec();
        arguments.push(&file);
        run(program, &arguments, folder.path(), &recorder);
        let mut received = recorder.take();
        // Every SDK gives a transaction a token of its own where the request has none.
        if operation == "TransactWriteItems" && request.get("ClientRequestToken").is_none() {
            for (_, body) in &mut received {
                let token = body
                    .as_object_mut()
                    .and_then(|body| body.remove("ClientRequestToken"));
                assert!(token.is_some_and(|token| token.is_string()), "{code}");
            }
        }
        assert_eq!(received, [(operation.clone(), request.clone())], "{code}");
        assert!(!folder.path().join("pwned").exists(), "{code}");
    }
}

#[test]
fn the_aws_cli_sends_the_request() {
    if !is_there("aws", &["--version"]) {
        println!("skipped: the AWS CLI is not installed");
        return;
    }
    let version = Command::new("aws")
        .arg("--version")
        .output()
        .expect("it just ran");
    let version = String::from_utf8_lossy(&version.stdout).into_owned();
    let mut requests = requests();
    if clients_are_required() {
        requests.extend(lesson_requests());
    }
    if version.starts_with("aws-cli/1.") {
        assert!(
            !clients_are_required(),
            "version 2 of the AWS CLI is needed, not {version}"
        );
        println!("skipped: binary values, which need version 2 of the AWS CLI");
        requests.retain(|(operation, request)| {
            !generate(Language::AwsCli, operation, request).contains("--cli-binary-format")
        });
    }
    check(
        &requests,
        Language::AwsCli,
        Style::Typed,
        ("sh", &[]),
        |_, code| {
            // Older versions know the endpoint as an option only.
            format!("aws() {{ command aws --endpoint-url \"$AWS_ENDPOINT_URL\" \"$@\"; }}\n{code}")
        },
    );
}

#[test]
fn boto3_sends_the_request() {
    if !is_there("python3", &["-c", "import boto3"]) {
        println!("skipped: python3 with boto3 is not installed");
        return;
    }
    let mut requests = requests();
    if clients_are_required() {
        requests.extend(lesson_requests());
    }
    check(
        &requests,
        Language::Python,
        Style::Typed,
        ("python3", &[]),
        |_, code| code,
    );
}

#[test]
fn node_sends_the_request() {
    if !is_there("node", &["--version"]) {
        println!("skipped: node is not installed");
        return;
    }
    let modules = node_modules();
    for style in [Style::Typed, Style::Plain] {
        let mut requests = requests();
        requests.extend(lesson_requests());
        let Some(modules) = &modules else {
            println!("skipped: sending from JavaScript, DYNATOUR_NODE_MODULES is not set");
            parse(&requests, Language::Node, style, ("node", &["--check"]));
            continue;
        };
        check(
            &requests,
            Language::Node,
            style,
            ("node", &[]),
            |folder, code| {
                let link = folder.join("node_modules");
                if !link.exists() {
                    std::os::unix::fs::symlink(modules, link).expect("a scratch directory");
                }
                code
            },
        );
    }
}

#[test]
fn python_parses_the_code() {
    if !is_there("python3", &["--version"]) {
        println!("skipped: python3 is not installed");
        return;
    }
    let arguments = ["-m", "py_compile"];
    parse(
        &requests(),
        Language::Python,
        Style::Typed,
        ("python3", &arguments),
    );
    parse(
        &lesson_requests(),
        Language::Python,
        Style::Typed,
        ("python3", &arguments),
    );
}

#[test]
fn ruby_parses_the_code() {
    if !is_there("ruby", &["--version"]) {
        println!("skipped: ruby is not installed");
        return;
    }
    parse(
        &requests(),
        Language::Ruby,
        Style::Plain,
        ("ruby", &["-wc"]),
    );
    parse(
        &lesson_requests(),
        Language::Ruby,
        Style::Plain,
        ("ruby", &["-wc"]),
    );
}

/// Has a program for each request read, but not run.
fn parse(
    requests: &[(String, Json)],
    language: Language,
    style: Style,
    (program, arguments): (&str, &[&str]),
) {
    let folder = tempfile::tempdir().expect("a scratch directory");
    for (operation, request) in requests {
        let code = generate_styled(language, style, operation, request);
        let file = folder
            .path()
            .join(format!("program.{}", language.extension()));
        std::fs::write(&file, &code).expect("a scratch file");
        let output = Command::new(program)
            .args(arguments)
            .arg(&file)
            .output()
            .expect("the program was there a moment ago");
        let errors = String::from_utf8_lossy(&output.stderr);
        let warned = errors.contains("warning:");
        assert!(output.status.success() && !warned, "{errors}\nof\n{code}");
    }
}

/// Where the Rust programs send to.
static RUST_RECORDER: OnceLock<SocketAddr> = OnceLock::new();

/// Stands in for the crate `aws_config` in the programs: the same words, a client that can reach
/// loopback only.
mod loopback {
    pub use aws_config::BehaviorVersion;

    pub async fn load_defaults(version: BehaviorVersion) -> aws_config::SdkConfig {
        let address = super::RUST_RECORDER.get().expect("the recorder runs");
        let credentials = aws_sdk_dynamodb::config::Credentials::new("A", "local", None, None, "");
        std::future::ready(()).await;
        aws_config::SdkConfig::builder()
            .behavior_version(version)
            .region(aws_config::Region::new("us-east-1"))
            .endpoint_url(format!("http://{address}"))
            .credentials_provider(aws_sdk_dynamodb::config::SharedCredentialsProvider::new(
                credentials,
            ))
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .build()
    }
}

/// Each program is a module that the compiler reads, and a test can run.
macro_rules! programs {
    ($($module:ident),*) => {
        $(
            #[expect(clippy::print_stdout, reason = "a program for learners prints the answer")]
            mod $module {
                use super::loopback as aws_config;
                include!(concat!("clients/", stringify!($module), ".rs"));
                pub fn run() -> Result<(), Box<dyn std::error::Error>> {
                    main()
                }
            }
        )*
        /// The programs by their file's name.
        const PROGRAMS: &[(&str, &str, fn() -> Result<(), Box<dyn std::error::Error>>)] = &[
            $((
                stringify!($module),
                include_str!(concat!("clients/", stringify!($module), ".rs")),
                $module::run,
            )),*
        ];
    };
}

programs!(
    create_table,
    describe_table,
    list_tables,
    delete_table,
    put_item,
    get_item,
    update_item,
    delete_item,
    query,
    scan,
    update_table,
    batch_get_item,
    batch_write_item,
    transact_write_items,
    transact_get_items,
    update_time_to_live,
    describe_time_to_live,
    tag_resource,
    untag_resource,
    list_tags_of_resource,
    hostile,
    unknown_parameter
);

#[test]
fn rust_programs_compile_and_send_the_request() {
    let mut requests = requests();
    requests.truncate(21);
    requests.push((
        "Query".to_owned(),
        json!({"TableName": "pets", "Colour": ["\"blue\""], "Limit": "5"}),
    ));
    assert_eq!(requests.len(), PROGRAMS.len());
    let recorder = Recorder::start();
    RUST_RECORDER
        .set(recorder.address)
        .expect("only this test sets it");
    for ((operation, request), (name, program, run)) in requests.iter().zip(PROGRAMS) {
        let code = generate(Language::Rust, operation, request);
        if std::env::var_os("DYNATOUR_UPDATE_PROGRAMS").is_some() {
            let path =
                Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/clients/{name}.rs"));
            std::fs::write(path, code).expect("the sources can be written");
            continue;
        }
        assert_eq!(
            &code, program,
            "tests/clients/{name}.rs is not what is generated; read the difference, and run this \
             test with DYNATOUR_UPDATE_PROGRAMS=1 to accept it"
        );
        run().expect("the recorder answers");
        assert_eq!(
            recorder.take(),
            [(operation.clone(), request.clone())],
            "{code}"
        );
    }
}
