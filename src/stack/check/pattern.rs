//! Regular expressions of Java's kind. Only what is surely wrong is refused.

/// What is wrong with `pattern`, as a sentence without its full stop.
pub(super) fn mistake(pattern: &str) -> Option<String> {
    let mut open_groups = 0_usize;
    let mut repeatable = false;
    let mut characters = pattern.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '\\' => {
                match characters.next() {
                    None => return Some("it ends in a single `\\`".into()),
                    Some('Q') => skip_quoted(&mut characters),
                    Some(_) => {}
                }
                repeatable = true;
            }
            '[' => {
                if !skip_class(&mut characters) {
                    return Some("a `[` is never closed".into());
                }
                repeatable = true;
            }
            '(' => {
                open_groups += 1;
                if characters.next_if_eq(&'?').is_some() {
                    match characters.peek() {
                        Some(':' | '=' | '!' | '>' | '<' | 'i' | 'd' | 'm' | 's' | 'u' | 'x' | 'U' | '-') => {
                        }
                        _ => return Some("`(?` is followed by nothing that is known".into()),
                    }
                }
                repeatable = false;
            }
            ')' => {
                open_groups = match open_groups.checked_sub(1) {
                    Some(open) => open,
                    None => return Some("a `)` has no `(`".into()),
                };
                repeatable = true;
            }
            '*' | '+' | '?' => {
                if !repeatable {
                    return Some(format!("`{c}` repeats nothing"));
                }
                // A second `?` or `+` makes it lazy or possessive.
                let _ = characters.next_if(|next| matches!(next, '?' | '+'));
                repeatable = false;
            }
            '|' => repeatable = false,
            // Java repeats an anchor without complaint.
            _ => repeatable = true,
        }
    }
    (open_groups > 0).then(|| "a `(` is never closed".into())
}

type Characters<'p> = std::iter::Peekable<std::str::Chars<'p>>;

fn skip_quoted(characters: &mut Characters<'_>) {
    let mut before = ' ';
    for c in characters.by_ref() {
        if before == '\\' && c == 'E' {
            return;
        }
        before = c;
    }
}

/// Walks to the end of a class, whose `[` has been read; classes may hold classes. False where it has no end.
fn skip_class(characters: &mut Characters<'_>) -> bool {
    let _ = characters.next_if_eq(&'^');
    // A `]` that comes first stands for itself.
    let _ = characters.next_if_eq(&']');
    let mut depth = 1_usize;
    while let Some(c) = characters.next() {
        match c {
            '\\' => {
                characters.next();
            }
            '[' => depth += 1,
            ']' if depth == 1 => return true,
            ']' => depth -= 1,
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::mistake;

    #[test]
    fn what_java_takes_is_taken() {
        for pattern in [
            "^Bearer [-0-9a-zA-Z._]*$",
            ".*Authorization Failed.*",
            "4\\d{2}",
            r#".*"code":\s*400.*"#,
            "(?s).*(a|b)+?.*",
            "[^\\]x]+",
            "[]a]",
            "[a-z&&[^b]]",
            "\\Q(((\\E",
            "(?<name>x)\\k<name>",
            "a{2,3}",
            "",
            "[\\s\\S]*403[\\s\\S]*",
        ] {
            assert_eq!(mistake(pattern), None, "{pattern}");
        }
    }

    #[test]
    fn what_is_surely_wrong_is_not() {
        for (pattern, expected) in [
            ("*abc", "`*` repeats nothing"),
            ("a(b", "a `(` is never closed"),
            ("a)b", "a `)` has no `(`"),
            ("[a-z", "a `[` is never closed"),
            ("abc\\", "it ends in a single `\\`"),
            ("a|+", "`+` repeats nothing"),
            ("(?Px)", "`(?` is followed by nothing that is known"),
        ] {
            assert_eq!(mistake(pattern).as_deref(), Some(expected), "{pattern}");
        }
    }
}
