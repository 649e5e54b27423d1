//! Reads the settings: one call, and none for stacks that do not log.

use super::{ApiAccount, Live};
use crate::{
    account::aws::Aws,
    kinds::Ask,
    model::{CloudError, Found, Ownership},
};

pub(super) async fn observe(aws: &Aws, ask: &Ask<'_, ApiAccount>) -> Result<Vec<Found<Live>>, CloudError> {
    let Some((at, _)) = ask.wanted.first_key_value() else { return Ok(Vec::new()) };
    let account = aws.read("apigateway", "GetAccount", || aws.apigateway.get_account().send()).await?;
    let role_arn = account.cloudwatch_role_arn.filter(|arn| !arn.is_empty());
    let address = (*at).clone();
    Ok(vec![Found { address, live: Live { role_arn }, ownership: Ownership::Ours, listed: true }])
}
