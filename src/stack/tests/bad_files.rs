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
    insta::assert_snapshot!(shown(&folder.0.path().join("none.yaml"), &folder), @"");
}

#[test]
fn a_folder() {
    let folder = Folder::new();
    insta::assert_snapshot!(shown(&folder.0.path().join("code"), &folder), @"");
}

#[test]
fn empty() {
    insta::assert_snapshot!(file(&Folder::new(), b""), @"");
}

#[test]
fn not_utf_8() {
    insta::assert_snapshot!(file(&Folder::new(), b"stack: orders\ndescription: caf\xe9\n"), @"");
}

#[test]
fn too_large() {
    let content = vec![b'#'; 10 * 1024 * 1024 + 1];
    insta::assert_snapshot!(file(&Folder::new(), &content), @"");
}

#[test]
fn not_yaml() {
    insta::assert_snapshot!(file(&Folder::new(), b"stack: orders\nfunctions:\n  a: [1, 2\n  b: 3\n"), @"");
}

#[test]
fn a_bomb() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..10 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
    }
    insta::assert_snapshot!(file(&Folder::new(), bomb.as_bytes()), @"");
}

#[test]
fn a_list() {
    insta::assert_snapshot!(file(&Folder::new(), b"- stack: orders\n"), @"");
}

#[test]
fn a_duplicate_key() {
    insta::assert_snapshot!(file(&Folder::new(), b"stack: orders\nfunctions: {}\nstack: payments\n"), @"");
}

#[test]
fn secrets_are_not_shown_even_where_the_file_cannot_be_read() {
    let shown = file(&Folder::new(), b"stack: a\nparams:\n  p: { secret: true, default: hunter2, default: hunter2 }\n");
    assert!(!shown.contains("hunter2"), "{shown}");
}
