//! In a terminal, as a person does it: what is shown before, a typed yes, each part as it is made, and the URL at the end.

use portable_pty::CommandBuilder;

use super::maker::Maker;
use crate::account::learner::KEY;
use crate::aws::Aws;
use crate::pty::Terminal;

fn terminal(aws: &Aws, maker: &Maker, arguments: &[&str]) -> Terminal {
    // A terminal starts with an environment of its own; this adds to it.
    let mut command = CommandBuilder::new("env");
    for (name, value) in maker.learner.environment(aws) {
        command.arg(format!("{name}={value}"));
    }
    let state = maker.learner.home().join("state");
    command.arg(format!("XDG_STATE_HOME={}", state.display()));
    command.arg(env!("CARGO_BIN_EXE_dynatour"));
    command.args(arguments);
    Terminal::run(120, 60, maker.learner.home(), command)
}

#[test]
fn nothing_is_made_before_yes_is_typed() {
    let Some(maker) = Maker::ruby() else {
        println!("skipped: ruby is not installed");
        return;
    };
    let aws = Aws::start();
    let folder = maker.folder().to_str().unwrap().to_owned();
    let mut screen = terminal(&aws, &maker, &["deploy", &folder]);
    screen.until("Type yes");
    for shown in ["111122223333", "us-east-1", "post-pet", "public", "$"] {
        assert!(screen.text().contains(shown), "{shown}: {}", screen.text());
    }
    assert_eq!(aws.changing_calls().len(), 0);
    screen.press("no\r");
    assert_eq!(screen.end().exit_code(), 2);
    assert_eq!(aws.changing_calls().len(), 0);

    let mut screen = terminal(&aws, &maker, &["deploy", &folder]);
    screen.until("Type yes").press("yes\r");
    assert_eq!(screen.end().exit_code(), 0, "{}", screen.text());
    assert!(screen.is_as_before());
    assert_eq!(aws.everything_made_by(KEY).len(), 11);

    let mut screen = terminal(&aws, &maker, &["cleanup"]);
    screen.until("Type yes").press("yes\r");
    assert_eq!(screen.end().exit_code(), 0, "{}", screen.text());
    assert_eq!(aws.everything_made_by(KEY), [""; 0]);
}

/// Ctrl-C ends it between two calls; the next time it is gone on with.
#[test]
fn who_interrupts_it_is_told_and_can_go_on() {
    let Some(maker) = Maker::ruby() else {
        println!("skipped: ruby is not installed");
        return;
    };
    let aws = Aws::start();
    let reached = aws.watch("CreateFunction");
    let deploy = maker.deploys();
    let mut screen = terminal(&aws, &maker, &deploy);
    reached.recv().unwrap();
    screen.press("\u{3}");
    assert_ne!(screen.end().exit_code(), 0);
    assert!(
        screen.text().contains("dynatour cleanup"),
        "{}",
        screen.text()
    );
    let made = aws.everything_made_by(KEY).len();
    assert!((7..11).contains(&made), "{made}");
    assert_eq!(maker.learner.entries_left().len(), made);
    assert_eq!(maker.deploy(&aws).code, 0);
    assert_eq!(aws.everything_made_by(KEY).len(), 11);
    assert_eq!(maker.cleanup(&aws).code, 0);
    assert_eq!(aws.everything_made_by(KEY), [""; 0]);
}
