//! The access log: where it goes, and what its lines say.

use super::super::file::AccessLog;
use super::super::reader::Reader;
use super::super::reader::shape::At;
use super::super::suggest::did_you_mean;

/// What a line may hold after `$context.`. Source: "Variables for access logging for API Gateway" (REST APIs).
const VARIABLES: &[&str] = &[
    "accountId",
    "apiId",
    "authenticate.error",
    "authenticate.latency",
    "authenticate.status",
    "authorize.error",
    "authorize.latency",
    "authorize.status",
    "authorizer.error",
    "authorizer.integrationLatency",
    "authorizer.integrationStatus",
    "authorizer.latency",
    "authorizer.principalId",
    "authorizer.requestId",
    "authorizer.status",
    "awsEndpointRequestId",
    "awsEndpointRequestId2",
    "cipherSuite",
    "customDomain.basePathMatched",
    "customDomain.routingRuleIdMatched",
    "deploymentId",
    "domainName",
    "domainPrefix",
    "endpointType",
    "error.message",
    "error.messageString",
    "error.responseType",
    "error.validationErrorString",
    "extendedRequestId",
    "httpMethod",
    "identity.accessKey",
    "identity.accountId",
    "identity.apiKey",
    "identity.apiKeyId",
    "identity.caller",
    "identity.clientCert.clientCertPem",
    "identity.clientCert.issuerDN",
    "identity.clientCert.serialNumber",
    "identity.clientCert.subjectDN",
    "identity.clientCert.validity.notAfter",
    "identity.clientCert.validity.notBefore",
    "identity.cognitoAuthenticationProvider",
    "identity.cognitoAuthenticationType",
    "identity.cognitoIdentityId",
    "identity.cognitoIdentityPoolId",
    "identity.principalOrgId",
    "identity.sourceIp",
    "identity.user",
    "identity.userAgent",
    "identity.userArn",
    "identity.vpcId",
    "identity.vpceId",
    "integration.error",
    "integration.integrationStatus",
    "integration.latency",
    "integration.requestId",
    "integration.status",
    "integrationLatency",
    "integrationStatus",
    "isCanaryRequest",
    "path",
    "protocol",
    "requestId",
    "requestTime",
    "requestTimeEpoch",
    "resourceId",
    "resourcePath",
    "responseLatency",
    "responseLength",
    "stage",
    "status",
    "tlsVersion",
    "waf.error",
    "waf.latency",
    "waf.status",
    "wafResponseCode",
    "webaclArn",
    "xrayTraceId",
];

/// What may be followed by names of the user's own: an authorizer's context, claims of a token, overrides of a template.
const OPEN: [&str; 3] = ["authorizer.", "requestOverride.", "responseOverride."];

pub(super) fn check(log: &At<AccessLog>, reader: &mut Reader<'_>) {
    if let (Some(retention), Some(_)) = (&log.log_retention_days, &log.destination_arn) {
        let detail = "Only a log group of the stack's own is given a retention.";
        reader
            .error(retention.span, "setting without effect", detail)
            .with_hint("leave `destination_arn` out, or set it where the destination is made");
    }
    let Some(format) = &log.format else { return };
    let Some(text) = format.0.known() else { return };
    if text.trim_end_matches('\n').contains(['\n', '\r']) {
        let detail = "The format of an access log is one line; only its end may be a line end.";
        reader.error(format.span, "invalid access log format", detail);
    }
    let names = variables(text);
    if !names.iter().any(|name| ["requestId", "extendedRequestId"].contains(name)) {
        let detail =
            "The line of an access log must hold `$context.requestId` or `$context.extendedRequestId`.";
        reader.error(format.span, "invalid access log format", detail);
    }
    for name in names {
        let open = OPEN.iter().any(|open| name.len() > open.len() && name.starts_with(open));
        if !open && !VARIABLES.contains(&name) {
            let detail = format!(
                "API Gateway has no `$context.{name}` in access logs of REST APIs; it would write `-`."
            );
            let hint = did_you_mean(name, VARIABLES.iter().copied());
            reader.error(format.span, "unknown variable", detail).with_hint_of(hint);
        }
    }
}

/// The names after each `$context.`.
fn variables(format: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for (at, variable) in format.match_indices("$context.") {
        let rest = &format[at + variable.len()..];
        names.push(&rest[..crate::gateway::context::name_end(rest)]);
    }
    names
}
