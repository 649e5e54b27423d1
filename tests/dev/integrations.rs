//! Mock and HTTP integrations, validation, bytes, rates; and the commands `invoke` and `export` beside the running gateway.

use serde_json::{Value as Json, json};

use super::{
    http::{Answer, get, send},
    project::Project,
    running::Dev,
    support::OidcProvider,
};

const STACK: &str = r#"stack: kinds
params:
  backend: {}
functions:
  echo:
    code: echo
    runtime: nodejs22.x
    handler: index.handler
    memory_mb: 128
    timeout_seconds: 5
    log_retention_days: 14
api:
  binary_media_types: [image/png, application/octet-stream]
  cors: { origins: ["*"] }
  validators:
    all: { body: true, parameters: true }
  models:
    Order:
      schema:
        $schema: http://json-schema.org/draft-04/schema#
        type: object
        required: [item, count]
        properties:
          item: { type: string, minLength: 1 }
          count: { type: integer, minimum: 1 }
  routes:
    GET /mock/{name}:
      mock: true
      request_templates:
        application/json: '{"statusCode": #if($input.params("fail") == "yes")404#{else}200#end}'
      responses:
        200:
          headers: { X-Stage: "'told'" }
          templates: { application/json: '{"name": "$input.params("name")", "who": "$input.params("who")", "stage": "$context.stage", "of": "$stageVariables.of"}' }
        404: { when: "404", templates: { application/json: '{"missing": "$input.params("name")"}' } }
    GET /keys:
      http: { url: "${params.backend}/jwks" }
    GET /keys/count:
      http: { url: "${params.backend}/jwks" }
      integration: custom
      responses:
        200: { templates: { application/json: '{"keys": $input.path("$.keys").size()}' } }
    GET /away:
      http: { url: "http://127.0.0.1:9/" }
    POST /orders:
      function: echo
      validator: all
      request_models: { application/json: Order }
      request_parameters: { method.request.header.X-Client: true }
    GET /picture: { function: echo }
    POST /picture: { function: echo }
    ANY /echo/{proxy+}: { function: echo }
    GET /rare:
      mock: true
      request_templates: { application/json: '{"statusCode": 200}' }
      responses: { 200: {} }
  stage:
    variables: { of: variables }
    methods:
      GET /rare: { throttling: { rate: 0.5, burst: 3 } }
"#;

const ECHO: &str = r"
exports.handler = async (event) => {
  if (event.fail) throw new Error('told to');
  if (event.resource === '/picture' && event.httpMethod === 'GET') {
    return { statusCode: 200, headers: { 'Content-Type': 'image/png' }, body: 'iVBORw0KGgo=', isBase64Encoded: true };
  }
  const { httpMethod, path, pathParameters, multiValueQueryStringParameters, body, isBase64Encoded } = event;
  const seen = { httpMethod, path, pathParameters, multiValueQueryStringParameters, body, isBase64Encoded, plain: event.plain };
  return { statusCode: 201, body: JSON.stringify(seen) };
};
";

const PNG: [u8; 8] = [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n'];

fn project(provider: &OidcProvider) -> Project {
    let mut project = Project::new();
    project.write("stack.yaml", STACK);
    project.write("echo/index.js", ECHO);
    project.param("backend", provider.issuer());
    project
}

fn is(answer: &Answer, status: u16, body: &Json) {
    assert_eq!((answer.status, &answer.json()), (status, body));
}

/// What every API made of this stack answers.
fn behaves(url: &str) {
    let answer = get(&format!("{url}/mock/a?who=Zo%C3%AB"));
    is(&answer, 200, &json!({ "name": "a", "who": "Zoë", "stage": "dev", "of": "variables" }));
    assert_eq!((answer.header("x-stage"), answer.origin()), (Some("told"), Some("*")));
    is(&get(&format!("{url}/mock/a?fail=yes")), 404, &json!({ "missing": "a" }));

    let keys = get(&format!("{url}/keys"));
    assert_eq!((keys.status, keys.json()["keys"][0]["kty"].as_str()), (200, Some("RSA")));
    is(&get(&format!("{url}/keys/count")), 200, &json!({ "keys": 1 }));
    let away = get(&format!("{url}/away"));
    is(&away, 504, &json!({ "message": "Network error communicating with endpoint" }));
    assert_eq!(away.origin(), Some("*"));

    let order = |client: bool, body: &str| {
        let mut headers = vec![("Content-Type", "application/json")];
        headers.extend(client.then_some(("X-Client", "test")));
        send("POST", &format!("{url}/orders"), &headers, body.as_bytes())
    };
    for (client, body, message) in [
        (true, r#"{"item":"a","count":0}"#, "Invalid request body"),
        (true, r#"{"item":"a"}"#, "Invalid request body"),
        (true, r#"{"item":"#, "Invalid request body"),
        (false, r#"{"item":"a","count":1}"#, "Missing required request parameters: [X-Client]"),
    ] {
        let answer = order(client, body);
        is(&answer, 400, &json!({ "message": message }));
        assert_eq!(answer.origin(), Some("*"), "{body}");
    }
    let good = order(true, r#"{"item":"ü","count":1}"#);
    assert_eq!((good.status, &good.json()["body"]), (201, &json!(r#"{"item":"ü","count":1}"#)));

    let picture = |accept: &str| send("GET", &format!("{url}/picture"), &[("Accept", accept)], b"");
    assert_eq!(picture("image/png").body, PNG);
    assert_eq!(picture("text/html").body, b"iVBORw0KGgo=");
    assert_eq!(picture("image/png").header("content-type"), Some("image/png"));
    let sent = send("POST", &format!("{url}/picture"), &[("Content-Type", "image/png")], &PNG).json();
    assert_eq!((&sent["body"], &sent["isBase64Encoded"]), (&json!("iVBORw0KGgo="), &json!(true)));
    let sent =
        send("POST", &format!("{url}/picture"), &[("Content-Type", "text/plain")], "ü".as_bytes()).json();
    assert_eq!((&sent["body"], &sent["isBase64Encoded"]), (&json!("ü"), &json!(false)));

    let echoed = send("PUT", &format!("{url}/echo/a/b?x=1&x=2&y="), &[], b"");
    let wanted = json!({
        "httpMethod": "PUT",
        "multiValueQueryStringParameters": { "x": ["1", "2"], "y": [""] },
        "body": null,
        "isBase64Encoded": false,
        "path": "/echo/a/b",
        "pathParameters": { "proxy": "a/b" },
    });
    let mut seen = echoed.json();
    for (name, value) in wanted.as_object().expect("an object") {
        assert_eq!(seen[name].take(), *value, "{name}");
    }
}

#[test]
fn every_kind_of_integration() {
    let provider = OidcProvider::start();
    let project = project(&provider);
    let (dev, served) = Dev::serving(&project, &["stack.yaml"]);
    let url = &served[0];
    behaves(url);

    let rare = || get(&format!("{url}/rare"));
    let statuses: Vec<u16> = (0..6).map(|_| rare().status).collect();
    assert_eq!(statuses[..3], [200, 200, 200], "the burst");
    let begin = dev.now();
    let answer = rare();
    is(&answer, 429, &json!({ "message": "Too Many Requests" }));
    assert_eq!(
        (answer.origin(), answer.header("x-amzn-errortype")),
        (Some("*"), Some("TooManyRequestsException"))
    );
    assert_eq!(dev.access(begin, "/dev/rare")["answered_by"], "throttle");
    assert_eq!(get(&format!("{url}/mock/a")).status, 200, "other methods have a rate of their own");
    std::thread::sleep(std::time::Duration::from_millis(2300));
    assert_eq!(rare().status, 200, "the bucket fills");

    let port = url.rsplit(':').next().and_then(|rest| rest.split('/').next()).expect("a port");
    let invoke = |more: &[&str]| {
        project.run(&[&["invoke", "--local", "--port", port, "stack.yaml", "echo"], more].concat())
    };
    let output = invoke(&["--payload", r#"{"plain": "ü"}"#]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let answer: Json = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!((&answer["statusCode"], answer["body"].as_str()), (&json!(201), Some(r#"{"plain":"ü"}"#)));
    let output = invoke(&["--payload", r#"{"fail": true}"#]);
    assert_eq!(output.status.code(), Some(1));
    let answer: Json = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(answer["errorMessage"], "told to");
    assert_eq!(invoke(&["--payload", "{"]).status.code(), Some(64));
    let missing = project.run(&["invoke", "--local", "--port", port, "stack.yaml", "nobody"]);
    let text = String::from_utf8_lossy(&missing.stderr).into_owned();
    assert_eq!(missing.status.code(), Some(1), "{text}");
    assert!(text.contains("kinds-dev-nobody"), "{text}");
}

#[test]
fn an_exported_api_is_served_the_same() {
    let provider = OidcProvider::start();
    let project = project(&provider);
    project.must(&["deploy", "--local", "stack.yaml"]);
    let export = |more: &[&str]| project.must(&[&["export", "--local", "stack.yaml"], more].concat());
    let v3 = export(&[]);
    let document: Json = serde_json::from_str(&v3).expect("JSON");
    assert!(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.0")), "{v3}");
    let v2 = export(&["--format", "swagger2", "--yaml"]);
    assert!(v2.starts_with("swagger: ") || v2.contains("\nswagger: "), "{v2}");
    let bare = export(&["--no-extensions"]);
    assert!(!bare.contains("x-amazon-apigateway") && bare.contains("/orders"), "{bare}");
    for (name, file, text) in [("third", "third.json", &v3), ("second", "second.yaml", &v2)] {
        project.write(&format!("documents/{file}"), text);
        let of = format!(
            "stack: {name}\napi:\n  openapi: documents/{file}\n  stage: {{ variables: {{ of: variables }} }}\n"
        );
        project.write(&format!("{name}-stack.yaml"), &of);
    }
    let (dev, served) = Dev::serving(&project, &["stack.yaml", "third-stack.yaml", "second-stack.yaml"]);
    assert_eq!(served.len(), 3, "{served:?}");
    for url in &served {
        behaves(url);
    }
    // The document is watched as the stack file is.
    let begin = dev.now();
    project.write("documents/third.json", &v3.replace("\\\"missing\\\"", "\\\"gone\\\""));
    dev.wait_for("serving", begin);
    is(&get(&format!("{}/mock/a?fail=yes", served[1])), 404, &json!({ "gone": "a" }));
}
