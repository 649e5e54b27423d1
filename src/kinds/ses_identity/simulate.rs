//! What a call makes of an identity, with the refusals of SES. Here nobody has to be asked: an identity is verified at once.

use super::{Dkim, Live, Op, is_domain};
use crate::{
    kinds::World,
    model::{Class, Refusal},
};

/// How many records SES wants in the DNS of a domain.
const TOKENS: usize = 3;
/// The length of keys that nobody asked for.
const KEY_BITS: i32 = 2048;

pub(super) fn simulate(op: &Op, live: Option<Live>, world: &World<'_>) -> Result<Option<Live>, Refusal> {
    if let Op::Create { identity, dkim_key_bits, configuration_set, tags } = op {
        if live.is_some() {
            let message = format!("Email identity {identity} already exist.");
            return Err(Refusal::new(Class::Exists, 400, "AlreadyExistsException", message));
        }
        let dkim = is_domain(identity).then(|| Dkim {
            signing: true,
            key_bits: Some(dkim_key_bits.unwrap_or(KEY_BITS)),
            dkim_tokens: (0..TOKENS).map(|_| world.id(32)).collect(),
        });
        return Ok(Some(Live {
            identity: identity.clone(),
            verified: true,
            dkim,
            configuration_set: configuration_set.as_ref().map(|name| name.settled().to_owned()),
            tags: tags.clone(),
        }));
    }
    let absent = || {
        let message = format!("Email identity {} does not exist.", op.identity());
        Refusal::new(Class::Absent, 404, "NotFoundException", message)
    };
    let mut live = live.ok_or_else(absent)?;
    let dkim_of_address = || {
        let message = format!("{} is an email address: signing is set for its domain.", op.identity());
        Refusal::new(Class::Invalid, 400, "BadRequestException", message)
    };
    match op {
        Op::Create { .. } => {}
        Op::SetSigning { on, .. } => live.dkim.as_mut().ok_or_else(dkim_of_address)?.signing = *on,
        Op::SetKeyLength { bits, .. } => {
            live.dkim.as_mut().ok_or_else(dkim_of_address)?.key_bits = Some(*bits)
        }
        Op::SetConfigurationSet { name, .. } => {
            live.configuration_set = name.as_ref().map(|name| name.settled().to_owned());
        }
        Op::Tag { tags, .. } => live.tags.extend(tags.clone()),
        Op::Delete { .. } => return Ok(None),
    }
    Ok(Some(live))
}
