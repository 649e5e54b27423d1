//! Node.js functions.

use std::time::{Duration, Instant};

use gatewright::runtime::{Code, Stream};
use serde_json::json;

use crate::parts::{Bench, arn};

#[tokio::test(flavor = "multi_thread")]
async fn a_module_is_told_everything_and_its_process_is_kept() {
    let bench = Bench::new();
    let text = r#"
        console.log('starting');
        let calls = 0;
        export async function handler(event, context) {
            console.log(`call\twith ${event.word}`);
            console.error('to stderr');
            const { getRemainingTimeInMillis, ...told } = context;
            return { event, told, left: context.getRemainingTimeInMillis(), calls: ++calls, pid: process.pid,
                env: process.env, folder: process.cwd(), heap: process.execArgv };
        }"#;
    bench.put_with("esm", "nodejs20.x", "index.handler", &[("index.mjs", text)], |function| {
        function.environment.insert("TABLE".into(), "videos".into());
        function.environment.insert("AWS_REGION".into(), "not-this".into());
    });
    let first = bench.ok(&format!("{}:live", arn("esm")), r#"{"word":"één"}"#).await;
    assert_eq!(first["event"], json!({ "word": "één" }));
    let told = &first["told"];
    assert_eq!(told["functionName"], "esm");
    assert_eq!(told["functionVersion"], "$LATEST");
    assert_eq!(told["memoryLimitInMB"], "128");
    assert_eq!(told["logGroupName"], "/aws/lambda/esm");
    assert_eq!(told["invokedFunctionArn"], format!("{}:live", arn("esm")));
    assert_eq!(told["callbackWaitsForEmptyEventLoop"], true);
    assert_eq!(told["awsRequestId"].as_str().unwrap().len(), 36);
    assert!(told["logStreamName"].as_str().unwrap().contains("[$LATEST]"));
    let left = first["left"].as_i64().unwrap();
    assert!((8_000..=10_000).contains(&left), "{left}");
    assert_eq!(first["heap"], json!(["--max-old-space-size=115"]));
    let code = bench.folder.path().join("esm").canonicalize().unwrap();
    assert_eq!(first["folder"], code.display().to_string());

    let env = first["env"].as_object().unwrap();
    assert_eq!(env["TABLE"], "videos");
    assert_eq!(env["AWS_REGION"], "eu-west-1");
    assert_eq!(env["AWS_ENDPOINT_URL"], "http://127.0.0.1:1");
    assert_eq!(env["_HANDLER"], "index.handler");
    assert_eq!(env["LAMBDA_TASK_ROOT"], code.display().to_string());
    assert_eq!(env["AWS_EXECUTION_ENV"], "AWS_Lambda_nodejs20.x");
    assert_eq!(env["TZ"], ":UTC");
    assert!(env["_X_AMZN_TRACE_ID"].as_str().unwrap().starts_with("Root=1-"));
    // Nothing else of this process's.
    assert!(std::env::var("CARGO_MANIFEST_DIR").is_ok());
    assert!(!env.contains_key("CARGO_MANIFEST_DIR"), "{env:?}");

    let second = bench.ok("esm", "{}").await;
    assert_eq!((&second["calls"], &second["pid"]), (&json!(2), &first["pid"]));
    assert_eq!(bench.printed("starting").unwrap().request_id, None);
    let line = bench.printed("call\twith één").unwrap();
    assert_eq!(line.request_id.as_deref(), told["awsRequestId"].as_str());
    assert_eq!(line.stream, Stream::Stdout);
    assert_eq!(bench.printed("to stderr").unwrap().stream, Stream::Stderr);
    let log = bench.log();
    assert_eq!(bench.platform("START RequestId: "), 2, "{log}");
    assert_eq!(bench.platform("Init Duration: "), 1, "{log}");
    assert_eq!(bench.platform("Max Memory Used: "), 2, "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn handlers_are_found_where_lambda_finds_them() {
    let bench = Bench::new();
    let cjs = "exports.handler = async () => 'cjs'; exports.deep = { er: { handler: async () => 'deep' } };";
    let files = [
        ("index.js", cjs),
        ("sub/dir/app.cjs", "module.exports.go = async () => require('node:path').basename(__filename);"),
        ("pkg/package.json", r#"{"type":"module"}"#),
        ("pkg/main.js", "export const handler = async () => import.meta.url.endsWith('main.js');"),
        ("folder/index.js", "exports.handler = async () => 'folder';"),
        ("default.mjs", "export default { handler: async () => 'default' };"),
    ];
    for (handler, expected) in [
        ("index.handler", json!("cjs")),
        ("index.deep.er.handler", json!("deep")),
        ("sub/dir/app.go", json!("app.cjs")),
        ("pkg/main.handler", json!(true)),
        ("folder.handler", json!("folder")),
        ("default.handler", json!("default")),
    ] {
        bench.put("found", "nodejs20.x", handler, &files);
        assert_eq!(bench.ok("found", "{}").await, expected, "{handler}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn callbacks_and_the_context_answer_as_they_always_did() {
    let bench = Bench::new();
    let text = r#"
        exports.handler = (event, context, callback) => {
            switch (event.way) {
                case 'callback': return callback(null, { way: 'callback' });
                case 'later': setTimeout(() => { globalThis.late = true; }, 300); return callback(null, 'later');
                case 'at once':
                    context.callbackWaitsForEmptyEventLoop = false;
                    setInterval(() => {}, 1000);
                    return callback(null, globalThis.late === true);
                case 'error': return callback(new TypeError('no good'));
                case 'text': return callback('a text');
                case 'succeed': return context.succeed({ way: 'succeed' });
                case 'fail': return context.fail(new Error('failed'));
                case 'done': return context.done(null, 'done');
                case 'twice': callback(null, 1); callback(null, 2); return;
                case 'nothing': return;
                case 'throws': throw new RangeError('thrown');
            }
        };"#;
    let put = || bench.put("legacy", "nodejs20.x", "index.handler", &[("index.js", text)]);
    put();
    assert_eq!(bench.ok("legacy", r#"{"way":"callback"}"#).await, json!({ "way": "callback" }));
    assert_eq!(bench.ok("legacy", r#"{"way":"nothing"}"#).await, json!(null));
    let begun = Instant::now();
    assert_eq!(bench.ok("legacy", r#"{"way":"later"}"#).await, json!("later"));
    assert!(begun.elapsed() >= Duration::from_millis(300), "{:?}", begun.elapsed());
    assert_eq!(bench.ok("legacy", r#"{"way":"succeed"}"#).await, json!({ "way": "succeed" }));
    assert_eq!(bench.ok("legacy", r#"{"way":"done"}"#).await, json!("done"));
    assert_eq!(bench.ok("legacy", r#"{"way":"twice"}"#).await, json!(1));
    let error = bench.error("legacy", r#"{"way":"error"}"#).await;
    assert_eq!((&error["errorType"], &error["errorMessage"]), (&json!("TypeError"), &json!("no good")));
    assert_eq!(error["trace"][0], "TypeError: no good");
    let error = bench.error("legacy", r#"{"way":"text"}"#).await;
    assert_eq!(error, json!({ "errorType": "string", "errorMessage": "a text", "trace": [] }));
    assert_eq!(bench.error("legacy", r#"{"way":"fail"}"#).await["errorMessage"], "failed");
    assert_eq!(bench.error("legacy", r#"{"way":"throws"}"#).await["errorType"], "RangeError");
    assert_eq!(bench.ok("legacy", r#"{"way":"at once"}"#).await, json!(true));

    bench.put(
        "newer",
        "nodejs24.x",
        "index.handler",
        &[("index.js", "exports.handler = (a, b, c) => c(null, 1);")],
    );
    assert_eq!(bench.error("newer", "{}").await["errorType"], "Runtime.CallbackHandlerDeprecated");
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_have_lambdas_form_and_the_next_call_works() {
    let bench = Bench::new();
    let text = r#"
        export async function handler(event) {
            if (event.way === 'reject') throw new Error('Unauthorized');
            if (event.way === 'stray') { Promise.reject(new Error('nobody caught it')); await new Promise((r) => setTimeout(r, 5000)); }
            if (event.way === 'uncaught') { setTimeout(() => { throw new Error('from a timer'); }, 1); await new Promise((r) => setTimeout(r, 5000)); }
            if (event.way === 'never') await new Promise(() => {});
            if (event.way === 'circle') { const a = {}; a.a = a; return a; }
            if (event.way === 'exit') process.exit(7);
            if (event.way === 'undefined') throw undefined;
            if (event.way === 'heap') { const all = []; for (;;) all.push(new Array(100000).fill({})); }
            return process.pid;
        }"#;
    bench.put("errors", "nodejs20.x", "index.handler", &[("index.mjs", text)]);
    let kinds = [
        ("reject", "Error", "Unauthorized"),
        ("circle", "Runtime.MarshalError", "Unable to stringify response body"),
        ("undefined", "Error", "undefined"),
        ("stray", "Runtime.UnhandledPromiseRejection", "Error: nobody caught it"),
        ("uncaught", "Error", "from a timer"),
        ("never", "Runtime.NodeJsExit", "promise"),
        ("exit", "Runtime.ExitError", "Error: Runtime exited with error: exit status 7"),
        ("heap", "Runtime.ExitError", "Runtime exited with error: signal: aborted"),
    ];
    for (way, kind, message) in kinds {
        let error = bench.error("errors", &json!({ "way": way }).to_string()).await;
        assert_eq!(error["errorType"], kind, "{way}: {error}");
        assert!(error["errorMessage"].as_str().unwrap().contains(message), "{way}: {error}");
        assert!(bench.ok("errors", "{}").await.is_u64(), "{way}");
    }
    assert!(bench.printed("ERROR\tInvoke Error\t").is_some());
    assert!(bench.printed("nobody caught it").is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn code_that_cannot_be_loaded_says_why() {
    let bench = Bench::new();
    let cases = [
        (
            "index.handler",
            "import 'nowhere'; export const handler = () => {};",
            "Runtime.ImportModuleError",
            "nowhere",
        ),
        ("index.handler", "import '@aws-sdk/client-s3';", "Runtime.ImportModuleError", "@aws-sdk/client-s3"),
        ("other.handler", "export const handler = () => {};", "Runtime.ImportModuleError", "other"),
        (
            "index.main",
            "export const handler = () => {};",
            "Runtime.HandlerNotFound",
            "index.main is undefined or not exported",
        ),
        (
            "index.handler",
            "export const handler = 5;",
            "Runtime.HandlerNotFound",
            "index.handler is not a function",
        ),
        ("index", "", "Runtime.MalformedHandlerName", "Bad handler"),
        ("../out.handler", "", "Runtime.MalformedHandlerName", "Bad handler"),
        ("index.handler", "export const handler = ;", "Runtime.UserCodeSyntaxError", "SyntaxError: "),
        ("index.handler", "throw new URIError('while starting');", "URIError", "while starting"),
    ];
    for (handler, text, kind, message) in cases {
        bench.put("broken", "nodejs20.x", handler, &[("index.mjs", text)]);
        let error = bench.error("broken", "{}").await;
        assert_eq!(error["errorType"], kind, "{handler} {text}: {error}");
        assert!(error["errorMessage"].as_str().unwrap().contains(message), "{handler} {text}: {error}");
        assert!(error["trace"].is_array(), "{error}");
    }
    assert_eq!(
        bench.platform("@aws-sdk is a part of Lambda's runtime and not of this machine"),
        1,
        "{}",
        bench.log()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn layers_are_search_paths_and_the_later_one_wins() {
    let bench = Bench::new();
    let low = bench.code(
        "low",
        &[
            ("nodejs/node_modules/word/index.js", "module.exports = 'low';"),
            ("nodejs/node_modules/only/index.js", "module.exports = 'only low';"),
            ("bin/tool", ""),
        ],
    );
    let high = bench.code("high", &[("nodejs/node_modules/word/index.js", "module.exports = 'high';")]);
    let text =
        "exports.handler = async () => [require('word'), require('only'), process.env.PATH.split(':')[0]];";
    bench.put_with("layered", "nodejs20.x", "index.handler", &[("index.js", text)], |function| {
        function.layers = vec![Code::Folder(low.clone()), Code::Folder(high)];
    });
    let bin = low.join("bin").canonicalize().unwrap();
    assert_eq!(bench.ok("layered", "{}").await, json!(["high", "only low", bin.display().to_string()]));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_version_of_the_interpreter_is_noted_once() {
    let bench = Bench::new();
    bench.put("old", "nodejs4.x", "index.handler", &[("index.js", "exports.handler = async () => 1;")]);
    bench.ok("old", "{}").await;
    bench.ok("old", "{}").await;
    assert_eq!(bench.platform("The function's runtime is nodejs4.x; this machine runs it with version "), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn functions_of_this_project_run() {
    let bench = Bench::new();
    let lambdas = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("lambdas");
    let lambdas = if lambdas.is_dir() {
        lambdas
    } else {
        std::path::Path::new(file!()).ancestors().nth(3).unwrap().join("lambdas")
    };
    bench.runtime.put(crate::parts::function(
        "profile",
        "nodejs20.x",
        "index.handler",
        lambdas.join("profile"),
    ));
    let event = r#"{"headers":{},"requestContext":{"authorizer":{"scope":"openid get:profile"}}}"#;
    let answer = bench.ok("profile", event).await;
    assert_eq!(answer["statusCode"], 200);
    assert_eq!(answer["body"], r#"{"name":"Daniël"}"#);
    assert_eq!(bench.ok("profile", "{}").await["statusCode"], 403);

    // An authorizer of the project; its packages may not be installed here.
    let folder = lambdas.join("custom-authorizer");
    let installed = folder.join("node_modules/jose").is_dir();
    bench.runtime.put(crate::parts::function("authorizer", "nodejs20.x", "index.handler", folder));
    let error = bench
        .error("authorizer", r#"{"type":"TOKEN","authorizationToken":"Bearer x","methodArn":"a/b"}"#)
        .await;
    if installed {
        assert_eq!(error["errorMessage"], "Unauthorized");
    } else {
        assert_eq!(error["errorType"], "Runtime.ImportModuleError");
    }
}
