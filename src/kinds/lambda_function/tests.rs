use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{
    Architecture, Code, Desired, Fields, LambdaFunction, Live, Op, RESERVED_TAG, Revision, Tracing, Vpc, arbitrary,
    diff::diff, simulate::simulate,
};
use crate::{
    kinds::{self, IamRole, Kind, Member, Operation, World, iam_role},
    model::{
        Address, Change, FieldChange, Identity, Ownership, Part, Reason, Refusal, Scope, Shown, Text, owner, text::digest,
    },
};

fn at() -> Address {
    Scope::new("s", "dev").address(LambdaFunction::NAME, "f")
}

fn identity() -> Identity {
    Identity::new("123456789012", "eu-west-1")
}

fn code(byte: u8) -> Code {
    use base64::Engine;
    Code {
        sha256_hex: format!("{byte:02x}").repeat(32),
        sha256_base64: base64::engine::general_purpose::STANDARD.encode([byte; 32]),
        size_bytes: 2048,
    }
}

fn basic() -> Desired {
    Desired {
        name: at().name(),
        role_arn: "arn:aws:iam::123456789012:role/r".into(),
        runtime: "nodejs22.x".into(),
        handler: "index.handler".into(),
        code: code(1),
        environment: [("DOMAIN".to_owned(), "d.example".into())].into(),
        memory_mb: 256,
        timeout_seconds: 5,
        ephemeral_storage_mb: 512,
        architecture: Architecture::X86_64,
        layers: Vec::new(),
        dead_letter_arn: None,
        vpc: None,
        reserved_concurrency: None,
        tracing: Tracing::PassThrough,
        description: None,
        log_group: None,
        tags: owner::tags(&at(), &BTreeMap::new()),
    }
}

fn ops(change: Change<Op>) -> Vec<Op> {
    match change {
        Change::None => Vec::new(),
        Change::Act { ops, .. } => ops,
    }
}

fn step(op: &Op, live: Option<Live>, others: &BTreeMap<Address, kinds::Live>) -> Result<Option<Live>, Refusal> {
    let identity = identity();
    simulate(op, live, &World::local(&identity, others, &|length| "x".repeat(length)))
}

fn run<'a>(ops: impl IntoIterator<Item = &'a Op>, mut live: Option<Live>) -> Option<Live> {
    let none = BTreeMap::new();
    for op in ops {
        live = step(op, live, &none).expect("accepted");
    }
    live
}

fn apply(change: Change<Op>, live: Option<Live>) -> Option<Live> {
    run(&ops(change), live)
}

fn made(desired: &Desired) -> Live {
    apply(diff(Some(desired), None), None).expect("a function")
}

fn calls(ops: &[Op]) -> Vec<String> {
    ops.iter().map(|op| op.call().operation.into_owned()).collect()
}

proptest! {
    #[test]
    fn applying_the_change_empties_it(before in arbitrary::desired(), drift in arbitrary::drift(), after in arbitrary::desired()) {
        let live = made(&before);
        prop_assert_eq!(diff(Some(&before), Some(&live)), Change::None);
        let live = drift.of(live);
        let live = apply(diff(Some(&after), Some(&live)), Some(live)).expect("a function");
        prop_assert_eq!(diff(Some(&after), Some(&live)), Change::None);
        prop_assert_eq!(LambdaFunction::ownership(&at(), &live), Ownership::Ours);
        prop_assert_eq!(apply(diff(None, Some(&live)), Some(live)), None);
    }

    #[test]
    fn any_prefix_of_a_change_is_continued(before in arbitrary::desired(), after in arbitrary::desired(), cut in 0..8_usize) {
        let live = made(&before);
        let half = ops(diff(Some(&after), Some(&live)));
        let live = run(half.iter().take(cut), Some(live));
        let live = apply(diff(Some(&after), live.as_ref()), live).expect("a function");
        prop_assert_eq!(diff(Some(&after), Some(&live)), Change::None);
    }

    #[test]
    fn every_call_of_a_change_is_needed(before in arbitrary::desired(), after in arbitrary::desired()) {
        let live = Some(made(&before));
        let all = ops(diff(Some(&after), live.as_ref()));
        let whole = run(&all, live.clone());
        for skipped in all.iter().filter(|op| !matches!(op, Op::UploadCode { .. })) {
            prop_assert_ne!(&run(all.iter().filter(|op| *op != skipped), live.clone()), &whole);
        }
    }

    #[test]
    fn what_is_stored_is_what_was_made(desired in arbitrary::desired()) {
        let live = made(&desired);
        let stored: Live = serde_json::from_value(serde_json::to_value(&live).expect("json")).expect("a function");
        prop_assert_eq!(live, stored);
    }
}

#[test]
fn a_function_is_made_in_one_call_after_its_code_is_there() {
    let made = ops(diff(Some(&Desired { reserved_concurrency: Some(5), ..basic() }), None));
    assert_eq!(calls(&made), ["PutObject", "CreateFunction", "PutFunctionConcurrency"]);
    let Op::Create { tags, .. } = &made[1] else { panic!("expected the create call") };
    assert!(tags.contains_key(RESERVED_TAG) && tags.contains_key(owner::KEY_TAG));
}

#[test]
fn each_changed_field_is_sent_alone() {
    let live = made(&basic());
    let cases: Vec<(Desired, &str, Fields)> = vec![
        (Desired { role_arn: "arn:x".into(), ..basic() }, "role", Fields { role_arn: Some("arn:x".into()), ..Fields::default() }),
        (Desired { runtime: "python3.13".into(), ..basic() }, "runtime", Fields { runtime: Some("python3.13".into()), ..Fields::default() }),
        (Desired { handler: "a.b".into(), ..basic() }, "handler", Fields { handler: Some("a.b".into()), ..Fields::default() }),
        (Desired { memory_mb: 512, ..basic() }, "memory_mb", Fields { memory_mb: Some(512), ..Fields::default() }),
        (Desired { timeout_seconds: 9, ..basic() }, "timeout_seconds", Fields { timeout_seconds: Some(9), ..Fields::default() }),
        (
            Desired { ephemeral_storage_mb: 1024, ..basic() },
            "ephemeral_storage_mb",
            Fields { ephemeral_storage_mb: Some(1024), ..Fields::default() },
        ),
        (
            Desired { environment: BTreeMap::new(), ..basic() },
            "environment.DOMAIN",
            Fields { environment: Some(BTreeMap::new()), ..Fields::default() },
        ),
        (
            Desired { layers: vec!["arn:l:1".into()], ..basic() },
            "layers",
            Fields { layers: Some(vec!["arn:l:1".into()]), ..Fields::default() },
        ),
        (
            Desired { dead_letter_arn: Some("arn:q".into()), ..basic() },
            "dead_letter",
            Fields { dead_letter_arn: Some("arn:q".into()), ..Fields::default() },
        ),
        (
            Desired { tracing: Tracing::Active, ..basic() },
            "tracing",
            Fields { tracing: Some(Tracing::Active), ..Fields::default() },
        ),
        (
            Desired { description: Some("d".into()), ..basic() },
            "description",
            Fields { description: Some("d".into()), ..Fields::default() },
        ),
        (
            Desired { log_group: Some("/shared".into()), ..basic() },
            "log_group",
            Fields { log_group: Some("/shared".into()), ..Fields::default() },
        ),
    ];
    for (desired, field, fields) in cases {
        let Change::Act { reason: Reason::FieldsDiffer(changes), ops, .. } = diff(Some(&desired), Some(&live)) else {
            panic!("expected a change of {field}");
        };
        assert_eq!(changes.iter().map(|change| change.field.as_str()).collect::<Vec<_>>(), [field]);
        assert_eq!(ops, [Op::UpdateConfiguration { name: at().name(), fields }]);
        let back = apply(Change::act(Reason::Missing, ops), Some(live.clone()));
        assert_eq!(apply(diff(Some(&basic()), back.as_ref()), back), Some(live.clone()), "{field} and back");
    }
}

#[test]
fn a_vpc_is_left_by_empty_lists() {
    let vpc = Vpc { subnet_ids: ["subnet-a".to_owned()].into(), security_group_ids: ["sg-a".to_owned()].into() };
    let live = made(&Desired { vpc: Some(vpc), ..basic() });
    let left = ops(diff(Some(&basic()), Some(&live)));
    let fields = Fields { vpc: Some(Vpc::default()), ..Fields::default() };
    assert_eq!(left, [Op::UpdateConfiguration { name: at().name(), fields }]);
    assert_eq!(apply(diff(Some(&basic()), Some(&live)), Some(live)), Some(made(&basic())));
}

#[test]
fn new_code_is_uploaded_and_shown_by_its_digest() {
    let live = made(&basic());
    let Change::Act { reason: Reason::FieldsDiffer(changes), ops, .. } =
        diff(Some(&Desired { code: code(0xab), ..basic() }), Some(&live))
    else {
        panic!("expected a change");
    };
    assert_eq!(calls(&ops), ["PutObject", "UpdateFunctionCode"]);
    let expected = FieldChange::new("code", "sha256 010101010101", "sha256 abababababab");
    assert_eq!(changes.iter().collect::<Vec<_>>(), [&expected]);
    assert_eq!(ops[0].describe(), "upload code, 2.0 KB");
}

#[test]
fn live_environment_values_never_show() {
    let secret = "hunter2-hunter2";
    let source = "ssm:/s/secret";
    let held = Text::from_parts([Part::Secret { source: source.into(), digest: digest(source, secret) }]);
    let mut live = made(&Desired { environment: [("KEY".to_owned(), secret.into())].into(), ..basic() });
    assert!(!format!("{live:?}").contains(secret));
    let asked = Desired { environment: [("KEY".to_owned(), held)].into(), ..basic() };
    assert_eq!(diff(Some(&asked), Some(&live)), Change::None, "compared by digest");
    live.environment.insert("KEY".into(), "another-secret".into());
    live.environment.insert("EXTRA".into(), "third-secret".into());
    let Change::Act { reason: Reason::FieldsDiffer(changes), ops, .. } = diff(Some(&asked), Some(&live)) else {
        panic!("expected a change");
    };
    let shown: Vec<_> = changes.iter().map(|change| (change.field.as_str(), &change.before, &change.after)).collect();
    assert_eq!(
        shown,
        [
            ("environment.KEY", &Shown::Hidden, &Shown::Hidden),
            ("environment.EXTRA", &Shown::Hidden, &Shown::Absent)
        ]
    );
    let plan = serde_json::to_string(&(changes, ops)).expect("json");
    assert!(!plan.contains(secret) && !plan.contains("-secret"), "{plan}");
}

#[test]
fn a_reservation_dropped_from_the_stack_file_is_taken_away_and_then_forgotten() {
    let live = made(&Desired { reserved_concurrency: Some(5), ..basic() });
    let Change::Act { ops: taken, .. } = diff(Some(&basic()), Some(&live)) else { panic!("expected a change") };
    assert_eq!(calls(&taken), ["DeleteFunctionConcurrency", "UntagResource"]);
    assert_eq!(apply(diff(Some(&basic()), Some(&live)), Some(live)), Some(made(&basic())));
    let by_hand = Live { reserved_concurrency: Some(7), ..made(&basic()) };
    assert_eq!(diff(Some(&basic()), Some(&by_hand)), Change::None, "what was set by hand is not ours");
}

#[test]
fn what_cannot_be_changed_is_made_again() {
    let made = made(&basic());
    for live in [Live { image: true, ..made.clone() }, Live { failed: true, ..made }] {
        let again = ops(diff(Some(&basic()), Some(&live)));
        assert_eq!(calls(&again), ["DeleteFunction", "PutObject", "CreateFunction"]);
    }
}

#[test]
fn code_is_replaced_only_at_the_revision_that_was_compared() {
    let live = Live { revision: Revision(Some("r1".into())), ..made(&basic()) };
    let revisions = |ops: &[Op]| -> Vec<Option<String>> {
        let revision = |op: &Op| match op {
            Op::UpdateCode { revision_id, .. } => Some(revision_id.clone()),
            _ => None,
        };
        ops.iter().filter_map(revision).collect()
    };
    let changed = ops(diff(Some(&Desired { code: code(2), ..basic() }), Some(&live)));
    assert_eq!(revisions(&changed), [Some("r1".to_owned())]);
    assert!(changed.iter().all(Operation::guarded), "needs no lock");
    let tags = owner::tags(&at(), &[("team".to_owned(), "a".to_owned())].into());
    let tagged_too = ops(diff(Some(&Desired { code: code(2), tags, ..basic() }), Some(&live)));
    assert_eq!(revisions(&tagged_too), [None], "the tag call may have changed the revision");
}

#[test]
fn functions_are_compared_without_their_revision() {
    let live = made(&basic());
    let other = Live { revision: Revision(Some("r".into())), ..live.clone() };
    assert_eq!(live, other);
    assert!(!serde_json::to_string(&other).expect("json").contains("revision"));
}

#[test]
fn our_role_must_be_there_and_trust_lambda() {
    let role_at = Scope::new("s", "dev").address(IamRole::NAME, "r");
    let role = |service: &str| iam_role::Live {
        name: role_at.name(),
        path: role_at.scope.iam_path(),
        trust: iam_role::Document::trust(service),
        managed_policies: Default::default(),
        inline_policies: BTreeMap::new(),
        description: None,
        permissions_boundary: None,
        max_session_seconds: 3600,
        tags: BTreeMap::new(),
    };
    let arn = identity().role_arn(&role_at.scope.iam_path(), &role_at.name());
    let desired = Desired { role_arn: arn.into(), ..basic() };
    let create = &ops(diff(Some(&desired), None))[1];
    let with = |live: iam_role::Live| BTreeMap::from([(role_at.clone(), IamRole::wrap(live))]);
    for others in [BTreeMap::new(), with(role("apigateway.amazonaws.com"))] {
        let refused = step(create, None, &others).expect_err("no such role");
        assert_eq!(refused.message, "The role defined for the function cannot be assumed by Lambda.");
    }
    assert!(step(create, None, &with(role("lambda.amazonaws.com"))).is_ok());
}

#[test]
fn what_lambda_refuses_is_refused() {
    let none = BTreeMap::new();
    let live = made(&basic());
    let set = |fields: Fields| Op::UpdateConfiguration { name: at().name(), fields };
    let variable = |key: &str, value: &str| Some([(key.to_owned(), Text::from(value))].into());
    let cases = [
        (Fields { memory_mb: Some(64), ..Fields::default() }, "Value '64' at 'memorySize'"),
        (Fields { timeout_seconds: Some(901), ..Fields::default() }, "Member must have value less than or equal to 900"),
        (Fields { ephemeral_storage_mb: Some(20_000), ..Fields::default() }, "'ephemeralStorage.size'"),
        (Fields { layers: Some(vec!["l".into(); 6]), ..Fields::default() }, "Cannot reference more than 5 layers."),
        (Fields { handler: Some("h".repeat(129)), ..Fields::default() }, "less than or equal to 128"),
        (Fields { environment: variable("AWS_REGION", "x"), ..Fields::default() }, "this request: AWS_REGION"),
        (Fields { environment: variable("1A", "x"), ..Fields::default() }, "Map keys must satisfy"),
        (Fields { environment: variable("KEY", &"v".repeat(4090)), ..Fields::default() }, "exceeded the 4KB limit"),
    ];
    for (fields, words) in cases {
        let refused = step(&set(fields), Some(live.clone()), &none).expect_err(words);
        assert!(refused.message.contains(words), "{}", refused.message);
        assert!(!refused.message.contains("vvv"), "values are not repeated");
    }
    assert_eq!(step(&ops(diff(Some(&basic()), None))[1], Some(live.clone()), &none).expect_err("twice").status, 409);
    let too_many = Op::PutConcurrency { name: at().name(), reserved: 901 };
    assert!(step(&too_many, Some(live), &none).expect_err("too many").message.contains("UnreservedConcurrentExecution"));
    let gone = step(&Op::Delete { name: at().name() }, None, &none).expect_err("gone");
    assert_eq!(gone.message, "Function not found: arn:aws:lambda:eu-west-1:123456789012:function:s-dev-f");
}

#[test]
fn attributes_follow_from_the_name() {
    let arn = "arn:aws:lambda:eu-west-1:123456789012:function:s-dev-f";
    let live = made(&basic());
    for (name, value) in [("name", "s-dev-f"), ("arn", arn), ("log_group", "/aws/lambda/s-dev-f")] {
        assert_eq!(LambdaFunction::computed(&at(), &basic(), name, &identity()).as_deref(), Some(value));
        assert_eq!(LambdaFunction::attribute(&live, name, &identity()).as_deref(), Some(value));
    }
}
