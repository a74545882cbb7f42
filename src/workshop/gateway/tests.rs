//! The HTTP API over real sockets, with handlers in Ruby (they need no SDK of Node's) and a thin client for it.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::listen::{LARGE, Listening, Passages, listen, passages};
use super::{Api, CONCURRENCY, IDLE, Passage, Request, Unanswered};
use crate::workshop::check::Workplace;
use crate::workshop::goal::Goal;
use crate::workshop::language::Language;
use crate::workshop::samples::{
    has_sdk, is_installed, is_running, outside, soon, wait_until_gone, workplace,
};
use crate::workshop::table::Tables;

struct Served {
    api: Arc<Api>,
    listening: Listening,
    passages: Passages,
    folder: tempfile::TempDir,
}

/// An API whose three handlers are these; nothing where Ruby is not installed.
async fn serve(codes: [&str; 3], time: Duration) -> Option<Served> {
    serve_for(codes, time, IDLE).await
}

/// The same with environments that are kept so long.
async fn serve_for(codes: [&str; 3], time: Duration, keep: Duration) -> Option<Served> {
    let folder = tempfile::tempdir().unwrap();
    if !is_installed(Language::Ruby) || !has_sdk(Language::Ruby, folder.path()) {
        return None;
    }
    for (goal, code) in Goal::ALL.into_iter().zip(codes) {
        std::fs::write(folder.path().join(goal.file(Language::Ruby)), code).unwrap();
    }
    let place = Workplace {
        keep,
        ..workplace(Language::Ruby, folder.path())
    };
    let tables = Tables::new(outside(), Arc::new(|| None));
    let [all, one, post] = Goal::ALL;
    let integrations = [
        place.integration(all, &tables),
        place.integration(one, &tables),
        place.integration(post, &tables),
    ];
    let api = Arc::new(Api::new(integrations, outside(), time));
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let (say, passages) = passages(10);
    Some(Served {
        listening: listen(listener, Arc::clone(&api), say).unwrap(),
        api,
        passages,
        folder,
    })
}

impl Served {
    /// An answer as it came: its head in lower case, and its body.
    async fn send(&self, request: &str) -> (String, String) {
        let mut stream = TcpStream::connect(self.listening.address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.to_lowercase(), body.to_owned())
    }

    /// What is told of the next request, which is when it is answered.
    async fn told(&mut self) -> (Request, Passage, u64) {
        let told = tokio::time::timeout(LONG, self.passages.next()).await;
        told.expect("a request was answered and nothing told of it")
            .unwrap()
    }

    async fn ask(&self, line: &str, headers: &str, body: &str) -> (String, String) {
        let length = body.len();
        let request = format!(
            "{line} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
        );
        self.send(&request).await
    }
}

const SOLUTIONS: [&str; 3] = [
    Goal::GetAll.solution(Language::Ruby),
    Goal::GetOne.solution(Language::Ruby),
    Goal::Post.solution(Language::Ruby),
];
const LONG: Duration = Duration::from_mins(1);

#[tokio::test]
async fn clients_get_the_answers_of_the_handlers_and_of_the_api() {
    let Some(mut served) = serve(SOLUTIONS, LONG).await else {
        return;
    };
    let json = "content-type: application/json\r\n";
    let (head, body) = served.ask("GET /pets/2?a=b", "", "").await;
    assert!(head.starts_with("http/1.1 200"), "{head}");
    assert!(
        head.contains("\r\ncontent-type: application/json\r\n"),
        "{head}"
    );
    assert!(body.contains("\"Rex\""), "{body}");
    let (request, passage, missed) = served.told().await;
    assert_eq!(missed, 0);
    assert_eq!(
        (request.path.as_str(), passage.goal),
        ("/pets/2", Some(Goal::GetOne))
    );
    assert_eq!(&*passage.exchanges.served[0].operation, "GetItem");
    assert!(passage.invoked.unwrap().report.init.is_some());
    let event: serde_json::Value = serde_json::from_slice(&passage.event).unwrap();
    let id = event["requestContext"]["requestId"].as_str();
    assert_eq!(passage.answer.header("apigw-requestid"), id);

    let luna = r#"{"id":"4","name":"Luna","kind":"hamster"}"#;
    assert!(
        served
            .ask("POST /pets", json, luna)
            .await
            .0
            .starts_with("http/1.1 201")
    );
    assert!(
        served
            .ask("POST /pets", json, luna)
            .await
            .0
            .starts_with("http/1.1 409")
    );
    assert!(served.ask("GET /pets", "", "").await.1.contains("Luna"));
    let (head, body) = served.ask("GET /pets/7", "", "").await;
    assert!(
        head.starts_with("http/1.1 404") && body.contains("no such pet"),
        "{head}"
    );
    for line in ["GET /", "DELETE /pets", "GET /pets/2/3"] {
        let (head, body) = served.ask(line, "", "").await;
        assert!(head.starts_with("http/1.1 404"), "{head}");
        assert_eq!(body, r#"{"message":"Not Found"}"#);
        assert!(head.contains("\r\napigw-requestid: "), "{head}");
    }
    let (head, body) = served
        .ask("POST /pets", json, &"x".repeat(10 * 1024 * 1024 + 1))
        .await;
    assert!(head.starts_with("http/1.1 413"), "{head} {body}");
    assert!(head.contains("\r\napigw-requestid: "), "{head}");
    // In base64 it is larger than an event may be.
    let (head, body) = served
        .ask("POST /pets", "", &"x".repeat(5 * 1024 * 1024))
        .await;
    assert!(head.starts_with("http/1.1 413"), "{head} {body}");
    let mut last = None;
    while last.is_none() {
        let (_, passage, _) = served.told().await;
        last = passage.unanswered.map(|why| (passage.goal, why));
    }
    assert_eq!(last, Some((Some(Goal::Post), Unanswered::TooLarge)));
}

#[tokio::test]
async fn pages_of_this_machine_may_ask_and_others_may_not() {
    let Some(served) = serve(SOLUTIONS, LONG).await else {
        return;
    };
    let page = "Origin: http://localhost:8080\r\nAccess-Control-Request-Method: POST\r\n";
    let (head, _) = served.ask("OPTIONS /pets", page, "").await;
    assert!(head.starts_with("http/1.1 204"), "{head}");
    assert!(
        head.contains("access-control-allow-methods: get,post"),
        "{head}"
    );
    let (head, _) = served
        .ask("GET /pets", "Origin: http://localhost:8080\r\n", "")
        .await;
    assert!(
        head.contains("access-control-allow-origin: http://localhost:8080"),
        "{head}"
    );
    let (head, body) = served
        .ask("GET /pets", "Origin: http://example.com\r\n", "")
        .await;
    assert!(head.starts_with("http/1.1 403"), "{head}");
    assert_eq!(body, r#"{"message":"Forbidden"}"#);
    let turned = "GET /pets HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n\r\n";
    assert!(served.send(turned).await.0.starts_with("http/1.1 403"));
}

#[tokio::test]
async fn a_handler_that_fails_is_500_and_one_that_takes_too_long_503() {
    let fails = "def lambda_handler(event:, context:) = raise(\"no\")";
    let sleeps = "def lambda_handler(event:, context:) = sleep";
    let malformed = "def lambda_handler(event:, context:) = { statusCode: 200, body: 1 }";
    let Some(mut served) = serve([fails, sleeps, malformed], Duration::from_secs(2)).await else {
        return;
    };
    for line in ["GET /pets", "POST /pets"] {
        let (head, body) = served.ask(line, "", "").await;
        assert!(head.starts_with("http/1.1 500"), "{head}");
        assert_eq!(body, r#"{"message":"Internal Server Error"}"#);
    }
    let (head, body) = served.ask("GET /pets/2", "", "").await;
    assert!(head.starts_with("http/1.1 503"), "{head}");
    assert_eq!(body, r#"{"message":"Service Unavailable"}"#);
    let mut told = Vec::new();
    for _ in 0..3 {
        let (_, passage, _) = served.told().await;
        told.push(passage.unanswered);
    }
    assert_eq!(told, [None, None, Some(Unanswered::TooLate)]);
}

/// Leaves a file with its process's number, and waits until as many of them have run as it is asked to.
const MEETS: &str = r#"
require "json"
def lambda_handler(event:, context:)
  asked = event["queryStringParameters"]
  File.write(File.join(__dir__, "met-#{context.aws_request_id}"), Process.pid.to_s)
  sleep 0.01 until Dir[File.join(__dir__, "met-*")].size >= asked["wait_for"].to_i
  exit!(3) if asked["dies"]
  { statusCode: 200, body: JSON.generate([Process.pid.to_s, context.log_stream_name]) }
end"#;

impl Served {
    /// What [`MEETS`] answers: its process, and its environment's log stream.
    async fn meet(&self, query: &str) -> (String, String) {
        let (head, body) = self.ask(&format!("GET /pets?{query}"), "", "").await;
        assert!(head.starts_with("http/1.1 200"), "{head}");
        serde_json::from_str(&body).unwrap()
    }

    /// The processes that have met.
    fn met(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path()).unwrap().flatten();
        let met = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with("met-"));
        met.map(|entry| std::fs::read_to_string(entry.path()).unwrap())
            .filter(|pid| !pid.is_empty())
            .collect()
    }
}

#[tokio::test]
async fn requests_at_one_time_have_an_environment_each_and_later_ones_a_warm_one() {
    let Some(mut served) = serve([MEETS; 3], LONG).await else {
        return;
    };
    let (one, other) = tokio::join!(served.meet("wait_for=2"), served.meet("wait_for=2"));
    assert_ne!(one.0, other.0, "a process each");
    assert_ne!(one.1, other.1, "a log stream each");
    let mut cold = Vec::new();
    let third = served.meet("wait_for=2").await;
    assert!(third == one || third == other, "{third:?}");
    for _ in 0..3 {
        let (_, passage, _) = served.told().await;
        cold.push(passage.invoked.unwrap().report.init.is_some());
    }
    assert_eq!(cold, [true, true, false]);
    served.api.replace(Goal::GetAll).await;
    for (pid, _) in [&one, &other] {
        wait_until_gone(pid);
    }
}

#[tokio::test]
async fn an_environment_that_nobody_needs_ends() {
    let keep = Duration::from_millis(1);
    let Some(served) = serve_for([MEETS; 3], LONG, keep).await else {
        return;
    };
    let first = served.meet("wait_for=1").await;
    soon("it ends", || (!is_running(&first.0)).then_some(())).await;
    let second = served.meet("wait_for=1").await;
    assert_ne!(first, second, "a cold start");
}

#[tokio::test]
async fn an_environment_that_dies_takes_no_other_with_it() {
    let Some(served) = serve([MEETS; 3], LONG).await else {
        return;
    };
    let dies = served.ask("GET /pets?wait_for=2&dies=1", "", "");
    let ((head, _), lives) = tokio::join!(dies, served.meet("wait_for=2"));
    assert!(head.starts_with("http/1.1 500"), "{head}");
    assert!(is_running(&lives.0));
    assert_eq!(served.meet("wait_for=2").await, lives);
}

#[tokio::test]
async fn what_is_too_many_at_one_time_waits() {
    let Some(served) = serve([MEETS; 3], LONG).await else {
        return;
    };
    let query = format!("wait_for={CONCURRENCY}");
    let all = (0..CONCURRENCY + 2).map(|_| served.meet(&query));
    let mut pids: Vec<_> = futures_util::future::join_all(all)
        .await
        .into_iter()
        .map(|(pid, _)| pid)
        .collect();
    pids.sort();
    pids.dedup();
    assert_eq!(pids.len(), CONCURRENCY);
    let api = Arc::clone(&served.api);
    drop(served);
    // The last connections let go of it as they are polled.
    soon("the connections let go of the API", || {
        (Arc::strong_count(&api) == 1).then_some(())
    })
    .await;
    Arc::into_inner(api).unwrap().end().await;
    for pid in &pids {
        wait_until_gone(pid);
    }
}

#[tokio::test]
async fn a_save_ends_also_what_is_at_work() {
    let Some(mut served) = serve([MEETS; 3], LONG).await else {
        return;
    };
    let replaced = async {
        let pid = soon("the handler is at work", || served.met().pop()).await;
        served.api.replace(Goal::GetAll).await;
        pid
    };
    let waits = served.ask("GET /pets?wait_for=1000", "", "");
    let ((head, body), pid) = tokio::join!(waits, replaced);
    assert!(head.starts_with("http/1.1 503"), "{head} {body}");
    let (_, passage, _) = served.told().await;
    assert_eq!(passage.unanswered, Some(Unanswered::Replaced));
    wait_until_gone(&pid);
    served.meet("wait_for=1").await;
}

#[tokio::test]
async fn only_so_many_large_bodies_are_held_and_small_ones_wait_for_none() {
    let time = Duration::from_millis(300);
    let Some(served) = serve(SOLUTIONS, time).await else {
        println!("skipped: ruby is not installed");
        return;
    };
    // Each has its turn, and sends nothing of what it announced.
    let mut holding = Vec::new();
    for _ in 0..LARGE {
        let mut stream = TcpStream::connect(served.listening.address).await.unwrap();
        let head = "POST /pets HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000000\r\n\r\n";
        stream.write_all(head.as_bytes()).await.unwrap();
        holding.push(stream);
    }
    let large = "x".repeat(100_000);
    let refused = async || {
        let (head, body) = served.ask("POST /nothing", "", &large).await;
        head.starts_with("http/1.1 503") && body.contains("Service Unavailable")
    };
    // Until all of them have been read so far.
    let mut asked = 0;
    while !refused().await {
        asked += 1;
        assert!(asked < 1_000, "none was refused");
    }
    let (head, _) = served.ask("GET /nothing", "", "").await;
    assert!(head.starts_with("http/1.1 404"), "{head}");
    drop(holding);
    while refused().await {
        asked += 1;
        assert!(asked < 1_000, "nobody gave a turn back");
    }
}
