//! Calls to API Gateway: HTTP APIs, and what each consists of.

use aws_sdk_apigatewayv2 as apigateway;

use super::{Clients, Maker, send};
use crate::account::service::call::{BURST, Call, PAYLOAD_FORMAT, RATE, STAGE};
use crate::account::service::reply::{Page, Reply};
use crate::account::service::shape;
use crate::account::tag;
use crate::target::failure::Failed;
use crate::target::recorder::Recorder;

/// What is used of an API, which has another type in each answer.
macro_rules! api {
    ($from:expr) => {
        shape::Api {
            id: $from.api_id(),
            name: $from.name(),
            endpoint: $from.api_endpoint(),
            made: $from.created_date(),
            tags: $from.tags(),
        }
    };
}

impl Clients {
    pub(super) async fn apigateway(
        &self,
        call: &Call,
        maker: Maker<'_>,
        recorder: Recorder,
    ) -> Result<Option<Reply>, Failed> {
        let client = &self.apigateway;
        let region = self.region.as_str();
        Ok(match call {
            Call::CreateApi { name } => {
                let made = send!(create_api(client, name, maker), recorder)?;
                shape::api(&api!(made), region)
            }
            Call::GetApi { id } => {
                let found = send!(client.get_api().api_id(id), recorder)?;
                shape::api(&api!(found), region)
            }
            Call::GetApis { next } => {
                let found = send!(client.get_apis().set_next_token(next.clone()), recorder)?;
                Some(Reply::Things(Page {
                    items: found
                        .items()
                        .iter()
                        .filter_map(|one| shape::api_of_list(&api!(one), region))
                        .collect(),
                    next: found.next_token().map(str::to_owned),
                }))
            }
            Call::DeleteApi { id } => {
                send!(client.delete_api().api_id(id), recorder)?;
                Some(Reply::Done)
            }
            _ => self.inside_api(call, maker, recorder).await?,
        })
    }

    /// What an API consists of.
    async fn inside_api(
        &self,
        call: &Call,
        maker: Maker<'_>,
        recorder: Recorder,
    ) -> Result<Option<Reply>, Failed> {
        let client = &self.apigateway;
        Ok(match call {
            Call::CreateIntegration { api, function } => {
                let create = client
                    .create_integration()
                    .api_id(api)
                    .integration_type(apigateway::types::IntegrationType::AwsProxy)
                    .integration_method("POST")
                    .integration_uri(function)
                    .payload_format_version(PAYLOAD_FORMAT);
                let made = send!(create, recorder)?;
                made.integration_id()
                    .map(|id| Reply::Made { id: id.to_owned() })
            }
            Call::GetIntegrations { api, next } => {
                let get = client.get_integrations().api_id(api);
                let found = send!(get.set_next_token(next.clone()), recorder)?;
                Some(Reply::Integrations(Page {
                    items: found
                        .items()
                        .iter()
                        .filter_map(shape::integration)
                        .collect(),
                    next: found.next_token().map(str::to_owned),
                }))
            }
            Call::CreateRoute {
                api,
                key,
                integration,
            } => {
                let create = client
                    .create_route()
                    .api_id(api)
                    .route_key(key)
                    .target(format!("integrations/{integration}"));
                send!(create, recorder)?;
                Some(Reply::Done)
            }
            Call::GetRoutes { api, next } => {
                let get = client.get_routes().api_id(api);
                let found = send!(get.set_next_token(next.clone()), recorder)?;
                Some(Reply::Routes(Page {
                    items: found.items().iter().filter_map(shape::route).collect(),
                    next: found.next_token().map(str::to_owned),
                }))
            }
            Call::CreateStage { api } => {
                let mut create = client
                    .create_stage()
                    .api_id(api)
                    .stage_name(STAGE)
                    .auto_deploy(true)
                    .default_route_settings(at_most());
                for (key, value) in tag::pairs(maker.run, maker.by) {
                    create = create.tags(key, value);
                }
                send!(create, recorder)?;
                Some(Reply::Done)
            }
            Call::GetStage { api } => {
                let found = send!(client.get_stage().api_id(api).stage_name(STAGE), recorder)?;
                let per_route = found
                    .route_settings()
                    .is_some_and(|routes| !routes.is_empty());
                let limits = found.default_route_settings();
                let deploys = found.auto_deploy() != Some(false);
                Some(Reply::Stage {
                    is_as_made: deploys && !per_route && limits.is_some_and(shape::is_limited),
                })
            }
            Call::UpdateStage { api } => {
                let update = client.update_stage().api_id(api).stage_name(STAGE);
                let update = update.auto_deploy(true).default_route_settings(at_most());
                send!(update, recorder)?;
                Some(Reply::Done)
            }
            _ => return Err(Failed::UnknownOperation),
        })
    }
}

/// What a stage lets through.
fn at_most() -> apigateway::types::RouteSettings {
    apigateway::types::RouteSettings::builder()
        .throttling_rate_limit(f64::from(RATE))
        .throttling_burst_limit(BURST.cast_signed())
        .build()
}

/// An HTTP API that any page may ask, as the folder's template for AWS SAM has it.
fn create_api(
    client: &apigateway::Client,
    name: &str,
    maker: Maker<'_>,
) -> apigateway::operation::create_api::builders::CreateApiFluentBuilder {
    let cors = apigateway::types::Cors::builder()
        .allow_origins("*")
        .allow_methods("GET")
        .allow_methods("POST")
        .allow_headers("content-type");
    let mut create = client
        .create_api()
        .name(name)
        .protocol_type(apigateway::types::ProtocolType::Http)
        .cors_configuration(cors.build());
    for (key, value) in tag::pairs(maker.run, maker.by) {
        create = create.tags(key, value);
    }
    create
}
