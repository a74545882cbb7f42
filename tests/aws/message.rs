//! A request and an answer, whatever carried them.

/// A request, as it came.
#[derive(Debug, Clone)]
pub struct Request {
    pub method: String,
    /// With its query.
    pub path: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Request {
    pub fn header(&self, wanted: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(name, _)| name == wanted);
        found.map(|(_, value)| value.as_str())
    }

    /// The path's parts, decoded.
    pub fn parts(&self) -> Vec<String> {
        let path = self.path.split('?').next().unwrap_or_default();
        let parts = path.split('/').filter(|part| !part.is_empty());
        parts.map(decoded).collect()
    }

    /// What the query says of a name.
    pub fn asked(&self, wanted: &str) -> Option<String> {
        let (_, query) = self.path.split_once('?')?;
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        let found = pairs.find(|(name, _)| name == wanted);
        found.map(|(_, value)| value.into_owned())
    }
}

fn decoded(part: &str) -> String {
    let bytes = percent_encoding::percent_decode_str(part);
    bytes.decode_utf8_lossy().into_owned()
}

/// What is answered.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn new(status: u16, kind: &str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            headers: vec![("content-type".to_owned(), kind.to_owned())],
            body: body.into(),
        }
    }

    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }
}
