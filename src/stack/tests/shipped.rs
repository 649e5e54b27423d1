//! The stack files that come with the tool.

use serde_json::Value as JsonValue;

use super::super::file::{Cors, CorsRules};
use super::super::{GivenParams, Part, read, render, schema};
use super::shipped;

const NAMES: [&str; 6] = [
    "24-hour-video.yaml",
    "account-api.yaml",
    "auth0-authorizers.yaml",
    "auth0-custom-authorizer.yaml",
    "cudas.yaml",
    "lambda-auth.yaml",
];

fn json_of(name: &str) -> JsonValue {
    let text = std::fs::read_to_string(shipped(name)).unwrap();
    serde_yaml::from_str(&text).unwrap()
}

#[test]
fn they_hold_no_error_and_no_warning() {
    for name in NAMES {
        match read(&shipped(name)) {
            Ok((_, warnings)) => assert!(warnings.is_empty(), "{}", render(&warnings, false)),
            Err(problems) => panic!("{}", render(&problems, false)),
        }
    }
}

#[test]
fn they_are_valid_by_the_json_schema() {
    let validator = jsonschema::validator_for(&schema()).unwrap();
    for name in NAMES {
        let errors: Vec<String> =
            validator.iter_errors(&json_of(name)).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
    }
}

#[test]
fn they_resolve_for_their_stages_and_keep_the_secret_hidden() {
    let given: GivenParams = [("auth0_domain", "example.eu.auth0.com"), ("bucket", "videos")]
        .map(|(k, v)| (k.into(), v.into()))
        .into();
    let env = |name: &str| (name == "AUTH0_SECRET").then(|| "very-secret".to_owned());
    let (file, _) = read(&shipped("24-hour-video.yaml")).unwrap();
    let dev = file.resolve("dev", &given, &env).unwrap();
    let environment = &dev.stack.functions.get("user-profile").unwrap().environment;
    assert_eq!(environment.get("DOMAIN").unwrap().known(), Some("example.eu.auth0.com"));
    let secret = environment.get("AUTH0_SECRET").unwrap();
    assert!(matches!(secret.parts.as_slice(), [Part::Secret(secret)] if secret.expose() == "very-secret"));
    assert!(!format!("{dev:?}").contains("very-secret"));
    let issuer = dev.stack.functions.get("custom-authorizer").unwrap().environment.get("JWKS_URI").unwrap();
    assert_eq!(issuer.known(), Some("https://example.eu.auth0.com/.well-known/jwks.json"));
    assert!(!dev.protect);

    let prod = file.resolve("prod", &given, &env).unwrap();
    assert!(prod.protect);
    let environment = &prod.stack.functions.get("user-profile").unwrap().environment;
    assert_eq!(
        environment.get("AUTH0_SECRET").unwrap().to_string(),
        "${ssm:/24-hour-video/prod/auth0-secret}"
    );
    let CorsRules { origins, .. } = &prod.stack.api.as_ref().unwrap().cors.as_ref().unwrap().value;
    let known: Vec<_> = origins.iter().filter_map(|origin| origin.known()).collect();
    assert_eq!(known, ["https://24hourvideo.example", "https://www.24hourvideo.example"]);
    assert!(!matches!(
        prod.stack.api.unwrap().routes.get("GET /videos").unwrap().cors.as_deref(),
        Some(Cors::Off)
    ));
}

/// Every way through a JSON document, without the users' own keys.
fn keys(value: &JsonValue, found: &mut std::collections::BTreeSet<String>) {
    if let JsonValue::Object(members) = value {
        for (key, member) in members {
            found.insert(key.clone());
            keys(member, found);
        }
    }
}

/// The reader and the schema are made by one declaration; this shows it from the outside: of each shape, every key in the
/// schema is taken by the reader, and a key that is not there is refused by both.
#[test]
fn reader_and_schema_know_the_same_keys() {
    let schema = schema();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let shapes = [
        ("Stack", "", "stack file"),
        ("Function", "functions:\n  f:\n", "a function"),
        ("Role", "roles:\n  r:\n", "a role"),
        ("Api", "api:\n", "`api`"),
        ("Route", "api:\n  routes:\n    GET /:\n", "a route"),
        ("Response", "api:\n  routes:\n    GET /:\n      responses:\n        200:\n", "a response"),
        ("Authorizer", "api:\n  authorizers:\n    a:\n", "an authorizer"),
        ("StageSettings", "api:\n  stage:\n", "`api.stage`"),
        ("CorsRules", "api:\n  cors:\n", "`cors`"),
        ("Model", "api:\n  models:\n    M:\n", "a model"),
        ("Param", "params:\n  p:\n", "a parameter"),
        ("Stage", "stages:\n  s:\n", "a stage"),
        ("FunctionDefaults", "defaults:\n  function:\n", "`defaults.function`"),
    ];
    for (name, prefix, what) in shapes {
        let properties =
            schema["$defs"][name]["properties"].as_object().unwrap_or_else(|| panic!("no schema of {name}"));
        assert!(properties.len() >= 2);
        let indent =
            " ".repeat(prefix.lines().last().map_or(0, |line| line.len() - line.trim_start().len() + 2));
        let line = |key: &str| format!("{prefix}{indent}{key}: ~\n");
        for key in properties.keys() {
            let refused = super::said(&line(key))
                .into_iter()
                .any(|said| said.contains(&format!("There is no key `{key}`")));
            assert!(!refused, "{what}: the schema has `{key}` and the reader has not");
        }
        let told = super::said(&line("no_such_key"));
        assert!(
            told.iter().any(|said| said.contains(&format!("There is no key `no_such_key` in {what}"))
                || what == "stack file"),
            "{told:?}"
        );
        let document: JsonValue = serde_yaml::from_str(&line("no_such_key")).unwrap();
        assert!(!validator.is_valid(&document));
    }
    let mut found = std::collections::BTreeSet::new();
    keys(&schema, &mut found);
    assert!(found.contains("timeout_seconds"));
}

/// What a field says for itself is its description in an editor.
#[test]
fn every_key_is_described() {
    let schema = schema();
    for (name, definition) in schema["$defs"].as_object().unwrap() {
        for (key, property) in definition["properties"].as_object().into_iter().flatten() {
            let described = property["description"].as_str().is_some_and(|text| text.len() > 8);
            assert!(described, "{name}.{key} has no description");
        }
    }
}
