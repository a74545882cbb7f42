//! Committing to an answer, of a question before a step or of a quiz.
//!
//! Invariant: an answer that was given is never changed, and it is on its way to the store before anything is run.

use crate::app::lesson::{LessonScreen, Work, quiz};
use crate::app::state::Shared;
use crate::learner::progress::{Change, Given};
use crate::lesson::model::{Activity, Predict};

impl LessonScreen {
    /// The page's question, while it has no answer.
    pub(super) fn open_question<'a>(&self, shared: &'a Shared) -> Option<&'a Predict> {
        let answers = &shared.progress().answers;
        if let (Work::Quiz(work), Some(Activity::Quiz(quiz))) = (&self.work, self.activity(shared))
        {
            return quiz
                .questions
                .get(work.at)
                .filter(|question| !answers.contains_key(&question.id));
        }
        let predict = self.page(shared)?.predict.as_ref()?;
        (!answers.contains_key(&predict.id)).then_some(predict)
    }

    pub(super) fn commit(&mut self, given: Given, shared: &mut Shared) {
        let Some(question) = self.open_question(shared) else {
            return;
        };
        let valid = match given {
            Given::Choice(index) => index < question.choices.len(),
            Given::DontKnow => true,
        };
        if !valid {
            return;
        }
        let question = question.id.clone();
        shared.save(Change::Answered { question, given });
        self.cursor = None;
        if let (Work::Quiz(_), Some(Activity::Quiz(quiz))) = (&self.work, self.activity(shared))
            && quiz::finished(quiz, shared.progress())
        {
            let id = quiz.id.clone();
            shared.save(Change::Done(id));
        }
        self.settle(shared);
    }

    pub(super) fn answer_cursor(&mut self, shared: &mut Shared) {
        let Some(question) = self.open_question(shared) else {
            return;
        };
        let choices = question.choices.len();
        match self.cursor {
            Some(index) if index < choices => self.commit(Given::Choice(index), shared),
            Some(_) => self.commit(Given::DontKnow, shared),
            None => shared.say(format!(
                "Your guess first: 1–{choices}, or 0 if you don't know. Any guess helps."
            )),
        }
    }
}
