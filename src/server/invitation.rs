//! What a client has to be told: where the server is, and who to be. Two lines to paste into a terminal.
//!
//! Invariant: with these two lines the AWS CLI (from 2.13 and 1.29 on) and the SDKs of today find the server, without a configuration
//! file. (The CLI and boto3 read `AWS_DEFAULT_REGION`, the other SDKs `AWS_REGION`.)

use std::net::SocketAddr;

use super::access::{Access, JoinCode};

/// `http://192.168.1.5:8000`
#[must_use]
pub fn url(address: SocketAddr) -> String {
    format!("http://{address}")
}

/// What to paste, for a server at this address. In a class `yourname` is to be replaced.
#[must_use]
pub fn lines(address: SocketAddr, access: &Access) -> [String; 2] {
    let key = match access {
        Access::Loopback => "any".to_owned(),
        Access::Class { code, .. } => key_of(code),
    };
    [
        format!("export AWS_ENDPOINT_URL_DYNAMODB={}", url(address)),
        format!(
            "export AWS_ACCESS_KEY_ID={key} AWS_SECRET_ACCESS_KEY=any AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1"
        ),
    ]
}

/// What older AWS CLIs need besides, which would ask AWS itself otherwise.
#[must_use]
pub fn older(address: SocketAddr) -> String {
    format!(
        "An AWS CLI before 2.13 needs --endpoint-url {} as well.",
        url(address)
    )
}

fn key_of(code: &JoinCode) -> String {
    format!("{code}-yourname")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_name_the_server_and_the_code() {
        let code = JoinCode::from_random(5);
        let class = Access::Class {
            code: code.clone(),
            addresses: Vec::new(),
        };
        let address = SocketAddr::from(([192, 168, 1, 5], 8000));
        let [endpoint, key] = lines(address, &class);
        assert_eq!(
            endpoint,
            "export AWS_ENDPOINT_URL_DYNAMODB=http://192.168.1.5:8000"
        );
        assert!(key.starts_with(&format!("export AWS_ACCESS_KEY_ID={code}-yourname AWS_")));
        let six = SocketAddr::from(([0, 0, 0, 0, 0, 0, 0, 1], 1));
        assert_eq!(url(six), "http://[::1]:1");
        assert!(lines(six, &Access::Loopback)[1].contains("AWS_ACCESS_KEY_ID=any "));
    }
}
