//! Custom domain names: the names under which APIs answer beside AWS's own.
//!
//! AWS takes a name once in a region, so a domain is found by its name, and owner tags say whose it is. One that the stack file
//! has no more is found by the ledger, which remembers it from before it is made for as long as it is there; where
//! there is none, the tagging API tells of it.

#[cfg(test)]
pub(crate) mod arbitrary;
mod diff;
mod observe;
mod op;
mod send;
mod simulate;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use op::{Op, Patch, PatchOp};

use super::{Ask, Context, Kind, Sent, World};
use crate::{
    account::aws::Aws,
    model::{Address, Change, CloudError, Found, Identity, Owner, Ownership, Refusal},
};

/// What the stack file asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Desired {
    /// Such as `api.example.com`, in lower case.
    pub name: String,
    /// Where it is reached.
    pub endpoint: Endpoint,
    /// The certificate of AWS Certificate Manager: of the region, or of us-east-1 for an edge endpoint.
    pub certificate_arn: String,
    /// The oldest protocol that callers may speak.
    pub security_policy: SecurityPolicy,
    /// Callers show certificates too.
    pub mutual_tls: Option<MutualTls>,
    /// Owner tags and the user's own. Declared.
    pub tags: BTreeMap<String, String>,
}

/// Where a domain is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Endpoint {
    /// In its region.
    Regional,
    /// Through CloudFront's edge locations.
    Edge,
}

impl Endpoint {
    /// API Gateway's word.
    pub fn as_aws(self) -> &'static str {
        match self {
            Self::Regional => "REGIONAL",
            Self::Edge => "EDGE",
        }
    }
}

/// The oldest protocol that callers may speak.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecurityPolicy {
    /// TLS 1.0.
    Tls10,
    /// TLS 1.2.
    #[default]
    Tls12,
}

impl SecurityPolicy {
    /// API Gateway's word.
    pub fn as_aws(self) -> &'static str {
        match self {
            Self::Tls10 => "TLS_1_0",
            Self::Tls12 => "TLS_1_2",
        }
    }
}

/// Which certificates callers may show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MutualTls {
    /// Where the trusted certificates lie: `s3://bucket/key`.
    pub truststore_uri: String,
    /// The version of that object.
    pub truststore_version: Option<String>,
}

/// What the account has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Live {
    /// The name.
    pub name: String,
    /// The certificate of each endpoint. More than one for as long as a domain moves from one to the other.
    pub certificates: BTreeMap<Endpoint, String>,
    /// API Gateway's word for the oldest protocol.
    pub security_policy: String,
    /// Which certificates callers may show.
    pub mutual_tls: Option<MutualTls>,
    /// The name to which DNS must lead, of each endpoint.
    pub targets: BTreeMap<Endpoint, Target>,
    /// All tags but AWS's own.
    pub tags: BTreeMap<String, String>,
}

/// Where DNS must lead.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Such as `d-abc123.execute-api.eu-west-1.amazonaws.com`.
    pub name: String,
    /// The hosted zone of that name, for alias records.
    pub zone_id: String,
}

/// The attribute `target` or `zone_id` of one endpoint of the domain called `domain`. So a plan does not take where a domain led
/// before it moved for where it will lead.
pub fn endpoint_attribute(attribute: &str, endpoint: Endpoint, domain: &str) -> String {
    format!("{attribute} of {} {domain}", endpoint.as_aws())
}

/// See the module.
pub struct DomainName;

impl Kind for DomainName {
    const NAME: &'static str = "domain_name";
    const WAVE: u8 = 0;
    /// After the mappings in it, before the stage.
    const RANK: u8 = 93;
    const REMEMBERED: bool = true;

    fn id_of_arn(arn: &str) -> Option<&str> {
        crate::model::id_of_arn(arn, "apigateway", "/domainnames/")
    }

    type Desired = Desired;
    type Live = Live;
    type Op = Op;

    fn diff(_: &Address, desired: Option<&Desired>, live: Option<&Live>, _: &Context) -> Change<Op> {
        diff::diff(desired, live)
    }

    fn simulate(_: &Address, op: &Op, live: Option<Live>, world: &World<'_>) -> Result<Option<Live>, Refusal> {
        simulate::simulate(op, live, world)
    }

    /// `target` and `zone_id` are those of an [`endpoint_attribute`].
    fn attribute(live: &Live, name: &str, _: &Identity) -> Option<String> {
        match name {
            "name" | "id" => return Some(live.name.clone()),
            "url" => return Some(format!("https://{}", live.name)),
            _ => {}
        }
        let (attribute, rest) = name.split_once(" of ")?;
        let (endpoint, domain) = rest.split_once(' ')?;
        let mut targets = live.targets.iter().filter(|_| live.name == domain);
        let (_, target) = targets.find(|(known, _)| known.as_aws() == endpoint)?;
        match attribute {
            "target" => Some(target.name.clone()),
            "zone_id" => Some(target.zone_id.clone()),
            _ => None,
        }
    }

    fn computed(_: &Address, desired: &Desired, name: &str, _: &Identity) -> Option<String> {
        match name {
            "name" | "id" => Some(desired.name.clone()),
            "url" => Some(format!("https://{}", desired.name)),
            _ => None,
        }
    }

    fn ownership(at: &Address, live: &Live) -> Ownership {
        match Owner::of(&live.tags) {
            Some(owner) if owner.owns(at) => Ownership::Ours,
            _ => Ownership::Foreign,
        }
    }

    async fn observe(aws: &Aws, ask: &Ask<'_, Self>) -> Result<Vec<Found<Live>>, CloudError> {
        observe::observe(aws, ask).await
    }

    async fn send(aws: &Aws, _: &Address, op: &Op, _: Option<&Live>) -> Result<Sent<Live>, CloudError> {
        send::send(aws, op).await
    }
}
