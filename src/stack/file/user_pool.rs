//! Cognito user pools and their clients.

use serde_json::{Value as JsonValue, json};

use super::super::reader::shape::{Definitions, Shape, shape, words};
use super::super::reader::{Int, Reader};
use super::super::template::Template;
use super::super::yaml::Node;

words! {
    /// Where a user can be reached.
    pub enum VerifiedAttribute {
        /// By mail.
        Email = "email",
        /// By phone.
        PhoneNumber = "phone_number",
    }
}

words! {
    /// Another name of a user.
    pub enum UserAlias {
        /// The mail address.
        Email = "email",
        /// The phone number.
        PhoneNumber = "phone_number",
        /// A name that the user may change.
        PreferredUsername = "preferred_username",
    }
}

words! {
    /// Whether there is a second factor.
    pub enum Mfa {
        /// There is none.
        Off = "off",
        /// Users may set one up.
        Optional = "optional",
        /// Every user needs one.
        On = "on",
    }
}

words! {
    /// A way to replace a forgotten password.
    pub enum Recovery {
        /// A code by mail.
        VerifiedEmail = "verified_email",
        /// A code by SMS.
        VerifiedPhoneNumber = "verified_phone_number",
        /// An administrator only.
        AdminOnly = "admin_only",
    }
}

words! {
    /// What an attribute of users holds.
    pub enum UserAttributeType {
        /// Text.
        String = "string",
        /// A number.
        Number = "number",
        /// `true` or `false`.
        Boolean = "boolean",
        /// A point in time.
        DateTime = "date_time",
    }
}

shape! {
    /// A Cognito user pool: a directory of users who sign up and in.
    #[name = "a user pool"]
    pub struct UserPool {
        /// What users sign in with in place of a name: `email`, `phone_number` or both. Decided when the pool is made.
        list username_attributes: VerifiedAttribute,
        /// What users may sign in with beside their name: `email`, `phone_number`, `preferred_username`. Decided when the pool is made;
        /// not together with `username_attributes`.
        list aliases: UserAlias,
        /// `Ann` and `ann` are two users; `false` by default. Decided when the pool is made.
        optional case_sensitive: bool,
        /// What is verified by a code sent to it: `email`, `phone_number` or both; nothing by default.
        list auto_verified: VerifiedAttribute,
        /// What a password must be.
        optional password: PasswordPolicy,
        /// A second factor, by the codes of an app: `off`, which is the default, `optional` or `on`.
        optional mfa: Mfa,
        /// How a forgotten password is replaced, best way first: `verified_email`, which is the default, `verified_phone_number`,
        /// or `admin_only`.
        list account_recovery: Recovery,
        /// Mail by SES. Left out: Cognito itself sends up to 50 mails a day.
        optional email: PoolEmail,
        /// Users cannot sign up by themselves; `false` by default.
        optional admin_create_only: bool,
        /// Attributes of users by name: standard ones such as `email`, and your own, which AWS calls `custom:<name>`. AWS adds your own
        /// at any time and removes none.
        map attributes: Attribute,
        /// Neither `deploy` nor `destroy` nor anyone else can delete the pool; `false` by default.
        optional deletion_protection: bool,
        /// The prefix under which the sign-in pages are served: unique in the region.
        optional domain: Template,
        /// The app that users sign in with.
        optional client: UserPoolClient,
        /// Tags of the pool.
        map tags: Template,
    }
}

shape! {
    /// What a password must be.
    #[name = "`password`"]
    pub struct PasswordPolicy {
        /// How long it is at least, 6 to 99 characters, 8 by default.
        optional minimum_length: Int<6, 99>,
        /// It has an upper-case letter; `true` by default.
        optional uppercase: bool,
        /// It has a lower-case letter; `true` by default.
        optional lowercase: bool,
        /// It has a digit; `true` by default.
        optional numbers: bool,
        /// It has another character; `true` by default.
        optional symbols: bool,
        /// How long a password made by an administrator holds, 1 to 365 days, 7 by default.
        optional temporary_days: Int<1, 365>,
    }
}

shape! {
    /// Mail by SES.
    #[name = "`email` of a user pool"]
    pub struct PoolEmail {
        /// The SES identity: a key of `ses_identities`, or an ARN.
        required identity: Template,
        /// The sender, `a@example.com` or `Name <a@example.com>`.
        optional from: Template,
        /// Where answers go.
        optional reply_to: Template,
        /// The SES configuration set.
        optional configuration_set: Template,
    }
}

shape! {
    /// An attribute of users.
    #[name = "an attribute"]
    pub struct Attribute {
        /// What it holds: `string`, which is the default, `number`, `boolean` or `date_time`. For your own attributes.
        optional kind as "type": UserAttributeType,
        /// Who signs up must give it; `false` by default. For standard attributes.
        optional required: bool,
        /// It can be changed; `true` by default.
        optional mutable: bool,
        /// The least length of text, or the least number. For your own attributes.
        optional minimum: Int<-9_007_199_254_740_991, 9_007_199_254_740_991>,
        /// The greatest length of text, or the greatest number. For your own attributes.
        optional maximum: Int<-9_007_199_254_740_991, 9_007_199_254_740_991>,
    }
}

words! {
    /// A way to sign in by API calls.
    pub enum AuthFlow {
        /// The user's choice of the ways that the pool has.
        User = "user",
        /// The password goes over the wire.
        UserPassword = "user_password",
        /// The password is proved, not sent.
        UserSrp = "user_srp",
        /// A server with AWS credentials sends the password.
        AdminUserPassword = "admin_user_password",
        /// Functions ask.
        Custom = "custom",
        /// A refresh token gets new tokens.
        RefreshToken = "refresh_token",
    }
}

words! {
    /// What the sign-in pages give.
    pub enum OAuthFlow {
        /// A code, which is changed for tokens.
        Code = "code",
        /// Tokens.
        Implicit = "implicit",
        /// Tokens for a server, without a user.
        ClientCredentials = "client_credentials",
    }
}

shape! {
    /// The app that users of a pool sign in with.
    #[name = "`client`"]
    pub struct UserPoolClient {
        /// How users may sign in by API calls: `user`, `user_password`, `user_srp`, `admin_user_password`, `custom`,
        /// `refresh_token`. AWS's own by default: `user_srp`, `custom`, `refresh_token`.
        list auth_flows: AuthFlow,
        /// How long an access token holds, such as `30 minutes`: 5 minutes to 1 day, 1 hour by default.
        optional access_token: Validity,
        /// How long an id token holds: 5 minutes to 1 day, 1 hour by default.
        optional id_token: Validity,
        /// How long a refresh token holds: 1 hour to 3650 days, 30 days by default.
        optional refresh_token: Validity,
        /// Errors do not tell whether there is such a user; `true` by default.
        optional hide_user_existence: bool,
        /// Tokens can be revoked; `true` by default.
        optional token_revocation: bool,
        /// Where the sign-in pages may lead back to.
        list callback_urls: Template,
        /// Where the sign-out page may lead to.
        list logout_urls: Template,
        /// What the sign-in pages give: `code`, `implicit`, or `client_credentials` alone.
        list oauth_flows: OAuthFlow,
        /// Scopes of their tokens, such as `openid`, `email`, `profile`.
        list oauth_scopes: Template,
        /// Who vouches for users: `COGNITO`, which is the default, is the pool itself.
        list identity_providers: Template,
        /// AWS makes a secret for the client, for apps that run on a server; `false` by default. It is never shown. Decided when the
        /// client is made.
        optional secret: bool,
    }
}

/// How long something holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    /// In seconds.
    pub seconds: i32,
}

impl Validity {
    /// A number and a unit: `90 seconds`, `30 minutes`, `1 hour`, `30 days`.
    fn parse(text: &str) -> Option<Self> {
        let (count, unit) = text.split_once(' ')?;
        let unit_seconds = match unit.trim().trim_end_matches('s') {
            "second" => 1,
            "minute" => 60,
            "hour" => 3600,
            "day" => 86_400,
            _ => return None,
        };
        let count: i32 = count.parse().ok().filter(|count| *count > 0)?;
        Some(Self { seconds: count.checked_mul(unit_seconds)? })
    }
}

impl Shape for Validity {
    const REFERABLE: bool = true;

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let read = node.scalar().and_then(|scalar| Self::parse(scalar.text.trim()));
        if read.is_none() {
            reader.wrong_type(node, "a time such as `30 minutes`, `1 hour` or `30 days`");
        }
        read
    }

    fn schema(definitions: &mut Definitions) -> JsonValue {
        definitions
            .or_reference(json!({ "type": "string", "pattern": "^[0-9]+ (second|minute|hour|day)s?$" }))
    }
}
