//! `x-amazon-apigateway-*`: which there are and where each belongs. One that is written wrong would be ignored in silence.

use super::{
    node::Node,
    notes::{Notes, clip},
    values::meant,
};

const PREFIX: &str = "x-amazon-apigateway";

/// Where an extension is looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Root,
    PathItem,
    Operation,
    Scheme,
    Components,
    Server,
    Anywhere,
}

impl Place {
    fn words(self) -> &'static str {
        match self {
            Self::Root => "at the root of the document",
            Self::PathItem => "in a path",
            Self::Operation => "in an operation",
            Self::Scheme => "in a security scheme",
            Self::Components => "in `components`",
            Self::Server => "at the root of the document or in a server",
            Self::Anywhere => "elsewhere",
        }
    }
}

/// The extensions that say something about a REST API.
const KNOWN: [(&str, Place); 19] = [
    ("x-amazon-apigateway-any-method", Place::PathItem),
    ("x-amazon-apigateway-integration", Place::Operation),
    ("x-amazon-apigateway-auth", Place::Operation),
    ("x-amazon-apigateway-authorizer", Place::Scheme),
    ("x-amazon-apigateway-authtype", Place::Scheme),
    ("x-amazon-apigateway-integrations", Place::Components),
    ("x-amazon-apigateway-request-validators", Place::Root),
    ("x-amazon-apigateway-request-validator", Place::Anywhere),
    ("x-amazon-apigateway-gateway-responses", Place::Root),
    ("x-amazon-apigateway-binary-media-types", Place::Root),
    ("x-amazon-apigateway-minimum-compression-size", Place::Root),
    ("x-amazon-apigateway-policy", Place::Root),
    ("x-amazon-apigateway-api-key-source", Place::Root),
    ("x-amazon-apigateway-endpoint-configuration", Place::Server),
    ("x-amazon-apigateway-documentation", Place::Root),
    ("x-amazon-apigateway-tag-value", Place::Anywhere),
    ("x-amazon-apigateway-importexport-version", Place::Root),
    ("x-amazon-apigateway-cors", Place::Root),
    ("x-amazon-apigateway-authorizers", Place::Components),
];

/// Those of them that change nothing here, and why.
const WITHOUT_EFFECT: [(&str, &str); 4] = [
    ("x-amazon-apigateway-documentation", "Documentation parts are not managed; this is left out."),
    ("x-amazon-apigateway-tag-value", "Tags of a document are not imported; this is left out."),
    (
        "x-amazon-apigateway-cors",
        "Only HTTP APIs answer preflight requests by themselves; a REST API needs `options` operations.",
    ),
    (
        "x-amazon-apigateway-authorizers",
        "Shared authorizers are a thing of HTTP APIs; a REST API's stand in its security schemes.",
    ),
];

/// Looks at every extension of the document.
pub(super) fn check(root: &Node<'_>, notes: &mut Notes) {
    let mut open = vec![root.clone()];
    while let Some(node) = open.pop() {
        for (key, value) in node.entries() {
            if matches!(key, "example" | "examples" | "enum" | "default") {
                continue;
            }
            if key.starts_with(PREFIX) {
                extension(key, &value, notes);
            }
            open.push(value);
        }
        open.extend(node.items());
    }
}

fn extension(key: &str, value: &Node<'_>, notes: &mut Notes) {
    let Some((_, place)) = KNOWN.iter().find(|(name, _)| *name == key) else {
        let help = meant(key, KNOWN.iter().map(|(name, _)| *name));
        notes.problem(value, format!("API Gateway has no extension `{}`.", clip(key)), help);
        return;
    };
    if let Some((_, why)) = WITHOUT_EFFECT.iter().find(|(name, _)| *name == key) {
        notes.warning(value, *why, None);
        return;
    }
    let found = found_at(&value.pointer());
    let fits = match place {
        Place::Anywhere => true,
        Place::Server => matches!(found, Place::Server | Place::Root),
        place => *place == found,
    };
    if !fits {
        let detail = format!("`{key}` is looked for {} only; here it would be ignored.", place.words());
        notes.problem(value, detail, None);
    }
}

/// What kind of place the extension at `pointer` is in.
fn found_at(pointer: &[String]) -> Place {
    let words: Vec<&str> = pointer.iter().map(String::as_str).collect();
    match words.as_slice() {
        [_] => Place::Root,
        ["paths", _, _] => Place::PathItem,
        ["paths", _, _, _] => Place::Operation,
        ["components", _] => Place::Components,
        ["components", "securitySchemes", _, _] | ["securityDefinitions", _, _] => Place::Scheme,
        ["servers", _, _] => Place::Server,
        _ => Place::Anywhere,
    }
}
