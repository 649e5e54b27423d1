//! The only file that sees `SdkError`.

use aws_smithy_runtime_api::{
    client::{orchestrator::HttpResponse, result::SdkError},
    http::Headers,
};
use aws_smithy_types::error::{display::DisplayErrorContext, metadata::ProvideErrorMetadata};

use super::propagation;
use crate::model::{Call, Class, CloudError};

/// The SDK's failure in our words.
pub(super) fn cloud_error<E>(call: &Call, error: SdkError<E, HttpResponse>) -> CloudError
where
    E: std::error::Error + ProvideErrorMetadata + 'static,
{
    let answer = error.raw_response().map(|response| (response.status().as_u16(), response.headers()));
    let status = answer.map(|(status, _)| status);
    let retry_after_ms = answer.and_then(|(_, headers)| retry_after_ms(headers));
    let request_id = answer.and_then(|(_, headers)| {
        ["x-amzn-requestid", "x-amzn-request-id", "x-amz-request-id"]
            .iter()
            .find_map(|name| headers.get(*name))
    });
    let request_id = request_id.map(str::to_owned);
    let (class, code, message) = match &error {
        SdkError::ServiceError(service) => {
            let code = service.err().code().map(str::to_owned);
            let message = service.err().message().map(str::to_owned);
            let class =
                classify(call, code.as_deref(), message.as_deref().unwrap_or_default(), status.unwrap_or(0));
            (
                class,
                code,
                message.unwrap_or_else(|| format!("status {} without a message", status.unwrap_or(0))),
            )
        }
        SdkError::ConstructionFailure(_) => (Class::Invalid, None, in_words(&error)),
        SdkError::DispatchFailure(failure) if failure.is_user() => (Class::Invalid, None, in_words(&error)),
        _ if no_credentials(&error) => (Class::Denied, None, in_words(&error)),
        _ if refused(&error) => (Class::Unsent, None, in_words(&error)),
        _ => (Class::Unknown, None, in_words(&error)),
    };
    CloudError { status, code, request_id, retry_after_ms, ..CloudError::new(call.clone(), class, message) }
}

/// The SDK's word for a request that could not even be made, such as one whose body cannot be read.
pub(crate) fn unusable_input<E>(
    cause: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> SdkError<E, HttpResponse> {
    SdkError::construction_failure(cause)
}

fn in_words<E>(error: &SdkError<E, HttpResponse>) -> String
where
    E: std::error::Error + 'static,
{
    DisplayErrorContext(error).to_string().split(" (").next().unwrap_or_default().to_owned()
}

/// The connection was never made, so the service cannot have acted.
fn refused<E: std::error::Error + 'static>(error: &SdkError<E, HttpResponse>) -> bool {
    chain(error).any(|cause| {
        cause
            .downcast_ref::<std::io::Error>()
            .is_some_and(|io| io.kind() == std::io::ErrorKind::ConnectionRefused)
            || cause.to_string().contains("dns error")
    })
}

fn no_credentials<E: std::error::Error + 'static>(error: &SdkError<E, HttpResponse>) -> bool {
    chain(error).any(|cause| cause.to_string().contains("credential"))
}

fn chain<'a>(
    error: &'a (dyn std::error::Error + 'static),
) -> impl Iterator<Item = &'a (dyn std::error::Error + 'static)> {
    std::iter::successors(Some(error), |error| error.source())
}

fn classify(call: &Call, code: Option<&str>, message: &str, status: u16) -> Class {
    let code = code.unwrap_or_default();
    if let Some(class) = propagation::classify(&call.service, code, message, status) {
        return class;
    }
    match code {
        "NoSuchEntity" | "NoSuchBucket" | "NoSuchKey" | "NotFound" => return Class::Absent,
        "EntityAlreadyExists" | "ResourceAlreadyExistsException" | "BucketAlreadyExists" => {
            return Class::Exists;
        }
        "OperationAbortedException" => return Class::Busy,
        _ => {}
    }
    let throttled = ["Throttl", "TooManyRequests", "SlowDown", "RequestLimitExceeded", "RequestThrottled"];
    match status {
        429 => Class::Throttled,
        _ if throttled.iter().any(|text| code.contains(text)) => Class::Throttled,
        _ if code.contains("AccessDenied") || code == "ExpiredToken" || code == "ExpiredTokenException" => {
            Class::Denied
        }
        401 | 403 => Class::Denied,
        404 => Class::Absent,
        412 => Class::Precondition,
        500.. => Class::Unknown,
        _ if code.ends_with("NotFoundException") || code.ends_with("NotFound") => Class::Absent,
        _ => Class::Invalid,
    }
}

/// API Gateway says `Retry-After` in seconds; the SDK reads only `x-amz-retry-after`, in milliseconds.
fn retry_after_ms(headers: &Headers) -> Option<u64> {
    let seconds = headers.get("retry-after").and_then(|value| value.trim().parse::<f64>().ok());
    let ms = headers.get("x-amz-retry-after").and_then(|value| value.trim().parse::<u64>().ok());
    ms.or_else(|| {
        seconds
            .filter(|seconds| seconds.is_finite() && *seconds >= 0.0)
            .map(|seconds| (seconds * 1000.0) as u64)
    })
}
