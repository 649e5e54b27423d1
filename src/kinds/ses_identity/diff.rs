//! Comparison of identities.

use super::{Desired, Live, Op};
use crate::{
    kinds::compare::Compare,
    model::{Change, FieldChange, FieldChanges, Reason},
};

pub(super) fn diff(desired: Option<&Desired>, live: Option<&Live>) -> Change<Op> {
    match (desired, live) {
        (None, None) => Change::None,
        (None, Some(live)) => Change::act(Reason::NotInStackFile, vec![delete(live)]),
        (Some(desired), None) => Change::act(Reason::Missing, create(desired)),
        // The key names another identity than before: the one goes, the other comes.
        (Some(desired), Some(live)) if desired.identity != live.identity => {
            let why = FieldChange::new("identity", live.identity.as_str(), desired.identity.as_str());
            let ops = std::iter::once(delete(live)).chain(create(desired)).collect();
            FieldChanges::new(vec![why])
                .map_or(Change::None, |why| Change::act(Reason::FieldsDiffer(why), ops))
        }
        (Some(desired), Some(live)) => update(desired, live),
    }
}

fn delete(live: &Live) -> Op {
    Op::Delete { identity: live.identity.clone() }
}

fn create(desired: &Desired) -> Vec<Op> {
    let identity = || desired.identity.clone();
    let mut ops = vec![Op::Create {
        identity: identity(),
        dkim_key_bits: desired.dkim_key_bits,
        configuration_set: desired.configuration_set.clone(),
        tags: desired.tags.clone(),
    }];
    // A new domain is signed for as soon as its records are found.
    if desired.dkim_signing == Some(false) {
        ops.push(Op::SetSigning { identity: identity(), on: false });
    }
    ops
}

fn update(desired: &Desired, live: &Live) -> Change<Op> {
    let mut compare = Compare::default();
    let mut ops = Vec::new();
    let identity = || desired.identity.clone();
    if compare.tags(&live.tags, &desired.tags) {
        let tags = desired
            .tags
            .clone()
            .into_iter()
            .filter(|(key, value)| live.tags.get(key) != Some(value))
            .collect();
        ops.push(Op::Tag { identity: identity(), tags });
    }
    if let Some(dkim) = &live.dkim {
        if let Some(bits) = desired.dkim_key_bits
            && compare.option("dkim.key_bits", &dkim.key_bits, &Some(bits))
        {
            ops.push(Op::SetKeyLength { identity: identity(), bits });
        }
        if let Some(on) = desired.dkim_signing
            && compare.value("dkim.signing", &dkim.signing, &on)
        {
            ops.push(Op::SetSigning { identity: identity(), on });
        }
    }
    let (live_set, set) = (live.configuration_set.as_deref(), desired.configuration_set.as_ref());
    if compare.optional_text("configuration_set", live_set, set) {
        ops.push(Op::SetConfigurationSet { identity: identity(), name: set.cloned() });
    }
    Change::fields(compare.finish(), ops)
}
