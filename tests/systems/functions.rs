//! The tests that lie beside the example functions, run by each language's own runner, against moto where they use AWS.
//!
//! They run in a copy below the target folder: a folder with packages in it would be another folder to deploy.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use sha2::{Digest, Sha256};

use super::{
    project::root,
    support::{Emulator, emulator::path_with},
};

/// One moto for all of them: each test makes tables of its own.
fn moto() -> &'static Emulator {
    static MOTO: OnceLock<Emulator> = OnceLock::new();
    MOTO.get_or_init(Emulator::moto_without_managed_policies)
}

/// The copy of a folder of the repository; packages that were installed in it before are kept.
fn copied(name: &str) -> PathBuf {
    let to = Path::new(env!("CARGO_TARGET_TMPDIR")).join("functions").join(name);
    copy(&root().join(name), &to);
    to
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("the target folder can be written to");
    for entry in fs::read_dir(from).expect("a folder of the repository").flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        match path.is_dir() {
            true if name == "node_modules" || name == "__pycache__" => {}
            true => copy(&path, &to.join(name)),
            false => drop(fs::copy(&path, to.join(name)).expect("a file of the repository")),
        }
    }
}

/// Runs `install` in a folder unless it ran there with the same list of packages.
fn installed(folder: &Path, list: &str, install: &mut Command) {
    let hash = Sha256::digest(fs::read(folder.join(list)).expect("a list of packages"));
    let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    let stamp = folder.join(".installed");
    if fs::read_to_string(&stamp).is_ok_and(|found| found == hash) {
        return;
    }
    must(install.current_dir(folder));
    fs::write(stamp, hash).expect("the folder can be written to");
}

fn must(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?} cannot be started: {error}"));
    let text =
        [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
    assert!(output.status.success(), "{command:?}:\n{text}");
    text
}

fn tested_with_node(name: &str) {
    let folder = copied(&format!("lambdas/{name}"));
    let install = ["ci", "--no-audit", "--no-fund"];
    installed(&folder, "package-lock.json", Command::new("npm").args(install));
    let mut node = Command::new("node");
    node.args(["--test", "--test-reporter=tap"]).current_dir(&folder).envs(moto().environment());
    let told = must(&mut node);
    let count = |what: &str| {
        let line = told.lines().find_map(|line| line.strip_prefix(&format!("# {what} ")));
        line.and_then(|count| count.parse::<u32>().ok()).unwrap_or_else(|| panic!("{told}"))
    };
    assert!(count("pass") > 0 && count("skipped") == 0, "{told}");
}

fn tested_with_python(name: &str) {
    let folder = copied(&format!("lambdas/{name}"));
    let python = moto().python();
    if folder.join("requirements.txt").exists() {
        let install = ["-m", "pip", "install", "--quiet", "-r", "requirements.txt", "-t", "."];
        installed(&folder, "requirements.txt", Command::new(python).args(install));
    }
    let mut test = Command::new(python);
    test.args(["-m", "unittest", "discover", "-v", "-s", "test"]).current_dir(&folder);
    let told = must(test.envs(moto().environment()).env("PATH", path_with(python)));
    assert!(told.contains("\nOK\n") && !told.contains("skipped") && told.contains(" ... ok"), "{told}");
}

#[test]
fn those_of_the_video_site() {
    for name in ["user-profile", "user-profile-update", "custom-authorizer", "get-video-list"] {
        tested_with_node(name);
    }
}

#[test]
fn those_of_the_account_api() {
    for name in ["profile", "verify-bearer"] {
        tested_with_node(name);
    }
}

#[test]
fn those_of_the_message_board() {
    for name in
        ["cudas-signup", "cudas-login", "cudas-get-messages", "cudas-post-message", "cudas-authorizer"]
    {
        tested_with_python(name);
    }
}

#[test]
fn those_behind_custom_authorizers() {
    let layer = copied("layers/jwt");
    let install = ["ci", "--omit=dev", "--no-audit", "--no-fund"];
    installed(&layer.join("nodejs"), "package-lock.json", Command::new("npm").args(install));
    for name in ["auth0-authorizer-layered", "whoami", "scope-echo"] {
        tested_with_node(name);
    }
}

#[test]
fn those_of_the_authentication_service() {
    tested_with_node("lambda-auth");
}
