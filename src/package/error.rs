//! What can be wrong with a function's code, in words for the person who has to mend it.

use std::fmt::Write as _;
use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;

use thiserror::Error;

/// One of the largest entries of a package that is too large.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Large {
    /// Path inside the zip.
    pub path: String,
    /// Unzipped size.
    pub size_bytes: u64,
}

/// Why a folder could not be packaged.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PackageError {
    /// The code folder is not there.
    #[error("the code folder {} does not exist", folder.display())]
    FolderMissing { folder: PathBuf },
    /// The code "folder" is a file.
    #[error("{} is not a folder", folder.display())]
    NotAFolder { folder: PathBuf },
    /// Nothing to package.
    #[error("{}", empty_text(folder, *filtered))]
    Empty {
        folder: PathBuf,
        /// Whether `include` or `exclude` patterns had a say in it.
        filtered: bool,
    },
    /// A pattern that is no glob, or one that could never match.
    #[error("the {field} pattern `{pattern}` is not valid: {reason}")]
    Pattern { field: &'static str, pattern: String, reason: String },
    /// A `.gatewrightignore` with a line that is not valid.
    #[error("a .gatewrightignore file is not valid: {reason}")]
    IgnoreFile { reason: String },
    /// A file or folder that cannot be read.
    #[error("{} cannot be read: {source}", path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    /// A file name which a zip cannot carry to every system.
    #[error("the file name {} cannot be packaged: {reason}", path.display())]
    BadName { path: PathBuf, reason: &'static str },
    /// A socket, pipe or device.
    #[error("{} is neither a file nor a folder nor a symbolic link", path.display())]
    SpecialFile { path: PathBuf },
    /// A symbolic link that leads out of the code folder.
    #[error("the symbolic link {link} points outside the code folder, to {target}")]
    LinkOutside { link: String, target: String },
    /// A symbolic link whose target is not in the package.
    #[error("the symbolic link {link} points to {target}, which is not in the package")]
    LinkBroken { link: String, target: String },
    /// More than Lambda takes.
    #[error("{}", too_large_text(*size_bytes, *limit_bytes, largest))]
    TooLarge {
        size_bytes: u64,
        /// The unzipped size must be smaller than this.
        limit_bytes: u64,
        /// The five largest entries, the largest first.
        largest: Vec<Large>,
    },
    /// A file was written to while it was read.
    #[error("{} changed while it was being packaged", path.display())]
    Changed { path: PathBuf },
    /// The build command could not be started at all.
    #[error("the build command `{command}` could not be started: {source}")]
    BuildNotStarted { command: String, source: io::Error },
    /// The build command failed.
    #[error("{}", build_failed_text(command, status, last_lines))]
    BuildFailed {
        command: String,
        status: ExitStatus,
        /// The last lines it wrote, at most 20.
        last_lines: Vec<String>,
        /// The copy it ran in, kept as the failure left it until the next attempt.
        folder: PathBuf,
    },
    /// gatewright's own folder cannot be written.
    #[error("{} cannot be written: {source}", path.display())]
    WorkDir { path: PathBuf, source: io::Error },
    /// The zip library refused.
    #[error("the zip could not be made: {source}")]
    Zip { source: zip::result::ZipError },
}

impl PackageError {
    /// What the reader can do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let text = match self {
            Self::FolderMissing { .. } => "a function's `code` is relative to the stack file".to_owned(),
            Self::NotAFolder { .. } => {
                "`code` names the folder that holds the handler, not the handler itself or a zip".to_owned()
            }
            Self::Empty { filtered: true, .. } => {
                "patterns are anchored at the code folder: `*.js` is its top level, `**/*.js` is every level"
                    .to_owned()
            }
            Self::Empty { filtered: false, .. } => {
                "is `code` the right folder, and does the build write into it?".to_owned()
            }
            Self::Pattern { pattern, .. } => match pattern.strip_prefix('!') {
                Some(rest) => format!("write `{rest}` under `exclude` instead"),
                None => {
                    "patterns are relative to the code folder, such as `dist/**` or `**/*.map`".to_owned()
                }
            },
            Self::IgnoreFile { .. } => "its lines are written as in a .gitignore".to_owned(),
            Self::BadName { .. } | Self::SpecialFile { .. } => {
                "rename it, remove it or add it to `exclude`".to_owned()
            }
            Self::LinkOutside { .. } => {
                "Lambda sees only the package: replace the link by a copy (for npm's local \
                 packages `npm install --install-links` does), or add it to `exclude`"
                    .to_owned()
            }
            Self::LinkBroken { .. } => {
                "add what it points to, or add the link itself to `exclude`".to_owned()
            }
            Self::TooLarge { .. } => {
                "leave out what the function does not need (`exclude`, `npm ci --omit=dev`); \
                 layers count towards the same limit"
                    .to_owned()
            }
            Self::Changed { .. } => "is another program writing there? Run the same command again".to_owned(),
            Self::BuildFailed { folder, .. } => format!(
                "the build runs in a copy of the code folder without node_modules and virtual environments, so it \
                 must install what it needs itself and cannot reach files outside the folder; the copy is {}",
                folder.display()
            ),
            Self::BuildNotStarted { .. } => "build commands are run by `sh -c`".to_owned(),
            Self::Unreadable { .. } | Self::WorkDir { .. } | Self::Zip { .. } => return None,
        };
        Some(text)
    }
}

fn empty_text(folder: &std::path::Path, filtered: bool) -> String {
    let folder = folder.display();
    if filtered {
        format!("`include` and `exclude` leave no file of the code folder {folder}")
    } else {
        format!("the code folder {folder} has no files to package")
    }
}

fn too_large_text(size_bytes: u64, limit_bytes: u64, largest: &[Large]) -> String {
    let mut text = format!(
        "the code is {} unzipped ({size_bytes} bytes), and Lambda takes less than {} ({limit_bytes} bytes); \
         the largest files are",
        mebibytes(size_bytes),
        mebibytes(limit_bytes)
    );
    for Large { path, size_bytes } in largest {
        // Writing to a string cannot fail.
        let _ = write!(text, "\n  {:>10}  {path}", mebibytes(*size_bytes));
    }
    text
}

fn build_failed_text(command: &str, status: &ExitStatus, last_lines: &[String]) -> String {
    let mut text = format!("the build command `{command}` failed ({status})");
    if last_lines.is_empty() {
        text.push_str(" and wrote nothing");
    } else {
        text.push_str("; its last lines were");
    }
    for line in last_lines {
        text.push_str("\n  ");
        text.push_str(line);
    }
    text
}

/// Lambda's limits are powers of two, whatever its pages call them.
fn mebibytes(bytes: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "shown with one decimal place")]
    let value = bytes as f64 / (1024.0 * 1024.0);
    format!("{value:.1} MiB")
}
