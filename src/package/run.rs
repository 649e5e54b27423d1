//! One build command: its lines while it runs, its end, and the end of all it started.

use std::collections::VecDeque;
use std::io;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::AsyncReadExt;
use tokio::net::unix::pipe;
use tokio::process::Command;

use super::PackageError;

/// How many lines of a failed build are shown again.
const LAST_LINES: usize = 20;

/// How long the output may stay open after the shell has ended (a background process holds it).
const DRAIN: Duration = Duration::from_millis(500);

/// Runs `sh -c <command>` in a folder, with this process's environment and no input, until it ends.
///
/// Both output streams go through one pipe, so their lines keep their order. The command gets a process group of
/// its own, which is killed when the future is dropped, or when the shell has ended and something it left in the
/// background keeps writing.
pub(super) async fn run(
    command: &str,
    folder: &Path,
    mut on_line: impl FnMut(&str),
) -> Result<(), PackageError> {
    let not_started = |source| PackageError::BuildNotStarted { command: command.to_owned(), source };
    let (mut output, mut child) = start(command, folder).map_err(not_started)?;
    let group = Group(child.id().and_then(|id| Pid::from_raw(id.cast_signed())));
    let mut lines = Lines::default();
    let mut last_lines = VecDeque::new();
    let mut keep = |line: &str| {
        on_line(line);
        if last_lines.len() == LAST_LINES {
            last_lines.pop_front();
        }
        last_lines.push_back(line.to_owned());
    };
    let status = tokio::select! {
        // Reading goes first: the end is looked at only when nothing more is there to read.
        biased;
        () = read_to_end(&mut output, &mut lines, &mut keep) => child.wait().await,
        status = child.wait() => status,
    }
    .map_err(not_started)?;
    if tokio::time::timeout(DRAIN, read_to_end(&mut output, &mut lines, &mut keep)).await.is_err() {
        group.kill();
    }
    lines.finish(&mut keep);
    group.ended();
    if status.success() { Ok(()) } else { Err(failed(command, status, last_lines.into(), folder)) }
}

fn failed(command: &str, status: ExitStatus, last_lines: Vec<String>, folder: &Path) -> PackageError {
    PackageError::BuildFailed { command: command.to_owned(), status, last_lines, folder: folder.to_owned() }
}

fn start(command: &str, folder: &Path) -> io::Result<(pipe::Receiver, tokio::process::Child)> {
    let (reader, writer) = io::pipe()?;
    let mut shell = Command::new("sh");
    shell
        .arg("-c")
        .arg(command)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(writer.try_clone()?)
        .stderr(writer)
        .process_group(0)
        .kill_on_drop(true);
    let child = shell.spawn()?;
    // `shell` holds the writing ends; they must be closed here for the reading end ever to see the end.
    drop(shell);
    Ok((pipe::Receiver::from_owned_fd(reader.into())?, child))
}

/// Reads until all writers are gone. A pipe that cannot be read any more is at its end too.
async fn read_to_end(output: &mut pipe::Receiver, lines: &mut Lines, on_line: &mut impl FnMut(&str)) {
    let mut block = [0; 8 * 1024];
    while let Ok(count @ 1..) = output.read(&mut block).await {
        lines.push(&block[..count], on_line);
    }
}

/// The process group of a running command; it dies with this value.
struct Group(Option<Pid>);

impl Group {
    fn kill(&self) {
        if let Some(group) = self.0 {
            // Nobody may be left to get the signal.
            let _ = kill_process_group(group, Signal::KILL);
        }
    }

    /// The command has ended by itself: its id may soon belong to another process.
    fn ended(mut self) {
        self.0 = None;
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Cuts bytes into lines of text.
#[derive(Debug, Default)]
struct Lines {
    pending: Vec<u8>,
}

impl Lines {
    /// Longer lines are cut, so that a build without line ends cannot fill the memory.
    const MAX_BYTES: usize = 16 * 1024;

    fn push(&mut self, bytes: &[u8], on_line: &mut impl FnMut(&str)) {
        for &byte in bytes {
            if byte == b'\n' {
                self.emit(on_line);
            } else {
                self.pending.push(byte);
                if self.pending.len() == Self::MAX_BYTES {
                    self.emit(on_line);
                }
            }
        }
    }

    fn finish(&mut self, on_line: &mut impl FnMut(&str)) {
        if !self.pending.is_empty() {
            self.emit(on_line);
        }
    }

    /// What a terminal would show of the line: what was written after the last carriage return.
    fn emit(&mut self, on_line: &mut impl FnMut(&str)) {
        let line = self.pending.strip_suffix(b"\r").unwrap_or(&self.pending);
        let shown = line.rsplit(|&byte| byte == b'\r').next().unwrap_or(line);
        on_line(&String::from_utf8_lossy(shown));
        self.pending.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_cut_into_lines_wherever_they_arrive() {
        let text = b"one\r\n\n10%\r50%\r100%\ncaf\xc3\xa9 \xff\nrest";
        for size in 1..text.len() {
            let (mut lines, mut seen) = (Lines::default(), Vec::new());
            for part in text.chunks(size) {
                lines.push(part, &mut |line: &str| seen.push(line.to_owned()));
            }
            lines.finish(&mut |line: &str| seen.push(line.to_owned()));
            assert_eq!(seen, ["one", "", "100%", "caf\u{e9} \u{fffd}", "rest"], "in parts of {size}");
        }
    }

    #[test]
    fn endless_lines_are_cut() {
        let (mut lines, mut seen) = (Lines::default(), Vec::new());
        lines.push(&[b'x'; 2 * Lines::MAX_BYTES + 5], &mut |line: &str| seen.push(line.len()));
        lines.finish(&mut |line: &str| seen.push(line.len()));
        assert_eq!(seen, [Lines::MAX_BYTES, Lines::MAX_BYTES, 5]);
    }
}
