//! Both systems on the control planes of moto and LocalStack: deploy, a deploy that does nothing, destroy.

use super::{
    support::{Emulator, OidcProvider},
    tool::{Tool, assert_nothing_left, stack},
};

fn story(emulator: &Emulator) {
    let provider = OidcProvider::start();
    let tool = Tool::new(emulator, &provider);
    let files = [stack("auth0-authorizers"), stack("account-api"), stack("24-hour-video")];
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let deploy = [&["deploy"], files.as_slice()].concat();
    tool.must(&deploy);
    let again = tool.run(&[&["plan", "--exit-code"], files.as_slice()].concat());
    assert_eq!(again.status.code(), Some(0), "{}", String::from_utf8_lossy(&again.stderr));
    assert_eq!(tool.must(&deploy)["calls"], 0);
    tool.must(&[&["destroy", "--yes"], files.as_slice()].concat());
    assert_nothing_left(emulator);
}

#[test]
#[ignore = "unfinished: the SDK cannot read the answer of moto to GetBucketVersioning"]
fn moto() {
    story(&Emulator::moto());
}

#[test]
#[ignore = "unfinished: not yet seen to pass"]
fn localstack() {
    story(&Emulator::localstack());
}
