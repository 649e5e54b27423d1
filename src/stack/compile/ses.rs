//! SES identities.

use super::Builder;
use crate::kinds::{Kind, Member, SesIdentity, ses_identity};

impl Builder<'_> {
    pub(super) fn ses_identities(&mut self) {
        let stack = self.stack;
        for entry in &stack.stack.ses_identities {
            let at = self.scope().address(SesIdentity::NAME, &entry.key);
            self.place(&at, entry.key.span);
            let identity = &entry.value;
            let dkim = identity.dkim.as_ref().map(|dkim| &dkim.value);
            let desired = ses_identity::Desired {
                identity: self.texts.plain(&identity.identity),
                dkim_signing: dkim.and_then(|dkim| dkim.signing.as_ref()).map(|signing| signing.value),
                dkim_key_bits: dkim.and_then(|dkim| dkim.key_bits.as_ref()).map(|bits| bits.value.0),
                configuration_set: self.texts.optional(identity.configuration_set.as_ref()),
                tags: self.tags(&at, &identity.tags),
            };
            self.graph.add(at, SesIdentity::want(desired), []);
        }
    }
}
