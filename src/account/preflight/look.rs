//! The looking itself, one thing after the other.
//!
//! Invariant: what comes after a [`Verdict::Stop`] that makes it impossible to go on is not asked at all.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use aws_config::SdkConfig;
use aws_smithy_runtime_api::client::http::SharedHttpClient;

use super::super::cleanup::group::deployment;
use super::super::cleanup::words::of_each;
use super::super::credentials::{self, Around, Base, Keeper, Plan, RegionFrom, Way, span};
use super::super::identity::{self, Asked, Identity, Unknown};
use super::super::ledger::{Entry, Ledger};
use super::super::permission::{self, OnlyProbes, Permission};
use super::super::policy;
use super::super::region::{self, times_the_price};
use super::super::service::Services;
use super::super::session::{Opening, Session};
use super::super::tag::RunId;
use super::words::{is_about_time, refused};
use super::{Check, Finding, Preflight, Verdict, tables};
use crate::lesson::model::Lesson;
use crate::target::Target;
use crate::target::choice::AccountWish;
use crate::target::exchange::{Picodollars, Place};
use crate::transport::endpoint::Loopback;
use crate::transport::https;
use crate::transport::in_process::Clock;

/// Credentials that end sooner than this may end in the middle of the lesson.
const SOON: u64 = 15 * 60_000;
/// Clocks further apart are told; those even further apart are refused, as AWS would.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-authentication-HTTPPOST.html>
const APART: u64 = 60_000;
const TOO_FAR_APART: u64 = 5 * 60_000;

/// The account of a server that has no STS to tell it.
const NO_ACCOUNT: &str = "000000000000";
/// The region that lessons are for when there is no lesson.
const USUAL_REGION: &str = "us-east-1";

/// What is asked for.
pub struct Wanted<'a> {
    pub wish: &'a AccountWish,
    /// Options that choose the same account and ledger in a shell.
    pub flags: &'a str,
    pub allow_root: bool,
    pub lessons: &'a [Lesson],
    /// Whether the workshop's functions are going to be taken there.
    pub deployment: bool,
    pub variable: &'a (dyn Fn(&str) -> Option<String> + Send + Sync),
    pub clock: &'a Clock,
    pub http: &'a SharedHttpClient,
    pub ledger: &'a Ledger,
    pub run: RunId,
}

/// What an account is entered with.
pub struct Opened {
    pub place: Place,
    pub identity: Option<Identity>,
    pub config: SdkConfig,
    pub keeper: Keeper,
    pub way: Way,
}

/// Looks, and reports each thing as soon as it is known.
pub async fn look(
    wanted: &Wanted<'_>,
    report: &(dyn Fn(Finding) + Send + Sync),
) -> (Preflight, Option<Opened>) {
    let mut looking = Looking {
        wanted,
        report,
        preflight: Preflight::default(),
    };
    let opened = looking.all().await;
    (looking.preflight, opened)
}

/// It can't be gone on with; why is among the findings.
struct Stopped;

struct Looking<'a> {
    wanted: &'a Wanted<'a>,
    report: &'a (dyn Fn(Finding) + Send + Sync),
    preflight: Preflight,
}

impl Looking<'_> {
    fn find(&mut self, finding: Finding) {
        (self.report)(finding.clone());
        self.preflight.findings.push(finding);
    }

    /// What was found; the caller ends if it stops everything.
    fn find_all(&mut self, findings: Vec<Finding>) -> bool {
        let goes_on = findings
            .iter()
            .all(|finding| finding.verdict != Verdict::Stop);
        for finding in findings {
            self.find(finding);
        }
        goes_on
    }

    fn lesson_region(&self) -> &str {
        let first = self.wanted.lessons.first();
        first.map_or(USUAL_REGION, |lesson| lesson.region.as_str())
    }

    async fn all(&mut self) -> Option<Opened> {
        let around = Around {
            variable: self.wanted.variable,
            clock: Arc::clone(self.wanted.clock),
            http: self.wanted.http.clone(),
            lesson_region: self.lesson_region(),
        };
        let plan = match credentials::look(self.wanted.wish, around).await {
            Ok(plan) => plan,
            Err(trouble) => {
                self.find(stopped(&trouble));
                return None;
            }
        };
        let endpoint = endpoint(plan.endpoint.as_deref());
        let lesson = self.wanted.lessons.first();
        let region = region_words(
            &plan.region,
            plan.region_from,
            plan.endpoint.is_some(),
            lesson.map(|lesson| lesson.region.as_str()),
        );
        if !self.find_all(vec![endpoint, region]) {
            return None;
        }
        if let Base::Process { program } = &plan.way.base {
            let profile = plan.way.base_profile.as_deref().unwrap_or("default");
            // It has the terminal's keys while it runs, and so would answer itself on a screen.
            self.find(
                Finding::good(Check::Credentials, format!("asking {program}")).then(format!(
                    "if it needs to ask you something, end this and begin with aws sts get-caller-identity --profile {profile}"
                )),
            );
        }
        if let Err(trouble) = plan.sign_in().await {
            self.find(stopped(&trouble));
            return None;
        }
        let now = self.now();
        self.find_all(signed_in(&plan, now));
        let asked = identity::ask(&plan.config, sts_endpoint(&plan).as_deref()).await;
        let Ok(identity) = self.identity(&plan, &asked) else {
            return None;
        };
        let place = Place {
            account: identity.as_ref().map_or_else(
                || NO_ACCOUNT.to_owned(),
                |identity| identity.account.clone(),
            ),
            region: plan.region.clone(),
            // One server is one place, however its address is written.
            endpoint: plan
                .endpoint
                .as_deref()
                .map(|url| url.trim_end_matches('/').to_owned()),
        };
        self.preflight.identity.clone_from(&identity);
        self.preflight.place = Some(place.clone());
        let clock = clock_words(self.now(), asked.service_time);
        if !self.find_all(clock) {
            return None;
        }
        let guard = Arc::new(OnlyProbes::new(self.wanted.run));
        let target = Target::account(place.clone(), &plan.config, self.wanted.http.clone(), guard);
        // Where nothing is going to be made, what is allowed is found out by doing it.
        if !self.wanted.lessons.is_empty() || self.wanted.deployment {
            let answers = self.permissions(&target).await;
            if answers && self.wanted.deployment {
                self.services(&place, &plan).await;
            }
            self.tables(&target, &place).await;
        }
        Some(Opened {
            place,
            identity,
            config: plan.config,
            keeper: plan.keeper,
            way: plan.way,
        })
    }

    fn now(&self) -> u64 {
        (self.wanted.clock)().millis()
    }

    /// Who it is, and whether that is root.
    fn identity(&mut self, plan: &Plan, asked: &Asked) -> Result<Option<Identity>, Stopped> {
        let what = Check::Identity;
        match &asked.identity {
            Ok(identity) => {
                let Identity {
                    account, caller, ..
                } = identity;
                self.find(Finding::good(what, format!("account {account}, {caller}")));
                let root = root(identity, self.wanted.allow_root);
                if self.find_all(vec![root]) {
                    Ok(Some(identity.clone()))
                } else {
                    Err(Stopped)
                }
            }
            // A server of somebody's own need not have an STS.
            Err(Unknown::Stranger) if plan.endpoint.is_some() && plan.sts_endpoint.is_none() => {
                self.find(Finding::warning(
                    what,
                    "this server has no STS to say whose account it is; it is taken for account 000000000000",
                ));
                Ok(None)
            }
            Err(Unknown::Refused { code, message }) if is_about_time(code, message) => {
                let mut found = clock_words(self.now(), asked.service_time);
                found.retain(|finding| finding.verdict == Verdict::Stop);
                if found.is_empty() {
                    found.push(
                        Finding::stop(
                            Check::Clock,
                            format!("AWS refuses the time of this machine: {message}"),
                        )
                        .then(SET_CLOCK),
                    );
                }
                self.find_all(found);
                Err(Stopped)
            }
            Err(Unknown::Refused { code, message }) => {
                self.find(refused(code, message, &plan.way, &plan.region));
                Err(Stopped)
            }
            Err(Unknown::Stranger) => {
                self.find(
                    Finding::stop(
                        what,
                        "what answers is not STS: something stands between this machine and AWS",
                    )
                    .then("check HTTPS_PROXY and AWS_ENDPOINT_URL_STS, or sign in to the network"),
                );
                Err(Stopped)
            }
            Err(Unknown::Unreachable { why }) => {
                let who = match (&plan.endpoint, &plan.sts_endpoint) {
                    (Some(_), None) => "the server",
                    _ => "STS",
                };
                self.find(
                    Finding::stop(what, format!("{who} could not be reached: {why}"))
                        .then(unreachable(why)),
                );
                Err(Stopped)
            }
        }
    }

    /// Whether DynamoDB answers at all.
    async fn permissions(&mut self, target: &Target) -> bool {
        let mut actions = policy::actions(self.wanted.lessons);
        if self.wanted.deployment {
            actions.extend(policy::OF_DEPLOYMENT.map(str::to_owned));
        }
        let asked = permission::ask(target, self.wanted.run, &actions).await;
        let lists = asked.iter().find(|(action, _)| action == "ListTables");
        if let Some((_, Permission::Unknown(why))) = lists {
            let finding = Finding::stop(
                Check::Permissions,
                format!("DynamoDB can't be asked: {why}"),
            );
            self.find(finding.then(unreachable(why)));
            return false;
        }
        let table = permission::probe_table(self.wanted.run);
        self.find_all(permission_words(&asked, &table));
        true
    }

    /// What a deployment needs of the services beside DynamoDB.
    async fn services(&mut self, place: &Place, plan: &Plan) {
        let opening = Opening {
            place: place.clone(),
            run: self.wanted.run,
            caller: String::new(),
            ledger: self.wanted.ledger.clone(),
            // Nothing that costs is asked.
            ceiling: Picodollars(0),
            clock: Arc::clone(self.wanted.clock),
            renewal: plan.way.renew(),
            forget: Arc::new(|| ()),
        };
        let opened = tokio::task::spawn_blocking(move || Session::new(opening)).await;
        // A ledger that can't be read is told of where it is read next.
        let Ok(Ok(session)) = opened else { return };
        let services = Services::new(place, &plan.config, self.wanted.http, Arc::new(session));
        let asked = permission::ask_services(&services, self.wanted.run).await;
        self.find_all(service_words(&asked));
    }

    async fn tables(&mut self, target: &Target, place: &Place) {
        let left = match self.wanted.ledger.left() {
            Ok(left) => left,
            Err(error) => {
                self.find(Finding::stop(
                    Check::Leftovers,
                    format!("the list of what was made on accounts can't be read: {error}"),
                ));
                return;
            }
        };
        let here: Vec<Entry> = left
            .iter()
            .filter(|entry| entry.place == *place)
            .cloned()
            .collect();
        let found = tables::look(target, self.wanted.lessons, &here).await;
        self.preflight.names = found.names;
        self.preflight.ours = found.ours;
        self.find_all(found.findings);
        let leftovers = leftovers(&left, Some(place), self.wanted.flags, self.now());
        self.find(leftovers);
    }
}

const SET_CLOCK: &str = "timedatectl set-ntp true, or the system's settings of date and time";

fn stopped(trouble: &credentials::Trouble) -> Finding {
    let finding = Finding::stop(Check::Credentials, trouble.to_string());
    match trouble.next() {
        Some(next) => finding.then(next),
        None => finding,
    }
}

/// Where requests go.
pub(super) fn endpoint(url: Option<&str>) -> Finding {
    let what = Check::Endpoint;
    let Some(url) = url else {
        return Finding::good(what, "AWS");
    };
    let wrong = |why: &str| {
        // The address itself may hold a password.
        Finding::stop(what, format!("the endpoint is no address of a server: {why}"))
            .then("--endpoint-url https://HOST:PORT, or unset AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_DYNAMODB")
    };
    let Some((scheme, rest)) = url.split_once("://") else {
        return wrong("it begins with neither https:// nor http://");
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return wrong("it has a user or a password in it");
    }
    // It would be shown and written down, and no server of DynamoDB's wants one.
    if rest.contains(['?', '#']) {
        return wrong("it has a question mark or a number sign in it");
    }
    if authority.is_empty() || authority.contains(char::is_whitespace) {
        return wrong("it has no host");
    }
    match scheme.to_ascii_lowercase().as_str() {
        "https" => Finding::good(what, format!("{authority}, treated like an account")),
        "http" if Loopback::parse(url).is_ok() => Finding::good(
            what,
            format!("{authority} on this machine, treated like an account"),
        ),
        "http" => Finding::warning(
            what,
            format!(
                "{authority}, treated like an account. It is reached by plain http: whoever is on the way there can read and change what is sent, and a session token with it; only the secret key stays here"
            ),
        )
        .then(format!("--endpoint-url https://{authority}, if it can do TLS")),
        _ => wrong("it begins with neither https:// nor http://"),
    }
}

/// The server that is asked who this is: STS's own, or the one that plays all of AWS.
fn sts_endpoint(plan: &Plan) -> Option<String> {
    const AWS: [&str; 4] = [
        ".amazonaws.com",
        ".amazonaws.com.cn",
        ".api.aws",
        ".amazonaws.eu",
    ];
    if plan.sts_endpoint.is_some() {
        return plan.sts_endpoint.clone();
    }
    // A private way to DynamoDB alone is still AWS.
    let url = plan.endpoint.as_deref()?;
    let authority = url.split_once("://")?.1.split('/').next()?;
    let host = authority.split(':').next()?;
    (!AWS.iter().any(|end| host.ends_with(end))).then(|| url.to_owned())
}

/// `has_endpoint` says whether it is a server's instead of AWS's own.
pub(super) fn region_words(
    name: &str,
    from: RegionFrom,
    has_endpoint: bool,
    lesson: Option<&str>,
) -> Finding {
    let what = Check::Region;
    let from = match from {
        RegionFrom::Flag => "as --region says",
        RegionFrom::Environment => "as AWS_REGION says",
        RegionFrom::Profile => "as the profile says",
        RegionFrom::Lesson if lesson.is_none() => "as usual; none is set",
        RegionFrom::Lesson => "the lesson's; none is set",
    };
    let known = match (region::region(name), has_endpoint) {
        (Ok(region), _) => format!("{name}, {} ({from})", region.place),
        // Servers of one's own may call theirs as they like.
        (Err(_), true) if is_a_name(name) => format!("{name} ({from})"),
        (Err(unknown), _) => {
            let usual = lesson.unwrap_or(USUAL_REGION);
            return Finding::stop(what, unknown.to_string()).then(format!("--region {usual}"));
        }
    };
    let price = match times_the_price(name) {
        1 => String::new(),
        times => {
            format!("; a request may cost up to {times} times as much there, which is counted with")
        }
    };
    match lesson {
        Some(lesson) if name == lesson => Finding::good(what, known),
        Some(lesson) => Finding::warning(
            what,
            format!("{known}. The lesson is written for {lesson}{price}"),
        )
        .then(format!("--region {lesson}, for the lesson's own")),
        None => Finding::good(what, format!("{known}{price}")),
    }
}

fn is_a_name(region: &str) -> bool {
    (1..=32).contains(&region.len())
        && region
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

fn signed_in(plan: &Plan, now: u64) -> Vec<Finding> {
    let what = Check::Credentials;
    let way = &plan.way;
    let mut found: Vec<Finding> = Vec::new();
    match plan.keeper.ends().map(|ends| ends.saturating_sub(now)) {
        Some(rest) if rest < SOON => found.push(
            Finding::warning(
                what,
                format!(
                    "{way}; they end in {}, maybe in the middle of a step",
                    span(rest)
                ),
            )
            .then(way.renew()),
        ),
        Some(rest) => found.push(Finding::good(
            what,
            format!("{way}; they hold for {}", span(rest)),
        )),
        None => found.push(Finding::good(what, way.to_string())),
    }
    if let Some(remark) = &plan.remark {
        found.push(Finding::warning(what, remark.clone()));
    }
    found
}

fn root(identity: &Identity, allowed: bool) -> Finding {
    let what = Check::Root;
    match (identity.is_root(), allowed) {
        (false, _) => Finding::good(what, "not the root user"),
        (true, true) => Finding::warning(
            what,
            "this is the root user, and --allow-root was given: no policy limits what a mistake can do",
        ),
        (true, false) => Finding::stop(
            what,
            "these are credentials of the root user. No policy can limit them: with them a mistake, or whoever finds them, can do everything to the account, its bills and its end included",
        )
        .then("make a user or a role with the policy that `dynatour policy` prints, and a profile for it with aws configure sso or aws configure; or, if you insist, --allow-root"),
    }
}

pub(super) fn clock_words(now: u64, service: Option<u64>) -> Vec<Finding> {
    let what = Check::Clock;
    let Some(service) = service else {
        return vec![Finding::warning(
            what,
            "the answer had no date that this machine's clock could be held against",
        )];
    };
    let apart = now.abs_diff(service);
    let side = if now > service { "ahead of" } else { "behind" };
    vec![match apart {
        0..APART => Finding::good(what, "right"),
        APART..TOO_FAR_APART => Finding::warning(
            what,
            format!("this machine's clock is {} {side} the service's", span(apart)),
        )
        .then(SET_CLOCK),
        _ => Finding::stop(
            what,
            format!(
                "this machine's clock is {} {side} the service's: signatures are refused, and the list of what was made would have wrong times",
                span(apart)
            ),
        )
        .then(SET_CLOCK),
    }]
}

/// Without these, what is made could not be recognized or taken away again.
const NEEDED: [&str; 3] = ["CreateTable", "DeleteTable", "DescribeTable"];

pub(super) fn permission_words(asked: &[(String, Permission)], table: &str) -> Vec<Finding> {
    let what = Check::Permissions;
    let mut allowed = 0;
    let mut refused: Vec<&str> = Vec::new();
    let mut unknown: Vec<&str> = Vec::new();
    let mut said: Option<&str> = None;
    for (action, permission) in asked {
        match permission {
            Permission::Allowed => allowed += 1,
            Permission::Refused(words) => {
                refused.push(action);
                said = said.or(Some(words));
            }
            Permission::Unknown(_) => unknown.push(action),
        }
    }
    let mut found = Vec::new();
    if !refused.is_empty() {
        let words = format!(
            "not allowed on a table named {table}: {}. AWS says: {}",
            refused.join(", "),
            said.unwrap_or_default()
        );
        let missing: BTreeSet<&str> = refused.iter().copied().collect();
        let verdict = if NEEDED.iter().any(|needed| missing.contains(needed)) {
            Verdict::Stop
        } else {
            Verdict::Warning
        };
        found.push(
            Finding::new(what, verdict, words).then(
                "dynatour policy   prints what is needed, for whoever looks after the account",
            ),
        );
    }
    let untold = match unknown.as_slice() {
        [] => String::new(),
        some => format!("; what can't be told without doing it: {}", some.join(", ")),
    };
    if refused.is_empty() || !unknown.is_empty() {
        found.push(Finding::good(
            what,
            format!(
                "{allowed} of {} actions are allowed, asked about a table that does not exist{untold}",
                asked.len()
            ),
        ));
    }
    found
}

/// What was found out about a deployment's permissions. It can't do without any of them, and what could not be looked for could not be
/// found and deleted again.
pub(super) fn service_words(asked: &[(String, Permission)]) -> Vec<Finding> {
    let what = Check::Permissions;
    let of = |is: fn(&Permission) -> bool| -> Vec<&(String, Permission)> {
        asked.iter().filter(|(_, one)| is(one)).collect()
    };
    let names = |of: &[&(String, Permission)]| -> String {
        let names: Vec<&str> = of.iter().map(|(action, _)| action.as_str()).collect();
        names.join(", ")
    };
    let refused = of(|one| matches!(one, Permission::Refused(_)));
    if let Some((_, Permission::Refused(said))) = refused.first() {
        let words = format!(
            "not allowed for the workshop's functions: {}. AWS says: {said}",
            names(&refused)
        );
        return vec![Finding::stop(what, words).then(
            "dynatour policy --workshop   prints what is needed, for whoever looks after the account",
        )];
    }
    let allowed = of(|one| matches!(one, Permission::Allowed));
    let unknown = of(|one| matches!(one, Permission::Unknown(_)));
    // Each service answers one of the questions, or is none.
    let silent = unknown.iter().find_map(|(action, one)| match one {
        Permission::Unknown(why) if permission::is_asked(action) => Some((action, why)),
        _ => None,
    });
    if let Some((action, why)) = silent {
        let words = format!("whether {action} is allowed can't be found out: {why}");
        return vec![Finding::stop(what, words).then(unreachable(why))];
    }
    vec![Finding::good(
        what,
        format!(
            "for the workshop's functions: {} are allowed; {} more can't be told without doing it",
            names(&allowed),
            unknown.len()
        ),
    )]
}

/// What earlier runs left, by the ledger; here and elsewhere.
#[must_use]
pub fn leftovers(left: &[Entry], place: Option<&Place>, flags: &str, now: u64) -> Finding {
    /// Names in one line.
    const SHOWN: usize = 5;
    let what = Check::Leftovers;
    let (here, elsewhere): (Vec<&Entry>, Vec<&Entry>) =
        left.iter().partition(|entry| place == Some(&entry.place));
    if left.is_empty() {
        return Finding::good(what, "nothing is left of earlier runs");
    }
    let age = |entry: &Entry| span(now.saturating_sub(entry.intended_at));
    let (parts, alone): (Vec<&Entry>, Vec<&Entry>) = here
        .iter()
        .partition(|entry| deployment(entry.kind, &entry.name).is_some());
    let mut words: Vec<String> = alone
        .iter()
        .take(SHOWN)
        .map(|entry| format!("{} {} ({} old)", entry.kind, entry.name, age(entry)))
        .collect();
    if alone.len() > SHOWN {
        words.push(format!("{} more", alone.len() - SHOWN));
    }
    let mut deployments: BTreeMap<&str, Vec<&Entry>> = BTreeMap::new();
    for part in parts {
        let name = deployment(part.kind, &part.name).unwrap_or_default();
        deployments.entry(name).or_default().push(part);
    }
    for (name, parts) in deployments {
        let oldest = parts.iter().min_by_key(|entry| entry.intended_at);
        let age = oldest.map_or_else(String::new, |oldest| age(oldest));
        let kinds = of_each(parts.iter().map(|entry| entry.kind));
        words.push(format!("the workshop {name} ({kinds}; {age} old)"));
    }
    if !elsewhere.is_empty() {
        let places: BTreeSet<String> = elsewhere
            .iter()
            .map(|entry| entry.place.to_string())
            .collect();
        let places: Vec<String> = places.into_iter().collect();
        let kind = elsewhere[0].kind;
        let noun = if elsewhere.iter().all(|entry| entry.kind == kind) {
            kind.name()
        } else {
            "thing"
        };
        let count = match elsewhere.len() {
            1 => format!("1 {noun}"),
            many => format!("{many} {noun}s"),
        };
        words.push(format!("{count} in {}", places.join(", ")));
    }
    let reach = match (place, elsewhere.is_empty()) {
        (Some(place), true) => format!(" --region {}", place.region),
        _ => " --all-regions".to_owned(),
    };
    let server = place.and_then(|place| place.endpoint.as_ref());
    let server = server.map_or_else(String::new, |url| format!(" --endpoint-url {url}"));
    Finding::warning(what, format!("left of earlier runs: {}", words.join(", ")))
        .then(format!("dynatour cleanup{flags}{reach}{server}"))
}

fn unreachable(why: &str) -> &'static str {
    if why.contains(https::BUNDLE) {
        "correct AWS_CA_BUNDLE, or unset it"
    } else if why.contains("certificate") || why.contains("UnknownIssuer") {
        "if your network reads along, name the file of its certificates with AWS_CA_BUNDLE"
    } else {
        "check the network, and HTTPS_PROXY if this machine needs one"
    }
}
