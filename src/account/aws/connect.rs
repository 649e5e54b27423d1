//! From profile, region and endpoint to clients: `aws-config`'s own chain.

use std::{path::PathBuf, sync::Mutex};

use aws_config::{BehaviorVersion, Region, SdkConfig, retry::RetryConfig, timeout::TimeoutConfig};
use aws_smithy_runtime_api::client::http::SharedHttpClient;

use super::{Aws, Patience, limit::Limiter, nulls};
use crate::model::{Class, CloudError, Env, Identity};

/// What the command line says about where to go.
#[derive(Clone, Debug, Default)]
pub struct Target {
    /// An endpoint for every service, such as an emulator's. `AWS_ENDPOINT_URL` works too.
    pub endpoint_url: Option<String>,
    /// The profile in the AWS configuration files.
    pub profile: Option<String>,
    /// The region; the profile's where left out.
    pub region: Option<String>,
    /// Credentials given by the caller instead of found by the chain.
    pub credentials: Option<aws_credential_types::Credentials>,
}

/// The account cannot be reached.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// No region is configured anywhere.
    #[error("no AWS region is set")]
    NoRegion,
    /// The first call, which asks who we are, failed.
    #[error("{0}")]
    Identity(#[from] CloudError),
}

impl ConnectError {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::NoRegion => "pass `--region eu-west-1`, set AWS_REGION, or set `region` in the profile".to_owned(),
            Self::Identity(error) if error.class == Class::Denied => {
                "no usable credentials: set AWS_PROFILE or pass `--profile`, run `aws sso login`, or try `--local`, which needs no account"
                    .to_owned()
            }
            Self::Identity(error) if matches!(error.class, Class::Unsent | Class::Unknown) => {
                "the endpoint does not answer: check `--endpoint-url`, AWS_ENDPOINT_URL and the network".to_owned()
            }
            Self::Identity(_) => "try `--local`, which needs no account".to_owned(),
        }
    }
}

impl Aws {
    /// Connects and asks whose account it is. `http` replaces the HTTP client (tests wrap it to inject faults).
    pub async fn connect(
        target: &Target,
        artifacts_dir: PathBuf,
        env: Env,
        http: Option<SharedHttpClient>,
    ) -> Result<Self, ConnectError> {
        let config = sdk_config(target, http).await;
        let Some(region) = config.region().map(|region| region.as_ref().to_owned()) else {
            return Err(ConnectError::NoRegion);
        };
        let s3 = aws_sdk_s3::config::Builder::from(&config)
            .force_path_style(config.endpoint_url().is_some())
            .build();
        let mut apigateway = aws_sdk_apigateway::config::Builder::from(&config);
        apigateway.set_http_client(config.http_client().map(nulls::readable));
        let mut identity = Identity::new("", region);
        identity.endpoint = config.endpoint_url().map(str::to_owned);
        let mut aws = Self {
            identity,
            apigateway: aws_sdk_apigateway::Client::from_conf(apigateway.build()),
            lambda: aws_sdk_lambda::Client::new(&config),
            iam: aws_sdk_iam::Client::new(&config),
            s3: aws_sdk_s3::Client::from_conf(s3),
            logs: aws_sdk_cloudwatchlogs::Client::new(&config),
            dynamodb: aws_sdk_dynamodb::Client::new(&config),
            ses: aws_sdk_sesv2::Client::new(&config),
            identity_pools: aws_sdk_cognitoidentity::Client::new(&config),
            user_pools: aws_sdk_cognitoidentityprovider::Client::new(&config),
            route53: aws_sdk_route53::Client::new(&config),
            events: aws_sdk_eventbridge::Client::new(&config),
            tagging: aws_sdk_resourcegroupstagging::Client::new(&config),
            ssm: aws_sdk_ssm::Client::new(&config),
            secretsmanager: aws_sdk_secretsmanager::Client::new(&config),
            artifacts_dir,
            env,
            patience: Patience::default(),
            limiter: Limiter::default(),
            put_rest_api_known: tokio::sync::OnceCell::new(),
            edge: false.into(),
            one_at_a_time: Mutex::default(),
        };
        let sts = aws_sdk_sts::Client::new(&config);
        let caller = aws.read("sts", "GetCallerIdentity", || sts.get_caller_identity().send()).await?;
        aws.identity.account_id = caller.account.unwrap_or_default();
        Ok(aws)
    }
}

pub(super) async fn sdk_config(target: &Target, http: Option<SharedHttpClient>) -> SdkConfig {
    let http = http.unwrap_or_else(|| {
        use aws_smithy_http_client::{Builder, tls};
        Builder::new()
            .tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring))
            .build_https()
    });
    // Retries are ours: the SDK's own would send a call that makes a nameless object twice.
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .http_client(http)
        .retry_config(RetryConfig::disabled())
        .timeout_config(
            TimeoutConfig::builder()
                .connect_timeout(std::time::Duration::from_secs(5))
                .read_timeout(std::time::Duration::from_secs(60))
                .build(),
        );
    if let Some(url) = &target.endpoint_url {
        loader = loader.endpoint_url(url);
    }
    if let Some(credentials) = &target.credentials {
        loader = loader.credentials_provider(credentials.clone());
    }
    if let Some(profile) = &target.profile {
        loader = loader.profile_name(profile);
    }
    if let Some(region) = &target.region {
        loader = loader.region(Region::new(region.clone()));
    }
    loader.load().await
}
