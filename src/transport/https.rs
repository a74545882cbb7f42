//! The SDK's own HTTP client with TLS, for AWS itself and for servers on other machines.
//!
//! ```text
//!   request ─┬─ this machine, or the metadata of an instance or container ── plain, never through a proxy
//!            └─ anywhere else ── TLS (rustls), through HTTPS_PROXY, HTTP_PROXY, NO_PROXY as other AWS tools do
//! ```
//!
//! Trusted are the system's root certificates, or those of the file that `AWS_CA_BUNDLE` names, and then no others: so it is with
//! other AWS tools (<https://docs.aws.amazon.com/sdkref/latest/guide/feature-gen-config.html>). Which way is decided for each request by its host, because one client serves a loopback server, STS and whatever hands out credentials.
//! Invariant: nothing is read and no socket opened before a request is sent, and no redirect is followed.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_http_client::{Builder, Connector};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use rustls::RootCertStore;

/// Names a file with the certificates to trust instead of the system's.
pub const BUNDLE: &str = "AWS_CA_BUNDLE";

/// What a machine without root certificates is told; TLS could trust nobody there.
const NO_ROOTS: &str = "this machine has no root certificates, so no server can be trusted. Install the package ca-certificates, or name a file of certificates with AWS_CA_BUNDLE";

/// A client for whatever is asked of AWS or of a server that is treated like it. `variable` reads the environment.
#[must_use]
pub fn client(variable: &dyn Fn(&str) -> Option<String>) -> SharedHttpClient {
    let bundle = variable(BUNDLE).filter(|path| !path.is_empty());
    SharedHttpClient::new(Https {
        near: Builder::new().build_http(),
        bundle: bundle.map(PathBuf::from),
        far: Arc::default(),
    })
}

/// Sends requests that are no calls of the SDK the same way: neither signed nor sent again. Time and size are bounded by whoever
/// sends them.
pub struct Web {
    near: Connector,
    bundle: Option<PathBuf>,
    far: OnceLock<Result<Connector, String>>,
}

impl std::fmt::Debug for Web {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Web")
    }
}

impl Web {
    /// `variable` reads the environment.
    #[must_use]
    pub fn new(variable: &dyn Fn(&str) -> Option<String>) -> Self {
        let bundle = variable(BUNDLE).filter(|path| !path.is_empty());
        Self {
            near: Connector::builder().build_http(),
            bundle: bundle.map(PathBuf::from),
            far: OnceLock::new(),
        }
    }

    /// The answer's head; its body comes as it is read.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn send(&self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        if is_near(request.uri()) {
            return self.near.call(request).await;
        }
        let far = self.far.get_or_init(|| {
            let tls = tls(trusted(self.bundle.as_deref())?)?;
            let connector = Connector::builder().proxy_config(ProxyConfig::from_env());
            let connector = connector.tls_provider(Provider::Rustls(CryptoMode::Ring));
            Ok(connector.tls_context(tls).build())
        });
        match far {
            Ok(far) => far.call(request).await,
            Err(why) => Err(ConnectorError::user(why.clone().into())),
        }
    }
}

fn tls(trusted: TrustStore) -> Result<TlsContext, String> {
    TlsContext::builder()
        .with_trust_store(trusted)
        .build()
        .map_err(|error| format!("TLS can't be set up: {error}"))
}

fn far(trusted: TrustStore) -> Result<SharedHttpClient, String> {
    let tls = tls(trusted)?;
    Ok(
        Builder::new().build_with_connector_fn(move |settings, components| {
            let mut connector = Connector::builder().proxy_config(ProxyConfig::from_env());
            connector.set_connector_settings(settings.cloned());
            if let Some(components) = components {
                connector.set_sleep_impl(components.sleep_impl());
            }
            connector
                .tls_provider(Provider::Rustls(CryptoMode::Ring))
                .tls_context(tls.clone())
                .build()
        }),
    )
}

/// Who is trusted.
///
/// # Errors
/// That it would be nobody, in words.
fn trusted(bundle: Option<&Path>) -> Result<TrustStore, String> {
    let Some(path) = bundle else {
        let roots = rustls_native_certs::load_native_certs().certs;
        return if roots.is_empty() {
            Err(NO_ROOTS.to_owned())
        } else {
            Ok(TrustStore::default())
        };
    };
    let certificates = read(path).map_err(|why| {
        format!(
            "{BUNDLE} names {}, and {why}. Name a file of certificates (PEM), or unset it to trust the system's",
            path.display()
        )
    })?;
    Ok(TrustStore::empty().with_pem_certificate(certificates))
}

/// The certificates of a file, all of which can be trusted: the client would panic over one that is damaged.
fn read(path: &Path) -> Result<Vec<u8>, String> {
    let certificates =
        std::fs::read(path).map_err(|error| format!("that can't be read: {error}"))?;
    let found = rustls_native_certs::load_certs_from_paths(Some(path), None);
    if let Some(error) = found.errors.first() {
        return Err(format!("that is damaged: {error}"));
    }
    let mut roots = RootCertStore::empty();
    match roots.add_parsable_certificates(found.certs) {
        (0, 0) => Err("there are no certificates in it".to_owned()),
        (_, 0) => Ok(certificates),
        (_, damaged) => Err(format!("{damaged} of its certificates can't be read")),
    }
}

#[derive(Debug, Clone)]
struct Https {
    near: SharedHttpClient,
    bundle: Option<PathBuf>,
    /// Made with the first request that needs it.
    far: Arc<OnceLock<Result<SharedHttpClient, String>>>,
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
        } else {
            let Https { bundle, far, .. } = &self.client;
            let made = far.get_or_init(|| trusted(bundle.as_deref()).and_then(self::far));
            match made {
                Ok(client) => client,
                Err(why) => {
                    return HttpConnectorFuture::ready(Err(ConnectorError::user(
                        why.clone().into(),
                    )));
                }
            }
        };
        client
            .http_connector(&self.settings, &self.components)
            .call(request)
    }
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
