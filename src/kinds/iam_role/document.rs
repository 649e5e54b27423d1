//! Policy documents, compared by what they say and not by how they are written.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::model::{Part, Shown, text};

/// The version of a document that names none.
const OLDEST_VERSION: &str = "2008-10-17";

/// A policy document. As part of a desired object its strings may be texts that are known later (`{"parts": […]}`), which the
/// walk that settles every op fills in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Document(Json);

impl From<Json> for Document {
    fn from(json: Json) -> Self {
        Self(json)
    }
}

impl Document {
    /// The trust policy that lets an AWS service, such as `lambda.amazonaws.com`, take the role.
    pub fn trust(service: &str) -> Self {
        Self(serde_json::json!({
            "Version": "2012-10-17",
            "Statement": [{ "Effect": "Allow", "Principal": { "Service": service }, "Action": "sts:AssumeRole" }],
        }))
    }

    /// A document as IAM answers it: percent-encoded, or plain as some endpoints do. `None` where it is no JSON.
    pub fn from_wire(text: &str) -> Option<Self> {
        let plain = if text.trim_start().starts_with('{') { text.to_owned() } else { percent_decode(text)? };
        let json = match serde_json::from_str(&plain).ok()? {
            // LocalStack lists roles with the document as a JSON string in JSON.
            Json::String(inner) => serde_json::from_str(&inner).ok()?,
            json => json,
        };
        Some(Self(json).normal())
    }

    /// The document itself.
    pub fn json(&self) -> &Json {
        &self.0
    }

    /// The document as it is sent.
    pub fn to_wire(&self) -> String {
        self.0.to_string()
    }

    /// Whether a live document says the same. One that is not fully known equals nothing.
    pub fn matches(&self, live: &Self) -> bool {
        self.open().is_empty() && self.normal().0 == live.normal().0
    }

    /// The document in the one form that all its spellings share: lists sorted and without repeats, single values as lists of one,
    /// statements sorted, no empty `Sid`, an account by its number.
    pub fn normal(&self) -> Self {
        let Json::Object(document) = &self.0 else { return self.clone() };
        let mut normal = Map::new();
        let version = document.get("Version").cloned().unwrap_or_else(|| OLDEST_VERSION.into());
        normal.insert("Version".into(), version);
        if let Some(id) = document.get("Id") {
            normal.insert("Id".into(), id.clone());
        }
        let mut statements: Vec<_> =
            items(document.get("Statement").unwrap_or(&Json::Null)).into_iter().map(statement).collect();
        statements.sort_by_cached_key(Json::to_string);
        normal.insert("Statement".into(), statements.into());
        Self(sorted_keys(Json::Object(normal)))
    }

    /// Whether it allows the AWS service `name` to take the role.
    pub fn names_service(&self, name: &str) -> bool {
        let normal = self.normal();
        let services = |statement: &Json| {
            let allows = statement["Effect"] == "Allow";
            let principals = statement["Principal"]["Service"].as_array().into_iter().flatten();
            allows && principals.filter_map(Json::as_str).any(|service| service == name)
        };
        normal.0["Statement"].as_array().is_some_and(|statements| statements.iter().any(services))
    }

    /// Its size as IAM counts it: without white space.
    pub fn bytes(&self) -> usize {
        self.to_wire().len()
    }

    /// The document as a plan may show it: in normal form, so that before and after differ only where they differ.
    pub fn shown(&self) -> Shown {
        let mut shown = self.0.clone();
        text::resolve_json(&mut shown, &|part| match part {
            Part::Pending(_) => Some("(known after deploy)".to_owned()),
            Part::Secret { .. } => Some("(hidden)".to_owned()),
            Part::Known(_) => None,
        });
        Shown::Value(Self(shown).normal().to_wire())
    }

    fn open(&self) -> Vec<Part> {
        let mut open = Vec::new();
        text::open_parts(&self.0, &mut open);
        open
    }
}

fn statement(statement: &Json) -> Json {
    let Json::Object(members) = statement else { return statement.clone() };
    let normal = members.iter().filter(|(key, value)| !(*key == "Sid" && *value == "")).map(|(key, value)| {
        let value = match key.as_str() {
            "Action" | "NotAction" | "Resource" | "NotResource" => set(value, scalar),
            "Principal" | "NotPrincipal" => principal(value),
            "Condition" => condition(value),
            _ => value.clone(),
        };
        (key.clone(), value)
    });
    sorted_keys(Json::Object(normal.collect()))
}

/// `"*"` is everyone, the same as `{"AWS": "*"}`.
fn principal(value: &Json) -> Json {
    match value {
        Json::Object(kinds) => {
            Json::Object(kinds.iter().map(|(kind, names)| (kind.clone(), set(names, account))).collect())
        }
        Json::String(everyone) if everyone == "*" => serde_json::json!({ "AWS": ["*"] }),
        other => other.clone(),
    }
}

/// IAM answers `arn:aws:iam::<account>:root` for an account that was named by its number.
fn account(name: &Json) -> Json {
    let root = name.as_str().and_then(|arn| {
        let (partition, rest) = arn.strip_prefix("arn:")?.split_once(":iam::")?;
        let number = rest.strip_suffix(":root")?;
        (!partition.contains(':') && number.len() == 12).then(|| Json::from(number))
    });
    root.unwrap_or_else(|| name.clone())
}

/// Operator, key, values: values are lists of strings, whatever they were written as.
fn condition(value: &Json) -> Json {
    let Json::Object(operators) = value else { return value.clone() };
    let keys = |keys: &Json| match keys {
        Json::Object(keys) => {
            Json::Object(keys.iter().map(|(key, values)| (key.clone(), set(values, scalar))).collect())
        }
        other => other.clone(),
    };
    Json::Object(operators.iter().map(|(operator, value)| (operator.clone(), keys(value))).collect())
}

/// `true` and `"true"`, `5` and `"5"` mean the same to IAM.
fn scalar(value: &Json) -> Json {
    match value {
        Json::Bool(_) | Json::Number(_) => value.to_string().into(),
        other => other.clone(),
    }
}

/// One value or a list of them, as a sorted list without repeats.
fn set(value: &Json, each: impl Fn(&Json) -> Json) -> Json {
    let members: BTreeSet<String> = items(value).into_iter().map(|item| each(item).to_string()).collect();
    members.iter().filter_map(|member| serde_json::from_str::<Json>(member).ok()).collect::<Vec<_>>().into()
}

fn items(value: &Json) -> Vec<&Json> {
    match value {
        Json::Null => Vec::new(),
        Json::Array(items) => items.iter().collect(),
        single => vec![single],
    }
}

fn sorted_keys(value: Json) -> Json {
    match value {
        Json::Object(members) => {
            let mut members: Vec<_> = members.into_iter().map(|(key, value)| (key, sorted_keys(value))).collect();
            members.sort_by(|left, right| left.0.cmp(&right.0));
            Json::Object(members.into_iter().collect())
        }
        Json::Array(items) => Json::Array(items.into_iter().map(sorted_keys).collect()),
        other => other,
    }
}

/// RFC 3986, as IAM encodes documents.
fn percent_decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let pair = std::str::from_utf8(rest.get(..2)?).ok()?;
        bytes.push(u8::from_str_radix(pair, 16).ok()?);
        rest = &rest[2..];
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::{Scope, Text};

    fn same(left: Json, right: Json) -> bool {
        Document(left).matches(&Document(right))
    }

    fn with(member: &str, value: Json) -> Json {
        let mut statement = json!({ "Effect": "Allow", "Action": "a:b", "Resource": "*" });
        statement[member] = value;
        json!({ "Version": "2012-10-17", "Statement": [statement] })
    }

    #[test]
    fn spellings_of_one_policy_are_equal() {
        assert!(same(with("Action", json!("a:b")), with("Action", json!(["a:b"]))));
        assert!(same(with("Action", json!(["a:b", "c:d"])), with("Action", json!(["c:d", "a:b", "c:d"]))));
        assert!(same(with("Principal", json!("*")), with("Principal", json!({ "AWS": ["*"] }))));
        assert!(same(
            with("Principal", json!({ "AWS": "123456789012" })),
            with("Principal", json!({ "AWS": "arn:aws:iam::123456789012:root" }))
        ));
        assert!(same(
            with("Condition", json!({ "Bool": { "aws:SecureTransport": false } })),
            with("Condition", json!({ "Bool": { "aws:SecureTransport": ["false"] } }))
        ));
        assert!(same(with("Sid", json!("")), with("Effect", json!("Allow"))));
        let statement = json!({ "Effect": "Deny", "Action": "*", "Resource": "*" });
        assert!(same(
            json!({ "Version": "2012-10-17", "Statement": statement.clone() }),
            json!({ "Statement": [statement], "Version": "2012-10-17" })
        ));
    }

    #[test]
    fn policies_that_differ_are_not_equal() {
        assert!(!same(with("Action", json!("a:b")), with("Action", json!(["a:b", "a:c"]))));
        assert!(!same(with("Effect", json!("Allow")), with("Effect", json!("Deny"))));
        assert!(!same(with("Sid", json!("x")), with("Sid", json!("y"))));
        assert!(!same(
            with("Principal", json!({ "AWS": "123456789012" })),
            with("Principal", json!({ "AWS": "arn:aws:iam::123456789012:user/root" }))
        ));
        // Without a version, variables such as ${aws:username} mean nothing: a different policy.
        assert!(!same(json!({ "Version": "2012-10-17", "Statement": [] }), json!({ "Statement": [] })));
    }

    #[test]
    fn a_pending_document_equals_nothing_and_shows_so() {
        let at = Scope::new("s", "dev").address("dynamodb_table", "t");
        let pending = serde_json::to_value(Text::pending(at, "arn")).expect("json");
        let document = Document(with("Resource", pending));
        assert!(!document.matches(&document));
        assert!(document.shown().to_string().contains(r#""Resource":["(known after deploy)"]"#));
    }

    #[test]
    fn documents_are_read_encoded_and_plain() {
        let document = Document::trust("lambda.amazonaws.com");
        let plain = document.to_wire();
        let encoded: String = plain.bytes().map(|byte| format!("%{byte:02X}")).collect();
        for wire in [plain.as_str(), encoded.as_str()] {
            assert!(Document::from_wire(wire).is_some_and(|read| document.matches(&read)));
        }
        let percent = with("Resource", json!("arn:aws:s3:::b/100%25"));
        assert_eq!(Document::from_wire(&percent.to_string()), Some(Document(percent).normal()));
        assert_eq!(Document::from_wire("%7"), None);
    }

    #[test]
    fn the_trusted_service_is_found() {
        let document = Document::trust("lambda.amazonaws.com");
        assert!(document.names_service("lambda.amazonaws.com"));
        assert!(document.normal().names_service("lambda.amazonaws.com"));
        assert!(!document.names_service("apigateway.amazonaws.com"));
    }
}
