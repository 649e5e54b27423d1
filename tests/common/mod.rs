//! Stages of the local account for tests: stack text in, graph out, deployed in memory's time.
#![allow(dead_code, reason = "each test binary uses a part of it")]

pub mod chaos;
pub mod generate;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use gatewright::{
    account::{Account, Asked, local::LocalAccount},
    engine::{DeployError, Deployed, Events, Request, deploy, prepare},
    kinds::{Live, Snapshot},
    model::{Address, Env, Identity, Scope},
    package::{Artifact, Build},
    planner::{AnyPlan, Graph, Secrets},
    stack::{
        self,
        compile::{Compiled, Inputs, compile},
    },
};
use sha2::{Digest, Sha256};

/// A temporary folder with a local account in it.
pub struct Place {
    pub dir: tempfile::TempDir,
    pub account: LocalAccount,
    pub env: Env,
}

impl Place {
    pub fn new(seed: u64) -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let env = Env::fixed(seed);
        let account = open(dir.path(), env.clone());
        Self { dir, account, env }
    }
}

pub fn open(dir: &Path, env: Env) -> LocalAccount {
    LocalAccount::open(dir, "eu-west-1", &dir.join("artifacts"), env).expect("a local account")
}

/// The graph of a stack text in stage `dev`. Code is a zip whose content is `code`, so that a change of it is a change of code.
pub fn graph_of(dir: &Path, text: &str, code: &str, identity: &Identity) -> Compiled {
    let file = dir.join("stack.yaml");
    std::fs::create_dir_all(dir.join("code")).expect("a folder");
    std::fs::write(dir.join("code/index.mjs"), "export const handler = async () => ({ statusCode: 200 });\n").expect("code");
    std::fs::write(&file, text).expect("a stack file");
    let read = stack::read(&file);
    let (stack, _) = read.unwrap_or_else(|problems| panic!("{}\n{text}", stack::render(&problems, false)));
    let resolved = stack.resolve("dev", &stack::GivenParams::new(), &|name| Some(format!("value of {name}")));
    let resolved = resolved.unwrap_or_else(|problems| panic!("{}\n{text}", stack::render(&problems, false)));
    let artifacts = resolved.sources().into_iter().map(|(key, _)| {
        let artifact = artifact(dir, &format!("{key} {code}"));
        (key, artifact)
    });
    let artifacts: BTreeMap<String, Artifact> = artifacts.collect();
    let inputs =
        Inputs { identity, artifacts: &artifacts, outputs: &BTreeMap::new(), secrets: &BTreeMap::new() };
    compile(&resolved, &inputs).unwrap_or_else(|problems| panic!("{}\n{text}", stack::render(&problems, false)))
}

fn artifact(dir: &Path, content: &str) -> Artifact {
    use base64::Engine;
    let hash = Sha256::digest(content);
    let sha256_hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    let folder = dir.join("artifacts");
    std::fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join(format!("{sha256_hex}.zip"));
    std::fs::write(&path, content).expect("a zip");
    Artifact {
        sha256_base64: base64::engine::general_purpose::STANDARD.encode(hash),
        sha256_hex,
        size_bytes: content.len() as u64,
        unzipped_size_bytes: content.len() as u64,
        files: 1,
        path,
        code_folder: dir.join("code"),
        build: Build::None,
    }
}

/// A deploy of `graph`.
pub async fn run(account: &dyn Account, graph: &Graph, env: &Env) -> Result<Deployed, DeployError> {
    let secrets = Secrets::default();
    deploy(&request(account, graph, &secrets, env), &|_, _| true).await
}

/// A deploy of `graph` that must succeed.
pub async fn must_run(account: &dyn Account, graph: &Graph, env: &Env) -> Deployed {
    let deployed = run(account, graph, env).await.unwrap_or_else(|error| panic!("{error}"));
    assert!(deployed.outcome.is_complete(), "{:#?}", deployed.outcome.failures);
    deployed
}

/// The plan of `graph`.
pub async fn plan(account: &dyn Account, graph: &Graph, env: &Env) -> AnyPlan {
    let secrets = Secrets::default();
    prepare(&request(account, graph, &secrets, env)).await.unwrap_or_else(|error| panic!("{error}")).plan
}

pub fn request<'a>(account: &'a dyn Account, graph: &'a Graph, secrets: &'a Secrets, env: &'a Env) -> Request<'a> {
    Request { account, graph, secrets, env, events: Events::ignored(), adopt: false, wait: false }
}

/// The objects of the scope, without the artifacts bucket.
pub fn objects(account: &LocalAccount, scope: &Scope) -> BTreeMap<Address, Live> {
    let objects = account.objects().expect("objects");
    objects.into_iter().filter(|(at, _)| at.scope == *scope).collect()
}

pub fn addresses(account: &LocalAccount, scope: &Scope) -> BTreeSet<Address> {
    objects(account, scope).into_keys().collect()
}

/// What discovery sees of `graph`.
pub async fn snapshot(account: &dyn Account, graph: &Graph) -> Snapshot {
    let (wanted, hints) = (graph.wanted(), BTreeMap::new());
    let asked = Asked { scope: &graph.scope, wanted: &wanted, hints: &hints, kinds: None };
    account.observe(&asked).await.unwrap_or_else(|error| panic!("{error}"))
}

/// A runtime for tests that are not async themselves.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(future)
}
