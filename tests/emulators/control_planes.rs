//! Both systems on the control planes of moto and LocalStack: deploy, a deploy that does nothing, destroy.

use super::{
    support::{Emulator, OidcProvider},
    tool::{Tool, assert_nothing_left, stack},
};

/// `forgets`: what the endpoint does not keep, as the lines of a plan name it.
fn story(emulator: &Emulator, forgets: Option<&str>) {
    let provider = OidcProvider::start();
    let tool = Tool::new(emulator, &provider);
    let files = [stack("auth0-authorizers"), stack("account-api"), stack("24-hour-video")];
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let deploy = [&["deploy"], files.as_slice()].concat();
    tool.must(&deploy);
    let again = tool.run(&[&["plan", "--exit-code"], files.as_slice()].concat());
    let shown = String::from_utf8_lossy(&again.stderr);
    match forgets {
        None => {
            assert_eq!(again.status.code(), Some(0), "{shown}");
            assert_eq!(tool.must(&deploy)["calls"], 0);
        }
        Some(forgotten) => {
            let changes: Vec<&str> = shown.lines().filter(|line| line.contains(" -> ")).collect();
            assert!(!changes.is_empty() && changes.iter().all(|line| line.contains(forgotten)), "{shown}");
            assert!(
                shown.matches("Plan: 0 to create, 1 to change, 0 to delete.").count() == changes.len(),
                "{shown}"
            );
        }
    }
    tool.must(&[&["destroy", "--yes"], files.as_slice()].concat());
    assert_nothing_left(emulator);
}

/// moto drops an authorizer's validation expression, so that a plan goes on asking for it, and for nothing else.
#[test]
fn moto() {
    story(&Emulator::moto(), Some(".validation_expression: (absent)"));
}

#[test]
fn localstack() {
    story(&Emulator::localstack(), None);
}
