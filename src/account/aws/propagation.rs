//! The only file that reads AWS's message texts: codes alone do not tell a role that is not known yet from a bad request.

use crate::model::Class;

/// What a refusal really is, from its code and message.
pub(super) fn classify(service: &str, code: &str, message: &str, status: u16) -> Option<Class> {
    match service {
        "lambda" => lambda(code, message),
        "apigateway" => api_gateway(code, message),
        "iam" => iam(code, message),
        "s3" => s3(code, message, status),
        "dynamodb" => dynamodb(code, message),
        "ses" => ses(code),
        "cognito-identity" | "cognito-idp" => cognito(code, message),
        "route53" => route53(code, message),
        _ => None,
    }
}

/// Lambda learns of a new role some seconds after IAM made it, and words that as an invalid parameter.
fn lambda(code: &str, message: &str) -> Option<Class> {
    const ROLE_NOT_KNOWN_YET: [&str; 4] = [
        "cannot be assumed by Lambda",
        "execution role does not have permissions",
        "ARN does not refer to a valid principal",
        // An event source mapping tries the stream with the function's role.
        "Please ensure the role can perform",
    ];
    match code {
        "InvalidParameterValueException" if ROLE_NOT_KNOWN_YET.iter().any(|text| message.contains(text)) => {
            Some(Class::Propagating)
        }
        "InvalidParameterValueException" if message.contains("throttled by EC2") => Some(Class::Throttled),
        "ResourceConflictException" if message.contains("already exist") => Some(Class::Exists),
        "ResourceConflictException" => Some(Class::Busy),
        // An event source mapping that is being changed.
        "ResourceInUseException" => Some(Class::Busy),
        "PreconditionFailedException" => Some(Class::Precondition),
        _ => None,
    }
}

/// API Gateway answers 409 both for "someone is changing this API" and for "that name is taken".
fn api_gateway(code: &str, message: &str) -> Option<Class> {
    const ACCOUNT_ROLE_NOT_KNOWN_YET: [&str; 2] = [
        "role ARN does not have required permissions",
        "could not successfully write to CloudWatch Logs using the ARN",
    ];
    match code {
        "ConflictException" | "BadRequestException" if message.contains("concurrent modification") => {
            Some(Class::Busy)
        }
        "ConflictException" if message.contains("already ") => Some(Class::Exists),
        "ConflictException" if message.contains("referenced") || message.contains("still in use") => {
            Some(Class::Busy)
        }
        "BadRequestException" if ACCOUNT_ROLE_NOT_KNOWN_YET.iter().any(|text| message.contains(text)) => {
            Some(Class::Propagating)
        }
        // A usage plan and a stage are taken apart by two services; the second may see the first late.
        "BadRequestException" if message.contains("because there are API Stages associated") => {
            Some(Class::Busy)
        }
        "LimitExceededException" => Some(Class::Invalid),
        _ => None,
    }
}

fn iam(code: &str, message: &str) -> Option<Class> {
    match code {
        "ConcurrentModification" | "ConcurrentModificationException" | "DeleteConflict" => Some(Class::Busy),
        "LimitExceeded" | "LimitExceededException" => Some(Class::Invalid),
        "MalformedPolicyDocument" if message.contains("Invalid principal") => Some(Class::Propagating),
        _ => None,
    }
}

/// Route 53 refuses a whole batch of changes with one code, and says why in words.
fn route53(code: &str, message: &str) -> Option<Class> {
    match code {
        "PriorRequestNotComplete" => Some(Class::Busy),
        "InvalidChangeBatch" if message.contains("already exists") => Some(Class::Exists),
        "InvalidChangeBatch" if message.contains("not found") => Some(Class::Absent),
        _ => None,
    }
}

/// Cognito learns of a new role some seconds after IAM made it, and words that as a lack of permission.
fn cognito(code: &str, message: &str) -> Option<Class> {
    match code {
        "NotAuthorizedException"
            if message.contains("Access to Role") && message.contains("is forbidden") =>
        {
            Some(Class::Propagating)
        }
        "InvalidParameterException" if message.contains("Existing attribute already has name") => {
            Some(Class::Exists)
        }
        "ConcurrentModificationException" => Some(Class::Busy),
        "LimitExceededException" => Some(Class::Invalid),
        _ => None,
    }
}

fn s3(code: &str, message: &str, status: u16) -> Option<Class> {
    match code {
        // Public access was opened a moment ago, and not everywhere yet.
        "AccessDenied" if message.contains("BlockPublicPolicy") => Some(Class::Propagating),
        "OperationAborted" => Some(Class::Busy),
        "BucketAlreadyOwnedByYou" => Some(Class::Exists),
        // Two conditional writes at the same moment: the loser is told to look again.
        "ConditionalRequestConflict" => Some(Class::Precondition),
        _ if status == 412 => Some(Class::Precondition),
        _ => None,
    }
}

/// DynamoDB has one code for "that table is being changed" and for "that name is taken", and one for a wrong value and for a change
/// that is made already.
fn dynamodb(code: &str, message: &str) -> Option<Class> {
    const MADE_ALREADY: [&str; 6] = [
        "already has an enabled stream",
        "has no stream to disable",
        "throughput for the table will not change",
        "TimeToLive is already",
        "is active on a different AttributeName",
        "already encrypted by given",
    ];
    match code {
        "ResourceInUseException" if message.contains("already exists") => Some(Class::Exists),
        "ResourceInUseException" | "ContinuousBackupsUnavailableException" => Some(Class::Busy),
        // So many tables or indexes are made at the same time; the other limits do not pass by waiting.
        "LimitExceededException" if message.contains("simultaneous") => Some(Class::Busy),
        "LimitExceededException" => Some(Class::Invalid),
        "ValidationException" if message.contains("index which already exists") => Some(Class::Exists),
        "ValidationException" if MADE_ALREADY.iter().any(|text| message.contains(text)) => {
            Some(Class::Precondition)
        }
        _ => None,
    }
}

fn ses(code: &str) -> Option<Class> {
    match code {
        "AlreadyExistsException" => Some(Class::Exists),
        "ConcurrentModificationException" | "ConflictException" => Some(Class::Busy),
        "LimitExceededException" => Some(Class::Invalid),
        _ => None,
    }
}
