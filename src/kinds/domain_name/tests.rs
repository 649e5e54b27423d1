use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{
    Desired, DomainName, Endpoint, Live, Op, SecurityPolicy, arbitrary, diff::diff, endpoint_attribute, simulate::simulate,
};
use crate::{
    kinds::{Kind, Live as AnyLive, Member, Operation, World},
    model::{Address, Change, Identity, Refusal, Scope},
};

type Objects = BTreeMap<Address, AnyLive>;

fn identity() -> Identity {
    Identity::new("111122223333", "eu-west-1")
}

fn apply(ops: &[Op], live: Option<Live>, objects: &Objects) -> Result<Option<Live>, Refusal> {
    let identity = identity();
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

fn made(desired: &Desired) -> Live {
    apply(&ops(diff(Some(desired), None)), None, &Objects::new()).expect("accepted").expect("there")
}

fn desired(endpoint: Endpoint) -> Desired {
    Desired {
        name: "api.example.com".into(),
        endpoint,
        certificate_arn: "arn:aws:acm:eu-west-1:1:certificate/a".into(),
        security_policy: SecurityPolicy::Tls12,
        mutual_tls: None,
        tags: BTreeMap::new(),
    }
}

#[test]
fn the_new_endpoint_comes_before_the_old_one_goes() {
    let live = made(&desired(Endpoint::Edge));
    let told = |live: &Live, attribute: &str, endpoint: Endpoint| {
        let attribute = endpoint_attribute(attribute, endpoint, "api.example.com");
        DomainName::attribute(live, &attribute, &identity())
    };
    assert_eq!(told(&live, "zone_id", Endpoint::Edge).as_deref(), Some("Z2FDTNDATAQYW2"));
    // What refers to the domain waits for its new endpoint.
    assert_eq!(told(&live, "target", Endpoint::Regional), None);
    let steps = ops(diff(Some(&desired(Endpoint::Regional)), Some(&live)));
    let shown: Vec<String> = steps.iter().map(Operation::describe).collect();
    assert_eq!(
        shown,
        [
            "set endpointConfiguration, regionalCertificateArn of domain api.example.com",
            "set endpointConfiguration, certificateArn of domain api.example.com",
        ]
    );
    let between = apply(&steps[..1], Some(live), &Objects::new()).expect("accepted").expect("there");
    assert_eq!(between.certificates.len(), 2);
    let rest = ops(diff(Some(&desired(Endpoint::Regional)), Some(&between)));
    assert_eq!(rest, steps[1..]);
    let target = told(&between, "target", Endpoint::Regional);
    assert_eq!(target.as_deref(), Some("d-mmmmmmmmmm.execute-api.eu-west-1.amazonaws.com"));
}

#[test]
fn a_name_is_taken_once() {
    let at = Scope::new("other", "dev").address(DomainName::NAME, "main");
    let objects = Objects::from([(at, DomainName::wrap(made(&desired(Endpoint::Edge))))]);
    let refusal = apply(&ops(diff(Some(&desired(Endpoint::Regional)), None)), None, &objects).expect_err("refused");
    assert_eq!((refusal.code, refusal.message.as_str()), ("BadRequestException", "The domain name you provided already exists."));
    let update = Op::Update { name: "x".into(), patches: Vec::new() };
    assert_eq!(apply(&[update], None, &objects).expect_err("refused").status, 404);
}

proptest! {
    #[test]
    fn one_domain_becomes_another(before in arbitrary::desired(), after in arbitrary::desired()) {
        let nothing = Objects::new();
        let live = made(&before);
        prop_assert_eq!(diff(Some(&before), Some(&live)), Change::None);
        let steps = ops(diff(Some(&after), Some(&live)));
        prop_assert!(steps.iter().filter(|op| op.call().operation == "UpdateDomainName").count() <= 2);
        let settled = apply(&steps, Some(live), &nothing).expect("accepted").expect("there");
        prop_assert_eq!(diff(Some(&after), Some(&settled)), Change::None);
        let gone = ops(diff(None, Some(&settled)));
        prop_assert_eq!(apply(&gone, Some(settled), &nothing).expect("accepted"), None);
    }
}
