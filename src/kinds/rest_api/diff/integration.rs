//! Integrations and what their answers are turned into.

use std::collections::{BTreeMap, BTreeSet};

use super::{Differ, Notes, of};
use crate::{
    kinds::rest_api::{
        definition::{Integration, IntegrationResponse},
        op::{Op, Place},
        patch::{self, Patch, Value},
    },
    model::{Shown, Text},
};

impl Differ<'_> {
    /// Puts an integration and then its responses, which the put would have removed.
    pub(super) fn put_integration(&mut self, place: &Place, integration: &Integration<Text>) {
        let bare = Integration { responses: BTreeMap::new(), ..integration.clone() };
        self.push(Op::PutIntegration { place: place.clone(), integration: bare });
        self.put_responses(place, integration.responses.iter());
    }

    pub(super) fn integration(
        &mut self,
        place: &Place,
        desired: Option<&Integration<Text>>,
        live: Option<&Integration<String>>,
    ) {
        match (desired, live) {
            (None, None) => {}
            (None, Some(live)) => {
                self.compare.whole(&of(place, "integration"), live.kind.as_str().into(), Shown::Absent);
                self.push(Op::DeleteIntegration { place: place.clone() });
            }
            (Some(desired), None) => {
                self.compare.whole(&of(place, "integration"), Shown::Absent, desired.kind.as_str().into());
                self.put_integration(place, desired);
            }
            (Some(desired), Some(live)) => {
                let put = self.put_only(place, desired, live);
                let patches = self.patches(place, desired, live);
                if put {
                    self.note_responses(place, &desired.responses, &live.responses);
                    self.put_integration(place, desired);
                } else {
                    if !patches.is_empty() {
                        self.push(Op::UpdateIntegration { place: place.clone(), patches });
                    }
                    self.change_responses(place, &desired.responses, &live.responses);
                }
            }
        }
    }

    /// Whether a field differs that no patch can change.
    fn put_only(
        &mut self,
        place: &Place,
        desired: &Integration<Text>,
        live: &Integration<String>,
    ) -> bool {
        let compare = &mut self.compare;
        let differs = [
            compare.value(&of(place, "integration"), &live.kind, &desired.kind),
            compare.option(&of(place, "integration_http_method"), &live.http_method, &desired.http_method),
            compare.optional_text(
                &of(place, "credentials"),
                live.credentials.as_deref(),
                desired.credentials.as_ref(),
            ),
            compare.value(
                &of(place, "passthrough_behavior"),
                &live.passthrough_behavior,
                &desired.passthrough_behavior,
            ),
        ];
        differs.contains(&true)
    }

    fn patches(
        &mut self,
        place: &Place,
        desired: &Integration<Text>,
        live: &Integration<String>,
    ) -> Vec<Patch> {
        let mut patches = Vec::new();
        let compare = &mut self.compare;
        if compare.optional_text(&of(place, "uri"), live.uri.as_deref(), desired.uri.as_ref()) {
            patches.push(Patch::replace("/uri", desired.uri.clone().unwrap_or_default()));
        }
        let (had, wanted) = (&live.request_templates, &desired.request_templates);
        if compare.map(&of(place, "request_templates"), had, wanted) {
            patches.extend(patch::map("requestTemplates", had, wanted));
        }
        let (had, wanted) = (&live.request_parameters, &desired.request_parameters);
        if compare.map(&of(place, "request_parameters"), had, wanted) {
            patches.extend(patch::map("requestParameters", had, wanted));
        }
        if compare.option(
            &of(place, "content_handling"),
            &live.content_handling,
            &desired.content_handling,
        ) {
            let value = desired.content_handling.map(|handling| handling.as_str()).unwrap_or_default();
            patches.push(Patch::replace("/contentHandling", value));
        }
        if compare.value(&of(place, "timeout_ms"), &live.timeout_ms, &desired.timeout_ms) {
            patches.push(Patch::replace("/timeoutInMillis", desired.timeout_ms.to_string()));
        }
        self.cache(place, desired, live, &mut patches);
        self.connection(place, desired, live, &mut patches);
        patches
    }

    fn cache(
        &mut self,
        place: &Place,
        desired: &Integration<Text>,
        live: &Integration<String>,
        patches: &mut Vec<Patch>,
    ) {
        let (had, wanted) = (&live.cache_key_parameters, &desired.cache_key_parameters);
        if self.compare.set(&of(place, "cache_key_parameters"), had, wanted) {
            let at = |name: &String| patch::member("cacheKeyParameters", name);
            patches.extend(
                had.difference(wanted)
                    .map(|name| Patch { action: patch::Action::Remove, ..Patch::add(at(name), "") }),
            );
            patches.extend(wanted.difference(had).map(|name| Patch::add(at(name), "")));
        }
        let field = of(place, "cache_namespace");
        if self.compare.option(&field, &live.cache_namespace, &desired.cache_namespace) {
            let value = desired
                .cache_namespace
                .as_deref()
                .map_or(Value::OwnResource, |namespace| Value::Text(namespace.into()));
            patches.push(Patch::replace_by("/cacheNamespace", value));
        }
    }

    fn connection(
        &mut self,
        place: &Place,
        desired: &Integration<Text>,
        live: &Integration<String>,
        patches: &mut Vec<Patch>,
    ) {
        let compare = &mut self.compare;
        if compare.optional_text(&of(place, "vpc_link"), live.vpc_link.as_deref(), desired.vpc_link.as_ref())
        {
            let (kind, id) = match &desired.vpc_link {
                Some(link) => ("VPC_LINK", link.clone()),
                None => ("INTERNET", Text::default()),
            };
            patches.push(Patch::replace("/connectionType", kind));
            patches.push(Patch::replace("/connectionId", id));
        }
        let skip = desired.insecure_skip_verification;
        let field = of(place, "insecure_skip_verification");
        if compare.value(&field, &live.insecure_skip_verification, &skip) {
            patches.push(Patch::replace("/tlsConfig/insecureSkipVerification", skip.to_string()));
        }
    }

    fn note_responses(
        &mut self,
        place: &Place,
        desired: &BTreeMap<u16, IntegrationResponse>,
        live: &BTreeMap<u16, IntegrationResponse>,
    ) {
        let statuses: BTreeSet<u16> = live.keys().chain(desired.keys()).copied().collect();
        for status in statuses {
            let field = of(place, &format!("integration_responses.{status}"));
            match (live.get(&status), desired.get(&status)) {
                (Some(before), Some(after)) => {
                    let compare = &mut self.compare;
                    let at = |name: &str| format!("{field}.{name}");
                    compare.option(
                        &at("selection_pattern"),
                        &before.selection_pattern,
                        &after.selection_pattern,
                    );
                    compare.map(&at("headers"), &before.parameters, &after.parameters);
                    compare.map(&at("templates"), &before.templates, &after.templates);
                    compare.option(
                        &at("content_handling"),
                        &before.content_handling,
                        &after.content_handling,
                    );
                }
                (Some(_), None) => self.compare.whole(&field, "(response)".into(), Shown::Absent),
                (None, Some(_)) => self.compare.whole(&field, Shown::Absent, "(response)".into()),
                (None, None) => {}
            }
        }
    }

    fn change_responses(
        &mut self,
        place: &Place,
        desired: &BTreeMap<u16, IntegrationResponse>,
        live: &BTreeMap<u16, IntegrationResponse>,
    ) {
        self.note_responses(place, desired, live);
        let changed: BTreeMap<&u16, &IntegrationResponse> =
            desired.iter().filter(|(status, response)| live.get(status) != Some(response)).collect();
        for (status, before) in live {
            let gone = !desired.contains_key(status);
            // Two responses may not have one pattern, not even for a moment: whoever gives it up makes room first.
            let taken = changed.iter().any(|(other, response)| {
                **other != *status && response.selection_pattern == before.selection_pattern
            });
            if gone || (taken && changed.contains_key(status)) {
                self.push(Op::DeleteIntegrationResponse { place: place.clone(), status: *status });
            }
        }
        self.put_responses(place, changed.into_iter());
    }

    fn put_responses<'b>(
        &mut self,
        place: &Place,
        responses: impl Iterator<Item = (&'b u16, &'b IntegrationResponse)>,
    ) {
        for (status, response) in responses {
            let (place, response) = (place.clone(), response.clone());
            self.push(Op::PutIntegrationResponse { place, status: *status, response });
        }
    }
}
