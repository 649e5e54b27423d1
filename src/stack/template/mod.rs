//! Text with `${…}` in it: what is known, what is a secret, and what is known only later.

mod parse;
mod section;

use std::fmt;

use serde::{Serialize, Serializer};

pub use parse::{Mistake, Piece, parse};
pub use section::Section;

use super::source::Span;

/// Text of a stack file, `${…}` taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Template {
    /// The pieces in order; neighbouring literals are joined and empty ones left out.
    pub parts: Vec<Part>,
}

/// A piece of a [`Template`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Known text.
    Literal(String),
    /// Known text that must never be shown.
    Secret(Secret),
    /// Something that is known only later, and where it is referred to.
    Reference(Reference, Span),
}

/// A value that is never shown, written to a file or compared in the open.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    /// Where it comes from, such as `env:AUTH0_SECRET` or `params.token`.
    pub origin: String,
    value: String,
}

/// What `${…}` may name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Reference {
    /// `${params.x}`: a parameter of the stack.
    Param(String),
    /// `${stage}`: the stage's name.
    Stage,
    /// `${account}`: the AWS account's number.
    Account,
    /// `${region}`: the AWS region.
    Region,
    /// `${env:X}`: a variable of the environment that gatewright runs in.
    Env(String),
    /// `${ssm:/path}`: a parameter of the Systems Manager.
    Ssm(String),
    /// `${secretsmanager:name}` or `${secretsmanager:name#key}`: a secret, or one member of a secret that is JSON.
    SecretsManager {
        /// Name or ARN of the secret.
        name: String,
        /// Member of the secret's JSON object.
        key: Option<String>,
    },
    /// `${stacks.other.outputs.name}`: an output of another stack at the same stage.
    StackOutput {
        /// The other stack.
        stack: String,
        /// Its output.
        output: String,
    },
    /// `${functions.key.arn}`, `${functions.key.name}` or `${functions.key.invocation_uri}`.
    Function(String, Attribute),
    /// `${roles.key.arn}` or `${roles.key.name}`.
    Role(String, Attribute),
    /// `${api.url}` and the like.
    Api(ApiAttribute),
    /// `${tables.users.arn}`, or `${site.url}` for the only one of its section.
    Object {
        /// The section of the file.
        section: Section,
        /// The key; `None` for the only one.
        key: Option<String>,
        /// What is asked of it: one of the section's attributes.
        attribute: &'static str,
    },
}

/// What may be asked of a function or a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Attribute {
    /// The ARN.
    Arn,
    /// The name in the account.
    Name,
    /// The URI by which API Gateway invokes a function.
    InvocationUri,
}

/// What may be asked of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ApiAttribute {
    /// The stage's invoke URL, without a slash at its end.
    Url,
    /// The REST API's id.
    Id,
    /// The API's own ARN, `arn:aws:apigateway:…::/restapis/…`.
    Arn,
    /// The ARN by which calls of it are permitted, `arn:aws:execute-api:…`.
    ExecutionArn,
}

impl Template {
    /// Known text.
    pub fn literal(text: impl Into<String>) -> Self {
        Self::from_parts([Part::Literal(text.into())])
    }

    /// The parts, joined where they are neighbouring literals.
    pub fn from_parts(parts: impl IntoIterator<Item = Part>) -> Self {
        let mut joined: Vec<Part> = Vec::new();
        for part in parts {
            match (joined.last_mut(), part) {
                (_, Part::Literal(text)) if text.is_empty() => {}
                (Some(Part::Literal(before)), Part::Literal(more)) => before.push_str(&more),
                (_, part) => joined.push(part),
            }
        }
        Self { parts: joined }
    }

    /// The whole text where all of it is known and none of it is secret.
    pub fn known(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [] => Some(""),
            [Part::Literal(text)] => Some(text),
            _ => None,
        }
    }

    /// The whole text where all of it is known, secrets included. Never show it.
    pub fn exposed(&self) -> Option<String> {
        self.parts
            .iter()
            .map(|part| match part {
                Part::Literal(text) => Some(text.as_str()),
                Part::Secret(secret) => Some(secret.expose()),
                Part::Reference(..) => None,
            })
            .collect()
    }

    /// Nothing at all is in it.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// A secret, or something that is looked up as one, is in it.
    pub fn is_secret(&self) -> bool {
        self.parts.iter().any(|part| match part {
            Part::Literal(_) => false,
            Part::Secret(_) => true,
            Part::Reference(reference, _) => reference.is_secret(),
        })
    }

    /// What is known only later, and where it is referred to.
    pub fn references(&self) -> impl Iterator<Item = (&Reference, Span)> {
        self.parts.iter().filter_map(|part| match part {
            Part::Reference(reference, span) => Some((reference, *span)),
            _ => None,
        })
    }

    /// The sure part of its length in characters: what is known only later counts nothing.
    pub fn known_chars(&self) -> usize {
        self.parts
            .iter()
            .map(|part| match part {
                Part::Literal(text) => text.chars().count(),
                Part::Secret(secret) => secret.expose().chars().count(),
                Part::Reference(..) => 0,
            })
            .sum()
    }
}

impl From<&str> for Template {
    fn from(text: &str) -> Self {
        Self::literal(text)
    }
}

/// As the file would say it; secrets are hidden.
impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts.iter().try_for_each(|part| match part {
            Part::Literal(text) => f.write_str(text),
            Part::Secret(_) => f.write_str("(hidden)"),
            Part::Reference(reference, _) => write!(f, "${{{reference}}}"),
        })
    }
}

impl Serialize for Part {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Literal(text) => serializer.serialize_newtype_variant("Part", 0, "literal", text),
            Self::Secret(secret) => serializer.serialize_newtype_variant("Part", 1, "secret", &secret.origin),
            Self::Reference(reference, _) => {
                serializer.serialize_newtype_variant("Part", 2, "reference", &reference.to_string())
            }
        }
    }
}

impl Secret {
    /// The value `value`, which comes from `origin`.
    pub fn new(origin: impl Into<String>, value: impl Into<String>) -> Self {
        Self { origin: origin.into(), value: value.into() }
    }

    /// The value itself: for the call it is meant for, and nothing else.
    pub fn expose(&self) -> &str {
        &self.value
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({}, hidden)", self.origin)
    }
}

impl Reference {
    /// What it stands for must never be shown.
    pub fn is_secret(&self) -> bool {
        matches!(self, Self::Env(_) | Self::Ssm(_) | Self::SecretsManager { .. })
    }
}

/// As written between `${` and `}`.
impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Param(name) => write!(f, "params.{name}"),
            Self::Stage => f.write_str("stage"),
            Self::Account => f.write_str("account"),
            Self::Region => f.write_str("region"),
            Self::Env(name) => write!(f, "env:{name}"),
            Self::Ssm(path) => write!(f, "ssm:{path}"),
            Self::SecretsManager { name, key: None } => write!(f, "secretsmanager:{name}"),
            Self::SecretsManager { name, key: Some(key) } => write!(f, "secretsmanager:{name}#{key}"),
            Self::StackOutput { stack, output } => write!(f, "stacks.{stack}.outputs.{output}"),
            Self::Function(key, attribute) => write!(f, "functions.{key}.{attribute}"),
            Self::Role(key, attribute) => write!(f, "roles.{key}.{attribute}"),
            Self::Api(attribute) => write!(f, "api.{attribute}"),
            Self::Object { section, key: Some(key), attribute } => write!(f, "{section}.{key}.{attribute}"),
            Self::Object { section, key: None, attribute } => {
                write!(f, "{}.{attribute}", section.only().unwrap_or(section.name()))
            }
        }
    }
}

impl fmt::Display for Attribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Arn => "arn",
            Self::Name => "name",
            Self::InvocationUri => "invocation_uri",
        })
    }
}

impl fmt::Display for ApiAttribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Url => "url",
            Self::Id => "id",
            Self::Arn => "arn",
            Self::ExecutionArn => "execution_arn",
        })
    }
}
