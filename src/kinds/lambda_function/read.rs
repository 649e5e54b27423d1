//! From Lambda's answers to [`Live`].

use std::collections::{BTreeMap, HashMap};

use aws_sdk_lambda::{
    operation::get_function::GetFunctionOutput,
    types::{FunctionConfiguration, LastUpdateStatus, PackageType, State, TracingMode},
};

use super::{Architecture, Hidden, Live, RESERVED_TAG, Revision, Tracing, Vpc, default_log_group};
use crate::{
    account::aws::Aws,
    model::{Call, Class, CloudError},
};

/// Configuration, tags and reservation of the function `name`, in the one call that gives them all.
pub(in crate::kinds) async fn get(aws: &Aws, name: &str) -> Result<Option<GetFunctionOutput>, CloudError> {
    aws.read_optional("lambda", "GetFunction", || aws.lambda.get_function().function_name(name).send()).await
}

/// The same of one published version.
pub(in crate::kinds) async fn get_version(
    aws: &Aws,
    name: &str,
    version: &str,
) -> Result<Option<GetFunctionOutput>, CloudError> {
    let get = || aws.lambda.get_function().function_name(name).qualifier(version).send();
    aws.read_optional("lambda", "GetFunction", get).await
}

/// The whole function. The reservation counts only where it is ours: `declared` in the stack file, or marked.
pub(in crate::kinds) fn whole(function: GetFunctionOutput, declared: bool) -> Result<Option<Live>, CloudError> {
    let tags = own_tags(function.tags.unwrap_or_default());
    let reserved = function.concurrency.and_then(|concurrency| concurrency.reserved_concurrent_executions);
    let ours = declared || tags.contains_key(RESERVED_TAG);
    let Some(configuration) = function.configuration else { return Ok(None) };
    Ok(Some(Live { reserved_concurrency: reserved.filter(|_| ours), ..live(configuration, tags)? }))
}

/// AWS's own tags cannot be set or removed by anyone.
pub(in crate::kinds) fn own_tags(tags: HashMap<String, String>) -> BTreeMap<String, String> {
    tags.into_iter().filter(|(key, _)| !key.starts_with("aws:")).collect()
}

/// A configuration in our words, with AWS's defaults where an emulator leaves a field out.
pub(in crate::kinds) fn live(function: FunctionConfiguration, tags: BTreeMap<String, String>) -> Result<Live, CloudError> {
    let name = function.function_name.clone().unwrap_or_default();
    let own_group = default_log_group(&name);
    let not_empty = |text: &String| !text.is_empty();
    Ok(Live {
        environment: environment(&function)?,
        vpc: vpc(&function),
        role_arn: function.role.unwrap_or_default(),
        runtime: function.runtime.map(|runtime| runtime.as_str().to_owned()).unwrap_or_default(),
        handler: function.handler.unwrap_or_default(),
        code_sha256_base64: function.code_sha256.unwrap_or_default(),
        image: function.package_type == Some(PackageType::Image),
        failed: function.state == Some(State::Failed),
        memory_mb: function.memory_size.unwrap_or(128),
        timeout_seconds: function.timeout.unwrap_or(3),
        ephemeral_storage_mb: function.ephemeral_storage.map_or(512, |storage| storage.size),
        architecture: match function.architectures.unwrap_or_default().first() {
            Some(aws_sdk_lambda::types::Architecture::Arm64) => Architecture::Arm64,
            _ => Architecture::X86_64,
        },
        layers: function.layers.unwrap_or_default().into_iter().filter_map(|layer| layer.arn).collect(),
        dead_letter_arn: function.dead_letter_config.and_then(|config| config.target_arn).filter(not_empty),
        reserved_concurrency: None,
        tracing: match function.tracing_config.and_then(|config| config.mode) {
            Some(TracingMode::Active) => Tracing::Active,
            _ => Tracing::PassThrough,
        },
        description: function.description.filter(not_empty),
        log_group: function
            .logging_config
            .and_then(|config| config.log_group)
            .filter(|group| !group.is_empty() && *group != own_group),
        tags,
        revision: Revision(function.revision_id.filter(not_empty)),
        name,
    })
}

fn environment(function: &FunctionConfiguration) -> Result<BTreeMap<String, Hidden>, CloudError> {
    let Some(environment) = &function.environment else { return Ok(BTreeMap::new()) };
    if let Some(error) = &environment.error {
        // The key that encrypts the variables is closed to this caller. Taking that for "no variables" would plan to set them
        // all again, for ever.
        let message = format!(
            "the environment of {} cannot be read: {}",
            function.function_name.as_deref().unwrap_or_default(),
            error.error_code.as_deref().unwrap_or("unknown")
        );
        return Err(CloudError::new(Call::new("lambda", "GetFunction"), Class::Denied, message));
    }
    let variables = environment.variables.iter().flatten();
    Ok(variables.map(|(key, value)| (key.clone(), Hidden::from(value.as_str()))).collect())
}

fn vpc(function: &FunctionConfiguration) -> Option<Vpc> {
    let config = function.vpc_config.as_ref()?;
    let set = |ids: &[String]| ids.iter().filter(|id| !id.is_empty()).cloned().collect();
    Vpc { subnet_ids: set(config.subnet_ids()), security_group_ids: set(config.security_group_ids()) }.some()
}

/// How far an asynchronous change of a function is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::kinds) enum Progress {
    /// It holds.
    Done,
    /// It is under way.
    Waiting,
    /// It went wrong, for the reason AWS gives.
    Failed(String),
}

/// What `State` and `LastUpdateStatus` say together. Emulators leave the latter out, so that nothing is read into its absence
/// beyond what `State` says.
pub(in crate::kinds) fn progress(function: &FunctionConfiguration) -> Progress {
    let reason = |code: Option<&str>, text: Option<&str>| match (code, text) {
        (Some(code), Some(text)) => format!("{code}: {text}"),
        (code, text) => text.or(code).unwrap_or("no reason given").to_owned(),
    };
    match (&function.state, &function.last_update_status) {
        (Some(State::Failed), _) => Progress::Failed(reason(
            function.state_reason_code.as_ref().map(|code| code.as_str()),
            function.state_reason.as_deref(),
        )),
        (_, Some(LastUpdateStatus::Failed)) => Progress::Failed(reason(
            function.last_update_status_reason_code.as_ref().map(|code| code.as_str()),
            function.last_update_status_reason.as_deref(),
        )),
        (Some(State::Pending | State::Deleting), _) | (_, Some(LastUpdateStatus::InProgress)) => Progress::Waiting,
        _ => Progress::Done,
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_lambda::types::{
        Concurrency, EnvironmentError, EnvironmentResponse, LoggingConfig, StateReasonCode, VpcConfigResponse,
    };

    use super::*;

    fn bare() -> aws_sdk_lambda::types::builders::FunctionConfigurationBuilder {
        FunctionConfiguration::builder().function_name("f").role("arn:r").handler("i.h").code_sha256("x")
    }

    fn read(function: FunctionConfiguration) -> Live {
        live(function, BTreeMap::new()).expect("a function")
    }

    #[test]
    fn what_is_left_out_is_the_default_and_empty_is_absent() {
        let spelled_out = bare()
            .memory_size(128)
            .timeout(3)
            .description("")
            .vpc_config(VpcConfigResponse::builder().set_subnet_ids(Some(Vec::new())).vpc_id("").build())
            .environment(EnvironmentResponse::builder().set_variables(Some(HashMap::new())).build())
            .logging_config(LoggingConfig::builder().log_group("/aws/lambda/f").build())
            .set_layers(Some(Vec::new()))
            .build();
        assert_eq!(read(spelled_out), read(bare().build()));
    }

    #[test]
    fn variables_that_cannot_be_decrypted_are_not_taken_for_none() {
        let error = EnvironmentError::builder().error_code("AccessDeniedException").message("secret words").build();
        let function = bare().environment(EnvironmentResponse::builder().error(error).build()).build();
        let error = live(function, BTreeMap::new()).expect_err("no environment");
        assert_eq!(error.message, "the environment of f cannot be read: AccessDeniedException");
    }

    #[test]
    fn a_reservation_counts_only_where_it_is_ours() {
        let function = |tag: Option<&str>| {
            let concurrency = Concurrency::builder().reserved_concurrent_executions(7).build();
            let tags = tag.map(|tag| HashMap::from([(tag.to_owned(), "managed".to_owned())]));
            GetFunctionOutput::builder().configuration(bare().build()).concurrency(concurrency).set_tags(tags).build()
        };
        let reserved = |tag, declared| {
            whole(function(tag), declared).expect("a function").and_then(|live| live.reserved_concurrency)
        };
        assert_eq!(reserved(None, false), None);
        assert_eq!(reserved(None, true), Some(7));
        assert_eq!(reserved(Some(RESERVED_TAG), false), Some(7));
    }

    #[test]
    fn tags_of_aws_are_not_read() {
        let tags = HashMap::from([("aws:cloudformation:stack".to_owned(), "x".to_owned()), ("a".to_owned(), "b".to_owned())]);
        assert_eq!(own_tags(tags).into_keys().collect::<Vec<_>>(), ["a"]);
    }

    #[test]
    fn a_change_is_waited_for_until_both_states_say_so() {
        use LastUpdateStatus as Update;
        let cases = [
            (None, None, Progress::Done),
            (Some(State::Active), None, Progress::Done),
            (Some(State::Inactive), Some(Update::Successful), Progress::Done),
            (Some(State::Pending), None, Progress::Waiting),
            (Some(State::Pending), Some(Update::InProgress), Progress::Waiting),
            (Some(State::Active), Some(Update::InProgress), Progress::Waiting),
            (Some(State::Active), Some(Update::Failed), Progress::Failed("no reason given".into())),
        ];
        for (state, update, expected) in cases {
            let function = bare().set_state(state.clone()).set_last_update_status(update.clone()).build();
            assert_eq!(progress(&function), expected, "{state:?} {update:?}");
        }
        let failed = bare()
            .state(State::Failed)
            .state_reason_code(StateReasonCode::SubnetOutOfIpAddresses)
            .state_reason("no address left")
            .build();
        assert_eq!(progress(&failed), Progress::Failed("SubnetOutOfIPAddresses: no address left".into()));
        assert!(read(failed).failed);
    }
}
