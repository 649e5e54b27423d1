//! Roles: those of the stack file, and a least-privilege one for each function that names none.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use super::Builder;
use crate::{
    kinds::{
        IamRole, Kind, Member,
        iam_role::{self, Document},
    },
    model::{Address, Text},
    stack::{
        file::{Effect, Role, Statement, Trust},
        reader::{At, Document as FileDocument},
        template::Template,
    },
};

/// The inline policy that holds `statements` of the stack file.
const STATEMENTS: &str = "statements";
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
            let statements = role.statements.iter().map(|statement| self.statement(statement)).collect();
            inline.insert(STATEMENTS.to_owned(), Document::from(policy(statements)));
        }
        let trust = match role.trust.as_ref().map(|trust| &trust.value) {
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
    pub(super) fn own_role(&mut self, key: &str, log_group: &str, statements: &[At<Statement>]) -> Address {
        let at = self.scope().address(IamRole::NAME, &format!("{key}-role"));
        // The group is made by the deploy, so the function needs no right to make one: a late line cannot bring it back.
        let logs = json!({
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": format!("{}:*", self.inputs.identity.log_group_arn(log_group)),
        });
        let mut inline = BTreeMap::from([("logs".to_owned(), Document::from(policy(vec![logs])))]);
        if !statements.is_empty() {
            let statements = statements.iter().map(|statement| self.statement(statement)).collect();
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

    fn statement(&mut self, statement: &Statement) -> Json {
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

fn trust(services: Json) -> Json {
    json!({
        "Version": "2012-10-17",
        "Statement": [{ "Effect": "Allow", "Principal": { "Service": services }, "Action": "sts:AssumeRole" }],
    })
}
