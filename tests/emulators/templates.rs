//! Mapping templates where an emulator can show them: as the control plane has them, and, for MOCK and HTTP backends, rendered by
//! LocalStack's gateway.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
};

use serde_json::{Value as Json, json};

use super::{
    calls::call,
    support::{Emulator, OidcProvider},
    tool::{Tool, assert_nothing_left, stack},
};

/// Every integration of the only API, by path and verb, as another SDK reads it.
fn integrations(emulator: &Emulator) -> Json {
    let script = r#"
import boto3, json, os
gateway = boto3.client("apigateway", endpoint_url=os.environ["AWS_ENDPOINT_URL"])
api = gateway.get_rest_apis()["items"][0]["id"]
found = {}
for resource in gateway.get_resources(restApiId=api, limit=500, embed=["methods"])["items"]:
    for verb in resource.get("resourceMethods", {}):
        got = gateway.get_integration(restApiId=api, resourceId=resource["id"], httpMethod=verb)
        found[resource["path"] + " " + verb] = {key: got.get(key) for key in
            ("type", "requestTemplates", "passthroughBehavior", "integrationResponses")}
print(json.dumps(found))
"#;
    let mut python = std::process::Command::new(emulator.python());
    let done = python.args(["-c", script]).envs(emulator.environment()).output().expect("Python starts");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    serde_json::from_slice(&done.stdout).expect("the script prints JSON")
}

#[test]
fn templates_and_error_mapping_of_24_hour_video_reach_the_control_plane() {
    let (emulator, provider) = (Emulator::localstack(), OidcProvider::start());
    let tool = Tool::new(&emulator, &provider);
    let file = stack("24-hour-video");
    tool.must(&["deploy", &file]);
    let found = integrations(&emulator);
    let profile = &found["/user-profile GET"];
    assert_eq!(profile["type"], "AWS");
    assert_eq!(profile["passthroughBehavior"], "WHEN_NO_TEMPLATES");
    let template = profile["requestTemplates"]["application/json"].as_str().expect("a template");
    assert!(template.contains(r#""authToken": "$input.params('Authorization')""#), "{template}");
    let videos = found["/videos GET"]["integrationResponses"].as_object().expect("responses").clone();
    for status in ["400", "403", "500"] {
        let of = &videos[status];
        assert!(
            of["selectionPattern"].as_str().is_some_and(|pattern| pattern.contains(status)),
            "{status}: {of}"
        );
        assert!(of["responseTemplates"]["application/json"].is_string(), "{status}: {of}");
        assert_eq!(
            of["responseParameters"]["method.response.header.Access-Control-Allow-Origin"], "'*'",
            "{status}"
        );
    }
    let list = videos["200"]["responseTemplates"]["application/json"].as_str().expect("a template");
    assert!(list.contains("#foreach") && list.contains("$foreach.hasNext"), "{list}");
    tool.must(&["destroy", "--yes", &file]);
    assert_nothing_left(&emulator);
}

/// A back end that answers each request with its body, under `got`, and the status that the path names.
fn backend() -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("bound"));
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = BufReader::new(stream.expect("a connection"));
            let (mut first, mut line, mut length) = (String::new(), String::new(), 0);
            stream.read_line(&mut first).expect("a request line");
            while stream.read_line(&mut line).is_ok_and(|read| read > 2) {
                if let Some((name, value)) = line.split_once(':')
                    && name.eq_ignore_ascii_case("content-length")
                {
                    length = value.trim().parse().expect("a length");
                }
                line.clear();
            }
            let mut body = vec![0; length];
            stream.read_exact(&mut body).expect("the body");
            let status = first.split('/').nth(1).and_then(|path| path.split(' ').next()).expect("a status");
            let answer = json!({ "got": String::from_utf8_lossy(&body) }).to_string();
            let head =
                format!("HTTP/1.1 {status} Told\r\nContent-Type: application/json\r\nConnection: close\r\n");
            // A client that has gone needs no answer.
            let _ = write!(stream.get_mut(), "{head}Content-Length: {}\r\n\r\n{answer}", answer.len());
        }
    });
    url
}

#[test]
fn mock_and_http_backends_answer_through_their_templates() {
    let (emulator, provider) = (Emulator::localstack(), OidcProvider::start());
    let tool = Tool { params: Vec::new(), ..Tool::new(&emulator, &provider) };
    let backend = backend();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("stack.yaml");
    let http = |status: u16| {
        json!({
            "http": { "url": format!("{backend}/{status}"), "method": "POST" },
            "integration": "custom",
            "request_templates": { "application/json": "{\"name\": \"$input.params('name')\", \"n\": $input.json('$.n')}" },
            "responses": {
                "200": { "templates": { "application/json": "#set($got = $util.parseJson($input.path('$.got')))$got.name has $got.n" } },
                "409": { "when": "4\\d{2}", "templates": { "application/json": "taken" } },
            },
        })
    };
    let text = json!({
        "stack": "templates",
        "api": { "routes": {
            "POST /ok/{name}": http(200),
            "POST /taken/{name}": http(422),
            "GET /mock": {
                "mock": true,
                "request_templates": { "application/json": "{\"statusCode\": #if($input.params('fail') == 'yes')500#{else}200#end}" },
                "responses": {
                    "200": { "templates": { "application/json": "#foreach($i in [1..3])$i#if($foreach.hasNext),#end#end" } },
                    "500": { "when": "5\\d{2}", "templates": { "application/json": "broken" } },
                },
            },
        } },
    });
    std::fs::write(&file, text.to_string()).expect("written");
    let file = file.display().to_string();
    let url = tool.must(&["deploy", &file])["url"].as_str().expect("a URL").to_owned();

    let post = |path: &str| {
        let mut answer = ureq::Agent::from(ureq::Agent::config_builder().http_status_as_error(false).build())
            .post(format!("{url}{path}"))
            .content_type("application/json")
            .send(r#"{"n": 3}"#)
            .expect("an answer");
        (answer.status().as_u16(), answer.body_mut().read_to_string().expect("text"))
    };
    assert_eq!(post("/ok/ann"), (200, "ann has 3".to_owned()));
    assert_eq!(post("/taken/ann"), (409, "taken".to_owned()));
    let mock = call("GET", &format!("{url}/mock"), None);
    assert_eq!((mock.status, mock.body.as_str()), (200, "1,2,3"));
    let failed = call("GET", &format!("{url}/mock?fail=yes"), None);
    assert_eq!((failed.status, failed.body.as_str()), (500, "broken"));
    tool.must(&["destroy", "--yes", &file]);
    assert_nothing_left(&emulator);
}
