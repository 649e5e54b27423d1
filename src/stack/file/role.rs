//! IAM roles.

use serde_json::{Value as JsonValue, json};

use super::super::reader::shape::{At, Definitions, Shape, shape};
use super::super::reader::{Document, Int, Raw, Reader};
use super::super::template::Template;
use super::super::yaml::{Node, Value};
use super::{Statement, StringOrList};

shape! {
    /// An IAM role.
    #[name = "a role"]
    pub struct Role {
        /// What the role is for, at most 1000 characters.
        optional description: Template,
        /// Managed policies: names of AWS's own, such as `service-role/AWSLambdaBasicExecutionRole`, or full ARNs.
        list managed_policies: Template,
        /// What the role may do, as the inline policy `statements`.
        list statements: Statement,
        /// Further inline policies by name, each a whole policy document.
        map inline_policies: Document,
        /// Who may assume the role: service principals such as `lambda.amazonaws.com`, which is the default,
        /// `{ identity_pool: key, authenticated: true }` for the users of a Cognito identity pool, or a whole trust policy
        /// document.
        optional trust: Trust,
        /// ARN of the policy that bounds what the role can be allowed.
        optional permissions_boundary: Template,
        /// How long a session of the role may last, 3600 to 43200 seconds.
        optional max_session_seconds: Int<3600, 43200>,
        /// Tags of the role.
        map tags: Template,
    }
}

/// Who may assume a role.
#[derive(Clone, Debug, PartialEq)]
pub enum Trust {
    /// These service principals.
    Services(Vec<At<Template>>),
    /// Users of an identity pool.
    Pool(PoolTrust),
    /// What this trust policy says.
    Document(Document),
}

shape! {
    /// The users of a Cognito identity pool.
    #[name = "`trust`"]
    pub struct PoolTrust {
        /// A key of `identity_pools`.
        required identity_pool: Raw,
        /// Users who have logged in, or those who have not.
        required authenticated: bool,
    }
}

impl Shape for Trust {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        match node.value {
            Value::Map(ref entries) if entries.iter().any(|entry| entry.key == "identity_pool") => {
                PoolTrust::read(node, reader).map(Self::Pool)
            }
            Value::Map(_) => Document::read(node, reader).map(Self::Document),
            _ => StringOrList::read(node, reader).map(|services| Self::Services(services.0)),
        }
    }

    fn schema(definitions: &mut Definitions) -> JsonValue {
        let (services, pool) = (StringOrList::schema(definitions), PoolTrust::schema(definitions));
        json!({ "anyOf": [services, pool, { "type": "object" }] })
    }
}
