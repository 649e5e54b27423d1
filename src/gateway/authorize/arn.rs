//! ARNs, and what a policy can ask of a request.

use jiff::Timestamp;

use super::policy::Keys;
use crate::gateway::{served::Served, stages::Call};

/// Bytes a method's ARN may have where someone decides about it.
pub(super) const MAX_METHOD_ARN: usize = 1600;

/// The ARN of the API: `arn:aws:execute-api:us-east-1:123456789012:a1b2c3`.
pub(super) fn api_arn(served: &Served) -> String {
    let partition = match served.region.as_str() {
        region if region.starts_with("cn-") => "aws-cn",
        region if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    };
    format!("arn:{partition}:execute-api:{}:{}:{}", served.region, served.account_id, served.api_id)
}

/// The ARN of the requested method: the verb and the path as requested, not as defined.
pub fn method_arn(call: &Call<'_>) -> String {
    let path = call.request.path.strip_prefix('/').unwrap_or(&call.request.path);
    format!("{}/{}/{}/{path}", api_arn(call.served), call.served.stage.name, call.request.method)
}

/// The condition keys of a request. `aws:SourceVpc` and `aws:SourceVpce` are missing, as for every request from the internet;
/// `aws:SecureTransport` is true, as it is for every request that reaches API Gateway.
pub(super) fn keys(call: &Call<'_>, now: Timestamp) -> Keys {
    let mut keys = Keys::default();
    keys.add("aws:SourceIp", call.request.source_ip.as_str());
    keys.add("aws:CurrentTime", now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
    keys.add("aws:EpochTime", now.as_second().to_string());
    keys.add("aws:SecureTransport", "true");
    keys.add("aws:RequestedRegion", call.served.region.as_str());
    for (key, header) in [("aws:UserAgent", "User-Agent"), ("aws:Referer", "Referer")] {
        if let Some(value) = call.request.headers.get(header) {
            keys.add(key, value);
        }
    }
    keys
}
