//! The calls that change a user pool.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Attribute, Fixed, Mfa, Settings};
use crate::{
    kinds::Operation,
    model::{Call, Repeat},
};

/// One call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// `CreateUserPool`, with its tags: a pool is never there without its mark. A second factor comes after it.
    Create {
        /// Its name.
        name: String,
        /// What can be changed; [`Mfa`] is off.
        settings: Settings,
        /// What cannot.
        fixed: Fixed,
        /// Attributes of users.
        attributes: BTreeMap<String, Attribute>,
        /// Owner tags and the user's own.
        tags: BTreeMap<String, String>,
    },
    /// `SetUserPoolMfaConfig`.
    SetMfa {
        /// Whether there is a second factor; it is an app's code.
        mfa: Mfa,
    },
    /// `UpdateUserPool`: all of it, for what is left out goes back to AWS's default.
    Update {
        /// What holds; [`Mfa`] as it is.
        settings: Settings,
        /// All tags, those of others too.
        tags: BTreeMap<String, String>,
    },
    /// `AddCustomAttributes`, at most 25.
    AddAttributes {
        /// Attributes of one's own.
        attributes: BTreeMap<String, Attribute>,
    },
    /// `CreateUserPoolDomain`.
    CreateDomain {
        /// The prefix.
        domain: String,
    },
    /// `DeleteUserPoolDomain`.
    DeleteDomain {
        /// The prefix.
        domain: String,
    },
    /// `DeleteUserPool`.
    Delete {
        /// Its name, for people.
        name: String,
    },
}

impl Operation for Op {
    fn call(&self) -> Call {
        let operation = match self {
            Self::Create { .. } => "CreateUserPool",
            Self::SetMfa { .. } => "SetUserPoolMfaConfig",
            Self::Update { .. } => "UpdateUserPool",
            Self::AddAttributes { .. } => "AddCustomAttributes",
            Self::CreateDomain { .. } => "CreateUserPoolDomain",
            Self::DeleteDomain { .. } => "DeleteUserPoolDomain",
            Self::Delete { .. } => "DeleteUserPool",
        };
        Call::new("cognito-idp", operation)
    }

    fn repeat(&self) -> Repeat {
        match self {
            Self::Create { .. } => Repeat::Duplicates,
            Self::AddAttributes { .. } | Self::CreateDomain { .. } => Repeat::RefusedByName,
            Self::SetMfa { .. } | Self::Update { .. } | Self::DeleteDomain { .. } | Self::Delete { .. } => Repeat::Safe,
        }
    }

    fn describe(&self) -> String {
        match self {
            Self::Create { name, .. } => format!("create user pool {name}"),
            Self::SetMfa { mfa } => match mfa {
                Mfa::Off => "ask for no second factor".to_owned(),
                Mfa::Optional => "let users have a second factor".to_owned(),
                Mfa::On => "ask every user for a second factor".to_owned(),
            },
            Self::Update { .. } => "update the user pool".to_owned(),
            Self::AddAttributes { attributes } => {
                let names = attributes.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
                format!("add attributes of users: {names}")
            }
            Self::CreateDomain { domain } => format!("serve sign-in pages at {domain}"),
            Self::DeleteDomain { domain } => format!("serve no sign-in pages at {domain}"),
            Self::Delete { name } => format!("delete user pool {name}, with its users"),
        }
    }
}
