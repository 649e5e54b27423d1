//! A fault at each call of a deploy, whatever the stack: the next deploy ends well, with one of each, and a removal leaves none.

use gatewright::{model::Env, planner::Graph};

use super::{
    common::{
        aws, graph_of, must_run, plan, run,
        wire::{Fault, Seen, Wire},
    },
    support::Emulator,
};

/// At which calls a fault is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum At {
    /// At every call. The account is emptied before each trial, so that each makes the artifacts bucket too.
    EveryCall,
    /// At every call that changes an object of the stack. The artifacts bucket stays; faults at what is written into it (code and
    /// ledger) are the same for every stack.
    EveryWrite,
}

impl At {
    fn counts(self, seen: &Seen) -> bool {
        self == Self::EveryCall || (seen.writes && !seen.operation.contains(" /gatewright-"))
    }
}

/// A stack and what another SDK must see of it.
pub(crate) struct Trial<'a> {
    pub(crate) emulator: &'a Emulator,
    pub(crate) text: &'a str,
    /// Kinds of the inventory, and how many there are of each once all is well.
    pub(crate) counts: &'a [(&'static str, usize)],
    pub(crate) at: At,
}

impl Trial<'_> {
    /// A deploy for each call, which meets `fault` there, and then one without. Answers how many calls there were.
    pub(crate) async fn each(&self, name: &str, fault: &Fault) -> usize {
        let dir = tempfile::tempdir().expect("a folder");
        let mut at = 0;
        loop {
            if self.at == At::EveryCall {
                self.emulator.reset();
            }
            let broken = fault.clone();
            let mut number = 0;
            let calls = self.deploy(dir.path(), at as u64 + 1, move |seen, which| {
                number += usize::from(which.counts(seen));
                (which.counts(seen) && number == at + 1).then(|| broken.clone())
            });
            let seen = calls.await;
            let calls = seen.iter().filter(|seen| self.at.counts(seen)).count();
            let met = seen.into_iter().filter(|seen| self.at.counts(seen)).nth(at);
            let met = met.map_or_else(|| "none".to_owned(), |seen| seen.operation);
            self.ends_well(dir.path(), &format!("{name} at call {at} ({met})")).await;
            at += 1;
            if at > calls {
                return at;
            }
        }
    }

    /// Every call that changes something meets `fault` when it is made for the first time, all in one deploy.
    pub(crate) async fn all_at_once(&self, name: &str, fault: &Fault) {
        let dir = tempfile::tempdir().expect("a folder");
        let broken = fault.clone();
        let mut met = std::collections::BTreeSet::new();
        let seen = self.deploy(dir.path(), 1, move |seen, which| {
            (which.counts(seen) && met.insert(seen.operation.clone())).then(|| broken.clone())
        });
        let met = seen.await.iter().filter(|seen| seen.status == 429 || seen.status >= 500).count();
        assert!(met > 2, "{name}: the fault was met {met} times");
        self.ends_well(dir.path(), name).await;
    }

    /// A deploy through a wire that breaks what `breaker` says, whatever becomes of it. Answers its calls.
    async fn deploy(
        &self,
        dir: &std::path::Path,
        seed: u64,
        mut breaker: impl FnMut(&Seen, At) -> Option<Fault> + Send + 'static,
    ) -> Vec<Seen> {
        let (wire, env, which) = (Wire::new(), Env::fixed(seed), self.at);
        let account = aws(self.emulator.endpoint(), &wire, dir, env.clone()).await;
        // Who we are is asked before the account is there.
        wire.clear();
        let _ = wire.clone().breaking(move |_, seen| breaker(seen, which));
        let graph = graph_of(dir, self.text, "one", &account.identity).graph;
        // Some faults are waited out, others end the deploy: both are right, as long as the next one ends well.
        let _ = run(&account, &graph, &env).await;
        wire.seen()
    }

    async fn ends_well(&self, dir: &std::path::Path, what: &str) {
        let env = Env::fixed(1_000_000);
        let account = aws(self.emulator.endpoint(), &Wire::new(), dir, env.clone()).await;
        let graph = graph_of(dir, self.text, "one", &account.identity).graph;
        must_run(&account, &graph, &env).await;
        let rest = plan(&account, &graph, &env).await;
        assert!(rest.is_empty(), "{what}: {:#?}", rest.items);
        self.counts(what, |count| count);
        must_run(&account, &Graph::empty(graph.scope.clone()), &env).await;
        self.counts(&format!("{what}: removed"), |_| 0);
    }

    fn counts(&self, what: &str, wanted: impl Fn(usize) -> usize) {
        let kinds: Vec<&str> = self.counts.iter().map(|(kind, _)| *kind).collect();
        let inventory = self.emulator.inventory_of(&kinds);
        for (kind, count) in self.counts {
            let there = inventory[kind].as_array().map(Vec::len);
            assert_eq!(there, Some(wanted(*count)), "{what}: {kind}: {}", inventory[kind]);
        }
    }
}
