//! Buckets.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::{Builder, names};
use crate::{
    kinds::{
        Kind, Member, S3Bucket,
        iam_role::Document,
        s3_bucket::{
            self, CorsRule, Encryption, LifecycleRule, Notification, ObjectOwnership, PublicAccessBlock,
            Settings, Website,
        },
    },
    model::{Address, Text},
    stack::{
        file::{self, Bucket, BucketCors, BucketLifecycle, BucketStatement, Effect},
        reader::At,
        template::{Section, Template},
    },
};

/// The page of a folder unless the file names another.
pub(super) const INDEX: &str = "index.html";

impl Builder<'_> {
    pub(super) fn buckets(&mut self) {
        let stack = self.stack;
        for entry in &stack.stack.buckets {
            let at = self.scope().address(S3Bucket::NAME, &entry.key);
            self.place(&at, entry.key.span);
            let (notifications, permissions): (Vec<_>, Vec<_>) =
                self.notifications(&entry.key).into_iter().unzip();
            let desired = self.bucket(&at, &entry.value, notifications);
            // S3 tries to invoke a function when it is told of it.
            self.graph.add(at, S3Bucket::want(desired), permissions);
        }
    }

    fn bucket(
        &mut self,
        at: &Address,
        bucket: &Bucket,
        mut notifications: Vec<Notification>,
    ) -> s3_bucket::Desired {
        let name = self.bucket_name(Section::Buckets, at);
        let public = bucket.public_read.as_ref().is_some_and(|public| public.value);
        notifications.sort();
        let settings = Settings {
            public_access_block: match bucket.block_public_access.as_ref().map(|block| block.value) {
                Some(false) => PublicAccessBlock::OFF,
                None if public => PublicAccessBlock::PUBLIC_POLICY,
                _ => PublicAccessBlock::ALL,
            },
            object_ownership: match bucket.object_ownership.as_ref().map(|ownership| ownership.value) {
                Some(file::ObjectOwnership::Preferred) => ObjectOwnership::BucketOwnerPreferred,
                Some(file::ObjectOwnership::Writer) => ObjectOwnership::ObjectWriter,
                _ => ObjectOwnership::BucketOwnerEnforced,
            },
            versioned: bucket.versioning.as_ref().is_some_and(|versioning| versioning.value),
            encryption: self.encryption(bucket),
            website: bucket.website.as_ref().map(|website| self.website(website)),
            policy: self.bucket_policy(&name, public, &bucket.statements),
            cors: self.bucket_cors(&bucket.cors),
            lifecycle: self.lifecycle(bucket),
            notifications,
        };
        let empty_on_destroy = bucket.empty_on_destroy.as_ref().is_some_and(|empty| empty.value);
        let tags = self.tags(at, &bucket.tags);
        s3_bucket::Desired::new(name, settings, empty_on_destroy, tags)
    }

    /// The name of the bucket of the object at `at`.
    pub(super) fn bucket_name(&mut self, section: Section, at: &Address) -> String {
        let name = names::bucket(&self.stack.stack, section, at, self.inputs.identity);
        name.unwrap_or_else(|| s3_bucket::default_name(at, self.inputs.identity))
    }

    fn encryption(&mut self, bucket: &Bucket) -> Encryption {
        let by_kms =
            bucket.encryption.as_ref().is_some_and(|encryption| encryption.value == file::Encryption::Kms);
        match (&bucket.kms_key, by_kms) {
            (None, false) => Encryption::S3,
            (key, _) => Encryption::Kms { key: self.texts.optional(key.as_ref()) },
        }
    }

    fn website(&mut self, website: &file::BucketWebsite) -> Website {
        match &website.redirect_to {
            Some(host) => Website::Redirect {
                host: self.texts.plain(host),
                protocol: self.texts.optional_plain(website.protocol.as_ref()),
            },
            None => Website::Pages {
                index: self.texts.optional_plain(website.index.as_ref()).unwrap_or_else(|| INDEX.to_owned()),
                error: self.texts.optional_plain(website.error.as_ref()),
            },
        }
    }

    fn bucket_policy(&mut self, name: &str, public: bool, own: &[At<BucketStatement>]) -> Option<Document> {
        let identity = self.inputs.identity;
        let mut statements: Vec<Json> = Vec::new();
        if public {
            statements.push(s3_bucket::public_read_statement(name, identity));
        }
        for statement in own {
            let statement = self.bucket_statement(name, statement);
            statements.push(statement);
        }
        (!statements.is_empty()).then(|| s3_bucket::of_statements(statements))
    }

    fn bucket_statement(&mut self, name: &str, statement: &BucketStatement) -> Json {
        let effect = match statement.effect.as_ref().map(|effect| effect.value) {
            Some(Effect::Deny) => "Deny",
            _ => "Allow",
        };
        let arn = self.inputs.identity.bucket_arn(name);
        let resources = match &statement.resources {
            Some(resources) => self.text_list(resources),
            None => json!([arn, format!("{arn}/*")]),
        };
        let mut principal = serde_json::Map::new();
        if let Some(names) = &statement.principals {
            principal.insert("AWS".to_owned(), self.text_list(names));
        }
        if let Some(services) = &statement.services {
            principal.insert("Service".to_owned(), self.text_list(services));
        }
        let actions = self.text_list(&statement.actions);
        let mut json =
            json!({ "Effect": effect, "Principal": principal, "Action": actions, "Resource": resources });
        if let Some(sid) = &statement.sid {
            json["Sid"] = self.text_json(sid);
        }
        if let Some(conditions) = &statement.conditions {
            json["Condition"] = self.document(conditions);
        }
        json
    }

    fn text_list(&mut self, texts: &[At<Template>]) -> Json {
        texts.iter().map(|text| self.text_json(text)).collect()
    }

    pub(super) fn bucket_cors(&mut self, rules: &[At<BucketCors>]) -> Vec<CorsRule> {
        let mut plain = |texts: &[At<Template>]| -> Vec<String> {
            texts.iter().map(|text| self.texts.plain(text)).collect()
        };
        let rule = |rule: &At<BucketCors>| CorsRule {
            origins: plain(&rule.origins),
            methods: match plain(&rule.methods) {
                methods if methods.is_empty() => vec!["GET".to_owned(), "HEAD".to_owned()],
                methods => methods,
            },
            headers: plain(&rule.headers),
            expose_headers: plain(&rule.expose_headers),
            max_age_seconds: rule.max_age_seconds.map(|seconds| seconds.as_i32()),
        };
        rules.iter().map(rule).collect()
    }

    fn lifecycle(&mut self, bucket: &Bucket) -> BTreeMap<String, LifecycleRule> {
        let mut rule = |rule: &BucketLifecycle| LifecycleRule {
            enabled: rule.enabled.as_ref().is_none_or(|enabled| enabled.value),
            prefix: self.texts.optional_plain(rule.prefix.as_ref()).unwrap_or_default(),
            expire_days: rule.expire_days.map(|days| days.as_i32()),
            expire_old_versions_days: rule.expire_old_versions_days.map(|days| days.as_i32()),
            abort_uploads_days: rule.abort_uploads_days.map(|days| days.as_i32()),
            transitions: rule
                .transitions
                .iter()
                .map(|entry| (entry.key.value.clone(), entry.value.as_i32()))
                .collect(),
        };
        bucket.lifecycle.iter().map(|entry| (entry.key.value.clone(), rule(&entry.value))).collect()
    }
}

/// A function's ARN as a notification holds it.
#[expect(dead_code, reason = "events of functions are what calls it")]
pub(super) fn notification(
    function_arn: Text,
    mut events: Vec<String>,
    prefix: String,
    suffix: String,
) -> Notification {
    events.sort();
    Notification { function_arn, events, prefix, suffix }
}
