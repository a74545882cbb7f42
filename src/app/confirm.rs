//! A question before something large: what it will do, yes or no, and how far it is.
//!
//! Invariant: nothing is asked of the world before Yes.

use crate::app::account::left;
use crate::app::effect::{Answer, Effect, RequestId, ResetReport, SectionReport};
use crate::app::figures::plural;
use crate::app::key::Action;
use crate::app::layout::{self, Area, Pane, View};
use crate::app::paper::{Hit, Line, Paper, Role, wrap_text};
use crate::app::screen::{Component, Parting, Screen, Title};
use crate::app::state::{Mouse, Shared};

/// What Yes does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Builds what a section needs and opens it.
    Build {
        section: usize,
    },
    ResetSection {
        section: usize,
    },
    ResetAll,
    /// Goes on at a page with the simulated table.
    GoOnSimulated {
        section: usize,
        page: usize,
    },
    /// Ends the program.
    Quit,
}

#[derive(Debug)]
pub struct ConfirmScreen {
    pub purpose: Purpose,
    title: String,
    words: String,
    /// What can be typed in a shell afterwards.
    command: Option<String>,
    running: Option<RequestId>,
    /// How far it is.
    progress: Option<(u64, u64)>,
    failed: Option<String>,
}

impl Screen {
    /// Asks whether a section's needs shall be built by replaying so many steps.
    #[must_use]
    pub fn confirm_build(section: usize, steps: usize, shared: &Shared) -> Self {
        let title = title_of(section, shared);
        Self::Confirm(ConfirmScreen {
            purpose: Purpose::Build { section },
            title: format!("Jump to {title}?"),
            words: format!(
                "What {} leave behind is built by replaying them. What the lesson's tables hold now is archived, and your answers and notes stay.",
                plural(steps as u64, "earlier step")
            ),
            command: None,
            running: None,
            progress: None,
            failed: None,
        })
    }

    #[must_use]
    pub fn confirm_reset(section: usize, shared: &Shared) -> Self {
        let title = title_of(section, shared);
        Self::Confirm(ConfirmScreen {
            purpose: Purpose::ResetSection { section },
            title: format!("Start {title} over?"),
            words: "Its marks and answers are cleared, and the tables become as they are when it begins. What is there now is archived; notes stay.".to_owned(),
            command: None,
            running: None,
            progress: None,
            failed: None,
        })
    }

    #[must_use]
    pub fn confirm_reset_all() -> Self {
        Self::Confirm(ConfirmScreen {
            purpose: Purpose::ResetAll,
            title: "Start everything over?".to_owned(),
            words: "All marks, answers, drafts and tables are cleared. What is there now is archived, not deleted; notes stay.".to_owned(),
            command: None,
            running: None,
            progress: None,
            failed: None,
        })
    }

    /// Asks before the program ends.
    #[must_use]
    pub fn confirm_quit(parting: Parting) -> Self {
        Self::Confirm(ConfirmScreen {
            purpose: Purpose::Quit,
            title: parting.title,
            words: parting.words,
            command: parting.command,
            running: None,
            progress: None,
            failed: None,
        })
    }
}

fn title_of(section: usize, shared: &Shared) -> String {
    let section = shared.lesson().sections.get(section);
    section.map_or_else(String::new, |section| {
        format!("{} · {}", section.number, section.title)
    })
}

impl ConfirmScreen {
    /// From an account to the simulated table, at a page; begins at once where something stands in the way on the account.
    #[must_use]
    pub fn go_on_simulated(
        section: usize,
        page: usize,
        at_once: bool,
        shared: &mut Shared,
    ) -> Self {
        let here = shared.account.place.as_ref();
        let said = left::said(shared.left_here(), here, &shared.account.flags);
        let said = said.into_iter().next();
        let (stays, command) = match said {
            Some(said) => (said.words, Some(said.command)),
            None => (
                "Nothing of this program is left on the account.".to_owned(),
                None,
            ),
        };
        let mut screen = Self {
            purpose: Purpose::GoOnSimulated { section, page },
            title: "Go on with the simulated table?".to_owned(),
            words: format!(
                "The lesson goes on at this page, on a table inside this program: no account, no cost. What it needs is built for you. {stays}"
            ),
            command,
            running: None,
            progress: None,
            failed: None,
        };
        if at_once {
            screen.act(Action::Yes, shared);
        }
        screen
    }

    /// What Yes asks of the world; nothing where it only ends the program.
    fn effect(&self, shared: &Shared) -> Option<Effect> {
        let lesson = shared.lesson().id.clone();
        let id = |section: usize| {
            shared
                .lesson()
                .sections
                .get(section)
                .map_or_else(String::new, |section| section.id.clone())
        };
        Some(match self.purpose {
            Purpose::Quit => return None,
            Purpose::GoOnSimulated { section, page } => Effect::GoOnSimulated {
                lesson,
                section: id(section),
                page,
            },
            Purpose::Build { section } => Effect::OpenSection {
                lesson,
                section: id(section),
            },
            Purpose::ResetSection { section } => Effect::Reset {
                lesson,
                section: Some(id(section)),
            },
            Purpose::ResetAll => Effect::Reset {
                lesson,
                section: None,
            },
        })
    }

    /// The steps go to the simulated table now.
    fn left_account(section: usize, page: usize, report: &SectionReport, shared: &mut Shared) {
        shared.leave_account();
        shared.runs.built.insert(report.section.clone());
        shared.say(format!(
            "SIMULATED from here on.{}",
            archived(report.archive.as_deref())
        ));
        let screen = Screen::lesson(section, page, shared);
        shared.restart(screen);
    }

    fn built(&self, report: &SectionReport, shared: &mut Shared) {
        if let Purpose::GoOnSimulated { section, page } = self.purpose {
            return Self::left_account(section, page, report, shared);
        }
        let archived = archived(report.archive.as_deref());
        shared.say(if report.replayed == 0 {
            format!("All that this section needs is there: nothing had to be built.{archived}")
        } else {
            format!(
                "Built by replaying {}.{archived}",
                plural(report.replayed as u64, "step")
            )
        });
        if let Purpose::Build { section } = self.purpose {
            shared.runs.built.insert(report.section.clone());
            let screen = Screen::lesson(section, 0, shared);
            shared.restart(screen);
        }
    }

    fn reset(&self, report: &ResetReport, shared: &mut Shared) {
        shared.say(format!(
            "Started over.{}",
            archived(report.archive.as_deref())
        ));
        if let Purpose::ResetSection { section } = self.purpose {
            shared.forget(Some(section));
            if let Some(here) = shared.lesson().sections.get(section) {
                let id = here.id.clone();
                shared.runs.built.insert(id);
            }
            let screen = Screen::lesson(section, 0, shared);
            shared.restart(screen);
        } else {
            shared.forget(None);
            shared.go_home();
        }
    }

    fn place(&self, shared: &Shared) -> (Area, Paper) {
        let width = 60.min(shared.columns.saturating_sub(12));
        let mut paper = Paper::new();
        paper.extend(wrap_text(Role::Text, &self.words, width));
        if let Some(command) = &self.command {
            paper.extend(wrap_text(Role::Code, command, width));
        }
        paper.gap();
        if let Some(why) = &self.failed {
            paper.extend(wrap_text(Role::Error, why, width));
            paper.gap();
        }
        match (self.running, self.progress) {
            (Some(_), Some((done, total))) => {
                paper.add(Line::of(Role::Dim, format!("working … {done} of {total}")));
            }
            (Some(_), None) => paper.add(Line::of(Role::Dim, "working …")),
            (None, _) => {
                paper.add(choice("y", "yes", Action::Yes));
                if matches!(self.purpose, Purpose::Build { .. }) {
                    paper.add(choice(
                        "o",
                        "open it as things are, to read",
                        Action::LookOnly,
                    ));
                }
                let no = match self.purpose {
                    Purpose::Quit => "no, stay here",
                    _ => "no, leave everything as it is",
                };
                paper.add(choice("n", no, Action::No));
            }
        }
        (
            layout::popup(shared.columns, shared.rows, width, paper.height()),
            paper,
        )
    }
}

fn archived(archive: Option<&str>) -> String {
    archive.map_or_else(String::new, |name| {
        format!(" What was there is archive {name}.")
    })
}

fn choice(key: &str, words: &str, action: Action) -> Line {
    Line::of(Role::Accent, format!("{key}  "))
        .push(Role::Text, words)
        .hit(Hit::Do(action))
}

impl Component for ConfirmScreen {
    fn title(&self, _shared: &Shared) -> Title {
        Title {
            text: self.title.clone(),
            ..Title::default()
        }
    }

    fn actions(&self, _shared: &Shared) -> Vec<Action> {
        match (self.running, self.purpose) {
            (Some(_), _) => Vec::new(),
            (None, Purpose::Build { .. }) => vec![Action::Yes, Action::LookOnly, Action::No],
            (None, _) => vec![Action::Yes, Action::No],
        }
    }

    fn act(&mut self, action: Action, shared: &mut Shared) {
        match action {
            Action::Yes => {
                let Some(effect) = self.effect(shared) else {
                    return shared.quit();
                };
                if matches!(self.purpose, Purpose::GoOnSimulated { .. }) {
                    // Whatever is still waited for on the account goes on there without us.
                    for id in shared.runs.under_way() {
                        shared.request(Effect::Cancel(id));
                    }
                }
                self.failed = None;
                self.progress = None;
                self.running = Some(shared.request(effect));
            }
            Action::LookOnly => {
                if let Purpose::Build { section } = self.purpose {
                    let page = crate::app::sections::left_at(section, shared);
                    let screen = Screen::lesson(section, page, shared);
                    shared.restart(screen);
                }
            }
            _ => shared.pop(),
        }
    }

    fn mouse(&mut self, mouse: Mouse, shared: &mut Shared) {
        let Mouse::Click { column, row } = mouse else {
            return;
        };
        let (frame, paper) = self.place(shared);
        let pane = Pane {
            area: layout::inside(frame),
            paper,
            scroll: 0,
        };
        if let Some(Hit::Do(action)) = pane.hit(column, row)
            && self.running.is_none()
        {
            self.act(action, shared);
        }
    }

    fn answer(&mut self, id: RequestId, answer: &Answer, shared: &mut Shared) -> bool {
        if self.running != Some(id) {
            return false;
        }
        match answer {
            Answer::Working { done, total, .. } => self.progress = Some((*done, *total)),
            Answer::SectionReady(report) => self.built(report, shared),
            Answer::Reset(report) => self.reset(report, shared),
            Answer::Failed { why } => {
                self.running = None;
                self.failed = Some(why.clone());
            }
            _ => {}
        }
        true
    }

    fn popup(&self) -> bool {
        true
    }

    fn view(&self, shared: &Shared) -> Option<View> {
        let (frame, paper) = self.place(shared);
        let main = Pane {
            area: layout::inside(frame),
            paper,
            scroll: 0,
        };
        Some(View {
            fixed: None,
            main,
            side: None,
            frame: Some((frame, self.title.clone())),
        })
    }
}
