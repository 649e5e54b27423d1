//! What the comparison of desired and live says.

use serde::{Deserialize, Serialize};

use super::{Address, Text};

/// The result of comparing one object's desired and live form.
#[derive(Clone, Debug, PartialEq)]
pub enum Change<Op> {
    /// Nothing to do.
    None,
    /// Something to do, and why.
    Act {
        /// Why.
        reason: Reason,
        /// Calls, in order, made once what the object needs is ready.
        ops: Vec<Op>,
        /// Calls, in order, made after everything that needs the object has moved on (old deployments, say).
        sweep: Vec<Op>,
    },
}

impl<Op> Change<Op> {
    /// `ops` for `reason`, or nothing where there are none.
    pub fn act(reason: Reason, ops: Vec<Op>) -> Self {
        Self::with_sweep(reason, ops, Vec::new())
    }

    /// `ops` now and `sweep` at the end, or nothing where there are neither.
    pub fn with_sweep(reason: Reason, ops: Vec<Op>, sweep: Vec<Op>) -> Self {
        if ops.is_empty() && sweep.is_empty() { Self::None } else { Self::Act { reason, ops, sweep } }
    }

    /// The comparison of fields: nothing where no field differs.
    pub fn fields(changes: Vec<FieldChange>, ops: Vec<Op>) -> Self {
        match FieldChanges::new(changes) {
            Some(changes) => Self::act(Reason::FieldsDiffer(changes), ops),
            None => Self::None,
        }
    }

    /// The same change with every op wrapped.
    pub fn map<To>(self, mut wrap: impl FnMut(Op) -> To) -> Change<To> {
        match self {
            Self::None => Change::None,
            Self::Act { reason, ops, sweep } => Change::Act {
                reason,
                ops: ops.into_iter().map(&mut wrap).collect(),
                sweep: sweep.into_iter().map(&mut wrap).collect(),
            },
        }
    }
}

/// Why no plan is made: what one object would lose.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{address}: {why}")]
pub struct Objection {
    /// The object.
    pub address: Address,
    /// What would happen, in one sentence without a full stop.
    pub why: String,
    /// What to do about it.
    pub hint: String,
}

/// Why an object is changed; for people, never for decisions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The stack file has it, the account does not.
    Missing,
    /// Both have it and they differ.
    FieldsDiffer(FieldChanges),
    /// The account has it and the stack file does not (any more).
    NotInStackFile,
    /// An earlier run stopped before it was done.
    LeftHalfDone,
}

/// At least one field that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<FieldChange>", into = "Vec<FieldChange>")]
pub struct FieldChanges(Vec<FieldChange>);

impl FieldChanges {
    /// `None` where nothing differs: a change without a visible reason cannot be made.
    pub fn new(changes: Vec<FieldChange>) -> Option<Self> {
        (!changes.is_empty()).then_some(Self(changes))
    }

    /// The fields, in the order they were compared.
    pub fn iter(&self) -> std::slice::Iter<'_, FieldChange> {
        self.0.iter()
    }
}

impl TryFrom<Vec<FieldChange>> for FieldChanges {
    type Error = &'static str;

    fn try_from(changes: Vec<FieldChange>) -> Result<Self, Self::Error> {
        Self::new(changes).ok_or("a change needs at least one field")
    }
}

impl From<FieldChanges> for Vec<FieldChange> {
    fn from(changes: FieldChanges) -> Self {
        changes.0
    }
}

/// One field that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// The field in the words of the stack file, such as `timeout_seconds` or `environment.DOMAIN`.
    pub field: String,
    /// What the account has.
    pub before: Shown,
    /// What the stack file asks for.
    pub after: Shown,
}

impl FieldChange {
    /// `field` goes from `before` to `after`.
    pub fn new(field: impl Into<String>, before: impl Into<Shown>, after: impl Into<Shown>) -> Self {
        Self { field: field.into(), before: before.into(), after: after.into() }
    }
}

/// A value as a plan may show it: never a secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    /// Not there.
    Absent,
    /// There, and not for showing (environment values read from the account, secrets).
    Hidden,
    /// An id that AWS gives out during the deploy.
    KnownAfterDeploy,
    /// The value.
    Value(String),
}

impl Shown {
    /// `Absent` for `None`, the value otherwise.
    pub fn option(value: Option<impl ToString>) -> Self {
        value.map_or(Self::Absent, |value| Self::Value(value.to_string()))
    }
}

impl std::fmt::Display for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Absent => f.write_str("(absent)"),
            Self::Hidden => f.write_str("(hidden)"),
            Self::KnownAfterDeploy => f.write_str("(known after deploy)"),
            Self::Value(value) => f.write_str(value),
        }
    }
}

impl From<&str> for Shown {
    fn from(value: &str) -> Self {
        Self::Value(value.to_owned())
    }
}

impl From<String> for Shown {
    fn from(value: String) -> Self {
        Self::Value(value)
    }
}

impl From<&Text> for Shown {
    fn from(text: &Text) -> Self {
        if text.is_secret() {
            Self::Hidden
        } else {
            text.known().map_or(Self::KnownAfterDeploy, |value| Self::Value(value.to_owned()))
        }
    }
}
