//! Static sites.

use serde_json::{Value as JsonValue, json};

use super::super::reader::shape::{At, Definitions, Shape, shape, words};
use super::super::reader::{Document, Raw, Reader};
use super::super::template::Template;
use super::super::yaml::{Node, Value};
use super::BucketCors;

words! {
    /// How files are compressed.
    pub enum Compression {
        /// With gzip: every browser takes it, whether it says so or not.
        Gzip = "gzip",
    }
}

shape! {
    /// A static site: the files of a folder, served as web pages to everyone from a bucket of its own.
    #[name = "a site"]
    pub struct Site {
        /// The folder, relative to the stack file. Hidden files and `node_modules` are never part of the site.
        required folder: Template,
        /// Files of the folder to take, as glob patterns; left out: all of them.
        list include: Template,
        /// Files of the folder to leave out, as glob patterns.
        list exclude: Template,
        /// A shell command that makes the files, such as `npm ci && npm run build`. It runs in a copy, never in the folder itself.
        optional build: Template,
        /// Files that the deploy writes, by path: a text, or values that a script of the page finds in `window.CONFIG`.
        map generated: Generated,
        /// The page of a folder, `index.html` by default.
        optional index: Template,
        /// The page that is shown, with 404, where there is none.
        optional error: Template,
        /// One page with routes of its own: every path that is no file shows the index page (with 404, as S3 has it).
        optional spa: bool,
        /// Text is stored and served compressed: `gzip`.
        optional compress: Compression,
        /// `Cache-Control` by glob pattern, in order: the first that fits counts. Pages and generated files are `no-cache` by default,
        /// names with a digest in them are kept for a year, all others five minutes.
        map cache_control: Template,
        /// Media types by a file's ending, where the usual ones do not fit.
        map content_types: Template,
        /// Objects that others put into the bucket and that stay there, as glob patterns. All others are removed.
        list keep: Template,
        /// Which pages of other origins may reach it.
        list cors: BucketCors,
        /// The bucket's name; left out: `<stack>-<stage>-<key>-<account>`.
        optional name: Template,
        /// Tags of the bucket.
        map tags: Template,
    }
}

/// A file that the deploy writes. It is public: no secret may be in it.
#[derive(Clone, Debug, PartialEq)]
pub enum Generated {
    /// This text.
    Text(At<Template>),
    /// These values, as a script or as JSON.
    Values(Box<GeneratedValues>),
}

shape! {
    /// A file of values: a script that sets a global variable, or a JSON document where its name ends in `.json`.
    #[name = "a generated file"]
    pub struct GeneratedValues {
        /// The values, nested as the page expects them. Texts may refer to what the deploy makes, such as `${api.url}`.
        required values: Document,
        /// The global variable of the script, `CONFIG` by default: `window.CONFIG = {…};`.
        optional global: Raw,
    }
}

impl Shape for Generated {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        if let Value::Map(_) = node.value {
            return GeneratedValues::read(node, reader).map(|values| Self::Values(Box::new(values)));
        }
        let value = Template::read(node, reader)?;
        Some(Self::Text(At { value, span: node.span }))
    }

    fn schema(definitions: &mut Definitions) -> JsonValue {
        let (text, values) = (Template::schema(definitions), GeneratedValues::schema(definitions));
        json!({ "anyOf": [text, values] })
    }
}
