//! The stage: what is in service, and its settings.

use std::collections::{BTreeMap, BTreeSet};

use super::{Builder, api::KEY};
use crate::{
    kinds::{
        ApiAccount, ApiStage, Kind, LogGroup, Member, api_account,
        api_deployment::id_attribute,
        api_stage::{self, ALL_METHODS, AccessLog, LoggingLevel, MethodSettings},
        log_group,
    },
    model::{Address, Text},
    stack::{
        file::{self, Api, Cache, LogRetention, RouteKey, StageSettings, Throttling},
        reader::{At, Keyed},
    },
};

/// The smallest cache that API Gateway offers, in GB.
const CACHE_SIZE_GB: &str = "0.5";

impl Builder<'_> {
    pub(super) fn stage(
        &mut self,
        api: &Api,
        rest_api: &Address,
        deployment: &Address,
        hash: &str,
        mut needs: BTreeSet<Address>,
    ) {
        let at = self.scope().address(ApiStage::NAME, KEY);
        let settings = api.stage.as_ref().map(|stage| &stage.value);
        let mut variables = BTreeMap::new();
        for entry in settings.iter().flat_map(|settings| &settings.variables) {
            variables.insert(entry.key.value.clone(), self.texts.text(&entry.value));
        }
        let access_log = settings.and_then(|settings| settings.access_log.as_ref());
        let access_log = access_log.map(|log| self.access_log(log, &mut needs));
        let methods = settings.map(method_settings).unwrap_or_default();
        let logs = access_log.is_some() || methods.values().any(|method| method.logging != LoggingLevel::Off);
        if logs && api.account_logging_role.as_ref().is_none_or(|role| role.value) {
            needs.insert(self.account_logging_role());
        }
        let description = settings.and_then(|settings| settings.description.as_ref());
        let tags = settings.map(|settings| settings.tags.clone()).unwrap_or_default();
        let desired = api_stage::Desired {
            api_id: Text::pending(rest_api.clone(), "id"),
            stage_name: at.scope.stage.clone(),
            deployment_id: Text::pending(deployment.clone(), &id_attribute(hash)),
            description: self.texts.optional_plain(description).filter(|text| !text.is_empty()),
            variables,
            cache_size_gb: settings.and_then(cache_size),
            tracing: settings.and_then(|settings| settings.tracing).is_some_and(|tracing| tracing.value),
            access_log,
            methods,
            tags: self.tags(&at, &tags),
        };
        self.graph.add(at, ApiStage::want(desired), needs);
    }

    /// The access log, with a log group of the stack's own where it goes nowhere else.
    fn access_log(&mut self, log: &At<file::AccessLog>, needs: &mut BTreeSet<Address>) -> AccessLog<Text> {
        let format = match &log.format {
            Some(format) => self.texts.plain(&At { value: format.value.0.clone(), span: format.span }),
            None => self.texts.plain(&At { value: file::LogFormat::default().0, span: log.span }),
        };
        if let Some(destination) = &log.destination_arn {
            return AccessLog { destination_arn: self.texts.text(destination), format };
        }
        let at = self.scope().address(LogGroup::NAME, log_group::ACCESS_LOG_KEY);
        let name = log_group::access_log_name(&at.scope);
        let retention_days = match log.log_retention_days.as_ref().map(|retention| retention.value) {
            Some(LogRetention::Days(days)) => Some(days),
            Some(LogRetention::Never) | None => None,
        };
        let tags = self.tags(&at, &Keyed::default());
        let destination_arn = self.inputs.identity.log_group_arn(&name).into();
        self.graph.add(at.clone(), LogGroup::want(log_group::Desired { name, retention_days, tags }), []);
        needs.insert(at);
        AccessLog { destination_arn, format }
    }

    /// The role by which API Gateway writes logs, which belongs to the account.
    fn account_logging_role(&mut self) -> Address {
        let identity = self.inputs.identity;
        let at = api_account::address(identity);
        let role_arn = identity.role_arn(api_account::ROLE_PATH, api_account::ROLE_NAME);
        self.graph.add(at.clone(), ApiAccount::want(api_account::Desired { role_arn }), []);
        at
    }
}

/// The size of the cache where anything is cached.
fn cache_size(settings: &StageSettings) -> Option<String> {
    let on = |cache: &At<Cache>| cache.enabled.as_ref().is_none_or(|enabled| enabled.value);
    let methods = settings.methods.iter().filter_map(|entry| entry.value.cache.as_ref());
    let caches = settings.cache.iter().chain(methods);
    let size = settings.cache.as_ref().and_then(|cache| cache.size_gb.as_ref()).map(|size| size.value.0);
    caches.into_iter().any(on).then(|| size.unwrap_or(CACHE_SIZE_GB).to_owned())
}

/// Settings of all methods, and of each that has its own: those start from what holds for all.
fn method_settings(settings: &StageSettings) -> BTreeMap<String, MethodSettings> {
    let mut all = MethodSettings::default();
    let touched = apply(
        &mut all,
        settings.throttling.as_ref(),
        settings.cache.as_ref(),
        settings.logging_level.as_ref(),
        settings.metrics.as_ref(),
        settings.data_trace.as_ref(),
    );
    let mut methods = BTreeMap::new();
    if touched {
        methods.insert(ALL_METHODS.to_owned(), all.clone());
    }
    for entry in &settings.methods {
        let Some(key) = RouteKey::parse(&entry.key.value) else { continue };
        let own = &entry.value;
        let mut method = all.clone();
        apply(
            &mut method,
            own.throttling.as_ref(),
            own.cache.as_ref(),
            own.logging_level.as_ref(),
            own.metrics.as_ref(),
            own.data_trace.as_ref(),
        );
        methods.insert(api_stage::method_key(key.method, key.path), method);
    }
    methods
}

/// Lays what is said over `settings`. Answers whether anything was said.
fn apply(
    settings: &mut MethodSettings,
    throttling: Option<&At<Throttling>>,
    cache: Option<&At<Cache>>,
    logging: Option<&At<file::LoggingLevel>>,
    metrics: Option<&At<bool>>,
    data_trace: Option<&At<bool>>,
) -> bool {
    if let Some(throttling) = throttling {
        settings.throttling_rate = throttling.rate.value.0;
        settings.throttling_burst = throttling.burst.as_i32();
    }
    if let Some(cache) = cache {
        settings.caching = cache.enabled.as_ref().is_none_or(|enabled| enabled.value);
        if let Some(ttl) = cache.ttl_seconds {
            settings.cache_ttl_seconds = ttl.as_i32();
        }
        settings.cache_encrypted = cache.encrypted.as_ref().is_some_and(|encrypted| encrypted.value);
    }
    if let Some(level) = logging {
        settings.logging = match level.value {
            file::LoggingLevel::Off => LoggingLevel::Off,
            file::LoggingLevel::Error => LoggingLevel::Error,
            file::LoggingLevel::Info => LoggingLevel::Info,
        };
    }
    if let Some(metrics) = metrics {
        settings.metrics = metrics.value;
    }
    if let Some(data_trace) = data_trace {
        settings.data_trace = data_trace.value;
    }
    throttling.is_some() || cache.is_some() || logging.is_some() || metrics.is_some() || data_trace.is_some()
}
