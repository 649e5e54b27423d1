//! From a path to a checked stack file, and on to the stack of one stage.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::diagnostic::Diagnostic;
use super::file::Stack;
use super::params::{self, GivenParams};
use super::reader::shape::Shape;
use super::reader::{Given, Keyed, ParamTable, Reader, Scope, TemplateChecker};
use super::source::{Source, Span};
use super::suggest::did_you_mean;
use super::template::Template;
use super::yaml::{self, Node};
use super::{check, defaults};

/// A stack file that holds no error which the file alone can tell.
#[derive(Clone, Debug)]
pub struct StackFile {
    source: Arc<Source>,
    tree: Node,
    checker: Option<TemplateChecker>,
    /// What the file says. Parameters are not filled in: see [`StackFile::resolve`].
    pub stack: Stack,
}

/// The stack of one stage: parameters, `${stage}` and `${env:…}` are filled in; what only the account knows stays as parts of
/// its texts.
#[derive(Clone, Debug)]
pub struct ResolvedStack {
    /// The stack's name.
    pub name: String,
    /// The stage's name.
    pub stage: String,
    /// `destroy` refuses this stage.
    pub protect: bool,
    /// What the file says, for this stage.
    pub stack: Stack,
    /// Tags of every object: the stack's and the stage's.
    pub tags: Keyed<Template>,
    /// The file, for messages about what AWS refuses.
    pub source: Arc<Source>,
    /// Where relative paths start.
    pub folder: PathBuf,
}

/// Reads the file at `path`. `checker` looks at the mapping templates.
///
/// # Errors
/// Every problem of the file, in its order; with the warnings among them.
pub fn read_with(
    path: &Path,
    checker: Option<TemplateChecker>,
) -> Result<(StackFile, Vec<Diagnostic>), Vec<Diagnostic>> {
    let text = text_of(path).map_err(|problem| vec![*problem])?;
    read_text(path, text, checker)
}

fn text_of(path: &Path) -> Result<String, Box<Diagnostic>> {
    let refused = |summary, detail: &str| Box::new(Diagnostic::file(path, summary, detail));
    let found = std::fs::metadata(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Box::new(
            Diagnostic::file(path, "no such file", "There is no file here.")
                .hint("`gatewright init` writes a stack file"),
        ),
        _ => refused("file not readable", &format!("The file cannot be read: {error}.")),
    })?;
    if found.is_dir() {
        return Err(refused("not a file", "This is a folder, and a stack file is needed."));
    }
    if found.len() > yaml::SIZE_BYTES_MAX {
        let detail =
            format!("The file has {} bytes; at most {} are read.", found.len(), yaml::SIZE_BYTES_MAX);
        return Err(refused("file too large", &detail));
    }
    let bytes = std::fs::read(path)
        .map_err(|error| refused("file not readable", &format!("The file cannot be read: {error}.")))?;
    String::from_utf8(bytes).map_err(|error| {
        let line = error.as_bytes()[..error.utf8_error().valid_up_to()]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count()
            + 1;
        refused("not UTF-8", &format!("The file is not text in UTF-8; the first odd byte is on line {line}."))
    })
}

/// Reads `text` as the stack file at `path`.
///
/// # Errors
/// As [`read_with`].
pub fn read_text(
    path: &Path,
    text: String,
    checker: Option<TemplateChecker>,
) -> Result<(StackFile, Vec<Diagnostic>), Vec<Diagnostic>> {
    let tree = yaml::parse(&Arc::new(masked(Source::new(path, text.clone()))))?;
    let mut source = Source::new(path, text);
    params::hide_secrets(&tree, &mut source);
    let source = Arc::new(source);
    let scope = Scope { params: params::declared(&tree), given: None };
    let mut reader = Reader::new(Arc::clone(&source), &scope, checker);
    params::check(&tree, &mut reader);
    let stack = Stack::read(&defaults::filled_in(&tree), &mut reader);
    if let Some(stack) = &stack {
        check::all(stack, None, &mut reader);
    }
    let problems = in_order(reader.finish());
    match stack {
        Some(stack) if !problems.iter().any(Diagnostic::is_error) => {
            Ok((StackFile { source, tree, checker, stack }, problems))
        }
        _ => Err(problems),
    }
}

/// Before the file has been taken apart nobody knows which values are secret: where there may be some, no default is shown.
fn masked(mut source: Source) -> Source {
    for (sign, word) in [("secret", "default:"), ("api_keys", "value:")] {
        if !source.text().contains(sign) {
            continue;
        }
        let found: Vec<usize> = source.text().match_indices(word).map(|(at, word)| at + word.len()).collect();
        for start in found {
            let length = source.text()[start..].find('\n').unwrap_or(source.text().len() - start);
            source.hide(Span::new(start, start + length));
        }
    }
    source
}

/// In the order of the file, each once: what `defaults` says wrong is wrong in every function.
fn in_order(mut problems: Vec<Diagnostic>) -> Vec<Diagnostic> {
    problems.sort_by_key(|problem| {
        let place = problem.place.as_ref();
        let own_file = place.map(|place| place.path().to_owned());
        (own_file, place.and_then(|place| place.span).map(|span| span.start))
    });
    let mut kept: Vec<Diagnostic> = Vec::new();
    for problem in problems {
        let same = |known: &Diagnostic| {
            (known.summary, &known.detail, &known.place) == (problem.summary, &problem.detail, &problem.place)
        };
        if !kept.iter().rev().take_while(|known| known.place == problem.place).any(same) {
            kept.push(problem);
        }
    }
    kept
}

impl StackFile {
    /// The stack's name.
    pub fn name(&self) -> &str {
        &self.stack.stack
    }

    /// The file.
    pub fn source(&self) -> &Arc<Source> {
        &self.source
    }

    /// The names a stage may have; `dev` is always one.
    pub fn stage_names(&self) -> Vec<&str> {
        self.stack.stage_names()
    }

    /// The stack at `stage`, with the values the command line gives and the environment that `env` looks into.
    ///
    /// # Errors
    /// Every problem that shows once values are known: a parameter without a value, a value out of range.
    pub fn resolve(
        &self,
        stage: &str,
        given: &GivenParams,
        env: &dyn Fn(&str) -> Option<String>,
    ) -> Result<ResolvedStack, Vec<Diagnostic>> {
        let table = self.known_params(stage, given)?;
        let scope = Scope { params: table, given: Some(Given { stage, env }) };
        let mut reader = Reader::new(Arc::clone(&self.source), &scope, self.checker);
        params::missing(&self.tree, &scope.params, stage, &mut reader);
        // A parameter that this stage does not give may be refused for its own sake only.
        let stack = Stack::read(&defaults::filled_in(&self.tree), &mut reader);
        if let Some(stack) = &stack {
            check::all(stack, Some(stage), &mut reader);
        }
        let problems: Vec<Diagnostic> =
            in_order(reader.finish()).into_iter().filter(Diagnostic::is_error).collect();
        match stack {
            Some(stack) if problems.is_empty() => Ok(self.resolved(stage, stack)),
            _ => Err(problems),
        }
    }

    /// The stack at `stage` for who needs its name, its protection and what it refers to, but not its objects: values that are not
    /// given, or not good, are nobody's business then.
    ///
    /// # Errors
    /// There is no such stage or no such parameter.
    pub fn named(
        &self,
        stage: &str,
        given: &GivenParams,
        env: &dyn Fn(&str) -> Option<String>,
    ) -> Result<ResolvedStack, Vec<Diagnostic>> {
        self.known_params(stage, given)?;
        Ok(self.resolve(stage, given, env).unwrap_or_else(|_| self.resolved(stage, self.stack.clone())))
    }

    fn known_params(&self, stage: &str, given: &GivenParams) -> Result<ParamTable, Vec<Diagnostic>> {
        let table = params::valued(&self.tree, stage, given);
        let unknown: Vec<Diagnostic> =
            self.unknown_stage(stage).into_iter().chain(self.unknown_params(&table, given)).collect();
        if unknown.is_empty() { Ok(table) } else { Err(unknown) }
    }

    fn resolved(&self, stage: &str, stack: Stack) -> ResolvedStack {
        ResolvedStack {
            name: self.name().to_owned(),
            stage: stage.to_owned(),
            protect: stack
                .stages
                .get(stage)
                .and_then(|stage| stage.protect.as_ref())
                .is_some_and(|protect| protect.value),
            tags: stack.tags_at(stage),
            stack,
            source: Arc::clone(&self.source),
            folder: self.source.path().parent().map(PathBuf::from).unwrap_or_default(),
        }
    }

    fn unknown_stage(&self, stage: &str) -> Option<Diagnostic> {
        let fits = !stage.is_empty()
            && stage.len() <= 128
            && stage.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
        if !fits {
            let detail = format!("`{stage}` cannot be the name of a stage.");
            return Some(
                Diagnostic::file(self.source.path(), "invalid name", detail)
                    .hint("letters, digits, `_` and `-`, at most 128"),
            );
        }
        let names = self.stage_names();
        if names.contains(&stage) || self.stack.stages.is_empty() {
            return None;
        }
        let detail = format!("The stack has no stage `{stage}`.");
        let known = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let hint = did_you_mean(stage, names).unwrap_or_else(|| format!("it has {known}"));
        Some(Diagnostic::file(self.source.path(), "unknown stage", detail).hint(hint))
    }

    fn unknown_params(&self, table: &ParamTable, given: &GivenParams) -> Vec<Diagnostic> {
        let unknown = given.keys().filter(|name| table.get(name).is_none());
        unknown
            .map(|name| {
                let detail = format!("The stack declares no parameter `{name}`.");
                let mut problem = Diagnostic::file(self.source.path(), "unknown parameter", detail);
                problem.hint = did_you_mean(name, table.names());
                problem
            })
            .collect()
    }
}
