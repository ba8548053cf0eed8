//! The OAuth provider in the database: clients, requests, codes, grants, refresh tokens, devices and signing keys.
//!
//! A write that refuses may still have written: a code that its client fails to redeem is used up, and a replay ends the
//! grant.

pub mod apps;
pub mod audit_log;
pub mod client_changes;
pub mod clients;
pub mod codes;
pub mod consents;
pub mod devices;
pub mod grant_ends;
pub mod grants;
pub mod refresh;
pub mod requests;
pub mod signing_keys;
