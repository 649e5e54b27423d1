//! The top level: the stack, its parameters, stages and outputs.

use serde_json::{Value as JsonValue, json};

use super::super::reader::shape::{At, Definitions, Shape, shape};
use super::super::reader::{Keyed, Raw, Reader};
use super::super::template::{Section, Template};
use super::super::yaml::{Node, Value};
use super::{
    Api, ApiKey, Bucket, Defaults, DnsRecord, Domain, Function, IdentityPool, Layer, Role, SesIdentity, Site,
    Table, UsagePlan, UserPool,
};

shape! {
    /// A stack: functions, roles and one REST API that are deployed and destroyed together, once for each stage.
    #[name = "a stack file"]
    pub struct Stack {
        /// The stack's name: a lowercase letter or digit, then letters, digits and `-`, at most 31 characters. Every object is
        /// called `<stack>-<stage>-<key>`.
        required stack: Raw,
        /// What the stack is for.
        optional description: Template,
        /// Values that differ from stage to stage, by name. Used as `${params.name}`.
        map params: Param,
        /// The stages this stack may be deployed to, by name. `dev` is always one of them; without this key any name is.
        map stages: Stage,
        /// What functions have when they do not say otherwise.
        optional defaults: Defaults,
        /// Tags of every object of the stack.
        map tags: Template,
        /// IAM roles, by key.
        map roles: Role,
        /// Lambda layers, by key.
        map layers: Layer,
        /// Lambda functions, by key.
        map functions: Function,
        /// DynamoDB tables, by key.
        map tables: Table,
        /// Email addresses and domains that mail may be sent from, by key.
        map ses_identities: SesIdentity,
        /// Cognito user pools, by key.
        map user_pools: UserPool,
        /// Cognito identity pools, by key.
        map identity_pools: IdentityPool,
        /// S3 buckets, by key.
        map buckets: Bucket,
        /// Static sites, by key: each a folder whose files a bucket of its own serves as web pages.
        map sites: Site,
        /// The REST API.
        optional api: Api,
        /// API keys, by key.
        map api_keys: ApiKey,
        /// Usage plans, by key.
        map usage_plans: UsagePlan,
        /// Custom domain names, by key.
        map domains: Domain,
        /// DNS records in hosted zones of Route 53, by key.
        map records: DnsRecord,
        /// What a deploy tells and other stacks may refer to, by name.
        map outputs: Output,
    }
}

shape! {
    /// A value that differs from stage to stage.
    #[name = "a parameter"]
    pub struct Param {
        /// What it is for.
        optional description: Raw,
        /// Its value where neither the stage nor the command line gives one: text, a number, a boolean or a list of these.
        optional default: ParamContent,
        /// Its value is never shown, written or compared in the open. Such a value never stands in the file itself.
        optional secret: bool,
    }
}

/// The value of a parameter as written; it is read where it is used.
#[derive(Clone, Debug, PartialEq)]
pub struct ParamContent(pub Node);

impl Shape for ParamContent {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let is_plain = |node: &Node| node.scalar().is_some() && !node.is_null();
        let fits = match &node.value {
            Value::List(items) => items.iter().all(is_plain),
            _ => is_plain(node),
        };
        if !fits {
            reader.wrong_type(node, "text, a number, a boolean or a list of these");
            return None;
        }
        // Read as text only for the mistakes in its references, and only while no value is chosen: another one may take its
        // place, and then what it refers to is not needed.
        if reader.scope.given.is_none() {
            match &node.value {
                Value::List(items) => items.iter().for_each(|item| drop(Template::read(item, reader))),
                _ => drop(Template::read(node, reader)),
            }
        }
        Some(Self(node.clone()))
    }

    fn schema(_: &mut Definitions) -> JsonValue {
        let plain = json!({ "type": ["string", "number", "boolean"] });
        json!({ "anyOf": [plain, { "type": "array", "items": plain }] })
    }
}

shape! {
    /// One deployment of the stack, a set of objects of its own.
    #[name = "a stage"]
    pub struct Stage {
        /// `destroy` refuses this stage until this is taken away.
        optional protect: bool,
        /// Values of parameters at this stage.
        map params: ParamContent,
        /// Tags of this stage's objects, added to the stack's.
        map tags: Template,
    }
}

/// Something a deploy tells.
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    /// The value.
    pub value: At<Template>,
    /// What it is for.
    pub description: Option<At<Raw>>,
}

shape! {
    /// An output with a description.
    #[name = "an output"]
    pub struct DescribedOutput {
        /// The value, such as `${api.url}`.
        required value: Template,
        /// What it is for.
        optional description: Raw,
    }
}

impl Shape for Output {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        if let Value::Map(_) = node.value {
            let described = DescribedOutput::read(node, reader)?;
            return Some(Self { value: described.value, description: described.description });
        }
        let value = Template::read(node, reader)?;
        Some(Self { value: At { value, span: node.span }, description: None })
    }

    fn schema(definitions: &mut Definitions) -> JsonValue {
        let (text, described) = (Template::schema(definitions), DescribedOutput::schema(definitions));
        json!({ "anyOf": [text, described] })
    }
}

impl Stack {
    /// The keys of `section`.
    pub fn keys(&self, section: Section) -> Vec<&str> {
        match section {
            Section::Layers => self.layers.names().collect(),
            Section::ApiKeys => self.api_keys.names().collect(),
            Section::Domains => self.domains.names().collect(),
            Section::UsagePlans => self.usage_plans.names().collect(),
            Section::Tables => self.tables.names().collect(),
            Section::SesIdentities => self.ses_identities.names().collect(),
            Section::IdentityPools => self.identity_pools.names().collect(),
            Section::UserPools => self.user_pools.names().collect(),
            Section::Buckets => self.buckets.names().collect(),
            Section::Sites => self.sites.names().collect(),
        }
    }

    /// The names a stage may have, for messages and completion: `dev` first.
    pub fn stage_names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.stages.names().collect();
        if !names.contains(&"dev") {
            names.insert(0, "dev");
        }
        names
    }

    /// The tags of every object at `stage`: the stack's, then the stage's own.
    pub fn tags_at(&self, stage: &str) -> Keyed<Template> {
        let mut tags = self.tags.clone();
        for own in self.stages.get(stage).into_iter().flat_map(|stage| stage.tags.iter()) {
            tags.set(own.key.clone(), own.value.clone());
        }
        tags
    }
}
