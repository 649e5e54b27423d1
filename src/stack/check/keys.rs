//! API keys and usage plans.

use super::super::file::{ApiKey, PlanStage, QuotaPeriod, RouteKey, Stack, Throttling, UsagePlan};
use super::super::reader::shape::At;
use super::super::reader::{Keyed, Reader};
use super::super::suggest::did_you_mean;
use super::super::template::{Part, Reference, Template};
use super::{each, tags};

const VALUE_CHARS: std::ops::RangeInclusive<usize> = 20..=128;

pub(super) fn check(stack: &Stack, reader: &mut Reader<'_>) {
    each("api_keys", &stack.api_keys, reader, |entry, reader| {
        tags::check(&entry.value.tags, reader);
        value(&entry.value, reader);
    });
    each("usage_plans", &stack.usage_plans, reader, |entry, reader| {
        tags::check(&entry.value.tags, reader);
        plan(stack, &entry.value, reader);
    });
    shared_keys(stack, reader);
}

/// A key's value is a secret, and secrets never stand in the file.
fn value(key: &ApiKey, reader: &mut Reader<'_>) {
    let Some(value) = &key.value else { return };
    let later = |part: &Part| matches!(part, Part::Reference(Reference::Param(_), _));
    if !value.is_secret() && !value.parts.iter().any(later) {
        let detail = "The value of an API key is a secret, and this one stands in the open.";
        reader
            .error(value.span, "secret in the stack file", detail)
            .with_hint("refer to it: `${ssm:/…}`, `${secretsmanager:…}`, `${env:…}` or a parameter with `secret: true`; without `value` AWS makes one");
        return;
    }
    let Some(length) = value.exposed().map(|value| value.chars().count()) else { return };
    if !VALUE_CHARS.contains(&length) {
        let detail = format!("The value of an API key has 20 to 128 characters; this one has {length}.");
        reader.error(value.span, "invalid API key value", detail);
    }
}

fn plan(stack: &Stack, plan: &UsagePlan, reader: &mut Reader<'_>) {
    if let Some(throttling) = &plan.throttling {
        some_burst(throttling, reader);
    }
    if let Some(quota) = &plan.quota
        && let Some(offset) = &quota.offset
    {
        let (most, word) = match quota.period.value {
            QuotaPeriod::Day => (0, "day"),
            QuotaPeriod::Week => (6, "week"),
            QuotaPeriod::Month => (27, "month"),
        };
        if offset.0 > most {
            let detail = format!("A quota for each {word} takes an offset of at most {most}.");
            reader.error(offset.span, "value out of range", detail);
        }
    }
    for key in &plan.keys {
        if let Some(name) = key.known().filter(|name| !stack.api_keys.declares(name)) {
            let detail = format!("The stack has no API key `{name}`.");
            let hint = did_you_mean(name, stack.api_keys.names());
            reader.error(key.span, "unknown API key", detail).with_hint_of(hint.or_else(|| {
                Some("declare it under `api_keys`, or refer to the id of another stack's".to_owned())
            }));
        }
    }
    stages(stack, plan, reader);
}

fn stages(stack: &Stack, plan: &UsagePlan, reader: &mut Reader<'_>) {
    match own_api(stack, plan) {
        true => methods(stack, &plan.methods, reader),
        false => {
            if let Some(entry) = plan.methods.iter().next() {
                let detail = "`methods` are those of this stack's API, which is no part of the plan.";
                reader.error(entry.key.span, "setting without effect", detail);
            }
        }
    }
    if let Some(own) = plan.own_api.as_ref().filter(|own| own.value && stack.api.is_none()) {
        reader.error(own.span, "unknown reference", "The stack has no `api`.");
    }
    for stage in &plan.stages {
        foreign_methods(stage, reader);
    }
}

/// Whether the stage of the stack's own API is part of `plan`.
fn own_api(stack: &Stack, plan: &UsagePlan) -> bool {
    stack.api.is_some() && plan.own_api.as_ref().is_none_or(|own| own.value)
}

fn methods(stack: &Stack, methods: &Keyed<Throttling>, reader: &mut Reader<'_>) {
    let Some(api) = &stack.api else { return };
    for entry in methods {
        some_burst(&entry.value, reader);
        let key = RouteKey::parse(&entry.key);
        let route = |key: RouteKey<'_>| {
            let mut routes = api.routes.names().filter_map(RouteKey::parse);
            routes.any(|route| route == key)
                || api.openapi.as_ref().is_some_and(|document| document.has_route(key))
        };
        if !key.is_some_and(route) {
            let detail = format!("The API has no route `{}`.", *entry.key);
            let hint = did_you_mean(&entry.key, api.routes.names());
            reader.error(entry.key.span, "unknown route", detail).with_hint_of(hint);
        }
    }
}

fn foreign_methods(stage: &At<PlanStage>, reader: &mut Reader<'_>) {
    for entry in &stage.methods {
        some_burst(&entry.value, reader);
        if RouteKey::parse(&entry.key).is_none_or(|key| !key.path.starts_with('/')) {
            let detail = format!("`{}` is not a method and a path.", *entry.key);
            reader.error(entry.key.span, "invalid name", detail).with_hint("such as `GET /orders`");
        }
    }
}

/// A burst of nothing lets nobody in.
fn some_burst(throttling: &At<Throttling>, reader: &mut Reader<'_>) {
    if throttling.burst.0 == 0 {
        reader
            .error(throttling.burst.span, "value out of range", "With a burst of 0 no key gets in at all.")
            .with_hint("at least 1; to keep a key out say `enabled: false`");
    }
}

/// API Gateway must know which plan counts: a key is in one plan only for each stage.
fn shared_keys(stack: &Stack, reader: &mut Reader<'_>) {
    let mut taken: Vec<(&str, &str)> = Vec::new();
    for entry in stack.usage_plans.iter().filter(|entry| own_api(stack, &entry.value)) {
        for key in &entry.value.keys {
            let Some(name) = known(key) else { continue };
            if let Some((_, other)) = taken.iter().find(|(known, _)| *known == name) {
                let detail = format!(
                    "The API key `{name}` is in the plan `{other}` too, and both have the stage of this stack's API."
                );
                reader
                    .error(key.span, "key in two plans", detail)
                    .with_hint("API Gateway takes a key once for each stage: take it out of one plan");
            } else {
                taken.push((name, &entry.key));
            }
        }
    }
}

fn known(key: &At<Template>) -> Option<&str> {
    key.known()
}
