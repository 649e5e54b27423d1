//! API keys, usage plans, access logs: what is said of each.

use super::{Folder, said, with_function};

fn lines(text: &str) -> String {
    said(text).join("\n")
}

#[test]
fn a_value_never_stands_in_the_file() {
    let folder = Folder::new();
    let shown = folder.problems(
        "stack: a\napi_keys: { k: { value: hunter2-hunter2-hunter2 }, good: { value: \"${ssm:/x}\" } }\n",
    );
    assert!(!shown.contains("hunter2"), "{shown}");
    insta::assert_snapshot!(shown, @r#"
    error: secret in the stack file
     --> stack.yaml:2:25
      |
    2 | api_keys: { k: { value: *********************** }, good: { value: "${ssm:/x}" } }
      |                         ^^^^^^^^^^^^^^^^^^^^^^^
      |
      = The value of an API key is a secret, and this one stands in the open.
      = hint: refer to it: `${ssm:/…}`, `${secretsmanager:…}`, `${env:…}` or a parameter with `secret: true`; without `value` AWS makes one
    "#);
}

#[test]
fn api_keys_and_usage_plans() {
    insta::assert_snapshot!(lines(&with_function(
        "api: { routes: { GET /a: { function: checkout } } }
api_keys:
  partner: {}
  'b d': { name: x, value: \"${params.open}\", tags: { aws:x: 1 } }
params: { open: { default: twenty-characters-and-more } }
usage_plans:
  basic: { keys: [partnr, partner], quota: { limit: 0, period: day }, methods: { GET /b: { rate: 1, burst: 1 } } }
  more: { keys: [partner], quota: { limit: 1, period: week, offset: 7 }, throttling: { rate: 1, burst: 0 } }
  none: { own_api: false, methods: { GET /a: { rate: 1, burst: 1 } }, stages: [{ api: x, methods: { all: { rate: 1, burst: 1 } } }] }
outputs: { id: \"${api_keys.partner.id}\", other: \"${usage_plans.basik.id}\" }
"
    )), @r#"
    10:3 invalid name: `b d` cannot be the name of an API key. [letters, digits, `_` and `-`]
    10:54 invalid tag: The tag `aws:x` starts with a prefix that is AWS's own.
    13:19 unknown API key: The stack has no API key `partnr`. [did you mean `partner`?]
    13:53 value out of range: Here must be a whole number from 1 to 2147483647; `0` is not. [at least 1]
    13:82 unknown route: The API has no route `GET /b`. [did you mean `GET /a`?]
    14:18 key in two plans: The API key `partner` is in the plan `basic` too, and both have the stage of this stack's API. [API Gateway takes a key once for each stage: take it out of one plan]
    14:69 value out of range: A quota for each week takes an offset of at most 6.
    14:104 value out of range: With a burst of 0 no key gets in at all. [at least 1; to keep a key out say `enabled: false`]
    15:38 setting without effect: `methods` are those of this stack's API, which is no part of the plan.
    15:101 invalid name: `all` is not a method and a path. [such as `GET /orders`]
    16:50 unknown reference: `usage_plans` has no `basik`. [did you mean `basic`?]
    "#);
}

#[test]
fn a_value_of_an_open_parameter_is_told_for_the_stage() {
    let text = "stack: a\nparams: { open: { default: twenty-characters-and-more }, short: { secret: true } }\napi_keys: { k: { value: \"${params.open}\" }, s: { value: \"${params.short}\" } }\n";
    let told = super::resolve(text, "dev", &[("short", "short-secret")]).expect_err("told").join("\n");
    assert!(!told.contains("short-secret"), "{told}");
    insta::assert_snapshot!(told, @r#"
    3:25 secret in the stack file: The value of an API key is a secret, and this one stands in the open. [refer to it: `${ssm:/…}`, `${secretsmanager:…}`, `${env:…}` or a parameter with `secret: true`; without `value` AWS makes one]
    3:57 invalid API key value: The value of an API key has 20 to 128 characters; this one has 12.
    "#);
}

#[test]
fn access_logs() {
    let stage = |log: &str| {
        with_function(&format!(
            "api:\n  routes: {{ GET /a: {{ function: checkout }} }}\n  stage: {{ access_log: {log} }}\n"
        ))
    };
    assert_eq!(lines(&stage("{}")), "");
    assert_eq!(
        lines(&stage(
            "{ format: { id: $context.requestId, who: $context.authorizer.claims.sub }, log_retention_days: 7 }"
        )),
        ""
    );
    insta::assert_snapshot!(lines(&stage("{ format: '$context.requestID $context.identity.sourceIP $context.routeKey', destination_arn: 'arn:x', log_retention_days: 7 }")), @r#"
    9:34 invalid access log format: The line of an access log must hold `$context.requestId` or `$context.extendedRequestId`.
    9:34 unknown variable: API Gateway has no `$context.requestID` in access logs of REST APIs; it would write `-`. [did you mean `requestId`?]
    9:34 unknown variable: API Gateway has no `$context.identity.sourceIP` in access logs of REST APIs; it would write `-`. [did you mean `identity.sourceIp`?]
    9:34 unknown variable: API Gateway has no `$context.routeKey` in access logs of REST APIs; it would write `-`.
    9:147 setting without effect: Only a log group of the stack's own is given a retention. [leave `destination_arn` out, or set it where the destination is made]
    "#);
    insta::assert_snapshot!(lines(&stage("{ format: \"$context.requestId\\n$context.status\\n\" }")), @r#"
    9:34 invalid access log format: The format of an access log is one line; only its end may be a line end.
    "#);
}

#[test]
fn domains_and_records() {
    insta::assert_snapshot!(lines(
        "stack: orders
domains:
  main: { name: api, certificate_arn: 'arn:aws:iam::1:x', base_paths: [v1] }
  edge: { name: api.example.com, certificate_arn: 'arn:aws:acm:eu-west-1:1:certificate/x', endpoint: edge, mutual_tls: { truststore_uri: x } }
  same: { name: API.example.com, certificate_arn: 'arn:aws:acm:eu-west-1:1:certificate/x', base_paths: [] }
records:
  a: { zone: example.com, name: example.com, type: CNAME, values: [a.b, c.d] }
  b: { zone: example.com, name: api.example.org, alias: { domain: man }, ttl_seconds: 5 }
  c: { zone: example.com, name: c.example.com, type: A, values: ['1.2.3', 1.2.3.4] }
  d: { zone: example.com, name: d.example.com, values: [1.2.3.4] }
  e: { zone: example.com, name: e.example.com, type: TXT, alias: { website: true, target: x } }
  f: { zone: Z1, name: f.example.com }
  g: { zone: example.com, name: C.example.com., type: A, alias: { target: x } }
outputs: { t: \"${domains.main.target}\", u: \"${domains.mian.url}\" }
"
    ), @r#"
    3:17 invalid name: `api` is not the name of a host. [such as `api.example.com`]
    3:39 invalid ARN: `arn:aws:iam::1:x` is not the ARN of a certificate. [such as `arn:aws:acm:eu-west-1:111122223333:certificate/…`]
    3:71 setting without effect: The stack has no `api` that could answer there.
    4:51 certificate of another region: The certificate of an edge domain lies in us-east-1, and this one does not.
    4:138 invalid value: `x` is not an object in S3. [such as `s3://bucket/truststore.pem`]
    5:17 two objects with one name: The domain `api.example.com` is declared twice.
    7:33 invalid record: The name of a zone itself cannot be a CNAME. [use `alias`]
    7:73 invalid record: A CNAME has one value.
    8:33 name outside the zone: `api.example.org` is not in the zone `example.com`. [write the whole name]
    8:67 unknown domain: The stack has no domain `man`. [did you mean `main`?]
    8:87 setting without effect: A record with `alias` has no `ttl_seconds`.
    9:66 invalid record: `1.2.3` is not the value of a record of type A. [such as `192.0.2.1`]
    10:6 missing key: The key `type` is missing here.
    11:66 invalid record: An alias is of type A or AAAA, not TXT.
    11:66 invalid record: An alias leads to one of `domain`, `website: true` and `target`.
    12:6 missing key: A record has `values` or an `alias`.
    13:33 two objects with one name: The record A `c.example.com` is declared twice. [a record holds any number of `values`]
    13:65 invalid record: `target` and `zone_id` go together: Route 53 must know in which hosted zone the target is.
    14:45 unknown reference: `domains` has no `mian`. [did you mean `main`?]
    "#);
}

#[test]
fn base_paths() {
    insta::assert_snapshot!(lines(&with_function(
        "domains: { main: { name: api.example.com, certificate_arn: 'arn:aws:acm:eu-west-1:1:certificate/x', base_paths: [/, '', a/b] } }
api:
  routes: { GET /a: { function: checkout } }
  base_paths: [{ domain: nowhere, path: 'a b' }, { path: x }]
"
    )), @r#"
    7:117 two objects with one name: The base path `/` is declared twice.
    7:121 invalid name: `a/b` cannot be a base path. [one element of letters, digits and `$-_.+!*'()`; `/` for the domain itself]
    10:26 invalid name: `nowhere` is not the name of a host. [such as `api.example.com`]
    10:41 invalid name: `a b` cannot be a base path. [one element of letters, digits and `$-_.+!*'()`; `/` for the domain itself]
    10:50 missing key: The key `domain` is missing here.
    "#);
}
