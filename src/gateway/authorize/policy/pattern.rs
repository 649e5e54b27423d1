//! Wildcards and policy variables.

use super::Keys;

/// One element of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    /// `*`: any text, also none and also with `/` and `:` in it.
    Many,
    /// `?`: one character.
    One,
    /// A character that stands for itself.
    Char(char),
}

/// Whether `*` and `?` are wildcards in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wild {
    Yes,
    No,
}

/// Whether the whole of `text` is what `pattern` asks for. Variables such as `${aws:SourceIp}` are filled in where `keys` are given;
/// one without a value makes a pattern that matches nothing, as in IAM.
pub(super) fn matches(pattern: &str, text: &str, wild: Wild, keys: Option<&Keys>) -> bool {
    tokens(pattern, wild, keys).is_some_and(|tokens| glob(&tokens, text))
}

fn tokens(pattern: &str, wild: Wild, keys: Option<&Keys>) -> Option<Vec<Token>> {
    let mut tokens = Vec::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        if let (Some(keys), Some(after)) = (keys, rest.strip_prefix("${"))
            && let Some((name, after)) = after.split_once('}')
        {
            tokens.extend(variable(name, keys)?.chars().map(Token::Char));
            rest = after;
            continue;
        }
        tokens.push(match (c, wild) {
            ('*', Wild::Yes) => Token::Many,
            ('?', Wild::Yes) => Token::One,
            (c, _) => Token::Char(c),
        });
        rest = &rest[c.len_utf8()..];
    }
    Some(tokens)
}

/// The value of `name`, which may carry a default: `aws:username, 'nobody'`. `*`, `?` and `$` stand for themselves.
fn variable(name: &str, keys: &Keys) -> Option<String> {
    if matches!(name, "*" | "?" | "$") {
        return Some(name.to_owned());
    }
    let (name, otherwise) = match name.split_once(',') {
        Some((name, otherwise)) => (name.trim(), Some(otherwise.trim().trim_matches('\'').to_owned())),
        None => (name.trim(), None),
    };
    match keys.get(name) {
        [one] => Some(one.clone()),
        _ => otherwise,
    }
}

/// Goes back to the last `*` only, so that the work is at most the product of the two lengths.
fn glob(tokens: &[Token], text: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    let (mut at, mut token) = (0, 0);
    let mut last_many: Option<(usize, usize)> = None;
    while at < text.len() {
        match tokens.get(token) {
            Some(Token::Many) => {
                last_many = Some((token, at));
                token += 1;
            }
            Some(Token::One) => {
                token += 1;
                at += 1;
            }
            Some(Token::Char(c)) if *c == text[at] => {
                token += 1;
                at += 1;
            }
            _ => {
                let Some((many, from)) = last_many else { return false };
                last_many = Some((many, from + 1));
                token = many + 1;
                at = from + 1;
            }
        }
    }
    tokens[token..].iter().all(|token| *token == Token::Many)
}
