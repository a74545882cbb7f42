//! The whole lesson and its cleanup on servers of other makes: moto's, and ministack.
//!
//! The second one enforces what its users may do, so there the lesson runs with exactly the rights that `dynatour policy` asks for.
//! A server that is not installed is skipped, and the test says so; with `DYNATOUR_REQUIRE_CLIENTS=1` that is a failure.

use super::learner::{CLEANUP, LESSON, Learner, told};
use crate::others::Server;
use crate::program::{Said, dynatour, program, run};

const REGIONS: [&str; 3] = ["us-east-1", "us-east-2", "eu-central-1"];

/// Runs the lesson beside foreign tables and cleans up; what the steps said that did not do what they say.
fn goes_through(server: &Server) -> Vec<String> {
    let owner = server.owner();
    owner.plant_table("us-east-1", "payroll");
    owner.plant_table("eu-central-1", "pets");
    // The learner's own, from the console.
    owner.plant_table("us-east-1", "pets");
    let before = owner.dump_of_tables(&REGIONS);

    let policy = dynatour(&["policy"]);
    assert_eq!(policy.code, 0, "{}", policy.err);
    let (access_key, secret_key) = owner.user(&policy.out);
    let learner = Learner::thorough();
    let dynatour = |arguments: &[&str]| -> Said {
        let mut command = program(learner.home());
        command
            .envs(learner.without_credentials(&server.url()))
            .env("AWS_ACCESS_KEY_ID", &access_key)
            .env("AWS_SECRET_ACCESS_KEY", &secret_key)
            .args(learner.with_lessons(arguments));
        run(&mut command)
    };

    // Up to the section that deletes the tables, as somebody who stops there.
    let lesson = dynatour(&LESSON);
    assert!(matches!(lesson.code, 0 | 1), "{}", told(&lesson));
    assert!(lesson.out.contains("dynatour-pets"), "{}", lesson.out);
    let failed = lesson.out.lines().filter(|line| line.starts_with("FAILED"));
    let failed = failed.map(str::to_owned).collect();

    let cleanup = dynatour(&CLEANUP);
    assert_eq!(cleanup.code, 0, "{}", told(&cleanup));
    assert_eq!(owner.dump_of_tables(&REGIONS), before);
    // And again, and everywhere.
    let again = dynatour(&["cleanup", "--yes", "--all-regions"]);
    assert_eq!(again.code, 0, "{}", told(&again));
    assert_eq!(owner.dump_of_tables(&REGIONS), before);
    failed
}

#[test]
fn moto_goes_through_the_whole_lesson() {
    let Some(server) = Server::moto() else {
        println!("skipped: python3 with moto's server is not installed");
        return;
    };
    // It does not check the types of keys, and counts strongly consistent reads and scans in its own way.
    assert_eq!(
        goes_through(&server),
        [
            "FAILED: outcome: expected ValidationException, found success",
            "FAILED: /ConsumedCapacity/CapacityUnits: expected 1.0, found 0.5",
            "FAILED: /ConsumedCapacity/CapacityUnits: expected 0.5, found 1.0",
            "FAILED: /ConsumedCapacity/CapacityUnits: expected 1.0, found 0.5",
        ]
    );
}

#[test]
fn ministack_goes_through_the_whole_lesson_with_no_more_rights_than_the_policy_gives() {
    let Some(server) = Server::ministack() else {
        println!("skipped: python3 with ministack is not installed");
        return;
    };
    assert_eq!(goes_through(&server), [""; 0]);
}
