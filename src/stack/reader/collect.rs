//! `${…}` while reading: what is known is put in its place, the rest stays, with its place in the file.

use std::borrow::Cow;

use serde_json::{Value as JsonValue, json};

use super::super::source::Span;
use super::super::suggest::did_you_mean;
use super::super::template::{self, Part, Piece, Reference, Secret, Template};
use super::super::yaml::{Kind, Node, Scalar, Value};
use super::shape::{Definitions, Shape};
use super::{Mention, Reader};

/// A node in whose place a whole `${params.x}` may have stood.
pub enum Settled<'n> {
    /// What there is to read.
    Known(Cow<'n, Node>),
    /// It is known once a stage is chosen.
    Later,
    /// It was noted what is wrong.
    Wrong,
}

impl Shape for Template {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        match node.scalar() {
            Some(scalar) if scalar.kind() != Kind::Null => Some(reader.template(node, scalar)),
            _ => {
                reader.wrong_type(node, "text");
                None
            }
        }
    }

    fn schema(_: &mut Definitions) -> JsonValue {
        json!({ "type": ["string", "number", "boolean"] })
    }

    fn stand_in() -> Option<Self> {
        // A reference that nothing resolves: no check mistakes it for known text.
        Some(Self::from_parts([Part::Reference(Reference::Param(String::new()), Span::default())]))
    }
}

impl Reader<'_> {
    fn template(&mut self, node: &Node, scalar: &Scalar) -> Template {
        let literal = |text: String| match scalar.secret {
            true => Part::Secret(Secret::new("secret", text)),
            false => Part::Literal(text),
        };
        if scalar.literal {
            return Template::from_parts([literal(scalar.text.clone())]);
        }
        let (pieces, mistakes) = template::parse(&scalar.text);
        for mistake in mistakes {
            let span = self.span_within(node, mistake.range.start, mistake.range.end);
            self.error(span, "invalid reference", mistake.detail).with_hint_of(mistake.hint);
        }
        let mut parts = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Literal(text) => parts.push(literal(text)),
                Piece::Reference(reference, range) => {
                    let span = self.span_within(node, range.start, range.end);
                    parts.extend(self.substitute(reference, span));
                }
            }
        }
        Template::from_parts(parts)
    }

    fn substitute(&mut self, reference: Reference, span: Span) -> Vec<Part> {
        match (&reference, self.scope.given) {
            (Reference::Param(name), given) => {
                if !self.is_declared(name, span) {
                    return vec![Part::Reference(reference, span)];
                }
                if let (Some(_), Some(parts)) = (given, self.param_text(name, span)) {
                    return parts;
                }
            }
            (Reference::Stage, Some(given)) => return vec![Part::Literal(given.stage.to_owned())],
            (Reference::Env(name), Some(given)) => match (given.env)(name) {
                Some(value) => return vec![Part::Secret(Secret::new(reference.to_string(), value))],
                None => {
                    let detail =
                        format!("The environment variable `{name}` is not set, and this value needs it.");
                    self.error(span, "environment variable not set", detail)
                        .with_hint(format!("set it where gatewright runs: `export {name}=…`"));
                }
            },
            _ => {}
        }
        self.references.push(Mention { reference: reference.clone(), span, key_path: self.key_path() });
        vec![Part::Reference(reference, span)]
    }

    fn is_declared(&mut self, name: &str, span: Span) -> bool {
        let declared = self.scope.params.get(name).is_some();
        if !declared {
            let hint = did_you_mean(name, self.scope.params.names())
                .unwrap_or_else(|| format!("declare it: `params: {{ {name}: {{ description: … }} }}`"));
            self.error(span, "unknown parameter", format!("The stack declares no parameter `{name}`."))
                .with_hint(hint);
        }
        declared
    }

    /// The value of a parameter as text; none where it has none, or leads back to itself (both are told elsewhere, once).
    fn param_text(&mut self, name: &str, span: Span) -> Option<Vec<Part>> {
        let param = self.scope.params.get(name)?;
        let value = param.value.as_ref()?;
        let Value::Scalar(scalar) = &value.value else {
            let detail = format!("The parameter `{name}` is a list, and here is text.");
            self.error(span, "wrong type", detail)
                .with_hint(format!("a list may only be the whole value: `${{params.{name}}}`"));
            return None;
        };
        if self.params_open.iter().any(|open| open == name) {
            return None;
        }
        self.params_open.push(name.to_owned());
        let template = self.template(value, scalar);
        self.params_open.pop();
        Some(
            template
                .parts
                .into_iter()
                .map(|part| if param.secret { secret_of(name, part) } else { part })
                .collect(),
        )
    }

    /// What stands in the place of `node`, if that is a `${…}`.
    pub fn settle<'n>(&mut self, node: &'n Node) -> Settled<'n> {
        let Some(scalar) = node.scalar().filter(|scalar| !scalar.literal && scalar.text.contains("${"))
        else {
            return Settled::Known(Cow::Borrowed(node));
        };
        if let (pieces, true) = whole(&scalar.text)
            && let [Piece::Reference(Reference::Param(name), range)] = pieces.as_slice()
        {
            let span = self.span_within(node, range.start, range.end);
            return if self.is_declared(name, span) {
                self.settle_param(name, node.span)
            } else {
                Settled::Wrong
            };
        }
        let before = self.problems.len();
        let template = self.template(node, scalar);
        if self.problems.len() > before {
            return Settled::Wrong;
        }
        let Some(text) = template.exposed() else {
            let open = self.scope.given.is_none()
                && template.references().all(|(reference, _)| {
                    matches!(reference, Reference::Param(_) | Reference::Stage | Reference::Env(_))
                });
            if !open && !self.is_missing_param(&template) {
                let detail =
                    format!("Here must be a value that is known before the deploy, and `{template}` is not.");
                self.error(node.span, "value not known yet", detail);
                return Settled::Wrong;
            }
            return Settled::Later;
        };
        let mut known = Node::given(text, node.span);
        if template.is_secret() {
            known.make_secret();
        }
        Settled::Known(Cow::Owned(known))
    }

    fn is_missing_param(&self, template: &Template) -> bool {
        template.references().any(|(reference, _)| matches!(reference, Reference::Param(_)))
    }

    /// A whole `${params.x}`: the parameter's own value, list or scalar, standing where it is used.
    fn settle_param<'n>(&mut self, name: &str, used_at: Span) -> Settled<'n> {
        let param = self.scope.params.get(name).filter(|_| self.scope.given.is_some());
        let Some((value, secret)) = param.and_then(|param| Some((param.value.clone()?, param.secret))) else {
            return Settled::Later;
        };
        if self.params_open.iter().any(|open| open == name) {
            return Settled::Later;
        }
        self.params_open.push(name.to_owned());
        let settled = match self.settle(&value) {
            Settled::Known(known) => {
                let mut known = known.into_owned();
                known.span = used_at;
                if secret {
                    known.make_secret();
                }
                Settled::Known(Cow::Owned(known))
            }
            Settled::Later => Settled::Later,
            Settled::Wrong => Settled::Wrong,
        };
        self.params_open.pop();
        settled
    }
}

fn secret_of(param: &str, part: Part) -> Part {
    match part {
        Part::Literal(text) => Part::Secret(Secret::new(format!("params.{param}"), text)),
        other => other,
    }
}

fn whole(text: &str) -> (Vec<Piece>, bool) {
    let (pieces, mistakes) = template::parse(text.trim());
    let whole = mistakes.is_empty() && pieces.len() == 1;
    (pieces, whole)
}
