use serde_json::{Value, json};

use super::{JsonPath, ParseError, Style, parse_lenient, to_json};

fn shop() -> Value {
    json!({
        "name": "Corner",
        "items": [
            { "id": 1, "tags": ["a", "b"], "price": 5 },
            { "id": 2, "tags": [], "price": 12.5 },
            { "id": 3, "price": 20, "maker": { "name": "Ann" } }
        ],
        "my key": true,
        "none": null
    })
}

fn read(path: &str) -> Option<Value> {
    JsonPath::compile(path).unwrap().read(&shop()).unwrap()
}

#[test]
fn a_definite_path_names_one_value() {
    assert_eq!(read("$"), Some(shop()));
    assert_eq!(read("$.name"), Some(json!("Corner")));
    assert_eq!(read("name"), Some(json!("Corner")));
    assert_eq!(read("$['my key']"), Some(json!(true)));
    assert_eq!(read("$.items[0].tags[1]"), Some(json!("b")));
    assert_eq!(read("$.items[-1].maker.name"), Some(json!("Ann")));
    assert_eq!(read("$.none"), Some(Value::Null));
    assert_eq!(read("$['name','none']"), Some(json!({ "name": "Corner", "none": null })));
}

#[test]
fn a_definite_path_may_lead_nowhere() {
    for path in
        ["$.nope", "$.nope.deeper", "$.items.name", "$.items[9]", "$.name[0]", "$.nope[*]", "$.name.x"]
    {
        assert_eq!(read(path), None, "{path}");
    }
}

#[test]
fn any_other_path_names_an_array() {
    assert_eq!(read("$.items[*].id"), Some(json!([1, 2, 3])));
    assert_eq!(read("$.items[0,2].id"), Some(json!([1, 3])));
    assert_eq!(read("$.items[1:].id"), Some(json!([2, 3])));
    assert_eq!(read("$.items[:-1].id"), Some(json!([1, 2])));
    assert_eq!(read("$.items[-2:].id"), Some(json!([2, 3])));
    assert_eq!(read("$.items[2:1].id"), Some(json!([])));
    assert_eq!(read("$..name"), Some(json!(["Corner", "Ann"])));
    assert_eq!(read("$.items[*].nope"), Some(json!([])));
    assert_eq!(read("$.items[*]['id','price']").map(|v| v.as_array().map_or(0, Vec::len)), Some(3));
    assert_eq!(read("$.items[2].maker.*"), Some(json!(["Ann"])));
}

#[test]
fn filters_choose_elements() {
    assert_eq!(read("$.items[?(@.price > 10)].id"), Some(json!([2, 3])));
    assert_eq!(read("$.items[?(@.price >= 5 && @.price < 20)].id"), Some(json!([1, 2])));
    assert_eq!(read("$.items[?(@.maker)].id"), Some(json!([3])));
    assert_eq!(read("$.items[?(!@.maker)].id"), Some(json!([1, 2])));
    assert_eq!(read("$.items[?(@.maker.name == 'Ann' || @.id == 1)].id"), Some(json!([1, 3])));
    assert_eq!(read("$.items[?(@.id in [1, 3])].id"), Some(json!([1, 3])));
    assert_eq!(read("$.items[?(@.id nin [1, 3])].id"), Some(json!([2])));
    assert_eq!(read("$.items[?(@.tags contains 'a')].id"), Some(json!([1])));
    assert_eq!(read("$.items[?(@.tags empty true)].id"), Some(json!([2])));
    assert_eq!(read("$.items[?(@.tags size 2)].id"), Some(json!([1])));
    assert_eq!(read("$.items[?(@.maker.name =~ /a.*/i)].id"), Some(json!([3])));
    assert_eq!(read("$.items[?(@.id == '2')].id"), Some(json!([2])));
    assert_eq!(read("$.items[?(@.price == $.items[0].price)].id"), Some(json!([1])));
    assert_eq!(read("$..[?(@.name == 'Ann')].name"), Some(json!(["Ann"])));
}

#[test]
fn functions_end_a_path() {
    assert_eq!(read("$.items.length()"), Some(json!(3)));
    assert_eq!(read("$.length()"), Some(json!(4)));
    assert_eq!(read("$.items[*].id.sum()"), Some(json!(6.0)));
    assert_eq!(read("$.items[*].price.max()"), Some(json!(20.0)));
    assert_eq!(read("$.items[0].keys()"), Some(json!(["id", "tags", "price"])));
    assert_eq!(read("$.items[0].tags.first()"), Some(json!("a")));
    assert_eq!(read("$.items[0].tags.concat(\"-\", $.name)"), Some(json!("ab-Corner")));
    assert_eq!(read("$.items.first().tags"), Some(json!(["a", "b"])));
    assert_eq!(read("$.name.length()"), None);
}

#[test]
fn a_broken_path_is_refused_with_its_place() {
    for (path, position) in [
        ("", 1),
        ("$.", 3),
        ("$.a..", 6),
        ("$[", 3),
        ("$.a[1", 6),
        ("$['a", 5),
        ("$.a b", 4),
        ("$.a.nope()", 9),
        ("$x", 2),
    ] {
        let error = JsonPath::compile(path).unwrap_err();
        assert_eq!(error.position, position, "{path}: {error}");
    }
    assert!(JsonPath::compile("$.a[?(@.x == )]").is_err());
    assert!(JsonPath::compile("$.a[?(@.x =~ /(/)]").is_err());
    assert!(JsonPath::compile(&format!("$[?({}@.a{})]", "(".repeat(500), ")".repeat(500))).is_err());
}

#[test]
fn a_path_that_visits_everything_again_and_again_ends() {
    let mut document = json!(1);
    for _ in 0..100 {
        document = json!([document, 2]);
    }
    let path = JsonPath::compile("$..*..*..*..*").unwrap();
    assert!(path.read(&document).is_err());
    let texts: Vec<String> = vec!["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa".to_owned(); 50_000];
    for hostile in ["$[?(@ =~ /(a|a)*\\1b/)]", "$[?($..* contains 'x')]", "$[?(@ in $)]"] {
        assert!(JsonPath::compile(hostile).unwrap().read(&json!(texts)).is_err(), "{hostile}");
    }
}

#[test]
fn payloads_are_read_permissively() {
    let same = |text: &str, value: Value| assert_eq!(parse_lenient(text), Ok(value), "{text}");
    same("", json!(""));
    same(" {\"a\" : [1, 2.5, -3e2, true, null]} ", json!({ "a": [1, 2.5, -300.0, true, null] }));
    same("{a: b c, 'd': 'e\"f', }", json!({ "a": "b c", "d": "e\"f" }));
    same("[1,,2,]", json!([1, 2]));
    same("name=value", json!("name=value"));
    same("12ab", json!("12ab"));
    same("007", json!(7));
    same("\"\\u00e9\\n\\x41\\ud83d\\ude00\"", json!("é\nA😀"));
    same("{\"a\": 1, \"a\": 2}", json!({ "a": 2 }));
    same("\"text\" and what follows", json!("text"));
}

#[test]
fn what_has_no_end_is_refused() {
    let message = |text: &str| parse_lenient(text).unwrap_err().to_string();
    assert_eq!(message("{\"a\""), "Unexpected End Of File position 3: null");
    assert_eq!(message("[1, 2"), "Unexpected End Of File position 4: EOF");
    assert_eq!(message("]"), "Unexpected character (]) at position 0.");
    assert!(matches!(parse_lenient("{\"a\": \"b\" \"c\"}"), Err(ParseError::Token { .. })));
    assert!(matches!(parse_lenient(&"[".repeat(100_000)), Err(ParseError::Depth { .. })));
}

#[test]
fn json_is_written_compactly_with_more_escapes_than_needed() {
    let value = json!({ "a/b": ["é\u{2028}\"\u{7f}", 1.0, 12345678.9, null] });
    assert_eq!(to_json(&value, Style::Plain), "{\"a/b\":[\"é\\u2028\\\"\\u007F\",1.0,1.23456789E7,null]}");
    assert_eq!(to_json(&json!("a/b"), Style::Web), "\"a\\/b\"");
}
