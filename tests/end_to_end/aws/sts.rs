//! Who the caller is, in the query protocol's XML; and the places that hand out credentials.

use serde_json::json;

use crate::services::message::{Answer, Request};

const XML: &str = "text/xml";

pub fn caller_identity(account: &str, caller: &str) -> Answer {
    let body = format!(
        "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
         <GetCallerIdentityResult><Arn>{caller}</Arn><UserId>AIDASTUDENT</UserId><Account>{account}</Account>\
         </GetCallerIdentityResult><ResponseMetadata><RequestId>01234567-89ab-cdef-0123-456789abcdef</RequestId>\
         </ResponseMetadata></GetCallerIdentityResponse>"
    );
    Answer::new(200, XML, body)
}

/// What these credentials are called.
#[derive(Debug, Clone)]
pub struct Secrets {
    pub access_key: String,
    pub secret_key: String,
    pub session_token: String,
    /// What the portal of IAM Identity Center wants to see first.
    pub portal_token: String,
}

/// The portal's `GetRoleCredentials`, and the endpoint that a container is told of.
pub fn credentials(request: &Request, secrets: Option<&Secrets>) -> Answer {
    /// 2100, far enough.
    const EXPIRATION: &str = "2100-01-01T00:00:00Z";
    const EXPIRATION_MILLIS: u64 = 4_102_444_800_000;
    const JSON: &str = "application/json";
    let Some(secrets) = secrets else {
        return Answer::new(404, JSON, "{}");
    };
    let body = if request.path.starts_with("/federation/credentials") {
        if request.header("x-amz-sso_bearer_token") != Some(&secrets.portal_token) {
            let refused = json!({"message": "Session token not found or invalid"});
            return Answer::new(401, JSON, refused.to_string());
        }
        json!({"roleCredentials": {
            "accessKeyId": secrets.access_key,
            "secretAccessKey": secrets.secret_key,
            "sessionToken": secrets.session_token,
            "expiration": EXPIRATION_MILLIS,
        }})
    } else if request.path.starts_with("/container") {
        json!({
            "AccessKeyId": secrets.access_key,
            "SecretAccessKey": secrets.secret_key,
            "Token": secrets.session_token,
            "Expiration": EXPIRATION,
        })
    } else {
        return Answer::new(404, JSON, "{}");
    };
    Answer::new(200, JSON, body.to_string())
}
