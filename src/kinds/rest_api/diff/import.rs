//! The other way: one `PutRestApi` for the whole tree, where the documented rates make it faster.

use std::collections::BTreeMap;

use super::Differ;
use crate::{
    kinds::{
        Context, Operation,
        compare::Compare,
        rest_api::{
            definition::{AuthorizerType, EndpointType, TTL_SECONDS},
            desired::Desired,
            live::Live,
            op::Op,
            openapi,
            patch::Patch,
        },
    },
    model::{Address, Call, rates::sequential_seconds},
};

/// How long an import takes beyond its own call, in seconds: API Gateway builds the tree, and all of it is read back for the new
/// ids. An assumption about when some thirty granular calls are no longer the faster way.
const IMPORT_SECONDS: f64 = 4.0;

/// The granular calls, or an import and what it cannot say where that takes less time.
pub(super) fn faster(
    at: &Address,
    desired: &Desired,
    live: &Live,
    granular: Vec<Op>,
    context: &Context,
) -> Vec<Op> {
    if !context.put_rest_api || !openapi::can_say(desired) {
        return granular;
    }
    let edge = desired.settings.endpoint == EndpointType::Edge;
    let seconds = |ops: &[Op]| {
        let calls: Vec<Call> = ops.iter().map(Operation::call).collect();
        sequential_seconds(&calls, edge)
    };
    if seconds(&granular) <= IMPORT_SECONDS {
        return granular;
    }
    let import = import(at, desired, live, context);
    if seconds(&granular) <= seconds(&import) + IMPORT_SECONDS { granular } else { import }
}

/// Tags, the import, and calls for what a document does not carry over.
pub(super) fn import(at: &Address, desired: &Desired, live: &Live, context: &Context) -> Vec<Op> {
    let mut differ = Differ {
        at,
        desired,
        live: live.clone(),
        context,
        compare: Compare::default(),
        ops: Vec::new(),
    };
    differ.tags();
    differ.apply(Op::PutRestApi {
        name: desired.name.clone(),
        settings: desired.settings.clone(),
        definition: desired.definition.clone(),
    });
    differ.settings();
    differ.unsaid();
    differ.narrow_parts();
    differ.ops
}

impl Differ<'_> {
    /// What API Gateway's importer drops or changes is said once more.
    fn unsaid(&mut self) {
        for (name, model) in &self.desired.definition.models {
            let mut patches = Vec::new();
            if openapi::loses(model) {
                patches.push(Patch::replace("/schema", model.schema.as_str()));
            }
            patches
                .extend(model.description.as_deref().map(|text| Patch::replace("/description", text)));
            if !patches.is_empty() {
                self.push(Op::UpdateModel { name: name.clone(), patches });
            }
        }
        let cognito: BTreeMap<_, _> = self
            .desired
            .definition
            .authorizers
            .iter()
            .filter(|(_, authorizer)| {
                authorizer.kind == AuthorizerType::CognitoUserPools && authorizer.ttl_seconds != TTL_SECONDS
            })
            .collect();
        for (name, authorizer) in cognito {
            let patch = Patch::replace("/authorizerResultTtlInSeconds", authorizer.ttl_seconds.to_string());
            self.push(Op::UpdateAuthorizer { name: name.clone(), patches: vec![patch] });
        }
    }
}

/// Whether an import would have any call beside itself; used where tests compare the two ways.
#[cfg(test)]
pub(in crate::kinds::rest_api) fn forced(at: &Address, desired: &Desired, live: Option<&Live>, context: &Context) -> Vec<Op> {
    let mut ops = Vec::new();
    let base = live.cloned().or_else(|| {
        let create = super::create(desired);
        let base = super::fold(at, &create, None, context);
        ops.push(create);
        base
    });
    ops.extend(import(at, desired, &base.unwrap_or_default(), context));
    ops
}
