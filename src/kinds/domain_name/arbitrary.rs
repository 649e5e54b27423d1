//! Strategies for custom domain names.

use proptest::{collection, option, prelude::*, sample};

use super::{Desired, Endpoint, MutualTls, SecurityPolicy};
use crate::model::{Scope, owner};

/// Domains of the key `main`.
pub(crate) fn desired() -> impl Strategy<Value = Desired> {
    (
        sample::select(vec!["api.example.com", "www.example.com"]),
        sample::select(vec![Endpoint::Regional, Endpoint::Edge]),
        sample::select(vec!["arn:aws:acm:eu-west-1:1:certificate/a", "arn:aws:acm:eu-west-1:1:certificate/b"]),
        sample::select(vec![SecurityPolicy::Tls10, SecurityPolicy::Tls12]),
        option::of((sample::select(vec!["s3://b/k", "s3://b/l"]), option::of("[1-3]"))),
        collection::btree_map("[x-z]", "[a-z]{0,3}", 0..3),
    )
        .prop_map(|(name, endpoint, certificate, security_policy, tls, tags)| {
            let at = Scope::new("s", "dev").address("domain_name", "main");
            Desired {
                name: name.to_owned(),
                endpoint,
                certificate_arn: certificate.to_owned(),
                security_policy,
                mutual_tls: tls
                    .map(|(uri, version)| MutualTls { truststore_uri: uri.to_owned(), truststore_version: version }),
                tags: owner::tags(&at, &tags),
            }
        })
}
