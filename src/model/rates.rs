//! AWS's documented control-plane rates: the limiter keeps to them, the plan's estimate counts with them.
//!
//! Source: "Amazon API Gateway quotas" (account-level, not adjustable) and "Lambda quotas" (API request rates).

use super::Call;

/// A token bucket's size and rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    /// The bucket's name; calls of one name share it.
    pub bucket: &'static str,
    /// Tokens added each second.
    pub tokens_per_second: f64,
    /// Tokens the full bucket holds.
    pub burst: f64,
}

const fn rate(bucket: &'static str, tokens: f64, seconds: f64, burst: f64) -> Rate {
    Rate { bucket, tokens_per_second: tokens / seconds, burst }
}

/// Every bucket that `call` takes a token from. `edge` is for REST APIs with an edge-optimised endpoint.
pub fn rates(call: &Call, edge: bool) -> Vec<Rate> {
    match call.service.as_ref() {
        "apigateway" => {
            let mut rates = vec![rate("apigateway", 10.0, 1.0, 40.0)];
            rates.extend(api_gateway(&call.operation, edge));
            rates
        }
        "lambda" => vec![match call.operation.as_ref() {
            "GetFunction" => rate("lambda.GetFunction", 100.0, 1.0, 100.0),
            "GetPolicy" => rate("lambda.GetPolicy", 15.0, 1.0, 15.0),
            _ => rate("lambda", 15.0, 1.0, 15.0),
        }],
        // "Quotas", Route 53 API requests: five a second for each account.
        "route53" => vec![rate("route53", 5.0, 1.0, 5.0)],
        _ => Vec::new(),
    }
}

fn api_gateway(operation: &str, edge: bool) -> Option<Rate> {
    Some(match operation {
        "CreateDeployment" => rate("CreateDeployment", 1.0, 5.0, 1.0),
        "CreateRestApi" | "ImportRestApi" if edge => rate("CreateRestApi.edge", 1.0, 30.0, 1.0),
        "CreateRestApi" | "ImportRestApi" => rate("CreateRestApi", 1.0, 3.0, 1.0),
        "DeleteRestApi" => rate("DeleteRestApi", 1.0, 30.0, 1.0),
        "PutRestApi" => rate("PutRestApi", 1.0, 1.0, 1.0),
        "CreateResource" => rate("CreateResource", 5.0, 1.0, 5.0),
        "DeleteResource" => rate("DeleteResource", 5.0, 1.0, 5.0),
        "GetResources" => rate("GetResources", 5.0, 2.0, 5.0),
        "CreateApiKey" => rate("CreateApiKey", 5.0, 1.0, 5.0),
        "DeleteApiKey" => rate("DeleteApiKey", 5.0, 1.0, 5.0),
        "UpdateUsagePlan" => rate("UpdateUsagePlan", 1.0, 20.0, 1.0),
        "UpdateAccount" => rate("UpdateAccount", 1.0, 20.0, 1.0),
        "CreateDomainName" => rate("CreateDomainName", 1.0, 30.0, 1.0),
        "DeleteDomainName" => rate("DeleteDomainName", 1.0, 30.0, 1.0),
        "UpdateDomainName" => rate("UpdateDomainName", 1.0, 30.0, 1.0),
        _ => return None,
    })
}

/// The typical time from sending a control-plane call to its answer, in seconds: an assumption of the estimate, nothing more.
pub const LATENCY_SECONDS: f64 = 0.15;

/// How long `calls` take, one after the other, under AWS's rates and an assumed latency, in seconds. Buckets start full.
pub fn sequential_seconds<'a>(calls: impl IntoIterator<Item = &'a Call>, edge: bool) -> f64 {
    let mut buckets: std::collections::BTreeMap<&'static str, (f64, f64)> = std::collections::BTreeMap::new();
    let mut now = 0.0_f64;
    for call in calls {
        let mut ready = now;
        for rate in rates(call, edge) {
            let (tokens, filled) = buckets.entry(rate.bucket).or_insert((rate.burst, now));
            *tokens = (*tokens + (now - *filled) * rate.tokens_per_second).min(rate.burst) - 1.0;
            *filled = now;
            if *tokens < 0.0 {
                ready = ready.max(now - *tokens / rate.tokens_per_second);
            }
        }
        now = ready + LATENCY_SECONDS;
    }
    now
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_puts_wait_for_tokens() {
        let calls = vec![Call::new("apigateway", "PutMethod"); 400];
        let seconds = sequential_seconds(&calls, false);
        // 40 tokens to begin with, 10 more each second, and latency overlaps the waiting.
        assert!((36.0..62.0).contains(&seconds), "{seconds}");
    }

    #[test]
    fn a_second_deployment_waits_five_seconds() {
        let calls = vec![Call::new("apigateway", "CreateDeployment"); 2];
        assert!((5.0..6.0).contains(&sequential_seconds(&calls, false)));
    }
}
