//! A request as a client sent it, and the answer it gets.

use jiff::Timestamp;

/// Names and values in the order sent, names in the case sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers(pub Vec<(String, String)>);

impl Headers {
    /// The last value under `name`, in any case: the one that counts where only one can.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(of, _)| of.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Every value under `name`, in any case.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(of, _)| of.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Puts `value` in the place of every value under `name`.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.remove(name);
        self.0.push((name.to_owned(), value.into()));
    }

    /// Adds a value, whatever there is under `name`.
    pub fn add(&mut self, name: &str, value: impl Into<String>) {
        self.0.push((name.to_owned(), value.into()));
    }

    /// Takes every value under `name` away.
    pub fn remove(&mut self, name: &str) {
        self.0.retain(|(of, _)| !of.eq_ignore_ascii_case(name));
    }
}

/// A request to a stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The verb, in upper case.
    pub method: String,
    /// The path after the stage's name, percent-encoded as sent; `/` at least.
    pub path: String,
    /// What stood before [`path`](Self::path): `/dev`, or `/_aws/execute-api/<id>/dev`.
    pub prefix: String,
    /// The text after `?`, as sent, without the `?`; empty where there is none.
    pub query: String,
    /// The headers.
    pub headers: Headers,
    /// The body, as sent.
    pub body: Vec<u8>,
    /// The client's IP address.
    pub source_ip: String,
    /// `HTTP/1.1`.
    pub protocol: String,
    /// When it came.
    pub received: Timestamp,
    /// A UUID of its own.
    pub request_id: String,
}

/// An answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// The headers, without `Content-Length` and `Connection`, which the server writes.
    pub headers: Headers,
    /// The body.
    pub body: Vec<u8>,
    /// Which step answered.
    pub answered_by: Step,
    /// Why, for the terminal and the access log; empty where nothing went wrong. Never holds a secret of the request.
    pub reason: String,
}

/// The steps of a request's way, in order. Each can be the one that answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Step {
    /// No such resource or method, or a request too large.
    Route,
    /// The stage's or the usage plan's rate.
    Throttle,
    /// The API key.
    ApiKey,
    /// The resource policy or IAM.
    Policy,
    /// The authorizer.
    Authorizer,
    /// The request validator.
    Validator,
    /// The stage's cache.
    Cache,
    /// The integration.
    #[default]
    Integration,
    /// A page of a static site, beside every API.
    Page,
}

impl Step {
    /// Its word in an access log line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Route => "route",
            Self::Throttle => "throttle",
            Self::ApiKey => "api-key",
            Self::Policy => "policy",
            Self::Authorizer => "authorizer",
            Self::Validator => "validator",
            Self::Cache => "cache",
            Self::Integration => "integration",
            Self::Page => "page",
        }
    }
}
