//! A request on its way through a check, for tests.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicI64, Ordering},
};

use async_trait::async_trait;
use indexmap::IndexMap;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    exchange::{Headers, Request},
    functions::{Answer, Functions, NoAnswer},
    gateway_response::GatewayResponseType,
    served::{Served, Stage},
    stages::{Call, Check, Refused},
};
use crate::{
    kinds::rest_api::{Authorization, Authorizer, AuthorizerType, Definition, Method, Settings},
    model::{Env, env::Host},
};

type Reply = Result<Answer, NoAnswer>;

/// Functions that answer what a test says, and remember what they were asked.
pub(crate) struct Fake {
    pub(crate) reply: Box<dyn Fn(&Value) -> Reply + Send + Sync>,
    pub(crate) asked: Mutex<Vec<(String, Value)>>,
}

#[async_trait]
impl Functions for Fake {
    async fn invoke(&self, arn: &str, payload: Vec<u8>) -> Reply {
        let event: Value = serde_json::from_slice(&payload).unwrap();
        let reply = (self.reply)(&event);
        self.asked.lock().unwrap().push((arn.to_owned(), event));
        reply
    }

    async fn send(&self, _: &str, _: Vec<u8>) -> Result<(), NoAnswer> {
        unreachable!("a check sends nothing")
    }
}

/// A clock that a test sets.
#[derive(Clone)]
pub(crate) struct Clock(Arc<AtomicI64>);

impl Clock {
    pub(crate) fn at(text: &str) -> Self {
        let time: Timestamp = text.parse().unwrap();
        Self(Arc::new(AtomicI64::new(time.as_millisecond())))
    }

    pub(crate) fn forward_ms(&self, ms: i64) {
        self.0.fetch_add(ms, Ordering::SeqCst);
    }

    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.0.load(Ordering::SeqCst)).unwrap()
    }

    pub(crate) fn env(&self) -> Env {
        let clock = self.clone();
        let host = Host { holder: "test@host".into(), machine: "host".into(), pid: 1, started: 1 };
        Env::new(move || clock.now(), || 4, |_, _| true, host)
    }
}

/// A stage and a request to it.
pub(crate) struct World {
    pub(crate) served: Served,
    pub(crate) request: Request,
    pub(crate) resource: String,
    pub(crate) method: Method<String>,
    pub(crate) verb_key: String,
    pub(crate) path: IndexMap<String, String>,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) context: Value,
    pub(crate) functions: Fake,
    pub(crate) clock: Clock,
}

impl World {
    /// `GET /pets/1` of `/pets/{id}`.
    pub(crate) fn new(method: Method<String>) -> Self {
        let clock = Clock::at("2026-03-01T12:00:00Z");
        let mut served = served();
        served
            .definition
            .resources
            .entry("/pets/{id}".to_owned())
            .or_default()
            .insert("GET".parse().unwrap(), method.clone());
        let request = Request {
            method: "GET".into(),
            path: "/pets/1".into(),
            prefix: "/dev".into(),
            query: String::new(),
            headers: Headers::default(),
            body: Vec::new(),
            source_ip: "192.0.2.7".into(),
            protocol: "HTTP/1.1".into(),
            received: clock.now(),
            request_id: "11111111-2222-4333-8444-555555555555".into(),
        };
        Self {
            served,
            request,
            resource: "/pets/{id}".into(),
            method,
            verb_key: "GET".into(),
            path: IndexMap::from([("id".to_owned(), "1".to_owned())]),
            query: Vec::new(),
            context: json!({ "identity": { "sourceIp": "192.0.2.7" } }),
            functions: Fake {
                reply: Box::new(|_| Err(NoAnswer::Failed("not expected".into()))),
                asked: Mutex::default(),
            },
            clock,
        }
    }

    /// A method behind the Lambda authorizer `who`.
    pub(crate) fn behind(kind: AuthorizerType, sources: &[&str], ttl_seconds: u32) -> Self {
        let authorization = Authorization::Custom { authorizer: "who".into() };
        let mut world = Self::new(Method { authorization, ..Method::default() });
        let function = "arn:aws:lambda:us-east-1:123456789012:function:who-${stageVariables.alias}";
        let of = Authorizer {
            kind,
            uri: Some(format!(
                "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{function}/invocations"
            )),
            identity_sources: sources.iter().map(|source| (*source).to_owned()).collect(),
            ttl_seconds,
            ..Authorizer::default()
        };
        world.served.definition.authorizers.insert("who".into(), of);
        world.served.stage.variables.insert("alias".into(), "live".into());
        world
    }

    pub(crate) fn header(&mut self, name: &str, value: &str) -> &mut Self {
        self.request.headers.set(name, value);
        self
    }

    pub(crate) fn answer(&mut self, payload: Value) -> &mut Self {
        let payload = payload.to_string().into_bytes();
        self.functions.reply =
            Box::new(move |_| Ok(Answer { payload: payload.clone(), function_error: None }));
        self
    }

    pub(crate) fn fail(&mut self, message: &str) -> &mut Self {
        let payload = json!({ "errorType": "Error", "errorMessage": message }).to_string().into_bytes();
        self.functions.reply = Box::new(move |_| {
            Ok(Answer { payload: payload.clone(), function_error: Some("Unhandled".into()) })
        });
        self
    }

    pub(crate) fn asked(&self) -> usize {
        self.functions.asked.lock().unwrap().len()
    }

    pub(crate) fn call(&mut self) -> Call<'_> {
        Call {
            served: &self.served,
            request: &self.request,
            resource: &self.resource,
            method: &self.method,
            verb_key: &self.verb_key,
            path: &self.path,
            query: &self.query,
            context: &mut self.context,
            functions: &self.functions,
        }
    }

    pub(crate) async fn run(&mut self, check: &dyn Check) -> Result<(), Refused> {
        check.check(&mut self.call()).await
    }
}

/// What a client sees of a refusal: the type and the message.
pub(crate) fn seen(result: Result<(), Refused>) -> Option<(GatewayResponseType, Option<String>)> {
    result.err().map(|refused| (refused.kind, refused.message))
}

fn served() -> Served {
    Served {
        api_id: "a1b2c3".into(),
        api_name: "pets".into(),
        region: "us-east-1".into(),
        account_id: "123456789012".into(),
        settings: Settings::default(),
        definition: Definition::default(),
        resource_ids: [("/pets/{id}".to_owned(), "res1".to_owned())].into(),
        stage: Stage { name: "dev".into(), ..Stage::default() },
        usage_plans: Vec::new(),
    }
}
