//! The HTTP API: its integrations, routes, permissions and its stage.

use std::time::Duration;

use super::{End, PAGES, WAITS, Work, is_too_early};
use crate::account::ledger::Kind;
use crate::account::service::{
    Call, Integration, PAYLOAD_FORMAT, Page, Reply, Route, Thing, has_statement,
};
use crate::deployment::address::Address;
use crate::deployment::part::Part;
use crate::deployment::progress::Stage;
use crate::printable;
use crate::workshop::gateway;
use crate::workshop::goal::Goal;

impl Work<'_> {
    /// All of it, in front of these functions, and where it is served.
    pub(super) async fn api(&mut self, functions: &[String]) -> Result<Address, End> {
        self.begin(Part::Api)?;
        let found = self.found_api().await?;
        let stage = if found.is_some() {
            Stage::Kept
        } else {
            Stage::Made
        };
        let api = if let Some(api) = found {
            api
        } else {
            let name = self.plan.name.to_string();
            let create = Call::CreateApi { name: name.clone() };
            let made = self.patiently(&create, &name, false).await?.thing();
            made.ok_or_else(|| format!("API Gateway made {name} and did not say what it is. Deploy again: it is looked for first."))?
        };
        let endpoint = api.endpoint().unwrap_or_default();
        let address = Address::of(&self.plan.place, api.key(), endpoint)?;
        self.end(stage);
        let id = api.key().to_owned();

        let there = self.integrations(&id).await?;
        let mut integrations = Vec::new();
        for (goal, function) in Goal::ALL.into_iter().zip(functions) {
            self.begin(Part::Integration(goal))?;
            integrations.push(self.integration(&id, function, &there).await?);
        }
        let there = self.routes(&id).await?;
        for (goal, integration) in Goal::ALL.into_iter().zip(&integrations) {
            self.begin(Part::Route(goal))?;
            self.route(&id, goal, integration, &there).await?;
        }
        for goal in Goal::ALL {
            self.begin(Part::Permission(goal))?;
            self.permission(&id, goal).await?;
        }
        self.begin(Part::Stage)?;
        let answer = self.answer(&Call::GetStage { api: id.clone() }).await?;
        let name = self.plan.name.as_str();
        let stage = match answer.reply {
            Some(Reply::Stage { is_as_made: true }) => Stage::Kept,
            // Somebody has changed it. What a route alone may do, an update does not take away again.
            Some(_) => {
                let update = Call::UpdateStage { api: id.clone() };
                self.patiently(&update, name, false).await?;
                let now = self.call(&Call::GetStage { api: id }).await?;
                if now != (Reply::Stage { is_as_made: true }) {
                    return Err(End::changed(&format!(
                        "The stage of {name} is not limited as planned and lets more requests through than was said"
                    )));
                }
                Stage::Changed
            }
            None if answer.is_missing() => {
                let create = Call::CreateStage { api: id };
                self.patiently(&create, name, false).await?;
                Stage::Made
            }
            None => return Err(self.stopped(&answer)),
        };
        self.end(stage);
        Ok(address)
    }

    /// The API of this deployment, where one was made or may have been: by its id, or by its tags where its maker was not told.
    async fn found_api(&self) -> Result<Option<Thing>, End> {
        let mut entries = self.left().await?;
        entries.retain(|entry| entry.kind == Kind::Api);
        for entry in entries.iter().rev() {
            if let Some(id) = entry.identity().and_then(|identity| identity.id.clone())
                && let Some(api) = self.found(&Call::GetApi { id }).await?
            {
                return Ok(Some(api));
            }
        }
        if entries.is_empty() {
            return Ok(None);
        }
        let mut next = None;
        for _ in 0..PAGES {
            let Reply::Things(page) = self.call(&Call::GetApis { next }).await? else {
                break;
            };
            for api in page.items {
                // The name is nobody's own, so somebody else's is not in the way.
                if api.name == self.plan.name.as_str()
                    && self.entered.services.owned(&api).await.is_ok()
                {
                    return Ok(Some(api));
                }
            }
            next = page.next;
            if next.is_none() {
                break;
            }
        }
        Ok(None)
    }

    async fn integrations(&self, api: &str) -> Result<Vec<Integration>, End> {
        let get = |next| Call::GetIntegrations {
            api: api.to_owned(),
            next,
        };
        let page = |reply| match reply {
            Reply::Integrations(page) => Some(page),
            _ => None,
        };
        self.all_of(get, page).await
    }

    async fn routes(&self, api: &str) -> Result<Vec<Route>, End> {
        let get = |next| Call::GetRoutes {
            api: api.to_owned(),
            next,
        };
        let page = |reply| match reply {
            Reply::Routes(page) => Some(page),
            _ => None,
        };
        self.all_of(get, page).await
    }

    /// A list, page by page.
    async fn all_of<T>(
        &self,
        get: impl Fn(Option<String>) -> Call,
        page: impl Fn(Reply) -> Option<Page<T>>,
    ) -> Result<Vec<T>, End> {
        let mut all = Vec::new();
        let mut next = None;
        for _ in 0..PAGES {
            let reply = self.call(&get(next)).await?;
            let Some(Page { items, next: more }) = page(reply) else {
                break;
            };
            all.extend(items);
            next = more;
            if next.is_none() {
                break;
            }
        }
        Ok(all)
    }

    /// The ids of the integrations with a function, the one that is used first: a lost answer may have left a second.
    async fn integration(
        &mut self,
        api: &str,
        function: &str,
        there: &[Integration],
    ) -> Result<Vec<String>, End> {
        let of_function = |all: &[Integration]| -> Vec<String> {
            all.iter()
                .filter(|one| one.uri.as_deref() == Some(function))
                .map(|one| one.id.clone())
                .collect()
        };
        let changed = there
            .iter()
            .filter(|one| one.uri.as_deref() == Some(function))
            .find_map(otherwise);
        if let Some(changed) = changed {
            return Err(End::changed(&format!(
                "The integration of {} with {} is there, but {changed}",
                self.plan.name,
                printable::line(function)
            )));
        }
        let found = of_function(there);
        if !found.is_empty() {
            self.end(Stage::Kept);
            return Ok(found);
        }
        let create = Call::CreateIntegration {
            api: api.to_owned(),
            function: function.to_owned(),
        };
        let mut ids = Vec::new();
        let mut so_far = Duration::ZERO;
        let mut last = None;
        for wait in WAITS {
            let answer = self.answer(&create).await?;
            ids = match &answer.reply {
                Some(Reply::Made { id }) => vec![id.clone()],
                // It may have been made all the same.
                _ if answer.exchange().unsettled => of_function(&self.integrations(api).await?),
                _ => Vec::new(),
            };
            let is_early = ids.is_empty() && is_too_early(&answer, false);
            last = Some(answer);
            if !is_early {
                break;
            }
            let status = "another change goes on";
            self.not_ready(api, status, &mut so_far, wait).await?;
        }
        match last {
            Some(answer) if ids.is_empty() => return Err(self.stopped(&answer)),
            _ => self.end(Stage::Made),
        }
        Ok(ids)
    }

    async fn route(
        &mut self,
        api: &str,
        goal: Goal,
        integrations: &[String],
        there: &[Route],
    ) -> Result<(), End> {
        let key = goal.route_key();
        if let Some(route) = there.iter().find(|route| route.key == key) {
            let target = route.target.as_deref().unwrap_or_default();
            let id = target.strip_prefix("integrations/").unwrap_or(target);
            if !integrations.iter().any(|one| one == id) {
                return Err(End::changed(&format!(
                    "The route {key} of {} leads to something else than its function",
                    self.plan.name
                )));
            }
            self.end(Stage::Kept);
            return Ok(());
        }
        let create = Call::CreateRoute {
            api: api.to_owned(),
            key: key.to_owned(),
            integration: integrations.first().cloned().unwrap_or_default(),
        };
        self.patiently(&create, key, false).await?;
        self.end(Stage::Made);
        Ok(())
    }

    async fn permission(&mut self, api: &str, goal: Goal) -> Result<(), End> {
        let function = self.plan.name.function(goal);
        let statement = format!("api-{api}");
        let get = Call::GetPolicy {
            function: function.clone(),
        };
        let answer = self.answer(&get).await?;
        let is_there = match &answer.reply {
            Some(Reply::Document(policy)) => has_statement(policy, &statement),
            _ if answer.is_missing() => false,
            _ => return Err(self.stopped(&answer)),
        };
        if is_there {
            self.end(Stage::Kept);
            return Ok(());
        }
        // The statement's name has the API's id in it, so it says the same each time.
        let add = Call::AddPermission {
            function: function.clone(),
            statement,
            source_arn: self.plan.source_arn(api, goal),
        };
        self.patiently(&add, &function, false).await?;
        self.end(Stage::Made);
        Ok(())
    }
}

/// What of an integration is otherwise than it was made, as far as its service tells.
fn otherwise(one: &Integration) -> Option<String> {
    let planned = gateway::TIME.as_millis();
    let format = one.payload_format.as_deref();
    let timeout = one
        .timeout
        .filter(|found| u128::try_from(*found) != Ok(planned));
    if let Some(format) = format.filter(|found| *found != PAYLOAD_FORMAT) {
        let format = printable::line(format);
        return Some(format!(
            "its payload format is {format}, and {PAYLOAD_FORMAT} is planned"
        ));
    }
    timeout
        .map(|found| format!("its function is waited for {found} ms, and {planned} ms are planned"))
}
