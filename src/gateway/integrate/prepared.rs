//! An integration, read once: its templates, mappings and patterns.

use std::collections::BTreeMap;

use fancy_regex::Regex;

use super::target::{Target, target};
use crate::{
    gateway::{
        gateway_response::Fault,
        mapping::Source,
        vtl::{self, SyntaxError, Template, java_regex_within},
    },
    kinds::rest_api::{ContentHandling, Integration, IntegrationResponse},
};

/// How many steps a selection pattern may take for one answer.
const PATTERN_STEPS: usize = 100_000;

/// Templates by content type. One that cannot be read fails where it is used, as on AWS.
#[derive(Debug, Default)]
pub struct Templates(BTreeMap<String, Result<Template, SyntaxError>>);

impl Templates {
    fn new(templates: &BTreeMap<String, String>) -> Self {
        Self(templates.iter().map(|(of, text)| (of.clone(), vtl::parse(text))).collect())
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The template for exactly this content type.
    pub fn get(&self, content_type: &str) -> Option<(&str, &Result<Template, SyntaxError>)> {
        self.0.get_key_value(content_type).map(|(of, template)| (of.as_str(), template))
    }

    /// The first there is.
    pub fn first(&self) -> Option<(&str, &Result<Template, SyntaxError>)> {
        self.0.first_key_value().map(|(of, template)| (of.as_str(), template))
    }
}

/// A template that was read, or the fault that it cannot be.
pub fn readable<'t>(template: &'t Result<Template, SyntaxError>, what: &str) -> Result<&'t Template, Fault> {
    template
        .as_ref()
        .map_err(|error| Fault::configuration(format!("the {what} template cannot be read: {error}")))
}

/// Where a request parameter goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A header.
    Header,
    /// The query.
    Query,
    /// A `{name}` of the URI.
    Path,
}

/// A parameter of the integration's request.
#[derive(Debug)]
pub struct Parameter {
    /// Where it goes.
    pub place: Place,
    /// Its name.
    pub name: String,
    /// Where it comes from.
    pub source: Source,
}

/// A method's integration.
#[derive(Debug)]
pub struct Prepared {
    /// What is called.
    pub target: Target,
    /// Request templates.
    pub templates: Templates,
    /// Request parameters.
    pub parameters: Vec<Parameter>,
    /// Responses in the order of their statuses.
    pub responses: Vec<PreparedResponse>,
}

/// An integration response.
#[derive(Debug)]
pub struct PreparedResponse {
    /// The method's status.
    pub status: u16,
    /// What must match; `None` for the default response.
    pub pattern: Option<Result<Regex, String>>,
    /// Headers and where they come from.
    pub headers: Vec<(String, Source)>,
    /// Response templates.
    pub templates: Templates,
    /// The body's conversion.
    pub content_handling: Option<ContentHandling>,
}

impl Prepared {
    /// Reads an integration. `variables` are the stage's.
    pub fn new(integration: &Integration<String>, variables: &BTreeMap<String, String>) -> Self {
        let parameters = integration.request_parameters.iter();
        Self {
            target: target(integration, variables),
            templates: Templates::new(&integration.request_templates),
            parameters: parameters.filter_map(|(name, source)| parameter(name, source)).collect(),
            responses: integration.responses.iter().map(|(status, of)| response(*status, of)).collect(),
        }
    }
}

fn parameter(name: &str, source: &str) -> Option<Parameter> {
    let (place, name) = name.strip_prefix("integration.request.")?.split_once('.')?;
    let place = match place {
        "header" => Place::Header,
        "querystring" => Place::Query,
        "path" => Place::Path,
        _ => return None,
    };
    Some(Parameter { place, name: name.to_owned(), source: Source::parse(source)? })
}

fn response(status: u16, of: &IntegrationResponse) -> PreparedResponse {
    let header = |(name, source): (&String, &String)| {
        Some((name.strip_prefix("method.response.header.")?.to_owned(), Source::parse(source)?))
    };
    let pattern = of.selection_pattern.as_deref().filter(|pattern| !pattern.is_empty());
    PreparedResponse {
        status,
        // The pattern must match the whole text.
        pattern: pattern.map(|pattern| java_regex_within(&format!("\\A(?:{pattern})\\z"), PATTERN_STEPS)),
        headers: of.parameters.iter().filter_map(header).collect(),
        templates: Templates::new(&of.templates),
        content_handling: of.content_handling,
    }
}
