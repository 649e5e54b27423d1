//! Aliases of functions, and what invokes functions besides routes: schedules, streams of tables, buckets.

use std::collections::BTreeSet;

use super::{Builder, integration::Called, names};
use crate::{
    kinds::{
        EventRule, EventSourceMapping, Kind, LambdaAlias, LambdaPermission, Member, event_rule,
        event_source_mapping::{self, STREAMS_TAG, Settings, canonical},
        lambda_alias::{self, ALIAS_TAG},
        lambda_function, lambda_permission,
        s3_bucket::Notification,
    },
    model::{Address, Text},
    stack::{
        check::{DEFAULT_S3_EVENT, schedule_key},
        file::{Event, Function, KeyOrArn, StartingPosition, key_or_arn},
        reader::{At, Keyed},
        template::{Section, Template},
    },
};

/// Who tells a function of a bucket's objects.
const S3: &str = "s3.amazonaws.com";

impl Builder<'_> {
    /// The alias of the function at `at`, where it has one: it comes after the function.
    pub(super) fn alias(&mut self, at: &Address, function: &Function, desired: &lambda_function::Desired) {
        let Some(alias) = &function.alias else { return };
        let address = self.scope().address(LambdaAlias::NAME, &at.key);
        self.place(&address, alias.name.span);
        let not_empty = |text: &String| !text.is_empty();
        let percent = alias.previous_percent.and_then(|percent| u8::try_from(percent.0).ok());
        let keep = function.keep_versions.and_then(|keep| u32::try_from(keep.0).ok());
        let wanted = lambda_alias::Desired {
            function: desired.clone(),
            name: alias.name.0.clone(),
            description: self.texts.optional_plain(alias.description.as_ref()).filter(not_empty),
            previous_percent: percent.unwrap_or(0),
            keep_versions: keep.unwrap_or(lambda_alias::KEEP),
        };
        self.graph.add(address, LambdaAlias::want(wanted), [at.clone()]);
    }

    /// Tags by which discovery knows that there is more to read of a function.
    pub(super) fn marks(function: &Function) -> impl Iterator<Item = (String, String)> {
        let alias = function.alias.as_ref().map(|alias| (ALIAS_TAG.to_owned(), alias.name.0.clone()));
        let streams = function.events.iter().any(|event| event.stream.is_some());
        alias.into_iter().chain(streams.then(|| (STREAMS_TAG.to_owned(), "managed".to_owned())))
    }

    /// The functions' events, once all functions are there.
    pub(super) fn events(&mut self) {
        let stack = self.stack;
        for entry in stack.functions() {
            let target = self.own_function(&entry.key);
            let mut schedules = 0;
            for event in &entry.value.events {
                if let Some(schedule) = &event.schedule {
                    schedules += 1;
                    self.schedule(&schedule_key(&entry.key, schedules), &target, schedule, event);
                } else if let Some(source) = &event.stream {
                    self.stream(&entry.key, &target, source, event);
                } else if let Some(bucket) = event.bucket.as_ref().and_then(|bucket| bucket.known()) {
                    self.bucket_permission(&target, bucket);
                }
            }
        }
    }

    fn schedule(&mut self, key: &str, target: &Called, schedule: &At<Template>, event: &At<Event>) {
        let at = self.scope().address(EventRule::NAME, key);
        self.place(&at, event.span);
        let arn: Text = self.inputs.identity.rule_arn(&at.name()).into();
        let statement = (event_rule::EVENTS, arn, None);
        let permission = self.event_permission(target, &format!("rule-{key}"), statement);
        let not_empty = |text: &String| !text.is_empty();
        let desired = event_rule::Desired {
            name: at.name(),
            schedule: self.texts.plain(schedule),
            enabled: event.enabled.as_ref().is_none_or(|enabled| enabled.value),
            description: self.texts.optional_plain(event.description.as_ref()).filter(not_empty),
            target_arn: target.arn.clone(),
            input: event.input.as_ref().map(|input| self.plain_json(input)),
            tags: self.tags(&at, &Keyed::default()),
        };
        self.graph.add(at, EventRule::want(desired), [permission]);
    }

    fn stream(&mut self, function: &str, target: &Called, source: &At<Template>, event: &At<Event>) {
        let scope = self.scope();
        let (source_arn, key) = match key_or_arn(source) {
            KeyOrArn::Key(table) => {
                let table_at = scope.address(Section::Tables.kind(), table);
                (Text::pending(table_at, "stream_arn"), Some(format!("{function}/{table}")))
            }
            KeyOrArn::Arn(_) => {
                let arn = self.texts.plain(source);
                let key = event_source_mapping::key(&scope, function, &arn);
                (arn.into(), key)
            }
        };
        let Some(key) = key else { return };
        let at = scope.address(EventSourceMapping::NAME, &key);
        self.place(&at, event.span);
        let desired = event_source_mapping::Desired {
            function_name: target.name.clone(),
            source_arn,
            starting_position: match event.starting_position.map(|position| position.value) {
                Some(StartingPosition::TrimHorizon) => "TRIM_HORIZON".to_owned(),
                Some(StartingPosition::Latest) | None => "LATEST".to_owned(),
            },
            on_failure_arn: self.texts.optional(event.on_failure_arn.as_ref()),
            settings: self.stream_settings(event),
            tags: self.tags(&at, &Keyed::default()),
        };
        self.graph.add(at, EventSourceMapping::want(desired), target.own.clone());
    }

    fn stream_settings(&mut self, event: &At<Event>) -> Settings {
        let flag = |flag: &Option<At<bool>>| flag.as_ref().is_some_and(|flag| flag.value);
        let defaults = Settings::default();
        Settings {
            enabled: event.enabled.as_ref().is_none_or(|enabled| enabled.value),
            batch_size: event.batch_size.map_or(defaults.batch_size, |size| size.as_i32()),
            batching_window_seconds: event.batching_window_seconds.map_or(0, |window| window.as_i32()),
            parallelization_factor: event.parallelization_factor.map_or(1, |factor| factor.as_i32()),
            retries: event.retries.map_or(defaults.retries, |retries| retries.as_i32()),
            max_record_age_seconds: event
                .max_record_age_seconds
                .map_or(defaults.max_record_age_seconds, |age| age.as_i32()),
            bisect_on_error: flag(&event.bisect_on_error),
            report_batch_item_failures: flag(&event.report_batch_item_failures),
            filters: event.filters.iter().map(|filter| canonical(&self.plain_json(filter))).collect(),
        }
    }

    /// The tables' streams that `function` reads, as a role must allow them: whichever stream a table has.
    pub(super) fn streams_read(&mut self, function: &Function) -> Vec<String> {
        let sources = function.events.iter().filter_map(|event| event.stream.as_ref());
        let mut arns = BTreeSet::new();
        for source in sources {
            let arn = match key_or_arn(source) {
                KeyOrArn::Key(table) => self.inputs.identity.table_arn(&self.scope().name(table)),
                KeyOrArn::Arn(_) => self.texts.plain(source),
            };
            let table = arn.split_once("/stream/").map_or(arn.as_str(), |(table, _)| table);
            arns.insert(format!("{table}/stream/*"));
        }
        arns.into_iter().collect()
    }

    fn bucket_permission(&mut self, target: &Called, bucket: &str) -> Address {
        let account = self.inputs.identity.account_id.clone();
        // The bucket waits for the statement, so that its ARN must be known by its name.
        let statement = (S3, self.bucket_arn(bucket).into(), Some(account));
        self.event_permission(target, &format!("bucket-{bucket}"), statement)
    }

    fn bucket_arn(&self, bucket: &str) -> String {
        let at = self.scope().address(Section::Buckets.kind(), bucket);
        let (stack, identity) = (&self.stack.stack, self.inputs.identity);
        let name = names::known(stack, Section::Buckets, &at, "name", identity);
        identity.bucket_arn(&name.unwrap_or_else(|| at.name()))
    }

    /// What the bucket `key` tells the functions of the stack, and the permission that must be there first.
    pub(super) fn notifications(&mut self, key: &str) -> Vec<(Notification, Address)> {
        let stack = self.stack;
        let mut all = Vec::new();
        for entry in stack.functions() {
            let target = self.own_function(&entry.key);
            for event in &entry.value.events {
                if event.bucket.as_ref().and_then(|bucket| bucket.known()) != Some(key) {
                    continue;
                }
                let mut events: Vec<String> =
                    event.events.iter().map(|word| self.texts.plain(word)).collect();
                if events.is_empty() {
                    events.push(DEFAULT_S3_EVENT.to_owned());
                }
                events.sort();
                let mut part =
                    |text: Option<&At<Template>>| self.texts.optional_plain(text).unwrap_or_default();
                let notification = Notification {
                    function_arn: target.arn.clone(),
                    events,
                    prefix: part(event.prefix.as_ref()),
                    suffix: part(event.suffix.as_ref()),
                };
                let permission = self.permission_address(&target, &format!("bucket-{key}"));
                all.push((notification, permission));
            }
        }
        all
    }

    /// The statement by which a service may invoke `target`: its name, the ARN it does so for, and whose that must be.
    fn event_permission(
        &mut self,
        target: &Called,
        what: &str,
        (service, source_arn, source_account): (&str, Text, Option<String>),
    ) -> Address {
        let at = self.permission_address(target, what);
        let desired = lambda_permission::Desired {
            function_name: target.name.clone(),
            statement_id: lambda_permission::statement_id(&at.scope, &at.key),
            action: lambda_permission::INVOKE.to_owned(),
            principal: service.to_owned(),
            source_arn,
            source_account,
        };
        self.graph.add(at.clone(), LambdaPermission::want(desired), target.own.clone());
        at
    }

    fn permission_address(&self, target: &Called, what: &str) -> Address {
        self.scope().address(LambdaPermission::NAME, &format!("{}/{what}", target.key()))
    }

    fn plain_json(&mut self, document: &At<crate::stack::reader::Document>) -> String {
        let texts = &mut self.texts;
        let json: Result<_, std::convert::Infallible> = document
            .to_json(&mut |template| Ok(texts.plain(&At { value: template.clone(), span: document.span })));
        let Ok(json) = json;
        json.to_string()
    }
}
