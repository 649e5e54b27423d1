//! Buckets, and the names of those that sites have.

use super::super::file::{Bucket, BucketCors, Effect, Stack};
use super::super::reader::Reader;
use super::super::reader::shape::At;
use super::super::suggest::did_you_mean;
use super::super::template::{Reference, Template};
use super::{each, tags};

/// S3's limits: "Bucket naming rules".
const NAME_CHARS: std::ops::RangeInclusive<usize> = 3..=63;
const CORS_RULES_MAX: usize = 100;
const METHODS: [&str; 5] = ["GET", "PUT", "POST", "DELETE", "HEAD"];
/// What the number of an account looks like, for the length of a name.
const ACCOUNT: &str = "000000000000";

pub(super) fn check(stack: &Stack, stage: Option<&str>, reader: &mut Reader<'_>) {
    each("buckets", &stack.buckets, reader, |entry, reader| {
        let bucket = &entry.value;
        name(stack, stage, &entry.key, bucket.name.as_ref(), "a bucket", reader);
        policy(bucket, reader);
        website(bucket, reader);
        cors(&bucket.cors, reader);
        if let (Some(key), Some(super::super::file::Encryption::S3)) =
            (&bucket.kms_key, bucket.encryption.as_ref().map(|encryption| encryption.value))
        {
            reader
                .error(key.span, "setting without effect", "`kms_key` is for `encryption: kms`.")
                .with_hint("say `encryption: kms`, or leave one out");
        }
        lifecycle(bucket, reader);
        tags::check(&bucket.tags, reader);
    });
}

/// The name as it will be, or as the file gives it.
pub(super) fn name(
    stack: &Stack,
    stage: Option<&str>,
    key: &At<String>,
    own: Option<&At<Template>>,
    what: &str,
    reader: &mut Reader<'_>,
) {
    super::names::word_key(key.span, key, what, reader);
    let stages = stage.map_or_else(|| stack.stage_names(), |stage| vec![stage]);
    let longest = stages.into_iter().max_by_key(|stage| stage.len()).unwrap_or("dev");
    let Some(own) = own else {
        let name = format!("{}-{longest}-{}-{ACCOUNT}", &**stack.stack, **key);
        return check_name(&name, key.span, "give it a `name` of its own, or shorten the key", reader);
    };
    let later = own.references().find(|(reference, _)| {
        !matches!(
            reference,
            Reference::Stage
                | Reference::Account
                | Reference::Region
                | Reference::Param(_)
                | Reference::Env(_)
        )
    });
    if let Some((reference, span)) = later {
        let detail =
            format!("The name of {what} must be known before the deploy, and `${{{reference}}}` is not.");
        reader.error(span, "value cannot be used here", detail);
    } else if let Some(name) = own.known() {
        check_name(name, own.span, "3 to 63 lower-case letters, digits, dots and hyphens", reader);
    }
}

fn check_name(name: &str, span: super::Span, hint: &str, reader: &mut Reader<'_>) {
    let length = name.chars().count();
    if !NAME_CHARS.contains(&length) {
        let detail = format!("`{name}` has {length} characters; names of buckets have 3 to 63.");
        reader.error(span, "name of wrong length", detail).with_hint(hint);
        return;
    }
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let odd = name.chars().find(|c| !(plain(*c) || *c == '-' || *c == '.'));
    let ends = [name.chars().next(), name.chars().last()];
    let odd = odd.or_else(|| ends.into_iter().flatten().find(|c| !plain(*c)));
    if let Some(odd) = odd {
        let detail = format!("`{name}` cannot be the name of a bucket: `{odd}` stands where it must not.");
        reader
            .error(span, "invalid name", detail)
            .with_hint("lower-case letters, digits, and between them dots and hyphens");
    } else if name.contains("..") || name.parse::<std::net::Ipv4Addr>().is_ok() {
        let detail = format!("`{name}` cannot be the name of a bucket.");
        reader.error(span, "invalid name", detail).with_hint("no two dots in a row, and no IP address");
    }
}

fn policy(bucket: &Bucket, reader: &mut Reader<'_>) {
    let yes = |flag: &Option<At<bool>>| flag.as_ref().map(|flag| flag.value);
    if yes(&bucket.public_read) == Some(true)
        && let Some(block) = bucket.block_public_access.as_ref().filter(|block| block.value)
    {
        let detail = "`public_read` needs public policies, and this blocks them.";
        reader.error(block.span, "settings exclude each other", detail).with_hint("leave one of them out");
    }
    for statement in &bucket.statements {
        let who = statement.principals.iter().chain(&statement.services);
        if who.clone().all(|list| list.is_empty()) {
            let detail = "A statement of a bucket policy says who: `principals`, `services` or both.";
            reader
                .error(statement.span, "missing key", detail)
                .with_hint("`principals: \"*\"` is everyone, an ARN one role or user");
        }
        let everyone =
            statement.principals.iter().flat_map(|list| list.iter()).any(|who| who.known() == Some("*"));
        let allows = statement.effect.as_ref().is_none_or(|effect| effect.value == Effect::Allow);
        let opened =
            yes(&bucket.public_read) == Some(true) || yes(&bucket.block_public_access) == Some(false);
        if everyone && allows && statement.conditions.is_none() && !opened {
            let detail = "This statement is public, and public access is blocked: S3 refuses it.";
            reader
                .error(statement.span, "settings exclude each other", detail)
                .with_hint("say `public_read: true` or `block_public_access: false`, or name who may");
        }
    }
}

fn website(bucket: &Bucket, reader: &mut Reader<'_>) {
    let Some(website) = &bucket.website else { return };
    if let Some(redirect) = &website.redirect_to {
        if website.index.is_some() || website.error.is_some() {
            let detail = "A website serves pages or redirects every request; this one would do both.";
            reader.error(redirect.span, "settings exclude each other", detail);
        }
        if let Some(host) = redirect.known().filter(|host| host.contains('/') || host.is_empty()) {
            let detail = format!("`{host}` is not the name of a host.");
            reader.error(redirect.span, "invalid host", detail).with_hint("such as `www.example.com`");
        }
    }
    if let Some(protocol) = &website.protocol
        && (website.redirect_to.is_none()
            || protocol.known().is_some_and(|word| !matches!(word, "http" | "https")))
    {
        let detail = "`protocol` is `http` or `https`, and goes with `redirect_to`.";
        reader.error(protocol.span, "invalid protocol", detail);
    }
}

pub(super) fn cors(rules: &[At<BucketCors>], reader: &mut Reader<'_>) {
    if let Some(extra) = rules.get(CORS_RULES_MAX) {
        let detail = format!("There are {} CORS rules; S3 takes at most {CORS_RULES_MAX}.", rules.len());
        reader.error(extra.span, "too many CORS rules", detail);
    }
    for method in rules.iter().flat_map(|rule| &rule.methods) {
        if let Some(word) = method.known().filter(|word| !METHODS.contains(word)) {
            let detail = format!("S3 answers `{}`, not `{word}`.", METHODS.join("`, `"));
            reader.error(method.span, "unknown method", detail).with_hint_of(did_you_mean(word, METHODS));
        }
    }
}

fn lifecycle(bucket: &Bucket, reader: &mut Reader<'_>) {
    each("lifecycle", &bucket.lifecycle, reader, |entry, reader| {
        let rule = &entry.value;
        let acts = [&rule.expire_days, &rule.expire_old_versions_days, &rule.abort_uploads_days];
        if acts.into_iter().all(Option::is_none) && rule.transitions.is_empty() {
            let detail = "The rule does nothing.";
            reader.error(entry.key.span, "rule without effect", detail).with_hint(
                "say `expire_days`, `expire_old_versions_days`, `abort_uploads_days` or `transitions`",
            );
        }
    });
}
