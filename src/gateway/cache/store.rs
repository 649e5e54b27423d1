//! Values that are kept for a while, in a bounded number of bytes.

use std::{
    collections::{BTreeMap, HashMap},
    hash::Hash,
};

use jiff::Timestamp;

/// Bytes that an entry takes beside its value, roughly.
const ENTRY_BYTES: usize = 256;

/// Keeps values until they expire or, the oldest first, until room is needed.
#[derive(Debug)]
pub struct Store<K, V> {
    entries: HashMap<K, Entry<V>>,
    /// Keys in the order they were put.
    order: BTreeMap<u64, K>,
    turn: u64,
    bytes: usize,
    most_bytes: usize,
}

#[derive(Debug)]
struct Entry<V> {
    value: V,
    bytes: usize,
    expires: Timestamp,
    turn: u64,
}

impl<K: Hash + Eq + Clone, V: Clone> Store<K, V> {
    /// A store that holds at most `most_bytes`.
    pub fn new(most_bytes: usize) -> Self {
        Self { entries: HashMap::new(), order: BTreeMap::new(), turn: 0, bytes: 0, most_bytes }
    }

    /// The value under `key`, unless it has expired by `now`.
    pub fn get(&mut self, key: &K, now: Timestamp) -> Option<V> {
        let entry = self.entries.get(key)?;
        if entry.expires > now {
            return Some(entry.value.clone());
        }
        self.remove(key);
        None
    }

    /// Keeps `value`, of `bytes`, until `expires`. What is larger than the whole store is not kept.
    pub fn put(&mut self, key: K, value: V, bytes: usize, expires: Timestamp, now: Timestamp) {
        self.remove(&key);
        let bytes = bytes.saturating_add(ENTRY_BYTES);
        if bytes > self.most_bytes || expires <= now {
            return;
        }
        while self.bytes.saturating_add(bytes) > self.most_bytes {
            let Some(oldest) = self.order.values().next().cloned() else { break };
            self.remove(&oldest);
        }
        self.turn += 1;
        self.bytes += bytes;
        self.order.insert(self.turn, key.clone());
        self.entries.insert(key, Entry { value, bytes, expires, turn: self.turn });
    }

    /// Forgets what is under `key`.
    pub fn remove(&mut self, key: &K) {
        if let Some(entry) = self.entries.remove(key) {
            self.order.remove(&entry.turn);
            self.bytes -= entry.bytes;
        }
    }

    /// Bytes that are held.
    pub fn bytes(&self) -> usize {
        self.bytes
    }
}
