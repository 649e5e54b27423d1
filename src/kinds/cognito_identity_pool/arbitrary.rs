//! Strategies for identity pools.

use std::collections::{BTreeMap, BTreeSet};

use proptest::{collection, option, prelude::*};

use super::{CognitoIdentityPool, Desired, Provider, Settings};
use crate::{
    kinds::Kind,
    model::{Scope, Text, owner},
};

/// Identity pools `s-dev-p` that Cognito accepts, settled.
pub(crate) fn desired() -> impl Strategy<Value = Desired> {
    let provider = ("[a-c]", "[a-c]", any::<bool>()).prop_map(|(pool, client, server_side_token_check)| Provider {
        provider: format!("cognito-idp.eu-west-1.amazonaws.com/{pool}").into(),
        client_id: client.into(),
        server_side_token_check,
    });
    let settings = (
        any::<bool>(),
        any::<bool>(),
        option::of("[ab]"),
        collection::btree_set(provider, 0..3),
        arns("oidc"),
        arns("saml"),
        collection::btree_map("[a-c]", "[a-c]".prop_map(Text::from), 0..3),
    );
    (settings, collection::btree_map("[x-z]", "[a-z]{0,3}", 0..3)).prop_map(|(settings, tags)| {
        let (allow, classic, developer_provider, user_pools, openid_connect_arns, saml_arns, login_providers) = settings;
        let at = Scope::new("s", "dev").address(CognitoIdentityPool::NAME, "p");
        let settings = Settings {
            allow_unauthenticated: allow,
            classic_flow: classic,
            developer_provider,
            user_pools,
            openid_connect_arns,
            saml_arns,
            login_providers,
        };
        Desired { name: at.name(), settings, tags: owner::tags(&at, &tags) }
    })
}

fn arns(sort: &'static str) -> impl Strategy<Value = BTreeSet<Text>> {
    collection::btree_set((0..3_u8).prop_map(move |n| Text::from(format!("arn:{sort}/{n}"))), 0..3)
}

/// Tags nobody of ours set.
pub(crate) fn strangers_tags() -> impl Strategy<Value = BTreeMap<String, String>> {
    collection::btree_map("[m-o]", "[a-z]{0,3}", 0..2)
}
