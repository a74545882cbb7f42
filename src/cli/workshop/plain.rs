//! A workshop line by line: what happens is printed, and what is typed asks for a hint or for another look.
//!
//! Invariant: whoever stops reading, or sends a signal, ends it with everything that it started.

use tokio::sync::mpsc;

use super::arguments::Workshop;
use super::{lines, opening, prepare, runs, say, signals, words};
use crate::cli::DONE;
use crate::cli::failure::Failure;
use crate::cli::session;
use crate::cli::signals::Signals;
use crate::runner::workshop::work::{Asked, Event, Shop, bind, surroundings, work};
use crate::workshop::check::Verdict;
use crate::workshop::goal::Goal;
use crate::workshop::language::Language;

/// Orders and events that wait.
const ROOM: usize = 64;

/// Works until the command is ended from outside.
pub(super) async fn run(arguments: &Workshop) -> Result<u8, Failure> {
    let mut signals = signals()?;
    // Before anything is written or asked of the learner, so that a port that is taken is known at once.
    let listener = bind(arguments.port).await?;
    let folder = prepare(arguments)?;
    say(&opening(&folder))?;
    let outside = session::outside(std::path::PathBuf::new());
    let language = folder.language;
    let shop = Shop {
        folder,
        listener,
        outside: surroundings(&outside)?,
        memory: outside.memory,
        allowance: arguments.allowed.allowance(),
    };
    let (orders, asked) = mpsc::channel(ROOM);
    let (events, happens) = mpsc::channel(ROOM);
    let mut lines = Lines::new(language, orders);
    let (worked, told) = tokio::join!(
        Box::pin(work(shop, asked, events)),
        // At its end nobody listens any more, which ends the work.
        lines.tell(happens, &mut signals)
    );
    told?;
    worked?;
    say("\nStopped. Your handlers stay in their folder; what they had in the table is gone.\n")?;
    Ok(DONE)
}

/// What was told so far.
struct Lines {
    language: Language,
    orders: mpsc::Sender<Asked>,
    /// Where the API is, once it listens.
    address: Option<String>,
    verdicts: [Option<Verdict>; 3],
    /// The goals that were tried since everything was settled.
    tried: Vec<Goal>,
    /// What hints are about.
    helped: Option<Helped>,
}

/// A mistake that hints are given for.
struct Helped {
    goal: Goal,
    /// The check that found it.
    check: &'static str,
    /// How many were given.
    hints: usize,
}

impl Lines {
    const fn new(language: Language, orders: mpsc::Sender<Asked>) -> Self {
        Self {
            language,
            orders,
            address: None,
            verdicts: [None, None, None],
            tried: Vec::new(),
            helped: None,
        }
    }

    /// Prints what happens until a signal comes, nobody reads any more, or the work ends by itself.
    async fn tell(
        &mut self,
        mut happens: mpsc::Receiver<Event>,
        signals: &mut Signals,
    ) -> Result<(), Failure> {
        let mut typed = lines::typed();
        loop {
            tokio::select! {
                () = signals.any() => return Ok(()),
                event = happens.recv() => match event {
                    Some(event) => self.happened(event)?,
                    None => return Ok(()),
                },
                Some(line) = typed.recv() => self.typed(&line)?,
            }
        }
    }

    fn happened(&mut self, event: Event) -> Result<(), Failure> {
        match event {
            Event::Machine(machine) => say(&runs(self.language, &machine)),
            Event::Missing(missing) => say(&format!(
                "{}\nUntil then everything can be read: README.md, and the handlers. It goes on as soon as it is there.\n\n",
                words::missing(&missing)
            )),
            Event::StillMissing => say("It is still missing.\n"),
            Event::Listening(address) => {
                let address = format!("http://{address}");
                let said = say(&format!(
                    "\nThe API is at {address}, on a simulated table of this machine: curl {address}/pets\nSave a file, and its handler runs and is checked. h and Enter: a hint. Ctrl-C ends.\n"
                ));
                self.address = Some(address);
                said
            }
            Event::Trying(_) => Ok(()),
            Event::Tried(verdict) => self.tried(*verdict),
            Event::Settled => self.settled(),
            Event::Came(came) => {
                let (request, passage) = *came;
                say(&format!("\n{}", words::passage(&request, &passage)))
            }
            Event::Missed(count) => say(&format!("\n({count} requests more came too fast)\n")),
        }
    }

    fn tried(&mut self, verdict: Verdict) -> Result<(), Failure> {
        say(&format!("\n{}", words::verdict(&verdict, self.language)))?;
        if verdict.reason.is_some() {
            say(words::HINT)?;
        }
        let goal = verdict.goal;
        self.verdicts[goal.index()] = Some(verdict);
        if !self.tried.contains(&goal) {
            self.tried.push(goal);
        }
        Ok(())
    }

    /// Everything that was saved has been tried.
    fn settled(&mut self) -> Result<(), Failure> {
        let tried = std::mem::take(&mut self.tried);
        let reached = Goal::ALL.map(|goal| self.is_reached(goal));
        // The one that was worked on, or else the first that is open.
        let worked_on = tried.iter().copied().filter(|_| tried.len() == 1);
        let open = worked_on
            .chain(Goal::ALL)
            .find(|goal| !self.is_reached(*goal));
        self.helped = open.and_then(|goal| self.help(goal));
        let standing = words::standing(reached, self.language, self.address.as_deref());
        say(&format!("\n{standing}\n"))
    }

    /// What hints are about now: those of the same mistake go on where they were.
    fn help(&self, goal: Goal) -> Option<Helped> {
        let reason = self.verdicts[goal.index()].as_ref()?.reason.as_ref()?;
        let check = reason.check.name;
        let before = self.helped.as_ref();
        let same = before.filter(|helped| helped.goal == goal && helped.check == check);
        Some(Helped {
            goal,
            check,
            hints: same.map_or(0, |helped| helped.hints),
        })
    }

    fn is_reached(&self, goal: Goal) -> bool {
        let verdict = self.verdicts[goal.index()].as_ref();
        verdict.is_some_and(|verdict| verdict.reason.is_none())
    }

    fn typed(&mut self, line: &str) -> Result<(), Failure> {
        if self.address.is_none() {
            // Orders that wait already are as good as this one.
            let _ = self.orders.try_send(Asked::LookAgain);
            return Ok(());
        }
        if !matches!(line.trim(), "h" | "hint" | "H") {
            return say("h and Enter gives a hint; after three, the solution. Ctrl-C ends.\n");
        }
        let Some(helped) = &mut self.helped else {
            return say("Nothing is open: all goals are reached.\n");
        };
        let Some(verdict) = &self.verdicts[helped.goal.index()] else {
            return Ok(());
        };
        let words = words::hint(verdict, helped.hints, self.language);
        helped.hints += 1;
        say(&format!("\n{words}"))
    }
}
