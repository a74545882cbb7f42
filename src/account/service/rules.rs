//! The rules for calls that make, change or delete something.
//!
//! ```text
//!   makes     in the ledger: Intended ─→ the call ─ done ────────────────→ Made, with what identifies it
//!                                           ├─ refused ──────────────────→ Gone: it was not made
//!                                           ├─ there is one already ─ looked at ─ ours by its tag ─→ Made; else foreign, in words
//!                                           └─ no answer ─ looked for ─── ours by its tag ─→ Made; else it stays Intended
//!   changes   looked at right before ─ ours by id in the ledger, or by the tag of a run of ours ─→ the call
//!                                      "there already", "try again later" ─ looked at ─ as asked for ─→ done (`seen`)
//!   deletes   the same ─→ in the ledger: Deleting ─→ the call; whoever looks and finds nothing makes it Gone
//! ```
//!
//! Whose a thing is, `whose` finds out.
//! Invariant: nothing is made that is not written down before, and nothing is changed or deleted that was not seen to be ours.

use super::super::ledger::{Kind, State};
use super::call::{Call, Effect};
use super::reply::{Reply, Thing};
use super::whose::Whose;
use super::{Answer, Services, is_missing, is_there, words};
use crate::printable;
use crate::target::guard::Watch;

/// A call that may be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cleared {
    /// Of the thing it makes or deletes.
    entry: Option<u64>,
    /// Whether an earlier try of the same may have been carried out.
    earlier: bool,
}

/// What is done with a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Before {
    Send(Cleared),
    /// What it deletes is not there. Nothing is sent: by its name it could hit what somebody makes in this moment.
    AlreadyGone(String),
}

impl Services {
    pub(super) async fn before(&self, call: &Call, watch: Watch<'_>) -> Result<Before, String> {
        let cleared = match call.effect() {
            Effect::Reads => Cleared {
                entry: None,
                earlier: false,
            },
            Effect::Makes(kind, name) => self.before_making(kind, name, watch).await?,
            Effect::Changes(kind, key) => {
                self.own(call, kind, key, watch).await?.ok_or_else(|| {
                    format!(
                        "the {kind} {} is not to be seen, so {} was not sent",
                        printable::line(key),
                        call.operation()
                    )
                })?
            }
            Effect::Deletes(kind, key) => {
                let Some(cleared) = self.own(call, kind, key, watch).await? else {
                    return Ok(Before::AlreadyGone(format!(
                        "there is no {kind} {} any more, so nothing was sent",
                        printable::line(key)
                    )));
                };
                if let Some(id) = cleared.entry {
                    let now = self.session().now();
                    self.session()
                        .book(move |ledger| ledger.deleting(id, now))
                        .await?;
                }
                cleared
            }
        };
        Ok(Before::Send(cleared))
    }

    pub(super) async fn after(
        &self,
        call: &Call,
        cleared: Cleared,
        mut answer: Answer,
        watch: Watch<'_>,
    ) -> Answer {
        let done = match call.effect() {
            Effect::Reads => self.after_reading(call, &answer).await,
            Effect::Makes(kind, name) => {
                self.after_making(kind, name, &cleared, &mut answer, watch)
                    .await
            }
            Effect::Changes(..) => {
                self.after_changing(call, &mut answer, watch).await;
                Ok(())
            }
            Effect::Deletes(_, key) => self.after_deleting(key, &cleared, &mut answer).await,
        };
        if answer.reply.is_none()
            && let Some(advice) = words::advice(self.session(), &answer.called)
        {
            answer.called.exchange.remark(&advice);
        }
        if let Err(why) = done {
            answer.called.exchange.remark(&why);
        }
        answer
    }

    async fn before_making(
        &self,
        kind: Kind,
        name: &str,
        watch: Watch<'_>,
    ) -> Result<Cleared, String> {
        let session = self.session();
        let entries = self.entries(kind, name).await?;
        let mut waiting = None;
        if !entries.is_empty() {
            for thing in self.there(kind, name, watch).await? {
                match self.whose(&thing).await? {
                    Whose::Ours { .. } => {
                        return Err(format!(
                            "there is a {kind} {} of ours already, and a second one would be nobody's",
                            printable::line(name)
                        ));
                    }
                    // An API's name is nobody's own.
                    Whose::Foreign(_) if kind == Kind::Api => {}
                    Whose::Foreign(words) | Whose::Unread(words) => return Err(words),
                }
            }
            let run = session.run();
            waiting = self
                .entries(kind, name)
                .await?
                .into_iter()
                .find(|entry| entry.state == State::Intended && entry.run == run);
        }
        let now = session.now();
        let entry = if let Some(entry) = &waiting {
            let id = entry.id;
            session
                .book(move |ledger| ledger.intend_again(id, now))
                .await?;
            id
        } else {
            let intention = self.intention(kind, name);
            session
                .book(move |ledger| ledger.intend(&intention, now))
                .await?
        };
        Ok(Cleared {
            entry: Some(entry),
            earlier: waiting.is_some(),
        })
    }

    /// Clears what changes or deletes a thing: it must be ours. `None` where there is none.
    async fn own(
        &self,
        call: &Call,
        kind: Kind,
        key: &str,
        watch: Watch<'_>,
    ) -> Result<Option<Cleared>, String> {
        let before = self.entry_of(kind, key).await?;
        let earlier = before
            .as_ref()
            .is_some_and(|entry| matches!(entry.state, State::Deleting(_)));
        let look = self.look(kind, key, watch).await;
        let thing = look.map_err(|answer| self.not_found_out(kind, key, &answer))?;
        let Some(thing) = thing else {
            if let Some(entry) = before {
                self.session().missing(vec![entry]).await?;
            }
            return Ok(None);
        };
        match self.whose(&thing).await? {
            Whose::Ours { entry } => Ok(Some(Cleared {
                entry: Some(entry),
                earlier,
            })),
            Whose::Foreign(words) | Whose::Unread(words) => {
                Err(format!("{words}. {} was not sent", call.operation()))
            }
        }
    }

    async fn after_making(
        &self,
        kind: Kind,
        name: &str,
        cleared: &Cleared,
        answer: &mut Answer,
        watch: Watch<'_>,
    ) -> Result<(), String> {
        let Some(id) = cleared.entry else {
            return Ok(());
        };
        let exchange = &answer.called.exchange;
        let unknown = exchange.unsettled
            || cleared.earlier
            || exchange.attempts.iter().any(|attempt| attempt.unsettled);
        let there = exchange.error_code().is_some_and(is_there);
        if let Some(reply) = &answer.reply {
            let thing = if let Reply::Thing(thing) = reply {
                Some((**thing).clone())
            } else {
                // What a log group is known by, its maker is not told.
                let look = self.look(kind, name, watch).await;
                look.map_err(|answer| self.not_found_out(kind, name, &answer))?
            };
            return match thing {
                Some(thing) => {
                    self.made(id, &thing).await?;
                    answer.reply = Some(Reply::Thing(Box::new(thing)));
                    Ok(())
                }
                None => Err(format!(
                    "{} was made and is not to be seen yet, so it stays in the list of what has to be looked for.",
                    printable::line(name)
                )),
            };
        }
        if !there && !unknown {
            return self.not_made(id).await;
        }
        if there && !unknown {
            // Then nothing waits any more for one of that name.
            self.not_made(id).await?;
        }
        let mut foreign = None;
        for thing in self.there(kind, name, watch).await? {
            match self.whose(&thing).await? {
                Whose::Ours { entry } => {
                    if entry != id {
                        self.not_made(id).await?;
                    }
                    let exchange = &mut answer.called.exchange;
                    exchange.already_done = true;
                    exchange.remark(&format!(
                        "{} is there and ours: an earlier try had made it, and only its answer was lost. So this is done.",
                        printable::line(name)
                    ));
                    answer.reply = Some(Reply::Thing(Box::new(thing)));
                    return Ok(());
                }
                Whose::Foreign(words) => foreign = Some(words),
                // It may be the one that was just made: it stays in the list of what has to be looked for.
                Whose::Unread(words) => answer.called.exchange.remark(&format!("{words}.")),
            }
        }
        match foreign {
            Some(words) if there => {
                self.not_made(id).await?;
                answer.called.exchange.remark(&format!("{words}."));
            }
            _ => answer.called.exchange.remark(&format!(
                "Whether {} was made is not known. Do it again: it is looked up first, and nothing is made twice. `dynatour cleanup` finds it, too.",
                printable::line(name)
            )),
        }
        Ok(())
    }

    async fn after_deleting(
        &self,
        key: &str,
        cleared: &Cleared,
        answer: &mut Answer,
    ) -> Result<(), String> {
        let session = self.session();
        let now = session.now();
        let exchange = &mut answer.called.exchange;
        let unknown = cleared.earlier
            || exchange.unsettled
            || exchange.attempts.iter().any(|attempt| attempt.unsettled);
        if exchange.error_code().is_some_and(is_missing) {
            if unknown {
                exchange.remark(&format!(
                    "{} is gone because an earlier try deleted it; only its answer was lost.",
                    printable::line(key)
                ));
            }
            exchange.already_done = true;
            answer.reply = Some(Reply::Done);
            if let Some(id) = cleared.entry {
                session.book(move |ledger| ledger.gone(id, now)).await?;
            }
        } else if answer.reply.is_none() && !unknown {
            if let Some(id) = cleared.entry {
                session
                    .book(move |ledger| ledger.not_deleted(id, now))
                    .await?;
            }
        } else if answer.reply.is_none() {
            exchange.remark(&format!(
                "Whether {} was deleted is not known. Do it again: it is looked up first, and nothing else of that name is deleted.",
                printable::line(key)
            ));
        }
        Ok(())
    }

    /// Whoever looks and finds nothing has seen what was deleted go.
    async fn after_reading(&self, call: &Call, answer: &Answer) -> Result<(), String> {
        let (kind, key) = match call {
            Call::GetRole { name } if answer.is_missing() => (Kind::Role, name),
            Call::GetFunction { name } if answer.is_missing() => (Kind::Function, name),
            Call::GetApi { id } if answer.is_missing() => (Kind::Api, id),
            Call::DescribeLogGroups { prefix, next: None } => match &answer.reply {
                Some(Reply::Things(page))
                    if page.next.is_none()
                        && !page.items.iter().any(|group| group.name == *prefix) =>
                {
                    (Kind::LogGroup, prefix)
                }
                _ => return Ok(()),
            },
            _ => return Ok(()),
        };
        match self.entry_of(kind, key).await? {
            Some(entry) => self.session().missing(vec![entry]).await,
            None => Ok(()),
        }
    }

    /// What there is of a name: of an API any number.
    async fn there(&self, kind: Kind, name: &str, watch: Watch<'_>) -> Result<Vec<Thing>, String> {
        let found = match kind {
            Kind::Api => self.apis_named(name, watch).await,
            kind => self
                .look(kind, name, watch)
                .await
                .map(|thing| thing.into_iter().collect()),
        };
        let found = found.map_err(|answer| self.not_found_out(kind, name, &answer))?;
        if found.is_empty() {
            let entries = self.entries(kind, name).await?;
            self.session().missing(entries).await?;
        }
        Ok(found)
    }

    fn not_found_out(&self, kind: Kind, name: &str, answer: &Answer) -> String {
        format!(
            "whether the {kind} {} is ours could not be found out: {}",
            printable::line(name),
            self.why(answer)
        )
    }
}
