//! The real binary, killed with SIGKILL at many moments of a deploy: the next one ends with one of each.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader},
};

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
    // Once undisturbed, with every build done: how much it tells, and what is there afterwards.
    tool.must(&["deploy", &file]);
    emulator.reset();
    let mut undisturbed = tool.start(&["deploy", "--json", &file]);
    let whole = lines_until(&mut undisturbed, usize::MAX);
    assert!(undisturbed.wait().expect("our own child").success());
    let clean = emulator.inventory();
    let moments = u32::try_from(whole).expect("a few hundred lines");
    for moment in 1..=MOMENTS {
        emulator.reset();
        let mut child = tool.start(&["deploy", "--json", &file]);
        // Steps are told as they begin and end, so the process is in the middle of its calls when it has told this much.
        let at = (moments * moment / (MOMENTS + 1)) as usize;
        assert_eq!(lines_until(&mut child, at), at, "it is killed before its end");
        child.kill().expect("SIGKILL");
        child.wait().expect("gone");
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
}

/// Reads what `child` tells until it has told `most` lines of steps, or all. Answers how many those were.
fn lines_until(child: &mut std::process::Child, most: usize) -> usize {
    let stdout = child.stdout.as_mut().expect("piped");
    let lines = BufReader::new(stdout).lines().map_while(Result::ok);
    lines.filter(|line| line.contains(r#""event":"step_"#)).take(most).count()
}
