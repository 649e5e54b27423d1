//! `UpdateUserPool`, which resets what is not given: what is not ours is read before and sent along.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_cognitoidentityprovider::{
    error::BuildError,
    types::{
        AccountRecoverySettingType, AdminCreateUserConfigType, DeletionProtectionType, EmailConfigurationType,
        EmailSendingAccountType, PasswordPolicyType, RecoveryOptionNameType, RecoveryOptionType,
        UserAttributeUpdateSettingsType, UserPoolMfaType, UserPoolPolicyType, UserPoolType, VerifiedAttributeType,
    },
};

use super::{Op, Settings, observe};
use crate::{
    account::aws::Aws,
    kinds::Operation,
    model::{Call, Class, CloudError},
};

pub(super) async fn send(
    aws: &Aws,
    op: &Op,
    id: &str,
    settings: &Settings,
    tags: &BTreeMap<String, String>,
) -> Result<(), CloudError> {
    let call = op.call();
    let before = observe::describe(aws, id).await?;
    let before = before.ok_or_else(|| CloudError::new(call.clone(), Class::Absent, "the user pool is gone"))?;
    let wire = Wire::of(&call, settings, Some(&before))?;
    let tags: HashMap<String, String> = tags.clone().into_iter().collect();
    aws.call(&call, op.repeat(), || {
        aws.user_pools
            .update_user_pool()
            .user_pool_id(id)
            .policies(wire.policies.clone())
            .deletion_protection(wire.deletion_protection.clone())
            .set_auto_verified_attributes(Some(wire.auto_verified.clone()))
            .mfa_configuration(UserPoolMfaType::from(settings.mfa.wire()))
            .email_configuration(wire.email.clone())
            .admin_create_user_config(wire.admin_create.clone())
            .account_recovery_setting(wire.recovery.clone())
            .set_user_pool_tags(Some(tags.clone()))
            .set_lambda_config(before.lambda_config.clone())
            .set_verification_message_template(before.verification_message_template.clone())
            .set_sms_authentication_message(before.sms_authentication_message.clone().filter(|text| !text.is_empty()))
            .set_sms_configuration(before.sms_configuration.clone().filter(|sms| !sms.sns_caller_arn.is_empty()))
            .set_device_configuration(before.device_configuration.clone())
            .set_user_pool_add_ons(before.user_pool_add_ons.clone())
            .set_user_pool_tier(before.user_pool_tier.clone())
            .set_user_attribute_update_settings(wire.attribute_updates.clone())
            .send()
    })
    .await?;
    Ok(())
}

/// Settings in the SDK's types.
pub(super) struct Wire {
    pub(super) policies: UserPoolPolicyType,
    pub(super) deletion_protection: DeletionProtectionType,
    pub(super) auto_verified: Vec<VerifiedAttributeType>,
    pub(super) email: EmailConfigurationType,
    pub(super) admin_create: AdminCreateUserConfigType,
    pub(super) recovery: AccountRecoverySettingType,
    attribute_updates: Option<UserAttributeUpdateSettingsType>,
}

impl Wire {
    /// With what `before` says of parts that are not ours.
    pub(super) fn of(call: &Call, settings: &Settings, before: Option<&UserPoolType>) -> Result<Self, CloudError> {
        let auto_verified: Vec<_> =
            settings.auto_verified.iter().map(|one| VerifiedAttributeType::from(one.wire())).collect();
        let recovery = recovery(settings)
            .map_err(|error| CloudError::new(call.clone(), Class::Invalid, error.to_string()))?;
        // AWS refuses attributes here that are not verified any more.
        let updates = before.and_then(|before| before.user_attribute_update_settings.clone());
        let attribute_updates = updates.filter(|of| {
            let named = of.attributes_require_verification_before_update.iter().flatten();
            named.into_iter().all(|one| auto_verified.contains(one))
        });
        Ok(Self {
            policies: policies(settings, before),
            deletion_protection: match settings.deletion_protection {
                true => DeletionProtectionType::Active,
                false => DeletionProtectionType::Inactive,
            },
            auto_verified,
            email: email(settings),
            admin_create: AdminCreateUserConfigType::builder()
                .allow_admin_create_user_only(settings.admin_create_only)
                .set_invite_message_template(
                    before
                        .and_then(|before| before.admin_create_user_config.as_ref())
                        .and_then(|of| of.invite_message_template.clone()),
                )
                .build(),
            recovery,
            attribute_updates,
        })
    }
}

fn policies(settings: &Settings, before: Option<&UserPoolType>) -> UserPoolPolicyType {
    let before = before.and_then(|before| before.policies.as_ref());
    let history = before.and_then(|of| of.password_policy.as_ref()).and_then(|of| of.password_history_size);
    let password = &settings.password;
    let policy = PasswordPolicyType::builder()
        .minimum_length(password.minimum_length)
        .require_uppercase(password.uppercase)
        .require_lowercase(password.lowercase)
        .require_numbers(password.numbers)
        .require_symbols(password.symbols)
        .temporary_password_validity_days(password.temporary_days)
        .set_password_history_size(history)
        .build();
    let sign_in = before.and_then(|of| of.sign_in_policy.clone());
    UserPoolPolicyType::builder().password_policy(policy).set_sign_in_policy(sign_in).build()
}

fn email(settings: &Settings) -> EmailConfigurationType {
    let builder = EmailConfigurationType::builder();
    let Some(email) = &settings.email else {
        return builder.email_sending_account(EmailSendingAccountType::CognitoDefault).build();
    };
    builder
        .email_sending_account(EmailSendingAccountType::Developer)
        .source_arn(email.identity_arn.settled())
        .set_from(email.from.as_ref().map(|from| from.settled().to_owned()))
        .set_reply_to_email_address(email.reply_to.as_ref().map(|to| to.settled().to_owned()))
        .set_configuration_set(email.configuration_set.clone())
        .build()
}

fn recovery(settings: &Settings) -> Result<AccountRecoverySettingType, BuildError> {
    let ways = (1..).zip(&settings.recovery).map(|(priority, way)| {
        RecoveryOptionType::builder().priority(priority).name(RecoveryOptionNameType::from(way.wire())).build()
    });
    let ways = ways.collect::<Result<Vec<_>, _>>()?;
    Ok(AccountRecoverySettingType::builder().set_recovery_mechanisms(Some(ways)).build())
}
