//! The whole way: made, called, brought up to date, deleted, beside things of somebody else; on this process's server, on moto's, and
//! on ministack, where the URL really runs the handlers, with no more rights than `dynatour policy --workshop` gives.

use serde_json::{Value, json};

use super::maker::Maker;
use crate::account::learner::{CLEANUP, KEY, SECRET, told};
use crate::aws::fault::{Fault, When};
use crate::aws::tables::SOMEBODY;
use crate::aws::{Aws, http};
use crate::others::Server;
use crate::owner::Owner;
use crate::program::{Said, dynatour, run};
use crate::services::call::Service;
use crate::services::message::Request;

const REGIONS: [&str; 2] = ["us-east-1", "eu-central-1"];

/// What functions may take in the end.
const MORE: [&str; 4] = ["--timeout", "5", "--memory", "512"];

/// Things of somebody else, some with names like ours.
fn plant(owner: &Owner) {
    owner.plant("us-east-1", "payroll");
    owner.plant("eu-central-1", "dynatour-payroll");
    owner.plant_table("us-east-1", "pets");
    owner.plant_role("/dynatour/", "dynatour-theirs");
    owner.plant_group("us-east-1", "/aws/lambda/dynatour-theirs");
}

/// Whoever makes it, with these credentials.
struct With<'a> {
    aws: &'a Aws,
    maker: &'a Maker,
    access_key: String,
    secret_key: String,
    /// Whether the server runs functions.
    runs: bool,
}

impl With<'_> {
    fn run(&self, arguments: &[&str]) -> Said {
        let mut environment = self.maker.learner.without_credentials(&self.aws.url());
        environment.push(("AWS_ACCESS_KEY_ID", self.access_key.clone()));
        environment.push(("AWS_SECRET_ACCESS_KEY", self.secret_key.clone()));
        run(&mut self.maker.command_at(environment, arguments))
    }

    fn deploy(&self) -> Said {
        let deploys = self.maker.deploys();
        let silently = [&deploys[..], &["--no-requests"]].concat();
        let said = self.run(if self.runs { &deploys } else { &silently });
        assert_eq!(said.code, 0, "{}", told(&said));
        said
    }
}

/// Asks an API's URL, as anybody may.
fn ask(aws: &Aws, host: &str, method: &str, path: &str, body: &str) -> (u16, String) {
    let headers = [("host", host), ("content-type", "application/json")];
    let request = Request {
        method: method.to_owned(),
        path: path.to_owned(),
        headers: headers
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec(),
        body: body.as_bytes().to_vec(),
    };
    let answer = http::ask(aws.address(), &request).unwrap();
    (answer.status, String::from_utf8(answer.body).unwrap())
}

/// What was told of each request: its way, every line of its log, what its handler printed among them, and what the log's REPORT says.
fn logs_are_told(said: &Said) {
    let told = |(request, route): (&str, &str)| {
        let mut told = said.out.split("\n\n");
        let told = told.find(|told| told.lines().next() == Some(request));
        let told = told.unwrap_or_else(|| panic!("nothing of {request}: {}", said.out));
        let log: Vec<&str> = told
            .lines()
            .filter_map(|line| line.strip_prefix("    | "))
            .collect();
        for kind in ["START RequestId: ", "END RequestId: ", "REPORT RequestId: "] {
            let of_kind = log.iter().filter(|line| line.starts_with(kind));
            assert_eq!(of_kind.count(), 1, "{kind}: {told}");
        }
        let printed = log.iter().filter(|line| line.ends_with(route));
        assert_eq!(printed.count(), 1, "{route}: {told}");
        let report = log.iter().find(|line| line.starts_with("REPORT "));
        let reported = |name: &str| {
            let mut parts = report.unwrap().split("  ");
            let part = parts.find_map(|part| part.strip_prefix(name));
            let number = part.and_then(|part| part.trim_start_matches(": ").split(' ').next());
            let number = number.and_then(|number| number.parse::<f64>().ok());
            number.unwrap_or_else(|| panic!("no {name}: {told}"))
        };
        let figures = format!(
            "ran {:.1} ms ({} ms billed), {} of {} MB",
            reported("Duration"),
            reported("Billed Duration"),
            reported("Max Memory Used"),
            reported("Memory Size"),
        );
        let lambda = told
            .lines()
            .find(|line| line.starts_with("  Lambda       "));
        assert!(
            lambda.is_some_and(|line| line.ends_with(&figures)),
            "{figures}: {told}"
        );
    };
    let requests = [
        ("GET /pets", "GET /pets"),
        ("GET /pets/2", "GET /pets/{id}"),
        ("POST /pets", "POST /pets"),
    ];
    requests.into_iter().for_each(told);
}

/// Lines of what is there and was not before.
fn new_lines(owner: &Owner, before: &[String]) -> Vec<String> {
    let mut now = owner.dump(&REGIONS);
    now.retain(|line| !before.contains(line));
    now
}

/// Made, made again, brought up to date; what is there is as it was planned. The host of its URL.
fn is_made_and_updated(with: &With, owner: &Owner, before: &[String]) -> String {
    let said = with.deploy();
    if with.runs {
        logs_are_told(&said);
    }
    let made = new_lines(owner, before);
    let all = made.join("\n");
    let counted = |what: &str| made.iter().filter(|line| line.contains(what)).count();
    assert_eq!(counted(" GetRole "), 3, "{all}");
    assert_eq!(counted("-pets Scan "), 1, "{all}");
    assert_eq!(counted(" log group /aws/lambda/dynatour-"), 3, "{all}");
    assert_eq!(counted("\"retentionInDays\":1"), 3, "{all}");
    assert_eq!(counted("us-east-1 function dynatour-"), 6, "{all}");
    assert_eq!(counted(" routes "), 3, "{all}");
    assert_eq!(counted(" integrations "), 3, "{all}");
    assert_eq!(counted(" stages "), 1, "{all}");
    // Nothing is without its tags; a role's, a function's and a group's stand in one line with it.
    for what in [
        " GetRole ",
        "\"Configuration\":",
        " log group ",
        " ListTagsOfResource ",
    ] {
        let mut lines = made.iter().filter(|line| line.contains(what));
        assert!(
            lines.all(|line| line.contains("dynatour:run")),
            "{what}: {all}"
        );
    }
    // Its rights are what it was seen to do, on its table.
    let rights: Vec<&String> = made
        .iter()
        .filter(|line| line.contains("table-and-log"))
        .collect();
    for operation in [
        "dynamodb%3AScan",
        "dynamodb%3AGetItem",
        "dynamodb%3APutItem",
    ] {
        let may = |line: &&&String| {
            line.contains(operation) || line.contains(&operation.replace("%3A", ":"))
        };
        assert_eq!(
            rights.iter().filter(may).count(),
            1,
            "{operation}: {rights:#?}"
        );
    }
    let (_, id) = all.split_once("\"apiEndpoint\":\"").unwrap();
    let (_, host) = id.split_once("://").unwrap();
    let host = host.split('"').next().unwrap().to_owned();
    let id = host.split('.').next().unwrap();
    assert!(said.out.contains(id), "{}", said.out);

    // Again: nothing to do.
    let calls = with.aws.changing_calls().len();
    let again = with.deploy();
    let changes = with.aws.changing_calls().split_off(calls);
    let changes = changes.into_iter().filter(|call| !call.probes());
    // The handlers, which ministack runs, ask for their table.
    let ours = changes.filter(|call| call.access_key == with.access_key);
    let mut ours: Vec<String> = ours.map(|call| call.operation).collect();
    // Where tables have no ids the pets may be put again, on the condition that they are not there.
    ours.retain(|operation| with.runs || operation != "PutItem");
    assert_eq!(ours, [""; 0], "{}", again.out);

    // One file is saved.
    with.maker.save_again("get-pet");
    let calls = with.aws.changing_calls().len();
    let updated = with.deploy();
    let changes = with.aws.changing_calls().split_off(calls);
    let ours = changes
        .into_iter()
        .filter(|call| call.access_key == with.access_key);
    let mut ours: Vec<String> = ours.map(|call| call.operation).collect();
    ours.retain(|operation| with.runs || operation != "PutItem");
    assert_eq!(ours, ["UpdateFunctionCode"], "{}", updated.out);
    assert!(updated.out.contains("get-pet"), "{}", updated.out);

    // All may take more; that again is nothing to do.
    for expected in [3, 0] {
        let calls = with.aws.changing_calls().len();
        let deploys = with.maker.deploys();
        let said = with.run(&[&deploys[..], &MORE, &["--no-requests"]].concat());
        assert_eq!(said.code, 0, "{}", told(&said));
        let changes = with.aws.changing_calls().split_off(calls);
        let ours = changes
            .into_iter()
            .filter(|call| call.access_key == with.access_key && call.operation != "PutItem");
        let ours: Vec<String> = ours.map(|call| call.operation).collect();
        assert_eq!(
            ours,
            vec!["UpdateFunctionConfiguration"; expected],
            "{}",
            said.out
        );
    }
    let functions = new_lines(owner, before).join("\n");
    assert_eq!(functions.matches("\"Timeout\":5").count(), 3, "{functions}");
    // Where that is not said again it is taken back, which the plan tells before.
    let said = told(&with.deploy());
    let lowered = "256 MB, 3 s instead of 512 MB, 5 s";
    assert_eq!(said.matches(lowered).count(), 3, "{said}");
    let functions = new_lines(owner, before).join("\n");
    assert_eq!(functions.matches("\"Timeout\":3").count(), 3, "{functions}");
    host
}

fn is_cleaned_up(with: &With, owner: &Owner, before: &[String]) {
    let dry = with.run(&["cleanup", "--dry-run"]);
    for name in [
        "-pets",
        "-get-pets",
        "-get-pet",
        "-post-pet",
        "/aws/lambda/dynatour-",
    ] {
        assert!(dry.out.contains(name), "{name}: {}", dry.out);
    }
    let cleaned = with.run(&CLEANUP);
    assert_eq!(cleaned.code, 0, "{}", told(&cleaned));
    assert_eq!(owner.dump(&REGIONS), before, "{}", told(&cleaned));
    assert_eq!(with.maker.learner.entries_left(), []);
    let again = with.run(&["cleanup", "--yes", "--all-regions"]);
    assert_eq!(again.code, 0, "{}", told(&again));
    assert_eq!(owner.dump(&REGIONS), before);
}

#[test]
fn the_server_of_these_tests_goes_the_whole_way() {
    let Some(maker) = Maker::ruby() else {
        println!("skipped: ruby is not installed");
        return;
    };
    let aws = Aws::start();
    let owner = Owner::new(aws.address(), SOMEBODY);
    plant(&owner);
    let before = owner.dump(&REGIONS);
    let with = With {
        aws: &aws,
        maker: &maker,
        access_key: KEY.to_owned(),
        secret_key: SECRET.to_owned(),
        runs: true,
    };
    let host = is_made_and_updated(&with, &owner, &before);
    let (status, answer) = ask(&aws, &host, "GET", "/pets/2", "");
    assert_eq!(
        (status, answer.contains("GET /pets/{id}")),
        (200, true),
        "{answer}"
    );
    assert_eq!(ask(&aws, &host, "DELETE", "/pets/2", "").0, 404);
    is_cleaned_up(&with, &owner, &before);
    aws.nobody_trespassed();
    assert_eq!(ask(&aws, &host, "GET", "/pets", "").0, 404);
}

/// IAM does not tell of what was just made everywhere at once. Its policy waits for that, and no second role is made.
#[test]
fn a_role_that_is_not_seen_at_once_is_looked_for_again() {
    let Some(maker) = Maker::ruby() else {
        println!("skipped: ruby is not installed");
        return;
    };
    let aws = Aws::start();
    // The first look is for whether there is one, the second for whether it is ours before its policy is put on it.
    aws.rule(When::Operation("GetRole"), Fault::Unseen, 2);
    let deploys = maker.deploys();
    let said = maker.run(&aws, &[&deploys[..], &["--no-requests"]].concat());
    assert_eq!(said.code, 0, "{}", told(&said));
    let mut calls = aws.calls();
    calls.retain(|call| call.service == Service::Iam && !call.probes());
    let made = calls.iter().find(|call| call.operation == "CreateRole");
    let first = made.unwrap().thing.clone();
    calls.retain(|call| call.thing == first);
    let operations: Vec<&str> = calls.iter().map(|call| call.operation.as_str()).collect();
    assert_eq!(
        operations,
        [
            "GetRole",
            "CreateRole",
            "GetRole",
            "GetRole",
            "PutRolePolicy"
        ]
    );
    assert_eq!(aws.everything_made_by(KEY).len(), 11);
    assert_eq!(maker.cleanup(&aws).code, 0);
    assert_eq!(aws.everything_made_by(KEY), [""; 0]);
    assert_eq!(maker.learner.entries_left(), []);
}

#[test]
fn moto_goes_the_whole_way_but_runs_no_function() {
    let (Some(maker), Some(server)) = (Maker::ruby(), Server::moto()) else {
        println!("skipped: ruby, or python3 with moto's server, is not installed");
        return;
    };
    let aws = Aws::start();
    aws.stands_before(server.address());
    let owner = server.owner();
    plant(&owner);
    let before = owner.dump(&REGIONS);
    let policy = dynatour(&["policy", "--workshop"]);
    let (access_key, secret_key) = owner.user(&policy.out);
    let with = With {
        aws: &aws,
        maker: &maker,
        access_key,
        secret_key,
        runs: false,
    };
    is_made_and_updated(&with, &owner, &before);
    // Nobody answers there as the functions would, which is said, and what stands stands.
    let made = owner.dump(&REGIONS);
    let said = with.run(&maker.deploys());
    assert_eq!(said.code, 1, "{}", told(&said));
    assert!(said.out.contains("answered     404"), "{}", said.out);
    assert_eq!(owner.dump(&REGIONS), made);
    is_cleaned_up(&with, &owner, &before);
}

#[test]
fn ministack_runs_the_handlers_with_no_more_rights_than_the_policies_give() {
    let aws = Aws::start();
    let modules = crate::installed::node_modules();
    let server = Server::ministack_behind(&aws, modules.as_deref());
    let (Some(maker), Some(server)) = (Maker::node(), server) else {
        println!("skipped: node, or python3 with ministack, is not installed");
        return;
    };
    maker.print_routes();
    let owner = server.owner();
    plant(&owner);
    let before = owner.dump(&REGIONS);
    let policy = dynatour(&["policy", "--workshop"]);
    let mut policy: Value = serde_json::from_str(&policy.out).unwrap();
    // AWS asks for the right on the function (<https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html>:
    // CreateFunction, resource types function*, and iam:PassRole), which the printed policy has. This server takes the function's name
    // from a request's path, and here it is in the body only, so that it asks for the right on everything.
    let more = json!({ "Effect": "Allow", "Action": "lambda:CreateFunction", "Resource": "*" });
    policy["Statement"].as_array_mut().unwrap().push(more);
    let (access_key, secret_key) = owner.user(&policy.to_string());
    let with = With {
        aws: &aws,
        maker: &maker,
        access_key,
        secret_key,
        runs: true,
    };
    let host = is_made_and_updated(&with, &owner, &before);
    // The three goals, by anybody who knows the URL.
    let (status, answer) = ask(&aws, &host, "GET", "/pets", "");
    assert_eq!((status, answer.contains("Rex")), (200, true), "{answer}");
    let (status, answer) = ask(&aws, &host, "GET", "/pets/2", "");
    assert_eq!((status, answer.contains("Rex")), (200, true), "{answer}");
    assert_eq!(ask(&aws, &host, "GET", "/pets/999", "").0, 404);
    let pet = r#"{"id":"7","name":"Mimi","kind":"cat"}"#;
    assert_eq!(ask(&aws, &host, "POST", "/pets", pet).0, 201);
    let (status, answer) = ask(&aws, &host, "GET", "/pets/7", "");
    assert_eq!((status, answer.contains("Mimi")), (200, true), "{answer}");
    assert_eq!(ask(&aws, &host, "POST", "/pets", "{}").0, 400);
    // They asked as their roles, each for what it may do.
    let calls = aws.calls().into_iter();
    let of_roles = calls
        .filter(|call| call.service == Service::DynamoDb && call.access_key.starts_with("ASIA"));
    let mut of_roles: Vec<_> = of_roles
        .map(|call| (call.access_key, call.operation))
        .collect();
    of_roles.sort();
    of_roles.dedup();
    assert_eq!(of_roles.len(), 3, "{of_roles:?}");
    is_cleaned_up(&with, &owner, &before);
}
