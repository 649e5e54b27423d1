//! From a resolved stack file to the graph: every object that one stage consists of.

mod api;
mod buckets;
mod domains;
mod events;
mod facts;
mod functions;
mod identity_pools;
mod integration;
mod keys;
mod layers;
mod names;
mod openapi;
mod outputs;
mod roles;
mod ses;
mod sites;
mod stage;
mod tables;
mod texts;
mod user_pools;

use std::collections::BTreeMap;

use super::{diagnostic::Diagnostic, load::ResolvedStack};
use crate::{
    model::{Address, Identity, Scope, Text},
    package::{Artifact, SiteArtifact},
    planner::{Graph, Secrets},
};
pub use facts::{Needs, layer_artifact};
use texts::Texts;

/// What a stack file alone does not say.
pub struct Inputs<'a> {
    /// The account and region.
    pub identity: &'a Identity,
    /// The zip of each function, and of each layer under [`facts::layer_artifact`].
    pub artifacts: &'a BTreeMap<String, Artifact>,
    /// The files of each site.
    pub sites: &'a BTreeMap<String, SiteArtifact>,
    /// The outputs of other stacks, by stack.
    pub outputs: &'a BTreeMap<String, BTreeMap<String, Text>>,
    /// Secret values by their source, such as `ssm:/name`.
    pub secrets: &'a BTreeMap<String, String>,
}

/// A stage as objects.
#[derive(Debug)]
pub struct Compiled {
    /// The objects.
    pub graph: Graph,
    /// The secrets in them.
    pub secrets: Secrets,
    /// Where each object stands in the stack file, as `file:line:column: text`.
    pub places: Vec<(Address, String)>,
}

/// The objects of `stack`. What can still be wrong here is what only the account or other stacks could tell.
pub fn compile(stack: &ResolvedStack, inputs: &Inputs<'_>) -> Result<Compiled, Vec<Diagnostic>> {
    let mut builder = build(stack, inputs);
    let problems = builder.texts.take_problems(stack);
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(Compiled { graph: builder.graph, secrets: builder.texts.into_secrets(), places: builder.places })
}

fn build<'a>(stack: &'a ResolvedStack, inputs: &'a Inputs<'a>) -> Builder<'a> {
    let scope = Scope::new(stack.name.clone(), stack.stage.clone());
    let texts = Texts::new(&scope, &stack.stack, inputs);
    let mut builder = Builder { stack, inputs, graph: Graph::empty(scope), places: Vec::new(), texts };
    builder.layers();
    builder.roles();
    builder.functions();
    builder.events();
    builder.tables();
    builder.ses_identities();
    builder.user_pools();
    builder.identity_pools();
    builder.api();
    builder.api_keys();
    builder.usage_plans();
    builder.buckets();
    builder.sites();
    builder.domains();
    builder.records();
    builder.outputs();
    builder
}

/// The graph while it is built.
struct Builder<'a> {
    stack: &'a ResolvedStack,
    inputs: &'a Inputs<'a>,
    graph: Graph,
    places: Vec<(Address, String)>,
    texts: Texts<'a>,
}

impl Builder<'_> {
    fn scope(&self) -> Scope {
        self.graph.scope.clone()
    }

    /// Notes where the object stands.
    fn place(&mut self, at: &Address, span: super::source::Span) {
        self.places.push((at.clone(), self.stack.place(span)));
    }

    /// The stack's tags and an object's own.
    fn tags(
        &mut self,
        at: &Address,
        own: &super::reader::Keyed<super::template::Template>,
    ) -> BTreeMap<String, String> {
        let mut tags = BTreeMap::new();
        for entry in self.stack.tags.iter().chain(own.iter()) {
            let value = self.texts.plain(&entry.value);
            tags.insert(entry.key.value.clone(), value);
        }
        crate::model::owner::tags(at, &tags)
    }
}
