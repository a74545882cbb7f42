//! What DynamoDB says of a request's credentials before it looks who they are.
//!
//! ```text
//!   Authorization: AWS4-HMAC-SHA256 Credential=KEY/20130609/us-east-1/dynamodb/aws4_request, SignedHeaders=…, Signature=…
//!   or ?X-Amz-Algorithm=…&X-Amz-Credential=KEY/…&X-Amz-Signature=…&X-Amz-SignedHeaders=…&X-Amz-Date=…
//! ```
//!
//! The words are AWS's, observed and written down in the connection tests of dynalite. The signature itself is not verified: there is
//! no secret to verify it with.
//! Invariant: nothing here depends on what the credentials are, only on which parts of them are there.

use std::fmt::Write as _;

/// What a request says of itself, as it stands in its head.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Signed<'r> {
    /// The `Authorization` header.
    pub(super) authorization: Option<&'r str>,
    /// What stands behind the `?`.
    pub(super) query: &'r str,
    /// Whether there is an `X-Amz-Date` or a `Date` header.
    pub(super) dated: bool,
}

/// What is wrong with it: the error's name and message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unsigned {
    pub(super) error: &'static str,
    pub(super) message: String,
}

const ALGORITHM: &str = "X-Amz-Algorithm";

impl<'r> Signed<'r> {
    /// What DynamoDB refuses.
    pub(super) fn check(self) -> Result<(), Unsigned> {
        let by_query = parameters(self.query).any(|(name, _)| name == ALGORITHM);
        match (self.authorization, by_query) {
            (Some(_), true) => Err(Unsigned {
                error: "InvalidSignatureException",
                message: "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.".to_owned(),
            }),
            (None, true) => self.check_query(),
            (authorization, false) => self.check_header(authorization),
        }
    }

    fn check_query(self) -> Result<(), Unsigned> {
        let has = |wanted| {
            parameters(self.query).any(|(name, value)| name == wanted && !value.is_empty())
        };
        let mut message = String::new();
        for name in [
            ALGORITHM,
            "X-Amz-Credential",
            "X-Amz-Signature",
            "X-Amz-SignedHeaders",
            "X-Amz-Date",
        ] {
            if !has(name) {
                // Writing to a String cannot fail.
                let _ = write!(
                    message,
                    "AWS query-string parameters must include '{name}'. "
                );
            }
        }
        if message.is_empty() {
            return Ok(());
        }
        message.push_str("Re-examine the query-string parameters.");
        Err(incomplete(message))
    }

    fn check_header(self, authorization: Option<&str>) -> Result<(), Unsigned> {
        let Some(authorization) = authorization.filter(|value| value.starts_with("AWS4-")) else {
            return Err(Unsigned {
                error: "MissingAuthenticationTokenException",
                message: "Request is missing Authentication Token".to_owned(),
            });
        };
        let has = |wanted| parts(authorization).any(|(name, _)| name == wanted);
        let mut message = String::new();
        for name in ["Credential", "Signature", "SignedHeaders"] {
            if !has(name) {
                let _ = write!(
                    message,
                    "Authorization header requires '{name}' parameter. "
                );
            }
        }
        if !self.dated {
            message.push_str(
                "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ",
            );
        }
        if message.is_empty() {
            return Ok(());
        }
        let _ = write!(message, "Authorization={authorization}");
        Err(incomplete(message))
    }

    /// The access key that the credential begins with.
    pub(super) fn access_key(self) -> Option<&'r str> {
        let credential = match self.authorization {
            Some(authorization) => parts(authorization).find(|(name, _)| *name == "Credential"),
            None => parameters(self.query).find(|(name, _)| *name == "X-Amz-Credential"),
        };
        let (_, credential) = credential?;
        // In a query the slashes may be written as %2F, and a key has no percent sign of its own.
        credential.split(['/', '%']).next()
    }
}

fn incomplete(message: String) -> Unsigned {
    Unsigned {
        error: "IncompleteSignatureException",
        message,
    }
}

/// Names and values behind the algorithm, with commas or spaces between them.
fn parts(authorization: &str) -> impl Iterator<Item = (&str, &str)> {
    authorization
        .split([' ', ','])
        .skip(1)
        .filter_map(|part| part.split_once('='))
}

fn parameters(query: &str) -> impl Iterator<Item = (&str, &str)> {
    query
        .split('&')
        .map(|parameter| parameter.split_once('=').unwrap_or((parameter, "")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(authorization: Option<&str>, query: &str, dated: bool) -> String {
        let signed = Signed {
            authorization,
            query,
            dated,
        };
        match signed.check() {
            Ok(()) => "fine".to_owned(),
            Err(Unsigned { error, message }) => format!("{error}: {message}"),
        }
    }

    #[test]
    fn a_signed_request_is_fine() {
        let header = "AWS4-HMAC-SHA256 Credential=K/20130609/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=5f";
        assert_eq!(checked(Some(header), "", true), "fine");
        let query = "X-Amz-Algorithm=a&X-Amz-Credential=b&X-Amz-Signature=c&X-Amz-SignedHeaders=d&X-Amz-Date=e";
        assert_eq!(checked(None, query, false), "fine");
    }

    #[test]
    fn what_is_missing_is_said_in_the_words_of_aws() {
        let missing =
            "MissingAuthenticationTokenException: Request is missing Authentication Token";
        assert_eq!(checked(None, "", true), missing);
        assert_eq!(checked(Some("AWS4"), "", true), missing);
        assert_eq!(checked(Some("X"), "X-Amz-Algorith", true), missing);
        let unnamed = "X-Amz-Credential=a&X-Amz-Signature=b&X-Amz-SignedHeaders=c&X-Amz-Date=d";
        assert_eq!(checked(None, unnamed, true), missing);
        assert_eq!(
            checked(Some("X"), "X-Amz-Algorithm", true),
            "InvalidSignatureException: Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header."
        );
        assert_eq!(
            checked(Some("AWS4-"), "", false),
            "IncompleteSignatureException: Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. Authorization=AWS4-"
        );
        for header in [
            "AWS4- Signature=b Credential=a",
            "AWS4- Signature=b,Credential=a",
            "AWS4- Signature=b, Credential=a",
        ] {
            assert_eq!(
                checked(Some(header), "", true),
                format!(
                    "IncompleteSignatureException: Authorization header requires 'SignedHeaders' parameter. Authorization={header}"
                )
            );
        }
        assert_eq!(
            checked(None, "X-Amz-Algorithm", true),
            "IncompleteSignatureException: AWS query-string parameters must include 'X-Amz-Algorithm'. AWS query-string parameters must include 'X-Amz-Credential'. AWS query-string parameters must include 'X-Amz-Signature'. AWS query-string parameters must include 'X-Amz-SignedHeaders'. AWS query-string parameters must include 'X-Amz-Date'. Re-examine the query-string parameters."
        );
        assert_eq!(
            checked(
                None,
                "X-Amz-Algorithm=a&X-Amz-Credential=b&X-Amz-Signature=c&X-Amz-Date=d",
                true
            ),
            "IncompleteSignatureException: AWS query-string parameters must include 'X-Amz-SignedHeaders'. Re-examine the query-string parameters."
        );
    }

    #[test]
    fn the_access_key_is_what_the_credential_begins_with() {
        let key = |authorization, query| {
            Signed {
                authorization,
                query,
                dated: true,
            }
            .access_key()
        };
        let header = "AWS4-HMAC-SHA256 Credential=K7QX3M-ana/20130609/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=5f";
        assert_eq!(key(Some(header), ""), Some("K7QX3M-ana"));
        assert_eq!(key(Some("AWS4-X Credential=K"), ""), Some("K"));
        assert_eq!(key(None, "a=b&X-Amz-Credential=K%2F2013%2Fx"), Some("K"));
        assert_eq!(key(None, ""), None);
        assert_eq!(key(Some("AWS4-X SignedHeaders=host"), ""), None);
    }
}
