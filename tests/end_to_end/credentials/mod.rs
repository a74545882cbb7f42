//! Every way credentials can come, and every way that fails: what is said, and what to type next.
//!
//! The program runs as a process with an environment, files and servers of its own; `dynatour doctor` says what it found.
//! Invariant: no request leaves this machine, and what was planted as a secret is never printed.

mod server;

use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};

use crate::program::{Said, program, run};
use server::{Answer, Request, Server, caller, refusal};

/// An address where nothing listens.
const NOBODY: &str = "http://127.0.0.1:1";

/// A home with a configuration of AWS, and a program that looks at nothing else.
struct Home {
    directory: tempfile::TempDir,
}

impl Home {
    fn new(config: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        std::fs::create_dir(directory.path().join(".aws")).unwrap();
        std::fs::write(directory.path().join(".aws/config"), config).unwrap();
        Self { directory }
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }

    /// Writes a file that only its owner reads.
    fn write(&self, name: &str, text: &str) -> String {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    fn doctor(&self, endpoint: &str) -> Command {
        let mut command = program(self.path());
        command
            .args(["doctor", "--target", "aws"])
            .env("AWS_ENDPOINT_URL", endpoint)
            .env("AWS_EC2_METADATA_DISABLED", "true");
        command
    }
}

/// Runs it; nothing that was planted may be in what it says.
fn said(command: &mut Command) -> Said {
    let said = run(command);
    for text in [&said.out, &said.err] {
        assert!(!text.contains("planted"), "a secret was printed: {text}");
    }
    said
}

/// It stops, and says these things in the part about the account.
fn stops(command: &mut Command, parts: &[&str]) {
    let said = said(command);
    assert_eq!(said.code, 2, "{}", said.out);
    let account = said.out.split("An AWS account").nth(1).unwrap_or_default();
    assert!(account.contains("STOP"), "{}", said.out);
    for part in parts {
        assert!(account.contains(part), "no {part:?} in: {}", said.out);
    }
}

/// It comes as far as knowing who it is.
fn signs_in(command: &mut Command, parts: &[&str]) {
    let said = said(command);
    assert!(said.out.contains("account 123456789012"), "{}", said.out);
    for part in parts {
        assert!(said.out.contains(part), "no {part:?} in: {}", said.out);
    }
}

fn as_usual() -> Server {
    Server::start(|_| None)
}

const KEYS: &str = "aws_access_key_id = AKIAPLAIN\naws_secret_access_key = planted-secret\n";

#[test]
fn none_at_all_says_which_ways_there_are() {
    let home = Home::new("");
    stops(
        &mut home.doctor(NOBODY),
        &[
            "no AWS credentials were found",
            "Nothing was sent",
            "aws login",
            "aws configure sso",
        ],
    );
    // Profiles that are there are named.
    let home = Home::new(&format!("[profile lab]\n{KEYS}"));
    stops(
        &mut home.doctor(NOBODY),
        &["no AWS credentials were found", "--profile NAME", "lab"],
    );
}

#[test]
fn variables_are_used_and_half_of_them_is_told() {
    let aws = as_usual();
    let home = Home::new("");
    let mut whole = home.doctor(&aws.url());
    whole
        .env("AWS_ACCESS_KEY_ID", "AKIAX")
        .env("AWS_SECRET_ACCESS_KEY", "planted-secret")
        .env("AWS_SESSION_TOKEN", "planted-token");
    signs_in(&mut whole, &["AWS_SESSION_TOKEN", "the user rachel"]);
    for (set, missing) in [
        ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"),
        ("AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID"),
    ] {
        let words = format!("{set} is set, but {missing} is not");
        let mut half = home.doctor(&aws.url());
        stops(half.env(set, "planted-half"), &[&words, "export"]);
    }
}

#[test]
fn a_profile_that_is_named_goes_before_the_variables() {
    let aws = as_usual();
    let home = Home::new(&format!("[profile lab]\nregion = eu-west-1\n{KEYS}"));
    let mut command = home.doctor(&aws.url());
    command
        .args(["--profile", "lab"])
        .env("AWS_ACCESS_KEY_ID", "AKIAX")
        .env("AWS_SECRET_ACCESS_KEY", "planted-secret");
    signs_in(
        &mut command,
        &[
            "the keys of profile lab",
            "eu-west-1",
            "as the profile says",
        ],
    );
    // AWS_PROFILE does not, which is told.
    let mut command = home.doctor(&aws.url());
    command
        .env("AWS_PROFILE", "lab")
        .env("AWS_ACCESS_KEY_ID", "AKIAX")
        .env("AWS_SECRET_ACCESS_KEY", "planted-secret");
    signs_in(
        &mut command,
        &["AWS_PROFILE names lab, but", "--profile lab"],
    );
}

#[test]
fn profiles_that_are_not_there_or_lead_nowhere() {
    let home = Home::new(
        "[profile lab]\nrole_arn = arn:aws:iam::123456789012:role/student\nsource_profile = nobody\n\
         [profile one]\nrole_arn = arn:aws:iam::123456789012:role/student\nsource_profile = two\n\
         [profile two]\nrole_arn = arn:aws:iam::123456789012:role/student\nsource_profile = one\n",
    );
    let mut typed = home.doctor(NOBODY);
    stops(
        typed.args(["--profile", "lba"]),
        &[
            "no profile \"lba\", which --profile names",
            "lab, one, two",
            "→ --profile lab",
        ],
    );
    let mut set = home.doctor(NOBODY);
    stops(
        set.env("AWS_PROFILE", "lba"),
        &["which AWS_PROFILE names", "export AWS_PROFILE=lab"],
    );
    let mut lost = home.doctor(NOBODY);
    stops(
        lost.args(["--profile", "lab"]),
        &["source_profile nobody, and there is no such profile"],
    );
    let mut round = home.doctor(NOBODY);
    stops(round.args(["--profile", "one"]), &["round and round"]);
    // A file that is none of a configuration.
    let home = Home::new("[profile lab\nthis is no line");
    stops(
        &mut home.doctor(NOBODY),
        &["can't be read", "AWS_CONFIG_FILE"],
    );
}

/// SHA-1 of `my`, the name of the session, which names the file of its token.
const SESSION_FILE: &str = ".aws/sso/cache/3ece1471f44f63177cbc35ba0b904e0c096b6783.json";

const SSO: &str = "[profile class]\nsso_session = my\nsso_account_id = 123456789012\nsso_role_name = student\n\
                   [sso-session my]\nsso_region = us-east-1\nsso_start_url = https://example.awsapps.com/start\n";

fn token(until: &str) -> String {
    format!(
        r#"{{"startUrl": "https://example.awsapps.com/start", "region": "us-east-1", "accessToken": "planted-token", "expiresAt": "{until}"}}"#
    )
}

fn sso(answer: impl Fn() -> Answer + Send + 'static) -> Server {
    Server::start(move |request: &Request| request.has("/federation/credentials").then(&answer))
}

#[test]
fn identity_center_signed_in_expired_never_and_not_assigned() {
    let good = r#"{"roleCredentials": {"accessKeyId": "ASIASSO", "secretAccessKey": "planted-secret", "sessionToken": "planted-token", "expiration": 32472144000000}}"#;
    let aws = sso(move || Answer::json(200, good));
    let home = Home::new(SSO);
    let sign_in = [
        "expired, or was never done",
        "→ aws sso login --profile class",
    ];
    stops(
        home.doctor(&aws.url()).args(["--profile", "class"]),
        &sign_in,
    );
    home.write(SESSION_FILE, &token("2001-01-01T00:00:00Z"));
    stops(
        home.doctor(&aws.url()).args(["--profile", "class"]),
        &sign_in,
    );
    home.write(SESSION_FILE, &token("2999-01-01T00:00:00Z"));
    signs_in(
        home.doctor(&aws.url()).args(["--profile", "class"]),
        &["IAM Identity Center, profile class; they hold for"],
    );
    let revoked = sso(|| {
        Answer::json(401, r#"{"message": "Session token not found or invalid"}"#)
            .with("x-amzn-errortype: UnauthorizedException")
    });
    stops(
        home.doctor(&revoked.url()).args(["--profile", "class"]),
        &sign_in,
    );
    let not_mine = sso(|| {
        Answer::json(403, r#"{"message": "No access"}"#)
            .with("x-amzn-errortype: ForbiddenException")
    });
    stops(
        home.doctor(&not_mine.url()).args(["--profile", "class"]),
        &["that role in that account is not assigned to you"],
    );
}

#[test]
fn a_session_of_aws_login_that_is_not_there() {
    let home = Home::new("[profile me]\nlogin_session = arn:aws:iam::123456789012:user/rachel\n");
    stops(
        home.doctor(NOBODY).args(["--profile", "me"]),
        &[
            "aws login has expired, or was never begun",
            "→ aws login --profile me",
        ],
    );
}

#[test]
fn programs_that_hand_out_credentials() {
    let aws = as_usual();
    let profile =
        |command: &str| Home::new(&format!("[profile tool]\ncredential_process = {command}\n"));
    let tool = |home: &Home| {
        let mut command = home.doctor(&aws.url());
        command.args(["--profile", "tool"]);
        command
    };
    let good = r#"echo '{"Version": 1, "AccessKeyId": "ASIAX", "SecretAccessKey": "planted-secret", "SessionToken": "planted-token"}'"#;
    signs_in(
        &mut tool(&profile(good)),
        &["the program echo of profile tool"],
    );
    let expired = good.replace('}', r#", "Expiration": "2001-01-01T00:00:00Z"}"#);
    stops(
        &mut tool(&profile(&expired)),
        &["the credentials expired", "days ago"],
    );
    for (command, words) in [
        (
            "sh -c 'echo planted-word >&2; exit 3' planted-argument",
            "the program sh, which profile tool asks for credentials, ended with exit status 3",
        ),
        (
            "echo planted-rubbish",
            "printed something else than the JSON",
        ),
        (
            "echo '{\"Version\": 9, \"SecretAccessKey\": \"planted\"}'",
            "printed something else than the JSON",
        ),
        ("/nowhere/hand-out --password planted", "/nowhere/hand-out"),
        (
            "/nowhere/hand-out --password planted",
            "was not found (exit status 127)",
        ),
    ] {
        stops(&mut tool(&profile(command)), &[words, "credential_process"]);
    }
}

#[test]
fn roles_that_are_assumed_or_refused() {
    let config = format!(
        "[profile base]\n{KEYS}[profile lab]\nrole_arn = arn:aws:iam::123456789012:role/student\nsource_profile = base\n\
         [profile code]\nrole_arn = arn:aws:iam::123456789012:role/student\nsource_profile = base\nmfa_serial = arn:aws:iam::123456789012:mfa/rachel\n"
    );
    let home = Home::new(&config);
    let aws = as_usual();
    signs_in(
        home.doctor(&aws.url()).args(["--profile", "lab"]),
        &[
            "the keys of profile base, to assume arn:aws:iam::123456789012:role/student as profile lab says",
        ],
    );
    let denies = |code: &'static str| {
        Server::start(move |request| {
            request
                .has("Action=AssumeRole")
                .then(|| refusal(code, "is not authorized to perform: sts:AssumeRole"))
        })
    };
    stops(
        home.doctor(&denies("AccessDenied").url())
            .args(["--profile", "lab"]),
        &["could not be assumed", "sts:AssumeRole", "trust policy"],
    );
    // It is not the role that is wrong.
    stops(
        home.doctor(&denies("InvalidClientTokenId").url())
            .args(["--profile", "lab"]),
        &["could not be assumed", "→ aws configure --profile base"],
    );
    stops(
        home.doctor(&aws.url()).args(["--profile", "code"]),
        &[
            "asks for a code of the device arn:aws:iam::123456789012:mfa/rachel",
            "export-credentials --profile code",
        ],
    );
}

#[test]
fn web_identities_and_their_files() {
    let home = Home::new("");
    let aws = as_usual();
    let web = |file: &str| {
        let mut command = home.doctor(&aws.url());
        command
            .env("AWS_WEB_IDENTITY_TOKEN_FILE", file)
            .env("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/student");
        command
    };
    stops(
        &mut web("/nowhere/token"),
        &["can't be read from /nowhere/token", "No such file"],
    );
    let file = home.write("token", "planted-token");
    signs_in(&mut web(&file), &["the web identity token in"]);
    let mut torn = web(&file);
    stops(
        torn.env_remove("AWS_ROLE_ARN"),
        &["AWS_WEB_IDENTITY_TOKEN_FILE is set, but AWS_ROLE_ARN is not"],
    );
    let refuses = Server::start(|request| {
        request
            .has("Action=AssumeRoleWithWebIdentity")
            .then(|| refusal("InvalidIdentityToken", "the token is not for this audience"))
    });
    stops(
        web(&file).env("AWS_ENDPOINT_URL", refuses.url()),
        &["InvalidIdentityToken: the token is not for this audience"],
    );
}

const HANDED: &str = r#"{"Code": "Success", "Type": "AWS-HMAC", "LastUpdated": "2026-01-01T00:00:00Z", "AccessKeyId": "ASIABOX", "SecretAccessKey": "planted-secret", "Token": "planted-token", "Expiration": "2999-01-01T00:00:00Z"}"#;

#[test]
fn containers_and_instances_with_and_without_credentials() {
    let home = Home::new("");
    let gives = Server::start(|request| {
        if request.head.starts_with("GET /box") || request.has("/security-credentials/student") {
            Some(Answer::json(200, HANDED))
        } else if request.head.starts_with("PUT /latest/api/token") {
            Some(
                Answer::xml(200, "planted-metadata-token")
                    .with("x-aws-ec2-metadata-token-ttl-seconds: 21600"),
            )
        } else if request.head.contains("/security-credentials") {
            Some(Answer::xml(200, "student"))
        } else {
            None
        }
    });
    let mut container = home.doctor(&gives.url());
    container.env(
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        format!("{}/box", gives.url()),
    );
    signs_in(&mut container, &["the role of this container"]);
    stops(
        home.doctor(&gives.url()).env(
            "AWS_CONTAINER_CREDENTIALS_FULL_URI",
            format!("{NOBODY}/box"),
        ),
        &["this container gives no credentials"],
    );
    stops(
        home.doctor(&gives.url())
            .env("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://192.0.2.1/box"),
        &["this container gives no credentials"],
    );

    let instance = |metadata: &str| {
        let mut command = home.doctor(&gives.url());
        command
            .env_remove("AWS_EC2_METADATA_DISABLED")
            .env("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata);
        command
    };
    signs_in(&mut instance(&gives.url()), &["the role of this instance"]);
    // Nothing is there, and it is not waited for.
    stops(&mut instance(NOBODY), &["no AWS credentials were found"]);
}

#[test]
fn what_sts_says_of_credentials_that_are_no_good() {
    let home = Home::new("");
    for (code, message, parts) in [
        (
            "ExpiredToken",
            "The security token included in the request is expired",
            ["the credentials have expired", "AWS_SESSION_TOKEN anew"],
        ),
        (
            "InvalidClientTokenId",
            "The security token included in the request is invalid.",
            [
                "AWS does not know these credentials",
                "us-east-1 is not switched on",
            ],
        ),
        (
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match",
            ["does not belong to its access key", "AWS_SECRET_ACCESS_KEY"],
        ),
        (
            "SignatureDoesNotMatch",
            "Signature expired: 20260101T000000Z is now earlier than 20260101T010000Z",
            ["refuses the time of this machine", "timedatectl"],
        ),
    ] {
        let aws = Server::start(move |request| {
            request
                .has("Action=GetCallerIdentity")
                .then(|| refusal(code, message))
        });
        let mut command = home.doctor(&aws.url());
        command
            .env("AWS_ACCESS_KEY_ID", "AKIAX")
            .env("AWS_SECRET_ACCESS_KEY", "planted-secret")
            .env("AWS_SESSION_TOKEN", "planted-token");
        stops(&mut command, &parts);
    }
}

fn with_keys(home: &Home, endpoint: &str) -> Command {
    let mut command = home.doctor(endpoint);
    command
        .env("AWS_ACCESS_KEY_ID", "AKIAX")
        .env("AWS_SECRET_ACCESS_KEY", "planted-secret");
    command
}

#[test]
fn root_is_refused_and_let_in_when_its_owner_insists() {
    let aws = Server::start(|request| {
        request
            .has("Action=GetCallerIdentity")
            .then(|| caller("arn:aws:iam::123456789012:root"))
    });
    let home = Home::new("");
    stops(
        &mut with_keys(&home, &aws.url()),
        &[
            "credentials of the root user",
            "--allow-root",
            "dynatour policy",
        ],
    );
    let said = said(with_keys(&home, &aws.url()).arg("--allow-root"));
    assert_eq!(said.code, 1, "{}", said.out);
    assert!(said.out.contains("note  root"), "{}", said.out);
}

#[test]
fn a_clock_that_is_wrong_stops() {
    let home = Home::new("");
    for (date, side) in [
        ("Thu, 01 Jan 2998 00:00:00 GMT", "behind the service's"),
        ("Thu, 01 Jan 1998 00:00:00 GMT", "ahead of the service's"),
    ] {
        let aws = Server::start(move |request| {
            request.has("Action=GetCallerIdentity").then(|| {
                caller("arn:aws:iam::123456789012:user/rachel").with(&format!("date: {date}"))
            })
        });
        stops(
            &mut with_keys(&home, &aws.url()),
            &["this machine's clock is", side, "timedatectl"],
        );
    }
}

#[test]
fn regions_and_endpoints_that_are_none() {
    let home = Home::new("");
    let aws = as_usual();
    let said = said(with_keys(&home, &aws.url()).args(["--region", "eu-west-1"]));
    assert!(
        said.out.contains("The lesson is written for us-east-1"),
        "{}",
        said.out
    );
    let mut unknown = with_keys(&home, &aws.url());
    unknown
        .env_remove("AWS_ENDPOINT_URL")
        .args(["--region", "us-esat-1"]);
    stops(&mut unknown, &["Did you mean us-east-1?"]);
    for (url, part) in [
        ("ftp://example.com", "neither https:// nor http://"),
        ("https://me:planted@192.0.2.1", "a user or a password"),
        ("https://", "no host"),
    ] {
        stops(&mut with_keys(&home, url), &[part]);
    }
}

#[test]
fn what_the_policy_refuses_is_named() {
    let home = Home::new("");
    let denies = |operation: &'static str| {
        Server::start(move |request| {
            request.has(&format!("DynamoDB_20120810.{operation}\r\n")).then(|| {
                Answer::json(400, format!(r#"{{"__type":"com.amazon.coral.service#AccessDeniedException","Message":"User: arn:aws:iam::123456789012:user/rachel is not authorized to perform: dynamodb:{operation}"}}"#))
            })
        })
    };
    // Without it the lesson can be gone through, up to its scans.
    let scan = said(&mut with_keys(&home, &denies("Scan").url()));
    assert_eq!(scan.code, 1, "{}", scan.out);
    assert!(
        scan.out
            .contains("not allowed on a table named dynatour-probe-"),
        "{}",
        scan.out
    );
    assert!(scan.out.contains("dynatour policy"), "{}", scan.out);
    // What could not be deleted again is not made.
    stops(
        &mut with_keys(&home, &denies("DeleteTable").url()),
        &["STOP  permissions", "DeleteTable"],
    );
}

#[test]
fn without_yes_nothing_is_sent_that_changes_anything() {
    let home = Home::new("");
    let changed = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&changed);
    let aws = Server::start(move |request| {
        // What asks about the table that nobody has is the only thing that may look like a change.
        let question = ["DescribeTable", "ListTables"]
            .iter()
            .any(|one| request.has(&format!("DynamoDB_20120810.{one}\r\n")));
        if request.has("DynamoDB_20120810.") && !question && !request.has("dynatour-probe-") {
            seen.lock().unwrap().push(request.body.clone());
        }
        None
    });
    for arguments in [["run", "06", "--plain"], ["run", "06", "--json"]] {
        let mut command = program(home.path());
        command
            .args(arguments)
            .args(["--target", "aws", "--endpoint-url", &aws.url()])
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("AWS_ACCESS_KEY_ID", "AKIAX")
            .env("AWS_SECRET_ACCESS_KEY", "planted-secret");
        let said = said(&mut command);
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{}", said.err);
        for part in [
            "AWS 123456789012 us-east-1 at",
            "at most $",
            "Type yes",
            "that was not yes",
        ] {
            assert!(said.err.contains(part), "no {part:?} in: {}", said.err);
        }
        assert!(!home.path().join("state/dynatour/ledger.redb").exists());
    }
    assert_eq!(*changed.lock().unwrap(), Vec::<String>::new());
}

#[test]
fn proxies_of_the_environment_are_used_but_not_to_this_machine() {
    let home = Home::new("");
    let heads = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&heads);
    let proxy = Server::start(move |request| {
        let first = request.head.lines().next().unwrap_or_default();
        seen.lock().unwrap().push(first.to_owned());
        Some(Answer::xml(502, ""))
    });
    let proxied = |endpoint: &str| {
        let mut command = with_keys(&home, endpoint);
        for variable in ["HTTPS_PROXY", "HTTP_PROXY"] {
            command.env(variable, proxy.url());
        }
        command
    };
    let aws = as_usual();
    signs_in(&mut proxied(&aws.url()), &["the user rachel"]);
    assert_eq!(*heads.lock().unwrap(), Vec::<String>::new());
    let said = said(&mut proxied("https://192.0.2.1:8443"));
    assert_eq!(said.code, 2, "{}", said.out);
    // A machine without certificates can't begin to speak TLS, and says so.
    if !said.out.contains("no root certificates") {
        assert!(
            said.out.contains("STS could not be reached"),
            "{}",
            said.out
        );
        let heads = heads.lock().unwrap();
        assert!(!heads.is_empty());
        for head in heads.iter() {
            assert!(head.starts_with("CONNECT 192.0.2.1:8443"), "{head}");
        }
    }
}

const ASKS: &str = r#"+++
title = "S"
minutes = 5
+++
```request ListTables id=one
{ "Limit": 7 }
```

<!-- pause -->

```request ListTables id=two
{ "Limit": 7 }
```
"#;

const LESSON: &str = "+++\ntitle = \"T\"\nsession = \"06\"\nsummary = \"S\"\ncourse = \"C\"\nregion = \"us-east-1\"\n+++\n";

/// A step after a refusal is signed with credentials that were looked for anew.
#[test]
fn credentials_that_end_in_the_middle_are_looked_for_again() {
    let home = Home::new("");
    let count = home.path().join("count").display().to_string();
    let program = home.write(
        "hand-out",
        &format!(
            r#"n=$(cat {count} 2>/dev/null || echo 0); n=$((n+1)); echo $n > {count}
echo "{{\"Version\": 1, \"AccessKeyId\": \"ASIA$n\", \"SecretAccessKey\": \"planted-secret\", \"SessionToken\": \"planted-token\"}}""#
        ),
    );
    home.write(
        ".aws/config",
        &format!("[profile lab]\ncredential_process = sh {program}\n"),
    );
    home.write("lessons/06-t/lesson.md", LESSON);
    home.write("lessons/06-t/01-s.md", ASKS);
    let keys = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&keys);
    let aws = Server::start(move |request| {
        if !request.body.contains("\"Limit\":7") {
            return None;
        }
        let key = request.head.split("Credential=").nth(1).unwrap_or_default();
        let key = key.split('/').next().unwrap_or_default().to_owned();
        let expired = key == "ASIA1";
        seen.lock().unwrap().push(key);
        expired.then(|| {
            Answer::json(400, r#"{"__type":"com.amazon.coral.service#ExpiredTokenException","message":"The security token included in the request is expired"}"#)
        })
    });
    let mut command = crate::program::program(home.path());
    command
        .args(["run", "06", "--plain", "--target", "aws", "--yes"])
        .args(["--profile", "lab", "--endpoint-url", &aws.url()])
        .arg("--lessons")
        .arg(home.path().join("lessons"))
        .env("AWS_EC2_METADATA_DISABLED", "true");
    let said = said(&mut command);
    assert_eq!(said.code, 1, "{}{}", said.out, said.err);
    assert!(said.out.contains("ExpiredTokenException"), "{}", said.out);
    assert!(said.out.contains("1 of 2 steps"), "{}", said.out);
    assert_eq!(*keys.lock().unwrap(), ["ASIA1", "ASIA2"]);
}
