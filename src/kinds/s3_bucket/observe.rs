//! Finds buckets by name: those that are wanted, those that the ledger remembers, and for a destroy all that begin like the
//! scope's names. Each costs the read of its tags and of public access, and one read for each setting in use.

use std::collections::{BTreeMap, BTreeSet};

use futures::{StreamExt, TryStreamExt, stream};

use super::{Desired, Live, marks, ownership, read};
use crate::{
    account::aws::Aws,
    kinds::{Ask, Kind},
    model::{Address, Class, CloudError, Found, Owner, Ownership},
};

/// Buckets that are read side by side.
const SIDE_BY_SIDE: usize = 8;

/// The buckets of kind `K`: what is `wanted` of each, under its address.
pub(in crate::kinds) async fn buckets<K: Kind>(
    aws: &Aws,
    ask: &Ask<'_, K>,
    wanted: &BTreeMap<&Address, &Desired>,
) -> Result<Vec<Found<Live>>, CloudError> {
    let mut names: BTreeSet<String> = wanted.values().map(|desired| desired.name.clone()).collect();
    let hints = ask.hints.iter().filter(|(at, _)| at.kind == K::NAME);
    names.extend(hints.filter_map(|(_, hint)| hint.id.clone()));
    if ask.all.is_empty() {
        names.extend(listed(aws, &ask.scope.name_prefix()).await?);
    }
    let read = stream::iter(names).map(|name| async move { bucket(aws, ask, wanted, &name).await });
    let found: Vec<Option<Found<Live>>> = read.buffered(SIDE_BY_SIDE).try_collect().await?;
    let mut found: Vec<Found<Live>> = found.into_iter().flatten().collect();
    // Of two buckets of one address the one with the old name counts: it is replaced.
    let is_wanted = |found: &Found<Live>| {
        wanted.get(&found.address).is_some_and(|desired| desired.name == found.live.name)
    };
    found.sort_by_key(|found| (found.address.clone(), is_wanted(found)));
    found.dedup_by(|second, first| second.address == first.address);
    Ok(found)
}

async fn bucket<K: Kind>(
    aws: &Aws,
    ask: &Ask<'_, K>,
    wanted: &BTreeMap<&Address, &Desired>,
    name: &str,
) -> Result<Option<Found<Live>>, CloudError> {
    let Some(tags) = read::tags(aws, name).await? else { return Ok(None) };
    let by_name = wanted.iter().find(|(_, desired)| desired.name == name);
    let by_owner = || {
        let owner = Owner::of(&tags)?;
        Some(ask.address(&owner.key)).filter(|at| owner.owns(at))
    };
    let untagged = if tags.is_empty() { untagged(aws, ask, name).await? } else { None };
    let address = by_name.map(|(at, _)| (*at).clone()).or_else(by_owner).or_else(|| untagged.cloned());
    let Some(address) = address else { return Ok(None) };
    let desired = by_name.map(|(_, desired)| *desired);
    let used = marks::named(&tags);
    let features = |feature| used.contains(&feature) || desired.is_some_and(|desired| desired.settings.uses(feature));
    let settings = read::settings(aws, name, features).await?;
    let has_objects = desired.is_none() && !marks::empties(&tags) && has_objects(aws, name).await?;
    let live = Live { name: name.to_owned(), settings, tags, has_objects };
    let ownership = if untagged == Some(&address) { Ownership::Ours } else { ownership(&address, &live) };
    Ok(Some(Found { address, live, ownership, listed: true }))
}

/// Whose an untagged bucket is that the ledger remembers: a run stopped between making and tagging it, at an endpoint whose
/// `CreateBucket` takes no tags. The ledger has its name since that run took the lock, when nobody else had such a bucket; one that
/// holds objects is not taken over all the same.
async fn untagged<'a, K: Kind>(aws: &Aws, ask: &Ask<'a, K>, name: &str) -> Result<Option<&'a Address>, CloudError> {
    if aws.identity.endpoint.is_none() {
        return Ok(None);
    }
    let is_it = |at: &Address, id: Option<&str>| at.kind == K::NAME && at.scope == *ask.scope && id == Some(name);
    let mut hints = ask.hints.iter().filter(|(at, hint)| is_it(at, hint.id.as_deref()));
    let Some((at, _)) = hints.next() else { return Ok(None) };
    Ok((!has_objects(aws, name).await?).then_some(at))
}

/// Whether there is an object in any version.
async fn has_objects(aws: &Aws, name: &str) -> Result<bool, CloudError> {
    let page = aws
        .read_optional("s3", "ListObjectVersions", || {
            aws.s3.list_object_versions().bucket(name).max_keys(1).send()
        })
        .await?;
    Ok(page.is_some_and(|page| !page.versions().is_empty() || !page.delete_markers().is_empty()))
}

/// The names that begin with `prefix`. Who may not list all buckets has the ledger's.
async fn listed(aws: &Aws, prefix: &str) -> Result<Vec<String>, CloudError> {
    let mut names = Vec::new();
    let mut token: Option<String> = None;
    loop {
        let page = aws
            .read("s3", "ListBuckets", || {
                aws.s3.list_buckets().prefix(prefix).set_continuation_token(token.clone()).send()
            })
            .await;
        let page = match page {
            Err(error) if error.class == Class::Denied => return Ok(names),
            page => page?,
        };
        let all = page.buckets.unwrap_or_default().into_iter().filter_map(|bucket| bucket.name);
        names.extend(all.filter(|name| name.starts_with(prefix)));
        token = page.continuation_token.filter(|token| !token.is_empty());
        if token.is_none() {
            return Ok(names);
        }
    }
}
