//! What holds for a user pool.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::model::Text;

/// What the name of an attribute of one's own starts with.
pub const CUSTOM_PREFIX: &str = "custom:";

/// What `UpdateUserPool` changes: always sent as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// What a password must be.
    pub password: Password,
    /// What is verified by a code sent to it.
    pub auto_verified: BTreeSet<Contact>,
    /// Whether there is a second factor.
    pub mfa: Mfa,
    /// How a forgotten password is replaced, best way first.
    pub recovery: Vec<Recovery>,
    /// Mail by SES; absent: by Cognito itself, fifty a day.
    pub email: Option<Email>,
    /// Users cannot sign up by themselves.
    pub admin_create_only: bool,
    /// The pool cannot be deleted.
    pub deletion_protection: bool,
}

/// What a password must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Password {
    /// Characters.
    pub minimum_length: i32,
    /// One upper-case letter at least.
    pub uppercase: bool,
    /// One lower-case letter at least.
    pub lowercase: bool,
    /// One digit at least.
    pub numbers: bool,
    /// One other character at least.
    pub symbols: bool,
    /// How long a password made by an administrator holds, in days.
    pub temporary_days: i32,
}

/// AWS's own.
impl Default for Password {
    fn default() -> Self {
        let (uppercase, lowercase, numbers, symbols) = (true, true, true, true);
        Self { minimum_length: 8, uppercase, lowercase, numbers, symbols, temporary_days: 7 }
    }
}

/// Mail by SES.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Email {
    /// ARN of the SES identity.
    pub identity_arn: Text,
    /// The sender, `a@example.com` or `Name <a@example.com>`; absent: the identity's own address.
    pub from: Option<Text>,
    /// Where answers go.
    pub reply_to: Option<Text>,
    /// The SES configuration set.
    pub configuration_set: Option<String>,
}

/// What is decided once and for all when a pool is made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fixed {
    /// What users sign in with in place of a name.
    pub username_attributes: BTreeSet<Contact>,
    /// What users may sign in with beside their name.
    pub aliases: BTreeSet<Alias>,
    /// `Ann` and `ann` are two users.
    pub case_sensitive: bool,
}

/// An attribute of users.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attribute {
    /// What it holds.
    #[serde(rename = "type")]
    pub kind: AttributeType,
    /// Who signs up must give it. Never for one's own.
    pub required: bool,
    /// It can be changed.
    pub mutable: bool,
    /// The least length, or number.
    pub minimum: Option<i64>,
    /// The greatest length, or number.
    pub maximum: Option<i64>,
}

impl Attribute {
    /// What AWS makes of a standard attribute that nobody asks for. Its limits are AWS's and not looked at.
    pub const STANDARD: Self = Self {
        kind: AttributeType::String,
        required: false,
        mutable: true,
        minimum: None,
        maximum: None,
    };

    /// Whether `live` is as `self` asks. What a standard attribute holds is AWS's; limits count where they are asked for.
    pub fn is_met_by(&self, name: &str, live: &Self) -> bool {
        let of_own = name.starts_with(CUSTOM_PREFIX);
        let limit = |wanted: Option<i64>, live: Option<i64>| wanted.is_none() || wanted == live;
        (self.required, self.mutable) == (live.required, live.mutable)
            && (!of_own
                || self.kind == live.kind
                    && limit(self.minimum, live.minimum)
                    && limit(self.maximum, live.maximum))
    }
}

/// Words that AWS knows too.
macro_rules! words {
    ($($(#[doc = $doc:literal])+ $name:ident { $($(#[doc = $word_doc:literal])+ $variant:ident = $wire:literal),+ $(,)? })+) => { $(
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[doc = $word_doc])+ $variant),+ }

        impl $name {
            /// Every one.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// AWS's word.
            pub fn wire(self) -> &'static str {
                match self { $(Self::$variant => $wire),+ }
            }

            /// What AWS's word means.
            pub fn of_wire(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.wire() == word)
            }
        }
    )+ };
}

words! {
    /// Where a user can be reached.
    Contact {
        /// By mail.
        Email = "email",
        /// By phone.
        PhoneNumber = "phone_number",
    }
    /// Another name of a user.
    Alias {
        /// The mail address.
        Email = "email",
        /// The phone number.
        PhoneNumber = "phone_number",
        /// A name that the user may change.
        PreferredUsername = "preferred_username",
    }
    /// Whether there is a second factor.
    Mfa {
        /// There is none.
        Off = "OFF",
        /// Users may set one up.
        Optional = "OPTIONAL",
        /// Every user needs one.
        On = "ON",
    }
    /// A way to replace a forgotten password.
    Recovery {
        /// A code by mail.
        VerifiedEmail = "verified_email",
        /// A code by SMS.
        VerifiedPhoneNumber = "verified_phone_number",
        /// An administrator only.
        AdminOnly = "admin_only",
    }
    /// What an attribute holds.
    AttributeType {
        /// Text.
        String = "String",
        /// A number.
        Number = "Number",
        /// Yes or no.
        Boolean = "Boolean",
        /// A point in time.
        DateTime = "DateTime",
    }
}
