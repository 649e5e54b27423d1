//! Method settings: what a stage does about logging, metrics, throttling and caching, for all methods or one.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Patch;

/// The key of the settings that hold for every method without settings of its own.
pub const ALL_METHODS: &str = "*/*";

/// The settings of `*/*` or of one method. AWS fills in all of them as soon as one is set, so that they are one value here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct MethodSettings {
    /// CloudWatch metrics for each method.
    pub metrics: bool,
    /// What is written to the execution log.
    pub logging: LoggingLevel,
    /// Whole requests and responses are written to the execution log: secrets too.
    pub data_trace: bool,
    /// How many requests may come at once; -1 for no limit but the account's.
    pub throttling_burst: i32,
    /// How many requests may come in a second; -1 for no limit but the account's.
    pub throttling_rate: f64,
    /// Answers are cached, where the stage has a cache.
    pub caching: bool,
    /// How long an answer is kept, 0 to 3600, in seconds.
    pub cache_ttl_seconds: i32,
    /// Cached answers are encrypted.
    pub cache_encrypted: bool,
    /// Who wants a fresh answer (`Cache-Control: max-age=0`) must be allowed to.
    pub cache_control_authorization: bool,
    /// What happens to those who are not.
    pub unauthorized_cache_control: UnauthorizedCacheControl,
}

/// AWS's defaults.
impl Default for MethodSettings {
    fn default() -> Self {
        Self {
            metrics: false,
            logging: LoggingLevel::Off,
            data_trace: false,
            throttling_burst: 5_000,
            throttling_rate: 10_000.0,
            caching: false,
            cache_ttl_seconds: 300,
            cache_encrypted: false,
            cache_control_authorization: true,
            unauthorized_cache_control: UnauthorizedCacheControl::default(),
        }
    }
}

/// An enum whose JSON is lower case and whose text is AWS's spelling.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$of:meta])* $variant:ident = $text:literal),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$of])* $variant),* }

        impl $name {
            /// Every word.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// AWS's spelling.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }

            /// From AWS's spelling; the default for anything else.
            pub fn from_aws(text: &str) -> Self {
                match text { $($text => Self::$variant,)* _ => Self::default() }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

words! {
    /// What is written to the execution log.
    LoggingLevel {
        /// Nothing.
        #[default]
        Off = "OFF",
        /// Errors.
        Error = "ERROR",
        /// Everything that happens.
        Info = "INFO",
    }
}

words! {
    /// What happens to a `Cache-Control` header of someone who may not send one.
    UnauthorizedCacheControl {
        /// 403.
        FailWith403 = "FAIL_WITH_403",
        /// It is ignored, with a warning header in the answer.
        #[default]
        SucceedWithResponseHeader = "SUCCEED_WITH_RESPONSE_HEADER",
        /// It is ignored.
        SucceedWithoutResponseHeader = "SUCCEED_WITHOUT_RESPONSE_HEADER",
    }
}

/// One setting: its word in the stack file, its place in a patch, its value.
pub(super) struct Leaf {
    pub word: &'static str,
    pub path: &'static str,
    pub value: String,
}

impl MethodSettings {
    /// Every setting, in a fixed order.
    pub(super) fn leaves(&self) -> [Leaf; 10] {
        let leaf = |word, path, value: &dyn fmt::Display| Leaf { word, path, value: value.to_string() };
        [
            leaf("metrics", "metrics/enabled", &self.metrics),
            leaf("logging", "logging/loglevel", &self.logging),
            leaf("data_trace", "logging/dataTrace", &self.data_trace),
            leaf("throttling.burst", "throttling/burstLimit", &self.throttling_burst),
            leaf("throttling.rate", "throttling/rateLimit", &self.throttling_rate),
            leaf("cache", "caching/enabled", &self.caching),
            leaf("cache_ttl_seconds", "caching/ttlInSeconds", &self.cache_ttl_seconds),
            leaf("cache_encrypted", "caching/dataEncrypted", &self.cache_encrypted),
            leaf(
                "cache_control_authorization",
                "caching/requireAuthorizationForCacheControl",
                &self.cache_control_authorization,
            ),
            leaf(
                "unauthorized_cache_control",
                "caching/unauthorizedCacheControlHeaderStrategy",
                &self.unauthorized_cache_control,
            ),
        ]
    }

    /// Sets the setting at `path` (`throttling/rateLimit`); `None` where there is no such setting or the value does not fit.
    pub(super) fn set(&mut self, path: &str, value: &str) -> Option<()> {
        fn put<T: std::str::FromStr>(field: &mut T, value: &str) -> Option<()> {
            *field = value.parse().ok()?;
            Some(())
        }
        match path {
            "metrics/enabled" => put(&mut self.metrics, value),
            "logging/loglevel" => {
                self.logging = LoggingLevel::from_aws(value);
                Some(())
            }
            "logging/dataTrace" => put(&mut self.data_trace, value),
            "throttling/burstLimit" => put(&mut self.throttling_burst, value),
            "throttling/rateLimit" => put(&mut self.throttling_rate, value),
            "caching/enabled" => put(&mut self.caching, value),
            "caching/ttlInSeconds" => put(&mut self.cache_ttl_seconds, value),
            "caching/dataEncrypted" => put(&mut self.cache_encrypted, value),
            "caching/requireAuthorizationForCacheControl" => put(&mut self.cache_control_authorization, value),
            "caching/unauthorizedCacheControlHeaderStrategy" => {
                self.unauthorized_cache_control = UnauthorizedCacheControl::from_aws(value);
                Some(())
            }
            _ => None,
        }
    }
}

/// A method's key: `GET /users/{id}`.
pub fn method_key(verb: &str, path: &str) -> String {
    format!("{verb} {path}")
}

/// Our key of AWS's: `GET /users/{id}` of `users/{id}/GET`, which some answers write with a slash before it or as
/// `~1users~1{id}/GET`.
pub fn key_of_aws(key: &str) -> String {
    if key == ALL_METHODS {
        return key.to_owned();
    }
    let decoded = key.replace("~1", "/").replace("~0", "~");
    let (path, verb) = decoded.rsplit_once('/').unwrap_or(("", &decoded));
    method_key(verb, &format!("/{}", path.trim_start_matches('/')))
}

/// Where the settings of `key` lie in a patch: `/*/*` or `/~1users~1{id}/GET`.
pub fn patch_path(key: &str) -> String {
    match key.split_once(' ') {
        Some((verb, path)) => format!("/{}/{verb}", path.replace('~', "~0").replace('/', "~1")),
        None => format!("/{key}"),
    }
}

/// The key and the setting of a patch path: `("GET /users/{id}", "throttling/rateLimit")`, without a setting for the whole entry.
pub(super) fn parse_patch_path(path: &str) -> Option<(String, Option<&str>)> {
    let path = path.strip_prefix('/')?;
    let mut slashes = path.match_indices('/').map(|(place, _)| place);
    let _after_path = slashes.next()?;
    match slashes.next() {
        Some(after_verb) => Some((key_of_aws(&path[..after_verb]), Some(&path[after_verb + 1..]))),
        None => Some((key_of_aws(path), None)),
    }
}

/// The patches that turn the settings of `key` into `desired`; all of them where there are none, as the defaults of accounts differ.
pub(super) fn patches(key: &str, live: Option<&MethodSettings>, desired: &MethodSettings) -> Vec<Patch> {
    let before = live.map(MethodSettings::leaves);
    let prefix = patch_path(key);
    let differs = |place: usize, leaf: &Leaf| before.as_ref().is_none_or(|before| before[place].value != leaf.value);
    let leaves = desired.leaves().into_iter().enumerate();
    leaves
        .filter(|(place, leaf)| differs(*place, leaf))
        .map(|(_, leaf)| Patch::replace(format!("{prefix}/{}", leaf.path), leaf.value))
        .collect()
}
