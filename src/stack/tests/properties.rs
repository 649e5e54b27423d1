//! Whatever the file holds: no panic, and every problem can be shown.

use std::path::Path;

use proptest::prelude::*;

use super::super::{GivenParams, read_text, render, template};

fn survives(text: &str) {
    let problems = match read_text(Path::new("stack.yaml"), text.to_owned(), Some(super::checker)) {
        Ok((file, warnings)) => match file.resolve("dev", &GivenParams::new(), &|_| None) {
            Ok(_) => warnings,
            Err(problems) => problems,
        },
        Err(problems) => {
            assert!(!problems.is_empty());
            problems
        }
    };
    render(&problems, true);
    serde_json::to_string(&problems).unwrap();
}

/// Words of a stack file, and what breaks them.
fn line() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "stack",
        "params",
        "stages",
        "functions",
        "api",
        "routes",
        "GET /a/{b}",
        "authorizers",
        "cors",
        "origins",
        "responses",
        "200",
        "when",
        "default",
        "secret",
        "role",
        "statements",
        "request_templates",
        "models",
        "schema",
        "outputs",
        "tags",
        "environment",
        "<<",
        "stage",
        "memory_mb",
        "code",
        "runtime",
        "handler",
        "type",
        "function",
        "file",
    ]);
    let value = prop::sample::select(vec![
        "",
        "~",
        "1",
        "-1",
        "1e9",
        "true",
        "x",
        "'it''s'",
        "\"a\\u00e9\"",
        "[a, b]",
        "{}",
        "{a: 1}",
        "${params.p}",
        "${params.p}${stage}",
        "'${'",
        "\"${api.url}\"",
        "|\n      one\n      #foreach",
        ">\n      one\n      two",
        "&x y",
        "*x",
        "!Ref a",
        "token",
        "code",
        "index.handler",
        "nodejs22.x",
        "${env:A}",
        "\"${ssm:/a}\"",
        "é→",
        "*",
        "'[a-'",
    ]);
    (0_usize..4, word, value)
        .prop_map(|(depth, word, value)| format!("{}{word}: {value}\n", "  ".repeat(depth)))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn any_text(text in "\\PC*") {
        survives(&text);
    }

    #[test]
    fn any_characters(text in prop::collection::vec(prop::sample::select("ab:-[]{}$#|>&*!%@'\" \n\t~,?\\é\u{1F600}\r0".chars().collect::<Vec<_>>()), 0..60)) {
        survives(&text.into_iter().collect::<String>());
    }

    #[test]
    fn lines_of_a_stack_file(lines in prop::collection::vec(line(), 0..25)) {
        survives(&lines.concat());
    }

    #[test]
    fn any_value_of_a_key(value in "[ -~é\n]{0,40}") {
        survives(&format!("stack: a\ndescription: \"{}\"\noutputs: {{ x: '{value}' }}\n", value.replace('"', "")));
    }

    #[test]
    fn text_without_references_stays_as_it_is(text in "[^$]*") {
        let (pieces, mistakes) = template::parse(&text);
        prop_assert!(mistakes.is_empty());
        let expected: Vec<_> = (!text.is_empty()).then(|| template::Piece::Literal(text.clone())).into_iter().collect();
        prop_assert_eq!(pieces, expected);
    }
}
