//! Roles, each with the one policy that its handler needs.

use serde_json::Value;

use super::{End, Work};
use crate::account::service::{Call, Reply, Thing};
use crate::deployment::progress::Stage;
use crate::deployment::rights;
use crate::printable;
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
            self.is_taken_as_planned(&role)?;
            role
        } else {
            self.new_roles.push(goal);
            let trust = self.plan.trust().to_string();
            let name = name.clone();
            self.thing(&Call::CreateRole { name, trust }).await?
        };
        let rights = self.plan.rights(goal);
        let stage = if !is_new && self.has_rights(&name, &rights).await? {
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

    /// Who else may take it may do what its handler may.
    fn is_taken_as_planned(&self, role: &Thing) -> Result<(), End> {
        let planned = self.plan.trust();
        match role.trust() {
            Some(trust) if !rights::is_same(trust, &planned) => Err(End::changed(&format!(
                "The trust policy of the role {} is not as planned, and may let others than Lambda take it",
                printable::line(&role.name)
            ))),
            _ => Ok(()),
        }
    }

    /// Whether its policy says this.
    async fn has_rights(&self, role: &str, rights: &Value) -> Result<bool, End> {
        let get = Call::GetRolePolicy {
            role: role.to_owned(),
            policy: POLICY.to_owned(),
        };
        let answer = self.answer(&get).await?;
        if answer.is_missing() {
            return Ok(false);
        }
        match &answer.reply {
            Some(Reply::Document(document)) => Ok(rights::is_same(document, rights)),
            _ => Err(self.stopped(&answer)),
        }
    }
}
