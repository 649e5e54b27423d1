//! Custom domain names, their base path mappings, and DNS records.

use std::collections::BTreeSet;

use super::{Builder, api::KEY};
use crate::{
    kinds::{
        ApiStage, BasePathMapping, DomainName, Kind, Member, RestApi, Route53Record,
        base_path_mapping::{self, ROOT},
        domain_name::{self, Endpoint},
        route53_record::{self, Content, is_zone_id, normal_name},
    },
    model::{Address, Text},
    stack::{
        file::{self, DnsRecord, Domain, DomainEndpoint, RecordAlias, RecordType, SecurityPolicy},
        reader::At,
    },
};

/// How long others may remember a record unless said otherwise, in seconds.
const TTL_SECONDS: i64 = 300;
/// The longest piece of a text record, in bytes (RFC 1035).
const TEXT_BYTES_MAX: usize = 255;

impl Builder<'_> {
    pub(super) fn domains(&mut self) {
        let stack = self.stack;
        for entry in &stack.stack.domains {
            let at = self.scope().address(DomainName::NAME, &entry.key);
            self.place(&at, entry.key.span);
            let domain = &entry.value;
            let desired = self.domain(&at, domain);
            let name = desired.name.clone();
            self.graph.add(at.clone(), DomainName::want(desired), []);
            if stack.api().is_none() {
                continue;
            }
            let paths = match &domain.base_paths {
                Some(paths) => paths.iter().map(|path| self.texts.plain(path)).collect(),
                None => vec!["/".to_owned()],
            };
            for path in paths {
                let base_path = base_path(&path);
                let mapping =
                    self.scope().address(BasePathMapping::NAME, &format!("{}/{base_path}", entry.key.value));
                self.mapping(mapping, name.clone(), base_path, Some(at.clone()));
            }
        }
        let foreign = stack.api().map(|api| api.base_paths.as_slice()).unwrap_or_default();
        for entry in foreign {
            let domain = normal_name(&self.texts.plain(&entry.domain));
            let path = self.texts.optional_plain(entry.path.as_ref()).unwrap_or_default();
            let base_path = base_path(&path);
            let at = self.scope().address(BasePathMapping::NAME, &format!("{domain}/{base_path}"));
            self.place(&at, entry.span);
            self.mapping(at, domain, base_path, None);
        }
    }

    fn domain(&mut self, at: &Address, domain: &At<Domain>) -> domain_name::Desired {
        let edge = domain.endpoint.as_ref().is_some_and(|endpoint| endpoint.value == DomainEndpoint::Edge);
        let old = domain.security_policy.as_ref().is_some_and(|policy| policy.value == SecurityPolicy::Tls10);
        domain_name::Desired {
            name: normal_name(&self.texts.plain(&domain.name)),
            endpoint: if edge { Endpoint::Edge } else { Endpoint::Regional },
            certificate_arn: self.texts.plain(&domain.certificate_arn),
            security_policy: if old {
                domain_name::SecurityPolicy::Tls10
            } else {
                domain_name::SecurityPolicy::Tls12
            },
            mutual_tls: domain.mutual_tls.as_ref().map(|tls: &At<file::MutualTls>| domain_name::MutualTls {
                truststore_uri: self.texts.plain(&tls.truststore_uri),
                truststore_version: self.texts.optional_plain(tls.truststore_version.as_ref()),
            }),
            tags: self.tags(at, &domain.tags),
        }
    }

    /// The stage must be there first, and the domain where it is the stack's own.
    fn mapping(&mut self, at: Address, domain: String, base_path: String, own: Option<Address>) {
        let desired = base_path_mapping::Desired {
            domain,
            base_path,
            api_id: Text::pending(self.scope().address(RestApi::NAME, KEY), "id"),
            stage: self.scope().stage,
        };
        let stage = self.scope().address(ApiStage::NAME, KEY);
        let needs: BTreeSet<Address> = own.into_iter().chain([stage]).collect();
        self.graph.add(at, BasePathMapping::want(desired), needs);
    }

    pub(super) fn records(&mut self) {
        let stack = self.stack;
        for entry in &stack.stack.records {
            let at = self.scope().address(Route53Record::NAME, &entry.key);
            self.place(&at, entry.key.span);
            let record = &entry.value;
            let zone = self.texts.plain(&record.zone);
            let name = normal_name(&self.texts.plain(&record.name));
            let kind = record.kind.as_ref().map_or(RecordType::A, |kind| kind.value);
            let content = match &record.alias {
                Some(alias) => self.record_alias(alias),
                None => self.values(record, kind),
            };
            let desired = route53_record::Desired {
                zone: if is_zone_id(&zone) { zone } else { normal_name(&zone) },
                name,
                kind: kind.word().to_owned(),
                content,
                owner: at.to_string(),
            };
            self.graph.add(at, Route53Record::want(desired), []);
        }
    }

    fn values(&mut self, record: &At<DnsRecord>, kind: RecordType) -> Content<Text> {
        let values = record.values.iter().map(|value| match kind {
            RecordType::Txt => quoted(&self.texts.plain(value)).into(),
            _ => self.texts.text(value),
        });
        let values = values.collect();
        Content::Values { ttl_seconds: record.ttl_seconds.map_or(TTL_SECONDS, |ttl| ttl.0), values }
    }

    fn record_alias(&mut self, alias: &At<RecordAlias>) -> Content<Text> {
        let evaluate_health = alias.evaluate_health.as_ref().is_some_and(|health| health.value);
        let (target, zone_id) = if let Some(key) = &alias.domain {
            let domain = self.scope().address(DomainName::NAME, key);
            let mut told = |attribute: &str| {
                let attribute = self.texts.domain_attribute(key, attribute);
                Text::pending(domain.clone(), &attribute)
            };
            (told("target"), told("zone_id"))
        } else if let (Some(target), Some(zone_id)) = (&alias.target, &alias.zone_id) {
            let target = self.texts.text(target);
            let target = target.known().map(|known| normal_name(known).into()).unwrap_or(target);
            (target, self.texts.text(zone_id))
        } else {
            self.website_target(alias)
        };
        Content::Alias { target, zone_id, evaluate_health }
    }

    /// S3 answers for any bucket of the region under one name, and tells the bucket by the name that was asked for.
    fn website_target(&mut self, alias: &At<RecordAlias>) -> (Text, Text) {
        let region = self.inputs.identity.region.clone();
        let identity = crate::model::Identity { endpoint: None, ..self.inputs.identity.clone() };
        let url = identity.website_url("");
        let target = url.trim_start_matches("http://.").to_owned();
        let Some((_, zone_id)) = WEBSITE_ZONES.iter().find(|(known, _)| *known == region) else {
            // Nowhere is where needs are looked for.
            if !region.is_empty() {
                self.texts.problem(
                    alias.span,
                    "region without a known website zone",
                    format!("The hosted zone of S3's websites in `{region}` is not known to this version of gatewright."),
                    "write `target` and `zone_id`",
                );
            }
            return (target.into(), Text::default());
        };
        (target.into(), (*zone_id).into())
    }
}

/// A path as API Gateway writes it.
fn base_path(path: &str) -> String {
    match path.trim_matches('/') {
        "" => ROOT.to_owned(),
        path => path.to_owned(),
    }
}

/// A text as Route 53 writes it: in quotes, in pieces of no more than 255 bytes. One in quotes already stays as it is.
fn quoted(text: &str) -> String {
    if text.len() >= 2 && text.starts_with('"') && text.ends_with('"') {
        return text.to_owned();
    }
    let mut pieces = vec![String::new()];
    let mut bytes = 0;
    for character in text.chars() {
        if bytes + character.len_utf8() > TEXT_BYTES_MAX {
            pieces.push(String::new());
            bytes = 0;
        }
        bytes += character.len_utf8();
        if let Some(piece) = pieces.last_mut() {
            if matches!(character, '"' | '\\') {
                piece.push('\\');
            }
            piece.push(character);
        }
    }
    pieces.iter().map(|piece| format!("\"{piece}\"")).collect::<Vec<_>>().join(" ")
}

/// The hosted zones of S3's website endpoints. Source: "Amazon Simple Storage Service endpoints and quotas".
const WEBSITE_ZONES: [(&str, &str); 22] = [
    ("us-east-1", "Z3AQBSTGFYJSTF"),
    ("us-east-2", "Z2O1EMRO9K5GLX"),
    ("us-west-1", "Z2F56UZL2M1ACD"),
    ("us-west-2", "Z3BJ6K6RIION7M"),
    ("af-south-1", "Z83WF9RJE8B12"),
    ("ap-east-1", "ZNB98KWMFR0R6"),
    ("ap-south-1", "Z11RGJOFQNVJUP"),
    ("ap-northeast-1", "Z2M4EHUR26P7ZW"),
    ("ap-northeast-2", "Z3W03O7B5YMIYP"),
    ("ap-northeast-3", "Z2YQB5RD63NC85"),
    ("ap-southeast-1", "Z3O0J2DXBE1FTB"),
    ("ap-southeast-2", "Z1WCIGYICN2BYD"),
    ("ca-central-1", "Z1QDHH18159H29"),
    ("eu-central-1", "Z21DNDUVLTQW6Q"),
    ("eu-west-1", "Z1BKCTXD74EZPE"),
    ("eu-west-2", "Z3GKZC51ZF0DB4"),
    ("eu-west-3", "Z3R1K369G5AVDG"),
    ("eu-north-1", "Z3BAZG2TWCNX0D"),
    ("eu-south-1", "Z30OZKI7KPW7MI"),
    ("me-south-1", "Z1MPMWCPA7YB62"),
    ("sa-east-1", "Z7KQH4QJS55SO"),
    ("us-gov-west-1", "Z31GFT0UA1I2HV"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_quoted_in_pieces() {
        assert_eq!(quoted("v=spf1 -all"), "\"v=spf1 -all\"");
        assert_eq!(quoted("\"as it is\""), "\"as it is\"");
        assert_eq!(quoted("a\"b\\"), "\"a\\\"b\\\\\"");
        let long = quoted(&"x".repeat(300));
        assert_eq!(long, format!("\"{}\" \"{}\"", "x".repeat(255), "x".repeat(45)));
    }

    #[test]
    fn base_paths_as_api_gateway_writes_them() {
        assert_eq!((base_path("/"), base_path("/v1/")), (ROOT.to_owned(), "v1".to_owned()));
    }
}
