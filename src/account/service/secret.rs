//! What an answer has that nobody else may see.
//!
//! `GetFunction` answers with `Code.Location`: a URL that gives the function's code to whoever has it, with a signature and a session
//! token in it (<https://docs.aws.amazon.com/lambda/latest/api/API_FunctionCodeLocation.html>).
//! Invariant: no such URL is kept in an exchange.

use serde_json::Value;

use crate::target::exchange::Message;

/// What stands in its place.
const STRUCK_OUT: &str = "(struck out)";

/// Strikes the URL out of an answer to `GetFunction`. One that can't be read is kept only if there is no URL in it.
pub(super) fn strike_out(response: &mut Message) {
    let Ok(mut body) = serde_json::from_slice::<Value>(&response.body) else {
        if response.body.windows(6).any(|part| part == b"https:") {
            response.body = STRUCK_OUT.into();
        }
        return;
    };
    if let Some(location) = body.pointer_mut("/Code/Location") {
        *location = STRUCK_OUT.into();
        response.body = body.to_string().into_bytes();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn struck(body: &str) -> String {
        let mut message = Message {
            body: body.into(),
            ..Message::default()
        };
        strike_out(&mut message);
        String::from_utf8(message.body).unwrap()
    }

    #[test]
    fn the_way_to_the_code_is_kept_nowhere() {
        let url = "https://awslambda-us-east-1-tasks.s3.us-east-1.amazonaws.com/x?X-Amz-Security-Token=planted&X-Amz-Signature=planted";
        let whole = format!(
            r#"{{"Configuration":{{"FunctionName":"f"}},"Code":{{"RepositoryType":"S3","Location":"{url}"}},"Tags":{{"a":"b"}}}}"#
        );
        let told = struck(&whole);
        assert!(!told.contains("planted"), "{told}");
        assert!(told.contains(r#""Tags":{"a":"b"}"#) && told.contains("(struck out)"));
        // Escaped, cut, or something else altogether.
        assert!(!struck(&whole.replace('&', "\\u0026")).contains("planted"));
        assert!(!struck(&whole[..whole.len() - 3]).contains("planted"));
        let without = r#"{"Configuration": {"FunctionName": "f"}}"#;
        assert_eq!(struck(without), without);
        assert_eq!(struck("<html>no</html>"), "<html>no</html>");
    }
}
