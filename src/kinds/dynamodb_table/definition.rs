//! The parts of a table's definition, the same for what is asked for and what there is.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use serde::{Deserialize, Serialize};

/// The type of a key attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum AttributeType {
    /// Text.
    S,
    /// A number.
    N,
    /// Bytes.
    B,
}

/// An attribute that is part of a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyAttribute {
    /// Its name.
    pub name: String,
    /// Its type.
    pub kind: AttributeType,
}

/// What identifies an item of a table or orders an index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    /// The partition key.
    pub hash: KeyAttribute,
    /// The sort key.
    pub range: Option<KeyAttribute>,
}

/// What an index holds of an item, beside the keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Projection {
    /// Everything.
    All,
    /// Nothing.
    KeysOnly,
    /// These attributes.
    Include(BTreeSet<String>),
}

/// Provisioned capacity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capacity {
    /// Read capacity units.
    pub read_units: i64,
    /// Write capacity units.
    pub write_units: i64,
}

/// How reads and writes are paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Billing {
    /// Each one by itself.
    OnDemand,
    /// By what is reserved.
    Provisioned(Capacity),
}

/// A global secondary index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    /// Its key.
    pub key: Key,
    /// What it holds.
    pub projection: Projection,
    /// Its own capacity; `None` where the table is paid on demand, and only there.
    pub capacity: Option<Capacity>,
}

/// A local secondary index: its partition key is the table's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LocalIndex {
    /// Its sort key.
    pub range: KeyAttribute,
    /// What it holds.
    pub projection: Projection,
}

/// What a stream tells of a changed item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StreamView {
    /// Its key.
    KeysOnly,
    /// What it is now.
    NewImage,
    /// What it was.
    OldImage,
    /// Both.
    NewAndOldImages,
}

/// What storage costs against reads and writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TableClass {
    /// For tables that are read often.
    Standard,
    /// For tables that are kept more than read.
    StandardInfrequentAccess,
}

/// Whose key encrypts the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encryption {
    /// One of DynamoDB's own, the default.
    AwsOwned,
    /// The key that KMS keeps in the account for DynamoDB.
    AwsManaged,
    /// A key of the customer in KMS.
    Customer,
}

impl Key {
    fn attributes(&self) -> impl Iterator<Item = &KeyAttribute> {
        std::iter::once(&self.hash).chain(&self.range)
    }
}

/// The type of every attribute that a key of the table or of an index has.
pub fn attributes<'a>(
    key: &'a Key,
    indexes: impl IntoIterator<Item = &'a Index>,
    local: impl IntoIterator<Item = &'a LocalIndex>,
) -> BTreeMap<String, AttributeType> {
    let indexes = indexes.into_iter().flat_map(|index| index.key.attributes());
    let local = local.into_iter().map(|index| &index.range);
    key.attributes()
        .chain(indexes)
        .chain(local)
        .map(|attribute| (attribute.name.clone(), attribute.kind))
        .collect()
}

impl fmt::Display for AttributeType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::S => "S",
            Self::N => "N",
            Self::B => "B",
        })
    }
}

/// `hash user (S), range at (N)`.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "hash {} ({})", self.hash.name, self.hash.kind)?;
        match &self.range {
            Some(range) => write!(f, ", range {} ({})", range.name, range.kind),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Projection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::KeysOnly => f.write_str("keys_only"),
            Self::Include(names) => f.write_str(&names.iter().cloned().collect::<Vec<_>>().join(", ")),
        }
    }
}

impl fmt::Display for Capacity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} read and {} write units", self.read_units, self.write_units)
    }
}

impl fmt::Display for Billing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OnDemand => f.write_str("on_demand"),
            Self::Provisioned(capacity) => capacity.fmt(f),
        }
    }
}

impl fmt::Display for Index {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, projection {}", self.key, self.projection)
    }
}

impl fmt::Display for LocalIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "range {} ({}), projection {}", self.range.name, self.range.kind, self.projection)
    }
}

impl fmt::Display for StreamView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::KeysOnly => "keys_only",
            Self::NewImage => "new_image",
            Self::OldImage => "old_image",
            Self::NewAndOldImages => "new_and_old_images",
        })
    }
}

impl fmt::Display for TableClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Standard => "standard",
            Self::StandardInfrequentAccess => "standard_infrequent_access",
        })
    }
}

impl fmt::Display for Encryption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AwsOwned => "aws_owned",
            Self::AwsManaged => "aws_managed",
            Self::Customer => "customer's own",
        })
    }
}
