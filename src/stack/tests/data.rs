//! Tables, SES identities, and statements in short.

use serde_json::{Value as Json, json};

use super::{resolve, said};
use crate::{
    kinds::{Desired, dynamodb_table},
    model::{Address, Identity, Scope, Text},
    planner::Graph,
    stack::compile::{Inputs, compile},
};

fn lines(text: &str) -> String {
    said(text).join("\n")
}

fn graph(text: &str) -> Graph {
    let resolved = resolve(text, "dev", &[]).unwrap_or_else(|problems| panic!("{}", problems.join("\n")));
    let identity = Identity::new("123456789012", "eu-west-1");
    let (artifacts, sites, outputs, secrets) = Default::default();
    let inputs = Inputs {
        identity: &identity,
        artifacts: &artifacts,
        sites: &sites,
        outputs: &outputs,
        secrets: &secrets,
    };
    compile(&resolved, &inputs).unwrap_or_else(|problems| panic!("{problems:?}")).graph
}

fn at(kind: &str, key: &str) -> Address {
    Scope::new("orders", "dev").address(kind, key)
}

fn table(graph: &Graph, key: &str) -> dynamodb_table::Desired {
    match &graph.nodes[&at("dynamodb_table", key)].desired {
        Desired::DynamodbTable(table) => (**table).clone(),
        other => panic!("{other:?}"),
    }
}

/// The statements of a role's inline policy.
fn statements(graph: &Graph, role: &str) -> Json {
    match &graph.nodes[&at("iam_role", role)].desired {
        Desired::IamRole(role) => role.inline_policies["statements"].json()["Statement"].clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn tables_in_short_and_at_length() {
    let graph = graph(
        "stack: orders
tables:
  users: { key: username }
  events:
    key: { hash: channel, range: at }
    attributes: { at: N, blob: B }
    billing: { read_units: 5, write_units: 6 }
    indexes:
      by_blob: { hash: blob, projection: [x], capacity: { read_units: 1, write_units: 2 } }
      by_day: { hash: day }
    local_indexes: { by_size: { range: size, projection: keys_only } }
    encryption: arn:aws:kms:eu-west-1:123456789012:key/k
    tags: { team: x }
",
    );
    let users = table(&graph, "users");
    assert_eq!(
        (users.name.as_str(), users.key.to_string().as_str()),
        ("orders-dev-users", "hash username (S)")
    );
    assert_eq!(users.billing, dynamodb_table::Billing::OnDemand);
    let events = table(&graph, "events");
    assert_eq!(events.key.to_string(), "hash channel (S), range at (N)");
    let capacity = |index: &str| events.indexes[index].capacity.map(|capacity| capacity.to_string());
    assert_eq!(capacity("by_blob").as_deref(), Some("1 read and 2 write units"));
    assert_eq!(capacity("by_day").as_deref(), Some("5 read and 6 write units"), "as much as the table's");
    assert_eq!(events.indexes["by_blob"].to_string(), "hash blob (B), projection x");
    assert_eq!(events.local_indexes["by_size"].to_string(), "range size (S), projection keys_only");
    assert_eq!(events.kms_key, Some(Text::from("arn:aws:kms:eu-west-1:123456789012:key/k")));
    assert_eq!(events.tags["gatewright:key"], "events");
}

#[test]
fn what_is_wrong_with_tables() {
    insta::assert_snapshot!(lines(
        "stack: orders
tables:
  a: { key: { hash: id, range: id }, attributes: { idd: N } }
  b: { key: id, local_indexes: { by_size: { range: size } } }
  c: { key: id, indexes: { x: { hash: a }, by_b: { hash: b, capacity: { read_units: 1, write_units: 1 }, projection: [] } } }
  d: { key: id, attributes: { id: number }, stream: both, billing: provisioned }
  e: { key: id, encryption: alias/mine }
  f: { key: id, table_class: standart, hash: id }
  g: { indexes: {} }
outputs: { stream: \"${tables.a.stream_arn}\", gone: \"${tables.aa.arn}\" }
"
    ), @r"
    3:32 one attribute twice: `id` is the hash key already. [leave `range` out, or name another attribute]
    3:52 unused attribute: No key of this table has the attribute `idd`; only those need a type. [did you mean `id`?]
    4:34 local index without range: A local index orders items of one partition key in another way, and this table has no `range` in its key. [make it one of `indexes`, or give the key a `range`]
    5:28 invalid name: `x` cannot be the name of an index. [3 to 255 letters, digits, `_`, `-` and `.`]
    5:71 capacity without billing: The table is paid on demand, and so are its indexes. [give the table a capacity under `billing`, or leave this out]
    5:118 empty list: A projection must name something. [`keys_only` holds nothing beside the keys]
    6:35 unknown value: Here must be one of `S`, `N`, `B`, not `number`. [it may be `S`, `N`, `B`]
    6:53 unknown value: Here must be one of `keys_only`, `new_image`, `old_image`, `new_and_old_images`, not `both`. [it may be `keys_only`, `new_image`, `old_image`, `new_and_old_images`]
    6:68 unknown value: Provisioned capacity is written as the capacity itself. [such as `billing: { read_units: 5, write_units: 5 }`]
    7:29 invalid key: `alias/mine` is neither `aws_owned`, `aws_managed` nor the ARN of a key. [such as `arn:aws:kms:eu-west-1:123456789012:key/…`; an alias may come to mean another key]
    8:30 unknown value: Here must be one of `standard`, `standard_infrequent_access`, not `standart`. [did you mean `standard`?]
    8:40 unknown key: There is no key `hash` in a table. [the keys are `key`, `attributes`, `indexes`, `local_indexes`, `billing`, `ttl`, `stream`, `point_in_time_recovery`, `deletion_protection`, `table_class`, `encryption`, `tags`]
    9:3 missing key: The key `key` is missing here.
    10:21 no stream: The table `a` has no stream. [say `stream: new_and_old_images` under `tables.a`]
    10:53 unknown reference: `tables` has no `aa`.
    ");
}

#[test]
fn what_is_wrong_with_identities() {
    insta::assert_snapshot!(lines(
        "stack: orders
ses_identities:
  a: sender
  b: Sender@Example.com
  c: a@example.com
  d: { identity: a@example.com, dkim: { signing: true } }
  e: { identity: example.org, dkim: { key_bits: 4096 } }
  f: '@example.org'
"
    ), @r"
    3:6 invalid identity: `sender` is neither an email address nor a domain. [such as `sender@example.com` or `example.com`]
    4:6 invalid identity: SES knows domains in small letters only, and `Example.com` has others. [write `Sender@example.com`]
    6:18 two objects with one name: `a@example.com` is `ses_identities.c` already; an account has it only once.
    6:39 signing of an address: Mail is signed for a domain, and this identity is an address. [declare the identity `example.com` and set `dkim` there]
    7:49 unknown value: Here must be one of `1024`, `2048`, not `4096`. [it may be `1024`, `2048`]
    8:6 invalid identity: `@example.org` is neither an email address nor a domain. [such as `sender@example.com` or `example.com`]
    ");
}

#[test]
fn statements_in_short_become_policies_on_exactly_these_objects() {
    let graph = graph(
        "stack: orders
tables:
  users: { key: username }
  events: { key: id, indexes: { by_day: { hash: day } } }
ses_identities: { sender: a@example.com }
functions:
  checkout:
    code: code
    runtime: nodejs22.x
    handler: index.handler
    statements:
      - allow: { dynamodb: [GetItem, PutItem], on: users }
      - allow: { dynamodb: [Query], on: [users, events] }
        sid: Search
        conditions: { Bool: { 'aws:SecureTransport': true } }
      - allow: { ses: SendEmail, on: sender }
      - allow: { lambda: InvokeFunction, on: checkout }
      - { actions: 's3:GetObject', resources: '*' }
",
    );
    let arn = |name: &str| format!("arn:aws:dynamodb:eu-west-1:123456789012:table/orders-dev-{name}");
    let expected = json!([
        { "Effect": "Allow", "Action": ["dynamodb:GetItem", "dynamodb:PutItem"], "Resource": [arn("users")] },
        {
            "Effect": "Allow", "Action": ["dynamodb:Query"], "Sid": "Search",
            "Resource": [arn("users"), arn("events"), format!("{}/index/*", arn("events"))],
            "Condition": { "Bool": { "aws:SecureTransport": true } },
        },
        {
            "Effect": "Allow", "Action": ["ses:SendEmail"],
            "Resource": ["arn:aws:ses:eu-west-1:123456789012:identity/a@example.com"],
        },
        {
            "Effect": "Allow", "Action": ["lambda:InvokeFunction"],
            "Resource": ["arn:aws:lambda:eu-west-1:123456789012:function:orders-dev-checkout"],
        },
        { "Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["*"] },
    ]);
    assert_eq!(statements(&graph, "checkout-role"), expected);
}

#[test]
fn what_is_wrong_with_statements_in_short() {
    insta::assert_snapshot!(lines(
        "stack: orders
tables: { users: { key: username } }
roles:
  a:
    statements:
      - allow: { dynamodb: ['dynamodb:GetItem', GetItm, 'Get*', TransmogrifyItem], on: user }
      - allow: { sqs: SendMessage, on: users }
      - allow: { dynamodb: GetItem }
      - allow: { dynamodb: GetItem, ses: SendEmail, on: users }
      - allow: { lambda: [], on: [] }
      - allow: { lambda: InvokeFunction, on: 'arn:aws:lambda:eu-west-1:1:function:x' }
      - { allow: { dynamodb: GetItem, on: users }, actions: x }
  b: { trust: { identity_pool: users, authenticated: true } }
  c: { trust: { identity_pool: users } }
"
    ), @r"
    6:29 invalid action: `dynamodb:GetItem` is not an action of `dynamodb`. [actions are written here without the service: `GetItem`]
    6:49 unknown action: `GetItm` is not a well-known action of `dynamodb` on such an object; AWS may know it. [did you mean `GetItem`?]
    6:65 unknown action: `TransmogrifyItem` is not a well-known action of `dynamodb` on such an object; AWS may know it.
    6:88 unknown reference: `tables` has no `user`. [did you mean `users`?]
    7:16 missing key: A service is missing here: one of `dynamodb`, `s3`, `ses`, `cognito-identity`, `lambda`, with its actions. [other services are named in a whole statement, with `actions` and `resources`]
    7:18 unknown key: There is no key `sqs` in `allow`. [did you mean `ses`?]
    8:9 missing key: The key `on` is missing here.
    9:42 two services: Actions of several services are on different objects. [write one statement for each service]
    10:26 empty list: `lambda` of a statement must name something.
    10:34 empty list: `on` of a statement must name something.
    11:46 unknown reference: `functions` has no `arn:aws:lambda:eu-west-1:1:function:x`. [what is not of this stack is named by its ARN, in a statement with `actions` and `resources`]
    12:52 unknown key: There is no key `actions` in a statement in short. [the keys are `allow`, `conditions`, `sid`]
    13:32 unknown reference: `identity_pools` has no `users`.
    14:8 missing key: The key `authenticated` is missing here.
    ");
}

#[test]
fn a_trust_policy_waits_for_what_it_names() {
    let graph = graph(
        "stack: orders
functions:
  checkout: { code: code, runtime: nodejs22.x, handler: index.handler }
api: { routes: { GET /: { function: checkout } } }
roles:
  caller:
    trust:
      Version: '2012-10-17'
      Statement:
        - Effect: Allow
          Principal: { Federated: cognito-identity.amazonaws.com }
          Action: sts:AssumeRoleWithWebIdentity
          Condition: { StringEquals: { 'cognito-identity.amazonaws.com:aud': '${api.id}' } }
",
    );
    let role = at("iam_role", "caller");
    assert!(graph.needs(&role).contains(&at("rest_api", "api")), "the document names the API's id");
    assert!(!graph.needs(&at("rest_api", "api")).contains(&role));
}
