//! Server processes that cannot outlive the test.

use std::fs::File;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

/// Starts the server in the background and reads its own standard input, which nobody writes to: it ends when the test
/// process drops the pipe or dies, however it dies. Whichever ends first, server or pipe, the whole process group is
/// killed, so that functions which an emulator runs go with it. (`PR_SET_PDEATHSIG` would not do: it follows the thread
/// that started the process, and each test has a thread of its own.)
const GUARD: &str = r#"
exec 3<&0 </dev/null
{ "$@" 3<&-; kill -KILL 0; } &
cat <&3 >/dev/null
kill -KILL 0
"#;

/// A running server. Dropping it kills the server and all it started, and waits for the end.
pub struct Guarded {
    shell: Child,
}

impl Guarded {
    /// Starts `program` with its error output appended to `log`, and its standard output too unless `pipe_stdout`.
    pub fn start(command: &Command, log: &Path, pipe_stdout: bool) -> Self {
        let log = File::options().append(true).create(true).open(log).expect("the log file can be opened");
        let mut shell = Command::new("sh");
        shell.args(["-c", GUARD, "sh"]).arg(command.get_program()).args(command.get_args());
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => shell.env(name, value),
                None => shell.env_remove(name),
            };
        }
        if let Some(folder) = command.get_current_dir() {
            shell.current_dir(folder);
        }
        let stdout = if pipe_stdout {
            Stdio::piped()
        } else {
            Stdio::from(log.try_clone().expect("the log file can be shared"))
        };
        let shell = shell
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(stdout)
            .stderr(log)
            .spawn()
            .expect("sh is installed");
        Self { shell }
    }

    /// The process group of the server and of everything it starts.
    pub fn process_group(&self) -> u32 {
        self.shell.id()
    }

    /// Whether the server has ended by itself.
    pub fn has_ended(&mut self) -> bool {
        self.shell.try_wait().expect("our own child can be asked").is_some()
    }

    /// The server's output, once, if it was started with `pipe_stdout`.
    pub fn take_stdout(&mut self) -> Option<ChildStdout> {
        self.shell.stdout.take()
    }

    /// Kills the server and all it started, and waits for the end; again does nothing.
    pub fn stop(&mut self) {
        drop(self.shell.stdin.take());
        // The guard kills itself along with the group; its exit status says nothing.
        let _ = self.shell.wait();
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        self.stop();
    }
}
