//! An emulator of AWS for one test, or shared by the tests of one binary.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::guard::Guarded;
use super::install::{install_root, python_environment, support_folder};

/// LocalStack takes some ten seconds on a busy machine; the others one or two.
const LONGEST_START: Duration = Duration::from_secs(120);

const LOCALSTACK_SERVICES: &str = "apigateway,cloudwatch,iam,kms,lambda,logs,resourcegroupstaggingapi,s3,secretsmanager,ses,sns,sqs,ssm,sts";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmulatorKind {
    /// Runs functions and proxy APIs for real; no mapping templates, no import of an API.
    MiniStack,
    /// Refuses a function without its role, and enforces a bucket's policy (over http too); cannot change a method and
    /// runs nothing.
    Moto,
    /// The best control plane of API Gateway; functions become active but are not run.
    LocalStack,
}

impl EmulatorKind {
    fn name(self) -> &'static str {
        match self {
            Self::MiniStack => "ministack",
            Self::Moto => "moto",
            Self::LocalStack => "localstack",
        }
    }

    /// A path that answers 200 once the server can serve.
    fn health_path(self) -> &'static str {
        match self {
            Self::MiniStack => "/_ministack/health",
            Self::Moto => "/moto-api/data.json",
            Self::LocalStack => "/_localstack/health",
        }
    }

    fn command(self, python: &Path, port: u16, folder: &Path) -> Command {
        let mut command = Command::new(python);
        // No credentials, profile or endpoint of the person who runs the tests reaches the server.
        command.env("HOME", folder).env("TMPDIR", folder).current_dir(folder);
        for name in [
            "AWS_PROFILE",
            "AWS_ENDPOINT_URL",
            "AWS_ACCESS_KEY_ID",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_SESSION_TOKEN",
        ] {
            command.env_remove(name);
        }
        match self {
            Self::MiniStack => command
                .args(["-m", "ministack"])
                .env("BIND_HOST", "127.0.0.1")
                .env("GATEWAY_PORT", port.to_string())
                // The keys that it signs tokens with.
                .env("STATE_DIR", folder.join("state"))
                // It would ask for a port that all of them share.
                .env("IOT_MTLS_ENABLED", "0")
                // Adds two calls of identity pools (see the file).
                .env("PYTHONPATH", support_folder().join("ministack"))
                // Functions in Python find boto3, as they do on Lambda.
                .env("PATH", path_with(python)),
            Self::Moto => command
                .args(["-m", "moto.server", "-H", "127.0.0.1", "-p", &port.to_string()])
                // Without it the policies that AWS manages do not exist.
                .env("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
                // Mends an answer of S3 that no SDK can read (see the file).
                .env("PYTHONPATH", support_folder().join("moto")),
            Self::LocalStack => command
                .args(["-m", "localstack.runtime.main"])
                .env("GATEWAY_SERVER", "hypercorn")
                .env("GATEWAY_LISTEN", format!("127.0.0.1:{port}"))
                .env("LOCALSTACK_HOST", format!("localhost:{port}"))
                .env("OVERRIDE_IN_DOCKER", "0")
                .env("DNS_ADDRESS", "0")
                .env("DISABLE_EVENTS", "1")
                .env("SKIP_SSL_CERT_DOWNLOAD", "1")
                // No DynamoDB: it would download a Java. A service that is not listed answers 501.
                .env("SERVICES", LOCALSTACK_SERVICES)
                // Its own executor needs Docker, and without one every function fails to be created.
                .env("LAMBDA_RUNTIME_EXECUTOR", "control-plane")
                .env("PYTHONPATH", support_folder().join("localstack")),
        };
        command
    }
}

/// A running emulator with an account of its own.
pub struct Emulator {
    kind: EmulatorKind,
    python: PathBuf,
    port: u16,
    endpoint: String,
    log: PathBuf,
    /// What the server writes outside memory: removed with it.
    folder: tempfile::TempDir,
    server: Mutex<Guarded>,
    /// Asks for inventories; started with the first one.
    client: Mutex<Option<Child>>,
}

impl Emulator {
    pub fn ministack() -> Self {
        Self::start(EmulatorKind::MiniStack)
    }

    /// A MiniStack that asks IAM about every call: functions have the rights of their roles, pages those of their identity pool's,
    /// anybody else those of a bucket's policy, and `test` all.
    pub fn ministack_with_iam() -> Self {
        Self::start_with(EmulatorKind::MiniStack, &[("AUTH", "true")])
    }

    pub fn moto() -> Self {
        Self::start(EmulatorKind::Moto)
    }

    /// A moto that answers what it holds (`/moto-api/data.json`, where its mails are) at once: the policies that AWS manages would
    /// be a part of that answer, and take it eight seconds.
    pub fn moto_without_managed_policies() -> Self {
        Self::start_with(EmulatorKind::Moto, &[("MOTO_IAM_LOAD_MANAGED_POLICIES", "false")])
    }

    pub fn localstack() -> Self {
        Self::start(EmulatorKind::LocalStack)
    }

    /// The emulator that all tests of this binary may share: it starts with the first one and ends with the process.
    /// Tests which share it must not `reset` it and must use names of their own.
    pub fn shared(kind: EmulatorKind) -> &'static Self {
        static SHARED: [OnceLock<Emulator>; 3] = [const { OnceLock::new() }; 3];
        SHARED[kind as usize].get_or_init(|| Self::start(kind))
    }

    /// Starts an emulator, empty, and waits until it answers.
    pub fn start(kind: EmulatorKind) -> Self {
        Self::start_with(kind, &[])
    }

    fn start_with(kind: EmulatorKind, settings: &[(&str, &str)]) -> Self {
        let python = python_environment(kind.name());
        // The port is free when it is chosen and may be taken when the server asks for it: then another is tried.
        for _ in 0..3 {
            let port = free_port();
            let log = install_root().join("logs").join(format!(
                "{}-{}-{port}.log",
                kind.name(),
                std::process::id()
            ));
            let folder = tempfile::tempdir_in(install_root().join("run"))
                .expect("the target folder can be written to");
            let mut command = kind.command(&python, port, folder.path());
            command.envs(settings.iter().copied());
            let mut server = Guarded::start(&command, &log, false);
            if wait_until_healthy(kind, port, &mut server, &log) {
                let endpoint = format!("http://127.0.0.1:{port}");
                return Self {
                    kind,
                    python,
                    port,
                    endpoint,
                    log,
                    folder,
                    server: Mutex::new(server),
                    client: Mutex::new(None),
                };
            }
            assert!(tail(&log).contains("in use"), "{} ended at once:\n{}", kind.name(), tail(&log));
        }
        panic!("{} found no free port in three attempts", kind.name());
    }

    pub fn kind(&self) -> EmulatorKind {
        self.kind
    }

    /// `http://127.0.0.1:<port>`, for every service.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// The number of the account that `test` credentials belong to.
    pub fn account_id(&self) -> &'static str {
        match self.kind {
            EmulatorKind::Moto => "123456789012",
            EmulatorKind::MiniStack | EmulatorKind::LocalStack => "000000000000",
        }
    }

    /// The environment by which a program (the AWS SDK in it) uses this emulator and nothing else.
    pub fn environment(&self) -> [(&'static str, String); 8] {
        [
            ("AWS_ENDPOINT_URL", self.endpoint.clone()),
            ("AWS_REGION", "us-east-1".into()),
            ("AWS_DEFAULT_REGION", "us-east-1".into()), // what boto3 reads
            ("AWS_ACCESS_KEY_ID", "test".into()),
            ("AWS_SECRET_ACCESS_KEY", "test".into()),
            ("AWS_EC2_METADATA_DISABLED", "true".into()),
            ("AWS_CONFIG_FILE", "/dev/null".into()),
            ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null".into()),
        ]
    }

    /// The address of a deployed path (`path` without its leading slash). Only MiniStack serves Lambda integrations.
    pub fn stage_url(&self, api_id: &str, stage: &str, path: &str) -> String {
        assert_ne!(self.kind, EmulatorKind::Moto, "moto serves no deployed APIs");
        format!("{}/_aws/execute-api/{api_id}/{stage}/{path}", self.endpoint)
    }

    /// A Python with boto3, for calls that a test makes on its own.
    pub fn python(&self) -> &Path {
        &self.python
    }

    /// What the server has written so far.
    pub fn log_path(&self) -> &Path {
        &self.log
    }

    /// The process group of the server and of the functions it runs.
    pub fn process_group(&self) -> u32 {
        self.server.lock().expect("no test panics while it holds the lock").process_group()
    }

    /// Empties the account. (LocalStack cannot: it is started anew, on the same port.)
    pub fn reset(&self) {
        let path = match self.kind {
            EmulatorKind::MiniStack => "/_ministack/reset",
            EmulatorKind::Moto => "/moto-api/reset",
            EmulatorKind::LocalStack => return self.restart(),
        };
        let answer = ureq::post(format!("{}{path}", self.endpoint)).send_empty();
        answer.unwrap_or_else(|error| panic!("{} cannot be reset: {error}", self.kind.name()));
    }

    fn restart(&self) {
        let mut server = self.server.lock().expect("no test panics while it holds the lock");
        let command = self.kind.command(&self.python, self.port, self.folder.path());
        server.stop(); // before the new one asks for the port
        *server = Guarded::start(&command, &self.log, false);
        let healthy = wait_until_healthy(self.kind, self.port, &mut server, &self.log);
        assert!(healthy, "{} does not start again:\n{}", self.kind.name(), tail(&self.log));
    }

    /// Everything that is left in the account, by service, asked with another SDK than the tool's (see `client.py`).
    /// Empty lists everywhere mean an account without a trace.
    pub fn inventory(&self) -> Value {
        self.inventory_of(&[])
    }

    /// What is left of some kinds.
    pub fn inventory_of(&self, kinds: &[&str]) -> Value {
        let mut client = self.client.lock().expect("no test panics while it asks");
        let client = client.get_or_insert_with(|| self.start_client());
        writeln!(client.stdin.as_mut().expect("piped"), "{}", kinds.join(" ")).expect("the client listens");
        let mut line = String::new();
        let stdout = client.stdout.as_mut().expect("piped");
        // A reader of its own for each answer loses nothing: the client writes one line and waits.
        BufReader::new(stdout).read_line(&mut line).expect("the client answers");
        serde_json::from_str(&line)
            .unwrap_or_else(|error| panic!("the inventory failed ({error}):\n{line}\n{}", tail(&self.log)))
    }

    fn start_client(&self) -> Child {
        let mut client = Command::new(&self.python);
        client.arg(support_folder().join("client.py")).envs(self.environment());
        client.stdin(Stdio::piped()).stdout(Stdio::piped());
        client.spawn().expect("the environment's Python can be started")
    }
}

/// The client ends at the end of its standard input; this waits for it.
impl Drop for Emulator {
    fn drop(&mut self) {
        let client = self.client.get_mut().ok().and_then(Option::take);
        if let Some(mut client) = client {
            drop(client.stdin.take());
            let _ = client.wait();
        }
    }
}

/// The search path with the programs of a virtual environment before all others.
pub fn path_with(python: &Path) -> std::ffi::OsString {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let own = python.parent().expect("it lies in a folder").to_owned();
    std::env::join_paths(std::iter::once(own).chain(std::env::split_paths(&path)))
        .expect("they were joined before")
}

/// A port of 127.0.0.1 that nobody listens on.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("this machine has a free port");
    listener.local_addr().expect("a bound socket has an address").port()
}

/// False if the server ended by itself.
fn wait_until_healthy(kind: EmulatorKind, port: u16, server: &mut Guarded, log: &Path) -> bool {
    let url = format!("http://127.0.0.1:{port}{}", kind.health_path());
    let deadline = Instant::now() + LONGEST_START;
    while ureq::get(&url).call().is_err() {
        if server.has_ended() {
            return false;
        }
        assert!(
            Instant::now() < deadline,
            "{} is not healthy after {LONGEST_START:?}:\n{}",
            kind.name(),
            tail(log)
        );
        std::thread::sleep(Duration::from_millis(50));
    }
    true
}

fn tail(log: &Path) -> String {
    let text = fs::read(log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(20)..].join("\n")
}
