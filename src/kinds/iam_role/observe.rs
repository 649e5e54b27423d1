//! Reads roles: one listing of our path, two reads for each role's policies, one more for each inline policy.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_iam::types::Role;
use futures::{StreamExt, TryStreamExt, stream};

use super::{DEFAULT_SESSION_SECONDS, Desired, Document, IamRole, Live, user_tags};
use crate::{
    account::aws::Aws,
    kinds::{Ask, Kind},
    model::{Address, Call, Class, CloudError, Found},
};

/// Roles that are read side by side; IAM's rate is not documented and not high.
const SIDE_BY_SIDE: usize = 4;

pub(super) async fn observe(aws: &Aws, ask: &Ask<'_, IamRole>) -> Result<Vec<Found<Live>>, CloudError> {
    let wanted: BTreeMap<&str, (&Address, &Desired)> =
        ask.wanted.iter().map(|(at, desired)| (desired.name.as_str(), (*at, *desired))).collect();
    let mut roles: Vec<(Role, bool)> = list(aws, &ask.scope.iam_path()).await?.into_iter().map(|role| (role, false)).collect();
    let listed: BTreeSet<String> = roles.iter().map(|(role, _)| role.role_name.clone()).collect();
    // Not under our path: absent, a stranger's of that name, or too young for the listing.
    for name in wanted.keys().filter(|name| !listed.contains(**name)) {
        roles.extend(get(aws, name).await?.map(|role| (role, true)));
    }
    let prefix = ask.scope.name_prefix();
    let wanted = &wanted;
    stream::iter(roles)
        .map(|(role, complete)| {
            let (address, desired) = match wanted.get(role.role_name.as_str()) {
                Some((at, desired)) => ((*at).clone(), Some(*desired)),
                None => {
                    let key = role.role_name.strip_prefix(&prefix).unwrap_or(&role.role_name);
                    (ask.address(key), None)
                }
            };
            async move {
                let live = live(aws, role, complete, desired).await?;
                let ownership = IamRole::ownership(&address, &live);
                Ok(Found { address, live, ownership, listed: true })
            }
        })
        .buffered(SIDE_BY_SIDE)
        .try_collect()
        .await
}

async fn list(aws: &Aws, path: &str) -> Result<Vec<Role>, CloudError> {
    let mut roles = Vec::new();
    let mut marker: Option<String> = None;
    loop {
        let answer = aws
            .read("iam", "ListRoles", || aws.iam.list_roles().path_prefix(path).set_marker(marker.clone()).send())
            .await?;
        // A prefix also fits longer paths: IAM matches text, not folders.
        roles.extend(answer.roles.into_iter().filter(|role| role.path == path));
        marker = answer.marker.filter(|_| answer.is_truncated);
        if marker.is_none() {
            return Ok(roles);
        }
    }
}

pub(super) async fn get(aws: &Aws, name: &str) -> Result<Option<Role>, CloudError> {
    let answer = aws.read_optional("iam", "GetRole", || aws.iam.get_role().role_name(name).send()).await?;
    Ok(answer.and_then(|answer| answer.role))
}

/// The whole role. A listing leaves out tags and boundary, so a role that wants any of them is read once more.
async fn live(aws: &Aws, role: Role, complete: bool, desired: Option<&Desired>) -> Result<Live, CloudError> {
    let tagged = desired.is_some_and(|desired| !user_tags(&desired.tags).is_empty());
    let bounded = desired.is_some_and(|desired| desired.permissions_boundary.is_some());
    let name = role.role_name.clone();
    let more = async {
        if (tagged || bounded) && !complete { get(aws, &name).await } else { Ok(None) }
    };
    let (managed_policies, inline_policies, more) =
        futures::try_join!(managed(aws, &name), inline(aws, &name), more)?;
    let role = more.unwrap_or(role);
    let tags = role.tags.unwrap_or_default().into_iter().map(|tag| (tag.key, tag.value)).collect();
    let trust = role.assume_role_policy_document.unwrap_or_default();
    Ok(Live {
        trust: read_document("GetRole", &trust)?,
        path: role.path,
        managed_policies,
        inline_policies,
        description: role.description.filter(|text| !text.is_empty()),
        permissions_boundary: role
            .permissions_boundary
            .and_then(|boundary| boundary.permissions_boundary_arn)
            .filter(|_| bounded),
        max_session_seconds: role.max_session_duration.unwrap_or(DEFAULT_SESSION_SECONDS),
        tags: if tagged { user_tags(&tags) } else { BTreeMap::new() },
        name,
    })
}

async fn managed(aws: &Aws, name: &str) -> Result<BTreeSet<String>, CloudError> {
    let mut arns = BTreeSet::new();
    let mut marker: Option<String> = None;
    loop {
        let answer = aws
            .read("iam", "ListAttachedRolePolicies", || {
                aws.iam.list_attached_role_policies().role_name(name).set_marker(marker.clone()).send()
            })
            .await?;
        arns.extend(answer.attached_policies.unwrap_or_default().into_iter().filter_map(|policy| policy.policy_arn));
        marker = answer.marker.filter(|_| answer.is_truncated);
        if marker.is_none() {
            return Ok(arns);
        }
    }
}

async fn inline(aws: &Aws, name: &str) -> Result<BTreeMap<String, Document>, CloudError> {
    let mut names = Vec::new();
    let mut marker: Option<String> = None;
    loop {
        let answer = aws
            .read("iam", "ListRolePolicies", || {
                aws.iam.list_role_policies().role_name(name).set_marker(marker.clone()).send()
            })
            .await?;
        names.extend(answer.policy_names);
        marker = answer.marker.filter(|_| answer.is_truncated);
        if marker.is_none() {
            break;
        }
    }
    let mut policies = BTreeMap::new();
    for policy in names {
        let answer = aws
            .read_optional("iam", "GetRolePolicy", || {
                aws.iam.get_role_policy().role_name(name).policy_name(&policy).send()
            })
            .await?;
        if let Some(answer) = answer {
            policies.insert(policy, read_document("GetRolePolicy", &answer.policy_document)?);
        }
    }
    Ok(policies)
}

fn read_document(operation: &'static str, text: &str) -> Result<Document, CloudError> {
    Document::from_wire(text).ok_or_else(|| {
        let message = "IAM answered a policy document that is no JSON";
        CloudError::new(Call::new("iam", operation), Class::Invalid, message)
    })
}
