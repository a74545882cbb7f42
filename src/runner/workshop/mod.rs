//! The workshop: what its screen asks for is carried out, and what happens there is told.
//!
//! ```text
//!   Effect::OpenWorkshop ──→ folder ─ bind ─→ work ──Event──→ told ──→ Answer::Workshop
//!   Effect::InWorkshop   ──→ an order ────────↑
//!   Effect::Cancel       ──→ no more orders ──┘ the functions end
//! ```
//!
//! [`work`] knows nothing of screens: `dynatour workshop --plain` runs the same.
//!
//! Invariant: what a handler, a client or a server said is printable before it leaves here; and a workshop that was left, for whatever
//! reason, has no processes.

pub(super) mod on_account;
mod told;
pub mod way;
pub mod work;

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use tokio::sync::{mpsc, oneshot};

use self::work::{Asked, Shop, bind, surroundings};
use super::{RunError, Runner, blocking};
use crate::app::effect::workshop::{Begin, Order, Outgoing, Told};
use crate::app::effect::{Answer, Effect, RequestId};
use crate::workshop::folder;
use crate::workshop::gateway::Request;

/// Takes what is answered before the last answer.
type Report<'a> = &'a (dyn Fn(Answer) + Send + Sync);

/// Orders and events that wait.
const ROOM: usize = 64;

/// The workshops that are open, known by the requests that opened them.
#[derive(Debug, Default)]
pub(super) struct Workshops(Mutex<BTreeMap<RequestId, Open>>);

#[derive(Debug)]
struct Open {
    orders: mpsc::Sender<Asked>,
    /// Dropped when it is left.
    _stay: oneshot::Sender<Infallible>,
}

impl Workshops {
    fn all(&self) -> std::sync::MutexGuard<'_, BTreeMap<RequestId, Open>> {
        // Each entry comes and goes as a whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is told from now on is told to nobody.
    pub(super) fn leave(&self, id: RequestId) {
        self.all().remove(&id);
    }

    fn orders(&self, id: RequestId) -> Option<mpsc::Sender<Asked>> {
        self.all().get(&id).map(|open| open.orders.clone())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.all().is_empty()
    }
}

impl Runner {
    /// Whether processes of handlers may have to be ended.
    #[must_use]
    pub fn has_workshop(&self) -> bool {
        !self.workshops.is_empty()
    }

    /// Does what is asked for by a workshop's screens; nothing where there is no last answer, or it is nothing of a workshop.
    pub(super) async fn in_a_workshop(
        &self,
        id: RequestId,
        effect: Effect,
        report: Report<'_>,
    ) -> Option<Result<Answer, RunError>> {
        match effect {
            Effect::OpenWorkshop(begin) => self.stay(id, *begin, report).await.err().map(Err),
            Effect::InWorkshop { workshop, order } => {
                self.ordered(workshop, order).await.transpose()
            }
            Effect::OnAccount { workshop, order } => {
                Some(self.ordered_on_account(id, workshop, order, report).await)
            }
            _ => None,
        }
    }

    /// A workshop, from its folder to its end.
    async fn stay(&self, id: RequestId, begin: Begin, report: Report<'_>) -> Result<(), RunError> {
        let (orders, asked) = mpsc::channel(ROOM);
        let (stay, left) = oneshot::channel();
        let open = Open {
            orders,
            _stay: stay,
        };
        self.workshops.all().insert(id, open);
        // It may have been left before it was begun.
        if self.is_cancelled(id) {
            self.workshops.leave(id);
        }
        let ended = Box::pin(self.open(begin, asked, left, report)).await;
        self.workshops.leave(id);
        ended
    }

    async fn open(
        &self,
        begin: Begin,
        asked: mpsc::Receiver<Asked>,
        mut left: oneshot::Receiver<Infallible>,
        report: Report<'_>,
    ) -> Result<(), RunError> {
        let tell = |told: Told| report(Answer::Workshop(Box::new(told)));
        let Begin {
            folder,
            language,
            port,
            allowance,
        } = begin;
        // Before anything is written, so that a port that is taken is known at once.
        let listener = bind(port).await?;
        let folder = blocking(move || folder::prepare(&folder, language)).await??;
        tell(told::folder(&folder));
        let language = folder.language;
        let shop = Shop {
            folder,
            listener,
            outside: surroundings(&self.outside)?,
            memory: self.outside.memory.clone(),
            allowance,
        };
        let (events, mut happens) = mpsc::channel(ROOM);
        let listening = async {
            loop {
                tokio::select! {
                    // Dropped, it says that the workshop is left.
                    _ = &mut left => break,
                    event = happens.recv() => match event {
                        Some(event) => {
                            if let Some(told) = told::told(event, language) {
                                tell(told);
                            }
                        }
                        None => break,
                    },
                }
            }
            drop(happens);
        };
        let (worked, ()) = tokio::join!(work::work(shop, asked, events), listening);
        worked
    }

    /// Something to do in a workshop that is open.
    async fn ordered(&self, workshop: RequestId, order: Order) -> Result<Option<Answer>, RunError> {
        let orders = self
            .workshops
            .orders(workshop)
            .ok_or(RunError::NoWorkshop)?;
        let (asked, answer) = match order {
            Order::LookAgain => (Asked::LookAgain, None),
            Order::Try(goal) => (Asked::Try(goal), None),
            Order::Send(outgoing) => {
                let request = request(outgoing);
                let (answer, passage) = oneshot::channel();
                let asked = Asked::Send(Box::new(request.clone()), answer);
                (asked, Some((request, passage)))
            }
        };
        orders.send(asked).await.map_err(|_| RunError::NoWorkshop)?;
        let Some((request, passage)) = answer else {
            return Ok(None);
        };
        let passage = passage.await.map_err(|_| RunError::NotSent)?;
        let took = passage.took;
        Ok(Some(Answer::Way(Box::new(way::way(
            &request,
            passage,
            Some(took),
        )))))
    }
}

/// With percent signs where a URL can't hold a character, or would mean something else by it: all that is typed is sent.
fn in_url(text: &str) -> String {
    let mut url = String::with_capacity(text.len());
    let bytes = text.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        let is_escape = *byte == b'%'
            && matches!(bytes.get(at + 1..at + 3), Some(digits) if digits.iter().all(u8::is_ascii_hexdigit));
        if is_escape || byte.is_ascii_alphanumeric() || b"-._~/?&=:,@+".contains(byte) {
            url.push(char::from(*byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(url, "%{byte:02X}");
        }
    }
    url
}

/// What the learner wrote, as the gateway would have read it.
#[must_use]
pub fn request(outgoing: Outgoing) -> Request {
    let Outgoing { method, path, body } = outgoing;
    let (path, query) = match path.split_once('?') {
        Some((path, query)) => (in_url(path), in_url(query)),
        None => (in_url(&path), String::new()),
    };
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let mut headers = vec![
        header("host", "127.0.0.1"),
        header("user-agent", "dynatour"),
    ];
    if !body.is_empty() {
        headers.push(header("content-type", "application/json"));
        headers.push(header("content-length", &body.len().to_string()));
    }
    Request {
        method,
        path,
        query,
        headers,
        body: Bytes::from(body),
        source: [127, 0, 0, 1].into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_sent_whole() {
        for (typed, sent) in [
            ("/pets/2", "/pets/2"),
            ("/pets/a b", "/pets/a%20b"),
            ("/pets/%41?x=1&y=%zz", "/pets/%41?x=1&y=%25zz"),
            ("/pets/#2", "/pets/%232"),
            ("/pets/{id}|^\\", "/pets/%7Bid%7D%7C%5E%5C"),
            ("/pets/é", "/pets/%C3%A9"),
            ("/pets/%", "/pets/%25"),
        ] {
            assert_eq!(in_url(typed), sent);
        }
        let made = request(Outgoing {
            method: "GET".to_owned(),
            path: "/pets?a=b?c".to_owned(),
            body: String::new(),
        });
        assert_eq!(
            (made.path.as_str(), made.query.as_str()),
            ("/pets", "a=b?c")
        );
    }
}
