//! What a call makes of a user pool, with Cognito's refusals.

use std::collections::BTreeMap;

use super::{Attribute, CUSTOM_PREFIX, CognitoUserPool, Live, Mfa, Op, Settings, arn};
use crate::{
    kinds::World,
    model::{Class, Refusal},
};

/// How many attributes of one's own a pool takes ("Quotas in Amazon Cognito").
const CUSTOM_ATTRIBUTES: usize = 50;

pub(super) fn simulate(op: &Op, live: Option<Live>, world: &World<'_>) -> Result<Option<Live>, Refusal> {
    // A real answer is folded in as it is.
    let strict = world.objects.is_some();
    match (op, live) {
        (Op::Create { .. }, Some(_)) => {
            // AWS would make a second pool; nothing we do ever asks for that.
            Err(Refusal::new(Class::Exists, 400, "UserPoolExistsException", "this user pool is there already"))
        }
        (Op::Create { .. }, None) => create(op, world),
        (Op::Delete { .. }, Some(live)) => {
            if strict {
                refuse_delete(&live)?;
            }
            Ok(None)
        }
        (Op::Delete { .. } | Op::DeleteDomain { .. }, None) if !strict => Ok(None),
        (op, Some(live)) => change(op, live, world),
        (_, None) => Err(Refusal::new(Class::Absent, 400, "ResourceNotFoundException", "User pool does not exist.")),
    }
}

fn create(op: &Op, world: &World<'_>) -> Result<Option<Live>, Refusal> {
    let Op::Create { name, settings, fixed, attributes, tags } = op else { return Ok(None) };
    refuse_attributes(attributes)?;
    refuse_settings(settings)?;
    refuse_factor(settings, false)?;
    if !fixed.username_attributes.is_empty() && !fixed.aliases.is_empty() {
        return Err(invalid("Only one of the aliasAttributes or usernameAttributes can be set in a user pool."));
    }
    // Nine letters and digits, after the region.
    let made = world.id(9);
    let id = if world.objects.is_some() { format!("{}_{made}", world.identity.region) } else { made };
    let kept = |name: &str, of: &Attribute| name.starts_with(CUSTOM_PREFIX) || !of.is_met_by(name, &Attribute::STANDARD);
    Ok(Some(Live {
        arn: arn(world.identity, &id),
        id,
        name: name.clone(),
        settings: settings.clone(),
        software_token: false,
        fixed: fixed.clone(),
        attributes: attributes.iter().filter(|(name, of)| kept(name, of)).map(|(name, of)| (name.clone(), *of)).collect(),
        domain: None,
        tags: tags.clone(),
    }))
}

fn change(op: &Op, mut live: Live, world: &World<'_>) -> Result<Option<Live>, Refusal> {
    let strict = world.objects.is_some();
    match op {
        Op::Create { .. } | Op::Delete { .. } => {}
        Op::SetMfa { mfa } => {
            live.settings.mfa = *mfa;
            live.software_token = *mfa != Mfa::Off;
        }
        Op::Update { settings, tags } => {
            refuse_settings(settings)?;
            refuse_factor(settings, live.software_token)?;
            live.settings = settings.clone();
            live.tags = tags.clone();
        }
        Op::AddAttributes { attributes } => {
            refuse_attributes(attributes)?;
            if let Some(name) = attributes.keys().find(|name| live.attributes.contains_key(*name)) {
                let message = format!("{name}: Existing attribute already has name {name}.");
                return Err(Refusal::new(Class::Exists, 400, "InvalidParameterException", message));
            }
            live.attributes.extend(attributes.clone());
            let own = live.attributes.keys().filter(|name| name.starts_with(CUSTOM_PREFIX)).count();
            if own > CUSTOM_ATTRIBUTES {
                return Err(invalid(&format!("user pool can have up to {CUSTOM_ATTRIBUTES} custom attributes.")));
            }
        }
        Op::CreateDomain { domain } => {
            let taken = |pool: &Live| pool.domain.as_ref() == Some(domain);
            if strict && (taken(&live) || world.has::<CognitoUserPool>(|_, pool| taken(pool))) {
                let message = "Domain already associated with another user pool.";
                return Err(Refusal::new(Class::Exists, 400, "InvalidParameterException", message));
            }
            live.domain = Some(domain.clone());
        }
        Op::DeleteDomain { domain } => {
            if strict && live.domain.as_ref() != Some(domain) {
                let message = "No such domain or user pool exists.";
                return Err(Refusal::new(Class::Absent, 400, "InvalidParameterException", message));
            }
            live.domain = None;
        }
    }
    Ok(Some(live))
}

/// The texts are AWS's (reported in localstack/localstack#11947 and in the guide, "User pool deletion protection").
fn refuse_delete(live: &Live) -> Result<(), Refusal> {
    if live.settings.deletion_protection {
        return Err(invalid(
            "The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.",
        ));
    }
    if live.domain.is_some() {
        return Err(invalid("User pool cannot be deleted. It has a domain configured that should be deleted first."));
    }
    Ok(())
}

fn refuse_settings(settings: &Settings) -> Result<(), Refusal> {
    let length = settings.password.minimum_length;
    if !(6..=99).contains(&length) {
        let bound = if length < 6 { "greater than or equal to 6" } else { "less than or equal to 99" };
        return Err(invalid(&format!(
            "1 validation error detected: Value '{length}' at 'policies.passwordPolicy.minimumLength' failed to satisfy constraint: \
             Member must have value {bound}"
        )));
    }
    Ok(())
}

/// A second factor needs a way to get it: an app's code is set up by a call of its own, before.
fn refuse_factor(settings: &Settings, software_token: bool) -> Result<(), Refusal> {
    if settings.mfa == Mfa::Off || software_token {
        return Ok(());
    }
    Err(invalid("SMS configuration and Auto verification for phone_number are required when MFA is required/optional"))
}

fn refuse_attributes(attributes: &BTreeMap<String, Attribute>) -> Result<(), Refusal> {
    for (name, attribute) in attributes.iter().filter(|(name, _)| name.starts_with(CUSTOM_PREFIX)) {
        if attribute.required {
            return Err(invalid("Required custom attributes are not supported currently."));
        }
        let bare = name.trim_start_matches(CUSTOM_PREFIX);
        if !(1..=20).contains(&bare.chars().count()) {
            return Err(invalid(&format!(
                "1 validation error detected: Value '{bare}' at 'schema.member.name' failed to satisfy constraint: Member must have \
                 length less than or equal to 20"
            )));
        }
    }
    if attributes.keys().filter(|name| name.starts_with(CUSTOM_PREFIX)).count() > CUSTOM_ATTRIBUTES {
        return Err(invalid(&format!("user pool can have up to {CUSTOM_ATTRIBUTES} custom attributes.")));
    }
    Ok(())
}

fn invalid(message: &str) -> Refusal {
    Refusal::new(Class::Invalid, 400, "InvalidParameterException", message)
}
