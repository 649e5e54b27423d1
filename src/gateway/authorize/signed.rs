//! Whether a request carries a Signature Version 4. It is not verified: that takes the caller's secret.

use crate::gateway::stages::Call;

/// The access key id a request is signed with; `None` where the request is not signed as AWS expects it, in the `Authorization`
/// header or in the query (a presigned URL).
pub(super) fn access_key(call: &Call<'_>) -> Option<String> {
    let from_header = call.request.headers.get("Authorization").and_then(in_header);
    from_header.or_else(|| in_query(call.query))
}

fn in_header(value: &str) -> Option<String> {
    let parameters = value.trim().strip_prefix("AWS4-HMAC-SHA256")?;
    let parameter = |name: &str| {
        let mut all = parameters.split(',').filter_map(|one| one.trim().split_once('='));
        all.find(|(of, _)| *of == name).map(|(_, value)| value).filter(|value| !value.is_empty())
    };
    parameter("SignedHeaders")?;
    parameter("Signature")?;
    credential(parameter("Credential")?)
}

fn in_query(query: &[(String, String)]) -> Option<String> {
    let parameter = |name: &str| {
        query
            .iter()
            .find(|(of, _)| of == name)
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    };
    (parameter("X-Amz-Algorithm")? == "AWS4-HMAC-SHA256").then_some(())?;
    parameter("X-Amz-SignedHeaders")?;
    parameter("X-Amz-Signature")?;
    credential(parameter("X-Amz-Credential")?)
}

/// The key id of `AKID/20260101/us-east-1/execute-api/aws4_request`.
fn credential(scope: &str) -> Option<String> {
    let parts: Vec<&str> = scope.split('/').collect();
    match parts.as_slice() {
        [key, _, _, _, "aws4_request"] if !key.is_empty() => Some((*key).to_owned()),
        _ => None,
    }
}
