use serde_json::{Value, json};

use super::{answer, check};
use crate::{
    gateway::{
        check_fixture::{World, seen},
        gateway_response::GatewayResponseType as Kind,
    },
    kinds::rest_api::{Authorization, AuthorizerType, Method},
};

type Seen = Option<(Kind, Option<String>)>;

const HERE: &str = "User: anonymous is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:us-east-1:********9012:a1b2c3/dev/GET/pets/1";

fn implicit() -> Seen {
    Some((Kind::AccessDenied, Some(HERE.into())))
}

fn explicit() -> Seen {
    Some((Kind::AccessDenied, Some(format!("{HERE} with an explicit deny"))))
}

fn statement(effect: &str, condition: Value) -> Value {
    json!({
        "Effect": effect, "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/dev/GET/*",
        "Condition": condition
    })
}

fn allow() -> Value {
    statement("Allow", json!({}))
}

fn deny() -> Value {
    statement("Deny", json!({}))
}

/// A statement about somebody else.
fn neither() -> Value {
    statement("Allow", json!({ "IpAddress": { "aws:SourceIp": "203.0.113.0/24" } }))
}

fn under(mut world: World, statements: &[Value]) -> World {
    let document = json!({ "Version": "2012-10-17", "Statement": statements });
    world.served.settings.policy = Some(document.to_string());
    world
}

fn open() -> World {
    World::new(Method::default())
}

#[tokio::test]
async fn without_an_authorizer_the_policy_must_allow() {
    for (statements, expected) in [
        (vec![allow()], None),
        (vec![neither()], implicit()),
        (vec![], implicit()),
        (vec![allow(), deny()], explicit()),
        (
            vec![allow(), statement("Deny", json!({ "NotIpAddress": { "aws:SourceIp": "192.0.2.0/24" } }))],
            None,
        ),
        (
            vec![allow(), statement("Deny", json!({ "StringNotEquals": { "aws:SourceVpc": "vpc-1" } }))],
            explicit(),
        ),
    ] {
        let mut world = under(open(), &statements);
        let check = check(&world);
        assert_eq!(seen(world.run(&check).await), expected, "{statements:?}");
    }
    let mut without = open();
    let check = check(&without);
    assert_eq!(seen(without.run(&check).await), None);
}

#[tokio::test]
async fn both_ways_to_write_a_resource() {
    for resource in ["arn:aws:execute-api:us-east-1:123456789012:a1b2c3/*", "execute-api:/*", "*"] {
        let mut of = allow();
        of["Resource"] = resource.into();
        let mut world = under(open(), &[of]);
        let check = check(&world);
        assert_eq!(seen(world.run(&check).await), None, "{resource}");
    }
    for resource in [
        "execute-api:/prod/*",
        "execute-api:/dev/POST/*",
        "arn:aws:execute-api:us-east-1:123456789012:other/*",
    ] {
        let mut of = allow();
        of["Resource"] = resource.into();
        let mut world = under(open(), &[of]);
        let check = check(&world);
        assert_eq!(seen(world.run(&check).await), implicit(), "{resource}");
    }
}

/// AWS's table for a caller of the same account.
#[tokio::test]
async fn with_a_lambda_authorizer_one_of_the_two_must_allow_and_neither_deny() {
    let by_authorizer = |message: &str| Some((Kind::AccessDenied, Some(message.to_owned())));
    let not_allowed = || by_authorizer("User is not authorized to access this resource");
    let denied = || by_authorizer("User is not authorized to access this resource with an explicit deny");
    for (authorizer, policy, expected, asked) in [
        (("Allow", "*"), allow(), None, 1),
        (("Allow", "*"), neither(), None, 1),
        (("Allow", "*"), deny(), explicit(), 0),
        (("Allow", "other"), allow(), None, 1),
        (("Allow", "other"), neither(), not_allowed(), 1),
        (("Allow", "other"), deny(), explicit(), 0),
        (("Deny", "*"), allow(), denied(), 1),
        (("Deny", "*"), neither(), denied(), 1),
        (("Deny", "*"), deny(), explicit(), 0),
    ] {
        let world = World::behind(AuthorizerType::Token, &["method.request.header.Auth"], 0);
        let mut world = under(world, std::slice::from_ref(&policy));
        world.header("auth", "a").answer(answer(authorizer.0, authorizer.1));
        let check = check(&world);
        assert_eq!(seen(world.run(&check).await), expected, "{authorizer:?} {policy}");
        assert_eq!(world.asked(), asked);
    }
}

const SIGNATURE: &str = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260301/us-east-1/execute-api/aws4_request, SignedHeaders=host;x-amz-date, Signature=00ff";

#[tokio::test]
async fn aws_iam_wants_a_signature() {
    let method = || Method { authorization: Authorization::AwsIam, ..Method::default() };
    let missing = || Some((Kind::MissingAuthenticationToken, Some("Missing Authentication Token".into())));
    let mut world = World::new(method());
    let without_policy = check(&world);
    assert_eq!(seen(world.run(&without_policy).await), missing());
    for bad in [
        "Bearer x",
        "AWS4-HMAC-SHA256 Credential=a",
        "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=h, Signature=s",
    ] {
        world.header("authorization", bad);
        assert_eq!(seen(world.run(&without_policy).await), missing(), "{bad}");
    }
    world.header("authorization", SIGNATURE);
    assert_eq!(seen(world.run(&without_policy).await), None);
    assert_eq!(world.context["identity"]["accessKey"], "AKIDEXAMPLE");
    world.request.headers.remove("authorization");
    world.query = [
        ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"),
        ("X-Amz-Credential", "AKIDQUERY/20260301/us-east-1/execute-api/aws4_request"),
        ("X-Amz-SignedHeaders", "host"),
        ("X-Amz-Signature", "00ff"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    assert_eq!(seen(world.run(&without_policy).await), None);
    assert_eq!(world.context["identity"]["accessKey"], "AKIDQUERY");
    for (policy, expected) in [(allow(), None), (neither(), None), (deny(), explicit())] {
        let mut world = under(World::new(method()), &[policy]);
        world.header("authorization", SIGNATURE);
        let check = check(&world);
        assert_eq!(seen(world.run(&check).await), expected);
    }
}

#[tokio::test]
async fn a_policy_that_cannot_be_read_lets_nobody_in() {
    for text in ["{", "[]", r#"{"Statement": [{}]}"#] {
        let mut world = open();
        world.served.settings.policy = Some(text.into());
        let check = check(&world);
        let expected = Some((Kind::ApiConfigurationError, Some("Internal server error".into())));
        assert_eq!(seen(world.run(&check).await), expected, "{text}");
    }
}

#[test]
fn who_may_throw_a_cached_answer_away() {
    let mut world = open();
    assert!(!check(&world).may_invalidate_cache(&world.call()));
    world.header("authorization", SIGNATURE);
    assert!(check(&world).may_invalidate_cache(&world.call()));
    let mut of = allow();
    of["Action"] = "execute-api:InvalidateCache".into();
    let mut allowed = under(open(), &[of.clone()]);
    assert!(check(&allowed).may_invalidate_cache(&allowed.call()));
    of["Effect"] = "Deny".into();
    let mut denied = under(open(), &[of]);
    denied.header("authorization", SIGNATURE);
    assert!(!check(&denied).may_invalidate_cache(&denied.call()));
}
