//! Objects that AWS gives an id and that say by tags whose they are: found in a listing, or by the id that the ledger knows.
//!
//! Stacks without such objects make no call for them. So the ledger's entry about one is kept for as long as the object is there
//! (it counts as not listed): it is what makes a later deploy look for an object that its stack file no longer has.

use std::{collections::BTreeMap, future::Future, time::Duration};

use super::{Ask, Kind};
use crate::{
    account::aws::Aws,
    model::{Address, CloudError, Hint, Owner},
};

/// How often an object whose creation is in doubt is looked for, at the polling interval: about ten seconds.
const LOOKS: u32 = 33;

/// One object of a listing.
pub(super) struct Listed<T> {
    /// AWS's id.
    pub id: String,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// The rest.
    pub object: T,
}

/// Whether the stack file wants an object of the kind, or the ledger knows of one.
pub(super) fn concerns<K: Kind>(ask: &Ask<'_, K>) -> bool {
    !ask.wanted.is_empty() || ask.hints.keys().any(|at| at.kind == K::NAME)
}

/// The objects of the scope: those that carry its owner tags, and those that the ledger knows. Of several with one address the
/// one that the ledger knows comes first.
pub(super) async fn find<K, T, L, G>(
    aws: &Aws,
    ask: &Ask<'_, K>,
    list: impl Fn() -> L + Send + Sync,
    get: impl Fn(String) -> G + Send + Sync,
) -> Result<Vec<(Address, Listed<T>)>, CloudError>
where
    K: Kind,
    T: Send,
    L: Future<Output = Result<Vec<Listed<T>>, CloudError>> + Send,
    G: Future<Output = Result<Option<Listed<T>>, CloudError>> + Send,
{
    let ours = |listed: Vec<Listed<T>>| {
        let owned = listed.into_iter().filter_map(|object| {
            let owner = Owner::of(&object.tags)?;
            let at = ask.address(&owner.key);
            owner.owns(&at).then_some((at, object))
        });
        owned.collect::<Vec<_>>()
    };
    let mut found = ours(list().await?);
    let hints: Vec<(&Address, &Hint)> = ask.hints.iter().filter(|(at, _)| at.kind == K::NAME).collect();
    for (at, hint) in &hints {
        let known = |id: &str| found.iter().any(|(_, object)| object.id == id);
        if let Some(id) = hint.id.as_deref().filter(|id| !known(id)) {
            found.extend(get(id.to_owned()).await?.map(|object| ((*at).clone(), object)));
        }
        let mut looks = 0;
        while hint.open && looks < LOOKS && !found.iter().any(|(other, _)| other == *at) {
            looks += 1;
            tokio::time::sleep(Duration::from_millis(aws.patience.poll_ms)).await;
            found.extend(ours(list().await?).into_iter().filter(|(other, _)| other == *at));
        }
    }
    let hinted = |at: &Address, id: &str| ask.hint(at).is_some_and(|hint| hint.id.as_deref() == Some(id));
    found.sort_by_key(|(at, object)| !hinted(at, &object.id));
    Ok(found)
}

/// All tags but AWS's own (`aws:…`).
pub(super) fn own_tags(tags: Option<std::collections::HashMap<String, String>>) -> BTreeMap<String, String> {
    tags.unwrap_or_default().into_iter().filter(|(key, _)| !key.starts_with("aws:")).collect()
}
