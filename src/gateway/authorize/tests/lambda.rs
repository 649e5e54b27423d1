use serde_json::json;

use super::{ARN, answer, check};
use crate::{
    gateway::{
        authorize::method_arn,
        check_fixture::{World, seen},
        exchange::Step,
        functions::NoAnswer,
        gateway_response::GatewayResponseType as Kind,
    },
    kinds::rest_api::{ApiKeySource, AuthorizerType},
};

type Seen = Option<(Kind, Option<String>)>;

fn unauthorized() -> Seen {
    Some((Kind::Unauthorized, Some("Unauthorized".into())))
}

fn misconfigured() -> Seen {
    Some((Kind::AuthorizerConfigurationError, None))
}

fn denied() -> Seen {
    let message = "User is not authorized to access this resource with an explicit deny";
    Some((Kind::AccessDenied, Some(message.into())))
}

fn not_allowed() -> Seen {
    Some((Kind::AccessDenied, Some("User is not authorized to access this resource".into())))
}

fn token(ttl_seconds: u32) -> World {
    let mut world = World::behind(AuthorizerType::Token, &["method.request.header.Auth"], ttl_seconds);
    world.header("auth", "secret-token").answer(answer("Allow", ARN));
    world
}

#[tokio::test]
async fn a_token_is_given_to_the_function_and_what_it_says_is_handed_on() {
    let mut world = token(0);
    let mut says = answer("Allow", ARN);
    says["context"] = json!({ "text": "a", "number": 123, "fraction": 1.5, "flag": true, "nothing": null });
    world.answer(says);
    let check = check(&world);
    assert_eq!(seen(world.run(&check).await), None);
    let asked = world.functions.asked.lock().unwrap().clone();
    assert_eq!(asked[0].0, "arn:aws:lambda:us-east-1:123456789012:function:who-live");
    let event = json!({ "type": "TOKEN", "methodArn": ARN, "authorizationToken": "secret-token" });
    assert_eq!(asked[0].1, event);
    let expected = json!({
        "principalId": "user", "text": "a", "number": "123", "fraction": "1.5", "flag": "true",
        "integrationLatency": 0
    });
    assert_eq!(world.context["authorizer"], expected);
}

#[tokio::test]
async fn the_function_is_not_asked_without_a_token_or_with_one_that_does_not_match() {
    for ttl_seconds in [0, 300] {
        let mut world = token(ttl_seconds);
        let of = world.served.definition.authorizers.get_mut("who").unwrap();
        of.validation_expression = Some("Bearer [a-z]+".into());
        let check = check(&world);
        for bad in ["", "Bearer 1", "xBearer a", "Bearer a b", "Bearer a\n"] {
            world.header("auth", bad);
            assert_eq!(seen(world.run(&check).await), unauthorized(), "{bad:?}");
        }
        world.request.headers.remove("auth");
        assert_eq!(seen(world.run(&check).await), unauthorized());
        assert_eq!(world.asked(), 0);
        world.header("auth", "Bearer abc");
        assert_eq!(seen(world.run(&check).await), None);
        assert_eq!(world.asked(), 1);
    }
}

#[tokio::test]
async fn hostile_expressions_end() {
    let mut world = token(0);
    let of = world.served.definition.authorizers.get_mut("who").unwrap();
    of.validation_expression = Some(r"(?=(a+)+$)(a|aa)+\1c".into());
    let check = check(&world);
    world.header("auth", &"a".repeat(4_000));
    let started = std::time::Instant::now();
    assert!(world.run(&check).await.is_err());
    assert!(started.elapsed().as_secs() < 5);
    assert_eq!(world.asked(), 0);
}

#[tokio::test]
async fn the_policy_decides() {
    for (effect, resource, expected) in [
        ("Allow", "*", None),
        ("Allow", "arn:aws:execute-api:*:*:a1b2c3/dev/*/pets/?", None),
        ("Allow", "arn:aws:execute-api:*:*:a1b2c3/dev/POST/*", not_allowed()),
        ("Deny", "*", denied()),
        ("Deny", "arn:aws:execute-api:*:*:a1b2c3/dev/POST/*", not_allowed()),
    ] {
        let mut world = token(0);
        world.answer(answer(effect, resource));
        let check = check(&world);
        assert_eq!(seen(world.run(&check).await), expected, "{effect} {resource}");
        assert_eq!(world.context["authorizer"].is_null(), expected.is_some());
    }
}

#[tokio::test]
async fn only_the_error_unauthorized_is_a_401() {
    let mut world = token(300);
    let check = check(&world);
    world.fail("Unauthorized");
    assert_eq!(seen(world.run(&check).await), unauthorized());
    for other in ["unauthorized", "Unauthorized ", "Error: Invalid token", ""] {
        world.fail(other);
        assert_eq!(seen(world.run(&check).await), misconfigured(), "{other}");
    }
    // Neither was kept.
    world.answer(answer("Allow", ARN));
    assert_eq!(seen(world.run(&check).await), None);
    assert_eq!(world.asked(), 6);
}

#[tokio::test]
async fn answers_that_make_no_sense_are_the_authorizers_fault() {
    let mut wrong = vec![json!(null), json!("x"), json!([]), json!({}), json!({ "principalId": "user" })];
    for (member, value) in [
        ("principalId", json!("")),
        ("principalId", json!({})),
        ("policyDocument", json!(null)),
        ("policyDocument", json!("x")),
        ("policyDocument", json!({ "Statement": ["x"] })),
        ("context", json!("x")),
        ("context", json!({ "a": {} })),
        ("context", json!({ "a": [] })),
        ("usageIdentifierKey", json!(1)),
    ] {
        let mut of = answer("Allow", ARN);
        of[member] = value;
        wrong.push(of);
    }
    for answer in wrong {
        let mut world = token(0);
        world.answer(answer.clone());
        let check = check(&world);
        assert_eq!(seen(world.run(&check).await), misconfigured(), "{answer}");
    }
}

#[tokio::test]
async fn functions_that_do_not_answer() {
    for (error, expected) in [
        (NoAnswer::NotFound("who".into()), Kind::AuthorizerConfigurationError),
        (NoAnswer::Refused("who".into()), Kind::AuthorizerConfigurationError),
        (NoAnswer::Throttled, Kind::AuthorizerFailure),
        (NoAnswer::Failed("it broke".into()), Kind::AuthorizerFailure),
    ] {
        let mut world = token(0);
        world.functions.reply = Box::new(move |_| Err(error.clone()));
        let check = check(&world);
        assert_eq!(seen(world.run(&check).await), Some((expected, None)));
    }
    let mut world = token(0);
    world.served.definition.authorizers.get_mut("who").unwrap().uri = Some("arn:aws:x".into());
    let check = check(&world);
    assert_eq!(seen(world.run(&check).await), misconfigured());
}

#[tokio::test]
async fn answers_are_kept_for_every_method_of_the_same_caller() {
    let mut world = token(300);
    let check = check(&world);
    for _ in 0..3 {
        assert_eq!(seen(world.run(&check).await), None);
    }
    assert_eq!(world.asked(), 1);
    world.request.path = "/pets/2".into();
    assert_eq!(seen(world.run(&check).await), not_allowed());
    assert_eq!(world.asked(), 1);
    world.header("auth", "another");
    world.answer(answer("Allow", "*"));
    assert_eq!(seen(world.run(&check).await), None);
    assert_eq!(world.asked(), 2);
    world.clock.forward_ms(300_000);
    assert_eq!(seen(world.run(&check).await), None);
    assert_eq!(world.asked(), 3);
}

#[tokio::test]
async fn a_time_of_zero_keeps_nothing() {
    let mut world = token(0);
    let check = check(&world);
    for _ in 0..3 {
        assert_eq!(seen(world.run(&check).await), None);
    }
    assert_eq!(world.asked(), 3);
}

const SOURCES: [&str; 4] = [
    "method.request.header.H",
    "method.request.querystring.q",
    "stageVariables.alias",
    "context.identity.sourceIp",
];

#[tokio::test]
async fn a_request_authorizer_takes_all_its_sources_into_account() {
    let mut world = World::behind(AuthorizerType::Request, &SOURCES, 300);
    world.answer(answer("Allow", "*"));
    let check = check(&world);
    assert_eq!(seen(world.run(&check).await), unauthorized());
    world.header("h", "1");
    assert_eq!(seen(world.run(&check).await), unauthorized());
    world.query = vec![("q".into(), String::new())];
    assert_eq!(seen(world.run(&check).await), unauthorized());
    assert_eq!(world.asked(), 0);
    world.query = vec![("q".into(), "1".into())];
    assert_eq!(seen(world.run(&check).await), None);
    assert_eq!(seen(world.run(&check).await), None);
    assert_eq!(world.asked(), 1);
    world.query = vec![("q".into(), "2".into())];
    assert_eq!(seen(world.run(&check).await), None);
    world.context["identity"]["sourceIp"] = "192.0.2.8".into();
    assert_eq!(seen(world.run(&check).await), None);
    assert_eq!(world.asked(), 3);
    assert_eq!(world.functions.asked.lock().unwrap()[0].1["type"], "REQUEST");
}

#[tokio::test]
async fn without_keeping_a_request_authorizer_is_asked_in_any_case() {
    let mut world = World::behind(AuthorizerType::Request, &SOURCES, 0);
    world.answer(answer("Allow", "*"));
    // An expression is for tokens only.
    world.served.definition.authorizers.get_mut("who").unwrap().validation_expression = Some("never".into());
    let check = check(&world);
    assert_eq!(seen(world.run(&check).await), None);
    assert_eq!(world.asked(), 1);
    let mut sourceless = World::behind(AuthorizerType::Request, &[], 300);
    sourceless.answer(answer("Allow", "*"));
    let check = super::check(&sourceless);
    assert_eq!(seen(sourceless.run(&check).await), None);
    assert_eq!(seen(sourceless.run(&check).await), None);
    assert_eq!(sourceless.asked(), 2);
}

#[tokio::test]
async fn an_api_key_is_taken_from_the_answer_where_the_api_says_so() {
    let mut says = answer("Allow", "*");
    says["usageIdentifierKey"] = "the-key".into();
    for (source, required, expected) in [
        (ApiKeySource::Authorizer, true, json!("the-key")),
        (ApiKeySource::Authorizer, false, json!(null)),
        (ApiKeySource::Header, true, json!(null)),
    ] {
        let mut world = token(0);
        world.answer(says.clone());
        world.served.settings.api_key_source = source;
        world.method.api_key_required = required;
        let check = check(&world);
        assert_eq!(seen(world.run(&check).await), None);
        assert_eq!(world.context["identity"]["apiKey"], expected);
    }
}

#[tokio::test]
async fn a_path_that_is_too_long_is_refused() {
    let mut world = token(0);
    world.answer(answer("Allow", "*"));
    let check = check(&world);
    let used = method_arn(&world.call()).len() - "pets/1".len();
    world.request.path = format!("/{}", "x".repeat(1600 - used));
    assert_eq!(method_arn(&world.call()).len(), 1600);
    assert_eq!(seen(world.run(&check).await), None);
    world.request.path.push('x');
    assert_eq!(seen(world.run(&check).await), Some((Kind::Default4xx, Some("Request URI too long".into()))));
}

#[tokio::test]
async fn no_reason_holds_a_secret() {
    let mut world = token(0);
    let of = world.served.definition.authorizers.get_mut("who").unwrap();
    of.validation_expression = Some("never".into());
    let mismatch = check(&world);
    let refused = world.run(&mismatch).await.unwrap_err();
    assert_eq!(refused.step, Step::Authorizer);
    assert!(!format!("{refused:?}").contains("secret-token"));
    world.served.definition.authorizers.get_mut("who").unwrap().validation_expression = None;
    let failing = check(&world);
    world.fail("bad token secret-token");
    let refused = world.run(&failing).await.unwrap_err();
    assert!(!format!("{refused:?}").contains("secret-token"), "{refused:?}");
}

#[tokio::test]
async fn the_root_and_other_partitions() {
    let mut world = token(0);
    world.request.path = "/".into();
    assert_eq!(method_arn(&world.call()), "arn:aws:execute-api:us-east-1:123456789012:a1b2c3/dev/GET/");
    world.served.region = "cn-north-1".into();
    assert!(method_arn(&world.call()).starts_with("arn:aws-cn:execute-api:cn-north-1:"));
}
