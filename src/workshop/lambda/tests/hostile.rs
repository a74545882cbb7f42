//! Handlers that loop, print, fork, die, hoard, or leave others behind: each ends as Lambda would end it, and nothing of it is left.

use std::time::Duration;

use super::super::{Cause, Enclosure, Function};
use super::{function, invoke, payload};
use crate::workshop::language::Language;
use crate::workshop::samples::{
    self, is_installed, is_running, nowhere, outside, soon, wait_until_gone,
};

/// A function that may take only a moment.
fn short(code: &str) -> Option<(Function, tempfile::TempDir)> {
    if !is_installed(Language::Node) {
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut configuration = samples::function(Language::Node, folder.path(), code);
    configuration.timeout = Duration::from_secs(1);
    Some((Function::new(configuration, nowhere(), outside()), folder))
}

#[tokio::test]
async fn a_loop_is_ended_by_the_time_out() {
    let code = "export const handler = async (event) => { while (event.loops) {} return 1; };";
    let Some((mut function, _folder)) = short(code) else {
        return;
    };
    let invoked = invoke(&mut function, r#"{"loops": true}"#).await;
    let error = invoked.result.as_ref().unwrap_err();
    assert_eq!(error.cause, Cause::TimedOut);
    assert_eq!(error.words(), "Task timed out after 1.00 seconds");
    let log = invoked.log.text();
    assert!(
        log.contains(&format!(
            "2023-11-14T22:13:20.000Z {} Task timed out after 1.00 seconds\n\nEND RequestId",
            invoked.request_id
        )),
        "{log}"
    );
    assert!(log.contains("Duration: 1000.00 ms"), "{log}");
    let again = invoke(&mut function, "{}").await;
    assert_eq!(payload(&again), 1);
    assert!(again.report.init.is_some(), "a cold start");
}

#[tokio::test]
async fn a_flood_of_output_is_read_kept_in_part_and_ended() {
    let code = "const line = 'x'.repeat(1_000_000); export const handler = async () => { for (;;) await new Promise((done) => process.stdout.write(line, done)); };";
    let Some((mut function, _folder)) = short(code) else {
        return;
    };
    let invoked = invoke(&mut function, "{}").await;
    assert_eq!(invoked.result.unwrap_err().cause, Cause::TimedOut);
    assert!(invoked.log.text().len() < 70_000);
    assert!(invoked.log.dropped > 100_000, "{}", invoked.log.dropped);
}

#[tokio::test]
async fn a_process_that_dies_is_told_with_how_it_died() {
    let code = r"
        export const handler = async (event) => {
          if (event.signal) process.kill(process.pid, event.signal);
          process.exit(event.code);
        };";
    let Some((mut function, _folder)) = function(Language::Node, code) else {
        return;
    };
    for (event, how) in [
        (r#"{"code": 7}"#, "Runtime exited with error: exit status 7"),
        (
            r#"{"code": 137}"#,
            "Runtime exited with error: exit status 137",
        ),
        (
            r#"{"code": 0}"#,
            "Runtime exited without providing a reason",
        ),
        (
            r#"{"signal": "SIGKILL"}"#,
            "Runtime exited with error: signal: killed",
        ),
        (
            r#"{"signal": "SIGSEGV"}"#,
            "Runtime exited with error: signal: segmentation fault",
        ),
    ] {
        let invoked = invoke(&mut function, event).await;
        let error = invoked.result.unwrap_err();
        assert_eq!(
            (error.cause, error.kind()),
            (Cause::Exited, "Runtime.ExitError")
        );
        assert_eq!(error.words(), how);
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn children_and_daemons_go_with_their_environment() {
    let code = r#"
        import { spawn } from "node:child_process";
        export const handler = async () => {
          const start = (options) => spawn("sleep", ["100000"], { stdio: "ignore", ...options }).pid;
          return [start({}), start({ detached: true }), process.pid];
        };"#;
    let Some((mut function, _folder)) = function(Language::Node, code) else {
        return;
    };
    let invoked = invoke(&mut function, "{}").await;
    let pids: Vec<String> = payload(&invoked)
        .as_array()
        .unwrap()
        .iter()
        .map(ToString::to_string)
        .collect();
    for pid in &pids {
        assert!(is_running(pid), "{pid}");
    }
    function.replace().await;
    for pid in &pids {
        wait_until_gone(pid);
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_dropped_function_leaves_nothing() {
    let code = "export const handler = async () => process.pid;";
    let Some((mut function, _folder)) = function(Language::Node, code) else {
        return;
    };
    let pid = payload(&invoke(&mut function, "{}").await).to_string();
    assert!(is_running(&pid));
    drop(function);
    wait_until_gone(&pid);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn many_forks_are_ended() {
    let code = r#"
        import { spawn } from "node:child_process";
        export const handler = async () => {
          for (let n = 0; n < 400; n += 1) { try { spawn("sleep", ["100000"], { stdio: "ignore" }).on("error", () => {}); } catch {} }
          for (;;) {}
        };"#;
    let Some((mut function, _folder)) = short(code) else {
        return;
    };
    let invoked = invoke(&mut function, "{}").await;
    let error = invoked.result.unwrap_err();
    assert!(
        matches!(
            error.cause,
            Cause::TimedOut | Cause::OutOfMemory | Cause::Exited
        ),
        "{error:?}"
    );
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_hoard_of_memory_is_ended() {
    let code = r"
        export const handler = async () => {
          const hoard = [];
          for (;;) { hoard.push(Buffer.alloc(10_000_000, 1)); await new Promise((done) => setImmediate(done)); }
        };";
    let Some((mut function, _folder)) = function(Language::Node, code) else {
        return;
    };
    let invoked = invoke(&mut function, "{}").await;
    let error = invoked.result.as_ref().unwrap_err();
    assert_eq!(error.cause, Cause::OutOfMemory, "{error:?}");
    assert!(
        invoked
            .log
            .text()
            .contains("Error Type: Runtime.OutOfMemory")
    );
}

#[tokio::test]
async fn a_thousand_connections_to_the_runtime_api_hold_up_nobody_else() {
    let code = r#"
        import net from "node:net";
        export const handler = async () => {
          const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
          for (let n = 0; n < 1_000; n += 1) net.connect(port, host).on("error", () => {});
          return new Promise((done) => setTimeout(done, 10_000_000));
        };"#;
    let Some((mut function, _folder)) = short(code) else {
        return;
    };
    let invoked = invoke(&mut function, "{}").await;
    assert_eq!(invoked.result.unwrap_err().cause, Cause::TimedOut);
}

#[tokio::test]
async fn an_answer_that_is_too_large_is_refused() {
    let code = "export const handler = async (event) => 'x'.repeat(event.length);";
    let Some((mut function, _folder)) = function(Language::Node, code) else {
        return;
    };
    let invoked = invoke(&mut function, r#"{"length": 6291556}"#).await;
    let error = invoked.result.unwrap_err();
    assert_eq!(
        (error.cause, error.kind()),
        (Cause::TooLarge, "Function.ResponseSizeTooLarge")
    );
    let most = invoke(&mut function, r#"{"length": 6291554}"#).await;
    assert_eq!(most.result.unwrap().len(), 6_291_556);
}

#[tokio::test]
async fn an_answer_to_another_invocation_does_not_count() {
    let code = r#"
        const post = (id) => fetch(`http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation/${id}/response`, { method: "POST", body: "1" });
        export const handler = async (event, context) => {
          const other = await post("8476a536-e9f4-41e8-9739-2dfe598c3fcd");
          const first = await post(context.awsRequestId);
          return [other.status, first.status];
        };"#;
    let Some((mut function, _folder)) = function(Language::Node, code) else {
        return;
    };
    // The one that it posted itself was first.
    assert_eq!(payload(&invoke(&mut function, "{}").await), 1);
}

#[tokio::test]
async fn a_handler_that_never_loads_is_ended() {
    let Some((_, folder)) = short("") else {
        return;
    };
    let mut configuration = samples::function(Language::Node, folder.path(), "for (;;) {}");
    configuration.init_timeout = Duration::from_secs(1);
    let mut function = Function::new(configuration, nowhere(), outside());
    let invoked = invoke(&mut function, "{}").await;
    assert_eq!(invoked.result.unwrap_err().cause, Cause::TimedOut);
}

#[tokio::test]
async fn an_interpreter_that_is_not_there_is_an_exit() {
    let folder = tempfile::tempdir().unwrap();
    let mut configuration = samples::function(Language::Node, folder.path(), "");
    configuration.command = vec!["/no/such/interpreter".into()];
    let mut function = Function::new(configuration.clone(), nowhere(), outside());
    let invoked = invoke(&mut function, "{}").await;
    assert_eq!(
        invoked.result.as_ref().unwrap_err().words(),
        "Runtime exited with error: exit status 127"
    );
    assert!(invoked.log.text().contains("/no/such/interpreter"));

    configuration.root = folder.path().join("gone");
    let mut function = Function::new(configuration, nowhere(), outside());
    let error = invoke(&mut function, "{}").await.result.unwrap_err();
    assert_eq!(error.cause, Cause::NotStarted);
}

/// A function in a namespace; nothing where this machine has none.
#[cfg(target_os = "linux")]
async fn enclosed(code: &str) -> Option<(Function, tempfile::TempDir)> {
    if !is_installed(Language::Node) {
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut configuration = samples::function(Language::Node, folder.path(), code);
    configuration.enclosure = Enclosure::look().await;
    if configuration.enclosure == Enclosure::Group {
        println!("skipped: this machine has no namespaces");
        return None;
    }
    Some((Function::new(configuration, nowhere(), outside()), folder))
}

/// The processes that were started with this as an argument.
#[cfg(target_os = "linux")]
fn started_with(argument: &str) -> Vec<String> {
    let entries = std::fs::read_dir("/proc").unwrap().flatten();
    let has = |entry: &std::fs::DirEntry| {
        let line = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
        line.split(|byte| *byte == 0)
            .any(|one| one == argument.as_bytes())
    };
    let name = |entry: std::fs::DirEntry| entry.file_name().into_string().unwrap();
    entries.filter(has).map(name).collect()
}

/// It leaves its group and its session, loses its parent, and throws away the variable by which it could be known.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn what_hides_from_its_group_ends_with_its_namespace() {
    let code = r#"
        import { spawnSync } from "node:child_process";
        export const handler = async (seconds) => {
          spawnSync("sh", ["-c", `setsid env -i sleep ${seconds} </dev/null >/dev/null 2>&1 &`]);
          return process.pid;
        };"#;
    let Some((mut function, _folder)) = enclosed(code).await else {
        return;
    };
    // No other process sleeps as long.
    let seconds = format!("1{:09}", std::process::id());
    let number = payload(&invoke(&mut function, &seconds).await);
    assert!(
        number.as_u64().unwrap() < 100,
        "numbers of its own: {number}"
    );
    let hides = || {
        let hidden = started_with(&seconds);
        (!hidden.is_empty()).then_some(hidden)
    };
    let hidden = soon("the hidden process is there", hides).await;
    function.replace().await;
    for pid in &hidden {
        wait_until_gone(pid);
    }
    // The same when it is only dropped.
    invoke(&mut function, &seconds).await;
    let hidden = soon("the hidden process is there again", hides).await;
    drop(function);
    for pid in &hidden {
        wait_until_gone(pid);
    }
}

/// Neither the machine's processes nor what is in their environments.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn what_is_outside_of_a_namespace_is_not_seen() {
    let code = r#"
        import { readdirSync, readFileSync } from "node:fs";
        export const handler = async () => {
          const pids = readdirSync("/proc").filter((name) => /^[0-9]+$/.test(name));
          const lines = pids.map((pid) => { try { return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0")[0]; } catch { return ""; } });
          return { own: pids.includes(String(process.pid)), pids: pids.length, lines };
        };"#;
    let Some((mut function, _folder)) = enclosed(code).await else {
        return;
    };
    let seen = payload(&invoke(&mut function, "{}").await);
    assert_eq!(seen["own"], true, "{seen}");
    // Its shell and itself.
    assert_eq!(seen["pids"], 2, "{seen}");
    let test = std::env::args().next().unwrap();
    let lines = seen["lines"].as_array().unwrap();
    assert!(!lines.iter().any(|line| *line == test.as_str()), "{seen}");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_namespace_tells_how_a_process_died_and_what_it_used() {
    let code = r"
        export const handler = async (event) => {
          if (event.signal) process.kill(process.pid, event.signal);
          if (event.code) process.exit(event.code);
          return 1;
        };";
    let Some((mut function, _folder)) = enclosed(code).await else {
        return;
    };
    let invoked = invoke(&mut function, "{}").await;
    assert_eq!(payload(&invoked), 1);
    assert!(invoked.report.used > Some(20), "{:?}", invoked.report);
    for (event, how) in [
        (r#"{"code": 7}"#, "Runtime exited with error: exit status 7"),
        (
            r#"{"code": 137}"#,
            "Runtime exited with error: exit status 137",
        ),
        (
            r#"{"signal": "SIGKILL"}"#,
            "Runtime exited with error: signal: killed",
        ),
        (
            r#"{"signal": "SIGSEGV"}"#,
            "Runtime exited with error: signal: segmentation fault",
        ),
    ] {
        let invoked = invoke(&mut function, event).await;
        assert_eq!(invoked.result.unwrap_err().words(), how);
        // What its shell says of it is none of the handler's log.
        let log = invoked.log.text();
        let own = ["START ", "RequestId: ", "END ", "REPORT "];
        let foreign = |line: &&str| !own.iter().any(|own| line.starts_with(own));
        assert_eq!(log.lines().find(foreign), None, "{log}");
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn forks_that_leave_their_group_are_counted_and_end() {
    // So many that they hold more than the function has, each in a session of its own, and knowing nothing of where it comes from.
    let code = r#"
        import { spawn } from "node:child_process";
        export const handler = async (seconds) => {
          spawn("sh", ["-c", `for n in $(seq 400); do setsid env -i sleep ${seconds} & done`], { stdio: "ignore" });
          return new Promise(() => { setInterval(() => {}, 1000); });
        };"#;
    let Some((mut function, _folder)) = enclosed(code).await else {
        return;
    };
    let seconds = format!("2{:09}", std::process::id());
    let invoked = invoke(&mut function, &seconds).await;
    let error = invoked.result.unwrap_err();
    assert!(
        matches!(
            error.cause,
            Cause::TimedOut | Cause::OutOfMemory | Cause::Exited
        ),
        "{error:?}"
    );
    for pid in started_with(&seconds) {
        wait_until_gone(&pid);
    }
}
