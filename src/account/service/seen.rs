//! Whether what a change asks for is so already.
//!
//! ```text
//!   a change ─ "already exists", "an update is in progress", "try again later" ─→ looked at ─ as asked for ─→ done
//!                                                                                    └─ not ─→ the answer stands: not done
//! ```
//!
//! The code is the same for what is there already and for what came while something else was under way, so it proves nothing; nor do
//! the service's words, which may change.
//! Invariant: a change counts as done by an earlier try only where what it asks for was seen.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::super::ledger::Kind;
use super::reply::{FunctionDetail, Reply};
use super::{Answer, Call, Services, is_there};
use crate::target::exchange::Outcome;
use crate::target::guard::Watch;

/// Waits between looks at what an earlier try may have done: it may not be to be seen everywhere yet.
const WAITS: [Duration; 4] = [
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
];
/// Pages that are read of what an API has: it has three of each.
const PAGES: usize = 20;

impl Services {
    /// What a change says that was made already, or that nobody knows of.
    pub(super) async fn after_changing(&self, call: &Call, answer: &mut Answer, watch: Watch<'_>) {
        let exchange = &answer.called.exchange;
        let lost = exchange.attempts.iter().any(|attempt| attempt.unsettled);
        if exchange.error_code().is_some_and(is_there) {
            let Some(reply) = self.seen(call, lost, watch).await else {
                return;
            };
            let exchange = &mut answer.called.exchange;
            exchange.already_done = true;
            exchange.remark(if lost {
                "It was looked at, and is as asked for: an earlier try of the same had done it, and only its answer was lost."
            } else {
                "It was looked at, and is as asked for already."
            });
            answer.reply = Some(reply);
        } else if exchange.unsettled && matches!(exchange.outcome, Outcome::Unanswered { .. }) {
            answer.called.exchange.remark(
                "Whether it was carried out is not known. Do it again: it is looked up first.",
            );
        }
    }

    /// Looks once, or a few times where it may come to be seen.
    async fn seen(&self, call: &Call, lost: bool, watch: Watch<'_>) -> Option<Reply> {
        let waits = if lost { &WAITS[..] } else { &[] };
        for wait in waits {
            let reply = self.as_asked(call, watch).await;
            if reply.is_some() {
                return reply;
            }
            if !self.wait(*wait, watch).await {
                return None;
            }
        }
        self.as_asked(call, watch).await
    }

    /// What a change is answered with where it is seen to be so; `None` where it is not, or can't be seen.
    async fn as_asked(&self, call: &Call, watch: Watch<'_>) -> Option<Reply> {
        match call {
            Call::UpdateFunctionCode { name, zip } => {
                let sha256 = STANDARD.encode(Sha256::digest(zip));
                let has_it = |detail: &FunctionDetail| detail.code_sha256.as_ref() == Some(&sha256);
                self.function_that(name, has_it, watch).await
            }
            Call::UpdateFunctionConfiguration {
                name,
                memory,
                timeout,
            } => {
                let wanted = (Some(memory.cast_signed()), Some(timeout.cast_signed()));
                let has_it = |detail: &FunctionDetail| (detail.memory, detail.timeout) == wanted;
                self.function_that(name, has_it, watch).await
            }
            Call::AddPermission {
                function,
                statement,
                ..
            } => {
                let function = function.clone();
                let answer = self.tried(&Call::GetPolicy { function }, watch).await;
                match answer.reply? {
                    Reply::Document(policy) if has_statement(&policy, statement) => {
                        Some(Reply::Done)
                    }
                    _ => None,
                }
            }
            Call::CreateRoute {
                api,
                key,
                integration,
            } => {
                let target = format!("integrations/{integration}");
                self.route_to(api, key, &target, watch).await
            }
            Call::CreateStage { api } | Call::UpdateStage { api } => {
                let api = api.clone();
                let answer = self.tried(&Call::GetStage { api }, watch).await;
                matches!(answer.reply, Some(Reply::Stage { is_as_made: true }))
                    .then_some(Reply::Done)
            }
            _ => None,
        }
    }

    async fn function_that(
        &self,
        name: &str,
        is_so: impl Fn(&FunctionDetail) -> bool,
        watch: Watch<'_>,
    ) -> Option<Reply> {
        let function = self.look(Kind::Function, name, watch).await.ok()??;
        is_so(function.function()?).then(|| Reply::Thing(Box::new(function)))
    }

    async fn route_to(
        &self,
        api: &str,
        key: &str,
        target: &str,
        watch: Watch<'_>,
    ) -> Option<Reply> {
        let mut next = None;
        for _ in 0..PAGES {
            let api = api.to_owned();
            let answer = self.tried(&Call::GetRoutes { api, next }, watch).await;
            let Some(Reply::Routes(page)) = answer.reply else {
                return None;
            };
            let mut routes = page.items.iter();
            if routes.any(|route| route.key == key && route.target.as_deref() == Some(target)) {
                return Some(Reply::Done);
            }
            next = page.next;
            next.as_ref()?;
        }
        None
    }
}

/// Whether a function's policy has a statement of this name.
#[must_use]
pub fn has_statement(policy: &str, id: &str) -> bool {
    let policy: Value = serde_json::from_str(policy).unwrap_or_default();
    let statements = policy.get("Statement").and_then(Value::as_array);
    statements
        .into_iter()
        .flatten()
        .any(|statement| statement.get("Sid").is_some_and(|sid| sid == id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_is_found_by_its_name() {
        let policy = r#"{"Statement":[{"Sid":"x"},{"Sid":"api-a1"}]}"#;
        assert!(has_statement(policy, "api-a1"));
        assert!(!has_statement(policy, "api-a2"));
        assert!(!has_statement("no JSON", "api-a1"));
    }
}
