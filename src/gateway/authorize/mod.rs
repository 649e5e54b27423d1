//! Who may call a method: its authorizer and the API's resource policy.
//!
//! The two are decided about together, as AWS documents it. Without an authorizer a resource policy must allow the request. A Lambda
//! authorizer is asked unless the resource policy denies the request, and then one of the two must allow it. A token of a Cognito
//! user pool is verified first; then the resource policy must allow the request by itself.
//!
//! `AWS_IAM`: only that a request is signed can be seen here. Whether the signature is right and what the caller's own policies
//! say is known to AWS alone, so that a signed request is let through unless the resource policy denies it.

mod answer;
mod arn;
mod cognito;
mod identity;
mod jwks;
mod lambda;
pub mod policy;
mod refusal;
mod signed;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde_json::{Map, Value};

pub use arn::method_arn;
use policy::{Caller, Decision, Facts, Policy};

use crate::{
    gateway::{
        served::Served,
        stages::{Call, Check, Refused},
    },
    kinds::rest_api::{ApiKeySource, Authorization, AuthorizerType},
    model::Env,
};

/// Where the tokens of user pools come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Issuers {
    /// The URL under which pools are found by their id, for an emulator: `http://127.0.0.1:9229`. AWS's own where `None`.
    pub base: Option<String>,
}

/// The check of who may call a method.
pub struct Authorizers {
    lambdas: BTreeMap<String, lambda::Lambda>,
    pools: BTreeMap<String, cognito::UserPools>,
    resource_policy: Option<Result<Policy, policy::Malformed>>,
    env: Env,
}

impl Authorizers {
    /// The authorizers and the resource policy of what is served.
    pub fn new(served: &Served, env: Env, issuers: &Issuers) -> Self {
        let (mut lambdas, mut pools) = (BTreeMap::new(), BTreeMap::new());
        for (name, of) in &served.definition.authorizers {
            if of.kind == AuthorizerType::CognitoUserPools {
                pools.insert(name.clone(), cognito::UserPools::new(name, of, issuers));
            } else {
                lambdas.insert(name.clone(), lambda::Lambda::new(name, of, &served.stage.variables));
            }
        }
        let arn = arn::api_arn(served);
        let resource_policy = served.settings.policy.as_deref().filter(|text| !text.trim().is_empty());
        let resource_policy =
            resource_policy.map(|text| Policy::from_text(text).map(|policy| policy.written_out(&arn)));
        Self { lambdas, pools, resource_policy, env }
    }

    /// Whether the caller may have a cached answer thrown away, for [`crate::gateway::cache`]: the resource policy allows
    /// `execute-api:InvalidateCache`, or the request is signed and the policy does not deny it.
    pub fn may_invalidate_cache(&self, call: &Call<'_>) -> bool {
        let signed = signed::access_key(call).is_some();
        match self.by_policy(call, &method_arn(call), "execute-api:InvalidateCache") {
            Ok(Some(Decision::Allow)) => true,
            Ok(Some(Decision::Deny)) | Err(_) => false,
            Ok(_) => signed,
        }
    }

    /// What the resource policy says; `None` where the API has none.
    fn by_policy(&self, call: &Call<'_>, arn: &str, action: &str) -> Result<Option<Decision>, Refused> {
        let policy = match &self.resource_policy {
            None => return Ok(None),
            Some(Ok(policy)) => policy,
            Some(Err(error)) => {
                return Err(refusal::policy_unreadable(format!("the API's resource policy: {error}")));
            }
        };
        let signs = call.method.authorization == Authorization::AwsIam && signed::access_key(call).is_some();
        let caller = Some(if signs { Caller::Signed } else { Caller::Anonymous });
        let keys = arn::keys(call, self.env.now());
        Ok(Some(policy.decide(&Facts { action, resource: arn, keys: &keys, caller })))
    }

    async fn by_function(
        &self,
        name: &str,
        call: &mut Call<'_>,
        arn: &str,
        resource_policy: Option<Decision>,
    ) -> Result<(), Refused> {
        if resource_policy == Some(Decision::Deny) {
            return Err(refusal::denied_by_policy("anonymous", arn, true));
        }
        let Some(lambda) = self.lambdas.get(name) else {
            return Err(refusal::configuration(format!("there is no authorizer {name}")));
        };
        let asked = self.env.now();
        let verdict = lambda.ask(call, arn, &self.env).await?;
        let now = self.env.now();
        let keys = arn::keys(call, now);
        let facts = Facts { action: "execute-api:Invoke", resource: arn, keys: &keys, caller: None };
        match verdict.policy.decide(&facts) {
            Decision::Deny => return Err(refusal::denied_by_authorizer(name)),
            Decision::Neither if resource_policy != Some(Decision::Allow) => {
                return Err(refusal::not_allowed_by_authorizer(name));
            }
            Decision::Allow | Decision::Neither => {}
        }
        let mut authorizer = Map::new();
        authorizer.insert("principalId".to_owned(), Value::String(verdict.principal_id.clone()));
        authorizer.extend(verdict.context.clone());
        let latency_ms = u64::try_from(now.duration_since(asked).as_millis()).unwrap_or_default();
        authorizer.insert("integrationLatency".to_owned(), latency_ms.into());
        put(call.context, &["authorizer"], Value::Object(authorizer));
        if call.served.settings.api_key_source == ApiKeySource::Authorizer
            && call.method.api_key_required
            && let Some(key) = &verdict.usage_identifier_key
        {
            put(call.context, &["identity", "apiKey"], Value::String(key.clone()));
        }
        Ok(())
    }

    async fn by_pool(
        &self,
        name: &str,
        call: &mut Call<'_>,
        arn: &str,
        resource_policy: Option<Decision>,
    ) -> Result<(), Refused> {
        let Some(pools) = self.pools.get(name) else {
            return Err(refusal::configuration(format!("there is no authorizer {name} of user pools")));
        };
        let claims = pools.verify(call, &self.env).await?;
        must_allow(resource_policy, arn)?;
        put(call.context, &["authorizer"], serde_json::json!({ "claims": claims }));
        Ok(())
    }

    fn by_signature(
        &self,
        call: &mut Call<'_>,
        arn: &str,
        resource_policy: Option<Decision>,
    ) -> Result<(), Refused> {
        let access_key = signed::access_key(call).ok_or_else(refusal::not_signed)?;
        if resource_policy == Some(Decision::Deny) {
            return Err(refusal::denied_by_policy("anonymous", arn, true));
        }
        tracing::debug!("AWS_IAM: the signature and the caller's own policies cannot be checked here");
        put(call.context, &["identity", "accessKey"], Value::String(access_key));
        Ok(())
    }
}

#[async_trait]
impl Check for Authorizers {
    async fn check(&self, call: &mut Call<'_>) -> Result<(), Refused> {
        let arn = method_arn(call);
        let method = call.method;
        let someone_decides =
            self.resource_policy.is_some() || !matches!(method.authorization, Authorization::None);
        if someone_decides && arn.len() > arn::MAX_METHOD_ARN {
            return Err(refusal::too_long());
        }
        let by_policy = self.by_policy(call, &arn, "execute-api:Invoke")?;
        match &method.authorization {
            Authorization::None => must_allow(by_policy, &arn),
            Authorization::AwsIam => self.by_signature(call, &arn, by_policy),
            Authorization::Custom { authorizer } => self.by_function(authorizer, call, &arn, by_policy).await,
            Authorization::CognitoUserPools { authorizer, .. } => {
                self.by_pool(authorizer, call, &arn, by_policy).await
            }
        }
    }
}

/// Where there is a resource policy, it must allow the request.
fn must_allow(resource_policy: Option<Decision>, arn: &str) -> Result<(), Refused> {
    match resource_policy {
        None | Some(Decision::Allow) => Ok(()),
        Some(decision) => Err(refusal::denied_by_policy("anonymous", arn, decision == Decision::Deny)),
    }
}

/// Puts a value into `$context`.
pub(super) fn put(context: &mut Value, path: &[&str], value: Value) {
    let mut place = context;
    for name in path {
        if !place.is_object() {
            *place = Value::Object(Map::new());
        }
        place = &mut place[*name];
    }
    *place = value;
}
