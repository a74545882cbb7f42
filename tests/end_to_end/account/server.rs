//! The server that plays AWS is what it seems to be: an ordinary SDK talks to it, and what should go wrong does.

use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_dynamodb::error::ProvideErrorMetadata as _;
use serde_json::json;

use super::learner::{KEY, REGION};
use crate::aws::fault::{Fault, When};
use crate::aws::{ACCOUNT, Aws};
use crate::program::program;

struct Clients {
    runtime: tokio::runtime::Runtime,
    dynamodb: aws_sdk_dynamodb::Client,
    sts: aws_sdk_sts::Client,
}

fn clients(aws: &Aws, region: &'static str) -> Clients {
    let credentials = Credentials::new(KEY, "a-secret-of-the-test", None, None, "test");
    let dynamodb = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static(region))
        .endpoint_url(aws.url())
        .credentials_provider(credentials.clone())
        .retry_config(RetryConfig::disabled())
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .build();
    let sts = aws_sdk_sts::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static(region))
        .endpoint_url(aws.url())
        .credentials_provider(credentials)
        .retry_config(RetryConfig::disabled())
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .build();
    Clients {
        runtime: tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap(),
        dynamodb: aws_sdk_dynamodb::Client::from_conf(dynamodb),
        sts: aws_sdk_sts::Client::from_conf(sts),
    }
}

fn pets() -> serde_json::Value {
    json!({
        "TableName": "pets", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]
    })
}

#[test]
fn an_sdk_finds_an_account_with_regions() {
    let aws = Aws::start();
    let clients = clients(&aws, REGION);
    aws.act(KEY, REGION, "CreateTable", &pets());
    aws.foreign_table("eu-central-1", "payroll");
    clients.runtime.block_on(async {
        let me = clients.sts.get_caller_identity().send().await.unwrap();
        assert_eq!(me.account(), Some(ACCOUNT));
        assert_eq!(me.arn(), Some("arn:aws:iam::111122223333:user/student"));
        let listed = clients.dynamodb.list_tables().send().await.unwrap();
        assert_eq!(listed.table_names(), ["pets"]);
    });
    let calls = aws.calls();
    let seen: Vec<(&str, &str, &str)> = calls
        .iter()
        .map(|call| {
            (
                call.operation.as_str(),
                call.region.as_str(),
                call.access_key.as_str(),
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            ("GetCallerIdentity", REGION, KEY),
            ("ListTables", REGION, KEY)
        ]
    );
    assert_eq!(aws.made_by(KEY), ["us-east-1 pets"]);
    assert!(aws.dump_of_others(KEY).contains("not yours"));
    aws.nobody_trespassed();
}

#[test]
fn what_should_go_wrong_goes_wrong_once() {
    let aws = Aws::start();
    let clients = clients(&aws, REGION);
    for (fault, code) in [
        (Fault::Throttle, "ThrottlingException"),
        (Fault::InternalError, "InternalServerError"),
        (Fault::AccessDenied, "AccessDeniedException"),
        (Fault::ExpiredToken, "ExpiredTokenException"),
        (Fault::WrongClock, "InvalidSignatureException"),
    ] {
        aws.rule(When::Operation("ListTables"), fault, 1);
        let error = clients
            .runtime
            .block_on(clients.dynamodb.list_tables().send())
            .unwrap_err();
        assert_eq!(error.code(), Some(code));
        aws.rule(When::Operation("GetCallerIdentity"), fault, 1);
        let error = clients
            .runtime
            .block_on(clients.sts.get_caller_identity().send())
            .unwrap_err();
        assert!(error.code().is_some(), "{error:?}");
    }
    for (number, fault) in [(11, Fault::DropBefore), (12, Fault::DropAfter)] {
        aws.rule(When::Call(number), fault, 1);
        let create = clients.dynamodb.create_table().table_name("pets");
        let create = create.customize().mutate_request(|request| {
            let body = pets().to_string();
            let length = body.len().to_string();
            request.headers_mut().insert("content-length", length);
            *request.body_mut() = body.into();
        });
        let error = clients.runtime.block_on(create.send()).unwrap_err();
        assert_eq!(error.code(), None, "{error:?}");
        let made = fault == Fault::DropAfter;
        assert_eq!(aws.made_by(KEY).len(), usize::from(made));
    }
    aws.rule(When::Operation("ListTables"), Fault::Malformed, 1);
    let listed = clients.dynamodb.list_tables().send();
    let error = clients.runtime.block_on(listed).unwrap_err();
    assert_eq!(error.code(), None, "{error:?}");
    let listed = clients.dynamodb.list_tables().send();
    let listed = clients.runtime.block_on(listed).unwrap();
    assert_eq!(listed.table_names(), ["pets"]);
}

#[test]
fn a_change_of_what_another_key_made_is_written_down() {
    let aws = Aws::start();
    let clients = clients(&aws, REGION);
    aws.foreign_table(REGION, "payroll");
    let delete = clients.dynamodb.delete_table().table_name("payroll");
    clients.runtime.block_on(delete.send()).unwrap();
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        aws.nobody_trespassed();
    }));
    assert!(caught.is_err());
}

/// The program on a server of this machine, killed at the third request, before and after it was carried out.
#[test]
fn a_child_is_killed_at_the_call_that_was_named() {
    for (fault, tables) in [(Fault::KillBefore, 0), (Fault::KillAfter, 1)] {
        let aws = Aws::start();
        let home = tempfile::tempdir().unwrap();
        let mut command = program(home.path());
        let arguments = ["run", "06", "--plain", "--endpoint-url", &aws.url()];
        command.args(arguments).stdout(std::process::Stdio::null());
        aws.rule(When::Operation("CreateTable"), fault, 1);
        let status = aws.spawn(&mut command).wait().unwrap();
        assert!(!status.success());
        let created = aws.calls().pop().unwrap();
        assert_eq!(
            (created.operation.as_str(), created.status),
            ("CreateTable", None)
        );
        assert_eq!(aws.made_by(&created.access_key).len(), tables);
    }
}
