//! Custom domain names and DNS records.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::super::file::{Api, DnsRecord, Domain, DomainEndpoint, RecordType, Stack};
use super::super::reader::Reader;
use super::super::reader::shape::At;
use super::super::source::Span;
use super::super::suggest::did_you_mean;
use super::super::template::Template;
use super::{each, tags};

/// The longest domain name (RFC 1035).
const NAME_CHARS_MAX: usize = 253;

pub(super) fn check(stack: &Stack, reader: &mut Reader<'_>) {
    let mut names: Vec<String> = Vec::new();
    each("domains", &stack.domains, reader, |entry, reader| {
        tags::check(&entry.value.tags, reader);
        domain(stack, &entry.value, reader);
        if let Some(name) = entry.value.name.known().map(str::to_lowercase) {
            if names.contains(&name) {
                let detail = format!("The domain `{name}` is declared twice.");
                reader.error(entry.value.name.span, "two objects with one name", detail);
            }
            names.push(name);
        }
    });
    if let Some(api) = &stack.api {
        base_paths(api, reader);
    }
    let mut records: Vec<(String, String, RecordType)> = Vec::new();
    each("records", &stack.records, reader, |entry, reader| {
        record(stack, &entry.value, reader);
        let record = &entry.value;
        if let (Some(zone), Some(name)) = (record.zone.known(), record.name.known()) {
            let this = (plain(zone), plain(name), kind(record));
            if records.contains(&this) {
                let detail = format!("The record {} `{}` is declared twice.", this.2.word(), this.1);
                reader
                    .error(record.name.span, "two objects with one name", detail)
                    .with_hint("a record holds any number of `values`");
            }
            records.push(this);
        }
    });
}

fn plain(name: &str) -> String {
    name.trim_end_matches('.').to_lowercase()
}

/// The type that is said, or the default.
fn kind(record: &DnsRecord) -> RecordType {
    record.kind.as_ref().map_or(RecordType::A, |kind| kind.value)
}

/// A name of labels of letters, digits, `-` and `_`, of which the first may be `*`.
fn is_name(name: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
    };
    let name = name.trim_end_matches('.');
    let labels = name.strip_prefix("*.").unwrap_or(name);
    name.len() <= NAME_CHARS_MAX && labels.contains('.') && labels.split('.').all(label)
}

fn name(text: &At<Template>, reader: &mut Reader<'_>) {
    if let Some(known) = text.known().filter(|known| !is_name(known)) {
        let detail = format!("`{known}` is not the name of a host.");
        reader.error(text.span, "invalid name", detail).with_hint("such as `api.example.com`");
    }
}

fn domain(stack: &Stack, domain: &Domain, reader: &mut Reader<'_>) {
    name(&domain.name, reader);
    if let Some(arn) = domain.certificate_arn.known() {
        let parts: Vec<&str> = arn.split(':').collect();
        let edge = domain.endpoint.as_ref().is_some_and(|endpoint| endpoint.value == DomainEndpoint::Edge);
        if parts.first() != Some(&"arn") || parts.get(2) != Some(&"acm") {
            let detail = format!("`{arn}` is not the ARN of a certificate.");
            reader
                .error(domain.certificate_arn.span, "invalid ARN", detail)
                .with_hint("such as `arn:aws:acm:eu-west-1:111122223333:certificate/…`");
        } else if edge && parts.get(3) != Some(&"us-east-1") {
            let detail = "The certificate of an edge domain lies in us-east-1, and this one does not.";
            reader.error(domain.certificate_arn.span, "certificate of another region", detail);
        }
    }
    if let Some(tls) = &domain.mutual_tls
        && let Some(uri) = tls.truststore_uri.known().filter(|uri| !uri.starts_with("s3://"))
    {
        let detail = format!("`{uri}` is not an object in S3.");
        reader
            .error(tls.truststore_uri.span, "invalid value", detail)
            .with_hint("such as `s3://bucket/truststore.pem`");
    }
    let Some(paths) = &domain.base_paths else { return };
    if stack.api.is_none() && !paths.is_empty() {
        reader.error(paths.span, "setting without effect", "The stack has no `api` that could answer there.");
    }
    let mut seen: Vec<&str> = Vec::new();
    for path in paths.iter() {
        base_path(path, reader);
        if let Some(known) = path.known().map(|path| path.trim_matches('/')) {
            if seen.contains(&known) {
                let detail = format!("The base path `/{known}` is declared twice.");
                reader.error(path.span, "two objects with one name", detail);
            }
            seen.push(known);
        }
    }
}

/// The characters that API Gateway takes; slashes inside are for HTTP APIs.
fn base_path(path: &At<Template>, reader: &mut Reader<'_>) {
    let Some(known) = path.known().map(|path| path.trim_matches('/')) else { return };
    let fits = |c: char| c.is_ascii_alphanumeric() || "$-_.+!*'()".contains(c);
    if !known.chars().all(fits) {
        let detail = format!("`{known}` cannot be a base path.");
        reader
            .error(path.span, "invalid name", detail)
            .with_hint("one element of letters, digits and `$-_.+!*'()`; `/` for the domain itself");
    }
}

fn base_paths(api: &At<Api>, reader: &mut Reader<'_>) {
    for (place, entry) in api.base_paths.iter().enumerate() {
        reader.within("api.base_paths", entry.span, |reader| {
            reader.within(&place.to_string(), entry.span, |reader| {
                name(&entry.domain, reader);
                if let Some(path) = &entry.path {
                    base_path(path, reader);
                }
            });
        });
    }
}

fn record(stack: &Stack, record: &At<DnsRecord>, reader: &mut Reader<'_>) {
    name(&record.name, reader);
    let kind = kind(record);
    if let (Some(zone), Some(name)) = (record.zone.known().map(plain), record.name.known().map(plain))
        && zone.contains('.')
    {
        if name != zone && !name.ends_with(&format!(".{zone}")) {
            let detail = format!("`{name}` is not in the zone `{zone}`.");
            reader.error(record.name.span, "name outside the zone", detail).with_hint("write the whole name");
        } else if name == zone && kind == RecordType::Cname {
            let detail = "The name of a zone itself cannot be a CNAME.";
            reader.error(record.name.span, "invalid record", detail).with_hint("use `alias`");
        }
    }
    match &record.alias {
        Some(_) => alias(stack, record, kind, reader),
        None => values(record, kind, reader),
    }
}

fn alias(stack: &Stack, record: &At<DnsRecord>, kind: RecordType, reader: &mut Reader<'_>) {
    let Some(alias) = &record.alias else { return };
    if !matches!(kind, RecordType::A | RecordType::Aaaa) {
        let detail = format!("An alias is of type A or AAAA, not {}.", kind.word());
        reader.error(alias.span, "invalid record", detail);
    }
    let without: [(&str, Option<Span>); 2] = [
        ("values", record.values.first().map(|value| value.span)),
        ("ttl_seconds", record.ttl_seconds.as_ref().map(|ttl| ttl.span)),
    ];
    for (key, span) in without {
        if let Some(span) = span {
            reader.error(span, "setting without effect", format!("A record with `alias` has no `{key}`."));
        }
    }
    if let Some(domain) = &alias.domain
        && !stack.domains.declares(domain)
    {
        let detail = format!("The stack has no domain `{}`.", domain.0);
        let hint = did_you_mean(domain, stack.domains.names());
        reader.error(domain.span, "unknown domain", detail).with_hint_of(hint);
    }
    let website = alias.website.as_ref().is_some_and(|website| website.value);
    let targets = [alias.domain.is_some(), website, alias.target.is_some()];
    if targets.iter().filter(|target| **target).count() != 1 {
        let detail = "An alias leads to one of `domain`, `website: true` and `target`.";
        reader.error(alias.span, "invalid record", detail);
    } else if alias.target.is_some() != alias.zone_id.is_some() {
        let detail =
            "`target` and `zone_id` go together: Route 53 must know in which hosted zone the target is.";
        reader.error(alias.span, "invalid record", detail);
    }
    if website && kind == RecordType::Aaaa {
        reader.error(alias.span, "invalid record", "Websites of S3 have no IPv6 addresses.");
    }
}

fn values(record: &At<DnsRecord>, kind: RecordType, reader: &mut Reader<'_>) {
    if record.values.is_empty() {
        reader.error(record.span, "missing key", "A record has `values` or an `alias`.");
    }
    if record.kind.is_none() && !record.values.is_empty() {
        reader.error(record.span, "missing key", "The key `type` is missing here.");
        return;
    }
    if let (RecordType::Cname, Some(extra)) = (kind, record.values.get(1)) {
        reader.error(extra.span, "invalid record", "A CNAME has one value.");
    }
    for value in &record.values {
        let Some(known) = value.known() else { continue };
        let fits = match kind {
            RecordType::A => known.parse::<Ipv4Addr>().is_ok(),
            RecordType::Aaaa => known.parse::<Ipv6Addr>().is_ok(),
            RecordType::Mx => {
                known.split_once(' ').is_some_and(|(priority, _)| priority.parse::<u16>().is_ok())
            }
            RecordType::Srv => known.split(' ').count() == 4,
            RecordType::Caa => known.splitn(3, ' ').count() == 3,
            RecordType::Cname | RecordType::Ns | RecordType::Txt => !known.is_empty(),
        };
        if !fits {
            let example = match kind {
                RecordType::A => "192.0.2.1",
                RecordType::Aaaa => "2001:db8::1",
                RecordType::Mx => "10 mail.example.com",
                RecordType::Srv => "10 5 443 host.example.com",
                RecordType::Caa => "0 issue \"amazon.com\"",
                RecordType::Cname | RecordType::Ns => "host.example.com",
                RecordType::Txt => "v=spf1 -all",
            };
            let detail = format!("`{known}` is not the value of a record of type {}.", kind.word());
            reader.error(value.span, "invalid record", detail).with_hint(format!("such as `{example}`"));
        }
    }
}
