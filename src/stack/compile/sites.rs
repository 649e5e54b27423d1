//! Static sites: the bucket, the folder's files, and the files that the deploy writes.

use serde_json::Value as Json;

use super::{Builder, buckets::INDEX};
use crate::{
    kinds::{
        Kind, Member, StaticSite,
        s3_bucket::Website,
        static_site::{self, Body, File, Rules},
    },
    model::{Address, Part, Text},
    stack::{
        file::{Generated, Site},
        reader::{At, Document, Keyed},
        source::Span,
        template::{Section, Template},
    },
};

/// The global variable of a generated script unless the file names another.
const GLOBAL: &str = "CONFIG";
/// One step of indentation in generated files.
const INDENT: &str = "  ";

impl Builder<'_> {
    pub(super) fn sites(&mut self) {
        let stack = self.stack;
        for entry in &stack.stack.sites {
            let at = self.scope().address(StaticSite::NAME, &entry.key);
            self.place(&at, entry.key.span);
            let desired = self.site(&at, &entry.value);
            self.graph.add(at, StaticSite::want(desired), []);
        }
    }

    fn site(&mut self, at: &Address, site: &Site) -> static_site::Desired {
        let name = self.bucket_name(Section::Sites, at);
        let index = self.texts.optional_plain(site.index.as_ref()).unwrap_or_else(|| INDEX.to_owned());
        let error = match site.spa.as_ref().is_some_and(|spa| spa.value) {
            true => Some(index.clone()),
            false => self.texts.optional_plain(site.error.as_ref()),
        };
        let pairs = |texts: &mut super::Texts<'_>, keyed: &Keyed<Template>| -> Vec<(String, String)> {
            keyed.iter().map(|entry| (entry.key.value.clone(), texts.plain(&entry.value))).collect()
        };
        let cache_control = pairs(&mut self.texts, &site.cache_control);
        let content_types = pairs(&mut self.texts, &site.content_types).into_iter();
        // An ending may be written with its dot.
        let ending = |ending: String| ending.trim_start_matches('.').to_ascii_lowercase();
        let content_types = content_types.map(|(key, media)| (ending(key), media)).collect();
        let rules = Rules { cache_control, content_types };
        let cors = self.bucket_cors(&site.cors);
        let tags = self.tags(at, &site.tags);
        let website = Website::Pages { index, error };
        let identity = self.inputs.identity;
        let mut desired = static_site::Desired::new(name, identity, website, cors, &rules, tags);
        desired.keep = site.keep.iter().map(|pattern| self.texts.plain(pattern)).collect();
        let ready = rules.ready();
        for file in self.inputs.sites.get(&at.key).map(|site| site.files.as_slice()).unwrap_or_default() {
            let body = Body::Stored {
                sha256_hex: file.sha256_hex.clone(),
                md5_hex: file.md5_hex.clone(),
                size_bytes: file.size_bytes,
            };
            let headers = ready.headers(&file.path, false, file.gzip);
            desired.files.insert(file.path.clone(), File { body, headers });
        }
        for entry in &site.generated {
            let path = entry.key.value.clone();
            let body = Body::Text(self.generated(&path, &entry.value, entry.key.span));
            let headers = ready.headers(&path, true, false);
            desired.files.insert(path, File { body, headers });
        }
        desired
    }

    fn generated(&mut self, path: &str, generated: &Generated, span: Span) -> Text {
        let text = match generated {
            Generated::Text(text) => self.texts.text(text),
            Generated::Values(values) => {
                let mut parts = Vec::new();
                let script = !path.ends_with(".json");
                if script {
                    let global: &str = values.global.as_ref().map_or(GLOBAL, |global| global);
                    parts.push(Part::Known(format!("window.{global} = ")));
                }
                self.write(&values.values, span, 0, &mut parts);
                parts.push(Part::Known(if script { ";\n" } else { "\n" }.to_owned()));
                Text::from_parts(parts)
            }
        };
        if text.is_secret() {
            self.texts.problem(
                span,
                "secret in a public file",
                "Everyone can read the files of a site; a secret cannot be in one.",
                "leave it out: what needs the secret belongs into a function",
            );
            return Text::default();
        }
        text
    }

    /// The document as JSON, in which texts may be known later: what AWS makes (ids, ARNs, URLs) needs no escaping.
    fn write(&mut self, document: &Document, span: Span, depth: usize, parts: &mut Vec<Part>) {
        let known = |text: String| Part::Known(text);
        let line = |depth: usize| format!("\n{}", INDENT.repeat(depth));
        match document {
            Document::Null => parts.push(known("null".to_owned())),
            Document::Bool(value) => parts.push(known(value.to_string())),
            Document::Number(number) => parts.push(known(number.to_string())),
            Document::Text(template) => {
                let text = self.texts.text(&At { value: template.clone(), span });
                parts.push(known("\"".to_owned()));
                parts.extend(text.parts().iter().map(|part| match part {
                    Part::Known(text) => known(escaped(text)),
                    other => other.clone(),
                }));
                parts.push(known("\"".to_owned()));
            }
            Document::List(items) if items.is_empty() => parts.push(known("[]".to_owned())),
            Document::List(items) => {
                for (place, item) in items.iter().enumerate() {
                    let begin = if place == 0 { "[" } else { "," };
                    parts.push(known(format!("{begin}{}", line(depth + 1))));
                    self.write(item, item.span, depth + 1, parts);
                }
                parts.push(known(format!("{}]", line(depth))));
            }
            Document::Object(members) if members.is_empty() => parts.push(known("{}".to_owned())),
            Document::Object(members) => {
                for (place, member) in members.iter().enumerate() {
                    let begin = if place == 0 { "{" } else { "," };
                    let key = escaped(&member.key);
                    parts.push(known(format!("{begin}{}\"{key}\": ", line(depth + 1))));
                    self.write(&member.value, member.value.span, depth + 1, parts);
                }
                parts.push(known(format!("{}}}", line(depth))));
            }
        }
    }
}

/// The text as JSON has it between quotes.
fn escaped(text: &str) -> String {
    let quoted = Json::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}
