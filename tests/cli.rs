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
sites: { web: { folder: code } }
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

/// Who reads outputs or removes a stage says no parameter again, and no variable of the environment.
#[test]
fn parameters_are_for_deploys_only() {
    let stack = HELLO.replace("WORD: Hello", "WORD: \"${params.word}\", HOME_OF: \"${env:HOME_OF_NOBODY}\"");
    let folder = Folder::with(&format!("{stack}params: {{ word: {{ description: What it says }} }}\n"));
    let without = folder.local(&["deploy", "stack.yaml"]);
    assert_eq!(code(&without), 65, "{}", talk(&without));
    assert!(
        talk(&without).contains("`word`") && talk(&without).contains("HOME_OF_NOBODY"),
        "{}",
        talk(&without)
    );
    let mut command = Command::new(env!("CARGO_BIN_EXE_gatewright"));
    command.current_dir(folder.path()).env("HOME_OF_NOBODY", "x").stdin(std::process::Stdio::null());
    let deployed =
        command.args(["deploy", "stack.yaml", "--local", "--param", "word=Hi"]).output().expect("it starts");
    assert_eq!(code(&deployed), 0, "{}", talk(&deployed));
    let url = folder.local(&["outputs", "stack.yaml", "--name", "url"]);
    assert!(data(&url).starts_with("http://127.0.0.1:"), "{}", talk(&url));
    let document = folder.local(&["export", "stack.yaml"]);
    assert!(data(&document).contains("/hello/{name}"), "{}", talk(&document));
    let mistaken = folder.local(&["destroy", "stack.yaml", "--yes", "--stage", "no stage"]);
    assert_eq!(code(&mistaken), 65, "{}", talk(&mistaken));
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
    let (foretold, made) = (&lines[0]["estimate"]["calls"], &lines.last().expect("lines")["result"]["calls"]);
    assert!(foretold.is_u64() && foretold == made, "{foretold} calls foretold, {made} made");
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

const PRODUCER: &str = "
stack: producer
functions:
  greet: { code: code, handler: index.handler, runtime: nodejs22.x }
outputs: { arn: \"${functions.greet.arn}\" }
";
const CONSUMER: &str = "
stack: consumer
functions:
  call: { code: code, handler: index.handler, runtime: nodejs22.x, environment: { ARN: \"${stacks.producer.outputs.arn}\" } }
";

#[test]
fn a_stack_that_others_use_is_not_destroyed_without_a_word() {
    let folder = Folder::with(PRODUCER);
    std::fs::write(folder.path().join("consumer.yaml"), CONSUMER).expect("a stack file");
    let early = folder.local(&["deploy", "consumer.yaml"]);
    assert_eq!(code(&early), 65, "{}", talk(&early));
    assert!(talk(&early).contains("The stack `producer` is not deployed in stage `dev`"), "{}", talk(&early));

    let both = folder.local(&["deploy", "consumer.yaml", "stack.yaml"]);
    assert_eq!(code(&both), 0, "{}", talk(&both));
    let refused = folder.local(&["destroy", "stack.yaml", "--yes"]);
    assert_eq!(code(&refused), 4, "{}", talk(&refused));
    assert!(talk(&refused).contains("`consumer/dev` uses its outputs"), "{}", talk(&refused));
    assert!(talk(&refused).contains("--force"), "{}", talk(&refused));
    let planned = folder.local(&["plan", "stack.yaml", "--destroy"]);
    assert!(talk(&planned).contains("its outputs are used by `consumer/dev`"), "{}", talk(&planned));
    assert_eq!(data(&folder.local(&["stages"])), "consumer/dev\nproducer/dev\n", "nothing was deleted");

    let together = folder.local(&["destroy", "stack.yaml", "consumer.yaml", "--yes"]);
    assert_eq!(code(&together), 0, "{}", talk(&together));
    assert_eq!(data(&folder.local(&["stages"])), "");

    assert_eq!(code(&folder.local(&["deploy", "stack.yaml", "consumer.yaml"])), 0);
    assert_eq!(code(&folder.local(&["deploy", "stack.yaml", "--stage", "test"])), 0);
    let other_stage = folder.local(&["destroy", "stack.yaml", "--stage", "test", "--yes"]);
    assert_eq!(code(&other_stage), 0, "another stage uses nothing of it: {}", talk(&other_stage));
    let forced = folder.local(&["destroy", "stack.yaml", "--yes", "--force"]);
    assert_eq!(code(&forced), 0, "{}", talk(&forced));
    assert_eq!(data(&folder.local(&["stages"])), "consumer/dev\n");
}

#[test]
fn a_stack_that_no_longer_uses_another_lets_it_go() {
    let folder = Folder::with(PRODUCER);
    let consumer = folder.path().join("consumer.yaml");
    std::fs::write(&consumer, CONSUMER).expect("a stack file");
    assert_eq!(code(&folder.local(&["deploy", "consumer.yaml", "stack.yaml"])), 0);
    std::fs::write(&consumer, CONSUMER.replace("${stacks.producer.outputs.arn}", "none"))
        .expect("a stack file");
    let deployed = folder.local(&["deploy", "consumer.yaml"]);
    assert_eq!(code(&deployed), 0, "{}", talk(&deployed));
    let gone = folder.local(&["destroy", "stack.yaml", "--yes"]);
    assert_eq!(code(&gone), 0, "{}", talk(&gone));
}

const TABLE: &str = "
stack: data
tables:
  users: { key: username, indexes: { by_mail: { hash: mail } } }
";

#[test]
fn a_table_is_made_again_only_on_demand() {
    let folder = Folder::with(TABLE);
    let deployed = folder.local(&["deploy", "stack.yaml"]);
    assert_eq!(code(&deployed), 0, "{}", talk(&deployed));
    folder.edit("key: username", "key: { hash: email }");
    for command in ["plan", "deploy"] {
        let refused = folder.local(&[command, "stack.yaml"]);
        assert_eq!(code(&refused), 4, "{}", talk(&refused));
        let talk = talk(&refused);
        assert!(
            talk.contains("`data-dev-users`") && talk.contains("hash username (S) -> hash email (S)"),
            "{talk}"
        );
        assert!(talk.contains("all its items would be lost") && talk.contains("--replace"), "{talk}");
    }
    let replaced = folder.local(&["deploy", "stack.yaml", "--replace"]);
    assert_eq!(code(&replaced), 0, "{}", talk(&replaced));
    assert!(
        talk(&replaced).contains("delete table data-dev-users with all its items"),
        "{}",
        talk(&replaced)
    );
    assert_eq!(code(&folder.local(&["plan", "stack.yaml", "--exit-code"])), 0);

    folder.edit("by_mail: { hash: mail }", "by_mail: { hash: mail, projection: keys_only }");
    let changed = folder.local(&["deploy", "stack.yaml"]);
    assert_eq!(code(&changed), 0, "an index holds nothing of its own: {}", talk(&changed));
}

#[test]
fn a_protected_table_is_not_destroyed() {
    let folder = Folder::with(&TABLE.replace("key: username", "key: username, deletion_protection: true"));
    assert_eq!(code(&folder.local(&["deploy", "stack.yaml"])), 0);
    let refused = folder.local(&["destroy", "stack.yaml", "--yes"]);
    assert_eq!(code(&refused), 4, "{}", talk(&refused));
    assert!(talk(&refused).contains("protected against deletion"), "{}", talk(&refused));
    folder.edit("deletion_protection: true", "deletion_protection: false");
    assert_eq!(code(&folder.local(&["deploy", "stack.yaml"])), 0);
    let destroyed = folder.local(&["destroy", "stack.yaml", "--yes"]);
    assert_eq!(code(&destroyed), 0, "{}", talk(&destroyed));
}

#[test]
fn a_role_may_trust_by_an_id_that_is_made_in_the_same_deploy() {
    let folder = Folder::with(&format!(
        "{HELLO}roles: {{ caller: {{ trust: {{ Version: '2012-10-17', Statement: [{{ Effect: Allow, Principal: {{ Federated: cognito-identity.amazonaws.com }}, Action: 'sts:AssumeRoleWithWebIdentity', Condition: {{ StringEquals: {{ 'cognito-identity.amazonaws.com:aud': '${{api.id}}' }} }} }}] }} }} }}\n"
    ));
    let deployed = folder.local(&["deploy", "stack.yaml", "--json"]);
    assert_eq!(code(&deployed), 0, "{}", data(&deployed));
    let done: Vec<String> = data(&deployed)
        .lines()
        .map(|line| serde_json::from_str::<Json>(line).expect("JSON"))
        .filter(|line| line["event"] == "item_done")
        .filter_map(|line| line["address"].as_str().map(str::to_owned))
        .collect();
    let place = |at: &str| done.iter().position(|done| done == at);
    assert!(place("hello/dev/rest_api/api") < place("hello/dev/iam_role/caller"), "{done:?}");
    assert_eq!(code(&folder.local(&["plan", "stack.yaml", "--exit-code"])), 0);
}
