//! Reading a policy document.

use serde_json::{Map, Value};

use super::{Caller, Facts, condition::Conditions, pattern};

/// Bytes of a policy document. AWS's own limits are lower; this one keeps hostile documents from taking seconds to evaluate.
const MAX_BYTES: usize = 128 * 1024;

/// Characters of an ARN in `Resource`, with wildcards: API Gateway's limit for what an authorizer answers.
const MAX_RESOURCE: usize = 512;

/// A policy document that was read.
#[derive(Clone, Debug)]
pub struct Policy {
    pub(super) statements: Vec<Statement>,
}

/// Why a policy document cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the policy {0}")]
pub struct Malformed(pub(super) String);

#[derive(Clone, Debug)]
pub(super) struct Statement {
    pub(super) denies: bool,
    action: Listed,
    resource: Listed,
    principal: Option<Principals>,
    conditions: Conditions,
    variables: bool,
}

/// `Action`, or `NotAction` where `negated`; the same for resources.
#[derive(Clone, Debug)]
struct Listed {
    negated: bool,
    patterns: Vec<String>,
}

#[derive(Clone, Debug)]
struct Principals {
    negated: bool,
    everyone: bool,
}

impl Policy {
    /// Reads a policy document.
    ///
    /// # Errors
    /// When IAM's grammar does not allow it. `Effect` may be in any case, as authorizers in the wild have it.
    pub fn parse(document: &Value) -> Result<Self, Malformed> {
        let Value::Object(members) = document else { return malformed("is not an object") };
        if document.to_string().len() > MAX_BYTES {
            return malformed(format!("is longer than {MAX_BYTES} bytes"));
        }
        let variables = match members.get("Version") {
            None => false,
            Some(Value::String(version)) if version == "2012-10-17" => true,
            Some(Value::String(version)) if version == "2008-10-17" => false,
            Some(_) => return malformed("has a Version that there is not"),
        };
        let statements = match members.get("Statement") {
            Some(Value::Array(statements)) => statements.iter().collect(),
            Some(one @ Value::Object(_)) => vec![one],
            _ => return malformed("has no Statement"),
        };
        let statements =
            statements.into_iter().map(|of| statement(of, variables)).collect::<Result<_, _>>()?;
        Ok(Self { statements })
    }

    /// Reads a policy document given as JSON text.
    ///
    /// # Errors
    /// When the text is no JSON, or as [`Policy::parse`].
    pub fn from_text(text: &str) -> Result<Self, Malformed> {
        match serde_json::from_str(text) {
            Ok(document) => Self::parse(&document),
            Err(_) => malformed("is not JSON"),
        }
    }

    /// The same policy with the short form `execute-api:/stage/VERB/path` of resources written out. `api_arn` ends with the API's id.
    pub fn written_out(mut self, api_arn: &str) -> Self {
        for pattern in self.statements.iter_mut().flat_map(|statement| &mut statement.resource.patterns) {
            if let Some(rest) = pattern.strip_prefix("execute-api:/") {
                *pattern = format!("{api_arn}/{rest}");
            }
        }
        self
    }
}

fn malformed<T>(why: impl Into<String>) -> Result<T, Malformed> {
    Err(Malformed(why.into()))
}

fn statement(of: &Value, variables: bool) -> Result<Statement, Malformed> {
    let Value::Object(members) = of else { return malformed("has a statement that is not an object") };
    let denies = match members.get("Effect").and_then(Value::as_str) {
        Some(effect) if effect.eq_ignore_ascii_case("Allow") => false,
        Some(effect) if effect.eq_ignore_ascii_case("Deny") => true,
        _ => return malformed("has a statement whose Effect is neither Allow nor Deny"),
    };
    let resource = listed(members, "Resource", "NotResource")?;
    if resource.patterns.iter().any(|pattern| pattern.chars().count() > MAX_RESOURCE) {
        return malformed(format!("has a Resource of more than {MAX_RESOURCE} characters"));
    }
    Ok(Statement {
        denies,
        action: listed(members, "Action", "NotAction")?,
        resource,
        principal: principals(members)?,
        conditions: Conditions::parse(members.get("Condition")).map_err(Malformed)?,
        variables,
    })
}

fn listed(members: &Map<String, Value>, name: &str, not_name: &str) -> Result<Listed, Malformed> {
    let (negated, value) = match (members.get(name), members.get(not_name)) {
        (Some(value), None) => (false, value),
        (None, Some(value)) => (true, value),
        (None, None) => return malformed(format!("has a statement with neither {name} nor {not_name}")),
        (Some(_), Some(_)) => return malformed(format!("has a statement with both {name} and {not_name}")),
    };
    let text = |value: &Value| match value {
        Value::String(text) => Ok(text.clone()),
        _ => malformed(format!("has a statement whose {name} is not text")),
    };
    let patterns = match value {
        Value::Array(items) => items.iter().map(text).collect::<Result<_, _>>()?,
        one => vec![text(one)?],
    };
    Ok(Listed { negated, patterns })
}

fn principals(members: &Map<String, Value>) -> Result<Option<Principals>, Malformed> {
    let (negated, value) = match (members.get("Principal"), members.get("NotPrincipal")) {
        (None, None) => return Ok(None),
        (Some(value), None) => (false, value),
        (None, Some(value)) => (true, value),
        (Some(_), Some(_)) => return malformed("has a statement with both Principal and NotPrincipal"),
    };
    let star = |value: &Value| match value {
        Value::String(text) => text == "*",
        Value::Array(items) => items.iter().any(|item| item == "*"),
        _ => false,
    };
    let everyone = match value {
        Value::Object(kinds) => kinds.iter().any(|(kind, value)| kind == "AWS" && star(value)),
        value => star(value),
    };
    Ok(Some(Principals { negated, everyone }))
}

impl Statement {
    pub(super) fn is_about(&self, facts: &Facts<'_>) -> bool {
        let keys = self.variables.then_some(facts.keys);
        let action = facts.action.to_ascii_lowercase();
        let is_action =
            |of: &String| pattern::matches(&of.to_ascii_lowercase(), &action, pattern::Wild::Yes, None);
        let is_resource = |of: &String| pattern::matches(of, facts.resource, pattern::Wild::Yes, keys);
        self.action.holds(is_action)
            && self.resource.holds(is_resource)
            && self.is_for(facts.caller)
            && self.conditions.hold(facts.keys, self.variables)
    }

    fn is_for(&self, caller: Option<Caller>) -> bool {
        match (&self.principal, caller) {
            (None, _) | (_, None) => true,
            // A signed request may be of a principal that is excepted or of one that is not; nobody here can tell.
            (Some(Principals { negated: true, .. }), Some(Caller::Signed)) => false,
            (Some(principals), Some(_)) => principals.everyone != principals.negated,
        }
    }
}

impl Listed {
    fn holds(&self, is: impl Fn(&String) -> bool) -> bool {
        self.patterns.iter().any(is) != self.negated
    }
}
