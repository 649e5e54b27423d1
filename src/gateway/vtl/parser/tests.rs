use super::parse;

/// Line, column and message of the error.
fn refused(text: &str) -> (usize, usize, String) {
    let error = parse(text).expect_err(text);
    (error.line, error.column, error.message)
}

#[test]
fn an_unclosed_block_is_reported_where_it_begins() {
    assert_eq!(refused("a\n  #if(true)\nb"), (2, 3, "this #if has no #end".to_owned()));
    assert_eq!(refused("#if(true)#else b"), (1, 1, "this #if has no #end".to_owned()));
    assert_eq!(refused("#foreach($x in [1])").2, "this #foreach has no #end");
    assert_eq!(refused("x #define($y)").1, 3);
    assert_eq!(refused("#macro(m $a)").2, "this #macro has no #end");
    assert_eq!(refused("#if(true)#foreach($x in [1])#end"), (1, 1, "this #if has no #end".to_owned()));
}

#[test]
fn directives_out_of_place_are_refused() {
    assert_eq!(refused("a #end"), (1, 3, "this #end closes nothing".to_owned()));
    assert_eq!(refused("#else").2, "#else can only stand in an #if, and before its #else");
    assert_eq!(refused("#if(true)#else#elseif(true)#end").1, 15);
    assert_eq!(refused("#foreach").2, "#foreach needs arguments in parentheses");
    assert_eq!(
        refused("#macro($x)#end").2,
        "the first argument of #macro is its name, without quotes or '$'"
    );
}

#[test]
fn expressions_are_checked() {
    assert_eq!(refused("#set($x)"), (1, 8, "expected '=' in #set".to_owned()));
    assert_eq!(refused("#set($x = )").1, 11);
    assert_eq!(refused("#if($x = 1)#end").2, "expected an operator, found '='; equality is written '=='");
    assert_eq!(
        refused("#if(a)#end").2,
        "expected a value, found the word \"a\"; is a '$' or a quote missing?"
    );
    assert_eq!(refused("#set($x = 5 -3)").1, 13);
    assert_eq!(refused("#set($x = 'a)").2, "the text is not closed: its end quote is missing");
    assert_eq!(refused("#set($x = [1, 2)").1, 16);
    assert_eq!(refused("#set($x = {'a' 1})").2, "expected ':' behind a key");
    assert_eq!(refused("#if(true").2, "the '(' of #if has no ')'");
}

#[test]
fn references_are_checked() {
    assert_eq!(refused("${name").2, "expected '}' at the end of the reference ${...}");
    assert_eq!(refused("$a[0").2, "expected ']' at the end of the index");
    assert_eq!(refused("$a.b($c + 1)").1, 9);
    assert_eq!(refused("$x.true").1, 4);
    assert_eq!(refused("price: $").2, "a template cannot end with '$'");
    assert_eq!(refused("#").2, "a template cannot end with '#'");
    assert_eq!(refused("#[[ open").2, "this #[[ has no ]]#");
}

#[test]
fn errors_inside_texts_stand_where_they_are_in_the_template() {
    assert_eq!(refused("\n#set($x = \"ab #if(true)\")"), (2, 15, "this #if has no #end".to_owned()));
    assert_eq!(refused("#set($x = \"\\u00zz\")").2, "\\u in a text needs four hexadecimal digits");
}

#[test]
fn what_velocity_accepts_is_accepted() {
    for text in [
        "",
        "$5 # a",
        "{\"a\": \"$b\"}",
        "#unknown($x 'y' word)",
        "#foreach($x in)a#end",
        "$a.b(",
        "#* open",
        "##",
        "\\#if",
        "$!{5}",
        "#stop",
        "#@nothing",
        "$x.call(bare)",
        "{#if(true)}#end",
        "100%",
        "a@b.c",
        "#13ff93",
        "#set( $x = \"a\"\"b\" )",
    ] {
        assert!(parse(text).is_ok(), "{text}");
    }
}

#[test]
fn nesting_and_size_are_bounded() {
    let nested =
        |open: &str, close: &str, times: usize| format!("{}{}", open.repeat(times), close.repeat(times));
    assert!(parse(&nested("#if(true)", "#end", 20)).is_ok());
    for hostile in [
        nested("#if(true)", "#end", 10_000),
        format!("#set($x = {}1{})", "(".repeat(10_000), ")".repeat(10_000)),
        format!("#set($x = {}1{})", "[".repeat(10_000), "]".repeat(10_000)),
        format!("$x{}{}", ".a($x".repeat(10_000), ")".repeat(10_000)),
        "$x[$x".repeat(10_000),
        nested("#foreach($x in $y)", "#end", 10_000),
        nested("#macro(m)", "#end", 10_000),
    ] {
        assert!(parse(&hostile).is_err());
    }
    assert!(parse(&format!("#set($x = 1{})$x", " + 1".repeat(50_000))).is_ok());
    assert!(parse(&format!("#if({}true)a#end", "!".repeat(50_000))).is_ok());
}
