//! Plain HTTP to a server on this machine.
//!
//! The address is resolved and checked once, here, and the client is then given the numbers, not the
//! name: a name that later resolves to something else changes nothing.
//! Invariant: a [`Loopback`] holds an address of this machine; there is no other way to make one.

use std::net::{IpAddr, SocketAddr, TcpStream, ToSocketAddrs as _};
use std::time::Duration;

use aws_smithy_runtime_api::client::http::SharedHttpClient;

/// How long opening a connection to a server on this machine may take.
const CONNECT: Duration = Duration::from_secs(1);

/// An endpoint on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loopback {
    /// As it was written: `localhost:8000`.
    name: String,
    address: SocketAddr,
}

/// Why an address was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RefusedEndpoint {
    #[error("{url:?} is no endpoint: {why}. Write it as http://127.0.0.1:8000")]
    Malformed { url: String, why: &'static str },
    #[error(
        "{url:?} uses TLS. A server on this machine is reached by plain HTTP: write it as http://127.0.0.1:8000. With --target aws it is treated like an account, and then TLS is used"
    )]
    Tls { url: String },
    #[error("{url:?} is not on this machine ({host}): only 127.0.0.1, ::1 and localhost are")]
    Elsewhere { url: String, host: String },
}

impl Loopback {
    /// Reads `http://host:port` and resolves the host. `localhost` has to resolve to loopback addresses only.
    /// Blocks for as long as the system's resolver and one connection take.
    pub fn parse(url: &str) -> Result<Self, RefusedEndpoint> {
        let (host, port) = split(url)?;
        let elsewhere = || RefusedEndpoint::Elsewhere {
            url: url.to_owned(),
            host: host.to_owned(),
        };
        if let Ok(address) = host.parse::<IpAddr>() {
            if !address.to_canonical().is_loopback() {
                return Err(elsewhere());
            }
            return Ok(Self {
                name: authority(host, port),
                address: SocketAddr::new(address, port),
            });
        }
        if !host.eq_ignore_ascii_case("localhost") {
            return Err(elsewhere());
        }
        let addresses: Vec<SocketAddr> = (host, port)
            .to_socket_addrs()
            .map_err(|_| RefusedEndpoint::Malformed {
                url: url.to_owned(),
                why: "localhost is not known on this machine",
            })?
            .collect();
        if addresses.is_empty() || !addresses.iter().all(|one| one.ip().is_loopback()) {
            return Err(elsewhere());
        }
        // A server often listens on only one of ::1 and 127.0.0.1: the one that answers is meant.
        let answering = addresses
            .iter()
            .find(|address| TcpStream::connect_timeout(address, CONNECT).is_ok());
        Ok(Self {
            name: authority(host, port),
            address: *answering.unwrap_or(&addresses[0]),
        })
    }

    /// As the learner wrote it, for the screen.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the client is given: numbers only.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

/// The SDK's own HTTP client without TLS. It follows no redirects, and its proxy support stays off, whatever
/// `HTTP_PROXY` says.
#[must_use]
pub fn client() -> SharedHttpClient {
    aws_smithy_http_client::Builder::new().build_http()
}

/// For messages: what stands before the host may be a password.
fn without_user(url: &str) -> String {
    match (url.split_once("://"), url.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, rest))) => format!("{scheme}://…@{rest}"),
        (None, Some((_, rest))) => format!("…@{rest}"),
        _ => url.to_owned(),
    }
}

fn authority(host: &str, port: u16) -> String {
    if host.contains(':') {
        format!("[{host}]:{port}")
    } else {
        format!("{host}:{port}")
    }
}

/// Host and port of `http://host[:port][/]`. Anything more is refused instead of being dropped.
fn split(url: &str) -> Result<(&str, u16), RefusedEndpoint> {
    let malformed = |why| RefusedEndpoint::Malformed {
        url: without_user(url),
        why,
    };
    let (scheme, rest) = url
        .trim()
        .split_once("://")
        .ok_or_else(|| malformed("it doesn't begin with http://"))?;
    if scheme.eq_ignore_ascii_case("https") {
        let host = rest.split(['/', '?', '#', ':']).next().unwrap_or_default();
        let local = host.eq_ignore_ascii_case("localhost")
            || host
                .parse::<IpAddr>()
                .is_ok_and(|address| address.is_loopback());
        return Err(if local {
            RefusedEndpoint::Tls {
                url: url.to_owned(),
            }
        } else {
            RefusedEndpoint::Elsewhere {
                url: url.to_owned(),
                host: host.to_owned(),
            }
        });
    }
    if !scheme.eq_ignore_ascii_case("http") {
        return Err(malformed("it doesn't begin with http://"));
    }
    let authority = rest.strip_suffix('/').unwrap_or(rest);
    if authority.contains(['/', '?', '#', '@', '\\']) || authority.contains(char::is_whitespace) {
        return Err(malformed("it has more than a host and a port"));
    }
    let (host, port) = if let Some(inside) = authority.strip_prefix('[') {
        let (host, after) = inside
            .split_once(']')
            .ok_or_else(|| malformed("a bracket is not closed"))?;
        match after.strip_prefix(':') {
            Some(port) => (host, Some(port)),
            None if after.is_empty() => (host, None),
            None => return Err(malformed("there is something between host and port")),
        }
    } else {
        match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        }
    };
    if host.is_empty() {
        return Err(malformed("it has no host"));
    }
    let port = match port {
        None => 80,
        Some(port) => port
            .parse()
            .ok()
            .filter(|port| *port != 0)
            .ok_or_else(|| malformed("its port is not a number from 1 to 65535"))?,
    };
    Ok((host, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_addresses_are_taken() {
        for (url, name, to) in [
            (
                "http://127.0.0.1:8000",
                "127.0.0.1:8000",
                "http://127.0.0.1:8000",
            ),
            ("HTTP://127.9.8.7:1/", "127.9.8.7:1", "http://127.9.8.7:1"),
            ("http://[::1]:8000", "[::1]:8000", "http://[::1]:8000"),
            ("http://127.0.0.1", "127.0.0.1:80", "http://127.0.0.1:80"),
        ] {
            let endpoint = Loopback::parse(url).unwrap();
            assert_eq!((endpoint.name(), endpoint.url().as_str()), (name, to));
        }
    }

    #[test]
    fn everything_elsewhere_is_refused() {
        for url in [
            "http://192.168.1.1:8000",
            "http://10.0.0.1",
            "http://0.0.0.0:8000",
            "http://169.254.169.254",
            "http://[2001:db8::1]:8000",
            "http://[::ffff:10.0.0.1]:8000",
            "http://dynamodb.us-east-1.amazonaws.com",
            "https://dynamodb.us-east-1.amazonaws.com",
            "http://localhost.example.com:8000",
            "http://127.0.0.1.example.com",
            // Spellings that some resolvers read as loopback and others don't.
            "http://2130706433:8000",
            "http://0x7f000001",
            "http://127.1:8000",
        ] {
            let refused = Loopback::parse(url);
            assert!(
                matches!(refused, Err(RefusedEndpoint::Elsewhere { .. })),
                "{url}: {refused:?}"
            );
        }
    }

    #[test]
    fn what_is_no_address_says_why() {
        for (url, part) in [
            ("127.0.0.1:8000", "http://"),
            ("ftp://127.0.0.1", "http://"),
            ("http://", "no host"),
            ("http://127.0.0.1:0", "port"),
            ("http://127.0.0.1:99999", "port"),
            ("http://127.0.0.1:8000/path", "more than"),
            ("http://user@127.0.0.1:8000", "more than"),
            ("http://127.0.0.1@evil.example:80", "more than"),
            ("http://[::1:8000", "bracket"),
            ("https://127.0.0.1:8000", "TLS"),
        ] {
            let words = Loopback::parse(url).unwrap_err().to_string();
            assert!(words.contains(part), "{url}: {words}");
        }
    }

    #[test]
    fn a_password_in_an_address_is_not_said() {
        for url in [
            "http://me:planted@127.0.0.1:8000",
            "http://me:plant@ed@127.0.0.1:8000/x",
            "ftp://me:planted@127.0.0.1",
            "me:planted@127.0.0.1:8000",
        ] {
            let words = Loopback::parse(url).unwrap_err().to_string();
            assert!(!words.contains("plant"), "{words}");
            assert!(words.contains("127.0.0.1"), "{words}");
        }
    }
}
