//! Each server that plays AWS holds one of each kind, and tells it the same way twice: what is compared later can differ only if
//! somebody changed it.

use crate::aws::Aws;
use crate::aws::tables::SOMEBODY;
use crate::others::Server;
use crate::owner::Owner;

const REGION: &str = "us-east-1";

fn holds_what_is_planted(owner: &Owner) {
    owner.plant(REGION, "payroll");
    owner.plant_api(REGION, "payroll");
    let planted = owner.dump(&[REGION]);
    let all = planted.join("\n");
    for what in [
        "us-east-1 payroll Scan",
        "not yours",
        "role payroll GetRole",
        "role payroll theirs",
        "us-east-1 function payroll ",
        "us-east-1 function payroll/policy",
        "us-east-1 api",
        "GET /theirs",
        "log group /aws/lambda/payroll",
    ] {
        assert!(all.contains(what), "{what} is missing:\n{all}");
    }
    // A name of an API is not unique.
    let apis = planted.iter().filter(|line| line.contains(" stages "));
    assert_eq!(apis.count(), 2, "{all}");
    assert_eq!(owner.dump(&[REGION]), planted);
    owner.plant_group(REGION, "/aws/lambda/payroll-2");
    assert_ne!(owner.dump(&[REGION]), planted);
}

#[test]
fn the_server_of_these_tests_holds_what_is_planted() {
    let aws = Aws::start();
    let owner = Owner::new(aws.address(), SOMEBODY);
    holds_what_is_planted(&owner);
    let before = aws.dump_of_others("nobody");
    assert!(before.contains("payroll"), "{before}");
    assert_eq!(aws.everything_made_by(SOMEBODY).len(), 7);
    assert_eq!(aws.everything_made_by("nobody").len(), 0);
    aws.nobody_trespassed();
    // Another one than who made it deletes something.
    let other = Owner::new(aws.address(), "AKIAOTHER");
    other.logs(
        REGION,
        "DeleteLogGroup",
        &serde_json::json!({ "logGroupName": "/aws/lambda/payroll" }),
    );
    assert_ne!(aws.dump_of_others("nobody"), before);
    let trespass =
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| aws.nobody_trespassed()));
    assert!(trespass.is_err());
}

#[test]
fn moto_holds_what_is_planted() {
    match Server::moto() {
        Some(server) => holds_what_is_planted(&server.owner()),
        None => println!("skipped: python3 with moto's server is not installed"),
    }
}

#[test]
fn ministack_holds_what_is_planted() {
    let aws = Aws::start();
    match Server::ministack_behind(&aws, None) {
        Some(server) => holds_what_is_planted(&server.owner()),
        None => println!("skipped: python3 with ministack is not installed"),
    }
}
