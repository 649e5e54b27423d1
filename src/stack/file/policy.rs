//! IAM policy statements.

use serde_json::{Value as JsonValue, json};

use super::super::grant::Service;
use super::super::reader::shape::{At, Definitions, Fields, Shape, shape, words};
use super::super::reader::{Document, Reader};
use super::super::template::Template;
use super::super::yaml::{Node, Value};
use super::StringOrList;

words! {
    /// Whether a statement allows or forbids.
    pub enum Effect {
        /// It allows.
        Allow = "allow",
        /// It forbids, whatever else allows.
        Deny = "deny",
    }
}

shape! {
    /// One statement of an IAM policy.
    #[name = "a policy statement"]
    pub struct WholeStatement {
        /// `allow`, which is the default, or `deny`.
        optional effect: Effect,
        /// What may be done, such as `s3:GetObject`: one action or a list.
        required actions: StringOrList,
        /// On what: one ARN or a list. `${functions.key.arn}` names an object of the stack.
        required resources: StringOrList,
        /// Under which conditions, as IAM writes them: operator, then key, then value.
        optional conditions: Document,
        /// The statement's id: letters and digits.
        optional sid: Template,
    }
}

/// What a role may do.
#[derive(Clone, Debug, PartialEq)]
pub enum Statement {
    /// As IAM writes it.
    Whole(WholeStatement),
    /// In short, for objects of the stack.
    Short(ShortStatement),
}

shape! {
    /// A statement in short, for objects of the stack.
    #[name = "a statement in short"]
    pub struct ShortStatement {
        /// A service with its actions, and the objects `on` which they are allowed: `{ dynamodb: [GetItem, PutItem], on: users }`.
        required allow: Allow,
        /// Under which conditions, as IAM writes them: operator, then key, then value.
        optional conditions: Document,
        /// The statement's id: letters and digits.
        optional sid: Template,
    }
}

/// Actions of one service on objects of the stack.
#[derive(Clone, Debug, PartialEq)]
pub struct Allow {
    /// The service.
    pub service: Service,
    /// What may be done, without the service's name.
    pub actions: At<StringOrList>,
    /// Keys of the stack's objects.
    pub on: At<StringOrList>,
}

impl Shape for Allow {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let names: Vec<&str> = Service::ALL.into_iter().map(Service::name).collect();
        let known: Vec<&str> = names.iter().copied().chain(["on"]).collect();
        let fields = Fields::of(node, "`allow`", &known, reader)?;
        let mut found: Vec<(Service, At<StringOrList>)> = Vec::new();
        for service in Service::ALL {
            let actions = fields.optional::<StringOrList>(service.name(), reader);
            found.extend(actions.map(|actions| (service, actions)));
        }
        let on = fields.required::<StringOrList>("on", reader);
        match (found.len(), found.pop()) {
            (1, Some((service, actions))) => Some(Self { service, actions, on: on? }),
            (0, _) => {
                let list = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
                let detail = format!("A service is missing here: one of {list}, with its actions.");
                reader.error(node.span, "missing key", detail).with_hint(
                    "other services are named in a whole statement, with `actions` and `resources`",
                );
                None
            }
            (_, last) => {
                let span = last.map_or(node.span, |(_, actions)| actions.span);
                reader
                    .error(span, "two services", "Actions of several services are on different objects.")
                    .with_hint("write one statement for each service");
                None
            }
        }
    }

    fn schema(definitions: &mut Definitions) -> JsonValue {
        let list = StringOrList::schema(definitions);
        let services: serde_json::Map<String, JsonValue> =
            Service::ALL.into_iter().map(|service| (service.name().to_owned(), list.clone())).collect();
        let mut properties = services;
        properties.insert("on".to_owned(), list);
        json!({
            "type": "object", "properties": properties, "required": ["on"], "minProperties": 2, "maxProperties": 2,
            "additionalProperties": false,
        })
    }
}

impl Shape for Statement {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let short =
            matches!(&node.value, Value::Map(entries) if entries.iter().any(|entry| entry.key == "allow"));
        match short {
            true => ShortStatement::read(node, reader).map(Self::Short),
            false => WholeStatement::read(node, reader).map(Self::Whole),
        }
    }

    fn schema(definitions: &mut Definitions) -> JsonValue {
        let (whole, short) = (WholeStatement::schema(definitions), ShortStatement::schema(definitions));
        json!({ "anyOf": [whole, short] })
    }
}
