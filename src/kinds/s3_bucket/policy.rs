//! Bucket policies: the one for pages, and what makes one public.

use serde_json::{Value as Json, json};

use crate::{kinds::iam_role::Document, model::Identity};

/// The statement that lets everyone read every object of the bucket `name`, and list none.
pub fn public_read_statement(name: &str, identity: &Identity) -> Json {
    json!({
        "Sid": "PublicRead",
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": format!("{}/*", identity.bucket_arn(name)),
    })
}

/// A policy of `statements`.
pub fn of_statements(statements: Vec<Json>) -> Document {
    Document::from(json!({ "Version": "2012-10-17", "Statement": statements }))
}

/// A statement allows everyone something without a condition. S3 looks closer at conditions; one with any is let pass here.
/// Source: "Blocking public access to your Amazon S3 storage", "The meaning of public".
pub fn is_public(policy: &Document) -> bool {
    let normal = policy.normal();
    let everyone = |statement: &Json| {
        statement["Effect"] == "Allow"
            && statement.get("Condition").is_none()
            && statement["Principal"]["AWS"].as_array().is_some_and(|names| names.iter().any(|name| name == "*"))
    };
    normal.json()["Statement"].as_array().is_some_and(|statements| statements.iter().any(everyone))
}
