//! What the tests of this module share.

use std::collections::BTreeMap;

use async_trait::async_trait;
use jiff::Timestamp;

use super::{
    exchange::{Headers, Request},
    functions::{Answer, Functions, NoAnswer},
    served::{Served, Stage},
};
use crate::kinds::rest_api::{Definition, Settings};

/// A stage `dev` of an API without resources.
pub(crate) fn served() -> Served {
    Served {
        api_id: "abc123".to_owned(),
        api_name: "orders".to_owned(),
        region: "eu-central-1".to_owned(),
        account_id: "123456789012".to_owned(),
        settings: Settings::default(),
        definition: Definition::default(),
        resource_ids: BTreeMap::new(),
        stage: Stage { name: "dev".to_owned(), deployment_id: "d1".to_owned(), ..Stage::default() },
        usage_plans: Vec::new(),
    }
}

/// A request of the given parts.
pub(crate) fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Request {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    Request {
        method: method.to_owned(),
        path: path.to_owned(),
        prefix: "/dev".to_owned(),
        query: query.to_owned(),
        headers: Headers(
            headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        ),
        body: body.to_vec(),
        source_ip: "127.0.0.1".to_owned(),
        protocol: "HTTP/1.1".to_owned(),
        received: Timestamp::UNIX_EPOCH,
        request_id: "6f1c-id".to_owned(),
    }
}

/// No function exists.
pub(crate) struct NoFunctions;

#[async_trait]
impl Functions for NoFunctions {
    async fn invoke(&self, arn: &str, _: Vec<u8>) -> Result<Answer, NoAnswer> {
        Err(NoAnswer::NotFound(arn.to_owned()))
    }

    async fn send(&self, arn: &str, _: Vec<u8>) -> Result<(), NoAnswer> {
        Err(NoAnswer::NotFound(arn.to_owned()))
    }
}
