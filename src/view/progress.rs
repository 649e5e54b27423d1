//! Long work: bars on a terminal, one line for each object at work; plain lines elsewhere.

use std::{collections::BTreeMap, io::Write, time::Duration};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use super::Styles;
use crate::{
    engine::Event,
    model::{Action, Address},
};

/// What is at work.
pub(super) struct Progress {
    bars: Option<MultiProgress>,
    at_work: BTreeMap<Address, ProgressBar>,
    styles: Styles,
}

impl Progress {
    pub(super) fn new(terminal: bool, styles: Styles) -> Self {
        Self { bars: terminal.then(MultiProgress::new), at_work: BTreeMap::new(), styles }
    }

    pub(super) fn show(&mut self, event: &Event) {
        match event {
            Event::ItemStarted { address, steps, .. } => self.start(address, *steps),
            Event::StepStarted { address, description, .. } => {
                if let Some(bar) = self.at_work.get(address) {
                    bar.set_message(description.clone());
                }
            }
            Event::StepDone { address, .. } => {
                if let Some(bar) = self.at_work.get(address) {
                    bar.inc(1);
                }
            }
            Event::Replanned { address, because, steps, .. } => {
                if let Some(bar) = self.at_work.get(address) {
                    bar.set_length(bar.position() + *steps as u64);
                }
                self.line(&format!("  ? {} {}  compared again: {because}", address.kind, address.key));
            }
            Event::ItemDone { address, action } => self.done(address, *action),
            Event::ItemFailed { address, message, .. } => {
                self.remove(address);
                let mark = self.styles.delete("  ! ");
                self.line(&format!("{mark}{} {}  {message}", address.kind, address.key));
            }
        }
    }

    fn start(&mut self, address: &Address, steps: usize) {
        let Some(bars) = &self.bars else { return };
        let template = "  {spinner} {prefix}  {bar:16} {pos}/{len}  {wide_msg}";
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = bars.add(ProgressBar::new(steps as u64).with_style(style.progress_chars("=> ")));
        bar.set_prefix(format!("{} {}", address.kind, address.key));
        bar.enable_steady_tick(Duration::from_millis(120));
        self.at_work.insert(address.clone(), bar);
    }

    fn done(&mut self, address: &Address, action: Action) {
        self.remove(address);
        let (mark, word) = match action {
            Action::Create => (self.styles.create("  + "), "created"),
            Action::Update => (self.styles.update("  ~ "), "changed"),
            Action::Delete => (self.styles.delete("  - "), "deleted"),
        };
        self.line(&format!("{mark}{} {}  {word}", address.kind, address.key));
    }

    fn remove(&mut self, address: &Address) {
        if let Some(bar) = self.at_work.remove(address) {
            bar.finish_and_clear();
        }
    }

    fn line(&self, text: &str) {
        self.suspend(|| {
            let _ = writeln!(anstream::stderr().lock(), "{text}");
        });
    }

    /// Does `print` while no bar is on the screen.
    pub(super) fn suspend(&self, print: impl FnOnce()) {
        match &self.bars {
            Some(bars) => bars.suspend(print),
            None => print(),
        }
    }

    pub(super) fn finish(&mut self) {
        for bar in std::mem::take(&mut self.at_work).into_values() {
            bar.finish_and_clear();
        }
    }
}
