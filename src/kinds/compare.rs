//! Comparison of fields, the same for every kind.

use std::collections::BTreeMap;

use crate::model::{FieldChange, Shown, Text};

/// Collects the fields that differ.
#[derive(Debug, Default)]
pub struct Compare {
    changes: Vec<FieldChange>,
}

impl Compare {
    /// Compares a field that can be shown. Answers whether it differs.
    pub fn value<T: PartialEq + ToString>(&mut self, field: &str, live: &T, desired: &T) -> bool {
        self.note(live != desired, field, || (live.to_string().into(), desired.to_string().into()))
    }

    /// Compares a field that may be absent.
    pub fn option<T: PartialEq + ToString>(
        &mut self,
        field: &str,
        live: &Option<T>,
        desired: &Option<T>,
    ) -> bool {
        let shown =
            |value: &Option<T>| value.as_ref().map_or(Shown::Absent, |value| Shown::Value(value.to_string()));
        self.note(live != desired, field, || (shown(live), shown(desired)))
    }

    /// Compares a field whose desired form may be pending or secret.
    pub fn text(&mut self, field: &str, live: &str, desired: &Text) -> bool {
        let before = if desired.is_secret() { Shown::Hidden } else { live.into() };
        self.note(!desired.matches(live), field, || (before, desired.into()))
    }

    /// Compares an optional field whose desired form may be pending or secret.
    pub fn optional_text(&mut self, field: &str, live: Option<&str>, desired: Option<&Text>) -> bool {
        let same = match (live, desired) {
            (Some(live), Some(desired)) => desired.matches(live),
            (None, None) => true,
            _ => false,
        };
        let hidden = desired.is_some_and(Text::is_secret);
        let before = match live {
            None => Shown::Absent,
            Some(_) if hidden => Shown::Hidden,
            Some(live) => live.into(),
        };
        self.note(!same, field, || (before, desired.map_or(Shown::Absent, Into::into)))
    }

    /// Compares an exclusive map: entries that are not desired count as a difference. `hide_live` keeps values read from the
    /// account out of the plan (environment variables set by hand may be secrets).
    pub fn exclusive_map(
        &mut self,
        field: &str,
        live: &BTreeMap<String, String>,
        desired: &BTreeMap<String, Text>,
        hide_live: bool,
    ) -> bool {
        let before = self.changes.len();
        let shown = |value: &str| if hide_live { Shown::Hidden } else { value.into() };
        for (key, text) in desired {
            let live = live.get(key);
            if live.is_none_or(|live| !text.matches(live)) {
                let was = live
                    .map_or(Shown::Absent, |live| if text.is_secret() { Shown::Hidden } else { shown(live) });
                self.changes.push(FieldChange::new(format!("{field}.{key}"), was, text));
            }
        }
        for (key, value) in live.iter().filter(|(key, _)| !desired.contains_key(*key)) {
            self.changes.push(FieldChange::new(format!("{field}.{key}"), shown(value), Shown::Absent));
        }
        self.changes.len() > before
    }

    /// Compares tags, which are declared: only the named ones are ours. A tag that was ours and is no longer desired cannot be
    /// told from one set by hand and stays.
    pub fn tags(&mut self, live: &BTreeMap<String, String>, desired: &BTreeMap<String, String>) -> bool {
        let before = self.changes.len();
        for (key, value) in desired.iter().filter(|(key, value)| live.get(*key) != Some(value)) {
            self.changes.push(FieldChange::new(
                format!("tags.{key}"),
                Shown::option(live.get(key)),
                value.as_str(),
            ));
        }
        self.changes.len() > before
    }

    /// Notes a difference that was found elsewhere. Answers `differs`.
    pub fn note(&mut self, differs: bool, field: &str, shown: impl FnOnce() -> (Shown, Shown)) -> bool {
        if differs {
            let (before, after) = shown();
            self.changes.push(FieldChange::new(field, before, after));
        }
        differs
    }

    /// The fields that differ, in the order they were compared.
    pub fn finish(self) -> Vec<FieldChange> {
        self.changes
    }
}
