mod cognito;
mod lambda;
mod resource_policy;

use serde_json::{Value, json};

use super::{Authorizers, Issuers};
use crate::gateway::check_fixture::World;

/// What the gateway's method is called in policies.
const ARN: &str = "arn:aws:execute-api:us-east-1:123456789012:a1b2c3/dev/GET/pets/1";

fn check(world: &World) -> Authorizers {
    Authorizers::new(&world.served, world.clock.env(), &Issuers::default())
}

fn policy(effect: &str, resource: &str) -> Value {
    json!({
        "Version": "2012-10-17",
        "Statement": [{ "Effect": effect, "Action": "execute-api:Invoke", "Resource": resource }]
    })
}

fn answer(effect: &str, resource: &str) -> Value {
    json!({ "principalId": "user", "policyDocument": policy(effect, resource) })
}
