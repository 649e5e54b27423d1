//! Settings: one `UpdateRestApi` for all that differ.

use super::{Differ, Notes};
use crate::{
    kinds::rest_api::{
        compare::canonical_policy,
        definition::{EndpointType, Settings},
        op::Op,
        patch::{self, Patch},
    },
    model::Shown,
};

impl Differ<'_> {
    pub(super) fn settings(&mut self) {
        let mut patches = Vec::new();
        let (live, desired) = (self.live.settings.clone(), &self.desired.settings);
        if self.compare.value("name", &self.live.name, &self.desired.name) {
            patches.push(Patch::replace("/name", self.desired.name.as_str()));
        }
        if self.compare.option("description", &live.description, &desired.description) {
            patches.push(match &desired.description {
                Some(text) => Patch::replace("/description", text.as_str()),
                None => Patch::remove("/description"),
            });
        }
        self.endpoint(&live, &mut patches);
        if self.compare.value("api_key_source", &live.api_key_source, &desired.api_key_source) {
            patches.push(Patch::replace("/apiKeySource", desired.api_key_source.as_str()));
        }
        self.bodies(&live, &mut patches);
        self.policy(&live, &mut patches);
        let disable = &desired.disable_execute_api_endpoint;
        if self.compare.value("disable_execute_api_endpoint", &live.disable_execute_api_endpoint, disable) {
            patches.push(Patch::replace("/disableExecuteApiEndpoint", disable.to_string()));
        }
        if !patches.is_empty() {
            self.push(Op::UpdateRestApi { patches });
        }
    }

    fn endpoint(&mut self, live: &Settings, patches: &mut Vec<Patch>) {
        let desired = &self.desired.settings;
        if self.compare.value("endpoint", &live.endpoint, &desired.endpoint) {
            patches.push(Patch::replace("/endpointConfiguration/types/0", desired.endpoint.as_str()));
            if desired.endpoint == EndpointType::Private {
                // AWS: "Only dualstack ipAddressType is supported for Private APIs."
                patches.push(Patch::replace("/endpointConfiguration/ipAddressType", "dualstack"));
            }
        }
        let (had, wanted) = (&live.vpc_endpoint_ids, &desired.vpc_endpoint_ids);
        if self.compare.set("vpc_endpoint_ids", had, wanted) {
            const PATH: &str = "/endpointConfiguration/vpcEndpointIds";
            patches.extend(wanted.difference(had).map(|id| Patch::add(PATH, id.as_str())));
            patches.extend(had.difference(wanted).map(|id| Patch::remove_member(PATH, id.as_str())));
        }
    }

    fn bodies(&mut self, live: &Settings, patches: &mut Vec<Patch>) {
        let desired = &self.desired.settings;
        let (had, wanted) = (&live.binary_media_types, &desired.binary_media_types);
        if self.compare.set("binary_media_types", had, wanted) {
            let at = |kind: &String| patch::member("binaryMediaTypes", kind);
            patches.extend(had.difference(wanted).map(|kind| Patch::remove(at(kind))));
            patches.extend(
                wanted.difference(had).map(|kind| Patch { value: None, ..Patch::add(at(kind), "") }),
            );
        }
        let (had, wanted) = (&live.minimum_compression_bytes, &desired.minimum_compression_bytes);
        if self.compare.option("minimum_compression_bytes", had, wanted) {
            const PATH: &str = "/minimumCompressionSize";
            patches.push(match wanted {
                Some(bytes) => Patch::replace(PATH, bytes.to_string()),
                // No value at all switches compression off.
                None => Patch { value: None, ..Patch::replace(PATH, "") },
            });
        }
    }

    fn policy(&mut self, live: &Settings, patches: &mut Vec<Patch>) {
        let arn = self.context.identity.execute_api_arn(&self.live.id);
        let canonical =
            |policy: &Option<String>| policy.as_deref().map(|policy| canonical_policy(policy, &arn));
        let desired = &self.desired.settings.policy;
        let differs = canonical(&live.policy) != canonical(desired);
        let shown = |policy: &Option<String>| Shown::option(policy.as_deref());
        if self.compare.note(differs, "policy", || (shown(&live.policy), shown(desired))) {
            patches.push(Patch::replace("/policy", desired.as_deref().unwrap_or_default()));
        }
    }
}
