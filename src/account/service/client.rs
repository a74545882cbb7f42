//! One try of one call with the SDK's own client of its service.
//!
//! Nothing else in the program names a type of these clients.
//! Invariant: what is made here carries the tags of its run, and each call is recorded as it was on the wire.

use aws_config::SdkConfig;
use aws_sdk_apigatewayv2 as apigateway;
use aws_sdk_cloudwatchlogs as logs;
use aws_sdk_iam as iam;
use aws_sdk_lambda as lambda;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_types::Blob;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;

use super::super::tag;
use super::call::{
    BURST, Call, NewFunction, PAYLOAD_FORMAT, RATE, RETENTION_DAYS, ROLE_PATH, STAGE,
};
use super::reply::{Page, Reply};
use super::shape::{self, Configuration};
use crate::target::exchange::Place;
use crate::target::failure::{ANSWER, CONNECT_AWAY, Failed, failed};
use crate::target::recorder::Recorder;

/// Sends a call of any type, recorded.
macro_rules! send {
    ($call:expr, $recorder:ident) => {{
        let recording = $recorder.clone();
        $call
            .customize()
            .interceptor($recorder)
            .send()
            .await
            .map_err(|error| failed(&error, recording.signed()))
    }};
}

/// What is used of a function's configuration, which has another type in each answer.
macro_rules! configuration {
    ($from:expr) => {
        Configuration {
            name: $from.function_name(),
            arn: $from.function_arn(),
            sha256: $from.code_sha256(),
            runtime: $from.runtime().map(|one| one.as_str()),
            handler: $from.handler(),
            role: $from.role(),
            state: $from.state().map(|one| one.as_str()),
            reason: $from.state_reason(),
            update: $from.last_update_status().map(|one| one.as_str()),
            update_reason: $from.last_update_status_reason(),
            timeout: $from.timeout(),
            memory: $from.memory_size(),
            table: $from
                .environment()
                .and_then(|environment| environment.variables())
                .and_then(|variables| variables.get("TABLE_NAME"))
                .map(String::as_str),
        }
    };
}

/// The same of an API.
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

/// A client for each service, all to one place.
#[derive(Clone)]
pub(super) struct Clients {
    region: String,
    iam: iam::Client,
    lambda: lambda::Client,
    apigateway: apigateway::Client,
    logs: logs::Client,
}

/// Who makes something, for its tags.
#[derive(Debug, Clone, Copy)]
pub(super) struct Maker<'a> {
    pub run: tag::RunId,
    /// As [`tag::BY`] has it.
    pub by: &'a str,
}

impl Clients {
    /// Region, credentials and clock are `config`'s; the address is `place`'s, whatever `config` says.
    pub(super) fn new(place: &Place, config: &SdkConfig, http: &SharedHttpClient) -> Self {
        /// The part that is the same for each service but has another type every time. Tries are ours, not the SDK's.
        macro_rules! client {
            ($sdk:ident) => {{
                let mut builder = $sdk::config::Builder::from(config)
                    .region($sdk::config::Region::new(place.region.clone()))
                    .http_client(http.clone())
                    .retry_config(RetryConfig::disabled())
                    .stalled_stream_protection(
                        $sdk::config::StalledStreamProtectionConfig::disabled(),
                    )
                    .timeout_config(
                        TimeoutConfig::builder()
                            .connect_timeout(CONNECT_AWAY)
                            .operation_timeout(ANSWER)
                            .build(),
                    );
                builder.set_endpoint_url(place.endpoint.clone());
                $sdk::Client::from_conf(builder.build())
            }};
        }
        Self {
            region: place.region.clone(),
            iam: client!(iam),
            lambda: client!(lambda),
            apigateway: client!(apigateway),
            logs: client!(logs),
        }
    }

    /// Sends it once. A success that has no reply in it is none of the service.
    pub(super) async fn once(
        &self,
        call: &Call,
        maker: Maker<'_>,
        recorder: Recorder,
    ) -> Result<Reply, Failed> {
        let reply = match call.service() {
            super::Service::Iam => self.iam(call, maker, recorder).await?,
            super::Service::Lambda => self.lambda(call, maker, recorder).await?,
            super::Service::ApiGateway => self.apigateway(call, maker, recorder).await?,
            super::Service::Logs => self.logs(call, maker, recorder).await?,
        };
        reply.ok_or(Failed::Stranger)
    }

    async fn iam(
        &self,
        call: &Call,
        maker: Maker<'_>,
        recorder: Recorder,
    ) -> Result<Option<Reply>, Failed> {
        let client = &self.iam;
        Ok(match call {
            Call::CreateRole { name, trust } => {
                let mut create = client
                    .create_role()
                    .path(ROLE_PATH)
                    .role_name(name)
                    .assume_role_policy_document(trust);
                let region = (tag::REGION, self.region.clone());
                for (key, value) in tag::pairs(maker.run, maker.by).into_iter().chain([region]) {
                    let tag = iam::types::Tag::builder().key(key).value(value).build();
                    create = create.tags(tag.map_err(|error| Failed::NotSent(error.to_string()))?);
                }
                let made = send!(create, recorder)?;
                made.role().map(shape::role)
            }
            Call::GetRole { name } => {
                let found = send!(client.get_role().role_name(name), recorder)?;
                found.role().map(shape::role)
            }
            Call::ListRoles { next } => {
                let list = client.list_roles().path_prefix(ROLE_PATH);
                let found = send!(list.set_marker(next.clone()), recorder)?;
                Some(Reply::Things(Page {
                    items: found.roles().iter().map(shape::role_of_list).collect(),
                    next: found.marker().map(str::to_owned),
                }))
            }
            Call::ListRoleTags { name, next } => {
                let list = client.list_role_tags().role_name(name);
                let found = send!(list.set_marker(next.clone()), recorder)?;
                Some(Reply::Tags(Page {
                    items: shape::tags_of_role(found.tags()),
                    next: found.marker().map(str::to_owned),
                }))
            }
            Call::PutRolePolicy {
                role,
                policy,
                document,
            } => {
                let put = client
                    .put_role_policy()
                    .role_name(role)
                    .policy_name(policy)
                    .policy_document(document);
                send!(put, recorder)?;
                Some(Reply::Done)
            }
            Call::GetRolePolicy { role, policy } => {
                let get = client.get_role_policy().role_name(role).policy_name(policy);
                let found = send!(get, recorder)?;
                Some(Reply::Document(shape::document(found.policy_document())))
            }
            Call::ListRolePolicies { role, next } => {
                let list = client.list_role_policies().role_name(role);
                let found = send!(list.set_marker(next.clone()), recorder)?;
                Some(Reply::Names(Page {
                    items: found.policy_names().to_vec(),
                    next: found.marker().map(str::to_owned),
                }))
            }
            Call::DeleteRolePolicy { role, policy } => {
                let delete = client.delete_role_policy().role_name(role);
                send!(delete.policy_name(policy), recorder)?;
                Some(Reply::Done)
            }
            Call::DeleteRole { name } => {
                send!(client.delete_role().role_name(name), recorder)?;
                Some(Reply::Done)
            }
            _ => return Err(Failed::UnknownOperation),
        })
    }

    async fn lambda(
        &self,
        call: &Call,
        maker: Maker<'_>,
        recorder: Recorder,
    ) -> Result<Option<Reply>, Failed> {
        let client = &self.lambda;
        Ok(match call {
            Call::CreateFunction(new) => {
                let made = send!(create_function(client, new, maker), recorder)?;
                shape::function(&configuration!(made), None)
            }
            Call::GetFunction { name } => {
                let found = send!(client.get_function().function_name(name), recorder)?;
                // Without the right to list them, or when that went wrong, the answer has no tags, whatever there is.
                let tags = match found.tags_error() {
                    Some(_) => None,
                    None => found.tags().map(|tags| shape::pairs(Some(tags))),
                };
                found
                    .configuration()
                    .and_then(|configuration| shape::function(&configuration!(configuration), tags))
            }
            Call::ListFunctions { next } => {
                let list = client.list_functions().set_marker(next.clone());
                let found = send!(list, recorder)?;
                Some(Reply::Things(Page {
                    items: found
                        .functions()
                        .iter()
                        .filter_map(|one| shape::function_of_list(&configuration!(one)))
                        .collect(),
                    next: found.next_marker().map(str::to_owned),
                }))
            }
            Call::UpdateFunctionCode { name, zip } => {
                let update = client.update_function_code().function_name(name);
                let update = update.zip_file(Blob::new(zip.clone()));
                let made = send!(update, recorder)?;
                shape::function(&configuration!(made), None)
            }
            Call::UpdateFunctionConfiguration {
                name,
                memory,
                timeout,
            } => {
                let update = client.update_function_configuration().function_name(name);
                let update = update.memory_size(memory.cast_signed());
                let made = send!(update.timeout(timeout.cast_signed()), recorder)?;
                shape::function(&configuration!(made), None)
            }
            Call::AddPermission {
                function,
                statement,
                source_arn,
            } => {
                let add = client
                    .add_permission()
                    .function_name(function)
                    .statement_id(statement)
                    .action("lambda:InvokeFunction")
                    .principal("apigateway.amazonaws.com")
                    .source_arn(source_arn);
                send!(add, recorder)?;
                Some(Reply::Done)
            }
            Call::GetPolicy { function } => {
                let found = send!(client.get_policy().function_name(function), recorder)?;
                found
                    .policy()
                    .map(|policy| Reply::Document(policy.to_owned()))
            }
            Call::DeleteFunction { name } => {
                send!(client.delete_function().function_name(name), recorder)?;
                Some(Reply::Done)
            }
            _ => return Err(Failed::UnknownOperation),
        })
    }

    async fn apigateway(
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

    async fn logs(
        &self,
        call: &Call,
        maker: Maker<'_>,
        recorder: Recorder,
    ) -> Result<Option<Reply>, Failed> {
        let client = &self.logs;
        Ok(match call {
            Call::CreateLogGroup { name } => {
                let mut create = client.create_log_group().log_group_name(name);
                for (key, value) in tag::pairs(maker.run, maker.by) {
                    create = create.tags(key, value);
                }
                send!(create, recorder)?;
                Some(Reply::Done)
            }
            Call::PutRetentionPolicy { group } => {
                let put = client.put_retention_policy().log_group_name(group);
                send!(put.retention_in_days(RETENTION_DAYS), recorder)?;
                Some(Reply::Done)
            }
            Call::DescribeLogGroups { prefix, next } => {
                let describe = client.describe_log_groups().log_group_name_prefix(prefix);
                let found = send!(describe.set_next_token(next.clone()), recorder)?;
                Some(Reply::Things(Page {
                    items: found
                        .log_groups()
                        .iter()
                        .filter_map(shape::log_group)
                        .collect(),
                    next: found.next_token().map(str::to_owned),
                }))
            }
            Call::ListTagsForResource { arn } => {
                let list = client.list_tags_for_resource().resource_arn(arn);
                let found = send!(list, recorder)?;
                Some(Reply::Tags(Page {
                    items: shape::pairs(found.tags()),
                    next: None,
                }))
            }
            Call::DeleteLogGroup { name } => {
                send!(client.delete_log_group().log_group_name(name), recorder)?;
                Some(Reply::Done)
            }
            Call::FilterLogEvents {
                group,
                from,
                to,
                next,
            } => {
                let filter = client
                    .filter_log_events()
                    .log_group_name(group)
                    .start_time(*from)
                    .end_time(*to);
                let found = send!(filter.set_next_token(next.clone()), recorder)?;
                Some(Reply::Events(Page {
                    items: found.events().iter().filter_map(shape::event).collect(),
                    next: found.next_token().map(str::to_owned),
                }))
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

fn create_function(
    client: &lambda::Client,
    new: &NewFunction,
    maker: Maker<'_>,
) -> lambda::operation::create_function::builders::CreateFunctionFluentBuilder {
    let code = lambda::types::FunctionCode::builder().zip_file(Blob::new(new.zip.clone()));
    let mut environment = lambda::types::Environment::builder();
    for (key, value) in &new.variables {
        environment = environment.variables(key, value);
    }
    let mut create = client
        .create_function()
        .function_name(&new.name)
        .role(&new.role)
        .runtime(lambda::types::Runtime::from(new.runtime.as_str()))
        .handler(&new.handler)
        .code(code.build())
        .memory_size(new.memory.cast_signed())
        .timeout(new.timeout.cast_signed())
        .environment(environment.build());
    for (key, value) in tag::pairs(maker.run, maker.by) {
        create = create.tags(key, value);
    }
    create
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
