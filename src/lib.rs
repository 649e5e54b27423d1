//! gatewright deploys Lambda-backed API Gateway REST APIs from one stack file.

pub mod account;
pub mod cli;
pub mod discover;
pub mod engine;
pub mod gateway;
pub mod kinds;
pub mod ledger;
pub mod model;
pub mod package;
pub mod planner;
pub mod runtime;
pub mod stack;
pub mod view;
