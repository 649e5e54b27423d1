//! The public keys of user pools.

use std::{collections::HashMap, sync::Arc, time::Duration};

use axum::body::Body;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{DecodingKey, jwk::Jwk};
use serde_json::Value;
use tokio::sync::Mutex;

/// How long a fetch may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Bytes of a key set.
const MOST_BYTES: usize = 1024 * 1024;

/// How long after a fetch an unknown key makes for another one.
const AGAIN_AFTER: SignedDuration = SignedDuration::from_secs(60);

/// The keys of one user pool, fetched when first needed.
pub(super) struct Jwks {
    url: String,
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    keys: HashMap<String, Arc<DecodingKey>>,
    fetched: Option<Timestamp>,
    client: Option<Client<HttpsConnector<HttpConnector>, Body>>,
}

impl Jwks {
    /// The keys at `url`.
    pub(super) fn new(url: String) -> Self {
        Self { url, held: Mutex::default() }
    }

    /// The key `kid`, or `None` where the pool does not have it. A key that is not known makes for a fetch, at most once a minute.
    /// Fetches of requests that come at the same time are one.
    ///
    /// # Errors
    /// When the keys cannot be fetched.
    pub(super) async fn key(&self, kid: &str, now: Timestamp) -> Result<Option<Arc<DecodingKey>>, String> {
        let mut held = self.held.lock().await;
        if let Some(key) = held.keys.get(kid) {
            return Ok(Some(key.clone()));
        }
        let fresh = |fetched: Timestamp| now.duration_since(fetched) < AGAIN_AFTER;
        if held.fetched.is_some_and(fresh) {
            return Ok(None);
        }
        let keys = self.fetch(&mut held).await?;
        held.keys = keys;
        held.fetched = Some(now);
        Ok(held.keys.get(kid).cloned())
    }

    async fn fetch(&self, held: &mut Held) -> Result<HashMap<String, Arc<DecodingKey>>, String> {
        let client = match &held.client {
            Some(client) => client,
            None => held.client.insert(client()?),
        };
        let body = tokio::time::timeout(TIMEOUT, get(client, &self.url))
            .await
            .map_err(|_| format!("{} did not answer within {} s", self.url, TIMEOUT.as_secs()))??;
        let set: Value =
            serde_json::from_slice(&body).map_err(|_| format!("{} did not answer JSON", self.url))?;
        let keys = set["keys"].as_array().ok_or_else(|| format!("{} did not answer a key set", self.url))?;
        // A key that cannot be read is one that no token can be verified with: the others are still good.
        Ok(keys.iter().filter_map(key).collect())
    }
}

fn key(of: &Value) -> Option<(String, Arc<DecodingKey>)> {
    let jwk: Jwk = serde_json::from_value(of.clone()).ok()?;
    let kid = jwk.common.key_id.clone()?;
    Some((kid, Arc::new(DecodingKey::from_jwk(&jwk).ok()?)))
}

fn client() -> Result<Client<HttpsConnector<HttpConnector>, Body>, String> {
    let connector = HttpsConnectorBuilder::new()
        .with_native_roots()
        .map_err(|error| format!("this machine's certificates cannot be read: {error}"))?
        .https_or_http()
        .enable_http1()
        .build();
    Ok(Client::builder(TokioExecutor::new()).build(connector))
}

async fn get(client: &Client<HttpsConnector<HttpConnector>, Body>, url: &str) -> Result<Vec<u8>, String> {
    let failed = |error: &dyn std::error::Error| {
        // The client's own text says only that it failed; why is in its source.
        let source = error.source().map(|source| format!(": {source}")).unwrap_or_default();
        format!("{url}: {error}{source}")
    };
    let request = axum::http::Request::get(url)
        .header("Accept", "application/json")
        .body(Body::empty())
        .map_err(|error| failed(&error))?;
    let response = client.request(request).await.map_err(|error| failed(&error))?;
    if !response.status().is_success() {
        return Err(format!("{url} answered {}", response.status()));
    }
    let body = axum::body::to_bytes(Body::new(response.into_body()), MOST_BYTES).await;
    body.map(|bytes| bytes.to_vec()).map_err(|error| failed(&error))
}
