//! What people and machines see. The only place that prints: data on stdout, talk on stderr.

mod error;
mod plan;
mod progress;
mod style;
mod summary;

use std::{
    io::{IsTerminal, Write},
    sync::{Arc, Mutex, PoisonError},
};

use serde::Serialize;
use serde_json::json;

pub use error::Report;
pub use style::Styles;
pub use summary::Summary;

use crate::{
    engine::{Event, Events},
    kinds::Op,
    model::Plan,
    planner::Estimate,
};

/// How much is said, and in which form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Newline-delimited JSON on stdout instead of text.
    pub json: bool,
    /// Only errors and results.
    pub quiet: bool,
    /// Every call of a plan, not only the first of each object.
    pub verbose: bool,
}

/// The one who speaks.
#[derive(Clone)]
pub struct View {
    options: Options,
    styles: Styles,
    progress: Arc<Mutex<progress::Progress>>,
}

impl View {
    /// A view on this process's terminal.
    pub fn new(options: Options) -> Self {
        let terminal = std::io::stderr().is_terminal();
        let styles = Styles::choose(terminal);
        let progress = progress::Progress::new(terminal && !options.json && !options.quiet, styles);
        Self { options, styles, progress: Arc::new(Mutex::new(progress)) }
    }

    /// Whether a person can be asked something.
    pub fn can_ask(&self) -> bool {
        !self.options.json && std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
    }

    /// Whether the output is for machines.
    pub fn is_json(&self) -> bool {
        self.options.json
    }

    /// Whether talk is coloured.
    pub fn styled(&self) -> bool {
        self.styles.is_on()
    }

    /// One line of talk.
    pub fn say(&self, line: impl AsRef<str>) {
        if !self.options.quiet && !self.options.json {
            self.print_talk(line.as_ref());
        }
    }

    /// One line of a build's output.
    pub fn build_line(&self, what: &str, line: &str) {
        if self.options.json {
            self.emit(&json!({"event": "build_output", "of": what, "line": line}));
        } else if self.options.verbose {
            self.say(format!("  {what} | {line}"));
        }
    }

    /// Data: text on stdout, nothing else goes there.
    pub fn data(&self, text: &str) {
        let mut out = std::io::stdout().lock();
        // A reader that closed its end has seen enough.
        let _ = out.write_all(text.as_bytes());
        let _ = out.flush();
    }

    /// One JSON line on stdout.
    pub fn emit(&self, value: &impl Serialize) {
        if let Ok(line) = serde_json::to_string(value) {
            self.data(&format!("{line}\n"));
        }
    }

    /// Shows a plan.
    pub fn plan(&self, plan: &Plan<Op>, estimate: &Estimate) {
        if self.options.json {
            self.emit(&json!({"event": "plan", "plan": plan, "estimate": estimate}));
        } else {
            self.say(plan::text(plan, estimate, self.options.verbose, self.styles));
        }
    }

    /// Where the engine's events go.
    pub fn events(&self) -> Events {
        let view = self.clone();
        Events::to(move |event| view.event(event))
    }

    fn event(&self, event: &Event) {
        if self.options.json {
            self.emit(event);
        } else if !self.options.quiet {
            self.progress.lock().unwrap_or_else(PoisonError::into_inner).show(event);
        }
    }

    /// Clears the bars.
    pub fn finish_progress(&self) {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner).finish();
    }

    /// How a run ended.
    pub fn summary(&self, summary: &Summary) {
        if self.options.json {
            self.emit(&json!({"event": "result", "result": summary}));
        } else {
            self.say(summary.text(self.styles));
        }
    }

    /// An error, a refusal, a bug.
    pub fn report(&self, report: &Report) {
        if self.options.json {
            self.emit(&json!({"event": "error", "error": report}));
        } else {
            self.print_talk(&report.text(self.styles));
        }
    }

    /// Asks for a line. `None` where nobody can be asked.
    pub fn ask(&self, question: &str) -> Option<String> {
        if !self.can_ask() {
            return None;
        }
        let mut err = std::io::stderr().lock();
        let _ = write!(err, "{question} ");
        let _ = err.flush();
        let mut line = String::new();
        std::io::stdin().read_line(&mut line).ok()?;
        Some(line.trim().to_owned())
    }

    fn print_talk(&self, text: &str) {
        let progress = self.progress.lock().unwrap_or_else(PoisonError::into_inner);
        progress.suspend(|| {
            let mut err = anstream::stderr().lock();
            let _ = writeln!(err, "{text}");
        });
    }
}
