//! Errors in each service's own form: its status, its names, its protocol.
//!
//! ```text
//!   IAM, STS      <ErrorResponse><Error><Code>Throttling</Code>…          XML of the query protocol
//!   Lambda        429, x-amzn-errortype: TooManyRequestsException         {"Reason":…,"message":…}
//!   API Gateway   429, x-amzn-errortype: TooManyRequestsException         {"message":…}
//!   Logs          400, {"__type":"ThrottlingException","message":…}
//! ```

use serde_json::json;

use super::call::Service;
use super::message::Answer;

/// What any service may say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Common {
    Throttled,
    Failed,
    Denied,
    Expired,
    WrongClock,
    /// Another change of the same thing goes on.
    Busy,
}

/// An error of a name of the service's own.
pub fn error(service: Service, status: u16, code: &str, words: &str) -> Answer {
    match service {
        Service::Iam | Service::Sts => {
            let words = words.replace('&', "&amp;").replace('<', "&lt;");
            let body = format!(
                "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{words}</Message></Error>\
                 <RequestId>11111111-2222-3333-4444-555555555555</RequestId></ErrorResponse>"
            );
            Answer::new(status, "text/xml", body)
        }
        Service::Lambda => {
            let body = json!({ "Type": "User", "Message": words, "message": words });
            Answer::new(status, "application/json", body.to_string()).with("x-amzn-errortype", code)
        }
        Service::ApiGateway | Service::Url | Service::Credentials => {
            let body = json!({ "message": words });
            Answer::new(status, "application/json", body.to_string()).with("x-amzn-errortype", code)
        }
        Service::Logs => {
            let body = json!({ "__type": code, "message": words });
            Answer::new(status, "application/x-amz-json-1.1", body.to_string())
        }
        Service::DynamoDb => {
            let code = format!("com.amazonaws.dynamodb.v20120810#{code}");
            let body = json!({ "__type": code, "message": words }).to_string();
            let crc = crc32fast::hash(body.as_bytes());
            Answer::new(status, "application/x-amz-json-1.0", body)
                .with("x-amzn-requestid", "A".repeat(52))
                .with("x-amz-crc32", crc.to_string())
        }
    }
}

/// An error of all services; `denied` is what is said where somebody may not.
pub fn common(service: Service, what: Common, denied: &str) -> Answer {
    let query = matches!(service, Service::Iam | Service::Sts);
    let (status, code, words) = match what {
        Common::Throttled => match service {
            Service::Iam | Service::Sts => (400, "Throttling", "Rate exceeded"),
            Service::Lambda => (429, "TooManyRequestsException", "Rate exceeded"),
            Service::ApiGateway | Service::Url | Service::Credentials => {
                (429, "TooManyRequestsException", "Too Many Requests")
            }
            Service::Logs => (400, "ThrottlingException", "Rate exceeded"),
            Service::DynamoDb => (
                400,
                "ThrottlingException",
                "Rate of requests exceeds the allowed throughput.",
            ),
        },
        Common::Failed => match service {
            Service::Sts => (500, "InternalFailure", "The request processing has failed."),
            Service::Iam => (500, "ServiceFailure", "The request processing has failed."),
            Service::Lambda => (
                500,
                "ServiceException",
                "Service encountered an internal error.",
            ),
            Service::Logs => (
                503,
                "ServiceUnavailableException",
                "The service cannot complete the request.",
            ),
            Service::ApiGateway | Service::Url | Service::Credentials => {
                (500, "InternalServerErrorException", "Internal server error")
            }
            Service::DynamoDb => (
                500,
                "InternalServerError",
                "The request processing has failed because of an unknown error.",
            ),
        },
        Common::Denied if query => (403, "AccessDenied", denied),
        Common::Denied if service == Service::DynamoDb || service == Service::Logs => {
            (400, "AccessDeniedException", denied)
        }
        Common::Denied => (403, "AccessDeniedException", denied),
        Common::Expired => {
            let words = "The security token included in the request is expired";
            match service {
                Service::Iam | Service::Sts => (403, "ExpiredToken", words),
                Service::DynamoDb | Service::Logs => (400, "ExpiredTokenException", words),
                _ => (403, "ExpiredTokenException", words),
            }
        }
        Common::Busy => match service {
            Service::Iam | Service::Sts => (
                409,
                "ConcurrentModification",
                "The request was rejected because multiple requests to change this object were submitted simultaneously.",
            ),
            Service::Lambda => (
                409,
                "ResourceConflictException",
                "The operation cannot be performed at this time. An update is in progress for resource.",
            ),
            Service::ApiGateway | Service::Url | Service::Credentials => (
                409,
                "ConflictException",
                "Unable to complete operation due to concurrent modification. Please try again later.",
            ),
            Service::Logs => (
                400,
                "OperationAbortedException",
                "A conflicting operation is currently in progress against this resource.",
            ),
            Service::DynamoDb => (400, "ResourceInUseException", "The resource is in use."),
        },
        Common::WrongClock => {
            let words = "Signature expired: 20200101T000000Z is now earlier than 20261126T030000Z (20261126T031500Z - 15 min.)";
            match service {
                Service::Iam | Service::Sts => (403, "SignatureDoesNotMatch", words),
                Service::DynamoDb | Service::Logs => (400, "InvalidSignatureException", words),
                _ => (403, "InvalidSignatureException", words),
            }
        }
    };
    error(service, status, code, words)
}
