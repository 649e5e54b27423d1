//! From options to an account.

use std::sync::Arc;

use super::{args::Global, error::CommandError};
use crate::{
    account::{
        Account,
        aws::{Aws, Target},
        local::LocalAccount,
    },
    model::Env,
};

/// The region of the local account where none is given.
const LOCAL_REGION: &str = "us-east-1";

/// Opens the account that the options name.
pub(super) async fn open(global: &Global, env: &Env) -> Result<Arc<dyn Account>, CommandError> {
    if global.local {
        return Ok(Arc::new(local(global, env).await?));
    }
    let artifacts = global.work_dir.join("artifacts");
    let target = Target {
        endpoint_url: global.endpoint_url.clone(),
        profile: global.profile.clone(),
        region: global.region.clone(),
        credentials: None,
    };
    Ok(Arc::new(Aws::connect(&target, artifacts, env.clone(), None).await?))
}

/// Opens the local account. With `AWS_ENDPOINT_URL`, which leads the functions to an emulator, the objects that hold data live there.
pub(super) async fn local(global: &Global, env: &Env) -> Result<LocalAccount, CommandError> {
    let given = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let region = global.region.clone().or_else(|| given("AWS_REGION"));
    let region = region.unwrap_or_else(|| LOCAL_REGION.to_owned());
    let artifacts = global.work_dir.join("artifacts");
    let account = LocalAccount::open(&global.work_dir, &region, &artifacts, env.clone())?;
    let Some(endpoint) = given("AWS_ENDPOINT_URL") else { return Ok(account) };
    let target =
        Target { endpoint_url: Some(endpoint), profile: None, region: Some(region), credentials: None };
    Ok(account.with_data(Aws::connect(&target, artifacts, env.clone(), None).await?))
}
