//! What holds for a client. `UpdateUserPoolClient` resets what is left out, so it is always sent as a whole.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::model::Text;

/// What holds for a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// How users may sign in by API calls.
    pub auth_flows: BTreeSet<AuthFlow>,
    /// How long an access token holds, in seconds.
    pub access_token_seconds: i32,
    /// How long an id token holds, in seconds.
    pub id_token_seconds: i32,
    /// How long a refresh token holds, in seconds.
    pub refresh_token_seconds: i32,
    /// Errors do not tell whether there is such a user.
    pub hide_user_existence: bool,
    /// Tokens can be revoked.
    pub token_revocation: bool,
    /// Where the sign-in pages may lead back to.
    pub callback_urls: BTreeSet<Text>,
    /// Where the sign-out page may lead to.
    pub logout_urls: BTreeSet<Text>,
    /// What the sign-in pages may give.
    pub oauth_flows: BTreeSet<OAuthFlow>,
    /// Scopes of the tokens of the sign-in pages.
    pub oauth_scopes: BTreeSet<String>,
    /// Who vouches for users: `COGNITO` is the pool itself.
    pub identity_providers: BTreeSet<String>,
}

/// A way to sign in by API calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthFlow {
    /// The user's choice of the ways that the pool has.
    User,
    /// The password goes over the wire.
    UserPassword,
    /// The password is proved, not sent.
    UserSrp,
    /// A server with AWS credentials sends the password.
    AdminUserPassword,
    /// Functions ask.
    Custom,
    /// A refresh token gets new ones.
    RefreshToken,
}

impl AuthFlow {
    /// Every one.
    pub const ALL: [Self; 6] = [
        Self::User,
        Self::UserPassword,
        Self::UserSrp,
        Self::AdminUserPassword,
        Self::Custom,
        Self::RefreshToken,
    ];

    /// AWS's word.
    pub fn wire(self) -> &'static str {
        match self {
            Self::User => "ALLOW_USER_AUTH",
            Self::UserPassword => "ALLOW_USER_PASSWORD_AUTH",
            Self::UserSrp => "ALLOW_USER_SRP_AUTH",
            Self::AdminUserPassword => "ALLOW_ADMIN_USER_PASSWORD_AUTH",
            Self::Custom => "ALLOW_CUSTOM_AUTH",
            Self::RefreshToken => "ALLOW_REFRESH_TOKEN_AUTH",
        }
    }

    /// What AWS's word means.
    pub fn of_wire(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.wire() == word)
    }
}

/// What the sign-in pages give.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OAuthFlow {
    /// A code, which is changed for tokens.
    Code,
    /// Tokens.
    Implicit,
    /// Tokens for a server, without a user.
    ClientCredentials,
}

impl OAuthFlow {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Code, Self::Implicit, Self::ClientCredentials];

    /// AWS's word.
    pub fn wire(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Implicit => "implicit",
            Self::ClientCredentials => "client_credentials",
        }
    }

    /// What AWS's word means.
    pub fn of_wire(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.wire() == word)
    }
}
