//! Functions, each with its log group and, where it names no role, a role of its own.

use std::collections::{BTreeMap, BTreeSet};

use super::{Builder, layers::architecture};
use crate::{
    kinds::{
        IamRole, Kind, LambdaFunction, LogGroup, Member,
        lambda_function::{self, Code, Vpc},
        log_group,
    },
    model::{Address, Text},
    stack::{
        file::{Function, LogRetention, Tracing},
        reader::At,
        template::Template,
    },
};

impl Builder<'_> {
    pub(super) fn functions(&mut self) {
        let stack = self.stack;
        for entry in stack.functions() {
            let at = self.scope().address(LambdaFunction::NAME, &entry.key);
            self.place(&at, entry.key.span);
            let group = self.log_group(&entry.key, &entry.value);
            let (role_arn, role) = self.role_of(&entry.key, &entry.value);
            let desired = self.function(&at, &entry.value, role_arn);
            self.alias(&at, &entry.value, &desired);
            self.graph.add(at, LambdaFunction::want(desired), role.into_iter().chain([group]));
        }
    }

    fn log_group(&mut self, key: &str, function: &Function) -> Address {
        let at = self.scope().address(LogGroup::NAME, key);
        let days = match function.log_retention_days.as_ref().map(|retention| retention.value) {
            Some(LogRetention::Days(days)) => Some(days),
            Some(LogRetention::Never) | None => None,
        };
        let tags = self.tags(&at, &function.tags);
        let name = format!("/aws/lambda/{}", at.name());
        self.graph.add(
            at.clone(),
            LogGroup::want(log_group::Desired { name, retention_days: days, tags }),
            [],
        );
        at
    }

    /// The role's ARN, and its address where it is the stack's own.
    fn role_of(&mut self, key: &str, function: &Function) -> (Text, Option<Address>) {
        let identity = self.inputs.identity;
        let Some(role) = &function.role else {
            let group = format!("/aws/lambda/{}", self.scope().name(key));
            let at = self.own_role(key, &group, function);
            let arn = identity.role_arn(&at.scope.iam_path(), &at.name());
            return (arn.into(), Some(at));
        };
        let (arn, role) = self.role_reference(role);
        (arn, role)
    }

    /// A key of `roles`, or an ARN.
    pub(super) fn role_reference(&mut self, role: &At<Template>) -> (Text, Option<Address>) {
        let stack = self.stack;
        if let Some(key) = role.value.known().filter(|key| stack.roles().declares(key)) {
            let at = self.scope().address(IamRole::NAME, key);
            let arn = self.inputs.identity.role_arn(&at.scope.iam_path(), &at.name());
            return (arn.into(), Some(at));
        }
        (self.texts.text(role), None)
    }

    fn function(&mut self, at: &Address, function: &Function, role_arn: Text) -> lambda_function::Desired {
        let environment: BTreeMap<String, Text> = function
            .environment
            .iter()
            .map(|entry| (entry.key.value.clone(), self.texts.text(&entry.value)))
            .collect();
        let layers = self.layers_of(&at.key, function);
        lambda_function::Desired {
            name: at.name(),
            role_arn,
            runtime: self.texts.plain(&function.runtime),
            handler: self.texts.plain(&function.handler),
            code: self.code(&at.key),
            environment,
            memory_mb: function.memory_mb.map_or(128, |memory| memory.as_i32()),
            timeout_seconds: function.timeout_seconds.map_or(3, |timeout| timeout.as_i32()),
            ephemeral_storage_mb: function.ephemeral_storage_mb.map_or(512, |storage| storage.as_i32()),
            architecture: function
                .architecture
                .map_or_else(Default::default, |word| architecture(word.value)),
            layers,
            dead_letter_arn: self.texts.optional(function.dead_letter_arn.as_ref()),
            vpc: self.vpc(function),
            reserved_concurrency: function.reserved_concurrency.map(|reserved| reserved.as_i32()),
            tracing: match function.tracing.as_ref().map(|tracing| tracing.value) {
                Some(Tracing::Active) => lambda_function::Tracing::Active,
                _ => lambda_function::Tracing::PassThrough,
            },
            description: self.texts.optional_plain(function.description.as_ref()),
            log_group: None,
            tags: self.tags(at, &function.tags).into_iter().chain(Self::marks(function)).collect(),
        }
    }

    fn vpc(&mut self, function: &Function) -> Option<Vpc> {
        let vpc = function.vpc.as_ref()?;
        let mut ids = |texts: &[At<Template>]| -> BTreeSet<String> {
            texts.iter().map(|text| self.texts.plain(text)).collect()
        };
        Some(Vpc { subnet_ids: ids(&vpc.subnets), security_group_ids: ids(&vpc.security_groups) })
    }

    pub(super) fn code(&self, key: &str) -> Code {
        self.inputs.artifacts.get(key).map_or_else(
            || Code { sha256_hex: String::new(), sha256_base64: String::new(), size_bytes: 0 },
            |artifact| Code {
                sha256_hex: artifact.sha256_hex.clone(),
                sha256_base64: artifact.sha256_base64.clone(),
                size_bytes: artifact.size_bytes,
            },
        )
    }
}
