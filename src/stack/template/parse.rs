//! `${…}` in a text, with the exact place of each.

use std::ops::Range;

use super::{ApiAttribute, Attribute, Reference, Section};
use crate::model::suggest::did_you_mean;

/// A piece of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Text as it is; `$${` has become `${`.
    Literal(String),
    /// `${…}`, and its bytes in the text.
    Reference(Reference, Range<usize>),
}

/// What is wrong with a `${…}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Bytes in the text.
    pub range: Range<usize>,
    /// A full sentence.
    pub detail: String,
    /// What to do.
    pub hint: Option<String>,
}

/// What may stand right after `${`, as shown when something else does.
const NAMESPACES: [&str; 24] = [
    "params",
    "stage",
    "account",
    "region",
    "env",
    "ssm",
    "secretsmanager",
    "stacks",
    "functions",
    "roles",
    "api",
    "layers",
    "tables",
    "buckets",
    "sites",
    "site",
    "ses_identities",
    "identity_pools",
    "pool",
    "user_pools",
    "user_pool",
    "api_keys",
    "usage_plans",
    "domains",
];

/// Takes `text` apart. Every mistake is told; the pieces are those that could be understood.
pub fn parse(text: &str) -> (Vec<Piece>, Vec<Mistake>) {
    let (mut pieces, mut mistakes) = (Vec::new(), Vec::new());
    let mut literal = String::new();
    let mut at = 0;
    while let Some(found) = text[at..].find('$') {
        let dollar = at + found;
        literal.push_str(&text[at..dollar]);
        let rest = &text[dollar..];
        if rest.starts_with("$${") {
            literal.push_str("${");
            at = dollar + 3;
        } else if rest.starts_with("${") {
            let Some(length) = rest.find('}') else {
                mistakes.push(Mistake {
                    range: dollar..dollar + 2,
                    detail: "This `${` is never closed by `}`.".into(),
                    hint: Some("write `$${` for the two characters themselves".into()),
                });
                at = text.len();
                break;
            };
            let range = dollar..dollar + length + 1;
            match reference(&rest[2..length]) {
                Ok(reference) => {
                    if !literal.is_empty() {
                        pieces.push(Piece::Literal(std::mem::take(&mut literal)));
                    }
                    pieces.push(Piece::Reference(reference, range.clone()));
                }
                Err((detail, hint)) => mistakes.push(Mistake { range: range.clone(), detail, hint }),
            }
            at = range.end;
        } else {
            literal.push('$');
            at = dollar + 1;
        }
    }
    literal.push_str(&text[at..]);
    if !literal.is_empty() {
        pieces.push(Piece::Literal(literal));
    }
    (pieces, mistakes)
}

type Wrong = (String, Option<String>);

fn reference(inner: &str) -> Result<Reference, Wrong> {
    let inner = inner.trim();
    if inner.is_empty() {
        return Err((
            "This `${}` names nothing.".into(),
            Some(format!("it may name {}", listed(&NAMESPACES))),
        ));
    }
    if let Some((kind, name)) = inner.split_once(':')
        && matches!(kind, "env" | "ssm" | "secretsmanager")
    {
        return looked_up(kind, name);
    }
    let words: Vec<&str> = inner.split('.').collect();
    match words.as_slice() {
        ["stage"] => Ok(Reference::Stage),
        ["account"] => Ok(Reference::Account),
        ["region"] => Ok(Reference::Region),
        ["params", name] if is_word(name) => Ok(Reference::Param((*name).to_owned())),
        ["params", ..] => Err(shape(inner, "${params.name}")),
        ["stacks", stack, "outputs", output] if is_word(stack) && is_word(output) => {
            Ok(Reference::StackOutput { stack: (*stack).to_owned(), output: (*output).to_owned() })
        }
        ["stacks", ..] => Err(shape(inner, "${stacks.other-stack.outputs.name}")),
        ["functions", key, attribute] if is_word(key) => {
            let attribute = match *attribute {
                "invocation_uri" => Attribute::InvocationUri,
                "arn" | "name" => named_attribute(inner, attribute)?,
                _ => return Err(no_attribute(inner, attribute, &["arn", "name", "invocation_uri"])),
            };
            Ok(Reference::Function((*key).to_owned(), attribute))
        }
        ["functions", ..] => Err(shape(inner, "${functions.key.arn}")),
        ["roles", key, attribute] if is_word(key) => {
            Ok(Reference::Role((*key).to_owned(), named_attribute(inner, attribute)?))
        }
        ["roles", ..] => Err(shape(inner, "${roles.key.arn}")),
        ["api", attribute] => api_attribute(inner, attribute),
        ["api", ..] => Err(shape(inner, "${api.url}")),
        words => match (Section::named(words[0]), Section::of_only(words[0])) {
            (Some(section), _) => keyed_object(inner, section, words),
            (None, Some(section)) => only_object(inner, section, words),
            (None, None) => Err(unknown(inner, words[0])),
        },
    }
}

/// `tables.users.arn`.
fn keyed_object(inner: &str, section: Section, words: &[&str]) -> Result<Reference, Wrong> {
    let [_, key, attribute] = words else {
        return Err(shape(inner, &format!("${{{section}.key.{}}}", section.attributes()[0])));
    };
    if !is_word(key) {
        return Err(shape(inner, &format!("${{{section}.key.{}}}", section.attributes()[0])));
    }
    let attribute = object_attribute(inner, section, attribute)?;
    Ok(Reference::Object { section, key: Some((*key).to_owned()), attribute })
}

/// `site.url`: of the only site.
fn only_object(inner: &str, section: Section, words: &[&str]) -> Result<Reference, Wrong> {
    let [word, attribute] = words else {
        return Err(shape(inner, &format!("${{{}.{}}}", words[0], section.attributes()[0])));
    };
    let attribute = object_attribute(&format!("{word}.{attribute}"), section, attribute)?;
    Ok(Reference::Object { section, key: None, attribute })
}

fn object_attribute(inner: &str, section: Section, attribute: &str) -> Result<&'static str, Wrong> {
    let known = section.attributes().iter().find(|known| **known == attribute);
    known.copied().ok_or_else(|| no_attribute(inner, attribute, section.attributes()))
}

fn looked_up(kind: &str, name: &str) -> Result<Reference, Wrong> {
    let name = name.trim();
    if name.is_empty() {
        return Err((format!("`${{{kind}:}}` does not say what to look up."), None));
    }
    match kind {
        "env" if name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') => {
            Ok(Reference::Env(name.to_owned()))
        }
        "env" => Err((format!("`{name}` is not the name of an environment variable."), None)),
        "ssm" if name.chars().all(|c| c.is_ascii_alphanumeric() || "_.-/:".contains(c)) => {
            Ok(Reference::Ssm(name.to_owned()))
        }
        "ssm" => Err((
            format!("`{name}` is not the name of a Systems Manager parameter."),
            Some("such a name holds letters, digits and `_.-/`".into()),
        )),
        _ => {
            let (name, key) = match name.split_once('#') {
                Some((name, key)) if !key.is_empty() => (name, Some(key.to_owned())),
                Some((name, _)) => (name, None),
                None => (name, None),
            };
            Ok(Reference::SecretsManager { name: name.to_owned(), key })
        }
    }
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}

fn named_attribute(inner: &str, attribute: &str) -> Result<Attribute, Wrong> {
    match attribute {
        "arn" => Ok(Attribute::Arn),
        "name" => Ok(Attribute::Name),
        _ => Err(no_attribute(inner, attribute, &["arn", "name"])),
    }
}

fn api_attribute(inner: &str, attribute: &str) -> Result<Reference, Wrong> {
    Ok(Reference::Api(match attribute {
        "url" => ApiAttribute::Url,
        "id" => ApiAttribute::Id,
        "arn" => ApiAttribute::Arn,
        "execution_arn" => ApiAttribute::ExecutionArn,
        _ => return Err(no_attribute(inner, attribute, &["url", "id", "arn", "execution_arn"])),
    }))
}

fn no_attribute(inner: &str, attribute: &str, known: &[&str]) -> Wrong {
    let hint = did_you_mean(attribute, known.iter().copied())
        .unwrap_or_else(|| format!("it may be {}", listed(known)));
    (format!("`${{{inner}}}` asks for `{attribute}`, which does not exist."), Some(hint))
}

fn shape(inner: &str, example: &str) -> Wrong {
    (
        format!("`${{{inner}}}` is not complete, or names too much."),
        Some(format!("it is written as `{example}`")),
    )
}

fn unknown(inner: &str, first: &str) -> Wrong {
    let word = first.split(':').next().unwrap_or(first);
    let hint = match word {
        "stageVariables" | "context" | "input" => {
            format!("write `$${{{inner}}}` to hand it to API Gateway as it is")
        }
        "aws" => format!("write `$${{{inner}}}` to hand it to IAM as it is"),
        _ => did_you_mean(word, NAMESPACES).unwrap_or_else(|| {
            format!("it may name {}; write `$${{` for the two characters themselves", listed(&NAMESPACES))
        }),
    };
    (format!("`${{{inner}}}` names nothing that a stack file knows."), Some(hint))
}

fn listed(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Reference {
        match parse(text) {
            (pieces, mistakes) if mistakes.is_empty() => match pieces.as_slice() {
                [Piece::Reference(reference, range)] => {
                    assert_eq!(*range, 0..text.len());
                    reference.clone()
                }
                other => panic!("{other:?}"),
            },
            (_, mistakes) => panic!("{mistakes:?}"),
        }
    }

    fn wrong(text: &str) -> Mistake {
        let (_, mut mistakes) = parse(text);
        assert_eq!(mistakes.len(), 1, "{mistakes:?}");
        mistakes.remove(0)
    }

    #[test]
    fn every_reference_reads_back_as_written() {
        for text in [
            "${params.auth0_domain}",
            "${stage}",
            "${account}",
            "${region}",
            "${env:AUTH0_SECRET}",
            "${ssm:/24-hour-video/auth0-secret}",
            "${secretsmanager:prod/db}",
            "${secretsmanager:prod/db#password}",
            "${stacks.auth0-authorizers.outputs.verify_bearer_arn}",
            "${functions.user-profile.arn}",
            "${roles.exec.name}",
            "${api.url}",
            "${api.execution_arn}",
        ] {
            assert_eq!(format!("${{{}}}", one(text)), text);
        }
    }

    #[test]
    fn text_around_references_stays() {
        let (pieces, mistakes) = parse("a $5 $${x} ${stage}-é${region}$");
        assert!(mistakes.is_empty());
        assert_eq!(
            pieces,
            [
                Piece::Literal("a $5 ${x} ".into()),
                Piece::Reference(Reference::Stage, 11..19),
                Piece::Literal("-é".into()),
                Piece::Reference(Reference::Region, 22..31),
                Piece::Literal("$".into()),
            ]
        );
    }

    #[test]
    fn mistakes_say_where_and_what_to_do() {
        assert_eq!(wrong("x${parms.a}").range, 1..11);
        assert_eq!(wrong("${parms.a}").hint.unwrap(), "did you mean `params`?");
        assert_eq!(wrong("${functions.a.arm}").hint.unwrap(), "did you mean `arn`?");
        assert_eq!(wrong("${api.authorizers.jwt}").hint.unwrap(), "it is written as `${api.url}`");
        assert!(wrong("${stageVariables.x}").hint.unwrap().contains("$${stageVariables.x}"));
        assert!(wrong("${aws:username}").hint.unwrap().contains("$${aws:username}"));
        assert_eq!(wrong("a ${stage").range, 2..4);
        assert!(wrong("${}").detail.contains("names nothing"));
        assert!(wrong("${env:a b}").detail.contains("environment variable"));
        assert!(wrong("${params.}").hint.unwrap().contains("${params.name}"));
    }

    #[test]
    fn mistakes_are_all_told() {
        assert_eq!(parse("${a} ${stage} ${b}").1.len(), 2);
    }
}
