//! Stack files from the command line: read, checked, resolved for the stage, ordered by their references.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use super::{commands::Context, error::CommandError};
use crate::{
    model::Scope,
    stack::{self, GivenParams, ResolvedStack, StackFile, compile::Needs},
};

/// One stack file, ready for the stage.
pub(super) struct Loaded {
    pub(super) path: PathBuf,
    pub(super) scope: Scope,
    pub(super) protect: bool,
    pub(super) needs: Needs,
    pub(super) stack: ResolvedStack,
}

/// How a file becomes a stack at a stage.
type Resolve = fn(
    &StackFile,
    &str,
    &GivenParams,
    &dyn Fn(&str) -> Option<String>,
) -> Result<ResolvedStack, Vec<stack::Diagnostic>>;

/// Reads every file. All problems of all files are told together.
pub(super) fn read(context: &Context, files: &[PathBuf]) -> Result<Vec<Loaded>, CommandError> {
    read_each(context, files, StackFile::resolve)
}

/// Reads every file for who looks at what is deployed or removes it: no parameter is missed.
pub(super) fn names(context: &Context, files: &[PathBuf]) -> Result<Vec<Loaded>, CommandError> {
    read_each(context, files, StackFile::named)
}

fn read_each(context: &Context, files: &[PathBuf], resolve: Resolve) -> Result<Vec<Loaded>, CommandError> {
    let mut problems = Vec::new();
    let mut loaded = Vec::new();
    for path in expand(files)? {
        match read_one(context, &path, resolve) {
            Ok(stack) => loaded.push(stack),
            Err(more) => problems.extend(more),
        }
    }
    if !problems.is_empty() {
        return Err(CommandError::Stack(problems));
    }
    order(loaded)
}

/// The name of the stack in `file`.
pub(super) fn stack_name(file: &Path) -> Result<String, CommandError> {
    let (stack, _) = stack::read(file)?;
    Ok(stack.name().to_owned())
}

fn read_one(context: &Context, path: &Path, resolve: Resolve) -> Result<Loaded, Vec<stack::Diagnostic>> {
    let global = &context.global;
    let (file, warnings) = stack::read(path)?;
    if !warnings.is_empty() && !context.view.is_json() {
        context.view.say(stack::render(&warnings, context.view.styled()));
    }
    let env = |name: &str| std::env::var(name).ok();
    // Each file takes the params that it declares: several files share one command line.
    let declared = |name: &str| file.stack.params.declares(name);
    let given: GivenParams = global.params.iter().filter(|(name, _)| declared(name)).cloned().collect();
    let stack = resolve(&file, &global.stage, &given, &env)?;
    let scope = Scope::new(file.name(), global.stage.clone());
    let (path, protect, needs) = (path.to_owned(), stack.protect, stack.needs());
    Ok(Loaded { path, scope, protect, needs, stack })
}

/// Folders become the stack files in them.
fn expand(files: &[PathBuf]) -> Result<Vec<PathBuf>, CommandError> {
    let mut all = Vec::new();
    for path in files {
        if !path.is_dir() {
            all.push(path.clone());
            continue;
        }
        let unreadable =
            |error| CommandError::Io { what: format!("read the folder {}", path.display()), error };
        let mut inside = Vec::new();
        for entry in path.read_dir().map_err(unreadable)? {
            let file = entry.map_err(unreadable)?.path();
            if file.is_file()
                && file.extension().is_some_and(|extension| extension == "yaml" || extension == "yml")
            {
                inside.push(file);
            }
        }
        if inside.is_empty() {
            return Err(CommandError::Usage(format!(
                "there is no stack file (*.yaml) in {}",
                path.display()
            )));
        }
        inside.sort();
        all.extend(inside);
    }
    Ok(all)
}

/// Stacks after those whose outputs they use.
fn order(stacks: Vec<Loaded>) -> Result<Vec<Loaded>, CommandError> {
    let mut twice = BTreeMap::new();
    for stack in &stacks {
        if let Some(other) = twice.insert(stack.scope.stack.clone(), stack.path.clone()) {
            let (name, one, two) = (&stack.scope.stack, other.display(), stack.path.display());
            return Err(CommandError::Usage(format!("{one} and {two} both describe the stack `{name}`")));
        }
    }
    let names: BTreeSet<String> = twice.into_keys().collect();
    let mut waiting = stacks;
    let mut ordered: Vec<Loaded> = Vec::new();
    while !waiting.is_empty() {
        let done: BTreeSet<String> = ordered.iter().map(|stack| stack.scope.stack.clone()).collect();
        let ready = |stack: &Loaded| {
            stack.needs.stacks.iter().all(|used| done.contains(used) || !names.contains(used))
        };
        let Some(place) = waiting.iter().position(ready) else {
            let circle: Vec<&str> = waiting.iter().map(|stack| stack.scope.stack.as_str()).collect();
            return Err(CommandError::Usage(format!(
                "these stacks use each other's outputs in a circle: {}",
                circle.join(", ")
            )));
        };
        ordered.push(waiting.remove(place));
    }
    Ok(ordered)
}
