//! Mapping templates against renderings recorded from AWS, examples of AWS's documentation, and Velocity's own suite.
//!
//! The cases are not part of this project: they are looked for beside it, and without them this test has nothing to do. Every
//! case is judged by its shape, none by its name. Where sources disagree, what was recorded from AWS is right.

use std::path::{Path, PathBuf};

use gatewright::gateway::jsonpath::parse_lenient;
use gatewright::gateway::vtl::{self, Inputs, Phase, RenderError, Rendered};
use indexmap::IndexMap;
use serde_json::{Map, Value, json};

/// How one case ended.
enum Verdict {
    Passed,
    Failed(String),
    /// Not judged, and why.
    LeftOut(String),
}

#[test]
fn recorded_and_documented_templates_render_as_recorded() {
    let Some(folder) = folder() else {
        println!("skipped: no folder of recorded cases beside the project");
        return;
    };
    let mut failures = Vec::new();
    for file in files(&folder) {
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let document: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        let cases = document["cases"].as_array().unwrap();
        let (mut passed, mut left_out) = (0, Vec::new());
        for case in cases {
            let label = case["name"].as_str().unwrap_or("?");
            match judge(case) {
                Verdict::Passed => passed += 1,
                Verdict::Failed(why) => failures.push(format!("{label}: {why}")),
                Verdict::LeftOut(why) => left_out.push(format!("{label}: {why}")),
            }
        }
        println!("{name}: {passed} of {} passed, {} left out", cases.len(), left_out.len());
        for line in left_out {
            println!("  left out {line}");
        }
    }
    assert!(failures.is_empty(), "{} cases differ:\n{}", failures.len(), failures.join("\n"));
}

/// The folder of cases, beside the project or beside the folder its working copies are in.
fn folder() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    ["../shared/oracles", "../../shared/oracles"]
        .iter()
        .map(|path| root.join(path))
        .find(|path| path.is_dir())
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("a folder that can be read")
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            name.starts_with("vtl-") && name.ends_with(".json")
        })
        .collect();
    files.sort();
    files
}

fn judge(case: &Value) -> Verdict {
    if case.get("variables").is_some() {
        with_variables(case)
    } else if case.get("request_body").is_some() {
        lambda_round_trip(case)
    } else if case["pipeline"]["backend"] == "MOCK" {
        mock_round_trip(case)
    } else if case.get("pipeline").is_some() {
        echo_round_trip(case)
    } else if case.get("template").is_some() {
        one_template(case)
    } else {
        Verdict::LeftOut("the case has no template".to_owned())
    }
}

fn text<'c>(case: &'c Value, member: &str) -> &'c str {
    case[member].as_str().unwrap_or_default()
}

fn render(template: &str, inputs: &Inputs) -> Result<Rendered, String> {
    let template = vtl::parse(template).map_err(|error| format!("refused: {error}"))?;
    template.render(inputs).map_err(|error| error.to_string())
}

fn compare(expected: &str, actual: &str) -> Verdict {
    if expected == actual {
        Verdict::Passed
    } else {
        Verdict::Failed(format!("\n  expected {expected:?}\n  rendered {actual:?}"))
    }
}

/// Variables as the recorder set them: from a JSON text that the request template left in an override.
fn with_variables(case: &Value) -> Verdict {
    let variables = case["variables"].as_object().cloned().unwrap_or_default();
    let mut template = String::from(
        "#set($body = $context.requestOverride.path.body)\n#set($bodyJSON = $util.parseJson($body))",
    );
    for name in variables.keys() {
        template.push_str(&format!(" #set(${name} = $bodyJSON.{name})"));
    }
    template.push('\n');
    template.push_str(text(case, "template"));
    let body = Value::Object(variables).to_string();
    let inputs = Inputs {
        phase: Phase::Response,
        context: json!({ "requestOverride": { "path": { "body": body } } }),
        ..Inputs::default()
    };
    let recorded = case["recorded_from_aws"] == true;
    let rendered = match render(&template, &inputs) {
        Ok(rendered) => rendered,
        Err(error) => return Verdict::Failed(error),
    };
    let squeeze = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let verdict = if case["normalize_whitespace"] == true {
        compare(&squeeze(text(case, "expected")), &squeeze(&rendered.text))
    } else if recorded {
        compare(text(case, "expected"), &rendered.text)
    } else {
        // Velocity's own files are compared without the white space at their end.
        compare(text(case, "expected").trim_end(), rendered.text.trim_end())
    };
    match (verdict, rendered.undefined.first()) {
        (Verdict::Failed(_), Some(undefined)) if !recorded => Verdict::LeftOut(format!(
            "it uses the undefined reference {} (line {}): AWS recordings show the empty text there, Velocity alone prints the source",
            undefined.reference, undefined.line
        )),
        (verdict, _) => verdict,
    }
}

fn parameters(case: &Value, kind: &str) -> IndexMap<String, String> {
    strings(&case["input"]["params"][kind])
}

fn strings(object: &Value) -> IndexMap<String, String> {
    let members = object.as_object().into_iter().flatten();
    members
        .map(|(name, value)| (name.clone(), value.as_str().map_or_else(|| value.to_string(), str::to_owned)))
        .collect()
}

fn inputs(case: &Value) -> Inputs {
    Inputs {
        phase: if case["phase"] == "response" { Phase::Response } else { Phase::Request },
        body: case["input"]["body"].as_str().unwrap_or_default().as_bytes().to_vec(),
        path: parameters(case, "path"),
        querystring: parameters(case, "querystring"),
        header: parameters(case, "header"),
        stage_variables: strings(&case["input"]["stageVariables"]),
        context: case["input"]["context"].clone(),
        ..Inputs::default()
    }
}

/// One template, with an expected text, an expected document, or only the knowledge that a service accepted the result.
fn one_template(case: &Value) -> Verdict {
    let rendered = match render(text(case, "template"), &inputs(case)) {
        Ok(rendered) => rendered,
        Err(error) => return Verdict::Failed(error),
    };
    if let Some(expected) = case["expected"].as_str() {
        return compare(expected, &rendered.text);
    }
    if let Some(overrides) = case.get("expected_overrides")
        && let Err(why) = check_overrides(overrides, &rendered)
    {
        return Verdict::Failed(why);
    }
    let actual = match document(&rendered.text) {
        Ok(actual) => actual,
        Err(why) => return Verdict::Failed(why),
    };
    match case.get("expected_json") {
        Some(expected) if text(case, "compare").contains("loose") => same(&loose(expected), &loose(&actual)),
        Some(expected) => same(expected, &actual),
        None => Verdict::Passed,
    }
}

/// The rendered JSON. The documentation shows one result of `$util.escapeJavaScript($input.json(...))` without the escapes
/// that this must have; what is no JSON is tried again without backslashes before quotes.
fn document(rendered: &str) -> Result<Value, String> {
    serde_json::from_str(rendered)
        .or_else(|_| serde_json::from_str(&rendered.replace("\\\"", "\"")))
        .map_err(|error| format!("no JSON ({error}): {rendered:?}"))
}

fn same(expected: &Value, actual: &Value) -> Verdict {
    if expected == actual {
        Verdict::Passed
    } else {
        Verdict::Failed(format!("\n  expected {expected}\n  rendered {actual}"))
    }
}

/// A document with its scalars as texts.
fn loose(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(loose).collect(),
        Value::Object(members) => Value::Object(
            members.iter().map(|(name, member)| (name.clone(), loose(member))).collect::<Map<_, _>>(),
        ),
        Value::String(_) => value.clone(),
        scalar => Value::String(scalar.to_string()),
    }
}

fn check_overrides(expected: &Value, rendered: &Rendered) -> Result<(), String> {
    let actual = json!({
        "requestOverride": rendered.request_override,
        "responseOverride": rendered.response_override,
    });
    contains(&actual, expected)
        .then_some(())
        .ok_or_else(|| format!("\n  expected overrides {expected}\n  rendered {actual}"))
}

fn contains(actual: &Value, expected: &Value) -> bool {
    match (actual, expected) {
        (Value::Object(actual), Value::Object(expected)) => {
            expected.iter().all(|(name, value)| actual.get(name).is_some_and(|found| contains(found, value)))
        }
        _ => actual == expected,
    }
}

/// A Lambda function which returns its event as a JSON text, between two templates.
fn lambda_round_trip(case: &Value) -> Verdict {
    let body = text(case, "request_body").as_bytes().to_vec();
    let template = vtl::parse(text(&case["pipeline"], "request_template"));
    let Ok(template) = template else { return Verdict::Failed("refused".to_owned()) };
    let request = match template.render(&Inputs { body, ..Inputs::default() }) {
        Ok(rendered) => rendered.text,
        Err(error @ RenderError::Payload(_)) => {
            let answer = json!({ "message": error.to_string() });
            let expected: Value = serde_json::from_str(text(case, "expected_body")).unwrap_or_default();
            return if case["expected_status"] == 400 {
                same(&expected, &answer)
            } else {
                Verdict::Failed(error.to_string())
            };
        }
        Err(error) => return Verdict::Failed(error.to_string()),
    };
    // Lambda takes an empty payload for an empty event.
    let event: Value = match serde_json::from_str(if request.trim().is_empty() { "{}" } else { &request }) {
        Ok(event) => event,
        Err(error) => return Verdict::Failed(format!("the request is no JSON ({error}): {request:?}")),
    };
    let answer = Value::String(event.to_string()).to_string().into_bytes();
    let inputs = Inputs { phase: Phase::Response, body: answer, ..Inputs::default() };
    match render(text(&case["pipeline"], "response_template"), &inputs) {
        Ok(rendered) => compare(text(case, "expected_body"), &rendered.text),
        Err(error) => Verdict::Failed(error),
    }
}

/// A backend which returns its request, between two templates.
fn echo_round_trip(case: &Value) -> Verdict {
    let pipeline = &case["pipeline"];
    let request = match render(text(pipeline, "request_template"), &inputs(case)) {
        Ok(rendered) => rendered.text,
        Err(error) => return Verdict::Failed(error),
    };
    let inputs = Inputs { phase: Phase::Response, body: request.into_bytes(), ..inputs(case) };
    match render(text(pipeline, "response_template"), &inputs) {
        Ok(rendered) => compare(text(case, "expected"), &rendered.text),
        Err(error) => Verdict::Failed(error),
    }
}

/// The path parameters of a request, by the resource's path.
fn path_parameters(case: &Value) -> IndexMap<String, String> {
    let actual = case["input"]["path"].as_str().unwrap_or_default().split('/');
    text(case, "resource_path")
        .split('/')
        .zip(actual)
        .filter_map(|(part, value)| {
            let name = part.strip_prefix('{')?.strip_suffix('}')?;
            Some((name.to_owned(), value.to_owned()))
        })
        .collect()
}

/// A MOCK integration between two templates: the request template says the status.
fn mock_round_trip(case: &Value) -> Verdict {
    let request_inputs = Inputs { path: path_parameters(case), ..inputs(case) };
    let request = match render(text(&case["pipeline"], "request_template"), &request_inputs) {
        Ok(rendered) => rendered,
        Err(error) => return Verdict::Failed(error),
    };
    let mock = match parse_lenient(&request.text) {
        Ok(mock) => mock,
        Err(error) => return Verdict::Failed(format!("the MOCK request cannot be read: {error}")),
    };
    let response_inputs = Inputs {
        phase: Phase::Response,
        body: Vec::new(),
        context: json!({
            "requestOverride": request.request_override,
            "responseOverride": request.response_override,
        }),
        ..request_inputs
    };
    let response = match render(text(&case["pipeline"], "response_template"), &response_inputs) {
        Ok(rendered) => rendered,
        Err(error) => return Verdict::Failed(error),
    };
    let status = response.response_override.get("status").unwrap_or(&mock["statusCode"]);
    let expected = &case["expected"];
    if let Some(wanted) = expected.get("status")
        && wanted != status
    {
        return Verdict::Failed(format!("expected status {wanted}, got {status}"));
    }
    if let Some(headers) = expected.get("headers")
        && !contains(response.response_override.get("header").unwrap_or(&Value::Null), headers)
    {
        return Verdict::Failed(format!("expected headers {headers}, got {:?}", response.response_override));
    }
    if let Some(body) = expected["body_text"].as_str() {
        return compare(body, &response.text);
    }
    match expected.get("body_json") {
        Some(body) => document(&response.text).map_or_else(Verdict::Failed, |actual| same(body, &actual)),
        None => Verdict::Passed,
    }
}
