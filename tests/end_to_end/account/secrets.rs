//! Secrets are planted through every way credentials come, and looked for wherever the program writes.
//!
//! ```text
//!   environment ─╮
//!   profile      │                ╭─ standard output and error, as text and as JSON
//!   credential_process            ├─ every file of the state directory
//!   IAM Identity Center, its cache├─ exports
//!   a container's endpoint ───────╯─ everything that was ever written to a terminal
//! ```

use std::path::Path;
use std::process::Command;

use super::learner::{CLEANUP, LESSON, Learner, REGION, told};
use crate::aws::Aws;
use crate::aws::fault::{Fault, When};
use crate::aws::sts::Secrets;
use crate::program::{program, run};

/// A way that credentials come: files and variables, and whether a session token comes with them.
struct Way {
    name: &'static str,
    set_up: fn(&Aws, &Path, &Secrets) -> Vec<(&'static str, String)>,
}

/// An access key is no secret by itself, but belongs to one: the screen may say who, not with which key.
pub fn planted() -> Secrets {
    Secrets {
        access_key: "AKIAPLANTEDACCESSKEY".to_owned(),
        secret_key: "planted/Secret+Key/Sesame0123456789abcdef".to_owned(),
        session_token: "plantedSessionTokenOpenSesame==".to_owned(),
        portal_token: "plantedPortalTokenAbracadabra".to_owned(),
    }
}

const WAYS: [Way; 5] = [
    Way {
        name: "environment",
        set_up: |_, _, secrets| {
            vec![
                ("AWS_ACCESS_KEY_ID", secrets.access_key.clone()),
                ("AWS_SECRET_ACCESS_KEY", secrets.secret_key.clone()),
                ("AWS_SESSION_TOKEN", secrets.session_token.clone()),
            ]
        },
    },
    Way {
        name: "profile",
        set_up: |_, home, secrets| {
            let profile = format!(
                "[default]\naws_access_key_id = {}\naws_secret_access_key = {}\naws_session_token = {}\n",
                secrets.access_key, secrets.secret_key, secrets.session_token
            );
            std::fs::write(home.join("credentials"), profile).unwrap();
            vec![]
        },
    },
    Way {
        name: "credential_process",
        set_up: |_, home, secrets| {
            let answer = serde_json::json!({
                "Version": 1,
                "AccessKeyId": secrets.access_key,
                "SecretAccessKey": secrets.secret_key,
                "SessionToken": secrets.session_token,
                "Expiration": "2100-01-01T00:00:00Z",
            });
            let file = home.join("answer.json");
            std::fs::write(&file, answer.to_string()).unwrap();
            let profile = format!(
                "[default]\ncredential_process = /bin/cat {}\n",
                file.display()
            );
            std::fs::write(home.join("config"), profile).unwrap();
            vec![]
        },
    },
    Way {
        name: "IAM Identity Center",
        set_up: |aws, home, secrets| {
            aws.hands_out(secrets.clone());
            let profile = format!(
                "[default]\nsso_session = class\nsso_account_id = 111122223333\nsso_role_name = Student\n\
                 [sso-session class]\nsso_region = {REGION}\nsso_start_url = https://example.awsapps.com/start\n\
                 sso_registration_scopes = sso:account:access\n"
            );
            std::fs::write(home.join("config"), profile).unwrap();
            let cache = home.join(".aws/sso/cache");
            std::fs::create_dir_all(&cache).unwrap();
            let token = serde_json::json!({
                "accessToken": secrets.portal_token,
                "expiresAt": "2100-01-01T00:00:00Z",
                "region": REGION,
                "startUrl": "https://example.awsapps.com/start",
            });
            // SHA-1 of the session's name, as the AWS CLI names the file: `printf class | sha1sum`.
            let file = cache.join("8d767bf5b72373d12f0efd4406677e9ed076f592.json");
            std::fs::write(file, token.to_string()).unwrap();
            vec![]
        },
    },
    Way {
        name: "container",
        set_up: |aws, home, secrets| {
            aws.hands_out(secrets.clone());
            let token = home.join("token");
            std::fs::write(&token, &secrets.portal_token).unwrap();
            vec![
                (
                    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                    format!("{}/container", aws.url()),
                ),
                (
                    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
                    token.to_str().unwrap().to_owned(),
                ),
            ]
        },
    },
];

pub fn holds(bytes: &[u8], secrets: &Secrets) -> Option<String> {
    let all = [
        &secrets.access_key,
        &secrets.secret_key,
        &secrets.session_token,
        &secrets.portal_token,
    ];
    // Part of one is a leak, too.
    let parts = all.map(|secret| secret[secret.len().saturating_sub(12)..].to_owned());
    let found = parts.into_iter().find(|part| {
        let mut windows = bytes.windows(part.len());
        windows.any(|window| window.eq_ignore_ascii_case(part.as_bytes()))
    });
    found.or_else(|| {
        // As some encode it.
        let percent = secrets.secret_key.replace('/', "%2F").replace('+', "%2B");
        let mut windows = bytes.windows(percent.len());
        windows
            .any(|window| window == percent.as_bytes())
            .then_some(percent)
    })
}

/// Looks into every file under a directory.
pub fn no_file_holds(directory: &Path, secrets: &Secrets, what: &str) -> usize {
    let mut looked_at = 0;
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            looked_at += no_file_holds(&path, secrets, what);
        } else if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            assert_eq!(holds(&bytes, secrets), None, "{what}: {}", path.display());
            looked_at += 1;
        }
    }
    looked_at
}

#[test]
fn secrets_are_nowhere() {
    for way in WAYS {
        let secrets = planted();
        let aws = Aws::start();
        let learner = Learner::new();
        let mut environment = learner.without_credentials(&aws.url());
        environment.extend((way.set_up)(&aws, learner.home(), &secrets));
        let dynatour = |arguments: &[&str]| -> (Command, String) {
            let mut command = program(learner.home());
            command
                .envs(environment.clone())
                .args(learner.with_lessons(arguments));
            (command, format!("{} {arguments:?}", way.name))
        };
        let export = learner.home().join("exported");
        std::fs::create_dir(&export).unwrap();
        let notes = export.join("notes.md");
        let lesson = ["run", "06", "--json", "--target", "aws", "--yes"];
        for arguments in [
            &["doctor", "--target", "aws"][..],
            &LESSON,
            &lesson,
            &["cleanup", "--dry-run"],
            &CLEANUP,
            &["notes", "--export", notes.to_str().unwrap()],
        ] {
            let (mut command, what) = dynatour(arguments);
            let said = run(&mut command);
            // A doctor that has something to say ends with 1.
            let well = said.code == 0 || arguments[0] == "doctor" && said.code == 1;
            assert!(well, "{what}: {}", told(&said));
            for text in [&said.out, &said.err] {
                assert_eq!(holds(text.as_bytes(), &secrets), None, "{what}");
            }
        }
        // They were really used.
        let calls = aws.calls();
        assert!(calls.len() > 50, "{}", way.name);
        assert!(
            calls
                .iter()
                .all(|call| call.access_key == secrets.access_key),
            "{}",
            way.name
        );
        assert_eq!(aws.made_by(&secrets.access_key), Vec::<String>::new());

        // Refusals name whom they refuse.
        for fault in [Fault::AccessDenied, Fault::ExpiredToken] {
            for operation in ["GetCallerIdentity", "CreateTable"] {
                aws.rule(When::Operation(operation), fault, usize::MAX);
                let (mut command, what) = dynatour(&LESSON);
                let said = run(&mut command);
                assert_ne!(said.code, 0, "{what}");
                for text in [&said.out, &said.err] {
                    assert_eq!(holds(text.as_bytes(), &secrets), None, "{what} {fault:?}");
                }
                aws.heal();
            }
        }
        assert!(no_file_holds(&learner.state(), &secrets, way.name) > 0);
        no_file_holds(&export, &secrets, way.name);
    }
}
