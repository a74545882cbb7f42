//! The program, in this process: what `dynatour deploy` and `dynatour cleanup` do behind the account's door, with the clients and the
//! HTTP that they have there, and a ledger on disk. Each run is another process's: clients and session are its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use aws_config::{BehaviorVersion, Region as AwsRegion, SdkConfig};
use aws_sdk_dynamodb::config::{Credentials, SharedCredentialsProvider};
use dynatour::account::door::Entered;
use dynatour::account::ledger::{Entry, Ledger, State as Made};
use dynatour::account::service::Services;
use dynatour::account::tag::RunId;
use dynatour::account::{Opening, Session};
use dynatour::deployment::{Plan, deploy};
use dynatour::simulator::Timestamp;
use dynatour::target::Target;
use dynatour::target::exchange::{Picodollars, Place};
use dynatour::target::guard::Guard;
use dynatour::target::retry::Waits;
use dynatour::transport::https::{self, Web};
use dynatour::workshop::goal::Goal;
use dynatour::workshop::lambda::Allowance;
use dynatour::workshop::language::Language;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::sync::Notify;

use super::Work;
use super::world::World;
use crate::account::learner::{KEY, REGION, SECRET};
use crate::aws::Aws;
use crate::pets::{clean_up, handlers};

/// All that is heard of a program that was killed.
pub const KILLED: &str = "killed";

/// moto's, for whoever it does not know.
const ACCOUNT: &str = "123456789012";
pub const CALLER: &str = "arn:aws:iam::123456789012:user/rachel";

const START: u64 = 1_800_000_000_000;
/// Each look at the clock is a second later.
const LOOK: u64 = 1_000;
const DAY: u64 = 24 * 60 * 60 * 1_000;

/// The first run's, and with it the name of what it makes.
const FIRST_RUN: u64 = 7;
pub const NAME: &str = "dynatour-00000007";

/// How a run ended.
#[derive(Debug)]
pub struct Ended {
    pub done: bool,
    /// All that is read about it.
    pub words: String,
}

/// A state directory, and what stays between two runs.
pub struct State {
    directory: TempDir,
    now: Arc<AtomicU64>,
    run: AtomicU64,
    runtime: Runtime,
}

impl State {
    pub fn new() -> Self {
        let memory = std::path::Path::new("/dev/shm");
        let directory = if memory.is_dir() {
            tempfile::tempdir_in(memory)
        } else {
            tempfile::tempdir()
        };
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build();
        Self {
            directory: directory.unwrap(),
            now: Arc::new(AtomicU64::new(START)),
            run: AtomicU64::new(FIRST_RUN),
            runtime: runtime.unwrap(),
        }
    }

    /// After everything that was under way has arrived or is lost.
    pub fn much_later(&self) {
        self.now.fetch_add(DAY, Ordering::SeqCst);
    }

    /// Starts the program; it may be killed.
    pub fn run(&self, aws: &Aws, work: Work) -> Ended {
        let killed = Arc::new(Notify::new());
        aws.may_kill(&killed);
        let entered = self.entered(aws);
        let whole = async {
            match work {
                Work::Deploy | Work::Update => make(&entered, work).await,
                Work::CleanUp => clean_up(&entered).await,
            }
        };
        let ended = self.runtime.block_on(async {
            tokio::select! {
                biased;
                () = killed.notified() => Err(KILLED.to_owned()),
                ended = whole => ended,
            }
        });
        Ended {
            done: ended.is_ok(),
            words: ended.err().unwrap_or_default(),
        }
    }

    /// As the account's door hands it out.
    fn entered(&self, aws: &Aws) -> Entered {
        let place = Place {
            account: ACCOUNT.to_owned(),
            region: REGION.to_owned(),
            endpoint: Some(aws.url()),
        };
        let now = Arc::clone(&self.now);
        let clock = Arc::new(move || Timestamp::from_millis(now.fetch_add(LOOK, Ordering::SeqCst)));
        let run = self.run.fetch_add(1, Ordering::SeqCst);
        let session = Session::new(Opening {
            place: place.clone(),
            run: RunId::from_number((run << 32) + run),
            caller: CALLER.to_owned(),
            ledger: self.ledger(),
            // What nobody tells is counted with the most it can be, and here many answers are lost.
            ceiling: Picodollars(1_000_000_000_000),
            clock,
            renewal: "aws sso login --profile class".to_owned(),
            forget: Arc::new(|| {}),
        });
        let session = Arc::new(session.unwrap());
        let credentials = Credentials::new(KEY, SECRET, None, None, "test");
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(AwsRegion::from_static(REGION))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .build();
        let http = https::client(&|_| None);
        let waits: Waits = Arc::new(|_| Box::pin(std::future::ready(())));
        let guard: Arc<dyn Guard> = Arc::<Session>::clone(&session);
        let target = Target::account(place.clone(), &config, http.clone(), guard);
        let services = Services::new(&place, &config, &http, Arc::clone(&session));
        Entered {
            place,
            target: target.with_waits(Arc::clone(&waits)),
            services: services.with_waits(waits),
            // URLs of APIs are not asked here.
            web: Arc::new(Web::new(&|_| None)),
            session,
        }
    }

    fn ledger(&self) -> Ledger {
        // The time is for the name of a file that is set aside, and none is.
        let (ledger, words) = Ledger::open(self.directory.path(), START).unwrap();
        assert_eq!(words, None);
        ledger
    }

    /// What the ledger says may still be there.
    pub fn entries(&self) -> Vec<Entry> {
        self.ledger().left().unwrap()
    }

    /// Why the ledger is not true, if it is not.
    pub fn untrue(&self, world: &World) -> Option<String> {
        let (entries, there) = (self.entries(), world.ours());
        let is = |entry: &Entry, kind: &str, name: &str, id: &Option<String>| {
            let known = entry.identity().and_then(|known| known.id.as_ref());
            let same = known.is_none() || id.is_none() || known == id.as_ref();
            entry.kind.name() == kind && entry.name == name && same
        };
        let unknown = there
            .iter()
            .find(|(kind, name, id)| !entries.iter().any(|entry| is(entry, kind, name, id)));
        if let Some(unknown) = unknown {
            return Some(format!(
                "{unknown:?} is there and not in the ledger: {entries:?}"
            ));
        }
        let made = |entry: &&Entry| matches!(entry.state, Made::Made(_));
        let missing = entries.iter().filter(made).find(|entry| {
            let mut there = there.iter();
            !there.any(|(kind, name, id)| is(entry, kind, name, id))
        })?;
        Some(format!("{missing:?} is not there"))
    }
}

/// The digest of the code of the handler that changes, as it is planned last.
pub fn code(work: Work) -> String {
    let handlers = handlers(work == Work::Update);
    let one = &handlers[Goal::GetOne.index()];
    let archive = dynatour::deployment::Archive::of(Goal::GetOne.file(Language::Node), &one.source);
    archive.unwrap().sha256
}

async fn make(entered: &Entered, work: Work) -> Result<(), String> {
    let plan = Plan::new(
        entered,
        Language::Node,
        handlers(work == Work::Update),
        Allowance::default(),
    )
    .await?;
    let made = deploy(entered, &plan, &|| false, &|_| {}).await;
    made.map(|_| ()).map_err(|stopped| stopped.why)
}
