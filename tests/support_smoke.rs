//! The test harness itself: everything it offers starts, answers, and leaves nothing behind.

#[expect(dead_code, reason = "what only the tests of pages use")]
mod support;

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use support::{Browser, Emulator, EmulatorKind, OidcProvider};

/// The processes of a group that are alive, by id.
fn members(process_group: u32) -> Vec<u32> {
    let output = Command::new("ps").args(["-eo", "pgid=,pid=,stat="]).output().expect("ps is installed");
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>())
        .filter(|fields| fields[0] == process_group.to_string() && !fields[2].starts_with('Z'))
        .map(|fields| fields[1].parse().expect("ps prints numbers"))
        .collect()
}

fn assert_soon_empty(process_group: u32) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while !members(process_group).is_empty() {
        assert!(Instant::now() < deadline, "still running: {:?}", members(process_group));
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Runs one call of the AWS command line's library against the emulator, as the environment directs it.
fn boto3(emulator: &Emulator, program: &str) {
    let status = Command::new(emulator.python()).args(["-c", program]).envs(emulator.environment()).status();
    assert!(status.expect("the environment's Python can be started").success(), "{program}");
}

/// Every kind with something in it; what the server does not know is not counted.
fn left(inventory: &Value) -> Vec<&str> {
    let kinds = inventory.as_object().expect("the inventory is an object").iter();
    let filled = kinds.filter(|(kind, items)| *kind != "unavailable" && **items != json!([]));
    filled.map(|(kind, _)| kind.as_str()).collect()
}

const MAKE_THINGS: &str = "
import boto3, io, json, zipfile
from botocore.config import Config
code = io.BytesIO()
with zipfile.ZipFile(code, 'w') as z:
    z.writestr('index.mjs', 'export const handler = async () => ({ statusCode: 200, body: \"hello\" })')
trust = {'Version': '2012-10-17', 'Statement': [{'Effect': 'Allow', 'Action': 'sts:AssumeRole',
         'Principal': {'Service': 'lambda.amazonaws.com'}}]}
iam = boto3.client('iam')
role = iam.create_role(RoleName='r', Path='/smoke/', AssumeRolePolicyDocument=json.dumps(trust))['Role']['Arn']
iam.attach_role_policy(RoleName='r', PolicyArn='arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole')
boto3.client('logs').create_log_group(logGroupName='/aws/lambda/f', tags={'a': 'b'})
functions = boto3.client('lambda')
functions.create_function(FunctionName='f', Runtime='nodejs22.x', Handler='index.handler', Role=role,
                          Code={'ZipFile': code.getvalue()}, Tags={'a': 'b'})
functions.get_waiter('function_active_v2').wait(FunctionName='f', WaiterConfig={'Delay': 1})
functions.add_permission(FunctionName='f', StatementId='s', Action='lambda:InvokeFunction',
                         Principal='apigateway.amazonaws.com')
api = boto3.client('apigateway')
made = api.create_rest_api(name='a', tags={'a': 'b'})
root = api.get_resources(restApiId=made['id'])['items'][0]['id']
arn = functions.get_function(FunctionName='f')['Configuration']['FunctionArn']
uri = f'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{arn}/invocations'
api.put_method(restApiId=made['id'], resourceId=root, httpMethod='GET', authorizationType='NONE')
api.put_integration(restApiId=made['id'], resourceId=root, httpMethod='GET', type='AWS_PROXY',
                    integrationHttpMethod='POST', uri=uri)
api.create_deployment(restApiId=made['id'], stageName='dev')
s3 = boto3.client('s3', config=Config(s3={'addressing_style': 'path'}))
s3.create_bucket(Bucket='smoke-bucket')
s3.put_object(Bucket='smoke-bucket', Key='k', Body=b'1')
";

fn a_full_account(emulator: Emulator) {
    let kind = emulator.kind();
    assert_eq!(left(&emulator.inventory()), Vec::<&str>::new(), "{kind:?} starts empty");

    boto3(&emulator, MAKE_THINGS);
    let inventory = emulator.inventory();
    assert_eq!(
        left(&inventory),
        ["roles", "functions", "permissions", "rest_apis", "log_groups", "buckets", "stack_buckets"],
        "{kind:?}"
    );
    assert_eq!(inventory["roles"][0]["path"], "/smoke/");
    let managed = &inventory["roles"][0]["managed_policies"];
    assert_eq!(managed, &json!(["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"]));
    let arn = format!("arn:aws:lambda:us-east-1:{}:function:f", emulator.account_id());
    assert_eq!(inventory["functions"][0]["arn"], arn);
    assert_eq!(inventory["permissions"][0]["name"], "f/s");
    assert_eq!(inventory["rest_apis"][0]["paths"], json!(["GET /"]));
    assert_eq!(inventory["log_groups"][0]["tags"], json!({"a": "b"}));
    assert_eq!(inventory["buckets"], json!([{"name": "smoke-bucket", "objects": ["k"], "versions": 1}]));
    if kind == EmulatorKind::MiniStack {
        let api = inventory["rest_apis"][0]["id"].as_str().expect("ids are strings");
        let url = emulator.stage_url(api, "dev", "");
        let body = ureq::get(&url).call().and_then(|mut answer| answer.body_mut().read_to_string());
        assert_eq!(body.expect("the stage answers"), "hello", "MiniStack runs the function");
    }

    emulator.reset();
    assert_eq!(left(&emulator.inventory()), Vec::<&str>::new(), "{kind:?} is empty after a reset");

    let (group, log) = (emulator.process_group(), emulator.log_path().to_owned());
    assert!(!members(group).is_empty());
    assert!(log.exists());
    drop(emulator);
    assert_soon_empty(group);
}

#[test]
fn ministack_starts_answers_and_stops() {
    a_full_account(Emulator::ministack());
}

#[test]
fn moto_starts_answers_and_stops() {
    a_full_account(Emulator::moto());
}

#[test]
fn localstack_starts_answers_and_stops() {
    a_full_account(Emulator::localstack());
}

#[test]
fn two_emulators_have_accounts_of_their_own() {
    let (one, other) = (Emulator::moto(), Emulator::shared(EmulatorKind::Moto));
    boto3(&one, "import boto3; boto3.client('logs').create_log_group(logGroupName='only-here')");
    assert_eq!(left(&one.inventory()), ["log_groups"]);
    assert!(left(&other.inventory()).is_empty());
    assert_ne!(one.endpoint(), other.endpoint());
    assert_eq!(other.endpoint(), Emulator::shared(EmulatorKind::Moto).endpoint());
}

#[test]
fn the_provider_publishes_the_keys_of_its_tokens() {
    let provider = OidcProvider::start();
    let mut answer = ureq::get(provider.jwks_uri()).call().unwrap();
    let keys: Value = answer.body_mut().read_json().unwrap();
    assert_eq!(keys["keys"][0]["kty"], "RSA");
    assert!(keys["keys"][0].get("d").is_none(), "the private part stays private");
    assert_eq!(provider.jwks_requests(), 1);

    let url = format!("{}/.well-known/openid-configuration", provider.issuer());
    let configuration: Value = ureq::get(url).call().unwrap().body_mut().read_json().unwrap();
    assert_eq!(configuration["issuer"], provider.issuer());
    assert_eq!(configuration["jwks_uri"], provider.jwks_uri());

    let claims = claims_of(&provider.token(json!({"sub": "auth0|1", "aud": "a", "scope": "get:profile"})));
    assert_eq!(claims["iss"], provider.issuer());
    assert_eq!(claims["sub"], "auth0|1");
    assert_eq!(claims["scope"], "get:profile");
    let ended = claims_of(&provider.token_expiring_in(json!({}), -10));
    assert!(ended["exp"].as_i64() < ended["iat"].as_i64());
}

#[test]
fn the_provider_knows_its_users_by_their_hs256_tokens() {
    let provider = OidcProvider::start();
    assert!(!provider.hs256_secret().is_empty());
    let tokeninfo = |token: &str| {
        let url = format!("{}/tokeninfo", provider.issuer());
        ureq::post(url).send_json(json!({ "id_token": token }))
    };
    let token = provider.hs256_token(json!({"sub": "auth0|1", "email": "d@example.com"}));
    let profile: Value = tokeninfo(&token).unwrap().body_mut().read_json().unwrap();
    assert_eq!(profile["user_id"], "auth0|1");
    assert_eq!(profile["email"], "d@example.com");
    assert!(matches!(tokeninfo("rubbish"), Err(ureq::Error::StatusCode(401))));

    let patch = |user: &str| {
        let url = format!("{}/api/v2/users/{user}", provider.issuer());
        ureq::patch(url)
            .header("Authorization", format!("Bearer {token}"))
            .send_json(json!({"user_metadata": {"firstName": "Daniël"}}))
    };
    patch("auth0%7C1").unwrap();
    assert!(matches!(patch("auth0%7C2"), Err(ureq::Error::StatusCode(403))));
    let profile: Value = tokeninfo(&token).unwrap().body_mut().read_json().unwrap();
    assert_eq!(profile["user_metadata"], json!({"firstName": "Daniël"}));
}

fn claims_of(token: &str) -> Value {
    use base64::Engine;
    let payload = token.split('.').nth(1).expect("a token has three parts");
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(payload).expect("base64url");
    serde_json::from_slice(&bytes).expect("claims are JSON")
}

const HOLD_SERVERS: &str = "GATEWRIGHT_TEST_HOLD_SERVERS";

/// The other half of the next test: prints its servers' process groups and waits to be killed.
#[test]
#[ignore = "started, and killed, by servers_die_with_a_killed_test"]
fn holds_servers_until_killed() {
    if std::env::var_os(HOLD_SERVERS).is_none() {
        return; // somebody runs all ignored tests
    }
    let (emulator, provider) = (Emulator::shared(EmulatorKind::MiniStack), OidcProvider::start());
    eprintln!("groups: {} {}", emulator.process_group(), provider.process_group());
    std::thread::sleep(Duration::from_secs(60));
    unreachable!("this process is killed before");
}

#[test]
fn servers_die_with_a_killed_test() {
    let mut test = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "holds_servers_until_killed", "--nocapture"])
        .env(HOLD_SERVERS, "1")
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(test.stderr.take().unwrap()).lines();
    let line = lines.find_map(|line| line.unwrap().strip_prefix("groups: ").map(str::to_owned)).unwrap();
    let groups: Vec<u32> = line.split(' ').map(|group| group.parse().unwrap()).collect();
    for group in &groups {
        assert!(!members(*group).is_empty());
    }
    test.kill().unwrap(); // SIGKILL: no destructor runs
    test.wait().unwrap();
    groups.into_iter().for_each(assert_soon_empty);
}

#[test]
fn a_browser_shows_a_page_and_tells_what_it_complains_about() {
    let browser = Browser::start("smoke");
    let page = "<label for=a>Name</label><input id=a><p>hello</p><script>console.error('trouble')</script>";
    browser.open(&format!("data:text/html,{page}"));
    browser.see("p", "hello");
    browser.fill(&[("Name", "Zoe")]);
    assert_eq!(browser.value("Name"), "Zoe");
    assert!(browser.problems().iter().any(|problem| problem.contains("trouble")));
    assert_eq!(browser.problems(), Vec::<String>::new(), "they are told once");
    browser.picture("page");
    browser.someone_else();
    assert_eq!(browser.address(), "about:blank");
}
