//! Secrets are planted and looked for: in what is said, in the state, in the folder, and in what is sent about the handlers.

use super::maker::Maker;
use crate::account::learner::{CLEANUP, told};
use crate::account::secrets::{holds, no_file_holds, planted};
use crate::aws::Aws;
use crate::aws::fault::{Fault, When};
use crate::program::run;

#[test]
fn secrets_are_nowhere_in_a_deployment() {
    let Some(maker) = Maker::ruby() else {
        println!("skipped: ruby is not installed");
        return;
    };
    let aws = Aws::start();
    let secrets = planted();
    let mut environment = maker.learner.without_credentials(&aws.url());
    environment.extend([
        ("AWS_ACCESS_KEY_ID", secrets.access_key.clone()),
        ("AWS_SECRET_ACCESS_KEY", secrets.secret_key.clone()),
        ("AWS_SESSION_TOKEN", secrets.session_token.clone()),
    ]);
    let says_nothing = |arguments: &[&str], code: i32| {
        let said = run(&mut maker.command_at(environment.clone(), arguments));
        assert_eq!(said.code, code, "{arguments:?}: {}", told(&said));
        for text in [&said.out, &said.err] {
            assert_eq!(holds(text.as_bytes(), &secrets), None, "{arguments:?}");
        }
    };
    let deploy = maker.deploys();
    let json = [&deploy[..], &["--json"]].concat();
    for fault in [Fault::AccessDenied, Fault::ExpiredToken, Fault::Malformed] {
        aws.rule(When::Operation("CreateRole"), fault, 3);
        says_nothing(&json, i32::from(fault != Fault::Malformed));
        aws.heal();
    }
    says_nothing(&deploy, 0);
    maker.save_again("get-pet");
    says_nothing(&json, 0);
    says_nothing(&["cleanup", "--dry-run"], 0);
    says_nothing(&CLEANUP, 0);
    // They were really used, and are in no body: not in a function's environment, and not in a tag.
    let calls = aws.calls();
    assert!(calls.iter().any(|call| call.operation == "CreateFunction"));
    for call in &calls {
        let body = call.body.to_string();
        assert_eq!(holds(body.as_bytes(), &secrets), None, "{}", call.operation);
    }
    assert_eq!(aws.everything_made_by(&secrets.access_key), [""; 0]);
    assert!(no_file_holds(&maker.learner.state(), &secrets, "state") > 0);
    assert!(no_file_holds(maker.folder(), &secrets, "folder") > 0);
}
