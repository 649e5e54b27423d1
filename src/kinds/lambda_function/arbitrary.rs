//! Strategies for functions.

use std::collections::BTreeMap;

use base64::Engine;
use proptest::{collection, option, prelude::*};

use super::{Architecture, Code, Desired, Hidden, Live, RESERVED_TAG, Tracing, Vpc};
use crate::model::{Scope, Text, owner};

/// Functions `s-dev-f` that Lambda accepts, settled, with a role that is not of ours.
pub(crate) fn desired() -> impl Strategy<Value = Desired> {
    let shape = (
        prop_oneof![Just("nodejs22.x"), Just("python3.13")],
        "[a-z]{1,4}\\.[a-z]{1,4}",
        code(),
        any::<bool>(),
        any::<bool>(),
    );
    let numbers = (128..=10_240, 1..=900, 512..=10_240, option::of(0..=50));
    let extras = (
        collection::btree_map("[A-C][A-Z_]{1,3}", "[ -~]{0,12}", 0..4),
        collection::vec("arn:layer:[a-c]:[1-3]", 0..=5),
        option::of("arn:sqs:[a-c]"),
        option::of(vpc()),
        option::of("[a-z ]{0,6}"),
        option::of(prop_oneof![Just("/aws/lambda/s-dev-f"), Just("/shared")]),
        collection::btree_map("[x-z]", "[a-z]{0,3}", 0..3),
    );
    (shape, numbers, extras, "[a-c]").prop_map(|(shape, numbers, extras, role)| {
        let (runtime, handler, code, arm, traced) = shape;
        let (memory_mb, timeout_seconds, ephemeral_storage_mb, reserved_concurrency) = numbers;
        let (environment, layers, dead_letter, vpc, description, log_group, tags) = extras;
        let at = Scope::new("s", "dev").address("lambda_function", "f");
        Desired {
            name: at.name(),
            role_arn: format!("arn:aws:iam::123456789012:role/{role}").into(),
            runtime: runtime.to_owned(),
            handler,
            code,
            environment: texts(environment),
            memory_mb,
            timeout_seconds,
            ephemeral_storage_mb,
            architecture: if arm { Architecture::Arm64 } else { Architecture::X86_64 },
            layers: layers.into_iter().map(Text::from).collect(),
            dead_letter_arn: dead_letter.map(Text::from),
            vpc,
            reserved_concurrency,
            tracing: if traced { Tracing::Active } else { Tracing::PassThrough },
            description,
            log_group: log_group.map(str::to_owned),
            tags: owner::tags(&at, &tags),
        }
    })
}

/// What may have happened to a live function behind our back.
pub(crate) fn drift() -> impl Strategy<Value = Drift> {
    (
        option::of(collection::btree_map("[A-C][A-Z_]{1,3}", "[ -~]{0,12}", 0..4)),
        option::of(option::of(0..=50)),
        any::<[bool; 5]>(),
    )
        .prop_map(|(environment, reserved, flips)| Drift { environment, reserved, flips })
}

/// See [`drift`].
#[derive(Clone, Debug)]
pub(crate) struct Drift {
    environment: Option<BTreeMap<String, String>>,
    reserved: Option<Option<i32>>,
    flips: [bool; 5],
}

impl Drift {
    pub(crate) fn of(self, mut live: Live) -> Live {
        let [untagged, unmarked, image, failed, layered] = self.flips;
        if let Some(environment) = self.environment {
            live.environment = environment.into_iter().map(|(key, value)| (key, Hidden::from(value))).collect();
        }
        if let Some(reserved) = self.reserved {
            live.reserved_concurrency = reserved;
        }
        if untagged {
            live.tags.clear();
        }
        if unmarked {
            live.tags.remove(RESERVED_TAG);
        }
        if layered {
            live.layers.reverse();
        }
        Live { image, failed, ..live }
    }
}

fn code() -> impl Strategy<Value = Code> {
    any::<u8>().prop_map(|byte| {
        let digest = [byte; 32];
        Code {
            sha256_hex: format!("{byte:02x}").repeat(32),
            sha256_base64: base64::engine::general_purpose::STANDARD.encode(digest),
            size_bytes: u64::from(byte),
        }
    })
}

fn vpc() -> impl Strategy<Value = Vpc> {
    (collection::btree_set("subnet-[a-c]", 0..3), collection::btree_set("sg-[a-c]", 0..3))
        .prop_map(|(subnet_ids, security_group_ids)| Vpc { subnet_ids, security_group_ids })
}

fn texts(map: BTreeMap<String, String>) -> BTreeMap<String, Text> {
    map.into_iter().map(|(key, value)| (key, value.into())).collect()
}
