//! On the screen, as a person does it: looked at first, two steps for real, what is left said when leaving and at the next start, and
//! cleaned up after a typed yes.

use portable_pty::CommandBuilder;

use super::learner::{KEY, Learner, REGION};
use super::secrets::holds;
use crate::aws::Aws;
use crate::aws::sts::Secrets;
use crate::pty::Terminal;

/// The program in a terminal, with the learner's environment.
fn terminal(aws: &Aws, learner: &Learner, arguments: &[&str]) -> Terminal {
    // A terminal starts with an environment of its own; this adds to it.
    let mut command = CommandBuilder::new("env");
    for (name, value) in learner.environment(aws) {
        command.arg(format!("{name}={value}"));
    }
    command.arg(format!(
        "XDG_STATE_HOME={}",
        learner.home().join("state").display()
    ));
    command.arg(env!("CARGO_BIN_EXE_dynatour"));
    command.args(learner.with_lessons(arguments));
    Terminal::run(110, 40, learner.home(), command)
}

/// Whether one of the words of a call came to the server.
fn sent(aws: &Aws, operation: &str) -> usize {
    let calls = aws.changing_calls().into_iter();
    calls.filter(|call| call.operation == operation).count()
}

#[test]
fn two_steps_for_real_then_left_then_cleaned_up() {
    let aws = Aws::start();
    aws.foreign_table(REGION, "payroll");
    let before = aws.dump_of_others(KEY);
    let learner = Learner::new();
    let run = ["run", "06", "--target", "aws", "--section", "structure"];

    let mut screen = terminal(&aws, &learner, &run);
    screen.until("Enter   AWS 111122223333 us-east-1");
    assert_eq!(aws.changing_calls().len(), 0, "looking changes nothing");
    screen.press("\r").until("made there: nothing yet");
    screen
        .press(" ")
        .until("Enter sends it to AWS 111122223333");
    assert_eq!(sent(&aws, "CreateTable"), 0, "nothing before Enter");
    screen.press("\r").until("made there: people");
    assert_eq!(aws.made_by(KEY), ["us-east-1 people"]);
    screen.press(" ").until("PutItem").until("$0.00025");
    assert_eq!(sent(&aws, "PutItem"), 0, "nothing before Enter");
    screen.press("\r").until("1 WCU").until("of $0.10");
    assert_eq!(sent(&aws, "PutItem"), 1);

    // Who leaves is told, with the command, and once more behind the screen.
    screen.press("q").until("Still on AWS 111122223333");
    screen.until("dynatour cleanup").press("y");
    assert_eq!(screen.end().exit_code(), 0);
    assert!(screen.is_as_before());
    screen.until("people").until("dynatour cleanup");

    // The next start says it again, also when it stays on the simulated table.
    let mut next = terminal(&aws, &learner, &["run", "06"]);
    next.until("people").until("dynatour cleanup");
    next.press("q").end();
    assert!(next.text().contains("Still on AWS"), "{}", next.text());
    assert_eq!(aws.made_by(KEY), ["us-east-1 people"]);

    // A no deletes nothing, a yes does.
    let mut cleanup = terminal(&aws, &learner, &["cleanup"]);
    cleanup.until("people").until("yes").press("no\r");
    assert_ne!(cleanup.end().exit_code(), 0);
    assert_eq!(aws.made_by(KEY), ["us-east-1 people"]);
    let mut cleanup = terminal(&aws, &learner, &["cleanup"]);
    cleanup.until("people").until("yes").press("yes\r");
    assert_eq!(cleanup.end().exit_code(), 0, "{}", cleanup.text());
    assert_eq!(aws.made_by(KEY), Vec::<String>::new());
    assert_eq!(aws.dump_of_others(KEY), before);
    aws.nobody_trespassed();

    // Nothing of the secret was ever written to a terminal.
    let secrets = Secrets {
        access_key: KEY.to_owned(),
        secret_key: super::learner::SECRET.to_owned(),
        session_token: "there is no session token".to_owned(),
        portal_token: "there is no portal token".to_owned(),
    };
    for terminal in [&screen, &next, &cleanup] {
        assert_eq!(holds(&terminal.written, &secrets), None);
    }
}
