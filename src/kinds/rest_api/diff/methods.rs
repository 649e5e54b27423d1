//! Methods: requests and the responses they may give.

use std::collections::BTreeMap;

use super::{Differ, Notes, of};
use crate::{
    kinds::rest_api::{
        definition::{Authorization, Method, MethodResponse, Verb},
        op::{Op, Place},
        patch::{self, Patch, Value},
    },
    model::{Shown, Text},
};

impl Differ<'_> {
    pub(super) fn methods(&mut self) {
        let desired = self.desired;
        for place in self.places(|place| desired.definition.method(&place.path, place.verb).is_none()) {
            self.compare.whole(&place.to_string(), "(method)".into(), Shown::Absent);
            self.apply(Op::DeleteMethod { place });
        }
        for (path, verb, method) in desired.definition.methods() {
            let place = Place::new(path, verb);
            match self.live.definition.method(path, verb).cloned() {
                None => self.make_method(&place, method),
                Some(live) => self.change_method(&place, method, &live),
            }
        }
    }

    /// Where the live API has methods that `fit`.
    fn places(&self, fit: impl Fn(&Place) -> bool) -> Vec<Place> {
        let all = self.live.definition.methods().map(|(path, verb, _): (_, Verb, _)| Place::new(path, verb));
        all.filter(fit).collect()
    }

    fn make_method(&mut self, place: &Place, method: &Method<Text>) {
        let kind = method.integration.as_ref().map_or("(method)", |integration| integration.kind.as_str());
        self.compare.whole(&place.to_string(), Shown::Absent, kind.into());
        self.push(Op::PutMethod { place: place.clone(), method: request(method) });
        for (status, response) in &method.responses {
            let (place, response) = (place.clone(), response.clone());
            self.push(Op::PutMethodResponse { place, status: *status, response });
        }
        if let Some(integration) = &method.integration {
            self.put_integration(place, integration);
        }
    }

    fn change_method(&mut self, place: &Place, method: &Method<Text>, live: &Method<String>) {
        let patches = self.request(place, method, live);
        if !patches.is_empty() {
            self.push(Op::UpdateMethod { place: place.clone(), patches });
        }
        self.method_responses(place, &method.responses, &live.responses);
        self.integration(place, method.integration.as_ref(), live.integration.as_ref());
        // Last: a status that is still mapped to may not go.
        for status in live.responses.keys().filter(|status| !method.responses.contains_key(status)) {
            self.compare.whole(
                &of(place, &format!("responses.{status}")),
                "(response)".into(),
                Shown::Absent,
            );
            self.push(Op::DeleteMethodResponse { place: place.clone(), status: *status });
        }
    }

    fn request(&mut self, place: &Place, method: &Method<Text>, live: &Method<String>) -> Vec<Patch> {
        let mut patches = self.authorization(place, &method.authorization, &live.authorization);
        let compare = &mut self.compare;
        if compare.value(&of(place, "api_key_required"), &live.api_key_required, &method.api_key_required) {
            patches.push(Patch::replace("/apiKeyRequired", method.api_key_required.to_string()));
        }
        if compare.option(&of(place, "operation_name"), &live.operation_name, &method.operation_name) {
            patches.push(Patch::replace(
                "/operationName",
                method.operation_name.as_deref().unwrap_or_default(),
            ));
        }
        if compare.option(&of(place, "request_validator"), &live.request_validator, &method.request_validator)
        {
            let value = method.request_validator.clone().map_or(Value::Text("".into()), Value::Validator);
            patches.push(Patch::replace_by("/requestValidatorId", value));
        }
        let (had, wanted) = (&live.request_parameters, &method.request_parameters);
        if compare.map(&of(place, "request_parameters"), had, wanted) {
            patches.extend(patch::map("requestParameters", had, wanted));
        }
        let (had, wanted) = (&live.request_models, &method.request_models);
        if compare.map(&of(place, "request_models"), had, wanted) {
            patches.extend(patch::map("requestModels", had, wanted));
        }
        patches
    }

    /// Type and authorizer go in one patch: AWS refuses a type that needs an authorizer without one.
    fn authorization(&mut self, place: &Place, desired: &Authorization, live: &Authorization) -> Vec<Patch> {
        let shown = |authorization: &Authorization| -> Shown {
            let name = authorization.authorizer().map(|name| format!(" {name}")).unwrap_or_default();
            format!("{}{name}", authorization.word()).into()
        };
        let named = |authorization: &Authorization| {
            (authorization.word(), authorization.authorizer().map(str::to_owned))
        };
        let mut patches = Vec::new();
        let differs = named(live) != named(desired);
        if self.compare.note(differs, &of(place, "authorization"), || (shown(live), shown(desired))) {
            if live.word() != desired.word() {
                patches.push(Patch::replace("/authorizationType", desired.word()));
            }
            if live.authorizer() != desired.authorizer() {
                let value = desired
                    .authorizer()
                    .map_or(Value::Text("".into()), |name| Value::Authorizer(name.to_owned()));
                patches.push(Patch::replace_by("/authorizerId", value));
            }
        }
        let (had, wanted) = (live.scopes(), desired.scopes());
        if self.compare.set(&of(place, "scopes"), &had, &wanted) {
            const PATH: &str = "/authorizationScopes";
            patches.extend(had.difference(&wanted).map(|scope| Patch::remove_member(PATH, scope.as_str())));
            patches.extend(wanted.difference(&had).map(|scope| Patch::add(PATH, scope.as_str())));
        }
        patches
    }

    fn method_responses(
        &mut self,
        place: &Place,
        desired: &BTreeMap<u16, MethodResponse>,
        live: &BTreeMap<u16, MethodResponse>,
    ) {
        for (status, response) in desired {
            let field = of(place, &format!("responses.{status}"));
            let Some(before) = live.get(status) else {
                self.compare.whole(&field, Shown::Absent, "(response)".into());
                let (place, response) = (place.clone(), response.clone());
                self.push(Op::PutMethodResponse { place, status: *status, response });
                continue;
            };
            let mut patches = Vec::new();
            if self.compare.map(&format!("{field}.headers"), &before.parameters, &response.parameters) {
                patches.extend(patch::map("responseParameters", &before.parameters, &response.parameters));
            }
            if self.compare.map(&format!("{field}.models"), &before.models, &response.models) {
                patches.extend(patch::map("responseModels", &before.models, &response.models));
            }
            if !patches.is_empty() {
                self.push(Op::UpdateMethodResponse { place: place.clone(), status: *status, patches });
            }
        }
    }
}

/// The method without what calls of their own make.
pub(super) fn request(method: &Method<Text>) -> Method<Text> {
    Method { responses: BTreeMap::new(), integration: None, ..method.clone() }
}
