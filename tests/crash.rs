//! Killed at every point, and at every pair of points: the next deploy converges, with nothing left over, nothing twice and
//! nothing imagined. On the local account, with the stack `24-hour-video`, and with one object of each kind.

mod common;
#[path = "crash/stories.rs"]
mod stories;

use std::{
    collections::BTreeSet,
    path::Path,
    sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
};

use common::{addresses, block_on, chaos::Chaos, must_run, open, plan, run, shared_memory};
use gatewright::{
    account::local::LocalAccount,
    engine::DeployError,
    ledger::LedgerError,
    model::{Address, Env, Scope, env::Host},
    planner::Graph,
};
use stories::{Story, versions};

/// A folder for an account, with the packaged zips in it.
fn with_zips(zips: &Path) -> tempfile::TempDir {
    let dir = shared_memory();
    copy(zips, &dir.path().join("artifacts"));
    dir
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("readable") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target)
        } else {
            std::fs::copy(entry.path(), target).map(drop).expect("copied")
        }
    }
}

/// Runs until the kill point. Answers whether it was killed.
async fn run_killed(account: &LocalAccount, graph: &Graph, seed: u64, kill_at: usize) -> bool {
    let chaos = Chaos::new(account, Some(kill_at));
    let env = Env::fixed(seed);
    tokio::select! {
        biased;
        () = chaos.killed() => true,
        done = run(&chaos, graph, &env) => {
            let done = done.unwrap_or_else(|error| panic!("{error}"));
            assert!(done.outcome.is_complete(), "{:#?}", done.outcome.failures);
            false
        }
    }
}

/// What must hold when a run after a kill is through.
async fn check(account: &LocalAccount, graph: &Graph, what: &str) {
    account.catch_up();
    let wanted: BTreeSet<Address> =
        graph.nodes.keys().filter(|at| at.scope == graph.scope).cloned().collect();
    assert_eq!(addresses(account, &graph.scope), wanted, "{what}: orphan, duplicate or phantom");
    let third = plan(account, graph, &Env::fixed(99)).await;
    assert!(third.is_empty(), "{what}: the third plan is not empty: {:#?}", third.items);
}

struct Ground {
    dir: tempfile::TempDir,
}

impl Ground {
    /// The account as it is before the story.
    async fn new(story: &Story) -> Self {
        let dir = with_zips(&story.zips);
        if let Some(before) = &story.before {
            let account = open(dir.path(), Env::fixed(1));
            must_run(&account, before, &Env::fixed(1)).await;
        }
        Self { dir }
    }

    fn again(&self) -> Self {
        let dir = shared_memory();
        copy(self.dir.path(), dir.path());
        Self { dir }
    }

    fn account(&self, seed: u64, lag: bool) -> LocalAccount {
        let account = open(self.dir.path(), Env::fixed(seed));
        if lag { account.with_listing_lag() } else { account }
    }
}

#[test]
fn killed_once_at_every_point() {
    let dir = shared_memory();
    println!("{}", killed_once(&stories::videos(dir.path())));
}

#[test]
fn killed_once_at_every_point_of_one_object_of_each_kind() {
    let dir = shared_memory();
    println!("{}", killed_once(&stories::each_kind(dir.path())));
}

/// Every story killed at every point; the points in words.
fn killed_once(stories: &[Story]) -> String {
    let mut told = Vec::new();
    for story in stories {
        let ground = block_on(Ground::new(story));
        for lag in [false, true] {
            let points = side_by_side(&|kill_at| block_on(once(story, &ground, lag, kill_at)));
            told.push(format!("{}: {points} points, listing lag {lag}", story.name));
            assert!(points > 6, "{} has hardly any point to be killed at", story.name);
        }
    }
    told.join("\n")
}

/// The sum of what `work` answers for 0, 1, 2, …, until it has no more to do.
fn side_by_side(work: &(dyn Fn(usize) -> Option<usize> + Sync)) -> usize {
    let (next, over) = (&AtomicUsize::new(0), &AtomicBool::new(false));
    let some = || {
        let mut sum = 0;
        while !over.load(Ordering::SeqCst) {
            match work(next.fetch_add(1, Ordering::SeqCst)) {
                Some(more) => sum += more,
                None => over.store(true, Ordering::SeqCst),
            }
        }
        sum
    };
    let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..workers).map(|_| scope.spawn(some)).collect();
        threads.into_iter().map(|thread| thread.join().expect("no worker fails")).sum()
    })
}

/// Killed at one point. `None` where the run has no such point.
async fn once(story: &Story, ground: &Ground, lag: bool, kill_at: usize) -> Option<usize> {
    let here = ground.again();
    // One account through both runs: what lags in the first is still not listed in the second.
    let account = here.account(10 + kill_at as u64, lag);
    let killed = run_killed(&account, &story.after, 2, kill_at).await;
    must_run(&account, &story.after, &Env::fixed(3)).await;
    check(&account, &story.after, &format!("{} killed at {kill_at}", story.name)).await;
    killed.then_some(1)
}

#[test]
fn killed_twice_at_every_pair_of_points() {
    let dir = shared_memory();
    for story in &stories::videos(dir.path()) {
        let ground = block_on(Ground::new(story));
        let pairs = side_by_side(&|first| block_on(twice(story, &ground, first)));
        println!("{}: {pairs} pairs", story.name);
        assert!(pairs > 20, "{} has hardly any pair", story.name);
    }
}

/// Killed at `first`, then at every point of the second run. `None` where the first run has no such point.
async fn twice(story: &Story, ground: &Ground, first: usize) -> Option<usize> {
    let once = ground.again();
    if !run_killed(&once.account(5, false), &story.after, 2, first).await {
        return None;
    }
    for second in 0.. {
        let here = once.again();
        let account = here.account(7, false);
        let killed = run_killed(&account, &story.after, 3, second).await;
        must_run(&account, &story.after, &Env::fixed(4)).await;
        check(&account, &story.after, &format!("{} killed at {first} and {second}", story.name)).await;
        if !killed {
            return Some(second);
        }
    }
    None
}

/// An environment in which both processes are alive and know of each other.
fn living(pid: u32) -> Env {
    let counter = AtomicU64::new(u64::from(pid) << 32);
    let random = move || counter.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::SeqCst);
    let host = Host { holder: format!("someone@{pid}"), machine: "host".into(), pid, started: 1 };
    Env::new(jiff::Timestamp::now, random, |_, _| true, host)
}

#[test]
fn two_deployers_at_once() {
    let dir = shared_memory();
    let (graph, _) = versions(dir.path());
    let (mut both, mut refused) = (0, 0);
    for round in 0..20 {
        let ground = with_zips(&dir.path().join("artifacts"));
        let (one, two) = (living(1000 + round), living(2000 + round));
        let accounts = [open(ground.path(), one.clone()), open(ground.path(), two.clone())];
        // Two threads: the local account never waits, so one thread would run one deploy after the other.
        let (together, graph) = (&std::sync::Barrier::new(2), &graph);
        let ends = std::thread::scope(|scope| {
            let threads = [(&accounts[0], &one), (&accounts[1], &two)].map(|(account, env)| {
                scope.spawn(move || {
                    together.wait();
                    block_on(run(account, graph, env))
                })
            });
            threads.map(|thread| thread.join().expect("no deployer panics"))
        });
        for end in &ends {
            match end {
                Ok(done) => {
                    assert!(done.outcome.is_complete(), "{:#?}", done.outcome.failures);
                    both += 1;
                }
                Err(DeployError::Ledger(LedgerError::Held(held))) => {
                    assert!(held.lock.holder.starts_with("someone@"), "the refusal says who holds the lock");
                    refused += 1;
                }
                Err(error) => panic!("{error}"),
            }
        }
        assert!(ends.iter().any(Result::is_ok), "one of the two succeeds");
        block_on(check(&open(ground.path(), Env::fixed(1)), graph, "two deployers"));
    }
    println!("{both} deploys succeeded, {refused} were refused");
    assert!(refused > 0, "the deployers never met");
}

#[test]
fn a_waiting_deployer_comes_after() {
    let dir = shared_memory();
    let (graph, later) = versions(dir.path());
    let ground = with_zips(&dir.path().join("artifacts"));
    let (one, two) = (living(1), living(2));
    let accounts = [open(ground.path(), one.clone()), open(ground.path(), two.clone())];
    let secrets = common::secrets();
    block_on(async {
        let mut second = common::request(&accounts[1], &later, &secrets, &two);
        second.wait = true;
        let slow = async {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            gatewright::engine::deploy(&second, &|_, _| true).await
        };
        let (first, second) = tokio::join!(run(&accounts[0], &graph, &one), slow);
        assert!(first.is_ok_and(|done| done.outcome.is_complete()));
        assert!(second.is_ok_and(|done| done.outcome.is_complete()));
    });
    block_on(check(&open(ground.path(), Env::fixed(1)), &later, "the waiting deployer"));
}

#[test]
fn a_lock_of_a_dead_holder_is_taken_over_and_of_a_living_one_is_not() {
    let dir = shared_memory();
    let (graph, _) = versions(dir.path());
    let ground = with_zips(&dir.path().join("artifacts"));
    block_on(async {
        let account = open(ground.path(), Env::fixed(1));
        // Killed with the lock in hand.
        let chaos = Chaos::new(&account, None);
        must_run(&chaos, &graph, &Env::fixed(1)).await;
        let nothing = Graph::empty(Scope::new("24-hour-video", "dev"));
        assert!(run_killed(&account, &nothing, 2, 3).await);
        // Its clock is the one of the lock, on which the lease still holds.
        let host = Host { holder: "someone@7".into(), machine: "host".into(), pid: 7, started: 1 };
        let watcher = Env::new(|| jiff::Timestamp::UNIX_EPOCH, || 7, |_, _| true, host);
        let refused = run(&account, &graph, &watcher).await;
        assert!(matches!(refused, Err(DeployError::Ledger(LedgerError::Held(_)))), "its holder may be alive");
        must_run(&account, &graph, &Env::fixed(3)).await;
    });
}
