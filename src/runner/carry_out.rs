//! One effect in, its last answer out.
//!
//! Effects of one kind that depend on each other's order (drafts, say) must be handed over one after
//! the other; requests, demonstrations and looks into tables may run side by side.

use super::exercise::run_exercise;
use super::step::run_step;
use super::{RunError, Runner};
use crate::account::door::Aim;
use crate::app::effect::{Answer, Effect, EffectRequest};
use crate::printable;
use crate::target::guard::Watch;

impl Runner {
    /// Does what was asked. `report` takes what long work answers on its way ([`Answer::Working`]). Returns the last
    /// answer; `None` for effects that have none here (they are the terminal's, or nobody waits).
    pub async fn carry_out(
        &self,
        request: EffectRequest,
        report: &(dyn Fn(Answer) + Send + Sync),
    ) -> Option<Answer> {
        let EffectRequest { id, effect } = request;
        let sends = matches!(
            effect,
            Effect::RunStep { .. }
                | Effect::RunExercise { .. }
                | Effect::BrowseTables
                | Effect::GoOnSimulated { .. }
                | Effect::LookForOurs
                | Effect::DeleteOurs { .. }
                | Effect::OnAccount { .. }
        );
        let watch = Watch {
            tell: &|happening| report(Answer::Happening(happening)),
            left: &|| self.is_cancelled(id),
        };
        let answer: Result<Answer, RunError> = match effect {
            Effect::Preflight => self.preflight(Aim::steps(self.lessons()), report).await,
            Effect::EnterAccount(preflight) => self.enter(&preflight).await,
            Effect::GoOnSimulated {
                lesson,
                section,
                page,
            } => self
                .go_on_simulated(&lesson, &section, page)
                .await
                .map(Answer::SectionReady),
            Effect::LookForOurs => self.look_for_ours(report).await,
            Effect::DeleteOurs { things } => self.delete_ours(&things, watch, report).await,
            Effect::RunStep { seeds, step, .. } => {
                let (target, _held) = self.to_send().await;
                run_step(&target, &seeds, &step, watch)
                    .await
                    .map(|report| Answer::Step(Box::new(report)))
            }
            Effect::RunExercise {
                seeds,
                exercise,
                body,
                ..
            } => {
                let (target, _held) = self.to_send().await;
                run_exercise(&target, &seeds, &exercise, &body, watch)
                    .await
                    .map(|report| Answer::Exercise(Box::new(report)))
            }
            Effect::OpenSection { lesson, section } => self
                .open_section(&lesson, &section)
                .await
                .map(Answer::SectionReady),
            Effect::Reset { lesson, section } => self
                .reset(&lesson, section.as_deref())
                .await
                .map(Answer::Reset),
            Effect::RunHash(run) => self.hash(id, &run, report).await,
            Effect::RunRace(run) => self.race(id, &run, report).await,
            Effect::RunTraffic(run) => self.traffic(id, &run, report).await,
            Effect::RunGrowth(run) => self.growth(id, &run, report).await,
            Effect::MeasureRace(run) => self.measure(id, &run, report).await,
            Effect::BrowseTables => self.tables().await.map(Answer::Tables),
            Effect::BrowseItems {
                table,
                partition,
                first_rank,
                count,
            } => self
                .items(&table, partition, first_rank, count)
                .await
                .map(Answer::Items),
            Effect::Grid { table, count } => self.grid(&table, count).await.map(Answer::Grid),
            Effect::Save { lesson, change } => self
                .with_store(move |store| store.keep(&lesson, &change))
                .await
                .map(|_| Answer::Saved),
            Effect::Export(what) => self.export(what).await.map(|path| exported(&path)),
            Effect::Copy { name, text } => self
                .write_file(&name, text)
                .await
                .map(|path| exported(&path)),
            Effect::OpenWorkshop(_) | Effect::InWorkshop { .. } | Effect::OnAccount { .. } => {
                self.in_a_workshop(id, effect, report).await?
            }
            Effect::Cancel(other) => {
                self.cancel(other);
                return None;
            }
            // The terminal's own.
            Effect::CaptureMouse(_) | Effect::Picture { .. } | Effect::Suspend | Effect::Quit => {
                return None;
            }
        };
        if sends && let Some(books) = self.books().await {
            report(Answer::Books(books));
        }
        Some(answer.unwrap_or_else(|error| Answer::Failed {
            // It may quote a path or a server.
            why: printable::block(&error.to_string()),
        }))
    }
}

fn exported(path: &std::path::Path) -> Answer {
    Answer::Exported {
        path: path.display().to_string(),
    }
}
