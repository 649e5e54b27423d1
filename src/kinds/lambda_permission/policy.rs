//! Lambda's resource policies as JSON: read for our statements, written to know their size.

use serde_json::{Value as Json, json};

use super::Live;
use crate::model::Identity;

/// The statements of `policy` (JSON text, as `GetPolicy` answers it) whose ids start with `prefix`.
pub(super) fn statements(function_name: &str, policy: &str, prefix: &str) -> Vec<Live> {
    let policy: Json = serde_json::from_str(policy).unwrap_or_default();
    let statements = match &policy["Statement"] {
        Json::Array(statements) => statements.as_slice(),
        one @ Json::Object(_) => std::slice::from_ref(one),
        _ => &[],
    };
    statements
        .iter()
        .filter_map(|statement| {
            let statement_id = statement["Sid"].as_str().filter(|id| id.starts_with(prefix))?.to_owned();
            // Emulators answer the statements of aliases together with the function's own; AWS keeps their policies apart.
            let resource = statement["Resource"].as_str().and_then(|arn| arn.split_once(":function:"));
            if resource.is_some_and(|(_, name)| name != function_name) {
                return None;
            }
            Some(Live {
                function_name: function_name.to_owned(),
                statement_id,
                action: text_or_json(&statement["Action"]),
                principal: text_or_json(statement["Principal"].get("Service").unwrap_or(&statement["Principal"])),
                source_arn: condition(&statement["Condition"], "aws:SourceArn").unwrap_or_default(),
                source_account: condition(&statement["Condition"], "aws:SourceAccount"),
            })
        })
        .collect()
}

fn text_or_json(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// `{"ArnLike": {"AWS:SourceArn": "…"}}`; condition keys are written in any case.
fn condition(condition: &Json, key: &str) -> Option<String> {
    let operators = condition.as_object().into_iter().flatten();
    let mut keys = operators.filter_map(|(_, keys)| keys.as_object()).flatten();
    let found = keys.find(|(other, _)| other.eq_ignore_ascii_case(key));
    found.map(|(_, value)| text_or_json(value))
}

/// How many bytes Lambda counts for a policy that allows `statements` of one function.
pub(super) fn size_bytes<'a>(identity: &Identity, statements: impl IntoIterator<Item = &'a Live>) -> usize {
    let statements: Vec<Json> = statements
        .into_iter()
        .map(|live| {
            json!({
                "Sid": live.statement_id,
                "Effect": "Allow",
                "Principal": { "Service": live.principal },
                "Action": live.action,
                "Resource": identity.function_arn(&live.function_name),
                "Condition": { "ArnLike": { "AWS:SourceArn": live.source_arn } },
            })
        })
        .collect();
    json!({ "Version": "2012-10-17", "Id": "default", "Statement": statements }).to_string().len()
}
