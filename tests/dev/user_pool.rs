//! A user pool on an emulator, an API in front of it on this machine.

use std::process::Command;

use serde_json::Value as Json;

use super::{http::call, project::Project, running::Dev, support::Emulator};

const STACK: &str = r#"stack: members
user_pools:
  people:
    username_attributes: [email]
    auto_verified: [email]
    attributes: { email: { required: true } }
    client: { auth_flows: [user_password, refresh_token] }
functions:
  me:
    code: me
    runtime: nodejs22.x
    handler: index.handler
    environment: { POOL: "${user_pools.people.id}", CLIENT: "${user_pool.client_id}" }
api:
  cors: { origins: ["*"] }
  authorizers:
    people: { type: cognito, user_pools: [people] }
  routes:
    GET /me: { function: me, authorizer: people }
outputs:
  issuer: ${user_pools.people.issuer}
"#;

const CODE: &str = "export const handler = async (event) => ({ statusCode: 200, body: JSON.stringify({ \
    claims: event.requestContext.authorizer.claims, pool: process.env.POOL, client: process.env.CLIENT }) });\n";

/// Someone signs up, is confirmed and signs in, with another SDK than the tool's.
const SIGN_IN: &str = r#"
import json, os, boto3
idp = boto3.client("cognito-idp", endpoint_url=os.environ["AWS_ENDPOINT_URL"])
[pool] = [pool["Id"] for pool in idp.list_user_pools(MaxResults=60)["UserPools"]]
[client] = [of["ClientId"] for of in idp.list_user_pool_clients(UserPoolId=pool, MaxResults=60)["UserPoolClients"]]
name, password = "zoe@example.com", "Correct-Horse-7"
idp.sign_up(ClientId=client, Username=name, Password=password, UserAttributes=[{"Name": "email", "Value": name}])
idp.admin_confirm_sign_up(UserPoolId=pool, Username=name)
answer = idp.initiate_auth(ClientId=client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": name, "PASSWORD": password})
tokens = answer["AuthenticationResult"]
print(json.dumps({"pool": pool, "client": client, "id": tokens["IdToken"], "access": tokens["AccessToken"]}))
"#;

fn sign_in(emulator: &Emulator) -> Json {
    let output = Command::new(emulator.python()).args(["-c", SIGN_IN]).envs(emulator.environment()).output();
    let output = output.expect("Python starts");
    let text = String::from_utf8_lossy(&output.stdout);
    serde_json::from_str(text.trim())
        .unwrap_or_else(|error| panic!("{error}: {text}\n{}", String::from_utf8_lossy(&output.stderr)))
}

fn users_of_a_pool_call_the_api(emulator: &Emulator) {
    let mut project = Project::new();
    project.use_emulator(emulator);
    project.write("stack.yaml", STACK);
    project.write("me/index.mjs", CODE);
    let (dev, served) = Dev::serving(&project, &["stack.yaml"]);
    let url = format!("{}/me", served.first().expect("one API"));
    let tokens = sign_in(emulator);
    let text = |name: &str| tokens[name].as_str().expect("text").to_owned();

    assert_eq!(call("GET", &url, None).status, 401);
    assert_eq!(call("GET", &url, Some("Bearer nonsense")).status, 401);
    assert_eq!(
        call("GET", &url, Some(&text("access"))).status,
        401,
        "a method without scopes takes id tokens"
    );
    let answer = call("GET", &url, Some(&text("id")));
    assert_eq!(answer.status, 200, "{}\n{}", answer.text(), dev.talk());
    let told = answer.json();
    assert_eq!((&told["pool"], &told["client"]), (&tokens["pool"], &tokens["client"]));
    let claims = &told["claims"];
    assert_eq!((&claims["aud"], &claims["token_use"]), (&tokens["client"], &Json::from("id")));
    assert_eq!(claims["email"], "zoe@example.com");
    let issuer = format!("https://cognito-idp.us-east-1.amazonaws.com/{}", text("pool"));
    assert_eq!(claims["iss"], issuer.as_str());
    dev.signal(rustix::process::Signal::INT);
    assert_eq!(dev.exit_code(), 0);
    assert_eq!(project.must_json(&["outputs", "stack.yaml", "--local", "--json"])["issuer"], issuer.as_str());
    // The pool lives on the emulator, all else here.
    let there = emulator.inventory_of(&["user_pools", "rest_apis", "functions"]);
    assert_eq!(there["user_pools"].as_array().map(Vec::len), Some(1));
    assert_eq!((&there["rest_apis"], &there["functions"]), (&serde_json::json!([]), &serde_json::json!([])));
    project.must(&["destroy", "stack.yaml", "--local", "--yes"]);
    assert_eq!(emulator.inventory_of(&["user_pools"])["user_pools"], serde_json::json!([]));
}

#[test]
fn users_of_a_pool_on_moto() {
    users_of_a_pool_call_the_api(&Emulator::moto());
}

#[test]
fn users_of_a_pool_on_ministack() {
    users_of_a_pool_call_the_api(&Emulator::ministack());
}
