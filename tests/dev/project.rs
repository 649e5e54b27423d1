//! A folder with what is developed in it, and the command in it.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use serde_json::Value as Json;

use super::support::{Emulator, OidcProvider};

/// A temporary folder; the account of `dev` lies in it, so that every project has one of its own.
pub struct Project {
    folder: tempfile::TempDir,
    pub params: Vec<(String, String)>,
    env: Vec<(String, String)>,
}

impl Project {
    /// An empty one. Builds are shared by all: `npm ci` runs once for each function and target folder.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let builds = Path::new(env!("CARGO_TARGET_TMPDIR")).join("work/build");
        std::fs::create_dir_all(&builds).expect("the target folder can be written to");
        let work_dir = folder.path().join(".gatewright");
        std::fs::create_dir(&work_dir).expect("a folder");
        std::os::unix::fs::symlink(builds, work_dir.join("build")).expect("a link");
        Self { folder, params: Vec::new(), env: Vec::new() }
    }

    /// One for the example systems, whose tokens come from `provider`.
    pub fn of_examples(provider: &OidcProvider) -> Self {
        let mut project = Self::new();
        project.param("auth0_domain", provider.issuer());
        project.param("jwks_uri", &provider.jwks_uri());
        project.param("token_issuer", provider.issuer());
        project.param("audience", "https://api.example");
        project.param("auth0_client_id", "examples");
        project.param("bucket", "videos");
        project.env("AUTH0_SECRET", provider.hs256_secret());
        project
    }

    pub fn param(&mut self, name: &str, value: &str) {
        self.params.push((name.to_owned(), value.to_owned()));
    }

    pub fn env(&mut self, name: &str, value: &str) {
        self.env.push((name.to_owned(), value.to_owned()));
    }

    pub fn use_emulator(&mut self, emulator: &Emulator) {
        for (name, value) in emulator.environment() {
            self.env(name, &value);
        }
    }

    /// Functions in Python, and what builds them, run with the Python of an emulator, which has boto3 as Lambda's has.
    pub fn python_of(&mut self, emulator: &Emulator) {
        let path = super::support::emulator::path_with(emulator.python());
        self.env("PATH", path.to_str().expect("text"));
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("it is in the folder")).expect("a folder");
        std::fs::write(path, text).expect("the folder can be written to");
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).expect("a text file")
    }

    pub fn replace(&self, name: &str, from: &str, to: &str) {
        let text = self.read(name);
        assert!(text.contains(from), "{name} has no {from:?}");
        self.write(name, &text.replacen(from, to, 1));
    }

    /// The command, run in the folder, without anything of the person who runs the tests.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gatewright"));
        command.args(args).current_dir(self.folder.path());
        for (name, value) in &self.params {
            command.arg("--param").arg(format!("{name}={value}"));
        }
        let ours = ["AWS_", "GATEWRIGHT_"];
        for (name, _) in std::env::vars().filter(|(name, _)| ours.iter().any(|start| name.starts_with(start)))
        {
            command.env_remove(name);
        }
        command.env("NO_COLOR", "1").envs(self.env.iter().map(|(name, value)| (name, value)));
        command
    }

    pub fn run(&self, args: &[&str]) -> Output {
        self.command(args).stdin(Stdio::null()).output().expect("the binary starts")
    }

    /// Runs a command that must succeed and answers its standard output.
    pub fn must(&self, args: &[&str]) -> String {
        let output = self.run(args);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{args:?}\n{text}\n{}", String::from_utf8_lossy(&output.stderr));
        text
    }

    /// The same for a command that answers one JSON document.
    pub fn must_json(&self, args: &[&str]) -> Json {
        let text = self.must(args);
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{args:?}: {error}\n{text}"))
    }
}

/// A shipped stack file, where it lies.
pub fn stack(name: &str) -> String {
    root().join("stacks").join(format!("{name}.yaml")).display().to_string()
}

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
