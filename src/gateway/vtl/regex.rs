//! Java's regular expressions on top of `fancy_regex`.

use std::collections::HashMap;
use std::sync::Arc;

use fancy_regex::{Captures, Regex, RegexBuilder};

use super::methods::Failure;
use super::value::Heap;

/// Steps a pattern with look-arounds or back-references may take for one match.
const BACKTRACK_LIMIT: usize = 200_000;

/// Bytes a compiled pattern may take.
const SIZE_LIMIT: usize = 2 * 1024 * 1024;

/// Characters of a pattern.
const MAX_PATTERN: usize = 10_000;

/// Bytes of a text that is searched.
const MAX_TEXT: usize = 4 * 1024 * 1024;

/// Patterns kept compiled.
const MAX_CACHED: usize = 64;

/// The patterns of one rendering.
#[derive(Default)]
pub(crate) struct RegexCache {
    compiled: HashMap<Arc<str>, Compiled>,
}

/// A pattern ready for use: to be found anywhere, and to match a whole text.
#[derive(Clone)]
pub(crate) struct Compiled {
    anywhere: Arc<Regex>,
    whole: Arc<Regex>,
}

impl RegexCache {
    /// A pattern compiled, or why it cannot be.
    pub(crate) fn get(&mut self, pattern: &Arc<str>) -> Result<Compiled, String> {
        if let Some(found) = self.compiled.get(pattern) {
            return Ok(found.clone());
        }
        let compiled = Compiled {
            anywhere: Arc::new(java_regex(pattern)?),
            whole: Arc::new(java_regex(&format!("\\A(?:{pattern})\\z"))?),
        };
        if self.compiled.len() >= MAX_CACHED {
            self.compiled.clear();
        }
        self.compiled.insert(pattern.clone(), compiled.clone());
        Ok(compiled)
    }
}

/// Compiles a pattern as Java reads it.
fn java_regex(pattern: &str) -> Result<Regex, String> {
    java_regex_within(pattern, BACKTRACK_LIMIT)
}

/// The same, with a bound on the steps of one match.
pub(crate) fn java_regex_within(pattern: &str, steps: usize) -> Result<Regex, String> {
    if pattern.len() > MAX_PATTERN {
        return Err(format!("the pattern is longer than {MAX_PATTERN} bytes"));
    }
    RegexBuilder::new(&translate(pattern))
        .backtrack_limit(steps)
        .delegate_size_limit(SIZE_LIMIT)
        .delegate_dfa_size_limit(SIZE_LIMIT)
        .build()
        .map_err(|error| format!("the pattern {pattern:?} cannot be read: {error}"))
}

/// Rewrites what Java writes differently: its classes are ASCII, its quotes and octal numbers are its own.
fn translate(pattern: &str) -> String {
    let dot_is_all = pattern.contains("(?s");
    let mut out = String::with_capacity(pattern.len() + 16);
    let mut chars = pattern.chars().peekable();
    let mut class_depth = 0usize;
    while let Some(c) = chars.next() {
        match c {
            '\\' => escape(&mut chars, class_depth > 0, &mut out),
            '[' => {
                class_depth += 1;
                out.push('[');
                if chars.next_if_eq(&'^').is_some() {
                    out.push('^');
                }
            }
            ']' if class_depth > 0 => {
                class_depth -= 1;
                out.push(']');
            }
            '.' if class_depth == 0 && !dot_is_all => out.push_str("[^\\n\\r\\x{85}\\x{2028}\\x{2029}]"),
            // Java knows these only doubled; single, they are characters like any other.
            '-' | '~' if class_depth > 0 && chars.peek() == Some(&c) => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

fn escape(chars: &mut std::iter::Peekable<std::str::Chars<'_>>, in_class: bool, out: &mut String) {
    let Some(c) = chars.next() else {
        out.push('\\');
        return;
    };
    let class = |inside: &str, negated: bool| match (negated, in_class) {
        (false, true) => inside.to_owned(),
        (false, false) => format!("[{inside}]"),
        (true, _) => format!("[^{inside}]"),
    };
    match c {
        'd' | 'D' => out.push_str(&class("0-9", c == 'D')),
        'w' | 'W' => out.push_str(&class("a-zA-Z0-9_", c == 'W')),
        's' | 'S' => out.push_str(&class(" \\t\\n\\x0B\\f\\r", c == 'S')),
        'h' | 'H' => out.push_str(&class(
            " \\t\\x{A0}\\x{1680}\\x{180e}\\x{2000}-\\x{200a}\\x{202f}\\x{205f}\\x{3000}",
            c == 'H',
        )),
        'e' => out.push_str("\\x1B"),
        'Z' => out.push_str("(?=\\n?\\z)"),
        'Q' => {
            let mut quoted = String::new();
            while let Some(next) = chars.next() {
                if next == '\\' && chars.peek() == Some(&'E') {
                    chars.next();
                    break;
                }
                quoted.push(next);
            }
            out.push_str(&fancy_regex::escape(&quoted));
        }
        '0' => {
            let mut value = 0;
            for _ in 0..3 {
                let Some(digit) = chars.peek().and_then(|c| c.to_digit(8)) else { break };
                value = value * 8 + digit;
                chars.next();
            }
            out.push_str(&format!("\\x{{{value:x}}}"));
        }
        'u' => {
            let digits: String = chars.by_ref().take(4).collect();
            out.push_str(&format!("\\x{{{digits}}}"));
        }
        c if c.is_ascii_alphanumeric() => {
            out.push('\\');
            out.push(c);
        }
        c if c.is_ascii() => {
            // A character that is no letter stands for itself, also where the library would see more in it.
            if matches!(
                c,
                '<' | '>' | '\'' | '"' | '/' | '!' | ',' | ':' | ';' | '=' | '@' | '_' | '`' | '%' | ' '
            ) {
                out.push(c);
            } else {
                out.push('\\');
                out.push(c);
            }
        }
        c => out.push(c),
    }
}

impl Compiled {
    /// Whether the whole text matches.
    pub(crate) fn matches(&self, heap: &mut Heap, text: &str) -> Result<bool, Failure> {
        prepare(heap, text)?;
        self.whole.is_match(text).map_err(|error| failed(&error))
    }

    /// Replaces matches, `most` of them.
    pub(crate) fn replace(
        &self,
        heap: &mut Heap,
        text: &str,
        to: &str,
        most: usize,
    ) -> Result<String, Failure> {
        prepare(heap, text)?;
        let mut out = String::new();
        let mut copied = 0;
        for captures in self.anywhere.captures_iter(text).take(most) {
            let captures = captures.map_err(|error| failed(&error))?;
            look_at_clock(heap)?;
            let Some(found) = captures.get(0) else { continue };
            out.push_str(&text[copied..found.start()]);
            expand(&mut out, &captures, to)?;
            copied = found.end();
            if out.len() > heap.budget.limits.string_bytes {
                heap.budget.string(out.len())?;
            }
        }
        out.push_str(&text[copied..]);
        heap.budget.string(out.len())?;
        Ok(out)
    }

    /// Splits at matches into `most` parts at most. An empty match at the beginning splits nothing off.
    pub(crate) fn split(&self, heap: &mut Heap, text: &str, most: usize) -> Result<Vec<String>, Failure> {
        prepare(heap, text)?;
        let mut parts = Vec::new();
        let mut from = 0;
        for found in self.anywhere.find_iter(text) {
            let found = found.map_err(|error| failed(&error))?;
            look_at_clock(heap)?;
            if parts.len() + 1 >= most {
                break;
            }
            if found.end() == 0 || (found.start() == found.end() && found.start() == text.len()) {
                continue;
            }
            parts.push(text[from..found.start()].to_owned());
            from = found.end();
        }
        parts.push(text[from..].to_owned());
        Ok(parts)
    }
}

fn prepare(heap: &mut Heap, text: &str) -> Result<(), Failure> {
    if text.len() > MAX_TEXT {
        return Err(Failure::Refused(format!("the text is longer than {MAX_TEXT} bytes")));
    }
    Ok(heap.budget.text(text.len().saturating_mul(8))?)
}

fn look_at_clock(heap: &mut Heap) -> Result<(), Failure> {
    heap.budget.step()?;
    Ok(heap.budget.look_at_clock()?)
}

fn failed(error: &fancy_regex::Error) -> Failure {
    Failure::Refused(format!("the pattern gives up: {error}"))
}

/// Appends a replacement: `$1` and `${name}` are groups, a backslash takes the next character as it is.
fn expand(out: &mut String, captures: &Captures<'_, str>, to: &str) -> Result<(), Failure> {
    let refused = |reason: &str| Failure::Refused(format!("the replacement {to:?} {reason}"));
    let mut chars = to.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.push(chars.next().ok_or_else(|| refused("ends with a backslash"))?),
            '$' if chars.peek() == Some(&'{') => {
                chars.next();
                let name: String = chars.by_ref().take_while(|c| *c != '}').collect();
                let group = captures.name(&name);
                out.push_str(group.map_or("", |group| group.as_str()));
            }
            '$' => {
                let first = chars.next().and_then(|c| c.to_digit(10));
                let mut group = first.ok_or_else(|| refused("has a '$' without a group"))? as usize;
                if group >= captures.len() {
                    return Err(refused(&format!("names group {group}, which the pattern does not have")));
                }
                while let Some(digit) = chars.peek().and_then(|c| c.to_digit(10)) {
                    let longer = group * 10 + digit as usize;
                    if longer >= captures.len() {
                        break;
                    }
                    group = longer;
                    chars.next();
                }
                out.push_str(captures.get(group).map_or("", |group| group.as_str()));
            }
            c => out.push(c),
        }
    }
    Ok(())
}
