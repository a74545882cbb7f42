//! An account in this process: a simulated table beside IAM, Lambda, API Gateway and `CloudWatch` Logs, played as far as they are looked
//! through and cleaned up.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard};

use aws_config::{BehaviorVersion, Region as SdkRegion, SdkConfig};
use aws_sdk_dynamodb::config::{Credentials, SharedCredentialsProvider};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::account::cleanup::region::{Looked, Region};
use crate::account::ledger::{Entry, Identity, Intention, Kind, Ledger, State};
use crate::account::service::Services;
use crate::account::session::{Opening, Session};
use crate::account::tag::{self, RunId};
use crate::simulator::{Settings, Simulator, Timestamp};
use crate::target::Target;
use crate::target::exchange::{Picodollars, Place};
use crate::target::guard::Guard;
use crate::transport::in_process::InProcess;

pub(in crate::account) const NOW: u64 = 1_800_000_000_000;
/// The run of the session, and one that the ledger knows nothing of.
pub(in crate::account) const RUN: RunId = RunId::from_number(7);
pub(in crate::account) const ANA: RunId = RunId::from_number(8);
pub(in crate::account) const ME: &str = "arn:aws:iam::123456789012:user/rachel";
/// Things on a page of a list.
const PAGE: usize = 2;

/// A thing there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::account) struct Thing {
    pub kind: Kind,
    pub name: String,
    pub id: String,
    pub tags: Vec<(&'static str, String)>,
    /// Inline policies of a role.
    pub policies: Vec<String>,
    /// How often a deletion is refused because the service is busy with it.
    pub busy: u32,
    /// How often it is still to be seen after it was deleted.
    pub lingers: u32,
    /// Whether it is being deleted.
    pub deleted: bool,
    /// Whether it carries what somebody else put there, so that it can't be deleted.
    pub held: bool,
}

/// What the services know, and what they were asked.
#[derive(Debug, Default)]
pub(in crate::account) struct Known {
    pub things: Vec<Thing>,
    /// `DeleteApi a1`, in their order; questions are left out.
    pub changes: Vec<String>,
    /// Operations that the credentials may not do.
    pub denied: BTreeSet<&'static str>,
    /// An operation whose first answer is lost after it was carried out.
    pub lost: Option<&'static str>,
    /// Services that this server does not have.
    pub absent: bool,
}

#[derive(Debug, Clone)]
pub(in crate::account) struct Played {
    state: Arc<Mutex<Known>>,
}

impl HttpClient for Played {
    fn http_connector(
        &self,
        _settings: &HttpConnectorSettings,
        _components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Played {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let answer = self.answer(&request);
        HttpConnectorFuture::ready(answer.map(|(status, body)| {
            let mut response = HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body));
            let kind = if is_iam(&request) {
                "text/xml"
            } else {
                "application/json"
            };
            response.headers_mut().insert("content-type", kind);
            response
        }))
    }
}

fn is_iam(request: &HttpRequest) -> bool {
    request.uri().starts_with("https://iam.")
}

/// A request of any of the services: what is asked for, the thing that it is about, and where a list goes on.
struct Asked {
    operation: String,
    of: String,
    more: String,
    next: usize,
}

fn asked(request: &HttpRequest) -> Asked {
    let uri = request.uri();
    let (uri, query_pairs) = uri.split_once('?').unwrap_or((uri, ""));
    let path = uri.splitn(4, '/').nth(3).unwrap_or_default();
    let body = request.body().bytes().unwrap_or_default();
    let pair = |pairs: Vec<(String, String)>, name: &str| {
        let found = pairs.into_iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value).unwrap_or_default()
    };
    let query = |name: &str| pair(pairs(query_pairs.as_bytes()), name);
    let number = |text: String| text.parse().unwrap_or(0);
    if is_iam(request) {
        let form = |name: &str| pair(pairs(body), name);
        return Asked {
            operation: form("Action"),
            of: form("RoleName"),
            more: form("PolicyName"),
            next: number(form("Marker")),
        };
    }
    if let Some(target) = request.headers().get("x-amz-target") {
        let body: Value = serde_json::from_slice(body).unwrap();
        let member = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        let of = member("logGroupName") + &member("logGroupNamePrefix") + &member("resourceArn");
        return Asked {
            operation: target.rsplit('.').next().unwrap().to_owned(),
            of,
            more: String::new(),
            next: number(member("nextToken")),
        };
    }
    let path: Vec<&str> = path.split('/').collect();
    let (operation, of) = match (request.method(), path.as_slice()) {
        ("GET", ["2015-03-31", "functions", name]) => ("GetFunction", *name),
        ("GET", ["2015-03-31", "functions"]) => ("ListFunctions", ""),
        ("DELETE", ["2015-03-31", "functions", name]) => ("DeleteFunction", *name),
        ("GET", ["v2", "apis"]) => ("GetApis", ""),
        ("GET", ["v2", "apis", id]) => ("GetApi", *id),
        ("DELETE", ["v2", "apis", id]) => ("DeleteApi", *id),
        other => panic!("{other:?}"),
    };
    // Lists are asked for with a slash at their end, which would be an empty name.
    let operation = match (operation, of) {
        ("GetFunction", "") => "ListFunctions",
        other => other.0,
    };
    Asked {
        operation: operation.to_owned(),
        of: of.to_owned(),
        more: String::new(),
        next: number(query("Marker") + &query("nextToken")),
    }
}

/// A form.
fn pairs(form: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(form).into_owned().collect()
}

impl Played {
    pub(in crate::account) fn state(&self) -> MutexGuard<'_, Known> {
        self.state.lock().unwrap()
    }

    fn answer(&self, request: &HttpRequest) -> Result<(u16, String), ConnectorError> {
        let asked = asked(request);
        let mut state = self.state();
        if state.absent {
            return Ok((404, "<html>nothing here</html>".to_owned()));
        }
        let operation = asked.operation.clone();
        if operation.starts_with("Delete") {
            let words = format!("{operation} {} {}", asked.of, asked.more);
            state.changes.push(words.trim_end().to_owned());
        }
        let answer = if state.denied.contains(operation.as_str()) {
            let code = if is_iam(request) {
                "AccessDenied"
            } else {
                "AccessDeniedException"
            };
            Err((403, code))
        } else {
            state.carry_out(&asked)
        };
        if state.lost == Some(operation.as_str()) {
            state.lost = None;
            let reset = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
            return Err(ConnectorError::io(reset.into()));
        }
        Ok(match answer {
            Ok(body) => (200, body),
            Err((status, code)) if is_iam(request) => (
                status,
                format!(
                    "<ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><Error><Type>Sender</Type><Code>{code}</Code><Message>words</Message></Error><RequestId>1</RequestId></ErrorResponse>"
                ),
            ),
            Err((status, code)) => (
                status,
                json!({ "__type": code, "code": code, "message": "words" }).to_string(),
            ),
        })
    }
}

type Said = Result<String, (u16, &'static str)>;

impl Known {
    fn of(
        &mut self,
        kind: Kind,
        key: &str,
        missing: &'static str,
    ) -> Result<&mut Thing, (u16, &'static str)> {
        self.things
            .iter_mut()
            .find(|thing| thing.kind == kind && key_of(thing) == key)
            .ok_or((404, missing))
    }

    /// One look: what is being deleted lingers for some of them.
    fn look(&mut self, kind: Kind, key: &str) {
        self.things.retain_mut(|thing| {
            if thing.kind != kind || !thing.deleted || !key_of(thing).starts_with(key) {
                return true;
            }
            thing.lingers = thing.lingers.saturating_sub(1);
            thing.lingers > 0
        });
    }

    fn delete(&mut self, kind: Kind, key: &str, missing: &'static str, busy: &'static str) -> Said {
        let thing = self.of(kind, key, missing)?;
        if thing.held || !thing.policies.is_empty() {
            return Err((409, "DeleteConflict"));
        }
        if thing.busy > 0 {
            thing.busy -= 1;
            return Err((409, busy));
        }
        thing.deleted = true;
        if thing.lingers == 0 {
            self.things
                .retain(|thing| thing.kind != kind || key_of(thing) != key);
        }
        Ok("{}".to_owned())
    }

    /// A page of a kind's things, and where it goes on.
    fn page(&self, kind: Kind, prefix: &str, from: usize) -> (Vec<Thing>, Option<String>) {
        let all: Vec<Thing> = self
            .things
            .iter()
            .filter(|thing| thing.kind == kind && thing.name.starts_with(prefix))
            .cloned()
            .collect();
        let next = (from + PAGE < all.len()).then(|| (from + PAGE).to_string());
        (all.into_iter().skip(from).take(PAGE).collect(), next)
    }

    fn carry_out(&mut self, asked: &Asked) -> Said {
        let (of, next) = (asked.of.as_str(), asked.next);
        Ok(match asked.operation.as_str() {
            "ListRoles" => {
                let (roles, next) = self.page(Kind::Role, "", next);
                let roles = members(roles.iter().map(|one| role(one, false)));
                xml(
                    "ListRoles",
                    &format!("<Roles>{roles}</Roles>{}", marker(next)),
                )
            }
            "GetRole" => {
                self.look(Kind::Role, of);
                let found = self.of(Kind::Role, of, "NoSuchEntity")?;
                xml("GetRole", &format!("<Role>{}</Role>", role(found, true)))
            }
            "ListRolePolicies" => {
                let found = self.of(Kind::Role, of, "NoSuchEntity")?;
                let names = members(found.policies.iter().cloned());
                xml(
                    "ListRolePolicies",
                    &format!("<PolicyNames>{names}</PolicyNames><IsTruncated>false</IsTruncated>"),
                )
            }
            "DeleteRolePolicy" => {
                let found = self.of(Kind::Role, of, "NoSuchEntity")?;
                found.policies.retain(|one| *one != asked.more);
                xml("DeleteRolePolicy", "")
            }
            "DeleteRole" => {
                self.delete(Kind::Role, of, "NoSuchEntity", "DeleteConflict")?;
                xml("DeleteRole", "")
            }
            "ListFunctions" => {
                let (functions, next) = self.page(Kind::Function, "", next);
                let functions: Vec<Value> = functions.iter().map(configuration).collect();
                json!({ "Functions": functions, "NextMarker": next }).to_string()
            }
            "GetFunction" => {
                self.look(Kind::Function, of);
                let found = self.of(Kind::Function, of, "ResourceNotFoundException")?;
                let mut answer =
                    json!({ "Configuration": configuration(found), "Tags": tags(found) });
                if self.denied.contains("ListTags") {
                    answer["Tags"].take();
                }
                answer.to_string()
            }
            "DeleteFunction" => self.delete(
                Kind::Function,
                of,
                "ResourceNotFoundException",
                "ResourceConflictException",
            )?,
            "GetApis" => {
                let (apis, next) = self.page(Kind::Api, "", next);
                let apis: Vec<Value> = apis.iter().map(api).collect();
                json!({ "items": apis, "nextToken": next }).to_string()
            }
            "GetApi" => {
                self.look(Kind::Api, of);
                api(self.of(Kind::Api, of, "NotFoundException")?).to_string()
            }
            "DeleteApi" => self.delete(Kind::Api, of, "NotFoundException", "ConflictException")?,
            "DescribeLogGroups" => {
                self.look(Kind::LogGroup, of);
                let (groups, next) = self.page(Kind::LogGroup, of, next);
                let groups: Vec<Value> = groups
                    .iter()
                    .map(|one| {
                        json!({
                            "logGroupName": one.name,
                            "creationTime": one.id.parse::<u64>().unwrap(),
                            "arn": format!("{}:*", group_arn(&one.name)),
                            "storedBytes": 0,
                        })
                    })
                    .collect();
                json!({ "logGroups": groups, "nextToken": next }).to_string()
            }
            "ListTagsForResource" => {
                let name = of.strip_prefix(&group_arn("")).unwrap_or(of).to_owned();
                let found = self.of(Kind::LogGroup, &name, "ResourceNotFoundException")?;
                json!({ "tags": tags(found) }).to_string()
            }
            "DeleteLogGroup" => self.delete(
                Kind::LogGroup,
                of,
                "ResourceNotFoundException",
                "OperationAbortedException",
            )?,
            other => panic!("{other}"),
        })
    }
}

fn key_of(thing: &Thing) -> &str {
    if thing.kind == Kind::Api {
        &thing.id
    } else {
        &thing.name
    }
}

fn group_arn(name: &str) -> String {
    format!("arn:aws:logs:us-east-1:123456789012:log-group:{name}")
}

fn function_arn(name: &str) -> String {
    format!("arn:aws:lambda:us-east-1:123456789012:function:{name}")
}

fn tags(thing: &Thing) -> Value {
    let tags = thing.tags.iter();
    tags.map(|(key, value)| ((*key).to_owned(), json!(value)))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn configuration(thing: &Thing) -> Value {
    json!({
        "FunctionName": thing.name,
        "FunctionArn": function_arn(&thing.name),
        "Runtime": "nodejs24.x",
    })
}

fn api(thing: &Thing) -> Value {
    json!({
        "apiId": thing.id,
        "name": thing.name,
        "apiEndpoint": format!("https://{}.execute-api.us-east-1.amazonaws.com", thing.id),
        "protocolType": "HTTP",
        "tags": tags(thing),
    })
}

fn role(thing: &Thing, with_tags: bool) -> String {
    let tags = thing.tags.iter().filter(|_| with_tags);
    let tags = members(tags.map(|(key, value)| format!("<Key>{key}</Key><Value>{value}</Value>")));
    format!(
        "<Path>/dynatour/</Path><RoleName>{0}</RoleName><RoleId>{1}</RoleId><Arn>arn:aws:iam::123456789012:role/dynatour/{0}</Arn><CreateDate>2026-11-26T00:00:00Z</CreateDate><Tags>{tags}</Tags>",
        thing.name, thing.id
    )
}

fn members(all: impl Iterator<Item = String>) -> String {
    let all: Vec<String> = all.map(|one| format!("<member>{one}</member>")).collect();
    all.concat()
}

fn xml(operation: &str, inside: &str) -> String {
    format!(
        "<{operation}Response xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><{operation}Result>{inside}</{operation}Result><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></{operation}Response>"
    )
}

fn marker(next: Option<String>) -> String {
    match next {
        Some(next) => format!("<IsTruncated>true</IsTruncated><Marker>{next}</Marker>"),
        None => "<IsTruncated>false</IsTruncated>".to_owned(),
    }
}

/// The account, with a ledger beside it.
pub(in crate::account) struct World {
    pub played: Played,
    simulator: Arc<Simulator>,
    directory: TempDir,
}

pub(in crate::account) fn place() -> Place {
    Place {
        account: "123456789012".to_owned(),
        region: "us-east-1".to_owned(),
        endpoint: None,
    }
}

/// Tags of a run.
pub(in crate::account) fn of_run(run: RunId, by: &str) -> Vec<(&'static str, String)> {
    tag::pairs(run, by).to_vec()
}

impl World {
    pub(in crate::account) fn new() -> Self {
        Self {
            played: Played {
                state: Arc::default(),
            },
            simulator: Arc::new(Simulator::new(Settings::default())),
            directory: tempfile::tempdir().unwrap(),
        }
    }

    pub(in crate::account) fn ledger(&self) -> Ledger {
        Ledger::open(self.directory.path(), NOW).unwrap().0
    }

    /// Puts a thing there.
    pub(in crate::account) fn add(
        &self,
        kind: Kind,
        name: &str,
        id: &str,
        tags: &[(&'static str, String)],
    ) {
        self.played.state().things.push(Thing {
            kind,
            name: name.to_owned(),
            id: id.to_owned(),
            tags: tags.to_vec(),
            policies: Vec::new(),
            busy: 0,
            lingers: 0,
            deleted: false,
            held: false,
        });
    }

    /// Changes one that is there.
    pub(in crate::account) fn change(
        &self,
        kind: Kind,
        name: &str,
        change: impl FnOnce(&mut Thing),
    ) {
        let mut state = self.played.state();
        let mut things = state.things.iter_mut();
        change(
            things
                .find(|thing| thing.kind == kind && thing.name == name)
                .unwrap(),
        );
    }

    /// Writes down that a run made it.
    pub(in crate::account) fn enter(&self, kind: Kind, name: &str, id: Option<&str>) -> u64 {
        let ledger = self.ledger();
        let intention = Intention {
            run: RUN,
            place: place(),
            kind,
            name: name.to_owned(),
        };
        let entry = ledger.intend(&intention, NOW - 3_600_000).unwrap();
        let identity = Identity {
            id: id.map(str::to_owned),
            arn: match kind {
                Kind::Function => function_arn(name),
                _ => String::new(),
            },
        };
        ledger.made(entry, identity, NOW - 3_600_000).unwrap();
        entry
    }

    /// One of each kind but a table, as a deployment makes them.
    pub(in crate::account) fn deployed(&self) {
        let tags = of_run(RUN, ME);
        for (kind, name, id) in [
            (
                Kind::LogGroup,
                "/aws/lambda/dynatour-00000000-get-pets",
                "1799999999999",
            ),
            (Kind::Role, "dynatour-00000000-get-pets", "AROA1"),
            (Kind::Function, "dynatour-00000000-get-pets", ""),
            (Kind::Api, "dynatour-00000000", "a1"),
        ] {
            self.add(kind, name, id, &tags);
            self.enter(kind, name, Some(id).filter(|id| !id.is_empty()));
        }
        self.change(Kind::Role, "dynatour-00000000-get-pets", |role| {
            role.policies = vec!["table".to_owned()];
        });
    }

    pub(in crate::account) fn region(&self) -> Region {
        let (target, services, session) = self.entered();
        Region::new(target, services, session)
    }

    pub(in crate::account) fn services(&self) -> Services {
        self.entered().1
    }

    fn entered(&self) -> (Target, Services, Arc<Session>) {
        let clock =
            || Arc::new(|| Timestamp::from_millis(NOW)) as crate::transport::in_process::Clock;
        let session = Arc::new(
            Session::new(Opening {
                place: place(),
                run: RUN,
                caller: ME.to_owned(),
                ledger: self.ledger(),
                ceiling: Picodollars(1_000_000_000),
                clock: clock(),
                renewal: "aws login".to_owned(),
                forget: Arc::new(|| ()),
            })
            .unwrap(),
        );
        let credentials = Credentials::new("AKIDEXAMPLE", "secret", None, None, "test");
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(SdkRegion::from_static("us-east-1"))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .build();
        let waits =
            || -> crate::target::retry::Waits { Arc::new(|_| Box::pin(std::future::ready(()))) };
        let guard: Arc<dyn Guard> = Arc::<Session>::clone(&session);
        let tables = InProcess::new(Arc::clone(&self.simulator), clock());
        let target = Target::account(place(), &config, tables, guard).with_waits(waits());
        let http = SharedHttpClient::new(self.played.clone());
        let services =
            Services::new(&place(), &config, &http, Arc::clone(&session)).with_waits(waits());
        (target, services, session)
    }

    pub(in crate::account) async fn look(&self) -> Looked {
        let named = BTreeSet::new();
        self.region().look(&named, &|_, _, _| ()).await.unwrap()
    }

    /// What is there, as `kind name`.
    pub(in crate::account) fn there(&self) -> Vec<String> {
        let state = self.played.state();
        let things = state.things.iter();
        things
            .map(|thing| format!("{} {}", thing.kind, thing.name))
            .collect()
    }

    pub(in crate::account) fn changes(&self) -> Vec<String> {
        self.played.state().changes.clone()
    }

    /// Entries that are left, as `kind name`.
    pub(in crate::account) fn left(&self) -> Vec<String> {
        let left = self.ledger().left().unwrap();
        let words = |entry: &Entry| format!("{} {}", entry.kind, entry.name);
        left.iter().map(words).collect()
    }

    pub(in crate::account) fn states(&self, kind: Kind) -> Vec<State> {
        let entries = self.ledger().entries().unwrap().into_iter();
        entries
            .filter(|entry| entry.kind == kind)
            .map(|entry| entry.state)
            .collect()
    }
}
