//! Layers, aliases and event sources of functions: what is said of each mistake.

use super::{said, with_function};

fn lines(text: &str) -> String {
    said(text).join("\n")
}

#[test]
fn layers() {
    insta::assert_snapshot!(lines(&with_function(&format!(
        "    layers: [jwd, jwt, jwt, 'arn:aws:lambda:eu-west-1:1:layer:x', '${{layers.jwd.arn}}', '${{layers.jwt.name}}']
layers:
  jwt: {{ code: nowhere, compatible_runtimes: [node22], compatible_architectures: [arm], license: {}, description: {} }}
  'a b': {{ code: code, handler: x }}
",
        "l".repeat(513),
        "d".repeat(161)
    ))), @r"
    7:14 unknown layer: The stack has no layer `jwd`. [did you mean `jwt`?]
    7:24 layer named twice: This layer is in the list already; Lambda takes each once.
    7:29 invalid ARN: `arn:aws:lambda:eu-west-1:1:layer:x` is not the ARN of a layer version. [it ends in `:layer:<name>:<version>`]
    7:68 unknown reference: `layers` has no `jwd`. [did you mean `jwt`?]
    7:88 too many layers: The function has 6 layers; Lambda takes at most 5.
    7:89 invalid reference: `${layers.jwt.name}` asks for `name`, which does not exist. [it may be `arn`]
    9:16 code folder missing: The folder `nowhere` does not exist. [the path is relative to the stack file]
    9:47 unknown runtime: `node22` is not a runtime known to this version of gatewright; AWS may know it.
    9:83 unknown value: Here must be one of `x86_64`, `arm64`, not `arm`. [did you mean `arm64`?]
    9:98 text too long: The licence is at least 513 characters long; AWS takes at most 512.
    9:626 text too long: The description is at least 161 characters long; a layer's may have 160.
    10:3 invalid name: `a b` cannot be the name of a layer. [letters, digits, `_` and `-`]
    10:24 unknown key: There is no key `handler` in a layer. [the keys are `code`, `include`, `exclude`, `build`, `description`, `compatible_runtimes`, `compatible_architectures`, `license`]
    ");
}

#[test]
fn aliases() {
    insta::assert_snapshot!(lines(&with_function(&format!(
        "    alias: 12
  two: {{ code: code, runtime: nodejs22.x, handler: index.handler, alias: {{ name: 'a b', previous_percent: 100, description: {}, version: 3 }} }}
  three: {{ code: code, runtime: nodejs22.x, handler: index.handler, keep_versions: 2 }}
  four: {{ code: code, runtime: nodejs22.x, handler: index.handler, alias: {{ description: x }} }}
",
        "d".repeat(241)
    ))), @r"
    7:12 invalid name: `12` cannot be the name of an alias. [letters, digits, `_` and `-`, at most 128, and not digits alone]
    8:82 invalid name: `a b` cannot be the name of an alias. [letters, digits, `_` and `-`, at most 128, and not digits alone]
    8:107 value out of range: Here must be a whole number from 0 to 99; `100` is not. [at most 99]
    8:125 text too long: The description is at least 241 characters long; an alias's may have 240.
    8:368 unknown key: There is no key `version` in an alias. [the keys are `name`, `description`, `previous_percent`]
    9:84 `keep_versions` without effect: Versions are published for an alias, and the function has none. [say `alias: live`, for example]
    10:68 missing key: The key `name` is missing here.
    ");
}

#[test]
fn events() {
    insta::assert_snapshot!(lines(&with_function(
        "    events:
      - schedule: rate(5 minute)
      - schedule: 5 minutes
        batch_size: 3
        prefix: x
      - schedule: cron(0 12 * * * *)
      - stream: orders
        enabled: false
        input: {}
      - stream: arn:aws:sqs:eu-west-1:1:queue
      - { stream: 'arn:aws:dynamodb:eu-west-1:1:table/t/stream/1', batch_size: 1001, filters: [{}, {}, {}, {}, {}, {}] }
      - { stream: 'arn:aws:dynamodb:eu-west-1:1:table/t/stream/1', starting_position: newest }
      - { bucket: uploads, events: ['s3:ObjectCreate:*'] }
      - { bucket: uploads, prefix: videos/ }
      - { schedule: rate(1 day), bucket: uploads }
      - {}
  a-function-whose-name-is-just-about-as-long-as-can-be: { code: code, runtime: nodejs22.x, handler: index.handler, events: [{ schedule: rate(1 hour) }] }
"
    )), @r"
    8:19 invalid schedule: EventBridge wants `rate(5 minutes)`. [such as `rate(5 minutes)` or `cron(0 12 * * ? *)`, in UTC]
    9:19 invalid schedule: `5 minutes` is neither `rate(…)` nor `cron(…)`. [such as `rate(5 minutes)` or `cron(0 12 * * ? *)`, in UTC]
    10:21 key without effect: `batch_size` belongs to a `stream`, and this is a `schedule`.
    11:17 key without effect: `prefix` belongs to a `bucket`, and this is a `schedule`.
    12:19 invalid schedule: One of day of month and day of week must be `?`, and not both. [such as `rate(5 minutes)` or `cron(0 12 * * ? *)`, in UTC]
    13:17 unknown table: The stack has no table `orders`. [declare it under `tables`, or give the ARN of a stream]
    15:16 key without effect: `input` belongs to a `schedule`, and this is a `stream`.
    16:17 invalid ARN: `arn:aws:sqs:eu-west-1:1:queue` is not the ARN of a table's stream. [it ends in `:table/<name>/stream/<time>`]
    17:80 batch too large: More than 1000 records need a second at least to be gathered in. [say `batching_window_seconds: 1` or more]
    17:116 too many filters: The stream has 6 filters; Lambda takes at most 5.
    18:19 stream named twice: The function reads this stream already; Lambda lets it read each once.
    18:87 unknown value: Here must be one of `latest`, `trim_horizon`, not `newest`. [it may be `latest`, `trim_horizon`]
    19:19 unknown bucket: The stack has no bucket `uploads`. [declare it under `buckets`]
    19:37 unknown event: `s3:ObjectCreate:*` is none of S3's words for what happens to objects. [did you mean `s3:ObjectCreated:*`?]
    20:19 unknown bucket: The stack has no bucket `uploads`. [declare it under `buckets`]
    21:9 not one source: An event has one source. [say one of `schedule`, `stream` and `bucket`; the list takes more events]
    22:9 not one source: Nothing is said here of what invokes the function. [say one of `schedule`, `stream` and `bucket`; the list takes more events]
    23:138 name too long: The rule `orders-dev-a-function-whose-name-is-just-about-as-long-as-can-be-schedule` would have a name of 73 characters; EventBridge takes 64. [shorten the function's key, the stage's name or the stack's]
    ");
}

/// What a compiled stack consists of.
fn graph(text: &str) -> crate::planner::Graph {
    let stack = super::resolve(text, "dev", &[]).unwrap();
    let identity = crate::model::Identity::new("111122223333", "eu-west-1");
    let (artifacts, sites, outputs, secrets) = Default::default();
    let inputs = crate::stack::compile::Inputs {
        identity: &identity,
        artifacts: &artifacts,
        sites: &sites,
        outputs: &outputs,
        secrets: &secrets,
    };
    crate::stack::compile::compile(&stack, &inputs).unwrap().graph
}

const STREAM: &str = "arn:aws:dynamodb:eu-west-1:111122223333:table/theirs/stream/2026-01-01T00:00:00.000";

#[test]
fn an_alias_is_what_everything_invokes() {
    let graph = graph(&with_function(&format!(
        "    alias: live
    events: [{{ schedule: rate(1 hour), input: {{ a: 1 }} }}, {{ stream: '{STREAM}', filters: [{{ b: [1], a: [2] }}] }}]
api:
  authorizers: {{ own: {{ type: token, function: checkout }} }}
  routes: {{ GET /: {{ function: checkout, authorizer: own }} }}
outputs: {{ uri: '${{functions.checkout.invocation_uri}}', arn: '${{functions.checkout.arn}}' }}
"
    )));
    let addresses: Vec<String> = graph.nodes.keys().map(|at| format!("{}/{}", at.kind, at.key)).collect();
    insta::assert_snapshot!(addresses.join("\n"), @r"
    api_deployment/api
    api_stage/api
    event_rule/checkout-schedule
    event_source_mapping/checkout/theirs
    iam_role/checkout-role
    lambda_alias/checkout
    lambda_function/checkout
    lambda_permission/checkout:live
    lambda_permission/checkout:live/rule-checkout-schedule
    log_group/checkout
    rest_api/api
    stack_outputs/outputs
    ");
    let json = |kind: &str, key: &str| {
        let node = &graph.nodes[&graph.scope.address(kind, key)];
        serde_json::to_value(&node.desired).unwrap()[kind].clone()
    };
    let arn = "arn:aws:lambda:eu-west-1:111122223333:function:orders-dev-checkout:live";
    let uri = format!("arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/{arn}/invocations");
    assert_eq!(graph.outputs["uri"].known(), Some(uri.as_str()));
    assert_eq!(graph.outputs["arn"].known(), arn.strip_suffix(":live"));
    let api = json("rest_api", "api");
    assert_eq!(api["definition"]["authorizers"]["own"]["uri"], uri.as_str());
    assert_eq!(api["definition"]["resources"]["/"]["GET"]["integration"]["uri"], uri.as_str());
    let rule = json("event_rule", "checkout-schedule");
    assert_eq!((&rule["target_arn"], &rule["input"]), (&arn.into(), &"{\"a\":1}".into()));
    let mapping = json("event_source_mapping", "checkout/theirs");
    assert_eq!(mapping["function_name"], "orders-dev-checkout:live");
    assert_eq!(mapping["settings"]["filters"][0], "{\"a\":[2],\"b\":[1]}");
    let permission = json("lambda_permission", "checkout:live/rule-checkout-schedule");
    assert_eq!(permission["principal"], "events.amazonaws.com");
    assert_eq!(
        permission["source_arn"],
        "arn:aws:events:eu-west-1:111122223333:rule/orders-dev-checkout-schedule"
    );
    let tags = &json("lambda_function", "checkout")["tags"];
    assert_eq!((&tags["gatewright:alias"], &tags["gatewright:streams"]), (&"live".into(), &"managed".into()));
    let role = json("iam_role", "checkout-role").to_string();
    assert!(role.contains("dynamodb:GetRecords") && role.contains(":table/theirs/stream/*"), "{role}");
    let stage = graph.needs(&graph.scope.address("api_stage", "api"));
    assert!(
        stage.contains(&graph.scope.address("lambda_alias", "checkout")),
        "versions come before what calls them"
    );
}

#[test]
fn functions_wait_for_the_version_of_a_layer_that_they_name() {
    let text = with_function(
        "    layers: [jwt]\n    environment: { LAYER: '${layers.jwt.arn}' }\nlayers: { jwt: { code: code } }\n",
    );
    let of = |text: &str| {
        let graph = graph(text);
        let layer = graph.scope.address("lambda_layer", "jwt");
        let function = graph.scope.address("lambda_function", "checkout");
        assert!(graph.needs(&function).contains(&layer));
        let function =
            serde_json::to_value(&graph.nodes[&function].desired).unwrap()["lambda_function"].clone();
        assert_eq!(function["layers"][0], function["environment"]["LAYER"]);
        function["layers"][0].clone()
    };
    let described = text.replace("{ code: code }", "{ code: code, description: other }");
    assert_ne!(of(&text), of(&described), "another version has another ARN");
}
