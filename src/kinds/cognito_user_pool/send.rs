//! One op, one SDK call.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_cognitoidentityprovider::types::{
    AliasAttributeType, AttributeDataType, NumberAttributeConstraintsType, SchemaAttributeType,
    SoftwareTokenMfaConfigType, StringAttributeConstraintsType, UserPoolMfaType, UsernameAttributeType,
    UsernameConfigurationType,
};

use super::{Attribute, AttributeType, CUSTOM_PREFIX, Live, Mfa, Op, update};
use crate::{
    account::aws::Aws,
    kinds::{Operation, Sent},
    model::{Class, CloudError},
};

pub(super) async fn send(aws: &Aws, op: &Op, live: Option<&Live>) -> Result<Sent<Live>, CloudError> {
    let (call, repeat, pools) = (op.call(), op.repeat(), &aws.user_pools);
    if let Op::Create { .. } = op {
        return create(aws, op).await;
    }
    let id = live.map(|live| live.id.as_str());
    let id = id.ok_or_else(|| CloudError::new(call.clone(), Class::Absent, "the user pool is gone"))?;
    match op {
        Op::Create { .. } => {}
        Op::SetMfa { mfa } => {
            let app = SoftwareTokenMfaConfigType::builder().enabled(*mfa != Mfa::Off).build();
            aws.call(&call, repeat, || {
                pools
                    .set_user_pool_mfa_config()
                    .user_pool_id(id)
                    .mfa_configuration(UserPoolMfaType::from(mfa.wire()))
                    .software_token_mfa_configuration(app.clone())
                    .send()
            })
            .await?;
        }
        Op::Update { settings, tags } => update::send(aws, op, id, settings, tags).await?,
        Op::AddAttributes { attributes } => {
            let schema = schema(attributes);
            aws.call(&call, repeat, || {
                pools.add_custom_attributes().user_pool_id(id).set_custom_attributes(Some(schema.clone())).send()
            })
            .await?;
        }
        Op::CreateDomain { domain } => {
            aws.call(&call, repeat, || pools.create_user_pool_domain().user_pool_id(id).domain(domain).send()).await?;
        }
        Op::DeleteDomain { domain } => {
            gone(aws.call(&call, repeat, || pools.delete_user_pool_domain().user_pool_id(id).domain(domain).send()).await)?;
        }
        Op::Delete { .. } => {
            gone(aws.call(&call, repeat, || pools.delete_user_pool().user_pool_id(id).send()).await)?;
        }
    }
    Ok(Sent::done())
}

/// Deleting what is gone is success.
fn gone<T>(sent: Result<T, CloudError>) -> Result<(), CloudError> {
    match sent {
        Err(error) if !error.is_absent() => Err(error),
        _ => Ok(()),
    }
}

async fn create(aws: &Aws, op: &Op) -> Result<Sent<Live>, CloudError> {
    let Op::Create { name, settings, fixed, attributes, tags } = op else { return Ok(Sent::done()) };
    let call = op.call();
    let wire = update::Wire::of(&call, settings, None)?;
    let tags: HashMap<String, String> = tags.clone().into_iter().collect();
    let usernames: Vec<_> =
        fixed.username_attributes.iter().map(|one| UsernameAttributeType::from(one.wire())).collect();
    let aliases: Vec<_> = fixed.aliases.iter().map(|one| AliasAttributeType::from(one.wire())).collect();
    let case = UsernameConfigurationType::builder().case_sensitive(fixed.case_sensitive).build();
    let case = case.map_err(|error| CloudError::new(call.clone(), Class::Invalid, error.to_string()))?;
    let schema = schema(attributes);
    let made = aws
        .call(&call, op.repeat(), || {
            aws.user_pools
                .create_user_pool()
                .pool_name(name)
                .policies(wire.policies.clone())
                .deletion_protection(wire.deletion_protection.clone())
                .set_auto_verified_attributes(Some(wire.auto_verified.clone()))
                .set_username_attributes((!usernames.is_empty()).then(|| usernames.clone()))
                .set_alias_attributes((!aliases.is_empty()).then(|| aliases.clone()))
                .username_configuration(case.clone())
                .email_configuration(wire.email.clone())
                .admin_create_user_config(wire.admin_create.clone())
                .account_recovery_setting(wire.recovery.clone())
                .set_schema((!schema.is_empty()).then(|| schema.clone()))
                .set_user_pool_tags(Some(tags.clone()))
                .send()
        })
        .await?;
    let id = made.user_pool.and_then(|pool| pool.id);
    Ok(Sent::made(id.unwrap_or_default()))
}

/// Attributes in the SDK's types; AWS puts `custom:` before the names of one's own by itself.
fn schema(attributes: &BTreeMap<String, Attribute>) -> Vec<SchemaAttributeType> {
    attributes.iter().map(|(name, of)| schema_of(name, of)).collect()
}

fn schema_of(name: &str, of: &Attribute) -> SchemaAttributeType {
    let builder = SchemaAttributeType::builder()
        .name(name.strip_prefix(CUSTOM_PREFIX).unwrap_or(name))
        .attribute_data_type(AttributeDataType::from(of.kind.wire()))
        .mutable(of.mutable)
        .required(of.required);
    let (minimum, maximum) = (of.minimum.map(|n| n.to_string()), of.maximum.map(|n| n.to_string()));
    if minimum.is_none() && maximum.is_none() {
        return builder.build();
    }
    match of.kind {
        AttributeType::String => {
            let limits =
                StringAttributeConstraintsType::builder().set_min_length(minimum).set_max_length(maximum).build();
            builder.string_attribute_constraints(limits).build()
        }
        AttributeType::Number => {
            let limits = NumberAttributeConstraintsType::builder().set_min_value(minimum).set_max_value(maximum).build();
            builder.number_attribute_constraints(limits).build()
        }
        AttributeType::Boolean | AttributeType::DateTime => builder.build(),
    }
}
