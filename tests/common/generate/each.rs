//! One object of each kind, in two versions: the second has some settings changed, some keys moved, some objects gone.

use gatewright::{kinds, planner::Graph};

const FIRST: &str = "
stack: s
roles:
  visitor: { trust: { identity_pool: visitors, authenticated: false }, statements: [{ allow: { lambda: InvokeFunction, on: f } }] }
layers:
  one: { code: code }
functions:
  f:
    code: code
    runtime: nodejs22.x
    handler: index.handler
    layers: [one]
    alias: live
    keep_versions: 0
    log_retention_days: 14
    environment: { TABLE: '${tables.users.name}', POOL: '${pool.id}' }
    statements:
      - allow: { dynamodb: [GetItem], on: users }
      - allow: { ses: SendEmail, on: sender }
    events:
      - { schedule: rate(1 hour) }
      - { stream: users }
      - { bucket: uploads, events: ['s3:ObjectCreated:*'] }
tables:
  users: { key: username, stream: keys_only, ttl: until }
ses_identities:
  sender: sender@example.com
buckets:
  uploads: { empty_on_destroy: true, versioning: true }
sites:
  web: { folder: pages, generated: { config.js: { values: { api: '${api.url}', pool: '${pool.id}' } } } }
user_pools:
  people: { client: { id_token: 30 minutes } }
identity_pools:
  visitors: { allow_unauthenticated: true, user_pools: [{ user_pool: people }], roles: { unauthenticated: visitor } }
api_keys:
  one: {}
  two: {}
usage_plans:
  basic: { keys: [one], throttling: { rate: 10, burst: 20 } }
  other: { keys: [two] }
domains:
  main: { name: api.example.com, certificate_arn: 'arn:aws:acm:eu-west-1:111122223333:certificate/1', base_paths: [/, v1] }
records:
  api: { zone: example.com, name: api.example.com, alias: { domain: main } }
  txt: { zone: example.com, name: example.com, type: TXT, values: [one] }
api:
  routes: { GET /: { function: f, api_key_required: true }, GET /mock: { mock: true, responses: { 200: {} } } }
  stage: { logging_level: error, access_log: { log_retention_days: 14 } }
outputs: { url: '${api.url}', page: '${site.url}' }
";

/// What the second version says instead. Each line changes something; `another` in the place of `other` moves a key to a new plan.
const CHANGES: &[(&str, &str)] = &[
    ("log_retention_days: 14\n    env", "log_retention_days: 7\n    env"),
    ("layers: [one]\n    alias: live", "alias: { name: prod, previous_percent: 10 }"),
    ("layers:\n  one: { code: code }\n", ""),
    ("rate(1 hour)", "rate(2 hours)"),
    ("{ stream: users }", "{ stream: users, batch_size: 7 }"),
    ("['s3:ObjectCreated:*']", "['s3:ObjectRemoved:*']"),
    ("stream: keys_only", "stream: new_image"),
    ("ttl: until }", "indexes: { by_mail: { hash: mail } } }"),
    ("  sender: sender@example.com", "  sender: { identity: sender@example.com, tags: { a: b } }"),
    ("versioning: true", "versioning: false"),
    ("id_token: 30 minutes", "id_token: 40 minutes"),
    ("allow_unauthenticated: true", "allow_unauthenticated: false"),
    ("roles: { unauthenticated: visitor }", "roles: { authenticated: visitor }"),
    ("keys: [one], throttling: { rate: 10, burst: 20 }", "keys: [two]"),
    ("other: { keys: [two] }", "another: { keys: [one] }"),
    ("base_paths: [/, v1]", "base_paths: [v1, v2]"),
    ("values: [one]", "values: [two]"),
    ("logging_level: error", "logging_level: info"),
    ("GET /mock", "POST /mock"),
];

/// The text of the version: the first, or the changed one.
pub fn text(changed: bool) -> String {
    let changes = CHANGES.iter().filter(|_| changed);
    changes.fold(FIRST.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from} is in the stack");
        text.replace(from, to)
    })
}

/// Fails where `graph` lacks a kind of the registry. The artifacts bucket is no stack's: discovery adds it.
pub fn assert_each_kind(graph: &Graph) {
    let mut here: std::collections::BTreeSet<&str> = graph.nodes.keys().map(|at| at.kind.as_str()).collect();
    here.insert("artifacts_bucket");
    let missing: Vec<&str> = kinds::NAMES.iter().copied().filter(|name| !here.contains(name)).collect();
    assert_eq!(missing, Vec::<&str>::new(), "kinds that the stack with one of each kind lacks");
}
