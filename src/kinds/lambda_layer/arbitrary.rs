//! Layers as property tests draw them: few contents, so that some are published already and some twice.

use proptest::{collection, option, prelude::*};

use super::{Architecture, Desired, Live, Settings, Version};
use crate::kinds::lambda_function::Code;

fn settings() -> impl Strategy<Value = Settings> {
    (
        collection::btree_set(prop_oneof![Just("nodejs22.x"), Just("python3.13")], 0..3),
        collection::btree_set(prop_oneof![Just(Architecture::X86_64), Just(Architecture::Arm64)], 0..3),
        option::of(Just("MIT".to_owned())),
        option::of("[a-b (]{1,2}"),
    )
        .prop_map(|(runtimes, compatible_architectures, license, description)| Settings {
            compatible_runtimes: runtimes.into_iter().map(str::to_owned).collect(),
            compatible_architectures,
            license,
            description,
        })
}

fn digest() -> impl Strategy<Value = String> {
    (0..3_u8).prop_map(|byte| format!("{byte:02x}").repeat(32))
}

/// A wanted layer `s-dev-l`.
pub(crate) fn desired() -> impl Strategy<Value = Desired> {
    (digest(), settings()).prop_map(|(sha256_hex, settings)| Desired {
        name: "s-dev-l".to_owned(),
        code: Code { sha256_hex, sha256_base64: String::new(), size_bytes: 10 },
        settings,
    })
}

/// A layer of the account.
pub(crate) fn live() -> impl Strategy<Value = Live> {
    collection::vec((digest(), settings()), 1..6).prop_map(|versions| Live {
        name: "s-dev-l".to_owned(),
        versions: (1..)
            .zip(versions)
            .map(|(number, (sha256_hex, settings))| Version { number, sha256_hex, settings })
            .collect(),
    })
}
