//! Roles, each with the one policy that its handler needs.

use serde_json::Value;

use super::{End, Work};
use crate::account::service::{Call, Reply};
use crate::deployment::progress::Stage;
use crate::workshop::goal::Goal;

/// The name of a role's inline policy.
const POLICY: &str = "table-and-log";

impl Work<'_> {
    /// The role's ARN.
    pub(super) async fn role(&mut self, goal: Goal) -> Result<String, End> {
        let name = self.plan.name.function(goal);
        let found = self.found(&Call::GetRole { name: name.clone() }).await?;
        let is_new = found.is_none();
        let role = if let Some(role) = found {
            role
        } else {
            self.new_roles.push(goal);
            let trust = self.plan.trust().to_string();
            let name = name.clone();
            self.thing(&Call::CreateRole { name, trust }).await?
        };
        let rights = self.plan.rights(goal);
        let stage = if !is_new && self.rights_of(&name).await? == Some(rights.clone()) {
            Stage::Kept
        } else {
            let put = Call::PutRolePolicy {
                role: name,
                policy: POLICY.to_owned(),
                document: rights.to_string(),
            };
            let name = self.plan.name.function(goal);
            self.patiently(&put, &name, is_new).await?;
            if is_new { Stage::Made } else { Stage::Changed }
        };
        self.end(stage);
        Ok(role.identity.arn)
    }

    /// What its policy says, where it has one that can be read.
    async fn rights_of(&self, role: &str) -> Result<Option<Value>, End> {
        let get = Call::GetRolePolicy {
            role: role.to_owned(),
            policy: POLICY.to_owned(),
        };
        let answer = self.answer(&get).await?;
        if answer.is_missing() {
            return Ok(None);
        }
        match &answer.reply {
            Some(Reply::Document(document)) => Ok(serde_json::from_str(document).ok()),
            _ => Err(self.stopped(&answer)),
        }
    }
}
