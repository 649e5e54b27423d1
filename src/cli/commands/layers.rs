//! Where the layers of functions lie on this machine, for `dev`.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use serde_json::json;

use crate::{
    account::{Account, local::LocalAccount},
    kinds::{LambdaLayer, Live, Snapshot, lambda_function},
    model::{Address, Identity},
    runtime::Code,
    view::View,
};

/// Zips by the ARN of their version.
pub(super) type Zips = BTreeMap<String, Code>;

/// The layers that the local account keeps.
pub(super) fn kept(account: &LocalAccount, objects: &BTreeMap<Address, Live>, identity: &Identity) -> Zips {
    let layers = objects.values().filter_map(|live| match live {
        Live::LambdaLayer(layer) => Some(layer.arns(identity)),
        _ => None,
    });
    layers.flatten().map(|(arn, sha256_hex)| (arn, zip(account.code_path(sha256_hex), sha256_hex))).collect()
}

/// The layers of a stack that were packaged here with the content that is deployed.
pub(super) fn packaged(snapshot: &Snapshot, artifacts: &Path, identity: &Identity) -> Zips {
    let mut zips = Zips::new();
    for (_, layer) in snapshot.all::<LambdaLayer>() {
        for (arn, sha256_hex) in layer.arns(identity) {
            let path = artifacts.join(format!("{sha256_hex}.zip"));
            if path.is_file() {
                zips.insert(arn, zip(path, sha256_hex));
            }
        }
    }
    zips
}

fn zip(path: PathBuf, sha256_hex: &str) -> Code {
    Code::Zip { path, sha256_hex: sha256_hex.to_owned() }
}

/// What was fetched from elsewhere, and what could not be had.
pub(super) struct Layers {
    view: View,
    artifacts: PathBuf,
    fetched: Mutex<Zips>,
    missing: Mutex<BTreeSet<(String, String)>>,
}

impl Layers {
    /// `artifacts` is the folder for zips.
    pub(super) fn new(view: View, artifacts: PathBuf) -> Self {
        Self { view, artifacts, fetched: Mutex::default(), missing: Mutex::default() }
    }

    /// The layers of `function`, in its order: from `here`, else from the account `elsewhere`. One that cannot be had is left
    /// out and told, once.
    pub(super) async fn of(
        &self,
        function: &lambda_function::Live,
        here: &Zips,
        elsewhere: Option<&dyn Account>,
    ) -> Vec<Code> {
        let mut layers = Vec::new();
        for arn in &function.layers {
            let found = match (here.get(arn), elsewhere) {
                (Some(zip), _) => Ok(Some(zip.clone())),
                (None, Some(account)) => self.fetch(arn, account).await,
                (None, None) => Ok(None),
            };
            match found {
                Ok(Some(zip)) => layers.push(zip),
                Ok(None) => self.tell(function, arn, "it is not in this account"),
                Err(why) => self.tell(function, arn, &why),
            }
        }
        layers
    }

    /// A version's content never changes: it is fetched once.
    async fn fetch(&self, arn: &str, account: &dyn Account) -> Result<Option<Code>, String> {
        let known = self.fetched.lock().unwrap_or_else(PoisonError::into_inner).get(arn).cloned();
        if known.is_some() {
            return Ok(known);
        }
        let sha256_hex = account.fetch_layer(arn).await.map_err(|error| error.to_string())?;
        let found = sha256_hex.map(|sha| zip(self.artifacts.join(format!("{sha}.zip")), &sha));
        if let Some(zip) = &found {
            self.fetched.lock().unwrap_or_else(PoisonError::into_inner).insert(arn.to_owned(), zip.clone());
        }
        Ok(found)
    }

    fn tell(&self, function: &lambda_function::Live, arn: &str, why: &str) {
        let name = &function.name;
        let mut missing = self.missing.lock().unwrap_or_else(PoisonError::into_inner);
        if !missing.insert((name.clone(), arn.to_owned())) {
            return;
        }
        if self.view.is_json() {
            self.view.emit(&json!({"event": "layer_missing", "function": name, "layer": arn, "reason": why}));
        }
        self.view.say(format!("{name} runs without the layer {arn}: {why}"));
    }
}
