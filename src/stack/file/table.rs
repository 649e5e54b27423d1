//! DynamoDB tables.

use serde_json::{Value as JsonValue, json};

use super::super::reader::shape::{At, Definitions, Shape, shape, words};
use super::super::reader::{Int, Raw, Reader, words_read, words_schema};
use super::super::template::Template;
use super::super::yaml::{Node, Value};

shape! {
    /// A DynamoDB table. Its key and its local indexes cannot be changed later without losing its items.
    #[name = "a table"]
    pub struct Table {
        /// What identifies an item: the name of an attribute, or `hash` and `range`.
        required key: TableKey,
        /// The types of the attributes in keys that are not text: `N` for numbers, `B` for bytes, `S` for text.
        map attributes: AttributeType,
        /// Global secondary indexes by name, at most 20.
        map indexes: Index,
        /// Local secondary indexes by name, at most five. They can be made only together with the table.
        map local_indexes: LocalIndex,
        /// `on_demand`, which is the default, or the capacity that is reserved.
        optional billing: Billing,
        /// The attribute with the time when an item is to go, in seconds since 1970.
        optional ttl: Raw,
        /// A stream of the changes and what it tells of each: `keys_only`, `new_image`, `old_image` or `new_and_old_images`.
        optional stream: StreamView,
        /// The table can be had back as it was at any second of the last 35 days.
        optional point_in_time_recovery: bool,
        /// Nobody can delete the table until this is taken away.
        optional deletion_protection: bool,
        /// `standard`, which is the default, or `standard_infrequent_access`.
        optional table_class: TableClass,
        /// Whose key encrypts the table: `aws_owned`, which is the default and costs nothing, `aws_managed`, or the ARN of a
        /// key in KMS.
        optional encryption: TableEncryption,
        /// Tags of the table.
        map tags: Template,
    }
}

/// What identifies an item of a table, or of an index.
#[derive(Clone, Debug, PartialEq)]
pub struct TableKey {
    /// The attribute that spreads items over partitions.
    pub hash: At<Raw>,
    /// The attribute that orders the items of one partition key.
    pub range: Option<At<Raw>>,
}

shape! {
    /// A key of two attributes.
    #[name = "a key"]
    pub struct WholeKey {
        /// The attribute that spreads items over partitions.
        required hash: Raw,
        /// The attribute that orders the items of one partition key.
        optional range: Raw,
    }
}

impl Shape for TableKey {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        if let Value::Map(_) = node.value {
            let whole = WholeKey::read(node, reader)?;
            return Some(Self { hash: whole.hash, range: whole.range });
        }
        let hash = Raw::read(node, reader)?;
        Some(Self { hash: At { value: hash, span: node.span }, range: None })
    }

    fn schema(definitions: &mut Definitions) -> JsonValue {
        let (name, whole) = (Raw::schema(definitions), WholeKey::schema(definitions));
        json!({ "anyOf": [name, whole] })
    }

    fn stand_in() -> Option<Self> {
        Some(Self { hash: At::default(), range: None })
    }
}

words! {
    /// The type of a key attribute, in DynamoDB's letters.
    pub enum AttributeType {
        /// Text.
        S = "S",
        /// A number.
        N = "N",
        /// Bytes.
        B = "B",
    }
}

shape! {
    /// A global secondary index.
    #[name = "an index"]
    pub struct Index {
        /// The attribute that spreads items over partitions.
        required hash: Raw,
        /// The attribute that orders the items of one partition key.
        optional range: Raw,
        /// What it holds beside the keys: `all`, which is the default, `keys_only`, or a list of attributes.
        optional projection: Projection,
        /// The capacity that is reserved for it; left out: as much as the table's. Only for tables with reserved capacity.
        optional capacity: Capacity,
    }
}

shape! {
    /// A local secondary index: items with the table's own partition key, in another order.
    #[name = "a local index"]
    pub struct LocalIndex {
        /// The attribute that orders the items of one partition key.
        required range: Raw,
        /// What it holds beside the keys: `all`, which is the default, `keys_only`, or a list of attributes.
        optional projection: Projection,
    }
}

/// What an index holds beside the keys.
#[derive(Clone, Debug, PartialEq)]
pub enum Projection {
    /// Everything.
    All,
    /// Nothing.
    KeysOnly,
    /// These attributes.
    Include(Vec<At<Raw>>),
}

const PROJECTIONS: &[&str] = &["all", "keys_only"];

impl Shape for Projection {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        if let Value::List(_) = node.value {
            return Vec::read(node, reader).map(Self::Include);
        }
        let word = words_read(node, reader, PROJECTIONS)?;
        Some(if word == 0 { Self::All } else { Self::KeysOnly })
    }

    fn schema(definitions: &mut Definitions) -> JsonValue {
        let (word, list) = (words_schema(definitions, PROJECTIONS), Vec::<At<Raw>>::schema(definitions));
        json!({ "anyOf": [word, list] })
    }
}

shape! {
    /// Reserved capacity.
    #[name = "a capacity"]
    pub struct Capacity {
        /// Read capacity units.
        required read_units: Int<1, 1_000_000>,
        /// Write capacity units.
        required write_units: Int<1, 1_000_000>,
    }
}

/// How reads and writes are paid.
#[derive(Clone, Debug, PartialEq)]
pub enum Billing {
    /// Each one by itself.
    OnDemand,
    /// By what is reserved.
    Provisioned(Capacity),
}

const BILLING: &[&str] = &["on_demand"];

impl Shape for Billing {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        match node.value {
            Value::Map(_) => Capacity::read(node, reader).map(Self::Provisioned),
            Value::Scalar(ref scalar) if scalar.text == "provisioned" => {
                let detail = "Provisioned capacity is written as the capacity itself.";
                reader
                    .error(node.span, "unknown value", detail)
                    .with_hint("such as `billing: { read_units: 5, write_units: 5 }`");
                None
            }
            _ => words_read(node, reader, BILLING).map(|_| Self::OnDemand),
        }
    }

    fn schema(definitions: &mut Definitions) -> JsonValue {
        let (word, capacity) = (words_schema(definitions, BILLING), Capacity::schema(definitions));
        json!({ "anyOf": [word, capacity] })
    }
}

words! {
    /// What a stream tells of a changed item.
    pub enum StreamView {
        /// Its key.
        KeysOnly = "keys_only",
        /// What it is now.
        NewImage = "new_image",
        /// What it was.
        OldImage = "old_image",
        /// Both.
        NewAndOldImages = "new_and_old_images",
    }
}

words! {
    /// What storage costs against reads and writes.
    pub enum TableClass {
        /// For tables that are read often.
        Standard = "standard",
        /// For tables that are kept more than read.
        StandardInfrequentAccess = "standard_infrequent_access",
    }
}

/// Whose key encrypts a table.
#[derive(Clone, Debug, PartialEq)]
pub enum TableEncryption {
    /// One of DynamoDB's own.
    AwsOwned,
    /// The one that KMS keeps in the account for DynamoDB.
    AwsManaged,
    /// The one with this ARN.
    Key(Template),
}

impl Shape for TableEncryption {
    const REFERABLE: bool = true;

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let text = Template::read(node, reader)?;
        Some(match text.known() {
            Some("aws_owned") => Self::AwsOwned,
            Some("aws_managed") => Self::AwsManaged,
            _ => Self::Key(text),
        })
    }

    fn schema(definitions: &mut Definitions) -> JsonValue {
        definitions.or_reference(json!({ "type": "string", "pattern": "^(aws_owned|aws_managed|arn:.*)$" }))
    }
}
