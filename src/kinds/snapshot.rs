//! What was seen in the account, and what a kind is asked to look for.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet, VecDeque},
    marker::PhantomData,
};

use super::{Desired, Kind, Live, Member};
use crate::model::{Address, Found, Hint, Identity, Ownership, Scope};

/// Every object that discovery saw, by address.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    objects: BTreeMap<Address, Found<Live>>,
}

impl Snapshot {
    /// The live object at `at`, whoever owns it.
    pub fn live(&self, at: &Address) -> Option<&Live> {
        self.objects.get(at).map(|found| &found.live)
    }

    /// The live object of kind `K` at `at`.
    pub fn get<K: Member>(&self, at: &Address) -> Option<&K::Live> {
        self.live(at).and_then(K::live)
    }

    /// Every live object of kind `K`.
    pub fn all<K: Member>(&self) -> impl Iterator<Item = (&Address, &K::Live)> {
        self.objects.iter().filter_map(|(at, found)| Some((at, K::live(&found.live)?)))
    }

    /// What was found at `at`.
    pub fn found(&self, at: &Address) -> Option<&Found<Live>> {
        self.objects.get(at)
    }

    /// Everything found, by address.
    pub fn iter(&self) -> impl Iterator<Item = (&Address, &Found<Live>)> {
        self.objects.iter()
    }

    /// Adds what was found. The first to claim an address keeps it; a second one, left by a lost answer, is kept under
    /// `key#id`, which no stack file asks for, so that it is planned to go.
    pub fn extend(&mut self, found: impl IntoIterator<Item = Found<Live>>) {
        for mut found in found {
            if self.objects.contains_key(&found.address) {
                found.address = duplicate_address(&found.address, &found.live);
            }
            self.objects.insert(found.address.clone(), found);
        }
    }

    /// Puts `live` at `at`, or takes what is there away.
    pub fn set(&mut self, at: &Address, live: Option<Live>) {
        match live {
            Some(live) => {
                let found = Found { address: at.clone(), live, ownership: Ownership::Ours, listed: false };
                self.objects.insert(at.clone(), found);
            }
            None => {
                self.objects.remove(at);
            }
        }
    }
}

/// The address of a second object of one address.
pub fn duplicate_address(at: &Address, live: &Live) -> Address {
    // An id does not depend on where the account is.
    let id = live.attribute("id", &Identity::new("", "")).unwrap_or_default();
    Address { key: format!("{}#{id}", at.key), ..at.clone() }
}

/// What a whole discovery is asked for.
pub struct AskAll<'a> {
    /// Whose objects.
    pub scope: &'a Scope,
    /// What the stack file asks for, so that objects of that name are read even without our mark.
    pub wanted: &'a BTreeMap<Address, Desired>,
    /// What the ledger remembers.
    pub hints: &'a BTreeMap<Address, Hint>,
    /// Only these kinds, where not all.
    pub kinds: Option<BTreeSet<&'static str>>,
}

impl<'a> AskAll<'a> {
    /// Whether the kind `name` is asked for.
    pub fn includes(&self, name: &str) -> bool {
        self.kinds.as_ref().is_none_or(|kinds| kinds.contains(name))
    }

    /// The part that concerns kind `K`, with what earlier waves saw.
    pub fn of<'b, K: Member>(&'b self, seen: &'b Snapshot) -> Ask<'b, K>
    where
        'a: 'b,
    {
        let wanted =
            self.wanted.iter().filter_map(|(at, desired)| Some((at, K::desired(desired)?))).collect();
        Ask { scope: self.scope, wanted, all: self.wanted, hints: self.hints, seen, kind: PhantomData }
    }
}

/// What one kind is asked to look for.
pub struct Ask<'a, K: Kind> {
    /// Whose objects.
    pub scope: &'a Scope,
    /// The wanted objects of this kind. Texts in them may be pending.
    pub wanted: BTreeMap<&'a Address, &'a K::Desired>,
    /// Every wanted object.
    pub all: &'a BTreeMap<Address, Desired>,
    /// What the ledger remembers.
    pub hints: &'a BTreeMap<Address, Hint>,
    /// What earlier waves saw.
    pub seen: &'a Snapshot,
    /// The kind.
    pub kind: PhantomData<K>,
}

impl<K: Kind> Ask<'_, K> {
    /// What the ledger remembers of `at`.
    pub fn hint(&self, at: &Address) -> Option<&Hint> {
        self.hints.get(at)
    }

    /// The objects of this kind and scope that the ledger remembers and the stack file does not want (any more), each with its
    /// id where that is known.
    pub fn forsaken(&self) -> impl Iterator<Item = (&Address, Option<&str>)> {
        let ours = self.hints.iter().filter(|(at, _)| at.kind == K::NAME && at.scope == *self.scope);
        ours.filter(|(at, _)| !self.wanted.contains_key(at)).map(|(at, hint)| (at, hint.id.as_deref()))
    }

    /// The address of this kind with the key `key`.
    pub fn address(&self, key: &str) -> Address {
        self.scope.address(K::NAME, key)
    }
}

/// What a simulated call may look at besides its own object.
pub struct World<'a> {
    /// Where this happens.
    pub identity: &'a Identity,
    /// Every object of the account; `None` when a real answer is folded in and there is nothing to check.
    pub objects: Option<&'a BTreeMap<Address, Live>>,
    made: RefCell<VecDeque<String>>,
    mint: Option<&'a dyn Fn(usize) -> String>,
}

impl<'a> World<'a> {
    /// The local account's world: ids are minted.
    pub fn local(
        identity: &'a Identity,
        objects: &'a BTreeMap<Address, Live>,
        mint: &'a dyn Fn(usize) -> String,
    ) -> Self {
        Self { identity, objects: Some(objects), made: RefCell::default(), mint: Some(mint) }
    }

    /// The world in which a real answer is folded in: ids are those that AWS `made`.
    pub fn answered(identity: &'a Identity, made: Vec<String>) -> Self {
        Self { identity, objects: None, made: RefCell::new(made.into()), mint: None }
    }

    /// The next id: AWS's where it made one, a new one of `length` letters and digits otherwise.
    pub fn id(&self, length: usize) -> String {
        let made = self.made.borrow_mut().pop_front();
        made.or_else(|| self.mint.map(|mint| mint(length))).unwrap_or_default()
    }

    /// Every object of kind `K`, or `None` where there is nothing to check against.
    pub fn all<K: Member>(&self) -> Option<impl Iterator<Item = (&'a Address, &'a K::Live)>> {
        let objects = self.objects?;
        Some(objects.iter().filter_map(|(at, live)| Some((at, K::live(live)?))))
    }

    /// Whether an object of kind `K` fits, or there is nothing to check against.
    pub fn has<K: Member>(&self, fits: impl Fn(&Address, &K::Live) -> bool) -> bool {
        self.all::<K>().is_none_or(|mut all| all.any(|(at, live)| fits(at, live)))
    }
}
