//! API keys and usage plans.

use std::collections::{BTreeMap, BTreeSet};

use super::{Builder, api::KEY};
use crate::{
    kinds::{
        ApiKey, ApiStage, Kind, Member, RestApi, UsagePlan, api_key,
        usage_plan::{self, Period, Quota, Stage, Throttle, method_key},
    },
    model::{Address, Part, Text},
    stack::{
        file::{self, QuotaPeriod, RouteKey, Throttling},
        reader::{At, Keyed},
        template::Template,
    },
};

impl Builder<'_> {
    pub(super) fn api_keys(&mut self) {
        let stack = self.stack;
        for entry in &stack.stack.api_keys {
            let at = self.scope().address(ApiKey::NAME, &entry.key);
            self.place(&at, entry.key.span);
            let key = &entry.value;
            let desired = api_key::Desired {
                name: self.texts.optional_plain(key.name.as_ref()).unwrap_or_else(|| at.name()),
                description: self
                    .texts
                    .optional_plain(key.description.as_ref())
                    .filter(|text| !text.is_empty()),
                enabled: key.enabled.as_ref().is_none_or(|enabled| enabled.value),
                value: self.texts.optional(key.value.value.as_ref()),
                tags: self.tags(&at, &key.tags),
            };
            self.graph.add(at, ApiKey::want(desired), []);
        }
    }

    pub(super) fn usage_plans(&mut self) {
        let stack = self.stack;
        for entry in &stack.stack.usage_plans {
            let at = self.scope().address(UsagePlan::NAME, &entry.key);
            self.place(&at, entry.key.span);
            let (stages, needs) = self.plan_stages(&entry.value);
            let plan = &entry.value;
            let desired = usage_plan::Desired {
                name: self.texts.optional_plain(plan.name.as_ref()).unwrap_or_else(|| at.name()),
                description: self
                    .texts
                    .optional_plain(plan.description.as_ref())
                    .filter(|text| !text.is_empty()),
                throttle: plan.throttling.as_ref().map(throttle),
                quota: plan.quota.as_ref().map(quota),
                product_code: self.texts.optional_plain(plan.product_code.as_ref()),
                stages,
                keys: plan.keys.iter().map(|key| self.key_id(key)).collect(),
                tags: self.tags(&at, &plan.tags),
            };
            self.graph.add(at, UsagePlan::want(desired), needs);
        }
    }

    /// The plan's stages, and the stage of the stack's own API where it is one of them: it must be there first.
    fn plan_stages(&mut self, plan: &At<file::UsagePlan>) -> (Vec<Stage>, BTreeSet<Address>) {
        let (mut stages, mut needs) = (Vec::new(), BTreeSet::new());
        let own = plan.own_api.as_ref().is_none_or(|own| own.value);
        if own && self.stack.api().is_some() {
            let api = Text::pending(self.scope().address(RestApi::NAME, KEY), "id");
            let stage = self.scope().stage;
            stages
                .push(Stage { id: stage_id(&api, &stage.as_str().into()), methods: methods(&plan.methods) });
            needs.insert(self.scope().address(ApiStage::NAME, KEY));
        }
        for other in &plan.stages {
            let api = self.texts.text(&other.api);
            let stage =
                self.texts.optional(other.stage.as_ref()).unwrap_or_else(|| self.scope().stage.into());
            stages.push(Stage { id: stage_id(&api, &stage), methods: methods(&other.methods) });
        }
        (stages, needs)
    }

    /// A key of `api_keys`, or the id of another.
    fn key_id(&mut self, key: &At<Template>) -> Text {
        let stack = self.stack;
        if let Some(name) = key.known().filter(|name| stack.stack.api_keys.declares(name)) {
            let attribute = self.texts.key_attribute(name);
            let at = self.scope().address(ApiKey::NAME, name);
            return Text::pending(at, &attribute);
        }
        self.texts.text(key)
    }
}

/// `<API id>:<stage>`.
fn stage_id(api: &Text, stage: &Text) -> Text {
    let parts = api.parts().iter().cloned().chain([Part::Known(":".to_owned())]);
    Text::from_parts(parts.chain(stage.parts().iter().cloned()))
}

fn throttle(throttling: &At<Throttling>) -> Throttle {
    Throttle { rate: throttling.rate.value.0, burst: throttling.burst.as_i32() }
}

fn methods(methods: &Keyed<Throttling>) -> BTreeMap<String, Throttle> {
    let rates = methods.iter().filter_map(|entry| {
        let key = RouteKey::parse(&entry.key)?;
        Some((method_key(key.method, key.path), throttle(&entry.value)))
    });
    rates.collect()
}

fn quota(quota: &At<file::Quota>) -> Quota {
    Quota {
        limit: quota.limit.as_i32(),
        offset: quota.offset.map_or(0, |offset| offset.as_i32()),
        period: match quota.period.value {
            QuotaPeriod::Day => Period::Day,
            QuotaPeriod::Week => Period::Week,
            QuotaPeriod::Month => Period::Month,
        },
    }
}
