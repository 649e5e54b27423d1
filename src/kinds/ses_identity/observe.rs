//! Reads identities by their names: one `GetEmailIdentity` each.

use std::collections::BTreeMap;

use aws_sdk_sesv2::{
    operation::get_email_identity::GetEmailIdentityOutput,
    types::{DkimSigningKeyLength, VerificationStatus},
};

use super::{Dkim, Live, SesIdentity, is_domain};
use crate::{
    account::aws::Aws,
    kinds::{Ask, Kind},
    model::{Address, CloudError, Found, Ownership},
};

pub(super) async fn observe(aws: &Aws, ask: &Ask<'_, SesIdentity>) -> Result<Vec<Found<Live>>, CloudError> {
    let mut found: BTreeMap<Address, Found<Live>> = BTreeMap::new();
    // What the ledger remembers comes first: a key that names another identity now still has the old one to remove.
    for (at, hint) in
        ask.hints.iter().filter(|(at, _)| at.kind == SesIdentity::NAME && at.scope == *ask.scope)
    {
        let Some(identity) = hint.id.as_deref() else { continue };
        let Some(live) = get(aws, identity).await? else { continue };
        let wanted = ask.wanted.get(at).is_some_and(|desired| desired.identity == live.identity);
        let ownership = SesIdentity::ownership(at, &live);
        if wanted || ownership == Ownership::Ours {
            found.insert(at.clone(), Found { address: at.clone(), live, ownership, listed: true });
        }
    }
    for (at, desired) in &ask.wanted {
        if found.contains_key(*at) {
            continue;
        }
        if let Some(live) = get(aws, &desired.identity).await? {
            let (address, ownership) = ((*at).clone(), SesIdentity::ownership(at, &live));
            found.insert(address.clone(), Found { address, live, ownership, listed: true });
        }
    }
    Ok(found.into_values().collect())
}

/// The identity; `None` where there is none.
pub(super) async fn get(aws: &Aws, identity: &str) -> Result<Option<Live>, CloudError> {
    let answer = aws
        .read_optional("ses", "GetEmailIdentity", || {
            aws.ses.get_email_identity().email_identity(identity).send()
        })
        .await?;
    Ok(answer.map(|answer| live(identity, answer)))
}

fn live(identity: &str, answer: GetEmailIdentityOutput) -> Live {
    let verified =
        answer.verified_for_sending_status || answer.verification_status == Some(VerificationStatus::Success);
    let dkim = answer.dkim_attributes.filter(|_| is_domain(identity)).map(|dkim| Dkim {
        signing: dkim.signing_enabled,
        key_bits: match dkim.next_signing_key_length {
            Some(DkimSigningKeyLength::Rsa1024Bit) => Some(1024),
            Some(DkimSigningKeyLength::Rsa2048Bit) => Some(2048),
            _ => None,
        },
        dkim_tokens: dkim.tokens.unwrap_or_default(),
    });
    let tags = answer.tags.unwrap_or_default().into_iter().map(|tag| (tag.key, tag.value));
    Live {
        identity: identity.to_owned(),
        verified,
        dkim,
        configuration_set: answer.configuration_set_name.filter(|name| !name.is_empty()),
        tags: tags.filter(|(key, _)| !key.starts_with("aws:")).collect(),
    }
}
