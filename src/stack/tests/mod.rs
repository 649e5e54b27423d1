//! Whole stack files: those that are shipped, and bad ones with what is said of them.

mod api_rules;
mod bad_files;
mod buckets;
mod cognito;
mod data;
mod keys_rules;
mod lambda_rules;
mod openapi;
mod properties;
mod resolving;
mod rules;
mod shipped;

use std::path::Path;

use super::{Diagnostic, GivenParams, ResolvedStack, StackFile, TemplateMistake, read_text, render};

/// A folder with `code/index.mjs` and a stack file, so that only what a test means is wrong.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("code")).unwrap();
        std::fs::write(folder.path().join("code/index.mjs"), "export const handler = async () => 1;\n")
            .unwrap();
        Self(folder)
    }

    fn read(&self, text: &str) -> Result<(StackFile, Vec<Diagnostic>), Vec<Diagnostic>> {
        read_text(&self.0.path().join("stack.yaml"), text.to_owned(), Some(checker))
    }

    /// What a person is shown, without the folder's name.
    fn shown(&self, problems: &[Diagnostic]) -> String {
        let folder = format!("{}/", self.0.path().display());
        render(problems, false).replace(&folder, "")
    }

    fn problems(&self, text: &str) -> String {
        self.shown(&match self.read(text) {
            Ok((_, warnings)) => warnings,
            Err(problems) => problems,
        })
    }
}

/// Stands for the parser of mapping templates: it finds a `#foreach` without its `#end`.
fn checker(text: &str) -> Option<TemplateMistake> {
    let line = text.lines().position(|line| line.contains("#foreach"))?;
    let column = text.lines().nth(line)?.find("#foreach")? + 1;
    (!text.contains("#end")).then(|| TemplateMistake {
        line: line + 1,
        column,
        message: "`#foreach` is never closed by `#end`".into(),
    })
}

/// What is said of a file with these lines; each as `line:column summary (detail) [hint]`.
fn said(text: &str) -> Vec<String> {
    let folder = Folder::new();
    let problems = match folder.read(text) {
        Ok((_, warnings)) => warnings,
        Err(problems) => problems,
    };
    told(&folder, &problems)
}

fn told(folder: &Folder, problems: &[Diagnostic]) -> Vec<String> {
    let prefix = format!("{}/", folder.0.path().display());
    let one = |problem: &Diagnostic| {
        let at = problem.place.as_ref().and_then(super::Place::position);
        let at = at.map_or("-".into(), |at| format!("{}:{}", at.line, at.column));
        let hint = problem.hint.as_ref().map(|hint| format!(" [{hint}]")).unwrap_or_default();
        format!("{at} {}: {}{hint}", problem.summary, problem.detail).replace(&prefix, "")
    };
    problems.iter().map(one).collect()
}

/// A file with one function, and `more` after it.
fn with_function(more: &str) -> String {
    format!(
        "stack: orders\nfunctions:\n  checkout:\n    code: code\n    runtime: nodejs22.x\n    handler: index.handler\n{more}"
    )
}

fn resolve(text: &str, stage: &str, given: &[(&str, &str)]) -> Result<ResolvedStack, Vec<String>> {
    let folder = Folder::new();
    let (file, _) = folder.read(text).map_err(|problems| told(&folder, &problems))?;
    let given: GivenParams =
        given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let env = |name: &str| (name == "TOKEN").then(|| "s3cr3t-token".to_owned());
    file.resolve(stage, &given, &env).map_err(|problems| told(&folder, &problems))
}

fn shipped(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("stacks").join(name)
}
