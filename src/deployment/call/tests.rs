//! What a request is counted with: before it is sent, when nobody waits for its answer any more, and when that has told.

use std::sync::Arc;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::*;
use crate::account::ledger::{Identity, Intention, Ledger};
use crate::account::service::Services;
use crate::account::session::{Opening, Session};
use crate::account::tag::RunId;
use crate::deployment::{Address, samples};
use crate::simulator::Timestamp;
use crate::target::Target;
use crate::target::exchange::Place;
use crate::target::guard::Guard;
use crate::transport::https::{self, Web};

/// A deployment that stands, by its ledger, and whose API is served on this machine.
struct Stands {
    entered: Entered,
    caller: Caller,
    served: TcpListener,
    directory: tempfile::TempDir,
}

impl Stands {
    async fn new() -> Self {
        let served = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", served.local_addr().unwrap());
        let place = Place {
            account: "123456789012".to_owned(),
            region: "us-east-1".to_owned(),
            endpoint: Some(url.clone()),
        };
        let directory = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(directory.path(), 0).unwrap().0;
        let plan = samples::plan(place.clone(), false);
        let run = RunId::from_number(7);
        let intention = Intention {
            run,
            place: place.clone(),
            kind: Kind::Api,
            name: plan.name.to_string(),
        };
        let identity = Identity {
            id: Some("a1".to_owned()),
            arn: String::new(),
        };
        let entry = ledger.intend(&intention, 1).unwrap();
        ledger.made(entry, identity, 2).unwrap();
        let opening = Opening {
            place: place.clone(),
            run,
            caller: "arn:aws:iam::123456789012:user/rachel".to_owned(),
            ledger,
            ceiling: Picodollars(100_000_000_000),
            clock: Arc::new(|| Timestamp::from_millis(1_800_000_000_000)),
            renewal: String::new(),
            forget: Arc::new(|| ()),
        };
        let session = Arc::new(Session::new(opening).unwrap());
        let credentials = Credentials::new("A", "b", None, None, "test");
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static("us-east-1"))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .build();
        let http = https::client(&|_| None);
        let guard: Arc<dyn Guard> = Arc::<Session>::clone(&session);
        let deployed = Deployed {
            name: plan.name.clone(),
            address: Address { url, host: None },
            changed: Vec::new(),
        };
        Self {
            entered: Entered {
                target: Target::account(place.clone(), &config, http.clone(), guard),
                services: Services::new(&place, &config, &http, Arc::clone(&session)),
                place,
                web: Arc::new(Web::new(&|_| None)),
                session,
            },
            caller: Caller::new(plan, deployed),
            served,
            directory,
        }
    }

    /// What the API has cost, by the ledger on the disk.
    fn written(&self) -> Picodollars {
        let ledger = Ledger::open(self.directory.path(), 3).unwrap().0;
        ledger.entries().unwrap()[0].spent
    }

    fn spent(&self) -> Picodollars {
        self.entered.session.spending().spent
    }

    /// A request that has arrived, as far as its headers.
    async fn arrived(&self) -> TcpStream {
        let (mut stream, _) = self.served.accept().await.unwrap();
        let mut read = Vec::new();
        while !read.ends_with(b"\r\n\r\n") {
            read.push(stream.read_u8().await.unwrap());
        }
        stream
    }

    async fn call(&self, request: &Request) -> Result<Called, String> {
        let call = self.caller.call(&self.entered, request, &|| false, &|_| ());
        call.await
    }
}

fn of_no_route() -> Request {
    Request {
        method: "GET".to_owned(),
        path: "/owners".to_owned(),
        body: Vec::new(),
    }
}

#[tokio::test]
async fn who_leaves_while_a_request_is_under_way_has_paid_the_most() {
    let stands = Stands::new().await;
    let request = Request::of(Goal::GetAll);
    let most = stands.caller.most(&request);
    assert!(most > Picodollars(0));
    tokio::select! {
        called = stands.call(&request) => panic!("nothing was answered: {called:?}"),
        _stream = stands.arrived() => {}
    }
    assert_eq!((stands.written(), stands.spent()), (most, most));
}

#[tokio::test]
async fn what_an_answer_tells_is_what_it_cost() {
    let stands = Stands::new().await;
    let request = of_no_route();
    let most = stands.caller.most(&request);
    let serve = async {
        let mut stream = stands.arrived().await;
        assert_eq!((stands.written(), stands.spent()), (most, most));
        let answer = "HTTP/1.1 404 Not Found\r\napigw-requestid: 1\r\ncontent-length: 23\r\n\r\n{\"message\":\"Not Found\"}";
        stream.write_all(answer.as_bytes()).await.unwrap();
    };
    let (called, ()) = tokio::join!(stands.call(&request), serve);
    let called = called.unwrap();
    assert!(
        Picodollars(0) < called.price && called.price < most,
        "{called:?}"
    );
    let price = called.price;
    assert_eq!((stands.written(), stands.spent()), (price, price));
}

#[tokio::test]
async fn what_nobody_answers_has_cost_the_most() {
    let stands = Stands::new().await;
    let request = of_no_route();
    let most = stands.caller.most(&request);
    let hang_up = async { drop(stands.arrived().await) };
    let (called, ()) = tokio::join!(stands.call(&request), hang_up);
    let called = called.unwrap();
    assert!(called.way.reply.is_err() && called.price_is_most);
    assert_eq!(
        (called.price, stands.written(), stands.spent()),
        (most, most, most)
    );
}

#[tokio::test]
async fn nothing_is_sent_that_can_not_be_written_down() {
    let stands = Stands::new().await;
    let ledger = stands.directory.path().join("ledger.redb");
    std::fs::write(ledger, [0xAB; 4096]).unwrap();
    let request = of_no_route();
    tokio::select! {
        called = stands.call(&request) => {
            let why = called.unwrap_err();
            assert!(why.contains("Nothing was sent"), "{why}");
        }
        _stream = stands.arrived() => panic!("it was sent"),
    }
    assert_eq!(stands.spent(), Picodollars(0));
}
