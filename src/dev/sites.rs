//! Which gateway answers under which path.

use std::sync::Arc;

use crate::{
    gateway::{self, Gateway, authorize::Issuers, served::Served},
    model::Env,
    runtime::Runtime,
};

/// One stage of an API, served.
#[derive(Clone)]
pub struct Site {
    /// The API's id.
    pub api_id: String,
    /// The stage's name.
    pub stage: String,
    /// What answers.
    pub gateway: Arc<Gateway>,
}

impl Site {
    /// Its path, under which every API can be told from the others.
    pub fn long_prefix(&self) -> String {
        format!("{LONG}{}/{}", self.api_id, self.stage)
    }
}

/// Every stage that is served.
#[derive(Clone, Default)]
pub struct Sites(pub Vec<Site>);

/// Before the API's id and stage: the path that emulators have made common.
const LONG: &str = "/_aws/execute-api/";

/// A gateway for one stage, with every check that API Gateway makes, in its order.
pub fn site(served: Served, issuers: &Issuers, runtime: Arc<Runtime>, env: Env) -> Site {
    let (api_id, stage) = (served.api_id.clone(), served.stage.name.clone());
    Site { api_id, stage, gateway: Arc::new(gateway::complete(served, runtime, issuers, env)) }
}

impl Sites {
    /// Every site's URL, the short one where it leads there.
    pub fn urls(&self, base_url: &str) -> Vec<String> {
        let first = |site: &Site| {
            self.0
                .iter()
                .find(|other| other.stage == site.stage)
                .is_some_and(|other| other.api_id == site.api_id)
        };
        let urls = self.0.iter().map(|site| match first(site) {
            true => format!("{base_url}/{}", site.stage),
            false => format!("{base_url}{}", site.long_prefix()),
        });
        urls.collect()
    }

    /// The site of `path`, the prefix that names it and what is left of the path. `/<stage>/…` is the first API's: the host name,
    /// which names the API on AWS, is always this machine's.
    pub fn find<'a>(&self, path: &'a str) -> Option<(&Site, &'a str, &'a str)> {
        if let Some(rest) = path.strip_prefix(LONG) {
            let (api_id, rest) = rest.split_once('/')?;
            let stage = rest.split('/').next().unwrap_or_default();
            let site = self.0.iter().find(|site| site.api_id == api_id && site.stage == stage)?;
            let prefix = LONG.len() + api_id.len() + 1 + stage.len();
            return Some((site, &path[..prefix], &path[prefix..]));
        }
        let stage = path.strip_prefix('/')?.split('/').next().unwrap_or_default();
        let site = self.0.iter().find(|site| site.stage == stage)?;
        Some((site, &path[..=stage.len()], &path[stage.len() + 1..]))
    }
}
