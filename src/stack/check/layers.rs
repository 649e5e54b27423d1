//! Lambda layers, and what functions say of them.

use super::super::file::runtimes::{RUNTIMES, closest_runtime};
use super::super::file::{KeyOrArn, Layer, Stack, key_or_arn};
use super::super::reader::Reader;
use super::super::reader::shape::At;
use super::super::suggest::did_you_mean;
use super::super::template::Template;
use super::{each, functions::code_folder, limit_chars};

/// A function takes this many.
const LAYERS_MAX: usize = 5;
const RUNTIMES_MAX: usize = 15;
const LICENSE_CHARS_MAX: usize = 512;
/// AWS takes 256; the rest holds the mark by which a version is found again.
const DESCRIPTION_CHARS_MAX: usize = crate::kinds::lambda_layer::DESCRIPTION_CHARS_MAX;

pub(super) fn check(stack: &Stack, reader: &mut Reader<'_>) {
    each("layers", &stack.layers, reader, |entry, reader| one(&entry.value, reader));
}

fn one(layer: &Layer, reader: &mut Reader<'_>) {
    code_folder(&layer.code, reader);
    if let Some(text) = &layer.license {
        limit_chars(text, text.span, LICENSE_CHARS_MAX, "The licence", reader);
    }
    if let Some(text) = &layer.description
        && text.known_chars() > DESCRIPTION_CHARS_MAX
    {
        let detail = format!(
            "The description is at least {} characters long; a layer's may have {DESCRIPTION_CHARS_MAX}.",
            text.known_chars()
        );
        reader.error(text.span, "text too long", detail);
    }
    if let Some(extra) = layer.compatible_runtimes.get(RUNTIMES_MAX) {
        let detail = format!(
            "The layer names {} runtimes; Lambda takes at most {RUNTIMES_MAX}.",
            layer.compatible_runtimes.len()
        );
        reader.error(extra.span, "too many runtimes", detail);
    }
    for name in &layer.compatible_runtimes {
        let Some(runtime) = name.known().filter(|runtime| !RUNTIMES.contains(runtime)) else { continue };
        let detail =
            format!("`{runtime}` is not a runtime known to this version of gatewright; AWS may know it.");
        let hint = closest_runtime(runtime).map(|near| format!("did you mean `{near}`?"));
        reader.warning(name.span, "unknown runtime", detail).with_hint_of(hint);
    }
}

/// The layers of a function: keys of `layers`, or ARNs of versions.
pub(super) fn of_function(stack: &Stack, layers: &[At<Template>], reader: &mut Reader<'_>) {
    if let Some(extra) = layers.get(LAYERS_MAX) {
        let detail = format!("The function has {} layers; Lambda takes at most {LAYERS_MAX}.", layers.len());
        reader.error(extra.span, "too many layers", detail);
    }
    for (place, layer) in layers.iter().enumerate() {
        match key_or_arn(layer) {
            // What could not be read is told already.
            KeyOrArn::Key("") => {}
            KeyOrArn::Key(key) if !stack.layers.declares(key) => {
                let detail = format!("The stack has no layer `{key}`.");
                let hint = did_you_mean(key, stack.layers.names())
                    .unwrap_or_else(|| "declare it under `layers`, or give the ARN of a version".into());
                reader.error(layer.span, "unknown layer", detail).with_hint(hint);
            }
            KeyOrArn::Key(_) if layers[..place].iter().any(|other| other.value == layer.value) => {
                let detail = "This layer is in the list already; Lambda takes each once.";
                reader.error(layer.span, "layer named twice", detail);
            }
            KeyOrArn::Key(_) => {}
            KeyOrArn::Arn(text) => arn(text, layer, reader),
        }
    }
}

fn arn(text: &Template, layer: &At<Template>, reader: &mut Reader<'_>) {
    if let Some(arn) = text.known()
        && !(arn.contains(":layer:") && arn.split(':').count() == 8)
    {
        let detail = format!("`{arn}` is not the ARN of a layer version.");
        reader.error(layer.span, "invalid ARN", detail).with_hint("it ends in `:layer:<name>:<version>`");
    }
}
