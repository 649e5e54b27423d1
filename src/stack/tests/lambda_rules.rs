//! Layers, aliases and event sources of functions: what is said of each mistake.

use super::{said, with_function};

fn lines(text: &str) -> String {
    said(text).join("\n")
}

#[test]
fn layers() {
    insta::assert_snapshot!(lines(&with_function(&format!(
        "    layers: [jwd, jwt, jwt, 'arn:aws:lambda:eu-west-1:1:layer:x', '${{layers.jwd.arn}}', '${{layers.jwt.name}}']
layers:
  jwt: {{ code: nowhere, compatible_runtimes: [node22], compatible_architectures: [arm], license: {}, description: {} }}
  'a b': {{ code: code, handler: x }}
",
        "l".repeat(513),
        "d".repeat(161)
    ))), @"");
}
