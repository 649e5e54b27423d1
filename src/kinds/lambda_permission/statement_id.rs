//! The names of our statements.

use sha2::{Digest, Sha256};

use crate::model::Scope;

/// How much of the stack's and stage's names a statement id shows; AWS allows 100 characters for all of it.
const LABEL_LENGTH_MAX: usize = 60;

/// What the ids of all statements of `scope` start with, and no other scope's: the digest tells the stack `a-b` in stage `c` from
/// the stack `a` in stage `b-c`.
pub fn prefix(scope: &Scope) -> String {
    let label: String = format!("{}-{}", scope.stack, scope.stage)
        .chars()
        .map(|letter| if letter.is_ascii_alphanumeric() || letter == '_' { letter } else { '-' })
        .take(LABEL_LENGTH_MAX)
        .collect();
    format!("gatewright-{label}-{}-", short_digest(&[&scope.stack, &scope.stage]))
}

/// The id of the statement for the function `key` of `scope`. Matches AWS's `[a-zA-Z0-9-_]+`.
pub fn statement_id(scope: &Scope, key: &str) -> String {
    format!("{}{}", prefix(scope), short_digest(&[key]))
}

/// 32 bits of SHA-256 in hexadecimal.
fn short_digest(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}
