//! Rules of the API: routes, authorizers, cross-origin rules, settings of the stage.

use super::{Folder, said, with_function};

fn lines(text: &str) -> String {
    said(text).join("\n")
}

#[test]
fn routes_that_collide_or_cannot_be_read() {
    insta::assert_snapshot!(lines(&with_function(
        "api:
  routes:
    GET /a/{x}: { function: checkout }
    POST /a/{y}: { function: checkout }
    ANY /a/{x}: { function: checkout }
    GET /a/{x}/: { function: checkout }
    GET /b/{p+}: { function: checkout }
    GET /b/{p+}/c: { function: checkout }
    GET /c/{i}/d/{i}: { function: checkout }
    FETCH /d: { function: checkout }
    GET e: { function: checkout }
    /f: { function: checkout }
    GET /g//h: { function: checkout }
    GET /i{j}: { function: checkout }
    GET /k l: { function: checkout }
"
    )), @r"
    10:5 routes collide: Under `/a` there is `{y}` here and `{x}` on line 9; API Gateway allows one path parameter at one place. [give both the same name]
    12:5 routes collide: `GET /a/{x}/` is there already; blanks and a `/` at the end make no difference.
    14:5 invalid route: `{p+}` takes the whole rest of the path, so nothing can come after it.
    15:5 invalid route: The path parameter `{i}` is there twice.
    16:5 unknown method: `FETCH` is not a method of a REST API. [one of GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS, ANY]
    17:5 invalid route: The path `e` does not start with `/`. [a route is written as a method and a path, such as `GET /orders/{id}`]
    18:5 invalid route: `/f` is not a method and a path. [a route is written as a method and a path, such as `GET /orders/{id}`]
    19:5 invalid route: The path holds `//`.
    20:5 invalid route: `{` cannot be in the path segment `i{j}`; a parameter is a whole segment.
    21:5 invalid route: ` ` cannot be in the path segment `k l`; a parameter is a whole segment.
    ");
}

#[test]
fn route_settings() {
    insta::assert_snapshot!(lines(&with_function(
        "api:
  validators: { all: { body: true } }
  models: { Bad-Name: { schema: '[1]' }, Order: { schema: { type: objekt, $schema: 'http://json-schema.org/draft-07/schema#' } } }
  routes:
    GET /a/{id}:
      function: chekout
      authorizer: jwt
      validator: al
      authorization_scopes: [a]
      request_models: { application/json: Ordr }
      request_parameters: { method.request.path.ix: true, method.request.body.x: true }
      cache_key_parameters: [method.request.querystring.q]
      request_templates: { application/json: '{}' }
      responses: { 200: {} }
      timeout_ms: 40000
    GET /b: { function: checkout, mock: true }
    GET /c: { mock: {}, integration: proxy, responses: { 200: {} } }
    GET /d:
      function: checkout
      integration: custom
    GET /e:
      http: { url: example.com, method: FETCH }
      integration: custom
      responses:
        99: {}
        200: { headers: { 'bad header': 'x', Good: integration.response.header.A } }
        201: { models: { application/json: None } }
        400: { when: '*bad' }
"
    )), @r#"
    9:33 invalid model schema: A model's schema is a JSON object, and the JSON text is something else.
    9:59 unsupported schema version: The model says `$schema: http://json-schema.org/draft-07/schema#`; API Gateway knows draft 4 only. [write `http://json-schema.org/draft-04/schema#`]
    9:59 invalid model schema: `objekt` is not a type of JSON Schema. [did you mean `object`?]
    12:17 unknown function: The stack has no function `chekout`. [did you mean `checkout`?]
    13:19 unknown authorizer: The API has no authorizer `jwt`. [declare it under `api.authorizers`]
    14:18 unknown validator: The API has no validator `al`. [did you mean `all`?]
    15:30 setting without effect: `authorization_scopes` are looked at for `cognito` authorizers only. [check the scope in the function]
    16:43 unknown model: The API has no model `Ordr`. [did you mean `Order`?]
    17:29 unknown path parameter: The path `/a/{id}` has no parameter `{ix}`.
    17:59 invalid parameter: `method.request.body.x` is not a request parameter. [`method.request.header.X`, `method.request.querystring.X` or `method.request.path.X`]
    18:30 undeclared parameter: `method.request.querystring.q` is part of the cache key and is not among `request_parameters`.
    19:28 setting without effect: API Gateway ignores `request_templates` of a proxy integration. [say `integration: custom`, or take it away]
    20:20 setting without effect: API Gateway ignores `responses` of a proxy integration. [say `integration: custom`, or take it away]
    21:19 value out of range: Here must be a whole number from 50 to 29000; `40000` is not. [at most 29000]
    22:5 too many backends: A route has one backend, and this one has function and mock.
    22:5 missing key: A custom integration without `responses` answers every call with 500. [the least is `responses: { 200: {} }`]
    23:38 invalid integration: A route with `mock` cannot be a proxy: there is no backend that makes the whole answer. [leave `integration` out]
    23:58 setting without effect: API Gateway ignores `responses` of a proxy integration. [say `integration: custom`, or take it away]
    24:5 missing key: A custom integration without `responses` answers every call with 500. [the least is `responses: { 200: {} }`]
    28:20 invalid URL: `example.com` does not start with `https://` or `http://`.
    28:41 unknown method: `FETCH` is not an HTTP method.
    31:9 invalid status: `99` is not a status code from 100 to 599.
    32:9 two default responses: `200` and `99` both have no `when`, and only one can be the default.
    32:27 invalid header: `bad header` cannot be the name of a header. [give its name alone, such as `ETag`]
    32:41 invalid mapping: `x` is neither text in single quotes nor one of `integration.response.…`, `context.…`, `stageVariables.…`. [text is written `"'x'"`]
    33:9 two default responses: `201` and `99` both have no `when`, and only one can be the default.
    33:44 unknown model: The API has no model `None`. [declare it under `api.models`]
    34:22 invalid regular expression: This pattern cannot be read: `*` repeats nothing.
    "#);
}

#[test]
fn authorizers() {
    insta::assert_snapshot!(lines(&with_function(
        "api:
  authorizers:
    a: { type: token, function: nobody, identity_sources: [method.request.querystring.t], validation_expression: '^Bearer [', result_ttl_seconds: 4000 }
    b: { type: request, function: checkout, identity_sources: [method.request.path.x], validation_expression: a }
    c: { type: cognito, function: checkout }
    iam: { type: tokn }
    unused: { type: request, function: checkout, result_ttl_seconds: 0 }
  routes:
    GET /a: { function: checkout, authorizer: a }
    GET /b: { function: checkout, authorizer: b }
    GET /c: { function: checkout, authorizer: c }
"
    )), @r"
    9:33 unknown function: The stack has no function `nobody`. [declare it under `functions`, or give an ARN]
    9:60 invalid identity source: `method.request.querystring.t` cannot be an identity source of this type of authorizer. [a header, such as `method.request.header.Authorization`]
    9:114 invalid regular expression: This pattern cannot be read: a `[` is never closed.
    9:147 value out of range: Here must be a whole number from 0 to 3600; `4000` is not. [at most 3600]
    10:64 invalid identity source: A path parameter cannot be an identity source.
    10:111 setting without effect: API Gateway ignores `validation_expression` of a `request` authorizer.
    11:5 missing key: A `cognito` authorizer needs `user_pools`.
    11:35 setting without effect: A `cognito` authorizer asks user pools; it calls no function.
    12:18 unknown value: Here must be one of `token`, `request`, `cognito`, not `tokn`. [did you mean `token`?]
    13:5 unused authorizer: No route says `authorizer: unused`, so it protects nothing.
    ");
}

#[test]
fn cors() {
    insta::assert_snapshot!(lines(&with_function(
        "api:
  cors: { origins: '*', credentials: true, methods: [GETT], headers: ['a b'] }
  routes:
    GET /a: { function: checkout, cors: { origins: ['https://a.example/', 'a.example'] } }
    GET /b: { function: checkout, cors: true }
    GET /c: { function: checkout, cors: false }
"
    )), @r"
    8:38 credentials for every origin: Browsers refuse answers that allow credentials together with the origin `*`. [list the origins that may send credentials]
    8:54 unknown method: `GETT` is not an HTTP method.
    8:71 invalid header: `a b` cannot be the name of a header.
    10:53 invalid origin: `https://a.example/` is not an origin, so no browser will ever send it. [an origin is a scheme and a host, such as `https://video.example`, without a path or a `/` at its end]
    10:75 invalid origin: `a.example` is not an origin, so no browser will ever send it. [an origin is a scheme and a host, such as `https://video.example`, without a path or a `/` at its end]
    11:41 wrong type: Here must be a mapping, or `false`; `true` is a boolean.
    ");
}

#[test]
fn stage_settings_and_gateway_responses() {
    insta::assert_snapshot!(lines(&with_function(
        "api:
  endpoint: { type: regional, vpc_endpoints: [vpce-1] }
  gateway_responses: { UNAUTHORISED: {}, DEFAULT_4XX: { status: 400, headers: { A: plain } } }
  routes: { GET /a: { function: checkout } }
  stage:
    variables: { a-b: x, c: 'a b' }
    access_log: { format: '{}' }
    methods: { GET /b: {}, GET /a: { cache: { size_gb: 0.5 } } }
    cache: { size_gb: 7 }
    throttling: { rate: -1 }
"
    )), @r#"
    8:13 setting without effect: Only private APIs are reached through VPC endpoints.
    9:24 unknown value: API Gateway has no response type `UNAUTHORISED`. [did you mean `UNAUTHORIZED`?]
    9:65 one status for all: `DEFAULT_4XX` with a status gives every answer of that family this one status. [leave `status` out to keep each answer's own]
    9:84 invalid mapping: `plain` is neither text in single quotes nor one of `context.…`, `stageVariables.…`, `method.request.…`. [text is written `"'plain'"`]
    12:18 invalid name: `a-b` cannot be the name of a stage variable. [letters, digits and `_`, at most 64]
    12:29 invalid stage variable: ` ` cannot be in the value of a stage variable. [letters, digits and `-._~:/?#&=,`]
    13:27 invalid access log format: The line of an access log must hold `$context.requestId` or `$context.extendedRequestId`.
    14:16 unknown route: The API has no route `GET /b`. [did you mean `GET /a`?]
    14:56 setting without effect: A stage has one cache; its size is set in `api.stage.cache`.
    15:23 wrong type: Here must be one of the cache sizes 0.5, 1.6, 6.1, 13.5, 28.4, 58.2, 118, 237; `7` is a whole number.
    16:5 missing key: The key `burst` is missing here.
    16:25 wrong type: Here must be a number that is not negative; `-1` is a whole number.
    "#);
}

#[test]
fn template_errors_are_shown_at_their_own_place() {
    let folder = Folder::new();
    std::fs::write(folder.0.path().join("list.vtl"), "{\n  #foreach($a in $b)\n}\n").unwrap();
    insta::assert_snapshot!(folder.problems(&with_function(
        "api:
  routes:
    GET /a:
      function: checkout
      integration: custom
      request_templates:
        application/json: |
          {
            #foreach($x in $y) ${x}
          }
        text/plain: { file: list.vtl }
        text/xml: { file: none.vtl }
      responses: { 200: {} }
"
    )), @r"
    error: template syntax error
     --> list.vtl:2:3
      |
    2 |   #foreach($a in $b)
      |   ^
      |
      = The mapping template cannot be read: `#foreach` is never closed by `#end`.
      = hint: it is on line 2, column 3 of the template

    error: template syntax error
      --> stack.yaml:15:13
       |
    15 |             #foreach($x in $y) ${x}
       |             ^
       |
       = The mapping template cannot be read: `#foreach` is never closed by `#end`.
       = hint: it is on line 2, column 3 of the template

    error: file not readable
      --> stack.yaml:18:27
       |
    18 |         text/xml: { file: none.vtl }
       |                           ^^^^^^^^
       |
       = `none.vtl` cannot be read: No such file or directory (os error 2).
    ");
}
