//! The events functions get.

use serde_json::{Value, json};

use super::stages::Call;

/// The event of a `TOKEN` authorizer.
pub fn token_event(token: &str, method_arn: &str) -> Value {
    json!({ "type": "TOKEN", "methodArn": method_arn, "authorizationToken": token })
}

/// The event of a `REQUEST` authorizer.
pub fn request_event(call: &Call<'_>, method_arn: &str) -> Value {
    json!({ "type": "REQUEST", "methodArn": method_arn, "resource": call.resource })
}
