//! `api.openapi`: a document in a file of its own.

use super::{Folder, GivenParams, ResolvedStack, told, with_function};

const DOCUMENT: &str = r#"openapi: 3.0.1
info: { title: pets }
paths:
  /pets:
    get:
      responses: { 200: { description: "" } }
      x-amazon-apigateway-integration:
        type: aws
        httpMethod: POST
        uri: ${functions.checkout.invocation_uri}
        timeoutInMillis: ${params.timeout}
        requestParameters: { integration.request.header.Stage: "'${stage} in ${region}'" }
        requestTemplates: { application/json: '{"a": "${input.a}", "b": "${stageVariables.b}"}' }
        responses: { default: { statusCode: 200 } }
  /other:
    get:
      responses: {}
      x-amazon-apigateway-integration:
        type: http_proxy
        httpMethod: GET
        uri: "https://${stageVariables.host}/${account}"
"#;

fn stack(more: &str) -> String {
    with_function(&format!("params: {{ timeout: {{ default: 5000 }} }}\napi:\n  openapi: api.yaml\n{more}"))
}

fn folder(document: &str) -> Folder {
    let folder = Folder::new();
    std::fs::write(folder.0.path().join("api.yaml"), document).unwrap();
    folder
}

fn resolved(document: &str, more: &str) -> Result<ResolvedStack, Vec<String>> {
    let folder = folder(document);
    let (file, _) = folder.read(&stack(more)).map_err(|problems| told(&folder, &problems))?;
    file.resolve("dev", &GivenParams::new(), &|_| None).map_err(|problems| told(&folder, &problems))
}

fn said(document: &str, more: &str) -> Vec<String> {
    let folder = folder(document);
    match folder.read(&stack(more)) {
        Ok((_, warnings)) => told(&folder, &warnings),
        Err(problems) => told(&folder, &problems),
    }
}

#[test]
fn references_are_resolved_and_bodies_left_alone() {
    let stack = resolved(DOCUMENT, "").unwrap();
    let file = &stack.stack.api.as_ref().unwrap().openapi.as_ref().unwrap().value;
    let definition = &file.imported().unwrap().definition;
    let integration = |path: &str| {
        let method = definition.method(path, crate::kinds::rest_api::Verb::Get).unwrap();
        method.integration.as_ref().unwrap()
    };
    let shown = |text: &str| file.template(text).to_string();
    let pets = integration("/pets");
    assert_eq!(shown(pets.uri.as_deref().unwrap()), "${functions.checkout.invocation_uri}");
    assert_eq!(pets.timeout_ms, 5000);
    assert_eq!(shown(&pets.request_parameters["integration.request.header.Stage"]), "'dev in ${region}'");
    assert_eq!(
        pets.request_templates["application/json"],
        r#"{"a": "${input.a}", "b": "${stageVariables.b}"}"#
    );
    assert_eq!(
        shown(integration("/other").uri.as_deref().unwrap()),
        "https://${stageVariables.host}/${account}"
    );
}

#[test]
fn a_good_document_is_read_without_a_word() {
    assert_eq!(said(DOCUMENT, "  stage: { methods: { GET /pets: { metrics: true } } }\n"), [""; 0]);
}

#[test]
fn what_is_wrong_has_the_document_s_own_lines() {
    let wrong = DOCUMENT
        .replace("functions.checkout", "functions.chekout")
        .replace("${account}", "${acount}")
        .replace("type: aws", "type: asw")
        .replace("\"a\"", "#foreach")
        .replace("params.timeout", "params.timeuot");
    assert_eq!(
        said(&wrong, ""),
        [
            "8:15 invalid OpenAPI document: Here must be one of `aws`, `aws_proxy`, `http`, `http_proxy`, `mock`; `asw` is none of them. [did you mean `aws`?]",
            "10:14 unknown function: The stack has no function `chekout`. [did you mean `checkout`?]",
            "11:26 unknown parameter: The stack declares no parameter `timeuot`. [did you mean `timeout`?]",
            "13:49 template syntax error: The mapping template cannot be read: `#foreach` is never closed by `#end`. [it is on line 1, column 2 of the template]",
            "21:14 invalid reference: `${acount}` names nothing that a stack file knows. [did you mean `account`?]",
        ]
    );
    let folder = folder(&wrong);
    let shown = folder.problems(&stack(""));
    assert!(shown.contains(" --> api.yaml:8:15\n"), "{shown}");
    assert!(shown.contains("type: asw"), "{shown}");
}

#[test]
fn what_a_document_says_is_not_said_twice() {
    assert_eq!(
        said(DOCUMENT, "  routes: { GET /a: { function: checkout } }\n"),
        [
            "10:13 two sources: With `openapi` the document alone says what the API's routes are. [write it in the document, or take `openapi` away]"
        ]
    );
    assert_eq!(
        said(
            &DOCUMENT.replace("${params.timeout}", "5000"),
            "  stage: { methods: { GET /cats: { metrics: true } } }\n"
        ),
        ["10:23 unknown route: The API has no route `GET /cats`."]
    );
}

#[test]
fn a_method_that_nothing_answers_is_an_error() {
    let document = "swagger: '2.0'\ninfo: { title: a }\npaths:\n  /a/:\n    put: { responses: {} }\n";
    assert_eq!(
        said(document, ""),
        [
            "5:5 invalid OpenAPI document: The operation has no `x-amazon-apigateway-integration`: nothing answers it, and an API with such a method cannot be deployed."
        ]
    );
}

#[test]
fn files_that_cannot_be_read_are_told_at_their_name() {
    let folder = Folder::new();
    let said = match folder.read(&stack("")) {
        Ok(_) => panic!("read"),
        Err(problems) => told(&folder, &problems),
    };
    assert!(said[0].starts_with("9:12 file not readable: `api.yaml` cannot be read"), "{said:?}");
    let broken = super::openapi::said("openapi: 3.0.1\npaths: [\n", "");
    assert!(broken.len() == 1 && broken[0].contains("invalid YAML"), "{broken:?}");
}
