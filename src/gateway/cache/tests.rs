use jiff::SignedDuration;

use super::{Key, MOST_BYTES, Plan, ResponseCache, Store, plan};
use crate::{
    gateway::{
        check_fixture::{Clock, World},
        exchange::Response,
        gateway_response::GatewayResponseType as Kind,
        stages::Refused,
    },
    kinds::{
        api_stage::{ALL_METHODS, MethodSettings, UnauthorizedCacheControl, method_key},
        rest_api::{Integration, Method},
    },
};

fn settings() -> MethodSettings {
    MethodSettings { caching: true, cache_ttl_seconds: 60, ..MethodSettings::default() }
}

fn world(parameters: &[&str]) -> World {
    let cache_key_parameters = parameters.iter().map(|name| (*name).to_owned()).collect();
    let integration = Integration { cache_key_parameters, ..Integration::default() };
    let mut world = World::new(Method { integration: Some(integration), ..Method::default() });
    world.served.stage.cache = true;
    world.served.stage.methods.insert(ALL_METHODS.into(), settings());
    world
}

fn planned(world: &mut World, may: bool) -> Result<Option<Plan>, Refused> {
    plan(&world.call(), || may)
}

fn key(world: &mut World) -> Key {
    planned(world, false).unwrap().unwrap().key
}

fn response(body: &[u8]) -> Response {
    Response { status: 200, body: body.to_vec(), ..Response::default() }
}

#[test]
fn only_get_is_cached_unless_a_method_has_settings_of_its_own() {
    let mut world = world(&[]);
    assert!(planned(&mut world, false).unwrap().is_some());
    (world.request.method, world.verb_key) = ("POST".into(), "POST".into());
    assert_eq!(planned(&mut world, false).unwrap(), None);
    world.served.stage.methods.insert(method_key("POST", "/pets/{id}"), settings());
    assert!(planned(&mut world, false).unwrap().is_some());
    world.served.stage.cache = false;
    assert_eq!(planned(&mut world, false).unwrap(), None);
}

#[test]
fn no_caching_with_a_time_of_zero_or_settings_that_turn_it_off() {
    for off in [
        MethodSettings { cache_ttl_seconds: 0, ..settings() },
        MethodSettings { caching: false, ..settings() },
    ] {
        let mut world = world(&[]);
        world.served.stage.methods.insert(method_key("GET", "/pets/{id}"), off);
        assert_eq!(planned(&mut world, false).unwrap(), None);
    }
}

#[test]
fn verbs_of_one_resource_never_share_an_answer() {
    let mut world = world(&[]);
    for verb in ["OPTIONS", "POST"] {
        world.served.stage.methods.insert(method_key(verb, "/pets/{id}"), settings());
    }
    let keys: Vec<Key> = ["GET", "OPTIONS", "POST"]
        .into_iter()
        .map(|verb| {
            (world.request.method, world.verb_key) = (verb.into(), verb.into());
            key(&mut world)
        })
        .collect();
    assert_ne!(keys[0], keys[1]);
    assert_ne!(keys[1], keys[2]);
    assert_ne!(keys[0], keys[2]);
}

#[test]
fn a_key_is_made_of_the_cache_key_parameters_and_nothing_else() {
    let all = ["method.request.querystring.q", "method.request.header.X", "method.request.path.id"];
    let mut with_parameters = world(&all);
    let first = key(&mut with_parameters);
    with_parameters.header("Authorization", "someone else");
    assert_eq!(key(&mut with_parameters), first);
    with_parameters.query = vec![("q".into(), "1".into())];
    let by_query = key(&mut with_parameters);
    assert_ne!(by_query, first);
    with_parameters.header("x", "1");
    let by_header = key(&mut with_parameters);
    assert_ne!(by_header, by_query);
    with_parameters.path.insert("id".into(), "2".into());
    assert_ne!(key(&mut with_parameters), by_header);

    let mut without = world(&[]);
    let first = key(&mut without);
    without.path.insert("id".into(), "2".into());
    without.query = vec![("q".into(), "1".into())];
    assert_eq!(key(&mut without), first);
}

#[test]
fn values_do_not_run_together() {
    let mut world = world(&["method.request.querystring.a", "method.request.querystring.b"]);
    let mut of = |query: &[(&str, &str)]| {
        world.query = query.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        key(&mut world)
    };
    let keys = [
        of(&[("a", "1"), ("b", "2")]),
        of(&[("a", "12")]),
        of(&[("b", "12")]),
        of(&[("a", "1"), ("a", "2")]),
        of(&[("a", "")]),
        of(&[]),
    ];
    for (place, key) in keys.iter().enumerate() {
        assert!(!keys[..place].contains(key), "{place}");
    }
}

#[test]
fn a_namespace_is_shared_where_methods_name_the_same() {
    let mut world = world(&[]);
    let own = key(&mut world);
    world.resource = "/other".into();
    world.served.resource_ids.insert("/other".into(), "res2".into());
    assert_ne!(key(&mut world), own);
    world.method.integration.as_mut().unwrap().cache_namespace = Some("res1".into());
    assert_eq!(key(&mut world), own);
}

#[test]
fn who_wants_a_fresh_answer_must_be_allowed_to() {
    let mut world = world(&[]);
    world.header("Cache-Control", "no-store, Max-Age = 0");
    let fresh = planned(&mut world, true).unwrap().unwrap();
    assert!(!fresh.look_up && !fresh.warn);
    let ignored = planned(&mut world, false).unwrap().unwrap();
    assert!(ignored.look_up && ignored.warn);
    let mut set = |strategy, authorization| {
        let of = MethodSettings {
            cache_control_authorization: authorization,
            unauthorized_cache_control: strategy,
            ..settings()
        };
        world.served.stage.methods.insert(ALL_METHODS.into(), of);
        planned(&mut world, false)
    };
    let silent = set(UnauthorizedCacheControl::SucceedWithoutResponseHeader, true).unwrap().unwrap();
    assert!(silent.look_up && !silent.warn);
    assert_eq!(set(UnauthorizedCacheControl::FailWith403, true).unwrap_err().kind, Kind::AccessDenied);
    assert!(!set(UnauthorizedCacheControl::FailWith403, false).unwrap().unwrap().look_up);
    world.header("Cache-Control", "max-age=01, no-cache");
    assert!(planned(&mut world, true).unwrap().unwrap().look_up);
}

#[test]
fn answers_are_kept_for_their_time_and_replaced() {
    let mut world = world(&[]);
    let (key, cache) = (key(&mut world), ResponseCache::new(MOST_BYTES, world.clock.env()));
    assert_eq!(cache.get(&key), None);
    cache.put(key, &response(b"one"), SignedDuration::from_secs(60));
    cache.put(key, &response(b"two"), SignedDuration::from_secs(60));
    assert_eq!(cache.get(&key), Some(response(b"two")));
    world.clock.forward_ms(59_999);
    assert!(cache.get(&key).is_some());
    world.clock.forward_ms(1);
    assert_eq!(cache.get(&key), None);
    cache.put(key, &response(&vec![0; 1_048_577]), SignedDuration::from_secs(60));
    assert_eq!(cache.get(&key), None);
}

#[test]
fn a_store_stays_within_its_bytes_and_drops_the_oldest() {
    let clock = Clock::at("2026-03-01T12:00:00Z");
    let (now, later) = (clock.now(), "2026-03-01T13:00:00Z".parse().unwrap());
    let mut store = Store::new(4_000);
    for number in 0..100 {
        store.put(number, number, 744, later, now);
        assert!(store.bytes() <= 4_000);
    }
    let kept: Vec<i32> = (0..100).filter(|number| store.get(number, now).is_some()).collect();
    assert_eq!(kept, [96, 97, 98, 99]);
    store.put(100, 100, 1_000_000, later, now);
    assert_eq!(store.get(&100, now), None);
    assert_eq!(store.get(&99, later), None);
    assert_eq!(store.bytes(), 3_000);
}
