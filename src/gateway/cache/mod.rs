mod store;
pub use store::Store;
