//! The binary, pointed at an emulator.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};

use serde_json::Value as Json;

use super::support::{Emulator, OidcProvider};

/// The binary with the params that the example systems want.
pub struct Tool<'a> {
    pub emulator: &'a Emulator,
    pub params: Vec<(String, String)>,
    pub secret: String,
}

/// Builds are kept between tests: `npm ci` runs once for each function.
fn work_dir() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("work")
}

pub fn stack(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("stacks").join(format!("{name}.yaml")).display().to_string()
}

impl<'a> Tool<'a> {
    pub fn new(emulator: &'a Emulator, provider: &OidcProvider) -> Self {
        let params = [
            ("auth0_domain", provider.issuer().to_owned()),
            ("jwks_uri", provider.jwks_uri()),
            ("token_issuer", provider.issuer().to_owned()),
            ("audience", "https://api.example".to_owned()),
            ("auth0_client_id", "examples".to_owned()),
            ("bucket", "videos".to_owned()),
        ];
        let params = params.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Self { emulator, params, secret: provider.hs256_secret().to_owned() }
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gatewright"));
        command.args(args).arg("--work-dir").arg(work_dir()).stdin(Stdio::null());
        for (name, value) in &self.params {
            command.arg("--param").arg(format!("{name}={value}"));
        }
        command.envs(self.emulator.environment()).env("AUTH0_SECRET", &self.secret).env("NO_COLOR", "1");
        command
    }

    pub fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().expect("the binary starts")
    }

    /// Runs a command that must succeed and answers its result object.
    pub fn must(&self, args: &[&str]) -> Json {
        let mut all = args.to_vec();
        all.push("--json");
        let output = self.run(&all);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{args:?}\n{text}\n{}", String::from_utf8_lossy(&output.stderr));
        let mut lines = text.lines().filter_map(|line| serde_json::from_str::<Json>(line).ok());
        lines.rfind(|line| line["event"] == "result").unwrap_or(Json::Null)["result"].take()
    }

    pub fn start(&self, args: &[&str]) -> Child {
        self.command(args).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the binary starts")
    }
}

/// Nothing of ours is in the account; the artifacts bucket, which belongs to no stack, holds nothing.
pub fn assert_nothing_left(emulator: &Emulator) {
    let left = emulator.inventory();
    for kind in ["roles", "functions", "permissions", "rest_apis"] {
        assert_eq!(left[kind], serde_json::json!([]), "{kind} left behind");
    }
    let groups = left["log_groups"].as_array().cloned().unwrap_or_default();
    assert!(groups.is_empty(), "log groups left behind: {groups:?}");
}
