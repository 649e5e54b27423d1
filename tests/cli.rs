//! The built binary as a person or a script meets it, on the local account.

use std::{
    path::Path,
    process::{Command, Output},
};

use serde_json::Value as Json;

const HELLO: &str = r#"
stack: hello
functions:
  greet: { code: code, handler: index.handler, runtime: nodejs22.x, log_retention_days: 14, environment: { WORD: Hello } }
api:
  cors: { origins: ["*"] }
  routes:
    GET /hello/{name}: { function: greet }
outputs: { url: "${api.url}" }
"#;

struct Folder(tempfile::TempDir);

impl Folder {
    fn with(stack: &str) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(dir.path().join("code")).expect("a folder");
        std::fs::write(
            dir.path().join("code/index.mjs"),
            "export const handler = async () => ({ statusCode: 200 });\n",
        )
        .expect("code");
        std::fs::write(dir.path().join("stack.yaml"), stack).expect("a stack file");
        Self(dir)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn edit(&self, from: &str, to: &str) {
        let file = self.path().join("stack.yaml");
        let text = std::fs::read_to_string(&file).expect("readable");
        assert!(text.contains(from));
        std::fs::write(&file, text.replacen(from, to, 1)).expect("written");
    }

    fn run(&self, args: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gatewright"));
        command.current_dir(self.path()).args(args).env_remove("AWS_REGION").env("NO_COLOR", "1");
        command.stdin(std::process::Stdio::null()).output().expect("the binary starts")
    }

    fn local(&self, args: &[&str]) -> Output {
        let mut all = args.to_vec();
        all.push("--local");
        self.run(&all)
    }
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or(-1)
}

fn talk(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn data(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_stage_from_nothing_to_nothing() {
    let folder = Folder::with(HELLO);
    let planned = folder.local(&["plan", "stack.yaml", "--exit-code"]);
    assert_eq!(code(&planned), 2, "{}", talk(&planned));
    assert!(talk(&planned).contains("+ lambda_function greet  (missing)"), "{}", talk(&planned));
    assert_eq!(data(&planned), "", "talk goes to stderr");

    let deployed = folder.local(&["deploy", "stack.yaml"]);
    assert_eq!(code(&deployed), 0, "{}", talk(&deployed));
    assert!(talk(&deployed).contains("created, 0 changed, 0 deleted"), "{}", talk(&deployed));

    let again = folder.local(&["deploy", "stack.yaml"]);
    assert_eq!(code(&again), 0);
    assert!(talk(&again).contains("nothing to change"), "{}", talk(&again));
    assert_eq!(code(&folder.local(&["plan", "stack.yaml", "--exit-code"])), 0);

    let url = folder.local(&["outputs", "stack.yaml", "--name", "url"]);
    assert!(data(&url).starts_with("http://127.0.0.1:"), "{}", data(&url));
    assert_eq!(data(&folder.local(&["stages"])), "hello/dev\n");
    assert!(data(&folder.local(&["status", "stack.yaml"])).contains("as in the stack file"));

    folder.edit("WORD: Hello", "WORD: Bye");
    let changed = folder.local(&["deploy", "stack.yaml"]);
    assert!(talk(&changed).contains("environment.WORD: (hidden) -> Bye"), "{}", talk(&changed));
    assert!(talk(&changed).contains("0 created, 1 changed, 0 deleted"), "{}", talk(&changed));

    let asked = folder.local(&["destroy", "stack.yaml"]);
    assert_eq!(code(&asked), 4, "nobody can be asked");
    let destroyed = folder.local(&["destroy", "stack.yaml", "--yes"]);
    assert_eq!(code(&destroyed), 0, "{}", talk(&destroyed));
    assert_eq!(data(&folder.local(&["stages"])), "");
}

#[test]
fn machines_get_json_lines() {
    let folder = Folder::with(HELLO);
    let deployed = folder.local(&["deploy", "stack.yaml", "--json"]);
    let lines: Vec<Json> =
        data(&deployed).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let events: Vec<&str> = lines.iter().filter_map(|line| line["event"].as_str()).collect();
    assert_eq!(events.first(), Some(&"plan"));
    assert_eq!(events.last(), Some(&"result"));
    assert!(events.contains(&"step_done"));
    assert!(lines.last().is_some_and(|line| line["result"]["url"].is_string()));
}

#[test]
fn a_protected_stage_is_not_destroyed() {
    let folder = Folder::with(&format!("{HELLO}stages: {{ dev: {{ protect: true }} }}\n"));
    assert_eq!(code(&folder.local(&["deploy", "stack.yaml"])), 0);
    let refused = folder.local(&["destroy", "stack.yaml", "--yes"]);
    assert_eq!(code(&refused), 4);
    assert!(talk(&refused).contains("is protected"), "{}", talk(&refused));
}

#[test]
fn every_mistake_of_a_stack_file_at_once_and_no_call() {
    let folder = Folder::with(HELLO);
    folder.edit("runtime: nodejs22.x", "runtim: nodejs22.x");
    folder.edit("function: greet }", "function: gret }");
    let refused = folder.local(&["deploy", "stack.yaml"]);
    assert_eq!(code(&refused), 65);
    let talk = talk(&refused);
    assert!(talk.contains("runtime") && talk.contains("greet"), "{talk}");
    assert!(talk.contains("stack.yaml:4:"), "{talk}");
    assert!(!folder.path().join(".gatewright/local").exists(), "no call was made");
}

#[test]
fn usage_and_help() {
    let folder = Folder::with(HELLO);
    assert_eq!(code(&folder.run(&["deplyo"])), 64);
    assert_eq!(code(&folder.run(&["--help"])), 0);
    assert_eq!(code(&folder.run(&["deploy", "missing.yaml", "--local"])), 65);
    assert!(data(&folder.run(&["completions", "bash"])).contains("gatewright"));
    let schema: Json = serde_json::from_str(&data(&folder.run(&["schema"]))).expect("JSON");
    assert!(schema.to_string().contains("timeout_seconds"));
}

#[test]
fn the_example_of_init_works() {
    let folder = Folder::with(HELLO);
    assert_eq!(code(&folder.run(&["init", "example"])), 0);
    let deployed = folder.local(&["deploy", "example/stack.yaml"]);
    assert_eq!(code(&deployed), 0, "{}", talk(&deployed));
    assert_eq!(code(&folder.run(&["init", "example"])), 4, "a folder that is not empty stays as it is");
}

#[test]
fn an_endpoint_that_does_not_answer_is_told_with_what_to_do() {
    let folder = Folder::with(HELLO);
    let mut command = Command::new(env!("CARGO_BIN_EXE_gatewright"));
    command.current_dir(folder.path()).args([
        "plan",
        "stack.yaml",
        "--endpoint-url",
        "http://127.0.0.1:9",
        "--region",
        "eu-west-1",
    ]);
    command.env("AWS_ACCESS_KEY_ID", "x").env("AWS_SECRET_ACCESS_KEY", "hidden-value").env("NO_COLOR", "1");
    let output = command.output().expect("the binary starts");
    assert_eq!(code(&output), 1, "{}", talk(&output));
    assert!(talk(&output).contains("hint:"), "{}", talk(&output));
    assert!(!talk(&output).contains("hidden-value"));
}
