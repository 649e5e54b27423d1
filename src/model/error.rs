//! What can go wrong between us and an account, in our words.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Address, Call};

/// The sort of a failed call: decides what is done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// The object is not there.
    Absent,
    /// An object of that name is there already.
    Exists,
    /// Too many calls: wait and send again.
    Throttled,
    /// The object is being changed by someone: wait and send again.
    Busy,
    /// Something made a moment ago is not known everywhere yet: wait and send again.
    Propagating,
    /// The caller may not do this.
    Denied,
    /// The request is wrong, and will be wrong again.
    Invalid,
    /// A conditional write found something other than it expected.
    Precondition,
    /// The service failed; whether it acted is not known.
    Unknown,
    /// The request never reached the service.
    Unsent,
}

/// A failed call, with all that a person needs to act on it.
#[derive(Clone, Debug, Serialize)]
pub struct CloudError {
    /// The call that failed.
    pub call: Call,
    /// The object it was about, where it was about one.
    pub address: Option<Address>,
    /// What sort of failure it is.
    pub class: Class,
    /// The HTTP status, where there was an answer.
    pub status: Option<u16>,
    /// The service's error code.
    pub code: Option<String>,
    /// The service's own words, or the transport's.
    pub message: String,
    /// The service's request id.
    pub request_id: Option<String>,
    /// How long the service asked us to wait, in milliseconds.
    pub retry_after_ms: Option<u64>,
}

impl CloudError {
    /// A failure of `call` in the words `message`.
    pub fn new(call: Call, class: Class, message: impl Into<String>) -> Self {
        Self {
            call,
            address: None,
            class,
            status: None,
            code: None,
            message: message.into(),
            request_id: None,
            retry_after_ms: None,
        }
    }

    /// The same failure, said of `address`.
    pub fn at(mut self, address: &Address) -> Self {
        self.address.get_or_insert_with(|| address.clone());
        self
    }

    /// The object is not there.
    pub fn is_absent(&self) -> bool {
        self.class == Class::Absent
    }
}

impl fmt::Display for CloudError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.call)?;
        if let Some(code) = &self.code {
            write!(f, "{code}: ")?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for CloudError {}

/// What the local account refuses, with the code and text that AWS would answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct Refusal {
    /// AWS's status.
    pub status: u16,
    /// AWS's error code.
    pub code: &'static str,
    /// AWS's words.
    pub message: String,
    /// What sort of failure it is.
    pub class: Class,
}

impl Refusal {
    /// A refusal of the given status, code and words.
    pub fn new(class: Class, status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), class }
    }

    /// The refusal as the failure of `call`.
    pub fn of(self, call: Call) -> CloudError {
        CloudError {
            status: Some(self.status),
            code: Some(self.code.to_owned()),
            ..CloudError::new(call, self.class, self.message)
        }
    }
}
