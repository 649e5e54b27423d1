//! API keys, usage plans, access logs: what is said of each.

use super::{Folder, said, with_function};

fn lines(text: &str) -> String {
    said(text).join("\n")
}

#[test]
fn a_value_never_stands_in_the_file() {
    let folder = Folder::new();
    let shown = folder.problems("stack: a\napi_keys: { k: { value: hunter2-hunter2-hunter2 }, good: { value: \"${ssm:/x}\" } }\n");
    assert!(!shown.contains("hunter2"), "{shown}");
    insta::assert_snapshot!(shown, @"");
}

#[test]
fn api_keys_and_usage_plans() {
    insta::assert_snapshot!(lines(&with_function(
        "api: { routes: { GET /a: { function: checkout } } }
api_keys:
  partner: {}
  'b d': { name: x, value: \"${params.open}\", tags: { aws:x: 1 } }
params: { open: { default: twenty-characters-and-more } }
usage_plans:
  basic: { keys: [partnr, partner], quota: { limit: 0, period: day }, methods: { GET /b: { rate: 1, burst: 1 } } }
  more: { keys: [partner], quota: { limit: 1, period: week, offset: 7 }, throttling: { rate: 1, burst: 0 } }
  none: { own_api: false, methods: { GET /a: { rate: 1, burst: 1 } }, stages: [{ api: x, methods: { all: { rate: 1, burst: 1 } } }] }
outputs: { id: \"${api_keys.partner.id}\", other: \"${usage_plans.basik.id}\" }
"
    )), @"");
}

#[test]
fn a_value_of_an_open_parameter_is_told_for_the_stage() {
    let text = "stack: a\nparams: { open: { default: twenty-characters-and-more }, short: { secret: true } }\napi_keys: { k: { value: \"${params.open}\" }, s: { value: \"${params.short}\" } }\n";
    let told = super::resolve(text, "dev", &[("short", "short-secret")]).expect_err("told").join("\n");
    assert!(!told.contains("short-secret"), "{told}");
    insta::assert_snapshot!(told, @"");
}

#[test]
fn access_logs() {
    let stage = |log: &str| with_function(&format!("api:\n  routes: {{ GET /a: {{ function: checkout }} }}\n  stage: {{ access_log: {log} }}\n"));
    assert_eq!(lines(&stage("{}")), "");
    assert_eq!(lines(&stage("{ format: { id: $context.requestId, who: $context.authorizer.claims.sub }, log_retention_days: 7 }")), "");
    insta::assert_snapshot!(lines(&stage("{ format: '$context.requestID $context.identity.sourceIP $context.routeKey', destination_arn: 'arn:x', log_retention_days: 7 }")), @"");
    insta::assert_snapshot!(lines(&stage("{ format: \"$context.requestId\\n$context.status\\n\" }")), @"");
}
