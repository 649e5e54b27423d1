use super::{ApiKeys, Throttle};
use crate::{
    gateway::{
        check_fixture::{World, seen},
        gateway_response::GatewayResponseType as Kind,
        served::{ApiKey, Period, Quota, Rate, UsagePlan},
    },
    kinds::{
        api_stage::{ALL_METHODS, MethodSettings, method_key},
        rest_api::{ApiKeySource, Method},
    },
};

fn throttled() -> Option<(Kind, Option<String>)> {
    Some((Kind::Throttled, Some("Too Many Requests".into())))
}

fn forbidden() -> Option<(Kind, Option<String>)> {
    Some((Kind::InvalidApiKey, Some("Forbidden".into())))
}

fn settings(rate: f64, burst: i32) -> MethodSettings {
    MethodSettings { throttling_rate: rate, throttling_burst: burst, ..MethodSettings::default() }
}

fn with_plan(plan: UsagePlan) -> World {
    let mut world = World::new(Method { api_key_required: true, ..Method::default() });
    world.served.usage_plans.push(plan);
    world
}

fn plan() -> UsagePlan {
    let key = |id: &str, enabled| ApiKey { id: id.into(), value: format!("value-of-{id}"), enabled };
    UsagePlan {
        id: "plan".into(),
        keys: vec![key("k1", true), key("k2", true), key("off", false)],
        ..UsagePlan::default()
    }
}

#[tokio::test]
async fn a_burst_passes_and_the_rate_refills() {
    let mut world = World::new(Method::default());
    world.served.stage.methods.insert(ALL_METHODS.into(), settings(2.0, 3));
    let check = Throttle::new(world.clock.env());
    for _ in 0..3 {
        assert_eq!(seen(world.run(&check).await), None);
    }
    assert_eq!(seen(world.run(&check).await), throttled());
    world.clock.forward_ms(500);
    assert_eq!(seen(world.run(&check).await), None);
    assert_eq!(seen(world.run(&check).await), throttled());
    world.clock.forward_ms(-3_600_000);
    assert_eq!(seen(world.run(&check).await), throttled());
    // However long nobody comes, no more than a burst is saved up.
    world.clock.forward_ms(7_200_000);
    for _ in 0..3 {
        assert_eq!(seen(world.run(&check).await), None);
    }
    assert_eq!(seen(world.run(&check).await), throttled());
}

#[tokio::test]
async fn every_method_has_a_bucket_and_its_own_settings_win() {
    let mut world = World::new(Method::default());
    world.served.stage.methods.insert(ALL_METHODS.into(), settings(1.0, 1));
    world.served.stage.methods.insert(method_key("POST", "/pets/{id}"), settings(-1.0, -1));
    let check = Throttle::new(world.clock.env());
    assert_eq!(seen(world.run(&check).await), None);
    assert_eq!(seen(world.run(&check).await), throttled());
    world.resource = "/other".into();
    assert_eq!(seen(world.run(&check).await), None);
    (world.resource, world.verb_key) = ("/pets/{id}".into(), "POST".into());
    for _ in 0..100 {
        assert_eq!(seen(world.run(&check).await), None);
    }
}

#[tokio::test]
async fn a_rate_of_zero_lets_nobody_in_and_no_settings_everybody() {
    let mut world = World::new(Method::default());
    let check = Throttle::new(world.clock.env());
    assert_eq!(seen(world.run(&check).await), None);
    world.served.stage.methods.insert(ALL_METHODS.into(), settings(0.0, 0));
    assert_eq!(seen(world.run(&check).await), throttled());
}

#[tokio::test]
async fn a_method_that_requires_a_key_wants_one_of_a_plan_of_the_stage() {
    let mut world = with_plan(plan());
    let check = ApiKeys::new(world.clock.env());
    assert_eq!(seen(world.run(&check).await), forbidden());
    for bad in ["", "wrong", "value-of-off"] {
        world.header("X-API-Key", bad);
        assert_eq!(seen(world.run(&check).await), forbidden(), "{bad}");
    }
    assert!(world.context["identity"]["apiKey"].is_null());
    world.header("x-api-key", "value-of-k1");
    assert_eq!(seen(world.run(&check).await), None);
    assert_eq!(world.context["identity"]["apiKey"], "value-of-k1");
    assert_eq!(world.context["identity"]["apiKeyId"], "k1");
    world.method.api_key_required = false;
    world.header("x-api-key", "wrong");
    assert_eq!(seen(world.run(&check).await), None);
}

#[tokio::test]
async fn a_key_that_is_disabled_in_one_plan_may_be_good_in_another() {
    let mut world = with_plan(plan());
    let key = ApiKey { id: "on".into(), value: "value-of-off".into(), enabled: true };
    world.served.usage_plans.push(UsagePlan { id: "other".into(), keys: vec![key], ..UsagePlan::default() });
    let check = ApiKeys::new(world.clock.env());
    world.header("x-api-key", "value-of-off");
    assert_eq!(seen(world.run(&check).await), None);
    assert_eq!(world.context["identity"]["apiKeyId"], "on");
}

#[tokio::test]
async fn no_reason_holds_a_key() {
    let mut world = with_plan(UsagePlan {
        quota: Some(Quota { limit: 0, period: Period::Day, offset_days: 0 }),
        ..plan()
    });
    let check = ApiKeys::new(world.clock.env());
    for key in ["value-of-k1", "value-of-off", "value-of-nobody"] {
        world.header("x-api-key", key);
        let refused = world.run(&check).await.unwrap_err();
        assert!(!format!("{refused:?}").contains("value-of"), "{refused:?}");
    }
}

#[tokio::test]
async fn an_authorizer_may_name_the_key() {
    let mut world = with_plan(plan());
    world.served.settings.api_key_source = ApiKeySource::Authorizer;
    world.header("x-api-key", "value-of-k1");
    let check = ApiKeys::new(world.clock.env());
    assert_eq!(seen(world.run(&check).await), forbidden());
    world.context["identity"]["apiKey"] = "value-of-k2".into();
    assert_eq!(seen(world.run(&check).await), None);
    assert_eq!(world.context["identity"]["apiKeyId"], "k2");
}

#[tokio::test]
async fn plans_throttle_each_key_and_single_methods() {
    let rate = |per_second, burst| Rate { per_second, burst };
    let method_throttles = [("/pets/{id}/GET".to_owned(), rate(1.0, 1))].into();
    let mut world = with_plan(UsagePlan { throttle: Some(rate(1.0, 3)), method_throttles, ..plan() });
    let check = ApiKeys::new(world.clock.env());
    world.header("x-api-key", "value-of-k1");
    assert_eq!(seen(world.run(&check).await), None);
    assert_eq!(seen(world.run(&check).await), throttled());
    world.resource = "/other".into();
    assert_eq!(seen(world.run(&check).await), None);
    assert_eq!(seen(world.run(&check).await), None);
    assert_eq!(seen(world.run(&check).await), throttled());
    world.header("x-api-key", "value-of-k2");
    assert_eq!(seen(world.run(&check).await), None);
}

#[tokio::test]
async fn quotas_begin_anew_with_each_period() {
    // 2026-03-01 is a Sunday.
    for (period, offset_days, same_ms, next_ms) in [
        (Period::Day, 0, 11 * 3_600_000, 3_600_000),
        (Period::Week, 1, 11 * 3_600_000, 3_600_000),
        (Period::Week, 0, 6 * 86_400_000, 86_400_000),
        (Period::Week, 3, 2 * 86_400_000, 86_400_000),
        (Period::Month, 0, 30 * 86_400_000, 86_400_000),
        (Period::Month, 27, 26 * 86_400_000, 86_400_000),
    ] {
        let quota = Some(Quota { limit: 2, period, offset_days });
        let mut world = with_plan(UsagePlan { quota, ..plan() });
        let check = ApiKeys::new(world.clock.env());
        world.header("x-api-key", "value-of-k1");
        assert_eq!(seen(world.run(&check).await), None);
        assert_eq!(seen(world.run(&check).await), None);
        let exceeded = Some((Kind::QuotaExceeded, Some("Limit Exceeded".into())));
        assert_eq!(seen(world.run(&check).await), exceeded);
        world.clock.forward_ms(same_ms);
        assert_eq!(seen(world.run(&check).await), exceeded, "{period:?}");
        world.clock.forward_ms(next_ms);
        assert_eq!(seen(world.run(&check).await), None, "{period:?}");
    }
}
