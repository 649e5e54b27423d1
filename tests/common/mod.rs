//! Stages of the local account for tests: stack text in, graph out, deployed in memory's time.
#![allow(dead_code, reason = "each test binary uses a part of it")]

pub mod chaos;
pub mod generate;
pub mod wire;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::{LazyLock, Mutex},
};

use aws_credential_types::Credentials;
use gatewright::{
    account::{
        Account, Asked,
        aws::{Aws, Patience, Target},
        local::LocalAccount,
    },
    engine::{DeployError, Deployed, Events, Request, deploy, prepare},
    kinds::{Live, Snapshot},
    model::{Address, Env, Identity, Scope},
    package::{Artifact, Build, SiteArtifact, SiteFile},
    planner::{AnyPlan, Graph, Secrets},
    stack::{
        self,
        compile::{Compiled, Inputs, compile},
    },
};
use sha2::{Digest, Sha256};

/// The secrets of every stack compiled so far.
static SECRETS: LazyLock<Mutex<Secrets>> = LazyLock::new(Mutex::default);

pub fn secrets() -> Secrets {
    SECRETS.lock().expect("no test panics with it").clone()
}

/// A temporary folder with a local account in it.
pub struct Place {
    pub dir: tempfile::TempDir,
    pub account: LocalAccount,
    pub env: Env,
}

impl Place {
    pub fn new(seed: u64) -> Self {
        let dir = shared_memory();
        let env = Env::fixed(seed);
        let account = open(dir.path(), env.clone());
        Self { dir, account, env }
    }
}

/// A temporary folder for many small accounts: in memory where there is a file system for it.
pub fn shared_memory() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }
        .expect("a temporary folder")
}

pub fn open(dir: &Path, env: Env) -> LocalAccount {
    LocalAccount::open(dir, "eu-west-1", &dir.join("artifacts"), env).expect("a local account")
}

/// The graph of a stack text in stage `dev`. Code is a zip whose content is `code`, so that a change of it is a change of code.
pub fn graph_of(dir: &Path, text: &str, code: &str, identity: &Identity) -> Compiled {
    graph_in(dir, text, "dev", code, identity)
}

/// The same in any stage.
pub fn graph_in(dir: &Path, text: &str, stage: &str, code: &str, identity: &Identity) -> Compiled {
    let file = dir.join("stack.yaml");
    std::fs::create_dir_all(dir.join("code")).expect("a folder");
    std::fs::write(dir.join("code/index.mjs"), "export const handler = async () => ({ statusCode: 200 });\n")
        .expect("code");
    std::fs::create_dir_all(dir.join("pages")).expect("a folder");
    std::fs::write(&file, text).expect("a stack file");
    let read = stack::read(&file);
    let (stack, _) = read.unwrap_or_else(|problems| panic!("{}\n{text}", stack::render(&problems, false)));
    let params = [
        ("auth0_domain", "example.eu.auth0.com"),
        ("auth0_client_id", "client"),
        ("audience", "https://api.example"),
        ("bucket", "videos"),
    ];
    let params = params.into_iter().filter(|(name, _)| stack.stack.params.declares(name));
    let params: stack::GivenParams =
        params.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let resolved = stack.resolve(stage, &params, &|name| Some(format!("value of {name}")));
    let resolved = resolved.unwrap_or_else(|problems| panic!("{}\n{text}", stack::render(&problems, false)));
    let artifacts = resolved.sources().into_iter().map(|(key, _)| {
        let artifact = artifact(dir, &format!("{key} {code}"));
        (key, artifact)
    });
    let artifacts: BTreeMap<String, Artifact> = artifacts.collect();
    let sites = resolved.sites().into_iter().map(|(key, _)| (key, site(dir, code)));
    let sites: BTreeMap<String, SiteArtifact> = sites.collect();
    let inputs = Inputs {
        identity,
        artifacts: &artifacts,
        sites: &sites,
        outputs: &BTreeMap::new(),
        secrets: &BTreeMap::new(),
    };
    let compiled = compile(&resolved, &inputs)
        .unwrap_or_else(|problems| panic!("{}\n{text}", stack::render(&problems, false)));
    SECRETS.lock().expect("no test panics with it").extend(compiled.secrets.clone());
    compiled
}

fn artifact(dir: &Path, content: &str) -> Artifact {
    use std::io::Write;

    use base64::Engine;
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().last_modified_time(zip::DateTime::default());
    zip.start_file("index.mjs", options).expect("an entry");
    write!(zip, "// {content}\nexport const handler = async () => ({{ statusCode: 200, body: \"ok\" }});\n")
        .expect("written");
    let bytes = zip.finish().expect("a zip").into_inner();
    let hash = Sha256::digest(&bytes);
    let sha256_hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    let folder = dir.join("artifacts");
    std::fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join(format!("{sha256_hex}.zip"));
    let size_bytes = bytes.len() as u64;
    std::fs::write(&path, bytes).expect("a zip");
    Artifact {
        sha256_base64: base64::engine::general_purpose::STANDARD.encode(hash),
        sha256_hex,
        size_bytes,
        unzipped_size_bytes: size_bytes,
        files: 1,
        path,
        code_folder: dir.join("code"),
        build: Build::None,
    }
}

/// Three pages, of which two do not change with `content` and one goes by its name.
fn site(dir: &Path, content: &str) -> SiteArtifact {
    use md5::Md5;
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let folder = dir.join("artifacts");
    std::fs::create_dir_all(&folder).expect("a folder");
    let named = format!("{}.txt", content.replace(' ', "-"));
    let file = |(path, text): (&str, &str)| {
        let sha256_hex = hex(&Sha256::digest(text));
        std::fs::write(folder.join(format!("{sha256_hex}.file")), text).expect("a file");
        SiteFile {
            path: path.to_owned(),
            sha256_hex,
            md5_hex: hex(&md5::Digest::finalize(md5::Digest::chain_update(Md5::default(), text))),
            size_bytes: text.len() as u64,
            gzip: false,
        }
    };
    let files = [("error.html", "<p>not here</p>"), ("index.html", content), (named.as_str(), "by its name")];
    SiteArtifact { files: files.into_iter().map(file).collect(), build: Build::None }
}

/// A deploy of `graph`.
pub async fn run(account: &dyn Account, graph: &Graph, env: &Env) -> Result<Deployed, DeployError> {
    let secrets = secrets();
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
    let secrets = secrets();
    prepare(&request(account, graph, &secrets, env)).await.unwrap_or_else(|error| panic!("{error}")).plan
}

pub fn request<'a>(
    account: &'a dyn Account,
    graph: &'a Graph,
    secrets: &'a Secrets,
    env: &'a Env,
) -> Request<'a> {
    Request {
        account,
        graph,
        secrets,
        env,
        events: Events::ignored(),
        adopt: false,
        replace: false,
        wait: false,
    }
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

/// The AWS account behind `endpoint`, through `wire`, with little patience between tries.
pub async fn aws(endpoint: &str, wire: &wire::Wire, dir: &Path, env: Env) -> Aws {
    let target = Target {
        endpoint_url: Some(endpoint.to_owned()),
        profile: None,
        region: Some("us-east-1".to_owned()),
        credentials: Some(Credentials::new("test", "test", None, None, "tests")),
    };
    let mut aws = Aws::connect(&target, dir.join("artifacts"), env, Some(wire.client()))
        .await
        .unwrap_or_else(|error| panic!("{error}"));
    aws.patience =
        Patience { backoff_ms: 20, backoff_max_ms: 200, poll_ms: 50, unknown_seconds: 2, ..aws.patience };
    aws
}
