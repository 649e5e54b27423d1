//! Files that cannot be read at all.

use std::path::Path;

use super::super::{read, render};
use super::Folder;

fn shown(path: &Path, folder: &Folder) -> String {
    let problems = read(path).unwrap_err();
    assert_eq!(problems.len(), 1, "one problem, one message");
    let prefix = format!("{}/", folder.0.path().display());
    render(&problems, false).replace(&prefix, "")
}

fn file(folder: &Folder, content: &[u8]) -> String {
    let path = folder.0.path().join("bad.yaml");
    std::fs::write(&path, content).unwrap();
    shown(&path, folder)
}

#[test]
fn missing() {
    let folder = Folder::new();
    insta::assert_snapshot!(shown(&folder.0.path().join("none.yaml"), &folder), @r"
    error: no such file
    --> none.yaml
     = There is no file here.
     = hint: `gatewright init` writes a stack file
    ");
}

#[test]
fn a_folder() {
    let folder = Folder::new();
    insta::assert_snapshot!(shown(&folder.0.path().join("code"), &folder), @r"
    error: not a file
    --> code
     = This is a folder, and a stack file is needed.
    ");
}

#[test]
fn empty() {
    insta::assert_snapshot!(file(&Folder::new(), b""), @r"
    error: empty file
    --> bad.yaml
     = There is nothing in this file.
     = hint: a stack file starts with `stack: <name>`; `gatewright init` writes one
    ");
}

#[test]
fn not_utf_8() {
    insta::assert_snapshot!(file(&Folder::new(), b"stack: orders\ndescription: caf\xe9\n"), @r"
    error: not UTF-8
    --> bad.yaml
     = The file is not text in UTF-8; the first odd byte is on line 2.
    ");
}

#[test]
fn too_large() {
    let content = vec![b'#'; 10 * 1024 * 1024 + 1];
    insta::assert_snapshot!(file(&Folder::new(), &content), @r"
    error: file too large
    --> bad.yaml
     = The file has 10485761 bytes; at most 10485760 are read.
    ");
}

#[test]
fn not_yaml() {
    insta::assert_snapshot!(file(&Folder::new(), b"stack: orders\nfunctions:\n  a: [1, 2\n  b: 3\n"), @r"
    error: invalid YAML
     --> bad.yaml:4:4
      |
    4 |   b: 3
      |    ^
      |
      = The file is not valid YAML: illegal placement of ':' indicator.
    ");
}

#[test]
fn a_bomb() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..10 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
    }
    insta::assert_snapshot!(file(&Folder::new(), bomb.as_bytes()), @r"
    error: file too large
     --> bad.yaml:6:10
      |
    6 | a5: &a5 [*a4, *a4, *a4, *a4, *a4, *a4, *a4, *a4, *a4, *a4]
      |          ^^^
      |
      = The file holds more than 200000 values once its aliases are followed.
    ");
}

#[test]
fn a_list() {
    insta::assert_snapshot!(file(&Folder::new(), b"- stack: orders\n"), @r"
    error: wrong type
     --> bad.yaml:1:1
      |
    1 | - stack: orders
      | ^^^^^^^^^^^^^^^
      |
      = Here must be a mapping, not a list.
    ");
}

#[test]
fn a_duplicate_key() {
    insta::assert_snapshot!(file(&Folder::new(), b"stack: orders\nfunctions: {}\nstack: payments\n"), @r"
    error: duplicate key
     --> bad.yaml:3:1
      |
    3 | stack: payments
      | ^^^^^
      |
      = The key `stack` is already in this mapping.
    ");
}

#[test]
fn secrets_are_not_shown_even_where_the_file_cannot_be_read() {
    let shown = file(
        &Folder::new(),
        b"stack: a\nparams:\n  p: { secret: true, default: hunter2, default: hunter2 }\n",
    );
    assert!(!shown.contains("hunter2"), "{shown}");
}
