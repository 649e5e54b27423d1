//! The calls that change an identity.

use std::{borrow::Cow, collections::BTreeMap};

use serde::{Deserialize, Serialize};

use super::is_domain;
use crate::{
    kinds::Operation,
    model::{Call, Repeat, Text},
};

/// The calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// `CreateEmailIdentity`. SES sends the mail with the link, or begins to look for the records in the DNS.
    Create {
        /// An email address or a domain.
        identity: String,
        /// The length of the key for signing.
        dkim_key_bits: Option<i32>,
        /// The configuration set.
        configuration_set: Option<Text>,
        /// Its tags.
        tags: BTreeMap<String, String>,
    },
    /// `PutEmailIdentityDkimAttributes`.
    SetSigning {
        /// The domain.
        identity: String,
        /// On or off.
        on: bool,
    },
    /// `PutEmailIdentityDkimSigningAttributes`.
    SetKeyLength {
        /// The domain.
        identity: String,
        /// 1024 or 2048.
        bits: i32,
    },
    /// `PutEmailIdentityConfigurationSetAttributes`.
    SetConfigurationSet {
        /// The identity.
        identity: String,
        /// The set; `None` takes it away.
        name: Option<Text>,
    },
    /// `TagResource`.
    Tag {
        /// The identity.
        identity: String,
        /// Tags to be set.
        tags: BTreeMap<String, String>,
    },
    /// `DeleteEmailIdentity`.
    Delete {
        /// The identity.
        identity: String,
    },
}

impl Op {
    /// The identity it is about.
    pub fn identity(&self) -> &str {
        match self {
            Self::Create { identity, .. }
            | Self::SetSigning { identity, .. }
            | Self::SetKeyLength { identity, .. }
            | Self::SetConfigurationSet { identity, .. }
            | Self::Tag { identity, .. }
            | Self::Delete { identity } => identity,
        }
    }
}

impl Operation for Op {
    fn call(&self) -> Call {
        Call {
            service: Cow::Borrowed("ses"),
            operation: Cow::Borrowed(match self {
                Self::Create { .. } => "CreateEmailIdentity",
                Self::SetSigning { .. } => "PutEmailIdentityDkimAttributes",
                Self::SetKeyLength { .. } => "PutEmailIdentityDkimSigningAttributes",
                Self::SetConfigurationSet { .. } => "PutEmailIdentityConfigurationSetAttributes",
                Self::Tag { .. } => "TagResource",
                Self::Delete { .. } => "DeleteEmailIdentity",
            }),
        }
    }

    fn repeat(&self) -> Repeat {
        match self {
            Self::Create { .. } => Repeat::RefusedByName,
            _ => Repeat::Safe,
        }
    }

    fn describe(&self) -> String {
        match self {
            Self::Create { identity, .. } if is_domain(identity) => {
                format!("create identity {identity} (records in its DNS verify it)")
            }
            Self::Create { identity, .. } => {
                format!("create identity {identity} (AWS mails a link that verifies it)")
            }
            Self::SetSigning { on: true, .. } => "sign mail".to_owned(),
            Self::SetSigning { on: false, .. } => "do not sign mail".to_owned(),
            Self::SetKeyLength { bits, .. } => format!("sign with keys of {bits} bits"),
            Self::SetConfigurationSet { name: Some(name), .. } => format!("use configuration set {name}"),
            Self::SetConfigurationSet { name: None, .. } => "use no configuration set".to_owned(),
            Self::Tag { tags, .. } => {
                format!("set tags {}", tags.keys().cloned().collect::<Vec<_>>().join(", "))
            }
            Self::Delete { identity } => format!("delete identity {identity}"),
        }
    }
}
