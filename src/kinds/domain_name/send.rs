//! One op, one SDK call; after a change waits until it is done, for AWS refuses another one until then.

use aws_sdk_apigateway::types as sdk;

use super::{Live, Op, Patch, PatchOp, observe};
use crate::{
    account::aws::Aws,
    kinds::{Operation, Sent},
    model::{Class, CloudError},
};

/// How long a change may take, in seconds: a new CloudFront distribution needs up to forty minutes.
const SETTLE_SECONDS: u64 = 2_400;

pub(super) async fn send(aws: &Aws, op: &Op) -> Result<Sent<Live>, CloudError> {
    let (call, repeat) = (op.call(), op.repeat());
    let gateway = &aws.apigateway;
    match op {
        Op::Create { .. } => return create(aws, op).await,
        Op::Update { name, patches } => {
            let patches: Vec<sdk::PatchOperation> = patches.iter().map(wire).collect();
            aws.call(&call, repeat, || {
                gateway.update_domain_name().domain_name(name).set_patch_operations(Some(patches.clone())).send()
            })
            .await?;
            let what = format!("the change of domain {name}");
            aws.until(&call, SETTLE_SECONDS, &what, || async {
                Ok(observe::is_settled(aws, name).await?.then_some(()))
            })
            .await?;
            return Ok(Sent::Observed(observe::get(aws, name).await?));
        }
        Op::Tag { name, tags } => {
            let identity = &aws.identity;
            let arn = format!("arn:{}:apigateway:{}::/domainnames/{name}", identity.partition, identity.region);
            aws.call(&call, repeat, || {
                let tags = Some(tags.clone().into_iter().collect());
                gateway.tag_resource().resource_arn(&arn).set_tags(tags).send()
            })
            .await?;
        }
        Op::Delete { name } => {
            let gone = aws.call(&call, repeat, || gateway.delete_domain_name().domain_name(name).send()).await;
            if let Err(error) = gone
                && error.class != Class::Absent
            {
                return Err(error);
            }
        }
    }
    Ok(Sent::done())
}

fn wire(patch: &Patch) -> sdk::PatchOperation {
    let word = match patch.op {
        PatchOp::Add => sdk::Op::Add,
        PatchOp::Replace => sdk::Op::Replace,
        PatchOp::Remove => sdk::Op::Remove,
    };
    sdk::PatchOperation::builder().op(word).path(&patch.path).set_value(patch.value.clone()).build()
}

async fn create(aws: &Aws, op: &Op) -> Result<Sent<Live>, CloudError> {
    let Op::Create { name, endpoint, certificate_arn, security_policy, mutual_tls, tags } = op else {
        return Ok(Sent::done());
    };
    let kind = sdk::EndpointType::from(endpoint.as_aws());
    let tls = mutual_tls.as_ref().map(|tls| {
        sdk::MutualTlsAuthenticationInput::builder()
            .truststore_uri(&tls.truststore_uri)
            .set_truststore_version(tls.truststore_version.clone())
            .build()
    });
    let made = aws
        .call(&op.call(), op.repeat(), || {
            let call = aws
                .apigateway
                .create_domain_name()
                .domain_name(name)
                .endpoint_configuration(sdk::EndpointConfiguration::builder().types(kind.clone()).build())
                .security_policy(sdk::SecurityPolicy::from(security_policy.as_aws()))
                .set_mutual_tls_authentication(tls.clone())
                .set_tags(Some(tags.clone().into_iter().collect()));
            match endpoint {
                super::Endpoint::Regional => call.regional_certificate_arn(certificate_arn),
                super::Endpoint::Edge => call.certificate_arn(certificate_arn),
            }
            .send()
        })
        .await?;
    let targets = observe::targets(
        std::slice::from_ref(&kind),
        (made.regional_domain_name, made.regional_hosted_zone_id),
        (made.distribution_domain_name, made.distribution_hosted_zone_id),
    );
    Ok(Sent::Fold(targets.into_values().flat_map(|target| [target.name, target.zone_id]).collect()))
}
