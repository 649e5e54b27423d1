//! What API Gateway takes as stage variables.

use crate::model::{Class, Refusal};

/// How many variables a stage may have.
const COUNT_MAX: usize = 100;
/// The longest name, in characters.
const NAME_LENGTH_MAX: usize = 64;
/// The longest value, in characters.
const VALUE_LENGTH_MAX: usize = 512;

/// Refuses what API Gateway refuses. Its words for a wrong value may repeat the value; these do not, as it may be a secret.
pub(super) fn check<'a>(variables: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<(), Refusal> {
    let refuse = |message: String| Err(Refusal::new(Class::Invalid, 400, "BadRequestException", message));
    for (place, (name, value)) in variables.into_iter().enumerate() {
        if place >= COUNT_MAX {
            return refuse(format!("A stage may have {COUNT_MAX} stage variables at most"));
        }
        let word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
        if name.is_empty() || name.len() > NAME_LENGTH_MAX || !name.chars().all(word) {
            return refuse(format!(
                "Invalid stage variable name: {name}.  Please use names with only word characters."
            ));
        }
        let fits = |letter: char| letter.is_ascii_alphanumeric() || "-._~:/?#&=,".contains(letter);
        if value.is_empty() || value.len() > VALUE_LENGTH_MAX || !value.chars().all(fits) {
            return refuse(format!(
                "Invalid stage variable value of key {name}.  Please use values with alphanumeric characters and the symbols ' ', -', '.', '_', ':', '/', '?', '&', '=', and ','."
            ));
        }
    }
    Ok(())
}
