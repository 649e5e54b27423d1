//! Static sites.

use super::super::file::{Generated, Site, Stack};
use super::super::reader::shape::At;
use super::super::reader::{Document, Reader};
use super::super::source::Span;
use super::super::template::Template;
use super::{buckets, each, tags};
use crate::model::Globs;

pub(super) fn check(stack: &Stack, stage: Option<&str>, reader: &mut Reader<'_>) {
    each("sites", &stack.sites, reader, |entry, reader| {
        let site = &entry.value;
        buckets::name(stack, stage, &entry.key, site.name.as_ref(), "a site", reader);
        if stack.buckets.declares(&entry.key) && site.name.is_none() {
            let key = entry.key.as_str();
            let detail = format!("The site `{key}` has a bucket with the same name as the bucket `{key}`.");
            reader.error(entry.key.span, "two objects with one name", detail).with_hint("rename one");
        }
        folder(site, reader);
        generated(site, reader);
        let patterns = site.keep.iter().map(|keep| (keep.known(), keep.span));
        let cached = site.cache_control.iter().map(|rule| (Some(rule.key.as_str()), rule.key.span));
        for (pattern, span) in patterns.chain(cached) {
            if let Some(Err((pattern, reason))) = pattern.map(|pattern| Globs::new(&[pattern.to_owned()])) {
                let detail = format!("`{pattern}` is not a pattern: {reason}.");
                reader.error(span, "invalid pattern", detail).with_hint("such as `assets/**` or `**/*.js`");
            }
        }
        if let (Some(spa), Some(error)) = (site.spa.as_ref().filter(|spa| spa.value), &site.error) {
            let detail =
                "With `spa` the index page is shown where there is no file; there is no other error page.";
            reader.within("spa", spa.span, |reader| {
                reader
                    .error(error.span, "settings exclude each other", detail)
                    .with_hint("leave one of them out");
            });
        }
        if let Some((index, span)) = site.index.as_ref().and_then(|index| Some((index.known()?, index.span)))
            && (index.is_empty() || index.contains('/'))
        {
            let detail = format!("`{index}` cannot be the page of a folder.");
            reader
                .error(span, "invalid page", detail)
                .with_hint("a file's name without folders, such as `index.html`");
        }
        buckets::cors(&site.cors, reader);
        tags::check(&site.tags, reader);
    });
}

fn folder(site: &Site, reader: &mut Reader<'_>) {
    let Some(folder) = site.folder.known() else { return };
    let path = reader.folder.join(folder);
    if path.is_dir() {
        return;
    }
    let what = if path.exists() { "is not a folder" } else { "does not exist" };
    let detail = format!("The folder `{}` {what}.", path.display());
    reader
        .error(site.folder.span, "site folder missing", detail)
        .with_hint("the path is relative to the stack file");
}

fn generated(site: &Site, reader: &mut Reader<'_>) {
    each("generated", &site.generated, reader, |entry, reader| {
        let (path, span) = (entry.key.as_str(), entry.key.span);
        let odd = path.is_empty()
            || path.contains('\\')
            || path.split('/').any(|part| part.is_empty() || part == "." || part == "..");
        if odd {
            let detail = format!("`{path}` is not the path of a file in the site.");
            reader
                .error(span, "invalid path", detail)
                .with_hint("such as `config.js` or `scripts/config.js`");
        }
        match &entry.value.value {
            Generated::Text(text) => no_secret(text, text.span, reader),
            Generated::Values(values) => {
                values_of(&values.values, reader);
                if let Some(global) = &values.global {
                    global_name(path, global, global.span, reader);
                } else if !path.ends_with(".js") && !path.ends_with(".json") {
                    let detail = format!(
                        "`{path}` is neither a script nor JSON: how its values are written is not known."
                    );
                    reader
                        .error(span, "unknown form", detail)
                        .with_hint("end its name in `.js` or `.json`, or give its text");
                }
            }
        }
    });
}

fn global_name(path: &str, global: &str, span: Span, reader: &mut Reader<'_>) {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
    let fits = global.chars().all(word) && global.starts_with(|c: char| word(c) && !c.is_ascii_digit());
    if !fits {
        let detail = format!("`{global}` cannot be the name of a variable.");
        reader
            .error(span, "invalid name", detail)
            .with_hint("letters, digits, `_` and `$`, such as `CONFIG`");
    } else if !path.ends_with(".js") {
        let detail = format!("Only a script (`.js`) sets a variable; `{path}` is none.");
        reader.error(span, "setting without effect", detail);
    }
}

fn values_of(document: &At<Document>, reader: &mut Reader<'_>) {
    match &document.value {
        Document::Text(text) => no_secret(text, document.span, reader),
        Document::List(items) => items.iter().for_each(|item| values_of(item, reader)),
        Document::Object(members) => members.iter().for_each(|member| values_of(&member.value, reader)),
        _ => {}
    }
}

fn no_secret(text: &Template, span: Span, reader: &mut Reader<'_>) {
    if text.is_secret() {
        let detail = "Everyone can read the files of a site, and this one would hold a secret.";
        reader
            .error(span, "secret in a public file", detail)
            .with_hint("leave it out: what needs the secret belongs into a function");
    }
}
