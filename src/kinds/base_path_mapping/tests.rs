use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{BasePathMapping, Desired, Live, Op, ROOT, arbitrary, diff::diff, simulate::simulate};
use crate::{
    kinds::{ApiStage, Kind, Live as AnyLive, Member, Operation, World, api_stage},
    model::{Address, Change, Identity, Refusal, Scope},
};

type Objects = BTreeMap<Address, AnyLive>;

fn account() -> Objects {
    let stages = [("api1", "dev"), ("api1", "prod"), ("api2", "dev"), ("api2", "prod")];
    let stages = stages.map(|(api_id, name)| {
        let live = api_stage::Live { api_id: api_id.into(), ..api_stage::tests::live(name, "d") };
        (Scope::new("s", "dev").address(ApiStage::NAME, &format!("{api_id}-{name}")), ApiStage::wrap(live))
    });
    stages.into()
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

fn desired(base_path: &str) -> Desired {
    Desired { domain: "api.example.com".into(), base_path: base_path.into(), api_id: "api1".into(), stage: "dev".into() }
}

#[test]
fn it_is_told_by_its_url() {
    let live = apply(&ops(diff(Some(&desired(ROOT)), None)), None, &account()).expect("accepted").expect("there");
    let identity = Identity::new("1", "eu-west-1");
    assert_eq!(BasePathMapping::attribute(&live, "id", &identity).as_deref(), Some("api.example.com/"));
    assert_eq!(BasePathMapping::attribute(&live, "url", &identity).as_deref(), Some("https://api.example.com"));
    assert_eq!(ops(diff(Some(&desired("v1")), None))[0].describe(), "map api.example.com/v1");
}

#[test]
fn refusals() {
    let create = ops(diff(Some(&desired(ROOT)), None));
    let no_stage = apply(&create, None, &Objects::new()).expect_err("refused");
    assert_eq!((no_stage.status, no_stage.message.as_str()), (400, "Invalid stage identifier specified"));
    let mut objects = account();
    let live = apply(&create, None, &objects).expect("accepted").expect("there");
    objects.insert(Scope::new("other", "dev").address(BasePathMapping::NAME, "x"), BasePathMapping::wrap(live));
    let taken = apply(&create, None, &objects).expect_err("refused");
    assert_eq!((taken.status, taken.message.as_str()), (409, "Base path already exists for this domain name"));
}

proptest! {
    #[test]
    fn one_mapping_becomes_another(before in arbitrary::desired(), after in arbitrary::desired()) {
        let objects = account();
        let live = apply(&ops(diff(Some(&before), None)), None, &objects).expect("accepted").expect("there");
        prop_assert_eq!(diff(Some(&before), Some(&live)), Change::None);
        let settled = apply(&ops(diff(Some(&after), Some(&live))), Some(live), &objects).expect("accepted").expect("there");
        prop_assert_eq!(diff(Some(&after), Some(&settled)), Change::None);
        let gone = ops(diff(None, Some(&settled)));
        prop_assert_eq!(apply(&gone, Some(settled), &objects).expect("accepted"), None);
    }
}
