//! Buckets and static sites: what is wrong with them, and what becomes of generated files.

use std::collections::BTreeMap;

use super::{resolve, said};
use crate::{
    kinds::{Member, S3Bucket, StaticSite, static_site::Body},
    model::Identity,
    planner::Graph,
    stack::compile::{Inputs, compile},
};

fn graph(text: &str) -> Graph {
    let stack = resolve(text, "dev", &[]).expect("a good stack file");
    let identity = Identity::new("123456789012", "eu-west-1");
    let (artifacts, sites, outputs, secrets) = Default::default();
    let inputs = Inputs {
        identity: &identity,
        artifacts: &artifacts,
        sites: &sites,
        outputs: &outputs,
        secrets: &secrets,
    };
    compile(&stack, &inputs).unwrap_or_else(|problems| panic!("{problems:#?}")).graph
}

#[test]
fn names_are_checked_before_s3_refuses_them() {
    insta::assert_snapshot!(said(r#"
stack: orders
buckets:
  Upload: {}
  a_b: {}
  this-key-is-much-too-long-for-the-name-of-a-bucket: {}
  ok: { name: "orders-${stage}-${account}" }
  short: { name: ab }
  dots: { name: a..bcd }
  address: { name: 192.168.0.1 }
  ends: { name: -abc }
  later: { name: "${functions.x.name}-b" }
functions: { x: { code: code, runtime: nodejs22.x, handler: index.handler } }
"#).join("\n"), @r#"
    4:3 invalid name: `orders-dev-Upload-000000000000` cannot be the name of a bucket: `U` stands where it must not. [lower-case letters, digits, and between them dots and hyphens]
    5:3 invalid name: `orders-dev-a_b-000000000000` cannot be the name of a bucket: `_` stands where it must not. [lower-case letters, digits, and between them dots and hyphens]
    6:3 name of wrong length: `orders-dev-this-key-is-much-too-long-for-the-name-of-a-bucket-000000000000` has 74 characters; names of buckets have 3 to 63. [give it a `name` of its own, or shorten the key]
    8:18 name of wrong length: `ab` has 2 characters; names of buckets have 3 to 63. [3 to 63 lower-case letters, digits, dots and hyphens]
    9:17 invalid name: `a..bcd` cannot be the name of a bucket. [no two dots in a row, and no IP address]
    10:20 invalid name: `192.168.0.1` cannot be the name of a bucket. [no two dots in a row, and no IP address]
    11:17 invalid name: `-abc` cannot be the name of a bucket: `-` stands where it must not. [lower-case letters, digits, and between them dots and hyphens]
    12:19 value cannot be used here: The name of a bucket must be known before the deploy, and `${functions.x.name}` is not.
    "#);
}

#[test]
fn settings_that_exclude_each_other() {
    insta::assert_snapshot!(said(r#"
stack: orders
buckets:
  a: { public_read: true, block_public_access: true }
  b: { statements: [{ principals: "*", actions: s3:GetObject }, { actions: s3:GetObject }] }
  c: { website: { redirect_to: https://example.com/, index: index.html, protocol: ftp } }
  d: { cors: [{ origins: "*", methods: [GTE, PATCH] }], encryption: s3, kms_key: k }
  e: { lifecycle: { nothing: { prefix: a } }, encryption: aes, tags: { "aws:x": y } }
"#).join("\n"), @r#"
    4:48 settings exclude each other: `public_read` needs public policies, and this blocks them. [leave one of them out]
    5:21 settings exclude each other: This statement is public, and public access is blocked: S3 refuses it. [say `public_read: true` or `block_public_access: false`, or name who may]
    5:65 missing key: A statement of a bucket policy says who: `principals`, `services` or both. [`principals: "*"` is everyone, an ARN one role or user]
    6:32 settings exclude each other: A website serves pages or redirects every request; this one would do both.
    6:32 invalid host: `https://example.com/` is not the name of a host. [such as `www.example.com`]
    6:83 invalid protocol: `protocol` is `http` or `https`, and goes with `redirect_to`.
    7:41 unknown method: S3 answers `GET`, `PUT`, `POST`, `DELETE`, `HEAD`, not `GTE`. [did you mean `GET`?]
    7:46 unknown method: S3 answers `GET`, `PUT`, `POST`, `DELETE`, `HEAD`, not `PATCH`.
    7:82 setting without effect: `kms_key` is for `encryption: kms`. [say `encryption: kms`, or leave one out]
    8:21 rule without effect: The rule does nothing. [say `expire_days`, `expire_old_versions_days`, `abort_uploads_days` or `transitions`]
    8:59 unknown value: Here must be one of `s3`, `kms`, not `aes`. [it may be `s3`, `kms`]
    8:72 invalid tag: The tag `aws:x` starts with a prefix that is AWS's own.
    "#);
}

#[test]
fn sites_that_cannot_be() {
    insta::assert_snapshot!(said(r#"
stack: orders
params: { password: { secret: true, default: "${env:PASSWORD}" } }
buckets: { same: {} }
sites:
  same: { folder: code }
  a: { folder: nowhere, index: a/b.html, keep: ["a["], cache_control: { "b[": no-store } }
  b: { folder: code/index.mjs, spa: true, error: error.html, compress: brotli }
  c:
    folder: code
    generated:
      ../up.js: x
      config.yaml: { values: {} }
      config.json: { values: {}, global: X }
      config.js: { values: { a: { b: ["${params.password}"] } }, global: "a b" }
      secret.txt: "${ssm:/a/b}"
"#).join("\n"), @r#"
    6:3 two objects with one name: The site `same` has a bucket with the same name as the bucket `same`. [rename one]
    7:16 site folder missing: The folder `nowhere` does not exist. [the path is relative to the stack file]
    7:32 invalid page: `a/b.html` cannot be the page of a folder. [a file's name without folders, such as `index.html`]
    7:49 invalid pattern: `a[` is not a pattern: unclosed character class; missing ']'. [such as `assets/**` or `**/*.js`]
    7:73 invalid pattern: `b[` is not a pattern: unclosed character class; missing ']'. [such as `assets/**` or `**/*.js`]
    8:16 site folder missing: The folder `code/index.mjs` is not a folder. [the path is relative to the stack file]
    8:50 settings exclude each other: With `spa` the index page is shown where there is no file; there is no other error page. [leave one of them out]
    8:72 unknown value: Here must be one of `gzip`, not `brotli`. [it may be `gzip`]
    12:7 invalid path: `../up.js` is not the path of a file in the site. [such as `config.js` or `scripts/config.js`]
    13:7 unknown form: `config.yaml` is neither a script nor JSON: how its values are written is not known. [end its name in `.js` or `.json`, or give its text]
    14:42 setting without effect: Only a script (`.js`) sets a variable; `config.json` is none.
    15:74 invalid name: `a b` cannot be the name of a variable. [letters, digits, `_` and `$`, such as `CONFIG`]
    16:19 secret in a public file: Everyone can read the files of a site, and this one would hold a secret. [leave it out: what needs the secret belongs into a function]
    "#);
}

#[test]
fn a_generated_script_holds_what_is_known_and_waits_for_the_rest() {
    let text = r#"
stack: orders
buckets: { files: { public_read: true } }
sites:
  web:
    folder: code
    generated:
      config.js:
        values:
          apiUrl: ${api.url}
          quoted: 'a "b" \ c'
          nested: { count: 3, on: true, none: null, list: [a, "${stage}"], empty: {} }
          files: ${buckets.files.url}
          own: ${site.url}
      data.json: { values: [1, "${account}"] }
      robots.txt: "Disallow: /${stage}"
api: { routes: { GET /: { mock: true, responses: { 200: {} } } } }
"#;
    let graph = graph(text);
    let at = graph.scope.address("static_site", "web");
    let site = StaticSite::desired(&graph.nodes[&at].desired).expect("a site");
    let texts: BTreeMap<&str, String> = site
        .files
        .iter()
        .filter_map(|(key, file)| match &file.body {
            Body::Text(text) => Some((key.as_str(), text.to_string())),
            Body::Stored { .. } => None,
        })
        .collect();
    insta::assert_snapshot!(texts["config.js"], @r#"
    window.CONFIG = {
      "apiUrl": "https://(known after deploy).execute-api.eu-west-1.amazonaws.com/dev",
      "quoted": "a \"b\" \\ c",
      "nested": {
        "count": 3,
        "on": true,
        "none": null,
        "list": [
          "a",
          "dev"
        ],
        "empty": {}
      },
      "files": "http://orders-dev-files-123456789012.s3-website-eu-west-1.amazonaws.com",
      "own": "http://orders-dev-web-123456789012.s3-website-eu-west-1.amazonaws.com"
    };
    "#);
    assert_eq!(texts["data.json"], "[\n  1,\n  \"123456789012\"\n]\n");
    assert_eq!(texts["robots.txt"], "Disallow: /dev");
    assert_eq!(graph.needs(&at).len(), 1, "the API's id, and nothing that is known from names");
    let bucket = S3Bucket::desired(&graph.nodes[&graph.scope.address("s3_bucket", "files")].desired)
        .expect("a bucket");
    assert_eq!(bucket.name, "orders-dev-files-123456789012");
}
