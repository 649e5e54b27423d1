//! The `gatewright` command: arguments, the world outside (clock, randomness, signals), exit code.

mod host;

use std::process::ExitCode;

use gatewright::{
    cli::{self, Exit},
    model::Env,
};

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|panic| {
        use std::io::Write;
        let _ = writeln!(
            std::io::stderr(),
            "error: {panic}\n\nThis is a bug in gatewright. Please report it with the command you ran."
        );
    }));
    let Ok(runtime) = tokio::runtime::Builder::new_multi_thread().enable_all().build() else {
        return Exit::Failed.into();
    };
    let run = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        runtime.block_on(async {
            let env = Env::new(jiff::Timestamp::now, host::random, host::is_running, host::this_process());
            listen(&env);
            cli::run(std::env::args_os(), env).await
        })
    }));
    // Work that was abandoned by a second Ctrl-C is not waited for.
    runtime.shutdown_background();
    run.unwrap_or(Exit::Bug).into()
}

/// Ctrl-C and the signal by which CI systems end a job: the first drains, the second stops.
fn listen(env: &Env) {
    let stop = env.stop.clone();
    tokio::spawn(async move {
        #[cfg(unix)]
        let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).ok();
        loop {
            #[cfg(unix)]
            let term = async {
                match &mut terminate {
                    Some(signal) => signal.recv().await,
                    None => std::future::pending().await,
                }
            };
            #[cfg(not(unix))]
            let term = std::future::pending::<Option<()>>();
            tokio::select! {
                done = tokio::signal::ctrl_c() => if done.is_err() { return },
                _ = term => {}
            }
            cli::stop_requested(stop.raise());
        }
    });
}
