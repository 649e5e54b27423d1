//! The parts of a stack file whose objects `${<section>.<key>.<attribute>}` may name.

use std::fmt;

/// A section of the stack file. Functions, roles and the API have references of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Section {
    /// Lambda layers.
    Layers,
    /// DynamoDB tables.
    Tables,
    /// S3 buckets.
    Buckets,
    /// Static sites.
    Sites,
    /// SES identities.
    SesIdentities,
    /// Cognito identity pools.
    IdentityPools,
    /// Cognito user pools.
    UserPools,
    /// API keys.
    ApiKeys,
    /// Usage plans.
    UsagePlans,
    /// Custom domain names.
    Domains,
}

/// What the file says about a section.
struct Words {
    /// Its name in the file.
    name: &'static str,
    /// `${<word>.<attribute>}` names the only object of the section.
    only: Option<&'static str>,
    /// The kind of its objects.
    kind: &'static str,
    /// What may be asked of them.
    attributes: &'static [&'static str],
}

impl Section {
    /// Every section.
    pub const ALL: [Self; 10] = [
        Self::Layers,
        Self::Tables,
        Self::Buckets,
        Self::Sites,
        Self::SesIdentities,
        Self::IdentityPools,
        Self::UserPools,
        Self::ApiKeys,
        Self::UsagePlans,
        Self::Domains,
    ];

    const fn words(self) -> Words {
        let (name, only, kind, attributes): (_, _, _, &'static [&'static str]) = match self {
            Self::Layers => ("layers", None, "lambda_layer", &["arn"]),
            Self::Tables => ("tables", None, "dynamodb_table", &["name", "arn", "stream_arn"]),
            Self::Buckets => ("buckets", None, "s3_bucket", &["name", "arn", "url", "domain_name"]),
            Self::Sites => ("sites", Some("site"), "static_site", &["url", "bucket", "arn"]),
            Self::SesIdentities => ("ses_identities", None, "ses_identity", &["name", "arn"]),
            Self::IdentityPools => ("identity_pools", Some("pool"), "cognito_identity_pool", &["id", "arn"]),
            Self::UserPools => {
                ("user_pools", Some("user_pool"), "cognito_user_pool", &["id", "arn", "client_id", "issuer"])
            }
            Self::ApiKeys => ("api_keys", None, "api_key", &["id"]),
            Self::UsagePlans => ("usage_plans", None, "usage_plan", &["id"]),
            Self::Domains => ("domains", None, "domain_name", &["name", "url", "target", "zone_id"]),
        };
        Words { name, only, kind, attributes }
    }

    /// Its name in the file.
    pub const fn name(self) -> &'static str {
        self.words().name
    }

    /// The word by which its only object is named, where there is one.
    pub const fn only(self) -> Option<&'static str> {
        self.words().only
    }

    /// The kind of its objects.
    pub const fn kind(self) -> &'static str {
        self.words().kind
    }

    /// What may be asked of its objects.
    pub const fn attributes(self) -> &'static [&'static str] {
        self.words().attributes
    }

    /// The section called `name`.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|section| section.name() == name)
    }

    /// The section whose only object `word` names.
    pub fn of_only(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|section| section.only() == Some(word))
    }
}

impl fmt::Display for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
