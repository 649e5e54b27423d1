//! The stack of one stage.

use super::super::{Part, Reference};
use super::{resolve, with_function};

const PARAMS: &str = "    memory_mb: ${params.memory}
    description: at ${stage} in ${region} with ${params.origins_text}
    layers: ${params.layers}
    environment: { TOKEN: \"Bearer ${env:TOKEN}\", KEY: \"${params.key}\" }
params:
  memory: { default: 256 }
  layers: { default: [] }
  origins_text: { default: \"${params.base}/x\" }
  base: { default: https://a.example }
  key: { secret: true, default: \"${ssm:/key}\" }
stages:
  dev: {}
  prod: { protect: true, params: { memory: 1024 }, tags: { cost: high } }
tags: { team: video, cost: low }
";

#[test]
fn values_come_from_the_command_line_then_the_stage_then_the_default() {
    let memory = |stage, given: &[(&str, &str)]| {
        let stack = resolve(&with_function(PARAMS), stage, given).unwrap().stack;
        stack.functions.get("checkout").unwrap().memory_mb.unwrap().0
    };
    assert_eq!(memory("dev", &[]), 256);
    assert_eq!(memory("prod", &[]), 1024);
    assert_eq!(memory("prod", &[("memory", "512")]), 512);
}

#[test]
fn what_only_the_account_knows_stays() {
    let stack = resolve(&with_function(PARAMS), "dev", &[]).unwrap().stack;
    let function = stack.functions.get("checkout").unwrap();
    let description = function.description.as_ref().unwrap();
    let parts: Vec<String> = description
        .parts
        .iter()
        .map(|part| match part {
            Part::Literal(text) => text.clone(),
            Part::Secret(_) => "secret".into(),
            Part::Reference(Reference::Region, _) => "region".into(),
            Part::Reference(other, _) => panic!("{other}"),
        })
        .collect();
    assert_eq!(parts, ["at dev in ", "region", " with https://a.example/x"]);
    assert_eq!(function.environment.get("KEY").unwrap().to_string(), "${ssm:/key}");
    assert_eq!(function.environment.get("TOKEN").unwrap().to_string(), "Bearer (hidden)");
    assert_eq!(function.environment.get("TOKEN").unwrap().exposed().unwrap(), "Bearer s3cr3t-token");
}

#[test]
fn lists_from_the_command_line_and_the_stage_s_own_settings() {
    let layer = "arn:aws:lambda:eu-west-1:1:layer:a:1";
    let resolved =
        resolve(&with_function(PARAMS), "prod", &[("layers", &format!("{layer},{layer}"))]).unwrap();
    assert_eq!(resolved.stack.functions.get("checkout").unwrap().layers.len(), 2);
    assert!(resolved.protect);
    let tags: Vec<_> = resolved.tags.iter().map(|tag| format!("{}={}", *tag.key, *tag.value)).collect();
    assert_eq!(tags, ["team=video", "cost=high"]);
}

#[test]
fn values_from_the_command_line_are_never_references() {
    let text = with_function("    description: ${params.d}\nparams: { d: {} }\n");
    let stack = resolve(&text, "dev", &[("d", "${api.url} $")]).unwrap().stack;
    let description = stack
        .functions
        .get("checkout")
        .unwrap()
        .value
        .description
        .as_ref()
        .unwrap()
        .known()
        .map(str::to_owned);
    assert_eq!(description.unwrap(), "${api.url} $");
}

#[test]
fn what_is_wrong_at_a_stage_is_told() {
    let said =
        |stage, given: &[(&str, &str)]| resolve(&with_function(PARAMS), stage, given).unwrap_err().join("\n");
    insta::assert_snapshot!(said("dev", &[("memory", "99999")]), @"7:16 value out of range: Here must be a whole number from 128 to 10240; `99999` is not. [at most 10240]");
    insta::assert_snapshot!(said("dev", &[("memory", "much")]), @"7:16 wrong type: Here must be a whole number; `much` is text.");
    insta::assert_snapshot!(said("prd", &[]), @"- unknown stage: The stack has no stage `prd`. [did you mean `prod`?]");
    insta::assert_snapshot!(said("a/b", &[]), @"- invalid name: `a/b` cannot be the name of a stage. [letters, digits, `_` and `-`, at most 128]");
    insta::assert_snapshot!(said("dev", &[("memry", "1")]), @"- unknown parameter: The stack declares no parameter `memry`. [did you mean `memory`?]");
}

#[test]
fn missing_values_are_told_once() {
    let text = with_function(
        "    description: ${params.d} ${params.d}\n    memory_mb: ${params.m}\n    environment: { AB: \"${env:NONE}\" }\nparams: { d: {}, m: {} }\n",
    );
    insta::assert_snapshot!(resolve(&text, "dev", &[]).unwrap_err().join("\n"), @r"
    9:25 environment variable not set: The environment variable `NONE` is not set, and this value needs it. [set it where gatewright runs: `export NONE=…`]
    10:11 parameter without a value: The parameter `d` has no value at the stage `dev`. [give it with `--param d=…`, under `stages.dev.params`, or as its `default`]
    10:18 parameter without a value: The parameter `m` has no value at the stage `dev`. [give it with `--param m=…`, under `stages.dev.params`, or as its `default`]
    ");
}

#[test]
fn a_default_that_is_not_used_needs_nothing() {
    let text = with_function(
        "    environment: { AB: \"${params.t}\" }
params: { t: { default: \"${env:NONE}\" } }
stages: { prod: { params: { t: \"${ssm:/t}\" } } }
",
    );
    assert!(resolve(&text, "prod", &[]).is_ok());
    assert!(resolve(&text, "dev", &[("t", "x")]).is_ok());
    assert!(resolve(&text, "dev", &[]).unwrap_err()[0].contains("`NONE` is not set"));
}

#[test]
fn a_secret_that_is_out_of_range_is_not_shown() {
    let text = with_function(
        "    memory_mb: ${params.m}\n    architecture: ${params.m}\n    tracing: ${env:TOKEN}\nparams: { m: { secret: true } }\n",
    );
    let said = resolve(&text, "dev", &[("m", "777777")]).unwrap_err().join("\n");
    assert!(!said.contains("777777") && !said.contains("s3cr3t"), "{said}");
    insta::assert_snapshot!(said, @r"
    7:16 value out of range: Here must be a whole number from 128 to 10240; the value is not. [at most 10240]
    8:19 unknown value: Here must be one of `x86_64`, `arm64`, not the value. [it may be `x86_64`, `arm64`]
    9:14 unknown value: Here must be one of `active`, `passthrough`, not the value. [it may be `active`, `passthrough`]
    ");
}

#[test]
fn a_list_is_no_text_and_late_values_are_no_numbers() {
    let text = with_function(
        "    description: x ${params.l}\n    memory_mb: ${params.m}\nparams: { l: { default: [a] }, m: { default: \"${ssm:/m}\" } }\n",
    );
    insta::assert_snapshot!(resolve(&text, "dev", &[]).unwrap_err().join("\n"), @r"
    7:20 wrong type: The parameter `l` is a list, and here is text. [a list may only be the whole value: `${params.l}`]
    9:46 value not known yet: Here must be a value that is known before the deploy, and `${ssm:/m}` is not.
    ");
}

#[test]
fn defaults_fill_in_what_functions_leave_out() {
    let text = "stack: a
defaults: { function: { runtime: nodejs22.x, handler: index.handler, memory_mb: 512, environment: { A1: x, B1: y } } }
functions:
  one: { code: code, memory_mb: 128, environment: { B1: z } }
";
    let stack = resolve(text, "dev", &[]).unwrap().stack;
    let one = stack.functions.get("one").unwrap();
    assert_eq!(one.runtime.known(), Some("nodejs22.x"));
    assert_eq!(one.memory_mb.unwrap().0, 128);
    let variables: Vec<_> = one.environment.iter().map(|v| format!("{}={}", *v.key, *v.value)).collect();
    assert_eq!(variables, ["B1=z", "A1=x"]);
}

#[test]
fn what_defaults_say_wrong_is_told_once() {
    let text = "stack: a
defaults: { function: { runtime: nodejs22.x, handler: index.handler, memory_mb: 1 } }
functions: { one: { code: code }, two: { code: code } }
";
    insta::assert_snapshot!(super::said(text).join("\n"), @"2:81 value out of range: Here must be a whole number from 128 to 10240; `1` is not. [at least 128]");
}
