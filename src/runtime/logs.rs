//! What functions print, line by line.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio::{
    io::{AsyncRead, AsyncReadExt},
    sync::{mpsc, oneshot},
};

/// The longest line that is kept whole: Lambda splits longer ones too.
pub const LINE_LIMIT_BYTES: usize = 256 * 1024;
/// How much of an invocation's log `X-Amz-Log-Type: Tail` gives.
const TAIL_LIMIT_BYTES: usize = 4 * 1024;

/// Where a line comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// The function's standard output.
    Stdout,
    /// The function's standard error.
    Stderr,
    /// The runtime: `START`, `END`, `REPORT`, timeouts and notes.
    Platform,
}

/// One line of a function's log, without its line end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// The function's name.
    pub function: Arc<str>,
    /// The invocation under way; none while a process starts or rests.
    pub request_id: Option<Arc<str>>,
    /// The text; what is not UTF-8 is replaced, and what is over 256 KB goes on in the next line.
    pub line: String,
    /// Where it comes from.
    pub stream: Stream,
}

/// Takes log lines. It is called while a function's output is read, so it must not wait.
pub type LogSink = Arc<dyn Fn(LogLine) + Send + Sync>;

/// A sink that keeps at most `capacity` lines for a reader. What does not fit is left out and counted, so that a slow
/// reader neither holds a function up nor costs memory; the count comes as a line of its own.
pub fn log_channel(capacity: usize) -> (LogSink, mpsc::Receiver<LogLine>) {
    let (sender, receiver) = mpsc::channel(capacity.max(2));
    let lost = AtomicU64::new(0);
    let sink = move |line: LogLine| {
        let missing = lost.swap(0, Ordering::Relaxed);
        if missing > 0 {
            let note = LogLine {
                line: format!(
                    "({missing} lines of output were left out: they came faster than they were read)"
                ),
                stream: Stream::Platform,
                ..line.clone()
            };
            if sender.try_send(note).is_err() {
                lost.fetch_add(missing + 1, Ordering::Relaxed);
                return;
            }
        }
        if sender.try_send(line).is_err() {
            lost.fetch_add(1, Ordering::Relaxed);
        }
    };
    (Arc::new(sink), receiver)
}

/// The log of one process.
pub(super) struct Log {
    function: Arc<str>,
    sink: LogSink,
    state: Mutex<LogState>,
}

#[derive(Default)]
struct LogState {
    request_id: Option<Arc<str>>,
    tail: VecDeque<u8>,
}

impl Log {
    pub(super) fn new(function: &str, sink: LogSink) -> Arc<Self> {
        Arc::new(Self { function: Arc::from(function), sink, state: Mutex::default() })
    }

    fn state(&self) -> std::sync::MutexGuard<'_, LogState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From here on lines belong to the invocation, or to none.
    pub(super) fn begin(&self, request_id: Option<Arc<str>>) {
        let mut state = self.state();
        if request_id.is_some() {
            state.tail.clear();
        }
        state.request_id = request_id;
    }

    /// The last 4 KB of the invocation's log.
    pub(super) fn tail(&self) -> Vec<u8> {
        self.state().tail.iter().copied().collect()
    }

    /// A line of the runtime's own.
    pub(super) fn platform(&self, line: impl Into<String>) {
        self.write(line.into(), Stream::Platform);
    }

    fn write(&self, line: String, stream: Stream) {
        let request_id = {
            let mut state = self.state();
            let bytes = line.as_bytes();
            let kept = &bytes[bytes.len().saturating_sub(TAIL_LIMIT_BYTES)..];
            state.tail.extend(kept);
            state.tail.push_back(b'\n');
            let over = state.tail.len().saturating_sub(TAIL_LIMIT_BYTES);
            state.tail.drain(..over);
            state.request_id.clone()
        };
        (self.sink)(LogLine { function: Arc::clone(&self.function), request_id, line, stream });
    }
}

/// Reads one output of a process until it ends. A message on `marks` is answered once everything is read that had been
/// written before it was sent.
pub(super) async fn read_lines<R>(
    mut output: R,
    stream: Stream,
    log: Arc<Log>,
    mut marks: mpsc::Receiver<oneshot::Sender<()>>,
) where
    R: AsyncRead + Unpin + std::os::fd::AsFd,
{
    let mut buffer = vec![0; 64 * 1024];
    let mut line = Vec::new();
    loop {
        tokio::select! {
            biased;
            read = output.read(&mut buffer) => match read {
                Ok(0) | Err(_) => break,
                Ok(length) => split(&buffer[..length], &mut line, &log, stream),
            },
            Some(mark) = marks.recv() => {
                // What lies in the pipe is asked of the system: readiness may not have reached this task yet.
                while rustix::io::ioctl_fionread(&output).is_ok_and(|waiting| waiting > 0) {
                    match output.read(&mut buffer).await {
                        Ok(length) if length > 0 => split(&buffer[..length], &mut line, &log, stream),
                        _ => break,
                    }
                }
                // An unfinished line still belongs to the invocation that wrote it.
                flush(&mut line, &log, stream);
                let _ = mark.send(());
            }
        }
    }
    flush(&mut line, &log, stream);
}

fn split(mut bytes: &[u8], line: &mut Vec<u8>, log: &Log, stream: Stream) {
    while !bytes.is_empty() {
        let room = LINE_LIMIT_BYTES - line.len();
        let end = bytes.iter().take(room).position(|byte| *byte == b'\n');
        match end {
            Some(end) => {
                line.extend_from_slice(&bytes[..end]);
                bytes = &bytes[end + 1..];
                emit(line, log, stream);
            }
            None if bytes.len() >= room => {
                line.extend_from_slice(&bytes[..room]);
                bytes = &bytes[room..];
                emit(line, log, stream);
            }
            None => {
                line.extend_from_slice(bytes);
                bytes = &[];
            }
        }
    }
}

fn flush(line: &mut Vec<u8>, log: &Log, stream: Stream) {
    if !line.is_empty() {
        emit(line, log, stream);
    }
}

fn emit(line: &mut Vec<u8>, log: &Log, stream: Stream) {
    let text = line.strip_suffix(b"\r").unwrap_or(line);
    log.write(String::from_utf8_lossy(text).into_owned(), stream);
    line.clear();
}
