//! What is asked for or found that is not right: a clear message, nothing made, nothing that is somebody's changed.

use std::fs;
use std::process::Stdio;

use super::maker::Maker;
use crate::account::learner::{KEY, Learner, REGION, told};
use crate::aws::Aws;
use crate::aws::fault::{Fault, When};
use crate::aws::tables::SOMEBODY;
use crate::owner::{Owner, elements};
use crate::program::{Said, answered, run};
use crate::services::call::Service;

/// It said why, and nothing was made or changed.
fn is_refused(aws: &Aws, said: &Said, words: &[&str]) {
    assert_eq!(said.code, 2, "{}", told(said));
    for word in words {
        assert!(told(said).contains(word), "{word}: {}", told(said));
    }
    let changes = aws.changing_calls();
    assert_eq!(changes.len(), 0, "{words:?}: {changes:?}");
    assert_eq!(aws.everything_made_by(KEY), [""; 0]);
}

#[test]
fn a_folder_that_is_none_of_a_workshop_is_refused_before_anything_is_sent() {
    let aws = Aws::start();
    let learner = Learner::thorough();
    let home = learner.home();
    fs::create_dir(home.join("empty")).unwrap();
    fs::create_dir(home.join("other")).unwrap();
    fs::write(home.join("other/index.mjs"), "mine").unwrap();
    fs::write(home.join("file"), "a file").unwrap();
    for folder in ["no-such", "empty", "other", "file"] {
        let path = home.join(folder);
        let said = learner.run(&aws, &["deploy", path.to_str().unwrap(), "--yes"]);
        is_refused(&aws, &said, &[folder]);
        assert_eq!(aws.calls().len(), 0, "{folder}");
    }
    assert_eq!(
        fs::read_to_string(home.join("other/index.mjs")).unwrap(),
        "mine"
    );
    assert_eq!(fs::read_dir(home.join("empty")).unwrap().count(), 0);
    let said = learner.run(&aws, &["deploy", "--target", "simulated", "--yes"]);
    is_refused(&aws, &said, &["--target aws"]);
}

#[test]
fn a_handler_that_is_not_right_goes_nowhere() {
    let Some(maker) = Maker::ruby() else {
        println!("skipped: ruby is not installed");
        return;
    };
    let aws = Aws::start();
    let right = fs::read_to_string(maker.file("get-pet")).unwrap();
    let scan = right.replace(
        "DB.get_item(table_name: TABLE, key: { \"id\" => id }).item",
        "DB.scan(table_name: TABLE).items.find { |one| one[\"id\"] == id }",
    );
    assert_ne!(scan, right);
    let large = format!("{right}# {}\n", "x".repeat(300 * 1024));
    for (code, word) in [
        (scan.as_str(), "Scan"),
        (
            "def lambda_handler(event:, context:)\n  {\nend\n",
            "get_pet.rb",
        ),
        ("", "get_pet.rb"),
        (&large, "bytes"),
    ] {
        fs::write(maker.file("get-pet"), code).unwrap();
        let said = maker.deploy(&aws);
        is_refused(&aws, &said, &["get_pet.rb", word]);
        assert_eq!(aws.calls().len(), 0, "{word}");
    }
    fs::remove_file(maker.file("get-pet")).unwrap();
    is_refused(&aws, &maker.deploy(&aws), &["get_pet.rb"]);
}

#[test]
fn the_root_user_a_low_ceiling_and_unknown_names_are_refused() {
    let Some(maker) = Maker::ruby() else {
        println!("skipped: ruby is not installed");
        return;
    };
    let root = Aws::start_for("arn:aws:iam::111122223333:root");
    is_refused(&root, &maker.deploy(&root), &["root", "--allow-root"]);

    let aws = Aws::start();
    for (more, words) in [
        (["--max-cost", "0.000001"], &["--max-cost", "ceiling"][..]),
        (["--max-cost", "-1"], &["--max-cost"]),
        (["--profile", "nobody"], &["nobody"]),
    ] {
        let arguments = [&maker.deploys()[..], &more].concat();
        is_refused(&aws, &maker.run(&aws, &arguments), words);
    }
    let mut command = maker.command_at(
        maker.learner.without_credentials(&aws.url()),
        &maker.deploys(),
    );
    is_refused(&aws, &run(&mut command), &["aws configure"]);
}

#[test]
fn credentials_that_are_refused_end_it_before_the_first_change() {
    let Some(maker) = Maker::ruby() else {
        println!("skipped: ruby is not installed");
        return;
    };
    for (fault, word) in [
        (Fault::ExpiredToken, "expired"),
        (Fault::WrongClock, "clock"),
        (Fault::AccessDenied, "sts:GetCallerIdentity"),
        (Fault::Malformed, "not STS"),
    ] {
        let aws = Aws::start();
        aws.rule(When::Operation("GetCallerIdentity"), fault, usize::MAX);
        is_refused(&aws, &maker.deploy(&aws), &[word]);
    }
}

/// Anything but a yes is a no, also nothing at all.
#[test]
fn another_answer_than_yes_makes_nothing() {
    let Some(maker) = Maker::ruby() else {
        println!("skipped: ruby is not installed");
        return;
    };
    let aws = Aws::start();
    let [deploy, folder, _] = maker.deploys();
    let answered = |answer: &str| answered(&mut maker.command(&aws, &[deploy, folder]), answer);
    for answer in ["", "no\n", "y\n", "YES!\n", "yes please\n", "\u{1b}yes\n"] {
        let said = answered(answer);
        // What, where and for how much was said before.
        let shown = [
            "111122223333",
            REGION,
            "get-pets",
            "post-pet",
            "public",
            "$",
        ];
        is_refused(&aws, &said, &shown);
    }
    let said = answered("yes\n");
    assert_eq!(said.code, 0, "{}", told(&said));
    // For an update it is asked again.
    let made = aws.everything_made_by(KEY);
    maker.save_again("get-pet");
    assert_eq!(answered("no\n").code, 2);
    assert_eq!(aws.everything_made_by(KEY), made);
    assert_eq!(answered("yes\n").code, 0);
    assert_ne!(aws.everything_made_by(KEY), made);
}

/// Ours was deleted by hand, and somebody else has its name now: it is not touched, by whatever is tried.
#[test]
fn what_has_a_name_of_ours_and_is_somebody_elses_stays() {
    let Some(maker) = Maker::ruby() else {
        println!("skipped: ruby is not installed");
        return;
    };
    let aws = Aws::start();
    let owner = Owner::new(aws.address(), SOMEBODY);
    let ours = Owner::new(aws.address(), KEY);
    let said = maker.deploy(&aws);
    assert_eq!(said.code, 0, "{}", told(&said));
    let made = aws.everything_made_by(KEY);
    let function = made
        .iter()
        .find_map(|line| line.strip_prefix("function us-east-1 "))
        .unwrap();
    let function = function.split(' ').next().unwrap().to_owned();
    let group = format!("/aws/lambda/{function}");
    // The learner deletes three of theirs, in the console say.
    let gone = format!("/2015-03-31/functions/{function}");
    assert_eq!(
        ours.rest(
            "lambda",
            REGION,
            ("DELETE", &gone),
            &serde_json::Value::Null
        )
        .0,
        204
    );
    ours.logs(
        REGION,
        "DeleteLogGroup",
        &serde_json::json!({ "logGroupName": group }),
    );
    let named = ("RoleName", function.as_str());
    let policies = ours.iam("ListRolePolicies", &[named]);
    for policy in elements(&policies, "member") {
        ours.iam("DeleteRolePolicy", &[named, ("PolicyName", policy)]);
    }
    ours.iam("DeleteRole", &[named]);
    // And somebody makes others of the same names.
    owner.plant_group(REGION, &group);
    let role = owner.plant_role("/dynatour/", &function);
    owner.plant_function(REGION, &function, &role);
    let before = aws.dump_of_others(KEY);

    let again = maker.deploy(&aws);
    assert_eq!(again.code, 1, "{}", told(&again));
    assert!(
        told(&again).contains("was not made by dynatour"),
        "{}",
        told(&again)
    );
    assert!(told(&again).contains(&function), "{}", told(&again));
    assert_eq!(aws.dump_of_others(KEY), before);
    // What was made a moment ago and is not to be seen may still turn up, so it is kept in mind for a while.
    let cleaned = maker.cleanup(&aws);
    assert_eq!(cleaned.code, 1, "{}", told(&cleaned));
    assert_eq!(aws.everything_made_by(KEY), [""; 0]);
    assert_eq!(aws.dump_of_others(KEY), before);
    maker.learner.ledger_is_from_long_ago();
    // Nothing but its tags tells a function from another one of its name, so that one stays in mind until its name is free.
    let cleaned = maker.cleanup(&aws);
    assert_eq!(cleaned.code, 1, "{}", told(&cleaned));
    assert!(told(&cleaned).contains("may be ours"), "{}", told(&cleaned));
    assert_eq!(aws.dump_of_others(KEY), before);
    assert_eq!(maker.learner.entries_left().len(), 1);
    aws.nobody_trespassed();

    let (status, _) = owner.rest(
        "lambda",
        REGION,
        ("DELETE", &gone),
        &serde_json::Value::Null,
    );
    assert_eq!(status, 204);
    let before = aws.dump_of_others(KEY);
    let cleaned = maker.cleanup(&aws);
    assert_eq!(cleaned.code, 0, "{}", told(&cleaned));
    assert_eq!(aws.dump_of_others(KEY), before);
    assert_eq!(maker.learner.entries_left(), []);
    aws.nobody_trespassed();
}

/// What somebody changes so that more gets through than was said, or something else runs, is changed back or stops.
#[test]
fn what_somebody_changed_is_changed_back_or_stops() {
    let Some(maker) = Maker::ruby() else {
        println!("skipped: ruby is not installed");
        return;
    };
    let aws = Aws::start();
    let ours = Owner::new(aws.address(), KEY);
    let gateway = |method: &str, path: &str, body: serde_json::Value| {
        let (status, answer) = ours.rest("apigateway", REGION, (method, path), &body);
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    };
    let said = maker.deploy(&aws);
    assert_eq!(said.code, 0, "{}", told(&said));
    let apis = gateway("GET", "/v2/apis", serde_json::Value::Null);
    let stage = format!(
        "/v2/apis/{}/stages/%24default",
        apis["items"][0]["apiId"].as_str().unwrap()
    );
    let as_made = gateway("GET", &stage, serde_json::Value::Null);

    for changed in [
        serde_json::json!({ "defaultRouteSettings": {} }),
        serde_json::json!({ "autoDeploy": false }),
    ] {
        gateway("PATCH", &stage, changed.clone());
        let again = maker.deploy(&aws);
        assert_eq!(again.code, 0, "{changed}: {}", told(&again));
        let now = gateway("GET", &stage, serde_json::Value::Null);
        assert_eq!(now, as_made, "{changed}");
    }

    // Who else may take a role may do what it lets its handler do; and a handler is not given other events than it was tried with.
    let stops = |changed: &str, words: &str| {
        let again = maker.deploy(&aws);
        assert_eq!(again.code, 1, "{changed}: {}", told(&again));
        assert!(told(&again).contains(words), "{}", told(&again));
        assert!(
            told(&again).contains("dynatour cleanup"),
            "{}",
            told(&again)
        );
    };
    let integrations = stage.replace("/stages/%24default", "/integrations");
    let all = gateway("GET", &integrations, serde_json::Value::Null);
    let one = all["items"][1]["integrationId"].as_str().unwrap();
    let one = format!("{integrations}/{one}");
    for (member, made, changed, words) in [
        (
            "payloadFormatVersion",
            serde_json::json!("2.0"),
            serde_json::json!("1.0"),
            "its payload format is 1.0, and 2.0 is planned",
        ),
        (
            "timeoutInMillis",
            serde_json::json!(30_000),
            serde_json::json!(50),
            "its function is waited for 50 ms, and 30000 ms are planned",
        ),
    ] {
        gateway("PATCH", &one, serde_json::json!({ member: changed }));
        stops(member, words);
        gateway("PATCH", &one, serde_json::json!({ member: made }));
    }
    let roles = ours.iam("ListRoles", &[("PathPrefix", "/dynatour/")]);
    let role = elements(&roles, "RoleName").next().unwrap().to_owned();
    let trust = |who: &str| {
        let trust = serde_json::json!({
            "Version": "2012-10-17",
            "Statement": { "Effect": "Allow", "Principal": { "Service": who }, "Action": ["sts:AssumeRole"] },
        });
        let trust = trust.to_string();
        let parameters = [("RoleName", role.as_str()), ("PolicyDocument", &trust)];
        ours.iam("UpdateAssumeRolePolicy", &parameters);
    };
    trust("ec2.amazonaws.com");
    stops("trust", "may let others than Lambda take it");
    // As it was, written otherwise.
    trust("lambda.amazonaws.com");
    let again = maker.deploy(&aws);
    assert_eq!(again.code, 0, "{}", told(&again));

    // An update of the stage leaves what one route alone may do.
    let route = serde_json::json!({ "GET /pets": { "throttlingRateLimit": 1000.0 } });
    gateway(
        "PATCH",
        &stage,
        serde_json::json!({ "routeSettings": route }),
    );
    let again = maker.deploy(&aws);
    assert_eq!(again.code, 1, "{}", told(&again));
    assert!(
        told(&again).contains("is not limited as planned"),
        "{}",
        told(&again)
    );

    let cleaned = maker.cleanup(&aws);
    assert_eq!(cleaned.code, 0, "{}", told(&cleaned));
    assert_eq!(aws.everything_made_by(KEY), [""; 0]);
    aws.nobody_trespassed();
}

/// What stays wrong ends it in the middle, in the service's words and with what to do; then it is gone on with, or deleted.
#[test]
fn what_goes_wrong_in_the_middle_is_said_and_can_be_gone_on_with() {
    let Some(maker) = Maker::ruby() else {
        println!("skipped: ruby is not installed");
        return;
    };
    let cases = [
        (
            "CreateRole",
            Fault::AccessDenied,
            "dynatour policy --workshop",
        ),
        ("CreateFunction", Fault::ExpiredToken, "expired"),
        ("CreateApi", Fault::Malformed, "API Gateway"),
        ("CreateLogGroup", Fault::WrongClock, "clock"),
        ("AddPermission", Fault::Throttle, "TooManyRequestsException"),
    ];
    for (operation, fault, word) in cases {
        let aws = Aws::start();
        aws.rule(When::Operation(operation), fault, usize::MAX);
        let said = maker.deploy(&aws);
        let what = format!("{operation} {fault:?}: {}", told(&said));
        // An answer that can't be read may be found to have been carried out.
        let found = fault == Fault::Malformed && said.code == 0;
        assert!(said.code == 1 || found, "{what}");
        assert!(found || told(&said).contains(word), "{what}");
        assert!(found || told(&said).contains(operation), "{what}");
        // What is there is said, with the command that deletes it.
        assert!(told(&said).contains("dynatour cleanup"), "{what}");
        aws.heal();
        let again = maker.deploy(&aws);
        assert_eq!(again.code, 0, "{operation}: {}", told(&again));
        let cleaned = maker.cleanup(&aws);
        assert_eq!(cleaned.code, 0, "{operation}: {}", told(&cleaned));
        assert_eq!(aws.everything_made_by(KEY), [""; 0], "{operation}");
        aws.nobody_trespassed();
    }
}

/// Lambda's own limit is not what every account may have.
#[test]
fn more_memory_than_an_account_may_have_is_said_with_what_to_do() {
    let Some(maker) = Maker::ruby() else {
        println!("skipped: ruby is not installed");
        return;
    };
    let aws = Aws::start();
    let deploy = |memory: &str| {
        let deploys = maker.deploys();
        maker.run(
            &aws,
            &[&deploys[..], &["--no-requests", "--memory", memory]].concat(),
        )
    };
    let said = deploy("3009");
    assert_eq!(said.code, 1, "{}", told(&said));
    for words in ["less than or equal to 3008", "--memory", "Service Quotas"] {
        assert!(told(&said).contains(words), "{words}: {}", told(&said));
    }
    let said = deploy("3008");
    assert_eq!(said.code, 0, "{}", told(&said));
    assert_eq!(maker.cleanup(&aws).code, 0);
    assert_eq!(aws.everything_made_by(KEY), [""; 0]);
    assert_eq!(maker.learner.entries_left(), []);
}

/// The URL that does not answer is said, and what was made stands all the same.
#[test]
fn a_url_that_fails_is_said() {
    let Some(maker) = Maker::ruby() else {
        println!("skipped: ruby is not installed");
        return;
    };
    for fault in [Fault::InternalError, Fault::DropBefore, Fault::Throttle] {
        let aws = Aws::start();
        let said = maker.deploy(&aws);
        assert_eq!(said.code, 0, "{}", told(&said));
        aws.rule(When::Operation("GET /pets"), fault, usize::MAX);
        let said = maker.deploy(&aws);
        assert_eq!(said.code, 1, "{fault:?}: {}", told(&said));
        let asked = aws.calls().into_iter();
        let asked =
            asked.filter(|call| call.service == Service::Url && call.operation == "GET /pets");
        // Once each time: what strangers may ask for is not asked for again and again.
        assert_eq!(asked.count(), 2, "{fault:?}");
        assert_eq!(maker.cleanup(&aws).code, 0);
        assert_eq!(aws.everything_made_by(KEY), [""; 0]);
    }
}

/// Nobody reads what is written, and so nothing is asked of the URL; what was spent and what stands is said where errors are.
#[test]
fn who_closes_standard_output_is_told_what_was_spent_and_what_stands() {
    let Some(maker) = Maker::ruby() else {
        println!("skipped: ruby is not installed");
        return;
    };
    let aws = Aws::start();
    let mut command = maker.command(&aws, &maker.deploys());
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(!output.status.success());
    let said = String::from_utf8(output.stderr).unwrap();
    for words in ["this session has spent", "dynatour cleanup"] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let calls = aws.calls();
    assert!(calls.iter().all(|call| call.service != Service::Url));
    // What was begun was ended all the same.
    assert_eq!(aws.everything_made_by(KEY).len(), 11);
    assert_eq!(maker.cleanup(&aws).code, 0);
    assert_eq!(aws.everything_made_by(KEY), [""; 0]);
}
