//! Client request tokens: what makes a repeated transaction the same transaction.
//!
//! ```text
//!   token ── claim ──→ Turn (nobody has it) ── finish ──→ remembered for ten minutes
//!                │       └─ dropped: the transaction failed, and the token is free again
//!                ├──→ Replay (the same request, done before)
//!                ├──→ Mismatch (another request had it)
//!                └──→ Running (the same token is at work in another call)
//! ```
//!
//! A request is remembered as 128 bits of hash, because a transaction may be 4 MB and every SDK gives each one a token. The
//! order of JSON members doesn't count, and a `null` member counts as absent, as for all requests.
//!
//! Tokens live as long as the simulator and are not journalled: they let a client repeat a request whose answer was lost
//! on the way, and the clients of this simulator are in its own process, so none outlives it.
//!
//! Invariant: of two calls with one token within ten minutes of simulated time, at most one is carried out.

use std::collections::{HashMap, VecDeque};
use std::hash::Hasher;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::json::Json;
use siphasher::sip128::{Hasher128, SipHasher24};

use super::Timestamp;
use super::trace::CapacityUnits;

/// How long a token is remembered after its transaction was completed (API reference of `TransactWriteItems`).
const REMEMBERED: Duration = Duration::from_mins(10);
/// At most this many are remembered, the youngest: more would only fill the memory of a program that writes without a pause.
const KEPT: usize = 100_000;

/// A table, and what reading a transaction's items in it would cost: that is what a repetition reports (API reference).
pub(super) type TableRead = (String, CapacityUnits);

/// The tokens that transactions came with.
#[derive(Debug, Default)]
pub(super) struct Tokens(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    slots: HashMap<Arc<str>, Slot>,
    /// In the order in which they were finished.
    finished: VecDeque<(Timestamp, Arc<str>)>,
}

#[derive(Debug)]
enum Slot {
    Running,
    Finished {
        request: u128,
        reads: Arc<[TableRead]>,
    },
}

/// What a call may do with its token.
#[derive(Debug)]
pub(super) enum Claim<'t> {
    Turn(Turn<'t>),
    Replay(Arc<[TableRead]>),
    Mismatch,
    Running,
}

/// The right to carry a request out under its token. Dropped unfinished, it leaves the token free.
#[derive(Debug)]
pub(super) struct Turn<'t> {
    tokens: &'t Tokens,
    token: Arc<str>,
    request: u128,
}

impl Tokens {
    fn lock(&self) -> MutexGuard<'_, Kept> {
        // Each change of the map is one step, so a panic can't have left it halfway.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn claim(&self, token: &str, request: &Json<'_>, now: Timestamp) -> Claim<'_> {
        let request = fingerprint(request);
        let mut kept = self.lock();
        kept.forget(now);
        match kept.slots.get(token) {
            Some(Slot::Running) => Claim::Running,
            Some(Slot::Finished {
                request: before, ..
            }) if *before != request => Claim::Mismatch,
            Some(Slot::Finished { reads, .. }) => Claim::Replay(Arc::clone(reads)),
            None => {
                let token: Arc<str> = token.into();
                kept.slots.insert(Arc::clone(&token), Slot::Running);
                Claim::Turn(Turn {
                    tokens: self,
                    token,
                    request,
                })
            }
        }
    }
}

impl Kept {
    fn forget(&mut self, now: Timestamp) {
        while let Some((finished, token)) = self.finished.front()
            && (finished.later(REMEMBERED) <= now || self.finished.len() > KEPT)
        {
            self.slots.remove(token);
            self.finished.pop_front();
        }
    }
}

impl Turn<'_> {
    /// The transaction was carried out.
    pub(super) fn finish(self, reads: Vec<TableRead>, now: Timestamp) {
        let mut kept = self.tokens.lock();
        kept.finished.push_back((now, Arc::clone(&self.token)));
        let finished = Slot::Finished {
            request: self.request,
            reads: reads.into(),
        };
        kept.slots.insert(Arc::clone(&self.token), finished);
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut kept = self.tokens.lock();
        if matches!(kept.slots.get(&self.token), Some(Slot::Running)) {
            kept.slots.remove(&self.token);
        }
    }
}

/// The same for requests that say the same.
fn fingerprint(request: &Json<'_>) -> u128 {
    let mut hasher = SipHasher24::new_with_key(b"dynatour repeats");
    write(request, &mut hasher);
    hasher.finish128().as_u128()
}

/// A request is no deeper than the reader of bodies keeps it, so this recursion is bounded.
fn write(value: &Json<'_>, hasher: &mut SipHasher24) {
    let mut text = |tag: u8, text: &str| {
        hasher.write_u8(tag);
        hasher.write_usize(text.len());
        hasher.write(text.as_bytes());
    };
    match value {
        Json::Null => text(b'0', ""),
        Json::Bool(truth) => text(b'b', if *truth { "true" } else { "false" }),
        Json::Number(number) => text(b'n', &number.to_string()),
        Json::String(string) => text(b's', string),
        Json::Array(elements) => {
            hasher.write_u8(b'[');
            hasher.write_usize(elements.len());
            for element in *elements {
                write(element, hasher);
            }
        }
        Json::Object(members) => {
            let mut members: Vec<_> = members
                .iter()
                .filter(|(_, member)| !member.is_null())
                .collect();
            members.sort_unstable_by_key(|(name, _)| *name);
            hasher.write_u8(b'{');
            hasher.write_usize(members.len());
            for (name, member) in members {
                hasher.write_usize(name.len());
                hasher.write(name.as_bytes());
                write(member, hasher);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    macro_rules! json {
        ($($json:tt)+) => { Json::from(serde_json::json!($($json)+)) };
    }

    const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

    fn turn<'t>(tokens: &'t Tokens, token: &str, request: &Json<'_>, now: Timestamp) -> Turn<'t> {
        match tokens.claim(token, request, now) {
            Claim::Turn(turn) => turn,
            other => unreachable!("{other:?}"),
        }
    }

    #[test]
    fn a_token_is_remembered_for_ten_minutes_after_the_end() {
        let tokens = Tokens::default();
        let request = json!([{"Put": {"TableName": "pets", "Item": {"id": {"S": "a"}}}}]);
        let running = turn(&tokens, "t", &request, NOW);
        assert!(matches!(tokens.claim("t", &request, NOW), Claim::Running));
        running.finish(vec![("pets".to_owned(), CapacityUnits::whole(2))], NOW);
        let last = NOW.later(Duration::from_millis(599_999));
        assert!(
            matches!(tokens.claim("t", &request, last), Claim::Replay(reads) if reads.len() == 1)
        );
        assert!(matches!(
            tokens.claim("t", &json!([]), last),
            Claim::Mismatch
        ));
        drop(turn(&tokens, "t", &json!([]), NOW.later(REMEMBERED)));
    }

    #[test]
    fn a_failed_transaction_leaves_its_token_free() {
        let tokens = Tokens::default();
        drop(turn(&tokens, "t", &json!([1]), NOW));
        drop(turn(&tokens, "t", &json!([2]), NOW));
    }

    #[test]
    fn the_youngest_tokens_are_kept() {
        let tokens = Tokens::default();
        for n in 0..KEPT + 2 {
            turn(&tokens, &n.to_string(), &json!([]), NOW).finish(Vec::new(), NOW);
        }
        drop(turn(&tokens, "0", &json!([]), NOW));
        let last = (KEPT + 1).to_string();
        assert!(matches!(
            tokens.claim(&last, &json!([]), NOW),
            Claim::Replay(_)
        ));
    }

    #[test]
    fn the_order_of_members_and_nulls_say_nothing() {
        let same = [
            json!({"a": {"x": 1, "y": ["1", "2"]}, "b": true}),
            json!({"b": true, "c": null, "a": {"y": ["1", "2"], "x": 1}}),
        ];
        assert_eq!(fingerprint(&same[0]), fingerprint(&same[1]));
        for other in [
            json!({"a": {"x": 1, "y": ["2", "1"]}, "b": true}),
            json!({"a": {"x": 1, "y": ["12"]}, "b": true}),
            json!({"a": {"x": 1, "y": ["1", "2"], "b": true}}),
            json!({"a": {"x": "1", "y": ["1", "2"]}, "b": true}),
        ] {
            assert_ne!(fingerprint(&same[0]), fingerprint(&other), "{other}");
        }
    }
}
