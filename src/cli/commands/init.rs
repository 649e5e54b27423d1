//! `init`: a working example in a new folder.

use std::path::Path;

use super::Context;
use crate::cli::{Exit, error::CommandError};

/// The example's files: a function behind an API, nothing to install.
const FILES: [(&str, &str); 3] = [
    ("stack.yaml", include_str!("init/stack.yaml")),
    ("hello/index.mjs", include_str!("init/index.mjs")),
    ("README.md", include_str!("init/README.md")),
];

pub(super) fn run(context: &Context, folder: &Path) -> Result<Exit, CommandError> {
    if folder.read_dir().is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(CommandError::Refused {
            summary: format!("`{}` exists and is not empty; nothing was written", folder.display()),
            hint: "name a new folder".to_owned(),
        });
    }
    for (name, text) in FILES {
        let path = folder.join(name);
        let write = || {
            path.parent().map_or(Ok(()), std::fs::create_dir_all)?;
            std::fs::write(&path, text)
        };
        write().map_err(|error| CommandError::Io { what: format!("write {}", path.display()), error })?;
        context.view.say(format!("  + {}", path.display()));
    }
    let stack = folder.join("stack.yaml");
    context.view.say(format!("\nNext: `gatewright deploy {} --local`", stack.display()));
    Ok(Exit::Done)
}
