//! One op, one SDK call.

use aws_sdk_lambda::types::{Architecture as AwsArchitecture, LayerVersionContentInput, Runtime};

use super::{Architecture, Live, Op, description};
use crate::{
    account::aws::Aws,
    kinds::{Operation, Sent, lambda_function::upload},
    model::{Address, Class, CloudError, Identity},
};

pub(super) async fn send(aws: &Aws, at: &Address, op: &Op) -> Result<Sent<Live>, CloudError> {
    let (call, repeat) = (op.call(), op.repeat());
    match op {
        Op::Upload { sha256_hex, size_bytes } => {
            upload::upload(aws, at, &call, sha256_hex, *size_bytes).await?;
            Ok(Sent::done())
        }
        Op::Publish { name, code, settings } => {
            let zip = LayerVersionContentInput::builder()
                .s3_bucket(aws.identity.artifacts_bucket())
                .s3_key(Identity::code_key(&at.scope, &code.sha256_hex))
                .build();
            let words = description(&at.scope, &code.sha256_hex, settings.description.as_deref());
            let runtimes: Vec<Runtime> =
                settings.compatible_runtimes.iter().map(|name| name.as_str().into()).collect();
            let architectures: Vec<AwsArchitecture> =
                settings.compatible_architectures.iter().map(|one| word(*one)).collect();
            let published = aws
                .call(&call, repeat, || {
                    aws.lambda
                        .publish_layer_version()
                        .layer_name(name)
                        .content(zip.clone())
                        .description(&words)
                        .set_compatible_runtimes((!runtimes.is_empty()).then(|| runtimes.clone()))
                        .set_compatible_architectures((!architectures.is_empty()).then(|| architectures.clone()))
                        .set_license_info(settings.license.clone())
                        .send()
                })
                .await?;
            Ok(Sent::made(published.version.to_string()))
        }
        Op::Delete { name, number } => {
            let gone = aws
                .call(&call, repeat, || {
                    aws.lambda.delete_layer_version().layer_name(name).version_number(*number).send()
                })
                .await;
            match gone {
                Err(error) if error.class != Class::Absent => Err(error),
                _ => Ok(Sent::done()),
            }
        }
    }
}

fn word(architecture: Architecture) -> AwsArchitecture {
    match architecture {
        Architecture::X86_64 => AwsArchitecture::X8664,
        Architecture::Arm64 => AwsArchitecture::Arm64,
    }
}
