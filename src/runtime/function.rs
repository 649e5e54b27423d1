//! A function as it is handed to the runtime: where its code lies and how it is to be run.

use std::{collections::BTreeMap, fmt, path::PathBuf};

/// A function's code, or a layer's content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Code {
    /// A folder that is run where it lies.
    Folder(PathBuf),
    /// A zip, unpacked once into the cache.
    Zip {
        /// The file.
        path: PathBuf,
        /// Its SHA-256 in lower-case hex; what is unpacked is found again under it.
        sha256_hex: String,
    },
}

/// One function. Replaced as a whole by [`super::Runtime::put`].
#[derive(Clone, PartialEq, Eq)]
pub struct Function {
    /// Its name in the account.
    pub name: String,
    /// Its ARN without a qualifier.
    pub arn: String,
    /// Lambda's word for the runtime: `nodejs20.x`, `python3.12`, `provided.al2023`.
    pub runtime: String,
    /// `index.handler`, `folder/module.function`; custom runtimes get it as it is.
    pub handler: String,
    /// The code.
    pub code: Code,
    /// The content of `/opt`, in the order of the configuration: a later layer comes before an earlier one.
    pub layers: Vec<Code>,
    /// Environment variables. The values are secrets: they are shown nowhere.
    pub environment: BTreeMap<String, String>,
    /// Megabytes. Told to the function; for Node.js it also bounds the heap. Not enforced otherwise.
    pub memory_mb: u32,
    /// How long an invocation may take.
    pub timeout_seconds: u32,
    /// How many invocations may run at once; more are throttled. `Some(0)` throttles all.
    pub reserved_concurrency: Option<u32>,
    /// The region that the function is told.
    pub region: String,
    /// The account it belongs to.
    pub account_id: String,
    /// Megabytes of `/tmp`. Kept for completeness: the machine's own folder for temporary files is used, unbounded.
    pub ephemeral_storage_mb: u32,
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.environment.keys().map(String::as_str).collect();
        f.debug_struct("Function")
            .field("name", &self.name)
            .field("arn", &self.arn)
            .field("runtime", &self.runtime)
            .field("handler", &self.handler)
            .field("code", &self.code)
            .field("layers", &self.layers)
            .field("environment", &format_args!("{names:?} (values not shown)"))
            .field("memory_mb", &self.memory_mb)
            .field("timeout_seconds", &self.timeout_seconds)
            .field("reserved_concurrency", &self.reserved_concurrency)
            .finish_non_exhaustive()
    }
}

/// What a runtime string asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Language {
    /// `nodejs<major>.x`.
    Node { major: String },
    /// `python<major>.<minor>`.
    Python { version: String },
    /// `provided…`: the code brings an executable `bootstrap`.
    Custom,
}

impl Language {
    /// Reads Lambda's word for a runtime.
    ///
    /// # Errors
    /// A sentence, for runtimes that are not run on this machine.
    pub(super) fn of(runtime: &str) -> Result<Self, String> {
        if let Some(major) = runtime.strip_prefix("nodejs").and_then(|rest| rest.strip_suffix(".x")) {
            return Ok(Self::Node { major: major.to_owned() });
        }
        if let Some(version) = runtime.strip_prefix("python") {
            return Ok(Self::Python { version: version.to_owned() });
        }
        if runtime == "provided" || runtime.starts_with("provided.") {
            return Ok(Self::Custom);
        }
        Err(format!(
            "the runtime {runtime} cannot be run on this machine: nodejs*, python* and provided.* can"
        ))
    }

    /// The part of an interpreter's version that the runtime string fixes, for the note about another one.
    pub(super) fn wanted_version(&self) -> Option<&str> {
        match self {
            Self::Node { major } => Some(major),
            Self::Python { version } => Some(version),
            Self::Custom => None,
        }
    }
}

/// The name in a function's name, partial ARN or ARN, and the qualifier if there is one.
pub(super) fn name_and_qualifier(reference: &str) -> (&str, Option<&str>) {
    // `arn:aws:lambda:region:account:function:name:qualifier` and `account:function:name:qualifier`
    let rest = match reference.split_once(":function:") {
        Some((_, rest)) => rest,
        None => reference.strip_prefix("function:").unwrap_or(reference),
    };
    match rest.split_once(':') {
        Some((name, qualifier)) => (name, Some(qualifier)),
        None => (rest, None),
    }
}
