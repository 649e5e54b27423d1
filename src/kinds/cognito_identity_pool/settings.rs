//! What holds for an identity pool. `UpdateIdentityPool` takes what is left out for AWS's default, so it is always sent as a whole.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::model::Text;

/// What holds for a pool, in any order in which AWS answers it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Who has not logged in gets credentials too.
    pub allow_unauthenticated: bool,
    /// The basic (classic) flow is allowed.
    pub classic_flow: bool,
    /// The name under which a backend of one's own vouches for users. Once set it stays.
    pub developer_provider: Option<String>,
    /// Clients of user pools.
    pub user_pools: BTreeSet<Provider>,
    /// ARNs of OpenID Connect providers.
    pub openid_connect_arns: BTreeSet<Text>,
    /// ARNs of SAML providers.
    pub saml_arns: BTreeSet<Text>,
    /// Application ids by login provider, such as `accounts.google.com`.
    pub login_providers: BTreeMap<String, Text>,
}

/// A client of a user pool whose users the identity pool knows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Provider {
    /// `cognito-idp.<region>.amazonaws.com/<pool id>`.
    pub provider: Text,
    /// The client.
    pub client_id: Text,
    /// The user pool is asked whether the token was revoked.
    pub server_side_token_check: bool,
}
