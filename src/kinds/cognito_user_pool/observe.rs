//! Reads user pools: one listing, and one read for each pool whose name starts as ours do.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use aws_sdk_cognitoidentityprovider::types::{
    DeletionProtectionType, EmailConfigurationType, EmailSendingAccountType, SchemaAttributeType, UserPoolType,
};

use super::{
    Alias, Attribute, AttributeType, CUSTOM_PREFIX, CognitoUserPool, Contact, Email, Fixed, Live, Mfa, Password,
    Recovery, Settings, arn,
};
use crate::{
    account::aws::Aws,
    kinds::{Ask, Kind},
    model::{Address, CloudError, Found, Owner, Ownership},
};

/// The most that one page holds.
const PAGE: i32 = 60;

/// How often a pool whose creation is in doubt is looked for, at the polling interval: about ten seconds.
const LOOKS: usize = 33;

pub(super) async fn observe(aws: &Aws, ask: &Ask<'_, CognitoUserPool>) -> Result<Vec<Found<Live>>, CloudError> {
    let hints: Vec<_> = ask.hints.iter().filter(|(at, _)| at.kind == CognitoUserPool::NAME).collect();
    if ask.wanted.is_empty() && hints.is_empty() {
        return Ok(Vec::new());
    }
    let mut pools = ours(aws, ask, &list(aws, ask).await?).await?;
    let mut unlisted = BTreeSet::new();
    for (at, hint) in hints {
        if let Some(id) = hint.id.as_ref().filter(|id| !pools.iter().any(|(_, live)| live.id == **id)) {
            // Made a moment ago: a listing may not have it yet.
            unlisted.insert(id.clone());
            pools.extend(read(aws, id).await?.map(|live| (at.clone(), live)));
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
async fn list(aws: &Aws, ask: &Ask<'_, CognitoUserPool>) -> Result<BTreeSet<String>, CloudError> {
    let prefix = ask.scope.name_prefix();
    let mut ids = BTreeSet::new();
    let mut token = None;
    loop {
        let page = aws
            .read("cognito-idp", "ListUserPools", || {
                aws.user_pools.list_user_pools().max_results(PAGE).set_next_token(token.clone()).send()
            })
            .await?;
        for pool in page.user_pools.unwrap_or_default() {
            if pool.name.is_some_and(|name| name.starts_with(&prefix)) {
                ids.extend(pool.id);
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
    ask: &Ask<'_, CognitoUserPool>,
    ids: &BTreeSet<String>,
) -> Result<Vec<(Address, Live)>, CloudError> {
    let reads = ids.iter().map(|id| read(aws, id));
    let read = futures::future::try_join_all(reads).await?;
    let owned = read.into_iter().flatten().filter_map(|live| {
        let at = ask.address(&Owner::of(&live.tags)?.key);
        (CognitoUserPool::ownership(&at, &live) == Ownership::Ours).then_some((at, live))
    });
    Ok(owned.collect())
}

/// A creation was begun and its end is not known: looks for a while, for a listing may lag behind.
async fn await_one(
    aws: &Aws,
    ask: &Ask<'_, CognitoUserPool>,
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

/// The pool as AWS answers it.
pub(super) async fn describe(aws: &Aws, id: &str) -> Result<Option<UserPoolType>, CloudError> {
    let answer = aws
        .read_optional("cognito-idp", "DescribeUserPool", || {
            aws.user_pools.describe_user_pool().user_pool_id(id).send()
        })
        .await?;
    Ok(answer.and_then(|answer| answer.user_pool))
}

async fn read(aws: &Aws, id: &str) -> Result<Option<Live>, CloudError> {
    let Some(pool) = describe(aws, id).await? else { return Ok(None) };
    let mut live = live(aws, pool);
    // What the second factor is stands in another answer; without one there is nothing to ask.
    if live.settings.mfa != Mfa::Off {
        let factors = aws
            .read_optional("cognito-idp", "GetUserPoolMfaConfig", || {
                aws.user_pools.get_user_pool_mfa_config().user_pool_id(id).send()
            })
            .await?;
        if let Some(factors) = factors {
            let mfa = factors.mfa_configuration.and_then(|mfa| Mfa::of_wire(mfa.as_str()));
            live.settings.mfa = mfa.unwrap_or(live.settings.mfa);
            live.software_token =
                live.settings.mfa != Mfa::Off && factors.software_token_mfa_configuration.is_some_and(|app| app.enabled);
        }
    }
    Ok(Some(live))
}

fn live(aws: &Aws, pool: UserPoolType) -> Live {
    let id = pool.id.unwrap_or_default();
    let password = pool.policies.and_then(|policies| policies.password_policy);
    let contacts = |words: Vec<&str>| words.into_iter().filter_map(Contact::of_wire).collect();
    let auto_verified = pool.auto_verified_attributes.unwrap_or_default();
    let usernames = pool.username_attributes.unwrap_or_default();
    let aliases = pool.alias_attributes.unwrap_or_default();
    let mut ways = pool.account_recovery_setting.and_then(|of| of.recovery_mechanisms).unwrap_or_default();
    ways.sort_by_key(|way| way.priority);
    Live {
        arn: pool.arn.unwrap_or_else(|| arn(&aws.identity, &id)),
        name: pool.name.unwrap_or_default(),
        settings: Settings {
            password: password.map_or_else(Password::default, |policy| Password {
                minimum_length: policy.minimum_length.unwrap_or(Password::default().minimum_length),
                uppercase: policy.require_uppercase,
                lowercase: policy.require_lowercase,
                numbers: policy.require_numbers,
                symbols: policy.require_symbols,
                // Left out means AWS's default; so does zero, which AWS takes for a value that is not set.
                temporary_days: match policy.temporary_password_validity_days {
                    0 => Password::default().temporary_days,
                    days => days,
                },
            }),
            auto_verified: contacts(auto_verified.iter().map(|one| one.as_str()).collect()),
            mfa: pool.mfa_configuration.and_then(|mfa| Mfa::of_wire(mfa.as_str())).unwrap_or(Mfa::Off),
            recovery: ways.iter().filter_map(|way| Recovery::of_wire(way.name.as_str())).collect(),
            email: pool.email_configuration.and_then(email),
            admin_create_only: pool.admin_create_user_config.is_some_and(|of| of.allow_admin_create_user_only),
            deletion_protection: pool.deletion_protection == Some(DeletionProtectionType::Active),
        },
        software_token: false,
        fixed: Fixed {
            username_attributes: contacts(usernames.iter().map(|one| one.as_str()).collect()),
            aliases: aliases.iter().filter_map(|one| Alias::of_wire(one.as_str())).collect(),
            // Pools made without the setting tell `Ann` from `ann`.
            case_sensitive: pool.username_configuration.is_none_or(|of| of.case_sensitive),
        },
        attributes: attributes(pool.schema_attributes.unwrap_or_default()),
        domain: pool.domain.filter(|domain| !domain.is_empty()),
        tags: pool.user_pool_tags.unwrap_or_default().into_iter().collect(),
        id,
    }
}

/// Mail by SES.
fn email(of: EmailConfigurationType) -> Option<Email> {
    if of.email_sending_account != Some(EmailSendingAccountType::Developer) {
        return None;
    }
    let text = |text: Option<String>| text.filter(|text| !text.is_empty());
    Some(Email {
        identity_arn: of.source_arn.unwrap_or_default().into(),
        from: text(of.from).map(Into::into),
        reply_to: text(of.reply_to_email_address).map(Into::into),
        configuration_set: text(of.configuration_set),
    })
}

/// Attributes of one's own, and standard ones that are not as AWS makes them. `sub` is always the same.
fn attributes(schema: Vec<SchemaAttributeType>) -> BTreeMap<String, Attribute> {
    let mut attributes = BTreeMap::new();
    for of in schema {
        let name = of.name.unwrap_or_default();
        let of_own = name.starts_with(CUSTOM_PREFIX);
        let number = |text: Option<String>| text.and_then(|text| text.parse().ok());
        let (minimum, maximum) = match (of.string_attribute_constraints, of.number_attribute_constraints) {
            _ if !of_own => (None, None),
            (Some(text), _) => (number(text.min_length), number(text.max_length)),
            (None, Some(range)) => (number(range.min_value), number(range.max_value)),
            (None, None) => (None, None),
        };
        let kind = of.attribute_data_type.and_then(|kind| AttributeType::of_wire(kind.as_str()));
        let attribute = Attribute {
            kind: if of_own { kind.unwrap_or(AttributeType::String) } else { AttributeType::String },
            required: of.required.unwrap_or_default(),
            mutable: of.mutable.unwrap_or(!of_own),
            minimum,
            maximum,
        };
        if name != "sub" && (of_own || attribute != Attribute::STANDARD) {
            attributes.insert(name, attribute);
        }
    }
    attributes
}
