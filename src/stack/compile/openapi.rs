//! What an OpenAPI document adds to the API of a stack.

use std::cell::RefCell;

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value as Json;

use super::{Builder, integration::CalledFunctions, texts::Texts};
use crate::{
    kinds::{
        Kind, LambdaFunction,
        rest_api::{Definition, Settings},
    },
    model::Text,
    stack::{
        file::{Api, OpenApiFile},
        reader::At,
        template::{Reference, Template},
    },
};

/// Before the ARN of a function in the URI by which it is invoked.
const FUNCTIONS: &str = "/functions/";

impl Builder<'_> {
    /// Adds what the document says to `definition`, and to `settings` what the stack file leaves open. The API is called as every
    /// API of a stack is, whatever the document's title.
    pub(super) fn add_document(
        &mut self,
        api: &Api,
        file: &OpenApiFile,
        definition: &mut Definition<Text>,
        settings: &mut Settings,
        called: &mut CalledFunctions,
    ) {
        let Some(imported) = file.imported() else { return };
        let texts = &mut self.texts;
        let (document, from_document) = texts.of_file(&file.source, |texts| {
            (document_of(&imported.definition, file, texts), settings_of(&imported.settings, file, texts))
        });
        let own = std::mem::take(&mut definition.gateway_responses);
        *definition = document;
        for (kind, response) in own {
            let place = definition.gateway_responses.entry(kind).or_default();
            place.status = response.status.or(place.status);
            place.parameters.extend(response.parameters);
            place.templates.extend(response.templates);
        }
        fill(api, settings, from_document);
        self.add_called(definition, called);
    }

    /// The functions that the document's URIs invoke without a role: each needs to allow it.
    fn add_called(&mut self, definition: &Definition<Text>, called: &mut CalledFunctions) {
        let integrations = definition.methods().filter_map(|(_, _, method)| method.integration.as_ref());
        let integrations = integrations.map(|integration| (&integration.uri, &integration.credentials));
        let authorizers =
            definition.authorizers.values().map(|authorizer| (&authorizer.uri, &authorizer.credentials));
        let uris = integrations.chain(authorizers).filter(|(_, credentials)| credentials.is_none());
        for name in uris.filter_map(|(uri, _)| function_name(uri.as_ref()?)) {
            let scope = self.scope();
            let (function, alias) =
                name.split_once(':').map_or((name.as_str(), None), |(name, alias)| (name, Some(alias)));
            let own = self.stack.functions().names().find(|key| scope.name(key) == function);
            let own = own.map(|key| match (self.own_function(key), alias) {
                (called, Some(_)) if called.name == name => {
                    called.own.unwrap_or_else(|| scope.address(LambdaFunction::NAME, key))
                }
                _ => scope.address(LambdaFunction::NAME, key),
            });
            called.entry(name).or_default().extend(own);
        }
    }
}

/// The name of the function that `uri` invokes; none where a stage variable chooses it, for then nobody knows which it will be.
fn function_name(uri: &Text) -> Option<String> {
    let (before, after) = uri.known()?.split_once(FUNCTIONS)?;
    let name = after.strip_suffix("/invocations")?.splitn(7, ':').nth(6)?;
    (before.contains(":lambda:path/") && !name.contains("${")).then(|| name.to_owned())
}

/// What the stack file says of the API as a whole wins.
fn fill(api: &Api, settings: &mut Settings, document: Settings) {
    if api.description.is_none() {
        settings.description = document.description;
    }
    if api.endpoint.is_none() {
        settings.endpoint = document.endpoint;
        settings.vpc_endpoint_ids = document.vpc_endpoint_ids;
    }
    if api.api_key_source.is_none() {
        settings.api_key_source = document.api_key_source;
    }
    if api.binary_media_types.is_empty() {
        settings.binary_media_types = document.binary_media_types;
    }
    if api.minimum_compression_bytes.is_none() {
        settings.minimum_compression_bytes = document.minimum_compression_bytes;
    }
    if api.policy.is_none() {
        settings.policy = document.policy;
    }
    if api.disable_execute_api_endpoint.is_none() {
        settings.disable_execute_api_endpoint = document.disable_execute_api_endpoint;
    }
}

/// The document's definition, its texts resolved: URIs, ARNs and ids may be known after the deploy only, all else is known now.
fn document_of(
    definition: &Definition<String>,
    file: &OpenApiFile,
    texts: &mut Texts<'_>,
) -> Definition<Text> {
    let definition = settled(definition, file, texts, false);
    let resolved = {
        let texts = RefCell::new(&mut *texts);
        definition.map(&|text| texts.borrow_mut().text(&at(file, text)))
    };
    settled(&resolved, file, texts, true)
}

fn settings_of(settings: &Settings, file: &OpenApiFile, texts: &mut Texts<'_>) -> Settings {
    settled(settings, file, texts, true)
}

fn at(file: &OpenApiFile, text: &str) -> At<Template> {
    let value = file.template(text);
    let span = value.references().map(|(_, span)| span).next().unwrap_or_default();
    At { value, span }
}

/// The same with what is known now filled into its texts; with `all`, what is not known now is a mistake and told.
fn settled<T: Clone + Serialize + DeserializeOwned>(
    value: &T,
    file: &OpenApiFile,
    texts: &mut Texts<'_>,
    all: bool,
) -> T {
    let Ok(mut json) = serde_json::to_value(value) else { return value.clone() };
    let mut open = vec![&mut json];
    while let Some(value) = open.pop() {
        match value {
            Json::String(text) if OpenApiFile::is_marked(text) => {
                let template = at(file, text);
                if all || is_known_now(&template) {
                    *text = texts.plain(&template);
                }
            }
            Json::Array(items) => open.extend(items),
            Json::Object(members) => open.extend(members.values_mut()),
            _ => {}
        }
    }
    serde_json::from_value(json).unwrap_or_else(|_| value.clone())
}

/// Whether nothing in it is a secret or made by a deploy.
fn is_known_now(template: &Template) -> bool {
    !template.is_secret()
        && template.references().all(|(reference, _)| {
            matches!(
                reference,
                Reference::Stage
                    | Reference::Account
                    | Reference::Region
                    | Reference::Function(..)
                    | Reference::Role(..)
            )
        })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use crate::{
        kinds::{Desired, rest_api},
        model::Identity,
        stack::{
            GivenParams,
            compile::{Compiled, Inputs, compile},
            read_text,
        },
    };

    const STACK: &str = "stack: pets
roles: { caller: { trust: apigateway.amazonaws.com } }
api:
  openapi: api.yaml
  description: from the stack file
  cors: { origins: ['*'] }
  gateway_responses: { THROTTLED: { status: 420 } }
";

    const DOCUMENT: &str = r#"swagger: "2.0"
info: { title: not the name, description: from the document }
x-amazon-apigateway-binary-media-types: ["image/${stage}"]
x-amazon-apigateway-gateway-responses: { THROTTLED: { responseTemplates: { text/plain: "${a}" } } }
securityDefinitions:
  jwt:
    type: apiKey
    in: header
    name: Authorization
    x-amazon-apigateway-authorizer:
      type: token
      authorizerUri: "arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/arn:aws:lambda:${region}:${account}:function:auth/invocations"
paths:
  /pets:
    get:
      security: [{ jwt: [] }]
      responses: { 200: { description: "" } }
      x-amazon-apigateway-integration:
        type: aws_proxy
        httpMethod: POST
        uri: "arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/arn:aws:lambda:${region}:${account}:function:pets:live/invocations"
    put:
      responses: {}
      x-amazon-apigateway-integration:
        type: aws_proxy
        httpMethod: POST
        credentials: ${roles.caller.arn}
        uri: "arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/arn:aws:lambda:${region}:${account}:function:by-role/invocations"
    post:
      responses: {}
      x-amazon-apigateway-integration:
        type: http_proxy
        httpMethod: POST
        uri: "https://${stageVariables.host}/${api.id}"
        requestParameters: { integration.request.header.A: "'${account}'" }
"#;

    fn compiled(document: &str) -> Result<Compiled, Vec<String>> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("api.yaml"), document).unwrap();
        let shown = |problems: Vec<crate::stack::Diagnostic>| -> Vec<String> {
            let one = |problem: &crate::stack::Diagnostic| {
                let place = problem.place.as_ref().unwrap();
                let file = place.path().file_name().unwrap().to_string_lossy().into_owned();
                format!("{file}:{}: {}", place.position().unwrap().line, problem.detail)
            };
            problems.iter().map(one).collect()
        };
        let (file, _) = read_text(&folder.path().join("stack.yaml"), STACK.into(), None).map_err(shown)?;
        let stack = file.resolve("dev", &GivenParams::new(), &|_| None).map_err(shown)?;
        let identity = Identity::new("123456789012", "eu-west-1");
        let (artifacts, sites) = (BTreeMap::new(), BTreeMap::new());
        let (outputs, secrets) = (BTreeMap::new(), BTreeMap::new());
        let inputs = Inputs {
            identity: &identity,
            artifacts: &artifacts,
            sites: &sites,
            outputs: &outputs,
            secrets: &secrets,
        };
        compile(&stack, &inputs).map_err(shown)
    }

    fn api(compiled: &Compiled) -> &rest_api::Desired {
        let mut apis = compiled.graph.nodes.values().filter_map(|node| match &node.desired {
            Desired::RestApi(desired) => Some(desired.as_ref()),
            _ => None,
        });
        apis.next().expect("an API")
    }

    #[test]
    fn a_document_becomes_the_stack_s_api() {
        let compiled = compiled(DOCUMENT).unwrap_or_else(|problems| panic!("{problems:#?}"));
        let api = api(&compiled);
        assert_eq!(api.name, "pets-dev");
        assert_eq!(api.settings.description.as_deref(), Some("from the stack file"));
        assert!(api.settings.binary_media_types.contains("image/dev"));
        let throttled = &api.definition.gateway_responses["THROTTLED"];
        assert_eq!((throttled.status, throttled.templates["text/plain"].as_str()), (Some(420), "${a}"));
        let post =
            api.definition.method("/pets", rest_api::Verb::Post).unwrap().integration.as_ref().unwrap();
        assert_eq!(
            post.uri.as_ref().unwrap().to_string(),
            "https://${stageVariables.host}/(known after deploy)"
        );
        assert_eq!(post.request_parameters["integration.request.header.A"], "'123456789012'");
        // Preflight comes from the stack file.
        assert!(api.definition.method("/pets", rest_api::Verb::Options).is_some());
        let text = serde_json::to_string(api).unwrap();
        assert!(!text.contains(['\u{e000}', '\u{e001}']));
    }

    #[test]
    fn every_function_that_is_called_without_a_role_permits_it() {
        let compiled = compiled(DOCUMENT).unwrap_or_else(|problems| panic!("{problems:#?}"));
        let permitted = compiled.graph.nodes.keys().filter(|at| at.kind == "lambda_permission");
        assert_eq!(permitted.map(|at| at.key.as_str()).collect::<Vec<_>>(), ["auth", "pets:live"]);
    }

    #[test]
    fn what_is_known_too_late_is_told_in_the_document() {
        let document = DOCUMENT.replace("'${account}'", "'${api.id}'").replace("${stage}", "${ssm:/kind}");
        let said = compiled(&document).unwrap_err();
        assert_eq!(
            said,
            [
                "api.yaml:35: This value is needed before the deploy, and what it refers to is known only after it.",
                "api.yaml:3: There is no `ssm:/kind` in account 123456789012."
            ]
        );
    }
}
