//! What is yours on the account: found there, listed with its cost, deleted after a typed yes, and seen to be gone.
//!
//! ```text
//!   looking ──→ looked ──yes, Enter──→ deleting, one by one ──→ looking once more ──→ looked
//! ```
//!
//! ```text
//!   dynatour-1a2b3c4d, of the workshop          what was found, which scrolls
//!     API dynatour-1a2b3c4d  https://…
//!   ────────────────────────────────
//!   Type yes and Enter to delete the workshop dynatour-1a2b3c4d …      what a yes deletes, which stays in sight
//!   ▸ ye
//! ```
//!
//! Invariant: nothing is deleted before the word yes was typed under the list of it, and nothing that does not stand in that list.

use crate::account::cleanup::words::{STRANGERS, Told, in_a_row, of_each, these, title};
use crate::account::ledger::Kind;
use crate::app::editor::Editor;
use crate::app::effect::{Answer, Effect, RequestId};
use crate::app::figures::{money, plural};
use crate::app::key::{Action, Key};
use crate::app::layout::{self, Pane, Scroll, View};
use crate::app::paper::{Line, Paper, Role, cut, span, wrap};
use crate::app::screen::{Component, Title};
use crate::app::state::{Mouse, Shared};
use crate::scene::count;
use crate::target::exchange::{Happening, Picodollars, Place};

/// The word.
const YES: &str = "yes";
/// Columns that a field for it takes.
const FIELD: u16 = 12;

/// What a look found on the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub place: Place,
    /// Ours first.
    pub told: Vec<Told>,
    /// How much was looked at, whoever's it is: `12 tables and 1 API`
    pub counted: String,
    /// What could not be looked for, or not closely: a sentence each.
    pub unlooked: Vec<String>,
    /// What ours has cost at most.
    pub cost: Picodollars,
    /// Whether others may have caused costs that are not counted.
    pub may_be_more: bool,
}

impl Found {
    /// In the order in which they are deleted.
    fn ours(&self) -> Vec<&Told> {
        let mut ours: Vec<&Told> = self.told.iter().filter(|told| told.ours).collect();
        ours.sort_by_key(|told| Kind::DELETED.iter().position(|kind| *kind == told.kind));
        ours
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Begun,
    Looking(RequestId),
    Looked,
    Deleting(RequestId),
}

/// A thing that was to be deleted.
#[derive(Debug)]
struct Deleted {
    kind: Kind,
    name: String,
    key: String,
    /// Why it was not.
    why: Option<String>,
}

#[derive(Debug)]
pub struct CleanupScreen {
    stage: Stage,
    found: Option<Found>,
    deleted: Vec<Deleted>,
    /// What goes on just now.
    progress: Option<String>,
    failed: Option<String>,
    field: Editor,
    scroll: Scroll,
}

impl Default for CleanupScreen {
    fn default() -> Self {
        Self {
            stage: Stage::Begun,
            found: None,
            deleted: Vec::new(),
            progress: None,
            failed: None,
            field: Editor::field(""),
            scroll: Scroll(0),
        }
    }
}

impl CleanupScreen {
    fn look(&mut self, shared: &mut Shared) {
        self.failed = None;
        self.progress = None;
        self.found = None;
        self.field = Editor::field("");
        self.stage = Stage::Looking(shared.request(Effect::LookForOurs));
    }

    /// Whether there is something that a yes would delete.
    fn asks(&self) -> bool {
        self.stage == Stage::Looked
            && self
                .found
                .as_ref()
                .is_some_and(|found| found.told.iter().any(|told| told.ours))
    }

    fn submit(&mut self, shared: &mut Shared) {
        let typed = self.field.text();
        if typed.trim() != YES {
            self.field = Editor::field("");
            return shared.say("That was not yes, so nothing is deleted.");
        }
        let Some(found) = &self.found else { return };
        let ours = found.ours().into_iter();
        let things = ours.map(|told| (told.kind, told.key.clone())).collect();
        self.field = Editor::field("");
        self.deleted.clear();
        self.scroll = Scroll(0);
        self.stage = Stage::Deleting(shared.request(Effect::DeleteOurs { things }));
    }

    fn leave_waiting(&mut self, shared: &mut Shared) {
        if let Stage::Looking(id) | Stage::Deleting(id) = self.stage {
            shared.request(Effect::Cancel(id));
            if matches!(self.stage, Stage::Deleting(_)) {
                shared.say("Not waiting any more. What was sent goes on on the account.");
            }
        }
        shared.pop();
    }

    fn paper(&self, shared: &Shared, columns: u16) -> Paper {
        let mut paper = Paper::new();
        self.add_results(columns, &mut paper);
        if !self.deleted.is_empty() {
            paper.gap();
        }
        if let Some(why) = &self.failed {
            let spans = [span(Role::Error, "! "), span(Role::Text, why)];
            paper.extend(wrap(&spans, columns.min(layout::PROSE), 2));
        }
        match self.stage {
            Stage::Begun | Stage::Looking(_) => {
                let words = self.progress.as_deref().unwrap_or("looking …");
                paper.add(Line::of(Role::Dim, words));
            }
            Stage::Looked => {
                if let Some(found) = &self.found {
                    add_found(found, columns, &mut paper);
                }
            }
            Stage::Deleting(_) => {
                if let Some(found) = &self.found {
                    add_under_way(found, &self.deleted, self.progress.as_deref(), &mut paper);
                }
            }
        }
        if self.stage == Stage::Looked && !self.asks() {
            paper.gap();
            let command = format!("dynatour cleanup --all-regions{}", shared.account.flags);
            let spans = [
                span(Role::Dim, "In other regions, and from a shell: "),
                span(Role::Accent, &command),
            ];
            paper.extend(wrap(&spans, columns, 0));
        }
        paper
    }

    /// What came of each thing; of many that are gone only how many, so that what is not gone, and what is left, is in sight.
    fn add_results(&self, columns: u16, paper: &mut Paper) {
        const FEW: usize = 4;
        let (gone, left): (Vec<&Deleted>, Vec<&Deleted>) =
            self.deleted.iter().partition(|one| one.why.is_none());
        if gone.len() > FEW {
            let spans = [
                span(Role::Good, "✓ "),
                span(Role::Text, "gone: "),
                span(Role::Strong, of_each(gone.iter().map(|one| one.kind))),
            ];
            paper.extend(wrap(&spans, columns, 2));
        } else {
            for one in gone {
                paper.extend(result(one, columns));
            }
        }
        for one in left {
            paper.extend(result(one, columns));
        }
    }

    /// What a yes deletes, and where it is typed.
    fn question(&self, columns: u16) -> Paper {
        let ours = self.found.as_ref().map(Found::ours).unwrap_or_default();
        let (names, these) = (named(&ours), these(ours.iter().map(|told| told.kind)));
        let measure = columns.min(layout::PROSE);
        let spans = [
            span(Role::Text, "Type "),
            span(Role::Strong, YES),
            span(Role::Text, " and Enter to delete "),
            span(Role::Strong, &names),
            span(
                Role::Text,
                format!(": {these}. There is no way back. Esc leaves everything as it is."),
            ),
        ];
        let mut paper = Paper::new();
        paper.add(Line::of(Role::Rule, "─".repeat(usize::from(columns))));
        paper.extend(wrap(&spans, measure, 0));
        let field = self.field.view(1, FIELD, true).into_iter().next();
        paper.add(Line::of(Role::Accent, "▸ ").append(field.unwrap_or_default()));
        paper
    }

    /// The question, where there is one.
    fn fixed(&self, shared: &Shared) -> Option<Pane> {
        let (area, _) = layout::columns(shared.columns, shared.rows);
        self.asks()
            .then(|| layout::divided(area, self.question(area.width), true).1)
    }

    fn pane(&self, shared: &Shared) -> Pane {
        let (mut area, _) = layout::columns(shared.columns, shared.rows);
        if let Some(fixed) = self.fixed(shared) {
            area.height -= fixed.area.height;
        }
        let paper = self.paper(shared, area.width);
        // What is shown becomes shorter as things go.
        let scroll = self.scroll.0.min(paper.scroll_limit(area.height));
        Pane {
            area,
            paper,
            scroll,
        }
    }

    fn scroll_by(&mut self, lines: i32, shared: &Shared) {
        let pane = self.pane(shared);
        self.scroll
            .by(lines, pane.paper.scroll_limit(pane.area.height));
    }
}

fn result(deleted: &Deleted, columns: u16) -> Vec<Line> {
    let title = title(deleted.kind, &deleted.name);
    let spans = match &deleted.why {
        None => [
            span(Role::Good, "✓ "),
            span(Role::Strong, &title),
            span(Role::Text, "  is gone"),
        ],
        Some(why) => [
            span(Role::Error, "! "),
            span(Role::Strong, &title),
            span(Role::Text, format!("  not deleted: {why}")),
        ],
    };
    wrap(&spans, columns, 2)
}

/// Everything that was found, in its order, and what it comes to.
fn add_found(found: &Found, columns: u16, paper: &mut Paper) {
    let mut group: Option<&str> = None;
    for told in &found.told {
        let deployment = told.deployment.as_deref();
        if let Some(name) = deployment
            && deployment != group
        {
            paper.gap();
            paper.add(Line::of(Role::Strong, name).push(Role::Text, ", of the workshop"));
        }
        group = deployment;
        add_told(told, columns, paper);
    }
    let columns = columns.min(layout::PROSE);
    for sentence in &found.unlooked {
        paper.extend(wrap(&[span(Role::Dim, format!("{sentence}."))], columns, 0));
    }
    paper.gap();
    let place = found.place.to_string();
    let counted = &found.counted;
    if found.ours().is_empty() {
        let spans = [
            span(Role::Text, "Nothing of yours to delete in "),
            span(Role::Warning, &place),
            span(Role::Text, format!(" ({counted} looked at).")),
        ];
        paper.extend(wrap(&spans, columns, 0));
    } else {
        let more = if found.may_be_more {
            format!(" {STRANGERS}.")
        } else {
            String::new()
        };
        let spans = [
            span(Role::Text, "All of it has cost "),
            span(Role::Warning, money(found.cost.rounded_up())),
            span(
                Role::Text,
                format!(" so far, at most ({counted} looked at).{more}"),
            ),
        ];
        paper.extend(wrap(&spans, columns, 0));
    }
}

/// A thing: what it is called, and what is known of it beside that or, where it is much, below.
fn add_told(told: &Told, columns: u16, paper: &mut Paper) {
    let (title_role, role) = if told.ours {
        (Role::Strong, Role::Text)
    } else {
        (Role::Dim, Role::Dim)
    };
    let margin = if told.deployment.is_some() { "  " } else { "" };
    let title = Line::of(title_role, format!("{margin}{}", told.title()));
    let beside = title.clone().push(role, format!("  {}", told.words));
    if beside.width() <= columns {
        paper.add(beside);
        return;
    }
    paper.add(title);
    let indent = format!("{margin}  ");
    let width = columns.saturating_sub(u16::try_from(indent.len()).unwrap_or(u16::MAX));
    let words = wrap(&[span(role, &told.words)], width, 0);
    let indent = Line::of(Role::Text, indent);
    paper.extend(words.into_iter().map(|line| indent.clone().append(line)));
}

/// What a yes deletes: `pets, visits and the workshop dynatour-1a2b3c4d`.
fn named(ours: &[&Told]) -> String {
    /// Names that are said, and columns of each: the field below has to be seen, and the list has all of them whole.
    const NAMES: usize = 4;
    const COLUMNS: u16 = 40;
    let mut names: Vec<String> = Vec::new();
    for told in ours {
        let name = match &told.deployment {
            Some(deployment) => format!("the workshop {deployment}"),
            None => cut(&told.title(), COLUMNS),
        };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let more = names.len().saturating_sub(NAMES);
    if more > 0 {
        names.truncate(NAMES);
        names.push(format!("{more} more"));
    }
    in_a_row(&names)
}

/// What is still to be deleted, and what goes on with the first of it.
fn add_under_way(found: &Found, deleted: &[Deleted], progress: Option<&str>, paper: &mut Paper) {
    let is_done = |told: &Told| {
        deleted
            .iter()
            .any(|one| (one.kind, &one.key) == (told.kind, &told.key))
    };
    let left = found.ours().into_iter().filter(|told| !is_done(told));
    for (index, told) in left.enumerate() {
        let what = match (index, progress) {
            (0, Some(progress)) => format!("  {progress}"),
            (0, None) => "  …".to_owned(),
            _ => String::new(),
        };
        paper.add(Line::of(Role::Text, format!("  {}", told.title())).push(Role::Dim, what));
    }
}

impl Component for CleanupScreen {
    fn title(&self, _shared: &Shared) -> Title {
        Title {
            text: "What is yours on the account".to_owned(),
            ..Title::default()
        }
    }

    fn actions(&self, _shared: &Shared) -> Vec<Action> {
        let mut actions = match self.stage {
            Stage::Looked if self.asks() => vec![Action::DeleteOurs, Action::Back],
            Stage::Looked => vec![Action::LookAgain, Action::Back],
            _ => vec![Action::StopWaiting],
        };
        actions.extend([Action::Down, Action::Up, Action::PageDown, Action::PageUp]);
        actions
    }

    fn act(&mut self, action: Action, shared: &mut Shared) {
        match action {
            Action::DeleteOurs => self.submit(shared),
            Action::Back => shared.pop(),
            Action::StopWaiting => self.leave_waiting(shared),
            Action::LookAgain => {
                self.deleted.clear();
                self.look(shared);
            }
            Action::Down => self.scroll_by(1, shared),
            Action::Up => self.scroll_by(-1, shared),
            Action::PageDown => self.scroll_by(i32::from(shared.body().1), shared),
            Action::PageUp => self.scroll_by(-i32::from(shared.body().1), shared),
            _ => {}
        }
    }

    fn writing(&self) -> bool {
        self.asks()
    }

    fn key(&mut self, key: Key, _shared: &mut Shared) -> bool {
        self.field.key(key)
    }

    fn mouse(&mut self, mouse: Mouse, shared: &mut Shared) {
        if let Mouse::Wheel { down, .. } = mouse {
            self.scroll_by(if down { 3 } else { -3 }, shared);
        }
    }

    fn answer(&mut self, id: RequestId, answer: &Answer, _shared: &mut Shared) -> bool {
        match self.stage {
            Stage::Looking(asked) | Stage::Deleting(asked) if asked == id => {}
            _ => return false,
        }
        match answer {
            Answer::Working { done, total, what } => {
                let of = plural(*total, what);
                self.progress = Some(format!("{} of {of} looked at", count(*done)));
            }
            Answer::Happening(happening) => self.progress = Some(in_words(happening)),
            Answer::Deleted {
                kind,
                name,
                key,
                why,
            } => {
                self.progress = None;
                self.deleted.push(Deleted {
                    kind: *kind,
                    name: name.clone(),
                    key: key.clone(),
                    why: why.clone(),
                });
            }
            Answer::Ours(found) => {
                self.progress = None;
                self.stage = Stage::Looked;
                self.found = Some((**found).clone());
                self.scroll = Scroll(0);
            }
            Answer::Failed { why } => {
                self.progress = None;
                self.stage = Stage::Looked;
                self.found = None;
                self.failed = Some(why.clone());
            }
            _ => {}
        }
        true
    }

    fn shown(&mut self, shared: &mut Shared) {
        if self.stage == Stage::Begun {
            self.look(shared);
        }
        let pane = self.pane(shared);
        self.scroll.clamp(pane.paper.scroll_limit(pane.area.height));
    }

    fn view(&self, shared: &Shared) -> Option<View> {
        Some(View {
            main: self.pane(shared),
            side: None,
            fixed: self.fixed(shared),
            frame: None,
        })
    }
}

fn in_words(happening: &Happening) -> String {
    match happening {
        Happening::Waiting { status, for_, .. } => format!("{status}, {} s", for_.as_secs()),
        Happening::Retrying {
            attempt, of, why, ..
        } => format!("try {attempt} of {of}: {why}"),
    }
}

#[cfg(test)]
mod tests;
