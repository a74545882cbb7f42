//! Servers of other makes that play AWS, each a process of its own on a port that the system chooses.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::time::Duration;

use serde_json::{Value, json};

use crate::installed::is_there;

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

/// A user of the account, made there.
pub struct User {
    pub access_key: String,
    pub secret_key: String,
}

impl Server {
    /// moto's server, or nothing where it is not installed.
    pub fn moto() -> Option<Self> {
        let module = "moto.server";
        let arguments = ["-H", "127.0.0.1", "-p", "0"];
        Self::start(module, &arguments, &[], "AKIAROOT")
    }

    /// ministack with the rights of its users enforced, or nothing where it is not installed.
    pub fn ministack() -> Option<Self> {
        let environment = [
            ("BIND_HOST", "127.0.0.1"),
            ("GATEWAY_PORT", "0"),
            ("SERVICES", "dynamodb,iam,sts"),
            ("IOT_MTLS_ENABLED", "0"),
            ("SFTP_ENABLED", "0"),
            ("AUTH", "true"),
            ("MINISTACK_ACCOUNT_ID", "444455556666"),
        ];
        Self::start("ministack", &[], &environment, "test")
    }

    fn start(
        module: &str,
        arguments: &[&str],
        environment: &[(&str, &str)],
        root: &'static str,
    ) -> Option<Self> {
        if !is_there("python3", &["-c", &format!("import {module}")]) {
            return None;
        }
        let home = tempfile::tempdir().unwrap();
        let mut child = Command::new("python3")
            .args(["-m", module])
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

    /// Makes a user with this policy.
    pub fn user(&self, policy: &str) -> User {
        let mut escaped = String::new();
        for byte in policy.bytes() {
            write!(escaped, "%{byte:02X}").expect("a String takes everything");
        }
        self.iam("CreateUser", "");
        self.iam(
            "PutUserPolicy",
            &format!("&PolicyName=lesson&PolicyDocument={escaped}"),
        );
        let key = self.iam("CreateAccessKey", "");
        let of = |element: &str| {
            let (_, rest) = key.split_once(&format!("<{element}>")).unwrap();
            rest.split('<').next().unwrap().to_owned()
        };
        User {
            access_key: of("AccessKeyId"),
            secret_key: of("SecretAccessKey"),
        }
    }

    fn iam(&self, action: &str, more: &str) -> String {
        let body = format!("Action={action}&Version=2010-05-08&UserName=student{more}");
        let kind = "Content-Type: application/x-www-form-urlencoded";
        let (status, answer) = self.post("us-east-1", "iam", kind, &body);
        assert_eq!(status, 200, "{action}: {answer}");
        answer
    }

    /// A call of the account's owner.
    pub fn ask(&self, region: &str, operation: &str, body: &Value) -> Value {
        let headers = format!(
            "Content-Type: application/x-amz-json-1.0\r\nX-Amz-Target: DynamoDB_20120810.{operation}"
        );
        let (status, answer) = self.post(region, "dynamodb", &headers, &body.to_string());
        assert_eq!(status, 200, "{operation}: {answer}");
        serde_json::from_str(&answer).unwrap_or_default()
    }

    /// One request on a connection of its own, in a version of HTTP whose answers end with the connection.
    fn post(&self, region: &str, service: &str, headers: &str, body: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let request = format!(
            "POST / HTTP/1.0\r\nHost: {service}.{region}.amazonaws.com\r\n{headers}\r\nX-Amz-Date: 20260101T000000Z\r\n\
             Authorization: AWS4-HMAC-SHA256 Credential={}/20260101/{region}/{service}/aws4_request, \
             SignedHeaders=host;x-amz-date, Signature={:064}\r\nContent-Length: {}\r\n\r\n{body}",
            self.root,
            0,
            body.len()
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, body.to_owned())
    }

    /// The names of a region's tables.
    pub fn tables(&self, region: &str) -> Vec<String> {
        let listed = self.ask(region, "ListTables", &json!({}));
        let names = listed["TableNames"].as_array().unwrap();
        let names = names.iter().map(|name| name.as_str().unwrap().to_owned());
        names.collect()
    }

    /// Everything in these regions, in the server's own words.
    pub fn dump(&self, regions: &[&str]) -> Vec<String> {
        let mut dump = Vec::new();
        for region in regions {
            let mut tables = self.tables(region);
            tables.sort();
            for table in tables {
                let named = json!({ "TableName": table });
                let described = self.ask(region, "DescribeTable", &named);
                let arn = json!({ "ResourceArn": described["Table"]["TableArn"] });
                dump.push(format!("{region} {table} {described}"));
                for (operation, question) in [("ListTagsOfResource", &arn), ("Scan", &named)] {
                    let answer = self.ask(region, operation, question);
                    dump.push(format!("{region} {table} {operation} {answer}"));
                }
            }
        }
        dump
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // One that has ended by itself is gone as well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
