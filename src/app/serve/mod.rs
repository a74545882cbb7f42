//! The screen of a server: requests as they come, the partitions where their items land, and who asks for how much.
//!
//! ```text
//!   Message::Served ──→ Live ──┬─ as it is now, following the busiest table, the newest, or one that was chosen
//!                              └─ paused: back and on, request by request; "37 more came"
//!   Effect::BrowseTables ──→ the tables as they are, once the requests pause
//! ```
//!
//! A trace tells of one call, and calls overtake each other on their way here; so when it becomes quiet, and now and then while
//! it doesn't, the tables themselves are looked at, which costs nothing and leaves no trace.
//! Invariant: what is shown while paused stays as it is, whatever comes.

use std::sync::Arc;
use std::time::Duration;

use crate::app::effect::{Answer, Effect, RequestId, TableView};
use crate::app::key::Action;
use crate::app::paper::width;
use crate::app::screen::{Component, Parting, Title};
use crate::app::state::{Mouse, Shared};
use crate::scene::serve::{Arrival, Follow, Frame, Known, Live};
use crate::scene::{count, plural};

/// Requests that a page is.
const PAGE: usize = 10;
/// While requests keep coming, the tables are looked at so often.
const LOOK: Duration = Duration::from_secs(2);

/// How clients join, and what becomes of what they write.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Invitation {
    /// Where clients find the server: `127.0.0.1:8000`.
    pub address: String,
    /// What a class gives as its access key.
    pub code: Option<String>,
    /// What a client pastes into a shell.
    pub lines: Vec<String>,
    /// Other addresses of the same server.
    pub also: Vec<String>,
    /// The directory where tables are kept; nothing where they are in memory only.
    pub kept: Option<String>,
}

impl Invitation {
    /// The lines to paste, none wider than `columns` where that can be: what is exported on one line may be on two.
    #[must_use]
    pub fn pasted(&self, columns: u16) -> Vec<String> {
        let lines = self.lines.iter();
        lines.flat_map(|line| broken(line, columns)).collect()
    }
}

/// A shell's line as several that do the same.
fn broken(line: &str, columns: u16) -> Vec<String> {
    const EXPORT: &str = "export ";
    let Some(settings) = line.strip_prefix(EXPORT).filter(|_| width(line) > columns) else {
        return vec![line.to_owned()];
    };
    let mut lines: Vec<String> = Vec::new();
    for setting in settings.split(' ') {
        match lines.last_mut() {
            Some(last) if width(last) + 1 + width(setting) <= columns => {
                last.push(' ');
                last.push_str(setting);
            }
            _ => lines.push(format!("{EXPORT}{setting}")),
        }
    }
    lines
}

#[derive(Debug)]
pub struct ServeScreen {
    pub invitation: Invitation,
    pub live: Live,
    pub follow: Follow,
    /// Whether the invitation is shown whole although somebody has come.
    pub inviting: bool,
    /// The program's running time when this screen last looked.
    now: Duration,
    /// The request for the tables as they are, and how many entries there were before it.
    looking: Option<(RequestId, u64)>,
    looked: Duration,
    /// Something came since the tables were looked at.
    unsettled: bool,
    started: bool,
}

impl ServeScreen {
    #[must_use]
    pub fn new(invitation: Invitation) -> Self {
        Self {
            invitation,
            live: Live::default(),
            follow: Follow::default(),
            inviting: false,
            now: Duration::ZERO,
            looking: None,
            looked: Duration::ZERO,
            unsettled: false,
            started: false,
        }
    }

    /// Takes what the server was asked, and how many reports had no room on their way.
    pub fn take(&mut self, arrivals: Vec<Arrival>, missed: u64, shared: &mut Shared) {
        self.now = shared.now.running;
        self.unsettled |= missed > 0 || !arrivals.is_empty();
        for arrival in arrivals {
            self.live.push(arrival, self.now);
        }
        self.live.miss(missed);
        if self.now >= self.looked + LOOK {
            self.look(shared);
        }
    }

    /// Asks for the tables as they are, unless that is on its way.
    fn look(&mut self, shared: &mut Shared) {
        if self.looking.is_none() {
            let id = shared.request(Effect::BrowseTables);
            self.looking = Some((id, self.live.came()));
            self.looked = self.now;
            self.unsettled = false;
        }
    }

    /// The picture at the time that the state tells.
    #[must_use]
    pub fn frame(&self, shared: &Shared) -> Frame<'_> {
        self.live
            .frame(&self.follow, shared.now.running, shared.reduced_motion)
    }

    /// What is followed, in words.
    #[must_use]
    pub fn following(&self) -> &'static str {
        match self.follow {
            Follow::Busiest => "the busiest",
            Follow::Newest => "the newest",
            Follow::Pinned(_) => "pinned",
        }
    }

    /// Keeps showing the table after the one that is shown, or the one before.
    fn pin(&mut self, forward: bool, shared: &Shared) {
        let frame = self.frame(shared);
        let names: Vec<Arc<str>> = frame
            .world
            .tables()
            .map(|table| Arc::clone(&table.name))
            .collect();
        let Some(shown) = frame.table else {
            return;
        };
        let at = names.iter().position(|name| *name == shown.name);
        let at = at.unwrap_or(0);
        let next = if forward {
            (at + 1) % names.len()
        } else {
            (at + names.len() - 1) % names.len()
        };
        self.follow = Follow::Pinned(Arc::clone(&names[next]));
    }

    fn back(&mut self, steps: usize, shared: &mut Shared) {
        let mut moved = false;
        for _ in 0..steps {
            moved |= self.live.step_back(self.now);
        }
        if !moved {
            shared.say(if self.live.is_empty() {
                "No request has come yet."
            } else {
                "This is the oldest request that is kept."
            });
        }
    }

    fn on(&mut self, steps: usize, shared: &mut Shared) {
        let mut moved = false;
        for _ in 0..steps {
            moved |= self.live.step_forward(self.now);
        }
        if !moved && self.live.paused() {
            shared.say("This is the newest request. Space goes on with what comes.");
        }
    }
}

fn known(view: &TableView) -> Known {
    Known {
        name: Arc::from(crate::printable::line(&view.name).as_ref()),
        attribute: Arc::from(crate::printable::line(&view.partition_key.0).as_ref()),
        partitions: view.partitions.clone(),
    }
}

impl Component for ServeScreen {
    fn title(&self, shared: &Shared) -> Title {
        // In the usual layout the body says so.
        let said = shared.wall.projector && self.live.paused();
        let note = said.then(|| match self.frame(shared).more {
            0 => "paused".to_owned(),
            more => format!("paused, {} more came", count(more)),
        });
        Title {
            text: "Your clients".to_owned(),
            note,
            ..Title::default()
        }
    }

    fn actions(&self, shared: &Shared) -> Vec<Action> {
        if self.live.is_empty() {
            // There is nothing to go through, but perhaps there are tables from before.
            let tables = self.frame(shared).world.tables().count();
            let turning = [Action::NextTable, Action::PreviousTable];
            let turning = turning.into_iter().filter(|_| tables > 1);
            return turning.chain([Action::Quit]).collect();
        }
        let mut actions = Vec::new();
        if self.inviting {
            actions.push(Action::Back);
        }
        actions.push(if self.live.paused() {
            Action::Play
        } else {
            Action::Pause
        });
        actions.extend([
            Action::StepBack,
            Action::StepForward,
            Action::NextTable,
            Action::Follow,
            Action::Join,
            Action::Up,
            Action::Down,
            Action::PageUp,
            Action::PageDown,
            Action::FirstFrame,
            Action::LastFrame,
            Action::PreviousTable,
        ]);
        if self.live.paused() && !self.inviting {
            actions.push(Action::Back);
        }
        actions
    }

    fn act(&mut self, action: Action, shared: &mut Shared) {
        self.now = shared.now.running;
        match action {
            Action::Pause => {
                // It is offered only where something has come.
                self.live.pause();
            }
            Action::StepBack | Action::Up => self.back(1, shared),
            Action::StepForward | Action::Down => self.on(1, shared),
            Action::PageUp => self.back(PAGE, shared),
            Action::PageDown => self.on(PAGE, shared),
            Action::FirstFrame => self.live.choose(0, self.now),
            Action::NextTable => self.pin(true, shared),
            Action::PreviousTable => self.pin(false, shared),
            Action::Follow => {
                self.follow = match self.follow {
                    Follow::Busiest => Follow::Newest,
                    Follow::Newest | Follow::Pinned(_) => Follow::Busiest,
                };
            }
            Action::Join => self.inviting = !self.inviting,
            Action::Back if self.inviting => self.inviting = false,
            Action::Play | Action::LastFrame | Action::Back => self.live.resume(),
            _ => {}
        }
    }

    fn mouse(&mut self, mouse: Mouse, shared: &mut Shared) {
        self.now = shared.now.running;
        match mouse {
            Mouse::Wheel { down: false, .. } => self.back(1, shared),
            Mouse::Wheel { down: true, .. } => self.on(1, shared),
            Mouse::Click { .. } | Mouse::Drag { .. } => {}
        }
    }

    fn answer(&mut self, id: RequestId, answer: &Answer, _shared: &mut Shared) -> bool {
        let Some((_, came)) = self.looking.take_if(|(asked, _)| *asked == id) else {
            return false;
        };
        if let Answer::Tables(views) = answer {
            let known: Vec<Known> = views.iter().map(known).collect();
            self.live.know(&known, came);
        }
        true
    }

    fn moving(&self) -> bool {
        self.live.moves(self.now)
    }

    fn rests_for(&self, shared: &Shared) -> Option<Duration> {
        self.live.changes_in(shared.now.running)
    }

    fn parting(&self, _shared: &Shared) -> Option<Parting> {
        let asked = |words| Parting {
            title: "Stop serving?".to_owned(),
            words,
            command: None,
        };
        let world = self.live.world();
        if let Some(directory) = &self.invitation.kept {
            // In front of a class a key is pressed by mistake sooner than alone.
            let in_class = self.invitation.code.is_some() && !self.live.is_empty();
            return in_class.then(|| {
                asked(format!(
                    "The class gets no answer any more. What it wrote stays in {directory}."
                ))
            });
        }
        if world.tables().len() == 0 {
            return None;
        }
        let items: u64 = world.tables().map(crate::scene::serve::Table::items).sum();
        Some(asked(format!(
            "Clients get no answer any more, and what they wrote is gone: {} with {}, in memory only. With --data DIR tables are kept.",
            plural(world.tables().len() as u64, "table"),
            plural(items, "item")
        )))
    }

    fn tick(&mut self, shared: &mut Shared) {
        self.now = shared.now.running;
        if self.unsettled && !self.live.moves(self.now) {
            self.look(shared);
        }
    }

    fn shown(&mut self, shared: &mut Shared) {
        self.now = shared.now.running;
        if !self.started {
            self.started = true;
            self.look(shared);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_to_paste_do_the_same_where_they_are_broken() {
        let line = "export A=http://127.0.0.1:8000 B=any C=us-east-1";
        assert_eq!(broken(line, 80), [line]);
        assert_eq!(
            broken(line, 36),
            ["export A=http://127.0.0.1:8000 B=any", "export C=us-east-1"]
        );
        assert_eq!(
            broken("aws dynamodb list-tables", 10),
            ["aws dynamodb list-tables"]
        );
    }
}
