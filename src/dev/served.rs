//! From live objects to what the gateway and the runtime take.

use base64::{Engine, prelude::BASE64_STANDARD};

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    gateway::served::{ApiKey, Period, Quota, Rate, Served, Stage, UsagePlan},
    kinds::{ApiStage, RestApi, Snapshot, api_key, api_stage, lambda_function, rest_api, usage_plan},
    model::Identity,
    runtime::{Code, Function},
};

/// Every stage of every API in `snapshot`, in the order of addresses.
pub fn apis(snapshot: &Snapshot, identity: &Identity) -> Vec<Served> {
    let mut all = Vec::new();
    for (_, api) in snapshot.all::<RestApi>() {
        for (_, stage) in snapshot.all::<ApiStage>().filter(|(_, stage)| stage.api_id == api.id) {
            all.push(served(api, stage, identity));
        }
    }
    all
}

fn served(api: &rest_api::Live, stage: &api_stage::Live, identity: &Identity) -> Served {
    Served {
        api_id: api.id.clone(),
        api_name: api.name.clone(),
        region: identity.region.clone(),
        account_id: identity.account_id.clone(),
        settings: api.settings.clone(),
        definition: api.definition.clone(),
        resource_ids: api.resource_ids.clone(),
        stage: Stage {
            name: stage.stage_name.clone(),
            deployment_id: stage.deployment_id.clone(),
            variables: stage.variables.clone(),
            cache: stage.cache_size_gb.is_some(),
            methods: stage.methods.clone(),
            access_log_format: stage.access_log.as_ref().map(|log| log.format.clone()),
        },
        usage_plans: Vec::new(),
    }
}

/// The stages that ask for API keys, each `<API id>:<stage>`.
pub fn keyed_stages(all: &[Served]) -> BTreeSet<String> {
    let keyed = |served: &&Served| served.definition.methods().any(|(_, _, method)| method.api_key_required);
    all.iter().filter(keyed).map(stage_id).collect()
}

fn stage_id(served: &Served) -> String {
    format!("{}:{}", served.api_id, served.stage.name)
}

/// Gives each stage the usage plans that cover it, whosever they are.
pub fn add_plans(all: &mut [Served], plans: &[usage_plan::Live], keys: &[api_key::Live]) {
    let keys: BTreeMap<&str, &api_key::Live> = keys.iter().map(|key| (key.id.as_str(), key)).collect();
    for served in all {
        let stage = stage_id(served);
        let plans = plans.iter().filter_map(|plan| Some((plan, plan.stages.get(&stage)?)));
        served.usage_plans = plans.map(|(plan, methods)| usage_plan(plan, methods, &keys)).collect();
    }
}

fn usage_plan(
    plan: &usage_plan::Live,
    methods: &BTreeMap<String, usage_plan::Throttle>,
    keys: &BTreeMap<&str, &api_key::Live>,
) -> UsagePlan {
    let rate = |throttle: &usage_plan::Throttle| Rate {
        per_second: throttle.rate,
        burst: u32::try_from(throttle.burst).unwrap_or_default(),
    };
    let key = |id: &String| {
        let key = keys.get(id.as_str())?;
        let value = key.value.as_ref()?.reveal().to_owned();
        Some(ApiKey { id: id.clone(), value, enabled: key.enabled })
    };
    UsagePlan {
        id: plan.id.clone(),
        throttle: plan.throttle.as_ref().map(rate),
        method_throttles: methods.iter().map(|(method, throttle)| (method.clone(), rate(throttle))).collect(),
        quota: plan.quota.map(|quota| Quota {
            limit: u64::try_from(quota.limit).unwrap_or_default(),
            period: match quota.period {
                usage_plan::Period::Day => Period::Day,
                usage_plan::Period::Week => Period::Week,
                usage_plan::Period::Month => Period::Month,
            },
            offset_days: u8::try_from(quota.offset).unwrap_or_default(),
        }),
        keys: plan.key_ids.iter().filter_map(key).collect(),
    }
}

/// A function, if it has code; `code` says where a zip of that SHA-256 (hexadecimal) lies, `layers` are its layers in their order.
pub fn function(
    live: &lambda_function::Live,
    identity: &Identity,
    code: impl FnOnce(&str) -> Option<std::path::PathBuf>,
    layers: Vec<Code>,
) -> Option<Function> {
    let sha256_hex = hexadecimal(&live.code_sha256_base64)?;
    let path = code(&sha256_hex)?;
    let whole = |number: i32| u32::try_from(number).unwrap_or_default();
    Some(Function {
        name: live.name.clone(),
        arn: identity.function_arn(&live.name),
        runtime: live.runtime.clone(),
        handler: live.handler.clone(),
        code: Code::Zip { path, sha256_hex },
        layers,
        environment: live
            .environment
            .iter()
            .map(|(name, value)| (name.clone(), value.reveal().to_owned()))
            .collect(),
        memory_mb: whole(live.memory_mb),
        timeout_seconds: whole(live.timeout_seconds),
        reserved_concurrency: live.reserved_concurrency.map(whole),
        region: identity.region.clone(),
        account_id: identity.account_id.clone(),
        ephemeral_storage_mb: whole(live.ephemeral_storage_mb),
    })
}

fn hexadecimal(base64: &str) -> Option<String> {
    let bytes = BASE64_STANDARD.decode(base64).ok()?;
    Some(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
