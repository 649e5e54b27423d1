//! `PutRestApi`: the document, the reading of what became of it, and the calls for what was lost on the way.

use aws_sdk_apigateway::{primitives::Blob, types::PutMode};

use super::{Target, one};
use crate::{
    kinds::{
        Context, Operation, Sent, World,
        rest_api::{
            Live,
            definition::{Definition, Settings},
            desired::Desired,
            diff, observe, openapi,
            op::Op,
            simulate,
        },
    },
    model::{Address, Change, CloudError, Text},
};

/// Imports and reads the API back, for an import may give out new ids for everything. "PUT operations are idempotent, but not
/// atomic": whatever the importer dropped, kept or changed against the document is put right by single calls, so that an import
/// ends where single calls do.
pub(super) async fn import(
    target: &Target<'_>,
    at: &Address,
    name: &str,
    settings: &Settings,
    definition: &Definition<Text>,
) -> Result<Sent<Live>, CloudError> {
    let (aws, api) = (target.aws, target.api()?);
    let document = openapi::document(name, settings, &definition.settled()).to_string();
    aws.call(&target.op.call(), target.op.repeat(), || {
        let call = aws.apigateway.put_rest_api().rest_api_id(api).mode(PutMode::Overwrite).fail_on_warnings(false);
        call.body(Blob::new(document.as_bytes())).send()
    })
    .await?;
    let before = target.live()?;
    let wanted = Desired {
        name: name.to_owned(),
        tags: before.tags.clone(),
        settings: settings.clone(),
        definition: definition.clone(),
    };
    let Some(mut live) = observe::again(aws, api, Some(&wanted)).await? else { return Ok(Sent::Observed(None)) };
    // An import does not change tags, and an answer that lags must not bring old ones back.
    live.tags = before.tags.clone();
    live.parts = before.parts.clone();
    Ok(Sent::Observed(Some(settle(target, at, &wanted, live).await?)))
}

/// Makes the calls that an imported API still needs. Tags have their own ops in the plan.
async fn settle(target: &Target<'_>, at: &Address, wanted: &Desired, mut live: Live) -> Result<Live, CloudError> {
    let identity = &target.aws.identity;
    let context = Context { identity: identity.clone(), put_rest_api: false, adopt: false, replace: false };
    let Change::Act { ops, .. } = diff::diff(at, Some(wanted), Some(&live), &context) else { return Ok(live) };
    for op in ops.iter().filter(|op| !matches!(op, Op::TagResource { .. })) {
        tracing::debug!(call = %op.call(), what = op.describe(), "the import left this out");
        let made = match one(target.aws, at, op, Some(&live)).await? {
            Sent::Fold(made) => made,
            Sent::Observed(_) => continue,
        };
        let world = World::answered(identity, made);
        let after = simulate::simulate(at, op, Some(live), &world).map_err(|refusal| refusal.of(op.call()))?;
        match after {
            Some(after) => live = after,
            None => return Err(target.unknown("the REST API")),
        }
    }
    Ok(live)
}
