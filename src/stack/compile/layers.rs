//! Layers, and the layers of functions.

use super::{Builder, facts::layer_artifact};
use crate::{
    kinds::{
        Kind, LambdaLayer, Member,
        lambda_layer::{self, Settings},
    },
    model::{Address, Text},
    package::UNZIPPED_LIMIT_BYTES,
    stack::{
        file::{self, Architecture, Function, KeyOrArn, Layer, key_or_arn},
        reader::At,
    },
};

impl Builder<'_> {
    /// Comes before everything that may name a layer: what a version is called follows from its content.
    pub(super) fn layers(&mut self) {
        let stack = self.stack;
        for entry in stack.layers() {
            let at = self.scope().address(LambdaLayer::NAME, &entry.key);
            self.place(&at, entry.key.span);
            let desired = self.layer(&at, &entry.value);
            self.texts.note_layer(&entry.key, desired.arn_attribute());
            self.graph.add(at, LambdaLayer::want(desired), []);
        }
    }

    fn layer(&mut self, at: &Address, layer: &Layer) -> lambda_layer::Desired {
        let not_empty = |text: &String| !text.is_empty();
        let architecture = |one: &At<Architecture>| architecture(one.value);
        lambda_layer::Desired {
            name: at.name(),
            code: self.code(&layer_artifact(&at.key)),
            settings: Settings {
                compatible_runtimes: layer
                    .compatible_runtimes
                    .iter()
                    .map(|name| self.texts.plain(name))
                    .collect(),
                compatible_architectures: layer.compatible_architectures.iter().map(architecture).collect(),
                license: self.texts.optional_plain(layer.license.as_ref()).filter(not_empty),
                description: self.texts.optional_plain(layer.description.as_ref()).filter(not_empty),
            },
        }
    }

    /// The ARNs of a function's layers.
    pub(super) fn layers_of(&mut self, key: &str, function: &Function) -> Vec<Text> {
        self.check_size(key, function);
        let stack = self.stack;
        let layers = function.layers.iter();
        let arns = layers.map(|layer| match key_or_arn(layer) {
            KeyOrArn::Key(key) if stack.layers().declares(key) => self.texts.layer(key),
            _ => self.texts.text(layer),
        });
        arns.collect()
    }

    /// Code and layers must fit into Lambda's limit together. What foreign layers hold is not known.
    fn check_size(&mut self, key: &str, function: &Function) {
        let unzipped =
            |name: &str| self.inputs.artifacts.get(name).map_or(0, |artifact| artifact.unzipped_size_bytes);
        let own = function.layers.iter().filter_map(|layer| layer.known());
        let layers: u64 = own.map(|layer| unzipped(&layer_artifact(layer))).sum();
        let code = unzipped(key);
        let Some(first) =
            function.layers.first().filter(|_| layers > 0 && code + layers > UNZIPPED_LIMIT_BYTES)
        else {
            return;
        };
        let detail = format!(
            "The function `{key}` has {code} bytes and its layers {layers}; Lambda takes {UNZIPPED_LIMIT_BYTES} together."
        );
        self.texts.problem(first.span, "code too large", detail, "leave files out with `exclude`");
    }
}

/// The word of the stack file in the account's terms.
pub(super) fn architecture(word: file::Architecture) -> lambda_layer::Architecture {
    match word {
        Architecture::Arm64 => lambda_layer::Architecture::Arm64,
        Architecture::X86_64 => lambda_layer::Architecture::X86_64,
    }
}
