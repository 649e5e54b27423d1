//! Calls as a page or a client makes them.

use serde_json::Value as Json;

/// An answer: everything of it that a test may look at.
pub struct Answer {
    pub status: u16,
    headers: ureq::http::HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The origin that may read it.
    pub fn origin(&self) -> Option<&str> {
        self.header("access-control-allow-origin")
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Json {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {:.300}", self.text()))
    }
}

/// Calls with headers and, where it is not empty, a body.
pub fn send(method: &str, url: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    let config = ureq::Agent::config_builder().http_status_as_error(false).accept_encoding("identity");
    let agent: ureq::Agent = config.timeout_global(Some(std::time::Duration::from_secs(40))).build().into();
    let mut request = ureq::http::Request::builder().method(method).uri(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = match body.is_empty() {
        true => agent.run(request.body(()).expect("a request")),
        false => agent.run(request.body(body).expect("a request")),
    };
    let mut answer = answer.unwrap_or_else(|error| panic!("{method} {url}: {error}"));
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    let body = answer.body_mut().read_to_vec().expect("a whole body");
    Answer { status, headers, body }
}

/// Calls as a page of another origin does, with a token.
pub fn call(method: &str, url: &str, authorization: Option<&str>) -> Answer {
    let mut headers = vec![("Origin", "https://page.example")];
    headers.extend(authorization.map(|token| ("Authorization", token)));
    send(method, url, &headers, b"")
}

pub fn get(url: &str) -> Answer {
    send("GET", url, &[], b"")
}
