//! What holds for the API as a whole.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{ApiKeySource, EndpointType};

/// The settings of a REST API, but for its name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// For people; never empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// How clients reach it.
    pub endpoint: EndpointType,
    /// The VPC endpoints of a private API.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub vpc_endpoint_ids: BTreeSet<String>,
    /// Where an API key is read from.
    pub api_key_source: ApiKeySource,
    /// Content types whose bodies are bytes.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub binary_media_types: BTreeSet<String>,
    /// Bodies of at least so many bytes are compressed (0 to 10485760); `None` for never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum_compression_bytes: Option<u32>,
    /// The resource policy, as JSON. `execute-api:/…` stands for this API's own ARN.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
    /// Only custom domains reach it.
    pub disable_execute_api_endpoint: bool,
}
