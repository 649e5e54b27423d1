//! Roles: those of the stack file, and a least-privilege one for each function that names none.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use super::Builder;
use crate::{
    kinds::{
        IamRole, Kind, Member,
        iam_role::{self, Document},
    },
    model::{Address, Part, Text},
    stack::{
        file::{Effect, Function, PoolTrust, Role, ShortStatement, Statement, Trust, WholeStatement},
        grant::{Service, Target},
        reader::{At, Document as FileDocument},
        template::{Section, Template},
    },
};

/// The inline policy that holds `statements` of the stack file.
const STATEMENTS: &str = "statements";
/// The inline policy by which a function's streams are read.
const STREAMS: &str = "streams";
/// What Lambda does with the function's role to read a stream.
const STREAM_ACTIONS: [&str; 4] =
    ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"];
/// What a session of a role lasts unless said otherwise, in seconds: IAM's own default.
const SESSION_SECONDS: i32 = 3600;

impl Builder<'_> {
    pub(super) fn roles(&mut self) {
        let stack = self.stack;
        for entry in stack.roles() {
            let at = self.scope().address(IamRole::NAME, &entry.key);
            self.place(&at, entry.key.span);
            let desired = self.role(&at, &entry.value);
            self.graph.add(at, IamRole::want(desired), []);
        }
    }

    fn role(&mut self, at: &Address, role: &Role) -> iam_role::Desired {
        let mut inline = BTreeMap::new();
        for entry in &role.inline_policies {
            let document = self.document(&entry.value);
            inline.insert(entry.key.value.clone(), Document::from(document));
        }
        if !role.statements.is_empty() {
            let statements = role.statements.iter().flat_map(|statement| self.statement(statement)).collect();
            inline.insert(STATEMENTS.to_owned(), Document::from(policy(statements)));
        }
        let trust = match role.trust.as_ref().map(|trust| &trust.value) {
            Some(Trust::Pool(pool)) => self.pool_trust(pool),
            Some(Trust::Document(document)) => self.document(document),
            Some(Trust::Services(services)) => {
                let services: Vec<Json> = services.iter().map(|service| self.text_json(service)).collect();
                trust(services.into())
            }
            None => trust(json!("lambda.amazonaws.com")),
        };
        iam_role::Desired {
            name: at.name(),
            trust: Document::from(trust),
            managed_policies: self.managed_policies(&role.managed_policies),
            inline_policies: inline,
            description: self.texts.optional_plain(role.description.as_ref()),
            permissions_boundary: self.texts.optional_plain(role.permissions_boundary.as_ref()),
            max_session_seconds: role.max_session_seconds.map_or(SESSION_SECONDS, |seconds| seconds.as_i32()),
            tags: self.tags(at, &role.tags),
        }
    }

    fn managed_policies(&mut self, policies: &[At<Template>]) -> BTreeSet<String> {
        let identity = self.inputs.identity;
        let names: Vec<String> = policies.iter().map(|policy| self.texts.plain(policy)).collect();
        names
            .into_iter()
            .map(|name| if name.starts_with("arn:") { name } else { identity.managed_policy_arn(&name) })
            .collect()
    }

    /// The role of a function that names none: it may write to its own log group, and what its `statements` say.
    pub(super) fn own_role(&mut self, key: &str, log_group: &str, function: &Function) -> Address {
        let at = self.scope().address(IamRole::NAME, &format!("{key}-role"));
        // The group is made by the deploy, so the function needs no right to make one: a late line cannot bring it back.
        let logs = json!({
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": format!("{}:*", self.inputs.identity.log_group_arn(log_group)),
        });
        let mut inline = BTreeMap::from([("logs".to_owned(), Document::from(policy(vec![logs])))]);
        let streams = self.streams_read(function);
        if !streams.is_empty() {
            inline.insert(
                STREAMS.to_owned(),
                Document::from(policy(vec![json!({
                    "Effect": "Allow",
                    "Action": STREAM_ACTIONS,
                    "Resource": streams,
                })])),
            );
        }
        if !function.statements.is_empty() {
            let statements =
                function.statements.iter().flat_map(|statement| self.statement(statement)).collect();
            inline.insert(STATEMENTS.to_owned(), Document::from(policy(statements)));
        }
        let desired = iam_role::Desired {
            name: at.name(),
            trust: Document::from(trust(json!("lambda.amazonaws.com"))),
            managed_policies: BTreeSet::new(),
            inline_policies: inline,
            description: Some(format!("Execution role of {}", self.scope().name(key))),
            permissions_boundary: None,
            max_session_seconds: SESSION_SECONDS,
            tags: self.tags(&at, &crate::stack::reader::Keyed::default()),
        };
        self.graph.add(at.clone(), IamRole::want(desired), []);
        at
    }

    fn statement(&mut self, statement: &Statement) -> Vec<Json> {
        match statement {
            Statement::Whole(whole) => vec![self.whole_statement(whole)],
            Statement::Short(short) => self.short_statement(short),
        }
    }

    /// The statements that a short one becomes: exactly the named objects, one statement for each sort of target.
    fn short_statement(&mut self, short: &ShortStatement) -> Vec<Json> {
        let allow = &short.allow;
        let actions: Vec<String> = allow.actions.0.iter().map(|action| self.texts.plain(action)).collect();
        let keys: Vec<String> = allow.on.0.iter().map(|key| self.texts.plain(key)).collect();
        let tables = &self.stack.stack.tables;
        let indexed = |key: &String| {
            tables.get(key).is_some_and(|table| !table.indexes.is_empty() || !table.local_indexes.is_empty())
        };
        let grants = allow.service.grants(&actions, keys.iter().any(indexed));
        let several = grants.len() > 1;
        let mut statements = Vec::new();
        for grant in grants {
            let mut resources = Vec::new();
            for key in &keys {
                let arn = self.arn_of(allow.service, key);
                let suffixes = grant.suffixes.iter().filter(|suffix| **suffix != "/index/*" || indexed(key));
                resources.extend(suffixes.map(|suffix| {
                    let text =
                        Text::from_parts(arn.iter().cloned().chain([Part::Known((*suffix).to_owned())]));
                    serde_json::to_value(text).unwrap_or_default()
                }));
            }
            let mut json = json!({ "Effect": "Allow", "Action": grant.actions, "Resource": resources });
            if let Some(sid) = &short.sid {
                // Two statements of one policy cannot have one id.
                let ending = match grant.target {
                    Target::Objects if several => "Objects",
                    Target::Streams if several => "Streams",
                    _ => "",
                };
                json["Sid"] = format!("{}{ending}", self.texts.plain(sid)).into();
            }
            if let Some(conditions) = &short.conditions {
                json["Condition"] = self.document(conditions);
            }
            statements.push(json);
        }
        statements
    }

    fn arn_of(&mut self, service: Service, key: &str) -> Vec<Part> {
        match service.section() {
            Some(section) => self.texts.object(section, key, "arn"),
            None => vec![Part::Known(self.inputs.identity.function_arn(&self.scope().name(key)))],
        }
    }

    /// Who has logged in to the pool, or who has not (Cognito developer guide, "Role trust and permissions").
    fn pool_trust(&mut self, pool: &PoolTrust) -> Json {
        let id = self.texts.object(Section::IdentityPools, &pool.identity_pool, "id");
        let id = serde_json::to_value(Text::from_parts(id)).unwrap_or_default();
        pool_trust(&id, pool.authenticated.value)
    }

    fn whole_statement(&mut self, statement: &WholeStatement) -> Json {
        let effect = match statement.effect.as_ref().map(|effect| effect.value) {
            Some(Effect::Deny) => "Deny",
            _ => "Allow",
        };
        let actions: Vec<Json> = statement.actions.0.iter().map(|action| self.text_json(action)).collect();
        let resources: Vec<Json> =
            statement.resources.0.iter().map(|resource| self.text_json(resource)).collect();
        let mut json = json!({ "Effect": effect, "Action": actions, "Resource": resources });
        if let Some(sid) = &statement.sid {
            json["Sid"] = self.text_json(sid);
        }
        if let Some(conditions) = &statement.conditions {
            json["Condition"] = self.document(conditions);
        }
        json
    }

    /// A free document whose texts may be known later.
    pub(super) fn document(&mut self, document: &FileDocument) -> Json {
        match document {
            FileDocument::Null => Json::Null,
            FileDocument::Bool(value) => (*value).into(),
            FileDocument::Number(number) => number.clone().into(),
            FileDocument::Text(template) => {
                self.text_json(&At { value: template.clone(), span: crate::stack::source::Span::default() })
            }
            FileDocument::List(items) => items.iter().map(|item| self.document(item)).collect(),
            FileDocument::Object(members) => Json::Object(
                members
                    .iter()
                    .map(|member| (member.key.value.clone(), self.document(&member.value)))
                    .collect(),
            ),
        }
    }

    pub(super) fn text_json(&mut self, template: &At<Template>) -> Json {
        let text: Text = self.texts.text(template);
        serde_json::to_value(text).unwrap_or_default()
    }
}

fn policy(statements: Vec<Json>) -> Json {
    json!({ "Version": "2012-10-17", "Statement": statements })
}

fn pool_trust(pool_id: &Json, authenticated: bool) -> Json {
    let amr = if authenticated { "authenticated" } else { "unauthenticated" };
    json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": { "Federated": "cognito-identity.amazonaws.com" },
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {
                "StringEquals": { "cognito-identity.amazonaws.com:aud": pool_id },
                "ForAnyValue:StringLike": { "cognito-identity.amazonaws.com:amr": amr },
            },
        }],
    })
}

fn trust(services: Json) -> Json {
    json!({
        "Version": "2012-10-17",
        "Statement": [{ "Effect": "Allow", "Principal": { "Service": services }, "Action": "sts:AssumeRole" }],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Scope;

    #[test]
    fn users_of_a_pool_are_trusted_once_its_id_is_known() {
        let pool = Scope::new("s", "dev").address("cognito_identity_pool", "users");
        let id = serde_json::to_value(Text::pending(pool, "id")).expect("JSON");
        let pending = Document::from(pool_trust(&id, true));
        assert!(pending.shown().to_string().contains("(known after deploy)"));
        let known = Document::from(pool_trust(&json!("eu-west-1:1"), false));
        assert!(!pending.matches(&known));
        let statement = &known.json()["Statement"][0];
        assert_eq!(statement["Action"], "sts:AssumeRoleWithWebIdentity");
        assert_eq!(statement["Principal"], json!({ "Federated": "cognito-identity.amazonaws.com" }));
        assert_eq!(
            statement["Condition"],
            json!({
                "StringEquals": { "cognito-identity.amazonaws.com:aud": "eu-west-1:1" },
                "ForAnyValue:StringLike": { "cognito-identity.amazonaws.com:amr": "unauthenticated" },
            })
        );
    }
}
