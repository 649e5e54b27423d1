//! Throttling is waited out by elapsed time, not by attempts.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use aws_smithy_runtime_api::{
    client::{
        http::{
            HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
            SharedHttpConnector,
        },
        orchestrator::{HttpRequest, HttpResponse},
        runtime_components::RuntimeComponents,
    },
    http::StatusCode,
};
use aws_smithy_types::body::SdkBody;
use gatewright::{
    account::aws::{Aws, Target},
    model::Env,
};
use tokio::time::Instant;

/// A service that answers 429 for a minute.
#[derive(Clone, Debug)]
struct Minute {
    started: Arc<std::sync::OnceLock<Instant>>,
    refusals: Arc<AtomicUsize>,
}

impl HttpClient for Minute {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Minute {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let sts = request.headers().get("authorization").is_some_and(|text| text.contains("/sts/"));
        let (status, body) = if sts {
            (
                200,
                "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>",
            )
        } else if self.started.get_or_init(Instant::now).elapsed() < Duration::from_secs(60) {
            self.refusals.fetch_add(1, Ordering::SeqCst);
            (429, r#"{"message":"Too Many Requests"}"#)
        } else {
            (200, r#"{"item":[]}"#)
        };
        let mut response =
            HttpResponse::new(StatusCode::try_from(status).expect("a status"), SdkBody::from(body));
        if status == 429 {
            response.headers_mut().insert("x-amzn-errortype", "TooManyRequestsException");
            response.headers_mut().insert("retry-after", "2");
        }
        HttpConnectorFuture::ready(Ok(response))
    }
}

#[tokio::test(start_paused = true)]
async fn a_minute_of_nothing_but_429_is_survived() {
    let service = Minute { started: Arc::default(), refusals: Arc::default() };
    let target = Target {
        endpoint_url: Some("http://127.0.0.1:9".to_owned()),
        profile: None,
        region: Some("eu-west-1".to_owned()),
        credentials: Some(aws_credential_types::Credentials::new("test", "test", None, None, "tests")),
    };
    let http = SharedHttpClient::new(service.clone());
    let aws =
        Aws::connect(&target, std::env::temp_dir(), Env::fixed(1), Some(http)).await.expect("connected");
    let begun = Instant::now();
    let answer =
        aws.read("apigateway", "GetStages", || aws.apigateway.get_stages().rest_api_id("abc").send()).await;
    assert!(answer.is_ok(), "{answer:?}");
    assert!(begun.elapsed() >= Duration::from_secs(60));
    let refusals = service.refusals.load(Ordering::SeqCst);
    // `Retry-After: 2` is kept: no more than one try in two seconds.
    assert!((5..=31).contains(&refusals), "{refusals} tries");
}
