use std::time::Duration;

use indexmap::IndexMap;
use serde_json::json;

use super::{Inputs, Limits, Phase, RenderError, Rendered, parse};

/// Renders with the inputs.
fn render_with(text: &str, inputs: &Inputs) -> Result<Rendered, RenderError> {
    parse(text).unwrap_or_else(|error| panic!("{text}: {error}")).render(inputs)
}

/// Checks a rendering without inputs.
pub(super) fn renders(text: &str, expected: &str) {
    let rendered = render_with(text, &Inputs::default()).unwrap_or_else(|error| panic!("{text}: {error}"));
    assert_eq!(rendered.text, expected, "{text}");
}

/// Checks that a rendering fails with a message that has `part` in it.
pub(super) fn fails(text: &str, part: &str) {
    let error = render_with(text, &Inputs::default()).expect_err(text).to_string();
    assert!(error.contains(part), "{text}: {error}");
}

fn pairs(pairs: &[(&str, &str)]) -> IndexMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn with_body(body: &str) -> Inputs {
    Inputs { body: body.as_bytes().to_vec(), ..Inputs::default() }
}

fn body_renders(body: &str, text: &str, expected: &str) {
    assert_eq!(render_with(text, &with_body(body)).expect(text).text, expected, "{text} of {body}");
}

#[test]
fn an_undefined_reference_is_the_empty_text() {
    renders("[$a][${a.b}][$!a.c()][$a[0]]", "[][][][]");
    renders("#if($a)yes#end#if(!$a)no#end#if($a == '')same#end#if($a == $b)alike#end", "yessamealike");
    renders("#foreach($x in $a)x#end#set($y = $a + 1)$y#set($z = $a)\n,$z.", "1,.");
    let rendered = render_with("a\n$b $c.d", &Inputs::default()).expect("rendered");
    let undefined: Vec<_> =
        rendered.undefined.iter().map(|u| (u.reference.as_str(), u.line, u.column)).collect();
    assert_eq!(undefined, [("$b", 2, 1), ("$c.d", 2, 4)]);
}

#[test]
fn arithmetic_is_javas() {
    renders(
        "#set($x = 7 / 2)$x#set($x = -7 % 3) $x#set($x = 7.0 / 2) $x#set($x = 2 + 3 * 4 - 1) $x",
        "3 -1 3.5 13",
    );
    renders(
        "#set($x = 2147483647 + 1)$x\n#set($x = 9223372036854775807 * 2)\n$x",
        "2147483648\n18446744073709551614",
    );
    renders("#set($x = 1.0E10)$x\n#set($x = 0.0001)\n$x\n#set($x = 5.)\n$x", "1.0E10\n1.0E-4\n5.0");
    // A result that does not exist leaves the variable as it was.
    renders("#set($x = 'kept')#set($x = 1 / 0)$x#set($x = 3 - 'a')$x", "keptkept");
    renders("#set($x = 'a' + 1 + 2)$x#set($x = 1 + 2 + 'a')$x", "a123a");
}

#[test]
fn conditions_hold_for_true_and_for_references_to_anything_but_false() {
    for (condition, holds) in [
        ("true", true),
        ("'a'", false),
        ("1", false),
        ("1 + 1", false),
        ("!'a'", true),
        ("1 < 2 && 2 <= 2", true),
        ("'a' < 'b'", false),
        ("1 == 1.0", true),
        ("'1' == 1", true),
        ("[1] == [1]", true),
        ("not (true or false)", false),
        ("1 ne 2 and 3 ge 3", true),
        ("false || !false", true),
        ("!!true", true),
        ("(1 lt 2) eq true", true),
    ] {
        renders(&format!("#if({condition})T#{{else}}F#end"), if holds { "T" } else { "F" });
    }
}

#[test]
fn loops_know_where_they_are() {
    renders(
        "#foreach($x in ['a', 'b'])$foreach.index$foreach.count$velocityCount$x$foreach.first$foreach.last#if($foreach.hasNext),#end#end",
        "011atruefalse,122bfalsetrue",
    );
    renders(
        "#foreach($x in [1, 2])#foreach($y in [3..4])$foreach.parent.index$x$y #end#end",
        "013 014 123 124 ",
    );
    renders("#foreach($x in [1..5])#if($x == 3)#break#end$x#end.", "12.");
    renders(
        "#foreach($x in [1..3])#foreach($y in [1..3])#if($y == 2)#break($foreach.parent)#end$x$y #end#end.",
        "11 .",
    );
    renders("#foreach($v in {'a': 1, 'b': 2})$v#end#foreach($x in 'text')no#end", "12");
    renders("#set($x = 'kept')#foreach($x in [1])$x#end$x$foreach", "1kept");
    renders("#foreach($x in [3..1])$x#end", "321");
}

#[test]
fn macros_and_blocks() {
    renders("#macro(greet $name)Hello $name!#end#greet('you')#greet($nobody)", "Hello you!Hello !");
    renders("#twice(1)#macro(twice $x)$x$x#end", "11");
    renders("#macro(wrap)[$bodyContent]#end#@wrap()inside#end", "[inside]");
    renders("#macro(note $x)#set($y = 'seen')#end#note(1)$y", "seen");
    renders("#macro(first)1#end#macro(first)2#end#first()", "1");
    renders("#unknown('a' $b)\nrest", "#unknown('a' $b)\nrest");
    renders("#define($block)<$x>#end#set($x = 1)$block#set($x = 2)$block", "<1><2>");
    renders("#set($t = '#if(true)evaluated#end')#evaluate($t)", "evaluated");
    renders("a#stop b", "a");
    fails("#macro(again)#again()#end#again()", "macros call macros more than 20 levels deep");
    fails("#evaluate('#if(')", "#evaluate was given a broken template");
    fails("#parse('other.vm')", "has no template files");
}

#[test]
fn white_space_around_directives_is_velocitys() {
    renders("#if(true)\na\n#end\nb", "a\nb");
    renders("x\n  #set($a = 1)  \ny", "x\n  y");
    renders("#set($a = 1)\n  #set($b = 2)\ny", "y");
    renders("$u  #set($a = 1)z", "z");
    renders("a ## comment\nb #* block *# c", "a b  c");
    renders("#foreach($i in [1, 2])\n  $i\n#end\n.", "  1\n  2\n.");
}

#[test]
fn escapes_and_unparsed_text() {
    renders("#set($x = 1)\\$x \\\\$x \\${x} \\#if \\#unknown", "$x \\1 ${x} #if \\#unknown");
    renders("#[[ $x #if( ]]#.", " $x #if( .");
    renders("#literal()$x#end", "$x");
    renders("#set($s = \"say \"\"hi\"\" ${n}\")$s#set($s = 'it''s $n')$s", "say \"hi\" it's $n");
    renders("#set($s = \"\\u0041\\n\")$s", "A\\n");
    renders("$5 100% #1 #{x a@b", "$5 100% #1 #{x a@b");
    // Oddities a template may rely on without knowing.
    renders("#set($x = 1)$x{y}", "1{");
    renders("#set(${x} = 1)$x", "");
}

#[test]
fn input_body_and_path() {
    body_renders(
        "{\"a\": [1, {\"b\": \"x/y\"}], \"n\": null}",
        "$input.path('$.a') $input.path('$')",
        "[1,{\"b\":\"x\\/y\"}] {a=[1,{\"b\":\"x\\/y\"}], n=null}",
    );
    body_renders(
        "{\"a\": {\"b\": 1.50}}",
        "$input.path('$.a').b $input.path('$.a.b') [$input.path('$.zz')] $input.path('$.a')",
        "1.5 1.5 [] {b=1.5}",
    );
    body_renders(
        "{\"a\": [{\"b\": 1}, {\"b\": 2}]}",
        "#foreach($e in $input.path('$.a'))$e.b#end$input.path('$.a').size()",
        "122",
    );
    body_renders(
        "{\"a\": 1}",
        "$input.body $input.json('$.a') $input.json('$') $input.json('$.nope')",
        "{\"a\": 1} 1 {\"a\":1} \"\"",
    );
    body_renders("", "$input.body|$input.path('$')|$input.json('$')|$input.path('$.a').size()", "{}||{}|");
    body_renders("plain text", "$input.path('$')|$input.json('$')", "plain text|\"plain text\"");
    body_renders("{\"s\": \"a\\u2028/\"}", "$input.json('$.s')", "\"a\\u2028/\"");
}

#[test]
fn a_broken_payload_is_an_error_only_for_who_looks() {
    body_renders("{\"a\"", "$input.body", "{\"a\"");
    let error = render_with("$input.path('$')", &with_body("{\"a\"")).expect_err("broken");
    assert!(matches!(error, RenderError::Payload(_)));
    assert!(error.to_string().starts_with("Could not process payload"));
    let error = render_with("$input.path('$[')", &with_body("{}")).expect_err("no path");
    assert!(matches!(error, RenderError::Evaluation { line: 1, column: 1, .. }));
}

#[test]
fn parameters_are_looked_for_in_path_query_and_headers() {
    let inputs = Inputs {
        path: pairs(&[("id", "p")]),
        querystring: pairs(&[("id", "q"), ("page", "2")]),
        header: pairs(&[("X-Api", "h"), ("page", "no")]),
        stage_variables: pairs(&[("table", "users")]),
        context: json!({ "stage": "prod", "identity": { "sourceIp": "127.0.0.1" } }),
        ..Inputs::default()
    };
    let text = "$input.params('id') $input.params('page') $input.params('x-api') [$input.params('nope')] \
                $input.params().querystring.id $input.params().header.get('X-Api') [$input.params().header.get('x-api')] \
                $stageVariables.table ${stageVariables['table']} $context.stage $context.identity.sourceIp";
    let rendered = render_with(text, &inputs).expect("rendered").text;
    assert_eq!(rendered, "p 2 h [] q h [] users users prod 127.0.0.1");
    let names = "#foreach($kind in $input.params().keySet())$kind #end";
    assert_eq!(render_with(names, &inputs).expect("rendered").text, "path querystring header ");
}

#[test]
fn util_encodes_and_decodes() {
    renders("$util.escapeJavaScript(\"it's \"\"é\"\" a/b\")", "it\\'s \\\"\\u00E9\\\" a\\/b");
    renders("$util.urlEncode('a b&c=é*') $util.urlDecode('a+b%26%C3%A9')", "a+b%26c%3D%C3%A9* a b&é");
    renders("$util.base64Encode('héllo') $util.base64Decode('aMOpbGxv')", "aMOpbGxv héllo");
    renders("#set($o = $util.parseJson('{\"a\": [1, 2]}'))$o.a[1] $o.a.size()", "2 2");
    renders("[$util.urlEncode($nothing)][$util.nope('a')]", "[][]");
    fails("$util.parseJson('{')", "$util.parseJson failed");
    fails("$util.urlDecode('%zz')", "hexadecimal");
}

#[test]
fn overrides_come_back() {
    let text = "#set($context.requestOverride.header.x = 'a')#set($context.requestOverride.path.id = \"b\")\
                #set($context.responseOverride.status = 404)#set($context.responseOverride.header['Y'] = ['c', 'd'])";
    let rendered = render_with(text, &Inputs::default()).expect("rendered");
    assert_eq!(json!(rendered.request_override), json!({ "header": { "x": "a" }, "path": { "id": "b" } }));
    assert_eq!(json!(rendered.response_override), json!({ "status": 404, "header": { "Y": ["c", "d"] } }));
}

#[test]
fn an_override_is_applied_once() {
    let twice = "#set($context.responseOverride.status = 1)\n#set($context.responseOverride.status = 2)";
    let error = render_with(twice, &Inputs::default()).expect_err("twice").to_string();
    assert!(error.contains("applied twice") && error.contains("line 2"), "{error}");
}

#[test]
fn a_response_template_sees_the_overrides_of_the_request() {
    let inputs = Inputs {
        phase: Phase::Response,
        context: json!({ "requestOverride": { "header": { "x": "a" } }, "responseOverride": { "status": 404 } }),
        ..Inputs::default()
    };
    let text = "$context.requestOverride.header.x $context.responseOverride.status#set($context.responseOverride.status = 410)";
    let rendered = render_with(text, &inputs).expect("rendered");
    assert_eq!(rendered.text, "a 404");
    assert!(rendered.request_override.is_empty());
    assert_eq!(json!(rendered.response_override), json!({ "status": 410 }));
}

fn limited(text: &str, limits: Limits) -> String {
    let inputs = Inputs { limits, ..Inputs::default() };
    match render_with(text, &inputs) {
        Err(RenderError::Limit(limit)) => limit.unit.to_owned(),
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn hostile_templates_meet_a_limit() {
    let default = Limits::default;
    assert_eq!(limited("#foreach($x in [1..1001])a#end", default()), "iterations of one #foreach");
    assert_eq!(limited("#set($x = [1..2000000000])", default()), "elements of a range");
    let doubling = "#set($s = 'ab')#foreach($i in [1..100])#set($s = \"$s$s\")#end";
    assert_eq!(limited(doubling, default()), "bytes in one string");
    let printing =
        "#set($s = 'ab')#foreach($i in [1..20])#set($s = \"$s$s\")#end#foreach($i in [1..100])$s#end";
    assert_eq!(limited(printing, default()), "bytes of output");
    let loops =
        "#foreach($a in [1..999])#foreach($b in [1..999])#foreach($c in [1..999])#set($d = 1)#end#end#end";
    assert_eq!(limited(loops, Limits { steps: 100_000, ..default() }), "work units");
    assert_eq!(limited(loops, Limits { time: Duration::ZERO, ..default() }), "milliseconds");
    let growing = "#set($l = [])#foreach($a in [1..999])#foreach($b in [1..999])$l.add($l)#end#end";
    assert_eq!(limited(growing, Limits { memory_bytes: 1_000_000, ..default() }), "bytes of memory");
    let inside_itself = "#set($l = [])#set($ok = $l.add($l))$l";
    assert_eq!(limited(inside_itself, default()), "levels of nested lists and maps");
    let evaluating = "#set($t = '#evaluate($t)')#evaluate($t)";
    assert_eq!(limited(evaluating, default()), "nested evaluations");
    let arguments = "#macro(a $x)#a(\"$x$x\")$x#end#a('b')";
    assert!(render_with(arguments, &Inputs::default()).is_err());
}

#[test]
fn the_deepest_nesting_fits_a_small_stack() {
    let around =
        |open: &str, inner: &str, close: &str| format!("{}{inner}{}", open.repeat(17), close.repeat(17));
    let inner = around(
        "#foreach($i in [1])",
        "#set($y = [[{'k': [$l.get($l.get($l.get(0)))]}]])#again(\"$x $!y\")",
        "#end",
    );
    let text = format!(
        "#set($l = [0])#macro(again $x)#if(!!((true) && $x))#define($d)$x#end\"$d\"{inner}#end#end#again('x')"
    );
    let deep = format!("{}$v", "#set($v = [$v])".repeat(240));
    let work = move || {
        assert!(render_with(&text, &Inputs::default()).is_err());
        let rendered =
            render_with(&format!("#set($v = 1){deep}"), &Inputs::default()).expect("deep but allowed").text;
        assert!(rendered.starts_with("[[[["));
    };
    // Servers run templates on threads with 2 MB; this build is not optimised and needs the most.
    let thread = std::thread::Builder::new().stack_size(1024 * 1024).spawn(work).expect("a thread");
    thread.join().expect("no overflow");
}
