use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{
    API_GATEWAY, Desired, INVOKE, LambdaPermission, Live, Op, arbitrary, diff::diff, policy, prefix,
    simulate::simulate, statement_id,
};
use crate::{
    kinds::{Kind, LambdaFunction, Live as AnyLive, Member, Operation, RestApi, World, lambda_function, rest_api},
    model::{Address, Change, Identity, Ownership, Reason, Refusal, Repeat, Scope, Text},
};

fn identity() -> Identity {
    Identity::new("111122223333", "eu-west-1")
}

fn here() -> Scope {
    Scope::new("s", "dev")
}

fn at() -> Address {
    here().address(LambdaPermission::NAME, "f")
}

fn desired(api_id: &str) -> Desired {
    let source_arn = Text::from(format!("{}/*", identity().execute_api_arn(api_id)));
    Desired { source_arn, ..Desired::for_api(&at(), "s-dev-f", &here().address("rest_api", "api"), &identity()) }
}

fn ops(change: Change<Op>) -> Vec<Op> {
    match change {
        Change::None => Vec::new(),
        Change::Act { ops, sweep, .. } => ops.into_iter().chain(sweep).collect(),
    }
}

fn function_live(name: &str) -> lambda_function::Live {
    lambda_function::Live {
        name: name.to_owned(),
        role_arn: identity().role_arn("/", "r"),
        runtime: "nodejs22.x".into(),
        handler: "index.handler".into(),
        code_sha256_base64: String::new(),
        image: false,
        failed: false,
        environment: BTreeMap::new(),
        memory_mb: 128,
        timeout_seconds: 3,
        ephemeral_storage_mb: 512,
        architecture: lambda_function::Architecture::X86_64,
        layers: Vec::new(),
        dead_letter_arn: None,
        vpc: None,
        reserved_concurrency: None,
        tracing: lambda_function::Tracing::PassThrough,
        description: None,
        log_group: None,
        tags: BTreeMap::new(),
        revision: lambda_function::Revision::default(),
    }
}

/// An account with the two functions that the tests speak of.
fn account() -> BTreeMap<Address, AnyLive> {
    let function = |key: &str| {
        let at = here().address(LambdaFunction::NAME, key);
        let live = function_live(&at.name());
        (at, LambdaFunction::wrap(live))
    };
    BTreeMap::from([function("f"), function("g")])
}

fn apply(ops: Vec<Op>, live: Option<Live>, objects: &BTreeMap<Address, AnyLive>) -> Result<Option<Live>, Refusal> {
    let identity = identity();
    let mint = |length: usize| "x".repeat(length);
    let world = World::local(&identity, objects, &mint);
    ops.iter().try_fold(live, |live, op| simulate(op, live, &world))
}

fn live(api_id: &str) -> Live {
    apply(ops(diff(&at(), Some(&desired(api_id)), None)), None, &account()).expect("accepted").expect("there")
}

proptest! {
    #[test]
    fn applying_the_change_empties_it(desired in arbitrary::desired(), live in prop::option::of(arbitrary::live())) {
        let change = diff(&at(), Some(&desired), live.as_ref());
        let after = apply(ops(change), live, &account()).expect("accepted");
        prop_assert_eq!(diff(&at(), Some(&desired), after.as_ref()), Change::None);
    }

    #[test]
    fn removing_leaves_nothing(live in arbitrary::live()) {
        let change = diff(&at(), None, Some(&live));
        prop_assert_eq!(apply(ops(change), Some(live), &account()).expect("accepted"), None);
    }

    #[test]
    fn statement_ids_fit_and_name_one_scope(stack in ".{1,80}", stage in "[a-z-]{1,80}", key in ".{1,90}") {
        let scope = Scope::new(stack.clone(), stage.clone());
        let id = statement_id(&scope, &key);
        prop_assert!(id.len() <= 100);
        prop_assert!(id.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_".contains(letter)));
        prop_assert!(id.starts_with(&prefix(&scope)));
        let other = Scope::new(stack, format!("{stage}-x"));
        prop_assert!(!id.starts_with(&prefix(&other)));
    }
}

#[test]
fn hyphens_do_not_make_two_scopes_one() {
    let (one, other) = (Scope::new("a-b", "c"), Scope::new("a", "b-c"));
    assert_ne!(prefix(&one), prefix(&other));
    let live = Live { statement_id: statement_id(&one, "f"), ..live("a") };
    assert_eq!(LambdaPermission::ownership(&one.address("lambda_permission", "f"), &live), Ownership::Ours);
    assert_eq!(LambdaPermission::ownership(&other.address("lambda_permission", "f"), &live), Ownership::Foreign);
}

#[test]
fn the_ledger_remembers_statements_on_other_stacks_functions() {
    let repeat = |key: &str, function_name: &str| {
        let at = here().address(LambdaPermission::NAME, key);
        let wanted = Desired { function_name: function_name.into(), ..desired("a") };
        let steps = ops(diff(&at, Some(&wanted), None));
        steps[0].repeat()
    };
    assert_eq!(repeat("f", "s-dev-f"), Repeat::RefusedByName);
    assert_eq!(repeat("other-dev-f", "other-dev-f"), Repeat::Duplicates);
    assert!(LambdaPermission::attribute(&live("a"), "id", &identity()).is_some(), "an entry needs an id to stay");
}

#[test]
fn a_new_api_means_a_new_statement() {
    let Change::Act { reason: Reason::FieldsDiffer(fields), ops, .. } = diff(&at(), Some(&desired("b")), Some(&live("a")))
    else {
        panic!("expected a change of fields");
    };
    assert_eq!(fields.iter().map(|field| field.field.as_str()).collect::<Vec<_>>(), ["source_arn"]);
    assert!(matches!(ops.as_slice(), [Op::Remove { .. }, Op::Add { .. }]));
}

#[test]
fn the_source_waits_for_the_api_that_is_not_made_yet() {
    let at = here().address(LambdaPermission::NAME, "f");
    let desired = Desired::for_api(&at, "s-dev-f", &here().address("rest_api", "api"), &identity());
    assert!(desired.source_arn.is_pending());
    let known = desired.source_arn.resolve(&|_| Some("abc".to_owned()));
    assert_eq!(known.known(), Some("arn:aws:execute-api:eu-west-1:111122223333:abc/*"));
}

#[test]
fn a_statement_id_is_taken_once() {
    let add = ops(diff(&at(), Some(&desired("a")), None));
    let refusal = apply(add.clone(), Some(live("a")), &account()).expect_err("refused");
    assert_eq!((refusal.status, refusal.code), (409, "ResourceConflictException"));
    let elsewhere = here().address(LambdaPermission::NAME, "g");
    let mut objects = account();
    objects.insert(elsewhere, LambdaPermission::wrap(live("a")));
    let refusal = apply(add, None, &objects).expect_err("refused");
    assert!(refusal.message.ends_with("remove the existing statement."), "{}", refusal.message);
}

#[test]
fn a_policy_holds_twenty_kilobytes() {
    let mut objects = account();
    let statement = |number: usize| Live { statement_id: format!("s{number}"), ..live("a") };
    let refusal = loop {
        let added = statement(objects.len());
        let wanted = Desired { statement_id: added.statement_id.clone(), ..desired("a") };
        if let Err(refusal) = apply(ops(diff(&at(), Some(&wanted), None)), None, &objects) {
            break refusal;
        }
        objects.insert(here().address("lambda_permission", &added.statement_id), LambdaPermission::wrap(added));
        assert!(objects.len() < 1000, "the policy grows for ever");
    };
    assert_eq!((refusal.status, refusal.code), (400, "PolicyLengthExceededException"));
    assert!(refusal.message.ends_with("is bigger than the limit (20480)."), "{}", refusal.message);
    assert!(objects.len() > 50);
}

#[test]
fn there_is_no_permission_without_a_function() {
    let refusal = apply(ops(diff(&at(), Some(&desired("a")), None)), None, &BTreeMap::new()).expect_err("refused");
    assert_eq!((refusal.status, refusal.code), (404, "ResourceNotFoundException"));
    assert!(refusal.message.ends_with(":function:s-dev-f"), "{}", refusal.message);
}

#[test]
fn a_permission_goes_with_its_function_and_not_with_the_api() {
    let objects = account();
    let function = |key: &str| &objects[&here().address(LambdaFunction::NAME, key)];
    assert!(LambdaPermission::dies_with(&live("a"), function("f")));
    assert!(!LambdaPermission::dies_with(&live("a"), function("g")));
    let api = RestApi::wrap(rest_api::Live { id: "a".into(), ..Default::default() });
    assert!(!LambdaPermission::dies_with(&live("a"), &api));
}

#[test]
fn a_statement_id_has_letters_digits_hyphens_and_underscores() {
    let wanted = Desired { statement_id: "a b".into(), ..desired("a") };
    let refusal = apply(ops(diff(&at(), Some(&wanted), None)), None, &account()).expect_err("refused");
    assert_eq!(refusal.code, "ValidationException");
}

#[test]
fn a_policy_is_read_for_our_statements_only() {
    let ours = live("a");
    let policy = serde_json::json!({
        "Version": "2012-10-17",
        "Id": "default",
        "Statement": [
            { "Sid": "by-hand", "Effect": "Allow", "Principal": "*", "Action": "lambda:*", "Resource": "*" },
            {
                "Sid": ours.statement_id, "Effect": "Allow", "Principal": { "Service": API_GATEWAY },
                "Action": INVOKE, "Resource": identity().function_arn("s-dev-f"),
                "Condition": {
                    "StringEquals": { "AWS:SourceAccount": "111122223333" },
                    "ArnLike": { "aws:sourceArn": ours.source_arn },
                },
            },
        ],
    });
    let ours = Live { source_account: Some("111122223333".to_owned()), ..ours };
    assert_eq!(policy::statements("s-dev-f", &policy.to_string(), &prefix(&here())), [ours]);
    assert_eq!(policy::statements("s-dev-f:live", &policy.to_string(), &prefix(&here())), [], "an alias has its own");
    assert_eq!(policy::statements("s-dev-f", "", &prefix(&here())), []);
    let opened = policy::statements("f", r#"{"Statement":{"Sid":"gatewright-x","Principal":"*"}}"#, "gatewright-");
    assert_eq!((opened[0].principal.as_str(), opened[0].source_arn.as_str()), ("*", ""));
}
