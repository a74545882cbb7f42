//! The HTTP API over real sockets, with handlers in Ruby (they need no SDK of Node's) and a thin client for it.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::Api;
use super::listen::{Listening, Passages, listen, passages};
use crate::workshop::goal::Goal;
use crate::workshop::language::Language;
use crate::workshop::samples::{has_sdk, is_installed, outside, workplace};
use crate::workshop::table::Tables;

struct Served {
    listening: Listening,
    passages: Passages,
    _folder: tempfile::TempDir,
}

/// An API whose three handlers are these; nothing where Ruby is not installed.
async fn serve(codes: [&str; 3], time: Duration) -> Option<Served> {
    let folder = tempfile::tempdir().unwrap();
    if !is_installed(Language::Ruby) || !has_sdk(Language::Ruby, folder.path()) {
        return None;
    }
    for (goal, code) in Goal::ALL.into_iter().zip(codes) {
        std::fs::write(folder.path().join(goal.file(Language::Ruby)), code).unwrap();
    }
    let place = workplace(Language::Ruby, folder.path());
    let tables = Tables::new(outside(), Arc::new(|| None));
    let [all, one, post] = Goal::ALL;
    let integrations = [
        place.integration(all, &tables).await.unwrap(),
        place.integration(one, &tables).await.unwrap(),
        place.integration(post, &tables).await.unwrap(),
    ];
    let api = Arc::new(Api::new(integrations, outside(), time));
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let (say, passages) = passages(10);
    Some(Served {
        listening: listen(listener, api, say).unwrap(),
        passages,
        _folder: folder,
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
    let (request, passage, missed) = served.passages.next().await.unwrap();
    assert_eq!(missed, 0);
    assert_eq!(
        (request.path.as_str(), passage.goal),
        ("/pets/2", Some(Goal::GetOne))
    );
    assert_eq!(&*passage.exchanges.served[0].operation, "GetItem");
    assert!(passage.invoked.unwrap().report.init.is_some());

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
    }
    let (head, body) = served
        .ask("POST /pets", json, &"x".repeat(10 * 1024 * 1024 + 1))
        .await;
    assert!(head.starts_with("http/1.1 413"), "{head} {body}");
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
    let Some(served) = serve([fails, sleeps, malformed], Duration::from_secs(2)).await else {
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
}
