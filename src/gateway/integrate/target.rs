//! What an integration calls, read from its URI once.

use std::collections::BTreeMap;

use crate::kinds::rest_api::{Integration, IntegrationType, Verb};

/// What an integration calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Nothing.
    Mock,
    /// The function of this ARN.
    Function(String),
    /// A URL, with `{name}` for path parameters.
    Url(String),
    /// Nothing that can be called, and why. Every request is answered with 500.
    Unusable(String),
}

/// What `integration` calls. Stage variables in the URI are filled in; those that are not there become nothing.
pub fn target(integration: &Integration<String>, variables: &BTreeMap<String, String>) -> Target {
    let uri = with_variables(integration.uri.as_deref().unwrap_or_default(), variables);
    match integration.kind {
        IntegrationType::Mock => Target::Mock,
        IntegrationType::Aws | IntegrationType::AwsProxy => match function(&uri) {
            Err(why) => Target::Unusable(why),
            // Functions are invoked by POST, whatever verb the client used.
            Ok(_) if !matches!(integration.http_method, None | Some(Verb::Post)) => Target::Unusable(
                "the integration's verb is not POST, which functions are invoked with".to_owned(),
            ),
            Ok(arn) => Target::Function(arn),
        },
        IntegrationType::Http | IntegrationType::HttpProxy if integration.vpc_link.is_some() => {
            Target::Unusable(
                "the integration goes through a VPC link, which a local gateway cannot".to_owned(),
            )
        }
        IntegrationType::Http | IntegrationType::HttpProxy => {
            let lower = uri.to_ascii_lowercase();
            match lower.starts_with("http://") || lower.starts_with("https://") {
                true => Target::Url(uri),
                false => Target::Unusable(format!("the integration's URI is no URL: {uri:?}")),
            }
        }
    }
}

/// `uri` with every `${stageVariables.name}` filled in.
fn with_variables(uri: &str, variables: &BTreeMap<String, String>) -> String {
    const VARIABLE: &str = "${stageVariables.";
    let mut out = String::new();
    let mut rest = uri;
    while let Some(at) = rest.find(VARIABLE) {
        let after = &rest[at + VARIABLE.len()..];
        let Some(end) = after.find('}') else { break };
        out.push_str(&rest[..at]);
        out.push_str(variables.get(&after[..end]).map_or("", String::as_str));
        rest = &after[end + 1..];
    }
    out + rest
}

/// The function's ARN in an invocation URI: `arn:aws:apigateway:REGION:lambda:path/2015-03-31/functions/ARN/invocations`.
fn function(uri: &str) -> Result<String, String> {
    let parts: Vec<&str> = uri.splitn(6, ':').collect();
    let [_, _, "apigateway", _, service, path] = parts.as_slice() else {
        return Err(format!("the integration's URI is no ARN of API Gateway: {uri:?}"));
    };
    if *service != "lambda" {
        return Err(format!(
            "the integration calls the AWS service `{service}`, which a local gateway does not"
        ));
    }
    let arn = path.split_once("/functions/").and_then(|(_, rest)| rest.strip_suffix("/invocations"));
    match arn.filter(|arn| !arn.is_empty() && !arn.ends_with(':')) {
        Some(arn) => Ok(arn.to_owned()),
        None => Err(format!("the integration's URI names no function: {uri:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:lambda:eu-central-1:123456789012:function:orders";

    fn of(kind: IntegrationType, uri: &str, verb: Option<Verb>) -> Target {
        let variables = BTreeMap::from([
            ("fn".to_owned(), "orders".to_owned()),
            ("host".to_owned(), "a.example".to_owned()),
        ]);
        let integration =
            Integration { kind, uri: Some(uri.to_owned()), http_method: verb, ..Integration::default() };
        target(&integration, &variables)
    }

    #[test]
    fn functions_are_found_in_their_uris() {
        let uri = |arn: &str| {
            format!("arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/{arn}/invocations")
        };
        assert_eq!(
            of(IntegrationType::AwsProxy, &uri(ARN), Some(Verb::Post)),
            Target::Function(ARN.to_owned())
        );
        let chosen = "arn:aws:lambda:eu-central-1:123456789012:function:${stageVariables.fn}";
        assert_eq!(of(IntegrationType::Aws, &uri(chosen), None), Target::Function(ARN.to_owned()));
        let missing = "arn:aws:lambda:eu-central-1:123456789012:function:${stageVariables.gone}";
        assert!(matches!(of(IntegrationType::Aws, &uri(missing), None), Target::Unusable(_)));
        let doubled = uri(ARN).replace("path/", "path//");
        assert_eq!(of(IntegrationType::Aws, &doubled, Some(Verb::Post)), Target::Function(ARN.to_owned()));
        assert!(matches!(of(IntegrationType::AwsProxy, &uri(ARN), Some(Verb::Get)), Target::Unusable(_)));
    }

    #[test]
    fn what_cannot_be_called_says_why() {
        let Target::Unusable(why) =
            of(IntegrationType::Aws, "arn:aws:apigateway:eu-central-1:s3:path/b/k", None)
        else {
            panic!("s3 is not called");
        };
        assert!(why.contains("`s3`"), "{why}");
        for uri in ["", "x", "arn:aws:apigateway:r:lambda:path/functions//invocations", "arn:a:b:c:d:e:f"] {
            assert!(matches!(of(IntegrationType::AwsProxy, uri, None), Target::Unusable(_)), "{uri}");
        }
        assert!(matches!(of(IntegrationType::Http, "ftp://x", None), Target::Unusable(_)));
        let url = of(IntegrationType::HttpProxy, "https://${stageVariables.host}/{id}", None);
        assert_eq!(url, Target::Url("https://a.example/{id}".to_owned()));
        assert_eq!(of(IntegrationType::Mock, "", None), Target::Mock);
    }
}
