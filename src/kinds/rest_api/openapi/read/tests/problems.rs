//! What is said of wrong documents, and where.

use serde_json::{Value as Json, json};

use super::{base, both, said, warned};

/// The document with `value` at `pointer`, whose last key may be new.
fn with(mut document: Json, pointer: &str, value: Json) -> Json {
    let mut place = &mut document;
    for key in pointer.split('/').skip(1).map(|key| key.replace("~1", "/")) {
        place = &mut place[key];
    }
    *place = value;
    document
}

const GET: &str = "/paths/~1pets/get";
const INTEGRATION: &str = "/paths/~1pets/get/x-amazon-apigateway-integration";

type Case = (String, Json, &'static str);

/// Place, value put there, what is said; part 1 of 5.
fn cases_1() -> Vec<Case> {
    vec![
        (
            "/openapi".into(),
            json!("4.0.0"),
            "#/openapi: Of OpenAPI only version 3.0 is known. (it starts with `openapi: 3.0.1` or `swagger: \"2.0\"`)",
        ),
        (
            "/openapi".into(),
            Json::Null,
            "#: The document does not say which version of OpenAPI it is in. (it starts with `openapi: 3.0.1` or `swagger: \"2.0\"`)",
        ),
        ("/info".into(), json!({}), "#/info: The API has no name. (say `info: { title: … }`)"),
        ("/paths".into(), json!([]), "#/paths: Here must be an object, not a list."),
        ("/paths".into(), Json::Null, "#: The document has no `paths`."),
        (
            "/x-amazon-apigateway-bianry-media-types".into(),
            json!([]),
            "#/x-amazon-apigateway-bianry-media-types: API Gateway has no extension `x-amazon-apigateway-bianry-media-types`. (did you mean `x-amazon-apigateway-binary-media-types`?)",
        ),
        (
            "/paths/~1pets/x-amazon-apigateway-integration".into(),
            json!({}),
            "#/paths/~1pets/x-amazon-apigateway-integration: `x-amazon-apigateway-integration` is looked for in an operation only; here it would be ignored.",
        ),
        (
            "/x-amazon-apigateway-minimum-compression-size".into(),
            json!(10_485_761),
            "#/x-amazon-apigateway-minimum-compression-size: Here must be a whole number from 0 to 10485760; `10485761` is a number.",
        ),
        (
            "/x-amazon-apigateway-api-key-source".into(),
            json!("heder"),
            "#/x-amazon-apigateway-api-key-source: Here must be one of `authorizer`, `header`; `heder` is none of them. (did you mean `header`?)",
        ),
        (
            "/x-amazon-apigateway-policy".into(),
            json!("{"),
            "#/x-amazon-apigateway-policy: The resource policy is not a JSON object.",
        ),
        (
            "/x-amazon-apigateway-gateway-responses".into(),
            json!({"DEFAULT_4X": {}}),
            "#/x-amazon-apigateway-gateway-responses/DEFAULT_4X: API Gateway has no response type `DEFAULT_4X`. (did you mean `DEFAULT_4XX`?)",
        ),
        (
            "/x-amazon-apigateway-gateway-responses".into(),
            json!({"THROTTLED": {"statusCode": "teapot"}}),
            "#/x-amazon-apigateway-gateway-responses/THROTTLED/statusCode: Here must be a whole number from 100 to 599; `teapot` is text.",
        ),
    ]
}

/// Place, value put there, what is said; part 2 of 5.
fn cases_2() -> Vec<Case> {
    vec![
        (
            "/x-amazon-apigateway-request-validators".into(),
            json!({"all": {"validateRequestBody": "often"}}),
            "#/x-amazon-apigateway-request-validators/all/validateRequestBody: Here must be `true` or `false`; `often` is text.",
        ),
        (
            "/x-amazon-apigateway-request-validator".into(),
            json!("all"),
            "#/x-amazon-apigateway-request-validator: The document has no request validator `all`. (declare it in `x-amazon-apigateway-request-validators`)",
        ),
        ("/paths/pets".into(), json!({}), "#/paths/pets: The path `pets` does not start with `/`."),
        ("/paths/~1a~1~1b".into(), json!({}), "#/paths/~1a~1~1b: The path holds `//`."),
        (
            "/paths/~1{a}.json".into(),
            json!({}),
            "#/paths/~1{a}.json: `{` cannot be in the path segment `{a}.json`; a parameter is a whole segment.",
        ),
        (
            "/paths/~1{all+}~1more".into(),
            json!({}),
            "#/paths/~1{all+}~1more: `{all+}` takes the whole rest of the path, so nothing can come after it.",
        ),
        (
            "/paths/~1pets~1".into(),
            json!({}),
            "#/paths/~1pets~1: `/pets` is there twice: a `/` at the end makes no difference.",
        ),
        (
            "/paths/~1pets/gte".into(),
            json!({}),
            "#/paths/~1pets/gte: `gte` is not a method. (did you mean `get`?)",
        ),
        (
            format!("{GET}/parameters"),
            json!([{"name": "a"}]),
            "#/paths/~1pets/get/parameters/0: The parameter does not say where it is. (say `in: header`, `query` or `path`)",
        ),
        (
            format!("{GET}/parameters"),
            json!([{"in": "querystring", "name": "a"}]),
            "#/paths/~1pets/get/parameters/0/in: A parameter cannot be in `querystring`. (did you mean `query`?)",
        ),
        (
            format!("{GET}/parameters"),
            json!([{"in": "query"}]),
            "#/paths/~1pets/get/parameters/0: The parameter has no name.",
        ),
    ]
}

/// Place, value put there, what is said; part 3 of 5.
fn cases_3() -> Vec<Case> {
    vec![
        (
            format!("{GET}/parameters"),
            json!([{"in": "query", "name": "a"}, {"in": "query", "name": "a"}]),
            "#/paths/~1pets/get/parameters/1: The parameter `a` is there twice.",
        ),
        (
            format!("{GET}/parameters"),
            json!([{"$ref": "#/components/parameters/Page"}]),
            "#/paths/~1pets/get/parameters/0/$ref: The document has nothing at `#/components/parameters/Page`.",
        ),
        (
            format!("{GET}/parameters"),
            json!([{"$ref": "other.yaml#/Page"}]),
            "#/paths/~1pets/get/parameters/0/$ref: `other.yaml#/Page` is outside of this document; only references within it are followed. (it starts with `#/`)",
        ),
        (
            format!("{GET}/responses/2000"),
            json!({}),
            "#/paths/~1pets/get/responses/2000: `2000` is not a status.",
        ),
        (
            format!("{GET}/responses/200/content"),
            json!({"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}),
            "#/paths/~1pets/get/responses/200/content/application~1json/schema/$ref: The document has no schema `Pet`.",
        ),
        (
            format!("{GET}/security"),
            json!([{"jwt": []}]),
            "#/paths/~1pets/get/security/0/jwt: The document has no security scheme `jwt`.",
        ),
        (
            format!("{GET}/x-amazon-apigateway-auth"),
            json!({"type": "JWT"}),
            "#/paths/~1pets/get/x-amazon-apigateway-auth/type: `JWT` is not a type of `x-amazon-apigateway-auth`. (`NONE` or `AWS_IAM`; authorizers are named in `security`)",
        ),
        (
            INTEGRATION.into(),
            json!({}),
            "#/paths/~1pets/get/x-amazon-apigateway-integration: The integration has no `type`. (`aws_proxy`, `aws`, `http_proxy`, `http` or `mock`)",
        ),
        (
            format!("{INTEGRATION}/type"),
            json!("lambda"),
            "#/paths/~1pets/get/x-amazon-apigateway-integration/type: Here must be one of `aws`, `aws_proxy`, `http`, `http_proxy`, `mock`; `lambda` is none of them.",
        ),
        (
            INTEGRATION.into(),
            json!({"type": "http", "httpMethod": "GET"}),
            "#/paths/~1pets/get/x-amazon-apigateway-integration: An integration of type `http` needs a `uri`.",
        ),
    ]
}

/// Place, value put there, what is said; part 4 of 5.
fn cases_4() -> Vec<Case> {
    vec![
        (
            INTEGRATION.into(),
            json!({"type": "http_proxy", "uri": "https://a.example"}),
            "#/paths/~1pets/get/x-amazon-apigateway-integration: The integration has no `httpMethod`. (the method by which the backend is called)",
        ),
        (
            format!("{INTEGRATION}/timeoutInMillis"),
            json!(49),
            "#/paths/~1pets/get/x-amazon-apigateway-integration/timeoutInMillis: Here must be a whole number from 50 to 300000; `49` is a number.",
        ),
        (
            format!("{INTEGRATION}/passthroughBehavior"),
            json!("when_no_template"),
            "#/paths/~1pets/get/x-amazon-apigateway-integration/passthroughBehavior: Here must be one of `when_no_match`, `when_no_templates`, `never`; `when_no_template` is none of them. (did you mean `when_no_templates`?)",
        ),
        (
            format!("{INTEGRATION}/connectionType"),
            json!("VPC_LINK"),
            "#/paths/~1pets/get/x-amazon-apigateway-integration: The integration goes through a VPC link and does not say which. (give its `connectionId`)",
        ),
        (
            format!("{INTEGRATION}/requestParameters"),
            json!({"method.request.header.A": "'a'"}),
            "#/paths/~1pets/get/x-amazon-apigateway-integration/requestParameters/method.request.header.A: `method.request.header.A` is not a parameter of the backend's request. (`integration.request.header.X`, `….querystring.X` or `….path.X`)",
        ),
        (
            format!("{INTEGRATION}/responses"),
            json!({"4..": {"statusCode": 200}, "5..": {"statusCode": 200}}),
            "#/paths/~1pets/get/x-amazon-apigateway-integration/responses/5..: `4..` and `5..` both answer 200; API Gateway keeps one of them. (join the patterns: `4..|5..`)",
        ),
        (
            format!("{INTEGRATION}/responses"),
            json!({"4..": {}}),
            "#/paths/~1pets/get/x-amazon-apigateway-integration/responses/4..: The response has no `statusCode`.",
        ),
        (
            format!("{INTEGRATION}/responses"),
            json!({"4..": {"statusCode": 404}}),
            "#/paths/~1pets/get/x-amazon-apigateway-integration/responses/4..: The operation declares no response 404. (the operation's `responses` are 200)",
        ),
        (
            format!("{INTEGRATION}/responses/default/responseParameters"),
            json!({"method.response.header.Y": "'a'"}),
            "#/paths/~1pets/get/x-amazon-apigateway-integration/responses/default/responseParameters/method.response.header.Y: The operation's response 200 declares no header for `method.response.header.Y`. (did you mean `method.response.header.X`?)",
        ),
        (
            "/components/schemas".replace("components/schemas", "components"),
            json!({"schemas": {"Pet_Type": {}}}),
            "#/components/schemas/Pet_Type: `Pet_Type` cannot be the name of a model. (letters and digits only)",
        ),
    ]
}

/// Place, value put there, what is said; part 5 of 5.
fn cases_5() -> Vec<Case> {
    vec![
        (
            "/components".into(),
            json!({"securitySchemes": {"a": {"x-amazon-apigateway-authorizer": {"type": "jwt"}}}}),
            "#/components/securitySchemes/a/x-amazon-apigateway-authorizer/type: Here must be one of `token`, `request`, `cognito_user_pools`; `jwt` is none of them.",
        ),
        (
            "/components".into(),
            json!({"securitySchemes": {"a": {"x-amazon-apigateway-authorizer": {"type": "token"}}}}),
            "#/components/securitySchemes/a/x-amazon-apigateway-authorizer: The authorizer names no function. (give its `authorizerUri`)",
        ),
        (
            "/components".into(),
            json!({"securitySchemes": {"a": {"x-amazon-apigateway-authorizer": {"type": "cognito_user_pools"}}}}),
            "#/components/securitySchemes/a/x-amazon-apigateway-authorizer: The authorizer names no user pool. (list their ARNs in `providerARNs`)",
        ),
    ]
}

#[test]
fn every_problem_is_told_where_it_is() {
    let cases = [cases_1(), cases_2(), cases_3(), cases_4(), cases_5()];
    for (pointer, value, expected) in cases.into_iter().flatten() {
        assert_eq!(said(&with(base(false), &pointer, value)), [expected]);
    }
}

#[test]
fn requirements_that_nobody_checks_are_refused() {
    let mut document = base(false);
    document["components"] = json!({"securitySchemes": {
        "oauth": {"type": "oauth2"},
        "one": {"type": "apiKey", "x-amazon-apigateway-authorizer": {"type": "token", "authorizerUri": "arn:a"}},
        "two": {"type": "apiKey", "x-amazon-apigateway-authorizer": {"type": "token", "authorizerUri": "arn:b"}},
    }});
    let get = "#/paths/~1pets/get/security";
    document["paths"]["/pets"]["get"]["security"] = json!([{"oauth": []}]);
    assert_eq!(
        said(&document),
        [format!(
            "{get}/0/oauth: API Gateway cannot check `oauth`: everyone would be let in. (give the scheme an `x-amazon-apigateway-authorizer`, or take the requirement away)"
        )]
    );
    document["paths"]["/pets"]["get"]["security"] = json!([{"one": []}, {"two": []}]);
    assert_eq!(
        said(&document),
        [format!("{get}/1/two: A method has one authorizer; `one` and `two` cannot both be asked.")]
    );
}

#[test]
fn one_path_parameter_at_one_place() {
    let mut document = base(true);
    document["paths"]["/pets/{id}"] = json!({});
    document["paths"]["/pets/{name}/toys"] = json!({});
    assert_eq!(
        said(&document),
        [
            "#/paths/~1pets~1{name}~1toys: Under `/pets` there is `{name}` here and `{id}` in another path; API Gateway allows one path parameter at one place. (give both the same name)"
        ]
    );
}

#[test]
fn what_is_left_out_is_told() {
    let [swagger, openapi] = both(|document, swagger| {
        let get = &mut document["paths"]["/pets"]["get"];
        get["parametres"] = json!([]);
        get["responses"]["default"] = json!({"description": ""});
        get["parameters"] = json!([{"in": "path", "name": "id", "required": true, "type": "string"}]);
        let integration = &mut get["x-amazon-apigateway-integration"];
        integration["requestParameters"] = json!({"integration.request.header.A": true});
        integration["cacheKeyParameter"] = json!([]);
        document["paths"]["/pets"]["trace"] = json!({});
        document["paths"]["/pets"]["put"] = json!({"operationId": "a"});
        document["paths"]["/pets"]["post"] = json!({"operationId": "a"});
        document["x-amazon-apigateway-documentation"] = json!({});
        if swagger {
            document["basePath"] = json!("/v1");
            document["definitions"] = json!({"A": {"example": 1, "properties": {"example": {"example": 2}}}});
        } else {
            document["servers"] = json!([{"url": "https://a.example/v1"}]);
            document["components"] =
                json!({"schemas": {"A": {"example": 1, "properties": {"example": {"example": 2}}}}});
        }
    });
    let get = "#/paths/~1pets/get";
    let unanswered = "The operation has no `x-amazon-apigateway-integration`: nothing answers it, and an API with such a method cannot be deployed.";
    let mut expected = vec![
        "#/x-amazon-apigateway-documentation: Documentation parts are not managed; this is left out.".to_owned(),
        "#/basePath: The base path `/v1` is ignored. (write it before each path where it is meant to stay)".into(),
        format!("{get}/parametres: There is no `parametres` in an operation; it is ignored. (did you mean `parameters`?)"),
        format!("{get}/parameters/0: The path `/pets` has no parameter `{{id}}`."),
        format!("{get}/responses/default: A method answers with exact statuses; the response `default` is left out."),
        format!("{get}/x-amazon-apigateway-integration/cacheKeyParameter: There is no `cacheKeyParameter` in an integration; it is ignored. (did you mean `cacheKeyParameters`?)"),
        format!("{get}/x-amazon-apigateway-integration/requestParameters/integration.request.header.A: The value of `integration.request.header.A` is not text; it is left out. (write a literal as `\"'true'\"`)"),
        "#/paths/~1pets/trace: API Gateway has no method TRACE; this operation is left out.".into(),
        format!("#/paths/~1pets/put: {unanswered}"),
        "#/paths/~1pets/post/operationId: Another operation is called `a` too. (OpenAPI wants each `operationId` once)".into(),
        format!("#/paths/~1pets/post: {unanswered}"),
        "#/definitions/A/example: API Gateway ignores `example` in schemas (here and in one other place).".into(),
    ];
    assert_eq!(warned(&swagger), expected);
    expected[1] = expected[1].replace("#/basePath", "#/servers/0/url");
    expected[11] = expected[11].replace("#/definitions", "#/components/schemas");
    assert_eq!(warned(&openapi), expected);
}
