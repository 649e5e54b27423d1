//! What holds for every API.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::{Mint, arbitrary, at, change, context, made, ops};
use crate::{
    kinds::rest_api::{Desired, Live, Op, content_hash, definition::is_own_model, diff, openapi},
    model::Change,
};

/// The same API with ids that say what they stand for.
fn masked(mut live: Live) -> Live {
    let mask = |ids: &mut BTreeMap<String, String>| ids.iter_mut().for_each(|(name, id)| id.clone_from(name));
    mask(&mut live.resource_ids);
    mask(&mut live.authorizer_ids);
    mask(&mut live.validator_ids);
    live.id.clear();
    live
}

fn check_settled(desired: &Desired, live: &Live) -> Result<(), TestCaseError> {
    let rest = change(Some(desired), Some(live));
    prop_assert!(matches!(rest, Change::None), "not settled: {rest:#?}");
    Ok(())
}

/// The same wish without most of what no document can say.
fn sayable(mut desired: Desired) -> Desired {
    desired.settings.vpc_endpoint_ids.clear();
    desired.definition.resources.retain(|_, methods| !methods.is_empty());
    desired.definition.models.values_mut().for_each(|model| model.content_type = "application/json".into());
    for method in desired.definition.resources.values_mut().flat_map(|methods| methods.values_mut()) {
        method.operation_name = None;
        method.request_parameters.remove("method.request.path.post");
    }
    desired.normal()
}

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases(96))]

    #[test]
    fn what_is_made_is_what_was_asked_for(desired in arbitrary::desired()) {
        let live = made(&desired);
        check_settled(&desired, &live)?;
        prop_assert_eq!(live.parts.clone(), Some(desired.definition.parts()));
        prop_assert_eq!(live.resource_ids.keys().cloned().collect::<BTreeSet<_>>(), desired.definition.paths());
        let gone = Mint::new().apply(&ops(None, Some(&live)), Some(live));
        prop_assert_eq!(gone, None);
    }

    #[test]
    fn one_api_becomes_another(before in arbitrary::desired(), after in arbitrary::desired()) {
        let live = made(&before);
        let steps = ops(Some(&after), Some(&live));
        let settled = Mint::new().apply(&steps, Some(live.clone())).expect("an API");
        check_settled(&after, &settled)?;
        // A tag that is no longer asked for stays: it cannot be told from one set by hand.
        let direct = Live { tags: settled.tags.clone(), ..masked(made(&after)) };
        let same = |live: &Live| Live { settings: Default::default(), definition: Default::default(), ..live.clone() };
        prop_assert_eq!(same(&masked(settled)), same(&direct));
    }

    #[test]
    fn a_run_that_stops_anywhere_is_continued(before in arbitrary::desired(), after in arbitrary::desired(), part in 0.0..1.0_f64) {
        let live = made(&before);
        let steps = ops(Some(&after), Some(&live));
        let mint = Mint::new();
        let done = (steps.len() as f64 * part) as usize;
        let half = mint.apply(&steps[..done], Some(live)).expect("an API");
        let settled = mint.apply(&ops(Some(&after), Some(&half)), Some(half.clone())).expect("an API");
        check_settled(&after, &settled)?;
        // Or the stack file is put back.
        let back = mint.apply(&ops(Some(&before), Some(&half)), Some(half)).expect("an API");
        check_settled(&before, &back)?;
    }

    #[test]
    fn an_import_ends_where_granular_calls_do(before in arbitrary::desired(), after in arbitrary::desired().prop_map(sayable)) {
        prop_assume!(openapi::can_say(&after));
        let live = made(&before);
        let granular = Mint::new().apply(&ops(Some(&after), Some(&live)), Some(live.clone())).expect("an API");
        let forced = diff::forced_import(&at(), &after, Some(&live), &context(true));
        let imported = Mint::new().apply(&forced, Some(live)).expect("an API");
        check_settled(&after, &imported)?;
        let same = |live: Live| {
            let mut live = masked(live);
            live.definition.models.retain(|name, _| !is_own_model(name) || after.definition.models.contains_key(name));
            // What says the same in other words is left in place by granular calls.
            live.settings.policy = None;
            live.definition.authorizers.values_mut().for_each(|authorizer| authorizer.provider_arns.sort());
            live
        };
        prop_assert_eq!(same(imported), same(granular));

        let fresh = Mint::new().apply(&diff::forced_import(&at(), &after, None, &context(true)), None).expect("an API");
        prop_assert_eq!(masked(fresh), masked(made(&after)));
    }

    #[test]
    fn only_what_differs_is_sent(desired in arbitrary::desired()) {
        let live = made(&desired);
        let mut other = desired.clone();
        other.settings.disable_execute_api_endpoint ^= true;
        let steps = ops(Some(&other), Some(&live));
        prop_assert!(matches!(steps.as_slice(), [Op::UpdateRestApi { patches }] if patches.len() == 1), "{steps:#?}");
    }

    #[test]
    fn records_survive_their_json(desired in arbitrary::desired()) {
        let live = made(&desired);
        let steps = ops(Some(&desired), None);
        let text = |value: serde_json::Result<String>| value.expect("JSON");
        let read: Desired = serde_json::from_str(&text(serde_json::to_string(&desired))).expect("a desired API");
        prop_assert_eq!(content_hash(&read), content_hash(&desired));
        prop_assert_eq!(read, desired);
        let read: Live = serde_json::from_str(&text(serde_json::to_string(&live))).expect("a live API");
        prop_assert_eq!(read, live);
        let read: Vec<Op> = serde_json::from_value(serde_json::to_value(&steps).expect("JSON")).expect("calls");
        prop_assert_eq!(read, steps);
    }
}
