//! `render`: templates outside any API.

use serde_json::{Value as Json, json};

use super::project::Project;

#[test]
fn templates_are_rendered_as_the_gateway_does() {
    let project = Project::new();
    project.write(
        "request.vtl",
        "#set($context.requestOverride.header.X-Who = $input.params('who'))\n\
         {\"who\": \"$input.params('who')\", \"id\": \"$input.params().path.id\", \"n\": $input.json('$.n'), \
         \"of\": \"$stageVariables.of\", \"stage\": \"$context.stage\", \"nobody\": \"$nobody\"}",
    );
    let request = json!({
        "body": "{\"n\": [1, 2]}", "querystring": { "who": "Zoë" }, "path": { "id": "7" },
        "stageVariables": { "of": "variables" }, "context": { "stage": "dev" },
    });
    project.write("request.json", &request.to_string());
    let output = project.run(&["render", "request.vtl", "--request", "request.json"]);
    let wanted =
        json!({ "who": "Zoë", "id": "7", "n": [1, 2], "of": "variables", "stage": "dev", "nobody": "" });
    assert!(output.status.success());
    assert_eq!(serde_json::from_slice::<Json>(&output.stdout).expect("JSON"), wanted);
    let talk = String::from_utf8_lossy(&output.stderr);
    assert!(talk.contains("request.vtl:2:") && talk.contains("$nobody has no value"), "{talk}");
    let shown = project.must_json(&["render", "request.vtl", "--request", "request.json", "--json"]);
    assert_eq!(shown["requestOverride"]["header"]["X-Who"], "Zoë");
    assert_eq!(
        serde_json::from_str::<Json>(shown["text"].as_str().expect("text").trim()).expect("JSON"),
        wanted
    );

    project.write(
        "response.vtl",
        "#set($list = $input.path('$'))#if($list.size() > 1)#set($context.responseOverride.status = 206)#end\
         [#foreach($of in $list)\"$of.a\"#if($foreach.hasNext),#end#end]",
    );
    project.write("response.json", &json!({ "body": r#"[{"a": 1}, {"a": "b"}]"# }).to_string());
    let shown =
        project.must_json(&["render", "response.vtl", "--request", "response.json", "--response", "--json"]);
    assert_eq!((&shown["text"], &shown["responseOverride"]["status"]), (&json!(r#"["1","b"]"#), &json!(206)));
}

#[test]
fn what_cannot_be_rendered_is_told_with_its_place() {
    let project = Project::new();
    project.write("broken.vtl", "{\n  \"a\": 1,\n  #if($input.body == )x#end\n}\n");
    let told = |args: &[&str], code: i32, parts: &[&str]| {
        let output = project.run(args);
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{args:?}: {text}");
        assert!(output.stdout.is_empty(), "{args:?}");
        for part in parts {
            assert!(text.contains(part), "{args:?}: {part}:\n{text}");
        }
    };
    told(&["render", "broken.vtl"], 65, &["the template cannot be read", "broken.vtl:3:22: "]);
    told(&["render", "missing.vtl"], 1, &["missing.vtl"]);
    project.write("fails.vtl", "$input.json('$.a')");
    project.write("no.json", r#"{"body": "{"}"#);
    told(&["render", "fails.vtl", "--request", "no.json"], 1, &["Could not process payload"]);
    project.write("unknown.json", r#"{"bodies": "{"}"#);
    told(&["render", "fails.vtl", "--request", "unknown.json"], 64, &["unknown.json", "bodies"]);
    let output = project.run(&["render", "broken.vtl", "--json"]);
    let error: Json = serde_json::from_slice(&output.stdout).expect("one event");
    assert!(
        error["error"]["details"][0].as_str().is_some_and(|place| place.starts_with("broken.vtl:3:")),
        "{error}"
    );
}
