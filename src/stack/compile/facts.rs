//! What others ask of a resolved stack before it can be compiled.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use super::{Inputs, build};
use crate::{
    model::Identity,
    package::{SiteSource, Source},
    stack::{
        diagnostic::Place,
        file::{Api, Function, Layer, Output, Role, Site},
        load::ResolvedStack,
        reader::{At, Keyed},
        source::Span,
        template::Template,
    },
};

/// What a stack needs from elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// Stacks whose outputs it uses.
    pub stacks: BTreeSet<String>,
    /// Secrets, such as `ssm:/name`.
    pub secrets: BTreeSet<String>,
}

impl ResolvedStack {
    /// The roles of the stack file.
    pub fn roles(&self) -> &Keyed<Role> {
        &self.stack.roles
    }

    /// The layers of the stack file.
    pub fn layers(&self) -> &Keyed<Layer> {
        &self.stack.layers
    }

    /// The functions of the stack file.
    pub fn functions(&self) -> &Keyed<Function> {
        &self.stack.functions
    }

    /// The API of the stack file.
    pub fn api(&self) -> Option<&At<Api>> {
        self.stack.api.as_ref()
    }

    /// The outputs of the stack file.
    pub fn outputs(&self) -> &Keyed<Output> {
        &self.stack.outputs
    }

    /// What it needs from elsewhere: found by compiling it against nothing and noting what was asked for.
    pub fn needs(&self) -> Needs {
        let nowhere = Identity::new("", "");
        let (artifacts, sites) = (BTreeMap::new(), BTreeMap::new());
        let (outputs, secrets) = (BTreeMap::new(), BTreeMap::new());
        let inputs = Inputs {
            identity: &nowhere,
            artifacts: &artifacts,
            sites: &sites,
            outputs: &outputs,
            secrets: &secrets,
        };
        build(self, &inputs).texts.into_needs()
    }

    /// Where the code of each function and layer is and how it is built: functions by key, layers by [`layer_artifact`].
    pub fn sources(&self) -> Vec<(String, Source)> {
        let plain = |text: &Template| text.exposed().unwrap_or_default();
        let list = |texts: &[At<Template>]| texts.iter().map(|text| plain(text)).collect();
        let source = |code: &Template,
                      include: &[At<Template>],
                      exclude: &[At<Template>],
                      build: &Option<At<Template>>| {
            Source {
                folder: self.folder.join(plain(code)),
                include: list(include),
                exclude: list(exclude),
                build: build.as_ref().map(|build| plain(build)),
            }
        };
        let functions = self.functions().iter().map(|entry| {
            let function: &Function = &entry.value;
            let source = source(&function.code, &function.include, &function.exclude, &function.build);
            (entry.key.value.clone(), source)
        });
        let layers = self.layers().iter().map(|entry| {
            let layer: &Layer = &entry.value;
            let source = source(&layer.code, &layer.include, &layer.exclude, &layer.build);
            (layer_artifact(&entry.key), source)
        });
        functions.chain(layers).collect()
    }

    /// The folders of layers that nothing is built from: all that is in them is what functions see.
    pub fn ready_layers(&self) -> Vec<PathBuf> {
        let ready = self.layers().iter().filter(|layer| layer.value.build.is_none());
        ready.map(|layer| self.folder.join(layer.value.code.exposed().unwrap_or_default())).collect()
    }

    /// Where each site's files are and how they are built, by site.
    pub fn sites(&self) -> Vec<(String, SiteSource)> {
        let plain = |text: &Template| text.exposed().unwrap_or_default();
        let list = |texts: &[At<Template>]| texts.iter().map(|text| plain(text)).collect();
        let source = |site: &Site| SiteSource {
            source: Source {
                folder: self.folder.join(plain(&site.folder)),
                include: list(&site.include),
                exclude: list(&site.exclude),
                build: site.build.as_ref().map(|build| plain(build)),
            },
            compress: site.compress.is_some(),
        };
        self.stack.sites.iter().map(|entry| (entry.key.value.clone(), source(&entry.value))).collect()
    }

    /// The files it is written in beside the stack file: its OpenAPI document, mapping templates and bodies of gateway responses.
    pub fn files(&self) -> BTreeSet<PathBuf> {
        let Some(api) = self.api() else { return BTreeSet::new() };
        let document = api.value.openapi.iter().map(|document| document.value.source.path().to_owned());
        let templates = api.value.routes.iter().flat_map(|route| {
            let route = &route.value.value;
            let answers = route.responses.iter().flat_map(|answer| answer.value.value.templates.iter());
            route.request_templates.iter().chain(answers)
        });
        let templates = templates.filter_map(|template| template.value.value.file.clone());
        let responses =
            api.value.gateway_responses.iter().flat_map(|response| response.value.value.templates.iter());
        let bodies = responses.filter_map(|body| body.value.value.file.clone());
        document.chain(templates).chain(bodies).collect()
    }

    /// A place in the file.
    pub fn span_place(&self, span: Span) -> Place {
        Place { source: self.source.clone(), span: Some(span) }
    }

    /// A place in words: `stacks/x.yaml:12:3: checkout:`.
    pub fn place(&self, span: Span) -> String {
        let position = self.source.position(span.start);
        let line = self.source.line(position.line).trim();
        format!("{}:{}:{}: {line}", self.source.path().display(), position.line, position.column)
    }
}

/// Under which name the zip of the layer `key` goes: keys hold no blanks, so that no function has it.
pub fn layer_artifact(key: &str) -> String {
    format!("layer {key}")
}
