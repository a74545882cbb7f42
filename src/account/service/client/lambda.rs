//! Calls to Lambda: functions and who may invoke them.

use aws_sdk_lambda as lambda;
use aws_smithy_types::Blob;

use super::{Clients, Maker, send};
use crate::account::service::call::{Call, NewFunction};
use crate::account::service::reply::{Page, Reply};
use crate::account::service::shape::{self, Configuration};
use crate::account::tag;
use crate::target::failure::Failed;
use crate::target::recorder::Recorder;

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

impl Clients {
    pub(super) async fn lambda(
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
