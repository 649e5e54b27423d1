//! The AWS account: SDK clients against any endpoint.

mod call;
pub mod connect;
mod error;
pub mod invoke;
mod layers;
mod limit;
mod nulls;
mod propagation;
mod tagged;

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

pub use call::Patience;
pub use connect::{ConnectError, Target};
pub(crate) use error::unusable_input;
pub use invoke::unchecked_credentials;

use crate::model::{Env, Identity};

/// The SDK clients of one run, with the rates and the patience they share.
pub struct Aws {
    /// Whose account and which region.
    pub identity: Identity,
    /// API Gateway (REST APIs).
    pub apigateway: aws_sdk_apigateway::Client,
    /// Lambda.
    pub lambda: aws_sdk_lambda::Client,
    /// IAM.
    pub iam: aws_sdk_iam::Client,
    /// S3, path style on custom endpoints.
    pub s3: aws_sdk_s3::Client,
    /// CloudWatch Logs.
    pub logs: aws_sdk_cloudwatchlogs::Client,
    /// DynamoDB.
    pub dynamodb: aws_sdk_dynamodb::Client,
    /// Simple Email Service.
    pub ses: aws_sdk_sesv2::Client,
    /// Cognito identity pools.
    pub identity_pools: aws_sdk_cognitoidentity::Client,
    /// Cognito user pools.
    pub user_pools: aws_sdk_cognitoidentityprovider::Client,
    /// Route 53.
    pub route53: aws_sdk_route53::Client,
    /// EventBridge.
    pub events: aws_sdk_eventbridge::Client,
    /// The Resource Groups Tagging API.
    pub tagging: aws_sdk_resourcegroupstagging::Client,
    /// Systems Manager parameters.
    pub ssm: aws_sdk_ssm::Client,
    /// Secrets Manager.
    pub secretsmanager: aws_sdk_secretsmanager::Client,
    /// Where packaged zips lie on this machine, `<sha256>.zip` each.
    pub artifacts_dir: std::path::PathBuf,
    /// The clock and randomness.
    pub env: Env,
    /// How long failures are waited out.
    pub patience: Patience,
    pub(crate) limiter: limit::Limiter,
    pub(crate) put_rest_api_known: tokio::sync::OnceCell<bool>,
    pub(crate) edge: AtomicBool,
    pub(crate) one_at_a_time: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
}

impl Aws {
    /// Whether the REST API at hand is edge-optimised: `CreateRestApi` is ten times rarer then.
    pub fn edge(&self) -> bool {
        self.edge.load(Ordering::Relaxed)
    }

    /// Says that the REST API at hand is edge-optimised.
    pub fn set_edge(&self, edge: bool) {
        self.edge.store(edge, Ordering::Relaxed);
    }

    /// A lock for calls that must not run side by side: `AddPermission` in parallel on one function loses permissions (a
    /// reported and acknowledged fault of the API), changes of one REST API refuse each other.
    pub fn exclusive(&self, what: &str) -> Arc<tokio::sync::Mutex<()>> {
        let mut locks = self.one_at_a_time.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        locks.entry(what.to_owned()).or_default().clone()
    }
}
