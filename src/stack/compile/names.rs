//! What can be said of an object before it exists, because it follows from its name.

use crate::{
    model::{Address, Identity},
    stack::{file::Stack, template::Section},
};

/// The `attribute` of the object at `address`, where no deploy is needed to know it.
pub(super) fn known(
    stack: &Stack,
    section: Section,
    address: &Address,
    attribute: &str,
    identity: &Identity,
) -> Option<String> {
    match (section, attribute) {
        (Section::Tables, "name") => Some(address.name()),
        (Section::Tables, "arn") => Some(identity.table_arn(&address.name())),
        (Section::Domains, "name" | "url") => {
            let name = stack.domains.get(&address.key)?.name.known()?;
            let name = crate::kinds::route53_record::normal_name(name);
            Some(if attribute == "url" { format!("https://{name}") } else { name })
        }
        _ => None,
    }
}
