//! Rules between values, and AWS's limits: what is said of each.

use super::{Folder, said, with_function};

fn lines(text: &str) -> String {
    said(text).join("\n")
}

#[test]
fn unknown_keys_and_wrong_types_are_all_told_at_once() {
    insta::assert_snapshot!(lines(
        "stack: orders
functions:
  checkout:
    code: code
    runtime: nodejs22.x
    handler: index.handler
    timeout: 5
    memory_mb: 99999
    timeout_seconds: '5'
    tracing: activ
    layers: one
    log_retention_days: 10
  other: [1]
apis: {}
tags: { aws:x: 1 }
"
    ), @r"
    7:5 unknown key: There is no key `timeout` in a function. [did you mean `timeout_seconds`?]
    8:16 value out of range: Here must be a whole number from 128 to 10240; `99999` is not. [at most 10240]
    9:22 wrong type: Here must be a whole number; `5` is text.
    10:14 unknown value: Here must be one of `active`, `passthrough`, not `activ`. [did you mean `active`?]
    11:13 wrong type: Here must be a list; `one` is text.
    12:25 value out of range: CloudWatch Logs keeps logs for one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653 days, or `never` deletes them. [the nearest is 7]
    13:10 wrong type: Here must be a mapping, not a list.
    14:1 unknown key: There is no key `apis` in a stack file. [did you mean `api`?]
    15:9 invalid tag: The tag `aws:x` starts with a prefix that is AWS's own.
    ");
}

#[test]
fn a_problem_as_a_person_sees_it() {
    let folder = Folder::new();
    insta::assert_snapshot!(folder.problems(&with_function("    timeout_seconds: 1200\n    enviroment: { A: b }\n")), @r"
    error: value out of range
     --> stack.yaml:7:22
      |
    7 |     timeout_seconds: 1200
      |                      ^^^^
      |
      = Here must be a whole number from 1 to 900; `1200` is not.
      = hint: at most 900

    error: unknown key
     --> stack.yaml:8:5
      |
    8 |     enviroment: { A: b }
      |     ^^^^^^^^^^
      |
      = There is no key `enviroment` in a function.
      = hint: did you mean `environment`?
    ");
}

#[test]
fn missing_keys() {
    insta::assert_snapshot!(lines("functions:\n  a: {}\napi:\n  authorizers: { x: {} }\n  routes: { GET /: {} }\n"), @r"
    1:1 missing key: The key `stack` is missing here.
    2:3 missing key: The key `code` is missing here.
    2:3 missing key: The key `runtime` is missing here.
    2:3 missing key: The key `handler` is missing here.
    4:18 missing key: The key `type` is missing here.
    5:13 missing key: Nothing answers this route. [say `function`, `http`, `aws` or `mock`]
    ");
}

#[test]
fn references() {
    insta::assert_snapshot!(lines(&with_function(
        "    role: exec
    environment: { A1: \"${functions.chekout.arn}\", B1: \"x ${parms.p} ${params.pp}\", C1: \"${api.url}\", D1: \"${stacks.orders.outputs.x}\" }
params: { p: {} }
roles: { exce: {} }
outputs: { x: \"${env:SECRET}\", y: \"${roles.exec.arn}\" }
"
    )), @r"
    7:11 unknown role: The stack has no role `exec`. [did you mean `exce`?]
    8:25 unknown function: The stack has no function `chekout`. [did you mean `checkout`?]
    8:59 invalid reference: `${parms.p}` names nothing that a stack file knows. [did you mean `params`?]
    8:70 unknown parameter: The stack declares no parameter `pp`. [declare it: `params: { pp: { description: … } }`]
    8:90 unknown reference: The stack has no `api`.
    8:108 reference to itself: `orders` is this stack itself; its outputs are known only after the deploy. [write here what the output `x` says]
    11:15 secret in an output: Outputs are shown and kept for other stacks, and this one would hold a secret.
    11:36 unknown role: The stack has no role `exec`. [did you mean `exce`?]
    ");
}

#[test]
fn a_reference_in_a_block_is_found_on_its_own_line() {
    insta::assert_snapshot!(lines(&with_function("    description: |\n      first\n      see ${stag} there\n")), @"9:11 invalid reference: `${stag}` names nothing that a stack file knows. [did you mean `stage`?]");
}

#[test]
fn names() {
    insta::assert_snapshot!(lines(&with_function(
        "  a-function-whose-key-is-far-too-long-for-the-name-of-a-function: { code: code, runtime: nodejs22.x, handler: index.handler }
roles: { checkout: {} }
stages: { 'a b': {}, prod: { params: { q: 1 } } }
params: { 'p.q': { default: 1 } }
"
    ).replace("stack: orders", "stack: Orders")), @r"
    1:8 invalid name: `Orders` cannot be the name of a stack. [a lowercase letter or digit first, then lowercase letters, digits and `-`, at most 31 characters]
    3:3 two objects with one name: The function `checkout` gets a role of its own with the same name as the role `checkout`. [say `role: checkout`, or rename one]
    7:3 name too long: `Orders-prod-a-function-whose-key-is-far-too-long-for-the-name-of-a-function` would be 75 characters long; AWS takes at most 64. [shorten the key, the stage's name or the stack's]
    9:11 invalid name: `a b` cannot be the name of a stage. [letters, digits, `_` and `-`, at most 128]
    9:40 unknown parameter: The stack declares no parameter `q`.
    10:11 invalid name: `p.q` cannot be the name of a parameter. [letters, digits, `_` and `-`]
    ");
}

#[test]
fn functions() {
    let layers = ["'arn:aws:lambda:eu-west-1:1:layer:a:1'"; 6].join(", ");
    insta::assert_snapshot!(lines(&format!(
        "stack: orders
functions:
  one: {{ code: nowhere, runtime: nodejs22.x, handler: handler }}
  two: {{ code: code, runtime: nodejs22, handler: index.handler, layers: [{layers}, nonsense] }}
  three: {{ code: code, runtime: nodejs22.x, handler: main.handler, description: {} }}
  four:
    code: code
    runtime: python3.13
    handler: index.handler
    build: make
    environment: {{ AWS_REGION: x, 1A: y, BIG: {} }}
    role: 'arn:aws:iam::1:role/x'
    statements: [{{ actions: GetObject, resources: bucket }}]
",
        "d".repeat(257),
        "e".repeat(4100),
    )), @r"
    3:16 code folder missing: The folder `nowhere` does not exist. [the path is relative to the stack file]
    3:55 invalid handler: `handler` is not a handler of the runtime `nodejs22.x`. [it must be a file without its ending, a dot and a function, such as `index.handler`]
    4:31 unknown runtime: `nodejs22` is not a runtime known to this version of gatewright; AWS may know it. [did you mean `nodejs22.x`?]
    4:274 too many layers: The function has 7 layers; Lambda takes at most 5.
    4:314 unknown layer: The stack has no layer `nonsense`. [declare it under `layers`, or give the ARN of a version]
    5:54 handler file missing: The folder `code` holds no `main.js`, where Lambda looks for the handler.
    5:81 text too long: The description is at least 257 characters long; AWS takes at most 256.
    11:20 reserved variable: Lambda sets `AWS_REGION` itself and refuses it here.
    11:20 environment too large: The environment variables have 4117 bytes; Lambda takes at most 4096 together.
    11:35 invalid name: `1A` cannot be the name of a Lambda function's environment variable. [a letter first, then letters, digits and `_`, at least two characters]
    13:18 statements without effect: `statements` are for the role of its own that a function gets when it names no `role`. [put them into the role, or leave `role` out]
    13:29 invalid action: `GetObject` is not an action. [an action is written `service:Action`, such as `s3:GetObject`]
    13:51 invalid resource: `bucket` is not an ARN. [a resource is an ARN, or `*` for all of them]
    ");
}

#[test]
fn roles() {
    insta::assert_snapshot!(lines(
        "stack: orders
roles:
  a:
    managed_policies: ['bad name']
    statements: [{ actions: [], resources: '*' }]
    inline_policies: { statements: { Version: '2012-10-17' }, 'b d': { Statement: [] } }
    trust: lambda
    max_session_seconds: 10
  b: { trust: { Version: '2012-10-17' } }
"
    ), @r"
    4:24 invalid policy name: `bad name` is neither an ARN nor the name of a managed policy. [names are those of AWS's own policies, such as `service-role/AWSLambdaBasicExecutionRole`]
    5:29 empty list: `actions` of a statement must name something.
    6:24 two objects with one name: The role's `statements` become an inline policy with this very name.
    6:36 invalid policy document: The policy document `statements` has no `Statement`.
    6:63 invalid policy name: `b d` cannot be the name of an inline policy.
    7:12 invalid principal: `lambda` is not a service principal. [such as `lambda.amazonaws.com`]
    8:26 value out of range: Here must be a whole number from 3600 to 43200; `10` is not. [at least 3600]
    9:15 invalid policy document: The trust policy has no `Statement`.
    ");
}

#[test]
fn large_things() {
    let routes: String = (0..300).map(|n| format!("    GET /r{n}: {{ function: checkout }}\n")).collect();
    let tags = (0..48).map(|n| format!("t{n}: x")).collect::<Vec<_>>().join(", ");
    let template = "x".repeat(300 * 1024 + 1);
    let text = with_function(&format!(
        "    tags: {{ {tags} }}\napi:\n  routes:\n{routes}    POST /r1: {{ function: checkout, integration: custom, request_templates: {{ a/b: {template} }}, responses: {{ 200: {{}} }} }}\n"
    ));
    insta::assert_snapshot!(lines(&text), @r"
    7:379 too many tags: There are 48 tags; at most 47 fit beside gatewright's own three.
    10:5 too many resources: The routes need 301 resources; an API has at most 300. [use `{proxy+}`, or have the quota raised]
    310:84 template too large: The text is 307201 bytes; API Gateway takes at most 307200.
    ");
}

#[test]
fn secrets_in_the_file_are_told_and_masked() {
    let folder = Folder::new();
    let shown = folder.problems("stack: a\nparams: { p: { secret: true, default: hunter2 }, q: { default: \"${params.p}\" } }\nstages: { prod: { params: { p: [hunter2] } } }\n");
    assert!(!shown.contains("hunter2"));
    insta::assert_snapshot!(shown, @r#"
    error: secret in the stack file
     --> stack.yaml:2:39
      |
    2 | params: { p: { secret: true, default: ******* }, q: { default: "${params.p}" } }
      |                                       ^^^^^^^
      |
      = The parameter `p` is secret, and its value stands in the stack file.
      = hint: refer to it: `${ssm:/…}`, `${secretsmanager:…}`, `${env:…}`, or `--param p=…`

    error: secret in the stack file
     --> stack.yaml:3:32
      |
    3 | stages: { prod: { params: { p: [*******] } } }
      |                                ^^^^^^^^^
      |
      = The parameter `p` is secret, and its value stands in the stack file.
      = hint: refer to it: `${ssm:/…}`, `${secretsmanager:…}`, `${env:…}`, or `--param p=…`
    "#);
}

#[test]
fn parameters_in_a_circle() {
    insta::assert_snapshot!(lines(
        "stack: a\nparams: { p: { default: \"${params.q}\" }, q: { default: \"x${params.r}\" }, r: { default: \"${params.p}\" }, s: { default: \"${params.s}\" } }\n"
    ), @r"
    2:11 parameters in a circle: The value of this parameter leads back to itself: `p` → `q` → `r` → `p`.
    2:105 parameters in a circle: The value of this parameter leads back to itself: `s` → `s`.
    ");
}
