//! Over TLS, as AWS itself is reached: with an authority that this machine trusts, and with one it does not.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use super::learner::{CLEANUP, KEY, LESSON, Learner, told};
use crate::aws::Aws;
use crate::program::{Said, program, run};

/// TLS in front of a server that has none.
struct Encrypted {
    url: String,
    /// The authority's certificate.
    authority: PathBuf,
    /// What it runs on; it ends with this.
    _runtime: tokio::runtime::Runtime,
}

impl Encrypted {
    fn in_front_of(aws: &Aws, home: &Path) -> Self {
        let mut authority = CertificateParams::new(Vec::new()).unwrap();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
        let key = KeyPair::generate().unwrap();
        let host = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        let certificate = host.signed_by(&key, &issuer).unwrap();
        let file = home.join("authority.pem");
        std::fs::write(&file, issuer.pem()).unwrap();

        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let port = listener.local_addr().unwrap().port();
        let behind = aws.url().trim_start_matches("http://").parse().unwrap();
        runtime.spawn(forward(
            listener,
            TlsAcceptor::from(Arc::new(config)),
            behind,
        ));
        Self {
            url: format!("https://localhost:{port}"),
            authority: file,
            _runtime: runtime,
        }
    }
}

async fn forward(listener: TcpListener, tls: TlsAcceptor, behind: SocketAddr) {
    while let Ok((client, _)) = listener.accept().await {
        let tls = tls.clone();
        tokio::spawn(async move {
            // A client that does not trust the authority goes away here.
            let Ok(mut client) = tls.accept(client).await else {
                return;
            };
            let mut server = TcpStream::connect(behind).await.unwrap();
            let _ = copy_bidirectional(&mut client, &mut server).await;
        });
    }
}

/// Runs with certificates to trust: as the system names them, or as AWS tools do.
fn said(
    learner: &Learner,
    url: &str,
    (variable, roots): (&str, &Path),
    arguments: &[&str],
) -> Said {
    let mut command = program(learner.home());
    command
        .envs(learner.without_credentials(url))
        .env("AWS_ACCESS_KEY_ID", KEY)
        .env("AWS_SECRET_ACCESS_KEY", "a-secret-of-the-test")
        .env(variable, roots)
        .args(learner.with_lessons(arguments));
    run(&mut command)
}

#[test]
fn the_lesson_goes_over_tls_to_who_is_trusted_and_to_nobody_else() {
    let aws = Aws::start();
    let learner = Learner::new();
    let encrypted = Encrypted::in_front_of(&aws, learner.home());

    // Another authority, which has signed nothing.
    let stranger = CertificateParams::new(Vec::new()).unwrap();
    let stranger = stranger.self_signed(&KeyPair::generate().unwrap()).unwrap();
    let roots = learner.home().join("stranger.pem");
    std::fs::write(&roots, stranger.pem()).unwrap();
    for variable in ["SSL_CERT_FILE", "AWS_CA_BUNDLE"] {
        let refused = said(&learner, &encrypted.url, (variable, &roots), &LESSON);
        assert_eq!(refused.code, 2, "{}", told(&refused));
        assert!(
            refused.err.contains("invalid peer certificate"),
            "{}",
            told(&refused)
        );
        assert!(refused.err.contains("AWS_CA_BUNDLE"), "{}", told(&refused));
    }
    assert_eq!(aws.calls().len(), 0);

    let trusted = &encrypted.authority;
    let lesson = said(
        &learner,
        &encrypted.url,
        ("AWS_CA_BUNDLE", trusted),
        &LESSON,
    );
    assert_eq!(lesson.code, 0, "{}", told(&lesson));
    assert!(aws.calls().len() > 50, "{}", told(&lesson));
    let cleanup = said(
        &learner,
        &encrypted.url,
        ("SSL_CERT_FILE", trusted),
        &CLEANUP,
    );
    assert_eq!(cleanup.code, 0, "{}", told(&cleanup));
    assert_eq!(aws.made_by(KEY), Vec::<String>::new());
}

#[test]
fn certificates_that_cannot_be_read_are_named() {
    let aws = Aws::start();
    let learner = Learner::new();
    let encrypted = Encrypted::in_front_of(&aws, learner.home());
    let whole = std::fs::read_to_string(&encrypted.authority).unwrap();
    let middle = whole.len() / 2;
    for (text, says) in [
        (None, "can't be read"),
        (Some(String::new()), "no certificates in it"),
        (Some("only words".to_owned()), "no certificates in it"),
        (Some(whole[..middle].to_owned()), "damaged"),
        (Some(whole.replacen("MII", "AAA", 1)), "can't be read"),
    ] {
        let file = learner.home().join("bundle.pem");
        if let Some(text) = &text {
            std::fs::write(&file, text).unwrap();
        }
        let refused = said(&learner, &encrypted.url, ("AWS_CA_BUNDLE", &file), &LESSON);
        assert_eq!(refused.code, 2, "{}", told(&refused));
        assert!(
            refused.err.contains("bundle.pem"),
            "{text:?}: {}",
            told(&refused)
        );
        assert!(refused.err.contains(says), "{text:?}: {}", told(&refused));
        assert!(!refused.err.contains("panicked"), "{}", told(&refused));
    }
    assert_eq!(aws.calls().len(), 0);
}
