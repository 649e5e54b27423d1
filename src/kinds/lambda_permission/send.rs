//! One op, one SDK call.

use super::{Live, Op, policy, taken_apart};
use crate::{
    account::aws::Aws,
    kinds::{Operation, Sent},
    model::{Class, CloudError},
};

/// How long a removed statement may go on being listed, in seconds.
const GONE_SECONDS: u64 = 30;

pub(super) async fn send(aws: &Aws, op: &Op) -> Result<Sent<Live>, CloudError> {
    let (Op::Add { function_name, .. } | Op::Remove { function_name, .. }) = op;
    // AddPermission calls that run side by side on one function lose statements (acknowledged by AWS).
    let policy = aws.exclusive(&format!("policy of function {function_name}"));
    let _turn = policy.lock().await;
    match op {
        Op::Add { function_name, statement_id, action, principal, source_arn, source_account, .. } => {
            let (name, alias) = taken_apart(function_name);
            aws.call(&op.call(), op.repeat(), || {
                let request = aws.lambda.add_permission().function_name(name).statement_id(statement_id);
                let request = request.set_qualifier(alias.map(str::to_owned)).set_source_account(source_account.clone());
                request.action(action).principal(principal).source_arn(source_arn.settled()).send()
            })
            .await?;
        }
        Op::Remove { function_name, statement_id } => {
            let removed = aws
                .call(&op.call(), op.repeat(), || {
                    let (name, alias) = taken_apart(function_name);
                    let request = aws.lambda.remove_permission().function_name(name).statement_id(statement_id);
                    request.set_qualifier(alias.map(str::to_owned)).send()
                })
                .await;
            match removed {
                Ok(_) => until_gone(aws, op, function_name, statement_id).await?,
                Err(error) if error.class == Class::Absent => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(Sent::done())
}

/// An id that is still listed could not be added again.
async fn until_gone(aws: &Aws, op: &Op, function_name: &str, statement_id: &str) -> Result<(), CloudError> {
    aws.until(&op.call(), GONE_SECONDS, "the permission to go", || async {
        let answer = aws
            .read_optional("lambda", "GetPolicy", || {
                let (name, alias) = taken_apart(function_name);
                aws.lambda.get_policy().function_name(name).set_qualifier(alias.map(str::to_owned)).send()
            })
            .await?;
        let policy = answer.and_then(|answer| answer.policy).unwrap_or_default();
        let listed = policy::statements(function_name, &policy, statement_id);
        Ok(listed.iter().all(|live| live.statement_id != statement_id).then_some(()))
    })
    .await
}
