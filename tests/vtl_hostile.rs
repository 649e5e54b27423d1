//! Arbitrary and hostile templates: whatever the text, reading and rendering it ends, and within the limits.

use std::time::Duration;

use gatewright::gateway::jsonpath::{JsonPath, parse_lenient};
use gatewright::gateway::vtl::{self, Inputs, Limits};
use proptest::prelude::*;

/// Pieces of templates, which put together at random reach further than arbitrary text does.
const PIECES: [&str; 72] = [
    "$x",
    "${x",
    "}",
    "$!{l}",
    "$m.k",
    "$m['k']",
    "$l[0]",
    "$l[-1]",
    "$l.size()",
    "$l.get(",
    "$l.add($l)",
    "$m.put('m', $m)",
    "#set($x = ",
    "#set($l = [1, $x])",
    "#set($m = {'k': $l})",
    "#set($x = \"$x$x\")",
    "#set($s = 'abcabc')",
    ")",
    "(",
    "[",
    "]",
    "{",
    "#if($x)",
    "#if(!$y && 1 < 2)",
    "#elseif(true)",
    "#else",
    "#end",
    "#foreach($i in $l)",
    "#foreach($i in [1..5])",
    "#foreach($i in [1..999])",
    "$foreach.index",
    "$foreach.parent",
    "#break",
    "#stop",
    "#macro(f $p)",
    "#f($x)",
    "#f(\"$p$p\")",
    "#@f()",
    "$bodyContent",
    "#define($d)",
    "$d",
    "#evaluate($x)",
    "#evaluate('#f(1)')",
    "#literal()",
    "\\",
    "\\$x",
    "\\#if",
    "##",
    "#*",
    "*#",
    "#[[",
    "]]#",
    "\"",
    "'",
    "$input.path('$.a')",
    "$input.path($x)",
    "$input.json('$..*')",
    "$input.params()",
    "$util.parseJson($s)",
    "$util.base64Decode($s)",
    "$context.responseOverride.status",
    "$s.replaceAll('(a|b)*c', '$0$0')",
    "$s.split('')",
    "$s.format('%9s', $l)",
    "$s.substring(1)",
    " ",
    "\n",
    ",",
    "+",
    "-9223372036854775808",
    "1.5",
    "é😀",
];

fn small() -> Limits {
    Limits {
        output_bytes: 64 * 1024,
        string_bytes: 64 * 1024,
        memory_bytes: 4 * 1024 * 1024,
        steps: 50_000,
        time: Duration::from_secs(5),
        ..Limits::default()
    }
}

/// Reads and renders. Panics, hangs and overruns are what the tests look for; errors are fine.
fn exercise(template: &str, body: &str) {
    let Ok(template) = vtl::parse(template) else { return };
    let inputs = Inputs { body: body.as_bytes().to_vec(), limits: small(), ..Inputs::default() };
    if let Ok(rendered) = template.render(&inputs) {
        assert!(rendered.text.len() <= inputs.limits.output_bytes);
    }
}

/// A template of pieces with its blocks closed.
fn assembled(pieces: &[&str], close: bool) -> String {
    let text = pieces.concat();
    let opened = ["#if(", "#foreach(", "#macro(", "#define(", "#literal(", "#@"];
    let count: usize = opened.iter().map(|directive| text.matches(directive).count()).sum();
    let missing = count.saturating_sub(text.matches("#end").count());
    text + &if close { "#end".repeat(missing) } else { String::new() }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_text_ends(template in "\\PC{0,200}", body in "\\PC{0,60}") {
        exercise(&template, &body);
    }

    #[test]
    fn punctuation_ends(template in "[$#!(){}\\[\\]\"'\\\\.,;:*=+\\- \\n\\ra-d0-2@_]{0,120}") {
        exercise(&template, "{\"a\": [1, 2, {\"b\": null}]}");
    }

    #[test]
    fn assembled_templates_end(
        pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..24),
        close in any::<bool>(),
    ) {
        exercise(&assembled(&pieces, close), "{\"a\": [1, \"two\", {\"b\": [true, null]}]}");
    }

    #[test]
    fn repeated_pieces_end(piece in prop::sample::select(&PIECES[..]), other in prop::sample::select(&PIECES[..]), times in 1usize..2_000) {
        exercise(&piece.repeat(times), "{}");
        exercise(&format!("{}{}", piece.repeat(times), other.repeat(times)), "{}");
    }

    #[test]
    fn paths_end(path in "[$@.\\[\\]*?()'\"a-c0-2:,=!<>&| /~\\-]{0,60}", body in "[\\[\\]{}:,\"'a-c0-9. \\\\-]{0,60}") {
        if let (Ok(path), Ok(document)) = (JsonPath::compile(&path), parse_lenient(&body)) {
            let _found = path.read(&document);
        }
    }
}
