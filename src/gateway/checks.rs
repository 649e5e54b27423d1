//! Every check of a stage, in the order in which API Gateway makes them.

use std::sync::Arc;

use async_trait::async_trait;

use super::{
    authorize::{Authorizers, Issuers},
    limit::{ApiKeys, Throttle},
    served::Served,
    stages::{Call, Check, Refused},
    validate::Validators,
};
use crate::model::Env;

/// A check may be shared: the cache asks the authorizers too.
#[async_trait]
impl<T: Check + ?Sized> Check for Arc<T> {
    async fn check(&self, call: &mut Call<'_>) -> Result<(), Refused> {
        (**self).check(call).await
    }
}

/// The checks of a stage: its throttling, then who calls, then their API key and its usage plan, which an authorizer may have named,
/// and last what they send. Handed back beside them are the authorizers, who also know who may refresh the cache
/// ([`Authorizers::may_invalidate_cache`]).
pub fn all(served: &Served, env: &Env, issuers: &Issuers) -> (Vec<Box<dyn Check>>, Arc<Authorizers>) {
    let authorizers = Arc::new(Authorizers::new(served, env.clone(), issuers));
    let checks: Vec<Box<dyn Check>> = vec![
        Box::new(Throttle::new(env.clone())),
        Box::new(authorizers.clone()),
        Box::new(ApiKeys::new(env.clone())),
        Box::new(Validators::new(served)),
    ];
    (checks, authorizers)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Issuers, all};
    use crate::{
        gateway::{
            check_fixture::World,
            exchange::Step,
            served::{ApiKey, UsagePlan},
        },
        kinds::{
            api_stage::{ALL_METHODS, MethodSettings},
            rest_api::{ApiKeySource, AuthorizerType, Validator},
        },
    };

    async fn refused_by(world: &mut World) -> Option<Step> {
        let (checks, _) = all(&world.served, &world.clock.env(), &Issuers::default());
        for check in &checks {
            if let Err(refused) = world.run(&**check).await {
                return Some(refused.step);
            }
        }
        None
    }

    #[tokio::test]
    async fn the_order_of_checks() {
        let mut world = World::behind(AuthorizerType::Token, &["method.request.header.Auth"], 0);
        world.served.settings.api_key_source = ApiKeySource::Authorizer;
        world.method.api_key_required = true;
        world.method.request_validator = Some("all".into());
        world.method.request_parameters.insert("method.request.header.X".into(), true);
        let validator = Validator { body: false, parameters: true };
        world.served.definition.validators.insert("all".into(), validator);
        let none = MethodSettings { throttling_rate: 0.0, throttling_burst: 0, ..MethodSettings::default() };
        world.served.stage.methods.insert(ALL_METHODS.into(), none);

        assert_eq!(refused_by(&mut world).await, Some(Step::Throttle));
        world.served.stage.methods.clear();
        assert_eq!(refused_by(&mut world).await, Some(Step::Authorizer));
        world.header("auth", "a").answer(json!({
            "principalId": "user",
            "policyDocument": { "Statement": { "Effect": "Allow", "Action": "*", "Resource": "*" } },
            "usageIdentifierKey": "the-key"
        }));
        assert_eq!(refused_by(&mut world).await, Some(Step::ApiKey));
        let key = ApiKey { id: "k".into(), value: "the-key".into(), enabled: true };
        world.served.usage_plans.push(UsagePlan { id: "p".into(), keys: vec![key], ..UsagePlan::default() });
        assert_eq!(refused_by(&mut world).await, Some(Step::Validator));
        world.header("x", "1");
        assert_eq!(refused_by(&mut world).await, None);
    }
}
