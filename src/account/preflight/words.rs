//! What STS's refusals mean, and what to type next.

use super::super::credentials::Way;
use super::{Check, Finding, Verdict};

impl Finding {
    pub(crate) fn new(what: Check, verdict: Verdict, words: impl Into<String>) -> Self {
        Self {
            what,
            verdict,
            words: crate::printable::line(&words.into()).into_owned(),
            next: None,
        }
    }

    pub(crate) fn good(what: Check, words: impl Into<String>) -> Self {
        Self::new(what, Verdict::Good, words)
    }

    pub(crate) fn warning(what: Check, words: impl Into<String>) -> Self {
        Self::new(what, Verdict::Warning, words)
    }

    pub(crate) fn stop(what: Check, words: impl Into<String>) -> Self {
        Self::new(what, Verdict::Stop, words)
    }

    pub(crate) fn then(mut self, next: impl Into<String>) -> Self {
        self.next = Some(crate::printable::line(&next.into()).into_owned());
        self
    }
}

/// Whether a refusal is about the time and not about the credentials.
pub(super) fn is_about_time(code: &str, message: &str) -> bool {
    matches!(code, "RequestTimeTooSkewed" | "RequestExpired")
        || message.contains("Signature expired")
        || message.contains("Signature not yet current")
}

/// Why AWS does not take these credentials.
pub(super) fn refused(code: &str, message: &str, way: &Way, region: &str) -> Finding {
    let what = Check::Identity;
    match code {
        "ExpiredToken" | "ExpiredTokenException" => {
            Finding::stop(what, format!("the credentials have expired ({way})")).then(way.renew())
        }
        "InvalidClientTokenId" | "UnrecognizedClientException" | "InvalidAccessKeyId" => Finding::stop(
            what,
            format!(
                "AWS does not know these credentials ({way}): the access key is mistyped or was deleted, or {region} is not switched on for its account"
            ),
        )
        .then(way.renew()),
        "SignatureDoesNotMatch" | "InvalidSignatureException" | "IncompleteSignature" => {
            Finding::stop(
                what,
                format!("the secret access key does not belong to its access key ({way})"),
            )
            .then(way.renew())
        }
        "RegionDisabledException" => Finding::stop(
            what,
            format!("the region {region} is not switched on for this account"),
        )
        .then("--region us-east-1"),
        "AccessDenied" | "AccessDeniedException" => Finding::stop(
            what,
            format!("a policy forbids even to ask whose credentials these are: {message}"),
        )
        .then("ask whoever looks after the account"),
        _ => Finding::stop(what, format!("STS refuses: {code}: {message}"))
            .then("aws sts get-caller-identity   asks the same with the AWS CLI"),
    }
}
