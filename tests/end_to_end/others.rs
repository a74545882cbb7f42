//! Servers of other makes that play AWS, each a process of its own on a port that the system chooses.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::time::Duration;

use crate::aws::Aws;
use crate::installed::is_there;
use crate::owner::Owner;

/// How long a server may take to start, and an answer to come. Only a failing test waits this long.
const PATIENCE: Duration = Duration::from_mins(1);

pub struct Server {
    child: Child,
    address: SocketAddr,
    /// The access key of whoever may do everything there.
    root: &'static str,
    /// Its own files, which go with it.
    _home: tempfile::TempDir,
}

impl Server {
    /// moto's server, or nothing where it is not installed.
    pub fn moto() -> Option<Self> {
        let home = tempfile::tempdir().unwrap();
        let arguments = ["-m", "moto.server", "-H", "127.0.0.1", "-p", "0"];
        Self::start(home, "moto.server", &arguments, &[], "AKIAROOT")
    }

    /// ministack with the rights of its users enforced, or nothing where it is not installed.
    pub fn ministack() -> Option<Self> {
        let home = tempfile::tempdir().unwrap();
        let environment = [("GATEWAY_PORT", "0"), ("SERVICES", "dynamodb,iam,sts")];
        Self::start_ministack(home, &["-m", "ministack"], &environment)
    }

    /// The same with what a deployment needs, behind a server of the test: that one's port is in the URLs of APIs, and functions ask
    /// for their tables there. `modules` has AWS's SDK for functions in Node.
    pub fn ministack_behind(aws: &Aws, modules: Option<&Path>) -> Option<Self> {
        let home = tempfile::tempdir().unwrap();
        if let Some(modules) = modules {
            // Above every folder that a function's code is unpacked to.
            std::os::unix::fs::symlink(modules, home.path().join("node_modules")).unwrap();
        }
        let port = aws.address().port().to_string();
        let environment = [
            ("GATEWAY_PORT", port.as_str()),
            ("SERVICES", "dynamodb,iam,sts,lambda,apigateway,logs"),
        ];
        let arguments = [
            "-m",
            "hypercorn",
            "ministack.app:app",
            "--bind",
            "127.0.0.1:0",
        ];
        let server = Self::start_ministack(home, &arguments, &environment)?;
        aws.stands_before(server.address);
        Some(server)
    }

    fn start_ministack(
        home: tempfile::TempDir,
        arguments: &[&str],
        environment: &[(&str, &str)],
    ) -> Option<Self> {
        let usual = [
            ("BIND_HOST", "127.0.0.1"),
            ("IOT_MTLS_ENABLED", "0"),
            ("SFTP_ENABLED", "0"),
            ("AUTH", "true"),
            ("MINISTACK_ACCOUNT_ID", "444455556666"),
        ];
        let environment = [&usual[..], environment].concat();
        Self::start(home, "ministack", arguments, &environment, "test")
    }

    fn start(
        home: tempfile::TempDir,
        module: &str,
        arguments: &[&str],
        environment: &[(&str, &str)],
        root: &'static str,
    ) -> Option<Self> {
        if !is_there("python3", &["-c", &format!("import {module}")]) {
            return None;
        }
        let mut child = Command::new("python3")
            .args(arguments)
            .current_dir(home.path())
            .env("HOME", home.path())
            .env("TMPDIR", home.path())
            .env("PYTHONUNBUFFERED", "1")
            .envs(environment.iter().copied())
            .env_remove("AWS_ACCESS_KEY_ID")
            .env_remove("AWS_SECRET_ACCESS_KEY")
            .env_remove("AWS_SESSION_TOKEN")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let said = BufReader::new(child.stderr.take().unwrap());
        let (sender, receiver) = channel();
        // Reads on to the end, so that the server never waits for a reader.
        std::thread::spawn(move || {
            for line in said.lines().map_while(Result::ok) {
                if let Some((_, address)) = line.split_once("Running on http://") {
                    let address = address
                        .split(['/', ' ', '\u{1b}'])
                        .next()
                        .unwrap_or_default();
                    // Nobody waits for a second one.
                    let _ = sender.send(address.trim().to_owned());
                }
            }
        });
        let address = receiver
            .recv_timeout(PATIENCE)
            .expect("a server that listens");
        Some(Self {
            child,
            address: address.parse().unwrap(),
            root,
            _home: home,
        })
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Whoever may do everything there.
    pub fn owner(&self) -> Owner {
        Owner::new(self.address, self.root)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // One that has ended by itself is gone as well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
