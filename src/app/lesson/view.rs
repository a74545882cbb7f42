//! The lines of the lesson screen as it stands, and how far they are scrolled.
//!
//! Invariant: the scroll never goes beyond what there is to see.

use crate::app::account::trouble::{self, Trouble};
use crate::app::account::{most, sending};
use crate::app::code::CodeScreen;
use crate::app::effect::Effect;
use crate::app::key::Action;
use crate::app::layout::{self, Pane};
use crate::app::lesson::exercise::ExerciseWork;
use crate::app::lesson::page::{self, PagePaper, measure};
use crate::app::lesson::{
    LessonScreen, Stage, Work, bench, exercise, keys, question, quiz, step, ticks,
};
use crate::app::paper::Hit;
use crate::app::paper::{Line, Paper, Role, Span, wrap, wrap_text};
use crate::app::prose;
use crate::app::screen::Screen;
use crate::app::state::Shared;
use crate::learner::progress::Given;
use crate::lesson::model::{Activity, Exercise, Page, Request, Step};
use crate::target::exchange::Exchange;

/// What of a page is left out where there is no room for it.
#[derive(Debug, Clone, Copy, Default)]
struct Shape {
    /// The request is one line.
    folded: bool,
    /// The table after a write is not shown.
    without_table: bool,
}

impl LessonScreen {
    /// The page in its place.
    pub(super) fn pane(&self, shared: &Shared) -> Pane {
        let (area, _) = layout::columns(shared.columns, shared.rows);
        let mut built = self.build(shared, area.width, area.height);
        if let Some(page) = self
            .page(shared)
            .filter(|_| shared.wall.projector && !shared.glyphs.ascii())
        {
            page::enlarge(&mut built.paper, page, area.width, area.height);
        }
        Pane {
            area,
            paper: built.paper,
            scroll: self.scroll.0,
        }
    }

    /// The last exchange on this page, in this run of the program.
    pub(super) fn report<'a>(&'a self, shared: &'a Shared) -> Option<&'a Exchange> {
        match (&self.work, self.page(shared)?.activity.as_ref()?) {
            (Work::Step, Activity::Step(step)) => {
                Some(&shared.runs.reports.get(&step.id)?.exchange)
            }
            (Work::Exercise(_), Activity::Exercise(exercise)) => {
                Some(&shared.runs.tries.get(&exercise.id)?.exchange)
            }
            _ => None,
        }
    }

    pub(super) fn open_code(&self, shared: &mut Shared) {
        let request = match (
            &self.work,
            self.page(shared).and_then(|page| page.activity.as_ref()),
        ) {
            (Work::Step, Some(Activity::Step(step))) => step.request.clone(),
            (Work::Exercise(work), Some(Activity::Exercise(exercise))) => {
                match serde_json::from_str(&work.editor.text()) {
                    Ok(body) => Request {
                        operation: exercise.start.operation.clone(),
                        body,
                    },
                    Err(error) => {
                        return shared.complain(format!("The editor holds no JSON yet: {error}"));
                    }
                }
            }
            _ => return,
        };
        shared.push(Screen::Code(CodeScreen::new(request)));
    }

    /// The addresses on the page.
    pub(super) fn links(&self, shared: &Shared) -> Vec<String> {
        let Some(page) = self.page(shared) else {
            return Vec::new();
        };
        let mut links = prose::links(&page.before);
        links.extend(prose::links(&page.after));
        links
    }

    pub(super) fn copy_links(&self, shared: &mut Shared) {
        let text = self.links(shared).join("\n");
        let name = "links.txt".to_owned();
        shared.request(Effect::Copy { name, text });
    }

    /// Lines that one page key moves by.
    pub(super) fn screenful(shared: &Shared) -> i32 {
        i32::from(shared.body().1.saturating_sub(2).max(1))
    }

    fn limit(&self, shared: &Shared) -> u16 {
        let pane = self.pane(shared);
        pane.paper.scroll_limit(pane.area.height)
    }

    pub(super) fn can_scroll(&self, shared: &Shared) -> bool {
        self.limit(shared) > 0
    }

    /// Whether something of the page is out of sight below.
    #[must_use]
    pub fn below(&self, shared: &Shared) -> bool {
        self.scroll.0 < self.limit(shared)
    }

    /// Whether something of the page is out of sight above.
    #[must_use]
    pub fn above(&self) -> bool {
        self.scroll.0 > 0
    }

    pub(super) fn scroll_by(&mut self, lines: i32, shared: &Shared) {
        let limit = self.limit(shared);
        self.scroll.by(lines, limit);
    }

    /// After the page or the terminal changed.
    pub(super) fn settle(&mut self, shared: &Shared) {
        let limit = self.limit(shared);
        self.scroll.clamp(limit);
    }

    /// Scrolls so that what came of the activity can be seen, and the request with it where there is room.
    pub(super) fn reveal(&mut self, shared: &Shared) {
        let (area, _) = layout::columns(shared.columns, shared.rows);
        let built = self.build(shared, area.width, area.height);
        let limit = built.paper.scroll_limit(area.height);
        let Some(result) = built.result else {
            return self.settle(shared);
        };
        self.scroll.0 = if limit == 0 {
            0
        } else if built.from_activity() <= area.height {
            // No further than needed: the prose above stays as far as there is room.
            limit
        } else {
            result.min(limit)
        };
    }

    /// Scrolls so that the cursor can be seen.
    pub(super) fn show_cursor(&mut self, shared: &Shared) {
        let (area, _) = layout::columns(shared.columns, shared.rows);
        let built = self.build(shared, area.width, area.height);
        self.scroll.clamp(built.paper.scroll_limit(area.height));
        if let Some(line) = built.cursor {
            self.scroll.show(line, area.height);
        }
    }

    /// Scrolls so that the newest hint can be seen, with the editor above it where there is room for both.
    pub(super) fn show_hint(&mut self, shared: &Shared) {
        let (area, _) = layout::columns(shared.columns, shared.rows);
        let built = self.build(shared, area.width, area.height);
        self.scroll.clamp(built.paper.scroll_limit(area.height));
        if let Some(line) = built.hint {
            self.scroll.show(built.activity, area.height);
            self.scroll.show(line, area.height);
        }
    }

    /// Whether the line is on the screen that says where a request goes and the most it can cost; always where nothing is
    /// sent to an account.
    pub(super) fn sees_sending(&self, shared: &Shared) -> bool {
        let (area, _) = layout::columns(shared.columns, shared.rows);
        let built = self.build(shared, area.width, area.height);
        let sends = matches!(self.work, Work::Step | Work::Exercise(_));
        match built.sending {
            Some(line) => (self.scroll.0..self.scroll.0 + area.height).contains(&line),
            None => !sends || shared.place().is_none(),
        }
    }

    /// Scrolls to that line, with as much above it as there is room for.
    pub(super) fn show_sending(&mut self, shared: &Shared) {
        let (area, _) = layout::columns(shared.columns, shared.rows);
        let built = self.build(shared, area.width, area.height);
        self.scroll.clamp(built.paper.scroll_limit(area.height));
        if let Some(line) = built.sending {
            let last = (line + 1).min(built.paper.height().saturating_sub(1));
            self.scroll.show(last, area.height);
            self.scroll.show(line, area.height);
        }
    }

    /// All lines of the page as it stands.
    ///
    /// A result may make a page longer than the screen. Then the prose above scrolls away. Where that is not enough the
    /// request shrinks to a line, then the table after a write is left to its own screen, and only then something
    /// is out of sight below.
    fn build(&self, shared: &Shared, columns: u16, rows: u16) -> PagePaper {
        let whole = Shape::default();
        let built = self.build_as(whole, shared, columns, rows);
        if built.from_activity() <= rows || self.stage(shared) != Stage::Done {
            return built;
        }
        let folded = Shape {
            folded: !self.unfolded,
            ..whole
        };
        let built = self.build_as(folded, shared, columns, rows);
        if built.from_activity() <= rows {
            return built;
        }
        let alone = Shape {
            without_table: true,
            ..folded
        };
        let shorter = self.build_as(alone, shared, columns, rows);
        if shorter.from_activity() <= rows {
            return shorter;
        }
        built
    }

    /// Whether only one line of the request is shown, to leave room for the result.
    pub(super) fn folded(&self, shared: &Shared) -> bool {
        let (area, _) = layout::columns(shared.columns, shared.rows);
        self.build(shared, area.width, area.height).folded
    }

    fn build_as(&self, shape: Shape, shared: &Shared, columns: u16, rows: u16) -> PagePaper {
        let Some(page) = self.page(shared) else {
            let text = "This lesson has no pages yet. `dynatour check` says more.";
            return PagePaper {
                paper: Paper {
                    lines: wrap_text(Role::Dim, text, columns),
                },
                ..PagePaper::default()
            };
        };
        let columns = measure(columns);
        let mut built = PagePaper {
            paper: page::opening(page, columns),
            ..PagePaper::default()
        };
        built.paper.gap();
        built.activity = built.paper.height();
        built.folded = shape.folded && matches!(self.work, Work::Step);
        self.add_activity(page, shared, rows, columns, &mut built);
        self.add_question(page, shared, columns, &mut built);
        if self.stage(shared) == Stage::Done
            && !page.after.is_empty()
            && Self::after_is_due(page, shared)
        {
            built.paper.gap();
            if built.result.is_none() {
                built.result = Some(built.paper.height());
            }
            built.paper.extend(page::closing(page, columns).lines);
        }
        let (_, side) = layout::columns(shared.columns, shared.rows);
        if !shape.without_table && !Self::table_is_beside(side.map(|side| side.width)) {
            Self::add_table(page, shared, rows, columns, &mut built);
        }
        if let (Work::Quiz(work), Some(Activity::Quiz(quiz))) = (&self.work, &page.activity) {
            let others = quiz::others(quiz, *work, shared.progress(), columns);
            // Looking back is for where there is room for it.
            if others.height() > 0 && built.paper.height() + 1 + others.height() <= rows {
                built.paper.gap();
                built.paper.extend(others.lines);
            }
        }
        built
    }

    /// A quiz is explained when its last question is answered, a step when it did what the explanation says.
    fn after_is_due(page: &Page, shared: &Shared) -> bool {
        match &page.activity {
            Some(Activity::Quiz(quiz)) => quiz::finished(quiz, shared.progress()),
            Some(Activity::Step(step)) => !went_wrong(step, shared),
            _ => true,
        }
    }

    fn add_activity(
        &self,
        page: &Page,
        shared: &Shared,
        rows: u16,
        columns: u16,
        built: &mut PagePaper,
    ) {
        let progress = shared.progress();
        let paper = &mut built.paper;
        match (&self.work, &page.activity) {
            (Work::Step, Some(Activity::Step(step))) if built.folded => {
                paper.add(step::request_line(&step.request, self.typed, columns));
            }
            (Work::Step, Some(Activity::Step(step))) => {
                // Typed, it is what goes out; plain, what is added on the way is said below.
                let request = if self.typed {
                    sending::outgoing(&step.request, shared).request
                } else {
                    step.request.clone()
                };
                paper.extend(step::request(&request, self.typed, columns).lines);
            }
            (Work::Demo, Some(Activity::Hash(_))) => {
                paper.add(demo_line("Where an item lives", columns));
            }
            (Work::Demo, Some(Activity::Race(_))) => paper.add(demo_line("Query or scan", columns)),
            (Work::Demo, Some(Activity::Traffic(_))) => paper.add(demo_line("Traffic", columns)),
            (Work::Exercise(work), Some(Activity::Exercise(exercise))) => {
                let before = Self::before_editor(page, exercise, work, shared, columns);
                let before_rows = u16::try_from(before.len()).unwrap_or(u16::MAX);
                let used = paper.height() + 5 + before_rows;
                let room = rows.saturating_sub(used).max(exercise::LEAST_ROWS);
                let at = exercise::goal(exercise, columns).height() + paper.height() + 1;
                built.sending = (before_rows > 0).then_some(at);
                let below =
                    exercise::paper(exercise, work, shared, before, usize::from(room), columns);
                built.result = below.outcome.map(|line| line + paper.height());
                built.hint = below.hint.map(|line| line + paper.height());
                built.cursor = work
                    .editing
                    .then_some(paper.height() + below.paper.height().min(room + 4));
                paper.extend(below.paper.lines);
            }
            (Work::Quiz(work), Some(Activity::Quiz(quiz))) => {
                paper.extend(quiz::paper(quiz, *work, progress, columns).lines);
            }
            (Work::List { cursor }, Some(Activity::Checklist(list))) => {
                let lines = ticks::checklist(list, *cursor, progress, columns);
                built.cursor = selected(&lines).map(|line| line + paper.height());
                paper.extend(lines.lines);
            }
            (Work::List { cursor }, Some(Activity::Goals { .. })) => {
                let lines = ticks::goals(&shared.lesson().goals, *cursor, progress, columns);
                built.cursor = selected(&lines).map(|line| line + paper.height());
                paper.extend(lines.lines);
            }
            (Work::List { cursor }, Some(Activity::Workshop { .. })) => {
                let lines = bench::paper(*cursor, columns);
                built.cursor = selected(&lines).map(|line| line + paper.height());
                paper.extend(lines.lines);
            }
            (Work::List { .. }, Some(Activity::ParkingLot { .. })) => {
                paper.extend(crate::app::notes::summary(shared, columns).lines);
            }
            (Work::Calculator(work), Some(Activity::Calculator(_))) => {
                paper.extend(work.paper().lines);
            }
            _ => {}
        }
    }

    /// What stands above an exercise's editor on an account: where its request goes, and the most it can cost as it stands.
    fn before_editor(
        page: &Page,
        exercise: &Exercise,
        work: &ExerciseWork,
        shared: &Shared,
        columns: u16,
    ) -> Vec<Line> {
        let Some(reckoning) = shared.reckoning() else {
            return Vec::new();
        };
        let body = work.editor.text();
        let price = |operation: &str, body: &[u8]| reckoning.most(operation, body);
        let most = most::exercise(page, exercise, &body, &price);
        let outgoing = serde_json::from_str(&body).ok().map(|body| {
            let operation = exercise.start.operation.clone();
            sending::outgoing(&Request { operation, body }, shared)
        });
        sending::lines("Ctrl-R", most, outgoing.as_ref(), shared, columns)
    }

    /// The question as it stands, then what the step came to.
    fn add_question(&self, page: &Page, shared: &Shared, columns: u16, built: &mut PagePaper) {
        let stage = self.stage(shared);
        let given = page
            .predict
            .as_ref()
            .and_then(|predict| shared.progress().answers.get(&predict.id).copied());
        if let (Some(predict), None) = (&page.predict, given) {
            built.paper.gap();
            built
                .paper
                .extend(question::asking(predict, self.cursor, columns).lines);
            return;
        }
        let wrong =
            matches!(&page.activity, Some(Activity::Step(step)) if went_wrong(step, shared));
        let revealed = stage == Stage::Done && !wrong;
        let has_result = revealed || matches!(self.work, Work::Step) || given.is_some();
        if has_result {
            built.paper.gap();
            built.result = built.result.or(Some(built.paper.height()));
        }
        if let (Some(predict), Some(given)) = (&page.predict, given) {
            built
                .paper
                .extend(question::said(predict, given, revealed, columns));
        }
        self.add_result(page, shared, stage, columns, built);
        if let (Some(predict), Some(given), true) = (&page.predict, given, revealed) {
            if !matches!(self.work, Work::Step) {
                built
                    .paper
                    .extend(question::told(predict, given, columns).lines);
            }
            built.paper.gap();
            built.paper.extend(question::because(predict, columns));
        }
    }

    fn add_result(
        &self,
        page: &Page,
        shared: &Shared,
        stage: Stage,
        columns: u16,
        built: &mut PagePaper,
    ) {
        let (Work::Step, Some(Activity::Step(step))) = (&self.work, &page.activity) else {
            return;
        };
        let paper = &mut built.paper;
        if let Some(why) = shared.runs.failed.get(&step.id) {
            let spans = [
                Span {
                    text: "! ".to_owned(),
                    role: Role::Error,
                },
                Span {
                    text: why.clone(),
                    role: Role::Text,
                },
            ];
            paper.extend(wrap(&spans, columns, 2));
        }
        match (stage, shared.runs.reports.get(&step.id)) {
            (Stage::Running, _) => paper.extend(step::under_way(
                shared.runs.happening.get(&step.id),
                shared.place().is_some(),
                columns,
            )),
            (_, Some(report)) if !self.again => {
                let expected = step.expect.error.is_some() && report.failures.is_empty();
                paper.extend(step::result(&report.exchange, expected, columns).lines);
                paper.extend(step::failures(report, columns).lines);
                match Trouble::of(report).filter(|_| shared.place().is_some()) {
                    Some(trouble) => {
                        paper.gap();
                        let exchange = &report.exchange;
                        paper.extend(trouble::paper(trouble, exchange, shared, columns).lines);
                    }
                    None if went_wrong(step, shared) => {
                        paper.gap();
                        paper.extend(missing(step, self.section, shared, columns));
                    }
                    None => {}
                }
                let response = step::response(
                    &report.exchange,
                    &keys::of(&step.request, shared),
                    self.typed,
                    8,
                    columns,
                );
                if response.height() > 0 {
                    paper.gap();
                    paper.extend(response.lines);
                }
                if stage == Stage::Ready && shared.place().is_some() {
                    paper.gap();
                    Self::add_sending(page, step, shared, columns, built);
                }
            }
            (Stage::Ready, _) if shared.place().is_some() => {
                if shared.progress().done.contains(&step.id) {
                    paper.add(Line::of(Role::Good, "✓ done before"));
                }
                Self::add_sending(page, step, shared, columns, built);
            }
            (Stage::Done, None) => paper.add(
                Line::of(Role::Good, "✓ done before")
                    .push(Role::Dim, "   ")
                    .push(Role::Accent, "r")
                    .push(Role::Dim, " runs it again")
                    .hit(Hit::Do(Action::RunAgain)),
            ),
            (Stage::Ready, None) => paper.add(
                Line::of(Role::Accent, "Enter")
                    .push(Role::Dim, " sends it")
                    .hit(Hit::Do(Action::Run)),
            ),
            (Stage::Asking, None) | (_, Some(_)) => {}
        }
    }

    /// Where a step goes and the most it can cost.
    fn add_sending(page: &Page, step: &Step, shared: &Shared, columns: u16, built: &mut PagePaper) {
        let Some(reckoning) = shared.reckoning() else {
            return;
        };
        built.sending = Some(built.paper.height());
        let outgoing = sending::outgoing(&step.request, shared);
        let price = |operation: &str, body: &[u8]| reckoning.most(operation, body);
        let most = most::step(page, step, &price);
        let lines = sending::lines("Enter", most, Some(&outgoing), shared, columns);
        let lines = lines
            .into_iter()
            .map(|line| line.hit(Hit::Do(Action::SendThere)));
        built.paper.extend(lines);
    }

    /// The table as a write has left it, below the text.
    fn add_table(page: &Page, shared: &Shared, rows: u16, columns: u16, built: &mut PagePaper) {
        let most = if rows > 30 { 12 } else { 5 };
        if let Some(table) = Self::table(page, shared, most, columns) {
            built.paper.gap();
            built.paper.extend(table.lines);
        }
    }

    pub(super) fn table(page: &Page, shared: &Shared, rows: usize, columns: u16) -> Option<Paper> {
        let Some(Activity::Step(step)) = &page.activity else {
            return None;
        };
        let report = shared.runs.reports.get(&step.id)?;
        if !step::writes(&step.request.operation) || !report.exchange.succeeded() {
            return None;
        }
        let view = shared.runs.grids.get(step::table(&step.request)?)?;
        Some(step::table_after(view, rows, columns))
    }

    /// Glossary terms that the page names.
    #[must_use]
    pub fn terms(&self, shared: &Shared) -> Vec<String> {
        let Some(page) = self.page(shared) else {
            return Vec::new();
        };
        let mut terms = prose::terms(&page.before);
        terms.extend(prose::terms(&page.after));
        terms
    }

    /// What was answered on this page, for a demonstration that tells it again.
    #[must_use]
    pub fn prediction(&self, shared: &Shared) -> Option<Given> {
        let predict = self.page(shared)?.predict.as_ref()?;
        shared.progress().answers.get(&predict.id).copied()
    }
}

/// Whether the last run of a step did something else than the lesson says.
fn went_wrong(step: &Step, shared: &Shared) -> bool {
    let report = shared.runs.reports.get(&step.id);
    report.is_some_and(|report| !report.failures.is_empty() && !report.exchange.already_done)
}

/// `: people is made on page 2`, where a table that the step names is not there.
fn not_made(step: &Step, section: usize, shared: &Shared) -> Option<String> {
    let report = shared.runs.reports.get(&step.id)?;
    if Trouble::of_exchange(&report.exchange) != Trouble::NotThere {
        return None;
    }
    let tables = step.request.tables();
    let table = tables.first()?;
    let (made_in, page) = trouble::maker(table, shared)?;
    let here = shared.lesson().sections.get(section)?;
    let page = if made_in == format!("{} · {}", here.number, here.title) {
        format!("on page {page}")
    } else {
        format!("in {made_in}, page {page}")
    };
    Some(format!(": {table} is made {page}"))
}

/// What to do when a step finds other tables than it needs.
fn missing(step: &Step, section: usize, shared: &Shared, columns: u16) -> Vec<Line> {
    let span = |text: &str, role| Span {
        text: text.to_owned(),
        role,
    };
    let spans = [
        span("A step before this one may be missing", Role::Text),
        span(
            &not_made(step, section, shared).unwrap_or_default(),
            Role::Text,
        ),
        span(". ", Role::Text),
        span("R", Role::Accent),
        span(
            " starts the section over and builds all it needs; ",
            Role::Text,
        ),
        span("r", Role::Accent),
        span(" sends this request once more.", Role::Text),
    ];
    wrap(&spans, columns, 0)
}

/// The line the cursor is on.
fn selected(paper: &Paper) -> Option<u16> {
    let line = paper.lines.iter().position(|line| line.selected)?;
    u16::try_from(line).ok()
}

fn demo_line(title: &str, columns: u16) -> Line {
    Line::of(Role::Accent, "▸ ")
        .push(Role::Title, title)
        .right(
            columns,
            Line::of(Role::Dim, "a moving picture  ").push(Role::Accent, "Enter"),
        )
        .hit(Hit::Do(Action::Run))
}
