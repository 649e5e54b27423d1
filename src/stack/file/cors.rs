//! Cross-origin requests.

use serde_json::{Value as JsonValue, json};

use super::super::reader::shape::{At, Definitions, Shape, shape};
use super::super::reader::{Int, Reader};
use super::super::template::Template;
use super::super::yaml::{Kind, Node};
use super::StringOrList;

shape! {
    /// Which pages of other origins may call the API from a browser. It makes an `OPTIONS` method on every path, and puts the
    /// headers on the answers of custom integrations and on the gateway's own errors, so that a browser can read a 401 or a
    /// 500. A function behind a proxy integration sends its own.
    #[name = "`cors`"]
    pub struct CorsRules {
        /// Origins such as `https://video.example`, or `*`.
        required origins: StringOrList,
        /// Methods; left out: those of the path, and `OPTIONS`.
        list methods: Template,
        /// Request headers a page may send.
        list headers: Template,
        /// Response headers a page may read.
        list expose_headers: Template,
        /// Pages may send cookies. Never together with the origin `*`.
        optional credentials: bool,
        /// How long a browser may keep the answer, 0 to 86400 seconds.
        optional max_age_seconds: Int<0, 86400>,
    }
}

/// `cors` of a route: rules of its own, or `false` for none.
#[derive(Clone, Debug, PartialEq)]
pub enum Cors {
    /// No page of another origin may call it.
    Off,
    /// These rules in place of the API's.
    Rules(CorsRules),
}

impl Shape for Cors {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        match node.scalar().map(super::super::yaml::Scalar::kind) {
            Some(Kind::Bool(false)) => Some(Self::Off),
            Some(Kind::Null) | None => CorsRules::read(node, reader).map(Self::Rules),
            Some(_) => {
                reader.wrong_type(node, "a mapping, or `false`");
                None
            }
        }
    }

    fn schema(definitions: &mut Definitions) -> JsonValue {
        let rules = CorsRules::schema(definitions);
        json!({ "anyOf": [rules, { "const": false }] })
    }
}

impl CorsRules {
    /// Every origin is allowed.
    pub fn allows_any_origin(&self) -> bool {
        self.origins.iter().any(is_star)
    }
}

fn is_star(origin: &At<Template>) -> bool {
    origin.known() == Some("*")
}
