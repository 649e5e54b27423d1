//! One op, one SDK call.

use std::collections::BTreeMap;

use aws_sdk_sesv2::{
    error::BuildError,
    types::{DkimSigningAttributes, DkimSigningAttributesOrigin, DkimSigningKeyLength, Tag},
};

use super::{Live, Op, observe};
use crate::{
    account::aws::Aws,
    kinds::{Operation, Sent},
    model::{Class, CloudError, Text},
};

pub(super) async fn send(aws: &Aws, op: &Op) -> Result<Sent<Live>, CloudError> {
    let (call, repeat, name) = (op.call(), op.repeat(), op.identity());
    let ses = &aws.ses;
    let settled = |text: &Option<Text>| text.as_ref().map(|text| text.settled().to_owned());
    match op {
        Op::Create { dkim_key_bits, configuration_set, tags, .. } => {
            let request = ses
                .create_email_identity()
                .email_identity(name)
                .set_dkim_signing_attributes(dkim_key_bits.map(signing))
                .set_configuration_set_name(settled(configuration_set))
                .set_tags(Some(wire(op, tags)?));
            aws.call(&call, repeat, || request.clone().send()).await?;
            // Whether it is verified, and the records for the DNS, are told only by a read.
            return Ok(match observe::get(aws, name).await? {
                Some(live) => Sent::Observed(Some(live)),
                None => Sent::done(),
            });
        }
        Op::SetSigning { on, .. } => {
            aws.call(&call, repeat, || {
                ses.put_email_identity_dkim_attributes().email_identity(name).signing_enabled(*on).send()
            })
            .await?;
        }
        Op::SetKeyLength { bits, .. } => {
            aws.call(&call, repeat, || {
                ses.put_email_identity_dkim_signing_attributes()
                    .email_identity(name)
                    .signing_attributes_origin(DkimSigningAttributesOrigin::AwsSes)
                    .signing_attributes(signing(*bits))
                    .send()
            })
            .await?;
        }
        Op::SetConfigurationSet { name: set, .. } => {
            aws.call(&call, repeat, || {
                ses.put_email_identity_configuration_set_attributes()
                    .email_identity(name)
                    .set_configuration_set_name(settled(set))
                    .send()
            })
            .await?;
        }
        Op::Tag { tags, .. } => {
            let (arn, list) = (aws.identity.ses_identity_arn(name), wire(op, tags)?);
            aws.call(&call, repeat, || {
                ses.tag_resource().resource_arn(&arn).set_tags(Some(list.clone())).send()
            })
            .await?;
        }
        Op::Delete { .. } => {
            let gone =
                aws.call(&call, repeat, || ses.delete_email_identity().email_identity(name).send()).await;
            match gone {
                Err(error) if !error.is_absent() => return Err(error),
                _ => {}
            }
        }
    }
    Ok(Sent::done())
}

fn signing(bits: i32) -> DkimSigningAttributes {
    let length =
        if bits == 1024 { DkimSigningKeyLength::Rsa1024Bit } else { DkimSigningKeyLength::Rsa2048Bit };
    DkimSigningAttributes::builder().next_signing_key_length(length).build()
}

fn wire(op: &Op, tags: &BTreeMap<String, String>) -> Result<Vec<Tag>, CloudError> {
    let tags: Result<_, BuildError> =
        tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect();
    tags.map_err(|error| CloudError::new(op.call(), Class::Invalid, error.to_string()))
}
