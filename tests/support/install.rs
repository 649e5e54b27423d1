//! Installing what the tests start: once for each target folder, whole or not at all, and by one process at a time.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest, Sha256};

/// The files of this module, as they lie in the repository.
pub fn support_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support")
}

/// Where servers are kept, their logs (`logs/`) and what they write while they run (`run/`): `emulators/` in the target
/// folder.
pub fn install_root() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("the target folder has a name");
    let root = target.join("emulators");
    for folder in ["logs", "run"] {
        fs::create_dir_all(root.join(folder)).expect("the target folder can be written to");
    }
    root
}

/// The Python of a virtual environment with exactly the packages of `tests/support/emulators/<name>.txt`, installed if
/// this target folder has none for this list yet.
pub fn python_environment(name: &str) -> PathBuf {
    let requirements = support_folder().join("emulators").join(format!("{name}.txt"));
    let folder = installed(name, &[&requirements], |folder| {
        run(Command::new(base_python()).args(["-m", "venv"]).arg(folder));
        let mut pip = Command::new(folder.join("bin/python"));
        run(pip.args(["-m", "pip", "install", "--quiet", "--no-deps", "--requirement"]).arg(&requirements));
    });
    folder.join("bin/python")
}

/// A copy of `tests/support/<name>` with its Node packages installed from the lock file.
pub fn node_folder(name: &str) -> PathBuf {
    let source = support_folder().join(name);
    let files = ["package.json", "package-lock.json", "server.mjs"].map(|file| source.join(file));
    installed(name, &[&files[0], &files[1], &files[2]], |folder| {
        fs::create_dir_all(folder).expect("the target folder can be written to");
        for file in &files {
            fs::copy(file, folder.join(file.file_name().expect("a file"))).expect("the file can be copied");
        }
        run(Command::new("npm").args(["ci", "--omit=dev", "--no-audit", "--no-fund"]).current_dir(folder));
    })
}

/// The folder `<name>-<hash of the files>`, filled by `fill` if it is missing. It is filled under another name and
/// renamed when complete, so that an interrupted run leaves nothing that looks installed; a lock keeps a second test
/// process waiting meanwhile.
fn installed(name: &str, defined_by: &[&Path], fill: impl FnOnce(&Path)) -> PathBuf {
    let mut hash = Sha256::new();
    for path in defined_by {
        hash.update(fs::read(path).expect("the file is part of the repository"));
    }
    let digest: String = hash.finalize().iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    let root = install_root();
    let folder = root.join(format!("{name}-{digest}"));
    let lock = File::create(root.join(format!("{name}.lock"))).expect("the lock file can be made");
    lock.lock().expect("the file system has locks");
    if !folder.exists() {
        let unfinished = root.join(format!("{name}.unfinished"));
        if unfinished.exists() {
            fs::remove_dir_all(&unfinished).expect("what an interrupted run left can be removed");
        }
        fill(&unfinished);
        fs::rename(&unfinished, &folder).expect("both names lie in one folder");
    }
    folder
}

/// The first Python on this machine that the emulators run on (3.11 and later; they were tested with 3.11).
fn base_python() -> &'static str {
    let new_enough = |name: &&str| {
        let check = "import sys, venv; sys.exit(sys.version_info < (3, 11))";
        Command::new(name).args(["-c", check]).output().is_ok_and(|output| output.status.success())
    };
    ["python3.11", "python3", "python3.12", "python3.13"]
        .into_iter()
        .find(new_enough)
        .expect("the emulators need Python 3.11 or later with venv")
}

fn run(command: &mut Command) {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?} cannot be started: {error}"));
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?} failed ({}):\n{text}", output.status);
}
