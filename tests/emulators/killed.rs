//! The real binary, killed with SIGKILL at many moments of a deploy: the next one ends with one of each.

use std::{collections::BTreeMap, time::Instant};

use serde_json::Value as Json;

use super::{
    support::{Emulator, OidcProvider},
    tool::{Tool, stack},
};

const MOMENTS: u32 = 12;

fn names(inventory: &Json, kind: &str) -> BTreeMap<String, usize> {
    let mut names = BTreeMap::new();
    for object in inventory[kind].as_array().into_iter().flatten() {
        *names.entry(object["name"].as_str().unwrap_or_default().to_owned()).or_default() += 1;
    }
    names
}

#[test]
fn killed_at_twelve_moments_of_a_deploy() {
    let (emulator, provider) = (Emulator::ministack(), OidcProvider::start());
    let tool = Tool::new(&emulator, &provider);
    let file = stack("24-hour-video");
    // Once undisturbed, with every build done: how long it takes, and what is there afterwards.
    tool.must(&["deploy", &file]);
    emulator.reset();
    let started = Instant::now();
    tool.must(&["deploy", &file]);
    let whole = started.elapsed();
    let clean = emulator.inventory();
    let mut unfinished = 0;
    for moment in 1..=MOMENTS {
        emulator.reset();
        let mut child = tool.start(&["deploy", &file]);
        std::thread::sleep(whole * moment / (MOMENTS + 1));
        let ended = child.try_wait().expect("our own child").is_some();
        child.kill().expect("SIGKILL");
        child.wait().expect("gone");
        unfinished += usize::from(!ended);
        tool.must(&["deploy", &file]);
        let now = emulator.inventory();
        for kind in ["rest_apis", "roles", "functions", "permissions", "log_groups"] {
            assert_eq!(
                names(&now, kind),
                names(&clean, kind),
                "{kind} after a kill at {moment}/{}",
                MOMENTS + 1
            );
        }
        assert_eq!(tool.must(&["deploy", &file])["calls"], 0, "nothing is left to do");
        let url = tool.run(&["outputs", &file, "--name", "api_url"]);
        let url = String::from_utf8_lossy(&url.stdout).trim().to_owned();
        let answer = ureq::get(format!("{url}/user-profile")).call();
        assert!(matches!(answer, Err(ureq::Error::StatusCode(401))), "it works: {answer:?}");
    }
    assert!(unfinished >= 10, "{unfinished} of {MOMENTS} were killed before their end ({whole:?})");
}
