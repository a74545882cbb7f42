//! One execution environment: a process behind a runtime API, invoked again and again.
//!
//! Nothing of it runs on its own: what it prints is read, and what it uses is looked at, only while it is invoked. In between it may
//! fill its pipe and wait, as Lambda freezes an environment.

use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::time::Duration;

use bytes::Bytes;
use tokio::time::{MissedTickBehavior, Sleep, interval, sleep};

use super::configuration::{Configuration, PROCESSES, Place};
use super::enclosure::Ending;
use super::log::Log;
use super::process::{Happening, Process};
use super::report::{Cause, FunctionError, Invoked, Report};
use super::runtime_api::{Job, PAYLOAD, RuntimeApi, Said};
use super::usage::{self, Usage};
use crate::simulator::Timestamp;
use crate::workshop::Outside;

/// How often it is looked whether there are many tasks more than before.
const GLANCE: Duration = Duration::from_millis(10);
/// Every so many glances memory and processes are looked at, however few tasks there are.
const LOOK: u32 = 10;
/// So many tasks more since the last look, whosever they are, and there is another one at once: what forks without end doubles in
/// milliseconds.
const MANY: u64 = 100;

const MEGABYTE: u64 = 1024 * 1024;

pub(super) struct Environment {
    api: RuntimeApi,
    process: Process,
    configuration: Configuration,
    outside: Outside,
    began: Duration,
    /// The most bytes that its processes held.
    used: Option<u64>,
    /// It failed in a way after which Lambda throws an environment away.
    is_spent: bool,
    /// The runtime client waits for an event.
    has_asked: bool,
    /// What was printed between two invocations.
    between: Log,
}

/// How waiting for the handler ended.
enum End {
    Said(Said),
    TimedOut,
    Exited(io::Result<Ending>),
    OutOfMemory,
    TooManyProcesses,
}

impl Environment {
    pub(super) async fn start(
        configuration: &Configuration,
        dynamodb: SocketAddr,
        outside: &Outside,
    ) -> io::Result<Self> {
        let began = (outside.stopwatch)();
        let api = RuntimeApi::start().await?;
        let place = Place {
            runtime_api: api.address,
            dynamodb,
            marker: outside.ids.short(),
            log_stream: log_stream(outside),
        };
        let process = Process::start(configuration, &place)?;
        Ok(Self {
            api,
            process,
            configuration: configuration.clone(),
            outside: outside.clone(),
            began,
            used: None,
            is_spent: false,
            has_asked: false,
            between: Log::default(),
        })
    }

    /// Whether the next event may go to it, as far as is known.
    pub(super) const fn is_usable(&self) -> bool {
        !self.is_spent
    }

    /// Waits until the runtime client asks for the next event, which it does as soon as it can; false when it has ended instead, as it
    /// does after an error that nobody caught.
    pub(super) async fn is_ready(&mut self) -> bool {
        let mut time = pin!(sleep(self.configuration.timeout));
        let mut log = std::mem::take(&mut self.between);
        while !self.has_asked {
            match self.wait(time.as_mut(), &mut log).await {
                End::Said(said) => self.has_asked = said == Said::Asked,
                _ => return false,
            }
        }
        self.between = log;
        self.process.is_alive()
    }

    /// Waits until the handler is loaded, and then for what becomes of the event.
    pub(super) async fn invoke(&mut self, request_id: String, event: Bytes, cold: bool) -> Invoked {
        let mut log = std::mem::take(&mut self.between);
        let mut init = None;
        let mut failed = None;
        if cold {
            failed = self.initialize(&request_id, &mut log).await.err();
            init = Some(self.elapsed(self.began));
            // One that is over soon is not seen later.
            self.look();
        }
        log.say(&format!("START RequestId: {request_id} Version: $LATEST"));
        let began = (self.outside.stopwatch)();
        let result = match failed {
            Some(error) => Err(error),
            None => self.run(&request_id, event, &mut log).await,
        };
        let mut duration = self.elapsed(began);
        self.look();
        self.process.take_printed(&mut log);
        if let Err(error) = &result {
            // The others were printed by the runtime client, or are the caller's to tell.
            let is_ours = matches!(error.cause, Cause::Exited | Cause::OutOfMemory);
            if error.cause == Cause::TimedOut {
                duration = duration.min(self.configuration.timeout);
                // In the log it stands as a line of the runtime's would.
                let now = self
                    .now()
                    .map(|now| now.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string());
                log.say(&format!(
                    "{} {request_id} {}\n",
                    now.unwrap_or_default(),
                    error.words()
                ));
            } else if is_ours {
                log.say(error.message());
            }
        }
        if log.dropped > 0 {
            log.say(&format!(
                "({} bytes more were printed and are not kept)",
                log.dropped
            ));
        }
        let report = Report {
            duration,
            init,
            memory: self.configuration.memory,
            used: self
                .used
                .map(|bytes| u32::try_from(bytes.div_ceil(MEGABYTE)).unwrap_or(u32::MAX)),
            cause: result.as_ref().err().map(|error| error.cause),
        };
        log.say(&format!("END RequestId: {request_id}"));
        log.say(&format!("REPORT RequestId: {request_id}\t{report}"));
        Invoked {
            request_id,
            result,
            log,
            report,
        }
    }

    fn now(&self) -> Option<jiff::Timestamp> {
        time_of((self.outside.clock)())
    }

    fn elapsed(&self, since: Duration) -> Duration {
        (self.outside.stopwatch)().saturating_sub(since)
    }

    /// Until the runtime client asks for its first event.
    async fn initialize(&mut self, request_id: &str, log: &mut Log) -> Result<(), FunctionError> {
        let timeout = self.configuration.init_timeout;
        let error = match self.wait(pin!(sleep(timeout)), log).await {
            End::Said(Said::InitError(payload)) => {
                self.is_spent = true;
                FunctionError {
                    cause: Cause::Init,
                    payload,
                }
            }
            End::Said(_) => {
                self.has_asked = true;
                return Ok(());
            }
            end => self.failure(&end, request_id, timeout),
        };
        Err(error)
    }

    async fn run(
        &mut self,
        request_id: &str,
        event: Bytes,
        log: &mut Log,
    ) -> Result<Bytes, FunctionError> {
        let timeout = self.configuration.timeout;
        let now = (self.outside.clock)();
        let mut time = pin!(sleep(timeout));
        self.has_asked = false;
        self.api.give(Job {
            request_id: request_id.to_owned(),
            deadline: now.later(timeout),
            arn: self.configuration.arn(),
            trace_id: self.outside.ids.trace(now.millis() / 1_000),
            event,
        });
        let result = loop {
            match self.wait(time.as_mut(), log).await {
                // It asks for the event that it then gets, or has had its answer in between.
                End::Said(Said::Asked | Said::InitError(_)) => {}
                End::Said(Said::Response(payload)) => break Ok(payload),
                End::Said(Said::Error(payload)) => {
                    break Err(FunctionError {
                        cause: Cause::Thrown,
                        payload,
                    });
                }
                End::Said(Said::TooLarge) => {
                    let message = format!(
                        "Response payload size exceeded maximum allowed payload size ({PAYLOAD} bytes)."
                    );
                    break Err(FunctionError::new(
                        Cause::TooLarge,
                        "Function.ResponseSizeTooLarge",
                        &message,
                    ));
                }
                end => break Err(self.failure(&end, request_id, timeout)),
            }
        };
        self.api.close();
        result
    }

    /// Until something happens that ends the wait. What is printed meanwhile goes into the log.
    async fn wait(&mut self, mut time: Pin<&mut Sleep>, log: &mut Log) -> End {
        let mut glances = 0;
        let mut tasks = usage::tasks();
        let mut look = interval(GLANCE);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        // The first tick is at once, when there is nothing to see yet.
        look.tick().await;
        loop {
            // The time-out comes first, so that nothing that is said or printed without end puts it off; what was said comes before the end
            // of whoever said it.
            tokio::select! {
                biased;
                () = time.as_mut() => return End::TimedOut,
                said = self.api.said() => return End::Said(said),
                _ = look.tick() => {
                    glances += 1;
                    let now = usage::tasks();
                    let are_many = now
                        .zip(tasks)
                        .is_some_and(|(now, before)| now > before + MANY);
                    if !u32::is_multiple_of(glances, LOOK) && !are_many {
                        continue;
                    }
                    tasks = now;
                    if let Some(end) = self.look() {
                        return end;
                    }
                }
                happening = self.process.happens(log) => {
                    if let Happening::Ended(ending) = happening {
                        return End::Exited(ending);
                    }
                }
            }
        }
    }

    /// What its processes hold now; the end, if that is too much.
    fn look(&mut self) -> Option<End> {
        let most = Usage {
            processes: PROCESSES,
            bytes: u64::from(self.configuration.memory) * MEGABYTE,
        };
        let usage = self.process.usage(most)?;
        self.used = Some(self.used.unwrap_or_default().max(usage.bytes));
        if usage.bytes > most.bytes {
            Some(End::OutOfMemory)
        } else if usage.processes > PROCESSES {
            Some(End::TooManyProcesses)
        } else {
            None
        }
    }

    /// An end after which the environment is thrown away, in Lambda's words.
    fn failure(&mut self, end: &End, request_id: &str, timeout: Duration) -> FunctionError {
        self.is_spent = true;
        let (cause, kind, what) = match end {
            End::TimedOut => (
                Cause::TimedOut,
                "Sandbox.Timedout",
                format!("Task timed out after {:.2} seconds", timeout.as_secs_f64()),
            ),
            End::OutOfMemory => (
                Cause::OutOfMemory,
                "Runtime.ExitError",
                "Runtime exited with error: signal: killed".to_owned(),
            ),
            End::TooManyProcesses => (
                Cause::Exited,
                "Runtime.ExitError",
                format!("Runtime exited with error: more than {PROCESSES} processes"),
            ),
            End::Exited(ending) => (Cause::Exited, "Runtime.ExitError", exit(ending)),
            End::Said(_) => (
                Cause::Exited,
                "Runtime.ExitError",
                "Runtime exited without providing a reason".to_owned(),
            ),
        };
        FunctionError::new(
            cause,
            kind,
            &format!("RequestId: {request_id} Error: {what}"),
        )
    }

    pub(super) async fn end(mut self) {
        self.process.end().await;
    }
}

fn time_of(now: Timestamp) -> Option<jiff::Timestamp> {
    let millis = i64::try_from(now.millis()).ok()?;
    jiff::Timestamp::from_millisecond(millis).ok()
}

/// A name as Lambda gives one to each environment's lines: `2020/03/12/[$LATEST]8476a536e9f441e897392dfe598c3fcd`
fn log_stream(outside: &Outside) -> String {
    let day = time_of((outside.clock)())
        .map(|time| time.strftime("%Y/%m/%d").to_string())
        .unwrap_or_default();
    format!(
        "{day}/[$LATEST]{}{}",
        outside.ids.short(),
        outside.ids.short()
    )
}

/// How a process ended, as Lambda says it.
fn exit(ending: &io::Result<Ending>) -> String {
    let how = match ending {
        Ok(Ending::Code(0)) => return "Runtime exited without providing a reason".to_owned(),
        Ok(Ending::Code(code)) => format!("exit status {code}"),
        Ok(Ending::Signal(9)) => "signal: killed".to_owned(),
        Ok(Ending::Signal(6)) => "signal: aborted".to_owned(),
        Ok(Ending::Signal(11)) => "signal: segmentation fault".to_owned(),
        Ok(Ending::Signal(15)) => "signal: terminated".to_owned(),
        Ok(Ending::Signal(signal)) => format!("signal: {signal}"),
        Ok(Ending::Unknown) => "unknown".to_owned(),
        Err(error) => error.to_string(),
    };
    format!("Runtime exited with error: {how}")
}
