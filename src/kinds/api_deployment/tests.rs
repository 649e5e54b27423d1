use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{
    ApiDeployment, Deployment, Desired, Live, Op, arbitrary, content_hash_of, description, diff::diff,
    id_attribute, simulate::simulate,
};
use crate::{
    kinds::{ApiStage, Kind, Live as AnyLive, Member, RestApi, World, api_stage, rest_api},
    model::{Address, Change, Identity, Reason, Refusal, Scope},
};

fn identity() -> Identity {
    Identity::new("111122223333", "eu-west-1")
}

fn desired(content_hash: &str, keep: u32) -> Desired {
    Desired { api_id: "api1".into(), content_hash: content_hash.into(), keep }
}

fn live(content_hashes: &[&str]) -> Live {
    let numbered = content_hashes.iter().enumerate();
    let deployments = numbered
        .map(|(place, hash)| Deployment { id: format!("d{place}"), content_hash: (*hash).into(), held_by: None })
        .collect();
    Live { api_id: "api1".into(), deployments }
}

fn steps(change: Change<Op>) -> (Vec<Op>, Vec<Op>) {
    match change {
        Change::None => Default::default(),
        Change::Act { ops, sweep, .. } => (ops, sweep),
    }
}

/// An account with two REST APIs of one method each.
fn account() -> BTreeMap<Address, AnyLive> {
    let method = rest_api::Method { integration: Some(rest_api::Integration::default()), ..Default::default() };
    ["api1", "api2"].map(|id| api(id, [method.clone()])).into()
}

fn api(id: &str, methods: impl IntoIterator<Item = rest_api::Method<String>>) -> (Address, AnyLive) {
    let methods: rest_api::Methods<String> = [rest_api::Verb::Get, rest_api::Verb::Put].into_iter().zip(methods).collect();
    let resources = if methods.is_empty() { BTreeMap::new() } else { BTreeMap::from([("/".to_owned(), methods)]) };
    let definition = rest_api::Definition { resources, ..Default::default() };
    let live = rest_api::Live { id: id.into(), definition, ..Default::default() };
    (Scope::new("s", "dev").address(RestApi::NAME, id), RestApi::wrap(live))
}

fn apply(ops: Vec<Op>, live: Option<Live>, objects: &BTreeMap<Address, AnyLive>) -> Result<Option<Live>, Refusal> {
    let identity = identity();
    let mint = |length: usize| "z".repeat(length);
    let world = World::local(&identity, objects, &mint);
    ops.iter().try_fold(live, |live, op| simulate(op, live, &world))
}

fn apply_all(change: Change<Op>, live: Option<Live>) -> Option<Live> {
    let (ops, sweep) = steps(change);
    apply(ops.into_iter().chain(sweep).collect(), live, &account()).expect("accepted")
}

fn deleted(change: Change<Op>) -> Vec<String> {
    let ids = steps(change).1.into_iter().map(|op| match op {
        Op::Delete { id, .. } => id,
        other @ Op::Create { .. } => panic!("not a deletion: {other:?}"),
    });
    ids.collect()
}

proptest! {
    #[test]
    fn applying_the_change_empties_it(desired in arbitrary::desired(), live in prop::option::of(arbitrary::live())) {
        let after = apply_all(diff(Some(&desired), live.as_ref()), live);
        prop_assert_eq!(diff(Some(&desired), after.as_ref()), Change::None);
    }

    #[test]
    fn the_wanted_deployment_is_there_after_the_first_step_and_stays(
        desired in arbitrary::desired(), live in prop::option::of(arbitrary::live())
    ) {
        let (ops, sweep) = steps(diff(Some(&desired), live.as_ref()));
        let at = |live: &Option<Live>| live.as_ref().and_then(|live| {
            ApiDeployment::attribute(live, &id_attribute(&desired.content_hash), &identity())
        });
        let applied = apply(ops, live, &account()).expect("accepted");
        let swept = apply(sweep, applied.clone(), &account()).expect("accepted");
        prop_assert!(at(&applied).is_some());
        prop_assert_eq!(at(&applied), at(&swept));
    }

    #[test]
    fn removing_leaves_nothing(live in arbitrary::live()) {
        prop_assert_eq!(apply_all(diff(None, Some(&live)), Some(live)), None);
    }
}

#[test]
fn the_first_deployment_is_missing_and_the_next_is_a_new_definition() {
    assert!(matches!(diff(Some(&desired("aa", 3)), None), Change::Act { reason: Reason::Missing, .. }));
    let Change::Act { reason: Reason::FieldsDiffer(fields), ops, sweep } =
        diff(Some(&desired("bb", 3)), Some(&live(&["aa"])))
    else {
        panic!("expected a change of fields");
    };
    assert_eq!(fields.iter().map(|field| field.field.as_str()).collect::<Vec<_>>(), ["definition"]);
    assert_eq!(ops, [Op::Create { api_id: "api1".into(), content_hash: "bb".into() }]);
    assert_eq!(sweep, []);
}

#[test]
fn going_back_to_an_old_definition_makes_no_deployment() {
    assert_eq!(diff(Some(&desired("aa", 3)), Some(&live(&["aa", "bb", "cc"]))), Change::None);
}

#[test]
fn the_oldest_beyond_those_kept_go_after_the_stage_has_moved() {
    let change = diff(Some(&desired("ff", 2)), Some(&live(&["aa", "bb", "cc", "dd"])));
    assert_eq!(deleted(change), ["d0", "d1"]);
    let change = diff(Some(&desired("aa", 2)), Some(&live(&["aa", "bb", "cc", "dd"])));
    assert_eq!(deleted(change), ["d1"], "the wanted one stays, old as it is");
    let change = diff(Some(&desired("bb", 0)), Some(&live(&["aa", "bb"])));
    assert_eq!(deleted(change), ["d0"]);
}

#[test]
fn a_second_deployment_of_one_definition_goes_and_the_first_serves() {
    let live = live(&["aa", "bb", "bb"]);
    assert_eq!(ApiDeployment::attribute(&live, "id:bb", &identity()).as_deref(), Some("d1"));
    assert_eq!(deleted(diff(Some(&desired("bb", 3)), Some(&live))), ["d2"]);
}

#[test]
fn what_a_strangers_stage_serves_is_left_alone() {
    let mut live = live(&["aa", "bb"]);
    live.deployments[0].held_by = Some("by-hand".into());
    assert_eq!(diff(Some(&desired("bb", 0)), Some(&live)), Change::None);
}

#[test]
fn deployments_of_an_api_that_was_replaced_do_not_count() {
    let wanted = Desired { api_id: "api2".into(), ..desired("aa", 3) };
    let after = apply_all(diff(Some(&wanted), Some(&live(&["aa"]))), Some(live(&["aa"]))).expect("there");
    assert_eq!((after.api_id.as_str(), after.deployments.len()), ("api2", 1));
}

#[test]
fn a_deployment_in_use_is_not_deleted() {
    let at = Scope::new("s", "dev").address(ApiStage::NAME, "api");
    let stage = api_stage::tests::live("dev", "d0");
    let mut objects = account();
    objects.insert(at, ApiStage::wrap(api_stage::Live { api_id: "api1".into(), ..stage }));
    let delete = |id: &str| vec![Op::Delete { api_id: "api1".into(), id: id.into() }];
    let refusal = apply(delete("d0"), Some(live(&["aa", "bb"])), &objects).expect_err("refused");
    assert_eq!(refusal.message, "Active stages pointing to this deployment must be moved or deleted");
    assert!(apply(delete("d1"), Some(live(&["aa", "bb"])), &objects).is_ok());
}

#[test]
fn an_api_that_is_not_finished_is_not_deployed() {
    let refused = |objects: BTreeMap<Address, AnyLive>| {
        let (ops, _) = steps(diff(Some(&desired("aa", 3)), None));
        apply(ops, None, &objects).expect_err("refused")
    };
    assert_eq!(refused([api("api1", [])].into()).message, "The REST API doesn't contain any methods");
    let complete = rest_api::Method { integration: Some(rest_api::Integration::default()), ..Default::default() };
    let half_done = [complete, rest_api::Method::default()];
    assert_eq!(refused([api("api1", half_done)].into()).message, "No integration defined for method");
    let absent = refused([api("api2", [])].into());
    assert_eq!((absent.status, absent.message.as_str()), (404, "Invalid API identifier specified 111122223333:api1"));
}

#[test]
fn deployments_go_with_their_api() {
    let (_, api1) = api("api1", []);
    let (_, api2) = api("api2", []);
    assert!(ApiDeployment::dies_with(&live(&["aa"]), &api1));
    assert!(!ApiDeployment::dies_with(&live(&["aa"]), &api2));
}

#[test]
fn only_our_own_descriptions_are_read() {
    assert_eq!(content_hash_of(&description("0a1b")), Some("0a1b"));
    for other in ["", "gatewright", "gatewright ", "gatewright of mine", "first deployment", "Gatewright 0a1b"] {
        assert_eq!(content_hash_of(other), None, "{other}");
    }
}
