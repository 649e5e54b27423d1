//! The other way: one `PutRestApi` for the whole tree, where the documented rates make it faster.

use super::Differ;
use crate::{
    kinds::{
        Context, Operation,
        compare::Compare,
        rest_api::{
            definition::EndpointType,
            desired::Desired,
            live::Live,
            op::Op,
            openapi,
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

/// Tags and the import. What a document cannot say or the importer loses is put right when the import is sent.
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
    differ.push(Op::PutRestApi {
        name: desired.name.clone(),
        settings: desired.settings.clone(),
        definition: desired.definition.clone(),
    });
    differ.narrow_parts();
    differ.ops
}

/// The import, whatever the other way would take: tests compare the two.
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
