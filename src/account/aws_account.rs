//! AWS as an [`Account`].

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use aws_sdk_s3::primitives::ByteStream;

use super::{Account, Answer, Asked, Keys, LedgerState, Stored, Version, aws::Aws};
use crate::{
    kinds::{
        self, Live, Op, Sent, Snapshot, World, api_key,
        snapshot::AskAll,
        stack_outputs::{self, Recorded},
        usage_plan,
    },
    model::{Address, Call, Class, CloudError, Hint, Identity, Owner, Repeat, Scope},
};

#[async_trait]
impl Account for Aws {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    async fn put_rest_api(&self) -> Result<bool, CloudError> {
        if self.identity.endpoint.is_none() {
            return Ok(true);
        }
        self.put_rest_api_known.get_or_try_init(|| probe_put_rest_api(self)).await.copied()
    }

    async fn without_ledger(&self, scope: &Scope) -> Result<BTreeMap<Address, Hint>, CloudError> {
        let tagged = self.tagged(scope, None).await?;
        let hints = tagged.iter().flat_map(|(arn, tags)| {
            let key = Owner::of(tags).map(|owner| owner.key).unwrap_or_default();
            let hint = |id: &str| Hint { id: Some(id.to_owned()), open: false };
            kinds::of_arn(arn).into_iter().map(move |(kind, id)| (scope.address(kind, &key), hint(id)))
        });
        Ok(hints.collect())
    }

    async fn observe(&self, asked: &Asked<'_>) -> Result<Snapshot, CloudError> {
        let ask = AskAll {
            scope: asked.scope,
            wanted: asked.wanted,
            hints: asked.hints,
            kinds: asked.kinds.clone(),
        };
        kinds::observe(self, &ask).await
    }

    async fn send(&self, at: &Address, op: &Op, live: Option<&Live>) -> Result<Answer, CloudError> {
        match kinds::send(self, at, op, live).await? {
            Sent::Observed(live) => Ok(Answer { live, read_back: true }),
            Sent::Fold(made) => {
                let world = World::answered(&self.identity, made);
                // AWS has accepted the call: a refusal here is a fault of our model, and is told as one.
                let live = kinds::simulate(at, op, live.cloned(), &world).map_err(|refusal| {
                    let mut error = refusal.of(op.call());
                    error.message =
                        format!("accepted by AWS, and not by the model of it ({})", error.message);
                    error
                })?;
                Ok(Answer { live, read_back: false })
            }
        }
    }

    async fn load_ledger(&self, scope: &Scope) -> Result<LedgerState, CloudError> {
        let key = Identity::ledger_key(scope);
        match get_object(self, &key).await {
            Ok(Some((bytes, version))) => Ok(LedgerState::Present(Stored { bytes, version })),
            Ok(None) => Ok(LedgerState::Absent),
            Err(error) if error.code.as_deref() == Some("NoSuchBucket") => Ok(LedgerState::NoBucket),
            Err(error) => Err(error),
        }
    }

    async fn store_ledger(
        &self,
        scope: &Scope,
        bytes: Vec<u8>,
        expected: Option<&Version>,
    ) -> Result<Version, CloudError> {
        let call = Call::new("s3", "PutObject");
        let key = Identity::ledger_key(scope);
        let bucket = self.identity.artifacts_bucket();
        let answer = self
            .call(&call, Repeat::RefusedByName, || {
                let request = self.s3.put_object().bucket(&bucket).key(&key).content_type("application/json");
                let request = match expected {
                    Some(version) => request.if_match(&version.0),
                    None => request.if_none_match("*"),
                };
                request.body(ByteStream::from(bytes.clone())).send()
            })
            .await;
        match answer {
            Ok(answer) => Ok(Version(answer.e_tag.unwrap_or_default())),
            // The document that was to be replaced is gone.
            Err(error) if error.is_absent() && expected.is_some() => {
                Err(CloudError { class: Class::Precondition, ..error })
            }
            Err(error) => Err(error),
        }
    }

    async fn forget_scope(&self, scope: &Scope, _expected: &Version) -> Result<(), CloudError> {
        let bucket = self.identity.artifacts_bucket();
        let code = format!("code/{}/{}/", scope.stack, scope.stage);
        for prefix in [code, Identity::outputs_key(scope), Identity::ledger_key(scope)] {
            kinds::s3_bucket::empty(self, &bucket, &prefix).await?;
        }
        Ok(())
    }

    async fn recorded(&self, scope: &Scope) -> Result<Option<Recorded>, CloudError> {
        stack_outputs::read(self, scope).await
    }

    async fn scopes(&self, stack: Option<&str>) -> Result<Vec<Scope>, CloudError> {
        let prefix = stack.map_or("ledger/".to_owned(), |stack| format!("ledger/{stack}/"));
        let keys = match list_keys(self, &prefix).await {
            Err(error) if error.is_absent() => Vec::new(),
            other => other?,
        };
        Ok(keys.iter().filter_map(|key| scope_of(key)).collect())
    }

    async fn fetch_layer(&self, arn: &str) -> Result<Option<String>, CloudError> {
        self.download_layer(arn).await
    }

    async fn secret(&self, source: &str) -> Result<Option<String>, CloudError> {
        match source.split_once(':') {
            Some(("ssm", name)) => {
                let answer = self
                    .read_optional("ssm", "GetParameter", || {
                        self.ssm.get_parameter().name(name).with_decryption(true).send()
                    })
                    .await?;
                Ok(answer.and_then(|answer| answer.parameter).and_then(|parameter| parameter.value))
            }
            Some(("secretsmanager", name)) => {
                let (name, member) =
                    name.split_once('#').map_or((name, None), |(name, member)| (name, Some(member)));
                let answer = self
                    .read_optional("secretsmanager", "GetSecretValue", || {
                        self.secretsmanager.get_secret_value().secret_id(name).send()
                    })
                    .await?;
                let value = answer.and_then(|answer| answer.secret_string);
                Ok(value.and_then(|value| super::secret_member(value, member)))
            }
            _ => Ok(None),
        }
    }

    async fn keys(&self, stages: &BTreeSet<String>) -> Result<Keys, CloudError> {
        let mut plans = Vec::new();
        if !stages.is_empty() {
            for plan in usage_plan::list(self).await? {
                if plan.stages.keys().any(|stage| stages.contains(stage))
                    && let Some(key_ids) = usage_plan::key_ids(self, &plan.id).await?
                {
                    plans.push(usage_plan::Live { key_ids, ..plan });
                }
            }
        }
        Ok(Keys { keys: api_key::list_with_values(self).await?, plans })
    }
}

/// `ledger/<stack>/<stage>.json`, read backwards.
fn scope_of(key: &str) -> Option<Scope> {
    let (stack, stage) = key.strip_prefix("ledger/")?.strip_suffix(".json")?.split_once('/')?;
    Some(Scope::new(stack, stage))
}

/// Whether a custom endpoint knows `PutRestApi`: asked about an API that cannot exist, AWS's own answer names the API.
async fn probe_put_rest_api(aws: &Aws) -> Result<bool, CloudError> {
    // Sent once: an endpoint that answers 5xx to this has no import that could be used.
    let answer = aws
        .call(&Call::new("apigateway", "PutRestApi"), Repeat::Duplicates, || {
            let body = aws_sdk_apigateway::primitives::Blob::new("{}");
            aws.apigateway.put_rest_api().rest_api_id("gatewright-probe").body(body).send()
        })
        .await;
    match answer {
        Ok(_) => Ok(true),
        Err(error) if matches!(error.class, Class::Unsent | Class::Denied) => Err(error),
        Err(error) => Ok(error.message.contains("API identifier")),
    }
}

async fn get_object(aws: &Aws, key: &str) -> Result<Option<(Vec<u8>, Version)>, CloudError> {
    let bucket = aws.identity.artifacts_bucket();
    let answer = aws.read("s3", "GetObject", || aws.s3.get_object().bucket(&bucket).key(key).send()).await;
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) if error.is_absent() && error.code.as_deref() != Some("NoSuchBucket") => return Ok(None),
        Err(error) => return Err(error),
    };
    let version = Version(answer.e_tag.unwrap_or_default());
    let body = answer.body.collect().await.map_err(|error| {
        CloudError::new(
            Call::new("s3", "GetObject"),
            Class::Unknown,
            format!("the answer broke off: {error}"),
        )
    })?;
    Ok(Some((body.to_vec(), version)))
}

async fn list_keys(aws: &Aws, prefix: &str) -> Result<Vec<String>, CloudError> {
    let bucket = aws.identity.artifacts_bucket();
    let mut keys = Vec::new();
    let mut token = None;
    loop {
        let answer = aws
            .read("s3", "ListObjectsV2", || {
                aws.s3
                    .list_objects_v2()
                    .bucket(&bucket)
                    .prefix(prefix)
                    .set_continuation_token(token.clone())
                    .send()
            })
            .await?;
        keys.extend(answer.contents.unwrap_or_default().into_iter().filter_map(|object| object.key));
        token = answer.next_continuation_token;
        if token.is_none() {
            return Ok(keys);
        }
    }
}
