//! A server in this process that plays AWS, or stands in front of one that does, and counts.
//!
//! ```text
//!   dynatour ── HTTP, loopback ──▶ http ──▶ call ──▶ fault? ──▶ tables    (a simulated DynamoDB for each region)
//!   (a child process)                        │         │   ├──▶ services  (IAM, Lambda, API Gateway, `CloudWatch` Logs)
//!                                            ▼         ▼   ├──▶ sts       (who am I; where credentials come from)
//!                                     every call    kill   └──▶ or, in their place, a server of another make
//!                                     written down  the child, drop the connection,
//!                                                   or answer with AWS's own error
//! ```
//!
//! Calls are carried out one after the other, so that the n-th call is the n-th. Those for another server may overlap: a function
//! that runs there asks for its table through here.
//! Invariant: nothing of a signature but the access key is kept; whoever changes what another access key made is written down.

pub mod fault;
pub mod http;
pub mod sts;
pub mod tables;

use std::collections::BTreeMap;
use std::io::BufReader;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use dynatour::target::exchange::Picodollars;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::services::call::{Call, Service};
use crate::services::message::{Answer, Request};
use crate::services::refusal::error;
use crate::services::{Lag, Services};
use fault::{Fault, Rule, When};
use sts::Secrets;
use tables::{SOMEBODY, Tables};

pub const ACCOUNT: &str = "111122223333";

/// Each new role and function is not ready at once.
const LAG: Lag = Lag {
    role: 1,
    function: 1,
};

pub struct Aws {
    address: SocketAddr,
    account: Arc<Mutex<Account>>,
}

struct Account {
    tables: Tables,
    services: Services,
    /// Who carries calls out in the place of these.
    upstream: Option<SocketAddr>,
    caller: String,
    /// Access keys of somebody else than that.
    others: BTreeMap<String, String>,
    calls: Vec<Call>,
    rules: Vec<Rule>,
    /// Who is killed when a rule says so.
    client: Option<Client>,
    secrets: Option<Secrets>,
    /// Who waits to hear of a call of an operation.
    watchers: Vec<(&'static str, Sender<()>)>,
    /// By how many seconds the account's clock is before this machine's.
    ahead: i64,
    /// Those that wait for an answer that never comes, and those that are idle.
    streams: Vec<TcpStream>,
    ended: bool,
}

/// The program that may be killed.
enum Client {
    Process(Pid),
    /// It runs in this process, waits for this, and is dropped then.
    Here(Arc<Notify>),
}

/// What is done with a connection after a request.
enum Then {
    Answer(Answer),
    Close,
    Wait,
}

impl Aws {
    /// An empty account, called by a user of it.
    pub fn start() -> Self {
        Self::start_for(&format!("arn:aws:iam::{ACCOUNT}:user/student"))
    }

    pub fn start_for(caller: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let served = format!("execute-api.localhost:{}", address.port());
        let account = Arc::new(Mutex::new(Account {
            tables: Tables::new(ACCOUNT),
            services: Services::new(ACCOUNT, ("http", &served), LAG),
            upstream: None,
            caller: caller.to_owned(),
            others: BTreeMap::new(),
            calls: Vec::new(),
            rules: Vec::new(),
            client: None,
            secrets: None,
            watchers: Vec::new(),
            ahead: 0,
            streams: Vec::new(),
            ended: false,
        }));
        let shared = Arc::clone(&account);
        std::thread::spawn(move || accept(&listener, &shared));
        Self { address, account }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// From now on this server carries the calls out.
    pub fn stands_before(&self, server: SocketAddr) {
        self.lock().upstream = Some(server);
    }

    fn lock(&self) -> MutexGuard<'_, Account> {
        lock(&self.account)
    }

    /// Starts a child that is the one to kill. No call is carried out before it is known.
    pub fn spawn(&self, command: &mut Command) -> Child {
        let mut account = self.lock();
        let child = command.spawn().unwrap();
        account.client = Some(Client::Process(Pid::from_child(&child)));
        child
    }

    /// The program runs in this process, and is told that it is killed.
    pub fn may_kill(&self, killed: &Arc<Notify>) {
        self.lock().client = Some(Client::Here(Arc::clone(killed)));
    }

    /// From now on calls go wrong like this.
    pub fn rule(&self, when: When, fault: Fault, times: usize) -> &Self {
        let rule = Rule { when, fault, times };
        self.lock().rules.push(rule);
        self
    }

    /// Nothing goes wrong any more.
    pub fn heal(&self) {
        self.lock().rules.clear();
    }

    /// This access key is another user's.
    pub fn belongs(&self, access_key: &str, user: &str) {
        let caller = format!("arn:aws:iam::{ACCOUNT}:user/{user}");
        self.lock().others.insert(access_key.to_owned(), caller);
    }

    /// From now on a new table and its tags are seen only after so many calls.
    pub fn lag(&self, calls: usize) {
        self.lock().tables.lag(calls);
    }

    /// The account's clock, which each answer tells, is not this machine's.
    pub fn clock_ahead(&self, seconds: i64) {
        self.lock().ahead = seconds;
    }

    pub fn hands_out(&self, secrets: Secrets) {
        self.lock().secrets = Some(secrets);
    }

    /// Tells of the next call of an operation, when it has come.
    pub fn watch(&self, operation: &'static str) -> Receiver<()> {
        let (sender, receiver) = channel();
        self.lock().watchers.push((operation, sender));
        receiver
    }

    /// From here on calls are counted anew.
    pub fn forget(&self) {
        self.lock().calls.clear();
    }

    /// All calls so far, without those for credentials.
    pub fn calls(&self) -> Vec<Call> {
        self.lock().calls.clone()
    }

    /// The calls so far that could have changed something, creations included. Probes are about tables that don't exist, so they
    /// can't.
    pub fn changing_calls(&self) -> Vec<Call> {
        let mut calls = self.calls();
        calls.retain(|call| call.changes() || call.makes());
        calls.retain(|call| {
            let probes = call.probes() && call.operation != "CreateTable";
            assert!(
                !probes || call.status.is_none_or(|status| status >= 400),
                "a probe found something: {call:?}"
            );
            !probes
        });
        calls
    }

    /// Somebody else does something in the account.
    pub fn somebody(&self, region: &str, operation: &str, body: &Value) -> Value {
        self.act(SOMEBODY, region, operation, body)
    }

    /// Somebody does something in the account.
    pub fn act(&self, access_key: &str, region: &str, operation: &str, body: &Value) -> Value {
        let answer = self.lock().tables.ask(access_key, region, operation, body);
        assert!(answer.get("__type").is_none(), "{operation}: {answer}");
        answer
    }

    /// A table of somebody else with an item that must stay as it is.
    pub fn foreign_table(&self, region: &str, name: &str) {
        let create = json!({
            "TableName": name, "BillingMode": "PROVISIONED",
            "ProvisionedThroughput": {"ReadCapacityUnits": 3, "WriteCapacityUnits": 4},
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "Tags": [{"Key": "team", "Value": "payroll"}],
        });
        self.somebody(region, "CreateTable", &create);
        while self.somebody(region, "DescribeTable", &json!({"TableName": name}))["Table"]["TableStatus"]
            != "ACTIVE"
        {}
        let put =
            json!({"TableName": name, "Item": {"id": {"S": "1"}, "precious": {"S": "not yours"}}});
        self.somebody(region, "PutItem", &put);
    }

    pub fn id(&self, region: &str, table: &str) -> Option<String> {
        self.lock().tables.id(region, table)
    }

    /// The tables that this access key made and that are still there, as `region name`.
    pub fn made_by(&self, access_key: &str) -> Vec<String> {
        self.lock().tables.made_by(access_key)
    }

    /// Everything that this access key made and that is still there, tables first.
    pub fn everything_made_by(&self, access_key: &str) -> Vec<String> {
        let mut account = self.lock();
        let mut made = account.tables.made_by(access_key);
        made.extend(account.services.made_by(access_key));
        made
    }

    /// All that this access key did not make, byte for byte.
    pub fn dump_of_others(&self, access_key: &str) -> String {
        let mut account = self.lock();
        let others = account.services.dump_of_others(access_key);
        account.tables.dump_of_others(access_key) + &others.join("\n")
    }

    /// What the calls of this access key really consumed.
    pub fn spent(&self, access_key: &str) -> Picodollars {
        self.lock().tables.spent(access_key)
    }

    /// Fails if anybody changed what was not theirs.
    pub fn nobody_trespassed(&self) {
        let account = self.lock();
        let trespasses = [account.tables.trespasses(), account.services.trespasses()].concat();
        assert_eq!(trespasses, Vec::<String>::new());
    }
}

impl Drop for Aws {
    fn drop(&mut self) {
        let mut account = self.lock();
        account.ended = true;
        for stream in account.streams.drain(..) {
            // Whoever has gone already needs no end.
            let _ = stream.shutdown(Shutdown::Both);
        }
        drop(account);
        // Wakes the thread that accepts.
        let _ = TcpStream::connect(self.address);
    }
}

fn lock(account: &Mutex<Account>) -> MutexGuard<'_, Account> {
    // A test that failed meanwhile says so itself.
    account.lock().unwrap_or_else(PoisonError::into_inner)
}

fn accept(listener: &TcpListener, account: &Arc<Mutex<Account>>) {
    for stream in listener.incoming() {
        let mut shared = lock(account);
        if shared.ended {
            return;
        }
        let stream = stream.unwrap();
        stream.set_nodelay(true).unwrap();
        shared.streams.push(stream.try_clone().unwrap());
        drop(shared);
        let account = Arc::clone(account);
        std::thread::spawn(move || serve(stream, &account));
    }
}

fn serve(stream: TcpStream, account: &Mutex<Account>) {
    let mut stream = BufReader::new(stream);
    while let Some(request) = http::read(&mut stream) {
        match take(account, &request) {
            Then::Answer(answer) => {
                if !http::write(stream.get_mut(), &answer) {
                    return;
                }
            }
            Then::Close => {
                let _ = stream.get_ref().shutdown(Shutdown::Both);
                return;
            }
            // The next read ends when the client or the server does.
            Then::Wait => {}
        }
    }
}

fn take(shared: &Mutex<Account>, request: &Request) -> Then {
    let mut account = lock(shared);
    let call = Call::of(request);
    if call.service == Service::Credentials {
        return Then::Answer(sts::credentials(request, account.secrets.as_ref()));
    }
    let (index, fault) = account.begin(&call);
    let carried_out = match account.upstream {
        _ if fault.is_some_and(|fault| !fault.carries_out()) => None,
        None => Some(account.carry_out(&call, request)),
        Some(server) => {
            drop(account);
            let answer = http::ask(server, request);
            account = lock(shared);
            Some(answer.unwrap_or_else(|why| error(call.service, 502, "Gone", &why.to_string())))
        }
    };
    account.end(index, &call, fault, carried_out)
}

impl Account {
    /// Writes a call down: its index, and what goes wrong with it.
    fn begin(&mut self, call: &Call) -> (usize, Option<Fault>) {
        let number = self.calls.len() + 1;
        let rule = self
            .rules
            .iter_mut()
            .find(|rule| rule.applies(number, call));
        let fault = rule.map(|rule| {
            rule.times -= 1;
            rule.fault
        });
        self.calls.push(call.clone());
        (number - 1, fault)
    }

    /// What becomes of the connection, once the call is carried out or not.
    fn end(
        &mut self,
        index: usize,
        call: &Call,
        fault: Option<Fault>,
        carried_out: Option<Answer>,
    ) -> Then {
        let answered = || carried_out.expect("what is answered was carried out");
        let then = match fault {
            None => Then::Answer(answered()),
            // The connection stays: whoever is killed does not hear of its end before.
            Some(Fault::KillBefore | Fault::KillAfter) => {
                self.kill();
                Then::Wait
            }
            Some(Fault::DropBefore | Fault::DropAfter) => Then::Close,
            Some(Fault::Hang) => Then::Wait,
            Some(Fault::Malformed) => Then::Answer(fault::broken_off(answered())),
            Some(Fault::Empty) => Then::Answer(fault::emptied(answered())),
            Some(other) => {
                let answer = other.answer(call, ACCOUNT, self.caller(&call.access_key));
                Then::Answer(answer.expect("the others are answers"))
            }
        };
        let watched = |(operation, _): &mut (&str, _)| *operation == call.operation;
        for (_, watcher) in self.watchers.extract_if(.., watched) {
            // Whoever has given up is not told.
            let _ = watcher.send(());
        }
        match then {
            Then::Answer(answer) => {
                self.calls[index].status = Some(answer.status);
                Then::Answer(self.dated(answer))
            }
            other => other,
        }
    }

    fn dated(&self, mut answer: Answer) -> Answer {
        let now = now() + jiff::SignedDuration::from_secs(self.ahead);
        let date = jiff::fmt::rfc2822::DateTimePrinter::new()
            .timestamp_to_rfc9110_string(&now)
            .unwrap();
        answer.headers.retain(|(name, _)| name != "date");
        answer.with("date", date)
    }

    fn carry_out(&mut self, call: &Call, request: &Request) -> Answer {
        match (call.service, call.operation.as_str()) {
            (Service::Sts, "GetCallerIdentity") => {
                sts::caller_identity(ACCOUNT, self.caller(&call.access_key))
            }
            (Service::Sts, _) => error(Service::Sts, 400, "InvalidAction", "no such action"),
            (Service::DynamoDb, _) => self.tables.call_from_outside(call, &request.body),
            _ => {
                self.services.now = now().as_millisecond().unsigned_abs();
                self.services.call(call, request)
            }
        }
    }

    fn caller(&self, access_key: &str) -> &str {
        self.others.get(access_key).unwrap_or(&self.caller)
    }

    fn kill(&mut self) {
        match self.client.take().expect("a client to kill") {
            // It waits for the answer to this call, so it is still there.
            Client::Process(child) => kill_process(child, Signal::KILL).unwrap(),
            Client::Here(killed) => killed.notify_one(),
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the client compares it with this machine's clock"
)]
fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}
