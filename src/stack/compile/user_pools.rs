//! User pools and their clients.

use std::collections::{BTreeMap, BTreeSet};

use super::Builder;
use crate::{
    kinds::{
        CognitoUserPool, CognitoUserPoolClient, Kind, Member,
        cognito_user_pool::{
            self, Alias, Attribute, AttributeType, CUSTOM_PREFIX, Contact, Email, Fixed, Mfa, Password,
            Recovery, Settings,
        },
        cognito_user_pool_client::{self, AuthFlow, OAuthFlow},
    },
    model::{Address, Text},
    stack::{
        check::is_standard_attribute,
        file::{
            self, KeyOrArn, PasswordPolicy, PoolEmail, UserAttribute, UserPool, UserPoolClient, Validity,
            key_or_arn,
        },
        reader::At,
        template::{Section, Template},
    },
};

/// How long access and id tokens hold where nothing is said, in seconds: AWS's own default.
const TOKEN_SECONDS: i32 = 3600;
/// How long refresh tokens hold where nothing is said, in seconds: AWS's own default.
const REFRESH_SECONDS: i32 = 30 * 86_400;
/// The user pool itself, as a client's identity provider.
const OWN_USERS: &str = "COGNITO";

impl Builder<'_> {
    pub(super) fn user_pools(&mut self) {
        let stack = self.stack;
        for entry in &stack.stack.user_pools {
            let at = self.scope().address(CognitoUserPool::NAME, &entry.key);
            self.place(&at, entry.key.span);
            let desired = self.user_pool(&at, &entry.value);
            self.graph.add(at.clone(), CognitoUserPool::want(desired), []);
            if let Some(client) = &entry.value.client {
                self.user_pool_client(&at, client);
            }
        }
    }

    fn user_pool(&mut self, at: &Address, pool: &UserPool) -> cognito_user_pool::Desired {
        let recovery: Vec<Recovery> = pool.account_recovery.iter().map(|way| recovery(way.value)).collect();
        let settings = Settings {
            password: password(pool.password.as_ref().map(|password| &password.value)),
            auto_verified: pool.auto_verified.iter().map(|one| contact(one.value)).collect(),
            mfa: match pool.mfa.as_ref().map(|mfa| mfa.value) {
                Some(file::Mfa::On) => Mfa::On,
                Some(file::Mfa::Optional) => Mfa::Optional,
                Some(file::Mfa::Off) | None => Mfa::Off,
            },
            recovery: if recovery.is_empty() { vec![Recovery::VerifiedEmail] } else { recovery },
            email: pool.email.as_ref().map(|email| self.pool_email(email)),
            admin_create_only: is(pool.admin_create_only.as_ref(), false),
            deletion_protection: is(pool.deletion_protection.as_ref(), false),
        };
        let fixed = Fixed {
            username_attributes: pool.username_attributes.iter().map(|one| contact(one.value)).collect(),
            aliases: pool
                .aliases
                .iter()
                .map(|alias| match alias.value {
                    file::UserAlias::Email => Alias::Email,
                    file::UserAlias::PhoneNumber => Alias::PhoneNumber,
                    file::UserAlias::PreferredUsername => Alias::PreferredUsername,
                })
                .collect(),
            case_sensitive: is(pool.case_sensitive.as_ref(), false),
        };
        cognito_user_pool::Desired {
            name: at.name(),
            settings,
            fixed,
            attributes: attributes(pool),
            domain: self.texts.optional_plain(pool.domain.as_ref()),
            tags: self.tags(at, &pool.tags),
        }
    }

    fn pool_email(&mut self, email: &PoolEmail) -> Email {
        let identity_arn = match key_or_arn(&email.identity) {
            KeyOrArn::Key(key) => self.texts.attribute(Section::SesIdentities, key, "arn"),
            KeyOrArn::Arn(_) => self.texts.open(&email.identity),
        };
        Email {
            identity_arn,
            from: email.from.as_ref().map(|from| self.texts.open(from)),
            reply_to: email.reply_to.as_ref().map(|to| self.texts.open(to)),
            configuration_set: self.texts.optional_plain(email.configuration_set.as_ref()),
        }
    }

    fn user_pool_client(&mut self, pool: &Address, client: &UserPoolClient) {
        let at = self.scope().address(CognitoUserPoolClient::NAME, &pool.key);
        let mut urls = |urls: &[At<Template>]| -> BTreeSet<Text> {
            urls.iter().map(|url| self.texts.open(url)).collect()
        };
        let (callback_urls, logout_urls) = (urls(&client.callback_urls), urls(&client.logout_urls));
        let mut words = |words: &[At<Template>]| -> BTreeSet<String> {
            words.iter().map(|word| self.texts.plain(word)).collect()
        };
        let (oauth_scopes, mut identity_providers) =
            (words(&client.oauth_scopes), words(&client.identity_providers));
        if identity_providers.is_empty() {
            identity_providers.insert(OWN_USERS.to_owned());
        }
        let seconds =
            |validity: &Option<At<Validity>>, default: i32| validity.map_or(default, |of| of.seconds);
        let settings = cognito_user_pool_client::Settings {
            auth_flows: auth_flows(client),
            access_token_seconds: seconds(&client.access_token, TOKEN_SECONDS),
            id_token_seconds: seconds(&client.id_token, TOKEN_SECONDS),
            refresh_token_seconds: seconds(&client.refresh_token, REFRESH_SECONDS),
            hide_user_existence: is(client.hide_user_existence.as_ref(), true),
            token_revocation: is(client.token_revocation.as_ref(), true),
            callback_urls,
            logout_urls,
            oauth_flows: client
                .oauth_flows
                .iter()
                .map(|flow| match flow.value {
                    file::OAuthFlow::Code => OAuthFlow::Code,
                    file::OAuthFlow::Implicit => OAuthFlow::Implicit,
                    file::OAuthFlow::ClientCredentials => OAuthFlow::ClientCredentials,
                })
                .collect(),
            oauth_scopes,
            identity_providers,
        };
        let desired = cognito_user_pool_client::Desired {
            pool_id: Text::pending(pool.clone(), "id"),
            name: at.name(),
            settings,
            secret: is(client.secret.as_ref(), false),
        };
        self.graph.add(at, CognitoUserPoolClient::want(desired), []);
    }

    /// The ARN of a user pool: of one of the stack by its key, or as it is written.
    pub(super) fn user_pool_arn(&mut self, user_pool: &At<Template>) -> Text {
        match key_or_arn(user_pool) {
            KeyOrArn::Key(key) => Text::pending(self.scope().address(CognitoUserPool::NAME, key), "arn"),
            KeyOrArn::Arn(_) => self.texts.open(user_pool),
        }
    }
}

fn is(flag: Option<&At<bool>>, default: bool) -> bool {
    flag.map_or(default, |flag| flag.value)
}

fn contact(of: file::VerifiedAttribute) -> Contact {
    match of {
        file::VerifiedAttribute::Email => Contact::Email,
        file::VerifiedAttribute::PhoneNumber => Contact::PhoneNumber,
    }
}

fn recovery(of: file::Recovery) -> Recovery {
    match of {
        file::Recovery::VerifiedEmail => Recovery::VerifiedEmail,
        file::Recovery::VerifiedPhoneNumber => Recovery::VerifiedPhoneNumber,
        file::Recovery::AdminOnly => Recovery::AdminOnly,
    }
}

fn password(policy: Option<&PasswordPolicy>) -> Password {
    let default = Password::default();
    let Some(policy) = policy else { return default };
    Password {
        minimum_length: policy.minimum_length.map_or(default.minimum_length, |length| length.as_i32()),
        uppercase: is(policy.uppercase.as_ref(), default.uppercase),
        lowercase: is(policy.lowercase.as_ref(), default.lowercase),
        numbers: is(policy.numbers.as_ref(), default.numbers),
        symbols: is(policy.symbols.as_ref(), default.symbols),
        temporary_days: policy.temporary_days.map_or(default.temporary_days, |days| days.as_i32()),
    }
}

fn attributes(pool: &UserPool) -> BTreeMap<String, Attribute> {
    let named = pool.attributes.iter().map(|entry| {
        let name = match is_standard_attribute(&entry.key) {
            true => entry.key.value.clone(),
            false => format!("{CUSTOM_PREFIX}{}", entry.key.value),
        };
        (name, attribute(&entry.value))
    });
    named.collect()
}

fn attribute(of: &UserAttribute) -> Attribute {
    Attribute {
        kind: match of.kind.as_ref().map(|kind| kind.value) {
            Some(file::UserAttributeType::Number) => AttributeType::Number,
            Some(file::UserAttributeType::Boolean) => AttributeType::Boolean,
            Some(file::UserAttributeType::DateTime) => AttributeType::DateTime,
            Some(file::UserAttributeType::String) | None => AttributeType::String,
        },
        required: is(of.required.as_ref(), false),
        mutable: is(of.mutable.as_ref(), true),
        minimum: of.minimum.map(|minimum| minimum.0),
        maximum: of.maximum.map(|maximum| maximum.0),
    }
}

fn auth_flows(client: &UserPoolClient) -> BTreeSet<AuthFlow> {
    if client.auth_flows.is_empty() {
        return [AuthFlow::UserSrp, AuthFlow::Custom, AuthFlow::RefreshToken].into();
    }
    let flow = |flow: &At<file::AuthFlow>| match flow.value {
        file::AuthFlow::User => AuthFlow::User,
        file::AuthFlow::UserPassword => AuthFlow::UserPassword,
        file::AuthFlow::UserSrp => AuthFlow::UserSrp,
        file::AuthFlow::AdminUserPassword => AuthFlow::AdminUserPassword,
        file::AuthFlow::Custom => AuthFlow::Custom,
        file::AuthFlow::RefreshToken => AuthFlow::RefreshToken,
    };
    client.auth_flows.iter().map(flow).collect()
}
