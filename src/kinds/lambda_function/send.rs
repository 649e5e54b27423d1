//! One op, one write, and the wait until Lambda is done with it.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_lambda::{
    operation::get_function::GetFunctionOutput,
    types::{
        Architecture as AwsArchitecture, DeadLetterConfig, Environment, EphemeralStorage, FunctionCode, LoggingConfig,
        Runtime, TracingConfig, TracingMode, VpcConfig,
    },
};

use super::{
    Architecture, Code, Fields, Live, Op, Tracing, Vpc,
    hidden::redact,
    read::{self, Progress},
    simulate::simulate,
    upload::upload,
};
use crate::{
    account::aws::Aws,
    kinds::{Operation, Sent, World},
    model::{Address, Class, CloudError, Identity, Repeat, Text},
};

/// How long a function may take to become usable, in seconds. In a VPC the first network interface takes minutes.
const ACTIVE_SECONDS: u64 = 600;
/// How long a deleted function may linger, in seconds.
const GONE_SECONDS: u64 = 120;

pub(super) async fn send(
    aws: &Aws,
    at: &Address,
    op: &Op,
    live: Option<&Live>,
) -> Result<Sent<Live>, CloudError> {
    let (call, lambda) = (op.call(), &aws.lambda);
    let arn = |name: &str| aws.identity.function_arn(name);
    match op {
        Op::UploadCode { sha256_hex, size_bytes } => upload(aws, at, &call, sha256_hex, *size_bytes).await?,
        Op::Create { name, code, architecture, fields, tags } => {
            create(aws, at, op, code, *architecture, fields, tags).await?;
            return active(aws, op, name).await;
        }
        Op::UpdateCode { name, code, architecture, revision_id } => {
            let sent = update_code(aws, at, op, (name, code, *architecture), revision_id.clone()).await;
            return updated(aws, op, name, sent).await;
        }
        Op::UpdateConfiguration { name, fields } => {
            let sent = update_configuration(aws, op, name, fields, live).await;
            return updated(aws, op, name, sent).await;
        }
        Op::PutConcurrency { name, reserved } => {
            aws.call(&call, Repeat::Safe, || {
                lambda.put_function_concurrency().function_name(name).reserved_concurrent_executions(*reserved).send()
            })
            .await?;
        }
        Op::DeleteConcurrency { name } => {
            aws.call(&call, Repeat::Safe, || lambda.delete_function_concurrency().function_name(name).send()).await?;
        }
        Op::Tag { name, tags } => {
            let tags: HashMap<_, _> = tags.clone().into_iter().collect();
            aws.call(&call, Repeat::Safe, || {
                lambda.tag_resource().resource(arn(name)).set_tags(Some(tags.clone())).send()
            })
            .await?;
        }
        Op::Untag { name, keys } => {
            aws.call(&call, Repeat::Safe, || {
                lambda.untag_resource().resource(arn(name)).set_tag_keys(Some(keys.clone())).send()
            })
            .await?;
        }
        Op::Delete { name } => delete(aws, op, name).await?,
    }
    Ok(Sent::done())
}

async fn create(
    aws: &Aws,
    at: &Address,
    op: &Op,
    code: &Code,
    architecture: Architecture,
    fields: &Fields,
    tags: &BTreeMap<String, String>,
) -> Result<(), CloudError> {
    let Op::Create { name, .. } = op else { return Ok(()) };
    let bucket = aws.identity.artifacts_bucket();
    let zip = FunctionCode::builder().s3_bucket(bucket).s3_key(Identity::code_key(&at.scope, &code.sha256_hex)).build();
    let tags: HashMap<_, _> = tags.clone().into_iter().collect();
    let wire = Wire::of(fields);
    aws.call(&op.call(), op.repeat(), || {
        aws.lambda
            .create_function()
            .function_name(name)
            .code(zip.clone())
            .architectures(word(architecture))
            .set_tags(Some(tags.clone()))
            .set_role(wire.role.clone())
            .set_runtime(wire.runtime.clone())
            .set_handler(fields.handler.clone())
            .set_environment(wire.environment.clone())
            .set_memory_size(fields.memory_mb)
            .set_timeout(fields.timeout_seconds)
            .set_ephemeral_storage(wire.ephemeral_storage.clone())
            .set_layers(wire.layers.clone())
            .set_dead_letter_config(wire.dead_letter.clone())
            .set_vpc_config(wire.vpc.clone())
            .set_tracing_config(wire.tracing.clone())
            .set_description(fields.description.clone())
            .set_logging_config(wire.logging.clone())
            .send()
    })
    .await
    .map(drop)
    .map_err(|error| redacted(error, fields))
}

async fn update_code(
    aws: &Aws,
    at: &Address,
    op: &Op,
    (name, code, architecture): (&str, &Code, Architecture),
    revision_id: Option<String>,
) -> Result<(), CloudError> {
    aws.call(&op.call(), op.repeat(), || {
        aws.lambda
            .update_function_code()
            .function_name(name)
            .s3_bucket(aws.identity.artifacts_bucket())
            .s3_key(Identity::code_key(&at.scope, &code.sha256_hex))
            .architectures(word(architecture))
            .set_revision_id(revision_id.clone())
            .send()
    })
    .await
    .map(drop)
}

async fn update_configuration(
    aws: &Aws,
    op: &Op,
    name: &str,
    fields: &Fields,
    live: Option<&Live>,
) -> Result<(), CloudError> {
    let revision = live.and_then(|live| live.revision.0.clone());
    let wire = Wire::of(fields);
    aws.call(&op.call(), op.repeat(), || {
        aws.lambda
            .update_function_configuration()
            .function_name(name)
            .set_role(wire.role.clone())
            .set_runtime(wire.runtime.clone())
            .set_handler(fields.handler.clone())
            .set_environment(wire.environment.clone())
            .set_memory_size(fields.memory_mb)
            .set_timeout(fields.timeout_seconds)
            .set_ephemeral_storage(wire.ephemeral_storage.clone())
            .set_layers(wire.layers.clone())
            .set_dead_letter_config(wire.dead_letter.clone())
            .set_vpc_config(wire.vpc.clone())
            .set_tracing_config(wire.tracing.clone())
            .set_description(fields.description.clone())
            .set_logging_config(wire.logging.clone())
            .set_revision_id(revision.clone())
            .send()
    })
    .await
    .map(drop)
    .map_err(|error| redacted(error, fields))
}

async fn delete(aws: &Aws, op: &Op, name: &str) -> Result<(), CloudError> {
    match aws.call(&op.call(), op.repeat(), || aws.lambda.delete_function().function_name(name).send()).await {
        Err(error) if !error.is_absent() => return Err(error),
        _ => {}
    }
    aws.until(&op.call(), GONE_SECONDS, &format!("function {name} to be gone"), || async {
        Ok(read::get(aws, name).await?.is_none().then_some(()))
    })
    .await
}

/// What follows an update. A revision that is not the expected one may be our own doing: the answer of the first sending was
/// lost and the call was sent again. So the refusal stands only where the effect is not there.
async fn updated(aws: &Aws, op: &Op, name: &str, sent: Result<(), CloudError>) -> Result<Sent<Live>, CloudError> {
    match sent {
        Ok(()) => active(aws, op, name).await,
        Err(error) if error.class == Class::Precondition => {
            let Some(function) = read::get(aws, name).await? else { return Err(error) };
            let Some(live) = read::whole(function, false)? else { return Err(error) };
            if holds(op, live, &aws.identity) { active(aws, op, name).await } else { Err(error) }
        }
        Err(error) => Err(error),
    }
}

/// Whether `op` would change nothing: its effect is there.
fn holds(op: &Op, live: Live, identity: &Identity) -> bool {
    let world = World::answered(identity, Vec::new());
    simulate(op, Some(live.clone()), &world).is_ok_and(|after| after == Some(live))
}

/// Waits until the function can be used and changed again, and answers it as it is then: its revision is new.
async fn active(aws: &Aws, op: &Op, name: &str) -> Result<Sent<Live>, CloudError> {
    let call = op.call();
    let waiting_for = format!("function {name} to become active");
    let function: GetFunctionOutput = aws
        .until(&call, ACTIVE_SECONDS, &waiting_for, || async {
            // Right after its creation a function may be unknown for a moment.
            let Some(function) = read::get(aws, name).await? else { return Ok(None) };
            match function.configuration.as_ref().map_or(Progress::Waiting, read::progress) {
                Progress::Done => Ok(Some(function)),
                Progress::Waiting => Ok(None),
                Progress::Failed(reason) => {
                    let message = format!("function {name} did not become active: {reason}");
                    Err(CloudError::new(call.clone(), Class::Invalid, message))
                }
            }
        })
        .await?;
    Ok(Sent::Observed(read::whole(function, false)?))
}

fn redacted(error: CloudError, fields: &Fields) -> CloudError {
    CloudError { message: redact(&error.message, fields.values()), ..error }
}

fn word(architecture: Architecture) -> AwsArchitecture {
    match architecture {
        Architecture::X86_64 => AwsArchitecture::X8664,
        Architecture::Arm64 => AwsArchitecture::Arm64,
    }
}

/// The structured fields in the SDK's types.
struct Wire {
    role: Option<String>,
    runtime: Option<Runtime>,
    environment: Option<Environment>,
    ephemeral_storage: Option<EphemeralStorage>,
    layers: Option<Vec<String>>,
    dead_letter: Option<DeadLetterConfig>,
    vpc: Option<VpcConfig>,
    tracing: Option<TracingConfig>,
    logging: Option<LoggingConfig>,
}

impl Wire {
    fn of(fields: &Fields) -> Self {
        let text = |text: &Text| text.settled().to_owned();
        let variables = |map: &BTreeMap<String, Text>| map.iter().map(|(key, value)| (key.clone(), text(value))).collect();
        let mode = |tracing| match tracing {
            Tracing::Active => TracingMode::Active,
            Tracing::PassThrough => TracingMode::PassThrough,
        };
        let vpc = |vpc: &Vpc| {
            VpcConfig::builder()
                .set_subnet_ids(Some(vpc.subnet_ids.iter().cloned().collect()))
                .set_security_group_ids(Some(vpc.security_group_ids.iter().cloned().collect()))
                .build()
        };
        Self {
            role: fields.role_arn.as_ref().map(text),
            runtime: fields.runtime.as_deref().map(Runtime::from),
            environment: fields
                .environment
                .as_ref()
                .map(|map| Environment::builder().set_variables(Some(variables(map))).build()),
            ephemeral_storage: fields
                .ephemeral_storage_mb
                .and_then(|size_mb| EphemeralStorage::builder().size(size_mb).build().ok()),
            layers: fields.layers.as_ref().map(|layers| layers.iter().map(text).collect()),
            dead_letter: fields
                .dead_letter_arn
                .as_ref()
                .map(|arn| DeadLetterConfig::builder().target_arn(text(arn)).build()),
            vpc: fields.vpc.as_ref().map(vpc),
            tracing: fields.tracing.map(|tracing| TracingConfig::builder().mode(mode(tracing)).build()),
            logging: fields.log_group.as_ref().map(|group| LoggingConfig::builder().log_group(group).build()),
        }
    }
}
