//! One op, one SDK call.

use aws_sdk_lambda::types::AliasRoutingConfiguration;

use super::{Live, Op, observe, op::Pointer};
use crate::{
    account::aws::Aws,
    kinds::{
        Operation, Sent,
        lambda_function::read::{self, Progress},
    },
    model::{Class, CloudError},
};

/// How long a version may take to become usable, in seconds. In a VPC it needs network interfaces of its own.
const ACTIVE_SECONDS: u64 = 600;

pub(super) async fn send(aws: &Aws, op: &Op, live: Option<&Live>) -> Result<Sent<Live>, CloudError> {
    let (call, repeat, lambda) = (op.call(), op.repeat(), &aws.lambda);
    match op {
        Op::Publish { function_name, code_sha256_base64 } => {
            let published = aws
                .call(&call, repeat, || {
                    lambda.publish_version().function_name(function_name).code_sha256(code_sha256_base64).send()
                })
                .await?;
            let number = published.version.unwrap_or_default();
            return active(aws, op, function_name, &number, live).await;
        }
        Op::Create(pointer) => {
            let version = version(pointer, live);
            aws.call(&call, repeat, || {
                lambda
                    .create_alias()
                    .function_name(&pointer.function_name)
                    .name(&pointer.name)
                    .function_version(&version)
                    .description(&pointer.description)
                    .set_routing_config(pointer.previous.map(|_| routing(pointer)))
                    .send()
            })
            .await?;
        }
        Op::Update(pointer) => {
            let version = version(pointer, live);
            aws.call(&call, repeat, || {
                lambda
                    .update_alias()
                    .function_name(&pointer.function_name)
                    .name(&pointer.name)
                    .function_version(&version)
                    .description(&pointer.description)
                    .routing_config(routing(pointer))
                    .send()
            })
            .await?;
        }
        Op::DeleteAlias { function_name, name } => {
            let sent =
                aws.call(&call, repeat, || lambda.delete_alias().function_name(function_name).name(name).send()).await;
            gone(sent.map(drop))?;
        }
        Op::DeleteVersion { function_name, number } => {
            let number = number.to_string();
            let sent = aws
                .call(&call, repeat, || {
                    lambda.delete_function().function_name(function_name).qualifier(&number).send()
                })
                .await;
            gone(sent.map(drop))?;
        }
    }
    Ok(Sent::done())
}

/// Waits until the version can be called, and answers the function's versions with it.
async fn active(
    aws: &Aws,
    op: &Op,
    function_name: &str,
    number: &str,
    live: Option<&Live>,
) -> Result<Sent<Live>, CloudError> {
    let call = op.call();
    let waiting_for = format!("version {number} of {function_name} to become active");
    let configuration = aws
        .until(&call, ACTIVE_SECONDS, &waiting_for, || async {
            let Some(function) = read::get_version(aws, function_name, number).await? else { return Ok(None) };
            let Some(configuration) = function.configuration else { return Ok(None) };
            match read::progress(&configuration) {
                Progress::Done => Ok(Some(configuration)),
                Progress::Waiting => Ok(None),
                Progress::Failed(reason) => {
                    let message = format!("version {number} of {function_name} did not become active: {reason}");
                    Err(CloudError::new(call.clone(), Class::Invalid, message))
                }
            }
        })
        .await?;
    let mut live = live.cloned().unwrap_or_else(|| Live::none(function_name));
    if let Some(version) = observe::version(configuration)? {
        live.versions.retain(|other| other.number != version.number);
        live.versions.push(version);
        live.versions.sort_by_key(|version| version.number);
    }
    Ok(Sent::Observed(Some(live)))
}

fn version(pointer: &Pointer, live: Option<&Live>) -> String {
    let newest = || live.and_then(|live| live.versions.last()).map(|version| version.number);
    pointer.version.or_else(newest).unwrap_or_default().to_string()
}

/// Without weights it takes weights away.
fn routing(pointer: &Pointer) -> AliasRoutingConfiguration {
    let weights = pointer.previous.map(|(number, percent)| (number.to_string(), f64::from(percent) / 100.0));
    AliasRoutingConfiguration::builder().set_additional_version_weights(Some(weights.into_iter().collect())).build()
}

/// Deleting what is gone is success.
fn gone(sent: Result<(), CloudError>) -> Result<(), CloudError> {
    match sent {
        Err(error) if error.class != Class::Absent => Err(error),
        _ => Ok(()),
    }
}
