use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Caller, Decision, Facts, Keys, Policy, pattern};

const ARN: &str = "arn:aws:execute-api:us-east-1:123456789012:a1b2c3/dev/GET/pets/1";

fn keys() -> Keys {
    let mut keys = Keys::default();
    keys.add("aws:SourceIp", "192.0.2.7");
    keys.add("aws:UserAgent", "curl/8");
    keys.add("aws:CurrentTime", "2026-03-01T12:00:00Z");
    keys.add("aws:EpochTime", "1772366400");
    keys
}

fn decide_as(document: &Value, caller: Option<Caller>) -> Decision {
    let policy = Policy::parse(document).unwrap();
    policy.decide(&Facts { action: "execute-api:Invoke", resource: ARN, keys: &keys(), caller })
}

fn decide(document: &Value) -> Decision {
    decide_as(document, None)
}

fn with(members: Value) -> Value {
    let mut statement = json!({ "Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*" });
    for (name, value) in members.as_object().unwrap() {
        statement[name] = value.clone();
        match name.as_str() {
            "NotAction" => statement.as_object_mut().unwrap().remove("Action"),
            "NotResource" => statement.as_object_mut().unwrap().remove("Resource"),
            _ => None,
        };
    }
    json!({ "Version": "2012-10-17", "Statement": statement })
}

fn holds(condition: Value) -> bool {
    decide(&with(json!({ "Condition": condition }))) == Decision::Allow
}

#[test]
fn actions_and_resources_have_wildcards_and_negations() {
    for allowed in [
        json!({}),
        json!({ "Action": "execute-api:*" }),
        json!({ "Action": "EXECUTE-API:inv?ke" }),
        json!({ "Action": ["s3:GetObject", "*"] }),
        json!({ "Resource": "arn:aws:execute-api:*:*:a1b2c3/dev/GET/*" }),
        json!({ "NotAction": "s3:*" }),
        json!({ "NotResource": "arn:aws:s3:::*" }),
        json!({ "Effect": "allow" }),
    ] {
        assert_eq!(decide(&with(allowed.clone())), Decision::Allow, "{allowed}");
    }
    for neither in [
        json!({ "Action": "execute-api:ManageConnections" }),
        json!({ "Action": [] }),
        json!({ "Resource": "arn:aws:execute-api:*:*:a1b2c3/dev/POST/*" }),
        json!({ "Resource": "arn:aws:execute-api:*:*:A1B2C3/dev/GET/*" }),
        json!({ "Resource": "" }),
        json!({ "NotAction": "execute-api:Invoke" }),
        json!({ "NotResource": "*" }),
    ] {
        assert_eq!(decide(&with(neither.clone())), Decision::Neither, "{neither}");
    }
}

#[test]
fn conditions_compare_as_iam_does() {
    for met in [
        json!({ "IpAddress": { "aws:SourceIp": ["198.51.100.0/24", "192.0.2.0/24"] } }),
        json!({ "IpAddress": { "AWS:sourceip": "192.0.2.7" } }),
        json!({ "NotIpAddress": { "aws:SourceIp": "10.0.0.0/8" } }),
        json!({ "StringEquals": { "aws:UserAgent": ["wget", "curl/8"] } }),
        json!({ "StringLike": { "aws:UserAgent": "curl/*" } }),
        json!({ "StringNotLike": { "aws:UserAgent": ["Mozilla*", "wget*"] } }),
        json!({ "StringEqualsIgnoreCase": { "aws:UserAgent": "CURL/8" } }),
        json!({ "StringNotEquals": { "aws:SourceVpce": "vpce-1" } }),
        json!({ "StringEqualsIfExists": { "aws:SourceVpce": "vpce-1" } }),
        json!({ "Null": { "aws:SourceVpc": true } }),
        json!({ "Null": { "aws:SourceIp": "false" } }),
        json!({ "DateGreaterThan": { "aws:CurrentTime": "2026-02-28T00:00:00Z" } }),
        json!({ "DateLessThan": { "aws:CurrentTime": "2026-03-02" } }),
        json!({ "NumericLessThanEquals": { "aws:EpochTime": "1772366400" } }),
        json!({ "ForAnyValue:StringEquals": { "aws:UserAgent": "curl/8" } }),
        json!({ "ForAllValues:StringEquals": { "aws:TagKeys": "x" } }),
        json!({ "StringEquals": { "aws:UserAgent": "curl/8" }, "IpAddress": { "aws:SourceIp": "192.0.0.0/8" } }),
        json!({ "StringLike": { "aws:SourceIp": "${aws:SourceIp}" } }),
        json!({ "StringLike": { "aws:UserAgent": "curl${aws:username, '/8'}" } }),
    ] {
        assert!(holds(met.clone()), "{met}");
    }
    for unmet in [
        json!({ "IpAddress": { "aws:SourceIp": "192.0.3.0/24" } }),
        json!({ "IpAddress": { "aws:SourceIp": "2001:db8::/32" } }),
        json!({ "NotIpAddress": { "aws:SourceIp": ["192.0.2.0/24", "10.0.0.0/8"] } }),
        json!({ "StringEquals": { "aws:SourceVpc": "vpc-1" } }),
        json!({ "StringEquals": { "aws:UserAgent": "curl/*" } }),
        json!({ "StringNotEquals": { "aws:UserAgent": ["wget", "curl/8"] } }),
        json!({ "StringLike": { "aws:UserAgent": "${aws:username}" } }),
        json!({ "Null": { "aws:SourceIp": "true" } }),
        json!({ "Bool": { "aws:MultiFactorAuthPresent": "false" } }),
        json!({ "ForAnyValue:StringEquals": { "aws:TagKeys": "x" } }),
        json!({ "ForAnyValue:StringNotEquals": { "aws:TagKeys": "x" } }),
        json!({ "StringEquals": { "aws:UserAgent": "curl/8" }, "IpAddress": { "aws:SourceIp": "10.0.0.0/8" } }),
    ] {
        assert!(!holds(unmet.clone()), "{unmet}");
    }
}

#[test]
fn keys_of_several_values() {
    let mut keys = Keys::default();
    keys.add("aws:TagKeys", "a");
    keys.add("aws:TagKeys", "b");
    let holds = |operator: &str, values: Value| {
        let document = with(json!({ "Condition": { operator: { "aws:TagKeys": values } } }));
        let facts = Facts { action: "execute-api:Invoke", resource: ARN, keys: &keys, caller: None };
        Policy::parse(&document).unwrap().decide(&facts) == Decision::Allow
    };
    assert!(holds("ForAnyValue:StringEquals", json!(["a", "c"])));
    assert!(!holds("ForAllValues:StringEquals", json!(["a", "c"])));
    assert!(holds("ForAllValues:StringEquals", json!(["a", "b", "c"])));
    assert!(holds("ForAnyValue:StringNotEquals", json!("a")));
    assert!(!holds("ForAllValues:StringNotEquals", json!("a")));
    assert!(!holds("StringNotEquals", json!("a")));
    assert!(holds("StringNotEquals", json!("c")));
}

#[test]
fn arns_are_compared_part_by_part_in_conditions() {
    let mut keys = Keys::default();
    keys.add("aws:SourceArn", "arn:aws:sns:us-east-1:123456789012:a:b");
    let holds = |pattern: &str| {
        let document = with(json!({ "Condition": { "ArnLike": { "aws:SourceArn": pattern } } }));
        let facts = Facts { action: "execute-api:Invoke", resource: ARN, keys: &keys, caller: None };
        Policy::parse(&document).unwrap().decide(&facts) == Decision::Allow
    };
    assert!(holds("arn:aws:sns:*:123456789012:a*"));
    assert!(!holds("arn:aws:*:a:b"));
}

#[test]
fn ipv6_blocks_and_mapped_addresses() {
    let mut keys = Keys::default();
    keys.add("aws:SourceIp", "2001:db8::1");
    let document = |block: &str| with(json!({ "Condition": { "IpAddress": { "aws:SourceIp": block } } }));
    let decide = |keys: &Keys, block: &str| {
        let facts = Facts { action: "execute-api:Invoke", resource: ARN, keys, caller: None };
        Policy::parse(&document(block)).unwrap().decide(&facts)
    };
    assert_eq!(decide(&keys, "2001:db8::/32"), Decision::Allow);
    assert_eq!(decide(&keys, "2001:db9::/32"), Decision::Neither);
    assert_eq!(decide(&keys, "::/0"), Decision::Allow);
    let mut mapped = Keys::default();
    mapped.add("aws:SourceIp", "::ffff:10.1.2.3");
    assert_eq!(decide(&mapped, "10.0.0.0/8"), Decision::Allow);
    assert_eq!(decide(&mapped, "0.0.0.0/0"), Decision::Allow);
}

#[test]
fn principals_of_a_resource_policy() {
    let user = json!({ "AWS": "arn:aws:iam::123456789012:user/x" });
    for (members, anonymous, signed) in [
        (json!({ "Principal": "*" }), Decision::Allow, Decision::Allow),
        (json!({ "Principal": { "AWS": ["*"] } }), Decision::Allow, Decision::Allow),
        (json!({ "Principal": user }), Decision::Neither, Decision::Neither),
        (json!({ "NotPrincipal": user, "Effect": "Deny" }), Decision::Deny, Decision::Neither),
    ] {
        assert_eq!(decide_as(&with(members.clone()), Some(Caller::Anonymous)), anonymous, "{members}");
        assert_eq!(decide_as(&with(members.clone()), Some(Caller::Signed)), signed, "{members}");
    }
}

#[test]
fn what_iam_does_not_know_is_malformed() {
    let long = format!("arn:aws:execute-api:{}", "x".repeat(500));
    for document in [
        json!(null),
        json!("text"),
        json!([]),
        json!({}),
        json!({ "Statement": "x" }),
        json!({ "Statement": ["x"] }),
        json!({ "Version": "2020-01-01", "Statement": [] }),
        json!({ "Version": 1, "Statement": [] }),
        json!({ "Statement": { "Effect": "Allow", "Action": "*" } }),
        json!({ "Statement": { "Effect": "Allow", "Resource": "*" } }),
        json!({ "Statement": { "Action": "*", "Resource": "*" } }),
        json!({ "Statement": { "Effect": "Allow", "Action": "*", "NotAction": "*", "Resource": "*" } }),
        with(json!({ "Effect": "Perhaps" })),
        with(json!({ "Action": 1 })),
        with(json!({ "Resource": [1] })),
        with(json!({ "Resource": long })),
        with(json!({ "Condition": [] })),
        with(json!({ "Condition": { "StringIs": { "a": "b" } } })),
        with(json!({ "Condition": { "StringEquals": "x" } })),
        with(json!({ "Condition": { "StringEquals": { "a": {} } } })),
        with(json!({ "Condition": { "IpAddress": { "aws:SourceIp": "10.0.0.0/33" } } })),
        with(json!({ "Condition": { "NumericEquals": { "a": "x" } } })),
        with(json!({ "Condition": { "DateEquals": { "a": "x" } } })),
        with(json!({ "Condition": { "Sometimes:StringEquals": { "a": "x" } } })),
    ] {
        assert!(Policy::parse(&document).is_err(), "{document}");
    }
    assert!(Policy::from_text("{").is_err());
}

#[test]
fn hostile_patterns_take_no_time() {
    let text = "a".repeat(1600);
    let started = std::time::Instant::now();
    for pattern in ["*a".repeat(256) + "b", "a*".repeat(255) + "?b", "*?".repeat(256), "*".repeat(512) + "b"]
    {
        let _ = pattern::matches(&pattern, &text, pattern::Wild::Yes, None);
    }
    assert!(started.elapsed().as_secs() < 2, "{:?}", started.elapsed());
}

/// A matcher that is right by being slow: tries everything.
fn by_trying(pattern: &[char], text: &[char]) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        Some(('*', rest)) => (0..=text.len()).any(|from| by_trying(rest, &text[from..])),
        Some(('?', rest)) => !text.is_empty() && by_trying(rest, &text[1..]),
        Some((c, rest)) => text.first() == Some(c) && by_trying(rest, &text[1..]),
    }
}

fn statement() -> impl Strategy<Value = Value> {
    let effect = prop_oneof![Just("Allow"), Just("Deny")];
    let action =
        prop_oneof![Just("execute-api:Invoke"), Just("*"), Just("s3:Get*"), Just("execute-api:?nvoke")];
    let resource = prop_oneof![
        Just("*".to_owned()),
        Just(ARN.to_owned()),
        Just("arn:aws:execute-api:*/GET/*".to_owned()),
        Just("arn:aws:s3:::x".to_owned()),
        "[a1*?:/-]{0,12}",
    ];
    let condition = prop_oneof![
        Just(json!({})),
        Just(json!({ "IpAddress": { "aws:SourceIp": "192.0.2.0/24" } })),
        Just(json!({ "StringEquals": { "aws:UserAgent": "wget" } })),
    ];
    (effect, action, resource, condition).prop_map(|(effect, action, resource, condition)| {
        json!({ "Effect": effect, "Action": action, "Resource": resource, "Condition": condition })
    })
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[*?a${}:/.0-9]{0,20}".prop_map(Value::from),
        Just(json!("Allow")),
    ];
    let name = prop_oneof![
        Just("Statement"),
        Just("Effect"),
        Just("Action"),
        Just("Resource"),
        Just("NotResource"),
        Just("Condition"),
        Just("Principal"),
        Just("IpAddress"),
        Just("StringLike"),
        Just("DateEquals"),
        Just("aws:SourceIp"),
        Just("Version")
    ];
    leaf.prop_recursive(5, 40, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec((name.clone(), inner), 0..5).prop_map(|members| members
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect()),
        ]
    })
}

proptest! {
    #[test]
    fn a_pattern_matches_what_trying_everything_finds(pattern in "[ab*?]{0,8}", text in "[ab]{0,8}") {
        let slow = by_trying(&pattern.chars().collect::<Vec<_>>(), &text.chars().collect::<Vec<_>>());
        prop_assert_eq!(pattern::matches(&pattern, &text, pattern::Wild::Yes, None), slow);
    }

    #[test]
    fn a_deny_wins_wherever_it_stands(before in proptest::collection::vec(statement(), 0..6),
                                      after in proptest::collection::vec(statement(), 0..6)) {
        let deny = json!({ "Effect": "Deny", "Action": "execute-api:*", "Resource": "arn:aws:execute-api:*" });
        let mut statements = before;
        statements.push(deny);
        statements.extend(after);
        prop_assert_eq!(decide(&json!({ "Statement": statements })), Decision::Deny);
    }

    #[test]
    fn the_whole_says_what_its_statements_say(statements in proptest::collection::vec(statement(), 0..8)) {
        let alone: Vec<Decision> =
            statements.iter().map(|one| decide(&json!({ "Statement": one }))).collect();
        let expected = if alone.contains(&Decision::Deny) {
            Decision::Deny
        } else if alone.contains(&Decision::Allow) {
            Decision::Allow
        } else {
            Decision::Neither
        };
        prop_assert_eq!(decide(&json!({ "Statement": statements })), expected);
    }

    #[test]
    fn no_document_makes_it_panic(document in json_value()) {
        if let Ok(policy) = Policy::parse(&document) {
            let keys = keys();
            for caller in [None, Some(Caller::Anonymous), Some(Caller::Signed)] {
                policy.decide(&Facts { action: "execute-api:Invoke", resource: ARN, keys: &keys, caller });
            }
        }
    }
}
