//! From page to page: through the questions of a quiz, the pages of a section, the sections of a lesson.
//!
//! Invariant: what stands in an editor is handed over before its page is left.

use crate::app::lesson::quiz::QuizWork;
use crate::app::lesson::{LessonScreen, Work};
use crate::app::screen::Component as _;
use crate::app::state::{Shared, page_ref};
use crate::learner::progress::Change;
use crate::lesson::model::Activity;

impl LessonScreen {
    /// Whether the page's quiz has a question after the one that is shown.
    #[must_use]
    pub fn has_more_questions(&self, shared: &Shared) -> bool {
        match (&self.work, shared_activity(self.section, self.page, shared)) {
            (Work::Quiz(work), Some(Activity::Quiz(quiz))) => work.at + 1 < quiz.questions.len(),
            _ => false,
        }
    }

    /// One page on; at the end of a section the next section; at the end of all home.
    pub(super) fn next(&mut self, shared: &mut Shared) {
        if let (Work::Quiz(work), Some(Activity::Quiz(quiz))) = (
            &mut self.work,
            shared_activity(self.section, self.page, shared),
        ) && work.at + 1 < quiz.questions.len()
            && shared
                .progress()
                .answers
                .contains_key(&quiz.questions[work.at].id)
        {
            *work = QuizWork {
                at: work.at + 1,
                cursor: None,
            };
            self.cursor = None;
            return self.settle(shared);
        }
        self.leave(shared);
        let Some(section) = self.section(shared) else {
            return;
        };
        let seen = page_ref(&section.id, self.page);
        let last_page = self.page + 1 >= section.pages.len();
        shared.save(Change::Seen(seen));
        if !last_page {
            self.go_to(self.section, self.page + 1, shared);
        } else if self.section + 1 < shared.lesson().sections.len() {
            self.go_to(self.section + 1, 0, shared);
        } else {
            shared.go_home();
            shared.say("That was the last page. Well done!");
        }
    }

    pub(super) fn previous(&mut self, shared: &mut Shared) {
        if let Work::Quiz(work) = &mut self.work
            && work.at > 0
        {
            *work = QuizWork {
                at: work.at - 1,
                cursor: None,
            };
            return self.settle(shared);
        }
        self.leave(shared);
        if self.page > 0 {
            self.go_to(self.section, self.page - 1, shared);
        } else if self.section > 0 {
            let before = shared
                .lesson()
                .sections
                .get(self.section - 1)
                .map_or(0, |section| section.pages.len());
            self.go_to(self.section - 1, before.saturating_sub(1), shared);
        } else {
            shared.go_home();
        }
    }

    /// Opens a page of the lesson in hand.
    pub fn go_to(&mut self, section: usize, page: usize, shared: &mut Shared) {
        self.section = section;
        self.page = page;
        self.begin(shared);
        self.arrive(shared);
    }

    pub(super) fn arrive(&mut self, shared: &mut Shared) {
        if let Some(section) = self.section(shared) {
            let here = page_ref(&section.id, self.page);
            shared.save(Change::Opened(here));
        }
        self.settle(shared);
    }
}

/// The activity of a page, borrowed from the lesson alone so that the screen's own work can change meanwhile.
fn shared_activity(section: usize, page: usize, shared: &Shared) -> Option<&Activity> {
    shared
        .lesson()
        .sections
        .get(section)?
        .pages
        .get(page)?
        .activity
        .as_ref()
}
