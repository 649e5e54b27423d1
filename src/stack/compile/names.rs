//! What can be said of an object before it exists, because it follows from its name.

use crate::{
    kinds::s3_bucket,
    kinds::{CognitoUserPoolClient, Kind},
    model::{Address, Identity},
    stack::{
        file::Stack,
        template::{Part, Reference, Section, Template},
    },
};

/// The kind of object that has `attribute` of an object of `section`, and how that kind calls it: a user pool's client is an
/// object of its own.
pub(super) fn home(section: Section, attribute: &'static str) -> (&'static str, &'static str) {
    match (section, attribute) {
        (Section::UserPools, "client_id") => (CognitoUserPoolClient::NAME, "id"),
        _ => (section.kind(), attribute),
    }
}

/// The `attribute` of the object at `address`, where no deploy is needed to know it.
pub(super) fn known(
    stack: &Stack,
    section: Section,
    address: &Address,
    attribute: &str,
    identity: &Identity,
) -> Option<String> {
    let ses = || stack.ses_identities.get(&address.key).and_then(|entry| entry.identity.known());
    match (section, attribute) {
        (Section::Tables, "name") => Some(address.name()),
        (Section::Tables, "arn") => Some(identity.table_arn(&address.name())),
        (Section::SesIdentities, "name") => ses().map(str::to_owned),
        (Section::SesIdentities, "arn") => ses().map(|name| identity.ses_identity_arn(name)),
        (Section::Buckets | Section::Sites, attribute) => {
            let name = bucket(stack, section, address, identity)?;
            s3_bucket::attribute(&name, if attribute == "bucket" { "name" } else { attribute }, identity)
        }
        (Section::Domains, "name" | "url") => {
            let name = stack.domains.get(&address.key)?.name.known()?;
            let name = crate::kinds::route53_record::normal_name(name);
            Some(if attribute == "url" { format!("https://{name}") } else { name })
        }
        _ => None,
    }
}

/// The name of the bucket at `address`, or of the site's: what the file says, or what follows from the address.
pub(super) fn bucket(
    stack: &Stack,
    section: Section,
    address: &Address,
    identity: &Identity,
) -> Option<String> {
    let own = match section {
        Section::Buckets => stack.buckets.get(&address.key)?.name.as_ref(),
        _ => stack.sites.get(&address.key)?.name.as_ref(),
    };
    match own {
        Some(name) => plain(name, address, identity),
        None => Some(s3_bucket::default_name(address, identity)),
    }
}

/// A text that holds nothing but what is known of any deploy; the checks have refused others.
fn plain(text: &Template, address: &Address, identity: &Identity) -> Option<String> {
    let parts = text.parts.iter().map(|part| match part {
        Part::Literal(text) => Some(text.as_str()),
        Part::Reference(Reference::Stage, _) => Some(address.scope.stage.as_str()),
        Part::Reference(Reference::Account, _) => Some(identity.account_id.as_str()),
        Part::Reference(Reference::Region, _) => Some(identity.region.as_str()),
        _ => None,
    });
    parts.collect()
}
