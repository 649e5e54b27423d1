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
        return Ok(Arc::new(local(global, env)?));
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

/// Opens the local account.
pub(super) fn local(global: &Global, env: &Env) -> Result<LocalAccount, CommandError> {
    let region = global.region.clone().or_else(|| std::env::var("AWS_REGION").ok());
    let region = region.filter(|region| !region.is_empty()).unwrap_or_else(|| LOCAL_REGION.to_owned());
    Ok(LocalAccount::open(&global.work_dir, &region, &global.work_dir.join("artifacts"), env.clone())?)
}
