//! Colours, where they are wanted. Everything is clear without them.

use anstyle::{AnsiColor, Style};

/// The styles of one view.
#[derive(Clone, Copy, Debug, Default)]
pub struct Styles {
    on: bool,
}

impl Styles {
    /// Colour on a terminal, unless `NO_COLOR` is set to anything or the terminal is dumb.
    pub fn choose(terminal: bool) -> Self {
        let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|value| value == "dumb");
        Self { on: terminal && !unwanted && !dumb }
    }

    /// Whether colour is on.
    pub fn is_on(self) -> bool {
        self.on
    }

    fn paint(self, style: Style, text: &str) -> String {
        if self.on { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }

    /// What comes into being.
    pub fn create(self, text: &str) -> String {
        self.paint(AnsiColor::Green.on_default(), text)
    }

    /// What changes.
    pub fn update(self, text: &str) -> String {
        self.paint(AnsiColor::Yellow.on_default(), text)
    }

    /// What goes, and what went wrong.
    pub fn delete(self, text: &str) -> String {
        self.paint(AnsiColor::Red.on_default(), text)
    }

    /// What matters.
    pub fn strong(self, text: &str) -> String {
        self.paint(Style::new().bold(), text)
    }

    /// What does not.
    pub fn dim(self, text: &str) -> String {
        self.paint(Style::new().dimmed(), text)
    }
}
