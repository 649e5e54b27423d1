//! Stages as property tests draw them: few values, so that fields often agree.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{ALL_METHODS, AccessLog, Desired, Live, LoggingLevel, MethodSettings, UnauthorizedCacheControl};

fn one_of(values: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::sample::select(values).prop_map(str::to_owned)
}

/// Settings, the defaults among them.
pub(crate) fn settings() -> impl Strategy<Value = MethodSettings> {
    let drawn = (
        (any::<bool>(), prop::sample::select(LoggingLevel::ALL), any::<bool>()),
        (prop::sample::select(vec![-1, 200, 5_000]), prop::sample::select(vec![-1.0, 0.5, 10_000.0])),
        (any::<bool>(), prop::sample::select(vec![0, 300, 3_600]), any::<bool>(), any::<bool>()),
        prop::sample::select(UnauthorizedCacheControl::ALL),
    );
    let any_settings = drawn.prop_map(|((metrics, logging, data_trace), throttling, caching, strategy)| MethodSettings {
        metrics,
        logging,
        data_trace,
        throttling_burst: throttling.0,
        throttling_rate: throttling.1,
        caching: caching.0,
        cache_ttl_seconds: caching.1,
        cache_encrypted: caching.2,
        cache_control_authorization: caching.3,
        unauthorized_cache_control: strategy,
    });
    prop_oneof![Just(MethodSettings::default()), any_settings]
}

fn methods() -> impl Strategy<Value = BTreeMap<String, MethodSettings>> {
    let keys = one_of(&[ALL_METHODS, "GET /", "POST /users/{id}", "ANY /files/{proxy+}", "GET /a~b"]);
    prop::collection::btree_map(keys, settings(), 0..4)
}

/// A stage of the account, changed by hand or not.
pub(crate) fn live() -> impl Strategy<Value = Live> {
    let log = (one_of(&["arn:aws:logs:eu-west-1:1:log-group:a", "arn:b"]), one_of(&["$context.requestId", "x"]));
    let pairs = || prop::collection::btree_map(one_of(&["a", "b", "c"]), one_of(&["1", "2"]), 0..3);
    let identity = (one_of(&["api1", "api2"]), one_of(&["dev", "prod"]), one_of(&["aaaaaa", "bbbbbb"]));
    let sized = prop::option::of(one_of(&["0.5", "1.6"]));
    let by_hand = (prop::option::of(one_of(&["cert"])), prop::option::of(one_of(&["bbbbbb"])));
    (identity, prop::option::of(one_of(&["x", "y"])), pairs(), sized, any::<bool>(), prop::option::of(log), methods(), by_hand, pairs())
        .prop_map(|(identity, description, variables, cache_size_gb, tracing, log, methods, by_hand, tags)| Live {
            api_id: identity.0,
            stage_name: identity.1,
            deployment_id: identity.2,
            description,
            variables,
            cache_size_gb,
            tracing,
            access_log: log.map(|(destination_arn, format)| AccessLog { destination_arn, format }),
            methods: super::without_defaults(methods),
            client_certificate: by_hand.0,
            canary: by_hand.1,
            tags,
        })
}

/// A wanted stage.
pub(crate) fn desired() -> impl Strategy<Value = Desired> {
    (live(), methods()).prop_map(|(live, methods)| Desired {
        api_id: live.api_id.into(),
        stage_name: live.stage_name,
        deployment_id: live.deployment_id.into(),
        description: live.description,
        variables: live.variables.into_iter().map(|(name, value)| (name, value.into())).collect(),
        cache_size_gb: live.cache_size_gb,
        tracing: live.tracing,
        access_log: live
            .access_log
            .map(|log| AccessLog { destination_arn: log.destination_arn.into(), format: log.format }),
        methods,
        tags: live.tags,
    })
}
