//! Strategies for identities.

use proptest::{collection, option, prelude::*};

use super::{Desired, is_domain};
use crate::model::{Scope, Text, owner};

/// Identities `m` that SES accepts, settled.
pub(crate) fn desired() -> impl Strategy<Value = Desired> {
    (
        prop_oneof!["[a-b]@example\\.com", "[a-b]\\.example\\.org"],
        option::of(any::<bool>()),
        option::of(prop_oneof![Just(1024), Just(2048)]),
        option::of("[a-b]"),
        collection::btree_map("[x-z]", "[a-z]{0,3}", 0..3),
    )
        .prop_map(|(identity, signing, bits, set, tags)| {
            let at = Scope::new("s", "dev").address("ses_identity", "m");
            Desired {
                dkim_signing: signing.filter(|_| is_domain(&identity)),
                dkim_key_bits: bits.filter(|_| is_domain(&identity)),
                identity,
                configuration_set: set.map(Text::from),
                tags: owner::tags(&at, &tags),
            }
        })
}
