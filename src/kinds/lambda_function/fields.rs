//! The configuration of a function as create and update calls carry it: only what is to be set.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Desired, Live, Tracing, Vpc, default_log_group};
use crate::model::Text;

/// What `CreateFunction` and `UpdateFunctionConfiguration` share. `None` leaves the field as it is (or at AWS's default).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Fields {
    /// The execution role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<Text>,
    /// Such as `nodejs22.x`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runtime: Option<String>,
    /// Such as `index.handler`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handler: Option<String>,
    /// Every variable: the call replaces them all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<BTreeMap<String, Text>>,
    /// In MB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_mb: Option<i32>,
    /// In seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_seconds: Option<i32>,
    /// In MB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ephemeral_storage_mb: Option<i32>,
    /// Every layer: the call replaces them all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layers: Option<Vec<Text>>,
    /// Empty removes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dead_letter_arn: Option<Text>,
    /// Empty lists take the function out of the VPC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vpc: Option<Vpc>,
    /// X-Ray.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tracing: Option<Tracing>,
    /// Empty removes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The log group by its full name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_group: Option<String>,
}

impl Fields {
    /// What creating `desired` has to say: what has no default, and what differs from AWS's default.
    pub(super) fn creating(desired: &Desired) -> Self {
        Self {
            role_arn: Some(desired.role_arn.clone()),
            runtime: Some(desired.runtime.clone()),
            handler: Some(desired.handler.clone()),
            environment: (!desired.environment.is_empty()).then(|| desired.environment.clone()),
            memory_mb: Some(desired.memory_mb),
            timeout_seconds: Some(desired.timeout_seconds),
            ephemeral_storage_mb: (desired.ephemeral_storage_mb != DEFAULT_EPHEMERAL_STORAGE_MB)
                .then_some(desired.ephemeral_storage_mb),
            layers: (!desired.layers.is_empty()).then(|| desired.layers.clone()),
            dead_letter_arn: desired.dead_letter_arn.clone(),
            vpc: desired.vpc.clone().and_then(Vpc::some),
            tracing: (desired.tracing != Tracing::default()).then_some(desired.tracing),
            description: desired.description.clone().filter(|text| !text.is_empty()),
            log_group: desired.log_group.clone().filter(|group| *group != default_log_group(&desired.name)),
        }
    }

    /// The names of the fields that are set, in the words of the stack file.
    pub(super) fn names(&self) -> Vec<&'static str> {
        [
            (self.role_arn.is_some(), "role"),
            (self.runtime.is_some(), "runtime"),
            (self.handler.is_some(), "handler"),
            (self.environment.is_some(), "environment"),
            (self.memory_mb.is_some(), "memory_mb"),
            (self.timeout_seconds.is_some(), "timeout_seconds"),
            (self.ephemeral_storage_mb.is_some(), "ephemeral_storage_mb"),
            (self.layers.is_some(), "layers"),
            (self.dead_letter_arn.is_some(), "dead_letter"),
            (self.vpc.is_some(), "vpc"),
            (self.tracing.is_some(), "tracing"),
            (self.description.is_some(), "description"),
            (self.log_group.is_some(), "log_group"),
        ]
        .into_iter()
        .filter_map(|(set, name)| set.then_some(name))
        .collect()
    }

    /// Puts every field that is set into `live`.
    pub(super) fn apply(&self, live: &mut Live) {
        fn set<T: Clone>(to: &mut T, from: &Option<T>) {
            if let Some(value) = from {
                to.clone_from(value);
            }
        }
        set(&mut live.role_arn, &self.role_arn.as_ref().map(settled));
        set(&mut live.runtime, &self.runtime);
        set(&mut live.handler, &self.handler);
        if let Some(variables) = &self.environment {
            live.environment =
                variables.iter().map(|(name, value)| (name.clone(), value.settled().into())).collect();
        }
        set(&mut live.memory_mb, &self.memory_mb);
        set(&mut live.timeout_seconds, &self.timeout_seconds);
        set(&mut live.ephemeral_storage_mb, &self.ephemeral_storage_mb);
        set(&mut live.layers, &self.layers.as_ref().map(|layers| layers.iter().map(settled).collect()));
        if let Some(arn) = &self.dead_letter_arn {
            live.dead_letter_arn = Some(settled(arn)).filter(|arn| !arn.is_empty());
        }
        if let Some(vpc) = &self.vpc {
            live.vpc = vpc.clone().some();
        }
        set(&mut live.tracing, &self.tracing);
        if let Some(text) = &self.description {
            live.description = Some(text.clone()).filter(|text| !text.is_empty());
        }
        if let Some(group) = &self.log_group {
            live.log_group = Some(group.clone()).filter(|group| *group != default_log_group(&live.name));
        }
    }

    /// Settled environment values, to keep them out of messages.
    pub(super) fn values(&self) -> impl Iterator<Item = &str> {
        self.environment.iter().flat_map(|variables| variables.values().map(Text::settled))
    }
}

/// What `/tmp` holds unless told otherwise, in MB.
pub(super) const DEFAULT_EPHEMERAL_STORAGE_MB: i32 = 512;

fn settled(text: &Text) -> String {
    text.settled().to_owned()
}
