//! Carries the app's wishes out and brings the answers back.
//!
//! ```text
//!   wishes ─┬─ saves, files, resets ──→ one queue, one after the other
//!           └─ everything else ───────→ a task each
//!                      (id, answer) ──→ one channel back to the loop
//!        a workshop's clients' requests ──→ another one, with so much room: nobody asked for them, and they come as they like
//! ```
//!
//! Invariant: what must be kept is carried out in the order it was asked for, and [`World::finish`] returns only
//! when all of it is done, and nothing more is sent to an account.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::served::{self, Came, Reporter, Reports};
use crate::app::Message;
use crate::app::effect::workshop::Told;
use crate::app::effect::{Answer, Effect, EffectRequest, RequestId};
use crate::runner::Runner;

/// How long the end waits for what is under way on an account: most requests are answered by then, and their outcome is written
/// down. And for a workshop's functions, which are ended in an orderly way then, and otherwise when they are dropped.
const GRACE: Duration = Duration::from_secs(2);

pub struct World {
    runner: Arc<Runner>,
    answers: Answers,
    queue: Option<UnboundedSender<EffectRequest>>,
    keeper: Option<JoinHandle<()>>,
    /// Says that the end has come.
    ending: watch::Sender<bool>,
    /// Those that may still be under way.
    tasks: Vec<(RequestId, JoinHandle<()>)>,
}

impl World {
    /// The world and the ends of the channels where its answers come out, and what nobody asked for.
    #[must_use]
    pub fn new(runner: Arc<Runner>) -> (Self, UnboundedReceiver<Message>, Reports<Came>) {
        let (sender, incoming) = unbounded_channel();
        let (came, reports) = served::came();
        let answers = Answers { sender, came };
        let (queue, wishes) = unbounded_channel();
        let (ending, ends) = watch::channel(false);
        let keeper = tokio::spawn(keep(runner.clone(), wishes, answers.clone(), ends));
        let world = Self {
            runner,
            answers,
            queue: Some(queue),
            keeper: Some(keeper),
            ending,
            tasks: Vec::new(),
        };
        (world, incoming, reports)
    }

    /// Starts what was asked for.
    pub fn carry_out(&mut self, request: EffectRequest) {
        if in_order(&request.effect) {
            if let Some(queue) = &self.queue {
                // The queue ends with the keeper, and the keeper only with a panic in the store.
                let _ = queue.send(request);
            }
            return;
        }
        self.tasks.retain(|(_, task)| !task.is_finished());
        let (runner, answers) = (self.runner.clone(), self.answers.clone());
        let id = request.id;
        let task = tokio::spawn(async move { answer(&runner, request, &answers).await });
        self.tasks.push((id, task));
    }

    /// Waits until everything that must be kept is kept, and ends what is still under way: what is said afterwards of an account
    /// is true only when nothing more is sent there.
    pub async fn finish(&mut self) {
        self.queue = None;
        self.ending.send_replace(true);
        let tasks = std::mem::take(&mut self.tasks);
        let is_on_account = self.runner.place().is_some();
        let has_workshop = self.runner.has_workshop();
        for (id, _) in &tasks {
            self.runner.cancel(*id);
        }
        let grace = (is_on_account || has_workshop).then_some(GRACE);
        end(tasks.into_iter().map(|(_, task)| task).collect(), grace).await;
        if let Some(keeper) = self.keeper.take() {
            // A panic in the keeper has printed its words already.
            let _ = keeper.await;
        }
    }
}

/// Where answers go.
#[derive(Clone)]
struct Answers {
    /// Of any length: there are no more than were asked for.
    sender: UnboundedSender<Message>,
    came: Reporter<Came>,
}

impl Answers {
    fn answer(&self, id: RequestId, answer: Answer) {
        match answer {
            Answer::Workshop(told) => match *told {
                Told::Came(_) => self.came.tell((id, told)),
                Told::Missed(count) => self.came.miss(count),
                _ => self.send(Message::Answer(id, Answer::Workshop(told))),
            },
            answer => self.send(Message::Answer(id, answer)),
        }
    }

    fn send(&self, message: Message) {
        // Nobody listens any more once the loop has ended, and then nobody misses the answer.
        let _ = self.sender.send(message);
    }
}

/// Ends tasks, those that don't end by themselves within `grace` in the middle.
async fn end(mut tasks: Vec<JoinHandle<()>>, grace: Option<Duration>) {
    if let Some(grace) = grace {
        // A panic in one of them has printed its words already.
        let _ = tokio::time::timeout(grace, join_all(&mut tasks)).await;
    }
    for task in &tasks {
        task.abort();
    }
}

/// Whether an effect changes what is kept, so that the order counts and the end waits for it.
fn in_order(effect: &Effect) -> bool {
    matches!(
        effect,
        Effect::Save { .. }
            | Effect::Export(_)
            | Effect::Copy { .. }
            | Effect::OpenSection { .. }
            | Effect::GoOnSimulated { .. }
            | Effect::Reset { .. }
    )
}

async fn keep(
    runner: Arc<Runner>,
    mut wishes: UnboundedReceiver<EffectRequest>,
    answers: Answers,
    mut ends: watch::Receiver<bool>,
) {
    while let Some(request) = wishes.recv().await {
        // Elsewhere a section is only looked for, and a network that is gone must not hold up the end.
        let only_looks = matches!(request.effect, Effect::OpenSection { .. })
            && runner.target().await.simulator().is_none();
        let changed = match &request.effect {
            Effect::OpenSection { lesson, .. }
            | Effect::GoOnSimulated { lesson, .. }
            | Effect::Reset { lesson, .. } => Some(lesson.clone()),
            _ => None,
        };
        let id = request.id;
        let work = Box::pin(carried_out(&runner, request, &answers));
        let last = if only_looks {
            unless(&mut ends, work).await
        } else {
            work.await
        };
        if let Some(lesson) = changed
            && let Some(store) = runner.store()
            && let Ok(progress) = store.progress(&lesson)
        {
            answers.send(Message::Progress {
                lesson,
                progress: Box::new(progress),
            });
        }
        if let Some(last) = last {
            answers.answer(id, last);
        }
    }
}

/// What work comes to, unless the end comes first.
async fn unless(
    ends: &mut watch::Receiver<bool>,
    work: impl Future<Output = Option<Answer>>,
) -> Option<Answer> {
    tokio::select! {
        last = work => last,
        // The sender is only dropped with the world, and then nobody waits either.
        _ = ends.wait_for(|ended| *ended) => None,
    }
}

async fn answer(runner: &Runner, request: EffectRequest, answers: &Answers) {
    let id = request.id;
    if let Some(last) = carried_out(runner, request, answers).await {
        answers.answer(id, last);
    }
}

async fn carried_out(runner: &Runner, request: EffectRequest, answers: &Answers) -> Option<Answer> {
    let id: RequestId = request.id;
    let answers = answers.clone();
    let report = move |answer: Answer| answers.answer(id, answer);
    runner.carry_out(request, &report).await
}

#[cfg(test)]
mod tests {
    use futures_util::{FutureExt as _, StreamExt as _};

    use super::*;
    use crate::scene::workshop::tests as ways;

    #[tokio::test]
    async fn clients_that_send_faster_than_is_drawn_fill_nothing_and_hold_up_no_answer() {
        let (sender, mut incoming) = unbounded_channel();
        let (came, reports) = served::came();
        let answers = Answers { sender, came };
        let (workshop, other) = (RequestId(1), RequestId(2));
        let told = |told| Answer::Workshop(Box::new(told));
        for _ in 0..10_000 {
            answers.answer(workshop, told(Told::Came(Box::new(ways::no_route()))));
        }
        answers.answer(workshop, told(Told::Missed(500)));
        answers.answer(workshop, told(Told::StillMissing));
        answers.answer(other, Answer::Saved);
        let mut answered = Vec::new();
        while let Ok(message) = incoming.try_recv() {
            answered.push(message);
        }
        assert_eq!(
            answered,
            [
                Message::Answer(workshop, told(Told::StillMissing)),
                Message::Answer(other, Answer::Saved)
            ]
        );
        let mut messages = served::messages(None, reports);
        let (mut shown, mut missed) = (0, 0);
        while let Some(Some(Message::Answer(id, Answer::Workshop(one)))) =
            messages.next().now_or_never()
        {
            assert_eq!(id, workshop);
            match *one {
                Told::Came(_) => shown += 1,
                Told::Missed(count) => missed += count,
                other => unreachable!("{other:?}"),
            }
        }
        assert_eq!(shown + missed, 10_500);
        assert!(shown < 100, "{shown} waited");
    }

    #[tokio::test]
    async fn the_end_waits_for_what_ends_and_ends_the_rest() {
        let (done, mut ended) = unbounded_channel();
        let settles = tokio::spawn(async move {
            tokio::task::yield_now().await;
            let _ = done.send(());
        });
        end(vec![settles], Some(GRACE)).await;
        assert_eq!(ended.try_recv(), Ok(()));

        // Its end of the channel is dropped with it.
        let (held, mut dropped) = unbounded_channel::<()>();
        let waits = tokio::spawn(async move {
            let _held = held;
            std::future::pending::<()>().await;
        });
        end(vec![waits], Some(Duration::ZERO)).await;
        assert_eq!(dropped.recv().await, None);
    }

    #[tokio::test]
    async fn the_end_does_not_wait_for_a_look() {
        let (ending, mut ends) = watch::channel(false);
        let quick = std::future::ready(Some(Answer::Saved));
        assert!(unless(&mut ends, quick).await.is_some());
        ending.send_replace(true);
        assert!(unless(&mut ends, std::future::pending()).await.is_none());
    }
}
