use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::{
    Desired, Live, Op, Patch, PatchOp, Period, Quota, Stage, Throttle, UsagePlan, arbitrary, diff::diff, method_key,
    patch::method_path, simulate::simulate,
};
use crate::{
    kinds::{ApiKey, ApiStage, Kind, Live as AnyLive, Member, Operation, World, api_key, api_stage},
    model::{Address, Change, Identity, Refusal, Scope, Text},
};

type Objects = BTreeMap<Address, AnyLive>;

fn at(kind: &str, key: &str) -> Address {
    Scope::new("s", "dev").address(kind, key)
}

/// The stages and keys of the strategies.
fn account() -> Objects {
    let mut objects = Objects::new();
    for id in arbitrary::STAGES {
        let (api_id, stage) = id.split_once(':').expect("two parts");
        let live = api_stage::Live { api_id: api_id.into(), ..api_stage::tests::live(stage, "d") };
        objects.insert(at(ApiStage::NAME, id), ApiStage::wrap(live));
    }
    for id in arbitrary::KEYS {
        let key = api_key::Live {
            id: id.into(),
            name: id.into(),
            description: None,
            enabled: true,
            value: None,
            tags: BTreeMap::new(),
        };
        objects.insert(at(ApiKey::NAME, id), ApiKey::wrap(key));
    }
    objects
}

fn apply(ops: &[Op], live: Option<Live>, objects: &Objects) -> Result<Option<Live>, Refusal> {
    let identity = Identity::new("111122223333", "eu-west-1");
    let mint = |length: usize| "m".repeat(length);
    let world = World::local(&identity, objects, &mint);
    ops.iter().try_fold(live, |live, op| simulate(op, live, &world))
}

fn ops(change: Change<Op>) -> Vec<Op> {
    match change {
        Change::None => Vec::new(),
        Change::Act { ops, .. } => ops,
    }
}

fn desired() -> Desired {
    Desired {
        name: "s-dev-p".into(),
        description: None,
        throttle: Some(Throttle { rate: 10.0, burst: 20 }),
        quota: Some(Quota { limit: 1000, offset: 0, period: Period::Day }),
        product_code: None,
        stages: vec![Stage { id: "api1:dev".into(), methods: BTreeMap::new() }],
        keys: vec!["key1".into()],
        tags: BTreeMap::new(),
    }
}

fn made(desired: &Desired) -> Live {
    apply(&ops(diff(Some(desired), None)), None, &account()).expect("accepted").expect("there")
}

#[test]
fn a_change_is_one_call() {
    let live = made(&desired());
    let mut wanted = desired();
    wanted.throttle = None;
    wanted.quota = Some(Quota { limit: 5, offset: 3, period: Period::Week });
    wanted.description = Some("x".into());
    wanted.stages = vec![Stage {
        id: "api2:dev".into(),
        methods: BTreeMap::from([(method_key("GET", "/a/{b}"), Throttle { rate: 1.5, burst: 2 })]),
    }];
    let steps = ops(diff(Some(&wanted), Some(&live)));
    let [Op::Update { patches }] = steps.as_slice() else { panic!("{steps:#?}") };
    let shown: Vec<String> = patches
        .iter()
        .map(|patch| format!("{:?} {} {}", patch.op, patch.path, patch.value.clone().unwrap_or_default()))
        .collect();
    assert_eq!(
        shown,
        [
            "Replace /description x",
            "Remove /throttle ",
            "Replace /quota/limit 5",
            "Replace /quota/offset 3",
            "Replace /quota/period WEEK",
            "Remove /apiStages api1:dev",
            "Add /apiStages api2:dev",
            "Replace /apiStages/api2:dev/throttle/~1a~1{b}/GET/rateLimit 1.5",
            "Replace /apiStages/api2:dev/throttle/~1a~1{b}/GET/burstLimit 2",
        ]
    );
    assert_eq!(steps[0].describe(), "set description, throttling, quota, stages");
    assert_eq!(method_path(&"i:s".into(), &method_key("GET", "/"), None), Text::from("/apiStages/i:s/throttle/~1/GET"));
}

#[test]
fn a_stage_that_is_not_there_yet_is_added_when_it_is() {
    let live = made(&desired());
    let api = at("rest_api", "api");
    let later = Text::from_parts(
        Text::pending(api, "id").parts().iter().cloned().chain(Text::from(":dev").parts().iter().cloned()),
    );
    let wanted = Desired { stages: vec![Stage { id: later.clone(), methods: BTreeMap::new() }], ..desired() };
    let steps = ops(diff(Some(&wanted), Some(&live)));
    assert_eq!(steps, [Op::Update { patches: vec![Patch::remove_stage("api1:dev"), Patch::add_stage(later)] }]);
}

#[test]
fn stages_go_before_the_plan_goes() {
    let live = made(&desired());
    let early = apply(&[Op::Delete { id: "p1".into() }], Some(live.clone()), &account()).expect_err("refused");
    assert_eq!(
        (early.status, early.code, early.message.as_str()),
        (
            400,
            "BadRequestException",
            "Cannot delete Usage Plan p1 because there are API Stages associated with it, including api1:dev"
        )
    );
    let steps = ops(diff(None, Some(&live)));
    assert_eq!(steps.len(), 2);
    assert_eq!(apply(&steps, Some(live), &account()).expect("accepted"), None);
}

#[test]
fn refusals() {
    let refused = |ops: &[Op], live: Option<Live>, objects: &Objects| {
        let refusal = apply(ops, live, objects).expect_err("refused");
        format!("{} {}: {}", refusal.status, refusal.code, refusal.message)
    };
    let with_quota = |offset, period| ops(diff(Some(&Desired { quota: Some(Quota { limit: 1, offset, period }), ..desired() }), None));
    insta::assert_snapshot!(refused(&with_quota(1, Period::Day), None, &account()), @"400 BadRequestException: Usage Plan quota offset must be zero in the DAY period");
    insta::assert_snapshot!(refused(&with_quota(28, Period::Month), None, &account()), @"400 BadRequestException: Usage Plan quota offset must be between zero and 27 inclusive in the MONTH period");
    let create = ops(diff(Some(&desired()), None));
    insta::assert_snapshot!(refused(&create, None, &Objects::new()), @"404 NotFoundException: API Stage not found: api1:dev");
    let mut objects = account();
    let live = made(&desired());
    let strange = [Op::AddKey { key_id: "none".into() }];
    insta::assert_snapshot!(refused(&strange, Some(live.clone()), &objects), @"404 NotFoundException: Invalid API Key identifier specified");
    let other = Live { id: "other".into(), key_ids: BTreeSet::from(["key2".to_owned()]), ..live.clone() };
    objects.insert(at(UsagePlan::NAME, "other"), UsagePlan::wrap(other));
    let shared = [Op::AddKey { key_id: "key2".into() }];
    insta::assert_snapshot!(refused(&shared, Some(live.clone()), &objects), @"409 ConflictException: Usage Plan mmmmmm cannot be added because API Key key2 cannot reference multiple Usage Plans with the same API stage: api1:dev");
    let nonsense = [Op::Update { patches: vec![Patch { op: PatchOp::Replace, path: "/nonsense".into(), value: None }] }];
    assert!(refused(&nonsense, Some(live), &objects).starts_with("400 BadRequestException: Invalid patch path /nonsense."));
}

proptest! {
    #[test]
    fn one_plan_becomes_another(before in arbitrary::desired(), after in arbitrary::desired()) {
        let objects = account();
        let live = made(&before);
        prop_assert_eq!(diff(Some(&before), Some(&live)), Change::None);
        let steps = ops(diff(Some(&after), Some(&live)));
        prop_assert!(steps.iter().filter(|op| op.call().operation == "UpdateUsagePlan").count() <= 1);
        let settled = apply(&steps, Some(live), &objects).expect("accepted").expect("there");
        prop_assert_eq!(diff(Some(&after), Some(&settled)), Change::None);
        let gone = ops(diff(None, Some(&settled)));
        prop_assert_eq!(apply(&gone, Some(settled), &objects).expect("accepted"), None);
    }
}
