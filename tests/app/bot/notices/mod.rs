//! Messages that the bot sends unasked.

mod preferences;
mod reachability;
mod warnings_of_expiry;
mod warnings_of_keys;
mod warnings_of_plans;
mod warnings_of_sign_ins;
