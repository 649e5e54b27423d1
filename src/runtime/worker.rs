//! One process of a function: started, given one invocation after the other, ended.

use std::{sync::Arc, time::Duration};

use tokio::{
    process::Child,
    sync::{mpsc, oneshot},
    task::JoinHandle,
    time::{Instant, sleep_until, timeout},
};

use super::{
    api::{Api, Invocation, Reported},
    function::Function,
    group::{Group, Groups, peak_memory_mb},
    launch::{Files, NoLaunch, launch},
    logs::{Log, LogSink, Stream, read_lines},
    payload::exit_words,
    settings::Settings,
};

/// How long output that was written before an answer may take to be read. It lies in a pipe already; the limit is for functions that
/// print without end.
const DRAIN: Duration = Duration::from_millis(200);
/// How long after a process's end its last answer may take to be taken in: it lies in a socket already.
const LAST_WORD: Duration = Duration::from_millis(100);

/// A running process. Dropping it kills it and all that it started.
pub(super) struct Worker {
    api: Api,
    child: Child,
    group: Group,
    pub(super) log: Arc<Log>,
    readers: Vec<JoinHandle<()>>,
    marks: Vec<mpsc::Sender<oneshot::Sender<()>>>,
    pub(super) started: Instant,
    /// How long it took to ask for its first invocation; told in that one's report.
    pub(super) init: Option<Duration>,
    /// Since when it rests.
    pub(super) idle_since: Instant,
}

/// Why a process did not come to ask for an invocation.
pub(super) enum NoStart {
    /// It could not be started at all.
    Launch(NoLaunch),
    /// It said why, in the form of an error payload.
    Reported(Vec<u8>),
    /// It ended; in Lambda's words.
    Exited(String),
    /// It took too long.
    TimedOut,
}

/// How an invocation ended.
pub(super) enum Ended {
    Reported(Reported),
    TimedOut,
    /// In Lambda's words.
    Exited(String),
}

impl Worker {
    /// Starts a process. It is not waited for: see [`Self::ready`].
    pub(super) async fn start(
        function: &Function,
        files: &Files,
        settings: &Settings,
        groups: &Arc<Groups>,
        sink: LogSink,
        log_stream: &str,
    ) -> Result<Self, NoStart> {
        let failed = |what: String| NoStart::Launch(NoLaunch::Machine(what));
        let api =
            Api::start().await.map_err(|error| failed(format!("no port of 127.0.0.1 is free: {error}")))?;
        let address = api.address().to_string();
        let mut child = launch(function, files, settings, &address, log_stream).map_err(NoStart::Launch)?;
        let (Some(pid), Some(stdin), Some(stdout), Some(stderr)) =
            (child.id(), child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err(failed(format!("the process of {} has no pipes", function.name)));
        };
        let group = Group::new(pid, stdin, groups);
        let log = Log::new(&function.name, sink);
        let (out_marks, out) = mpsc::channel(1);
        let (err_marks, err) = mpsc::channel(1);
        let readers = vec![
            tokio::spawn(read_lines(stdout, Stream::Stdout, Arc::clone(&log), out)),
            tokio::spawn(read_lines(stderr, Stream::Stderr, Arc::clone(&log), err)),
        ];
        let marks = vec![out_marks, err_marks];
        let now = Instant::now();
        Ok(Self { api, child, group, log, readers, marks, started: now, init: None, idle_since: now })
    }

    /// Waits for the process to ask for its first invocation.
    pub(super) async fn ready(&mut self, deadline: Instant) -> Result<(), NoStart> {
        tokio::select! {
            biased;
            ready = self.api.ready() => {
                ready.map_err(NoStart::Reported)?;
                self.init = Some(self.started.elapsed());
                Ok(())
            }
            status = self.child.wait() => {
                // What it said last may still lie in its socket.
                if let Ok(Err(payload)) = timeout(LAST_WORD, self.api.ready()).await {
                    return Err(NoStart::Reported(payload));
                }
                Err(NoStart::Exited(words(status)))
            }
            () = sleep_until(deadline) => Err(NoStart::TimedOut),
        }
    }

    /// Gives it an invocation and waits for the answer, the end of the process or the deadline.
    pub(super) async fn invoke(&mut self, invocation: Invocation, deadline: Instant) -> Ended {
        self.api.give(invocation);
        tokio::select! {
            biased;
            reported = self.api.answer() => Ended::Reported(reported),
            status = self.child.wait() => match timeout(LAST_WORD, self.api.answer()).await {
                Ok(reported) => Ended::Reported(reported),
                Err(_) => Ended::Exited(words(status)),
            },
            () = sleep_until(deadline) => Ended::TimedOut,
        }
    }

    /// Waits until it asks for the next invocation. Answers whether it does.
    pub(super) async fn settled(&mut self, deadline: Instant) -> bool {
        tokio::select! {
            biased;
            ready = self.api.ready() => ready.is_ok(),
            _ = self.child.wait() => false,
            () = sleep_until(deadline) => false,
        }
    }

    /// Waits until all that was printed so far is in the log.
    pub(super) async fn drain(&self) {
        let reached = async {
            for marks in &self.marks {
                let (mark, reached) = oneshot::channel();
                // A reader that has ended has read everything.
                if marks.send(mark).await.is_ok() {
                    let _ = reached.await;
                }
            }
        };
        let _ = timeout(DRAIN, reached).await;
    }

    /// Kills it and waits until it is gone and its last words are in the log.
    pub(super) async fn end(&mut self) {
        self.group.kill();
        let _ = self.child.wait().await;
        self.group.kill();
        for reader in &mut self.readers {
            if !reader.is_finished() {
                let _ = timeout(DRAIN, reader).await;
            }
        }
    }

    /// How it ended, if it has.
    pub(super) fn ended(&mut self) -> Option<String> {
        self.child.try_wait().ok().flatten().map(exit_words)
    }

    pub(super) fn user_agent(&self) -> Option<String> {
        self.api.user_agent()
    }

    pub(super) fn peak_memory_mb(&self) -> Option<u64> {
        peak_memory_mb(self.group.leader())
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // Whoever left the group may still hold an output open; it is not listened to any more.
        for reader in &self.readers {
            reader.abort();
        }
    }
}

fn words(status: std::io::Result<std::process::ExitStatus>) -> String {
    status.map_or_else(|error| format!("Runtime exited with error: {error}"), exit_words)
}
