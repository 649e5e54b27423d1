//! The gateway as a whole, rule by rule. Functions and endpoints are imitated.

mod conversion;
mod hostile;
mod http;
mod mapped;
mod proxy;
mod refusals;

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use serde_json::{Value, json};

use super::*;
use crate::gateway::{
    functions::{Answer, NoAnswer},
    served::Served,
    testing::{request, served},
};
use crate::kinds::rest_api::{Integration, IntegrationResponse, IntegrationType};

const INVOKE: &str = "arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-central-1:123456789012:function:f/invocations";

/// A function that answers one thing and remembers what it was asked.
struct Canned {
    answer: Result<Answer, NoAnswer>,
    asked: Mutex<Vec<Vec<u8>>>,
    sent: Mutex<Vec<Vec<u8>>>,
}

impl Canned {
    fn result(value: &Value) -> Arc<Self> {
        Self::of(Ok(Answer { payload: value.to_string().into_bytes(), function_error: None }))
    }

    fn error(message: &str) -> Arc<Self> {
        let payload = json!({ "errorMessage": message }).to_string().into_bytes();
        Self::of(Ok(Answer { payload, function_error: Some("Unhandled".to_owned()) }))
    }

    fn of(answer: Result<Answer, NoAnswer>) -> Arc<Self> {
        Arc::new(Self { answer, asked: Mutex::default(), sent: Mutex::default() })
    }

    fn event(&self) -> Value {
        serde_json::from_slice(self.asked.lock().unwrap().last().unwrap()).unwrap()
    }
}

#[async_trait]
impl Functions for Canned {
    async fn invoke(&self, _: &str, payload: Vec<u8>) -> Result<Answer, NoAnswer> {
        self.asked.lock().unwrap().push(payload);
        self.answer.clone()
    }

    async fn send(&self, _: &str, payload: Vec<u8>) -> Result<(), NoAnswer> {
        self.sent.lock().unwrap().push(payload);
        Ok(())
    }
}

/// An API with one method, `ANY /a/{id}`.
fn api(integration: Integration<String>) -> Served {
    let mut served = served();
    let method = Method { integration: Some(integration), ..Method::default() };
    served.definition.resources.entry("/a/{id}".to_owned()).or_default().insert(Verb::Any, method);
    served.resource_ids.insert("/a/{id}".to_owned(), "res1".to_owned());
    served
}

fn gateway(served: Served, functions: Arc<Canned>) -> Gateway {
    Gateway::new(served, Vec::new(), functions, Env::fixed(3))
}

/// A mock that answers `status` by one template of each sort.
fn mock(request_template: &str, response_template: &str) -> Integration<String> {
    let templates = |text: &str| [("application/json".to_owned(), text.to_owned())].into();
    let response =
        IntegrationResponse { templates: templates(response_template), ..IntegrationResponse::default() };
    Integration {
        kind: IntegrationType::Mock,
        request_templates: templates(request_template),
        responses: [(200, response)].into(),
        ..Integration::default()
    }
}

/// A function integration of the given sort.
fn function(kind: IntegrationType) -> Integration<String> {
    Integration {
        kind,
        uri: Some(INVOKE.to_owned()),
        http_method: Some(Verb::Post),
        responses: [(200, IntegrationResponse::default())].into(),
        ..Integration::default()
    }
}

fn text(response: &Response) -> &str {
    std::str::from_utf8(&response.body).unwrap()
}
