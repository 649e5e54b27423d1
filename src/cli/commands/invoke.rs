//! `invoke`: calls one function of a stack, on AWS, on an emulator, or in a running `dev`.

use std::{io::Read, path::Path};

use super::Context;
use crate::{
    account::aws::{Target, invoke::invoke},
    cli::{Exit, error::CommandError, load},
};

/// The command's own flags.
pub(super) struct Flags {
    pub(super) function: String,
    pub(super) payload: String,
    pub(super) port: u16,
}

pub(super) async fn run(context: &Context, file: &Path, flags: &Flags) -> Result<Exit, CommandError> {
    let stack = load::stack_name(file)?;
    let name = format!("{stack}-{}-{}", context.global.stage, flags.function);
    let payload = payload(&flags.payload)?;
    let global = &context.global;
    let mut target = Target {
        endpoint_url: global.endpoint_url.clone(),
        profile: global.profile.clone(),
        region: global.region.clone(),
        credentials: None,
    };
    if global.local {
        // A running `dev` checks no signature; a request without one would ask for real credentials first.
        target.endpoint_url = Some(format!("http://127.0.0.1:{}", flags.port));
        target.region.get_or_insert_with(|| "us-east-1".to_owned());
        target.credentials = Some(crate::account::aws::unchecked_credentials());
    }
    let answer = invoke(&target, &name, payload).await?;
    if !answer.log_tail.is_empty() {
        context.view.say(answer.log_tail.trim_end());
    }
    context.view.data(&format!("{}\n", answer.payload));
    match answer.function_error {
        Some(_) => Ok(Exit::Failed),
        None => Ok(Exit::Done),
    }
}

/// JSON as text, `@file`, or `-` for standard input.
fn payload(given: &str) -> Result<Vec<u8>, CommandError> {
    let unreadable =
        |what: &str, error| CommandError::Io { what: format!("read the payload from {what}"), error };
    let bytes = match given.strip_prefix('@') {
        Some(path) => std::fs::read(path).map_err(|error| unreadable(path, error))?,
        None if given == "-" => {
            let mut bytes = Vec::new();
            std::io::stdin().read_to_end(&mut bytes).map_err(|error| unreadable("standard input", error))?;
            bytes
        }
        None => given.as_bytes().to_vec(),
    };
    match serde_json::from_slice::<serde_json::Value>(&bytes) {
        Ok(_) => Ok(bytes),
        Err(error) => Err(CommandError::Usage(format!("the payload is not JSON: {error}"))),
    }
}
