//! Settings out of an answer, with AWS's defaults filled in.

use aws_sdk_apigateway::types::RestApi as Answer;

use crate::kinds::rest_api::definition::{EndpointType, Settings};

pub(super) fn settings(api: &Answer) -> Settings {
    let endpoint = api.endpoint_configuration();
    let kind = endpoint.and_then(|endpoint| endpoint.types().first());
    let settings = Settings {
        description: api.description().map(str::to_owned),
        // AWS's own default is edge.
        endpoint: kind.and_then(|kind| kind.as_str().parse().ok()).unwrap_or(EndpointType::Edge),
        vpc_endpoint_ids: endpoint.map(|endpoint| endpoint.vpc_endpoint_ids().to_vec()).unwrap_or_default().into_iter().collect(),
        api_key_source: api.api_key_source().and_then(|source| source.as_str().parse().ok()).unwrap_or_default(),
        binary_media_types: api.binary_media_types().iter().filter(|kind| !kind.is_empty()).cloned().collect(),
        minimum_compression_bytes: api.minimum_compression_size().and_then(|bytes| u32::try_from(bytes).ok()),
        policy: api.policy().map(unescaped),
        disable_execute_api_endpoint: api.disable_execute_api_endpoint(),
    };
    settings.normal()
}

/// API Gateway answers the policy as the inside of a JSON string: `{\"Version\":…}`.
fn unescaped(policy: &str) -> String {
    if serde_json::from_str::<serde_json::Value>(policy).is_ok() {
        return policy.to_owned();
    }
    serde_json::from_str(&format!("\"{policy}\"")).unwrap_or_else(|_| policy.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_read_as_it_was_sent() {
        let sent = r#"{"Version":"2012-10-17","Statement":[]}"#;
        assert_eq!(unescaped(sent), sent);
        assert_eq!(unescaped(r#"{\"Version\":\"2012-10-17\",\"Statement\":[]}"#), sent);
        assert_eq!(unescaped(r#"{\"a\":\"execute-api:\/*\"}"#), r#"{"a":"execute-api:/*"}"#);
    }
}
