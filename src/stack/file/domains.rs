//! Custom domain names, and DNS records that lead to them.

use super::super::reader::shape::{shape, words};
use super::super::reader::{Int, Raw};
use super::super::template::Template;
use super::StringOrList;

words! {
    /// Where a domain is reached.
    pub enum DomainEndpoint {
        /// In its region.
        Regional = "regional",
        /// Through CloudFront's edge locations.
        Edge = "edge",
    }
}

words! {
    /// The oldest protocol that callers may speak.
    pub enum SecurityPolicy {
        /// TLS 1.0.
        Tls10 = "tls_1_0",
        /// TLS 1.2.
        Tls12 = "tls_1_2",
    }
}

shape! {
    /// Callers show certificates too.
    #[name = "`mutual_tls`"]
    pub struct MutualTls {
        /// Where the trusted certificates lie: `s3://bucket/key`.
        required truststore_uri: Template,
        /// The version of that object.
        optional truststore_version: Template,
    }
}

shape! {
    /// A custom domain name for APIs. DNS must lead to it: see `records`.
    #[name = "a domain"]
    pub struct Domain {
        /// The name, such as `api.example.com` or `*.example.com`.
        required name: Template,
        /// The ARN of its certificate in AWS Certificate Manager: of the stack's region, of us-east-1 for `edge`.
        required certificate_arn: Template,
        /// `regional`, which is the default, or `edge`.
        optional endpoint: DomainEndpoint,
        /// `tls_1_2`, which is the default, or `tls_1_0`.
        optional security_policy: SecurityPolicy,
        /// Which certificates callers must show.
        optional mutual_tls: MutualTls,
        /// Where the stage of this stack's API answers: `/`, which is the default, or paths such as `v1`; `[]` for nowhere.
        optional base_paths: StringOrList,
        /// Tags of the domain.
        map tags: Template,
    }
}

shape! {
    /// A path of a domain of another stack, or of one made by hand.
    #[name = "a base path"]
    pub struct BasePath {
        /// The domain's name, such as `api.example.com`.
        required domain: Template,
        /// The path, such as `v1`; left out: the domain itself.
        optional path: Template,
    }
}

words! {
    /// The type of a DNS record.
    pub enum RecordType {
        /// IPv4 addresses.
        A = "A",
        /// IPv6 addresses.
        Aaaa = "AAAA",
        /// Who may issue certificates.
        Caa = "CAA",
        /// Another name.
        Cname = "CNAME",
        /// Mail servers.
        Mx = "MX",
        /// Name servers.
        Ns = "NS",
        /// Where a service is.
        Srv = "SRV",
        /// Texts.
        Txt = "TXT",
    }
}

shape! {
    /// Another name of AWS's, which Route 53 looks up itself.
    #[name = "`alias`"]
    pub struct RecordAlias {
        /// A key of `domains`.
        optional domain: Raw,
        /// `true`: the website of the S3 bucket that has the record's name, in the stack's region.
        optional website: bool,
        /// Any other target, such as `d111111abcdef8.cloudfront.net`.
        optional target: Template,
        /// The hosted zone of `target`.
        optional zone_id: Template,
        /// No answer is given while the target is ill.
        optional evaluate_health: bool,
    }
}

shape! {
    /// A DNS record in a hosted zone of Route 53. Beside it stands a text record that says whose it is.
    #[name = "a record"]
    pub struct DnsRecord {
        /// The hosted zone, which must be there: its id, or the name of a public one such as `example.com`.
        required zone: Template,
        /// The whole name, such as `api.example.com`.
        required name: Template,
        /// `A`, which is the default with `alias`, `AAAA`, `CAA`, `CNAME`, `MX`, `NS`, `SRV` or `TXT`.
        optional kind as "type": RecordType,
        /// Another name of AWS's in place of `values`.
        optional alias: RecordAlias,
        /// How long others may remember the values, in seconds; 300 by default.
        optional ttl_seconds: Int<0, 2_147_483_647>,
        /// The values. Texts are put into quotes.
        list values: Template,
    }
}
