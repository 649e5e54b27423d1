//! Where an authorizer finds who asks.

use serde_json::Value;

use crate::gateway::stages::Call;

/// One identity source of an authorizer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// `method.request.header.<name>`, in any case.
    Header(String),
    /// `method.request.querystring.<name>`.
    Query(String),
    /// `stageVariables.<name>`.
    StageVariable(String),
    /// `context.<path>`, such as `context.identity.sourceIp`.
    Context(String),
}

impl Source {
    /// Reads an expression; `None` for one that API Gateway does not know.
    pub(super) fn parse(expression: &str) -> Option<Self> {
        let expression = expression.trim();
        let expression = expression.strip_prefix('$').unwrap_or(expression);
        let (source, name): (fn(String) -> Self, &str) =
            if let Some(name) = expression.strip_prefix("method.request.header.") {
                (Self::Header, name)
            } else if let Some(name) = expression.strip_prefix("method.request.querystring.") {
                (Self::Query, name)
            } else if let Some(name) = expression.strip_prefix("stageVariables.") {
                (Self::StageVariable, name)
            } else {
                (Self::Context, expression.strip_prefix("context.")?)
            };
        (!name.is_empty()).then(|| source(name.to_owned()))
    }

    /// Its value in a request; `None` where it is missing, null or empty, which is all the same to API Gateway.
    pub(super) fn value(&self, call: &Call<'_>) -> Option<String> {
        let value = match self {
            Self::Header(name) => call.request.headers.get(name).map(str::to_owned),
            Self::Query(name) => {
                call.query.iter().rev().find(|(of, _)| of == name).map(|(_, value)| value.clone())
            }
            Self::StageVariable(name) => call.served.stage.variables.get(name).cloned(),
            Self::Context(path) => {
                let found = path.split('.').try_fold(&*call.context, |value, name| value.get(name));
                match found {
                    Some(Value::String(text)) => Some(text.clone()),
                    None | Some(Value::Null) => None,
                    Some(other) => Some(other.to_string()),
                }
            }
        };
        value.filter(|value| !value.is_empty())
    }
}

/// The values of all sources, or the first that has none.
pub(super) fn values(sources: &[Source], call: &Call<'_>) -> Result<Vec<String>, Source> {
    sources.iter().map(|source| source.value(call).ok_or_else(|| source.clone())).collect()
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Header(name) => write!(f, "header {name}"),
            Self::Query(name) => write!(f, "query parameter {name}"),
            Self::StageVariable(name) => write!(f, "stage variable {name}"),
            Self::Context(path) => write!(f, "$context.{path}"),
        }
    }
}
