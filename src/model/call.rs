//! API calls as the plan, the limiter and the messages name them.

use std::{borrow::Cow, fmt};

use serde::{Deserialize, Serialize};

/// One AWS operation, such as `lambda.CreateFunction`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Call {
    /// The service, in the SDK's word: `apigateway`, `lambda`, `iam`, `s3`, `logs`, `sts`…
    pub service: Cow<'static, str>,
    /// The operation in AWS's spelling.
    pub operation: Cow<'static, str>,
}

impl Call {
    /// The call `service.operation`.
    pub const fn new(service: &'static str, operation: &'static str) -> Self {
        Self { service: Cow::Borrowed(service), operation: Cow::Borrowed(operation) }
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.service, self.operation)
    }
}

/// What happens when a call is sent a second time. Decides its retry and its recovery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Repeat {
    /// The second call ends where the first did.
    Safe,
    /// The service refuses the second call because the name is taken (or gone): look whether it was ours.
    RefusedByName,
    /// The service makes a second object: sent once, looked for before it is sent again.
    Duplicates,
}
