use serde_json::{Value, json};

use super::Validators;
use crate::{
    gateway::{
        check_fixture::{World, seen},
        gateway_response::GatewayResponseType as Kind,
    },
    kinds::rest_api::{Method, Model, Validator},
};

fn world(models: &[(&str, Value)], validator: Validator) -> World {
    let request_models = models
        .first()
        .map(|(name, _)| ("application/json".to_owned(), (*name).to_owned()))
        .into_iter()
        .collect();
    let request_parameters = [
        ("method.request.header.X-Who", true),
        ("method.request.path.id", true),
        ("method.request.querystring.q", true),
        ("method.request.querystring.free", false),
    ];
    let mut world = World::new(Method {
        request_validator: Some("all".into()),
        request_models,
        request_parameters: request_parameters.map(|(name, required)| (name.to_owned(), required)).into(),
        ..Method::default()
    });
    world.served.definition.validators.insert("all".into(), validator);
    for (name, schema) in models {
        let model = Model { schema: schema.to_string(), ..Model::default() };
        world.served.definition.models.insert((*name).to_owned(), model);
    }
    let methods = world.served.definition.resources.get_mut("/pets/{id}").unwrap();
    methods.values_mut().for_each(|method| *method = world.method.clone());
    world
}

const BODY: Validator = Validator { body: true, parameters: false };

fn pet() -> Value {
    json!({
        "$schema": "http://json-schema.org/draft-04/schema#",
        "type": "object",
        "required": ["name", "price"],
        "properties": {
            "name": { "type": "string", "minLength": 2, "pattern": "^[a-z]+$" },
            "price": { "type": "number", "minimum": 25, "maximum": 500 },
            "kind": { "enum": ["dog", "cat"] },
            "tags": { "type": "array", "maxItems": 1, "items": { "type": "string" } }
        },
        "additionalProperties": false
    })
}

async fn judged(world: &mut World, body: &str) -> Option<(Kind, Option<String>)> {
    world.request.body = body.as_bytes().to_vec();
    let check = Validators::new(&world.served);
    seen(world.run(&check).await)
}

async fn why(world: &mut World, body: &str) -> String {
    world.request.body = body.as_bytes().to_vec();
    let check = Validators::new(&world.served);
    world.run(&check).await.unwrap_err().extra.remove("validationErrorString").unwrap_or_default()
}

fn invalid() -> Option<(Kind, Option<String>)> {
    Some((Kind::BadRequestBody, Some("Invalid request body".into())))
}

#[tokio::test]
async fn missing_parameters_are_listed_and_come_before_the_body() {
    let mut world = world(&[("Pet", pet())], Validator { body: true, parameters: true });
    let missing = |names: &str| {
        Some((Kind::BadRequestParameters, Some(format!("Missing required request parameters: [{names}]"))))
    };
    assert_eq!(judged(&mut world, "{}").await, missing("X-Who, q"));
    world.header("x-who", " ");
    world.query = vec![("q".into(), String::new()), ("free".into(), "1".into())];
    world.path.clear();
    assert_eq!(judged(&mut world, "{}").await, missing("X-Who, id, q"));
    world.header("x-who", "me").path.insert("id".into(), "1".into());
    world.query.push(("q".into(), "x".into()));
    assert_eq!(judged(&mut world, "{}").await, invalid());
    assert_eq!(judged(&mut world, r#"{"name": "rex", "price": 30}"#).await, None);
}

#[tokio::test]
async fn bodies_must_fit_their_model() {
    let mut world = world(&[("Pet", pet())], BODY);
    for good in [
        r#"{"name": "rex", "price": 25}"#,
        r#"{"name": "rex", "price": 499.5, "kind": "cat", "tags": ["a", "b", "c"]}"#,
    ] {
        assert_eq!(judged(&mut world, good).await, None, "{good}");
    }
    for bad in ["", "{", "null", "[]", r#"{"name": "rex"}"#, r#"{"name": "rex", "price": 24}"#] {
        assert_eq!(judged(&mut world, bad).await, invalid(), "{bad}");
    }
}

#[tokio::test]
async fn messages_say_what_is_wrong() {
    let mut world = world(&[("Pet", pet())], BODY);
    for (body, expected) in [
        ("{}", r#"[object has missing required properties (["name","price"])]"#),
        (
            r#"{"name": "rex", "price": 501}"#,
            "[numeric value is greater than the required maximum (maximum: 500, found: 501)]",
        ),
        (
            r#"{"name": "rex", "price": 1}"#,
            "[numeric value is lower than the required minimum (minimum: 25, found: 1)]",
        ),
        (
            r#"{"name": "rex", "price": "x"}"#,
            r#"[instance type (string) does not match any allowed primitive type (allowed: ["integer","number"])]"#,
        ),
        (
            r#"{"name": "rex", "price": 30, "kind": "bird"}"#,
            r#"[instance value ("bird") not found in enum (possible values: ["dog","cat"])]"#,
        ),
        (r#"{"name": "r", "price": 30}"#, r#"[string "r" is too short (length: 1, required minimum: 2)]"#),
        (
            r#"{"name": "REX", "price": 30}"#,
            r#"[ECMA 262 regex "^[a-z]+$" does not match input string "REX"]"#,
        ),
        (
            r#"{"name": "rex", "price": 30, "z": 1, "y": 2}"#,
            r#"[object instance has properties which are not allowed by the schema: ["y","z"]]"#,
        ),
        ("[]", r#"[instance type (array) does not match any allowed primitive type (allowed: ["object"])]"#),
        ("not json", ""),
    ] {
        assert_eq!(why(&mut world, body).await, expected, "{body}");
    }
}

#[tokio::test]
async fn content_types_choose_the_model() {
    let mut world = world(&[("Pet", pet())], BODY);
    assert_eq!(judged(&mut world, "[]").await, invalid());
    world.header("Content-Type", "Application/JSON; charset=utf-8");
    assert_eq!(judged(&mut world, "[]").await, invalid());
    world.header("Content-Type", "text/plain");
    assert_eq!(judged(&mut world, "[]").await, None);
    world.method.request_models.insert("$default".into(), "Pet".into());
    assert_eq!(judged(&mut world, "[]").await, invalid());
}

#[tokio::test]
async fn models_refer_to_models_in_both_forms() {
    let ours = json!({ "type": "array", "items": { "$ref": "#/components/schemas/Pet" } });
    let aws = json!({ "type": "array", "items": { "$ref": "https://apigateway.amazonaws.com/restapis/a1b2c3/models/Pet" } });
    let part = json!({ "type": "array", "items": { "$ref": "#/components/schemas/Pet/properties/price" } });
    for (list, good) in [
        (ours, r#"[{"name": "rex", "price": 30}]"#),
        (aws, r#"[{"name": "rex", "price": 30}]"#),
        (part, "[30]"),
    ] {
        let mut world = world(&[("Pets", list.clone()), ("Pet", pet())], BODY);
        assert_eq!(judged(&mut world, good).await, None, "{list}");
        assert_eq!(judged(&mut world, r#"[{"name": "rex"}]"#).await, invalid(), "{list}");
        assert_eq!(judged(&mut world, "").await, invalid(), "{list}");
    }
}

#[tokio::test]
async fn models_may_refer_to_themselves_and_to_their_own_definitions() {
    let tree = json!({
        "definitions": { "label": { "type": "string" } },
        "properties": {
            "label": { "$ref": "#/definitions/label" },
            "children": { "type": "array", "items": { "$ref": "#/components/schemas/Tree" } }
        }
    });
    let wood = json!({ "items": { "$ref": "#/components/schemas/Tree" } });
    let mut world = world(&[("Wood", wood), ("Tree", tree)], BODY);
    assert_eq!(judged(&mut world, r#"[{"label": "a", "children": [{"label": "b"}]}]"#).await, None);
    assert_eq!(judged(&mut world, r#"[{"label": "a", "children": [{"label": 1}]}]"#).await, invalid());
}

#[tokio::test]
async fn a_model_that_is_missing_or_broken_is_an_error_of_the_api() {
    let broken = json!({ "$ref": "#/components/schemas/Nowhere" });
    let mut with_broken = world(&[("Pet", broken)], BODY);
    let (kind, message) = judged(&mut with_broken, "{}").await.unwrap();
    assert_eq!((kind, message.as_deref()), (Kind::ApiConfigurationError, Some("Internal server error")));
    let mut with_empty = world(&[], BODY);
    with_empty.method.request_models.insert("application/json".into(), "Empty".into());
    let methods = with_empty.served.definition.resources.get_mut("/pets/{id}").unwrap();
    methods.values_mut().for_each(|method| *method = with_empty.method.clone());
    assert_eq!(judged(&mut with_empty, "").await, None);
    assert_eq!(judged(&mut with_empty, r#"{"any": 1}"#).await, None);
}

#[tokio::test]
async fn nothing_is_looked_at_without_a_validator() {
    let mut world = world(&[("Pet", pet())], BODY);
    world.method.request_validator = None;
    assert_eq!(judged(&mut world, "nonsense").await, None);
}
