//! IAM policy documents, as far as a request to an API can be judged by them.
//!
//! An explicit deny wins over every allow; what nothing allows is allowed by nobody. Keys that a request does not have behave as
//! in IAM: a condition that asks for a value is not met, a negated one is.

mod condition;
mod document;
mod pattern;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub use document::{Malformed, Policy};

/// What a policy says about a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// A statement allows it and none denies it.
    Allow,
    /// A statement denies it.
    Deny,
    /// No statement is about it.
    Neither,
}

/// Who asks, for policies that name principals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    /// Nobody in particular.
    Anonymous,
    /// Someone with AWS credentials, which cannot be traced to a principal here. Statements about named principals are not about them.
    Signed,
}

/// The request as a policy sees it.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// `execute-api:Invoke`.
    pub action: &'a str,
    /// The method's ARN.
    pub resource: &'a str,
    /// Condition keys.
    pub keys: &'a Keys,
    /// Who asks; `None` where the policy is the caller's own, which names no principals.
    pub caller: Option<Caller>,
}

/// Condition keys and their values. Names are compared in any case.
#[derive(Clone, Debug, Default)]
pub struct Keys(BTreeMap<String, Vec<String>>);

impl Keys {
    /// Adds a value.
    pub fn add(&mut self, name: &str, value: impl Into<String>) {
        self.0.entry(name.to_ascii_lowercase()).or_default().push(value.into());
    }

    /// The values of `name`; none where the request does not have the key.
    pub fn get(&self, name: &str) -> &[String] {
        self.0.get(&name.to_ascii_lowercase()).map_or(&[], Vec::as_slice)
    }
}

impl Policy {
    /// What the policy says about a request.
    pub fn decide(&self, facts: &Facts<'_>) -> Decision {
        let mut decision = Decision::Neither;
        for statement in &self.statements {
            if !statement.is_about(facts) {
                continue;
            }
            if statement.denies {
                return Decision::Deny;
            }
            decision = Decision::Allow;
        }
        decision
    }
}
