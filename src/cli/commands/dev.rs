//! `dev`: deploys to the local account, serves the result, and does both again whenever something is saved.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::Arc,
};

use serde_json::json;

use super::{
    Context,
    deploy::{self, Flags as DeployFlags},
    layers::{self, Layers},
};
use crate::{
    account::{Account, local::LocalAccount},
    cli::{Exit, error::CommandError, load, prepare, target},
    dev::{self, Answered, Pages, Server, Sites, Watch},
    engine::{Events, Request, prepare as read_account},
    kinds::{Desired, Snapshot},
    planner::Graph,
    runtime::{LogLine, Runtime, Settings, Stream},
};

/// The command's own flags.
pub(super) struct Flags {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) open: bool,
    pub(super) cognito_issuer: Option<String>,
}

/// Where the APIs come from.
enum Place {
    /// The local account: deployed to by this command.
    Local(Box<LocalAccount>),
    /// An emulator or AWS: read, never changed. Functions run here all the same.
    Remote(Arc<dyn Account>),
}

impl Place {
    fn account(&self) -> &dyn Account {
        match self {
            Self::Local(account) => account.as_ref(),
            Self::Remote(account) => account.as_ref(),
        }
    }
}

struct Dev<'a> {
    context: &'a Context,
    files: &'a [PathBuf],
    place: Place,
    server: Server,
    runtime: Arc<Runtime>,
    layers: Layers,
    base_url: String,
    issuers: crate::gateway::authorize::Issuers,
}

pub(super) async fn run(context: &Context, files: &[PathBuf], flags: &Flags) -> Result<Exit, CommandError> {
    let listener = dev::bind(&flags.host, flags.port).await.map_err(CommandError::Dev)?;
    let port = listener.local_addr().map_or(flags.port, |address| address.port());
    let base_url = format!("http://{}:{port}", flags.host);
    let context = &local_unless_told(context);
    let place = place(context, &base_url).await?;
    let settings = settings(&context.global.work_dir, &base_url);
    let runtime = Arc::new(Runtime::new(settings, context.env.clone(), logs(context)));
    let server = Server::new(context.env.clone(), access_log(context));
    let issuers = crate::gateway::authorize::Issuers { base: cognito_issuer(context, flags) };
    let layers = Layers::new(context.view.clone(), context.global.work_dir.join("artifacts"));
    let dev = Dev {
        context,
        files,
        place,
        server: server.clone(),
        runtime: runtime.clone(),
        layers,
        base_url,
        issuers,
    };

    let mut watch = Watch::new(&context.global.work_dir).map_err(cannot_watch)?;
    dev.apply(&mut watch).await?;
    let identity = dev.place.account().identity().clone();
    let serving = tokio::spawn(server.run(listener, runtime.clone(), identity.region, identity.account_id));
    if flags.open {
        open_in_browser(context, &dev.base_url);
    }
    loop {
        tokio::select! {
            () = context.env.stop.reached(1) => break,
            () = watch.saved() => {}
        }
        match dev.apply(&mut watch).await {
            Ok(()) => {}
            Err(CommandError::Stopped) => break,
            Err(error) => {
                context.view.finish_progress();
                context.view.report(&error.report());
                context.view.say("The version before goes on serving; save the file again.");
            }
        }
    }
    runtime.shutdown().await;
    // Requests under way end with their functions; a client that keeps its connection open is not waited for.
    let _ = tokio::time::timeout(std::time::Duration::from_secs(2), serving).await;
    Ok(Exit::Done)
}

impl Dev<'_> {
    /// Reads the stack files, deploys them (to the local account) or reads them back (elsewhere), and serves the result.
    /// What is saved from the moment of reading on is seen by `watch`.
    async fn apply(&self, watch: &mut Watch) -> Result<(), CommandError> {
        let stacks = load::read(self.context, self.files)?;
        let sources = stacks.iter().flat_map(|stack| stack.stack.sources());
        let mut folders: BTreeSet<PathBuf> = sources.map(|(_, source)| source.folder).collect();
        let sites = stacks.iter().flat_map(|stack| stack.stack.sites());
        folders.extend(sites.map(|(_, site)| site.source.folder));
        let mut files: BTreeSet<PathBuf> = stacks.iter().map(|stack| stack.path.clone()).collect();
        files.extend(stacks.iter().flat_map(|stack| stack.stack.files()));
        watch.set_whole(stacks.iter().flat_map(|stack| stack.stack.ready_layers()).collect());
        watch.set(&folders, &files).map_err(cannot_watch)?;
        let (mut known, mut served, mut pages) = (prepare::Known::default(), Vec::new(), Pages::default());
        for stack in &stacks {
            let (graph, snapshot) = match &self.place {
                Place::Local(account) => {
                    let flags = DeployFlags { yes: true, wait: true, adopt: false, replace: false };
                    let deployed =
                        deploy::one(self.context, account.as_ref(), stack, &mut known, &flags).await?;
                    (deployed.graph, deployed.outcome.snapshot)
                }
                Place::Remote(account) => self.read(account.as_ref(), stack, &mut known).await?,
            };
            self.put_functions(&graph, &snapshot).await?;
            self.tell_domains(&graph);
            served.extend(dev::apis(&snapshot, self.place.account().identity()));
            // The objects of an emulator's buckets are served by the emulator.
            if let Place::Local(account) = &self.place {
                pages.extend(dev::pages(&snapshot, |name| account.kept(name)));
            }
        }
        // Keys of other stacks too: a usage plan may name any stage of the account.
        let keyed = dev::keyed_stages(&served);
        if !keyed.is_empty() {
            let found = self.place.account().keys(&keyed).await?;
            dev::add_plans(&mut served, &found.plans, &found.keys);
        }
        self.serve(served, pages);
        Ok(())
    }

    async fn read(
        &self,
        account: &dyn Account,
        stack: &load::Loaded,
        known: &mut prepare::Known,
    ) -> Result<(Graph, Snapshot), CommandError> {
        let prepared = prepare::graph(self.context, account, stack, known).await?;
        let request = Request {
            account,
            graph: &prepared.graph,
            secrets: &prepared.secrets,
            env: &self.context.env,
            events: Events::ignored(),
            adopt: false,
            replace: false,
            wait: false,
        };
        let planned = read_account(&request).await?;
        known.plan(&prepared.graph, &planned.snapshot, account.identity());
        if !planned.plan.is_empty() {
            let scope = &stack.scope;
            self.context.view.say(format!("{scope} differs from its stack file: what is deployed is served"));
        }
        Ok((prepared.graph, planned.snapshot))
    }

    /// Custom domain names lead to AWS, whatever runs here.
    fn tell_domains(&self, graph: &Graph) {
        let view = &self.context.view;
        for node in graph.nodes.values() {
            let Desired::DomainName(domain) = &node.desired else { continue };
            if view.is_json() {
                view.emit(&json!({"event": "domain_not_served", "domain": domain.name}));
            }
            view.say(format!("{} is not served here: use the URLs below", domain.name));
        }
    }

    /// Hands the functions to the runtime; one that has not changed keeps its processes.
    async fn put_functions(&self, graph: &Graph, snapshot: &Snapshot) -> Result<(), CommandError> {
        let identity = self.place.account().identity();
        match &self.place {
            // Functions of other stacks too: an authorizer may live in one.
            Place::Local(account) => {
                let objects = account.objects()?;
                let zips = layers::kept(account, &objects, identity);
                for live in objects.values() {
                    let crate::kinds::Live::LambdaFunction(live) = live else { continue };
                    let layers = self.layers.of(live, &zips, None).await;
                    let code = |sha: &str| Some(account.code_path(sha));
                    if let Some(function) = dev::function(live, identity, code, layers) {
                        self.runtime.put_changed(function);
                    }
                }
            }
            Place::Remote(account) => {
                let artifacts = self.context.global.work_dir.join("artifacts");
                let zips = layers::packaged(snapshot, &artifacts, identity);
                for (at, node) in &graph.nodes {
                    let Desired::LambdaFunction(desired) = &node.desired else { continue };
                    let Some(live) = snapshot.get::<crate::kinds::LambdaFunction>(at) else { continue };
                    let layers = self.layers.of(live, &zips, Some(account.as_ref())).await;
                    let here = artifacts.join(format!("{}.zip", desired.code.sha256_hex));
                    if let Some(function) = dev::function(live, identity, |_| Some(here), layers) {
                        self.runtime.put_changed(function);
                    }
                }
            }
        }
        Ok(())
    }

    fn serve(&self, served: Vec<crate::gateway::served::Served>, pages: Pages) {
        let mut sites = Sites::default();
        for served in served {
            sites.0.push(dev::site(served, &self.issuers, self.runtime.clone(), self.context.env.clone()));
        }
        let urls: Vec<String> = sites.urls(&self.base_url);
        let page_urls: Vec<String> = pages.urls(&self.base_url);
        // First served, then told: whoever reads of it may call at once.
        self.server.serve(sites, pages);
        if self.context.view.is_json() {
            self.context.view.emit(
                &json!({"event": "serving", "urls": urls, "sites": page_urls, "invoke": self.base_url}),
            );
        }
        for url in urls.into_iter().chain(page_urls) {
            self.context.view.say(format!("Serving {url}"));
        }
    }
}

/// Where the keys of user pools are: where the pools are, if that is not AWS.
fn cognito_issuer(context: &Context, flags: &Flags) -> Option<String> {
    let given = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let emulator = || {
        let own = given("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER");
        context.global.endpoint_url.clone().or(own).or_else(|| given("AWS_ENDPOINT_URL"))
    };
    flags.cognito_issuer.clone().or_else(emulator)
}

/// `dev` is about the local account, unless an endpoint or a profile is named.
fn local_unless_told(context: &Context) -> Context {
    let mut context = context.clone();
    let global = &mut context.global;
    global.local = global.endpoint_url.is_none() && global.profile.is_none();
    context
}

async fn place(context: &Context, base_url: &str) -> Result<Place, CommandError> {
    if context.global.local {
        let account = target::local(&context.global, &context.env).await?;
        return Ok(Place::Local(Box::new(account.at_endpoint(base_url))));
    }
    Ok(Place::Remote(target::open(&context.global, &context.env).await?))
}

/// Functions see what leads them to an emulator or to AWS, and nothing else of this process.
fn settings(work_dir: &Path, base_url: &str) -> Settings {
    let mut settings = Settings::new(work_dir.join("runtime"));
    for (name, value) in std::env::vars() {
        if matches!(name.as_str(), "PATH" | "HOME" | "LANG") {
            settings.inherited.push((name, value));
        } else if name.starts_with("AWS_ENDPOINT_URL")
            || matches!(name.as_str(), "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" | "AWS_SESSION_TOKEN")
        {
            settings.injected.push((name, value));
        }
    }
    // A function that invokes another one finds it here.
    if !settings.injected.iter().any(|(name, _)| name == "AWS_ENDPOINT_URL_LAMBDA") {
        settings.injected.push(("AWS_ENDPOINT_URL_LAMBDA".to_owned(), base_url.to_owned()));
    }
    settings
}

fn logs(context: &Context) -> crate::runtime::LogSink {
    let view = context.view.clone();
    let verbose = context.global.verbose > 0;
    Arc::new(move |line: LogLine| {
        let LogLine { function, request_id, line, stream } = line;
        let platform = stream == Stream::Platform;
        if view.is_json() {
            view.emit(&json!({"event": "log", "function": function, "request_id": request_id, "line": line, "platform": platform}));
        } else if verbose || !platform || !is_report(&line) {
            let request = request_id.as_deref().and_then(|id| id.split('-').next()).unwrap_or("-");
            view.say(format!("  {function} {request} | {line}"));
        }
    })
}

/// The lines that Lambda writes around every invocation: only `-v` shows them.
fn is_report(line: &str) -> bool {
    ["START ", "END ", "REPORT "].iter().any(|word| line.starts_with(word))
}

fn access_log(context: &Context) -> dev::AccessLog {
    let view = context.view.clone();
    Arc::new(move |answered: Answered| {
        let Answered { method, path, status, took_ms, answered_by, reason, line } = answered;
        let step = answered_by.word();
        if view.is_json() {
            view.emit(&json!({"event": "request", "method": method, "path": path, "status": status, "took_ms": took_ms, "answered_by": step, "reason": reason, "access_log": line}));
        } else {
            let why = if reason.is_empty() { String::new() } else { format!(": {reason}") };
            view.say(format!("{method} {path} {status} {took_ms:.1} ms, {step}{why}"));
            if let Some(line) = line {
                view.say(format!("  access log | {line}"));
            }
        }
    })
}

fn cannot_watch(error: notify::Error) -> CommandError {
    CommandError::Io { what: "watch the files".to_owned(), error: std::io::Error::other(error) }
}

/// Opens the page with what the system opens pages with.
fn open_in_browser(context: &Context, url: &str) {
    let opener = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let quiet = std::process::Stdio::null;
    let started = std::process::Command::new(opener).arg(url).stdout(quiet()).stderr(quiet()).spawn();
    if let Err(error) = started {
        context.view.say(format!("cannot open a browser with `{opener}` ({error}); open {url} yourself"));
    }
}
