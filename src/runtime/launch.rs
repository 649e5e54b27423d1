//! How a function's process is started: which program, with which environment.

use std::{
    fs,
    io::Read,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Stdio,
};

use tokio::process::{Child, Command};

use super::{
    function::{Code, Function, Language},
    settings::Settings,
    unpack::unpacked,
};

const NODE_BOOTSTRAP: &str = include_str!("bootstrap/bootstrap.mjs");
const PYTHON_BOOTSTRAP: &str = include_str!("bootstrap/bootstrap.py");

/// Starts `"$@"` in this process's place, with a watcher beside it that ends the process group when standard input ends. The
/// other end of standard input is held by whoever started the function; the system closes it however that ends. A watcher inside
/// the function could not do it while the function is busy, and custom runtimes have none. It is nobody's child, so that functions that
/// wait for their children do not wait for it, and it holds none of the outputs.
const WATCHED: &str = r#"exec 3<&0 </dev/null
( ( read -r line <&3; kill -s KILL 0 ) >/dev/null 2>&1 & )
exec 3<&-
exec "$@""#;

/// A function's files on this machine.
pub(super) struct Files {
    /// `LAMBDA_TASK_ROOT`.
    pub(super) code: PathBuf,
    /// What would be merged into `/opt`: the folder that wins comes first.
    pub(super) layers: Vec<PathBuf>,
    /// `LAMBDA_RUNTIME_DIR`: where the bootstraps lie.
    runtime: PathBuf,
}

impl Files {
    /// Unpacks what is to be unpacked. Blocks.
    pub(super) fn prepare(function: &Function, settings: &Settings, unique: u64) -> Result<Self, String> {
        let folder = |code: &Code, what: &str| -> Result<PathBuf, String> {
            let path = match code {
                Code::Folder(path) => path.clone(),
                Code::Zip { path, sha256_hex } => unpacked(path, sha256_hex, &settings.cache, unique)?,
            };
            let real = fs::canonicalize(&path).map_err(|error| {
                format!("the {what} {} of {} cannot be read: {error}", path.display(), function.name)
            })?;
            if real.is_dir() {
                Ok(real)
            } else {
                Err(format!("the {what} {} is not a folder", path.display()))
            }
        };
        let code = folder(&function.code, "code folder")?;
        let layers = function.layers.iter().rev().map(|layer| folder(layer, "layer"));
        let layers = layers.collect::<Result<_, _>>()?;
        let runtime = write_bootstraps(&settings.cache, unique)
            .map_err(|error| format!("{} cannot be written to: {error}", settings.cache.display()))?;
        Ok(Self { code, layers, runtime })
    }

    /// The folders of that name in the layers, as a search path; without those that do not exist.
    fn in_layers(&self, names: &[&str]) -> Vec<String> {
        let all = self.layers.iter().flat_map(|layer| names.iter().map(move |name| layer.join(name)));
        all.filter(|path| path.is_dir()).map(|path| path.display().to_string()).collect()
    }
}

fn write_bootstraps(cache: &Path, unique: u64) -> std::io::Result<PathBuf> {
    let folder = cache.join("bootstrap");
    fs::create_dir_all(&folder)?;
    for (name, text) in [("bootstrap.mjs", NODE_BOOTSTRAP), ("bootstrap.py", PYTHON_BOOTSTRAP)] {
        let place = folder.join(name);
        if fs::read(&place).is_ok_and(|found| found == text.as_bytes()) {
            continue;
        }
        let half = folder.join(format!(".{name}-{unique:016x}"));
        fs::write(&half, text)?;
        fs::rename(&half, &place)?;
    }
    fs::canonicalize(folder)
}

/// Why a process cannot be started.
pub(super) enum NoLaunch {
    /// This machine lacks something; a sentence for the terminal.
    Machine(String),
    /// The code is not runnable, which Lambda says as a function error.
    Entrypoint(String),
}

/// Starts a process of the function. Its outputs are piped, and so is its standard input: see [`WATCHED`].
pub(super) fn launch(
    function: &Function,
    files: &Files,
    settings: &Settings,
    runtime_api: &str,
    log_stream: &str,
) -> Result<Child, NoLaunch> {
    let language = Language::of(&function.runtime).map_err(NoLaunch::Machine)?;
    let (program, arguments) = program(function, &language, files, settings)?;
    let mut command = Command::new("/bin/sh");
    command.args(["-c", WATCHED, "sh"]).arg(program).args(arguments);
    command.env_clear().current_dir(&files.code);
    command.envs(settings.inherited.iter().map(|(name, value)| (name, value)));
    command.envs(settings.injected.iter().map(|(name, value)| (name, value)));
    command.envs(&function.environment);
    command.envs(standard(function, &language, files, settings, runtime_api, log_stream));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.process_group(0).kill_on_drop(true);
    command.spawn().map_err(|error| {
        NoLaunch::Machine(format!("no process could be started for {}: {error}", function.name))
    })
}

fn program(
    function: &Function,
    language: &Language,
    files: &Files,
    settings: &Settings,
) -> Result<(PathBuf, Vec<String>), NoLaunch> {
    let path = settings.inherited("PATH").unwrap_or("/usr/local/bin:/usr/bin:/bin");
    let missing = |program: &str| {
        let Function { name, runtime, .. } = function;
        NoLaunch::Machine(format!("{program} is not on the PATH; the function {name} ({runtime}) needs it"))
    };
    match language {
        Language::Node { .. } => {
            let node = find(path, "node").ok_or_else(|| missing("node"))?;
            // The rest of the memory is for what V8 does not count.
            let heap_mb = u64::from(function.memory_mb) * 9 / 10;
            let bootstrap = files.runtime.join("bootstrap.mjs").display().to_string();
            Ok((node, vec![format!("--max-old-space-size={heap_mb}"), bootstrap]))
        }
        Language::Python { version } => {
            let python = [format!("python{version}"), "python3".to_owned(), "python".to_owned()];
            let mut found = python.iter().filter_map(|name| find(path, name));
            let python = found.find(|python| runs(python, &files.code, settings));
            let python = python.ok_or_else(|| missing("python3"))?;
            Ok((python, vec![files.runtime.join("bootstrap.py").display().to_string()]))
        }
        Language::Custom => {
            let places =
                std::iter::once(&files.code).chain(&files.layers).map(|folder| folder.join("bootstrap"));
            let found: Vec<PathBuf> = places.filter(|path| path.is_file()).collect();
            match found.iter().find(|path| is_executable(path)) {
                Some(bootstrap) => Ok((bootstrap.clone(), Vec::new())),
                None if found.is_empty() => Err(NoLaunch::Entrypoint(
                    "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]".into(),
                )),
                None => Err(NoLaunch::Entrypoint("fork/exec /var/task/bootstrap: permission denied".into())),
            }
        }
    }
}

/// The first executable of that name on the search path.
fn find(path: &str, name: &str) -> Option<PathBuf> {
    // Only absolute folders: the process starts in another one.
    let folders = std::env::split_paths(path).filter(|folder| folder.is_absolute());
    folders.map(|folder| folder.join(name)).find(|place| is_executable(place))
}

/// Whether an interpreter is more than a name. Version managers put scripts on the path for every version that they know, which
/// only say that it is not chosen here; programs are taken at their word.
fn runs(interpreter: &Path, folder: &Path, settings: &Settings) -> bool {
    let mut start = [0; 2];
    let script = fs::File::open(interpreter).and_then(|mut file| file.read_exact(&mut start));
    if script.is_err() || start != *b"#!" {
        return true;
    }
    let mut command = std::process::Command::new(interpreter);
    command.arg("--version").current_dir(folder).env_clear();
    command.envs(settings.inherited.iter().map(|(name, value)| (name, value)));
    command.stdin(Stdio::null()).output().is_ok_and(|output| output.status.success())
}

fn is_executable(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

/// The variables that Lambda sets; functions cannot set them.
fn standard(
    function: &Function,
    language: &Language,
    files: &Files,
    settings: &Settings,
    runtime_api: &str,
    log_stream: &str,
) -> Vec<(&'static str, String)> {
    let code = files.code.display().to_string();
    let mut set = vec![
        ("AWS_LAMBDA_FUNCTION_NAME", function.name.clone()),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".to_owned()),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", function.memory_mb.to_string()),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand".to_owned()),
        ("AWS_LAMBDA_LOG_GROUP_NAME", format!("/aws/lambda/{}", function.name)),
        ("AWS_LAMBDA_LOG_STREAM_NAME", log_stream.to_owned()),
        ("AWS_LAMBDA_RUNTIME_API", runtime_api.to_owned()),
        ("AWS_REGION", function.region.clone()),
        ("AWS_DEFAULT_REGION", function.region.clone()),
        ("LAMBDA_TASK_ROOT", code.clone()),
        ("LAMBDA_RUNTIME_DIR", files.runtime.display().to_string()),
        ("_HANDLER", function.handler.clone()),
    ];
    let mut search = |name: &'static str, mut own: Vec<String>, inherited: Option<&str>| {
        let given = function.environment.get(name).map(String::as_str);
        own.extend(given.or(inherited).filter(|rest| !rest.is_empty()).map(str::to_owned));
        if !own.is_empty() {
            set.push((name, own.join(":")));
        }
    };
    search(
        "PATH",
        files.in_layers(&["bin"]),
        Some(settings.inherited("PATH").unwrap_or("/usr/local/bin:/usr/bin:/bin")),
    );
    let own_libraries = [&files.code, &files.code.join("lib")].map(|path| path.display().to_string());
    let mut libraries: Vec<String> =
        if files.code.join("lib").is_dir() { own_libraries.into() } else { Vec::new() };
    libraries.extend(files.in_layers(&["lib"]));
    search("LD_LIBRARY_PATH", libraries, None);
    match language {
        Language::Node { major } => {
            let versioned = format!("nodejs/node{major}/node_modules");
            let mut modules = files.in_layers(&[&versioned, "nodejs/node_modules"]);
            modules.push(code);
            search("NODE_PATH", modules, None);
        }
        Language::Python { version } => {
            let versioned = format!("python/lib/python{version}/site-packages");
            search("PYTHONPATH", files.in_layers(&["python", &versioned]), None);
            // Compiled modules do not belong into a code folder that is watched for changes.
            set.push(("PYTHONPYCACHEPREFIX", settings.cache.join("pycache").display().to_string()));
        }
        Language::Custom => {}
    }
    if *language != Language::Custom {
        set.push(("AWS_EXECUTION_ENV", format!("AWS_Lambda_{}", function.runtime)));
    }
    for (name, value) in [("TZ", ":UTC"), ("LANG", "en_US.UTF-8")] {
        if !function.environment.contains_key(name) && settings.inherited(name).is_none() {
            set.push((name, value.to_owned()));
        }
    }
    let layers: Vec<String> = files.layers.iter().map(|layer| layer.display().to_string()).collect();
    set.push(("GATEWRIGHT_LAYERS", layers.join(":")));
    set
}
