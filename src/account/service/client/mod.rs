//! One try of one call with the SDK's own client of its service.
//!
//! Each service has its file, and nothing else in the program names a type of its client.
//! Invariant: what is made here carries the tags of its run, and each call is recorded as it was on the wire.

mod apigateway;
mod iam;
mod lambda;
mod logs;

use aws_config::SdkConfig;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;

use super::super::tag;
use super::call::{Call, Service};
use super::reply::Reply;
use crate::target::exchange::Place;
use crate::target::failure::{ANSWER, CONNECT_AWAY, Failed};
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
            .map_err(|error| crate::target::failure::failed(&error, recording.signed()))
    }};
}
use send;

/// A client for each service, all to one place.
#[derive(Clone)]
pub(super) struct Clients {
    region: String,
    iam: aws_sdk_iam::Client,
    lambda: aws_sdk_lambda::Client,
    apigateway: aws_sdk_apigatewayv2::Client,
    logs: aws_sdk_cloudwatchlogs::Client,
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
            iam: client!(aws_sdk_iam),
            lambda: client!(aws_sdk_lambda),
            apigateway: client!(aws_sdk_apigatewayv2),
            logs: client!(aws_sdk_cloudwatchlogs),
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
            Service::Iam => self.iam(call, maker, recorder).await?,
            Service::Lambda => self.lambda(call, maker, recorder).await?,
            Service::ApiGateway => self.apigateway(call, maker, recorder).await?,
            Service::Logs => self.logs(call, maker, recorder).await?,
        };
        reply.ok_or(Failed::Stranger)
    }
}
