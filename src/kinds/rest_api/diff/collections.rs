//! Models, validators, authorizers, gateway responses. They are made before the methods that refer to them and removed after.

use super::{Differ, Notes};
use crate::{
    kinds::rest_api::{
        compare::canonical_json,
        definition::{Authorizer, AuthorizerType, Model, Validator},
        op::{Op, Place},
        patch::{self, Patch},
    },
    model::{Shown, Text},
};

impl Differ<'_> {
    /// Makes and changes models, validators and authorizers.
    pub(super) fn make_members(&mut self) {
        let desired = &self.desired.definition;
        for (name, model) in by_reference(&desired.models) {
            match self.live.definition.models.get(name).cloned() {
                None => {
                    self.compare.whole(
                        &format!("models.{name}"),
                        Shown::Absent,
                        model.content_type.as_str().into(),
                    );
                    self.apply(Op::CreateModel { name: name.clone(), model: model.clone() });
                }
                Some(live) => self.change_model(name, model, &live),
            }
        }
        for (name, validator) in &desired.validators {
            match self.live.definition.validators.get(name).copied() {
                None => {
                    self.compare.whole(&format!("validators.{name}"), Shown::Absent, "(validator)".into());
                    self.push(Op::CreateRequestValidator { name: name.clone(), validator: *validator });
                }
                Some(live) => self.change_validator(name, *validator, live),
            }
        }
        for (name, authorizer) in &desired.authorizers {
            match self.live.definition.authorizers.get(name).cloned() {
                None => {
                    self.compare.whole(
                        &format!("authorizers.{name}"),
                        Shown::Absent,
                        authorizer.kind.as_str().into(),
                    );
                    self.push(Op::CreateAuthorizer { name: name.clone(), authorizer: authorizer.clone() });
                }
                Some(live) => self.change_authorizer(name, authorizer, &live),
            }
        }
    }

    fn change_model(&mut self, name: &str, model: &Model, live: &Model) {
        let field = |field: &str| format!("models.{name}.{field}");
        if self.compare.value(&field("content_type"), &live.content_type, &model.content_type) {
            // Neither can it be patched, nor removed while methods refer to it; these get it back with their own changes.
            self.detach_model(name);
            self.apply(Op::DeleteModel { name: name.to_owned() });
            self.apply(Op::CreateModel { name: name.to_owned(), model: model.clone() });
            return;
        }
        let mut patches = Vec::new();
        let (before, after) = (canonical_json(&live.schema), canonical_json(&model.schema));
        if self.compare.value(&field("schema"), &before, &after) {
            patches.push(Patch::replace("/schema", model.schema.as_str()));
        }
        if self.compare.option(&field("description"), &live.description, &model.description) {
            patches.push(Patch::replace("/description", model.description.as_deref().unwrap_or_default()));
        }
        if !patches.is_empty() {
            self.apply(Op::UpdateModel { name: name.to_owned(), patches });
        }
    }

    /// Takes every reference to the model `name` out of other models and the methods.
    fn detach_model(&mut self, name: &str) {
        let models = self.live.definition.models.iter();
        let others: Vec<String> =
            models.filter(|(other, of)| *other != name && of.refers_to(name)).map(|(other, _)| other.clone()).collect();
        for other in others {
            let patches = vec![Patch::replace("/schema", r#"{"type":"object"}"#)];
            self.apply(Op::UpdateModel { name: other, patches });
        }
        let methods: Vec<_> = self
            .live
            .definition
            .methods()
            .map(|(path, verb, method)| (Place::new(path, verb), method.clone()))
            .collect();
        let uses = |field: &str, models: &std::collections::BTreeMap<String, String>| -> Vec<Patch> {
            let used = models.iter().filter(|(_, model)| *model == name);
            used.map(|(kind, _)| Patch::remove(patch::member(field, kind))).collect()
        };
        for (place, method) in methods {
            let patches = uses("requestModels", &method.request_models);
            if !patches.is_empty() {
                self.apply(Op::UpdateMethod { place: place.clone(), patches });
            }
            for (status, response) in &method.responses {
                let patches = uses("responseModels", &response.models);
                if !patches.is_empty() {
                    self.apply(Op::UpdateMethodResponse { place: place.clone(), status: *status, patches });
                }
            }
        }
    }

    fn change_validator(&mut self, name: &str, validator: Validator, live: Validator) {
        let mut patches = Vec::new();
        if self.compare.value(&format!("validators.{name}.body"), &live.body, &validator.body) {
            patches.push(Patch::replace("/validateRequestBody", validator.body.to_string()));
        }
        if self.compare.value(&format!("validators.{name}.parameters"), &live.parameters, &validator.parameters) {
            patches.push(Patch::replace("/validateRequestParameters", validator.parameters.to_string()));
        }
        if !patches.is_empty() {
            self.push(Op::UpdateRequestValidator { name: name.to_owned(), patches });
        }
    }

    fn change_authorizer(&mut self, name: &str, authorizer: &Authorizer<Text>, live: &Authorizer<String>) {
        let cognito = |kind: AuthorizerType| kind == AuthorizerType::CognitoUserPools;
        if cognito(live.kind) != cognito(authorizer.kind) {
            self.compare.value(&format!("authorizers.{name}.type"), &live.kind, &authorizer.kind);
            // It can only be made anew, names are unique, and one in use cannot be removed: the old one gets another name, methods
            // move with their own changes, and it goes at the end. At no time is a method open to everyone.
            let old = self.free_name(name);
            self.apply(Op::UpdateAuthorizer {
                name: name.to_owned(),
                patches: vec![Patch::replace("/name", old)],
            });
            self.push(Op::CreateAuthorizer { name: name.to_owned(), authorizer: authorizer.clone() });
            return;
        }
        let patches = self.authorizer_patches(name, authorizer, live);
        if !patches.is_empty() {
            self.push(Op::UpdateAuthorizer { name: name.to_owned(), patches });
        }
    }

    fn free_name(&self, name: &str) -> String {
        let taken = |candidate: &String| {
            self.live.definition.authorizers.contains_key(candidate)
                || self.desired.definition.authorizers.contains_key(candidate)
        };
        let names = std::iter::once(format!("{name}-replaced")).chain((2..).map(|n| format!("{name}-replaced-{n}")));
        names.into_iter().find(|candidate| !taken(candidate)).unwrap_or_default()
    }

    fn authorizer_patches(
        &mut self,
        name: &str,
        authorizer: &Authorizer<Text>,
        live: &Authorizer<String>,
    ) -> Vec<Patch> {
        let mut patches = Vec::new();
        let field = |field: &str| format!("authorizers.{name}.{field}");
        let compare = &mut self.compare;
        if compare.value(&field("type"), &live.kind, &authorizer.kind) {
            patches.push(Patch::replace("/type", authorizer.kind.as_str()));
        }
        if compare.optional_text(&field("uri"), live.uri.as_deref(), authorizer.uri.as_ref()) {
            patches.push(Patch::replace("/authorizerUri", authorizer.uri.clone().unwrap_or_default()));
        }
        let (had, wanted) = (live.identity_sources.join(","), authorizer.identity_sources.join(","));
        if compare.value(&field("identity_sources"), &had, &wanted) {
            patches.push(Patch::replace("/identitySource", wanted));
        }
        let (had, wanted) = (&live.validation_expression, &authorizer.validation_expression);
        if compare.option(&field("validation_expression"), had, wanted) {
            let value = wanted.as_deref().unwrap_or_default();
            patches.push(Patch::replace("/identityValidationExpression", value));
        }
        if compare.value(&field("ttl_seconds"), &live.ttl_seconds, &authorizer.ttl_seconds) {
            patches.push(Patch::replace("/authorizerResultTtlInSeconds", authorizer.ttl_seconds.to_string()));
        }
        let credentials = authorizer.credentials.as_ref();
        if compare.optional_text(&field("credentials"), live.credentials.as_deref(), credentials) {
            patches.push(Patch::replace("/authorizerCredentials", credentials.cloned().unwrap_or_default()));
        }
        patches.extend(self.provider_patches(name, authorizer, live));
        patches
    }

    /// User pools are added before others are removed: an authorizer without any is refused.
    fn provider_patches(
        &mut self,
        name: &str,
        authorizer: &Authorizer<Text>,
        live: &Authorizer<String>,
    ) -> Vec<Patch> {
        const PATH: &str = "/providerARNs";
        let (had, wanted) = (&live.provider_arns, &authorizer.provider_arns);
        let missing: Vec<_> =
            wanted.iter().filter(|arn| !had.iter().any(|live| arn.matches(live))).collect();
        let extra: Vec<_> = had.iter().filter(|live| !wanted.iter().any(|arn| arn.matches(live))).collect();
        let field = format!("authorizers.{name}.provider_arns");
        self.compare.note(!missing.is_empty() || !extra.is_empty(), &field, || {
            let after: Vec<String> = wanted.iter().map(ToString::to_string).collect();
            (had.join(", ").into(), after.join(", ").into())
        });
        let add = missing.into_iter().map(|arn| Patch::add(PATH, arn.clone()));
        add.chain(extra.into_iter().map(|arn| Patch::remove_member(PATH, arn.as_str()))).collect()
    }

    pub(super) fn gateway_responses(&mut self) {
        let desired = &self.desired.definition.gateway_responses;
        let live = self.live.definition.gateway_responses.clone();
        for (kind, response) in desired {
            let field = |field: &str| format!("gateway_responses.{kind}.{field}");
            let Some(before) = live.get(kind) else {
                self.compare.whole(
                    &format!("gateway_responses.{kind}"),
                    Shown::Absent,
                    "(gateway response)".into(),
                );
                self.push(Op::PutGatewayResponse { kind: kind.clone(), response: response.clone() });
                continue;
            };
            let differs = [
                self.compare.option(&field("status"), &before.status, &response.status),
                self.compare.map(&field("headers"), &before.parameters, &response.parameters),
                self.compare.map(&field("templates"), &before.templates, &response.templates),
            ];
            if differs.contains(&true) {
                self.push(Op::PutGatewayResponse { kind: kind.clone(), response: response.clone() });
            }
        }
        for kind in live.keys().filter(|kind| !desired.contains_key(*kind)) {
            self.compare.whole(
                &format!("gateway_responses.{kind}"),
                "(gateway response)".into(),
                Shown::Absent,
            );
            self.push(Op::DeleteGatewayResponse { kind: kind.clone() });
        }
    }

    /// Removes authorizers, validators and models that nothing refers to any more.
    pub(super) fn remove_members(&mut self) {
        let (live, desired) = (self.live.clone(), &self.desired.definition);
        for name in extra(&live.definition.authorizers, &desired.authorizers) {
            self.compare.whole(&format!("authorizers.{name}"), "(authorizer)".into(), Shown::Absent);
            self.push(Op::DeleteAuthorizer { name, stray: None });
        }
        for id in live.strays.authorizers {
            self.compare.whole("authorizers (duplicate)", id.as_str().into(), Shown::Absent);
            self.push(Op::DeleteAuthorizer { name: String::new(), stray: Some(id) });
        }
        for name in extra(&live.definition.validators, &desired.validators) {
            self.compare.whole(&format!("validators.{name}"), "(validator)".into(), Shown::Absent);
            self.push(Op::DeleteRequestValidator { name, stray: None });
        }
        for id in live.strays.validators {
            self.compare.whole("validators (duplicate)", id.as_str().into(), Shown::Absent);
            self.push(Op::DeleteRequestValidator { name: String::new(), stray: Some(id) });
        }
        // The reverse of the order in which they can be made: a model that refers to others goes before them.
        let models = by_reference(&live.definition.models).into_iter().rev();
        for (name, model) in models.filter(|(name, _)| !desired.models.contains_key(*name)) {
            self.compare.whole(&format!("models.{name}"), model.content_type.as_str().into(), Shown::Absent);
            self.push(Op::DeleteModel { name: name.clone() });
        }
    }
}

fn extra<A, B>(
    live: &std::collections::BTreeMap<String, A>,
    desired: &std::collections::BTreeMap<String, B>,
) -> Vec<String> {
    live.keys().filter(|name| !desired.contains_key(*name)).cloned().collect()
}

/// Models in an order in which each comes after those it refers to; models that refer to each other in a circle as they come.
pub(super) fn by_reference(models: &std::collections::BTreeMap<String, Model>) -> Vec<(&String, &Model)> {
    let mut waiting: Vec<(&String, &Model)> = models.iter().collect();
    let mut ordered: Vec<(&String, &Model)> = Vec::new();
    while !waiting.is_empty() {
        let free = |(name, model): &(&String, &Model)| {
            !waiting.iter().any(|(other, _)| other != name && model.refers_to(other))
        };
        let next = waiting.iter().position(free).unwrap_or(0);
        ordered.push(waiting.remove(next));
    }
    ordered
}
