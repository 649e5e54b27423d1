//! Strategies for clients of user pools.

use std::collections::BTreeSet;

use proptest::{collection, prelude::*, sample};

use super::{AuthFlow, Desired, OAuthFlow, Settings};
use crate::model::Text;

/// Clients `s-dev-u` of the pool `pool` that Cognito accepts, settled, none with a secret.
pub(crate) fn desired() -> impl Strategy<Value = Desired> {
    settings().prop_map(|settings| Desired { pool_id: "pool".into(), name: "s-dev-u".into(), settings, secret: false })
}

fn settings() -> impl Strategy<Value = Settings> {
    let flows = sample::subsequence(&AuthFlow::ALL[..], 1..=AuthFlow::ALL.len());
    let seconds = (300..400_i32, 300..400_i32, 3600..3700_i32);
    let pages = sample::subsequence(&[OAuthFlow::Code, OAuthFlow::Implicit][..], 0..=2);
    (flows, seconds, any::<bool>(), any::<bool>(), urls(), urls(), pages).prop_map(
        |(flows, (access, id, refresh), hide, revocation, callback_urls, logout_urls, pages)| Settings {
            auth_flows: flows.into_iter().collect(),
            access_token_seconds: access,
            id_token_seconds: id,
            refresh_token_seconds: refresh,
            hide_user_existence: hide,
            token_revocation: revocation,
            callback_urls,
            logout_urls,
            oauth_scopes: if pages.is_empty() { BTreeSet::new() } else { ["openid".to_owned()].into() },
            oauth_flows: pages.into_iter().collect(),
            identity_providers: ["COGNITO".to_owned()].into(),
        },
    )
}

fn urls() -> impl Strategy<Value = BTreeSet<Text>> {
    collection::btree_set("https://[ab]\\.example".prop_map(Text::from), 0..3)
}
