//! Aliases as property tests draw them: functions that differ in their memory alone, so that some versions fit.

use std::collections::BTreeMap;

use proptest::{collection, option, prelude::*};

use super::{Alias, Desired, Live, Version, description};
use crate::{
    kinds::lambda_function::{self, Architecture, Code, Revision, Tracing},
    model::{Scope, owner},
};

/// The function `s-dev-f` with so much memory.
pub(crate) fn function(memory_mb: i32) -> lambda_function::Desired {
    let at = Scope::new("s", "dev").address("lambda_function", "f");
    lambda_function::Desired {
        name: at.name(),
        role_arn: "arn:aws:iam::123456789012:role/r".into(),
        runtime: "nodejs22.x".into(),
        handler: "index.handler".into(),
        code: Code { sha256_hex: "00".repeat(32), sha256_base64: "AAAA".into(), size_bytes: 1 },
        environment: BTreeMap::from([("A".repeat(2), "b".into())]),
        memory_mb,
        timeout_seconds: 3,
        ephemeral_storage_mb: 512,
        architecture: Architecture::X86_64,
        layers: Vec::new(),
        dead_letter_arn: None,
        vpc: None,
        reserved_concurrency: None,
        tracing: Tracing::PassThrough,
        description: None,
        log_group: None,
        tags: owner::tags(&at, &BTreeMap::new()),
    }
}

/// The same as the account has it.
pub(crate) fn live_function(memory_mb: i32) -> lambda_function::Live {
    let desired = function(memory_mb);
    lambda_function::Live {
        name: desired.name,
        role_arn: desired.role_arn.settled().to_owned(),
        runtime: desired.runtime,
        handler: desired.handler,
        code_sha256_base64: desired.code.sha256_base64,
        image: false,
        failed: false,
        environment: desired.environment.iter().map(|(name, text)| (name.clone(), text.settled().into())).collect(),
        memory_mb,
        timeout_seconds: 3,
        ephemeral_storage_mb: 512,
        architecture: Architecture::X86_64,
        layers: Vec::new(),
        dead_letter_arn: None,
        vpc: None,
        reserved_concurrency: None,
        tracing: Tracing::PassThrough,
        description: None,
        log_group: None,
        tags: BTreeMap::new(),
        revision: Revision::default(),
    }
}

fn memory() -> impl Strategy<Value = i32> {
    prop::sample::select(vec![128, 256, 512])
}

fn name() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["live", "other"]).prop_map(str::to_owned)
}

/// A wanted alias of `s-dev-f`.
pub(crate) fn desired() -> impl Strategy<Value = Desired> {
    (memory(), name(), option::of("[a-z]{1,3}"), prop::sample::select(vec![0_u8, 0, 10, 99]), 0..4_u32).prop_map(
        |(memory, name, description, previous_percent, keep_versions)| Desired {
            function: function(memory),
            name,
            description,
            previous_percent,
            keep_versions,
        },
    )
}

/// Versions and aliases of `s-dev-f`.
pub(crate) fn live() -> impl Strategy<Value = Live> {
    let pointers = collection::btree_map(name(), (any::<prop::sample::Index>(), any::<bool>(), 0..2_u8), 0..3);
    (collection::vec(memory(), 1..6), pointers, collection::btree_set(1..3_i64, 0..2)).prop_map(
        |(memories, pointers, held)| {
            let versions: Vec<Version> = (1..)
                .zip(memories)
                .map(|(number, memory)| Version { number, function: live_function(memory) })
                .collect();
            let aliases = pointers.into_iter().map(|(name, (version, ours, percent))| Alias {
                name,
                version: version.get(&versions).number,
                description: if ours { description(Some("d")) } else { "theirs".to_owned() },
                percents: (percent > 0).then_some((versions[0].number, percent)).into_iter().collect(),
            });
            let aliases = aliases.collect();
            Live { function_name: "s-dev-f".to_owned(), versions, aliases, held }
        },
    )
}
