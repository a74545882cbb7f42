//! Where an API is called.
//!
//! ```text
//!   AWS                     https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com/pets
//!   a server that plays it  http://127.0.0.1:4566/pets   Host: a1b2c3d4.execute-api.localhost:4566
//! ```
//!
//! Another server is reached where it is, whatever host its answer names: some name AWS's own, and names below `localhost` are not found
//! everywhere. Which API is meant, the header `Host` tells it, as it tells AWS.
//! Invariant: where a place is another server, nothing is ever sent anywhere else.

use crate::target::exchange::Place;

/// An API's address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// Without a slash at its end.
    pub url: String,
    /// What `Host` has to say, where it is not the URL's own.
    pub host: Option<String>,
}

impl Address {
    /// Reads what API Gateway answered of the API of this id.
    ///
    /// # Errors
    /// Where that is no address that is called, in words.
    pub fn of(place: &Place, api: &str, endpoint: &str) -> Result<Self, String> {
        let endpoint = endpoint.trim_end_matches('/');
        let host = endpoint
            .split_once("://")
            .map(|(_, host)| host)
            .filter(|host| !host.is_empty() && host.chars().all(is_of_host));
        let Some(host) = host else {
            return Err(format!(
                "{} is no address of an API",
                crate::printable::line(endpoint)
            ));
        };
        match &place.endpoint {
            Some(server) => Ok(Self {
                url: server.trim_end_matches('/').to_owned(),
                host: Some(host.to_owned()),
            }),
            None if endpoint.starts_with("https://") && is_of_aws(host, api, &place.region) => {
                Ok(Self {
                    url: endpoint.to_owned(),
                    host: None,
                })
            }
            None => Err(format!(
                "{} is not called: that is not where AWS serves this API",
                crate::printable::line(endpoint)
            )),
        }
    }

    /// A command that calls it.
    #[must_use]
    pub fn curl(&self, path: &str) -> String {
        match &self.host {
            Some(host) => format!("curl -H 'Host: {host}' {}{path}", self.url),
            None => format!("curl {}{path}", self.url),
        }
    }
}

/// Whether a host is AWS's own for an API: what is sent there goes to nobody else.
fn is_of_aws(host: &str, api: &str, region: &str) -> bool {
    let suffix = host.strip_prefix(&format!("{api}.execute-api.{region}."));
    matches!(
        suffix,
        Some("amazonaws.com" | "amazonaws.com.cn" | "amazonaws.eu")
    )
}

fn is_of_host(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '.' | '-' | ':')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(endpoint: Option<&str>) -> Place {
        Place {
            account: "123456789012".to_owned(),
            region: "us-east-1".to_owned(),
            endpoint: endpoint.map(str::to_owned),
        }
    }

    #[test]
    fn on_aws_it_is_what_the_answer_says_and_elsewhere_the_server() {
        let told = "https://a1.execute-api.us-east-1.amazonaws.com/";
        let aws = Address::of(&place(None), "a1", told).unwrap();
        assert_eq!(
            aws.curl("/pets"),
            "curl https://a1.execute-api.us-east-1.amazonaws.com/pets"
        );
        // A server that names AWS's host is called where it is all the same.
        let server = place(Some("http://127.0.0.1:4566/"));
        let moto = Address::of(&server, "a1", told).unwrap();
        assert_eq!(moto.url, "http://127.0.0.1:4566");
        assert_eq!(
            moto.host.as_deref(),
            Some("a1.execute-api.us-east-1.amazonaws.com")
        );
        let other = Address::of(&server, "a1", "http://a1.execute-api.localhost:0").unwrap();
        assert_eq!(
            other.curl("/pets/1"),
            "curl -H 'Host: a1.execute-api.localhost:0' http://127.0.0.1:4566/pets/1"
        );
    }

    #[test]
    fn what_is_no_address_is_not_called() {
        for told in [
            "",
            "a1.execute-api.us-east-1.amazonaws.com",
            "http://a1.execute-api.us-east-1.amazonaws.com",
            "https://",
            "https://evil.example/'; rm -rf ~",
            "https://a b",
            "https://a1.execute-api.us-east-1.amazonaws.com.evil.example",
            "https://a1.execute-api.eu-west-1.amazonaws.com",
            "https://a2.execute-api.us-east-1.amazonaws.com",
        ] {
            assert!(Address::of(&place(None), "a1", told).is_err(), "{told}");
        }
    }
}
