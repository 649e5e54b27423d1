//! Tables, SES identities, and statements in short.

use std::collections::BTreeMap;

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
    let (artifacts, outputs, secrets) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    let inputs = Inputs { identity: &identity, artifacts: &artifacts, outputs: &outputs, secrets: &secrets };
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
    assert_eq!((users.name.as_str(), users.key.to_string().as_str()), ("orders-dev-users", "hash username (S)"));
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
    ), @"");
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
    ), @"");
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
    ), @"");
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
