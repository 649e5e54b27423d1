//! YAML text to a tree, within a budget: a small file cannot make a large tree.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde_yaml::granit_parser::{self, Event, Marker, Parser, ScalarStyle, Tag};

use super::super::diagnostic::{Diagnostic, Place};
use super::super::source::{Source, Span};
use super::{Entry, Node, Scalar, Style, Value};

/// A larger file is refused before it is parsed.
pub const SIZE_BYTES_MAX: u64 = 10 * 1024 * 1024;
/// Values in one file, those that aliases repeat included. The largest real API has some ten thousand.
const NODES_MAX: usize = 200_000;
/// Lists and mappings within each other.
const DEPTH_MAX: usize = 64;

/// Takes the text of `source` apart.
///
/// # Errors
/// Text that is not YAML ends the parse at the first problem; duplicate keys, keys that are no text and tags are all told.
pub fn parse(source: &Arc<Source>) -> Result<Node, Vec<Diagnostic>> {
    let options = {
        let mut options = granit_parser::Options::default();
        options.set_emit_comments(false);
        options.flow_nesting_limit = DEPTH_MAX;
        options.block_nesting_limit = DEPTH_MAX;
        options
    };
    let mut builder = Builder::new(source);
    for event in Parser::new_from_str_with_options(source.text(), options) {
        match event {
            Ok((event, span)) => {
                builder.event(event, builder.span(span.start, span.end)).map_err(|stop| vec![*stop])?
            }
            Err(error) => {
                let at = Span::at(builder.offset(*error.marker()));
                let detail = format!("The file is not valid YAML: {}.", error.info());
                return Err(vec![builder.problem(at, "invalid YAML", detail)]);
            }
        }
    }
    builder.finish()
}

enum Frame {
    List { start: usize, anchor: usize, items: Vec<Node> },
    Map(MapFrame),
}

#[derive(Default)]
struct MapFrame {
    start: usize,
    anchor: usize,
    entries: Vec<Entry>,
    /// The keys of `entries`: a mapping may have very many.
    keys: HashSet<String>,
    /// A key that waits for its value.
    key: Option<(String, Span)>,
    merges: Vec<Node>,
}

struct Builder<'s> {
    source: &'s Arc<Source>,
    frames: Vec<Frame>,
    anchors: HashMap<usize, Node>,
    root: Option<Node>,
    nodes: usize,
    problems: Vec<Diagnostic>,
}

type Step = Result<(), Box<Diagnostic>>;

impl<'s> Builder<'s> {
    fn new(source: &'s Arc<Source>) -> Self {
        Self {
            source,
            frames: Vec::new(),
            anchors: HashMap::new(),
            root: None,
            nodes: 0,
            problems: Vec::new(),
        }
    }

    fn offset(&self, marker: Marker) -> usize {
        marker.byte_offset().unwrap_or_default().min(self.source.text().len())
    }

    fn span(&self, start: Marker, end: Marker) -> Span {
        Span::new(self.offset(start), self.offset(end))
    }

    fn problem(&self, span: Span, summary: &'static str, detail: impl Into<String>) -> Diagnostic {
        Diagnostic::error(Place { source: Arc::clone(self.source), span: Some(span) }, summary, detail)
    }

    fn event(&mut self, event: Event<'_>, span: Span) -> Step {
        match event {
            Event::DocumentStart(..) if self.root.is_some() => Err(Box::new(self.problem(
                span,
                "more than one document",
                "A stack file is one YAML document; this `---` starts another one.",
            ))),
            Event::Scalar(text, style, anchor, tag) => {
                let style = self.tagged(tag.as_deref(), span, style_of(style));
                let scalar = Scalar { text: text.into_owned(), style, literal: false, secret: false };
                self.add(Node { value: Value::Scalar(scalar), span }, anchor)
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.tagged(tag.as_deref(), span, Style::Plain);
                self.frames.push(Frame::List { start: span.start, anchor, items: Vec::new() });
                Ok(())
            }
            Event::MappingStart(_, anchor, tag) => {
                self.tagged(tag.as_deref(), span, Style::Plain);
                self.frames.push(Frame::Map(MapFrame { start: span.start, anchor, ..MapFrame::default() }));
                Ok(())
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(span.end),
            Event::Alias(anchor) => {
                let Some(mut node) = self.anchors.get(&anchor).cloned() else {
                    return Err(Box::new(self.problem(
                        span,
                        "invalid YAML",
                        "This alias stands inside its own anchor.",
                    )));
                };
                node.span = span;
                self.nodes += count(&node);
                self.add(node, 0)
            }
            _ => Ok(()),
        }
    }

    /// The style a tag gives a scalar; a tag of someone else's own is refused.
    fn tagged(&mut self, tag: Option<&Tag>, span: Span, style: Style) -> Style {
        match tag {
            Some(tag) if !tag.is_yaml_core_schema() => {
                let hint = "write a reference as `${…}`, for example `${functions.orders.arn}`";
                let problem = self.problem(
                    span,
                    "unknown tag",
                    "YAML tags such as `!Ref` and `!Sub` mean nothing here.",
                );
                self.problems.push(problem.hint(hint));
                style
            }
            Some(tag) if tag.core_suffix() == Some("str") && style == Style::Plain => Style::DoubleQuoted,
            _ => style,
        }
    }

    fn close(&mut self, end: usize) -> Step {
        let (node, anchor) = match self.frames.pop() {
            Some(Frame::List { start, anchor, items }) => {
                (Node { value: Value::List(items), span: Span::new(start, end) }, anchor)
            }
            Some(Frame::Map(mut map)) => {
                for merge in std::mem::take(&mut map.merges) {
                    self.merge(&mut map, merge);
                }
                (Node { value: Value::Map(map.entries), span: Span::new(map.start, end) }, map.anchor)
            }
            None => return Ok(()),
        };
        self.add(node, anchor)
    }

    /// `<<: *a` adds the entries of another mapping that are not there yet.
    fn merge(&mut self, map: &mut MapFrame, from: Node) {
        match from.value {
            Value::Map(more) => {
                for entry in more {
                    if map.keys.insert(entry.key.clone()) {
                        map.entries.push(entry);
                    }
                }
            }
            Value::List(items) => items.into_iter().for_each(|item| self.merge(map, item)),
            Value::Scalar(_) => {
                let detail = "`<<` takes the alias of a mapping, or a list of them.";
                self.problems.push(self.problem(from.span, "invalid merge", detail));
            }
        }
    }

    fn add(&mut self, node: Node, anchor: usize) -> Step {
        self.nodes += 1;
        if self.nodes > NODES_MAX {
            let detail =
                format!("The file holds more than {NODES_MAX} values once its aliases are followed.");
            return Err(Box::new(self.problem(node.span, "file too large", detail)));
        }
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        let problem = match self.frames.last_mut() {
            None => {
                self.root = Some(node);
                None
            }
            Some(Frame::List { items, .. }) => {
                items.push(node);
                None
            }
            Some(Frame::Map(map)) => map.add(node),
        };
        if let Some((span, summary, detail)) = problem {
            let problem = self.problem(span, summary, detail);
            self.problems.push(problem);
        }
        Ok(())
    }

    fn finish(self) -> Result<Node, Vec<Diagnostic>> {
        match self.root {
            _ if !self.problems.is_empty() => Err(self.problems),
            Some(node) => Ok(node),
            None => Err(vec![
                Diagnostic::file(self.source.path(), "empty file", "There is nothing in this file.")
                    .hint("a stack file starts with `stack: <name>`; `gatewright init` writes one"),
            ]),
        }
    }
}

impl MapFrame {
    /// Takes a key, or the value of the key before it. What is wrong comes back.
    fn add(&mut self, node: Node) -> Option<(Span, &'static str, String)> {
        let Some((key, key_span)) = self.key.take() else {
            let text = match node.value {
                Value::Scalar(scalar) => scalar.text,
                _ => String::new(),
            };
            let wrong = text.is_empty();
            self.key = Some((text, node.span));
            return wrong.then(|| (node.span, "invalid key", "A key must be text that is not empty.".into()));
        };
        if key == "<<" {
            self.merges.push(node);
        } else if self.keys.contains(&key) {
            return Some((key_span, "duplicate key", format!("The key `{key}` is already in this mapping.")));
        } else {
            self.keys.insert(key.clone());
            self.entries.push(Entry { key, key_span, node });
        }
        None
    }
}

fn style_of(style: ScalarStyle) -> Style {
    match style {
        ScalarStyle::Plain => Style::Plain,
        ScalarStyle::SingleQuoted => Style::SingleQuoted,
        ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
        ScalarStyle::Literal => Style::Literal,
        ScalarStyle::Folded => Style::Folded,
    }
}

fn count(node: &Node) -> usize {
    match &node.value {
        Value::Scalar(_) => 1,
        Value::List(items) => 1 + items.iter().map(count).sum::<usize>(),
        Value::Map(entries) => 1 + entries.iter().map(|entry| count(&entry.node)).sum::<usize>(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(text: &str) -> Result<Node, Vec<&'static str>> {
        parse(&Arc::new(Source::new("a.yaml", text)))
            .map_err(|found| found.iter().map(|one| one.summary).collect())
    }

    #[test]
    fn values_know_where_they_stand() {
        let text = "a:\n  b: [one, 'two']\n  c: |\n    three\n    four\n";
        let node = tree(text).unwrap();
        let list = node.get("a").unwrap().get("b").unwrap();
        assert_eq!(&text[list.span.start..list.span.end], "[one, 'two']");
        let Value::List(items) = &list.value else { panic!("not a list") };
        assert_eq!(&text[items[1].span.start..items[1].span.end], "'two'");
        let block = node.get("a").unwrap().get("c").unwrap();
        assert_eq!(block.scalar().unwrap().text, "three\nfour\n");
        assert_eq!(block.scalar().unwrap().style, Style::Literal);
        assert_eq!(&node.entries()[0].key, "a");
        assert_eq!(node.entries()[0].key_span, Span::new(0, 1));
    }

    #[test]
    fn aliases_and_merge_keys_are_followed() {
        let node = tree("base: &b {x: 1, y: 2}\nuse: {<<: *b, y: 3}\nsame: *b\n").unwrap();
        let used = node.get("use").unwrap();
        assert_eq!(used.get("x").unwrap().scalar().unwrap().text, "1");
        assert_eq!(used.get("y").unwrap().scalar().unwrap().text, "3");
        assert_eq!(node.get("same").unwrap().get("y").unwrap().scalar().unwrap().text, "2");
    }

    #[test]
    fn what_is_wrong_is_told() {
        for (text, expected) in [
            ("", "empty file"),
            ("# nothing\n", "empty file"),
            ("a: 1\na: 2\n", "duplicate key"),
            ("a: [1\n", "invalid YAML"),
            ("a:\n\tb: 1\n", "invalid YAML"),
            ("a: *nobody\n", "invalid YAML"),
            ("a: &a [*a]\n", "invalid YAML"),
            ("a: 1\n---\nb: 2\n", "more than one document"),
            ("a: !Ref b\n", "unknown tag"),
            ("? [a]\n: 1\n", "invalid key"),
            ("<<: 4\n", "invalid merge"),
        ] {
            assert_eq!(tree(text).unwrap_err(), [expected], "{text:?}");
        }
        assert_eq!(tree("a: 1\na: 2\nb: !Sub x\n").unwrap_err(), ["duplicate key", "unknown tag"]);
    }

    #[test]
    fn a_very_wide_mapping_is_read_in_no_time() {
        let wide: String = (0..90_000).map(|number| format!("k{number}: 1\n")).collect();
        assert_eq!(tree(&wide).unwrap().entries().len(), 90_000);
    }

    #[test]
    fn bombs_and_deep_nests_are_stopped() {
        let mut bomb = String::from("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for level in 1..12 {
            let aliases = vec![format!("*a{}", level - 1); 10].join(",");
            bomb.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
        }
        assert_eq!(tree(&bomb).unwrap_err(), ["file too large"]);
        assert_eq!(tree(&"[".repeat(100_000)).unwrap_err(), ["invalid YAML"]);
    }
}
