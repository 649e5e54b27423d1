//! From a loaded stack file to a graph: packages the code, looks up secrets and other stacks' outputs, compiles.

use std::collections::BTreeMap;

use super::{commands::Context, error::CommandError, load::Loaded};
use crate::{
    account::Account,
    kinds::Snapshot,
    model::{Address, Identity, Scope, Text},
    package::{self, Artifact, SiteArtifact, Source},
    planner::{Graph, Secrets, resolve::resolve_text},
    stack::compile::{Compiled, Inputs, compile},
};

/// A stage as objects, and what goes with it.
pub(super) struct Prepared {
    pub(super) graph: Graph,
    pub(super) secrets: Secrets,
    pub(super) places: Vec<(Address, String)>,
}

/// Outputs of the stacks that this command has dealt with already.
#[derive(Default)]
pub(super) struct Known(BTreeMap<String, BTreeMap<String, Text>>);

impl Known {
    /// Remembers the outputs of a planned stack; some may be known only after its deploy.
    pub(super) fn plan(&mut self, graph: &Graph, snapshot: &Snapshot, identity: &Identity) {
        let outputs = graph.outputs.iter();
        let outputs =
            outputs.map(|(name, text)| (name.clone(), resolve_text(text, graph, snapshot, identity)));
        self.0.insert(graph.scope.stack.clone(), outputs.collect());
    }

    /// Remembers the outputs of a deployed stack.
    pub(super) fn done(&mut self, graph: &Graph, snapshot: &Snapshot, identity: &Identity) {
        self.plan(graph, snapshot, identity);
    }
}

/// The graph of `stack`.
pub(super) async fn graph(
    context: &Context,
    account: &dyn Account,
    stack: &Loaded,
    known: &Known,
) -> Result<Prepared, CommandError> {
    let (artifacts, sites, outputs, secrets) = tokio::join!(
        artifacts(context, stack),
        sites(context, stack),
        outputs(account, stack, known),
        secrets(account, stack)
    );
    let (artifacts, sites, outputs, secrets) = (artifacts?, sites?, outputs?, secrets?);
    let inputs = Inputs {
        identity: account.identity(),
        artifacts: &artifacts,
        sites: &sites,
        outputs: &outputs,
        secrets: &secrets,
    };
    let Compiled { graph, secrets, places } = compile(&stack.stack, &inputs)?;
    Ok(Prepared { graph, secrets, places })
}

/// Zips of all functions and layers; those that share a folder and a build share a zip.
async fn artifacts(context: &Context, stack: &Loaded) -> Result<BTreeMap<String, Artifact>, CommandError> {
    let mut sources: Vec<(Vec<String>, Source)> = Vec::new();
    for (function, source) in stack.stack.sources() {
        match sources.iter_mut().find(|(_, other)| *other == source) {
            Some((functions, _)) => functions.push(function),
            None => sources.push((vec![function], source)),
        }
    }
    if !sources.is_empty() {
        context.view.say(format!("packaging the code of {}", stack.scope));
    }
    let view = context.view.clone();
    let zips = package::package_all(&sources, &context.global.work_dir, |functions: &Vec<String>, line| {
        view.build_line(&functions.join(", "), line);
    })
    .await;
    let mut artifacts = BTreeMap::new();
    for ((functions, _), zip) in sources.iter().zip(zips) {
        let artifact = zip.map_err(|error| CommandError::Package {
            what: format!("the code of function `{}`", functions.join("`, `")),
            error,
        })?;
        for function in functions {
            artifacts.insert(function.clone(), artifact.clone());
        }
    }
    Ok(artifacts)
}

/// The files of all sites.
async fn sites(context: &Context, stack: &Loaded) -> Result<BTreeMap<String, SiteArtifact>, CommandError> {
    let mut sites = BTreeMap::new();
    for (site, source) in stack.stack.sites() {
        let line = |line: &str| context.view.build_line(&site, line);
        let packaged = package::package_site(&source, &context.global.work_dir, line).await;
        let what = format!("the site `{site}`");
        sites.insert(site, packaged.map_err(|error| CommandError::Package { what, error })?);
    }
    Ok(sites)
}

/// The outputs of every other stack that this one uses.
async fn outputs(
    account: &dyn Account,
    stack: &Loaded,
    known: &Known,
) -> Result<BTreeMap<String, BTreeMap<String, Text>>, CommandError> {
    let mut all = BTreeMap::new();
    for used in stack.needs.stacks.clone() {
        if let Some(outputs) = known.0.get(&used) {
            all.insert(used, outputs.clone());
            continue;
        }
        let scope = Scope::new(used.clone(), stack.scope.stage.clone());
        if let Some(recorded) = account.outputs(&scope).await? {
            all.insert(used, recorded.into_iter().map(|(name, value)| (name, value.into())).collect());
        }
    }
    Ok(all)
}

/// Every secret that the stack names, looked up once.
async fn secrets(account: &dyn Account, stack: &Loaded) -> Result<BTreeMap<String, String>, CommandError> {
    let mut values = BTreeMap::new();
    for source in stack.needs.secrets.clone() {
        if let Some(value) = account.secret(&source).await? {
            values.insert(source, value);
        }
    }
    Ok(values)
}
