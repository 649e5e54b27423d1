//! User pools and identity pools: what is said of bad ones, and what good ones become.

use std::collections::BTreeMap;

use serde_json::json;

use super::{resolve, said};
use crate::{
    kinds::{CognitoIdentityPoolRoles, CognitoUserPoolClient, Desired, IamRole, Kind, Member, RestApi},
    model::{Address, Identity, Reference, Text},
    stack::compile::{Inputs, compile},
};

#[test]
fn identity_pools_with_mistakes() {
    let text = "stack: orders
roles: { member: {} }
user_pools: { people: {} }
identity_pools:
  visitors:
    developer_provider: two words
    user_pools:
      - user_pool: peopel
      - user_pool: people
      - user_pool: cognito-idp.eu-west-1.amazonaws.com/eu-west-1_a
      - user_pool: arn:aws:cognito-idp:eu-west-1:1:userpool/a
    roles: { authenticated: membre, unauthenticated: member }
    role_mappings:
      - { type: token }
      - { user_pool: others, type: token }
      - { provider: a.example, type: rules }
      - { provider: a.example, type: token, rules: [{ claim: a, value: b, role: nobody }] }
";
    insta::assert_snapshot!(said(text).join("\n"), @r"
    6:25 invalid name: `two words` cannot be the name of a developer provider. [letters, digits, `.`, `_` and `-`, at most 128, such as `login.example.app`]
    8:20 unknown user pool: The stack has no user pool `peopel`. [did you mean `people`?]
    9:20 missing key: The user pool `people` has no `client`. [give it one, or name one with `client_id`]
    10:20 missing key: The clients of a user pool of another stack are not known here. [name one with `client_id`]
    11:20 unknown user pool: Here a user pool is not named by its ARN. [write its key, or `cognito-idp.<region>.amazonaws.com/<pool id>`]
    12:29 unknown role: The stack has no role `membre`. [did you mean `member`?]
    12:54 setting without effect: Nobody gets this role: the pool gives no credentials to who has not logged in. [say `allow_unauthenticated: true`]
    14:9 missing key: A role mapping is about one provider: `user_pool` or `provider`.
    15:22 unknown user pool: The identity pool does not name the user pool `others`. [add it to `user_pools` of the identity pool]
    16:9 missing key: A role mapping of type `rules` needs `rules`.
    17:53 setting without effect: With type `token` the token decides; rules are for type `rules`.
    17:81 unknown role: The stack has no role `nobody`. [declare it under `roles`, or give an ARN]
    ");
}

#[test]
fn user_pools_with_mistakes() {
    let text = "stack: orders
user_pools:
  people:
    username_attributes: [email]
    aliases: [email]
    account_recovery: [admin_only, verified_email]
    password: { minimum_length: 5 }
    email: { identity: mail }
    domain: my-cognito
    attributes:
      emial: { required: true }
      custom:plan: {}
      email: { type: number }
    client:
      access_token: 1 minute
      id_token: 3 fortnights
      callback_urls: [\"http://a.example\", \"http://localhost:3000/back\"]
      oauth_flows: [code, client_credentials]
  servers:
    client: { oauth_flows: [client_credentials], oauth_scopes: [a/b] }
  pages:
    client: { oauth_flows: [code], oauth_scopes: [openid] }
api:
  authorizers:
    people: { type: cognito, user_pools: [poeple] }
    none_named: { type: cognito }
  routes:
    GET /a: { mock: true, authorizer: people, responses: { 200: {} } }
    GET /b: { mock: true, authorizer: none_named, responses: { 200: {} } }
";
    insta::assert_snapshot!(said(text).join("\n"), @r"
    5:15 settings exclude each other: Users sign in either with `username_attributes` or with a name and its `aliases`.
    6:24 settings exclude each other: `admin_only` means that there is no other way.
    7:33 value out of range: Here must be a whole number from 6 to 99; `5` is not. [at least 6]
    8:24 unknown identity: The stack has no SES identity `mail`. [declare it under `ses_identities`, or give an ARN]
    9:13 invalid name: The prefix of a domain must not have `cognito` in it: AWS keeps that word to itself.
    11:26 setting without effect: Only standard attributes can be required. [did you mean `email`?]
    12:7 invalid name: AWS puts `custom:` before the names of your own attributes by itself. [write `plan`]
    13:22 setting without effect: `email` is a standard attribute: what it holds is decided by AWS.
    15:21 value out of range: A token of this sort may hold 5 minutes to 1 day.
    16:17 wrong type: Here must be a time such as `30 minutes`, `1 hour` or `30 days`; `3 fortnights` is text.
    17:23 invalid URL: Cognito does not lead back to `http://a.example`. [an `https://` URL without a fragment, `http://localhost…`, or a URL of an app's own scheme]
    18:21 missing key: `oauth_flows` need `oauth_scopes`.
    18:27 settings exclude each other: `client_credentials` is for servers: it cannot stand beside flows for users.
    20:29 missing key: `client_credentials` needs a client with a secret. [say `secret: true`]
    22:29 missing key: The sign-in pages need `callback_urls` to lead back to.
    25:43 unknown user pool: The stack has no user pool `poeple`. [did you mean `people`?]
    26:5 missing key: A `cognito` authorizer needs `user_pools`.
    ");
}

#[test]
fn references_must_name_something() {
    let text = "stack: orders
user_pools: { people: { client: {} }, servers: {} }
# A pool without a client has no client's id.
outputs:
  a: ${user_pools.poeple.id}
  b: ${user_pools.people.arm}
  c: ${identity_pools.visitors.id}
  d: ${user_pools.people.client_id}
  e: ${user_pools.servers.client_id}
";
    insta::assert_snapshot!(said(text).join("\n"), @r"
    5:6 unknown reference: `user_pools` has no `poeple`. [did you mean `people`?]
    6:6 invalid reference: `${user_pools.people.arm}` asks for `arm`, which does not exist. [did you mean `arn`?]
    7:6 unknown reference: `identity_pools` has no `visitors`.
    9:6 unknown reference: The user pool `servers` has no `client`. [give it one: `client: {}`]
    ");
}

/// What is made of a stack with one of each.
fn graph() -> BTreeMap<Address, (Desired, Vec<Address>)> {
    let text = "stack: s
roles:
  member:
    trust:
      Version: '2012-10-17'
      Statement:
        - Effect: Allow
          Principal: { Federated: cognito-identity.amazonaws.com }
          Action: sts:AssumeRoleWithWebIdentity
          Condition: { StringEquals: { 'cognito-identity.amazonaws.com:aud': '${pool.id}' } }
user_pools: { people: { client: {} } }
identity_pools:
  visitors:
    user_pools: [{ user_pool: people }]
    roles: { authenticated: member }
    role_mappings: [{ user_pool: people, type: token }]
api:
  authorizers: { people: { type: cognito, user_pools: [people] } }
  routes: { GET /a: { mock: true, authorizer: people, responses: { 200: {} } } }
";
    let stack = resolve(text, "dev", &[]).unwrap();
    let identity = Identity::new("123456789012", "eu-west-1");
    let (artifacts, sites, outputs, secrets) = Default::default();
    let inputs = Inputs {
        identity: &identity,
        artifacts: &artifacts,
        sites: &sites,
        outputs: &outputs,
        secrets: &secrets,
    };
    let graph = compile(&stack, &inputs).unwrap().graph;
    let nodes = graph.nodes.iter().map(|(at, node)| {
        let needs = graph.needs(at).into_iter().collect();
        (at.clone(), (node.desired.clone(), needs))
    });
    nodes.collect()
}

#[test]
fn each_waits_for_what_it_needs_and_nothing_in_a_circle() {
    let graph = graph();
    let needs = |kind: &str| -> Vec<String> {
        let (_, (_, needs)) = graph.iter().find(|(at, _)| at.kind == kind).unwrap();
        needs.iter().map(|at| format!("{}/{}", at.kind, at.key)).collect()
    };
    assert_eq!(needs("cognito_user_pool"), Vec::<String>::new());
    assert_eq!(needs(CognitoUserPoolClient::NAME), ["cognito_user_pool/people"]);
    assert_eq!(
        needs("cognito_identity_pool"),
        ["cognito_user_pool/people", "cognito_user_pool_client/people"]
    );
    assert_eq!(needs(IamRole::NAME), ["cognito_identity_pool/visitors"], "its trust policy names the pool");
    assert_eq!(
        needs(CognitoIdentityPoolRoles::NAME),
        [
            "cognito_identity_pool/visitors",
            "cognito_user_pool/people",
            "cognito_user_pool_client/people",
            "iam_role/member"
        ]
    );
    assert_eq!(needs(RestApi::NAME), ["cognito_user_pool/people"]);
}

#[test]
fn what_aws_makes_is_known_later() {
    let graph = graph();
    let of = |kind: &str| &graph.iter().find(|(at, _)| at.kind == kind).unwrap().1.0;
    let api = RestApi::desired(of(RestApi::NAME)).unwrap();
    let pool = graph.keys().find(|at| at.kind == "cognito_user_pool").unwrap();
    assert_eq!(api.definition.authorizers["people"].provider_arns, [Text::pending(pool.clone(), "arn")]);
    let roles = CognitoIdentityPoolRoles::desired(of(CognitoIdentityPoolRoles::NAME)).unwrap();
    assert_eq!(
        roles.roles.authenticated.as_ref().and_then(Text::known),
        Some("arn:aws:iam::123456789012:role/gatewright/s/dev/s-dev-member")
    );
    let mapping = roles.roles.mappings.first().unwrap();
    let shown = "cognito-idp.eu-west-1.amazonaws.com/(known after deploy):(known after deploy)";
    assert_eq!(mapping.provider.to_string(), shown);
    let named: Vec<String> =
        mapping.provider.references().map(|Reference { address, .. }| address.kind.clone()).collect();
    assert_eq!(named, ["cognito_user_pool", "cognito_user_pool_client"]);
    let role = IamRole::desired(of(IamRole::NAME)).unwrap();
    let aud =
        &role.trust.json()["Statement"][0]["Condition"]["StringEquals"]["cognito-identity.amazonaws.com:aud"];
    assert_ne!(aud, &json!("${pool.id}"));
    assert!(role.trust.shown().to_string().contains("(known after deploy)"));
}
