//! The SDK's own HTTP client with TLS, for AWS itself and for servers on other machines.
//!
//! ```text
//!   request ─┬─ this machine, or the metadata of an instance or container ── plain, never through a proxy
//!            └─ anywhere else ── TLS (rustls, the system's roots), through HTTPS_PROXY, HTTP_PROXY, NO_PROXY as other AWS tools do
//! ```
//!
//! Which way is decided for each request by its host, because one client serves a loopback server, STS and whatever hands out credentials.
//! Invariant: nothing is read and no socket opened before a request is sent, and no redirect is followed.

use std::net::IpAddr;
use std::sync::LazyLock;

use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_http_client::{Builder, Connector};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;

/// What a machine without root certificates is told; TLS could trust nobody there.
pub const NO_ROOTS: &str = "this machine has no root certificates, so no server can be trusted. Install the package ca-certificates, or name a file of certificates with SSL_CERT_FILE";

/// A client for whatever is asked of AWS or of a server that is treated like it.
#[must_use]
pub fn client() -> SharedHttpClient {
    SharedHttpClient::new(Https {
        near: Builder::new().build_http(),
        far: far(),
    })
}

fn far() -> SharedHttpClient {
    Builder::new().build_with_connector_fn(|settings, components| {
        let mut connector = Connector::builder().proxy_config(ProxyConfig::from_env());
        connector.set_connector_settings(settings.cloned());
        if let Some(components) = components {
            connector.set_sleep_impl(components.sleep_impl());
        }
        connector
            .tls_provider(Provider::Rustls(CryptoMode::Ring))
            .build()
    })
}

#[derive(Debug, Clone)]
struct Https {
    near: SharedHttpClient,
    far: SharedHttpClient,
}

impl HttpClient for Https {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(ByHost {
            client: self.clone(),
            settings: settings.clone(),
            components: components.clone(),
        })
    }
}

/// Chooses when the host is known, so that a program that only talks to this machine never loads a certificate.
#[derive(Debug)]
struct ByHost {
    client: Https,
    settings: HttpConnectorSettings,
    components: RuntimeComponents,
}

impl HttpConnector for ByHost {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let client = if is_near(request.uri()) {
            &self.client.near
        } else if request.uri().starts_with("https:") && !has_roots() {
            return HttpConnectorFuture::ready(Err(ConnectorError::user(NO_ROOTS.into())));
        } else {
            &self.client.far
        };
        client
            .http_connector(&self.settings, &self.components)
            .call(request)
    }
}

fn has_roots() -> bool {
    static ROOTS: LazyLock<bool> =
        LazyLock::new(|| !rustls_native_certs::load_native_certs().certs.is_empty());
    *ROOTS
}

/// Whether a URI is plain HTTP to this machine or to the link-local addresses where instances and containers find their credentials.
/// A proxy would be a third party to their secrets.
fn is_near(uri: &str) -> bool {
    let Some(rest) = uri.strip_prefix("http://") else {
        return false;
    };
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let host = match authority.strip_prefix('[') {
        Some(inside) => inside.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    if host.eq_ignore_ascii_case("localhost") {
        return true;
    }
    match host.parse() {
        Ok(IpAddr::V4(address)) => address.is_loopback() || address.is_link_local(),
        // EC2's metadata and EKS's agent have addresses of their own.
        Ok(IpAddr::V6(address)) => {
            address.is_loopback() || matches!(address.segments(), [0xfd00, 0xec2, ..])
        }
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_near_never_goes_through_a_proxy() {
        for uri in [
            "http://127.0.0.1:8000/",
            "http://localhost:4566",
            "http://[::1]:8000/path",
            "http://169.254.169.254/latest/api/token",
            "http://169.254.170.2/v2/credentials?id=1",
            "http://[fd00:ec2::254]/latest",
        ] {
            assert!(is_near(uri), "{uri}");
        }
        for uri in [
            "https://dynamodb.us-east-1.amazonaws.com/",
            "https://127.0.0.1:8000/",
            "http://10.0.0.5:8000/",
            "http://localhost.example.com/",
            "http://127.0.0.1.example.com/",
            "http://user@127.0.0.1/",
            "",
        ] {
            assert!(!is_near(uri), "{uri}");
        }
    }
}
