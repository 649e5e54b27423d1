//! What can be said of an object before it exists, because it follows from its name.

use crate::{
    kinds::{CognitoUserPoolClient, Kind},
    model::{Address, Identity},
    stack::{file::Stack, template::Section},
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
        _ => None,
    }
}
