//! What is answered to those who are not let in, in AWS's words.

use std::collections::BTreeMap;

use crate::gateway::{exchange::Step, gateway_response::GatewayResponseType as Kind, stages::Refused};

fn refused(step: Step, kind: Kind, message: Option<&str>, reason: impl Into<String>) -> Refused {
    let message = message.map(str::to_owned);
    Refused { step, kind, message, extra: BTreeMap::new(), reason: reason.into() }
}

/// 401: the authorizer does not know the caller.
pub(super) fn unauthorized(reason: impl Into<String>) -> Refused {
    refused(Step::Authorizer, Kind::Unauthorized, Some("Unauthorized"), reason)
}

/// 401: a token of a user pool that was good once. AWS answers it as `UNAUTHORIZED`; `EXPIRED_TOKEN`, a 403, is for AWS's own tokens.
pub(super) fn expired() -> Refused {
    let reason = "the token has expired";
    refused(Step::Authorizer, Kind::Unauthorized, Some("The incoming token has expired"), reason)
}

/// 403: the authorizer's policy denies the request.
pub(super) fn denied_by_authorizer(authorizer: &str) -> Refused {
    let message = "User is not authorized to access this resource with an explicit deny";
    let reason = format!("the policy of authorizer {authorizer} denies it");
    refused(Step::Authorizer, Kind::AccessDenied, Some(message), reason)
}

/// 403: the authorizer's policy does not mention the request.
pub(super) fn not_allowed_by_authorizer(authorizer: &str) -> Refused {
    let reason = format!(
        "the policy of authorizer {authorizer} does not allow it; a kept policy holds for every method the same caller asks for"
    );
    let message = "User is not authorized to access this resource";
    refused(Step::Authorizer, Kind::AccessDenied, Some(message), reason)
}

/// 500: the authorizer cannot be asked as it is set up, or answers what makes no sense.
pub(super) fn configuration(reason: impl Into<String>) -> Refused {
    refused(Step::Authorizer, Kind::AuthorizerConfigurationError, None, reason)
}

/// 500: the authorizer could not be reached.
pub(super) fn failure(reason: impl Into<String>) -> Refused {
    refused(Step::Authorizer, Kind::AuthorizerFailure, None, reason)
}

/// 500: the API's own policy cannot be read.
pub(super) fn policy_unreadable(reason: impl Into<String>) -> Refused {
    refused(Step::Policy, Kind::ApiConfigurationError, Some("Internal server error"), reason)
}

/// 403: the resource policy does not let the caller in.
pub(super) fn denied_by_policy(caller: &str, method_arn: &str, explicit: bool) -> Refused {
    let mut message = format!(
        "User: {caller} is not authorized to perform: execute-api:Invoke on resource: {}",
        masked(method_arn)
    );
    let mut reason = "the resource policy does not allow it".to_owned();
    if explicit {
        message.push_str(" with an explicit deny");
        reason = "the resource policy denies it".to_owned();
    }
    refused(Step::Policy, Kind::AccessDenied, Some(&message), reason)
}

/// 403: the method asks for AWS credentials and there are none.
pub(super) fn not_signed() -> Refused {
    let reason = "the method asks for AWS_IAM and the request has no Signature Version 4";
    refused(Step::Policy, Kind::MissingAuthenticationToken, Some("Missing Authentication Token"), reason)
}

/// 414: the method's ARN is longer than API Gateway can hand to whoever decides. There is no gateway response type of this status;
/// [`Kind::Default4xx`] is used for nothing else here.
pub(super) fn too_long() -> Refused {
    let reason = "the method's ARN is over 1600 bytes";
    refused(Step::Policy, Kind::Default4xx, Some("Request URI too long"), reason)
}

/// An ARN as error messages show it: of the account's number only the last four digits.
fn masked(arn: &str) -> String {
    let mut parts: Vec<String> = arn.splitn(6, ':').map(str::to_owned).collect();
    if let Some(account) = parts.get_mut(4)
        && account.len() > 4
        && account.is_ascii()
    {
        let hidden = account.len() - 4;
        account.replace_range(..hidden, &"*".repeat(hidden));
    }
    parts.join(":")
}
