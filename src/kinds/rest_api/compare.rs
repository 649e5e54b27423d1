//! Texts that say the same in different words: JSON documents, resource policies.

use std::collections::BTreeMap;

use serde_json::Value as Json;

/// JSON text in one fixed form (sorted keys, no blanks); text that is not JSON as it is.
pub fn canonical_json(text: &str) -> String {
    serde_json::from_str::<Json>(text).map_or_else(|_| text.to_owned(), |value| sorted(value).to_string())
}

fn sorted(value: Json) -> Json {
    match value {
        Json::Object(map) => {
            let members: BTreeMap<_, _> = map.into_iter().map(|(key, value)| (key, sorted(value))).collect();
            Json::Object(members.into_iter().collect())
        }
        Json::Array(items) => Json::Array(items.into_iter().map(sorted).collect()),
        other => other,
    }
}

/// A resource policy in one fixed form: `execute-api:/…` spelled out with `api_arn`, lists sorted, single values not in lists.
/// API Gateway answers a policy in other words than it was given.
pub fn canonical_policy(text: &str, api_arn: &str) -> String {
    let Ok(policy) = serde_json::from_str::<Json>(text) else { return text.to_owned() };
    let mut policy = sorted(policy);
    if let Some(statements) = policy.get_mut("Statement") {
        let one = std::mem::take(statements);
        let list = match one {
            Json::Array(list) => list,
            one => vec![one],
        };
        *statements = list.into_iter().map(|statement| canonical_statement(statement, api_arn)).collect();
    }
    policy.to_string()
}

fn canonical_statement(statement: Json, api_arn: &str) -> Json {
    let Json::Object(members) = statement else { return statement };
    let members = members.into_iter().map(|(key, value)| {
        let value = match key.as_str() {
            "Principal" | "NotPrincipal" => match value {
                Json::Object(ref of) if of.len() == 1 && of.get("AWS").is_some_and(|aws| *aws == "*") => Json::from("*"),
                other => each_list(other, &|text| text.to_owned()),
            },
            "Resource" | "NotResource" => list(value, &|text| with_arn(text, api_arn)),
            "Action" | "NotAction" => list(value, &str::to_owned),
            "Condition" => match value {
                Json::Object(operators) => {
                    operators.into_iter().map(|(key, of)| (key, each_list(of, &|text| text.to_owned()))).collect()
                }
                other => other,
            },
            _ => value,
        };
        (key, value)
    });
    Json::Object(members.collect())
}

fn each_list(value: Json, change: &dyn Fn(&str) -> String) -> Json {
    match value {
        Json::Object(members) => members.into_iter().map(|(key, of)| (key, list(of, change))).collect(),
        other => list(other, change),
    }
}

/// A list of texts, sorted, each once; one alone is not a list.
fn list(value: Json, change: &dyn Fn(&str) -> String) -> Json {
    let items = match value {
        Json::Array(items) => items,
        one => vec![one],
    };
    let texts: std::collections::BTreeSet<String> =
        items.iter().map(|item| item.as_str().map_or_else(|| item.to_string(), change)).collect();
    match texts.len() {
        1 => texts.into_iter().next().map_or(Json::Null, Json::String),
        _ => texts.into_iter().map(Json::String).collect(),
    }
}

fn with_arn(resource: &str, api_arn: &str) -> String {
    resource.strip_prefix("execute-api:/").map_or_else(|| resource.to_owned(), |rest| format!("{api_arn}/{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5";

    #[test]
    fn a_policy_is_the_same_in_the_words_api_gateway_answers() {
        let sent = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":["execute-api:Invoke"],
            "Resource":["execute-api:/*"],"Condition":{"IpAddress":{"aws:SourceIp":["10.0.0.0/8"]}}}]}"#;
        let read = format!(
            r#"{{"Statement":{{"Condition":{{"IpAddress":{{"aws:SourceIp":"10.0.0.0/8"}}}},"Action":"execute-api:Invoke",
            "Resource":"{ARN}/*","Principal":{{"AWS":"*"}},"Effect":"Allow"}},"Version":"2012-10-17"}}"#
        );
        assert_eq!(canonical_policy(sent, ARN), canonical_policy(&read, ARN));
    }

    #[test]
    fn another_address_is_another_policy() {
        let of = |ip: &str| {
            let text = format!(
                r#"{{"Statement":[{{"Effect":"Deny","Principal":"*","Action":"*","Resource":"execute-api:/*",
                "Condition":{{"NotIpAddress":{{"aws:SourceIp":["{ip}","10.0.0.1"]}}}}}}]}}"#
            );
            canonical_policy(&text, ARN)
        };
        assert_ne!(of("10.0.0.2"), of("10.0.0.3"));
    }

    #[test]
    fn json_is_compared_as_json() {
        assert_eq!(canonical_json("{ \"b\": 1,\n \"a\": [ ] }"), canonical_json(r#"{"a":[],"b":1}"#));
        assert_eq!(canonical_json("not json"), "not json");
    }
}
