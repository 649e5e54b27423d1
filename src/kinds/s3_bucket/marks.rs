//! What a bucket's tags remember beside its owner: which settings are ours to read, and whether its content may go with it.
//!
//! A setting that neither the stack file nor the tag names was never made here and is not read: a bucket without any costs two
//! reads. The tag is put before the first such setting is made and changed after the last one is gone, so that a run which stops
//! between leaves nothing that the next one would not see.

use std::collections::{BTreeMap, BTreeSet};

use super::{Feature, Settings};

/// The tag that names the settings in use, as words.
pub const SETTINGS_TAG: &str = "gatewright:settings";
/// The tag that says what destroying the bucket may do to objects which are no part of the stack.
pub const EMPTY_TAG: &str = "gatewright:empty-on-destroy";
/// The value of [`SETTINGS_TAG`] where nothing is in use: a tag has a value.
const NOTHING: &str = "none";

/// The owner tags and the user's own, with ours.
pub(super) fn tags(
    settings: &Settings,
    empty_on_destroy: bool,
    mut tags: BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    tags.insert(SETTINGS_TAG.to_owned(), words(&used(settings)));
    tags.insert(EMPTY_TAG.to_owned(), empty_on_destroy.to_string());
    tags
}

/// The settings that `settings` uses.
pub(super) fn used(settings: &Settings) -> BTreeSet<Feature> {
    Feature::ALL.into_iter().filter(|feature| settings.uses(*feature)).collect()
}

/// The settings that `tags` name.
pub(super) fn named(tags: &BTreeMap<String, String>) -> BTreeSet<Feature> {
    let value = tags.get(SETTINGS_TAG).map_or("", String::as_str);
    let named = |feature: &Feature| value.split(' ').any(|word| word == feature.word());
    Feature::ALL.into_iter().filter(named).collect()
}

/// The value of the tag.
pub(super) fn words(features: &BTreeSet<Feature>) -> String {
    let words: Vec<&str> = features.iter().map(|feature| feature.word()).collect();
    if words.is_empty() { NOTHING.to_owned() } else { words.join(" ") }
}

/// Whether the content goes with the bucket.
pub(super) fn empties(tags: &BTreeMap<String, String>) -> bool {
    tags.get(EMPTY_TAG).is_some_and(|value| value == "true")
}
