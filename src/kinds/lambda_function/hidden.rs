//! Values read from the account that may be secrets.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A value that never shows itself: `Debug` and `Display` print `(hidden)`. It is stored as what it is, because the local account
/// runs functions with it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Hidden(String);

impl Hidden {
    /// The value itself, for a function process or a comparison, never for a message.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<String> for Hidden {
    fn from(value: String) -> Self {
        Self(value)
    }
}

impl From<&str> for Hidden {
    fn from(value: &str) -> Self {
        Self(value.to_owned())
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(hidden)")
    }
}

impl fmt::Display for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(hidden)")
    }
}

/// The shortest value that is looked for in messages: shorter ones (`1`, `dev`) would blank out innocent words.
const SHORTEST_SECRET_CHARS: usize = 6;

/// A message of Lambda without environment values: the text about the 4 KB limit echoes all of them after `String measured:`.
pub(super) fn redact<'a>(message: &str, values: impl IntoIterator<Item = &'a str>) -> String {
    const ECHO: &str = "String measured:";
    let mut message = match message.find(ECHO) {
        Some(at) => format!("{}{ECHO} (hidden)", &message[..at]),
        None => message.to_owned(),
    };
    for value in values.into_iter().filter(|value| value.len() >= SHORTEST_SECRET_CHARS) {
        message = message.replace(value, "(hidden)");
    }
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hidden_value_is_stored_and_not_shown() {
        let hidden = Hidden::from("hunter2-hunter2");
        assert_eq!(format!("{hidden:?} {hidden}"), "(hidden) (hidden)");
        assert_eq!(serde_json::to_string(&hidden).expect("json"), r#""hunter2-hunter2""#);
    }

    #[test]
    fn the_echo_of_the_4_kb_message_is_cut() {
        let text = "you have provided exceeded the 4KB limit. String measured: {\"A\":\"hunter2-hunter2\"}";
        assert_eq!(redact(text, []), "you have provided exceeded the 4KB limit. String measured: (hidden)");
    }

    #[test]
    fn values_are_blanked_wherever_a_message_repeats_them() {
        assert_eq!(redact("Value 'hunter2-hunter2' at 'x'", ["hunter2-hunter2", "at"]), "Value '(hidden)' at 'x'");
    }
}
