//! Handlers as they are meant to be, and the errors of every day.

use serde_json::json;

use super::super::Cause;
use super::{function, invoke, payload};
use crate::workshop::language::Language;

#[tokio::test]
async fn node_gets_the_event_the_context_and_its_environment_cold_and_warm() {
    let code = r#"
        let count = 0;
        console.log("loaded");
        export const handler = async (event, context) => {
          count += 1;
          console.log("event", event.n, "\nof two lines");
          console.error(new Error("only shown").message);
          return {
            count, event, id: context.awsRequestId, memory: context.memoryLimitInMB, name: context.functionName, arn: context.invokedFunctionArn,
            left: typeof context.getRemainingTimeInMillis(), table: process.env.TABLE_NAME, region: process.env.AWS_REGION,
            handler: process.env._HANDLER, root: process.env.LAMBDA_TASK_ROOT === process.cwd(), key: process.env.AWS_ACCESS_KEY_ID,
            execution: process.env.AWS_EXECUTION_ENV, zone: process.env.TZ,
          };
        };"#;
    let Some((mut function, _folder)) = function(Language::Node, code) else {
        return;
    };
    let cold = invoke(&mut function, r#"{"n": 7}"#).await;
    let expected = json!({
        "count": 1, "event": {"n": 7}, "id": cold.request_id, "memory": "256", "name": "get-pets",
        "arn": "arn:aws:lambda:us-east-1:123456789012:function:get-pets", "left": "number", "table": "pets", "region": "us-east-1",
        "handler": "get-pets.handler", "root": true, "key": "ASIAMADEUP", "execution": "AWS_Lambda_nodejs20.x", "zone": ":UTC",
    });
    assert_eq!(payload(&cold), expected);
    assert!(cold.report.init.is_some());
    let log = cold.log.text();
    let at = |text: &str| log.find(text).unwrap_or_else(|| panic!("{text} in\n{log}"));
    assert!(
        at("\tundefined\tINFO\tloaded\n") < at("START RequestId: "),
        "{log}"
    );
    assert!(
        at("\tINFO\tevent 7 \nof two lines\n") < at("\tERROR\tonly shown\n"),
        "{log}"
    );
    assert!(at("\tERROR\tonly shown\n") < at("END RequestId: "), "{log}");
    assert!(at("REPORT RequestId: ") < at("\tInit Duration: "), "{log}");
    #[cfg(target_os = "linux")]
    assert!(
        cold.report
            .used
            .is_some_and(|used| (10..256).contains(&used)),
        "{log}"
    );

    let warm = invoke(&mut function, "{}").await;
    assert_eq!(payload(&warm)["count"], 2);
    assert_ne!(payload(&warm)["id"], expected["id"]);
    assert_eq!(warm.report.init, None);
    assert!(!warm.log.text().contains("loaded"));

    function.replace().await;
    let again = invoke(&mut function, "{}").await;
    assert_eq!(payload(&again)["count"], 1);
}

#[tokio::test]
async fn ruby_gets_the_event_the_context_and_its_environment_cold_and_warm() {
    let code = r#"
        COUNT = [0]
        puts "loaded"
        def lambda_handler(event:, context:)
          COUNT[0] += 1
          puts "é #{event["n"]}"
          warn "on standard error"
          { count: COUNT[0], n: event["n"], id: context.aws_request_id, memory: context.memory_limit_in_mb, name: context.function_name,
            left: context.get_remaining_time_in_millis.class.to_s, table: ENV["TABLE_NAME"], handler: ENV["_HANDLER"],
            arn: context.invoked_function_arn, here: Dir.pwd == ENV["LAMBDA_TASK_ROOT"] }
        end"#;
    let Some((mut function, _folder)) = function(Language::Ruby, code) else {
        return;
    };
    let cold = invoke(&mut function, r#"{"n": "ü"}"#).await;
    let expected = json!({
        "count": 1, "n": "ü", "id": cold.request_id, "memory": "256", "name": "get-pets", "left": "Integer", "table": "pets",
        "handler": "get_pets.lambda_handler", "arn": "arn:aws:lambda:us-east-1:123456789012:function:get-pets", "here": true,
    });
    assert_eq!(payload(&cold), expected);
    let log = cold.log.text();
    assert!(log.starts_with("loaded\nSTART RequestId: "), "{log}");
    assert!(
        log.contains("é ü\non standard error\nEND RequestId: "),
        "{log}"
    );
    let warm = invoke(&mut function, "{}").await;
    assert_eq!(payload(&warm)["count"], 2);
    assert_eq!(warm.report.init, None);
}

#[tokio::test]
async fn nodes_errors_are_reported_as_lambda_reports_them() {
    let code = r#"
        export const handler = async (event) => {
          if (event.how === "type") return event.body.id;
          if (event.how === "text") throw "only text";
          if (event.how === "nothing") return undefined;
          if (event.how === "circle") { const a = {}; a.a = a; return a; }
          if (event.how === "never") return new Promise(() => {});
          if (event.how === "later") { setTimeout(() => { throw new RangeError("from a timer"); }, 0); return new Promise(() => {}); }
          if (event.how === "unhandled") { Promise.reject(new Error("nobody looks")); return new Promise((done) => setTimeout(done, 10_000)); }
          return "fine";
        };"#;
    let Some((mut function, _folder)) = function(Language::Node, code) else {
        return;
    };
    for (how, kind, message) in [
        (
            "type",
            "TypeError",
            "Cannot read properties of undefined (reading 'id')",
        ),
        ("text", "string", "only text"),
        (
            "circle",
            "Runtime.MarshalError",
            "Unable to stringify response body",
        ),
        ("never", "Runtime.NodeJsExit", "never settled"),
        ("later", "RangeError", "from a timer"),
        (
            "unhandled",
            "Runtime.UnhandledPromiseRejection",
            "nobody looks",
        ),
    ] {
        let event = json!({ "how": how }).to_string();
        let invoked = invoke(&mut function, &event).await;
        let error = invoked.result.as_ref().unwrap_err();
        assert_eq!((error.cause, error.kind()), (Cause::Thrown, kind), "{how}");
        assert!(
            error.message().contains(message),
            "{how}: {}",
            error.message()
        );
        let log = invoked.log.text();
        assert!(
            log.contains("\tERROR\tInvoke Error \t{\"errorType\":"),
            "{how}: {log}"
        );
        // It goes on, in the same environment or in a new one.
        assert_eq!(payload(&invoke(&mut function, "{}").await), "fine", "{how}");
    }
    let error = invoke(&mut function, r#"{"how": "type"}"#)
        .await
        .result
        .unwrap_err();
    assert!(
        error
            .trace()
            .iter()
            .any(|line| line.contains("get-pets.mjs:3")),
        "{error:?}"
    );
    let nothing = invoke(&mut function, r#"{"how": "nothing"}"#).await;
    assert_eq!(payload(&nothing), json!(null));
}

#[tokio::test]
async fn nodes_callbacks_are_waited_for_and_plain_functions_give_null() {
    let code = r#"
        export const handler = (event, context, callback) => {
          if (event.how === "throws") throw new Error("at once");
          if (event.how === "error") return setTimeout(() => callback(new Error("called back")), 1);
          if (event.how === "returns") return "ignored";
          setTimeout(() => callback(null, "called back"), 1);
        };"#;
    let Some((mut function, _folder)) = function(Language::Node, code) else {
        return;
    };
    assert_eq!(payload(&invoke(&mut function, "{}").await), "called back");
    assert_eq!(
        payload(&invoke(&mut function, r#"{"how": "returns"}"#).await),
        json!(null)
    );
    for (how, message) in [("throws", "at once"), ("error", "called back")] {
        let event = json!({ "how": how }).to_string();
        let error = invoke(&mut function, &event).await.result.unwrap_err();
        assert_eq!(error.message(), message);
    }
}

#[tokio::test]
async fn what_can_not_be_loaded_is_an_error_of_its_own() {
    for (code, kind, message) in [
        (
            "export const handler = async () => {",
            "Runtime.UserCodeSyntaxError",
            "SyntaxError",
        ),
        (
            "import 'no-such-package';",
            "Runtime.ImportModuleError",
            "no-such-package",
        ),
        (
            "export const other = 1;",
            "Runtime.HandlerNotFound",
            "undefined or not exported",
        ),
        (
            "export const handler = 1;",
            "Runtime.HandlerNotFound",
            "not a function",
        ),
        (
            "throw new Error('while loading');",
            "Error",
            "while loading",
        ),
    ] {
        let Some((mut function, folder)) = function(Language::Node, code) else {
            return;
        };
        let invoked = invoke(&mut function, "{}").await;
        let error = invoked.result.as_ref().unwrap_err();
        assert_eq!((error.cause, error.kind()), (Cause::Init, kind), "{code}");
        assert!(error.message().contains(message), "{}", error.message());
        // Saved again, it works.
        std::fs::write(
            folder.path().join("get-pets.mjs"),
            "export const handler = async () => 1;",
        )
        .unwrap();
        assert_eq!(payload(&invoke(&mut function, "{}").await), 1);
    }
}

#[tokio::test]
async fn rubys_errors_are_reported_as_lambda_reports_them() {
    let code = r#"
        def lambda_handler(event:, context:)
          case event["how"]
          when "argument" then raise ArgumentError, "not this"
          when "name" then event["body"]["id"]
          when "exit" then exit 3
          else "fine"
          end
        end"#;
    let Some((mut function, folder)) = function(Language::Ruby, code) else {
        return;
    };
    for (how, kind, message) in [
        ("argument", "Function<ArgumentError>", "not this"),
        ("name", "Function<NoMethodError>", "undefined method"),
        ("exit", "Function<SystemExit>", "exit"),
    ] {
        let event = json!({ "how": how }).to_string();
        let invoked = invoke(&mut function, &event).await;
        let error = invoked.result.as_ref().unwrap_err();
        assert_eq!((error.cause, error.kind()), (Cause::Thrown, kind), "{how}");
        assert!(
            error.message().contains(message),
            "{how}: {}",
            error.message()
        );
        assert!(error.trace()[0].contains("get_pets.rb:"), "{error:?}");
        assert_eq!(payload(&invoke(&mut function, "{}").await), "fine", "{how}");
    }
    for (code, kind) in [
        ("def lambda_handler(", "Init<SyntaxError>"),
        ("require 'no-such-gem'", "Init<LoadError>"),
    ] {
        std::fs::write(folder.path().join("get_pets.rb"), code).unwrap();
        function.replace().await;
        let invoked = invoke(&mut function, "{}").await;
        let error = invoked.result.unwrap_err();
        assert_eq!((error.cause, error.kind()), (Cause::Init, kind), "{code}");
    }
}
