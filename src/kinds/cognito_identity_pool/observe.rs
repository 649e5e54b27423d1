//! Reads identity pools: one listing, and one read for each pool whose name starts as ours do.

use std::{collections::BTreeSet, time::Duration};

use aws_sdk_cognitoidentity::operation::describe_identity_pool::DescribeIdentityPoolOutput as Answer;

use super::{CognitoIdentityPool, Live, Provider, Settings, arn};
use crate::{
    account::aws::Aws,
    kinds::{Ask, Kind},
    model::{Address, CloudError, Found, Owner, Ownership, Text},
};

/// The most that one page holds.
const PAGE: i32 = 60;

/// How often a pool whose creation is in doubt is looked for, at the polling interval: about ten seconds.
const LOOKS: usize = 33;

pub(super) async fn observe(
    aws: &Aws,
    ask: &Ask<'_, CognitoIdentityPool>,
) -> Result<Vec<Found<Live>>, CloudError> {
    let hints: Vec<_> = ask.hints.iter().filter(|(at, _)| at.kind == CognitoIdentityPool::NAME).collect();
    if ask.wanted.is_empty() && hints.is_empty() {
        return Ok(Vec::new());
    }
    let mut pools = ours(aws, ask, &list(aws, ask).await?).await?;
    let mut unlisted = BTreeSet::new();
    for (at, hint) in hints {
        if let Some(id) = hint.id.as_ref().filter(|id| !pools.iter().any(|(_, live)| live.id == **id)) {
            // Made a moment ago: a listing may not have it yet.
            unlisted.insert(id.clone());
            pools.extend(describe(aws, id).await?.map(|live| (at.clone(), live)));
        }
        if hint.open && !pools.iter().any(|(of, _)| of == at) {
            pools.extend(await_one(aws, ask, at).await?);
        }
    }
    // Of several with one owner the one that the ledger knows counts.
    let hinted = |at: &Address, live: &Live| ask.hint(at).is_some_and(|hint| hint.id.as_ref() == Some(&live.id));
    pools.sort_by(|(a, one), (b, other)| (hinted(b, other), &one.id).cmp(&(hinted(a, one), &other.id)));
    let found = pools.into_iter().map(|(address, live)| {
        let listed = !unlisted.contains(&live.id);
        Found { address, live, ownership: Ownership::Ours, listed }
    });
    Ok(found.collect())
}

/// The ids of the pools whose names start as ours do.
async fn list(aws: &Aws, ask: &Ask<'_, CognitoIdentityPool>) -> Result<BTreeSet<String>, CloudError> {
    let prefix = ask.scope.name_prefix();
    let mut ids = BTreeSet::new();
    let mut token = None;
    loop {
        let page = aws
            .read("cognito-identity", "ListIdentityPools", || {
                aws.identity_pools.list_identity_pools().max_results(PAGE).set_next_token(token.clone()).send()
            })
            .await?;
        for pool in page.identity_pools.unwrap_or_default() {
            if pool.identity_pool_name.is_some_and(|name| name.starts_with(&prefix)) {
                ids.extend(pool.identity_pool_id);
            }
        }
        token = page.next_token.filter(|token| !token.is_empty());
        if token.is_none() {
            return Ok(ids);
        }
    }
}

/// Those of `ids` that carry the owner tags of the scope: the prefix of stack `a` in stage `b` is also that of stack `a-b`.
async fn ours(
    aws: &Aws,
    ask: &Ask<'_, CognitoIdentityPool>,
    ids: &BTreeSet<String>,
) -> Result<Vec<(Address, Live)>, CloudError> {
    let reads = ids.iter().map(|id| describe(aws, id));
    let read = futures::future::try_join_all(reads).await?;
    let owned = read.into_iter().flatten().filter_map(|live| {
        let at = ask.address(&Owner::of(&live.tags)?.key);
        (CognitoIdentityPool::ownership(&at, &live) == Ownership::Ours).then_some((at, live))
    });
    Ok(owned.collect())
}

/// A creation was begun and its end is not known: looks for a while, for a listing may lag behind.
async fn await_one(
    aws: &Aws,
    ask: &Ask<'_, CognitoIdentityPool>,
    at: &Address,
) -> Result<Vec<(Address, Live)>, CloudError> {
    for _ in 0..LOOKS {
        tokio::time::sleep(Duration::from_millis(aws.patience.poll_ms)).await;
        let mut seen = ours(aws, ask, &list(aws, ask).await?).await?;
        seen.retain(|(of, _)| of == at);
        if !seen.is_empty() {
            return Ok(seen);
        }
    }
    Ok(Vec::new())
}

async fn describe(aws: &Aws, id: &str) -> Result<Option<Live>, CloudError> {
    let answer = aws
        .read_optional("cognito-identity", "DescribeIdentityPool", || {
            aws.identity_pools.describe_identity_pool().identity_pool_id(id).send()
        })
        .await?;
    Ok(answer.map(|answer| live(aws, answer)))
}

fn live(aws: &Aws, answer: Answer) -> Live {
    let texts = |list: Option<Vec<String>>| list.unwrap_or_default().into_iter().map(Text::from).collect();
    let user_pools = answer.cognito_identity_providers.unwrap_or_default().into_iter().map(|provider| Provider {
        provider: provider.provider_name.unwrap_or_default().into(),
        client_id: provider.client_id.unwrap_or_default().into(),
        server_side_token_check: provider.server_side_token_check.unwrap_or_default(),
    });
    let logins = answer.supported_login_providers.unwrap_or_default();
    Live {
        arn: arn(&aws.identity, &answer.identity_pool_id),
        id: answer.identity_pool_id,
        name: answer.identity_pool_name,
        settings: Settings {
            allow_unauthenticated: answer.allow_unauthenticated_identities,
            classic_flow: answer.allow_classic_flow.unwrap_or_default(),
            developer_provider: answer.developer_provider_name.filter(|name| !name.is_empty()),
            user_pools: user_pools.collect(),
            openid_connect_arns: texts(answer.open_id_connect_provider_arns),
            saml_arns: texts(answer.saml_provider_arns),
            login_providers: logins.into_iter().map(|(name, id)| (name, id.into())).collect(),
        },
        tags: answer.identity_pool_tags.unwrap_or_default().into_iter().collect(),
    }
}
