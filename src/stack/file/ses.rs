//! SES identities.

use serde_json::{Value as JsonValue, json};

use super::super::reader::shape::{At, Definitions, Shape, shape};
use super::super::reader::{Keyed, Reader, words_read};
use super::super::template::Template;
use super::super::yaml::{Node, Value};

/// An email address or a domain that mail may be sent from. Whether it is verified is for a person to do: a deploy says what is
/// left, and does not wait.
#[derive(Clone, Debug, PartialEq)]
pub struct SesIdentity {
    /// The address or the domain.
    pub identity: At<Template>,
    /// How mail of a domain is signed.
    pub dkim: Option<At<Dkim>>,
    /// The configuration set of mail that names none.
    pub configuration_set: Option<At<Template>>,
    /// Tags of the identity.
    pub tags: Keyed<Template>,
}

shape! {
    /// An email address or a domain that mail may be sent from, with settings.
    #[name = "an SES identity"]
    pub struct WholeSesIdentity {
        /// The address or the domain, such as `sender@example.com` or `example.com`.
        required identity: Template,
        /// How mail of a domain is signed (Easy DKIM). Left out: SES's own defaults.
        optional dkim: Dkim,
        /// The configuration set of mail that names none.
        optional configuration_set: Template,
        /// Tags of the identity.
        map tags: Template,
    }
}

shape! {
    /// How mail of a domain is signed.
    #[name = "`dkim`"]
    pub struct Dkim {
        /// Whether it is signed.
        optional signing: bool,
        /// The length of the keys that SES makes: 1024 or 2048.
        optional key_bits: KeyBits,
    }
}

/// The length of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyBits(pub i32);

impl Shape for KeyBits {
    const REFERABLE: bool = true;

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        words_read(node, reader, &["1024", "2048"]).map(|place| Self(if place == 0 { 1024 } else { 2048 }))
    }

    fn schema(definitions: &mut Definitions) -> JsonValue {
        definitions.or_reference(json!({ "enum": [1024, 2048] }))
    }
}

impl Shape for SesIdentity {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        if let Value::Map(_) = node.value {
            let WholeSesIdentity { identity, dkim, configuration_set, tags } =
                WholeSesIdentity::read(node, reader)?;
            return Some(Self { identity, dkim, configuration_set, tags });
        }
        let identity = At { value: Template::read(node, reader)?, span: node.span };
        Some(Self { identity, dkim: None, configuration_set: None, tags: Keyed::default() })
    }

    fn schema(definitions: &mut Definitions) -> JsonValue {
        let (name, whole) = (Template::schema(definitions), WholeSesIdentity::schema(definitions));
        json!({ "anyOf": [name, whole] })
    }
}
