//! `${…}` becomes what it stands for: known text, a value known after the deploy, or a secret.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{Inputs, names};
use crate::{
    kinds::{
        Kind, LambdaLayer, RestApi,
        api_key::id_attribute,
        domain_name::{Endpoint, endpoint_attribute},
        route53_record::normal_name,
    },
    model::{Part, Reference as Pending, Scope, Text},
    planner::Secrets,
    stack::{
        compile::Needs,
        diagnostic::{Diagnostic, Place},
        file::{DomainEndpoint, Stack},
        load::ResolvedStack,
        reader::At,
        source::{Source, Span},
        template::{ApiAttribute, Attribute, Part as Piece, Reference, Section, Template},
    },
};

/// Turns templates into texts and collects what cannot be.
pub(super) struct Texts<'a> {
    scope: Scope,
    stack: &'a Stack,
    inputs: &'a Inputs<'a>,
    secrets: Secrets,
    problems: Vec<Problem>,
    needs: Needs,
    /// The attribute that is the ARN of each layer's wanted version.
    layers: BTreeMap<String, String>,
    /// The file that spans are of, where it is not the stack file.
    file: Option<Arc<Source>>,
}

struct Problem {
    file: Option<Arc<Source>>,
    span: Span,
    summary: &'static str,
    detail: String,
    hint: String,
}

/// Stands for the id in an URL or ARN while its surroundings are composed.
const ID: &str = "\u{0}";

impl<'a> Texts<'a> {
    pub(super) fn new(scope: &Scope, stack: &'a Stack, inputs: &'a Inputs<'a>) -> Self {
        Self {
            scope: scope.clone(),
            stack,
            inputs,
            secrets: Secrets::default(),
            problems: Vec::new(),
            needs: Needs::default(),
            layers: BTreeMap::new(),
            file: None,
        }
    }

    /// Does `work` on texts of another file than the stack file.
    pub(super) fn of_file<T>(&mut self, file: &Arc<Source>, work: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.file.replace(Arc::clone(file));
        let result = work(self);
        self.file = before;
        result
    }

    pub(super) fn into_secrets(self) -> Secrets {
        self.secrets
    }

    /// Remembers under which attribute the layer `key` tells the ARN of its wanted version.
    pub(super) fn note_layer(&mut self, key: &str, attribute: String) {
        self.layers.insert(key.to_owned(), attribute);
    }

    /// The ARN of the wanted version of the layer `key`.
    pub(super) fn layer(&self, key: &str) -> Text {
        let attribute = self.layers.get(key).map_or("arn", String::as_str);
        Text::pending(self.scope.address(LambdaLayer::NAME, key), attribute)
    }

    /// What was asked for.
    pub(super) fn into_needs(self) -> Needs {
        self.needs
    }

    /// Stacks whose outputs were asked for so far.
    pub(super) fn used_stacks(&self) -> &BTreeSet<String> {
        &self.needs.stacks
    }

    pub(super) fn take_problems(&mut self, stack: &ResolvedStack) -> Vec<Diagnostic> {
        let problems = std::mem::take(&mut self.problems);
        let told = problems.into_iter().map(|problem| {
            let place = match problem.file {
                Some(source) => Place { source, span: Some(problem.span) },
                None => stack.span_place(problem.span),
            };
            Diagnostic::error(place, problem.summary, problem.detail).hint(problem.hint)
        });
        told.collect()
    }

    /// The text of `template`. Where a secret is part of it, all of it is a secret: it is compared as a whole.
    pub(super) fn text(&mut self, template: &At<Template>) -> Text {
        let parts: Vec<Part> =
            template.value.parts.iter().flat_map(|piece| self.piece(piece, template.span)).collect();
        if parts.iter().any(|part| matches!(part, Part::Secret { .. })) {
            return self.sealed(parts);
        }
        Text::from_parts(parts)
    }

    /// The text of `template`, which must be known now.
    pub(super) fn plain(&mut self, template: &At<Template>) -> String {
        let text = self.text(template);
        if let Some(known) = text.known() {
            return known.to_owned();
        }
        let (detail, hint) = if text.is_secret() {
            (
                "A secret cannot stand here: this value is shown in plans and in the account.",
                "use it in `environment`",
            )
        } else {
            (
                "This value is needed before the deploy, and what it refers to is known only after it.",
                "write the value itself",
            )
        };
        self.problem(template.span, "value cannot be used here", detail, hint);
        String::new()
    }

    /// The text of `template`, which may be known later and is no secret: it is shown in plans and in the account.
    pub(super) fn open(&mut self, template: &At<Template>) -> Text {
        let text = self.text(template);
        if text.is_secret() {
            let detail = "A secret cannot stand here: this value is shown in plans and in the account.";
            self.problem(template.span, "value cannot be used here", detail, "write the value itself");
        }
        text
    }

    /// The text of an optional template.
    pub(super) fn optional(&mut self, template: Option<&At<Template>>) -> Option<Text> {
        template.map(|template| self.text(template))
    }

    /// The text of an optional template, which must be known now.
    pub(super) fn optional_plain(&mut self, template: Option<&At<Template>>) -> Option<String> {
        template.map(|template| self.plain(template))
    }

    pub(super) fn problem(
        &mut self,
        span: Span,
        summary: &'static str,
        detail: impl Into<String>,
        hint: impl Into<String>,
    ) {
        let file = self.file.clone();
        self.problems.push(Problem { file, span, summary, detail: detail.into(), hint: hint.into() });
    }

    /// One secret out of a text that holds one.
    fn sealed(&mut self, parts: Vec<Part>) -> Text {
        let mut source = String::new();
        let mut value = String::new();
        for part in &parts {
            match part {
                Part::Known(text) => {
                    source.push_str(text);
                    value.push_str(text);
                }
                Part::Secret { source: from, .. } => {
                    source.push_str(&format!("${{{from}}}"));
                    value.push_str(self.secrets.value(from).map_or("", String::as_str));
                }
                // A value known later beside a secret: filled in when the op is settled.
                Part::Pending(_) => return Text::from_parts(parts),
            }
        }
        match parts.as_slice() {
            [Part::Secret { .. }] => Text::from_parts(parts),
            _ => Text::from_parts([self.secrets.add(source, value)]),
        }
    }

    fn piece(&mut self, piece: &Piece, span: Span) -> Vec<Part> {
        match piece {
            Piece::Literal(text) => vec![Part::Known(text.clone())],
            Piece::Secret(secret) => {
                vec![self.secrets.add(secret.origin.clone(), secret.expose().to_owned())]
            }
            Piece::Reference(reference, span_of_reference) => {
                let span =
                    if span_of_reference.start == span_of_reference.end { span } else { *span_of_reference };
                self.reference(reference, span)
            }
        }
    }

    fn reference(&mut self, reference: &Reference, span: Span) -> Vec<Part> {
        let known = |text: String| vec![Part::Known(text)];
        let identity = self.inputs.identity;
        match reference {
            Reference::Stage => known(self.scope.stage.clone()),
            Reference::Account => known(identity.account_id.clone()),
            Reference::Region => known(identity.region.clone()),
            Reference::Function(key, attribute) => {
                let name = self.scope.name(key);
                known(match attribute {
                    Attribute::Arn => identity.function_arn(&name),
                    // What is invoked is the alias, where there is one.
                    Attribute::InvocationUri => {
                        let alias =
                            self.stack.functions.get(key).and_then(|function| function.alias.as_ref());
                        let name =
                            alias.map_or_else(|| name.clone(), |alias| format!("{name}:{}", alias.name.0));
                        identity.invocation_uri(&identity.function_arn(&name))
                    }
                    Attribute::Name => name,
                })
            }
            Reference::Role(key, attribute) => {
                let name = self.scope.name(key);
                known(match attribute {
                    Attribute::Arn => identity.role_arn(&self.scope.iam_path(), &name),
                    // Only functions have the other one.
                    Attribute::Name | Attribute::InvocationUri => name,
                })
            }
            Reference::Api(attribute) => self.api(*attribute),
            Reference::Object { section, key, attribute } => {
                let only = || self.stack.keys(*section).first().map(|key| (*key).to_owned());
                let key = key.clone().or_else(only).unwrap_or_default();
                self.object(*section, &key, attribute)
            }
            Reference::StackOutput { stack, output } => self.output(stack, output, span),
            Reference::Ssm(_) | Reference::SecretsManager { .. } => self.secret(&reference.to_string(), span),
            // The resolver has replaced these, or has told why it could not.
            Reference::Param(_) | Reference::Env(_) => {
                self.problem(
                    span,
                    "value is not known",
                    format!("`${{{reference}}}` has no value."),
                    "give it one",
                );
                Vec::new()
            }
        }
    }

    /// An attribute of an object of this stack.
    pub(super) fn attribute(&mut self, section: Section, key: &str, attribute: &'static str) -> Text {
        Text::from_parts(self.object(section, key, attribute))
    }

    /// What follows from names is known now, and makes no object wait for another; what AWS makes is known later.
    pub(super) fn object(&mut self, section: Section, key: &str, attribute: &'static str) -> Vec<Part> {
        if (section, attribute) == (Section::Layers, "arn") {
            return self.layer(key).parts().to_vec();
        }
        let (kind, attribute) = names::home(section, attribute);
        let address = self.scope.address(kind, key);
        if let Some(text) = names::known(self.stack, section, &address, attribute, self.inputs.identity) {
            return vec![Part::Known(text)];
        }
        let attribute = match (section, attribute) {
            (Section::Domains, "target" | "zone_id") => self.domain_attribute(key, attribute),
            (Section::ApiKeys, "id") => self.key_attribute(key),
            _ => attribute.to_owned(),
        };
        vec![Part::Pending(Pending { address, attribute })]
    }

    /// The attribute by which the `target` or `zone_id` of the domain `key` is known once it is as the stack file says.
    pub(super) fn domain_attribute(&mut self, key: &str, attribute: &str) -> String {
        let stack = self.stack;
        let Some(domain) = stack.domains.get(key) else { return attribute.to_owned() };
        let edge = domain.endpoint.as_ref().is_some_and(|endpoint| endpoint.value == DomainEndpoint::Edge);
        let endpoint = if edge { Endpoint::Edge } else { Endpoint::Regional };
        let name = self.plain(&domain.name);
        endpoint_attribute(attribute, endpoint, &normal_name(&name))
    }

    /// The attribute by which the id of the API key `key` is known once it has the value that the stack file says.
    pub(super) fn key_attribute(&mut self, key: &str) -> String {
        let stack = self.stack;
        let value = stack.api_keys.get(key).and_then(|key| key.value.value.as_ref());
        let value = self.optional(value);
        id_attribute(value.as_ref())
    }

    /// URLs and ARNs of the API follow from its id; only that is known later. So a function may hold the URL of the API that calls it.
    fn api(&self, attribute: ApiAttribute) -> Vec<Part> {
        let identity = self.inputs.identity;
        let around = match attribute {
            ApiAttribute::Id => ID.to_owned(),
            ApiAttribute::Url => identity.stage_url(ID, &self.scope.stage),
            ApiAttribute::Arn => {
                format!("arn:{}:apigateway:{}::/restapis/{ID}", identity.partition, identity.region)
            }
            ApiAttribute::ExecutionArn => identity.execute_api_arn(ID),
        };
        let id = Part::Pending(Pending {
            address: self.scope.address(RestApi::NAME, "api"),
            attribute: "id".to_owned(),
        });
        let (before, after) = around.split_once(ID).unwrap_or((around.as_str(), ""));
        vec![Part::Known(before.to_owned()), id, Part::Known(after.to_owned())]
    }

    fn output(&mut self, stack: &str, output: &str, span: Span) -> Vec<Part> {
        self.needs.stacks.insert(stack.to_owned());
        let found = self.inputs.outputs.get(stack).map(|outputs| (outputs.get(output), outputs.keys()));
        match found {
            Some((Some(text), _)) => text.parts().to_vec(),
            Some((None, names)) => {
                let names = names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
                let detail =
                    format!("The stack `{stack}` in stage `{}` has no output `{output}`.", self.scope.stage);
                self.problem(span, "unknown output", detail, format!("it has {names}"));
                Vec::new()
            }
            None => {
                let detail = format!("The stack `{stack}` is not deployed in stage `{}`.", self.scope.stage);
                let hint = format!(
                    "deploy it first, or name its stack file in the same command: `gatewright deploy {stack}.yaml …`"
                );
                self.problem(span, "other stack is missing", detail, hint);
                Vec::new()
            }
        }
    }

    fn secret(&mut self, source: &str, span: Span) -> Vec<Part> {
        self.needs.secrets.insert(source.to_owned());
        match self.inputs.secrets.get(source) {
            Some(value) => vec![self.secrets.add(source, value.clone())],
            None => {
                let detail =
                    format!("There is no `{source}` in account {}.", self.inputs.identity.account_id);
                self.problem(span, "secret is missing", detail, "create it, or correct the name");
                Vec::new()
            }
        }
    }
}
