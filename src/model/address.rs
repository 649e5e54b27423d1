//! Addresses: how *we* call an object. A name is the user's, an id or ARN is AWS's.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// One stage of one stack: what a deploy, a lock and a ledger are about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Scope {
    /// The stack's name, as the stack file says it.
    pub stack: String,
    /// The stage, `dev` unless chosen otherwise.
    pub stage: String,
}

impl Scope {
    /// The scope of `stack` in `stage`.
    pub fn new(stack: impl Into<String>, stage: impl Into<String>) -> Self {
        Self { stack: stack.into(), stage: stage.into() }
    }

    /// The address of the object `key` of `kind` in this scope.
    pub fn address(&self, kind: &str, key: &str) -> Address {
        Address { scope: self.clone(), kind: kind.to_owned(), key: key.to_owned() }
    }

    /// The cloud name of the object `key`: `<stack>-<stage>-<key>`.
    pub fn name(&self, key: &str) -> String {
        format!("{}-{}-{key}", self.stack, self.stage)
    }

    /// What every cloud name in this scope starts with.
    pub fn name_prefix(&self) -> String {
        format!("{}-{}-", self.stack, self.stage)
    }

    /// The IAM path under which this scope's roles live; the path itself proves ownership.
    pub fn iam_path(&self) -> String {
        format!("/gatewright/{}/{}/", self.stack, self.stage)
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.stack, self.stage)
    }
}

/// The address of one object: `stack/stage/kind/key`. The key is the last part and may hold slashes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    /// The stack and stage that own the object.
    pub scope: Scope,
    /// The kind's name, such as `lambda_function`.
    pub kind: String,
    /// The key in the stack file, such as `user-profile`.
    pub key: String,
}

impl Address {
    /// The cloud name that follows from the address.
    pub fn name(&self) -> String {
        self.scope.name(&self.key)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.scope, self.kind, self.key)
    }
}

/// The text is not `stack/stage/kind/key`.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not an address of the form `stack/stage/kind/key`")]
pub struct NotAnAddress(String);

impl FromStr for Address {
    type Err = NotAnAddress;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.splitn(4, '/');
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(stack), Some(stage), Some(kind), Some(key)) => {
                Ok(Scope::new(stack, stage).address(kind, key))
            }
            _ => Err(NotAnAddress(text.to_owned())),
        }
    }
}

impl Serialize for Address {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Address {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
