//! Tries what a learner wrote, and says why it is not right yet.
//!
//! ```text
//!   for each trial of the goal, until one fails:
//!     a request made up ── gateway ── lambda ── table of its own ──→ Evidence: what was asked, answered, sent to DynamoDB, stored
//!     each Check in its order ── finds nothing ──→ the next trial
//!                            └── words ─────────→ Verdict: reason, three hints, the solution
//! ```
//!
//! Nothing is concluded from a handler's source: only from what it did. A [`Check`] is what can be wrong, how it is seen, and what helps,
//! in one file in `reasons/` with the wrong handlers that it is for.
//!
//! Invariant: a solution passes, a template does not, and every check is reached by a wrong handler of its own.

mod evidence;
mod reasons;
pub mod trial;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

pub use evidence::Evidence;
pub use trial::Trial;

use super::Outside;
use super::gateway::{Api, Integration, Passage, TIME};
use super::goal::Goal;
use super::lambda::{Allowance, Configuration, Enclosure};
use super::language::{Language, Version};
use super::table::Tables;

/// Something that can be wrong.
pub struct Check {
    /// A few words.
    pub name: &'static str,
    /// What was seen of it, and why that is not right; nothing where it is not this.
    pub find: fn(&Evidence<'_>) -> Option<String>,
    /// Each a little plainer than the one before.
    pub hints: fn(Goal, Language) -> [&'static str; 3],
}

impl std::fmt::Debug for Check {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Check").field(&self.name).finish()
    }
}

/// Why a handler is not right yet.
#[derive(Debug, Clone)]
pub struct Reason {
    pub check: &'static Check,
    /// Untrusted in part: it may quote what the handler said.
    pub words: String,
}

/// What came of trying a handler.
#[derive(Debug, Clone)]
pub struct Verdict {
    pub goal: Goal,
    /// The trials that were made, in their order; the last one failed if there is a reason.
    pub tried: Vec<(Trial, Passage)>,
    pub reason: Option<Reason>,
}

/// A handler's file and what runs it.
#[derive(Clone)]
pub struct Workplace {
    pub folder: PathBuf,
    pub language: Language,
    pub version: Version,
    pub outside: Outside,
    /// How many bytes of memory are free, where that is known.
    pub memory: Arc<dyn Fn() -> Option<u64> + Send + Sync>,
    pub allowance: Allowance,
    pub enclosure: Enclosure,
    /// How long an environment is kept for the next request.
    pub keep: Duration,
}

impl Workplace {
    /// The function of a goal, cold, with these tables behind it.
    #[must_use]
    pub fn integration(&self, goal: Goal, tables: &Tables) -> Integration {
        let configuration = Configuration::of(
            goal,
            self.language,
            self.version,
            self.folder.clone(),
            self.allowance,
            self.enclosure,
        );
        let outside = self.outside.clone();
        Integration::new(goal, configuration, tables, outside, self.keep)
    }

    /// An API with all three functions, on a table of its own, which comes with it.
    #[must_use]
    pub fn api(&self) -> (Api, Tables) {
        let tables = Tables::new(self.outside.clone(), Arc::clone(&self.memory));
        let [all, one, post] = Goal::ALL;
        let integrations = [
            self.integration(all, &tables),
            self.integration(one, &tables),
            self.integration(post, &tables),
        ];
        let api = Api::new(integrations, self.outside.clone(), TIME);
        (api, tables)
    }

    /// Tries the handler of a goal, on a table of its own.
    pub async fn check(&self, goal: Goal) -> Verdict {
        let (api, tables) = self.api();
        let mut verdict = Verdict {
            goal,
            tried: Vec::new(),
            reason: None,
        };
        for trial in Trial::of(goal) {
            trial.prepare(&tables);
            let passage = api.pass(&trial.request()).await;
            let stored = trial.id().and_then(|id| tables.item(id));
            let evidence = Evidence {
                trial: *trial,
                passage: &passage,
                stored: stored.as_ref(),
            };
            verdict.reason = reason(&evidence);
            verdict.tried.push((*trial, passage));
            if verdict.reason.is_some() {
                break;
            }
        }
        api.end().await;
        verdict
    }
}

/// What is wrong, as the first check sees it that sees anything.
fn reason(evidence: &Evidence<'_>) -> Option<Reason> {
    let found = |check: &'static &'static Check| {
        let words = (check.find)(evidence)?;
        Some(Reason { check, words })
    };
    reasons::ALL.iter().find_map(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workshop::samples::check;

    #[tokio::test]
    async fn each_solution_passes_all_its_trials() {
        for language in Language::ALL {
            for goal in Goal::ALL {
                let Some(verdict) = check(language, goal, goal.solution(language)).await else {
                    continue;
                };
                assert!(verdict.reason.is_none(), "{language:?} {verdict:#?}");
                assert_eq!(verdict.tried.len(), Trial::of(goal).len());
            }
        }
    }

    #[tokio::test]
    async fn each_template_is_seen_to_be_one() {
        for language in Language::ALL {
            for goal in Goal::ALL {
                let Some(verdict) = check(language, goal, goal.template(language)).await else {
                    continue;
                };
                let reason = verdict.reason.unwrap();
                assert_eq!(reason.check.name, "not written yet", "{}", reason.words);
                assert_eq!(verdict.tried.len(), 1);
            }
        }
    }

    #[tokio::test]
    async fn a_thousand_connections_to_the_table_harm_nobody_else() {
        let code = r#"
            import net from "node:net";
            export const handler = async () => {
              const { hostname, port } = new URL(process.env.AWS_ENDPOINT_URL_DYNAMODB);
              const open = () => new Promise((done) => {
                const socket = net.connect(port, hostname);
                for (const event of ["connect", "error"]) socket.on(event, done);
              });
              for (let n = 0; n < 900; n += 1) await open();
              return { statusCode: 200, body: "[]" };
            };"#;
        let Some(verdict) = check(Language::Node, Goal::GetAll, code).await else {
            return;
        };
        let (_, passage) = &verdict.tried[0];
        assert_eq!(passage.answer.status, 200, "{passage:?}");
        assert!(
            passage.exchanges.refused > 700,
            "{}",
            passage.exchanges.refused
        );
        let again = check(
            Language::Node,
            Goal::GetAll,
            Goal::GetAll.solution(Language::Node),
        )
        .await;
        assert!(again.unwrap().reason.is_none());
    }

    #[test]
    fn every_check_has_three_hints_that_differ() {
        for check in reasons::ALL {
            for language in Language::ALL {
                for goal in Goal::ALL {
                    let [first, second, third] = (check.hints)(goal, language);
                    assert!(
                        first != second && second != third && first != third,
                        "{}",
                        check.name
                    );
                    for hint in [first, second, third] {
                        assert!(hint.ends_with(['.', '?', ')', '}', ';']), "{hint}");
                    }
                }
            }
        }
    }
}
