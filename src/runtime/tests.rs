//! What needs no process.

use super::{
    LogLine, Stream,
    function::{Language, name_and_qualifier},
    log_channel,
    payload::{exited, timed_out, why_not_json},
};

#[test]
fn names_and_qualifiers_are_taken_out_of_every_form() {
    for (reference, name, qualifier) in [
        ("fn", "fn", None),
        ("fn:live", "fn", Some("live")),
        ("123456789012:function:fn", "fn", None),
        ("123456789012:function:fn:7", "fn", Some("7")),
        ("function:fn", "fn", None),
        ("arn:aws:lambda:eu-west-1:123456789012:function:fn", "fn", None),
        ("arn:aws-cn:lambda:cn-north-1:123456789012:function:fn:$LATEST", "fn", Some("$LATEST")),
    ] {
        assert_eq!(name_and_qualifier(reference), (name, qualifier), "{reference}");
    }
}

#[test]
fn runtimes_are_read_or_refused_with_their_name() {
    assert_eq!(Language::of("nodejs22.x"), Ok(Language::Node { major: "22".into() }));
    assert_eq!(Language::of("python3.13"), Ok(Language::Python { version: "3.13".into() }));
    assert_eq!(Language::of("provided.al2023"), Ok(Language::Custom));
    for runtime in ["java21", "dotnet8", "ruby3.3", "go1.x", "providedx", ""] {
        assert!(Language::of(runtime).is_err_and(|text| text.contains(runtime)), "{runtime}");
    }
}

#[test]
fn payloads_are_json_of_lambdas_form() {
    assert_eq!(
        String::from_utf8(timed_out("id", 3)).unwrap(),
        r#"{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: id Error: Task timed out after 3.00 seconds"}"#
    );
    assert_eq!(
        String::from_utf8(exited("id", "Runtime exited with error: exit status 1")).unwrap(),
        r#"{"errorType":"Runtime.ExitError","errorMessage":"RequestId: id Error: Runtime exited with error: exit status 1"}"#
    );
    assert_eq!(why_not_json(b""), None);
    assert_eq!(why_not_json(b"\"a text\""), None);
    assert!(why_not_json(b"{} {}").is_some());
}

#[test]
fn a_full_channel_counts_what_it_leaves_out() {
    let (sink, mut lines) = log_channel(2);
    let line = |text: &str| LogLine {
        function: "fn".into(),
        request_id: None,
        line: text.to_owned(),
        stream: Stream::Stdout,
    };
    for text in ["one", "two", "three", "four"] {
        sink(line(text));
    }
    assert_eq!(lines.try_recv().unwrap().line, "one");
    assert_eq!(lines.try_recv().unwrap().line, "two");
    sink(line("five"));
    assert!(lines.try_recv().unwrap().line.starts_with("(2 lines of output were left out"));
    assert_eq!(lines.try_recv().unwrap(), line("five"));
}
