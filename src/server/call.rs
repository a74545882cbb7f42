//! Calls into the simulated table: where they run, what room their answers have, and when they are durable.
//!
//! A call runs on the thread that read its request: handing it to another one and back takes longer than most calls do. Calls that may
//! take long run on threads of their own, and while one of them runs so do all others, because they may have to wait for its table.
//! So no connection waits for another's long call, but for a short one that began in the same few microseconds.
//! Invariant: a reply leaves here only when everything it may tell of is durable.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::body::{Body, Reserved};
use super::shared::Shared;
use crate::simulator::wire::error::ServiceError;
use crate::simulator::{Reply, Timestamp};

/// Bodies beyond this make any call a long one.
const SHORT_BYTES: usize = 64 * 1024;
/// What a page of items takes at most as JSON: 1 MB of items, and the names of their types.
const PAGE_BYTES: usize = 2 * 1024 * 1024;
/// The same of a batch: 16 MB of items.
const BATCH_BYTES: usize = 24 * 1024 * 1024;

impl Shared {
    /// The simulated table's answer, durable, and the room reserved for it; nothing where there was no room in time, and so no call.
    pub(super) async fn call(
        self: &Arc<Self>,
        operation: &str,
        body: Body,
        at: Timestamp,
    ) -> Option<(Reply, Option<Reserved>)> {
        let mut room = match most_bytes(operation, self.answers.in_need()) {
            0 => None,
            most => Some(self.answers.reserve(most).await?),
        };
        let is_long = self.waits_for_disk || is_long(operation, body.bytes.len());
        let reply = if is_long || self.long.load(Ordering::Acquire) > 0 {
            self.call_aside(operation, body, at, is_long).await
        } else {
            self.simulator.call(operation, &body.bytes, at)
        };
        let reply = self.settled(operation, reply).await;
        match &mut room {
            Some(room) => room.shrink(reply.body.len()),
            None if reply.body.len() > self.limits.small_bytes => {
                // The call is done, so its answer goes out also where there is no room: who tried again would do it twice.
                room = self.answers.reserve(reply.body.len()).await;
            }
            None => {}
        }
        Some((reply, room))
    }

    /// A call on a thread of its own. It is carried out also when its client goes away meanwhile.
    async fn call_aside(
        self: &Arc<Self>,
        operation: &str,
        body: Body,
        at: Timestamp,
        is_long: bool,
    ) -> Reply {
        let counted = is_long.then(|| Counted::new(Arc::clone(self)));
        let simulator = Arc::clone(&self.simulator);
        let operation = operation.to_owned();
        let work = tokio::task::spawn_blocking(move || {
            let _counted = counted;
            simulator.call(&operation, &body.bytes, at)
        });
        match work.await {
            Ok(reply) => reply,
            Err(_) => self.internal("the call was broken off"),
        }
    }

    /// The reply, once all that it may tell of is durable. Where the disk refuses, reads are still answered.
    async fn settled(&self, operation: &str, reply: Reply) -> Reply {
        let Some(group) = &self.group else {
            return reply;
        };
        match group.settle(group.mark()).await {
            Ok(()) => reply,
            Err(_) if only_reads(operation) => reply,
            Err(why) => Reply {
                request_id: reply.request_id,
                ..self.internal(&why.to_string())
            },
        }
    }

    pub(super) fn internal(&self, why: &str) -> Reply {
        let body = ServiceError::internal(why).body();
        Reply {
            status: 500,
            crc32: crc32fast::hash(&body),
            body,
            request_id: self.simulator.request_id(),
        }
    }
}

/// Counts a long call as long as it runs.
struct Counted(Arc<Shared>);

impl Counted {
    fn new(shared: Arc<Shared>) -> Self {
        shared.long.fetch_add(1, Ordering::AcqRel);
        Self(shared)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.long.fetch_sub(1, Ordering::AcqRel);
    }
}

/// Whether a call may take longer than a few milliseconds, whatever is in its table.
fn is_long(operation: &str, bytes: usize) -> bool {
    let is_short = matches!(
        operation,
        "GetItem"
            | "PutItem"
            | "UpdateItem"
            | "DeleteItem"
            | "Query"
            | "DescribeTable"
            | "DescribeTimeToLive"
            | "ListTables"
            | "ListTagsOfResource"
    );
    !is_short || bytes > SHORT_BYTES
}

/// How large its answer may become; nothing for those that are small nearly always, except while room is scarce.
fn most_bytes(operation: &str, in_need: bool) -> usize {
    match operation {
        "Scan" => PAGE_BYTES,
        "BatchGetItem" => BATCH_BYTES,
        "TransactGetItems" => 4 * PAGE_BYTES,
        "GetItem" | "Query" | "PutItem" | "UpdateItem" | "DeleteItem" if in_need => PAGE_BYTES,
        _ => 0,
    }
}

/// Whether an operation changes nothing.
fn only_reads(operation: &str) -> bool {
    matches!(
        operation,
        "GetItem"
            | "Query"
            | "Scan"
            | "BatchGetItem"
            | "TransactGetItems"
            | "DescribeTable"
            | "DescribeTimeToLive"
            | "ListTables"
            | "ListTagsOfResource"
    )
}
