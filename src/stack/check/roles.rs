//! IAM roles and policies.

use super::super::file::{Allow, Stack, Statement, Trust, WholeStatement};
use super::super::reader::shape::At;
use super::super::reader::{Document, Reader};
use super::super::source::Span;
use super::super::suggest::did_you_mean;
use super::super::template::{Section, Template};
use super::{each, limit_chars};

const DESCRIPTION_CHARS_MAX: usize = 1000;
/// All inline policies of a role together, blanks not counted (IAM quotas).
const INLINE_CHARS_MAX: usize = 10_240;
/// The most a trust policy may have after a raised quota.
const TRUST_CHARS_MAX: usize = 4096;
/// The most managed policies a role may have after a raised quota.
const MANAGED_MAX: usize = 20;
/// The inline policy that `statements` becomes.
const STATEMENTS_POLICY: &str = "statements";

pub(super) fn check(stack: &Stack, reader: &mut Reader<'_>) {
    each("roles", &stack.roles, reader, |entry, reader| {
        let role = &entry.value;
        if let Some(description) = &role.description {
            limit_chars(description, description.span, DESCRIPTION_CHARS_MAX, "The description", reader);
        }
        if let Some(extra) = role.managed_policies.get(MANAGED_MAX) {
            reader.error(
                extra.span,
                "too many policies",
                format!("IAM attaches at most {MANAGED_MAX} managed policies to a role."),
            );
        }
        for policy in &role.managed_policies {
            managed_policy(policy, reader);
        }
        statements(stack, &role.statements, reader);
        inline_policies(role, entry.key.span, reader);
        trust(stack, role.trust.as_ref(), reader);
    });
}

fn managed_policy(policy: &At<Template>, reader: &mut Reader<'_>) {
    let Some(name) = policy.known() else { return };
    let plain = |c: char| c.is_ascii_alphanumeric() || "+=,.@_-/".contains(c);
    if !name.starts_with("arn:") && (name.is_empty() || name.starts_with('/') || !name.chars().all(plain)) {
        let detail = format!("`{name}` is neither an ARN nor the name of a managed policy.");
        reader.error(policy.span, "invalid policy name", detail).with_hint(
            "names are those of AWS's own policies, such as `service-role/AWSLambdaBasicExecutionRole`",
        );
    }
}

/// Checks statements of a role, or of a function's own role.
pub(super) fn statements(stack: &Stack, statements: &[At<Statement>], reader: &mut Reader<'_>) {
    for statement in statements {
        match &statement.value {
            Statement::Whole(whole) => whole_statement(whole, reader),
            Statement::Short(short) => allowed(stack, &short.allow, reader),
        }
    }
}

/// A statement in short: its actions may be any that AWS knows, so that an odd one is only warned of; its objects must be there.
fn allowed(stack: &Stack, allow: &Allow, reader: &mut Reader<'_>) {
    let service = allow.service;
    for action in allow.actions.iter() {
        let Some(name) = action.known() else { continue };
        let plain = |c: char| c.is_ascii_alphanumeric() || "*?".contains(c);
        if name.is_empty() || !name.chars().all(plain) {
            let detail = format!("`{name}` is not an action of `{}`.", service.name());
            let bare = name.rsplit(':').next().unwrap_or_default();
            reader
                .error(action.span, "invalid action", detail)
                .with_hint(format!("actions are written here without the service: `{bare}`"));
        } else if !service.knows(name) {
            let detail = format!(
                "`{name}` is not a well-known action of `{}` on such an object; AWS may know it.",
                service.name()
            );
            let hint = did_you_mean(name, service.actions());
            reader.warning(action.span, "unknown action", detail).with_hint_of(hint);
        }
    }
    let keys: Vec<&str> = match service.section() {
        Some(section) => stack.keys(section),
        None => stack.functions.names().collect(),
    };
    let section = service.section().map_or("functions", |section| section.name());
    for on in allow.on.iter() {
        let Some(key) = on.known() else { continue };
        if !keys.contains(&key) {
            let detail = format!("`{section}` has no `{key}`.");
            let hint = did_you_mean(key, keys.iter().copied()).unwrap_or_else(|| {
                "what is not of this stack is named by its ARN, in a statement with `actions` and `resources`".to_owned()
            });
            reader.error(on.span, "unknown reference", detail).with_hint(hint);
        }
    }
    for (list, key) in [(&allow.actions, service.name()), (&allow.on, "on")] {
        if list.is_empty() {
            reader.error(list.span, "empty list", format!("`{key}` of a statement must name something."));
        }
    }
}

fn whole_statement(statement: &WholeStatement, reader: &mut Reader<'_>) {
    for action in statement.actions.iter() {
        let Some(name) = action.known() else { continue };
        let service_and_action = name.split_once(':').is_some_and(|(service, action)| {
            !service.is_empty()
                && !action.is_empty()
                && !action.contains(':')
                && !name.contains(char::is_whitespace)
        });
        if name != "*" && !service_and_action {
            let detail = format!("`{name}` is not an action.");
            reader
                .error(action.span, "invalid action", detail)
                .with_hint("an action is written `service:Action`, such as `s3:GetObject`");
        }
    }
    for resource in statement.resources.iter() {
        let Some(name) = resource.known() else { continue };
        if !name.starts_with("arn:") && !name.starts_with('*') {
            let detail = format!("`{name}` is not an ARN.");
            reader
                .error(resource.span, "invalid resource", detail)
                .with_hint("a resource is an ARN, or `*` for all of them");
        }
    }
    for (list, key) in [(&statement.actions, "actions"), (&statement.resources, "resources")] {
        if list.is_empty() {
            reader.error(list.span, "empty list", format!("`{key}` of a statement must name something."));
        }
    }
}

fn inline_policies(role: &super::super::file::Role, span: Span, reader: &mut Reader<'_>) {
    for policy in &role.inline_policies {
        let name = policy.key.as_str();
        if name.len() > 128 || !name.chars().all(|c| c.is_ascii_alphanumeric() || "+=,.@_-".contains(c)) {
            reader.error(
                policy.key.span,
                "invalid policy name",
                format!("`{name}` cannot be the name of an inline policy."),
            );
        }
        if name == STATEMENTS_POLICY && !role.statements.is_empty() {
            let detail = "The role's `statements` become an inline policy with this very name.";
            reader.error(policy.key.span, "two objects with one name", detail);
        }
        if policy.value.get("Statement").is_none() {
            let detail = format!("The policy document `{name}` has no `Statement`.");
            reader.error(policy.value.span, "invalid policy document", detail);
        }
    }
    let chars: usize = role.inline_policies.iter().map(|policy| document_chars(&policy.value)).sum();
    if chars > INLINE_CHARS_MAX {
        let detail = format!(
            "The role's inline policies have {chars} characters; IAM takes at most {INLINE_CHARS_MAX} together."
        );
        reader.error(span, "policy too large", detail);
    }
}

fn trust(stack: &Stack, trust: Option<&At<Trust>>, reader: &mut Reader<'_>) {
    match trust {
        Some(At { value: Trust::Pool(pool), .. }) => {
            let (keys, key) = (stack.keys(Section::IdentityPools), pool.identity_pool.value.0.as_str());
            if !keys.contains(&key) {
                let detail = format!("`identity_pools` has no `{key}`.");
                let hint = did_you_mean(key, keys);
                reader.error(pool.identity_pool.span, "unknown reference", detail).with_hint_of(hint);
            }
        }
        Some(At { value: Trust::Services(services), .. }) => {
            for service in services {
                if let Some(name) = service.known()
                    && (!name.contains('.') || name.contains(char::is_whitespace))
                {
                    let detail = format!("`{name}` is not a service principal.");
                    reader
                        .error(service.span, "invalid principal", detail)
                        .with_hint("such as `lambda.amazonaws.com`");
                }
            }
        }
        Some(At { value: Trust::Document(document), span }) => {
            if document.get("Statement").is_none() {
                reader.error(*span, "invalid policy document", "The trust policy has no `Statement`.");
            }
            let chars = document_chars(document);
            if chars > TRUST_CHARS_MAX {
                let detail =
                    format!("The trust policy has {chars} characters; IAM takes at most {TRUST_CHARS_MAX}.");
                reader.error(*span, "policy too large", detail);
            }
        }
        None => {}
    }
}

/// The sure part of a policy's length as compact JSON without blanks, the way IAM counts.
pub(super) fn document_chars(document: &Document) -> usize {
    let sure = |text: &Template| Ok::<_, std::convert::Infallible>("x".repeat(text.known_chars()));
    match document.to_json(&mut { sure }) {
        Ok(json) => json.to_string().chars().filter(|c| !c.is_whitespace()).count(),
    }
}
