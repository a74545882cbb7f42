//! A request to what was deployed, and its log × everything that can go wrong with either.
//!
//! ```text
//!   Caller ── HTTP, loopback ──→ Url ─────→ Faulty::url ─┬─→ the services that are played
//!      └───── SDK, in process ── FilterLogEvents ────────┘
//! ```
//!
//! What has to hold: nothing is taken for an answer that is none, and no log for this request's that is not; where no log tells what it
//! cost, or nobody is there any more to read it, it cost the most that it can; that is what the session has spent and what the ledger
//! says of the API; nothing stays held back; and the next request is answered.
//!
//! A time-out of the URL takes 35 real seconds, and goes the way of a lost connection. It is not signed, so that credentials and clocks
//! do not matter to it.

use std::io::BufReader;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use dynatour::account::ledger::Kind;
use dynatour::deployment::{Called, Caller, Plan, Request, deploy};
use dynatour::scene::workshop::Gateway;
use dynatour::target::exchange::Picodollars;
use dynatour::workshop::goal::Goal;
use dynatour::workshop::language::Language;

use super::{Work, allowance, handlers, make, own_words, somebodys};
use crate::account::{Account, Moment};
use crate::aws::call::Service;
use crate::transport::{Fault, Faulty, Strike};
use crate::{Row, Rows, http, strikes, table};

/// Where APIs are served, until it is dropped.
struct Url {
    address: SocketAddr,
    ends: Arc<AtomicBool>,
}

impl Url {
    fn serve(transport: &Faulty) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let ends = Arc::<AtomicBool>::default();
        let (transport, ended) = (transport.clone(), Arc::clone(&ends));
        thread::spawn(move || {
            for stream in listener.incoming() {
                if ended.load(Ordering::SeqCst) {
                    break;
                }
                answer(stream.unwrap(), &transport);
            }
        });
        Self { address, ends }
    }
}

impl Drop for Url {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::SeqCst);
        // Whoever listens is woken by it, if it still listens.
        let _ = TcpStream::connect(self.address);
    }
}

fn answer(mut stream: TcpStream, transport: &Faulty) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let Some(request) = http::read(&mut reader) else {
        return;
    };
    match transport.url(&request) {
        Ok(answer) => {
            http::write(&mut stream, &answer.with("connection", "close"));
        }
        // Who was killed hears nothing: the connection stays until the other side has gone.
        Err(fault) if Fault::KILLS.contains(&fault) => {
            http::read(&mut reader);
        }
        Err(_) => {}
    }
}

/// Calls what stands on this account, at this URL.
async fn caller(account: &Account, url: &Url) -> Caller {
    let entered = account.entered();
    let work = Work::Deploy;
    let plan = Plan::new(
        &entered,
        Language::Node,
        handlers(work == Work::Update),
        allowance(work),
    )
    .await;
    let plan = plan.unwrap();
    let deployed = deploy(&entered, &plan, &|| false, &|_| {}).await;
    let mut deployed = deployed.unwrap();
    assert_eq!(deployed.changed, []);
    let (_, host) = deployed.address.url.split_once("://").unwrap();
    deployed.address.host = Some(host.to_owned());
    deployed.address.url = format!("http://{}", url.address);
    Caller::new(plan, deployed)
}

async fn call(account: &Account, caller: &Caller, goal: Goal) -> Result<Called, String> {
    let request = Request::of(goal);
    let entered = account.entered();
    caller.call(&entered, &request, &|| false, &|_| {}).await
}

/// What the ledger says that the API has cost.
fn booked(account: &Account) -> u64 {
    let entries = account.session.ledger().left().unwrap();
    let of_api = entries.iter().filter(|entry| entry.kind == Kind::Api);
    of_api.map(|entry| entry.spent.0).sum()
}

fn spent(account: &Account) -> u64 {
    account.session.spending().spent.0
}

/// Whether a report told what it cost.
fn is_reported(called: &Called) -> bool {
    let run = called.way.run.as_ref();
    run.is_some_and(|run| run.billed.is_some())
}

fn status(called: &Called) -> Option<u16> {
    called.way.reply.as_ref().map(|reply| reply.status).ok()
}

/// Whether a fault of the URL is told as what it is.
fn is_told(called: &Called, fault: Fault) -> bool {
    let is_refused = matches!(called.way.gateway, Gateway::Refused { .. });
    match fault {
        Fault::Throttled => status(called) == Some(429) && is_refused,
        Fault::FailedBefore | Fault::FailedAfter => status(called) == Some(500),
        Fault::Stranger => is_refused && called.way.run.is_none(),
        _ => called.way.reply.is_err() && called.way.run.is_none(),
    }
}

/// What is not as it should be about a request that was struck.
fn amiss(called: &Called, service: Service, fault: Fault, most: Picodollars) -> Vec<String> {
    let mut wrong = Vec::new();
    let remark = called.remark.as_deref().unwrap_or_default();
    if service == Service::Url {
        if !is_told(called, fault) {
            wrong.push(format!("it is told otherwise: {called:?}"));
        }
    } else {
        if status(called) != Some(200) {
            wrong.push(format!("without a log it has no answer: {called:?}"));
        }
        let told =
            remark.contains(fault.says(service)) || remark.contains(own_words(service, fault));
        if !is_reported(called) && !told {
            wrong.push(format!("it says only: {remark}"));
        }
    }
    let (price, is_most) = (called.price, called.price_is_most);
    if price > most || price == Picodollars(0) {
        wrong.push(format!("it costs {price}, of at most {most}"));
    }
    if !is_reported(called) && (price != most || !is_most) {
        wrong.push(format!("{price} is not the most, {most}"));
    }
    wrong
}

/// What is not as it should be about the money: what was booked and spent of a request's price, and what is still held back.
async fn amiss_in_the_books(account: &Account, before: (u64, u64), price: u64) -> Vec<String> {
    let mut wrong = Vec::new();
    let now = (booked(account) - before.0, spent(account) - before.1);
    if now.0 != price || now.1 < price {
        wrong.push(format!("{now:?} were booked and spent, not {price}"));
    }
    let left = account.session.spending();
    let rest = Picodollars(left.ceiling.0 - left.spent.0);
    // On nothing that is there, so that no entry has it.
    let all = account.session.count(Kind::Api, String::new(), rest).await;
    match all {
        Ok(all) => {
            let corrected = account.session.correct(all, Picodollars(0)).await;
            wrong.extend(corrected.err());
        }
        Err(why) => wrong.push(format!("something is held: {why}")),
    }
    wrong
}

/// One case: everything that was not as it should be.
async fn case(row: &mut Row, stands: &Moment, goal: Goal, strike: Strike) {
    row.cases += 1;
    let mut account = Account::at(stands);
    let theirs = account.theirs();
    let mut url = Url::serve(&account.transport);
    let mut caller = caller(&account, &url).await;
    let most = caller.most(&Request::of(goal));
    let before = (booked(&account), spent(&account));
    account.transport.strike(Some(strike));
    let first = tokio::select! {
        first = call(&account, &caller, goal) => Some(first),
        () = account.transport.killed() => None,
    };
    let struck = account.transport.struck();
    account.transport.strike(None);
    let mut wrong = Vec::new();
    let is_done =
        matches!(&first, Some(Ok(first)) if status(first) == Some(200) && is_reported(first));
    match (&first, struck.first()) {
        (_, None) => wrong.push("nothing was struck".to_owned()),
        (None, _) => {
            if !Fault::KILLS.contains(&strike.fault) {
                wrong.push("it was killed".to_owned());
            }
            account = Account::at(&account.moment().next_run());
            let counted = booked(&account) - before.0;
            if counted != most.0 {
                wrong.push(format!("{counted} were booked, not the most, {most}"));
            }
            url = Url::serve(&account.transport);
            caller = self::caller(&account, &url).await;
        }
        (Some(Err(why)), _) => wrong.push(format!("it was not sent: {why}")),
        (Some(Ok(first)), Some((service, _))) => {
            wrong.extend(amiss(first, *service, strike.fault, most));
            wrong.extend(amiss_in_the_books(&account, before, first.price.0).await);
        }
    }
    wrong.extend(account.untrue());

    // The next one is answered, and says so if nothing tells its log from that of the first.
    let before = (booked(&account), spent(&account));
    match call(&account, &caller, goal).await {
        Ok(again) if status(&again) == Some(200) => {
            if !is_reported(&again) && again.remark.is_none() {
                wrong.push(format!("the second time: {again:?}"));
            }
            wrong.extend(amiss_in_the_books(&account, before, again.price.0).await);
        }
        again => wrong.push(format!("the second time: {again:?}")),
    }
    wrong.extend(account.untrue());
    wrong.extend(account.made_twice());
    if account.theirs() != theirs || !account.theirs_is_as_it_was() {
        wrong.push("what is somebody's was touched".to_owned());
    }
    drop(url);
    if is_done {
        row.absorbed += 1;
    } else {
        row.again += 1;
    }
    let place = |wrong: String| {
        let Strike { fault, at, stays } = strike;
        let fault = fault.name();
        format!("{goal:?}, call {at}, {fault}, stays {stays}: {wrong}")
    };
    row.faults.extend(wrong.into_iter().map(place));
}

/// What can strike a call of this service, and whether it stays.
fn struck_by(service: Service) -> Vec<(Fault, bool)> {
    let kills = Fault::KILLS.into_iter();
    if service == Service::Url {
        // It is not sent again.
        let of_url = Fault::OF_A_URL.into_iter().chain(kills);
        return of_url.map(|fault| (fault, false)).collect();
    }
    let of_call = |fault: Fault| strikes(fault).iter().map(move |stays| (fault, *stays));
    let seen = Fault::ALL.into_iter().flat_map(of_call);
    seen.chain(kills.map(|fault| (fault, false))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_goes_wrong_with_a_request_or_its_log_it_is_told_and_counted_and_the_next_is_answered()
 {
    let account = somebodys();
    let deployed = make(&account, Work::Deploy).await;
    assert!(deployed.is_ok(), "{deployed:?}");
    let stands = account.moment().next_run();
    let mut rows = Rows::new();
    for goal in Goal::ALL {
        let account = Account::at(&stands);
        let url = Url::serve(&account.transport);
        let caller = caller(&account, &url).await;
        account.transport.strike(None);
        let first = call(&account, &caller, goal).await.unwrap();
        assert!(is_reported(&first), "{first:?}");
        let asked = account.transport.asked();
        let services: Vec<Service> = asked.iter().map(|(service, _)| *service).collect();
        assert_eq!(services, [Service::Url, Service::Logs], "{asked:?}");
        for (at, service) in services.into_iter().enumerate() {
            for (fault, stays) in struck_by(service) {
                let row = rows.entry((fault, stays)).or_default();
                let strike = Strike { fault, at, stays };
                Box::pin(case(row, &stands, goal, strike)).await;
            }
        }
    }
    println!("a request and its log\n{}", table(&rows));
    let faults: Vec<&String> = rows.values().flat_map(|row| &row.faults).collect();
    assert!(faults.is_empty(), "{} faults: {faults:#?}", faults.len());
}
